"""What a move costs the kernel: under 5 ms, so that a drag needs no debouncing.

Measured in this thread's own processor time, best of up to twelve medians: what else runs
must not fail the test. Nor must a slower processor: where a fixed piece of work of the same kind
takes longer than PACE, 5 ms are allowed to be longer in the same measure. How long it takes in a
browser is measured by `python -m bench sliders`.
"""

import statistics
import time

import numpy as np
import pytest

from tools.made import EXPLORERS, make

MOST = 0.005
PACE = 0.0028  # seconds for `work()` where the 5 ms were set
STEPS = 25


def steps(bounds, start):
    """The value after each of STEPS moves to and fro between the ends."""
    for n in range(1, STEPS + 1):
        share = (n * 0.6180339887) % 1
        if bounds.log:
            value = bounds.low * (bounds.high / bounds.low) ** share
        else:
            value = bounds.low + share * (bounds.high - bounds.low)
        yield bounds.nearest(value)


def work() -> float:
    """The seconds for small products and short strings, what a move is made of."""
    begin = time.thread_time()
    a = np.full((2, 1, 1), 0.5)
    for n in range(500):
        a = 1 / (1 + np.exp(-(a @ a)))
        f"{a[0, 0, 0]:+.3f} {n:.1f}".replace("-", "−")
    return time.thread_time() - begin


def most() -> float:
    """5 ms, or as much more as this machine, as it is now, is slower."""
    return MOST * max(1.0, min(work() for _ in range(5)) / PACE)


@pytest.mark.parametrize("name", EXPLORERS)
def test_a_move_costs_under_5_ms(name):
    explorer = make(name)
    costs = {}
    for control, bounds in explorer.limited.items():
        if not bounds.is_number or bounds.hidden:
            continue
        share = np.inf  # of what is allowed
        for _ in range(12):
            allowed = most()
            explorer.reset()
            times = []
            for value in steps(bounds, explorer.settings[control]):
                begin = time.thread_time()
                explorer.receive({"do": "set", "settings": {control: value}})
                times.append(time.thread_time() - begin)
            share = min(share, statistics.median(times[5:]) / allowed)  # without the warming up
            if share < 1:
                break
        costs[control] = share
    assert {c: f"{share * MOST * 1000:.1f} ms" for c, share in costs.items() if share >= 1} == {}
