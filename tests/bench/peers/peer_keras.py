"""Keras 3. VARIANT is BACKEND:JIT:STEPS, as in tensorflow:on:1; JIT is compile()'s jit_compile, STEPS its
steps_per_execution.

Timed as is fairest to Keras: within one fit() over an array in memory, from the epoch's begin to its end, so that what
fit() does once is not counted; no metrics. The array has as many batches as the round has steps.
"""

import os
import time

import numpy as np
from protocol import make_data, read_work, serve

work = read_work()
backend, jit, steps = work.variant.split(":")
os.environ["KERAS_BACKEND"] = backend
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras  # noqa: E402  (reads the backend)

if backend == "tensorflow":
    import tensorflow

    tensorflow.config.threading.set_intra_op_parallelism_threads(work.threads)
    tensorflow.config.threading.set_inter_op_parallelism_threads(work.threads)


def make_model() -> keras.Model:
    model = keras.Sequential([keras.Input((work.features,))])
    for _ in range(work.hidden):
        model.add(keras.layers.Dense(work.units, activation="relu"))
        if work.full:
            model.add(keras.layers.BatchNormalization())
            model.add(keras.layers.Dropout(0.5))
    model.add(keras.layers.Dense(work.classes))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer="adam", loss=loss, jit_compile=jit == "on", steps_per_execution=int(steps))
    return model


class EpochClock(keras.callbacks.Callback):
    seconds = 0.0

    def on_epoch_begin(self, epoch, logs=None):
        self.seconds = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        self.seconds = time.perf_counter() - self.seconds


model = make_model()
x, labels = make_data(work)
clock = EpochClock()


def train(count: int) -> float:
    """One fit() of `count` steps. steps_per_execution wants whole executions: a round has a multiple of them."""
    whole = -(-count // int(steps)) * int(steps)
    shape = (whole * work.batch, work.features)
    model.fit(np.resize(x, shape), np.resize(labels, shape[0]), batch_size=work.batch, verbose=0, callbacks=[clock])
    return clock.seconds * count / whole


version = __import__(backend).__version__
serve(f"{keras.__version__}, {backend} {version}", train)
