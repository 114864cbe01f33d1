"""Each slip is caught by the gradient check, and only the slips are; and the loss falls with it."""

import dataclasses
import inspect
import warnings
from itertools import pairwise

import numpy as np
import pytest

import bpdemo as bp
from bpdemo import slips, training

SQUARE = (3, 3, 3, 3)


def network(widths, m=4, seed=0):
    rng = np.random.default_rng(seed)
    w = [rng.normal(size=shape) for shape in pairwise(widths)]
    return rng.normal(size=(m, widths[0])), w, rng.normal(size=(m, widths[-1]))


every = pytest.mark.parametrize("slip", slips.TABLE.values(), ids=lambda slip: slip.name)


def check(slip, **options):
    p = slips.problem(slip.activation)
    return bp.check_gradients(p.x, p.w, p.y, activation=p.activation, b=p.b, **options)


def test_there_are_ten_and_more_with_which_the_loss_falls():
    assert sum(slip.falls for slip in slips.TABLE.values()) >= 10


@every
def test_the_gradient_check_catches_each_slip(slip):
    assert check(slip).ok
    report = check(slip, backward=slip.backward)
    assert not report.ok
    assert report.max_error > 0.1
    assert "FAILED" in str(report)


@every
def test_it_is_seen_in_the_rows_it_says(slip):
    report = check(slip, backward=slip.backward)
    wrong = {(row.name, row.k) for row in report.rows if not row.ok}
    layers = {"": (1, 2, 3), "-": (1, 2), "1": (1,)}
    assert wrong == {(row[0], k) for row in slip.rows for k in layers[row[1:]]}


@every
def test_its_line_stands_in_the_real_backward_and_is_the_only_one_exchanged(slip):
    lines = [line.partition("#")[0].strip() for line in source(bp.backward)]
    assert lines.count(slip.right) == 1 and slip.line not in lines


def source(function):
    return inspect.getsource(function).splitlines()


@pytest.mark.parametrize("k", [1, 2, 3])
def test_a_slip_can_be_had_in_one_layer(k):
    p = slips.problem()
    mine = slips.patched((slips.get("bias_mean"), (k,)))
    report = bp.check_gradients(p.x, p.w, p.y, activation=p.activation, b=p.b, backward=mine)
    assert [(row.name, row.k) for row in report.rows if not row.ok] == [("b", k)]


def test_two_slips_can_share_a_line_in_different_layers():
    p = slips.problem()
    one, other = slips.get("wrong_layer"), slips.get("lost_transpose")
    trace = bp.forward(p.x, p.w, activation=p.activation, b=p.b)
    both = slips.patched((one, (2,)), (other, (3,)))(trace, p.y)
    np.testing.assert_allclose(both.dL_da[2], both.dL_dz[3] @ trace.w[3])
    np.testing.assert_allclose(both.dL_da[1], both.dL_dz[2] @ trace.w[1].T)


def test_a_line_that_backward_does_not_have_is_an_error():
    strange = dataclasses.replace(slips.get("bias_mean"), right="dL_db[k] = 0")
    with pytest.raises(ValueError, match="no line 'dL_db"):
        slips.patched((strange, None))


def losses(slip, nudge=0.0):
    p = slips.problem(slip.activation)
    w = [v * (1 + nudge) for v in p.w]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return [
            record.loss
            for record in training.descend(
                p.x, w, p.y, b=p.b, activation=p.activation, learning_rate=slips.RATE, epochs=200,
                backward=slip.backward,
            )
        ]  # fmt: skip


@every
def test_the_loss_falls_all_the_same(slip):
    loss = losses(slip)
    assert (loss[-1] < 0.6 * loss[0] and max(loss) == loss[0]) == slip.falls
    assert slip.falls == (slip.name != "wrong_sign")


@every
def test_the_losses_are_the_same_on_another_machine(slip):
    # What a notebook prints must not hang on the last digit of somebody's exp.
    np.testing.assert_allclose(losses(slip, 1e-14), losses(slip), rtol=1e-7)


@every
def test_a_slip_says_what_it_is(slip):
    assert slips.TABLE[slip.name] is slip
    assert slip.says.endswith(".") and slip.line != slip.right and slip.hidden and slip.seen


def test_the_relative_errors_that_tell_the_base_case():
    def error(name):
        return check(slips.get(name), backward=slips.get(name).backward).max_error

    assert error("wrong_sign") == pytest.approx(2, rel=1e-6)
    assert error("lost_factor_2") == pytest.approx(1 / 2, rel=1e-6)
    assert error("mean_for_sum") == pytest.approx(1 - 1 / 8, rel=1e-6)


def test_relu_after_itself_is_never_below_0_so_the_mask_is_always_true():
    p = slips.problem("relu")
    trace = bp.forward(p.x, p.w, activation=p.activation, b=p.b)
    for k in (1, 2):
        assert (trace.a[k] >= 0).all() and not (trace.z[k] > 0).all()


def test_updated_weights_are_those_of_a_step_taken_too_early():
    p = slips.problem()
    trace = bp.forward(p.x, p.w, activation=p.activation, b=p.b)
    right, wrong = bp.backward(trace, p.y), slips.get("updated_weights").backward(trace, p.y)
    np.testing.assert_allclose(wrong.dL_dw[3], right.dL_dw[3], rtol=1e-13)
    moved = training.step(p.w, right, slips.RATE)
    dL_da2 = right.dL_dz[3] @ moved[2].T
    np.testing.assert_allclose(wrong.dL_da[2], dL_da2, rtol=1e-13)


@pytest.mark.parametrize(
    ("name", "activation"),
    [("skipped_slope", "identity"), ("unbent_step", "identity"), ("relu_mask", "sigmoid")],
)
def test_where_it_hides(name, activation):
    x, w, y = network(SQUARE)
    assert bp.check_gradients(x, w, y, activation=activation, backward=slips.get(name).backward).ok


@pytest.mark.parametrize("name", ["mean_for_sum", "last_example_only", "bias_mean"])
def test_these_hide_with_one_example(name):
    x, w, y = network(SQUARE, m=1)
    b = [np.full(3, 0.1)] * 3
    assert bp.check_gradients(x, w, y, b=b, backward=slips.get(name).backward).ok


def test_the_last_path_hides_with_one_neuron_a_layer():
    x, w, y = network((1, 1, 1, 1))
    assert bp.check_gradients(x, w, y, backward=slips.get("last_path_only").backward).ok


def test_the_problem_is_the_same_each_time():
    one, two = slips.problem(), slips.problem()
    assert all(np.array_equal(a, b) for a, b in zip(one.w + one.b, two.w + two.b, strict=True))
    assert one.x.shape == one.y.shape == (8, 3) and set(np.ravel(one.y)) == {0, 1}


def test_without_a_slip_the_patched_pass_is_the_right_one():
    x, w, y = network(SQUARE)
    trace = bp.forward(x, w, activation="tanh")
    got, right = slips.patched((slips.get("bias_mean"), ()))(trace, y), bp.backward(trace, y)
    for name in ("dL_da", "dL_dz", "dL_dw"):
        layers, expected = getattr(got, name), getattr(right, name)
        assert (layers.first, layers.last) == (expected.first, expected.last)
        for mine, theirs in zip(layers, expected, strict=True):
            np.testing.assert_array_equal(mine, theirs)


@pytest.mark.parametrize("activation", ["identity", "relu", "leaky_relu"])
def test_sigma_of_a_hides_where_sigma_keeps_the_sign(activation):
    x, w, y = network(SQUARE)
    slip = slips.get("sigma_of_a").backward
    assert bp.check_gradients(x, w, y, activation=activation, backward=slip).ok


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "softplus"])
def test_sigma_of_a_shows_with_the_others(activation):
    x, w, y = network(SQUARE)
    slip = slips.get("sigma_of_a").backward
    assert not bp.check_gradients(x, w, y, activation=activation, backward=slip).ok


def test_a_lost_transpose_hides_with_one_neuron_a_layer():
    x, w, y = network((1, 1, 1, 1))
    assert bp.check_gradients(x, w, y, backward=slips.get("lost_transpose").backward).ok


@pytest.mark.parametrize("name", ["lost_transpose", "wrong_layer"])
def test_shapes_give_these_away_on_a_network_that_is_not_square(name):
    x, w, y = network((3, 4, 2, 1))
    with pytest.raises(ValueError, match="matmul"):
        slips.get(name).backward(bp.forward(x, w), y)


@pytest.mark.parametrize("name", ["lost_transpose", "wrong_layer"])
def test_a_slip_in_the_step_back_leaves_the_last_layer_right(name):
    x, w, y = network(SQUARE)
    trace = bp.forward(x, w)
    right, wrong = bp.backward(trace, y), slips.get(name).backward(trace, y)
    np.testing.assert_allclose(wrong.dL_dw[3], right.dL_dw[3])
    assert not np.allclose(wrong.dL_dw[2], right.dL_dw[2])


def test_slips_know_biases():
    x, w, y = network(SQUARE)
    b = [np.full(3, 0.1 * k) for k in range(3)]
    report = bp.check_gradients(x, w, y, b=b, backward=slips.get("wrong_sign").backward)
    assert not any(row.ok for row in report.rows)


def test_an_unknown_slip_lists_those_there_are():
    with pytest.raises(ValueError, match=r"sigma_of_a, wrong_sign.*received 'nonsense'"):
        slips.get("nonsense")
