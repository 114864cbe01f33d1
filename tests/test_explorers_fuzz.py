"""A thousand random moves of every control of every explorer, by the way the browser takes.

The front end's messages go into each widget's own handler, as ipykernel would bring them. What an
exception in a callback would hide in a browser fails here.
"""

import gc
import mmap
import random
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import ipywidgets as widgets
import numpy as np
import pytest

from tools.made import EXPLORERS, make

MOVES, WARM_UP = 1000, 100
GROWTH = 5_000_000

# What no reader should meet: not a number, Python's own way with exponents, a type's name.
MESS = re.compile(r"\b(nan|inf|none|array|float64)\b|\de[-+]\d|\d\.\d{11}", re.IGNORECASE)

every = pytest.mark.parametrize("name", EXPLORERS)


def send(widget, **state):
    """What the browser sends when a hand moved this widget."""
    data = {"method": "update", "state": state, "buffer_paths": []}
    widget._handle_msg({"content": {"data": data}, "buffers": []})


def click(button):
    """What it sends for a press of a button."""
    content = {"data": {"method": "custom", "content": {"event": "click"}}}
    button._handle_msg({"content": content, "buffers": []})


def place(bar, share):
    """The value at this share (0 … 1) of a bar's length, on its grid, counted as browsers do."""
    if isinstance(bar, widgets.IntSlider | widgets.BoundedIntText):
        return bar.min + round(share * (bar.max - bar.min))
    steps = round(share * (bar.max - bar.min) / bar.step)
    value = min(bar.min + steps * bar.step, bar.max)
    return bar.base**value if isinstance(bar, widgets.FloatLogSlider) else value


def parts(explorer):
    """Every widget of an explorer that a hand can reach."""
    found, ahead = [], list(explorer.children)
    while ahead:
        widget = ahead.pop(0)
        ahead += getattr(widget, "children", ())
        if isinstance(widget, MOVES_OF):
            found.append(widget)
    return found


def memory():
    """This process's memory in bytes, where the system says it at no cost; else 0."""
    gc.collect()
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[1]) * mmap.PAGESIZE if statm.exists() else 0


BARS = widgets.FloatSlider | widgets.FloatLogSlider | widgets.IntSlider
BOXES = widgets.BoundedFloatText | widgets.BoundedIntText
MOVES_OF = BARS | BOXES | widgets.Dropdown | widgets.Checkbox | widgets.Button


def move(widget, rng):
    """One random move of this widget: ends are likely, for that is where things break."""
    share = rng.choice([0.0, 1.0, rng.random(), rng.random()])
    match widget:
        case widgets.Button():
            click(widget)
        case widgets.Dropdown():
            send(widget, index=rng.randrange(len(widget._options_labels)))
        case widgets.Checkbox():
            send(widget, value=not widget.value)
        case widgets.BoundedFloatText():
            send(widget, value=widget.min + share * (widget.max - widget.min))
        case _:
            send(widget, value=place(widget, share))


def movable(explorer):
    """What the fuzzer moves. Run and Play need an event loop; their steps are buttons too."""
    return [
        widget
        for widget in parts(explorer)
        if not (isinstance(widget, widgets.Button) and widget.description in ("Run", "Play"))
    ]


def check_words(explorer):
    """The picture is well formed and its words are fit to read."""
    root = ET.fromstring(explorer._picture.value)
    said = [root.get("aria-label"), *("".join(t.itertext()) for t in root.iter() if _is_text(t))]
    mess = [line for line in said if MESS.search(line)]
    assert not mess, (explorer.settings, mess)
    drawn = r'\b(?:[xy][12]?|d|width|height|r|c[xy]|points)="([^"]*)"'
    bad = [n for n in re.findall(drawn, _body(explorer)) if re.search(r"nan|inf", n)]
    assert not bad, (explorer.settings, bad)


def _is_text(element):
    return element.tag.endswith("}text")


def _body(explorer):
    return explorer._picture.value.split(">", 1)[1]


@every
def test_a_thousand_random_moves(name):
    rng = random.Random(f"bpdemo {name}")
    explorer = make(name)
    hands = movable(explorer)
    for turn in range(MOVES):
        if turn == WARM_UP:
            before = memory()
        move(rng.choice(hands), rng)
        if turn % 20 == 0:
            check_words(explorer)
    growth = memory() - before
    assert growth <= GROWTH, f"{growth / 1e6:.1f} MB more after {MOVES} moves"
    check_words(explorer)
    assert explorer._picture.value == explorer.svg(styled=False), "the picture is behind"
    fresh = make(name)
    fresh.settings = explorer.settings
    explorer.settings = explorer.settings  # nothing is marked as moved any more
    assert fresh.settings == explorer.settings
    assert fresh._picture.value == explorer._picture.value


@every
def test_extreme_settings_are_fit_to_read(name):
    """Every slider at its low end, its high end or in the middle, with every choice."""
    rng = random.Random(f"extreme {name}")
    explorer = make(name)
    for _ in range(60):
        settings = {}
        ends = rng.choice([(0.0,), (1.0,), (0.0, 1.0), (0.0, 0.5, 1.0)])
        for control, made in explorer._controls.items():
            source = made.source
            if isinstance(source, BARS):
                settings[control] = place(source, rng.choice(ends))
            elif isinstance(source, widgets.Dropdown):
                settings[control] = rng.choice(source._options_values)
            else:
                settings[control] = rng.random() < 0.5
        explorer.settings = settings
        check_words(explorer)


@every
def test_all_weights_zero(name):
    explorer = make(name)
    explorer.settings = {n: 0.0 for n in explorer._controls if re.fullmatch(r"w\d.*|scale", n)}
    check_words(explorer)


@every
def test_two_explorers_do_not_disturb_each_other(name):
    rng = random.Random(f"two {name}")
    one, other = make(name), make(name)
    before = other._picture.value, other.settings
    for _ in range(40):
        move(rng.choice(movable(one)), rng)
    assert (other._picture.value, other.settings) == before
    assert make(name)._picture.value == before[0], "a new one starts elsewhere"
    other.settings = one.settings
    one.settings = one.settings
    assert other._picture.value == one._picture.value
    assert np.all([other.settings[n] == v for n, v in one.settings.items()])
