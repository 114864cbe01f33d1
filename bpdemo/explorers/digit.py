"""Chapter 08: three logits and their softmax; a digit, and where the network looks on it."""

from functools import lru_cache
from types import SimpleNamespace

import numpy as np

from bpdemo import data, losses, network, training
from bpdemo.diagrams import number, table, words
from bpdemo.diagrams.pixels import pixels, shares
from bpdemo.explorers.parts import Control, Explorer, choice, count, slider

__all__ = ["DigitExplorer", "Softmax"]


class Softmax(Explorer):
    """Three logits, their shares, and ∂ℒ/∂z of two losses: p − y, and one with a slope in it."""

    title = "Softmax: shares of a whole."
    question = (
        "Make the network quite sure and wrong: z₁ = 6, the label 2. Which of the two losses still "
        "pulls hard at z? And what will a shift of all three by 1000 change?"
    )
    answer = (
        "Cross-entropy: ∂ℒ/∂z = p − y is close to −1 at the right output. The squared difference "
        "is multiplied by the slope of softmax, which is almost 0 there: it hardly learns from its "
        "worst mistakes. A shift changes nothing: only differences of z count."
    )

    def controls(self) -> dict[str, Control]:
        return {
            **{
                f"z{n}": slider(f"z{'₁₂₃'[n - 1]}", v, -6, 6)
                for n, v in ((1, 2.0), (2, 0.5), (3, -1.0))
            },
            "shift": slider("shift all by", 0.0, -1000, 1000, 50),
            "label": choice("the right one is", [1, 2, 3], 2, "190px"),
        }

    def panels(self, s: SimpleNamespace) -> list:
        z = np.array([s.z1, s.z2, s.z3]) + s.shift  # (3,)
        y = np.eye(3)[s.label - 1]
        p = losses.softmax(z)
        entropy = losses.TABLE["softmax_cross_entropy"].derivative(z[None], y[None])[0]
        slope = np.diag(p) - np.outer(p, p)  # B33: ∂p_i/∂z_j
        squared = 2 * (p - y) @ slope
        loss = float(losses.softmax_cross_entropy(z[None], y[None]))
        rows = [
            ("z", list(z), "f-ink"),
            ("p", list(p), "f-pos"),
            ("y", list(y), "f-ink"),
            ("∂ℒ/∂z = p − y", list(entropy), "f-grad"),
            ("… of Σ (y − p)²", list(squared), "f-grad"),
        ]
        bars = shares(p, "123", "p = softmax(z)", marked=s.label - 1, width=400, height=214)
        touched = [int(name[1]) - 1 for name in s.touched if name[0] == "z"]
        return [
            [
                bars,
                table(["1", "2", "3"], rows, width=560, label_width=200, touched=touched),
            ],
            words(
                [f"cross-entropy ℒ = −ln p of output {s.label} = {number(loss)},   "
                 f"squared difference ℒ = {number(float(((y - p) ** 2).sum()))}"],
                960,
                15,
            ),
        ]  # fmt: skip


_TRUE = "the right one"


class DigitExplorer(Explorer):
    """A held-out digit to shift, blur with noise and draw on, and a trained network's answer.

    Parameters
    ----------
    w, b : the trained weights and biases, w^1 of shape (64, n_1), the last into 10 outputs. By
        default those of notebook 08, trained when first needed (some seconds), from the same seed.
    activation : of its layers; the last is the identity, the softmax is in the loss.
    digits : what to choose from; by default the held-out digits.
    """

    title = "What the network looks at."
    question = (
        "The picture in the middle, ∂ℒ/∂x, has a − where more ink would lower the loss. Frame such "
        "a dot with row and column: if you add ink there, will the right digit gain or lose? Then "
        "shift the digit by one dot: it is still easy for you. For the network?"
    )
    answer = (
        "Where ∂ℒ/∂x is negative more ink lowers ℒ, so the right digit gains; but only for a small "
        "step, a gradient says no more. One dot of shift can be enough to mislead the network: it "
        "has learned which dots are dark, not what a digit is."
    )

    def __init__(self, w=None, b=None, *, activation=("relu", "identity"), digits=None, **start):
        if w is None:
            w, b = _reader()
        self._network = [np.asarray(v) for v in w], b, list(activation)
        self._digits = data.digits_split().held_out if digits is None else digits
        super().__init__(**start)

    @property
    def network(self) -> tuple[list[np.ndarray], list[np.ndarray] | None]:
        """The weights and the biases it asks."""
        return self._network[:2]

    def controls(self) -> dict[str, Control]:
        labels = {f"{n}": n for n in range(10)}
        return {
            "which": count("digit number", 1, 1, len(self._digits), "300px"),
            "label": choice("∂ℒ/∂x for the label", {_TRUE: -1, **labels}, -1, "270px"),
            "right": count("shift right", 0, -3, 3, "270px"),
            "down": count("shift down", 0, -3, 3, "270px"),
            "noise": slider("noise", 0.0, 0, 0.5, 0.01, width="270px"),
            "row": count("row", 4, 1, 8, "220px"),
            "column": count("column", 4, 1, 8, "240px"),
            "ink": slider("ink there", 0.0, -1, 1, width="290px"),
        }

    def panels(self, s: SimpleNamespace) -> list:
        digit = self._digits[s.which - 1]
        meant = int(digit.labels[0])
        x = _perturbed(digit.images[0], s)  # (8, 8)
        label = meant if s.label < 0 else s.label
        w, b, activation = self._network
        trace = network.forward(x.reshape(1, 64), w, activation, b)
        y = np.eye(10)[[label]]  # (1, 10)
        grad = network.backward(trace, y, "softmax_cross_entropy")
        dL_dx = grad.dL_da[0].reshape(8, 8)
        p = losses.softmax(trace.a[trace.L])[0]  # (10,)
        loss = float(losses.softmax_cross_entropy(trace.a[trace.L], y))
        said, at = int(p.argmax()), (s.row - 1, s.column - 1)
        verdict = f"It reads {said}, with {p[said]:.1%}; meant is {meant}"
        ink, slope = number(x[at]), number(dL_dx[at], True)
        return [
            [
                pixels(x, "what it sees", marked=at, size=310),
                pixels(
                    dL_dx,
                    f"∂ℒ/∂x for the label {label}",
                    signed=True,
                    most=float(np.abs(dL_dx).max()),
                    marked=at,
                    size=310,
                ),
                shares(p, [str(n) for n in range(10)], "how sure it is", marked=label),
            ],
            words(
                [
                    (verdict + (": right." if said == meant else ": WRONG."),
                     "f-good b" if said == meant else "f-bad b"),
                    f"ℒ = {number(loss)} for the label {label}.   In the frame: ink {ink}, "
                    f"∂ℒ/∂x = {slope}; the largest size {number(np.abs(dL_dx).max())}.",
                ],
                960,
                15,
            ),
        ]  # fmt: skip


@lru_cache(maxsize=1)
def _reader():
    """The network of notebook 08, step by step the same: (w, b)."""
    train, widths = data.digits_split(validation=200).train, [64, 128, 10]
    start = training.initial_weights(widths, scale=2**0.5), training.initial_biases(widths)
    *_, last = training.descend(train.pixels, train.y, *start, **training.READER)
    return last.w, last.b


def _perturbed(image: np.ndarray, s: SimpleNamespace) -> np.ndarray:
    """The picture shifted, with noise, with ink added at one dot; ink stays in 0 … 1."""
    shifted = np.zeros((14, 14))
    shifted[3 + s.down : 11 + s.down, 3 + s.right : 11 + s.right] = image
    x = shifted[3:11, 3:11] + s.noise * _noise()
    x[s.row - 1, s.column - 1] += s.ink
    return np.clip(x, 0, 1)


@lru_cache(maxsize=1)
def _noise() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(8, 8))
