"""The front end's own arithmetic, held to Python's: what it shows while it waits for an answer."""

import base64
from pathlib import Path

import numpy as np
import pytest

import bpdemo.explorers
from bpdemo.diagrams import number

SOURCE = Path(bpdemo.explorers.__file__).parent / "view.js"


@pytest.fixture(scope="module")
def page(context):
    """An empty page with the module of the front end, as `front`."""
    page = context.new_page()
    source = base64.b64encode(SOURCE.read_bytes()).decode()
    page.evaluate(
        "async (source) => { window.front = await import('data:text/javascript;base64,' + source);"
        " }",
        source,
    )
    yield page
    page.close()


def test_a_number_is_written_as_python_writes_it(page):
    sizes = np.concatenate([np.geomspace(1e-6, 9e5, 400), [0.0, 0.5, 1.0, 9.9995, 99.995, 0.2]])
    values = [float(v) for size in sizes for v in (size, -size)]
    for sign in (False, True):
        shown = page.evaluate(
            "([values, sign]) => values.map((value) => front.number(value, sign))", [values, sign]
        )
        assert shown == [number(value, sign) for value in values]


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.333", 1.333), ("-0,6", -0.6), ("−2", -2.0), (" .5 ", 0.5), ("1e-3", 0.001), ("3/4", 0.75)],
)
def test_a_typed_number_is_read(page, text, value):
    assert page.evaluate("(text) => front.read(text)", text) == value


@pytest.mark.parametrize("text", ["", "2(a - y)", "1.2.3", "one", "--1", "1 2", "1/2/3", "1/0"])
def test_what_is_no_number_is_not_read(page, text):
    assert page.evaluate("(text) => Number.isNaN(front.read(text))", text)
