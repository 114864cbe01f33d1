"""How far a learner is: what has passed, what was guessed right, and where to go on."""

from html import escape

from bpdemo import record, validation
from bpdemo.exercises import hunts, questions
from bpdemo.series import STORY

__all__ = ["NOTEBOOKS", "Summary", "summary"]

NOTEBOOKS = {c.number: (c.file, c.whole_title or c.title) for c in STORY}
"""The notebooks of the series in reading order: file and title, by number."""


@validation.checked(notebook=validation.optional(validation.one_of(lambda: NOTEBOOKS)))
def summary(notebook: str | None = None) -> "Summary":
    """What has been done in a notebook ("03"), or in all of them.

    Raises
    ------
    ValueError : there is no such notebook.
    """
    return Summary(notebook)


class Summary:
    """What has been done so far; end a cell with it to show it. It is read when it is shown."""

    def __init__(self, notebook: str | None):
        self.notebook = notebook

    def counts(self, notebook: str) -> dict[str, tuple[int, int]]:
        """(done, of how many) of the exercises, quiz questions and bugs of a notebook.

        A question counts when its first answer was right.
        """
        from bpdemo.exercises import TABLE

        passed, quizzes = record.noted("exercise"), record.noted("quiz")
        own = [name for name, entry in TABLE.items() if entry.notebook == notebook]
        asked = [q.name for q in questions.every_question().values() if q.notebook == notebook]
        found = {
            "exercises": (sum(bool(passed.get(n, {}).get("passed")) for n in own), len(own)),
            "questions": (sum(quizzes.get(n) is True for n in asked), len(asked)),
        }
        if notebook in hunts.TABLE:
            kept = record.noted("hunt").get(notebook, {})
            found["bugs"] = (int(kept.get("found", 0)), len(hunts.TABLE[notebook].bugs))
        return {what: count for what, count in found.items() if count[1]}

    def next_step(self) -> str:
        """Where to go on: the first exercise that hasn't passed, else the next notebook."""
        from bpdemo.exercises import TABLE

        passed = record.noted("exercise")
        here = [self.notebook] if self.notebook else list(NOTEBOOKS)
        for name, entry in TABLE.items():
            if entry.notebook in here and not passed.get(name, {}).get("passed"):
                return f"Go on with exercise {name}."
        if self.notebook is None:
            return "You've done every exercise of the series."
        following = list(NOTEBOOKS)[list(NOTEBOOKS).index(self.notebook) + 1 :]
        if not following:
            return "That was the last notebook."
        return f"All done here. Go on with notebook {following[0]}, {NOTEBOOKS[following[0]][1]}."

    def rows(self) -> list[tuple[str, str]]:
        """(notebook, what has been done in it), a row for each notebook that is summed up."""
        chosen = [self.notebook] if self.notebook else list(NOTEBOOKS)
        return [
            (number, ", ".join(f"{done} of {of} {what}" for what, (done, of) in counts.items()))
            for number in chosen
            if (counts := self.counts(number))
        ]

    def guesses(self) -> str:
        """How many guesses before a move came true, in all notebooks."""
        right = list(record.noted("guess").values())
        return f"{sum(right)} of {len(right)} guesses right" if right else ""

    def __repr__(self) -> str:
        lines = [f"{number} {NOTEBOOKS[number][1]}: {done}" for number, done in self.rows()]
        return "\n".join(filter(None, ["Your progress", *lines, self.guesses(), self.next_step()]))

    def _repr_html_(self) -> str:
        lines = "".join(
            f'<tr><td style="text-align:left"><a href="{NOTEBOOKS[number][0]}">{number}</a> '
            f'{NOTEBOOKS[number][1]}</td><td style="text-align:left">{escape(done)}</td></tr>'
            for number, done in self.rows()
        )
        after = " · ".join(filter(None, [self.guesses(), self.next_step()]))
        return (
            '<div class="bp-summary" style="border:2px solid var(--jp-border-color1, #757575);'
            'border-radius:4px;padding:8px 12px;margin:4px 0;max-width:46em;font-size:15px">'
            f"<strong>Your progress</strong><table>{lines}</table>{escape(after)}</div>"
        )
