"""Every explorer, moved in Python: to both ends and back, and against the core's own numbers."""

import asyncio
import re
import xml.etree.ElementTree as ET

import ipywidgets as widgets
import pytest

from bpdemo import explorers
from bpdemo.explorers.parts import Runner, slider
from tools.made import EXPLORERS, make


def shown(explorer):
    """The text alternative of what is on the screen now."""
    return ET.fromstring(explorer._picture.value).get("aria-label")


def source(explorer, name):
    return explorer._controls[name].source


def bars(explorer):
    return [(n, c.source) for n, c in explorer._controls.items() if hasattr(c.source, "min")]


every = pytest.mark.parametrize("name", EXPLORERS)


@every
def test_every_slider_goes_to_both_ends_and_back(name):
    explorer = make(name)
    before = explorer._picture.value
    for control, bar in bars(explorer):
        value = bar.value
        base = getattr(bar, "base", None)
        for end in (bar.min, bar.max, None):
            bar.value = value if end is None else base**end if base else end
            ET.fromstring(explorer._picture.value)
            assert not re.search(r"\bnan\b|\binf\b|\de-\d", shown(explorer)), control
            assert explorer._picture.value == explorer.svg(styled=False), control
    explorer.reset()
    assert explorer._picture.value == before


@every
def test_every_choice_is_drawn(name):
    explorer = make(name)
    for control in explorer._controls.values():
        if isinstance(control.source, widgets.Dropdown):
            for option in dict(control.source._options_full).values():
                control.source.value = option
                ET.fromstring(explorer._picture.value)
        if isinstance(control.source, widgets.Checkbox):
            control.source.value = not control.source.value
            assert explorer._picture.value == explorer.svg(styled=False)


@every
def test_settings_are_the_whole_state(name):
    one, two = make(name), make(name)
    for _, bar in bars(one):
        bar.value = bar.value + bar.step if not hasattr(bar, "base") else bar.value * 1.2
    settings = one.settings
    assert all(isinstance(v, int | float | str | bool | tuple | None) for v in settings.values())
    before = two._picture.value
    one.settings = settings  # nothing is marked as moved any more
    assert two._picture.value == before, "two explorers share something"
    two.settings = settings
    assert two._picture.value == one._picture.value
    two.reset()
    assert two._picture.value == before


@every
def test_the_same_arguments_show_the_same_picture(name):
    assert make(name)._picture.value == make(name)._picture.value


@every
def test_it_asks_first_and_folds_the_answer(name):
    assert EXPLORERS[name].question.count("?") >= 1 and len(EXPLORERS[name].answer) > 40
    (ask, *_) = make(name).children
    assert "<details><summary>" in ask.value and EXPLORERS[name].question in ask.value


@every
def test_every_control_has_a_name_and_every_slider_a_number_box(name):
    explorer = make(name)
    for control in explorer._controls.values():
        assert control.source.description
        if hasattr(control.source, "readout"):
            bar, box = control.box.children
            assert box.description.startswith(bar.description)
            box.value = box.max
            top = bar.base**bar.max if hasattr(bar, "base") else bar.max
            assert bar.value == pytest.approx(top)
            bar.value = control.default
            assert box.value == pytest.approx(control.default)
    assert explorer._reset.description == "Reset"
    for button in explorer.children[1].children:
        if isinstance(button, widgets.Button):
            assert button.description


@every
def test_a_reader_without_a_kernel_sees_the_picture(name):
    explorer = make(name)
    bundle = explorer._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    explorer.settings = EXPLORERS[name].still
    assert bundle["image/svg+xml"] == explorer.svg()
    assert bundle["text/plain"] == shown(explorer)


@every
def test_it_fits_a_projector(name):
    explorer = make(name)
    root = ET.fromstring(explorer._picture.value)
    assert float(root.get("width")) == 960
    assert float(root.get("height")) <= 620


def test_an_unknown_name_is_refused():
    with pytest.raises(TypeError, match="no control named w9; expected w1, w2"):
        explorers.ForwardChain(w9=1)
    with pytest.raises(ValueError, match="no control named w9"):
        explorers.ForwardChain().settings = {"w9": 1}


def test_what_was_moved_last_is_marked():
    explorer = explorers.ForwardChain()
    assert "Last moved" not in shown(explorer)
    source(explorer, "w2").value = 0.4
    assert "Last moved: w^2" in shown(explorer)
    source(explorer, "x").value = 0.4
    assert "Last moved: x" in shown(explorer) and "Last moved: w^2" not in shown(explorer)


# --- the numbers are the core's ---


# --- the parts ---


def test_a_log_slider_shows_the_number_itself():
    control = slider("η", 0.5, -2, 2, log=True)
    bar, box = control.box.children
    bar.value = 0.01
    assert box.value == pytest.approx(0.01)
    box.value = 100
    assert bar.value == pytest.approx(100)


def test_a_runner_runs_until_there_is_nothing_left_and_stops_when_told():
    async def play():
        seen = []
        runner = Runner(lambda: seen.append(len(seen)) or len(seen) < 3, interval=0)
        runner.start()
        runner.start()  # a second press does nothing
        await runner.task
        assert seen == [0, 1, 2]
        endless = Runner(lambda: seen.append(0) or True, interval=0)
        endless.start()
        await asyncio.sleep(0.01)
        endless.stop()
        await asyncio.sleep(0)
        count = len(seen)
        await asyncio.sleep(0.01)
        assert len(seen) == count

    asyncio.run(play())
