"""What the pages need without a network: files with their hashes, for the service worker."""

import hashlib
import json
from pathlib import Path

__all__ = ["FILE", "write"]

FILE = "offline.json"

PYODIDE = "lite/static/pyodide/"
PYTHON = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "pyodide-lock.json",
          "python_stdlib.zip", "numpy-", "bpdemo-", "contourpy-")  # fmt: skip
"""Of Python's files, those that a page's worker loads, by the beginnings of their names."""


def write(site: Path) -> Path:
    """Write the list of a built site, and return its path.

    It has all files but those of JupyterLab, which has a service worker of its own.
    """
    files = {}
    for path in sorted(site.rglob("*")):
        name = path.relative_to(site).as_posix()
        if path.is_file() and name != FILE and _is_kept(name):
            files[name] = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    made = site / FILE
    made.write_text(json.dumps({"files": files}, indent=0) + "\n", encoding="utf-8")
    return made


def _is_kept(name: str) -> bool:
    if name.startswith(PYODIDE):
        return name.removeprefix(PYODIDE).startswith(PYTHON)
    return not name.startswith("lite/") and not name.endswith(("sw.js", ".map"))
