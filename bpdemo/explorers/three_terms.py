"""Chapter 02: the three factors of ∂ℒ/∂w^k, their product, and the slope it predicts."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np

from bpdemo import activations
from bpdemo.diagrams import Bar, Point, Term, bars, formula, label, stack, symbol, table
from bpdemo.diagrams import network as network_picture
from bpdemo.explorers.chain import Chain, ChainExplorer, loss_over_weight, tangent
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
        return int(np.argmin(shrunk)) if min(shrunk) < 0.99 else 3

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
        slopes = activations.TABLE[s.activation].derivative(_Z)
        flattest, steepest = min(0.0, float(slopes.min())), float(slopes.max())
        factors = [
            (f"dL_da{L}", f"2({label(f'a{L}')} − y)", -2, 2, "which way is a wrong?"),
            (f"da_dz{L}", f"σ′({label(f'z{L}')})", flattest, steepest, "how steep is σ here?"),
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
            [bars(rows), loss_over_weight(c, L, [tangent(c, L)], reach=8, height=222)],
        ]


class Nudge(ChainExplorer):
    """Move one weight by Δw: each z, a and the loss, as the gradient predicts and as it is."""

    title = "A nudge, predicted and actual."
    question = "Make the nudge Δw half as large, or smaller. What will the error of ℒ do?"
    choices = ("it stays", "it shrinks as much", "it shrinks far more")
    answer = (
        "The prediction follows the straight tangent. The gap between curve and tangent grows "
        "with the square of the nudge: half the nudge, about a quarter of the error. A gradient "
        "describes small steps."
    )

    def controls(self) -> dict[str, Control]:
        weights = {label(f"w{k}"): k for k in (1, 2, 3)}
        picks = {f"w{k}": k for k in (1, 2, 3)}
        return {
            "step": stepper(7, value=3),
            "nudge": choice(weights, 3, label="nudge", picks=picks),
            "dw": slider(0.6, -3, 3, label="Δw"),
            **super().controls(),
        }

    def limits(self, s):
        return super().limits(s) | {"step": {"high": len(self.wheels(s.nudge))}}

    def moved(self, name, s):
        return {"step": len(self.wheels(s.nudge))} if name == "nudge" else {}

    @staticmethod
    def wheels(k: int) -> list[tuple[str, str, str]]:
        """(what moves next, what moves it, how far per unit) from Δw^k to Δℒ."""
        found = [(f"z{k}", f"w{k}", f"dz_dw{k}"), (f"a{k}", f"z{k}", f"da_dz{k}")]
        for layer in range(k + 1, 4):
            found.append((f"z{layer}", f"a{layer - 1}", f"w{layer}"))
            found.append((f"a{layer}", f"z{layer}", f"da_dz{layer}"))
        return [*found, ("loss", "a3", "dL_da3")]

    def changes(self, s: SimpleNamespace, c: Chain) -> dict[str, float]:
        """The change of everything that moves: "predicted:z3", "actual:z3" … from Δw on."""
        w = f"w{s.nudge}"
        after = self.chain(s, **{w: getattr(s, w) + s.dw})
        found = {f"predicted:{w}": s.dw, f"actual:{w}": s.dw}
        for name, cause, factor in self.wheels(s.nudge):
            found[f"predicted:{name}"] = found[f"predicted:{cause}"] * c[factor]
            found[f"actual:{name}"] = after[name] - c[name]
        return found

    def judge(self, before, now):
        if not before.dw or not 0 < abs(now.dw / before.dw) <= 0.7:
            return None
        then, after = self._errors(before, now)
        if not then:
            return 0
        # The error goes with this power of the nudge: 0, 1 or 2.
        power = np.log(max(abs(after / then), 1e-12)) / np.log(abs(now.dw / before.dw))
        return min(max(round(float(power)), 0), 2)

    def tell(self, before, now):
        then, after = self._errors(before, now)
        moved, error = went("Δw", before.dw, now.dw), went("the error", abs(then), abs(after))
        return f"{moved}, and by that alone {error}."

    def _errors(self, before, now) -> list[float]:
        """Predicted less actual Δℒ, for the nudge then and now, of the weight then."""
        errors = []
        for dw in (before.dw, now.dw):
            s = SimpleNamespace(**{**vars(before), "dw": dw})
            found = self.changes(s, self.chain(s))
            errors.append(found["predicted:loss"] - found["actual:loss"])
        return errors

    def marks(self, s):
        if not s.step:
            return {"target": ["dw"]}
        name, cause, factor = self.wheels(s.nudge)[s.step - 1]
        before = "dw" if s.step == 1 else f"predicted:{cause}"
        # In the network ∂z/∂w is what comes in.
        comes_in = ["x" if s.nudge == 1 else f"a{s.nudge - 1}"] if s.step == 1 else []
        return {"operand": [before, factor, *comes_in], "target": [f"predicted:{name}"]}

    def panels(self, s: SimpleNamespace) -> list:
        c, w = self.chain(s), f"w{s.nudge}"
        delta, wheels = self.changes(s, c), self.wheels(s.nudge)
        # A change of z arrives over the edge that leads to it.
        path = [w, *(name.replace("z", "w") for name, *_ in wheels[: s.step])]
        after = getattr(s, w) + s.dw
        points = [
            Point(after, c.loss + delta["predicted:loss"], "predicted", at="after", of="line"),
            Point(after, c.loss + delta["actual:loss"], "actual", "dw", at="after", of="curve"),
        ]
        line = replace(tangent(c, s.nudge), label="tangent", slope_name="")
        return [
            network_picture(
                c.trace, y=[s.y], loss=c.loss, show="forward", with_slope=True, lit=path
            ),
            _wheel_table(delta, wheels, s),
            [
                loss_over_weight(c, s.nudge, [line], reach=8, points=points, height=206).by(1.2),
                stack(_wheel(c, delta, wheels, s), _error(delta, s.step == len(wheels))),
            ],
        ]


def _named(change: str, s: SimpleNamespace) -> str:
    """The name of a change: that of the weight is what a hand sets."""
    return "dw" if change.endswith(f":w{s.nudge}") else change


def _wheel_table(delta, wheels, s: SimpleNamespace):
    """Predicted over actual changes, as far as the nudge has come."""
    places = [f"w{s.nudge}", *(name for name, *_ in wheels)]
    rows = []
    for kind, cls in (("predicted", "f-grad"), ("actual", "f-ink")):
        names = [f"{kind}:{place}" for place in places]
        cells = [delta[name] if n <= s.step else "?" for n, name in enumerate(names)]
        rows.append((kind, cells, cls, [_named(name, s) for name in names]))
    return table([f"Δ{symbol(place)}" for place in places], rows, label_width=110)


def _wheel(c: Chain, delta, wheels, s: SimpleNamespace):
    """The wheel that the nudge has just turned: Δz = Δw · ∂z/∂w."""
    name, cause, factor = wheels[max(s.step, 1) - 1]

    def change(of: str) -> Term:
        key = f"predicted:{of}"
        hidden = of == name and not s.step
        cls = "f-grad"
        return Term(f"Δ{symbol(of)}", delta[key], _named(key, s), cls=cls, hidden=hidden)

    about = Term("≈" if factor.startswith(("da", "dL")) else "=")
    return formula([change(name), about, change(cause), Term("·"), c.term(factor)], height=106)


def _error(delta, arrived: bool):
    """How far the prediction is off, once the nudge has arrived at ℒ."""
    predicted, actual = delta["predicted:loss"], delta["actual:loss"]
    terms = [
        Term("error", predicted - actual, "error", hidden=not arrived),
        Term("="),
        Term("predicted", predicted, "predicted:loss", cls="f-grad", hidden=not arrived),
        Term("−"),
        Term("actual", actual, "actual:loss", hidden=not arrived),
    ]
    return formula(terms, height=84)
