"""The coverage table of notebook 00 tells the truth: a cell that can fail for each row."""

import json
import re
from pathlib import Path

import pytest

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
ROWS = [f"N{n}" for n in range(1, 18)]


def _cells(path, kind):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == kind]


def _table():
    text = "\n".join(_cells(NOTEBOOKS / "00-start-here.ipynb", "markdown"))
    rows = re.findall(r"^\| (N\d+) \|.*\| ([^|]*) \|$", text, re.M)
    return {row: re.findall(r"\]\(([^)]+)\)", links) for row, links in rows}


def test_the_table_has_every_row_once():
    assert list(_table()) == ROWS


@pytest.mark.parametrize("row", ROWS)
def test_the_row_is_taught_and_asserted_where_the_table_says(row):
    assert _table()[row]
    for name in _table()[row]:
        path = NOTEBOOKS / name
        taught = "\n".join(_cells(path, "markdown"))
        assert rf"\tag{{{row}}}" in taught, f"{name} has no formula {row}"
        checks = "\n".join(_cells(path, "code"))
        assert re.search(rf"^\s*assert .*#.*\b{row}\b", checks, re.M), (
            f"{name}: no assert for {row}"
        )


@pytest.mark.parametrize("row", ROWS)
def test_the_table_leaves_out_no_notebook(row):
    taught = [
        path.name
        for path in sorted(NOTEBOOKS.glob("0[1-4]-*.ipynb"))
        if rf"\tag{{{row}}}" in "\n".join(_cells(path, "markdown"))
    ]
    assert taught == _table()[row]
