"""What mutmut found is read right, and what nobody could notice stands in a list."""

import json

import pytest

from tools import mutants, mutation

RIGHT = '''"""A file."""


def double(a):
    return 2 * a


class One:
    def add(self, a, by=1):
        # by one
        return a + by


END = 0
'''

# As mutmut 3.8 writes it: each fault beside the right function, under its own name.
PLANTED = '''"""A file."""


from mutmut.mutation.trampoline import wrap_in_trampoline as _mutmut_mutated, MutantDict
mutants_x_double__mutmut: MutantDict = {}  # type: ignore


@_mutmut_mutated(mutants_x_double__mutmut)
def double(a):
    return 2 * a


def x_double__mutmut_orig(a):
    return 2 * a


def x_double__mutmut_1(a):
    return 3 * a


class One:
    @_mutmut_mutated(mutants_xǁOneǁadd__mutmut)
    def add(self, a, by=1):
        # by one
        return a + by

    def xǁOneǁadd__mutmut_orig(self, a, by=1):
        # by one
        return a + by

    def xǁOneǁadd__mutmut_1(self, a, by=2):
        # by one
        return a + by

    def xǁOneǁadd__mutmut_2(self, a, by=1):
        # by one
        return a - by


END = 0
'''
CODES = {"one.x_double__mutmut_1": 1, "one.xǁOneǁadd__mutmut_1": 0, "one.xǁOneǁadd__mutmut_2": -24}


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A project of one file, for which mutmut has run."""
    (tmp_path / "mutants").mkdir()
    (tmp_path / "one.py").write_text(RIGHT, encoding="utf-8")
    (tmp_path / "mutants" / "one.py").write_text(PLANTED, encoding="utf-8")
    meta = json.dumps({"exit_code_by_key": CODES})
    (tmp_path / "mutants" / "one.py.meta").write_text(meta, encoding="utf-8")
    monkeypatch.setattr(mutation, "ROOT", tmp_path)
    return tmp_path


def test_a_fault_is_the_whole_file_with_it(house):
    double, by, minus = mutation.faults("one.py")
    assert double.text == RIGHT.replace("2 * a", "3 * a")
    assert by.text == RIGHT.replace("by=1", "by=2")
    assert minus.text == RIGHT.replace("a + by", "a - by")
    assert [one.verdict for one in (double, by, minus)] == ["killed", "survived", "timeout"]


def test_what_survives_is_named_unless_nobody_could_notice_it(house, monkeypatch, capsys):
    monkeypatch.setattr(mutation, "equivalents", dict)
    assert mutation.report(["one.py"]) == 1
    said = capsys.readouterr().out
    assert "survived: one.xǁOneǁadd__mutmut_1" in said and "2 of 3 noticed: 66.7%" in said

    reasons = {("one.py", RIGHT.replace("by=1", "by=2")): "always given"}
    monkeypatch.setattr(mutation, "equivalents", lambda: reasons)
    assert mutation.report(["one.py"]) == 0
    said = capsys.readouterr().out
    assert "survived:" not in said and "2 of 2 noticed: 100.0%" in said
    assert [line.split() for line in said.splitlines()][1] == "one.py 3 1 1 1 0 0".split()


def test_a_sample_is_the_same_each_time_and_never_more_than_there_is():
    names = [f"x{n}" for n in range(50)]
    assert mutation.chosen(names, 7) == mutation.chosen(names[::-1], 7)
    assert len(set(mutation.chosen(names, 7))) == 7
    assert mutation.chosen(names, 60) == sorted(names)


def test_the_files_are_there_and_a_name_that_is_none_is_told(capsys):
    assert all((mutants.ROOT / file).is_file() for file in mutation.files())
    with pytest.raises(SystemExit):
        mutation.main(["kitchen"])
    assert "no such file: kitchen; there are activations, edge" in capsys.readouterr().err


def test_every_reason_is_for_a_fault_that_mutmut_would_plant():
    """mutmut changes one expression or statement, in a file that it is asked to change."""
    listed = mutants.every(["equivalent"])
    assert len(listed) == len(mutation.equivalents()) > 0
    for one in listed:
        assert one.file in mutation.files() and not one.tests
        text = one.planted((mutants.ROOT / one.file).read_text(encoding="utf-8"))
        compile(text, one.file, "exec")
