"""Chapter 05: the paths of a weight through a network, and the matrices of one step back."""

from functools import lru_cache
from types import SimpleNamespace

import numpy as np

from bpdemo import activations, losses, network
from bpdemo.diagrams import Term, equation, formula, label, names, number, product, quantity, table
from bpdemo.diagrams import Matrix
from bpdemo.diagrams import network as network_picture
from bpdemo.explorers.controls import Control, choice, slider, switch
from bpdemo.explorers.explorer import Explorer, went

__all__ = ["Matrices", "Paths"]


def entries(letter: str, values, low: float, high: float, group: str) -> dict[str, Control]:
    """A slider for each entry of a matrix, by its name: "w2_13"."""
    return {
        f"{letter}_{i + 1}{j + 1}": slider(float(v), low, high, group=group)
        for (i, j), v in np.ndenumerate(values)
    }


def matrix(s: SimpleNamespace, letter: str, shape: tuple[int, int]) -> np.ndarray:
    """The matrix whose entries are settings."""
    rows, columns = shape
    return np.array(
        [
            [getattr(s, f"{letter}_{i}{j}") for j in range(1, columns + 1)]
            for i in range(1, rows + 1)
        ]
    )


_W = (np.array([[0.8, -0.5], [0.4, 1.2]]), np.array([[-1.2, 0.9], [0.7, 1.5]]))
_WEIGHTS = [f"w{k}_{i}{j}" for k in (1, 2) for i in (1, 2) for j in (1, 2)]


class Paths(Explorer):
    """Every path from one weight of a 2-2-2 network to the loss; what arrives is added up."""

    title = "All paths from one weight to the loss."
    question = (
        "w¹₁₁ reaches the loss by two paths. Set w²₁₁ to 0, so that the first is cut: "
        "what becomes of ∂ℒ/∂w¹₁₁?"
    )
    choices = ("it becomes 0", "only the second path's share is left", "it stays as it is")
    answer = (
        "w²₁₁ is a factor of the first share, so that becomes 0; the gradient is the sum of the "
        "shares, so the other is left. A weight of layer 2 leads into one output: it has one path."
    )

    def controls(self) -> dict[str, Control]:
        made = {"weight": choice({label(n): n for n in _WEIGHTS}, "w1_11",
                                 picks={n: n for n in _WEIGHTS})}  # fmt: skip
        both = {"both": 0, "through output 1": 1, "through output 2": 2}
        made["path"] = choice(both, 0, label="light up", picks={"a2_1": 1, "a2_2": 2})
        made["activation"] = choice(list(activations.TABLE), "sigmoid", label="σ")
        for k, w in enumerate(_W, start=1):
            made |= entries(f"w{k}", w, -4, 4, f"weights of layer {k}")
        made |= {f"x{i}": slider(v, -2, 2, group="input") for i, v in ((1, 0.5), (2, 1.0))}
        made |= {f"y{j}": slider(v, 0, 1, group="label") for j, v in ((1, 1.0), (2, 0.0))}
        return made

    @staticmethod
    def model(s: SimpleNamespace, **changed):
        """(trace, grad, y) of these settings, or with some of them changed."""
        s = SimpleNamespace(**{**vars(s), **changed})
        x, y = np.array([[s.x1, s.x2]]), np.array([[s.y1, s.y2]])  # (1, 2) each
        trace = network.forward(x, [matrix(s, f"w{k}", (2, 2)) for k in (1, 2)], s.activation)
        return trace, network.backward(trace, y), y

    @classmethod
    def paths(cls, s: SimpleNamespace, weight: str = "", **changed) -> dict[int, list[Term]]:
        """From each output that the weight reaches, counted from 1, to the factors of its share."""
        trace, grad, _ = cls.model(s, **changed)
        k, i, j = map(int, (weight or s.weight).replace("w", "").replace("_", ""))
        slope = {n: activations.TABLE[s.activation].derivative(trace.z[n])[0] for n in (1, 2)}
        found = {}
        for q in (1, 2) if k == 1 else (j,):
            first = (f"x{i}" if k == 1 else f"a1_{i}", trace.a[k - 1][0, i - 1])
            factors = [quantity(*first)]
            if k == 1:
                factors.append(quantity(f"da_dz1_{j}", slope[1][j - 1], f"σ′(z^1_{j})"))
                factors.append(quantity(f"w2_{j}{q}", trace.w[2][j - 1, q - 1]))
            factors.append(quantity(f"da_dz2_{q}", slope[2][q - 1], f"σ′(z^2_{q})"))
            factors.append(quantity(f"dL_da2_{q}", grad.dL_da[2][0, q - 1]))
            found[q] = factors
        return found

    @classmethod
    def shares(cls, s: SimpleNamespace, weight: str = "", **changed) -> dict[int, float]:
        """What arrives through each output."""
        return {
            q: float(np.prod([factor.value for factor in factors]))
            for q, factors in cls.paths(s, weight, **changed).items()
        }

    def judge(self, before, now):
        if now.w2_11 != 0 or before.w2_11 == 0:
            return None
        then, after = self.shares(before, "w1_11"), self.shares(before, "w1_11", w2_11=0.0)
        total = sum(after.values())
        if np.isclose(total, sum(then.values()), rtol=1e-9, atol=0):
            return 2
        return 0 if total == 0 else 1 if np.isclose(total, then[2], rtol=1e-9, atol=0) else None

    def tell(self, before, now):
        then, after = self.shares(before, "w1_11"), self.shares(before, "w1_11", w2_11=0.0)
        said = [went(f"The share through a²{'₁₂'[q - 1]}", then[q], after[q]) for q in (1, 2)]
        return "; ".join([*said, went("the sum", sum(then.values()), sum(after.values()))]) + "."

    def panels(self, s: SimpleNamespace) -> list:
        trace, _, y = self.model(s)
        paths, shares = self.paths(s), self.shares(s)
        k, _, j = map(int, s.weight.replace("w", "").replace("_", ""))
        lit = [s.weight] + [f"w2_{j}{q}" for q in paths if k == 1 and s.path in (0, q)]
        heads = [next(iter(paths.values()))[0].symbol]
        heads += [f"σ′(z^1_{j})", f"w^2_{{{j}q}}"] if k == 1 else []
        heads += ["σ′(z^2_q)", "∂ℒ/∂a^2_q", "product"]
        rows = [
            (f"through a²{'₁₂'[q - 1]}", [f.value for f in factors] + [shares[q]], "f-ink",
             [f.name for f in factors] + [f"share_{q}"])
            for q, factors in paths.items()
        ]  # fmt: skip
        blank = [None] * (len(heads) - 1)
        last = [""] * len(blank)
        measured = _measured(trace, y, s)
        rows += [
            ("the sum", [*blank, sum(shares.values())], "f-grad", [*last, f"dL_d{s.weight}"]),
            (f"measured, {label(s.weight)} alone", [*blank, measured], "f-grad",
             [*last, "measured"]),
        ]  # fmt: skip
        loss = float(losses.squared_difference(trace.a[2], y))
        return [
            network_picture(trace, y=y[0], loss=loss, show="forward", lit=lit, chosen=[s.weight]),
            table(heads, rows, label_width=190),
        ]


def _measured(trace, y, s: SimpleNamespace, h: float = 1e-5) -> float:
    """∂ℒ/∂w of one weight by a central difference; the two networks run in one call."""
    k, i, j = map(int, s.weight.replace("w", "").replace("_", ""))
    step = np.zeros((2, *trace.w[k].shape))
    step[:, i - 1, j - 1] = h, -h
    moved = [trace.w[n] + step if n == k else trace.w[n] for n in (1, 2)]
    out = network.forward(trace.a[0], moved, s.activation).a[2]
    plus, minus = losses.squared_difference(out, y)
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
