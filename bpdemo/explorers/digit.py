"""Chapter 08: three logits and their softmax; a digit, and where the network looks on it."""

from functools import lru_cache
from types import SimpleNamespace

import numpy as np

from bpdemo import data, losses, network, training, validation
from bpdemo.diagrams import Term, formula, pixels, quantity, shares, table, words
from bpdemo.explorers import controls
from bpdemo.explorers.controls import Control, choice, count, slider
from bpdemo.explorers.explorer import Explorer, went

__all__ = ["DigitExplorer", "Softmax"]


class Softmax(Explorer):
    """Three logits, their shares, and ∂ℒ/∂z of two losses: p − y, and one with a slope in it."""

    title = "Softmax: shares of a whole."
    question = (
        "The right output is 2. Drag z₁ up to 6: the network is sure, and wrong. "
        "Which loss still pulls hard at z₂?"
    )
    choices = ("cross-entropy", "the squared difference", "both alike")
    answer = (
        "With cross-entropy ∂ℒ/∂z₂ = p₂ − y₂, which is almost −1 where the network is sure and "
        "wrong. The squared difference also has the slope of softmax as a factor, and that is "
        "almost 0 there: it hardly learns from its worst mistakes. A shift of all z changes "
        "nothing."
    )

    def controls(self) -> dict[str, Control]:
        made = {f"z_{n}": slider(v, -6, 6) for n, v in ((1, 2.0), (2, 0.5), (3, -1.0))}
        made["shift"] = slider(0.0, -1000, 1000, 50, label="shift all z by", fold=False)
        picks = {f"{letter}_{n}": n for letter in "py" for n in (1, 2, 3)}
        made["label"] = choice([1, 2, 3], 2, label="the right output", picks=picks)
        return made

    @staticmethod
    def model(s: SimpleNamespace, **changed) -> dict[str, np.ndarray]:
        """The rows of the table, each of 3 numbers, by the first part of their names."""
        s = SimpleNamespace(**{**vars(s), **changed})
        given = np.array([s.z_1, s.z_2, s.z_3])  # (3,)
        z, y = given + s.shift, np.eye(3)[s.label - 1]
        p = losses.softmax(z)
        slope = np.diag(p) - np.outer(p, p)  # B33: ∂p_i/∂z_j
        entropy = losses.TABLE["softmax_cross_entropy"].derivative(z[None], y[None])[0]
        return {"z": given, "shifted": z, "p": p, "y": y, "dL_dz": entropy,
                "dQ_dz": 2 * (p - y) @ slope}  # fmt: skip

    def judge(self, before, now):
        if now.z_1 < 6 or before.z_1 >= 6:
            return None
        found = self.model(before, z_1=now.z_1, label=2)
        entropy, squared = abs(found["dL_dz"][1]), abs(found["dQ_dz"][1])
        return 2 if np.isclose(entropy, squared, rtol=0.01) else 0 if entropy > squared else 1

    def tell(self, before, now):
        then = self.model(before, label=2)
        after = self.model(before, z_1=now.z_1, label=2)
        says = (("dL_dz", "With cross-entropy"), ("dQ_dz", "with the squared difference"))
        return "; ".join(f"{of} {went('∂ℒ/∂z₂', then[k][1], after[k][1])}" for k, of in says) + "."

    def panels(self, s: SimpleNamespace) -> list:
        found = self.model(s)
        z, p, y = found["shifted"], found["p"], found["y"]
        loss = float(losses.softmax_cross_entropy(z[None], y[None]))
        rows = [
            (word, list(found[name]), cls, [f"{name}_{n}" for n in (1, 2, 3)])
            for name, word, cls in (
                ("z", "z", "f-ink"),
                ("shifted", "z, shifted", "f-ink"),
                ("p", "p", "f-act"),
                ("y", "y", "f-ink"),
                ("dL_dz", "∂ℒ/∂z = p − y", "f-grad"),
                ("dQ_dz", "the same for Q", "f-grad"),
            )
        ]
        own = quantity(f"p_{s.label}", p[s.label - 1])
        entropy = [quantity("loss", loss), Term("= −ln"), own]
        squared = [Term("Q", float(((y - p) ** 2).sum()), "Q"), Term("= Σ (y − p)^2")]
        return [
            [
                shares(p, "123", "p = softmax(z)", marked=s.label - 1, height=244).by(0.72),
                table(["1", "2", "3"], rows, label_width=150).by(1, 420),
            ],
            [formula(entropy), formula(squared)],
        ]


_TRUE = "the right one"


class DigitExplorer(Explorer):
    """A held-out digit to draw on, shift, and blur with noise, and a trained network's answer.

    Parameters
    ----------
    w, b : the trained weights and biases, w^1 of shape (64, n_1), the last into 10 outputs. By
        default those of notebook 08, trained when first needed (some seconds), from the same seed.
    activation : of its layers; the last is the identity, the softmax is in the loss.
    digits : what to choose from; by default the held-out digits.
    """

    title = "What the network looks at."
    question = "Set “shift right” to 1: you would still read this digit. What does the network say?"
    choices = ("the same digit, as sure or surer", "the same digit, less sure", "another digit")
    answer = (
        "The network has learned which dots are dark, not what a digit is: a shift darkens others, "
        "and can mislead it. Where ∂ℒ/∂x is negative, a little more ink lowers ℒ: draw there, and "
        "the label of ℒ gains. But a gradient speaks of small steps only."
    )

    def __init__(self, w=None, b=None, *, activation=("relu", "identity"), digits=None, **start):
        if digits is not None:
            validation.instance(data.Digits, "digits of bpdemo.data")("digits", digits)
            if not len(digits):
                raise ValueError("digits: expected at least one, received none")
        self._digits = data.digits_split().held_out if digits is None else digits
        super().__init__(**start)  # before the training: it refuses what it doesn't know
        if w is None:
            w, b = _reader()
        blank = np.zeros((1, 64))
        answer = network.forward(blank, w, activation=activation, b=b)  # looks at all three
        if (outputs := answer.a[answer.L].shape[-1]) != 10:
            raise ValueError(f"w: expected 10 outputs, one for each digit; received {outputs}")
        self._network = [np.asarray(v) for v in w], b, list(activation)

    @property
    def network(self) -> tuple[list[np.ndarray], list[np.ndarray] | None]:
        """The weights and the biases it asks."""
        return self._network[:2]

    def controls(self) -> dict[str, Control]:
        labels = {f"{n}": n for n in range(10)}
        return {
            "which": count(1, 1, len(self._digits), label="digit number"),
            "label": choice({_TRUE: -1, **labels}, -1, label="ℒ for the label",
                            picks={f"p_{n + 1}": n for n in range(10)}),
            "ink": controls.ink(8, 8, label="Clear"),
            "right": count(0, -3, 3, label="shift right"),
            "down": count(0, -3, 3, label="shift down"),
            "noise": slider(0.0, 0, 0.5, 0.01, fold=False),
        }  # fmt: skip

    def model(self, s: SimpleNamespace, **changed) -> SimpleNamespace:
        """What the network makes of the digit: x, p, the loss, ∂ℒ/∂x, and the two labels."""
        s = SimpleNamespace(**{**vars(s), **changed})
        digit = self._digits[s.which - 1]
        meant = int(digit.labels[0])
        label = meant if s.label < 0 else s.label
        x = perturbed(digit.images[0], s)  # (8, 8)
        w, b, activation = self._network
        trace = network.forward(x.reshape(1, 64), w, activation=activation, b=b)
        y = np.eye(10)[[label]]  # (1, 10)
        grad = network.backward(trace, y, "softmax_cross_entropy")
        return SimpleNamespace(
            x=x, meant=meant, label=label,
            p=losses.softmax(trace.a[trace.L])[0],  # (10,)
            loss=float(losses.softmax_cross_entropy(trace.a[trace.L], y)),
            dL_dx=grad.dL_da[0].reshape(8, 8),
        )  # fmt: skip

    def _shifted(self, before, now):
        return self.model(before).p, self.model(before, right=now.right).p

    def judge(self, before, now):
        if now.right <= before.right:
            return None
        then, after = self._shifted(before, now)
        if then.argmax() != after.argmax():
            return 2
        return 0 if after.max() >= then.max() else 1

    def tell(self, before, now):
        then, after = self._shifted(before, now)
        meant = self.model(before).meant
        return (
            f"Before, it read {then.argmax()}, sure to {then.max():.1%}; "
            f"now {after.argmax()}, to {after.max():.1%}. The right one is {meant}."
        )

    def panels(self, s: SimpleNamespace) -> list:
        m = self.model(s)
        said, most = int(m.p.argmax()), float(np.abs(m.dL_dx).max())
        good = said == m.meant
        verdict = f"It reads {said}. The right one is {m.meant}: {'right' if good else 'WRONG'}."
        numbers = [
            quantity("loss", m.loss, note=f"for the label {m.label}"),
            Term("steepest", most, "most", "f-grad", note="the largest |∂ℒ/∂x|"),
        ]
        return [
            [
                pixels(m.x, "x: draw on it", paint="ink", size=316),
                pixels(m.dL_dx, f"∂ℒ/∂x for the label {m.label}", signed=True, most=most, size=316),
                shares(m.p, [str(n) for n in range(10)], "how sure it is", marked=m.label),
            ],
            [words([(verdict, f"f-{'good' if good else 'bad'} b")], size=18), formula(numbers)],
        ]


@lru_cache(maxsize=1)
def _reader():
    """The network of notebook 08, step by step the same: (w, b)."""
    train, widths = data.digits_split(validation=200).train, [64, 128, 10]
    w, b = training.initial_weights(widths, scale=2**0.5), training.initial_biases(widths)
    *_, last = training.descend(train.pixels, w, train.y, b=b, **training.RELU_SETTINGS)
    return last.w, last.b


def perturbed(image: np.ndarray, s: SimpleNamespace) -> np.ndarray:
    """The picture shifted, with noise, with what a hand drew; ink stays in 0 … 1: (8, 8)."""
    shifted = np.zeros((14, 14))
    shifted[3 + s.down : 11 + s.down, 3 + s.right : 11 + s.right] = image
    drawn = np.reshape(s.ink, (8, 8))
    return np.clip(shifted[3:11, 3:11] + s.noise * _noise() + drawn, 0, 1)


@lru_cache(maxsize=1)
def _noise() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(8, 8))
