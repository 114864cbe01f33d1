"""Chapter 10: how many multiplications a gradient takes, by four ways to find it."""

from collections.abc import Sequence
from itertools import pairwise
from types import SimpleNamespace

import numpy as np

from bpdemo.diagrams import Series, decades, power, stack, table
from bpdemo.explorers.controls import Control, count
from bpdemo.explorers.explorer import Explorer

__all__ = ["Cost", "jacobian", "multiplications_of"]

_WIDTHS = np.unique(np.round(np.geomspace(1, 256, 17)).astype(int))
"""The neurons per layer over which the curves are drawn."""


def multiplications_of(widths: Sequence[int], m: int) -> dict[str, int]:
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


_WAYS = ("forward", "back-propagation", "forward mode", "differences")


class Cost(Explorer):
    """Multiplications over the number of weights, for a network of any widths."""

    title = "What a gradient costs."
    question = (
        "Double all widths: n₀ to 128, n to 64, the outputs to 20. "
        "How much more does back-propagation cost?"
    )
    choices = ("2 times", "4 times", "8 times", "16 times")
    answer = (
        "Four times as many weights, so four times the cost, and sixteen times for finite "
        "differences: they run forward twice for every weight. Going from the input on is cheaper "
        "only with fewer inputs than outputs; a loss is one output, so it goes backwards."
    )

    def controls(self) -> dict[str, Control]:
        return {
            name: count(value, low, high, label=word, fold=True)
            for name, value, low, high, word in (
                ("inputs", 64, 1, 256, "inputs n₀"),
                ("neurons", 32, 1, 256, "neurons per layer n"),
                ("outputs", 10, 1, 256, "outputs n_L"),
                ("layers", 3, 2, 12, "layers L"),
                ("examples", 10, 1, 256, "examples m"),
            )
        }

    @staticmethod
    def _widths(s: SimpleNamespace, n: int) -> list[int]:
        return [s.inputs, *[n] * (s.layers - 1), s.outputs]

    @classmethod
    def cost(cls, s: SimpleNamespace) -> dict[str, int]:
        """The multiplications of each way."""
        return multiplications_of(cls._widths(s, s.neurons), s.examples)

    @staticmethod
    def _doubled(before, now) -> SimpleNamespace | None:
        """The network then, with every width doubled, once a hand has done that."""
        twice = {name: 2 * getattr(before, name) for name in ("inputs", "neurons", "outputs")}
        if any(getattr(now, name) != value for name, value in twice.items()):
            return None
        return SimpleNamespace(**{**vars(before), **twice})

    def judge(self, before, now):
        after = self._doubled(before, now)
        if after is None:
            return None
        times = self.cost(after)["back-propagation"] / self.cost(before)["back-propagation"]
        return {2: 0, 4: 1, 8: 2, 16: 3}.get(times)

    def tell(self, before, now):
        then, after = self.cost(before), self.cost(self._doubled(before, now))
        said = [
            f"{way} went from {power(then[way])} to {power(after[way])} multiplications, "
            f"{after[way] // then[way]} times as many"
            for way in ("back-propagation", "differences")
        ]
        return f"{'; '.join(said)}.".capitalize()

    def panels(self, s: SimpleNamespace) -> list:
        here = self.cost(s)
        swept = [multiplications_of(self._widths(s, int(n)), s.examples) for n in _WIDTHS]
        x = [cost["weights"] for cost in swept]
        kinds = (
            ("differences", "neg", True, "diamond"),
            ("back-propagation", "grad", False, "circle"),
            ("forward", "pos", True, "square"),
        )
        rows = [
            (way, [power(here[way]), power(round(here[way] / here["forward"]))], "f-ink",
             [f"times_{way.replace(' ', '_')}", f"runs_{way.replace(' ', '_')}"])
            for way in _WAYS
        ]  # fmt: skip
        back, on = jacobian(self._widths(s, s.neurons))
        order = [
            ("from the last layer back", [power(back)], "f-ink", ["jacobian_back"]),
            ("from the input on", [power(on)], "f-ink", ["jacobian_on"]),
        ]
        own = [s.inputs, s.neurons, s.outputs, s.layers, s.examples, here["weights"]]
        names = [*self._controls, "weights"]
        heads = ["n_0", "n", "n_L", "L", "m", "weights"]
        return [
            table(heads, [("your network", [f"{v:,}" for v in own], "f-ink", names)],
                  label_width=112),
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
                    height=330,
                ).by(1.5),
                stack(
                    table(["×", "runs"], rows, label_width=150),
                    table(["×"], order, label_width=150, title="∂aᴸ/∂a⁰"),
                ).by(1, 340),
            ],
        ]  # fmt: skip
