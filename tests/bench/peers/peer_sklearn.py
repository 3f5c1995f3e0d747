"""scikit-learn's MLPClassifier, which has neither batch normalization nor dropout: LAYERS must be "plain". A call of
partial_fit() on many rows is one epoch over them in batches. VARIANT is not used."""

import numpy as np
import sklearn
from protocol import make_data, read_work, serve, timed
from sklearn.neural_network import MLPClassifier

work = read_work()
if work.full:
    raise SystemExit("MLPClassifier has neither batch normalization nor dropout")
model = MLPClassifier((work.units,) * work.hidden, alpha=0.0, batch_size=work.batch, random_state=1)
x, labels = make_data(work)
classes = np.arange(work.classes)


def run(count: int) -> None:
    rows = count * work.batch
    model.partial_fit(np.resize(x, (rows, work.features)), np.resize(labels, rows), classes=classes)


serve(sklearn.__version__, timed(run))
