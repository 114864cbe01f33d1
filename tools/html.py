"""The notebooks as single HTML files that read well without a network: `make html`.

    python -m tools.html            write every notebook to build/html/
    python -m tools.html 02 A1      or some

nbconvert turns the cells into HTML, KaTeX the formulas, here and not in the reader's browser. All
that a page needs is in its file: pictures, style and the fonts that its formulas use. The pages are
those that the command `bpdemo` copies, and they link to each other.
"""

from __future__ import annotations

import argparse
import base64
import re
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from html import escape
from pathlib import Path, PurePosixPath

import nbformat
from nbconvert import HTMLExporter
from nbformat import NotebookNode
from pygments.formatters import HtmlFormatter

from bpdemo import command
from tools.notebooks import ROOT, named, shown
from tools.site import formulas, parts

__all__ = ["TARGET", "page", "write"]

TARGET = ROOT / "build" / "html"

STYLE = Path(__file__).with_name("html.css")
KATEX = Path(formulas.__file__).with_name("static") / "katex.min.css"

_PYGMENTS = {"light": "default", "dark": "github-dark"}


class Problem(Exception):
    """Why a page can't be made, in a sentence."""


# --- one page ------------------------------------------------------------------------------------


def page(name: str, texts: Mapping[str, str], fonts: Path) -> str:
    """Make the page of a notebook or of a page in Markdown.

    Args:
        name: which of `texts`, as "02-three-terms.ipynb" or "docs/notes.md".
        texts: all of them, by name; their links lead from one to another.
        fonts: the folder with KaTeX's fonts.

    Raises Problem where a formula is broken or a font isn't there.
    """
    if name.endswith(".ipynb"):
        notebook = nbformat.reads(texts[name], as_version=4)
    else:
        cell = nbformat.v4.new_markdown_cell(texts[name], id="page")
        notebook = nbformat.v4.new_notebook(cells=[cell])
    try:
        body = formulas.in_html(_body(notebook))
    except formulas.BrokenFormula as broken:
        raise Problem(f"{name}: {broken}") from broken
    body = _linked(body)
    return _PAGE.format(
        title=escape(_title(notebook)),
        style="\n".join([_katex(body, fonts), _code_style(), STYLE.read_text(encoding="utf-8")]),
        head=_head(name, texts),
        body=body,
        foot=_steps(name, texts),
    )


_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{style}
</style>
</head>
<body>
{head}
<main>
{body}
</main>
{foot}
</body>
</html>
"""


def _body(notebook: NotebookNode) -> str:
    """The cells as HTML."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            # Where a live view was, nothing is left to show.
            cell.outputs = [o for o in cell.outputs if o.output_type != "display_data" or o.data]
    exporter = HTMLExporter(
        template_name="basic", exclude_input_prompt=True, exclude_output_prompt=True
    )
    body, _ = exporter.from_notebook_node(notebook)
    return body


def _linked(body: str) -> str:
    """The body with links to pages, where it had links to notebooks and Markdown."""
    return re.sub(r'(<a href="(?!\w+:)[^"#]*)\.(?:ipynb|md)(?=["#])', r"\1.html", body)


def _title(notebook: NotebookNode) -> str:
    """The first heading, as plain text."""
    for cell in notebook.cells:
        if found := re.search(r"^# (.+)$", cell.source, re.M):
            return found[1].replace("`", "")
    return "bpdemo"


def _head(name: str, texts: Mapping[str, str]) -> str:
    """The line above a page: where it belongs, and how it comes to life."""
    if name.endswith(".ipynb"):
        says = (
            "On this page the pictures stand still. To move them and to run the code, "
            "call <code>bpdemo</code> and open "
            f"<code>{escape(name)}</code> there."
        )
        return f'{_steps(name, texts)}\n<p class="about">{says}</p>'
    return f'<nav><a href="../{command.FIRST.replace(".ipynb", ".html")}">All notebooks</a></nav>'


def _steps(name: str, texts: Mapping[str, str]) -> str:
    """Links to the notebook before and the one after."""
    order = [other for other in texts if other.endswith(".ipynb")]
    if name not in order:
        return ""
    at = order.index(name)
    links = []
    for step, relation, arrow in ((-1, "prev", "← {}"), (1, "next", "{} →")):
        if 0 <= at + step < len(order):
            other = order[at + step]
            title = _title(nbformat.reads(texts[other], as_version=4))
            address = PurePosixPath(other).with_suffix(".html")
            links.append(f'<a rel="{relation}" href="{address}">{arrow.format(escape(title))}</a>')
        else:
            links.append("<span></span>")
    return f"<nav>{''.join(links)}</nav>"


# --- style ---------------------------------------------------------------------------------------


@cache
def _code_style() -> str:
    """The colours of code, in the light and in the dark."""
    light, dark = (
        HtmlFormatter(style=_PYGMENTS[theme]).get_style_defs(".highlight")
        for theme in ("light", "dark")
    )
    return f"{light}\n@media screen and (prefers-color-scheme: dark) {{\n{dark}\n}}"


_FACE = re.compile(r"@font-face\{[^}]*\}")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")


def _katex(body: str, fonts: Path) -> str:
    """KaTeX's style sheet with the fonts that the body's formulas use in it."""
    if 'class="katex' not in body:
        return ""
    css = KATEX.read_text(encoding="utf-8")
    used = _faces_used(css, body)
    return _FACE.sub(lambda face: _inlined(face[0], used, fonts), css)


def _faces_used(css: str, body: str) -> set[tuple[str, bool, bool]]:
    """(family, bold, italic) of each font that the body can ask for, by the classes in it."""
    classes = {name for found in re.findall(r'class="([^"]*)"', body) for name in found.split()}
    used = {("KaTeX_Main", False, False)}
    for selectors, rule in _RULE.findall(_FACE.sub("", css)):
        for selector in selectors.split(","):
            named_here = set(re.findall(r"\.([\w-]+)", selector)) - {"katex"}
            if not named_here <= classes:
                continue
            family = re.search(r"font(?:-family)?:[^;]*?(KaTeX_\w+)", rule)
            bold = re.search(r"font-weight:(700|bold)|font:[^;]*\b(700|bold)\b", rule)
            italic = re.search(r"font-style:italic|font:[^;]*\bitalic\b", rule)
            if family or bold or italic:
                used.add((family[1] if family else "KaTeX_Main", bool(bold), bool(italic)))
    return used


def _inlined(face: str, used: set[tuple[str, bool, bool]], fonts: Path) -> str:
    """A font's rule with the font in it; nothing where it isn't used."""
    family = re.search(r"font-family:[\"']?(\w+)", face)
    assert family is not None, face
    if (family[1], "font-weight:700" in face, "font-style:italic" in face) not in used:
        return ""
    name = re.search(r"url\((?:[^)]*/)?([\w-]+\.woff2)\)", face)
    assert name is not None, face
    font = _data(fonts / name[1])
    return re.sub(r"src:[^}]*", lambda _: f"src:{font}", face)


@cache
def _data(font: Path) -> str:
    """A font as a part of a style sheet."""
    try:
        content = base64.b64encode(font.read_bytes()).decode()
    except OSError as error:
        raise Problem(f"{font} can't be read: {error.strerror}") from error
    return f'url(data:font/woff2;base64,{content}) format("woff2")'


# --- the command ---------------------------------------------------------------------------------


def write(
    names: Iterable[str] | None = None, target: Path = TARGET, fonts: Path | None = None
) -> list[Path]:
    """Write the pages of some notebooks, or of all and of the pages they link to.

    Args:
        names: which, as "02-three-terms.ipynb".
        target: the folder to write to, which is made if need be.
        fonts: the folder with KaTeX's fonts; else they are fetched once, and checked, as those of
            the site are.

    Returns the pages' paths. Raises Problem where a page can't be made or written.
    """
    texts = command.shipped()
    try:
        fonts = fonts or parts.folder() / parts.FONTS
        written = []
        for name in texts if names is None else names:
            path = (target / name).with_suffix(".html")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(page(name, texts, fonts), encoding="utf-8", newline="\n")
            written.append(path)
            print(f"{shown(path)}: {path.stat().st_size / 1e6:.2f} MB")
    except parts.PartsError as error:
        raise Problem(str(error)) from error
    except OSError as error:
        raise Problem(f"{error.filename or target} can't be written: {error.strerror}") from error
    return written


def main(arguments: list[str] | None = None) -> int:
    """Write the pages; return 0, or 2 after a sentence on what is in the way."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.html",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("numbers", nargs="*", metavar="NN", help="some notebooks: 02 A1")
    wanted = parser.parse_args(arguments)
    try:
        there = [Path(name) for name in command.shipped() if name.endswith(".ipynb")]
        names = []
        for number in wanted.numbers:
            found = named(number, there)
            if not found:
                raise Problem(f"There is no notebook {number}.")
            names += [path.name for path in found]
        write(names or None)
    except (Problem, command.Trouble) as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
