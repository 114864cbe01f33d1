"""Random moves of a hand, as a page sends them, for the tests and for `python -m bench long`."""

from __future__ import annotations

import gc
import mmap
import random
from pathlib import Path
from typing import Any

from bpdemo.explorers.controls import Control
from bpdemo.explorers.explorer import Explorer

__all__ = ["memory", "message", "value"]


def memory() -> int:
    """This process's memory in bytes, where the system says it at no cost; else 0."""
    gc.collect()
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[1]) * mmap.PAGESIZE if statm.exists() else 0


def message(explorer: Explorer, rng: random.Random) -> dict[str, Any]:
    """One random message of a page: ends are likely, for that is where things break."""
    kind = rng.random()
    width = rng.choice([280, 390, 640, 960])
    if kind < 0.03:
        return {"do": "reset", "width": width}
    if kind < 0.06 and explorer.choices:
        return {"do": "guess", "choice": rng.randrange(len(explorer.choices)), "width": width}
    name = rng.choice(list(explorer.settings))
    if kind < 0.09:
        return {"do": "reset", "names": [name], "width": width}
    return {"do": "set", "settings": {name: value(explorer.limited[name], rng)}, "width": width}


def value(control: Control, rng: random.Random) -> Any:
    """A value as a page has it."""
    if control.kind == "choice":
        return rng.choice(list(control.choices))
    if control.kind == "switch":
        return rng.random() < 0.5
    if control.kind == "pixels":
        return [rng.choice([-1, 0, 1, rng.uniform(-1, 1)]) for _ in control.value]
    if control.kind == "blank":
        return rng.choice([None, 0, -2, 4, 0.73, rng.uniform(-99, 99)])
    if control.kind == "press":
        return rng.choice([0, 1, rng.randrange(10**9)])
    if control.kind == "kept":
        words = ["last:z1", "shown:a1", "missed:nothing", "slip:sign", "practise:sign", "what?", ""]
        return [rng.choice(words) for _ in range(rng.randrange(6))]
    if control.kind == "points":
        points = rng.randrange(0, 12)
        return [[rng.uniform(-2, 2), rng.uniform(-2, 2), rng.randrange(2)] for _ in range(points)]
    share = rng.choice([0.0, 1.0, rng.random(), rng.random()])
    return control.low + share * (control.high - control.low)
