"""Filling in blanks in a real browser, by mouse and by keyboard: every answer is told."""

import contextlib

import pytest

from bpdemo import by_hand
from tools import lab

from .test_look import OVERLAPPING

LEVELS = list(by_hand.LEVELS)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A ByHand of each level in one notebook."""
    folder = tmp_path_factory.mktemp("by-hand")
    made = [f"explorers.ByHand(level={level!r})" for level in LEVELS]
    lab.write(folder / "hand.ipynb", [f"from bpdemo import explorers\n{line}" for line in made])
    with lab.serve(folder) as server:
        yield server


@contextlib.contextmanager
def opened_at(chromium, server, width, height, **more):
    """The notebook, run, in a window of this size."""
    context = chromium.new_context(viewport={"width": width, "height": height}, **more)
    notebook = lab.Notebook(context, server, "hand.ipynb", width=width, height=height)
    if width < 600:
        notebook.hide_bars()
    notebook.run_all()
    notebook.page.wait_for_timeout(800)
    notebook.settle()
    yield notebook
    assert notebook.complaints == []
    notebook.close()
    context.close()


@pytest.fixture(scope="module")
def page(chromium, server):
    with opened_at(chromium, server, 1280, 720) as notebook:
        yield notebook


@pytest.fixture(scope="module")
def phone(chromium, server):
    with opened_at(chromium, server, 390, 844, has_touch=True) as notebook:
        yield notebook


@pytest.fixture(params=LEVELS)
def sheet(request, page):
    """The explorer of a level, as it is at first."""
    made = Sheet(page, request.param)
    yield made
    made.reset()


@pytest.fixture
def chain(page):
    made = Sheet(page, "chain")
    yield made
    made.reset()


class Sheet:
    """An explorer on the page, and its exercise."""

    def __init__(self, notebook, level):
        self.notebook, self.page = notebook, notebook.page
        self.root = notebook.page.locator(".bp-explorer").nth(LEVELS.index(level))
        self.root.scroll_into_view_if_needed()
        self.exercise = by_hand.make(level, 1)
        self.names = by_hand.names_of(level)

    def blank(self, name):
        return self.root.locator(f'svg [data-blank="{name}"]')

    def focused(self):
        return self.page.evaluate("document.activeElement.dataset?.blank")

    def value(self, name):
        return self.root.evaluate("(root, name) => root.explorer.state.settings[name]", name)

    def wait(self):
        self.notebook.settle()
        self.page.wait_for_function(
            "root => !root.explorer.isOpen && !root.explorer.waiting.size && "
            "!root.explorer.gliding",
            arg=self.root.element_handle(),
        )

    def told(self):
        self.wait()
        return self.root.locator(".bp-verdict").first.inner_text()

    def type(self, name, text, key="Enter"):
        self.blank(name).focus()
        self.page.keyboard.press("Enter")
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)
        self.page.keyboard.press(key)
        self.wait()

    def reset(self):
        self.page.keyboard.press("Escape")
        self.root.get_by_role("button", name="Reset", exact=True).click()
        self.wait()


def typed(value):
    return f"{value:g}".replace(".", ",")


def test_a_whole_network_by_keyboard_alone(sheet):
    """Type, Enter, type, Enter …: each Enter goes on to the next blank, to the last."""
    sheet.blank(sheet.names[0]).focus()
    for name in sheet.names:
        assert sheet.focused() == name
        sheet.page.keyboard.type(typed(sheet.exercise.right[name]))
        sheet.page.keyboard.press("Enter")
        sheet.wait()
        label = sheet.blank(name).get_attribute("aria-label")
        assert label.endswith(", right"), label
        assert sheet.root.locator(f'svg [data-term="{name}"]').text_content().count("✓") == 1
    assert f"All {len(sheet.names)} are right" in sheet.told()


def test_a_wrong_number_is_told_in_words_and_with_a_mark(sheet):
    for name in (sheet.names[0], sheet.names[-1]):
        slip, wrong = sheet.exercise.blanks[name].slips[0]
        sheet.type(name, typed(wrong))
        said = sheet.told()
        assert said.startswith("✗") and by_hand.SLIPS[slip].says in said
        assert sheet.blank(name).get_attribute("aria-label").endswith(", not right")
        assert "✗" in sheet.blank(name).text_content()
        sheet.type(name, typed(sheet.exercise.right[name]))
        assert sheet.told().startswith("✓")


@pytest.mark.parametrize(
    ("text", "value"), [("-0,6", -0.6), ("−0.6", -0.6), ("1/2", 0.5), ("−3/4", -0.75), ("7", 7.0)]
)
def test_a_number_may_be_written_in_many_ways(chain, text, value):
    chain.type("z1", text)
    assert chain.value("z1") == value


@pytest.mark.parametrize("text", ["2(a - y)", "1/0", "1/2/3", "/"])
def test_what_is_no_number_is_not_taken(chain, text):
    chain.type("z1", text)
    field = chain.root.locator(".bp-typing")
    assert field.get_attribute("aria-invalid") == "true"
    chain.page.keyboard.press("Escape")
    assert field.count() == 0 and chain.value("z1") is None
    assert chain.focused() == "z1"


def test_tab_goes_through_the_blanks_in_order_and_leaves_a_field_for_the_next(chain):
    chain.blank("z1").focus()
    reached = []
    for _ in chain.names:
        reached.append(chain.focused())
        chain.page.keyboard.press("Tab")
    assert reached == list(chain.names)
    chain.type("a1", "3", key="Tab")
    assert chain.value("a1") == 3 and chain.focused() == "z2"
    chain.type("a1", "4", key="Shift+Tab")
    assert chain.value("a1") == 4 and chain.focused() == "z1"


def test_a_blank_has_a_name_a_role_and_an_input_for_numbers(sheet):
    labels = set()
    for name in sheet.names:
        node = sheet.blank(name)
        assert node.get_attribute("role") == "button" and node.get_attribute("tabindex") == "0"
        label = node.get_attribute("aria-label")
        assert label.endswith(": blank")
        labels.add(label)
    assert len(labels) == len(sheet.names), "no two have the same name"
    sheet.blank(sheet.names[0]).focus()
    sheet.page.keyboard.press("Enter")
    field = sheet.root.locator(".bp-typing")
    assert field.get_attribute("inputmode") == "decimal"
    assert field.get_attribute("aria-label").endswith("your number")
    assert sheet.root.locator(".bp-verdict").first.get_attribute("aria-live") == "polite"


def test_a_click_opens_a_blank_and_delete_empties_it(chain):
    chain.blank("dL_dw1").scroll_into_view_if_needed()
    box = chain.blank("dL_dw1").locator(".plate").bounding_box()
    chain.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    chain.page.keyboard.type("12")
    chain.page.keyboard.press("Enter")
    chain.wait()
    assert chain.value("dL_dw1") == 12
    chain.blank("dL_dw1").focus()
    chain.page.keyboard.press("Delete")
    chain.wait()
    assert chain.value("dL_dw1") is None


def test_the_buttons_show_a_step_and_bring_a_new_network(chain):
    chain.root.get_by_role("button", name="Show me one step", exact=True).click()
    assert chain.told() == f"One step: {chain.exercise.blanks['z1'].step}."
    chain.root.get_by_role("button", name="New network", exact=True).click()
    assert "Take a pencil" in chain.told() and chain.value("z1") is None
    assert chain.value("number") > 1


def test_it_fits_608_pixels_with_its_answer(sheet):
    """With the question open and a slip of two lines below."""
    name, blank = max(
        sheet.exercise.blanks.items(),
        key=lambda item: max((len(by_hand.SLIPS[s].says) for s, _ in item[1].slips), default=0),
    )
    _, wrong = max(blank.slips, key=lambda pair: len(by_hand.SLIPS[pair[0]].says))
    sheet.type(name, typed(wrong))
    sheet.wait()
    assert sheet.root.bounding_box()["height"] <= 608
    assert sheet.root.evaluate("root => root.scrollWidth <= root.clientWidth + 1")


def test_nothing_overlaps_with_every_blank_filled_in(sheet):
    """The longest numbers that anybody writes, all of them wrong."""
    longest = dict.fromkeys(sheet.names, -88.88)
    sheet.root.evaluate(
        "(root, all) => { for (const name in all) root.explorer.set(name, all[name]); }", longest
    )
    sheet.wait()
    assert sheet.root.evaluate(OVERLAPPING) == []


@pytest.mark.parametrize("level", LEVELS)
def test_a_finger_on_a_phone(phone, level):
    """A tap opens the blank under it; targets are 44 pixels, nothing overlaps."""
    sheet = Sheet(phone, level)
    phone.page.wait_for_timeout(600)
    sheet.wait()
    small = sheet.root.evaluate(
        """root => [...root.querySelectorAll('[data-blank] > .hit, .bp-bar button')]
          .map(hit => hit.getBoundingClientRect())
          .filter(box => box.height < 43.5 || box.width < 43.5).length"""
    )
    assert small == 0
    for name in (sheet.names[0], sheet.names[len(sheet.names) // 2], sheet.names[-1]):
        node = sheet.blank(name)
        node.evaluate("node => node.scrollIntoView({block: 'center'})")
        phone.page.wait_for_timeout(150)
        box = node.locator(".plate").bounding_box()
        phone.page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        field = sheet.root.locator(".bp-typing")
        label = node.get_attribute("aria-label").rpartition(":")[0]
        assert field.get_attribute("aria-label") == f"{label}: your number"
        phone.page.keyboard.type("-88.88")
        phone.page.keyboard.press("Enter")
        sheet.wait()
        assert sheet.value(name) == -88.88
    sheet.root.evaluate(
        "(root, all) => { for (const name in all) root.explorer.set(name, all[name]); }",
        dict.fromkeys(sheet.names, -77.77),
    )
    sheet.wait()
    assert sheet.root.evaluate(OVERLAPPING) == []
    assert sheet.root.evaluate("root => root.scrollWidth <= root.clientWidth + 1")
    sheet.reset()
