"""Two expressions that are one: for what is no derivative, as a bound or a variance."""

from dataclasses import dataclass
from functools import cached_property

import sympy as sp

from bpdemo.symbolic.claims import difference, is_zero
from bpdemo.symbolic.notation import aligned, latex, plain_text


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
        return difference(self.lhs, self.rhs)

    @property
    def holds(self) -> bool:
        """Is the difference exactly 0?"""
        return is_zero(self.difference)

    def __repr__(self) -> str:
        return (
            f"{self.row}: {self.title}\n"
            f"  claimed     {plain_text(self.rhs)}\n"
            f"  SymPy finds {plain_text(self.lhs)}\n"
            f"  difference  {plain_text(self.difference)}"
        )

    def latex_lines(self) -> list[str]:
        """What is claimed, what SymPy finds, and the difference: a line of LaTeX for each."""
        return [
            rf"\text{{{self.row}:}}\quad {self.name} &= {latex(self.rhs)}",
            rf"\text{{SymPy finds:}}\quad {self.name} &= {latex(self.lhs)}",
            rf"\text{{difference:}}\quad & \phantom{{=}}\ {latex(self.difference)}",
        ]

    def _repr_latex_(self) -> str:
        return aligned(self.latex_lines())
