"""The core against autograd, a library that differentiates NumPy code by itself.

Random depths, widths, batch sizes, activations (another one in each layer) and biases. Widths are
drawn one by one, so that a missing transpose can't hide behind square layers.
"""

import itertools

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import bpdemo as bp
from bpdemo.activations import LEAK, TABLE
from tools import own_words
from tools.own_words import anp, autograd

# The activations and losses once more, in autograd's own words, from their formulas alone.
THEIRS = {name: own_words.in_autograd(entry.formula) for name, entry in TABLE.items()}
THEIR_LOSSES = {
    name: own_words.loss_in_autograd(entry.formula, entry.total)
    for name, entry in bp.losses.TABLE.items()
}

thorough = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,  # the same examples on every machine
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)


@st.composite
def networks(draw, max_depth=4, max_width=5):
    """x, w, y, activations and b of a random network; b is None in half of them."""
    depth = draw(st.integers(1, max_depth), label="L")
    size = st.integers(1, max_width)
    widths = draw(st.lists(size, min_size=depth + 1, max_size=depth + 1), label="widths")
    m = draw(st.integers(1, 6), label="m")
    one = st.sampled_from(list(TABLE))
    activation = draw(st.lists(one, min_size=depth, max_size=depth), label="activation")
    biases = draw(st.booleans(), label="biases")
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1), label="seed"))
    x = rng.normal(size=(m, widths[0]))
    w = [rng.normal(size=shape) for shape in itertools.pairwise(widths)]
    b = [rng.normal(size=n) for n in widths[1:]] if biases else None
    return x, w, rng.normal(size=(m, widths[-1])), activation, b


def their_loss(x, w, y, activation, b, loss="squared_difference"):
    a = x
    for k, name in enumerate(activation):
        z = anp.dot(a, w[k])
        a = THEIRS[name](z if b is None else z + b[k])
    return THEIR_LOSSES[loss](a, y)


def agree(ours, theirs):
    assert len(ours) == len(theirs)
    for one, other in zip(ours, theirs, strict=True):
        assert one.shape == other.shape
        scale = max(1.0, np.abs(other).max())  # a sum of large terms of both signs may be small
        np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-12 * scale)


def test_their_words_are_those_of_the_formulas():
    z = np.array([-2.0, -0.5, 0.25, 3.0])
    theirs = {name: found(z) for name, found in THEIRS.items()}
    np.testing.assert_allclose(theirs["sigmoid"], 1 / (1 + np.exp(-z)))
    np.testing.assert_allclose(theirs["relu"], [0, 0, 0.25, 3])
    np.testing.assert_allclose(theirs["leaky_relu"], [-2 * LEAK, -0.5 * LEAK, 0.25, 3])
    a, y = np.array([[1.0, 2.0], [0.5, -1.0]]), np.array([[0.0, 1.0], [1.0, 0.0]])
    assert THEIR_LOSSES["squared_difference"](a, y) == 1 + 1 + 0.25 + 1
    p = np.exp(a) / np.exp(a).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(
        THEIR_LOSSES["softmax_cross_entropy"](a, y), -np.log(p[0, 1] * p[1, 0])
    )


@thorough
@given(networks(), st.sampled_from(list(THEIR_LOSSES)))
def test_loss_and_every_gradient_agree_with_autograd(network, loss):
    x, w, y, activation, b = network
    trace = bp.forward(x, w, activation=activation, b=b)
    grad = bp.backward(trace, y, loss)
    L = trace.L

    theirs = (x, w, y, activation, b, loss)
    value = bp.losses.TABLE[loss].value(trace.a[L], y)
    np.testing.assert_allclose(value, their_loss(*theirs), rtol=1e-10, atol=1e-12)

    agree(grad.dL_dw, autograd.grad(their_loss, 1)(*theirs))
    agree([grad.dL_da[0]], [autograd.grad(their_loss, 0)(*theirs)])
    if b is not None:
        agree(grad.dL_db, autograd.grad(their_loss, 4)(*theirs))
    for k in range(1, L + 1):  # the rest of the network, started from a^k
        rest = [v and v[k:] for v in (w, activation, b)]
        args = (trace.a[k], rest[0], y, rest[1], rest[2], loss)
        agree([grad.dL_da[k]], [autograd.grad(their_loss, 0)(*args)])


@thorough
@given(networks(max_depth=3), st.data())
def test_leading_axes_agree_with_a_loop(network, data):
    x, w, y, activation, b = network
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1), label="seed"))
    parameters = [*w, *(b or [])]
    many = data.draw(st.lists(st.booleans(), min_size=len(parameters), max_size=len(parameters)))
    stacked = [
        rng.normal(size=(3, *v.shape)) if lead else v
        for v, lead in zip(parameters, many, strict=True)
    ]
    w_many, b_many = stacked[: len(w)], stacked[len(w) :] or None
    grad = bp.backward(bp.forward(x, w_many, activation=activation, b=b_many), y)
    for i in range(3):
        pick = [v[i] if lead else v for v, lead in zip(stacked, many, strict=True)]
        single = bp.backward(
            bp.forward(x, pick[: len(w)], activation=activation, b=pick[len(w) :] or None), y
        )
        for name in ("dL_da", "dL_dz", "dL_dw", "dL_db"):
            ours = list(getattr(grad, name))
            agree([v[i] for v in ours] if any(many) else ours, list(getattr(single, name)))


@thorough
@given(networks())
def test_the_gradient_is_linear_in_what_comes_from_the_loss(network):
    """Twice the distance to the labels is twice every gradient: rows N12, N15 and N11."""
    x, w, y, activation, b = network
    trace = bp.forward(x, w, activation=activation, b=b)
    a_L = trace.a[trace.L]
    grad, twice = bp.backward(trace, y), bp.backward(trace, a_L - 2 * (a_L - y))
    for name in ("dL_da", "dL_dz", "dL_dw", "dL_db"):
        agree([2 * v for v in getattr(grad, name)], list(getattr(twice, name)))


@settings(thorough, max_examples=40)
@given(networks(max_depth=3, max_width=4))
def test_float32_agrees_with_float64(network):
    x, w, y, activation, b = network
    single = {"w": [np.float32(v) for v in w], "b": b and [*map(np.float32, b)]}
    trace = bp.forward(np.float32(x), **single, activation=activation)
    grad = bp.backward(trace, np.float32(y))
    exact = bp.backward(bp.forward(x, w, activation=activation, b=b), y)
    for one, other in zip(grad.dL_dw, exact.dL_dw, strict=True):
        scale = max(1.0, np.abs(other).max())
        assert one.dtype == np.float32
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-4 * scale)


@pytest.mark.parametrize("seed", range(3))
def test_the_gradient_check_passes_too(seed):
    """Central differences, a third opinion; the smooth activations, since kinks have two slopes."""
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(4, 3)), rng.normal(size=(4, 2))
    w, b = [rng.normal(size=(3, 5)), rng.normal(size=(5, 2))], [rng.normal(size=5), np.zeros(2)]
    assert bp.check_gradients(x, w, y, activation=["softplus", "tanh"], b=b).ok
