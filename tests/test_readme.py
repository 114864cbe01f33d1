"""The README keeps its word: its links, its commands, its example, its coverage table."""

import ast
import contextlib
import io
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import nbformat
import pytest

from bpdemo import explorers

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
TABLE = README.split("<!-- coverage:start -->")[1].split("<!-- coverage:end -->")[0]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TABLE.splitlines()
    if re.match(r"\| [NB]\d+ ", line)
]


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
        known = {row for row, _, notebooks, _ in ROWS if path.name[:2] in notebooks.split(", ")}
        assert {r for r in asserted(path.name[:2]) if r[0] == "B"} <= known, path.name


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


def test_the_explorer_in_contributing_works(monkeypatch):
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    explorer, check = re.findall(r"```python\n(.*?)```", text, re.S)
    names = {}
    exec(compile(explorer, "CONTRIBUTING.md", "exec"), names)
    monkeypatch.setattr(explorers, "Product", names["Product"], raising=False)
    names = {
        "explorers": explorers,
        "shown": lambda made: ET.fromstring(made._picture.value).get("aria-label"),
    }
    exec(compile(check, "CONTRIBUTING.md", "exec"), names)
    names["test_the_product_is_the_product"]()
