"""Still pictures for viewers that take no SVG: each picture of a notebook has a PNG beside it.

A running notebook shows a `bpdemo.diagrams.Drawing` as SVG: nothing that draws a PNG can be counted
on in a browser kernel or a light install. When a notebook is committed, `settle` makes of

    <img alt="…" data-of="DIGEST" src="data:image/svg+xml;…">

a <picture> with the SVG as its <source> and a PNG as its <img>, and adds the PNG under `image/png`
with the text alternative in its metadata. So a viewer that prefers HTML shows the SVG or, where
only a plain <img> survives, the PNG; and one that takes no HTML shows the PNG. DIGEST stays in the
HTML and in the PNG: nbval compares it, and `complaints` sees a PNG of another picture.

Matplotlib's figures are <img>s with a PNG already; they get `image/png` and fewer bytes.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import matplotlib
import numpy as np
import resvg_py
from nbformat import NotebookNode
from PIL import Image, PngImagePlugin

from bpdemo.diagrams.base import LIGHT

SCALE = 1.5
"""Pixels of the PNG per unit of the SVG: sharp enough where a viewer takes no SVG."""

COLOURS = (64, 256)
"""The palettes to try: few colours for a line drawing; all of them where none is faithful."""

IMAGE = re.compile(
    r'<img alt="(?P<alt>[^"]*)"(?: data-of="(?P<digest>[^"]*)")?[^>]*'
    r' src="data:image/(?P<kind>png|svg\+xml);base64,(?P<bytes>[^"]*)">'
)
SOURCE = re.compile(r'<source [^>]*srcset="data:image/svg\+xml;base64,([^"]*)">')
_DARK = re.compile(r"@media\(prefers-color-scheme:dark\)\{[^{}]*\{[^{}]*\}\}")
_VARIABLE = re.compile(r"var\(--bp-(\w+)\)")

# Matplotlib brings these fonts, so every machine draws the same PNG.
_FONTS = Path(matplotlib.get_data_path(), "fonts", "ttf")


def settle(notebook: NotebookNode) -> None:
    """Give every picture among the outputs its PNG. Twice does what once does."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            html = data.get("text/html", "")
            if not IMAGE.search(html) or "image/png" in data:
                continue
            data["text/html"] = IMAGE.sub(_with_png, html)
            image = IMAGE.search(data["text/html"])
            assert image is not None  # `_with_png` puts one in its place
            data["image/png"] = image["bytes"]
            output.setdefault("metadata", {})["image/png"] = {"alt": unescape(image["alt"])}


def _with_png(image: re.Match) -> str:
    """What takes the place of an <img>."""
    held = base64.b64decode(image["bytes"])
    if image["kind"] == "png":
        return _put(image, squeezed(held))
    png = _put(image, render(held.decode(), image["digest"] or ""))
    source = f'<source type="image/svg+xml" srcset="data:image/svg+xml;base64,{image["bytes"]}">'
    # A picture with a narrow form for a phone is a <picture> already.
    if image.string[: image.start()].endswith('">') and "<picture>" in image.string:
        return source + png
    return f"<picture>{source}{png}</picture>"


def _put(image: re.Match, png: bytes) -> str:
    """The <img> with a PNG for its source."""
    head = image[0][: image[0].index(' src="')]
    return f'{head} src="data:image/png;base64,{base64.b64encode(png).decode()}">'


def render(svg: str, digest: str) -> bytes:
    """The SVG as a PNG in the light colours, with the digest in it."""
    # resvg knows no CSS variables.
    plain = _VARIABLE.sub(lambda match: LIGHT[match[1]], _DARK.sub("", svg))
    png = resvg_py.svg_to_bytes(
        svg_string=plain,
        zoom=SCALE,
        skip_system_fonts=True,
        font_dirs=[str(_FONTS)],
        font_family="DejaVu Sans",
        sans_serif_family="DejaVu Sans",
        serif_family="DejaVu Serif",
        monospace_family="DejaVu Sans Mono",
    )
    return squeezed(bytes(png), digest)


def squeezed(png: bytes, digest: str = "") -> bytes:
    """The same picture with a palette, if one shows nearly every pixel as it was."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in COLOURS:
        fewer = image.quantize(colours, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        off = np.abs(np.asarray(fewer.convert("RGB"), float) - np.asarray(image, float)).max(axis=2)
        if (off > 16).mean() < 0.001:
            image = fewer
            break
    said = PngImagePlugin.PngInfo()
    if digest:
        said.add_text("data-of", digest)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True, pnginfo=said)
    return buffer.getvalue()


def complaints(output: NotebookNode) -> Iterator[str]:
    """Yield what is wrong with the pictures of a committed output."""
    data = output.get("data", {})
    html = data.get("text/html", "")
    images = list(IMAGE.finditer(html))
    if html.count("<img") != len(images):
        yield "has an <img> without a text alternative or a picture of its own"
    for image in images:
        if image["kind"] != "png":
            yield "has a picture without a PNG: `make notebooks`"
        elif image["digest"]:
            png = Image.open(io.BytesIO(base64.b64decode(image["bytes"])))
            if png.info.get("data-of") != image["digest"]:
                yield "has a PNG of another picture: `make notebooks`"
    if images and "image/png" not in data:
        yield "has no image/png: `make notebooks`"
    elif images:
        first = images[0]
        if data["image/png"] != first["bytes"]:
            yield "has an image/png of another picture: `make notebooks`"
        if output.metadata.get("image/png", {}).get("alt") != unescape(first["alt"]):
            yield "has an image/png without its text alternative: `make notebooks`"
    if len(images) == 1 and images[0]["digest"]:
        shown = b"".join(base64.b64decode(source) for source in SOURCE.findall(html))
        if hashlib.sha256(shown).hexdigest()[:16] != images[0]["digest"]:
            yield "has an SVG that its data-of doesn't name: `make notebooks`"
