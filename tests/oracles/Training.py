"""The core's gradient descent on the points."""

import numpy as np

import bpdemo as bp
from bpdemo import training


def quantities(s):
    q = {name: getattr(s, name) for name in ("eta", "hidden", "seed", "step")}
    if not s.points:
        return q | {"loss": 0.0, "accuracy": np.nan}
    points = np.array(s.points)
    x, labels = points[:, :2], points[:, 2].astype(int)
    widths, sigma = [2, s.hidden, 1], [s.activation, "sigmoid"]
    *_, last = training.descend(
        x,
        training.initial_weights(widths, s.seed),
        labels[:, None],
        b=training.initial_biases(widths),
        activation=sigma,
        learning_rate=s.eta,
        epochs=s.step,
    )
    with np.errstate(all="ignore"):
        a = bp.forward(x, last.w, activation=sigma, b=last.b).a[2]
    right = float(np.mean((a[:, 0] >= 0.5) == labels))
    return q | {"step": last.epoch, "loss": last.loss, "accuracy": right}
