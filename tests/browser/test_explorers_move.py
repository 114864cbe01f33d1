"""Every control of every explorer, moved in a real browser: the picture changes to what is right.

Right is what a fresh explorer in Python draws for the settings that the page shows.
"""

import ipywidgets as widgets
import pytest


def test_every_slider_goes_to_both_ends_and_back(opened, subtests):
    for explorer in opened.slid:
        with subtests.test(explorer.name):
            explorer.show_all()
            sliders = explorer.sliders()
            assert sliders
            for name, (label, low, high) in sliders.items():
                handle = explorer.slider(label)
                handle.focus()
                for key, end in (("End", high), ("Home", low)):
                    if near(explorer.settings()[name], end):
                        continue
                    before = explorer.label()
                    handle.press(key)
                    explorer.wait_for(lambda s, n=name, v=end: near(s[n], v), key, name)
                    assert explorer.label() != before, (name, key)
                handle.press("ArrowRight")
                explorer.wait_for(lambda s, n=name, v=low: s[n] > v, "ArrowRight", name)
            explorer.reset()


def near(value, wanted):
    """The same, to the three figures that the explorers keep of a logarithmic slider's value."""
    return value == pytest.approx(wanted, 0.005)


def test_a_weight_can_be_dragged(opened, subtests):
    for explorer in opened.slid:
        with subtests.test(explorer.name):
            sliders = explorer.sliders()
            # A weight where there is one, else the first slider.
            name = min(sliders, key=lambda name: not name.startswith("w"))
            before, text = explorer.settings()[name], explorer.label()
            drag(explorer, explorer.slider(sliders[name][0]), 40)
            explorer.wait_for(lambda s, n=name, v=before: s[n] > v, "dragged to the right", name)
            assert explorer.label() != text
            explorer.reset()


def drag(explorer, handle, by):
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    mouse = explorer.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + by, y, steps=8)
    mouse.up()


def test_a_number_can_be_typed(opened, subtests):
    for explorer in opened.slid:
        with subtests.test(explorer.name):
            for name, (_, low, high) in explorer.sliders().items():
                before = explorer.settings()[name]
                typed = round(type(before)((low + 2 * high) / 3), 3)
                typed = low if typed == before else typed
                explorer.control(name).fill(str(typed))
                explorer.control(name).press("Enter")
                # The slider beside it goes to its nearest step, and takes the number along.
                bar = explorer.controls[name].box.children[0]
                step = typed * bar.step if hasattr(bar, "base") else bar.step
                explorer.wait_for(
                    lambda s, n=name, v=typed, d=step, o=before: s[n] != o and abs(s[n] - v) <= d,
                    f"{name} was typed as {typed}",
                )
            explorer.reset()


def test_every_choice_can_be_chosen(opened, subtests):
    for explorer in opened.explorers:
        with subtests.test(explorer.name):
            for name, control in explorer.controls.items():
                if isinstance(control.source, widgets.Dropdown):
                    for _, value in control.source._options_full:
                        explorer.choose(name, value)
                        explorer.wait_for(lambda s, n=name, v=value: s[n] == v, "chosen")
                elif isinstance(control.source, widgets.Checkbox):
                    for value in (not control.default, control.default):
                        explorer.control(name).click()
                        explorer.wait_for(lambda s, n=name, v=value: s[n] == v, "clicked")
            explorer.reset()


def stepping(opened):
    """(explorer, the name of its step slider) of those that have a Step button."""
    for explorer in opened.explorers:
        name = next((n for n in ("step", "steps") if n in explorer.controls), None)
        if name:
            yield explorer, name


def test_the_buttons_step(opened, subtests):
    for explorer, name in stepping(opened):
        with subtests.test(explorer.name):
            stride = getattr(explorer.twin(), "stride", 1)
            for press in (1, 2, 3):
                explorer.press("Step")
                explorer.wait_for(lambda s, n=name, v=press * stride: s[n] == v, "stepped")
            if "Back" in buttons(explorer):
                explorer.press("Back")
                explorer.wait_for(lambda s, n=name: s[n] == 2, "went back")
            explorer.press("Start over")
            explorer.wait_for(lambda s, n=name: s[n] == 0, "started over")
            explorer.reset()


def test_it_runs_by_itself_until_it_is_stopped(opened, subtests):
    for explorer, name in stepping(opened):
        run, stop = ("Run", "Stop") if "Run" in buttons(explorer) else ("Play", "Pause")
        with subtests.test(explorer.name):
            explorer.press(run)
            explorer.wait_until_moving(name)
            explorer.press(stop)
            explorer.notebook.settle()
            stopped = explorer.wait_until_right()
            # Three of its beats later it still stands where it stopped.
            explorer.page.wait_for_timeout(3 * 1000 * explorer.twin().runner.interval)
            explorer.notebook.settle()
            assert explorer.settings() == stopped

            # A hand on Start over while it runs stops it, too.
            explorer.press(run)
            explorer.wait_until_moving(name)
            explorer.press("Start over")
            explorer.notebook.settle()
            explorer.wait_for(lambda s, n=name: s[n] == 0, "started over")
            explorer.reset()


def buttons(explorer):
    return explorer.root.get_by_role("button").all_inner_texts()


def test_the_answer_is_folded_away(opened, subtests):
    for explorer in opened.explorers:
        with subtests.test(explorer.name):
            details = explorer.root.locator("details")
            answer = details.locator("p")
            assert not answer.is_visible()
            details.locator("summary").click()
            assert answer.is_visible() and answer.inner_text()
            details.locator("summary").click()
            assert not answer.is_visible()
