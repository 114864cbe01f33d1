"""The exercises of notebook 06, Biases and other activations."""

import numpy as np

from bpdemo import activations, network
from bpdemo.checking import central_difference, forward_difference
from bpdemo.exercises.base import Exercise, Slip
from bpdemo.exercises.draws import A_FOR_Z, uniform

__all__ = ["ENTRIES"]

_tanh, _relu = activations.get("tanh"), activations.get("relu")


def _dL_db(dL_dz):
    """The core's ∂ℒ/∂b for a layer without a curve, whose ∂ℒ/∂z this is."""
    m, n = dL_dz.shape
    trace = network.forward(np.ones((m, 1)), [np.ones((1, n))], "identity", [np.zeros(n)])
    return network.backward(trace, trace.a[1] - dL_dz / 2).dL_db[1]


def _kink(z, h):
    return float(central_difference(_relu, z, h))


def _draw_from(rng):
    """A 3-4-2 network after its forward pass, and ∂ℒ/∂z of its last layer."""
    a0, w = uniform(rng, 5, 3), [uniform(rng, 3, 4), uniform(rng, 4, 2)]
    b = [uniform(rng, 4), uniform(rng, 2)]
    trace = network.forward(a0, w, ["softplus", "identity"], b)
    return {
        "dL_dz": uniform(rng, 5, 2),
        "a": {k: trace.a[k] for k in range(3)},
        "z": {k: trace.z[k] for k in (1, 2)},
        "w": {k: trace.w[k] for k in (1, 2)},
        "slope": activations.get("softplus").derivative,
    }


def _from_expected(dL_dz, a, z, w, slope):
    """The core's (∂ℒ/∂w by layer, ∂ℒ/∂b by layer); the loss is the one with that ∂ℒ/∂z."""
    b = [z[k][0] - a[k - 1][0] @ w[k] for k in w]
    trace = network.forward(a[0], list(w.values()), ["softplus", "identity"], b)
    grad = network.backward(trace, trace.a[2] - dL_dz / 2)
    return {k: grad.dL_dw[k] for k in w}, {k: grad.dL_db[k] for k in w}


def _from_wrong(
    back=lambda dL_dz, w, z, a, slope, k: dL_dz @ w[k].T * slope(z[k - 1]),
    dL_dw_of=lambda a, dL_dz, k: a[k - 1].T @ dL_dz,
    dL_db_of=lambda dL_dz: dL_dz.sum(axis=0),
):
    """The loop from ∂ℒ/∂z of the last layer, with one of its parts gone wrong."""

    def wrong(dL_dz, a, z, w, slope):
        dL_dw, dL_db = {}, {}
        for k in range(max(w), 0, -1):
            dL_dw[k], dL_db[k] = dL_dw_of(a, dL_dz, k), dL_db_of(dL_dz)
            if k > 1:
                dL_dz = back(dL_dz, w, z, a, slope, k)  # (m, n_{k-1})
        return dict(sorted(dL_dw.items())), dict(sorted(dL_db.items()))

    return wrong


ENTRIES = (
    Exercise(
        name="06-bias",
        place="## A bias and a batch (B11)",
        kind="write",
        prose=r"""
            You get `dL_dz` of a layer, $(m, n_k)$. Return $\partial\mathcal{L}/\partial b^k$, in the
            shape of $b^k$.
            """,
        hints=(),
        starter="""
            def dL_db_of(dL_dz):
                return ...
            """,
        solution="""
            def dL_db_of(dL_dz):
                return dL_dz.sum(axis=0)
            """,
        wanted="a function dL_db(dL_dz)",
        right="One bias serves all examples: their shares are added (B11).",
        draw=lambda rng: {"dL_dz": uniform(rng, 4, 3)},
        expected=_dL_db,
        slips=(
            Slip(
                lambda dL_dz: dL_dz,
                "That has a row for each example. One bias serves them all: add up the rows.",
            ),
            Slip(
                lambda dL_dz: dL_dz.mean(axis=0),
                "That is the mean over the examples. The loss is a sum; so is its gradient.",
            ),
            Slip(
                lambda dL_dz: dL_dz.sum(axis=1),
                "That adds up the neurons of an example. Each neuron has a bias of its own.",
            ),
            Slip(
                lambda dL_dz: dL_dz.sum(),
                "That adds up everything. Each neuron has a bias of its own: sum over the rows.",
            ),
            Slip(
                lambda dL_dz: dL_dz.sum(axis=0, keepdims=True),
                "Nearly: the numbers are right, but b has the shape (n,), not (1, n).",
            ),
            Slip(
                lambda dL_dz: np.ones(dL_dz.shape[1]),
                "That is ∂z/∂b. Wanted is ∂ℒ/∂b: the chain goes on to the loss (B10).",
            ),
            Slip(
                lambda dL_dz: dL_dz[0],
                "Only the first example has counted. One bias serves them all: add up the rows.",
            ),
        ),
    ),
    Exercise(
        name="06-backward",
        place="## Any activation will do (B12)",
        kind="write",
        prose=r"""
            Your loop from 05 grows: it gets biases, and any $\sigma$ in the hidden layers. You get
            $\partial\mathcal{L}/\partial z^L$ of the last layer as `dL_dz` (so it fits any loss), the dictionaries
            `a`, `z` and `w`, and the function `slope`, which is $\sigma'$ of the hidden layers. Return two
            dictionaries: `dL_dw` and `dL_db`.
            """,
        hints=(
            """
            In each layer from $L$ down: `dL_dw[k]` and `dL_db[k]` from `dL_dz`; then, if $k > 1$, `dL_dz` of the
            layer before.
            """,
            r"""
            One layer back is two factors: `dL_dz @ w[k].T` is $\partial\mathcal{L}/\partial a^{k-1}$, and
            `slope(z[k - 1])` goes on to $z^{k-1}$.
            """,
        ),
        starter="""
            def backward_from(dL_dz, a, z, w, slope):
                dL_dw, dL_db = {}, {}
                for k in range(max(w), 0, -1):
                    dL_dw[k] = ...
                    dL_db[k] = ...
                    if k > 1:
                        dL_dz = ...
                return dL_dw, dL_db
            """,
        solution="""
            def backward_from(dL_dz, a, z, w, slope):
                dL_dw, dL_db = {}, {}
                for k in range(max(w), 0, -1):
                    dL_dw[k] = a[k - 1].T @ dL_dz  # (n_{k-1}, m) @ (m, n_k)
                    dL_db[k] = dL_dz.sum(axis=0)  # (n_k,)
                    if k > 1:
                        dL_dz = dL_dz @ w[k].T * slope(z[k - 1])  # (m, n_{k-1})
                return dL_dw, dL_db
            """,
        wanted="a function backward_from(dL_dz, a, z, w, slope) that returns dL_dw, dL_db",
        right="Weights, biases, any activation, any loss: that is the whole of it.",
        draw=_draw_from,
        parts=("dL_dw", "dL_db"),
        adds=True,
        expected=_from_expected,
        slips=(
            Slip(
                _from_wrong(back=lambda dL_dz, w, z, a, slope, k: dL_dz @ w[k].T * slope(a[k - 1])),
                A_FOR_Z,
            ),
            Slip(
                _from_wrong(back=lambda dL_dz, w, z, a, slope, k: dL_dz @ w[k].T),
                "σ′(z) is missing in the step back (N15): multiply by slope(z[k - 1]).",
            ),
            Slip(
                _from_wrong(dL_db_of=lambda dL_dz: dL_dz.mean(axis=0)),
                "dL_db is the mean over the examples. The loss is a sum; so is its gradient.",
            ),
            Slip(
                _from_wrong(dL_db_of=lambda dL_dz: dL_dz),
                "dL_db has a row for each example. One bias serves them all: add up the rows.",
            ),
            Slip(
                _from_wrong(dL_db_of=lambda dL_dz: dL_dz.sum()),
                "dL_db adds up everything. Each neuron has a bias of its own: sum over the rows.",
            ),
            Slip(
                _from_wrong(dL_dw_of=lambda a, dL_dz, k: dL_dz.T @ a[k - 1]),
                "Rows and columns are swapped in dL_dw. A gradient has the shape of its weights.",
            ),
            Slip(
                lambda **given: _from_wrong()(**given)[::-1],
                "Both are right, in the wrong order: return dL_dw first.",
            ),
        ),
    ),
    Exercise(
        name="06-slope-in-a",
        place="## One number, two functions (B13)",
        kind="write",
        prose="""
            You get the outputs `a` of a tanh layer, and nothing else. Write the slopes.
            """,
        hints=(),
        starter="""
            def slope_of_tanh(a):
                return ...
            """,
        solution="""
            def slope_of_tanh(a):
                return 1 - a**2
            """,
        wanted="a function slope_of_tanh(a)",
        right="1 − a²: the number tanh′(z), written in a (B13).",
        draw=lambda rng: {"a": np.tanh(uniform(rng, 5))},
        expected=lambda a: _tanh.derivative(np.arctanh(a)),
        slips=(
            Slip(lambda a: a * (1 - a), "a(1 − a) belongs to the sigmoid. tanh has another g."),
            Slip(
                lambda a: 1 - np.tanh(a) ** 2,
                "That is tanh′(a): tanh is applied once too often. a is tanh(z) already (B13).",
            ),
            Slip(lambda a: 1 - a, "The slope falls on both sides of 0. Did you forget the square?"),
            Slip(lambda a: a**2 - 1, "The sign is wrong: tanh climbs everywhere."),
            Slip(lambda a: 1 + a**2, "That grows beyond 1. Where is tanh steepest, and how steep?"),
            Slip(lambda a: np.arctanh(a), "That is z. Wanted is the slope there."),
        ),
    ),
    Exercise(
        name="06-product",
        place="## Where no such function exists (B14)",
        kind="write",
        prose=r"""
            The same for $\sigma(z) = z \tanh z$: write its slope.
            """,
        hints=(),
        starter="""
            def slope_of_z_tanh(z):
                return ...
            """,
        solution="""
            def slope_of_z_tanh(z):
                return np.tanh(z) + z * (1 - np.tanh(z) ** 2)
            """,
        wanted="a function slope_of_z_tanh(z)",
        right="Two paths from z: once through the factor z, once through tanh z. They add up.",
        draw=lambda rng: {"z": uniform(rng, 5)},
        expected=lambda z: _tanh(z) + z * _tanh.derivative(z),
        slips=(
            Slip(
                lambda z: z * _tanh.derivative(z),
                "That is one of two paths: z moves tanh z. But the factor z moves as well.",
            ),
            Slip(
                lambda z: np.tanh(z),
                "That is one of two paths: the factor z moves. But tanh z moves as well.",
            ),
            Slip(
                lambda z: _tanh.derivative(z),
                "The slope of a product isn't the product of the slopes: 1 times tanh′ z.",
            ),
            Slip(lambda z: z * np.tanh(z), "That is σ(z) itself. Wanted is its slope."),
            Slip(
                lambda z: np.tanh(z) + _tanh.derivative(z),
                "In the second part the factor z is missing.",
            ),
            Slip(
                lambda z: np.tanh(z) + z * (1 - z**2),
                "1 − a² has a = tanh z in it, not z.",
            ),
        ),
    ),
    Exercise(
        name="06-kink",
        place="## A kink (B15)",
        kind="compute",
        prose="""
            A unit with ReLU stands at $z = 0.25$. Somebody measures its slope with a central difference and
            a step far too large, $h = 1$. What do they get?
            """,
        hints=(),
        starter="""
            measured_there = ...
            """,
        solution="""
            measured_there = (0.25 + 1) / 2
            """,
        why=r"""
            $\max(0, 1.25) = 1.25$ and $\max(0, -0.75) = 0$; the difference over $2h = 2$.
            """,
        wanted="a number",
        right="(z + h) / 2h, something between the slopes 0 and 1 on either side (B15).",
        expected=lambda: _kink(0.25, 1.0),
        slips=(
            Slip(
                lambda: float(_relu.derivative(np.float64(0.25))),
                "That is the true slope at 0.25. But the step reaches beyond the kink.",
            ),
            Slip(lambda: _kink(0.0, 1.0), "That would be right at z = 0. Here z is 0.25."),
            Slip(
                lambda: 2 * _kink(0.25, 1.0),
                "Twice too large. How far is it from z − h to z + h?",
            ),
            Slip(
                lambda: float(forward_difference(_relu, 0.25, -1.0)),
                "That goes from z − h to z. A central difference goes from z − h to z + h.",
            ),
            Slip(lambda: 0.0, "That would be the slope on the left. z + h is on the right."),
        ),
    ),
)
"""Every exercise of the chapter."""
