"""What a slider's step costs the kernel: under 5 ms, so that a drag needs no debouncing.

Measured in this thread's own processor time, best of three medians: what else the machine is doing
must not fail the test. How long it takes in a browser is measured by `python -m bench sliders`.
"""

import statistics
import time

import ipywidgets as widgets
import pytest

from tools.made import EXPLORERS, make

MOST = 0.005
STEPS = 25

BARS = widgets.FloatSlider | widgets.FloatLogSlider | widgets.IntSlider


def steps(bar):
    """The slider's place after each of 2 × STEPS steps: from its value up, or down at the top."""
    log = isinstance(bar, widgets.FloatLogSlider)
    start, top = bar.value, bar.base**bar.max if log else bar.max
    for n in range(1, 2 * STEPS + 1):
        value = start * bar.base ** (n * bar.step) if log else start + n * bar.step
        yield value if value <= top else start - (n * bar.step if not log else 0)


@pytest.mark.parametrize("name", EXPLORERS)
def test_a_sliders_step_costs_under_5_ms(name):
    explorer = make(name)
    bars = {n: c.source for n, c in explorer._controls.items() if isinstance(c.source, BARS)}
    costs = {}
    for control, bar in bars.items():
        medians = []
        for _ in range(3):
            explorer.reset()
            times = []
            for value in steps(bar):
                begin = time.thread_time()
                bar.value = value
                times.append(time.thread_time() - begin)
            medians.append(statistics.median(times[5:]))  # without the warming up
            if medians[-1] < MOST:
                break
        costs[control] = min(medians)
    assert {c: f"{t * 1000:.1f} ms" for c, t in costs.items() if t >= MOST} == {}
