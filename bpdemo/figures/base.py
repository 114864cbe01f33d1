"""What every picture is made of: the class, its style, its colours and its words.

Curves differ by colour, by line style and by marker, so none of these is needed to tell them
apart. The colours are those of Okabe and Ito (2008), chosen for colour-blind readers.
"""

import base64
import functools
import io
import os
from html import escape
from typing import TYPE_CHECKING, Any

import matplotlib
from matplotlib.figure import Figure

if TYPE_CHECKING:
    from matplotlib.typing import RcKeyType

__all__ = [
    "BLACK",
    "BLUE",
    "GREEN",
    "HATCHED",
    "LINES",
    "ORANGE",
    "PURPLE",
    "Picture",
    "framed",
    "say",
    "styled",
]

BLUE, ORANGE, GREEN, PURPLE, BLACK = "#0072B2", "#D55E00", "#009E73", "#AA4499", "#000000"
LINES = ((BLUE, "-", "o"), (ORANGE, "--", "s"), (GREEN, "-.", "^"), (PURPLE, ":", "D"))
"""The looks of curves: a colour, a line style and a marker each."""

HATCHED: dict[str, Any] = {"facecolor": "#FFE2CC", "edgecolor": ORANGE, "hatch": "//"}
"""The look of an area that must not be told by its colour alone."""

_STYLE: "dict[RcKeyType, Any]" = {
    "font.family": "DejaVu Sans",  # comes with Matplotlib: the same picture everywhere
    "mathtext.fontset": "dejavusans",
    "font.size": 16,
    "axes.labelsize": 17,
    "axes.titlesize": 18,
    "legend.fontsize": 15,
    "xtick.labelsize": 15,
    "ytick.labelsize": 15,
    "lines.linewidth": 3,
    "lines.markersize": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#DDDDDD",
    "axes.axisbelow": True,
    "legend.framealpha": 0.9,
}
_DPI = 120  # drawn at this, shown at 96: sharp on a projector


class Picture(Figure):
    """A Matplotlib figure with a text alternative.

    Once a notebook has shown it, only its PNG and its text are kept and the figure is empty: a
    figure holds megabytes, and IPython's ``Out`` keeps everything that was ever shown. To draw on
    it, or to save it as SVG or PDF, do so before it is shown.

    Attributes
    ----------
    alt : what is to be seen, in words and numbers.
    """

    def __init__(self, width: float = 9, height: float = 5, alt: str = ""):
        super().__init__(figsize=(width, height), dpi=96, layout="constrained")
        self.alt = alt
        self._shown = b""

    def png(self) -> bytes:
        """The picture as a PNG file."""
        if self._shown and not self.axes:
            return self._shown
        buffer = io.BytesIO()
        with matplotlib.rc_context(_STYLE):
            self.savefig(
                buffer, format="png", dpi=_DPI, facecolor="white", metadata={"Software": None}
            )
        return buffer.getvalue()

    def savefig(self, fname, **options):
        """As Matplotlib's; but of a picture that was shown only its PNG can be saved.

        Raises
        ------
        ValueError : it was shown, and another format is asked for.
        """
        if not self._shown or self.axes:
            super().savefig(fname, **options)
            return
        name = "" if hasattr(fname, "write") else os.fspath(fname)
        form = options.get("format") or os.path.splitext(name)[1][1:] or "png"
        if form.lower() != "png":
            raise ValueError(
                "fname: expected a PNG, which is all that is kept of a picture once it was shown; "
                f"received {form}. Draw the picture again and save it before it is shown"
            )
        if name:
            with open(name, "wb") as file:
                file.write(self._shown)
        else:
            fname.write(self._shown)

    def _repr_mimebundle_(self, include=None, exclude=None):
        # An <img> in HTML, and not image/png: JupyterLab and nbconvert's lab template give a bare
        # PNG no text alternative. nbval does not compare the picture's bytes (nbval_sanitize.cfg).
        self._shown = self.png()
        self.clear()
        source = base64.b64encode(self._shown).decode()
        html = (
            f'<img alt="{escape(self.alt)}" width="{round(96 * self.get_figwidth())}" '
            f'style="max-width:100%;height:auto" src="data:image/png;base64,{source}">'
        )
        return {"text/html": html, "text/plain": self.alt}


def framed(width=9.0, height=5.0, rows=1, columns=1, **options):
    """A picture and its axes, in the style."""
    picture = Picture(width, height)
    return picture, picture.subplots(rows, columns, **options)


def say(number, digits=3) -> str:
    """A number for a text: short, with a true minus sign."""
    return f"{float(number):.{digits}g}".replace("-", "−")


def styled(draw):
    """Make `draw` run in the style, whatever the reader's own settings are."""

    @functools.wraps(draw)
    def styled(*args, **kwargs):
        with matplotlib.rc_context(_STYLE):
            return draw(*args, **kwargs)

    return styled
