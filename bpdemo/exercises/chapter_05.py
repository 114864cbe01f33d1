"""The exercises of notebook 05, Many neurons, many examples."""

import math

import numpy as np

from bpdemo import network
from bpdemo.exercises.base import Exercise, Words, WrongAnswer
from bpdemo.exercises.draws import (
    A_FOR_Z,
    LOST_2,
    SIGN,
    batch_expected,
    batch_wrong,
    draw_batch,
    draw_layer,
    dσ,
    layer_expected,
    uniform,
    σ,
)

__all__ = ["ENTRIES"]


def _layer(a_before, delta, w=None):
    """The core's gradients for one linear layer, whose ∂ℒ/∂z is this delta."""
    w = np.ones((a_before.shape[1], delta.shape[1])) if w is None else w
    trace = network.forward(a_before, [w], activation="identity")
    return network.backward(trace, trace.a[1] - delta / 2)  # so that 2 (a − y) = delta


_TRANSPOSED = (
    "Rows and columns are swapped: in this convention w has a row for each neuron it leads INTO."
)

_WIDTHS = (64, 32, 16, 10)
"""The network of 05-count."""

ENTRIES = (
    Exercise(
        name="05-count",
        place="## Where paths join (B1)",
        kind="predict",
        prose=r"""
            Before you compute anything: a network is 64-32-16-10 wide. How many paths lead from *one* weight of its
            first layer to the loss?
            """,
        hints=(
            "The weight leads into one neuron of layer 1. To how many neurons can you go on from there?",
            "At each later layer the path chooses one neuron, freely. Do choices add, or multiply?",
        ),
        starter="""
            how_many_paths = ...
            """,
        solution="""
            how_many_paths = 16 * 10
            """,
        why="""
            Layer 1 has 32 neurons, but the weight leads into one of them. Then 16 ways to go on, and from each of
            them 10.
            """,
        wanted="a whole number",
        right="One free choice in each later layer, and the choices multiply.",
        expected=lambda: math.prod(_WIDTHS[2:]),
        slips=(
            WrongAnswer(
                lambda: math.prod(_WIDTHS[1:]),
                "One weight leads into one neuron of layer 1, not into all of them.",
            ),
            WrongAnswer(
                lambda: math.prod(_WIDTHS),
                "One weight starts at one input and leads into one neuron of layer 1.",
            ),
            WrongAnswer(
                lambda: sum(_WIDTHS[2:]),
                "Each way into layer 2 has all the ways into layer 3 behind it: choices multiply.",
            ),
            WrongAnswer(
                lambda: _WIDTHS[2], "That's how many ways lead to layer 2. And on from there?"
            ),
            WrongAnswer(
                lambda: _WIDTHS[3],
                "That's the choice of an output alone. And which neuron of the layer before it?",
            ),
        ),
    ),
    Exercise(
        name="05-paths",
        place="## Where paths join (B1)",
        kind="write",
        prose=r"""
            Neuron $i$ of a layer feeds $n$ neurons of the next. You get `dL_dz`, the $n$ numbers
            $\partial\mathcal{L}/\partial z_q$ there, and `w_out`, the $n$ weights $w_{iq}$ that lead to them.
            Return $\partial\mathcal{L}/\partial a_i$. Write it as a loop over the paths first.
            """,
        hints=(
            "What does ONE path contribute? And what do you do with the contributions of all of them?",
            """
            Begin with `total = 0.0`, go through the paths with `for q in range(len(w_out))`, and let each
            one add its product.
            """,
        ),
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
        wanted="a function dL_da_of(dL_dz, w_out)",
        right="Along each path multiply, where the paths join add (B1).",
        draw=lambda rng: {"dL_dz": uniform(rng, 4), "w_out": uniform(rng, 4)},
        expected=lambda dL_dz, w_out: (
            _layer(np.ones((1, 1)), dL_dz[None], w_out[None]).dL_da[0].item()
        ),
        slips=(
            WrongAnswer(
                lambda dL_dz, w_out: dL_dz * w_out,
                "That's one share for each path. They join at a: add them up (B1).",
            ),
            WrongAnswer(
                lambda dL_dz, w_out: dL_dz[-1] * w_out[-1],
                "Only the last path has counted. Is there an = where a += belongs?",
            ),
            WrongAnswer(
                lambda dL_dz, w_out: dL_dz[0] * w_out[0],
                "Only the first path has counted. Is the return inside the loop?",
            ),
            WrongAnswer(
                lambda dL_dz, w_out: np.prod(dL_dz * w_out),
                "Factors along ONE path multiply; the shares of several paths are added (B1).",
            ),
            WrongAnswer(
                lambda dL_dz, w_out: (dL_dz * w_out).mean(),
                "That is the mean. Each path counts in full: the sum (B1).",
            ),
            WrongAnswer(
                lambda dL_dz, w_out: dL_dz.sum() * w_out.sum(),
                "First multiply along each path, then add: here all paths are mixed.",
            ),
            WrongAnswer(
                lambda dL_dz, w_out: dL_dz.sum(),
                "The factor ∂z/∂a = w is missing on each path.",
            ),
            WrongAnswer(lambda dL_dz, w_out: w_out.sum(), "The factors dL_dz are missing."),
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
        hints=(
            r"""
            $w_{ji}$ acts on row $j$ of $z$, once for each example $e$. Write the sum over $e$ with all indices.
            """,
            r"""
            The sum is $\sum_e \delta_{je}\, a_{ie}$, to be stored in row $j$, column $i$. In a product
            $(P\,Q)_{ji} = \sum_e P_{je}\, Q_{ei}$: which of the two has its indices the wrong way round?
            """,
        ),
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
        wanted="a function dL_dw_of(delta, a_before)",
        right="The sum runs over the last index of both, so the second factor is transposed.",
        draw=lambda rng: {"delta": uniform(rng, 2, 4), "a_before": uniform(rng, 3, 4)},
        expected=lambda delta, a_before: _layer(a_before.T, delta.T).dL_dw[1].T,
        slips=(
            WrongAnswer(lambda delta, a_before: a_before @ delta.T, _TRANSPOSED),
            WrongAnswer(
                lambda delta, a_before: delta @ a_before.T / delta.shape[1],
                "That is the mean over the examples. The loss is a sum; so is its gradient.",
            ),
            WrongAnswer(
                lambda delta, a_before: np.outer(delta[:, 0], a_before[:, 0]),
                "Only the first example has counted. The same weight serves all: add them up.",
            ),
            WrongAnswer(
                lambda delta, a_before: np.einsum("je,ie->jie", delta, a_before),
                "One table for each example. The same weight serves all examples: add them up.",
            ),
        ),
    ),
    Exercise(
        name="05-layer",
        place="## One layer back, in three lines",
        kind="write",
        prose=r"""
            One layer back, from memory: you get $\partial\mathcal{L}/\partial a^k$, $z^k$, $a^{k-1}$ and
            $w^k$, and return the two things that the rest of the way back needs. The sigmoid once more; its
            slope you compute yourself. If you are stuck, don't scroll up: write down the sums first.
            """,
        hints=(
            r"""
            First $\delta^k$, entry by entry. Then one sum over the examples, and one over the neurons of layer
            $k$: which of the two results is which sum?
            """,
            """
            The examples are the first index of `a_before` and `delta`, so there `a_before` is transposed. The
            neurons of layer $k$ are the second index of `delta` and `w`, so there it's `w`.
            """,
        ),
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
        right="One product entry by entry, and two with a transpose.",
        draw=draw_layer,
        expected=layer_expected,
        parts=("dL_dw", "dL_da_before"),
        slips=(
            WrongAnswer(
                lambda dL_da, z, a_before, w: (
                    a_before.T @ (dL_da * dσ(σ(z))),
                    (dL_da * dσ(σ(z))) @ w.T,
                ),
                A_FOR_Z,
            ),
            WrongAnswer(
                lambda dL_da, z, a_before, w: (a_before.T @ dL_da, dL_da @ w.T),
                "σ′(z) is missing: first δ = dL_da * σ′(z), entry by entry.",
            ),
            WrongAnswer(
                lambda dL_da, z, a_before, w: (a_before.T @ (dL_da * dσ(z)), dL_da @ w.T),
                "dL_dw is right. In dL_da_before σ′(z) is missing: use δ, not dL_da.",
            ),
            WrongAnswer(
                lambda dL_da, z, a_before, w: (
                    (dL_da * dσ(z)).T @ a_before,
                    (dL_da * dσ(z)) @ w.T,
                ),
                "dL_dw has rows and columns swapped. A gradient has the shape of its weights.",
            ),
            WrongAnswer(
                lambda dL_da, z, a_before, w: (
                    a_before.T @ (dL_da * dσ(z)),
                    w @ (dL_da * dσ(z)).T,
                ),
                "dL_da_before has rows and columns swapped: an example is a row.",
            ),
            WrongAnswer(
                lambda dL_da, z, a_before, w: (
                    a_before.T @ (dL_da * dσ(z)) / len(z),
                    (dL_da * dσ(z)) @ w.T,
                ),
                "dL_dw is the mean over the examples. The loss is a sum; so is its gradient.",
            ),
            WrongAnswer(
                lambda dL_da, z, a_before, w: (
                    (dL_da * dσ(z)) @ w.T,
                    a_before.T @ (dL_da * dσ(z)),
                ),
                "Both are right, in the wrong order: return dL_dw first.",
            ),
        ),
    ),
    Words(
        name="05-fits",
        place="## Fitting shapes prove nothing (B5)",
        prose=r"""
            Somebody says: "I never think about transposes. I try until NumPy stops complaining." When does that go
            wrong, and how would you choose the network to test with? Two or three sentences.
            """,
        hints=(
            "For which widths do both `delta @ w` and `delta @ w.T` run?",
            "Say what the shapes can't see, which widths and which batch size help, and what settles it.",
        ),
        model=(
            "If two layers are equally wide, w is square, and the product runs with the transpose and "
            "without it: the shapes fit both times, but the numbers are different sums. So test with "
            "layers of unequal width and a number of examples that is none of the widths; then most "
            "wrong products raise an error. And even then check the gradient, for fitting shapes don't "
            "prove that the numbers are right."
        ),
        points=(
            "a square w fits with the transpose and without",
            "unequal widths, and a batch size that is none of them",
            "what settles it is the gradient check",
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
        hints=(
            r"""
            $\mathcal{L}_e$ is multiplied by $c_e$. By what is its whole gradient multiplied, then? And in which
            row of $\delta$ does example $e$ stand?
            """,
            """
            Multiply row $e$ of `delta` by `c[e]` before the usual product. To let one number meet each row, `c`
            must stand upright: `c[:, None]` has the shape $(m, 1)$.
            """,
        ),
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
            WrongAnswer(
                lambda a_before, delta, c: a_before.T @ delta,
                "Every example counts once there: c isn't used.",
            ),
            WrongAnswer(
                lambda a_before, delta, c: c.sum() * (a_before.T @ delta),
                "All examples get the same factor there. c[e] belongs to example e alone.",
            ),
            WrongAnswer(
                lambda a_before, delta, c: c.mean() * (a_before.T @ delta),
                "All examples get the same factor there. c[e] belongs to example e alone.",
            ),
            WrongAnswer(
                lambda a_before, delta, c: (c[:, None] * a_before).T @ (c[:, None] * delta),
                "c counts twice there: once with a, once with δ.",
            ),
            WrongAnswer(
                lambda a_before, delta, c: a_before.T @ (c[:, None] * delta) / c.sum(),
                "That is a weighted mean. The loss here is the weighted sum.",
            ),
            WrongAnswer(
                lambda a_before, delta, c: (c[:, None] * delta).T @ a_before,
                "Rows and columns are swapped. A gradient has the shape of its weights.",
            ),
        ),
    ),
    Exercise(
        name="05-bug",
        place="## A batch (B6)",
        kind="find the bug",
        prose=r"""
            This $\partial\mathcal{L}/\partial w^k$ has the right shape, and for a single example the right numbers.
            For two examples it's wrong. Why? Hand in the repaired function.

            ```python
            def batch_dL_dw(a_before, delta):
                a_sum = a_before.sum(axis=0)  # (n_before,)
                delta_sum = delta.sum(axis=0)  # (n,)
                return np.outer(a_sum, delta_sum)  # (n_before, n)
            ```
            """,
        hints=(
            r"""
            Take two examples with one number each: $a = 1$ and $a = 2$, $\delta = 10$ and $\delta = 20$. What
            should come out, and what does come out?
            """,
            r"""
            Multiplied out, the product of the two sums has terms in which the $a$ of one example meets the
            $\delta$ of another. In the sum that you need each $a_e$ meets its own $\delta_e$ only.
            """,
        ),
        starter="""
            def batch_dL_dw(a_before, delta):
                return ...
            """,
        solution="""
            def batch_dL_dw(a_before, delta):
                return a_before.T @ delta
            """,
        why=r"""
            The sum of products, not the product of sums: $1 \cdot 10 + 2 \cdot 20 = 50$, but
            $(1 + 2)(10 + 20) = 90$. The examples must not meet.
            """,
        wanted="a function batch_dL_dw(a_before, delta)",
        right="Multiply within each example, then add: a sum of products (B3, B6).",
        draw=lambda rng: {"a_before": uniform(rng, 4, 3), "delta": uniform(rng, 4, 2)},
        expected=lambda a_before, delta: _layer(a_before, delta).dL_dw[1],
        slips=(
            WrongAnswer(
                lambda a_before, delta: np.outer(a_before.sum(axis=0), delta.sum(axis=0)),
                "That's still the product of two sums: in it the a of one example meets the δ of another.",
            ),
            WrongAnswer(
                lambda a_before, delta: a_before.T @ delta / len(delta),
                "That's the mean over the examples. The loss is a sum; so is its gradient.",
            ),
            WrongAnswer(
                lambda a_before, delta: np.outer(a_before.mean(axis=0), delta.mean(axis=0)),
                "That's a product of two means. Multiply within each example first, then add.",
            ),
            WrongAnswer(
                lambda a_before, delta: delta.T @ a_before,
                "Rows and columns are swapped. A gradient has the shape of its weights.",
            ),
            WrongAnswer(
                lambda a_before, delta: np.outer(a_before[-1], delta[-1]),
                "Only the last example has counted. Is there an = where a += belongs?",
            ),
        ),
    ),
    Exercise(
        name="05-backward",
        place="## My forward, my backward, my step",
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
            Write the shapes next to each line. `dL_dz` is $(m, n_k)$ and `a[k - 1]` is $(m, n_{k-1})$; which
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
        right="That's back-propagation, for any number of layers, neurons and examples, and you wrote it.",
        draw=draw_batch,
        adds=True,
        expected=batch_expected,
        slips=(
            WrongAnswer(batch_wrong(da_dz=lambda z, a: dσ(a)), A_FOR_Z),
            WrongAnswer(
                batch_wrong(da_dz=lambda z, a: a), "That has σ(z) where σ′(z) belongs (N8)."
            ),
            WrongAnswer(
                batch_wrong(da_dz=lambda z, a: z * (1 - z)), "a(1 − a) is right; z(1 − z) isn't."
            ),
            WrongAnswer(batch_wrong(start=lambda a, y: a - y), LOST_2),
            WrongAnswer(batch_wrong(start=lambda a, y: 2 * (y - a)), SIGN),
            WrongAnswer(
                batch_wrong(dL_dw_of=lambda a, dL_dz, k: a[k - 1].T @ dL_dz / len(dL_dz)),
                "dL_dw is the mean over the examples. The loss is a sum; so is its gradient (B6).",
            ),
            WrongAnswer(
                batch_wrong(back=lambda dL_dz, dL_da, w, k: dL_da @ w[k].T),
                "σ′(z) is missing in the step back (N15): go back from dL_dz, not from dL_da.",
            ),
            WrongAnswer(
                batch_wrong(dL_dw_of=lambda a, dL_dz, k: dL_dz.T @ a[k - 1]),
                "Rows and columns are swapped in dL_dw. A gradient has the shape of its weights.",
            ),
            WrongAnswer(
                batch_wrong(dL_dw_of=lambda a, dL_dz, k: a[k - 1][:1].T @ dL_dz[:1]),
                "Only the first example has counted. The same weight serves all: add them up.",
            ),
        ),
    ),
    Exercise(
        name="05-half",
        place="## A factor in front of the loss (B7)",
        kind="compute",
        prose=r"""
            A well-known worked example has the ½ in its loss, and takes a step with $\eta = 0.5$. Which learning
            rate must you take with our loss, without ½, to land at the same new weights?
            """,
        hints=(
            "The new weights are the same if the *steps* are the same: rate times gradient.",
            r"""
            Write $g$ for the gradient of our loss. With the ½ the gradient is $\tfrac{1}{2} g$, and the step
            $0.5 \cdot \tfrac{1}{2} g$. It must be equal to rate $\cdot\, g$.
            """,
        ),
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
            WrongAnswer(
                lambda: 1.0,
                "Without ½, are the gradients larger or smaller? And the steps at a rate of 1?",
            ),
            WrongAnswer(
                lambda: 0.5,
                "The gradients are twice as large, so the same rate takes a step twice as long.",
            ),
            WrongAnswer(lambda: 2.0, "2 is by how much the gradients grow. What must the rate do?"),
            WrongAnswer(lambda: 0.125, "That makes up for the ½ twice."),
        ),
    ),
)
"""Every exercise of the chapter."""
