"""Each displayed formula says what the package computes and what SymPy proves."""

import inspect
import json
import re
from functools import cache

import pytest

import bpdemo as bp
from bpdemo import symbolic
from tests import formula_rows, formulas
from tests.formula_rows import ROWS, complaint
from tests.test_readme import ROWS as README_ROWS
from tools.notebooks import NOTEBOOKS, number_of


@cache
def markdown(path) -> str:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]  # quicker than nbformat
    return "\n\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")


TAGGED = [
    (number_of(path), row, formula)
    for path in sorted(NOTEBOOKS.glob("*.ipynb"))
    for row, formula in formulas.tagged(markdown(path))
]


UNTAGGED = [
    (number_of(path), f"{number_of(path)}.{place}", formula)
    for path in sorted(NOTEBOOKS.glob("*.ipynb"))
    for place, formula in enumerate(
        (f for f in formulas.displayed(markdown(path)) if r"\tag" not in f), start=1
    )
]
every_displayed = pytest.mark.parametrize(
    ("notebook", "row", "formula"),
    [item for item in TAGGED + UNTAGGED if formula_rows.UNTAGGED.get(item[1], True)],
    ids=lambda item: item if len(item) < 5 else "",
)


def claimed(row: str) -> tuple[formulas.Node, list[formulas.Node]]:
    """A row of `symbolic`: its left side and its forms, as the claim itself prints them."""
    claim = symbolic.claim(row)
    of, by = claim.of
    ((left,), _), *_ = formulas.read(rf"\frac{{\partial {of}}}{{\partial {by}}}")
    return left, [
        formulas.read(symbolic.latex(form, order="none"))[0].sides[0] for form in claim.forms
    ]


def differs_from_symbolic(row: str, formula: str, all_forms: bool) -> str:
    """What is wrong with a formula beside SymPy's claim of its row; "" where nothing is."""
    if row not in symbolic.ROWS:
        return ""
    left, forms = claimed(row)
    shown, *sides = formulas.read(formula)[0].sides
    if not formulas.same(shown, left):
        return f"{row}: the claim is about {formulas.written(left)}"
    if all_forms and len(sides) != len(forms):
        return f"{row}: expected {len(forms)} forms, found {len(sides)}"
    for at, side in enumerate(sides):
        if not any(
            formulas.same(side, form) for form in (forms[at : at + 1] if all_forms else forms)
        ):
            return f"{row}: side {at + 1} is {formulas.symbols(side)}"
    return ""


def test_every_row_with_a_formula_has_one_and_no_other_does():
    assert {row for _, row, _ in TAGGED} == set(ROWS)
    assert set(symbolic.ROWS) <= set(ROWS)
    assert [row for _, row, _ in UNTAGGED] == list(formula_rows.UNTAGGED)


@every_displayed
def test_a_displayed_formula_is_true_and_says_what_its_row_claims(notebook, row, formula):
    assert not complaint(row, formula)
    assert not differs_from_symbolic(row, formula, all_forms=True)


# The same with one thing wrong

OTHER = {
    "a": "z", "z": "a", "w": "a", "b": "w", "y": "x", "x": "y", "p": "y", "h": "z", "c": "n",
    "f": "g", "g": "f", "v": "n", "P": "m", "m": "n", "n": "m", "J": "w",
    "i": "j", "j": "i", "e": "j", "q": "e", "B": "e",
    r"\delta": "a", r"\mathcal{L}": "y", r"\eta": r"\varepsilon", r"\sigma": "f", r"\rho": "f",
    r"\tilde{\mathcal{L}}": r"\mathcal{L}", r"\dot a": "a", r"\dot z": "z",
    r"\varepsilon": r"\eta", "+": "-", "-": "+", r"\odot": "", r"\cdot": "+",
    r"\sum": r"\prod", r"\prod": r"\sum", r"\le": r"\ge", r"\ge": r"\le", "<": ">", ">": "<",
    r"\ne": "=", r"\cap": "=", "/": "+", r"\max": r"\ln", r"\ln": r"\tanh", r"\tanh": r"\ln",
    r"\operatorname{relu}": r"\ln", r"\mathrm{relu}": r"\ln", r"\overline": "",
}  # fmt: skip
RELATIONS = {"=", ":=", "?=", r"\le", r"\approx", r"\leftarrow"}


def mutations(formula: str):
    """(what was done, the formula with one thing wrong)."""
    parts = formulas.tokens(formula)
    for at, token in enumerate(parts):
        before, after = parts[:at], parts[at + 1 :]
        new = {}
        if token in OTHER:
            new[f"{token} -> {OTHER[token]}"] = [OTHER[token]]
        if token in {"k", "L"}:
            shift = ["+", "1"] if token == "k" else ["-", "1"]
            single = before[-1:] in (["^"], ["_"])
            new[f"{token} -> {token}{''.join(shift)}"] = (
                ["{", token, *shift, "}"] if single else [token, *shift]
            )
        if re.fullmatch(r"[\d.]+", token):
            new[f"{token} -> {float(token) + 1:g}"] = [f"{float(token) + 1:g}"]
        if token.startswith("'"):
            new["one prime less"] = [token[1:]]
        if token in RELATIONS:
            new["a minus"] = [token, "-"]
            new["a factor 2"] = [token, "2"]
        if token == "^" and after[:1] == ["T"]:
            yield f"no transpose, at {at}", " ".join([*before, *after[1:]])
        for what, tokens in new.items():
            yield f"{what}, at {at}", " ".join([*before, *tokens, *after])


SAME = {
    "B15": (["a minus"], "−0 is 0"),
    "B16": (["a minus"] * 3, "−0 is 0"),
    "B20": (["+ -> -"], "what the dots stand for has either sign"),
    "B21": (["+ -> -"], "what the dots stand for has either sign"),
    "B22": (["+ -> -"], "what the dots stand for has either sign"),
}
"""What changes nothing in a row's formula, and why."""


@every_displayed
def test_one_wrong_sign_factor_index_or_letter_is_seen(notebook, row, formula):
    changed = list(mutations(formula))
    assert changed
    unseen = [
        what.split(", at ")[0]
        for what, text in changed
        if not (complaint(row, text) or differs_from_symbolic(row, text, all_forms=True))
    ]
    same, _reason = SAME.get(row, ([], ""))
    assert unseen == same


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=number_of)
def test_a_prime_is_a_slope(path):
    """Not another loss, nor the next layer's weight: functions alone have one."""
    text = re.sub(r"```.*?```|`[^`]*`", "", markdown(path), flags=re.S)
    for formula in re.findall(r"\$\$.+?\$\$|\$[^$\n]+?\$", text, re.S):
        assert not re.search(r"(\\mathcal\{L\}|\\delta|[wzbxyp])([_^]\{?\w+\}?)*'", formula), (
            formula
        )


# The tables of notebook 00 and of the README, and the core's docstring


def complaint_in_a_table(row: str, formula: str) -> str:
    """As `complaint`, for a formula that gives one statement of its row, maybe not every side."""
    try:
        found = formulas.read(formula)
        for statement in found:
            if wrong := formula_rows.complaint_of_one(row, statement):
                return wrong
    except formula_rows.WRONG as problem:
        return f"{row}: can't be computed: {problem}"
    return differs_from_symbolic(row, formula, all_forms=False)


def table_of_notebook_00() -> list[tuple[str, str]]:
    text = markdown(NOTEBOOKS / "00-start-here.ipynb")
    return re.findall(r"^\| ([NB]\d+) \| (.*?) \| [^|]*\|$", text, re.M)


IN_WORDS_IN_00 = {
    "N1": ["a^L", "a^{L-1}", "a^{L-2}"],
    "N4": [r"\partial\mathcal{L}/\partial w"],
    "N11": ["k"],
    "N14": ["a^{L-2}"],
    "N16": [],
    "N17": [r"\partial\mathcal{L}/\partial w^k"],
}
"""Rows that 00's table tells in words: the symbols in them."""


def in_table(pairs):
    return pytest.mark.parametrize(("row", "claim"), pairs, ids=[row for row, _ in pairs])


def complaint_in_00(row, claim) -> str:
    found = re.findall(r"\$(.+?)\$", claim)
    if row in IN_WORDS_IN_00:
        return "" if found == IN_WORDS_IN_00[row] else f"{row}: expected {IN_WORDS_IN_00[row]}"
    if len(found) != 1 or not set(formulas.tokens(found[0])) & RELATIONS:
        return f"{row}: expected one formula, found {found}"
    return complaint_in_a_table(row, found[0])


@in_table(table_of_notebook_00())
def test_the_table_of_notebook_00_says_the_same(row, claim):
    assert not complaint_in_00(row, claim)
    for formula in re.findall(r"\$(.+?)\$", claim):
        for what, text in mutations(formula):
            assert complaint_in_00(row, claim.replace(formula, text)), what


IN_WORDS_IN_README = {
    "N1": "the picture: the last three outputs are a^L, a^{L−1}, a^{L−2}",
    "N4": "gradient descent needs ∂ℒ/∂w^k for all k",
    "B13": "a(1 − a) is σ′(z) written in a",
    "B14": "not every σ′ can be written in a",
    "B19": "∂ℒ/∂w^1 of a chain has a σ′ of every layer",
    "B21": "a central difference errs like h²",
    "B28": "ReLU's mask taken after ReLU with ≥ is always true",
    "B35": "σ′ cancels with cross-entropy and not with the squared difference",
    "B40": "∂ℒ/∂a^k is a product over the layers above",
    "B42": "so n layers leave (¼)ⁿ at most, weights aside",
    "B46": "twice the weights, 2ⁿ times the gradient",
    "B55": "a number used twice gets both shares: +=",
}
"""Rows that the README tells in words with a sign among them, but no equation: the words."""

MATHEMATICS = re.compile(r"[\\^∂σδℒ=≤≥⊙ᵀ²ⁿ½¼′]")


def complaint_in_readme(row, claim) -> str:
    if row in IN_WORDS_IN_README:
        return "" if claim == IN_WORDS_IN_README[row] else f"{row}: the words have changed"
    found = formulas.in_prose(claim)
    rest = claim
    for formula in found:
        rest = rest.replace(formula, "")
    if MATHEMATICS.search(rest):
        return f"{row}: what is {rest!r}?"
    return "; ".join(filter(None, (complaint_in_a_table(row, formula) for formula in found)))


@in_table([(row, claim) for row, claim, *_ in README_ROWS])
def test_the_table_of_the_readme_says_the_same(row, claim):
    assert not complaint_in_readme(row, claim)
    if row not in IN_WORDS_IN_README:
        for formula in formulas.in_prose(claim):
            for what, text in mutations(formula):
                assert complaint_in_readme(row, claim.replace(formula, text)), what


def rows_of_the_docstring() -> list[str]:
    return formulas.in_prose(inspect.getdoc(bp.backward).split("Parameters")[0])


@pytest.mark.parametrize("formula", rows_of_the_docstring())
def test_the_derivation_in_the_docstring_of_backward_is_true(formula):
    points = formula_rows.points_for(formula)

    def true(text):
        try:
            return all(
                formula_rows.holds(statement, point)
                for statement in formulas.read(text)
                for point in points
            )
        except formula_rows.WRONG:
            return False

    assert true(formula)
    for what, text in mutations(formula):
        assert not true(text), what


def test_the_docstring_has_the_formulas_of_the_derivation():
    assert len(rows_of_the_docstring()) == 12


@pytest.mark.parametrize(
    "text", [r"z^L = \unknown a", "z^L = (a", "z^L = a)", "a = ", r"\frac{a}", "σ = a", "z ^ = 1"]
)
def test_what_the_reader_does_not_know_it_refuses(text):
    with pytest.raises(formulas.Unreadable):
        formulas.read(text)


# The notes themselves: docs/notes.md

NOTES = (NOTEBOOKS.parent / "docs" / "notes.md").read_text(encoding="utf-8")
NOTED = re.findall(r"^\| (N\d+) \| (.*) \|$", NOTES, re.M)
NO_EQUATION = {"N1", "N4", "N16", "N17"}  # a picture, two reasons, and what follows


def complaint_in_the_notes(row, claim) -> str:
    found = formulas.in_prose(claim)
    if row in NO_EQUATION:
        return f"{row}: {found}" if found else ""
    if len(found) != 1:
        return f"{row}: expected one formula, found {found}"
    return complaint_in_a_table(row, found[0])


def test_the_notes_have_their_rows():
    assert [row for row, _ in NOTED] == [f"N{n}" for n in range(1, 18)]


@in_table([(row, claim) for row, claim in NOTED if row != "N15"])
def test_the_notes_say_the_same(row, claim):
    assert not complaint_in_the_notes(row, claim)
    for formula in formulas.in_prose(claim):
        for what, text in mutations(formula):
            assert complaint_in_the_notes(row, claim.replace(formula, text)), what


def test_the_notes_differ_in_the_slip_and_nowhere_else():
    claim = dict(NOTED)["N15"]
    assert "σ′(a^{k+1})" in claim
    assert complaint_in_the_notes("N15", claim)
    assert not complaint_in_the_notes("N15", claim.replace("σ′(a^{k+1})", "σ′(z^{k+1})"))


def test_the_notes_page_has_the_right_formula_under_the_slip():
    (formula,) = [line for line in NOTES.splitlines() if line.startswith("∂ℒ/∂a^k =")]
    assert not complaint_in_a_table("N15", formula)


# The numbers of the rows


def test_the_rows_are_numbered_without_gaps():
    rows = [row for row, *_ in README_ROWS]
    beyond = [f"B{n}" for n in range(1, len(rows) - 16)]
    assert rows == [f"N{n}" for n in range(1, 18)] + beyond


def test_the_rows_are_numbered_in_the_order_in_which_they_are_taught():
    """Each B row has a formula or stands in a heading; N rows keep the notes' own order."""
    taught = {}
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        for found in re.finditer(r"^## .*|\\tag\{B\d+\}", markdown(path), re.M):
            for row in re.findall(r"\bB(\d+)\b", found[0]):
                taught.setdefault(int(row), path.name)
    assert list(taught) == list(range(1, len(taught) + 1))
    for row, _, notebooks, _ in README_ROWS:
        if row[0] == "B":
            assert taught[int(row[1:])].startswith(tuple(notebooks.split(", "))), row
