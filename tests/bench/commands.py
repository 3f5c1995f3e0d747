"""The part "commands": one whole job, from the start of the program to its end, on all cores, as a person would run it:
the digits, split and scaled, one hidden layer of 128 with batch normalization and dropout, validated every epoch."""

import subprocess
import sys
from dataclasses import dataclass, field

from contest import HERE, Found, cpus, environment
from report import MEGA, print_table, ratios, spread

EPOCHS = 20
DIGITS = HERE.parents[1] / "datasets" / "digits.csv"


@dataclass
class Job:
    name: str
    command: list[str]
    seconds: list[float] = field(default_factory=list)
    peaks: list[float] = field(default_factory=list)

    def run(self, runner: str) -> None:
        """Once; says why on standard error where it fails."""
        done = subprocess.run(
            [runner, *self.command], capture_output=True, text=True, check=True, env=environment(cpus())
        )
        status, seconds, peak = map(float, done.stdout.split())
        if status == 0:
            self.seconds.append(seconds)
            self.peaks.append(peak)
        else:
            print(f"{self.name}: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)


def make_jobs(nnlab: str, found: list[Found]) -> list[Job]:
    settings = ["--set", "label_noise=0", "--set", "evaluate_train=off", "--epochs", str(EPOCHS)]
    plain = ["--set", "batch_norm=off", "--set", "dropout=0"]
    jobs = [
        Job("nnlab", [nnlab, "train", "both-together", *settings]),
        Job("nnlab, no BN or dropout", [nnlab, "train", "both-together", *settings, *plain]),
    ]
    for f in found:
        jobs.append(Job(f.name, f.command("train", str(DIGITS), str(EPOCHS))))
    return jobs


def part_commands(nnlab: str, runner: str, found: list[Found], rounds: int) -> None:
    jobs = make_jobs(nnlab, found)
    plain = {f.name for f in found if f.peer.layers == "plain"}
    for r in range(rounds):
        print(f"commands: round {r + 1} of {rounds}", file=sys.stderr)
        for job in jobs:
            job.run(runner)
    rows = []
    for job in jobs:
        base = jobs[1] if job.name in plain else jobs[0]
        rows.append(
            [
                job.name,
                spread([1e3 * s for s in job.seconds]),
                spread(ratios(job.seconds, base.seconds)),
                spread([p * MEGA for p in job.peaks]),
            ]
        )
    print(f"### A whole command: the digits, {EPOCHS} epochs, start to exit, {cpus()} cores\n")
    print_table(["", "ms", "times nnlab's", "peak memory, MB"], rows)
