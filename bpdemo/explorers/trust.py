"""Chapter 07: the best step of a finite difference, and the zoo of wrong backward passes."""

import itertools
from functools import lru_cache
from types import SimpleNamespace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from bpdemo import activations, checking, network, slips, training
from bpdemo.checking import central_difference, forward_difference
from bpdemo.diagrams import (
    Curve,
    Panel,
    Point,
    Sketch,
    curve,
    nice_limit,
    number,
    power,
    stack,
    table,
    words,
)
from bpdemo.explorers.controls import Control, choice, count, slider, switch
from bpdemo.explorers.explorer import Explorer

__all__ = ["BugZoo", "StepSize"]

_H = np.geomspace(1e-16, 1, 129)  # eight steps per power of ten
_FLOOR = 1e-17  # where an error of exactly 0 is drawn
_PRECISION: dict[str, type[np.floating]] = {"float64": np.float64, "float32": np.float32}


def bent() -> list[str]:
    """The activations whose picture is the U: they have no kink, and they aren't straight.

    The secant of a straight σ is right at every h, and at a kink there's no slope to be off from.
    """
    z = np.linspace(-4, 4, 9)
    return [
        name
        for name, sigma in activations.TABLE.items()
        if not sigma.kinks and np.ptp(sigma.derivative(z)) > 0
    ]


class StepSize(Explorer):
    """The error of three differences over the step h: two are a U, the third has no right arm."""

    title = "How large a step?"
    question = (
        "In float64 the central difference has its best step near 10⁻⁵. "
        "Choose float32: where is its best step?"
    )
    choices = ("at a larger h, to the left", "at the same h", "at a smaller h, to the right")
    answer = (
        "In float32 a rounding is 500 million times as large, so it takes over sooner, at a larger "
        "h, and the best error is far worse. The complex step subtracts nothing, so it loses "
        "nothing."
    )

    def controls(self) -> dict[str, Control]:
        return {
            "h": slider(1e-2, 1e-16, 1.0, 0.25, log=True),
            "z": slider(0.5, -4, 4),
            "activation": choice(bent(), "sigmoid", label="σ"),
            "precision": choice(list(_PRECISION), "float64", label="numbers"),
        }

    @staticmethod
    def _best(s: SimpleNamespace, precision: str) -> tuple[float, float]:
        """The best step of the central difference, and its error there."""
        error = errors(s.activation, s.z, precision, _H)["central"]
        return float(_H[error.argmin()]), float(error.min())

    def judge(self, before, now):
        if now.precision != "float32" or before.precision == "float32":
            return None
        double, single = (self._best(before, kind)[0] for kind in ("float64", "float32"))
        return 1 if 0.5 < single / double < 2 else 0 if single > double else 2

    def tell(self, before, now):
        found = {kind: self._best(before, kind) for kind in _PRECISION}
        said = (
            f"{kind}: the best step is {_power(h)}, and its error {_power(error)}."
            for kind, (h, error) in found.items()
        )
        return " ".join(said)

    def panels(self, s: SimpleNamespace) -> list:
        every = errors(s.activation, s.z, s.precision, _H)
        here = {
            name: float(error[0])
            for name, error in errors(s.activation, s.z, s.precision, np.array([s.h])).items()
        }
        styles = (("forward difference", "s-neg", True), ("central difference", "s-pos", False),
                  ("complex step", "s-good", False))  # fmt: skip
        curves = [
            Curve(_H, np.maximum(error, _FLOOR), *style)
            for error, style in zip(every.values(), styles, strict=True)
        ]
        marks = [
            Point(s.h, max(error, _FLOOR), at="h", of=f"drawn_{name}")
            for name, error in here.items()
        ]
        low = max(here["central"], _FLOOR)
        handle = Point(s.h, low, name="h", of="drawn_central", rule=True)
        # A word tells the complex step from the central difference without colour.
        flat = float(np.maximum(every["complex"], _FLOOR)[np.argmin(np.abs(np.log10(_H) + 12))])
        word = Point(1e-12, flat, "complex step")
        eps = float(np.finfo(_PRECISION[s.precision]).eps)
        cells = [_power(s.h), s.z, _power(eps), *map(_power, here.values())]
        quantities = ["h", "z", "eps", *(f"error_{name}" for name in here)]
        return [
            curve(
                curves, x_label="h", y_label="error", log="xy", x_range=(1, 1e-16),
                y_range=(1e-18, 10.0), points=[word, *marks, handle], height=340,
            ),
            table(["h", "z", "ε", *here], [("at this h", cells, "f-ink", quantities)],
                  label_width=100),
        ]  # fmt: skip


def errors(name: str, z: float, precision: str, h: np.ndarray) -> dict[str, np.ndarray]:
    """The size of the error of each difference, against σ′ in float64."""
    sigma, dtype = activations.TABLE[name], _PRECISION[precision]
    exact = float(sigma.derivative(np.float64(z)))
    z, h = dtype(z), h.astype(dtype)
    h_c: NDArray[np.complexfloating]
    h_c = h.astype(np.complex64) if dtype is np.float32 else h.astype(np.complex128)
    with np.errstate(under="ignore"):
        slopes = {
            "forward": forward_difference(sigma.f, z, h),
            "central": central_difference(sigma.f, z, h),
            "complex": sigma.f(z + 1j * h_c).imag / h,
        }
    return {name: np.abs(slope.astype(np.float64) - exact) for name, slope in slopes.items()}


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
_CASES = [list(slips.TABLE)[n] for n in np.random.default_rng(7).permutation(len(slips.TABLE))]
_LINES = ("dL_da[L] =", ("da_dz =", "dL_dz[k] ="), ("dL_da[k - 1] =", "for k"), ("dL_dw", "dL_db"))
"""How the right lines begin, by the diagnosis: a slip is in one of them."""


class BugZoo(Explorer):
    """A wrong backward pass to be found: its loss curve, and on demand the check and the code."""

    title = "The bug zoo."
    question = (
        "One line of this backward pass is wrong: which? "
        "Look at the curve, the check, and last at the code."
    )
    choices = (
        "the base case ∂ℒ/∂aᴸ",
        "a slope σ′, or δ",
        "the step back to layer k−1",
        "∂ℒ/∂w or ∂ℒ/∂b",
    )
    answer = (
        "A curve hardly ever tells: all but the wrong sign fall. The rows of the check do: all "
        "layers, all but the last, only weights, only biases. Check on unequal widths, with "
        "several examples: with one neuron per layer there is one path and no transpose, and the "
        "mean of one example is its sum."
    )
    still: ClassVar[dict] = {"check": True}

    def controls(self) -> dict[str, Control]:
        named = {name.replace("_", " "): name for name in slips.TABLE}
        return {
            "bug": choice({"a mystery": "", **named}, ""),
            "case": count(1, 1, len(_CASES)),
            "check": switch(label="show the check"),
            "code": switch(label="show the code"),
            "on": choice(list(_CHECKED), next(iter(_CHECKED)), label="check it on"),
            "after": count(100, 0, _STEPS, label="after step", fold=True),
        }

    def limits(self, s):
        return {"on": {"hidden": not s.check}}

    def moved(self, name, s):
        if name not in ("bug", "case"):
            return {}
        self._guess = {}  # another bug asks for another guess
        return {"check": False, "code": False} | ({"bug": ""} if name == "case" else {})

    @staticmethod
    def slip(s: SimpleNamespace) -> slips.Slip:
        """The bug of these settings."""
        return slips.TABLE[s.bug or _CASES[s.case - 1]]

    def judge(self, before, now):
        if before.code or not now.code or self.slip(before) != self.slip(now):
            return None
        right = self.slip(now).right
        return next(n for n, begins in enumerate(_LINES) if right.startswith(begins))

    def tell(self, before, now):
        slip = self.slip(now)
        return _raised(f"It is “{slip.name.replace('_', ' ')}”. {slip.says}")

    def panels(self, s: SimpleNamespace) -> list:
        slip = self.slip(s)
        named = s.code or bool(s.bug)
        right, wrong = losses_of("", slip.activation), losses_of(slip.name, slip.activation)
        steps = np.arange(_STEPS + 1)
        top = nice_limit(max(right.max(), wrong.max()) * 1.02)
        n = s.after
        plot = curve(
            [
                Curve(steps, right, "without the bug", "s-pos"),
                Curve(steps, wrong, "with it", "s-bad", dash=True),
            ],
            x_label="step",
            y_label="ℒ",
            x_range=(0, _STEPS),
            y_range=(0, top),
            points=[
                Point(n, float(right[n]), at="after", of="loss", rule=True),
                Point(n, float(wrong[n]), name="after", of="loss_with"),
            ],
            height=230,
        )
        title = f"“{slip.name.replace('_', ' ')}”" if named else f"Mystery, case {s.case}"
        said = [(title, "b"), f"σ of the hidden layers: {slip.activation}."]
        rows = [
            ("without the bug", [right[n]], "f-pos", ["loss"]),
            ("with it", [wrong[n]], "f-bad", ["loss_with"]),
        ]
        after = table(["ℒ"], rows, label_width=150, title=f"after step {n}")
        side = stack(words(said + ([_raised(slip.says)] if named else []), size=15), after)
        shown: list[Panel | Sketch | list[Panel | Sketch]] = [[plot.by(1.4), side]]
        if s.code:
            lines = [("✗  " + slip.line, "c f-bad b"), ("✓  " + slip.right, "c f-good b")]
            shown.append(words(lines, size=15))
        if s.check:
            shown.append(_checked_panel(slip.name, s.on))
        return shown


def _checked_panel(bug: str, on: str):
    """The rows of the check as a table, or that it does not run."""
    report = report_on(bug, on)
    if report is None:
        return words([("✗  It doesn't even run: the shapes don't fit.", "f-bad b")])
    heads = [f"∂ℒ/∂{row.name}^{row.k}" for row in report.rows]
    marks = {"agrees": "✓", "differs": "✗", "can't tell": "?"}
    # A gradient of another shape than its parameter has no relative error.
    found = [_power(float(row.error.max())) if row.error.size else "shape" for row in report.rows]
    names = [f"error_{row.name}{row.k}" * bool(row.error.size) for row in report.rows]
    rows = [
        ("largest relative error", found, "f-ink", names),
        ("verdict", [f"{marks[row.verdict]} {row.verdict}" for row in report.rows], "f-ink"),
    ]
    return table(heads, rows, label_width=180)


@lru_cache(maxsize=64)
def losses_of(bug: str, activation: str) -> np.ndarray:
    """ℒ after 0 … 200 steps; "" is no bug."""
    p = slips.problem(activation)
    backward = slips.TABLE[bug].backward if bug else network.backward
    records = training.descend(
        p.x,
        p.w,
        p.y,
        b=p.b,
        activation=p.activation,
        learning_rate=slips.RATE,
        epochs=_STEPS,
        backward=backward,
    )
    return np.array([record.loss for record in records])


@lru_cache(maxsize=128)
def report_on(bug: str, on: str):
    """What `check_gradients` says of a bug on one of the networks; None where it doesn't run."""
    slip, (widths, m) = slips.TABLE[bug], _CHECKED[on]
    if widths is None or m is None:
        p = slips.problem(slip.activation)
        x, w, y, sigma, b = p.x, p.w, p.y, p.activation, p.b
    else:
        rng = np.random.default_rng(3)
        x, y = rng.normal(size=(m, widths[0])), rng.normal(size=(m, widths[-1]))
        w = [rng.normal(size=shape) for shape in itertools.pairwise(widths)]
        b = [rng.normal(size=n) for n in widths[1:]]
        sigma = [slip.activation] * (len(w) - 1) + ["sigmoid"]
    try:
        return checking.check_gradients(x, w, y, activation=sigma, b=b, backward=slip.backward)
    except ValueError:
        return None
