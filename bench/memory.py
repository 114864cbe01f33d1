"""How much memory a learner needs: the kernel of each notebook, and JupyterLab itself.

    python -m bench memory

Every cell of a notebook runs in a fresh kernel, and Linux says how large the kernel's process has
been at most (VmHWM, the peak of its resident memory). JupyterLab's server is measured by itself,
from its start until it answers. Times are processor seconds: what the machine does besides doesn't
count. And a class on one machine: ten kernels run notebook 04 at once. Needs Linux, whose /proc has
the memory.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbclient
import nbformat
from nbformat import v4

from bench import core
from tools import lab
from tools.notebooks import NOTEBOOKS, number_of

SECONDS_A_CELL = 300
CLASS, CLASS_RUNS = 10, "04-learning.ipynb"
MB = 1e6

_ASK = """
import json, time
status = open("/proc/self/status", encoding="utf-8").read()
peak = int(status.split("VmHWM:")[1].split()[0]) * 1024
print(json.dumps({"bytes": peak, "seconds": time.process_time()}))
"""


def run(rounds: int = 1) -> dict:
    """Measure a kernel that has run nothing, one for each notebook, and the server.

    Of several rounds the largest memory counts, and the shortest time.

    Raises
    ------
    OSError : this isn't Linux.
    """
    if not Path("/proc/self/status").exists():
        raise OSError("bench memory needs Linux: it reads /proc")
    empty = v4.new_notebook()
    found = {"a kernel": [kernel(empty) for _ in range(rounds)]}
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        found[path.name] = [kernel(notebook) for _ in range(rounds)]
    found["the server"] = [server() for _ in range(rounds)]
    return {
        "machine": core.machine(),
        **{name: _of_all(turns) for name, turns in found.items()},
        "a class": a_class(),
    }


def a_class(kernels: int = CLASS, name: str = CLASS_RUNS) -> dict:
    """Run a notebook in so many kernels at once: MB of all peaks together, seconds until the last.

    The peaks add up to more than the machine needs, for kernels share what they only read.
    """
    began = time.monotonic()
    with ThreadPoolExecutor(kernels) as pool:
        reads = [nbformat.read(NOTEBOOKS / name, as_version=4) for _ in range(kernels)]
        peaks = [done["bytes"] for done in pool.map(kernel, reads)]
    return {
        "kernels": kernels,
        "notebook": name,
        "MB": round(sum(peaks) / MB),
        "seconds": round(time.monotonic() - began),
        "cores": os.cpu_count(),
    }


def kernel(notebook: nbformat.NotebookNode) -> dict:
    """Run all cells of a notebook in a fresh kernel: its peak in bytes, its processor seconds."""
    asking = v4.new_notebook(cells=[*notebook.cells, v4.new_code_cell(_ASK)])
    asking.metadata = notebook.metadata
    execute(asking)
    return json.loads(asking.cells[-1].outputs[0]["text"])


def execute(notebook: nbformat.NotebookNode) -> None:
    """Run all cells in a fresh kernel, in the notebooks' folder; their outputs are put in."""
    nbclient.NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=SECONDS_A_CELL,
        store_widget_state=False,
        resources={"metadata": {"path": str(NOTEBOOKS)}},
    ).execute()


def server() -> dict:
    """Start JupyterLab and wait until it answers: its memory in bytes, its processor seconds."""
    with tempfile.TemporaryDirectory() as folder, lab.serve(Path(folder)) as running:
        proc = Path(f"/proc/{running.pid}")
        status = (proc / "status").read_text("utf-8")
        ticks = (proc / "stat").read_text("utf-8").rpartition(")")[2].split()[11:13]  # user, system
    return {
        "bytes": int(status.split("VmHWM:")[1].split()[0]) * 1024,
        "seconds": sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK"),
    }


def _of_all(turns: list[dict]) -> dict:
    return {
        "MB": round(max(turn["bytes"] for turn in turns) / MB),
        "seconds": round(min(turn["seconds"] for turn in turns), 1),
    }


def notebooks(result: dict) -> dict[str, dict]:
    """The notebooks' part of a result, by file name."""
    return {name: found for name, found in result.items() if name.endswith(".ipynb")}


def table(result: dict) -> str:
    """The result for the terminal."""
    rows = [("the server", result["the server"]), ("a kernel", result["a kernel"])]
    rows += notebooks(result).items()
    together = result["a class"]
    rows += [(f"{together['kernels']} kernels, {together['notebook']}", together)]
    return "\n".join(
        f"{name:38} {found['MB']:5} MB {found['seconds']:6.1f} s" for name, found in rows
    )


def markdown(result: dict) -> str:
    """The result for the page for teachers."""
    lab_, bare = result["the server"], result["a kernel"]
    most, largest = max((found["MB"], name) for name, found in notebooks(result).items())
    every = sum(found["MB"] for found in notebooks(result).values())
    rows = [
        f"| [{name.removesuffix('.ipynb')}](../notebooks/{name}) "
        f"| {found['MB']} | {found['seconds']:.1f} |"
        for name, found in notebooks(result).items()
    ]
    on, together = result["machine"], result["a class"]
    return "\n".join(
        [
            f"JupyterLab itself: {lab_['MB']} MB, and {lab_['seconds']:.1f} processor seconds to "
            f"start. A kernel that has run nothing: {bare['MB']} MB and {bare['seconds']:.1f} s. "
            f"So a learner with one notebook open needs at most {lab_['MB'] + most} MB (notebook "
            f"{number_of(Path(largest))}); one who leaves all their kernels running, "
            f"{(lab_['MB'] + every) / 1000:.1f} GB. {together['kernels']} kernels that run "
            f"notebook {number_of(Path(together['notebook']))} at once, on {together['cores']} "
            f"cores: {together['MB'] / 1000:.1f} GB, and the last is done after "
            f"{together['seconds']} s.",
            "",
            "| notebook | peak of its kernel, MB | processor seconds for all cells |",
            "| --- | ---: | ---: |",
            *rows,
            "",
            f"{on['cpu']}, {on['system']}, Python {on['python']}, NumPy {on['numpy']}. A kernel's "
            "start is in its seconds.",
        ]
    )
