"""The chain: one neuron per layer, so that a hand can hold every number of the network."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, TypedDict

import numpy as np

from bpdemo import activations, losses, network
from bpdemo.diagrams import Curve, Point, Sketch, Tangent, Term, curve, nice_limit, quantity
from bpdemo.explorers.controls import Control, choice, slider
from bpdemo.explorers.explorer import Explorer

__all__ = [
    "START",
    "Chain",
    "ChainExplorer",
    "loss_choice",
    "loss_over_weight",
    "loss_of",
    "loss_over",
    "loss_top",
    "tangent",
]


class _Start(TypedDict):
    x: float
    y: float
    w: tuple[float, ...]


START: _Start = {"x": 0.5, "y": 1.0, "w": (0.8, -1.2, 1.5, 1.0)}
"""The example that runs through the series; w^4 is there for chains of four layers."""


class Chain:
    """A chain of scalars, run forward and back: every quantity by its name.

    >>> c = Chain(0.5, [0.8, -1.2], 1.0, activation="sigmoid")
    >>> round(c["z1"], 3), round(c["dL_dw2"], 4), c["x"]
    (0.4, -0.1774, 0.5)
    """

    def __init__(
        self,
        x,
        w: Sequence[float],
        y,
        *,
        activation,
        backward=network.backward,
        b=None,
        loss="squared_difference",
    ):
        self.x, self.y = np.array([[x]]), np.array([[y]])  # (1, 1)
        self.w = [np.array([[value]]) for value in w]  # (1, 1) each
        self.b = None if b is None else [np.array([value]) for value in b]  # (1,) each
        self.L, self.activation, self.of = len(w), activation, losses.get(loss)
        # A descent that diverges brings weights whose products overflow: shown as "too large".
        with np.errstate(over="ignore", invalid="ignore"):
            self.trace = network.forward(self.x, self.w, activation=activation, b=self.b)
            self.grad = backward(self.trace, self.y, self.of)
            self.loss = float(self.of(self.trace.a[self.L], self.y))
            self._numbers = self._named(activations.TABLE[activation])

    def _named(self, sigma) -> dict[str, float]:
        trace, grad = self.trace, self.grad
        found = {"x": self.x.item(), "y": self.y.item(), "loss": self.loss}
        found["dL_dx"] = found["dL_da0"] = grad.dL_da[0].item()
        found["a0"] = found["x"]
        for k in range(1, self.L + 1):
            found |= {
                f"w{k}": self.w[k - 1].item(),
                f"z{k}": trace.z[k].item(),
                f"a{k}": trace.a[k].item(),
                f"da_dz{k}": float(sigma.derivative(trace.z[k]).item()),
                f"dz_dw{k}": trace.a[k - 1].item(),
                f"dL_da{k}": grad.dL_da[k].item(),
                f"dL_dz{k}": grad.dL_dz[k].item(),
                f"dL_dw{k}": grad.dL_dw[k].item(),
            }
            if self.b is not None:
                found |= {f"b{k}": self.b[k - 1].item(), f"dL_db{k}": grad.dL_db[k].item()}
        return found

    def __getitem__(self, name: str) -> float:
        """The quantity of this name, as a plain number."""
        return self._numbers[name]

    def term(self, name: str, symbol: str = "", **more) -> Term:
        """The quantity as a term of a formula."""
        return quantity(name, self[name], symbol, **more)

    def before(self, k: int) -> str:
        """The name of what comes into layer k: x, or the output of the layer before."""
        return "x" if k == 1 else f"a{k - 1}"


def loss_choice() -> dict[str, Control]:
    """A chooser for ℒ, as the control "loss"; none while there is only one loss to choose.

    Of a loss with a sum over all outputs, such as softmax has, one output shows nothing: it is
    always the whole sum. So the elementwise losses alone are on offer.
    """
    names = [name for name, loss in losses.TABLE.items() if not loss.total]
    return {"loss": choice(names, "squared_difference", label="ℒ")} if len(names) > 1 else {}


def loss_of(s: SimpleNamespace) -> losses.Loss:
    """The loss of these settings."""
    return losses.TABLE[getattr(s, "loss", "squared_difference")]


class ChainExplorer(Explorer):
    """An explorer of a chain: w^1 … w^L, x and y, a chooser for σ and, perhaps, the depth.

    ``chain(s)`` gives the chain of the present settings.
    """

    depths: tuple[int, ...] = (3,)
    """The numbers of layers on offer; one alone needs no chooser."""

    reach = 4.0
    """How far a weight can be moved from 0."""

    any_loss = False
    """Whether the picture is true of any loss: it writes out no formula of ℒ or of its slope."""

    def controls(self) -> dict[str, Control]:
        made = {
            f"w{k}": slider(START["w"][k - 1], -self.reach, self.reach, group="weights")
            for k in range(1, max(self.depths) + 1)
        }
        made["x"] = slider(START["x"], -2, 2, group="input and label")
        made["y"] = slider(START["y"], 0, 1, group="input and label")
        made["activation"] = choice(list(activations.TABLE), "sigmoid", label="σ")
        if len(self.depths) > 1:
            made["depth"] = choice(self.depths, 3, label="layers L")
        return made | (loss_choice() if self.any_loss else {})

    def limits(self, s: SimpleNamespace) -> dict[str, dict[str, Any]]:
        depth = self.depth(s)
        return {f"w{k}": {"hidden": True} for k in range(depth + 1, max(self.depths) + 1)}

    @staticmethod
    def depth(s: SimpleNamespace) -> int:
        """How many layers these settings have."""
        return getattr(s, "depth", 3)

    @classmethod
    def chain(cls, s: SimpleNamespace, backward=network.backward, **changed) -> Chain:
        """The chain of these settings, forward and back; `changed` gives other weights, x or y."""
        at = {**vars(s), **changed}
        w = [at[f"w{k}"] for k in range(1, cls.depth(s) + 1)]
        return Chain(
            at["x"], w, at["y"], activation=at["activation"], backward=backward, loss=loss_of(s)
        )


def loss_over(c: Chain, k: int, values: np.ndarray) -> np.ndarray:
    """ℒ of the chain c for each value of w^k: one forward call, the values on a leading axis."""
    w = [*c.w]
    w[k - 1] = values[:, None, None]  # (len(values), 1, 1)
    trace = network.forward(c.x, w, activation=c.activation)
    return c.of(trace.a[c.L], c.y)  # (len(values),)


_SPAN = np.linspace(-1, 1, 121)
"""Where the loss is drawn, beside the reach of the weight."""


def loss_top(c: Chain, values: np.ndarray) -> float:
    """The top of the loss axis: a round number, so that it seldom jumps."""
    return nice_limit(max(c.loss * 1.05, min(float(np.nanmax(values)), 50.0)))


def loss_over_weight(
    c: Chain,
    k: int,
    tangents: Sequence[Tangent],
    *,
    reach: float = 4,
    height: float = 250,
    points: Sequence[Point] = (),
) -> Sketch:
    """ℒ over w^k from −reach to reach, with the given straight lines."""
    span = _SPAN * reach
    values = loss_over(c, k, span)
    return curve(
        [Curve(span, values)],
        x_label=f"w^{k}",
        y_label="ℒ",
        x_range=(-reach, reach),
        y_range=(0, loss_top(c, values)),
        tangents=tangents,
        points=points,
        height=height,
    )


def tangent(c: Chain, k: int, cls: str = "s-grad") -> Tangent:
    """The straight line through (w^k, ℒ) with the slope ∂ℒ/∂w^k; its point is a handle for w^k."""
    name = f"w{k}"
    return Tangent(
        c[name], c.loss, c[f"dL_d{name}"], "slope", cls, name, "loss", slope_name=f"dL_d{name}"
    )
