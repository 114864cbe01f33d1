"""A JupyterLab of its own, and a notebook open in it: for the browser tests and the screenshots.

    with Lab({"a.ipynb": notebook}) as lab, chromium() as browser:
        opened = lab.open(browser, "a.ipynb")
        opened.run_all()
        opened.page.…              # Playwright's page
        assert not opened.problems

The server runs on a free port of this machine with a random token, in a temporary folder that
holds its settings and copies of the notebooks: nothing of the user's is read or written, and
JupyterLab's autosave never touches notebooks/.
"""

from __future__ import annotations

import contextlib
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
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
from nbformat import NotebookNode
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

from tools import browser as finder

ROOT = Path(__file__).parent.parent

SECONDS = 60
"""How long anything may take that isn't instant: a busy machine is slow, not broken."""

SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    # Every cell is on the page, and not only those near the window.
    "notebook-extension/tracker": {"windowingMode": "none"},
}


class Lab:
    """A running JupyterLab; use it in a `with`.

    Parameters
    ----------
    notebooks : name in the server's folder → notebook.
    """

    def __init__(self, notebooks: Mapping[str, NotebookNode]):
        self.notebooks = notebooks
        self.token = secrets.token_hex(16)

    def __enter__(self) -> Lab:
        """Start the server and wait until it answers."""
        # A kernel that dies slowly may still hold a file: on Windows that must not be an error.
        self._folder = tempfile.TemporaryDirectory(prefix="bpdemo-lab-", ignore_cleanup_errors=True)
        folder = Path(self._folder.name).resolve()
        self.files = folder / "files"
        self.files.mkdir()
        for name, notebook in self.notebooks.items():
            self.add(name, notebook)
        self._environment = environment = dict(os.environ)
        for variable, name in {
            "JUPYTER_CONFIG_DIR": "config",
            "JUPYTER_DATA_DIR": "data",
            "JUPYTER_RUNTIME_DIR": "runtime",
            "JUPYTERLAB_SETTINGS_DIR": "settings",
            "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
            "IPYTHONDIR": "ipython",
            "MPLCONFIGDIR": "matplotlib",
        }.items():
            (folder / name).mkdir()
            environment[variable] = str(folder / name)
        for name, content in SETTINGS.items():
            target = folder / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(json.dumps(content))
        # The kernels find bpdemo, installed or not.
        environment["PYTHONPATH"] = os.pathsep.join(
            [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        )
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = open(folder / "log.txt", "w+", encoding="utf-8")  # noqa: SIM115
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
        command += [
            "--ServerApp.ip=127.0.0.1",
            f"--ServerApp.port={self.port}",
            "--ServerApp.port_retries=0",
            f"--ServerApp.root_dir={self.files}",
            f"--IdentityProvider.token={self.token}",
            "--LabApp.expose_app_in_browser=True",
            "--LabApp.extension_manager=readonly",
        ]
        self._process = subprocess.Popen(
            command,
            cwd=self.files,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_for(self._answers, "JupyterLab to answer", self.log)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_) -> None:
        """Ask the server to stop, with its kernels; insist if it doesn't."""
        with contextlib.suppress(OSError):
            self.ask("api/shutdown", "POST")
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()
        self._folder.cleanup()

    def add(self, name: str, notebook: NotebookNode) -> None:
        """Put a notebook into the server's folder."""
        (self.files / name).write_text(nbformat.writes(notebook), encoding="utf-8")

    def trust(self, name: str) -> None:
        """Sign a notebook as this server's own, so that JupyterLab shows its stored pictures."""
        command = [sys.executable, "-m", "jupyter", "trust", str(self.files / name)]
        subprocess.run(command, env=self._environment, check=True, capture_output=True)

    def open(
        self, browser: Browser | BrowserContext, name: str, width: int = 1280, height: int = 720
    ) -> Opened:
        """Open a notebook on a page of its own and wait until its kernel can be used.

        Pages of one browser context share what they fetched, and are there in half the time.
        """
        page = browser.new_page()
        page.set_viewport_size({"width": width, "height": height})
        return Opened(self, page, name)

    def ask(self, path: str, method: str = "GET"):
        """Send a request to the server's API."""
        headers = {"Authorization": f"token {self.token}"}
        request = urllib.request.Request(f"{self.url}/{path}", method=method, headers=headers)
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # not by a proxy
        with direct.open(request, timeout=SECONDS) as answer:
            return answer.read()

    def log(self) -> str:
        """The last lines the server wrote."""
        self._log.flush()
        return "\n".join(Path(self._log.name).read_text(encoding="utf-8").splitlines()[-20:])

    def _answers(self) -> bool:
        if self._process.poll() is not None:
            raise RuntimeError(f"JupyterLab ended at once:\n{self.log()}")
        try:
            return bool(self.ask("api/status"))
        except urllib.error.HTTPError:
            raise
        except OSError:
            return False


class Opened:
    """A notebook open in JupyterLab. `page` is Playwright's page; `problems` grows by itself."""

    def __init__(self, lab: Lab, page: Page, name: str):
        self.lab, self.page, self.name = lab, page, name
        self._problems: list[str] = []
        page.set_default_timeout(SECONDS * 1000)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self._problems.append(f"page error: {error}"))
        page.on("request", lambda request: self._asked(request.url))
        page.on("websocket", lambda socket: self._asked(socket.url))
        page.on("requestfailed", self._failed)
        page.goto(f"{lab.url}/doc/tree/{name}?token={lab.token}")
        page.wait_for_function(
            """() => {
                const widget = window.jupyterapp?.shell?.currentWidget;
                const session = widget?.context?.sessionContext;
                if (!widget?.context?.isReady || !session?.isReady) return false;
                if (session.session?.kernel?.status !== 'idle') return false;
                window.opened = widget;
                return true;
            }"""
        )
        # An exception in a widget's callback shows nowhere but in the kernel's messages.
        page.evaluate(
            """() => {
                window.kernelErrors = [];
                opened.context.sessionContext.session.kernel.anyMessage.connect((_, {msg, direction}) => {
                    if (direction === 'recv' && msg.header.msg_type === 'error')
                        kernelErrors.push(`${msg.content.ename}: ${msg.content.evalue}`);
                });
            }"""
        )

    def run_all(self) -> None:
        """Run every cell and wait until the last is done and nothing more is on its way."""
        self.command("notebook:run-all-cells")
        self.settle()

    def command(self, name: str, **arguments) -> None:
        """Carry out one of JupyterLab's commands and wait until it is done."""
        self.page.evaluate(
            "([name, arguments]) => jupyterapp.commands.execute(name, arguments).then(() => null)",
            [name, arguments],
        )

    def settle(self) -> None:
        """Wait until the kernel has answered all it was asked, and the page has been painted.

        A kernel serves its messages in order, so its answer to one last question comes after the
        answers to everything before.
        """
        self.page.evaluate(
            """async () => {
                const kernel = opened.context.sessionContext.session.kernel;
                await kernel.requestKernelInfo();
                await kernel.requestCommInfo({});
                for (let frame = 0; frame < 2; frame++)
                    await new Promise(done => requestAnimationFrame(done));
            }"""
        )

    def theme(self, dark: bool) -> None:
        """Change JupyterLab's theme."""
        name = "JupyterLab Dark" if dark else "JupyterLab Light"
        self.command("apputils:change-theme", theme=name)
        self.page.wait_for_function(
            "light => document.body.dataset.jpThemeLight === light", arg=str(not dark).lower()
        )
        self.settle()

    def cells(self) -> list[dict]:
        """The code cells as they stand in the page, in nbformat's form."""
        cells = self.page.evaluate("opened.content.widgets.map(cell => cell.model.toJSON())")
        return [cell for cell in cells if cell["cell_type"] == "code"]

    @property
    def problems(self) -> list[str]:
        """What went wrong on the page or in the kernel since the last time this was asked."""
        found = self._problems + [
            f"kernel error: {error}" for error in self.page.evaluate("kernelErrors.splice(0)")
        ]
        self._problems = []
        return found

    def close(self) -> None:
        """Close the page and end its kernel."""
        with contextlib.suppress(Error):
            self.page.evaluate("opened.context.sessionContext.shutdown().then(() => null)")
        self.page.close()

    def _console(self, message) -> None:
        if message.type in ("error", "assert"):
            self._problems.append(f"console error: {message.text} ({message.location.get('url')})")

    def _asked(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("data", "blob", "about"):
            return
        if (parts.hostname, parts.port) != ("127.0.0.1", self.lab.port):
            self._problems.append(f"request to another host: {url}")

    def _failed(self, request) -> None:
        self._problems.append(f"request failed: {request.url} ({request.failure})")


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Run a headless Chromium, the one that tools.browser finds; LookupError without one."""
    path = finder.find()
    if path is None:
        raise LookupError("no Chromium found: `make browser` looks for one and installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=finder.LAUNCH_ARGS)
        try:
            yield browser
        finally:
            browser.close()


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(condition: Callable[[], bool], what: str, log: Callable[[], str] = str) -> None:
    """Ask until `condition` holds; TimeoutError after `SECONDS`."""
    end = time.monotonic() + SECONDS
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {SECONDS} s for {what}\n{log()}")
        time.sleep(0.05)
