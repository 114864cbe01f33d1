"""Chapter 02: the three factors of ∂ℒ/∂w^k, their product, and the slope it predicts."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np

from bpdemo import activations
from bpdemo.diagrams import Bar, Point, Term, bars, formula, label, stack, symbol, table
from bpdemo.diagrams import network as network_picture
from bpdemo.explorers.chain import Chain, ChainExplorer, loss_curve, tangent
from bpdemo.explorers.controls import Control, choice, slider, stepper
from bpdemo.explorers.explorer import went

__all__ = ["Nudge", "ThreeTerms"]

_Z = np.linspace(-4, 4, 81)


class ThreeTerms(ChainExplorer):
    """N6–N10 on a chain: each factor as a bar, the product as the slope of the loss curve."""

    title = "Three factors and their product."
    depths = (1, 2, 3)
    question = "Set y to 0, so that a³ is wrong. Then push w³ far right: which factor shrinks most?"
    choices = ("∂ℒ/∂a³", "∂a³/∂z³", "∂z³/∂w³", "none")
    answer = (
        "Far out σ is flat, so ∂a³/∂z³ = σ′(z³) is almost 0, and a product with a factor near 0 is "
        "near 0. The slope dies although a³ is quite wrong: the neuron is saturated."
    )

    def controls(self) -> dict[str, Control]:
        made = super().controls()
        return made | {"w3": slider(made["w3"].value, -8, 8, group="weights")}

    def judge(self, before, now):
        if now.y > 0.2 or now.w3 < before.w3 + 2 or self.depth(before) < 3:
            return None
        shrunk = [abs(b) / abs(a) if a else 1.0 for a, b in self._factors(before, now).values()]
        return int(np.argmin(shrunk)) if min(shrunk) < 1 else 3

    def tell(self, before, now):
        said = [went(label(name), *pair) for name, pair in self._factors(before, now).items()]
        return f"{went('w³', before.w3, now.w3)}, and by that alone {', '.join(said)}."

    def _factors(self, before, now) -> dict[str, tuple[float, float]]:
        """Each factor before and after the move of w^3 alone."""
        then = self.chain(before, y=now.y)
        after = self.chain(before, y=now.y, w3=now.w3)
        return {name: (then[name], after[name]) for name in ("dL_da3", "da_dz3", "dz_dw3")}

    def panels(self, s: SimpleNamespace) -> list:
        c, L = self.chain(s), s.depth
        steepest = float(activations.TABLE[s.activation].derivative(_Z).max())
        factors = [
            (f"dL_da{L}", f"2({label(f'a{L}')} − y)", -2, 2, "which way is a wrong?"),
            (f"da_dz{L}", f"σ′({label(f'z{L}')})", 0, steepest, "how steep is σ here?"),
            (f"dz_dw{L}", label(c.before(L)), -1, 1, "how much comes in?"),
        ]
        product = f"dL_dw{L}"
        terms = [c.term(product), Term("=")]
        for name, note, *_ in factors:
            terms += [c.term(name, note=note), Term("·")]
        rows = [Bar(symbol(n), c[n], low, high, says, name=n) for n, _, low, high, says in factors]
        rows.append(Bar(symbol(product), c[product], -0.5, 0.5, "the product", True, product))
        return [
            network_picture(c.trace, y=[s.y], loss=c.loss, show="forward"),
            formula(terms[:-1], row="N10"),
            [bars(rows), loss_curve(c, L, [tangent(c, L)], reach=8, height=222)],
        ]


class Nudge(ChainExplorer):
    pass
