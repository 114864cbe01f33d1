r"""The proof: every claim of the notes as two SymPy expressions whose difference is 0.

A `Claim` has a left side, found by differentiating the *composed* expression (the network written
out as one formula, so that SymPy has to apply the chain rule by itself), and a right side, the
formula of the notes. If their difference simplifies to exactly 0, the claim holds. A `Derivation`
shows how one gets from the first to the second: one rule for each line, each line checked.

By default σ is an unknown function: the claim then holds for every differentiable σ. With
``activation="tanh"`` (any name of `bpdemo.activations.TABLE`) σ is that activation's formula; where
it has a kink there is no slope, so N8 holds only `away_from_kinks`, and the others claim nothing.

>>> claim("N10").holds
True
>>> claim("N10", "tanh").difference
0
>>> claim("N8", "relu").holds, claim("N8", "relu").except_at
(False, (0,))
>>> claim("N8", "relu").away_from_kinks().holds
True
>>> [line.rule for line in derivation("N9").lines]
['written out', 'constant factor', 'constant and variable']

`ROWS` has the rows N6 … N15 for one neuron per layer; `induction` puts three of them together into
the proof for every k; `depth` checks the whole recursion on networks of 1, 2, 3, … layers;
`vector` is the form with vectors and a batch, for symbolic widths; `matrices` the same for chosen
widths; `chain_rule_proof` proves the rule that all of them use; `tie`, `tie_vector` and
`check_activation` and `check_loss` tie the formulas to the code's numbers; `slip` is about
σ′(a^{k+1}).
"""

from bpdemo.symbolic.batch import sum_of_gradients, twins
from bpdemo.symbolic.claims import Claim, Proof
from bpdemo.symbolic.costs import PASSES, multiplications, orders
from bpdemo.symbolic.cross_entropy import SOFTMAX, softmax_claim, softmax_of
from bpdemo.symbolic.derivation import Derivation, Line, chain_rule_proof, derivation
from bpdemo.symbolic.identity import Identity
from bpdemo.symbolic.notation import LOSS, latex
from bpdemo.symbolic.paths import paths, sum_over_paths_proof
from bpdemo.symbolic.products import (
    feedback,
    relu_half,
    residual,
    shrinks,
    slope_bound,
    steps_back,
    variance,
    variance_step,
)
from bpdemo.symbolic.scalars import ROWS, bias, claim, depth, induction
from bpdemo.symbolic.slopes import slope_in_a
from bpdemo.symbolic.ties import SlipProof, Tie, check_activation, check_loss, slip, tie, tie_vector
from bpdemo.symbolic.vectors import VECTOR, matrices, vector

__all__ = [
    "LOSS",
    "PASSES",
    "ROWS",
    "SOFTMAX",
    "VECTOR",
    "Claim",
    "Derivation",
    "Identity",
    "Line",
    "Proof",
    "SlipProof",
    "Tie",
    "bias",
    "chain_rule_proof",
    "check_activation",
    "check_loss",
    "claim",
    "depth",
    "derivation",
    "feedback",
    "induction",
    "latex",
    "matrices",
    "multiplications",
    "orders",
    "paths",
    "relu_half",
    "residual",
    "shrinks",
    "slip",
    "slope_bound",
    "slope_in_a",
    "softmax_claim",
    "softmax_of",
    "steps_back",
    "sum_of_gradients",
    "sum_over_paths_proof",
    "tie",
    "tie_vector",
    "twins",
    "variance",
    "variance_step",
    "vector",
]
