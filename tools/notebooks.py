"""Write, execute and check the notebooks.

    python -m tools.notebooks text  [NN ...]   write the text form to build/text/, to edit or read
    python -m tools.notebooks apply [NN ...]   make the notebook from its text form, execute it
    python -m tools.notebooks run   [NN ...]   execute the notebook where it is
    python -m tools.notebooks check [NN ...]   say what is wrong with the committed notebook

The cells of an exercise come from its entry in bpdemo/exercises, each time a notebook is run; edit
them there.

Only notebooks/*.ipynb are in git, executed and normalised: two people who run the same cells get
the same file. NN is a notebook's number, which is what stands before the first "-" of its name
("03", "A1"), or how its name begins ("03-ind"); without it, all are meant.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import jupytext
import nbclient
import nbformat
from nbformat import NotebookNode

from bpdemo import exercises
from bpdemo.exercises.cells import TAG, cells
from tools import stills

ROOT = Path(__file__).parent.parent
NOTEBOOKS = ROOT / "notebooks"
TEXTS = ROOT / "build" / "text"

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
SECONDS_A_CELL = 60

# What a notebook says about itself: all that JupyterLab writes there when a kernel starts, but the
# version of Python that happened to run it. JupyterLab puts that back, so an opened notebook counts
# as changed (●) until it is saved; it differs by that one line then.
METADATA = {
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    },
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
    },
}
KEPT_CELL_METADATA = ("tags", "jupyter")  # "jupyter" is where a folded-in cell is noted


class Problem(Exception):
    """A notebook that can't be written, with the cell to look at."""


# --- one notebook --------------------------------------------------------------------------------


def execute(notebook: NotebookNode, name: str, folder: Path = NOTEBOOKS) -> None:
    """Run every cell in a fresh kernel and store the outputs in `notebook`.

    Raises Problem, naming the cell, when one fails or takes over a minute.
    """
    running = 0

    def remember(cell: NotebookNode, cell_index: int) -> None:
        nonlocal running
        running = cell_index

    client = nbclient.NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=SECONDS_A_CELL,
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
        on_cell_start=remember,
        resources={"metadata": {"path": str(folder)}},
    )
    try:
        client.execute()
    except (nbclient.exceptions.CellExecutionError, nbclient.exceptions.CellTimeoutError) as error:
        report = re.sub(r"\x1b\[[0-9;]*m", "", str(error))  # without the colours
        raise Problem(f"{name}, {describe(notebook, running)}\n{report}") from None


def number_of(path: Path) -> str:
    """What a notebook is called in the names of its exercises: "03", "05b", "A1".

    >>> number_of(Path("notebooks/05b-by-hand.ipynb"))
    '05b'
    """
    return path.stem.partition("-")[0]


def fill(notebook: NotebookNode, number: str) -> None:
    """Write the cells of the notebook's exercises from their entries in `exercises.TABLE`.

    An exercise stays where its cells stand; one that has none yet closes the section that it names.
    Raises Problem where there is no such section.
    """
    own = {n: e for n, e in exercises.TABLE.items() if e.notebook == number}
    kept: list[NotebookNode] = []
    placed: set[str] = set()
    for cell in notebook.cells:
        name = exercise_of(cell)
        if name is None:
            kept.append(cell)
        elif name in own and name not in placed:
            placed.add(name)
            kept.extend(_new_cells(own[name]))
    for name in sorted(own.keys() - placed, key=list(own).index):
        at = _end_of_section(kept, own[name].place)
        if at is None:
            raise Problem(f"exercise {name}: no heading `{own[name].place}` in notebook {number}")
        kept[at:at] = _new_cells(own[name])
    notebook.cells = kept


def exercise_of(cell: NotebookNode) -> str | None:
    """The exercise that a cell belongs to, by its tag."""
    tags = cell.metadata.get("tags", [])
    return next((t.removeprefix(TAG) for t in tags if t.startswith(TAG)), None)


def _new_cells(entry) -> list[NotebookNode]:
    make = {"markdown": nbformat.v4.new_markdown_cell, "code": nbformat.v4.new_code_cell}
    return [
        make[kind](source, metadata={"tags": [TAG + entry.name]}) for kind, source in cells(entry)
    ]


def _end_of_section(cells_: list[NotebookNode], heading: str) -> int | None:
    """Where the next section begins after the one with this heading."""
    begun = False
    for place, cell in enumerate(cells_):
        lines = cell.source.splitlines() if cell.cell_type == "markdown" else []
        if begun and any(line.startswith("## ") for line in lines[:1]):
            return place
        begun = begun or heading in lines
    return len(cells_) if begun else None


def drifted(notebook: NotebookNode, number: str) -> Iterator[str]:
    """Yield the exercises whose cells aren't what their entries say."""
    fresh = nbformat.v4.new_notebook(cells=list(notebook.cells))
    try:
        fill(fresh, number)
    except Problem as problem:
        yield str(problem)
        return
    found = [(exercise_of(c), c.cell_type, c.source) for c in notebook.cells]
    wanted = [(exercise_of(c), c.cell_type, c.source) for c in fresh.cells]
    if found != wanted:
        names = {now[0] or then[0] for now, then in zip(found, wanted, strict=False) if now != then}
        names |= {name for name, *_ in wanted[len(found) :] + found[len(wanted) :]}
        which = ", ".join(sorted(name or "?" for name in names))
        yield (
            f"exercises differ from their entries: {which}; edit them there, then "
            f"`python -m tools.notebooks run {number}`"
        )


def describe(notebook: NotebookNode, index: int) -> str:
    """Name a cell so that it can be found: its place (from 1, as in the file) and first line."""
    lines = notebook.cells[index].source.splitlines() or [""]
    return f"cell {index + 1} `{lines[0]}`"


def normalise(notebook: NotebookNode) -> None:
    """Take out what differs between two runs of the same cells, and what only a live kernel shows.

    A widget's view needs the kernel that made it: without one a reader is told "model not found".
    It goes, and what was sent beside it (a picture, a text) shows in its place.
    """
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.metadata = nbformat.from_dict(METADATA)
    taken: set[str] = set()
    for cell in notebook.cells:
        cell.id = identify(cell, taken)
        cell.metadata = {k: v for k, v in cell.metadata.items() if k in KEPT_CELL_METADATA}
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET_VIEW, None)
            output.get("metadata", {}).pop(WIDGET_VIEW, None)


def identify(cell: NotebookNode, taken: set[str]) -> str:
    """Make a cell's id from what is in it, so that it stays while the cell does."""
    digest = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()
    length = next(n for n in range(8, len(digest) + 1) if digest[:n] not in taken)
    taken.add(digest[:length])
    return digest[:length]


def complaints(text: str) -> Iterator[str]:
    """Yield what is wrong with a committed notebook, given as the text of its file."""
    notebook = nbformat.reads(text, as_version=4)
    expected = 0
    for index, cell in enumerate(notebook.cells):
        here = describe(notebook, index)
        if cell.cell_type != "code":
            for line in like_lists(cell.source):
                yield f"{here} has a line that begins like a list: `{line}`"
            continue
        expected += 1
        if not cell.source.strip():
            yield f"{here} is empty"
        if cell.execution_count != expected:
            yield f"{here} has execution count {cell.execution_count}, not {expected}"
        if re.search(r"\bsys\s*\.\s*path\b|\bsite\.addsitedir\b", cell.source):
            yield f"{here} edits sys.path; the package is installed"
        if cell.source.rstrip().endswith(";"):
            yield f"{here} ends in `;`, which nbval does not know: write `_ = …`"
        for output in cell.outputs:
            if output.output_type == "error":
                yield f"{here} failed: {output.ename}: {output.evalue}"
            if output.get("name") == "stderr":
                yield f"{here} wrote to stderr: {output.text.strip()[:200]}"
            if WIDGET_VIEW in output.get("data", {}):
                yield f"{here} holds a widget's view, which is dead in a file"
            yield from (f"{here} {wrong}" for wrong in stills.complaints(output))
    normalise(notebook)
    if as_text(notebook) != text:
        yield "is not normalised: `make notebooks` does it"


def like_lists(source: str) -> Iterator[str]:
    """Yield the lines in the middle of a paragraph that begin a list: Markdown lets 1 do so."""
    before, block = "", False
    for line in source.splitlines():
        if line.startswith("```"):
            block = not block
        # After a line of a list, or an indented one, it is the list's next entry.
        elif not block and _ENTRY.match(line) and before.strip() and not _LIST.match(before):
            yield line
        before = line


_ENTRY = re.compile(r" {0,3}0*1[.)]\s")
_LIST = re.compile(r"\s*(\d+[.)]|[-+*])\s|\s{2,}|```")


def as_text(notebook: NotebookNode) -> str:
    """Return the text of the notebook's file."""
    return nbformat.writes(notebook).rstrip("\n") + "\n"


def formatted(text: str, name: str) -> str:
    """Return the notebook with its code as ruff wants it, as far as ruff can fix it."""
    for task in (["check", "--fix-only", "--quiet"], ["format"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *task, "--stdin-filename", "notebook.ipynb", "-"],
            cwd=ROOT,
            input=text,
            capture_output=True,
            encoding="utf-8",
        )
        if done.returncode:
            raise Problem(f"{name}: {done.stderr}")
        text = done.stdout
    return text


def named(name: str, paths: list[Path]) -> list[Path]:
    """The notebook with this number, or else all whose name begins so: "05" isn't "05b"."""
    return [path for path in paths if number_of(path) == name] or [
        path for path in paths if path.name.startswith(name)
    ]


# --- the commands --------------------------------------------------------------------------------


def to_text(path: Path) -> None:
    """Write the text form of a notebook."""
    TEXTS.mkdir(parents=True, exist_ok=True)
    target = TEXTS / f"{path.stem}.py"
    jupytext.write(nbformat.read(path, as_version=4), target, fmt="py:percent")
    print(f"{shown(path)} -> {shown(target)}")


def apply(path: Path) -> None:
    """Make a notebook from its text form and execute it."""
    run(path, source=as_text(jupytext.read(path, fmt="py:percent")))


def run(path: Path, source: str | None = None) -> None:
    """Execute a notebook (or `source` in its place), normalise and write it, if nothing failed."""
    NOTEBOOKS.mkdir(exist_ok=True)
    target = NOTEBOOKS / f"{path.stem}.ipynb"
    text = path.read_text(encoding="utf-8") if source is None else source
    notebook = nbformat.reads(text, as_version=4)
    fill(notebook, number_of(path))
    notebook = nbformat.reads(formatted(as_text(notebook), path.name), as_version=4)
    execute(notebook, path.name, target.parent)
    normalise(notebook)
    stills.settle(notebook)
    target.write_text(as_text(notebook), encoding="utf-8", newline="\n")
    print(f"{shown(target)}: executed")


def check(path: Path) -> None:
    """Raise Problem with everything that is wrong with a committed notebook."""
    text = path.read_text(encoding="utf-8")
    notebook = nbformat.reads(text, as_version=4)
    found = [*complaints(text), *drifted(notebook, number_of(path))]
    if found:
        raise Problem("\n".join(f"{path.name}: {complaint}" for complaint in found))
    print(f"{shown(path)}: executed, in order, normalised")


def shown(path: Path) -> str:
    """Return the path as a reader in the project's folder would type it."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


COMMANDS = {"text": to_text, "apply": apply, "run": run, "check": check}


def main(arguments: list[str] | None = None) -> int:
    """Carry out a command; return 1 when a notebook has a problem."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.notebooks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("numbers", nargs="*", metavar="NN")
    wanted = parser.parse_args(arguments)

    pattern, folder = ("*.py", TEXTS) if wanted.command == "apply" else ("*.ipynb", NOTEBOOKS)
    there = sorted(folder.glob(pattern))
    paths = [path for name in wanted.numbers or [""] for path in named(name, there)]
    status = 0
    if not paths:
        print(f"There is no {' '.join(wanted.numbers)}{pattern} in {shown(folder)}/")
        status = 1
    for path in paths:
        try:
            COMMANDS[wanted.command](path)
        except Problem as problem:
            print(problem)
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
