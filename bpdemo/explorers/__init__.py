"""The explorers: one class each, made of shared parts.

Show one by ending a cell with it: ``explorers.ThreeTerms()``. Its controls are its state:
``explorer.settings`` reads them off as a plain dict and can be assigned.
"""

import importlib

from bpdemo.explorers.bends import Bends
from bpdemo.explorers.by_hand import ByHand
from bpdemo.explorers.cost import Cost
from bpdemo.explorers.depth import Depth, SkipConnection
from bpdemo.explorers.descent import Descent, Training
from bpdemo.explorers.digit import DigitExplorer, Softmax
from bpdemo.explorers.forward import ForwardChain, ForwardNetwork
from bpdemo.explorers.secant import Secant
from bpdemo.explorers.slip import SlipSwitch
from bpdemo.explorers.step_back import StepBack
from bpdemo.explorers.three_terms import Nudge, ThreeTerms
from bpdemo.explorers.trust import BugZoo, StepSize
from bpdemo.explorers.vectors import Matrices, Paths

__all__ = [
    "Bends",
    "BugZoo",
    "ByHand",
    "Cost",
    "Depth",
    "Descent",
    "DigitExplorer",
    "ForwardChain",
    "ForwardNetwork",
    "Matrices",
    "Nudge",
    "Paths",
    "Secant",
    "SkipConnection",
    "SlipSwitch",
    "Softmax",
    "StepBack",
    "StepSize",
    "ThreeTerms",
    "Training",
    "progress",
]


def __getattr__(name):
    # The bar is an ipywidget; an explorer needs none until a notebook shows it.
    if name == "progress":
        return importlib.import_module("bpdemo.explorers.progress_bar").progress
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
