"""Every small fault that mutmut can think of in the core and in checking, planted one by one.

    make mutation                            # all of them: an hour or two
    make mutation ROOM="losses network"      # those of some files
    make mutation ROOM=measuring SAMPLE=300  # as many of each file, chosen by a fixed seed

`tools.mutants` plants faults that somebody thought of, in everything; mutmut plants all that its
rules give, in the files that pyproject.toml lists under [tool.mutmut], where its tests are too.
What no test notices is a hole in the tests, unless tests/mutants/equivalent.toml has the same fault
with the reason why nobody could notice. Then it doesn't count.

mutmut leaves alone what stands outside of functions, and functions with a decorator: properties,
the tables of activations and losses. Those are tests/mutants/core.toml's and checking.toml's.
"""

from __future__ import annotations

import argparse
import ast
import json
import random
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools import mutants

ROOT = mutants.ROOT
LEAST = 0.95
"""The share that must be noticed, of the faults that can be."""

_VERDICTS = {1: "killed", 3: "killed", 0: "survived", 5: "survived", 33: "survived"}
_VERDICTS |= dict.fromkeys((24, -24, 36, 152, 255), "timeout")  # SIGXCPU, as each of them says it
_VERDICTS |= dict.fromkeys((-11, -9), "killed")


@dataclass(frozen=True)
class Fault:
    """One fault of mutmut's: its name there, its file, the text of the file with it, what became.

    verdict : "killed", "timeout" (it never ends, which is noticed too), "survived" or "not run".
    """

    name: str
    file: str
    text: str
    verdict: str


def files() -> list[str]:
    """The files that mutmut is asked to change."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return config["tool"]["mutmut"]["only_mutate"]


def names(file: str) -> list[str]:
    """The names of all faults of one file, before any of them is tried."""
    from mutmut.mutation.file_mutation import mutate_file_contents  # it isn't there for learners

    mutated = mutate_file_contents(file, (ROOT / file).read_text(encoding="utf-8"))
    return [f"{_module(file)}.{name}" for name in mutated.mutant_names]


def _module(file: str) -> str:
    return file.removesuffix(".py").replace("/", ".")


def faults(file: str) -> Iterator[Fault]:
    """The faults of one file, from the copy that mutmut made of it.

    mutmut writes each changed function beside the right one, under a name of its own.
    """
    right = (ROOT / file).read_text(encoding="utf-8")
    planted = (ROOT / "mutants" / file).read_text(encoding="utf-8")
    found = json.loads((ROOT / "mutants" / f"{file}.meta").read_text(encoding="utf-8"))
    here, there = _functions(right), _functions(planted)
    lines, changed = right.splitlines(keepends=True), planted.splitlines(keepends=True)
    for name, code in found["exit_code_by_key"].items():
        mangled = name.rpartition(".")[2]
        original = re.sub(r"__mutmut_\d+$", "", mangled)  # x_name, or xǁClassǁname
        first, last = here[original.removeprefix("x_").removeprefix("xǁ").replace("ǁ", ".")]
        start, end = there[mangled]
        function = "".join(changed[start:end]).replace(mangled, original.split("ǁ")[-1])
        function = function.replace("def x_", "def ", 1)
        text = "".join([*lines[:first], function, *lines[last:]])
        yield Fault(name, file, text, "not run" if code is None else _VERDICTS[code])


def _functions(text: str) -> dict[str, tuple[int, int]]:
    """Where each function and method stands: its lines, without decorators."""
    found = {}
    for node in ast.parse(text).body:
        inside = node.body if isinstance(node, ast.ClassDef) else [node]
        for one in inside:
            if isinstance(one, ast.FunctionDef):
                begun = f"{node.name}." if isinstance(node, ast.ClassDef) else ""
                # mutmut's own names say their class already
                name = one.name if "__mutmut_" in one.name else begun + one.name
                found[name] = (one.lineno - 1, one.end_lineno or one.lineno)
    return found


def equivalents() -> dict[tuple[str, str], str]:
    """(file, its text with the fault): why nobody could notice it."""
    return {
        (one.file, one.planted((ROOT / one.file).read_text(encoding="utf-8"))): one.equivalent
        for one in mutants.every(["equivalent"])
        if one.equivalent
    }


def chosen(names: Sequence[str], size: int, seed: int = 12) -> list[str]:
    """A sample of some names, the same each time."""
    return sorted(random.Random(seed).sample(sorted(names), min(size, len(names))))


def _mutmut(*names: str) -> None:
    """Let mutmut try the faults of these names, or patterns; what it found is in mutants/."""
    command = [sys.executable, "-m", "mutmut", "run", "--max-children", "1", *names]
    subprocess.run(command, cwd=ROOT, check=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Plant the faults, say what became of them file by file, and name what survived."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.mutation", description=__doc__.split("\n")[0]
    )
    parser.add_argument("rooms", nargs="*", help="files of bpdemo, without their ending")
    parser.add_argument("--sample", type=int, metavar="N", help="as many of each file")
    parser.add_argument("--again", action="store_true", help="go on with what was found before")
    parser.add_argument("--report", action="store_true", help="say what was found, run nothing")
    asked = parser.parse_args(arguments)
    known = {Path(file).stem: file for file in files()}
    if unknown := set(asked.rooms) - set(known):
        parser.error(f"no such file: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    rooms = [file for stem, file in known.items() if not asked.rooms or stem in asked.rooms]
    if not asked.report:
        if not asked.again:
            shutil.rmtree(ROOT / "mutants", ignore_errors=True)
        if asked.sample is None:
            _mutmut(*(f"{_module(file)}.*" for file in rooms))
        else:
            _mutmut(*(name for file in rooms for name in chosen(names(file), asked.sample)))
    return report(rooms)


def report(rooms: Sequence[str]) -> int:
    """Print what became of the faults of some files; return 1 if too few were noticed."""
    reasons, total, survivors = equivalents(), Counter[str](), []
    heads = ("faults", "killed", "timeout", "equivalent", "survived", "not run")
    print(f"{'':24}", *(f"{head:>10}" for head in heads))
    for file in rooms:
        counts: Counter[str] = Counter()
        for fault in faults(file):
            verdict = fault.verdict
            if verdict == "survived" and (file, fault.text) in reasons:
                verdict = "equivalent"
            elif verdict == "survived":
                survivors.append(fault)
            counts["faults"] += 1
            counts[verdict] += 1
        print(f"{file:24}", *(f"{counts[head]:10}" for head in heads))
        total += counts
    print(f"{'all':24}", *(f"{total[head]:10}" for head in heads))
    noticed, tried = total["killed"] + total["timeout"], total["faults"] - total["not run"]
    tried -= total["equivalent"]
    for fault in survivors:
        print(f"survived: {fault.name}")
    share = noticed / tried if tried else 0.0
    print(f"{noticed} of {tried} noticed: {share:.1%}")
    return int(share < LEAST)


if __name__ == "__main__":
    sys.exit(main())
