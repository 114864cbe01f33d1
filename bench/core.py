"""One gradient of every weight, against the peers and against the bare matrix products.

    python -m bench core [--rounds N]

Each peer runs in its own process, and they take turns: two thread pools side by side would spoil
each other, and a machine that grows slower does so for all. A turn's time is the median over many
calls. Of its turns each peer is given the fastest, because whatever else the machine is doing can
only add time; the median over the turns stands beside it, and the two differ on a busy machine.
What counts is the ratio.
"""

import json
import os
import platform
import statistics
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np

import bpdemo as bp
from bench import peers

ROUNDS = 9
HEADINGS = {
    "bare": "bare products",
    "torch": "PyTorch eager",
    "jax": "jax.jit",
    "autograd": "autograd",
    "micrograd": "micrograd",
}
# A check that all compute the same thing; micrograd has no sigmoid, so its numbers are its own.
RTOL = {"float64": 1e-9, "float32": 1e-3}


def run(rounds: int = ROUNDS, quick: bool = False) -> dict:
    """Let every installed peer have its turn, `rounds` times."""
    there = [name for name in peers.PEERS if peers.installed(name)]
    for name in peers.PEERS:
        if name not in there:
            print(f"{name}: not installed, left out (pip install -e '.[bench]')", flush=True)
    versions = {name: peers.version_of(name) for name in there}
    turns: dict[str, list[dict]] = {name: [] for name in there}
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    for round_ in range(rounds):
        for name in there:
            print(f"round {round_ + 1} of {rounds}: {name}", file=sys.stderr, flush=True)
            turns[name].append(_turn(name, quick))
    _same_work(turns)

    def over_turns(choose):
        return {
            case: {
                name: round(choose([turn[case]["us"] for turn in turns[name]]), 2)
                for name in there
                if case in turns[name][0]
            }
            for case in turns["bpdemo"][0]
        }

    return {
        "machine": machine() | {"load before": load},
        "versions": versions,
        "rounds": rounds,
        "us": over_turns(min),
        "median us": over_turns(statistics.median),
        "memory": {
            dtype: peak_memory(*peers.NETWORKS["784-512-512-10 × 1024"], dtype)
            for dtype in peers.DTYPES
        },
    }


def _turn(name: str, quick: bool) -> dict:
    command = [sys.executable, "-m", "bench.peers", name, *(["--quick"] if quick else [])]
    root = Path(__file__).parent.parent
    done = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def _same_work(turns: dict) -> None:
    """Refuse to compare peers whose gradients differ."""
    for name, found in turns.items():
        for case, ours in turns["bpdemo"][0].items() if name != "micrograd" else ():
            norm = found[0][case]["norm"]
            if abs(norm / ours["norm"] - 1) > RTOL[case.split(", ")[1]]:
                raise ValueError(f"{name}, {case}: |gradient| {norm}, bpdemo {ours['norm']}")


def machine() -> dict:
    """What it ran on."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [v for v in info.read_text().splitlines() if v.startswith("model name")]
        cpu = names[0].split(":", 1)[1].strip() if names else cpu
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    simd = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
    return {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "simd": simd[-1] if simd else None,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "numpy": np.__version__,
        "blas": f"{blas['name']} {blas['version']}",
    }


def peak_memory(widths, m, dtype) -> dict:
    """The most memory one gradient holds at once, in bytes, beside x, w and y.

    `results` is what stays: the arrays of the trace and the gradients. `temporaries` is what one
    layer may need in passing: one array of the widest layer, and 64 KiB for Python's own objects.
    """
    x, w, y = peers.inputs(widths, m, dtype)
    bp.backward(bp.forward(x[:1], w), y[:1])  # whatever is made only once
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        trace = bp.forward(x, w)
        grad = bp.backward(trace, y)
        peak = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
    arrays = [*list(trace.a)[1:], *trace.z, *grad.dL_da, *grad.dL_dz, *grad.dL_dw]
    return {
        "peak": peak,
        "results": sum(v.nbytes for v in arrays),
        "temporaries": max(v.nbytes for v in trace.z) + 2**16,
    }


def rows(result: dict) -> list[list[str]]:
    """One row a case: bpdemo's time, then each peer's as a multiple of it."""
    names = [name for name in HEADINGS if name in result["versions"]]
    heads = ["network × examples", "bpdemo", *(HEADINGS[name] for name in names)]
    lines = []
    for case, us in result["us"].items():
        ours = us["bpdemo"]
        ratios = [f"{us[name] / ours:.2f}×" if name in us else "" for name in names]
        lines.append([case, _time(ours), *ratios])
    return [heads, *lines]


def _time(us: float) -> str:
    return f"{us:.0f} µs" if us < 1000 else f"{us / 1000:.1f} ms"


def busy(result: dict) -> float:
    """By how much the middle turn was slower than the fastest, over all peers and cases."""
    return statistics.median(
        result["median us"][case][name] / us
        for case, peers_us in result["us"].items()
        for name, us in peers_us.items()
    )


def verdicts(result: dict) -> list[str]:
    """The targets that were missed, each with its figure; see CONTRIBUTING for what they cost."""
    missed = []

    def hold(case, peer, least):
        us = result["us"][case]
        if peer in us and us[peer] / us["bpdemo"] < least:
            missed.append(
                f"{case}: {HEADINGS[peer]} takes {us[peer] / us['bpdemo']:.2f} of bpdemo's time, "
                f"to reach: at least {least:.2f}"
            )

    smallest, *larger = peers.NETWORKS
    for case in result["us"]:
        label = case.split(", ")[0]
        for peer in ("torch", "autograd", "micrograd"):
            hold(case, peer, 2 if label == smallest else 1)
        if label in larger:
            hold(case, "jax", 1 / 1.3)
        if label == larger[-1]:
            hold(case, "bare", 1 / 1.4)
    for dtype, memory in result["memory"].items():
        if memory["peak"] > memory["results"] + memory["temporaries"]:
            missed.append(f"peak memory, {dtype}: {memory}")
    return missed


def setting(result: dict) -> str:
    """The machine and the versions in one line."""
    on, versions = result["machine"], result["versions"]
    others = [f"{n} {v}" for n, v in versions.items() if n not in ("bpdemo", "bare")]
    simd = f" ({on['simd']})" if on["simd"] else ""
    return (
        f"{on['cpu']}{simd}, {on['cores']} cores, {on['system']}, Python {on['python']}, "
        f"NumPy {on['numpy']} with {on['blas']}, {', '.join(others)}"
    )


def table(result: dict) -> str:
    """The results for the terminal."""
    lines = rows(result)
    wide = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    text = [
        setting(result),
        f"Medians of many calls, the fastest of {result['rounds']} turns (the middle one took "
        f"{busy(result):.2f} times as long).",
        "Peers in multiples of bpdemo's time: above 1 is slower than bpdemo.",
        "",
    ]
    for line in lines:
        cells = [line[0].ljust(wide[0])]
        cells += [cell.rjust(n) for cell, n in zip(line[1:], wide[1:], strict=True)]
        text.append("  ".join(cells))
    text.append("")
    for dtype, memory in result["memory"].items():
        text.append(
            f"peak memory of the largest, {dtype}: {memory['peak'] / 1e6:.1f} MB, of which "
            f"{memory['results'] / 1e6:.1f} MB are the trace and the gradients"
        )
    missed = verdicts(result)
    text += ["Targets missed:", *(f"  {v}" for v in missed)] if missed else ["All targets met."]
    return "\n".join(text)


def markdown(result: dict) -> str:
    """The results for the README."""
    heads, *lines = rows(result)
    text = [
        "One gradient of every weight, validation included; the peers in multiples of bpdemo's "
        "time (above 1: slower than bpdemo). Each peer in its own process, in turn; the median of "
        f"many calls, in the fastest of {result['rounds']} turns (`make bench`). All compute ∂ℒ/∂x "
        "too; micrograd has no sigmoid and runs ReLU.",
        "",
        f"| {' | '.join(heads)} |",
        f"| --- |{' ---: |' * (len(heads) - 1)}",
        *(f"| {' | '.join(line)} |" for line in lines),
        "",
        f"Peak memory of the largest in float64: {result['memory']['float64']['peak'] / 1e6:.1f} "
        f"MB, of which {result['memory']['float64']['results'] / 1e6:.1f} MB are the trace and the "
        f"gradients. {setting(result)}.",
    ]
    return "\n".join(text)
