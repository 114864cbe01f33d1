"""The quizzes' styles leave the explorers on the same page alone."""

import re
from pathlib import Path

import bpdemo

PACKAGE = Path(bpdemo.__file__).parent
PRACTICE = (PACKAGE / "exercises" / "practice.css").read_text(encoding="utf-8")
EXPLORERS = "".join(
    (PACKAGE / "explorers" / name).read_text(encoding="utf-8") for name in ("view.js", "view.css")
)


def reaches_explorers(css: str) -> set[str]:
    """Classes of the explorers that the style reaches outside of `.bp-practice`."""
    css = re.sub(r"/\*.*?\*/|@media[^{]*\{", "", css, flags=re.S)
    selectors = [part for head in re.findall(r"([^{}]+)\{", css) for part in head.split(",")]
    loose = {c for s in selectors if ".bp-practice" not in s for c in re.findall(r"\.(bp-\w+)", s)}
    # `bp-${kind}` in view.js makes the fields' kinds.
    made = {"bp-number", "bp-count", "bp-step"} if "bp-${kind}" in EXPLORERS else set()
    return loose & (made | set(re.findall(r"\bbp-\w+", EXPLORERS)))


def test_a_quiz_changes_no_explorer():
    assert reaches_explorers(PRACTICE) == set()


def test_a_style_that_reaches_an_explorer_is_seen():
    assert reaches_explorers(".bp-number { width: 1.5em }") == {"bp-number"}
    assert reaches_explorers("@media print { .x, .bp-verdict b { margin: 0 } }") == {"bp-verdict"}
    assert (
        reaches_explorers(".bp-practice .bp-number { width: 1.5em } .bp-card { margin: 0 }")
        == set()
    )
