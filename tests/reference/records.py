"""From cases to the records of fixture.py: each case is trained by Keras, and what comes out is written down."""

import tempfile
from collections.abc import Callable, Iterable, Iterator

import numpy as np

from cases import DATA, Case, start_of
from fixture import Array, Record
from twin import Data, Outcome, Settings, Weights, assignments, build, named, train

EXACT = 0.0


def setting_lines(settings: Settings) -> list[str]:
    return [f"set {assignment}" for assignment in assignments(settings)]


def data_record(name: str, data: Data) -> Record:
    record = Record("data", name, arrays=[Array("classes", np.array([data.classes]))])
    for key, part in (("train", data.train), ("validation", data.validation), ("test", data.test)):
        if part:
            record.arrays += [Array(f"{key}/x", part.x), Array(f"{key}/y", part.y)]
    return record


def start_record(name: str, start: Weights) -> Record:
    return Record("start", name, arrays=[Array(array, values) for array, values in start.items()])


def expectations(case: Case, outcome: Outcome, log: str) -> Iterator[Array]:
    """Every number that the run must give."""
    def expect(name: str, values) -> Array:
        return Array(name, np.atleast_1d(values), case.looser.get(name, case.tolerance))

    for metric, values in outcome.history.items():
        if metric not in case.leave_out:
            yield expect(metric, values)
    if outcome.rates:
        yield expect("rates", outcome.rates)
    if outcome.best_epoch is not None:
        yield Array("epochs", np.array([len(outcome.history["loss"])]), EXACT)
        if outcome.best_epoch or len(outcome.history["loss"]) > case.settings.get("start_from_epoch", 0):
            yield Array("best_epoch", np.array([outcome.best_epoch]), EXACT)
    for part, metrics in outcome.evaluated.items():
        if part == "test" or case.train_eval:
            for metric, value in metrics.items():
                yield expect(f"{part}/{metric}", value)
    for name, values in outcome.weights.items():
        yield expect(name, values)
    if case.log:
        header, *rows = (line.split(",") for line in log.splitlines())
        for column, name in enumerate(header):
            yield expect(f"log/{name}", [float(row[column]) for row in rows])


class Group:
    """The records of one file: cases, and the data sets and initial weights that they share."""

    def __init__(self):
        self.shared: dict[tuple[str, str], Record] = {}
        self.cases: list[Record] = []

    def share(self, record: Record) -> str:
        self.shared.setdefault((record.kind, record.name), record)
        return f"use {record.name}"

    def add(self, case: Case) -> None:
        data = DATA[case.data]
        model = build(case.settings, data.train.x.shape[1], data.classes).model
        shapes = {name: tuple(variable.shape) for name, variable in named(model).items()}
        start = case.start or start_of(shapes)
        start_name = f"{case.data}: its outputs" if case.start else " ".join("x".join(map(str, shape))
                                                                             for shape in shapes.values())
        record = Record("case", case.name, [self.share(data_record(case.data, data)),
                                            self.share(start_record(start_name, start)),
                                            *setting_lines(case.settings)])
        if case.note:
            record.lines.append(f"note {case.note}")
        with tempfile.NamedTemporaryFile("r", suffix=".csv") as log:
            outcome = train(case.settings, data, start, case.from_logits, case.own_dropout,
                            log.name if case.log else None)
            record.arrays = list(expectations(case, outcome, log.read()))
        self.cases.append(record)

    def records(self) -> list[Record]:
        return [*self.shared.values(), *self.cases]


def trained(makers: Iterable[Callable[[], Iterator[Case]]]) -> list[Record]:
    group = Group()
    for maker in makers:
        for case in maker():
            group.add(case)
    return group.records()
