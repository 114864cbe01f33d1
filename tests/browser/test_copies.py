"""Two explorers of one kind, and one cell run again and again, don't disturb each other."""

import time

import nbformat
import pytest

from bpdemo import explorers
from tools import lab

NAME = "copies.ipynb"


@pytest.fixture(scope="module")
def copies(server, context):
    """A notebook of three code cells: the import, and the same explorer twice."""
    cells = ["from bpdemo import explorers", "explorers.StepBack()", "explorers.StepBack()"]
    lab.write(server.folder / NAME, cells)
    notebook = lab.Notebook(context, server, NAME)
    notebook.run_all()
    yield notebook
    notebook.close()


@pytest.fixture
def both(copies, driven):
    """The two explorers; afterwards nothing was complained about."""
    yield [driven(copies, place, explorers.StepBack) for place in (0, 1)]
    assert copies.complaints == []


def test_a_move_of_one_leaves_the_other(both):
    for one, other in (both, reversed(both)):
        still = other.read()
        one.slider("w²").focus()
        one.slider("w²").press("End")
        one.wait_for(lambda s: s["w2"] == 4, "End", "w2")
        one.press("Step")
        one.wait_for(lambda s: s["step"] == 1, "Step")
        assert other.read() == still
        one.reset()


def test_one_runs_while_the_other_is_moved(both):
    one, other = both
    one.press("Play")
    one.wait_until_moving("step")
    other.slider("w¹").focus()
    other.slider("w¹").press("Home")
    other.wait_for(lambda s: s["w1"] == -4 and s["step"] == 0, "Home", "w1")
    one.press("Pause")
    one.notebook.settle()
    assert one.wait_until_right()["w1"] == 0.8
    one.reset()
    other.reset()


def test_a_cell_run_ten_times(both, copies):
    one, other = both
    other.press("Step")
    other.wait_for(lambda s: s["step"] == 1, "Step")
    still = other.read()
    for _ in range(10):
        copies.page.evaluate(RUN_SECOND_CELL)
    copies.settle()
    assert copies.page.locator(".bp-explorer").count() == 2
    assert one.wait_until_right() == one.twin().settings
    one.slider("w³").focus()
    one.slider("w³").press("Home")
    one.wait_for(lambda s: s["w3"] == -4, "Home", "w3")
    assert other.read() == still
    assert len(nbformat.from_dict(copies.cells()[1])["outputs"]) == 1


RUN_SECOND_CELL = """async () => {
  jupyterapp.shell.currentWidget.content.activeCellIndex = 1;
  await jupyterapp.commands.execute('notebook:run-cell');
}"""


def test_a_callback_that_fails_is_heard(server, context, driven):
    """JupyterLab shows nothing of it, so all these tests rest on hearing it from the kernel."""
    lab.write(server.folder / "failing.ipynb", FAILING)
    notebook = lab.Notebook(context, server, "failing.ipynb")
    notebook.run_all()
    assert notebook.complaints == []
    slider = driven(notebook, 0, explorers.ForwardChain).slider("w¹")
    slider.focus()
    slider.press("End")
    end = time.monotonic() + 30  # the page sends what a slider does a little later
    while not notebook.complaints and time.monotonic() < end:
        notebook.settle()
    assert set(notebook.complaints) == {"kernel: KeyError: 'on purpose'"}
    notebook.close()


FAILING = [
    "from bpdemo import explorers",
    """def fail(change):
    if change.new > 3:
        raise KeyError("on purpose")
""",
    """explorer = explorers.ForwardChain()
explorer._controls["w1"].source.observe(fail, "value")
explorer""",
]
