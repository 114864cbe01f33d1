"""The summary counts what was done, and says where to go on."""

import re

import nbformat
import pytest

from bpdemo import record
from bpdemo.exercises import TABLE, summary
from bpdemo.exercises.summaries import NOTEBOOKS
from bpdemo.series import STORY
from tools import notebooks


@pytest.fixture(autouse=True)
def nothing_noted(monkeypatch):
    monkeypatch.setattr(record, "_memory", {kind: {} for kind in record.KINDS})
    monkeypatch.setenv("BPDEMO_PROGRESS", "off")


def own(number):
    return [name for name in TABLE if name.partition("-")[0] == number]


@pytest.mark.parametrize("number", NOTEBOOKS)
def test_the_list_is_that_of_the_files(number):
    file, title = NOTEBOOKS[number]
    head = nbformat.read(notebooks.NOTEBOOKS / file, as_version=4).cells[0].source
    assert head.startswith(f"# {number} · {title}\n")


def test_every_notebook_of_the_series_is_in_it():
    files = [p.name for p in notebooks.NOTEBOOKS.glob("*.ipynb") if p.name[0] != "A"]
    assert sorted(file for file, _ in NOTEBOOKS.values()) == sorted(files)


def test_at_first_nothing_is_done():
    for number in ("02", "03"):
        for done, of in summary(number).counts(number).values():
            assert done == 0 < of
    assert own("02")[0] in summary("02").next_step()
    assert own("00")[0] in summary().next_step()
    assert "guesses" not in repr(summary())


def test_what_was_done_is_counted():
    first, second = own("03")[:2]
    record.note("exercise", first, {"passed": True, "tries": 2})
    record.note("exercise", second, {"passed": False, "tries": 1})
    record.note("hunt", "03", {"found": 2, "of": 9, "bugs": ["a", "b"]})
    record.note("guess", "StepBack", True)
    record.note("guess", "Nudge", False)
    counts = summary("03").counts("03")
    assert counts["exercises"] == (1, len(own("03"))) and counts["bugs"][0] == 2
    assert "1 of 2 guesses right" in repr(summary("03"))
    assert f"Go on with exercise {second}." in repr(summary("03"))


def test_a_question_counts_when_the_first_answer_was_right():
    record.note("quiz", "sigma-prime-at-a", True)
    before = summary("03").counts("03")["questions"]
    record.note("quiz", "sigma-prime-at-a", False)
    assert (before[0], summary("03").counts("03")["questions"][0]) == (1, 0)


def test_when_all_is_done_it_leads_on():
    for name in TABLE:
        record.note("exercise", name, {"passed": True, "tries": 1})
    assert "Go on with notebook 04, Learning." in repr(summary("03"))
    assert "last notebook" in repr(summary(STORY[-1].number))
    assert "every exercise" in repr(summary())


def test_its_html_says_the_same():
    shown = summary("02")._repr_html_()
    words = " ".join(re.sub(r"<[^>]*>", " ", shown).split())
    for line in repr(summary("02")).splitlines()[1:]:
        assert line.replace("02 Three terms: ", "") in words


def test_an_unknown_notebook_is_named():
    with pytest.raises(ValueError, match=r"expected one of 00, 01, .*; received '99'"):
        summary("99")
