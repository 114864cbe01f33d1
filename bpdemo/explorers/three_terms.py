"""Chapter 02: the three factors of ∂ℒ/∂w^k, their product, and the slope it predicts."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np

from bpdemo import activations
from bpdemo.diagrams import Bar, Term, bars, formula, number, stack, superscript, table, words
from bpdemo.diagrams import network as network_picture
from bpdemo.explorers.chain import START, ChainExplorer, loss_curve, tangent
from bpdemo.explorers.parts import Control, choice, slider, weight

__all__ = ["Nudge", "ThreeTerms"]


_Z = np.linspace(-4, 4, 81)


class ThreeTerms(ChainExplorer):
    """N6–N10 on a chain: each factor as a bar, the product as the slope of the loss curve."""

    title = "Three factors and their product."
    question = (
        "Set y = 0 and w² = 4, so that the output is wrong and much comes in. Now push w³ far to "
        "the right, until σ is flat at z³. Which of the three factors dies, and what happens to "
        "the slope?"
    )
    answer = (
        "σ′(z³): it goes almost to 0, for the curve of σ is flat there. A product with a factor "
        "near 0 is near 0, so the slope dies with it, although a³ is as wrong as can be. The "
        "neuron is saturated."
    )

    def controls(self) -> dict[str, Control]:
        made = super().controls()
        made["w3"] = weight(3, START["w"][2], reach=8)
        made["depth"] = choice("layers L:", [1, 2, 3], 3, "120px")
        del made["w4"]
        return made

    def panels(self, s: SimpleNamespace) -> list:
        c, L = self.chain(s), s.depth
        product = c.dL_dw(L)
        before = f"a{superscript(L - 1)}" if L > 1 else "x"
        touched = set(s.touched)
        upstream = {"x", *(f"w{k}" for k in range(1, L))}
        terms = [
            Term(f"∂ℒ/∂w^{L}", product, cls="f-grad"),
            Term("="),
            Term(f"∂ℒ/∂a^{L}", c.dL_da(L), "y" in touched, "f-grad", f"2(a{superscript(L)} − y)"),
            Term("·"),
            Term(f"∂a^{L}/∂z^{L}", c.da_dz(L), f"w{L}" in touched, note=f"σ′(z{superscript(L)})"),
            Term("·"),
            Term(f"∂z^{L}/∂w^{L}", c.a(L - 1), bool(touched & upstream), note=before),
        ]
        steepest = float(activations.TABLE[s.activation].derivative(_Z).max())
        factors = [
            Bar(f"∂ℒ/∂a^{L}", c.dL_da(L), -2, 2, "which way is a wrong?"),
            Bar(f"∂a^{L}/∂z^{L}", c.da_dz(L), 0, steepest, "how steep is σ here?"),
            Bar(f"∂z^{L}/∂w^{L}", c.a(L - 1), -1, 1, "how much comes in?"),
            Bar(f"∂ℒ/∂w^{L}", product, -0.5, 0.5, "the product", total=True),
        ]
        return [
            network_picture(c.trace, y=[s.y], loss=c.loss, show="forward", touched=s.touched),
            formula(terms, row="N10"),
            [
                bars(factors, width=470, height=222),
                loss_curve(
                    c, L, s.activation, [tangent(c, L, product)], reach=8, width=490, height=222
                ),
            ],
        ]


class Nudge(ChainExplorer):
    """Move one weight by Δw: each z, a and the loss, as the gradient predicts and as it is."""

    title = "A nudge, predicted and real."
    question = (
        "The prediction follows the straight tangent. For which nudges is it nearly right, "
        "and on which side of the real curve is it for large ones?"
    )
    answer = (
        "For small ones: halve Δw, and the error shrinks to about a quarter. Over w³ the real "
        "curve bends upwards here, so the prediction is below it on both sides. Over w² it bends "
        "the other way on the left: there the prediction is above. A gradient describes small "
        "steps."
    )

    def controls(self) -> dict[str, Control]:
        made = super().controls()
        nudged = {
            "nudge": choice("nudge", {"w¹": 1, "w²": 2, "w³": 3}, 3, "120px"),
            "dw": slider("Δw", 0.6, -3, 3),
        }
        for name in ("w4", "depth"):
            del made[name]
        return {**nudged, **made}

    def panels(self, s: SimpleNamespace) -> list:
        s.depth = 3
        c, k = self.chain(s), s.nudge
        after = self.chain(SimpleNamespace(**{**vars(s), f"w{k}": c.w_(k) + s.dw}))
        heads, predicted, real = [f"w^{k}"], [s.dw], [s.dw]
        change = s.dw
        for layer in range(k, c.L + 1):
            # One factor a step: ∂z/∂w, then σ′, then w of the next layer.
            change *= c.a(k - 1) if layer == k else c.w_(layer)
            heads.append(f"z^{layer}")
            predicted.append(change)
            real.append(after.z(layer) - c.z(layer))
            change *= c.da_dz(layer)
            heads.append(f"a^{layer}")
            predicted.append(change)
            real.append(after.a(layer) - c.a(layer))
        heads.append("ℒ")
        predicted.append(change * c.dL_da(c.L))
        real.append(after.loss - c.loss)
        rows = [
            ("predicted Δ", predicted, "f-grad"),
            ("real Δ", real, "f-ink"),
        ]
        moved = c.w_(k) + s.dw
        line = c.loss + c.dL_dw(k) * s.dw
        picture = loss_curve(
            c,
            k,
            s.activation,
            [replace(tangent(c, k, c.dL_dw(k)), label="")],
            reach=8,
            points=[(moved, line, "predicted"), (moved, after.loss, "real")],
            width=580,
            height=206,
        )
        terms = [
            Term("Δℒ", predicted[-1], cls="f-grad"),
            Term("≈"),
            Term(f"∂ℒ/∂w^{k}", c.dL_dw(k), cls="f-grad"),
            Term("·"),
            Term("Δw", s.dw, "dw" in s.touched),
        ]
        says = words(
            [
                f"predicted: Δℒ = {number(predicted[-1], True)}",
                f"real:          Δℒ = {number(real[-1], True)}",
                (f"the prediction is off by {number(abs(predicted[-1] - real[-1]))}", "b"),
            ],
            380,
        )
        return [
            network_picture(c.trace, y=[s.y], loss=c.loss, show="forward", lit=[f"w{k}"]),
            table([f"Δ{h}" for h in heads], rows, touched=[0] if "dw" in s.touched else []),
            [picture, stack(formula(terms, 380), says)],
        ]
