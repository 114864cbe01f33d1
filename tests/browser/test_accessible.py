"""The explorers for a reader who hears the page, or who has no mouse."""

import importlib.resources

import pytest

from bpdemo.diagrams import base

AXE = importlib.resources.files("axe_playwright_python") / "axe.min.js"

# Only what the project's own output brings is judged, not JupyterLab around it.
RUN_AXE = """async () => {
  const context = {include: ['.jp-OutputArea-output']};
  const {violations} = await axe.run(context, {resultTypes: ['violations']});
  return violations.flatMap(({id, nodes}) =>
    nodes.map(node => [id, node.target.flat().join(' '), node.html, node.failureSummary]));
}"""


def test_both_themes(opened, subtests):
    """In the light theme and the dark one axe finds nothing, and the picture has its colours."""
    opened.page.evaluate(AXE.read_text(encoding="utf-8"))
    for name, colours in (("Dark", base.DARK), ("Light", base.LIGHT)):
        opened.notebook.theme(f"JupyterLab {name}")
        with subtests.test(name):
            found = opened.page.evaluate(RUN_AXE)
            assert [violation for violation in found if not ours_cannot_help(*violation)] == []
            papers = opened.page.locator(".bp-explorer svg.bp > rect.f-paper").evaluate_all(
                "all => all.map(e => getComputedStyle(e).fill)"
            )
            assert set(papers) == {rgb(colours["paper"])}


def rgb(colour):
    return "rgb({}, {}, {})".format(*(int(colour[i : i + 2], 16) for i in (1, 3, 5)))


def ours_cannot_help(rule, target, html, _):
    """Whether JupyterLab or ipywidgets bring this, and no output can do anything about it."""
    # The handle of a slider has no name, and there is no way to give it one. Each has a number box
    # beside it that has a name: the next test.
    return rule == "aria-input-field-name" and 'class="noUi-handle' in html


def test_every_slider_has_a_number_box_with_a_name(opened):
    handles = opened.page.locator(".jp-OutputArea-output .noUi-handle")
    named = handles.evaluate_all(
        """handles => handles.map(handle => {
          const label = handle.closest('.widget-slider').querySelector('.widget-label');
          const twin = handle.closest('.widget-hbox').querySelector('.bp-number');
          const input = twin?.querySelector('input[type=number]');
          return [label.textContent, input?.labels[0]?.textContent];
        })"""
    )
    assert all(slider and name == f"{slider}, as a number" for slider, name in named), named
    assert len(named) >= len(opened.slid)


def test_every_control_has_a_name(opened, subtests):
    for explorer in opened.explorers:
        with subtests.test(explorer.name):
            for control in explorer.root.locator("input, select, button, summary").all():
                name = control.evaluate("e => e.labels?.[0]?.textContent || e.textContent")
                assert name.strip()


# Everything that Tab has to reach, numbered; and the number of what has the focus, or null.
NUMBER = """root => [...root.querySelectorAll('summary, input, select, button, .noUi-handle')]
  .filter(control => control.checkVisibility() && !control.disabled)
  .map((control, place) => control.dataset.place = place)"""
FOCUSED = "root => root.contains(document.activeElement) && document.activeElement.dataset.place"


def test_tab_reaches_every_control_in_order(opened, subtests):
    for explorer in opened.explorers:
        with subtests.test(explorer.name):
            places = explorer.root.evaluate(NUMBER)
            explorer.root.locator("summary").focus()
            reached = []
            for _ in places:
                reached.append(explorer.root.evaluate(FOCUSED))
                explorer.page.keyboard.press("Tab")
            assert reached == [str(place) for place in places]
            assert explorer.root.evaluate(FOCUSED) is False  # and leaves


@pytest.mark.parametrize("key", ["Enter", " "])
def test_the_keyboard_presses_buttons(opened, key, subtests):
    for explorer in opened.slid:
        with subtests.test(explorer.name):
            name, (label, low, _) = list(explorer.sliders().items())[-1]
            start = explorer.settings()
            explorer.slider(label).focus()
            explorer.page.keyboard.press("ArrowRight" if start[name] == low else "ArrowLeft")
            explorer.wait_for(lambda s, n=name, v=start: s[n] != v[n], "an arrow key", name)
            explorer.root.get_by_role("button", name="Reset", exact=True).focus()
            explorer.page.keyboard.press(key)
            explorer.wait_for(lambda s, v=start: s == v, "Reset")


@pytest.mark.parametrize("key", ["Enter", " "])
def test_the_keyboard_unfolds_the_answer(opened, key, subtests):
    for explorer in opened.explorers:
        with subtests.test(explorer.name):
            details = explorer.root.locator("details")
            details.locator("summary").focus()
            explorer.page.keyboard.press(key)
            assert details.locator("p").is_visible()
            explorer.page.keyboard.press(key)
            assert not details.locator("p").is_visible()


def test_the_picture_says_its_numbers(opened, subtests):
    for explorer in opened.explorers:
        with subtests.test(explorer.name):
            picture = explorer.root.get_by_role("img", name=explorer.cls.title)
            assert picture.count() == 1
            assert sum(character.isdigit() for character in explorer.label()) > 20
