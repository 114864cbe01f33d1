"""Chapter 03: forward, and back through the layers, one line of code at a time."""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from types import SimpleNamespace
from typing import ClassVar

from bpdemo import losses, network
from bpdemo.diagrams import Sketch, Term, code, formula, label, number
from bpdemo.diagrams import network as network_picture
from bpdemo.explorers.chain import Chain, ChainExplorer
from bpdemo.explorers.controls import Control, choice, stepper

__all__ = ["Step", "StepBack", "backward_lines", "forward_lines", "plan"]


def _source(function: Callable, starts: Iterable[str]) -> list[str]:
    """The lines of the function that start so, as they stand in its source."""
    source = [line.removeprefix("    ") for line in inspect.getsource(function).splitlines()]
    found = []
    for start in starts:
        match = next((line for line in source if line.strip().startswith(start)), None)
        if match is None:
            raise LookupError(f"{function.__name__} has no line that starts with {start!r}")
        found.append(match)
    return found


_FORWARD = ("for k in ", "z[k] = a", "a[k] = ")
_LOSS = ("error = ", "return ")
_BACKWARD = ("dL_da[L] = ", "for k in ", "da_dz = ", "dL_dz[k] = ", "dL_dw[k] = ", "dL_da[k - 1] =")


@lru_cache
def forward_lines() -> list[str]:
    """The lines of `network.forward` and of the squared difference that compute.

    Raises LookupError where a source no longer has one of them.
    """
    loss = losses.TABLE["squared_difference"].value
    return _source(network.forward, _FORWARD) + _source(loss, _LOSS)


@lru_cache
def backward_lines() -> list[str]:
    """The lines of `network.backward` that compute, as they stand in its source.

    Raises LookupError where the source no longer has one of them.
    """
    return _source(network.backward, _BACKWARD)


@dataclass(frozen=True)
class Step:
    """One step: a line of code, run for layer k.

    Attributes
    ----------
    way : "forward" or "backward", whose lines the code is.
    line : which of these.
    equation : what it computes, quantities by their names: "z2 = a1 · w2".
    row : of the notes.
    """

    way: str
    line: int
    k: int
    equation: str
    row: str

    @property
    def target(self) -> str:
        """The quantity that it computes."""
        return self.equation.split()[0]

    @property
    def operands(self) -> list[str]:
        """The quantities that it needs."""
        return [word for word in self.equation.split()[2:] if word.isidentifier()]


@lru_cache
def plan(L: int) -> list[Step]:
    """All steps: z and a of every layer, the loss, then four gradients per layer, L down to 1."""
    before = ["", "x", *(f"a{k}" for k in range(1, L))]
    steps = []
    for k in range(1, L + 1):
        steps.append(Step("forward", 1, k, f"z{k} = {before[k]} · w{k}", "N2"))
        steps.append(Step("forward", 2, k, f"a{k} = σ( z{k} )", "N3"))
    steps.append(Step("forward", 4, L, f"loss = ( y − a{L} )^2", "N5"))
    steps.append(Step("backward", 0, L, f"dL_da{L} = 2 · ( a{L} − y )", "N12"))
    for k in range(L, 0, -1):
        row = {L: "N13", L - 1: "N14"}.get(k, "N15")
        steps += [
            Step("backward", 2, k, f"da_dz{k} = σ′( z{k} )", "N8"),
            Step("backward", 3, k, f"dL_dz{k} = dL_da{k} · da_dz{k}", "N11"),
            Step("backward", 4, k, f"dL_dw{k} = dL_dz{k} · {before[k]}", "N11"),
            Step("backward", 5, k, f"dL_da{k - 1} = dL_dz{k} · w{k}", row),
        ]
    return steps


_NOWHERE = Step("forward", 0, 1, "z1 = x · w1", "N2")
"""What is shown before the first step: what comes next, not computed yet."""


class StepBack(ChainExplorer):
    """N2–N16 step by step: what is known, what is being computed, and from what."""

    title = "One step back at a time."
    depths = (1, 2, 3)
    still: ClassVar[dict] = {"step": 10}
    question = "Press Play: values run forward to ℒ, then gradients come back. Which comes first?"
    choices = ("that of the first weight", "that of the last weight", "that of the last output")
    answer = (
        "ℒ is written in the last output directly, so that gradient can be computed at once. Every "
        "other a and w reaches ℒ only through the layers after it: first come theirs."
    )

    def controls(self) -> dict[str, Control]:
        everything = dict.fromkeys(step.target for step in plan(max(self.depths)))
        go_to = {"": ""} | {label(name): name for name in everything}
        # A press on a quantity goes to the step that computes it, wherever that is in the plan.
        picks = {name: name for name in everything}
        return {
            "step": stepper(len(plan(3))),
            **super().controls(),
            "target": choice(go_to, "", label="go to", picks=picks),
        }

    def limits(self, s):
        high = {"step": {"high": len(plan(s.depth))}, "target": {"hidden": True}}
        return super().limits(s) | high

    def moved(self, name, s):
        if name == "target":
            targets = [step.target for step in plan(s.depth)]
            return {"step": targets.index(s.target) + 1} if s.target in targets else {}
        return {"target": ""}

    @staticmethod
    def running(s: SimpleNamespace) -> Step | None:
        """The step that was just taken."""
        return plan(s.depth)[s.step - 1] if s.step else None

    def marks(self, s):
        step = self.running(s)
        return {"operand": step.operands, "target": [step.target]} if step else {}

    def judge(self, before, now):
        first = self._first(now)
        order = ["dL_dw1", f"dL_dw{now.depth}", f"dL_da{now.depth}"]
        return order.index(first) if first in order and now.step != before.step else None

    def tell(self, before, now):
        name = self._first(now)
        return f"The first was {label(name)} = {number(self.chain(now)[name])}."

    @staticmethod
    def _first(s) -> str | None:
        """The first gradient of ℒ that is known by now."""
        done = [step.target for step in plan(s.depth)[: s.step]]
        return next((name for name in done if name.startswith("dL_d")), None)

    def panels(self, s: SimpleNamespace) -> list:
        c, step = self.chain(s), self.running(s)
        known = {done.target for done in plan(s.depth)[: s.step]}
        flow = {}
        if step and step.target[0] == "z":
            flow = {f"w{step.k}": (1.0, "forward")}
        elif step and step.way == "backward" and step.line > 3:
            flow = {f"w{step.k}": (0.5 if step.line == 4 else 1.0, "backward")}
        return [
            network_picture(
                c.trace, c.grad, y=[s.y], loss=c.loss, known=known, flow=flow,
                with_z=True, with_slope=True, with_delta=True,
            ),
            _equation(c, step),
            _code(step, s.depth),
        ]  # fmt: skip


def _equation(c: Chain, step: Step | None) -> Sketch:
    """What the step computes, with its numbers."""
    shown = step or _NOWHERE
    terms = [
        c.term(word, hidden=step is None and word == shown.target)
        if word == shown.target or word in shown.operands
        else Term(word)
        for word in shown.equation.split()
    ]
    return formula(terms, row=shown.row, height=106)


def _code(step: Step | None, L: int) -> Sketch:
    """The lines of the pass, each with the quantities that it computes and needs in this layer."""
    shown = step or _NOWHERE
    lines = forward_lines() if shown.way == "forward" else backward_lines()
    own: list[list[str]] = [[] for _ in lines]
    for other in plan(L):
        if other.way == shown.way and other.k == shown.k:
            own[other.line] += [other.target, *other.operands]
    # Both passes have the same number of lines, so nothing jumps.
    lines = [*lines, *[""] * (len(backward_lines()) - len(lines))]
    return code(lines, step.line if step else None, size=15, terms=own)
