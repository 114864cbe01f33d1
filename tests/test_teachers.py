"""The page for teachers agrees with the notebooks, the questions and the commands it speaks of."""

import re
from pathlib import Path

import nbformat
import pytest

import bench
from bpdemo import exercises, explorers
from bpdemo.exercises import questions
from tests.test_links import links, prose
from tools import handout, notebooks, teachers

PAGE = teachers.PAGE.read_text(encoding="utf-8")
COMMITTED = sorted(notebooks.NOTEBOOKS.glob("*.ipynb"))


def test_every_notebook_has_its_row_with_the_minutes_that_it_says():
    assert dict(teachers.rows(PAGE)) == {path.name: teachers.minutes(path) for path in COMMITTED}
    assert len(teachers.rows(PAGE)) == len(COMMITTED), "python -m tools.teachers"
    assert teachers.with_minutes(PAGE) == PAGE


def test_wrong_minutes_are_seen_and_put_right():
    name, minutes = teachers.rows(PAGE)[8]
    wrong = PAGE.replace(f"{name}) | {minutes} |", f"{name}) | {minutes + 1} |", 1)
    assert wrong != PAGE and teachers.with_minutes(wrong) == PAGE
    assert dict(teachers.rows(wrong)) != dict(teachers.rows(PAGE))


def test_a_notebook_that_does_not_say_its_minutes_is_named(tmp_path):
    path = tmp_path / "99-x.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# X")]), path)
    with pytest.raises(ValueError, match=r"99-x\.ipynb: no"):
        teachers.minutes(path)


def test_what_to_project_stands_in_its_notebook():
    found = 0
    for row in PAGE.partition("## Plans")[0].splitlines():
        if not row.startswith("| ["):
            continue
        path = notebooks.NOTEBOOKS / re.search(r"notebooks/([\w-]+\.ipynb)", row)[1]
        source = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)
        for name in re.findall(r"`([A-Z]\w+)`", row):
            assert f"explorers.{name}(" in source, f"{path.name}: {name}"
            found += 1
    assert found >= 12
    plans = PAGE.partition("## Plans")[2]
    for name in re.findall(r"`([A-Z][a-z]+[A-Z]?\w*)`", plans):
        assert hasattr(explorers, name) or name == "Present", name


def test_every_question_about_a_wrong_idea_is_there_once():
    asked = re.findall(r'`exercises\.quiz\("([\w-]+)"\)`', PAGE)
    single = [q.name for q in questions.every_question().values() if not q.retrieval]
    assert sorted(asked) == sorted(single)


def test_each_wrong_idea_is_cured_by_a_section():
    table = PAGE.partition("## Wrong ideas")[2].partition("## Handing")[0]
    rows = [line for line in table.splitlines() if line.startswith('| "')]
    assert len(rows) >= 20
    for row in rows:
        (link,) = links(row)
        assert "#" in link, row


def test_the_code_that_it_names_exists():
    for name in re.findall(r"`exercises\.mine\.(\w+)\(\)`", PAGE):
        assert callable(getattr(exercises.mine, name)), name
    for name in re.findall(r"exercise(?::| `)(\d\d-\w+)", PAGE):
        assert name in exercises.TABLE, name
    assert set(re.findall(r"python -m bench (\w+)", PAGE)) <= set(bench.BENCHMARKS)


@pytest.mark.parametrize("line", re.findall(r"^python -m tools\.handout.*?(?=  |$)", PAGE, re.M))
def test_the_commands_for_handing_out_are_taken(line, tmp_path, monkeypatch):
    monkeypatch.setattr(handout, "TARGET", tmp_path / "handout")
    assert handout.main(line.split()[3:]) == 0
    assert len(list((tmp_path / "handout").iterdir())) == len(COMMITTED)
    assert (tmp_path / "handout.zip").exists() == ("--zip" in line)


def test_all_three_commands_are_tried():
    assert PAGE.count("\npython -m tools.handout") == 3


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_the_page_is_found(page):
    assert "docs/for-teachers.md" in links(prose(notebooks.ROOT / page))


# --- what a machine needs ------------------------------------------------------------------------

MEASURED = pytest.mark.skipif("memory" not in bench.load(), reason="python -m bench memory first")


@MEASURED
def test_the_memory_of_every_notebook_is_measured_and_shown():
    from bench import memory

    result = bench.load()["memory"]
    assert sorted(memory.notebooks(result)) == [path.name for path in COMMITTED]
    assert bench.table("memory") in PAGE, "python -m bench --write-readme brings it up to date"
    assert all(
        result["a kernel"]["MB"] < found["MB"] for found in memory.notebooks(result).values()
    )
    assert "the server" in memory.table(result)


def test_a_kernel_is_measured_at_its_largest():
    """200 MB that were used and given back are seen."""
    from bench import memory

    if not Path("/proc/self/status").exists():
        pytest.skip("needs Linux")
    # It says itself how large it is before: another kernel may be 30 MB larger, if it is the first
    # and has to compile what it imports.
    used = """
status = open("/proc/self/status", encoding="utf-8").read()
print(int(status.split("VmRSS:")[1].split()[0]) * 1024)
big = bytearray(200_000_000)
for i in range(0, len(big), 4096):
    big[i] = 1
del big
"""
    cell = nbformat.v4.new_code_cell(used)
    notebook = nbformat.v4.new_notebook(cells=[cell])
    full = memory.kernel(notebook)
    before = int(notebook.cells[0].outputs[0]["text"])
    assert 190e6 < full["bytes"] - before < 230e6
    assert full["seconds"] > 0
    bare = memory.kernel(nbformat.v4.new_notebook())
    assert 20e6 < bare["bytes"] < full["bytes"] - 100e6
