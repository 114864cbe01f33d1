"""The eight networks one by one: by the core, or with skip connections by a plain loop."""

import numpy as np

import bpdemo as bp
from bpdemo.explorers.depth import draws


def rms(v):
    return np.sqrt((v**2).mean())


def quantities(s):
    x, w, back = draws(s.width)
    sigma = bp.activations.TABLE[s.activation]
    size, out, slopes = [], [], []
    for n in range(len(x)):
        a, slope = [x[n]], []
        for k in range(s.layers):
            z = a[k] @ (s.scale * w[k, n])
            slope.append(sigma.derivative(z))
            a.append(sigma.f(z) + (a[k] if s.skip else 0))
        grad = [back[n]]
        for k in reversed(range(s.layers)):
            step = (grad[0] * slope[k]) @ (s.scale * w[k, n]).T
            grad.insert(0, step + (grad[0] if s.skip else 0))
        size.append([rms(g) / rms(back[n]) for g in grad])
        out.append([rms(v) for v in a])
        slopes.append([rms(v) for v in slope])
    squares = np.mean(np.square(slopes), axis=1)  # over the layers, one per network
    size, out = np.median(size, axis=0), np.median(out, axis=0)
    # The prediction takes in each layer the mean of the eight networks' slopes.
    layer = (s.scale**2) * np.mean(np.square(slopes), axis=0)
    ahead = np.prod(np.sqrt(layer + s.skip))
    q = {f"size_{k}": v for k, v in enumerate(size)} | {f"a_{k}": v for k, v in enumerate(out)}
    return q | {
        "scale": s.scale,
        "slope": np.sqrt(squares.mean()),
        "step": size[0] ** (1 / s.layers),
        "factor": ahead ** (1 / s.layers),
        "ahead_0": ahead,
    }
