"""Faults planted in the claims: in every formula, every line, every rule, and in SymPy itself."""

import dataclasses
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import sympy as sp

from bpdemo import activations, symbolic
from bpdemo.symbolic import notation, rules, scalars, slopes, vectors
from bpdemo.symbolic.notation import D, Unknown

DERIVATIONS = (*symbolic.ROWS, *symbolic.VECTOR, "sigmoid", "p - y")


# In the formulas of one neuron per layer


def shifted(symbol, by):
    """The symbol of another layer: a^{L-1} for a^L, or a^{L+1}."""

    def other(found):
        letter, offset = found.group(1), int(found.group(2) or 0) + by
        return f"{{{letter}{offset:+d}}}" if offset else f"{{{letter}}}"

    return sp.Symbol(re.sub(r"\{([kL])([+-]\d)?\}", other, symbol.name), real=True)


def faults(form):
    """The form (factors), with one fault each: a name, and the wrong factors."""
    yield "doubled", (2, *form)
    yield "negated", (-1, *form)
    for n, factor in enumerate(form):
        rest = tuple(map(sp.sympify, (*form[:n], *form[n + 1 :])))
        if rest:
            yield f"without {factor}", rest
        yield f"{factor} twice", (factor, *form)
        factor = sp.sympify(factor)
        for symbol in sorted(factor.free_symbols, key=str):
            for by in (-1, 1):
                if (wrong := shifted(symbol, by)) != symbol:
                    there = factor.subs(symbol, wrong)
                    yield f"{wrong} for {symbol}", (*form[:n], there, *form[n + 1 :])
        if factor.is_Add:  # a + y for a − y
            yield "a sign", (*form[:n], factor.args[0] - factor.args[1], *form[n + 1 :])


def planted(row):
    for n, form in enumerate(scalars.row_of(row).forms):
        for name, wrong in faults(form):
            yield pytest.param(row, n, wrong, id=f"{row}-{n}-{name}")


@pytest.mark.parametrize(("row", "n", "wrong"), [p for row in symbolic.ROWS for p in planted(row)])
def test_a_fault_in_a_formula_is_seen(row, n, wrong):
    right = scalars.row_of(row)
    forms = (*right.forms[:n], wrong, *right.forms[n + 1 :])
    assert right.claim(row).holds
    assert not dataclasses.replace(right, forms=forms).claim(row).holds


@pytest.mark.parametrize("row", ["N10", "N11", "N13", "N14", "N15"])
def test_the_slope_at_a_for_the_slope_at_z_is_seen(row):
    right = scalars.row_of(row)
    slope = symbolic.notation.unknown(r"\sigma", 1)
    (z,) = {f.args[0] for f in right.forms[-1] if isinstance(f, slope)}
    a = sp.Symbol(z.name.replace("z", "a"), real=True)
    wrong = tuple(slope(a) if f == slope(z) else f for f in right.forms[-1])
    assert not dataclasses.replace(right, forms=(wrong,)).claim(row).holds


@pytest.mark.parametrize("claim", [*symbolic.bias(), *symbolic.depth(2), *symbolic.depth(3)])
def test_a_fault_in_the_bias_or_a_whole_network_is_seen(claim):
    by = sp.Symbol("c")
    for wrong in (2 * claim.rhs, -claim.rhs, claim.rhs + by, claim.rhs * by):
        assert not dataclasses.replace(claim, sides=(wrong,)).holds


# In the formulas with vectors


def vector_faults(form):
    """The form, with one fault each."""
    yield 2 * form
    yield -form
    for entry in sorted(form.atoms(sp.Indexed), key=str):
        if len(entry.indices) == 2:  # a forgotten transpose
            yield form.xreplace({entry: entry.base[entry.indices[::-1]]})
        for n, index in enumerate(entry.indices):
            others = {vectors.e, vectors.i, vectors.j, vectors.t, vectors.q} - {index}
            for other in sorted(others, key=str):  # another index
                indices = (*entry.indices[:n], other, *entry.indices[n + 1 :])
                yield form.xreplace({entry: entry.base[indices]})
    if isinstance(form, sp.Sum):
        ((index, low, high),) = form.limits
        yield form.function.subs(index, 1)  # no sum
        yield sp.Sum(form.function, (index, low, high - 1))  # one term is missing
        yield sp.Sum(form.function, (index, low, vectors.n_in))  # over another width
        yield sp.Sum(form.function / high, *form.limits)  # the mean


@pytest.mark.parametrize("name", symbolic.VECTOR)
def test_a_fault_in_a_vector_formula_is_seen(name):
    right = vectors.vector_row(name)
    count = 0
    for wrong in vector_faults(right.form):
        assert not dataclasses.replace(right, form=wrong).claim().holds, wrong
        count += 1
    assert count > 8


@pytest.mark.parametrize("n", range(3))
def test_a_fault_in_a_matrix_is_seen(n):
    claim = symbolic.matrices(2, 3, 2)[n]
    for entry in range(len(claim.rhs)):
        wrong = claim.rhs.copy()
        wrong[entry] = -wrong[entry]
        assert not dataclasses.replace(claim, sides=(wrong,)).holds
    rows = sp.Matrix(*claim.rhs.shape, lambda r, c: claim.rhs[-1 - r, c])
    columns = sp.Matrix(*claim.rhs.shape, lambda r, c: claim.rhs[r, -1 - c])
    for wrong in [columns, *([rows] if rows != claim.rhs else [])]:
        assert not dataclasses.replace(claim, sides=(wrong,)).holds


# On the left side


ALL_CLAIMS = {
    **{row: lambda row=row: symbolic.claim(row) for row in symbolic.ROWS},
    **{name: lambda name=name: symbolic.vector(name) for name in symbolic.VECTOR},
    **{f"bias {n}": lambda n=n: symbolic.bias()[n] for n in range(4)},
    **{f"depth {n}": lambda n=n: symbolic.depth(2)[n] for n in range(5)},
    **{f"matrices {n}": lambda n=n: symbolic.matrices(1, 2, 2)[n] for n in range(3)},
}


@pytest.mark.parametrize("name", ALL_CLAIMS)
def test_a_left_side_is_what_sympy_finds_by_differentiating(name, monkeypatch):
    assert ALL_CLAIMS[name]().holds
    right = D.value
    monkeypatch.setattr(D, "value", property(lambda d: right.fget(d) + sp.Symbol("c")))
    assert not ALL_CLAIMS[name]().holds


@pytest.fixture
def no_inner_slope(monkeypatch):
    """SymPy without its chain rule: the slope of what is inside is left out."""

    def wrong(f, s):
        return sum(f.fdiff(n + 1) for n, u in enumerate(f.args) if u.diff(s) != 0)

    sp.core.cache.clear_cache()
    monkeypatch.setattr(sp.Function, "_eval_derivative", wrong)
    yield
    sp.core.cache.clear_cache()


@pytest.mark.parametrize(
    "name", ["N6", "N10", "N11", "N13", "N14", "N15", "dL_dw", "dL_da", "last_layer", "matrices 0"]
)
def test_the_chain_rule_is_sympys_own(name, no_inner_slope):
    assert not ALL_CLAIMS[name]().holds


def test_a_derivative_is_sympys():
    u = sp.Symbol("u")
    assert D(sp.sin(u) ** 2, u).value == sp.diff(sp.sin(u) ** 2, u)


@pytest.mark.parametrize("row", symbolic.ROWS)
def test_a_left_side_is_not_made_from_the_right(row):
    right = scalars.row_of(row)
    nonsense = dataclasses.replace(right, forms=((sp.Symbol("c"),),))
    assert nonsense.claim(row).lhs == right.claim(row).lhs


@pytest.mark.parametrize("name", symbolic.VECTOR)
def test_a_vector_left_side_is_not_made_from_the_right(name):
    right = vectors.vector_row(name)
    nonsense = dataclasses.replace(right, form=sp.Symbol("c"), dL_da=lambda e, j: sp.Symbol("d"))
    assert nonsense.claim().lhs == right.claim().lhs


# At a kink


@pytest.mark.parametrize("name", activations.TABLE)
def test_n8_fails_at_a_kink(name):
    at = {"relu": (0,), "leaky_relu": (0,)}.get(name, ())
    claim = symbolic.claim("N8", name)
    assert claim.except_at == at and claim.holds is (not at)
    assert claim.away_from_kinks().holds
    wrong = dataclasses.replace(claim, sides=(2 * claim.rhs,))
    assert not wrong.holds and not wrong.away_from_kinks().holds
    for row in ("N10", "N15"):  # they take the slope for granted, and say where there is none
        assert symbolic.claim(row, name).except_at == at and symbolic.claim(row, name).holds
    assert symbolic.claim("N7", name).except_at == symbolic.claim("N9", name).except_at == ()


def test_kinks_are_found_by_secants():
    relu = activations.TABLE["relu"]

    def kinks(formula):
        return slopes.kinks(dataclasses.replace(relu, formula=formula))

    assert kinks("Piecewise((z, z > 0), (exp(z) - 1, True))") == ()  # elu: two cases, one slope
    assert kinks("Piecewise((z, z > 2), (2, True))") == (2,)
    assert kinks("Piecewise((1, z > 1), (-1, z < -1), (z, True))") == (-1, 1)


def test_a_kink_is_said():
    relu = symbolic.claim("N8", "relu")
    assert "but no slope at z = 0" in repr(relu) and "but no slope" in relu._repr_latex_()
    assert ", for z ≠ 0" in repr(relu.away_from_kinks())
    assert ", for z ≠ 0" in repr(symbolic.claim("N10", "relu"))
    assert "≠" not in repr(symbolic.claim("N10"))


# In a derivation


@pytest.mark.parametrize("name", DERIVATIONS)
def test_a_derivation_ends_in_the_formula(name):
    found = symbolic.derivation(name)
    assert found.holds and all(line.holds for line in found.lines)
    assert {line.rule for line in found.lines} <= set(symbolic.rules.RULES)
    if name in symbolic.ROWS:
        assert found.lines[-1].expr == found.formula == symbolic.claim(name).formula
    if name in symbolic.VECTOR:
        assert found.lines[-1].expr == found.formula == symbolic.vector(name).formula
    assert found.lines[0].expr.has(D) and not found.formula.has(D)


@pytest.mark.parametrize("name", DERIVATIONS)
def test_a_tampered_line_does_not_hold(name):
    found = symbolic.derivation(name)
    for n, line in enumerate(found.lines):
        for wrong in (2 * line.expr, -line.expr):
            tampered = dataclasses.replace(line, expr=wrong)
            assert not tampered.holds
            lines = (*found.lines[:n], tampered, *found.lines[n + 1 :])
            assert not dataclasses.replace(found, lines=lines).holds
        without = (*found.lines[:n], *found.lines[n + 1 :])
        if n > 0 or not without:
            assert not dataclasses.replace(found, lines=without).holds
        assert not dataclasses.replace(line, rule="it is obvious").holds
    assert not dataclasses.replace(found, lines=()).holds
    assert not dataclasses.replace(found, formula=2 * found.formula).holds


USED = {
    "N10": ["chain rule", "power rule", "sum rule", "constant factor", "definition of σ′"],
    "N7": ["power rule", "sum rule", "constant and variable"],
    "sigmoid": ["reciprocal rule", "exponential"],
    "p - y": ["logarithm", "exponential", "entries", "sum rule", "constant factor"],
    "dL_dw": ["chain rule", "entries"],
}


@pytest.mark.parametrize(("name", "rule"), [(n, rule) for n, used in USED.items() for rule in used])
def test_a_wrong_rule_is_seen(name, rule, monkeypatch):
    right = rules.apply
    assert rule in {line.rule for line in symbolic.derivation(name).lines}

    def wrong(d, names):
        used, expr, note = right(d, names)
        return used, 3 * expr + 1 if used == rule else expr, note

    monkeypatch.setattr(rules, "apply", wrong)
    found = symbolic.derivation(name)
    assert not found.holds
    assert rule in {line.rule for line in found.lines if not line.holds}


_s, _c, _u = sp.symbols("s c u")
_f, _x = notation.unknown("f"), sp.IndexedBase("x")
RULE_OF = [
    (_c, _s, (), "constant and variable", 0),
    (_s, _s, (), "constant and variable", 1),
    (_c * _s, _s, (), "constant factor", _c * D(_s, _s)),
    (_s + _c, _s, (), "sum rule", D(_s, _s) + D(_c, _s)),
    (_s**3, _s, (), "power rule", 3 * _s**2 * D(_s, _s)),
    (1 / _s, _s, (), "reciprocal rule", -D(_s, _s) / _s**2),
    (_s * sp.exp(_s), _s, (), "product rule", D(_s, _s) * sp.exp(_s) + _s * D(sp.exp(_s), _s)),
    (sp.exp(_c * _s), _s, (), "exponential", sp.exp(_c * _s) * D(_c * _s, _s)),
    (sp.log(_c * _s), _s, (), "logarithm", D(_c * _s, _s) / (_c * _s)),
    (_f(_s), _s, (), "definition of σ′", _f(_s).fdiff()),
    (_f(_c * _s), _s, (), "chain rule", _f(_c * _s).fdiff() * D(_c * _s, _s)),
    (_f(_c * _s), _s, ((_u, _c * _s),), "chain rule", D(_f(_u), _u) * D(_c * _s, _s)),
    (_x[_s], _x[_c], (), "entries", sp.KroneckerDelta(_s, _c)),
    (sp.Sum(_x[_s], (_s, 1, 3)), _x[_c], (), "sum rule", sp.Sum(D(_x[_s], _x[_c]), (_s, 1, 3))),
]


@pytest.mark.parametrize(("of", "by", "names", "rule", "expected"), RULE_OF, ids=str)
def test_one_rule_at_a_time(of, by, names, rule, expected):
    used, made, _ = rules.apply(D(of, by), names)
    assert used == rule and sp.expand(made - expected) == 0
    written = sp.expand(rules.worked_out(made).subs(dict(names)) - D(of, by).value)
    assert vectors.collapse(written).doit() == 0  # and SymPy says the same


def test_a_function_without_a_rule():
    with pytest.raises(NotImplementedError, match="no rule for the derivative of sin"):
        rules.apply(D(sp.sin(_s), _s), ())


def test_the_rules_of_n10_in_order():
    assert [line.rule for line in symbolic.derivation("N10").lines] == [
        "written out",
        "chain rule",  # through a^L
        "power rule",
        "sum rule",
        "constant and variable",
        "chain rule",  # through z^L
        "definition of σ′",
        "constant factor",
        "constant and variable",
        "order and sign",
    ]


def test_the_minus_may_be_the_printed_one():
    assert repr(symbolic.derivation("p − y")) == repr(symbolic.derivation("p - y"))


def test_a_derivation_that_is_not_there():
    with pytest.raises(ValueError, match=r"expected one of N6, .*dL_dw, .*sigmoid, p - y"):
        symbolic.derivation("N99")


def test_how_a_derivation_is_shown():
    found = symbolic.derivation("N10")
    text = repr(found)
    assert text.startswith("N10, the three terms together: 10 lines, each checked by SymPy\n")
    assert "= 2*(a^L - y)*σ′(z^L)*a^{L-1}    [order and sign]" in text
    shown = found._repr_html_()
    assert shown.startswith("<details><summary>") and r"\text{power rule}:\ (u^n)' = " in shown
    assert "&amp;=" in shown  # HTML, not only LaTeX
    short = symbolic.derivation("N9")
    assert short._repr_html_().startswith("<details open>")
    broken = dataclasses.replace(found, lines=found.lines[1:-1])
    assert "does NOT hold" in repr(broken) and "<details open>" in broken._repr_html_()
    wrong = dataclasses.replace(found.lines[3], expr=sp.S.One)
    assert "does NOT follow" in str(wrong) and "does NOT follow" in wrong.latex()


def test_what_is_shown_does_not_depend_on_the_order_of_a_set():
    show = "from bpdemo import symbolic as s; print(s.matrices(), s.bias(), s.derivation('dL_dw'))"
    seen = {
        subprocess.run(
            [sys.executable, "-c", show],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=Path(__file__).parents[1],
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert len(seen) == 1


# The chain rule itself


def test_the_chain_rule_is_proved_from_the_definition_of_a_slope():
    proof = symbolic.chain_rule_proof()
    assert proof.holds and [line.sign for line in proof.lines] == ["="] * 5 + ["→"]
    assert not any(line.expr.has(D) for line in proof.lines)  # nothing is differentiated
    x = sp.Symbol("x", real=True)
    f, g = notation.unknown("f"), notation.unknown("g")
    assert rules.worked_out(proof.formula) == D(g(f(x)), x).value  # as SymPy says


def test_each_line_of_the_chain_rule_can_fail():
    proof = symbolic.chain_rule_proof()
    x = sp.Symbol("x", real=True)
    f, g = notation.unknown("f"), notation.unknown("g")
    for n, line in enumerate(proof.lines):
        tampered = dataclasses.replace(line, expr=line.expr * 2)
        assert not tampered.holds
        lines = (*proof.lines[:n], tampered, *proof.lines[n + 1 :])
        assert not dataclasses.replace(proof, lines=lines).holds
    end = proof.lines[-1]
    for wrong in (f(x).fdiff(), g(f(x)).fdiff(), g(x).fdiff() * f(x).fdiff()):
        assert not dataclasses.replace(end, expr=wrong).holds


def test_the_limit_needs_remainders_that_vanish():
    end = symbolic.chain_rule_proof().lines[-1]
    (r,) = [v for v in end.before.atoms(Unknown) if v.letter == "r_f"]
    kept = dataclasses.replace(end, before=end.before.subs(r, r + 1))  # a remainder that goes to 1
    assert not kept.holds


@pytest.mark.parametrize("f", [sp.sin, sp.exp, lambda v: v**3])
def test_the_remainder_of_a_function_with_a_slope_vanishes(f):
    x, h = sp.symbols("x h", real=True)
    assert sp.limit((f(x + h) - f(x)) / h - f(x).diff(x), h, 0) == 0


def test_the_remainder_at_a_corner_does_not():
    h = sp.Symbol("h", real=True)
    slopes = [sp.limit(sp.Abs(h) / h, h, 0, side) for side in "+-"]
    assert slopes == [1, -1]  # no f′(0) makes both remainders vanish
