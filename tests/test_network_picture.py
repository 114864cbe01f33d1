"""The network picture: every number is its quantity's, and nothing meets at any width."""

import itertools
import re

import numpy as np
import pytest

import bpdemo as bp
from bpdemo import diagrams
from bpdemo.diagrams.names import label, symbol
from bpdemo.diagrams.places import Parts, places
from tests.geometry import SVG, complaint, parsed, structure, values

WIDTHS = (280, 390, 620, 700, 960)
NETS = [
    (1, 1),
    (1, 1, 1),
    (1, 1, 1, 1),
    (1, 1, 1, 1, 1),
    (2, 2, 1),
    (2, 3, 1),
    (2, 2, 2),
    (2, 3, 2),
    (3, 4, 2, 1),
]
EVERYTHING = {"with_b": True, "with_z": True, "with_slope": True, "with_delta": True}


def run(widths, seed=0, scale=1.0, bias=True):
    rng = np.random.default_rng(seed)
    w = [scale * rng.normal(0, 1, shape) for shape in itertools.pairwise(widths)]
    b = [rng.normal(0, 1, n) for n in widths[1:]] if bias else None
    x, y = rng.normal(0, 1, (2, widths[0])), rng.uniform(0, 1, (2, widths[-1]))
    trace = bp.forward(x, w, activation="tanh", b=b)
    return trace, bp.backward(trace, y), y


def drawn(widths, width, seed=0, **more):
    trace, grad, y = run(widths, seed)
    return diagrams.network(trace, grad, y=y[1], loss=0.5, example=1, width=width, **more)


def number_of(name, trace, grad, y, loss, example):
    """The core's number of a quantity, by its name alone."""
    if name == "loss":
        return loss
    kind, layer, entry = re.fullmatch(
        r"(dL_da|dL_dz|dL_dw|dL_db|da_dz|[abwxyz])(\d*)_?(\d*)", name
    ).groups()
    if kind in "xy":
        return (trace.a[0][example] if kind == "x" else y)[int(layer or 1) - 1]
    k, at = int(layer), tuple(int(digit) - 1 for digit in entry)
    if kind == "da_dz":
        return 1 - np.tanh(trace.z[k][example][at or 0]) ** 2
    source = grad if kind.startswith("dL") else trace
    array = getattr(source, kind)[k]
    array = array if kind in ("w", "dL_dw", "b", "dL_db") else array[example]
    return array[at] if at else array.item()


def groups(panel, kind):
    return {
        node.get(kind): node
        for node in parsed(panel.body).iter(f"{SVG}g")
        if node.get(kind) is not None
    }


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("widths", NETS)
@pytest.mark.parametrize("more", [{"show": "forward"}, {}, EVERYTHING, {"show": "backward"}])
def test_nothing_meets_and_nothing_is_cut_off(widths, width, more):
    trace, grad, y = run(widths)
    # The longest numbers that there are.
    long = [np.full_like(w, -0.000234) for w in trace.w]
    trace = bp.forward(
        np.full_like(trace.a[0], -0.00034), long, activation="identity", b=list(trace.b)
    )
    panel = diagrams.network(trace, grad, y=y[0], loss=0.00023, width=width, **more)
    assert complaint(panel) == ""


@pytest.mark.parametrize("seed", range(25))
def test_nothing_meets_in_any_network(seed):
    rng = np.random.default_rng(seed)
    widths = tuple(rng.integers(1, 5, rng.integers(2, 5)))
    more = {name: bool(rng.integers(2)) for name in EVERYTHING}
    more["show"] = ("forward", "backward", "both")[rng.integers(3)]
    panel = drawn(tuple(map(int, widths)), int(rng.integers(280, 961)), seed, **more)
    assert complaint(panel) == "", (widths, more)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("widths", NETS)
def test_labels_stand_clear_of_neurons_and_on_their_edge(widths, width):
    here = places(widths, width, Parts(True, True, z=True, loss=True, labels=widths[-1]))
    boxes = {
        **here.tags,
        **{n: s for n, s in here.spots.items() if n.removeprefix("dL_d") not in here.tags},
    }
    for spot in boxes.values():
        assert 0 <= spot.x and spot.x + spot.width <= width
        assert 0 <= spot.y and spot.y + spot.height <= here.height
        for x, y in here.nodes.values():
            dx = max(spot.x - x, x - spot.x - spot.width, 0)
            dy = max(spot.y - y, y - spot.y - spot.height, 0)
            assert np.hypot(dx, dy) > here.r - 1
    for one, two in itertools.combinations(boxes.values(), 2):
        assert not one.meets(two, -0.5)
    for (k, i, j), (x1, y1, x2, y2) in here.edges.items():
        tag = here.tags.get(diagrams.names.weight(k, i, j, (widths[k - 1], widths[k])))
        if tag:
            t = np.linspace(0, 1, 201)
            x, y = x1 + t * (x2 - x1), y1 + t * (y2 - y1)
            on = (tag.x <= x) & (x <= tag.x + tag.width) & (tag.y <= y) & (y <= tag.y + tag.height)
            assert on.any()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("widths", [*NETS, (4, 6, 6, 3)])
@pytest.mark.parametrize("more", [EVERYTHING, {"show": "forward"}, {"show": "backward"}])
def test_every_number_is_its_quantitys(widths, width, more):
    trace, grad, y = run(widths)
    panel = drawn(widths, width, **more)
    for name, shown in values(panel.body).items():
        v = number_of(name, trace, grad, y[1], 0.5, 1)
        signed = name.startswith(("w", "dL"))
        assert shown == diagrams.number(v, signed), name
        assert f"{label(name)} = {shown}" in panel.alt


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("widths", [w for w in NETS if max(w) < 4])
def test_all_that_is_asked_for_is_there(widths, width):
    """Edges, neurons and all that stands beside them: nothing is left out."""
    shown = set(values(drawn(widths, width, **EVERYTHING).body))
    expected = {"loss"}
    for k, n in enumerate(widths):
        for i in range(n):
            entry = "" if n == 1 else f"_{i + 1}"
            plain = str(i + 1) if n > 1 else ""
            expected.add(f"a{k}{entry}" if k else f"x{plain}")
            expected.add(f"dL_da{k}{entry}")
            if k:
                expected |= {f"{kind}{k}{entry}" for kind in ("z", "b", "da_dz", "dL_dz", "dL_db")}
            if k == len(widths) - 1:
                expected.add(f"y{plain}")
            for j in range(widths[k + 1] if k < len(widths) - 1 else 0):
                both = "" if n == widths[k + 1] == 1 else f"_{i + 1}{j + 1}"
                expected |= {f"w{k + 1}{both}", f"dL_dw{k + 1}{both}"}
    assert shown == expected


@pytest.mark.parametrize("width", (320, 960))
@pytest.mark.parametrize("widths", NETS)
def test_each_number_stands_in_the_group_of_its_quantity_beside_its_symbol(widths, width):
    for name, group in groups(drawn(widths, width, **EVERYTHING), "data-term").items():
        words, numbers = [], []
        for node in group.iter(f"{SVG}text"):
            (numbers if node.get("data-value") else words).append(node)
        assert [node.get("data-value") for node in numbers] == [name]
        (word,) = ["".join(node.itertext()) for node in words]
        own = re.sub(r"[\^_{}]", "", symbol(name))
        slope = re.sub(r"[\^_{}]", "", f"σ′({symbol(name[4:])})")
        assert word in (own, slope) if name.startswith("da") else word.startswith(own)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("widths", [(1, 1, 1, 1), (2, 3, 2)])
def test_only_numbers_widths_and_classes_change_with_the_values(widths, width):
    one, two = (drawn(widths, width, seed, **EVERYTHING) for seed in (1, 2))
    assert one.height == two.height
    assert structure(one.body) == structure(two.body)
    for a, b in zip(parsed(one.body).iter(), parsed(two.body).iter(), strict=True):
        differ = {key for key in a.keys() if a.get(key) != b.get(key)}
        assert differ <= {"stroke-width", "class"}, differ


def test_what_is_lit_chosen_or_running_changes_no_element_and_no_place():
    still = drawn((2, 2, 2), 960)
    more = {"lit": {"w1_11", "a1_1"}, "chosen": {"w2_12"}, "flow": {"w1_21": (0.5, "backward")}}
    moved = drawn((2, 2, 2), 960, **more)
    assert structure(still.body) == structure(moved.body) and still.height == moved.height
    wide = {
        name: [float(line.get("stroke-width")) for line in group.iter(f"{SVG}line")][:2]
        for name, group in groups(moved, "data-edge").items()
    }
    assert {name for name, (outer, _) in wide.items() if outer} == {"w1_11", "w2_12"}
    classes = {
        name: [line.get("class") for line in group.iter(f"{SVG}line")]
        for name, group in groups(moved, "data-edge").items()
    }
    assert classes["w1_11"][1] == "s-mark" and classes["w2_12"][:2] == ["s-ink", "s-paper"]
    dots = {
        name: float(group.find(f"{SVG}circle").get("r"))
        for name, group in groups(moved, "data-edge").items()
    }
    assert {name for name, r in dots.items() if r} == {"w1_21"}


def test_a_dot_runs_from_the_start_forward_and_from_the_end_backward():
    def x_of(t, way):
        edge = groups(drawn((1, 1), 960, flow={"w1": (t, way)}), "data-edge")["w1"]
        line = edge.find(f"{SVG}line")
        x1, x2 = float(line.get("x1")), float(line.get("x2"))
        return (float(edge.find(f"{SVG}circle").get("cx")) - x1) / (x2 - x1)

    assert x_of(0.25, "forward") == pytest.approx(0.25, abs=1e-3)
    assert x_of(0.25, "backward") == pytest.approx(0.75, abs=1e-3)


def test_the_line_tells_sign_and_size_of_a_weight():
    trace = bp.forward([[1.0]], [[[2.0]], [[-0.5]]])
    edges = groups(diagrams.network(trace, show="forward", width=960), "data-edge")
    first, second = (edges[name].findall(f"{SVG}line")[2] for name in ("w1", "w2"))
    assert first.get("class") == "s-weight" and second.get("class") == "s-weight dash"
    assert float(first.get("stroke-width")) > float(second.get("stroke-width"))


def test_every_edge_has_its_own_ends():
    """w2_13 leads from the first neuron of layer 1 to the third of layer 2."""
    here = places((2, 3, 2), 960, Parts(True, False))
    panel = drawn((2, 3, 2), 960, show="forward")
    for k, (n, m) in ((1, (2, 3)), (2, (3, 2))):
        for i, j in np.ndindex(n, m):
            line = groups(panel, "data-edge")[f"w{k}_{i + 1}{j + 1}"].findall(f"{SVG}line")[2]
            places_ = places((2, 3, 2), 960, Parts(True, False, loss=True, labels=2))
            (x1, y1), (x2, y2) = places_.nodes[k - 1, i], places_.nodes[k, j]
            assert float(line.get("y1")) == pytest.approx(y1, abs=0.06)
            assert float(line.get("y2")) == pytest.approx(y2, abs=0.06)
            assert x1 < float(line.get("x1")) < float(line.get("x2")) < x2
    assert here.edges.keys() == {(1, i, j) for i, j in np.ndindex(2, 3)} | {
        (2, i, j) for i, j in np.ndindex(3, 2)
    }


def test_what_is_not_known_yet_shows_a_question_mark_and_no_number():
    trace, grad, y = run((1, 1, 1))
    known = {"z1", "a1", "dL_da2", "dL_dw2"}
    panel = diagrams.network(
        trace, grad, y=y[0], loss=0.25, width=960, known=known, hidden={"w1"}, with_z=True
    )
    shown = values(panel.body)
    assert {name for name, number in shown.items() if number != "?"} == known | {"x", "w2", "y"}
    assert "a² = not known yet" in panel.alt and diagrams.number(trace.a[2][0, 0]) not in panel.alt


def test_without_gradients_nothing_speaks_of_them():
    trace, grad, _ = run((1, 1, 1))
    for panel in (
        diagrams.network(trace, width=960, with_delta=True),
        diagrams.network(trace, grad, show="forward", width=960, with_delta=True),
    ):
        assert "∂ℒ" not in panel.alt and "dL_d" not in panel.body


@pytest.mark.parametrize(
    ("widths", "more", "most"),
    [
        ((1, 1, 1, 1), {}, 130),
        ((1, 1, 1, 1, 1), {}, 130),
        ((1, 1, 1, 1), {**EVERYTHING, "with_b": False}, 195),
        ((1, 1, 1, 1, 1), {**EVERYTHING, "with_b": False}, 195),
        ((2, 3, 1), {"show": "forward"}, 260),
        ((2, 2, 2), {}, 250),
    ],
)
def test_a_whole_explorer_has_room_beside_it(widths, more, most):
    assert drawn(widths, 960, **more).height <= most


@pytest.mark.parametrize("width", [620, 700, 780, 850, 960])
@pytest.mark.parametrize("widths", [w for w in NETS if max(w) == 1])
def test_a_chain_stands_side_by_side_wherever_a_screen_is_wide(widths, width):
    here = places(
        widths, width, Parts(True, True, z=True, slope=True, delta=True, loss=True, labels=1)
    )
    assert len({y for _, y in here.nodes.values()}) == 1 and here.height < 320


def test_layers_stand_side_by_side_or_below_each_other():
    for widths in NETS:
        wide, narrow = (places(widths, width, Parts(loss=True, labels=1)) for width in (960, 320))
        if len(widths) > 2:
            assert wide.nodes[0, 0][0] < wide.nodes[1, 0][0] < wide.nodes[2, 0][0]
            assert narrow.nodes[0, 0][1] < narrow.nodes[1, 0][1] < narrow.nodes[2, 0][1]


@pytest.mark.parametrize("wrong", [np.inf, np.nan])
def test_a_gradient_that_ran_away_is_drawn_too(wrong):
    trace, grad, _ = run((2, 1))
    grad.dL_dw[1][0, 0] = wrong
    panel = diagrams.network(trace, grad, show="backward", width=960)
    assert values(panel.body)["dL_dw1_11"] == "too large"
    assert not re.search(r"nan|inf", panel.body)
