"""The whole site: JupyterLite, the pages, and what keeps them for a time without a network."""

from __future__ import annotations

import shutil
from pathlib import Path

from tools.site import parts

__all__ = ["SiteError", "build"]


class SiteError(Exception):
    """The site could not be built; the message is for the user."""


def build(out: Path) -> None:
    """Build the site into a folder; what is in it already is replaced.

    Raises
    ------
    SiteError : something is missing, or a notebook can't be shown.
    parts.PartsError : a file for the browser can't be had, or isn't what it should be.
    OSError : the folder can't be written.
    """
    # Only a build needs what these import.
    try:
        from tools.site import compiled, lite, live, offline, pages
    except ImportError as missing:
        raise SiteError(
            f"{missing.name} is missing; the site's own packages are installed by "
            'python -m pip install ".[site]"'
        ) from None
    out.mkdir(parents=True, exist_ok=True)
    try:
        lite.build(out)
        fonts = parts.folder() / parts.FONTS
        pages.build(out, fonts, python=live.names(out / live.PYODIDE))
        shutil.copyfile(live.RUNTIME / "sw.js", out / "sw.js")
        offline.write(out)
    except (lite.LiteError, compiled.CompileError, pages.Problem) as problem:
        raise SiteError(str(problem)) from problem
