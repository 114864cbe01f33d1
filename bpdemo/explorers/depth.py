"""Chapter 09: how large the gradient still is, layer by layer, in networks of any depth."""

from functools import lru_cache
from types import SimpleNamespace

import numpy as np

from bpdemo import activations
from bpdemo.diagrams import Series, Term, decades, formula, power, superscript, words
from bpdemo.explorers.parts import Control, Explorer, choice, count, slider, switch

__all__ = ["Depth", "ShortCut"]

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
        grads.append(grads[-1] + step if skip else step)  # B47: the short cut adds 1
    grad = _rms(grads[::-1])
    return SimpleNamespace(a=_rms(outputs), grad=grad / grad[-1], slope=_rms(slopes))


def _rms(layers) -> np.ndarray:
    """(L + 1, 8): the root mean square over examples and neurons."""
    v = np.stack(layers)  # (L + 1, 8, m, n)
    return np.sqrt(np.einsum("kdmn,kdmn->kd", v, v) / v[0, 0].size)


def predicted(s: SimpleNamespace, scale: float, skip: bool) -> np.ndarray:
    """The same sizes without any backward pass: each step back multiplies by about one factor.

    Returns
    -------
    (L + 1,) for k = 0 … L: the product of scale · √(mean σ′²), or with a short cut
    √(1 + scale² mean σ′²), over the layers after k (B45).
    """
    factor = scale * np.sqrt((s.slope[1:] ** 2).mean(axis=1))  # (L,)
    factor = np.sqrt(1 + factor**2) if skip else factor
    return np.append(np.cumprod(factor[::-1])[::-1], 1.0)


class Depth(Explorer):
    """The size of ∂ℒ/∂a^k over k, for eight networks at once, in powers of ten."""

    title = "The gradient on its way back through many layers."
    question = (
        "The sigmoid's slope is ¼ at most. With 20 layers and scale 1, about how small is "
        "∂ℒ/∂a⁰ beside ∂ℒ/∂a²⁰: a hundredth, a millionth, or far less? And which scale would "
        "keep it level? Try the same with tanh, and with relu."
    )
    answer = (
        "About 10⁻¹³: each step multiplies by a little under ¼. Only a scale of about 10 brings "
        "the sigmoid near level, and then nearly every neuron is saturated. For tanh it is 1 "
        "(Xavier) or a little more, for relu √2 = 1.41 (He). Or tick the short cut, which adds 1."
    )

    def controls(self) -> dict[str, Control]:
        return {
            "activation": choice("σ:", list(activations.TABLE), "sigmoid", "170px"),
            "scale": slider("scale", 1.0, 0.1, 12.0, width="300px"),
            "layers": count("layers L", 20, 2, MOST, "260px"),
            "width": choice("neurons a layer", [1, 4, 16, 32], 16, "190px"),
            "skip": switch("short cut: aᵏ = aᵏ⁻¹ + σ(zᵏ)", False, "260px"),
        }

    def panels(self, s: SimpleNamespace) -> list:
        found = sizes(s.layers, s.width, s.scale, s.activation, s.skip)
        ks, ahead = range(s.layers + 1), predicted(found, s.scale, s.skip)
        middle = np.median(found.grad, axis=1)
        slope = float(np.sqrt((found.slope[1:] ** 2).mean()))
        a_step, factor = middle[0] ** (1 / s.layers), ahead[0] ** (1 / s.layers)
        head = [Term("factor", float(factor)), Term("≈")]
        if s.skip:
            head += [Term("√(1 +")]
        head += [
            Term("scale" + "^2" * s.skip, s.scale ** (1 + s.skip), "scale" in s.touched),
            Term("·"),
            Term("mean σ′^2" if s.skip else "√(mean σ′^2)", slope ** (1 + s.skip)),
        ]
        head += [Term(")")] if s.skip else []
        frame = {"x_label": "layer k", "x_range": (0, s.layers), "height": 286}
        return [
            [
                decades(
                    [
                        Series(ks, ahead, "predicted", "pos", True, ""),
                        Series(
                            ks,
                            middle,
                            "measured",
                            "grad",
                            low=found.grad.min(axis=1),
                            high=found.grad.max(axis=1),
                        ),
                    ],
                    y_label="∂ℒ/∂a^k beside ∂ℒ/∂a^L",
                    y_powers=(-20, 12),
                    width=580,
                    **frame,
                ),
                decades(
                    [Series(ks, np.median(found.a, axis=1), "", "ink", marker="square")],
                    y_label="size of a^k",
                    y_powers=(-8, 8),
                    width=380,
                    **frame,
                ),
            ],
            formula(head, row="B45", height=88),
            words(
                [
                    f"one step back multiplies by about {power(a_step)}; {s.layers} steps, "
                    f"from a{superscript(s.layers)} to a⁰: {power(middle[0])}"
                ]
            ),
        ]


class ShortCut(Depth):
    """The same with short cuts around the layers, which add 1 to the factor."""

    title = "The gradient on its way back, with short cuts."
    question = (
        "With a short cut around every layer, does a small scale still make the gradient vanish? "
        "And what does a large one do, with relu say?"
    )
    answer = (
        "No: a small scale leaves the factor near 1, the layers do little and the gradient passes "
        "by them. A large one makes it grow, for now the factor is over 1 in every layer: about "
        "√(1 + scale² · mean σ′²). So deep residual networks begin with small weights, or they "
        "normalise what comes in."
    )

    def controls(self) -> dict[str, Control]:
        made = super().controls()
        made["skip"].value = made["skip"].default = True
        return made
