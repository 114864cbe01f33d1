"""The browser for the browser tests is found, or its absence is said, or fails where it must."""

import sys

import pytest

from tools import browser


@pytest.fixture(autouse=True)
def nothing_installed(monkeypatch):
    """A machine without a browser, on which nothing can be installed."""
    monkeypatch.delenv(browser.VARIABLE, raising=False)
    monkeypatch.setattr(browser, "NAMES", ())
    monkeypatch.setattr(browser, "PLACES", ())
    monkeypatch.setattr(browser, "playwrights_own", lambda: None)
    monkeypatch.setattr(browser, "install", lambda: None)
    monkeypatch.setattr(browser, "REQUIRED", False)


def test_a_named_browser_is_taken(monkeypatch, capsys):
    monkeypatch.setenv(browser.VARIABLE, sys.executable)  # a program that answers --version
    assert browser.find() == sys.executable
    assert browser.main() == 0
    assert sys.executable in capsys.readouterr().out


def test_a_browser_on_the_path_is_found(monkeypatch):
    monkeypatch.setattr(browser, "NAMES", ("no-such-browser", "chromium"))
    monkeypatch.setattr(browser.shutil, "which", {"chromium": sys.executable}.get)
    assert browser.find() == sys.executable


def test_playwrights_own_comes_last(monkeypatch):
    monkeypatch.setattr(browser, "playwrights_own", lambda: "/own")
    assert browser.find() == "/own"
    monkeypatch.setattr(browser, "PLACES", (sys.executable,))
    assert browser.find() == sys.executable


@pytest.mark.skipif(sys.platform == "win32", reason="a browser is not run there to try it")
def test_a_stub_is_not_a_browser(tmp_path):
    stub = tmp_path / "chromium"
    stub.write_text("#!/bin/sh\nexit 1\n")
    stub.chmod(0o755)
    assert not browser.runs(str(stub))


def test_without_a_browser_the_tests_are_skipped_with_a_line(capsys):
    assert browser.main() == 0
    assert "Browser tests: SKIPPED" in capsys.readouterr().out


def test_without_a_browser_ci_fails(monkeypatch):
    monkeypatch.setattr(browser, "REQUIRED", True)
    assert browser.main() == 1


def test_naming_none_installs_none(monkeypatch):
    monkeypatch.setenv(browser.VARIABLE, "/nowhere")
    monkeypatch.setattr(browser, "install", lambda: pytest.fail("installed one"))
    assert browser.main() == 0


def test_debian_comes_before_playwright(monkeypatch):
    monkeypatch.undo()
    ran = []
    monkeypatch.setattr(browser, "attempt", lambda command: ran.append(command) or True)
    monkeypatch.setattr(browser, "is_debian", lambda: True)
    monkeypatch.setattr(browser.os, "geteuid", lambda: 0, raising=False)
    browser.install()
    assert [command[-1] for command in ran] == ["update", "chromium-headless-shell"]

    ran.clear()  # a Debian that doesn't have the shell
    monkeypatch.setattr(
        browser, "attempt", lambda command: ran.append(command) or "shell" not in command[-1]
    )
    browser.install()
    assert [command[-1] for command in ran] == ["update", "chromium-headless-shell", "chromium"]

    ran.clear()
    monkeypatch.setattr(browser.os, "geteuid", lambda: 1000, raising=False)
    browser.install()
    assert [command[1:] for command in ran] == [["-m", "playwright", "install", "chromium"]]
