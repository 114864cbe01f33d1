r"""The proof: every claim of the notes as two SymPy expressions whose difference is 0.

A `Claim` has a left side, found by differentiating the *composed* expression (the network written
out as one formula, so that SymPy has to apply the chain rule by itself), and a right side, the
formula of the notes. If their difference simplifies to exactly 0, the claim holds.

By default σ is an undefined function: the claim then holds for every differentiable σ. With
``activation="tanh"`` (any name of `bpdemo.activations.TABLE`) σ is that activation's formula.

>>> claim("N10").holds
True
>>> claim("N10", "tanh").difference
0

`ROWS` has the rows N6 … N15 for one neuron a layer; `induction` puts three of them together into
the proof for every k; `depth` checks the whole recursion on networks of 1, 2, 3, … layers;
`vector` is the form with vectors and a batch, for symbolic widths; `matrices` the same for chosen
widths; `tie`, `tie_vector` and `check_activation` tie the formulas to the code's numbers; `slip`
is about σ′(a^{k+1}).
"""

from bpdemo.symbolic.claims import Claim, Proof, latex
from bpdemo.symbolic.costs import multiplications, sum_of_gradients
from bpdemo.symbolic.cross_entropy import SOFTMAX, softmax, softmax_of
from bpdemo.symbolic.identity import Identity
from bpdemo.symbolic.paths import paths
from bpdemo.symbolic.products import (
    relu_half,
    residual,
    shrinks,
    slope_bound,
    steps_back,
    variance,
)
from bpdemo.symbolic.scalars import (
    ROWS,
    activated_output,
    any_layer,
    base_case,
    bias,
    chain_rule,
    claim,
    da_dz,
    depth,
    dL_da,
    dz_dw,
    induction,
    inductive_step,
    one_step_back,
    rows,
    three_terms_together,
    two_steps_back,
)
from bpdemo.symbolic.slopes import IN_A, slope_in_a
from bpdemo.symbolic.ties import Slip, Tie, check_activation, slip, tie, tie_vector
from bpdemo.symbolic.vectors import VECTOR, matrices, vector

__all__ = [
    "IN_A",
    "ROWS",
    "SOFTMAX",
    "VECTOR",
    "Claim",
    "Identity",
    "Proof",
    "Slip",
    "Tie",
    "activated_output",
    "any_layer",
    "base_case",
    "bias",
    "chain_rule",
    "check_activation",
    "claim",
    "da_dz",
    "dL_da",
    "depth",
    "dz_dw",
    "induction",
    "inductive_step",
    "latex",
    "matrices",
    "multiplications",
    "one_step_back",
    "paths",
    "relu_half",
    "residual",
    "rows",
    "shrinks",
    "slip",
    "softmax",
    "softmax_of",
    "slope_bound",
    "slope_in_a",
    "steps_back",
    "sum_of_gradients",
    "three_terms_together",
    "tie",
    "tie_vector",
    "two_steps_back",
    "variance",
    "vector",
]

LOSS = r"\mathcal{L}"
"""The name of the loss: not the letter L, which counts the layers."""
