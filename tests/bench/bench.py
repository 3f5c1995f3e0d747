#!/usr/bin/env python3
"""The driver of `make bench`: measures nnlab against its peers and prints the report as Markdown (README.md beside this
file says what each part is). Standard library only; the peers run under interpreters of their own.

Environment:
  BENCH    the parts, in the order that they are printed: steps commands memory growth screen load history
  ROUNDS   alternating rounds of a measurement (7)
  WORKS    works by name, as in "S T32" (all)
  THREADS  numbers of threads for the steps, "all" is every core ("1 all")
  PEERS    peers by key, as in "torch keras-jax-jit", or "all" or "none" (one way of each library, two of PyTorch)
  PYTHON   the peers' interpreters, separated by blanks (the one that runs this); each is searched for every peer
  NNLAB, BUILD   the program, and the folder that it was built in
"""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from commands import part_commands
from contest import ALL_PEERS, Work, cpus, environment, find_peers, pins
from history import part_history
from load import part_load
from report import print_machine, print_table
from steps import part_growth, part_steps

OPTIONS = ["BENCH", "ROUNDS", "WORKS", "THREADS", "PEERS"]  # that say what was measured
PARTS = ["steps", "commands", "memory", "growth", "screen", "load", "history"]
COMMAND_ROUNDS = 3  # of ROUNDS: a whole command takes seconds, and differs less than a step


def words(name: str, default: str) -> list[str]:
    return (os.environ.get(name) or default).split()


def choose(name: str, known: list[str], default: str) -> list[str]:
    """The words of a variable, each of which must be known."""
    chosen = words(name, default)
    for word in chosen:
        if word not in known:
            sys.exit(f"bench: {name}: {word} is none of: {' '.join(known)}")
    return chosen


def read_works(program: str) -> list[Work]:
    lines = subprocess.run([program, "works"], capture_output=True, text=True, check=True).stdout.splitlines()
    works = [Work(line.split()[0], *map(int, line.split()[1:])) for line in lines]
    names = [work.name for work in works]
    chosen = choose("WORKS", names, " ".join(names))
    return [work for work in works if work.name in chosen]


def read_pythons() -> list[str]:
    pythons = words("PYTHON", sys.executable)
    for python in pythons:
        if not shutil.which(python):
            sys.exit(f"bench: PYTHON: {python} is no program")
    return pythons


def read_counts() -> list[int]:
    counts = [cpus() if word == "all" else int(word) for word in words("THREADS", "1 all")]
    return list(dict.fromkeys(counts))


def print_missing(missing: list) -> None:
    if missing:
        print("Not measured, because no interpreter in PYTHON has it:\n")
        print_table(
            ["peer", "what brings it"],
            [[peer.name, "`pip install " + " ".join(pins()[n] for n in peer.packages) + "`"] for peer in missing],
        )


def part_screen(nnlab: str, build: Path, rounds: int) -> None:
    print("screen", file=sys.stderr)
    print("### The screen\n", flush=True)
    subprocess.run([build / "tests/bench/bench_screen", nnlab, str(rounds)], env=environment(cpus()), check=True)
    print(flush=True)
    subprocess.run([build / "tests/bench/bench_runs"], env=environment(cpus()), check=True)
    print()


def main() -> None:
    build = Path(os.environ.get("BUILD", "build/release"))
    nnlab = os.path.abspath(os.environ.get("NNLAB", build / "nnlab"))
    program = os.path.abspath(build / "tests/bench/bench_step")
    parts = choose("BENCH", PARTS, " ".join(PARTS))
    rounds = int(os.environ.get("ROUNDS") or 7)
    keys = choose("PEERS", [peer.key for peer in ALL_PEERS] + ["all", "none"], "")
    works, counts = read_works(program), read_counts()
    found, missing = find_peers(read_pythons(), keys)
    given = [f"{name}={shlex.quote(os.environ[name])}" for name in OPTIONS if os.environ.get(name)]
    print_machine(nnlab, cpus(), sorted({package for f in found for package in f.packages}), ["make bench", *given])
    print_missing(missing)
    if "steps" in parts or "memory" in parts:
        part_steps(program, found, works, counts, rounds, parts)
    if "commands" in parts:
        part_commands(nnlab, os.path.abspath(build / "tests/bench/bench_job"), found, min(rounds, COMMAND_ROUNDS))
    if "growth" in parts:
        part_growth(program, rounds)
    if "screen" in parts:
        part_screen(nnlab, build, rounds)
    if "load" in parts:
        runner = os.path.abspath(build / "tests/bench/bench_job")
        part_load(os.path.abspath(build / "tests/bench/bench_load"), runner, build, read_pythons(), rounds)
    if "history" in parts:
        part_history(nnlab, rounds)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ["NNLAB_STORE"] = f"{folder}/runs.db"  # not the history of who measures
        main()
