"""What is handed out has no solution in it, and is complete."""

import copy
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest

from bpdemo.exercises import TABLE, Words
from bpdemo.exercises.base import tidy
from tools import handout, notebooks

COMMITTED = sorted(notebooks.NOTEBOOKS.glob("*.ipynb"))
HERE = {notebooks.number_of(path) for path in COMMITTED}


@pytest.fixture(scope="module")
def copies(tmp_path_factory):
    """The copies, each by its number."""
    written = handout.hand_out(tmp_path_factory.mktemp("out") / "handout")
    return {notebooks.number_of(path): nbformat.read(path, as_version=4) for path in written}


def text_of(notebook):
    """All that stands in a notebook: text, code and outputs."""
    return "\n".join(
        cell.source + "\n" + "\n".join(str(output) for output in cell.get("outputs", []))
        for cell in notebook.cells
    )


def answer_of(entry) -> str:
    return tidy(entry.model if isinstance(entry, Words) else entry.solution)


@pytest.mark.parametrize("name", TABLE)
def test_the_solution_is_gone_and_all_else_is_there(name, copies):
    notebook = copies[name.partition("-")[0]]
    entry, text = TABLE[name], text_of(notebook)
    assert answer_of(entry) not in text
    assert all(tidy(hint) in text for hint in entry.hints)
    assert f'exercises.check("{name}", {entry.answer})' in text
    own = [cell for cell in notebook.cells if notebooks.exercise_of(cell) == name]
    assert len(own) == (3 if entry.hints else 2)
    assert sum(cell.source.count("<details>") for cell in own) == len(entry.hints)


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: path.stem)
def test_nothing_else_is_changed(path, copies):
    """Every other cell is as it was, in its order, but for the stills of quizzes and hunts."""
    before = nbformat.read(path, as_version=4)
    own = [c for c in before.cells if not notebooks.exercise_of(c)]
    left = [c for c in copies[notebooks.number_of(path)].cells if not notebooks.exercise_of(c)]
    assert [c.source for c in left] == [c.source for c in own]
    for one, other in zip(own, left, strict=True):
        asks = "exercises.quiz(" in one.source or "exercises.BugHunt(" in one.source
        assert other.get("outputs") == ([] if asks else one.get("outputs"))


def test_no_answer_of_a_quiz_or_a_hunt_is_left(copies):
    """The committed notebooks have them, folded; so the test can fail."""
    folded = "<summary>Answer</summary>"
    asked = [
        (where, cell)
        for where, found in (
            ("before", [nbformat.read(path, as_version=4) for path in COMMITTED]),
            ("after", copies.values()),
        )
        for notebook in found
        for cell in notebook.cells
        if "exercises.quiz(" in cell.source or "exercises.BugHunt(" in cell.source
    ]
    answers = {where: 0 for where, _ in asked}
    for where, cell in asked:
        answers[where] += folded in str(cell.get("outputs"))
    if asked:
        assert answers["before"] and not answers["after"]


def test_the_hints_can_go_too():
    path = next(path for path in COMMITTED if notebooks.number_of(path) == "08")
    notebook = nbformat.read(path, as_version=4)
    names = [name for name in TABLE if name.startswith("08-")]
    assert handout.without_solutions(copy.deepcopy(notebook)) == len(names)
    assert handout.without_solutions(notebook, hints=False) == len(names)
    text = text_of(notebook)
    for name in names:
        assert not any(tidy(hint) in text for hint in TABLE[name].hints)
        assert f'exercises.check("{name}"' in text
    nbformat.validate(notebook)


def test_the_zip_has_all_that_a_learner_needs(copies, tmp_path):
    """Unpacked anywhere, the package is imported from it, and the Makefile's files are there."""
    written = handout.hand_out(tmp_path / "handout")
    with zipfile.ZipFile(handout.archive(written, tmp_path / "handout.zip")) as zipped:
        zipped.extractall(tmp_path / "out")
    folder = tmp_path / "out" / "bpdemo"
    assert sorted(p.name for p in (folder / "notebooks").iterdir()) == [p.name for p in COMMITTED]
    for path in written:
        assert (folder / "notebooks" / path.name).read_bytes() == path.read_bytes()
    for name in ("Makefile", "requirements.txt", "pyproject.toml", "tools/lab-overrides.json"):
        assert (folder / name).is_file(), name
    assert not list(folder.rglob("__pycache__")) and not (folder / "tests").exists()
    ask = "import bpdemo; from bpdemo import data; print(bpdemo.__file__, len(data.digits()))"
    done = subprocess.run(
        [sys.executable, "-c", ask], cwd=folder, capture_output=True, text=True,
        env={"PYTHONPATH": str(folder), "PATH": "", "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    where, count = done.stdout.rsplit(maxsplit=1)
    assert Path(where).is_relative_to(folder) and count == "1797"
    # What the README links to on a learner's way is there.
    assert (folder / "docs" / "for-teachers.md").is_file()


def test_the_command_says_what_it_did(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(handout, "TARGET", tmp_path / "handout")
    assert handout.main(["--hints", "no", "--zip"]) == 0
    out = capsys.readouterr().out
    solved = sum(name.partition("-")[0] in HERE for name in TABLE)
    assert f"{len(COMMITTED)} notebooks, {solved} solutions taken out" in out
    assert (tmp_path / "handout.zip").stat().st_size > 100_000
