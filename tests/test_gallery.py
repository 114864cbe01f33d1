"""The gallery's own parts; the pictures themselves are for people to look at."""

import re

import pytest

from tools import gallery
from tools.made import ARGUMENTS, EXPLORERS, cell, make


def test_the_pictures_are_of_explorers_that_exist():
    assert set(ARGUMENTS) | {gallery.README_EXPLORER} <= set(EXPLORERS)


@pytest.mark.parametrize("name", EXPLORERS)
def test_a_cell_makes_and_sets_the_explorer(name):
    space = {}
    exec(gallery.source(name).removesuffix("shown"), space)
    assert type(space["shown"]) is EXPLORERS[name]
    assert cell(name) in gallery.source(name)
    assert type(make(name)) is EXPLORERS[name]


def test_the_page_shows_each_picture_of_every_kind_with_a_text_for_it():
    page = gallery.index(list(EXPLORERS))
    for name in EXPLORERS:
        for theme in gallery.KINDS:
            assert page.count(f'<img src="{name}-{theme}.png"') == 1
    assert len(re.findall(r"<img [^>]*alt=\"[^\"]+\"", page)) == len(gallery.KINDS) * len(EXPLORERS)


def test_the_readmes_picture_is_there_and_small():
    assert 10_000 < gallery.README_PICTURE.stat().st_size <= gallery.MOST_BYTES


def test_a_name_that_is_no_explorer_is_refused(capsys):
    assert gallery.main(["Nothing"]) == 2
    assert "no explorer named Nothing" in capsys.readouterr().out
