"""The README keeps its word: its links, its commands, its example, its coverage table."""

import ast
import contextlib
import io
import re
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

from bpdemo import diagrams
from bpdemo.explorers.explorer import numbers_of
from tools.notebooks import number_of

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
TABLE = README.split("<!-- coverage:start -->")[1].split("<!-- coverage:end -->")[0]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TABLE.splitlines()
    if re.match(r"\| [NB]\d+ ", line)
]


@cache
def asserted(notebook: str) -> set[str]:
    """The rows named in a comment on an `assert` statement of a notebook."""
    (path,) = (ROOT / "notebooks").glob(f"{notebook}-*.ipynb")
    rows = set()
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type != "code":
            continue
        lines = cell.source.splitlines()
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Assert):
                for line in lines[node.lineno - 1 : node.end_lineno]:
                    rows.update(re.findall(r"\b[NB]\d+\b", line.partition("#")[2]))
    return rows


def test_every_row_of_the_notes_is_in_the_table():
    assert [row[0] for row in ROWS if row[0].startswith("N")] == [f"N{n}" for n in range(1, 18)]


@pytest.mark.parametrize(("row", "claim", "notebooks", "check"), ROWS, ids=[r[0] for r in ROWS])
def test_a_row_has_an_assert_in_each_of_its_notebooks(row, claim, notebooks, check):
    assert claim and check
    for notebook in notebooks.split(", "):
        assert row in asserted(notebook), f"no assert of notebook {notebook} names {row}"


def test_every_row_that_a_notebook_asserts_is_in_the_table():
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        known = {row for row, _, notebooks, _ in ROWS if number_of(path) in notebooks.split(", ")}
        assert {r for r in asserted(number_of(path)) if r[0] == "B"} <= known, path.name


def test_the_links_lead_somewhere():
    links = re.findall(r"\]\(([^)]+)\)", README)
    assert len(links) > 8
    for link in links:
        assert (ROOT / link).exists(), link


def test_every_notebook_is_in_the_map():
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        assert f"(notebooks/{path.name})" in README, path.name


def test_the_example_runs_and_passes():
    (example,) = re.findall(r"```python\n(.*?)```", README, re.S)
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(example, "README.md", "exec"), {})
    assert printed.getvalue().startswith("gradient check passed: 3 parameters")


def test_the_commands_are_targets_of_the_makefile():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"\bmake ([a-z]+)", README):
        assert re.search(rf"^{target}:", makefile, re.M), target


def test_the_pip_lines_name_files_that_exist():
    for name in re.findall(r"-r (\S+)|-f (\S+)", README):
        assert (ROOT / "".join(name)).exists(), name


def test_the_explorer_in_contributing_works():
    """It is an explorer, its oracle agrees with its picture, and its guess is judged."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    files = ("bpdemo/explorers/product.py", "tests/oracles/Product.py")
    found = (re.search(rf"^```python new {file}\n(.*?)^```", text, re.S | re.M) for file in files)
    source, oracle = (block[1] for block in found)
    names = {}
    exec(compile(source + oracle, "CONTRIBUTING.md", "exec"), names)
    explorer = names["Product"](p=-1.5)
    explorer.guess(1)
    explorer.move("q", 1.75)
    assert explorer.state()["guess"]["right"] is True
    true = names["quantities"](SimpleNamespace(**explorer.settings))
    shown = numbers_of(explorer.svg())
    assert {name for name, _ in shown} == {"p", "q", "pq"} == set(true)
    for name, text in shown:
        assert diagrams.number(true[name]) == text.lstrip("+")
    assert 'data-control="q"' in explorer.svg()
