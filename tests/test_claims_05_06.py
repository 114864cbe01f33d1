"""Chapters 05 and 06: each claim B1 … B19 has its formula and a cell that can fail."""

import json
import re
from pathlib import Path

import pytest

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
CLAIMS = {
    "05-vectors-and-batches.ipynb": [f"B{n}" for n in range(1, 10)],
    "06-biases-and-activations.ipynb": [f"B{n}" for n in range(10, 20)],
}


def cells(name, kind):
    found = json.loads((NOTEBOOKS / name).read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in found if cell["cell_type"] == kind]


@pytest.mark.parametrize("name", CLAIMS)
def test_each_claim_has_one_formula_in_order(name):
    assert re.findall(r"\\tag\{(B\d+)\}", "\n".join(cells(name, "markdown"))) == CLAIMS[name]


@pytest.mark.parametrize(("name", "claim"), [(n, c) for n, many in CLAIMS.items() for c in many])
def test_each_claim_is_said_proved_and_measured_with_asserts(name, claim):
    asserted = re.findall(rf"^\s*assert .*#.*\b{claim}\b", "\n".join(cells(name, "code")), re.M)
    assert len(asserted) >= 2


@pytest.mark.parametrize("name", CLAIMS)
def test_the_summary_names_every_claim(name):
    summary = "\n".join(cells(name, "markdown")).rsplit("## Summary", 1)[1]
    for claim in CLAIMS[name]:
        assert re.search(rf"\b{claim}\b", summary), claim
