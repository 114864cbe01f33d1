"""Chapter 04: gradient descent, first by hand on the chain, then on points in a plane."""

import itertools
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import ClassVar

import ipywidgets as widgets
import numpy as np

from bpdemo import data, network, training
from bpdemo.diagrams import (
    Curve,
    Panel,
    curve,
    nice_limit,
    number,
    regions,
    stack,
    table,
    words,
)
from bpdemo.diagrams import network as network_picture
from bpdemo.explorers.chain import ChainExplorer
from bpdemo.explorers.parts import Control, Explorer, Runner, button, choice, count

__all__ = ["Descent", "Training"]


RATES = [float(f"{digit}e{power}") for power in range(-3, 3) for digit in (1, 2, 5)]
"""The learning rates on offer: 0.001, 0.002, 0.005 … 500."""


class Walk:
    """The records of a descent, computed once, as far as anybody asked.

    The settings say where it starts; a change of settings begins a new one. So the picture after
    n steps depends on the settings alone.
    """

    def __init__(self, begin: Callable[[dict], Iterator[training.Epoch]]):
        self._begin = begin
        self._key: dict | None = None
        self._records: list[training.Epoch] = []

    def to(self, steps: int, key: dict) -> list[training.Epoch]:
        """Records 0 … steps, fewer where it diverged before."""
        if key != self._key:
            self._key, self._records, self._iterator = key, [], self._begin(key)
        missing = steps + 1 - len(self._records)
        if missing > 0:
            self._records += itertools.islice(self._iterator, missing)
        return self._records[: steps + 1]


class Walking(Explorer):
    """What the two explorers of this chapter share: Step, Run, Stop, Start over."""

    stride = 1
    """How many epochs one press of Step goes."""

    def __init__(self, **start):
        self.walk = Walk(self.begin)
        super().__init__(**start)

    def begin(self, key: dict) -> Iterator[training.Epoch]:
        """The descent that these settings start."""
        raise NotImplementedError

    def records(self, s: SimpleNamespace) -> list[training.Epoch]:
        """The descent as far as the step slider stands."""
        key = {n: v for n, v in vars(s).items() if n not in ("steps", "touched", "show")}
        return self.walk.to(s.steps, key)

    def buttons(self) -> list[widgets.Widget]:
        self.runner = Runner(self._step, interval=0.08)
        return [
            button("Step", self._step),
            button("Run", self.runner.start),
            button("Stop", self.runner.stop),
            button("Start over", self._start_over),
        ]

    def moved(self, name: str) -> None:
        # A hand on anything but the step slider starts a new descent.
        if name != "steps":
            self._start_over()

    def reset(self) -> None:
        self.runner.stop()
        super().reset()

    def _step(self) -> bool:
        steps = self._controls["steps"].source
        steps.value = min(steps.value + self.stride, steps.max)
        ended = len(self.walk._records) <= steps.value
        return steps.value < steps.max and not ended

    def _start_over(self) -> None:
        self.runner.stop()
        self._controls["steps"].source.value = 0


def losses_so_far(
    records: list[training.Epoch], most: int, width: float, height: float, unit: str = "step"
) -> Panel:
    """ℒ after each step, over a frame as wide as the whole descent."""
    values = np.array([record.loss for record in records])
    finite = values[np.isfinite(values)]
    last = records[-1]
    label = "diverged" if last.diverged else f"ℒ = {number(last.loss)}"
    top = nice_limit(min(float(finite.max()) * 1.02, 1e6))
    points = [(last.epoch, min(last.loss, top), label)]
    return curve(
        [Curve(np.arange(len(values)), values)],
        x_label=unit,
        y_label="ℒ so far",
        x_range=(0, most),
        y_range=(0, top),
        points=points,
        width=width,
        height=height,
    )


class Descent(Walking, ChainExplorer):
    """N17 on the chain: every w^k takes its step, η ∂ℒ/∂w^k downhill."""

    title = "Gradient descent by hand."
    still: ClassVar[dict] = {"steps": 40}
    question = "Each weight moves against the sign of its gradient. Which way will w² go? And ℒ?"
    answer = (
        "∂ℒ/∂w² is negative here, so w² grows, towards 0 and beyond; ℒ falls. With y = 1 even a "
        "large learning rate η does no harm: farther out is better still. Set y = 0.7 and "
        "η = 200, and the first step leaps over the valley: ℒ is six times what it was."
    )

    def controls(self) -> dict[str, Control]:
        made = super().controls()
        for name in ("w4", "depth"):
            del made[name]
        eta = choice("learning rate η", RATES, 0.5, "190px")
        return {"steps": count("step", 0, 0, 100, "260px"), "eta": eta, **made}

    def begin(self, key: dict) -> Iterator[training.Epoch]:
        w = [np.array([[key[f"w{k}"]]]) for k in (1, 2, 3)]  # (1, 1) each
        x, y = np.array([[key["x"]]]), np.array([[key["y"]]])  # (1, 1)
        return training.descend(
            x, y, w, activation=key["activation"], learning_rate=key["eta"], epochs=100
        )

    def panels(self, s: SimpleNamespace) -> list:
        records = self.records(s)
        last = records[-1]
        now = {f"w{k}": last.w[k - 1].item() for k in (1, 2, 3)}
        c = self.chain(SimpleNamespace(**{**vars(s), **now, "depth": 3}))
        gradient = [c.dL_dw(k) for k in (1, 2, 3)]
        step = [-s.eta * g for g in gradient]
        after = [c.w_(k) + d for k, d in zip((1, 2, 3), step, strict=True)]
        rows = [
            (f"w after {last.epoch} steps", [c.w_(k) for k in (1, 2, 3)], "f-ink"),
            ("∂ℒ/∂w", gradient, "f-grad"),
            ("step −η ∂ℒ/∂w", step, "f-ink"),
            ("w after the next step", after, "f-ink"),
        ]
        right = stack(
            table([f"w^{k}" for k in (1, 2, 3)], rows, width=530, label_width=190),
            words(_verdict(last, f"η = {number(s.eta)}"), 530),
        )
        return [
            network_picture(c.trace, c.grad, y=[s.y], loss=c.loss, touched=s.touched),
            [losses_so_far(records, 100, 430, 260), right],
        ]


def _verdict(last: training.Epoch, also: str) -> list:
    if last.diverged:
        return [("The loss left the finite numbers: η is too large.", "f-bad b"), "Start over."]
    return [f"step {last.epoch}:  ℒ = {number(last.loss)},  {also}"]


_PROBLEMS = {"xor": data.xor, "circles": data.circles, "moons": data.moons}
_GRID = 36


class Training(Walking):
    """Training, live, on points in a plane: the boundary between the classes as it forms."""

    title = "Training, live."
    still: ClassVar[dict] = {"steps": 300}
    question = (
        "One straight line can't part these two classes. How many hidden neurons will it take? "
        "And what will a learning rate ten times as large do?"
    )
    answer = (
        "Each hidden neuron gives one bend to the boundary; two can be enough for xor, circles "
        "want three or more. Too large a rate makes the loss jump about, or flat at once: σ "
        "saturates and the gradient dies. Start over with a smaller one."
    )
    stride = 10

    def controls(self) -> dict[str, Control]:
        return {
            "steps": count("epoch", 0, 0, 1000, "280px"),
            "eta": choice("learning rate η", RATES, 0.1, "190px"),
            "problem": choice("points", list(_PROBLEMS), "circles", "160px"),
            "hidden": choice("hidden neurons", [1, 2, 3, 4, 6, 8], 4, "190px"),
            "activation": choice("σ:", ["sigmoid", "tanh", "relu"], "tanh", "150px"),
            "seed": choice("start", {f"seed {n}": n for n in range(5)}, 0, "150px"),
        }

    @staticmethod
    def _sigma(key) -> list[str]:
        return [key["activation"], "sigmoid"]

    def begin(self, key: dict) -> Iterator[training.Epoch]:
        points = _PROBLEMS[key["problem"]]()
        widths = [2, key["hidden"], 1]
        return training.descend(
            points.x,
            points.y,
            training.initial_weights(widths, key["seed"]),
            training.initial_biases(widths),
            activation=self._sigma(key),
            learning_rate=key["eta"],
            epochs=1000,
        )

    def panels(self, s: SimpleNamespace) -> list:
        points = _PROBLEMS[s.problem]()
        records = self.records(s)
        last = records[-1]
        reach = float(np.abs(points.x).max()) * 1.15
        axis = np.linspace(-reach, reach, _GRID)
        grid = np.stack(np.meshgrid(axis, -axis), axis=-1).reshape(-1, 2)  # (36², 2)
        sigma = self._sigma(vars(s))
        with np.errstate(over="ignore"):
            says = network.forward(grid, last.w, sigma, last.b).a[2].reshape(_GRID, _GRID)
            a = network.forward(points.x, last.w, sigma, last.b).a[2]  # (m, 1)
        labels = points.y[:, 0].astype(int)
        right = training.accuracy(a, labels)
        shown = [
            f"epoch {last.epoch}",
            f"ℒ = {number(last.loss)} over {len(labels)} points",
            f"read correctly: {right:.0%}",
        ]
        if last.diverged:
            shown.append(
                ("The loss left the finite numbers: η is too large. Start over.", "f-bad b")
            )
        return [
            [
                regions(says, points.x, labels, reach, 470),
                stack(losses_so_far(records, 1000, 490, 290, "epoch"), words(shown, 490, 17)),
            ]
        ]
