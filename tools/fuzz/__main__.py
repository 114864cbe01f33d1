"""`make fuzz`: random networks, and malformed calls; see `tools.fuzz.networks` and `refusals`.

    python -m tools.fuzz                        # 10,000 networks and 2,000 malformed calls
    python -m tools.fuzz --networks 300 --calls 300
    python -m tools.fuzz --network 1234         # this one network again
    python -m tools.fuzz --call 56              # this one malformed call again

The same numbers give the same networks and calls on every machine. It ends with 1 if one fails.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from tools.fuzz import networks, refusals
from tools.fuzz.calls import every, tries

__all__ = ["fuzz_calls", "fuzz_networks", "main"]

SHOWN = 20
"""So many failures are printed."""

ILL = 0.01
"""At most this share of networks may be excused because their question is ill-conditioned."""


def fuzz_networks(numbers: Iterable[int]) -> list[str]:
    """Run the networks of these numbers and print a summary; return what failed."""
    start, failed, count = time.perf_counter(), [], 0
    seen: Counter[str] = Counter()
    ill: list[int] = []
    worst: dict[str, list[tuple[float, str, int]]] = {"float64": [], "float32": []}
    for number in numbers:
        net = networks.draw(number)
        found = networks.run(net)
        count += 1
        seen.update(dict.fromkeys(net.forms.values(), 1))
        seen["leading axes"] += bool(net.lead)
        seen["biases"] += bool(net.b)
        seen["kinks"] += found.kinks
        ill += [number] * bool(found.ill)
        seen["beyond"] += found.beyond
        worst[net.dtype].append((*found.worst, number))
        again = f"python -m tools.fuzz --network {number}"
        failed += [f"{net}\n    {wrong}\n    {again}" for wrong in found.wrong[:1]]
    if max(len(ill), seen["beyond"]) > max(1, ILL * count):
        failed.append(
            f"{len(ill)} ill-conditioned networks and {seen['beyond']} too large for the "
            f"oracle, of {count}: expected at most {ILL:.0%} of each"
        )
    seconds = time.perf_counter() - start
    print(f"{count:,} networks in {seconds:.0f} s: {len(failed)} failed")
    for dtype, errors in worst.items():
        if errors:
            errors.sort()
            most, where, number = errors[-1]
            middle = float(np.median([error for error, *_ in errors]))
            print(
                f"  {dtype}: {len(errors):,}, the largest relative error {most:.1e} "
                f"({where} of network {number}), in the median {middle:.1e}; "
                f"allowed {networks.BOUND[dtype]:.0e}"
            )
    forms = ", ".join(f"{form} {seen[form]:,}" for form in networks.LAYOUTS)
    print(f"  with biases {seen['biases']:,}, with leading axes {seen['leading axes']:,}; {forms}")
    print(
        f"  entries next to a kink that took the core's side: {seen['kinks']}; networks beyond the "
        f"oracle's range: {seen['beyond']}; ill-conditioned ones: {', '.join(map(str, ill)) or 0}"
    )
    return failed


def fuzz_calls(number: int, only: int | None = None) -> list[str]:
    """Make so many malformed calls, or one, and print a summary; return what failed."""
    start, calls = time.perf_counter(), every()
    chosen = refusals.chosen(calls, number if only is None else only + 1)
    places = range(len(chosen)) if only is None else [only]
    with tempfile.TemporaryDirectory() as folder, refusals.folder(Path(folder)):
        used = {id(chosen[place].call): chosen[place].call for place in places}
        failed = [wrong for call in used.values() if (wrong := refusals.valid(call))]
        for place in places:
            one = chosen[place]
            if wrong := refusals.complaint(one):
                again = f"python -m tools.fuzz --call {place}"
                failed.append(f"{one.text}\n    {wrong}\n    {again}")
    seconds = time.perf_counter() - start
    print(
        f"{len(places):,} malformed calls of {len(used)} functions in {seconds:.0f} s "
        f"(of {len(tries(calls)):,} that there are): {len(failed)} failed"
    )
    return failed


def main(arguments: list[str] | None = None) -> int:
    """Carry out the command; return 1 if anything failed."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.fuzz", description=__doc__.split("\n")[0]
    )
    parser.add_argument("--networks", type=int, default=10_000, help="how many networks")
    parser.add_argument("--calls", type=int, default=2_000, help="how many malformed calls")
    parser.add_argument("--network", type=int, help="only the network of this number")
    parser.add_argument("--call", type=int, help="only the malformed call of this number")
    asked = parser.parse_args(arguments)
    failed = []
    if asked.call is None:
        one = asked.network
        failed += fuzz_networks(range(asked.networks) if one is None else [one])
    if asked.network is None:
        failed += fuzz_calls(asked.calls, asked.call)
    for text in failed[:SHOWN]:
        print(f"\n✗ {text}")
    if len(failed) > SHOWN:
        print(f"\n… and {len(failed) - SHOWN} more")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
