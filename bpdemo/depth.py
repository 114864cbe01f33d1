"""Deep networks, many at a time: how large their gradients are, layer by layer (notebook 09).

Weights may carry leading axes (see `bpdemo.network`), so one call runs hundreds of networks.
"""

import numpy as np

from bpdemo import losses, network, validation
from bpdemo.network import Trace

__all__ = ["FIXED", "bounds", "factor_back", "predicted", "rms"]


def _tables(name: str, value) -> np.ndarray:
    found = validation.real_array(value, name)
    if found.ndim < 2:
        raise ValueError(f"{name}: expected shape (…, m, n), received {found.shape}")
    return found


@validation.checked(values=_tables)
def rms(values) -> np.ndarray:
    """The root mean square of a table's numbers; of each table where there are many.

    Parameters
    ----------
    values : shape (…, m, n).

    >>> float(rms([[3.0, -4.0], [0.0, 5.0]]))
    3.5355339059327378
    """
    return np.sqrt((np.asarray(values) ** 2).mean(axis=(-2, -1)))


FIXED = losses.Loss(
    name="fixed",
    value=lambda a, c: (c * a).sum(axis=(-2, -1)),
    derivative=lambda a, c: np.broadcast_to(c, a.shape),
    formula="y*a",
    latex=r"\sum c \odot a^L",
)
"""A loss whose slope ∂ℒ/∂a^L is what is given as the labels, whatever the weights are."""


@validation.checked(
    dL_da_L=validation.array("c"),
    w=validation.each(validation.array("c", 1, 1), "[w1, …, wL], each (c, 1, 1)", least=1),
)
def bounds(dL_da_L, w) -> np.ndarray:
    """B42: what |∂ℒ/∂a^k| can be at most in chains of sigmoids, for k = 0 … L.

    Parameters
    ----------
    dL_da_L : (c,), ∂ℒ/∂a^L of c chains.
    w : [w1, …, wL], w_k of shape (c, 1, 1).

    Returns
    -------
    (L + 1, c).

    >>> bounds([2.0], [[[[-4.0]]], [[[0.5]]]])
    array([[0.25],
           [0.25],
           [2.  ]])
    """
    quarters = np.abs([np.reshape(w_k, -1) for w_k in w])[::-1] / 4  # (L, c), from the last on
    return np.cumprod([np.abs(dL_da_L), *quarters], axis=0)[::-1]


@validation.checked(trace=validation.instance(Trace, "what forward returned"))
def predicted(trace: Trace) -> np.ndarray:
    """B45: by what each step back multiplies the size of the gradient, from the forward pass alone.

    The factor of the step through layer k is √(n_k · mean (w^k)² · mean σ′(z^k)²).

    Returns
    -------
    (L, …) for k = 1 … L, with the leading axes of the networks.
    """
    return np.array(
        [
            np.sqrt(w.shape[-1]) * rms(w) * rms(sigma.derivative(z))
            for w, z, sigma in zip(trace.w, trace.z, trace.activation, strict=True)
        ]
    )


@validation.checked(
    n=validation.whole(1, 1000), layers=validation.whole(1, 1000), draws=validation.whole(1, 10**5)
)
def factor_back(n: int, layers: int, loss="squared_difference", draws: int = 400) -> float:
    """The mean square of ∂ℒ/∂a^0 by that of ∂ℒ/∂a^L, for weights of variance 1/n: B43 says 1.

    Parameters
    ----------
    n : the neurons of each layer; the activation is the identity.
    layers : how many.
    loss : with `FIXED`, ∂ℒ/∂a^L is random and knows nothing of the weights. Any other loss has
        the label 0, so ∂ℒ/∂a^L is made with the very weights that it meets on its way back.
    draws : of the weights; they are the same at each call.
    """
    rng = np.random.default_rng(n)
    w = list(rng.normal(size=(layers, draws, n, n)) / np.sqrt(n))
    y = rng.normal(size=(1, n)) if loss is FIXED else np.zeros((1, n))
    grad = network.backward(
        network.forward(rng.normal(size=(1, n)), w, activation="identity"), y, loss
    )
    return float((rms(grad.dL_da[0]) ** 2).mean() / (rms(grad.dL_da[layers]) ** 2).mean())
