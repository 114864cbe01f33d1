"""The activation functions: each σ stands beside its derivative σ′.

Adding an activation is adding one entry to `TABLE`. An entry says the same thing three times,
and the tests hold the three together: `f` computes σ(z), `derivative` computes σ′(z), and
`formula` is σ(z) as text that SymPy can differentiate for itself. Where σ′ can be had from a, the
entry says how a fourth time, in `in_a`.

σ′ is always a function of z, the number *before* the activation (row N8). For some σ the same
number can be had from a = σ(z) without another exponential; so `derivative` takes a as a second,
optional argument. It must be a = σ(z): passing a instead of z is the slip of notebook 03.

In floating point 1 − a loses digits where a is nearly 1, so there σ′ goes back to z. Every `f` and
`derivative` is right to 13 digits or more, however small the number is.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bpdemo.validation import Array, Numbers, number_array

__all__ = ["LEAK", "TABLE", "Activation", "OneOrMore", "get"]

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
    latex : σ(z) for a reader.
    in_a : σ′(z) as a function of a = σ(z), in SymPy's syntax with the one symbol ``a``; "" where a
        does not decide it, as where σ is not monotone.
    kinks : the z at which σ has no derivative; there, `derivative` returns the slope on the left.
    """

    name: str
    f: Callable[[Any], NDArray[Any]]
    derivative: Callable[..., NDArray[Any]]
    formula: str
    latex: str
    in_a: str = ""
    kinks: tuple[float, ...] = ()

    def __call__(self, z: ArrayLike) -> NDArray[Any]:
        """σ(z), elementwise; integers become float64."""
        return self.f(number_array(z, "z"))


OneOrMore: TypeAlias = str | Activation | Iterable[str | Activation]
"""What `forward` takes: a name or an `Activation`, or one for each layer."""


@np.errstate(over="ignore")  # e^{-z} may overflow to inf: then 1 / (1 + inf) = 0 is right
def _sigmoid(z: Numbers) -> Numbers:
    return 1 / (1 + np.exp(-z))


def _sigmoid_derivative(z: Numbers, a: Numbers | None = None) -> Numbers:
    a = _sigmoid(z) if a is None else a
    slope = a * (1 - a)  # σ′ at z, written in a = σ(z)
    far = np.greater(z, _FAR)
    return _in_tail(slope, far, z) if np.count_nonzero(far) else slope


def _tanh_derivative(z: Numbers, a: Numbers | None = None) -> Numbers:
    a = np.tanh(z) if a is None else a
    slope = 1 - a * a  # tanh′ at z, written in a = tanh(z); it's 4 σ′(2z)
    far = np.greater(np.abs(z), _FAR / 2)
    return 4 * _in_tail(slope / 4, far, 2 * z) if np.count_nonzero(far) else slope


_FAR = 5.0  # up to here, a(1 − a) keeps all but two of the digits


def _in_tail(slope: Numbers, far: NDArray[np.bool_], z: Numbers) -> Numbers:
    """The slope, but far from 0 σ′(z) = e / (1 + e)², e = e^{−|z|}, where nothing cancels."""
    slope, z = np.array(slope), np.asarray(z)[far]
    e = np.exp(np.where(np.real(z) > 0, -z, z))
    slope[far] = e / (1 + e) ** 2
    return slope[()]


def _relu(z: Numbers) -> Numbers:
    return np.maximum(z, 0)


def _relu_derivative(z: Numbers, a: Numbers | None = None) -> Numbers:
    return _step(z)


def _leaky_relu(z: Numbers) -> Numbers:
    a: Numbers = np.maximum(z, LEAK * z)
    return a


def _leaky_relu_derivative(z: Numbers, a: Numbers | None = None) -> Numbers:
    slope: Numbers = np.maximum(_step(z), LEAK)
    return slope


def _softplus(z: Numbers) -> Numbers:
    # log(1 + e^z) = max(z, 0) + log(1 + e^{-|z|}): the exponential never overflows.
    positive: Numbers = np.maximum(z, 0)
    a: Numbers = positive + np.log1p(np.exp(z - 2 * positive))  # z − 2 max(z, 0) = −|z|
    return a


def _softplus_derivative(z: Numbers, a: Numbers | None = None) -> Numbers:
    return _sigmoid(z)


def _identity(z: Numbers) -> Numbers:
    return np.positive(z)  # a copy: a^k and z^k never share their numbers


def _identity_derivative(z: Numbers, a: Numbers | None = None) -> Numbers:
    return np.ones_like(z)


def _step(z: Numbers) -> Array:
    """1 where z > 0, else 0, in the dtype of z."""
    above: NDArray[np.bool_] = np.greater(np.real(z), 0)
    return above.astype(np.result_type(np.asarray(z), np.float32))


TABLE: dict[str, Activation] = {
    entry.name: entry
    for entry in (
        Activation(
            name="sigmoid",
            f=_sigmoid,
            derivative=_sigmoid_derivative,
            formula="1/(1 + exp(-z))",
            latex=r"\frac{1}{1 + e^{-z}}",
            in_a="a*(1 - a)",
        ),
        Activation(
            name="tanh",
            f=np.tanh,
            derivative=_tanh_derivative,
            formula="tanh(z)",
            latex=r"\tanh z",
            in_a="1 - a**2",
        ),
        Activation(
            name="relu",
            f=_relu,
            derivative=_relu_derivative,
            formula="Piecewise((z, z > 0), (0, True))",
            latex=r"\max(0, z)",
            in_a="Piecewise((1, a > 0), (0, True))",
            kinks=(0.0,),
        ),
        Activation(
            name="identity",
            f=_identity,
            derivative=_identity_derivative,
            formula="z",
            latex=r"z",
            in_a="1",
        ),
        Activation(
            name="softplus",
            f=_softplus,
            derivative=_softplus_derivative,
            formula="log(1 + exp(z))",
            latex=r"\ln(1 + e^{z})",
            in_a="1 - exp(-a)",
        ),
        Activation(
            name="leaky_relu",
            f=_leaky_relu,
            derivative=_leaky_relu_derivative,
            formula="Piecewise((z, z > 0), (z/100, True))",
            latex=r"\max(z,\ 0.01\,z)",
            in_a="Piecewise((1, a > 0), (Rational(1, 100), True))",
            kinks=(0.0,),
        ),
    )
}
"""Every activation that `forward` knows by name."""


def get(activation: str | Activation, argument: str = "activation") -> Activation:
    """The entry of the table with this name; an `Activation` is returned as it is.

    `argument` is what a message calls it.

    Raises
    ------
    ValueError : no activation has this name; the message lists those there are.
    TypeError : neither a name nor an `Activation`.
    """
    if isinstance(activation, Activation):
        return activation
    if not isinstance(activation, str):
        raise TypeError(
            f"{argument}: expected a name or an Activation, received {type(activation).__name__}"
        )
    if activation not in TABLE:
        raise ValueError(f"{argument}: expected one of {', '.join(TABLE)}; received {activation!r}")
    return TABLE[activation]
