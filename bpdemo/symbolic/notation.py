"""The symbols of the notes for SymPy: a^k, z^k, w^k, the unknown σ and ℒ, and how all is shown."""

import re
from functools import cache

import sympy as sp
from sympy.printing.latex import LatexPrinter
from sympy.printing.str import StrPrinter

from bpdemo import validation

LOSS = r"\mathcal{L}"
"""The name of the loss: not the letter L, which counts the layers."""

DOWNSTREAM = "∂ℒ/∂"
"""Begins the name of a base that stands for ∂ℒ/∂(…), element by element."""


# A superscript is an index, so it is a part of the name. k may be a number, or text such as "L-1".


def a_(k) -> sp.Symbol:
    """a^k as one symbol."""
    return sp.Symbol(f"a^{{{k}}}", real=True)


def z_(k) -> sp.Symbol:
    """z^k as one symbol."""
    return sp.Symbol(f"z^{{{k}}}", real=True)


def w_(k) -> sp.Symbol:
    """w^k as one symbol."""
    return sp.Symbol(f"w^{{{k}}}", real=True)


def b_(k) -> sp.Symbol:
    """b^k as one symbol."""
    return sp.Symbol(f"b^{{{k}}}", real=True)


def partial(of, by) -> sp.Symbol:
    """A factor such as ∂ℒ/∂a^k as one symbol, to stand in a formula."""
    of, by = (v if isinstance(v, str) else v.name for v in (of, by))
    return sp.Symbol(rf"\frac{{\partial {of}}}{{\partial {by}}}", real=True)


def times(*factors):
    """A product that stays in the order in which it is written."""
    return sp.Mul(*factors, evaluate=False)


def minus(left, right):
    """A difference that stays in the order in which it is written."""
    return sp.Add(left, -right, evaluate=False)


class Unknown(sp.Function):
    """A function of which only one thing is known: it is differentiable.

    SymPy applies the chain rule to it by itself, and asks `fdiff` for the outer slope. That is
    unknown too: σ′ of σ, and ∂ℒ/∂a of ℒ.
    """

    letter, slots = "", ()

    def fdiff(self, argindex=1):
        """The partial derivative by argument number `argindex`, at the same place."""
        return unknown(self.letter, *self.slots, argindex)(*self.args)

    @property
    def of_symbol(self) -> sp.Symbol | None:
        """What ℒ is differentiated by, where this is ∂ℒ/∂(symbol); else None."""
        one: sp.Basic = (
            len(self.slots) == 1 and self.letter == LOSS and self.args[self.slots[0] - 1]
        )
        return one if one and one.is_Symbol else None

    def _latex(self, printer, exp=None):
        if self.of_symbol:
            printed = rf"\frac{{\partial {LOSS}}}{{\partial {printer._print(self.of_symbol)}}}"
            return printed if exp is None else rf"\left({printed}\right)^{{{exp}}}"
        name = self.letter + "'" * len(self.slots) + ("" if exp is None else f"^{{{exp}}}")
        return rf"{name}{{\left({', '.join(map(printer._print, self.args))}\right)}}"

    def _sympystr(self, printer):
        if self.of_symbol:
            return f"∂ℒ/∂{printer._print(self.of_symbol)}"
        name = plain(self.letter) + "′" * len(self.slots)
        return f"{name}({printer.stringify(self.args, ', ')})"


@cache  # one class for one name: SymPy takes two classes for two functions
def unknown(letter: str, *slots: int) -> type[Unknown]:
    """The unknown function of this name, differentiated by the arguments numbered in `slots`."""
    name = f"{letter}{slots}"  # SymPy sorts by it
    return type(name, (Unknown,), {"letter": letter, "slots": slots})


class D(sp.Expr):
    """∂u/∂s, not worked out yet: `value` works it out, by SymPy's own differentiation."""

    @property
    def value(self) -> sp.Expr:
        """What SymPy finds."""
        return self.args[0].diff(self.args[1])


@validation.checked(
    expr=validation.instance((sp.Basic, sp.MatrixBase, int, float), "an expression of SymPy")
)
def latex(expr: sp.Basic, order: str | None = None, brackets: bool = False) -> str:
    """LaTeX in the symbols of the notes: σ′(z^k), ∂ℒ/∂a^k; ``order="none"`` keeps the order.

    With `brackets`, [p = i] instead of δ_{pi}, which could be taken for the δ of a layer, and ln.
    """
    printer = _Latex({"order": order, "ln_notation": brackets})
    printer.brackets = brackets
    return printer.doprint(expr)


def plain_text(expr: sp.Basic, order: str | None = None) -> str:
    """Plain text in the symbols of the notes, as `latex`."""
    return _Str({"order": order}).doprint(expr)


def aligned(lines: list[str], gap: str = "") -> str:
    """Lines of LaTeX as one displayed formula, aligned at the &; `gap`, as [4pt], between them."""
    body = f" \\\\{gap}\n".join(lines)
    return f"$$\\begin{{aligned}}\n{body}\n\\end{{aligned}}$$"


def plain(name: str) -> str:
    r"""`\frac{\partial \mathcal{L}}{\partial a^{k}}` as ∂ℒ/∂a^k."""
    for command, letter in (
        (LOSS, "ℒ"),
        (r"\sigma", "σ"),
        (r"\delta", "δ"),
        (r"\mathbf{1}", "1"),
        (r"\Delta ", "Δ"),
    ):
        name = name.replace(command, letter)
    name = re.sub(r"\\frac\{\\partial (.*)\}\{\\partial (.*)\}", r"∂\1/∂\2", name)
    return re.sub(r"\{(\w)\}", r"\1", name)


class _Notes:
    """What both printers do as the notes do: y − a rather than −a + y."""

    def _as_ordered_terms(self, expr, order=None):
        terms = super()._as_ordered_terms(expr, order=order)
        if (order or self.order) == "none":
            return terms
        return sorted(terms, key=lambda term: term.could_extract_minus_sign())


class _Latex(_Notes, LatexPrinter):
    def _print_KroneckerDelta(self, expr, exp=None):
        if not self.brackets:
            return super()._print_KroneckerDelta(expr, exp)
        return rf"\left[{' = '.join(map(self._print, expr.args))}\right]"

    def _print_D(self, d):
        u, s = map(self._print, d.args)
        if r"\frac" in u or r"\sum" in u:  # too tall to stand on a fraction
            return rf"\frac{{\partial}}{{\partial {s}}} \left[{u}\right]"
        u = rf"\left({u}\right)" if d.args[0].is_Add or d.args[0].is_Mul else u
        return rf"\frac{{\partial {u}}}{{\partial {s}}}"

    def _print_Indexed(self, expr):
        name, index = expr.base.label.name, ",".join(self._print(i) for i in expr.indices)
        if name.startswith(DOWNSTREAM):
            of = name.removeprefix(DOWNSTREAM)
            return rf"\frac{{\partial {LOSS}}}{{\partial {of}_{{{index}}}}}"
        return f"{name}_{{{index}}}"


class _Str(_Notes, StrPrinter):
    def _print_Symbol(self, expr):
        return plain(expr.name)

    _print_MatrixSymbol = _print_Symbol

    def _print_KroneckerDelta(self, expr):
        return f"[{' = '.join(map(self._print, expr.args))}]"

    def _print_D(self, d):
        return f"∂[{self._print(d.args[0])}]/∂{self._print(d.args[1])}"

    def _print_Pow(self, expr, rational=False):
        power = super()._print_Pow(expr, rational)
        if expr.base.is_Symbol and "^" in expr.base.name:  # (a^L)**2: the L is an index
            power = power.replace(base := self._print(expr.base), f"({base})", 1)
        return power
