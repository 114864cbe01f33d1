"""Two expressions that are one: for what is no derivative, as a bound or a variance."""

from dataclasses import dataclass
from functools import cached_property

import sympy as sp

from bpdemo.symbolic.claims import _vanishes, aligned, latex, text


@dataclass(frozen=True)
class Identity:
    """A left and a right side, found in different ways.

    Attributes
    ----------
    row : a row of the coverage table, such as "B41".
    title : what is claimed, in words.
    name : what both sides are; LaTeX.
    lhs, rhs : the two sides.
    """

    row: str
    title: str
    name: str
    lhs: sp.Basic
    rhs: sp.Basic

    @cached_property
    def difference(self) -> sp.Basic:
        """`lhs` − `rhs`: exactly 0 where SymPy can show it."""
        difference = self.lhs - self.rhs
        return sp.S.Zero if _vanishes(difference) else sp.factor_terms(difference)

    @property
    def holds(self) -> bool:
        """Is the difference exactly 0?"""
        return self.difference == 0

    def __repr__(self) -> str:
        return (
            f"{self.row}: {self.title}\n"
            f"  claimed     {text(self.rhs)}\n"
            f"  SymPy finds {text(self.lhs)}\n"
            f"  difference  {text(self.difference)}"
        )

    def _repr_latex_(self) -> str:
        return aligned(
            [
                rf"\text{{{self.row}:}}\quad {self.name} &= {latex(self.rhs)}",
                rf"\text{{SymPy finds:}}\quad {self.name} &= {latex(self.lhs)}",
                rf"\text{{difference:}}\quad & \phantom{{=}}\ {latex(self.difference)}",
            ]
        )
