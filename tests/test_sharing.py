"""conftest.py keeps together what belongs together when the tests run in several processes."""

import importlib.util

import pytest

from tools.mutants import ROOT
from tools.notebooks import NOTEBOOKS


@pytest.fixture(scope="module")
def sharing():
    spec = importlib.util.spec_from_file_location("sharing", ROOT / "conftest.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("stem", sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb")))
def test_a_notebook_is_opened_in_one_process_alone(sharing, stem):
    ids = [
        f"tests/browser/test_look.py::test_it_fits[{stem}-a laptop]",
        f"tests/browser/test_look.py::test_it_fits[a laptop-{stem}]",
        f"tests/browser/test_accessible.py::test_both_themes[{stem}]",
    ]
    assert {sharing.group(one) for one in ids} == {f"notebook {stem}"}
    assert sharing.group(f"tests/site/test_live.py::test_awake[{stem}]") == f"page {stem}"


def test_the_cells_of_a_notebook_stay_in_one_process(sharing):
    ids = [f"notebooks/A1-slopes.ipynb::Cell {n}" for n in range(3)]
    assert {sharing.group(one) for one in ids} == {"notebooks/A1-slopes.ipynb"}


def test_all_else_stays_together_by_file(sharing):
    assert sharing.group("tests/test_losses.py::test_a[08-real-data]") == "tests/test_losses.py"
    assert sharing.group("tests/site/test_live.py::test_kept") == "tests/site/test_live.py"


def test_the_shared_files_are_there(sharing):
    assert all((ROOT / path).is_file() for path in sharing.SHARED)
    assert [path for path in sharing.SLOW if not (ROOT / path).exists()] == []


def test_what_takes_longest_begins_first(sharing):
    ids = [
        "tests/test_losses.py::a",
        "notebooks/A1-slopes.ipynb::b",
        "tests/browser/test_look.py::c",
    ]
    assert sorted(ids, key=sharing.rank) == ids[::-1]
