"""Two explorers of one kind, and one shown twice, don't disturb each other."""

import pytest

from bpdemo import explorers
from tools import lab

NAME = "copies.ipynb"


@pytest.fixture(scope="module")
def copies(server, context):
    """A notebook with the same explorer made twice, and the second one shown once more."""
    cells = [
        "from bpdemo import explorers",
        "explorers.StepBack(w1=0.9)",
        "again = explorers.StepBack()\nagain",
        "again",
    ]
    lab.write(server.folder / NAME, cells)
    notebook = lab.Notebook(context, server, NAME)
    notebook.page.evaluate("() => localStorage.clear()")
    notebook.run_all()
    yield notebook
    notebook.close()


@pytest.fixture
def three(copies, driven):
    """The explorers; afterwards nothing was complained about."""
    kwargs = [{"w1": 0.9}, {}, {}]
    made = [driven(copies, n, explorers.StepBack, (), kw) for n, kw in enumerate(kwargs)]
    yield made
    assert copies.complaints == []


def test_a_move_of_one_leaves_the_other(three):
    one, other, _ = three
    still = other.read()
    one.press_key("w2", "End")
    one.wait_for(lambda s: s["w2"] == 4, "End")
    one.press("One step on")
    one.wait_for(lambda s: s["step"] == 1, "Step")
    assert other.read() == still
    one.reset()


def test_one_shown_twice_is_one(three):
    _, other, twin = three
    other.press_key("w3", "Home")
    twin.wait_for(lambda s: s["w3"] == -4, "both follow")
    other.wait_for(lambda s: s["w3"] == -4, "both follow")
    twin.reset()
    other.wait_for(lambda s: s["w3"] == 1.5, "both follow")


def test_one_plays_while_the_other_is_moved(three):
    one, other, _ = three
    one.press("Play")
    one.wait_until_moving("step")
    other.press_key("w1", "Home")
    other.wait_for(lambda s: s["w1"] == -4 and s["step"] == 0, "Home")
    one.press("Pause")
    one.notebook.settle()
    assert one.wait_until_right()["w1"] == 0.9
    one.reset()
    other.reset()


def test_a_setting_in_python_is_seen_on_the_page(copies, three):
    _, other, _ = three
    copies.page.evaluate(
        """async () => {
          const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
          await kernel.requestExecute({code: 'again.settings = {"w1": 2.5}'}).done;
        }"""
    )
    other.wait_for(lambda s: s["w1"] == 2.5, "set in Python")
    other.reset()


def test_a_move_that_fails_is_said(copies, three):
    """What Python refuses is told in a calm line, and the picture stays."""
    one, *_ = three
    one.root.evaluate("root => root.explorer.send({do: 'set', settings: {w9: 1}})")
    one.page.wait_for_timeout(600)
    assert "w9" in one.read()["note"]
    one.press_key("w1", "ArrowRight")
    one.wait_for(lambda s: s["w1"] == pytest.approx(0.95), "it goes on")
    one.reset()
