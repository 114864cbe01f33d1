"""pyproject.toml is the one list of dependencies; every other list agrees with it."""

import re
import tomllib
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


def bounds(requirements):
    """Return {name: bounds} of a list such as ["numpy>=2.1"]."""
    parsed = map(Requirement, requirements)
    return {canonicalize_name(r.name): r.specifier for r in parsed}


RUNTIME = bounds(PROJECT["project"]["dependencies"])
TEST = bounds(PROJECT["project"]["optional-dependencies"]["test"])
BUILD = bounds(PROJECT["build-system"]["requires"])
WANTED = {"requirements.txt": RUNTIME | BUILD, "requirements-test.txt": RUNTIME | BUILD | TEST}


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
    for name, bound in (RUNTIME | TEST | BUILD).items():
        assert any(part.operator == ">=" for part in bound), name


def test_numpy_may_be_one_that_python_311_can_have():
    assert "2.4.0" in RUNTIME["numpy"]


def test_the_build_group_is_the_build_systems():
    assert bounds(PROJECT["dependency-groups"]["build"]) == BUILD


@pytest.mark.parametrize("lock", LOCKS)
def test_every_dependency_is_pinned_within_its_bounds(lock):
    pinned = pins(lock)
    for name, bound in WANTED[lock].items():
        assert name in pinned, f"{name} is not in {lock}: `make lock`"
        assert pinned[name][0] in bound, f"{name} {pinned[name][0]} is not {bound}: `make lock`"


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_is_hashed(lock):
    assert [name for name, (_, hashes) in pins(lock).items() if not hashes] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_no_registry_is_named(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert re.findall(r"(?m)://|^\s*-[^-].*|--(?!hash=).*", text) == []


def test_no_heavy_peer_is_pinned():
    assert not {"torch", "jax", "micrograd"} & set(pins("requirements-test.txt"))


def test_both_locks_pin_the_same_versions():
    learners, testers = map(pins, LOCKS)
    assert learners.items() <= testers.items()


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
