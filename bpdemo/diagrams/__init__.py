"""The live pictures, as SVG strings: network, formula, curves, bars, matrices, table and more.

Each part is a pure function that returns a `Panel`; `picture` puts panels together, and `drawing`
makes a picture that a notebook shows.
"""

from bpdemo.diagrams.bars import Bar, bars
from bpdemo.diagrams.base import (
    NARROWEST,
    WIDTH,
    Panel,
    Sketch,
    number,
    picture,
    sketched,
    stack,
    words,
)
from bpdemo.diagrams.code import code
from bpdemo.diagrams.curve import Curve, Tangent, curve, nice_limit
from bpdemo.diagrams.decades import Series, decades, power
from bpdemo.diagrams.formula import Term, formula
from bpdemo.diagrams.heatmap import Matrix, equation
from bpdemo.diagrams.names import label, subscript, superscript, symbol
from bpdemo.diagrams.network import network
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
    "Series",
    "Sketch",
    "Tangent",
    "Term",
    "bars",
    "code",
    "curve",
    "decades",
    "drawing",
    "equation",
    "formula",
    "label",
    "network",
    "nice_limit",
    "number",
    "picture",
    "power",
    "regions",
    "sketched",
    "stack",
    "subscript",
    "superscript",
    "symbol",
    "table",
    "words",
]
