"""The list of the series: each notebook once, for the summaries and for every map of it.

`python -m tools.maps` writes the maps from it: the README's, notebook 00's and the teachers'.
"""

from dataclasses import dataclass

__all__ = ["CHAPTERS", "REFERENCE", "STORY", "Chapter"]


@dataclass(frozen=True)
class Chapter:
    """A notebook of the series.

    Attributes
    ----------
    file : its name, whose first word is its number.
    title : as the map of notebook 00 and a summary have it.
    short : the title in the README, and on the page for teachers.
    able : what the reader will be able to say.
    tells : what it tells, in the map of notebook 00.
    claims : the rows that it teaches, such as "N1–N5"; "" for none.
    aim : what learners can do afterwards, for their teacher.
    project : what a teacher projects.
    whole_title : its heading in full, where that is more than `title`.
    """

    file: str
    title: str
    short: str
    able: str
    tells: str
    claims: str
    aim: str
    project: str
    whole_title: str = ""

    @property
    def number(self) -> str:
        """Such as "03", "05b" or "A1"."""
        return self.file.partition("-")[0]


STORY = (
    Chapter(
        file="00-start-here.ipynb",
        title="Start here",
        short="Start here",
        able="what a derivative is, and how to measure one",
        tells="slopes, symbols, the map",
        claims="",
        aim="say what a slope is, and measure one",
        project="`Secant`: pull x + h towards x, and ask where the slope goes",
    ),
    Chapter(
        file="01-forward.ipynb",
        title="Forward",
        short="Forward",
        able="how a network gets from x to its loss",
        tells="how a network computes, and how wrong it is",
        claims="N1–N5",
        aim="compute a network's output and its loss by hand",
        project="`ForwardNetwork`: which of these weights changes this neuron?",
    ),
    Chapter(
        file="02-three-terms.ipynb",
        title="Three terms",
        short="Three terms",
        able="why ∂ℒ/∂w is a product of three simple factors",
        tells="the sensitivity to one weight, as a product of three",
        claims="N6–N10",
        aim="name the three factors of ∂ℒ/∂w, and compute each",
        project="`ThreeTerms`: which factor shrinks most? Point at one factor at a time",
    ),
    Chapter(
        file="03-inductive-step.ipynb",
        title="The inductive step",
        short="The inductive step",
        able="how the gradient travels back, layer by layer",
        tells="from the last layer back to any layer",
        claims="N11–N16",
        aim="step back from the loss to any layer",
        project="`StepBack` with Step, not with Play: let the class say the next number",
    ),
    Chapter(
        file="04-learning.ipynb",
        title="Learning",
        short="Learning",
        able="how gradient descent uses it, and reads handwritten digits",
        tells="gradient descent, and reading handwritten digits",
        claims="N4, N17",
        aim="do a step of gradient descent, and say what back-propagation is not",
        project="`Descent`, one step from each row of the class; then `Training`",
    ),
    Chapter(
        file="05-vectors-and-batches.ipynb",
        title="Many neurons, many examples",
        short="Many neurons, many examples",
        able="where each transpose and each sum comes from",
        tells="where each transpose and each sum comes from",
        claims="B1–B9",
        aim="derive each transpose, and say why contributions add",
        project="`Paths`: cut one of the paths. Then `Matrices`",
    ),
    Chapter(
        file="05b-by-hand.ipynb",
        title="By hand",
        short="By hand",
        able="whole passes with pencil and paper: small whole numbers, and every slip is named",
        tells="the whole pass with pencil and paper; the minutes are for one level",
        claims="",
        aim="do a whole pass with pencil and paper (20 minutes per level; there are six)",
        project="`ByHand`: everybody fills in on paper, one at the board",
    ),
    Chapter(
        file="06-biases-and-activations.ipynb",
        title="Biases and other activations",
        short="Biases and other activations",
        able="what changes with a bias, and with another σ",
        tells="what a bias adds, and what another $\\sigma$ changes",
        claims="B10–B19",
        aim="add biases, and use another σ",
        project="`Bends`: make z² negative, choose relu, and count the zeros",
    ),
    Chapter(
        file="07-can-you-trust-a-gradient.ipynb",
        title="Can you trust a gradient?",
        short="Can you trust a gradient?",
        able="how to measure well, and to find a wrong backward pass",
        tells="measuring well; a zoo of wrong backward passes",
        claims="B20–B29",
        aim="check a gradient, and find the wrong line",
        project="`BugZoo`: first the curve, then the check, the code last",
    ),
    Chapter(
        file="08-real-data.ipynb",
        title="Real data",
        short="Real data",
        able="why softmax and cross-entropy leave p − y, and how to judge a reader of digits",
        tells="softmax, cross-entropy, and reading digits in earnest",
        claims="B30–B39",
        aim="derive p − y, and judge a network honestly",
        project="`Softmax`, then `DigitExplorer`: shift the digit by one dot",
    ),
    Chapter(
        file="09-depth.ipynb",
        title="Depth",
        short="Depth",
        able="why gradients vanish or explode, and what helps",
        tells="gradients that vanish or explode, and what helps",
        claims="B40–B49",
        aim="say why gradients vanish, and what helps",
        project="`Depth`: how much of the gradient arrives at the first layer?",
    ),
    Chapter(
        file="10-what-it-costs.ipynb",
        title="What it costs",
        short="What it costs",
        able="why it is cheap, and how a framework does it",
        tells="why it is cheap, and how a framework does it",
        claims="B50–B58",
        aim="say why it is cheap, and read an autograd",
        project="`Cost`: double all widths",
        whole_title="What it costs, and how frameworks do it",
    ),
)
"""The chapters, in reading order."""

REFERENCE = (
    Chapter(
        file="A1-slopes.ipynb",
        title="Slopes",
        short="Rules you need: slopes",
        able="the slope of a product, of eˣ and of ln x; what f″ is",
        tells="the rules for slopes, before 06",
        claims="",
        aim="use the product rule, the chain rule, eˣ and ln x",
        project="the rectangle of the product rule",
    ),
    Chapter(
        file="A2-chance.ipynb",
        title="Chance",
        short="Rules you need: chance",
        able="mean, variance, independence, the bell",
        tells="mean, variance and the bell, before 09",
        claims="",
        aim="say what a mean and a variance are",
        project="the dice under the bell",
    ),
    Chapter(
        file="A3-python.ipynb",
        title="Python",
        short="Rules you need: Python",
        able="axes, broadcasting, `@`, `lambda`, classes with operators",
        tells="the Python and NumPy that the code uses",
        claims="",
        aim="say what shape an expression has",
        project="the stretched tables of broadcasting",
    ),
)
"""What is for looking things up, whenever it's needed."""

CHAPTERS = (*STORY, *REFERENCE)
"""Every notebook, as the maps list them."""
