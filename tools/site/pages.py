"""The static pages of the site: one for each notebook, a landing page, and the documents.

    build(out, katex_fonts)   writes index.html, 00-start-here.html, …, search.html and _static/

Sphinx with MyST-NB makes them from the committed notebooks, as they are: nothing is executed. This
module prepares the notebooks for it, in a temporary folder: the pictures in their outputs become
files, formulas become HTML (`formulas`), and a still says what is true of a page. What a page looks
like is in `extension`, `templates` and `static`.
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
import re
import shutil
import tempfile
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

import nbformat
from bs4 import BeautifulSoup, Tag
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from tools.notebooks import METADATA, NOTEBOOKS, ROOT, exercise_of
from tools.site import extension, formulas, live

__all__ = ["REPOSITORY", "Chapter", "Problem", "build", "chapters"]

HERE = Path(__file__).parent
DOCUMENTS = ("notes", "gradcheck", "classes-and-devices", "for-teachers")
"""The pages of docs/ that the site has too."""

CLAIMS = "claims"
"""The page with the README's table of what is taught and what checks it."""

SHOWN = ("02-three-terms", "explorers.ThreeTerms()")
"""The explorer of the landing page: a notebook, and the last line of its cell."""

REPOSITORY = os.environ.get("BPDEMO_REPOSITORY", "")
"""Where the project can be found, such as https://github.com/OWNER/REPOSITORY; "" if nobody has
said so, and the pages then say that it's still to be filled in."""


class Problem(Exception):
    """The pages can't be made; the message says why in one sentence or more."""


# --- the series ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Chapter:
    """A notebook as the README's table lists it."""

    number: str
    name: str
    title: str
    say: str


def chapters(readme: str | None = None, folder: Path = NOTEBOOKS) -> list[Chapter]:
    """Read the series from the README's table, in its order.

    Raises Problem where the table and the notebooks in the folder differ.
    """
    readme = readme or (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| (\w+) \| \[([^]]+)\]\(notebooks/([\w-]+)\.ipynb\) \| (.+?) \|$", readme, re.M
    )
    found = [Chapter(number, name, title, say) for number, title, name, say in rows]
    listed, there = {c.name for c in found}, {path.stem for path in folder.glob("*.ipynb")}
    if listed != there:
        names = ", ".join(sorted(listed ^ there))
        raise Problem(f"README.md lists other notebooks than there are in {folder}: {names}.")
    return found


# --- one notebook --------------------------------------------------------------------------------

PREFERRED = ("text/html", "text/latex", "image/png", "text/plain")
"""Which form of an output a page shows: the first that there is."""

RUN_ALL = re.compile(r"^\*\*To run it all:\*\*.*?stand still\.$", re.DOTALL | re.MULTILINE)
_WAKE = re.compile(r"<p><em>[^<]*<b>Run ▸ Run All Cells</b>([^<]*)</em></p>")
_STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)
_PICTURE = re.compile(
    r"<picture>(?P<sources>(?:<source [^>]*>)+)<img (?P<rest>[^>]*?) src=\"[^\"]*\"></picture>"
)
_SOURCE = re.compile(
    r'<source (?:media="(?P<media>[^"]*)" )?type="image/svg\+xml"'
    r' srcset="data:image/svg\+xml;base64,(?P<bytes>[^"]*)">'
)
_IMAGE = re.compile(r'<img (?P<rest>[^>]*?) src="data:image/png;base64,(?P<bytes>[^"]*)">')
_SIZE = re.compile(r'\bviewBox="0 0 ([\d.]+) ([\d.]+)"')


@dataclass
class Stills:
    """The pictures of the pages, as files named by what is in them."""

    folder: Path
    address: str = "_static/stills/"
    written: set[str] = field(default_factory=set)

    def put(self, data: bytes, ending: str) -> str:
        """Write a picture; return its address as a page of the top folder has it."""
        name = f"{hashlib.sha256(data).hexdigest()[:16]}.{ending}"
        if name not in self.written:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_bytes(data)
            self.written.add(name)
        return self.address + name

    def svg(self, held: str) -> tuple[str, str]:
        """Write an SVG in base64; return its address and its size as attributes."""
        data = base64.b64decode(held)
        size = _SIZE.search(data.decode())
        if size is None:
            raise Problem("a still picture has no viewBox")
        width, height = (round(float(side)) for side in size.groups())
        return self.put(data, "svg"), f'width="{width}" height="{height}"'

    def png(self, held: str) -> tuple[str, float]:
        """Write a PNG in base64; return its address, and how high it is for its width."""
        data = base64.b64decode(held)
        width, height = (int.from_bytes(data[at : at + 4], "big") for at in (16, 20))
        return self.put(data, "png"), height / width


def prepare(notebook: NotebookNode, name: str, stills: Stills) -> NotebookNode:
    """Make of a committed notebook what Sphinx shows: each output in one form, fit for a page.

    Raises BrokenFormula, and Problem for an output that a page can't show.
    """
    cells = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            made = nbformat.v4.new_markdown_cell(markdown(cell.source, name), id=cell.id)
        else:
            outputs = [shown for output in cell.outputs if (shown := output_of(output, stills))]
            made = nbformat.v4.new_code_cell(cell.source, outputs=outputs, id=cell.id)
            made.execution_count = cell.execution_count
        made.metadata = nbformat.from_dict(dict(cell.metadata))
        cells.append(made)
    return nbformat.v4.new_notebook(cells=cells, metadata=nbformat.from_dict(METADATA))


def output_of(output: NotebookNode, stills: Stills) -> NotebookNode | None:
    """The form of an output that a page shows; None for a live view, which needs its kernel."""
    if output.output_type == "stream":
        return output
    if output.output_type == "error":
        raise Problem(f"an output is an error: {output.ename}")
    kind = next((kind for kind in PREFERRED if kind in output.data), None)
    if kind is None:
        if set(output.data) <= {"application/vnd.jupyter.widget-view+json"}:
            return None
        raise Problem(f"an output has no form for a page: {', '.join(output.data)}")
    shown = output.data[kind]
    if kind == "text/latex":
        shown, kind = formula_output(shown), "text/html"
    elif kind == "image/png":
        address, _ = stills.png(shown)
        shown, kind = f'<img alt="" loading="lazy" src="{address}">', "text/html"
    elif kind == "text/html":
        shown = html_output(shown, stills)
    return nbformat.v4.new_output("display_data", {kind: shown})


def formula_output(latex: str) -> str:
    """A result that is LaTeX, as SymPy gives it, as HTML."""
    parts = [(kind, piece) for kind, piece in formulas.separated(latex.strip()) if piece.strip()]
    if [kind for kind, _ in parts] not in (["inline"], ["display"]):
        raise Problem(f"an output isn't one formula: {latex}")
    return f'<span class="bp-formula">{formulas.html(parts[0][1], parts[0][0] == "display")}</span>'


def html_output(html: str, stills: Stills) -> str:
    """A result that is HTML: pictures are files, formulas are drawn, links lead to pages."""
    # The page has the styles of a still once, in its style sheet.
    html = _STYLE.sub("", html)
    waiting = html.count('class="bp-still"')
    html, woken = _WAKE.subn(_waking, html)
    if woken != waiting:
        raise Problem("a still picture doesn't say how to run the notebook, or says it elsewhere")
    html = _PICTURE.sub(lambda found: _picture(found, stills), html)
    html = _IMAGE.sub(lambda found: _image(found, stills), html)
    if "data:" in html:
        raise Problem("a picture of an output is of an unknown form")
    html = re.sub(r'href="([\w-]+)\.ipynb(#[^"]*)?"', r'href="\1.html\2"', html)
    html = re.sub(r"<table.*?</table>", r'<div class="bp-wide">\g<0></div>', html, flags=re.DOTALL)
    return formulas.in_html(html)


def _waking(found: re.Match) -> str:
    """What a still says on a page. In the notebook it is "…, and you can move it."."""
    if "move" in found[1]:
        said = "This picture stands still until Python has loaded."
    else:
        said = "You can answer here once Python has loaded."
    return (
        f'<p class="bp-wake">{said}<noscript> That needs JavaScript, which is off here.</noscript>'
        "</p>"
    )


def _picture(found: re.Match, stills: Stills) -> str:
    """A <picture> of SVGs: the last one is the <img>, the narrow one before it for a phone."""
    sources = list(_SOURCE.finditer(found["sources"]))
    if not sources or sources[-1]["media"] or any(not s["media"] for s in sources[:-1]):
        raise Problem("a <picture> of an output is of an unknown form")
    *narrow, wide = sources
    parts = []
    for source in narrow:
        address, size = stills.svg(source["bytes"])
        parts.append(f'<source media="{source["media"]}" srcset="{address}" {size}>')
    address, size = stills.svg(wide["bytes"])
    rest = re.sub(r' (?:width|style)="[^"]*"', "", f" {found['rest']}").strip()
    image = f'<img {rest} {size} loading="lazy" src="{address}">'
    return f"<picture>{''.join(parts)}{image}</picture>" if parts else image


def _image(found: re.Match, stills: Stills) -> str:
    """A figure that is a PNG."""
    address, ratio = stills.png(found["bytes"])
    rest = re.sub(r' style="[^"]*"', "", found["rest"])
    width = re.search(r'\bwidth="(\d+)"', rest)
    if width is None:
        raise Problem("a figure of an output has no width")
    height = f'height="{round(int(width[1]) * ratio)}"'
    return f'<img class="bp-figure" {rest} {height} loading="lazy" src="{address}">'


def markdown(source: str, name: str) -> str:
    """The text of a cell, with what is true of a page in place of what is true of a notebook."""
    source = RUN_ALL.sub(
        "**On this page** the pictures can be moved, and the exercises answered, as soon as Python "
        f'has loaded in your browser. To run and change every cell, <a href="{lab(name)}">open the '
        "notebook in JupyterLab</a>, in the browser too.",
        source,
    )
    # JupyterLab takes formulas out before it reads a table; here a | in one would end a cell.
    source = re.sub(r"^\|.*\|$", _row, source, flags=re.MULTILINE)
    return relinked(source, "../docs/", "docs/")


def _row(row: re.Match) -> str:
    r"""A row of a table whose formulas have no bare |.

    >>> print(_row(re.match(".*", r"| $|f|$ or $\|v\|$ | b |")))
    | $\vert f\vert $ or $\Vert v\Vert $ | b |
    """

    def within(formula: re.Match) -> str:
        return formula[0].replace(r"\|", r"\Vert ").replace("|", r"\vert ")

    return re.sub(r"\$[^$]+\$", within, row[0])


def relinked(source: str, old: str, new: str) -> str:
    """Change how the links of a Markdown text begin."""
    # MyST leaves a formula out of the name of its heading.
    source = re.sub(r"(\]\([^)\s]*#[^)\s$]*)\$[^)\s$]+\$", r"\1", source)
    return source.replace(f"]({old}", f"]({new}")


# --- the other pages -----------------------------------------------------------------------------


def landing(series: list[Chapter], notebook: NotebookNode, repository: str) -> NotebookNode:
    """The landing page as a notebook: its text is index.md, its only code cell an explorer."""
    name, last = SHOWN
    shown = [
        cell
        for cell in notebook.cells
        if cell.cell_type == "code" and cell.source.splitlines()[-1] == last
    ]
    if len(shown) != 1:
        raise Problem(f"{name} has {len(shown)} cells that end with {last}; there must be one.")
    text = (HERE / "index.md").read_text(encoding="utf-8")
    text = text.replace("<!-- series -->", series_table(series))
    text = text.replace("<!-- repository -->", repository_note(repository))
    before, after = text.split("<!-- explorer -->")
    code = nbformat.v4.new_code_cell(shown[0].source, outputs=shown[0].outputs)
    code.metadata = nbformat.from_dict({"jupyter": {"source_hidden": True}})
    cells = [
        nbformat.v4.new_markdown_cell(before),
        code,
        nbformat.v4.new_markdown_cell(after + contents(series)),
    ]
    made = nbformat.v4.new_notebook(cells=cells, metadata=nbformat.from_dict(METADATA))
    for place, cell in enumerate(made.cells):
        cell.id = f"cell-{place}"
    return made


def series_table(series: list[Chapter]) -> str:
    """The map of the series as a table in Markdown."""
    rows = [
        f"| [{c.number} · {c.title}]({c.name}.ipynb) | {c.say} | "
        f'<a href="{lab(c.name)}" aria-label="Run {c.number}, {escape(c.title)}">run</a> |'
        for c in series
    ]
    head = "| chapter | what you will be able to say | notebook |"
    return "\n".join([head, "| --- | --- | --- |", *rows])


def lab(name: str) -> str:
    """Where JupyterLite opens a notebook."""
    return f"lite/lab/index.html?path={name}.ipynb"


def repository_note(repository: str) -> str:
    """How to find the project; honest where nobody has said its address."""
    if repository:
        return f"**The project**, with its tests and its documents: <{repository}>."
    return (
        "**The project**, with its tests and its documents, is where you have these pages from: "
        "whoever publishes them sets its address (`BPDEMO_REPOSITORY`)."
    )


def contents(series: list[Chapter]) -> str:
    """The order of the pages, for Sphinx."""
    parts = (
        ("The series", [c.name for c in series if c.number[0].isdigit()]),
        ("Rules you need", [c.name for c in series if not c.number[0].isdigit()]),
        ("More", [CLAIMS, *(f"docs/{name}" for name in DOCUMENTS)]),
    )
    trees = [
        f"```{{toctree}}\n:hidden:\n:caption: {caption}\n\n" + "\n".join(names) + "\n```"
        for caption, names in parts
    ]
    return "\n\n" + "\n\n".join(trees) + "\n"


def document(text: str, repository: str) -> str:
    """A page of docs/ with links that lead somewhere on the site, or to the repository."""
    text = relinked(text, "../notebooks/", "../")
    text = text.replace("](../README.md#what-is-taught-and-what-checks-it)", f"](../{CLAIMS}.md)")
    return _elsewhere(text, repository)


def claims(readme: str, repository: str) -> str:
    """The page with the README's section on what is taught and what checks it."""
    found = re.search(
        r"^## (What is taught, and what checks it)\n(.*?)<!-- coverage:end -->",
        readme,
        re.DOTALL | re.MULTILINE,
    )
    if found is None:
        raise Problem("README.md has no section on what is taught and what checks it.")
    text = f"# {found[1]}\n{found[2]}".replace("<!-- coverage:start -->\n", "")
    return _elsewhere(relinked(text, "notebooks/", ""), repository)


def _elsewhere(text: str, repository: str) -> str:
    """Lead links to other files of the project to its repository, or make them text without one."""

    def link(found: re.Match) -> str:
        said, path = found.groups()
        path = path.removeprefix("../")
        if not (ROOT / path.partition("#")[0]).is_file():
            return found[0]
        return f"[{said}]({repository}/blob/HEAD/{path})" if repository else said

    return re.sub(r"\[([^]]+)\]\(((?:\.\./)?(?!\w+:)[^)\s]+)\)", link, text)


# --- the build -----------------------------------------------------------------------------------


def cells_of(notebook: NotebookNode) -> list[dict]:
    """What the page's runtime needs to know of the code cells."""
    return [
        {
            "n": place,
            "code": cell.source,
            "exercise": exercise_of(cell),
            "live": any(
                'class="bp-still"' in output.get("data", {}).get("text/html", "")
                for output in cell.outputs
            ),
        }
        for place, cell in enumerate(notebook.cells)
        if cell.cell_type == "code"
    ]


def build(
    out: Path,
    katex_fonts: Path,
    *,
    python: Mapping[str, str] | None = None,
    repository: str = REPOSITORY,
    folder: Path = NOTEBOOKS,
) -> None:
    """Write the pages.

    Args:
        out: the folder of the site; what else is in it stays.
        katex_fonts: a folder with KaTeX's .woff2 files.
        python: what a page must know to start Python (`live.names`); without it, pictures stay
            still.
        repository: the address of the project, or "".
        folder: the notebooks.

    Raises:
        Problem: a notebook or a document can't be shown, or Sphinx warns of something.
    """
    for name in fonts():
        if not (katex_fonts / name).is_file():
            raise Problem(f"There is no {name} in {katex_fonts}, which must have KaTeX's fonts.")
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        source, made = Path(temporary, "source"), Path(temporary, "made")
        notebooks = _write_sources(source, made, folder, repository)
        _run_sphinx(source, made, Path(temporary, "doctrees"), notebooks, python or {})
        for page in made.rglob("*.html"):
            page.write_text(_accessible(page.read_text(encoding="utf-8")), encoding="utf-8")
        _copy_fonts(made / "_static", katex_fonts)
        live.copy(made / "_static" / "bp")
        shutil.rmtree(made / "_sources", ignore_errors=True)  # empty
        for name in (".buildinfo", "objects.inv"):  # for Sphinx, not for readers
            (made / name).unlink(missing_ok=True)
        shutil.copytree(made, out, dirs_exist_ok=True)


def _write_sources(
    source: Path, made: Path, folder: Path, repository: str
) -> dict[str, NotebookNode]:
    """Write what Sphinx reads, and the pictures; return the notebooks by the pages' names."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    series = chapters(readme, folder)
    stills = Stills(made / "_static" / "stills")
    (source / "docs").mkdir(parents=True)
    notebooks = {}
    for chapter in series:
        notebook = nbformat.read(folder / f"{chapter.name}.ipynb", as_version=4)
        try:
            notebooks[chapter.name] = prepare(notebook, chapter.name, stills)
        except (formulas.BrokenFormula, Problem) as error:
            raise Problem(f"{chapter.name}.ipynb: {error}") from None
    notebooks["index"] = landing(series, notebooks[SHOWN[0]], repository)
    for name, notebook in notebooks.items():
        (source / f"{name}.ipynb").write_text(nbformat.writes(notebook), encoding="utf-8")
    (source / f"{CLAIMS}.md").write_text(claims(readme, repository), encoding="utf-8")
    for name in DOCUMENTS:
        text = (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
        (source / "docs" / f"{name}.md").write_text(document(text, repository), encoding="utf-8")
    return notebooks


def _run_sphinx(
    source: Path,
    made: Path,
    doctrees: Path,
    notebooks: dict[str, NotebookNode],
    python: Mapping[str, str],
) -> None:
    """Make the pages; a warning is an error."""
    heard = io.StringIO()
    settings = {**extension.SETTINGS, "extensions": ["tools.site.extension"]}
    settings["bp_cells"] = {name: cells_of(notebook) for name, notebook in notebooks.items()}
    settings["bp_python"] = dict(python)
    settings["bp_notebooks"] = [name for name in notebooks if name != "index"]
    try:
        with patch_docutils(), docutils_namespace(), warnings.catch_warnings():
            # What Sphinx and its extensions still use of each other is theirs to change.
            warnings.simplefilter("ignore", DeprecationWarning)
            warnings.simplefilter("ignore", PendingDeprecationWarning)
            app = Sphinx(
                source,
                None,
                made,
                doctrees,
                "html",
                confoverrides=settings,
                status=None,
                warning=heard,
                freshenv=True,
            )
            app.build(force_all=True)
    except formulas.BrokenFormula as error:
        raise Problem(str(error)) from None
    if said := heard.getvalue().strip():
        said = re.sub(r"\x1b\[[0-9;]*m", "", said).replace(f"{source}/", "")
        raise Problem(f"Sphinx warns of something:\n{said}")


def _accessible(html: str) -> str:
    """Put right what axe finds: two landmarks of the theme without a name, headers without text."""
    html = html.replace(
        '<aside class="sidebar-drawer">', '<aside class="sidebar-drawer" aria-label="Site">'
    )
    html = html.replace(
        '<aside class="toc-drawer', '<aside aria-label="On this page" class="toc-drawer'
    )
    # A link of its own on the page, outside of every landmark.
    html = re.sub(
        r'<a href="#" class="back-to-top.*?</a>',
        r'<nav aria-label="Top of the page">\g<0></nav>',
        html,
        flags=re.DOTALL,
    )
    html = re.sub(r'<th class="head"><p></p></th>', "<td></td>", html)
    return re.sub(r'(?<=<th class="head">)<p><span class="katex">.*?</p>(?=</th>)', _said, html)


def _said(header: re.Match) -> str:
    """A header that is a formula and no more, with the formula's signs as text.

    Some readers, and axe, take MathML for no text, and such a header for an empty one.
    """
    (paragraph,) = BeautifulSoup(header[0], "html.parser").contents
    assert isinstance(paragraph, Tag)
    if len(paragraph.contents) > 1:
        return header[0]
    math = paragraph.math
    assert math is not None and math.semantics is not None
    signs = math.semantics.contents[0].get_text()
    return f'<span class="visually-hidden">{signs}</span><div aria-hidden="true">{header[0]}</div>'


_OTHER_FORMS = re.compile(
    r',url\([^)]*\.woff\) format\("woff"\),url\([^)]*\.ttf\) format\("truetype"\)'
)


def fonts() -> list[str]:
    """The files of KaTeX's fonts that its style sheet asks for, each in its smallest form."""
    sheet = (HERE / "static" / "katex.min.css").read_text(encoding="utf-8")
    return sorted(set(re.findall(r"url\(fonts/([^)]+\.woff2)\)", sheet)))


def _copy_fonts(static: Path, katex_fonts: Path) -> None:
    """Copy the fonts, and take their other forms out of the style sheet."""
    sheet = static / "katex.min.css"
    # Every browser that runs the pages takes the first of the three forms of a font.
    text = _OTHER_FORMS.sub("", sheet.read_text(encoding="utf-8"))
    sheet.write_text(text, encoding="utf-8")
    (static / "fonts").mkdir()
    for name in fonts():
        shutil.copyfile(katex_fonts / name, static / "fonts" / name)
