"""The series in JupyterLite: every notebook runs whole, and what a learner did is kept."""

import os
import time

import pytest

from tools import browser, notebooks
from tools.site import drive

NOTEBOOKS = sorted(path.stem for path in notebooks.NOTEBOOKS.glob("*.ipynb"))

SOME = ("02-three-terms", "08-real-data")
"""For an everyday run: proofs and figures, and the digits with the longest computation."""

EVERYTHING = browser.REQUIRED or os.environ.get("BPDEMO_LITE") == "all"
"""Whether all are run: on a CI machine, or when it is asked for."""

GIGABYTE = 10**9


@pytest.fixture(scope="package")
def ran(chromium, site):
    """Every notebook of this run, by name, as it is asked for."""
    if "PYTEST_XDIST_WORKER" in os.environ:  # another process has the other core
        return lambda name: next(drive.run(chromium, site, [name]))
    running = drive.run(chromium, site, NOTEBOOKS if EVERYTHING else SOME)
    done = {}

    def get(name):
        while name not in done:
            found = next(running)
            done[found.name] = found
        return done[name]

    return get


@pytest.mark.parametrize("name", NOTEBOOKS if EVERYTHING else SOME)
def test_notebook_runs_whole_in_the_browser(ran, name):
    found = ran(name)

    assert found.complaints == []
    for number, cell in enumerate(found.cells):
        assert cell["execution_count"], (number, cell["source"])
        for output in cell["outputs"]:
            assert output["output_type"] != "error", (number, output)
            assert output.get("name") != "stderr", (number, output)
    assert found.alive == found.lively
    assert found.memory < GIGABYTE
    print(f"{name}: {found.seconds}, {found.memory / 1e6:.0f} MB")


# A notebook with an explorer near its top, and one without.
FIRST, SECOND = "00-start-here", "A3-python"


def test_what_a_learner_did_is_kept_also_without_a_network(chromium, site, served):
    context = chromium.new_context()
    lab = drive.Lab(context, site, FIRST)
    lab.wait("kernel")
    lab.start()
    lab.wait("all")
    follows_a_hand(lab.page)
    library = "def forward(x):\n    return x\n"
    code = f"""
        import bpdemo.record, pathlib
        bpdemo.record.note("quiz", "of-this-test", True)
        pathlib.Path("my_backprop.py").write_text({library!r})
        print(sorted(path.name for path in pathlib.Path().glob("*.ipynb")))"""
    assert lab.python(indented(code)).strip() == str([f"{name}.ipynb" for name in NOTEBOOKS])
    # Names are completed from what is there.
    assert "of_this_test" in completions(lab, "of_this_test = 1", "of_thi")
    lab.page.wait_for_selector("html[data-offline]", state="attached", timeout=120_000)
    assert lab.page.evaluate("document.documentElement.dataset.offline") == "kept"
    assert lab.complaints == []
    lab.page.close()

    served.off()
    try:
        for name in (FIRST, SECOND):  # reloaded, and never visited
            lab = drive.Lab(context, site, name)
            lab.wait("kernel")
            said = lab.python(
                "from bpdemo import record; import my_backprop\n"
                "print(record.noted('quiz'), my_backprop.forward(3))"
            )
            assert said.strip() == "{'of-this-test': True} 3"
            lab.start()
            lab.wait("all")
            assert all(cell["execution_count"] for cell in lab.cells())
            assert lab.complaints == []
            lab.page.close()
    finally:
        served.on()
    context.close()


def indented(code):
    return "\n".join(line.strip() for line in code.splitlines())


def completions(lab, code, start):
    lab.python(code)
    return lab.page.evaluate(
        """async (code) => {
          const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
          const answer = await kernel.requestComplete({ code, cursor_pos: code.length });
          return answer.content.matches;
        }""",
        start,
    )


def follows_a_hand(page):
    """A key on a part of the first explorer's picture changes its settings and its picture."""
    root = page.locator(".bp-explorer").first
    before = root.evaluate("root => [{...root.explorer.values}, root.innerHTML]")
    root.locator("svg [data-control]").first.focus()
    page.keyboard.press("ArrowUp")
    end = time.monotonic() + 15
    while (now := root.evaluate("root => [{...root.explorer.values}, root.innerHTML]")) == before:
        assert time.monotonic() < end, "the explorer doesn't follow"
        page.wait_for_timeout(50)
    assert now[0] != before[0]
    assert now[1] != before[1]
