"""Does it stay small in long use? Every notebook three times in one kernel, every explorer moved.

    python -m bench long

All cells of a notebook run three times over in one kernel, as when somebody presses Run All Cells
again and again; after each time the kernel says how much memory it has, and how many figures of
Matplotlib are open. Each explorer, in a process of its own, gets 2,000 random moves as a page sends
them, after 1,000 in which its caches fill. Needs Linux, whose /proc has the memory.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import nbformat
from nbformat import v4

from bench import core
from bench.memory import MB, execute
from tools.made import EXPLORERS, make
from tools.moves import memory, message
from tools.notebooks import NOTEBOOKS

TIMES = 3
WARM_UP, MOVES = 1000, 2000

_ASK = """
import gc, json, mmap, sys
gc.collect()
plt = sys.modules.get("matplotlib.pyplot")
pages = int(open("/proc/self/statm").read().split()[1])
print(json.dumps({"bytes": pages * mmap.PAGESIZE, "figures": len(plt.get_fignums()) if plt else 0}))
"""


def run(rounds: int = TIMES) -> dict:
    """Run every notebook so many times in one kernel, and move every explorer.

    Raises
    ------
    OSError : this isn't Linux.
    """
    if not Path("/proc/self/statm").exists():
        raise OSError("bench long needs Linux: it reads /proc")
    return {
        "machine": core.machine(),
        "notebooks": {
            path.stem: notebook(nbformat.read(path, as_version=4), rounds)
            for path in sorted(NOTEBOOKS.glob("*.ipynb"))
        },
        "explorers": {name: _apart(name) for name in EXPLORERS},
    }


def notebook(read: nbformat.NotebookNode, times: int) -> dict:
    """Run all cells several times in one kernel: MB after each time, and the open figures."""
    ask = v4.new_code_cell(_ASK)
    once = [*read.cells, ask]
    cells = [nbformat.from_dict(cell) for cell in once * times]
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"
    again = v4.new_notebook(cells=cells)
    execute(again)
    last = again.cells[len(once) - 1 :: len(once)]
    said = [json.loads(cell.outputs[0]["text"]) for cell in last]
    return {
        "MB": [round(one["bytes"] / MB, 1) for one in said],
        "figures": max(one["figures"] for one in said),
    }


def explorer(name: str, warm_up: int = WARM_UP, moves: int = MOVES) -> dict:
    """Move an explorer at random: MB before and after, in this process."""
    rng, made = random.Random(f"long {name}"), make(name)

    def move(count):
        for _ in range(count):
            made.receive(message(made, rng))
        return round(memory() / MB, 1)

    return {"MB": [move(warm_up), move(moves)]}


def _apart(name: str) -> dict:
    code = f"import json; from bench import long; print(json.dumps(long.explorer({name!r})))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def growth(found: dict) -> float:
    """How many MB came on after the first time."""
    return round(found["MB"][-1] - found["MB"][0], 1)


def table(result: dict) -> str:
    """The result for the terminal."""
    lines = [
        f"{name:28} {', '.join(map(str, found['MB']))} MB: {growth(found):+} MB"
        + (f", {found['figures']} figures open" if "figures" in found else "")
        for kind in ("notebooks", "explorers")
        for name, found in result[kind].items()
    ]
    return "\n".join(lines)


def markdown(result: dict) -> str:
    """The result in two sentences, for the page for teachers."""
    books, movers = result["notebooks"], result["explorers"]
    book = max(books, key=lambda name: growth(books[name]))
    mover = max(movers, key=lambda name: growth(movers[name]))
    figures = max(found["figures"] for found in books.values())
    times = len(books[book]["MB"])
    return (
        f"All cells of a notebook run {times} times over in one kernel: from the first time to the "
        f"last, a kernel grows by at most {growth(books[book])} MB ({book}), and "
        f"{figures or 'no'} figure{'s' * (figures != 1)} of Matplotlib stay open. {MOVES:,} random "
        f"moves of an explorer, after {WARM_UP:,} in which its caches fill: at most "
        f"{growth(movers[mover])} MB more ({mover})."
    )
