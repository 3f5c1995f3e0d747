"""The part "load": tables of 60,000 rows, a label and 784 values, from a file that was just read to the numbers in
memory. Every measurement is a process of its own, one after the other in each round."""

import gzip
import random
import statistics
import struct
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from contest import PEERS, cpus, environment, probe
from report import MEGA, number, print_table, ratios, spread

ROWS, VALUES = 60000, 784
SEED = 7
FILES = {
    "whole numbers, CSV": "whole.csv",
    "decimals, CSV": "decimals.csv",
    "whole numbers, IDX": "train-images-idx3-ubyte",
    "whole numbers, IDX in gzip": "packed/train-images-idx3-ubyte.gz",
}
LOADERS = ["pandas", "numpy"]


@dataclass
class Load:
    name: str
    command: list[str]
    seconds: list[float] = field(default_factory=list)
    peaks: list[float] = field(default_factory=list)

    def run(self, runner: str) -> None:
        """Once; says why on standard error where it fails."""
        done = subprocess.run(
            [runner, *self.command], capture_output=True, text=True, check=True, env=environment(cpus())
        )
        status, _, peak = map(float, done.stdout.split())
        said = done.stderr.strip().splitlines()[-1:]
        if status == 0 and int(said[0].split()[1]) == ROWS:
            self.seconds.append(float(said[0].split()[0]))
            self.peaks.append(peak)
        else:
            print(f"{self.name}: {said}", file=sys.stderr)


def write_csv(path: Path, rows: list[bytes], labels: bytes, texts: list[str], wide: bool) -> None:
    head = ["label", *(f"v{i}" for i in range(VALUES))]
    with open(path, "w", encoding="ascii") as out:
        out.write(",".join(head) + "\n")
        for label, row in zip(labels, rows):
            values = memoryview(row).cast("H") if wide else row
            out.write(f"{label}," + ",".join(map(texts.__getitem__, values)) + "\n")


def make_files(folder: Path) -> None:
    """Pixels of which four in five are 0; and decimals of four places, evenly spread over 0 to 1."""
    if (folder / "done").exists():
        return
    (folder / "packed").mkdir(parents=True, exist_ok=True)
    print("load: making the files", file=sys.stderr)
    draw = random.Random(SEED)
    labels = bytes(draw.randrange(10) for _ in range(ROWS))
    grey = bytes(max(0, (value - 204) * 5) for value in range(256))
    pixels = [draw.randbytes(VALUES).translate(grey) for _ in range(ROWS)]
    write_csv(folder / "whole.csv", pixels, labels, [str(value) for value in range(256)], False)
    decimals = [f"{value % 10000 / 10000:.4f}" for value in range(65536)]
    write_csv(folder / "decimals.csv", [draw.randbytes(2 * VALUES) for _ in range(ROWS)], labels, decimals, True)
    images = struct.pack(">HBBIII", 0, 8, 3, ROWS, 28, 28) + b"".join(pixels)
    answers = struct.pack(">HBBI", 0, 8, 1, ROWS) + labels
    for name, content in (("train-images-idx3-ubyte", images), ("train-labels-idx1-ubyte", answers)):
        (folder / name).write_bytes(content)
        (folder / "packed" / f"{name}.gz").write_bytes(gzip.compress(content, mtime=0))
    (folder / "done").touch()


def find_loaders(pythons: list[str]) -> dict[str, tuple[str, str]]:
    """library -> the first interpreter that has it, and its version."""
    found = {}
    for name in LOADERS:
        versions = [(python, version) for python in pythons if (version := probe(python, name))]
        if versions:
            found[name] = versions[0]
    return found


def make_loads(program: str, path: Path, found: dict[str, tuple[str, str]]) -> list[Load]:
    if path.suffix != ".csv":
        return [Load("nnlab", [program, "table", str(path)])]
    loads = [
        Load("nnlab", [program, "table", str(path)]),
        Load("nnlab, the cells alone", [program, "cells", str(path)]),
    ]
    for name, (python, version) in found.items():
        loads.append(Load(f"{name} ({version})", [python, str(PEERS / "load_csv.py"), name, str(path)]))
    return loads


def part_load(program: str, runner: str, build: Path, pythons: list[str], rounds: int) -> None:
    folder = build / "tests/bench/load"
    make_files(folder)
    found = find_loaders(pythons)
    rows = []
    for title, name in FILES.items():
        path = folder / name
        size = path.stat().st_size
        loads = make_loads(program, path, found)
        for r in range(rounds):
            print(f"load: {title}: round {r + 1} of {rounds}", file=sys.stderr)
            first = r % len(loads)
            for load in loads[first:] + loads[:first]:
                load.run(runner)
        for load in loads:
            middle = statistics.median(load.seconds) if load.seconds else 0.0
            rows.append(
                [
                    f"{title}, {number(size * MEGA)} MB",
                    load.name,
                    spread(load.seconds),
                    spread(ratios(load.seconds, loads[0].seconds)),
                    number(size * MEGA / middle) if middle else "-",
                    number(ROWS / middle) if middle else "-",
                    spread([peak * MEGA for peak in load.peaks]),
                ]
            )
    print(f"### Loading a table, {ROWS} rows of {VALUES + 1} columns\n")
    missing = [name for name in LOADERS if name not in found]
    if missing:
        print(f"Not measured, because no interpreter in PYTHON has it: {', '.join(missing)}\n")
    print_table(["file", "", "seconds", "times nnlab's", "MB/s", "rows/s", "peak memory, MB"], rows)
