"""What a report of a gradient check says, word for word, and where its verdicts begin and end."""

import numpy as np
import pytest

from bpdemo import reports
from bpdemo.measuring import Slopes


def slopes(value, bar=0.0, arms=0.0, kink=False):
    value = np.array(value, dtype=float)
    return Slopes(value, *(np.broadcast_to(v, value.shape) for v in (bar, arms, kink)))


def row(got, value, *, shape=None, at=None, k=1, m=None, rounding=0.0, directions=(), **measured):
    """The row of one array with these gradients and measured slopes, tolerance 1e-6."""
    got = np.array(got)
    at = np.arange(got.size) if at is None else np.array(at)
    return reports.compare(
        "w", k, got.shape if shape is None else shape, got, at, slopes(value, **measured),
        rounding, directions, 1e-6, m,
    )  # fmt: skip


# One row


def test_a_row_that_agrees():
    assert str(row([1.0, 2.0], [1.0, 2.0])) == "layer 1: dL_dw[1] agrees"
    assert str(row([1.0, 2.0], [1.0, 2.0], k=None)) == "w agrees"


def test_a_row_of_another_shape():
    transposed = row(np.ones((3, 2)), np.ones(6), shape=(2, 3))
    assert str(transposed) == (
        "layer 1: dL_dw[1] has shape (3, 2), expected (2, 3) (is it transposed?)"
    )
    flat = row(np.ones(6), np.ones(6), shape=(2, 3), k=None)
    assert str(flat) == "w has shape (6,), expected (2, 3)"
    for wrong in (transposed, flat):
        assert wrong.verdict == "differs" and wrong.max_error == np.inf
        assert (wrong.worst, wrong.reason, wrong.directions) == ((), "its shape", ())
        assert np.isnan([wrong.analytic, wrong.numeric, wrong.bar]).all()
        for none in (wrong.gradients, wrong.slopes, wrong.bars, wrong.arms, wrong.error):
            assert none.shape == (0,)
        assert wrong.verdicts.shape == (0,) and wrong.verdicts.dtype.kind == "U"


def test_a_row_that_differs_names_the_worst():
    wrong = row([[1.0, 2.0], [3.0, 7.0]], [1.0, 2.0, 3.5, 3.5], bar=2e-10)
    assert str(wrong) == (
        "layer 1: dL_dw[1] differs in 2 of 4; worst at [1, 1]: analytic +7, "
        "numeric +3.5 ± 1e-09, relative error 0.5"
    )
    assert (wrong.worst, wrong.analytic, wrong.numeric, wrong.bar) == ((1, 1), 7.0, 3.5, 2e-10)
    assert wrong.max_error == 0.5 and wrong.k == 1 and wrong.size == 4
    assert wrong.received == wrong.expected == (2, 2) and wrong.tolerance == 1e-6


def test_a_row_of_which_a_sample_was_measured():
    wrong = row([[1.0, 9.0], [3.0, 7.0]], [1.0, 3.5], at=[0, 3])
    assert str(wrong) == (
        "layer 1: dL_dw[1] differs in 1 of 2 measured; worst at [1, 1]: analytic +7, "
        "numeric +3.5, relative error 0.5"
    )


def test_a_row_that_can_not_tell():
    unknown = row([1.0, 2e-9], [1.0, 1e-9], bar=1e-8)
    assert unknown.verdicts.tolist() == ["agrees", "can't tell"]
    assert str(unknown) == (
        "layer 1: dL_dw[1] can't tell in 1 of 2: too small compared with rounding; "
        "as at [1]: analytic +2e-09, numeric +1e-09 ± 1e-08"
    )


def test_a_row_at_a_kink():
    unknown = row([1.0, 2.0], [1.0, 2.5], arms=[0.0, 0.5], kink=[False, True])
    assert str(unknown) == (
        "layer 1: dL_dw[1] can't tell in 1 of 2: a kink within reach; "
        "as at [1]: analytic +2, numeric +2 on the left, +3 on the right"
    )
    assert unknown.arms.tolist() == [0.0, 0.5]
    # with one slope on both sides, and another gradient
    for arms, says in ((1e-6, "+1 on both sides"), (1.1e-6, "+0.999999 on the left")):
        unknown = row([1.5], [1.0], arms=arms, kink=True)
        assert f"numeric {says}" in str(unknown), str(unknown)
    # half the difference of the slopes says something only at a kink
    assert row([1.0], [1.0], arms=0.5).arms.tolist() == [0.0]
    assert row([1.0], [1.0], arms=0.5).ok


@pytest.mark.parametrize(
    ("bar", "says"),
    [(0.0, "+1.5"), (2e-10, "+1.5 ± 1e-09"), (1e-9, "+1.5 ± 1e-09"), (np.inf, "+1.5 ± ?")],
)
def test_a_measured_slope_with_its_bar(bar, says):
    assert reports._measured(1.5, bar) == says


# The verdict of a number


def verdict(got, value, **more):
    (one,) = row([got], [value], **more).verdicts
    return one


def test_the_error_bar_is_allowed_on_top_of_the_tolerance():
    assert verdict(1.0 + 0.9e-6, 1.0) == "agrees"
    assert verdict(1.0 + 1.1e-6, 1.0) == "differs"
    assert verdict(1.0 + 1.8e-6, 1.0, bar=1e-6) == "agrees"
    assert verdict(1.0 + 2.2e-6, 1.0, bar=1e-6) == "differs"
    assert verdict(0.0, 0.0) == "agrees"
    # it is relative to the larger of the two, whatever their signs
    assert verdict(-1.0, -1.0 - 0.9e-6) == verdict(-1e6, -1e6 + 0.9) == "agrees"


def test_an_error_bar_of_more_than_ten_tolerances_decides_nothing():
    assert verdict(1.0, 1.0, bar=0.9e-5) == "agrees"
    assert verdict(1.0, 1.0, bar=1.1e-5) == "can't tell"
    assert verdict(1.0, 2.0, bar=1.1e-5) == "differs"


def test_rounding_excuses_a_gradient_of_its_own_size_but_not_a_far_smaller_one():
    assert verdict(1.0, 0.0, rounding=0.5) == "differs"
    assert verdict(1.0, 0.0, rounding=1.5) == "can't tell"
    assert verdict(0.0, 1.0, rounding=1.5) == "can't tell"
    assert verdict(2e-6, 1.0, rounding=1.5) == "can't tell"
    assert verdict(1e-6, 1.0, rounding=1.5) == "differs"
    assert verdict(-1e-6, 1.0, rounding=1.5) == "differs"


def test_numbers_near_the_smallest_normal_one_are_not_called_wrong():
    assert verdict(2e-250, 0.5e-250) == "differs"
    assert verdict(1e-251, 2e-251) == "can't tell"
    tiny = float(np.finfo(np.float32).tiny)
    assert verdict(np.float32(2 * tiny), 1.5 * tiny) == "can't tell"
    assert verdict(np.float32(4 * tiny), tiny) == "differs"
    assert verdict(0, 0.9e-250) == "can't tell" and verdict(0, 1.1e-250) == "differs"  # integers


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_not_finite(bad):
    assert verdict(bad, 1.0) == "differs"
    assert row([bad, 1.0], [1.0, 1.0]).error.tolist() == [np.inf, 0.0]
    assert verdict(1.0, bad) == "can't tell"
    assert verdict(bad, bad) == "differs"
    assert verdict(bad, 1.0, kink=True, arms=1.0) == "differs"


def test_the_gravest_verdict_is_that_of_the_whole():
    assert reports.gravest(["agrees", "can't tell", "differs"]) == "differs"
    assert reports.gravest(["agrees", "can't tell"]) == "can't tell"
    assert reports.gravest(["agrees"]) == reports.gravest([]) == "agrees"


# A direction


def along(value, signs, **more):
    return (slopes([value], **more), [np.array(block) for block in signs], 0.0)


def test_along_a_direction_the_gradient_is_summed_with_its_signs():
    got = [[1.0, 2.0], [4.0, 8.0]]
    signs = [np.array(block, np.int8) for block in ([1, -1], [1], [1])]  # any blocks, in order
    right = row(got, [1.0], at=[0], directions=[along(11.0, signs, bar=1e-7)])
    (one,) = right.directions
    assert (one.analytic, one.numeric, one.bar, one.verdict) == (11.0, 11.0, 1e-7, "agrees")
    assert right.ok and right.reason == ""

    wrong = row(got, [1.0], at=[0], directions=[along(12.0, signs)])
    assert [one.verdict for one in wrong.directions] == ["differs"]
    assert str(wrong) == (
        "layer 1: dL_dw[1] differs: those measured alone agree, "
        "but the sum along a random direction doesn't"
    )
    unknown = row(got, [1.0], at=[0], directions=[along(11.0, signs, arms=1.0, kink=True, bar=1.0)])
    assert str(unknown) == (
        "layer 1: dL_dw[1] can't tell: a random direction meets a kink, or drowns in rounding"
    )


def test_along_a_direction_the_error_is_relative_to_the_length_of_the_gradient():
    got, signs = np.array([3e3, 4e3, -7e3]), [np.ones(3)]  # the length is 8602, the sum 0
    for off, says in ((0.8e-2, "agrees"), (0.9e-2, "differs")):
        (one,) = row(got, [3e3], at=[0], directions=[along(off, signs)]).directions
        assert one.verdict == says
    small = [1e-8 * v for v in got]
    (one,) = row(small, [3e-5], at=[0], directions=[along(0.9e-10, signs)]).directions
    assert one.verdict == "differs"
    rounded = (slopes([0.9e-2]), signs, 1e-2)
    (one,) = row(got, [3e3], at=[0], directions=[rounded]).directions
    assert one.verdict == "can't tell"


# What it looks like


def guess(got, value, **more):
    return row(got, value, **more).reason


def test_a_gradient_of_zeros():
    assert guess([0.0, 0.0], [1.0, 2.0]) == "it is 0 everywhere"
    assert guess([0.0], [1.0]) == "it is 0 everywhere"
    assert guess([1.0, 2.0], [0.0, 0.0]) == ""
    assert guess([np.nan, 0.0], [1.0, 1.0]) == ""


@pytest.mark.parametrize(
    ("factor", "m", "says"),
    [
        (-1.0, None, "−1 times the measured one: the sign"),
        (0.5, None, "½ times the measured one: a factor 2 got lost"),
        (2.0, None, "2 times the measured one: a factor 2 too many"),
        (0.5, 2, "½ times the measured one: a factor 2 got lost"),
        (1 / 3, None, "1/3 times the measured one: a mean of 3 instead of a sum"),
        (3.0, None, "3 times the measured one: a sum of 3 instead of a mean"),
        (0.01, None, "1/100 times the measured one: a mean of 100 instead of a sum"),
        (100.0, None, "100 times the measured one: a sum of 100 instead of a mean"),
        (1e-4, None, "1/10000 times the measured one: a mean of 10000 instead of a sum"),
        (10_000.0, None, "10000 times the measured one: a sum of 10000 instead of a mean"),
        (20_000.0, 20_000, "20000 times the measured one: a sum of 20000 instead of a mean"),
        (10_001.0, None, "1e+04 times the measured one"),
        (1 / 20_000, 20_000, "1/20000 times the measured one: a mean of 20000 instead of a sum"),
        (1.5, 3, "1.5 times the measured one"),
        (-3.0, None, "-3 times the measured one"),
        (1.00123, 1, "1.001 times the measured one"),
    ],
)
def test_a_factor_of_the_whole(factor, m, says):
    value = np.array([1.0, -2.0, 4.0])
    assert guess(factor * value, value, m=m) == f"it is {says}"


@pytest.mark.parametrize(
    ("factor", "m", "says"),
    [
        (-1.0, None, "it is −1 times the measured one: the sign"),
        (100.0, None, "it is 100 times the measured one: a sum of 100 instead of a mean"),
        (101.0, None, ""),
        (101.0, 101, "it is 101 times the measured one: a sum of 101 instead of a mean"),
        (1.5, None, ""),
    ],
)
def test_a_factor_of_one_number_is_said_only_where_it_is_known(factor, m, says):
    assert guess([3.0 * factor], [3.0], m=m) == says


def test_a_factor_is_known_up_to_the_tolerance_and_to_four_digits():
    fine, coarse = 2.0**-20, 0.01
    assert reports._factor_in_words(2 + 2 * fine, None, fine).endswith("a factor 2 too many")
    assert reports._factor_in_words(2 + 2.1 * fine, None, fine) == "it is 2 times the measured one"
    assert reports._factor_in_words(2.0001, None, coarse).endswith("a factor 2 too many")
    assert reports._factor_in_words(2.001, None, coarse) == "it is 2.001 times the measured one"


def test_a_factor_too_small_for_a_float():
    assert guess([1e-200], [1e200]) == ""


def test_a_factor_is_one_of_every_number():
    assert guess([2.0, 4.0, 6.1], [1.0, 2.0, 3.0]) == ""
    # to four tolerances, and to four error bars
    assert guess([2.0, 4.0 + 6e-5], [1.0, 2.0]) == ""
    assert guess([2.0, 4.0 + 6e-5], [1.0, 2.0], bar=5e-6) == "it is 2 times the measured one"
    assert guess([2.0 + 2e-5, 4.0 + 4e-5], [1.0, 2.0]) == "it is 2 times the measured one"
    assert guess([2.0, 0.0, 4.0], [1.0, 0.0, 2.0]).startswith("it is 2 times")
    assert guess([0.5, 1.0 + 1.2e-5], [1.0, 2.0]) == ""
    # and known to four tolerances
    assert guess([2.000007, 4.000014], [1.0, 2.0]).endswith("a factor 2 too many")
    assert guess([2.000009, 4.000018], [1.0, 2.0]) == "it is 2 times the measured one"
    assert guess([2.000007], [1.0]).endswith("a factor 2 too many")
    assert guess([2.000009], [1.0]) == ""


def test_a_factor_of_large_and_of_small_numbers():
    for scale in (1e200, 1e-200):
        value = scale * np.array([1.0, 2.0])
        assert guess(3 * value, value).startswith("it is 3 times")


def test_a_transpose():
    value = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert guess(value.T, value.ravel()) == "it is the transpose of the measured one"
    for off, says in ((1.5e-5, "it is the transpose of the measured one"), (1.7e-5, "")):
        almost = np.array([[1.0, 3.0], [2.0, 4.0 + off]])  # to four tolerances
        assert guess(almost, value.ravel()) == says
    empty = np.array([[0.0, 2.0], [3.0, 4.0]])
    assert guess(empty.T, empty.ravel()) == "it is the transpose of the measured one"
    assert guess(value.T, value.ravel()[:3], at=[0, 1, 2]) == ""  # not all of it was measured
    wide = np.arange(1.0, 7.0).reshape(2, 3)
    assert guess(wide[::-1], wide.ravel()) == ""
    assert guess(wide.reshape(3, 2).T, wide.ravel()) == ""  # read the other way, yet no transpose


# The whole report


def test_a_report_that_passes():
    right = row([1.0, 2.0], [1.0, 2.0])
    report = reports.Report((right, right), 1e-6, "complex step")
    assert report and report.ok and report.verdict == "agrees" and report.max_error == 0
    assert str(report) == (
        "gradient check passed: 4 parameters, every relative error below 1e-06 (complex step)"
    )
    sampled = row([1.0, 2.0], [1.0], at=[0], directions=[along(3.0, [np.ones(2)])] * 3)
    report = reports.Report((right, sampled), 1e-3, "central differences")
    assert str(report) == (
        "gradient check passed: 3 of 4 parameters, and 3 directions through all, "
        "every relative error below 1e-03 (central differences)"
    )


def test_a_report_that_fails_or_can_not_tell():
    right, unknown = row([1.0], [1.0]), row([1.0], [1.0], bar=1.0, k=2)
    report = reports.Report((right, unknown), 1e-6, "complex step")
    assert not report and report.verdict == "can't tell"
    assert str(report) == (
        "gradient check CAN'T TELL (tolerance 1e-06, complex step)\n"
        "  layer 1: dL_dw[1] agrees\n"
        "  layer 2: dL_dw[2] can't tell in 1 of 1: too small compared with rounding; "
        "as at [0]: analytic +1, numeric +1 ± 1e+00"
    )
    wrong = row([2.0, 5.0], [1.0, 2.0], k=3)
    report = reports.Report((right, unknown, wrong), 1e-6, "complex step")
    assert report.verdict == "differs" and report.max_error == 0.6
    assert str(report).splitlines()[0] == ("gradient check FAILED (tolerance 1e-06, complex step)")
