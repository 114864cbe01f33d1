"""Chapter 03: back through the layers, one line of `backward` at a time."""

import inspect
import re
from types import SimpleNamespace
from typing import ClassVar

import ipywidgets as widgets

from bpdemo import network
from bpdemo.diagrams import Term, code, formula
from bpdemo.diagrams import network as network_picture
from bpdemo.explorers.chain import ChainExplorer
from bpdemo.explorers.parts import Control, Runner, button, choice, count

__all__ = ["StepBack", "backward_lines"]

_STARTS = ("dL_da[L] = ", "for k in ", "da_dz = ", "dL_dz[k] = ", "dL_dw[k] = ", "dL_da[k - 1] = ")


def backward_lines() -> list[str]:
    """The lines of `network.backward` that compute, as they stand in its source.

    Raises
    ------
    LookupError : the source no longer has one of them.
    """
    source = inspect.getsource(network.backward).splitlines()
    found = []
    for start in _STARTS:
        match = next((line for line in source if line.strip().startswith(start)), None)
        if match is None:
            raise LookupError(f"backward has no line that starts with {start!r}")
        found.append(re.sub(r"^    ", "", match))
    return found


_FIRST, _, _SIGMA, _DELTA, _WEIGHT, _BACK = range(len(_STARTS))


def plan(L: int) -> list[tuple[int, int]]:
    """(line, k) for each step: the base case, then four lines per layer from L down to 1."""
    layers = [(line, k) for k in range(L, 0, -1) for line in (_SIGMA, _DELTA, _WEIGHT, _BACK)]
    return [(_FIRST, L), *layers]


class StepBack(ChainExplorer):
    """N11–N16: what is known, what is being computed, what is still unknown."""

    title = "One step back at a time."
    still: ClassVar[dict] = {"step": 6}
    question = (
        "At the start only the last gradient, ∂ℒ/∂a<sup>L</sup>, can be computed at once. Why? "
        "And which numbers of the forward pass does each step back need?"
    )
    answer = (
        "ℒ is written in a<sup>L</sup> directly; every other a reaches ℒ only through the layers "
        "after it. "
        "A step back through layer k needs σ′(z<sup>k</sup>) and w<sup>k</sup> for the next ∂ℒ/∂a, "
        "and a<sup>k−1</sup> for ∂ℒ/∂w<sup>k</sup>."
    )

    def controls(self) -> dict[str, Control]:
        made = {"step": count("step", 0, 0, len(plan(3)), "250px"), **super().controls()}
        made["depth"] = choice("layers L:", [1, 2, 3], 3, "120px")
        del made["w4"]
        return made

    def buttons(self) -> list[widgets.Widget]:
        self.runner = Runner(self._advance, interval=0.9)
        return [
            button("Back", lambda: self._go(-1)),
            button("Step", lambda: self._go(+1)),
            button("Start over", self._start_over),
            button("Play", self.runner.start),
            button("Pause", self.runner.stop),
        ]

    def _go(self, by: int) -> None:
        step = self._controls["step"].source
        step.value = min(max(step.value + by, step.min), step.max)

    def _advance(self) -> bool:
        self._go(+1)
        step = self._controls["step"].source
        return step.value < step.max

    def _start_over(self) -> None:
        self.runner.stop()
        self._controls["step"].source.value = 0

    def draw(self) -> None:
        # The depth decides how many steps there are.
        steps = len(plan(self._controls["depth"].source.value))
        step = self._controls["step"]
        for bar in (step.source, step.box.children[1]):
            if bar.max != steps:
                bar.max = steps
        super().draw()

    def panels(self, s: SimpleNamespace) -> list:
        c = self.chain(s)
        done = plan(c.L)[: s.step]
        known = {_result(line, k) for line, k in done}
        running, k = done[-1] if done else (None, c.L)
        active = set() if running is None else {_result(running, k)}
        return [
            network_picture(
                c.trace,
                c.grad,
                y=[s.y],
                loss=c.loss,
                with_z=True,
                known=known - {""},
                active=active,
                touched=s.touched,
            ),
            _line_formula(c, running, k, s.touched),
            code(backward_lines(), running),
        ]


def _result(line: int, k: int) -> str:
    """The picture's name of what this line computes for layer k."""
    return {_FIRST: f"a{k}", _WEIGHT: f"w{k}", _BACK: f"a{k - 1}"}.get(line, "")


def _line_formula(c, running, k, touched):
    """The formula of the line that is running, with its numbers."""
    weight = Term(f"w^{k}", c.w_(k), f"w{k}" in touched)
    upstream = Term(f"∂ℒ/∂a^{k}", c.dL_da(k), cls="f-grad")
    sigma = Term(f"σ′(z^{k})", c.da_dz(k))
    delta = Term(f"∂ℒ/∂z^{k}", c.dL_dz(k), cls="f-grad")
    times, equals = Term("·"), Term("=")
    if running is None:
        terms = [Term(f"∂ℒ/∂a^{c.L}", 0.0, hidden=True, note="press Step")]
        return formula(terms, row="", height=126)
    if running == _FIRST:
        terms = [
            upstream,
            equals,
            Term("2"),
            times,
            Term(f"(a^{k}", c.a(k), form="({}"),
            Term("−"),
            Term("y)", c.y.item(), "y" in touched, form="{})"),
        ]
        row = "N12"
    elif running == _SIGMA:
        terms = [
            Term(f"∂a^{k}/∂z^{k}", c.da_dz(k)),
            equals,
            sigma,
            Term("at"),
            Term(f"z^{k}", c.z(k)),
        ]
        row = "N8"
    elif running == _DELTA:
        terms, row = [delta, equals, upstream, times, sigma], "N11"
    elif running == _WEIGHT:
        before = Term(f"a^{k - 1}" if k > 1 else "x", c.a(k - 1))
        terms = [Term(f"∂ℒ/∂w^{k}", c.dL_dw(k), cls="f-grad"), equals, delta, times, before]
        row = "N11"
    else:
        back = Term(f"∂ℒ/∂a^{k - 1}", c.dL_da(k - 1), cls="f-grad")
        terms = [back, equals, upstream, times, sigma, times, weight]
        row = {c.L: "N13", c.L - 1: "N14"}.get(k, "N15")
    return formula(terms, row=row, height=126)
