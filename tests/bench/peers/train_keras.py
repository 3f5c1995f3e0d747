"""Keras's whole job: train_keras.py BACKEND:JIT:STEPS FILE.csv EPOCHS, as in peer_keras.py."""

import os
import sys

(backend, jit, steps), path, epochs = sys.argv[1].split(":"), sys.argv[2], int(sys.argv[3])
os.environ["KERAS_BACKEND"] = backend
import keras  # noqa: E402  (reads the backend)
from digits import read_digits  # noqa: E402

(x, labels), validation, test = read_digits(path)
model = keras.Sequential(
    [
        keras.Input((64,)),
        keras.layers.Dense(128, activation="relu"),
        keras.layers.BatchNormalization(),
        keras.layers.Dropout(0.5),
        keras.layers.Dense(10),
    ]
)
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile(
    optimizer="adam", loss=loss, metrics=["accuracy"], jit_compile=jit == "on", steps_per_execution=int(steps)
)
model.fit(x, labels, batch_size=32, epochs=epochs, validation_data=validation, verbose=2)
print("Test - loss: {:.4f} - accuracy: {:.4f}".format(*model.evaluate(*test, verbose=0)))
