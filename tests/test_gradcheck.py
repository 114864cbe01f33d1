"""`gradcheck` on anybody's code: what it measures, what it names, what it refuses."""

import math

import numpy as np
import pytest

import bpdemo as bp
from bpdemo import checking, measuring

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(6, 3)), RNG.normal(size=(6, 2))
PARAMETERS = {
    "W1": RNG.normal(size=(3, 4)),
    "b1": RNG.normal(size=4),
    "W2": RNG.normal(size=(4, 2)),
    "scale": np.array(1.5),
}


def loss(p, x=X, y=Y):
    hidden = np.tanh(x @ p["W1"] + p["b1"])
    return np.mean((p["scale"] * hidden @ p["W2"] - y) ** 2)


def gradients(p, x=X, y=Y):
    hidden = np.tanh(x @ p["W1"] + p["b1"])
    out = hidden @ p["W2"]
    d = 2 * (p["scale"] * out - y) / y.size
    dh = p["scale"] * d @ p["W2"].T * (1 - hidden**2)
    return {
        "W1": x.T @ dh,
        "b1": dh.sum(axis=0),
        "W2": p["scale"] * hidden.T @ d,
        "scale": np.sum(d * out),
    }


def verdicts(report):
    return {row.name: row.verdict for row in report.rows}


@pytest.mark.parametrize("given", [gradients, gradients(PARAMETERS)], ids=["function", "dict"])
def test_right_gradients_agree(given):
    report = bp.gradcheck(loss, PARAMETERS, given)
    assert report and report.ok and report.verdict == "agrees"
    assert verdicts(report) == dict.fromkeys(PARAMETERS, "agrees")
    assert all(np.all(row.bars <= 1e-5 * np.abs(row.slopes)) for row in report.rows)
    assert str(report).startswith("gradient check passed: 25 parameters")
    assert str(report).endswith("(central differences)")


def test_a_list_of_arrays():
    def of_list(p):
        return float(np.sum((X @ p[0] + p[1] - Y) ** 2))

    parameters = [RNG.normal(size=(3, 2)), RNG.normal(size=2)]
    d = 2 * (X @ parameters[0] + parameters[1] - Y)
    report = bp.gradcheck(of_list, parameters, [X.T @ d, d.sum(axis=0)])
    assert report.ok and [row.name for row in report.rows] == ["0", "1"]
    wrong = bp.gradcheck(of_list, parameters, [X.T @ d, d.mean(axis=0)])
    assert verdicts(wrong) == {"0": "agrees", "1": "differs"}
    assert wrong.rows[1].reason == "it is 1/6 times the measured one: a mean of 6 instead of a sum"


@pytest.mark.parametrize("name", PARAMETERS)
@pytest.mark.parametrize("scale", [1e-12, 1e-6, 1.0, 1e6, 1e12])
@pytest.mark.parametrize("factor", [-1.0, 0.5, 2.0, 0.0, 1 + 1e-4])
def test_one_wrong_array_is_named_at_any_scale_of_the_loss(name, scale, factor):
    def scaled(p):
        return scale * loss(p)

    given = {n: scale * g * (factor if n == name else 1) for n, g in gradients(PARAMETERS).items()}
    found = verdicts(bp.gradcheck(scaled, PARAMETERS, given))
    assert found == {n: "differs" if n == name else "agrees" for n in PARAMETERS}


@pytest.mark.parametrize("scale", [1e-12, 1e-6, 1e6, 1e12])
def test_the_steps_fit_the_scale_of_the_parameters(scale):
    """The same function of parameters that are all that much larger."""

    def rescaled(p):
        return loss({n: v / scale for n, v in p.items()})

    parameters = {n: scale * v for n, v in PARAMETERS.items()}
    given = {n: g / scale for n, g in gradients(PARAMETERS).items()}
    assert bp.gradcheck(rescaled, parameters, given).ok
    given["b1"] = given["b1"] * 1.001
    assert verdicts(bp.gradcheck(rescaled, parameters, given))["b1"] == "differs"


def test_parameters_that_are_all_zero_have_a_scale_too():
    zero = PARAMETERS | {"b1": np.zeros(4)}
    assert bp.gradcheck(loss, zero, gradients).ok
    nothing = {"b": np.zeros(3)}
    assert bp.gradcheck(lambda p: np.sum((1e3 * p["b"] - 1) ** 2), nothing, {"b": [-2e3] * 3}).ok


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda g: -g, "it is −1 times the measured one: the sign"),
        (lambda g: g / 2, "it is ½ times the measured one: a factor 2 got lost"),
        (lambda g: 2 * g, "it is 2 times the measured one: a factor 2 too many"),
        (lambda g: g / 6, "it is 1/6 times the measured one: a mean of 6 instead of a sum"),
        (lambda g: 6 * g, "it is 6 times the measured one: a sum of 6 instead of a mean"),
        (lambda g: 0 * g, "it is 0 everywhere"),
        (lambda g: g.T, "it is the transpose of the measured one"),
        (lambda g: 1.234 * g, "it is 1.234 times the measured one"),
        (lambda g: g + np.eye(3), ""),
    ],
)
def test_the_report_names_what_the_slip_looks_like(change, words):
    w = RNG.normal(size=(3, 3))
    right = X.T @ (2 * (X @ w))
    report = bp.gradcheck(lambda p: np.sum((X @ p["w"]) ** 2), {"w": w}, {"w": change(right)})
    assert report.rows[0].verdict == "differs" and report.rows[0].reason == words
    assert words in str(report)


def test_a_transposed_shape_is_named():
    w = RNG.normal(size=(3, 2))
    right = X.T @ (2 * (X @ w))
    report = bp.gradcheck(lambda p: np.sum((X @ p["w"]) ** 2), {"w": w}, {"w": right.T})
    assert not report.ok
    assert "w has shape (2, 3), expected (3, 2) (is it transposed?)" in str(report)


# Any order in memory, any size in one array


def test_a_parameter_in_any_order_in_memory():
    w = np.asfortranarray(RNG.normal(size=(3, 2)))  # as W.T is
    right = X.T @ (2 * (X @ w))
    for given, verdict in ((right, "agrees"), (0 * right, "differs"), (-right, "differs")):
        report = bp.gradcheck(lambda p: np.sum((X @ p["w"]) ** 2), {"w": w}, {"w": given})
        assert report.verdict == verdict, str(report)


SPAN = 10.0 ** np.arange(-12, 13, 2)


@pytest.mark.parametrize(
    ("of", "right"),
    [
        (lambda v: np.sum((v / SPAN - 2) ** 2), -2 / SPAN),
        (lambda v: np.sum(np.log(v)), 1 / SPAN),
        (lambda v: np.sum(np.sqrt(v / SPAN)), 0.5 / SPAN),
    ],
)
def test_parameters_of_24_powers_of_ten_in_one_array(of, right):
    assert bp.gradcheck(lambda p: of(p["v"]), {"v": SPAN}, {"v": right}).ok
    for n in range(len(SPAN)):
        wrong = right * np.where(np.arange(len(SPAN)) == n, 1.01, 1)
        row = bp.gradcheck(lambda p: of(p["v"]), {"v": SPAN}, {"v": wrong}).rows[0]
        assert np.flatnonzero(row.verdicts != "agrees").tolist() == [n]


def test_a_loss_that_swings_between_the_steps_raises_no_false_alarm():
    for at, rate in (([0.5, 0.7], 1e6), ([1e8, 1.0], 1.0), ([0.5], 1e9)):
        v = np.array(at)
        right = {"v": rate * np.cos(rate * v)}
        report = bp.gradcheck(lambda p, rate=rate: np.sin(rate * p["v"]).sum(), {"v": v}, right)
        assert report.verdict != "differs", str(report)


def test_a_gradient_of_a_flat_place_that_is_far_narrower_than_the_steps():
    def of(p):  # flat for |v − 1| < 1e-9, else a slope of 1
        v = p["v"] - 1
        return float(np.sum(np.sign(v) * np.maximum(np.abs(v) - 1e-9, 0)))

    report = bp.gradcheck(of, {"v": np.array([1.0])}, {"v": np.array([1.0])})
    assert report.verdict != "agrees"


@pytest.mark.parametrize("function", [np.log, np.sqrt, math.log, math.sqrt])
def test_a_loss_that_ends_close_by_is_measured_with_short_steps(function):
    v = 1e-6
    right = 1 / v if "log" in function.__name__ else 0.5 / np.sqrt(v)
    at = {"v": np.array(v), "large": np.array(1e3)}
    given = {"v": right, "large": 2e-3}

    def of(p):
        return float(function(p["v"]) + 1e-6 * p["large"] ** 2)

    assert bp.gradcheck(of, at, given).ok
    assert not bp.gradcheck(of, at, given | {"v": 1.01 * right}).ok


def test_a_loss_close_to_overflow():
    at, right = {"v": np.array(709.0)}, {"v": np.exp(709.0)}
    assert bp.gradcheck(lambda p: math.exp(p["v"]), at, right).ok
    for wrong in (0.5 * right["v"], 1.0, 0.0):
        assert bp.gradcheck(lambda p: math.exp(p["v"]), at, {"v": wrong}).verdict == "differs"


# What can't be told


def test_a_kink_is_said():
    report = bp.gradcheck(lambda p: np.abs(p["v"]).sum(), {"v": np.array([1.0, 0.0, -2.0])},
                          {"v": np.array([1.0, 0.0, -1.0])})  # fmt: skip
    (row,) = report.rows
    assert row.verdicts.tolist() == ["agrees", "can't tell", "agrees"]
    assert not report and "a kink within reach" in str(report)
    assert "-1 on the left, +1 on the right" in str(report)


@pytest.mark.parametrize("distance", [1e-2, 1e-4, 1e-6])
def test_a_kink_close_by_is_stepped_around(distance):
    at = {"v": np.array([1.0 + distance])}
    assert bp.gradcheck(lambda p: np.abs(p["v"] - 1).sum(), at, {"v": np.array([1.0])}).ok


def test_a_slope_that_drowns_in_rounding_is_not_called_right():
    at = {"v": np.array([1.0, 1.0])}
    report = bp.gradcheck(
        lambda p: 1e6 * p["v"][0] ** 2 + 1e-9 * np.sin(p["v"][1]), at, {"v": np.array([2e6, 0.0])}
    )
    assert report.rows[0].verdicts.tolist() == ["agrees", "can't tell"] and not report.ok
    assert "too small compared with rounding" in str(report)


def test_a_parameter_that_nothing_hangs_on_agrees_with_0_and_with_nothing_else():
    def of(p):
        return float(np.sum(np.maximum(0, X @ p["w"] - 30) ** 2) + p["used"] ** 2)

    at = {"w": RNG.normal(size=(3, 2)), "used": np.array(2.0), "idle": np.ones(2)}
    right = {"w": np.zeros((3, 2)), "used": 4.0, "idle": np.zeros(2)}
    assert bp.gradcheck(of, at, right).ok
    assert verdicts(bp.gradcheck(of, at, right | {"w": np.full((3, 2), 1e-9)}))["w"] == "differs"
    assert (
        verdicts(bp.gradcheck(of, at, right | {"idle": np.array([0, 1e-30])}))["idle"] == "differs"
    )


def test_a_loss_that_computes_in_float32_raises_no_false_alarm_and_passes_no_wrong_sign():
    def rough(p):
        return float(loss({n: np.asarray(v, dtype=np.float32) for n, v in p.items()},
                          X.astype(np.float32), Y.astype(np.float32)))  # fmt: skip

    right = gradients(PARAMETERS)
    assert "differs" not in verdicts(bp.gradcheck(rough, PARAMETERS, right)).values()
    single = {n: v.astype(np.float32) for n, v in PARAMETERS.items()}
    report = bp.gradcheck(rough, single, right)
    assert report.tolerance == 1e-3
    # One slope is 500 times smaller than the others: in float32 that is too small to tell.
    assert verdicts(report) == dict.fromkeys(PARAMETERS, "agrees") | {"b1": "can't tell"}
    assert report.rows[1].verdicts.tolist() == ["can't tell", "agrees", "agrees", "agrees"]
    wrong = bp.gradcheck(rough, single, {n: -g for n, g in right.items()})
    assert verdicts(wrong) == dict.fromkeys(PARAMETERS, "differs")


# Many parameters


def test_of_many_parameters_a_sample_and_directions_through_all():
    w = RNG.normal(size=(100, 80))
    x, y = RNG.normal(size=(5, 100)), RNG.normal(size=(5, 80))

    def of(p):
        return np.sum((x @ p["w"] - y) ** 2)

    right = x.T @ (2 * (x @ w - y))
    report = bp.gradcheck(of, {"w": w}, {"w": right})
    assert report.ok and len(report.rows[0].at) == 200 and len(report.rows[0].directions) == 3
    assert "200 of 8000 parameters, and 3 directions through all" in str(report)
    wrong = right.copy()
    wrong[99, 79] *= 1.1
    assert not bp.gradcheck(of, {"w": w}, {"w": wrong}).ok
    assert len(bp.gradcheck(of, {"w": w}, {"w": right}, sample=7, seed=5).rows[0].at) == 7


def test_the_sample_and_the_directions_follow_their_seed():
    at, right = {"v": RNG.normal(size=6000)}, {"v": np.ones(6000)}

    def directions(seed):
        (row,) = bp.gradcheck(lambda p: p["v"].sum(), at, right, sample=2, seed=seed).rows
        assert all(one.verdict == "agrees" for one in row.directions)
        return [one.analytic for one in row.directions], row.at.tolist()

    assert directions(1) == directions(1)
    assert all(one != other for one, other in zip(directions(1), directions(2), strict=True))
    # each parameter by +1 or −1: the sum of 6000 signs is about √6000, rarely 5 times that
    assert max(map(abs, directions(1)[0])) < 5 * np.sqrt(6000)


def test_the_same_twice():
    one, other = (bp.gradcheck(loss, PARAMETERS, gradients) for _ in range(2))
    for row, again in zip(one.rows, other.rows, strict=True):
        np.testing.assert_array_equal(row.bars, again.bars)
        np.testing.assert_array_equal(row.slopes, again.slopes)


def test_rounding_is_that_of_float64_unless_something_is_float32():
    for dtype, says in ((np.float64, "differs"), (np.float32, "can't tell")):
        at = {"v": np.array([1.0, 2.0], dtype)}
        report = bp.gradcheck(lambda p: p["v"][0], at, {"v": np.array([1.0, 5e-8])})
        assert report.rows[0].verdicts.tolist() == ["agrees", says]


def test_a_loss_may_be_an_array_of_one_number():
    at, right = {"v": np.ones(2)}, {"v": [2.0, 2.0]}
    assert bp.gradcheck(lambda p: np.sum(p["v"] ** 2).reshape(1, 1), at, right).ok


def test_a_parameter_without_numbers():
    at = {"v": np.ones(2), "none": np.zeros((0, 3))}
    assert bp.gradcheck(lambda p: p["v"].sum(), at, {"v": [1.0, 1.0], "none": np.zeros((0, 3))}).ok


def test_a_loss_that_ends_here_gives_no_warning():
    at = {"v": np.array([1.0, 0.0])}
    report = bp.gradcheck(lambda p: p["v"][0] + np.sqrt(p["v"][1]), at, {"v": [1.0, 1.0]})
    assert report.rows[0].verdicts[1] != "agrees"


def test_flat_close_by_though_not_further_out():
    def of(p):
        return max(abs(float(p["v"])) - 1e-3, 0.0) + 1.0

    assert bp.gradcheck(of, {"v": 0.0}, {"v": 0.0}).ok
    assert bp.gradcheck(of, {"v": 0.0}, {"v": 1.0}).verdict == "differs"


def test_a_minimum_of_0():
    assert bp.gradcheck(lambda p: float(p["v"]) ** 2, {"v": 0.0}, {"v": 0.0}).ok
    assert bp.gradcheck(lambda p: float(p["v"]) ** 2, {"v": 0.0}, {"v": 1.0}).verdict == "differs"


def test_noise_is_looked_for_along_signs_that_the_seed_decides():
    """Where both numbers move alike, this difference shows none of its rounding."""
    at = {"v": np.full(2, 1.3)}
    moving = checking._Moving(lambda p: 10 + float(np.subtract(*p["v"].astype(np.float32))), at)
    found = [moving.noise(seed) for seed in range(8)]
    assert found == [moving.noise(seed) for seed in range(8)]
    assert min(found) < 1e-13 and 1e-9 < max(found) < 1e-6

    def single(p):
        return float(np.sum(p["v"].astype(np.float32) ** 2))

    at = {"v": RNG.normal(size=5)}
    one, other = (bp.gradcheck(single, at, {"v": 2 * at["v"]}).rows[0].bars for _ in range(2))
    np.testing.assert_array_equal(one, other)


def test_noise_of_a_known_size_is_measured():
    rng = np.random.default_rng(0)
    found = [measuring._high_differences(rng.normal(size=8)) for _ in range(2000)]
    assert np.sqrt(np.mean(np.square(found))) == pytest.approx(1.0, abs=0.1)


# What it leaves alone, and what it refuses


def test_parameters_are_left_as_they_were():
    before = {n: v.copy() for n, v in PARAMETERS.items()}
    bp.gradcheck(loss, PARAMETERS, gradients)
    for name, v in before.items():
        np.testing.assert_array_equal(v, PARAMETERS[name])


V = {"v": np.ones(2)}
G = {"v": np.ones(2)}


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((3, V, G), TypeError, "loss: expected a function, received int"),
        ((lambda p: p["v"], V, G), ValueError, r"loss: expected one number, received shape \(2,\)"),
        ((lambda p: 1j, V, G), TypeError, "loss: expected a real number, received complex128"),
        ((lambda p: np.nan, V, G), ValueError, "loss: expected a finite number, received nan"),
        ((lambda p: p["v"].sum(), np.ones(2), G), TypeError, "parameters: .* received ndarray"),
        ((lambda p: 0.0, {}, {}), ValueError, "parameters: expected at least one array"),
        ((lambda p: 0.0, {"v": np.array([np.inf])}, G), ValueError, "parameters: v: .* finite"),
        ((lambda p: 0.0, {"v": ["a"]}, G), TypeError, "parameters: v: expected real numbers"),
        ((lambda p: 0.0, V, {"w": 1}), ValueError, "gradients: expected v, .* received w"),
        ((lambda p: 0.0, V, [np.ones(2)]), ValueError, "gradients: expected v, .* received 0"),
        ((lambda p: 0.0, V, {}), ValueError, "gradients: expected v, .* received none$"),
        ((lambda p: 0.0, V, 3), TypeError, "gradients: expected a dict or a list"),
        (
            (lambda p: 0.0, V, {"v": [1j, 1]}),
            TypeError,
            "gradients: v: .* received complex numbers",
        ),
    ],
)
def test_what_it_refuses(arguments, error, message):
    with pytest.raises(error, match=message):
        bp.gradcheck(*arguments)


def test_a_loss_that_changes_the_parameters_or_is_random_is_refused():
    def changes(p):
        p["v"] *= 2
        return 1.0

    rng = np.random.default_rng(0)
    with pytest.raises(
        ValueError, match="loss: expected it to leave parameters alone; it changed v"
    ):
        bp.gradcheck(changes, V, G)
    with pytest.raises(ValueError, match="loss: expected the same number each time"):
        bp.gradcheck(lambda p: rng.normal(), V, G)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tolerance": 0}, "tolerance: expected a finite number > 0"),
        ({"sample": -1}, "sample: expected a whole number ≥ 0"),
        ({"sample": 1, "seed": -1}, "seed: expected a whole number ≥ 0"),
    ],
)
def test_options_out_of_range_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        bp.gradcheck(lambda p: p["v"].sum(), V, G, **options)
