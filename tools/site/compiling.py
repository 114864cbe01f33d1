"""Runs in Pyodide: takes a wheel, or the standard library, and compiles its modules.

Python there would otherwise compile each module of each package again in every browser, at every
start: of a kernel's start that is most of the time.
"""

import ast
import fnmatch
import io
import marshal
import sys
import warnings
import zipfile
from importlib.util import MAGIC_NUMBER, source_hash

UNCHECKED = (1).to_bytes(4, "little")
"""A module's flags: it goes with its source by a hash, and nobody compares the two."""


def compiled(name, source, docstrings=True):
    """Return the content of a module's .pyc file; None where it isn't Python of this version."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of SyntaxWarnings in other people's modules
        try:
            tree = ast.parse(source)
        except SyntaxError:  # a template, or a test's example
            return None
        if not docstrings:
            _leave_docstrings(tree)
        code = compile(tree, name, "exec", dont_inherit=True, optimize=0)
    return MAGIC_NUMBER + UNCHECKED + source_hash(source) + marshal.dumps(code)


def _leave_docstrings(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                # A body can't be empty, and nothing may stand before an import from __future__.
                node.body[:1] = [] if node.body[1:] else [ast.copy_location(ast.Pass(), first)]


def lean(data, drop=(), sources=(), docstrings=True):
    """Return a zip file with its modules compiled, and without what a browser doesn't need.

    Parameters
    ----------
    data : the zip file's bytes.
    drop : patterns of names to leave out.
    sources : patterns of modules that keep their source too.
    docstrings : False leaves them out.
    """

    def among(name, patterns):
        return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)

    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:

        def put(name, content):
            entry = zipfile.ZipInfo(name)  # its time is 1980, whatever the clock says
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            new.writestr(entry, content, compresslevel=9)

        for name in sorted(old.namelist()):
            if name.endswith("/") or among(name, drop):
                continue
            content = old.read(name)
            module = compiled(name, content, docstrings) if name.endswith(".py") else None
            if module is None or among(name, sources):
                put(name, content)
            if module is not None:
                put(_place(name) if among(name, sources) else f"{name}c", module)
    return made.getvalue()


def _place(name):
    """Where Python looks for the compiled form of a module that has its source beside it."""
    folder, _, file = name.rpartition("/")
    cached = f"__pycache__/{file.removesuffix('.py')}.{sys.implementation.cache_tag}.pyc"
    return f"{folder}/{cached}" if folder else cached
