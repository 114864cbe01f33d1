"""Chapter 07: the best step of a finite difference, and the zoo of wrong backward passes."""

import itertools
import textwrap
from functools import lru_cache
from types import SimpleNamespace

import numpy as np

from bpdemo import activations, checking, network, slips, training
from bpdemo.checking import central_difference, forward_difference
from bpdemo.diagrams import Curve, Panel, curve, nice_limit, number, power, words
from bpdemo.explorers.parts import Control, Explorer, choice, count, slider

__all__ = ["BugZoo", "StepSize"]

_H = np.geomspace(1e-16, 1, 129)  # eight steps a power of ten
_FLOOR = 1e-17  # where an error of exactly 0 is drawn
_PRECISION = {"float64": np.float64, "float32": np.float32}
_SMOOTH = ["sigmoid", "tanh", "softplus"]


class StepSize(Explorer):
    """The error of three differences over the step h: two are a U, the third has no right arm."""

    title = "How large a step?"
    question = (
        "The central difference has its best step near 10⁻⁵. Where will the best step be in "
        "float32, to the left or to the right? And will its best error be better or worse?"
    )
    answer = (
        "To the left, at a larger h: a rounding is 500 million times as large, so it takes over "
        "sooner. The best error is far worse. The complex step does not care: it subtracts nothing."
    )

    def controls(self) -> dict[str, Control]:
        return {
            "h": slider("h", 1e-2, -16, 0, step=0.25, log=True),
            "z": slider("z", 0.5, -4, 4),
            "activation": choice("σ:", _SMOOTH, "sigmoid", "160px"),
            "precision": choice("numbers:", list(_PRECISION), "float64", "180px"),
        }

    def panels(self, s: SimpleNamespace) -> list:
        every = _errors(s.activation, s.z, s.precision, _H)
        here = _errors(s.activation, s.z, s.precision, np.array([s.h]))
        styles = (("s-neg", True), ("s-pos", False), ("s-good", False))
        curves = [
            Curve(-np.log10(_H), _log(error), name, cls, dash)
            for (name, error), (cls, dash) in zip(every.items(), styles, strict=True)
        ]
        curves.append(Curve(np.full(2, -np.log10(s.h)), np.array([-18.0, 2.0]), "", "s-ink"))
        eps = float(np.finfo(_PRECISION[s.precision]).eps)
        said = [f"h = {_power(s.h)}, z = {number(s.z)}; ε = {_power(eps)}. The error of"]
        said += [f"    the {name}:  {_power(float(error[0]))}" for name, error in here.items()]
        return [
            curve(
                curves,
                x_label="n, where h = 10^{−n}",
                y_label="log of the error",
                x_range=(0, 16),
                y_range=(-18, 1),
                # The word tells the complex step from the central difference without colour.
                points=[
                    (
                        12.0,
                        float(_log(every["complex step"])[np.argmin(np.abs(_H - 1e-12))]),
                        "complex step",
                    )
                ],
                width=960,
                height=330,
            ),
            words(said, 960, 15),
        ]


def _errors(name: str, z: float, precision: str, h: np.ndarray) -> dict[str, np.ndarray]:
    """The size of the error of each difference, against σ′ in float64."""
    sigma, dtype = activations.TABLE[name], _PRECISION[precision]
    exact = float(sigma.derivative(np.float64(z)))
    z, h = dtype(z), h.astype(dtype)
    h_c = h.astype(np.complex64 if dtype is np.float32 else np.complex128)
    with np.errstate(under="ignore"):
        slopes = {
            "forward difference": forward_difference(sigma.f, z, h),
            "central difference": central_difference(sigma.f, z, h),
            "complex step": sigma.f(z + 1j * h_c).imag / h,
        }
    return {name: np.abs(slope.astype(np.float64) - exact) for name, slope in slopes.items()}


def _log(error):
    return np.log10(np.maximum(error, _FLOOR))


def _power(value: float) -> str:
    """3.0·10⁻⁹ for a small number; "0" for none."""
    if value < _FLOOR:
        return "0"
    return number(value) if value >= 0.01 else power(value)


def _raised(said: str) -> str:
    """Words with a^k as aᵏ: a line of plain text knows no raised letters."""
    for plain, raised in (("^{k-1}", "ᵏ⁻¹"), ("^k", "ᵏ"), ("^L", "ᴸ")):
        said = said.replace(plain, raised)
    return said


_STEPS = 200
# On what the gradients are checked: name → (widths, examples); None is the network of the curves.
_CHECKED = {
    "the network above": (None, None),
    "widths 3-4-2-1, 8 examples": ((3, 4, 2, 1), 8),
    "widths 3-3-3-3, 1 example": ((3, 3, 3, 3), 1),
    "widths 1-1-1-1, 8 examples": ((1, 1, 1, 1), 8),
}


class BugZoo(Explorer):
    """A wrong backward pass: its line, its loss curve beside the right one, the check's report."""

    title = "The bug zoo."
    question = (
        "Choose a bug and look at the two loss curves only. Could you tell from them that the "
        "gradient is wrong, and in which layer? Then check last path only, lost transpose and bias "
        "mean on the other networks: where does each of them hide?"
    )
    answer = (
        "Hardly ever: all but the wrong sign fall, some faster than the right one. The rows of the "
        "check tell: only biases, only weights, all layers, or all but the last one. "
        "With one neuron per layer there is one path and no transpose; with one example the mean "
        "is the sum. So check on unequal widths, with several examples."
    )

    def controls(self) -> dict[str, Control]:
        names = {name.replace("_", " "): name for name in slips.TABLE}
        return {
            "bug": choice("bug:", names, "relu_mask", "260px"),
            "after": count("after step", 100, 0, _STEPS, "280px"),
            "check": choice("check it on", list(_CHECKED), next(iter(_CHECKED)), "330px"),
        }

    def panels(self, s: SimpleNamespace) -> list:
        slip = slips.TABLE[s.bug]
        right, wrong = _curve("", slip.activation), _curve(s.bug, slip.activation)
        steps = np.arange(_STEPS + 1)
        top = nice_limit(max(right.max(), wrong.max()) * 1.02)
        said = [
            *textwrap.wrap(_raised(slip.says), 56),
            f"(Here σ of the hidden layers is {slip.activation}.)",
            "",
            f"ℒ after {s.after} steps:",
            (f"    {number(right[s.after])}  without the bug", "f-pos b"),
            (f"    {number(wrong[s.after])}  with it", "f-bad b"),
        ]
        lines = [("✗  " + slip.line, "c f-bad b"), ("✓  " + slip.right, "c f-good b")]
        return [
            [
                curve(
                    [
                        Curve(steps, right, "without the bug", "s-pos"),
                        Curve(steps, wrong, "with it", "s-bad", dash=True),
                        Curve(np.full(2, s.after), np.array([0.0, top]), "", "s-ink"),
                    ],
                    x_label="step",
                    y_label="ℒ",
                    x_range=(0, _STEPS),
                    y_range=(0, top),
                    width=490,
                    height=240,
                ),
                words(said, 470, 15),
            ],
            words(lines, 960, 15),
            _report(s.bug, s.check),
        ]


@lru_cache(maxsize=64)
def _curve(bug: str, activation: str) -> np.ndarray:
    """ℒ after 0 … 200 steps; "" is no bug."""
    p = slips.problem(activation)
    backward = slips.TABLE[bug].backward if bug else network.backward
    records = training.descend(
        p.x, p.y, p.w, p.b, p.activation, learning_rate=slips.RATE, epochs=_STEPS, backward=backward
    )
    return np.array([record.loss for record in records])


_MARKS = {"agrees": ("✓", "f-good"), "differs": ("✗", "f-bad"), "can't tell": ("?", "f-ink")}


@lru_cache(maxsize=128)
def _report(bug: str, on: str) -> Panel:
    """What `check_gradients` says, a line for each layer's weights and biases."""
    slip, (widths, m) = slips.TABLE[bug], _CHECKED[on]
    if widths is None:
        p = slips.problem(slip.activation)
        x, w, y, sigma, b = p.x, p.w, p.y, p.activation, p.b
    else:
        rng = np.random.default_rng(3)
        x, y = rng.normal(size=(m, widths[0])), rng.normal(size=(m, widths[-1]))
        w = [rng.normal(size=shape) for shape in itertools.pairwise(widths)]
        b = [rng.normal(size=n) for n in widths[1:]]
        sigma = [slip.activation] * (len(w) - 1) + ["sigmoid"]
    lines = [(f"The gradient check, {on}:", "b")]
    try:
        report = checking.check_gradients(x, w, y, sigma, b, backward=slip.backward)
    except ValueError:
        lines.append(("✗  It does not even run: the shapes do not fit.", "f-bad"))
        lines += [""] * 5
    else:
        for row in report.rows:
            mark, color = _MARKS[row.verdict]
            said = str(row).removesuffix(f"; {row.reason}").replace("-", "−")
            lines.append((f"{mark}  {said}", color))
    return words(lines, 960, 14)
