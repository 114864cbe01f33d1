"""Build bpdemo's wheel: all that learners install, or the package alone for a browser.

    python -m tools.wheel dist            the wheel that a learner installs
    python -m tools.wheel --slim dist     without the notebooks and JupyterLab's settings

The slim one is for a kernel in the browser, where the notebooks come from the site itself. Both are
made by the build backend that pip uses, with the settings in pyproject.toml, so the same files give
the same bytes.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from pathlib import Path

from hatchling.builders.wheel import WheelBuilder

__all__ = ["build"]

ROOT = Path(__file__).parent.parent


def build(out: Path, slim: bool = False) -> Path:
    """Build the wheel in the folder `out`, which is made if need be; return its path.

    Parameters
    ----------
    out : where to put it; a wheel of the same version there is replaced.
    slim : leave out the notebooks, their pages and JupyterLab's settings.

    Raises
    ------
    OSError : the folder can't be made or written.
    """
    out = Path(out).resolve()
    out.mkdir(parents=True, exist_ok=True)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    if slim:
        target = project["tool"]["hatch"]["build"]["targets"]["wheel"]
        target["only-include"] = ["bpdemo"]
        for part in ("sources", "shared-data"):
            del target[part]
    builder = WheelBuilder(str(ROOT), config=project)
    (wheel,) = builder.build(directory=str(out), versions=["standard"])
    return Path(wheel)


def main(arguments: list[str] | None = None) -> int:
    """Build a wheel and say where it is; return 0, or 2 where the folder can't be written."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.wheel",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("out", metavar="OUT", type=Path, help="the folder to put it in")
    parser.add_argument(
        "--slim", action="store_true", help="without notebooks and JupyterLab's settings"
    )
    wanted = parser.parse_args(arguments)
    try:
        wheel = build(wanted.out, wanted.slim)
    except OSError as error:
        print(f"{wanted.out} can't be written: {error.strerror}", file=sys.stderr)
        return 2
    print(f"{wheel}: {wheel.stat().st_size / 1e6:.2f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
