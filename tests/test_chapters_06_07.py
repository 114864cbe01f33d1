"""Notebooks 06 and 07: bugs shown in their text are bugs, and what is said about the zoo is so."""

import re
import statistics

import nbformat
import numpy as np
import pytest

import bpdemo as bp
from bpdemo import slips
from bpdemo.exercises import TABLE
from bpdemo.exercises.base import tidy
from tools.notebooks import NOTEBOOKS


def _cells(number, kind):
    (path,) = NOTEBOOKS.glob(f"{number}-*.ipynb")
    cells = nbformat.read(path, as_version=4).cells
    return [cell.source for cell in cells if cell.cell_type == kind]


def _defined(lines):
    names = {"np": np}
    exec("\n".join(lines), names)
    return names["backward_leaky"]


def test_the_leaky_backward_pass_is_wrong_in_the_line_that_is_the_answer():
    """As it is shown only ∂ℒ/∂b is wrong; with δ in line 5 all is right. Line 2 is innocent."""
    prose = tidy(TABLE["06-leaky-bug"].prose)
    lines = re.search("```python\n(.*)```", prose, re.S)[1].splitlines()
    assert [int(n) for n in re.findall(r"# (\d)$", "\n".join(lines), re.M)] == list(range(1, 7))
    answer = TABLE["06-leaky-bug"].expected()
    repaired = list(lines)
    repaired[answer - 1] = repaired[answer - 1].replace("dL_da.sum", "dL_dz.sum")
    assert repaired != lines

    rng = np.random.default_rng(0)
    x, w, b = rng.normal(size=(5, 3)), [rng.normal(size=(3, 4))], [rng.normal(size=4)]
    trace = bp.forward(x, w, activation="leaky_relu", b=b)
    grad = bp.backward(trace, rng.normal(size=(5, 4)))
    assert (trace.z[1] < 0).any() and (trace.z[1] > 0).any()
    for code, right in ((lines, False), (repaired, True)):
        dL_dw, dL_db = _defined(code)(grad.dL_da[1], trace.a[1], x)
        np.testing.assert_allclose(dL_dw, grad.dL_dw[1], rtol=1e-12)
        assert np.allclose(dL_db, grad.dL_db[1], rtol=1e-12) == right


def test_the_page_describes_the_whole_zoo():
    text = "\n".join(_cells("07", "markdown"))
    rows = re.findall(r"^\| `(\w+)` \| `([^|]+)` \| ([^|]+) \|$", text, re.M)
    assert [(name, line) for name, line, _ in rows] == [
        (s.name, s.line) for s in slips.TABLE.values()
    ]
    assert len({says for *_, says in rows}) == len(slips.TABLE)


def _differs_in(slip, k):
    p = slips.problem(slip.activation)
    report = bp.check_gradients(
        p.x, p.w, p.y, activation=p.activation, b=p.b, backward=slip.backward
    )
    return any(not row.ok for row in report.rows if row.k == k)


SIGMOID = [slip for slip in slips.TABLE.values() if slip.activation == "sigmoid"]
STEP_BACK = "dL_da[k - 1] = dL_dz[k] @ w[k].mT"
LOOP = "for k in range(L, 0, -1):"  # it's no line of the detective's table


@pytest.mark.parametrize("slip", SIGMOID, ids=lambda slip: slip.name)
def test_the_detectives_argument_is_sound(slip):
    """With one σ in every layer, a bug in lines 1 to 4 shows in layer 3, one in line 5 does not."""
    assert slips.problem(slip.activation).activation == ["sigmoid"] * 3
    if slip.right != LOOP:
        assert _differs_in(slip, 3) == (slip.right != STEP_BACK)
    assert _differs_in(slip, 1)


def test_where_the_layers_have_other_sigmas_it_is_not():
    slip = slips.get("relu_mask")
    assert slip.right != STEP_BACK and not _differs_in(slip, 3) and _differs_in(slip, 2)
    assert len(set(slips.problem("relu").activation)) == 2


def test_the_detectives_line_is_the_secret_ones():
    assert slips.get("unbent_step").right == STEP_BACK
    (table,) = (text for text in _cells("07", "markdown") if "| 5 | `" in text)
    line = re.search(rf"^\| {TABLE['07-detective'].expected()} \| `([^`]+)`", table, re.M)[1]
    assert line.replace(".T", ".mT") == STEP_BACK
    assert "with the sigmoid in each of them" in " ".join(table.split())


@pytest.mark.parametrize("number", ["06", "07"])
def test_code_cells_are_short(number):
    lengths = [len(source.splitlines()) for source in _cells(number, "code")]
    assert statistics.median(lengths) <= 3 and max(lengths) <= 12
