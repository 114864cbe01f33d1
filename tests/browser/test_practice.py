"""Quizzes and bug hunts under a hand: by keyboard alone, in both themes, on a phone, later."""

import pytest

from bpdemo.exercises import BugHunt, quiz
from tests import axe
from tools import lab

CELLS = [
    *(f"quiz({name!r})" for name in ("01", "02", "03", "04", "05", "05b", "06", "07", "08", "09")),
    "quiz('10')",
    "quiz('sigma-prime-at-a')",
    "quiz('where-is-sigma-prime')",
    *(f"BugHunt({name!r})" for name in ("03", "05", "06", "07", "08")),
]
QUIZZES = [place for place, cell in enumerate(CELLS) if cell.startswith("quiz")]
HUNTS = [place for place, cell in enumerate(CELLS) if cell.startswith("BugHunt")]
NAMESPACE = {"quiz": quiz, "BugHunt": BugHunt}


def twin(place):
    """The same quiz or hunt, here."""
    return eval(CELLS[place], dict(NAMESPACE))


@pytest.fixture(scope="module")
def practice(tmp_path_factory):
    folder = tmp_path_factory.mktemp("practice")
    cells = [f"from bpdemo.exercises import BugHunt, quiz\n\n{cell}" for cell in CELLS]
    # One each, since two pages with one notebook share its kernel.
    for name in ("all", "phone", "later"):
        lab.write(folder / f"{name}.ipynb", cells)
    lab.write(folder / "one.ipynb", cells[:1])
    with lab.serve(folder) as server:
        yield server


@pytest.fixture(scope="module")
def notebook(practice, context):
    notebook = lab.Notebook(context, practice, "all.ipynb")
    notebook.run_all()
    notebook.page.locator(".bp-practice").nth(len(CELLS) - 1).wait_for()
    yield notebook
    assert notebook.complaints == []
    notebook.close()


def root_of(notebook, place):
    return notebook.page.locator(".bp-practice").nth(place)


def told(card, count=1):
    """What the status of a card says, once it says something new."""
    card.locator(".bp-verdict b").wait_for()
    return [
        card.locator(".bp-verdict b").inner_text(),
        *card.locator(".bp-verdict p").all_inner_texts(),
    ]


def choose_by_key(notebook, card, place):
    """Reach a choice with Tab and the arrow keys, and press Enter."""
    keyboard = notebook.page.keyboard
    card.locator("input").first.focus()
    keyboard.press("Space")
    for _ in range(place):
        keyboard.press("ArrowDown")
    assert card.locator("input").nth(place).is_checked()
    keyboard.press("Enter")


@pytest.mark.parametrize("place", QUIZZES, ids=[CELLS[i] for i in QUIZZES])
def test_a_quiz_with_the_keyboard_alone(notebook, place):
    root, here = root_of(notebook, place), twin(place)
    cell = notebook.page.evaluate("() => jupyterapp.shell.currentWidget.content.activeCellIndex")
    for number, question in enumerate(here.questions):
        card = root.locator(".bp-card").nth(number)
        assert card.locator("legend").inner_text() == here.cards()[number]["ask"]
        assert card.locator("label").all_inner_texts() == [c.text for c in question.choices]
        for at, choice in enumerate(question.choices):
            choose_by_key(notebook, card, at)
            assert told(card) == [
                "✓ Right." if choice.right else "✗ Not yet.",
                choice.says,
            ]
            kind = "bp-right" if choice.right else "bp-wrong"
            assert kind in card.locator(".bp-verdict").get_attribute("class")
            # The focus stays, and so does the notebook's cell.
            assert card.locator("input").nth(at).evaluate("e => e === document.activeElement")
    after = notebook.page.evaluate("() => jupyterapp.shell.currentWidget.content.activeCellIndex")
    assert after in (cell, place)


def test_arrow_keys_give_nothing_away(notebook):
    """Only Check answers; and another choice takes the old verdict away."""
    card = root_of(notebook, 0).locator(".bp-card").first
    choose_by_key(notebook, card, 1)
    told(card)
    notebook.page.keyboard.press("ArrowDown")
    notebook.settle()
    assert card.locator(".bp-verdict").inner_text() == ""


def test_without_a_choice_it_asks_for_one(practice, context):
    notebook = lab.Notebook(context, practice, "one.ipynb")
    notebook.run_all()
    card = root_of(notebook, 0).locator(".bp-card").first
    empty = "e => e.getBoundingClientRect().height"
    assert card.locator(".bp-verdict").evaluate(empty) == 0, "no frame around nothing"
    card.get_by_role("button", name="Check").click()
    assert told(card) == ["Choose first.", "Pick the answer that you think is right."]
    assert notebook.complaints == []
    notebook.close()


@pytest.mark.parametrize("place", HUNTS, ids=[CELLS[i] for i in HUNTS])
def test_a_hunt_with_the_keyboard_alone(notebook, place):
    root, here = root_of(notebook, place), twin(place)
    card, keyboard = root.locator(".bp-card"), notebook.page.keyboard
    for _ in range(2):
        [state] = here.cards()
        assert card.locator("legend").inner_text() == state["ask"]
        assert card.locator("code").evaluate_all("all => all.map(e => e.textContent)") == [
            *here.lines
        ]
        wrong = here.bug.line % len(here.lines)  # the line after it
        for line in (wrong, here.bug.line - 1):
            choose_by_key(notebook, card, line)
            kind, mark, says = here.judge(line + 1)
            assert told(card) == [mark, *says]
            assert f"bp-{kind}" in card.locator(".bp-verdict").get_attribute("class")
        keyboard.press("Tab")
        keyboard.press("Tab")
        keyboard.press("Enter")  # Run the check
        card.locator(".bp-report pre").wait_for()
        assert card.locator(".bp-report pre").text_content() == str(here.check())
        assert told(card) == [mark, *says]  # the verdict stays
        keyboard.press("Tab")
        keyboard.press("Space")  # New bug
        here.next()
        card.get_by_text(f"Bug {here.number} of {len(here.bugs)}").wait_for()
        assert card.locator(".bp-verdict").inner_text() == ""
        assert card.locator(".bp-report").inner_text() == ""
        assert card.locator("input:checked").count() == 0
        new = card.get_by_role("button", name="New bug")
        assert new.evaluate("e => e === document.activeElement")


def test_python_can_change_the_bug(practice, context):
    """What a cell sets, the page shows."""
    lab.write(
        practice.folder / "set.ipynb",
        ["from bpdemo.exercises import BugHunt\n\nhunt = BugHunt('05')\nhunt", "hunt.number = 4"],
    )
    notebook = lab.Notebook(context, practice, "set.ipynb")
    notebook.run_all()
    card = root_of(notebook, 0).locator(".bp-card")
    card.get_by_text("Bug 4 of 10").wait_for()
    here = BugHunt("05")
    here.number = 4
    assert card.locator("code").evaluate_all("all => all.map(e => e.textContent)") == [*here.lines]
    assert notebook.complaints == []
    notebook.close()


def test_the_status_is_there_before_it_speaks(notebook):
    for place in range(len(CELLS)):
        for card in root_of(notebook, place).locator(".bp-card").all():
            assert card.locator('.bp-verdict[role="status"]').count() == 1
            assert card.locator("fieldset > legend").count() == 1


def test_axe_in_both_themes(notebook, subtests):
    for place in (0, 1, *HUNTS[:2]):
        card = root_of(notebook, place).locator(".bp-card").first
        here = twin(place)
        right = (
            here.bug.line - 1
            if place in HUNTS
            else [c.right for c in here.questions[0].choices].index(True)
        )
        # One right and one wrong of each kind are on the page.
        choose_by_key(notebook, card, right if place in (0, HUNTS[0]) else (right + 1) % 3)
        told(card)
    for theme, rules in (("Dark", axe.COLORS), ("Light", None)):
        notebook.theme(f"JupyterLab {theme}")
        with subtests.test(theme):
            assert axe.in_output(notebook.page, rules) == []
    unfold = "() => document.querySelectorAll('.bp-still').forEach(e => {"
    # The stills, too: as a reader without a kernel has them.
    notebook.page.evaluate(
        "() => document.querySelectorAll('.bp-practice').forEach(e => e.remove())"
    )
    notebook.page.evaluate(
        unfold + "e.querySelectorAll('details').forEach(d => { d.open = true; }); })"
    )
    for theme, rules in (("Dark", axe.COLORS), ("Light", None)):
        notebook.theme(f"JupyterLab {theme}")
        with subtests.test(f"{theme}, still"):
            assert axe.in_output(notebook.page, rules) == []


SMALL = """root => [...root.querySelectorAll('*')].filter(part => {
  const own = [...part.childNodes].some(n => n.nodeType === 3 && n.data.trim());
  return own && !part.matches('style') && parseFloat(getComputedStyle(part).fontSize) < 14;
}).map(part => part.outerHTML.slice(0, 80))"""

LOW = """root => [...root.querySelectorAll('button, label')]
  .filter(node => node.getBoundingClientRect().height < 43.5)
  .map(node => node.outerHTML.slice(0, 80))"""

WIDE = """root => { const out = []; for (let n = root; !n.matches('.jp-Notebook');
  n = n.parentElement) if (n.scrollWidth > n.clientWidth + 1) out.push(n.className);
  return out; }"""


@pytest.fixture(scope="module")
def phone(practice, chromium):
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    notebook = lab.Notebook(context, practice, "phone.ipynb", width=390, height=844)
    notebook.hide_bars()
    notebook.run_all()
    notebook.page.locator(".bp-practice").nth(len(CELLS) - 1).wait_for()
    yield notebook
    assert notebook.complaints == []
    notebook.close()
    context.close()


@pytest.mark.parametrize("place", range(len(CELLS)), ids=CELLS)
def test_on_a_phone(phone, place):
    root = root_of(phone, place)
    if place in HUNTS:
        root.get_by_role("button", name="Run the check").tap()
        root.locator(".bp-report pre").wait_for()
    assert root.evaluate(WIDE) == []
    assert root.evaluate(LOW) == []
    assert root.evaluate(SMALL) == []


def test_opened_again_without_a_kernel_the_still_shows(practice, context, subtests):
    first = lab.Notebook(context, practice, "later.ipynb")
    first.run_all()
    first.page.locator(".bp-practice").nth(len(CELLS) - 1).wait_for()
    assert first.page.locator(".bp-still:visible").count() == 0
    first.command("docmanager:save")
    first.close()
    again = lab.Notebook(context, practice, "later.ipynb")
    again.page.wait_for_timeout(1500)
    for place in range(len(CELLS)):
        with subtests.test(CELLS[place]):
            output, here = again.outputs(place), twin(place)
            text = output.inner_text()
            assert "Error displaying" not in text and "not found" not in text
            assert output.locator(".bp-practice:visible").count() == 0
            still = output.locator(".bp-still")
            assert still.is_visible()
            assert "Run All Cells" in text and here.cards()[0]["choices"][0] in text
            assert not still.locator("details p").first.is_visible()
            still.locator("summary").last.click()
            assert still.locator("details").last.locator("p").last.is_visible()
    again.close()


def test_a_kernel_that_ends_leaves_the_still(practice, context):
    notebook = lab.Notebook(context, practice, "one.ipynb")
    notebook.run_all()
    root = root_of(notebook, 0)
    root.wait_for()
    notebook.page.evaluate(
        "() => jupyterapp.shell.currentWidget.sessionContext.restartKernel().then(() => null)"
    )
    root.wait_for(state="hidden")
    assert notebook.outputs(0).locator(".bp-still").is_visible()
    notebook.close()
