"""Plots, planes, pixels and matrices at every width: read back from their SVG."""

import itertools
import math
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from bpdemo import diagrams
from bpdemo.diagrams import Curve, Matrix, Point, Series, Tangent, product
from bpdemo.diagrams.base import SMALLEST, Sketch, text_width
from bpdemo.diagrams.frame import tick

SVG = "{http://www.w3.org/2000/svg}"
WIDTHS = (280, 390, 480, 700, 960)


# --- every kind of picture, from random numbers ---


def one_curve(rng):
    """ℒ over a weight, with the slope where we stand."""
    t = np.linspace(-4, 4, 121)
    w, slope, loss = rng.uniform(-4, 4), rng.normal(0, 2), rng.uniform(0, 1)
    return diagrams.curve(
        [Curve(t, 1 / (1 + np.exp(-t * rng.normal())))],
        x_label="w^3",
        y_label="ℒ",
        x_range=(-4, 4),
        y_range=(0, 1),
        tangents=[Tangent(w, loss, slope, "slope", "s-grad", "w3", "loss", "dL_dw3")],
    )


def two_curves(rng):
    """As Secant has it: a curve, a chord, a tangent, two points."""
    t = np.linspace(-2, 3, 81)
    x, h = rng.uniform(-1, 1), rng.uniform(0.2, 2)
    return diagrams.curve(
        [
            Curve(t, t**2, "f"),
            Curve(t, t * rng.normal(), "secant through x and x + h", "s-neg", dash=True),
        ],
        x_label="x",
        y_label="f(x)",
        x_range=(-2, 3),
        y_range=(-1, 9),
        tangents=[Tangent(x, x * x, 2 * x, "tangent, slope", "s-grad", "x", "f", "slope")],
        points=[Point(x + h, (x + h) ** 2, "x + h", "h", at="x_h", of="f_h")],
        title="a few words",
        height=300,
    )


def descent(rng):
    """A loss over steps up to now, and the step as a handle."""
    steps, n = np.arange(101), int(rng.integers(0, 101))
    loss = np.where(steps <= n, rng.uniform(1, 9) * np.exp(-steps / 20), np.nan)
    point = Point(n, float(loss[n]), "ℒ =", "steps", of="loss", value="loss", rule=True)
    return diagrams.curve(
        [Curve(steps, loss)],
        x_label="step",
        y_label="ℒ so far",
        x_range=(0, 100),
        y_range=(0, 10),
        points=[point],
    )


def guesses(rng):
    """What was predicted and what is, at one x and not far apart; the axis grows with them."""
    x, top = rng.uniform(0, 60000), float(rng.choice([0.1, 0.2, 5, 10, 2e5]))
    height = top * rng.uniform(0.1, 0.8)
    return diagrams.curve(
        [Curve(12000 * np.arange(6), rng.uniform(0, top, 6))],
        x_label="w^2",
        y_label="ℒ",
        x_range=(0, 60000),
        y_range=(0, top),
        points=[(x, height, "predicted"), (x, height + rng.uniform(0, 0.1) * top, "real")],
    )


def log_curve(rng):
    h = 10.0 ** np.arange(-16, 1)
    return diagrams.curve(
        [
            Curve(h, 10.0 ** rng.uniform(-12, 0, 17), "forward difference", "s-pos"),
            Curve(h, 10.0 ** rng.uniform(-12, 0, 17), "central difference", "s-neg", True),
            Curve(h, 10.0 ** rng.uniform(-12, 0, 17), "complex step", "s-ink"),
        ],
        x_label="h",
        y_label="error of the difference",
        x_range=(1e-16, 1),
        y_range=(1e-14, 10),
        points=[Point(10.0 ** rng.uniform(-16, 0), 10.0 ** rng.uniform(-14, 1), "h", "h", of="e")],
        log="xy",
    )


def layers(rng):
    ks = np.arange(31)
    sizes = 10.0 ** rng.uniform(-14, 6, 31)
    return diagrams.decades(
        [
            Series(ks, sizes, "predicted", "pos", True, ""),
            Series(ks, sizes, "measured", "grad", low=sizes / 9, high=sizes * 9,
                   names=[f"dL_da{k}" for k in ks]),
        ],
        x_label="layer k",
        y_label="∂ℒ/∂a^k beside ∂ℒ/∂a^L",
        x_range=(0, 30),
        y_powers=(-12, 4),
        here=float(rng.integers(0, 31)),
        name="layer",
    )  # fmt: skip


def costs(rng):
    n = [1, 10, 100, 1e4]
    return diagrams.decades(
        [
            Series(n, 10.0 ** rng.uniform(0, 18, 4), "backward", "act"),
            Series(n, 10.0 ** rng.uniform(0, 18, 4), "forward differences", "neg", True, "diamond"),
            Series(n, 10.0 ** rng.uniform(0, 18, 4), "one at a time", "ink", True, "square"),
        ],
        x_label="number of weights",
        y_label="×",
        x_range=(0, 6),
        x_powers=True,
        y_powers=(0, 16),
    )


def plane(rng):
    grid = np.linspace(-1, 1, 36)
    says = 1 / (1 + np.exp(-8 * (rng.normal() * grid + rng.normal() * grid[:, None])))
    points = rng.uniform(-0.95, 0.95, (12, 2))
    return diagrams.regions(says, points, rng.integers(0, 2, 12), 1.0, place="points")


def digit(rng):
    values = np.clip(rng.normal(0.3, 0.5, (8, 8)), 0, 1)
    return diagrams.pixels(values, "what it sees", marked=(2, 3), paint="digit")


def gradient_of_a_digit(rng):
    values = rng.normal(0, 1, (8, 8))
    most = float(np.abs(values).max())
    return diagrams.pixels(values, "∂ℒ/∂x for the label 3", signed=True, most=most)


def certainty(rng):
    p = rng.dirichlet(np.ones(10))
    return diagrams.shares(p, "0123456789", "how sure it is", marked=3, name="a3")


def matrices(rng, **more):
    scale = 10.0 ** rng.uniform(-3, 5)
    p = product("ei,ej->ij", rng.normal(0, 1, (5, 3)), rng.normal(0, scale, (5, 4)))
    left, right = p.framed(1, 2)
    parts = [
        Matrix("a^1", p.left, left, "f-act", "a1").T,
        "@",
        Matrix("δ^2", p.right, right, "f-grad", "dL_dz2"),
        "=",
        Matrix("∂ℒ/∂w^2", p.result, [(1, 2)], "f-grad", "dL_dw2"),
    ]
    return diagrams.equation(parts, **more)


def small_matrices(rng):
    return matrices(rng, numbers=False, cell=(24, 24), name="product_1")


def wide_matrix(rng):
    parts = [Matrix(name, rng.normal(0, 9, (3, 7))) for name in "ab"]
    return diagrams.equation([parts[0], "⊙", parts[1]])


CASES = (
    one_curve, two_curves, descent, guesses, log_curve, layers, costs, plane, digit,
    gradient_of_a_digit, certainty, matrices, small_matrices, wide_matrix,
)  # fmt: skip
EVERY = pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
WIDE = pytest.mark.parametrize("width", WIDTHS)


def drawn(case, width, seed=0) -> diagrams.Panel:
    sketch = case(np.random.default_rng(seed))
    assert isinstance(sketch, Sketch)
    return sketch.draw(width)


def tree(panel):
    return ET.fromstring(diagrams.picture([panel], "T.", width=panel.width))


# --- reading a picture back ---


def walk(node, dx=0.0, dy=0.0, scale=1.0, clipped=False):
    """(element, x and y of its origin, its scale, whether it is cut at a frame) of what is seen."""
    if node.get("visibility") == "hidden" or node.get("class") in ("hit", "plate"):
        return
    moved = re.match(r"translate\((\S+) (\S+?)\)", node.get("transform", ""))
    if moved:
        dx, dy = dx + scale * float(moved[1]), dy + scale * float(moved[2])
    grown = re.search(r"scale\((\S+)\)", node.get("transform", ""))
    if grown:
        scale *= float(grown[1])
    yield node, dx, dy, scale, clipped
    inner = clipped or (node.tag == f"{SVG}svg" and node.get("x") is not None)
    for child in node:
        if node.tag != f"{SVG}text":
            yield from walk(child, dx, dy, scale, inner)


def text_boxes(panel):
    """(words, left, right, top, bottom) of each text seen, not smaller than any font makes it."""
    found = []
    for node, dx, dy, _, _ in walk(tree(panel)):
        if node.tag != f"{SVG}text":
            continue
        words = "".join(node.itertext())
        if not words:
            continue
        size, bold = float(node.get("font-size")), "b" in node.get("class").split()
        spans = list(node.iter(f"{SVG}tspan"))
        wide = text_width(words, size, bold)
        if spans:  # mathematics: italic letters of a narrower font
            sizes = [(s.text, float(s.get("font-size", size))) for s in spans]
            wide = sum(0.58 * big * len(part) for part, big in sizes)
        x, y = float(node.get("x")) + dx, float(node.get("y")) + dy
        left = x - wide * {"start": 0, "middle": 0.5, "end": 1}[node.get("text-anchor")]
        found.append((words, left, left + wide, y - 0.76 * size, y + 0.22 * size))
    return found


def shapes(panel):
    """(element, left, right, top, bottom) of each shape that is not cut at a frame."""
    for node, dx, dy, scale, clipped in walk(tree(panel)):
        get = lambda name: float(node.get(name, 0))  # noqa: B023, E731
        kind = node.tag.removeprefix(SVG)
        if clipped or kind not in ("rect", "circle", "line", "path"):
            continue
        if kind == "rect":
            ends = (get("x"), get("x") + get("width"), get("y"), get("y") + get("height"))
        elif kind == "circle":
            r = get("r")
            ends = (get("cx") - r, get("cx") + r, get("cy") - r, get("cy") + r)
        elif kind == "line":
            xs, ys = sorted((get("x1"), get("x2"))), sorted((get("y1"), get("y2")))
            ends = (*xs, *ys)
        else:
            corners = re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", node.get("d"))
            if not corners:
                continue
            xs, ys = zip(*((float(u), float(v)) for u, v in corners), strict=True)
            ends = (min(xs), max(xs), min(ys), max(ys))
        a, b, c, d = (scale * v for v in ends)
        yield node, a + dx, b + dx, c + dy, d + dy


def frame_of(node):
    """From places back to values, as the frame says."""
    x0, x1, y0, y1, left, right, top, bottom = map(float, node.get("data-frame").split())
    log = node.get("data-log", "")

    def back(at, start, end, low, high, power):
        low, high = (math.log10(low), math.log10(high)) if power else (low, high)
        value = low + (at - start) / (end - start) * (high - low)
        return 10.0**value if power else value

    return (
        lambda cx: back(cx, left, right, x0, x1, "x" in log),
        lambda cy: back(cy, bottom, top, y0, y1, "y" in log),
    )


def structure(panel):
    return [node.tag for node in tree(panel).iter()]


# --- at every width ---


@EVERY
@WIDE
@pytest.mark.parametrize("seed", range(2))
def test_nothing_leaves_the_panel(case, width, seed):
    panel = drawn(case, width, seed)
    assert panel.width == width
    for words, left, right, top, bottom in text_boxes(panel):
        assert 0 <= left and right <= width and 0 <= top and bottom <= panel.height, words
    for node, left, right, top, bottom in shapes(panel):
        inside = -0.1 <= left and right <= width + 0.1 and -0.1 <= top
        assert inside and bottom <= panel.height + 0.1, ET.tostring(node)


@EVERY
@WIDE
@pytest.mark.parametrize("seed", range(4))
def test_no_two_texts_meet(case, width, seed):
    boxes = text_boxes(drawn(case, width, seed))
    for (one, a, b, c, d), (two, e, f, g, h) in itertools.combinations(boxes, 2):
        assert b <= e or f <= a or d <= g or h <= c, (one, two)


@EVERY
@WIDE
@pytest.mark.parametrize("seed", range(4))
def test_no_text_meets_a_ring(case, width, seed):
    panel = drawn(case, width, seed)
    rings = [s for s in shapes(panel) if s[0].tag == f"{SVG}circle" and s[0].get("r") != "12.5"]
    for words, a, b, c, d in text_boxes(panel):
        for _, e, f, g, h in rings:
            assert b <= e or f <= a or d <= g or h <= c, words


@EVERY
@WIDE
def test_letters_are_never_small(case, width):
    for node in tree(drawn(case, width)).iter():
        assert float(node.get("font-size", SMALLEST)) >= SMALLEST


@EVERY
@WIDE
def test_other_values_have_the_same_parts(case, width):
    first, *others = (structure(drawn(case, width, seed)) for seed in range(6))
    assert all(other == first for other in others)


@pytest.mark.parametrize("case", [one_curve, two_curves, descent, guesses, log_curve])
def test_a_curve_keeps_its_number_of_commands(case):
    def letters(seed):
        return [
            len(re.findall("[ML]", node.get("d")))
            for node in tree(drawn(case, 480, seed)).iter(f"{SVG}path")
        ]

    assert letters(1) == letters(2) and min(letters(1)) > 5


# --- marks say what they show ---


@pytest.mark.parametrize("case", [one_curve, two_curves, descent, log_curve, layers])
@WIDE
@pytest.mark.parametrize("seed", range(3))
def test_a_handle_moves_as_its_value_does(case, width, seed):
    panel = drawn(case, width, seed)
    (frame,) = [n for n in tree(panel).iter() if n.get("data-frame")]
    back, _ = frame_of(frame)
    handles = [n for n in frame.iter() if n.get("data-axis")]
    assert handles
    for handle in handles:
        assert handle.get("data-axis") == "x"
        per = float(handle.get("data-per"))
        (ring,) = handle.iter(f"{SVG}circle")
        cx = float(ring.get("cx"))
        if handle.get("data-log"):
            assert back(cx + per) == pytest.approx(10 * back(cx))
        else:
            assert back(cx + per) == pytest.approx(back(cx) + 1)


def place_of(panel, name):
    """The values that the ring of this handle stands at."""
    root = tree(panel)
    (frame,) = [n for n in root.iter() if n.get("data-frame")]
    handles = [n for n in frame.iter() if n.get("data-term") == name and n.get("data-axis")]
    (ring,) = handles[0].iter(f"{SVG}circle")
    x, y = frame_of(frame)
    return x(float(ring.get("cx"))), y(float(ring.get("cy"))), ring


@WIDE
@pytest.mark.parametrize("log", ["", "x", "y", "xy"])
def test_a_point_stands_where_its_numbers_are(width, log):
    rng = np.random.default_rng(width)
    x, y, u, v = rng.uniform(1, 100, 4)
    panel = diagrams.curve(
        [],
        x_label="x",
        y_label="y",
        x_range=(0.5, 200),
        y_range=(0.5, 200),
        log=log,
        width=width,
        tangents=[Tangent(x, y, 1.0, name="b3", at="z3", of="loss")],
        points=[Point(u, v, "p", "eta", at="p_x", of="p_y")],
    )
    for name, at, of, where in (("b3", "z3", "loss", (x, y)), ("eta", "p_x", "p_y", (u, v))):
        *found, ring = place_of(panel, name)
        assert found == pytest.approx(where, rel=1e-3, abs=0.02)
        assert (ring.get("data-x"), ring.get("data-y")) == (at, of)
        assert ring.get("data-out") is None


def test_a_point_outside_stands_at_the_edge_and_says_so():
    frame = {"x_label": "x", "y_label": "y", "x_range": (0, 1), "y_range": (0, 1), "width": 400}
    panel = diagrams.curve([], points=[Point(2.0, 0.5, "", "p", of="q")], **frame)
    x, y, ring = place_of(panel, "p")
    assert (x, y) == pytest.approx((1, 0.5)) and ring.get("data-out") == "x"
    assert "dash" in ring.get("class")
    panel = diagrams.curve([], tangents=[Tangent(0.5, np.inf, np.nan, "s", name="p")], **frame)
    x, y, ring = place_of(panel, "p")
    assert (x, y) == pytest.approx((0.5, 1)) and ring.get("data-out") == "y"
    assert not re.search(r"nan|inf", panel.body)


@pytest.mark.parametrize("y", [0.0, -1.0])
def test_what_has_no_place_among_powers_of_ten_stands_at_the_bottom(y):
    frame = {"x_label": "x", "y_label": "y", "x_range": (0, 1), "y_range": (0.1, 1), "width": 400}
    panel = diagrams.curve([], points=[Point(0.5, y, "", "p", of="q")], log="y", **frame)
    x, low, ring = place_of(panel, "p")
    assert (x, low) == pytest.approx((0.5, 0.1)) and ring.get("data-out") == "y"


@WIDE
@pytest.mark.parametrize("log", ["", "y", "x", "xy"])
def test_a_tangent_has_its_slope_on_any_axes(width, log):
    panel = diagrams.curve(
        [],
        x_label="x",
        y_label="y",
        x_range=(1, 100),
        y_range=(1, 1000),
        log=log,
        width=width,
        tangents=[Tangent(10.0, 100.0, 3.0, "slope", "s-grad")],
    )
    root = tree(panel)
    (frame,) = [n for n in root.iter() if n.get("data-frame")]
    x, y = frame_of(frame)
    (cut,) = frame.iter(f"{SVG}svg")
    (line,) = cut.iter(f"{SVG}line")
    ends = [float(line.get(a)) for a in ("x1", "x2", "y1", "y2")]
    # A short piece around the point: on axes of powers of ten the line is no line in x and y.
    middle = [(ends[0] + ends[1]) / 2, (ends[2] + ends[3]) / 2]
    a = [m + (e - m) * 1e-4 for m, e in zip(middle, ends[1::2], strict=True)]
    slope = (y(a[1]) - y(middle[1])) / (x(a[0]) - x(middle[0]))
    assert slope == pytest.approx(3.0, rel=0.02)


def test_every_curve_runs_through_its_values():
    rng = np.random.default_rng(3)
    t, y = np.sort(rng.uniform(0, 1, 20)), rng.uniform(0, 1, 20)
    frame = {"x_label": "x", "y_label": "y", "x_range": (0, 1), "y_range": (0, 1), "width": 640}
    root = tree(diagrams.curve([Curve(t, y)], **frame))
    (group,) = [n for n in root.iter() if n.get("data-frame")]
    back_x, back_y = frame_of(group)
    (path,) = group.iter(f"{SVG}path")
    places = re.findall(r"[ML](\S+?) ([\d.]+)", path.get("d"))
    assert [back_x(float(u)) for u, _ in places] == pytest.approx(t.tolist(), abs=2e-4)
    assert [back_y(float(v)) for _, v in places] == pytest.approx(y.tolist(), abs=5e-4)


@WIDE
def test_the_ticks_stand_where_their_numbers_are(width):
    panel = drawn(one_curve, width)
    (frame,) = [n for n in tree(panel).iter() if n.get("data-frame")]
    back, up = frame_of(frame)
    ticks = [n for n in frame.iter(f"{SVG}text") if n.get("font-size") == "13" and n.text]
    shown = [(float(n.text.replace("−", "-")), n) for n in ticks]
    across = [(v, n) for v, n in shown if n.get("text-anchor") == "middle"]
    assert 3 <= len(across) <= 9 and len(shown) - len(across) >= 3
    for v, n in shown:
        if n.get("text-anchor") == "middle":
            assert back(float(n.get("x"))) == pytest.approx(v, abs=0.02)
        else:
            assert up(float(n.get("y")) - 5) == pytest.approx(v, abs=0.02)


def test_there_are_more_ticks_where_there_is_room():
    def ticks(width):
        boxes = tree(drawn(one_curve, width)).iter(f"{SVG}text")
        return sum(1 for n in boxes if n.get("text-anchor") == "middle" and n.text)

    assert ticks(320) < ticks(960)


def test_a_tick_reads_as_its_number():
    for v in (0.05, 0.25, -4.0, 1200.0, 50000.0):
        assert float(tick(v).replace("−", "-")) == v
    assert tick(2e5) == "2·10⁵" and tick(2.5e-6) == "2.5·10⁻⁶" and tick(0.0) == "0"


@pytest.mark.parametrize("case", [one_curve, descent, certainty, matrices])
@WIDE
def test_every_number_shown_is_named_and_is_said(case, width):
    panel = drawn(case, width, 5)
    values = [n for n in tree(panel).iter() if n.get("data-value")]
    assert values
    for node in values:
        shown = node.text.removeprefix("+")
        if case is not matrices or width == 960:  # elsewhere with fewer decimals
            assert shown in panel.alt, (node.get("data-value"), shown)


def test_the_number_at_a_point_is_its_height_and_that_at_a_tangent_its_slope():
    panel = diagrams.curve(
        [],
        x_label="x",
        y_label="y",
        x_range=(0, 9),
        y_range=(0, 9),
        width=480,
        tangents=[Tangent(1.0, 2.0, 3.0, "slope", slope_name="dL_dw3")],
        points=[Point(4.0, 5.0, "ℒ =", value="loss")],
    )
    shown = {n.get("data-value"): n.text for n in tree(panel).iter() if n.get("data-value")}
    assert shown == {"dL_dw3": "+3.000", "loss": "5.000"}


def test_two_named_markers_stand_at_their_sizes():
    panel = drawn(layers, 700, 2)
    (frame,) = [n for n in tree(panel).iter() if n.get("data-frame")]
    _, up = frame_of(frame)
    marks = [n for n in frame.iter() if (n.get("data-y") or "").startswith("dL_da")]
    assert [n.get("data-y") for n in marks] == [f"dL_da{k}" for k in range(31)]
    rng = np.random.default_rng(2)
    sizes = 10.0 ** rng.uniform(-14, 6, 31)
    for size, node in zip(sizes, marks, strict=True):
        place = float(re.search(r" (\S+)\)", node.get("transform"))[1])
        outside = not 1e-12 <= size <= 1e4
        assert (node.get("data-out") == "y") == outside
        if not outside:
            assert math.log10(up(place)) == pytest.approx(math.log10(size), abs=0.01)


# --- the legend ---


def test_a_legend_wraps_where_it_does_not_fit_and_makes_the_panel_higher():
    narrow, wide = drawn(two_curves, 320), drawn(two_curves, 960)
    assert wide.height == 300 < narrow.height
    assert "secant through x and x + h" in [words for words, *_ in text_boxes(narrow)]


def test_a_long_entry_is_broken_into_lines():
    words = "a curve whose name is much longer than a telephone is wide, so it needs two lines"
    panel = diagrams.curve(
        [Curve(np.arange(3), np.arange(3), words)],
        x_label="x", y_label="y", x_range=(0, 2), y_range=(0, 2), width=320,
    )  # fmt: skip
    boxes = text_boxes(panel)
    assert all(right <= 320 for _, _, right, _, _ in boxes)
    assert " ".join(w for w, *_ in boxes if len(w) > 5) == words


def test_a_word_beside_a_point_avoids_the_curve():
    t = np.linspace(0, 1, 121)
    for f in (lambda t: t, lambda t: 1 - t, lambda t: 0.5 + 0 * t):
        panel = diagrams.curve(
            [Curve(t, f(t))],
            x_label="x", y_label="y", x_range=(0, 1), y_range=(0, 1), width=480, height=300,
            points=[(0.5, 0.5, "here")],
        )  # fmt: skip
        ((_, left, right, top, bottom),) = [b for b in text_boxes(panel) if b[0] == "here"]
        (frame,) = [n for n in tree(panel).iter() if n.get("data-frame")]
        (path,) = frame.iter(f"{SVG}path")
        for u, v in re.findall(r"[ML](\S+?) ([\d.]+)", path.get("d")):
            assert not (left < float(u) < right and top < float(v) < bottom)


def test_a_ring_at_the_edge_hides_no_tick():
    for y in np.linspace(0, 1, 21):
        panel = diagrams.curve(
            [],
            x_label="x",
            y_label="y",
            x_range=(0, 1),
            y_range=(0, 1),
            width=400,
            points=[Point(0.0, float(y), "", "p", of="q")],
        )
        (ring,) = [s for s in shapes(panel) if s[0].tag == f"{SVG}circle"]
        left = ring[1] - float(ring[0].get("stroke-width")) / 2
        ticks = [box for box in text_boxes(panel) if box[2] <= 64]
        assert len(ticks) >= 5 and all(right < left for _, _, right, _, _ in ticks)


def test_a_word_far_from_its_point_is_led_to_it():
    t = np.linspace(0, 1, 121)
    crowd = [Curve(t, np.full(121, y)) for y in (0.42, 0.46, 0.5, 0.54, 0.58)]
    frame = {"x_label": "x", "y_label": "y", "x_range": (0, 1), "y_range": (0, 1), "width": 480}
    for curves, far in ((crowd, True), ([], False)):
        panel = diagrams.curve(curves, points=[(0.5, 0.5, "here")], height=400, **frame)
        leads = [s for s in shapes(panel) if s[0].get("class") == "s-soft"]
        assert len(leads) == far
        if far:
            ((_, left, right, top, bottom),) = [b for b in text_boxes(panel) if b[0] == "here"]
            _, a, b, c, d = leads[0]
            (ring,) = [s for s in shapes(panel) if s[0].tag == f"{SVG}circle"]
            assert left <= a and b <= right
            # It ends at the ring and at the word.
            gaps = [abs(c - ring[4]), abs(d - ring[3]), abs(d - top), abs(c - bottom)]
            assert sum(gap < 6 for gap in gaps) == 2


# --- the plane ---


@WIDE
def test_points_of_the_plane_stand_where_they_are(width):
    panel = drawn(plane, width, 7)
    rng = np.random.default_rng(7)
    rng.normal(), rng.normal()
    x, labels = rng.uniform(-0.95, 0.95, (12, 2)), rng.integers(0, 2, 12)
    (frame,) = [n for n in tree(panel).iter() if n.get("data-frame")]
    assert frame.get("data-place") == "points"
    right, up = frame_of(frame)
    points = [n for n in frame.iter() if n.get("data-point")]
    assert [int(n.get("data-point")) for n in points] == list(range(12))
    for node, where, label in zip(points, x, labels, strict=True):
        place = re.match(r"translate\((\S+) (\S+)\)", node.get("transform"))
        assert (right(float(place[1])), up(float(place[2]))) == pytest.approx(where, abs=0.005)
        assert ("f-ink" in node.get("class")) == bool(label)
        assert ("H5V5" in node.get("d")) == bool(label)  # a square, else a ring


def test_the_shade_says_how_sure_the_output_is():
    says = np.tile([0.0, 0.25, 0.5, 1.0], (4, 1))
    panel = diagrams.regions(says, np.zeros((0, 2)), np.zeros(0), 1.0, width=400)
    paths = {
        float(n.get("fill-opacity")): n.get("d")
        for n in tree(panel).iter(f"{SVG}path")
        if n.get("fill-opacity") and n.get("d")
    }
    columns = {
        depth: {d[1:2] for d in re.findall(r"M\d \d", path)} for depth, path in paths.items()
    }
    assert [columns[depth] for depth in sorted(columns)] == [{"1"}, {"2"}, {"3"}]
    areas = [len(re.findall("h1v1", path)) for path in paths.values()]
    assert areas == [4, 4, 4]
    assert sorted(paths) == pytest.approx([0.55 / 4, 0.55 / 2, 0.55], abs=0.006)


def test_a_plane_is_a_square_no_larger_than_it_need_be():
    for width in WIDTHS:
        panel = drawn(plane, width)
        ground = next(n for n in tree(panel).iter(f"{SVG}rect") if n.get("class") == "f-panel")
        side = float(ground.get("width"))
        assert side == float(ground.get("height")) == min(width, 470) - 32
        assert float(ground.get("x")) == pytest.approx((width - side) / 2, abs=0.5)


# --- pixels and shares ---


@WIDE
def test_every_square_is_there_and_says_its_place(width):
    panel = drawn(digit, width, 4)
    values = np.clip(np.random.default_rng(4).normal(0.3, 0.5, (8, 8)), 0, 1)
    (group,) = [n for n in tree(panel).iter() if n.get("data-paint") == "digit"]
    squares = {n.get("data-cell"): n for n in group.iter() if n.get("data-cell")}
    assert set(squares) == {f"{r},{c}" for r in range(8) for c in range(8)}
    corner = squares["0,0"]
    side = float(corner.get("width"))
    for (r, c), v in np.ndenumerate(values):
        node = squares[f"{r},{c}"]
        assert float(node.get("fill-opacity")) == pytest.approx(v, abs=0.006)
        assert float(node.get("x")) - float(corner.get("x")) == pytest.approx(side * c, abs=0.11)
        assert float(node.get("y")) - float(corner.get("y")) == pytest.approx(side * r, abs=0.11)


def test_a_digit_is_dark_on_light_in_both_themes():
    panel = drawn(digit, 390)
    assert {n.get("class") for n in tree(panel).iter() if n.get("data-cell")} == {"f-drawn"}
    assert "f-sheet" in panel.body
    for cls in ("f-drawn", "f-sheet"):
        (rule,) = re.findall(rf"\.bp \.{cls}\{{([^}}]*)\}}", diagrams.base.STYLE)
        assert re.fullmatch(r"fill:#[0-9a-f]{6}", rule)  # no variable of the theme


def test_signs_of_a_gradient_are_told_without_colour():
    values = np.array([[1.0, -1.0], [-0.5, 0.01]])
    panel = diagrams.pixels(values, "t", signed=True, width=320)
    root = tree(panel)
    assert [n.text or "" for n in root.iter(f"{SVG}text")][1:] == ["+", "−", "−", ""]
    (cuts,) = root.iter(f"{SVG}path")
    assert cuts.get("d").count("M") == 4  # two corners of two squares
    assert {n.get("class") for n in root.iter() if n.get("data-cell")} == {"f-grad"}


@WIDE
def test_a_share_is_as_long_as_it_is_large(width):
    panel = drawn(certainty, width, 6)
    p = np.random.default_rng(6).dirichlet(np.ones(10))
    root = tree(panel)
    bars = [n for n in root.iter() if n.get("data-bar")]
    shown = {n.get("data-value"): n.text for n in root.iter() if n.get("data-value")}
    for place, (v, bar) in enumerate(zip(p, bars, strict=True)):
        name = f"a3_{place + 1}"
        assert bar.get("data-bar") == name
        assert shown[name] == f"{100 * v:.1f} %"
        end = float(bar.get("x")) + float(bar.get("width"))
        assert (end - float(bar.get("data-zero"))) / float(bar.get("data-unit")) == pytest.approx(
            v, abs=1e-3
        )


# --- a hand, and the eye ---


@pytest.mark.parametrize("log", ["", "y", "xy"])
def test_a_point_may_be_moved_along_both_axes(log):
    panel = diagrams.curve(
        [],
        x_label="x",
        y_label="y",
        x_range=(1, 10),
        y_range=(1, 100),
        width=480,
        log=log,
        points=[Point(2.0, 20.0, "", "p", of="q", axis="xy")],
    )
    root = tree(panel)
    (frame,) = [n for n in root.iter() if n.get("data-frame")]
    (handle,) = [n for n in frame.iter() if n.get("data-axis") == "xy"]
    assert handle.get("data-log", "") == log
    x, y = frame_of(frame)
    (ring,) = handle.iter(f"{SVG}circle")
    places = float(ring.get("cx")), float(ring.get("cy"))
    for axis, back, at, per in zip(
        "xy", (x, y), places, handle.get("data-per").split(), strict=True
    ):
        moved = 10 * back(at) if axis in log else back(at) + 1
        assert back(at + float(per)) == pytest.approx(moved, rel=1e-4)


def contrast(one, other):
    """The ratio of WCAG 2.1."""

    def luminance(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mixed(colour, depth, ground):
    """One colour laid over another, as "#rrggbb"."""
    parts = [(int(c[i : i + 2], 16) for i in (1, 3, 5)) for c in (colour, ground)]
    return "#" + "".join(
        f"{round(depth * a + (1 - depth) * b):02x}" for a, b in zip(*parts, strict=True)
    )


@pytest.mark.parametrize("theme", ["LIGHT", "DARK"])
def test_shades_leave_what_stands_on_them_readable(theme):
    colours = getattr(diagrams.base, theme)
    deepest = max(
        float(n.get("fill-opacity"))
        for n in tree(drawn(matrices, 960)).iter()
        if n.get("fill-opacity")
    )
    for name in ("ink", "act", "weight", "grad"):
        cell = mixed(colours[name], deepest, colours["panel"])
        assert contrast(colours["ink"], cell) >= 4.5  # digits
    for case, name, least in ((gradient_of_a_digit, "grad", 3), (plane, "act", 3)):
        depths = [
            float(n.get("fill-opacity"))
            for seed in range(6)
            for n in tree(drawn(case, 480, seed)).iter()
            if n.get("fill-opacity")
        ]
        ground = mixed(colours[name], max(depths), colours["panel"])
        assert contrast(colours["ink"], ground) >= least  # a large sign, a point, the boundary
