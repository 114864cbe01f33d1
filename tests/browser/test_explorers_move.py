"""Every control of every explorer, moved in a real browser: the picture changes to what is right.

Right is what a fresh explorer in Python draws for the settings that the page shows.
"""

import inspect
import math

import pytest

from tests import deciding


def numbers(explorer, most=3):
    """(name, control) of some numbers that can be held in the picture now, others in each test.

    What each of them does to the picture is tested in Python; here the hand is.
    """
    limited = explorer.twin().limited
    every = [(n, limited[n]) for n in explorer.held() if not limited[n].hidden]
    first = sum(map(ord, inspect.stack()[1].function)) % max(len(every), 1)
    return (every[first:] + every[:first])[:most]


def test_a_number_in_the_picture_can_be_dragged(opened, subtests):
    for explorer in opened.explorers:
        for name, control in numbers(explorer):
            with subtests.test(f"{explorer.name}, {name}"):
                if explorer.part(name).get_attribute("data-axis"):
                    continue  # a point follows the pointer: the next test
                before = explorer.settings()[name]
                way = 40 if before < (control.low + control.high) / 2 else -40
                explorer.drag(name, way)
                steps = way / 4
                step = control.step if control.kind == "number" else 1
                target = before * 10 ** (steps * step) if control.log else before + steps * step
                target = min(max(target, control.low), control.high)
                explorer.wait_for(
                    lambda s, n=name, t=target, d=step: abs(s[n] - t) <= 2.1 * d, "dragged"
                )
        explorer.reset()


def test_a_point_on_a_curve_follows_the_pointer(opened, subtests):
    for explorer in opened.explorers:
        handles = explorer.root.locator("svg [data-control][data-axis]")
        for place in range(min(handles.count(), 2)):
            handle = handles.nth(place)
            name = handle.get_attribute("data-control")
            with subtests.test(f"{explorer.name}, {name}"):
                explorer.reset()
                control = explorer.twin().limited[name]
                per = [float(p) for p in handle.get_attribute("data-per").split()]
                axis, log = handle.get_attribute("data-axis"), handle.get_attribute("data-log")
                before = explorer.settings()[name]
                scale = explorer.root.evaluate("root => root.explorer.scale()")
                dx, dy = (30, 0) if axis == "x" else (0, -30)
                if before > (control.low + control.high) / 2:
                    dx, dy = -dx, -dy
                explorer.drag(name, dx, dy, node=handle, steps=20)
                change = (dx if axis == "x" else dy) * scale / per[0]
                target = before * 10**change if log else before + change
                target = min(max(target, control.low), control.high)
                within = 0.05 * abs(target) if log else max(2.5 / abs(per[0]), 1e-3)
                if control.kind != "number":
                    within += 1
                explorer.wait_for(
                    lambda s, n=name, t=target, w=within: abs(s[n] - t) <= w, "followed"
                )
        explorer.reset()


def test_the_arrow_keys_move_a_number_in_the_picture(opened, subtests):
    for explorer in opened.explorers:
        for name, control in numbers(explorer):
            with subtests.test(f"{explorer.name}, {name}"):
                for key, end in (("End", control.high), ("Home", control.low)):
                    explorer.press_key(name, key)
                    explorer.wait_for(lambda s, n=name, e=end: s[n] == pytest.approx(e), key)
                explorer.press_key(name, "ArrowRight")
                step = control.step if control.kind == "number" else control.stride
                up = control.low * 10**step if control.log else control.low + step
                explorer.wait_for(lambda s, n=name, u=up: s[n] == pytest.approx(u), "ArrowRight")
                explorer.press_key(name, "ArrowDown")
                explorer.wait_for(
                    lambda s, n=name, e=control.low: s[n] == pytest.approx(e), "ArrowDown"
                )
                explorer.press_key(name, "ArrowUp")
                explorer.wait_for(lambda s, n=name, u=up: s[n] == pytest.approx(u), "ArrowUp")
                explorer.press_key(name, "Delete")
                start = explorer.start[name]
                explorer.wait_for(lambda s, n=name, v=start: s[n] == v, "Delete")
        explorer.reset()


def test_any_number_can_be_typed_and_a_double_click_brings_it_back(opened, subtests):
    for explorer in opened.explorers:
        for name, control in numbers(explorer):
            if explorer.part(name).get_attribute("data-axis"):
                continue  # a point on a plot is dragged; its number is typed where it stands
            with subtests.test(f"{explorer.name}, {name}"):
                typed = control.low + 0.618 * (control.high - control.low)
                if control.log:
                    typed = math.sqrt(control.low * control.high)
                typed = round(typed, 3) if control.kind == "number" and typed > 0.01 else typed
                typed = typed if control.kind == "number" else round(typed)
                text = repr(typed).replace(".", ",").replace("-", "−")
                explorer.type(name, text)
                explorer.wait_for(lambda s, n=name, t=typed: s[n] == pytest.approx(t), text)
                explorer.click(name, count=2)
                start = explorer.start[name]
                explorer.wait_for(lambda s, n=name, v=start: s[n] == v, "double click")
        explorer.reset()


def test_what_is_no_number_is_not_taken(opened):
    for explorer in opened.explorers:
        if not (held := numbers(explorer)):
            continue
        name = held[0][0]
        explorer.type(name, "2(a - y)")
        box = explorer.root.locator(".bp-typing")
        assert box.get_attribute("aria-invalid") == "true"
        explorer.page.keyboard.press("Escape")
        assert box.count() == 0
        assert explorer.wait_until_right()[name] == explorer.start[name]


def test_every_slider_goes_to_both_ends(opened, subtests):
    for explorer in opened.explorers:
        folded = explorer.root.locator("details.bp-all")
        if folded.count():
            folded.evaluate("node => { node.open = true; }")
        sliders = [
            (n, c) for n, c in explorer.twin().limited.items() if c.is_number and not c.hidden
        ]
        for name, control in sliders[-4:]:
            with subtests.test(f"{explorer.name}, {name}"):
                slider = explorer.root.locator(f'[data-field="{name}"] input[type=range]')
                assert slider.get_attribute("aria-label")
                for key, end in (("End", control.high), ("Home", control.low)):
                    slider.focus()
                    explorer.page.keyboard.press(key)
                    explorer.wait_for(lambda s, n=name, e=end: s[n] == pytest.approx(e), key)
                    said = slider.get_attribute("aria-valuetext").replace("−", "-")
                    assert float(said) == pytest.approx(end)
        explorer.reset()


def test_every_choice_can_be_chosen(opened, subtests):
    for explorer in opened.explorers:
        with subtests.test(explorer.name):
            for name, control in explorer.twin().limited.items():
                if control.hidden:
                    continue
                if control.kind == "choice":
                    values = list(control.choices.values())
                    for value in [*values[:2], values[-1]]:
                        explorer.choose(name, value)
                        explorer.wait_for(lambda s, n=name, v=value: s[n] == v, "chosen")
                elif control.kind == "switch":
                    for value in (not control.value, control.value):
                        explorer.root.locator(f'[data-field="{name}"] input').click()
                        explorer.wait_for(lambda s, n=name, v=value: s[n] == v, "clicked")
            explorer.reset()


def test_a_press_on_a_part_of_the_picture_chooses_it(opened, subtests):
    for explorer in opened.explorers:
        twin = explorer.twin()
        for name, control in twin.limited.items():
            for term, value in list(control.picks.items())[:4]:
                node = explorer.root.locator(f'svg [data-pick="{name}"][data-term="{term}"]')
                if not node.count() or node.first.get_attribute("data-control"):
                    continue
                with subtests.test(f"{explorer.name}: {term} for {name}"):
                    node = node.first
                    node.scroll_into_view_if_needed()
                    node.focus()
                    explorer.page.keyboard.press("Enter")
                    explorer.wait_for(lambda s, n=name, v=value: s[n] == v, "pressed")
        explorer.reset()


def test_pointing_at_a_term_lights_it_up_wherever_it_is(opened, subtests):
    for explorer in opened.explorers:
        names = explorer.root.evaluate(
            "root => [...new Set([...root.querySelectorAll('svg [data-term]')]"
            ".map(node => node.dataset.term))]"
        )
        for name in names[:8]:
            with subtests.test(f"{explorer.name}, {name}"):
                lit = explorer.root.evaluate(
                    """(root, name) => {
                      const all = [...root.querySelectorAll(`svg [data-term="${name}"]`)];
                      all[0].dispatchEvent(new PointerEvent('pointerover', {bubbles: true}));
                      const lit = all.filter(node => node.classList.contains('bp-lit')).length;
                      all[0].dispatchEvent(new PointerEvent('pointerout', {bubbles: true}));
                      const left = root.querySelectorAll('.bp-lit').length;
                      return [all.length, lit, left];
                    }""",
                    name,
                )
                assert lit[0] == lit[1] and lit[2] == 0


def stepping(opened):
    """(explorer, the name of its step control, that control) of those that Play."""
    for explorer in opened.explorers:
        for name, control in explorer.twin().limited.items():
            if control.kind == "step":
                yield explorer, name, control


def to_the_start(explorer, name):
    explorer.root.evaluate("(root, name) => root.explorer.set(name, 0)", name)
    explorer.wait_for(lambda s: s[name] == 0, "the first step")


def test_the_buttons_step(opened, subtests):
    for explorer, name, control in stepping(opened):
        with subtests.test(explorer.name):
            to_the_start(explorer, name)
            for press in (1, 2, 3):
                explorer.press("One step on")
                at = min(press * control.stride, control.high)
                explorer.wait_for(lambda s, n=name, v=at: s[n] == v, "stepped")
            explorer.press("Back one step")
            explorer.wait_for(lambda s, n=name, v=2 * control.stride: s[n] == v, "went back")
            explorer.stage = explorer.root.locator(".bp-stage")
            explorer.stage.focus()
            explorer.page.keyboard.press("ArrowRight")
            explorer.wait_for(lambda s, n=name, v=3 * control.stride: s[n] == v, "ArrowRight")
            explorer.page.keyboard.press("ArrowLeft")
            explorer.wait_for(lambda s, n=name, v=2 * control.stride: s[n] == v, "ArrowLeft")
            explorer.reset()


# Starts to play, and stops once it has moved: in the page, since a short plan ends before a message
# from here would arrive.
PLAY_AND_PAUSE = """async (root, [name, way]) => {
  const explorer = root.explorer, before = explorer.values[name];
  const toggle = () => way === 'Space'
    ? explorer.stage.dispatchEvent(new KeyboardEvent('keydown', {key: ' ', bubbles: true}))
    : root.querySelector(`button[aria-label=${explorer.playing ? 'Pause' : 'Play'}]`).click();
  toggle();
  const end = performance.now() + 15000;
  while (explorer.values[name] === before && performance.now() < end)
    await new Promise((done) => setTimeout(done, 2));
  toggle();
  return explorer.values[name] !== before && !explorer.playing;
}"""


def test_it_plays_until_it_is_paused(opened, subtests):
    for explorer, name, control in stepping(opened):
        for way in ("button", "Space"):
            with subtests.test(f"{explorer.name}, {way}"):
                to_the_start(explorer, name)
                assert explorer.root.evaluate(PLAY_AND_PAUSE, [name, way]), "it didn't play"
                explorer.notebook.settle()
                stopped = explorer.wait_until_right()
                explorer.page.wait_for_timeout(3 * control.pace)
                assert explorer.settings() == stopped
        explorer.reset()


def test_at_the_end_play_begins_again(opened, subtests):
    for explorer, name, control in stepping(opened):
        with subtests.test(explorer.name):
            slider = explorer.root.locator(f'[data-field="{name}"] input[type=range]')
            slider.focus()
            explorer.page.keyboard.press("End")
            explorer.wait_for(lambda s, n=name: s[n] > 0, "End")
            explorer.press("Play")
            explorer.wait_until_moving(name)
            assert explorer.settings()[name] < control.high
            if explorer.root.get_by_role("button", name="Pause", exact=True).count():
                explorer.press("Pause")
            explorer.wait_until_right()
            explorer.reset()


def test_a_guess_is_told_after_the_move(opened, subtests):
    for explorer in opened.explorers:
        twin = explorer.twin()
        if not twin.choices:
            continue
        with subtests.test(explorer.name):
            # One that points at something keeps its question folded: a hand unfolds it.
            explorer.root.locator("details.bp-ask").evaluate("node => { node.open = true; }")
            radios = explorer.root.locator(".bp-ask input[type=radio]")
            assert radios.count() == len(twin.choices)
            radios.nth(0).check()
            explorer.notebook.settle()
            assert "Now move" in explorer.read()["told"] or "guessed" in explorer.read()["told"]
            # Moves that decide it, found in Python, are made on the page.
            twin.guess(0)
            made = deciding.moves(twin)
            assert made is not None, "nothing decides the guess"
            for name, value in made:
                shown = twin.limited[name].to_page(value)
                explorer.root.evaluate(
                    "(root, [name, value]) => root.explorer.set(name, value)", [name, shown]
                )
                explorer.wait_for(lambda s, n=name, v=value: s[n] == pytest.approx(v), "moved")
            told = explorer.read()["told"]
            right = twin.state()["guess"]["right"]
            assert ("✓" in told) == right and ("✗" in told) == (not right)
            explorer.reset()


def test_a_key_on_the_picture_is_the_pictures_own(opened):
    """Notebook 7 takes an arrow key for its own, unless the node that has the focus says no."""
    for explorer in opened.explorers:
        if held := explorer.held():
            explorer.part(held[0]).focus()
            said = "() => document.activeElement.dataset.lmSuppressShortcuts"
            assert opened.page.evaluate(said) == "true", explorer.name
