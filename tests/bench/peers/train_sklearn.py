"""scikit-learn's whole job: train_sklearn.py - FILE.csv EPOCHS; without batch normalization and dropout."""

import sys

import numpy as np
from digits import read_digits
from sklearn.metrics import log_loss
from sklearn.neural_network import MLPClassifier

path, epochs = sys.argv[2], int(sys.argv[3])
(x, labels), validation, test = read_digits(path)
classes = np.arange(10)
model = MLPClassifier((128,), alpha=0.0, batch_size=32)


def measure(x: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    """Loss and accuracy."""
    chances = model.predict_proba(x)
    return log_loss(labels, chances, labels=classes), float((chances.argmax(1) == labels).mean())


for epoch in range(epochs):
    model.partial_fit(x, labels, classes=classes)
    val_loss, val_accuracy = measure(*validation)
    print(
        f"Epoch {epoch + 1}/{epochs} - loss: {model.loss_:.4f} - val_loss: {val_loss:.4f} - "
        f"val_accuracy: {val_accuracy:.4f}",
        flush=True,
    )
print("Test - loss: {:.4f} - accuracy: {:.4f}".format(*measure(*test)))
