"""Chapter 09: how large the gradient still is, layer by layer, in networks of any depth."""

from dataclasses import replace
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

import numpy as np

from bpdemo import activations
from bpdemo.diagrams import Series, Term, decades, formula, power, table
from bpdemo.explorers.controls import Control, choice, count, slider, switch
from bpdemo.explorers.explorer import Explorer

__all__ = ["Depth", "SkipConnection"]

MOST = 30
"""The deepest network on offer."""
NETWORKS, EXAMPLES = 8, 4


@lru_cache(maxsize=16)
def draws(width: int) -> tuple[np.ndarray, ...]:
    """Inputs, unscaled weights for every layer and a ∂ℒ/∂a^L: 8 networks, drawn once per width."""
    rng = np.random.default_rng(width)
    x = rng.normal(size=(NETWORKS, EXAMPLES, width))
    w = rng.normal(size=(MOST, NETWORKS, width, width)) / np.sqrt(width)
    return x, w, rng.normal(size=(NETWORKS, EXAMPLES, width))


@lru_cache(maxsize=256)
def sizes(depth: int, width: int, scale: float, activation: str, skip: bool) -> SimpleNamespace:
    """Forward and back through 8 networks; the root mean square of each layer's numbers.

    Returns
    -------
    A namespace of arrays (L + 1, 8) over k = 0 … L and the networks: `a`, the size of a^k; `grad`,
    that of ∂ℒ/∂a^k, with ∂ℒ/∂a^L as 1; `slope`, that of σ′(z^k), 1 for k = 0.
    """
    sigma = activations.TABLE[activation]
    a, w, back = draws(width)
    outputs, slopes = [a], [np.ones_like(a)]
    for k in range(depth):
        z = scale * (a @ w[k])  # (8, m, n): the scale on the product, cheaper than on the weights
        now = sigma.f(z)
        slopes.append(sigma.derivative(z, now))
        a = a + now if skip else now
        outputs.append(a)
    grads = [back]
    for k in range(depth, 0, -1):
        dL_dz = grads[-1] * slopes[k]
        step = scale * (dL_dz @ w[k - 1].mT)  # N15
        grads.append(grads[-1] + step if skip else step)  # B47: the skip connection adds 1
    grad = _rms(grads[::-1])
    return SimpleNamespace(a=_rms(outputs), grad=grad / grad[-1], slope=_rms(slopes))


def _rms(layers) -> np.ndarray:
    """(L + 1, 8): the root mean square over examples and neurons."""
    v = np.stack(layers)  # (L + 1, 8, m, n)
    return np.sqrt(np.einsum("kdmn,kdmn->kd", v, v) / v[0, 0].size)


def predicted_sizes(s: SimpleNamespace, scale: float, skip: bool) -> np.ndarray:
    """The same sizes without any backward pass: each step back multiplies by about one factor.

    Returns
    -------
    (L + 1,) for k = 0 … L: the product of scale · √(mean σ′²), or with a skip connection
    √(1 + scale² mean σ′²), over the layers after k (B45).
    """
    factor = scale * np.sqrt((s.slope[1:] ** 2).mean(axis=1))  # (L,)
    factor = np.sqrt(1 + factor**2) if skip else factor
    return np.append(np.cumprod(factor[::-1])[::-1], 1.0)


class Depth(Explorer):
    """The size of ∂ℒ/∂a^k over k, for eight networks at once, in powers of ten."""

    title = "The gradient on its way back through many layers."
    question = (
        "At scale 1 hardly any of the sigmoid's gradient arrives at a⁰. "
        "Choose relu for σ: how much arrives?"
    )
    choices = ("more", "less", "about the same")
    answer = (
        "Each step back multiplies by a factor: at scale 1 a little under ¼ for the sigmoid, and "
        "about √½ for relu, since half of its slopes are 1. A scale of √2 = 1.41 (He) keeps relu "
        "level, 1 (Xavier) nearly does for tanh. Or a skip connection, which adds 1."
    )

    def controls(self) -> dict[str, Control]:
        return {
            "activation": choice(list(activations.TABLE), "sigmoid", label="σ"),
            "scale": slider(1.0, 0.1, 12.0),
            "layers": count(20, 2, MOST, label="layers L"),
            "width": choice([1, 4, 16, 32], 16, label="neurons n"),
            "skip": switch(label="skip connections"),
        }

    @staticmethod
    def arrives(s: SimpleNamespace, **changed) -> float:
        """The size of ∂ℒ/∂a^0, with ∂ℒ/∂a^L as 1, in the middle of the eight networks."""
        s = SimpleNamespace(**{**vars(s), **changed})
        found = sizes(s.layers, s.width, s.scale, s.activation, s.skip)
        return float(np.median(found.grad[0]))

    def judge(self, before, now):
        if now.activation != "relu" or before.activation == "relu":
            return None
        then, after = self.arrives(before), self.arrives(before, activation="relu")
        return 0 if after > 2 * then else 1 if after < then / 2 else 2

    def tell(self, before, now):
        then, after = self.arrives(before), self.arrives(before, activation="relu")
        return (
            f"After {before.layers} layers {power(then)} of it arrived; with relu {power(after)}."
        )

    def panels(self, s: SimpleNamespace) -> list:
        found = sizes(s.layers, s.width, s.scale, s.activation, s.skip)
        ks, ahead = range(s.layers + 1), predicted_sizes(found, s.scale, s.skip)
        middle, a = np.median(found.grad, axis=1), np.median(found.a, axis=1)
        slope = float(np.sqrt((found.slope[1:] ** 2).mean()))
        step, factor = float(middle[0] ** (1 / s.layers)), float(ahead[0] ** (1 / s.layers))
        # With skip connections the same two numbers stand under the root, squared.
        two, root = ("^2", "mean σ′^2") if s.skip else ("", "√(mean σ′^2)")
        head = [Term("factor", factor, "factor"), Term("≈"), Term("√(1 + ") if s.skip else None]
        head += [
            Term(f"scale{two}", s.scale, "scale", form="{}²" if s.skip else "{}"),
            Term("·"),
            Term(root, slope, "slope", form="{}²" if s.skip else "{}"),
            Term(")") if s.skip else None,
        ]
        rows = [
            ("measured", [power(step), power(middle[0])], "f-grad", ["step", "size_0"]),
            ("predicted", [power(factor), power(ahead[0])], "f-ink", ["factor", "ahead_0"]),
        ]
        frame: dict[str, Any] = {"x_label": "layer k", "x_range": (0, s.layers), "height": 290}
        spread = {"low": found.grad.min(axis=1), "high": found.grad.max(axis=1)}
        return [
            [
                decades(
                    [
                        Series(ks, ahead, "predicted", "pos", True, ""),
                        Series(ks, middle, "measured", "grad", **spread,
                               names=[f"size_{k}" for k in ks]),
                    ],
                    y_label="size of ∂ℒ/∂a^k, 1 at L",
                    y_powers=(-20, 12),
                    **frame,
                ).by(1.5, 320),
                decades(
                    [Series(ks, a, "", "ink", marker="square", names=[f"a_{k}" for k in ks])],
                    y_label="size of a^k",
                    y_powers=(-8, 8),
                    **frame,
                ),
            ],
            [
                formula([one for one in head if one], row="B45").by(1.2),
                table(["one step", "all steps"], rows, label_width=110),
            ],
        ]  # fmt: skip


class SkipConnection(Depth):
    """The same with skip connections around the layers, which add 1 to the factor."""

    title = "The gradient on its way back, with skip connections."
    question = (
        "Every layer has a skip connection: aᵏ = aᵏ⁻¹ + σ(zᵏ). Make the scale 0.2 or less: "
        "what becomes of the gradient at a⁰?"
    )
    choices = ("it vanishes", "it stays near its size", "it explodes")
    answer = (
        "A small scale leaves each factor near 1: the layers do little, and the gradient passes by "
        "them. A large scale makes it grow, since every factor is over 1, about "
        "√(1 + scale² · mean σ′²). A skip connection keeps a gradient from vanishing, not from "
        "exploding."
    )

    def controls(self) -> dict[str, Control]:
        made = super().controls()
        return made | {"skip": replace(made["skip"], value=True)}

    def judge(self, before, now):
        if now.scale > 0.2 or before.scale <= 0.2:
            return None
        size = self.arrives(before, scale=now.scale, skip=True)
        return 0 if size < 0.01 else 2 if size > 100 else 1

    def tell(self, before, now):
        then = self.arrives(before, skip=True)
        after = self.arrives(before, scale=now.scale, skip=True)
        return (
            f"Of 1 at the last layer {power(then)} arrived at scale {before.scale:g}, "
            f"and {power(after)} at scale {now.scale:g}."
        )
