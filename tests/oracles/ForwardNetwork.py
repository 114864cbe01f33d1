"""The 2-3-1 network from the weights that its settings name."""

import numpy as np

from tests.oracles import by_hand


def quantities(s):
    w1 = np.array([[getattr(s, f"w1_{i}{j}") for j in (1, 2, 3)] for i in (1, 2)])
    w2 = np.array([[getattr(s, f"w2_{i}1")] for i in (1, 2, 3)])
    return by_hand.network([[s.x1, s.x2]], [w1, w2], [[s.y]], s.activation)
