"""The data sets the chapters use: real digits, and small problems made from a seed.

The digits are the 1,797 handwritten 8 × 8 digits of the UCI set *Optical Recognition of
Handwritten Digits* (E. Alpaydin and C. Kaynak, 1998, DOI 10.24432/C50P49, CC BY 4.0). They are
shipped with the package, so nothing is downloaded; `SOURCE.md` beside them says where they are
from.
"""

import gzip
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np

from bpdemo import validation

__all__ = [
    "Digits",
    "Points",
    "Split",
    "circles",
    "digits",
    "digits_split",
    "moons",
    "xor",
]


@dataclass(frozen=True, eq=False)
class Digits:
    """Some of the digits. The arrays are shared, so they are read-only.

    Attributes
    ----------
    pixels : (m, 64) the pictures, row by row, from 0 (paper) to 1 (ink): the network's x.
    labels : (m,) the digit that was meant, 0 … 9.
    index : (m,) the number of each picture in the whole set, 0 … 1796.
    """

    pixels: np.ndarray
    labels: np.ndarray
    index: np.ndarray

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, which) -> "Digits":
        """Some of these digits: `which` is a slice, a mask or an array of positions."""
        which = np.arange(len(self))[which]
        return Digits(*(_read_only(v[np.atleast_1d(which)]) for v in _fields(self)))

    @property
    def y(self) -> np.ndarray:
        """(m, 10) the labels as the network should say them: 1 at the digit, 0 elsewhere."""
        return np.eye(10)[self.labels]

    @property
    def images(self) -> np.ndarray:
        """(m, 8, 8) the pictures, for drawing."""
        return self.pixels.reshape(-1, 8, 8)

    def __repr__(self) -> str:
        return f"<{len(self)} digits: pixels {self.pixels.shape}, labels {self.labels.shape}>"


@dataclass(frozen=True, eq=False)
class Split:
    """The digits, divided: no picture is in two parts.

    Attributes
    ----------
    train : what the network learns from.
    held_out : what it never sees while it learns; only these say how well it reads.
    validation : for choosing settings, so that held_out has no say in them; may be empty.
    """

    train: Digits
    held_out: Digits
    validation: Digits


@dataclass(frozen=True, eq=False)
class Points:
    """Points of a plane in two classes.

    Attributes
    ----------
    x : (m, 2) the points.
    labels : (m,) the class of each, 0 or 1.
    """

    x: np.ndarray
    labels: np.ndarray

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def y(self) -> np.ndarray:
        """(m, 1) the labels as the network should say them: 0.0 or 1.0."""
        return self.labels[:, None].astype(np.float64)


@cache
def digits() -> Digits:
    """All 1,797 digits, in the order of their source.

    >>> digits()
    <1797 digits: pixels (1797, 64), labels (1797,)>
    """
    source = resources.files(__name__).joinpath("digits.csv.gz").read_bytes()
    rows = gzip.decompress(source).decode("ascii").splitlines()
    table = np.loadtxt(rows, delimiter=",", dtype=np.int64)  # (1797, 64 + 1)
    fields = table[:, :64] / 16, table[:, 64].copy(), np.arange(len(table))
    return Digits(*map(_read_only, fields))


@validation.checked(
    seed=validation.whole(0), held_out=validation.whole(0), validation=validation.whole(0)
)
def digits_split(seed: int = 0, held_out: int = 360, validation: int = 0) -> Split:
    """Divide the digits at random, the same way each time for the same seed.

    Each part has its share of every digit (it is *stratified*): of n pictures of one digit, a
    part of size p gets n·p/1797 of them, give or take one.

    The thirteen writers are in every part. What is measured on `held_out` is how well the network
    reads new digits by these writers, not digits by somebody it has never met.

    Parameters
    ----------
    seed : any integer ≥ 0.
    held_out, validation : how many digits to set aside; the rest is for training.

    Raises
    ------
    ValueError : a size below 0, or nothing left to train on.

    >>> parts = digits_split()
    >>> len(parts.train), len(parts.held_out), len(parts.validation)
    (1437, 360, 0)
    """
    every = digits()
    if held_out + validation >= len(every):
        raise ValueError(
            "held_out, validation: expected numbers ≥ 0 that leave some of the "
            f"{len(every)} digits to train on; received {held_out} and {validation}"
        )
    order = np.random.default_rng(seed).permutation(len(every))
    order = order[np.argsort(every.labels[order], kind="stable")]  # by digit, shuffled within
    aside, rest = _spread(order, held_out)
    chosen, train = _spread(rest, validation)
    return Split(*(every[np.sort(part)] for part in (train, aside, chosen)))


def xor() -> Points:
    """The four corners of the unit square; the class is 1 where exactly one coordinate is 1.

    No straight line parts the two classes.

    >>> xor().labels
    array([0, 1, 1, 0])
    """
    x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    return Points(x, np.array([0, 1, 1, 0]))


@validation.checked(
    m=validation.whole(2, 10**7), seed=validation.whole(0), noise=validation.real(least=0)
)
def circles(m: int = 100, seed: int = 0, noise: float = 0.05) -> Points:
    """m points on two rings about the origin: class 0 at radius 0.9, class 1 at radius 0.4.

    A network 2-n-1 without biases can't part them: σ(−z) = 1 − σ(z), so what it says of a point
    and of the point opposite are tied. Give it biases.

    Parameters
    ----------
    m : the number of points, ≥ 2; class 0 has the odd one.
    seed : any integer ≥ 0.
    noise : the standard deviation added to each coordinate.
    """
    rng, labels = _two_classes(m, seed)
    angle = rng.uniform(0, 2 * np.pi, m)
    radius = np.where(labels == 1, 0.4, 0.9)
    x = radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])  # (m, 2)
    return Points(x + rng.normal(0, noise, x.shape), labels)


@validation.checked(
    m=validation.whole(2, 10**7), seed=validation.whole(0), noise=validation.real(least=0)
)
def moons(m: int = 100, seed: int = 0, noise: float = 0.05) -> Points:
    """m points on two half-circles that reach into each other, within about ±1.

    Parameters are those of `circles`; class 0 is the upper half-circle.
    """
    rng, labels = _two_classes(m, seed)
    angle = rng.uniform(0, np.pi, m)
    upper = np.column_stack([np.cos(angle), np.sin(angle)])  # (m, 2)
    lower = np.column_stack([1 - np.cos(angle), 0.5 - np.sin(angle)])
    x = np.where(labels[:, None] == 1, lower, upper)
    x = (x - [0.5, 0.25]) / 1.5  # about the origin, both coordinates within ±1
    return Points(x + rng.normal(0, noise, x.shape), labels)


def _two_classes(m, seed):
    return np.random.default_rng(seed), np.arange(m) % 2


def _spread(order, count):
    """Take `count` of `order`, evenly spaced: (taken, left)."""
    steps = np.arange(len(order) + 1) * count // max(1, len(order))
    taken = np.diff(steps) == 1
    return order[taken], order[~taken]


def _fields(part: Digits):
    return part.pixels, part.labels, part.index


def _read_only(array):
    array.flags.writeable = False
    return array
