"""Short code to be read in an exercise: numbered for the prose, and the line that has the bug."""

from bpdemo.exercises.base import tidy

__all__ = ["lines_that_differ", "numbered"]


def numbered(code: str) -> str:
    """The code as a Markdown block, each line with its number from 1."""
    lines = tidy(code).splitlines()
    return "\n".join(
        ["```python", *(f"{n}  {line}".rstrip() for n, line in enumerate(lines, 1)), "```"]
    )


def lines_that_differ(code: str, other: str) -> list[int]:
    """The numbers, from 1, of the lines in which two codes of the same length differ.

    Raises
    ------
    ValueError : one of them has more lines.
    """
    pairs = zip(tidy(code).splitlines(), tidy(other).splitlines(), strict=True)
    return [n for n, (one, two) in enumerate(pairs, 1) if one != two]
