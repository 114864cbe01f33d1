"""Every map of the series says what the one list says, and each notebook is on it."""

import dataclasses

import nbformat
import pytest

from bpdemo.series import CHAPTERS, STORY
from tools import maps
from tools.notebooks import NOTEBOOKS


def texts():
    """(text, how it is made) of each map."""
    notebook = nbformat.read(maps.MAP, as_version=4)
    return [
        (maps.README.read_text("utf-8"), maps.readme),
        (maps.PAGE.read_text("utf-8"), maps.page),
        (maps.map_cell(notebook).source, maps.start),
    ]


def test_every_notebook_is_in_the_list():
    assert [c.file for c in CHAPTERS] == sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))
    assert len({c.number for c in CHAPTERS}) == len(CHAPTERS)


@pytest.mark.parametrize("place", range(3), ids=["README", "for teachers", "notebook 00"])
def test_each_map_is_the_list(place):
    text, made = texts()[place]
    assert made(text) == text, "python -m tools.maps"


@pytest.mark.parametrize("place", range(3), ids=["README", "for teachers", "notebook 00"])
def test_another_list_makes_another_map(place):
    text, made = texts()[place]
    fields = ("able", "aim", "tells")
    other = dataclasses.replace(CHAPTERS[3], **{fields[place]: "something else"})
    changed = made(text, [*CHAPTERS[:3], other, *CHAPTERS[4:]])
    assert changed.count("something else") == 1 and made(changed) == text
    assert made(text, CHAPTERS[:-1]) != text


def test_the_titles_are_those_of_the_notebooks():
    for chapter in CHAPTERS:
        heading = nbformat.read(NOTEBOOKS / chapter.file, as_version=4).cells[0].source
        first = heading.partition("\n")[0]
        assert first.startswith(f"# {chapter.number} · "), first
        whole = first.partition(" · ")[2]
        if chapter in STORY:
            assert whole == (chapter.whole_title or chapter.title)
        else:
            assert whole.casefold().endswith(chapter.title.casefold())


def test_a_text_without_its_table_is_told():
    with pytest.raises(ValueError, match="expected one table"):
        maps.readme("# bpdemo\n")
