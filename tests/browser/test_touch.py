"""A phone: fingers find what they want, and a swipe over a picture scrolls the page."""

import time

import pytest

from tools import lab
from tools.made import EXPLORERS, cell, make

NAMES = list(EXPLORERS)


@pytest.fixture(scope="module")
def phone(tmp_path_factory, chromium):
    """All explorers in one notebook on a phone: 390 × 844, touch."""
    folder = tmp_path_factory.mktemp("phone")
    lab.write(folder / "phone.ipynb", [f"{cell(name)}shown" for name in NAMES])
    with lab.serve(folder) as server:
        context = chromium.new_context(
            viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=False
        )
        notebook = lab.Notebook(context, server, "phone.ipynb", width=390, height=844)
        # JupyterLab's own side bars leave little of 390 pixels.
        notebook.hide_bars()
        notebook.run_all()
        notebook.settle()
        yield notebook
        assert notebook.complaints == []
        notebook.close()
        context.close()


@pytest.fixture(params=NAMES)
def explorer(request, phone):
    root = phone.page.locator(".bp-explorer").nth(NAMES.index(request.param))
    root.scroll_into_view_if_needed()
    # JupyterLab lays out what is out of sight only when it comes into view; then Python draws it
    # for the width that it has.
    end = time.monotonic() + 15
    while not root.evaluate(FITS):
        assert time.monotonic() < end, "not drawn for this width"
        phone.page.wait_for_timeout(50)
    return root


FITS = """({explorer}) => !explorer.waiting.size && explorer.width() === explorer.state.width"""


def test_letters_can_be_read(explorer):
    small = explorer.evaluate(
        """root => {
          const svg = root.querySelector('svg.bp');
          const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
          const wrong = new Set();
          for (const part of root.querySelectorAll('*')) {
            const own = [...part.childNodes].some(n => n.nodeType === 3 && n.data.trim());
            if (!own || part.matches('style, script')) continue;
            const drawn = svg.contains(part) ? scale : 1;
            const size = parseFloat(getComputedStyle(part).fontSize) * drawn;
            if (size < 11.95) wrong.add(`${part.textContent}: ${size.toFixed(1)} px`);
          }
          return [...wrong];
        }"""
    )
    assert small == []


def test_nothing_scrolls_sideways(explorer):
    wide = explorer.evaluate(
        "root => { const out = []; for (let n = root; !n.matches('.jp-Notebook'); "
        "n = n.parentElement) if (n.scrollWidth > n.clientWidth + 1) out.push(n.className); "
        "return out; }"
    )
    assert wide == []


def test_buttons_and_lists_are_44_pixels_high(explorer):
    low = explorer.evaluate(
        """root => [...root.querySelectorAll('button, select, summary, input[type=range]')]
          .filter(node => node.checkVisibility())
          .filter(node => node.getBoundingClientRect().height < 43.5)
          .map(node => node.outerHTML.slice(0, 80))"""
    )
    assert low == []


def test_a_number_is_found_by_a_wide_finger(explorer):
    """Each number that can be held has a target of 44 by 44, or is found within 22 pixels."""
    small = explorer.evaluate(
        """root => [...root.querySelectorAll('svg [data-control] > .hit')]
          .map(hit => hit.getBoundingClientRect())
          .filter(box => box.width < 43.5 || box.height < 43.5).length"""
    )
    assert small == 0


def test_a_swipe_over_the_picture_scrolls_and_sets_nothing(explorer, phone):
    """The browser may scroll from anywhere but a sheet to draw on, and a way up is no drag.

    A headless Chromium here doesn't scroll by synthetic touches, not even a plain page; so what is
    tested is what scrolling hangs on: `touch-action`, and that nothing prevents the default.
    """
    page = phone.page
    hindered = explorer.evaluate(
        """root => [...root.querySelectorAll('.bp-stage, .bp-stage *')]
          .filter(node => !node.closest('[data-paint], [data-place], [data-axis]'))
          .filter(node => !['auto', 'pan-y', 'manipulation']
            .includes(getComputedStyle(node).touchAction)).length"""
    )
    assert hindered == 0
    node = explorer.locator("svg [data-control]:not([data-axis])")
    node = node.first if node.count() else explorer.locator("svg.bp")
    node.evaluate("node => node.scrollIntoView({block: 'center'})")
    page.wait_for_timeout(150)
    before = explorer.evaluate("root => JSON.stringify(root.explorer.values)")
    explorer.evaluate(
        """root => {
          window.bpPrevented = [];
          for (const kind of ['touchstart', 'touchmove', 'pointerdown'])
            root.addEventListener(kind, (event) => setTimeout(() =>
              bpPrevented.push(event.defaultPrevented)), {passive: true});
        }"""
    )
    box = node.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    session = page.context.new_cdp_session(page)
    for kind, dy in [("touchStart", 0), *[("touchMove", 12 * i) for i in range(1, 9)]]:
        at = [{"x": x + dy / 30, "y": y - dy}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})
        page.wait_for_timeout(16)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(300)
    prevented = page.evaluate("() => window.bpPrevented")
    assert prevented and not any(prevented)
    assert explorer.evaluate("root => JSON.stringify(root.explorer.values)") == before
    page.keyboard.press("Escape")


def test_a_finger_drags_a_number_sideways(explorer, phone):
    node = explorer.locator("svg [data-control]:not([data-axis])")
    if not node.count():
        pytest.skip("nothing to hold in this picture")
    page, node = phone.page, node.first
    node.evaluate("node => node.scrollIntoView({block: 'center'})")
    page.wait_for_timeout(150)
    name = node.get_attribute("data-control")
    box = node.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    before = explorer.evaluate("(root, name) => root.explorer.values[name]", name)
    session = page.context.new_cdp_session(page)
    for kind, dx in [("touchStart", 0), *[("touchMove", 6 * i) for i in range(1, 9)]]:
        session.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x + dx, "y": y}]}
        )
        page.wait_for_timeout(16)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(400)
    after = explorer.evaluate("(root, name) => root.explorer.values[name]", name)
    limited = make(explorer.evaluate("root => root.explorer.spec.name")).limited[name]
    assert after > before or after == limited.high
    explorer.get_by_role("button", name="Reset", exact=True).click()
    page.wait_for_timeout(300)
