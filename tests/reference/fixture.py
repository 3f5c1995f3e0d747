"""The text files in cases/: written, read and compared. tests/unit/reference_file.c reads the same:

    data NAME | start NAME | case NAME     begins a record: a data set, initial weights, an experiment with its results
    use NAME                               a case's data or start, from an earlier record of the same file
    set KEY=VALUE                          a case's setting, as nnlab's --set takes it
    note TEXT                              why a tolerance is what it is
    tolerance NUMBER                       of the arrays that follow in this record
    array NAME                             numbers, on the indented lines that follow

A number agrees when it is within its tolerance times the largest magnitude of its array."""

import math
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

WIDTH = 120


@dataclass
class Array:
    name: str
    values: np.ndarray
    tolerance: float | None = None  # None: what is given, not what comes out


@dataclass
class Record:
    kind: str
    name: str
    lines: list[str] = field(default_factory=list)
    arrays: list[Array] = field(default_factory=list)


@dataclass
class Difference:
    numbers: int = 0  # compared
    beyond: int = 0  # of them, how many are further apart than their tolerance
    worst: float = 0.0  # the largest distance, in tolerances
    where: str = ""


def _number(value: float, tolerance: float | None) -> str:
    """What is given is a float: as many digits as it has. What comes out: two more than the tolerance asks for."""
    if tolerance is None:
        return np.format_float_positional(np.float32(value + 0.0), trim="-")
    digits = 2 + math.ceil(-math.log10(tolerance)) if tolerance else 8
    return f"{value:.{digits}g}"


def _lines(array: Array) -> list[str]:
    values = np.asarray(array.values, dtype=float)
    lines, line = [f"array {array.name}"], " "
    row_length = values.shape[-1] if values.ndim == 2 else values.size
    for i, value in enumerate(values.ravel()):
        text = _number(value, array.tolerance)
        if line != " " and (i % row_length == 0 or len(line) + 1 + len(text) > WIDTH):
            lines.append(line)
            line = " "
        line += " " + text
    return lines + [line]


def write(path: Path, head: str, records: list[Record]) -> None:
    lines = [f"# {head}"]
    for record in records:
        lines += ["", f"{record.kind} {record.name}", *record.lines]
        tolerance = None
        for array in record.arrays:
            if array.tolerance != tolerance:
                tolerance = array.tolerance
                lines.append(f"tolerance {tolerance:.3g}")
            lines += _lines(array)
    path.write_text("\n".join(lines) + "\n")


def read(path: Path) -> list[Record]:
    records: list[Record] = []
    tolerance = None
    for line in path.read_text().splitlines():
        word, _, rest = line.partition(" ")
        if word in ("data", "start", "case"):
            records.append(Record(word, rest))
            tolerance = None
        elif word == "tolerance":
            tolerance = float(rest)
        elif word == "array":
            records[-1].arrays.append(Array(rest, np.empty(0), tolerance))
        elif line.startswith(" "):
            array = records[-1].arrays[-1]
            array.values = np.append(array.values, [float(text) for text in line.split()])
        elif line and word != "#":
            records[-1].lines.append(line)
    return records


def _compare_array(new: Array | None, old: Array, where: str, into: Difference) -> None:
    into.numbers += old.values.size
    distance = 0.0
    beyond = old.values.size
    if new is not None and new.values.shape == old.values.shape:
        allowed = (old.tolerance or 0.0) * np.abs(old.values).max(initial=0.0)
        apart = np.abs(new.values - old.values)
        beyond = int(np.count_nonzero(~(apart <= allowed)))
        distance = float(apart.max(initial=0.0) / allowed) if allowed > 0.0 else float(beyond)
    into.beyond += beyond
    if distance > into.worst or beyond and not into.where:
        into.worst, into.where = max(distance, into.worst), where


def compare(new: list[Record], old: list[Record]) -> Difference:
    """Every array of `old` against the one of that name in `new`; a record that either lacks counts as beyond."""
    result = Difference()
    made = {(record.kind, record.name): record for record in new}
    for record in old:
        twin = made.pop((record.kind, record.name), Record(record.kind, record.name))
        result.beyond += twin.lines != record.lines
        arrays = {array.name: array for array in twin.arrays}
        for array in record.arrays:
            _compare_array(arrays.pop(array.name, None), array, f"{record.name}: {array.name}", result)
        result.beyond += sum(array.values.size for array in arrays.values())
    result.beyond += sum(array.values.size for record in made.values() for array in record.arrays)
    return result
