"""Chapter 05: the paths of a weight through a network, and the matrices of one step back."""

from functools import lru_cache
from types import SimpleNamespace

import numpy as np

from bpdemo import activations, losses, network
from bpdemo.diagrams import (
    Matrix,
    Term,
    equation,
    formula,
    number,
    subscript,
    superscript,
    table,
    words,
)
from bpdemo.diagrams import network as network_picture
from bpdemo.diagrams.names import weight as edge_name
from bpdemo.explorers.parts import Control, Explorer, choice, count, slider, switch

__all__ = ["Matrices", "Paths"]

_X = np.array([[0.5, 1.0]])  # (1, 2)
_W1 = np.array([[0.8, -0.5], [0.4, 1.2]])
_W2 = np.array([[-1.2, 0.9], [0.7, 1.5]])
_Y = np.array([[1.0, 0.0]])  # (1, 2)


def _entry(k: int, i: int, j: int) -> str:
    """w²₁₂: a weight's name where no markup is known."""
    return f"w{superscript(k)}" + subscript(f"{i}{j}")


_WEIGHTS = {_entry(k, i, j): (k, i - 1, j - 1) for k in (1, 2) for i in (1, 2) for j in (1, 2)}


class Paths(Explorer):
    """Every path from one weight of a 2-2-2 network to the loss; what arrives is added up."""

    title = "All paths from one weight to the loss."
    question = (
        "w¹₁₁ reaches the loss by two paths, one through each output. Turn w²₁₁ to 0, so that the "
        "first path is cut. What becomes of its share, of the other's, and of the sum?"
    )
    answer = (
        "Its share becomes 0, for w²₁₁ is a factor of it, and the sum is the other path's share "
        "alone. A weight of the second layer has one path only: it leads into one output."
    )

    def controls(self) -> dict[str, Control]:
        both = {"all": 0, "through output 1": 1, "through output 2": 2}
        return {
            "weight": choice("weight", _WEIGHTS, (1, 0, 0), "150px"),
            "path": choice("light up", both, 0, "240px"),
            **{f"w2{q}": slider(_entry(2, 1, q), _W2[0, q - 1], width="270px") for q in (1, 2)},
            "x1": slider("x₁", _X[0, 0], -2, 2, width="270px"),
            "activation": choice("σ:", list(activations.TABLE), "sigmoid", "170px"),
        }

    def panels(self, s: SimpleNamespace) -> list:
        k, i, j = s.weight
        x = np.array([[s.x1, _X[0, 1]]])  # (1, 2)
        w = [_W1, np.array([[s.w21, s.w22], _W2[1]])]
        trace = network.forward(x, w, s.activation)
        grad = network.backward(trace, _Y)
        sigma = activations.TABLE[s.activation]
        slope = {n: sigma.derivative(trace.z[n])[0] for n in (1, 2)}
        outputs = (0, 1) if k == 1 else (j,)
        rows, total, lit = [], 0.0, [edge_name(k, i, j, (2, 2))]
        for q in outputs:
            own = [trace.a[0][0, i], slope[1][j], w[1][j, q]] if k == 1 else [trace.a[1][0, i]]
            factors = [*own, slope[2][q], grad.dL_da[2][0, q]]
            share = float(np.prod(factors))
            total += share
            rows.append((f"through a²{'₁₂'[q]}", [*factors, share], "f-ink"))
            if k == 1 and s.path in (0, q + 1):
                lit.append(edge_name(2, j, q, (2, 2)))

        heads = [f"a^0_{i + 1}", f"σ′(z^1_{j + 1})", f"w^2_{{{j + 1}q}}"]
        heads = (heads if k == 1 else [f"a^1_{i + 1}"]) + ["σ′(z^2_q)", "∂ℒ/∂a^2_q", "product"]
        rows.append(("the sum", [None] * (len(heads) - 1) + [total], "f-grad"))

        measured = _measured(x, w, s.weight, s.activation)
        says = (
            f"the sum of the paths: {number(total, True)}     "
            f"measured, by moving {_entry(k, i + 1, j + 1)} alone: {number(measured, True)}"
        )
        loss = float(losses.squared_difference(trace.a[2], _Y))
        names = {"w21": "w2[1,1]", "w22": "w2[1,2]", "x1": "a0[1]"}
        touched = [names[n] for n in s.touched if n in names]
        return [
            network_picture(trace, y=_Y[0], loss=loss, show="forward", lit=lit, touched=touched),
            table(heads, rows, label_width=150),
            words([says]),
        ]


def _measured(x, w, weight, activation, h=1e-5) -> float:
    """∂ℒ/∂w of one weight by a central difference; the two networks run in one call."""
    k, i, j = weight
    step = np.zeros((2, *w[k - 1].shape))
    step[:, i, j] = h, -h
    moved = [w[n] + step if n == k - 1 else w[n] for n in range(len(w))]
    plus, minus = losses.squared_difference(network.forward(x, moved, activation).a[2], _Y)
    return (plus - minus) / (2 * h)


_KINDS = ("δ = ∂ℒ/∂a ⊙ σ′(z)", "∂ℒ/∂w = aᵀ δ", "∂ℒ/∂a = δ wᵀ")


@lru_cache(maxsize=64)
def _step(layer: int, examples: int, seed: int, activation: str) -> SimpleNamespace:
    """All matrices of one step back through this layer of a 2-3-2 network."""
    rng = np.random.default_rng(seed)
    w = [rng.normal(size=(2, 3)), rng.normal(size=(3, 2))]
    x = rng.normal(size=(4, 2))[:examples]
    y = rng.integers(0, 2, size=(4, 2))[:examples].astype(float)
    trace = network.forward(x, w, activation)
    grad = network.backward(trace, y)
    return SimpleNamespace(
        dL_da=grad.dL_da[layer],
        slope=trace.activation[layer].derivative(trace.z[layer]),
        delta=grad.dL_dz[layer],
        before=trace.a[layer - 1],
        w=trace.w[layer],
        dL_dw=grad.dL_dw[layer],
        dL_da_before=grad.dL_da[layer - 1],
    )


class Matrices(Explorer):
    """The three products of one step back as shaded tables, one of them large, entry by entry."""

    title = "The matrices of one step back."
    question = (
        "Untick “turned”: now a and w lie as they came. In ∂ℒ/∂w = aᵀδ, does an entry come from a "
        "row or from a column of a? And how many numbers are added up for it?"
    )
    answer = (
        "From a column: one neuron's output in every example. Beside it runs a column of δ, and "
        "as many numbers are added as there are examples. @ wants rows on the left, so a is "
        "turned. In δwᵀ two rows meet, and the sum runs over the neurons of layer k."
    )

    def controls(self) -> dict[str, Control]:
        return {
            "product": choice("product", dict(zip(_KINDS, range(3), strict=True)), 1, "250px"),
            "row": count("row", 2, 1, 3, "230px"),
            "column": count("column", 2, 1, 2, "230px"),
            "turned": switch("turned (ᵀ)", True, "120px"),
            "layer": choice("layer k:", [1, 2], 2, "120px"),
            "examples": choice("examples m:", [1, 2, 3, 4], 4, "160px"),
            "seed": choice("numbers", {f"set {n + 1}": n for n in range(5)}, 0, "150px"),
            "activation": choice("σ:", list(activations.TABLE), "sigmoid", "170px"),
        }

    def _shape(self, s) -> tuple[int, int]:
        n_before, n = ((2, 3), (3, 2))[s.layer - 1]
        return ((s.examples, n), (n_before, n), (s.examples, n_before))[s.product]

    def _reach(self, rows: int, columns: int) -> None:
        for name, most in (("row", rows), ("column", columns)):
            control = self._controls[name]
            for widget in (control.source, control.box.children[1]):
                if widget.max != most:
                    widget.max = most

    @Explorer.settings.setter
    def settings(self, values) -> None:
        self._reach(4, 4)  # the product and the row may both change; `draw` cuts to what there is
        Explorer.settings.fset(self, values)

    def draw(self) -> None:
        # The product decides how many rows and columns its result has.
        self._reach(*self._shape(SimpleNamespace(**self.settings)))
        super().draw()

    def panels(self, s: SimpleNamespace) -> list:
        m, k = _step(s.layer, s.examples, s.seed, s.activation), s.layer
        rows, columns = self._shape(s)
        r, c = min(s.row, rows) - 1, min(s.column, columns) - 1
        small = {"width": 320, "cell": (24, 24), "numbers": False, "height": 158}
        overview = [
            equation(self._parts(m, k, p, None, True), active=p == s.product, **small)
            for p in range(len(_KINDS))
        ]
        large = equation(self._parts(m, k, s.product, (r, c), s.turned), cell=(64, 30))
        return [overview, large, self._sum(m, k, s.product, r, c)]

    @staticmethod
    def _parts(m, k, product, at, turned) -> list:
        """The matrices of one product; `at` is the entry of the result to frame."""
        before = f"a^{k - 1}"
        if product == 0:
            here = [at] if at else []
            return [
                Matrix(f"∂ℒ/∂a^{k}", m.dL_da, here, "f-grad"),
                "⊙",
                Matrix(f"σ′(z^{k})", m.slope, here),
                "=",
                Matrix(f"δ^{k}", m.delta, here, "f-grad"),
            ]
        if product == 1:
            left, right, result = m.before, m.delta, m.dL_dw
            names = (before, f"δ^{k}", f"∂ℒ/∂w^{k}")
        else:
            left, right, result = m.delta, m.w, m.dL_da_before
            names = (f"δ^{k}", f"w^{k}", f"∂ℒ/∂{before}")
        length = left.shape[1 if product == 2 else 0]
        r, c = at or (0, 0)
        if product == 1:  # column r of a^{k-1}, column c of δ^k
            left_run, right_run = [(t, r) for t in range(length)], [(t, c) for t in range(length)]
        else:  # row r of δ^k, row c of w^k
            left_run, right_run = [(r, t) for t in range(length)], [(c, t) for t in range(length)]
        flip = [turned and product == 1, turned and product == 2]
        shown = []
        for values, run, name, turn, cls in (
            (left, left_run, names[0], flip[0], "" if product == 1 else "f-grad"),
            (right, right_run, names[1], flip[1], "f-grad" if product == 1 else ""),
        ):
            if turn:
                values, run, name = values.T, [(b, a) for a, b in run], f"({name})^T"
            shown.append(Matrix(name, values, run if at else [], cls))
        return [
            shown[0],
            "@" if turned else "Σ",
            shown[1],
            "=",
            Matrix(names[2], result, [at] if at else [], "f-grad"),
        ]

    @staticmethod
    def _sum(m, k, product, r, c):
        """The framed entry, written out."""
        if product == 0:
            where = f"{{{r + 1}{c + 1}}}"
            terms = [
                Term(f"δ^{k}_{where}", m.delta[r, c], cls="f-grad"),
                Term("="),
                Term(f"∂ℒ/∂a^{k}_{where}", m.dL_da[r, c], cls="f-grad"),
                Term("·"),
                Term(f"σ′(z^{k}_{where})", m.slope[r, c]),
            ]
            return formula(terms, row="B2", height=126)
        if product == 1:
            name, value = f"∂ℒ/∂w^{k}_{{{r + 1}{c + 1}}}", m.dL_dw[r, c]
            pairs = [
                (f"a^{k - 1}_{{{t + 1}{r + 1}}}", a, f"δ^{k}_{{{t + 1}{c + 1}}}", d)
                for t, (a, d) in enumerate(zip(m.before[:, r], m.delta[:, c], strict=True))
            ]
        else:
            name, value = f"∂ℒ/∂a^{k - 1}_{{{r + 1}{c + 1}}}", m.dL_da_before[r, c]
            pairs = [
                (f"δ^{k}_{{{r + 1}{q + 1}}}", d, f"w^{k}_{{{c + 1}{q + 1}}}", v)
                for q, (d, v) in enumerate(zip(m.delta[r], m.w[c], strict=True))
            ]
        terms = [Term(name, value, cls="f-grad"), Term("=")]
        for place, (one, a, two, b) in enumerate(pairs):
            terms += [Term("+")] if place else []
            terms.append(Term(f"{one} {two}", a * b, note=f"{number(a)} · {number(b)}"))
        return formula(terms, row=("B2", "B3", "B4")[product], height=126)
