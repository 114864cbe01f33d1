"""Quantities by plain scalar formulas, for the oracles: σ, a chain, a network."""

import numpy as np

import bpdemo as bp
from bpdemo.diagrams import names
from tools import own_words


def sigma(name):
    """(σ, σ′, σ″) of one number, from the text of its formula."""
    return own_words.sigma(bp.activations.TABLE[name].formula)


def chain(s, depth=3, slope_at_a=False):
    """Every quantity of a chain, by name, from s.x, s.y, s.w1 … and s.activation."""
    f, slope, _ = sigma(s.activation)
    w = [None, *(getattr(s, f"w{k}") for k in range(1, depth + 1))]
    a, z = [s.x], [None]
    for k in range(1, depth + 1):
        z.append(a[k - 1] * w[k])
        a.append(f(z[k]))
    loss = (s.y - a[depth]) ** 2
    q = {"x": s.x, "a0": s.x, "dz_dw1": s.x, "y": s.y, "loss": loss}
    dL_da = 2 * (a[depth] - s.y)
    for k in range(depth, 0, -1):
        da_dz = slope(a[k] if slope_at_a else z[k])
        q |= {f"w{k}": w[k], f"z{k}": z[k], f"a{k}": a[k], f"da_dz{k}": da_dz}
        q |= {f"dL_da{k}": dL_da, f"dz_dw{k}": a[k - 1]}
        q[f"dL_dz{k}"] = dL_da * da_dz
        q[f"dL_dw{k}"] = dL_da * da_dz * a[k - 1]
        dL_da = dL_da * da_dz * w[k]
    return q | {"dL_da0": dL_da, "dL_dx": dL_da}


def network(x, w, y, activation, b=None):
    """Every quantity of one example's way through a network, by name, from the core."""
    trace = bp.forward(x, w, activation=activation, b=b)
    grad = bp.backward(trace, y)
    q = {"loss": float(bp.squared_difference(trace.a[trace.L], y))}
    for k in range(trace.L + 1):
        n = trace.a[k].shape[1]
        for i in range(n):
            node = names.node(k, i, n)
            q[node] = trace.a[k][0, i]
            q[f"dL_d{node}"] = grad.dL_da[k][0, i]
            if k == 0:
                given = "x" if n == 1 else f"x{i + 1}"
                q[given], q[f"dL_d{given}"] = q[node], q[f"dL_d{node}"]
                continue
            rest = node[1:]
            q[f"z{rest}"], q[f"dL_dz{rest}"] = trace.z[k][0, i], grad.dL_dz[k][0, i]
            q[f"da_dz{rest}"] = float(trace.activation[k].derivative(trace.z[k])[0, i])
            if b is not None:
                q[f"b{rest}"], q[f"dL_db{rest}"] = b[k - 1][i], grad.dL_db[k][i]
        if k:
            for i, j in np.ndindex(trace.w[k].shape):
                edge = names.weight(k, i, j, trace.w[k].shape)
                q[edge], q[f"dL_d{edge}"] = trace.w[k][i, j], grad.dL_dw[k][i, j]
    outputs = np.ravel(y)
    return q | {("y" if outputs.size == 1 else f"y{j + 1}"): v for j, v in enumerate(outputs)}
