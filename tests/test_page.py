"""A page runs a cell alone, and shows what the whole notebook would have shown."""

import json
import sys

import nbformat
import pytest

from bpdemo import exercises, explorers, record
from bpdemo.exercises import practice
from bpdemo.exercises.base import tidy
from bpdemo.exercises.cells import TAG
from bpdemo.explorers import view
from bpdemo.page import Page, needed, statements
from tools import notebooks

NOTEBOOKS = sorted(notebooks.NOTEBOOKS.glob("*.ipynb"))


@pytest.fixture(autouse=True)
def forgetful(monkeypatch):
    monkeypatch.setenv("BPDEMO_PROGRESS", "off")
    record.forget()
    yield
    record.forget()


def code_cells(path):
    book = nbformat.read(path, as_version=4)
    return {n: cell for n, cell in enumerate(book.cells) if cell.cell_type == "code"}


def page_of(path):
    return Page({n: cell.source for n, cell in code_cells(path).items()}, path.stem)


def exercise_of(cell):
    tags = [tag for tag in cell.metadata.get("tags", []) if tag.startswith(TAG)]
    return tags[0].removeprefix(TAG) if tags else None


def stills(cell):
    """The plain texts of what is alive in a cell's committed output."""
    return [
        "".join(output.data["text/plain"])
        for output in cell.outputs
        if "bp-still" in "".join(output.get("data", {}).get("text/html", ""))
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_each_picture_is_what_the_whole_notebook_showed(path):
    page, alive = page_of(path), 0
    for n, cell in code_cells(path).items():
        for text in stills(cell):
            (output,) = page.run(n)["outputs"]
            assert output["kind"] in ("explorer", "practice")
            shown = page._shown[output["id"]]
            now = (
                shown.text()
                if isinstance(shown, practice.Practice)
                else view.still(shown)["text/plain"]
            )
            assert now == text
            assert json.loads(json.dumps(output)) == output  # it travels
            alive += 1
    assert alive or path.stem.startswith("A")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_each_exercise_is_judged_as_in_the_notebook(path):
    page = page_of(path)
    for n, cell in code_cells(path).items():
        name = exercise_of(cell)
        if name is None:
            continue
        (verdict,) = page.run(n)["outputs"]
        committed = "".join(cell.outputs[-1].data["text/html"])
        assert verdict == {"kind": "html", "html": committed}
        entry = exercises.TABLE[name]
        if isinstance(entry, exercises.Words):
            continue
        code = cell.source.replace(tidy(entry.starter), tidy(entry.solution), 1)
        assert code != cell.source, name
        (verdict,) = page.run(n, code)["outputs"]
        assert "<strong>✓ Right." in verdict["html"], name
        (again,) = page.run(n)["outputs"]
        assert again == verdict  # the page keeps what she wrote


def test_no_picture_and_no_exercise_needs_more_than_numpy():
    heavy = ("sympy", "matplotlib", "ipywidgets", "anywidget", "IPython")
    hidden = {name: sys.modules.pop(name) for name in list(sys.modules) if name in heavy}
    needs = []
    try:
        for name in heavy:
            sys.modules[name] = None  # an import of it raises ModuleNotFoundError
        for path in NOTEBOOKS:
            page = page_of(path)
            for n, cell in code_cells(path).items():
                if stills(cell) or exercise_of(cell):
                    needs += [
                        (path.stem, n, answer)
                        for answer in [page.run(n)]
                        if "outputs" not in answer
                    ]
    finally:
        for name in heavy:
            sys.modules.pop(name, None)
        sys.modules.update(hidden)
    assert needs == []


def run(*cells, then=None):
    """The outputs of the last of these cells."""
    page = Page(dict(enumerate(cells)))
    return page.run(len(cells) - 1, then)["outputs"]


def test_a_hand_moves_a_picture_and_the_answer_is_the_core_s():
    (output,) = run("from bpdemo import explorers", "explorers.ThreeTerms()")
    page = Page({0: "from bpdemo import explorers\nexplorers.ThreeTerms()"})
    page.run(0)
    state = page.answer("0", {"do": "set", "settings": {"w3": 2.5}, "sequence": 7, "width": 900})
    twin = explorers.ThreeTerms()
    twin.move("w3", 2.5)
    assert state == {**twin.state(900), "sequence": 7}
    assert state["svg"] != output["state"]["svg"]
    wrong = page.answer("0", {"do": "set", "settings": {"nothing": 1}, "sequence": 8})
    assert "nothing" in wrong["trouble"] and wrong["sequence"] == 8


def test_a_cell_has_what_it_needs_of_those_above_and_nothing_else():
    assert run("x = 2", "raise ValueError", "print(x)")[0] == {"kind": "text", "text": "2\n"}
    assert run("def f():\n    return late", "late = 3", "print(f())")[0]["text"] == "3\n"
    assert run("total = 0", "for n in range(4):\n    total += n", "total")[0]["text"] == "6"
    assert run("d = {}", "d['a'] = 1", "e = d['a'] + 1", "e")[0]["text"] == "2"
    drawn = "import numpy as np\nrng = np.random.default_rng(0)"
    rest = ("first = rng.normal()", "second = rng.normal()", "round(second, 6)")
    assert run(drawn, *rest)[0]["text"] == "-0.132105"
    assert run("x = 1", "x = 2", "print(x)", "x = 3") == []
    assert run("a = 1", "print('above')", "b = a", "b")[0]["text"] == "1"


def test_what_is_imported_is_never_changed():
    imported = "from bpdemo import exercises"
    above = statements(imported, 'exercises.quiz("02")', "w = [1]", "w.append(2)")
    assert [s.code for s in needed(above, "exercises")] == [imported]
    assert [s.code for s in needed(above, "w")] == ["w = [1]", "w.append(2)"]


def test_what_is_made_anew_needs_nothing_that_it_was_before():
    above = statements("w = slow()", "w = [1]", "w.append(2)")
    assert [s.code for s in needed(above, "w")] == ["w = [1]", "w.append(2)"]


def test_what_she_wrote_above_counts_below():
    page = Page({0: "def f(x):\n    return ...", 1: "f(3)"})
    page.run(0, "def f(x):\n    return x + 1")
    assert page.run(1)["outputs"] == [{"kind": "text", "text": "4"}]


def test_errors_are_told_in_her_own_lines():
    (error,) = run("x = 1\nx / 0")
    assert error["kind"] == "error"
    assert "line 2" in error["text"] and "x / 0" in error["text"]
    assert error["text"].rstrip().endswith("ZeroDivisionError: division by zero")
    assert "running.py" not in error["text"]
    (error,) = run("def f(:")
    assert "SyntaxError" in error["text"] and "def f(:" in error["text"]
    assert run("def f(:", "1 + 1")[0]["text"] == "2"  # a cell that isn't Python stops no other


def test_a_module_that_can_be_loaded_is_asked_for(monkeypatch):
    monkeypatch.setitem(sys.modules, "sympy", None)
    assert Page({0: "import sympy"}).run(0) == {"needs": "sympy"}
    (error,) = run("import no_such_module_at_all")
    assert "no_such_module_at_all" in error["text"]


def test_files_travel(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert Page.files() == {}
    Page.restore({"my_backprop.py": "x = 1\n"})
    assert Page.files() == {"my_backprop.py": "x = 1\n"}
    Page.restore({})
    assert not (tmp_path / "my_backprop.py").exists()


def test_python_itself_moves_a_picture():
    page = Page({0: "from bpdemo import explorers\nexplorers.ThreeTerms()"})
    page.run(0)
    assert page.take() == []
    page._shown["0"].move("w3", 0.5)
    (moved,) = page.take()
    assert moved["id"] == "0" and moved["state"]["settings"]["w3"] == 0.5
    assert page.take() == []


def test_one_call_brings_the_answer_and_what_changed_by_the_way(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page = Page({0: "from bpdemo import explorers\nexplorers.ThreeTerms()", 1: WRITES})

    def exchanged(do, *values):
        return json.loads(page.exchange(json.dumps({"do": do, "with": values})))

    (output,) = exchanged("run", 0)["result"]["outputs"]
    assert output["kind"] == "explorer"
    message = {"do": "set", "settings": {"w3": 2.5}, "sequence": 1, "width": 900}
    answer = exchanged("answer", "0", message)
    assert set(answer) == {"result"}
    assert answer["result"]["settings"]["w3"] == 2.5
    page._shown["0"].move("w3", 0.5)
    assert [moved["id"] for moved in exchanged("answer", "0", {"do": "show"})["moved"]] == ["0"]
    assert exchanged("run", 1)["files"] == {"my_backprop.py": "x = 1\n"}
    assert "files" not in exchanged("answer", "0", {"do": "show"})
    exchanged("restore", {})
    assert not (tmp_path / "my_backprop.py").exists()
    with pytest.raises(ValueError, match=r"do: expected .*; received '_evaluate'"):
        exchanged("_evaluate")


WRITES = "from pathlib import Path\nPath('my_backprop.py').write_text('x = 1\\n')\nNone"
