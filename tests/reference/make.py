"""Makes the fixtures in cases/ from Keras itself. Usage: make.py [FOLDER] [--check] [--float32] [--only GROUP]

FOLDER is where they go (cases/ beside this file; with --check: nowhere). With --check they are compared with those in
cases/: says how many numbers differ beyond their tolerance, and ends with 1 if any does. With --float32 Keras computes in
its usual precision; with --check that shows how far Keras itself is from its own float64."""

import argparse
import sys
import tempfile
from pathlib import Path

import fixture
import initial
from backend import keras
from cases import GROUPS
from fixture import Record
from records import trained

CASES = Path(__file__).parent / "cases"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--float32", action="store_true")
    parser.add_argument("--only", metavar="GROUP")
    return parser.parse_args()


def report(name: str, made: list[Record], old: list[Record] | None) -> int:
    """Prints a group's line; returns how many numbers differ beyond their tolerance."""
    text = f"{name}: {sum(record.kind == 'case' for record in made)} cases"
    if old is None:
        print(text, flush=True)
        return 0
    difference = fixture.compare(made, old)
    where = f" ({difference.where})" if difference.where else ""
    print(f"{text}, {difference.numbers} numbers, {difference.beyond} beyond their tolerance; the largest distance is "
          f"{difference.worst:.2g} tolerances{where}", flush=True)
    return difference.beyond


def make(folder: Path, only: str | None, check: bool) -> int:
    """Writes the fixtures into the folder; returns how many numbers differ beyond their tolerance."""
    folder.mkdir(parents=True, exist_ok=True)
    head = f"Made by make.py: Keras {keras.__version__}, {keras.config.backend()}, {keras.config.floatx()}."
    jobs = {name: lambda makers=makers: trained(makers) for name, makers in GROUPS.items()}
    jobs |= {"initializers": initial.initializers, "splits": initial.splits}
    beyond = 0
    for name in [only] if only else jobs:
        old = fixture.read(CASES / f"{name}.txt") if check else None
        path = folder / f"{name}.txt"
        fixture.write(path, head, jobs[name]())
        beyond += report(name, fixture.read(path), old)
    return beyond


def main() -> int:
    options = arguments()
    if options.float32:
        keras.config.set_floatx("float32")
    if not options.check:
        make(options.folder or CASES, options.only, check=False)
        return 0
    with tempfile.TemporaryDirectory() as temporary:
        beyond = make(options.folder or Path(temporary), options.only, check=True)
    print(f"{beyond} numbers differ beyond their tolerance")
    return int(beyond > 0)


if __name__ == "__main__":
    sys.exit(main())
