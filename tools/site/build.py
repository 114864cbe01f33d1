"""The whole site in one folder: JupyterLite, the pages, and what they need without a network."""

from __future__ import annotations

import shutil
from pathlib import Path

from tools.site import lite, live, offline, pages, parts

__all__ = ["build"]


def build(out: Path) -> Path:
    """Build the site into `out`, which is emptied first, and return it.

    Raises
    ------
    parts.PartsError, lite.LiteError, pages.Problem : it can't be built; the message says why.
    """
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    lite.build(out)
    # JupyterLite's Python is the pages' too, so it comes first.
    pages.build(out, parts.folder() / "katex", python=live.names(out / live.PYODIDE))
    shutil.copyfile(live.RUNTIME / "sw.js", out / "sw.js")
    offline.write(out)
    return out
