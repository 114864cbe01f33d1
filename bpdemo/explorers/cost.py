"""Chapter 10: how many multiplications a gradient takes, by four ways to find it."""

from collections.abc import Sequence
from itertools import pairwise
from types import SimpleNamespace

import numpy as np

from bpdemo.diagrams import Series, decades, power, table, words
from bpdemo.explorers.parts import Control, Explorer, count

__all__ = ["Cost", "jacobian", "multiplications"]

_WIDTHS = np.unique(np.round(np.geomspace(1, 256, 17)).astype(int))
"""The neurons a layer over which the curves are drawn."""


def multiplications(widths: Sequence[int], m: int) -> dict[str, int]:
    """The multiplications in the products @ of a network, for every gradient of its weights.

    Returns
    -------
    "weights", how many there are, P; "forward", one pass: m P; "backward", one pass: 2 m P, both
    products of each layer; and three ways to all gradients, each with the forward passes that it
    needs: "back-propagation", "forward mode" (a pass of 2 m P for each weight) and "differences"
    (two forward passes for each weight).
    """
    weights = sum(n_before * n for n_before, n in pairwise(widths))
    forward = m * weights
    return {
        "weights": weights,
        "forward": forward,
        "backward": 2 * forward,
        "back-propagation": 3 * forward,
        "forward mode": forward + weights * 2 * forward,
        "differences": 2 * weights * forward,
    }


def jacobian(widths: Sequence[int]) -> tuple[int, int]:
    """The multiplications for ∂a^L/∂a^0 of one example: from the last layer back, and onwards.

    The L matrices ∂a^k/∂a^{k−1}, of shape (n_k, n_{k−1}), are multiplied in either order.
    """
    steps = list(pairwise(widths))
    back = sum(widths[-1] * n * n_before for n_before, n in steps[:-1])
    on = sum(widths[0] * n_before * n for n_before, n in steps[1:])
    return back, on


class Cost(Explorer):
    """Multiplications over the number of weights, for a network whose widths are on sliders."""

    title = "What a gradient costs."
    question = (
        "Double the neurons of every layer, n₀, n and n_L. By what factor does the cost of "
        "back-propagation grow, and by what factor that of finite differences? And what must you "
        "change so that, for ∂aᴸ/∂a⁰, it is cheaper to multiply from the input on?"
    )
    answer = (
        "Four times as many weights, so four times the cost, and sixteen times for finite "
        "differences: they run forward twice for every weight. From the input on is cheaper where "
        "there are fewer inputs than outputs. A loss is one output: that is why it goes backwards."
    )

    def controls(self) -> dict[str, Control]:
        return {
            "inputs": count("inputs n₀", 64, 1, 256, "290px"),
            "neurons": count("neurons n", 32, 1, 256, "290px"),
            "outputs": count("outputs n_L", 10, 1, 256, "290px"),
            "layers": count("layers L", 3, 2, 12, "290px"),
            "examples": count("examples m", 10, 1, 256, "290px"),
        }

    @staticmethod
    def _widths(s: SimpleNamespace, n: int) -> list[int]:
        return [s.inputs, *[n] * (s.layers - 1), s.outputs]

    def panels(self, s: SimpleNamespace) -> list:
        here = multiplications(self._widths(s, s.neurons), s.examples)
        swept = [multiplications(self._widths(s, int(n)), s.examples) for n in _WIDTHS]
        x = [cost["weights"] for cost in swept]
        kinds = (
            ("differences", "neg", True, "diamond"),
            ("back-propagation", "grad", False, "circle"),
            ("forward", "pos", True, "square"),
        )
        back, on = jacobian(self._widths(s, s.neurons))
        runs = here["differences"] // here["forward"]
        rows = [
            (name, [power(here[name]), power(round(here[name] / here["forward"]))], "f-ink")
            for name in ("forward", "back-propagation", "forward mode", "differences")
        ]
        shape = "-".join(map(str, self._widths(s, s.neurons)))
        return [
            [
                decades(
                    [
                        Series(x, [cost[name] for cost in swept], name, cls, dash, marker)
                        for name, cls, dash, marker in kinds
                    ],
                    x_label="number of weights",
                    y_label="×",
                    x_range=(0, 6),
                    x_powers=True,
                    y_powers=(0, 16),
                    here=here["weights"],
                    width=588,
                    height=300,
                ),
                table(["×", "runs"], rows, width=372, label_width=166),
            ],
            words(
                [
                    f"{_short(shape)}: {here['weights']:,} weights. Differences: {runs:,} runs. "
                    f"Back-propagation: as much as 3.",
                    f"∂aᴸ/∂a⁰ of one example: {power(back)} × from the last layer back, "
                    f"{power(on)} × from the input on.",
                ]
            ),
        ]


def _short(shape: str) -> str:
    """A long row of widths with dots in the middle."""
    parts = shape.split("-")
    return shape if len(parts) <= 6 else "-".join([*parts[:3], "…", *parts[-2:]])
