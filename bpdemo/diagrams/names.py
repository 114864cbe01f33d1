"""The names of quantities: one name in the code, on the controls and in the pictures.

A name is what one would write in code, with the layer and, after ``_``, the entry, counted from 1:
``a3``, ``z2_1``, ``w2_13``, ``dL_dw2_13``, ``da_dz3``, ``loss``. Everything else that a reader sees
is made from it here: the symbol in a picture and the label of a control.
"""

import re

__all__ = ["label", "node", "subscript", "superscript", "symbol", "weight"]

_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")

_NAME = re.compile(r"(dL_d|da_d|dz_d)?(a|z|w|b|x|y)(\d*)(?:_(\d+))?")
_OVER = {"dL_d": "ℒ", "da_d": "a", "dz_d": "z"}


def superscript(k: str | int) -> str:
    """k as raised digits, for labels that know no markup: "w" + superscript(2) is "w²"."""
    return str(k).translate(_SUPERSCRIPT)


def subscript(digits: str | int) -> str:
    """The digits lowered, likewise: "w²" + subscript("12") is "w²₁₂"."""
    return str(digits).translate(_SUBSCRIPT)


def weight(k: int, i: int, j: int, shape: tuple[int, int]) -> str:
    """The name of entry (i, j), counted from 0, of w^k: "w2_13", or "w2" where it is the only one.

    >>> weight(2, 0, 2, (2, 3)), weight(2, 0, 0, (1, 1))
    ('w2_13', 'w2')
    """
    return f"w{k}" if shape == (1, 1) else f"w{k}_{i + 1}{j + 1}"


def node(k: int, i: int, n: int) -> str:
    """The name of neuron i of n in layer k: "a2_1", or "a2" where it is the only one.

    >>> node(2, 0, 3), node(2, 0, 1)
    ('a2_1', 'a2')
    """
    return f"a{k}" if n == 1 else f"a{k}_{i + 1}"


def symbol(name: str) -> str:
    """The quantity as a word of mathematics for `math_text`.

    >>> symbol("w2_13"), symbol("dL_dw3"), symbol("da_dz3"), symbol("x1"), symbol("loss")
    ('w^2_{13}', '∂ℒ/∂w^3', '∂a^3/∂z^3', 'x_1', 'ℒ')
    """
    if name == "loss":
        return "ℒ"
    match = _NAME.fullmatch(name)
    if match is None:
        return name
    over, letter, layer, entry = match.groups()
    if letter in "xy":
        entry, layer = entry or layer, ""
    scripts = (f"^{layer}" if layer else "") + (
        "" if not entry else f"_{entry}" if len(entry) == 1 else f"_{{{entry}}}"
    )
    if over is None:
        return letter + scripts
    above = _OVER[over] + (scripts if over == "da_d" else f"^{layer}" if over == "dz_d" else "")
    return f"∂{above}/∂{letter}{scripts}"


def label(name: str) -> str:
    """The quantity for a control, a list or a screen reader, which know no markup.

    >>> label("w2_13"), label("dL_dw3"), label("x1"), label("h")
    ('w²₁₃', '∂ℒ/∂w³', 'x₁', 'h')
    """
    shown = symbol(name)
    shown = re.sub(r"\^(\d+)", lambda m: superscript(m[1]), shown)
    return re.sub(r"_\{?(\d+)\}?", lambda m: subscript(m[1]), shown)
