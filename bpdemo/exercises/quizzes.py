"""Short questions: three to begin a notebook with, one for each thing that is easily misunderstood.

>>> one = quiz("sigma-prime-at-a")
>>> one.receive({"do": "check", "card": "sigma-prime-at-a", "choice": 0})["cards"][0]["kind"]
'right'

End a cell with ``exercises.quiz("03")`` to show the three that begin notebook 03, or with
``exercises.quiz("sigma-prime-at-a")`` to show that one.
"""

from collections.abc import Sequence
from html import escape
from typing import Any

from bpdemo import record, validation
from bpdemo.exercises import questions
from bpdemo.exercises.practice import Practice, Remark, card, folded
from bpdemo.exercises.questions import Question

__all__ = ["Quiz", "quiz"]


@validation.checked(name=validation.string)
def quiz(name: str) -> "Quiz":
    """The questions that begin a notebook ("01" … "10", "05b"), or one question by its name.

    Raises
    ------
    ValueError : there is neither such a notebook nor such a question.
    """
    table = questions.every_question()
    if name in table:
        return Quiz([table[name]], "A quick question")
    asked = [q for q in table.values() if q.retrieval and q.notebook == name]
    if not asked:
        notebooks = sorted({q.notebook for q in table.values() if q.retrieval})
        single = [q.name for q in table.values() if not q.retrieval]
        raise ValueError(
            f"name: expected a notebook with questions at its start ({', '.join(notebooks)}) or "
            f"one of {', '.join(single)}; received {name!r}"
        )
    return Quiz(
        asked,
        "Before you start: what do you remember?",
        "Three questions from earlier notebooks. Answer from memory before you look anything up; "
        "you can try as often as you like.",
    )


class Quiz(Practice):
    """Questions to answer, one card each."""

    def __init__(self, asked: Sequence[Question], title: str, intro: str = ""):
        super().__init__()
        self.questions = tuple(asked)
        self.title, self.intro = title, intro
        self._last: dict[str, tuple[int | None, Remark]] = {}
        self._tried: set[str] = set()

    def cards(self) -> list[dict[str, Any]]:
        """A card for each question, with the verdict on what was checked last."""
        made = []
        for place, question in enumerate(self.questions):
            chosen, verdict = self._last.get(question.name, (None, None))
            texts = [choice.text for choice in question.choices]
            made.append(
                card(
                    place,
                    question.name,
                    self._ask(place),
                    texts,
                    {"check": "Check"},
                    chosen=chosen,
                    verdict=verdict,
                )
            )
        return made

    def do(self, what: str, name: str, choice: int | None) -> None:
        """Check a choice; the first one is noted in `bpdemo.record`."""
        question = next((q for q in self.questions if q.name == name), None)
        if question is None:
            raise ValueError(
                f"card: expected one of {', '.join(q.name for q in self.questions)}; "
                f"received {name!r}"
            )
        if what != "check":
            raise ValueError(f"do: expected 'check', received {what!r}")
        if choice is None:
            self._last[name] = (None, Remark("none", "Pick the answer that you think is right."))
            return
        if not 0 <= choice < len(question.choices):
            raise ValueError(
                f"choice: expected 0 to {len(question.choices) - 1}, received {choice}"
            )
        picked = question.choices[choice]
        self._last[name] = (choice, Remark("right" if picked.right else "wrong", picked.says))
        if name not in self._tried:
            self._tried.add(name)
            record.note("quiz", name, picked.right)

    def still_html(self) -> str:
        """Each question, its choices, and what there is to say about each, folded."""
        return "".join(
            f"<p><b>{escape(self._ask(place))}</b></p><ul>"
            + "".join(f"<li>{escape(choice.text)}</li>" for choice in question.choices)
            + "</ul>"
            + folded(
                "Answer",
                "".join(
                    f"<p>{'✓' if choice.right else '✗'} <b>{escape(choice.text)}</b><br>"
                    f"{escape(choice.says)}</p>"
                    for choice in sorted(question.choices, key=lambda choice: not choice.right)
                ),
            )
            for place, question in enumerate(self.questions)
        )

    def text(self) -> str:
        """The questions and their choices."""
        return "\n\n".join(
            "\n".join([self._ask(place), *(f"  - {choice.text}" for choice in question.choices)])
            for place, question in enumerate(self.questions)
        )

    def _ask(self, place: int) -> str:
        number = f"{place + 1}. " if len(self.questions) > 1 else ""
        return number + self.questions[place].text
