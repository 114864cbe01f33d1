"""A digit's way through the network that the tests make, by the core."""

import numpy as np

import bpdemo as bp
from bpdemo import data, losses, training

W = training.initial_weights([64, 16, 10])
DIGITS = data.digits_split().held_out
NOISE = np.random.default_rng(0).normal(size=(8, 8))


def quantities(s):
    digit = DIGITS[s.which - 1]
    x = np.zeros((8, 8))
    for row in range(8):
        for column in range(8):
            r, c = row - s.down, column - s.right
            ink = digit.images[0][r, c] if 0 <= r < 8 and 0 <= c < 8 else 0.0
            ink += s.noise * NOISE[row, column] + s.ink[8 * row + column]
            x[row, column] = min(max(ink, 0.0), 1.0)
    trace = bp.forward(x.reshape(1, 64), W, activation=["relu", "identity"])
    y = np.zeros((1, 10))
    y[0, digit.labels[0] if s.label < 0 else s.label] = 1.0
    p = losses.softmax(trace.a[2])[0]
    dL_dx = bp.backward(trace, y, "softmax_cross_entropy").dL_da[0]
    q = {f"p_{n + 1}": v for n, v in enumerate(p)}
    return q | {"loss": float(-(y * np.log(p)).sum()), "most": float(np.abs(dL_dx).max())}
