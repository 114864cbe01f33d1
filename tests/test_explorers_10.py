"""The explorer of chapter 10: multiplications counted, and what doubling the widths costs."""

import re

import pytest

from bpdemo import explorers
from bpdemo.explorers.cost import multiplications_of


def test_it_counts_its_network():
    alt = explorers.Cost().alt
    assert "n_0 64, n 32, n_L 10, L 3, m 10, weights 3,392" in alt
    assert "forward: × 33,920, runs 1; back-propagation: × 101,760, runs 3" in alt
    assert "from the last layer back: × 30,720; from the input on: × 86,016" in alt


@pytest.mark.parametrize("neurons", [1, 32, 256])
def test_the_dashed_line_is_its_network(neurons):
    svg = explorers.Cost(neurons=neurons).svg()
    frame = svg[svg.index("data-frame") :]
    low, high, _, _, left, right, *_ = map(float, re.search(r'"([^"]+)"', frame)[1].split())
    x = float(re.search(r'<line x1="([\d.]+)"[^>]* class="s-ink dash"', frame)[1])
    weights = multiplications_of([64, neurons, neurons, 10], 10)["weights"]
    assert low * (high / low) ** ((x - left) / (right - left)) == pytest.approx(weights, rel=0.01)


@pytest.mark.parametrize("start", [{}, {"inputs": 3, "neurons": 7, "outputs": 2, "layers": 5}])
def test_twice_the_widths_cost_four_times_as_much(start):
    explorer = explorers.Cost(**start)
    explorer.guess(1)
    s = explorer.settings
    explorer.move("inputs", 2 * s["inputs"])
    explorer.move("neurons", 2 * s["neurons"])
    assert explorer.state()["guess"]["right"] is None
    explorer.move("examples", 20)  # not asked for, so not counted
    explorer.move("outputs", 2 * s["outputs"])
    guess = explorer.state()["guess"]
    assert guess["right"] and "4 times as many" in guess["told"]
    assert "16 times as many" in guess["told"]
    explorer.reset()
    explorer.guess(3)
    explorer.settings = {name: 2 * s[name] for name in ("inputs", "neurons", "outputs")}
    assert explorer.state()["guess"]["right"] is False
