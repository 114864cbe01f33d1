"""The rules of differentiation, applied one at a time to expressions that stay as written."""

from collections.abc import Iterator

import sympy as sp

from bpdemo.symbolic.notation import D, Unknown, latex, times

RULES: dict[str, str] = {
    "written out": "",
    "ℒ is differentiable": r"\text{near here it is this sum and a constant}",
    "chain rule": "",  # beside the line: the name that stands between
    "power rule": r"(u^n)' = n\,u^{n-1}\,u'",
    "reciprocal rule": r"(1/u)' = -u'/u^2",
    "product rule": r"(u\,v)' = u'\,v + u\,v'",
    "constant factor": r"(c\,u)' = c\,u'",
    "sum rule": r"(u + v)' = u' + v'",
    "exponential": r"(e^u)' = e^u\,u'",
    "logarithm": r"(\ln u)' = u'/u",
    "constant and variable": r"c' = 0,\ x' = 1",
    "entries": r"\partial x_p / \partial x_i = [p = i]",
    "definition of σ′": "",
    "one term is left": r"[p = i] \text{ is 1 where } p = i \text{, else 0}",
    "logarithm of a quotient": r"\ln(e^u / v) = u - \ln v",
    "labels": r"\textstyle\sum_q y_q = 1",
    "names put in": "",
    "names put back": "",
    "order and sign": "",
    "g is differentiable": r"g(u + \Delta u) = g(u) + g'(u)\,\Delta u + r_g(\Delta u)\,\Delta u",
    "f is differentiable": r"\Delta u = f'(x)\,h + r_f(h)\,h",
    "each a is differentiable": "",
    "h cancels": "",
    "limit": r"h \to 0: \text{ so } r_f(h) \to 0,\ \Delta u \to 0,\ r_g(\Delta u) \to 0",
}
"""The rules, each with what it says of u and v, and of constants c and n."""


# Expressions that stay as they are written


def ordered_product(*parts):
    """A product in the order written, but for numbers, which come first; 0 and 1 are worked out."""
    flat = [f for part in parts for f in (part.args if part.is_Mul else (part,))]
    number = sp.prod(f for f in flat if f.is_Number)
    rest = [f for f in flat if not f.is_Number]
    if number == 0 or not rest:
        return number
    return times(number, *rest) if number != 1 else times(*rest) if len(rest) > 1 else rest[0]


def total(*parts):
    """A sum in the order written, without zeros."""
    flat = [t for part in parts for t in (part.args if part.is_Add else (part,)) if t != 0]
    return sp.Add(*flat, evaluate=False) if len(flat) > 1 else flat[0] if flat else sp.S.Zero


def put(expr, values):
    """`values` put into `expr`, which stays in its order."""
    if expr in values:
        return values[expr]
    if not expr.args or isinstance(expr, sp.Indexed):
        return expr
    parts = [put(part, values) for part in expr.args]
    if tuple(parts) == expr.args:
        return expr
    if isinstance(expr, sp.Sum):
        return sp.Sum(parts[0], *expr.limits) if parts[0] != 0 else sp.S.Zero
    if expr.is_Pow:
        return sp.Pow(*parts, evaluate=False)
    return {sp.Mul: ordered_product, sp.Add: total}.get(expr.func, expr.func)(*parts)


def as_in_the_notes(expr):
    """In the order of the notes: y − a rather than −a + y, σ(…) w rather than w σ(…)"""
    if not expr.args or isinstance(expr, sp.Indexed):
        return expr
    parts = [as_in_the_notes(part) for part in expr.args]
    if expr.is_Add:
        return total(*sorted(parts, key=lambda term: term.could_extract_minus_sign()))
    if expr.is_Mul:
        return ordered_product(*sorted(parts, key=_place_in_product))
    if expr.is_Pow:
        return sp.Pow(*parts, evaluate=False)
    return sp.Sum(parts[0], *expr.limits) if isinstance(expr, sp.Sum) else expr.func(*parts)


def _place_in_product(factor):
    return 0 if isinstance(factor, sp.Indexed) else 1 if isinstance(factor, sp.Function) else 2


def worked_out(expr):
    """The expression with every D worked out by SymPy, and in SymPy's own order."""
    if isinstance(expr, D):
        return D(*map(worked_out, expr.args)).value
    if isinstance(expr, sp.Sum):
        return sp.Sum(worked_out(expr.function), *expr.limits)
    if not expr.args or isinstance(expr, sp.Indexed):
        return expr
    return expr.func(*map(worked_out, expr.args))


def first_d(expr):
    """The first derivative to be worked out, from the left; or None."""
    if isinstance(expr, D):
        return expr
    return next((d for d in map(first_d, expr.args) if d is not None), None)


# One rule at a time


def apply(d: D, names) -> tuple[str, sp.Expr, str]:
    """The rule for ∂u/∂s, what it makes of it, and a note.

    The form of u decides. `names` are (symbol, value) pairs, such as z^L = a^{L-1} w^L: where u
    contains such a value and is not itself the value, the chain rule goes through the name.
    """
    u, s = d.args
    if not _depends(u, s):
        return "constant and variable", sp.S.Zero, ""
    if u == s:
        return "constant and variable", sp.S.One, ""
    if isinstance(u, sp.Indexed):
        pairs = zip(u.indices, s.indices, strict=True)
        return "entries", sp.Mul(*(sp.KroneckerDelta(a, b) for a, b in pairs)), ""
    if isinstance(u, sp.Sum):  # first of all: the names below are for what stands under a Σ
        return "sum rule", sp.Sum(D(u.function, s), *u.limits), ""
    if u.is_Mul and (constant := [f for f in u.args if not _depends(f, s)]):
        varying = ordered_product(*(f for f in u.args if _depends(f, s)))
        return "constant factor", ordered_product(*constant, D(varying, s)), ""
    for name, inner in names:
        outer = put(u, {inner: name})
        if outer not in (u, name) and not _depends(outer, s):
            note = f"{latex(name)} = {latex(inner, order='none')}"
            return "chain rule", ordered_product(D(outer, name), D(inner, s)), note
    if u.is_Add:
        return "sum rule", total(*(_coefficient_first(term, s) for term in u.args)), ""
    if u.is_Mul:
        first, rest = u.args[0], ordered_product(*u.args[1:])
        return (
            "product rule",
            total(ordered_product(D(first, s), rest), ordered_product(first, D(rest, s))),
            "",
        )
    if isinstance(u, sp.exp):
        return "exponential", ordered_product(u, D(u.args[0], s)), ""
    if isinstance(u, sp.log):
        return "logarithm", ordered_product(sp.Pow(u.args[0], -1), D(u.args[0], s)), ""
    if u.is_Pow and not _depends(u.exp, s):
        if u.exp == -1:
            return (
                "reciprocal rule",
                ordered_product(sp.S.NegativeOne, u.base**-2, D(u.base, s)),
                "",
            )
        return "power rule", ordered_product(u.exp, u.base ** (u.exp - 1), D(u.base, s)), ""
    if isinstance(u, Unknown) and u.args == (s,):
        return "definition of σ′", u.fdiff(), ""
    if isinstance(u, Unknown) and len(u.args) == 1:
        return "chain rule", ordered_product(u.fdiff(), D(u.args[0], s)), ""
    raise NotImplementedError(f"no rule for the derivative of {u} by {s}")


def _depends(u, s) -> bool:
    if isinstance(s, sp.Indexed):
        return any(v.base == s.base for v in u.atoms(sp.Indexed))
    return u.has(s)


def _coefficient_first(term, s):
    """(c u)′ for a term of a sum: its sign stands before the derivative."""
    number, rest = term.as_coeff_Mul()
    return ordered_product(number, D(rest, s))


def steps(start, names, meanings) -> Iterator[tuple[str, sp.Expr, str]]:
    """From a composed derivative to an expression without any: (rule, line, note), one by one.

    A derivative that has a name in `meanings` (such as ∂ℒ/∂a^k) gets it. All derivatives that the
    same rule is for are done at once.
    """
    expr = start
    while (d := first_d(expr)) is not None:
        known = {
            d: name
            for d in expr.atoms(D)
            for name, meaning in meanings.items()
            if (worked_out(d.args[0]), d.args[1]) == meaning.args
        }
        if known:
            expr = put(expr, known)
            yield "names put back", expr, ""
            continue
        rule, _, note = apply(d, names)
        same = {
            other: made[1]
            for other in expr.atoms(D)
            if (made := apply(other, names))[0] == rule and made[2] == note
        }
        expr = put(expr, same)
        yield rule, expr, note
