"""The exercises: a check that gives a hint, not only a verdict.

>>> check("02-dL_da", ...)
02-dL_da: not answered yet. Wanted is a function dL_da_of(a, y). Put yours in the place
of the dots (...), then run the cell again.
>>> check("02-dL_da", lambda a, y: 2 * (y - a))
02-dL_da: not yet. The sign is the other way round. If a is larger than y, does a larger
a make the loss larger or smaller?

The right values are never written down: the core computes them, on numbers drawn from a fixed
seed. The slips that learners make are computed too, so that they are recognised and each gets its
own hint. An exercise is one entry of `TABLE`; its solution stands folded in its notebook, where a
test runs it against the check.
"""

import textwrap

from bpdemo.exercises import (
    chapter_00,
    chapter_01,
    chapter_02,
    chapter_03,
    chapter_04,
    chapter_05,
    chapter_06,
    chapter_07,
    chapter_08,
    chapter_09,
    chapter_10,
)
from bpdemo.exercises.base import Exercise, Slip, Verdict, judge
from bpdemo.exercises.hunt import BugHunt
from bpdemo.exercises.quiz import quiz

__all__ = ["BugHunt", "TABLE", "Exercise", "Slip", "Verdict", "check", "examine", "quiz"]

TABLE: dict[str, Exercise] = {
    entry.name: entry
    for chapter in (
        chapter_00,
        chapter_01,
        chapter_02,
        chapter_03,
        chapter_04,
        chapter_05,
        chapter_06,
        chapter_07,
        chapter_08,
        chapter_09,
        chapter_10,
    )
    for entry in chapter.ENTRIES
}
"""Every exercise, by its name."""


def check(name: str, answer) -> None:
    """Print the verdict on an answer: right, or a hint, or what is wanted.

    Parameters
    ----------
    name : the name of the exercise, a key of `TABLE`.
    answer : a function or a value, as the exercise wants; ``...`` while there is no answer.

    Raises
    ------
    ValueError : no exercise has this name.
    """
    print(textwrap.fill(str(examine(name, answer)), 88))


def examine(name: str, answer) -> Verdict:
    """The verdict that `check` prints. A wrong or broken answer never raises."""
    if name not in TABLE:
        raise ValueError(f"name: expected one of {', '.join(TABLE)}; received {name!r}")
    return judge(TABLE[name], answer)
