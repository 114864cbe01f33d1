"""How soon the site's pages can be read and moved, and how they move under a hand.

    make site && python -m bench site

The built site is served from this machine and opened in a headless Chromium: cold, in a browser
that has never seen it, and warm, in one that has had a page of it open. Measured are

- when a page shows its text and its first picture, and when that picture answers a hand with a
  number of Python's own, from the moment at which the page was asked for;
- what was fetched until then, as a server sends it (gzip);
- a drag: the page's frames a second, and in how many of them Python's numbers were new;
- notebook 02 in JupyterLite: when its first explorer stands there, and how much the whole site is.

Times need a machine that does nothing else: the load is in the result.
"""

from __future__ import annotations

import gzip
import os
import statistics
import time
from pathlib import Path
from urllib.parse import unquote, urlsplit

from playwright.sync_api import BrowserContext

from bench import core
from tools import lab
from tools.site import drive, serve
from tools.site.__main__ import SITE

ROUNDS = 3
NOTEBOOK = "02-three-terms"
SECONDS = 180_000

# The targets.
MOST_READABLE_S = 1.0
MOST_FIRST_S = {"cold": 4.5, "warm": 4.0}
MOST_BYTES_MB = 10
LEAST_FPS = 55
MOST_LITE_S = 12
MOST_SITE_MB = 70

# The service worker says when it has the pages.
_KEPT = "navigator.serviceWorker?.addEventListener('message', () => { window.bpKept = true; });"

# One small move of the first explorer on the page, and the time at which its answer is painted.
_MOVE = """() => new Promise(done => {
  const root = [...document.querySelectorAll('.bp-explorer')].find(node => node.explorer);
  const {explorer} = root;
  const control = explorer.spec.controls.find(({kind}) => kind === 'number');
  const before = explorer.state.sequence;
  explorer.by(control.name, 1);
  const look = () => explorer.state.sequence > before ?
    requestAnimationFrame(() => done(performance.now())) : requestAnimationFrame(look);
  look();
})"""

# A drag over two seconds, one movement a frame, as a hand's events come.
_DRAG = """root => new Promise(done => {
  const {explorer} = root, node = root.querySelector('svg [data-control^="w"]');
  const box = (node.querySelector('.plate') || node).getBoundingClientRect();
  const at = {x: box.left + box.width / 2, y: box.top + box.height / 2};
  const fire = (kind, x) => node.isConnected && (kind === 'pointerdown' ? node : explorer.stage)
    .dispatchEvent(new PointerEvent(kind, {bubbles: true, isPrimary: true, pointerId: 1, button: 0,
      pointerType: 'mouse', clientX: x, clientY: at.y}));
  explorer.stage.setPointerCapture = () => {};
  const times = [], answered = new Set();
  const arrived = explorer.arrived.bind(explorer);
  explorer.arrived = () => { arrived(); answered.add(times.length); };
  fire('pointerdown', at.x);
  let i = 0;
  const frame = (now) => {
    times.push(now);
    if (now - times[0] > 2000) {
      fire('pointerup', at.x);
      explorer.arrived = arrived;
      done({frames: times.length - 1, seconds: (now - times[0]) / 1000, answered: answered.size});
      return;
    }
    // To and fro, so that every frame has another value, and no end of the range is met.
    const place = i++ % 40;
    fire('pointermove', at.x + 4 * (place < 20 ? place + 1 : 41 - place));
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})"""


def run(rounds: int = ROUNDS) -> dict:
    """Measure the site in build/site; of several rounds the median counts.

    Raises
    ------
    FileNotFoundError : there is no site: `make site` builds it.
    """
    if not (SITE / "index.html").is_file():
        raise FileNotFoundError(f"{SITE} has no site: `make site` builds it")
    found: dict = {"machine": core.machine(), "load": round(os.getloadavg()[0], 2)}
    with serve.serving(SITE) as address, lab.chromium() as browser:
        turns: dict[str, list[dict]] = {"cold": [], "warm": []}
        for _ in range(rounds):
            context = browser.new_context()
            turns["cold"].append(_page(context, address))
            turns["warm"].append(_page(context, address))
            print(turns["cold"][-1], turns["warm"][-1], flush=True)
            context.close()
        for name, each in turns.items():
            found[name] = {key: statistics.median(t[key] for t in each) for key in each[0]}
        found["lite"] = statistics.median(_lite(browser.new_context(), address) for _ in "ab")
    files = [path for path in SITE.rglob("*") if path.is_file()]
    found["site"] = {
        "files": len(files),
        "MB": sum(path.stat().st_size for path in files) / 1e6,
        "gzip MB": sum(_sent(path) for path in files) / 1e6,
    }
    return found


def _page(context: BrowserContext, address: str) -> dict:
    """One visit of a page, with a drag."""
    page = context.new_page()
    page.add_init_script(_KEPT)
    page.set_viewport_size({"width": 1280, "height": 900})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}index.html", wait_until="commit")
    page.wait_for_function("document.querySelector('.bp-still img')?.complete", timeout=SECONDS)
    picture = page.evaluate("performance.now()")
    readable = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime")
    page.wait_for_function(
        "[...document.querySelectorAll('.bp-explorer')].some(node => node.explorer)",
        timeout=SECONDS,
    )
    first = page.evaluate(_MOVE)
    sent = sum(_sent(_file(url, address)) for url in set(asked) if url.startswith(address))
    page.wait_for_function("document.documentElement.dataset.bpAwake", timeout=SECONDS)
    # The first start keeps what makes the next one short: a hand comes later.
    page.wait_for_function("window.bpKept", timeout=SECONDS)
    drag = page.locator(".bp-explorer").first.evaluate(_DRAG)
    page.close()
    return {
        "readable": max(readable or picture, picture) / 1000,
        "first": first / 1000,
        "MB": sent / 1e6,
        "fps": drag["frames"] / drag["seconds"],
        "answered": drag["answered"] / drag["frames"],
    }


def _lite(context: BrowserContext, address: str) -> float:
    """Seconds until the first explorer of the notebook stands in JupyterLite."""
    notebook = drive.Lab(context, address, NOTEBOOK)
    for what in ("shown", "kernel"):
        notebook.wait(what)
    notebook.start()
    notebook.wait("explorer")
    seconds = time.monotonic() - notebook.began
    context.close()
    return seconds


def _file(url: str, address: str) -> Path:
    """The file that a request asked for."""
    path = unquote(urlsplit(url).path)[len(urlsplit(address).path) :]
    return SITE / (path or "index.html")


_PACKED = (".whl", ".zip", ".png", ".woff2", ".gz")


def _sent(path: Path) -> int:
    """How many bytes a server sends of a file."""
    if not path.is_file():
        return 0
    if path.suffix in _PACKED:
        return path.stat().st_size
    return len(gzip.compress(path.read_bytes(), 6))


def _rows(result: dict) -> list[tuple[str, str, str]]:
    cold, warm, site = result["cold"], result["warm"], result["site"]
    return [
        (
            "page readable, picture visible (cold / warm)",
            f"{cold['readable']:.1f} / {warm['readable']:.1f} s",
            f"under {MOST_READABLE_S:g} s",
        ),
        (
            "first picture answers a hand (cold / warm)",
            f"{cold['first']:.1f} / {warm['first']:.1f} s",
            f"under {MOST_FIRST_S['cold']:g} / {MOST_FIRST_S['warm']:g} s",
        ),
        ("fetched until then, compressed", f"{cold['MB']:.1f} MB", f"at most {MOST_BYTES_MB} MB"),
        (
            "a drag",
            f"{warm['fps']:.0f} frames/s, Python's own numbers in {warm['answered']:.0%}",
            f"at least {LEAST_FPS} frames/s, in every frame",
        ),
        (
            "notebook 02 in JupyterLite: first explorer",
            f"{result['lite']:.1f} s",
            f"under {MOST_LITE_S} s",
        ),
        (
            "whole site",
            f"{site['MB']:.0f} MB, {site['gzip MB']:.0f} MB compressed, {site['files']} files",
            f"at most {MOST_SITE_MB} MB",
        ),
    ]


def table(result: dict) -> str:
    """For the terminal."""
    lines = [f"{what:46} {found:52} wanted: {target}" for what, found, target in _rows(result)]
    return "\n".join([f"{result['machine']}, load {result['load']}", *lines])


def markdown(result: dict) -> str:
    """For the pages."""
    rows = [f"| {what} | {found} | {target} |" for what, found, target in _rows(result)]
    return "\n".join(["| | measured | target |", "| --- | --- | --- |", *rows])
