"""The progress bar moves, says how it ended, and prints nothing."""

import types

import pytest

from bpdemo import training
from bpdemo.explorers.progress_bar import Progress, progress

SETTINGS = {"x": [[0.5]], "y": [[1.0]], "w": [[[3.0]]], "activation": "identity"}


def run(iterable, total, take=None, **options):
    """Go through it and return (items, the bar that was shown)."""
    shown = []
    items = []
    steps = progress(iterable, total, display=shown.append, **options)
    for item in steps:
        items.append(item)
        if len(items) == take:
            steps.close()
            break
    return items, shown[0]


def test_it_hands_on_every_item_and_ends_full(capsys):
    items, bar = run("abc", 3)
    assert items == ["a", "b", "c"]
    assert (bar.bar.value, bar.bar.max, bar.bar.bar_style) == (3, 3, "success")
    assert ">c<" in bar.line.value
    assert capsys.readouterr().out == ""


def test_it_follows_the_epochs_of_a_descent():
    records, bar = run(training.descend(**SETTINGS, epochs=5), 5)
    assert [r.epoch for r in records] == [0, 1, 2, 3, 4, 5]
    assert bar.bar.value == 5 and str(records[-1]) in bar.line.value


def test_a_descent_that_diverges_ends_red_and_says_so():
    records, bar = run(training.descend(**SETTINGS, epochs=500, learning_rate=10), 500)
    assert records[-1].diverged
    assert bar.bar.bar_style == "danger" and "diverged in epoch" in bar.line.value
    assert bar.bar.value < 500


def test_leaving_early_or_failing_ends_red():
    items, bar = run(range(10), 10, take=4)
    assert items == [0, 1, 2, 3] and bar.bar.bar_style == "danger"

    def fails():
        yield 1
        raise KeyError("inside")

    shown = []
    with pytest.raises(KeyError, match="inside"):
        list(progress(fails(), 2, display=shown.append))
    assert shown[0].bar.bar_style == "danger"


def test_its_text_is_escaped_and_can_be_chosen():
    _, bar = run([types.SimpleNamespace(epoch=1)], 1, text=lambda item: f"<b>{item.epoch}</b>")
    assert "&lt;b&gt;1&lt;/b&gt;" in bar.line.value


def test_its_text_form_does_not_change_as_it_moves():
    bar = Progress(7)
    before = bar._repr_mimebundle_()["text/plain"]
    bar.move(3, "three")
    assert bar._repr_mimebundle_()["text/plain"] == before == "A progress bar, 0 to 7"
    assert "application/vnd.jupyter.widget-view+json" in bar._repr_mimebundle_()
