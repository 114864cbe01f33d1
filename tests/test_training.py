"""Gradient descent does what row N17 says, stops honestly, and learns to read."""

import math
import time
import types
from itertools import chain, islice

import numpy as np
import pytest

import bpdemo as bp
from bpdemo import data, training

CHAIN = [np.array([[0.8]]), np.array([[-1.2]]), np.array([[1.5]])]
X, Y = np.array([[0.5]]), np.array([[1.0]])


def problem(m=6, widths=(3, 4, 2), seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(m, widths[0])), rng.random((m, widths[-1]))


# --- initial weights ---


def test_initial_weights_have_the_shapes_and_the_spread_they_claim():
    w = training.initial_weights([400, 300, 5], seed=1)
    assert [v.shape for v in w] == [(400, 300), (300, 5)]
    assert w[0].std() == pytest.approx(1 / 20, rel=0.02)
    assert w[0].mean() == pytest.approx(0, abs=1e-3)
    assert w[1].std() == pytest.approx(1 / math.sqrt(300), rel=0.1)
    double = training.initial_weights([400, 300, 5], seed=1, scale=2)
    np.testing.assert_allclose(double[0], 2 * w[0], rtol=1e-15)


def test_initial_weights_follow_their_seed():
    one, same, other = (training.initial_weights([2, 3, 1], seed) for seed in (4, 4, 5))
    assert all(np.array_equal(p, q) for p, q in zip(one, same, strict=True))
    assert not np.array_equal(one[0], other[0])


def test_initial_biases_are_zero():
    b = training.initial_biases([3, 4, 2])
    assert [v.shape for v in b] == [(4,), (2,)]
    assert not any(v.any() for v in b)


@pytest.mark.parametrize("widths", [[], [3], [3, 0], [3, 2.5], [-1, 2]])
def test_widths_are_checked(widths):
    for make in (training.initial_weights, training.initial_biases):
        with pytest.raises((ValueError, TypeError), match=r"widths(\[\d\])?: expected"):
            make(widths)


# --- one step ---


def test_a_step_is_row_n17_and_changes_nothing_in_place():
    x, y = problem()
    w = training.initial_weights([3, 4, 2])
    before = [v.copy() for v in w]
    grad = bp.backward(bp.forward(x, w), y)
    new = training.step(w, grad, 0.25)
    for k in (1, 2):
        np.testing.assert_array_equal(new[k - 1], before[k - 1] - 0.25 * grad.dL_dw[k])
        np.testing.assert_array_equal(w[k - 1], before[k - 1])
        assert not np.shares_memory(new[k - 1], w[k - 1])


def test_a_step_lowers_the_loss_by_eta_times_the_squared_slope():
    """To first order ℒ falls by η‖∂ℒ/∂w‖²: the sign and the factor, measured."""
    trace = bp.forward(X, CHAIN)
    grad = bp.backward(trace, Y)
    eta = 1e-6
    fall = bp.squared_difference(trace.a[3], Y) - bp.squared_difference(
        bp.forward(X, training.step(CHAIN, grad, eta)).a[3], Y
    )
    assert fall / eta == pytest.approx(sum((g**2).sum() for g in grad.dL_dw), rel=1e-4)


def test_a_step_takes_biases_and_refuses_what_does_not_fit():
    x, y = problem()
    w, b = training.initial_weights([3, 4, 2]), training.initial_biases([3, 4, 2])
    grad = bp.backward(bp.forward(x, w, b=b), y)
    new = training.step(b, grad.dL_db, 0.1)
    np.testing.assert_array_equal(new[1], -0.1 * grad.dL_db[2])
    with pytest.raises(ValueError, match="2 gradients"):
        training.step(w, [grad.dL_dw[1]], 0.1)
    with pytest.raises(ValueError, match=r"layer 1: expected a gradient of shape \(3, 4\)"):
        training.step(w, [grad.dL_dw[1].T, grad.dL_dw[2]], 0.1)


# --- the descent ---


def test_full_batch_descent_is_the_same_as_stepping_by_hand():
    w = CHAIN
    for record in training.descend(X, CHAIN, Y, learning_rate=2.0, epochs=5):
        for one, other in zip(record.w, w, strict=True):
            np.testing.assert_array_equal(one, other)
        assert record.loss == bp.squared_difference(bp.forward(X, w).a[3], Y)
        w = training.step(w, bp.backward(bp.forward(X, w), Y), 2.0)
    assert record.epoch == 5 and record.m == 1 and not record.diverged and record.b is None


def test_descent_with_biases_moves_them():
    x, y = problem()
    w, b = training.initial_weights([3, 4, 2]), training.initial_biases([3, 4, 2])
    first, second = training.descend(x, w, y, b=b, learning_rate=0.1, epochs=1)
    grad = bp.backward(bp.forward(x, w, b=b), y)
    np.testing.assert_array_equal(second.b[0], -0.1 * grad.dL_db[1])
    assert second.loss < first.loss


def test_each_epoch_takes_every_example_once():
    """With η = 0 nothing moves, so a spy sees the batches as they are."""
    x, y = np.arange(7.0)[:, None], np.zeros((7, 1))
    seen = []

    def spy(trace, y, loss):
        seen.append(trace.a[0].ravel().tolist())
        return bp.backward(trace, y, loss)

    def run(seed):
        seen.clear()
        w = [np.ones((1, 1))]
        settings = {"learning_rate": 0.0, "epochs": 2, "batch_size": 3, "seed": seed}
        list(training.descend(x, w, y, **settings, backward=spy))
        return list(seen)

    batches = run(0)
    assert [len(batch) for batch in batches] == [3, 3, 1, 3, 3, 1]
    assert sorted(chain(*batches[:3])) == sorted(chain(*batches[3:])) == list(range(7))
    assert batches[:3] != batches[3:], "shuffled again"
    assert batches == run(0) != run(1)


def test_records_keep_their_weights_when_the_descent_goes_on():
    records = list(training.descend(X, CHAIN, Y, learning_rate=2.0, epochs=3))
    losses = [bp.squared_difference(bp.forward(X, r.w).a[3], Y) for r in records]
    assert losses == [r.loss for r in records] == sorted(losses, reverse=True)
    assert CHAIN[0][0, 0] == 0.8


def test_without_a_number_of_epochs_it_goes_on():
    records = islice(training.descend(X, CHAIN, Y, epochs=None), 300)
    assert [r.epoch for r in records] == list(range(300))
    assert len(list(training.descend(X, CHAIN, Y, epochs=0))) == 1


@pytest.mark.parametrize("learning_rate", [1, 1.0, np.float64(1.0), np.int64(1)])
def test_float32_stays_float32(learning_rate):
    w = [v.astype(np.float32) for v in CHAIN]
    x = X.astype(np.float32)
    *_, last = training.descend(x, w, Y, epochs=2, learning_rate=learning_rate)
    assert {v.dtype for v in last.w} == {np.dtype(np.float32)}
    grad = bp.backward(bp.forward(x, w), Y)
    assert {v.dtype for v in training.step(w, grad, learning_rate)} == {np.dtype(np.float32)}


def test_unsigned_weights_do_not_wrap():
    new = training.step([np.array([[1]], np.uint8)], [np.array([[2]], np.uint8)], 1)
    assert new[0] == -1


def test_generators_are_taken_as_forward_takes_them():
    sigma = ["tanh", "relu", "identity"]
    *_, one = training.descend(X, CHAIN, Y, activation=sigma, epochs=3)
    *_, other = training.descend(X, iter(CHAIN), Y, activation=iter(sigma), epochs=3)
    assert one.loss == other.loss


@pytest.mark.parametrize("batch_size", [None, 2])
@pytest.mark.parametrize("activation", ["identity", "leaky_relu"])
def test_too_large_a_rate_is_reported_and_ends_the_descent(activation, batch_size):
    """Warnings are errors in the tests, so this also says: no overflow warning."""
    x, y = problem(m=8)
    w = [np.abs(v) for v in training.initial_weights([3, 4, 2])]
    records = list(
        training.descend(
            np.abs(x), w, y, activation=activation, learning_rate=1e6, batch_size=batch_size
        )
    )
    *before, last = records
    assert last.diverged and last.loss == math.inf
    assert all(math.isfinite(r.loss) and not r.diverged for r in before)
    assert all(np.isfinite(v).all() for r in records for v in r.w)
    assert f"diverged in epoch {last.epoch}" in str(last) and "1e+06" in str(last)
    assert "nan" not in str(last)
    assert training.mean_loss(x, y, record=last, activation=activation) == math.inf


def test_a_saturating_network_does_not_diverge_but_gets_stuck():
    records = list(training.descend(X, CHAIN, [[0.3]], learning_rate=1e9, epochs=5))
    assert not any(r.diverged for r in records)
    assert records[-1].loss == records[-2].loss == pytest.approx(0.04)


def test_a_loss_that_is_not_finite_at_the_start_is_reported_at_the_start():
    records = list(training.descend([[1e200]], [[[1e200]]], [[0.0]], activation="identity"))
    assert [r.epoch for r in records] == [0] and records[0].diverged


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"learning_rate": -1}, ValueError, "learning_rate: expected"),
        ({"learning_rate": math.nan}, ValueError, "learning_rate: expected"),
        ({"learning_rate": math.inf}, ValueError, "learning_rate: expected"),
        ({"learning_rate": "a"}, TypeError, "learning_rate: expected"),
        ({"learning_rate": [0.1]}, TypeError, "learning_rate: expected"),
        ({"seed": -1}, ValueError, "seed: expected a whole number ≥ 0"),
        ({"seed": 0.5}, TypeError, "seed: expected a whole number"),
        ({"epochs": -1}, ValueError, "epochs: expected"),
        ({"epochs": 2.5}, TypeError, "epochs: expected"),
        ({"batch_size": 0}, ValueError, "batch_size: expected"),
        ({"batch_size": True}, TypeError, "batch_size: expected"),
        ({"activation": "step"}, ValueError, "activation: expected"),
        ({"loss": "hinge"}, ValueError, "loss: expected"),
        ({"y": [[1.0, 2.0]]}, ValueError, "y: expected"),
        ({"w": [np.ones((5, 1, 1))]}, ValueError, "leading axes"),
    ],
)
def test_settings_are_refused_at_once(settings, error, message):
    with pytest.raises(error, match=message):
        training.descend(**{"x": X, "y": Y, "w": CHAIN, **settings})


def test_the_slip_of_the_notes_goes_elsewhere():
    """Training with σ′(a) for σ′(z): another path, though the loss may fall as well."""

    def slip(trace, y, loss):
        activation = [
            types.SimpleNamespace(derivative=lambda z, a, s=s: s.derivative(a))
            for s in trace.activation
        ]
        layers = bp.Layers("activation", activation, first=1)
        return bp.backward(bp.network.Trace(trace.a, trace.z, trace.w, trace.b, layers), y, loss)

    right = list(training.descend(X, CHAIN, Y, learning_rate=2.0, epochs=20))
    wrong = list(training.descend(X, CHAIN, Y, learning_rate=2.0, epochs=20, backward=slip))
    assert right[-1].loss < right[0].loss
    assert max(np.abs(right[-1].w[2] - wrong[-1].w[2])) > 0.01


# --- reading the output ---


def test_read_and_accuracy():
    a = np.array([[0.1, 0.7, 0.2], [0.9, 0.0, 0.0], [0.3, 0.3, 0.4]])
    assert training.predict(a).tolist() == [1, 0, 2]
    assert training.accuracy(a, [1, 0, 0]) == pytest.approx(2 / 3)
    assert training.predict([[0.49], [0.5]]).tolist() == [0, 1]
    many = np.stack([a, a[:, ::-1]])  # two networks
    np.testing.assert_allclose(training.accuracy(many, [1, 0, 2]), [1, 1 / 3])


@pytest.mark.parametrize("labels", [[1], [[1, 0], [0, 1]], 1])
def test_accuracy_refuses_labels_that_do_not_fit(labels):
    with pytest.raises(ValueError, match=r"labels: expected (2 labels|shape \(m,\))"):
        training.accuracy([[0.1, 0.9], [0.8, 0.2]], labels)
    with pytest.raises(ValueError, match="a: expected real numbers of shape"):
        training.predict([0.1, 0.9])


# --- from random weights ---


def test_trained_is_the_last_record_of_a_descent_from_random_weights():
    x, y = problem()
    settings = {"learning_rate": 0.1, "epochs": 5, "batch_size": 2}
    widths = [3, 4, 2]
    w = training.initial_weights(widths, seed=3, scale=2)
    *_, last = training.descend(x, w, y, b=training.initial_biases(widths), **settings)
    mine = training.trained(x, y, widths=widths, start=3, scale=2, **settings)
    assert mine.epoch == 5 and mine.loss == last.loss
    for ours, theirs in ((mine.w, last.w), (mine.b, last.b)):
        assert all(np.array_equal(p, q) for p, q in zip(ours, theirs, strict=True))
    *_, last = training.descend(x, w, y, **settings)
    plain = training.trained(x, y, widths=widths, start=3, scale=2, biases=False, **settings)
    assert plain.b is None and plain.loss == last.loss != mine.loss


def test_trained_says_what_does_not_fit():
    x, y = problem()
    with pytest.raises(ValueError, match="widths: expected"):
        training.trained(x, y, widths=[3])
    with pytest.raises(ValueError, match="learning_rate: expected"):
        training.trained(x, y, widths=[3, 4, 2], learning_rate=-1)
    wild = {"activation": "identity", "learning_rate": 1e9, "epochs": 50}
    assert training.trained(x, y, widths=[3, 4, 2], **wild).diverged


# --- real data ---


def learn(parts, **changes):
    w = training.initial_weights([64, 32, 10], seed=0)
    settings = {**training.SIGMOID_SETTINGS, **changes}
    *_, last = training.descend(parts.train.pixels, w, parts.train.y, **settings)
    a = bp.forward(parts.held_out.pixels, last.w).a[2]
    return last, training.accuracy(a, parts.held_out.labels)


def test_a_64_32_10_network_reads_held_out_digits():
    begin = time.thread_time()
    last, score = learn(data.digits_split())
    assert score > 0.96
    assert last.loss / last.m < 0.02
    assert time.thread_time() - begin < 10


def test_the_digits_are_read_by_learning_and_not_by_chance():
    """The same measure fails where it should: untrained, or learning from shuffled labels."""
    parts = data.digits_split()
    assert learn(parts, epochs=0)[1] < 0.3
    labels = np.random.default_rng(0).permutation(parts.train.labels)
    mixed = data.Digits(parts.train.pixels, labels, parts.train.index)
    shuffled = data.Split(mixed, parts.held_out, parts.validation)
    assert learn(shuffled, epochs=5)[1] < 0.3


def test_held_out_loss_is_measured_like_the_training_loss():
    parts = data.digits_split()
    train = parts.train
    last, _ = learn(parts, epochs=2)
    assert training.mean_loss(train.pixels, train.y, record=last) == pytest.approx(
        last.loss / last.m
    )
    assert training.mean_loss(parts.held_out.pixels, parts.held_out.y, record=last) > 0


@pytest.mark.parametrize("make", [data.xor, data.circles, data.moons])
def test_the_two_input_problems_can_be_learnt_with_biases(make):
    points = make()
    widths = [2, 6, 1]
    w, b = training.initial_weights(widths, seed=1, scale=2), training.initial_biases(widths)
    size = None if len(points) < 10 else 10
    *_, last = training.descend(
        points.x,
        w,
        points.y,
        b=b,
        learning_rate=1.0,
        epochs=1500 if size is None else 300,
        batch_size=size,
    )
    assert training.accuracy(bp.forward(points.x, last.w, b=last.b).a[2], points.labels) > 0.97


@pytest.fixture(scope="module")
def reader():
    """The network of notebook 08, with the seconds it took, without what else the machine did."""
    parts, widths = data.digits_split(validation=200), [64, 128, 10]
    w, b = training.initial_weights(widths, scale=2**0.5), training.initial_biases(widths)
    begin = time.thread_time()
    records = list(
        training.descend(parts.train.pixels, w, parts.train.y, b=b, **training.RELU_SETTINGS)
    )
    return parts, records, time.thread_time() - begin


def test_the_reader_reads_over_97_5_percent_of_the_held_out_digits_in_under_15_s(reader):
    parts, records, seconds = reader
    last, sigma = records[-1], training.RELU_SETTINGS["activation"]
    said = bp.forward(parts.held_out.pixels, last.w, activation=sigma, b=last.b).a[2]
    assert training.accuracy(said, parts.held_out.labels) > 0.975
    said = bp.forward(parts.validation.pixels, last.w, activation=sigma, b=last.b).a[2]
    assert training.accuracy(said, parts.validation.labels) > 0.97
    assert seconds < 15


def test_the_reader_starts_from_ln_10_a_digit_or_a_little_more(reader):
    _, records, _ = reader
    assert np.log(10) < records[0].loss / records[0].m < 1.5 * np.log(10)
    assert records[-1].loss < 0.02 * records[0].loss


def test_the_parts_of_the_reader_share_no_digit(reader):
    parts, _, _ = reader
    index = [set(part.index.tolist()) for part in (parts.train, parts.validation, parts.held_out)]
    assert sum(map(len, index)) == len(set.union(*index)) == 1797
    assert list(map(len, index)) == [1237, 200, 360]


def test_an_interrupted_descent_leaves_its_last_record_and_can_go_on():
    """As when a learner presses the kernel's Interrupt in the middle of an epoch."""
    x, y = np.array([[0.0], [1.0], [2.0]]), np.array([[1.0], [0.0], [1.0]])
    w, b = training.initial_weights([1, 3, 1]), training.initial_biases([1, 3, 1])
    calls = 0

    def interrupted(trace, y, loss):
        nonlocal calls
        calls += 1
        if calls == 8:  # the second step of the third epoch
            raise KeyboardInterrupt
        return bp.backward(trace, y, loss)

    records = []
    with pytest.raises(KeyboardInterrupt):
        for record in training.descend(x, w, y, b=b, batch_size=1, epochs=5, backward=interrupted):
            records.append(record)

    last = records[-1]
    assert [record.epoch for record in records] == [0, 1, 2]
    whole = [*training.descend(x, w, y, b=b, batch_size=1, epochs=2)]
    for one, other in zip((*last.w, *last.b), (*whole[-1].w, *whole[-1].b), strict=True):
        np.testing.assert_array_equal(one, other)
    on = [*training.descend(x, last.w, y, b=last.b, epochs=1)]
    assert on[0].loss == last.loss and math.isfinite(on[-1].loss)


def test_weights_that_overflow_are_not_taken():
    """η · ∂ℒ/∂w is beyond the largest float: the last finite weights stay, and ℒ counts as inf."""
    x, y, w = np.array([[1.0]]), np.array([[0.0]]), [np.array([[10.0]])]
    start, last = training.descend(x, w, y, activation="identity", learning_rate=1.7e308, epochs=3)
    assert (start.epoch, last.epoch, last.diverged) == (0, 1, True)
    assert last.loss == math.inf and last.w[0] == 10.0
    assert "diverged in epoch 1" in str(last)


@pytest.mark.parametrize("count", [0, 2])
def test_a_step_wants_one_gradient_per_layer(count):
    with pytest.raises(ValueError, match=f"grad: expected .* one per layer[,;] received {count}"):
        training.step([[[1.0, 2.0]]], [[[10.0, -10.0]]] * count, learning_rate=0.1)
