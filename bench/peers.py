"""One gradient, as bpdemo and its peers compute it; run in a process of its own by `bench.core`.

All do the same work: forward, and the gradient of Σ (y − a^L)² with respect to every w^k AND to x,
because `backward` gives ∂ℒ/∂a^0 too. No biases; sigmoid in every layer.

    python -m bench.peers NAME [--quick]     # prints one line of JSON
"""

import importlib.util
import itertools
import json
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from importlib.metadata import version

import numpy as np

# widths, examples
NETWORKS = {
    "2-3-1 × 4": ((2, 3, 1), 4),
    "64-128-64-10 × 128": ((64, 128, 64, 10), 128),
    "784-512-512-10 × 1024": ((784, 512, 512, 10), 1024),
}
DTYPES = ("float64", "float32")
TURN, QUICK_TURN = 0.4, 0.02  # seconds of measuring for one case in one turn


def inputs(widths, m, dtype):
    """The same x, w and y for every peer."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(m, widths[0])).astype(dtype)
    w = [
        (rng.normal(size=(n, n_next)) / np.sqrt(n)).astype(dtype)
        for n, n_next in itertools.pairwise(widths)
    ]
    return x, w, rng.random((m, widths[-1])).astype(dtype)


# Each peer takes x, w and y and returns a function without arguments: that is what is timed. It
# returns [∂ℒ/∂x, ∂ℒ/∂w^1, …, ∂ℒ/∂w^L].


def bpdemo(x, w, y) -> Callable:
    """This package, its validation of every argument included."""
    import bpdemo as bp
    from bpdemo import memory

    memory.keep_freed()

    def gradient():
        grad = bp.backward(bp.forward(x, w), y)
        return [grad.dL_da[0], *grad.dL_dw]

    return gradient


def bare(x, w, y) -> Callable:
    """The matrix products alone, with the numbers at hand: the limit for any NumPy code."""
    import bpdemo as bp
    from bpdemo import memory

    memory.keep_freed()  # so that both have the same allocator

    trace = bp.forward(x, w)
    a, L = list(trace.a), trace.L
    delta = list(bp.backward(trace, y).dL_dz)

    def products():
        z = [a[k] @ w[k] for k in range(L)]
        dL_dw = [a[k].T @ delta[k] for k in range(L)]
        dL_da = [delta[k] @ w[k].T for k in range(L)]
        return [dL_da[0], *dL_dw], z, dL_da

    return products


def autograd(x, w, y) -> Callable:
    """The library that traces NumPy."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import autograd
        import autograd.numpy as anp

    def loss(x, w):
        a = x
        for w_k in w:
            a = 1 / (1 + anp.exp(-anp.dot(a, w_k)))
        return anp.sum((y - a) ** 2)

    gradient = autograd.grad(loss, (0, 1))

    def flat():
        dL_dx, dL_dw = gradient(x, w)
        return [dL_dx, *dL_dw]

    return flat


def micrograd(x, w, y) -> Callable:
    """Scalars in pure Python. It has no sigmoid: it runs ReLU and a linear last layer: less."""
    from micrograd.engine import Value

    def values(array):
        return [[Value(v) for v in row] for row in array.tolist()]

    x, y, w = values(x), y.tolist(), [values(w_k) for w_k in w]

    def gradient():
        for rows in (x, *w):
            for row in rows:
                for value in row:
                    value.grad = 0
        loss = Value(0)
        for example, labels in zip(x, y, strict=True):
            a = example
            for w_k in w:
                columns = zip(*w_k, strict=True)
                a = [sum(a_i * w_i for a_i, w_i in zip(a, w_j, strict=True)) for w_j in columns]
                a = a if w_k is w[-1] else [z_j.relu() for z_j in a]
            loss = loss + sum((label - a_j) ** 2 for label, a_j in zip(labels, a, strict=True))
        loss.backward()
        return [np.array([[v.grad for v in row] for row in rows]) for rows in (x, *w)]

    return gradient


def torch(x, w, y) -> Callable:
    """PyTorch eager."""
    import torch

    x = torch.tensor(x, requires_grad=True)
    w = [torch.tensor(w_k, requires_grad=True) for w_k in w]
    y = torch.tensor(y)

    def gradient():
        a = x
        for w_k in w:
            a = torch.sigmoid(a @ w_k)
        return torch.autograd.grad(((y - a) ** 2).sum(), [x, *w])

    return gradient


def jax(x, w, y) -> Callable:
    """jax.jit: a compiler, which sees the whole computation at once."""
    import jax

    jax.config.update("jax_enable_x64", True)
    x, w, y = jax.device_put((x, w, y))

    def loss(x, w):
        a = x
        for w_k in w:
            a = jax.nn.sigmoid(a @ w_k)
        return ((y - a) ** 2).sum()

    gradient = jax.jit(jax.grad(loss, (0, 1)))

    def flat():
        dL_dx, dL_dw = jax.block_until_ready(gradient(x, w))
        return [dL_dx, *dL_dw]

    return flat


PEERS = {
    "bpdemo": bpdemo,
    "bare": bare,
    "torch": torch,
    "jax": jax,
    "autograd": autograd,
    "micrograd": micrograd,
}


def installed(name: str) -> bool:
    """Is there such a package?"""
    return name == "bare" or importlib.util.find_spec(name) is not None


def version_of(name: str) -> str:
    """The version of the package that a peer stands for."""
    if name == "bpdemo":
        from bpdemo import __version__

        return __version__
    return version("numpy" if name == "bare" else name)


def microseconds(run: Callable, seconds: float) -> float:
    """The median time of one call, over samples of some calls each."""
    for _ in range(3):
        run()
    start = time.perf_counter()
    run()
    calls = max(1, int(0.01 / (time.perf_counter() - start)))
    samples: list[float] = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(samples) < 5:
        start = time.perf_counter()
        for _ in range(calls):
            run()
        samples.append((time.perf_counter() - start) / calls)
    return statistics.median(samples) * 1e6


def turn(name: str, quick: bool = False) -> dict:
    """Measure one peer on every case: its time, and the size of its gradients as a check."""
    found = {}
    for label, (widths, m) in list(NETWORKS.items())[: 1 if name == "micrograd" or quick else None]:
        for dtype in DTYPES[: 1 if name == "micrograd" else None]:  # Python's floats are float64
            run = PEERS[name](*inputs(widths, m, dtype))
            gradients = run()[0] if name == "bare" else run()
            found[f"{label}, {dtype}"] = {
                "us": microseconds(run, QUICK_TURN if quick else TURN),
                "norm": float(sum(np.abs(np.asarray(g, np.float64)).sum() for g in gradients)),
            }
    return found


if __name__ == "__main__":
    print(json.dumps(turn(sys.argv[1], "--quick" in sys.argv)))
