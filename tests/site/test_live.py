"""The pages in a browser: what stands still wakes, moves, and shows what CPython shows."""

import html
import json
import re

import pytest

from bpdemo import exercises, record
from bpdemo.exercises.base import tidy
from bpdemo.explorers.explorer import numbers_of
from bpdemo.page import Page
from tests import axe
from tools.notebooks import NOTEBOOKS
from tools.site import pages

AWAKE = "document.documentElement.dataset.bpAwake"
SECONDS = 120_000
NAMES = ["index", *sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))]


class Opened:
    """A page of the site that is awake, and everything it complained about."""

    def __init__(self, context, site, name, width=1280, height=900):
        self.context, self.site, self.name = context, site, name
        self.page = context.new_page()
        self.page.set_viewport_size({"width": width, "height": height})
        self.complaints, self.asked = [], []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._console)
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(f"{site}{name}.html")

    def _console(self, message):
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def awake(self):
        self.page.wait_for_function(AWAKE, timeout=SECONDS)
        return self

    def cells(self):
        return self.page.evaluate("window.bpdemo.cells.map(({n, code, exercise, live}) => "
                                  "({n, code, exercise, live}))")  # fmt: skip

    def explorers(self):
        """Each explorer's place in the notebook, and where it is on the page."""
        for cell in self.cells():
            root = self.page.locator(f'.bp-cell[data-cell="{cell["n"]}"] .bp-explorer')
            if root.count():
                yield cell["n"], root

    def foreign(self):
        return [url for url in self.asked if not url.startswith((self.site, "blob:", "data:"))]

    def close(self):
        self.page.close()


@pytest.fixture(scope="module")
def context(chromium):
    context = chromium.new_context()
    yield context
    context.close()


@pytest.fixture(scope="module", params=NAMES)
def opened(request, context, site):
    made = Opened(context, site, request.param).awake()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def forgetful(monkeypatch):
    monkeypatch.setenv("BPDEMO_PROGRESS", "off")
    record.forget()
    yield
    record.forget()


def twin(opened, n):
    """The same explorer, made by this Python."""
    page = Page({cell["n"]: cell["code"] for cell in opened.cells()})
    page.run(n)
    return page._shown[str(n)]


def compare(root, explorer):
    """What stands on the page is what this Python computes for the same settings."""
    state = root.evaluate("root => root.explorer.state")
    kept = {"do": "set", "settings": state["settings"], "width": state["width"], "quiet": True}
    mine = explorer.respond(kept)
    assert "trouble" not in mine
    assert mine["settings"] == state["settings"]
    shown = numbers_of(mine["svg"])
    assert measured(numbers_of(state["svg"])) == measured(shown)
    assert shown or not explorer.controls()  # some number is compared
    there = root.evaluate(
        "root => [...root.querySelectorAll('.bp-stage > svg text[data-value]')]"
        ".map(text => [text.dataset.value, text.textContent])"
    )
    assert measured(tuple(pair) for pair in there) == measured(shown)


def measured(numbers):
    """Numbers of a picture, without errors that are rounding alone: each machine has its own."""
    rounding = re.compile("10⁻¹[³⁴⁵⁶⁷⁸⁹]")
    return [
        (name, "rounding" if name.startswith("error_") and rounding.search(shown) else shown)
        for name, shown in numbers
    ]


STILL = "root => !root.explorer.isOpen && !root.explorer.waiting.size && !root.explorer.gliding"


def settle(opened, root):
    opened.page.wait_for_function(STILL, arg=root.element_handle(), timeout=30_000)


def test_nothing_complains_and_nobody_else_is_asked(opened):
    assert opened.complaints == []
    assert opened.foreign() == []


def test_whatever_stood_still_is_awake(opened):
    live = sum(cell["live"] for cell in opened.cells())
    assert opened.page.locator(".bp-still").count() == 0
    assert opened.page.locator(".bp-explorer, .bp-practice").count() == live
    assert live or opened.name.startswith("A")


def test_every_explorer_shows_and_moves_as_in_cpython(opened, subtests):
    for n, root in opened.explorers():
        with subtests.test(cell=n):
            explorer = twin(opened, n)
            root.scroll_into_view_if_needed()
            settle(opened, root)
            compare(root, explorer)
            before = root.evaluate("root => root.explorer.state.settings")
            moved = move(root)
            opened.page.wait_for_function(
                "([root, name, before]) => "
                "JSON.stringify(root.explorer.state.settings[name]) !== before",
                arg=[root.element_handle(), moved, dumped(before[moved])],
                timeout=30_000,
            )
            settle(opened, root)
            compare(root, explorer)


def dumped(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def move(root):
    """Move the first thing that a hand can move, as a hand would; return its name."""
    slider = root.locator('svg [data-control][tabindex="0"], input[type=range]').first
    if slider.count() and slider.is_visible():
        name = slider.evaluate(
            "node => node.dataset.control ?? node.closest('[data-field]').dataset.field"
        )
        slider.focus()
        at_end = slider.evaluate(
            "node => Number(node.ariaValueNow ?? node.value) >= "
            "Number(node.ariaValueMax ?? node.max)"
        )
        slider.press("ArrowLeft" if at_end else "ArrowRight")
        return name
    blank = root.locator("[data-blank]").first
    if blank.count():
        name = blank.get_attribute("data-blank")
        blank.focus()
        blank.press("Enter")
        root.locator(".bp-typing").fill("0.5")
        root.locator(".bp-typing").press("Enter")
        return name
    choice = root.locator("select").first
    name = choice.evaluate("node => node.closest('[data-field]').dataset.field")
    choice.select_option(index=1 - min(1, choice.evaluate("node => node.selectedIndex")))
    return name


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_runs_past_the_edge(opened, width):
    opened.page.set_viewport_size({"width": width, "height": 900})
    opened.page.wait_for_timeout(250)
    inside = opened.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    opened.page.set_viewport_size({"width": 1280, "height": 900})
    assert inside


@pytest.mark.parametrize(
    ("theme", "rules"), [("light", None), ("dark", axe.COLORS)], ids=["light", "dark"]
)
def test_axe_finds_nothing(opened, theme, rules):
    opened.page.evaluate("theme => { document.body.dataset.theme = theme; }", theme)
    opened.page.wait_for_timeout(100)
    assert axe.violations(opened.page, rules=rules) == []


def test_the_first_exercise_is_judged_on_every_page(opened):
    cell = next((cell for cell in opened.cells() if cell["exercise"]), None)
    if cell is None:
        return  # the landing page, 05b and the pages of rules have none
    entry = exercises.TABLE[cell["exercise"]]
    root = opened.page.locator(f'.bp-cell[data-cell="{cell["n"]}"]')
    area = root.locator("textarea")
    assert area.input_value() == cell["code"]
    solved = cell["code"].replace(tidy(entry.starter), tidy(entry.solution), 1)
    area.fill(solved)
    root.get_by_role("button", name="Check").click()
    root.locator(".bp-verdict", has_text="Right.").wait_for(timeout=30_000)
    page = Page({cell["n"]: cell["code"] for cell in opened.cells()})
    (mine,) = page.run(cell["n"], solved)["outputs"]
    said = html.unescape(re.sub(r"<[^>]+>|\n", "", mine["html"]))
    assert root.locator(".bp-verdict").inner_text() == said


# --- one page, in a browser of its own -----------------------------------------------------------


@pytest.fixture
def three_terms(chromium, site):
    context = chromium.new_context()
    made = Opened(context, site, "02-three-terms").awake()
    yield made
    assert made.complaints == []
    assert made.foreign() == []
    context.close()


def exercise(opened, name):
    return opened.page.locator(".bp-cell").filter(
        has=opened.page.locator(f'textarea[aria-label$="{name}"]')
    )


WRONG = 'def dL_da_of(a, y):\n    return 2 * (y - a)\n\n\nexercises.check("02-dL_da", dL_da_of)'
RIGHT = WRONG.replace("y - a", "a - y")


def test_an_answer_is_judged_kept_and_downloaded(three_terms):
    cell = exercise(three_terms, "02-dL_da")
    cell.locator("textarea").fill(WRONG)
    cell.get_by_role("button", name="Check").click()
    cell.locator(".bp-verdict", has_text="The sign is the other way round.").wait_for()
    cell.locator("textarea").fill(RIGHT)
    cell.locator("textarea").press("Shift+Enter")
    cell.locator(".bp-verdict", has_text="It's in your library now").wait_for()
    summary = three_terms.page.locator(".bp-summary")
    summary.get_by_text("1 of 8 exercises").wait_for()

    three_terms.page.reload()
    three_terms.awake()
    assert cell.locator("textarea").input_value() == RIGHT
    summary.get_by_text("1 of 8 exercises").wait_for()
    assert "1 of 12 functions" in three_terms.page.locator(".cell_output").filter(
        has_text="Your library has").inner_text()  # fmt: skip
    with three_terms.page.expect_download() as waited:
        three_terms.page.get_by_role("button", name="Download my_backprop.py").click()
    text = waited.value.path().read_text(encoding="utf-8")
    assert "return 2 * (a - y)" in text
    compile(text, "my_backprop.py", "exec")


def test_a_function_of_hers_is_used_on_the_next_page(three_terms):
    cell = exercise(three_terms, "02-dL_da")
    cell.locator("textarea").fill(RIGHT)
    cell.locator("textarea").press("Shift+Enter")
    cell.locator(".bp-verdict", has_text="library now").wait_for()
    after = Opened(three_terms.context, three_terms.site, "03-inductive-step").awake()
    mine = exercise(after, "03-one-back")
    mine.locator("textarea").fill("print(exercises.mine.dL_da_of(1.0, 0.25))")
    mine.get_by_role("button", name="Check").click()
    mine.locator("pre", has_text="1.5").wait_for()
    assert after.complaints == []


def test_code_without_an_end_can_be_stopped(three_terms):
    explorer = three_terms.page.locator(".bp-explorer").first
    explorer.scroll_into_view_if_needed()
    name = move(explorer)
    settle(three_terms, explorer)
    before = explorer.evaluate("(root, name) => root.explorer.state.settings[name]", name)
    cell = exercise(three_terms, "02-dL_da")
    cell.locator("textarea").fill("while True:\n    pass")
    cell.get_by_role("button", name="Check").click()
    cell.get_by_text("Running …").wait_for()
    cell.get_by_role("button", name="Stop").click()
    cell.get_by_text("Stopped.").wait_for(timeout=SECONDS)
    # What was alive lives again, as it was; and an answer is judged again.
    cell.locator("textarea").fill(RIGHT)
    cell.get_by_role("button", name="Check").click()
    cell.locator(".bp-verdict", has_text="Right.").wait_for(timeout=SECONDS)
    three_terms.page.wait_for_function(
        "([name, before]) => "
        "document.querySelector('.bp-explorer')?.explorer?.state.settings[name] === before",
        arg=[name, before],
        timeout=SECONDS,
    )


def test_an_error_is_told_in_her_own_lines(three_terms):
    cell = exercise(three_terms, "02-dL_da")
    cell.locator("textarea").fill("x = 1\nx / 0")
    cell.get_by_role("button", name="Check").click()
    cell.locator("pre.bp-error", has_text="ZeroDivisionError").wait_for()
    assert "line 2" in cell.locator("pre.bp-error").inner_text()
    # What can be loaded is loaded, from the site itself.
    cell.locator("textarea").fill("import sympy as sp\nprint(sp.diff(sp.Symbol('x') ** 2))")
    cell.get_by_role("button", name="Check").click()
    cell.locator("pre", has_text="2*x").wait_for(timeout=SECONDS)


def test_a_quiz_is_judged(three_terms):
    quiz = three_terms.page.locator(".bp-practice").first
    quiz.get_by_role("radio").nth(1).check()
    quiz.get_by_role("button", name="Check").first.click()
    quiz.get_by_text("✓ Right.").wait_for()


def test_the_next_page_starts_from_what_the_first_one_kept(three_terms):
    page = three_terms.page
    page.wait_for_function(
        "async () => { for (const name of await caches.keys())"
        " if (name.startsWith('bpdemo-python-') &&"
        " (await (await caches.open(name)).keys()).length) return true; return false; }",
        timeout=SECONDS,
    )
    after = Opened(three_terms.context, three_terms.site, "01-forward").awake()
    assert after.page.evaluate("bpdemo.python.started").get("restored") is True
    for n, root in after.explorers():
        settle(after, root)
        compare(root, twin(after, n))
    assert after.complaints == []


def test_without_a_network_after_the_first_visit(chromium, site, served):
    context = chromium.new_context()
    first = Opened(context, site, "00-start-here").awake()
    first.page.evaluate(
        "() => new Promise(done => navigator.serviceWorker.addEventListener('message', done))"
    )
    served.off()
    try:
        for name in ("05b-by-hand", "02-three-terms"):  # never visited
            after = Opened(context, site, name).awake()
            after.page.reload()
            after.awake()
            (n, root), *_ = after.explorers()
            compare(root, twin(after, n))
            assert after.page.locator(".katex").first.is_visible() or name.startswith("05b")
            assert after.page.evaluate("document.fonts.check('16px KaTeX_Main')")
    finally:
        served.on()
    context.close()


def test_without_javascript_it_reads_well(chromium, site):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}02-three-terms.html")
    stills = page.locator(".bp-still img")
    assert stills.count() >= 3
    stills.first.scroll_into_view_if_needed()
    assert stills.first.bounding_box()["height"] > 200
    assert page.locator(".katex").first.is_visible()
    assert "That needs JavaScript" in page.locator(".bp-wake").first.inner_text()
    context.close()


def test_every_notebook_has_a_page():
    assert {chapter.name for chapter in pages.chapters()} == set(NAMES[1:])
