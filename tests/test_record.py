"""What a learner has done is kept, read by the next kernel, and never in anybody's way."""

import json

import pytest

from bpdemo import record


@pytest.fixture(autouse=True)
def nothing_noted(monkeypatch):
    """Each test begins with an empty memory and no file."""
    monkeypatch.setattr(record, "_memory", {kind: {} for kind in record.KINDS})
    for name in ("BPDEMO_PROGRESS", "JPY_SESSION_NAME"):
        monkeypatch.delenv(name, raising=False)


def another_kernel(monkeypatch):
    monkeypatch.setattr(record, "_memory", {kind: {} for kind in record.KINDS})


def test_the_next_kernel_knows(tmp_path, monkeypatch):
    monkeypatch.setenv("BPDEMO_PROGRESS", str(tmp_path / "mine.json"))
    record.note("quiz", "01-σ", True)
    record.note("exercise", "02-dL_da", {"passed": True})
    another_kernel(monkeypatch)
    assert record.noted("quiz") == {"01-σ": True}
    assert record.noted("exercise") == {"02-dL_da": {"passed": True}}
    assert record.noted("guess") == {}


def test_two_kernels_lose_nothing_of_each_other(tmp_path, monkeypatch):
    monkeypatch.setenv("BPDEMO_PROGRESS", str(tmp_path / "mine.json"))
    record.note("quiz", "a", True)
    first = record._memory
    another_kernel(monkeypatch)
    record.note("quiz", "b", False)
    monkeypatch.setattr(record, "_memory", first)
    record.note("quiz", "c", True)
    another_kernel(monkeypatch)
    assert record.noted("quiz") == {"a": True, "b": False, "c": True}


def test_only_a_learners_notebook_writes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    record.note("quiz", "a", True)
    assert record.noted("quiz") == {"a": True} and not list(tmp_path.iterdir())
    monkeypatch.setenv("JPY_SESSION_NAME", "02-three-terms.ipynb")
    record.note("quiz", "b", True)
    assert [path.name for path in tmp_path.iterdir()] == [record.FILE]
    monkeypatch.setenv("BPDEMO_PROGRESS", "off")
    assert record.place() is None


@pytest.mark.parametrize("held", ["", "{", "[1]", '{"quiz": 3}', '{"other": {"a": 1}}', "\xff"])
def test_a_broken_file_is_as_good_as_none(held, tmp_path, monkeypatch):
    path = tmp_path / "mine.json"
    path.write_text(held, encoding="latin-1")
    monkeypatch.setenv("BPDEMO_PROGRESS", str(path))
    assert record.noted("quiz") == {}
    record.note("quiz", "a", True)
    assert json.loads(path.read_text(encoding="utf-8"))["quiz"] == {"a": True}


def test_a_folder_that_cannot_be_written_is_no_trouble(tmp_path, monkeypatch):
    monkeypatch.setenv("BPDEMO_PROGRESS", str(tmp_path / "no such folder" / "mine.json"))
    record.note("quiz", "a", True)
    assert record.noted("quiz") == {"a": True}


def test_forgetting_removes_the_file(tmp_path, monkeypatch):
    path = tmp_path / "mine.json"
    monkeypatch.setenv("BPDEMO_PROGRESS", str(path))
    record.note("hunt", "03", True)
    record.forget()
    assert record.noted("hunt") == {} and not path.exists()


def test_an_unknown_kind_is_named():
    with pytest.raises(ValueError, match=r"kind: expected one of exercise, .*received 'score'"):
        record.note("score", "a", 1)
    with pytest.raises(ValueError, match="received 'score'"):
        record.noted("score")
