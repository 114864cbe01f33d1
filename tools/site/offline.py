"""A service worker for a folder of the site: what was visited once is there without a network."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from tools.site import parts

__all__ = ["NAME", "write"]

SCRIPT = Path(__file__).with_name("offline.js")

NAME = "service-worker.js"
"""The service worker's file. It stands in the folder that it serves: that is its scope."""


def write(folder: Path, files: Iterable[Path], then: str | None = None) -> Path:
    """Write a service worker into `folder`, which keeps `files` when a page says "keep".

    A page says so with ``registration.active.postMessage("keep")``, at a quiet moment, and is told
    "kept". The same files give the same service worker, and a browser takes a changed one for an
    update.

    Parameters
    ----------
    files : files in `folder`, at any depth.
    then : another service worker's script, beside it, that serves what isn't a file.
    """
    sums = {
        path.relative_to(folder).as_posix(): parts.sha256(path)
        for path in sorted(files)
        if path.name != NAME
    }
    script = f"const FILES = {json.dumps(sums, indent=0)};\n\n{SCRIPT.read_text(encoding='utf-8')}"
    if then is not None:
        script += f"\nimportScripts({json.dumps(then)});\n"
    target = folder / NAME
    target.write_text(script, encoding="utf-8")
    return target
