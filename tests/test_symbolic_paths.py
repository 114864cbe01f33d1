"""The claims of chapters 05 and 06 that SymPy proves, and that each can fail."""

import dataclasses
import itertools

import numpy as np
import pytest
import sympy as sp

from bpdemo import activations, symbolic


@pytest.mark.parametrize("activation", [None, "sigmoid", "tanh", "relu", "softplus"], ids=str)
def test_the_sum_over_paths_is_the_gradient(activation):
    claim = symbolic.paths(activation=activation)
    assert claim.difference == 0 and claim.holds
    assert len(claim.formula.args) == 2


@pytest.mark.parametrize("k", [1, 2])
def test_every_weight_of_a_2_2_2_network(k):
    for i, j in itertools.product((1, 2), (1, 2)):
        claim = symbolic.paths((2, 2, 2), k, i, j)
        assert claim.holds and claim.of[1] == f"w^{{{k}}}_{{{i}{j}}}"
        assert claim.title.startswith("2 paths" if k == 1 else "1 path ")


@pytest.mark.parametrize(
    ("widths", "k", "count"), [((2, 3, 2, 1), 1, 2), ((1, 2, 2, 2), 1, 4), ((1, 1, 1), 1, 1)]
)
def test_other_networks(widths, k, count):
    claim = symbolic.paths(widths, k)
    assert claim.holds and claim.title.startswith(f"{count} path")


def test_one_path_alone_is_not_the_gradient():
    claim = symbolic.paths()
    one = claim.formula.args[0]
    alone = dataclasses.replace(claim, sides=(claim.sides[0] - claim.lhs / 2,), forms=(one,))
    assert not alone.holds and alone.difference != 0


@pytest.mark.parametrize("wrong", [(3, 1, 1), (0, 1, 1), (1, 3, 1), (1, 1, 3), (2, 0, 1)])
def test_a_weight_that_is_not_there(wrong):
    with pytest.raises(ValueError, match=r"\b[kij]: expected"):
        symbolic.paths((2, 2, 2), *wrong)


@pytest.mark.parametrize("name", [n for n, entry in activations.TABLE.items() if entry.in_a])
def test_the_slope_in_a_is_the_slope_in_z(name):
    claim = symbolic.slope_in_a(name)
    assert claim.difference == 0 and claim.holds
    entry, z = activations.TABLE[name], np.linspace(-5, 5, 41)
    g = sp.lambdify(sp.Symbol("a"), sp.sympify(entry.in_a), "numpy")
    in_a = np.broadcast_to(g(entry.f(z)), z.shape).astype(float)
    assert np.allclose(in_a, entry.derivative(z), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(
    ("name", "g"),
    [
        ("sigmoid", "1 - a**2"),
        ("tanh", "a*(1 - a)"),
        ("softplus", "1/(1 + exp(-a))"),  # σ′(a) for σ′(z)
        ("sigmoid", "1/(1 + exp(-a))*(1 - 1/(1 + exp(-a)))"),
        ("relu", "a"),
    ],
)
def test_another_g_fails(name, g):
    claim = symbolic.slope_in_a(name, g)
    assert not claim.holds and claim.difference != 0


def test_whose_slope_is_written_in_a():
    assert {name for name, entry in activations.TABLE.items() if entry.in_a} >= {
        "sigmoid", "tanh", "relu", "identity", "softplus", "leaky_relu"
    }  # fmt: skip


def test_no_g_is_known_for_a_stranger():
    swish = dataclasses.replace(activations.TABLE["sigmoid"], name="swish", in_a="")
    with pytest.raises(ValueError, match="none is known for swish"):
        symbolic.slope_in_a(swish)


def test_both_are_shown_in_the_symbols_of_the_notes():
    text = repr(symbolic.paths())
    assert "∂ℒ/∂w^1_{11}" in text and "σ′(z^2_1)" in text and "difference  0" in text
    assert r"\sigma'{\left(z^{2}_{1}\right)}" in symbolic.paths()._repr_latex_()
    assert "1 - exp(-a^k)" in repr(symbolic.slope_in_a("softplus"))
