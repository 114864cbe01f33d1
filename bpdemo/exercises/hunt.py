"""Bug hunts: a short backward pass with one wrong line, in code that can be seen.

>>> hunt = BugHunt("03")
>>> import bpdemo as bp
>>> bp.check_gradients(**hunt.network, backward=hunt.backward).ok
False

End a cell with ``hunt`` to show it: the code, a choice for each line, the gradient check at a
press, and another bug at another. What is shown is what is compiled and run.
"""

import ast
import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from html import escape
from typing import Any

import numpy as np

from bpdemo import checking, network, record, validation
from bpdemo.exercises import hunts
from bpdemo.exercises.hunts import Bug, Hunt
from bpdemo.exercises.practice import Practice, Remark, card, code_html, folded

__all__ = ["BugHunt"]


class BugHunt(Practice):
    """A backward pass with a bug, to be found with the gradient check.

    Parameters
    ----------
    name : the notebook: "03" a chain in plain numbers, "05" matrices and a batch, "06" biases and
        other activations, "07" a gradient checker, "08" softmax, cross-entropy and mini-batches.
    seed : any integer ≥ 0, for the order of the bugs.

    Attributes
    ----------
    bugs : all bugs of this hunt, in their order.
    number : which of them is in the code now, from 1; can be set.
    network : what to check it on, as a dict: the arguments of `bpdemo.check_gradients`.

    Raises
    ------
    ValueError : there is no hunt of this name.
    """

    @validation.checked(name=validation.one_of(lambda: hunts.TABLE), seed=validation.whole(0))
    def __init__(self, name: str, seed: int = 0):
        super().__init__()
        self._hunt = hunts.TABLE[name]
        order = np.random.default_rng(seed).permutation(len(self._hunt.bugs))
        self.name = name
        self.bugs = tuple(self._hunt.bugs[i] for i in order)
        self.network = dict(self._hunt.network())
        self.title = "Find the bug: one line of this code is wrong."
        self.intro = self._hunt.about
        self._found: set[str] = set()
        self._chosen: int | None
        self._verdict: Remark | None
        self._start(1)

    # What a learner's own cell may use.

    @property
    def number(self) -> int:
        """Which of the bugs is in the code now, from 1."""
        return self._number

    @number.setter
    def number(self, value: int) -> None:
        if isinstance(value, bool) or not isinstance(value, int | np.integer):
            raise TypeError(f"number: expected a whole number, received {value!r}")
        if not 1 <= value <= len(self.bugs):
            raise ValueError(f"number: expected 1 to {len(self.bugs)}, received {value}")
        self._start(int(value))
        self._show()

    @property
    def bug(self) -> Bug:
        """The bug that is in the code now: it gives the answer away."""
        return self.bugs[self._number - 1]

    @property
    def lines(self) -> tuple[str, ...]:
        """The code with its bug, line by line."""
        return with_bug(self._hunt, self.bug)

    @property
    def code(self) -> str:
        """The code with its bug."""
        return "\n".join(self.lines)

    @property
    def backward(self) -> Callable:
        """The code as ``backward(trace, y, loss)``, for `bpdemo.check_gradients` to check.

        In 06 and 08 the code is written for networks like `network`; in 03 for chains of single
        neurons.
        """
        return self._hunt.adapt(compiled(self.lines))

    def check(self) -> checking.Report:
        """The gradient check of the code with its bug."""
        return checking.check_gradients(**self.network, backward=self.backward)

    def next(self) -> None:
        """Put in the next bug; after the last one, the first again."""
        self.number = self._number % len(self.bugs) + 1

    # What a page shows and does.

    def cards(self) -> list[dict[str, Any]]:
        """One card: the lines are the choices."""
        return [
            card(
                0,
                self._card,
                f"Bug {self._number} of {len(self.bugs)}. Which line is wrong?",
                self.lines,
                {"check": "It's this line", "report": "Run the check", "next": "New bug"},
                code=True,
                chosen=self._chosen,
                verdict=self._verdict,
                report=self._report,
            )
        ]

    def do(self, what: str, name: str, choice: int | None) -> None:
        """Judge a line, run the check, or put in the next bug."""
        if what == "next":
            self._start(self._number % len(self.bugs) + 1)
        elif name != self._card:
            raise ValueError(f"card: expected {self._card!r}, received {name!r}")
        elif what == "report":
            self._report = str(self.check())
        elif what != "check":
            raise ValueError(f"do: expected check, report or next, received {what!r}")
        elif choice is None:
            self._chosen, self._verdict = None, Remark("none", "Pick the line you suspect.")
        elif not 0 <= choice < len(self.lines):
            raise ValueError(f"choice: expected 0 to {len(self.lines) - 1}, received {choice}")
        else:
            self._chosen, self._verdict = choice, self.judge(choice + 1)

    def judge(self, line: int) -> Remark:
        """What to say to somebody who suspects this line, from 1."""
        if line != self.bug.line:
            return Remark("wrong", *self._hint(line))
        self._found.add(self.bug.name)
        return Remark("right", *self._why(), f"Found so far: {self._note()} of {len(self.bugs)}.")

    @property
    def _card(self) -> str:
        return f"{self.name}-{self.bug.name}"

    def _start(self, number: int) -> None:
        self._number = number
        self._chosen, self._verdict, self._report = None, None, ""

    def _note(self) -> int:
        """Remember what was found, with what was found in earlier sessions; return how many."""
        before = record.noted("hunt").get(self.name)
        if isinstance(before, Mapping) and isinstance(before.get("bugs"), list):
            self._found |= {bug.name for bug in self.bugs if bug.name in before["bugs"]}
        bugs = [bug.name for bug in self.bugs if bug.name in self._found]
        found = {"found": len(bugs), "of": len(self.bugs), "bugs": bugs}
        record.note("hunt", self.name, found)
        return len(bugs)

    def _why(self) -> list[str]:
        right = self._hunt.lines[self.bug.line - 1][0].strip()
        return [
            f"Line {self.bug.line}. {self.bug.why}",
            f"It should be: {right}",
            f"With that, the check says: {_right_report(self.name)}.",
        ]

    def _hint(self, line: int) -> list[str]:
        """Why it isn't this line, as far as the check knows."""
        rows = self.check().rows
        labels = [row.label for row in rows]
        off = [row.label for row in rows if not row.ok]
        touched = influence(self.name)[line - 1]
        says = [f"It isn't line {line}: {self._hunt.lines[line - 1][1]}"]
        untouched = [label for label in off if label not in touched]
        innocent = [label for label in labels if label in touched and label not in off]
        if untouched and touched:
            says.append(
                f"The check says that {_listed(untouched)} {_s(untouched, 'differ')}, and line "
                f"{line} has no part in {_it(untouched)}."
            )
        elif innocent:
            says.append(
                f"The check says that {_listed(innocent)} {_s(innocent, 'agree')}, and line {line} "
                f"has a part in {_it(innocent)}: so it works there."
            )
        elif touched:
            says.append(
                "The check alone couldn't tell: everything that this line has a part in "
                "differs. Compare each line with its formula."
            )
        else:
            says.append(
                f"The check says that {_listed(off)} {_s(off, 'differ')}. Which lines have a part "
                f"in {_it(off)}?"
            )
        return says

    def still_html(self) -> str:
        """The code, and folded what the check says and the answer."""
        report = code_html(str(self.check()).split("\n"), numbered=False)
        answer = "".join(f"<p>{escape(text)}</p>" for text in self._why())
        return (
            f"<p>{escape(self.intro)}</p>{code_html(self.lines)}"
            f"{folded('What the check says', report)}{folded('Answer', answer)}"
        )

    def text(self) -> str:
        """The code with its lines' numbers."""
        numbered = [f"{n:2}  {line}" for n, line in enumerate(self.lines, 1)]
        return "\n".join([self.title, self.intro, "", *numbered])


def with_bug(hunt: Hunt, bug: Bug | None) -> tuple[str, ...]:
    """The lines of a hunt, with a bug or, for None, as they should be."""
    lines = [line for line, _ in hunt.lines]
    if bug is not None:
        right = lines[bug.line - 1]
        lines[bug.line - 1] = right[: len(right) - len(right.lstrip())] + bug.wrong
    return tuple(lines)


def compiled(lines: Sequence[str], **names) -> Callable:
    """The function that these lines define; `names` are known to it besides NumPy and σ."""
    scope = {**hunts.names(), **names}
    exec(compile("\n".join(lines), "<bug hunt>", "exec"), scope)
    return next(v for v in scope.values() if inspect.isfunction(v) and v.__globals__ is scope)


@cache
def _right_report(name: str) -> str:
    """What the check says of the code without a bug."""
    hunt = hunts.TABLE[name]
    run = compiled(with_bug(hunt, None))
    return str(checking.check_gradients(**hunt.network(), backward=hunt.adapt(run)))


# --- which gradients a line has a part in --------------------------------------------------------


@cache
def influence(name: str) -> tuple[frozenset[str], ...]:
    """For each line of a hunt, the gradients that it has a part in: {"dL_dw[1]", …}.

    It is measured: whatever the line computes is made 1 % larger, and what comes out is compared.
    """
    hunt = hunts.TABLE[name]
    lines = with_bug(hunt, None)
    before = _labelled(hunt, compiled(lines))
    found = []
    for place in range(len(lines)):
        after = _labelled(hunt, compiled(_nudged(lines, place), nudge=_larger))
        found.append(
            frozenset(k for k, v in before.items() if not np.allclose(v, after[k], 1e-9, 1e-12))
        )
    return tuple(found)


def _labelled(hunt: Hunt, run: Callable) -> dict[str, np.ndarray]:
    """The gradients that a program finds, by the names that a report gives them."""
    given = dict(hunt.network())
    trace = network.forward(given["x"], given["w"], activation=given["activation"], b=given["b"])
    grad = hunt.adapt(run)(trace, given["y"], given["loss"])
    return {
        f"dL_d{name}[{k}]": v
        for name, found in (("w", grad.dL_dw), ("b", grad.dL_db))
        for k, v in found.items()
    }


def _nudged(lines: Sequence[str], place: int) -> list[str]:
    """The lines, with a line more after one that computes: its results are made larger."""
    line = lines[place]
    indent = line[: len(line) - len(line.lstrip())]
    try:
        [statement] = ast.parse(line.strip()).body
    except SyntaxError:  # the head of a loop or of the function
        return list(lines)
    if isinstance(statement, ast.Assign):
        [target] = statement.targets
    elif isinstance(statement, ast.AugAssign):
        target = statement.target
    else:  # return
        return list(lines)
    targets = target.elts if isinstance(target, ast.Tuple) else [target]
    more = [f"{indent}{(t := ast.unparse(each))} = nudge({t})" for each in targets]
    return [*lines[: place + 1], *more, *lines[place + 1 :]]


def _larger(value):
    """1 % larger; a whole number stays, since it counts or names something."""
    if isinstance(value, dict):
        return {k: _larger(v) for k, v in value.items()}
    return value if isinstance(value, int | np.integer) else value * 1.01


# --- words ---------------------------------------------------------------------------------------


def _listed(names: Sequence[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def _s(names: Sequence[str], verb: str) -> str:
    return verb if len(names) > 1 else f"{verb}s"


def _it(names: Sequence[str]) -> str:
    return "them" if len(names) > 1 else "it"
