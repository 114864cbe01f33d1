"""The exercises of notebook 03, The inductive step."""

import numpy as np

from bpdemo.exercises.base import Exercise, Slip
from bpdemo.exercises.draws import (
    A_FOR_Z,
    LOST_2,
    SIGN,
    chain_expected,
    chain_wrong,
    draw_chain,
    draw_layer,
    dσ,
    layer_expected,
    uniform,
    σ,
)

__all__ = ["ENTRIES"]

ENTRIES = (
    Exercise(
        name="03-step-back",
        place="## Any step back (N15)",
        kind="write",
        prose=r"""
            Write the step. You get $\partial\mathcal{L}/\partial a^{k+1}$, $z^{k+1}$ and $w^{k+1}$; compute
            $\partial\mathcal{L}/\partial a^k$, for the sigmoid.
            """,
        hints=(),
        starter="""
            def step_back(dL_da, z, w):
                return ...
            """,
        solution="""
            def step_back(dL_da, z, w):
                a = 1 / (1 + np.exp(-z))
                return dL_da * a * (1 - a) * w
            """,
        wanted="a function step_back(dL_da, z, w)",
        right="That is the whole inductive step (N15).",
        draw=lambda rng: {"dL_da": uniform(rng), "z": uniform(rng), "w": uniform(rng)},
        adds=True,
        expected=lambda dL_da, z, w: layer_expected(
            np.array([[dL_da]]), None, np.array([[z / w]]), np.array([[w]])
        )[1].item(),
        slips=(
            Slip(
                lambda dL_da, z, w: dL_da * dσ(σ(z)) * w,
                f"{A_FOR_Z} This is the very slip in the notes.",
            ),
            Slip(lambda dL_da, z, w: dL_da * z * (1 - z) * w, "a(1 − a) is right with a = σ(z)."),
            Slip(
                lambda dL_da, z, w: dL_da * dσ(z),
                "That is ∂ℒ/∂z. One factor is missing: from z back to the a before it.",
            ),
            Slip(lambda dL_da, z, w: dL_da * w, "The factor σ′(z) is missing (N13)."),
            Slip(lambda dL_da, z, w: dL_da * σ(z) * w, "That has σ(z) where σ′(z) belongs (N8)."),
            Slip(
                lambda dL_da, z, w: dL_da * dσ(z) / w,
                "The chain rule multiplies by ∂z/∂a = w. It divides by nothing.",
            ),
            Slip(
                lambda dL_da, z, w: dL_da * dσ(z) * z / w,
                "z / w is the a before: that is ∂z/∂w, for ∂ℒ/∂w. Wanted is ∂z/∂a.",
            ),
            Slip(lambda dL_da, z, w: -dL_da * dσ(z) * w, "There is a minus too many."),
        ),
    ),
    Exercise(
        name="03-chain",
        place="## Why it is called back-propagation (N16)",
        kind="write",
        prose="""
            Now the whole way back. `a`, `z` and `w` are dictionaries with the layer's number as the
            key, as above. Fill in the three lines.
            """,
        hints=(),
        starter="""
            def gradients(a, z, w, y):
                L = max(w)
                dL_da, dL_dw = {}, {}
                dL_da[L] = ...
                for k in range(L, 0, -1):
                    dL_dw[k] = ...
                    dL_da[k - 1] = ...
                return dL_dw
            """,
        solution="""
            def gradients(a, z, w, y):
                L = max(w)
                dL_da, dL_dw = {}, {}
                dL_da[L] = 2 * (a[L] - y)
                for k in range(L, 0, -1):
                    dL_dw[k] = dL_da[k] * a[k] * (1 - a[k]) * a[k - 1]
                    dL_da[k - 1] = dL_da[k] * a[k] * (1 - a[k]) * w[k]
                return dL_dw
            """,
        why=r"""
            Again $a^k(1 - a^k)$ is $\sigma'(z^k)$.
            """,
        wanted="a function gradients(a, z, w, y) that returns {1: dL_dw of layer 1, 2: …}",
        right="You have written back-propagation (N11, N12, N15).",
        draw=draw_chain,
        adds=True,
        expected=chain_expected,
        slips=(
            Slip(chain_wrong(da_dz=lambda z, a: dσ(a)), A_FOR_Z),
            Slip(chain_wrong(da_dz=lambda z, a: a), "That has σ(z) where σ′(z) belongs (N8)."),
            Slip(chain_wrong(da_dz=lambda z, a: z * (1 - z)), "a(1 − a) is right; z(1 − z) not."),
            Slip(chain_wrong(start=lambda a, y: a - y), LOST_2),
            Slip(chain_wrong(start=lambda a, y: 2 * (y - a)), SIGN),
            Slip(
                chain_wrong(back=lambda dL_dz, dL_da, w, k: dL_dz * w.get(k - 1, 0)),
                "Wrong layer's weight: from a[k] back to a[k - 1] the way leads through w[k].",
            ),
            Slip(
                chain_wrong(back=lambda dL_dz, dL_da, w, k: dL_dz * w.get(k + 1, w[k])),
                "Wrong layer's weight: from a[k] back to a[k - 1] the way leads through w[k].",
            ),
            Slip(
                chain_wrong(back=lambda dL_dz, dL_da, w, k: dL_da * w[k]),
                "σ′(z) is missing in the step back (N15).",
            ),
            Slip(
                chain_wrong(back=lambda dL_dz, dL_da, w, k: dL_dz),
                "The weight is missing in the step back (N15).",
            ),
            Slip(
                chain_wrong(back=lambda dL_dz, dL_da, w, k: dL_da),
                "dL_da is the same at every layer. Take the step back (N15) in the loop.",
            ),
            Slip(
                chain_wrong(dz_dw=lambda a, k: a[k]),
                "The last factor of dL_dw[k] is the activation BEFORE w[k]: a[k - 1] (N9).",
            ),
        ),
    ),
    Exercise(
        name="03-vector",
        place="## What changes with vectors and a batch",
        kind="write",
        prose=r"""
            One layer back, with tables: you get $\partial\mathcal{L}/\partial a^k$, $z^k$, $a^{k-1}$ and
            $w^k$. The sigmoid once more. If you are stuck, write the shapes beside each line.
            """,
        hints=(),
        starter="""
            def layer_back(dL_da, z, a_before, w):
                # first delta, then the two products
                return ..., ...
            """,
        solution="""
            def layer_back(dL_da, z, a_before, w):
                a = 1 / (1 + np.exp(-z))
                delta = dL_da * a * (1 - a)
                dL_dw = a_before.T @ delta
                dL_da_before = delta @ w.T
                return dL_dw, dL_da_before
            """,
        wanted="a function layer_back(dL_da, z, a_before, w) that returns dL_dw, dL_da_before",
        right="One product elementwise, two with a transpose.",
        draw=draw_layer,
        expected=layer_expected,
        parts=("dL_dw", "dL_da_before"),
        slips=(
            Slip(
                lambda dL_da, z, a_before, w: (
                    a_before.T @ (dL_da * dσ(σ(z))),
                    (dL_da * dσ(σ(z))) @ w.T,
                ),
                A_FOR_Z,
            ),
            Slip(
                lambda dL_da, z, a_before, w: (a_before.T @ dL_da, dL_da @ w.T),
                "σ′(z) is missing: first δ = dL_da * σ′(z), elementwise.",
            ),
            Slip(
                lambda dL_da, z, a_before, w: (a_before.T @ (dL_da * dσ(z)), dL_da @ w.T),
                "dL_dw is right. In dL_da_before σ′(z) is missing: use δ, not dL_da.",
            ),
            Slip(
                lambda dL_da, z, a_before, w: (
                    (dL_da * dσ(z)).T @ a_before,
                    (dL_da * dσ(z)) @ w.T,
                ),
                "dL_dw has rows and columns swapped. A gradient has the shape of its weights.",
            ),
            Slip(
                lambda dL_da, z, a_before, w: (
                    a_before.T @ (dL_da * dσ(z)),
                    w @ (dL_da * dσ(z)).T,
                ),
                "dL_da_before has rows and columns swapped: an example is a row.",
            ),
            Slip(
                lambda dL_da, z, a_before, w: (
                    a_before.T @ (dL_da * dσ(z)) / len(z),
                    (dL_da * dσ(z)) @ w.T,
                ),
                "dL_dw is the mean over the examples. The loss is a sum; so is its gradient.",
            ),
            Slip(
                lambda dL_da, z, a_before, w: (
                    (dL_da * dσ(z)) @ w.T,
                    a_before.T @ (dL_da * dσ(z)),
                ),
                "Both are right, in the wrong order: return dL_dw first.",
            ),
        ),
    ),
)
