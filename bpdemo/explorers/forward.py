"""Chapter 01: from x to the loss, on a chain and on a wider network."""

from types import SimpleNamespace

import numpy as np

from bpdemo import losses, network
from bpdemo.diagrams import Term, formula, subscript
from bpdemo.diagrams import network as network_picture
from bpdemo.explorers.chain import ChainExplorer
from bpdemo.explorers.parts import Control, Explorer, choice, slider, switch, weight

__all__ = ["ForwardChain", "ForwardNetwork"]


class ForwardChain(ChainExplorer):
    """N1–N3 and N5 on a chain: every z, every a and the loss, with the numbers put in."""

    title = "Forward, one neuron a layer."
    question = (
        "w² is negative. If you make w¹ larger, a¹ grows. Will z² go up or down? And the loss?"
    )
    answer = (
        "z² = a¹ · w², and w² is negative: z² goes down. Then a² and, with w³ positive, z³ and a³ "
        "go down too. a³ moves away from y = 1, so the loss goes up."
    )

    def panels(self, s: SimpleNamespace) -> list:
        c = self.chain(s)
        rows = [
            network_picture(
                c.trace, y=[s.y], loss=c.loss, show="forward", with_z=True, touched=s.touched
            )
        ]
        for k in range(1, c.L + 1):
            product = [
                Term(f"z^{k}", c.z(k)),
                Term("="),
                Term(f"a^{k - 1}" if k > 1 else "x", c.a(k - 1), k == 1 and "x" in s.touched),
                Term("·"),
                Term(f"w^{k}", c.w_(k), f"w{k}" in s.touched),
            ]
            output = [
                Term(f"a^{k}", c.a(k)),
                Term("="),
                Term(f"σ(z^{k})", c.a(k)),
            ]
            rows.append([formula(product, 520, "N2"), formula(output, 440, "N3")])
        error = [
            Term("ℒ", c.loss),
            Term("="),
            Term("(y", s.y, "y" in s.touched, form="({}"),
            Term("−"),
            Term(f"a^{c.L})^2", c.a(c.L), form="{})²"),
        ]
        rows.append(formula(error, row="N5"))
        return rows


class ForwardNetwork(Explorer):
    """A network of a few neurons a layer; every weight on a slider, one example at a time.

    Parameters
    ----------
    widths : [n_0, …, n_L]; up to 12 weights get a slider each.
    """

    title = "Forward, several neurons a layer."
    question = "A neuron adds up what arrives. Which weights can change a¹₂? Which cannot?"
    answer = (
        "Only the weights INTO it: w¹₁₂ and w¹₂₂. The other weights of layer 1 feed other neurons, "
        "and the weights of layer 2 come after it."
    )

    def __init__(self, widths=(2, 3, 1), **start):
        rng = np.random.default_rng(1)
        self.widths = tuple(widths)
        self.w0 = [
            np.round(rng.normal(0, 1.2, shape) * 20) / 20
            for shape in zip(self.widths, self.widths[1:], strict=False)
        ]
        self.x = np.round(rng.uniform(-1, 1, (4, self.widths[0])), 2)  # (4, n_0)
        self.y = (rng.uniform(0, 1, (4, self.widths[-1])) > 0.5) * 1.0  # (4, n_L)
        super().__init__(**start)

    def controls(self) -> dict[str, Control]:
        made = {}
        if sum(w.size for w in self.w0) <= 12:
            for k, w in enumerate(self.w0, start=1):
                for i, j in np.ndindex(w.shape):
                    made[f"w{k}_{i + 1}{j + 1}"] = weight(k, w[i, j], subscript(f"{i + 1}{j + 1}"))
        made["scale"] = slider("all weights ×", 1.0, -2, 2)
        made["example"] = choice("example", {f"{e + 1} of 4": e for e in range(4)}, 0, "150px")
        made["activation"] = choice("σ:", ["sigmoid", "tanh", "relu"], "sigmoid", "150px")
        made["show"] = choice("show", ["forward", "backward", "both"], "forward", "150px")
        made["with_z"] = switch("z under each neuron")
        return made

    def model(self, s: SimpleNamespace):
        """(trace, grad, y, loss) of the four examples."""
        w = [
            np.array(
                [
                    [getattr(s, f"w{k}_{i + 1}{j + 1}", v) for j, v in enumerate(row)]
                    for i, row in enumerate(w_k)
                ]
            )
            * s.scale
            for k, w_k in enumerate(self.w0, start=1)
        ]
        one = slice(s.example, s.example + 1)
        trace = network.forward(self.x[one], w, s.activation)
        y = self.y[one]
        loss = float(losses.squared_difference(trace.a[trace.L], y))
        return trace, network.backward(trace, y), y, loss

    def panels(self, s: SimpleNamespace) -> list:
        trace, grad, y, loss = self.model(s)
        touched = [_edge(name) for name in s.touched]
        return [
            network_picture(
                trace, grad, y=y[0], loss=loss, show=s.show, with_z=s.with_z, touched=touched
            )
        ]


def _edge(name: str) -> str:
    """The picture's name of a weight: w2_13 → w2[1,3]."""
    layer, _, entry = name.partition("_")
    return f"{layer}[{','.join(entry)}]" if entry else name
