"""Where everything of a network picture stands: widths and structure decide, never values.

So nothing jumps while a number changes. Where there is room the layers stand side by side; on a
narrow place they stand one below the other. Every label has room for any number, and meets no other
label and no neuron.
"""

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple, TypeAlias

import numpy as np

from bpdemo.diagrams import names
from bpdemo.diagrams.base import SMALLEST
from bpdemo.diagrams.names import symbol
from bpdemo.diagrams.quantity import Spot, label_size

__all__ = ["Parts", "Places", "inside", "neuron", "places", "word"]

_WIDE = 600  # from here up layers stand side by side, if that can be done
_HIGH = 420  # and makes no higher picture than this
_LOW = 190  # a chain has large letters where it is no higher with them
_MOST = {1: 8, 2: 6}  # with more edges than these between two layers only named ones have labels
_EDGE, _GAP = 8.0, 4.0  # around the picture, where a neuron may have a ring; between two things
_BAND = 11.0  # beside an edge, where its band and its dot are
_TRIES = 100  # for the places of the labels between two layers


Segment: TypeAlias = tuple[float, float, float, float]
"""x1, y1, x2, y2."""


class Parts(NamedTuple):
    """What the picture shows besides neurons and edges."""

    forward: bool = True
    backward: bool = False
    b: bool = False
    z: bool = False
    slope: bool = False
    delta: bool = False
    loss: bool = False
    labels: int = 0  # how many y
    bare: bool = False  # neurons have their names alone, as with several examples


def neuron(k: int, i: int, n: int) -> str:
    """The name of what a neuron puts out: "a2_1", and of an input "x" or "x1"."""
    if k:
        return names.node(k, i, n)
    return "x" if n == 1 else f"x{i + 1}"


def inside(k: int, i: int, n: int, parts: Parts) -> str:
    """The name of the number that stands in the neuron: its output, or else its gradient."""
    return neuron(k, i, n) if parts.forward else f"dL_d{names.node(k, i, n)}"


@lru_cache(maxsize=1024)
def word(name: str) -> str:
    """The symbol as the network shows it: σ′(z) for ∂a/∂z, and an input is a^0 too."""
    if name.startswith("da_d"):
        return f"σ′({symbol(name[4:])})"
    if name.startswith("x"):
        return f"{symbol(name)}={symbol(f'a0_{name[1:]}' if name[1:] else 'a0')}"
    return symbol(name)


def _above(k: int, i: int, n: int, parts: Parts) -> list[str]:
    """What belongs to the forward pass beside a^k_i."""
    if not (k and parts.forward):
        return []
    kinds = {"b": parts.b, "z": parts.z, "da_dz": parts.slope}
    entry = names.node(k, i, n)[1:]
    return [kind + entry for kind, there in kinds.items() if there]


def _below(k: int, i: int, n: int, parts: Parts) -> list[str]:
    """What belongs to the backward pass beside it."""
    entry = names.node(k, i, n)[1:]
    kinds = {
        "dL_da": parts.backward and parts.forward and not parts.bare,
        "dL_dz": parts.backward and parts.delta and k > 0,
        "dL_db": parts.backward and parts.delta and parts.b and k > 0,
    }
    return [kind + entry for kind, there in kinds.items() if there]


def _on_edge(name: str, parts: Parts) -> list[str]:
    return [name] * parts.forward + [f"dL_d{name}"] * parts.backward


def _error(parts: Parts) -> list[str]:
    """What stands in the box of the loss."""
    ys = ["y"] if parts.labels == 1 else [f"y{q + 1}" for q in range(parts.labels)]
    return ["loss", *ys] if parts.loss else []


@dataclass
class Places:
    """The places of one network picture.

    Attributes
    ----------
    nodes : (k, i) to the centre of the neuron.
    edges : (k, i, j) to (x1, y1, x2, y2), from neuron i of layer k − 1 to neuron j of layer k.
    spots : the name of a quantity to the `Spot` of its label.
    tags : the name of an edge to the ground of its labels.
    box : the ground of the loss; `to_loss`: the lines that lead to it.
    r, font : the radius of a neuron, the size of the numbers.
    bare : neurons have no room for their number, which the text alternative tells.
    bottoms : where each layer ends, if they stand one below the other.
    """

    r: float
    font: float
    height: float = 0.0
    nodes: dict[tuple[int, int], tuple[float, float]] = field(default_factory=dict)
    edges: dict[tuple[int, int, int], Segment] = field(default_factory=dict)
    spots: dict[str, Spot] = field(default_factory=dict)
    tags: dict[str, Spot] = field(default_factory=dict)
    box: Spot | None = None
    to_loss: list[Segment] = field(default_factory=list)
    bare: bool = False
    bottoms: dict[int, float] = field(default_factory=dict)

    def centre(self, name: str, x: float, y: float, lines: int) -> None:
        """Put a label with its middle at (x, y)."""
        wide, high = label_size(word(name), self.font, lines)
        self.spots[name] = Spot(x - wide / 2, y - high / 2, wide, high, lines)

    def column(self, rows: list[str], x: float, top: float, lines: int, side: int = 0) -> float:
        """Labels one below the other from `top`: centred on x, or left (−1) or right (1) of it."""
        for name in rows:
            wide, high = label_size(word(name), self.font, lines)
            left = {0: x - wide / 2, -1: x - wide, 1: x}[side]
            self.spots[name] = Spot(left, top, wide, high, lines)
            top += high + 1
        return top


def _width(rows: Iterable[str], font: float, lines: int) -> float:
    return max((label_size(word(name), font, lines)[0] for name in rows), default=0.0)


def _height(rows: list[str], font: float, lines: int) -> float:
    return len(rows) * (label_size("w", font, lines)[1] + 1)


def _lines(rows: list[str], room: float, font: float) -> int:
    """1 where all these labels fit in one line, else 2; 0 where they don't fit at all."""
    return next((n for n in (1, 2) if _width(rows, font, n) <= room), 0)


class _Net(NamedTuple):
    """One network to be laid out."""

    widths: tuple[int, ...]
    width: float
    parts: Parts
    labelled: tuple[str, ...]  # edges that have labels even in a crowd

    @property
    def neurons(self) -> Iterator[tuple[int, int, int]]:
        """(k, i, n) of each neuron."""
        return ((k, i, n) for k, n in enumerate(self.widths) for i in range(n))

    def weights(self, k: int) -> Iterator[tuple[int, int, str]]:
        """(i, j, name) of each edge into layer k."""
        shape = self.widths[k - 1], self.widths[k]
        return ((i, j, names.weight(k, i, j, shape)) for i, j in np.ndindex(shape))

    @property
    def above(self) -> list[str]:
        """The longest list of names above a neuron: that of the last one."""
        n = max(self.widths)
        return _above(len(self.widths) - 1, n - 1, n, self.parts)

    @property
    def below(self) -> list[str]:
        """Likewise below."""
        n = max(self.widths)
        return _below(len(self.widths) - 1, n - 1, n, self.parts)


# --- the loss ---


def _loss_beside(
    net: _Net, here: Places, ends: Sequence[tuple[float, float]], middle: float
) -> None:
    """The loss at the right, its lines one below the other."""
    rows = _error(net.parts)
    if not rows:
        return
    wide, high = _width(rows, here.font, 1), label_size("y", here.font, 1)[1] + 4
    tall = high * len(rows) + 8
    left = net.width - _EDGE - wide - 8
    here.box = Spot(left, middle - tall / 2, wide + 8, tall)
    for place, name in enumerate(rows):
        spot = Spot(left + 4, here.box.y + 6 + place * high, wide, high - 4)
        here.spots[name] = spot
    here.to_loss = [(x + here.r, y, left, middle) for x, y in ends]


def _loss_under(net: _Net, here: Places, ends: Sequence[tuple[float, float]], top: float) -> float:
    """The loss below, its numbers side by side as far as they fit; the bottom of it."""
    rows = _error(net.parts)
    if not rows:
        return top
    top += 26
    wide, high = _width(rows, here.font, 1) + 6, label_size("y", here.font, 1)[1] + 4
    across = min(len(rows), int((net.width - 2 * _EDGE - 8) // wide))
    down = -(-len(rows) // across)
    left = (net.width - across * wide - 4) / 2
    here.box = Spot(left, top, across * wide + 4, down * high + 8)
    for place, name in enumerate(rows):
        row, column = divmod(place, across)
        here.spots[name] = Spot(left + 5 + column * wide, top + 6 + row * high, wide - 6, high - 4)
    here.to_loss = [(x, y, net.width / 2, top) for x, y in ends]
    return top + here.box.height


def _beside_width(net: _Net, font: float) -> float:
    rows = _error(net.parts)
    return _width(rows, font, 1) + 8 + _EDGE if rows else 0.0


# --- one neuron per layer ---


def _chain_across(net: _Net, font: float, lines: int, between: bool) -> Places | None:
    """From left to right: the forward pass above the line, the backward pass below it.

    The labels of the edges stand between the neurons, or else above and below the row of neurons.
    """
    r, layers = _radius(font), len(net.widths)
    half = _width(net.above + net.below, font, lines) / 2
    left = max(r, half) + _EDGE
    loss = _beside_width(net, font)
    right = net.width - (loss + max(r + 22, half + _GAP) if loss else max(r, half) + _EDGE)
    pitch = (right - left) / (layers - 1)
    least, off = (36, _BAND) if between else (14, r + _GAP)
    gap = pitch - 2 * r - 2 * _GAP
    over, under = [], []
    for k in range(1, layers):
        over += [f"w{k}"] * net.parts.forward
        under += [f"dL_dw{k}"] * net.parts.backward
    space = gap if between else pitch - _GAP
    lines_over, lines_under = _lines(over, space, font), _lines(under, space, font)
    if pitch < 2 * half + _GAP or gap < least or not (lines_over and lines_under):
        return None
    up = max(r + _GAP, _height(over[:1], font, lines_over) + off + 1)
    down = max(r + _GAP, _height(under[:1], font, lines_under) + off + 1)
    middle = max(_EDGE + r, 2 + _height(net.above, font, lines) + up)
    bottom = middle + max(_EDGE + r, down + _height(net.below, font, lines) + 2)
    here = Places(r, font, bottom)
    for k in range(layers):
        x = left + k * pitch
        here.nodes[k, 0] = x, middle
        mine = _above(k, 0, 1, net.parts)
        here.column(mine, x, middle - up - _height(mine, font, lines), lines)
        here.column(_below(k, 0, 1, net.parts), x, middle + down, lines)
        if k:
            here.edges[k, 0, 0] = x - pitch + r, middle, x - r, middle
            edge = x - pitch / 2
            for side, rows, in_lines in ((-1, over, lines_over), (1, under, lines_under)):
                for name in rows[k - 1 : k]:
                    away = off + _height([name], font, in_lines) / 2
                    here.centre(name, edge, middle + side * away, in_lines)
    _loss_beside(net, here, [(right, middle)], middle)
    return here


def _chain_down(net: _Net, font: float) -> Places | None:
    """From top to bottom: the forward pass left of the line, the backward pass right of it."""
    r, x = _radius(font), net.width / 2
    beside, along = x - r - 6 - _EDGE, x - _BAND - 4
    layers = range(1, len(net.widths))
    lines = {side: _lines(rows, beside, font) for side, rows in ((-1, net.above), (1, net.below))}
    sides = [(-1, "w", net.parts.forward), (1, "dL_dw", net.parts.backward)]
    lines_along = _lines(
        [f"{kind}{k}" for _, kind, there in sides if there for k in layers], along, font
    )
    if not (all(lines.values()) and lines_along):
        return None
    tall = max(_height(net.above, font, lines[-1]), _height(net.below, font, lines[1]), 2 * r)
    edge = _height(["w"], font, lines_along) + 2 * _GAP
    here = Places(r, font)
    for k in range(len(net.widths)):
        y = _EDGE + tall / 2 + k * (tall + edge)
        here.nodes[k, 0] = x, y
        for side, rows in ((-1, _above(k, 0, 1, net.parts)), (1, _below(k, 0, 1, net.parts))):
            top = y - _height(rows, font, lines[side]) / 2
            here.column(rows, x + side * (r + 6), top, lines[side], side)
        if k:
            here.edges[k, 0, 0] = x, y - tall - edge + r, x, y - r
            for side, kind, there in sides:
                top = y - (tall + edge) / 2 - _height(["w"], font, lines_along) / 2
                here.column([f"{kind}{k}"] * there, x + side * _BAND, top, lines_along, side)
    bottom = here.nodes[len(net.widths) - 1, 0][1] + tall / 2
    here.height = _loss_under(net, here, [(x, bottom - tall / 2 + r)], bottom) + _EDGE
    return here


def _radius(font: float) -> float:
    """A neuron holds a number of any length."""
    return round(font * 2.75)


# --- several neurons per layer ---


def _across(net: _Net, font: float, tag_lines: int) -> Places | None:
    """From left to right; the labels of an edge lie on it."""
    r = _radius(font)
    loss = _beside_width(net, font)
    for lines in (1, 2):
        half = _width(net.above + net.below, font, lines) / 2
        left = max(r, half) + _EDGE
        right = net.width - (loss + max(r + 30, half + _GAP) if loss else max(r, half) + _EDGE)
        pitch = (right - left) / (len(net.widths) - 1)
        if pitch >= 2 * max(half, r) + 30:
            break
    else:
        return None
    if not _tags_fit(net, font, tag_lines, pitch - 2 * r - 2 * _GAP):
        return None
    for spread in range(10, 170, 10):
        here = _grid(net, font, lines, (left, pitch), spread)
        if _put_tags(net, here, tag_lines):
            return here
    return None


def _grid(
    net: _Net, font: float, lines: int, columns: tuple[float, float], spread: float
) -> Places:
    """A layer is a column, all around one axis; `spread` is the space between two neurons."""
    (left, pitch), r, last = columns, _radius(font), len(net.widths) - 1
    up, down = _height(net.above, font, lines), _height(net.below, font, lines)
    step = up + 2 * r + down + (2 * _GAP if up or down else 0) + spread
    here = Places(r, font, max(net.widths) * step - spread + 2 * _EDGE)
    axis = here.height / 2 + (up - down) / 2
    for k, i, n in net.neurons:
        x, y = left + k * pitch, axis + (i - (n - 1) / 2) * step
        here.nodes[k, i] = x, y
        mine = _above(k, i, n, net.parts)
        here.column(mine, x, y - r - _GAP / 2 - _height(mine, font, lines), lines)
        here.column(_below(k, i, n, net.parts), x, y + r + _GAP / 2, lines)
    for k in range(1, last + 1):
        for i, j, _ in net.weights(k):
            (x1, y1), (x2, y2) = here.nodes[k - 1, i], here.nodes[k, j]
            here.edges[k, i, j] = x1 + r, y1, x2 - r, y2
    _loss_beside(net, here, [here.nodes[last, i] for i in range(net.widths[-1])], axis)
    _make_room(here)
    return here


def _make_room(here: Places) -> None:
    """A loss box that is taller than the network pushes everything down."""
    if here.box is None:
        return
    short = _EDGE - here.box.y
    here.height = max(here.height, here.box.y + here.box.height + _EDGE) + max(short, 0)
    if short <= 0:
        return
    here.nodes = {key: (x, y + short) for key, (x, y) in here.nodes.items()}
    here.edges = {
        key: (x1, y1 + short, x2, y2 + short) for key, (x1, y1, x2, y2) in here.edges.items()
    }
    here.spots = {name: spot._replace(y=spot.y + short) for name, spot in here.spots.items()}
    here.box = here.box._replace(y=here.box.y + short)
    here.to_loss = [(x1, y1 + short, x2, y2 + short) for x1, y1, x2, y2 in here.to_loss]


def _down(net: _Net, font: float, tag_lines: int, bare: bool = False) -> Places | None:
    """From top to bottom: a layer is a row."""
    most, r = max(net.widths), _radius(font)
    pitch = (net.width - 2 * _EDGE) / most
    lines = _lines(net.above + net.below, pitch - _GAP, font)
    if bare:
        r, lines = min(r, pitch / 2 - 2), 0
    elif not lines or pitch < 2 * r + _GAP:
        return None
    here = Places(r, font, bare=bare)
    y = _EDGE
    for k, n in enumerate(net.widths):
        top = y
        for spread in _spreads(net, here, k, tag_lines) if k else [0]:
            y = top + spread
            bottom = _row(net, here, k, n, y, lines)
            if not k or _put_tags(net, here, tag_lines, k) or bare:
                break
        else:
            return None
        y = bottom
    last = len(net.widths) - 1
    ends = [(here.nodes[last, i][0], y) for i in range(net.widths[-1])]
    here.height = _loss_under(net, here, ends, y) + _EDGE
    return here


def _row(net: _Net, here: Places, k: int, n: int, top: float, lines: int) -> float:
    """The neurons of layer k and the edges that come down to them; the bottom of the row."""
    font, r = here.font, here.r
    up = _height(_above(k, 0, n, net.parts), font, lines) if lines else 0
    down = _height(_below(k, 0, n, net.parts), font, lines) if lines else 0
    gap_up, gap_down = _GAP / 2 * (up > 0), _GAP / 2 * (down > 0)
    y = top + up + gap_up + r
    bottom = y + r + gap_down + down
    here.bottoms[k] = bottom
    for i in range(n):
        x = net.width * (i + 0.5) / n
        here.nodes[k, i] = x, y
        if lines:
            here.column(_above(k, i, n, net.parts), x, top, lines)
            here.column(_below(k, i, n, net.parts), x, y + r + gap_down, lines)
    if k:
        for i, j, _ in net.weights(k):
            x1, x2 = here.nodes[k - 1, i][0], here.nodes[k, j][0]
            here.edges[k, i, j] = x1, here.bottoms[k - 1], x2, top
    return bottom


# --- labels on edges ---


def _shown(net: _Net, k: int) -> tuple[list[str], bool]:
    """The edges into layer k that have labels, and whether there are too many edges for all."""
    edges = [name for _, _, name in net.weights(k)]
    most = _MOST[1 + (net.parts.forward and net.parts.backward)]
    crowd = len(edges) > most
    return [name for name in edges if not crowd or name in net.labelled][:most], crowd


def _spreads(net: _Net, here: Places, k: int, lines: int) -> Iterable[float]:
    """How far apart the rows of layers k − 1 and k may stand, the closest first."""
    shown, crowd = _shown(net, k)
    if here.bare or crowd:  # the same whatever is named
        return [70.0 if here.bare else 130.0]
    sizes = [_tag_size(net, name, here.font, lines) for name in shown]
    least = max(sum(w * h for w, h in sizes) / net.width, max(h for _, h in sizes)) + 24
    return np.arange(least, least + 270, 20)


def _tag_size(net: _Net, name: str, font: float, lines: int) -> tuple[float, float]:
    rows = _on_edge(name, net.parts)
    return _width(rows, font, lines) + 2, _height(rows, font, lines) + 2


def _tags_fit(net: _Net, font: float, lines: int, room: float) -> bool:
    return all(
        _tag_size(net, name, font, lines)[0] <= room
        for k in range(1, len(net.widths))
        for _, _, name in net.weights(k)
    )


def _put_tags(net: _Net, here: Places, lines: int, only: int | None = None) -> bool:
    """Find a place on each edge for its labels; False where there is none."""
    layers = range(1, len(net.widths)) if only is None else [only]
    for k in layers:
        edges = {name: here.edges[k, i, j] for i, j, name in net.weights(k)}
        shown, crowd = _shown(net, k)
        walls = [
            Spot(x - here.r, y - here.r, 2 * here.r, 2 * here.r)
            for (layer, _), (x, y) in here.nodes.items()
            if layer in (k - 1, k)
        ]
        walls += [*here.spots.values(), *here.tags.values()]
        walls = _near(walls, edges.values())
        found = _search(net, here, edges, shown, walls, lines)
        while crowd and found is None:
            shown = shown[:-1]  # what finds no place in a crowd goes without
            found = _search(net, here, edges, shown, walls, lines)
        if found is None:
            return False
        for name, spot in found.items():
            here.tags[name] = spot
            here.column(_on_edge(name, net.parts), spot.x + spot.width / 2, spot.y + 1, lines)
    return True


def _near(walls: list[Spot], edges: Collection[Segment]) -> list[Spot]:
    """The walls that a label on one of these edges could meet."""
    x, y = [[at for edge in edges for at in edge[axis::2]] for axis in (0, 1)]
    ground = Spot(min(x), min(y), max(x) - min(x), max(y) - min(y))
    return [wall for wall in walls if wall.meets(ground, 80)]


def _candidates(
    net: _Net,
    edges: Mapping[str, Segment],
    name: str,
    size: tuple[float, float],
    walls: Sequence[Spot],
) -> list[Spot]:
    """The places of one label along its edge, the clearest first."""
    wide, high = size
    x1, y1, x2, y2 = edges[name]
    found = []
    steep = abs(y2 - y1) > abs(x2 - x1) / 2
    for step in range(15):
        t = 0.08 + 0.06 * step
        x, y = x1 + t * (x2 - x1), y1 + t * (y2 - y1)
        for aside in (0, -1, 1) if steep else (0,):
            left = min(max(x + aside * wide / 3 - wide / 2, _EDGE), net.width - _EDGE - wide)
            spot = Spot(left, y - high / 2, wide, high)
            if not any(spot.meets(wall) for wall in walls):
                foreign = sum(_passes(edge, spot) for other, edge in edges.items() if other != name)
                found.append((foreign + abs(t - 0.5) + abs(aside) / 3, spot))
    return [spot for _, spot in sorted(found)]


def _passes(edge: Segment, spot: Spot) -> bool:
    """Whether an edge runs through the middle of a label that isn't its own."""
    x1, y1, x2, y2 = edge
    cx, cy = spot.x + spot.width / 2, spot.y + spot.height / 2
    if abs(x2 - x1) > abs(y2 - y1):
        return abs(y1 + (cx - x1) / (x2 - x1) * (y2 - y1) - cy) < spot.height / 2
    return abs(x1 + (cy - y1) / (y2 - y1) * (x2 - x1) - cx) < spot.width / 2


def _search(
    net: _Net,
    here: Places,
    edges: Mapping[str, Segment],
    shown: Sequence[str],
    walls: Sequence[Spot],
    lines: int,
) -> dict[str, Spot] | None:
    """A place for each label so that no two meet: by trial, and back where it fails.

    The label with the fewest places left comes next.
    """
    tries = itertools.count()

    def place(left: dict[str, list[Spot]]) -> dict[str, Spot] | None:
        if not left:
            return {}
        name = min(left, key=lambda one: len(left[one]))
        for spot in left[name]:
            if next(tries) > _TRIES:
                return None
            rest = {
                other: [one for one in spots if not one.meets(spot)]
                for other, spots in left.items()
                if other != name
            }
            found = place(rest) if all(rest.values()) else None
            if found is not None:
                return {name: spot, **found}
        return None

    sizes = {name: _tag_size(net, name, here.font, lines) for name in shown}
    return place({name: _candidates(net, edges, name, sizes[name], walls) for name in shown})


def _chain(net: _Net) -> Places:
    """The largest letters that leave room for the rest of an explorer."""
    for between in (True, False):
        tries = [_chain_across(net, font, n, between) for n in (1, 2) for font in (15, 13)]
        across = [one for one in tries if one]
        if across:
            lowest = min(across, key=lambda one: one.height)
            return next((one for one in across if one.height <= _LOW), lowest)
    last = _chain_down(net, 15) or _chain_down(net, 13)
    assert last is not None  # small letters have room from `NARROWEST` up
    return last


@lru_cache(maxsize=128)
def places(
    widths: tuple[int, ...], width: float, parts: Parts, labelled: tuple[str, ...] = ()
) -> Places:
    """The `Places` of a network of these widths in a picture of this width.

    Parameters
    ----------
    labelled : names of edges that have their labels even where there are too many edges for all.
    """
    net = _Net(widths, width, parts, labelled)
    if max(widths) == 1:
        return _chain(net)
    found = [_across(net, 13, lines) for lines in (1, 2)]
    for font in (13, SMALLEST):
        if width < _WIDE or not any(one and one.height < _HIGH for one in found):
            found += [_down(net, font, lines) for lines in (1, 2)]
        fitting = [one for one in found if one]
        if fitting:
            return min(fitting, key=lambda one: one.height)
    last = _down(net, 13, 2, bare=True)
    assert last is not None  # with bare neurons there's room for anything
    return last
