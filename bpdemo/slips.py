"""Backward passes that are wrong on purpose, to be caught by the gradient check.

Each entry of `TABLE` is `bpdemo.backward` with one slip that people really make. They run like the
right one, and training with them often lowers the loss all the same: only a measured gradient
tells. ``check_gradients(x, w, y, backward=slips.TABLE["sigma_of_a"].backward)`` does.

Never use one of these for anything but being caught.
"""

from collections.abc import Callable
from dataclasses import dataclass

from bpdemo import losses
from bpdemo.network import Gradients, Layers, Trace

__all__ = ["TABLE", "Slip", "get"]


@dataclass(frozen=True)
class Slip:
    """One slip.

    Attributes
    ----------
    name : its name in `TABLE`.
    says : what it gets wrong, in one sentence.
    line, right : the wrong line of `backward`, and the line as it should be.
    hidden : where it can't be seen, because the wrong line gives the right number.
    backward : ``backward(trace, y, loss)``, as `bpdemo.backward`, with the slip; it does not check
        its arguments.
    """

    name: str
    says: str
    line: str
    right: str
    hidden: str
    backward: Callable[..., Gradients]


# The four lines of the right backward pass, each to be overridden by a slip.


def _base_case(trace, y, loss):
    return loss.derivative(trace.a[trace.L], y)  # N12: (m, n_L)


def _slope(trace, k):
    return trace.activation[k].derivative(trace.z[k])  # N8: (m, n_k)


def _by_weights(trace, k, dL_dz):
    return trace.a[k - 1].swapaxes(-1, -2) @ dL_dz  # N11: (n_{k-1}, m) @ (m, n_k)


def _step_back(trace, k, dL_dz):
    return dL_dz @ trace.w[k].swapaxes(-1, -2)  # N15: (m, n_k) @ (n_k, n_{k-1})


def _backward(*, base_case=_base_case, slope=_slope, by_weights=_by_weights, step_back=_step_back):
    """A backward pass with some of its four lines exchanged."""

    def backward(trace: Trace, y, loss="squared_difference") -> Gradients:
        loss, L = losses.get(loss), trace.L
        dL_da, dL_dz, dL_dw = ([None] * (L + 1) for _ in range(3))
        dL_da[L] = base_case(trace, y, loss)
        for k in range(L, 0, -1):
            dL_dz[k] = dL_da[k] * slope(trace, k)
            dL_dw[k] = by_weights(trace, k, dL_dz[k])
            dL_da[k - 1] = step_back(trace, k, dL_dz[k])
        dL_db = [delta.sum(axis=-2) for delta in dL_dz[1:]] if trace.b else ()
        return Gradients(
            dL_da=Layers("dL_da", dL_da, first=0),
            dL_dz=Layers("dL_dz", dL_dz[1:], first=1),
            dL_dw=Layers("dL_dw", dL_dw[1:], first=1),
            dL_db=Layers("dL_db", dL_db, first=1),
        )

    return backward


TABLE: dict[str, Slip] = {
    entry.name: entry
    for entry in (
        Slip(
            name="sigma_of_a",
            says="It takes σ′ at a^k, the activated output, in the place of z^k.",
            line="da_dz = sigma[k].derivative(a[k])",
            right="da_dz = sigma[k].derivative(z[k])",
            hidden="with identity, relu and leaky relu, where σ′(a) = σ′(z)",
            backward=_backward(
                slope=lambda trace, k: trace.activation[k].derivative(trace.a[k]),
            ),
        ),
        Slip(
            name="wrong_sign",
            says="It starts from 2 (y − a^L), so that every gradient points the other way.",
            line="dL_da[L] = 2 * (y - a[L])",
            right="dL_da[L] = 2 * (a[L] - y)",
            hidden="nowhere, unless a^L = y",
            backward=_backward(
                base_case=lambda trace, y, loss: -_base_case(trace, y, loss),
            ),
        ),
        Slip(
            name="lost_factor_2",
            says="It starts from a^L − y, without the 2 of the squared difference.",
            line="dL_da[L] = a[L] - y",
            right="dL_da[L] = 2 * (a[L] - y)",
            hidden="nowhere, unless a^L = y; the direction is right, so training only looks slower",
            backward=_backward(
                base_case=lambda trace, y, loss: _base_case(trace, y, loss) / 2,
            ),
        ),
        Slip(
            name="lost_transpose",
            says="It steps back through w^k where it should be the transpose of w^k.",
            line="dL_da[k - 1] = dL_dz[k] @ w[k]",
            right="dL_da[k - 1] = dL_dz[k] @ w[k].T",
            hidden="with one neuron a layer; it runs only where each later w^k is square",
            backward=_backward(
                # ∂ℒ/∂a^0 is of no use for the weights: left right, so that w^1 may have any shape.
                step_back=lambda trace, k, dL_dz: (
                    dL_dz @ trace.w[k] if k > 1 else _step_back(trace, k, dL_dz)
                ),
            ),
        ),
        Slip(
            name="wrong_layer",
            says="It steps back from layer k through the weights w^{k-1} in the place of w^k.",
            line="dL_da[k - 1] = dL_dz[k] @ w[k - 1].T",
            right="dL_da[k - 1] = dL_dz[k] @ w[k].T",
            hidden="where the two weights are equal; it runs only where they have the same shape",
            backward=_backward(
                # There is no w^0: the last step, to ∂ℒ/∂a^0, is left right.
                step_back=lambda trace, k, dL_dz: (
                    dL_dz @ trace.w[k - 1].swapaxes(-1, -2)
                    if k > 1
                    else _step_back(trace, k, dL_dz)
                ),
            ),
        ),
    )
}
"""Every slip, by name."""


def get(name: str) -> Slip:
    """The slip with this name.

    Raises
    ------
    ValueError : there is none; the message lists those there are.
    """
    if name not in TABLE:
        raise ValueError(f"slip: expected one of {', '.join(TABLE)}; received {name!r}")
    return TABLE[name]
