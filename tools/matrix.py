"""The tests with every Python there is, and with the oldest and the newest packages.

    python -m tools.matrix                    # all of them
    python -m tools.matrix 3.13 --newest      # one Python, one set of packages

For each Python uv makes an environment in build/matrix, and the quick tests run in it, those of
`make check`. Oldest means the lower bounds of pyproject.toml, each taken by its word; newest means
the newest that its bounds allow. What isn't there is said, and is no failure.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["PYTHONS", "RESOLUTIONS", "Result", "find", "run"]

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "build" / "matrix"

PYTHONS = ("3.11", "3.12", "3.13", "3.14")

RESOLUTIONS = {"oldest": "lowest-direct", "newest": "highest"}
"""What uv calls it."""


@dataclass(frozen=True)
class Result:
    """What came of one environment: ``says`` is what pytest said at its end, or what failed."""

    python: str
    packages: str
    ok: bool | None
    says: str
    seconds: float

    def __str__(self) -> str:
        mark = {True: "ok", False: "FAILED", None: "not tried"}[self.ok]
        return f"{self.python:6} {self.packages:8} {mark:10} {self.seconds:4.0f} s  {self.says}"


def find(python: str) -> str | None:
    """Where a Python of this version is; None where there is none.

    A name on PATH may be a pyenv shim that only prints an error, so each is run.
    """
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    beside = sorted(pyenv.glob(f"{python}.*/bin/python"), reverse=True)
    for command in (f"python{python}", *map(str, beside), sys.executable):
        asked = "import sys, venv, ensurepip; print(sys.executable, *sys.version_info[:2])"
        try:
            done = subprocess.run([command, "-c", asked], capture_output=True, text=True)
        except OSError:
            continue
        if done.returncode == 0 and done.stdout.split()[-2:] == python.split("."):
            return done.stdout.rsplit(" ", 2)[0]
    return None


def run(python: str, packages: str, tests: Sequence[str] = ()) -> Result:
    """Make the environment and run the tests in it."""
    began = time.monotonic()

    def result(ok, says):
        return Result(python, packages, ok, says, time.monotonic() - began)

    there = find(python)
    if there is None:
        return result(None, f"no Python {python} here")
    folder = FOLDER / f"{python}-{packages}"
    uv = [sys.executable, "-m", "uv", "--quiet"]
    own = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    bpdemo = ["--resolution", RESOLUTIONS[packages], "-e", ".[test]"]
    for command in (
        [*uv, "venv", "--clear", "--python", there, str(folder)],
        [*uv, "pip", "install", "--python", str(own), *bpdemo],
    ):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        if done.returncode:
            return result(False, (done.stdout + done.stderr).strip()[-600:])
    command = [str(own), "-m", "pytest", "--quick", "-q", "-n", "auto"]
    with (FOLDER / f"{folder.name}.log").open("w", encoding="utf-8") as log:
        code = subprocess.run(
            [*command, *tests], cwd=ROOT, stdout=log, stderr=subprocess.STDOUT
        ).returncode
    printed = (FOLDER / f"{folder.name}.log").read_text(encoding="utf-8")
    last = re.findall(r"^=*\s*(\d+ (?:passed|failed|error).*? in [\d.]+s.*?)=*$", printed, re.M)
    versions = subprocess.run(
        [str(own), "-c", _VERSIONS], capture_output=True, text=True
    ).stdout.strip()
    says = (last or [f"see {folder.name}.log"])[-1].strip()
    return result(code == 0, f"{says}; {versions}")


_VERSIONS = """
from importlib.metadata import version
print(", ".join(f"{n} {version(n)}" for n in ("numpy", "sympy", "matplotlib", "jupyterlab")))
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the arguments ask for, and say what came of each."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.matrix", description=__doc__.split("\n")[0]
    )
    parser.add_argument("pythons", nargs="*", metavar="VERSION", help="such as 3.13")
    for packages in RESOLUTIONS:
        parser.add_argument(f"--{packages}", action="store_true", help=f"only the {packages}")
    asked = parser.parse_args(arguments)
    chosen = [name for name in RESOLUTIONS if getattr(asked, name)] or list(RESOLUTIONS)
    results = []
    for python in asked.pythons or PYTHONS:
        for packages in chosen:
            results.append(run(python, packages))
            print(results[-1], flush=True)
    missing = sorted({r.python for r in results if r.ok is None})
    if missing:
        print(f"not here, so not tried: Python {', '.join(missing)}")
    return any(r.ok is False for r in results) or all(r.ok is None for r in results)


if __name__ == "__main__":
    sys.exit(main())
