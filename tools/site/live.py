"""The files that wake a page, and what a page must know of them.

The front ends are the notebooks' own (`bpdemo/explorers/view.js`, `bpdemo/exercises/practice.js`);
`runtime/` has what stands between them and Python in a worker, where a notebook has a kernel.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

from tools.notebooks import ROOT

__all__ = ["PYODIDE", "copy", "names"]

RUNTIME = Path(__file__).parent / "runtime"
FRONTS = (ROOT / "bpdemo" / "explorers" / "view", ROOT / "bpdemo" / "exercises" / "practice")

PYODIDE = Path("lite", "static", "pyodide")
"""Where the site has Python: JupyterLite's copy is the pages' too."""


def copy(static: Path) -> None:
    """Copy the runtime and the front ends into a folder, with one style sheet for all."""
    static.mkdir(parents=True, exist_ok=True)
    for script in RUNTIME.glob("*.mjs"):
        shutil.copyfile(script, static / script.name)
    styles = [RUNTIME / "page.css"]
    for front in FRONTS:
        shutil.copyfile(front.with_suffix(".js"), static / f"{front.name}.js")
        styles.insert(0, front.with_suffix(".css"))
    text = "\n".join(style.read_text(encoding="utf-8") for style in styles)
    (static / "page.css").write_text(text, encoding="utf-8")


def names(pyodide: Path) -> dict[str, str]:
    """What a page tells its worker: the files to load, and a name for what they are together.

    Raises FileNotFoundError where the folder has no lock file.
    """
    lock = (pyodide / "pyodide-lock.json").read_bytes()
    packages = json.loads(lock)["packages"]
    worker = (RUNTIME / "worker.mjs").read_bytes()
    return {
        "wheel": packages["bpdemo"]["file_name"],
        "numpy": packages["numpy"]["file_name"],
        # The lock file has the hash of every package, so a change of one is a new version.
        "version": hashlib.sha256(lock + worker).hexdigest()[:16],
    }
