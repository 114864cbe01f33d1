"""Proofs line by line: one rule for each line, and each line checked by SymPy."""

import html
from collections.abc import Callable
from dataclasses import dataclass, field
from dataclasses import replace as replace_in
from functools import cached_property

import sympy as sp

from bpdemo import validation
from bpdemo.symbolic.claims import Claim, difference, is_zero
from bpdemo.symbolic.notation import (
    LOSS,
    D,
    a_,
    aligned,
    latex,
    minus,
    plain,
    plain_text,
    unknown,
    z_,
)
from bpdemo.symbolic.rules import (
    RULES,
    as_in_the_notes,
    ordered_product,
    put,
    steps,
    total,
    worked_out,
)
from bpdemo.symbolic.scalars import ROWS, factors, row_of, write_out
from bpdemo.symbolic.slopes import sigma_and_slope, slope_in_a
from bpdemo.symbolic.vectors import (
    A_LAST,
    DELTA,
    VECTOR,
    Z,
    collapse,
    j,
    linear_part,
    q,
    replace,
    t,
    vector_row,
)


@dataclass(frozen=True)
class Line:
    """One line of a derivation: equal to the line before, by one rule.

    Attributes
    ----------
    expr : the line; a `D` in it is a derivative that is still to be worked out.
    rule : a key of `RULES`.
    before : the line before; for the first, SymPy's own derivative of the whole.
    value : what an expression is when SymPy works out every D and every name is written out.
    note : what the rule was applied to, LaTeX; or "".
    sign : "=", or an arrow where the line is the limit of the one before.
    """

    expr: sp.Expr
    rule: str
    before: sp.Expr
    value: Callable[[sp.Expr], sp.Expr] = field(repr=False)
    note: str = ""
    sign: str = "="

    @cached_property
    def difference(self) -> sp.Expr:
        """The line minus the line before; exactly 0 where SymPy can show it."""
        return difference(self.value(self.expr), self.value(self.before))

    @property
    def holds(self) -> bool:
        """Does the line follow from the line before?"""
        return self.rule in RULES and is_zero(self.difference)

    def latex(self) -> str:
        """The line, and the rule beside it."""
        note = self.note or RULES.get(self.rule)
        note = rf":\ {note}" if note else ""
        wrong = "" if self.holds else r"\quad\text{(does NOT follow)}"
        sign = r"\to" if self.sign == "→" else self.sign
        expr = latex(self.expr, order="none", brackets=True)
        return rf"&{sign} {expr} && \text{{{self.rule}}}{note}{wrong}"

    def __str__(self) -> str:
        wrong = "" if self.holds else "  (does NOT follow)"
        return f"{self.sign} {plain_text(self.expr, order='none')}    [{self.rule}]{wrong}"


@dataclass(frozen=True)
class Derivation:
    """A claim, derived line by line.

    Attributes
    ----------
    row, title : as in the `Claim`.
    head : what is derived; LaTeX.
    formula : what the last line must be.
    lines : the lines; each follows from the one before, by its `rule`.
    """

    row: str
    title: str
    head: str
    formula: sp.Expr
    lines: tuple[Line, ...]

    @property
    def holds(self) -> bool:
        """Does each line follow from the one before, and is the last the formula?"""
        chained = all(b.before == a.expr for a, b in zip(self.lines, self.lines[1:], strict=False))
        ends = bool(self.lines) and self.lines[-1].expr == self.formula
        return chained and ends and all(line.holds for line in self.lines)

    def __len__(self) -> int:
        return len(self.lines)

    def __str__(self) -> str:
        verdict = "each checked by SymPy" if self.holds else "it does NOT hold"
        return f"{self.row}, {self.title}: {len(self)} lines, {verdict}"

    def __repr__(self) -> str:
        lines = "".join(f"\n  {line}" for line in self.lines)
        return f"{self}\n  {plain(self.head)}{lines}"

    def _repr_latex_(self) -> str:
        first, *rest = (line.latex() for line in self.lines)
        return aligned([f"{self.head} {first}", *rest], gap="[4pt]")

    def _repr_html_(self) -> str:
        """The lines, folded where there are more than six; open where one doesn't follow."""
        is_open = " open" if len(self) <= 6 or not self.holds else ""
        body = html.escape(self._repr_latex_(), quote=False)
        summary = html.escape(str(self))
        return f"<details{is_open}><summary>{summary}</summary>\n{body}\n</details>"


def _lines(made, first, value) -> tuple[Line, ...]:
    """(rule, expression, note) as lines; one that repeats the line before is left out."""
    lines: list[Line] = []
    before = first
    for rule, expr, note in made:
        if not lines or expr != before:
            lines.append(Line(expr, rule, before, value, note))
            before = expr
    return tuple(lines)


def _derivation(claim, starts, endings, value, names=(), meanings=()) -> Derivation:
    """From `starts`, (rule, D) pairs, by one rule at a time to the claim's formula.

    Each of `endings` is a (rule, function, note) for what comes after the last D: the function
    makes the line from the line before.
    """
    made = [(rule, as_in_the_notes(expr), "") for rule, expr in starts]
    made += steps(made[-1][1], names, dict(meanings))
    for rule, ending, note in endings:
        made.append((rule, ending(made[-1][1]), note))
    head = rf"\frac{{\partial {claim.of[0]}}}{{\partial {claim.of[1]}}}"
    lines = _lines(made, claim.lhs, value)
    return Derivation(claim.row, claim.title, head, claim.formula, lines)


def _scalar(name) -> Derivation:
    """The rows N6 … N15."""
    sigma, _ = sigma_and_slope()
    row = row_of(name)
    claim = row.claim(name)
    composed, equations = row.composed(sigma)
    nearest = [(s, as_in_the_notes(write_out(v, equations))) for s, v in equations[-2:]]
    found = factors(row.ks, row.loss, sigma, row.bias)
    meanings = {s: d for s, d in found.items() if s in claim.formula.free_symbols}
    # The other forms, as ∂ℒ/∂a^k · ∂a^k/∂z^k · ∂z^k/∂w^k in N11, are the first lines of N6.
    forms = [form for form in claim.forms if set(found) & form.free_symbols <= set(meanings)]
    endings = [("order and sign", lambda _, form=form: form, "") for form in forms]

    def value(expr):
        return write_out(worked_out(put(expr, found)), equations)

    start = ("written out", D(composed, row.by))
    return _derivation(claim, [start], endings, value, nearest, meanings)


def _vector(name) -> Derivation:
    """The rows of `vectors.VECTOR`."""
    sigma, slope = sigma_and_slope()
    row = vector_row(name)
    claim = row.claim()
    equations = [] if row.by.base in (A_LAST, Z) else row.equations(sigma, t, q)
    names = [(s, as_in_the_notes(write_out(v, equations[1:]))) for s, v in equations]

    def value(expr):
        expr = replace(expr, DELTA, lambda e, j: row.dL_da(e, j) * slope(Z[e, j]))
        expr = collapse(worked_out(expr))
        for symbol, written in names:
            expr = replace(expr, symbol.base, lambda e, j, w=written: w.subs({t: e, q: j}))
        return expr

    def one_term(expr):
        return as_in_the_notes(sp.factor_terms(collapse(worked_out(expr))))

    first = "ℒ is differentiable" if row.loss is linear_part else "written out"
    last = "names put back" if claim.formula.has(DELTA) else "order and sign"
    endings = [
        ("one term is left", one_term, ""),
        (last, lambda _: claim.formula, ""),
    ]
    start = (first, D(row.composed(sigma), row.by))
    return _derivation(claim, [start], endings, value, names)


def _sigmoid() -> Derivation:
    """σ′ = σ(1 − σ) for the sigmoid, from σ(z) = 1/(1 + e^{-z})."""
    a, z, u = a_("k"), z_("k"), sp.Symbol("u")
    sigma = sigma_and_slope("sigmoid")[0](z)
    power = sp.exp(-z)
    (in_a,) = sp.solve(sp.Eq(a, sigma.subs(power, u)), u)  # e^{-z}, written in a
    note = f"{latex(power)} = {latex(sp.together(in_a))},\\ 1 + {latex(power)} = {latex(1 / a)}"

    def names_put_back(expr):
        in_names = put(worked_out(expr), {1 + power: 1 / a, power: in_a})
        return as_in_the_notes(worked_out(in_names))

    def value(expr):
        return worked_out(expr).subs(a, sigma)

    claim = replace_in(slope_in_a("sigmoid"), row="N8", title="the short form for the sigmoid")
    endings = [
        ("names put back", names_put_back, note),
        ("order and sign", lambda _: claim.formula, ""),
    ]
    return _derivation(claim, [("written out", D(sigma, z))], endings, value)


def _softmax() -> Derivation:
    """p − y: cross-entropy after softmax, for any number n of outputs and labels that sum to 1."""
    n = sp.Symbol("n", integer=True, positive=True)
    z, y, p = (sp.IndexedBase(letter, real=True) for letter in "zyp")
    powers, labels = sp.Sum(sp.exp(z[t]), (t, 1, n)), sp.Sum(y[q], (q, 1, n))
    probability = sp.exp(z[q]) / powers
    loss = -sp.Sum(y[q] * sp.log(probability), (q, 1, n))
    in_logs = -sp.Sum(y[q] * (z[q] - sp.log(powers)), (q, 1, n))
    formula = minus(p[j], y[j])

    def one_term(expr):
        return sp.factor_terms(sp.expand(collapse(sp.expand(worked_out(expr)))))

    def value(expr):
        return one_term(replace(expr, p, lambda at: probability.subs(q, at))).subs(labels, 1)

    claim = Claim(
        "B34",
        "softmax and cross-entropy, any number of outputs",
        (LOSS, latex(z[j])),
        value(D(loss, z[j])),
        (value(formula),),
        (formula,),
    )
    starts = [("written out", D(loss, z[j])), ("logarithm of a quotient", D(in_logs, z[j]))]
    endings = [
        ("one term is left", lambda expr: as_in_the_notes(one_term(expr)), ""),
        ("labels", lambda expr: as_in_the_notes(worked_out(expr).subs(labels, 1)), ""),
        ("names put back", lambda _: formula, rf"p_j = {latex(probability.subs(q, j))}"),
    ]
    return _derivation(claim, starts, endings, value)


@validation.checked(name=validation.string)
def derivation(name: str) -> Derivation:
    """A row, derived line by line: one rule of differentiation for each line.

    `name` is a row "N6" … "N15"; a key of `VECTOR`, such as "dL_dw"; "sigmoid" for σ′ = σ(1 − σ);
    or "p - y" for softmax with cross-entropy, where the labels sum to 1. The lines are made from
    the composed expression, by `rules.apply`; SymPy checks each against the line before.

    Raises
    ------
    ValueError : there is no derivation of this name.
    """
    name = name.replace("−", "-")  # as it is printed
    if name in ROWS:
        return _scalar(name)
    if name in VECTOR:
        return _vector(name)
    others = {"sigmoid": _sigmoid, "p - y": _softmax}
    if name not in others:
        known = ", ".join((*ROWS, *VECTOR, *others))
        raise ValueError(f"name: expected one of {known}; received {name!r}")
    return others[name]()


def chain_rule_proof() -> Derivation:
    """The chain rule from the definition of a slope: (g(f(x)))′ = g′(f(x)) f′(x).

    That f has the slope f′(x) means f(x + h) = f(x) + f′(x) h + r_f(h) h, with a remainder r_f(h)
    that goes to 0 with h; in the same way g(u + Δu) = g(u) + g′(u) Δu + r_g(Δu) Δu, and
    r_g(0) = 0. Both lines are put into the secant's slope of g(f(x)). Nothing is differentiated:
    SymPy checks the equalities with the remainders written out, r_f(h) = (f(x + h) − f(x))/h −
    f′(x), and takes the limit by r_f(h) → 0, h → 0 and r_g(0) = 0.
    """
    x, h, u = sp.symbols("x h u", real=True)
    k = sp.Symbol(r"\Delta u", real=True)
    f, g, r, s = map(unknown, ("f", "g", "r_f", "r_g"))
    there = f(total(x, h))
    slope_f, slope_g = f(x).fdiff(), g(u).fdiff()
    move = f(x + h) - f(x)

    def value(expr):
        remainders = {s(k): (g(u + k) - g(u)) / k - slope_g, r(h): move / h - slope_f}
        return worked_out(expr).subs(remainders).subs(k, move).subs(u, f(x))

    def limit(expr):
        expr = worked_out(expr).subs(k, (slope_f + r(h)) * h).subs(u, f(x))
        return expr.subs(r(h), 0).subs(h, 0).subs(s(0), 0)

    formula = ordered_product(g(f(x)).fdiff(), slope_f)
    made = [
        ("written out", ordered_product(total(g(there), -g(f(x))), 1 / h), ""),
        (
            "names put in",
            ordered_product(total(g(total(u, k)), -g(u)), 1 / h),
            f"u = {latex(f(x))},\\ {latex(k)} = {latex(total(there, -f(x)), order='none')}",
        ),
        (
            "g is differentiable",
            ordered_product(total(ordered_product(slope_g, k), ordered_product(s(k), k)), 1 / h),
            "",
        ),
        (
            "f is differentiable",
            ordered_product(
                total(slope_g, s(k)),
                total(ordered_product(slope_f, h), ordered_product(r(h), h)),
                1 / h,
            ),
            "",
        ),
        ("h cancels", ordered_product(total(slope_g, s(k)), total(slope_f, r(h))), ""),
    ]
    lines = _lines(made, made[0][1], value)
    end = Line(formula, "limit", lines[-1].expr, limit, sign="→")
    head = r"\text{slope of the secant}"
    return Derivation("N6", "the chain rule", head, formula, (*lines, end))
