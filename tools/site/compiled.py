"""Wheels for the browser, compiled beforehand by the very Python that will import them.

Pyodide's wheels hold source. A browser would compile each module again at every start: SymPy alone
takes it several seconds. So the build starts the official Pyodide itself, under Deno and without
any network, and lets it compile the modules and leave out what a browser never reads.

The same input gives the same bytes. What was made is kept in the cache, by the sum of its input.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from tools.site import parts

__all__ = ["CompileError", "compiled"]

HERE = Path(__file__).parent
SCRIPTS = (HERE / "compiling.py", HERE / "compiling.mjs")

DROP: Mapping[str, tuple[str, ...]] = {
    "*": (
        *("*.pyi", "*/py.typed", "*/tests/*", "*.dist-info/RECORD"),
        *("*.data/data/*", "*/labextension/*", "*/nbextension/*"),  # JupyterLab has its own
    ),
    # Servers, terminals, mail and processes: nothing that runs in a browser.
    "python_stdlib": (
        *("multiprocessing/*", "xmlrpc/*", "wsgiref/*", "ensurepip/*", "venv/*", "idlelib/*"),
        *("tkinter/*", "turtledemo/*", "curses/*", "dbm/*", "lib2to3/*", "pydoc_data/*"),
        *("mailbox.py", "imaplib.py", "poplib.py", "smtplib.py", "ftplib.py", "turtle.py"),
        *("ctypes/macholib/*", "sqlite3/*"),
    ),
    "numpy": (
        *("*.h", "*.a", "*.c", "*.pxd", "*.pyx", "*.in.py"),
        *("numpy/f2py/*", "numpy/_pyinstaller/*"),
    ),
    # The other fonts are those of figures and of formulas in them; toolbars need windows.
    "matplotlib": (
        *("*/mpl-data/fonts/afm/*", "*/mpl-data/fonts/pdfcorefonts/*", "*/mpl-data/images/*"),
        *("*/mpl-data/sample_data/*", "*/fonts/ttf/DejaVuSerif*.ttf"),
        *("*/backends/web_backend/*", "*/backends/backend_[gqtw][tkx]*", "matplotlib/sphinxext/*"),
    ),
    # Of 500 languages, Python.
    "pygments": (
        *("pygments/lexers/[!_p]*", "pygments/lexers/_[!_m]*", "pygments/lexers/_mql*"),
        "pygments/lexers/p[!y]*",
    ),
    "sympy": (
        *("sympy/parsing/autolev/*", "sympy/parsing/latex/*", "*/benchmarks/*"),
        *("sympy/physics/quantum/*", "sympy/physics/mechanics/*", "sympy/physics/vector/*"),
        *("sympy/physics/control/*", "sympy/physics/continuum_mechanics/*"),
        *("sympy/physics/biomechanics/*", "sympy/physics/optics/*", "sympy/physics/hep/*"),
    ),
    "python_dateutil": ("dateutil/zoneinfo/*.tar.gz",),
    "ipython": ("*.ipynb", "IPython/sphinxext/*"),
}
"""What is left out, by the name of the wheel; ``*`` is for all."""

SOURCES: Mapping[str, tuple[str, ...]] = {
    # The core is there to be read, and pictures show its lines; the rest would only be fetched.
    "bpdemo": (
        *("bpdemo/activations.py", "bpdemo/checking.py", "bpdemo/losses.py", "bpdemo/network.py"),
        *("bpdemo/slips.py", "bpdemo/training.py"),
    ),
}
"""Modules that keep their source beside what was compiled."""

NO_DOCSTRINGS = ("python_stdlib",)


class CompileError(Exception):
    """The wheels could not be compiled; the message is for the user."""


def compiled(files: Iterable[Path]) -> dict[str, Path]:
    """Compile wheels, and the standard library's zip: file name → the file in the cache.

    Raises
    ------
    CompileError : Deno is missing, or Pyodide failed under it.
    """
    cache = parts.caches() / "compiled"
    cache.mkdir(parents=True, exist_ok=True)
    tools = "".join(script.read_text(encoding="utf-8") for script in SCRIPTS)
    version = parts.listed()["pyodide"]["version"]
    jobs, found = [], {}
    for file in files:
        rules = _rules(file.name)
        key = json.dumps([parts.sha256(file), rules, tools, version])
        digest = hashlib.sha256(key.encode()).hexdigest()
        found[file.name] = cache / f"{digest[:32]}-{file.name}"
        if not found[file.name].is_file():
            jobs.append((file, found[file.name], rules))
    if jobs:
        _run(jobs)
    return found


def _rules(name: str) -> dict:
    """What is done with the file of this name."""
    key = name.split("-")[0].removesuffix(".zip").lower()
    return {
        "drop": [*DROP["*"], *DROP.get(key, ())],
        "sources": list(SOURCES.get(key, ())),
        "docstrings": key not in NO_DOCSTRINGS,
    }


def _run(jobs: list[tuple[Path, Path, dict]]) -> None:
    """Compile, in as many Pyodides as there are cores."""
    try:
        from deno import find_deno_bin
    except ImportError:
        raise CompileError(
            "Deno is missing, which runs Pyodide for the build: python -m pip install deno"
        ) from None
    print(f"Compiling {len(jobs)} packages for the browser …", flush=True)
    shares: list[list] = [[] for _ in range(min(os.cpu_count() or 1, len(jobs)))]
    for job in sorted(jobs, key=lambda job: job[0].stat().st_size, reverse=True):
        min(shares, key=lambda share: sum(job[0].stat().st_size for job in share)).append(job)
    with ThreadPoolExecutor(len(shares)) as pool:
        list(pool.map(partial(_compile, find_deno_bin()), shares))


def _compile(deno: str, jobs: list[tuple[Path, Path, dict]]) -> None:
    """Compile in one Pyodide, under Deno, which may read and write a folder of ours alone."""
    pyodide = parts.folder().resolve()
    with tempfile.TemporaryDirectory(dir=parts.caches(), prefix=".half-") as folder:
        work = Path(folder).resolve()
        for script in SCRIPTS:
            shutil.copyfile(script, work / script.name)
        (work / "info.json").write_text(json.dumps(parts.listed()["pyodide"]["info"]))
        orders = []
        for number, (source, _, rules) in enumerate(jobs):
            shutil.copyfile(source, work / f"{number}.in")
            ends = {"from": f"{work}/{number}.in", "to": f"{work}/{number}.out"}
            orders.append({**ends, **rules})
        (work / "jobs.json").write_text(json.dumps(orders))
        command = [deno, "run", "--no-prompt", "--no-remote", "--no-npm", "--no-config"]
        command += ["--no-lock", "--quiet"]
        command += [f"--allow-read={pyodide},{work}", f"--allow-write={work}"]
        command += [str(work / "compiling.mjs"), str(pyodide), pyodide.as_uri(), str(work)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise CompileError("Pyodide could not compile:\n" + done.stderr[-2000:])
        for number, (_, target, _) in enumerate(jobs):
            (work / f"{number}.out").replace(target)
