"""A CSV file as nnlab prepares it: which rows train and validate, and how they are scaled, written a second time from
src/data/dataset.h and split.h. Without nnlab's subset of rows and label noise."""

from pathlib import Path

import numpy as np

from streams import SPLIT, Stream
from twin import Data, Part, Settings

TRAIN, VALIDATION, TEST = range(3)
VALIDATION_SPLIT, TEST_SPLIT = 0.2, 0.1  # nnlab's defaults


def _share_out(left: list[int], wanted: int) -> list[int]:
    """How many rows of each class make up `wanted`: by the method of largest remainders."""
    total = sum(left)
    shares = [count * wanted // total for count in left]
    while sum(shares) < wanted:
        lost = [count * wanted - share * total for count, share in zip(left, shares)]
        shares[lost.index(max(lost))] += 1
    return shares


def split(labels: np.ndarray, settings: Settings) -> list[list[int]]:
    """The rows of each part, in nnlab's order. `labels` are all 0 for regression."""
    rows, classes = len(labels), int(labels.max()) + 1
    counts = [0] + [int(np.floor(settings.get(key, default) * rows + 0.5)) for key, default in (
        ("validation_split", VALIDATION_SPLIT), ("test_split", TEST_SPLIT))]
    left = np.bincount(labels, minlength=classes).tolist()
    room = [[], [], []]
    for part in (TEST, VALIDATION):
        room[part] = _share_out(left, counts[part])
        left = [count - share for count, share in zip(left, room[part])]
        if counts[part] and 0 in room[part]:
            raise ValueError("a class is so rare that nnlab would move rows between the parts: take other data")
    room[TRAIN] = left
    stream, order = Stream(settings.get("seed", 7), SPLIT), list(range(rows))
    stream.shuffle(order)
    parts: list[list[int]] = [[], [], []]
    for row in order:
        part = next(part for part in range(3) if room[part][labels[row]] > 0)
        room[part][labels[row]] -= 1
        parts[part].append(row)
    for part in parts:
        stream.shuffle(part)
    return parts


def _scaled(values: np.ndarray, train: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """(value - mean) / deviation of the training rows, in floats; and the deviations."""
    mean = values[train].mean(axis=0).astype(np.float32)
    deviation = values[train].std(axis=0).astype(np.float32)
    deviation = np.where(deviation > 0, deviation, np.float32(1))
    return ((values - mean) / deviation.astype(float)).astype(np.float32).astype(float), deviation


def read(path: Path, settings: Settings) -> tuple[Data, float]:
    """The data, and what the target was divided by."""
    names = path.read_text().split("\n", 1)[0].strip().split(",")
    table = np.loadtxt(path, delimiter=",", skiprows=1, dtype=np.float32).astype(float)
    x, y, scale = table[:, :-1], table[:, -1], 1.0
    regression = names[-1].strip('"').lower() != "label"
    labels = np.zeros(len(y), int) if regression else y.astype(int)
    parts = split(labels, settings)
    if settings.get("standardize", True):
        x, _ = _scaled(x, parts[TRAIN])
    if regression and settings.get("scale_target", True):
        y, scale = _scaled(y, parts[TRAIN])
    y = y if regression else labels
    made = [Part(x[rows], y[rows]) if rows else None for rows in parts]
    return Data(0 if regression else int(labels.max()) + 1, *made), float(scale)
