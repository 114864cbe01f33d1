"""Every explorer, made: for the bench, the gallery and the tests that go through them all."""

from __future__ import annotations

from bpdemo import explorers
from bpdemo.explorers.explorer import Explorer

__all__ = ["ARGUMENTS", "EXPLORERS", "cell", "make"]

EXPLORERS: dict[str, type[Explorer]] = {
    name: kind
    for name in explorers.__all__
    if isinstance(kind := getattr(explorers, name), type) and issubclass(kind, Explorer)
}
"""Every explorer that the package offers, by name."""

ARGUMENTS = {"DigitExplorer": "training.initial_weights([64, 16, 10])"}
"""What an explorer is given in a notebook, as one writes it, where that is more than nothing."""


def cell(name: str) -> str:
    """The lines that make this explorer in a notebook and call it ``shown``."""
    return (
        "from bpdemo import explorers, training\n\n"
        f"shown = explorers.{name}({ARGUMENTS.get(name, '')})\n"
    )


def make(name: str) -> Explorer:
    """The same explorer as `cell` makes, here."""
    space: dict = {}
    exec(cell(name), space)  # the very lines, so that the two can't drift apart
    return space["shown"]
