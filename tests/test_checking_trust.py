"""No false pass and no false alarm: what the gradient check says, at every scale and depth."""

import time
import tracemalloc
from functools import cache
from itertools import pairwise
from types import SimpleNamespace

import mpmath
import numpy as np
import pytest

import bpdemo as bp
from bpdemo import losses, measuring, slips

SCALES = [1e-12, 1e-6, 1e-3, 1.0, 1e3, 1e6, 1e12]
SQUARED = losses.get("squared_difference")


def network(widths, m=5, seed=0, bias=True):
    rng = np.random.default_rng(seed)
    w = [rng.normal(size=shape) / np.sqrt(shape[0]) for shape in pairwise(widths)]
    b = [rng.normal(size=n) for n in widths[1:]] if bias else None
    return rng.normal(size=(m, widths[0])), w, rng.normal(size=(m, widths[-1])), b


def scaled_loss(scale):
    """The squared difference times a number: a loss that is no entry of the table."""
    return losses.Loss(
        "scaled",
        lambda a, y: scale * SQUARED.value(a, y),
        lambda a, y: scale * SQUARED.derivative(a, y),
        "",
        "",
    )


def with_weights(change):
    """The right backward pass with change(k, dL_dw_k) in place of each dL_dw[k]."""

    def backward(trace, y, loss):
        grad = bp.backward(trace, y, loss)
        dL_dw = [None, *(change(k, v) for k, v in enumerate(grad.dL_dw, start=1))]
        return SimpleNamespace(dL_dw=dL_dw, dL_db=grad.dL_db)

    return backward


def verdicts(report):
    return {(row.name, row.k): row.verdict for row in report.rows}


# Each slip, in each layer, at every scale


def scaled_problem(slip, what, scale, dtype):
    p = slips.problem(slip.activation)
    rng = np.random.default_rng(1)
    hidden = "relu" if slip.activation == "relu" else "tanh"
    last = "sigmoid" if slip.name == "skipped_slope" else "identity"
    factor = {name: scale if name == what else 1.0 for name in ("x", "w", "b", "y", "loss")}

    def of(name, v):
        return (factor[name] * v).astype(dtype)

    return (
        of("x", rng.normal(size=(5, 3))),
        [of("w", v) for v in p.w],
        of("y", rng.normal(size=(5, 3))),
        [hidden, hidden, last],
        [of("b", v) for v in p.b],
        scaled_loss(scale) if what == "loss" else "squared_difference",
    )


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("what", ["x", "w", "y", "loss"])
@pytest.mark.filterwarnings("ignore:overflow", "ignore:invalid")  # w = 1e12 in float32
def test_each_slip_in_each_layer_at_each_scale(what, scale, dtype):
    checked = 0
    for slip in slips.TABLE.values():
        x, w, y, sigma, b, loss = scaled_problem(slip, what, scale, dtype)
        problem = {"x": x, "w": w, "y": y, "activation": sigma, "b": b, "loss": loss}
        trace = bp.forward(x, w, activation=sigma, b=b)
        right = bp.backward(trace, y, loss)
        if not all(np.isfinite(v).all() for v in (*right.dL_dw, *right.dL_db)):
            continue  # in float32 these numbers overflow: there is no right gradient
        report = bp.check_gradients(**problem)
        assert "differs" not in verdicts(report).values(), f"{slip.name}: {report}"
        assert dtype is np.float32 or report.ok, f"{slip.name}: {report}"
        for layers in (None, *((k,) for k in slip.layers(trace))):
            wrong = slips.patched((slip, layers))
            received = wrong(trace, y, loss)
            for row in bp.check_gradients(**problem, backward=wrong).rows:
                one, other = (
                    getattr(g, f"dL_d{row.name}")[row.k].astype(float) for g in (right, received)
                )
                off = np.abs(one - other).max()
                if off == 0:
                    assert row.verdict != "differs", f"{slip.name} {layers}: {row}"
                elif off > 100 * row.tolerance * np.abs(one).max():
                    # Where tanh is 1 to the last digit, a 0 may be rounding: then nobody can tell.
                    saturated = what in ("x", "w") and scale >= 1e3
                    unknown = saturated and (dtype is np.float32 or np.abs(one).max() < 1e-30)
                    assert row.verdict == "differs" or unknown, f"{slip.name} {layers}: {row}"
                    assert row.verdict != "agrees"
                    checked += 1
    assert checked > 20 or scale >= 1e3


# Deep networks


def test_twenty_sigmoid_layers_with_six_negated():
    x, w, y, b = network((3,) * 21, m=4)
    negated = with_weights(lambda k, v: -v if k <= 6 else v)
    found = verdicts(bp.check_gradients(x, w, y, b=b, backward=negated))
    for (name, k), verdict in found.items():
        assert verdict == ("differs" if name == "w" and k <= 6 else "agrees"), (name, k)


@pytest.mark.parametrize("wrong", range(1, 16))
def test_one_gradient_of_fifteen_layers_zeroed(wrong):
    x, w, y, b = network((2,) * 16, m=3)
    zeroed = with_weights(lambda k, v: v * (k != wrong))
    found = verdicts(bp.check_gradients(x, w, y, b=b, backward=zeroed))
    assert [at for at, verdict in found.items() if verdict != "agrees"] == [("w", wrong)]


def test_by_differences_a_zeroed_gradient_never_agrees():
    """A loss that is no entry can't be measured so sharply; then the check says so."""
    x, w, y, b = network((2,) * 16, m=3)
    for wrong in range(1, 16):
        zeroed = with_weights(lambda k, v, wrong=wrong: v * (k != wrong))
        found = verdicts(bp.check_gradients(x, w, y, b=b, loss=scaled_loss(1.0), backward=zeroed))
        assert found["w", wrong] in ("differs", "can't tell")
        assert "differs" not in [v for at, v in found.items() if at != ("w", wrong)]


def test_the_first_layer_of_twenty_sigmoids_is_measured_to_ten_digits():
    w = [np.array([[(-1.0) ** k * (0.5 + 0.1 * k)]]) for k in range(20)]
    trace = bp.forward([[0.5]], w)
    probe = measuring.Probe(trace, [[1.0]], SQUARED)
    measured = probe.parameters("w", 1, np.array([0]))
    with mpmath.workdps(60):
        a, slope = mpmath.mpf(0.5), None
        for v in w:  # the product of all local slopes, in 60 digits
            z = a * mpmath.mpf(float(v[0, 0]))
            dz = a if slope is None else slope * mpmath.mpf(float(v[0, 0]))
            a = 1 / (1 + mpmath.exp(-z))
            slope = dz * a * (1 - a)
        exact = 2 * (a - 1) * slope
        assert abs(measured.value[0] / exact - 1) < 1e-10
        assert abs(measured.value[0] - exact) <= measured.bar[0] < 1e-9 * abs(exact)


# Large and small numbers


@pytest.mark.parametrize("activation", bp.activations.TABLE)
def test_inputs_from_0_to_255(activation):
    x, w, y, b = network((8, 5, 3), m=6)
    x = np.random.default_rng(0).integers(0, 256, x.shape).astype(np.float64)
    report = bp.check_gradients(x, w, y, activation=activation, b=b)
    assert report.ok, str(report)
    wrong = slips.get("wrong_sign").backward
    assert not bp.check_gradients(x, w, y, activation=activation, b=b, backward=wrong).ok


@pytest.mark.parametrize("activation", bp.activations.TABLE)
def test_weights_of_a_million(activation):
    x, w, y, b = network((4, 5, 3))
    w = [1e6 * np.sign(v) for v in w]
    report = bp.check_gradients(x, w, y, activation=activation, b=b)
    assert report.ok, str(report)


@pytest.mark.parametrize("offset", [1e4, 1e8])
def test_logits_with_an_offset(offset):
    x, w, _, b = network((4, 5, 3), m=6)
    y, b = np.eye(3)[[0, 1, 2, 0, 1, 2]], [b[0], b[1] + offset]
    options = {"activation": ["tanh", "identity"], "b": b, "loss": "softmax_cross_entropy"}
    report = bp.check_gradients(x, w, y, **options)
    assert report.ok, str(report)
    wrong = slips.get("lost_factor_2").backward
    assert "agrees" not in verdicts(bp.check_gradients(x, w, y, **options, backward=wrong)).values()


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "softplus"])  # those that saturate
@pytest.mark.parametrize("loss", ["squared_difference", scaled_loss(1 / 15)], ids=["entry", "own"])
def test_saturated_units_raise_no_false_alarm(activation, loss, dtype):
    """σ(40) is 1 to the last digit, and its slope 4e-18 isn't 0: who can't see it, can't tell."""
    rng = np.random.default_rng(0)
    x = rng.integers(0, 256, (5, 11)).astype(dtype)
    w = [(rng.normal(size=s) / 3).astype(dtype) for s in ((11, 9), (9, 3))]
    y = rng.normal(size=(5, 3))
    assert (
        bp.check_gradients(x, w, y, activation=activation, b=None, loss=loss).verdict != "differs"
    )
    wrong = bp.check_gradients(
        x, w, y, activation=activation, b=None, loss=loss, backward=slips.get("wrong_sign").backward
    )
    assert wrong.verdict == "differs"


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_saturated_softmax_raises_no_false_alarm(dtype):
    """Where p is y to the last digit, p − y is nothing but rounding."""
    rng = np.random.default_rng(0)
    x, y = rng.integers(0, 256, (5, 11)).astype(dtype), np.eye(3)[[0, 1, 2, 0, 1]]
    w = [rng.normal(size=s).astype(dtype) for s in ((11, 9), (9, 3))]
    options = {"activation": ["relu", "identity"], "loss": "softmax_cross_entropy"}
    assert bp.check_gradients(x, w, y, **options).verdict != "differs"
    wrong = bp.check_gradients(x, w, y, **options, backward=slips.get("wrong_sign").backward)
    assert wrong.verdict == "differs"


@pytest.mark.parametrize(("dtype", "z"), [(np.float32, -90.0), (np.float64, -705.0)])
def test_gradients_near_the_smallest_float_raise_no_false_alarm(dtype, z):
    x, w, y = (np.array(v, dtype=dtype) for v in ([[1.0]], [[z]], [[1.0]]))
    for loss in ("squared_difference", scaled_loss(1 / 3)):
        report = bp.check_gradients(x, [w], y, activation="softplus", b=None, loss=loss)
        assert report.verdict != "differs", str(report)


# Kinks and dead units


def test_a_kink_that_cancels_is_not_hidden():
    """relu(z) − relu(−z) = z: the slope is −2 on both sides, and back-propagation says 0."""
    report = bp.check_gradients(
        [[1.0]],
        [[[0.0]], [[1.0, -1.0]], [[1.0], [-1.0]]],
        [[1.0]],
        activation=["identity", "relu", "identity"],
    )
    row = report.rows[0]
    assert (row.verdict, row.analytic, row.numeric, row.arms[0]) == ("can't tell", 0, -2, 0)
    assert "a kink within reach" in str(report) and "-2 on both sides" in str(report)
    assert not report and report.verdict == "can't tell"


@pytest.mark.parametrize("loss", ["squared_difference", scaled_loss(1.0)], ids=["entry", "own"])
def test_the_running_example_with_relu_and_zero_biases(loss):
    zero = [[0.0]] * 3
    w = [[[0.8]], [[-1.2]], [[1.5]]]
    report = bp.check_gradients([[0.5]], w, [[1.0]], activation="relu", b=zero, loss=loss)
    found = verdicts(report)
    assert found.pop(("b", 3)) == "can't tell"  # z^3 = 0: behind a dead layer that is routine
    assert set(found.values()) == {"agrees"}  # dead: exactly 0, both ways
    (row,) = (row for row in report.rows if not row.ok)
    np.testing.assert_allclose(
        [row.numeric - row.arms[0], row.numeric + row.arms[0]], [0, -2], atol=1e-6
    )


@pytest.mark.parametrize("loss", ["squared_difference", scaled_loss(1e-9)], ids=["entry", "own"])
def test_a_dead_unit_agrees_and_a_wrong_gradient_for_it_differs(loss):
    x, w, y, b = network((3, 4, 2))
    b[0][1] = -50.0  # never on
    assert bp.check_gradients(x, w, y, activation=["relu", "identity"], b=b, loss=loss).ok

    def not_dead(k, v):
        return v + 1e-9 * np.eye(4)[1] if k == 1 else v

    report = bp.check_gradients(
        x, w, y, activation=["relu", "identity"], b=b, loss=loss, backward=with_weights(not_dead)
    )
    assert verdicts(report)["w", 1] == "differs"


def test_a_kink_does_no_harm_where_nothing_hangs_on_it():
    """A unit at 0 whose outgoing weights are 0: both slopes are 0, and so is the gradient."""
    report = bp.check_gradients(
        [[1.0]], [[[0.0, 2.0]], [[0.0], [1.0]]], [[1.0]], activation=["relu", "identity"]
    )
    assert report.ok, str(report)


# Cost


def test_every_weight_of_128_128_10_takes_under_a_second_and_64_mib():
    x, w, y, _ = network((128, 128, 10), m=2)
    bp.check_gradients(x, w, y)
    seconds = min(timed(bp.check_gradients, x, w, y) for _ in range(3))
    assert seconds < 1
    assert peak(bp.check_gradients, x, w, y) < 64


def test_a_large_network_is_sampled_in_bounded_time_and_memory():
    x, w, y, b = network((784, 512, 512, 10), m=8)
    assert timed(bp.check_gradients, x, w, y, activation="tanh", b=b) < 5
    gradients = sum(v.nbytes for v in (*w, *b)) / 2**20  # what `backward` itself returns
    assert peak(bp.check_gradients, x, w, y, activation="tanh", b=b) < 64 + gradients
    report = bp.check_gradients(x, w, y, activation="tanh", b=b)
    assert report.ok and "of 669706 parameters" in str(report)
    assert [len(row.at) for row in report.rows] == [1000, 512, 1000, 512, 1000, 10]
    assert [len(row.directions) for row in report.rows] == [3, 0, 3, 0, 3, 0]


@pytest.mark.parametrize("loss", ["squared_difference", scaled_loss(1.0)], ids=["entry", "own"])
def test_with_many_examples_fewer_are_measured_alone(loss):
    x, w, y, b = network((64, 32, 10), m=4000)
    trace = bp.forward(x, w, activation="tanh", b=b)
    kept = sum(v.nbytes for v in (*trace.z, *trace.a)) / 2**20  # what `backward` needs
    assert peak(bp.check_gradients, x, w, y, activation="tanh", b=b, loss=loss) < 64 + kept
    report = bp.check_gradients(x, w, y, activation="tanh", b=b, loss=loss)
    assert "differs" not in verdicts(report).values()
    assert 16 <= len(report.rows[0].at) < 1000 and len(report.rows[0].directions) == 3


@pytest.mark.parametrize("at", [(0, 0), (700, 300), (783, 511)])
def test_one_wrong_entry_of_401408_does_not_escape(at):
    x, w, y, b = network((784, 512, 512, 10), m=8)

    def off(k, v):
        v = v.copy()
        if k == 1:
            v[at] *= 1.01
        return v

    report = bp.check_gradients(x, w, y, activation="tanh", b=b, backward=with_weights(off))
    assert {at for at, verdict in verdicts(report).items() if verdict != "agrees"} == {("w", 1)}


def test_the_sample_and_its_seed_can_be_set():
    x, w, y, b = network((8, 6, 3))
    one, same, other = (bp.check_gradients(x, w, y, b=b, sample=5, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(one.rows[0].at, same.rows[0].at) and len(one.rows[0].at) == 5
    assert not np.array_equal(one.rows[0].at, other.rows[0].at)
    assert one.ok and len(one.rows[0].directions) == 3
    nothing_alone = bp.check_gradients(
        x, w, y, b=b, sample=0, backward=slips.get("bias_mean").backward
    )
    assert verdicts(nothing_alone) == {
        (name, k): "differs" if name == "b" else "agrees" for k in (1, 2) for name in "wb"
    }


def timed(function, *args, **settings):
    """The processor seconds of a call, all threads together: what else runs doesn't count."""
    start = time.process_time()
    function(*args, **settings)
    return time.process_time() - start


def peak(function, *args, **settings):
    """The most memory that a call has at once, in MiB."""
    tracemalloc.start()
    try:
        function(*args, **settings)
        return tracemalloc.get_traced_memory()[1] / 2**20
    finally:
        tracemalloc.stop()


# It measures the forward pass


def test_no_derivative_of_the_tables_is_used(monkeypatch):
    """The slopes are those of the forward pass: with every σ′ and ∂ℒ/∂a gone they are the same."""
    x, w, y, b = network((3, 4, 2))
    trace = bp.forward(x, w, activation="tanh", b=b)
    expected = measuring.Probe(trace, y, SQUARED).parameters("w", 1, np.arange(12)).value
    for entry in (*bp.activations.TABLE.values(), *losses.TABLE.values()):
        monkeypatch.setitem(entry.__dict__, "derivative", None)
    for method in (True, False):
        got = measuring.Probe(trace, y, SQUARED, method).parameters("w", 1, np.arange(12))
        np.testing.assert_allclose(got.value, expected, rtol=1e-7)


@cache
def both_methods():
    x, w, y, b = network((3, 4, 2))
    trace = bp.forward(x, w, activation="tanh", b=b)
    return [
        measuring.Probe(trace, y, SQUARED, method).parameters("w", 1, np.arange(12))
        for method in (True, False)
    ]


def test_both_methods_agree_within_their_error_bars():
    by_step, by_differences = both_methods()
    off = np.abs(by_step.value - by_differences.value)
    assert np.all(off <= by_step.bar + by_differences.bar)
    assert by_differences.bar.max() < 1e-9 and by_step.bar.max() < 1e-12
