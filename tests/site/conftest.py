"""One built site, served under a sub-path, and one Chromium for the tests of this folder."""

import os
from pathlib import Path

import pytest

from tools import browser, lab
from tools.site import __main__ as command
from tools.site import serve

UNDER = "/some/where/"
"""A site may stand under any path of a server."""

EVERYTHING = browser.REQUIRED or os.environ.get("BPDEMO_SITE") == "all"
"""Whether all notebooks are run in JupyterLite (on a CI machine, or ``BPDEMO_SITE=all``)."""


@pytest.fixture(scope="session")
def folder() -> Path:
    """The built site: the one that ``BPDEMO_SITE_DIR`` names, or build/site, built now."""
    if named := os.environ.get("BPDEMO_SITE_DIR"):
        return Path(named).resolve()
    assert command.main(["build"]) == 0
    return command.SITE


@pytest.fixture(scope="session")
def site(folder) -> str:
    """The address of the built site."""
    with serve.serving(folder, UNDER) as address:
        yield address


@pytest.fixture(scope="package")
def chromium():
    """One Chromium for all: Playwright can't be started while it runs already."""
    if browser.find() is None:
        say = pytest.fail if browser.REQUIRED else pytest.skip
        say("no Chromium could be had; `make browser` looks for one and installs it")
    with lab.chromium() as chromium:
        yield chromium
