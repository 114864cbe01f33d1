"""The live pictures, as SVG strings: network, formula, curves, bars, matrices, table and more.

Each part is a pure function that returns a `Panel`; `picture` puts panels together, and `drawing`
makes a picture that a notebook shows.
"""

from bpdemo.diagrams.bars import Bar, bars
from bpdemo.diagrams.base import (
    NARROWEST,
    WIDTH,
    Composition,
    Panel,
    Sketch,
    lay,
    number,
    picture,
    sketched,
    stack,
    words,
)
from bpdemo.diagrams.code import code
from bpdemo.diagrams.curve import Curve, Point, Tangent, curve, nice_limit
from bpdemo.diagrams.decades import Series, decades, power
from bpdemo.diagrams.formula import Term, formula, quantity
from bpdemo.diagrams.heatmap import Matrix, Product, equation, product, short
from bpdemo.diagrams.names import label, subscript, superscript, symbol
from bpdemo.diagrams.network import network
from bpdemo.diagrams.pixels import pixels, shares
from bpdemo.diagrams.quantity import colour
from bpdemo.diagrams.regions import regions
from bpdemo.diagrams.still import Drawing, drawing
from bpdemo.diagrams.table import table

__all__ = [
    "NARROWEST",
    "WIDTH",
    "Bar",
    "Curve",
    "Drawing",
    "Matrix",
    "Panel",
    "Composition",
    "Point",
    "Product",
    "Series",
    "Sketch",
    "Tangent",
    "Term",
    "bars",
    "code",
    "colour",
    "curve",
    "decades",
    "drawing",
    "equation",
    "formula",
    "label",
    "lay",
    "network",
    "nice_limit",
    "number",
    "picture",
    "pixels",
    "power",
    "product",
    "quantity",
    "regions",
    "shares",
    "short",
    "sketched",
    "stack",
    "subscript",
    "superscript",
    "symbol",
    "table",
    "words",
]
