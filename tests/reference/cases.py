"""What is compared: the data sets, the initial weights, and every case. A new case is a few lines here; make.py asks
Keras for its numbers. All inputs are multiples of 1/64 or the like: floats without rounding."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from twin import Data, Part, Settings, Weights

ONE_STEP, LONG = 2e-6, 1e-4  # tolerances: after one step, and after 50 or 100
ACTIVATIONS = "linear relu leaky_relu elu selu gelu silu tanh sigmoid softplus".split()


@dataclass
class Case:
    name: str
    data: str  # of DATA
    settings: Settings
    tolerance: float
    start: dict[str, np.ndarray] | None = None  # by the network's array names; None: start_of()
    from_logits: bool = True  # the loss brings the last activation; else that is a layer's, and clips (README.md)
    own_dropout: bool = False  # keras.layers.Dropout instead of nnlab's masks
    log: bool = False  # compare CSVLogger's file as well
    train_eval: bool = False  # compare the training rows in inference mode as well
    leave_out: tuple[str, ...] = ()  # what is not compared, because `note` says why
    looser: dict[str, float] = field(default_factory=dict)  # tolerances that differ, because `note` says why
    note: str = ""


# --- data ----------------------------------------------------------------------------------------------------------
# 57 training rows in batches of 6 are ten steps, the last of three rows: ten epochs are a hundred steps.

TRAIN, VALIDATION, TEST = 57, 7, 9


def _draw(classes: int, features: int, seed: int) -> Data:
    """Rows that a linear rule with some noise labels, so that there is something to learn and to overfit."""
    random = np.random.default_rng(seed)
    rows = TRAIN + VALIDATION + TEST
    x = np.round(random.normal(size=(rows, features)) * 16) / 16
    scores = x @ random.normal(size=(features, max(classes, 1))) + 0.5 * random.normal(size=(rows, max(classes, 1)))
    y = np.round(scores[:, 0] * 16) / 16
    if classes == 2:
        y = (scores[:, 0] > 0).astype(int)
    elif classes > 2:
        y = scores.argmax(axis=1)
    ends = TRAIN, TRAIN + VALIDATION, rows
    return Data(classes, *(Part(x[end - n:end], y[end - n:end]) for end, n in zip(ends, (TRAIN, VALIDATION, TEST))))


def _with_tiny_feature(data: Data) -> Data:
    """The first feature's gradients are about 1e-7: where an optimizer adds its epsilon decides their step."""
    factor = np.array([2.0**-20] + [1.0] * (data.train.x.shape[1] - 1))
    return Data(data.classes, *(Part(part.x * factor, part.y) for part in (data.train, data.validation, data.test)))


def _one_hot_rows(classes: int, y: list[float]) -> Data:
    """Row r picks row r of the first kernel: each of its rows is what one training row brings to the outputs."""
    part = Part(np.eye(len(y)), np.array(y))
    return Data(classes, part, Part(part.x[:2], part.y[:2]))


DATA = {
    "three classes": _draw(3, 5, 1),
    "two classes": _draw(2, 5, 2),
    "a number": _draw(0, 5, 3),
    "a tiny feature": _with_tiny_feature(_draw(3, 5, 4)),
    "16 features": _draw(3, 16, 5),
}


def start_of(shapes: dict[str, tuple[int, ...]]) -> Weights:
    """Initial weights of any network: kernels as large as glorot_uniform's, and no array as Keras would begin it, so
    that every one of them counts. None is 0, where |w| has no slope."""
    start = {}
    for name, shape in shapes.items():
        random = np.random.default_rng(zlib.crc32(f"{name} {shape}".encode()))
        kind = name.split("/")[1]
        limit = (6 / sum(shape)) ** 0.5 if kind == "kernel" else 0.5
        middle = 1.0 if kind in ("gamma", "moving_variance") else 0.0
        start[name] = middle + (np.floor(random.uniform(-limit, limit, shape) * 32) + 0.5) / 32
    return start


# --- groups --------------------------------------------------------------------------------------------------------

NET = {"layers": 2, "layers.1.units": 5, "layers.2.units": 3}
STEP = {"batch_size": 64, "epochs": 1}  # one step with every training row
RUN = {"batch_size": 6, "epochs": 10}  # a hundred steps
HALF_RUN = RUN | {"epochs": 5}
SGD_1 = {"optimizer": "sgd", "learning_rate": 1.0}  # after one step the weights differ by the gradient itself
ADAM = {"optimizer": "adam", "learning_rate": 0.01, "epsilon": 1e-3}
BEFORE_NORM = ("Batch normalization takes away what is added to its input: gradients of biases before it are 0 but for "
               "roundings. Adam makes steps of these, so epsilon is 1e-3 here.")


def activations() -> Iterator[Case]:
    norms = {"plain": {}, "batch norm after": {"batch_norm": True, "batch_norm_position": "after"},
             "batch norm before": {"batch_norm": True, "batch_norm_position": "before"}}
    for activation in ACTIVATIONS:
        for norm, settings in norms.items():
            net = NET | {"activation": activation} | settings
            note = BEFORE_NORM if "before" in norm else ""
            yield Case(f"{activation}, {norm}, 1 step", "three classes", net | SGD_1 | STEP, ONE_STEP)
            yield Case(f"{activation}, {norm}, 100 steps", "three classes", net | ADAM | RUN, LONG, note=note)


OPTIMIZERS = {
    "sgd": {"optimizer": "sgd", "learning_rate": 0.25},
    "sgd, momentum": {"optimizer": "sgd", "learning_rate": 0.0625, "momentum": 0.9},
    "sgd, nesterov": {"optimizer": "sgd", "learning_rate": 0.0625, "momentum": 0.9, "nesterov": True},
    "rmsprop": {"optimizer": "rmsprop", "learning_rate": 0.01},
    "rmsprop, momentum": {"optimizer": "rmsprop", "learning_rate": 0.01, "momentum": 0.7, "rho": 0.8},
    "adam": {"optimizer": "adam", "learning_rate": 0.02},
    "adam, other betas": {"optimizer": "adam", "learning_rate": 0.02, "beta_1": 0.8, "beta_2": 0.9, "epsilon": 1e-4},
    "adamw": {"optimizer": "adamw", "learning_rate": 0.02, "weight_decay": 0.004},
}
WITH_ADDITIONS = "sgd", "sgd, nesterov", "rmsprop", "rmsprop, momentum", "adam", "adamw"
ADDITIONS = {
    "": {},
    "weight decay": {"weight_decay": 0.05},
    "clipnorm": {"clipnorm": 0.2},
    "global_clipnorm": {"global_clipnorm": 0.5},
    "clipvalue": {"clipvalue": 0.03},
}
IDLE = {"clipnorm": {"clipnorm": 100.0}, "global_clipnorm": {"global_clipnorm": 100.0}, "clipvalue": {"clipvalue": 9.0}}


def optimizers() -> Iterator[Case]:
    net = NET | {"activation": "tanh"}
    for optimizer, settings in OPTIMIZERS.items():
        for addition, more in ADDITIONS.items() if optimizer in WITH_ADDITIONS else [("", {})]:
            name = f"{optimizer}, {addition}" if addition else optimizer
            yield Case(f"{name}, 1 step", "a tiny feature", net | settings | more | STEP, ONE_STEP)
            yield Case(f"{name}, 100 steps", "a tiny feature", net | settings | more | RUN, LONG)
    for limit, settings in IDLE.items():
        yield Case(f"{limit} that never acts", "a tiny feature", net | SGD_1 | settings | STEP, ONE_STEP)


LOSSES = {
    "softmax": ("three classes", {}),
    "softmax of two classes": ("two classes", {"output": "softmax"}),
    "sigmoid": ("two classes", {}),
    "mse": ("a number", {}),
    "mae": ("a number", {"loss": "mae"}),
}


def losses() -> Iterator[Case]:
    net = NET | {"activation": "silu"}
    sgd = {"optimizer": "sgd", "learning_rate": 0.1}
    for loss, (data, settings) in LOSSES.items():
        for from_logits in (False, True) if DATA[data].classes else (False,):
            name = loss + (", from logits" if from_logits else "")
            yield Case(f"{name}, 1 step", data, net | settings | sgd | STEP, ONE_STEP, from_logits=from_logits)
            yield Case(f"{name}, 100 steps", data, net | settings | ADAM | RUN, LONG, from_logits=from_logits)


# What the outputs are for each row, and what is right. The second network layer multiplies by `scale`.
TABLES = {
    "softmax; the first of equal logits counts": (
        3, 1.0, [[1.5, -0.5, 0.25], [0.5, 0.5, -1.0], [-3.0, 4.0, 2.5]], [0, 1, 2]),
    "softmax of extreme logits": (
        3, 1e4, [[1, -1, 0], [1, 1, -1], [-1, 0, 1], [1, -1, 2**-12]], [1, 0, 2, 2]),
    "sigmoid; 0.5 is not over 0.5": (2, 1.0, [[2], [-1.5], [0], [0], [0.25], [-4]], [1, 1, 0, 0, 0, 0]),
    "sigmoid of extreme logits": (
        2, 1e4, [[1], [-1], [1], [-1], [0.0078125], [-0.0078125]], [1, 1, 0, 0, 0, 1]),
    "mse": (0, 1.0, [[1.5], [-0.25], [3.0], [0.5], [-2.0]], [1.0, 0.5, 3.0, -1.0, 0.25]),
    "mse; R2 far from 0": (
        0, 1.0, [[1001.5], [999.75], [1003], [1000.5], [998]], [1001.0, 1000.5, 1003.0, 999.0, 1000.25]),
    "mae": (0, 1.0, [[1.5], [-0.25], [3.5], [0.5], [-2.0]], [1.0, 0.5, 3.0, -1.0, 0.25]),
}


def loss_tables() -> Iterator[Case]:
    """The first kernel holds the outputs of each row; after one step it has lost each row's own gradient."""
    for name, (classes, scale, outputs, y) in TABLES.items():
        table = np.array(outputs, dtype=float)
        units = table.shape[1]
        start = {"dense/kernel": table, "dense/bias": np.zeros(units), "dense_1/kernel": scale * np.eye(units),
                 "dense_1/bias": np.zeros(units)}
        DATA[name] = _one_hot_rows(classes, y)
        settings = {"units": units, "activation": "linear", "optimizer": "sgd", "learning_rate": 1.0 / scale}
        if name == "mae":
            settings |= {"loss": "mae"}
        yield Case(f"rows: {name}", name, settings | STEP, ONE_STEP, start=start,
                   leave_out=("val_loss", "val_accuracy", "val_mae", "val_r2"))


def regularizers() -> Iterator[Case]:
    penalties = {"l1": {"l1": 0.01}, "l2": {"l2": 0.02}, "l1 and l2": {"l1": 0.01, "l2": 0.02}}
    norms = {"": {}, ", batch norm": {"layers.1.batch_norm": True, "layers.2.batch_norm": True,
                                      "layers.2.batch_norm_position": "before"}}
    for penalty, settings in penalties.items():
        for norm, more in norms.items():
            net = NET | {"activation": "tanh"} | settings | more
            sgd = {"optimizer": "sgd", "learning_rate": 0.1}
            yield Case(f"{penalty}{norm}, 1 step", "three classes", net | SGD_1 | STEP, ONE_STEP)
            yield Case(f"{penalty}{norm}, 100 steps", "three classes", net | sgd | RUN, LONG)
            yield Case(f"{penalty}{norm}, a number", "a number", net | sgd | STEP, ONE_STEP)


def schedules() -> Iterator[Case]:
    kinds = {
        "step of 10": {"schedule": "step", "decay_steps": 10, "decay_rate": 0.5},
        "step of 33": {"schedule": "step", "decay_steps": 33, "decay_rate": 0.9},
        "exponential of 10": {"schedule": "exponential", "decay_steps": 10, "decay_rate": 0.5},
        "exponential of 100": {"schedule": "exponential", "decay_steps": 100, "decay_rate": 0.01},
        "cosine of 100": {"schedule": "cosine", "decay_steps": 100},
        "cosine of 99, alpha": {"schedule": "cosine", "decay_steps": 99, "alpha": 0.1},
        "cosine of 40, alpha: over before the run": {"schedule": "cosine", "decay_steps": 40, "alpha": 0.25},
    }
    for kind, settings in kinds.items():
        for optimizer in ("sgd", "adam") if "decay_rate" in settings else ("sgd",):
            more = {"optimizer": optimizer, "learning_rate": 0.1 if optimizer == "sgd" else 0.01}
            cosine = settings["schedule"] == "cosine"
            yield Case(f"{kind}, {optimizer}", "three classes", NET | {"activation": "tanh"} | settings | more | RUN,
                       LONG, looser={"rates": ONE_STEP},
                       note="Keras's CosineDecay computes in float32 whatever floatx says." if cosine else "")


# A learning rate at which the losses go up and down, and one at which nothing moves.
BUMPY = NET | {"activation": "tanh", "optimizer": "sgd", "learning_rate": 1.0, "momentum": 0.5, "batch_size": 24,
               "epochs": 16}
FLAT = BUMPY | {"learning_rate": 1e-30}


def plateaus() -> Iterator[Case]:
    settings = {
        "patience 0": (BUMPY, {"plateau_patience": 0, "plateau_factor": 0.5}),
        "patience 1, factor 0.5, min_delta 0": (
            BUMPY, {"plateau_patience": 1, "plateau_factor": 0.5, "plateau_min_delta": 0.0}),
        "patience 2, factor 0.1": (BUMPY, {"plateau_patience": 2}),
        "patience 1, cooldown 2": (
            BUMPY, {"plateau_patience": 1, "plateau_factor": 0.5, "plateau_cooldown": 2, "plateau_min_delta": 0.02}),
        "patience 3, cooldown 1, min_delta 0.15": (
            BUMPY, {"plateau_patience": 3, "plateau_factor": 0.5, "plateau_cooldown": 1, "plateau_min_delta": 0.15}),
        "min_lr 0.2": (BUMPY, {"plateau_patience": 1, "plateau_factor": 0.5, "min_lr": 0.2}),
        "of the accuracy": (BUMPY, {"monitor": "val_score", "plateau_patience": 2, "plateau_factor": 0.5}),
        "of the training loss": (BUMPY, {"monitor": "loss", "plateau_patience": 1, "plateau_factor": 0.5}),
        "of a flat loss": (FLAT, {"plateau_patience": 3, "plateau_factor": 0.5}),
        "of R2": (BUMPY | {"learning_rate": 0.1},
                  {"monitor": "val_score", "plateau_patience": 1, "plateau_factor": 0.5}),
    }
    for name, (run, plateau) in settings.items():
        data = "a number" if name == "of R2" else "three classes"
        yield Case(f"plateau, {name}", data, run | {"schedule": "plateau"} | plateau, LONG)


def early_stopping() -> Iterator[Case]:
    runs = {
        "patience 0": (BUMPY, {"patience": 0}),
        "patience 1": (BUMPY, {"patience": 1}),
        "patience 2": (BUMPY, {"patience": 2}),
        "patience 3": (BUMPY, {"patience": 3}),
        "patience 8": (BUMPY, {"patience": 8}),
        "patience 30: never": (BUMPY | {"epochs": 5}, {"patience": 30}),
        "min_delta 0.1": (BUMPY, {"patience": 2, "min_delta": 0.1}),
        "start_from_epoch 3": (BUMPY, {"patience": 0, "start_from_epoch": 3}),
        "start_from_epoch 8, patience 2": (BUMPY, {"patience": 2, "start_from_epoch": 8}),
        "start_from_epoch 40: never": (BUMPY | {"epochs": 5}, {"patience": 1, "start_from_epoch": 40}),
        "of the training loss": (BUMPY, {"monitor": "loss", "patience": 1}),
        "of the accuracy": (BUMPY, {"monitor": "val_score", "patience": 2}),
        "of the accuracy, min_delta 0.2": (BUMPY, {"monitor": "val_score", "patience": 4, "min_delta": 0.2}),
        "of a flat loss, patience 0": (FLAT, {"patience": 0}),
        "of a flat loss, patience 2": (FLAT, {"patience": 2}),
        "of R2": (BUMPY | {"learning_rate": 0.125}, {"monitor": "val_score", "patience": 2}),
    }
    for name, (run, stop) in runs.items():
        data = "a number" if name == "of R2" else "three classes"
        for restore in (False, True) if name in ("patience 1", "patience 8", "of R2") else (True,):
            settings = run | {"early_stopping": True} | stop | {"restore_best_weights": restore}
            yield Case(f"early stopping, {name}{', restored' if restore else ''}", data, settings, LONG)
    norm = BUMPY | {"batch_norm": True, "early_stopping": True, "patience": 3, "restore_best_weights": True}
    yield Case("early stopping restores moving statistics", "three classes", norm, LONG)
    plateau = BUMPY | {"early_stopping": True, "patience": 6, "restore_best_weights": True, "schedule": "plateau",
                       "plateau_patience": 1, "plateau_factor": 0.5}
    yield Case("early stopping with a plateau", "three classes", plateau, LONG)


def batch_norm() -> Iterator[Case]:
    kinds = {
        "defaults": {},
        "momentum 0.9": {"bn_momentum": 0.9},
        "momentum 0": {"bn_momentum": 0.0},
        "epsilon 1e-5": {"bn_epsilon": 1e-5},
        "epsilon 0.1, momentum 0.5": {"bn_epsilon": 0.1, "bn_momentum": 0.5},
    }
    sgd = {"optimizer": "sgd", "learning_rate": 0.1}
    for kind, settings in kinds.items():
        for position in ("after", "before"):
            net = NET | {"activation": "silu", "batch_norm": True, "batch_norm_position": position} | settings
            yield Case(f"{kind}, {position}, 1 step", "three classes", net | SGD_1 | STEP, ONE_STEP)
            yield Case(f"{kind}, {position}, 50 steps", "three classes", net | sgd | HALF_RUN, LONG)
    mixed = NET | {"activation": "tanh", "layers.1.batch_norm": True, "layers.2.batch_norm": True,
                   "layers.2.batch_norm_position": "before"}
    yield Case("after, then before, 1 step", "two classes", mixed | SGD_1 | STEP, ONE_STEP)
    yield Case("after, then before, 50 steps", "two classes", mixed | sgd | HALF_RUN, LONG)
    second = NET | {"activation": "tanh", "layers.2.batch_norm": True}
    yield Case("in the second layer alone, a number, 50 steps", "a number", second | sgd | HALF_RUN, LONG)
    one_row = NET | {"activation": "tanh", "batch_norm": True, "batch_size": 28, "epochs": 2} | sgd
    yield Case("a last batch of one row: its variance is 0", "three classes", one_row, LONG)


def dropout() -> Iterator[Case]:
    net = {"units": 16, "activation": "relu"}
    short = {"optimizer": "sgd", "learning_rate": 0.1}
    for rate in (0.1, 0.5, 0.8, 1.0):
        yield Case(f"dropout {rate}, 1 step", "three classes", net | {"dropout": rate} | SGD_1 | STEP, ONE_STEP)
        yield Case(f"dropout {rate}, 50 steps", "three classes", net | {"dropout": rate} | short | HALF_RUN, LONG)
        wide = {"input_dropout": rate, "units": 5, "activation": "tanh"}
        yield Case(f"input dropout {rate}, 1 step", "16 features", wide | SGD_1 | STEP, ONE_STEP)
        yield Case(f"input dropout {rate}, 50 steps", "16 features", wide | short | HALF_RUN, LONG)
    for position in ("after", "before"):
        both = net | {"layers": 2, "batch_norm": True, "batch_norm_position": position, "dropout": 0.5,
                      "input_dropout": 0.2}
        yield Case(f"batch norm {position} and dropout, 1 step", "16 features", both | SGD_1 | STEP, ONE_STEP)
        yield Case(f"batch norm {position} and dropout, 50 steps", "16 features", both | ADAM | HALF_RUN, LONG)
    seed = net | {"layers": 2, "layers.2.units": 32, "layers.2.dropout": 0.25, "seed": 2147483647}
    yield Case("dropout in the second layer, another seed, 50 steps", "two classes", seed | short | HALF_RUN, LONG)
    own = {"layers": 2, "units": 5, "activation": "tanh"} | short
    for rate in (0.0, 1.0):
        yield Case(f"keras.layers.Dropout({rate})", "three classes", own | {"dropout": rate} | HALF_RUN, LONG,
                   own_dropout=True)
    for rate in (0.5, 0.9):
        still = own | {"dropout": rate, "input_dropout": rate, "learning_rate": 1e-30} | STEP
        yield Case(f"keras.layers.Dropout({rate}) in inference", "three classes", still, ONE_STEP, own_dropout=True,
                   train_eval=True, leave_out=("loss", "accuracy"),
                   note="Its masks are its own, so the training loss differs; at this learning rate nothing moves.")


def fit() -> Iterator[Case]:
    """Batches of every size, the weight of a short one in an epoch's averages, evaluate(), what is predicted."""
    net = NET | {"activation": "tanh", "optimizer": "sgd", "learning_rate": 0.1, "epochs": 3}
    for size in (1, 2, 5, 19, 28, 57, 64):
        for data in ("three classes", "a number") if size in (5, 28) else ("two classes",):
            yield Case(f"batches of {size}, {data}", data, net | {"batch_size": size}, LONG, from_logits=False,
                       train_eval=True)
    still = net | {"learning_rate": 1e-30, "batch_size": 28, "epochs": 1}
    for data in ("three classes", "two classes", "a number"):
        yield Case(f"a loss is weighted by its batch's rows, {data}", data, still, ONE_STEP, train_eval=True)
    one = {"units": 7, "activation": "relu", "batch_norm": True, "dropout": 0.0} | ADAM
    yield Case("one hidden layer", "three classes", one | HALF_RUN, LONG, train_eval=True)
    deep = {"layers": 6, "units": 4, "activation": "selu", "optimizer": "sgd", "learning_rate": 0.05}
    yield Case("six hidden layers", "three classes", deep | HALF_RUN, LONG, train_eval=True)
    norms = {"layers.1.batch_norm": True, "layers.2.batch_norm": True, "layers.2.batch_norm_position": "before"}
    mixes = {
        "adam, exponential decay, l1 and l2": ("three classes", norms | {
            "activation": "relu", "optimizer": "adam", "learning_rate": 0.02, "epsilon": 1e-3, "l1": 0.001, "l2": 0.002,
            "schedule": "exponential", "decay_steps": 5, "decay_rate": 0.7}),
        "rmsprop, momentum, clipnorm": ("two classes", {
            "activation": "silu", "layers.1.batch_norm": True, "optimizer": "rmsprop", "learning_rate": 0.01,
            "momentum": 0.5, "clipnorm": 0.3}),
        "nesterov, cosine decay, weight decay, l2": ("a number", {
            "activation": "gelu", "layers.2.batch_norm": True, "optimizer": "sgd", "learning_rate": 0.01,
            "momentum": 0.9, "nesterov": True, "weight_decay": 0.01, "l2": 0.01, "schedule": "cosine",
            "decay_steps": 12, "alpha": 0.1}),
        "adamw, step decay, global_clipnorm, mae": ("a number", norms | {
            "activation": "tanh", "loss": "mae", "optimizer": "adamw", "learning_rate": 0.02, "epsilon": 1e-3,
            "weight_decay": 0.05, "global_clipnorm": 0.5, "schedule": "step", "decay_steps": 4, "decay_rate": 0.5}),
    }
    for name, (data, settings) in mixes.items():
        yield Case(f"all together: {name}", data, NET | settings | {"batch_size": 16, "epochs": 2}, LONG)
    yield Case("the default batch size and optimizer", "three classes", NET | {"epochs": 10}, LONG)


def logs() -> Iterator[Case]:
    """The file that CSVLogger writes."""
    net = NET | {"activation": "tanh", "optimizer": "sgd", "learning_rate": 0.1, "batch_size": 12, "epochs": 4}
    plateau = {"schedule": "plateau", "plateau_patience": 0, "plateau_min_delta": 1.0}
    for data in ("three classes", "two classes", "a number"):
        yield Case(f"a log, {data}", data, net, LONG, from_logits=False, log=True)
        yield Case(f"a log with learning_rate, {data}", data, net | plateau, LONG, from_logits=False, log=True)


GROUPS = {
    "activations": (activations,),
    "optimizers": (optimizers,),
    "losses": (losses, loss_tables),
    "regularizers": (regularizers,),
    "schedules": (schedules, plateaus),
    "early_stopping": (early_stopping,),
    "batch_norm": (batch_norm,),
    "dropout": (dropout,),
    "fit": (fit, logs),
}
