r"""Formulas as HTML, made by KaTeX while a page is built: the page needs no script for them.

KaTeX runs in V8, inside Python (mini-racer); its script is the one that sphinxcontrib-katex
carries. What comes out is KaTeX's HTML for the eye and MathML for a screen reader. It needs
`katex.min.css` of the same `VERSION` and KaTeX's fonts beside the page.

>>> html("a^2")[:20]
'<span class="katex">'
>>> html(r"\nosuch")
Traceback (most recent call last):
    ...
tools.site.formulas.BrokenFormula: Undefined control sequence: \nosuch: \nosuch
"""

from __future__ import annotations

import atexit
import contextlib
import importlib.util
import re
from functools import cache
from html import unescape
from pathlib import Path

from py_mini_racer import MiniRacer, mini_racer

__all__ = ["VERSION", "BrokenFormula", "framed", "html", "in_html", "separated"]

VERSION = "0.16.22"
"""The version of KaTeX that the script, the style sheet and the fonts have to have."""

# KaTeX has these signs in formulas, but not within \\text{…}.
_RENDER = r"""
const macros = {
  "ℒ": "\\TextOrMath{$\\mathcal{L}$}{\\mathcal{L}}",
  "≠": "\\TextOrMath{$\\ne$}{\\ne}",
};
function render(tex, display) {
  try {
    return katex.renderToString(tex, {
      displayMode: display, output: "htmlAndMathml", throwOnError: true, strict: "ignore",
      macros: {...macros},
    });
  } catch (error) {
    if (!(error instanceof katex.ParseError)) throw error;
    return "!" + error.rawMessage;
  }
}
"""

# What is no prose: a dollar in there is a dollar.
_VERBATIM = ("code", "pre", "script", "style", "textarea", "svg", "math", "title")
_TOKEN = re.compile(
    rf"<!--.*?-->|<(?P<name>{'|'.join(_VERBATIM)})\b[^>]*>.*?</(?P=name)\s*>|</?[A-Za-z][^>]*>",
    re.DOTALL | re.IGNORECASE,
)
_FORMULA = re.compile(
    r"\\\$"  # a dollar that is no formula
    r"|\$\$(?P<display>.+?)\$\$"
    r"|\\\[(?P<bracket>.+?)\\\]"
    r"|\\\((?P<paren>.+?)\\\)"
    r"|\$(?!\s)(?P<inline>(?:\\.|[^$\\])+?)(?<!\s)\$(?!\d)",
    re.DOTALL,
)


class BrokenFormula(ValueError):
    """A formula that KaTeX doesn't take.

    Attributes:
        tex: the formula.
        reason: what KaTeX says about it.
    """

    def __init__(self, reason: str, tex: str):
        super().__init__(f"{reason}: {tex}")
        self.reason, self.tex = reason, tex


@cache
def html(tex: str, display: bool = False) -> str:
    """Turn a formula, without its dollars, into HTML with MathML.

    Args:
        tex: LaTeX, as between the dollars of a Markdown cell.
        display: whether it stands on a line of its own (`$$…$$`).

    Raises BrokenFormula where KaTeX doesn't take it.
    """
    made = _engine().call("render", tex.strip(), display)
    if made.startswith("!"):
        raise BrokenFormula(made[1:], tex.strip())
    return made


def framed(tex: str, display: bool) -> str:
    """What `html` makes of a formula; one on a line of its own in a box that can scroll.

    The box is a <span class="bp-formula">, which may stand in a paragraph: the page's style sheet
    makes it a block.
    """
    made = html(tex, display)
    return f'<span class="bp-formula">{made}</span>' if display else made


def in_html(markup: str) -> str:
    r"""Turn every formula in the text of a piece of HTML into what `framed` makes of it.

    A formula stands between `$…$`, `$$…$$`, `\(…\)` or `\[…\]`, with `<`, `>` and `&` escaped, as
    JupyterLab would find it. Code, scripts and pictures stay as they are.

    Raises BrokenFormula.
    """
    parts, at = [], 0
    for token in _TOKEN.finditer(markup):
        parts += [_in_text(markup[at : token.start()]), token[0]]
        at = token.end()
    return "".join([*parts, _in_text(markup[at:])])


def _in_text(text: str) -> str:
    """Turn the formulas of what stands between two tags into HTML."""
    if "$" not in text and "\\" not in text:
        return text
    return "".join(
        framed(unescape(piece), kind == "display") if kind else piece
        for kind, piece in separated(text)
    )


def separated(text: str) -> list[tuple[str, str]]:
    r"""Cut a text into prose and formulas.

    Returns pairs of a kind ("", "inline" or "display") and what is said, a formula without its
    dollars.

    >>> separated("so $a$ costs \\$5: $$b$$")
    [('', 'so '), ('inline', 'a'), ('', ' costs $5: '), ('display', 'b')]
    """
    found: list[tuple[str, str]] = []

    def add(kind: str, piece: str) -> None:
        if not kind and found and not found[-1][0]:
            piece = found.pop()[1] + piece
        if piece:
            found.append((kind, piece))

    at = 0
    for match in _FORMULA.finditer(text):
        add("", text[at : match.start()])
        display = match["display"] or match["bracket"]
        inline = match["paren"] or match["inline"]
        if display or inline:
            add("display" if display else "inline", display or inline)
        else:
            add("", "$")
        at = match.end()
    add("", text[at:])
    return found


@cache
def _engine() -> MiniRacer:
    """V8 with KaTeX loaded; 0.1 s, once."""
    package = importlib.util.find_spec("sphinxcontrib.katex")
    assert package is not None and package.origin is not None
    script = Path(package.origin).with_name("katex.min.js").read_text(encoding="utf-8")
    engine = _closing.enter_context(mini_racer())
    engine.eval(script)
    engine.eval(_RENDER)
    found = engine.eval("katex.version")
    if found != VERSION:
        raise RuntimeError(
            f"KaTeX is {found} here, and the pages are made for {VERSION}: "
            "change VERSION in tools/site/formulas.py, the style sheet and the fonts together."
        )
    return engine


# Left open, mini-racer hangs when Python ends.
_closing = contextlib.ExitStack()
atexit.register(_closing.close)
