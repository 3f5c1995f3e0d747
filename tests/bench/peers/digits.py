"""The data of the whole jobs: a table of numbers with a header row and the label last, split as nnlab splits by default
(a fifth validates, a tenth tests, the rest trains), scaled by the training rows."""

import numpy as np

Part = tuple[np.ndarray, np.ndarray]


def read_digits(path: str) -> tuple[Part, Part, Part]:
    """(x, labels) of the training, the validation and the test rows."""
    table = np.loadtxt(path, dtype=np.float32, delimiter=",", skiprows=1)
    table = table[np.random.default_rng(7).permutation(len(table))]
    x, labels = table[:, :-1], table[:, -1].astype(np.int64)
    tests, validates = len(table) // 10, len(table) // 5
    trains = len(table) - tests - validates
    x = (x - x[:trains].mean(0)) / np.maximum(x[:trains].std(0), 1e-7)
    at = [slice(0, trains), slice(trains, trains + validates), slice(trains + validates, None)]
    return tuple((np.ascontiguousarray(x[rows]), labels[rows]) for rows in at)
