"""The tie to the code: formulas against the core's numbers, σ′ against SymPy's, and the slip."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from bpdemo import activations, checking, losses, network, validation
from bpdemo.symbolic import vectors
from bpdemo.symbolic.claims import Claim
from bpdemo.symbolic.notation import LOSS, a_, aligned, latex, plain_text, w_
from bpdemo.symbolic.reading import read
from bpdemo.symbolic.scalars import claim, depth, step_back
from bpdemo.symbolic.slopes import sigma_and_slope


def _known(name: str, value):
    """An activation of the table, or one like these; as it was given."""
    activations.get(value, name)
    return value


@dataclass(frozen=True)
class Tie:
    """Formulas and code, compared at `points` points.

    `max_error` is the largest relative error (below 1, the absolute); up to `tolerance` they agree.
    """

    what: str
    points: int
    max_error: float
    tolerance: float

    @property
    def ok(self) -> bool:
        """Do they agree?"""
        return bool(self.max_error <= self.tolerance)

    def __repr__(self) -> str:  # without max_error where all is well: it is rounding, and differs
        agree = f"agree at {self.points} points, within {self.tolerance:.0e}"
        differ = f"DIFFER at {self.points} points, by up to {self.max_error:.3g}"
        return f"{self.what}: formula and code {agree if self.ok else differ}"


def _tie(what, name, points, code, formula, tolerance=1e-12) -> Tie:
    """Compare two lists of numbers; a nan counts as infinitely wrong."""
    error = checking.relative_error(np.array(code, float), np.array(formula, float), floor=1.0)
    worst = float(np.max(np.where(np.isfinite(error), error, np.inf)))
    return Tie(f"{what}, {name}", points, worst, tolerance)


@validation.checked(
    L=validation.whole(1, 16),
    activation=_known,
    points=validation.whole(1, 10**5),
    seed=validation.whole(0),
    backward=validation.function,
)
def tie(
    L: int = 3, activation="sigmoid", points: int = 20, seed: int = 0, backward=network.backward
) -> Tie:
    """The formulas of `depth` against `forward` and `backward`, at random points.

    One neuron a layer. Every right side (the recursion, written out) is turned into a NumPy
    function and compared with grad.dL_da[k] or grad.dL_dw[k], for every k.
    """
    rng = np.random.default_rng(seed)
    names = [a_(k) for k in range(L + 1)] + [w_(k) for k in range(1, L + 1)]
    arguments = [*names, sp.Symbol("y", real=True)]
    formulas = {one.of[1]: sp.lambdify(arguments, one.rhs, "numpy") for one in depth(L, activation)}
    code, formula = [], []
    for _ in range(points):
        x, y = rng.uniform(-1.5, 1.5, size=(2, 1, 1))
        trace = network.forward(
            x, list(rng.uniform(-1.5, 1.5, size=(L, 1, 1))), activation=activation
        )
        grad = backward(trace, y, "squared_difference")
        validation.instance(network.Gradients, "a function that returns gradients")(
            "backward", grad
        )
        weights = range(1, L + 1)
        numbers = [trace.a[k].item() for k in range(L + 1)] + [trace.w[k].item() for k in weights]
        code += [grad.dL_da[k].item() for k in range(L + 1)]
        code += [grad.dL_dw[k].item() for k in weights]
        formula += [formulas[symbol.name](*numbers, y.item()) for symbol in names]
    return _tie(f"{L} layers", activations.get(activation).name, points, code, formula)


@validation.checked(
    m=validation.whole(1, 64),
    n_in=validation.whole(1, 64),
    n_out=validation.whole(1, 64),
    activation=_known,
    seed=validation.whole(0),
    bias=validation.flag,
)
def tie_vector(
    m: int = 4, n_in: int = 3, n_out: int = 2, activation="tanh", seed: int = 0, bias: bool = True
) -> Tie:
    """The formulas of `vector` against `backward`, entry by entry, on a network that isn't square.

    The right sides for symbolic widths get numbers for m, n_{k-1}, n_k and for every entry; k is
    the first of two layers, so ∂ℒ/∂a^k comes from the layer after it.
    """
    rng = np.random.default_rng(seed)
    x, w = rng.normal(size=(m, n_in)), [rng.normal(size=s) for s in ((n_in, n_out), (n_out, 1))]
    b = [rng.normal(size=n_out), rng.normal(size=1)] if bias else None
    trace = network.forward(x, w, activation=activation, b=b)
    grad = network.backward(trace, rng.normal(size=(m, 1)))
    arrays = {vectors.A: x, vectors.W: w[0], vectors.G: grad.dL_da[1]}
    sizes = {vectors.m: m, vectors.n_in: n_in, vectors.n_out: n_out}
    cases: list[tuple[str, NDArray[Any], tuple[sp.Idx, ...]]] = [
        ("dL_dw", grad.dL_dw[1], (vectors.i, vectors.j)),
        ("dL_da", grad.dL_da[0], (vectors.e, vectors.i)),
    ]
    if b is not None:
        arrays[vectors.B] = b[0]
        cases.append(("dL_db", grad.dL_db[1], (vectors.j,)))
    code, formula = [], []
    for name, array, indices in cases:
        general = vectors.vector(name, activation, bias).rhs.subs(sizes)
        for at in np.ndindex(array.shape):
            entry = general.subs({v: n + 1 for v, n in zip(indices, at, strict=True)}).doit()
            numbers = {
                v: sp.Float(float(arrays[v.base][tuple(int(n) - 1 for n in v.indices)]), 17)
                for v in entry.atoms(sp.Indexed)
            }
            code.append(array[at])
            formula.append(float(entry.xreplace(numbers)))
    what = f"{m} examples, {n_in} neurons into {n_out}"
    return _tie(what, activations.get(activation).name, len(code), code, formula)


@validation.checked(
    activation=_known, points=validation.whole(1, 10**5), reach=validation.real(above=0)
)
def check_activation(activation, points: int = 401, reach: float = 10.0) -> Tie:
    """An activation's `f` and `derivative` against SymPy, at points from −reach to reach.

    `formula` is what both are held to: `f` computes it, and `derivative` (with and without its
    second argument a) is SymPy's derivative of it, in 30 digits. At a kink, where there is no
    derivative, both take the slope on the left.
    """
    entry = activations.get(activation)
    z, at = sp.Symbol("z", real=True), np.linspace(-reach, reach, points)
    sigma, slope = (
        [float(f(z).subs(z, sp.Float(float(v), 30)).evalf(30)) for v in at]
        for f in sigma_and_slope(entry)
    )
    a = entry.f(at)
    code = [a, entry.derivative(at), entry.derivative(at, a)]
    return _tie("σ and σ′", entry.name, points, code, [sigma, slope, slope], 1e-14)


@validation.checked(
    outputs=validation.whole(1, 64), points=validation.whole(1, 10**5), seed=validation.whole(0)
)
def check_loss(loss, outputs: int = 3, points: int = 12, seed: int = 0) -> Tie:
    """A loss's `value` and `derivative` against SymPy, for one example at random a and y.

    `formula` is what both are held to: `value` computes its sum over the outputs, and `derivative`
    is SymPy's derivative of that sum by each a, in 30 digits.
    """
    entry = losses.get(loss)
    a, y = (sp.symbols(f"{letter}1:{outputs + 1}", real=True) for letter in "ay")
    one, of = sp.symbols("a y", real=True)
    names = {"a": one, "y": of, "total": sp.Symbol("total", real=True)}
    share = read(entry.formula, **names)
    if entry.total:
        total = read(entry.total, **names)
        share = share.subs(names["total"], sum(total.subs(one, v) for v in a))
    whole = sum(share.subs({one: v, of: label}) for v, label in zip(a, y, strict=True))
    slopes = [whole.diff(v) for v in a]

    rng, code, formula = np.random.default_rng(seed), [], []
    for _ in range(points):
        at, label = rng.uniform(-3, 3, size=outputs), rng.uniform(0, 1, size=outputs)
        numbers = zip((*a, *y), (*at, *label), strict=True)
        exact = {symbol: sp.Float(float(v), 30) for symbol, v in numbers}
        code += [entry(at[None], label[None]), *entry.derivative(at[None], label[None])[0]]
        formula += [float(expr.subs(exact).evalf(30)) for expr in (whole, *slopes)]
    return _tie("ℒ and ∂ℒ/∂a", entry.name, points, code, formula, 1e-13)


@dataclass(frozen=True)
class SlipProof:
    """The step with σ′(z^{k+1}) and the step with σ′(a^{k+1}), and a measurement between them.

    Attributes
    ----------
    right, wrong : the two claims; `right` holds.
    analytic_right, analytic_wrong : ∂ℒ/∂a^2 of the running example by either.
    numeric : ∂ℒ/∂a^2 by a central difference: a^2 moved by ±h, the loss measured.
    """

    right: Claim
    wrong: Claim
    analytic_right: float
    analytic_wrong: float
    numeric: float

    @property
    def difference(self) -> sp.Expr:
        """What the slip is off by; not 0."""
        return self.wrong.difference

    def __repr__(self) -> str:
        return (
            f"σ′(z): difference {plain_text(self.right.difference)}\n"
            f"σ′(a): difference {plain_text(self.wrong.shorten(self.wrong.difference))}\n"
            f"∂ℒ/∂a^2 in the running example: "
            f"with σ′(z) {self.analytic_right:+.6f}, with σ′(a) {self.analytic_wrong:+.6f}, "
            f"measured {self.numeric:+.6f}"
        )

    def _repr_latex_(self) -> str:
        by = rf"\frac{{\partial {LOSS}}}{{\partial a^{{k}}}}"
        lines = [
            rf"{by} - {latex(one.formula, order='none')} &= {latex(one.shorten(one.difference))}"
            for one in (self.right, self.wrong)
        ]
        lines += [
            rf"\text{{{what}}}\quad \frac{{\partial {LOSS}}}{{\partial a^{{2}}}} &= {value:.6f}"
            for what, value in (
                (r"with $\sigma'(z^{3})$:", self.analytic_right),
                (r"with $\sigma'(a^{3})$:", self.analytic_wrong),
                ("measured:", self.numeric),
            )
        ]
        return aligned(lines)


@validation.checked(activation=validation.optional(_known), h=validation.real(above=0))
def slip(activation=None, h: float = 1e-5) -> SlipProof:
    """Row N15 with σ′(a^{k+1}), as the notes' last formula has it, is wrong: σ′(z^{k+1}) is right.

    Symbolically, the difference is ∂ℒ/∂a^{k+1} · w^{k+1} · (σ′(z^{k+1}) − σ′(a^{k+1})), which is
    not 0. By measurement: in the running example (x = 0.5, w = 0.8, −1.2, 1.5, y = 1) a^2 is moved
    by ±h and the loss says which of the two is right. (Layers 1 and 2 are sigmoid; layer 3 has the
    chosen activation, or the sigmoid where σ is unknown.)

    Not every σ shows it: for the identity, relu and leaky relu, σ′(a) = σ′(z), since a and z have
    the same sign (at the kink, z = 0, there is no slope). ``slip("relu").wrong.holds`` is True.
    """
    right = claim("N15", activation)
    with_a = step_back(sigma_and_slope(activation)[1], a_("k+1"))
    wrong = with_a.claim("N15 with the slip, σ′(a^{k+1})", activation)

    layer = activations.get("sigmoid" if activation is None else activation)
    y, w3 = 1.0, np.float64(1.5)
    a2 = network.forward([[0.5]], [[[0.8]], [[-1.2]]]).a[2].item()
    z3, a3 = a2 * w3, layer.f(a2 * w3)
    by_z, by_a = (float(2 * (a3 - y) * layer.derivative(at) * w3) for at in (z3, a3))
    numeric = checking.central_difference(lambda a2: (y - layer.f(a2 * w3)) ** 2, a2, h)
    return SlipProof(right, wrong, by_z, by_a, float(numeric))
