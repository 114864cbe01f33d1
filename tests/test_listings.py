"""Code to be read in an exercise: what its prose says of it is what it does when it is run."""

import re

import numpy as np
import pytest

import bpdemo as bp
from bpdemo.exercises import TABLE, chapter_01, chapter_02
from bpdemo.exercises.cells import cells
from bpdemo.exercises.listings import lines_that_differ, numbered

X, Y, W = 0.5, 1.0, {1: 0.8, 2: -1.2, 3: 1.5}


def run(code):
    """The function that the code defines."""
    names = {"sigma": bp.activations.get("sigmoid").f}
    exec(code, names)
    return next(v for n, v in names.items() if callable(v) and n != "sigma")


def test_lines_are_numbered_from_1():
    assert numbered("\na = 1\n\nb = 2\n") == "```python\n1  a = 1\n2\n3  b = 2\n```"


def test_the_line_with_the_bug_is_found_by_comparing():
    assert lines_that_differ("\na\nb\nc", "\na\nB\nc") == [2]
    with pytest.raises(ValueError, match="argument"):
        lines_that_differ("a\nb", "a")


@pytest.mark.parametrize(
    ("name", "code", "right"),
    [
        ("01-bug", chapter_01.BUGGY_CHAIN, chapter_01.CHAIN),
        ("02-bug", chapter_02.BUGGY_SLOPE, chapter_02.SLOPE),
    ],
)
def test_one_line_is_wrong_and_the_whole_code_is_shown(name, code, right):
    (line,) = lines_that_differ(code, right)
    assert TABLE[name].expected() == line
    shown = next(cells(TABLE[name]))[1].replace("\n> ", "\n")
    assert numbered(code) in shown
    assert {slip.wrong() for slip in TABLE[name].slips} | {line} == set(
        range(1, len(code.strip().splitlines()) + 1)
    )


def test_the_chain_of_01_ignores_all_but_the_last_weight():
    wrong, right = run(chapter_01.BUGGY_CHAIN), run(chapter_01.CHAIN)
    trace = bp.forward([[X]], [[[w]] for w in W.values()])
    assert np.isclose(right(X, W, Y), bp.squared_difference(trace.a[3], [[Y]]))
    moved = [wrong(X, {**W, k: W[k] + 1}, Y) != wrong(X, W, Y) for k in W]
    assert moved == [False, False, True]


def test_the_slope_of_02_is_0_where_w_is():
    wrong, right = run(chapter_02.BUGGY_SLOPE), run(chapter_02.SLOPE)
    assert [wrong(a, 0.0, y) for a in (0.8, -0.3) for y in (0.0, 1.0)] == [0] * 4
    said = re.search(
        r"a_before = ([\d.]+)`, .*`w = 0` and\s+`y = 0` .* measures ([\d.]+)\.",
        (" ".join(TABLE["02-bug"].prose.split())),
    )
    a, measured = map(float, said.groups())

    def loss(w):
        return bp.squared_difference(bp.forward([[a]], [[[w]]]).a[1], [[0.0]])

    assert np.isclose((loss(1e-5) - loss(-1e-5)) / 2e-5, measured)
    assert np.isclose(right(a, 0.0, 0.0), measured)
