"""`forward` and `backward` against numbers worked out by hand, and their public edge."""

import copy
import itertools
import math
import pickle
import re

import numpy as np
import pytest

import bpdemo as bp
from bpdemo.activations import TABLE, Activation
from bpdemo.network import Layers

NAMES = list(TABLE)


def network(widths, m=5, *, biases=True, dtype=np.float64, seed=0):
    """Random x, w, y, b of the given widths."""
    rng = np.random.default_rng(seed)

    def array(*shape):
        return rng.normal(size=shape).astype(dtype)

    w = [array(n, n_next) for n, n_next in itertools.pairwise(widths)]
    b = [array(n) for n in widths[1:]] if biases else None
    return array(m, widths[0]), w, array(m, widths[-1]), b


# --- values --------------------------------------------------------------------------------------


def test_one_neuron_a_layer_by_hand():
    """1-1-1: every line of the notes with Python's own numbers, one after the other."""
    x, w1, w2, y = 0.5, 0.8, -1.2, 1.0
    z1 = x * w1
    a1 = 1 / (1 + math.exp(-z1))
    z2 = a1 * w2
    a2 = 1 / (1 + math.exp(-z2))
    dL_da2 = -2 * (y - a2)  # N7
    dL_dz2 = dL_da2 * a2 * (1 - a2)  # N8
    dL_dw2 = dL_dz2 * a1  # N9
    dL_da1 = dL_dz2 * w2  # N13
    dL_dz1 = dL_da1 * a1 * (1 - a1)
    dL_dw1 = dL_dz1 * x

    trace = bp.forward([[x]], [[[w1]], [[w2]]])
    grad = bp.backward(trace, [[y]])

    def close(array, value):
        np.testing.assert_allclose(array, [[value]], rtol=1e-15)

    close(trace.z[1], z1)
    close(trace.a[1], a1)
    close(trace.z[2], z2)
    close(trace.a[2], a2)
    close(grad.dL_da[2], dL_da2)
    close(grad.dL_dz[2], dL_dz2)
    close(grad.dL_dw[2], dL_dw2)
    close(grad.dL_da[1], dL_da1)
    close(grad.dL_dz[1], dL_dz1)
    close(grad.dL_dw[1], dL_dw1)
    close(grad.dL_da[0], dL_dz1 * w1)


def test_the_example_of_the_series():
    """x = 0.5, w = 0.8, −1.2, 1.5, y = 1: mpmath's numeric derivative with 40 digits."""
    trace = bp.forward([[0.5]], [[[0.8]], [[-1.2]], [[1.5]]])
    grad = bp.backward(trace, [[1.0]])
    np.testing.assert_allclose(
        [trace.a[k][0, 0] for k in (1, 2, 3)],
        [0.598687660112452, 0.32773986057822312, 0.62048558454355308],
        rtol=1e-14,
    )
    np.testing.assert_allclose(
        [grad.dL_dw[k][0, 0] for k in (1, 2, 3)],
        [0.0085155009437573977, -0.035365225940737049, -0.058579749472380282],
        rtol=1e-14,
    )


def test_a_2_3_1_network_by_hand():
    """Whole numbers, so that every product can be followed on paper."""
    x = [[1, 2], [3, -1]]
    w = [[[1, 0, 2], [-1, 1, 1]], [[2], [-1], [1]]]
    b = [[1, 0, -2], [3]]
    y = [[5], [10]]
    trace = bp.forward(x, w, activation=["relu", "identity"], b=b)
    grad = bp.backward(trace, y)
    equal = np.testing.assert_array_equal
    equal(trace.z[1], [[0, 2, 2], [5, -1, 3]])
    equal(trace.a[1], [[0, 2, 2], [5, 0, 3]])
    equal(trace.z[2], [[3], [16]])
    equal(trace.a[2], [[3], [16]])
    assert bp.squared_difference(trace.a[2], y) == 4 + 36
    equal(grad.dL_da[2], [[-4], [12]])
    equal(grad.dL_dz[2], [[-4], [12]])
    equal(grad.dL_dw[2], [[0 * -4 + 5 * 12], [2 * -4 + 0 * 12], [2 * -4 + 3 * 12]])
    equal(grad.dL_db[2], [8])
    equal(grad.dL_da[1], [[-8, 4, -4], [24, -12, 12]])
    equal(grad.dL_dz[1], [[0, 4, -4], [24, 0, 12]])  # the kink: σ′(0) = 0
    equal(grad.dL_dw[1], [[72, 4, 32], [-24, 8, -20]])
    equal(grad.dL_db[1], [24, 4, 8])
    equal(grad.dL_da[0], [[-8, 0], [48, -12]])


def test_layers_of_one_width_keep_their_own_weights_biases_and_activations():
    """All shapes are equal, so a wrong k would fit: each layer is followed in Python's numbers."""
    x, w, y, b = network([2, 2, 2, 2], m=2)
    names = ["sigmoid", "tanh", "softplus"]
    sigma = [lambda z: 1 / (1 + math.exp(-z)), math.tanh, lambda z: math.log1p(math.exp(z))]
    slope = [lambda z: sigma[0](z) * (1 - sigma[0](z)), lambda z: 1 - math.tanh(z) ** 2, sigma[0]]
    trace = bp.forward(x, w, activation=names, b=b)
    grad = bp.backward(trace, y)
    two, a = range(2), {0: x.tolist()}
    for k, (w_k, b_k) in enumerate(zip(w, b, strict=True), start=1):
        z = [[sum(row[i] * w_k[i][j] for i in two) + b_k[j] for j in two] for row in a[k - 1]]
        a[k] = [[sigma[k - 1](v) for v in row] for row in z]
        np.testing.assert_allclose(trace.z[k], z, rtol=1e-13)
        np.testing.assert_allclose(trace.a[k], a[k], rtol=1e-13)
    back = [[2 * (a[3][e][j] - y[e][j]) for j in two] for e in two]
    for k in (3, 2, 1):
        np.testing.assert_allclose(grad.dL_da[k], back, rtol=1e-12)
        delta = [[back[e][j] * slope[k - 1](trace.z[k][e, j]) for j in two] for e in two]
        w_k = w[k - 1]
        dL_dw = [[sum(a[k - 1][e][i] * delta[e][j] for e in two) for j in two] for i in two]
        np.testing.assert_allclose(grad.dL_dw[k], dL_dw, rtol=1e-12)
        np.testing.assert_allclose(grad.dL_db[k], np.sum(delta, axis=0), rtol=1e-12)
        back = [[sum(delta[e][j] * w_k[i][j] for j in two) for i in two] for e in two]


def test_without_biases_means_with_biases_of_zero():
    x, w, y, _ = network([3, 4, 2])
    grad = bp.backward(bp.forward(x, w), y)
    zeros = bp.backward(bp.forward(x, w, b=[np.zeros(4), np.zeros(2)]), y)
    for k in (1, 2):
        np.testing.assert_array_equal(grad.dL_dw[k], zeros.dL_dw[k])


@pytest.mark.parametrize("widths", [[1, 1], [3, 1], [1, 4], [1, 1, 1, 1], [2, 1, 3], [3, 4, 2, 1]])
@pytest.mark.parametrize("m", [1, 5])
@pytest.mark.parametrize("biases", [False, True])
def test_shapes(widths, m, biases):
    x, w, y, b = network(widths, m, biases=biases)
    trace = bp.forward(x, w, activation="tanh", b=b)
    grad = bp.backward(trace, y)
    L = len(widths) - 1
    assert (trace.L, trace.m) == (L, m)
    for k in range(L + 1):
        assert trace.a[k].shape == grad.dL_da[k].shape == (m, widths[k])
    for k in range(1, L + 1):
        assert trace.z[k].shape == grad.dL_dz[k].shape == (m, widths[k])
        assert trace.w[k].shape == grad.dL_dw[k].shape == (widths[k - 1], widths[k])
    if biases:
        assert [v.shape for v in trace.b] == [v.shape for v in grad.dL_db] == [v.shape for v in b]
    else:
        assert len(trace.b) == len(grad.dL_db) == 0
    assert bp.check_gradients(x, w, y, activation="tanh", b=b).ok


@pytest.mark.parametrize("m", [2, 7])
def test_the_gradient_is_the_sum_over_examples(m):
    x, w, y, b = network([3, 4, 2], m)
    grad = bp.backward(bp.forward(x, w, b=b), y)
    ones = [bp.backward(bp.forward(x[[i]], w, b=b), y[[i]]) for i in range(m)]
    for k in (1, 2):
        np.testing.assert_allclose(grad.dL_dw[k], sum(g.dL_dw[k] for g in ones), rtol=1e-12)
        np.testing.assert_allclose(grad.dL_db[k], sum(g.dL_db[k] for g in ones), rtol=1e-12)


def test_one_activation_per_layer():
    x, w, _, _ = network([2, 3, 3, 1], biases=False)
    names = ["relu", "tanh", "identity"]
    trace = bp.forward(x, w, activation=names)
    assert [sigma.name for sigma in trace.activation] == names
    for k in (1, 2, 3):
        np.testing.assert_array_equal(trace.a[k], TABLE[names[k - 1]].f(trace.z[k]))
    mixed = bp.forward(x, w, activation=(TABLE["relu"], "tanh", TABLE["identity"]))
    np.testing.assert_array_equal(mixed.a[3], trace.a[3])


def test_an_activation_of_ones_own():
    """Even one that gives back its own z, or a plain number for σ′."""
    x, w, y, b = network([3, 4, 2])
    mine = Activation("mine", lambda z: z, lambda z, a=None: 1.0, "z", "z", "1")
    grad = bp.backward(bp.forward(x, w, activation=mine, b=b), y)
    theirs = bp.backward(bp.forward(x, w, activation="identity", b=b), y)
    for k in (1, 2):
        np.testing.assert_array_equal(grad.dL_dw[k], theirs.dL_dw[k])
    assert bp.check_gradients(x, w, y, activation=mine, b=b).ok


def test_the_slope_is_asked_with_z_and_a_of_its_layer():
    """So that nothing that the forward pass computed is computed again."""
    x, w, y, b = network([3, 4, 2])
    asked = []

    def slope(z, a=None):
        asked.append((z, a))
        return np.ones_like(z)

    trace = bp.forward(x, w, activation=Activation("mine", np.sin, slope, "sin(z)", ""), b=b)
    bp.backward(trace, y)
    for k, (z, a) in zip((2, 1), asked, strict=True):
        assert z is trace.z[k] and a is trace.a[k]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_far_from_zero_nothing_warns_and_nothing_is_nan(name, dtype):
    x = np.array([[1e4], [-1e4]], dtype)
    w = [np.ones((1, 2), dtype), np.ones((2, 1), dtype) / 2]
    with np.errstate(all="raise", under="ignore"):
        trace = bp.forward(x, w, activation=name)
        grad = bp.backward(trace, np.zeros((2, 1), dtype))
    assert {1e4, -1e4} == set(trace.z[1].ravel())
    for layers in (trace.z, trace.a, grad.dL_da, grad.dL_dz, grad.dL_dw):
        assert all(np.isfinite(v).all() for v in layers)


# --- many networks in one call -------------------------------------------------------------------


def looped(x, w, y, b, shape, k_of):
    """The gradients of every network by itself, stacked on `shape`; k_of picks one's arrays."""
    grads = {}
    for i in np.ndindex(*shape):
        w_i, b_i = k_of(i)
        grads[i] = bp.backward(bp.forward(x, w_i, activation="tanh", b=b_i), y)
    return grads


@pytest.mark.parametrize("at", ["w1", "w2", "w3", "b1", "b2", "b3"])
def test_leading_axes_on_one_layer_alone(at):
    x, w, y, b = network([3, 4, 2, 1])
    arrays, k = {"w": w, "b": b}[at[0]], int(at[1]) - 1
    rng = np.random.default_rng(1)
    many = rng.normal(size=(2, 3, *arrays[k].shape))

    def pick(i):
        w_i, b_i = list(w), list(b)
        {"w": w_i, "b": b_i}[at[0]][k] = many[i]
        return w_i, b_i

    singles = looped(x, w, y, b, (2, 3), pick)
    arrays[k] = many
    trace = bp.forward(x, w, activation="tanh", b=b)
    grad = bp.backward(trace, y)
    assert trace.a[3].shape == (2, 3, 5, 1)
    for name in ("dL_da", "dL_dz", "dL_dw", "dL_db"):
        layers = getattr(grad, name)
        for j in range(layers.first, layers.last + 1):
            for i, single in singles.items():
                expected = getattr(single, name)[j]
                assert layers[j].shape == (2, 3, *expected.shape)
                np.testing.assert_allclose(layers[j][i], expected, rtol=1e-12, atol=1e-15)


def test_leading_axes_broadcast_across_layers():
    x, w, y, b = network([3, 4, 2])
    rng = np.random.default_rng(1)
    w = [rng.normal(size=(5, 1, 3, 4)), rng.normal(size=(6, 4, 2))]
    b = [b[0], rng.normal(size=(5, 6, 2))]
    singles = looped(x, w, y, b, (5, 6), lambda i: ([w[0][i[0], 0], w[1][i[1]]], [b[0], b[1][i]]))
    trace = bp.forward(x, w, activation="tanh", b=b)
    grad = bp.backward(trace, y)
    assert bp.squared_difference(trace.a[2], y).shape == (5, 6)
    for i, single in singles.items():
        for k in (1, 2):
            np.testing.assert_allclose(grad.dL_dw[k][i], single.dL_dw[k], rtol=1e-12)
            np.testing.assert_allclose(grad.dL_db[k][i], single.dL_db[k], rtol=1e-12)


def test_leading_axes_that_do_not_broadcast():
    x, w, _, b = network([3, 4, 2])
    message = r"leading axes: expected shapes that broadcast, received w1 \(2,\), w2 \(3,\)"
    with pytest.raises(ValueError, match=message):
        bp.forward(x, [np.stack([w[0]] * 2), np.stack([w[1]] * 3)])
    with pytest.raises(ValueError, match=message):  # whatever comes after them
        bp.forward(x, [np.stack([w[0]] * 2), np.stack([w[1]] * 3), np.ones((2, 1))])
    with pytest.raises(ValueError, match=r"b1: .* with n_1 = 4, received \(2,\)"):
        bp.forward(x, [np.stack([w[0]] * 2), w[1]], b=[b[1], b[1]])
    with pytest.raises(ValueError, match=r"leading axes: .* b1 \(3,\)"):
        bp.forward(x, [np.stack([w[0]] * 2), w[1]], b=[np.stack([b[0]] * 3), b[1]])


def test_a_row_is_no_bias_but_several_rows_are_several_networks():
    x, w, _, b = network([3, 4, 2])
    message = r"b1: expected shape \(n_1,\) = \(4,\), received \(1, 4\); b1\[0\] is the row"
    with pytest.raises(ValueError, match=message):
        bp.forward(x, w, b=[b[0][None], b[1][None]])
    with pytest.raises(ValueError, match=r"b2: expected shape \(n_2,\)"):
        bp.forward(x, w, b=[b[0], b[1][None]])
    assert bp.forward(x, w, b=[np.stack([b[0]] * 2), b[1]]).a[2].shape == (2, len(x), 2)
    assert bp.forward(x, [v[None] for v in w], b=[v[None] for v in b]).a[2].shape == (1, len(x), 2)
    assert bp.forward(x, w, b=[b[0][None, None], b[1]]).a[2].shape == (1, 1, len(x), 2)


# --- dtypes, and what is left alone --------------------------------------------------------------


def everything(trace, grad):
    layers = [trace.a, trace.z, trace.w, trace.b]
    layers += [grad.dL_da, grad.dL_dz, grad.dL_dw, grad.dL_db]
    return [v for arrays in layers for v in arrays]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_dtype_stays(name, dtype):
    x, w, y, b = network([3, 4, 2], dtype=dtype)
    trace = bp.forward(x, w, activation=name, b=b)
    assert {v.dtype for v in everything(trace, bp.backward(trace, y))} == {np.dtype(dtype)}


def test_float32_with_float64_labels_stays_float32():
    x, w, y, b = network([3, 4, 2], dtype=np.float32)
    trace = bp.forward(x, w, activation="sigmoid", b=b)
    grad = bp.backward(trace, y.astype(np.float64))
    assert {v.dtype for v in everything(trace, grad)} == {np.dtype(np.float32)}


@pytest.mark.parametrize("dtype", [np.int64, np.uint8, bool, np.float16, np.longdouble, ">f8"])
def test_everything_else_real_becomes_float64(dtype):
    x, w, y = np.ones((2, 2), dtype), [np.ones((2, 1), dtype)], np.zeros((2, 1), dtype)
    trace = bp.forward(x, w, activation="identity", b=[np.ones(1, dtype)])
    grad = bp.backward(trace, y)
    assert {v.dtype for v in everything(trace, grad)} == {np.dtype(np.float64)}
    np.testing.assert_array_equal(grad.dL_dw[1], [[12], [12]])


def test_float32_in_another_byte_order_stays_float32():
    x, w, y, b = network([3, 4, 2], dtype=np.float32)
    trace = bp.forward(x.astype(">f4"), [v.astype(">f4") for v in w], activation="tanh", b=b)
    grad = bp.backward(trace, y.astype(">f4"))
    assert {v.dtype for v in everything(trace, grad)} == {np.dtype(np.float32)}
    np.testing.assert_array_equal(trace.a[2], bp.forward(x, w, activation="tanh", b=b).a[2])


def test_masked_arrays_are_taken_where_nothing_is_masked():
    x, w, _, _ = network([3, 4, 2])
    trace = bp.forward(np.ma.array(x), w)
    assert type(trace.a[0]) is np.ndarray
    np.testing.assert_array_equal(trace.a[2], bp.forward(x, w).a[2])


def test_a_mixture_takes_the_wider_dtype():
    x, w, y, b = network([3, 4, 2], dtype=np.float32)
    w[1] = w[1].astype(np.float64)
    trace = bp.forward(x, w, activation="sigmoid", b=b)
    grad = bp.backward(trace, y)
    assert {v.dtype for v in everything(trace, grad)} == {np.dtype(np.float64)}


def test_one_wider_array_is_enough():
    x, w, _, b = network([3, 4, 2, 2])
    x, w, b = x.astype("f4"), [v.astype("f4") for v in w], [v.astype("f4") for v in b]
    for name, k in [("x", 0), *itertools.product("wb", range(3))]:
        given = {"x": [x], "w": [*w], "b": [*b]}
        given[name][k] = given[name][k].astype(np.float64)
        trace = bp.forward(given["x"][0], given["w"], b=given["b"])
        assert {v.dtype for v in (*trace.w, *trace.b, *trace.a)} == {np.dtype(np.float64)}


def test_lists_subclasses_and_generators_give_plain_arrays():
    x, w, _, _ = network([3, 4, 2])
    trace = bp.forward(x, w)
    other = bp.forward(x.tolist(), tuple(v.tolist() for v in w))
    view = bp.forward(x.view(np.recarray), iter(w))  # a subclass; a generator
    for k in (1, 2):
        np.testing.assert_array_equal(trace.a[k], other.a[k])
        np.testing.assert_array_equal(trace.a[k], view.a[k])
        assert type(view.a[k - 1]) is np.ndarray


@pytest.mark.parametrize("name", NAMES)
def test_inputs_are_read_only(name):
    """Arrays that can't be written, so anything that tried to would raise."""
    x, w, y, b = network([3, 4, 2])
    w[1] = np.stack([w[1]] * 2)
    for array in (x, *w, y, *b):
        array.flags.writeable = False
    trace = bp.forward(x, w, activation=name, b=b)
    for array in everything(trace, bp.backward(trace, y)):
        array.flags.writeable = False
    bp.backward(trace, y)
    assert trace.a[0] is x
    assert trace.w[1] is w[0]
    assert trace.b[2] is b[1]


@pytest.mark.parametrize("name", NAMES)
def test_results_share_no_memory(name):
    x, w, y, b = network([3, 4, 4, 2])
    trace = bp.forward(x, w, activation=name, b=b)
    arrays = [*everything(trace, bp.backward(trace, y)), y]
    for i, one in enumerate(arrays):
        assert not any(np.shares_memory(one, other) for other in arrays[i + 1 :])


def test_the_same_twice():
    x, w, y, b = network([3, 4, 2])
    one, two = (bp.backward(bp.forward(x, w, b=b), y) for _ in range(2))
    np.testing.assert_array_equal(one.dL_dw[1], two.dL_dw[1])


# --- Layers, Trace, Gradients --------------------------------------------------------------------


def test_layers_are_counted_as_in_the_notes():
    x, w, y, b = network([3, 4, 2])
    trace = bp.forward(x, w, b=b)
    grad = bp.backward(trace, y)
    first = {"a": 0, "z": 1, "w": 1, "b": 1, "activation": 1}
    first |= {"dL_da": 0, "dL_dz": 1, "dL_dw": 1, "dL_db": 1}
    for name, start in first.items():
        layers = getattr(trace if hasattr(trace, name) else grad, name)
        assert (layers.first, layers.last, len(layers)) == (start, 2, 3 - start)
        assert list(layers) == [layers[k] for k in range(start, 3)]
        assert list(reversed(layers)) == [layers[k] for k in range(2, start - 1, -1)]
        assert layers[np.int64(2)] is layers[2]
        for k in (start - 1, -1, 3, 1.0, "1", None, slice(None), (1, 0)):
            message = re.escape(
                f"{name}[{k!r}] does not exist: k is a layer's number, from {start}"
            )
            with pytest.raises(IndexError, match=message + " to L = 2"):
                layers[k]


def test_layers_of_a_network_without_biases():
    x, w, y, _ = network([3, 4, 2])
    trace = bp.forward(x, w)
    for layers in (trace.b, bp.backward(trace, y).dL_db):
        assert not layers
        assert list(layers) == []
        with pytest.raises(IndexError, match="this network has no biases"):
            layers[1]


def test_layers_can_be_read():
    trace = bp.forward([[1.0, 2.0]], [np.ones((2, 3)), np.ones((3, 1))])
    assert repr(trace.w) == "<w[1] (2, 3), w[2] (3, 1)>"
    assert repr(trace.a) == "<a[0] (1, 2), a[1] (1, 3), a[2] (1, 1)>"
    assert repr(trace.b) == "<b: no biases>"
    assert "dL_dw[1] (2, 3)" in repr(bp.backward(trace, [[1.0]]))
    assert repr(Layers("name", ["relu"], first=1)) == "<name[1] relu>"  # what has no shape


def test_nothing_can_be_put_in_another_place():
    trace = bp.forward([[1.0]], [[[1.0]]])
    with pytest.raises(TypeError):
        trace.w[1] = np.zeros((1, 1))
    with pytest.raises(AttributeError):
        trace.w = []
    with pytest.raises(AttributeError):
        bp.backward(trace, [[1.0]]).dL_dw = []


def test_copies_and_pickles():
    x, w, y, b = network([3, 4, 2])
    trace = bp.forward(x, w, activation="tanh", b=b)
    for other in (copy.deepcopy(trace), pickle.loads(pickle.dumps(trace))):
        grad = bp.backward(other, y)
        np.testing.assert_array_equal(grad.dL_dw[1], bp.backward(trace, y).dL_dw[1])
        assert not np.shares_memory(other.w[1], trace.w[1])


# --- bad input -----------------------------------------------------------------------------------

X, W, Y, B = network([2, 3, 1], m=4)
NAN, INF = X * np.nan, np.where(np.arange(8).reshape(4, 2) == 5, -np.inf, X)

FORWARD = {
    "w1 does not fit x": (
        (X[:, :1], W),
        ValueError,
        r"w1: expected shape \(…, n_0, n_1\) with n_0 = 1, received \(2, 3\)",
    ),
    "w2 does not fit w1": (
        (X, [W[0], W[1].T]),
        ValueError,
        r"w2: expected shape \(…, n_1, n_2\) with n_1 = 3, received \(1, 3\)",
    ),
    "w1 is a vector": ((X, [W[0][:, 0]]), ValueError, r"w1: .* received \(2,\)"),
    "w1 is a number": ((X, [1.0]), ValueError, r"w1: .* received \(\)"),
    "x is a vector": ((X[0], W), ValueError, r"x: expected shape \(m, n_0\), received \(2,\)"),
    "x is a number": ((0.5, W), ValueError, r"x: expected shape \(m, n_0\), received \(\)"),
    "x has three axes": ((X[None], W), ValueError, r"x: .* received \(1, 4, 2\)"),
    "x is empty": ((X[:0], W), ValueError, r"x: expected at least one number.* \(0, 2\)"),
    "x is an empty list": (([], W), ValueError, r"x: expected at least one number.* \(0,\)"),
    "w2 is empty": ((X, [W[0], W[1][:, :0]]), ValueError, r"w2: .* at least one .* \(3, 0\)"),
    "w is empty": ((X, []), ValueError, r"w: expected a list \[w1, …, wL\], received an empty one"),
    "w is one array": ((X, W[0]), TypeError, r"w: expected a list .* one array \(2, 3\)"),
    "w is a stack": ((X, np.ones((2, 2, 2))), TypeError, r"w: .* one array \(2, 2, 2\)"),
    "w is a number": ((X, 3), TypeError, "w: expected a list .* received int"),
    "w is None": ((X, None), TypeError, "w: expected a list .* received NoneType"),
    "w is a string": ((X, "w"), TypeError, "w: expected a list .* received str"),
    "w is a dict": ((X, {1: W[0]}), TypeError, "w: expected a list .* received dict"),
    "nan in x": ((NAN, W), ValueError, r"x: expected finite numbers, received nan at .*\(0, 0\)"),
    "inf in x": ((INF, W), ValueError, r"x: expected finite .* received -inf at index \(2, 1\)"),
    "inf and -inf in x": (([[np.inf, -np.inf]], W), ValueError, r"x: .* inf at index \(0, 0\)"),
    "nan in w2": ((X, [W[0], W[1] * np.nan]), ValueError, r"w2: expected finite .* nan at"),
    "nan in float32": ((NAN.astype(np.float32), W), ValueError, "x: expected finite .* nan at"),
    "strings in x": (([["1", "2"]], W), TypeError, "x: expected real numbers, received strings"),
    "bytes in x": (([[b"1", b"2"]], W), TypeError, "x: expected real numbers, received bytes"),
    "x is None": ((None, W), TypeError, "x: expected real numbers, received objects"),
    "dates in x": ((X.astype("M8[s]"), W), TypeError, "x: expected real numbers.*datetime64"),
    "strings in w1": ((X, [[["a"]]]), TypeError, "w1: expected real numbers, received strings"),
    "complex x": ((X + 0j, W), TypeError, "x: expected real numbers, received complex numbers"),
    "complex w2": ((X, [W[0], W[1] + 0j]), TypeError, "w2: .* received complex numbers"),
    "masked x": ((np.ma.array(X, mask=X > 0), W), ValueError, "x: expected a number in every pl"),
    "masked w2": ((X, [W[0], np.ma.array(W[1], mask=True)]), ValueError, "w2: .* masked ones"),
    "ragged x": (([[1, 2], [3]], W), ValueError, "x: expected a rectangular array.* ragged"),
    "ragged w1": ((X, [[[1, 2], [3]], W[1]]), ValueError, "w1: expected a rectangular array"),
    "unknown activation": (
        (X, W, "sigmoit"),
        ValueError,
        "activation: expected one of sigmoid, tanh, .*; received 'sigmoit'",
    ),
    "unknown activation in layer 2": (
        (X, W, ["tanh", "than"]),
        ValueError,
        "activation of layer 2: expected one of .*; received 'than'",
    ),
    "no activation": ((X, W, None), TypeError, "activation: .* received NoneType"),
    "a set of activations": ((X, W, {"tanh", "relu"}), TypeError, "activation: .* received set"),
    "a dict of activations": ((X, W, {1: "tanh"}), TypeError, "activation: .* received dict"),
    "activation as bytes": ((X, W, b"tanh"), TypeError, "activation: .* received bytes"),
    "a function": ((X, W, np.tanh), TypeError, "activation: .* received ufunc"),
    "a function in layer 1": ((X, W, [np.tanh] * 2), TypeError, "activation of layer 1: .* ufunc"),
    "too few activations": (
        (X, W, ["tanh"]),
        ValueError,
        "activation: expected one or 2, one per layer; received 1",
    ),
    "too many activations": (
        (X, W, ["tanh"] * 3),
        ValueError,
        "activation: .* per layer; received 3",
    ),
    "b is one array": ((X, W, "tanh", B[0]), TypeError, r"b: expected a list .* one array \(3,\)"),
    "b is empty": ((X, W, "tanh", []), ValueError, "b: expected a list .* with L = 2.* empty one"),
    "too few biases": (
        (X, W, "tanh", B[:1]),
        ValueError,
        "b: expected 2 biases, one per layer, received 1",
    ),
    "b1 does not fit": (
        (X, W, "tanh", B[::-1]),
        ValueError,
        r"b1: expected shape \(…, n_1\) with n_1 = 3, received \(1,\)",
    ),
    "b2 is a number": ((X, W, "tanh", [B[0], 1.0]), ValueError, r"b2: .* received \(\)"),
    "inf in b2": ((X, W, "tanh", [B[0], [np.inf]]), ValueError, r"b2: expected finite .* \(0,\)"),
    "complex b1": ((X, W, "tanh", [B[0] + 0j, B[1]]), TypeError, "b1: .* complex numbers"),
}


@pytest.mark.parametrize("case", FORWARD)
def test_forward_says_what_is_wrong(case):
    (x, w, *settings), error, message = FORWARD[case]
    named = dict(zip(("activation", "b"), settings, strict=False))
    with pytest.raises(error, match="^" + message):
        bp.forward(x, w, **named)


@pytest.mark.skipif(
    np.finfo(np.longdouble).max == np.finfo(np.float64).max, reason="long double is float64 here"
)
def test_what_is_too_large_for_float64_is_refused():
    with pytest.raises(ValueError, match=r"x: expected finite numbers, received inf at .*\(0, 0\)"):
        bp.forward(np.full((4, 2), np.finfo(np.longdouble).max), W)


BACKWARD = {
    "y has too few examples": (Y[:2], ValueError, r"y: .* = \(4, 1\), .* received \(2, 1\)"),
    "y would broadcast": (Y[:1], ValueError, r"y: .* = \(4, 1\), .* received \(1, 1\)"),
    "y is a vector": (Y[:, 0], ValueError, r"y: .* = \(4, 1\), that of a\^L with L = 2.* \(4,\)"),
    "y is a number": (1.0, ValueError, r"y: .* received \(\)"),
    "y has too many axes": (Y[None], ValueError, r"y: .* received \(1, 4, 1\)"),
    "y is empty": ([], ValueError, r"y: expected at least one number, received shape \(0,\)"),
    "nan in y": (Y * np.nan, ValueError, r"y: expected finite numbers, received nan at"),
    "inf in y": (Y + np.inf, ValueError, r"y: expected finite numbers, received inf at"),
    "strings in y": ([["a"]] * 4, TypeError, "y: expected real numbers, received strings"),
    "y is None": (None, TypeError, "y: expected real numbers, received objects"),
    "complex y": (Y + 0j, TypeError, "y: expected real numbers, received complex numbers"),
    "masked y": (np.ma.array(Y, mask=Y > 0), ValueError, "y: expected a number in every place"),
    "ragged y": ([[1], [1, 2]], ValueError, "y: expected a rectangular array"),
}


@pytest.mark.parametrize("case", BACKWARD)
def test_backward_says_what_is_wrong(case):
    y, error, message = BACKWARD[case]
    with pytest.raises(error, match="^" + message):
        bp.backward(bp.forward(X, W), y)


def test_the_labels_of_many_networks_are_those_of_one():
    trace = bp.forward(X, [np.stack([W[0]] * 7), W[1]])
    with pytest.raises(ValueError, match=r"^y: .* = \(4, 1\), .* received \(7, 4, 1\)$"):
        bp.backward(trace, np.stack([Y] * 7))


def test_backward_wants_a_trace_and_a_loss():
    with pytest.raises(TypeError, match="trace: expected what forward returned, received tuple"):
        bp.backward((X, W), Y)
    with pytest.raises(ValueError, match=r"loss: expected one of squared_.*; received 'l2'"):
        bp.backward(bp.forward(X, W), Y, "l2")
    with pytest.raises(TypeError, match="loss: expected a name or a Loss, received function"):
        bp.backward(bp.forward(X, W), Y, lambda a, y: a - y)


def test_labels_too_large_for_float32_are_refused_without_a_warning():
    trace = bp.forward(X.astype(np.float32), [v.astype(np.float32) for v in W])
    with pytest.raises(ValueError, match="y: expected finite numbers, received inf"):
        bp.backward(trace, Y + 1e300)


def test_large_finite_numbers_are_accepted():
    """Their squares overflow, which must not be taken for an inf among them."""
    for dtype, large in ((np.float32, 1e30), (np.float64, 1e300)):
        x, w = np.array([[large, -large]], dtype), [np.ones((2, 1), dtype)]
        with np.errstate(all="raise"):
            assert bp.forward(x, w, activation="identity").z[1] == 0
