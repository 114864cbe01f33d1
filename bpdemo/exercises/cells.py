"""The cells of an exercise in its notebook: all written from its entry, so that nothing drifts."""

from collections.abc import Iterator

from bpdemo.exercises.base import Exercise, Words, tidy

__all__ = ["TAG", "cells"]

TAG = "exercise:"
"""A cell that belongs to an exercise has the tag ``exercise:NAME``."""


def cells(exercise: Exercise | Words) -> Iterator[tuple[str, str]]:
    """Yield (cell type, source): the banner with the prose, the code, and what is folded away."""
    prose = f"✎ **Your turn: {exercise.kind}.** {tidy(exercise.prose)}"
    yield "markdown", "\n".join(f"> {line}".rstrip() for line in prose.splitlines())

    starter = tidy(exercise.starter)
    gap = "\n\n\n" if starter.startswith("def ") else "\n\n"
    yield "code", f'{starter}{gap}exercises.check("{exercise.name}", {exercise.answer})'

    many = len(exercise.hints) > 1
    folded = [
        _folded(f"Hint {number}" if many else "Hint", tidy(hint))
        for number, hint in enumerate(exercise.hints, start=1)
    ]
    if isinstance(exercise, Words):
        points = "\n".join(f"- {point}" for point in exercise.points)
        folded.append(_folded("A model answer", f"{tidy(exercise.model)}\n\n{points}"))
    else:
        why = f"\n\n{tidy(exercise.why)}" if exercise.why else ""
        folded.append(_folded("Solution", f"```python\n{tidy(exercise.solution)}\n```{why}"))
    yield "markdown", "\n\n".join(folded)


def _folded(summary: str, text: str) -> str:
    return f"<details>\n<summary>{summary}</summary>\n\n{text}\n\n</details>"
