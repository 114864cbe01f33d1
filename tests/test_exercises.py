"""Every solution passes, every slip gets its own hint, and no answer is an exception."""

import inspect
import re
import sys
import time

import nbformat
import numpy as np
import pytest

import bpdemo as bp
from bpdemo import exercises, record
from bpdemo.exercises import TABLE, Verdict, Words, examine, feedback
from bpdemo.exercises.base import TASKS, tidy
from bpdemo.exercises.cells import cells
from bpdemo.exercises.judging import judge
from tools import notebooks, pins

COMPUTED = {name: entry for name, entry in TABLE.items() if not isinstance(entry, Words)}
IN_WORDS = {name: entry for name, entry in TABLE.items() if isinstance(entry, Words)}
FUNCTIONS = [name for name, exercise in COMPUTED.items() if exercise.draw]
VALUES = [name for name, exercise in COMPUTED.items() if not exercise.draw]


def _as_given(exercise, wrong):
    """A function with the exercise's own argument names that gives `wrong`'s answer."""
    names = list(exercise.draw(np.random.default_rng(0)))
    return eval(f"lambda {', '.join(names)}: wrong({', '.join(names)})", {"wrong": wrong})


def _wrong(exercise, slip):
    return _as_given(exercise, slip.wrong) if exercise.draw else slip.wrong()


# --- the exercises -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COMPUTED)
def test_what_the_core_computes_is_right(name):
    exercise = TABLE[name]
    answer = _as_given(exercise, exercise.expected) if exercise.draw else exercise.expected()
    verdict = examine(name, answer)
    assert verdict.ok and verdict.answered
    assert str(verdict) == f"{name}: right. {exercise.right}"


@pytest.mark.parametrize(
    ("name", "slip"),
    [(name, slip) for name, exercise in COMPUTED.items() for slip in exercise.slips],
)
def test_every_slip_gets_its_hint(name, slip):
    verdict = examine(name, _wrong(TABLE[name], slip))
    assert not verdict.ok and verdict.answered
    assert verdict.message == slip.hint


@pytest.mark.parametrize("name", TABLE)
def test_an_unanswered_exercise_says_what_is_wanted(name, capsys):
    exercises.check(name, ...)
    said = " ".join(capsys.readouterr().out.split())
    wanted = getattr(TABLE[name], "wanted", "a sentence or two")
    assert said.startswith(f"{name}: not answered yet. Expected: {wanted}.")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_dots_anywhere_in_a_function_are_no_answer(name):
    names = list(TABLE[name].draw(np.random.default_rng(0)))
    for body in ("...", "... * 2", "{1: ...}", "(..., 1.0)", "[...]", "np.array([...])"):
        answer = eval(f"lambda {', '.join(names)}: {body}", {"np": np})
        verdict = examine(name, answer)
        assert not verdict.answered and not verdict.ok, body


@pytest.mark.parametrize("name", COMPUTED)
@pytest.mark.parametrize(
    "answer", [None, "a", "1 + 1", [], {}, object(), 1j, np.nan, np.array(["a"])]
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
    message = examine("05-layer", lambda dL_da, z, a, w: (a @ dL_da, dL_da @ w)).message
    assert "ValueError" in message and "a_before (4, 3)" in message and ".T" in message


def test_shapes_come_before_values():
    message = examine("05-layer", lambda dL_da, z, a, w: (np.ones((2, 3)), dL_da @ w.T)).message
    assert message == "Expected shape (3, 2) for dL_dw, received shape (2, 3)."


def test_a_slip_in_one_case_alone_is_not_told_as_that_slip():
    calls = []

    def answer(a, y):
        calls.append(a)
        return a - y if len(calls) == 1 else 2 * (a - y)

    verdict = examine("02-dL_da", answer)
    hint = next(s.hint for s in TABLE["02-dL_da"].slips if s.wrong(3.0, 1.0) == 2.0)
    assert not verdict.ok and hint not in verdict.message


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


# --- the text of an entry ------------------------------------------------------------------------


def _run(code):
    """What a learner's cell defines, in a notebook that has made the usual imports."""
    namespace = {"np": np, "bp": bp, "sigma": bp.activations.get("sigmoid").f}
    exec(tidy(code), namespace)
    return namespace


@pytest.mark.parametrize("name", COMPUTED)
def test_the_solution_passes(name):
    exercise = TABLE[name]
    verdict = examine(name, _run(exercise.solution)[exercise.answer])
    assert verdict.ok, verdict


@pytest.mark.parametrize("name", TABLE)
def test_the_starter_is_unanswered(name):
    exercise = TABLE[name]
    assert not examine(name, _run(exercise.starter)[exercise.answer]).answered


@pytest.mark.parametrize("name", FUNCTIONS)
def test_starter_solution_and_draw_name_the_same_arguments(name):
    exercise = TABLE[name]
    names = [
        list(inspect.signature(_run(code)[exercise.answer]).parameters)
        for code in (exercise.starter, exercise.solution)
    ]
    assert names == [list(exercise.draw(np.random.default_rng(0)))] * 2


@pytest.mark.parametrize("name", TABLE)
def test_an_entry_says_what_its_cells_need(name):
    exercise = TABLE[name]
    kinds, sources = zip(*cells(exercise), strict=True)
    assert kinds == ("markdown", "code", "markdown")
    assert sources[0].startswith(f"> ✎ **Your turn: {exercise.kind}.** ")
    assert exercise.kind in TASKS and exercise.place.startswith("#")
    assert f'exercises.check("{name}", {exercise.answer})' in sources[1]
    assert len(exercise.hints) == 2, "hint 1, hint 2, then the solution"
    assert sources[2].count("<summary>Hint ") == 2
    assert sources[2].count("<details>") == sources[2].count("</details>") == 3


@pytest.mark.parametrize("number", [f"{n:02}" for n in range(1, 11)])
def test_every_notebook_has_four_exercises_of_more_than_one_kind(number):
    kinds = [entry.kind for name, entry in TABLE.items() if name.startswith(f"{number}-")]
    assert len(kinds) >= 4 and len(set(kinds)) >= 3, kinds


# --- in words ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", IN_WORDS)
def test_words_are_compared_with_a_model_answer(name):
    verdict = examine(name, TABLE[name].model)
    assert verdict.ok and verdict.state == "compare"
    assert TABLE[name].model in verdict.message and verdict.points == TABLE[name].points
    assert len(TABLE[name].points) >= 2


WORDS = Words(
    name="00-x", place="## X", prose="Why?", hints=("a", "b"), model="Because.", points=("p", "q")
)


@pytest.mark.parametrize("said", ["", "  \n ", None, ...])
def test_no_words_are_no_answer(said):
    assert not judge(WORDS, said).answered


@pytest.mark.parametrize("said", ["It learns.", 3, ["a", "list"]])
def test_what_is_no_sentence_is_told_so(said):
    verdict = judge(WORDS, said)
    assert verdict.state == "not yet" and WORDS.model not in verdict.message


def test_a_sentence_is_compared():
    verdict = judge(WORDS, "The slope at z tells how a moves when z moves.")
    assert verdict.ok and "Because." in str(verdict) and " · p · q" in str(verdict)


# --- what a learner may hand in ------------------------------------------------------------------


def test_a_loop_without_end_is_stopped():
    def loops(a, y):
        while True:
            a += 1

    def hides(a, y):
        while True:
            try:
                while True:
                    a += 1
            except Exception:
                pass

    for function in (loops, hides):
        begin = time.monotonic()
        verdict = examine("02-dL_da", function)
        assert not verdict.ok and "still running after 3 seconds" in verdict.message
        assert time.monotonic() - begin < 8  # on a busy machine, too


def test_the_tracer_that_was_there_is_back():
    before = sys.gettrace()
    examine("02-dL_da", lambda a, y: 1 / 0)
    assert sys.gettrace() is before


def test_a_recursion_without_end_is_told():
    def again(z):
        return again(z)

    assert "calls itself without end" in examine("02-da_dz", again).message


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("-0,6", r"text.*decimal point: -0\.6"),
        ("−0.6", r"text.*: -0\.6"),
        ((-0, 6), "comma makes two values"),
        ("2(a - y)", "received str"),
        (None, "received an object of type NoneType"),
        (float("nan"), "Was something divided by 0"),
        ([1, 2, 3], "received"),
    ],
)
def test_a_value_that_is_no_number_gets_a_friendly_sentence(answer, said):
    verdict = examine("02-gears", answer)
    assert not verdict.ok and re.search(said, verdict.message), verdict.message


def test_a_missing_asterisk_is_told():
    def forgot(a, y):
        two = 2
        return two(a - y)

    assert "Put a * between" in examine("02-dL_da", forgot).message


def test_an_unknown_name_is_told():
    def unknown(a, y):
        return 2 * (a_L - y)  # noqa: F821

    message = examine("02-dL_da", unknown).message
    assert "`a_L`, which isn't defined" in message and "a, y" in message


# --- an unknown wrong answer is measured ---------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "answer", "said"),
    [
        ("02-dL_da", lambda a, y: 8 * (a - y), "exactly four times the right one"),
        ("02-dL_da", lambda a, y: -4 * (a - y), "twice the right one with the opposite sign"),
        ("02-dL_da", lambda a, y: 2 * (a - y) * y, "y as a factor too many"),
        ("02-dL_da", lambda a, y: 2 * (a - y) + y, "too large by exactly y"),
        ("02-dL_da", lambda a, y: 2 * (a - y) - a, "too small by exactly a"),
        ("03-step-back", lambda g, z, w: 3 * g * z, "Which factor is off"),
        ("02-gears", -1.83, "too small"),
        ("02-gears", 0.5, "wrong sign"),
        ("02-gears", -0.603, "close, but not exact"),
        ("05-columns", lambda d, a: np.abs(d @ a.T), "sizes are right; the sign is wrong at ["),
    ],
)
def test_the_difference_is_said(name, answer, said):
    verdict = examine(name, answer)
    assert not verdict.ok and said in verdict.message, verdict.message


@pytest.mark.parametrize("name", VALUES)
def test_a_wrong_value_never_tells_the_right_one(name):
    right = TABLE[name].expected()
    if isinstance(right, tuple | list):
        pytest.skip("more than one number")
    for factor in (1.37, -2.9, 0.61):
        message = examine(name, right * factor + 0.123).message
        assert f"{right:.6g}" not in re.findall(r"-?\d+\.?\d*", message), message


# --- feedback ------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["right", "not yet", "not answered yet", "compare"])
def test_a_verdict_is_framed_and_worded(state):
    shown = feedback.html(Verdict("x", state, "2 < 3 & so on", ("<b>",)))
    assert "border:2px solid" in shown and f"{state[1:]}.</strong> 2 &lt; 3 &amp; so on" in shown
    assert "<li>&lt;b&gt;</li>" in shown and 'role="status"' in shown


def test_a_check_is_remembered(monkeypatch):
    noted = {}
    monkeypatch.setattr(record, "noted", lambda kind: noted)
    monkeypatch.setattr(record, "note", lambda kind, name, value: noted.update({name: value}))
    exercises.check("02-gears", ...)
    assert noted == {}
    exercises.check("02-gears", 7.0)
    exercises.check("02-gears", -0.6)
    exercises.check("02-gears", 7.0)
    assert noted == {"02-gears": {"passed": True, "tries": 3}}


# --- the notebooks -------------------------------------------------------------------------------


def test_every_exercise_stands_in_its_notebook_once():
    """`tools.notebooks check` holds each cell to its entry; here, that none is missing."""
    found = []
    for path in sorted(notebooks.NOTEBOOKS.glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code" and "exercises.check(" in cell.source:
                assert notebooks.exercise_of(cell), f"{path.name}: {cell.source}"
                found.append((path.name.partition("-")[0], notebooks.exercise_of(cell)))
    assert sorted(found) == sorted((name.partition("-")[0], name) for name in TABLE)


def _notebook(*sources):
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(s) for s in sources])


def test_a_new_exercise_closes_its_section(monkeypatch):
    monkeypatch.setattr(exercises, "TABLE", {"00-x": WORDS})
    notebook = _notebook("## W", "## X", "Text.", "### Not a section", "## Y")
    notebooks.fill(notebook, "00")
    tagged = [notebooks.exercise_of(cell) for cell in notebook.cells]
    assert tagged == [None, None, None, None, "00-x", "00-x", "00-x", None]
    assert not list(notebooks.drifted(notebook, "00"))
    # Moved, it stays where it was put; an edited cell is told, and written again.
    moved = [notebook.cells[i] for i in (0, 4, 5, 6, 1, 2, 3, 7)]
    notebook.cells = moved
    assert not list(notebooks.drifted(notebook, "00"))
    notebook.cells[1].source = "> Something else"
    assert "differ from their entries: 00-x" in next(notebooks.drifted(notebook, "00"))
    notebooks.fill(notebook, "00")
    assert "Why?" in notebook.cells[1].source
    monkeypatch.setattr(exercises, "TABLE", {})
    assert list(notebooks.drifted(notebook, "00"))
    notebooks.fill(notebook, "00")
    assert len(notebook.cells) == 5


def test_a_section_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setattr(exercises, "TABLE", {"00-x": WORDS})
    with pytest.raises(notebooks.Problem, match="00-x: no heading `## X`"):
        notebooks.fill(_notebook("## W"), "00")


# --- what is said, and what it is said about -----------------------------------------------------


def test_what_is_said_is_what_was_read():
    """A hint that changes places, a wrong formula in praise: each pair was read when it was pinned.

    If this fails, read the lines that `git diff` shows after `python -m tools.pins`: does each hint
    fit its slip, and is each sentence true?
    """
    assert pins.pinned() == pins.PINNED.read_text(encoding="utf-8")


def test_hints_that_change_places_are_seen(monkeypatch, tmp_path):
    for path in pins.CHAPTERS.glob("*.py"):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    before = pins.pinned()
    chapter = tmp_path / "chapter_02.py"
    text = chapter.read_text(encoding="utf-8")
    chapter.write_text(text.replace(", SIGN)", ", LOST_2)", 1), encoding="utf-8")
    monkeypatch.setattr(pins, "CHAPTERS", tmp_path)
    assert text != chapter.read_text(encoding="utf-8") and pins.pinned() != before
