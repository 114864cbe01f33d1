"""Every number in the prose is tied to what it is about, and a wrong one is seen."""

from collections import Counter
from dataclasses import replace

import pytest

from tools import prose
from tools.prose import Cell, Computed, Ties

CHAPTERS = [path.name.partition("-")[0] for path in sorted(prose.NOTEBOOKS.glob("*.ipynb"))]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_number_is_tied(chapter):
    assert list(prose.complaints(chapter)) == []


def test_most_results_are_computed_and_there_are_enough_numbers_to_tie():
    found = sum(len(prose.numbers(cell.text)) for name in CHAPTERS for cell in prose.cells(name))
    assert found > 1000
    assert sum(len(prose.ties(name).computed) for name in CHAPTERS) > 190


# --- planted faults ------------------------------------------------------------------------------


def planted(number):
    """Wrong numbers for a right one."""
    text = number.text
    if text.lower() in prose.COUNTED:
        at = prose.COUNTED.index(text.lower())
        return [prose.COUNTED[at - 1], prose.COUNTED[(at + 1) % len(prose.COUNTED)]]
    if not any(letter.isdecimal() for letter in text):
        return ["¼" if text == "½" else "½"]
    if text[-1] in "⁰¹²³⁴⁵⁶⁷⁸⁹":
        return [text[:-1] + ("²" if text[-1] == "³" else "³")]
    at = max(i for i, letter in enumerate(text) if letter.isdecimal())
    wrong = [text[:at] + str((int(text[at]) + step) % 10) + text[at + 1 :] for step in (1, 9)]
    for i in range(len(text) - 1):
        if text[i].isdecimal() and text[i + 1].isdecimal() and text[i] != text[i + 1]:
            wrong.append(text[:i] + text[i + 1] + text[i] + text[i + 2 :])
            break
    if text[0] in "-−":
        wrong.append(text[1:])
    return wrong


def is_seen(chapter, cell, number, wrong):
    """Whether the test above goes red if `wrong` stands where `number` stood."""
    tied = prose.ties(chapter)
    text = cell.text[: number.start] + wrong + cell.text[number.end :]
    fake = replace(cell, text=text)
    if prose.untied(fake, tied):
        return True
    others = [other for other in prose.cells(chapter) if other is not cell]
    return any(
        prose.stands_in(phrase, cell)
        and not prose.stands_in(phrase, fake)
        and not any(prose.stands_in(phrase, other) for other in others)
        for phrase in tied.phrases
    )


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_wrong_number_is_seen(chapter):
    count, missed = Counter(), []
    for cell in prose.cells(chapter):
        for number in prose.numbers(cell.text):
            for wrong in planted(number):
                kind = "decimal" if number.is_decimal else "other"
                count[kind] += 1
                if not is_seen(chapter, cell, number, wrong):
                    missed.append((kind, cell.where, number.text, wrong))
    seen = 1 - len(missed) / count.total()
    print(f"{chapter}: {count.total()} wrong numbers planted, {seen:.1%} seen; not: {missed}")
    assert not [fault for fault in missed if fault[0] == "decimal"]
    assert seen >= 0.97, missed


# --- what counts as a number, and as a tie -------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The loss is 0.25, then −0.5.", ["0.25", "−0.5"]),
        ("All 2,368 weights, three times, twice.", ["2,368", "three", "twice"]),
        ("With ½ it is 97.5 %, or 10⁻¹³.", ["½", "97.5", "10⁻¹³"]),
        (r"Near $-2.6$, $10^{-5}$ and $y = 0.3$.", ["-2.6", "-5", "0.3"]),
        ("In notebook 03, and in notebooks 05 to 07, by N5 and B12–B15.", []),
        (r"$$x = 3$$ and $$y > 0.3$$", ["0.3"]),
        (r"$a^2$, $2(a^L - y)$, `a[3]`", []),
        ("## 3 things\n\n[02 Three terms](02-three.ipynb) <p id=3>\n\n1. first", []),
    ],
)
def test_what_is_a_number(text, expected):
    assert [number.text for number in prose.numbers(text)] == expected


def untied(text, shown="", **ties):
    tied = Ties(**{"computed": [], "given": [], "true": {}, **ties})
    return [number.text for number in prose.untied(Cell("", text, shown), tied)]


def test_a_printed_number_is_tied_if_it_has_three_digits_and_its_sign():
    assert untied("It is 0.125.", "y = 0.125 x") == []
    assert untied("It is 0.125.", "y = -0.125 x") == ["0.125"]
    assert untied("It is 0.125.", "y = 0.1251 x") == ["0.125"]
    assert untied("It is 0.12.", "y = 0.12 x") == ["0.12"]
    assert untied("It is 1,437.", "1437 digits") == []


def test_a_computed_number_is_tied_where_its_phrase_stands():
    tie = f"goes to {Computed(2.0):.1f} of 3"
    assert untied("It goes to 2.0 of 3.", computed=[tie]) == ["3"]
    assert untied("It goes to\n2.0 of 3.", computed=[tie], given=["of 3"]) == []
    assert untied("It goes to 2.5 of 3.", computed=[tie]) == ["2.5", "3"]
    assert untied("It goes to 2.0 of 31.", computed=[tie]) == ["2.0", "31"]


def test_a_tie_that_stands_nowhere_is_named(monkeypatch):
    monkeypatch.setattr(prose, "cells", lambda chapter: [Cell("", "Three of 4.", "")])
    tie = f"{Computed(3)} of 4"
    assert prose.missing("", Ties([tie], ["three of"], {"of 4": True})) == ["3 of 4"]
    assert prose.missing("", Ties([], [], {"of 4": False})) == ["of 4 (false)"]


def test_a_pattern_must_say_which_number_it_means():
    with pytest.raises(LookupError, match="found 0 times in 00"):
        prose.shown("00", r"no such (\d+)")
