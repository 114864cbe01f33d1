"""Build the site, or show it.

python -m tools.site build              everything, into build/site
python -m tools.site serve              show it on this machine, at 127.0.0.1
python -m tools.site parts              fetch and check the files that the browser needs
python -m tools.site parts --against pyodide-lock.json
                                        compare their list with an official Pyodide release's
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tools.site import build, parts, serve

ROOT = Path(__file__).parent.parent.parent
SITE = ROOT / "build" / "site"


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.site",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    building = commands.add_parser("build", help="build the site")
    serving = commands.add_parser("serve", help="show the site on this machine")
    checking = commands.add_parser("parts", help="the files that the browser needs")
    for command in (building, serving):
        command.add_argument("folder", nargs="?", type=Path, default=SITE, help="build/site")
    for command in (building, checking):
        command.add_argument(
            "--parts", type=Path, metavar="DIR", help="a folder with an official Pyodide release"
        )
    serving.add_argument("--port", type=int, default=8000, help="8000")
    checking.add_argument("--against", type=Path, metavar="FILE", help="a pyodide-lock.json")
    given = parser.parse_args(arguments)
    try:
        return {"build": _build, "serve": _serve, "parts": _parts}[given.command](given)
    except (build.SiteError, parts.PartsError) as problem:
        print(problem, file=sys.stderr)
    except OSError as problem:
        print(f"{problem.filename or given.command}: {problem.strerror}", file=sys.stderr)
    return 1


def _build(given: argparse.Namespace) -> int:
    parts.folder(given.parts)
    build.build(given.folder)
    files = [path.stat().st_size for path in given.folder.rglob("*") if path.is_file()]
    print(f"{given.folder}: {sum(files) / 1e6:.0f} MB, {len(files)} files")
    return 0


def _serve(given: argparse.Namespace) -> int:
    if not (given.folder / "index.html").is_file():
        print(
            f"{given.folder} has no site: `python -m tools.site build` makes it.", file=sys.stderr
        )
        return 1
    serve.serve(given.folder, given.port)
    return 0


def _parts(given: argparse.Namespace) -> int:
    if given.against is None:
        print(f"{len(parts.parts())} files, all as listed, are in {parts.folder(given.parts)}")
        return 0
    differences = parts.against(json.loads(given.against.read_text(encoding="utf-8")))
    print("\n".join(differences) or f"{parts.LIST.name} agrees with {given.against}")
    return int(bool(differences))


if __name__ == "__main__":
    sys.exit(main())
