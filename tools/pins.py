"""Pin what the exercises say to what it is said about, so that no hint changes places unread.

    python -m tools.pins    write tests/pinned_hints.txt

No test can understand a hint. So each stands in that file under the code of the slip that it is
about, and a test compares: change one, and you have to read the pair again. Arithmetic in the hints
is computed elsewhere (tools/prose.py).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
CHAPTERS = ROOT / "bpdemo" / "exercises"
PINNED = ROOT / "tests" / "pinned_hints.txt"

# What a learner is told, and what it is told about.
TOLD = ("right", "hints", "why", "model", "points")
ABOUT = ("expected", "solution")


def pinned() -> str:
    """The text of the file, from the chapters as they are."""
    lines: list[str] = []
    for path in [CHAPTERS / "draws.py", *sorted(CHAPTERS.glob("chapter_*.py"))]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        lines += _constants(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _name(node.func) in ("Exercise", "Words"):
                lines += _entry(node)
    return "\n".join(lines) + "\n"


def _constants(tree: ast.Module) -> Iterator[str]:
    """The sentences that several hints share."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            if isinstance(node.value.value, str):
                yield f"{_name(node.targets[0])} = {_one_line(node.value)}"


def _entry(call: ast.Call) -> Iterator[str]:
    fields = {keyword.arg: keyword.value for keyword in call.keywords}
    yield f"\n## {ast.literal_eval(fields['name'])}"
    for name in (*ABOUT, *TOLD):
        if name in fields:
            yield f"{name}: {_one_line(fields[name])}"
    for node in ast.walk(fields["slips"]) if "slips" in fields else ():
        if isinstance(node, ast.Call) and _name(node.func) == "WrongAnswer":
            wrong, hint = node.args
            yield f"{_one_line(wrong)}\n    -> {_one_line(hint)}"


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _one_line(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return " ".join(node.value.split())
    return ast.unparse(node)


if __name__ == "__main__":
    PINNED.write_text(pinned(), encoding="utf-8", newline="\n")
    print(f"{PINNED.relative_to(ROOT)}: read what `git diff` shows, pair by pair")
