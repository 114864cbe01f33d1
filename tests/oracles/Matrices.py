"""The 2-3-2 network of several examples from the core, and the framed sum term by term."""

import numpy as np

import bpdemo as bp

SHAPES = {"x": (4, 2), "w1": (2, 3), "w2": (3, 2), "y": (4, 2)}


def quantities(s):
    given = {
        name: np.array(
            [[getattr(s, f"{name}_{i + 1}{j + 1}") for j in range(n)] for i in range(rows)]
        )
        for name, (rows, n) in SHAPES.items()
    }
    x, y = given["x"][: s.examples], given["y"][: s.examples]
    trace = bp.forward(x, [given["w1"], given["w2"]], activation=s.activation)
    grad = bp.backward(trace, y)
    arrays = {"x": x, "y": y, "w1": given["w1"], "w2": given["w2"], "a1": trace.a[1]}
    for k in (0, 1, 2):
        arrays[f"dL_da{k}"] = grad.dL_da[k]
        if k:
            arrays[f"dL_dz{k}"], arrays[f"dL_dw{k}"] = grad.dL_dz[k], grad.dL_dw[k]
            arrays[f"da_dz{k}"] = trace.activation[k].derivative(trace.z[k])
    q = {
        f"{name}_{i + 1}{j + 1}": v
        for name, values in arrays.items()
        for (i, j), v in np.ndenumerate(values)
    }
    k = s.layer
    a, d, w = trace.a[k - 1], grad.dL_dz[k], trace.w[k]
    rows, columns = ((s.examples, w.shape[1]), w.shape, (s.examples, w.shape[0]))[s.product]
    r, c = min(int(s.entry[-2]), rows) - 1, min(int(s.entry[-1]), columns) - 1
    if s.product == 0:
        terms = [q[f"dL_da{k}_{r + 1}{c + 1}"] * q[f"da_dz{k}_{r + 1}{c + 1}"]]
    elif s.product == 1:
        terms = [a[e, r] * d[e, c] for e in range(len(a))]
    else:
        terms = [d[r, j] * w[c, j] for j in range(w.shape[1])]
    return q | {f"term_{n + 1}": v for n, v in enumerate(terms)}
