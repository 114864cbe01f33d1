"""What a slider's step costs the kernel: under 5 ms, so that a drag needs no debouncing.

Measured in this thread's own processor time, best of five medians: what else the machine is doing
must not fail the test. Nor must a slower processor: where a fixed piece of work of the same kind
takes longer than PACE, 5 ms are allowed to be longer in the same measure. How long it takes in a
browser is measured by `python -m bench sliders`.
"""

import statistics
import time

import ipywidgets as widgets
import numpy as np
import pytest

from tools.made import EXPLORERS, make

MOST = 0.005
PACE = 0.0028  # seconds for `work()` where the 5 ms were set
STEPS = 25

BARS = widgets.FloatSlider | widgets.FloatLogSlider | widgets.IntSlider


def steps(bar):
    """The slider's place after each of 2 × STEPS steps: from its value up, or down at the top."""
    log = isinstance(bar, widgets.FloatLogSlider)
    start, top = bar.value, bar.base**bar.max if log else bar.max
    for n in range(1, 2 * STEPS + 1):
        value = start * bar.base ** (n * bar.step) if log else start + n * bar.step
        yield value if value <= top else start - (n * bar.step if not log else 0)


def work() -> float:
    """The seconds for small products and short strings, what a slider's step is made of."""
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
def test_a_sliders_step_costs_under_5_ms(name):
    explorer = make(name)
    bars = {n: c.source for n, c in explorer._controls.items() if isinstance(c.source, BARS)}
    costs = {}
    for control, bar in bars.items():
        share = np.inf  # of what is allowed
        for _ in range(5):
            allowed = most()
            explorer.reset()
            times = []
            for value in steps(bar):
                begin = time.thread_time()
                bar.value = value
                times.append(time.thread_time() - begin)
            share = min(share, statistics.median(times[5:]) / allowed)  # without the warming up
            if share < 1:
                break
        costs[control] = share
    assert {c: f"{share * MOST * 1000:.1f} ms" for c, share in costs.items() if share >= 1} == {}
