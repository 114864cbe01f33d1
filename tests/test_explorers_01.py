"""The explorers of chapter 01: their guesses; the numbers are in test_explorers_numbers."""

import pytest

from bpdemo.explorers import ForwardChain, ForwardNetwork


@pytest.mark.parametrize(
    ("start", "w1", "true"),
    [({}, 2.0, 1), ({}, -1.0, 1), ({"w2": 1.0}, 2.0, 0), ({"w2": 0.0}, 2.0, 2), ({"x": 0}, 1, 2)],
)
def test_the_guess_of_the_chain(start, w1, true):
    explorer = ForwardChain(**start)
    for chosen in range(3):
        explorer.reset()
        explorer.guess(chosen)
        explorer.move("w3", 1.0)
        assert explorer.state()["guess"]["right"] is None
        explorer.move("w1", w1)
        assert explorer.state()["guess"]["right"] is (chosen == true)
    explorer.move("w2", 3.5)  # w¹ alone is what was asked
    assert explorer.state()["guess"]["right"] is (true == 2)


def test_the_guess_of_the_network():
    explorer = ForwardNetwork()
    explorer.guess(0)
    explorer.move("w2_11", 0.0)
    assert explorer.state()["guess"]["right"] is None
    explorer.move("w1_11", 2.0)
    told = explorer.state()["guess"]
    assert told["right"] is True and "a¹₂ stayed at" in told["told"]
    explorer.move("w1_12", 2.0)
    assert "a¹₂ went from" in explorer.state()["guess"]["told"]
