"""A picture that stands still: what a notebook keeps, and what a reader without a kernel sees."""

import base64
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape, unescape

from bpdemo import validation
from bpdemo.diagrams.base import DARK, WIDTH, Panel, Sketch, a_row, picture

__all__ = ["Drawing", "drawing"]

NARROW = 390
"""How wide the narrow picture is."""

PHONE = 700
"""Up to this width of the window, in CSS pixels, a reader sees the narrow picture."""

# An SVG in an <img> sees nothing of the page around it but whether its place is light or dark
# (`color-scheme`, which JupyterLab's dark theme sets).
_DARK = (
    "@media(prefers-color-scheme:dark){.bp{"
    + ";".join(f"--bp-{name}:{value}" for name, value in DARK.items())
    + "}}</style>"
)


def _themed(svg: str) -> str:
    """The SVG for an <img>, dark where the page is."""
    return svg.replace("</style>", _DARK, 1)


def _address(svg: str) -> str:
    """An address that holds all of the picture."""
    return "data:image/svg+xml;base64," + base64.b64encode(_themed(svg).encode()).decode()


@dataclass(frozen=True)
class Drawing:
    """A picture that stands still, as the last line of a cell shows it; `alt` says what it shows.

    It is an <img> in HTML: JupyterLab and nbconvert give a bare SVG no text alternative, and
    JupyterLab shows none at all in a notebook that has not been run here yet. When a notebook is
    committed, `tools.stills` puts a PNG there, for viewers that take no SVG.

    Attributes
    ----------
    svg : the picture, as `picture` makes it.
    narrow : the same drawn for a phone; "" where there is none.
    """

    svg: str
    narrow: str = ""

    @property
    def alt(self) -> str:
        """The text alternative: the title and all that the panels say."""
        return unescape(self.svg.split('aria-label="', 1)[1].split('"', 1)[0])

    @property
    def digest(self) -> str:
        """A name for what the picture shows, from its SVGs: ``data-of`` in the HTML."""
        shown = "".join(_themed(svg) for svg in (self.narrow, self.svg) if svg)
        return hashlib.sha256(shown.encode()).hexdigest()[:16]

    def html(self) -> str:
        """The picture as an <img>, in a <picture> if it has a narrow form too."""
        image = (
            f'<img alt="{escape(self.alt)}" data-of="{self.digest}" width="{WIDTH}" '
            f'style="max-width:100%;height:auto" src="{_address(self.svg)}">'
        )
        if not self.narrow:
            return image
        narrow = (
            f'<source media="(max-width:{PHONE}px)" type="image/svg+xml" '
            f'srcset="{_address(self.narrow)}">'
        )
        return f"<picture>{narrow}{image}</picture>"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/html": self.html(), "text/plain": self.alt}


@validation.checked(rows=validation.each(a_row, "rows of panels", least=1), title=validation.string)
def drawing(rows: Iterable[Panel | Sketch | Sequence[Panel | Sketch]], title: str) -> Drawing:
    """The `picture` of these rows, to be shown by a notebook."""
    lines = [[row] if isinstance(row, Panel | Sketch) else list(row) for row in rows]
    wide = picture(lines, title)
    # What waits for its width is drawn for a phone, too.
    fixed = any(isinstance(item, Panel) for line in lines for item in line)
    return Drawing(wide, "" if fixed else picture(lines, title, width=NARROW))
