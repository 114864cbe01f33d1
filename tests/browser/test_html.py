"""The pages of `make html`, from a folder, in a browser that can fetch nothing."""

import re
from html import unescape
from urllib.parse import unquote

import pytest

from bpdemo import command
from tools import browser, html
from tools.site import parts

PAGES = [name.rpartition(".")[0] for name in command.shipped()]
NOTEBOOKS = [page for page in PAGES if "/" not in page]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The folder with all the pages."""
    try:
        fonts = parts.folder() / parts.FONTS
    except parts.PartsError as error:
        say = pytest.fail if browser.REQUIRED else pytest.skip
        say(str(error))
    folder = tmp_path_factory.mktemp("html")
    html.write(None, folder, fonts)
    return folder


class Shown:
    """A page in a browser, and what it asked for beyond its own file."""

    def __init__(self, page, name, file):
        self.page, self.name, self.asked = page, name, []
        page.route("**/*", self._route)
        page.goto(file.as_uri())
        page.evaluate("() => document.fonts.ready.then(() => null)")

    def _route(self, route):
        url = route.request.url
        if url.startswith("data:"):
            route.continue_()
        elif url.startswith("file:") and not self.asked:
            self.asked.append(url)
            route.continue_()
        else:
            self.asked.append(url)
            route.abort()


@pytest.fixture(params=PAGES, scope="module")
def shown(request, context, folder):
    """Each page, opened once."""
    page = context.new_page()
    yield Shown(page, request.param, folder / f"{request.param}.html")
    page.close()


def test_a_page_is_one_file(shown):
    assert shown.asked == [shown.page.url]


# Text of a formula whose font (family, weight, style) isn't in the page.
_WITHOUT_FONT = """() => {
  const here = new Set([...document.fonts].map(f => [f.family, f.weight, f.style].join()));
  const missing = new Set();
  for (const root of document.querySelectorAll('.katex-html')) {
    const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      if (!walk.currentNode.data.replace(/[\\u200b\\s]/g, '')) continue;
      const style = getComputedStyle(walk.currentNode.parentElement);
      const family = style.fontFamily.split(',')[0].replaceAll('"', '');
      const asked = [family, style.fontWeight, style.fontStyle].join();
      if (!here.has(asked)) missing.add(asked);
    }
  }
  return [...missing];
}"""


def test_formulas_are_set_in_their_fonts(shown):
    page = shown.page
    if shown.name in NOTEBOOKS and shown.name != "A3-python":
        assert page.locator(".katex-html").count() > 5
        states = page.evaluate("() => [...document.fonts].map(f => [f.family, f.status])")
        assert ["KaTeX_Math", "loaded"] in states and "error" not in dict(states).values()
        wide = page.locator(".katex-html").first.evaluate("e => e.getBoundingClientRect().width")
        assert wide > 5
    assert page.evaluate(_WITHOUT_FONT) == []
    text = page.locator("main").inner_text()
    assert "\\frac" not in text and "\\partial" not in text and "$\\" not in text


def test_stills_and_figures_are_seen(shown, calls):
    images = shown.page.locator("img").evaluate_all(
        "all => Promise.all(all.map(async e => (await e.decode(),"
        " [e.naturalWidth, e.alt, e.clientWidth])))"
    )
    assert all(width and alt and wide for width, alt, wide in images)
    if shown.name in NOTEBOOKS:
        path = html.ROOT / "notebooks" / f"{shown.name}.ipynb"
        for made, *_ in calls(path).values():
            assert any(alt.startswith(made.title) for _, alt, _ in images), made.__name__
    assert "model not found" not in shown.page.locator("body").inner_text().lower()


def test_a_folded_text_opens(shown):
    folded = shown.page.locator(".text_cell_render details")
    if shown.name == "03-inductive-step":
        assert folded.count() > 10
    for n in range(min(folded.count(), 2)):
        inside = folded.nth(n).locator("summary ~ *").first
        assert not inside.is_visible()
        folded.nth(n).locator("summary").click()
        assert inside.is_visible()


def test_a_page_fits_a_phone(shown):
    size = shown.page.viewport_size
    shown.page.set_viewport_size({"width": 390, "height": 800})
    assert shown.page.evaluate("() => document.documentElement.scrollWidth") <= 390
    shown.page.set_viewport_size(size)


@pytest.fixture(scope="module")
def anchors(folder):
    """A page's path → what a link's fragment may be."""
    pages = [(folder / f"{name}.html").resolve() for name in PAGES]
    found = {page: re.findall(r' id="([^"]*)"', page.read_text(encoding="utf-8")) for page in pages}
    return {page: set(map(unescape, ids)) for page, ids in found.items()}


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_somewhere(folder, anchors, name):
    here = (folder / f"{name}.html").resolve()
    text = re.sub(
        r"<(script|style|pre|code)\b.*?</\1>", "", here.read_text(encoding="utf-8"), flags=re.S
    )
    links = [unescape(link) for link in re.findall(r'<a [^>]*?href="([^"]*)"', text)]
    assert links
    for link in links:
        if link.startswith(("http://", "https://")):
            continue
        address, _, fragment = link.partition("#")
        target = (here.parent / unquote(address)).resolve() if address else here
        assert target in anchors, link
        # A browser looks for it as it is written, and then decoded.
        assert not fragment or {fragment, unquote(fragment)} & anchors[target], link
