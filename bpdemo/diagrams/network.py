"""The network picture: nodes carry a (and z), edges carry w; gradients stand beside them."""

from collections.abc import Collection, Sequence
from functools import lru_cache

import numpy as np

from bpdemo.diagrams.base import WIDTH, Panel, line, math_text, number, rect, text
from bpdemo.network import Gradients, Trace

__all__ = ["edge_name", "layout", "network", "node_name"]


def network(
    trace: Trace,
    grad: Gradients | None = None,
    *,
    y: Sequence[float] | None = None,
    loss: float | None = None,
    show: str = "both",
    with_z: bool = False,
    example: int = 0,
    touched: Collection[str] = (),
    known: Collection[str] | None = None,
    active: Collection[str] = (),
    lit: Collection[str] = (),
    width: float = WIDTH,
) -> Panel:
    """Draw one example's way through the network, left to right.

    Parameters
    ----------
    trace, grad : what `forward` and `backward` returned; grad may be None.
    y : (n_L,) the labels of the example, drawn with the loss; `loss` is ℒ.
    show : "forward" for values, "backward" for gradients, "both".
    with_z : write z under each node.
    touched : names ("w1", "w2[1,2]", "x", "y") to mark as moved last; see `edge_name`.
    known : names of the gradients that are known ("a3", "w2"); None for all. Others show "?".
    active : names of what is being computed now: drawn with a heavy frame.
    lit : names of edges to light up as a path.

    Up to six edges between two layers carry their numbers; of more, only the marked ones.
    """
    backward = grad is not None and show != "forward"
    forward = show != "backward"
    widths = tuple(v.shape[-1] for v in trace.a)
    place = layout(widths, width, forward + backward, with_z, loss is not None)
    marked = {*touched, *active, *lit}
    edges, tags, nodes, said = [], [], [], []

    for k in range(1, trace.L + 1):
        w_k = trace.w[k]
        drawn = w_k if forward else grad.dL_dw[k]
        most = max(1.0 if forward else 1e-12, float(np.abs(drawn).max()))
        for i, j in np.ndindex(w_k.shape):
            name = edge_name(k, i, j, w_k.shape)
            here = place.edge(k, i, j)
            value = float(drawn[i, j])
            cls = "s-pos" if value > 0 else "s-neg dash" if value < 0 else "s-rule dash"
            if name in lit:
                edges.append(line(*here, "s-mark", 18))
            edges.append(line(*here, cls, 1.2 + 5 * min(abs(value) / most, 1)))
            said.append(f"{name} = {number(w_k[i, j])}")
            shown = known is None or name in known
            if backward and shown:
                said.append(f"dL/d{name} = {number(grad.dL_dw[k][i, j])}")
            if w_k.size > 6 and name not in marked:
                continue
            rows = []
            if forward:
                symbol = f"w^{k}" if w_k.size == 1 else f"w^{k}_{{{i + 1}{j + 1}}}"
                colour = "f-pos" if w_k[i, j] > 0 else "f-neg" if w_k[i, j] < 0 else "f-ink"
                rows.append((symbol, number(w_k[i, j], True), colour))
            if backward:
                rows.append(
                    ("∂ℒ/∂w", number(grad.dL_dw[k][i, j], True) if shown else "?", "f-grad")
                )
            tags.append(_tag(*place.tags[k, i, j], place.font, rows, name in marked))

    for k, n in enumerate(widths):
        for i in range(n):
            name = node_name(k, i, n)
            a = float(trace.a[k][example, i])
            z = float(trace.z[k][example, i]) if k and with_z else None
            shown = known is None or name in known
            g = None
            if backward:
                g = _gradient(float(grad.dL_da[k][example, i]), place.r) if shown else "?"
            state = "active" if name in active else "touched" if name in touched else ""
            if k == 0 and "x" in touched:
                state = "touched"
            symbol = f"a^{k}" if n == 1 else f"a^{k}_{i + 1}"
            nodes.append(
                _node(*place.nodes[k, i], place.r, symbol, a if forward else None, z, g, state)
            )
            said.append(f"{name} = {number(a)}")
            if z is not None:
                said.append(f"z{name[1:]} = {number(z)}")
            if backward and shown:
                said.append(f"dL/d{name} = {g}")

    if loss is not None:
        ends = [place.nodes[trace.L, i] for i in range(widths[-1])]
        nodes.append(_loss(ends, place, width, y, loss, "y" in touched))
        said.append(f"y = {', '.join(number(v) for v in np.ravel(y))}; loss = {number(loss)}")
    shape = "-".join(map(str, widths))
    alt = f"Network {shape}: {'; '.join(said)}."
    return Panel(width, place.height, "".join(edges + tags + nodes), alt)


def edge_name(k: int, i: int, j: int, shape: tuple[int, int]) -> str:
    """ "w2" where layer k has one weight, else "w2[i,j]", counted from 1 as in w²ᵢⱼ."""
    return f"w{k}" if shape == (1, 1) else f"w{k}[{i + 1},{j + 1}]"


def node_name(k: int, i: int, n: int) -> str:
    """ "a2" where layer k has one neuron, else "a2[i]", counted from 1."""
    return f"a{k}" if n == 1 else f"a{k}[{i + 1}]"


class Layout:
    """Where everything of a network picture stands: only widths decide, never values.

    So nothing jumps when a slider moves. Edge labels are put along their edge at the first place
    where they meet no other label and no neuron.
    """

    def __init__(self, widths, width, rows, with_z, with_loss):
        most = max(widths)
        roomy = most == 1 and len(widths) <= 4
        self.r = 36 if roomy else {1: 30, 2: 33, 3: 32}.get(most, 29)
        self.font = 15 if roomy else 13
        below = 19 * with_z + (24 if rows == 2 else 0) if most <= 3 else 0
        gap = {1: 150, 2: 124, 3: 100}.get(most, 68) + (below if most > 1 else 0)
        self.height = max((most - 1) * gap + 2 * self.r + 48 + below, 140)
        left, right = 72.0, width - ((200.0 if roomy else 182.0) if with_loss else 66.0)
        self.middle = (self.height - below) / 2 + 8
        xs = np.linspace(left, right, len(widths))
        self.nodes = {
            (k, i): (float(xs[k]), self.middle + gap * (i - (n - 1) / 2))
            for k, n in enumerate(widths)
            for i in range(n)
        }
        # Eight bold figures and the symbol; a chain of four layers has no room to spare.
        wide = 8 * self.font * 0.69 + self.font * 3.2 + (12 if roomy else 3)
        tag = (wide, rows * self.font * 1.4 + 6)
        neurons = [
            (x, y + below / 2 - 8, 2 * self.r + 24, 2 * self.r + 18 + below)
            for x, y in self.nodes.values()
        ]
        self.tags = {}
        for k in range(1, len(widths)):
            pairs = list(np.ndindex(widths[k - 1], widths[k]))
            self.tags |= self._spread([(k, i, j) for i, j in pairs], tag, neurons)

    def edge(self, k, i, j) -> tuple[float, float, float, float]:
        """(x1, y1, x2, y2) of the edge from neuron i of layer k − 1 to neuron j of layer k."""
        (x1, y1), (x2, y2) = self.nodes[k - 1, i], self.nodes[k, j]
        return x1 + self.r, y1, x2 - self.r, y2

    def _spread(self, keys, tag, neurons):
        """A box (x, y, width, height) per edge: each in turn moves along its edge to where it
        stands clear of neurons and of the other labels, or as clear as can be."""

        def boxes(key):
            x1, y1, x2, y2 = self.edge(*key)
            for t in [0.5 + side * step / 40 for step in range(15) for side in (1, -1)]:
                yield (x1 + t * (x2 - x1), y1 + t * (y2 - y1), *tag)

        tags = {key: next(boxes(key)) for key in keys}
        for _ in range(6 if len(keys) <= 6 else 0):
            for key in keys:
                others = neurons + [box for other, box in tags.items() if other != key]
                tags[key] = max(
                    boxes(key),
                    key=lambda box: min(3.0, *(_distance(box, other) for other in others)),
                )
        return tags


def _distance(b, o) -> float:
    """How far apart two boxes (x, y, width, height; centred) are; negative where they overlap."""
    return max(abs(b[0] - o[0]) - (b[2] + o[2]) / 2, abs(b[1] - o[1]) - (b[3] + o[3]) / 2)


@lru_cache(maxsize=64)
def layout(
    widths: tuple[int, ...], width: float, rows: int, with_z: bool, with_loss: bool
) -> Layout:
    """The `Layout` of a network of these widths; `rows` of numbers in each edge label."""
    return Layout(widths, width, rows, with_z, with_loss)


def _tag(x, y, wide, high, font, rows, marked) -> str:
    """A small label on an edge: one row for w, one for its gradient."""
    cls = "f-mark s-ink" if marked else "f-paper s-rule"
    left, step = x - wide / 2, (high - 6) / max(len(rows), 1)
    body = [rect(left, y - high / 2, wide, high, cls, 5, 2.5 if marked else 0.7)]
    for place, (symbol, shown, colour) in enumerate(rows):
        base = y - high / 2 + 2 + step * place + font
        body.append(math_text(left + 5, base, symbol, font, "start", colour))
        body.append(text(left + wide - 5, base, shown, font, "end", f"{colour} b"))
    return "".join(body)


def _gradient(value, r) -> str:
    """A gradient as its neuron has room for it."""
    if r >= 30:
        return number(value, True)
    return "≈ 0" if abs(value) < 0.005 else f"{value:+.2f}".replace("-", "−")


def _node(x, y, r, symbol, a, z, g, state) -> str:
    """A neuron: its value inside, its name above, z and the gradient below."""
    cls = "f-mark s-ink" if state else "f-panel s-ink"
    stroke = {"": 2, "touched": 3, "active": 5}[state]
    circle = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r}" class="{cls}" stroke-width="{stroke}"/>'
    if r < 30:  # many neurons: everything inside
        lines = [(symbol, "")]
        if a is not None:
            lines.append((f"{a:.2f}".replace("-", "−"), "b"))
        if g is not None:
            lines.append((f"∂{g}" if a is not None else g, "f-grad b"))
        start = y + 5 - 7.5 * (len(lines) - 1)
        return circle + "".join(
            (math_text if place == 0 else text)(x, start + 15 * place, word, 13, "middle", style)
            for place, (word, style) in enumerate(lines)
        )
    body = [circle, math_text(x, y - r - 7, symbol, 20)]
    if a is not None:
        shown = number(a)
        size = 17 if r > 34 else 16 if len(shown) < 6 else 14  # "−0.940" has to stay in its circle
        body.append(text(x, y + 6, shown, size, "middle", "b"))
    base = y + r + 18
    if z is not None:
        body.append(math_text(x, base, f"z = {number(z)}", 15))
        base += 20
    if g is not None:
        if a is None:  # the gradient alone: it takes the place of the value
            body.append(text(x, y + 6, g, 15, "middle", "f-grad b"))
        else:
            wide = 54 + len(g) * 10.5
            unknown = " dash" if g == "?" else ""
            body.append(rect(x - wide / 2, base - 15, wide, 22, f"f-paper s-grad{unknown}", 5, 1))
            body.append(math_text(x - wide / 2 + 4, base + 1, "∂ℒ/∂a", 14, "start", "f-grad"))
            body.append(text(x + wide / 2 - 4, base + 1, g, 15, "end", "f-grad b"))
    return "".join(body)


def _loss(ends, place, width, y, loss, touched) -> str:
    """The label y and the loss ℒ, to the right of the last layer."""
    left, middle = width - 130, place.middle
    body = [line(x + place.r, v, left, middle, "s-soft", 1.5) for x, v in ends]
    body.append(rect(left, middle - 34, 122, 68, "f-paper s-ink", 8, 2))
    if touched:
        body.append(rect(left + 4, middle + 3, 114, 29, "f-mark s-ink", 5, 1.5))
    body.append(math_text(left + 10, middle - 10, "ℒ", 20, "start"))
    body.append(text(left + 114, middle - 10, number(loss), 18, "end", "b"))
    values = np.ravel(y)
    shown = number(values[0]) if len(values) == 1 else "  ".join(f"{v:g}" for v in values)
    size = 18 if len(values) <= 3 else 13
    body.append(math_text(left + 10, middle + 24, "y", 20, "start"))
    body.append(text(left + 114, middle + 24, shown, size, "end", "b"))
    return "".join(body)
