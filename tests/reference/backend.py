"""Keras on JAX, in float64, so that what comes out is free of Keras's own roundings. Import keras from here: backend
and precision must be chosen before it is loaded."""

import os

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_ENABLE_X64"] = "1"

import keras  # noqa: E402

keras.config.set_floatx("float64")
