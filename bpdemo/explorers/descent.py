"""Chapter 04: gradient descent, first by hand on the chain, then on points in a plane."""

import itertools
import math
from collections.abc import Iterator, Sequence
from functools import lru_cache
from types import SimpleNamespace
from typing import ClassVar

import numpy as np

from bpdemo import activations, data, network, training
from bpdemo.activations import Activation
from bpdemo.diagrams import (
    Curve,
    Point,
    Sketch,
    Term,
    curve,
    formula,
    label,
    nice_limit,
    number,
    regions,
    stack,
    table,
    words,
)
from bpdemo.diagrams import network as network_picture
from bpdemo.explorers.chain import ChainExplorer, loss_choice, loss_of
from bpdemo.explorers.controls import Control, choice, count, points, slider, stepper
from bpdemo.explorers.explorer import Explorer
from bpdemo.losses import Loss

__all__ = ["Descent", "Training", "Walk"]


class Walk:
    """The records of one descent, computed as far as anybody asked: so a hand can scrub along it.

    It is `training.descend` with all examples at once, written out without its checks: a picture
    asks for hundreds of epochs while a hand moves. A test holds it to the original.

    Parameters
    ----------
    x, w, y, b, learning_rate : as for `training.descend`; b may be empty.
    sigma : one activation per layer.
    loss : an entry of the table.
    """

    def __init__(
        self,
        x,
        w: Sequence,
        y,
        *,
        b: Sequence = (),
        sigma: Sequence[Activation],
        loss: Loss,
        learning_rate: float,
    ):
        self.x, self.y, self.sigma, self.loss, self.rate = x, y, sigma, loss, learning_rate
        self._iterator = self._run([*w], [*b])
        self._records: list[training.Epoch] = []

    def to(self, steps: int) -> list[training.Epoch]:
        """Records 0 … steps, fewer where it diverged before."""
        missing = steps + 1 - len(self._records)
        if missing > 0:
            with np.errstate(over="ignore", invalid="ignore"):
                self._records += itertools.islice(self._iterator, missing)
        return self._records[: steps + 1]

    def _run(self, w, b) -> Iterator[training.Epoch]:
        m = len(self.x)
        for epoch in itertools.count():
            z, a = self._forward(w, b)
            loss = float(self.loss.value(a[-1], self.y))  # N5
            ok = math.isfinite(loss)
            shown = loss if ok else math.inf
            yield training.Epoch(epoch, w, b or None, shown, m, not ok, self.rate)
            new = self._step(w, b, z, a) if ok else None
            if new is None:
                if ok:
                    yield training.Epoch(epoch + 1, w, b or None, math.inf, m, True, self.rate)
                return
            w, b = new

    def _forward(self, w, b):
        a, z = [self.x], []
        for k, (w_k, sigma) in enumerate(zip(w, self.sigma, strict=True)):
            z.append(a[k] @ w_k + b[k] if b else a[k] @ w_k)  # N2: (m, n_k)
            a.append(sigma.f(z[k]))  # N3
        return z, a

    def _step(self, w, b, z, a):
        """The next (w, b), or None where a number is no longer finite."""
        new_w, new_b = [*w], [*b]
        dL_da = self.loss.derivative(a[-1], self.y)  # N12
        for k in range(len(w) - 1, -1, -1):
            dL_dz = dL_da * self.sigma[k].derivative(z[k], a[k + 1])
            new_w[k] = w[k] - self.rate * (a[k].T @ dL_dz)  # N11, N17
            if b:
                new_b[k] = b[k] - self.rate * dL_dz.sum(axis=0)
            dL_da = dL_dz @ w[k].T  # N15
        finite = all(np.isfinite(v).all() for v in (*new_w, *new_b))
        return (new_w, new_b) if finite else None


_TOO_LARGE = ("ℒ left the finite numbers: η is too large.", "f-bad b")


class Walking(Explorer):
    """What the two explorers of this chapter share: a descent, and steps along it.

    ``walk(s)`` gives the descent that these settings begin.
    """

    most = 100
    """How many steps there are."""

    unit = "step"

    def walk(self, s: SimpleNamespace) -> Walk:
        raise NotImplementedError

    def records(self, s: SimpleNamespace) -> list[training.Epoch]:
        """The descent as far as the step stands."""
        return self.walk(s).to(s.step)

    def limits(self, s):
        # It ends where it diverged.
        last = self.records(s)[-1]
        return super().limits(s) | {"step": {"high": last.epoch if last.diverged else self.most}}

    def loss_so_far(self, s: SimpleNamespace, height: float) -> Sketch:
        """ℒ after each step, over a frame as wide as the whole descent; its end is a handle."""
        records = self.records(s)
        values = np.array([record.loss for record in records])
        last = records[-1]
        end = Point(last.epoch, last.loss, "ℒ =", "step", of="loss", value="loss")
        return curve(
            [Curve(np.arange(len(values)), values, cls="s-ink")],
            x_label=self.unit,
            y_label="ℒ so far",
            x_range=(0, self.most),
            y_range=(0, nice_limit(min(values[np.isfinite(values)].max(initial=0) * 1.02, 1e6))),
            points=[end],
            height=height,
        )


class Descent(Walking, ChainExplorer):
    """N17 on the chain: every w^k takes its step, η ∂ℒ/∂w^k downhill."""

    title = "Gradient descent by hand."
    still: ClassVar[dict] = {"step": 40}
    question = "Each weight moves against the sign of its gradient. Which one will move farthest?"
    choices = ("w¹", "w²", "w³")
    answer = (
        "A step is −η times the slope: the weight with the steepest slope moves farthest, and "
        "where a slope is negative its weight goes up. ℒ falls as long as η isn't too large: set "
        "y = 0.7 and η = 200, and the first step leaps over the valley."
    )

    any_loss = True

    def controls(self) -> dict[str, Control]:
        return {
            "step": stepper(self.most, pace=160),
            "eta": slider(0.5, 0.001, 500, 0.05, log=True, label="learning rate η"),
            **super().controls(),
        }

    def moved(self, name, s):
        # A hand holds the weight that the descent begins with.
        return {"step": 0} if name[0] == "w" else {}

    def walk(self, s):
        return _on_chain(s.x, (s.w1, s.w2, s.w3), s.y, s.activation, loss_of(s), s.eta)

    def judge(self, before, now):
        if now.step in (0, before.step):
            return None
        return int(np.argmax([abs(after - then) for then, after in self._moves(now)]))

    def tell(self, before, now):
        moved = [
            f"{label(f'w{k}')} by {number(after - then, True)}"
            for k, (then, after) in enumerate(self._moves(now), start=1)
        ]
        return f"After {self.records(now)[-1].epoch} steps they have moved: {', '.join(moved)}."

    def _moves(self, s) -> list[tuple[float, float]]:
        records = self.records(s)
        return [(v.item(), w.item()) for v, w in zip(records[0].w, records[-1].w, strict=True)]

    def panels(self, s: SimpleNamespace) -> list:
        last = self.records(s)[-1]
        now = {f"w{k}": w_k.item() for k, w_k in enumerate(last.w, start=1)}
        c = self.chain(s, **now)
        gradient = [c[f"dL_d{w}"] for w in now]
        after = [c[w] - s.eta * slope for w, slope in zip(now, gradient, strict=True)]
        rows = [
            ("w now", [c[w] for w in now], "f-weight", [*now]),
            ("∂ℒ/∂w", gradient, "f-grad", [f"dL_d{w}" for w in now]),
            ("step −η ∂ℒ/∂w", [-s.eta * g for g in gradient], "f-ink", [f"step:{w}" for w in now]),
            ("w after it", after, "f-weight", [f"next:{w}" for w in now]),
        ]
        step = [
            Term("new w^3", after[2], "next:w3", cls="f-weight"),
            Term("="),
            c.term("w3"),
            Term("−"),
            Term("η", s.eta, "eta"),
            Term("·"),
            c.term("dL_dw3"),
        ]
        says = _TOO_LARGE if last.diverged else "Pull the ring: it goes to any step."
        right = stack(
            table([f"w^{k}" for k in (1, 2, 3)], rows, label_width=150),
            formula(step, row="N17"),
            words([says], size=15),
        )
        return [
            network_picture(c.trace, c.grad, y=[s.y], loss=last.loss),
            [self.loss_so_far(s, 310), right.by(1.2)],
        ]


@lru_cache(maxsize=3)
def _on_chain(x, w, y, activation, loss, learning_rate) -> Walk:
    """The descent of a chain."""
    w = [np.array([[v]]) for v in w]  # (1, 1) each
    sigma = [activations.TABLE[activation]] * len(w)
    x, y = np.array([[x]]), np.array([[y]])
    return Walk(x, w, y, sigma=sigma, loss=loss, learning_rate=learning_rate)


_HINT = ["Press on the plane to place a point;", "pull it to move it, press it to switch its y."]
_GRID = 36
_REACH = 1.3  # of the plane: it holds all problems, and stays when a hand moves a point


@lru_cache
def _problem(name: str) -> tuple[tuple[float, float, int], ...]:
    """The points of a problem, as the control has them."""
    given = {"xor": data.xor, "circles": data.circles, "moons": data.moons}[name]()
    return tuple(
        (float(u), float(v), int(c)) for (u, v), (c,) in zip(given.x, given.y, strict=True)
    )


class Training(Walking):
    """Training, live, on points in a plane: the boundary between the classes as it forms."""

    title = "Training, live."
    still: ClassVar[dict] = {"step": 300}
    most = 500
    unit = "epoch"
    question = "Make the learning rate η ten times as large, and let it learn. What will it do?"
    choices = ("learn faster", "learn more slowly", "hardly learn at all")
    answer = (
        "Steps that are too large leap over the valley: ℒ jumps about, or the neurons end up far "
        "out, where σ is flat and the gradient dies. Then it says the same everywhere."
    )

    def controls(self) -> dict[str, Control]:
        return {
            "step": stepper(self.most, label="epoch", pace=80, stride=10),
            "eta": slider(0.1, 0.001, 500, 0.05, log=True, label="learning rate η"),
            "problem": choice(
                {"xor": "xor", "circles": "circles", "moons": "moons", "your own": ""},
                "circles",
                label="points",
            ),
            "points": points(_problem("circles"), label="Circles again"),
            "hidden": count(4, 1, 8, label="hidden neurons", fold=True),
            "activation": choice(list(activations.TABLE), "tanh", label="σ"),
            "seed": count(0, 0, 9, label="start", fold=True),
            **loss_choice(),
        }

    def moved(self, name, s):
        if name == "problem":  # "your own" begins with an empty plane
            return {"points": _problem(s.problem) if s.problem else ()}
        return {"problem": ""} if name == "points" else {}

    def walk(self, s):
        return _on_plane(s.points, s.hidden, s.activation, s.seed, loss_of(s), s.eta)

    def judge(self, before, now):
        if now.eta < 5 * before.eta or now.step < 50:
            return None
        start, then, after = self._asked(before, now)
        if after.diverged or after.loss > 0.8 * start.loss:
            return 2
        return 0 if after.loss <= then.loss else 1

    def tell(self, before, now):
        _, then, after = self._asked(before, now)
        lost = "no number any more" if after.diverged else number(after.loss)
        return (
            f"After {now.step} epochs with η = {number(now.eta)}, ℒ is {lost}; "
            f"with η = {number(before.eta)}, it is {number(then.loss)}."
        )

    def _asked(self, before, now) -> tuple[training.Epoch, training.Epoch, training.Epoch]:
        """The start, and the last record before and after the move of η alone."""
        larger = SimpleNamespace(**{**vars(before), "eta": now.eta})
        then, after = (self.walk(s).to(now.step) for s in (before, larger))
        return then[0], then[-1], after[-1]

    def panels(self, s: SimpleNamespace) -> list:
        last, x, labels = self.records(s)[-1], *_arrays(s.points)
        with np.errstate(over="ignore", invalid="ignore"):
            says = _outputs(_grid(), last, s.activation).reshape(_GRID, _GRID)
            a = _outputs(x, last, s.activation) if len(x) else np.zeros((0, 1))  # (m, 1)
        right = f"{training.accuracy(a, labels):.0%}".replace("%", " %") if len(x) else "?"
        row = {
            "eta": ("η", number(s.eta)),
            "hidden": ("hidden", str(s.hidden)),
            "seed": ("start", str(s.seed)),
            "step": ("epoch", str(last.epoch)),
            "loss": ("ℒ", number(last.loss)),
            "accuracy": ("read right", right),
        }
        heads, cells = zip(*row.values(), strict=True)
        says_now = [_TOO_LARGE, ""] if last.diverged else _HINT
        return [
            [
                regions(says, x, labels, _REACH, 430, place="points").by(1.09),
                stack(
                    self.loss_so_far(s, 234),
                    table(heads, [("", cells, "f-ink", [*row])], label_width=10),
                    words(says_now, size=15),
                ),
            ]
        ]


def _arrays(listed) -> tuple[np.ndarray, np.ndarray]:
    """(m, 2) points and (m,) classes."""
    table = np.array(listed, float).reshape(-1, 3)
    return table[:, :2], table[:, 2].astype(int)


@lru_cache
def _grid() -> np.ndarray:
    """(36², 2) places of the plane, row by row from the top."""
    axis = np.linspace(-_REACH, _REACH, _GRID)
    return np.stack(np.meshgrid(axis, -axis), axis=-1).reshape(-1, 2)


def _outputs(x: np.ndarray, record: training.Epoch, activation: str) -> np.ndarray:
    """(m, 1): what the network of this record says."""
    return network.forward(x, record.w, activation=[activation, "sigmoid"], b=record.b).a[2]


@lru_cache(maxsize=3)
def _on_plane(listed, hidden, activation, seed, loss, learning_rate) -> Walk:
    """The descent of a network with one hidden layer."""
    x, labels = _arrays(listed)
    widths = [2, hidden, 1]
    w, b = training.initial_weights(widths, seed), training.initial_biases(widths)
    sigma = [activations.TABLE[activation], activations.TABLE["sigmoid"]]
    y = labels[:, None].astype(float)
    return Walk(x, w, y, b=b, sigma=sigma, loss=loss, learning_rate=learning_rate)
