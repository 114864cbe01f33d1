"""One order of arguments in all of the package: x, w, y first, and the rest by name."""

import importlib
import inspect
import pkgutil

import pytest

import bpdemo

ORDER = ("x", "w", "y")
# After x, w, y these are given by name. (In the diagrams x and y are places on the picture.)
THEN = ("activation", "b", "loss")


def modules():
    """Every module of the package but the diagrams and what runs as a program."""
    for found in pkgutil.walk_packages(bpdemo.__path__, "bpdemo."):
        if "__main__" not in found.name and not found.name.startswith("bpdemo.diagrams"):
            yield importlib.import_module(found.name)


def signatures():
    """(where, parameters) of every public function, method and class."""
    for module in modules():
        for name, value in vars(module).items():
            if name.startswith("_") or getattr(value, "__module__", None) != module.__name__:
                continue
            members = [(name, value)] if inspect.isfunction(value) else []
            if inspect.isclass(value):
                members = [
                    (f"{name}.{n}", v)
                    for n, v in vars(value).items()
                    if inspect.isfunction(v) and (n == "__init__" or not n.startswith("_"))
                ]
            for where, f in members:
                yield f"{module.__name__}.{where}", inspect.signature(f).parameters


def complaint(where, parameters):
    """What is wrong with the order of these parameters; "" if nothing is."""
    named = [name for name in parameters if name != "self"]
    given = [name for name in ORDER if name in named]
    by_place = [n for n in named if parameters[n].kind is not inspect.Parameter.KEYWORD_ONLY]
    if [name for name in by_place if name in ORDER] != [n for n in given if n in by_place]:
        return f"{where}{tuple(named)}: expected {', '.join(given)} in this order"
    settings = [name for name in by_place if name in THEN]
    if len(given) < 2 or "x" not in given:
        return ""
    if settings and "." in where and not where.endswith("__init__"):
        return f"{where}: {', '.join(settings)} must be given by name"
    return ""


FOUND = list(signatures())


def test_the_order_of_arguments_is_one():
    assert len(FOUND) > 300
    wrong = [text for text in (complaint(*one) for one in FOUND) if text]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", ["network.forward", "training.descend", "doctor.diagnose"])
def test_the_functions_that_everything_relies_on_are_among_them(name):
    assert f"bpdemo.{name}" in dict(FOUND)


@pytest.mark.parametrize(
    "f",
    [
        lambda x, y, w: None,
        lambda x, w, y, loss: None,
        lambda x, w, y, learning_rate, b: None,
        lambda w, x: None,
    ],
)
def test_another_order_is_seen(f):
    assert complaint("bpdemo.training.f", inspect.signature(f).parameters)
