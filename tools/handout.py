"""Copies of the notebooks to hand out, without solutions.

    python -m tools.handout               write them to build/handout/
    python -m tools.handout --hints no    without the hints, too
    python -m tools.handout --zip         also build/handout.zip: all that a learner needs

Taken out are the solution and the model answer of each exercise, and, of quizzes and bug hunts, the
still pictures that hold the answers; the hints stay. Nothing else changes, so each exercise is
still checked. A learner who looks for them finds the solutions in the package's source
(bpdemo/exercises), which the checks need: this keeps honest people honest.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from tools.notebooks import NOTEBOOKS, ROOT, as_text, exercise_of, identify, shown

__all__ = ["LEARNERS", "archive", "hand_out", "without_solutions"]

TARGET = ROOT / "build" / "handout"

LEARNERS = (
    "README.md",
    "LICENSE",
    "Makefile",
    "pyproject.toml",
    "requirements.txt",
    "environment.yml",
    "bpdemo",
    "data",
    "docs",
    "tools",
)
"""What `make lab` needs besides the notebooks: files, and folders with all that is in them."""

ANSWERS = ("Solution", "A model answer")
HINTS = ("Hint", "Hint 1", "Hint 2")
_FOLDED = re.compile(r"<details>\n<summary>([^<]*)</summary>\n.*?\n</details>(?:\n\n)?", re.DOTALL)
_ASKS = re.compile(r"\bexercises\.(quiz|BugHunt)\(")


def without_solutions(notebook: NotebookNode, hints: bool = True) -> int:
    """Take the solutions, and perhaps the hints, out of a notebook; return how many solutions."""
    hidden = ANSWERS if hints else (*ANSWERS, *HINTS)
    count = 0

    def kept(found: re.Match) -> str:
        nonlocal count
        count += found[1] in ANSWERS
        return "" if found[1] in hidden else found[0]

    for cell in notebook.cells:
        if cell.cell_type == "markdown" and exercise_of(cell):
            cell.source = _FOLDED.sub(kept, cell.source).rstrip()
        elif cell.cell_type == "code" and _ASKS.search(cell.source):
            cell.outputs, cell.execution_count = [], None
    notebook.cells = [cell for cell in notebook.cells if cell.source]
    taken: set[str] = set()
    for cell in notebook.cells:
        cell.id = identify(cell, taken)
    return count


def hand_out(target: Path = TARGET, hints: bool = True) -> list[Path]:
    """Write the copies, replacing those from last time; return their paths."""
    if target.exists():
        shutil.rmtree(target)
    target.mkdir(parents=True)
    written, count = [], 0
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        count += without_solutions(notebook, hints)
        copy = target / path.name
        copy.write_text(as_text(notebook), encoding="utf-8", newline="\n")
        written.append(copy)
    print(f"{shown(target)}/: {len(written)} notebooks, {count} solutions taken out")
    return written


def archive(notebooks: Iterable[Path], target: Path) -> Path:
    """Write a zip file with the copies and all that a learner needs to run them."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as zipped:
        for path in notebooks:
            zipped.write(path, f"bpdemo/notebooks/{path.name}")
        for path in _files():
            zipped.write(path, f"bpdemo/{path.relative_to(ROOT).as_posix()}")
    print(f"{shown(target)}: {target.stat().st_size / 1e6:.1f} MB")
    return target


def _files() -> list[Path]:
    """The files of `LEARNERS`; in a git repository without what it ignores."""
    if (ROOT / ".git").exists():
        names = subprocess.run(
            ["git", "ls-files", "-z", "-co", "--exclude-standard", *LEARNERS],
            cwd=ROOT,
            capture_output=True,
            check=True,
        ).stdout.decode()
        return [ROOT / name for name in names.split("\0") if name and (ROOT / name).is_file()]
    paths = [ROOT / name for name in LEARNERS]
    inside = [found for path in paths for found in ([path] if path.is_file() else path.rglob("*"))]
    return sorted(p for p in inside if p.is_file() and "__pycache__" not in p.parts)


def main(arguments: list[str] | None = None) -> int:
    """Write the copies; return 0."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.handout",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--hints", choices=("yes", "no"), default="yes")
    parser.add_argument("--zip", action="store_true", help="also write build/handout.zip")
    wanted = parser.parse_args(arguments)
    written = hand_out(TARGET, wanted.hints == "yes")
    if wanted.zip:
        archive(written, TARGET.with_suffix(".zip"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
