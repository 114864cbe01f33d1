"""The exercises of notebook 03, The inductive step."""

import textwrap

import numpy as np

from bpdemo import network
from bpdemo.exercises.base import Exercise, Words, WrongAnswer
from bpdemo.exercises.draws import (
    A_FOR_Z,
    LOST_2,
    SIGN,
    chain_expected,
    chain_wrong,
    draw_chain,
    dσ,
    layer_expected,
    uniform,
    σ,
)

__all__ = ["ENTRIES"]

_CHAIN = {1: 0.8, 2: -1.2, 3: 1.5}
"""The weights of the series' chain, by layer."""


def _silent(w):
    """How many of the ∂ℒ/∂w^k of the chain are exactly 0 with these weights, x = 0.5 and y = 1."""
    grad = network.backward(network.forward([[0.5]], [[[v]] for v in w.values()]), [[1.0]])
    return sum(float(dL_dw.item()) == 0 for dL_dw in grad.dL_dw)


_FAULTY = """
def gradients(a, z, w, y):
    L = max(w)
    dL_da, dL_dw = 2 * (a[L] - y), {}
    for k in range(L, 0, -1):
        dL_dz = dL_da * a[k] * (1 - a[k])
        dL_da = dL_dz * w[k]
        dL_dw[k] = dL_da * a[k - 1]
    return dL_dw
"""
_REPAIRED = _FAULTY.replace("dL_dw[k] = dL_da * a[k - 1]", "dL_dw[k] = dL_dz * a[k - 1]")
"""A way back with one line wrong, and the same with that line right."""


def _numbered(code):
    """Code with a number before each line, from 1."""
    lines = code.strip().splitlines()
    return "\n".join(f"{number} {line}" for number, line in enumerate(lines, start=1))


def _wrong_line():
    """The number of the line that the repair changes."""
    pairs = zip(_FAULTY.strip().splitlines(), _REPAIRED.strip().splitlines(), strict=True)
    return next(n for n, (wrong, right) in enumerate(pairs, start=1) if wrong != right)


ENTRIES = (
    Exercise(
        name="03-one-back",
        place="## One step back (N13)",
        kind="compute",
        prose=r"""
            With pencil: a network ends in a layer with $\partial\mathcal{L}/\partial a^L = -0.8$,
            $\sigma'(z^L) = 0.25$ and $w^L = 1.5$; what came in was $a^{L-1} = 0.4$. What is
            $\partial\mathcal{L}/\partial a^{L-1}$?
            """,
        hints=(
            "One of the four numbers isn't needed. Which of them does N13 leave out?",
            r"""
            Go back along the arrows, one factor for each: from the loss to $a^L$, from $a^L$ to $z^L$, from
            $z^L$ to $a^{L-1}$. Keep the sign.
            """,
        ),
        starter="""
            dL_da_before = ...
            """,
        solution="""
            dL_da_before = -0.8 * 0.25 * 1.5  # -0.3
            """,
        why=r"""
            $a^{L-1}$ itself isn't needed: it's the last factor of $\partial\mathcal{L}/\partial w^L$.
            """,
        wanted="a number, ∂ℒ/∂a one layer back",
        right="Three factors, and the input of the layer isn't among them (N13).",
        expected=lambda: -0.8 * 0.25 * 1.5,
        slips=(
            WrongAnswer(
                lambda: -0.8 * 0.25 * 0.4,
                "With a as the last factor, that's ∂ℒ/∂w. Here a moves, so the slope of a · w is w.",
            ),
            WrongAnswer(
                lambda: -0.8 * 1.5, "The slope of the activation, σ′(z), is missing (N13)."
            ),
            WrongAnswer(
                lambda: -0.8 * 0.25, "That's ∂ℒ/∂z. One factor is missing: from z back to a."
            ),
            WrongAnswer(lambda: 0.8 * 0.25 * 1.5, "The size is right. What about the sign?"),
            WrongAnswer(
                lambda: -0.8 * 0.25 * 0.4 * 1.5,
                "One factor too many: the step back needs w, not the a that it leads to.",
            ),
            WrongAnswer(
                lambda: -0.8 * 0.25 / 1.5,
                "The chain rule multiplies by ∂z/∂a = w; it never divides.",
            ),
        ),
    ),
    Exercise(
        name="03-step-back",
        place="## Any step back (N15)",
        kind="write",
        prose=r"""
            Write the step for your own library, from memory if you can. You get
            $\partial\mathcal{L}/\partial a^{k+1}$, $z^{k+1}$ and $w^{k+1}$; return
            $\partial\mathcal{L}/\partial a^k$. The activation is the sigmoid; you may use `sigma_prime` from
            above.
            """,
        hints=(
            "Three factors. Two of them you are given; which one do you have to compute from `z`?",
            r"""
            In words: what the next layer knows, times the slope of its activation *at its z*, times the weight
            that leads there.
            """,
        ),
        starter="""
            def step_back(dL_da, z, w):
                return ...
            """,
        solution="""
            def step_back(dL_da, z, w):
                a = 1 / (1 + np.exp(-z))
                return dL_da * a * (1 - a) * w
            """,
        why="""
            Or `dL_da * sigma_prime(z) * w`: the same number.
            """,
        wanted="a function step_back(dL_da, z, w)",
        right="That's the whole inductive step (N15).",
        draw=lambda rng: {"dL_da": uniform(rng), "z": uniform(rng), "w": uniform(rng)},
        adds=True,
        expected=lambda dL_da, z, w: layer_expected(
            np.array([[dL_da]]), None, np.array([[z / w]]), np.array([[w]])
        )[1].item(),
        slips=(
            WrongAnswer(
                lambda dL_da, z, w: dL_da * dσ(σ(z)) * w,
                f"{A_FOR_Z} This is the very slip in the notes.",
            ),
            WrongAnswer(
                lambda dL_da, z, w: dL_da * z * (1 - z) * w,
                "z(1 − z) isn't the slope. It's a(1 − a), with a = σ(z).",
            ),
            WrongAnswer(
                lambda dL_da, z, w: dL_da * dσ(z),
                "That's ∂ℒ/∂z. One factor is missing: from z back to the a before it.",
            ),
            WrongAnswer(lambda dL_da, z, w: dL_da * w, "The factor σ′(z) is missing (N13)."),
            WrongAnswer(
                lambda dL_da, z, w: dL_da * σ(z) * w, "That has σ(z) where σ′(z) belongs (N8)."
            ),
            WrongAnswer(
                lambda dL_da, z, w: dL_da * dσ(z) / w,
                "The chain rule multiplies by ∂z/∂a = w; it never divides.",
            ),
            WrongAnswer(
                lambda dL_da, z, w: dL_da * dσ(z) * z / w,
                "z / w is the a before it: that's ∂z/∂w, for ∂ℒ/∂w. The step back needs ∂z/∂a.",
            ),
            WrongAnswer(
                lambda dL_da, z, w: -dL_da * dσ(z) * w,
                "Right size, but there's an extra minus sign.",
            ),
        ),
    ),
    Exercise(
        name="03-chain",
        place="## Why it is called back-propagation (N16)",
        kind="write",
        prose=r"""
            Now the whole way back, for a chain of any length. `a`, `z` and `w` are dictionaries with the
            layer's number as the key, as above. Fill in the three lines. You can do it without any `np.exp`:
            which numbers give you $\sigma'(z^k)$ for free?
            """,
        hints=(
            """
            The first line is the base case (N12). In the loop, `dL_da[k]` is already there; both lines begin
            with it.
            """,
            r"""
            Both lines have the same two first factors, $\partial\mathcal{L}/\partial a^k$ and
            $\sigma'(z^k) = a^k(1 - a^k)$. They differ in the third: one ends in what came in (N11), the other
            in the weight (N15, with $k$ one smaller).
            """,
        ),
        starter="""
            def gradients(a, z, w, y):
                L = max(w)
                dL_da, dL_dw = {}, {}
                dL_da[L] = ...
                for k in range(L, 0, -1):
                    dL_dw[k] = ...
                    dL_da[k - 1] = ...
                return dL_dw
            """,
        solution="""
            def gradients(a, z, w, y):
                L = max(w)
                dL_da, dL_dw = {}, {}
                dL_da[L] = 2 * (a[L] - y)
                for k in range(L, 0, -1):
                    dL_dw[k] = dL_da[k] * a[k] * (1 - a[k]) * a[k - 1]
                    dL_da[k - 1] = dL_da[k] * a[k] * (1 - a[k]) * w[k]
                return dL_dw
            """,
        why=r"""
            Again $a^k(1 - a^k)$ is $\sigma'(z^k)$.
            """,
        wanted="a function gradients(a, z, w, y) that returns {1: dL_dw of layer 1, 2: …}",
        right="That's back-propagation, and you wrote it (N11, N12, N15).",
        draw=draw_chain,
        adds=True,
        expected=chain_expected,
        slips=(
            WrongAnswer(chain_wrong(da_dz=lambda z, a: dσ(a)), A_FOR_Z),
            WrongAnswer(
                chain_wrong(da_dz=lambda z, a: a), "That has σ(z) where σ′(z) belongs (N8)."
            ),
            WrongAnswer(
                chain_wrong(da_dz=lambda z, a: z * (1 - z)), "a(1 − a) is right; z(1 − z) isn't."
            ),
            WrongAnswer(chain_wrong(start=lambda a, y: a - y), LOST_2),
            WrongAnswer(chain_wrong(start=lambda a, y: 2 * (y - a)), SIGN),
            WrongAnswer(
                chain_wrong(back=lambda dL_dz, dL_da, w, k: dL_dz * w.get(k - 1, 0)),
                "Wrong layer's weight: a[k - 1] acts on a[k] through w[k] (N15).",
            ),
            WrongAnswer(
                chain_wrong(back=lambda dL_dz, dL_da, w, k: dL_dz * w.get(k + 1, w[k])),
                "Wrong layer's weight: a[k - 1] acts on a[k] through w[k] (N15).",
            ),
            WrongAnswer(
                chain_wrong(back=lambda dL_dz, dL_da, w, k: dL_da * w[k]),
                "σ′(z) is missing in the step back (N15).",
            ),
            WrongAnswer(
                chain_wrong(back=lambda dL_dz, dL_da, w, k: dL_dz),
                "The weight is missing in the step back (N15).",
            ),
            WrongAnswer(
                chain_wrong(back=lambda dL_dz, dL_da, w, k: dL_da),
                "dL_da is the same at every layer. Take the step back (N15) in the loop.",
            ),
            WrongAnswer(
                chain_wrong(dz_dw=lambda a, k: a[k]),
                "The last factor of dL_dw[k] is the activation BEFORE w[k]: a[k - 1] (N9).",
            ),
        ),
    ),
    Exercise(
        name="03-silent",
        place="## Why it is called back-propagation (N16)",
        kind="predict",
        prose=r"""
            Before you run anything: set $w^2 = 0$ in our chain, and leave the other weights as they are. How
            many of the three $\partial\mathcal{L}/\partial w^k$ are then exactly 0?
            """,
        hints=(
            "Write down the factors of each of the three gradients. In which of them does $w^2$ stand?",
            r"""
            $w^2$ stands in the step from $a^2$ back to $a^1$. Which gradients need
            $\partial\mathcal{L}/\partial a^1$? And is $a^2 = \sigma(0)$ zero?
            """,
        ),
        starter="""
            how_many = ...
            """,
        solution="""
            how_many = 1
            """,
        why=r"""
            Only $\partial\mathcal{L}/\partial w^1$: the way back to $a^1$ leads through $w^2 = 0$. The slope
            $\partial\mathcal{L}/\partial w^2$ has $a^1$ as its last factor, not $w^2$, so it isn't 0: the weight
            is 0, but a nudge of it is felt. And $a^2 = \sigma(0) = 0.5$, so $\partial\mathcal{L}/\partial w^3$
            isn't 0 either.
            """,
        wanted="a whole number from 0 to 3",
        right="Only the gradients before the cut: w¹ acts on the loss through w² alone.",
        expected=lambda: _silent({**_CHAIN, 2: 0.0}),
        slips=(
            WrongAnswer(
                lambda: 2,
                "Does w² stand in its own gradient? Its last factor is a¹, what the weight is multiplied "
                "by (N11).",
            ),
            WrongAnswer(lambda: 3, "The last layer comes first on the way back. Does it need w²?"),
            WrongAnswer(lambda: 0, "Follow the way back to a¹: through which weight does it lead?"),
        ),
    ),
    Exercise(
        name="03-bug",
        place="## Why it is called back-propagation (N16)",
        kind="find the bug",
        prose=f"""
            Somebody does without the dictionary and keeps only one `dL_da`, which is a good idea. The function runs, but
            the *gradient check*, which nudges each weight and compares, says that every layer is wrong. In which line is the bug?

            ```
{textwrap.indent(_numbered(_FAULTY), " " * 12)}
            ```
            """,
        hints=(
            "Every formula in it looks familiar. Look at *when* each line runs.",
            "For each line of the loop, ask: to which layer does `dL_da` belong at this moment?",
        ),
        starter="""
            line = ...
            """,
        solution=f"""
            line = {_wrong_line()}
            """,
        why=r"""
            When it runs, `dL_da` has already moved on to the layer before: it's
            $\partial\mathcal{L}/\partial a^{k-1}$. It should be `dL_dw[k] = dL_dz * a[k - 1]`.
            """,
        wanted="a number, that of the line",
        right="By then dL_da belongs to the layer before. dL_dz is what it should start from.",
        expected=_wrong_line,
        slips=(
            WrongAnswer(lambda: 3, "Line 3 is right: it's the base case (N12)."),
            WrongAnswer(
                lambda: 4,
                "Line 4 is right: it visits every layer, from the last down to the first.",
            ),
            WrongAnswer(lambda: 5, "Line 5 is right: a(1 − a) is σ′(z), with a = σ(z)."),
            WrongAnswer(
                lambda: 6,
                "Line 6 is right by itself: that's the step back (N15). But what does it do to the line "
                "after it?",
            ),
            WrongAnswer(
                lambda: 2, "Line 2 is right: w has a key for each layer, and the largest is L."
            ),
            WrongAnswer(lambda: 8, "Line 8 is right: it hands over what was found."),
            WrongAnswer(lambda: 1, "Line 1 only names what comes in."),
        ),
    ),
    Words(
        name="03-why-z",
        place="## A slip in the notes",
        prose=r"""
            A friend reads N15 and asks: "Why the slope at $z^{k+1}$? It's $a^{k+1}$ that the loss depends on, so
            surely I need the slope at $a^{k+1}$." Answer in two or three sentences.
            """,
        hints=(
            "What lies along the horizontal axis of the curve of $\\sigma$, and what is its height?",
            "Say what you nudge, which number answers, and where on the curve that happens.",
        ),
        model=(
            "σ takes z and gives a, so on its curve z is the place along the horizontal axis and a is "
            "the height. The factor says how far a moves when z moves, and that's how steep the curve "
            "is at the place where the neuron stands: σ′(z). σ′(a) would be the slope at another "
            "place of the same curve, where no neuron stands."
        ),
        points=(
            "z is the input of σ, a its output",
            "the factor is ∂a/∂z: z is nudged, a answers",
            "so the slope is taken at z; σ′(a) is the slope at another place",
        ),
    ),
)
