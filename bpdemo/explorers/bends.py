"""Chapter 06: an activation's curve with its tangent, and what its slope does to a whole chain."""

from functools import lru_cache
from types import SimpleNamespace

import numpy as np

from bpdemo import activations, losses, network
from bpdemo.diagrams import Curve, Tangent, Term, curve, formula, number, table
from bpdemo.diagrams import network as network_picture
from bpdemo.explorers.parts import Control, Explorer, choice, slider, weight

__all__ = ["Bends"]

_W = (0.8, -1.2, 1.5)
_Y = np.array([[1.0]])
_HEIGHTS = {"sigmoid": (-0.25, 1.25), "tanh": (-1.25, 1.25)}  # else −1.5 … 2.5
_SPAN = np.linspace(-4, 4, 161)


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


class Bends(Explorer):
    """σ and its tangent at one layer, and the product of all slopes along the chain."""

    title = "An activation, its slope, and the whole chain."
    question = (
        "Choose relu and look at layer 2, where z² is negative. Which of the three gradients "
        "∂ℒ/∂w¹, ∂ℒ/∂w², ∂ℒ/∂w³ will be 0? And can the bias b² alone bring them back?"
    )
    answer = (
        "All three: σ′(z²) = 0 is a factor of ∂ℒ/∂w¹ and ∂ℒ/∂w², and ∂ℒ/∂w³ has the factor "
        "a² = 0. With b² = 1, z² is positive and they are back. Leaky relu keeps them small, not 0."
    )

    def controls(self) -> dict[str, Control]:
        return {
            "activation": choice("σ:", list(activations.TABLE), "sigmoid", "170px"),
            "k": choice("look at layer", [1, 2, 3], 2, "160px"),
            "x": slider("x", 0.5, -2, 2, width="270px"),
            **{f"w{k}": weight(k, _W[k - 1]) for k in (1, 2, 3)},
            **{f"b{k}": slider(f"b{'¹²³'[k - 1]}", 0.0, -3, 3) for k in (1, 2, 3)},
        }

    def panels(self, s: SimpleNamespace) -> list:
        w = [np.array([[getattr(s, f"w{k}")]]) for k in (1, 2, 3)]  # (1, 1) each
        b = [np.array([getattr(s, f"b{k}")]) for k in (1, 2, 3)]  # (1,) each
        trace = network.forward([[s.x]], w, s.activation, b)
        grad = network.backward(trace, _Y)
        sigma, k = activations.TABLE[s.activation], s.k
        z = {n: trace.z[n].item() for n in (1, 2, 3)}
        slope = {n: float(sigma.derivative(trace.z[n]).item()) for n in (1, 2, 3)}
        here = Tangent(
            z[k], trace.a[k].item(), slope[k], f"σ′(z{'¹²³'[k - 1]}) = {number(slope[k])}", "s-neg"
        )
        terms = [
            Term("∂ℒ/∂w^1", grad.dL_dw[1].item(), cls="f-grad"),
            Term("="),
            Term("∂ℒ/∂a^3", grad.dL_da[3].item(), cls="f-grad"),
        ]
        for n in (3, 2, 1):
            terms += [Term("·"), Term(f"σ′(z^{n})", slope[n], f"b{n}" in s.touched)]
            before = (
                Term(f"w^{n}", w[n - 1].item(), f"w{n}" in s.touched)
                if n > 1
                else Term("x", s.x, "x" in s.touched)
            )
            terms += [Term("·"), before]
        layers = (1, 2, 3)
        rows = [
            ("b", [b[n - 1].item() for n in layers], "f-ink"),
            ("z = a w + b", [z[n] for n in layers], "f-ink"),
            ("σ′(z)", [slope[n] for n in layers], "f-ink"),
            ("∂ℒ/∂b", [grad.dL_db[n].item() for n in layers], "f-grad"),
        ]
        loss = float(losses.squared_difference(trace.a[3], _Y))
        return [
            network_picture(trace, grad, y=[1.0], loss=loss, touched=s.touched, active=[f"a{k}"]),
            formula(terms, row="B19", height=112),
            [
                curve(
                    list(_curves(s.activation)),
                    x_label=f"z^{k}",
                    y_label="a",
                    x_range=(-4, 4),
                    y_range=_HEIGHTS.get(s.activation, (-1.5, 2.5)),
                    tangents=[here] if abs(z[k]) <= 4 else [],
                    title="" if abs(z[k]) <= 4 else f"z = {number(z[k])}: outside",
                    width=480,
                    height=206,
                ),
                table(
                    [f"layer {n}" for n in layers],
                    rows,
                    width=480,
                    label_width=130,
                    touched=[int(name[1]) - 1 for name in s.touched if name[0] == "b"],
                ),
            ],
        ]
