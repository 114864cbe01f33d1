"""Faults planted on purpose (tests/mutants) are found, and the tool that plants them tells."""

import dataclasses

import pytest

from tools import mutants
from tools.mutants import Mutant, MutantError

SAMPLE = 4
"""How many of all faults are planted here; `make mutants` plants every one."""

RIGHT = Mutant("here 1", "bpdemo/losses.py", "return 2 * (a - y)", "return 2 * (y - a)", ("x",))


def quick():
    """Faults whose tests need no browser, no notebook and no command: a few, from all over."""
    can = [
        m for m in mutants.every() if m.tests and all(t.startswith("tests/test_") for t in m.tests)
    ]
    return can[:: max(1, len(can) // SAMPLE)][:SAMPLE]


def test_every_fault_can_be_planted():
    for mutant in mutants.every():
        mutant.planted((mutants.ROOT / mutant.file).read_text(encoding="utf-8"))


def test_no_fault_is_there_twice():
    planted = [(mutant.file, mutant.old, mutant.new) for mutant in mutants.every()]
    assert len(planted) == len(set(planted))


def test_a_reason_is_a_reason():
    for mutant in mutants.every():
        assert mutant.equivalent is None or len(mutant.equivalent) > 20, mutant.name


@pytest.mark.parametrize("mutant", quick(), ids=lambda mutant: mutant.name)
def test_a_sample_is_killed(mutant):
    (outcome,) = mutants.run([mutant])
    assert outcome.killed, outcome.printed


def test_what_no_test_sees_survives():
    unseen = dataclasses.replace(RIGHT, tests=("tests/test_links.py --co -q",))
    (outcome,) = mutants.run([unseen])
    assert not outcome.killed


def test_tests_that_fail_anyway_are_told():
    wrong = dataclasses.replace(RIGHT, tests=("$ python -c 'raise SystemExit(3)'",))
    with pytest.raises(MutantError, match="exit 3"):
        list(mutants.run([wrong]))


def test_tests_that_are_not_there_are_told():
    wrong = dataclasses.replace(RIGHT, tests=("tests/test_not_there.py",))
    with pytest.raises(MutantError, match="exit 4"):
        list(mutants.run([wrong]))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("not in the file", "x", "has 0 of"),
        ("return", "x", r"has \d+ of 'return', not one"),
        (RIGHT.old, RIGHT.old, "planted for itself"),
    ],
)
def test_a_fault_that_can_not_be_planted_is_told(old, new, message):
    with pytest.raises(MutantError, match=message):
        list(mutants.run([dataclasses.replace(RIGHT, old=old, new=new)]))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "neither `tests` nor `equivalent`"),
        ("tests = 'x'\nfound = 1", "unexpected keyword argument 'found'"),
    ],
)
def test_a_table_with_a_mistake_is_told(tmp_path, text, message):
    (tmp_path / "room.toml").write_text(f"[[mutant]]\nfile='f'\nold='a'\nnew='b'\n{text}")
    with pytest.raises(MutantError, match=f"room 1: .*{message}"):
        mutants.every(folder=tmp_path)
    with pytest.raises(MutantError, match="no room 'kitchen'"):
        mutants.every(["kitchen"], folder=tmp_path)
