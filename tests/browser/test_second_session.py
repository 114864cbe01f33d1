"""Saved, closed, opened again with another kernel: everybody's second session.

Both ways are tried: with the state of widgets in the notebook, as the package's own settings for
JupyterLab ask, and without, as on a hub whose server has another environment.
"""

import time

import nbformat
import pytest

from tools import lab
from tools.made import EXPLORERS, cell, make

MANAGER = "@jupyter-widgets/jupyterlab-manager/plugin"
WAKE = ("asleep", "stands still")


@pytest.fixture(params=[True, False], ids=["with widget state", "without"], scope="module")
def lab_of_all(request, context, tmp_path_factory):
    """(server, whether it saves the state of widgets) over a notebook of all explorers."""
    folder = tmp_path_factory.mktemp("second")
    lab.write(folder / "all.ipynb", [f"{cell(name)}shown" for name in EXPLORERS])
    kept = dict(lab.SETTINGS)
    lab.SETTINGS[MANAGER] = {"saveState": request.param}
    try:
        with lab.serve(folder) as server:
            yield server, request.param
    finally:
        lab.SETTINGS.clear()
        lab.SETTINGS.update(kept)


def a_move(name):
    """(control, value) of a move: the first number elsewhere, or the first blank filled in."""
    explorer = make(name)
    for control, bounds in explorer.limited.items():
        if bounds.is_number and not bounds.hidden:
            middle = (bounds.low + bounds.high) / 2
            value = bounds.nearest(bounds.low + 0.7 * (bounds.high - bounds.low))
            if bounds.log:
                value = bounds.nearest((bounds.low * bounds.high) ** 0.5)
            return control, value if value != explorer.settings[control] else middle
    for control, bounds in explorer.limited.items():
        if bounds.kind == "blank" and not bounds.hidden:
            return control, 2
    raise LookupError(name)


def the_text(notebook, output):
    """What an output says, once it says how to wake it: a busy machine is slow to draw it."""
    output.scroll_into_view_if_needed()  # out of sight, it has no text
    end = time.monotonic() + 15
    while not any(words in (text := output.inner_text()) for words in WAKE):
        if time.monotonic() > end:
            break
        notebook.page.wait_for_timeout(100)
    return text


def test_the_second_session(lab_of_all, context, driven):
    server, saved = lab_of_all
    notebook = lab.Notebook(context, server, "all.ipynb")
    notebook.run_all()
    moved = {}
    for place, (name, made) in enumerate(EXPLORERS.items()):
        explorer = driven(notebook, place, made)
        explorer._twin = make(name)
        control, value = moved[name] = a_move(name)
        explorer.root.evaluate(
            "(root, [name, value]) => root.explorer.set(name, value)", [control, value]
        )
        explorer.twin = lambda name=name: make(name)
        explorer.wait_for(lambda s, c=control, v=value: s[c] == pytest.approx(v), "moved")
    assert notebook.complaints == []
    notebook.command("docmanager:save")
    notebook.close()

    # Opened again: the kernel is another.
    notebook = lab.Notebook(context, server, "all.ipynb")
    for place, name in enumerate(EXPLORERS):
        output = notebook.outputs(place)
        text = the_text(notebook, output)
        assert "Error displaying" not in text and "not found" not in text, name
        assert any(words in text for words in WAKE), f"{name} doesn't say how to wake it"
        if saved:  # its last picture, once the front end is there
            output.locator("svg.bp [data-value]").first.wait_for()
        pictures = output.locator("svg.bp, .bp-still img")
        assert any(picture.is_visible() for picture in pictures.all()), name
    if saved:
        assert notebook.complaints == []

    # Run again: it takes up its last settings, and says so.
    notebook.run_all()
    for place, (name, made) in enumerate(EXPLORERS.items()):
        explorer = driven(notebook, place, made)
        explorer._twin = make(name)
        explorer.twin = lambda name=name: make(name)
        control, value = moved[name]
        explorer.wait_for(lambda s, c=control, v=value: s[c] == pytest.approx(v), "taken up")
        assert "Your last settings are back" in explorer.read()["note"]
        explorer.press("Reset")
        explorer.wait_for(lambda s, e=explorer: s == e._twin.settings, "Reset")
    notebook.command("docmanager:save")
    notebook.close()


def test_the_saved_notebook_is_a_notebook(lab_of_all):
    server, saved = lab_of_all
    notebook = nbformat.read(server.folder / "all.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert ("widgets" in notebook.metadata) == saved
