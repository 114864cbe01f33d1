"""Every entry of the tables in the words of another library, from its formula alone.

SymPy reads `formula`, the text of an entry, and writes it for `math`, mpmath or autograd. Nothing
of the entry's own code is run, so what comes out is an oracle for it.
"""

import math
import warnings
from functools import cache

import sympy as sp
from sympy.codegen.rewriting import log1p_opt, optimize
from sympy.printing.numpy import NumPyPrinter

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what autograd 1.9 says about itself is not ours to change
    import autograd
    import autograd.numpy as anp

__all__ = ["anp", "autograd", "in_autograd", "loss_in_autograd", "read", "sigma", "straight"]

z, a, y, total = sp.symbols("z a y total", real=True)


def _select(conditions, values, default=math.nan):
    """`numpy.select`, which autograd has no derivative of, by `where`."""
    for condition, value in reversed([*zip(conditions, values, strict=True)]):
        default = anp.where(condition, value, default)
    return default


def _for_autograd(symbols, text: str):
    words = [{"select": _select}, anp]
    printer = NumPyPrinter({"fully_qualified_modules": False, "inline": True})
    return sp.lambdify(symbols, _sharp(read(text)), words, printer=printer)


def _sharp(expression: sp.Expr) -> sp.Expr:
    """log(1 + e^z) loses all of a small e^z; SymPy knows log1p."""
    return optimize(expression, [log1p_opt])


def read(text: str) -> sp.Expr:
    """A formula of a table, in the symbols above."""
    return sp.sympify(text, locals={"z": z, "a": a, "y": y, "total": total})


@cache
def sigma(formula: str, words="math"):
    """(σ, σ′, σ″) as functions of z, by SymPy's rules, in the words of a library."""
    return tuple(sp.lambdify(z, _sharp(read(formula).diff(z, n)), words) for n in range(3))


@cache
def in_autograd(formula: str):
    """σ(z) for autograd."""
    found = _for_autograd(z, formula)
    return lambda at: found(at) + 0 * at  # of the shape of z, where the formula has no z


@cache
def loss_in_autograd(formula: str, of_total: str = ""):
    """ℒ(a, y) of (m, n) tables for autograd, summed over outputs and examples."""
    share = _for_autograd((a, y, total), formula)
    sum_of = _for_autograd(a, of_total or "0")

    def loss(at, labels):
        whole = anp.sum(sum_of(at) + 0 * at, axis=1, keepdims=True)
        return anp.sum(share(at, labels, whole))

    return loss


def straight(formula: str) -> bool:
    """Does σ have no bend but at its kinks? Then σ′(a) = σ′(z) wherever a has the sign of z."""
    return read(formula).diff(z, 2) == 0
