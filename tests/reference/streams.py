"""nnlab's random streams, written a second time from the description in src/base/rng.h: Philox4x32-10 (Salmon, Moraes,
Dror, Shaw, SC 2011) keyed by (seed, purpose, layer, step). Nothing here was taken over from the C code but the layout
of the counter, so that equal batches and masks are evidence for both."""

import numpy as np

SPLIT, SHUFFLE, DROPOUT = 3, 6, 7  # RngPurpose

_LOW = np.uint64(0xFFFFFFFF)
_HIGH = np.uint64(32)
_MULTIPLIERS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_WEYL = 0x9E3779B9, 0xBB67AE85


def words(seed: int, purpose: int, layer: int, step: int, first_block: int, blocks: int) -> np.ndarray:
    """The 32-bit values of `blocks` blocks of a stream, four to a block, in order."""
    c0 = np.arange(first_block, first_block + blocks, dtype=np.uint64)
    c1, c2, c3 = (np.full(blocks, c, np.uint64) for c in (step & 0xFFFFFFFF, step >> 32, purpose << 24 | layer))
    k0, k1 = seed & 0xFFFFFFFF, seed >> 32
    for _ in range(10):
        p0, p1 = c0 * _MULTIPLIERS[0], c2 * _MULTIPLIERS[1]
        c0, c1, c2, c3 = (p1 >> _HIGH) ^ c1 ^ np.uint64(k0), p1 & _LOW, (p0 >> _HIGH) ^ c3 ^ np.uint64(k1), p0 & _LOW
        k0, k1 = (k0 + _WEYL[0]) & 0xFFFFFFFF, (k1 + _WEYL[1]) & 0xFFFFFFFF
    return np.stack([c0, c1, c2, c3], axis=1).astype("<u4").ravel()


class Stream:
    """Reads a stream's 32-bit values one after the other."""

    def __init__(self, seed: int, purpose: int, layer: int = 0, step: int = 0):
        self._key = seed, purpose, layer, step
        self._blocks = 0
        self._values: list[int] = []

    def word(self) -> int:
        if not self._values:
            self._values = words(*self._key, self._blocks, 256).tolist()[::-1]
            self._blocks += 256
        return self._values.pop()

    def below(self, bound: int) -> int:
        """Uniform in 0 .. bound - 1 (Lemire 2019)."""
        while True:
            product = self.word() * bound
            if product & 0xFFFFFFFF >= 2**32 % bound:
                return product >> 32

    def shuffle(self, values: list[int]) -> None:
        """Fisher-Yates, from the last value to the second."""
        for i in range(len(values), 1, -1):
            j = self.below(i)
            values[i - 1], values[j] = values[j], values[i - 1]


def epoch_order(seed: int, epoch: int, rows: int) -> list[int]:
    """In which order an epoch deals the training rows."""
    order = list(range(rows))
    Stream(seed, SHUFFLE, step=epoch).shuffle(order)
    return order


def dropout_mask(seed: int, layer: int, step: int, rows: int, units: int, rate: float) -> np.ndarray:
    """What one layer's values (rows, units) are multiplied by in training step `step`: 0 or 1 / (1 - rate), the rate
    rounded to 16 bits. `layer` is 0 for the input, k for hidden layer k. Where `units` is a multiple of 16 no value of the stream is passed over."""
    if units % 16:
        raise ValueError(f"{units} units: dropout is compared for multiples of 16")
    count = rows * units
    values = words(seed, DROPOUT, layer, step, 0, (count + 7) // 8).view("<u2")[:count]
    threshold = round(rate * 65536)
    kept = values >= threshold
    return kept.reshape(rows, units) * (65536 / (65536 - threshold) if threshold < 65536 else 0.0)
