"""The exercises of notebook 05, Many neurons, many examples."""

import numpy as np

from bpdemo import network
from bpdemo.exercises.base import Exercise, Slip
from bpdemo.exercises.draws import (
    A_FOR_Z,
    LOST_2,
    SIGN,
    batch_expected,
    batch_wrong,
    draw_batch,
    dσ,
    uniform,
)

__all__ = ["ENTRIES"]


def _layer(a_before, delta, w=None):
    """The core's gradients for one layer without a curve, whose ∂ℒ/∂z is this delta."""
    w = np.ones((a_before.shape[1], delta.shape[1])) if w is None else w
    trace = network.forward(a_before, [w], "identity")
    return network.backward(trace, trace.a[1] - delta / 2)  # so that 2 (a − y) = delta


_TURNED = (
    "Rows and columns are swapped: in this convention w has a row for each neuron it leads INTO."
)

ENTRIES = (
    Exercise(
        name="05-paths",
        place="## Where paths join (B1)",
        kind="write",
        prose=r"""
            Neuron $i$ of a layer feeds $n$ neurons of the next. You get `dL_dz`, the $n$ numbers
            $\partial\mathcal{L}/\partial z_q$ there, and `w_out`, the $n$ weights $w_{iq}$ that lead to them.
            Return $\partial\mathcal{L}/\partial a_i$.
            """,
        hints=(),
        starter="""
            def dL_da_of(dL_dz, w_out):
                return ...
            """,
        solution="""
            def dL_da_of(dL_dz, w_out):
                total = 0.0
                for q in range(len(w_out)):
                    total += dL_dz[q] * w_out[q]
                return total
            """,
        why="""
            The `+=` is where paths join; with `=` only the last path would count. In one line:
            `(dL_dz * w_out).sum()`.
            """,
        wanted="a function dL_da(dL_dz, w_out)",
        right="Along each path multiply, where the paths join add (B1).",
        draw=lambda rng: {"dL_dz": uniform(rng, 4), "w_out": uniform(rng, 4)},
        expected=lambda dL_dz, w_out: (
            _layer(np.ones((1, 1)), dL_dz[None], w_out[None]).dL_da[0].item()
        ),
        slips=(
            Slip(
                lambda dL_dz, w_out: dL_dz * w_out,
                "One share for each path. They join at a: add them up (B1).",
            ),
            Slip(
                lambda dL_dz, w_out: dL_dz[-1] * w_out[-1],
                "Only the last path has counted. Is there an = where a += belongs?",
            ),
            Slip(
                lambda dL_dz, w_out: dL_dz[0] * w_out[0],
                "Only the first path has counted. Is the return inside the loop?",
            ),
            Slip(
                lambda dL_dz, w_out: np.prod(dL_dz * w_out),
                "Factors along ONE path multiply; the shares of several paths are added (B1).",
            ),
            Slip(
                lambda dL_dz, w_out: (dL_dz * w_out).mean(),
                "That is the mean. Each path counts in full: the sum (B1).",
            ),
            Slip(
                lambda dL_dz, w_out: dL_dz.sum() * w_out.sum(),
                "First multiply along each path, then add: here all paths are mixed.",
            ),
            Slip(
                lambda dL_dz, w_out: dL_dz.sum(),
                "The factor ∂z/∂a = w is missing on each path.",
            ),
            Slip(lambda dL_dz, w_out: w_out.sum(), "The factors dL_dz are missing."),
        ),
    ),
    Exercise(
        name="05-columns",
        place="## Where the second transpose comes from (B4)",
        kind="write",
        prose=r"""
            Many books put an example in a *column*: then $a^{k-1}$ has the shape $(n_{k-1}, m)$, $w^k$ the
            shape $(n_k, n_{k-1})$, and the layer is $z = w\,a$. In their convention you get `delta`
            $(n_k, m)$ and `a_before` $(n_{k-1}, m)$. Return $\partial\mathcal{L}/\partial w^k$, in the shape of
            that $w$. Use the indices, not the shapes: where does $w_{ji}$ stand in $z_{je} = \sum_i w_{ji} a_{ie}$?
            """,
        hints=(),
        starter="""
            def dL_dw_of(delta, a_before):
                return ...
            """,
        solution="""
            def dL_dw_of(delta, a_before):
                return delta @ a_before.T
            """,
        why=r"""
            $\partial\mathcal{L}/\partial w_{ji} = \sum_e \delta_{je}\, a_{ie}$: the sum runs over the *last* index of
            both, so the second factor is transposed.
            """,
        wanted="a function dL_dw(delta, a_before)",
        right="The sum runs over the last index of both, so the second factor is turned.",
        draw=lambda rng: {"delta": uniform(rng, 2, 4), "a_before": uniform(rng, 3, 4)},
        expected=lambda delta, a_before: _layer(a_before.T, delta.T).dL_dw[1].T,
        slips=(
            Slip(lambda delta, a_before: a_before @ delta.T, _TURNED),
            Slip(
                lambda delta, a_before: delta @ a_before.T / delta.shape[1],
                "That is the mean over the examples. The loss is a sum; so is its gradient.",
            ),
            Slip(
                lambda delta, a_before: np.outer(delta[:, 0], a_before[:, 0]),
                "Only the first example has counted. The same weight serves all: add them up.",
            ),
            Slip(
                lambda delta, a_before: np.einsum("je,ie->jie", delta, a_before),
                "One table for each example. The same weight serves all examples: add them up.",
            ),
        ),
    ),
    Exercise(
        name="05-weighted",
        place="## A batch (B6)",
        kind="write",
        prose=r"""
            Not all examples are equally important: let example $e$ count $c_e$ times, $\mathcal{L} = \sum_e
            c_e \mathcal{L}_e$. You get `a_before` $(m, n_{k-1})$, the `delta` $(m, n_k)$ of the plain loss, and `c`
            $(m,)$. Return $\partial\mathcal{L}/\partial w^k$.
            """,
        hints=(),
        starter="""
            def weighted_dL_dw(a_before, delta, c):
                return ...
            """,
        solution="""
            def weighted_dL_dw(a_before, delta, c):
                return a_before.T @ (c[:, None] * delta)
            """,
        why=r"""
            Row $e$ of $\delta$ belongs to example $e$, so row $e$ is multiplied by $c_e$; then the same sum over $e$.
            In indices: `np.einsum("e,ei,ej->ij", c, a_before, delta)`.
            """,
        wanted="a function weighted_dL_dw(a_before, delta, c)",
        right="Each example's row of δ counts c times, then the sum over examples (B3, B6).",
        draw=lambda rng: {
            "a_before": uniform(rng, 4, 3),
            "delta": uniform(rng, 4, 2),
            "c": np.abs(uniform(rng, 4)),
        },
        expected=lambda a_before, delta, c: sum(
            c[e] * _layer(a_before[[e]], delta[[e]]).dL_dw[1] for e in range(len(c))
        ),
        slips=(
            Slip(
                lambda a_before, delta, c: a_before.T @ delta,
                "Every example counts once there. What became of c?",
            ),
            Slip(
                lambda a_before, delta, c: c.sum() * (a_before.T @ delta),
                "All examples get the same factor there. c[e] belongs to example e alone.",
            ),
            Slip(
                lambda a_before, delta, c: c.mean() * (a_before.T @ delta),
                "All examples get the same factor there. c[e] belongs to example e alone.",
            ),
            Slip(
                lambda a_before, delta, c: (c[:, None] * a_before).T @ (c[:, None] * delta),
                "c counts twice there: once with a, once with δ.",
            ),
            Slip(
                lambda a_before, delta, c: a_before.T @ (c[:, None] * delta) / c.sum(),
                "That is a weighted mean. The loss here is the weighted sum.",
            ),
            Slip(
                lambda a_before, delta, c: (c[:, None] * delta).T @ a_before,
                "Rows and columns are swapped. A gradient has the shape of its weights.",
            ),
        ),
    ),
    Exercise(
        name="05-backward",
        place="## A batch (B6)",
        kind="write",
        prose=r"""
            Now the whole of back-propagation, for any number of layers, neurons and examples. The forward pass
            has left you the dictionaries `a` (from 0), `z` and `w` (from 1), and `y` has a row for each example;
            the activation is the sigmoid everywhere. Return $\partial\mathcal{L}/\partial w^k$ for every layer,
            in a dictionary. It's your loop from 03, with a `.T` in two places.
            """,
        hints=(
            """
            Begin with `dL_da = 2 * (a[L] - y)` and go from $L$ down to 1, as in 03. In each layer: first
            `dL_dz`, then `dL_dw[k]`, then `dL_da` for the layer before.
            """,
            """
            Write the shapes beside each line. `dL_dz` is $(m, n_k)$ and `a[k - 1]` is $(m, n_{k-1})$; which
            product gives $(n_{k-1}, n_k)$?
            """,
        ),
        starter="""
            def backward(a, z, w, y):
                L = max(w)
                dL_da, dL_dw = ..., {}
                for k in range(L, 0, -1):
                    dL_dz = ...
                    dL_dw[k] = ...
                    dL_da = ...
                return dL_dw
            """,
        solution="""
            def backward(a, z, w, y):
                L = max(w)
                dL_da, dL_dw = 2 * (a[L] - y), {}
                for k in range(L, 0, -1):
                    dL_dz = dL_da * a[k] * (1 - a[k])  # (m, n_k), entry by entry
                    dL_dw[k] = a[k - 1].T @ dL_dz  # (n_{k-1}, m) @ (m, n_k)
                    dL_da = dL_dz @ w[k].T  # (m, n_k) @ (n_k, n_{k-1})
                return dL_dw
            """,
        wanted="a function backward(a, z, w, y) that returns {1: dL_dw of layer 1, 2: …}",
        right="You have written back-propagation, for any network of this kind.",
        draw=draw_batch,
        adds=True,
        expected=batch_expected,
        slips=(
            Slip(batch_wrong(da_dz=lambda z, a: dσ(a)), A_FOR_Z),
            Slip(batch_wrong(da_dz=lambda z, a: a), "That has σ(z) where σ′(z) belongs (N8)."),
            Slip(batch_wrong(da_dz=lambda z, a: z * (1 - z)), "a(1 − a) is right; z(1 − z) isn't."),
            Slip(batch_wrong(start=lambda a, y: a - y), LOST_2),
            Slip(batch_wrong(start=lambda a, y: 2 * (y - a)), SIGN),
            Slip(
                batch_wrong(dL_dw_of=lambda a, dL_dz, k: a[k - 1].T @ dL_dz / len(dL_dz)),
                "dL_dw is the mean over the examples. The loss is a sum; so is its gradient (B6).",
            ),
            Slip(
                batch_wrong(back=lambda dL_dz, dL_da, w, k: dL_da @ w[k].T),
                "σ′(z) is missing in the step back (N15): go back from dL_dz, not from dL_da.",
            ),
            Slip(
                batch_wrong(dL_dw_of=lambda a, dL_dz, k: dL_dz.T @ a[k - 1]),
                "Rows and columns are swapped in dL_dw. A gradient has the shape of its weights.",
            ),
            Slip(
                batch_wrong(dL_dw_of=lambda a, dL_dz, k: a[k - 1][:1].T @ dL_dz[:1]),
                "Only the first example has counted. The same weight serves all: add them up.",
            ),
        ),
    ),
    Exercise(
        name="05-half",
        place="## A worked example from the web (B8)",
        kind="compute",
        prose=r"""
            His step has $\eta = 0.5$ and the ½. Which learning rate must you take with the loss of the
            notes, without ½, to land at the same new weights (B7)?
            """,
        hints=(),
        starter="""
            rate_without_half = ...
            """,
        solution="""
            rate_without_half = 0.25
            """,
        why="""
            Without ½ all gradients are twice as large, so half the rate takes the same step.
            """,
        wanted="a number, the learning rate",
        right="Without ½ all gradients are twice as large: half the rate, the same step (B7).",
        # η · ∂(½ℒ) = rate · ∂ℒ, so the rate is 0.5 · ½.
        expected=lambda: 0.5 * _layer(np.ones((1, 1)), np.full((1, 1), 0.5)).dL_dz[1].item(),
        slips=(
            Slip(
                lambda: 1.0,
                "Without ½, are the gradients larger or smaller? And the steps at a rate of 1?",
            ),
            Slip(
                lambda: 0.5,
                "The same rate takes a step twice as long, for the gradients are twice as large.",
            ),
            Slip(lambda: 2.0, "2 is by how much the gradients grow. What must the rate do?"),
            Slip(lambda: 0.125, "That makes up for the ½ twice."),
        ),
    ),
)
"""Every exercise of the chapter."""
