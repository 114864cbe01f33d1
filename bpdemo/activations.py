"""The activation functions: each σ stands beside its derivative σ′.

Adding an activation is adding one entry to `TABLE`. An entry says the same thing three times,
and the tests hold the three together: `f` computes σ(z), `derivative` computes σ′(z), and
`formula` is σ(z) as text that SymPy can differentiate for itself.

σ′ is always a function of z, the number *before* the activation (row N8). For some σ the same
number can be had from a = σ(z) without another exponential; so `derivative` takes a as a second,
optional argument. It must be a = σ(z): passing a in the place of z is the slip that notebook 03
is about.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

__all__ = ["LEAK", "TABLE", "Activation", "get"]

LEAK = 0.01
"""The slope of leaky ReLU for z < 0."""


@dataclass(frozen=True)
class Activation:
    """One σ with its σ′.

    Attributes
    ----------
    name : the name by which `forward` knows it.
    f : σ, elementwise; takes z of any shape, returns a of the same shape.
    derivative : σ′, elementwise; ``derivative(z)`` or, where a = σ(z) is at hand,
        ``derivative(z, a)``. Returns da_dz of the shape of z.
    formula : σ(z) in SymPy's syntax, with the one symbol ``z``.
    latex, latex_derivative : σ(z) and σ′(z) for a reader.
    kinks : the z at which σ has no derivative; there, `derivative` returns the slope on the left.
    """

    name: str
    f: Callable[..., np.ndarray]
    derivative: Callable[..., np.ndarray]
    formula: str
    latex: str
    latex_derivative: str
    kinks: tuple[float, ...] = ()

    def __call__(self, z):
        """σ(z), elementwise."""
        return self.f(z)


def _sigmoid(z):
    with np.errstate(over="ignore"):  # e^{-z} may overflow to inf: then 1 / (1 + inf) = 0 is right
        a = np.exp(np.negative(z))
        a += 1
        return np.reciprocal(a, out=a if isinstance(a, np.ndarray) else None)


def _sigmoid_derivative(z, a=None):
    a = _sigmoid(z) if a is None else a
    da_dz = 1 - a
    da_dz *= a
    return da_dz  # a (1 − a): σ′ at z, written in a


def _tanh_derivative(z, a=None):
    a = np.tanh(z) if a is None else a
    da_dz = np.square(a)
    return np.subtract(1, da_dz, out=da_dz if isinstance(da_dz, np.ndarray) else None)


def _relu(z):
    return np.where(np.real(z) > 0, z, np.zeros_like(z))


def _relu_derivative(z, a=None):
    return _step(z, below=0)


def _leaky_relu(z):
    return np.where(np.real(z) > 0, z, np.multiply(z, _like(z, LEAK)))


def _leaky_relu_derivative(z, a=None):
    return _step(z, below=LEAK)


def _softplus(z):
    # log(1 + e^z) = max(z, 0) + log(1 + e^{-|z|}): the exponential never overflows.
    positive = np.real(z) > 0
    return np.where(positive, z, np.zeros_like(z)) + np.log1p(np.exp(np.where(positive, -z, z)))


def _softplus_derivative(z, a=None):
    return _sigmoid(z)


def _identity(z):
    return np.positive(z)


def _identity_derivative(z, a=None):
    return np.ones_like(z)


def _step(z, below):
    """1 where z > 0, else `below`, in the dtype of z."""
    return np.where(np.real(z) > 0, _like(z, 1), _like(z, below))


def _like(z, value):
    """`value` as a scalar of the dtype of z, so that float32 stays float32."""
    return np.result_type(z, np.float32).type(value)


TABLE: dict[str, Activation] = {
    entry.name: entry
    for entry in (
        Activation(
            name="sigmoid",
            f=_sigmoid,
            derivative=_sigmoid_derivative,
            formula="1/(1 + exp(-z))",
            latex=r"\frac{1}{1 + e^{-z}}",
            latex_derivative=r"\sigma(z)\,(1 - \sigma(z))",
        ),
        Activation(
            name="tanh",
            f=np.tanh,
            derivative=_tanh_derivative,
            formula="tanh(z)",
            latex=r"\tanh z",
            latex_derivative=r"1 - \tanh^2 z",
        ),
        Activation(
            name="relu",
            f=_relu,
            derivative=_relu_derivative,
            formula="Piecewise((z, z > 0), (0, True))",
            latex=r"\max(0, z)",
            latex_derivative=r"1 \text{ if } z > 0 \text{ else } 0",
            kinks=(0.0,),
        ),
        Activation(
            name="identity",
            f=_identity,
            derivative=_identity_derivative,
            formula="z",
            latex=r"z",
            latex_derivative=r"1",
        ),
        Activation(
            name="softplus",
            f=_softplus,
            derivative=_softplus_derivative,
            formula="log(1 + exp(z))",
            latex=r"\ln(1 + e^{z})",
            latex_derivative=r"\frac{1}{1 + e^{-z}}",
        ),
        Activation(
            name="leaky_relu",
            f=_leaky_relu,
            derivative=_leaky_relu_derivative,
            formula="Piecewise((z, z > 0), (z/100, True))",
            latex=r"\max(z,\ 0.01\,z)",
            latex_derivative=r"1 \text{ if } z > 0 \text{ else } 0.01",
            kinks=(0.0,),
        ),
    )
}
"""Every activation that `forward` knows by name."""


def get(activation: "str | Activation") -> Activation:
    """The entry of the table with this name; an `Activation` is returned as it is.

    Raises
    ------
    ValueError : no activation has this name; the message lists those there are.
    TypeError : neither a name nor an `Activation`.
    """
    if isinstance(activation, Activation):
        return activation
    if not isinstance(activation, str):
        raise TypeError(
            f"activation: expected a name or an Activation, received {type(activation).__name__}"
        )
    if activation not in TABLE:
        raise ValueError(f"activation: expected one of {', '.join(TABLE)}; received {activation!r}")
    return TABLE[activation]
