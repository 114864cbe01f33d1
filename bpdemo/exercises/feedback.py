"""A verdict as it is seen: framed, coloured, and in words."""

import textwrap
from html import escape

from bpdemo import showing
from bpdemo.exercises.base import Verdict

__all__ = ["html", "show_verdict"]

# The mark, and the colour of the frame: JupyterLab's own where there is one. The words stand in
# the page's text colour, so they can be read in both themes.
_LOOKS = {
    "right": ("✓", "var(--jp-success-color1, #388e3c)"),
    "compare": ("✓", "var(--jp-success-color1, #388e3c)"),
    "not yet": ("✗", "var(--jp-error-color1, #d32f2f)"),
    "not answered yet": ("…", "var(--jp-border-color0, #757575)"),
}


def html(verdict: Verdict) -> str:
    """The verdict as HTML."""
    mark, colour = _LOOKS[verdict.state]
    points = "".join(f"<li>{escape(point)}</li>" for point in verdict.points)
    listed = f"<ul style='margin:4px 0 0'>{points}</ul>" if points else ""
    said = f"{mark} {verdict.state[0].upper()}{verdict.state[1:]}"
    return (
        f'<div role="status" class="bp-verdict" style="border:2px solid {colour};'
        f"border-left-width:10px;border-radius:4px;padding:8px 12px;margin:4px 0;max-width:46em;"
        f'font-size:15px;line-height:1.45">'
        f"<strong>{said}.</strong> {escape(verdict.message)}{listed}</div>"
    )


def show_verdict(verdict: Verdict) -> None:
    """Show the verdict where the reader looks."""
    showing.show(html(verdict), textwrap.fill(str(verdict), 88))
