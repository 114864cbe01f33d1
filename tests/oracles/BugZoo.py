"""The loss with and without the bug by plain descent, and what the check says of each gradient."""

from functools import cache

import numpy as np

import bpdemo as bp
from bpdemo import slips

CASES = [list(slips.TABLE)[n] for n in np.random.default_rng(7).permutation(len(slips.TABLE))]
NETWORKS = {
    "widths 3-4-2-1, 8 examples": ((3, 4, 2, 1), 8),
    "widths 3-3-3-3, 1 example": ((3, 3, 3, 3), 1),
    "widths 1-1-1-1, 8 examples": ((1, 1, 1, 1), 8),
}


@cache
def descent(bug, activation):
    p = slips.problem(activation)
    backward = slips.TABLE[bug].backward if bug else bp.backward
    w, b, losses = list(p.w), list(p.b), []
    for _ in range(201):
        trace = bp.forward(p.x, w, activation=p.activation, b=b)
        losses.append(float(bp.squared_difference(trace.a[trace.L], p.y)))
        grad = backward(trace, p.y)
        w = [v - slips.RATE * grad.dL_dw[k] for k, v in enumerate(w, start=1)]
        b = [v - slips.RATE * grad.dL_db[k] for k, v in enumerate(b, start=1)]
    return losses


@cache
def errors(bug, on):
    slip = slips.TABLE[bug]
    if on not in NETWORKS:
        p = slips.problem(slip.activation)
        x, w, y, sigma, b = p.x, p.w, p.y, p.activation, p.b
    else:
        widths, m = NETWORKS[on]
        rng = np.random.default_rng(3)
        x, y = rng.normal(size=(m, widths[0])), rng.normal(size=(m, widths[-1]))
        w = [rng.normal(size=(widths[k], widths[k + 1])) for k in range(3)]
        b = [rng.normal(size=n) for n in widths[1:]]
        sigma = [slip.activation] * 2 + ["sigmoid"]
    try:
        report = bp.check_gradients(x, w, y, activation=sigma, b=b, backward=slip.backward)
    except ValueError:
        return {}
    return {f"error_{row.name}{row.k}": max(row.error) for row in report.rows if row.error.size}


def quantities(s):
    bug = s.bug or CASES[s.case - 1]
    sigma = slips.TABLE[bug].activation
    return errors(bug, s.on) | {
        "after": s.after,
        "loss": descent("", sigma)[s.after],
        "loss_with": descent(bug, sigma)[s.after],
    }
