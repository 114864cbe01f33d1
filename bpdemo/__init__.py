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

from bpdemo import activations, checking, losses, network
from bpdemo.checking import check_gradients, gradcheck
from bpdemo.doctor import diagnose
from bpdemo.losses import squared_difference
from bpdemo.network import Gradients, Layers, Trace, backward, forward

__version__ = "0.1.0"

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
