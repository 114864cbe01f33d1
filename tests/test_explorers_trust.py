"""The explorers of chapter 07: what they show is what the check and the differences say."""

import numpy as np
import pytest

import bpdemo as bp
from bpdemo import checking, explorers, slips, training
from bpdemo.diagrams import number
from bpdemo.explorers import trust


def shown(explorer):
    return explorer._picture.value.split('aria-label="', 1)[1].split('">', 1)[0]


@pytest.mark.parametrize("name", slips.TABLE)
def test_the_zoo_shows_each_bug_with_its_report(name):
    slip, zoo = slips.TABLE[name], explorers.BugZoo(bug=name, after=200)
    p = slips.problem(slip.activation)
    said = shown(zoo).replace("&quot;", '"').replace("&gt;", ">").replace("&#x27;", "'")
    assert slip.line in said and slip.right in said
    report = bp.check_gradients(p.x, p.w, p.y, p.activation, p.b, backward=slip.backward)
    for row in report.rows:
        assert f"{'✓' if row.ok else '✗'}  layer {row.k}: dL_d{row.name}[{row.k}]" in said
    *_, last = training.descend(
        p.x, p.y, p.w, p.b, p.activation, learning_rate=slips.RATE, epochs=200,
        backward=slip.backward,
    )  # fmt: skip
    assert f"{number(last.loss)}  with it" in said


def test_a_bug_may_hide_or_not_even_run_on_another_network():
    zoo = explorers.BugZoo(bug="last_path_only", check="widths 1-1-1-1, 8 examples")
    assert "✗  layer" not in shown(zoo)
    zoo.settings = {"bug": "lost_transpose", "check": "widths 3-4-2-1, 8 examples"}
    assert "does not even run" in shown(zoo)
    zoo.settings = {"bug": "bias_mean", "check": "widths 3-3-3-3, 1 example"}
    assert "✗  layer" not in shown(zoo)
    zoo.settings = {"check": "widths 3-4-2-1, 8 examples"}
    assert shown(zoo).count("✗  layer") == 3


def test_the_step_explorer_shows_the_errors_of_the_differences():
    explorer = explorers.StepSize(h=1e-3, z=1.0, activation="tanh")
    exact = 1 - np.tanh(1.0) ** 2
    error = abs(checking.central_difference(np.tanh, 1.0, 1e-3) - exact)
    power = int(np.floor(np.log10(error)))
    assert f"central difference:  {error / 10**power:.1f}·10" in shown(explorer)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.0, "0"),
        (3e-9, "3.0·10⁻⁹"),
        (9.96e-5, "1.0·10⁻⁴"),  # and not 10.0·10⁻⁵
        (0.25, "0.250"),
        (np.inf, "too large"),
    ],
)
def test_an_error_is_said_in_powers_of_ten(value, said):
    assert trust._power(value) == said


def test_a_smaller_step_is_not_better_and_the_complex_one_needs_none():
    from bpdemo.explorers.trust import _errors

    h = np.array([1e-2, 1e-5, 1e-13])
    for name in ("sigmoid", "tanh", "softplus"):
        error = _errors(name, 0.5, "float64", h)
        central = error["central difference"]
        assert central[1] < central[0] and central[1] < central[2]
        assert error["complex step"][2] < 1e-15
        single = _errors(name, 0.5, "float32", h)["central difference"]
        assert single[0] < single[1]  # the best step is larger
