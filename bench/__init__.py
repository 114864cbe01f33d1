"""What is measured, by anyone: `make bench`, or ``python -m bench core`` for one of them.

Each benchmark is a module with ``run(rounds) -> dict``, ``table(result)`` for the terminal and
``markdown(result)`` for the pages. What they found stands in ``results.json``; the tables in the
README and on the page for teachers are made from it (``python -m bench --write-readme``), and a
test holds them together.
"""

import importlib
import json
from pathlib import Path

__all__ = [
    "BENCHMARKS",
    "PAGES",
    "README",
    "RESULTS",
    "load",
    "save",
    "table",
    "with_tables",
    "write_readme",
]

BENCHMARKS = ("core", "checkers", "sliders", "memory", "long", "site")
RESULTS = Path(__file__).parent / "results.json"
README = Path(__file__).parent.parent / "README.md"
PAGES = (README, README.parent / "docs" / "for-teachers.md")
"""Where tables stand, between their markers."""


def load() -> dict:
    """What was measured last, by the benchmark's name."""
    return json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}


def save(name: str, result: dict) -> None:
    """Put one benchmark's result in the place of its last."""
    results = load() | {name: result}
    RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", "utf-8")


def markers(name: str) -> tuple[str, str]:
    """The lines between which the README has the table."""
    return f"<!-- bench:{name}:start -->", f"<!-- bench:{name}:end -->"


def table(name: str = "core") -> str:
    """The last result as Markdown, between its markers."""
    start, end = markers(name)
    text = importlib.import_module(f"bench.{name}").markdown(load()[name])
    return f"{start}\n{text}\n{end}"


def with_tables(readme: str) -> str:
    """A page's text with the tables of the last results wherever it has markers for them."""
    for name in load():
        start, end = markers(name)
        if start in readme and end in readme:
            before, rest = readme.split(start, 1)
            readme = before + table(name) + rest.split(end, 1)[1]
    return readme


def write_readme() -> None:
    """Bring the tables of all pages up to date."""
    for page in PAGES:
        page.write_text(with_tables(page.read_text("utf-8")), "utf-8")
