"""A JupyterLab of our own, and its page in a headless Chromium, for tests, bench and gallery.

    with lab.serve(folder) as server, lab.chromium() as browser:
        notebook = lab.Notebook(browser, server, "some.ipynb")
        notebook.run_all()
        notebook.page.…            # Playwright's page
        assert not notebook.complaints

The server keeps to 127.0.0.1 and to a temporary folder: it neither reads nor changes anybody's
Jupyter settings.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import nbformat
from playwright.sync_api import Browser, BrowserContext, Error, Locator, sync_playwright

from tools import browser as chromium_finder

ROOT = Path(__file__).parent.parent

SETTINGS = {
    # Nothing pops up and nothing is looked up.
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    # Every cell is on the page, also those out of sight.
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
}

NOT_HERE = "@jupyterlite"
"""The kernel that JupyterLite brings is for a page without a server; here it only complains."""

START_SECONDS = 60
RUN_SECONDS = 180


@dataclass(frozen=True)
class Server:
    """A running JupyterLab."""

    url: str
    token: str
    folder: Path
    environment: dict[str, str]
    pid: int

    def doc(self, name: str) -> str:
        """The address of a notebook as a single document, without the file browser."""
        return f"{self.url}/doc/tree/{name}?token={self.token}"


@contextmanager
def serve(folder: Path, environment: dict[str, str] | None = None) -> Iterator[Server]:
    """Run JupyterLab on `folder` (its notebooks may be changed), and end it afterwards."""
    token = secrets.token_hex(16)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        for name, values in SETTINGS.items():
            path = Path(home, "settings", f"{name}.jupyterlab-settings")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(values))
        command = [
            *(sys.executable, "-m", "jupyterlab", str(folder)),
            "--no-browser",
            "--allow-root",
            "--ServerApp.ip=127.0.0.1",
            f"--ServerApp.port={port}",
            "--ServerApp.port_retries=0",
            f"--IdentityProvider.token={token}",
            "--LabApp.expose_app_in_browser=True",
            "--LabApp.extension_manager=readonly",
            f"--LabApp.labextensions_path={_extensions(Path(home))}",
        ]
        own = {
            "JUPYTER_CONFIG_DIR": f"{home}/config",
            "JUPYTER_DATA_DIR": f"{home}/data",
            "JUPYTER_RUNTIME_DIR": f"{home}/runtime",
            "JUPYTERLAB_SETTINGS_DIR": f"{home}/settings",
            "JUPYTERLAB_WORKSPACES_DIR": f"{home}/workspaces",
            "IPYTHONDIR": f"{home}/ipython",
            "MPLCONFIGDIR": f"{home}/matplotlib",
            # JupyterLab's debugger warns of frozen modules when it meets a kernel that restarts.
            "PYDEVD_DISABLE_FILE_VALIDATION": "1",
            # The kernels find bpdemo and bench, installed or not.
            "PYTHONPATH": os.pathsep.join(
                [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
            ),
        }
        own = {**os.environ, **own, **(environment or {})}
        log = Path(home, "log")
        with log.open("wb") as sink:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                env=own,
                cwd=folder,
            )
        server = Server(f"http://127.0.0.1:{port}", token, folder, own, process.pid)
        try:
            _wait(server, process, log)
            yield server
        finally:
            process.terminate()  # it ends its kernels, then itself
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(server: Server, process: subprocess.Popen, log: Path) -> None:
    """Return when the server answers; raise RuntimeError with its log when it doesn't."""
    ask = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never by way of a proxy
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            ask.open(f"{server.url}/api/status?token={server.token}", timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text(errors='replace')[-3000:]}")


def _extensions(home: Path) -> str:
    """A folder with the front ends that are installed, but for what isn't for a server."""
    folder = home / "labextensions"
    folder.mkdir()
    for installed in Path(sys.prefix, "share", "jupyter", "labextensions").glob("*"):
        if installed.name != NOT_HERE:
            (folder / installed.name).symlink_to(installed)
    return str(folder)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run a headless Chromium, the one that tools.browser finds.

    Raises LookupError where there is none.
    """
    path = chromium_finder.find()
    if path is None:
        raise LookupError("no Chromium found: `make browser` looks for one and installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium_finder.LAUNCH_ARGS)
        try:
            yield browser
        finally:
            browser.close()


def write(path: Path, cells: Sequence[str]) -> Path:
    """Write a notebook of these code cells."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in cells],
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
        },
    )
    nbformat.write(notebook, path)
    return path


# `panel` is the open notebook; `session` its kernel's connection.
_READY = """async () => {
  const app = window.jupyterapp;
  const panel = app && app.shell.currentWidget;
  if (!panel || !panel.context || !panel.content.model) return false;
  await panel.context.ready;
  await panel.sessionContext.ready;
  const session = panel.sessionContext.session;
  if (!session || !session.kernel || session.kernel.status !== 'idle') return false;
  if (!window.bpKernelErrors) {
    window.bpKernelErrors = [];
    session.kernel.anyMessage.connect((_, {msg}) => {
      // The page asks for a widget that has just been closed: harmless, and only on a slow machine.
      if ((msg.content.text || '').startsWith('No such comm')) return;
      if (msg.header.msg_type === 'error' || (msg.header.msg_type === 'stream' &&
          msg.content.name === 'stderr'))
        window.bpKernelErrors.push(
          msg.content.text || `${msg.content.ename}: ${msg.content.evalue}`);
    });
  }
  return true;
}"""

# In a committed, executed notebook "all cells ran" means something only without old outputs.
_RUN = """async () => {
  const commands = window.jupyterapp.commands;
  await commands.execute('notebook:clear-all-cell-outputs');
  await commands.execute('notebook:run-all-cells');
}"""

_SETTLE = """async () => {
  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  await kernel.requestKernelInfo();
  await kernel.requestCommInfo({});
  for (let frame = 0; frame < 2; frame++)
    await new Promise(done => requestAnimationFrame(done));
}"""


_HIDE_BARS = """() => {
  const style = document.createElement('style');
  style.textContent = '.jp-SideBar, .jp-Cell .jp-InputPrompt, .jp-Cell .jp-OutputPrompt, '
    + '.jp-OutputCollapser, .jp-InputCollapser, .jp-Collapser { display: none !important; }'
    + '.jp-Notebook { padding: 4px !important; }';
  document.head.append(style);
  window.dispatchEvent(new Event('resize'));
}"""


class Notebook:
    """An open notebook: `page` is Playwright's page, `complaints` everything that went wrong.

    Complaints are errors on the browser's console or page, requests that leave the server, and
    (because a failing callback shows nothing in the notebook) whatever the kernel reports.
    """

    def __init__(
        self,
        browser: Browser | BrowserContext,
        server: Server,
        name: str,
        *,
        width: int = 1280,
        height: int = 720,
        dark: bool = False,
    ):
        self.server = server
        self._heard: list[str] = []
        # Pages of one context share what they fetched, and are there in half the time.
        self.page = browser.new_page()
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.on("console", self._console)
        self.page.on("pageerror", self._failed)
        self.page.on("request", lambda request: self._asked(request.url))
        self.page.on("websocket", lambda socket: self._asked(socket.url))
        self.page.goto(server.doc(name))
        self.ready()
        if dark:
            self.theme("JupyterLab Dark")

    def _failed(self, error) -> None:
        """Note an error of the page, with its stack.

        JupyterLab's own React now and then removes a node twice while a busy machine opens the
        first notebook. Our front ends are loaded as blobs: what has passed through one is noted.
        And anywidget says so when a model took over two seconds to load, which a front end of ours
        survives (tests/browser/test_slow_start.py).
        """
        stack = error.stack or str(error)
        if "[anywidget] Failed to initialize model." in stack:
            return
        if "'removeChild' on 'Node'" in stack and "blob:" not in stack:
            return
        self._heard.append(f"page: {stack}")

    def _console(self, message) -> None:
        if message.type == "error":
            self._heard.append(f"console: {message.text}")

    def _asked(self, url: str) -> None:
        inside = (self.server.url, self.server.url.replace("http", "ws", 1), "data:", "blob:")
        if not url.startswith(inside):
            self._heard.append(f"request: {url}")

    @property
    def complaints(self) -> list[str]:
        """What the browser, the page and the kernel complained about, so far."""
        kernel = self.page.evaluate("() => window.bpKernelErrors || []")
        return [*self._heard, *(f"kernel: {line}" for line in kernel)]

    def ready(self, seconds: float = START_SECONDS) -> None:
        """Wait until the kernel is idle."""
        # Not wait_for_function: it takes the promise itself for a yes.
        end = time.monotonic() + seconds
        while not self._is_ready():
            if time.monotonic() > end:
                raise TimeoutError(f"the kernel of {self.page.url} is not ready")
            self.page.wait_for_timeout(100)

    def _is_ready(self) -> bool:
        try:
            return self.page.evaluate(_READY)
        except Error as error:
            # A second page takes a workspace of its own, and JupyterLab loads it again for that.
            if "context was destroyed" not in str(error):
                raise
            return False

    def run_all(self, seconds: float = RUN_SECONDS) -> None:
        """Clear all outputs, run all cells, wait for the last one."""
        self.page.set_default_timeout(seconds * 1000)
        try:
            self.page.evaluate(_RUN)
        finally:
            self.page.set_default_timeout(30_000)
        self.ready(seconds)
        self.settle()

    def command(self, name: str, **arguments) -> None:
        """Carry out one of JupyterLab's commands and wait until it is done."""
        self.page.evaluate(
            "([name, args]) => window.jupyterapp.commands.execute(name, args).then(() => null)",
            [name, arguments],
        )

    def settle(self) -> None:
        """Wait until the kernel has answered all it was asked, and the page has been painted.

        A kernel serves in order: its answer to a last question comes after all other answers.
        """
        self.page.evaluate(_SETTLE)

    def cells(self) -> list[dict]:
        """The code cells as they stand in the page, in nbformat's form."""
        cells = self.page.evaluate(
            "() => jupyterapp.shell.currentWidget.content.widgets.map(w => w.model.toJSON())"
        )
        return [cell for cell in cells if cell["cell_type"] == "code"]

    def theme(self, name: str) -> None:
        """Change the theme: "JupyterLab Light", "JupyterLab Dark"."""
        self.page.evaluate(
            "(theme) => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", name
        )
        light = "false" if "Dark" in name else "true"
        self.page.wait_for_selector(f'body[data-jp-theme-light="{light}"]', state="attached")

    def hide_bars(self) -> None:
        """Leave a phone's width to the notebook: JupyterLab's bars take much of it."""
        self.page.evaluate(_HIDE_BARS)

    def outputs(self, cell: int) -> Locator:
        """The output area of a cell, counted from 0."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(cell).locator(".jp-OutputArea").first

    def slider(self, label: str, within: Locator | None = None) -> Locator:
        """The handle of the slider with this label: focus it and press ArrowRight, Home, End."""
        place = within or self.page.locator(".jp-Notebook")
        bar = place.locator(".widget-slider").filter(
            has=self.page.locator(".widget-label", has_text=label)
        )
        return bar.locator(".noUi-handle").first

    def close(self) -> None:
        """End the kernel and close the page."""
        with suppress(Error):
            self.page.evaluate(
                "() => jupyterapp.shell.currentWidget.sessionContext.shutdown().then(() => null)"
            )
        self.page.close()
