"""The quizzes: one right choice, a word for each wrong one, and every number measured."""

import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from bpdemo import activations, checking, record, slips
from bpdemo.exercises import questions, quiz
from bpdemo.exercises.practice import Practice
from bpdemo.exercises.quizzes import Quiz
from bpdemo.series import STORY

TABLE = questions.every_question()
BEGIN = [chapter.number for chapter in STORY[1:]]

# Each slip that learners really make (design.md), and its question.
IDEAS = {
    "σ′(a) for σ′(z)": "sigma-prime-at-a",
    "a(1−a) taken for the derivative at a": "a-times-one-minus-a",
    "updated weights used in the backward pass": "updated-weights",
    "w^k for w^{k+1}": "which-weight-back",
    "= for += where paths join": "paths-add",
    "a dropped transpose on a square layer": "square-transpose",
    "the sign": "sign-of-the-slope",
    "2 or ½ or the mean": "two-half-mean",
    "taking superscripts for powers": "superscripts",
    "smaller h is better": "smaller-h",
    "back-propagation is gradient descent": "backprop-or-descent",
    "gradients describe big steps": "big-steps",
}


@pytest.fixture(autouse=True)
def nothing_noted(monkeypatch):
    monkeypatch.setattr(record, "_memory", {kind: {} for kind in record.KINDS})
    for name in ("BPDEMO_PROGRESS", "JPY_SESSION_NAME"):
        monkeypatch.delenv(name, raising=False)


def right_of(question):
    return [choice.right for choice in question.choices].index(True)


# --- the questions -------------------------------------------------------------------------------


@pytest.mark.parametrize("question", TABLE.values(), ids=TABLE)
def test_a_question_is_whole(question):
    assert 3 <= len(question.choices) <= 4
    assert sum(choice.right for choice in question.choices) == 1
    texts = [choice.text for choice in question.choices]
    says = [choice.says for choice in question.choices]
    assert len(set(texts)) == len(texts)
    assert len(set(says)) == len(says)  # each wrong choice has its own explanation
    for line in (question.text, *texts, *says):
        assert line.strip() == line and "  " not in line and len(line) < 300
    assert all(len(line) > 20 for line in says)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", question.name)


@pytest.mark.parametrize("notebook", BEGIN)
def test_three_questions_begin_each_notebook(notebook):
    asked = quiz(notebook).questions
    assert len(asked) == 3
    assert all(q.retrieval and q.name.startswith(f"{notebook}-") for q in asked)


@pytest.mark.parametrize("slip", IDEAS)
def test_each_slip_of_learners_has_a_question(slip):
    question = TABLE[IDEAS[slip]]
    assert not question.retrieval and question.notebook
    assert quiz(question.name).questions == (question,)


def test_the_right_answer_has_no_favourite_place():
    places = np.bincount([right_of(question) for question in TABLE.values()], minlength=3)
    assert places[:3].min() > len(TABLE) / 6


def test_an_unknown_name_says_what_there_is():
    with pytest.raises(ValueError, match=r"05b.*sigma-prime-at-a.*received '00'"):
        quiz("00")


# --- their numbers -------------------------------------------------------------------------------

# Numbers that only name something or that a question gives. All others are measured below.
NUMBER = re.compile(r"(?<![\w.])−?\d+(?:\.\d+)?(?![\w.]*\d)")


def numbers_in(*texts):
    return {m.replace("−", "-") for text in texts for m in NUMBER.findall(text)}


def slope(f, x):
    """A central difference: it knows nothing of the formulas."""
    return float(checking.central_difference(f, x))


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def square(y):
    return lambda a: (y - a) ** 2


def cross_entropy(label):
    return lambda z: np.log(np.exp(z).sum()) - z[label]


def slopes_of(f, z):
    steps = np.eye(len(z)) * 1e-6
    return [(f(z + h) - f(z - h)) / 2e-6 for h in steps]


LOGITS, SHARES = np.array([2.0, 0.5, -1.0]), np.log([0.7, 0.2, 0.1])
A = sigmoid(2.0)
SHARE = (np.exp(LOGITS) / np.exp(LOGITS).sum())[1]
COUNT, FALL = len(slips.TABLE), sum(s.falls for s in slips.TABLE.values())

# name → the right answer's number, then those of the wrong answers and of what is said.
MEASURED = {
    "smaller-h": (slope(sigmoid, 2.0), (sigmoid(2 + 1e-16) - sigmoid(2 - 1e-16)) / 2e-16),
    "sign-of-the-slope": (slope(square(1.0), 0.3), 0.3, 1.4, -0.7, square(1.0)(0.3)),
    "zero-slope": (slope(sigmoid, 10.0),),
    "sigma-prime-at-a": (slope(sigmoid, 2.0), A, slope(sigmoid, A)),
    "a-times-one-minus-a": (
        slope(sigmoid, 2.0),
        A,
        slope(sigmoid, A),
        slope(np.tanh, np.arctanh(0.5)),
        slope(sigmoid, 0.0),
        0.5,
    ),
    "big-steps": ((1 - 2.0) ** 2, slope(lambda w: (1 - w) ** 2, 0.0), 4, 1 + 2 * -2),
    "falling-loss": (COUNT, FALL),
    "paths-add": (0.3 - 0.5, 0.3, -0.5, 0.3 * -0.5, (0.3 - 0.5) / 2),
    "two-half-mean": (0.5, 0.25),
    "bias-sum": (0.1 + 0.3 - 0.2 + 0.2, 0.1, 0.2, 0.3, -0.2, 0.8),
    "where-is-sigma-prime": (
        slopes_of(cross_entropy(1), LOGITS)[1],
        SHARE,
        -1,  # in −1/p
        2 * (SHARE - 1),
        slope(lambda p: -np.log(p), SHARE),
        (SHARE - 1) * slope(sigmoid, np.log(SHARE / (1 - SHARE))),
    ),
    "01-sensitivity": (slope(lambda w: 3 * w, 0.0) * -0.1, -0.1, 0.3, 2.9, 3),
    "02-loss": (square(1.0)(0.4), 0.6, 0.84, -0.36),
    "03-multiply": (-1.0 * 0.25 * 0.8, -1, 0.25, 0.8, 0.2, 0.05, -0.8),
    "05-step": (0.5 - 0.1 * 2, 0.7, -1.5, 0.4, 0.5, 0.1),
    "05b-two-paths": (slope(lambda a: 0.5 * 3 * a + 1 * -1 * a, 0.7), -1, -1.5, 3, 0.5),
    "05b-two-examples": (slope(lambda w: 0.5 * w - 0.2 * 2 * w, 0.7), 0.05, -0.4, 0.9, 0.5, -0.2),
    "07-tanh-slope": (
        slope(np.tanh, np.arctanh(0.6)),
        0.6 * 0.4,
        slope(np.tanh, 0.6),
        0.6,
    ),
    "08-relative": (abs(0.0002 - 0.0001) / 0.0002, 0.0001, 0.0002),
    "09-p-minus-y": (
        *slopes_of(cross_entropy(1), SHARES),
        *(-s for s in slopes_of(cross_entropy(1), SHARES)),
        *(2 * s for s in slopes_of(cross_entropy(1), SHARES)),
        0.7,
        0.2,
        0.1,
    ),
    "09-loss-at-the-start": (cross_entropy(4)(np.zeros(10)), 0.1, 0.9),
    "10-bound": (slope(sigmoid, 0.0) ** 3, 0.25, 0.75),
    "10-he": ((2 / 200) ** 0.5, (1 / 200) ** 0.5, 2 / 200, 200),
}  # fmt: skip


def is_shown(text, value):
    """Whether the text is this number, rounded to its digits; a whole number is itself."""
    decimals = len(text.partition(".")[2])
    return abs(float(text) - value) <= (0.5 * 10**-decimals if decimals else 0) + 1e-9


@pytest.mark.parametrize("question", TABLE.values(), ids=TABLE)
def test_every_number_is_measured(question):
    texts = [question.text, *(t for c in question.choices for t in (c.text, c.says))]
    known = [*MEASURED.get(question.name, ()), *range(11), 16, 20]
    for text in numbers_in(*texts):
        assert any(is_shown(text, value) for value in known), text


@pytest.mark.parametrize("name", MEASURED)
def test_what_is_measured_is_what_is_right(name):
    right = TABLE[name].choices[right_of(TABLE[name])]
    shown = numbers_in(right.text, right.says, TABLE[name].text) | numbers_in(
        *(c.says for c in TABLE[name].choices)
    )
    assert any(is_shown(text, MEASURED[name][0]) for text in shown)


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, question in TABLE.items()
        if all(re.fullmatch(r"[−\d.]+", c.text) for c in question.choices)
    ],
)
def test_of_numbers_only_the_right_one_is_right(name):
    for choice in TABLE[name].choices:
        assert is_shown(choice.text.replace("−", "-"), MEASURED[name][0]) == choice.right


def test_the_best_step_is_the_best():
    errors = {
        h: abs(
            checking.central_difference(sigmoid, 2.0, h) - slope(activations.TABLE["sigmoid"], 2)
        )
        for h in (0.1, 1e-5, 1e-16)
    }
    true = A * (1 - A)
    assert abs(checking.central_difference(sigmoid, 2.0, 1e-5) - true) < 1e-9
    assert 0.3e-4 < errors[0.1] < 3e-4 and errors[1e-16] > 0.1
    assert "10⁻⁴" in " ".join(choice.says for choice in TABLE["smaller-h"].choices)


def test_a_number_that_nobody_measured_is_seen():
    """The test above fails for a number that nobody measured."""
    assert numbers_in("z = 2, and −0.119 of 0.5. Layer a² and 3 × 3") == {"2", "-0.119", "0.5", "3"}
    assert is_shown("-0.119", -0.1192) and not is_shown("-0.119", -0.1202)


# --- answering -----------------------------------------------------------------------------------


@pytest.mark.parametrize("question", TABLE.values(), ids=TABLE)
def test_each_choice_gets_its_verdict(question):
    shown = Quiz([question], "t")
    for place, choice in enumerate(question.choices):
        state = shown.receive({"do": "check", "card": question.name, "choice": place})
        [card] = state["cards"]
        assert card["kind"] == ("right" if choice.right else "wrong")
        assert card["mark"] == ("✓ Right." if choice.right else "✗ Not yet.")
        assert card["says"] == [choice.says] and card["chosen"] == place


def test_the_page_is_not_told_what_is_right():
    state = json.dumps(quiz("03").state(), ensure_ascii=False)
    for question in quiz("03").questions:
        assert question.text in state
        assert not any(choice.says in state for choice in question.choices)


def test_the_first_try_is_noted_and_only_that():
    question = quiz("03").questions[0]
    right = right_of(question)
    shown = quiz("03")
    shown.receive({"do": "check", "card": question.name, "choice": None})
    assert record.noted("quiz") == {}  # nothing was chosen
    shown.receive({"do": "check", "card": question.name, "choice": (right + 1) % 3})
    shown.receive({"do": "check", "card": question.name, "choice": right})
    assert record.noted("quiz") == {question.name: False}
    quiz("03").receive({"do": "check", "card": question.name, "choice": right})
    assert record.noted("quiz") == {question.name: True}


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"do": "check", "card": "nobody", "choice": 0},
        {"do": "reset", "card": "sigma-prime-at-a", "choice": 0},
        {"do": "check", "card": "sigma-prime-at-a", "choice": 3},
        {"do": "check", "card": "sigma-prime-at-a", "choice": -1},
        {"do": "check", "card": "sigma-prime-at-a", "choice": "0"},
        {"do": "check", "card": "sigma-prime-at-a", "choice": True},
    ],
)
def test_what_cant_be_is_refused(message):
    shown = quiz("sigma-prime-at-a")
    with pytest.raises(ValueError):
        shown.receive(message)
    assert record.noted("quiz") == {}


# --- the still -----------------------------------------------------------------------------------


class Text(HTMLParser):
    """The text of a page, and whether every tag is closed."""

    def __init__(self, html):
        super().__init__()
        self.open, self.text, self.folded = [], "", ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.text += data
            self.folded += data if "details" in self.open else ""


@pytest.mark.parametrize("name", [*BEGIN, *IDEAS.values()])
def test_the_still_has_everything_and_folds_the_answers(name):
    shown = quiz(name)
    bundle = shown.bundle()
    page = Text(bundle["text/html"])
    assert page.open == []
    for question in shown.questions:
        assert question.text in page.text and question.text not in page.folded
        assert question.text in bundle["text/plain"]
        for choice in question.choices:
            assert choice.text in page.text and choice.text in bundle["text/plain"]
            assert choice.says in page.folded
            assert choice.says not in bundle["text/plain"]
    assert quiz(name).bundle() == bundle  # the same each time: nbval compares it


def test_the_base_leaves_the_rest_to_its_subclasses():
    for call in (
        lambda p: p.cards(),
        lambda p: p.do("check", "", None),
        lambda p: p.still_html(),
        lambda p: p.text(),
    ):
        with pytest.raises(NotImplementedError):
            call(Practice())
