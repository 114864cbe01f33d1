"""Where the words of a panel stand, measured with the metrics of the widest fonts that it names."""

import xml.etree.ElementTree as ET
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import matplotlib
from matplotlib.ft2font import FT2Font

SVG = "{http://www.w3.org/2000/svg}"
_FONTS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"


class Run(NamedTuple):
    """A run of letters: its box, and which word it belongs to."""

    left: float
    top: float
    right: float
    bottom: float
    size: float
    letters: str
    word: int


@cache
def _font(file: str) -> FT2Font:
    font = FT2Font(str(_FONTS / file))
    font.set_size(100, 72)
    return font


@lru_cache(maxsize=4096)
def _advance(file: str, letter: str) -> float:
    """The width of a letter at size 1."""
    if not _font(file).get_char_index(ord(letter)):
        return 1.0  # of a font that isn't here
    return _font(file).load_char(ord(letter)).linearHoriAdvance / 65536 / 100


def _file(cls: list[str]) -> str:
    if "m" in cls:
        return "DejaVuSerif-Italic.ttf"
    if "c" in cls:
        return "DejaVuSansMono.ttf"
    return "DejaVuSans-Bold.ttf" if "b" in cls else "DejaVuSans.ttf"


def parsed(body: str) -> ET.Element:
    return ET.fromstring(f'<svg xmlns="http://www.w3.org/2000/svg">{body}</svg>')


@lru_cache(maxsize=4)  # three questions are asked of a panel
def runs(body: str) -> list[Run]:
    """All letters of a panel that can be seen."""
    found: list[Run] = []
    words = iter(range(10**6))

    def walk(node, dx, dy):
        if node.get("visibility") == "hidden":
            return
        move = node.get("transform")
        if move:
            x, y = move.removeprefix("translate(").removesuffix(")").split()
            dx, dy = dx + float(x), dy + float(y)
        if node.tag == f"{SVG}text":
            found.extend(_runs(node, dx, dy, next(words)))
        for child in node:
            walk(child, dx, dy)

    walk(parsed(body), 0.0, 0.0)
    return found


def _runs(node, dx, dy, word) -> list[Run]:
    size = float(node.get("font-size"))
    file = _file(node.get("class", "").split())
    pieces = [(node.text or "", size, 0.0)] if node.text else []
    for span in node:
        pieces.append(
            (span.text or "", float(span.get("font-size", size)), float(span.get("dy", 0)))
        )
    wide = [sum(_advance(file, c) for c in letters) * own for letters, own, _ in pieces]
    x = dx + float(node.get("x"))
    x -= {"start": 0.0, "middle": 0.5, "end": 1.0}[node.get("text-anchor", "start")] * sum(wide)
    y, made = dy + float(node.get("y")), []
    for (letters, own, shift), w in zip(pieces, wide, strict=True):
        y += shift
        if letters.strip():
            made.append(Run(x, y - 0.74 * own, x + w, y + 0.2 * own, own, letters, word))
        x += w
    return made


def overlaps(body: str) -> list[tuple[str, str]]:
    """The pairs of words that meet."""
    all_runs = runs(body)
    return [
        (one.letters, two.letters)
        for n, one in enumerate(all_runs)
        for two in all_runs[n + 1 :]
        if one.word != two.word
        and min(one.right, two.right) - max(one.left, two.left) > 0.5
        and min(one.bottom, two.bottom) - max(one.top, two.top) > 0.5
    ]


def outside(panel) -> list[str]:
    """The words that leave the panel."""
    return [
        run.letters
        for run in runs(panel.body)
        if run.left < -0.5
        or run.top < -0.5
        or run.right > panel.width + 0.5
        or run.bottom > panel.height + 0.5
    ]


def complaint(panel) -> str:
    """What is wrong with the places of a panel's words; "" where nothing is."""
    small = [run.letters for run in runs(panel.body) if run.size < 12.5]
    found = {"meet": overlaps(panel.body), "are cut off": outside(panel), "are small": small}
    return "; ".join(f"{words} {what}" for what, words in found.items() if words)


def structure(body: str) -> list:
    """The elements in their order, without anything that may glide."""
    return [(node.tag, sorted(node.keys())) for node in parsed(body).iter()]


def values(body: str) -> dict[str, str]:
    """From each quantity to the number that is shown for it."""
    return {
        node.get("data-value"): "".join(node.itertext())
        for node in parsed(body).iter(f"{SVG}text")
        if node.get("data-value") is not None
    }
