"""The built site, served under a sub-path of this machine, and one Chromium for it."""

import os
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tools import browser, lab

SUB_PATH = "/some/where/"
"""Where the site is served: it must work in any folder of a server."""


@pytest.fixture(scope="package")
def chromium():
    """One Chromium for all: Playwright can't be started while it runs already."""
    if browser.find() is None:
        say = pytest.fail if browser.REQUIRED else pytest.skip
        say("no Chromium could be had; `make browser` looks for one and installs it")
    with lab.chromium() as chromium:
        yield chromium


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """The site, built afresh; BPDEMO_SITE names one that is there."""
    if there := os.environ.get("BPDEMO_SITE"):
        return Path(there)
    from tools.site.build import build

    return build(tmp_path_factory.mktemp("site") / "site")


class Handler(SimpleHTTPRequestHandler):
    """Serves the folder under the sub-path, and says nothing."""

    def translate_path(self, path):
        if not path.startswith(SUB_PATH):
            return os.devnull + "/nothing"
        return super().translate_path("/" + path.removeprefix(SUB_PATH))

    def log_message(self, *_):
        pass


class Served:
    """A server that can be switched off, and on again at the same address."""

    def __init__(self, folder):
        self._handler = partial(Handler, directory=str(folder))
        self._port = 0
        self.on()

    def on(self):
        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), self._handler)
        self._server.daemon_threads = True
        self._port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def off(self):
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self):
        return f"http://127.0.0.1:{self._port}{SUB_PATH}"


@pytest.fixture(scope="package")
def served(folder):
    server = Served(folder)
    yield server
    server.off()


@pytest.fixture(scope="package")
def site(served):
    """The address of the site, with a slash at its end."""
    return served.url
