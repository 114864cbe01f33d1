"""CONTRIBUTING's recipes, word for word: each is followed in a copy, and its own commands pass.

A block ``python new FILE`` is a file, a block ``python into FILE NAME`` is put at the end of the
table of this name, and each line of a block ``sh`` is run, with this Python for ``.venv``'s.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S))
BLOCK = re.compile(r"^```(python|sh)(?: (new|into) (\S+)(?: (\w+))?)?\n(.*?)^```$", re.M | re.S)
RECIPES = [t for t, text in SECTIONS.items() if re.search(r"^```python (new|into)", text, re.M)]
COPIED = ("bpdemo", "tests", "tools", "bench", "docs", "notebooks", "data", ".github")
AT_MOST = {"Add an activation": 1, "Add a loss": 1, "Add an exercise": 1, "Write an explorer": 3,
           "Add a chapter": 4}  # fmt: skip


def blocks(title):
    """(language, new or into, file, name of the table, text) of each block of a section."""
    return BLOCK.findall(SECTIONS[title])


@pytest.fixture
def copy(tmp_path):
    """The repository without its history and without what was built."""
    for folder in COPIED:
        skipped = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=skipped)
    for file in ROOT.iterdir():
        if file.is_file():
            shutil.copy(file, tmp_path)
    return tmp_path


def put(file: Path, name: str, text: str) -> None:
    """Put an entry at the end of the table of this name."""
    source = file.read_text(encoding="utf-8")
    start = re.search(rf"^{name}\b.* [({{]$", source, re.M)
    assert start, f"{file.name} has no table {name}"
    end = re.compile(r"^(    \)\n\}|\}|\))$", re.M).search(source, start.end())
    text = textwrap.indent(text.rstrip().rstrip(",") + ",\n", " " * (8 if end[0][0] == " " else 4))
    file.write_text(source[: end.start()] + text + source[end.start() :], encoding="utf-8")


def follow(title, folder):
    """Do what the recipe says, up to its commands; the files that it touched."""
    touched = []
    for _, how, name, table, text in blocks(title):
        if how:
            file = folder / name
            touched.append(name)
            if how == "new":
                assert not file.exists(), name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
            else:
                put(file, table, text)
    return touched


def commands(title):
    """The lines that the recipe runs."""
    for language, _, _, _, text in blocks(title):
        if language == "sh":
            yield from text.splitlines()


def run(line, folder):
    """One of its lines, with this Python."""
    words = shlex.split(line)
    assert words[:2] == [".venv/bin/python", "-m"], line
    words[0] = sys.executable
    if words[2] == "pytest":
        words += ["-q", "-p", "no:nbval", "-p", "no:cacheprovider", "-o",
                  "addopts=--import-mode=importlib"]  # fmt: skip
    return subprocess.run(
        words, cwd=folder, capture_output=True, text=True, timeout=540,
        env={**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip


def test_the_recipes_are_those_that_are_expected():
    assert {*RECIPES} == {*AT_MOST}
    assert all([*commands(title)] for title in RECIPES)


@pytest.mark.parametrize("title", RECIPES)
def test_the_recipe_works_word_for_word(title, copy):
    touched = follow(title, copy)
    assert len(set(touched)) <= AT_MOST[title]
    for line in commands(title):
        done = run(line, copy)
        assert done.returncode == 0, f"{line}\n{done.stdout[-3000:]}\n{done.stderr[-1500:]}"
        if " -m pytest " in line:
            assert re.search(r"[1-9]\d* passed", done.stdout), done.stdout[-500:]


@pytest.mark.parametrize(
    ("title", "right", "wrong"),
    [
        ("Add an activation", "(1 + z * _sigmoid(-z))", "(1 + z)"),
        ("Add a loss", "4 * (a", "3 * (a"),
    ],
)
def test_a_recipe_that_is_wrong_is_seen(title, right, wrong, copy):
    follow(title, copy)
    file = copy / blocks(title)[0][2]
    source = file.read_text(encoding="utf-8")
    assert source.count(right) == 1
    file.write_text(source.replace(right, wrong), encoding="utf-8")
    assert run(next(commands(title)), copy).returncode == 1
