"""What a learner has done so far: kept in one small file next to the notebooks, sent nowhere.

>>> note("quiz", "03-slope-at-z", True)
>>> noted("quiz")["03-slope-at-z"]
True
>>> forget()

In a notebook that JupyterLab or a browser runs, the file is `bpdemo-progress.json` in the
notebook's folder, so that the next notebook knows. Anywhere else (a test, a script) nothing is
written. The environment variable ``BPDEMO_PROGRESS`` names another file, or is ``off``.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

from bpdemo import validation

__all__ = ["FILE", "KINDS", "LIBRARY", "forget", "note", "noted", "place"]

FILE = "bpdemo-progress.json"

LIBRARY = "my_backprop.py"
"""The learner's own library, which `bpdemo.exercises.library` writes next to it."""

KINDS = ("exercise", "guess", "quiz", "by hand", "hunt")
"""What is noted, each by its name."""

_FORMS: dict[str, Any] = {
    "exercise": {"passed": bool, "tries": int},
    "guess": bool,
    "quiz": bool,
    "by hand": {"networks": int, "blanks": int, "first try": int},
    "hunt": {"found": int, "of": int, "bugs": list},
}
"""What a value is, by its kind: the file may have been edited, or come from somebody else."""

_memory: dict[str, dict[str, Any]] = {kind: {} for kind in KINDS}


def place() -> Path | None:
    """Where the file is, or would be; None where nothing is written."""
    set_to = os.environ.get("BPDEMO_PROGRESS", "")
    if set_to:
        return None if set_to == "off" else Path(set_to)
    # Jupyter's servers name the notebook; nbval and nbclient, which only check it, don't.
    if os.environ.get("JPY_SESSION_NAME") or sys.platform == "emscripten":
        return Path(FILE)
    return None


def _plain_data(name: str, value: Any) -> Any:
    try:
        json.dumps(value)
    except (TypeError, ValueError):
        raise TypeError(
            f"{name}: expected plain data, that JSON can hold; received {validation.briefly(value)}"
        ) from None
    return value


@validation.checked(kind=validation.one_of(KINDS), name=validation.string, value=_plain_data)
def note(kind: str, name: str, value: Any) -> None:
    """Remember `value`, plain data, as what came of `name`.

    A folder that can't be written is no trouble: then it is remembered until the kernel ends.

    Raises
    ------
    ValueError, TypeError : `kind` isn't one of `KINDS`, or `value` isn't plain data.
    """
    path = place()
    # Read first: another notebook's kernel may have written since.
    _merge(_read(path))
    _memory[kind][name] = value
    _write(path)


@validation.checked(kind=validation.one_of(KINDS))
def noted(kind: str) -> dict[str, Any]:
    """What was noted of this kind, by name, in this kernel and in those before it.

    Raises
    ------
    ValueError : `kind` isn't one of `KINDS`.
    """
    _merge(_read(place()))
    return dict(_memory[kind])


def forget() -> None:
    """Forget everything, in the file too."""
    for kept in _memory.values():
        kept.clear()
    path = place()
    if path is not None:
        path.unlink(missing_ok=True)


def _read(path: Path | None) -> dict[str, dict[str, Any]]:
    """What the file holds: nothing where there is none, or where it isn't one of ours."""
    try:
        found = json.loads(path.read_text(encoding="utf-8")) if path is not None else {}
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        kind: {
            name: v
            for name, value in kept.items()
            if (v := _sound(value, _FORMS[kind])) is not None
        }
        for kind, kept in found.items()
        if kind in KINDS and isinstance(kept, dict)
    }


def _sound(value: Any, form: Any) -> Any:
    """The value, or what has the right form in it; None where nothing has."""
    if not isinstance(form, dict):
        return value if type(value) is form else None
    if not isinstance(value, dict):
        return None
    return {name: v for name, v in value.items() if type(v) is form.get(name)}


def _merge(found: dict[str, dict[str, Any]]) -> None:
    """Add what the file knows, newer than what this kernel remembers."""
    for kind, kept in found.items():
        _memory[kind].update(kept)


def _write(path: Path | None) -> None:
    if path is None:
        return
    half = path.with_name(path.name + ".part")
    try:
        # Whole or not at all: a kernel may end while it writes.
        half.write_text(json.dumps(_memory, indent=1), encoding="utf-8")
        os.replace(half, path)
    except OSError:
        half.unlink(missing_ok=True)
