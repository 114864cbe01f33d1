"""The gradient check: its differences converge, and it catches what it must catch."""

import re
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest

import bpdemo as bp
from bpdemo import activations, checking, losses, measuring, slips

# 2-3-1 and 3-4-2-1 are not square anywhere; 3-3-3-3 is, so that wrong shapes can't give a slip away
WIDTHS = [(1, 1), (2, 3, 1), (3, 4, 2, 1), (3, 3, 3, 3), (1, 1, 1, 1)]

# What a gradient check must catch on any network of square layers; test_slips.py has every slip.
FIVE = ("sigma_of_a", "wrong_sign", "lost_factor_2", "lost_transpose", "wrong_layer")


def network(widths, m=5, seed=0, bias=False):
    rng = np.random.default_rng(seed)
    w = [rng.normal(size=shape) for shape in pairwise(widths)]
    b = [rng.normal(size=n) for n in widths[1:]] if bias else None
    return rng.normal(size=(m, widths[0])), w, rng.normal(size=(m, widths[-1])), b


def changed(change):
    """The right backward pass with dL_dw changed: change(list of L arrays) in place."""

    def backward(trace, y, loss):
        grad = bp.backward(trace, y, loss)
        dL_dw = [v.copy() for v in grad.dL_dw]
        dL_dw = change(dL_dw) or dL_dw
        return SimpleNamespace(dL_dw=[None, *dL_dw], dL_db=grad.dL_db)

    return backward


# Differences


def orders(difference):
    """How fast the error of the slope of exp at 1 falls when h is halved, as a power of h."""
    h = 2.0 ** -np.arange(3, 9)
    errors = np.abs(difference(np.exp, 1.0, h) - np.e)
    return np.log2(errors[:-1] / errors[1:])


def test_a_forward_difference_has_an_error_of_order_h():
    np.testing.assert_allclose(orders(checking.forward_difference), 1, atol=0.1)


def test_a_central_difference_has_an_error_of_order_h_squared():
    np.testing.assert_allclose(orders(checking.central_difference), 2, atol=0.1)


def test_smaller_is_not_always_better():
    """At h = 1e-16, 1 + h is 1 and the difference 0; the best h lies between."""
    errors = {
        h: abs(checking.central_difference(np.exp, 1.0, h) - np.e) for h in (1e-1, 1e-5, 1e-16)
    }
    assert errors[1e-5] < 1e-9 < errors[1e-1]
    assert errors[1e-16] == pytest.approx(np.e)


def test_a_central_difference_is_exact_for_a_square():
    assert checking.central_difference(lambda x: x**2, 3.0, 0.5) == 6.0
    assert checking.forward_difference(lambda x: x**2, 3.0, 0.5) == 6.5


def test_relative_error():
    np.testing.assert_array_equal(
        checking.relative_error(np.array([0.0, 1.0, -2.0, 1.0]), np.array([0.0, 2.0, 2.0, 1.0])),
        [0.0, 0.5, 2.0, 0.0],
    )
    assert checking.relative_error(1e-12, 2e-12) == pytest.approx(0.5)
    assert checking.relative_error(1e-12, 2e-12, floor=1.0) == pytest.approx(1e-12)
    assert checking.relative_error(1, 2) == 0.5  # integers
    assert checking.relative_error([1, 2], [1, 4]).tolist() == [0.0, 0.5]


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_relative_error_is_never_small_where_a_value_is_not_finite(bad):
    assert not checking.relative_error(bad, 1.0) <= 1
    assert not checking.relative_error(1.0, bad) <= 1
    assert not checking.relative_error(bad, bad) <= 1


# The right gradient passes


@pytest.mark.parametrize("activation", activations.TABLE)
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("widths", WIDTHS)
def test_the_core_passes(widths, bias, activation):
    x, w, y, b = network(widths, bias=bias)
    report = bp.check_gradients(x, w, y, activation=activation, b=b)
    assert report.ok, str(report)
    assert report.max_error <= report.tolerance == 1e-6
    assert len(report.rows) == len(w) * (2 if bias else 1)
    assert [row.k for row in report.rows] == sorted(row.k for row in report.rows)


def test_numeric_gradients_are_those_of_the_loss():
    """One parameter moved by hand, without leading axes."""
    x, w, y, b = network((2, 3, 1), bias=True)
    dL_dw, dL_db = checking.numeric_gradients(x, w, y, b=b)

    def loss(name, k, at, value):
        moved = {"w": [v.copy() for v in w], "b": [v.copy() for v in b]}
        moved[name][k][at] = value
        return bp.squared_difference(bp.forward(x, moved["w"], b=moved["b"]).a[2], y)

    for name, values, numeric in (("w", w, dL_dw), ("b", b, dL_db)):
        for k, v in enumerate(values):
            assert numeric[k].shape == v.shape
            for at in np.ndindex(v.shape):
                slope = checking.central_difference(
                    lambda value, name=name, k=k, at=at: loss(name, k, at, value), v[at], 1e-5
                )
                assert numeric[k][at] == pytest.approx(slope, rel=1e-7, abs=1e-9)


def test_nothing_is_changed_in_place():
    x, w, y, b = network((2, 3, 1), bias=True)
    copies = [v.copy() for v in (x, *w, y, *b)]
    bp.check_gradients(x, w, y, b=b)
    for before, after in zip(copies, (x, *w, y, *b), strict=True):
        np.testing.assert_array_equal(before, after)


def test_float32_passes_and_a_slip_in_float32_does_not():
    x, w, y, b = network((3, 3, 3, 3), bias=True)
    x, y = x.astype(np.float32), y.astype(np.float32)
    w, b = [v.astype(np.float32) for v in w], [v.astype(np.float32) for v in b]
    report = bp.check_gradients(x, w, y, b=b)
    assert report.ok and report.tolerance == 1e-3
    for name in FIVE:
        assert not bp.check_gradients(x, w, y, b=b, backward=slips.get(name).backward).ok


@pytest.mark.parametrize("method", [True, False])
def test_blocks_give_the_same(monkeypatch, method):
    x, w, y, b = network((3, 4, 2, 1), bias=True)
    trace = bp.forward(x, w, b=b)
    probe = measuring.Probe(trace, y, losses.get("squared_difference"), complex_step=method)
    whole = [probe.parameters("w", k, np.arange(w[k - 1].size)) for k in (1, 2, 3)]
    monkeypatch.setattr(measuring, "_BLOCK", 5 * 4 * 3)  # three parameters in a block
    for k, one in enumerate(whole, start=1):
        other = probe.parameters("w", k, np.arange(w[k - 1].size))
        np.testing.assert_allclose(one.value, other.value, rtol=1e-12)


def test_x_at_the_last_element_of_every_array_is_moved_too():
    """A wrong gradient of one single parameter, the last one of the last block, is found."""
    x, w, y, _ = network((3, 4, 2, 1))

    def last(dL_dw):
        dL_dw[2][-1, -1] *= 1.001

    report = bp.check_gradients(x, w, y, backward=changed(last))
    assert [row.ok for row in report.rows] == [True, True, False]
    assert report.rows[2].worst == (1, 0)


# The wrong one doesn't


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("name", FIVE)
def test_what_learners_get_wrong_is_caught(name, bias):
    x, w, y, b = network((3, 3, 3, 3), bias=bias)
    report = bp.check_gradients(x, w, y, activation="tanh", b=b, backward=slips.get(name).backward)
    assert not report.ok and report.max_error > 1e-3


@pytest.mark.parametrize("name", ["sigma_of_a", "wrong_sign", "lost_factor_2"])
@pytest.mark.parametrize("widths", WIDTHS[:3])
def test_and_where_no_layer_is_square(widths, name):
    x, w, y, _ = network(widths)
    assert not bp.check_gradients(x, w, y, backward=slips.get(name).backward).ok


@pytest.mark.parametrize("factor", [-1.0, 0.5, 2.0, 0.0, 1 + 1e-4])
def test_a_gradient_off_by_a_factor_is_caught(factor):
    x, w, y, _ = network((2, 3, 1))
    assert not bp.check_gradients(
        x, w, y, backward=changed(lambda dL_dw: [factor * v for v in dL_dw])
    ).ok


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_gradient_that_is_not_finite_is_caught(bad):
    x, w, y, _ = network((2, 3, 1))

    def one_entry(dL_dw):
        dL_dw[0][1, 2] = bad

    report = bp.check_gradients(x, w, y, backward=changed(one_entry))
    assert not report.ok and report.max_error == np.inf
    assert report.rows[0].worst == (1, 2) and report.rows[1].ok


def test_a_slope_that_overflows_agrees_with_nothing():
    """∂ℒ/∂w = 2x²w is beyond the largest float, though ℒ = x²w² isn't."""
    x, w, y = [[1e200]], [[[1e-80]]], [[0.0]]
    with np.errstate(over="ignore"):
        report = bp.check_gradients(
            x, w, y, activation="identity", backward=changed(lambda dL_dw: [np.ones((1, 1))])
        )
    assert report.verdict == "can't tell" and not report


def test_a_wrong_bias_is_caught():
    x, w, y, b = network((2, 3, 1), bias=True)

    def mean_for_sum(trace, y, loss):
        grad = bp.backward(trace, y, loss)
        return SimpleNamespace(dL_dw=grad.dL_dw, dL_db=[None, *(v / len(y) for v in grad.dL_db)])

    report = bp.check_gradients(x, w, y, b=b, backward=mean_for_sum)
    assert {row.name for row in report.rows if not row.ok} == {"b"}
    assert "dL_db[1] differs in 3 of 3" in str(report)


def test_shapes_come_before_values():
    x, w, y, _ = network((2, 3, 1))
    report = bp.check_gradients(
        x, w, y, backward=changed(lambda dL_dw: [dL_dw[0].T, dL_dw[1].ravel()])
    )
    assert not report.ok and report.max_error == np.inf
    assert "layer 1: dL_dw[1] has shape (3, 2), expected (2, 3)" in str(report)
    assert "layer 2: dL_dw[2] has shape (3,), expected (3, 1)" in str(report)
    # a gradient that would broadcast is of the wrong shape all the same
    report = bp.check_gradients(x, w, y, backward=changed(lambda dL_dw: [dL_dw[0], dL_dw[1][None]]))
    assert not report.rows[1].ok


def returned(change):
    """A backward pass that returns something else than gradients: change(the right ones)."""
    return lambda trace, y, loss: change(bp.backward(trace, y, loss))


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda g: {"dL_dw": g.dL_dw}, TypeError, r"object with dL_dw\[k\] .* received dict"),
        (lambda g: None, TypeError, r"received NoneType without dL_dw\[1\]"),
        (
            lambda g: SimpleNamespace(dL_dw=[*g.dL_dw], dL_db=g.dL_db),
            TypeError,
            r"without dL_dw\[2\]",
        ),
        (
            lambda g: SimpleNamespace(dL_dw=g.dL_dw),
            TypeError,
            r"SimpleNamespace without dL_db\[1\]",
        ),
        (lambda g: SimpleNamespace(dL_dw=g.dL_dw, dL_db=None), TypeError, r"without dL_db\[1\]"),
        (lambda g: SimpleNamespace(dL_dw=[None] * 3), TypeError, r"dL_dw\[1\]: .* received object"),
        (
            lambda g: SimpleNamespace(dL_dw=[None, *(v + 1j for v in g.dL_dw)]),
            TypeError,
            r"dL_dw\[1\]: expected real numbers, received complex numbers",
        ),
        (
            lambda g: SimpleNamespace(dL_dw=[None, [[1], [1, 2]], 0]),
            ValueError,
            r"dL_dw\[1\]: .* ragged",
        ),
    ],
)
def test_what_is_no_gradient_is_named(change, error, message):
    x, w, y, b = network((2, 3, 1), bias=True)
    with pytest.raises(error, match="backward: .*" + message):
        bp.check_gradients(x, w, y, b=b, backward=returned(change))


def test_weights_that_backward_changes_are_measured_before():
    x, w, y, _ = network((2, 3, 1))

    def steps_at_once(trace, y, loss):
        grad = bp.backward(trace, y, loss)
        for k in (1, 2):
            trace.w[k][...] -= grad.dL_dw[k]
        return grad

    assert bp.check_gradients(x, w, y, backward=steps_at_once).ok


def test_a_tolerance_of_ones_own():
    x, w, y, _ = network((2, 3, 1))
    one_percent = changed(lambda dL_dw: [1.01 * v for v in dL_dw])
    for tolerance, ok in ((0.02, True), (0.005, False)):
        report = bp.check_gradients(x, w, y, backward=one_percent, tolerance=tolerance)
        assert report.tolerance == tolerance and report.ok is ok


def test_the_report_names_the_method():
    x, w, y, _ = network((2, 3, 1))
    squared = losses.get("squared_difference")
    own = losses.Loss("own", squared.value, squared.derivative, "", "")
    assert bp.check_gradients(x, w, y).method == "complex step"
    assert bp.check_gradients(x, w, y, loss=own).method == "central differences"


def test_directions_follow_their_seed():
    x, w, y, _ = network((4, 5, 3))

    def directions(seed):
        rows = bp.check_gradients(x, w, y, sample=1, seed=seed).rows
        return [one.analytic for row in rows for one in row.directions]

    assert directions(1) == directions(1) != directions(2)
    assert len(set(directions(1))) == 6  # each one of its own


def test_rounding_excuses_one_number_by_its_own_size_only():
    x, w, y = [[1e9, 1e-3]], [[[1.0], [1.0]]], [[0.0]]  # ∂ℒ/∂w = (2e18, 2e6)

    def wrong(dL_dw):
        dL_dw[0][1, 0] *= 1.0001

    report = bp.check_gradients(x, w, y, activation="identity", backward=changed(wrong))
    assert report.rows[0].verdicts.tolist() == ["agrees", "differs"]
    assert report.rows[0].worst == (1, 0)


def test_directions_of_a_small_gradient():
    x, w, _, b = network((2, 3, 1), bias=True)
    y = bp.forward(x, w, b=b).a[2] + 1e-6
    report = bp.check_gradients(x, w, y, b=b, sample=0)
    for row in report.rows:
        assert len(row.at) == len(row.slopes) == len(row.bars) == len(row.error) == 0
        assert [one.verdict for one in row.directions] == ["agrees"] * 3


def test_a_direction_moves_each_parameter_by_1_to_a_side_that_the_seed_decides():
    x, w, y, b = network((4, 5, 3), bias=True)
    probe = measuring.Probe(bp.forward(x, w, b=b), y, losses.get("squared_difference"))
    for name, v in (("w", w[0]), ("b", b[0])):
        slopes, blocks = probe.direction(name, 1, (1, 2))
        again, same = probe.direction(name, 1, (1, 2))
        signs = np.concatenate(blocks)
        assert signs.shape == v.shape and set(signs.ravel()) == {-1, 1}
        np.testing.assert_array_equal(signs, np.concatenate(same))
        np.testing.assert_array_equal(slopes.value, again.value)
        alone = probe.parameters(name, 1, np.arange(v.size)).value
        assert slopes.value == pytest.approx([alone @ signs.ravel()])


def test_rounding_of_a_whole_array_is_no_less_than_that_of_one_number():
    x, w, y, b = network((2, 3, 3, 1), bias=True)
    probe = measuring.Probe(bp.forward(1e6 * x, w, b=b), y, losses.get("squared_difference"))
    for name, k in [("w", 1), ("w", 2), ("w", 3), ("b", 1), ("b", 2), ("b", 3)]:
        size = {"w": w, "b": b}[name][k - 1].size
        assert probe.rounding(name, k) >= probe.rounding(name, k, np.arange(size)).max() > 0
        assert len(probe.rounding(name, k, np.arange(0))) == 0
        assert len(probe.parameters(name, k, np.arange(0))) == 0


@pytest.mark.parametrize("method", [True, False])
def test_the_slopes_of_a_loss_of_many_numbers_are_bounded_by_a_few_moves(monkeypatch, method):
    x, w, y, _ = network((3, 4, 2), m=6)
    squared = losses.get("squared_difference")
    probe = measuring.Probe(
        bp.forward(1e6 * x, w, activation="identity"), 1e-6 * y, squared, method
    )
    exact = np.abs(squared.derivative(probe.a[2], probe.y))
    assert probe._moves_of_loss(probe.a[2], probe.y).shape == (6, 2)
    np.testing.assert_allclose(probe._slopes_of_loss()[0], exact, rtol=1e-4)
    monkeypatch.setattr(measuring, "_BLOCK", 12**2 - 1)
    assert probe._moves_of_loss(probe.a[2], probe.y).shape == (4,)
    size = probe._slopes_of_loss()[0]
    assert size.shape == (6, 2) and np.all(exact <= size)
    assert np.all(size <= 8 * np.sqrt(np.sum(exact**2)))


def test_how_many_moves_of_a_loss_are_few():
    loss = losses.get("squared_difference")
    for m, shape in ((362, (362, 1)), (363, (4,))):
        probe = measuring.Probe(bp.forward(np.ones((m, 1)), [[[1.0]]]), np.zeros((m, 1)), loss)
        assert probe._moves_of_loss(probe.a[1], probe.y).shape == shape


def test_products_in_blocks_are_the_products():
    rng = np.random.default_rng(0)
    t, w = rng.normal(size=(2, 700)), rng.normal(size=(700, 800)).astype(np.float32)
    whole = w.astype(np.float64)
    for v in (w, whole, w[:3], w[:, :700]):
        s = t[:, : len(v)]
        np.testing.assert_allclose(measuring._times(s, v), s @ v.astype(np.float64), rtol=1e-9)
        right = s @ np.abs(v.astype(np.float64))
        np.testing.assert_allclose(measuring._times(s, v, np.abs), right, rtol=1e-9)


def test_how_far_rounding_moves_a_loss():
    trace = bp.forward([[1.0]], [[[-3.0]]], activation="identity")  # ℒ = 9, ∂ℒ/∂a = −6, a = z = −3
    probe = measuring.Probe(trace, [[0.0]], losses.get("squared_difference"))
    eps = np.finfo(np.float64).eps
    assert probe.noise_of_loss == pytest.approx(4 * eps * (9 + np.sqrt(18**2 + 18**2)))


@pytest.mark.parametrize(
    ("cost", "sizes", "sample"),
    [
        (1, [20_000], None),
        (1, [20_001], 1000),
        (1, [10_000, 10_001], 1000),
        (2**10, [2**15], 1000),
        (2**20, [32], None),
        (2**20, [33], 32),
        (2**20, [33, 1], 16),
        (2**24, [33], 16),
    ],
)
def test_how_many_are_measured_is_a_matter_of_work(cost, sizes, sample):
    probe = SimpleNamespace(cost=lambda k: cost)
    arrays = [("w", 1, np.zeros(size)) for size in sizes]
    assert checking._affordable(probe, arrays) == sample


# What it says


def test_the_report_of_a_pass_has_no_number_that_differs_between_machines():
    x, w, y, b = network((2, 3, 1), bias=True)
    assert str(bp.check_gradients(x, w, y, b=b)) == (
        "gradient check passed: 13 parameters, every relative error below 1e-06 (complex step)"
    )


def test_the_report_of_a_failure_says_where_analytic_and_numeric_part():
    x, w, y = [[0.5]], [[[0.8]], [[-1.2]], [[1.5]]], [[1.0]]

    def wrong(dL_dw):
        dL_dw[1] *= -1

    report = bp.check_gradients(x, w, y, backward=changed(wrong))
    numeric = checking.numeric_gradients(x, w, y)[0][1][0, 0]
    first, *rows = str(report).splitlines()
    assert first == "gradient check FAILED (tolerance 1e-06, complex step)"
    assert rows[0] == "  layer 1: dL_dw[1] agrees" and rows[2] == "  layer 3: dL_dw[3] agrees"
    assert re.fullmatch(
        rf"  layer 2: dL_dw\[2\] differs in 1 of 1; worst at \[0, 0\]: "
        rf"analytic \{-numeric:+.6g}, numeric \{numeric:+.6g} ± 1e-1\d, relative error 2; "
        "it is −1 times the measured one: the sign",
        rows[1],
    )


# What it refuses


@pytest.mark.parametrize("h", [0, -1e-5, float("nan"), float("inf"), "a", None, [1e-5]])
def test_a_step_that_is_not_positive_is_refused(h):
    x, w, y, _ = network((2, 3, 1))
    kind = ValueError if isinstance(h, int | float) else TypeError
    with pytest.raises(kind, match="h: expected a finite number > 0"):
        checking.numeric_gradients(x, w, y, h=h)


@pytest.mark.parametrize("sample", [-1, 1.5, "a", True])
def test_a_sample_that_is_no_number_of_parameters_is_refused(sample):
    x, w, y, _ = network((2, 3, 1))
    kind = ValueError if sample == -1 else TypeError
    with pytest.raises(kind, match="sample: expected a whole number ≥ 0"):
        bp.check_gradients(x, w, y, sample=sample)


@pytest.mark.parametrize("seed", [-1, 1.5, "a"])
def test_a_seed_that_is_none_is_refused(seed):
    x, w, y, _ = network((2, 3, 1))
    kind = ValueError if seed == -1 else TypeError
    with pytest.raises(kind, match="seed: expected a whole number ≥ 0"):
        bp.check_gradients(x, w, y, sample=1, seed=seed)


@pytest.mark.parametrize("tolerance", [0, -1.0, float("nan"), "a"])
def test_a_tolerance_that_is_not_positive_is_refused(tolerance):
    x, w, y, _ = network((2, 3, 1))
    kind = TypeError if tolerance == "a" else ValueError
    with pytest.raises(kind, match="tolerance: expected a finite number > 0"):
        bp.check_gradients(x, w, y, tolerance=tolerance)


def test_generators_are_taken_as_forward_takes_them():
    x, w, y, b = network((2, 3, 1), bias=True)
    report = bp.check_gradients(x, iter(w), y, activation=iter(["tanh", "relu"]), b=iter(b))
    assert report.ok and len(report.rows) == 4


def test_leading_axes_are_refused():
    x, w, y, b = network((2, 3, 1), bias=True)
    with pytest.raises(ValueError, match=r"w1: expected 2 axes.*received \(7, 2, 3\)"):
        bp.check_gradients(x, [np.stack([w[0]] * 7), w[1]], y)
    with pytest.raises(ValueError, match=r"b2: expected 1 axes.*received \(7, 1\)"):
        checking.numeric_gradients(x, w, y, b=[b[0], np.stack([b[1]] * 7)])


def test_what_the_core_refuses_is_refused():
    x, w, y, _ = network((2, 3, 1))
    with pytest.raises(ValueError, match="y: expected shape"):
        bp.check_gradients(x, w, y[:2])
    with pytest.raises(ValueError, match="activation: expected one of"):
        bp.check_gradients(x, w, y, activation="sine")
    # a backward pass that takes any y doesn't make it right; nor does measuring alone
    anything = slips.get("wrong_sign").backward
    for bad in (y[:, 0], y[None], y * np.nan):
        with pytest.raises(ValueError, match="y: expected"):
            bp.check_gradients(x, w, bad, backward=anything)
        with pytest.raises(ValueError, match="y: expected"):
            checking.numeric_gradients(x, w, bad)


def test_an_assert_on_a_report_fails_where_the_check_does():
    x, w, y = [[0.5]], [[[0.8]], [[-1.2]]], [[1.0]]
    assert bp.check_gradients(x, w, y)
    assert not bp.check_gradients(x, w, y, backward=slips.get("wrong_sign").backward)
