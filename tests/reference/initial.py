"""Cases that train nothing: how weights begin, and how many rows validation_split takes."""

from unittest import mock

import numpy as np

from backend import keras  # before anything else of Keras
from keras.src.trainers.data_adapters.array_slicing import train_validation_split
from cases import DATA, NET
from fixture import Array, Record
from records import data_record, setting_lines
from twin import build, named

INITIALIZERS = "glorot_uniform glorot_normal he_uniform he_normal lecun_uniform lecun_normal".split()
WIDE = {"layers": 2, "layers.1.units": 256, "layers.2.units": 512}
KERNEL, SHAPE = "dense_1/kernel", (256, 512)  # fan in and out differ
DRAWS = 8
BOUND, MOMENTS = 1e-3, 0.015
NOTE = ("Of 131072 random numbers: the largest is within 1e-3 of the bound in all but one seed of a million; mean and "
        "deviation are within five standard errors.")


def _bound(initializer: str) -> float:
    """What Keras asks its generator for: the uniform's end, or the truncated normal's, two deviations from 0."""
    make = keras.initializers.get(initializer)
    with mock.patch("keras.src.initializers.random_initializers.random") as random:
        make(SHAPE)
    if random.uniform.called:
        return float(random.uniform.call_args.kwargs["maxval"])
    return 2.0 * float(random.truncated_normal.call_args.kwargs["stddev"])


def _deviation(initializer: str) -> float:
    """Of what Keras draws."""
    make = type(keras.initializers.get(initializer))
    draws = [keras.ops.convert_to_numpy(make(seed=seed)(SHAPE)) for seed in range(DRAWS)]
    return float(np.std(draws))


def initializers() -> list[Record]:
    data = "three classes"
    records = [data_record(data, DATA[data])]
    for initializer in INITIALIZERS:
        settings = setting_lines(WIDE | {"initializer": initializer})
        records.append(Record("case", initializer, [f"use {data}", *settings, f"note {NOTE}"], [
            Array(f"bound/{KERNEL}", np.array([_bound(initializer)]), BOUND),
            Array(f"moments/{KERNEL}", np.array([0.0, _deviation(initializer)]), MOMENTS)]))
    settings = NET | {"batch_norm": True}
    fresh = named(build(settings, DATA[data].train.x.shape[1], DATA[data].classes).model)
    records.append(Record("case", "all but the kernels", [f"use {data}", *setting_lines(settings)], [
        Array(name, keras.ops.convert_to_numpy(variable), 0.0)
        for name, variable in fresh.items() if "kernel" not in name]))
    return records


def splits() -> list[Record]:
    """nnlab takes the nearest whole number of rows for validation, Keras the next above: at most one row apart."""
    records = []
    for rows in (10, 57, 150, 178, 1797):
        for split in (0.1, 0.2, 0.25, 0.3, 0.5):
            train, validation = train_validation_split((np.arange(rows),), split)
            counts = np.array([len(train[0]), len(validation[0])])
            apart = abs(int(split * rows + 0.5) - counts[1])
            note = ["note Keras rounds the validation rows up, nnlab to the nearest: a row apart."] if apart else []
            settings = setting_lines({"rows": rows, "validation_split": split, "test_split": 0.0})
            records.append(Record("case", f"validation_split {split} of {rows} rows", [*settings, *note], [
                Array("split", counts, 1.02 / counts.max() if apart else 0.0)]))
    return records
