"""The part "history": what it costs to keep a run, as a share of the time of training it, on one thread: runs with and
without a history in turn."""

import json
import subprocess
import sys

from contest import HERE, environment
from report import print_table, ratios, spread

DATA = HERE.parents[1] / "datasets"
JOBS = [  # name, epochs, command
    ("baseline, the preset with the quickest epochs", 1000, ["baseline"]),
    ("iris, 8 units: the quickest epochs there are", 20000, [str(DATA / "iris.csv"), "--set", "units=8"]),
]


def seconds(nnlab: str, command: list[str]) -> float:
    command = [nnlab, "train", *command, "--json", "--threads", "1"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment(1))
    return json.loads(done.stdout)["seconds"]


def part_history(nnlab: str, rounds: int) -> None:
    rows = []
    for name, epochs, command in JOBS:
        command = [*command, "--epochs", str(epochs)]
        kept, plain = [], []
        for r in range(rounds):
            print(f"history: {name}: round {r + 1} of {rounds}", file=sys.stderr)
            plain.append(seconds(nnlab, [*command, "--no-store"]))
            kept.append(seconds(nnlab, command))
        more = [1e6 * (k - p) / epochs for k, p in zip(kept, plain)]
        rows.append([name, spread([1e6 * p / epochs for p in plain]), spread(more), spread(ratios(kept, plain))])
    print("### The history: what it costs to keep a run\n")
    print_table(["", "us an epoch", "more with history, us", "times"], rows)
