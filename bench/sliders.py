"""How an explorer moves under a hand: on the picture and on its slider, beside a bare label.

    python -m bench sliders

All in one JupyterLab in one headless Chromium, in turn, so that each meets the same weather: the
machine's own speed cancels out of the ratios. The bare label is the floor of a kernel's round trip:
an ipywidgets slider whose callback sets one label and nothing else. Measured are

- a single small move: from the pointer to the first painted change (the page's own), and to the
  painted frame with the number that the kernel computed for it;
- a drag to and fro: painted frames per second in which the picture changed, and how long it went on
  changing after the release;
- a callback in Python alone, the memory of the kernel and of the page over many moves, and how soon
  the first explorer stands on the screen of a started kernel.
"""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

from bpdemo.explorers.explorer import Explorer
from tools import lab
from tools.made import EXPLORERS, cell, make

ROUNDS = 3
MOVES = 8  # single moves a round
DRAG_SECONDS = 1.2
MANY = 2000  # moves for the memory

# The targets.
MOST_FIRST_MS = 32
MOST_OF_BARE = 1.1
LEAST_FPS = 50
MOST_QUEUE_MS = 150
MOST_CALLBACK_MS = 5.0
MOST_FIRST_SHOWN_S = 2.0
MOST_GROWTH_MB = 10

BARE = "a label alone"
HANDS = ("picture", "slider")

_BARE_CELL = """
import ipywidgets as widgets

bar = widgets.FloatSlider(value=0.8, min=-4, max=4, step=0.05, description="w", readout=False)
label = widgets.Label("0.8").add_class("bench-target")
bar.observe(lambda change: setattr(label, "value", f"{change.new:.3f}"), "value")
widgets.VBox([bar, label])
"""

# Watches one target. A change is on the screen when the frame after it begins.
_WATCH = """(root) => {
  const explorer = root.querySelector('.bp-explorer')?.explorer;
  const target = explorer ? explorer.stage : root.querySelector('.bench-target');
  const bench = window.bench = {moved: null, first: null, kernel: null, last: null, frames: 0,
    changed: false, released: null};
  const painted = (then) => requestAnimationFrame(() => setTimeout(() => then(performance.now())));
  window.benchObserver?.disconnect();
  window.benchObserver = new MutationObserver(() => {
    bench.last = performance.now();
    bench.changed = true;
    if (bench.moved !== null && bench.first === null) {
      bench.first = 0;
      painted((now) => { bench.first = now - bench.moved; });
      if (!explorer) painted((now) => { bench.kernel = now - bench.moved; });
    }
  });
  window.benchObserver.observe(target,
    {childList: true, subtree: true, characterData: true, attributes: true});
  if (explorer && !explorer.benched) {
    explorer.benched = true;
    const arrived = explorer.arrived.bind(explorer);
    explorer.arrived = () => {
      arrived();
      const now = window.bench;
      if (now.moved !== null && now.kernel === null && !explorer.isOpen) {
        now.kernel = 0;
        painted((at) => { now.kernel = at - now.moved; });
      }
    };
  }
  if (!window.benchListens) {
    window.benchListens = true;
    for (const kind of ['pointermove', 'mousemove'])
      window.addEventListener(kind, () => {
        if (window.bench.armed) {
          window.bench.armed = false;
          window.bench.moved = performance.now();
        }
      }, true);
    window.addEventListener('pointerup', () => { window.bench.released = performance.now(); },
      true);
    const count = () => {
      if (window.bench.changed) { window.bench.frames += 1; window.bench.changed = false; }
      requestAnimationFrame(count);
    };
    requestAnimationFrame(count);
  }
}"""


_DONE = """() => new Promise((tell) => {
  const end = performance.now() + 2000;
  const look = () => bench.first && bench.kernel ? tell([bench.first, bench.kernel]) :
    performance.now() > end ? tell(null) : setTimeout(look, 10);
  look();
})"""


def held_by(explorer: Explorer) -> str | None:
    """The number to drag: one that the picture shows, a weight's if there is one."""
    svg = explorer.svg(styled=False)
    names = [n for n, c in explorer.limited.items() if c.is_number and not c.hidden]
    names = [n for n in names if f'data-control="{n}"' in svg]
    return min(names, key=lambda name: name[0] != "w", default=None)


def cells() -> dict[str, str]:
    """What is measured: name → the cell that shows it."""
    made = {BARE: _BARE_CELL}
    for name in EXPLORERS:
        if held_by(make(name)):
            made[name] = cell(name) + "shown"
    return {name: source.strip() for name, source in made.items()}


class Bench:
    """A page with everything that is measured, one cell each."""

    def __init__(self, notebook: lab.Notebook, names: list[str]):
        self.page = notebook.page
        self.outputs = {name: notebook.outputs(place) for place, name in enumerate(names)}
        self.random = random.Random(0)

    def take(self, name: str, hand: str) -> tuple[float, float]:
        """Where to take hold, scrolled into sight; watching starts over."""
        output = self.outputs[name]
        output.evaluate("(root) => root.scrollIntoView({block: 'start'})")
        output.evaluate(_WATCH)
        if name == BARE:
            node = output.locator(".noUi-handle").first
        else:
            control = held_by(make(name))
            if hand == "picture":
                node = output.locator(
                    f'svg [data-control="{control}"]:not([data-axis]), '
                    f'svg [data-control="{control}"]'
                ).first
            else:
                output.evaluate(
                    "(root) => root.querySelectorAll('details.bp-all').forEach("
                    "(node) => { node.open = true; })"
                )
                node = output.locator(f'[data-field="{control}"] input[type=range]')
        node.scroll_into_view_if_needed()
        box = node.bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        if name != BARE and hand == "slider":  # where the thumb is
            x = node.evaluate(
                "(n) => { const b = n.getBoundingClientRect(); return b.left + 8 + "
                "(n.value - n.min) / (n.max - n.min) * (b.width - 16); }"
            )
        self.quiet()
        return x, y

    def moves(self, name: str, hand: str, count: int) -> list[tuple[float, float]]:
        """(ms to the first change, ms to the kernel's number), for each single small move."""
        x, y = self.take(name, hand)
        mouse, found = self.page.mouse, []
        mouse.move(x, y)
        mouse.down()
        mouse.move(x + 8, y)
        at, way = 8, 8
        for _ in range(count):
            self.quiet(120)
            self.page.evaluate(
                "() => Object.assign(bench, {moved: null, first: null, kernel: null, armed: true})"
            )
            at += way
            way = -way if abs(at) >= 32 or at <= 0 else way
            mouse.move(x + at, y)
            # One question that waits in the page: asking again and again would slow down the page.
            if state := self.page.evaluate(_DONE):
                found.append(tuple(state))
            self.page.wait_for_timeout(self.random.uniform(10, 50))
        mouse.move(x, y)
        mouse.up()
        self.quiet(200)
        return found

    def drag(self, name: str, hand: str, seconds: float) -> tuple[float, float]:
        """Frames per second while dragging, and how many ms the picture went on changing after."""
        x, y = self.take(name, hand)
        mouse = self.page.mouse
        mouse.move(x, y)
        mouse.down()
        begin = self.page.evaluate("() => { bench.frames = 0; return performance.now(); }")
        offset, way, now = 0, 4, begin
        while now - begin < seconds * 1000:
            offset += way
            way = -way if abs(offset) >= 60 or offset <= 0 else way
            mouse.move(x + offset, y)
            now = self.page.evaluate("() => performance.now()")
            self.page.wait_for_timeout(8)
        now, frames = self.page.evaluate("() => [performance.now(), bench.frames]")
        mouse.move(x, y, steps=3)  # back to where it was
        mouse.up()
        self.quiet(600)
        state = self.page.evaluate("() => ({last: bench.last, released: bench.released})")
        after = max(0.0, (state["last"] or 0) - (state["released"] or 0))
        return frames / (now - begin) * 1000, after

    def quiet(self, ms: float = 250) -> None:
        """Wait until nothing has changed for so long."""
        self.page.wait_for_function(
            "(ms) => performance.now() - (bench.last || 0) > ms", arg=ms, timeout=30_000
        )


def callbacks() -> dict[str, float]:
    """Milliseconds of a move's callback in Python alone: the median of 30, for each explorer."""
    found = {}
    for name in EXPLORERS:
        explorer = make(name)
        control = held_by(explorer)
        if control is None:
            continue
        bounds, rng, times = explorer.limited[control], random.Random(0), []
        for _ in range(30):
            value = bounds.nearest(rng.uniform(bounds.low, bounds.high))
            begin = time.perf_counter()
            explorer.receive({"do": "set", "settings": {control: value}})
            times.append(time.perf_counter() - begin)
        found[name] = round(statistics.median(times) * 1000, 2)
    return found


_MEMORY = "import os, resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"


def run(rounds: int = ROUNDS) -> dict:
    """Measure everything.

    Returns
    -------
    {"setting": {…}, "ways": {name: {hand: {"first": ms, "kernel": ms, "fps": …, "queue": ms}}},
    "callbacks": {name: ms}, "memory": {"kernel": MB, "page": MB}, "shown": s}
    """
    made = cells()
    ways: dict[tuple[str, str], dict[str, list]] = {
        (name, hand): {"first": [], "kernel": [], "fps": [], "queue": []}
        for name in made
        for hand in (HANDS if name != BARE else HANDS[1:])
    }
    with tempfile.TemporaryDirectory() as folder, lab.chromium() as browser:
        lab.write(Path(folder, "bench.ipynb"), list(made.values()))
        lab.write(
            Path(folder, "first.ipynb"), ["from bpdemo import explorers", "explorers.ThreeTerms()"]
        )
        lab.write(Path(folder, "memory.ipynb"), [cell("ThreeTerms") + "shown", _MEMORY])
        with lab.serve(Path(folder)) as server:
            shown = first_shown(browser, server)
            memory = growth(browser, server)
            notebook = lab.Notebook(browser, server, "bench.ipynb", width=1280, height=1000)
            notebook.run_all()
            page = Bench(notebook, list(made))
            for name, hand in ways:  # warm up
                page.moves(name, hand, 2)
            for _ in range(rounds):
                for (name, hand), way in ways.items():
                    for first, kernel in page.moves(name, hand, MOVES):
                        way["first"].append(first)
                        way["kernel"].append(kernel)
                for (name, hand), way in ways.items():
                    fps, queue = page.drag(name, hand, DRAG_SECONDS)
                    way["fps"].append(fps)
                    way["queue"].append(queue)
            if notebook.complaints:
                raise RuntimeError("\n".join(notebook.complaints))
        setting = {
            "Chromium": browser.version,
            "JupyterLab": version("jupyterlab"),
            "anywidget": version("anywidget"),
            "rounds": rounds,
        }
    result: dict[str, dict] = {}
    for (name, hand), way in ways.items():
        result.setdefault(name, {})[hand] = {
            what: round(statistics.median(values), 1) for what, values in way.items()
        }
    return {
        "setting": setting,
        "ways": result,
        "callbacks": callbacks(),
        "memory": memory,
        "shown": round(shown, 2),
    }


def first_shown(browser, server) -> float:
    """Seconds from Run to the first explorer on the screen; the kernel has started before."""
    times = []
    for _ in range(3):
        notebook = lab.Notebook(browser, server, "first.ipynb")
        begin = time.monotonic()
        notebook.page.evaluate("() => { jupyterapp.commands.execute('notebook:run-all-cells'); }")
        notebook.page.wait_for_selector(".bp-explorer svg.bp", timeout=30_000)
        times.append(time.monotonic() - begin)
        notebook.close()
    return statistics.median(times)


def growth(browser, server) -> dict[str, float]:
    """MB by which the kernel and the page grow over many moves, after a warm-up."""
    notebook = lab.Notebook(browser, server, "memory.ipynb")
    notebook.run_all()
    page = notebook.page
    session = page.context.new_cdp_session(page)

    def heap() -> float:
        session.send("HeapProfiler.collectGarbage")
        return page.evaluate("() => performance.memory.usedJSHeapSize") / 2**20

    def kernel() -> float:
        page.evaluate(
            "async () => { jupyterapp.shell.currentWidget.content.activeCellIndex = 1;"
            " await jupyterapp.commands.execute('notebook:run-cell'); }"
        )
        notebook.settle()
        return float(notebook.cells()[1]["outputs"][0]["text"])

    def move(count: int) -> None:
        page.evaluate(
            """async (count) => {
              const explorer = document.querySelector('.bp-explorer').explorer;
              for (let i = 0; i < count; i++) {
                explorer.set('w3', -8 + 16 * ((i * 0.6180339887) % 1));
                while (explorer.isOpen) await new Promise((done) => setTimeout(done, 1));
              }
            }""",
            count,
        )

    page.set_default_timeout(300_000)
    move(200)
    before = heap(), kernel()
    move(MANY)
    after = heap(), kernel()
    notebook.close()
    return {
        "page": round(after[0] - before[0], 1),
        "kernel": round(after[1] - before[1], 1),
        "moves": MANY,
    }


def verdicts(result: dict) -> dict[str, list[str]]:
    """What each explorer misses of the targets; an empty list says it meets them all."""
    bare = result["ways"][BARE]["slider"]
    missed = {}
    for name, hands in result["ways"].items():
        if name == BARE:
            continue
        said = []
        for hand, way in hands.items():
            if way["first"] > MOST_FIRST_MS:
                said.append(f"{hand}: first change after {way['first']} ms")
            if way["kernel"] > MOST_OF_BARE * bare["kernel"]:
                said.append(f"{hand}: {way['kernel'] / bare['kernel']:.2f} × the bare label")
            if way["fps"] < LEAST_FPS:
                said.append(f"{hand}: {way['fps']} frames per second")
            if bare["queue"] <= MOST_QUEUE_MS < way["queue"]:
                said.append(f"{hand}: {way['queue']} ms queued")
        if (callback := result["callbacks"].get(name, 0)) > MOST_CALLBACK_MS:
            said.append(f"callback {callback} ms")
        missed[name] = said
    for what in ("kernel", "page"):
        if result["memory"][what] > MOST_GROWTH_MB:
            missed[f"memory of the {what}"] = [f"{result['memory'][what]} MB more"]
    if result["shown"] > MOST_FIRST_SHOWN_S:
        missed["first explorer"] = [f"after {result['shown']} s"]
    return missed


HEADS = (
    "moved",
    "on the",
    "first change ms",
    "kernel's number ms",
    "× label",
    "frames/s",
    "ms after release",
    "callback ms",
)


def rows(result: dict) -> list[tuple[str, ...]]:
    """The table, a row for each way."""
    bare = result["ways"][BARE]["slider"]["kernel"]
    return [
        (
            name,
            hand,
            f"{way['first']:.0f}",
            f"{way['kernel']:.0f}",
            f"{way['kernel'] / bare:.2f}",
            f"{way['fps']:.0f}",
            f"{way['queue']:.0f}",
            f"{result['callbacks'][name]:.1f}" if name in result["callbacks"] else "",
        )
        for name, hands in result["ways"].items()
        for hand, way in hands.items()
    ]


def also(result: dict) -> str:
    """What isn't a row."""
    memory = result["memory"]
    return (
        f"Over {memory['moves']} moves the kernel grew by {memory['kernel']:.1f} MB, the page by "
        f"{memory['page']:.1f} MB; the first explorer stood on the screen "
        f"{result['shown']:.1f} s after Run."
    )


def table(result: dict) -> str:
    """The results for the terminal."""
    lines = [HEADS, *rows(result)]
    wide = [max(len(line[i]) for line in lines) for i in range(len(HEADS))]
    text = [
        "  ".join(
            [line[0].ljust(wide[0]), *(v.rjust(w) for v, w in zip(line[1:], wide[1:], strict=True))]
        )
        for line in lines
    ]
    text.append(also(result))
    missed = [f"  {name}: {', '.join(said)}" for name, said in verdicts(result).items() if said]
    text += ["Targets missed:", *missed] if missed else ["All targets met."]
    return "\n".join(text)


def markdown(result: dict) -> str:
    """The results for the README."""
    setting = result["setting"]
    lines = [HEADS, ("---", "---", *["---:"] * (len(HEADS) - 2)), *rows(result)]
    said = (
        f"Under a hand, in JupyterLab {setting['JupyterLab']} in headless Chromium "
        f"{setting['Chromium'].split('.')[0]}, all in one run: from the pointer to the first "
        "painted change and to the number that the kernel computed, and painted frames per second "
        f"of a drag. {also(result)}"
    )
    return "\n".join([said, "", *(f"| {' | '.join(line)} |" for line in lines)])
