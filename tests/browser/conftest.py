"""One JupyterLab and one Chromium for these tests; each notebook is opened and run once.

Everything here lives as long as this package's tests and no longer: while Playwright runs, its
event loop does too, and tests elsewhere want to start their own.
"""

import ast
import re
import time
from html import unescape

import ipywidgets as widgets
import nbformat
import pytest

from bpdemo import explorers
from bpdemo.explorers.parts import Explorer
from tools import browser, lab, notebooks

NOTEBOOKS = sorted(notebooks.NOTEBOOKS.glob("*.ipynb"))

SECONDS = 30
"""How long to wait for what should come at once: a busy machine is slow, not broken."""


def pytest_generate_tests(metafunc):
    if "opened" in metafunc.fixturenames:
        names = [path.stem for path in NOTEBOOKS]
        metafunc.parametrize("opened", names, indirect=True, scope="package")


@pytest.fixture(scope="package")
def context():
    """A browser context: its pages share what they fetched."""
    if browser.find() is None:
        say = pytest.fail if browser.REQUIRED else pytest.skip
        say("no Chromium could be had; `make browser` looks for one and installs it")
    with lab.chromium() as chromium:
        yield chromium.new_context()


@pytest.fixture(scope="package")
def server(tmp_path_factory, context):
    """A JupyterLab over copies of the notebooks, so that its autosave never touches ours."""
    folder = tmp_path_factory.mktemp("notebooks")
    for path in NOTEBOOKS:
        (folder / path.name).write_bytes(path.read_bytes())
    with lab.serve(folder) as server:
        yield server


@pytest.fixture(scope="package")
def opened(request, context, server):
    """A notebook in JupyterLab: what it showed when it was opened, then run whole."""
    made = Opened(lab.Notebook(context, server, f"{request.param}.ipynb"), request.param)
    yield made
    made.notebook.close()


@pytest.fixture(scope="session")
def driven():
    """The class `Driven`, for a notebook that is not one of the series."""
    return Driven


@pytest.fixture(scope="session")
def calls():
    """The function that lists the explorers of a notebook."""
    return explorers_in


@pytest.fixture(autouse=True)
def nothing_complains(request):
    """Any test fails if the page or the kernel complained while it ran."""
    yield
    if "opened" in request.fixturenames:
        assert request.getfixturevalue("opened").new_complaints() == []


class Opened:
    """A notebook that was opened, looked at, and run.

    stills : for each output of the committed notebook that is a picture: (cell, what shows it).
    cells : the code cells after the run.
    explorers : a `Driven` for each explorer on the page, in its order.
    slid : those of them that have sliders.
    """

    def __init__(self, notebook: lab.Notebook, stem: str):
        self.notebook, self.page, self.stem = notebook, notebook.page, stem
        self._seen = 0
        self.page.set_default_timeout(SECONDS * 1000)
        self.calls = explorers_in(notebooks.NOTEBOOKS / f"{stem}.ipynb")
        self.stills = self.page.evaluate(STILLS)
        notebook.run_all()
        self.cells = notebook.cells()
        self.explorers = [
            Driven(notebook, place, *call) for place, call in enumerate(self.calls.values())
        ]
        self.slid = [explorer for explorer in self.explorers if explorer.has_sliders]

    def new_complaints(self) -> list[str]:
        """What was complained about since this was last asked."""
        complaints = self.notebook.complaints
        new, self._seen = complaints[self._seen :], len(complaints)
        return new


# For each cell, by its place in the notebook: how its outputs are shown.
STILLS = """async () => {
  const cells = jupyterapp.shell.currentWidget.content.widgets;
  const shown = {};
  for (const [place, cell] of cells.entries()) {
    const outputs = [...cell.node.querySelectorAll('.jp-OutputArea-output')];
    const images = outputs.flatMap(output => [...output.querySelectorAll('img')]);
    await Promise.all(images.map(image => image.decode()));
    shown[place] = {
      svg: images.some(image => image.src.startsWith('data:image/') && image.alt),
      width: Math.max(0, ...images.map(image => image.naturalWidth)),
      text: outputs.map(output => output.textContent).join(' '),
    };
  }
  return shown;
}"""


def explorers_in(path) -> dict[int, tuple[type[Explorer], list, dict]]:
    """Cell → the explorer it shows: its class and the arguments it is made with.

    An explorer is shown by a cell's last line, with literal arguments: `explorers.Name(x=1)`.
    """
    found = {}
    for place, cell in enumerate(nbformat.read(path, as_version=4).cells):
        if cell.cell_type != "code" or "explorers." not in cell.source:
            continue
        last = ast.parse(cell.source).body[-1]
        call = getattr(last, "value", None)
        if not (isinstance(call, ast.Call) and ast.unparse(call.func).startswith("explorers.")):
            continue
        made = getattr(explorers, ast.unparse(call.func).partition(".")[2])
        if isinstance(made, type) and issubclass(made, Explorer):
            args = [ast.literal_eval(arg) for arg in call.args]
            kwargs = {word.arg: ast.literal_eval(word.value) for word in call.keywords}
            found[place] = made, args, kwargs
    return found


class Driven:
    """An explorer on a page, beside the one in Python that says what should be seen."""

    def __init__(self, notebook: lab.Notebook, place: int, cls, args=(), kwargs=None):
        self.notebook, self.page = notebook, notebook.page
        self.root = notebook.page.locator(".bp-explorer").nth(place)
        self.cls, self.args, self.kwargs = cls, args, kwargs or {}
        self.name = cls.__name__
        self.controls = self.twin()._controls
        # A few explorers have lists alone.
        self.has_sliders = any(isinstance(c.box, widgets.HBox) for c in self.controls.values())

    def twin(self) -> Explorer:
        """A fresh explorer of the same class, made with the same arguments."""
        return self.cls(*self.args, **self.kwargs)

    # What is on the page.

    def read(self) -> tuple[dict, str]:
        """The settings that the boxes and lists show, and the picture's text, at one moment."""
        shown, label = self.root.evaluate(READ)
        settings = {}
        for name, control in self.controls.items():
            text = shown[_label(control)]
            if isinstance(control.source, widgets.Dropdown):
                settings[name] = dict(control.source._options_full)[text]
            elif isinstance(control.value, bool):
                settings[name] = text == "true"
            else:
                settings[name] = type(control.value)(text)
        return settings, label

    def settings(self) -> dict:
        """The settings, as the page's boxes and lists show them."""
        return self.read()[0]

    def label(self) -> str:
        """The text alternative of the picture."""
        return self.read()[1]

    # What should be.

    def expected(self, settings: dict, touched: str | None = None) -> str:
        """The text alternative of a fresh explorer with these settings."""
        twin = self.twin()
        twin.settings = settings
        twin._touched = (touched,) if touched else ()
        return unescape(re.search('aria-label="([^"]*)"', twin.svg())[1])

    def wait_for(self, condition, what: str, touched: str | None = None) -> dict:
        """Wait until the settings on the page fulfil `condition` and the picture shows them.

        `touched` is the control that the picture should mark as moved last; without it, marks are
        not compared. Returns the settings.
        """
        end = time.monotonic() + SECONDS
        computed = expected = None
        while True:
            settings, label = self.read()
            if condition(settings):
                if settings != computed:
                    computed, expected = settings, self.expected(settings, touched)
                    if touched is None:
                        expected = _unmarked(expected)
                if (_unmarked(label) if touched is None else label) == expected:
                    return settings
            if time.monotonic() > end:
                assert condition(settings), f"{self.name}: {what}, but {settings}"
                assert label == expected, f"{self.name} with {settings}"
            self.page.wait_for_timeout(20)

    def wait_until_right(self, touched: str | None = None) -> dict:
        """Wait until the picture is what the settings on the page say."""
        return self.wait_for(lambda settings: True, "", touched)

    def wait_until_moving(self, name: str) -> None:
        """Wait until a setting changes by itself."""
        before = self.settings()[name]
        end = time.monotonic() + SECONDS
        while self.settings()[name] == before:
            assert time.monotonic() < end, f"{self.name}: {name} stands still"
            self.page.wait_for_timeout(20)

    # What a hand can do.

    def sliders(self) -> dict[str, tuple]:
        """Name → (label, smallest, largest) of the sliders that are to be seen."""
        found = {}
        for name, control in self.controls.items():
            if isinstance(control.box, widgets.HBox):
                bar, box = control.box.children
                if self.slider(bar.description).is_visible():
                    found[name] = bar.description, box.min, box.max
        return found

    def slider(self, label: str):
        """The handle of a slider."""
        return self.root.locator(f".widget-slider:has(> .widget-label:text-is('{label}'))").locator(
            ".noUi-handle"
        )

    def control(self, name: str):
        """The number box, list or check box of a setting."""
        return self.root.get_by_label(_label(self.controls[name]), exact=True)

    def press(self, button: str) -> None:
        """Press a button with the mouse."""
        self.root.get_by_role("button", name=button, exact=True).click()

    def choose(self, name: str, value) -> None:
        """Choose from a list, by value."""
        values = [v for _, v in self.controls[name].source._options_full]
        self.control(name).select_option(index=values.index(value))

    def reset(self) -> None:
        """Press Reset and wait until all is as at first."""
        self.press("Reset")
        start = self.twin().settings
        self.wait_for(lambda settings: settings == start, f"Reset should bring {start}")

    def show_all(self) -> None:
        """Bring every slider on the page: the deepest network."""
        if "depth" in self.controls:
            deepest = max(self.controls["depth"].source.options)
            self.choose("depth", deepest)
            self.wait_for(lambda settings: settings["depth"] == deepest, "chosen")


# What every number box, list and check box says, by its label; and the picture's text.
READ = """root => {
  const shown = {};
  // A list on the page has no-break spaces.
  const text = element => element.textContent.replaceAll('\\u00a0', ' ').trim();
  for (const label of root.querySelectorAll('.widget-label')) {
    const input = label.parentElement.querySelector(':scope > input, :scope > select');
    if (input)
      shown[text(label)] =
        input.tagName === 'SELECT' ? text(input.selectedOptions[0]) : input.value;
  }
  for (const box of root.querySelectorAll('input[type=checkbox]'))
    shown[text(box.parentElement)] = String(box.checked);
  return [shown, root.querySelector('svg.bp').getAttribute('aria-label')];
}"""


def _label(control) -> str:
    """The label by which a setting is found on the page: of its number box, if it has one."""
    box = control.box
    return (box.children[-1] if isinstance(box, widgets.HBox) else box).description


def _unmarked(label: str) -> str:
    return re.sub(r" Last moved: [^.]*\.", "", label)
