"""pyproject.toml is the one list of dependencies; every other list agrees with it."""

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
LOCKS = ("requirements.txt", "requirements-test.txt")
ALL_LOCKS = (*LOCKS, "requirements-tools.txt")


def bounds(requirements):
    """Return {name: bounds} of a list such as ["numpy>=2.1"]."""
    parsed = map(Requirement, requirements)
    return {canonicalize_name(r.name): r.specifier for r in parsed}


RUNTIME = bounds(PROJECT["project"]["dependencies"])
TEST = bounds(PROJECT["project"]["optional-dependencies"]["test"])
BUILD = bounds(PROJECT["build-system"]["requires"])
TOOLS = bounds(PROJECT["dependency-groups"]["tools"])
WANTED = {
    "requirements.txt": RUNTIME | BUILD,
    "requirements-test.txt": RUNTIME | BUILD | TEST,
    "requirements-tools.txt": TOOLS,
}


def pins(lock):
    """Return {name: (version, number of hashes)} of a pinned file."""
    found = {}
    text = (ROOT / lock).read_text(encoding="utf-8")
    for entry in text.replace("\\\n", " ").splitlines():
        if pin := re.match(r"([a-z0-9-]+)==(\S+)", entry):
            assert pin[1] not in found, f"{pin[1]} is pinned twice in {lock}"
            found[pin[1]] = pin[2], entry.count("--hash=sha256:")
        else:
            assert entry == "" or entry.lstrip().startswith("#"), f"{lock}: {entry}"
    return found


def test_what_a_learner_installs_is_what_the_series_needs():
    assert set(RUNTIME) == {"anywidget", "ipywidgets", "jupyterlab", "matplotlib", "numpy", "sympy"}


def test_every_dependency_has_a_lower_bound():
    for name, bound in (RUNTIME | TEST | BUILD | TOOLS).items():
        assert any(part.operator == ">=" for part in bound), name


def test_numpy_may_be_one_that_python_311_can_have():
    assert "2.4.0" in RUNTIME["numpy"]


def test_the_build_group_is_the_build_systems():
    assert bounds(PROJECT["dependency-groups"]["build"]) == BUILD


@pytest.mark.parametrize("lock", ALL_LOCKS)
def test_every_dependency_is_pinned_within_its_bounds(lock):
    pinned = pins(lock)
    for name, bound in WANTED[lock].items():
        assert name in pinned, f"{name} is not in {lock}: `make lock`"
        assert pinned[name][0] in bound, f"{name} {pinned[name][0]} is not {bound}: `make lock`"


@pytest.mark.parametrize("lock", ALL_LOCKS)
def test_every_pin_is_hashed(lock):
    assert [name for name, (_, hashes) in pins(lock).items() if not hashes] == []


@pytest.mark.parametrize("lock", ALL_LOCKS)
def test_no_registry_is_named(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert re.findall(r"(?m)://|^\s*-[^-].*|--(?!hash=).*", text) == []


def test_no_heavy_peer_is_pinned():
    assert not {"torch", "jax", "micrograd"} & set(pins("requirements-test.txt"))


def test_both_locks_pin_the_same_versions():
    learners, testers = map(pins, LOCKS)
    assert learners.items() <= testers.items()


# Where something is installed by pip: for those who work on it, in CI, and for a release.
INSTALLERS = ["Makefile", "tools/release.py", *ROOT.glob(".github/workflows/*.yml")]
_INSTALL = re.compile(r"(?:pip[^\n]*\binstall|\$\(INSTALL\)|run\(\*pip)((?:[^\n\\]|\\\n)*)")


def installs(text):
    """What follows each `pip install`."""
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    return [found[1] for found in _INSTALL.finditer(lines)]


@pytest.mark.parametrize("file", INSTALLERS, ids=lambda file: Path(file).name)
def test_pip_is_told_to_require_hashes(file):
    text = (ROOT / file).read_text(encoding="utf-8")
    for arguments in installs(text):
        own = "--no-deps" in arguments  # bpdemo itself, from this folder or the wheel just built
        defined = arguments.strip() in ("--no-compile", '"]')
        hashed = "--require-hashes" in arguments
        assert hashed or own or defined, f"{file}: pip install{arguments}"


def test_an_install_without_hashes_is_seen():
    assert installs("  - run: |\n      python -m pip install uv\n") == [" uv"]
    assert installs("\t@$(INSTALL) -r a.txt\n") == [" -r a.txt"]


def test_a_pin_whose_hash_is_wrong_is_refused(tmp_path):
    # What pip does with one `--hash` in a file, whatever else it is told.
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert re.search(r"(?m)^numpy==\S+ \\\n    --hash=sha256:", text)
    wheel = Path(shutil.copy(_small_wheel(tmp_path), tmp_path / "links"))
    (tmp_path / "pins.txt").write_text(f"small==1.0 --hash=sha256:{'0' * 64}\n")
    command = [sys.executable, "-m", "pip", "install", "--isolated", "--no-index", "--dry-run"]
    command += ["--find-links", str(wheel.parent), "-r", str(tmp_path / "pins.txt")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode and "DO NOT MATCH THE HASHES" in done.stderr


def _small_wheel(folder):
    (folder / "links").mkdir()
    wheel = folder / "small-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        info = "small-1.0.dist-info"
        archive.writestr("small.py", "")
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: small\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return wheel


def conda(entry):
    """Split a conda entry: "matplotlib-base>=3.10" -> ("matplotlib", ">=3.10")."""
    name, bound = re.fullmatch(r"([a-z_-]+)(.*)", entry).groups()
    return canonicalize_name(name).removesuffix("-base"), SpecifierSet(bound)


def test_conda_environment_agrees():
    entries = dict(conda(e) for e in ENVIRONMENT["dependencies"] if isinstance(e, str))
    python = SpecifierSet(PROJECT["project"]["requires-python"])
    assert entries == RUNTIME | {"python": python, "pip": SpecifierSet()}


def test_conda_environment_installs_the_package_and_nothing_else_by_pip():
    [by_pip] = [e["pip"] for e in ENVIRONMENT["dependencies"] if not isinstance(e, str)]
    assert by_pip == ["-e ."]
    assert ENVIRONMENT["channels"] == ["conda-forge"]
