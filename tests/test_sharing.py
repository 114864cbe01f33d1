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


def test_what_quick_leaves_out_is_there(sharing):
    for nodeid in (*sharing.SLOW, *sharing.SAMPLED):
        path, _, test = nodeid.partition("[")[0].partition("::")
        assert (ROOT / path).exists(), nodeid
        if test:
            assert f"\ndef {test}(" in (ROOT / path).read_text(encoding="utf-8"), nodeid


def test_quick_leaves_out_what_is_listed_and_no_more(sharing, monkeypatch):
    monkeypatch.setattr(sharing, "SLOW", ("tests/x.py::test_a", "tests/x.py::test_b[07]"))
    monkeypatch.setattr(sharing, "SAMPLED", {})
    left_out = {"tests/x.py::test_a", "tests/x.py::test_a[07]", "tests/x.py::test_b[07]"}
    kept = {"tests/x.py::test_ab", "tests/x.py::test_b[06]", "tests/y.py::test_a"}
    assert {one for one in left_out | kept if sharing.is_quick(one, 1)} == kept


@pytest.mark.parametrize("inner", [1, 2, 3, 5, 8, 15])
def test_a_sample_is_of_the_size_said_and_has_each_inner_parameter(sharing, monkeypatch, inner):
    monkeypatch.setattr(sharing, "SAMPLED", {"tests/x.py": 3, "tests/x.py::test_b": 5})
    for test, each in (("a", 3), ("b", 5)):
        nodeids = [f"tests/x.py::test_{test}[{n}]" for n in range(20 * inner)]
        kept = [n for n, nodeid in enumerate(nodeids) if sharing.is_quick(nodeid, n)]
        assert kept[0] == 0 and len(kept) == pytest.approx(20 * inner / each, abs=2)
        assert {n % inner for n in kept} == {*range(inner)}


def test_what_takes_longest_begins_first(sharing):
    ids = [
        "tests/test_losses.py::a",
        "notebooks/A1-slopes.ipynb::b",
        "tests/browser/test_look.py::c",
    ]
    assert sorted(ids, key=sharing.rank) == ids[::-1]
