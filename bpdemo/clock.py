"""How long a pass takes, by the clock (notebook 10). Times differ from run to run."""

import math
import time
from collections.abc import Callable, Sequence

import numpy as np

from bpdemo import checking, network, training, validation

__all__ = ["LONG_ENOUGH", "gradients", "seconds"]

LONG_ENOUGH = 0.002
"""A measurement's seconds: twenty ticks of a browser's clock, so that it's right to 5 %."""


@validation.checked(run=validation.function, repeat=validation.whole(1))
def seconds(run: Callable, *arguments, repeat: int = 5) -> float:
    """How long one run takes: the shortest of a few measurements.

    What else the machine did adds to a time, and never subtracts. A measurement has as many runs in
    it as take `LONG_ENOUGH`: the clock of a browser counts tenths of a millisecond.
    """
    runs, shortest = 1, math.inf
    while repeat:
        start = time.perf_counter()
        for _ in range(runs):
            run(*arguments)
        taken = time.perf_counter() - start
        if taken < LONG_ENOUGH:
            runs *= 2
        else:
            shortest, repeat = min(shortest, taken / runs), repeat - 1
    return shortest


@validation.checked(
    widths=validation.each(validation.whole(1, 4096), "widths, whole numbers > 0", least=1),
    most=validation.whole(0),
    examples=validation.whole(1, 10**6),
)
def gradients(
    widths: Sequence[int] = (4, 8, 16, 32, 64, 128), most: int = 32, examples: int = 10
) -> dict[str, tuple[list[int], list[float]]]:
    """The seconds of a forward pass, a backward pass and finite differences, in larger networks.

    Parameters
    ----------
    widths : n of each network n-n-n-n.
    most : the widest network that finite differences are run on.
    examples : m.

    Returns
    -------
    name → (numbers of weights, seconds).
    """
    rng = np.random.default_rng(10)
    found: dict[str, tuple[list[int], list[float]]]
    found = {name: ([], []) for name in ("finite differences", "backward", "forward")}
    for n in widths:
        w = training.initial_weights([n] * 4, seed=0)
        x, y = rng.normal(size=(examples, n)), rng.uniform(size=(examples, n))
        trace = network.forward(x, w)
        times = {
            "forward": seconds(network.forward, x, w),
            "backward": seconds(network.backward, trace, y),
        }
        if n <= most:
            times["finite differences"] = seconds(checking.numeric_gradients, x, w, y, repeat=2)
        for name, value in times.items():
            found[name][0].append(3 * n * n)
            found[name][1].append(value)
    return found
