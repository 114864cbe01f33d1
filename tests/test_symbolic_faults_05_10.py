"""Faults planted in the claims of chapters 05 to 10: formulas, lines, shapes, SymPy, notebooks."""

import ast
import contextlib
import dataclasses
import re

import nbformat
import numpy as np
import pytest
import sympy as sp

import bpdemo as bp
from bpdemo import symbolic, training
from bpdemo.symbolic import batch, costs, products
from tools.notebooks import NOTEBOOKS

MADE = {
    "paths": lambda: symbolic.paths(),
    "paths (1, 2, 2, 1)": lambda: symbolic.paths((1, 2, 2, 1), 1, 1, 2),
    "a sum over examples": symbolic.sum_of_gradients,
    "three examples": lambda: symbolic.sum_of_gradients(3),
    "twins, in": lambda: symbolic.twins()[0],
    "twins, out": lambda: symbolic.twins()[1],
    "1 step back": lambda: symbolic.steps_back(1),
    "3 steps back": lambda: symbolic.steps_back(3),
    "a skip connection": symbolic.residual,
    "sigmoid's bound": symbolic.slope_bound,
    "tanh's bound": lambda: symbolic.slope_bound("tanh"),
    "shrinks": symbolic.shrinks,
    "the variance of 1": lambda: symbolic.variance(1),
    "the variance of 3": lambda: symbolic.variance(3, r"\delta"),
    "the variance, one more": lambda: symbolic.variance_step()[1],
    "feedback": lambda: symbolic.feedback(2),
    "relu's output": symbolic.relu_half,
    "relu's slope": lambda: symbolic.relu_half("slope"),
    **{name: lambda name=name: symbolic.softmax_claim(name) for name in symbolic.SOFTMAX},
    **{f"softmax of 3, {n}": lambda n=n: symbolic.softmax_of(3)[n] for n in range(3)},
}
DIFFERENTIATED = set(MADE) - {
    "twins, in", "twins, out", "the variance of 1", "the variance of 3",
    "the variance, one more", "feedback", "relu's output", "shift",
}  # fmt: skip


def with_right_side(claim, wrong):
    field = {"rhs": wrong} if isinstance(claim, symbolic.Identity) else {"sides": (wrong,)}
    return dataclasses.replace(claim, **field)


def faults(right):
    """The right side with one fault each."""
    yield 2 * right
    yield -right
    yield right + 1
    inside = right.function if isinstance(right, sp.Sum) else right
    for part in inside.args if inside.is_Add else ():
        yield right.subs(inside, inside - part)  # a term is missing
        yield right.subs(inside, inside - 2 * part)  # a sign
    for part in inside.args if inside.is_Mul else ():
        yield right.subs(inside, inside / part)  # a factor is missing
    entries = right.atoms(sp.Indexed)
    labels = {entry.base.label for entry in entries}
    for symbol in right.free_symbols - labels - entries:
        if not symbol.is_integer:
            yield right.subs(symbol, sp.Dummy(real=True))  # another layer's number
    for entry in entries:
        for index in entry.indices:
            at = [sp.Dummy(integer=True) if one == index else one for one in entry.indices]
            yield right.xreplace({entry: entry.base[tuple(at)]})  # another index
    if isinstance(right, sp.Sum):
        first, *rest = right.limits
        yield sp.Sum(right.function, (first[0], first[1], first[2] - 1), *rest)  # one too few


@pytest.mark.parametrize("name", MADE)
def test_a_fault_in_a_formula_is_seen(name):
    claim = MADE[name]()
    assert claim.holds and claim.difference == 0
    found = [wrong for wrong in faults(claim.rhs) if wrong != claim.rhs]
    assert len(found) >= 3
    for wrong in found:
        faulty = with_right_side(claim, wrong)
        assert not faulty.holds and faulty.difference != 0, wrong


@pytest.fixture
def three_times_the_slope(monkeypatch):
    """SymPy with differentiation off by a factor; of what it kept meanwhile nothing is left."""
    right = sp.Expr.diff
    sp.core.cache.clear_cache()
    with monkeypatch.context() as patch:
        patch.setattr(sp.Expr, "diff", lambda self, *by, **how: 3 * right(self, *by, **how))
        yield
    sp.core.cache.clear_cache()


@pytest.mark.parametrize("name", sorted(DIFFERENTIATED))
def test_the_left_side_is_found_by_differentiation(name, three_times_the_slope):
    """With wrong differentiation the claim fails: nobody typed its result in."""
    assert not MADE[name]().holds


# Where paths join


def test_each_line_of_the_sum_over_paths_can_fail():
    proof = symbolic.sum_over_paths_proof(3)
    assert proof.holds
    for n, line in enumerate(proof.lines):
        for wrong in (
            2 * line.expr,
            -line.expr,
            line.expr + sp.Symbol("h", real=True),
            line.expr.xreplace({sp.Symbol("a_{2}", real=True): sp.Symbol("a_{1}", real=True)}),
        ):
            if wrong == line.expr or (n == 0 and wrong != line.expr + sp.Symbol("h", real=True)):
                continue
            lines = list(proof.lines)
            lines[n] = dataclasses.replace(line, expr=wrong)
            if n + 1 < len(lines):
                lines[n + 1] = dataclasses.replace(lines[n + 1], before=wrong)
            assert not dataclasses.replace(proof, lines=tuple(lines)).holds, (n, wrong)
        assert not dataclasses.replace(line, rule="no such rule").holds
    assert not dataclasses.replace(proof, lines=proof.lines[:-1]).holds  # it stops too early
    assert not dataclasses.replace(proof, lines=proof.lines[1:2] + proof.lines[3:]).holds


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5])
def test_any_number_of_paths(n):
    proof = symbolic.sum_over_paths_proof(n)
    assert proof.holds and len(sp.Add.make_args(proof.formula)) == n
    with pytest.raises(ValueError, match="n: expected a whole number from 1"):
        symbolic.sum_over_paths_proof(1 - n)


def test_the_sum_over_paths_is_the_slope_of_a_formula():
    """ℒ = a_1² e^{a_2} with a_1 = sin x, a_2 = x³: the formula is what SymPy's own rules give."""
    proof, x = symbolic.sum_over_paths_proof(2), sp.Symbol("x", real=True)
    a = sp.symbols("a_{1} a_{2}", real=True)
    loss, out = a[0] ** 2 * sp.exp(a[1]), (sp.sin(x), x**3)
    found = proof.formula
    for q in (0, 1):
        slope = batch.unknown(symbolic.LOSS)(*a).fdiff(q + 1)
        found = found.subs(slope, loss.diff(a[q]))
        found = found.subs(batch.unknown(f"a_{{{q + 1}}}")(x).fdiff(), out[q].diff(x))
    composed = loss.subs(dict(zip(a, out, strict=True)))
    assert sp.simplify(found.subs(dict(zip(a, out, strict=True))) - composed.diff(x)) == 0


# Examples and neurons


def test_where_examples_meet_the_gradients_do_not_add():
    """With a_1 in the loss of example 2 the sum of N11 for each alone is not the gradient."""
    claim = symbolic.sum_of_gradients(2)
    ell, sigma = batch.unknown("ℓ"), batch.unknown(r"\sigma")
    x, w = sp.IndexedBase("x"), sp.Symbol("w", real=True)
    a = {e: sigma(x[e] * w) for e in (1, 2)}
    meeting = (ell(a[1], 1) + ell(a[2] - a[1], 2)).diff(w)
    assert not dataclasses.replace(claim, lhs=meeting).holds


def test_both_conditions_of_equal_neurons_are_needed():
    assert symbolic.twins().holds and not symbolic.twins(out=False).holds
    assert not symbolic.twins(out=False)[0].holds  # v differs: the gradients in differ


# Means


@pytest.mark.parametrize("moments", [(1, 1, products.v), (1, 0, 2 * products.v)])
def test_the_variance_needs_the_mean_and_the_mean_square(moments, monkeypatch):
    assert symbolic.variance(2).holds and symbolic.variance_step().holds
    monkeypatch.setattr(products, "WEIGHT", tuple(map(sp.sympify, moments)))
    assert not symbolic.variance(2).holds and not symbolic.variance_step().holds


def test_the_mean_is_that_of_independent_numbers():
    """Against all values of three numbers, each -1, 0 or 2 with its probability."""
    values, chances = np.array([-1.0, 0.0, 2.0]), np.array([0.5, 0.25, 0.25])
    u, v, w = letters = sp.symbols("u v w")
    moments = dict.fromkeys(letters, tuple(float(chances @ values**p) for p in range(5)))
    expr = (u - 2 * v + w) ** 4 + 3 * u * v
    grid = np.meshgrid(values, values, values, indexing="ij")
    weights = np.einsum("i,j,k->ijk", chances, chances, chances)
    assert float(products.mean(expr, moments)) == pytest.approx(
        (weights * sp.lambdify(letters, expr)(*grid)).sum(), rel=1e-12
    )


@pytest.mark.parametrize("n", [2, 5])
def test_the_feedback_is_measured(n):
    rng = np.random.default_rng(n)
    w = rng.normal(size=(100_000, n, n)) / np.sqrt(n)
    trace = bp.forward(np.ones((1, n)), [w], activation="identity")
    grad = bp.backward(trace, np.zeros((1, n)))
    factor = (grad.dL_da[0] ** 2).mean() / (grad.dL_dz[1] ** 2).mean()
    assert factor == pytest.approx(2 + 1 / n, rel=0.05)
    assert symbolic.feedback(n if n < 3 else 3).holds


# Costs


@pytest.mark.parametrize("widths", [(3, 4, 2), (5, 5, 5, 5), (1, 7, 2, 6, 3)])
def test_the_count_from_shapes_is_the_count_of_numbers(widths):
    m = 4
    n = {costs.n[k]: width for k, width in enumerate(widths)}

    def number(what):
        expr = symbolic.multiplications(what).subs({costs.L: len(widths) - 1, costs.m: m})
        return int(expr.doit().subs(n))

    P = sum(w.size for w in training.initial_weights(list(widths)))
    assert number("forward") == m * P and number("backward") == 2 * m * P
    assert number("weights_only") == 2 * m * P - m * widths[0] * widths[1]
    assert number("differences") == 2 * P * m * P


@pytest.mark.parametrize("lost", ["dL_dw", "dL_da"])
def test_the_two_passes_backward_are_counted(lost, monkeypatch):
    layer = costs.layer()
    fewer = {**layer, lost: dataclasses.replace(layer[lost], made=sp.S.Zero)}
    monkeypatch.setattr(costs, "layer", lambda: fewer)
    ratio = symbolic.multiplications("backward") / symbolic.multiplications("forward")
    assert sp.simplify(ratio) == 1


def test_a_product_whose_shapes_do_not_fit_is_not_counted():
    a, w = costs.Table(costs.m, costs.n[0]), costs.Table(costs.n[0], costs.n[1])
    with pytest.raises(ValueError, match="don't fit"):
        w @ a
    layer = costs.layer()
    assert (layer["dL_dw"].rows, layer["dL_dw"].columns) == (layer["w"].rows, layer["w"].columns)
    assert layer["z"] == dataclasses.replace(
        costs.Table(costs.m, costs.n[costs.k]), made=layer["z"].made
    )


@pytest.mark.parametrize("widths", [(2, 3, 4), (9, 5, 7, 1), (1, 6, 6, 6, 8)])
def test_both_orders_are_those_of_the_explorer(widths):
    from bpdemo.explorers.cost import jacobian

    numbers = {costs.n[k]: width for k, width in enumerate(widths)}
    row = widths[-1] * widths[0]  # the last product, by ∂ℒ/∂a^L
    left, right = (int(cost.subs(numbers)) for cost in symbolic.orders(len(widths) - 1))
    back, on = jacobian([*widths, 1])  # the loss as one more layer
    assert (left, right) == (back, on) and right >= row


# The asserts of the notebooks


class Faulty:
    """The symbolic side with a fault in everything it returns."""

    def __getattr__(self, name):
        found = getattr(symbolic, name)
        return (lambda *args, **how: with_fault(found(*args, **how))) if callable(found) else found


def with_fault(result):
    if isinstance(result, symbolic.Identity):
        return dataclasses.replace(result, rhs=2 * result.rhs + 1)
    if isinstance(result, symbolic.Claim):
        matrix = isinstance(result.lhs, sp.MatrixBase)
        return dataclasses.replace(result, lhs=-result.lhs if matrix else result.lhs + 1)
    if isinstance(result, symbolic.Proof):
        return dataclasses.replace(result, claims=tuple(map(with_fault, result)))
    if isinstance(result, symbolic.Derivation):
        return dataclasses.replace(result, lines=result.lines[:-1])
    if isinstance(result, symbolic.Tie):
        return dataclasses.replace(result, max_error=1.0)
    if isinstance(result, tuple):
        return tuple(map(with_fault, result))
    return result**2 + 1  # a cost


def statements(path):
    """The statements of a notebook that are about claims, and whether each is an assert."""
    tainted = {"symbolic"}  # names of what the symbolic side has made
    for cell in nbformat.read(path, as_version=4).cells:
        for node in ast.parse(cell.source).body if cell.cell_type == "code" else ():
            names, source = names_in(node), ast.unparse(node)
            asserts = [n for n in ast.walk(node) if isinstance(n, ast.Assert)]
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield False, source.replace("symbolic, ", "")  # that one is given
            elif asserts and isinstance(node, ast.Assert | ast.For):
                about_claims = all(names_in(one) & tainted for one in asserts)
                if about_claims and not re.search("not symbolic|SWISH", source):
                    yield True, source
            elif isinstance(node, ast.Assign) and names & tainted:
                tainted |= {name for target in node.targets for name in names_in(target)}
                yield False, source
            elif isinstance(node, ast.Assign) and re.search(
                r"\bsp\.|\bn_s\[|= activations", source
            ):
                yield False, source


def names_in(node):
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}


@pytest.mark.parametrize(
    ("number", "count"), [("05", 9), ("06", 6), ("08", 8), ("09", 11), ("10", 8)]
)
def test_every_assert_of_a_notebook_fails_where_the_claim_is_wrong(number, count):
    (path,) = NOTEBOOKS.glob(f"{number}-*.ipynb")
    right, wrong, failed = {"symbolic": symbolic}, {"symbolic": Faulty()}, 0
    for is_assert, source in statements(path):
        for names in () if is_assert else (right, wrong):
            with contextlib.suppress(NameError):  # what it needs is not about a claim
                exec(source, names)
        if is_assert:
            exec(source, right)
            with pytest.raises(AssertionError):
                exec(source, wrong)
            failed += 1
    assert failed >= count
