"""The explorers for a reader who hears the page, who has no mouse, or whose finger is wide."""

import pytest


def test_every_control_has_a_name(opened, subtests):
    for explorer in opened.explorers:
        with subtests.test(explorer.name):
            for control in explorer.root.locator("input, select, button, summary").all():
                name = control.evaluate(
                    "e => e.getAttribute('aria-label') || e.labels?.[0]?.textContent || "
                    "e.textContent"
                )
                assert name.strip()


def test_a_number_in_the_picture_is_a_slider_with_its_unrounded_value(opened, subtests):
    for explorer in opened.explorers:
        with subtests.test(explorer.name):
            limited, settings = explorer.twin().limited, explorer.settings()
            labels = {c["name"]: c["label"] for c in explorer.twin().spec()["controls"]}
            for name in explorer.held():
                part = explorer.part(name)
                assert part.get_attribute("role") == "slider"
                assert part.get_attribute("aria-label") == labels[name]
                said = part.get_attribute("aria-valuetext").replace("−", "-")
                assert float(said) == pytest.approx(settings[name], rel=1e-11)
                assert float(part.get_attribute("aria-valuemin")) == limited[name].low
                assert float(part.get_attribute("aria-valuemax")) == limited[name].high
                # One tab stop, wherever else the same number stands.
                stops = explorer.root.locator(f'svg [data-control="{name}"][tabindex="0"]')
                assert stops.count() == 1


# Everything that Tab has to reach, numbered; and the number of what has the focus, or null.
NUMBER = """root => {
  const radios = new Set();
  return [...root.querySelectorAll(
    'summary, input, select, button, [tabindex="0"]')]
  .filter(control => control.checkVisibility() && !control.disabled)
  // Of a group of radio buttons Tab reaches one.
  .filter(control => {
    if (control.type !== 'radio') return true;
    const first = !radios.has(control.name);
    radios.add(control.name);
    return first;
  })
  .map((control, place) => control.dataset.stop = place);
}"""
FOCUSED = "root => root.contains(document.activeElement) && document.activeElement.dataset.stop"


def test_tab_reaches_everything_in_order(opened, subtests):
    for explorer in opened.explorers:
        with subtests.test(explorer.name):
            explorer.root.evaluate("root => root.querySelector('input[type=radio]')?.click()")
            explorer.notebook.settle()
            explorer.root.evaluate(
                "root => root.querySelectorAll('input[type=radio]').forEach("
                "radio => { radio.checked = false; })"
            )
            places = explorer.root.evaluate(NUMBER)
            explorer.root.locator("summary, button, input, select").first.focus()
            reached = []
            for _ in places:
                reached.append(explorer.root.evaluate(FOCUSED))
                explorer.page.keyboard.press("Tab")
            assert reached == [str(place) for place in places]
            assert explorer.root.evaluate(FOCUSED) is False  # and leaves


def test_a_change_is_said_once_it_is_over(opened, subtests):
    """One polite summary, not a stream of numbers."""
    for explorer in opened.explorers:
        if not (held := explorer.held()):
            continue
        with subtests.test(explorer.name):
            name = held[0]
            live = explorer.root.locator(".bp-quiet")
            assert live.get_attribute("aria-live") == "polite"
            explorer.root.evaluate("root => { root.querySelector('.bp-quiet').textContent = ''; }")
            explorer.press_key(name, "End")
            explorer.press_key(name, "ArrowLeft")
            settings = explorer.wait_until_right()
            explorer.page.wait_for_timeout(900)
            said = live.inner_text()
            labels = {c["name"]: c["label"] for c in explorer.twin().spec()["controls"]}
            assert labels[name] in said and f"{settings[name]}"[:4] in said
            explorer.reset()


def test_reduced_motion(opened, subtests):
    opened.page.emulate_media(reduced_motion="reduce")
    try:
        for explorer in opened.explorers:
            if not (held := explorer.held()):
                continue
            with subtests.test(explorer.name):
                explorer.press_key(held[0], "End")
                explorer.wait_until_right()
                moving = explorer.root.evaluate("root => Boolean(root.explorer.gliding)")
                assert not moving
                assert explorer.root.locator(".bp-flying").count() == 0
                explorer.reset()
    finally:
        opened.page.emulate_media(reduced_motion="no-preference")


def test_forced_colours(opened, subtests):
    """With colours of the system's own, controls keep an edge that is seen."""
    opened.page.emulate_media(forced_colors="active")
    try:
        for explorer in opened.explorers:
            with subtests.test(explorer.name):
                for button in explorer.root.locator("button:visible, select:visible").all():
                    edge = button.evaluate(
                        "e => [getComputedStyle(e).borderTopWidth, "
                        "getComputedStyle(e).borderTopStyle]"
                    )
                    assert edge == ["1px", "solid"]
    finally:
        opened.page.emulate_media(forced_colors="none")


def test_contrast_of_the_controls(opened, subtests):
    """The edge of a button, and the frame of a number that can be held: 3 : 1 in both themes."""
    for theme in ("Dark", "Light"):
        opened.notebook.theme(f"JupyterLab {theme}")
        for explorer in opened.explorers[:1]:
            with subtests.test(f"{theme}, {explorer.name}"):
                pairs = explorer.root.evaluate(
                    """root => {
                      const parse = text => text.match(/[\\d.]+/g).slice(0, 3).map(Number);
                      const ground = root.querySelector('rect.f-paper');
                      const paper = parse(getComputedStyle(ground).fill);
                      const button = root.querySelector('button');
                      const found = [[parse(getComputedStyle(button).borderTopColor), paper]];
                      const plate = root.querySelector('[data-control]:not([data-axis]) > .plate');
                      if (plate) found.push([parse(getComputedStyle(plate).stroke), paper]);
                      return found;
                    }"""
                )
                for one, other in pairs:
                    assert contrast(one, other) >= 3


def contrast(one, other):
    def luminance(colour):
        parts = [c / 255 for c in colour]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return sum(k * c for k, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
