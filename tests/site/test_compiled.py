"""What is compiled for the browser: every module, without ballast, the same each time."""

import io
import marshal
import secrets
import zipfile

import pytest

from tools.site import compiled, compiling

WHEEL = {
    "pack/__init__.py": '"""Says what it is."""\nfrom __future__ import annotations\n\nx = 1\n',
    "pack/inside/deep.py": 'class A:\n    """Words."""\ndef f():\n    """More."""\n    return 2\n',
    "pack/template.py": "{% not Python %}",
    "pack/data.json": "{}",
    "pack/tests/test_it.py": "assert False",
    "pack-1.0.dist-info/METADATA": "Name: pack",
}


def wheel(content=WHEEL):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in content.items():
            archive.writestr(name, text)
    return made.getvalue()


def opened(data):
    archive = zipfile.ZipFile(io.BytesIO(data))
    return {name: archive.read(name) for name in archive.namelist()}


def ran(pyc):
    scope = {}
    exec(marshal.loads(pyc[16:]), scope)
    return scope


def test_modules_are_compiled_and_the_rest_is_as_it_was():
    found = opened(compiling.lean(wheel(), drop=["*/tests/*"]))
    assert sorted(found) == [
        "pack-1.0.dist-info/METADATA",
        "pack/__init__.pyc",
        "pack/data.json",
        "pack/inside/deep.pyc",
        "pack/template.py",
    ]
    assert ran(found["pack/__init__.pyc"])["x"] == 1
    assert ran(found["pack/__init__.pyc"])["__doc__"] == "Says what it is."
    assert ran(found["pack/inside/deep.pyc"])["f"].__doc__ == "More."


def test_docstrings_can_be_left_out():
    found = opened(compiling.lean(wheel(), docstrings=False))
    scope = ran(found["pack/inside/deep.pyc"])
    assert scope["f"]() == 2
    assert scope["f"].__doc__ is scope["A"].__doc__ is None
    assert "__doc__" not in ran(found["pack/__init__.pyc"])


def test_sources_can_stay_where_python_looks_for_both():
    found = opened(compiling.lean(wheel(), sources=["pack/inside/*"]))
    assert found["pack/inside/deep.py"].decode() == WHEEL["pack/inside/deep.py"]
    (cached,) = [name for name in found if "__pycache__" in name]
    assert cached.startswith("pack/inside/__pycache__/deep.cpython-")
    assert ran(found[cached])["f"]() == 2


def test_the_same_wheel_gives_the_same_bytes():
    other = wheel(dict(reversed(WHEEL.items())))
    assert compiling.lean(other) == compiling.lean(wheel())


def test_pyodide_compiles_for_itself(tmp_path, monkeypatch):
    """Under Deno, with the official interpreter: a module of Python 3.14, and the cache."""
    pytest.importorskip("deno")
    path = tmp_path / "pack-1.0-py3-none-any.whl"
    path.write_bytes(wheel({**WHEEL, "pack/new.txt": secrets.token_hex()}))  # not in the cache yet
    monkeypatch.setattr(compiled, "DROP", {"*": (), "pack": ("*.json",)})
    made = compiled.compiled([path])[path.name]
    content = opened(made.read_bytes())
    assert content["pack/__init__.pyc"][:2] == (3627).to_bytes(2, "little")  # Python 3.14
    assert "pack/data.json" not in content
    stamp = made.stat().st_mtime_ns
    assert compiled.compiled([path])[path.name].stat().st_mtime_ns == stamp
    made.unlink()


def test_a_compiler_that_fails_says_so(tmp_path, monkeypatch):
    pytest.importorskip("deno")
    path = tmp_path / "broken-1.0-py3-none-any.whl"
    path.write_bytes(b"not a zip file")
    with pytest.raises(compiled.CompileError, match="BadZipFile"):
        compiled.compiled([path])
