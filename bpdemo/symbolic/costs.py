"""What a pass costs, counted from the shapes of its products (B50, B51, B52)."""

from dataclasses import dataclass
from functools import reduce

import sympy as sp

from bpdemo import validation

L, k, m = sp.symbols("L k m", integer=True, positive=True)
n = sp.IndexedBase("n", integer=True, positive=True)
"""n[k] is the width of layer k."""

PASSES = ("forward", "backward", "weights_only", "differences")


@dataclass(frozen=True)
class Table:
    """A matrix of which only the shape is known, and the multiplications that it took."""

    rows: sp.Expr
    columns: sp.Expr
    made: sp.Expr = sp.S.Zero

    @property
    def T(self) -> "Table":
        """The transpose; it multiplies nothing."""
        return Table(self.columns, self.rows, self.made)

    def __matmul__(self, other: "Table") -> "Table":
        """Each of rows · other.columns entries is a sum of `columns` products."""
        if self.columns != other.rows:
            raise ValueError(f"{self.columns} columns don't fit {other.rows} rows")
        here = self.rows * self.columns * other.columns
        return Table(self.rows, other.columns, self.made + other.made + here)


def layer() -> dict[str, Table]:
    """The products @ of layer k: z^k forward (N2), and ∂ℒ/∂w^k, ∂ℒ/∂a^{k-1} backward (B3, B4)."""
    a, w, dL_dz = Table(m, n[k - 1]), Table(n[k - 1], n[k]), Table(m, n[k])
    return {"w": w, "z": a @ w, "dL_dw": a.T @ dL_dz, "dL_da": dL_dz @ w.T}


@validation.checked(what=validation.one_of(lambda: PASSES))
def multiplications(what: str) -> sp.Expr:
    """B50, B51: the multiplications of all products @, for widths n_0 … n_L and m examples.

    - "forward", "backward": one pass;
    - "weights_only": backward without the last product, which gives ∂ℒ/∂a^0;
    - "differences": forward twice for every weight.

    What is elementwise (σ, ⊙) is not counted.

    Raises
    ------
    ValueError : no such pass.
    """
    if what not in PASSES:
        raise ValueError(f"what: expected one of {', '.join(PASSES)}; received {what!r}")
    one = layer()

    def in_all_layers(count):
        return sp.factor_terms(sp.Sum(count, (k, 1, L)))

    forward = in_all_layers(one["z"].made)
    backward = in_all_layers(one["dL_dw"].made + one["dL_da"].made)
    runs = 2 * in_all_layers(one["w"].rows * one["w"].columns)
    return {
        "forward": forward,
        "backward": backward,
        "weights_only": backward - one["dL_da"].made.subs(k, 1),
        "differences": runs * forward,
    }[what]


@validation.checked(layers=validation.whole(1, 64))
def orders(layers: int) -> tuple[sp.Expr, sp.Expr]:
    """B52: the multiplications of ∂ℒ/∂a^L J^L … J^1 from the left, and from the right.

    J^k has the shape (n_k, n_{k-1}); ∂ℒ/∂a^L is a row. From the left is from the loss back.
    """
    row, J = Table(sp.S.One, n[layers]), [Table(n[k], n[k - 1]) for k in range(1, layers + 1)]
    left = reduce(lambda done, J_k: done @ J_k, reversed(J), row)
    right = row @ reduce(lambda done, J_k: J_k @ done, J)
    return left.made, right.made
