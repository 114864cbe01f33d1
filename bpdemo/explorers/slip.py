"""Chapter 03: the slip of the notes, σ′(a) instead of σ′(z), on a switch."""

from types import SimpleNamespace
from typing import ClassVar

import numpy as np

from bpdemo import activations, checking, network, slips
from bpdemo.diagrams import Curve, Sketch, curve, label, nice_limit, number, table
from bpdemo.diagrams import network as network_picture
from bpdemo.explorers.chain import Chain, ChainExplorer, loss_over_weight, tangent
from bpdemo.explorers.controls import Control, choice, slider, switch
from bpdemo.explorers.explorer import went

__all__ = ["SlipSwitch"]

_STEPS, _RATE = 6, 3.0


class SlipSwitch(ChainExplorer):
    """σ′(z) or σ′(a): the slope against the curve, the gradient check, and two trainings."""

    title = "The slip: σ′(a) instead of σ′(z)."
    still: ClassVar[dict] = {"slip": True}
    reach = 8.0
    question = "Switch the slip on: the slope is wrong then. Will training with it lower the loss?"
    choices = ("yes, ℒ falls", "no, ℒ rises", "ℒ stays")
    answer = (
        "The line comes off the curve and the check says WRONG: it is no gradient any more. But σ "
        "rises everywhere, so σ′ is positive at a as it is at z: on a chain each slope has the "
        "wrong size and the right sign. A falling loss proves nothing."
    )

    def controls(self) -> dict[str, Control]:
        look = {label(f"w{k}"): k for k in (1, 2, 3)}
        picks = {f"{name}{k}": k for k in (1, 2, 3) for name in ("w", "dL_dw")}
        made = super().controls()
        # z¹ = 3 is far from a¹ = 0.95, so that σ′ there and here differ by far.
        made["w1"] = slider(3.0, -self.reach, self.reach, group="weights")
        made["x"] = slider(1.0, -2, 2, group="input and label")
        return {
            "slip": switch(label="σ′(a) instead of σ′(z)"),
            "k": choice(look, 1, label="look at", picks=picks),
            **made,
        }

    @classmethod
    def shown(cls, s: SimpleNamespace) -> Chain:
        """The chain with the gradient that the switch chooses."""
        return cls.chain(s, _backward(s.slip))

    def judge(self, before, now):
        if not now.slip:
            return None
        first, *_, last = _losses(self.chain(before), before.activation)[:, 1]
        return 2 if number(first) == number(last) else 0 if last < first else 1

    def tell(self, before, now):
        loss = _losses(self.chain(before), before.activation)[:, 1]
        name = f"dL_dw{before.k}"
        right, wrong = (self.chain(before, _backward(slip))[name] for slip in (False, True))
        return (
            f"In {_STEPS} steps with σ′(a), {went('ℒ', loss[0], loss[-1])}, although "
            f"{label(name)} is {number(wrong)} there instead of {number(right)}."
        )

    def panels(self, s: SimpleNamespace) -> list:
        c = self.shown(s)
        line = tangent(c, s.k, "s-bad" if s.slip else "s-grad")
        return [
            network_picture(c.trace, c.grad, y=[s.y], loss=c.loss, chosen=[f"w{s.k}"]),
            [
                loss_over_weight(c, s.k, [line], reach=self.reach, height=200),
                _two_trainings(c, s),
            ],
            _check(c, s),
        ]


def _backward(slip: bool):
    return slips.TABLE["sigma_of_a"].backward if slip else network.backward


def _check(c: Chain, s: SimpleNamespace) -> Sketch:
    """The gradient check of the three weights, as a table."""
    report = checking.check_gradients(
        c.x, c.w, c.y, activation=s.activation, backward=_backward(s.slip)
    )
    rows = report.rows
    says = ["WRONG" if row.verdict == "differs" else row.verdict for row in rows]
    names = [f"dL_dw{k}" for k in (1, 2, 3)]
    measured = [f"measured:{name}" for name in names]
    return table(
        [f"∂ℒ/∂w^{k}" for k in (1, 2, 3)],
        [
            (f"by σ′({'a' if s.slip else 'z'})", [r.analytic for r in rows], "f-grad", names),
            ("measured", [r.numeric for r in rows], "f-ink", measured),
            ("gradient check", says, "f-good" if report.ok else "f-bad"),
        ],
        label_width=190,
    )


def _losses(c: Chain, activation: str) -> np.ndarray:
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


def _two_trainings(c: Chain, s: SimpleNamespace) -> Sketch:
    """ℒ over a few steps of gradient descent from the same weights; with σ′(a) once it is on."""
    loss = _losses(c, s.activation)
    steps = np.arange(_STEPS + 1)
    slipped = loss[:, 1] if s.slip else np.full(len(steps), np.nan)
    return curve(
        [
            Curve(steps, loss[:, 0], "with σ′(z)", "s-grad"),
            Curve(steps, slipped, "with σ′(a)", "s-bad", dash=True),
        ],
        x_label="step",
        y_label="ℒ",
        x_range=(0, _STEPS),
        y_range=(0, nice_limit(min(float(np.nanmax(loss)), 50.0))),
        height=200,
    )
