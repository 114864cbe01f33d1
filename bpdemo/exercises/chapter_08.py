"""The exercises of notebook 08, Real data."""

import math

import numpy as np

from bpdemo import losses, network, training
from bpdemo.exercises.base import Exercise, Words, WrongAnswer
from bpdemo.exercises.draws import uniform

__all__ = ["ENTRIES"]

_EXAMPLES = 1237  # the training digits of ``digits_split(validation=200)``
_BATCH = training.RELU_SETTINGS["batch_size"] or _EXAMPLES
_EPOCHS = training.RELU_SETTINGS["epochs"]
_STEPS = math.ceil(_EXAMPLES / _BATCH)

_SHARES = np.array([0.6, 0.3, 0.1])  # of the exercise 08-slope
_SURE = 0.99  # the output of the neuron in 08-sure, which should say 0
_LEAK = 4  # the line of 08-leak that looks at the test digits


def _draw(rng):
    return {"z": 2 * uniform(rng, 4, 3), "y": np.eye(3)[rng.integers(0, 3, 4)]}


def _draw_huge(rng):
    """Logits so far apart that a share is 0 in float64, with the label just there."""
    z = 1000 * uniform(rng, 4, 3)
    return {"z": z, "y": np.eye(3)[z.argmin(axis=1)]}


def _dL_dz(z, y):
    return losses.TABLE["softmax_cross_entropy"].derivative(z, y)


def _gradients_when_sure():
    """∂ℒ/∂z of one output that says `_SURE` and should say 0: cross-entropy, squared difference."""
    z = math.log(_SURE / (1 - _SURE))
    two = network.backward(
        network.forward([[1.0]], [[[z, 0.0]]], activation="identity"),
        [[0.0, 1.0]],
        "softmax_cross_entropy",
    )
    one = network.backward(network.forward([[1.0]], [[[z]]]), [[0.0]])
    return two.dL_dz[1][0, 0], one.dL_dz[1].item()


def _slopes_by_z1():
    """∂p_i/∂z_1 at `_SHARES`, measured by a complex step."""
    moved = np.log(_SHARES) + 1e-30j * np.eye(3)[0]
    return losses.softmax(moved[None])[0].imag / 1e-30


def _times_larger():
    by_entropy, by_square = _gradients_when_sure()
    return by_entropy / by_square


_p = losses.softmax


ENTRIES = (
    Exercise(
        name="08-softmax",
        place="## From numbers to shares: softmax (B30)",
        kind="write",
        prose="""
            Write softmax for a table `z` with one example per row.
            """,
        hints=(
            "Two steps: make every number positive, then divide each by a sum. The sum of what?",
            "The shares of *one* example sum to 1, and an example is a row. So sum over axis 1, and use "
            "`keepdims=True` to keep one sum per row.",
        ),
        starter="""
            def softmax(z):
                return ...
            """,
        solution="""
            def softmax(z):
                e = np.exp(z)
                return e / e.sum(axis=1, keepdims=True)
            """,
        wanted="a function softmax(z)",
        right="All shares are positive, and they sum to 1 for every example (B30). Is it still "
        "finite when z is 1000?",
        draw=lambda rng: {"z": 2 * uniform(rng, 4, 3)},
        adds=True,
        expected=lambda z: _p(z),
        slips=(
            WrongAnswer(
                lambda z: np.exp(z),
                "All of these are positive, but they don't sum to 1 yet. Divide by their sum.",
            ),
            WrongAnswer(
                lambda z: np.exp(z) / np.exp(z).sum(),
                "Your shares sum to 1 over all examples together. They should do so in each row: "
                "sum over axis 1.",
            ),
            WrongAnswer(
                lambda z: np.exp(z) / np.exp(z).sum(axis=0),
                "In your answer each column sums to 1. An example is a row: sum over axis 1.",
            ),
            WrongAnswer(
                lambda z: z / z.sum(axis=1, keepdims=True),
                "The exponential is missing. Without it, some shares are negative.",
            ),
            WrongAnswer(
                lambda z: np.exp(-z) / np.exp(-z).sum(axis=1, keepdims=True),
                "The largest z should get the largest share: use e to the power z, without a minus.",
            ),
            WrongAnswer(lambda z: np.log(_p(z)), "That's the logarithm of the shares."),
        ),
    ),
    Exercise(
        name="08-start",
        place='## The loss for "one of many": cross-entropy (B32)',
        kind="compute",
        prose="""
            How large is that loss with ten classes?
            """,
        hints=(
            "Each of the ten classes gets the same share. How large is that share?",
            "The loss of one example is $-\\ln p$, with $p$ the share of the right class. NumPy's `np.log` "
            "is the natural logarithm, $\\ln$.",
        ),
        starter="""
            loss_at_the_start = ...
            """,
        solution="""
            loss_at_the_start = -np.log(1 / 10)
            """,
        why="""
            It's about 2.3. Remember that number: if the loss of a new network is far from it, the weights are
            too large, or there's a bug.
            """,
        wanted="a number, the loss of one example",
        right="If a new network starts far above that, its weights are too large. If it starts far "
        "below, look for a bug.",
        expected=lambda: math.log(10),
        slips=(
            WrongAnswer(
                lambda: -math.log(10), "The loss is MINUS the logarithm. It's never negative."
            ),
            WrongAnswer(lambda: 0.1, "That's the share p of the right class. The loss is −ln p."),
            WrongAnswer(lambda: 0.9, "That's 1 − p. The loss is −ln p."),
            WrongAnswer(
                lambda: 1.0,
                "That's the logarithm to base 10. Use the natural logarithm, np.log.",
            ),
            WrongAnswer(
                lambda: 10 * math.log(10),
                "The labels are 0 at nine of the ten outputs: only one term is left.",
            ),
            WrongAnswer(
                lambda: math.log(2),
                "That's for two classes. With ten, each one gets p = 0.1.",
            ),
        ),
    ),
    Exercise(
        name="08-log",
        place="## No infinity on the way (B31, again)",
        kind="find the bug",
        prose="""
            This loss is right for everyday logits. But for `z = [[1000, 0, -1000]]` and the third class it
            returns `inf` instead of 2000, although the largest logit has been subtracted:

            ```python
            def loss_of_logits(z, y):
                d = z - z.max(axis=1, keepdims=True)
                p = np.exp(d) / np.exp(d).sum(axis=1, keepdims=True)
                return -np.sum(y * np.log(p))
            ```

            Which step loses the number? Write the function so that it also works there.
            """,
        hints=(
            "Look at the shares `p` of this example. Two of them are 0 in float64. What is the logarithm of 0?",
            "Never make the shares. By the rules for logarithms, $\\ln p_j = d_j - \\ln \\sum_q e^{d_q}$, and "
            "nothing in there is too large or too small.",
        ),
        starter="""
            def loss_of_logits(z, y):
                d = z - z.max(axis=1, keepdims=True)
                return ...
            """,
        solution="""
            def loss_of_logits(z, y):
                d = z - z.max(axis=1, keepdims=True)
                ln_p = d - np.log(np.exp(d).sum(axis=1, keepdims=True))
                return -np.sum(y * ln_p)
            """,
        why="""
            The logarithm undoes the exponential before anything can be rounded to 0. The package does it the same
            way.
            """,
        wanted="a function loss_of_logits(z, y)",
        right="The logarithm meets the logits themselves, so no share can vanish on the way.",
        draw=_draw_huge,
        expected=lambda z, y: losses.softmax_cross_entropy(z, y),
        slips=(
            WrongAnswer(
                lambda z, y: -losses.softmax_cross_entropy(z, y),
                "The sign is the wrong way round: the loss is −ln p, and never negative.",
            ),
            WrongAnswer(
                lambda z, y: losses.softmax_cross_entropy(z, y) / len(z),
                "You divided by the number of examples. The loss is a sum, not a mean.",
            ),
            WrongAnswer(
                lambda z, y: -np.sum(y * z),
                "−Σ y z is only half of −ln p: the logarithm of the sum below is missing.",
            ),
            WrongAnswer(
                lambda z, y: np.sum(y * np.log(np.exp(z - z.max(axis=1, keepdims=True)).sum())),
                "That's the logarithm of the sum. Its partner d, the logit itself, is missing.",
            ),
        ),
    ),
    Exercise(
        name="08-slope",
        place="## The slope of softmax (B33)",
        kind="compute",
        prose=r"""
            With pencil: the shares are $p = (0.6,\ 0.3,\ 0.1)$. Give the three slopes
            $\partial p_1/\partial z_1$, $\partial p_2/\partial z_1$ and $\partial p_3/\partial z_1$, as a list.
            """,
        hints=(
            "Raise $z_1$ a little. Which share grows, and which ones shrink? That gives you the three signs.",
            "The first is $p_1(1 - p_1)$; the others are $-p_i\\,p_1$. Check: the three slopes sum to 0.",
        ),
        starter="""
            slopes_by_z1 = ...
            """,
        solution="""
            slopes_by_z1 = [0.6 * (1 - 0.6), -0.3 * 0.6, -0.1 * 0.6]
            """,
        why="""
            The list is $(0.24, -0.18, -0.06)$. It sums to 0: the others lose what the first one gains.
            """,
        wanted="a list of three numbers",
        right="They sum to 0: the others lose what the first one gains.",
        parts=("∂p₁/∂z₁", "∂p₂/∂z₁", "∂p₃/∂z₁"),
        expected=lambda: _slopes_by_z1().tolist(),
        slips=(
            WrongAnswer(
                lambda: (_SHARES * (1 - _SHARES)).tolist(),
                "Those are p(1 − p) for each output by its OWN logit. Here z₁ moves in all three.",
            ),
            WrongAnswer(
                lambda: np.abs(_slopes_by_z1()).tolist(),
                "The sizes are right. But if one share grows, what must the others do?",
            ),
            WrongAnswer(
                lambda: [_slopes_by_z1()[0], 0.0, 0.0],
                "The other two shares move too, since the sum below moves.",
            ),
            WrongAnswer(
                lambda: (-_SHARES * _SHARES[0]).tolist(),
                "In the first slope z₁ is also in the numerator: [i = j] is 1 there.",
            ),
            WrongAnswer(
                lambda: [_slopes_by_z1()[0], *-_SHARES[1:]],
                "Each of the other two is a product of two shares: its own, and p₁.",
            ),
        ),
    ),
    Exercise(
        name="08-dL_dz",
        place="## What is left is $p - y$ (B34)",
        kind="write",
        prose=r"""
            Write $\partial\mathcal{L}/\partial z$ for logits `z` and labels `y`, one example per row. Make it
            work for a logit of 1000 too.
            """,
        hints=(
            "You get the logits `z`, not the shares. What do you have to compute first?",
            "First the shares: subtract the largest logit of each row (B31), take `np.exp`, divide by the sum "
            "of the row. Then B34 is one subtraction.",
        ),
        starter="""
            def dL_dz_of(z, y):
                return ...
            """,
        solution="""
            def dL_dz_of(z, y):
                e = np.exp(z - z.max(axis=1, keepdims=True))
                return e / e.sum(axis=1, keepdims=True) - y
            """,
        wanted="a function dL_dz_of(z, y)",
        right="What it said, minus what it should have said. No σ′ anywhere (B34).",
        draw=_draw,
        adds=True,
        expected=_dL_dz,
        slips=(
            WrongAnswer(
                lambda z, y: y - _p(z),
                "The sign is the other way round. Should a larger z at the right output make the "
                "loss larger or smaller?",
            ),
            WrongAnswer(
                lambda z, y: 2 * (_p(z) - y),
                "The 2 belongs to the squared difference. The slope of ln brings none.",
            ),
            WrongAnswer(
                lambda z, y: z - y, "That's z − y. Turn the logits into shares first: p − y."
            ),
            WrongAnswer(
                lambda z, y: (_p(z) - y) * _p(z) * (1 - _p(z)),
                "You put in a slope of the activation. With cross-entropy it has already "
                "cancelled (B34).",
            ),
            WrongAnswer(
                lambda z, y: 2 * (_p(z) - y) * _p(z) * (1 - _p(z)),
                "That's made for the squared difference. With cross-entropy the slope has "
                "cancelled (B34), and there is no 2.",
            ),
            WrongAnswer(
                lambda z, y: (_p(z) - y) / len(z),
                "You divided by the number of examples. The loss is a sum, not a mean.",
            ),
            WrongAnswer(
                lambda z, y: -y / _p(z),
                "That's ∂ℒ/∂p. You still have to go from p back to z, through the slope of softmax.",
            ),
            WrongAnswer(lambda z, y: _p(z), "That's p alone. Subtract what it should have said."),
        ),
    ),
    Exercise(
        name="08-sure",
        place=r"## Where has $\sigma'$ gone? (B35)",
        kind="predict",
        prose=r"""
            Before you run anything: one output says $a = 0.99$ and should say 0. How many times larger is
            $\partial\mathcal{L}/\partial z$ with cross-entropy than with the squared difference?
            """,
        hints=(
            "Write both gradients of B35 and divide one by the other. What cancels?",
            "$a - y$ cancels. What's left is $1 / (2a(1 - a))$, with $a = 0.99$.",
        ),
        starter="""
            times_larger = ...
            """,
        solution="""
            times_larger = 1 / (2 * 0.99 * (1 - 0.99))
            """,
        why="""
            That's about 50 times. And the surer the mistake, the larger the factor: at $a = 0.999$ it's about 500.
            """,
        wanted="a number: how many times larger",
        right="The surer the mistake, the larger the difference between the two losses.",
        expected=_times_larger,
        slips=(
            WrongAnswer(
                lambda: 1 / (_SURE * (1 - _SURE)),
                "You forgot the 2 of the squared difference.",
            ),
            WrongAnswer(
                lambda: 2 * _SURE * (1 - _SURE),
                "That's the other way round: how much SMALLER the squared difference's gradient is.",
            ),
            WrongAnswer(
                lambda: 2 / (_SURE * (1 - _SURE)),
                "The 2 stands in the gradient of the squared difference, so it goes below.",
            ),
            WrongAnswer(
                lambda: 1 / (2 * _SURE),
                "There's a second factor in σ′(z) = a(1 − a), and it's the small one.",
            ),
            WrongAnswer(
                lambda: 1.0,
                "They aren't alike. Only one of the two gradients contains σ′(z).",
            ),
            WrongAnswer(
                lambda: 0.5,
                "That would be right without σ′(z). How large is it at a = 0.99?",
            ),
        ),
    ),
    Words(
        name="08-saturated",
        place=r"## Where has $\sigma'$ gone? (B35)",
        prose="""
            A friend uses the squared difference. One of her outputs says 0.999 where it should say 0, and after an
            hour of training it still does. "It couldn't be more wrong," she says, "so why doesn't it learn?"
            Explain it to her in two or three sentences.
            """,
        hints=(
            "How much does this output change when its $z$ changes a little?",
            "Write the gradient as a product of two factors: one is large because the answer is wrong. And the "
            "other?",
        ),
        model="The gradient is a product: how wrong the output is, times σ′(z), how much the output moves "
        "with z. Being sure means that the sigmoid is flat here, so σ′(z) is almost 0 and the whole product "
        "is too: the step is tiny just where the mistake is large. With cross-entropy σ′(z) cancels, and the "
        "gradient is the mistake itself.",
        points=(
            "The gradient has two factors, and the mistake is only one of them.",
            "σ′(z) is almost 0 where the sigmoid is saturated.",
            "A product with a factor near 0 is near 0, however large the other one is.",
            "Cross-entropy cancels σ′(z), so a sure mistake has a large gradient.",
        ),
    ),
    Exercise(
        name="08-steps",
        place="## A few at a time (B38)",
        kind="compute",
        prose="""
            You train for 40 epochs on 1,237 digits in batches of 16. How many steps does the network take? (The
            last batch of an epoch may be smaller.)
            """,
        hints=(
            "How many batches are there in one epoch? Don't drop the digits that are left over at its end.",
            "$1237 / 16$ is 77 and a bit, so one more batch is needed for that bit. Then multiply by the number of "
            "epochs.",
        ),
        starter="""
            how_many_steps = ...
            """,
        solution="""
            how_many_steps = 40 * int(np.ceil(1237 / 16))
            """,
        wanted="a number of steps",
        right="Every step is one forward pass, one backward pass, and a small move of all weights.",
        expected=lambda: _EPOCHS * _STEPS,
        slips=(
            WrongAnswer(
                lambda: _EPOCHS * (_STEPS - 1),
                "The digits left over at the end of an epoch make one more batch, a small one.",
            ),
            WrongAnswer(
                lambda: _EPOCHS * _EXAMPLES / _BATCH,
                "There's no such thing as part of a step. The digits left over make one more batch.",
            ),
            WrongAnswer(lambda: _STEPS, "That's one epoch. There are 40."),
            WrongAnswer(
                lambda: _EPOCHS * _EXAMPLES,
                "That's one step per example. The 16 examples of a batch share one step.",
            ),
            WrongAnswer(
                lambda: _EPOCHS, "That's one step per epoch, with all examples in one batch."
            ),
        ),
    ),
    Exercise(
        name="08-leak",
        place="## Choosing, with the validation digits only",
        kind="find the bug",
        prose="""
            A colleague looks for the best width and reports the last line as "the accuracy on unseen digits". The
            code runs without an error. Which line is the mistake?

            ```text
            1  best, best_share = None, 0
            2  for width in range(10, 210, 10):
            3      network = train_on(training_digits, width)
            4      share = share_read(network, test_digits)
            5      if share > best_share:
            6          best, best_share = network, share
            7  print(best_share)
            ```
            """,
        hints=(
            "The report should be about digits that had no influence on the network. Which digits had one?",
            "Go through the parts of B36. Which part is for choosing? And which part does the code choose with?",
        ),
        starter="""
            line = ...
            """,
        solution="""
            line = 4
            """,
        why="""
            Twenty networks are compared on the test digits, and the luckiest wins. So the test digits took part in the
            choice, and the share is too kind. Choose with the validation digits, and look at the test digits once,
            for the network that was chosen.
            """,
        wanted="the number of a line",
        right="The choice is made with the test digits, so they're no longer unseen.",
        expected=lambda: _LEAK,
        slips=(
            WrongAnswer(
                lambda: 3, "Line 3 trains on the training digits. That's what they are for."
            ),
            WrongAnswer(lambda: 5, "To keep the best is fine. But best on which digits?"),
            WrongAnswer(lambda: 6, "To keep the best is fine. But best on which digits?"),
            WrongAnswer(
                lambda: 7,
                "What it prints is too kind, yes. But it went wrong before: where does that share "
                "come from?",
            ),
            WrongAnswer(lambda: 2, "Trying twenty widths is fine. What matters is how you choose."),
            WrongAnswer(lambda: 1, "Line 1 only says where the search begins."),
        ),
    ),
)
