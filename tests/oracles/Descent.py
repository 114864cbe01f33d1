"""The core's gradient descent, and the chain of the weights where it stands."""

import numpy as np

from bpdemo import training
from tests.oracles import by_hand


def quantities(s):
    x, y = [[s.x]], [[s.y]]
    w = [np.array([[v]]) for v in (s.w1, s.w2, s.w3)]
    records = training.descend(x, w, y, activation=s.activation, learning_rate=s.eta, epochs=s.step)
    *_, last = records
    with np.errstate(all="ignore"):
        q = by_hand.network(x, last.w, y, s.activation)
        for k in (1, 2, 3):
            q[f"step:w{k}"] = -s.eta * q[f"dL_dw{k}"]
            q[f"next:w{k}"] = q[f"w{k}"] + q[f"step:w{k}"]
    return q | {"loss": last.loss, "step": last.epoch, "eta": s.eta}
