"""The exercises: a check that gives a hint, not only a verdict.

>>> check("02-dL_da", ...)
02-dL_da: not answered yet. Expected: a function dL_da_of(a, y). Replace the dots (...)
with your answer. Then run the cell again.
>>> check("02-dL_da", lambda a, y: 2 * (y - a))
02-dL_da: not yet. The sign is the other way round. If a is larger than y, does a larger
a make the loss larger or smaller?

The right values are never written down: the core computes them, on numbers drawn from a fixed
seed. The slips that learners make are computed too, so that they are recognised and each gets its
own hint. An exercise is one entry of `TABLE`: its text, its starter, its hints and its solution
stand there, and `python -m tools.notebooks run` writes its cells from them.
"""

import importlib
import pkgutil
from dataclasses import replace

from bpdemo import record, validation
from bpdemo.exercises import feedback
from bpdemo.exercises.base import Exercise, Verdict, Words, WrongAnswer
from bpdemo.exercises.hunt import BugHunt
from bpdemo.exercises.judging import judge
from bpdemo.exercises.library import Mine
from bpdemo.exercises.quizzes import quiz
from bpdemo.exercises.summaries import summary

__all__ = [
    "TABLE",
    "BugHunt",
    "Exercise",
    "WrongAnswer",
    "Verdict",
    "Words",
    "check",
    "examine",
    "mine",
    "quiz",
    "summary",
]

TABLE: dict[str, Exercise | Words] = {
    entry.name: entry
    # A chapter is a file: adding one is adding the file.
    for found in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name)
    if found.name.startswith("chapter_")
    for entry in importlib.import_module(f"{__name__}.{found.name}").ENTRIES
}
"""Every exercise, by its name."""

mine = Mine(TABLE)
"""The learner's own library: what has passed."""


@validation.checked(name=validation.one_of(lambda: TABLE))
def check(name: str, answer) -> None:
    """Show the verdict on an answer: right, or a hint, or what is expected.

    Parameters
    ----------
    name : the name of the exercise, a key of `TABLE`.
    answer : a function or a value, as the exercise wants; ``...`` while there is no answer.

    Raises
    ------
    ValueError : no exercise has this name.
    """
    verdict = examine(name, answer)
    if verdict.answered:
        before = record.noted("exercise").get(name, {})
        passed, tries = bool(before.get("passed")), int(before.get("tries", 0))
        counted = {**before, "passed": passed or verdict.ok, "tries": tries + 1}
        record.note("exercise", name, counted)
        if verdict.ok and getattr(TABLE[name], "adds", False):
            said = f"{verdict.message} {mine.add(TABLE[name], answer)}"
            verdict = replace(verdict, message=said)
    feedback.show_verdict(verdict)


@validation.checked(name=validation.one_of(lambda: TABLE))
def examine(name: str, answer) -> Verdict:
    """The verdict that `check` shows. A wrong or broken answer never raises."""
    return judge(TABLE[name], answer)
