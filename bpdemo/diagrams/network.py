"""The network picture: neurons carry a, edges carry w, the gradients stand beside them."""

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import SupportsFloat

import numpy as np
from numpy.typing import ArrayLike

from bpdemo.diagrams import names
from bpdemo.diagrams.base import Panel, line, math_text, number, rect, sketched, term, value
from bpdemo.diagrams.names import label
from bpdemo.diagrams.places import Parts, Places, Segment, inside, places, word
from bpdemo.diagrams.places import neuron as neuron_name
from bpdemo.diagrams.quantity import colour, labelled, marked
from bpdemo.network import Gradients, Trace

__all__ = ["network"]

_GIVEN = ("x", "y", "w", "b")
_TICKS = {"": "", "✓": ", right", "✗": ", not right"}
_label = lru_cache(maxsize=1024)(label)


@sketched(320)
def network(
    trace: Trace,
    grad: Gradients | None = None,
    *,
    width: float,
    y: Sequence[float] | None = None,
    loss: float | None = None,
    show: str = "both",
    with_b: bool = False,
    with_z: bool = False,
    with_slope: bool = False,
    with_delta: bool = False,
    example: int = 0,
    known: Collection[str] | None = None,
    hidden: Collection[str] = (),
    lit: Collection[str] = (),
    chosen: Collection[str] = (),
    flow: Mapping[str, tuple[float, str]] | None = None,
    written: Mapping[str, tuple[str, str]] | None = None,
    bare: bool = False,
) -> Panel:
    """Draw one example's way through the network: side by side, or downwards on a narrow place.

    Every number is a `term` with the name of its quantity: w2_13, dL_dw2_13, x1, a1_2, z1_2, b1_2,
    da_dz1_2, dL_da1_2, dL_dz1_2, dL_db1_2, y1, loss. An edge is a group with ``data-edge="w2_13"``.

    Parameters
    ----------
    trace, grad : what `forward` and `backward` returned; grad may be None.
    y : (n_L,) the labels of the example, drawn with the loss; `loss` is ℒ.
    show : "forward" for values, "backward" for gradients, "both".
    with_b, with_z, with_slope, with_delta : b, z, σ′(z) and ∂ℒ/∂z beside each neuron; with b and
        ∂ℒ/∂z goes ∂ℒ/∂b.
    known : what is computed so far; None for all. Of the rest a "?" is shown, but x, y, w and b
        are given and always known.
    hidden : what shows a "?" whatever it is.
    lit : edges and neurons to light up, as a path, with a wide band.
    chosen : edges and neurons to outline.
    flow : from an edge to (how far, which pass): a dot that runs along the edge, from 0 at its
        start to 1 at its end in the "forward" pass, and from its end in the "backward" pass.
    written : what somebody has written instead of these numbers, and "✓", "✗" or "" behind it. In
        the order of these names the quantities stand in the SVG, and Tab goes.
    bare : the neurons have their names alone: where there are several examples, their numbers
        stand elsewhere.

    Up to eight edges between two layers carry their numbers (six, if gradients stand beside them);
    of more, those in `lit` or `chosen`.
    """
    widths = tuple(v.shape[-1] for v in trace.a)
    parts = Parts(
        forward=show != "backward",
        backward=grad is not None and show != "forward",
        b=with_b and len(trace.b) > 0,
        z=with_z,
        slope=with_slope,
        delta=with_delta,
        loss=loss is not None,
        labels=0 if y is None else np.size(y),
        bare=bare,
    )
    numbers = _numbers(trace, grad, y, loss, example, parts)
    shown = {
        name: number(v, signed(name)) if _is_known(name, known, hidden) else "?"
        for name, v in numbers.items()
    }
    written = written or {}
    shown |= {name: text for name, (text, _) in written.items() if name in shown}
    outlined = (*lit, *chosen)
    here = places(widths, width, parts, tuple(sorted(name for name in outlined if name[0] == "w")))
    body = [line(*ends, "s-soft", 1.5) for ends in here.to_loss]
    body += _edges(trace, grad, parts, here, lit, chosen, flow or {})
    body += [rect(*spot[:4], "f-paper", 4) for name, spot in here.spots.items()]
    body += [rect(*spot[:4], "f-paper s-rule", 5, 0.8) for spot in here.tags.values()]
    ticks = {name: mark for name, (_, mark) in written.items()}
    terms = _nodes(widths, parts, here, shown, lit, chosen, ticks)
    box = [rect(*here.box[:4], "f-paper s-ink", 8, 2)] if here.box else []
    labels = {
        name: labelled(name, spot, shown[name], here.font, word(name), ticks.get(name, ""))
        for name, spot in here.spots.items()
    }
    if written:
        terms |= labels
        body += box + [terms.pop(name) for name in written if name in terms]
        body += terms.values()
    else:
        body += [*terms.values(), *box, *labels.values()]
    said = "; ".join(
        f"{_label(n)} = {v if v != '?' else 'not known yet'}{_TICKS[ticks.get(n, '')]}"
        for n, v in shown.items()
    )
    alt = f"Network {'-'.join(map(str, widths))}: {said}."
    return Panel(width, here.height, "".join(body), alt)


def signed(name: str) -> bool:
    """Whether a quantity is written with its +: a weight or a gradient."""
    return name[0] in "w" or name.startswith("dL_d")


def _is_known(name: str, known: Collection[str] | None, hidden: Collection[str]) -> bool:
    if name in hidden:
        return False
    return known is None or name in known or name[0] in _GIVEN


def _numbers(
    trace: Trace,
    grad: Gradients | None,
    y: ArrayLike | None,
    loss: float | None,
    example: int,
    parts: Parts,
) -> dict[str, float]:
    """Every quantity that this picture tells, by name, in the order of the two passes."""
    found: dict[str, SupportsFloat] = {}
    back = grad if parts.backward else None
    for k, a in enumerate(trace.a):
        n = a.shape[-1]
        if k:
            slope = trace.activation[k].derivative(trace.z[k])
            shape = trace.w[k].shape
            for i, j in np.ndindex(shape):
                found[names.weight(k, i, j, shape)] = trace.w[k][i, j]
                if back:
                    found["dL_d" + names.weight(k, i, j, shape)] = back.dL_dw[k][i, j]
        for i in range(0 if parts.bare else n):
            name = names.node(k, i, n)
            if k and parts.b:
                found["b" + name[1:]] = trace.b[k][i]
            if k and parts.z:
                found["z" + name[1:]] = trace.z[k][example, i]
            if k and parts.slope:
                found["da_dz" + name[1:]] = slope[example, i]
            found[neuron_name(k, i, n)] = a[example, i]
            if back:
                found["dL_d" + name] = back.dL_da[k][example, i]
            if k and back and parts.delta:
                found["dL_dz" + name[1:]] = back.dL_dz[k][example, i]
                if parts.b:
                    found["dL_db" + name[1:]] = back.dL_db[k][i]
    if loss is not None:
        labels = np.ravel([] if y is None else y)
        found |= {"y" if len(labels) == 1 else f"y{q + 1}": v for q, v in enumerate(labels)}
        found["loss"] = loss
    return {name: float(v) for name, v in found.items()}


def _edges(
    trace: Trace,
    grad: Gradients | None,
    parts: Parts,
    here: Places,
    lit: Collection[str],
    chosen: Collection[str],
    flow: Mapping[str, tuple[float, str]],
) -> list[str]:
    """All edges; those that are lit or chosen last, so that their band lies on the others."""
    drawn = []
    for k in range(1, trace.L + 1):
        shown = trace.w if parts.forward or grad is None else grad.dL_dw
        values = shown[k]  # (n_{k-1}, n_k)
        most = max(1.0 if parts.forward else 1e-12, float(np.abs(values).max()))
        for i, j in np.ndindex(values.shape):
            name = names.weight(k, i, j, values.shape)
            size = abs(float(values[i, j])) / most
            size = size if size <= 1 else 1.0  # inf / inf too
            kind = "s-weight" if parts.forward else "s-grad"
            cls = kind + " dash" * bool(values[i, j] < 0)
            band = (name in lit, name in chosen)
            drawn.append(
                _edge(name, here.edges[k, i, j], cls, 1.2 + 4 * size, band, flow.get(name))
            )
    return drawn


def _edge(
    name: str,
    ends: Segment,
    cls: str,
    thick: float,
    band: tuple[bool, bool],
    flow: tuple[float, str] | None,
) -> str:
    """One edge: its band, its line, what runs along it, and the ground that a press finds."""
    is_lit, is_chosen = band
    outer = 20 if is_lit else 15 if is_chosen else 0
    x1, y1, x2, y2 = ends
    t, way = flow or (0.0, "forward")
    t = t if way == "forward" else 1 - t
    return (
        f'<g data-edge="{name}">'
        + line(*ends, "s-ink" if is_chosen else "s-rule", outer)
        + line(*ends, "s-mark" if is_lit else "s-paper", max(outer - (5 if is_chosen else 3), 0))
        + line(*ends, cls, thick)
        + f'<circle cx="{x1 + t * (x2 - x1):.1f}" cy="{y1 + t * (y2 - y1):.1f}" '
        f'r="{8 if flow else 0}" class="{"f-act" if way == "forward" else "f-grad"} s-paper"/>'
        + line(*ends, "hit", 30)
        + "</g>"
    )


def _nodes(
    widths: Sequence[int],
    parts: Parts,
    here: Places,
    shown: Mapping[str, str],
    lit: Collection[str],
    chosen: Collection[str],
    ticks: Mapping[str, str],
) -> dict[str, str]:
    """The neurons, each with its name and its number, by the quantity in them."""
    return {
        (name := inside(k, i, n, parts)): _node(
            here, k, i, name, shown, neuron_name(k, i, n) in lit, neuron_name(k, i, n) in chosen,
            ticks.get(name, ""),
        )
        for k, n in enumerate(widths)
        for i in range(n)
    }  # fmt: skip


def _node(
    here: Places,
    k: int,
    i: int,
    name: str,
    shown: Mapping[str, str],
    is_lit: bool,
    is_chosen: bool,
    tick: str,
) -> str:
    """A circle with the symbol and the number in it; a ring where it is lit or chosen."""
    (x, y), r, font = here.nodes[k, i], here.r, here.font
    at = f'cx="{x:.1f}" cy="{y:.1f}"'
    ring = f'<circle {at} r="{r + 3:.1f}" fill="none" class="{{}}" stroke-width="{{}}"/>'
    rings = ring.format("s-ink", 10 if is_chosen else 9 if is_lit else 0)
    rings += ring.format("s-mark" if is_lit else "s-paper", 7 if is_lit else 5 if is_chosen else 0)
    cls = colour(name)
    side = max(2 * r, 44)
    body = (
        f'<rect class="hit" x="{x - side / 2:.1f}" y="{y - side / 2:.1f}" width="{side:.1f}" '
        f'height="{side:.1f}"/>'
        f'<circle {at} r="{r:.1f}" class="f-panel s-ink" stroke-width="2"/>'
        f'<circle {at} r="{r + 3:.1f}" class="plate"/>'
    )
    if name not in shown or here.bare:
        body += math_text(x, y + 5, names.symbol(name), font, "middle", cls)
    else:
        body += math_text(x, y - font, word(name), font + 2, "middle", cls)
        body += value(x, y + font * 0.6, name, shown[name], font, "middle", f"{cls} b")
        body += marked(tick, x, y + font * 1.9, font, "middle")
    return rings + term(name, body)
