"""The chain: one neuron a layer, so that every number of the network can be on a slider."""

from collections.abc import Sequence
from types import SimpleNamespace

import numpy as np

from bpdemo import activations, losses, network
from bpdemo.diagrams import Curve, Panel, Tangent, curve, nice_limit, number
from bpdemo.explorers.parts import Control, Explorer, choice, slider, weight

__all__ = [
    "MOST",
    "SPAN",
    "START",
    "ChainExplorer",
    "loss_curve",
    "loss_over",
    "loss_top",
    "tangent",
]

START = {"x": 0.5, "y": 1.0, "w": (0.8, -1.2, 1.5, 1.0)}
"""The example that runs through the series; w^4 is there for chains of four layers."""

MOST = 4
"""The longest chain on offer."""


class ChainExplorer(Explorer):
    """An explorer of a chain: sliders for w^1 … w^L, x and y, a chooser for σ and the depth.

    ``chain(s)`` gives the trace, the gradients and the loss for the present settings.
    """

    def controls(self) -> dict[str, Control]:
        made = {f"w{k}": weight(k, START["w"][k - 1]) for k in range(1, MOST + 1)}
        made["x"] = slider("x", START["x"], -2, 2, width="220px")
        made["y"] = slider("y", START["y"], 0, 1, width="220px")
        made["activation"] = choice("σ:", list(activations.TABLE), "sigmoid", "150px")
        made["depth"] = choice("layers L:", [1, 2, 3, 4], 3, "120px")
        return made

    def draw(self) -> None:
        depth = self._controls["depth"].value if "depth" in self._controls else MOST
        for k in range(1, MOST + 1):
            if f"w{k}" not in self._controls:
                continue
            shown = self._controls[f"w{k}"].box.layout
            if (shown.display == "none") == (k <= depth):
                shown.display = None if k <= depth else "none"
        super().draw()

    @staticmethod
    def chain(s: SimpleNamespace, backward=network.backward) -> SimpleNamespace:
        """Run the chain forward and back.

        Returns
        -------
        A namespace with x (1, 1), w, y (1, 1), L, trace, grad, loss, and functions of k that give
        plain numbers: a(k), z(k), w_(k), dL_da(k), dL_dz(k), dL_dw(k), da_dz(k).
        """
        x, y = np.array([[s.x]]), np.array([[s.y]])  # (1, 1)
        w = [np.array([[getattr(s, f"w{k}")]]) for k in range(1, s.depth + 1)]  # (1, 1) each
        # A descent that diverges brings weights whose products overflow: shown as "too large".
        with np.errstate(over="ignore", invalid="ignore"):
            trace = network.forward(x, w, s.activation)
            grad = backward(trace, y)
        sigma = activations.TABLE[s.activation]
        return SimpleNamespace(
            x=x,
            y=y,
            w=w,
            L=s.depth,
            trace=trace,
            grad=grad,
            loss=float(losses.squared_difference(trace.a[s.depth], y)),
            a=lambda k: trace.a[k].item(),
            z=lambda k: trace.z[k].item(),
            w_=lambda k: trace.w[k].item(),
            da_dz=lambda k: float(sigma.derivative(trace.z[k]).item()),
            dL_da=lambda k: grad.dL_da[k].item(),
            dL_dz=lambda k: grad.dL_dz[k].item(),
            dL_dw=lambda k: grad.dL_dw[k].item(),
        )


def loss_over(c: SimpleNamespace, k: int, values: np.ndarray, activation: str) -> np.ndarray:
    """ℒ of the chain c for each value of w^k: one forward call, the values on a leading axis."""
    w = [*c.w]
    w[k - 1] = values[:, None, None]  # (len(values), 1, 1)
    trace = network.forward(c.x, w, activation)
    return losses.squared_difference(trace.a[c.L], c.y)  # (len(values),)


SPAN = np.linspace(-4, 4, 121)
"""The values of a weight over which the loss is drawn: the range of its slider."""


def loss_top(c: SimpleNamespace, values: np.ndarray) -> float:
    """The top of the loss axis: a round number, so that it seldom jumps."""
    return nice_limit(max(c.loss * 1.05, min(float(np.nanmax(values)), 50.0)))


def loss_curve(
    c: SimpleNamespace,
    k: int,
    activation: str,
    tangents: Sequence[Tangent],
    *,
    reach: float = 4,
    width: float = 480,
    height: float = 250,
    points: Sequence = (),
) -> Panel:
    """ℒ over w^k from −reach to reach, with the given straight lines."""
    span = SPAN * (reach / 4)
    values = loss_over(c, k, span, activation)
    return curve(
        [Curve(span, values)],
        x_label=f"w^{k}",
        y_label="ℒ",
        x_range=(-reach, reach),
        y_range=(0, loss_top(c, values)),
        tangents=tangents,
        points=points,
        width=width,
        height=height,
    )


def tangent(c: SimpleNamespace, k: int, slope: float, cls: str = "s-grad") -> Tangent:
    """The straight line of this slope through (w^k, ℒ), labelled with its slope."""
    return Tangent(c.w_(k), c.loss, slope, f"slope {number(slope, sign=True)}", cls)
