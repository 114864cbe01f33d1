"""Every solution passes, every slip gets its own hint, and no answer is an exception."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

import bpdemo as bp
from bpdemo import exercises
from bpdemo.exercises import TABLE, examine

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
CHECK = re.compile(r'^exercises\.check\("(?P<name>[^"]+)", (?P<answer>.+)\)$', re.M)
SOLUTION = re.compile(
    r"<details>\s*<summary>Solution</summary>\s*```python\n(.*?)\n```\n.*?</details>", re.S
)
FUNCTIONS = [name for name, exercise in TABLE.items() if exercise.draw]
VALUES = [name for name, exercise in TABLE.items() if not exercise.draw]


def _cells():
    """(exercise, the cell that checks it, the Markdown cell after it) in all notebooks."""
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        for cell, after in zip(cells, [*cells[1:], {"cell_type": "end"}], strict=True):
            source = "".join(cell["source"])
            for found in CHECK.finditer(source) if cell["cell_type"] == "code" else ():
                assert len(CHECK.findall(source)) == 1, f"{path.name}: one check a cell"
                folded = "".join(after["source"]) if after["cell_type"] == "markdown" else ""
                yield path.name, found["name"], source, folded


CELLS = list(_cells())


def _as_given(exercise, wrong):
    """A function with the exercise's own argument names that gives `wrong`'s answer."""
    names = list(exercise.draw(np.random.default_rng(0)))
    return eval(f"lambda {', '.join(names)}: wrong({', '.join(names)})", {"wrong": wrong})


def _wrong(exercise, slip):
    return _as_given(exercise, slip.wrong) if exercise.draw else slip.wrong()


# --- the exercises -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TABLE)
def test_what_the_core_computes_is_right(name):
    exercise = TABLE[name]
    answer = _as_given(exercise, exercise.expected) if exercise.draw else exercise.expected()
    verdict = examine(name, answer)
    assert verdict.ok and verdict.answered
    assert str(verdict) == f"{name}: right. {exercise.right}"


@pytest.mark.parametrize(
    ("name", "slip"), [(name, slip) for name, exercise in TABLE.items() for slip in exercise.slips]
)
def test_every_slip_gets_its_hint(name, slip):
    verdict = examine(name, _wrong(TABLE[name], slip))
    assert not verdict.ok and verdict.answered
    assert verdict.message == slip.hint


@pytest.mark.parametrize("name", TABLE)
def test_an_unanswered_exercise_says_what_is_wanted(name, capsys):
    exercises.check(name, ...)
    said = " ".join(capsys.readouterr().out.split())
    assert said.startswith(f"{name}: not answered yet. Wanted is {TABLE[name].wanted}.")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_dots_anywhere_in_a_function_are_no_answer(name):
    names = list(TABLE[name].draw(np.random.default_rng(0)))
    for body in ("...", "... * 2", "{1: ...}", "(..., 1.0)", "[...]", "np.array([...])"):
        answer = eval(f"lambda {', '.join(names)}: {body}", {"np": np})
        verdict = examine(name, answer)
        assert not verdict.answered and not verdict.ok, body


@pytest.mark.parametrize("name", TABLE)
@pytest.mark.parametrize(
    "answer", [None, "a", "12.5", [], {}, object(), 1j, np.nan, np.array(["a"])]
)
def test_an_answer_of_the_wrong_type_is_named(name, answer):
    verdict = examine(name, answer)
    assert not verdict.ok and verdict.answered
    assert "received" in verdict.message


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize(
    "returned", ["a", [], {}, object(), 1j, np.inf, np.zeros(0), np.zeros((9, 9, 9)), {9: 1.0}]
)
def test_what_a_function_returned_is_named(name, returned):
    verdict = examine(name, _as_given(TABLE[name], lambda *_: returned))
    assert not verdict.ok and verdict.answered
    assert re.search(r"received|missing", verdict.message)


@pytest.mark.parametrize("name", VALUES)
def test_a_function_where_a_value_is_wanted(name):
    assert "received a function" in examine(name, lambda: 1).message


def test_a_function_without_return_is_told_so():
    assert "`return`" in examine("02-da_dz", lambda z: None).message


def test_the_arguments_are_named():
    message = examine("02-dL_da", lambda a: a).message
    assert "2 arguments: a, y" in message and "dL_da_of(a, y)" in message


def test_an_exception_is_told_with_the_shapes():
    message = examine("03-vector", lambda dL_da, z, a, w: (a @ dL_da, dL_da @ w)).message
    assert "ValueError" in message and "a_before (4, 3)" in message and ".T" in message


def test_shapes_come_before_values():
    message = examine("03-vector", lambda dL_da, z, a, w: (np.ones((2, 3)), dL_da @ w.T)).message
    assert message == "Expected shape (3, 2) for dL_dw, received shape (2, 3)."


def test_an_unknown_slip_is_told_with_numbers():
    message = examine("02-da_dz", lambda z: z + 7).message
    assert re.search(r"For z = .*: expected 0\.\d+, received \d", message)
    message = examine("03-chain", lambda a, z, w, y: dict.fromkeys(w, 7.0)).message
    assert "for layer 1" in message and "received 7" in message


def test_a_missing_layer_is_named():
    message = examine("03-chain", lambda a, z, w, y: {4: 1.0}).message
    assert message.endswith("missing: 1, 2, 3.")


def test_layers_lists_and_dicts_are_all_taken():
    def layers(x, w, y, learning_rate):
        grad = bp.backward(bp.forward(x, w), y)
        return bp.Layers(
            "w", [a - learning_rate * b for a, b in zip(w, grad.dL_dw, strict=True)], first=1
        )

    assert examine("04-step", layers).ok
    assert examine("04-step", lambda *given: list(layers(*given))).ok
    assert examine("04-step", lambda *given: dict(enumerate(layers(*given), 1))).ok


def test_a_function_that_changes_its_arguments_spoils_nothing():
    def spoils(a, y):
        result = ((y - a) ** 2).sum()
        a[:] = y[:] = 0
        return result

    assert examine("01-loss", spoils).ok


def test_a_function_of_numpy_is_taken():
    assert "σ(z) itself" not in examine("02-da_dz", np.sin).message
    assert not examine("02-da_dz", np.sin).ok


def test_an_unknown_exercise_is_an_error():
    with pytest.raises(ValueError, match=r"expected one of 00-nudge, .*; received '99-x'"):
        exercises.check("99-x", 1)


# --- the notebooks -------------------------------------------------------------------------------


def test_every_exercise_stands_in_its_notebook_once():
    assert sorted(name for _, name, _, _ in CELLS) == sorted(TABLE)
    assert all(
        notebook.partition("-")[0] == name.partition("-")[0] for notebook, name, _, _ in CELLS
    )


@pytest.mark.parametrize(
    ("notebook", "name", "source", "folded"), CELLS, ids=[name for _, name, _, _ in CELLS]
)
def test_the_folded_solution_passes(notebook, name, source, folded):
    solution = SOLUTION.search(folded)
    assert solution, f"{notebook}: the cell after {name} holds no folded solution"
    namespace = {"np": np, "bp": bp, "sigma": bp.activations.get("sigmoid").f}
    exec(solution[1], namespace)
    answer = eval(CHECK.search(source)["answer"], namespace)
    assert examine(name, answer).ok


@pytest.mark.parametrize(
    ("notebook", "name", "source", "folded"), CELLS, ids=[name for _, name, _, _ in CELLS]
)
def test_the_cell_as_committed_is_unanswered(notebook, name, source, folded):
    namespace = {"np": np, "bp": bp, "exercises": exercises}
    exec(CHECK.sub("", source), namespace)
    assert not examine(name, eval(CHECK.search(source)["answer"], namespace)).answered
