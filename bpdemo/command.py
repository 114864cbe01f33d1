"""The command `bpdemo`: the notebooks in a folder of your own, and JupyterLab on them.

    bpdemo                     in the folder bpdemo-notebooks, which is made if need be
    bpdemo FOLDER              in another folder
    bpdemo --update [FOLDER]   bring newer notebooks, say which, and stop

Nothing that you changed is ever overwritten. What was copied is noted in the folder, in a small
file; a notebook counts as changed when a cell's text differs from it or an explorer was moved and
saved. Running its cells is no change.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import itertools
import json
import os
import re
import runpy
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import bpdemo
from bpdemo import validation

__all__ = ["FIRST", "FOLDER", "NOTES", "Brought", "Trouble", "bring", "main", "shipped"]

FOLDER = "bpdemo-notebooks"
"""The folder that is made when none is named."""

FIRST = "00-start-here.ipynb"
"""The notebook that is opened."""

NOTES = ".bpdemo.json"
"""Where the folder keeps what was copied into it."""

# What systems and editors put into a folder that a person calls empty.
_LITTER = {"desktop.ini", "thumbs.db"}

_WIDGETS = "application/vnd.jupyter.widget-state+json"


class Trouble(Exception):
    """What keeps the command from its work, in a sentence for the person who called it."""


# --- what bpdemo brings --------------------------------------------------------------------------


def shipped() -> dict[str, str]:
    """The text of each file that is copied, by its name in the folder.

    They are in the wheel; in a checkout they are the project's own notebooks.

    Raises
    ------
    Trouble : this bpdemo came without its notebooks, as the one for the browser does.
    """
    here = Path(__file__).parent
    wheel = here / "notebooks", here / "notebooks" / "docs"
    checkout = here.parent / "notebooks", here.parent / "docs"
    places = [place for place in (wheel, checkout) if (place[0] / FIRST).is_file()]
    if not places:
        raise Trouble("This bpdemo came without its notebooks; install it from its full wheel.")
    notebooks, pages = places[0]
    texts = {path.name: _read(path) for path in sorted(notebooks.glob("*.ipynb"))}
    linked = {
        name for text in texts.values() for name in re.findall(r"\]\(\.\./docs/([\w-]+\.md)", text)
    }
    # In the folder the pages stand below the notebooks, not beside them.
    texts = {name: text.replace("](../docs/", "](docs/") for name, text in texts.items()}
    for name in sorted(linked):
        texts[f"docs/{name}"] = _relinked(_read(pages / name))
    return texts


def _relinked(page: str) -> str:
    """The page with links to the notebooks above it, and no link to what isn't copied."""
    page = page.replace("](../notebooks/", "](../")
    return re.sub(r"\[([^]]*)\]\(\.\./(?!\w[\w-]*\.ipynb)[^)]*\)", r"\1", page)


def _read(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


# --- what counts as changed ----------------------------------------------------------------------


@dataclass(frozen=True)
class Digest:
    """A file in two digests: all of it, and what a learner writes in it."""

    whole: str
    written: str


def digest(text: str, name: str) -> Digest:
    """Digest a file that was copied, or that a learner has saved since.

    What is written in a notebook is the text of its cells. Outputs, numbers of runs and metadata
    come from running it, and JupyterLab adds an empty cell at its end.
    """
    whole = _sha(text)
    if not name.endswith(".ipynb"):
        return Digest(whole, _sha(text.replace("\r\n", "\n")))
    try:
        notebook = json.loads(text)
        cells = [(cell["cell_type"], "".join(cell["source"])) for cell in notebook["cells"]]
        moved = _moved(notebook.get("metadata", {}))
    except (ValueError, TypeError, KeyError, AttributeError):
        return Digest(whole, whole)  # no notebook any more: certainly changed
    written: list[Any] = [[kind, source] for kind, source in cells if source.strip()]
    return Digest(whole, _sha(json.dumps([*written, *moved])))


def _moved(metadata: Mapping[str, Any]) -> list[Any]:
    """The settings of the explorers that were moved before the notebook was saved."""
    models = metadata.get("widgets", {}).get(_WIDGETS, {}).get("state", {})
    states = [model.get("state", {}).get("state") for model in models.values()]
    return [
        state.get("settings")
        for state in states
        if isinstance(state, dict) and state.get("fresh") is False
    ]


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


# --- the notes of what was copied ----------------------------------------------------------------


@dataclass
class Notes:
    """What was copied into a folder: the digest of each file, by its name.

    `written` is what a copy that nobody changed still has; "" where it isn't known. `whole` is the
    last of bpdemo's files that was brought under this name, or beside it.
    """

    copied: dict[str, Digest] = field(default_factory=dict)
    readable: bool = True

    @classmethod
    def of(cls, folder: Path) -> Notes | None:
        """Read a folder's notes; None where there are none."""
        try:
            text = (folder / NOTES).read_bytes().decode("utf-8")
        except FileNotFoundError:
            return None
        except ValueError:
            return cls(readable=False)
        try:
            copied = json.loads(text)["copied"]
            return cls({name: Digest(*map(str, pair)) for name, pair in copied.items()})
        except (ValueError, TypeError, KeyError, AttributeError):
            return cls(readable=False)

    def write(self, folder: Path) -> None:
        """Write them, unless the file says the same already."""
        copied = {name: [d.whole, d.written] for name, d in sorted(self.copied.items())}
        text = json.dumps({"bpdemo": bpdemo.__version__, "copied": copied}, indent=1) + "\n"
        path = folder / NOTES
        if not path.exists() or path.read_bytes() != text.encode():
            _write(path, text)


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all: a copy that was cut short would count as changed."""
    path.parent.mkdir(exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(text.encode("utf-8"))
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


# --- bringing them -------------------------------------------------------------------------------


@dataclass
class Brought:
    """What was done in a folder, each file by its name.

    added : wasn't there.
    replaced : was there as it had been copied, and is newer now.
    beside : what the learner changed → the newer one's name.
    newer : could be brought by an update, and wasn't.
    lost_notes : the folder's notes couldn't be read, so everything in it counts as changed.
    """

    added: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    beside: dict[str, str] = field(default_factory=dict)
    newer: list[str] = field(default_factory=list)
    lost_notes: bool = False


@validation.checked(folder=validation.instance((str, Path), "a folder"), update=validation.flag)
def bring(folder: Path, update: bool = False) -> Brought:
    """Copy the notebooks into a folder, which is made if need be; overwrite nothing of a learner's.

    Without `update` only what was never copied there is added, so a notebook that the learner
    deleted stays deleted. With it, deleted ones come back, those as they were copied are replaced,
    and a newer one is put beside one that the learner changed.

    Raises
    ------
    Trouble : the folder can't be read or written, or holds files and bpdemo didn't make it.
    """
    folder = Path(folder)
    try:
        return _bring(folder, shipped(), update)
    except OSError as error:
        raise Trouble(_sentence(error, folder)) from error
    except ValueError as error:  # of a name that no system takes, such as one with a \0
        raise Trouble(f"{str(folder)!r} can't be read or written: {error}.") from error


def _bring(folder: Path, texts: Mapping[str, str], update: bool) -> Brought:
    if folder.exists() and not folder.is_dir():
        raise Trouble(f"{folder} is a file; name a folder.")
    folder.mkdir(parents=True, exist_ok=True)
    notes = Notes.of(folder)
    if notes is None:
        notes = Notes()
        others = sorted(p.name for p in folder.iterdir() if not _litter(p))
        if others:
            some = ", ".join(others[:3]) + (", …" if len(others) > 3 else "")
            raise Trouble(
                f"{folder} isn't empty ({some}), and bpdemo didn't make it. "
                "Name an empty folder, or a new one: bpdemo FOLDER"
            )
        # So that a copy that is cut short goes on the next time.
        notes.write(folder)
    done = Brought(lost_notes=not notes.readable)
    try:
        for name, text in texts.items():
            _bring_one(folder, name, text, notes, update, done)
    finally:
        notes.write(folder)
    return done


def _bring_one(
    folder: Path, name: str, text: str, notes: Notes, update: bool, done: Brought
) -> None:
    path, ours, known = folder / name, digest(text, name), notes.copied.get(name)
    if not path.exists():
        if update or known is None:
            _write(path, text)
            notes.copied[name] = ours
            done.added.append(name)
        return
    theirs = digest(_read_theirs(path), name)
    if known is None:
        # There, and not in the notes: ours if it is the same, else the learner's.
        known = ours if theirs.written == ours.written else Digest("", "")
        notes.copied[name] = known
    if theirs.written == ours.written != known.written:
        # The learner has taken the newer one over, by hand.
        known = notes.copied[name] = ours
    if known.whole == ours.whole:
        return
    if not update:
        done.newer.append(name)
    elif ours.written == known.written and theirs.whole != known.whole:
        # Newer in its outputs alone, and here are the learner's own.
        notes.copied[name] = ours
    elif theirs.written == known.written:
        _write(path, text)
        notes.copied[name] = ours
        done.replaced.append(name)
    else:
        notes.copied[name] = Digest(ours.whole, known.written)
        done.beside[name] = _bring_beside(folder, name, text, notes)


def _bring_beside(folder: Path, name: str, text: str, notes: Notes) -> str:
    """Write the newer file under a name that is free, or whose file is as it was brought."""
    stem, suffix = os.path.splitext(name)
    ours = digest(text, name)
    for number in itertools.count(1):
        other = f"{stem}.new{'' if number == 1 else f'-{number}'}{suffix}"
        path, known = folder / other, notes.copied.get(other)
        if path.exists():
            theirs = digest(_read_theirs(path), other)
            if theirs.written == ours.written:
                break
            if known is None or known.written != theirs.written:
                continue
        _write(path, text)
        break
    notes.copied[other] = ours
    return other


def _read_theirs(path: Path) -> str:
    """The text of a learner's file, whatever was done to it."""
    return path.read_bytes().decode("utf-8", "surrogateescape")


def _litter(path: Path) -> bool:
    return path.name.startswith(".") or path.name.lower() in _LITTER


def _sentence(error: OSError, folder: Path) -> str:
    where = error.filename or folder
    return f"{where} can't be read or written: {error.strerror or error}."


# --- the command ---------------------------------------------------------------------------------


@validation.checked(
    arguments=validation.optional(validation.each(validation.string, "a list of texts"))
)
def main(arguments: list[str] | None = None) -> int:
    """Carry out the command; return 0, or 2 after a sentence on what is in its way."""
    for stream in (sys.stdout, sys.stderr):
        # A console that lacks a letter of the folder's name shows another, and goes on.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    given = list(sys.argv[1:] if arguments is None else arguments)
    split = given.index("--") if "--" in given else len(given)
    wanted = _parser().parse_args(given[:split])
    try:
        folder = _folder(wanted.folder)
        done = bring(folder, wanted.update)
        _tell(folder, done, wanted.update)
        if wanted.update:
            return 0
        return _open(folder, wanted.browser, given[split + 1 :])
    except Trouble as trouble:
        print(f"bpdemo: {trouble}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bpdemo",
        usage="bpdemo [FOLDER] [--update] [--no-browser] [-- ARGUMENTS OF JUPYTERLAB]",
        description="Copies the notebooks on back-propagation into a folder of your own and opens "
        "JupyterLab on them. Run again, it opens the same folder; what you changed stays as it is.",
        epilog="What follows -- is passed to JupyterLab, as in: bpdemo -- --ServerApp.port=9000",
    )
    parser.add_argument(
        "folder",
        metavar="FOLDER",
        nargs="?",
        help=f"where to copy them (else {FOLDER} in the current folder, or the current folder "
        "itself if bpdemo made it)",
    )
    parser.add_argument(
        "--update",
        action="store_true",
        help="bring this bpdemo's notebooks and stop: those you haven't changed are replaced, a "
        "newer one is put beside one you changed, as 02-three-terms.new.ipynb, and those you "
        "deleted come back",
    )
    parser.add_argument(
        "--no-browser",
        dest="browser",
        action="store_false",
        help="start JupyterLab and print its address, but open no browser",
    )
    parser.add_argument("--version", action="version", version=f"bpdemo {bpdemo.__version__}")
    return parser


def _folder(named: str | None) -> Path:
    """The folder that is meant, as an absolute path."""
    try:
        if named is not None:
            if not named:
                raise Trouble("The folder's name is empty.")
            return Path(os.path.abspath(Path(named).expanduser()))
        here = Path.cwd()
    except (OSError, RuntimeError, ValueError) as error:
        raise Trouble(f"There is no such folder: {error}") from error
    return here if (here / NOTES).is_file() else here / FOLDER


def _tell(folder: Path, done: Brought, updated: bool) -> None:
    """Say what was done."""
    print(f"bpdemo {bpdemo.__version__}: your notebooks are in {folder}")
    if done.lost_notes:
        print(f"The notes of what was copied ({NOTES}) can't be read: nothing is overwritten.")
    if len(done.added) > 5:
        print(f"Copied: {len(done.added)} files, {done.added[0]} first")
    elif done.added:
        print(f"Copied: {', '.join(done.added)}")
    if done.replaced:
        print(f"Replaced by newer ones, as you hadn't changed them: {', '.join(done.replaced)}")
    for name, other in done.beside.items():
        print(f"You changed {name}, so it stays as it is; the newer one is {other}")
    if done.newer:
        print(f"There are newer ones: {', '.join(done.newer)}. `bpdemo --update` brings them.")
    if updated and not (done.added or done.replaced or done.beside):
        print("There is nothing newer.")
    sys.stdout.flush()


def _open(folder: Path, browser: bool, extra: list[str]) -> int:
    """Run JupyterLab on the folder, in this very Python, until it ends."""
    if importlib.util.find_spec("jupyterlab") is None:
        raise Trouble("JupyterLab isn't installed in this environment: pip install jupyterlab")
    # JupyterLab asks about news and looks for updates when it starts: not for a learner.
    quiet = str(Path(__file__).parent / "jupyter")
    paths = [quiet, *filter(None, [os.environ.get("JUPYTER_CONFIG_PATH")])]
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(paths)
    sys.argv = ["jupyterlab", *_lab_arguments(folder, browser, extra)]
    # In this process, so that Ctrl-C and a closed console reach JupyterLab and nothing between.
    runpy.run_module("jupyterlab", run_name="__main__", alter_sys=True)
    return 0


def _lab_arguments(folder: Path, browser: bool, extra: list[str]) -> list[str]:
    """What JupyterLab is called with: it takes each option once, so an extra one replaces ours."""
    ours = {"ServerApp.root_dir": str(folder), "ServerApp.ip": "127.0.0.1"}
    if (folder / FIRST).is_file():
        # Not as a file to open: with --no-browser, the address that is printed leads there too.
        ours["LabApp.default_url"] = f"/lab/tree/{FIRST}"
    given = {argument.partition("=")[0].lstrip("-") for argument in extra}
    given |= {"ServerApp.ip"} if "ip" in given else set()
    given |= {"ServerApp.root_dir"} if {"notebook-dir", "ServerApp.notebook_dir"} & given else set()
    return [
        *(f"--{name}={value}" for name, value in ours.items() if name not in given),
        # Jupyter refuses to run as root, as one is in a container, unless it is told to.
        *(["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
        *([] if browser else ["--no-browser"]),
        *extra,
    ]
