"""Chapter 03: the slip of the notes, σ′(a) in the place of σ′(z), on a switch."""

from types import SimpleNamespace
from typing import ClassVar

import numpy as np

from bpdemo import activations, checking, network, slips
from bpdemo.diagrams import Curve, Panel, curve, nice_limit, table
from bpdemo.diagrams import network as network_picture
from bpdemo.explorers.chain import ChainExplorer, loss_curve, tangent
from bpdemo.explorers.parts import Control, choice, slider, switch, weight

__all__ = ["SlipSwitch"]

_STEPS, _RATE = 6, 3.0


class SlipSwitch(ChainExplorer):
    """σ′(z) or σ′(a): the slope against the curve, the gradient check, and two trainings."""

    title = "The slip: σ′(a) for σ′(z)."
    still: ClassVar[dict] = {"slip": True}
    question = (
        "Switch the slip on. Will the straight line still touch the curve along its slope? "
        "And will the loss still fall when you train with it?"
    )
    answer = (
        "The line comes off the curve and the check goes red: it is no gradient any more. "
        "The loss still falls, here even a little faster: σ′ is positive at a as it is at z, so "
        "on a chain each slope has the wrong size but the right sign. A falling loss proves "
        "nothing."
    )

    def controls(self) -> dict[str, Control]:
        made = super().controls()
        for name in ("w4", "depth"):
            del made[name]
        # z¹ = 3 is far from a¹ = 0.95, so that σ′ there and here differ by far.
        made["w1"], made["x"] = weight(1, 3.0), slider("x", 1.0, -2, 2, width="220px")
        return {
            "slip": switch("take σ′(a) instead of σ′(z)"),
            "k": choice("look at", {"w¹": 1, "w²": 2, "w³": 3}, 1, "120px"),
            **made,
        }

    def panels(self, s: SimpleNamespace) -> list:
        s.depth = 3
        backward = slips.TABLE["sigma_of_a"].backward if s.slip else network.backward
        c, right = self.chain(s, backward), self.chain(s)
        tangents = [tangent(c, s.k, c.dL_dw(s.k), "s-bad" if s.slip else "s-grad")]
        return [
            network_picture(c.trace, c.grad, y=[s.y], loss=c.loss, touched=s.touched),
            [
                loss_curve(c, s.k, s.activation, tangents, reach=8, width=480, height=206),
                _two_trainings(right, s.activation),
            ],
            _check(c, s, backward),
        ]


def _check(c: SimpleNamespace, s: SimpleNamespace, backward) -> Panel:
    """The gradient check of the three weights, as a table."""
    report = checking.check_gradients(c.x, c.w, c.y, s.activation, backward=backward)
    measured = [row.numeric for row in report.rows]
    formula = [row.analytic for row in report.rows]
    says = ["WRONG" if row.verdict == "differs" else row.verdict for row in report.rows]
    name = "by σ′(a)" if s.slip else "by σ′(z)"
    return table(
        [f"∂ℒ/∂w^{k}" for k in (1, 2, 3)],
        [
            (name, formula, "f-grad"),
            ("measured", measured, "f-ink"),
            ("gradient check", says, "f-good" if report.ok else "f-bad"),
        ],
        label_width=190,
    )


def _losses(c: SimpleNamespace, activation: str) -> np.ndarray:
    """ℒ after 0 … steps of gradient descent, with σ′(z) and with σ′(a): (steps + 1, 2)."""
    # Written out for a chain of scalars: both networks at once, (2,), and nothing to validate.
    sigma, x, y = activations.TABLE[activation], c.x.item(), c.y.item()
    slipped, w = np.array([False, True]), [None, *(np.full(2, v.item()) for v in c.w)]
    L, out = c.L, np.empty((_STEPS + 1, 2))  # a^L of both networks after each step
    with np.errstate(all="ignore"):
        for step in range(_STEPS + 1):
            a, z = [x], [None]
            for k in range(1, L + 1):
                z.append(a[k - 1] * w[k])  # N2
                a.append(sigma.f(z[k]))  # N3
            out[step], dL_da = a[L], 2 * (a[L] - y)  # N12
            for k in range(L, 0, -1):
                dL_dz = dL_da * sigma.derivative(np.where(slipped, a[k], z[k]))
                dL_da, w[k] = dL_dz * w[k], w[k] - _RATE * dL_dz * a[k - 1]  # N15, N17
        return np.where(np.isfinite(out), (out - y) ** 2, np.nan)


def _two_trainings(c: SimpleNamespace, activation: str) -> Panel:
    """ℒ over a few steps of gradient descent, with σ′(z) and with σ′(a), from the same weights."""
    loss = _losses(c, activation)
    steps = np.arange(_STEPS + 1)
    return curve(
        [
            Curve(steps, loss[:, 0], "with σ′(z)", "s-pos"),
            Curve(steps, loss[:, 1], "with σ′(a)", "s-bad", dash=True),
        ],
        x_label="step",
        y_label="ℒ",
        x_range=(0, _STEPS),
        y_range=(0, nice_limit(min(float(np.nanmax(loss)), 50.0))),
        width=480,
        height=206,
    )
