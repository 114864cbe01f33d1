"""The house: one meaning for a name, private names stay private, no code is run from text."""

import ast
import itertools
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = {
    path.relative_to(ROOT).as_posix(): path
    for folder in ("bpdemo", "tools", "bench")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "runtime" not in path.parts
}
FILLED = [name for name, path in SOURCES.items() if path.stat().st_size]


@cache
def tree(module):
    return ast.parse(SOURCES[module].read_text(encoding="utf-8"))


def package():
    return {name: tree(name) for name in SOURCES if name.startswith("bpdemo/")}


ONE_MEANING = {
    "TABLE": "the entries of a room, by name",
    "ENTRIES": "the exercises of a chapter",
    "get": "the entry of a room's TABLE with this name",
    "Floats": "the type of an array of float64",
    "n": "SymPy's letter for the number of neurons",
}


def defined(tree):
    """The public names that a module defines at its top."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
        yield from (t.id for t in targets if isinstance(t, ast.Name))


def twice(trees):
    """{name: modules} of each public name that more than one module defines."""
    where = defaultdict(list)
    for module, tree in trees.items():
        for name in set(defined(tree)):
            if not name.startswith("_"):
                where[name].append(module)
    return {name: modules for name, modules in where.items() if len(modules) > 1}


def test_a_name_has_one_meaning():
    found = twice(package())
    assert not {name: m for name, m in found.items() if name not in ONE_MEANING}
    assert {*ONE_MEANING} <= {*found}, "a reason for a name that is defined once"


def foreign_private_names(tree):
    """(line, text) of each private name of somebody else that a module uses."""
    own = {name for name in defined(tree) if name.startswith("_")}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            own.add(node.name)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            own.add(node.attr)
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            own.add(node.target.id)
        if isinstance(node, ast.Assign):
            own |= {t.id for t in node.targets if isinstance(t, ast.Name)}
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            own.add(node.value)  # __slots__
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for name in node.names:
                if private(name.name):
                    yield node.lineno, f"from {node.module} import {name.name}"
        if isinstance(node, ast.Attribute) and private(node.attr) and node.attr not in own:
            # (What `self` has may come from the class that this one is made of.)
            if not (isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")):
                yield node.lineno, ast.unparse(node)


def private(name):
    return name.startswith("_") and not name.startswith("__") and name not in GIVEN


GIVEN = {
    "_replace",  # of a named tuple, documented by Python under this name
    "_print",  # of SymPy's printers: what their own `_print_…` methods are told to call
}


@pytest.mark.parametrize("module", SOURCES)
def test_no_private_name_of_another_module_is_used(module):
    assert not [*foreign_private_names(tree(module))]


RUN_FROM_TEXT = {
    "bpdemo/exercises/hunt.py": "the functions of the bug hunts, from the package's own lines",
    "bpdemo/page/running.py": "the cells of a page, in the reader's own browser: it's their kernel",
    "bpdemo/slips.py": "`backward` with one of its own lines exchanged",
    "tools/fuzz/calls.py": "a call is written as Python, and printed so where it fails",
    "tools/made.py": "the very lines that a notebook has, so that the two can't drift apart",
}


def runs_text(tree):
    """Whether a module calls eval or exec."""
    called = (n.func for n in ast.walk(tree) if isinstance(n, ast.Call))
    return any(isinstance(f, ast.Name) and f.id in ("eval", "exec") for f in called)


def test_code_is_run_from_text_where_there_is_a_reason_alone():
    assert {name for name in SOURCES if runs_text(tree(name))} == {*RUN_FROM_TEXT}


@pytest.mark.parametrize(
    "source",
    ["from bpdemo.network import _step", "checking._step(1)", "thing._inside = thing._other"],
)
def test_a_foreign_private_name_is_seen(source):
    assert [*foreign_private_names(ast.parse(source))]


def test_a_name_of_two_modules_is_seen():
    two = {"a": ast.parse("def f(): ..."), "b": ast.parse("class f: ..."), "c": ast.parse("_f = 1")}
    assert twice(two) == {"f": ["a", "b"]}


def first_line(tree):
    return (ast.get_docstring(tree) or "").partition("\n")[0]


@pytest.mark.parametrize("module", FILLED)
def test_the_first_line_says_what_the_file_is_for(module):
    line = first_line(tree(module))
    assert line.endswith((".", "?", ":")) and len(line.split()) >= 4, line


def test_no_two_files_say_the_same():
    said = {module: first_line(tree(module)) for module in FILLED}
    for (one, a), (other, b) in itertools.combinations(said.items(), 2):
        assert a != b, (one, other)
