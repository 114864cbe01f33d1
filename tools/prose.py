"""Tie every number in the prose of the notebooks to what it is about.

    python -m tools.prose [NN ...]         list the numbers tied to nothing, and broken ties
    python -m tools.prose given [NN ...]   suggest a phrase for each, to read and put under GIVEN

The prose is the Markdown cells, what the exercises say, and the questions and answers of the
explorers. A number in it is a claim like any other. It is tied where it is

- *printed*: it has three or more significant digits, and stands, sign and all, in the code or the
  outputs of its own section (or in the code of its own exercise);
- *computed*: a phrase of `tests/prose/NN.py` holds it as the value of an expression;
- *given*: a phrase there lists it as a number that the text itself sets or defines.

What is a name and not a quantity is left out by its syntax: rows (N5, B12), notebooks ("notebook
03"), headings, links, list numbers, code, displayed formulas (other tests compare these), and what
stands inside a longer inline formula, unless it has a decimal point or ends an equation.
"""

from __future__ import annotations

import json
import re
import runpy
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

from tools.notebooks import number_of

ROOT = Path(__file__).parent.parent
NOTEBOOKS = ROOT / "notebooks"
TIES = ROOT / "tests" / "prose"

# --- what a number looks like ---------------------------------------------------------------------

WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty"
).split()
# "one" is hardly ever a number in running text, and "second" hardly ever a fraction.
COUNTED = [*WORDS[2:], *"thirty forty fifty hundred thousand million billion".split()]
COUNTED += "twice thrice double doubled half halved quarter third fifth tenth hundredth".split()
NUMBER = re.compile(
    r"(?<![\w.])[-−+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e[-+]?\d+)?(?!\d)[⁻⁰¹²³⁴-⁹]*|[½⅓⅔¼¾]"
    r"|\b(?:" + "|".join(COUNTED) + r")(?:s\b|\b)",
    re.I,
)
# In an inline formula: a decimal, a power of ten, the whole formula, the end of an equation.
IN_FORMULA = re.compile(
    r"[-−+]?(?<![\d.])\d+\.\d+(?!\d)"
    r"|^[-−+]?\d[\d,]*(?=$|\s*\\cdot\s*10\^)"
    r"|(?<=10\^)\d|(?<=10\^\{)-?\d+(?=\})"
    r"|(?:(?<==)|(?<=\\approx)|(?<=>)|(?<=<))\s*[-−+]?\d+(?=$|,|\\%)"
)
# In a displayed formula: a decimal, and what is said in words there.
DISPLAYED = re.compile(r"\$\$(.*?)\$\$", re.S)
IN_DISPLAYED = re.compile(r"(?<![\d.])\d+\.\d+(?!\d)|\d+(?=°)|(?<=under )\d+")
MATH = re.compile(r"(?<![\\$])\$(?!\$)(.+?)(?<![\\$])\$", re.S)
CODE = re.compile(r"`([^`\n]+)`")
NOT_PROSE = [
    re.compile(r"<summary>[^<]*</summary>"),
    re.compile(r"```.*?```", re.S),
    re.compile(r"\$\$.*?\$\$", re.S),
    re.compile(r"^#+ .*$", re.M),
    re.compile(r"(?<=\])\([^)\s]*\)"),  # where a link leads
    re.compile(r"<[^>]*>"),
    re.compile(r"^\s*\d+\.(?= )", re.M),  # list numbers
    re.compile(r"\b[NB]\d+(?:[–-][NB]?\d+)?\b"),
    re.compile(r"\[\d\d[a-z]?(?: [^\]]*)?\]|\*\*\d\d[a-z]? [^*]*\*\*"),
    re.compile(r"\b[Nn]otebooks?\s\d\d(?:[a-z]\b)?(?:(?:\sto\s|\sand\s|–)\d\d)?"),
    re.compile(r"\b\d\d to \d\d (?=tell|go)"),
    re.compile(r"\(after |\b\d\d(?= and \d\d there)|(?<=after \d\d and )\d\d"),
]


@dataclass(frozen=True)
class Number:
    """A number, and where it stands in the text of its cell."""

    start: int
    end: int
    text: str

    @property
    def value(self) -> str:
        """As Python writes it: an ASCII sign, no commas, no plus."""
        return re.sub(r"(?<=\d),(?=\d{3})", "", self.text.lower()).replace("−", "-").lstrip("+")

    @property
    def is_decimal(self) -> bool:
        """Whether it has a decimal point."""
        return "." in self.text

    @property
    def is_strong(self) -> bool:
        """Whether it would hardly be found in another place by chance: three digits or more."""
        digits = re.sub(r"e.*|\.", "", self.value).lstrip("-0")
        return len(digits) >= 3 and digits.isdigit()


@dataclass(frozen=True)
class Cell:
    """A text: a Markdown cell, or what an exercise says; `shown` is what is printed around it."""

    where: str
    text: str
    shown: str = field(repr=False)


def numbers(source: str) -> list[Number]:
    """Every number of a text, in order."""
    text, spans = source, []
    for found in DISPLAYED.finditer(text):
        at = found.start(1)
        spans += [(at + n.start(), at + n.end()) for n in IN_DISPLAYED.finditer(found[1])]
    for pattern in NOT_PROSE:
        text = pattern.sub(_spaces, text)
    for inner in (MATH, CODE):
        for found in inner.finditer(text):
            at = found.start(1)
            spans += [(at + n.start(), at + n.end()) for n in IN_FORMULA.finditer(found[1])]
        text = inner.sub(_spaces, text)
    spans += [found.span() for found in NUMBER.finditer(text)]
    result = []
    for start, end in sorted(spans):
        start += len(source[start:end]) - len(source[start:end].lstrip())
        result.append(Number(start, end, source[start:end]))
    return result


def _spaces(found: re.Match) -> str:
    """As many spaces, so that every place in the text stays what it was."""
    return re.sub(r"[^\n]", " ", found[0])


# --- what there is to read ------------------------------------------------------------------------


@cache
def cells(chapter: str) -> list[Cell]:
    """The Markdown cells of notebook "03", then what its exercises and explorers say."""
    (path,) = NOTEBOOKS.glob(f"{chapter}-*.ipynb")
    notebook = json.loads(path.read_text(encoding="utf-8"))["cells"]
    texts, section = [], 0
    shown: dict[int, str] = {}
    for index, cell in enumerate(notebook):
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            section += bool(re.match("## ", source))
            source = re.sub(r"^> ?", "", source, flags=re.M)  # an exercise stands in a block quote
            texts.append((f"{path.name}, cell {index}", section, source))
        else:
            text = re.sub(
                r"(?<=\d)_(?=\d{3})|(?<=\d),(?=\d{3})", "", source + "\n" + _outputs(cell)
            )
            shown[section] = f"{shown.get(section, '')}\n{text}".replace("−", "-")
    found = [Cell(where, text, shown.get(section, "")) for where, section, text in texts]
    everything = "\n".join(shown.values())
    return [*found, *_exercises(chapter), *_explorers(everything)]


def _outputs(cell: dict) -> str:
    """What a code cell shows, as text: prints, results, and the words in pictures."""
    parts = []
    for output in cell["outputs"]:
        parts.append("".join(output.get("text", [])))
        for kind, data in output.get("data", {}).items():
            data = re.sub(r"(?s)<style.*?</style>", "", "".join(data))
            if kind in ("text/plain", "text/latex"):
                parts.append(data)
            elif kind in ("image/svg+xml", "text/html"):
                parts += re.findall(r'(?:alt|aria-label)="([^"]*)"', data)
                parts += re.findall(r">([^<>]+)<", data)
    return "\n".join(parts)


def _exercises(chapter: str) -> Iterator[Cell]:
    from bpdemo.exercises import TABLE, Words

    for name, exercise in TABLE.items():
        # What one in words says stands in its cells.
        if name.startswith(f"{chapter}-") and not isinstance(exercise, Words):
            hints = [slip.hint for slip in exercise.slips]
            text = "\n".join([exercise.wanted, exercise.right, *hints])
            yield Cell(f"exercise {name}", text, "")


def _explorers(code: str) -> Iterator[Cell]:
    from bpdemo import explorers

    for name in dict.fromkeys(re.findall(r"explorers\.([A-Z]\w+)\(", code)):
        explorer = getattr(explorers, name)
        yield Cell(f"explorer {name}", f"{explorer.question}\n{explorer.answer}", "")


@cache
def everything(chapter: str) -> str:
    """The code and outputs of a notebook, in one line per section."""
    return "\n".join(dict.fromkeys(re.sub(r"\s+", " ", cell.shown) for cell in cells(chapter)))


def shown(chapter: str, pattern: str) -> str:
    """Group 1 of a pattern in the code or outputs of a notebook; all finds must be the same."""
    found = set(re.findall(pattern, everything(chapter)))
    if len(found) != 1:
        raise LookupError(f"{pattern!r} is found {len(found)} times in {chapter}: {found}")
    return found.pop()


# --- ties -----------------------------------------------------------------------------------------

_OPEN, _CLOSE = "\x01", "\x02"


class Computed:
    """A value that remembers, once it is in an f-string, that it was computed."""

    def __init__(self, value):
        self.value = value

    def __format__(self, spec: str) -> str:
        return f"{_OPEN}{self.value:{spec}}{_CLOSE}"


def word(value: float) -> Computed:
    """A number in words, as in "three times": 3, 50, 1/2, 1e6 …; KeyError if it has no name."""
    return Computed(_NAMES[round(value, 9)])


_NAMES: dict[float, str] = dict(enumerate(WORDS))
_NAMES |= {30: "thirty", 40: "forty", 50: "fifty", 100: "hundred"}
_NAMES |= {1e3: "thousand", 1e6: "million", 0.5: "half", 0.25: "quarter", 0.1: "tenth"}
_NAMES |= {0.01: "hundredth"}


def said(explorer) -> str:
    """What an explorer's picture says to a screen reader."""
    return explorer.alt


def number(pattern: str, text: str) -> float:
    """Group 1 of a pattern, found once in a text, as a number ("1.3·10⁻¹³" too)."""
    match = re.search(pattern, text)
    assert match is not None, f"{pattern!r} isn't in {text!r}"
    found = flat(match[1])
    power = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    return float(re.sub(r"·10", "e", found.translate(power)).replace(",", ""))


@dataclass(frozen=True)
class Ties:
    """What a chapter's numbers are tied to: phrases with computed numbers, and given ones."""

    computed: list[str]
    given: list[str]
    true: dict[str, bool]

    @property
    def phrases(self) -> list[str]:
        """All phrases as they must stand in the text."""
        marked = [*self.computed, *self.given, *self.true]
        return [flat(re.sub(f"[{_OPEN}{_CLOSE}]", "", phrase)) for phrase in marked]


@cache
def ties(chapter: str) -> Ties:
    """Run `tests/prose/NN.py`."""
    made = runpy.run_path(str(TIES / f"{chapter}.py"))
    given = [line.strip() for line in made["GIVEN"].splitlines() if line.strip()]
    return Ties(made["COMPUTED"], given, made["TRUE"])


@lru_cache(maxsize=4096)
def flat(text: str) -> str:
    """One line, one case, one kind of minus and quote: how a tie and a text are compared."""
    return re.sub(r"\s+", " ", text).replace("−", "-").lower()


def _flat_places(text: str) -> list[int]:
    """For each character of the text, its place in `flat(text)`."""
    places, at, before = [], -1, ""
    for letter in text:
        if not (letter.isspace() and before.isspace()):
            at += 1
        places.append(at)
        before = letter or before
    return places


def untied(cell: Cell, tied: Ties) -> list[Number]:
    """The numbers of a cell that are tied to nothing."""
    places, text = _flat_places(cell.text), flat(cell.text)
    covered: set[int] = set()
    for phrase in [*tied.given, *tied.true]:
        phrase = flat(phrase)
        for at in _occurrences(phrase, text):
            covered.update(range(at, at + len(phrase)))
    for marked in tied.computed:
        marked = flat(marked)
        parts = re.split(f"[{_OPEN}{_CLOSE}]", marked)
        for at in _occurrences("".join(parts), text):
            for index, part in enumerate(parts):
                if index % 2:
                    covered.update(range(at, at + len(part)))
                at += len(part)
    return [
        number
        for number in numbers(cell.text)
        if not all(places[i] in covered for i in range(number.start, number.end))
        and not (number.is_strong and _is_printed(number.value, cell.shown))
    ]


def _occurrences(phrase: str, text: str) -> Iterator[int]:
    at = text.find(phrase)
    while at >= 0:
        # Not in the middle of a number or of a word.
        before, after = text[at - 1 : at], text[at + len(phrase) :]
        inside_before = re.match(r"[\w.]", phrase[0]) and re.match(r"[\w.]", before)
        inside_after = re.search(r"\w$", phrase) and re.match(r"\w|[.,]\d", after)
        if not inside_before and not inside_after:
            yield at
        at = text.find(phrase, at + 1)


@cache
def _is_printed(value: str, shown: str) -> bool:
    value = re.escape(value)
    return bool(re.search(rf"(?<![-\d.]){value}(?![\d]|\.\d)", shown))


def missing(chapter: str, tied: Ties | None = None) -> list[str]:
    """The phrases of a chapter's ties that don't stand in its text, and claims that are false."""
    tied = tied or ties(chapter)
    wrong = [
        phrase
        for phrase in tied.phrases
        if not any(stands_in(phrase, cell) for cell in cells(chapter))
    ]
    return wrong + [f"{phrase} (false)" for phrase, holds in tied.true.items() if not holds]


def stands_in(phrase: str, cell: Cell) -> bool:
    """Whether a phrase of `Ties.phrases` stands in a cell."""
    return next(_occurrences(phrase, flat(cell.text)), None) is not None


def complaints(chapter: str) -> Iterator[str]:
    """What is wrong with a chapter's numbers."""
    for phrase in missing(chapter):
        yield f"tests/prose/{chapter}.py says, but the text doesn't: {phrase}"
    for cell in cells(chapter):
        for number in untied(cell, ties(chapter)):
            around = cell.text[max(0, number.start - 40) : number.end + 40]
            yield f"{cell.where}: {number.text!r} in …{flat(around)}…"


def suggestions(chapter: str) -> Iterator[str]:
    """A phrase around each number that is tied to nothing, to be read and put under GIVEN."""
    for cell in cells(chapter):
        text, places = flat(cell.text), _flat_places(cell.text)
        spans: list[tuple[int, int]] = []
        for found in untied(cell, ties(chapter)):
            start, end = places[found.start], places[found.end - 1] + 1
            for _ in range(2):  # two words on either side
                start = text.rfind(" ", 0, start - 1) + 1 if start else 0
                end = (text + " ").find(" ", end + 1) if end < len(text) else end
            if spans and start <= spans[-1][1]:
                start, _ = spans.pop()
            spans.append((start, end))
        yield from (text[start:end].strip() for start, end in spans)


def main(arguments: list[str]) -> int:
    """Print what is wrong with the chapters named, or with all; `given` prints suggestions."""
    task = suggestions if "given" in arguments else complaints
    chapters = [name for name in arguments if name != "given"]
    chapters = chapters or [number_of(path) for path in sorted(NOTEBOOKS.glob("*.ipynb"))]
    found = [line for chapter in chapters for line in task(chapter)]
    print("\n".join(found) or "every number is tied")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
