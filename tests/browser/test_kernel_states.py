"""A kernel that is busy, interrupted, restarted or dead: a calm line, and nothing left behind."""

import time

import pytest

from bpdemo import explorers
from tools import lab

NAME = "states.ipynb"
CELLS = [
    "import os, time\n\nfrom bpdemo import explorers",
    "explorers.StepBack()",
    "time.sleep(2.5)",
    "os._exit(1)",
]


@pytest.fixture
def opened_states(server, context):
    """A fresh notebook of the cells above; the first two have been run."""
    lab.write(server.folder / NAME, CELLS)
    notebook = lab.Notebook(context, server, NAME)
    notebook.page.evaluate("() => localStorage.clear()")  # no settings of the test before
    run(notebook, 0)
    run(notebook, 1)
    notebook.settle()
    notebook.page.wait_for_selector(".bp-explorer svg.bp")
    yield notebook
    notebook.close()


def run(notebook, place, wait=True):
    notebook.page.evaluate(
        """async ([place, wait]) => {
          jupyterapp.shell.currentWidget.content.activeCellIndex = place;
          const done = jupyterapp.commands.execute('notebook:run-cell');
          if (wait) await done;
        }""",
        [place, wait],
    )


def note(notebook):
    return notebook.page.locator(".bp-explorer .bp-note").inner_text()


def until(notebook, condition, what, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, what
        notebook.page.wait_for_timeout(50)


def test_busy(opened_states, driven):
    notebook = opened_states
    explorer = driven(notebook, 0, explorers.StepBack)
    run(notebook, 2, wait=False)
    notebook.page.wait_for_timeout(300)
    explorer.press_key("w1", "ArrowRight")
    # The page shows what the hand set at once, and says soon that it waits.
    assert explorer.read()["values"]["w1"] == pytest.approx(0.85)
    until(notebook, lambda: "Waiting for Python" in note(notebook), "it says that it waits", 2)
    for _ in range(5):
        explorer.press_key("w1", "ArrowRight")
    explorer.wait_for(lambda s: s["w1"] == pytest.approx(1.1), "the answer comes")
    assert note(notebook) == ""
    assert notebook.complaints == []


def test_interrupted_while_it_plays(opened_states, driven):
    notebook = opened_states
    explorer = driven(notebook, 0, explorers.StepBack)
    explorer.press("Play")
    explorer.wait_until_moving("step")
    notebook.command("notebook:interrupt-kernel")
    notebook.page.wait_for_timeout(1500)
    explorer.press("Pause") if explorer.root.get_by_role("button", name="Pause").count() else None
    explorer.press_key("w1", "ArrowRight")
    explorer.wait_for(lambda s: s["w1"] == pytest.approx(0.85), "it goes on working")


def test_restarted(opened_states, driven):
    notebook = opened_states
    explorer = driven(notebook, 0, explorers.StepBack)
    explorer.press_key("w1", "ArrowRight")
    explorer.wait_for(lambda s: s["w1"] == pytest.approx(0.85), "moved")
    shown = explorer.read()["numbers"]
    explorer.press("Play")
    notebook.page.evaluate(
        "async () => { await jupyterapp.shell.currentWidget.sessionContext.restartKernel(); }"
    )
    until(notebook, lambda: "asleep" in note(notebook), "it says that it is asleep")
    asleep = explorer.read()
    assert dict(asleep["numbers"])["w1"] == dict(shown)["w1"]
    # A hand on it changes nothing and brings no error.
    explorer.root.evaluate("root => root.explorer.set('w2', 3)")
    notebook.page.wait_for_timeout(500)
    assert "asleep" in note(notebook)
    assert notebook.complaints == []
    # Run again, it wakes up with its last settings.
    run(notebook, 0)
    run(notebook, 1)
    explorer.wait_for(lambda s: s["w1"] == pytest.approx(0.85), "its last settings")
    explorer.reset()


def test_dead(opened_states):
    notebook = opened_states
    run(notebook, 3, wait=False)
    until(notebook, lambda: "asleep" in note(notebook), "it says that it is asleep")
    assert notebook.page.locator(".bp-explorer svg.bp").is_visible()
    ours = [said for said in notebook.complaints if "bpdemo" in said or "bp-" in said]
    assert ours == []


COUNT = """() => {
  window.bpMessages = 0;
  const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  kernel.anyMessage.connect(() => { window.bpMessages += 1; });
}"""


def test_a_cell_run_again_while_it_plays_leaves_no_runner(opened_states, driven):
    notebook = opened_states
    explorer = driven(notebook, 0, explorers.StepBack)
    for _ in range(4):
        explorer.press("Play")
        explorer.wait_until_moving("step")
        run(notebook, 1)
    notebook.settle()
    assert notebook.page.locator(".bp-explorer").count() == 1
    explorer.wait_until_right()
    notebook.page.wait_for_timeout(500)
    notebook.page.evaluate(COUNT)
    notebook.page.wait_for_timeout(2500)
    assert notebook.page.evaluate("() => window.bpMessages") == 0
    assert notebook.complaints == []
