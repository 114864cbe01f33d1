"""Find a Chromium for the browser tests, or install one: `python -m tools.browser`.

The tests call `find` and start what it returns with `LAUNCH_ARGS`. When there is none they are
skipped, unless `REQUIRED`: on a CI machine a browser that is missing is a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

# Names a browser that is not found by itself. It is taken at its word: naming a file that does not
# exist means "no browser, and don't install one".
VARIABLE = "BPDEMO_CHROMIUM"

# The shell is Chromium without its windows and menus, which nobody sees here: the tests take an
# eighth less time.
DEBIANS = ("chromium-headless-shell", "chromium")
NAMES = (*DEBIANS, "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
)

# Quiet, and with nothing to say to any other host. No sandbox: containers seldom allow one, and the
# only pages opened are the project's own.
LAUNCH_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
]

REQUIRED = os.environ.get("CI", "").lower() not in ("", "0", "false")


def find() -> str | None:
    """Return the path of an installed Chromium or Chrome, or None."""
    if named := os.environ.get(VARIABLE):
        return named if runs(named) else None
    on_path = (shutil.which(name) for name in NAMES)
    for candidate in [*filter(None, on_path), *PLACES]:
        if runs(candidate):
            return candidate
    return playwrights_own()


def runs(path: str) -> bool:
    """Say whether `path` is a browser that starts: Ubuntu's `chromium-browser` may be a stub."""
    if not Path(path).is_file():
        return False
    if sys.platform == "win32":
        return True  # chrome.exe --version opens a window there instead of answering
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def playwrights_own() -> str | None:
    """Return the browser that `playwright install chromium` fetched, or None."""
    # In a process of its own, because Playwright's two interfaces don't nest.
    ask = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as playwright: print(playwright.chromium.executable_path)"
    )
    answer = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True)
    path = answer.stdout.strip()
    return path if answer.returncode == 0 and Path(path).is_file() else None


def install() -> None:
    """Try to install a Chromium: Debian's where we are root on Debian, else Playwright's."""
    if is_debian() and os.geteuid() == 0:
        apt_get = ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
        install_it = [*apt_get, "install", "-y", "--no-install-recommends"]
        if attempt([*apt_get, "update"]) and any(attempt([*install_it, name]) for name in DEBIANS):
            return
    attempt([sys.executable, "-m", "playwright", "install", "chromium"])


def is_debian() -> bool:
    """Say whether this is Debian itself; Ubuntu's package is not a browser but a way to get one."""
    release = Path("/etc/os-release")
    return release.is_file() and "ID=debian" in release.read_text().splitlines()


def attempt(command: list[str]) -> bool:
    """Run `command` quietly; when it fails, show the last of what it said."""
    print("Installing a browser for the tests:", " ".join(command), flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
            env=environment,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        print(error)
        return False
    if done.returncode:
        print(*done.stdout.strip().splitlines()[-3:], sep="\n")
    return done.returncode == 0


def main() -> int:
    """Find or install a browser and say which; fail only where one is required."""
    if not find() and not os.environ.get(VARIABLE):
        install()
    if path := find():
        print(f"Browser tests: with {path}")
        return 0
    print(f"Browser tests: SKIPPED, no Chromium could be had (set {VARIABLE} to the path of one)")
    return int(REQUIRED)


if __name__ == "__main__":
    sys.exit(main())
