"""Formula, table, bars and code: at every width, each number with the name of its quantity."""

import itertools
import re

import numpy as np
import pytest

from bpdemo import diagrams
from bpdemo.diagrams import Bar, Term, quantity
from tests.geometry import SVG, complaint, outside, overlaps, parsed, runs, structure, values

WIDTHS = (280, 390, 478, 620, 700, 960)
LONG = -0.000234


def texts(panel):
    return ["".join(node.itertext()) for node in parsed(panel.body).iter(f"{SVG}text")]


def group(panel, name):
    (found,) = [g for g in parsed(panel.body).iter(f"{SVG}g") if g.get("data-term") == name]
    return found


def plus(*terms, sign="·"):
    """The terms with an operator between any two, "=" first."""
    signs = [Term("="), *[Term(sign)] * len(terms)]
    return [terms[0]] + [one for pair in zip(signs, terms[1:], strict=False) for one in pair]


def factors(v=LONG):
    """N10."""
    names = ("dL_dw3", "dL_da3", "da_dz3", "dz_dw3")
    return plus(*(quantity(name, v, note="σ′(z³)" if name == "da_dz3" else "") for name in names))


def long_product(v=LONG):
    """B19."""
    names = ("dL_dw1", "dL_da3", "da_dz3", "w3", "da_dz2", "w2", "da_dz1", "x")
    return plus(*(quantity(name, v) for name in names))


def error(v=LONG):
    """N5."""
    y = quantity("y", v, "(y", form="({}")
    return plus(quantity("loss", v), y, quantity("a3", v, "a^3)^2", form="{})²"), sign="−")


def entry(v=LONG):
    """A sum of products, written out."""
    note = f"{diagrams.number(v)} · {diagrams.number(v)}"
    shares = [quantity(f"a1_{t}1", v, f"a^1_{{{t}1}} δ^2_{{{t}1}}", note=note) for t in range(1, 5)]
    return plus(quantity("dL_dw2_11", v), *shares, sign="+")


FORMULAS = {"N10": factors, "B19": long_product, "N5": error, "B3": entry}


# --- the formula ---


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("row", FORMULAS)
def test_a_formula_fits_at_every_width(row, width):
    panel = diagrams.formula(FORMULAS[row](), row=row, width=width)
    assert complaint(panel) == ""


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("row", FORMULAS)
def test_no_column_moves_with_its_number(row, width):
    few, many = (diagrams.formula(FORMULAS[row](v), row=row, width=width) for v in (0.5, LONG))
    assert few.height == many.height or row == "B3"  # whose note is words
    if row != "B3":
        places = [
            [
                (node.get("x"), node.get("y"))
                for node in parsed(panel.body).iter()
                if node.get("data-value")
            ]
            for panel in (few, many)
        ]
        assert places[0] == places[1]
        assert structure(few.body) == structure(many.body)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_number_stands_under_its_symbol(width):
    panel = diagrams.formula(
        plus(*(quantity(n, v) for n, v in (("z3", 0.492), ("a2", 0.328), ("w3", 1.5)))), width=width
    )
    assert values(panel.body) == {"z3": "0.492", "a2": "0.328", "w3": "1.500"}
    for name in ("z3", "a2", "w3"):
        symbol, number = group(panel, name).findall(f"{SVG}text")
        assert "".join(symbol.itertext()) == name and number.get("data-value") == name
        assert symbol.get("x") == number.get("x")
        assert float(symbol.get("y")) < float(number.get("y"))
    assert "z^3 = a^2 · w^3: 0.492 = 0.328 · 1.500" in panel.alt


@pytest.mark.parametrize("width", range(280, 560, 20))
def test_a_long_formula_goes_on_below_before_an_operator(width):
    panel = diagrams.formula(long_product(), width=width)
    rows = {}
    for run in runs(panel.body):
        rows.setdefault(round(run.bottom - 0.2 * run.size), []).append(run)
    # The rows of numbers; of the symbols some are fractions, and stand higher and lower.
    lines = [
        [run.letters for run in sorted(row, key=lambda run: run.left)]
        for row in rows.values()
        if diagrams.number(LONG) in {run.letters for run in row}
    ]
    assert len(lines) > 1
    assert all(line[0] in "·=" for line in lines[1:]) and all(
        line[-1] not in "·=" for line in lines
    )
    assert len(set(values(panel.body))) == 8


def test_what_has_no_name_is_no_quantity():
    panel = diagrams.formula([Term("slope", 0.5), Term("="), Term("p", 0.5)], width=400)
    assert "data-" not in panel.body and texts(panel).count("0.500") == 2
    panel = diagrams.table(["p"], [("row", [0.5], "f-ink")], width=400)
    assert "data-" not in panel.body and "+0.500" in texts(panel)


def test_a_fraction_is_drawn_over_a_rule():
    panel = diagrams.formula([quantity("dL_dw3", -0.04)], width=400)
    assert {"∂ℒ", "∂w3"} <= set(texts(panel)) and "<line" in panel.body


def test_brackets_stand_beside_the_number_and_are_no_part_of_it():
    panel = diagrams.formula(error(0.5), width=960)
    assert values(panel.body) == {"loss": "0.500", "y": "0.500", "a3": "0.500"}
    assert {"(", ")²"} <= set(texts(panel)) and "0.500 = (0.500 − 0.500)²" in panel.alt


def test_a_hidden_term_does_not_give_its_number_away():
    panel = diagrams.formula([quantity("dL_da3", 0.125, hidden=True)], width=400)
    assert "0.125" not in panel.body + panel.alt and values(panel.body) == {"dL_da3": "?"}


def test_a_quantity_has_one_colour_in_formula_network_and_bar():
    formula = diagrams.formula([quantity("w3", 1.0), quantity("dL_dw3", 1.0)], width=400)
    bars = diagrams.bars([Bar("w^3", 1.0, -2, 2, name="w3")], width=400)
    for panel in (formula, bars):
        for node in parsed(panel.body).iter(f"{SVG}text"):
            if node.get("data-value"):
                assert diagrams.colour(node.get("data-value")) in node.get("class").split()
    assert "f-weight" in bars.body and "f-pos" not in bars.body


# --- the table ---

HEADS = ["a^0_1", "σ′(z^1_1)", "w^2_{1q}", "σ′(z^2_q)", "∂ℒ/∂a^2_q", "product"]


def shares(v=LONG):
    names = ["x1", "da_dz1_1", "w2_11", "da_dz2_1", "dL_da2_1", "share1"]
    return [
        ("through a²₁", [v * n for n in range(1, 7)], "f-ink", names),
        ("the sum", [None] * 5 + [v], "f-grad", [""] * 5 + ["sum"]),
    ]


def verdicts():
    return [
        ("measured with h = 1e−5, central", [LONG] * 3, "f-ink"),
        ("gradient check", ["agrees", "differs", "can't tell"], "f-bad"),
    ]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    ("heads", "rows"), [(HEADS, shares()), ([f"∂ℒ/∂w^{k}" for k in (1, 2, 3)], verdicts())]
)
@pytest.mark.parametrize("title", ["", "All paths"])
def test_a_table_fits_at_every_width(heads, rows, width, title):
    panel = diagrams.table(heads, rows, width=width, title=title)
    assert complaint(panel) == ""


@pytest.mark.parametrize("width", WIDTHS)
def test_each_cell_says_its_quantity_and_stands_under_its_head(width):
    panel = diagrams.table(HEADS, shares(), width=width)
    shown = values(panel.body)
    for name, v in zip(shares()[0][3], shares()[0][1], strict=True):
        assert shown[name] == diagrams.number(v, True)
        number = group(panel, name).find(f"{SVG}text")
        head = HEADS[shares()[0][3].index(name)]
        above = [
            node
            for node in parsed(panel.body).iter(f"{SVG}text")
            if "".join(node.itertext()) == re.sub(r"[\^_{}]", "", head)
        ]
        assert [node.get("x") for node in above] == [number.get("x")]
    assert f"the sum: product {diagrams.number(LONG, True)}" in panel.alt


@pytest.mark.parametrize("width", WIDTHS)
def test_no_cell_moves_with_its_number(width):
    few, many = (diagrams.table(HEADS, shares(v), width=width) for v in (0.5, LONG))
    assert structure(few.body) == structure(many.body) and few.height == many.height


# --- bars ---


def four(v=(-0.5, 0.2, 0.7, -1.7)):
    return [
        Bar("∂ℒ/∂a^3", v[0], -2, 2, "which way is a wrong?", name="dL_da3"),
        Bar("∂a^3/∂z^3", v[1], 0, 0.25, "how steep is σ here?", name="da_dz3"),
        Bar("∂z^3/∂w^3", v[2], -1, 1, "how much comes in?", name="dz_dw3"),
        Bar("∂ℒ/∂w^3", v[3], -0.5, 0.5, "the product", total=True, name="dL_dw3"),
    ]


def bar_of(panel, name):
    (found,) = [r for r in parsed(panel.body).iter(f"{SVG}rect") if r.get("data-bar") == name]
    return {key: float(found.get(key)) for key in ("x", "width", "data-zero", "data-unit")}


@pytest.mark.parametrize("width", WIDTHS)
def test_bars_fit_at_every_width(width):
    assert complaint(diagrams.bars(four((LONG,) * 4), width=width)) == ""


@pytest.mark.parametrize("width", WIDTHS)
def test_a_bar_reaches_its_number_on_its_scale_to_the_side_of_its_sign(width):
    panel = diagrams.bars(four(), width=width)
    for bar in four():
        drawn = bar_of(panel, bar.name)
        cut = min(max(bar.value, bar.low), bar.high)
        side = drawn["x"] + (drawn["width"] if bar.value > 0 else 0)
        assert (side - drawn["data-zero"]) / drawn["data-unit"] == pytest.approx(cut, abs=0.01)
        assert values(panel.body)[bar.name] == diagrams.number(bar.value, True)
    arrows = [p.get("visibility") for p in parsed(panel.body).iter(f"{SVG}path")]
    assert arrows == ["hidden"] * 3 + ["visible"]
    assert "∂ℒ/∂a^3 = −0.500; ∂a^3/∂z^3 = 0.200" in panel.alt


@pytest.mark.parametrize("width", WIDTHS)
def test_the_ends_of_a_scale_say_where_it_ends(width):
    """Left stands `low`, right `high`, and 0 between them where it belongs."""
    panel = diagrams.bars(four(), width=width)
    for bar in four():
        drawn, shown = bar_of(panel, bar.name), {}
        for node in group(panel, bar.name).iter(f"{SVG}text"):
            shown["".join(node.itertext())] = float(node.get("x"))
        for v in (bar.low, bar.high):
            at = shown[f"{v:g}".replace("-", "−")]
            assert drawn["data-zero"] + v * drawn["data-unit"] == pytest.approx(at, abs=0.2)


def test_an_arrow_points_out_of_the_scale():
    ways = {}
    for v in (9.0, -9.0):
        panel = diagrams.bars([Bar("p", v, -1, 1, name="p")], width=480)
        (path,) = parsed(panel.body).iter(f"{SVG}path")
        x, dx = re.match(r"M([\d.]+) [\d.]+l(-?\d+) ", path.get("d")).groups()
        drawn = bar_of(panel, "p")
        assert float(x) == pytest.approx(
            drawn["data-zero"] + np.sign(v) * drawn["data-unit"], abs=0.1
        )
        ways[v] = int(dx)
    assert ways[9.0] > 0 > ways[-9.0]


def test_bars_keep_their_elements_whatever_their_numbers():
    one, two = (
        diagrams.bars(four(v), width=480) for v in ((-0.5, 0.2, 0.7, -1.7), (9.0, 0, 1, 0.1))
    )
    assert structure(one.body) == structure(two.body) and one.height == two.height


# --- code ---

LINES = [
    "for k in range(L, 0, -1):",
    "    dL_dz[k] = dL_da[k] * da_dz",
    "    dL_da[k - 1] = dL_dz[k] @ w[k].mT  # N15: (…, m, n_k) @ (…, n_k, n_{k-1})",
]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("running", [None, 0, 2])
def test_code_fits_at_every_width_and_says_all_of_it(width, running):
    panel = diagrams.code(LINES, running, width=width)
    assert overlaps(panel.body) == [] and outside(panel) == []
    assert min(run.size for run in runs(panel.body)) >= 12.5
    for place, content in enumerate(LINES):
        shown = " ".join(
            "".join(node.itertext()) for node in group(panel, f"line{place}").iter(f"{SVG}text")
        )
        assert shown.split() == content.split()


def test_a_comment_that_does_not_fit_stands_on_a_line_of_its_own():
    shown = texts(
        diagrams.code(["    dL_dz[k] = dL_da[k] * da_dz  # N11: (…, m, n_k)"], None, width=320)
    )
    assert [piece.strip() for piece in shown if "▶" not in piece] == [
        "dL_dz[k] = dL_da[k] * da_dz",
        "# N11: (…, m, n_k)",
    ]


def test_code_marks_the_line_that_runs_and_the_mark_glides():
    at = {}
    for running in (None, 0, 1):
        panel = diagrams.code(LINES, running, width=480)
        (mark,) = [
            r for r in parsed(panel.body).iter(f"{SVG}rect") if "f-mark" in r.get("class", "")
        ]
        at[running] = float(mark.get("y"))
        assert ("▶" in [run.letters for run in runs(panel.body)]) == (running is not None)
    assert at[0] < at[1]
    assert diagrams.code(LINES, 1, width=480).alt == f"Running: {LINES[1].strip()}"
    shapes = [structure(diagrams.code(LINES, r, width=480).body) for r in (None, 0, 1)]
    assert all(a == b for a, b in itertools.pairwise(shapes))


def test_a_line_of_code_says_which_quantities_it_touches():
    panel = diagrams.code(LINES, 1, width=480, terms=[[], ["dL_dz3", "dL_da3"]])
    assert group(panel, "line1").get("data-terms") == "dL_dz3 dL_da3"
    assert group(panel, "line0").get("data-terms") is None
    marked = diagrams.picture([panel], "T.", marks={"operand": ["line1"]})
    assert '<g data-term="line1" class="operand" data-terms=' in marked


def test_all_parts_wait_for_their_width():
    rows = [
        diagrams.formula(factors()),
        [diagrams.bars(four()), diagrams.code(LINES, 1)],
        diagrams.table(HEADS, shares()),
    ]
    for width in (280, 960):
        svg = diagrams.picture(rows, "All.", width=width)
        assert f'viewBox="0 0 {width} ' in svg and not np.isnan(len(svg))
