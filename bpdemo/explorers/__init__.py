"""The explorers: one class each, made of shared parts.

Show one by ending a cell with it: ``explorers.ThreeTerms()``. Its controls are its state:
``explorer.settings`` reads them off as a plain dict and can be assigned.
"""

import importlib

_PLACES = {
    "Bends": "bends",
    "BugZoo": "trust",
    "ByHand": "by_hand",
    "Cost": "cost",
    "Depth": "depth",
    "Descent": "descent",
    "DigitExplorer": "digit",
    "ForwardChain": "forward",
    "ForwardNetwork": "forward",
    "Matrices": "vectors",
    "Nudge": "three_terms",
    "Paths": "vectors",
    "Secant": "secant",
    "SkipConnection": "depth",
    "SlipSwitch": "slip",
    "Softmax": "digit",
    "StepBack": "step_back",
    "StepSize": "trust",
    "ThreeTerms": "three_terms",
    "Training": "descent",
    "progress": "progress_bar",
}
"""In which file each one is. A file is read when it is first needed: a browser reads slowly, and
the bar of `progress` is an ipywidget, which an explorer does without until a notebook shows it."""

__all__ = [*_PLACES]


def __getattr__(name):
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_PLACES[name]}"), name)


def __dir__():
    return sorted({*globals(), *_PLACES})
