"""No assert of a notebook holds whatever happens: each fails when what it speaks of is changed.

The cells run here in one process. At the first run of each assert its condition is evaluated again
and again, each time with one thing changed: a value that it names; what a function or an object of
the notebook or of bpdemo gives; or one of the two things that it says differ, put for the other.
"""

import ast
import contextlib
import copy
import io
import json
import types
from pathlib import Path

import numpy as np
import pytest
import sympy as sp

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))


def changed(value, deep=True):
    """Wrong values of the same kind."""
    if isinstance(value, bool | np.bool_):
        yield not value
    elif isinstance(value, int | float | complex | np.number):
        yield from (-value, value * 1.5 + 1, value * 0, value * 1.001, value + 1e9)
    elif isinstance(value, str):
        yield value + "x"
    elif isinstance(value, np.ndarray) and value.dtype == bool:
        yield ~value
    elif isinstance(value, np.ndarray) and value.dtype.kind in "fiuc":
        yield from (-value, value * 1.5 + 1, value * 0, value * 1.001, value + 1e9, value * np.nan)
        yield value + np.random.default_rng(0).normal(size=value.shape)
    elif isinstance(value, sp.Symbol):
        yield sp.Symbol("another")
    elif isinstance(value, sp.Basic | sp.MatrixBase):
        yield from (value * 2, -value, value * 0)
        if isinstance(value, sp.Expr):
            yield value + sp.Symbol("extra")
        else:
            yield value + sp.Matrix(*value.shape, lambda i, j: i + 2 * j + 1)
    elif isinstance(value, list | tuple) and type(value) in (list, tuple) and value and deep:
        for wrong in changed(value[0], deep=False):
            yield type(value)([wrong, *value[1:]])
        yield value[:-1]
        yield value[::-1]
    elif isinstance(value, set | frozenset):
        yield type(value)()
    elif isinstance(value, dict) and value and deep:
        for key in value:
            yield from ({**value, key: wrong} for wrong in changed(value[key], deep=False))


def holds(tree, names):
    """Whether a condition holds; one that can't be evaluated says nothing."""
    with contextlib.suppress(Exception), np.errstate(all="ignore"):
        return bool(eval(compile(ast.Expression(tree), "assert", "eval"), names))
    return True


class Replace(ast.NodeTransformer):
    """Put a new node instead of the nth node of a tree."""

    def __init__(self, nth, new):
        self.left, self.new = nth, new

    def visit(self, node):
        self.left -= 1
        return self.new if self.left == -1 else super().generic_visit(node)


def replaced(tree, node, new):
    nth = next(i for i, other in enumerate(_in_order(tree)) if other is node)
    return ast.fix_missing_locations(Replace(nth, new).visit(copy.deepcopy(tree)))


def _in_order(tree):
    yield tree
    for child in ast.iter_child_nodes(tree):
        yield from _in_order(child)


def can_fail(tree, names):
    """Whether some change makes the condition false."""
    data = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id in names}
    for name in data:
        if any(not holds(tree, {**names, name: wrong}) for wrong in changed(names[name])):
            return True
    for node in ast.walk(tree):
        if isinstance(node, ast.Call | ast.Attribute | ast.Subscript) and _is_ours(node, names):
            with contextlib.suppress(Exception):
                value = eval(compile(ast.Expression(node), "part", "eval"), names)
                other = replaced(tree, node, ast.Name("__wrong", ast.Load()))
                if any(not holds(other, {**names, "__wrong": wrong}) for wrong in changed(value)):
                    return True
        pair = [node.left, *node.comparators] if isinstance(node, ast.Compare) else []
        pair = node.args[:2] if isinstance(node, ast.Call) else pair
        if len(pair) == 2 and not holds(replaced(tree, pair[0], pair[1]), names):
            return True
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In | ast.NotIn):
            one = ast.List([node.left], ast.Load())
            if not holds(replaced(tree, node.comparators[0], one), names):
                return True
        # What a proof says, and a formula in SymPy's letters: each where it stands.
        if isinstance(node, ast.Attribute) and node.attr in ("holds", "ok"):
            if not holds(replaced(tree, node, ast.Constant(False)), names):
                return True
        if isinstance(node, ast.BinOp) and _has_letters(node, names):
            other = ast.BinOp(node.left, OTHER[type(node.op)](), node.right)
            if not holds(replaced(tree, node, other), names):
                return True
        if isinstance(node, ast.Call) and len(node.args) == 1 and _has_letters(node, names):
            if not holds(replaced(tree, node, node.args[0]), names):
                return True
    return False


OTHER = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.Pow: ast.Mult,
}


def _has_letters(node, names):
    """Whether an expression has a symbol of SymPy in it."""
    used = [names.get(n.id) for n in ast.walk(node) if isinstance(n, ast.Name)]
    return any(isinstance(value, sp.Basic | sp.MatrixBase) for value in used)


def _is_ours(node, names):
    """Whether a part begins with a name of the notebook or of bpdemo.

    An entry of plain data is left out: that it can be changed in one place says nothing.
    """
    is_entry = isinstance(node, ast.Subscript)
    while isinstance(node, ast.Call | ast.Attribute | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    value = names.get(node.id) if isinstance(node, ast.Name) else None
    if isinstance(value, types.ModuleType):
        return value.__name__.startswith("bpdemo")
    return value is not None and not (is_entry and next(changed(value), None) is not None)


def vacuous(cells):
    """Run code cells; yield the asserts that hold whatever is changed."""
    seen, found = set(), []

    def look(key, names):
        if key not in seen:
            seen.add(key)
            tree = ast.parse(key[2], mode="eval").body
            if not isinstance(tree, ast.Constant) and not can_fail(tree, names):
                found.append(key)

    names = {"__name__": "notebook", "__look": look}
    for index, source in cells:
        tree = ast.parse(source)
        for node in ast.walk(tree):
            for body in (getattr(node, field, []) for field in ("body", "orelse")):
                for at in reversed(range(len(body) if isinstance(body, list) else 0)):
                    if isinstance(body[at], ast.Assert):
                        key = (index, body[at].lineno, ast.unparse(body[at].test))
                        call = f"__look({key!r}, {{**globals(), **locals()}})"
                        body.insert(at + 1, ast.parse(call).body[0])
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(ast.fix_missing_locations(tree), f"cell {index}", "exec"), names)
    return found


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.filterwarnings("ignore")
def test_every_assert_can_fail(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = [(i, "".join(c["source"])) for i, c in enumerate(cells) if c["cell_type"] == "code"]
    found = vacuous(code)
    assert not found, "\n".join(f"cell {i}, line {line}: {test}" for i, line, test in found)


@pytest.mark.parametrize(
    "source",
    [
        "assert 1 + 1 == 2",
        "y = 1.0\nassert (y - (y + 2)) ** 2 == 4 * (y - (y + 1)) ** 2",
        "x = [1.0]\nassert len(x) >= 0",
        "def f(x):\n    return x\nassert abs(f(3.0)) >= 0",
        "import numpy as np\nx = np.ones(3)\nassert (x**2 >= 0).all() or True",
    ],
)
def test_an_assert_that_holds_whatever_happens_is_found(source):
    assert vacuous([(0, source)])


@pytest.mark.parametrize(
    "source",
    [
        "a = {2: 0.3}\nassert a[2] == 0.3",
        "x, y = 1.0, 2.0\nassert abs(x - y) > 0.5",
        "def f(x):\n    return x\nassert f(3.0) == 3",
        "from bpdemo import symbolic\nassert symbolic.claim('N7').holds",
        "import numpy as np\na, b = np.ones(2), np.zeros(2)\nassert not np.allclose(a, b)",
    ],
)
def test_an_assert_that_can_fail_is_left_alone(source):
    assert vacuous([(0, source)]) == []
