"""An nnlab experiment, told in Keras: the same network, optimizer, callbacks, batches and masks, trained by fit().

An experiment is a dictionary of nnlab's own settings (`nnlab params`; "layers.2.units" is the second hidden layer's).
A setting that is not in it is left to Keras, so that nnlab's defaults are compared as well."""

from dataclasses import dataclass, field

import numpy as np

from backend import keras
from streams import dropout_mask, epoch_order

Settings = dict[str, object]
Weights = dict[str, np.ndarray]

DEFAULT_SEED, DEFAULT_EPOCHS, DEFAULT_BATCH = 7, 50, 32  # nnlab's; a case's steps must be known before Keras starts


@dataclass
class Part:
    x: np.ndarray  # (rows, features)
    y: np.ndarray  # (rows): labels or targets


@dataclass
class Data:
    classes: int  # 0: regression
    train: Part
    validation: Part
    test: Part | None = None


@dataclass
class Outcome:
    history: dict[str, list[float]]  # of each epoch, under Keras's names
    weights: Weights  # at the end
    rates: list[float]  # of each step, where a schedule gives them
    best_epoch: int | None  # EarlyStopping's
    evaluated: dict[str, dict[str, float]] = field(default_factory=dict)  # "test", "train": model.evaluate at the end


def layer_setting(settings: Settings, layer: int, key: str, default: object = None) -> object:
    """Of hidden layer `layer`, from 1."""
    return settings.get(f"layers.{layer}.{key}", settings.get(key, default))


def assignments(settings: Settings) -> list[str]:
    """As --set takes them. The number of layers comes first, what speaks of one layer last."""
    ordered = sorted(settings.items(), key=lambda item: (item[0] != "layers", "." in item[0]))
    return [f"{key}={'on' if value is True else 'off' if value is False else value}" for key, value in ordered]


def _given(settings: Settings, **names: str) -> dict[str, object]:
    """Those of Keras's arguments whose nnlab setting is given."""
    return {argument: settings[key] for argument, key in names.items() if key in settings}


# --- the network ---------------------------------------------------------------------------------------------------


@dataclass
class MaskedInput:
    """A layer whose dropout masks come in as an input of the model."""

    layer: int  # as RNG_DROPOUT counts: 0 is the input
    units: int
    rate: float


@dataclass
class Network:
    model: keras.Model
    masked: list[MaskedInput]


class _Builder:
    def __init__(self, settings: Settings, own_dropout: bool):
        self.settings = settings
        self.own_dropout = own_dropout
        self.inputs: list[keras.KerasTensor] = []
        self.masked: list[MaskedInput] = []

    def input(self, units: int) -> keras.KerasTensor:
        self.inputs.append(keras.Input((units,)))
        return self.inputs[-1]

    def dense(self, x: keras.KerasTensor, units: int, activation: str | None = None) -> keras.KerasTensor:
        penalty = _given(self.settings, l1="l1", l2="l2")
        regularizer = keras.regularizers.L1L2(**penalty) if penalty else None
        initializer = _given(self.settings, kernel_initializer="initializer")
        return keras.layers.Dense(units, activation, kernel_regularizer=regularizer, **initializer)(x)

    def dropout(self, x: keras.KerasTensor, layer: int, rate: float) -> keras.KerasTensor:
        if rate == 0.0 and not self.own_dropout:
            return x
        if self.own_dropout:
            return keras.layers.Dropout(rate)(x)
        self.masked.append(MaskedInput(layer, x.shape[-1], rate))
        return keras.layers.Multiply()([x, self.input(x.shape[-1])])

    def hidden(self, x: keras.KerasTensor, layer: int) -> keras.KerasTensor:
        settings = self.settings
        x = self.dense(x, layer_setting(settings, layer, "units"))
        order = [keras.layers.Activation(layer_setting(settings, layer, "activation", "relu"))]
        if layer_setting(settings, layer, "batch_norm", False):
            norm = keras.layers.BatchNormalization(**_given(settings, momentum="bn_momentum", epsilon="bn_epsilon"))
            order.insert(0 if layer_setting(settings, layer, "batch_norm_position") == "before" else 1, norm)
        for keras_layer in order:
            x = keras_layer(x)
        return self.dropout(x, layer, layer_setting(settings, layer, "dropout", 0.0))


def output_of(settings: Settings, classes: int) -> str:
    auto = "linear" if classes == 0 else "sigmoid" if classes == 2 else "softmax"
    return auto if settings.get("output", "auto") == "auto" else settings["output"]


def build(settings: Settings, features: int, classes: int, from_logits: bool = False, own_dropout: bool = False):
    """The network as a Keras user writes it. `from_logits`: without the last activation, which the loss then brings.
    `own_dropout`: with keras.layers.Dropout, whose masks are its own, instead of nnlab's masks."""
    keras.utils.clear_session()
    builder = _Builder(settings, own_dropout)
    x = builder.dropout(builder.input(features), 0, settings.get("input_dropout", 0.0))
    for layer in range(1, settings.get("layers", 1) + 1):
        x = builder.hidden(x, layer)
    output = output_of(settings, classes)
    units = classes if output == "softmax" else 1
    x = builder.dense(x, units, None if from_logits or output == "linear" else output)
    return Network(keras.Model(builder.inputs, x), builder.masked)


def named(model: keras.Model) -> dict[str, keras.Variable]:
    """In the order of get_weights(): "dense/kernel", "dense/bias", "batch_normalization/gamma", ..."""
    return {variable.path: variable for variable in model.weights}


# --- what training it takes ----------------------------------------------------------------------------------------


def _optimizer(settings: Settings) -> keras.optimizers.Optimizer:
    kind = settings.get("optimizer", "adam")
    own = {
        "sgd": {"momentum": "momentum", "nesterov": "nesterov"},
        "rmsprop": {"momentum": "momentum", "rho": "rho", "epsilon": "epsilon"},
        "adam": {"beta_1": "beta_1", "beta_2": "beta_2", "epsilon": "epsilon"},
        "adamw": {"beta_1": "beta_1", "beta_2": "beta_2", "epsilon": "epsilon"},
    }[kind]
    common = {key: key for key in ("weight_decay", "clipnorm", "global_clipnorm", "clipvalue")}
    makers = {"sgd": "SGD", "rmsprop": "RMSprop", "adam": "Adam", "adamw": "AdamW"}
    return getattr(keras.optimizers, makers[kind])(learning_rate(settings), **_given(settings, **own, **common))


def learning_rate(settings: Settings):
    """A number, or a schedule."""
    rate, kind = settings.get("learning_rate", 0.001), settings.get("schedule", "constant")
    if kind in ("step", "exponential"):
        return keras.optimizers.schedules.ExponentialDecay(
            rate, settings["decay_steps"], settings["decay_rate"], staircase=kind == "step")
    if kind == "cosine":
        return keras.optimizers.schedules.CosineDecay(rate, settings["decay_steps"], **_given(settings, alpha="alpha"))
    return rate


def _loss_and_metrics(settings: Settings, classes: int, from_logits: bool):
    if classes == 0:
        return settings.get("loss", "mse"), ["mae", keras.metrics.R2Score(name="r2")]
    if output_of(settings, classes) == "sigmoid":
        threshold = 0.0 if from_logits else 0.5
        return (keras.losses.BinaryCrossentropy(from_logits=from_logits),
                [keras.metrics.BinaryAccuracy("accuracy", threshold=threshold)])
    return keras.losses.SparseCategoricalCrossentropy(from_logits=from_logits), ["accuracy"]


def _monitor(settings: Settings, classes: int) -> dict[str, object]:
    monitor = settings.get("monitor", "val_loss")
    score = {"monitor": "val_accuracy" if classes else "val_r2", "mode": "max"}
    return score if monitor == "val_score" else {"monitor": monitor, "mode": "min"}


def _callbacks(settings: Settings, classes: int) -> dict[str, keras.callbacks.Callback]:
    callbacks, monitor = {}, _monitor(settings, classes)
    if settings.get("schedule") == "plateau":
        callbacks["plateau"] = keras.callbacks.ReduceLROnPlateau(**monitor, **_given(
            settings, factor="plateau_factor", patience="plateau_patience", min_delta="plateau_min_delta",
            cooldown="plateau_cooldown", min_lr="min_lr"))
    if settings.get("early_stopping"):
        callbacks["stop"] = keras.callbacks.EarlyStopping(**monitor, **_given(
            settings, patience="patience", min_delta="min_delta", start_from_epoch="start_from_epoch",
            restore_best_weights="restore_best_weights"))
    return callbacks


class _Batches(keras.utils.PyDataset):
    """nnlab's batches: its order of each epoch, and its dropout masks of each step."""

    def __init__(self, settings: Settings, part: Part, masked: list[MaskedInput]):
        super().__init__()
        self.part, self.masked = part, masked
        self.seed = settings.get("seed", DEFAULT_SEED)
        self.size = settings.get("batch_size", DEFAULT_BATCH)
        self.begin(0)

    def begin(self, epoch: int) -> None:
        self.epoch = epoch
        self.order = epoch_order(self.seed, epoch, len(self.part.x))

    def __len__(self) -> int:
        return -(-len(self.part.x) // self.size)

    def __getitem__(self, batch: int):
        rows = self.order[batch * self.size:(batch + 1) * self.size]
        step = self.epoch * len(self) + batch
        masks = [dropout_mask(self.seed, m.layer, step, len(rows), m.units, m.rate) for m in self.masked]
        return (self.part.x[rows], *masks), self.part.y[rows]


class _BeginEpoch(keras.callbacks.Callback):
    def __init__(self, batches: _Batches):
        super().__init__()
        self.batches = batches

    def on_epoch_begin(self, epoch, logs=None):
        self.batches.begin(epoch)


def _inference(part: Part, masked: list[MaskedInput]):
    """The rows with masks of ones: in inference dropout is the identity."""
    return (part.x, *(np.ones((len(part.x), m.units)) for m in masked)), part.y


def _prepared(part: Part, classes: int) -> Part:
    """R2Score wants its targets as a column."""
    dtype = keras.config.floatx()
    return Part(part.x.astype(dtype), part.y if classes else part.y.astype(dtype).reshape(-1, 1))


def train(settings: Settings, data: Data, start: Weights, from_logits: bool = False, own_dropout: bool = False,
          log: str | None = None) -> Outcome:
    """fit(), and evaluate() at its end. `log`: a file for CSVLogger."""
    network = build(settings, data.train.x.shape[1], data.classes, from_logits, own_dropout)
    model, masked = network.model, network.masked
    for name, variable in named(model).items():
        variable.assign(start[name])
    loss, metrics = _loss_and_metrics(settings, data.classes, from_logits)
    model.compile(_optimizer(settings), loss, metrics=metrics)
    batches = _Batches(settings, _prepared(data.train, data.classes), masked)
    callbacks = _callbacks(settings, data.classes)
    if log:
        callbacks["log"] = keras.callbacks.CSVLogger(log)
    fitted = model.fit(batches, epochs=settings.get("epochs", DEFAULT_EPOCHS), shuffle=False, verbose=0,
                       validation_data=_inference(_prepared(data.validation, data.classes), masked),
                       callbacks=[_BeginEpoch(batches), *callbacks.values()])
    schedule, steps = learning_rate(settings), len(batches) * len(fitted.epoch)
    outcome = Outcome(
        history=fitted.history,
        weights={name: keras.ops.convert_to_numpy(variable) for name, variable in named(model).items()},
        rates=[] if isinstance(schedule, float) else [float(schedule(step)) for step in range(steps)],
        best_epoch=callbacks["stop"].best_epoch if "stop" in callbacks else None)
    for name, part in (("test", data.test), ("train_eval", data.train)):
        if part:
            rows = _inference(_prepared(part, data.classes), masked)
            outcome.evaluated[name] = model.evaluate(*rows, verbose=0, return_dict=True)
    return outcome
