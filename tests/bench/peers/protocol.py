"""What every peer shares: the work it is given, its data, and the conversation with the driver (../contest.py).

A peer is started with VARIANT FEATURES HIDDEN UNITS CLASSES BATCH ROWS LAYERS THREADS; LAYERS is "full" (batch
normalization after the activation and dropout 0.5 in every hidden layer) or "plain" (neither). When it is warm it
prints "ready VERSIONS". For each line "SECONDS" that it reads it then trains for about so long and prints the seconds a
step. At the end of its input it ends.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

WARM_UP_SECONDS = 0.3


@dataclass(frozen=True)
class Work:
    variant: str
    features: int
    hidden: int
    units: int
    classes: int
    batch: int
    rows: int
    layers: str
    threads: int

    @property
    def full(self) -> bool:
        return self.layers == "full"


def read_work() -> Work:
    variant, *shape, layers, threads = sys.argv[1:]
    return Work(variant, *map(int, shape), layers=layers, threads=int(threads))


def make_data(work: Work) -> tuple[np.ndarray, np.ndarray]:
    """x (rows, features) of normal values; labels (rows) from 0."""
    random = np.random.default_rng(1)
    x = random.standard_normal((work.rows, work.features), dtype=np.float32)
    return x, random.integers(0, work.classes, work.rows)


def batches_forever(work: Work, count: int, permute: Callable[[int], object]):
    """The rows of `count` batches, epoch after epoch in a new order, as slices of what `permute` returns."""
    while True:
        order = permute(work.rows)
        for start in range(0, work.rows - work.batch + 1, work.batch):
            if count == 0:
                return
            count -= 1
            yield order[start : start + work.batch]


def serve(versions: str, train: Callable[[int], float]) -> None:
    """Answers the driver. `train` trains so many steps and returns the seconds that they took."""
    train(2)  # compiles
    step = train(2) / 2
    step = train(max(1, int(WARM_UP_SECONDS / step))) / max(1, int(WARM_UP_SECONDS / step))
    print("ready", versions, flush=True)
    for line in sys.stdin:
        count = max(1, round(float(line) / step))
        step = train(count) / count
        print(step, flush=True)


def timed(run: Callable[[int], object]) -> Callable[[int], float]:
    """`run` trains so many steps and waits for their end; what is returned gives the seconds that they took."""

    def train(count: int) -> float:
        start = time.perf_counter()
        run(count)
        return time.perf_counter() - start

    return train
