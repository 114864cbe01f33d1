"""The static pages: all of every notebook is on its page, which reads well without Python."""

import html
import json
import os
import re
import threading
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat import v4

from tests import axe
from tools.notebooks import NOTEBOOKS, exercise_of
from tools.site import extension, formulas, pages, parts

NAMES = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
OTHERS = ["index", "claims", "search", *(f"docs/{name}" for name in pages.DOCUMENTS)]
PIXEL = "R0lGODlhAQABAAAAACwAAAAAAQABAAA="


@pytest.fixture(scope="module")
def made(once):
    """The pages alone, without Python, so that they stand still; BPDEMO_PAGES names some."""
    if there := os.environ.get("BPDEMO_PAGES"):
        return Path(there)
    return once("pages", lambda folder: pages.build(folder, parts.folder() / parts.FONTS))


@cache
def notebook(name):
    return nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)


@pytest.fixture(scope="module")
def page(made):
    """The function that reads a page of the site, once."""

    @cache
    def read(name):
        return BeautifulSoup((made / f"{name}.html").read_text(encoding="utf-8"), "html.parser")

    return read


@pytest.fixture(scope="module")
def bare(made):
    """The function that reads the article of a page, once, without its formulas."""

    @cache
    def read(name):
        text = (made / f"{name}.html").read_text(encoding="utf-8")
        article = BeautifulSoup(text, "html.parser").article
        for gone in article.select(".katex, .headerlink, .bp-open"):
            gone.extract()
        return article

    return read


def words(text):
    """A text without its spaces: lines are broken in other places on a page."""
    return re.sub(r"\s+", "", text)


def prose(name):
    """The Markdown of a notebook, without code blocks and code in a line."""
    texts = [cell.source for cell in notebook(name).cells if cell.cell_type == "markdown"]
    text = re.sub(r"^(> )?```.*?^(> )?```", "", "\n\n".join(texts), flags=re.S | re.M)
    return re.sub(r"`[^`]*`", "", text)


def tex_of(soup):
    """The formulas of a page, in order, as LaTeX."""
    return [note.get_text() for note in soup.select("annotation")]


# --- everything is there --------------------------------------------------------------------------


def test_every_notebook_has_its_page(made):
    assert NAMES and all((made / f"{name}.html").is_file() for name in [*NAMES, *OTHERS])


def test_the_series_is_the_readmes(page):
    listed = [c.name for c in pages.chapters()]
    rows = [a["href"] for a in page("index").select("article table td:nth-of-type(1) a")]
    assert sorted(listed) == NAMES
    assert rows == [f"{name}.html" for name in listed]
    tree = [a["href"] for a in page("index").select(".sidebar-tree a")]
    assert tree[: len(listed)] == rows


@pytest.mark.parametrize("name", NAMES)
def test_every_heading_is_on_the_page_in_its_level(bare, name):
    wanted = re.findall(r"^(#{1,6}) +(.+?) *$", prose(name), re.M)
    # A formula is compared by test_every_formula_is_on_the_page.
    wanted = [(len(level), words(re.sub(r"\$.*?\$|[*_]", "", said))) for level, said in wanted]
    shown = [
        (int(heading.name[1]), words(heading.get_text()))
        for heading in bare(name).find_all(re.compile(r"^h\d$"))
    ]
    assert shown == wanted


@pytest.mark.parametrize("name", NAMES)
def test_every_formula_is_on_the_page(page, name):
    wanted = [piece for kind, piece in formulas.separated(prose(name)) if kind]
    for cell in notebook(name).cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            shown = data.get("text/html") or data.get("text/latex", "")
            pieces = formulas.separated(
                re.sub(r"<(pre|style).*?</\1>|<[^>]*>", "", shown, flags=re.S)
            )
            wanted += [html.unescape(piece) for kind, piece in pieces if kind]
    article = page(name).select_one("article")
    # In a quotation a > stands between the lines of a formula; \\vert is | within a table.
    assert sorted(words(re.sub(r"\\vert\b", "|", tex)) for tex in tex_of(article)) == sorted(
        words(tex.replace("\n> ", "\n")) for tex in wanted
    )


@pytest.mark.parametrize("name", NAMES)
def test_every_code_cell_and_output_is_on_the_page(page, bare, name):
    cells = {n: cell for n, cell in enumerate(notebook(name).cells) if cell.cell_type == "code"}
    shown = {int(cell["data-cell"]): cell for cell in page(name).select(".bp-cell")}
    assert list(shown) == list(cells)
    plain = {int(cell["data-cell"]): cell for cell in bare(name).select(".bp-cell")}
    for n, cell in cells.items():
        code = shown[n].select_one(".cell_input").get_text()
        assert code.strip() == cell.source.strip()
        folded = cell.metadata.get("jupyter", {}).get("source_hidden", False)
        assert shown[n].select_one(".bp-fold").has_attr("open") is not folded
        outputs = shown[n].select(".cell_output > *")
        visible = [o for o in cell.outputs if o.output_type == "stream" or o.data.keys() != set()]
        assert len(outputs) == len(visible)
        unadorned = plain[n].select(".cell_output > *")
        for output, there, text in zip(visible, outputs, unadorned, strict=True):
            same(output, there, words(text.get_text()))


def same(output, there, text):
    """An output of the notebook says on the page what it says in the notebook."""
    if output.output_type == "stream":
        assert lines(there.get_text()) == lines(output.text)
    elif held := output.data.get("text/html"):
        held = BeautifulSoup(held, "html.parser")
        for gone in held.select("style"):
            gone.extract()
        pictures = [image["alt"] for image in held.select("img")]
        assert [image["alt"] for image in there.select("img")] == pictures
        said = [words(s) for s in held.stripped_strings if "$" not in s]
        run = "Run▸RunAllCells"
        assert [s for s in said if s not in text and run not in s and not s.startswith((
            "Thispicturestandsstill", "Runthisnotebook(", "),andyoucan"
        ))] == []  # fmt: skip
    elif held := output.data.get("text/latex"):
        ((_, tex),) = formulas.separated(held)
        assert [words(t) for t in tex_of(there)] == [words(tex)]
    else:
        assert lines(there.get_text()) == lines(output.data["text/plain"])


def lines(text):
    """The lines of a text; what isn't seen at their ends isn't compared."""
    return [line.rstrip() for line in text.strip("\n").splitlines()]


@pytest.mark.parametrize("name", NAMES)
def test_the_text_is_on_the_page(bare, name):
    """Every word of paragraphs, lists and tables, but for what only a running notebook can do."""
    article = bare(name)
    code = {id(text) for cell in article.select(".bp-cell") for text in cell.find_all(string=True)}
    texts = [text for text in article.find_all(string=True) if id(text) not in code]
    shown = re.findall(r"\w+", "\n".join(texts))
    source = pages.RUN_ALL.sub("", prose(name))
    source = "".join(piece for kind, piece in formulas.separated(source) if not kind)
    source = re.sub(r"\]\([^)]*\)|</?(details|summary)>|<https?:[^>]*>", " ", source)
    missing = set(re.findall(r"\w+", source)) - set(shown)
    assert missing == set()


@pytest.mark.parametrize("name", [*NAMES, *OTHERS])
def test_nothing_of_the_markup_is_left(page, name):
    for text in page(name).find_all(string=True):
        if text.find_parent(["code", "pre", "script", "style", "annotation", "head"]):
            continue
        assert "$" not in text
        assert not re.search(
            r"\\(begin|frac|partial|text)\b|\*\*|^#+ |\]\(|^\|.*\|$|^> |```", text, re.M
        )


@pytest.mark.parametrize("name", ["index", *NAMES])
def test_the_page_carries_its_cells(page, name):
    carried = json.loads(page(name).select_one("script#bp-cells").string)
    if name == "index":
        (cell,) = carried
        assert cell["code"].endswith(pages.SHOWN[1]) and cell["live"] and cell["n"] == 1
        return
    assert carried == [
        {
            "n": n,
            "code": cell.source,
            "exercise": exercise_of(cell),
            "live": 'class="bp-still"' in json.dumps(cell.outputs).replace('\\"', '"'),
        }
        for n, cell in enumerate(notebook(name).cells)
        if cell.cell_type == "code"
    ]


# --- links ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*NAMES, *OTHERS])
def test_nobody_else_is_asked(page, name):
    asked = [tag.get("src") or tag.get("href") for tag in page(name).select("script, link, img")]
    asked += [tag["srcset"] for tag in page(name).select("source")]
    assert [url for url in asked if url and urlsplit(url).netloc] == []
    assert not page(name).select("iframe, object, embed, video, audio")


def test_the_style_sheets_ask_nobody(made):
    for sheet in made.rglob("*.css"):
        for url in re.findall(r"url\(([^)]*)\)", sheet.read_text(encoding="utf-8")):
            url = url.strip("\"'")
            if not url.startswith("data:"):
                assert (sheet.parent / url).is_file(), url


@pytest.mark.parametrize("name", [*NAMES, *OTHERS])
def test_every_link_leads_somewhere(made, page, name):
    here = made / f"{name}.html"
    for tag in page(name).select("[href], [src], [srcset]"):
        url = urlsplit(tag.get("href") or tag.get("src") or tag.get("srcset"))
        if url.scheme:
            assert url.scheme in ("http", "https") and tag.name == "a"
            continue
        if "lite/" in url.path:
            wanted = unquote(url.query).removeprefix("path=") or Path(url.path).name
            assert (NOTEBOOKS / wanted).is_file()
            continue
        target = (here.parent / unquote(url.path)).resolve() if url.path else here
        assert target.is_file(), tag
        if url.fragment and target.suffix == ".html":
            there = page(target.relative_to(made).with_suffix("").as_posix())
            assert there.find(id=unquote(url.fragment)) is not None, tag


def test_a_link_to_a_heading_of_a_notebook_still_leads_there(page):
    assert page("03-inductive-step").find(id="A-slip-in-the-notes")


def test_the_repository_is_said_where_it_is_known():
    note = pages.repository_note("https://example.org/me/it")
    assert "<https://example.org/me/it>" in note
    assert "http" not in pages.repository_note("")
    text = "[list](../environment.yml) and [here](notes.md)"
    there = pages.document(text, "https://example.org/me/it")
    assert (
        there == "[list](https://example.org/me/it/blob/HEAD/environment.yml) and [here](notes.md)"
    )
    assert pages.document(text, "") == "list and [here](notes.md)"


# --- pictures ------------------------------------------------------------------------------------


def test_pictures_are_files_of_a_known_size(made, page):
    count = 0
    for name in ["index", *NAMES]:
        for image in page(name).select("article .bp-cell :is(img, source)"):
            assert int(image["width"]) > 0 and int(image["height"]) > 0
            if image.name == "img":
                assert image["loading"] == "lazy" and image["alt"]
                count += 1
        text = (made / f"{name}.html").read_text(encoding="utf-8")
        assert len(text) < 1_300_000
        assert ";base64," not in text
    assert count > 60


def test_a_still_says_what_is_true_of_a_page(page):
    for name in ["index", *NAMES]:
        for still in page(name).select(".bp-still"):
            (said,) = still.select(".bp-wake")
            assert "Python has loaded" in said.get_text()
            assert "JavaScript" in said.select_one("noscript").get_text()
            assert "Run All" not in still.get_text()


# --- what can't be shown says so ------------------------------------------------------------------


def folder_with(path, cell):
    """Copies of the notebooks, one of which begins with this cell."""
    for source in NOTEBOOKS.glob("*.ipynb"):
        book = v4.new_notebook(cells=[v4.new_markdown_cell(f"# {source.stem}")])
        if source.stem == "03-inductive-step":
            book.cells.append(cell)
        if source.stem == pages.SHOWN[0]:
            book.cells.append(v4.new_code_cell(pages.SHOWN[1]))
        nbformat.write(book, path / source.name)
    return path


def shown(html_, kind="text/html"):
    return v4.new_code_cell("1", outputs=[v4.new_output("display_data", {kind: html_})])


STILL = '<div class="bp-still"><p><em>Run this notebook.</em></p></div>'


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (v4.new_markdown_cell(r"Take $\frac{a}{$ here."), r"\frac{a}{"),
        (v4.new_markdown_cell("$$\n\\nosuch\n$$"), r"\nosuch"),
        (shown(r"<details>$$\nosuch$$</details>"), r"\nosuch"),
        (shown(r"$\displaystyle \nosuch$", "text/latex"), r"\nosuch"),
        (shown("no formula", "text/latex"), "no formula"),
        (shown("x", "application/x-new"), "application/x-new"),
        (shown(STILL), "still picture"),
        (shown(f'<img src="data:image/gif;base64,{PIXEL}">'), "unknown form"),
        (v4.new_code_cell("1", outputs=[v4.new_output("error", ename="Oops")]), "Oops"),
        (v4.new_markdown_cell("[there](05-nothing.ipynb)"), "05-nothing.ipynb"),
        (v4.new_markdown_cell("[there](00-start-here.ipynb#Nothing)"), "Nothing"),
    ],
)
def test_what_cant_be_shown_is_named(tmp_path, cell, said):
    folder = folder_with(tmp_path, cell)
    with pytest.raises(pages.Problem) as problem:
        pages.build(tmp_path / "site", parts.folder() / parts.FONTS, folder=folder)
    assert "03-inductive-step" in str(problem.value)
    assert said in str(problem.value)
    assert not (tmp_path / "site" / "index.html").exists()


def test_a_font_that_is_missing_is_named(tmp_path):
    folder = folder_with(tmp_path, v4.new_markdown_cell("fine"))
    with pytest.raises(pages.Problem, match=r"KaTeX_\w+-\w+\.woff2"):
        pages.build(tmp_path / "site", tmp_path, folder=folder)
    assert not (tmp_path / "site").exists()


def test_a_notebook_that_the_readme_doesnt_list_is_named(tmp_path):
    folder = folder_with(tmp_path, v4.new_markdown_cell("fine"))
    (folder / "11-new.ipynb").write_bytes((folder / "00-start-here.ipynb").read_bytes())
    with pytest.raises(pages.Problem, match="11-new"):
        pages.chapters(folder=folder)


def test_what_is_no_markup_in_jupyter_is_none_here(made):
    """MyST's own syntax stays text: a role, a target, a comment, a footnote, a block break."""
    parser = extension.SETTINGS["myst_disable_syntax"]
    assert {"myst_role", "myst_target", "myst_line_comment", "footnote_ref"} <= set(parser)


def test_the_same_notebooks_make_the_same_pages(made, tmp_path):
    pages.build(tmp_path / "again", parts.folder() / parts.FONTS)
    first = {p.relative_to(made): p.read_bytes() for p in made.rglob("*") if p.is_file()}
    again = tmp_path / "again"
    second = {p.relative_to(again): p.read_bytes() for p in again.rglob("*") if p.is_file()}
    assert first.keys() == second.keys()
    assert [str(path) for path in first if first[path] != second[path]] == []
    assert not any(p.suffix in (".doctree", ".ipynb", ".pickle") for p in first)


# --- in a browser --------------------------------------------------------------------------------


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def address(made):
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=made))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture
def open_(chromium, address):
    """The function that opens a page and returns it with what it complained about."""
    contexts = []

    def opening(name, width=1280, theme="light", javascript=True):
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=theme,
            java_script_enabled=javascript,
        )
        contexts.append(context)
        opened, complaints = context.new_page(), []
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        opened.on("console", lambda m: complaints.append(m.text) if m.type != "log" else None)
        opened.on(
            "request", lambda r: None if r.url.startswith(address) else complaints.append(r.url)
        )
        opened.goto(f"{address}{name}.html", wait_until="load")
        return opened, complaints

    yield opening
    for context in contexts:
        context.close()


LOOKED_AT = ["06-biases-and-activations", "search", "docs/notes"]
"""axe takes long over many formulas; tests/site/test_live.py has it look at every page."""

WIDEST = "document.documentElement.scrollWidth"


@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_is_wider_than_the_screen(open_, width, subtests):
    opened, complaints = open_("index", width)
    for name in ["index", *NAMES, *OTHERS]:
        with subtests.test(name):
            opened.goto(opened.url.rpartition("/")[0].removesuffix("/docs") + f"/{name}.html")
            opened.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
            assert opened.evaluate(WIDEST) <= width
            assert complaints == []


@pytest.mark.parametrize(
    ("name", "width", "theme"),
    [
        *product(["index"], [390, 1280], ["light", "dark"]),
        *((name, 390, "dark") for name in LOOKED_AT),
        *((name, 1280, "light") for name in LOOKED_AT),
    ],
)
def test_axe_finds_nothing(open_, name, width, theme):
    opened, complaints = open_(name, width, theme)
    opened.evaluate("document.fonts.ready")
    assert axe.violations(opened) == []
    assert complaints == []


def test_what_is_too_wide_can_be_scrolled_with_the_keyboard(open_):
    opened, _ = open_("02-three-terms", 390)
    opened.evaluate("document.fonts.ready")
    ask = (
        "[...document.querySelectorAll('.highlight pre, .table-wrapper, .bp-formula')].map(e => "
        "[e.scrollWidth > e.clientWidth + 1, e.tabIndex === 0, e.getAttribute('aria-label')])"
    )
    opened.wait_for_function(f"{ask}.every(([wide, stop]) => wide === stop)")
    boxes = opened.evaluate(ask)
    assert [wide for wide, *_ in boxes] == [stop for _, stop, _ in boxes]
    assert {name for *_, name in boxes} == {None, "Code", "Output", "Table", "Formula"}


def test_without_javascript_all_reads_well(open_):
    opened, _ = open_("02-three-terms", 1280, "dark", javascript=False)
    formula = opened.locator(".bp-formula .katex-html").first
    assert formula.is_visible() and formula.bounding_box()["height"] > 20
    still = opened.locator(".bp-still img").first
    still.scroll_into_view_if_needed()
    assert still.bounding_box()["height"] > 200
    assert opened.locator(".bp-wake noscript").first.is_visible()
    place = opened.locator(".bp-fold").evaluate_all("all => all.findIndex(e => !e.open)")
    fold = opened.locator(".bp-fold").nth(place)
    assert not fold.locator("pre").is_visible()
    fold.locator("summary").click()
    assert fold.locator("pre").is_visible()
    body = opened.locator("body").evaluate("e => getComputedStyle(e).backgroundColor")
    assert body == "rgb(19, 20, 22)"


def test_the_search_finds_a_word_and_no_command_of_latex(open_):
    opened, complaints = open_("search")
    opened.goto(opened.url + "?q=saturated")
    opened.locator("#search-results a").first.wait_for()
    found = opened.locator("#search-results a").evaluate_all("all => all.map(a => a.href)")
    assert any("02-three-terms.html" in link for link in found)
    assert complaints == []


def test_the_index_of_the_search_has_no_commands_of_latex(made):
    index = (made / "searchindex.js").read_text(encoding="utf-8")
    terms = json.loads(re.search(r"Search\.setIndex\((.*)\)", index, re.S)[1])["terms"]
    assert "satur" in terms
    assert {"mathcal", "frac", "displaystyl", "vlist"}.isdisjoint(terms)


def test_a_picture_follows_the_theme_that_is_chosen_on_the_page(open_):
    opened, _ = open_("index", 1280, "light")
    image = opened.locator(".bp-still img")
    image.scroll_into_view_if_needed()
    opened.wait_for_function("document.querySelector('.bp-still img').complete")
    light = image.screenshot()
    opened.evaluate("document.body.dataset.theme = 'dark'")
    opened.wait_for_timeout(300)
    dark = image.screenshot()
    assert brightness(light) > 200 and brightness(dark) < 80


def brightness(png):
    import io

    from PIL import Image

    histogram = Image.open(io.BytesIO(png)).convert("L").histogram()
    return sum(value * count for value, count in enumerate(histogram)) / sum(histogram)


def test_on_paper_nothing_is_folded_but_what_gives_an_exercise_away(open_):
    opened, _ = open_("02-three-terms")
    opened.evaluate("dispatchEvent(new Event('beforeprint'))")
    closed = "all => all.map(d => d.querySelector('summary').textContent.trim().split(' ')[0])"
    folded = opened.locator("details:not([open])").evaluate_all(closed)
    assert folded and set(folded) <= {"Hint", "Solution", "Answer", "A"}
    opened.evaluate("dispatchEvent(new Event('afterprint'))")
    assert opened.locator(".bp-fold:not([open])").count() > 0
