"""What a pass costs, and the gradient of a sum (B50 … B57)."""

import sympy as sp

from bpdemo.symbolic.identity import Identity

PASSES = ("forward", "backward", "differences")


def multiplications(what: str) -> sp.Expr:
    """B50, B51: the multiplications of the products @, for L layers of n neurons and m examples.

    A layer's forward pass is one product (m, n) @ (n, n): m n² multiplications. Its backward pass
    is two, aᵀδ and δwᵀ. Central differences run forward twice for each of the n² L weights.

    Raises
    ------
    ValueError : no such pass.
    """
    if what not in PASSES:
        raise ValueError(f"what: expected one of {', '.join(PASSES)}; received {what!r}")
    L, n, m = sp.symbols("L n m", positive=True, integer=True)
    forward = L * m * n**2
    return {"forward": forward, "backward": 2 * forward, "differences": 2 * L * n**2 * forward}[
        what
    ]


def sum_of_gradients() -> Identity:
    """B57: the gradient of a sum over m examples is the sum of their gradients, for symbolic m.

    The loss of one example is an undefined function ℓ(w, e): nothing is asked of the network.
    """
    w = sp.Symbol("w", real=True)
    e, m = sp.symbols("e m", integer=True, positive=True)
    one = sp.Function("ℓ")(w, e)
    return Identity(
        "B57",
        "the gradient of a sum is the sum of the gradients",
        r"\frac{\partial}{\partial w} \sum_e ℓ(w, e)",
        sp.Sum(one, (e, 1, m)).diff(w),
        sp.Sum(one.diff(w), (e, 1, m)),
    )
