"""Chapter 01: from x to the loss, on a chain and on a wider network."""

import itertools
from types import SimpleNamespace
from typing import ClassVar

import numpy as np

from bpdemo import activations, losses, network, validation
from bpdemo.diagrams import Sketch, Term, formula, label, names
from bpdemo.diagrams import network as network_picture
from bpdemo.explorers.chain import ChainExplorer
from bpdemo.explorers.controls import Control, choice, slider, switch
from bpdemo.explorers.explorer import Explorer, went

__all__ = ["ForwardChain", "ForwardNetwork"]


class ForwardChain(ChainExplorer):
    """N1–N3 and N5 on a chain: every z, every a and the loss, with the numbers put in."""

    title = "Forward, one neuron per layer."
    depths = (1, 2, 3, 4)
    question = "w² is negative. If you make w¹ larger, which way will z² go?"
    choices = ("up", "down", "it stays")
    answer = (
        "z² = a¹ · w²: a larger w¹ makes a¹ larger, and w² is negative, so z² goes down. Then a² "
        "and, with w³ positive, z³ and a³ go down too. a³ moves away from y = 1: the loss goes up."
    )

    def judge(self, before, now):
        if now.w1 == before.w1 or min(self.depth(before), self.depth(now)) < 2:
            return None
        then, after = self.chain(before)["z2"], self.chain(before, w1=now.w1)["z2"]
        up = after > then if now.w1 > before.w1 else after < then
        return 2 if after == then else 0 if up else 1

    def tell(self, before, now):
        then, after = self.chain(before), self.chain(before, w1=now.w1)
        return f"{went('w¹', before.w1, now.w1)}, and {went('z²', then['z2'], after['z2'])}."

    def panels(self, s: SimpleNamespace) -> list:
        c = self.chain(s)
        rows: list[Sketch | list[Sketch]] = [
            network_picture(c.trace, y=[s.y], loss=c.loss, show="forward", with_z=True),
        ]
        for k in range(1, c.L + 1):
            product = [
                c.term(f"z{k}"),
                Term("="),
                c.term(c.before(k)),
                Term("·"),
                c.term(f"w{k}"),
            ]
            output = [c.term(f"a{k}"), Term("="), Term(f"σ(z^{k})", c[f"a{k}"], name=f"a{k}")]
            rows.append([formula(product, row="N2").by(1.2), formula(output, row="N3")])
        last = c.term(f"a{c.L}", symbol=f"a^{c.L})^2", form="{})²")
        error = [c.term("loss"), Term("="), c.term("y", symbol="(y", form="({}"), Term("−"), last]
        return [*rows, formula(error, row="N5")]


class ForwardNetwork(Explorer):
    """A network of a few neurons per layer: a hand can hold every weight and input.

    Parameters
    ----------
    widths : [n_0, …, n_L], up to 9 each.
    """

    title = "Forward, several neurons per layer."
    question = "A neuron adds up what arrives. Which of these weights changes a¹₂?"
    choices = ("w¹₁₂", "w¹₁₁", "w²₂₁")
    answer = (
        "Only the weights INTO it change a¹₂: w¹₁₂ and w¹₂₂. The other weights of layer 1 feed "
        "other neurons, and the weights of layer 2 come after it."
    )

    @validation.checked(
        widths=validation.each(
            validation.whole(1, 9), "[n_0, …, n_L], at least two, up to 9 each", least=2, most=9
        )
    )
    def __init__(self, widths=(2, 3, 1), **start):
        self.widths = tuple(widths)
        if self.widths != (2, 3, 1):  # the question speaks of its weights
            self.question, self.choices = "", ()
        rng = np.random.default_rng(1)
        self._w = [
            np.round(rng.normal(0, 1.2, shape) * 20) / 20
            for shape in itertools.pairwise(self.widths)
        ]
        self._x = np.round(rng.uniform(-1, 1, (4, self.widths[0])), 2)  # (4, n_0)
        self._y = (rng.uniform(0, 1, (4, self.widths[-1])) > 0.5) * 1.0  # (4, n_L)
        super().__init__(**start)

    def controls(self) -> dict[str, Control]:
        made = {
            names.weight(k, i, j, w.shape): slider(float(w[i, j]), group=f"weights of layer {k}")
            for k, w in enumerate(self._w, start=1)
            for i, j in np.ndindex(w.shape)
        }
        for name, value in self._example(1).items():
            low = 0 if name[0] == "y" else -2
            made[name] = slider(value, low, -low or 1, group="input and label")
        given = {"your own": 0, **{f"{e} of 4": e for e in (1, 2, 3, 4)}}
        made["example"] = choice(given, 1)
        made["activation"] = choice(list(activations.TABLE), "sigmoid", label="σ")
        made["show"] = choice(["forward", "backward", "both"], "forward")
        made["with_z"] = switch(label="z under each neuron")
        return made

    def _example(self, e: int) -> dict[str, float]:
        """x and y of one of the four examples, by name; e counts from 1."""
        x, y = self._x[e - 1], self._y[e - 1]
        entries = {input_name(i, len(x)): float(v) for i, v in enumerate(x)}
        return entries | {label_name(j, len(y)): float(v) for j, v in enumerate(y)}

    def moved(self, name, s):
        if name == "example":
            return self._example(s.example) if s.example else {}
        return {"example": 0} if name[0] in "xy" else {}

    def model(self, s: SimpleNamespace):
        """(trace, grad, y, loss) of the example."""
        w = [
            np.array(
                [
                    [getattr(s, names.weight(k, i, j, w.shape)) for j in range(w.shape[1])]
                    for i in range(w.shape[0])
                ]
            )
            for k, w in enumerate(self._w, start=1)
        ]
        inputs, outputs = self.widths[0], self.widths[-1]
        x = np.array([[getattr(s, input_name(i, inputs)) for i in range(inputs)]])  # (1, n_0)
        y = np.array([[getattr(s, label_name(j, outputs)) for j in range(outputs)]])  # (1, n_L)
        trace = network.forward(x, w, activation=s.activation)
        loss = float(losses.squared_difference(trace.a[trace.L], y))
        return trace, network.backward(trace, y), y, loss

    _asked: ClassVar[list[str]] = ["w1_12", "w1_11", "w2_21"]

    def _moved(self, before, now) -> list[str]:
        return [name for name in self._asked if getattr(before, name) != getattr(now, name)]

    def judge(self, before, now):
        return 0 if self._moved(before, now) else None

    def tell(self, before, now):
        said = []
        for name in self._moved(before, now):
            alone = SimpleNamespace(**{**vars(before), name: getattr(now, name)})
            then, after = (float(self.model(s)[0].a[1][0, 1]) for s in (before, alone))
            moved = went(label(name), getattr(before, name), getattr(now, name))
            said.append(f"{moved}; by that alone, {went('a¹₂', then, after)}.")
        return " ".join(said)

    def panels(self, s: SimpleNamespace) -> list:
        trace, grad, y, loss = self.model(s)
        return [network_picture(trace, grad, y=y[0], loss=loss, show=s.show, with_z=s.with_z)]


def input_name(i: int, n: int) -> str:
    """ "x" for the only input, else "x1", "x2" …; i counts from 0."""
    return "x" if n == 1 else f"x{i + 1}"


def label_name(j: int, n: int) -> str:
    """ "y" for the only output, else "y1", "y2" …; j counts from 0."""
    return "y" if n == 1 else f"y{j + 1}"
