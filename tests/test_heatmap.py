"""Matrices as shaded cells: what they show is read back from their SVG."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from bpdemo import diagrams
from bpdemo.diagrams import Matrix, product, short
from bpdemo.diagrams.base import text_width
from bpdemo.diagrams.names import weight

SVG = "{http://www.w3.org/2000/svg}"
A = np.array([[1.0, -2.0, 0.0], [0.25, 3e-5, -120.5]])


def equation(parts, width=700, **more):
    return diagrams.equation(parts, width=width, **more)


def tree(panel, **more):
    return ET.fromstring(diagrams.picture([panel], "T.", width=panel.width, **more))


def texts(panel):
    return ["".join(node.itertext()) for node in tree(panel).iter(f"{SVG}text")]


def cells(panel):
    """The shaded cells, each with its class and how deep its shade is."""
    return [
        (node.get("class").split()[0], float(node.get("fill-opacity")))
        for node in tree(panel).iter(f"{SVG}rect")
        if node.get("fill-opacity")
    ]


def cuts(panel):
    """Whether the corners of each cell are seen to be cut off."""
    return [node.get("visibility") != "hidden" for node in tree(panel).iter(f"{SVG}path")]


def frames(panel):
    return [
        node
        for node in tree(panel).iter(f"{SVG}rect")
        if node.get("fill") == "none" and node.get("visibility") != "hidden"
    ]


def test_every_number_the_name_and_the_shape_are_there():
    panel = equation([Matrix("(a^1)^T", A, cls="f-grad")])
    assert texts(panel) == [
        "(a1)T", "+1.000", "−2.000", "0.000", "+0.250", "+0.00003", "−120.5", "(2, 3)",
    ]  # fmt: skip


def test_signs_stand_where_there_is_no_room_for_numbers():
    panel = equation([Matrix("a", A, entry="a1")], numbers=False)
    assert texts(panel)[1:7] == ["+", "−", "0", "+", "+", "−"]
    # A sign is no number of the quantity.
    assert not [n for n in tree(panel).iter() if n.get("data-value")]


def test_the_colour_is_the_quantitys_and_the_shade_its_size():
    shades = cells(equation([Matrix("a", A, cls="f-act")]))
    assert {name for name, _ in shades} == {"f-act"}
    depth = [d for _, d in shades]
    assert depth[5] == max(depth) and depth[1] > depth[0] > depth[3] >= depth[4] > depth[2] == 0
    assert max(depth) == 0.3  # so that the number on it can be read


def test_a_negative_cell_has_its_corners_cut_off():
    assert cuts(equation([Matrix("a", A)])) == (A < 0).ravel().tolist()


def test_each_matrix_has_its_own_scale():
    shades = cells(equation([Matrix("a", A), "=", Matrix("b", A / 1000)]))
    assert shades[:6] == shades[6:]


@pytest.mark.parametrize(
    ("marked", "columns", "rows"),
    [([(0, 0), (0, 1), (0, 2)], 3, 1), ([(0, 2), (1, 2)], 1, 2), ([(1, 1)], 1, 1)],
)
def test_the_frame_goes_round_the_marked_cells(marked, columns, rows):
    panel = equation([Matrix("a", A, marked)], cell=(60, 30))
    (frame,) = frames(panel)
    assert float(frame.get("width")) == 60 * columns
    assert float(frame.get("height")) == 30 * rows
    squares = [n for n in tree(panel).iter(f"{SVG}rect") if n.get("fill-opacity")]
    first = squares[3 * marked[0][0] + marked[0][1]]
    assert (frame.get("x"), frame.get("y")) == (first.get("x"), first.get("y"))
    for r, c in marked:
        assert f"[{r + 1}, {c + 1}]" in panel.alt


def test_nothing_is_framed_where_nothing_is_marked():
    assert not frames(equation([Matrix("a", A)]))


def test_the_alternative_text_says_it_all():
    alt = equation([Matrix("a", A), "@", Matrix("b", A.T), "=", Matrix("c", A @ A.T)]).alt
    assert "a (2, 3) = [+1.000 −2.000 0.000; +0.250 +0.00003 −120.5] times b (3, 2)" in alt
    assert "equals c (2, 2)" in alt


def test_all_zero_and_huge_matrices_are_drawn_without_nan():
    for values in (np.zeros((2, 2)), np.full((1, 3), 1e300), np.array([[np.inf, np.nan]])):
        body = equation([Matrix("a", values)]).body
        assert not re.search(r"\bnan\b|\binf\b", body)


# --- at every width ---


def lines_of(panel):
    """How many lines the names of the matrices stand on."""
    heights = [n.get("y") for n in tree(panel).iter(f"{SVG}text") if "m" in n.get("class").split()]
    return len(set(heights))


def test_an_equation_breaks_before_an_operator_where_it_is_narrow():
    parts = [Matrix("a", A), "@", Matrix("b", A), "=", Matrix("c", A)]
    assert lines_of(equation(parts, 960)) == 1
    narrow = equation(parts, 320)
    assert lines_of(narrow) == 3 and narrow.height > 2 * equation(parts, 960).height
    shown = tree(narrow)
    for operator in "@=":
        (sign,) = [n for n in shown.iter(f"{SVG}text") if n.text == operator]
        level = [
            n for n in shown.iter(f"{SVG}rect")
            if n.get("fill-opacity") and abs(float(n.get("y")) - float(sign.get("y"))) < 50
        ]  # fmt: skip
        assert level and all(float(sign.get("x")) < float(n.get("x")) for n in level)


def test_a_wide_matrix_has_fewer_decimals_and_at_last_only_signs():
    rng = np.random.default_rng(0)
    shown = {}
    for columns in (4, 5, 6, 7, 12):
        panel = equation([Matrix("a", rng.uniform(0.02, 0.09, (2, columns)))], 320)
        shown[columns] = texts(panel)[1]
    assert [len(number) for number in shown.values()] == [7, 6, 5, 4, 1]


# --- quantities ---


def test_each_cell_names_its_quantity():
    panel = equation([Matrix("∂ℒ/∂w^2", A, entry="dL_dw2")])
    found = {n.get("data-value"): n.text for n in tree(panel).iter() if n.get("data-value")}
    assert found == {f"dL_dw2_{r + 1}{c + 1}": short(v) for (r, c), v in np.ndenumerate(A)}


def test_an_entry_may_be_named_by_a_function():
    panel = equation([Matrix("w^2", A, entry=lambda r, c: weight(2, r, c, A.shape))])
    assert 'data-value="w2_23"' in panel.body


def test_a_cell_is_marked_and_is_a_control_by_its_name():
    panel = equation([Matrix("w^2", A, entry="w2", cls="f-weight")])
    root = tree(panel, marks={"held": ["w2_12"]}, controls=["w2_12"])
    (held,) = [n for n in root.iter() if n.get("class") == "held"]
    assert held.get("data-term") == held.get("data-control") == "w2_12"
    assert "".join(held.itertext()) == "−2.000"


def test_a_whole_equation_can_be_picked_by_its_name():
    panel = equation([Matrix("a", A)], name="product_1")
    root = tree(panel, picks={"product_1": "product"}, marks={"operand": ["product_1"]})
    (whole,) = [n for n in root.iter() if n.get("data-pick") == "product"]
    assert whole.get("class") == "operand" and "+0.250" in "".join(whole.itertext())


def test_a_transpose_keeps_the_names_of_its_entries():
    matrix = Matrix("a^1", A, [(0, 2)], "f-act", "a1")
    transposed = matrix.T
    assert transposed.name == "(a^1)^T"
    assert transposed.marked == [(2, 0)] and transposed.cls == "f-act"
    assert transposed.values.tolist() == A.T.tolist()
    for (r, c), _ in np.ndenumerate(A):
        assert transposed.quantity(c, r) == matrix.quantity(r, c) == f"a1_{r + 1}{c + 1}"


@pytest.mark.parametrize("figures", [4, 5, 6, 8])
def test_a_short_number_fits_and_is_the_number(figures):
    sizes = np.geomspace(1e-6, 1e12, 61)
    sizes = np.append(sizes, 1e300)
    for value in (*sizes, *-sizes):
        shown = short(value, figures)
        digits, _, power = shown.partition("·10")
        size = 13 if figures == 8 else 12.5
        assert text_width(shown, size) <= {4: 38, 5: 46, 6: 54, 8: 72}[figures]
        if shown in ("≫ 0", "≪ 0"):
            assert abs(value) > 0.999 * 10.0 ** (figures - 1) and (value > 0) == (shown == "≫ 0")
            continue
        if shown == "≈ 0":
            assert abs(value) < (2e-5 if figures == 8 else 0.5 * 10.0 ** -(figures - 3))
            continue
        exponent = int(power.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789"))) if power else 0
        within = 0.5 * 10.0 ** (exponent - len(digits.partition(".")[2]))
        read = float(digits.replace("−", "-")) * 10.0**exponent
        assert abs(read - value) <= within * (1 + 1e-9)


# --- products as data ---


SPECS = {
    "ei,ej->ij": ((5, 3), (5, 4), lambda a, b: a.T @ b),
    "ej,ij->ei": ((5, 4), (3, 4), lambda a, b: a @ b.T),
    "ei,ij->ej": ((5, 3), (3, 4), lambda a, b: a @ b),
    "ej,ej->ej": ((5, 4), (5, 4), lambda a, b: a * b),
    "ij,jk->ki": ((2, 3), (3, 4), lambda a, b: (a @ b).T),
}


@pytest.mark.parametrize("spec", SPECS)
def test_a_product_knows_what_each_entry_is_made_of(spec):
    one, two, formula = SPECS[spec]
    rng = np.random.default_rng(1)
    p = product(spec, rng.normal(size=one), rng.normal(size=two))
    np.testing.assert_allclose(p.result, formula(p.left, p.right))
    for (r, c), entry in np.ndenumerate(p.result):
        assert sum(u * v for u, v in p.factors(r, c)) == pytest.approx(entry)
        left, right = p.framed(r, c)
        # Every cell that the entry depends on is framed, and no other.
        for cells_, which in ((left, 0), (right, 1)):
            for at, _ in np.ndenumerate((p.left, p.right)[which]):
                moved = [p.left.copy(), p.right.copy()]
                moved[which][at] += 1
                changed = product(spec, *moved).result[r, c] != entry
                assert changed == (at in cells_)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("ei,ej", "expected a product"),
        ("ei,ej,->ij", "expected a product"),
        ("eei,ej->ij", "expected a product"),
        ("ei,ej->ik", "letters of the two matrices"),
        ("ei,je->ij", r"received the shapes \(5, 3\) and \(5, 4\)"),
    ],
)
def test_a_product_that_is_none_says_why(spec, message):
    with pytest.raises(ValueError, match=message):
        product(spec, np.zeros((5, 3)), np.zeros((5, 4)))


def test_an_entry_outside_the_result_is_refused():
    p = product("ei,ej->ij", np.zeros((5, 3)), np.zeros((5, 4)))
    for at in ((3, 0), (0, 4), (-1, 0)):
        with pytest.raises(IndexError, match="no entry"):
            p.pairs(*at)
