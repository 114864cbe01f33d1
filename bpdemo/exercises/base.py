"""What an exercise is: its text, its solution and its slips, in one place."""

import ast
import textwrap
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["TASKS", "Exercise", "WrongAnswer", "Verdict", "Words"]

TASKS = ("compute", "write", "predict", "find the bug", "explain")
"""What an exercise asks for."""


@dataclass(frozen=True)
class WrongAnswer:
    """A wrong answer that learners give: how to compute it, and the hint for it."""

    wrong: Callable
    hint: str


@dataclass(frozen=True, kw_only=True)
class _Task:
    """What every exercise has, whatever it asks for. Its texts are Markdown.

    Attributes
    ----------
    name : "NN-what", NN the notebook.
    place : the heading, as it stands in the notebook, of the section that it closes. Once it is
        in the notebook, its cells may be moved; then they stay where they are.
    prose : what to do.
    hints : help by degrees, each opened by the learner.
    """

    name: str
    place: str
    prose: str
    hints: tuple[str, ...]

    @property
    def notebook(self) -> str:
        """The number of its notebook."""
        return self.name.partition("-")[0]


@dataclass(frozen=True, kw_only=True)
class Exercise(_Task):
    """One exercise with an answer that is computed.

    Attributes
    ----------
    kind : one of `TASKS`, but "explain".
    starter : the code to begin with: a function, or ``name = ...``, with dots for the answer.
    solution : the same code, answered.
    why : what there is to say about the solution; may be empty.
    wanted : what to hand in, as it stands in "Expected: …".
    right : what to say when the answer is right.
    expected : the right answer; takes what `draw` gives, or nothing where a value is wanted.
    slips : what is recognised, in the order in which it is looked for.
    draw : ``draw(rng)`` gives the arguments of the learner's function by name; None where the
        answer is a value.
    parts : the names of what the function returns, where it returns a tuple.
    adds : does the function join the learner's own library?
    """

    starter: str
    solution: str
    wanted: str
    right: str
    expected: Callable
    slips: tuple[WrongAnswer, ...]
    kind: str = "write"
    why: str = ""
    draw: Callable | None = None
    parts: tuple[str, ...] = ()
    adds: bool = False

    @property
    def answer(self) -> str:
        """The name that the starter gives to the answer, as `check` is called with it."""
        last = ast.parse(tidy(self.starter)).body[-1]
        if isinstance(last, ast.FunctionDef):
            return last.name
        assert isinstance(last, ast.Assign) and isinstance(last.targets[0], ast.Name)
        return last.targets[0].id


@dataclass(frozen=True, kw_only=True)
class Words(_Task):
    """An exercise to answer in words. Nothing can judge them, so a model answer is shown.

    Attributes
    ----------
    model : an answer that says it all.
    points : what a good answer says, to compare one's own with, point by point.
    """

    model: str
    points: tuple[str, ...]

    kind = "explain"
    answer = "my_words"
    starter = 'my_words = ""'


@dataclass(frozen=True)
class Verdict:
    """What came of an answer.

    Attributes
    ----------
    name : of the exercise.
    state : "right", "not yet", "not answered yet" or "compare".
    message : the sentence that goes with it.
    points : what to compare an answer in words with.
    """

    name: str
    state: str
    message: str
    points: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Has the exercise been done?"""
        return self.state in ("right", "compare")

    @property
    def answered(self) -> bool:
        """False while the dots are still there."""
        return self.state != "not answered yet"

    def __str__(self) -> str:
        points = "".join(f" · {point}" for point in self.points)
        return f"{self.name}: {self.state}. {self.message}{points}"


def tidy(text: str) -> str:
    """A text written between triple quotes, without its indentation and outer blank lines."""
    return textwrap.dedent(text).strip("\n").rstrip()
