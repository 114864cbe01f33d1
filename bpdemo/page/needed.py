"""Which statements a cell needs of those above it: a backward slice over their names.

>>> above = statements("import sympy as sp; import numpy as np", "x = 1", "y = 2", "x = x + 1")
>>> [statement.code for statement in needed(above, "print(x)")]
['x = 1', 'x = x + 1']
"""

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bpdemo import validation

__all__ = ["Statement", "names_used", "needed", "statements"]


@dataclass(frozen=True)
class Statement:
    """One statement of a notebook.

    Attributes
    ----------
    code : its text.
    uses : the names that it reads, those in functions that it defines included.
    gives : the names that it binds, or whose objects it changes.
    renews : those of `gives` that it binds whatever they were before.
    defines : it is a function or a class, which reads its names when it is called.
    imports : it is an import.
    """

    code: str
    uses: frozenset[str]
    gives: frozenset[str]
    renews: frozenset[str]
    defines: bool
    imports: bool


_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_IMPORTS = (ast.Import, ast.ImportFrom)


@validation.checked(cells=validation.string)
def statements(*cells: str) -> list[Statement]:
    """The statements of cells, in order; an import of several names becomes several.

    A cell that isn't Python yet, as one is while a learner types, has none.
    """
    found = []
    for cell in cells:
        try:
            body = ast.parse(cell).body
        except SyntaxError:
            continue
        found += [_statement(node) for top in body for node in _split(top)]
    return found


@validation.checked(
    above=validation.each(
        validation.instance(Statement, "a statement"), "statements, as `statements` gives them"
    ),
    code=validation.string,
)
def needed(above: Sequence[Statement], code: str) -> list[Statement]:
    """The statements of `above` that `code` needs, in their order.

    An object counts as changed by ``x[…] = …``, ``x.a = …``, ``x += …``, by a call of one of its
    methods that stands alone, ``x.append(…)``, and, where its name ends in ``rng``, by any call of
    its methods: a generator's next numbers depend on those before. What was imported counts as
    never changed.
    """
    modules = frozenset().union(*(s.gives for s in above if s.imports))
    above = [s if s.imports else replace(s, gives=s.gives - modules) for s in above]
    wanted_at_call: frozenset[str] = frozenset()
    while True:
        chosen = _slice(above, names_used(code) | wanted_at_call)
        # A function reads its names when it is called, so a later value of them counts too.
        called = frozenset().union(*(s.uses for s in chosen if s.defines))
        if called <= wanted_at_call:
            return chosen
        wanted_at_call |= called


@validation.checked(code=validation.string)
def names_used(code: str) -> frozenset[str]:
    """The names that a piece of code reads; of what isn't Python, none."""
    try:
        return _read(ast.parse(code))
    except SyntaxError:
        return frozenset()


def _slice(above, names: Iterable[str]) -> list[Statement]:
    wanted, chosen = set(names), []
    for statement in reversed(above):
        if statement.gives & wanted:
            chosen.append(statement)
            wanted -= statement.renews
            wanted |= statement.uses
    return chosen[::-1]


def _split(node: ast.stmt) -> list[ast.stmt]:
    """An import of several names as several imports, since one of them may be a heavy one."""
    if isinstance(node, ast.Import):
        return [ast.Import([alias]) for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [ast.ImportFrom(node.module, [alias], node.level) for alias in node.names]
    return [node]


def _statement(node: ast.stmt) -> Statement:
    bound, changed, uses = _bound(node), _changed(node), _read(node)
    imports, defines = isinstance(node, _IMPORTS), isinstance(node, _DEFINITIONS)
    always = imports or defines or isinstance(node, ast.Assign | ast.AnnAssign)
    renews = bound - changed - uses if always else frozenset()
    return Statement(ast.unparse(node), uses, bound | changed, renews, defines, imports)


def _read(tree: ast.AST) -> frozenset[str]:
    names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and not _stores(n)}
    # x += 1 reads x, though its node says that it only stores.
    added = [n.target for n in ast.walk(tree) if isinstance(n, ast.AugAssign)]
    return frozenset(names | {target.id for target in added if isinstance(target, ast.Name)})


def _stores(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)


def _outside_functions(node: ast.AST) -> Iterable[ast.AST]:
    """A statement's nodes, without the bodies of functions, classes and comprehensions."""
    yield node
    if isinstance(node, (*_DEFINITIONS, ast.Lambda)):
        return
    if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
        return
    for child in ast.iter_child_nodes(node):
        yield from _outside_functions(child)


def _bound(node: ast.stmt) -> frozenset[str]:
    """The names that a statement binds in the notebook's namespace."""
    names = set()
    for part in _outside_functions(node):
        if isinstance(part, ast.Name) and _stores(part):
            names.add(part.id)
        elif isinstance(part, _DEFINITIONS):
            names.add(part.name)
        elif isinstance(part, ast.alias):
            names.add(part.asname or part.name.split(".")[0])
        elif isinstance(part, ast.ExceptHandler) and part.name:
            names.add(part.name)
    return frozenset(names)


def _changed(node: ast.stmt) -> frozenset[str]:
    """The names whose objects a statement changes."""
    roots = set()
    for part in _outside_functions(node):
        if isinstance(part, ast.Attribute | ast.Subscript) and isinstance(part.ctx, ast.Store):
            roots.add(_root(part))
        elif isinstance(part, ast.AugAssign):
            roots.add(_root(part.target))
        elif isinstance(part, ast.Expr) and isinstance(part.value, ast.Call):
            if isinstance(part.value.func, ast.Attribute):
                roots.add(_root(part.value.func))
    return frozenset(roots - {""}) | _drawn_from(node)


def _drawn_from(node: ast.stmt) -> frozenset[str]:
    """The generators whose numbers are drawn here."""
    return frozenset(
        part.func.value.id
        for part in ast.walk(node)
        if isinstance(part, ast.Call)
        and isinstance(part.func, ast.Attribute)
        and isinstance(part.func.value, ast.Name)
        and part.func.value.id.endswith("rng")
    )


def _root(node: ast.AST) -> str:
    """The name at the left end of x.a[0].b; "" where there is none."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
