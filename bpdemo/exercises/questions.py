"""The questions of the quizzes, as data: what is asked, the choices, and what to say about each.

A wrong choice is a wrong idea that people really have, and what is said about it speaks to that
idea. Numbers come from the core, or from the one line of arithmetic that the question is about.
"""

import math
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from bpdemo import activations, checking, losses, slips
from bpdemo.diagrams import number

__all__ = ["Choice", "Question", "every_question"]


@dataclass(frozen=True)
class Choice:
    """One choice, and what to tell somebody who takes it."""

    text: str
    says: str
    right: bool = False


@dataclass(frozen=True)
class Question:
    """One question.

    Attributes
    ----------
    name : its name in `table`.
    notebook : where it belongs: "03", "05b".
    text : what is asked.
    choices : three or four, one of them right.
    retrieval : it stands at the start of its notebook, and asks about those before.
    """

    name: str
    notebook: str
    text: str
    choices: tuple[Choice, ...]
    retrieval: bool = False


@cache
def every_question() -> dict[str, Question]:
    """Every question by its name, in the order of the notebooks."""
    made = [_mixed(question) for question in (*_ideas(), *_retrieval())]
    # The questions at a notebook's start come before those on the way.
    made.sort(key=lambda question: (question.notebook, not question.retrieval))
    return {question.name: question for question in made}


def _mixed(question: Question) -> Question:
    """The same with its choices in an order that says nothing, and is always the same."""
    rng = np.random.default_rng(zlib.crc32(question.name.encode()))
    order = rng.permutation(len(question.choices))
    return replace(question, choices=tuple(question.choices[i] for i in order))


def _n(value: float) -> str:
    """A number in three digits, as short as it goes: 0.3, −1.65, 0.0707."""
    text = f"{round(float(value), 12):.3g}"
    return number(value) if "e" in text else text.replace("-", "−")


def _yes(text: str, says: str) -> Choice:
    return Choice(text, says, right=True)


def _no(text: str, says: str) -> Choice:
    return Choice(text, says)


def _ask(name: str, notebook: str, text: str, *choices: Choice) -> Question:
    return Question(name, notebook, text, choices)


def _power(value: float) -> str:
    """A small number as a power of ten: 10⁻⁵."""
    exponent = str(round(math.log10(value)))
    return "10" + exponent.translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


# --- one for each idea that goes wrong -----------------------------------------------------------


def _ideas() -> Iterator[Question]:
    sigma = activations.TABLE["sigmoid"]

    z, wide, good, tiny = 2.0, 0.1, 1e-5, 1e-16
    true = float(sigma.derivative(z))
    found = {h: float(checking.central_difference(sigma, z, h)) for h in (wide, good, tiny)}
    yield _ask(
        "smaller-h",
        "00",
        f"You measure the slope of the sigmoid at {z:g} with a step h to each side. Which h comes "
        "closest to the true slope?",
        _no(
            f"h = {wide}",
            "It keeps clear of rounding, but such a wide secant is not the tangent yet: it is off "
            f"by {_power(abs(found[wide] - true))} or so.",
        ),
        _yes(
            f"h = {_power(good)}",
            "Small enough for the secant to be as good as the tangent, and large enough for the "
            "two heights to differ in many digits.",
        ),
        _no(
            f"h = {_power(tiny)}",
            "On paper a smaller h is always better. But a computer keeps 16 digits: "
            f"{z:g} + h is rounded to {z:g}, the two heights are the same, and the slope comes out "
            f"as {found[tiny]:g}.",
        ),
        _no(
            "They all give the same slope",
            "Only a straight line gives the same slope for every h. Here the results run from "
            f"{found[tiny]:g} to {_n(found[good])}.",
        ),
    )
    yield _ask(
        "superscripts",
        "01",
        "In z² = a¹ · w², what does the ² of w² say?",
        _no(
            "w is squared",
            "It looks like a power, and in other formulas it would be one. Here a number at the "
            "top says which layer. Where a true power is meant, the text says so.",
        ),
        _yes(
            "These are the weights that lead into layer 2",
            "An index at the top is the number of a layer. w² leads from layer 1 to layer 2.",
        ),
        _no(
            "These are the weights after two steps of training",
            "Weights do change in training, but the index doesn't count steps: w² is still w² "
            "after a thousand of them.",
        ),
        _no(
            "These are the weights that lead out of layer 2",
            "The index is right, the direction isn't: w² leads INTO layer 2, so that z², a² "
            "and w² belong together.",
        ),
    )
    a, y = 0.3, 1.0
    slope = float(losses.TABLE["squared_difference"].derivative(np.array(a), np.array(y)))
    yield _ask(
        "sign-of-the-slope",
        "02",
        f"ℒ = (y − a)², with a = {a} and y = {y:g}. What is ∂ℒ/∂a?",
        _no(
            _n(-slope),
            "The size is right. For the sign, ask: if a grows a little, it comes closer to y, so "
            "the loss gets smaller. Up in a means down in ℒ: the slope is negative.",
        ),
        _yes(
            _n(slope),
            f"2(a − y) = 2 · ({_n(a)} − {y:g}). A larger a would come closer to y and make "
            "the loss smaller, so the slope is negative.",
        ),
        _no(
            _n(slope / 2),
            "That's a − y. The slope of a square has a factor 2 in front.",
        ),
        _no(
            _n((y - a) ** 2),
            "That's the loss itself. The slope says how the loss changes when a does.",
        ),
    )
    far = 10.0
    yield _ask(
        "zero-slope",
        "02",
        f"The last neuron says a ≈ 1, but y = 0. Its z is {far:g}, far out where the sigmoid is "
        "flat. What does its weight learn from this example?",
        _no(
            "A lot, because the error is large",
            "Term 1 is large, yes. But the three terms multiply, and σ′(z) is only "
            f"{_n(float(sigma.derivative(far)))}: almost nothing is left of the product.",
        ),
        _yes(
            "Almost nothing: σ′(z) is nearly 0",
            "However large the error, a factor near 0 makes the whole product small. The neuron "
            "is wrong, and sure of it, and so it can hardly learn.",
        ),
        _no(
            "Nothing, and that's fine: slope 0 means that the best place is found",
            "At the bottom of a valley the slope is 0. But it is 0 on a plain as well, and a plain "
            "may lie high up: here the loss is nearly as large as it can be.",
        ),
    )
    z = 2.0
    a = float(sigma(z))
    yield _ask(
        "sigma-prime-at-a",
        "03",
        f"A neuron has z = {z:g} and a = σ(z) = {_n(a)}. You go back through its sigmoid. "
        "Which slope do you need?",
        _no(
            f"σ′({_n(a)}) = {_n(float(sigma.derivative(a)))}",
            "That's the slip of the notes. It takes the slope where z would be if it were "
            f"{_n(a)}. But the neuron stands at z = {z:g} on the horizontal axis; a is the "
            "height.",
        ),
        _yes(
            f"σ′({z:g}) = {_n(float(sigma.derivative(z)))}",
            "The slope is taken where the neuron stands on the curve's horizontal axis, and that "
            "is z.",
        ),
        _no(
            f"σ({z:g}) = {_n(a)}",
            "That's how high the curve is there, not how steep. The chain rule needs ∂a/∂z: how "
            "far a moves when z does.",
        ),
    )
    yield _ask(
        "a-times-one-minus-a",
        "03",
        "For the sigmoid, code often says a * (1 - a). What is this number?",
        _no(
            "σ′ at a",
            "It has an a in it, but it isn't the slope at a. σ′ at a would be "
            "σ(a)(1 − σ(a)): the sigmoid applied once more. With "
            f"a = {_n(a)} that's {_n(float(sigma.derivative(a)))} instead of "
            f"{_n(a * (1 - a))}.",
        ),
        _no(
            "The slope of any activation, written in its output",
            f"Each curve has its own. For tanh it's 1 − a · a, and with a = 0.5 that's "
            f"{1 - 0.5**2:g} instead of {0.5 * (1 - 0.5):g}.",
        ),
        _yes(
            "σ′ at z, written with the a that is already there",
            "a is σ(z), so a(1 − a) = σ(z)(1 − σ(z)) = σ′(z). No exponential has to be computed "
            "again, that's all.",
        ),
    )
    yield _ask(
        "which-weight-back",
        "03",
        "In the chain x → a¹ → a² → a³ you know ∂ℒ/∂a² and want ∂ℒ/∂a¹. Which weight is in this "
        "step?",
        _no(
            "w¹, because the result is for layer 1",
            "w¹ leads INTO a¹. It decides what a¹ is, but not how a¹ acts on what comes after it. "
            "The sensitivity to a¹ looks forward, along w².",
        ),
        _yes(
            "w², because it leads from a¹ to a²",
            "a¹ acts on the loss through z² = a¹ · w² alone, and ∂z²/∂a¹ = w². The weight carries "
            "the index of the layer that you come from.",
        ),
        _no(
            "w³, because we come from the end",
            "w³ was needed one step earlier. It's in ∂ℒ/∂a² already.",
        ),
        _no(
            "None: a weight belongs in ∂ℒ/∂w, not in ∂ℒ/∂a",
            "It's the other way round. ∂ℒ/∂w² has a¹ as its last factor, and ∂ℒ/∂a¹ has w²: in "
            "a product, the slope along one factor is the other factor.",
        ),
    )
    yield _ask(
        "updated-weights",
        "04",
        "Your loop goes back from the last layer and has just found ∂ℒ/∂w³. May it change w³ at "
        "once, before it steps back to ∂ℒ/∂a²?",
        _no(
            "Yes, ∂ℒ/∂w³ won't change any more",
            "That one is done, true. But w³ itself is still needed: ∂ℒ/∂a² has it as a factor.",
        ),
        _yes(
            "No, the step back needs w³ as it was in the forward pass",
            "The gradient belongs to the network that made this loss. All gradients first, then "
            "all weights.",
        ),
        _no(
            "It doesn't matter as long as the loss falls",
            "The loss mostly does fall, and that's what hides the slip. A well-known worked "
            "example printed a wrong loss because of it.",
        ),
    )
    yield _ask(
        "backprop-or-descent",
        "04",
        "What does back-propagation do?",
        _no(
            "It moves the weights downhill",
            "That's gradient descent. It comes afterwards, and could use a gradient from anywhere, "
            "even one measured weight by weight.",
        ),
        _yes(
            "It finds the gradient of the loss with respect to all weights",
            "And nothing else: it changes no weight and has no learning rate.",
        ),
        _no(
            "It sends the label back through the network to find the right input",
            "It does go backwards, but what travels is sensitivities, ∂ℒ/∂aᵏ. The input stays "
            "what it is.",
        ),
        _no(
            "It corrects the neurons that were wrong",
            "No neuron is corrected by it. It only says how the loss would answer to each weight.",
        ),
    )
    slope, step = -2.0, 2.0
    after = (1 - step) ** 2
    yield _ask(
        "big-steps",
        "04",
        f"ℒ(w) = (1 − w)². At w = 0 the slope is {_n(slope)}. You raise w from 0 to {step:g}. "
        "What happens to ℒ?",
        _no(
            f"It falls by {-slope * step:g}, slope times step",
            "That holds for small steps. It would make the loss "
            f"{_n(1 + slope * step)}, and a square is never negative: the slope was the one "
            "at w = 0, and it changed on the way.",
        ),
        _no(
            "It falls, because the slope is negative",
            "It does fall at first. But the valley ends at w = 1, and the second half of the step "
            "climbs up the other side.",
        ),
        _yes(
            f"It ends where it began, at {after:g}",
            f"(1 − {step:g})² = {after:g} = (1 − 0)². A slope describes the ground right where you "
            "stand. A long step can leap over the valley.",
        ),
    )
    wrong = slips.TABLE.values()
    yield _ask(
        "falling-loss",
        "04",
        "You wrote a backward pass. You train with it, and the loss falls step after step. What "
        "does this prove about your gradient?",
        _no(
            "It's right",
            f"This package has {len(wrong)} backward passes with a bug, and training with "
            f"{sum(slip.falls for slip in wrong)} of them lowers the loss.",
        ),
        _no(
            "Its sign is right for every weight",
            "Not even that. Some weights may go the wrong way while others more than make up for "
            "it.",
        ),
        _yes(
            "Nothing: measure it",
            "Many directions lead down, and the gradient is only one of them. Nudge the weights, "
            "and compare.",
        ),
    )
    first, second = 0.3, -0.5
    yield _ask(
        "paths-add",
        "05",
        "A neuron feeds two neurons of the next layer. Along the first path the loss has "
        f"sensitivity {_n(first)} to its a, along the second {_n(second)}. "
        "What is ∂ℒ/∂a?",
        _no(
            _n(second),
            "That's the last path alone. Code gets there with = where it should say +=: "
            "each path wipes out the one before.",
        ),
        _yes(
            _n(first + second),
            "Nudge a, and both paths answer at the same time. Where paths join, sensitivities add.",
        ),
        _no(
            _n(first * second),
            "Along ONE path you multiply. These are two paths, and where they join you add.",
        ),
        _no(
            _n((first + second) / 2),
            "That's the mean. But the nudge goes along both paths in full; it isn't shared "
            "between them.",
        ),
    )
    yield _ask(
        "square-transpose",
        "05",
        "All your layers have 3 neurons. The code steps back with delta @ w[k], without .T, and "
        "runs without an error. What does this tell you?",
        _no(
            "The shapes fit, so the formula is right",
            "A wrong shape would have raised an error. But a 3 × 3 table fits "
            "transposed or not, and the two products hold different numbers.",
        ),
        _no(
            "A square table doesn't change when it is transposed",
            "Its shape doesn't, but its entries do: rows become columns. Only a symmetric "
            "table stays the same.",
        ),
        _yes(
            "Nothing: a square w fits either way",
            "So test with layers of unequal widths, and measure the gradient. It should be "
            "δ · wᵀ, which sums over the neurons that a feeds.",
        ),
    )
    m = 4
    yield _ask(
        "two-half-mean",
        "05",
        "The loss is Σ (y − a)² over 4 examples. In every layer, your gradient is exactly half "
        "of what is measured. What's the likeliest bug?",
        _yes(
            "It starts from a − y instead of 2(a − y)",
            "One factor at the base case goes through all the products after it, so every layer "
            "is off by the same factor: here ½.",
        ),
        _no(
            "It takes the mean over the examples",
            "That is one factor for all layers too, but with 4 examples it would be "
            f"{1 / m:g}, not {1 / 2:g}.",
        ),
        _no(
            "It uses σ′(a) instead of σ′(z)",
            "Then each neuron is off by a factor of its own. One and the same "
            "factor everywhere points to the base case.",
        ),
        _no(
            "There's none: half a gradient has the right direction",
            "The direction is right, and twice the learning rate would make up for it. But it "
            "isn't the gradient of this loss, and the check says so.",
        ),
    )
    yield _ask(
        "relu-mask",
        "06",
        "Going back through ReLU, code multiplies by the mask (a >= 0). What does this do?",
        _no(
            "It's the same as (z > 0)",
            "Nearly, and that's the trap: (a > 0) would be the same. With >= the neurons that "
            "are off, where a is exactly 0, get through too.",
        ),
        _yes(
            "The mask is always true, so it lets everything through",
            "ReLU's output is never below 0. So no neuron is switched off on the way back, "
            "and the gradient is wrong. A well-known tutorial had this bug.",
        ),
        _no(
            "It switches off the neurons with a = 0",
            "It should, but 0 >= 0 is true. These are just the neurons that it lets through by "
            "mistake.",
        ),
    )
    delta = np.array([0.1, 0.3, -0.2, 0.2])
    yield _ask(
        "bias-sum",
        "06",
        f"For a batch of 4 examples δ is {', '.join(map(_n, delta))}. The loss is a sum "
        "over the examples. What is ∂ℒ/∂b?",
        _no(
            _n(delta.mean()),
            "That's the mean. It would be right if the loss were a mean; this one is a sum.",
        ),
        _yes(
            _n(delta.sum()),
            "The same b goes into every example's z, so it has one path for each, and paths add.",
        ),
        _no(
            _n(delta[-1]),
            "That's the last example alone: = instead of +=. Each example has its share.",
        ),
        _no(
            _n(np.abs(delta).sum()),
            "Here the sign got lost. An example that pulls the other way counts against the rest.",
        ),
    )
    yield _ask(
        "cant-tell",
        "07",
        "In a ReLU network the gradient check says of one weight: can't tell, a kink within "
        "reach. What does it mean?",
        _no(
            "The gradient is wrong there",
            "Then it would say that it differs. At a kink there is no slope to compare with: one "
            "side says one thing, the other side another.",
        ),
        _no(
            "The gradient is right there: it would have said so otherwise",
            "No evidence against it isn't evidence for it. The check found no single slope to "
            "compare with.",
        ),
        _yes(
            "There is no single slope to compare with: move the weights a little and check again",
            "Away from the kink there is a slope, and then the check agrees or differs.",
        ),
    )
    logits, label = np.array([[2.0, 0.5, -1.0]]), np.array([[0.0, 1.0, 0.0]])
    p = losses.softmax(logits)
    true = losses.TABLE["softmax_cross_entropy"].derivative(logits, label)[0, 1]
    share = p[0, 1]
    yield _ask(
        "where-is-sigma-prime",
        "08",
        f"Softmax gives the right class the share p = {_n(share)}, and the loss is "
        "cross-entropy. What is ∂ℒ/∂z for this class?",
        _no(
            f"(p − 1) · p · (1 − p) = {_n((share - 1) * share * (1 - share))}",
            "That puts in a σ′ once more. The slope of softmax is in p − y already: it cancelled "
            "against the 1/p of the logarithm.",
        ),
        _yes(
            f"p − 1 = {_n(true)}",
            "p − y, with y = 1 for the right class. Almost everything cancels, and a confident "
            "mistake keeps a large gradient.",
        ),
        _no(
            f"2(p − 1) = {_n(2 * (share - 1))}",
            "The 2 belongs to the squared difference. Cross-entropy has no square.",
        ),
        _no(
            f"−1/p = {_n(-1 / share)}",
            "That's ∂ℒ/∂p, the slope of −ln p. One factor is missing: how p moves when z does.",
        ),
    )
    layers = 20
    yield _ask(
        "deep-is-broken",
        "09",
        f"In a network of {layers} sigmoid layers, ∂ℒ/∂w¹ is almost 0. What's the reason?",
        _no(
            "Back-propagation gets less exact with every layer",
            "It doesn't: a gradient check agrees in every layer. The loss really does hardly "
            "notice w¹.",
        ),
        _yes(
            "Each layer multiplies by a σ′ of at most ¼",
            "The gradient is right, and it is small: the loss hardly depends on w¹. What can be "
            "changed is the network: its weights at the start, its activation, a skip connection.",
        ),
        _no(
            "The first layer has learned all it can",
            "A gradient of 0 doesn't mean that. Here it is small before any training, however "
            "wrong the network is.",
        ),
        _no(
            "The learning rate is too small",
            "A gradient has no learning rate in it. That only comes in with the step.",
        ),
    )
    yield _ask(
        "pass-per-weight",
        "10",
        "A network has a thousand weights. How many backward passes does its gradient take?",
        _no(
            "A thousand, one for each weight",
            "That's what measuring costs: forward runs for every weight. Back-propagation shares "
            "the work, since all weights before a layer need the same ∂ℒ/∂aᵏ.",
        ),
        _yes(
            "One",
            "One way back finds ∂ℒ/∂aᵏ for every layer, and each gives the gradient of its "
            "layer's weights. It costs about as much as two forward passes.",
        ),
        _no(
            "One per layer",
            "One pass goes through all the layers: each hands ∂ℒ/∂aᵏ on to the one before.",
        ),
    )


# --- three to begin a notebook with --------------------------------------------------------------


def _retrieval() -> Iterator[Question]:
    for notebook, questions in _BEGIN.items():
        for name, text, *choices in questions():
            yield Question(f"{notebook}-{name}", notebook, text, tuple(choices), retrieval=True)


def _before_01():
    slope, turn = 3.0, -0.1
    yield (
        "sensitivity",
        f"A display has the sensitivity {slope:g} to a knob. You turn the knob by "
        f"{_n(turn)}. How far does the display move, about?",
        _no(
            _n(-slope * turn),
            "The size is right. But you turned the knob down, and with a positive sensitivity "
            "the display follows it down.",
        ),
        _yes(_n(slope * turn), "Sensitivity times turn, sign and all."),
        _no(
            _n(slope + turn),
            "That adds the two. A sensitivity is the change PER turn, so it multiplies.",
        ),
        _no(
            _n(slope),
            "That would be a turn of 1. A turn ten times smaller moves the display ten times less.",
        ),
    )
    yield (
        "two-sides",
        "Why does the central difference step to both sides, to w + h and to w − h?",
        _no(
            "Two measurements average out the noise",
            "There is no noise to average here: the function gives the same number every time. "
            "It's the bend of the curve that a one-sided step gets wrong.",
        ),
        _yes(
            "A step to one side leans; to both sides, the leaning cancels",
            "A curve bends away from its tangent. On the two sides the bend pulls the secant in "
            "opposite ways, so most of the error cancels.",
        ),
        _no(
            "Because h may be as small as you like then",
            "Not even so: when h gets tiny, rounding takes over, with one step or with two.",
        ),
    )
    yield (
        "two-letters",
        "What do ℒ and L stand for in this series?",
        _no(
            "ℒ is the last layer, L the loss",
            "The other way round. The curly one is the loss; the plain L is a layer's number.",
        ),
        _no(
            "Both are the loss; they are two ways of writing it",
            "Some texts do use one letter for both, and it's confusing. Here they are two things.",
        ),
        _yes(
            "ℒ is the loss, L the number of the last layer",
            "So aᴸ is what the last layer says, and ℒ says how wrong that is.",
        ),
    )


def _before_02():
    yield (
        "layer",
        "How does layer 2 make its output?",
        _no(
            "First σ, then the weight: a² = σ(a¹) · w²",
            "The order is swapped. What came in was bent by its own layer already; this layer "
            "multiplies first and bends last.",
        ),
        _yes(
            "First the weight, then σ: z² = a¹ · w², a² = σ(z²)",
            "Multiply what came in by the weight that leads here, then bend.",
        ),
        _no(
            "With its own output: z² = a² · w²",
            "a² isn't there yet, z² is made from what came in: a¹.",
        ),
    )
    y, a = 1.0, 0.4
    loss = float(losses.squared_difference([[a]], [[y]]))
    yield (
        "loss",
        f"The network says a = {a}, and the label is y = {y:g}. What is the loss ℒ?",
        _no(_n(y - a), "That's the difference. The loss squares it."),
        _no(
            _n(y**2 - a**2),
            "That's the difference of the squares. First subtract, then square.",
        ),
        _yes(_n(loss), f"(y − a)² = (1 − {a})²: the difference, squared."),
        _no(
            _n(-loss),
            "A square is never negative: a guess that is too low and one that is too high both "
            "count as wrong.",
        ),
    )
    yield (
        "what-learning-needs",
        "What must a network know to learn by gradient descent?",
        _no(
            "How large the loss is",
            "This says how wrong it is, but not which weight to turn, or which way.",
        ),
        _no(
            "How the loss changes with the last weights",
            "That's a start. But the other sets of weights have their share in the error too.",
        ),
        _yes(
            "How the loss changes with every set of weights",
            "One sensitivity for each weight, ∂ℒ/∂wᵏ for all k: then each knows which way to go.",
        ),
    )


def _before_03():
    yield (
        "three-factors",
        "Which product is ∂ℒ/∂w³, for the last layer of a chain of three?",
        _no(
            "∂ℒ/∂a³ + ∂a³/∂z³ + ∂z³/∂w³",
            "The factors are right. But sensitivities in a row multiply, like gear wheels.",
        ),
        _yes(
            "∂ℒ/∂a³ · ∂a³/∂z³ · ∂z³/∂w³",
            "From the loss to a³, to z³, to w³: each link is one factor, and what stands "
            "between two links seems to cancel.",
        ),
        _no(
            "∂ℒ/∂a³ · ∂a³/∂z³ · ∂z³/∂a²",
            "The first two are right. The last one leads to a² instead of w³: that's the way on to "
            "the layer before.",
        ),
    )
    yield (
        "third-factor",
        "z³ = a² · w³. What is ∂z³/∂w³?",
        _no(
            "w³",
            "That's ∂z³/∂a². In a product, the slope along one factor is the OTHER factor.",
        ),
        _yes("a²", "Turn w³ by a little, and z³ moves by a² times as much: what came in."),
        _no(
            "a³",
            "a³ is what comes out of the layer. The weight was multiplied by what came in.",
        ),
        _no(
            "1",
            "That would be so for a sum. For a product, a² says how much a turn of w³ counts.",
        ),
    )
    dL_da, da_dz, dz_dw = -1.0, 0.25, 0.8
    yield (
        "multiply",
        f"∂ℒ/∂a³ = {_n(dL_da)}, σ′(z³) = {_n(da_dz)} and a² = {_n(dz_dw)}. What is ∂ℒ/∂w³?",
        _no(
            _n(dL_da + da_dz + dz_dw),
            "That's the sum. Sensitivities in a row multiply.",
        ),
        _no(
            _n(-dL_da * da_dz * dz_dw),
            "The size is right; one of the factors is negative, so the product is too.",
        ),
        _yes(_n(dL_da * da_dz * dz_dw), "The product of the three."),
        _no(
            _n(dL_da * dz_dw),
            "Here σ′ is missing: between a³ and z³ stands the curve, with its own slope.",
        ),
    )


def _before_04():
    yield (
        "step-back",
        "You know ∂ℒ/∂a³. What is ∂ℒ/∂a²?",
        _no(
            "∂ℒ/∂a³ · σ′(a³) · w³",
            "That's the slip of the notes. The slope is taken at z³, where the neuron stands on "
            "the curve's horizontal axis.",
        ),
        _no(
            "∂ℒ/∂a³ · σ′(z³) · a²",
            "That's ∂ℒ/∂w³. To go on to a², the last factor is ∂z³/∂a², the weight.",
        ),
        _yes(
            "∂ℒ/∂a³ · σ′(z³) · w³",
            "What the next layer knows, times its slope, times the weight that leads there.",
        ),
        _no(
            "∂ℒ/∂a³ · σ′(z²) · w²",
            "The indices are one too small: a² acts on the loss through z³ and w³.",
        ),
    )
    yield (
        "direction",
        "Why does the loop for the gradients run from the last layer to the first?",
        _no(
            "The last layer matters most, so it comes first",
            "It isn't a matter of rank. Each layer's gradient is needed, and all are used at once.",
        ),
        _yes(
            "∂ℒ/∂aᵏ is made from ∂ℒ/∂aᵏ⁺¹, so that one must be there before",
            "Only at the last layer does the loss itself give it. Every other one needs the "
            "layer after it.",
        ),
        _no(
            "It's only a habit: forwards gives the same numbers",
            "Forwards, it couldn't even begin: ∂ℒ/∂a¹ needs ∂ℒ/∂a², which isn't known yet.",
        ),
    )
    yield (
        "trust",
        "You wrote a backward pass. How do you find out whether it's right?",
        _no(
            "Run it: an error would show",
            "A wrong gradient raises no error. It's just another number.",
        ),
        _no(
            "Train with it, and see whether the loss falls",
            "The loss falls with the slip σ′(a), too. A falling loss proves nothing about a "
            "gradient.",
        ),
        _yes(
            "Nudge each weight, see how the loss moves, and compare",
            "That's the gradient check: the loss itself says what its slope is.",
        ),
    )


def _before_05():
    w, slope, eta = 0.5, 2.0, 0.1
    yield (
        "step",
        f"w = {w}, ∂ℒ/∂w = {slope:g}, and the learning rate is η = {eta}. What is w after one step "
        "of gradient descent?",
        _no(
            _n(w + eta * slope),
            "That goes uphill. The gradient points to where the loss rises; the step goes against "
            "it.",
        ),
        _yes(_n(w - eta * slope), "w − η · ∂ℒ/∂w: a small step against the slope."),
        _no(
            _n(w - slope),
            "Here the learning rate is missing. The slope is only true nearby, so the step is "
            "made small.",
        ),
        _no(
            _n(w - eta),
            "That's a step of η whatever the slope is. Where it's steep the step is larger.",
        ),
    )
    yield (
        "order",
        "In which order does one step of training go?",
        _no(
            "Layer by layer: a layer's gradient, then its weights, then the layer before",
            "Then the gradient goes back through weights that have moved already, and the layers "
            "before get a wrong one.",
        ),
        _yes(
            "All gradients from the old weights, then all weights",
            "The gradient belongs to the network that made the loss, so nothing moves until all of "
            "it is known.",
        ),
        _no(
            "All weights, then all gradients, to see how it went",
            "Without a gradient there is no direction to move in.",
        ),
    )
    yield (
        "base-case",
        "With which number does the way back begin?",
        _yes(
            "With ∂ℒ/∂aᴸ = 2(aᴸ − y), from the loss itself",
            "It's the first domino: the only one that needs no later layer.",
        ),
        _no(
            "With the loss ℒ",
            "The loss says how wrong the network is. What travels back is how the loss answers "
            "to each a, a slope.",
        ),
        _no(
            "With ∂ℒ/∂w¹, the first layer",
            "That's the last to be known. It needs all the factors from the loss down to it.",
        ),
    )


def _before_05b():
    yield (
        "delta",
        "What does δ² stand for?",
        _no(
            "∂ℒ/∂a²",
            "Almost. One factor is missing: δ² is one link further back, before the curve.",
        ),
        _yes(
            "∂ℒ/∂z², that is ∂ℒ/∂a² · σ′(z²)",
            "It's needed twice, for ∂ℒ/∂w² and for ∂ℒ/∂a¹, so it has a name of its own.",
        ),
        _no(
            "How far w² moves in a step",
            "In other fields δ is a small change. Here it is a sensitivity; the step comes later.",
        ),
    )
    w, delta = (3.0, -1.0), (0.5, 1.0)
    first, second = (u * v for u, v in zip(w, delta, strict=True))
    yield (
        "two-paths",
        f"A neuron feeds two others, with the weights {_n(w[0])} and {_n(w[1])}. Their "
        f"δ are {_n(delta[0])} and {_n(delta[1])}. What is ∂ℒ/∂a of the first neuron?",
        _no(
            _n(second),
            "That's the second path alone. The first one has its share as well.",
        ),
        _no(
            _n(first * second),
            "Along a path you multiply, but these are two paths: where they join, add.",
        ),
        _yes(
            _n(first + second),
            f"{_n(w[0])} · {_n(delta[0])} + ({_n(w[1])}) · {_n(delta[1])}: "
            "along a path multiply, where paths join add.",
        ),
        _no(
            _n(sum(w) * sum(delta)),
            "That adds the weights and the δ before it multiplies. Each weight belongs to the δ at "
            "its end.",
        ),
    )
    a, delta = (1.0, 2.0), (0.5, -0.2)
    first, second = (u * v for u, v in zip(a, delta, strict=True))
    yield (
        "two-examples",
        f"Two examples go through the same weight. Into it come a = {_n(a[0])} and "
        f"{_n(a[1])}, and δ at its end is {_n(delta[0])} and {_n(delta[1])}. "
        "The loss is a sum. What is ∂ℒ/∂w?",
        _no(
            _n((first + second) / 2),
            "That's the mean of the two shares. The loss is a sum over the examples, and so is its "
            "gradient.",
        ),
        _yes(
            _n(first + second),
            f"{_n(a[0])} · {_n(delta[0])} + {_n(a[1])} · ({_n(delta[1])}): the "
            "weight has a path through each example, and paths add.",
        ),
        _no(
            _n(second),
            "That's the second example alone: = where it should be +=.",
        ),
        _no(
            _n(sum(a) * sum(delta)),
            "That mixes the examples: each a belongs to the δ of its own example.",
        ),
    )


def _before_06():
    yield (
        "entry-by-entry",
        "Which of these products is entry by entry (* in Python)?",
        _no(
            "∂ℒ/∂w = aᵀ with δ",
            "This one adds up over the examples, so it is a matrix product, @.",
        ),
        _no(
            "∂ℒ/∂a = δ with wᵀ",
            "This one adds up over the neurons that a feeds, so it is a matrix product, @.",
        ),
        _yes(
            "δ = ∂ℒ/∂a with σ′(z)",
            "Each a is made from one z, so each entry has one factor, and nothing is added up.",
        ),
    )
    yield (
        "summed-over",
        "In ∂ℒ/∂w = aᵀ · δ, what is summed over?",
        _yes(
            "The examples",
            "Each example sends the loss back through the same weight: one path for each, and "
            "paths add.",
        ),
        _no(
            "The neurons of the layer",
            "That's the other product, δ · wᵀ. A single weight leads to a single neuron.",
        ),
        _no(
            "The layers",
            "Each layer has its own gradient; nothing is added from one layer to the next.",
        ),
    )
    m = 5
    yield (
        "mean",
        f"You change the loss of {m} examples from a sum to a mean. What happens to the gradient?",
        _no(
            "Nothing: the best weights are the same",
            "The valley is in the same place, true, but its sides are less steep.",
        ),
        _yes(
            f"Every entry is divided by {m}",
            "A factor in front of the loss goes through every derivative.",
        ),
        _no(
            f"Only the last layer's is divided by {m}",
            "The factor comes in at the last layer, and is then handed back to all layers by "
            "the products.",
        ),
    )


def _before_07():
    yield (
        "bias",
        "z = a · w + b. For one example, what is ∂ℒ/∂b?",
        _no(
            "δ times a",
            "That's ∂ℒ/∂w. Nothing multiplies b: move it by a little, and z moves by as much.",
        ),
        _no("δ times w", "That's how the loss answers to a, what comes in."),
        _yes("δ itself", "∂z/∂b = 1, so what reaches z reaches b."),
        _no(
            "0, because b is a constant",
            "It's the same for all examples, but it is learned. Move it, and the loss moves.",
        ),
    )
    yield (
        "dead-unit",
        "A ReLU unit has z < 0 for every example. What are the gradients of the weights that lead "
        "into it?",
        _no(
            "Small, so it learns slowly",
            "That would be a sigmoid far out, or leaky ReLU. ReLU is flat exactly on the left.",
        ),
        _yes(
            "Exactly 0: it's a dead unit",
            "The slope is 0 for every example, so the sum is 0, and no step moves these weights.",
        ),
        _no(
            "Negative, because z is",
            "The sign of z doesn't enter. ReLU's slope on the left is 0, and 0 times "
            "anything is 0.",
        ),
    )
    a = 0.6
    yield (
        "tanh-slope",
        f"A tanh neuron says a = {a}. How steep is its curve at its z?",
        _no(
            _n(a * (1 - a)),
            "a(1 − a) is for the sigmoid. tanh has its own: 1 − a · a.",
        ),
        _no(
            _n(float(activations.TABLE["tanh"].derivative(a))),
            "That's the slope of tanh at a. It stands at z, and a is tanh(z) already.",
        ),
        _yes(_n(1 - a**2), "1 − a · a, with the a that is already there."),
    )


def _before_08():
    yield (
        "too-small",
        f"Why not measure a slope with a step as small as {_power(1e-14)}?",
        _no(
            "It would be the best step; it's only slow",
            "It takes as long as any other step. But a computer keeps 16 digits.",
        ),
        _no(
            "The curve bends too much over such a step",
            "The smaller the step, the less the curve bends over it. That's the error of large "
            "steps.",
        ),
        _yes(
            "The two losses agree in nearly all their digits: their difference is mostly rounding",
            "Two almost equal numbers are subtracted, then divided by a tiny one: the rounding "
            "error is blown up.",
        ),
    )
    analytic, measured = 0.0002, 0.0001
    error = float(checking.relative_error(analytic, measured))
    yield (
        "relative",
        f"Your gradient is {analytic}, measured is {measured}. Do they agree?",
        _no(
            f"Yes, they differ by only {analytic - measured:.4f}",
            "Compared with the numbers themselves this is a lot: one is twice the other. Small "
            "gradients are still gradients.",
        ),
        _yes(
            f"No, the relative error is {error:g}",
            "Divide the difference by the larger of the two. Between right code and wrong code "
            "lies a wide gap, and this is far on the wrong side.",
        ),
        _no(
            "It can't be said: both are nearly 0",
            "Both are small but far above rounding in float64. What counts is how large they are "
            "compared with the error bar.",
        ),
    )
    yield (
        "where-to-look",
        "A gradient check says: the last layer agrees, all layers before it differ. All layers "
        "have the same σ. Where do you look first?",
        _no(
            "At the base case, 2(aᴸ − y)",
            "If that were wrong, the last layer would differ too: everything is made from it.",
        ),
        _yes(
            "At the step back, ∂ℒ/∂aᵏ⁻¹ = δᵏ · (wᵏ)ᵀ",
            "It's the one line whose result the last layer doesn't use, and all others do.",
        ),
        _no(
            "At σ′",
            "With the same σ everywhere, a wrong σ′ would show in the last layer as well.",
        ),
    )


def _before_09():
    p, y = np.array([0.7, 0.2, 0.1]), np.array([0.0, 1.0, 0.0])
    logits = np.log(p)[None]
    slope = losses.TABLE["softmax_cross_entropy"].derivative(logits, y[None])[0]

    def row(values):
        return "(" + ", ".join(_n(round(float(v), 12)) for v in values) + ")"

    yield (
        "p-minus-y",
        f"Softmax says p = {row(p)}, and the second class is right. With cross-entropy, what is "
        "∂ℒ/∂z?",
        _no(
            row(-slope),
            "That's y − p, the other way round. A larger z for a wrong class must raise the loss.",
        ),
        _no(
            row(2 * slope),
            "The 2 belongs to the squared difference. Cross-entropy leaves p − y.",
        ),
        _yes(row(slope), "p − y: take 1 off the share of the right class."),
        _no(
            row(slope * y),
            "The right class isn't the only one: raising a wrong class's z takes away from the "
            "right one's share.",
        ),
    )
    classes = 10
    loss = float(losses.softmax_cross_entropy(np.zeros((1, classes)), np.eye(classes)[:1]))
    yield (
        "loss-at-the-start",
        f"A new network knows nothing and gives each of {classes} classes the same share. What's "
        "its cross-entropy loss for one example, about?",
        _no(
            _n(1 / classes),
            "That's the share of the right class. The loss is −ln of it.",
        ),
        _yes(
            _n(loss),
            f"−ln(1/{classes}) = ln {classes}. A start far above it means weights that are too "
            "large, or a bug.",
        ),
        _no(
            _n(1 - 1 / classes),
            "That's the share that went to the wrong classes. Cross-entropy is −ln of the right "
            "one's share, and has no upper end.",
        ),
    )
    yield (
        "who-decides",
        "You try twenty settings and want to keep the best. Which digits decide?",
        _no(
            "The training digits",
            "The network may have learned these by heart; they favour a network that memorises.",
        ),
        _no(
            "The test digits",
            "If they choose, they aren't unseen any more, and their result flatters you.",
        ),
        _yes(
            "The validation digits",
            "They took no part in the training, and the test digits stay unseen for one last look.",
        ),
    )


def _before_10():
    top = float(activations.TABLE["sigmoid"].derivative(0.0))
    layers = 3
    yield (
        "bound",
        f"A chain of {layers} sigmoid layers has all weights 1. By how much, at most, is a "
        f"gradient multiplied on its way back through the {layers}?",
        _no(
            _n(top * layers),
            "That adds the three slopes. Along a path they multiply.",
        ),
        _no(
            _n(top),
            "That's the bound for one layer. Each layer puts in its own σ′.",
        ),
        _yes(
            _n(top**layers),
            "The sigmoid's slope is ¼ at best, and there is one for each layer: ¼ · ¼ · ¼.",
        ),
        _no(
            "1",
            "The weights are 1, but each layer has a σ′ as well, and that's never above ¼.",
        ),
    )
    n = 200
    yield (
        "he",
        f"A layer of ReLU units has {n} inputs. How widely should its first weights be spread "
        "(their standard deviation)?",
        _yes(
            f"√(2/{n}) = {_n(math.sqrt(2 / n))}",
            "He's start. ReLU lets half through, and the 2 makes up for it.",
        ),
        _no(
            f"√(1/{n}) = {_n(math.sqrt(1 / n))}",
            "That's Xavier's, for curves that are nearly straight around 0. ReLU halves what goes "
            "through, so with it signals die out.",
        ),
        _no(
            f"2/{n} = {_n(2 / n)}",
            "That's the variance. The standard deviation is its root.",
        ),
        _no(
            "1, whatever the number of inputs",
            f"Then the sum of {n} terms is far too large, and it grows from layer to layer.",
        ),
    )
    yield (
        "skip-connection",
        "A layer says a + f(a) instead of f(a): a skip connection. What does this do to the factor "
        "of its step back?",
        _yes(
            "It adds 1 to it",
            "The slope of a sum is the sum of the slopes, and a itself has slope 1. However small "
            "f's slope is, the gradient gets through.",
        ),
        _no(
            "It doubles it",
            "That would be f(a) + f(a). Here the second path is a itself, with the slope 1.",
        ),
        _no(
            "Nothing: the new path has no weights to learn",
            "It has none, but the gradient travels along it all the same, and paths add.",
        ),
    )


_BEGIN = {
    "01": _before_01,
    "02": _before_02,
    "03": _before_03,
    "04": _before_04,
    "05": _before_05,
    "05b": _before_05b,
    "06": _before_06,
    "07": _before_07,
    "08": _before_08,
    "09": _before_09,
    "10": _before_10,
}
