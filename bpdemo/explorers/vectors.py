"""Chapter 05: the paths of a weight through a network, and the matrices of one step back."""

from functools import lru_cache
from types import SimpleNamespace

import numpy as np

from bpdemo import activations, losses, network
from bpdemo.diagrams import (
    Matrix,
    Term,
    colour,
    equation,
    formula,
    label,
    names,
    number,
    product,
    quantity,
    table,
)
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
        trace = network.forward(
            x, [matrix(s, f"w{k}", (2, 2)) for k in (1, 2)], activation=s.activation
        )
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
            q: float(np.prod([one.value for one in factors if one.value is not None]))
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
    out = network.forward(trace.a[0], moved, activation=s.activation).a[2]
    plus, minus = losses.squared_difference(out, y)
    return (plus - minus) / (2 * h)


PRODUCTS = {
    "δ = ∂ℒ/∂a ⊙ σ′(z)": "ej,ej->ej",
    "∂ℒ/∂w = aᵀ δ": "ei,ej->ij",
    "∂ℒ/∂a = δ wᵀ": "ej,ij->ei",
}
"""The three products of one step back, B2 to B4, as for `numpy.einsum`; e counts the examples."""

_SHAPES = {"x": (4, 2), "w1": (2, 3), "w2": (3, 2), "y": (4, 2)}
_MOST = 4  # examples


@lru_cache(maxsize=8)
def _drawn(numbers: int) -> dict[str, float]:
    """One of the sets of numbers, by name, in steps that a hand can set."""
    rng = np.random.default_rng(numbers)
    made: dict[str, np.ndarray] = {n: rng.normal(size=_SHAPES[n]) for n in ("w1", "w2", "x")}
    made["y"] = rng.integers(0, 2, size=_SHAPES["y"])
    return {
        f"{name}_{i + 1}{j + 1}": float(np.clip(np.round(v * 20) / 20, -3, 3)) + 0.0
        for name, values in made.items()
        for (i, j), v in np.ndenumerate(values)
    }


def _stems(k: int) -> tuple[str, str, str]:
    """The names of what the three products of layer k give."""
    return f"dL_dz{k}", f"dL_dw{k}", f"dL_da{k - 1}"


def _results() -> dict[str, tuple[int, int]]:
    """Every entry that a product can give: its name, and the product and layer that it is of."""
    found: dict[str, tuple[int, int]] = {}
    for k, (before, n) in ((1, (2, 3)), (2, (3, 2))):
        shapes = ((_MOST, n), (before, n), (_MOST, before))
        for at, (stem, shape) in enumerate(zip(_stems(k), shapes, strict=True)):
            found |= {f"{stem}_{i + 1}{j + 1}": (at, k) for i, j in np.ndindex(shape)}
    return found


_RESULTS = _results()


class Matrices(Explorer):
    """A step back as products of matrices, one of them entry by entry."""

    title = "The matrices of one step back."
    question = (
        "In ∂ℒ/∂w = aᵀδ, where do the framed numbers stand in a itself, before it is "
        "transposed? Untick “transposed” to see."
    )
    choices = ("in a row of a", "in a column of a", "all over a")
    answer = (
        "A column of a is one neuron's output in every example; beside it runs a column of δ, and "
        "one product is added per example. @ wants a row on its left, so a is transposed. In δwᵀ "
        "two rows meet, and the sum runs over the neurons of layer k."
    )

    def controls(self) -> dict[str, Control]:
        made = {
            "product": choice(dict(zip(PRODUCTS, range(3), strict=True)), 1),
            "layer": choice([1, 2], 2, label="layer k"),
            "entry": choice({label(n): n for n in _RESULTS}, "dL_dw2_21",
                            picks={n: n for n in _RESULTS}),
            "transposed": switch(True),
            "examples": choice([1, 2, 3, 4], 4, label="examples m"),
            "numbers": choice({**{f"set {n}": n for n in (1, 2, 3, 4, 5)}, "your own": 0}, 1),
            "activation": choice(list(activations.TABLE), "sigmoid", label="σ"),
        }  # fmt: skip
        for name, value in _drawn(1).items():
            low, high = (0, 1) if name[0] == "y" else (-3, 3)
            made[name] = slider(value, low, high, group=name.partition("_")[0])
        return made

    def limits(self, s):
        """Of fewer examples the others are not there."""
        return {
            f"{name}_{e}{j}": {"hidden": True}
            for name in "xy"
            for e in range(s.examples + 1, _MOST + 1)
            for j in (1, 2)
        }

    def moved(self, name, s):
        if name == "numbers":
            return _drawn(s.numbers) if s.numbers else {}
        if name == "entry":
            product, layer = _RESULTS[s.entry]
            return {"product": product, "layer": layer}
        if name in ("product", "layer", "examples"):
            return {"entry": self._entry(s)}
        return {"numbers": 0} if name in _drawn(1) else {}

    @classmethod
    def _entry(cls, s) -> str:
        """The entry of the present product nearest to the one that was framed."""
        rows, columns = cls.steps(s)[s.product].result.shape
        row, column = (int(digit) for digit in s.entry[-2:])
        return f"{_stems(s.layer)[s.product]}_{min(row, rows)}{min(column, columns)}"

    @staticmethod
    def model(s: SimpleNamespace):
        """(trace, grad) of all examples."""
        given = {name: matrix(s, name, shape) for name, shape in _SHAPES.items()}
        x, y = given["x"][: s.examples], given["y"][: s.examples]  # (m, 2) each
        trace = network.forward(x, [given["w1"], given["w2"]], activation=s.activation)
        return trace, network.backward(trace, y)

    @classmethod
    def steps(cls, s: SimpleNamespace) -> list:
        """The three products of the step back through layer k."""
        k, (trace, grad) = s.layer, cls.model(s)
        slope = trace.activation[k].derivative(trace.z[k])  # (m, n_k)
        factors = (
            (grad.dL_da[k], slope), (trace.a[k - 1], grad.dL_dz[k]), (grad.dL_dz[k], trace.w[k])
        )  # fmt: skip
        return [product(spec, *two) for spec, two in zip(PRODUCTS.values(), factors, strict=True)]

    def judge(self, before, now):
        if now.transposed or not before.transposed:
            return None
        made = self.steps(before)[1]
        row, column = (int(digit) - 1 for digit in before.entry[-2:])
        rows, columns = made.result.shape
        cells = set(made.framed(min(row, rows - 1), min(column, columns - 1))[0])
        m, n = made.left.shape
        lines = [{(e, i) for i in range(n)} for e in range(m)]
        columns = [{(e, i) for e in range(m)} for i in range(n)]
        return 0 if cells in lines else 1 if cells in columns else 2

    def tell(self, before, now):
        made, k = self.steps(before)[1], before.layer
        i, j = (min(int(d), n) for d, n in zip(before.entry[-2:], made.result.shape, strict=True))
        a = "x" if k == 1 else label(f"a{k - 1}")
        return (
            f"{label(f'dL_dw{k}_{i}{j}')} multiplies column {i} of {a} by column {j} of "
            f"{label(f'dL_dz{k}')}, {len(made.factors(i - 1, j - 1))} products in all."
        )

    def panels(self, s: SimpleNamespace) -> list:
        given = [
            Matrix(names.symbol(name), matrix(s, name, shape)[: s.examples if name in "xy" else 9],
                   cls={"w": "f-weight", "x": "f-act"}.get(name[0], ""), entry=name)
            for name, shape in _SHAPES.items()
        ]  # fmt: skip
        apart = [part for one in given for part in (" ", one)][1:]
        k, made = s.layer, self.steps(s)[s.product]
        row, column = (int(digit) - 1 for digit in self._entry(s)[-2:])
        before, grads = "x" if k == 1 else f"a{k - 1}", (f"dL_da{k}", f"dL_dz{k}")
        left, right, result = (
            (grads[0], f"da_dz{k}", grads[1]),
            (before, grads[1], f"dL_dw{k}"),
            (grads[1], f"w{k}", f"dL_da{k - 1}"),
        )[s.product]
        framed = made.framed(row, column)
        one = _matrix(left, made.left, framed[0])
        two = _matrix(right, made.right, framed[1])
        sign = "⊙"
        if s.product:
            one, two = (one.T if s.transposed and s.product == 1 else one,
                        two.T if s.transposed and s.product == 2 else two)  # fmt: skip
            sign = "@" if s.transposed else "Σ"
        whole = [one, sign, two, "=", _matrix(result, made.result, [(row, column)])]
        return [
            equation(apart, cell=(54, 20)),
            equation(whole, cell=(64, 25)),
            self._sum(left, right, result, made, (row, column), ("B2", "B3", "B4")[s.product]),
        ]  # fmt: skip

    @staticmethod
    def _sum(left, right, result, made, at, row):
        """The framed entry, written out."""
        word = _word(result, *at)
        terms = [quantity(f"{result}_{at[0] + 1}{at[1] + 1}", float(made.result[at]), word)]
        terms.append(Term("="))
        if row == "B2":  # one product alone
            for name, values in ((left, made.left), (right, made.right)):
                terms.append(
                    quantity(f"{name}_{at[0] + 1}{at[1] + 1}", values[at], _word(name, *at))
                )
            terms.insert(3, Term("·"))
            return formula(terms, row=row)
        for place, (one, two) in enumerate(made.pairs(*at)):
            a, b = float(made.left[one]), float(made.right[two])
            word = " ".join(_word(n, *cell) for n, cell in ((left, one), (right, two)))
            terms += [Term("+")] if place else []
            # The same room for every number, so that the line never breaks elsewhere.
            note = f"{number(a):>8} · {number(b):<8}"
            terms.append(Term(word, a * b, f"term_{place + 1}", note=note))
        return formula(terms, row=row)


def _word(name: str, row: int, column: int) -> str:
    """An entry in a sum: δ and σ′ are short for what they stand for."""
    if name.startswith(("dL_dz", "da_dz")):
        shown = f"δ^{name[5:]}_{{{row + 1}{column + 1}}}"
        return shown if name[1] == "L" else f"σ′(z{shown[1:]})"
    return names.symbol(f"{name}_{row + 1}{column + 1}")


def _matrix(name: str, values, marked) -> Matrix:
    """A matrix of the step back, by the name of its quantity."""
    word = {"dL_dz": f"δ^{name[5:]}", "da_dz": f"σ′(z^{name[5:]})"}.get(name[:5])
    return Matrix(word or names.symbol(name), values, marked, colour(name), name)
