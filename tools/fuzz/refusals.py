"""Malformed calls: each must be refused in words that help, and leave everything as it was.

A call is refused well where it raises a ValueError or a TypeError (nothing else, no warning, and
within `SECONDS`), and the message names the argument and says what was expected and what was
received. Where an argument is missing, or there is one too many, Python says so itself.

Nothing may have changed: the arguments, the object whose method it is, the tables of the package,
the progress that is noted, NumPy's and Matplotlib's settings, the generators of random numbers, the
environment, and the files of the folder.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import os
import random
import signal
import sys
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np

from bpdemo import activations, exercises, losses, record, slips
from bpdemo.exercises import hunts, questions
from tools.fuzz.calls import Call, Try, evaluated, tries

__all__ = ["SECONDS", "chosen", "complaint", "folder", "valid"]

SECONDS = 10
"""A call that takes longer hangs."""

MEMORY = 2**30
"""So many more bytes may a call take, in the address space; what takes more was not looked at."""


class _TooLong(BaseException):
    """The time is up."""


def chosen(calls: list[Call], number: int, seed: int = 0) -> list[Try]:
    """So many malformed calls, drawn at random: of every argument one, before any has a second."""
    rng = random.Random(seed)
    groups: dict[tuple[str, str], list[Try]] = {}
    for one in tries(calls):
        groups.setdefault((one.call.where, one.argument), []).append(one)
    for group in groups.values():
        rng.shuffle(group)
    turns = itertools.zip_longest(*rng.sample([*groups.values()], len(groups)))
    return [one for turn in turns for one in turn if one is not None][:number]


@contextlib.contextmanager
def folder(place: Path) -> Iterator[None]:
    """Work in this empty folder, with a file and a folder that isn't empty, noting nothing."""
    (place / "a file").write_text("mine", encoding="utf-8")
    (place / "not empty").mkdir()
    (place / "not empty" / "mine.txt").write_text("mine", encoding="utf-8")
    here, set_to = Path.cwd(), os.environ.get("BPDEMO_PROGRESS")
    os.chdir(place)
    os.environ["BPDEMO_PROGRESS"] = "off"
    try:
        yield
    finally:
        os.chdir(here)
        os.environ.pop("BPDEMO_PROGRESS")
        if set_to is not None:
            os.environ["BPDEMO_PROGRESS"] = set_to


def valid(call: Call) -> str:
    """What is wrong with a valid call, by which the malformed ones are made; "" for nothing."""
    try:
        with _limits(), contextlib.redirect_stdout(io.StringIO()):
            _consumed(evaluated(call.text()))
    except BaseException as error:
        return f"{call.text()}: the valid call raises {type(error).__name__}: {error}"
    return ""


def complaint(one: Try) -> str:
    """What is wrong with how a malformed call is refused; "" where nothing is."""
    try:
        function, arguments = _made(one)
    except Exception as error:
        return f"the fuzzer can't make it: {type(error).__name__}: {error}"
    state = [getattr(function, "__self__", None), arguments]
    before = kept(state), world()
    said = _refusal(one, function, arguments)
    after = kept(state), world()
    if after[0] != before[0]:
        return f"{said} It changed its arguments.".strip()
    if after[1] != before[1]:
        what = [k for k in after[1] if after[1][k] != before[1].get(k)]
        return f"{said} It changed {', '.join(what)}.".strip()
    return said


def _made(one: Try) -> tuple[Any, dict[str, Any]]:
    """The function and its arguments, as objects of their own."""
    values = {name: a.value for name, a in one.call.arguments.items()} | {one.argument: one.value}
    arguments = {name: evaluated(v) for name, v in values.items() if v is not None}
    return evaluated(one.call.where), arguments


def _refusal(one: Try, function: Any, arguments: Mapping[str, Any]) -> str:
    named = {n: v for n, v in arguments.items() if not n.startswith("*")}
    more = [v for n, values in arguments.items() if n.startswith("*") for v in values]
    try:
        with _limits(), contextlib.redirect_stdout(io.StringIO()):
            _consumed(function(*more, **named))
    except (ValueError, TypeError) as error:
        return _wording(one, str(error), type(error))
    except _TooLong:
        return f"it takes more than {SECONDS} seconds."
    except BaseException as error:
        return f"it raises {type(error).__name__}: {error}"
    return "it is taken."


def _wording(one: Try, message: str, kind: type[Exception]) -> str:
    missing = one.value is None or one.argument == "nonsense"
    lacks = [] if one.named_in(message) else ["the argument's name"]
    if not missing:
        lacks += [word for word in ("expected", "received") if word not in message.lower()]
    return f"its {kind.__name__} lacks {' and '.join(lacks)}: {message}" if lacks else ""


def _consumed(result: Any) -> None:
    """Take the first of an iterator's results."""
    if isinstance(result, Iterator):
        list(itertools.islice(result, 3))


@contextlib.contextmanager
def _limits() -> Iterator[None]:
    """So much time and memory, and no warnings."""

    def late(*_: Any) -> None:
        raise _TooLong

    before = signal.signal(signal.SIGALRM, late) if hasattr(signal, "SIGALRM") else None
    try:
        with _less_memory(), warnings.catch_warnings():
            warnings.simplefilter("error")
            if before is not None:
                signal.setitimer(signal.ITIMER_REAL, SECONDS)
            yield
    finally:
        if before is not None:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)


@contextlib.contextmanager
def _less_memory() -> Iterator[None]:
    """Where the system can, give the process so much more memory, and no more."""
    if sys.platform != "linux":
        yield
        return
    import resource

    size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (size + MEMORY, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def kept(value: Any, depth: int = 4) -> Any:
    """All of a value that could change, as plain data to compare."""
    if isinstance(value, np.ndarray):
        numbers = repr(value) if value.dtype == object else value.tobytes()
        return (value.shape, value.strides, value.dtype.str, value.flags.writeable, numbers)
    if isinstance(value, Mapping):
        return [(repr(k), kept(v, depth)) for k, v in value.items()]
    if isinstance(value, list | tuple | set | frozenset):
        return type(value).__name__, [kept(v, depth) for v in value]
    if isinstance(value, np.random.Generator):
        return repr(value.bit_generator.state)
    if depth and not callable(value) and type(value).__module__.startswith("bpdemo"):
        names = [n for c in type(value).__mro__ for n in getattr(c, "__slots__", ())]
        own = getattr(value, "__dict__", {}) | {n: getattr(value, n, None) for n in names}
        # What a picture remembers of how it was drawn last is no state of its own.
        return [(n, kept(v, depth - 1)) for n, v in own.items() if n not in ("_last", "_file")]
    return repr(value) if isinstance(value, str | bytes | int | float | complex) else id(value)


def world() -> dict[str, Any]:
    """What belongs to nobody's call, as plain data to compare."""
    tables = (activations.TABLE, losses.TABLE, slips.TABLE, exercises.TABLE, hunts.TABLE)
    return {
        "a table": [[(k, id(v)) for k, v in table.items()] for table in tables],
        "a question": len(questions.every_question()),
        "the progress": {kind: repr(record.noted(kind)) for kind in record.KINDS},
        "NumPy's error state": np.geterr(),
        "NumPy's print options": repr(np.get_printoptions()),
        "NumPy's random state": _drawn(),
        "Python's random state": hash(random.getstate()),
        "Matplotlib's settings": [*map(repr, dict.values(matplotlib.rcParams))],
        "the environment": dict(os.environ),
        "the folder": os.getcwd(),
        "sys.argv": list(sys.argv),
        "sys.path": list(sys.path),
        "the warnings": len(warnings.filters),
        "the files": _files(),
    }


def _drawn() -> bytes:
    """Where everybody's generator of NumPy stands."""
    state: Any = np.random.get_state(legacy=False)  # noqa: NPY002 (to see that nobody uses it)
    return state["state"]["key"].tobytes() + bytes([state["state"]["pos"] % 256])


def _files() -> list[tuple[str, int, int]]:
    found = sorted(Path.cwd().rglob("*"))
    return [(str(p), p.stat().st_size, p.stat().st_mtime_ns) for p in found]
