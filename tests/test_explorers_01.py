"""The explorers of chapter 01: their guesses; the numbers are in test_explorers_numbers."""

import pytest

import bpdemo as bp
from bpdemo.diagrams import number
from bpdemo.explorers import ForwardChain, ForwardNetwork
from bpdemo.explorers.explorer import numbers_of


def test_forward_chain_shows_every_z_and_a():
    explorer = ForwardChain()
    explorer.move("w2", 2.0)
    explorer.move("activation", "tanh")
    trace = bp.forward([[0.5]], [[[0.8]], [[2.0]], [[1.5]]], activation="tanh")
    shown = numbers_of(explorer.svg())
    for k in (1, 2, 3):
        assert ((f"z{k}", number(trace.z[k].item()))) in shown
        assert ((f"a{k}", number(trace.a[k].item()))) in shown
        assert f"z^{k} = {'x' if k == 1 else f'a^{k - 1}'} · w^{k}:" in explorer.alt


def test_depth_hides_what_it_does_not_use():
    explorer = ForwardChain(depth=2)
    assert [n for n, c in explorer.limited.items() if c.hidden] == ["w3", "w4"]
    explorer.move("depth", 4)
    assert not any(c.hidden for c in explorer.limited.values())
    assert "Network 1-1-1-1-1" in explorer.alt


def test_forward_network_moves_one_weight_of_many():
    explorer = ForwardNetwork()
    explorer.move("w1_21", 1.25)
    assert ("w1_21", "+1.250") in numbers_of(explorer.svg()) and "w¹₁₂" in explorer.alt
    explorer.move("show", "both")
    assert "∂ℒ/∂w¹₂₁" in explorer.alt


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
