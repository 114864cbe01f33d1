"""The bench of the sliders: its sums and its table. What it measures needs a calm machine."""

import pytest

from bench import sliders
from tools.made import make


def result(**changed):
    """A measurement in which the explorer meets every target, but for what is changed."""
    bare = {"median": 40.0, "p95": 60.0, "fps": 28.0, "queue": 10.0, "n": 48}
    explorer = {"median": 50.0, "p95": 80.0, "fps": 24.0, "queue": 60.0, "n": 48}
    stock = {"median": 280.0, "p95": 480.0, "fps": 3.0, "queue": 900.0, "n": 24}
    ways = {sliders.BARE: bare, "ThreeTerms": explorer | changed, sliders.STOCK: stock}
    setting = {"Chromium": "140.0.1", "JupyterLab": "4.6.6", "ipywidgets": "8.1.9", "rounds": 6}
    return {"setting": setting, "ways": ways}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, []),
        ({"median": 61.0}, ["1.52 × the bare label"]),
        ({"median": 75.0}, ["1.88 × the bare label", "0.27 of the stock way"]),
        ({"p95": 100.0}, ["p95 100.0 ms"]),
        ({"fps": 19.0}, ["19.0 frames a second"]),
        ({"queue": 151.0}, ["151.0 ms queued"]),
    ],
)
def test_a_missed_target_is_named(changed, said):
    measured = result(**changed)
    assert sliders.verdicts(measured) == {"ThreeTerms": said}
    assert ("All targets met." in sliders.table(measured)) == (not said)


def test_the_markdown_table_has_every_way_and_its_ratios():
    lines = sliders.markdown(result()).splitlines()
    assert "| ThreeTerms | 50 | 80 | 1.25 | 0.18 | 24 | 60 |" in lines
    assert len({line.count("|") for line in lines if line.startswith("|")}) == 1


def test_percentile():
    assert sliders.percentile(list(range(100)), 95) == 95
    assert sliders.percentile([3.0], 95) == 3.0


def test_the_slider_that_is_moved_changes_the_picture_at_every_step():
    assert sliders.slider_of(make("ThreeTerms")) == "w1"
    assert sliders.slider_of(make("Training")) == "steps"
    assert sliders.slider_of(make("Matrices")) is None


def test_every_cell_marks_what_is_watched():
    for name, source in sliders.cells().items():
        compile(source.replace("%matplotlib inline", ""), name, "exec")
        assert "bench-target" in source
