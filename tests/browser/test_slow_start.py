"""On a machine so slow that anywidget gives up on a front end, everything works all the same.

anywidget 0.11 allows two seconds from the making of a model until its module is loaded; then every
message of the kernel to it is refused. Here no time at all is allowed.
"""

import pytest

from bpdemo import explorers
from tools import lab

NAME = "slow.ipynb"

NO_TIME = """AbortSignal.timeout = () => {
  const controller = new AbortController();
  setTimeout(() => { window.bpGivenUp = true; controller.abort(); }, 0);
  return controller.signal;
};"""


@pytest.fixture(scope="module")
def slow(server, chromium):
    cells = [
        "from bpdemo import exercises, explorers",
        "explorers.Secant()",
        'exercises.quiz("where-is-sigma-prime")',
    ]
    lab.write(server.folder / NAME, cells)
    context = chromium.new_context()
    context.add_init_script(NO_TIME)
    notebook = lab.Notebook(context, server, NAME)
    notebook.run_all()
    assert notebook.page.evaluate("window.bpGivenUp")
    yield notebook
    notebook.close()
    context.close()


def test_an_explorer_moves(slow, driven):
    secant = driven(slow, 0, explorers.Secant)
    secant.press_key("x", "End")
    secant.wait_for(lambda settings: settings["x"] != secant.start["x"], "moved")
    assert slow.complaints == []


def test_a_quiz_is_judged(slow):
    quiz = slow.page.locator(".bp-practice").first
    quiz.get_by_role("radio").first.check()
    quiz.get_by_role("button", name="Check").first.click()
    quiz.locator(".bp-verdict", has_text=".").first.wait_for()
    assert slow.complaints == []
