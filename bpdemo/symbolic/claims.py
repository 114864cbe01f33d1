"""What a claim is, and when its two sides are one."""

import dataclasses
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import sympy as sp
from sympy.concrete.expr_with_limits import ExprWithLimits
from sympy.core.function import AppliedUndef
from sympy.core.relational import Relational

from bpdemo.symbolic.notation import LOSS as LOSS  # the other modules take it from here
from bpdemo.symbolic.notation import Unknown, aligned, latex, plain, plain_text

if TYPE_CHECKING:
    from bpdemo.symbolic.identity import Identity


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
    except_at : the z at which σ has a kink, and so no slope: nothing is claimed there, unless
    everywhere : the claim is that there is a slope at every z (N8). With a kink it doesn't hold.
    """

    row: str
    title: str
    of: tuple[str, str]
    lhs: sp.Basic
    sides: tuple[sp.Basic, ...]
    forms: tuple[sp.Basic, ...]
    short: tuple[tuple[sp.Basic, sp.Basic], ...] = ()
    except_at: tuple[sp.Basic, ...] = ()
    everywhere: bool = False

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
        return tuple(difference(self.lhs, side) for side in self.sides)

    @property
    def difference(self) -> sp.Basic:
        """`lhs` minus `rhs`: exactly 0 where SymPy can show it."""
        return self.differences[-1]

    @property
    def holds(self) -> bool:
        """Is every difference exactly 0, and a slope wherever one is claimed?"""
        kink = self.everywhere and self.except_at
        return not kink and all(map(is_zero, self.differences))

    def away_from_kinks(self) -> "Claim":
        """The same claim, made only where σ has a slope: for z ≠ 0 with relu."""
        return dataclasses.replace(self, everywhere=False)

    @property
    def where(self) -> str:
        """What is to be said of kinks: that they are left out, or that the claim fails there."""
        say = "but no slope at z =" if self.everywhere else "for z ≠"
        return "".join(f", {say} {z}" for z in self.except_at)

    @property
    def found(self) -> sp.Basic:
        """What SymPy found, `lhs`, in the symbols of the notes."""
        return self.shorten(self.lhs)

    def shorten(self, expr):
        """An expression of `lhs` or `rhs` in the symbols of the notes."""
        for long, short in self.short:
            # subs refuses to touch the bound index of a Sum; there, the long form stands as it is.
            expr = expr.xreplace({long: short}) if expr.has(sp.Sum) else expr.subs(long, short)
        return expr

    def __repr__(self) -> str:
        head = f"∂{plain(self.of[0])}/∂{plain(self.of[1])}"
        forms = "".join(f" = {plain_text(form, order='none')}" for form in self.forms)
        return (
            f"{self.row}: {self.title}{self.where}\n"
            f"  claimed     {head}{forms}\n"
            f"  SymPy finds {head} = {plain_text(self.found)}\n"
            f"  difference  {plain_text(self.difference)}"
        )

    def latex_lines(self) -> list[str]:
        """What is claimed, what SymPy finds, and the difference: a line of LaTeX for each."""
        head = rf"\frac{{\partial {self.of[0]}}}{{\partial {self.of[1]}}}"
        forms = " = ".join(latex(form, order="none", brackets=True) for form in self.forms)
        return [
            rf"\text{{{self.row}:}}\quad {head} &= {forms}",
            rf"\text{{SymPy finds:}}\quad {head} &= {latex(self.found, brackets=True)}",
            rf"\text{{difference:}}\quad & \phantom{{=}}\ {latex(self.difference, brackets=True)}",
            *([rf"& \text{{{self.where[2:]}}}"] if self.except_at else []),
        ]

    def _repr_latex_(self) -> str:
        return aligned(self.latex_lines())


@dataclass(frozen=True)
class Proof:
    """Several claims that together prove one thing."""

    title: str
    claims: "tuple[Claim | Identity, ...]"

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
        return aligned([line for one in self.claims for line in one.latex_lines()])


def difference(lhs, rhs):
    """lhs − rhs; exactly 0 (for matrices: all zeros) where that can be shown."""
    if isinstance(lhs, sp.MatrixBase):
        return sp.Matrix(*lhs.shape, lambda r, c: difference(lhs[r, c], rhs[r, c]))
    if isinstance(lhs, sp.Sum) and isinstance(rhs, sp.Sum) and lhs.limits == rhs.limits:
        term = difference(lhs.function, rhs.function)  # two sums over the same range: term by term
        return term if term == 0 else sp.Sum(term, *lhs.limits)
    left = lhs - rhs
    return sp.S.Zero if vanishes(left) else sp.factor_terms(left)


def is_zero(expr) -> bool:
    """Is an expression, or every entry of a matrix, exactly 0?"""
    return all(entry == 0 for entry in expr) if isinstance(expr, sp.MatrixBase) else expr == 0


def vanishes(expr, known=()) -> bool:
    """Is expr 0? Where σ is given by cases (relu), on each branch of every case.

    `known` holds the conditions that are settled on this branch, each with True or False.
    """
    if expr == 0:
        return True
    inner = [p for p in expr.atoms(sp.Piecewise) if not any(a.has(sp.Piecewise) for a in p.args)]
    conditions = {r for p in inner for _, c in p.args for r in c.atoms(Relational)}
    if not conditions:
        # First with a letter for each function, sum and denominator: then `expand` leaves alone
        # what is inside of them. What is 0 whatever the letters stand for is 0.
        if sp.expand(_without_denominators(_with_letters(expr, sp.Sum, sp.Function))) == 0:
            return True
        # As it stands; and with letters for the sums, since `expand` makes a product of e^Σ.
        tries = [sp.expand(one) for one in (expr, _with_letters(expr, sp.Sum))]
        return 0 in tries or any(
            not _is_nonzero_at_a_point(one) and sp.simplify(one) == 0 for one in tries
        )
    # One condition at a time, the innermost first: the others may depend on the branch taken.
    condition = min(conditions, key=sp.default_sort_key)
    for case in (sp.true, sp.false):
        settled = {**dict(known), condition: case}
        branch, before = expr.xreplace(settled), expr
        while branch != before:  # taking a branch can bring a settled condition back
            branch, before = branch.xreplace(settled), branch
        if not vanishes(branch, tuple(settled.items())):
            return False
    return True


def _with_letters(expr, *kinds):
    return expr.xreplace({part: sp.Dummy(real=True) for part in expr.atoms(*kinds)})


def _without_denominators(expr):
    """A letter for each 1 / (…), to its power."""
    letters = {}

    def written(part):
        if part.is_Pow and part.exp.is_Integer and part.exp.is_negative:
            return letters.setdefault(part.base, sp.Dummy(real=True)) ** -part.exp
        return part.func(*map(written, part.args)) if part.args else part

    return written(expr)


def _is_nonzero_at_a_point(expr) -> bool:
    """Is expr other than 0 for some numbers instead of its symbols, σ(…), σ′(…) and sums?

    Only to refute fast: `simplify` can take half a minute over a difference that isn't 0.
    """
    numbers: dict[sp.Basic, sp.Float] = {}
    unknown = (sp.Symbol, sp.Indexed, ExprWithLimits, Unknown, sp.Derivative, sp.Subs, AppliedUndef)

    def number(part):
        if isinstance(part, unknown):
            return numbers.setdefault(part, sp.Float(0.3 + 0.618 * (len(numbers) + 1) % 1))
        return part.func(*map(number, part.args)) if part.args else part

    value = number(expr).evalf()
    return bool(value.is_number and abs(value) > 1e-9)
