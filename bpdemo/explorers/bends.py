"""Chapter 06: an activation's curve with its tangent, and what its slope does to a whole chain."""

from functools import lru_cache
from types import SimpleNamespace

import numpy as np

from bpdemo import activations, network
from bpdemo.diagrams import Curve, Point, Tangent, Term, curve, formula, label, quantity, table
from bpdemo.diagrams import network as network_picture
from bpdemo.explorers.chain import Chain, ChainExplorer, loss_of
from bpdemo.explorers.controls import Control, choice, slider
from bpdemo.explorers.explorer import went

__all__ = ["Bends"]

_UNBOUNDED = (-1.5, 2.5)  # what is drawn of a σ that goes on and on
_SPAN = np.linspace(-4, 4, 161)
_LAYERS = (1, 2, 3)


@lru_cache(maxsize=8)
def _curves(name: str) -> tuple[Curve, Curve]:
    """σ and σ′ over z; σ′ is cut in two at a kink, where it has no value."""
    sigma = activations.TABLE[name]
    slope = sigma.derivative(_SPAN)
    for kink in sigma.kinks:
        slope = np.where(np.isclose(_SPAN, kink), np.nan, slope)
    return (
        Curve(_SPAN, sigma.f(_SPAN), "σ(z)"),
        Curve(_SPAN, slope, "σ′(z)", "s-grad", dash=True),
    )


@lru_cache(maxsize=8)
def _heights(name: str) -> tuple[float, float]:
    """The range of a: all of a bounded σ and its σ′, in quarters, with a quarter of margin."""
    drawn = np.concatenate([one.y for one in _curves(name)])
    low, high = np.floor(4 * np.nanmin(drawn)) / 4, np.ceil(4 * np.nanmax(drawn)) / 4
    bounded = _UNBOUNDED[0] < low and high < _UNBOUNDED[1]
    return (float(low) - 0.25, float(high) + 0.25) if bounded else _UNBOUNDED


class Bends(ChainExplorer):
    """σ and its tangent at one layer, and the product of all slopes along the chain."""

    title = "An activation, its slope, and the whole chain."
    question = "z² is negative. Choose relu for σ: how many of ∂ℒ/∂w¹, ∂ℒ/∂w² and ∂ℒ/∂w³ become 0?"
    choices = ("none", "one", "two", "all three")
    answer = (
        "With relu σ′(z²) = 0, a factor of ∂ℒ/∂w¹ and of ∂ℒ/∂w², and a² = 0 is a factor of ∂ℒ/∂w³. "
        "A bias b² that makes z² positive brings them back. Leaky relu keeps them small, not 0."
    )

    any_loss = True

    def controls(self) -> dict[str, Control]:
        made = super().controls()
        made |= {f"b{k}": slider(0.0, -3, 3, group="biases") for k in _LAYERS}
        picks = {f"{letter}{k}": k for letter in ("a", "z", "da_dz") for k in _LAYERS}
        made["k"] = choice(_LAYERS, 2, label="look at layer", picks=picks)
        return made

    @classmethod
    def chain(cls, s: SimpleNamespace, backward=network.backward, **changed) -> Chain:
        at = {**vars(s), **changed}
        w, b = ([at[f"{letter}{k}"] for k in _LAYERS] for letter in "wb")
        return Chain(
            at["x"],
            w,
            at["y"],
            activation=at["activation"],
            backward=backward,
            b=b,
            loss=loss_of(s),
        )

    def judge(self, before, now):
        if now.activation != "relu" or before.activation == "relu":
            return None
        c = self.chain(before, activation="relu")
        return sum(c[f"dL_dw{k}"] == 0 for k in _LAYERS)

    def tell(self, before, now):
        then, after = self.chain(before), self.chain(before, activation="relu")
        names = [f"dL_dw{k}" for k in _LAYERS]
        return "; ".join(went(label(name), then[name], after[name]) for name in names) + "."

    def panels(self, s: SimpleNamespace) -> list:
        c, k = self.chain(s), s.k
        terms = [c.term("dL_dw1"), Term("="), c.term("dL_da3")]
        for n in (3, 2, 1):
            terms += [Term("·"), quantity(f"da_dz{n}", c[f"da_dz{n}"], f"σ′(z^{n})")]
            terms += [Term("·"), c.term(f"w{n}" if n > 1 else "x")]
        rows = [
            (word, [c[f"{name}{n}"] for n in _LAYERS], cls, [f"{name}{n}" for n in _LAYERS])
            for word, name, cls in (
                ("σ′(z)", "da_dz", "f-ink"),
                ("∂ℒ/∂b", "dL_db", "f-grad"),
                ("∂ℒ/∂w", "dL_dw", "f-grad"),
            )
        ]
        z, a, slope = c[f"z{k}"], c[f"a{k}"], c[f"da_dz{k}"]
        plot = curve(
            list(_curves(s.activation)),
            x_label=f"z^{k}",
            y_label="a",
            x_range=(-4, 4),
            y_range=_heights(s.activation),
            tangents=[Tangent(z, a, slope, f"σ′(z{'¹²³'[k - 1]})", slope_name=f"da_dz{k}")],
            # A bias moves z by as much as itself: so the point is its handle.
            points=[Point(z, a, name=f"b{k}", at=f"z{k}", of=f"a{k}")],
            height=212,
        )
        return [
            network_picture(
                c.trace, y=[s.y], loss=c.loss, show="forward", with_b=True, with_z=True,
                chosen=[f"a{k}"],
            ),
            formula(terms, row="B19"),
            [plot, table([f"layer {n}" for n in _LAYERS], rows, label_width=70).by(1, 400)],
        ]  # fmt: skip
