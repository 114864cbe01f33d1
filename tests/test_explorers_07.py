"""The explorers of chapter 07: what they show is what the check and the differences say."""

import json

import numpy as np
import pytest

import bpdemo as bp
from bpdemo import checking, explorers, slips
from bpdemo.diagrams import number
from bpdemo.explorers import trust


@pytest.mark.parametrize("name", slips.TABLE)
def test_the_zoo_shows_each_bug_with_its_report(name):
    slip = slips.TABLE[name]
    zoo = explorers.BugZoo(bug=name, after=200, check=True, code=True)
    p = slips.problem(slip.activation)
    assert slip.line in zoo.alt and slip.right in zoo.alt
    report = bp.check_gradients(
        p.x, p.w, p.y, activation=p.activation, b=p.b, backward=slip.backward
    )
    verdicts = zoo.alt.split("verdict: ", 1)[1].split(", ")
    for row, said in zip(report.rows, verdicts, strict=True):
        assert said.startswith(f"∂ℒ/∂{row.name}^{row.k} {'✓' if row.ok else '✗'}")
    last = trust.losses_of(name, slip.activation)[200]
    assert f"with it: ℒ {number(last, True)}" in zoo.alt


def test_a_bug_may_hide_or_not_even_run_on_another_network():
    zoo = explorers.BugZoo(bug="last_path_only", check=True, on="widths 1-1-1-1, 8 examples")
    assert "✗ differs" not in zoo.alt
    zoo.settings = {"bug": "lost_transpose", "on": "widths 3-4-2-1, 8 examples"}
    assert "doesn't even run" in zoo.alt
    zoo.settings = {"bug": "bias_mean", "on": "widths 3-3-3-3, 1 example"}
    assert "✗ differs" not in zoo.alt
    zoo.settings = {"on": "widths 3-4-2-1, 8 examples"}
    assert zoo.alt.count("✗ differs") == 3


def test_a_mystery_says_nothing_before_its_code_is_asked_for():
    zoo, seen = explorers.BugZoo(), set()
    for case in range(1, len(slips.TABLE) + 1):
        zoo.move("case", case)
        slip = zoo.slip(type("S", (), zoo.settings))
        seen.add(slip.name)
        for check in (False, True):
            zoo.move("check", check)
            told = json.dumps({**zoo.state(), "limits": ""}, ensure_ascii=False)
            for secret in (slip.name, slip.name.replace("_", " "), slip.line):
                assert secret not in told
        zoo.move("code", True)
        assert slip.name.replace("_", " ") in zoo.alt and slip.line in zoo.alt
    assert seen == set(slips.TABLE)


# By what the zoo says of each slip (`seen`), not by the line that the explorer looks at.
PARTS = {"base case": 0, "local slope": 1, "wrong from the last one on": 1, "step back": 2,
         "the loop": 2, "third factor": 3, "the product over the examples": 3,
         "the sum over the examples": 3}  # fmt: skip


@pytest.mark.parametrize("case", range(1, len(slips.TABLE) + 1))
def test_the_diagnosis_is_judged_when_the_code_is_shown(case):
    zoo = explorers.BugZoo(case=case)
    slip = slips.TABLE[trust._CASES[case - 1]]
    (true,) = {n for part, n in PARTS.items() if part in slip.seen}
    zoo.guess(true)
    zoo.move("check", True)
    assert zoo.state()["guess"]["right"] is None
    zoo.move("code", True)
    guess = zoo.state()["guess"]
    assert guess["right"] and slip.name.replace("_", " ") in guess["told"]
    zoo.move("case", case % len(slips.TABLE) + 1)
    assert zoo.state()["guess"] == {"chosen": None, "right": None, "told": ""}
    assert not zoo.settings["code"] and not zoo.settings["check"]
    zoo.move("case", case)
    zoo.guess((true + 1) % 4)
    zoo.move("code", True)
    assert zoo.state()["guess"]["right"] is False


def test_a_guess_after_the_code_was_seen_is_not_judged():
    zoo = explorers.BugZoo(code=True)
    zoo.guess(0)
    zoo.move("check", True)
    assert zoo.state()["guess"]["right"] is None


def test_the_step_explorer_shows_the_errors_of_the_differences():
    explorer = explorers.StepSize(h=1e-3, z=1.0, activation="tanh")
    exact = 1 - np.tanh(1.0) ** 2
    error = abs(checking.central_difference(np.tanh, 1.0, 1e-3) - exact)
    power = int(np.floor(np.log10(error)))
    assert f"central {error / 10**power:.1f}·10" in explorer.alt


def test_the_step_is_a_handle_on_a_log_axis_that_runs_backwards():
    handle = next(part for part in explorers.StepSize().svg().split("<g ") if "data-axis" in part)
    assert 'data-control="h"' in handle and 'data-log="x"' in handle and 'data-per="-' in handle


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "softplus"])
def test_where_the_best_step_of_float32_is(activation):
    explorer = explorers.StepSize(activation=activation)
    explorer.guess(0)
    explorer.move("z", 0.6)
    assert explorer.state()["guess"]["right"] is None
    explorer.move("precision", "float32")
    guess = explorer.state()["guess"]
    error = trust.errors(activation, 0.5, "float32", trust._H)["central"]
    assert guess["right"] and trust._power(float(error.min())) in guess["told"]
    explorer.reset()
    explorer.guess(2)
    explorer.move("precision", "float32")
    assert explorer.state()["guess"]["right"] is False


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
    h = np.array([1e-2, 1e-5, 1e-13])
    for name in ("sigmoid", "tanh", "softplus"):
        error = trust.errors(name, 0.5, "float64", h)
        central = error["central"]
        assert central[1] < central[0] and central[1] < central[2]
        assert error["complex"][2] < 1e-15
        single = trust.errors(name, 0.5, "float32", h)["central"]
        assert single[0] < single[1]  # the best step is larger
