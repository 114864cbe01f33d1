"""What every live picture is made of: panels, words, numbers and one palette.

A picture is one SVG string, so an explorer updates it with one assignment: fast, crisp, and the
same in JupyterLab, on a code host and in an exported page. Nothing here knows about widgets.

Colours come in two sets, for the light and the dark theme of JupyterLab, each with a contrast of
4.5 : 1 or more for text. No colour carries a meaning alone: a negative number has its sign and a
dashed line, a gradient its ∂, the term last moved its frame and a mark below it.
"""

import base64
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape, unescape

__all__ = [
    "STYLE",
    "WIDTH",
    "Drawing",
    "Panel",
    "drawing",
    "line",
    "math_text",
    "math_width",
    "number",
    "picture",
    "plain",
    "rect",
    "stack",
    "subscript",
    "superscript",
    "text",
    "words",
]

WIDTH = 960
"""The width of a whole picture, in SVG units; it scales down with the page."""

LIGHT = {
    "ink": "#1a1a1a",
    "soft": "#595959",
    "paper": "#ffffff",
    "panel": "#f3f5f8",
    "rule": "#767676",
    "pos": "#0a58a8",
    "neg": "#b0380b",
    "grad": "#8a1478",
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
    "pos": "#7ab8ff",
    "neg": "#ff9d6e",
    "grad": "#eda4ff",
    "mark": "#4c3d00",
    "good": "#7bd88f",
    "bad": "#ff8a8a",
}

_FONT = "'DejaVu Sans', 'Segoe UI', 'Helvetica Neue', Arial, sans-serif"
_MATH = "'STIX Two Math', 'Cambria Math', 'DejaVu Serif', 'Times New Roman', serif"


def _style() -> str:
    def variables(colours):
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
        ".bp .b{font-weight:bold}.bp .c{font-family:'DejaVu Sans Mono',Menlo,Consolas,monospace}"
        # A word on a plot stands out from the lines behind it.
        ".bp .halo{paint-order:stroke;stroke:var(--bp-panel);stroke-width:5px;"
        "stroke-linejoin:round}"
        + "".join(f".bp text.f-{name}{{fill:var(--bp-{name})}}" for name in LIGHT)
    )


@dataclass(frozen=True)
class Panel:
    """A part of a picture: `body` is SVG drawn from (0, 0), `alt` says in words what it shows."""

    width: float
    height: float
    body: str
    alt: str


def picture(rows: Iterable[Panel | Sequence[Panel]], title: str, styled: bool = True) -> str:
    """One SVG: the rows stacked, the panels of a row side by side.

    Without `styled` it leaves `STYLE` to the page that it will stand in: a new style sheet with
    every frame would make the browser look at the whole page again.

    Returns
    -------
    A complete ``<svg>`` whose text alternative is the title and the panels' `alt`, numbers and all.
    """
    body, alts, y = [], [title], 0.0
    for row in rows:
        panels = [row] if isinstance(row, Panel) else list(row)
        x = 0.0
        for panel in panels:
            body.append(f'<g transform="translate({_n(x)} {_n(y)})">{panel.body}</g>')
            alts.append(panel.alt)
            x += panel.width
        y += max(panel.height for panel in panels)
    label = escape(" ".join(alt for alt in alts if alt), quote=True)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="bp" role="img" aria-label="{label}" '
        f'width="{WIDTH}" height="{_n(y)}" viewBox="0 0 {WIDTH} {_n(y)}">'
        f"{f'<style>{STYLE}</style>' if styled else ''}"
        f'<rect class="f-paper" width="{WIDTH}" height="{_n(y)}"/>{"".join(body)}</svg>'
    )


@dataclass(frozen=True)
class Drawing:
    """A picture that stands still, as the last line of a cell shows it; `alt` says what it shows.

    Its first form is an <img> in HTML: JupyterLab and nbconvert give a bare SVG no text
    alternative, and JupyterLab shows none at all in a notebook that has not been run here yet.
    """

    svg: str

    @property
    def alt(self) -> str:
        """The text alternative: the title and all that the panels say."""
        return unescape(self.svg.split('aria-label="', 1)[1].split('"', 1)[0])

    def _repr_mimebundle_(self, include=None, exclude=None):
        source = base64.b64encode(self.svg.encode()).decode()
        html = (
            f'<img alt="{escape(self.alt)}" width="{WIDTH}" style="max-width:100%;height:auto" '
            f'src="data:image/svg+xml;base64,{source}">'
        )
        return {"text/html": html, "image/svg+xml": self.svg, "text/plain": self.alt}


def drawing(rows: Iterable[Panel | Sequence[Panel]], title: str) -> Drawing:
    """The `picture` of these rows, to be shown by a notebook."""
    return Drawing(picture(rows, title))


def stack(*panels: Panel) -> Panel:
    """Panels one below the other, as one panel."""
    body, y = [], 0.0
    for panel in panels:
        body.append(f'<g transform="translate(0 {_n(y)})">{panel.body}</g>')
        y += panel.height
    width = max(panel.width for panel in panels)
    return Panel(width, y, "".join(body), " ".join(panel.alt for panel in panels))


def words(lines: Sequence[str | tuple[str, str]], width: float = WIDTH, size: float = 16) -> Panel:
    """Lines of plain words on a panel; a line may be (words, class)."""
    pairs = [(entry, "") if isinstance(entry, str) else entry for entry in lines]
    step = size * 1.5
    height = step * len(pairs) + 18
    body = [rect(4, 2, width - 8, height - 4)]
    for place, (content, cls) in enumerate(pairs):
        body.append(text(16, 10 + step * place + size, content, size, cls=cls))
    return Panel(width, height, "".join(body), " ".join(content for content, _ in pairs))


_MINUS = "\N{MINUS SIGN}"
_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


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
    shown = f"{value:.1f}"
    return shown[:-2] if shown.endswith(".0") else shown


def text(x, y, content: str, size=16, anchor="start", cls="") -> str:
    """A line of plain text with its baseline at y."""
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" font-size="{size}" text-anchor="{anchor}" '
        f'class="{cls}">{escape(content, quote=False)}</text>'
    )


def line(x1, y1, x2, y2, cls="s-ink", width=2.0) -> str:
    """A straight line."""
    return (
        f'<line x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}" '
        f'class="{cls}" stroke-width="{_n(width)}"/>'
    )


def rect(x, y, width, height, cls="f-panel", radius=6, stroke=0.0) -> str:
    """A rectangle with rounded corners."""
    return (
        f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}" '
        f'rx="{radius}" class="{cls}" stroke-width="{_n(stroke)}"/>'
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


def math_text(x, y, word: str, size=20, anchor="middle", cls="") -> str:
    """A word of mathematics on one line, superscripts raised, letters italic."""
    spans, raised = [], 0.0
    # Never under 11 px on the screen, where the picture is drawn at nine tenths of its width.
    small = max(size * 0.72, 12.5)
    for kind, characters in _pieces(word):
        target = {"": 0.0, "^": -0.36 * size, "_": 0.2 * size}[kind]
        dy = target - raised
        raised = target
        for part in re.findall(r"[A-Za-zℒσδηΔ]+|[^A-Za-zℒσδηΔ]+", characters):
            upright = "" if part[0].isalpha() else ' class="u"'
            font = f' font-size="{_n(small)}"' if kind else ""
            shift = f' dy="{_n(dy)}"' if dy else ""
            spans.append(f"<tspan{shift}{font}{upright}>{escape(part, quote=False)}</tspan>")
            dy = 0.0
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" font-size="{size}" text-anchor="{anchor}" '
        f'class="m {cls}">{"".join(spans)}</text>'
    )


def math_width(word: str, size=20) -> float:
    """About how wide `math_text` will be; fonts differ, so leave a margin."""
    return sum(
        len(characters) * size * (0.45 if kind else 0.6) for kind, characters in _pieces(word)
    )


def superscript(k: int) -> str:
    """k as raised digits, for labels that know no markup: "w" + superscript(2) is "w²"."""
    return str(k).translate(_SUPERSCRIPT)


def subscript(digits: str | int) -> str:
    """The digits lowered, likewise: "w²" + subscript("12") is "w²₁₂"."""
    return str(digits).translate(_SUBSCRIPT)


def plain(word: str) -> str:
    """A word of mathematics for a text alternative: braces gone, the rest as it is."""
    return re.sub(r"[{}]", "", word)


STYLE = _style()
"""The style sheet of every picture."""
