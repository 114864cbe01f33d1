"""What a claim is, how it is shown in the symbols of the notes, and when a difference is 0."""

import re
from dataclasses import dataclass
from functools import cached_property

import sympy as sp
from sympy.concrete.expr_with_limits import ExprWithLimits
from sympy.core.function import AppliedUndef
from sympy.core.relational import Relational
from sympy.printing.latex import LatexPrinter
from sympy.printing.str import StrPrinter

LOSS = r"\mathcal{L}"
"""The name of the loss: not the letter L, which counts the layers."""


@dataclass(frozen=True)
class Claim:
    """Two sides that should be one.

    Attributes
    ----------
    row : the row of the notes, such as "N10", or a name for what goes beyond the notes.
    title : what is claimed, in words.
    of : what is differentiated, and with respect to what; names as in the formulas.
    lhs : SymPy's derivative of the composed expression.
    sides : the formula of the notes written out, once for every form it takes on the way
        (N7 has two: −2(y − a^L) and 2(a^L − y)). The last is `rhs`.
    forms : the same in the short symbols of the notes, for showing.
    short : (long, short) pairs that bring `lhs` into these symbols, for showing.
    """

    row: str
    title: str
    of: tuple[str, str]
    lhs: sp.Basic
    sides: tuple[sp.Basic, ...]
    forms: tuple[sp.Basic, ...]
    short: tuple[tuple[sp.Basic, sp.Basic], ...] = ()

    @property
    def rhs(self) -> sp.Basic:
        """The formula of the notes, written out."""
        return self.sides[-1]

    @property
    def formula(self) -> sp.Basic:
        """The formula of the notes, in the symbols of the notes."""
        return self.forms[-1]

    @cached_property
    def differences(self) -> tuple[sp.Basic, ...]:
        """`lhs` minus each of `sides`: exactly 0 where SymPy can show it."""
        return tuple(_difference(self.lhs, side) for side in self.sides)

    @property
    def difference(self) -> sp.Basic:
        """`lhs` minus `rhs`: exactly 0 where SymPy can show it."""
        return self.differences[-1]

    @property
    def holds(self) -> bool:
        """Is every difference exactly 0?"""
        return all(_is_zero(difference) for difference in self.differences)

    @property
    def found(self) -> sp.Basic:
        """What SymPy found, `lhs`, in the symbols of the notes."""
        return self.shorten(self.lhs)

    def shorten(self, expr):
        """An expression of `lhs` or `rhs` in the symbols of the notes."""
        expr = _Slope.everywhere(expr)
        for long, short in self.short:
            # subs refuses to touch the bound index of a Sum; there, the long form stands as it is.
            expr = expr.xreplace({long: short}) if expr.has(sp.Sum) else expr.subs(long, short)
        return expr

    def __repr__(self) -> str:
        head = f"∂{_plain(self.of[0])}/∂{_plain(self.of[1])}"
        forms = "".join(f" = {text(form, order='none')}" for form in self.forms)
        return (
            f"{self.row}: {self.title}\n"
            f"  claimed     {head}{forms}\n"
            f"  SymPy finds {head} = {text(self.found)}\n"
            f"  difference  {text(self.difference)}"
        )

    def _latex_lines(self) -> list[str]:
        head = rf"\frac{{\partial {self.of[0]}}}{{\partial {self.of[1]}}}"
        return [
            rf"\text{{{self.row}:}}\quad {head} &= "
            + " = ".join(latex(form, order="none") for form in self.forms),
            rf"\text{{SymPy finds:}}\quad {head} &= {latex(self.found)}",
            rf"\text{{difference:}}\quad & \phantom{{=}}\ {latex(self.difference)}",
        ]

    def _repr_latex_(self) -> str:
        return aligned(self._latex_lines())


@dataclass(frozen=True)
class Proof:
    """Several claims that together prove one thing."""

    title: str
    claims: tuple[Claim, ...]

    @property
    def holds(self) -> bool:
        """Do all claims hold? (And is there one?)"""
        return bool(self.claims) and all(one.holds for one in self.claims)

    def __len__(self) -> int:
        return len(self.claims)

    def __iter__(self):
        return iter(self.claims)

    def __getitem__(self, index):
        return self.claims[index]

    def __repr__(self) -> str:
        verdict = "all hold" if self.holds else "NOT all hold"
        return "\n".join([f"{self.title}: {verdict}", *map(repr, self.claims)])

    def _repr_latex_(self) -> str:
        return aligned([line for one in self.claims for line in one._latex_lines()])


def aligned(lines: list[str]) -> str:
    """Lines of LaTeX as one displayed formula, aligned at the &."""
    body = " \\\\\n".join(lines)
    return f"$$\\begin{{aligned}}\n{body}\n\\end{{aligned}}$$"


class _Notes:
    """What both printers do as the notes do: f′(u), and y − a rather than −a + y."""

    def _as_ordered_terms(self, expr, order=None):
        terms = super()._as_ordered_terms(expr, order=order)
        if (order or self.order) == "none":
            return terms
        return sorted(terms, key=lambda term: term.could_extract_minus_sign())

    def _print_Derivative(self, expr):
        if (known := _derivative_at(expr)) is None:
            return super()._print_Derivative(expr)
        return self._slope(known[0].__name__, known[1])

    def _print_Subs(self, expr):
        if _derivative_at(expr) is None:
            return super()._print_Subs(expr)
        return self._print_Derivative(expr)


def _derivative_at(expr):
    """(f, u) where expr is f′(u), or ∂ℒ/∂u, of an undefined f; else None."""
    point = None
    if isinstance(expr, sp.Subs) and len(expr.variables) == 1:
        expr, point = expr.expr, (expr.variables[0], expr.point[0])
    if not (isinstance(expr, sp.Derivative) and expr.derivative_count == 1):
        return None
    f, u = expr.expr, expr.variables[0]
    if not isinstance(f, AppliedUndef) or u not in f.args:
        return None
    if f.args != (u,) and f.func.__name__ != LOSS:
        return None
    if point is None:
        return f.func, u
    return (f.func, point[1]) if u == point[0] else None


class _Slope(sp.Function):
    """σ′(u) or ℒ′(u) for showing, without the bound symbol that SymPy's own form has.

    Two of SymPy's forms that differ in the bound symbol are equal, so its cache may return either:
    what is shown would depend on what was computed before.
    """

    @classmethod
    def everywhere(cls, expr):
        """expr with every derivative of an undefined function of one number in this form."""
        if isinstance(expr, sp.MatrixBase):
            return expr.applyfunc(cls.everywhere)
        known = _derivative_at(expr)
        if known and (isinstance(expr, sp.Subs) or expr.expr.args == (known[1],)):
            return {LOSS: _SlopeOfLoss}.get(known[0].__name__, _Slope)(cls.everywhere(known[1]))
        return expr.func(*map(cls.everywhere, expr.args)) if expr.args else expr

    def _latex(self, printer):
        return printer._slope("sigma", self.args[0])

    def _sympystr(self, printer):
        return printer._slope("sigma", self.args[0])


class _SlopeOfLoss(_Slope):
    def _latex(self, printer):
        return printer._slope(LOSS, self.args[0])

    def _sympystr(self, printer):
        return printer._slope(LOSS, self.args[0])


class _Latex(_Notes, LatexPrinter):
    def _slope(self, name, u):
        if name == LOSS and u.is_Symbol:
            return rf"\frac{{\partial {LOSS}}}{{\partial {self._print(u)}}}"
        return rf"{_latex_name(name)}'{{\left({self._print(u)}\right)}}"

    def _print_Indexed(self, expr):
        name, index = expr.base.label.name, ",".join(self._print(i) for i in expr.indices)
        if name.startswith(DOWNSTREAM):
            of = name.removeprefix(DOWNSTREAM)
            return rf"\frac{{\partial {LOSS}}}{{\partial {of}_{{{index}}}}}"
        return f"{name}_{{{index}}}"


class _Str(_Notes, StrPrinter):
    def _print_Symbol(self, expr):
        return _plain(expr.name)

    def _slope(self, name, u):
        if name == LOSS and u.is_Symbol:
            return f"∂ℒ/∂{self._print(u)}"
        return f"{_plain(_latex_name(name))}′({self._print(u)})"

    def _print_Pow(self, expr, rational=False):
        power = super()._print_Pow(expr, rational)
        if expr.base.is_Symbol and "^" in expr.base.name:  # (a^L)**2: the L is an index
            power = power.replace(base := self._print(expr.base), f"({base})", 1)
        return power

    def _print_Function(self, expr):
        return f"{_plain(_latex_name(expr.func.__name__))}({self.stringify(expr.args, ', ')})"

    def _print_MatrixSymbol(self, expr):
        return _plain(expr.name)


def latex(expr: sp.Basic, order: str | None = None) -> str:
    """LaTeX in the symbols of the notes: σ′(z^k), ∂ℒ/∂a^k; ``order="none"`` keeps the order."""
    return _Latex({"order": order}).doprint(expr)


def text(expr: sp.Basic, order: str | None = None) -> str:
    """Plain text in the symbols of the notes, as `latex`."""
    return _Str({"order": order}).doprint(expr)


def _latex_name(name):
    return r"\sigma" if name == "sigma" else name


def _plain(name: str) -> str:
    r"""`\frac{\partial \mathcal{L}}{\partial a^{k}}` as ∂ℒ/∂a^k."""
    name = (
        name.replace(LOSS, "ℒ")
        .replace(r"\sigma", "σ")
        .replace(r"\delta", "δ")
        .replace(r"\mathbf{1}", "1")
    )
    name = re.sub(r"\\frac\{\\partial (.*)\}\{\\partial (.*)\}", r"∂\1/∂\2", name)
    return re.sub(r"\{(\w)\}", r"\1", name)


DOWNSTREAM = "∂ℒ/∂"  # begins the name of a base that stands for ∂ℒ/∂(…), element by element


# Is it 0?


def _difference(lhs, rhs):
    """lhs − rhs; exactly 0 (for matrices: all zeros) where that can be shown."""
    if isinstance(lhs, sp.MatrixBase):
        return sp.Matrix(*lhs.shape, lambda r, c: _difference(lhs[r, c], rhs[r, c]))
    if isinstance(lhs, sp.Sum) and isinstance(rhs, sp.Sum) and lhs.limits == rhs.limits:
        term = _difference(lhs.function, rhs.function)  # two sums over the same range: term by term
        return term if term == 0 else sp.Sum(term, *lhs.limits)
    difference = lhs - rhs
    return sp.S.Zero if _vanishes(difference) else sp.factor_terms(difference)


def _is_zero(difference) -> bool:
    if isinstance(difference, sp.MatrixBase):
        return all(entry == 0 for entry in difference)
    return difference == 0


def _vanishes(expr, known=()) -> bool:
    """Is expr 0? Where σ is given by cases (relu), on each branch of every case.

    `known` holds the conditions that are settled on this branch, each with True or False.
    """
    if expr == 0:
        return True
    inner = [p for p in expr.atoms(sp.Piecewise) if not any(a.has(sp.Piecewise) for a in p.args)]
    conditions = {r for p in inner for _, c in p.args for r in c.atoms(Relational)}
    if not conditions:
        expr = sp.expand(expr)
        return expr == 0 or (not _is_nonzero_at_a_point(expr) and sp.simplify(expr) == 0)
    # One condition at a time, the innermost first: the others may depend on the branch taken.
    condition = min(conditions, key=sp.default_sort_key)
    for case in (sp.true, sp.false):
        settled = {**dict(known), condition: case}
        branch, before = expr.xreplace(settled), expr
        while branch != before:  # taking a branch can bring a settled condition back
            branch, before = branch.xreplace(settled), branch
        if not _vanishes(branch, tuple(settled.items())):
            return False
    return True


def _is_nonzero_at_a_point(expr) -> bool:
    """Is expr other than 0 for some numbers in the place of its symbols, σ(…), σ′(…) and sums?

    Only to refute fast: `simplify` can take half a minute over a difference that isn't 0.
    """
    numbers = {}
    unknown = (sp.Symbol, sp.Indexed, ExprWithLimits, sp.Subs, sp.Derivative, AppliedUndef)

    def number(part):
        if isinstance(part, unknown):
            return numbers.setdefault(part, sp.Float(0.3 + 0.618 * (len(numbers) + 1) % 1))
        return part.func(*map(number, part.args)) if part.args else part

    value = number(expr).evalf()
    return bool(value.is_number and abs(value) > 1e-9)
