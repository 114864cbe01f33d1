"""The public surface, one valid call for each function, and what may be wrong with an argument.

An argument is written as in Python, so that a failure can be printed as the very line that makes
it, and so that each call gets objects of its own. Behind it stands its kind, which says what is
malformed for it (`WRONG`), and perhaps more that is malformed for this argument alone.
"""

from __future__ import annotations

import contextlib
import importlib
import inspect
import io
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import sympy as sp

import bpdemo
from bpdemo import command
from bpdemo.page import Page
from tools.made import ARGUMENTS, EXPLORERS, make

__all__ = ["LEFT_OUT", "WRONG", "Argument", "Call", "Try", "every", "tries", "uncovered"]


def evaluated(text: str) -> Any:
    """What the text of a call, of a function or of an argument is, in `space`."""
    return eval(text, space())


@cache
def space() -> dict[str, Any]:
    """The names that a call may use: the rooms, and a small network, run."""
    names: dict[str, Any] = {"bp": bpdemo, "np": np, "sp": sp, "Path": Path}
    for room in _USED:
        names[room.rpartition(".")[2]] = importlib.import_module(f"bpdemo.{room}")
    names["D"] = importlib.import_module("bpdemo.diagrams")
    names["page"] = importlib.import_module("bpdemo.page")
    names["statements"] = importlib.import_module("bpdemo.page.needed")
    problem = names["slips"].problem()
    trace = bpdemo.forward(problem.x, problem.w, activation=problem.activation, b=problem.b)
    worked = names["mazur"].example()
    worked_trace = bpdemo.forward(worked.x, worked.w, b=worked.b)
    *_, epoch = names["training"].descend(
        problem.x, problem.w, problem.y, activation=problem.activation, b=problem.b, epochs=1
    )
    return names | {
        "P": problem,
        "T": trace,
        "G": bpdemo.backward(trace, problem.y),
        "EPOCH": epoch,
        "MT": worked_trace,
        "MG": bpdemo.backward(worked_trace, worked.y, names["mazur"].HALF),
        "sigmoid_f": bpdemo.activations.TABLE["sigmoid"].f,
        "square_sum": lambda p: sum((np.asarray(v) ** 2).sum() for v in p.values()),
        "changing_loss": _changing_loss,
        "random_loss": lambda p: float(np.random.default_rng().random()),
        "gradients_of": _gradients_of,
        "live_page": _live_page,
        "assigned": assigned,
        "bpdemo_command": bpdemo_command,
    }


_USED = (
    "activations",
    "by_hand",
    "checking",
    "clock",
    "command",
    "data",
    "data.mazur",
    "depth",
    "exercises",
    "explorers",
    "figures",
    "losses",
    "record",
    "showing",
    "slips",
    "symbolic",
    "training",
)


def _changing_loss(p):
    p["w"] += 1
    return float(p["w"].sum())


def _gradients_of(shape=(3, 3), dtype=float, layers=3):
    """A backward pass whose gradients are none."""

    def backward(trace, y, loss):
        one = bpdemo.Layers("dL_dw", [np.ones(shape, dtype)] * layers, first=1)
        return bpdemo.Gradients(one, one, one, one)

    return backward


def _live_page() -> Page:
    """A page on which a quiz is shown."""
    page = Page({1: "from bpdemo import exercises", 2: "exercises.quiz('03')"})
    page.run(2)
    return page


def assigned(of: Any, name: str, value: Any) -> None:
    """``of.name = value``, as a function."""
    setattr(of, name, value)


def bpdemo_command(arguments: Any) -> None:
    """The command; where it ends with 2, its sentence on stderr as a ValueError."""
    said = io.StringIO()
    with (
        contextlib.redirect_stderr(said),
        contextlib.redirect_stdout(io.StringIO()),
        mock.patch.object(command, "_open", lambda *_: 0),  # starts no JupyterLab
    ):
        try:
            code = command.main(arguments)
        except SystemExit as ended:
            code = ended.code
    if code == 2:
        # A shell shows what was typed itself: so nothing was "received" here.
        raise ValueError(f"{said.getvalue()} expected, received")
    if code:
        raise RuntimeError(f"it ended with {code}: {said.getvalue()}")


def _is_needed(parameter: inspect.Parameter) -> bool:
    by_name = parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
    return by_name and parameter.default is parameter.empty


@dataclass(frozen=True)
class Argument:
    """One argument of a valid call.

    value : as written in Python; kind : a key of `WRONG`; more : what else is malformed here.
    takes : what `WRONG` has for this kind, but this argument takes.
    said : what a message may call it, as a regular expression, beside its own name.
    """

    value: str
    kind: str
    more: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    said: str = ""


@dataclass(frozen=True)
class Call:
    """A valid call.

    where : the function, as written in Python.
    arguments : by name; "*names" is handed over one by one.
    """

    where: str
    arguments: dict[str, Argument] = field(default_factory=dict)

    @property
    def needed(self) -> list[str]:
        """The arguments that can't be left out."""
        try:
            parameters = inspect.signature(evaluated(self.where)).parameters
        except ValueError:  # of a class made elsewhere
            return []
        return [n for n in self.arguments if n in parameters and _is_needed(parameters[n])]

    def text(self, **changed: str | None) -> str:
        """The call as Python; None leaves an argument out."""
        values = {name: a.value for name, a in self.arguments.items()} | changed
        written = [
            f"{name[0]}{v}" if name.startswith("*") else f"{name}={v}"
            for name, v in values.items()
            if v is not None
        ]
        return f"{self.where}({', '.join(written)})"


@dataclass(frozen=True)
class Try:
    """A malformed call: the text that makes it, and the argument that a message must name."""

    call: Call
    argument: str
    value: str | None

    @property
    def text(self) -> str:
        """The call as Python."""
        return self.call.text(**{self.argument: self.value})

    def named_in(self, message: str) -> bool:
        """Does the message name the argument?"""
        name = self.argument.lstrip("*")
        argument = self.call.arguments.get(self.argument)
        said = [rf"(?<!\w){re.escape(name)}\d*(?!\w)"]
        if argument is not None and argument.said:
            said.append(argument.said)
        return any(re.search(one, message) for one in said)


NOT_NUMBERS = ("None", "'a'", "object()", "{}", "lambda: 0")

WRONG: dict[str, tuple[str, ...]] = {
    # a table of finite real numbers
    "array": (
        *NOT_NUMBERS,
        "b'1'",
        "[]",
        "[[1.0, 2.0], [3.0]]",
        "[[1j]]",
        "[['1', '2']]",
        "[[None]]",
        "[[object()]]",
        "np.array([[1.0, 'a']], dtype=object)",
        "np.full((4, 3), np.nan)",
        "np.full((4, 3), np.inf)",
        "np.zeros((0, 3))",
        "np.zeros((4, 0))",
        "np.float64(1)",
        "np.ma.masked_equal([[1.0, 2.0]], 2.0)",
        "np.array(['2020-01-01'], dtype='M8[D]')",
    ),
    # the same where inf and nan may come in
    "numbers": (
        *NOT_NUMBERS,
        "[]",
        "[[1.0, 2.0], [3.0]]",
        "[['1', '2']]",
        "[[object()]]",
        "np.zeros((0, 3))",
        "np.array(['2020-01-01'], dtype='M8[D]')",
    ),
    # a list of arrays, one a layer
    "arrays": (
        "3",
        "'w'",
        "{1: np.ones((3, 3))}",
        "{1.0, 2.0}",
        "[]",
        "np.ones((3, 3))",
        "[[[1.0, 2.0], [3.0]]]",
        "[None]",
        "['w']",
        "[np.full((3, 3), np.nan)]",
        "[np.full((3, 3), np.inf)]",
        "[np.full((3, 3), 1j)]",
        "[np.full((3, 3), None)]",
        "[np.ones((7, 9))]",
        "[np.ones((2, 1, 1, 9))]",
        "object()",
        "lambda: 0",
    ),
    # one real number, whatever it is
    "number": (*NOT_NUMBERS, "'1'", "1j", "np.nan", "np.inf", "[1.0, 2.0]", "np.ones((2, 2))"),
    # a real number > 0
    "positive": (
        *NOT_NUMBERS,
        "'1'",
        "1j",
        "np.nan",
        "np.inf",
        "0",
        "-1.0",
        "[1.0, 2.0]",
        "True",
    ),
    # a real number ≥ 0
    "size": (*NOT_NUMBERS, "'1'", "1j", "np.nan", "np.inf", "-1.0", "[1.0, 2.0]", "True"),
    # a whole number ≥ 1
    "count": (
        *NOT_NUMBERS,
        "'3'",
        "1j",
        "np.nan",
        "np.inf",
        "0",
        "-1",
        "2.5",
        "True",
        "[3]",
        "10**30",
    ),
    # a whole number ≥ 0, of any size
    "seed": (*NOT_NUMBERS, "'0'", "1j", "np.nan", "-1", "2.5", "True", "[1]"),
    # a name of a table
    "name": (
        "None",
        "3",
        "''",
        "'nothing'",
        "b'sigmoid'",
        "['nothing']",
        "{}",
        "object()",
        "np.nan",
    ),
    "text": ("3", "None", "b'text'", "['a']", "object()", "1.5"),
    "flag": ("'yes'", "None", "2", "[]", "0.5", "object()"),
    "function": ("None", "3", "'f'", "[1]", "np.ones(3)", "object()"),
    # a list of whole numbers > 0
    "widths": (
        "None",
        "3",
        "'23'",
        "[]",
        "[0, 1]",
        "[3, -1]",
        "[2.5, 1]",
        "[True, 2]",
        "['2', '3']",
        "[None]",
        "[2, 10**12]",
        "{2: 3}",
        "object()",
    ),
    "pair": (
        "None",
        "3",
        "'ab'",
        "(1.0,)",
        "(1.0, 2.0, 3.0)",
        "(np.nan, 1.0)",
        "(1.0, np.inf)",
        "(1.0, 1.0)",
        "(2.0, 1.0)",
        "('a', 'b')",
        "(1j, 2.0)",
    ),
    "trace": ("None", "3", "'trace'", "[]", "{}", "object()", "np.ones((2, 2))"),
    "mapping": ("None", "3", "'a'", "[1, 2]", "object()"),
    "list": ("None", "3", "object()", "1.5"),
    "object": ("None", "3", "'a'", "[]", "{}", "object()"),
    "labels": (
        *NOT_NUMBERS,
        "[]",
        "[0]",
        "[0.5, 1.5, 0.0, 1.0]",
        "['a', 'b', 'c', 'd']",
        "[[0], [1, 2]]",
        "np.eye(4)",
        "[np.nan] * 4",
        "[1j] * 4",
    ),
    "control": ("'?'", "b'3'", "[]", "{}", "object()", "1j", "np.nan", "lambda: 0"),
    "command": (
        "3",
        "'folder'",
        "[3]",
        "['--update', '']",
        "['--nonsense']",
        "['one', 'two']",
        "['--update', 'a file']",
        "['--update', 'not empty']",
        "['--update', 'a file/in it']",
        "['--update', '\\0']",
        "['--update', 'x' * 5000]",
        "['--update', '~nobody-has-this-name/x']",
        "['--update', '--no-browser', 'not empty', 'two']",
        "['--update=3', 'not empty']",
        "['--version=2']",
        "['--brows', 'one', 'two']",
        "[None]",
        "{}",
        "b'folder'",
    ),
}
"""What is malformed, by the kind of an argument."""

A = Argument
ACTIVATION = A("'sigmoid'", "name", ("'Sigmoid'", "sigmoid_f"))
PER_LAYER = A(
    "P.activation",
    "name",
    (
        "['sigmoid', 'tanh']",
        "['sigmoid', 'tanh', 3]",
        "['sigmoid', 'tanh', 'nothing']",
        "[]",
        "{'sigmoid', 'tanh'}",
        "[None] * 3",
        "sigmoid_f",
    ),
)
LOSS = A("'squared_difference'", "name", ("'mse'", "lambda a, y: 0.0", "[0.0]"))
X = A(
    "P.x", "array", ("np.ones(3)", "np.ones((2, 2, 3))", "np.ones((8, 5))"), said=r"(?<!\w)w1(?!\w)"
)
W = A(
    "P.w",
    "arrays",
    (
        "None",
        "P.w[::-1] + [np.ones((9, 1))]",
        "[*P.w, None]",
        "[P.w[0], P.w[1], [[np.nan]]]",
        "[P.w[0], np.ones((2, 3, 3)), np.ones((5, 3, 3))]",
        "[np.ones(3)]",
    ),
    said=r"leading axes|b: expected \d+ biases",
)
W1 = A(  # of one network at a time
    W.value, W.kind, (*W.more, "[np.stack([v, v]) for v in P.w]"), said=W.said
)
B = A(
    "P.b",
    "arrays",
    (
        "P.b[:2]",
        "[*P.b, np.zeros(3)]",
        "[np.zeros(4)] * 3",
        "[np.zeros((1, 3))] * 3",
        "[0.0, 0.0, 0.0]",
        "[None] * 3",
    ),
)
Y = A(
    "P.y",
    "array",
    ("np.ones((8, 2))", "np.ones((7, 3))", "np.ones(8)", "np.ones((1, 3))", "np.ones((2, 8, 3))"),
)
BACKWARD = A(
    "bp.backward",
    "function",
    (
        "lambda trace, y, loss: None",
        "lambda trace, y, loss: 3",
        "lambda trace, y, loss: trace",
        "gradients_of(dtype=complex)",
        "gradients_of(layers=1)",
    ),
)
TOLERANCE = A("1e-6", "positive", takes=("None",))
SAMPLE = A("3", "seed", takes=("None",))
SEED = A("0", "seed")
NETWORK = {"x": X, "w": W1, "y": Y, "activation": PER_LAYER, "b": B, "loss": LOSS}
F = A("np.sin", "function", ("lambda v: 'a'", "lambda v: None", "lambda v: [[1.0], [1.0, 2.0]]"))
AT = A("1.0", "numbers", ("[np.nan]", "np.inf", "1j"))
STEP = A(
    "1e-5",
    "positive",
    ("[1e-5, 0.0]", "[[1e-5], [1.0, 2.0]]"),
    takes=("[1.0, 2.0]", "-1.0", "True"),
)
LIKE_ACTIVATION = A("'tanh'", "name", ("'Tanh'", "['tanh']", "sigmoid_f"))
OR_UNKNOWN = A("'tanh'", "name", ("'Tanh'", "['tanh']", "sigmoid_f"), takes=("None",))
MANY = "10**6"  # where a sum or a product is written out

CORE = [
    Call("bp.forward", {"x": X, "w": W, "activation": PER_LAYER, "b": B}),
    Call("bp.backward", {"trace": A("T", "trace", ("G",)), "y": Y, "loss": LOSS}),
    Call("activations.get", {"activation": ACTIVATION}),
    Call("activations.TABLE['sigmoid']", {"z": A("[0.5]", "numbers")}),
    Call("losses.get", {"loss": LOSS}),
    Call("losses.softmax", {"a": A("[[1.0, 2.0]]", "numbers", ("np.float64(1)",))}),
    *(
        Call(
            where,
            {
                "a": A("[[1.0, 2.0]]", "numbers", ("[1.0, 2.0]", "np.ones((2, 2))")),
                "y": A("[[1.0, 0.0]]", "array", ("[1.0, 0.0]", "np.ones((2, 2))")),
            },
        )
        for where in (
            "losses.squared_difference",
            "losses.softmax_cross_entropy",
            "losses.TABLE['squared_difference']",
        )
    ),
    Call("checking.forward_difference", {"f": F, "x": AT, "h": STEP}),
    Call("checking.central_difference", {"f": F, "x": AT, "h": STEP}),
    Call("checking.numeric_gradients", {**NETWORK, "h": A("1e-5", "positive")}),
    Call(
        "bp.check_gradients",
        {**NETWORK, "backward": BACKWARD, "tolerance": TOLERANCE, "sample": SAMPLE, "seed": SEED},
    ),
    Call(
        "bp.gradcheck",
        {
            "loss": A(
                "square_sum",
                "function",
                (
                    "lambda p: None",
                    "lambda p: 'a'",
                    "lambda p: np.nan",
                    "lambda p: p['w']",
                    "lambda p: 1j",
                    "changing_loss",
                    "random_loss",
                    "lambda p: [[1], [1, 2]]",
                    "lambda p: object()",
                ),
            ),
            "parameters": A(
                "{'w': np.ones((2, 2))}",
                "mapping",
                (
                    "{}",
                    "[]",
                    "{'w': 'a'}",
                    "{'w': [[1.0], [1.0, 2.0]]}",
                    "{'w': None}",
                    "{'w': [np.nan]}",
                    "{'w': [1j]}",
                    "np.ones(3)",
                ),
                said="loss|gradients",
                takes=("[1, 2]",),
            ),
            "gradients": A(
                "{'w': 2 * np.ones((2, 2))}",
                "mapping",
                (
                    "{}",
                    "[2 * np.ones((2, 2))]",
                    "{'v': np.ones((2, 2))}",
                    "{'w': 'a'}",
                    "{'w': [[1.0], [1.0, 2.0]]}",
                    "{'w': None}",
                    "lambda p: None",
                    "lambda p: {'v': 3}",
                    "{'w': np.full((2, 2), 1j)}",
                ),
            ),
            "tolerance": TOLERANCE,
            "sample": SAMPLE,
            "seed": SEED,
        },
    ),
    Call(
        "checking.relative_error",
        {
            "analytic": A("[1.0]", "numbers", ("[1.0, 2.0, 3.0]",)),
            "numeric": A("[1.5, 2.0]", "numbers", takes=("np.zeros((0, 3))",), said="shapes"),
            "floor": A("0.0", "size"),
        },
    ),
    Call("bp.diagnose", {**NETWORK, "backward": BACKWARD, "tolerance": TOLERANCE}),
    Call("slips.get", {"name": A("'wrong_sign'", "name", said="slip")}),
    Call(
        "slips.problem",
        {"activation": A("'tanh'", "name"), "seed": A("0", "seed", takes=("None",))},
    ),
    Call(
        "slips.patched",
        {
            "*changes": A(
                "[(slips.get('wrong_sign'), None)]",
                "name",
                (
                    "[3]",
                    "[(3, None)]",
                    "[(slips.get('wrong_sign'), 3)]",
                    "[(slips.get('wrong_sign'), [0.5])]",
                    "[(slips.get('wrong_sign'),)]",
                    "['wrong_sign']",
                ),
                takes=(
                    "None",
                    "3",
                    "''",
                    "'nothing'",
                    "b'sigmoid'",
                    "{}",
                    "object()",
                    "['nothing']",
                    "np.nan",
                ),
            ),
            "eta": A("0.2", "number"),
        },
    ),
]

INFINITE = ("np.full((4, 3), np.inf)",)
WIDTHS = A("[2, 3, 1]", "widths", ("[3]",))
TRAINING = [
    Call("training.initial_weights", {"widths": WIDTHS, "seed": SEED, "scale": A("1.0", "number")}),
    Call("training.initial_biases", {"widths": WIDTHS}),
    Call(
        "training.step",
        {
            "w": A(
                "P.w", "arrays", ("None", "P.w[:2]", "[v.T[:2] for v in P.w]"), said="grad|layer"
            ),
            "grad": A(
                "G",
                "arrays",
                ("None", "G.dL_dw[1]", "[*G.dL_dw][:2]", "[np.ones(3)] * 3"),
                said="layer",
            ),
            "learning_rate": A("0.1", "number", ("True",)),
        },
    ),
    Call(
        "training.descend",
        {
            **NETWORK,
            "learning_rate": A("0.1", "size"),
            "epochs": A("2", "count", takes=("None", "0", "10**30")),
            "batch_size": A("3", "count", takes=("None", "10**30")),
            "seed": A("0", "seed", takes=("None",)),
            "backward": BACKWARD,
        },
    ),
    Call(
        "training.batches",
        {
            "m": A("5", "count"),
            "size": A("2", "count", takes=("10**30",)),
            "rng": A("np.random.default_rng(0)", "object"),
        },
    ),
    Call(
        "training.trained",
        {
            "x": X,
            "y": Y,
            "widths": A("[3, 3, 3]", "widths", ("[3]", "[2, 3]", "[3, 2]"), said="x|y|w1"),
            "start": SEED,
            "scale": A("1.0", "number"),
            "biases": A("True", "flag"),
            "epochs": A("2", "count", takes=("0", "None", "10**30")),
            "learning_rate": A("0.1", "size"),
        },
    ),
    Call("training.predict", {"a": A("T.a[3]", "array", ("[1.0, 2.0]",), INFINITE)}),
    Call(
        "training.accuracy",
        {
            "a": A("np.eye(4)", "array", ("[1.0, 2.0]",), INFINITE, said="labels"),
            "labels": A("[0, 1, 2, 3]", "labels"),
        },
    ),
    Call(
        "training.mean_loss",
        {"x": X, "y": Y, "record": A("EPOCH", "object"), "activation": PER_LAYER, "loss": LOSS},
    ),
]

M, NOISE = A("10", "count", ("1", "10**13")), A("0.05", "size")
DATA = [
    Call("data.circles", {"m": M, "seed": SEED, "noise": NOISE}),
    Call("data.moons", {"m": M, "seed": SEED, "noise": NOISE}),
    Call(
        "data.digits_split",
        {
            "seed": SEED,
            "held_out": A("360", "seed", ("1797", "10**9")),
            "validation": A("0", "seed", ("1500",)),
        },
    ),
    Call(
        "mazur.error",
        {
            "w": A("mazur.example().w", "arrays", ("None",), said=W.said),
            "b": A("mazur.example().b", "arrays", takes=()),
        },
    ),
    Call("mazur.agrees", {"value": A("0.5", "number"), "printed": A("'0.5'", "text", ("'half'",))}),
    Call(
        "mazur.run",
        {"steps": A("1", "count", ("-3",), takes=("0", "10**30")), "early": A("False", "flag")},
    ),
    Call(
        "mazur.compared",
        {
            "trace": A("MT", "trace", ("T",)),
            "grad": A("MG", "trace"),
            "new_w": A("mazur.example().w", "arrays", ("None",)),
        },
    ),
    Call("depth.rms", {"values": A("[[3.0, 4.0]]", "array", ("[1.0]",))}),
    Call(
        "depth.bounds",
        {
            "dL_da_L": A("[2.0]", "array", ("np.ones((2, 2))",)),
            "w": A("[[[[-4.0]]], [[[0.5]]]]", "arrays", ("None", "[[1.0, 2.0]]")),
        },
    ),
    Call("depth.predicted", {"trace": A("T", "trace", ("G",))}),
    Call(
        "depth.factor_back",
        {"n": A("2", "count"), "layers": A("2", "count"), "loss": LOSS, "draws": A("3", "count")},
    ),
    Call(
        "clock.seconds",
        {"run": A("lambda: None", "function"), "repeat": A("1", "count", takes=("10**30",))},
    ),
    Call(
        "clock.gradients",
        {"widths": A("[2]", "widths"), "most": A("2", "seed"), "examples": A("2", "count")},
    ),
    Call(
        "record.note",
        {
            "kind": A("'quiz'", "name"),
            "name": A("'x'", "text"),
            "value": A(
                "True",
                "list",
                ("{1, 2}", "lambda: 0", "np.ones(3)", "1j"),
                takes=("None", "3", "1.5"),
            ),
        },
    ),
    Call("record.noted", {"kind": A("'quiz'", "name")}),
    Call(
        "by_hand.make",
        {"level": A("'chain'", "name"), "number": SEED, "practise": A("''", "name", takes=("''",))},
    ),
    Call("showing.shown_by", {"page": A("print", "function")}),
]

ROW = A("'N10'", "name", ("'N99'", "10"))
N = A("2", "count", (MANY,))
SYMBOLIC = [
    Call("symbolic.claim", {"row": ROW, "activation": OR_UNKNOWN}),
    Call("symbolic.derivation", {"name": ROW}),
    Call("symbolic.softmax_claim", {"name": A("'shift'", "name")}),
    Call("symbolic.multiplications", {"what": A("'forward'", "name")}),
    Call("symbolic.relu_half", {"what": A("'output'", "name")}),
    Call("symbolic.slope_bound", {"activation": A("'sigmoid'", "name", ("'relu'",))}),
    Call(
        "symbolic.slope_in_a",
        {
            "activation": A("'sigmoid'", "name"),
            "g": A(
                "'a*(1 - a)'",
                "text",
                ("'a +'", "'import os'", "'q*a'"),
                said="formula",
                takes=("None",),
            ),
        },
    ),
    Call("symbolic.slip", {"activation": OR_UNKNOWN, "h": A("1e-5", "positive")}),
    Call("symbolic.induction", {"activation": OR_UNKNOWN}),
    Call("symbolic.bias", {"activation": OR_UNKNOWN}),
    Call("symbolic.residual", {"activation": OR_UNKNOWN}),
    Call("symbolic.depth", {"L": A("1", "count", (MANY,)), "activation": OR_UNKNOWN}),
    Call("symbolic.steps_back", {"n": A("1", "count", (MANY,)), "activation": OR_UNKNOWN}),
    Call("symbolic.feedback", {"n": N}),
    Call("symbolic.softmax_of", {"n": N}),
    Call("symbolic.sum_over_paths_proof", {"n": N}),
    Call("symbolic.variance", {"n": N, "letter": A("'a'", "text", ("''",))}),
    Call("symbolic.orders", {"layers": N}),
    Call(
        "symbolic.sum_of_gradients",
        {"examples": A("2", "count", (MANY,), takes=("None",)), "activation": OR_UNKNOWN},
    ),
    Call("symbolic.twins", {"out": A("True", "flag"), "activation": OR_UNKNOWN}),
    Call(
        "symbolic.vector",
        {"name": A("'dL_dw'", "name"), "activation": OR_UNKNOWN, "bias": A("False", "flag")},
    ),
    Call(
        "symbolic.matrices",
        {
            "m": A("1", "count", (MANY,)),
            "n_in": A("1", "count", (MANY,)),
            "n_out": A("1", "count", (MANY,)),
            "activation": OR_UNKNOWN,
        },
    ),
    Call(
        "symbolic.paths",
        {
            "widths": A("(2, 2, 2)", "widths", ("(2,)",), said="k|i|j"),
            "k": A("1", "count", ("3",)),
            "i": A("1", "count", ("3",)),
            "j": A("1", "count", ("3",)),
            "activation": OR_UNKNOWN,
        },
    ),
    Call(
        "symbolic.tie",
        {
            "L": A("1", "count", (MANY,)),
            "activation": LIKE_ACTIVATION,
            "points": A("1", "count"),
            "seed": SEED,
            "backward": A("bp.backward", "function", ("lambda trace, y, loss: None",)),
        },
    ),
    Call(
        "symbolic.tie_vector",
        {
            "m": A("1", "count", (MANY,)),
            "n_in": A("1", "count", (MANY,)),
            "n_out": A("1", "count", (MANY,)),
            "activation": LIKE_ACTIVATION,
            "seed": SEED,
            "bias": A("False", "flag"),
        },
    ),
    Call(
        "symbolic.check_activation",
        {
            "activation": A("'tanh'", "name"),
            "points": A("3", "count", (MANY * 1 + "0",)),
            "reach": A("1.0", "positive"),
        },
    ),
    Call(
        "symbolic.check_loss",
        {
            "loss": LOSS,
            "outputs": A("2", "count", (MANY,)),
            "points": A("1", "count", (MANY + "0",)),
            "seed": SEED,
        },
    ),
    Call("symbolic.latex", {"expr": A("sp.Symbol('x')", "object", ("np.ones(3)",), takes=("3",))}),
]

CURVES = A(
    "{'f': [1.0, 2.0, 3.0]}",
    "mapping",
    (
        "{}",
        "{'f': [1.0]}",
        "{'f': ['a', 'b', 'c']}",
        "{'f': None}",
        "{3: [1.0, 2.0, 3.0]}",
        "{'f': [np.nan] * 3}",
        "{'f': [[1.0], [1.0, 2.0]]}",
        "{str(n): [1.0, 2.0, 3.0] for n in range(9)}",
    ),
)
RISING = A(
    "[0.0, 1.0, 2.0]",
    "array",
    ("[0.0]", "[0.0, 1.0]", "np.ones((3, 3))", "[2.0, 1.0, 0.0]"),
    said="heights",
)
STEPS = A(
    "[1e-1, 1e-2, 1e-3]",
    "array",
    ("[1e-1, 0.0, 1e-3]", "[1e-1, -1e-2, 1e-3]", "np.ones((3, 3))", "[0.1]"),
    said="forward_error",
)
ERRORS = A("[1e-1, 1e-3, 1e-2]", "array", ("[0.1]", "[0.0, 0.0, 0.0]", "np.ones((3, 3))"))
MAYBE = A(ERRORS.value, "array", ERRORS.more, takes=("None",))
SIDE = A("2.0", "positive")
LABEL = A("'z'", "text")
DIGITS = A("data.digits()[:12]", "object", ("data.xor()", "data.digits()[:0]"), said="said|labels")
FIGURES = [
    Call(
        "figures.u_curve",
        {
            "h": STEPS,
            "forward_error": ERRORS,
            "central_error": MAYBE,
            "complex_error": MAYBE,
            "ceilings": A(
                "([1e-1, 1e-3, 1e-2],)",
                "list",
                ("[[0.1]]", "['a']", "[[np.nan] * 3]", "[[0.1] * 3] * 3"),
            ),
            "best": A("(1e-8, 1e-5)", "list", ("[-1.0]", "['a']", "[np.nan]", "[1.0] * 3")),
        },
    ),
    Call(
        "figures.sigma_and_derivative", {"activation": ACTIVATION, "span": A("(-6.0, 6.0)", "pair")}
    ),
    Call("figures.curves", {"x": RISING, "heights": CURVES, "x_label": LABEL, "y_label": LABEL}),
    Call("figures.product_rectangle", {"u": SIDE, "v": SIDE, "du": SIDE, "dv": SIDE}),
    Call(
        "figures.bend",
        {
            "f": A(
                "np.exp", "function", ("lambda v: 'a'", "lambda v: None", "lambda v: np.nan * v")
            ),
            "x": A("1.0", "number"),
            "h": A("0.5", "positive"),
            "name": A("'f'", "text"),
        },
    ),
    Call("figures.mirrored_slopes", {"u": A("2.0", "positive", ("0.1", "5.0"), takes=())}),
    Call(
        "figures.dice_and_bell",
        {
            "sums": A("[2, 7, 12]", "labels", ("[1]", "[13]", "[2.5]", "[[2, 3]]"), said="dice"),
            "dice": A("2", "count", ("5",), said="sums"),
        },
    ),
    Call(
        "figures.stretched",
        {
            "left": A(
                "[[1.0], [2.0]]",
                "array",
                ("np.ones((7, 7))", "np.ones((2, 2, 2))", "np.ones((3, 3))"),
                takes=("np.float64(1)",),
            ),
            "right": A(
                "[1.0, 2.0]",
                "array",
                ("np.ones((7, 7))", "np.ones((2, 2, 2))", "np.ones((3, 3))"),
                takes=("np.float64(1)",),
            ),
        },
    ),
    Call(
        "figures.loss_curve",
        {
            "records": A("[EPOCH]", "list", ("[]", "[3]", "['a']", "'records'"), said="held_out"),
            "held_out": A(
                "[0.5]",
                "array",
                ("[0.5, 0.5]", "[[0.5]]"),
                takes=("None", "np.full((4, 3), np.nan)", "np.full((4, 3), np.inf)"),
            ),
            "name": A("'held out'", "text"),
        },
    ),
    Call(
        "figures.log_lines",
        {
            "curves": A(
                "{'a': ([1, 2], [1.0, 10.0])}",
                "mapping",
                (
                    "{}",
                    "{'a': 3}",
                    "{'a': ([1, 2], [1.0])}",
                    "{'a': ([1, 2], [0.0, -1.0])}",
                    "{'a': ([1, 2], ['a', 'b'])}",
                    "{'a': ([1], [np.nan])}",
                    "{str(n): ([1, 2], [1.0, 10.0]) for n in range(9)}",
                    "{3: ([1], [1.0])}",
                ),
            ),
            "x_label": LABEL,
            "y_label": LABEL,
            "alt": A("'lines'", "text"),
            "log_x": A("False", "flag"),
            "here": A(
                "(1.5, 'here')",
                "list",
                ("(1.5,)", "('here', 1.5)", "(np.nan, 'here')"),
                takes=("None",),
            ),
        },
    ),
    Call(
        "figures.digit_grid",
        {
            "digits": DIGITS,
            "titles": A("['a'] * 12", "list", ("['a']", "[3] * 12"), takes=("None",)),
            "columns": A("6", "count", ("10**6",)),
        },
    ),
    Call(
        "figures.confusion_matrix",
        {
            "said": A("[0, 1, 2, 3]", "labels", ("[0, 1, 2, 10]", "[0, 1, 2, -1]"), said="labels"),
            "labels": A("[0, 1, 2, 3]", "labels", ("[0, 1, 2, 10]", "[0, 1, 2, -1]")),
            "classes": A("10", "count", ("3", "10**6"), said="said|labels"),
        },
    ),
    Call(
        "figures.wrong_digits",
        {
            "digits": DIGITS,
            "said": A(
                "data.digits()[:12].labels", "labels", ("[0] * 11", "[10] * 12", "[-1] * 12")
            ),
            "most": A("12", "count", takes=("0", "10**30")),
            "columns": A("6", "count", ("10**6",)),
        },
    ),
    Call(
        "figures.weight_pictures",
        {
            "w_1": A("np.ones((64, 3))", "array", ("np.ones((8, 8, 3))", "np.ones((63, 3))")),
            "columns": A("8", "count", ("10**6",)),
            "most": A("32", "count", takes=("10**30",)),
        },
    ),
]

MESSAGE = A("{'do': 'check', 'card': '03-sigma', 'choice': 0}", "mapping", said="do|card|choice")
QUIZ = "exercises.quiz('sigma-prime-at-a')"
EXERCISES = [
    Call(
        "exercises.check",
        {
            "name": A("'02-dL_da'", "name"),
            "answer": A("...", "object", takes=("None", "3", "'a'", "[]", "{}", "object()")),
        },
    ),
    Call(
        "exercises.examine",
        {
            "name": A("'02-dL_da'", "name"),
            "answer": A("...", "object", takes=("None", "3", "'a'", "[]", "{}", "object()")),
        },
    ),
    Call("exercises.quiz", {"name": A("'03'", "name", said="quiz")}),
    Call("exercises.summary", {"notebook": A("'03'", "name", takes=("None",))}),
    Call("exercises.BugHunt", {"name": A("'03'", "name", said="BugHunt"), "seed": SEED}),
    Call("exercises.Mine", {"table": A("exercises.TABLE", "mapping")}),
    Call(
        "exercises.mine.missing",
        {
            "*names": A(
                "['layer']",
                "list",
                ("[3]", "['nothing']", "[None]"),
                takes=("None", "3", "object()", "1.5"),
            )
        },
    ),
    Call(
        "exercises.mine.add",
        {
            "exercise": A("exercises.TABLE['01-layer']", "object"),
            "function": A("lambda x, w: x", "function", takes=WRONG["function"]),
        },
    ),
    Call(
        "exercises.mine.write", {"path": A("'mine.py'", "object", ("1.5", "b'x'"), takes=("'a'",))}
    ),
    Call(
        "assigned",
        {
            "of": A(
                "exercises.BugHunt('03')",
                "object",
                takes=("None", "3", "'a'", "[]", "{}", "object()"),
            ),
            "name": A("'number'", "object", takes=("None", "3", "'a'", "[]", "{}", "object()")),
            "value": A("1", "count", ("99",), said="number"),
        },
    ),
    *(
        Call(
            f"{where}.receive",
            {
                "message": A(
                    f"{{'do': '{do}', 'card': '{name}', 'choice': 0}}",
                    "mapping",
                    (
                        f"{{'do': 'eat', 'card': '{name}', 'choice': 0}}",
                        "{}",
                        f"{{'do': '{do}', 'card': 'none', 'choice': 0}}",
                        f"{{'do': '{do}', 'card': ['none'], 'choice': 0}}",
                        f"{{'do': '{do}', 'card': 3, 'choice': 0}}",
                        f"{{'do': '{do}', 'card': '{name}', 'choice': 99}}",
                        f"{{'do': '{do}', 'card': '{name}', 'choice': -1}}",
                        f"{{'do': '{do}', 'card': '{name}', 'choice': True}}",
                        f"{{'do': '{do}', 'card': '{name}', 'choice': 0.5}}",
                        f"{{'do': '{do}', 'card': '{name}', 'choice': 'a'}}",
                        f"{{'do': ['{do}'], 'card': '{name}', 'choice': 0}}",
                    ),
                    said="do|card|choice",
                )
            },
        )
        for where, do, name in (
            (QUIZ, "check", "sigma-prime-at-a"),
            ("exercises.BugHunt('05')", "check", "05-{}"),
        )
        if "{}" not in name
    ),
]

PAGE = "page.Page({1: 'x = 1', 2: 'x'})"
PAGES = [
    Call(
        "page.Page",
        {
            "cells": A(
                "{1: 'x = 1'}",
                "mapping",
                (
                    "{'a': 'x'}",
                    "{1: 3}",
                    "{1: None}",
                    "{1.5: 'x'}",
                    "{1: b'x'}",
                    "{'a': 'x', 1: 'y'}",
                ),
            ),
            "notebook": A("'03'", "text"),
        },
    ),
    Call(
        f"{PAGE}.run",
        {"place": A("2", "count", ("3",), takes=()), "code": A("'x + 1'", "text", takes=("None",))},
    ),
    Call(
        "live_page().answer",
        {"name": A("'2'", "name"), "message": A("{}", "mapping", takes=("[1, 2]",))},
    ),
    Call(
        f"{PAGE}.exchange",
        {
            "text": A(
                """'{"do": "run", "with": [1]}'""",
                "text",
                (
                    "''",
                    "'{'",
                    "'[]'",
                    "'3'",
                    "'{}'",
                    """'{"do": "eat", "with": []}'""",
                    """'{"do": "run"}'""",
                    """'{"do": "run", "with": 3}'""",
                    """'{"do": "run", "with": []}'""",
                    """'{"do": "run", "with": [9]}'""",
                    """'{"do": ["run"], "with": [1]}'""",
                    """'{"do": "answer", "with": ["9", {}]}'""",
                    """'{"do": "restore", "with": [3]}'""",
                ),
                said="do|with|place|name|files",
            )
        },
    ),
    Call(
        f"{PAGE}.restore",
        {
            "files": A(
                "{}", "mapping", ("{'bpdemo-progress.json': 3}", "{'bpdemo-progress.json': None}")
            )
        },
    ),
    Call("statements.names_used", {"code": A("'x'", "text")}),
    Call(
        "statements.statements",
        {
            "*cells": A(
                "['x = 1']",
                "list",
                ("[3]", "[None]", "[b'x']"),
                takes=("None", "3", "object()", "1.5"),
            )
        },
    ),
    Call(
        "statements.needed",
        {"above": A("statements.statements('x = 1')", "list", ("[3]",)), "code": A("'x'", "text")},
    ),
    Call("bpdemo_command", {"arguments": A("['--update', 'new']", "command", said="bpdemo: .")}),
    Call(
        "command.bring",
        {
            "folder": A("Path('new')", "object", ("b'new'",), takes=("'a'",)),
            "update": A("False", "flag"),
        },
    ),
]

TITLE = A("'title'", "text")
LINES = A("[D.words(['a'])]", "list", ("[3]", "['a']", "[[3]]"))
DIAGRAMS = [
    Call("D.picture", {"rows": LINES, "title": TITLE, "width": A("960", "positive")}),
    Call("D.drawing", {"rows": LINES, "title": TITLE}),
    Call("D.lay", {"rows": LINES, "title": TITLE, "width": A("960", "positive")}),
    Call(
        "D.product",
        {
            "spec": A("'ei,ej->ij'", "text", ("'ab'", "'ei,ej->ik'", "'e,ej->ij'", "''")),
            "left": A(
                "np.ones((4, 2))", "array", ("np.ones(4)", "np.ones((5, 2))"), said="right|spec|e ="
            ),
            "right": A(
                "np.ones((4, 3))", "array", ("np.ones(4)", "np.ones((5, 3))"), said="left|spec|e ="
            ),
        },
    ),
]

PROGRESS = [
    Call(
        "explorers.progress",
        {
            "iterable": A("range(3)", "list"),
            "total": A("3", "count", takes=("0", "10**30")),
            "text": A("str", "function"),
            "display": A("lambda bar: None", "function", takes=("None",)),
        },
    ),
    Call("explorers.ForwardNetwork", {"widths": A("(2, 2, 1)", "widths", ("(3,)", "(2, 10, 1)"))}),
    Call(
        "explorers.DigitExplorer",
        {
            "w": A(
                "training.initial_weights([64, 16, 10])",
                "arrays",
                ("[np.ones((64, 9))]",),
                said=rf"activation|{W.said}",
            ),
            "b": A("training.initial_biases([64, 16, 10])", "arrays", ("[np.zeros(16)]",)),
            "activation": A("['relu', 'identity']", "name", ("['relu']", "['relu', 'nothing']")),
            "digits": A(
                "data.digits()[:5]", "object", ("data.digits()[:0]", "data.xor()"), takes=("None",)
            ),
        },
    ),
]

_KINDS_OF_CONTROL = {
    "number": ("None", "'1'", "np.inf", "1e9", "True", "[1.0]"),
    "count": ("None", "'1'", "np.inf", "10**9", "True", "0.5", "[1.0]"),
    "step": ("None", "'1'", "np.inf", "10**9", "True", "0.5"),
    "choice": ("None", "'nothing'", "-99", "2.5"),
    "switch": ("None", "'yes'", "2", "0.5"),
    "pixels": ("None", "[0.5]", "[np.nan] * {n}", "[2.0] * {n}", "['a'] * {n}", "3", "'a'"),
    "points": ("3", "'a'", "[3]", "[(1.0, 2.0)]", "[(np.nan, 0.0, 1)]", "[('a', 0.0, 1)]", "None"),
    "blank": ("'1'", "np.inf", "1e9", "True", "[1.0]"),
    "press": ("None", "'1'", "-1", "0.5", "True", "10**10"),
    "kept": ("None", "3", "'word'", "[3]", "['x' * 99]", "['x'] * 999"),
}
"""What a control of an explorer can't have."""


def _explorers() -> Iterator[Call]:
    """What each explorer is made with and set to, and what a hand does."""
    for name in EXPLORERS:
        explorer = make(name)
        start = ARGUMENTS.get(name, "")
        made = f"explorers.{name}({start})"
        settings = explorer.settings
        blanks = [n for n, c in explorer.limited.items() if c.kind == "blank"]
        controls = {
            control: A(
                repr(settings[control])
                if made_of.kind != "pixels"
                else f"(0.0,) * {len(made_of.value)}",
                "control",
                tuple(
                    v.format(n=len(made_of.value)) if made_of.kind == "pixels" else v
                    for v in _KINDS_OF_CONTROL[made_of.kind]
                ),
                takes=("[]", "{}") if made_of.kind in ("points", "kept") else (),
            )
            for control, made_of in explorer.limited.items()
            if not (made_of.kind == "blank" and control not in blanks[:2])
        }
        first = next(iter(controls))
        if not start:
            yield Call(f"explorers.{name}", controls)
        for control, argument in controls.items():
            argument = A(argument.value, argument.kind, argument.more, argument.takes, said=control)
            yield Call(f"{made}.move", {"name": A(f"'{control}'", "name"), "value": argument})
        yield Call(
            "assigned",
            {
                "of": A(made, "object", takes=("None", "3", "'a'", "[]", "{}", "object()")),
                "name": A(
                    "'settings'", "object", takes=("None", "3", "'a'", "[]", "{}", "object()")
                ),
                "value": A(
                    "{}",
                    "mapping",
                    ("{'nothing': 1}", "{3: 1}", f"{{'{first}': object()}}"),
                    said=f"settings|{first}",
                ),
            },
        )
        yield Call(
            f"{made}.reset",
            {
                "*names": A(
                    f"['{first}']",
                    "name",
                    ("[3]", "[None]"),
                    takes=(
                        "None",
                        "3",
                        "''",
                        "'nothing'",
                        "b'sigmoid'",
                        "{}",
                        "object()",
                        "np.nan",
                    ),
                    said="reset",
                )
            },
        )
        yield Call(
            f"{made}.point_at",
            {
                "*names": A(
                    "[]",
                    "name",
                    ("[3]", "[None]", "['\"><b>']"),
                    takes=(
                        "None",
                        "3",
                        "''",
                        "'nothing'",
                        "b'sigmoid'",
                        "{}",
                        "object()",
                        "np.nan",
                    ),
                    said="point_at",
                )
            },
        )
        yield Call(
            f"{made}.svg", {"width": A("900", "positive", ("10**9",)), first: controls[first]}
        )
        yield Call(f"{made}.guess", {"choice": A("0", "seed", ("99",), said="guess")})
        yield Call(
            f"{made}.receive",
            {
                "message": A(
                    "{'do': 'show', 'width': 900}",
                    "mapping",
                    (
                        "{}",
                        "{'do': 'eat'}",
                        "{'do': 'set'}",
                        "{'do': 'set', 'settings': 3}",
                        "{'do': 'set', 'settings': {'nothing': 1}}",
                        "{'do': 'show', 'width': 'wide'}",
                        "{'do': 'show', 'width': [1]}",
                        "{'do': 'show', 'width': float('nan')}",
                        f"{{'do': 'set', 'settings': {{'{first}': []}}}}",
                        f"{{'do': 'set', 'settings': {{'{first}': {{}}}}}}",
                        "{'do': 'reset', 'names': ['nothing']}",
                        "{'do': 'reset', 'names': 3}",
                        "{'do': 'guess'}",
                        "{'do': 'guess', 'choice': 99}",
                        "{'do': 'guess', 'choice': 'a'}",
                        "{'do': ['show']}",
                    ),
                    said=f"do|settings|width|names|choice|{first}|guess|reset|set",
                )
            },
        )


def every() -> list[Call]:
    """All valid calls."""
    rooms = CORE + TRAINING + DATA + SYMBOLIC + FIGURES + EXERCISES + PAGES + DIAGRAMS + PROGRESS
    return [*rooms, *_explorers()]


def tries(calls: list[Call]) -> list[Try]:
    """All malformed calls that these valid ones give."""
    found = []
    for call in calls:
        for name, argument in call.arguments.items():
            wrong = dict.fromkeys((*WRONG[argument.kind], *argument.more))
            found += [Try(call, name, v) for v in wrong if v not in argument.takes]
        found += [Try(call, name, None) for name in call.needed]
        if not call.where.endswith(".svg"):
            found.append(Try(call, "nonsense", "1"))
    return found


LEFT_OUT = {
    "bpdemo.edge": "the checks of forward and backward, which are here",
    "bpdemo.validation": "the checks themselves; tests/test_validation.py",
    "bpdemo.measuring": "what checking is made of; it gets what checking has looked at",
    "bpdemo.reports.compare": "what checking is made of",
    "bpdemo.reports.gravest": "what checking is made of",
    "bpdemo.by_hand.names_of": "takes a level that make has looked at",
    "bpdemo.symbolic.": "what the functions of bpdemo.symbolic are made of",
    "bpdemo.diagrams.": "what the pictures are made of; those of bpdemo.diagrams are here",
    "bpdemo.explorers.": "what explorers are made of; each explorer is here",
    "bpdemo.exercises.": "what check, quiz and BugHunt are made of",
    "bpdemo.figures.base": "what the pictures are made of; the pictures are here",
    "bpdemo.series": "a table",
    "bpdemo.command.main": "it is called as bpdemo_command",
    "bpdemo.showing.show": "takes what the package itself has made",
}
"""What isn't called, by the beginning of its name, and why."""

_ROOMS = {"symbolic": "bpdemo.symbolic", "D": "bpdemo.diagrams", "explorers": "bpdemo.explorers"}


def uncovered() -> list[str]:
    """Public functions that no call is about, and that aren't left out on purpose."""
    named = " ".join(call.where for call in every())
    found = []
    for module in pkgutil.walk_packages(bpdemo.__path__, "bpdemo."):
        if "__main__" in module.name:
            continue
        room = importlib.import_module(module.name)
        for name in getattr(room, "__all__", ()):
            value = getattr(room, name)
            whole = f"{module.name}.{name}"
            if not inspect.isfunction(value) or value.__module__ != module.name:
                continue
            if not inspect.signature(value).parameters:
                continue
            if any(whole.startswith(one) for one in LEFT_OUT):
                continue
            if not re.search(rf"(?<!\w){name}(?!\w)", named):
                found.append(whole)
    for short, module_name in _ROOMS.items():
        room = importlib.import_module(module_name)
        for name in room.__all__:
            value = getattr(room, name)
            if not inspect.isfunction(value) or not inspect.signature(value).parameters:
                continue
            if f"{short}.{name}" not in named and f"{module_name}.{name}" not in LEFT_OUT_HERE:
                found.append(f"{module_name}.{name}")
    return found


LEFT_OUT_HERE = {
    f"bpdemo.diagrams.{name}": "drawn from what an explorer or a notebook has looked at"
    for name in (
        "bars",
        "code",
        "colour",
        "curve",
        "decades",
        "equation",
        "formula",
        "label",
        "network",
        "nice_limit",
        "number",
        "pixels",
        "power",
        "regions",
        "shares",
        "symbol",
        "table",
        "words",
    )
} | {
    "bpdemo.diagrams.quantity": "a term from a name and a number; formula looks at it",
    "bpdemo.diagrams.short": "a number of a matrix",
    "bpdemo.diagrams.sketched": "a decorator for the pictures",
    "bpdemo.diagrams.stack": "puts together what picture looks at",
    "bpdemo.diagrams.subscript": "letters of a label",
    "bpdemo.diagrams.superscript": "letters of a label",
}
"""What a room offers and isn't called, and why."""
