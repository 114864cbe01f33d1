"""Paths: the gradient of a weight is a sum, with one product for each path to the loss."""

from itertools import product

import sympy as sp

from bpdemo.symbolic.claims import LOSS, Claim
from bpdemo.symbolic.scalars import minus, sigma_and_slope, times


def _entry(letter: str, k: int, *places: int) -> sp.Symbol:
    """a^k_i, z^k_i or w^k_{ij} as one symbol; neurons are counted from 1."""
    return sp.Symbol(f"{letter}^{{{k}}}_{{{''.join(map(str, places))}}}", real=True)


def paths(widths=(2, 2, 2), k: int = 1, i: int = 1, j: int = 1, activation=None) -> Claim:
    """∂ℒ/∂w^k_{ij} as a sum over the paths from this weight to the loss, for one example.

    A path goes from neuron j of layer k to one neuron of each later layer. Along a path the
    sensitivities multiply: a^{k-1}_i σ′(z^k_j), then w σ′(z) for each step on, and 2(a^L_q − y_q)
    at its end. Where paths join, the products are added.

    Left: the loss of the whole network written out as one expression, and differentiated; no path
    is known to SymPy. Right: the sum. σ is undefined, or the activation's formula.

    Parameters
    ----------
    widths : (n_0, …, n_L).
    k, i, j : the weight, from neuron i of layer k − 1 into neuron j of layer k, counted from 1.

    Raises
    ------
    ValueError : the network has no such weight.
    """
    L = len(widths) - 1
    if not (1 <= k <= L and 1 <= i <= widths[k - 1] and 1 <= j <= widths[k]):
        raise ValueError(f"paths: a network of widths {widths} has no w^{k}_{{{i}{j}}}")
    sigma, slope = sigma_and_slope(activation)
    equations = []  # (symbol, value in the layer before), from the first layer to the last
    for n in range(1, L + 1):
        ps, qs = range(1, widths[n - 1] + 1), range(1, widths[n] + 1)
        for q in qs:
            z = sum(_entry("a", n - 1, p) * _entry("w", n, p, q) for p in ps)
            equations.append((_entry("z", n, q), z))
        equations += [(_entry("a", n, q), sigma(_entry("z", n, q))) for q in qs]

    def written_out(expr):
        """As one expression in x and w."""
        for symbol, value in reversed(equations):
            expr = expr.subs(symbol, value)
        return expr

    y = [sp.Symbol(f"y_{{{q}}}", real=True) for q in range(1, widths[L] + 1)]
    loss = written_out(sum((y_q - _entry("a", L, q)) ** 2 for q, y_q in enumerate(y, 1)))
    weight = _entry("w", k, i, j)

    forms = []
    for way in product(*(range(1, n + 1) for n in widths[k + 1 :])):
        factors, here = [], j
        for n, there in enumerate(way, k + 1):
            factors = [slope(_entry("z", n, there)), _entry("w", n, here, there), *factors]
            here = there
        end = times(2, minus(_entry("a", L, here), y[here - 1]))
        forms.append(times(end, *factors, slope(_entry("z", k, j)), _entry("a", k - 1, i)))
    form = sp.Add(*forms, evaluate=False) if len(forms) > 1 else forms[0]

    return Claim(
        "B1",
        f"{len(forms)} path{'s' * (len(forms) > 1)} to the loss, added",
        (LOSS, weight.name),
        loss.diff(weight),
        (written_out(form),),
        (form,),
        tuple((value, symbol) for symbol, value in equations if value != symbol),
    )
