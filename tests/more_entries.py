"""Two activations and a loss that the tables don't have, each one entry: a plugin of pytest.

``pytest -p tests.more_entries`` runs any test as if they stood in the tables.
"""

import numpy as np

from bpdemo import activations, losses
from bpdemo.activations import Activation
from bpdemo.losses import Loss


def _share(z):
    with np.errstate(over="ignore"):  # e^{-z} may be inf: then 1 / (1 + inf) = 0 is right
        return 1 / (1 + np.exp(-z))


def _gaussian(z):
    return np.exp(-z * z)


def _huber(a, y):
    e = a - y
    bowl, arms = e * e / 2, np.sign(np.real(e)) * e - 0.5  # analytic on each side, for complex a
    return np.where(np.abs(np.real(e)) <= 1, bowl, arms).sum(axis=(-2, -1))


GAUSSIAN = Activation(
    name="gaussian",
    f=_gaussian,
    derivative=lambda z, a=None: -2 * z * (_gaussian(z) if a is None else a),
    formula="exp(-z**2)",
    latex="e^{-z^2}",
)
SWISH = Activation(  # not monotone: a alone doesn't say what σ′ is
    name="swish",
    f=lambda z: z * _share(z),
    derivative=lambda z, a=None: _share(z) * (1 + z * _share(-z)),
    formula="z/(1 + exp(-z))",
    latex=r"\frac{z}{1 + e^{-z}}",
)
HUBER = Loss(
    name="huber",
    value=_huber,
    derivative=lambda a, y: np.clip(a - y, -1, 1),
    formula="Piecewise(((a - y)**2/2, Abs(a - y) <= 1), (Abs(a - y) - Rational(1, 2), True))",
    latex=r"\sum \mathrm{huber}(a^L - y)",
)


def add() -> None:
    """Put the three into the tables."""
    activations.TABLE |= {entry.name: entry for entry in (GAUSSIAN, SWISH)}
    losses.TABLE[HUBER.name] = HUBER


def remove() -> None:
    """Take them out again."""
    for entry in (GAUSSIAN, SWISH):
        activations.TABLE.pop(entry.name, None)
    losses.TABLE.pop(HUBER.name, None)


def pytest_configure(config):
    add()
