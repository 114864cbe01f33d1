"""JupyterLite in a Chromium, for the tests and the bench: notebooks opened and run whole.

with lab.chromium() as browser, serve.serving(folder, "/some/where/") as site:
    for ran in drive.run(browser, site, ["02-three-terms"]):
        assert not ran.complaints
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext

__all__ = ["Lab", "Ran", "run"]

SECONDS = 300
"""How long a notebook may take, on a busy machine."""

LATE = 15
"""How long after its cell's end a front end may take to stand in the page."""

_WIDGET = "application/vnd.jupyter.widget-view+json"

_STATE = """() => {
  const panel = window.jupyterapp?.shell.currentWidget;
  return {
    shown: Boolean(panel?.content?.widgets && document.querySelector('.jp-Notebook .jp-Cell')),
    kernel: Boolean(panel?.sessionContext?.session?.kernel),
    explorer: Boolean(document.querySelector('.bp-explorer svg')),
    all: Boolean(window.bpAll),
  };
}"""

# What a committed notebook shows is cleared first, so that what is seen is of this run.
_RUN = """() => {
  const commands = window.jupyterapp.commands;
  commands.execute('notebook:clear-all-cell-outputs')
    .then(() => commands.execute('notebook:run-all-cells'))
    .then(() => { window.bpAll = true; });
}"""

_CELLS = """() => jupyterapp.shell.currentWidget.content.widgets
  .map((cell) => cell.model.toJSON()).filter((cell) => cell.cell_type === 'code')"""

_PYTHON = """async (code) => {
  const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const future = kernel.requestExecute({ code, store_history: false });
  let said = '';
  future.onIOPub = ({ content }) => { said += content.text ?? content.evalue ?? ''; };
  await future.done;
  return said;
}"""


class Lab:
    """JupyterLab in a page, with one notebook.

    page : Playwright's page.
    complaints : errors of the page and its console, and requests that leave the site's host.
    """

    def __init__(self, context: BrowserContext, site: str, name: str):
        self.context, self.site, self.name = context, site, name
        self.complaints: list[str] = []
        self.page = context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"page: {error}"))
        # The context's, because a worker's requests aren't the page's.
        context.on("request", lambda request: self._asked(request.url))
        self.began = time.monotonic()
        self.page.goto(f"{site}lite/lab/index.html?path={name}.ipynb")

    def _console(self, message) -> None:
        if message.type == "error":
            self.complaints.append(f"console: {message.text} ({message.location['url']})")

    def _asked(self, url: str) -> None:
        here, there = urlsplit(self.site), urlsplit(url)
        if there.scheme not in ("data", "blob") and there.netloc != here.netloc:
            self.complaints.append(f"request: {url}")

    def state(self) -> dict[str, bool]:
        """What is there already: ``shown``, ``kernel``, ``explorer``, ``all`` (run)."""
        return self.page.evaluate(_STATE)

    def wait(self, what: str, seconds: float = SECONDS) -> None:
        """Wait until `state` says so; raise TimeoutError when it doesn't."""
        end = time.monotonic() + seconds
        while not self.state()[what]:
            if time.monotonic() > end:
                raise TimeoutError(f"{self.name}: {what}: not after {seconds} s")
            self.page.wait_for_timeout(50)

    def start(self) -> None:
        """Begin to run all cells."""
        self.page.evaluate(_RUN)

    def cells(self) -> list[dict]:
        """The code cells as they stand in the page, in nbformat's form."""
        return self.page.evaluate(_CELLS)

    def python(self, code: str) -> str:
        """Run code in the kernel; return what it printed, or the error's text."""
        return self.page.evaluate(_PYTHON, code)


@dataclass
class Ran:
    """A notebook that was run whole.

    cells : its code cells after the run.
    alive : how many explorers, quizzes and hunts are alive in the page.
    seconds : when the notebook was ``shown``, its ``kernel`` made, the first ``explorer`` seen, and
        ``all`` cells run, from the request of the page on.
    memory : of Python, in bytes.
    """

    name: str
    cells: list[dict] = field(default_factory=list)
    alive: int = 0
    complaints: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    memory: int = 0

    @property
    def lively(self) -> int:
        """How many should be alive."""
        bundles = [[out.get("data", {}) for out in cell["outputs"]] for cell in self.cells]
        return sum(
            any(_WIDGET in data for data in cell)
            and sum("bp-still" in str(data.get("text/html")) for data in cell)
            for cell in bundles
        )


def run(browser: Browser, site: str, names: Sequence[str], at_once: int = 2) -> Iterator[Ran]:
    """Run notebooks whole, each in a fresh browser context, a few at once.

    Parameters
    ----------
    site : the site's address.
    names : of notebooks, without their ending.
    at_once : one kernel's start leaves a core free now and then.
    """
    waiting = list(names)
    open_: list[tuple[Lab, Ran]] = []
    while waiting or open_:
        while waiting and len(open_) < at_once:
            lab = Lab(browser.new_context(), site, waiting.pop(0))
            open_.append((lab, Ran(lab.name, complaints=lab.complaints)))
        for lab, ran in list(open_):
            if _follow(lab, ran):
                open_.remove((lab, ran))
                lab.context.close()
                yield ran
        if open_:
            open_[0][0].page.wait_for_timeout(50)


def _follow(lab: Lab, ran: Ran) -> bool:
    """See how far a notebook is, and begin its run when it can; say whether it is done."""
    now = time.monotonic() - lab.began
    state = lab.state()
    for name in (name for name, there in state.items() if there and name not in ran.seconds):
        ran.seconds[name] = now
        if name == "kernel":
            lab.start()
    if now > SECONDS:
        ran.complaints.append(f"not done after {SECONDS} s")
    elif "all" not in ran.seconds:
        return False
    ran.cells = lab.cells()
    ran.alive = lab.page.locator(".bp-explorer, .bp-practice").count()
    if ran.alive < ran.lively and now < ran.seconds["all"] + LATE:
        return False
    ran.memory = int(lab.python("import pyodide_js; print(pyodide_js._module.HEAP8.length)") or 0)
    return True
