"""Every number on every picture is right, wherever the controls stand.

One test for all explorers: it moves every control to random places and reads the picture. A number
says which quantity it is (`data-value`), a mark on a plot where it stands and of what
(`data-x`, `data-y`, `data-bar`), a label which symbol belongs to it. An oracle of the explorer,
in tests/oracles/, computes each quantity from the settings by the core or by hand, and never by the
explorer.
"""

import importlib
import re
import xml.etree.ElementTree as ET
from types import SimpleNamespace

import numpy as np
import pytest

from bpdemo.diagrams import names
from tools.made import EXPLORERS, make

SVG = "{http://www.w3.org/2000/svg}"
MOVES = 60
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


def oracle(name: str):
    """The quantities of this explorer, from its settings (a namespace): name → number."""
    return importlib.import_module(f"tests.oracles.{name}").quantities


def moves(explorer, rng, count=MOVES):
    """Random settings, one control at a time, each to its ends and to anywhere between."""
    listed = list(explorer.settings)
    for turn in range(count):
        name = listed[turn % len(listed)]
        control = explorer.limited[name]
        if control.hidden:
            continue
        if control.is_number:
            low, high = control.low, control.high
            if control.log:
                value = float(10 ** rng.uniform(np.log10(low), np.log10(high)))
            else:
                value = float(rng.choice([low, high, rng.uniform(low, high)]))
            value = value if control.kind == "number" else round(value)
        elif control.kind == "choice":
            options = list(control.choices.values())
            value = options[rng.integers(len(options))]
        elif control.kind == "switch":
            value = bool(rng.integers(2))
        elif control.kind == "pixels":
            value = tuple(rng.uniform(-1, 1, len(explorer.settings[name])))
        elif control.kind == "blank":
            value = float(rng.choice([-2, 4, rng.uniform(-50, 50)]))
        elif control.kind == "press":
            value = explorer.settings[name] + 1
        else:  # points
            value = tuple(
                (float(u), float(v), int(rng.integers(2))) for u, v in rng.uniform(-1, 1, (5, 2))
            )
        explorer.move(name, value)
        yield name, value


def shown_as(shown: str) -> tuple[float, float]:
    """The number that a text shows, and by how much it may be off: half of its last digit."""
    text = shown.strip("()").replace("−", "-").replace(",", "").replace(" %", "").strip()
    digits, _, power = text.partition("·10")
    ten = 10.0 ** int(power.translate(_RAISED)) if power else 1.0
    value = float(digits) * ten
    decimals = len(digits.partition(".")[2])
    return value, 0.5 * 10.0**-decimals * ten * (1 + 1e-9) + 1e-12


def compare(name: str, shown: str, true: float):
    """Raise AssertionError where the text doesn't show this number."""
    if shown == "?":
        return
    bare = shown.strip("()")
    if bare == "too large":
        assert not np.isfinite(true) or abs(true) > 1e6, name
    elif bare == "≈ 0":
        assert 0 < abs(true) < 5e-3, f"{name}: {true} is shown as ≈ 0"
    else:
        value, within = shown_as(shown)
        scale = 100 if "%" in shown else 1
        assert abs(value - true * scale) <= within, f"{name}: {shown} is shown for {true}"


def check(svg: str, true: dict[str, float]) -> int:
    """Compare everything on a picture that says what it is; return how many things that was."""
    root = ET.fromstring(svg)
    parents = {child: parent for parent in root.iter() for child in parent}
    seen = 0
    for node in root.iter():
        if name := node.get("data-value"):
            assert name in true, f"the oracle has no {name}"
            compare(name, "".join(node.itertext()), true[name])
            group = parents[node]
            while group is not None and group.get("data-term") is None:
                group = parents.get(group)
            if group is not None and group.get("data-axis") is None:
                assert group.get("data-term") == name, f"{name} stands in {group.get('data-term')}"
                check_label(group, name)
            seen += 1
        if name := node.get("data-bar"):
            zero, unit = float(node.get("data-zero")), float(node.get("data-unit"))
            check_bar(node, name, zero, unit, true[name])
            seen += 1
        if (x := node.get("data-x")) or node.get("data-y"):
            check_mark(node, parents, x, node.get("data-y"), true)
            seen += 1
        if name := node.get("data-edge"):
            check_edge(node, name, true)
    return seen


_PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉", "01234567890123456789")
_DERIVATIVE = re.compile(r"(?:∂ℒ/)?∂([awzbxy])(\d+)|σ′\(z(\d+)\)|δ(\d+)")


def check_label(group, name):
    """A symbol beside a number, where there is one, is the symbol of the quantity."""
    symbol = names.symbol(name)
    plain = re.sub(r"[\^_{}]", "", symbol)
    for text in group.iter(f"{SVG}text"):
        words = "".join(text.itertext()).translate(_PLAIN)
        if text.get("data-value") is not None:
            continue
        if re.fullmatch(r"[awzb]\d+", words) and re.fullmatch(r"[awzb]\d+", plain):
            assert words == plain, f"{name} is labelled {words}"
        if found := _DERIVATIVE.fullmatch(words):
            letter, of, slope, delta = found.groups()
            entry = name.replace("_", "")
            if slope:
                assert entry == f"dadz{slope}", f"{name} is labelled {words}"
            elif delta:
                assert entry == f"dLdz{delta}", f"{name} is labelled {words}"
            else:  # above or below the rule of a fraction
                below = re.fullmatch(rf"d[Laz]d{letter}{of}", entry)
                assert below or re.fullmatch(rf"d{letter}d[awzb]{of}", entry), (
                    f"{name} is labelled {words}"
                )


def check_bar(node, name, zero, unit, true):
    x, width = float(node.get("x")), float(node.get("width"))
    end = x + width if true >= 0 else x
    low, high = float(node.get("data-low", "-inf")), float(node.get("data-high", "inf"))
    inside = min(max(true, low), high)
    assert end == pytest.approx(zero + unit * inside, abs=1.6), f"the bar of {name}"


def check_mark(node, parents, x, y, true):
    frame = node
    while frame.get("data-frame") is None:
        frame = parents[frame]
    x0, x1, y0, y1, left, right, top, bottom = map(float, frame.get("data-frame").split())
    log = frame.get("data-log") or ""
    for name, at, (v0, v1), (p0, p1), axis in (
        (x, "cx", (x0, x1), (left, right), "x"),
        (y, "cy", (y0, y1), (bottom, top), "y"),
    ):
        if not name or node.get(at) is None or not np.isfinite(true[name]):
            continue
        scale = np.log10 if axis in log else (lambda v: v)
        if axis in log and true[name] <= 0:
            continue
        place = (scale(true[name]) - scale(v0)) / (scale(v1) - scale(v0))
        expected = p0 + min(max(place, 0), 1) * (p1 - p0)
        assert float(node.get(at)) == pytest.approx(expected, abs=0.6), f"the mark of {name}"


def check_edge(node, name, true):
    """A negative weight is dashed, a positive one isn't."""
    lines = [line for line in node.iter(f"{SVG}line") if "s-weight" in (line.get("class") or "")]
    for line in lines:
        assert ("dash" in line.get("class").split()) == (true[name] < 0), f"the edge of {name}"


@pytest.mark.parametrize("name", EXPLORERS)
def test_every_number_is_right_wherever_the_controls_stand(name):
    explorer, quantities = make(name), oracle(name)
    rng = np.random.default_rng(sum(map(ord, name)))
    least = check(explorer.svg(), quantities(SimpleNamespace(**explorer.settings)))
    assert least >= 3, "a picture that names no numbers proves nothing"
    for moved in moves(explorer, rng):
        true = quantities(SimpleNamespace(**explorer.settings))
        for width in (960, 390):
            try:
                check(explorer.svg(width), true)
            except AssertionError as error:
                raise AssertionError(f"after {moved}, {explorer.settings}: {error}") from None


@pytest.mark.parametrize("name", EXPLORERS)
def test_every_control_reaches_the_picture(name):
    explorer = make(name)
    reached, offered = set(), set()
    before = explorer.svg()
    for moved, _ in moves(explorer, np.random.default_rng(7), 12 * len(explorer.settings)):
        explorer.settings = {}  # takes the marks off
        now = explorer.svg()
        if now != before:
            reached.add(moved)
        before = now
        # What is never offered, such as a press on a quantity, has tests of its own.
        offered |= {n for n, c in explorer.limited.items() if not c.hidden}
        if len(reached) == len(explorer.settings):
            break
    assert reached == offered


@pytest.mark.parametrize("name", EXPLORERS)
def test_reset_brings_everything_back(name):
    explorer = make(name)
    start, picture = explorer.settings, explorer.svg()
    for _ in moves(explorer, np.random.default_rng(3), 2 * len(start)):
        pass
    explorer.reset()
    assert explorer.settings == start
    assert explorer.svg() == picture


@pytest.mark.parametrize("name", EXPLORERS)
def test_a_control_is_called_after_the_quantity_that_it_sets(name):
    explorer = make(name)
    for control in explorer.spec()["controls"]:
        if re.fullmatch(r"[awxyzb]\d?(_\d+)?", control["name"]):
            assert control["label"] == names.label(control["name"])


@pytest.mark.parametrize("name", EXPLORERS)
def test_what_is_folded_away_has_its_place_in_the_picture(name):
    explorer = make(name)
    placed = set(re.findall(r'data-control="([^"]+)"', explorer.svg()))
    folded = {n for n, c in explorer.limited.items() if c.fold and not c.hidden}
    assert folded <= placed
