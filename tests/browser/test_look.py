"""How the explorers look on the page: nothing cut, nothing too small, nothing that jumps."""

import pytest

SIZES = {
    "1024 px wide": (1024, 768),
    "a projector": (1280, 720),
    "a laptop": (1440, 900),
    "a page at 200 %": (640, 360),
}
USUAL = SIZES["a projector"]


@pytest.fixture(params=SIZES.values(), ids=SIZES)
def sized(opened, request):
    """The notebook in a window of this size."""
    width, height = request.param
    opened.page.set_viewport_size({"width": width, "height": height})
    opened.notebook.settle()
    yield opened
    opened.page.set_viewport_size(dict(zip(("width", "height"), USUAL, strict=True)))


def seen(explorer):
    """Bring it in sight: only there is a picture drawn as wide as its place."""
    explorer.root.scroll_into_view_if_needed()
    explorer.page.wait_for_timeout(300)
    explorer.wait_until_right()


def test_it_fits(sized, subtests):
    """No sideways scrolling, nothing cut, no text under 12 px or over another."""
    for explorer in sized.explorers:
        with subtests.test(explorer.name):
            seen(explorer)
            assert explorer.root.evaluate(CUT) == []
            assert explorer.root.evaluate(SMALL) == []
            assert explorer.root.evaluate(OVERLAPPING) == []


# What is wider than its place, or stands outside of the explorer or the window.
CUT = """root => {
  const wrong = [];
  for (let box = root; !box.matches('.jp-Cell-outputWrapper'); box = box.parentElement)
    if (box.scrollWidth > box.clientWidth + 1) wrong.push(`${box.className} scrolls sideways`);
  const frame = root.getBoundingClientRect();
  if (frame.right > innerWidth) wrong.push('the explorer leaves the window');
  for (const part of root.querySelectorAll('svg.bp, .bp-ask, label, input, select, button')) {
    const box = part.getBoundingClientRect();
    if (box.width && (box.left < frame.left - 1 || box.right > frame.right + 1))
      wrong.push(`${part.outerHTML.slice(0, 80)} is cut off`);
  }
  for (const part of root.querySelectorAll('.bp-ask, button, label'))
    if (part.scrollWidth > part.clientWidth + 1)
      wrong.push(`${part.outerHTML.slice(0, 80)} has more text than room`);
  return wrong;
}"""

SMALL = """root => {
  const svg = root.querySelector('svg.bp');
  const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
  const wrong = new Set();
  for (const part of root.querySelectorAll('*')) {
    const own = [...part.childNodes].some(n => n.nodeType === Node.TEXT_NODE && n.data.trim());
    if (!own || part.matches('style, script')) continue;
    const size = parseFloat(getComputedStyle(part).fontSize) * (svg.contains(part) ? scale : 1);
    if (size < 11.95) wrong.add(`${part.textContent}: ${size.toFixed(1)} px`);
  }
  return [...wrong];
}"""

# A text's box is as high as the tallest letter and the deepest: a fifth at top and bottom is air.
OVERLAPPING = """root => {
  const boxes = [...root.querySelectorAll('svg.bp text')].map(text => {
    const {left, right, top, bottom, height} = text.getBoundingClientRect();
    return {text: text.textContent, left: left + 1, right: right - 1,
            top: top + height / 5, bottom: bottom - height / 5};
  }).filter(box => box.text.trim());
  const wrong = [];
  boxes.forEach((a, place) => boxes.slice(place + 1).forEach(b => {
    if (a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
      wrong.push(`${a.text} | ${b.text}`);
  }));
  return wrong;
}"""


def test_it_is_whole_on_a_projector(opened, subtests):
    """1280 × 720 leaves 608 px under JupyterLab's bars: the whole explorer stands in them."""
    for explorer in opened.explorers:
        with subtests.test(explorer.name):
            explorer.reset()
            explorer.root.evaluate(
                "root => root.querySelectorAll('details.bp-all').forEach("
                "node => { node.open = false; })"
            )
            seen(explorer)
            height = explorer.root.evaluate("root => root.getBoundingClientRect().height")
            assert height <= 608


def test_the_page_does_not_jump_when_a_number_moves(opened, subtests):
    for explorer in opened.explorers:
        if not (held := explorer.held()):
            continue
        with subtests.test(explorer.name):
            name = held[0]
            seen(explorer)  # the window may have been narrow for the test before
            before = explorer.root.evaluate(PLACE)
            for key in ("End", "ArrowLeft", "Home", "ArrowRight"):
                explorer.press_key(name, key)
                explorer.wait_until_right()
                assert explorer.root.evaluate(PLACE) == before, key
            explorer.reset()


PLACE = """root => [...root.querySelectorAll('.bp-stage, svg.bp, .bp-bar input')]
  .map(part => part.getBoundingClientRect())
  .filter(({width}) => width)
  .map(({x, y, width, height}) =>
    [x - root.getBoundingClientRect().x, y - root.getBoundingClientRect().y, width, height]
      .map(Math.round))"""


def test_present_is_for_the_back_row(opened, subtests):
    for explorer in opened.explorers:
        with subtests.test(explorer.name):
            explorer.press("Present")
            explorer.page.wait_for_timeout(400)
            explorer.wait_until_right()
            small = explorer.root.evaluate(SMALL.replace("11.95", "23.5"))
            wide = explorer.root.evaluate("root => root.scrollWidth - root.clientWidth")
            asked = explorer.root.locator("details.bp-ask")
            folded = not asked.count() or asked.get_attribute("open") is None
            explorer.press("End")
            explorer.page.wait_for_timeout(300)
            assert small == [] and wide <= 1 and folded
            explorer.wait_until_right()
