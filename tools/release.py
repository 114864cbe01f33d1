"""What a release needs, step by step, as .github/workflows/release.yml calls it.

    python -m tools.release check v1.2.3   tag, version, CITATION.cff and changelog agree
    python -m tools.release build dist     the source archive and the wheel
    python -m tools.release try dist       install the wheel in a fresh environment, and use it
    python -m tools.release notes          the changelog's section for this version

The version stands in bpdemo/__init__.py.
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from hatchling.builders.sdist import SdistBuilder

from tools import wheel

__all__ = ["ReleaseError", "build", "check", "notes", "tried", "version"]

ROOT = Path(__file__).parent.parent


class ReleaseError(Exception):
    """This can't be released; the message says why."""


def version() -> str:
    """The version of the package, read and not imported."""
    tree = ast.parse((ROOT / "bpdemo" / "__init__.py").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__version__":
            return ast.literal_eval(node.value)
    raise ReleaseError("bpdemo/__init__.py has no __version__")


def notes(changelog: str, number: str) -> str:
    """The changelog's section for this version, without its heading.

    Raises
    ------
    ReleaseError : there is none, or it is empty.
    """
    heading = re.search(rf"(?m)^## \[{re.escape(number)}\].*$", changelog)
    if heading is None:
        raise ReleaseError(f"CHANGELOG.md has no section [{number}]")
    section = re.split(r"(?m)^## ", changelog[heading.end() :])[0].strip()
    if not section:
        raise ReleaseError(f"CHANGELOG.md says nothing of [{number}]")
    return section + "\n"


def check(tag: str, number: str, changelog: str, citation: str) -> None:
    """See whether the tag, the version, the changelog and CITATION.cff agree.

    Raises
    ------
    ReleaseError : they don't; the message says which.
    """
    if tag != f"v{number}":
        raise ReleaseError(f"the tag is {tag}, and the version is {number}: expected v{number}")
    heading = re.search(rf"(?m)^## \[{re.escape(number)}\] - (\d{{4}}-\d\d-\d\d)$", changelog)
    if heading is None:
        raise ReleaseError(f"CHANGELOG.md has no heading “## [{number}] - year-month-day”")
    notes(changelog, number)
    cited = dict(re.findall(r"(?m)^(version|date-released): *\"?([^\"\n]+?)\"?$", citation))
    if cited != {"version": number, "date-released": heading[1]}:
        raise ReleaseError(f"CITATION.cff has {cited}, expected {number} and {heading[1]}")


def build(out: Path) -> list[Path]:
    """Build the source archive and the wheel in an empty folder, which is made if need be.

    Raises
    ------
    ReleaseError : something is in the folder already, which would be published too.
    """
    out = Path(out).resolve()
    out.mkdir(parents=True, exist_ok=True)
    if any(out.iterdir()):
        raise ReleaseError(f"{out} isn't empty: all that is in it would be published")
    (archive,) = SdistBuilder(str(ROOT)).build(directory=str(out), versions=["standard"])
    return [Path(archive), wheel.build(out)]


_USE = """
import doctest, pathlib, sys
import bpdemo
from bpdemo import data, exercises, explorers, figures, symbolic

at = pathlib.Path(bpdemo.__file__)
assert at.is_relative_to(sys.prefix), f"bpdemo comes from {at}"
assert bpdemo.__version__ == sys.argv[1], bpdemo.__version__
result = doctest.testmod(bpdemo)
assert result.attempted > 4 and not result.failed
assert len(data.digits_split().train) > 1000
assert symbolic.claim("N10").holds
assert "<svg" in explorers.ThreeTerms().svg() and explorers.ThreeTerms().still_svg()
assert figures.sigma_and_derivative("tanh").png().startswith(b"\\x89PNG")
assert exercises.quiz("03").cards()
"""


def tried(folder: Path, environment: Path) -> int:
    """Install the one wheel of `folder` in a new environment, and use it; return its notebooks.

    What it needs is installed as pinned, by its hashes; nothing comes from this checkout.
    """
    wheels = sorted(Path(folder).resolve().glob("*.whl"))
    if len(wheels) != 1:
        raise ReleaseError(f"{folder} has {len(wheels)} wheels, expected one")
    venv.create(environment, with_pip=True)
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pip = [python, "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    clean = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME")}
    with tempfile.TemporaryDirectory() as work:

        def run(*command) -> None:
            done = subprocess.run(
                [str(part) for part in command], cwd=work, env=clean, capture_output=True, text=True
            )
            if done.returncode:
                raise ReleaseError(f"{command[1:4]} failed:\n{done.stdout}{done.stderr}"[-3000:])

        run(*pip, "--require-hashes", "-r", ROOT / "requirements.txt")
        run(*pip, "--no-deps", "--no-index", wheels[0])
        run(python, "-W", "error", "-c", _USE, version())
        run(python, "-m", "bpdemo", "copied", "--update")
        copied = sum(1 for path in (Path(work) / "copied").rglob("*.ipynb"))
    if copied != len(list((ROOT / "notebooks").glob("*.ipynb"))):
        raise ReleaseError(f"the command bpdemo copied {copied} notebooks")
    return copied


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.release",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
    steps.add_parser("check").add_argument("tag", help="as v1.2.3")
    steps.add_parser("build").add_argument("folder", type=Path)
    steps.add_parser("try").add_argument("folder", type=Path)
    steps.add_parser("notes")
    given = parser.parse_args(arguments)
    read = {n: (ROOT / n).read_text(encoding="utf-8") for n in ("CHANGELOG.md", "CITATION.cff")}
    try:
        if given.step == "check":
            check(given.tag, version(), *read.values())
            print(f"{given.tag}: the tag, the version, the changelog and CITATION.cff agree")
        elif given.step == "build":
            print(*build(given.folder), sep="\n")
        elif given.step == "try":
            with tempfile.TemporaryDirectory() as folder:
                count = tried(given.folder, Path(folder) / "environment")
            print(f"installed, used, and its {count} notebooks copied")
        else:
            print(notes(read["CHANGELOG.md"], version()), end="")
    except ReleaseError as trouble:
        print(trouble, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
