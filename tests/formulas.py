r"""A reader of the series' formulas: LaTeX, or plain text such as ∂ℒ/∂a^k = δ^k (w^k)ᵀ.

`read` turns a formula into statements: sides, and the signs between them. `Point.value` computes a
side from numbers, and `symbols` writes it in SymPy's symbols. What the reader doesn't know raises
`Unreadable`: nothing is skipped.

A superscript of a, z, w, b, δ, g, v, J is a layer's number. Elsewhere it's a power, and so it is on
brackets: (a^2)^2.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import sympy as sp

LAYERED = {"a", "z", "w", "b", "δ", "g", "v", "J", "ȧ", "ż"}
RELATIONS = {
    "=": "=",
    ":=": "=",
    r"\le": "≤",
    r"\ge": "≥",
    "<": "<",
    ">": ">",
    r"\ne": "≠",
    r"\approx": "≈",
    r"\sim": "~",
    "?=": "?=",
    r"\leftarrow": "←",
    r"\longrightarrow": "→",
    r"\to": "→",
}
NAMES = {
    r"\mathcal{L}": "ℒ",
    r"\tilde{\mathcal{L}}": "ℒ̃",
    r"\delta": "δ",
    r"\sigma": "σ",
    r"\eta": "η",
    r"\varepsilon": "ε",
    r"\rho": "ρ",
    r"\mu": "μ",
    r"\dot a": "ȧ",
    r"\dot z": "ż",
    r"\emptyset": "∅",
}
WORDS = {
    "slope",
    "error",
    "relative error",
    "analytic",
    "numeric",
    "training",
    "validation",
    "test",
}
"""Words that stand for a quantity."""
FUNCTIONS = {r"\ln": "ln", r"\tanh": "tanh", r"\max": "max"}
PLAIN = {
    "ℒ̃": r"\tilde{\mathcal{L}}",
    "ℒ": r"\mathcal{L}",
    "∂": r"\partial ",
    "σ": r"\sigma ",
    "δ": r"\delta ",
    "η": r"\eta ",
    "ρ": r"\rho ",
    "Σ": r"\sum ",
    "·": r"\cdot ",
    "⊙": r"\odot ",
    "−": "-",
    "′": "'",
    "ᵀ": "^T",
    "²": "^2",
    "³": "^3",
    "ⁿ": "^n",
    "½": r"\tfrac{1}{2}",
    "¼": r"\tfrac{1}{4}",
    "≤": r"\le ",
    "≥": r"\ge ",
    "≠": r"\ne ",
    "←": r"\leftarrow ",
    "→": r"\longrightarrow ",
    "…": r"\dots ",
    "tanh": r"\tanh ",
    "ln": r"\ln ",
}
_TOKEN = re.compile(
    r"\\(?:text|operatorname|mathrm|mathcal)\{[^{}]*\}|\\tilde\{\\mathcal\{L\}\}|\\dot [az]"
    r"|\\[A-Za-z]+|\\[,;:!%]|\\\s|\d+\.\d+|\d|[A-Za-z]|'+|:=|\?=|\S"
)
_SPACE = {r"\,", r"\;", r"\:", r"\!", "\\ ", "\\\n", r"\left", r"\right", r"\bigl", r"\bigr"}
_SPACE |= {r"\Bigl", r"\Bigr", r"\displaystyle"}
_BREAKS = {r"\quad", r"\qquad", ",", ".", ":", ";", r"\Longrightarrow"}


class Unreadable(ValueError):
    """A formula that the reader doesn't know."""


class Node(NamedTuple):
    """A part of a formula: what kind it is, and its parts."""

    kind: str
    parts: tuple = ()


class Statement(NamedTuple):
    """Sides and the signs between them: a = b ≤ c has three and two."""

    sides: tuple[Node, ...]
    signs: tuple[str, ...]


def tokens(text: str) -> list[str]:
    """The formula's tokens; a plain one is first written in LaTeX's."""
    for plain, latex in PLAIN.items():
        if plain.isalpha() and plain.isascii():
            text = re.sub(rf"(?<![\\A-Za-z]){plain}(?![A-Za-z])", lambda _, to=latex: to, text)
        else:
            text = text.replace(plain, latex)
    text = re.sub(r"\\tag\{\w+\}", "", text)
    text = re.sub(r"\\overset\{\?\}\{=\}", " ?= ", text)
    text = re.sub(r"\\(leq|geq)\b", lambda found: "\\" + found[1][:2], text)
    return [token for token in _TOKEN.findall(text) if token not in _SPACE]


def read(text: str) -> list[Statement]:
    """Every statement of a formula, in order; words between them are passed over.

    Raises
    ------
    Unreadable : a part of it isn't known.
    """
    statements, segment, depth = [], [], 0
    for token in [*tokens(text), r"\quad"]:
        depth += (token in {"{", "(", "[", r"\langle"}) - (token in {"}", ")", "]", r"\rangle"})
        is_word = token.startswith(r"\text{") and token[6:-1].strip() not in WORDS
        if depth == 0 and (token in _BREAKS or is_word):
            if segment:
                statements.extend(_Parser(segment).statement())
            segment = []
        else:
            segment.append(token)
    if segment:
        raise Unreadable(f"a bracket is left open in {text!r}")
    return statements


class _Parser:
    """Recursive descent over the tokens of one statement."""

    def __init__(self, tokens_: list[str]):
        self.tokens, self.at, self.bars, self.labels = tokens_, 0, 0, []

    def peek(self, ahead: int = 0) -> str:
        at = self.at + ahead
        return self.tokens[at] if at < len(self.tokens) else ""

    def take(self, expected: str | None = None) -> str:
        token = self.peek()
        if not token or (expected is not None and token != expected):
            raise Unreadable(f"expected {expected or 'more'} at {self.at} in {self.tokens}")
        self.at += 1
        return token

    def statement(self) -> list[Statement]:
        found = self.relation()
        if self.peek():
            raise Unreadable(f"{self.peek()!r} at {self.at} in {' '.join(self.tokens)}")
        if len(found.sides) == 1 and found.sides[0].kind == "holds":  # (k < L)
            found = found.sides[0].parts[0]
        return [found, *self.labels]

    def relation(self) -> Statement:
        sides, signs = [self.sum()], []
        while self.peek() in RELATIONS:
            signs.append(RELATIONS[self.take()])
            sides.append(self.sum())
        return Statement(tuple(sides), tuple(signs))

    def sum(self) -> Node:
        terms = []
        sign = self.take() if self.peek() in {"+", "-"} else "+"
        while True:
            term = self.product()
            terms.append(term if sign == "+" else Node("minus", (term,)))
            if self.peek() not in {"+", "-"}:
                return terms[0] if len(terms) == 1 else Node("sum", tuple(terms))
            sign = self.take()

    def product(self) -> Node:
        left = self.factor()
        while True:
            token = self.peek()
            if token in {r"\cdot", r"\odot", r"\cap", "/"}:
                left = Node(self.take().removeprefix("\\"), (left, self.factor()))
            elif self.begins_factor():
                left = Node("times", (left, self.factor()))
            else:
                return left

    def begins_factor(self) -> bool:
        token = self.peek()
        if token == "|":
            return not self.bars
        if token.startswith(r"\text{") and token[6:-1].strip() not in WORDS:
            return False
        return bool(token) and token not in (
            {"+", "-", ")", "}", "]", ",", "^", "_", r"\rangle", *_BREAKS} | set(RELATIONS)
        )

    def group(self) -> Node:
        self.take("{")
        found = self.sum()
        self.take("}")
        return found

    def argument(self) -> Node:
        """What a \\frac or a \\sum's end takes: a group, or one token."""
        return self.group() if self.peek() == "{" else self.single()

    def single(self) -> Node:
        """One digit or letter, with nothing above or below it."""
        token = self.take()
        if re.fullmatch(r"\d", token):
            return Node("number", (Fraction(token),))
        if token in NAMES or re.fullmatch("[A-Za-z]", token):
            return Node("symbol", (NAMES.get(token, token), None, ()))
        raise Unreadable(f"{token!r} above or below in {' '.join(self.tokens)}")

    def factor(self) -> Node:
        if self.peek() in {r"\sum", r"\prod"}:
            return self.series()
        return self.raised(self.atom())

    def raised(self, base: Node) -> Node:
        while self.peek() in {"^", "_", r"\%"}:
            sign = self.take()
            if sign == r"\%":
                return Node("/", (base, Node("number", (Fraction(100),))))
            if sign == "_":  # softmax(z)_j
                base = Node("entry", (base, self.indices()))
            elif self.peek() == "T" or self.tokens[self.at : self.at + 3] == ["{", "T", "}"]:
                self.at += 1 if self.peek() == "T" else 3
                base = Node("transpose", (base,))
            else:
                base = Node("power", (base, self.argument()))
        return base

    def series(self) -> Node:
        kind = self.take().removeprefix("\\")
        index, low, high = None, None, None
        if self.peek() == "_":
            self.take()
            braced = self.peek() == "{"
            if braced:
                self.take()
            index = self.take()
            if self.peek() in {"=", r"\ge"}:
                self.take()
                low = self.sum()
            if braced:
                self.take("}")
        if self.peek() == "^":
            self.take()
            high = self.argument()
        return Node(f"series {kind}", (index, low, high, self.product()))

    def indices(self) -> tuple[Node, ...]:
        """A subscript: each letter is one index, unless it's an expression such as k-1."""
        if self.peek() != "{":
            return (self.single(),)
        end = self.tokens.index("}", self.at)
        if {"+", "-"} & set(self.tokens[self.at : end]):
            return (self.group(),)
        self.take("{")
        found = []
        while self.peek() != "}":
            found.append(self.single())
        self.take("}")
        return tuple(found)

    def atom(self) -> Node:
        token = self.take()
        if re.fullmatch(r"[\d.]+", token):
            number = token
            while re.fullmatch(r"\d", self.peek()) and "." not in token:
                number += self.take()
            return Node("number", (Fraction(number),))
        if token in {"(", "["}:
            inner = self.relation()
            self.take({"(": ")", "[": "]"}[token])
            return inner.sides[0] if not inner.signs else Node("holds", (inner,))
        if token == "{":
            self.at -= 1
            return self.group()
        if token == "|":
            self.bars += 1
            inner = self.sum()
            self.take("|")
            self.bars -= 1
            return Node("size", (inner,))
        if token in {r"\dots", r"\cdots"}:
            return Node("dots")
        if token == r"\langle":
            left = self.sum()
            self.take(",")
            right = self.sum()
            self.take(r"\rangle")
            return Node("inner", (left, right))
        if token == r"\overline":
            return Node("mean", (self.group(),))
        if token == r"\underbrace":
            return self.underbrace()
        if token in {r"\frac", r"\tfrac"}:
            return self.fraction()
        if token == r"\partial":
            return self.inline_derivative()
        if token in FUNCTIONS:
            return self.call(FUNCTIONS[token])
        if named := re.fullmatch(r"\\(?:operatorname|mathrm)\{(\w+)\}", token):
            primes = self.take() if self.peek().startswith("'") else ""
            return self.call(named[1] + primes)
        if token.startswith(r"\text{"):
            return Node("symbol", (token[6:-1].strip(), None, ()))
        if token in NAMES or re.fullmatch("[A-Za-z]", token):
            return self.symbol(NAMES.get(token, token))
        raise Unreadable(f"{token!r} in {' '.join(self.tokens)}")

    def call(self, name: str) -> Node:
        if self.peek() in {"(", "["}:
            close = {"(": ")", "[": "]"}[self.take()]
            arguments = [self.sum()]
            while self.peek() == ",":
                self.take()
                arguments.append(self.sum())
            self.take(close)
            return Node("call", (name, *arguments))
        return Node("call", (name, self.factor()))

    def symbol(self, name: str) -> Node:
        primes, above, below = "", None, ()
        while True:
            token = self.peek()
            if token.startswith("'"):
                primes += self.take()
            elif token == "_" and not below:
                self.take()
                below = self.indices()
            elif token == "^" and above is None and name in LAYERED and self.peek(1) != "T":
                self.take()
                above = self.argument()
            else:
                break
        if name == "e" and token == "^":
            self.take()
            return Node("call", ("exp", self.argument()))
        braced = token == "{" and self.peek(1) == "("  # SymPy writes σ'{(z)}
        if name in {"σ", "ρ", "f", "r"} and (token == "(" or braced):
            if braced:
                self.take()
            self.take()
            argument = self.sum()
            self.take(")")
            if braced:
                self.take("}")
            return Node("call", (name + primes, argument, *below))
        if name == "σ" and not primes and not below:
            raise Unreadable(f"σ without brackets in {' '.join(self.tokens)}")
        return Node("symbol", (name + primes, above, below))

    def underbrace(self) -> Node:
        """The braced factor; the label under it says what it is, and is a statement of its own."""
        inner = self.group()
        self.take("_")
        self.take("{")
        if self.peek().startswith(r"\text{"):  # a name, such as "truncation"
            self.take()
        else:
            label = self.sum()
            if self.peek().startswith(r"\text{"):  # "cross-entropy": which loss it is
                label = Node("qualified", (label, self.take()[6:-1].strip(" ,")))
            self.labels.append(Statement((label, inner), ("=",)))
        self.take("}")
        return inner

    def fraction(self) -> Node:
        if self.peek(1) == r"\partial" or (self.peek(1) == "d" and self.peek(2) == "}"):
            self.take("{")
            sign = self.take()
            of = None if self.peek() == "}" else self.raised(self.atom())
            self.take("}")
            self.take("{")
            self.take(sign)
            by = self.raised(self.atom())
            self.take("}")
            return Node("slope", (self.product() if of is None else of, by))
        top = self.argument()
        return Node("/", (top, self.argument()))

    def inline_derivative(self) -> Node:
        of = self.atom()
        self.take("/")
        self.take(r"\partial")
        return Node("slope", (of, self.atom()))


# --- in numbers ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Point:
    """Numbers for the symbols of a formula.

    Attributes
    ----------
    names : a number, an array, or a mapping from a layer's number to one of these. A derivative's
        name is that of both its parts, "∂ℒ/∂w"; it's looked up at the layer that we differentiate
        by.
    calls : the functions by name, "σ" and "σ'" among them.
    indices : what the letters k, L, e, i, j … are.
    ranges : how far an index runs where a sum doesn't say it, from 1.
    special : node -> value, or NotImplemented; asked first.
    """

    names: Mapping = field(default_factory=dict)
    calls: Mapping[str, Callable] = field(default_factory=dict)
    indices: Mapping[str, int] = field(default_factory=dict)
    ranges: Mapping[str, int] = field(default_factory=dict)
    special: Callable = lambda point, node: NotImplemented

    def at(self, **indices) -> "Point":
        """The same numbers at other indices."""
        merged = {**self.indices, **indices}
        return Point(self.names, self.calls, merged, self.ranges, self.special)

    def value(self, node: Node):
        """The number, or array, that a side is."""
        found = self.special(self, node)
        if found is not NotImplemented:
            return found
        kind, parts = node
        if kind == "number":
            return float(parts[0])
        if kind == "symbol":
            return self._symbol(*parts)
        if kind == "slope":
            return self._slope(*parts)
        if kind == "qualified":
            return self._pick(f"{written(parts[0])}, {parts[1]}", None, ())
        if kind == "call":
            return self._call(*parts)
        if kind.startswith("series"):
            return self._series(kind, *parts)
        if kind == "dots":
            return 0.0
        if kind == "holds":
            return float(self.holds(parts[0]))
        if kind == "entry":
            return self.value(parts[0])[tuple(int(self.value(i)) - 1 for i in parts[1])]
        values = [self.value(part) for part in parts]
        return _OPERATIONS[kind](*values)

    def holds(self, statement: Statement, close: float = 1e-9) -> bool:
        """Is every sign between the sides true?"""
        values = [self.value(side) for side in statement.sides]
        return all(
            _SIGNS[sign](left, right, close)
            for left, sign, right in zip(values, statement.signs, values[1:], strict=False)
        )

    def _pick(self, name, above, below):
        if name not in self.names:
            raise Unreadable(f"{name} has no value here")
        entry = self.names[name]
        if above is None and below and isinstance(entry, Mapping):  # n_k: the width of layer k
            above, *below = below
        if above is not None:
            if not isinstance(entry, Mapping) or self._index(above) not in entry:
                raise Unreadable(f"{name} has no layer {self._index(above)}")
            entry = entry[self._index(above)]
        elif isinstance(entry, Mapping):
            raise Unreadable(f"{name} without its layer")
        if below:
            at = tuple(self._index(i) - 1 for i in below)
            if np.ndim(entry) == len(at) + 1 and len(entry) == 1:  # of the one example
                at = (0, *at)
            if len(at) != np.ndim(entry) or not all(
                0 <= i < n for i, n in zip(at, np.shape(entry), strict=True)
            ):
                raise Unreadable(f"{name} has no entry {at}")
            entry = entry[at]
        return entry

    def _index(self, node) -> int:
        return int(self.value(node))

    def _symbol(self, name, above, below):
        if name in self.indices and above is None and not below:
            return self.indices[name]
        return self._pick(name, above, below)

    def _slope(self, of, by):
        if of.kind != "symbol" or by.kind != "symbol":
            if by == Node("symbol", ("z", None, ())):  # d/dz of an expression, by a complex step
                h = 1e-30
                moved = Point(
                    {**self.names, "z": self.names["z"] + 1j * h},
                    self.calls, self.indices, self.ranges, self.special,
                )  # fmt: skip
                return np.imag(moved.value(of)) / h
            raise Unreadable(f"the derivative of {of}")
        name = f"∂{of.parts[0]}/∂{by.parts[0]}"
        if of.parts[1] is not None:
            name += f" {self._index(of.parts[1]) - self._index(by.parts[1]):+d}"
        if of.parts[2]:
            name += "".join(f"_{self._index(i)}" for i in of.parts[2])
        return self._pick(name, by.parts[1], by.parts[2])

    def _call(self, name, *arguments):
        if name not in self.calls:
            raise Unreadable(f"the function {name} is not known here")
        return self.calls[name](*(self.value(argument) for argument in arguments))

    def _series(self, kind, index, low, high, body):
        if index is None:
            raise Unreadable("a sum without its index")
        first = 1 if low is None else self._index(low)
        if high is None and index not in self.ranges:
            raise Unreadable(f"how far does {index} run?")
        last = self.ranges[index] if high is None else self._index(high)
        values = [self.at(**{index: i}).value(body) for i in range(first, last + 1)]
        return sum(values) if kind == "series sum" else np.prod(values)


def _times(left, right):
    if np.ndim(left) == 0 or np.ndim(right) == 0:
        return left * right
    if np.ndim(left) != 2 or np.ndim(right) != 2:
        raise Unreadable(f"a product of shapes {np.shape(left)} and {np.shape(right)}")
    return left @ right


def _elementwise(left, right):
    if np.shape(left) != np.shape(right):
        raise Unreadable(f"⊙ of shapes {np.shape(left)} and {np.shape(right)}")
    return left * right


def _equal(left, right, close):
    if np.ndim(left) and np.ndim(right) and np.shape(left) != np.shape(right):
        return False
    return bool(np.allclose(left, right, rtol=close, atol=1e-13))


_OPERATIONS = {
    "sum": lambda *terms: sum(terms[1:], terms[0]),
    "minus": lambda x: -x,
    "times": _times,
    "cdot": _times,
    "odot": _elementwise,
    "cap": lambda left, right: left & right,
    "/": lambda left, right: left / right,
    "power": lambda base, to: base**to,
    "transpose": lambda x: np.transpose(x),
    "size": np.abs,
    "mean": np.mean,
    "inner": lambda left, right: np.vdot(left, right),
}
_SIGNS = {
    "=": _equal,
    "≈": lambda left, right, close: bool(np.allclose(left, right, rtol=0.05)),
    "≤": lambda left, right, close: bool(np.all(left <= right * (1 + 1e-12))),
    "≥": lambda left, right, close: bool(np.all(left >= right)),
    "<": lambda left, right, close: bool(np.all(left < right)),
    ">": lambda left, right, close: bool(np.all(left > right)),
    "≠": lambda left, right, close: not _equal(left, right, close),
}


# --- in symbols ----------------------------------------------------------------------------------


def written(node: Node) -> str:
    """The node's own name, the same for two nodes that are written alike."""
    kind, parts = node
    if kind == "symbol":
        name, above, below = parts
        name += "" if above is None else f"^{symbols(above)}"
        return name + ("" if not below else "_" + ",".join(str(symbols(i)) for i in below))
    if kind == "slope":
        return f"∂{written(parts[0])}/∂{written(parts[1])}"
    raise Unreadable(f"{kind} has no name")


def symbols(node: Node) -> sp.Expr:
    """The side in SymPy's symbols, one for each symbol and derivative as it is written."""
    kind, parts = node
    if kind == "number":
        return sp.Rational(parts[0].numerator, parts[0].denominator)
    if kind in {"symbol", "slope"}:
        return sp.Symbol(written(node))
    if kind == "call":
        return sp.Function(parts[0])(*map(symbols, parts[1:]))
    if kind == "minus":
        return -symbols(parts[0])
    if kind == "sum":
        return sp.Add(*map(symbols, parts))
    if kind in {"times", "cdot"}:
        return sp.Mul(*map(symbols, parts))
    if kind == "/":
        return symbols(parts[0]) / symbols(parts[1])
    if kind == "power":
        return symbols(parts[0]) ** symbols(parts[1])
    if kind == "dots":
        return sp.Symbol("…")
    raise Unreadable(f"{kind} in symbols")


def same(left: Node, right: Node) -> bool:
    """Are the two sides one expression, whatever the order in which they are written?"""
    return sp.expand(symbols(left) - symbols(right)) == 0


# --- where formulas stand ------------------------------------------------------------------------


def displayed(markdown: str) -> list[str]:
    """Every displayed formula of a text."""
    return [found.strip() for found in re.findall(r"\$\$(.+?)\$\$", markdown, re.S)]


def tagged(markdown: str) -> list[tuple[str, str]]:
    """(row, formula) of every displayed formula with a tag."""
    return [
        (row, formula)
        for formula in displayed(markdown)
        for row in re.findall(r"\\tag\{(\w+)\}", formula)
    ]


_KEPT = r"(?!(?:tanh|ln)\b)"
_WORD = re.compile(rf"(?<![\\{{A-Za-z]){_KEPT}[A-Za-z]{{2,}}(?![A-Za-z])|[.:,;](?=\s|$)")


def in_prose(text: str) -> list[str]:
    """Every formula of a plain text: the runs without a word that have a = or ≤."""
    text = re.sub(r"\((?:row |rows )?[NB]\d+(?:, [NB]\d+)*\)|eq\. \(\d\)", ";", text)
    text = re.sub(r"\n\s*\n", " ; ", text)
    runs = [" ".join(run.split()).strip(" ;") for run in _WORD.split(text)]
    runs = [run for run in runs if re.search(r"[=≤]|\\le\b", run)]
    return [run.strip("()") if run.count("(") != run.count(")") else run for run in runs]
