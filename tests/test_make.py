"""What the Makefile's targets would run, by `make --dry-run`."""

import os
import re
import shutil
import subprocess

import pytest

from tools.mutants import ROOT

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")


def runs(*target):
    """The commands of a target, one per line, as if nothing were there yet."""
    return make("--dry-run", "--always-make", "--no-print-directory", *target).replace("\\\n", " ")


def make(*arguments):
    """What make prints, without what a `make check` around it hands on to every make inside."""
    own = {"MAKEFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "MFLAGS", "PYTEST_ARGS"}
    done = subprocess.run(
        ["make", *arguments], cwd=ROOT, capture_output=True, text=True, check=True,
        env={name: value for name, value in os.environ.items() if name not in own},
    )  # fmt: skip
    return done.stdout


def test_lab_is_for_this_machine_alone_and_opens_the_first_notebook():
    found = re.search(r"-m jupyterlab .*", runs("lab"))[0]
    assert "notebooks/00-start-here.ipynb" in found
    assert re.findall(r"--ServerApp\.ip=(\S+)", found) == ["127.0.0.1"]
    assert "--ServerApp.root_dir=. " in found  # the notebooks link to docs/
    assert "token" not in found and "password" not in found  # Jupyter's own token stays


@pytest.mark.parametrize(
    "command", ["-m ruff check", "-m ruff format --check", "-m tools.browser", "-m pytest -n auto"]
)
def test_test_runs_every_kind_of_check(command):
    assert command in runs("test")


def test_test_leaves_nothing_out():
    browser, site, rest = re.findall(r"-m pytest -n auto --maxprocesses 4 (.*\S)", runs("test"))
    assert (browser, site) == ("tests/browser", "tests/site")
    assert rest == "bpdemo tests notebooks --ignore=tests/browser --ignore=tests/site"


def test_check_has_no_kernel_and_no_browser():
    said = runs("check")
    assert "-m ruff check" in said and "-m mypy" in said and "-m tools.browser" not in said
    assert re.search(r"-m pytest .* --quick bpdemo tests *$", said, re.M)


def test_check_of_chapters_has_their_notebooks_and_whatever_names_them():
    found = re.search(r"-m pytest .*", runs("check", "NB=02 03"))[0]
    assert found.split("tests/site ")[1].split(" -k ") == [
        "notebooks/02-three-terms.ipynb notebooks/03-inductive-step.ipynb",
        '"02 or 03" ',
    ]


def test_arguments_are_handed_on():
    assert re.search(r"-m pytest .*-x -k core$", runs("test", "PYTEST_ARGS=-x -k core"), re.M)
    assert re.search(r"-m jupyterlab .*--no-browser$", runs("lab", "LAB_ARGS=--no-browser"), re.M)
    assert "-m tools.mutants core page" in runs("mutants", "ROOM=core page")


def test_a_learner_installs_what_is_pinned_and_no_more():
    installs = re.findall(r"-m pip .*install.*", runs("lab"))
    assert [re.search(r"(-r \S+|-e \.)", line)[1] for line in installs] == [
        "-r requirements.txt",
        "-e .",
    ]
    assert "--no-deps --no-build-isolation" in installs[1]


def test_locks_are_hashed():
    pins = re.findall(r"uv pip compile.*", runs("lock"))
    assert len(pins) == 3
    assert all("--generate-hashes" in line and "--universal" in line for line in pins)


def test_help_lists_every_target_that_says_what_it_does():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)", text, re.M)[1].split()
    described = re.findall(r"^([a-z-]+):.*## ", text, re.M)
    assert set(described) <= set(phony)
    listed = runs("help")  # the list is made by the target itself, so it's run too
    assert "grep" in listed
    assert [line.split()[0] for line in make("help").splitlines()] == described
