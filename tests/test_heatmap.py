"""Matrices as shaded cells: what they show is read back from their SVG."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from bpdemo import diagrams
from bpdemo.diagrams import Matrix, equation

SVG = "{http://www.w3.org/2000/svg}"
A = np.array([[1.0, -2.0, 0.0], [0.25, 3e-5, -120.5]])


def tree(panel):
    return ET.fromstring(diagrams.picture([panel], "T."))


def texts(panel):
    return ["".join(node.itertext()) for node in tree(panel).iter(f"{SVG}text")]


def cells(panel):
    """The shaded cells, each with its class and how deep its shade is."""
    return [
        (node.get("class").split()[0], float(node.get("fill-opacity")))
        for node in tree(panel).iter(f"{SVG}rect")
        if node.get("fill-opacity")
    ]


def test_every_number_the_name_and_the_shape_are_there():
    panel = equation([Matrix("(a^1)^T", A, cls="f-grad")])
    assert texts(panel) == [
        "+1.000", "−2.000", "0.000", "+0.250", "≈ 0", "−120", "(a1)T", "(2, 3)",
    ]  # fmt: skip


def test_signs_stand_where_there_is_no_room_for_numbers():
    panel = equation([Matrix("a", A)], numbers=False)
    assert texts(panel)[:6] == ["+", "−", "0", "+", "+", "−"]


def test_the_shade_says_sign_and_size():
    shades = cells(equation([Matrix("a", A)]))
    assert [name for name, _ in shades] == [
        "f-pos", "f-neg", "f-panel", "f-pos", "f-pos", "f-neg",
    ]  # fmt: skip
    depth = [d for _, d in shades]
    assert depth[5] == max(depth) and depth[1] > depth[0] >= depth[4]
    assert max(depth) == 0.45  # so that the number on it can be read


def test_each_matrix_has_its_own_scale():
    shades = cells(equation([Matrix("a", A), "=", Matrix("b", A / 1000)]))
    assert shades[:6] == shades[6:]


@pytest.mark.parametrize(
    ("marked", "columns", "rows"),
    [([(0, 0), (0, 1), (0, 2)], 3, 1), ([(0, 2), (1, 2)], 1, 2), ([(1, 1)], 1, 1)],
)
def test_the_frame_goes_round_the_marked_cells(marked, columns, rows):
    panel = equation([Matrix("a", A, marked)], cell=(50, 30))
    (frame,) = [n for n in tree(panel).iter(f"{SVG}rect") if n.get("fill") == "none"]
    assert float(frame.get("width")) == 50 * columns
    assert float(frame.get("height")) == 30 * rows
    for r, c in marked:
        assert f"[{r + 1}, {c + 1}]" in panel.alt


def test_nothing_is_framed_where_nothing_is_marked():
    assert not [n for n in tree(equation([Matrix("a", A)])).iter() if n.get("fill") == "none"]


def test_the_alternative_text_says_it_all():
    alt = equation([Matrix("a", A), "@", Matrix("b", A.T), "=", Matrix("c", A @ A.T)]).alt
    assert "a (2, 3) = [+1.000 −2.000 0.000; +0.250 ≈ 0 −120] times b (3, 2)" in alt
    assert "equals c (2, 2)" in alt
    assert equation([Matrix("a", A)], active=True).alt.startswith("Highlighted: ")


def test_all_zero_and_huge_matrices_are_drawn_without_nan():
    for values in (np.zeros((2, 2)), np.full((1, 3), 1e300), np.array([[np.inf, np.nan]])):
        body = equation([Matrix("a", values)]).body
        assert not re.search(r"\bnan\b|\binf\b", body)


def test_everything_stays_on_the_panel():
    panel = equation([Matrix("a", A), "@", Matrix("b", A.T)], width=700)
    for node in tree(panel).iter(f"{SVG}rect"):
        if node.get("fill-opacity"):
            x, w = float(node.get("x")), float(node.get("width"))
            y, h = float(node.get("y")), float(node.get("height"))
            assert 0 <= x and x + w <= 700 and 0 <= y and y + h <= panel.height
