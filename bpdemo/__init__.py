"""Back-propagation, said, written, proved, measured, moved and practised.

>>> import numpy as np
>>> import bpdemo as bp
>>> x, y = np.array([[0.5]]), np.array([[1.0]])
>>> w = [np.array([[0.8]]), np.array([[-1.2]]), np.array([[1.5]])]
>>> trace = bp.forward(x, w)
>>> grad = bp.backward(trace, y)
>>> bp.check_gradients(x, w, y).ok
True

``import bpdemo`` loads NumPy and nothing heavier. The rooms that need SymPy, Matplotlib or
ipywidgets are imported by name: ``from bpdemo import symbolic``.
"""

import sys

import numpy as np

from bpdemo import activations, checking, losses, network
from bpdemo.checking import check_gradients, gradcheck
from bpdemo.doctor import diagnose
from bpdemo.losses import squared_difference
from bpdemo.network import Gradients, Layers, Trace, backward, forward

__version__ = "0.1.0"

if sys.platform == "linux":
    # A trace and its gradients are megabytes of arrays, freed as soon as the next ones are there.
    # By default glibc hands such memory back to the system at once and gets it anew, page by page,
    # at the next call: up to half of the time. It learns better from the largest block ever freed,
    # so free one of the largest size it learns from, 32 MiB. It is never written: it costs nothing.
    _ = np.empty(2**25 - 2**13, dtype=np.uint8)
    del _

__all__ = [
    "Gradients",
    "Layers",
    "Trace",
    "activations",
    "backward",
    "check_gradients",
    "checking",
    "diagnose",
    "forward",
    "gradcheck",
    "losses",
    "network",
    "squared_difference",
]
