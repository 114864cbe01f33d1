"""One JupyterLab and one Chromium for these tests; each notebook is opened and run once.

Everything here lives as long as this package's tests and no longer: while Playwright runs, its
event loop does too, and tests elsewhere want to start their own.
"""

import ast
import functools
import time

import nbformat
import pytest

from bpdemo import explorers
from bpdemo.explorers.explorer import Explorer, numbers_of
from tools import browser, lab, notebooks

NOTEBOOKS = sorted(notebooks.NOTEBOOKS.glob("*.ipynb"))

SECONDS = 15
"""How long to wait for what should come at once: a busy machine is slow, not broken."""


def pytest_generate_tests(metafunc):
    for fixture, names in (
        ("whole", [path.stem for path in NOTEBOOKS]),
        ("opened", [path.stem for path in NOTEBOOKS if explorers_in(path)]),
    ):
        if fixture in metafunc.fixturenames:
            metafunc.parametrize(fixture, names, indirect=True, scope="package")


@pytest.fixture(scope="package")
def chromium():
    """One Chromium for all: Playwright can't be started while it runs already."""
    if browser.find() is None:
        say = pytest.fail if browser.REQUIRED else pytest.skip
        say("no Chromium could be had; `make browser` looks for one and installs it")
    with lab.chromium() as chromium:
        yield chromium


@pytest.fixture(scope="package")
def context(chromium):
    """A browser context: its pages share what they fetched."""
    return chromium.new_context()


@pytest.fixture(scope="package")
def server(tmp_path_factory, context):
    """A JupyterLab over copies of the notebooks, so that its autosave never touches ours."""
    folder = tmp_path_factory.mktemp("notebooks")
    for path in NOTEBOOKS:
        (folder / path.name).write_bytes(path.read_bytes())
    with lab.serve(folder) as server:
        yield server


@pytest.fixture(scope="package")
def whole(request, context, server):
    """A notebook in JupyterLab: what it showed when it was opened, then run whole."""
    made = Opened(context, server, request.param)
    yield made
    made.notebook.close()


@pytest.fixture(scope="package")
def opened(request, context, server):
    """The explorers of a notebook, one of each kind, without the rest of it.

    The kernel, the page and the messages between them are the same; a page with little else on it
    is laid out in half the time, and every move of a hand has it laid out again.
    """
    name = f"{request.param} explorers"
    calls = explorers_in(notebooks.NOTEBOOKS / f"{request.param}.ipynb").values()
    cells = [written(*call) for call in first_of_each(calls, lambda call: call[0])]
    lab.write(server.folder / f"{name}.ipynb", ["from bpdemo import explorers", *cells])
    made = Opened(context, server, name)
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
    for fixture in {"opened", "whole"}.intersection(request.fixturenames):
        assert request.getfixturevalue(fixture).new_complaints() == []


class Opened:
    """A notebook that was opened, looked at, and run.

    stills : for each output of the committed notebook that is a picture: (cell, what shows it).
    cells : the code cells after the run.
    all : a `Driven` for each explorer on the page, in its order.
    explorers : the first of each kind.
    """

    def __init__(self, context, server: lab.Server, name: str):
        self.notebook = notebook = lab.Notebook(context, server, f"{name}.ipynb")
        self.page = notebook.page
        self._seen = 0
        self.page.set_default_timeout(SECONDS * 1000)
        self.calls = explorers_in(server.folder / f"{name}.ipynb")
        self.stills = self.page.evaluate(STILLS)
        notebook.run_all()
        self.cells = notebook.cells()
        self.all = [
            Driven(notebook, place, *call) for place, call in enumerate(self.calls.values())
        ]
        self.explorers = first_of_each(self.all, lambda explorer: explorer.cls)

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


@functools.cache  # asked for each test
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
        # `explorers.Name(x=1).point_at("a1")` is that explorer, with a quantity lit up.
        while isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            if not isinstance(call.func.value, ast.Call):
                break
            call = call.func.value
        if not (isinstance(call, ast.Call) and ast.unparse(call.func).startswith("explorers.")):
            continue
        made = getattr(explorers, ast.unparse(call.func).partition(".")[2])
        if isinstance(made, type) and issubclass(made, Explorer):
            args = [ast.literal_eval(arg) for arg in call.args]
            kwargs = {word.arg: ast.literal_eval(word.value) for word in call.keywords}
            found[place] = made, args, kwargs
    return found


def first_of_each(explorers, kind) -> list:
    """The first explorer of each kind: the same kind again is driven by the same code."""
    first: dict = {}
    for explorer in explorers:
        first.setdefault(kind(explorer), explorer)
    return list(first.values())


def written(made: type[Explorer], args: list, kwargs: dict) -> str:
    """The line that makes an explorer."""
    words = [*map(repr, args), *(f"{name}={value!r}" for name, value in kwargs.items())]
    return f"explorers.{made.__name__}({', '.join(words)})"


class Driven:
    """An explorer on a page, beside the one in Python that says what should be seen."""

    def __init__(self, notebook: lab.Notebook, place: int, cls, args=(), kwargs=None):
        self.notebook, self.page = notebook, notebook.page
        self.root = notebook.page.locator(".bp-explorer").nth(place)
        self.cls, self.args, self.kwargs = cls, args, kwargs or {}
        self.name = cls.__name__
        self._twin = self.twin()
        self.start = self._twin.settings

    def twin(self) -> Explorer:
        """A fresh explorer of the same class, made with the same arguments."""
        return self.cls(*self.args, **self.kwargs)

    # What is on the page.

    def read(self) -> dict:
        """The settings, the numbers of the picture and its text, at one moment, when all is quiet.

        `settings` are as Python has them; `quiet` says that nothing is under way.
        """
        seen = self.root.evaluate(READ)
        # As they are, whatever the bounds of the twin are at its own settings.
        seen["settings"] = {
            name: control.choices[seen["values"][name]]
            if control.kind == "choice"
            else self._kept(control, seen["values"][name])
            for name, control in self._twin._controls.items()
        }
        return seen

    @staticmethod
    def _kept(control, value):
        if control.kind in ("pixels", "kept"):
            return tuple(value)
        if control.kind == "points":
            return tuple((u, v, label) for u, v, label in value)
        return value

    def settings(self) -> dict:
        """The settings that the page shows."""
        return self.read()["settings"]

    # What should be.

    def expected(self, settings: dict, width: float) -> list[list[str]]:
        """The numbers of a fresh explorer with these settings, at this width."""
        twin = self.twin()
        twin.settings = settings
        return [list(pair) for pair in numbers_of(twin.svg(width))]

    def wait_for(self, condition, what: str) -> dict:
        """Wait until the settings on the page fulfil `condition` and the picture shows them."""
        end = time.monotonic() + SECONDS
        while True:
            seen = self.read()
            settings = seen["settings"]
            if condition(settings) and seen["quiet"]:
                expected = self.expected(settings, seen["width"])
                if seen["numbers"] == expected:
                    return settings
            if time.monotonic() > end:
                assert condition(settings), f"{self.name}: {what}, but {settings}"
                assert seen["quiet"], f"{self.name}: {what}: no answer"
                assert seen["numbers"] == expected, f"{self.name} with {settings}"
            self.page.wait_for_timeout(20)

    def wait_until_right(self) -> dict:
        """Wait until the picture is what the settings on the page say."""
        return self.wait_for(lambda settings: True, "the picture follows")

    def wait_until_moving(self, name: str) -> None:
        """Wait until a setting changes by itself."""
        before = self.settings()[name]
        end = time.monotonic() + SECONDS
        while self.settings()[name] == before:
            assert time.monotonic() < end, f"{self.name}: {name} stands still"
            self.page.wait_for_timeout(20)

    # What a hand can do.

    def held(self) -> list[str]:
        """The settings that can be held in the picture."""
        return self.root.evaluate(
            "root => [...new Set([...root.querySelectorAll('[data-control]')]"
            ".map(node => node.dataset.control))]"
        )

    def part(self, name: str):
        """The first place of a setting in the picture."""
        return self.root.locator(f'svg [data-control="{name}"]').first

    def middle(self, node) -> tuple[float, float]:
        """Bring a part in sight, and say where its middle is once it stands still."""
        node.scroll_into_view_if_needed()
        return node.evaluate(MIDDLE)

    def drag(self, name: str, dx: float, dy: float = 0, node=None, steps: int = 8) -> None:
        """Take hold of a part and move it by so many pixels."""
        x, y = self.middle(node or self.part(name))
        mouse = self.page.mouse
        mouse.move(x, y)
        mouse.down()
        mouse.move(x + dx, y + dy, steps=steps)
        mouse.up()

    def press_key(self, name: str, key: str) -> None:
        """Press a key on a part of the picture."""
        self.part(name).focus()
        self.page.keyboard.press(key)

    def type(self, name: str, text: str) -> None:
        """Click a number and type another."""
        self.click(name)
        typing = self.root.locator(".bp-typing")
        if not typing.count():  # the page above moved as the mouse came down
            self.page.wait_for_timeout(500)
            self.click(name)
        typing.wait_for(timeout=2000)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")

    def click(self, name: str, count: int = 1) -> None:
        """Click a part of the picture."""
        self.page.mouse.click(*self.middle(self.part(name)), click_count=count)

    def field(self, name: str):
        """The slider, list or check box of a setting."""
        return self.root.locator(f'[data-field="{name}"] >> input, select').first

    def press(self, button: str) -> None:
        """Press a button with the mouse."""
        self.root.get_by_role("button", name=button, exact=True).click()

    def choose(self, name: str, value) -> None:
        """Choose from a list, by value."""
        shown = self._twin.limited[name].to_page(value)
        self.root.locator(f'[data-field="{name}"] select').select_option(label=shown)

    def reset(self) -> None:
        """Press Reset and wait until all is as at first."""
        self.press("Reset")
        self.wait_for(lambda settings: settings == self.start, f"Reset should bring {self.start}")


# Everything that can be read off an explorer; quiet when Python has answered and nothing glides.
READ = """root => {
  const {values, state, waiting, isOpen, stage} = root.explorer;
  const svg = stage.querySelector('svg');
  return {
    values: {...values},
    quiet: !waiting.size && !isOpen,
    width: state.width,
    numbers: [...svg.querySelectorAll('text[data-value]')]
      .map(text => [text.dataset.value, text.textContent]),
    label: svg.getAttribute('aria-label'),
    note: root.querySelector('.bp-note').textContent,
    told: root.querySelector('.bp-told').textContent,
  };
}"""

# A picture that has just come in sight is drawn again, as wide as its place, and numbers glide to
# where they belong: a hand waits until they stand still.
MIDDLE = """async node => {
  const middle = () => {
    const box = (node.querySelector(':scope > circle, :scope > .plate') || node)
      .getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2];
  };
  let now = middle(), still = 0;
  for (let frame = 0; still < 4 && frame < 300; frame++) {
    await new Promise(done => requestAnimationFrame(done));
    const before = now;
    now = middle();
    still = now.every((place, axis) => place === before[axis]) ? still + 1 : 0;
  }
  return now;
}"""
