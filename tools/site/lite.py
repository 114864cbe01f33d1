"""The whole series in JupyterLite, under ``lite/``: JupyterLab and its kernel in the browser.

JupyterLite's own build makes the site. What is ours beside it:

- Pyodide and the packages come from this site alone, checked (parts.py) and compiled (compiled.py);
- kernel/ starts Python while JupyterLab loads, with all packages of pure Python in one zip file.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tools import wheel
from tools.site import parts
from tools.site.compiled import compiled

__all__ = ["LiteError", "build"]

ROOT = Path(__file__).parent.parent.parent
NOTEBOOKS = ROOT / "notebooks"
KERNEL = Path(__file__).parent / "kernel"
SETTINGS = (
    ROOT / "tools" / "lab-overrides.json",
    ROOT / "data" / "share" / "jupyter" / "lab" / "settings" / "overrides.d" / "bpdemo.json",
)

PYODIDE_EXTENSION = "@jupyterlite/pyodide-kernel-extension"
EXTENSIONS = ("@jupyter-widgets/jupyterlab-manager", PYODIDE_EXTENSION, "anywidget")
"""The front ends that the notebooks need: ipywidgets, the kernel, the explorers."""

OWN_WHEELS = ("ipykernel-6", "piplite", "pyodide_kernel")
"""The Python side of JupyterLite's kernel: wheels in its extension."""

UNPACKED = ("bpdemo", "contourpy", "kiwisolver", "matplotlib", "numpy", "pillow")
"""Packages that Python can't import from a zip file: compiled parts, or files of their own."""

PRELOADED = ("micropip", "piplite", "ipykernel", "comm", "pyodide-kernel", "jedi", "ipython")
"""What JupyterLite's kernel would look for by micropip. kernel.mjs has it, or does without."""

SERVICE_WORKER = "service-worker.js"
"""Where JupyterLite looks for its service worker."""

UNUSED = ("*.eot", "fa-*.svg", "fa-*.ttf", "rspack.config*.js")
"""What JupyterLite brings and no browser of today asks for."""

EPOCH = 1_577_836_800
"""The time that every file of the build is given: 2020."""


class LiteError(Exception):
    """The series could not be built; the message is for the user."""


def build(out: Path) -> Path:
    """Build JupyterLite with all notebooks into `out`/lite; return that folder.

    Raises
    ------
    LiteError : JupyterLite isn't there, or its own build failed.
    parts.PartsError : a file for the browser can't be had, or isn't what it should be.
    compiled.CompileError : Pyodide could not compile a package.
    """
    lite = out / "lite"
    shutil.rmtree(lite, ignore_errors=True)
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        runtime(work / "static" / "pyodide")
        _settings(work)
        _jupyterlite(work, lite)
    _start_early(lite)
    for pattern in UNUSED:
        for path in lite.rglob(pattern):
            path.unlink()
    _keep_offline(lite)
    for path in lite.rglob("*"):
        os.utime(path)  # servers tell a file that has changed by its time
    return lite


def runtime(folder: Path) -> None:
    """Put Pyodide, the packages and the lock file that names them into `folder`."""
    folder.mkdir(parents=True)
    official = parts.folder()
    with tempfile.TemporaryDirectory() as temporary:
        ours = wheel.build(Path(temporary), slim=True)
        wheels = {path.name: path for path in [ours, *_kernel_wheels()]}
        for part in parts.parts():
            path = official / part.path
            if path.suffix == ".whl" or path.name == "python_stdlib.zip":
                wheels[path.name] = path
            elif part.path in parts.listed()["core"]:
                shutil.copyfile(path, folder / part.path)
        made = compiled(wheels.values())
    shutil.copyfile(made.pop("python_stdlib.zip"), folder / "python_stdlib.zip")
    apart = [name for name in made if name.split("-")[0] in UNPACKED]
    for name in apart:
        shutil.copyfile(made[name], folder / name)
    lock = parts.lock(folder / name for name in apart)
    (folder / "pyodide-lock.json").write_text(json.dumps(lock, indent=1) + "\n", encoding="utf-8")
    pure = [path for name, path in sorted(made.items()) if name not in apart]
    _zip(pure, {"bpdemo_lite.py": KERNEL / "bpdemo_lite.py"}, folder / "series.zip")
    for name in ("kernel.mjs", "worker.mjs"):
        shutil.copyfile(KERNEL / name, folder / name)


def _kernel_wheels() -> list[Path]:
    """The wheels of JupyterLite's kernel."""
    found = []
    for name in OWN_WHEELS:
        folder = _extension(PYODIDE_EXTENSION) / "static" / "pypi"
        (wheel,) = folder.glob(f"{name}*.whl")
        found.append(wheel)
    return found


def _zip(wheels: Iterable[Path], files: Mapping[str, Path], target: Path) -> None:
    """Put the content of wheels, and files, into one zip file to import from."""
    with zipfile.ZipFile(target, "w") as zipped:
        for wheel in wheels:
            with zipfile.ZipFile(wheel) as archive:
                for entry in archive.infolist():
                    zipped.writestr(entry, archive.read(entry), compresslevel=9)
        for name, path in files.items():
            zipped.writestr(zipfile.ZipInfo(name), path.read_bytes(), zipfile.ZIP_DEFLATED)


def _extension(name: str) -> Path:
    """The folder of an installed front end."""
    folder = Path(sys.prefix, "share", "jupyter", "labextensions", name)
    if not folder.is_dir():
        raise LiteError(f"JupyterLab's extension {name} isn't installed in {sys.prefix}.")
    return folder


def _settings(work: Path) -> None:
    """Write what JupyterLite's build, its page and its JupyterLab are told."""
    build = {
        "LiteBuildConfig": {
            "apps": ["lab"],
            "no_sourcemaps": True,
            "no_unused_shared_packages": True,
            "contents": [str(NOTEBOOKS)],
            # This environment has more, which would make another site.
            "ignore_sys_prefix": ["federated_extensions"],
            "federated_extensions": [str(_extension(name)) for name in EXTENSIONS],
        }
    }
    kernel = {
        "disablePyPIFallback": True,
        "pyodideUrl": "./static/pyodide/kernel.mjs",
        "loadPyodideOptions": {"packages": PRELOADED},
    }
    page = {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {
            "appName": "bpdemo",
            "exposeAppInBrowser": True,  # for the tests
            "litePluginSettings": {f"{PYODIDE_EXTENSION}:kernel": kernel},
        },
    }
    lab: dict[str, Any] = {}
    for path in SETTINGS:
        lab |= json.loads(path.read_text(encoding="utf-8"))
    for name, content in (
        ("jupyter_lite_config.json", build),
        ("jupyter-lite.json", page),
        ("overrides.json", lab),
    ):
        (work / name).write_text(json.dumps(content), encoding="utf-8")


def _jupyterlite(work: Path, lite: Path) -> None:
    """Run JupyterLite's own build."""
    command = [sys.executable, "-m", "jupyterlite_core", "build"]
    command += ["--output-dir", str(lite.absolute())]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(EPOCH)}
    done = subprocess.run(command, cwd=work, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise LiteError("JupyterLite's build failed:\n" + (done.stdout + done.stderr)[-3000:])
    # It looks for pyodide.mjs, and takes it for the kernel's start.
    _change(
        lite / "jupyter-lite.json",
        '"./static/pyodide/pyodide.mjs"',
        '"./static/pyodide/kernel.mjs"',
    )


def _start_early(lite: Path) -> None:
    """Let JupyterLab's page start the kernel's worker before anything else."""
    (comlink,) = (lite / "extensions" / PYODIDE_EXTENSION / "static").glob("comlink.worker.*.js")
    worker = lite / "static" / "pyodide" / "worker.mjs"
    _change(worker, "COMLINK_WORKER", os.path.relpath(comlink, worker.parent).replace("\\", "/"))
    shutil.copyfile(KERNEL / "start.mjs", lite / "lab" / "start.mjs")
    page = lite / "lab" / "index.html"
    config = page.read_text(encoding="utf-8").partition("await import(")[2].partition(")")[0]
    _change(page, config, "'./start.mjs'")
    _change(page, "<title>JupyterLite</title>", "<title>bpdemo</title>")
    _change(
        page, '<link rel="manifest"', '<link rel="icon" href="favicon.ico"><link rel="manifest"'
    )


def _keep_offline(lite: Path) -> None:
    """Write the service worker that keeps every file of JupyterLite and the series."""
    # JupyterLite's own carries the learner's files between the page and the kernel.
    theirs = (lite / SERVICE_WORKER).rename(lite / "jupyterlite-worker.js")
    sums = {
        path.relative_to(lite).as_posix(): parts.sha256(path)
        for path in sorted(lite.rglob("*"))
        if path.is_file()
    }
    ours = (KERNEL / "offline.js").read_text(encoding="utf-8")
    script = f"const FILES = {json.dumps(sums, indent=0)};\n\n{ours}\n"
    script += f"importScripts({json.dumps(theirs.name)});\n"
    (lite / SERVICE_WORKER).write_text(script, encoding="utf-8")


def _change(path: Path, old: str, new: str) -> None:
    """Change a file of JupyterLite's, which must be as it was when this was written."""
    text = path.read_text(encoding="utf-8")
    if not old.strip() or text.count(old) != 1:
        raise LiteError(
            f"{path.name} isn't as JupyterLite 0.8.6 made it: {old!r} isn't there once."
        )
    path.write_text(text.replace(old, new), encoding="utf-8")
