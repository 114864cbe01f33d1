"""The built site, served under a sub-path of this machine, and one Chromium for it."""

import contextlib
import os
import socket
import threading
from pathlib import Path

import pytest

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
def folder(tmp_path_factory):
    """The site, built afresh; BPDEMO_SITE names one that is there."""
    if there := os.environ.get("BPDEMO_SITE"):
        return Path(there)
    made = tmp_path_factory.mktemp("site") / "site"
    build.build(made)
    return made


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
