"""What every live picture is made of: panels, words, numbers and one palette.

A picture is one SVG string, so an explorer updates it with one assignment: fast, crisp, and the
same in JupyterLab, on a code host and in an exported page. Nothing here knows about widgets.

Colours come in two sets, for the light and the dark theme of JupyterLab, each with a contrast of
4.5 : 1 or more for text. A quantity has one colour everywhere: an activation `act`, a weight
`weight`, a gradient `grad`, everything else `ink`. No colour carries a meaning alone: a negative
number has its sign and a dashed line, a gradient its ∂, what the hand holds a solid frame, what
changed with it a dashed one.

Every number on a picture says which quantity it is (`value`), and stands in a group that can be
marked (`term`). So a function that draws a panel knows nothing of controls, marks or hands:
`picture` adds them by name.
"""

import functools
import math
import re
import textwrap
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape, unescape
from typing import Any, Protocol, overload

from bpdemo import validation
from bpdemo.diagrams.names import label, superscript

__all__ = [
    "BLANKS",
    "NARROWEST",
    "STYLE",
    "WIDTH",
    "Panel",
    "Composition",
    "Sketch",
    "lay",
    "line",
    "math_text",
    "math_width",
    "number",
    "picture",
    "without_braces",
    "quoted",
    "rect",
    "room",
    "sketched",
    "stack",
    "term",
    "text",
    "text_width",
    "value",
    "words",
]

WIDTH = 960
"""The width of a whole picture, in SVG units, where there is room for it."""

NARROWEST = 280
"""The least width of a panel: what JupyterLab leaves of a phone, or of a window at 400 %."""

SMALLEST = 12.5
"""The smallest letters, in SVG units: a picture is drawn as wide as its place, one unit a pixel."""

LIGHT = {
    "ink": "#1a1a1a",
    "soft": "#595959",
    "paper": "#ffffff",
    "panel": "#f3f5f8",
    "rule": "#767676",
    "act": "#0a58a8",
    "weight": "#8f4700",
    "grad": "#8a1478",
    "pos": "#0a58a8",
    "neg": "#b0380b",
    "mark": "#ffe9a3",
    "good": "#1d6b35",
    "bad": "#b3151b",
}
DARK = {
    "ink": "#f2f2f2",
    "soft": "#bdbdbd",
    "paper": "#111111",
    "panel": "#20242b",
    "rule": "#9a9a9a",
    "act": "#7ab8ff",
    "weight": "#ffb56b",
    "grad": "#eda4ff",
    "pos": "#7ab8ff",
    "neg": "#ff9d6e",
    "mark": "#4c3d00",
    "good": "#7bd88f",
    "bad": "#ff8a8a",
}

_FONT = "'DejaVu Sans', 'Segoe UI', 'Helvetica Neue', Arial, sans-serif"
_MATH = "'STIX Two Math', 'Cambria Math', 'DejaVu Serif', 'Times New Roman', serif"


def _style() -> str:
    def variables(colours: Mapping[str, str]) -> str:
        return ";".join(f"--bp-{name}:{value}" for name, value in colours.items())

    fills = "".join(
        f".bp .f-{name}{{fill:var(--bp-{name})}}.bp .s-{name}{{stroke:var(--bp-{name})}}"
        for name in LIGHT
    )
    return (
        f".bp{{{variables(LIGHT)};font-family:{_FONT};display:block;width:100%;"
        f"max-width:{WIDTH}px;height:auto}}"
        f'[data-jp-theme-light="false"] .bp{{{variables(DARK)}}}'
        f"{fills}.bp .m{{font-family:{_MATH};font-style:italic}}.bp .u{{font-style:normal}}"
        ".bp .dash{stroke-dasharray:7 5}.bp text{white-space:pre;fill:var(--bp-ink)}"
        # A drawn digit is dark on light in both themes, as on paper.
        f".bp .f-drawn{{fill:{LIGHT['ink']}}}.bp .f-sheet{{fill:{LIGHT['paper']}}}"
        f".bp .s-drawn{{stroke:{LIGHT['grad']}}}.bp .s-sheet{{stroke:{LIGHT['paper']}}}"
        ".bp .b{font-weight:bold}.bp .c{font-family:'DejaVu Sans Mono',Menlo,Consolas,monospace}"
        # A word on a plot stands out from the lines behind it.
        ".bp .halo{paint-order:stroke;stroke:var(--bp-panel);stroke-width:5px;"
        "stroke-linejoin:round}"
        # A quantity's own ground, seen only where the quantity is marked.
        ".bp .plate,.bp .hit{fill:none;stroke:none;pointer-events:none}"
        ".bp .held>.plate,.bp .operand>.plate{fill:var(--bp-mark);stroke:var(--bp-ink);"
        "stroke-width:2}"
        ".bp .operand>.plate{stroke-width:1;stroke-dasharray:2 3}"
        ".bp .changed>.plate{stroke:var(--bp-rule);stroke-width:1.5;stroke-dasharray:6 4}"
        ".bp .lit>.plate{stroke:var(--bp-ink);stroke-width:3}"
        ".bp .target>.plate{fill:var(--bp-mark);stroke:var(--bp-grad);stroke-width:4;"
        "stroke-dasharray:none}"
        + "".join(f".bp text.f-{name}{{fill:var(--bp-{name})}}" for name in LIGHT)
    )


# Control characters and halves of surrogate pairs: XML has no way to write them.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _known(content: str) -> str:
    """The words, with � for each character that XML doesn't know."""
    return content if content.isprintable() else _NOT_XML.sub("�", content)


def escaped(content: str) -> str:
    """Words as they stand between two tags.

    >>> escaped("a < b & c"), escaped("</text>" + chr(0))
    ('a &lt; b &amp; c', '&lt;/text&gt;�')
    """
    return escape(_known(content), quote=False)


# Few names and classes are in a picture, each many times.
@functools.lru_cache(maxsize=4096)
def quoted(content: str) -> str:
    """Words as they stand in an attribute, between double quotes.

    >>> quoted('"><b>'), quoted("w2_13")
    ('&quot;&gt;&lt;b&gt;', 'w2_13')
    """
    return escape(_known(content), quote=True)


@dataclass(frozen=True)
class Panel:
    """A part of a picture: `body` is SVG drawn from (0, 0), `alt` says in words what it shows."""

    width: float
    height: float
    body: str
    alt: str


@dataclass(frozen=True)
class Sketch:
    """A panel that is still to be drawn, as wide as there is room.

    Attributes
    ----------
    draw : from the width to the `Panel`; works for every width from `NARROWEST` up.
    least : under this width it gets a row of its own.
    share : how much of a row's width it takes, beside the others.
    """

    draw: Callable[[float], Panel]
    least: float = 300
    share: float = 1.0

    def by(self, share: float, least: float | None = None) -> "Sketch":
        """The same with another share of its row, and perhaps another least width."""
        return replace(self, share=share, least=self.least if least is None else least)


class Drawn(Protocol):
    """A function that draws a panel, or without a `width` returns a `Sketch`.

    A type can't make one parameter optional and keep the others, so here they may be anything.
    """

    @overload
    def __call__(self, *args: Any, width: float, **kwargs: Any) -> Panel: ...

    @overload
    def __call__(self, *args: Any, width: None = None, **kwargs: Any) -> Sketch: ...


def sketched(least: float) -> Callable[[Callable[..., Panel]], Drawn]:
    """Make of a function with a `width` one that waits for it: without `width`, a `Sketch`.

    >>> rule = sketched(200)(lambda words, width: Panel(width, 20, words, words))
    >>> rule("so", width=300).width, rule("so").draw(320).width
    (300, 320)
    """

    def decorate(function: Callable[..., Panel]) -> Drawn:
        @overload
        def drawn(*args: Any, width: float, **kwargs: Any) -> Panel: ...

        @overload
        def drawn(*args: Any, width: None = None, **kwargs: Any) -> Sketch: ...

        @functools.wraps(function)
        def drawn(*args: Any, width: float | None = None, **kwargs: Any) -> Panel | Sketch:
            if width is not None:
                return function(*args, width=width, **kwargs)
            return Sketch(lambda width: function(*args, width=width, **kwargs), least)

        return drawn

    return decorate


def _laid_out(row: Panel | Sketch | Sequence[Panel | Sketch], width: float) -> list[list[Panel]]:
    """The panels of a row, in as many lines as this width needs."""
    items = [row] if isinstance(row, Panel | Sketch) else list(row)
    lines: list[list[Panel | Sketch]] = [[]]
    taken = 0.0
    for item in items:
        least = item.width if isinstance(item, Panel) else item.least
        if lines[-1] and taken + least > width:
            lines.append([])
            taken = 0.0
        lines[-1].append(item)
        taken += least
    return [_shared(line, width) for line in lines]


def _shared(items: list[Panel | Sketch], width: float) -> list[Panel]:
    """A line of panels, drawn: each sketch has its share of what is there, and its least width."""
    room = width - sum(item.width for item in items if isinstance(item, Panel))
    sketches = [item for item in items if isinstance(item, Sketch)]
    widths: dict[int, float] = {}
    while sketches:
        shares = sum(item.share for item in sketches)
        short = [i for i in sketches if room * i.share / shares < i.least - 1e-9]
        if not short or len(short) == len(sketches):
            widths |= {id(item): math.floor(room * item.share / shares) for item in sketches}
            break
        widths |= {id(item): item.least for item in short}
        room -= sum(item.least for item in short)
        sketches = [item for item in sketches if item not in short]
    return [i if isinstance(i, Panel) else i.draw(widths[id(i)]) for i in items]


@dataclass(frozen=True)
class Composition:
    """Panels put together, before anybody's marks: one SVG still to be closed by `svg`."""

    body: str
    alt: str
    width: float
    height: float

    def svg(
        self,
        styled: bool = True,
        *,
        marks: Mapping[str, Collection[str]] | None = None,
        controls: Collection[str] = (),
        picks: Mapping[str, str] | None = None,
        blanks: Collection[str] = (),
        live: bool = False,
    ) -> str:
        """The complete ``<svg>``; see `picture`. `blanks` are to be filled in: ``data-blank``."""
        held = ", ".join(label(name) for name in (marks or {}).get("held", ()))
        said = escape(_known(f"{self.alt} Last moved: {held}." if held else self.alt), quote=True)
        style = STYLE + BLANKS * bool(blanks)
        size = f'width="{_n(self.width)}" height="{_n(self.height)}"'
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="bp" '
            f'role="{"group" if live else "img"}" aria-label="{said}" {size} '
            f'viewBox="0 0 {_n(self.width)} {_n(self.height)}">'
            f"{f'<style>{style}</style>' if styled else ''}"
            f'<rect class="f-paper" {size}/>'
            f"{_marked(self.body, marks or {}, controls, picks or {}, blanks)}</svg>"
        )


def a_row(name: str, value: Any) -> Panel | Sketch | list[Panel | Sketch]:
    """A panel, or the panels of a row."""
    if isinstance(value, Panel | Sketch):
        return value
    one = validation.instance((Panel, Sketch), "a panel")
    found: list[Panel | Sketch] = validation.each(one, "a panel, or a row of them", least=1)(
        name, value
    )
    return found


@validation.checked(
    rows=validation.each(a_row, "rows of panels", least=1),
    title=validation.string,
    width=validation.real(above=0),
)
def lay(
    rows: Iterable[Panel | Sketch | Sequence[Panel | Sketch]], title: str, width: float = WIDTH
) -> Composition:
    """The rows stacked, the panels of a row side by side as far as they fit."""
    body, alts, y = [], [title], 0.0
    for row in rows:
        for panels in _laid_out(row, width):
            x = 0.0
            for panel in panels:
                body.append(f'<g transform="translate({_n(x)} {_n(y)})">{panel.body}</g>')
                alts.append(panel.alt)
                x += panel.width
            y += max(panel.height for panel in panels)
    return Composition("".join(body), " ".join(alt for alt in alts if alt), width, y)


@validation.checked(
    rows=validation.each(a_row, "rows of panels", least=1),
    title=validation.string,
    width=validation.real(above=0),
)
def picture(
    rows: Iterable[Panel | Sketch | Sequence[Panel | Sketch]],
    title: str,
    styled: bool = True,
    *,
    width: float = WIDTH,
    marks: Mapping[str, Collection[str]] | None = None,
    controls: Collection[str] = (),
    picks: Mapping[str, str] | None = None,
    live: bool = False,
) -> str:
    """One SVG of these rows, laid out as in `lay`.

    Without `styled` it leaves `STYLE` to the page that it will stand in: a new style sheet with
    every frame would make the browser look at the whole page again.

    Parameters
    ----------
    width : how wide the picture is, in SVG units.
    marks : the quantities that wear each mark: "held", "changed", "operand", "target", "lit".
    controls : the quantities that a hand can set here; their groups get ``data-control``.
    picks : from a quantity to the control that a press on it chooses for.
    live : for a page where the parts of the picture can be used: a group, not one image.

    Returns
    -------
    A complete ``<svg>`` whose text alternative is the title and the panels' `alt`, numbers and all.
    """
    return lay(rows, title, width).svg(
        styled, marks=marks, controls=controls, picks=picks, live=live
    )


_TERM = re.compile(r'<g data-(term|edge)="([^"]+)"')


def _marked(
    body: str,
    marks: Mapping[str, Collection[str]],
    controls: Collection[str],
    picks: Mapping[str, str],
    blanks: Collection[str],
) -> str:
    """Each term's group with its marks, and what a hand can do with it."""
    marks = {mark: set(names) for mark, names in marks.items()}

    def attributes(match: re.Match[str]) -> str:
        whole: str = match[0]
        kind, shown = match.groups()
        name = unescape(shown)
        pick = f' data-pick="{quoted(picks[name])}"' if name in picks else ""
        if kind == "edge":  # a press on the line chooses it; its number is held beside it
            return whole + pick
        worn = [mark for mark, names in marks.items() if name in names]
        return (
            whole
            + (f' class="{quoted(" ".join(worn))}"' if worn else "")
            + (f' data-control="{shown}"' if name in controls else "")
            + pick
            + (f' data-blank="{shown}"' if name in blanks else "")
        )

    return _TERM.sub(attributes, body)


@overload
def stack(*panels: Panel) -> Panel: ...


@overload
def stack(first: Sketch, /, *rest: Panel | Sketch) -> Sketch: ...


@overload
def stack(*panels: Panel | Sketch) -> Panel | Sketch: ...


def stack(*panels: Panel | Sketch) -> Panel | Sketch:
    """Panels one below the other, as one panel."""
    sketches = [panel for panel in panels if isinstance(panel, Sketch)]
    if sketches:
        least = max(panel.least for panel in sketches)
        return Sketch(
            lambda width: _stacked([p.draw(width) if isinstance(p, Sketch) else p for p in panels]),
            least,
        )
    return _stacked([panel for panel in panels if isinstance(panel, Panel)])


def _stacked(panels: Sequence[Panel]) -> Panel:
    body, y = [], 0.0
    for panel in panels:
        body.append(f'<g transform="translate(0 {_n(y)})">{panel.body}</g>')
        y += panel.height
    width = max(panel.width for panel in panels)
    return Panel(width, y, "".join(body), " ".join(panel.alt for panel in panels))


def term(
    name: str,
    body: str,
    box: tuple[float, float, float, float] | None = None,
    *,
    axis: str = "",
    per: Sequence[float] = (),
    log: str = "",
) -> str:
    """A group that shows the quantity `name`: what can be marked, held, pressed or pointed at.

    Parameters
    ----------
    name : the quantity, as in `bpdemo.diagrams.names`; "" leaves `body` as it is.
    box : (x, y, width, height) of its ground, which is seen when the quantity is marked. A finger
        finds it in a box of 44 by 44 at the least.
    axis : "x", "y" or "xy" where the place of the group says the value: moving it sets the value.
    per : for each of these axes, how far the group moves where the value grows by 1, in SVG units;
        negative on an upward axis, since SVG's y runs down. So value = start + move / per.
    log : the axes, "x", "y" or "xy", on which `per` is the way of a factor of ten instead.
    """
    if not name:
        return body
    plate = ""
    if box is not None:
        x, y, w, h = box
        wide, high = max(w, 44.0), max(h, 44.0)
        plate = (
            f'<rect class="hit" x="{_n(x + w / 2 - wide / 2)}" y="{_n(y + h / 2 - high / 2)}" '
            f'width="{_n(wide)}" height="{_n(high)}"/>'
            f'<rect class="plate" x="{_n(x)}" y="{_n(y)}" width="{_n(w)}" height="{_n(h)}" rx="5"/>'
        )
    way = (
        f' data-axis="{quoted(axis)}" data-per="{" ".join(f"{p:.6g}" for p in per)}"'
        if axis
        else ""
    )
    if log:
        way += f' data-log="{quoted(log)}"'
    return f'<g data-term="{quoted(name)}"{way}>{plate}{body}</g>'


def value(
    x: float,
    y: float,
    name: str,
    shown: str,
    size: float = 16,
    anchor: str = "start",
    cls: str = "",
) -> str:
    """A number as text that says which quantity it is, so that it can be checked and can glide."""
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" font-size="{size}" text-anchor="{anchor}" '
        f'class="{quoted(cls)}" data-value="{quoted(name)}">{escaped(shown)}</text>'
    )


_MINUS = "\N{MINUS SIGN}"


def number(value: float, sign: bool = False) -> str:
    """A number for the eye: three or four figures, a true minus sign, no 1e-05.

    >>> number(-0.0312), number(12.3456), number(0.8, sign=True), number(3e-7), number(2.5e7)
    ('−0.0312', '12.35', '+0.800', '≈ 0', '2.5·10⁷')
    """
    value = float(value)
    if not math.isfinite(value):
        return "too large"
    size = abs(value)
    if 0 < size < 2e-5:
        return "≈ 0"
    if size >= 999_999.5:
        digits, _, power = f"{size:.1e}".partition("e")
        shown = f"{digits}·10{superscript(int(power))}"
    else:
        # Three figures at the least, as far as five decimals go.
        limits = ((999.95, 0), (99.995, 1), (9.9995, 2), (0.09995, 3), (0.009995, 4))
        decimals = next((d for limit, d in limits if size >= limit), 5 if size else 3)
        shown = f"{size:.{decimals}f}"
    return (_MINUS if value < 0 else "+" if sign and value > 0 else "") + shown


def _n(value: float) -> str:
    """A coordinate: one decimal is under a tenth of a pixel."""
    return f"{value:.1f}".removesuffix(".0")


def text(
    x: float, y: float, content: str, size: float = 16, anchor: str = "start", cls: str = ""
) -> str:
    """A line of plain text with its baseline at y."""
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" font-size="{size}" text-anchor="{anchor}" '
        f'class="{quoted(cls)}">{escaped(content)}</text>'
    )


def line(x1: float, y1: float, x2: float, y2: float, cls: str = "s-ink", width: float = 2.0) -> str:
    """A straight line."""
    return (
        f'<line x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}" '
        f'class="{quoted(cls)}" stroke-width="{_n(width)}"/>'
    )


def rect(
    x: float,
    y: float,
    width: float,
    height: float,
    cls: str = "f-panel",
    radius: float = 6,
    stroke: float = 0.0,
) -> str:
    """A rectangle with rounded corners."""
    return (
        f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}" '
        f'rx="{radius}" class="{quoted(cls)}" stroke-width="{_n(stroke)}"/>'
    )


# A word of mathematics is written as in LaTeX's simplest part: a^3, a^{k-1}, w^2_{ij}, σ′(z^3).
_SCRIPT = re.compile(r"([\^_])(\{[^}]*\}|.)")


def _pieces(word: str) -> list[tuple[str, str]]:
    """(kind, characters) with kind "", "^" or "_"."""
    pieces, end = [], 0
    for match in _SCRIPT.finditer(word):
        if match.start() > end:
            pieces.append(("", word[end : match.start()]))
        pieces.append((match[1], match[2].strip("{}").replace("-", _MINUS)))
        end = match.end()
    if end < len(word):
        pieces.append(("", word[end:]))
    return pieces


_SCRIPT_WIDTH = 0.58
"""About how wide a figure of an index is, beside its size: between the fonts of `_MATH`."""


def math_text(
    x: float, y: float, word: str, size: float = 20, anchor: str = "middle", cls: str = ""
) -> str:
    """A word of mathematics on one line, superscripts raised, letters italic."""
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" font-size="{size}" text-anchor="{anchor}" '
        f'class="m {quoted(cls)}">{_spans(word, size)}</text>'
    )


# The words of a picture are few and stay; only their places and numbers change.
@functools.lru_cache(maxsize=4096)
def _spans(word: str, size: float) -> str:
    spans, raised, last = [], 0.0, ("", "")
    small = max(size * 0.72, SMALLEST)
    for kind, characters in _pieces(word):
        target = {"": 0.0, "^": -0.36 * size, "_": 0.2 * size}[kind]
        dy = target - raised
        raised = target
        # An index stands under the raised number before it, as on paper.
        back = -_SCRIPT_WIDTH * small * len(last[1]) if kind == "_" and last[0] == "^" else 0.0
        last = (kind, characters)
        for part in re.findall(r"[A-Za-zℒσδηΔ]+|[^A-Za-zℒσδηΔ]+", characters):
            upright = "" if part[0].isalpha() else ' class="u"'
            font = f' font-size="{_n(small)}"' if kind else ""
            shift = (f' dx="{_n(back)}"' if back else "") + (f' dy="{_n(dy)}"' if dy else "")
            spans.append(f"<tspan{shift}{font}{upright}>{escaped(part)}</tspan>")
            dy = back = 0.0
    return "".join(spans)


@functools.lru_cache(maxsize=4096)
def math_width(word: str, size: float = 20) -> float:
    """About how wide `math_text` will be; fonts differ, so leave a margin."""
    small = max(size * 0.72, SMALLEST)
    return sum(
        len(characters) * (small if kind else size) * 0.62 for kind, characters in _pieces(word)
    )


def room(size: float = 16) -> float:
    """The width that any `number` may take, bold: a sign and eight figures of the widest font.

    What is laid out with it stays in its place when the number changes.
    """
    return 5.4 * size


# How wide the letters of DejaVu Sans, the widest of the fonts in `_FONT`, are beside their size.
_WIDE = {
    **dict.fromkeys(" .,:;'|!ijlI", 0.36),
    **dict.fromkeys("fjrt()[]/-", 0.44),
    **dict.fromkeys("mwMW%@", 0.97),
    **dict.fromkeys("⁰¹²³⁴⁵⁶⁷⁸⁹⁻₀₁₂₃₄₅₆₇₈₉", 0.47),
    **dict.fromkeys("=+−×≈<>±", 0.84),
    **dict.fromkeys("≫≪", 1.05),
}


@functools.lru_cache(maxsize=4096)
def text_width(content: str, size: float = 16, bold: bool = False) -> float:
    """How wide `text` will be at the most, in the widest of the fonts.

    >>> round(text_width("0.123", 10)), round(text_width("wide", 10, bold=True))
    (29, 29)
    """
    wide = sum(_WIDE.get(c, 0.72 if c.isupper() else 0.64) for c in content)
    return wide * size * (1.12 if bold else 1.0)


def without_braces(word: str) -> str:
    """A word of mathematics for a text alternative: braces gone, the rest as it is."""
    return re.sub(r"[{}]", "", word)


STYLE = _style()
"""The style sheet of every picture."""

BLANKS = (
    ".bp [data-blank]>.plate{stroke:var(--bp-ink);stroke-width:1.2;stroke-dasharray:3 3}"
    ".bp .good>.plate{stroke:var(--bp-good);stroke-width:1.5;stroke-dasharray:none}"
    ".bp .bad>.plate{stroke:var(--bp-bad);stroke-width:2.5;stroke-dasharray:8 3}"
)
"""What pictures with numbers to fill in have besides: a ✓ or ✗ tells right from wrong, too."""


@sketched(300)
def words(lines: Sequence[str | tuple[str, str]], width: float, size: float = 16) -> Panel:
    """Lines of plain words on a panel; a line may be (words, class). A long line is wrapped."""
    pairs = [(entry, "") if isinstance(entry, str) else entry for entry in lines]
    wrapped = []
    for content, cls in pairs:
        # An average letter is a little over half its size wide; of a fixed font, 0.6.
        most = int((width - 32) / (size * (0.61 if "c" in cls.split() else 0.56)))
        indent = " " * (len(content) - len(content.lstrip()))
        pieces = textwrap.wrap(content, max(most, 20) - len(indent), drop_whitespace=False)
        wrapped += [(indent + piece.strip(), cls) for piece in pieces or [""]]
    step = size * 1.5
    height = step * len(wrapped) + 18
    body = [rect(4, 2, width - 8, height - 4)]
    for place, (content, cls) in enumerate(wrapped):
        body.append(text(16, 10 + step * place + size, content.rstrip(), size, cls=cls))
    return Panel(width, height, "".join(body), " ".join(content for content, _ in pairs))
