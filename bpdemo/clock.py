"""How long a pass takes, by the clock (notebook 10). Times differ from run to run."""

import time
from collections.abc import Callable, Sequence

import numpy as np

from bpdemo import checking, network, training, validation

__all__ = ["gradients", "seconds"]


@validation.checked(run=validation.function, repeat=validation.whole(1))
def seconds(run: Callable, *arguments, repeat: int = 5) -> float:
    """The shortest of a few runs: what else the machine did adds to a time, and never subtracts."""
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        run(*arguments)
        times.append(time.perf_counter() - start)
    return min(times)


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
