"""The built site, served under a sub-path of this machine, and one Chromium for it."""

import contextlib
import os
import socket
import threading
from pathlib import Path

import pytest
from filelock import FileLock

from tools import browser, lab
from tools.site import build, serve

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
def once(tmp_path_factory):
    """The function that builds a folder once for all processes of a run: ``once(name, build)``."""
    root = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent  # each process has a folder of its own in it

    def building(name, make):
        folder, done = root / name, root / f"{name}.done"
        with FileLock(root / "building.lock"):  # they share what they download
            if not done.exists():
                make(folder)
                done.touch()
        return folder

    return building


@pytest.fixture(scope="session")
def folder(once):
    """The site, built afresh; BPDEMO_SITE names one that is there."""
    if there := os.environ.get("BPDEMO_SITE"):
        return Path(there)
    return once("site", build.build)


class Served:
    """A server that can be switched off, and on again at the same address."""

    def __init__(self, folder):
        self._folder, self._port = folder, 0
        self.on()

    def on(self):
        self._server = serve.server(self._folder, self._port, SUB_PATH)
        self._open = []
        accept = self._server.get_request

        def noted():
            connection, address = accept()
            self._open.append(connection)
            return connection, address

        self._server.get_request = noted
        self._port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def off(self):
        self._server.shutdown()
        self._server.socket.close()
        # A connection that is kept alive would go on answering.
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    @property
    def url(self):
        return f"http://{serve.HOST}:{self._port}{SUB_PATH}"


@pytest.fixture(scope="package")
def served(folder):
    server = Served(folder)
    yield server
    server.off()


@pytest.fixture(scope="package")
def site(served):
    """The address of the site, with a slash at its end."""
    return served.url
