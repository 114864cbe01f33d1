"""Notebook 09: the claims about depth, the plot in powers of ten, the explorer's numbers."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
import sympy as sp

import bpdemo as bp
from bpdemo import depth, figures, symbolic
from bpdemo.diagrams import Series, decades, picture, power
from bpdemo.exercises import TABLE
from bpdemo.explorers.depth import draws, predicted_sizes, sizes
from bpdemo.symbolic.notation import Unknown

# --- the claims ---


@pytest.mark.parametrize("n", [1, 2, 3, 6])
def test_n_steps_back_are_n_factors(n):
    claim = symbolic.steps_back(n)
    assert claim.holds
    assert len([f for f in claim.formula.args if isinstance(f, Unknown)]) == n


@pytest.mark.parametrize("activation", bp.activations.TABLE)
def test_the_product_holds_for_every_activation(activation):
    assert symbolic.steps_back(1, activation).holds
    assert symbolic.residual(activation).holds


def test_the_product_is_the_one_of_the_code():
    rng = np.random.default_rng(0)
    w = list(rng.normal(size=(6, 1, 1)))
    trace = bp.forward([[0.3]], w, activation="tanh")
    grad = bp.backward(trace, [[1.0]])
    slope = bp.activations.TABLE["tanh"].derivative
    for k in range(6):
        product = np.prod([slope(trace.z[j]) * w[j - 1] for j in range(k + 1, 7)])
        np.testing.assert_allclose(grad.dL_da[k], grad.dL_da[6] * product, rtol=1e-12)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
def test_the_slope_is_bounded(activation):
    claim = symbolic.slope_bound(activation)
    assert claim.holds
    z = next(iter(claim.lhs.free_symbols))
    lacks = sp.lambdify(z, claim.lhs)(np.linspace(-20, 20, 401))
    assert lacks.min() >= -1e-16 and lacks[200] == 0


def test_one_step_keeps_the_bound():
    claim = symbolic.shrinks()
    assert claim.holds and claim.rhs.is_nonnegative
    z, w = sorted(claim.lhs.free_symbols, key=str)
    slope = bp.activations.TABLE["sigmoid"].derivative
    lacks = sp.lambdify((z, w), claim.lhs)(1.3, 2.0)
    assert lacks == pytest.approx(2.0 / 4 - slope(1.3) * 2.0, rel=1e-12)


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_only_n_terms_of_the_double_sum_stay(n):
    claim = symbolic.variance(n)
    assert claim.holds and symbolic.variance_step().holds
    v = next(s for s in claim.lhs.free_symbols if s.name == "v")
    assert len(sp.Add.make_args(sp.expand(claim.lhs))) == n and claim.lhs.subs(v, 0) == 0


@pytest.mark.parametrize("what", ["output", "slope"])
def test_relu_keeps_half(what):
    claim = symbolic.relu_half(what)
    assert claim.holds and "B44" in repr(claim) and "difference" in claim._repr_latex_()


def test_a_wrong_identity_does_not_hold():
    right = symbolic.slope_bound()
    wrong = symbolic.Identity("", "", "", right.lhs, right.rhs / 2)
    assert not wrong.holds and wrong.difference != 0
    assert "difference  0" not in repr(wrong)


def test_what_does_not_exist_is_refused():
    for call in (
        lambda: symbolic.steps_back(0),
        lambda: symbolic.slope_bound("relu"),
        lambda: symbolic.variance(0),
        lambda: symbolic.relu_half("x"),
        lambda: symbolic.multiplications("x"),
        lambda: symbolic.sum_over_paths_proof(0),
    ):
        with pytest.raises(ValueError, match=r"received|got"):
            call()


# --- many networks at once ---


def test_the_root_mean_square_of_many_tables():
    rng = np.random.default_rng(0)
    tables = rng.normal(size=(3, 2, 4, 5))
    assert depth.rms(tables).shape == (3, 2)
    assert depth.rms(tables)[1, 0] == pytest.approx(np.sqrt(np.sum(tables[1, 0] ** 2) / 20))


def test_the_bound_of_a_chain_is_the_product_of_its_quarters():
    w = [np.array([-0.7, 2.0]), np.array([3.0, -0.1]), np.array([0.4, 1.5])]
    found = depth.bounds([2.0, -5.0], [w_k.reshape(2, 1, 1) for w_k in w])
    for c, last in enumerate((2.0, 5.0)):
        for k in range(4):
            product = np.prod([abs(w_j[c]) / 4 for w_j in w[k:]])
            assert found[k, c] == pytest.approx(last * product, rel=1e-12)


def test_the_slope_of_the_fixed_loss_is_the_label():
    rng = np.random.default_rng(0)
    a, c = rng.normal(size=(2, 4, 3)), rng.normal(size=(4, 3))
    np.testing.assert_array_equal(depth.FIXED.derivative(a, c), [c, c])
    moved = a.copy()
    moved[1, 2, 0] += 1.0
    gain = depth.FIXED.value(moved, c) - depth.FIXED.value(a, c)
    np.testing.assert_allclose(gain, [0, c[2, 0]], atol=1e-12)


def test_a_predicted_factor_is_the_root_of_b45():
    rng = np.random.default_rng(0)
    w = [rng.normal(size=(6, 5, 7)), rng.normal(size=(6, 7, 4))]
    trace = bp.forward(rng.normal(size=(3, 5)), w, activation=["tanh", "relu"])
    found = depth.predicted(trace)
    assert found.shape == (2, 6)
    for k, name in ((1, "tanh"), (2, "relu")):
        slope = bp.activations.TABLE[name].derivative(trace.z[k][3])
        square = w[k - 1].shape[-1] * (w[k - 1][3] ** 2).mean() * (slope**2).mean()
        assert found[k - 1, 3] == pytest.approx(square**0.5, rel=1e-12)


def test_the_rule_holds_where_the_slope_is_fixed_and_is_off_by_two_where_it_is_not():
    assert depth.factor_back(16, 1, depth.FIXED) == pytest.approx(1, abs=0.1)
    assert depth.factor_back(16, 1) == pytest.approx(2 + 1 / 16, abs=0.1)
    assert depth.factor_back(16, 1) == depth.factor_back(16, 1)


def test_the_bug_of_the_exercise_shows_with_three_layers_and_not_with_one():
    prose = TABLE["09-bug"].prose
    numbered = re.findall(r"^ *(\d)  ( *\S.*)$", prose, re.M)
    assert [n for n, _ in numbered] == list("123456")
    at = int(TABLE["09-bug"].expected())
    wrong = "\n".join(line for _, line in numbered)
    right = "\n".join(
        line.replace("dL_da[-1]", "dL_da[0]") if int(n) == at else line for n, line in numbered
    )
    assert wrong != right
    rng = np.random.default_rng(0)
    sigma = bp.activations.TABLE["tanh"]
    for layers in (1, 3):
        w, x = list(rng.normal(size=(layers, 4, 4))), rng.normal(size=(2, 4))
        dL_da_L = rng.normal(size=(2, 4))

        def run(x, w=w):
            a, slopes = x, []
            for w_k in w:
                slopes.append(sigma.derivative(a @ w_k))
                a = a + sigma.f(a @ w_k)
            return a, slopes

        h, nudge = 1e-6, rng.normal(size=x.shape)
        measured = ((run(x + h * nudge)[0] - run(x - h * nudge)[0]) * dL_da_L).sum() / (2 * h)
        for source, agrees in ((right, True), (wrong, layers == 1)):
            names = {}
            exec(source, names)
            found = (names["backward"](dL_da_L, run(x)[1], w)[0] * nudge).sum()
            assert bool(found == pytest.approx(measured, rel=1e-6)) is agrees


# --- the plot ---


def markers(panel):
    """(height, shape) of each marker."""
    root = ET.fromstring(picture([panel], "t"))
    paths = [e for e in root.iter() if e.tag.endswith("path") and e.get("transform")]
    return [(float(e.get("transform").split()[1].rstrip(")")), e.get("d")) for e in paths]


def test_a_decade_is_a_decade_everywhere():
    panel = decades(
        [Series([0, 1, 2], [1e-6, 1e-3, 1.0])],
        x_label="k",
        y_label="size",
        x_range=(0, 2),
        y_powers=(-9, 0),
        width=480,
    )
    low, middle, high = (height for height, _ in markers(panel))
    assert low - middle == pytest.approx(middle - high, abs=0.2)
    assert "size 1.0·10⁻⁶ at 0, 1 at 2" in panel.alt


def test_what_leaves_the_frame_becomes_a_triangle_at_its_edge():
    panel = decades(
        [Series([0, 1, 2], [0.0, 1.0, 1e30], "x", marker="square")],
        x_label="k",
        y_label="size",
        x_range=(0, 2),
        y_powers=(-3, 3),
        width=480,
    )
    paths = [shape for _, shape in markers(panel)]
    assert sum("H" in p and p.count("L") == 0 for p in paths) == 2  # in the legend, and at 1
    assert sum(p.count("L") == 1 for p in paths) == 2  # a triangle down and one up
    assert "nan" not in panel.body and "inf" not in panel.body


def test_powers_in_words():
    assert [power(v) for v in (0, 1, 12.345, 999_999, 1e6, 1e-5, np.inf)] == [
        "0", "1", "12.3", "999,999", "1.0·10⁶", "1.0·10⁻⁵", "too large",
    ]  # fmt: skip


def test_log_lines_draws_what_it_is_given_and_says_what_it_is_told():
    drawn = figures.log_lines({"a": ([1, 10], [1e-3, 1e3])}, "x", "y", "What it is.", log_x=True)
    (axes,) = drawn.axes
    assert axes.get_xscale() == axes.get_yscale() == "log"
    np.testing.assert_array_equal(axes.lines[0].get_ydata(), [1e-3, 1e3])
    assert drawn.alt == drawn._repr_mimebundle_()["text/plain"] == "What it is."
    with pytest.raises(ValueError, match="at most 6"):
        figures.log_lines({str(n): ([1], [1]) for n in range(7)}, "x", "y", "Too many.")


# --- what the explorer shows ---


@pytest.mark.parametrize("activation", bp.activations.TABLE)
def test_the_sizes_are_those_of_the_core(activation):
    found = sizes(6, 4, 1.5, activation, False)
    x, w, back = draws(4)
    for network in range(8):
        trace = bp.forward(x[network], [1.5 * w_k[network] for w_k in w[:6]], activation=activation)
        grad = bp.backward(trace, trace.a[6] - back[network] / 2)
        rms = [np.sqrt((v**2).mean()) for v in grad.dL_da]
        np.testing.assert_allclose(found.grad[:, network], np.array(rms) / rms[6], rtol=1e-9)
        np.testing.assert_allclose(
            found.a[:, network], [np.sqrt((v**2).mean()) for v in trace.a], rtol=1e-9
        )


def test_a_skip_connection_adds_its_share():
    """Against a central difference along a random direction of the input."""
    rng = np.random.default_rng(0)
    x, w, back = (v[..., :1, :, :] for v in draws(4))  # of eight networks the first
    direction, h = rng.normal(size=x.shape), 1e-6
    sigma = bp.activations.TABLE["tanh"]

    def out(x):
        for w_k in w[:5]:
            x = x + sigma.f(0.7 * (x @ w_k))
        return (back * x).sum()

    grad, slopes, a = back, [], x
    for w_k in w[:5]:
        z = 0.7 * (a @ w_k)
        slopes.append(sigma.derivative(z))
        a = a + sigma.f(z)
    for w_k, slope in zip(w[:5][::-1], slopes[::-1], strict=True):
        grad = grad + 0.7 * ((grad * slope) @ w_k.mT)
    measured = (out(x + h * direction) - out(x - h * direction)) / (2 * h)
    assert (grad * direction).sum() == pytest.approx(measured, rel=1e-6)
    ratio = np.sqrt((grad**2).mean() / (back**2).mean())
    assert sizes(5, 4, 0.7, "tanh", True).grad[0, 0] == pytest.approx(ratio, rel=1e-9)


@pytest.mark.parametrize(("activation", "scale"), [("sigmoid", 2.0), ("tanh", 1.0), ("relu", 1.4)])
@pytest.mark.parametrize("skip", [False, True])
def test_the_prediction_is_near(activation, scale, skip):
    found = sizes(10, 32, scale, activation, skip)
    step = predicted_sizes(found, scale, skip)[0] ** 0.1
    assert step == pytest.approx(np.median(found.grad[0]) ** 0.1, rel=0.15)
