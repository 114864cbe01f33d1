"""The doctor names the slip: each of the zoo, in each layer, any two, and what isn't in the zoo."""

from itertools import combinations, pairwise
from types import SimpleNamespace

import numpy as np
import pytest

import bpdemo as bp
from bpdemo import doctor, slips

RNG = np.random.default_rng(3)
X, Y = RNG.normal(size=(5, 3)), RNG.normal(size=(5, 3))
W = [RNG.normal(size=(3, 3)) for _ in range(4)]
B = [RNG.normal(size=3) for _ in range(4)]
SIGMA = {"sigmoid": ["sigmoid", "tanh", "sigmoid", "sigmoid"], "relu": ["relu"] * 3 + ["sigmoid"]}
LAYERS = (1, 2, 3, 4)


def diagnosed(backward, activation="sigmoid"):
    return bp.diagnose(X, W, Y, activation=SIGMA[activation], b=B, backward=backward)


def places(slip):
    trace = bp.forward(X, W, activation=SIGMA[slip.activation], b=B)
    found = {slip.layers(trace)}
    if slip.where in ("all", "later", "relu"):
        found |= {(k,) for k in slip.layers(trace)}
    return sorted(found)


CASES = [(slip, place) for slip in slips.TABLE.values() for place in places(slip)]


@pytest.mark.parametrize(("slip", "place"), CASES, ids=[f"{s.name}-{p}" for s, p in CASES])
def test_each_slip_in_each_layer_and_in_all(slip, place):
    found = diagnosed(slips.patched((slip, place)), slip.activation)
    base = slip.right.startswith("dL_da[L]")  # a wrong base case makes every layer wrong
    assert not found.ok and found.slips[0] == (slip.name, LAYERS if base else place)
    assert not found.together


PAIRS = [
    (one, other)
    for one, other in combinations(slips.TABLE.values(), 2)
    if one.right != other.right and {one.activation, other.activation} == {"sigmoid"}
]


def test_any_two_slips_together():
    for one, other in PAIRS:
        found = diagnosed(slips.patched((one, None), (other, None)))
        assert {name for name, _ in found.slips} == {one.name, other.name}, (one.name, other.name)
        assert found.together
    assert len(PAIRS) > 80


def test_two_slips_that_share_a_line_in_two_layers():
    for one, other in combinations(slips.TABLE.values(), 2):
        if one.right == other.right and one.where == other.where == "later":
            found = diagnosed(slips.patched((one, (2,)), (other, (4,))))
            assert set(found.slips) == {(one.name, (2,)), (other.name, (4,))}


def scaled(factor, layers, names="wb"):
    def backward(trace, y, loss):
        grad = bp.backward(trace, y, loss)
        return SimpleNamespace(
            **{
                f"dL_d{name}": [
                    None,
                    *(
                        factor * v if k in layers and name in names else v
                        for k, v in enumerate(getattr(grad, f"dL_d{name}"), start=1)
                    ),
                ]
                for name in "wb"
            }
        )

    return backward


@pytest.mark.parametrize("names", ["w", "wb"])
@pytest.mark.parametrize("layers", [(1,), (2,), (3,), (4,), (1, 2, 3, 4), (1, 3)])
@pytest.mark.parametrize(
    ("factor", "name"),
    [
        (-1, "wrong_sign"),
        (1 / 2, "lost_factor_2"),
        (2, "doubled"),
        (1 / 5, "mean_for_sum"),
        (5, "sum_for_mean"),
    ],
)
def test_a_constant_factor_in_some_layers(factor, name, layers, names):
    found = diagnosed(scaled(factor, layers, names))
    assert found.slips[0] == (name, layers)


def test_a_factor_and_a_slip_together():
    slip = slips.get("wrong_input").backward

    def backward(trace, y, loss):
        return negate_3(slip(trace, y, loss))

    def negate_3(grad):
        dL_dw = [None, *(-v if k == 3 else v for k, v in enumerate(grad.dL_dw, start=1))]
        return SimpleNamespace(dL_dw=dL_dw, dL_db=grad.dL_db)

    assert set(diagnosed(backward).slips) == {("wrong_input", LAYERS), ("wrong_sign", (3,))}


def test_minus_a_half_is_two_slips():
    found = diagnosed(scaled(-0.5, LAYERS))
    assert {name for name, _ in found.slips} == {"wrong_sign", "lost_factor_2"} and found.together


@pytest.mark.parametrize("eta", [1e-6, -1e-6, 1e-3, 0.037, 0.5, 2.0, -0.1])
def test_weights_updated_too_early_with_their_learning_rate(eta):
    found = diagnosed(slips.patched((slips.get("updated_weights"), None), eta=eta))
    assert found.slips[0] == ("updated_weights", (2, 3, 4))
    assert found.eta == pytest.approx(eta, rel=1e-6)
    assert f"η = {eta:.4g}" in str(found)


@pytest.mark.parametrize("widths", [(2, 4, 3, 1), (1, 1, 1, 1), (3, 3, 3)])
@pytest.mark.parametrize("eta", [1e-9, 1e-5, -1e-5, 0.5])
def test_a_tiny_learning_rate_on_any_widths(widths, eta):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(4, widths[0])), rng.normal(size=(4, widths[-1]))
    w = [rng.normal(size=shape) for shape in pairwise(widths)]
    wrong = slips.patched((slips.get("updated_weights"), None), eta=eta)
    found = bp.diagnose(x, w, y, backward=wrong)
    if eta == 1e-9:  # less than the tolerance
        assert found.ok
    else:
        assert found.slips[0] == ("updated_weights", tuple(range(2, len(widths))))
        assert found.eta == pytest.approx(eta, rel=1e-3)


@pytest.mark.parametrize(
    ("factor", "name"), [(-1, "wrong_sign"), (0.5, "lost_factor_2"), (2, "doubled")]
)
@pytest.mark.parametrize("layer", [1, 2])
def test_a_factor_in_one_layer_of_the_running_example(factor, name, layer):
    """One number per layer: some η would give it too, but nobody learns with η = 427."""
    w, b = [[[0.8]], [[-1.2]], [[1.5]]], [[0.1], [0.2], [0.3]]
    found = bp.diagnose([[0.5]], w, [[1.0]], b=b, backward=scaled(factor, (layer,)))
    assert found.slips[0] == (name, (layer,))


@pytest.mark.parametrize("order", [[0, 3, 2, 1, 4], [4, 3, 2, 1, 0], [1, 2, 3, 4, 0]])
def test_swapped_examples(order):
    found = diagnosed(lambda trace, y, loss: bp.backward(trace, y[order], loss))
    assert found.slips == (("swapped_examples", LAYERS),)


def test_a_transpose_on_layers_of_different_width():
    x, w = RNG.normal(size=(4, 2)), [RNG.normal(size=(2, 3)), RNG.normal(size=(3, 4))]
    wrong = slips.get("transposed_product").backward
    found = bp.diagnose(x, w, RNG.normal(size=(4, 4)), backward=wrong)
    assert found.slips[0] == ("transposed_product", (1, 2))
    assert "has shape (3, 2), expected (2, 3) (is it transposed?)" in str(found.report)


def test_what_nothing_explains_is_said_with_the_first_wrong_layer():
    def backward(trace, y, loss):
        grad = bp.backward(trace, y, loss)
        dL_dw = [None, *(v + 0.01 * (k in (1, 3)) for k, v in enumerate(grad.dL_dw, start=1))]
        return SimpleNamespace(dL_dw=dL_dw, dL_db=grad.dL_db)

    found = diagnosed(backward)
    assert not found.ok and found.slips == () and found.first_wrong == 3
    assert "no slip that I know" in str(found) and "layer 3 is the first" in str(found)
    assert "layer 3: dL_dw[3] differs" in str(found)


def test_a_right_backward_pass_is_well():
    found = diagnosed(bp.backward)
    assert found.ok and found and found.slips == () and found.first_wrong is None
    assert str(found).startswith("gradient check passed")


def test_at_a_kink_it_cannot_tell():
    found = bp.diagnose([[1.0]], [[[0.0]]], [[1.0]], activation="relu")
    assert not found.ok and found.slips == () and "CAN'T TELL" in str(found)


def test_float32_and_cross_entropy():
    x, w, b = X.astype(np.float32), [v.astype(np.float32) for v in W], None
    y = np.eye(3, dtype=np.float32)[[0, 1, 2, 0, 1]]
    wrong = slips.get("last_path_only").backward
    found = bp.diagnose(
        x,
        w,
        y,
        activation=["tanh", "tanh", "tanh", "identity"],
        b=b,
        loss="softmax_cross_entropy",
        backward=wrong,
    )
    assert found.slips[0] == ("last_path_only", (2, 3, 4))


def test_weights_that_backward_moves_in_place_stay_as_they_are():
    before = [v.copy() for v in W]

    def moves(trace, y, loss):
        grad = slips.get("bias_mean").backward(trace, y, loss)
        for k in LAYERS:
            trace.w[k][...] -= grad.dL_dw[k]
        return grad

    assert diagnosed(moves).slips[0] == ("bias_mean", LAYERS)
    for v, old in zip(W, before, strict=True):
        np.testing.assert_array_equal(v, old)


def test_inputs_that_backward_changes_in_place_stay_as_they_are():
    before = X.copy()

    def moves(trace, y, loss):
        grad = slips.get("bias_mean").backward(trace, y, loss)
        for v in trace.a:
            v[...] = 0
        return grad

    assert diagnosed(moves).slips[0] == ("bias_mean", LAYERS)
    np.testing.assert_array_equal(X, before)


def test_it_says_the_line_as_it_is_and_as_it_should_be_and_why():
    text = str(diagnosed(slips.get("unbent_step").backward))
    slip = slips.get("unbent_step")
    assert slip.line in text and slip.right in text and slip.says in text
    assert "in the layers 2, 3, 4" in text


def test_every_name_that_it_can_give_is_known():
    assert set(doctor._FACTORS) <= {*slips.TABLE, *slips.OTHERS}
    assert not set(slips.TABLE) & set(slips.OTHERS)


def test_any_two_slips_in_any_layers():
    """A seeded sample of the pairs. Where another pair is named, it gives the same gradients."""
    rng = np.random.default_rng(11)
    trace = bp.forward(X, W, activation=SIGMA["sigmoid"], b=B)
    cases = [(s, p) for s, p in CASES if s.activation == "sigmoid"]

    def arrays(changes):
        grad = slips.patched(*changes)(trace, Y, "squared_difference")
        return [*grad.dL_dw, *grad.dL_db]

    tried, other_names = 0, 0
    while tried < 150:
        one, two = (cases[n] for n in rng.choice(len(cases), 2, replace=False))
        if one[0].right == two[0].right and set(one[1]) & set(two[1]):
            continue  # one line can't be wrong in two ways
        alone = [arrays([one]), arrays([two])]
        both = arrays([one, two])
        if any(all(map(np.allclose, both, single)) for single in alone):
            continue  # one of them hides the other
        found = diagnosed(slips.patched(one, two))
        assert found.slips, (one[0].name, one[1], two[0].name, two[1])
        if {name for name, _ in found.slips} != {one[0].name, two[0].name}:
            other_names += 1
        tried += 1
    assert other_names <= 6
