"""Hundreds of random moves of every control of every explorer, by the way the browser takes.

The page's messages go into the explorer as its view brings them; some are what no page should send.
`python -m bench long` has 2,000 of them, and says how much memory they took.
"""

import json
import random
import re
import xml.etree.ElementTree as ET

import pytest

from tools.made import EXPLORERS, make
from tools.moves import memory, message, value

MOVES, WARM_UP = 500, 200
GROWTH = 3_000_000

# What no reader should meet: not a number, Python's own way with exponents, a type's name.
MESS = re.compile(r"\b(nan|inf|none|array|float64)\b|\de[-+]\d|\d\.\d{11}", re.IGNORECASE)

every = pytest.mark.parametrize("name", EXPLORERS)


def check_words(explorer, svg):
    """The picture is well formed and its words are fit to read."""
    root = ET.fromstring(svg)
    texts = [node for node in root.iter() if node.tag.endswith("}text")]
    said = [root.get("aria-label"), *("".join(t.itertext()) for t in texts)]
    mess = [line for line in said if MESS.search(line)]
    assert not mess, (explorer.settings, mess)
    drawn = r'\b(?:[xy][12]?|d|width|height|r|c[xy]|points)="([^"]*)"'
    bad = [n for n in re.findall(drawn, svg.split(">", 1)[1]) if re.search(r"nan|inf", n)]
    assert not bad, (explorer.settings, bad)


def move(explorer, rng, turns):
    """So many random moves; what comes back is looked at now and then."""
    for turn in range(turns):
        state = explorer.receive(json.loads(json.dumps(message(explorer, rng))))
        if turn % 20 == 0:
            json.dumps(state, allow_nan=False)
            check_words(explorer, state["svg"])


@every
def test_hundreds_of_random_moves(name):
    rng = random.Random(f"bpdemo {name}")
    explorer = make(name)
    move(explorer, rng, WARM_UP)
    for _ in range(3):
        before = memory()
        move(explorer, rng, MOVES - WARM_UP)
        growth = memory() - before
        if growth <= GROWTH:
            break
        # Caches may have been filling, or the allocator takes its time: a leak goes on.
    assert growth <= GROWTH, f"{growth / 1e6:.1f} MB more with every {MOVES - WARM_UP} moves"
    fresh = make(name)
    fresh.settings = explorer.settings
    explorer.settings = {}  # nothing is marked as moved any more
    assert fresh.settings == explorer.settings
    assert fresh.svg() == explorer.svg()


@every
def test_extreme_settings_are_fit_to_read(name):
    """Every number at its low end, its high end or in the middle, with every choice."""
    rng = random.Random(f"extreme {name}")
    explorer = make(name)
    for _ in range(40):
        ends = rng.choice([(0.0,), (1.0,), (0.0, 1.0), (0.0, 0.5, 1.0)])
        for control in explorer.settings:
            made = explorer.limited[control]
            if made.is_number:
                share = rng.choice(ends)
                explorer.move(control, made.nearest(made.low + share * (made.high - made.low)))
            else:
                sent = {"do": "set", "settings": {control: value(made, rng)}}
                explorer.receive(sent)
        check_words(explorer, explorer.svg(rng.choice([390, 960])))


@every
def test_all_weights_zero(name):
    explorer = make(name)
    explorer.settings = {n: 0.0 for n in explorer.settings if re.fullmatch(r"w\d.*", n)}
    check_words(explorer, explorer.svg())


@every
def test_two_explorers_do_not_disturb_each_other(name):
    rng = random.Random(f"two {name}")
    one, other = make(name), make(name)
    before = other.svg(), other.settings
    for _ in range(40):
        one.receive(message(one, rng))
    assert (other.svg(), other.settings) == before
    assert make(name).svg() == before[0], "a new one starts elsewhere"
