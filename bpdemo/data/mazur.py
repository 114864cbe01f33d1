"""A published worked example: every number that it prints, and what its loss was computed from.

Matt Mazur, *A Step by Step Backpropagation Example* (2015): a 2-2-2 network with biases, the loss
½ Σ (y − a)², one step with η = 0.5. The numbers are quoted as printed there. The loss after the
step isn't the loss at the weights that the text prints; `suspects` finds where it comes from.

His w1 and w2 lead into the first hidden neuron, so they are a column of our w^1.

>>> worked = example()
>>> f"{error(worked.w):.9f}"
'0.298371109'
>>> {name: round(value, 9) for name, value in suspects().items() if agrees(value, AFTER_ONE_STEP)}
{'3 back through the new weights': 0.291027924}
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from types import SimpleNamespace

import numpy as np

from bpdemo import losses, network, training, validation
from bpdemo.network import Gradients, Trace

__all__ = [
    "AFTER_ONE_STEP",
    "HALF",
    "PRINTED",
    "Comparison",
    "agrees",
    "compared",
    "error",
    "example",
    "run",
    "suspects",
]

AFTER_ONE_STEP = "0.291027924"
"""The loss after one step, as printed."""

HALF = losses.Loss(
    name="half_squared_difference",
    value=lambda a, y: losses.squared_difference(a, y) / 2,
    derivative=lambda a, y: a - y,  # the ½ takes the 2 away
    formula="(y - a)**2/2",
    latex=r"\sum \tfrac{1}{2} (y - a^L)^2",
)
"""His loss."""

PRINTED = {
    "net h1": "0.3775",
    "out h1": "0.593269992",
    "out h2": "0.596884378",
    "net o1": "1.105905967",
    "out o1": "0.75136507",
    "out o2": "0.772928465",
    "E o1": "0.274811083",
    "E o2": "0.023560026",
    "E total": "0.298371109",
    "dE/dout o1": "0.74136507",
    "dout/dnet o1": "0.186815602",
    "dE/dnet o1": "0.138498562",
    "dE/dw5": "0.082167041",
    "dEo1/dout h1": "0.055399425",
    "dEo2/dout h1": "-0.019049119",
    "dE/dout h1": "0.036350306",
    "dout/dnet h1": "0.241300709",
    "dE/dw1": "0.000438568",
    "new w1": "0.149780716",
    "new w2": "0.19956143",
    "new w3": "0.24975114",
    "new w4": "0.29950229",
    "new w5": "0.35891648",
    "new w6": "0.408666186",
    "new w7": "0.511301270",
    "new w8": "0.561370121",
}
"""What the text prints, by his names: net is z, out is a, E is ℒ; h is layer 1, o is layer 2."""


def example() -> SimpleNamespace:
    """The network: x and y (1, 2), w and b as lists of two arrays, and the rate eta."""
    return SimpleNamespace(
        x=np.array([[0.05, 0.10]]),
        y=np.array([[0.01, 0.99]]),
        w=[
            np.array([[0.15, 0.25], [0.20, 0.30]]),  # his w1, w3 / w2, w4
            np.array([[0.40, 0.50], [0.45, 0.55]]),  # his w5, w7 / w6, w8
        ],
        b=[np.array([0.35, 0.35]), np.array([0.60, 0.60])],
        eta=0.5,
    )


def error(w: Sequence, b: Sequence | None = None) -> float:
    """His loss with these weights; with his own biases, unless others are given."""
    his = example()
    return float(HALF(network.forward(his.x, w, b=his.b if b is None else b).a[2], his.y))


def _decimal(name: str, value) -> str:
    if not re.fullmatch(r"[+-]?\d+(\.\d*)?", validation.string(name, value)):
        raise ValueError(f"{name}: expected a number as it is printed, received {value!r}")
    return value


@validation.checked(value=validation.real(), printed=_decimal)
def agrees(value: float, printed: str) -> bool:
    """Is the value the printed one, to all of its digits?"""
    return f"{value:.{_places(printed)}f}" == printed


def _places(printed: str) -> int:
    return len(printed.partition(".")[2])


@dataclass(frozen=True)
class Comparison:
    """Numbers next to the printed ones.

    Attributes
    ----------
    rows : (his name, our number, what is printed).
    """

    rows: tuple[tuple[str, float, str], ...]

    @property
    def off_by_one(self) -> list[str]:
        """The names of those that differ by 1 in their last printed place."""
        return [n for n, v, p in self.rows if not agrees(v, p) and _is_close(v, p)]

    @property
    def ok(self) -> bool:
        """Does none differ by more than 1 in its last printed place?"""
        return all(_is_close(value, printed) for _, value, printed in self.rows)

    def __str__(self) -> str:
        same = sum(agrees(value, printed) for _, value, printed in self.rows)
        off = "".join(f"; {name} is 1 off in its last place" for name in self.off_by_one)
        return f"{same} of {len(self.rows)} numbers agree to the last printed digit{off}"

    def __repr__(self) -> str:
        rows = [f"{name:>13} {value:+.11f}   {printed:>12}" for name, value, printed in self.rows]
        return "\n".join([str(self), *rows])

    def _repr_html_(self) -> str:
        """The sentence, and the table folded away."""
        rows = "".join(
            f"<tr><td>{escape(name)}</td><td>{value:+.11f}</td><td>{printed}</td></tr>"
            for name, value, printed in self.rows
        )
        head = "<tr><th>his name</th><th>ours</th><th>printed</th></tr>"
        return (
            f"<details><summary>{escape(str(self))}</summary><table>{head}{rows}</table></details>"
        )


def _is_close(value: float, printed: str) -> bool:
    unit = 10.0 ** -_places(printed)
    return abs(float(f"{value:.{_places(printed)}f}") - float(printed)) < 1.5 * unit


def compared(trace, grad, new_w: Sequence) -> Comparison:
    """Every printed number next to ours.

    Parameters
    ----------
    trace, grad : what `forward` and `backward` gave for his network, with his loss.
    new_w : the weights after his step.
    """
    for name, kind, value in (("trace", Trace, trace), ("grad", Gradients, grad)):
        validation.instance(kind, "what forward or backward gave for his network")(name, value)
    his = example()
    if [v.shape for v in trace.w] != [v.shape for v in his.w] or trace.m != 1 or len(trace.b) != 2:
        raise ValueError(f"trace: expected one of his network, 2-2-2, received {trace.w}")
    new_w = validation.each(validation.array(2, 2), "his two tables of weights", count=2)(
        "new_w", new_w
    )
    (net_h1, _), (net_o1, _) = trace.z[1][0], trace.z[2][0]
    (out_h1, out_h2), out = trace.a[1][0], trace.a[2][0]
    slopes = [trace.activation[k].derivative(trace.z[k])[0] for k in (1, 2)]
    delta, into_o = grad.dL_dz[2][0], trace.w[2][0]
    each = (his.y[0] - out) ** 2 / 2
    found = [net_h1, out_h1, out_h2, net_o1, *out, *each, HALF(trace.a[2], his.y)]
    found += [grad.dL_da[2][0, 0], slopes[1][0], delta[0], grad.dL_dw[2][0, 0]]
    found += [*(delta * into_o), grad.dL_da[1][0, 0], slopes[0][0], grad.dL_dw[1][0, 0]]
    found += [*new_w[0].T.ravel(), *new_w[1].T.ravel()]
    pairs = zip(PRINTED.items(), found, strict=True)
    return Comparison(tuple((name, float(v), printed) for (name, printed), v in pairs))


def suspects() -> dict[str, float]:
    """Four ways to come to another loss after the step: the loss that each of them gives."""
    his = example()
    trace = network.forward(his.x, his.w, b=his.b)
    grad = network.backward(trace, his.y, loss=HALF)
    new_w = training.step(his.w, grad, his.eta)
    new_b = training.step(his.b, grad.dL_db, his.eta)
    numbers = [float(PRINTED[f"new w{n}"]) for n in range(1, 9)]
    rounded = [np.array(numbers[:4]).reshape(2, 2).T, np.array(numbers[4:]).reshape(2, 2).T]
    half_moved = network.forward(his.x, [his.w[0], new_w[1]], b=his.b)
    again = network.backward(half_moved, his.y, loss=HALF)
    rerun = [his.w[0] - his.eta * again.dL_dw[1], new_w[1]]
    return {
        "1 from the rounded weights": error(rounded),
        "2 biases moved too": error(new_w, new_b),
        "3 back through the new weights": run(1, early=True).error,
        "4 run once more in between": error(rerun),
    }


@validation.checked(steps=validation.whole(0), early=validation.flag)
def run(steps: int, early: bool) -> SimpleNamespace:
    """His descent, with his biases left as they are.

    Parameters
    ----------
    steps : how many.
    early : the gradient goes back through w^2 after it has moved, as it shouldn't.

    Returns
    -------
    w, the weights; outputs (2,); error; dL_dw_1, the gradient that the last step took for w^1.
    """
    his, dL_dw_1 = example(), None
    w_1, w_2 = his.w
    for _ in range(steps):
        trace = network.forward(his.x, [w_1, w_2], b=his.b)
        a_1, a_2 = trace.a[1], trace.a[2]
        delta_2 = (a_2 - his.y) * a_2 * (1 - a_2)  # (1, 2)
        moved = w_2 - his.eta * a_1.T @ delta_2
        delta_1 = (delta_2 @ (moved if early else w_2).T) * a_1 * (1 - a_1)  # (1, 2)
        dL_dw_1 = his.x.T @ delta_1  # (2, 2)
        w_1, w_2 = w_1 - his.eta * dL_dw_1, moved
    outputs = network.forward(his.x, [w_1, w_2], b=his.b).a[2][0]
    return SimpleNamespace(w=[w_1, w_2], outputs=outputs, error=error([w_1, w_2]), dL_dw_1=dL_dw_1)
