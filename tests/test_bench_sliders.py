"""The bench of the explorers under a hand: its sums and its table."""

import copy

import pytest

from bench import sliders
from tools.made import EXPLORERS, make

WAY = {"first": 12.0, "kernel": 40.0, "fps": 58.0, "queue": 60.0}


def result():
    """A measurement in which the explorer meets every target."""
    return copy.deepcopy(
        {
            "setting": {"Chromium": "140.0.1", "JupyterLab": "4.6.6", "anywidget": "0.11"},
            "ways": {
                sliders.BARE: {"slider": WAY | {"fps": 15.0}},
                "ThreeTerms": {"picture": dict(WAY), "slider": dict(WAY)},
            },
            "callbacks": {"ThreeTerms": 2.0},
            "memory": {"kernel": 0.4, "page": 0.2, "moves": 2000},
            "shown": 1.2,
        }
    )


@pytest.mark.parametrize(
    ("hand", "changed", "said"),
    [
        ("picture", {}, ""),
        ("picture", {"first": 33.0}, "picture: first change after 33.0 ms"),
        ("slider", {"kernel": 45.0}, "slider: 1.12 × the bare label"),
        ("picture", {"fps": 49.0}, "picture: 49.0 frames per second"),
        ("slider", {"queue": 151.0}, "slider: 151.0 ms queued"),
    ],
)
def test_a_missed_target_is_named(hand, changed, said):
    measured = result()
    measured["ways"]["ThreeTerms"][hand] |= changed
    assert sliders.verdicts(measured)["ThreeTerms"] == ([said] if said else [])
    assert ("All targets met." in sliders.table(measured)) == (not said)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("callbacks", "ThreeTerms"), 5.1),
        (("memory", "kernel"), 10.5),
        (("memory", "page"), 10.5),
        (("shown",), 2.1),
    ],
)
def test_so_is_what_is_no_row(path, value):
    measured = result()
    place = measured
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert any(sliders.verdicts(measured).values())
    assert f"{value}" in sliders.table(measured).split("Targets missed:")[1]


def test_the_markdown_table_has_every_way_and_its_ratio():
    lines = sliders.markdown(result()).splitlines()
    assert "| ThreeTerms | picture | 12 | 40 | 1.00 | 58 | 60 | 2.0 |" in lines
    assert len({line.count("|") for line in lines if line.startswith("|")}) == 1


def test_what_is_dragged_is_a_number_of_the_picture():
    assert sliders.held_by(make("ThreeTerms")).startswith("w")
    for name in EXPLORERS:
        if held := sliders.held_by(make(name)):
            assert f'data-control="{held}"' in make(name).svg()


def test_every_cell_can_be_run():
    for name, source in sliders.cells().items():
        compile(source, name, "exec")


def test_callbacks_are_timed_for_every_explorer_that_can_be_held():
    times = sliders.callbacks()
    assert set(times) == {name for name in EXPLORERS if sliders.held_by(make(name))}
    assert all(ms > 0 for ms in times.values())
