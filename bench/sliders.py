"""How long from a slider's step to the picture: every explorer, a bare label, the stock way.

    python -m bench sliders

All in one JupyterLab in one headless Chromium, in turn, so that each meets the same weather: the
machine's own speed cancels out of the ratios. The bare label is the floor: a slider whose callback
sets one label, a round trip to the kernel and nothing else. The stock way is `@interact` and
`plt.show()`, as in most notebooks.
"""

from __future__ import annotations

import random
import statistics
import tempfile
from importlib.metadata import version
from pathlib import Path

import ipywidgets

from bpdemo.explorers.parts import Explorer
from tools import lab
from tools.made import EXPLORERS, cell, make

ROUNDS = 4
STEPS = 8  # a round, of the arrow key
STOCK_STEPS = 4  # they take long
WAY = 4  # steps to the right, then as many back
DRAG_SECONDS, DRAG_PIXELS = 1.5, 60
KEY_PAUSE = (40, 90)  # ms, at random, so that steps don't lock on to the screen's frames

# The targets: times the bare label, part of the stock way, and so on.
MOST_OF_BARE = 1.5
MOST_OF_STOCK = 0.25
P95_MS, WHERE_BARE_P95_MS = 100, 70
FPS, WHERE_BARE_FPS = 20, 25
QUEUE_MS = 150

BARE = "a label alone"
STOCK = "@interact + plt.show()"

_BARE_CELL = """
import ipywidgets as widgets

bar = widgets.FloatSlider(value=0.8, min=-4, max=4, step=0.05, description="w", readout=False)
label = widgets.Label("0.8").add_class("bench-target")
bar.observe(lambda change: setattr(label, "value", f"{change.new:.3f}"), "value")
widgets.VBox([bar, label])
"""

_EXPLORER_CELL = """\
shown._picture.add_class("bench-target")
shown._controls[{control!r}].source.add_class("bench-slider")
shown
"""

# ThreeTerms' network and curve, as one would write it with Matplotlib.
_STOCK_CELL = """
import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import interact

import bpdemo as bp

%matplotlib inline

span = np.linspace(-8, 8, 121)


def draw(w1=0.8, w2=-1.2, w3=1.5, x=0.5, y=1.0, activation="sigmoid"):
    x, y = np.array([[x]]), np.array([[y]])
    w = [np.array([[v]]) for v in (w1, w2, w3)]
    trace = bp.forward(x, w, activation)
    grad = bp.backward(trace, y)
    loss = float(bp.squared_difference(trace.a[3], y))
    losses = bp.squared_difference(bp.forward(x, [*w[:2], span[:, None, None]], activation).a[3], y)
    figure, (top, bottom) = plt.subplots(2, figsize=(9.6, 5.6))
    top.set_axis_off()
    top.set(xlim=(-0.5, 4.5), ylim=(-0.8, 0.8))
    for k in range(4):
        if k:
            value = trace.w[k].item()
            colour = "tab:blue" if value > 0 else "tab:red"
            top.plot([k - 1, k], [0, 0], color=colour, lw=1 + 2 * abs(value), zorder=1)
            top.text(k - 0.5, 0.15, f"$w^{k}$ = {value:+.3f}", ha="center")
            top.text(k - 0.5, -0.25, f"{grad.dL_dw[k].item():+.3f}", ha="center", color="purple")
        top.scatter(k, 0, s=2000, color="white", edgecolor="black", zorder=2)
        top.text(k, 0, f"{trace.a[k].item():.3f}", ha="center", va="center", zorder=3)
        top.text(k, 0.5, f"$a^{k}$", ha="center")
    top.text(4, 0, f"loss {loss:.3f}", ha="center", va="center")
    slope = grad.dL_dw[3].item()
    bottom.plot(span, losses)
    bottom.plot([w3 - 2, w3 + 2], [loss - 2 * slope, loss + 2 * slope], color="purple")
    bottom.scatter(w3, loss, color="black", zorder=3)
    bottom.set(xlabel="$w^3$", ylabel="loss", ylim=(0, 1), title=f"slope {slope:+.3f}")
    plt.show()


step = {"min": -4, "max": 4, "step": 0.05}
sliders = {
    name: widgets.FloatSlider(value=value, description=name, **step)
    for name, value in {"w1": 0.8, "w2": -1.2, "w3": 1.5, "x": 0.5}.items()
}
sliders["w1"].add_class("bench-slider")
shown = interact(draw, **sliders, y=(0.0, 1.0), activation=["sigmoid", "tanh"])
shown.widget.out.add_class("bench-target")
None
"""

# Watches one target. `painted` is when the second frame after the first change begins: by then the
# first, which shows the change, is on the screen.
_WATCH = """(root) => {
  const target = root.querySelector('.bench-target');
  const bench = window.bench = {start: null, painted: null, last: null, frames: 0, changed: false};
  const next = (then) => requestAnimationFrame(() => requestAnimationFrame(then));
  window.benchObserver && window.benchObserver.disconnect();
  window.benchObserver = new MutationObserver(() => {
    const now = performance.now();
    bench.last = now;
    bench.changed = true;
    if (bench.start !== null && !bench.waiting) {
      bench.waiting = true;
      bench.mutated = now;
      next(() => { bench.painted = performance.now(); bench.tell(); });
    }
  });
  window.benchObserver.observe(
    target, {childList: true, subtree: true, characterData: true, attributes: true});
  if (!window.benchListens) {
    window.benchListens = true;
    window.addEventListener('keydown', () => {
      Object.assign(window.bench, {start: performance.now(), painted: null, waiting: false});
      window.bench.shown = new Promise((tell) => {
        window.bench.tell = tell;
        setTimeout(tell, 8000);
      });
    }, true);
    for (const kind of ['pointerup', 'mouseup'])
      window.addEventListener(kind, () => { window.bench.released = performance.now(); }, true);
    const count = () => {
      if (window.bench.changed) { window.bench.frames += 1; window.bench.changed = false; }
      requestAnimationFrame(count);
    };
    requestAnimationFrame(count);
  }
}"""


def slider_of(explorer: Explorer) -> str | None:
    """The slider to move: a weight's, else another that changes the picture at every step.

    None where there is none: a few rows and columns to choose from are no drag.
    """
    kinds = (ipywidgets.FloatSlider, ipywidgets.FloatLogSlider, ipywidgets.IntSlider)
    names = [n for n, c in explorer._controls.items() if isinstance(c.source, kinds)]
    for name in sorted(names, key=lambda name: not name.startswith("w")):
        if _moves(explorer, explorer._controls[name].source):
            return name
    return None


def _moves(explorer, bar) -> bool:
    """Whether each of the first steps upwards changes the picture."""
    old, seen = bar.value, {explorer._picture.value}
    for _ in range(WAY):
        bar.value = bar.value * bar.base**bar.step if hasattr(bar, "base") else bar.value + bar.step
        seen.add(explorer._picture.value)
    bar.value = old
    return len(seen) == WAY + 1


def cells() -> dict[str, str]:
    """What is measured: name → the cell that shows it."""
    made = {BARE: _BARE_CELL}
    for name in EXPLORERS:
        if control := slider_of(make(name)):
            made[name] = cell(name) + _EXPLORER_CELL.format(control=control)
    return {name: source.strip() for name, source in {**made, STOCK: _STOCK_CELL}.items()}


class Bench:
    """A page with everything that is measured, one cell each."""

    def __init__(self, notebook: lab.Notebook, names: list[str]):
        self.page = notebook.page
        self.outputs = {name: notebook.outputs(place) for place, name in enumerate(names)}
        self.random = random.Random(0)

    def handle(self, name: str):
        """The slider's handle, scrolled into sight; watching begins anew."""
        output = self.outputs[name]
        marked = output.locator(".bench-slider .noUi-handle")
        handle = (marked if marked.count() else output.locator(".noUi-handle")).first
        output.evaluate("(root) => root.scrollIntoView({block: 'start'})")
        output.evaluate(_WATCH)
        return handle

    def state(self) -> dict:
        """What the page has seen."""
        return self.page.evaluate("() => ({...window.bench, shown: null, tell: null})")

    def keys(self, name: str, steps: int) -> list[float]:
        """Milliseconds from each press of the arrow key to its painted frame."""
        handle = self.handle(name)
        handle.focus()
        self.quiet()
        times = []
        for step in range(steps):
            self.page.keyboard.press("ArrowRight" if step % (2 * WAY) < WAY else "ArrowLeft")
            state = self.page.evaluate(
                "() => window.bench.shown.then(() => ({start: window.bench.start, "
                "mutated: window.bench.mutated, painted: window.bench.painted}))"
            )
            if state["painted"] is None:
                raise TimeoutError(f"{name}: nothing changed in 8 s")
            times.append(state["painted"] - state["start"])
            self.page.wait_for_timeout(self.random.uniform(*KEY_PAUSE))
        return times

    def drag(self, name: str, seconds: float) -> tuple[float, float]:
        """Frames per second while dragging, and how many ms the picture went on changing after."""
        handle = self.handle(name)
        self.quiet()
        box = handle.bounding_box()
        bar = handle.evaluate(
            "(node) => { const box = node.closest('.noUi-target').getBoundingClientRect(); "
            "return [box.left, box.right]; }"
        )
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        mouse = self.page.mouse
        mouse.move(x, y)
        mouse.down()
        begin = self.page.evaluate("() => { window.bench.frames = 0; return performance.now(); }")
        # To and fro towards the middle, so that it never stands at an end.
        inwards = 1 if x < sum(bar) / 2 else -1
        offset, way = 0, 2
        now = begin
        while now - begin < seconds * 1000:
            offset += way
            way = -way if offset >= DRAG_PIXELS or offset <= 0 else way
            mouse.move(x + inwards * offset, y)
            now = self.page.evaluate("() => performance.now()")
            self.page.wait_for_timeout(8)
        now, frames = self.page.evaluate("() => [performance.now(), window.bench.frames]")
        mouse.move(x, y, steps=3)  # back to where it was
        mouse.up()
        self.quiet(1000)
        state = self.state()
        after = max(0.0, (state["last"] or 0) - state["released"])
        return frames / (now - begin) * 1000, after

    def quiet(self, ms: float = 300) -> None:
        """Wait until nothing has changed for so long."""
        self.page.wait_for_function(
            "(ms) => performance.now() - (window.bench.last || 0) > ms && "
            "performance.now() - (window.bench.released || 0) > ms",
            arg=ms,
            timeout=30_000,
        )


def run(rounds: int = ROUNDS) -> dict:
    """Measure everything.

    Returns
    -------
    {"setting": {…}, "ways": {name: {"median": ms, "p95": ms, "fps": …, "queue": ms, "n": steps}}}
    """
    made = cells()
    steps: dict[str, list[float]] = {name: [] for name in made}
    drags: dict[str, list[tuple[float, float]]] = {name: [] for name in made}
    with tempfile.TemporaryDirectory() as folder, lab.chromium() as browser:
        lab.write(Path(folder, "bench.ipynb"), list(made.values()))
        with lab.serve(Path(folder)) as server:
            notebook = lab.Notebook(browser, server, "bench.ipynb", width=1280, height=1000)
            notebook.run_all()
            page = Bench(notebook, list(made))
            for name in made:  # warm up
                page.keys(name, 3)
            for _ in range(rounds):
                for name in made:
                    steps[name] += page.keys(name, STOCK_STEPS if name == STOCK else STEPS)
                for name in made:
                    drags[name].append(page.drag(name, DRAG_SECONDS))
            if notebook.complaints:
                raise RuntimeError("\n".join(notebook.complaints))
        setting = {
            "Chromium": browser.version,
            "JupyterLab": version("jupyterlab"),
            "ipywidgets": version("ipywidgets"),
            "rounds": rounds,
        }
    ways = {
        name: {
            "median": round(statistics.median(steps[name]), 1),
            "p95": round(percentile(steps[name], 95), 1),
            "fps": round(statistics.median(fps for fps, _ in drags[name]), 1),
            "queue": round(statistics.median(after for _, after in drags[name]), 1),
            "n": len(steps[name]),
        }
        for name in made
    }
    return {"setting": setting, "ways": ways}


def percentile(values: list[float], percent: float) -> float:
    """The value that `percent` of the values don't exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def verdicts(result: dict) -> dict[str, list[str]]:
    """What each explorer misses of the targets; an empty list says it meets them all."""
    ways = result["ways"]
    bare, stock = ways[BARE], ways[STOCK]
    missed = {}
    for name, way in ways.items():
        if name in (BARE, STOCK):
            continue
        said = []
        if way["median"] > MOST_OF_BARE * bare["median"]:
            said.append(f"{way['median'] / bare['median']:.2f} × the bare label")
        if way["median"] > MOST_OF_STOCK * stock["median"]:
            said.append(f"{way['median'] / stock['median']:.2f} of the stock way")
        if bare["p95"] < WHERE_BARE_P95_MS and way["p95"] >= P95_MS:
            said.append(f"p95 {way['p95']} ms")
        if bare["fps"] >= WHERE_BARE_FPS and way["fps"] < FPS:
            said.append(f"{way['fps']} frames a second")
        # A machine on which even the bare label lags has nothing to say about this.
        if bare["queue"] <= QUEUE_MS < way["queue"]:
            said.append(f"{way['queue']} ms queued")
        missed[name] = said
    return missed


HEADS = (
    "moved",
    "median ms",
    "p95 ms",
    "× label",
    "of stock",
    "frames/s dragging",
    "ms after release",
)


def rows(result: dict) -> list[tuple[str, ...]]:
    """The table, a row for each way."""
    ways = result["ways"]
    bare, stock = ways[BARE]["median"], ways[STOCK]["median"]
    return [
        (
            name,
            f"{way['median']:.0f}",
            f"{way['p95']:.0f}",
            f"{way['median'] / bare:.2f}",
            f"{way['median'] / stock:.2f}",
            f"{way['fps']:.0f}",
            f"{way['queue']:.0f}",
        )
        for name, way in ways.items()
    ]


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
    missed = [f"  {name}: {', '.join(said)}" for name, said in verdicts(result).items() if said]
    text += ["Targets missed:", *missed] if missed else ["All targets met."]
    return "\n".join(text)


def markdown(result: dict) -> str:
    """The results for the README."""
    setting = result["setting"]
    lines = [HEADS, ("---", *["---:"] * (len(HEADS) - 1)), *rows(result)]
    said = (
        f"From a slider's step to the painted frame, in JupyterLab {setting['JupyterLab']} in "
        f"headless Chromium {setting['Chromium'].split('.')[0]}, all in one run."
    )
    return "\n".join([said, "", *(f"| {' | '.join(line)} |" for line in lines)])
