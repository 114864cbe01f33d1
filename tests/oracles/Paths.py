"""The 2-2-2 network from the core; a share by plain products, the measured one by a difference."""

import math

import numpy as np

from tests.oracles import by_hand


def quantities(s):
    def run(**changed):
        at = {**vars(s), **changed}
        w = [np.array([[at[f"w{k}_{i}{j}"] for j in (1, 2)] for i in (1, 2)]) for k in (1, 2)]
        return by_hand.network([[s.x1, s.x2]], w, [[s.y1, s.y2]], s.activation)

    q, h = run(), 1e-5
    value = getattr(s, s.weight)
    plus, minus = (run(**{s.weight: value + step})["loss"] for step in (h, -h))
    q["measured"] = (plus - minus) / (2 * h)
    k, i, j = s.weight[1], s.weight[3], s.weight[4]
    for out in "12":
        names = (
            [f"x{i}", f"da_dz1_{j}", f"w2_{j}{out}", f"da_dz2_{out}", f"dL_da2_{out}"]
            if k == "1"
            else [f"a1_{i}", f"da_dz2_{out}", f"dL_da2_{out}"]
        )
        q[f"share_{out}"] = math.prod(q[name] for name in names)
    return q
