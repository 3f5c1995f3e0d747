"""Trains the same network in Keras and in nnlab, from the same weights, with the same rows, batches and dropout masks.
Prints the metrics of each epoch, the weights at the end, and how far the two are apart.

Usage: side_by_side.py [TABLE.csv] [--nnlab PROGRAM] [--set KEY=VALUE]... [--float32]

TABLE.csv is datasets/digits.csv if not given, PROGRAM build/release/nnlab. --set takes nnlab's settings (`nnlab
params`); layers with dropout need a multiple of 16 units. With --float32 Keras computes in its usual precision."""

import argparse
import csv
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from backend import keras
from rows import read
from twin import Data, Settings, Weights, assignments, build, named, train

ROOT = Path(__file__).parents[2]
SETTINGS: Settings = {"layers": 2, "units": 64, "activation": "relu", "batch_norm": True, "dropout": 0.5, "epochs": 5}
NOT_TOLD = ("rows", "label_noise", "dataset", "noise")  # rows.py cannot do them


def value_of(text: str) -> object:
    words = {"on": True, "yes": True, "true": True, "off": False, "no": False, "false": False}
    for read_as in (int, float):
        try:
            return read_as(text)
        except ValueError:
            pass
    return words.get(text.lower(), text)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("table", nargs="?", type=Path, default=ROOT / "datasets/digits.csv")
    parser.add_argument("--nnlab", type=Path, default=ROOT / "build/release/nnlab")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--float32", action="store_true")
    options = parser.parse_args()
    options.settings = dict(SETTINGS)
    for assignment in options.set:
        key, _, text = assignment.partition("=")
        if key in NOT_TOLD:
            parser.error(f"{key} cannot be told to Keras")
        options.settings[key] = value_of(text)
    return options


def initial_weights(settings: Settings, data: Data) -> Weights:
    """Keras's own, as floats."""
    model = build(settings, data.train.x.shape[1], data.classes).model
    return {name: keras.ops.convert_to_numpy(variable).astype(np.float32) for name, variable in named(model).items()}


def run_nnlab(program: Path, table: Path, settings: Settings, start: Weights) -> tuple[Weights, list[dict[str, float]]]:
    """The weights at the end, and the log's lines."""
    with tempfile.TemporaryDirectory() as folder:
        begin, end, log = (str(Path(folder, name)) for name in ("begin.npz", "end.npz", "log.csv"))
        np.savez(begin, **start)
        told = [word for assignment in assignments(settings) for word in ("--set", assignment)]
        files = ["--log", log, "--weights", begin, "--save-weights", end]
        subprocess.run([program, "train", table, "--quiet", *files, *told], check=True, stdout=subprocess.DEVNULL)
        with open(log, newline="") as file, np.load(end) as weights:
            return dict(weights), [{key: float(text) for key, text in line.items()} for line in csv.DictReader(file)]


def print_epochs(keras_epochs: dict[str, list[float]], nnlab_epochs: list[dict[str, float]], scale: float) -> None:
    metrics = [metric for metric in keras_epochs if metric in nnlab_epochs[0]]
    print(f"{'epoch':<7}" + "".join(f"{metric:>14}{'apart':>10}" for metric in metrics))
    for epoch, line in enumerate(nnlab_epochs):
        text = f"{epoch + 1:<7}"
        for metric in metrics:
            value = keras_epochs[metric][epoch] * (scale if metric.endswith("mae") else 1.0)
            text += f"{value:14.7g}{abs(line[metric] - value):10.1e}"
        print(text)


def print_weights(keras_weights: Weights, nnlab_weights: Weights) -> None:
    print(f"\n{'array':<42}{'numbers':>9}{'largest':>13}{'apart':>10}{'relative':>10}")
    for name, values in keras_weights.items():
        largest, apart = np.abs(values).max(), np.abs(nnlab_weights[name] - values).max()
        print(f"{name:<42}{values.size:9}{largest:13.6g}{apart:10.1e}{apart / largest:10.1e}")


def main() -> int:
    options = arguments()
    if options.float32:
        keras.config.set_floatx("float32")
    settings = options.settings
    data, scale = read(options.table, settings)
    start = initial_weights(settings, data)
    weights, epochs = run_nnlab(options.nnlab, options.table, settings, start)
    outcome = train(settings, data, start, from_logits=True)
    print(f"Keras {keras.__version__} in {keras.config.floatx()}, and how far nnlab is from it: {options.table.name}, "
          f"{len(data.train.x)} training rows\n")
    print_epochs(outcome.history, epochs, scale)
    print_weights(outcome.weights, weights)
    return 0


if __name__ == "__main__":
    sys.exit(main())
