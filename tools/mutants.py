"""Faults planted on purpose: each of tests/mutants/*.toml must make a test fail.

    python -m tools.mutants                  # all of them
    python -m tools.mutants core checking    # those of some rooms (files of tests/mutants)
    python -m tools.mutants --only "core 3"  # one of them, with what its tests print

Each fault changes one place of one file, in a copy of what git has here; then the tests named
beside it run, and at least one has to fail. What survives is a hole in the tests, or it changes
nothing that anybody could see: then it says so, with its reason, under ``equivalent``.

A fault is a table ``[[mutant]]``:

    file        where it is planted
    old, new    the text there, found exactly once, and what it becomes
    tests       what runs, as pytest takes it; a text or a list. `make` targets and other commands
                begin with "$ "
    equivalent  why no test can tell; it isn't run then
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

__all__ = ["FOLDER", "Mutant", "MutantError", "Outcome", "copy", "every", "run"]

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "tests" / "mutants"

SECONDS = 600
"""How long the tests of one fault may take; what never ends is noticed too."""

FAILED, COLLECTED_NOT = 1, 2
"""What pytest returns when a test failed, and when a file couldn't be imported."""


class MutantError(Exception):
    """A fault can't be planted, or the tests fail without it; the message says which."""


@dataclass(frozen=True)
class Mutant:
    """One fault.

    name : its room and its number there, from 1.
    """

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    equivalent: str | None = None

    def planted(self, text: str) -> str:
        """The text of the file with the fault in it.

        Raises
        ------
        MutantError : the old text isn't there exactly once, or the new one is the same.
        """
        if (there := text.count(self.old)) != 1:
            raise MutantError(f"{self.name}: {self.file} has {there} of {self.old!r}, not one")
        if self.new == self.old:
            raise MutantError(f"{self.name}: {self.old!r} is planted for itself")
        return text.replace(self.old, self.new)


@dataclass(frozen=True)
class Outcome:
    """What became of a fault: whether a test ``killed`` it, after how long, what was printed."""

    mutant: Mutant
    killed: bool
    seconds: float
    printed: str


def every(rooms: Iterable[str] = (), folder: Path = FOLDER) -> list[Mutant]:
    """The faults of some rooms, or of all.

    Raises
    ------
    MutantError : there is no such room, or a table isn't what it should be.
    """
    paths = [folder / f"{room}.toml" for room in rooms] or sorted(folder.glob("*.toml"))
    return [mutant for path in paths for mutant in _read(path)]


def _read(path: Path) -> Iterator[Mutant]:
    if not path.is_file():
        raise MutantError(f"no room {path.stem!r}: there is no {path}")
    for number, table in enumerate(tomllib.loads(path.read_text(encoding="utf-8"))["mutant"], 1):
        name = f"{path.stem} {number}"
        tests = table.pop("tests", ())
        tests = (tests,) if isinstance(tests, str) else tuple(tests)
        try:
            mutant = Mutant(name, tests=tests, **table)
        except TypeError as wrong:
            raise MutantError(f"{name}: {wrong}") from None
        if not (mutant.tests or mutant.equivalent):
            raise MutantError(f"{name}: neither `tests` nor `equivalent`")
        yield mutant


def copy(folder: Path) -> Path:
    """Copy what git has here, and what isn't committed yet, into a new folder."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True).stdout
    for name in filter(None, names.decode().split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    return folder


def _test(folder: Path, tests: Sequence[str]) -> tuple[int, str]:
    """Run tests in a copy; return what pytest returned and what was printed."""
    commands = [shlex.split(test[2:]) for test in tests if test.startswith("$ ")]
    if chosen := [test for test in tests if not test.startswith("$ ")]:
        pytest = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
        # `-k` and its like are one text with the path they belong to.
        commands.append(pytest + [word for test in chosen for word in shlex.split(test)])
    # The copy's own package, wherever a test starts Python; and never a stale .pyc: a fault may be
    # as long as what it replaces, and planted within the same second.
    environment = os.environ | {
        "PYTHONPATH": str(folder),
        "PYTHONDONTWRITEBYTECODE": "1",
        "CI": "true",
    }
    printed = ""
    for command in commands:
        if command[0] == "python":
            command[0] = sys.executable
        try:
            done = subprocess.run(
                command,
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                timeout=SECONDS,
            )
        except subprocess.TimeoutExpired:
            return FAILED, f"{printed}{shlex.join(command)}: not done after {SECONDS} s"
        printed += done.stdout
        if done.returncode:
            return done.returncode, printed
    return 0, printed


def _try(folder: Path, mutant: Mutant) -> Outcome:
    """Plant a fault in a copy, run its tests, and take it out again."""
    path = folder / mutant.file
    right = path.read_bytes()
    began = time.monotonic()
    path.write_bytes(mutant.planted(right.decode("utf-8")).encode("utf-8"))
    try:
        code, printed = _test(folder, mutant.tests)
    finally:
        path.write_bytes(right)
    pytest_alone = not any(test.startswith("$ ") for test in mutant.tests)
    if pytest_alone and code not in (0, FAILED, COLLECTED_NOT):
        raise MutantError(f"{mutant.name}: the tests weren't run (exit {code})\n{printed[-2000:]}")
    return Outcome(mutant, code != 0, time.monotonic() - began, printed)


def run(mutants: Sequence[Mutant], at_once: int = 1) -> Iterator[Outcome]:
    """Try the faults, each in a copy of its own of what git has; first, all tests must pass.

    Raises
    ------
    MutantError : a fault can't be planted; or the tests of one fail also without it.
    """
    mutants = [mutant for mutant in mutants if not mutant.equivalent]
    with tempfile.TemporaryDirectory(prefix="mutants-", ignore_cleanup_errors=True) as home:
        folders: SimpleQueue[Path] = SimpleQueue()
        for number in range(at_once):
            folders.put(copy(Path(home, str(number))))
        for mutant in mutants:  # before an hour of running, not after
            mutant.planted((Path(home, "0") / mutant.file).read_text(encoding="utf-8"))

        def with_a_folder(work, *what):
            folder = folders.get()
            try:
                return work(folder, *what)
            finally:
                folders.put(folder)

        with ThreadPoolExecutor(at_once) as pool:
            try:
                right = list(dict.fromkeys(mutant.tests for mutant in mutants))
                asked = [pool.submit(with_a_folder, _test, tests) for tests in right]
                for tests, future in zip(right, asked, strict=True):
                    code, printed = future.result()
                    if code:
                        raise MutantError(
                            f"{tests}: fails without any fault (exit {code})\n{printed[-4000:]}"
                        )
                for future in [pool.submit(with_a_folder, _try, mutant) for mutant in mutants]:
                    yield future.result()
            finally:
                pool.shutdown(cancel_futures=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the faults that the arguments name, and say what became of each."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.mutants", description=__doc__.split("\n")[0]
    )
    parser.add_argument("rooms", nargs="*", help="files of tests/mutants, without their ending")
    parser.add_argument("--only", metavar="NAME", help='one fault, such as "core 3"')
    parser.add_argument("--at-once", type=int, default=os.cpu_count() or 1, metavar="N")
    asked = parser.parse_args(arguments)
    try:
        mutants = every(asked.rooms)
        if asked.only:
            mutants = [mutant for mutant in mutants if mutant.name == asked.only]
        survived = []
        for outcome in run(mutants, asked.at_once):
            mutant = outcome.mutant
            print(
                f"{'killed  ' if outcome.killed else 'SURVIVED'} {mutant.name:16} "
                f"{outcome.seconds:5.1f} s  {mutant.file}: {mutant.old.strip()!r} → "
                f"{mutant.new.strip()!r}"[:160],
                flush=True,
            )
            if asked.only:
                print(outcome.printed)
            if not outcome.killed:
                survived.append(mutant)
    except MutantError as wrong:
        print(wrong, file=sys.stderr)
        return 2
    equivalent = sum(bool(mutant.equivalent) for mutant in mutants)
    tried = len(mutants) - equivalent
    print(
        f"{tried - len(survived)} of {tried} killed; {equivalent} more change nothing that a test "
        "could see, each with its reason"
    )
    return bool(survived)


if __name__ == "__main__":
    sys.exit(main())
