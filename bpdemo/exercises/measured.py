"""How far a wrong answer is from the right one: which factor, which sign, which entry."""

import itertools
from collections.abc import Callable, Mapping

import numpy as np

from bpdemo.exercises.draws import dσ, σ

__all__ = ["close", "what_differs"]

_RTOL, _ATOL = 1e-6, 1e-9


def close(got, want) -> np.ndarray:
    """Entry by entry, whether two numbers count as the same."""
    return np.isclose(got, want, _RTOL, _ATOL)


_SIMPLE = {
    2.0: "twice",
    0.5: "half of",
    4.0: "four times",
    0.25: "a quarter of",
    3.0: "three times",
}


def what_differs(rows, is_value: bool) -> str:
    """Say what a wrong answer measures wrong by.

    Parameters
    ----------
    rows : (arguments by name, name of the part, received array, right array) of every part and
        every draw; the shapes agree.
    is_value : the answer is one number that was asked for, so the right one must not be told.
    """
    wrong = [row for row in rows if not close(row[2], row[3]).all()]
    names = {name for _, name, _, _ in rows}
    wrong_names = [
        name for name in dict.fromkeys(row[1] for row in rows) if name in {row[1] for row in wrong}
    ]
    of = f" for {', '.join(wrong_names)}" if wrong_names != [""] else ""
    fine = (
        f" The rest ({', '.join(sorted(names - set(wrong_names)))}) is right."
        if (names - set(wrong_names))
        else ""
    )
    said = _factor(wrong) or _term(wrong) or _entries(wrong)
    if is_value:
        return said or _direction(wrong)
    example = _example(*wrong[0])
    if said:
        return f"{said.removesuffix('.')}{of}.{fine} {example}"
    return f"{example}{fine} Which factor is off? Measure each with a small step."


def _factor(rows) -> str:
    """A factor that all wrong numbers have too many, or too few."""
    ratios = []
    for given, _, got, want in rows:
        if not (np.abs(want) > _ATOL).all() or not (np.abs(got) > _ATOL).all():
            return ""
        ratio = (got / want).ravel()
        if not np.allclose(ratio, ratio[0], _RTOL):
            return ""
        ratios.append((given, float(ratio[0])))
    first = ratios[0][1]
    if np.allclose([ratio for _, ratio in ratios], first, _RTOL):
        sign = " with the opposite sign" if first < 0 else ""
        size = abs(first)
        if np.isclose(size, 1, _RTOL):
            return "Your answer has the right size, and the wrong sign."
        for simple, words in _SIMPLE.items():
            if np.isclose(size, simple, _RTOL):
                return f"Your answer is exactly {words} the right one{sign}."
    for name, value_of in _quantities(rows[0][0]).items():
        for power, words in (
            (1, f"Your answer has {name} as a factor too many."),
            (-1, f"Your answer lacks the factor {name}, or divides by it."),
            (-2, f"Your answer divides by {name} instead of multiplying."),
        ):
            for sign in (1, -1):
                if all(
                    np.isclose(ratio, sign * value_of(given) ** power, _RTOL)
                    for given, ratio in ratios
                ):
                    return words + (" And its sign is wrong." if sign < 0 else "")
    return ""


def _term(rows) -> str:
    """A term that is added to all wrong numbers."""
    gaps = []
    for given, _, got, want in rows:
        gap = (got - want).ravel()
        if not np.allclose(gap, gap[0], _RTOL, _ATOL):
            return ""
        gaps.append((given, float(gap[0])))
    for name, value_of in _quantities(rows[0][0]).items():
        for sign, words in ((1, "too large"), (-1, "too small")):
            if all(np.isclose(gap, sign * value_of(given), _RTOL) for given, gap in gaps):
                return f"Your answer is {words} by exactly {name}."
    return ""


def _quantities(given: Mapping) -> dict[str, Callable]:
    """The numbers that may have come in, or dropped out: the arguments, and what is made of them.

    Each is a function of the arguments of a draw.
    """
    found: dict[str, Callable] = {}
    for name, value in given.items():
        if isinstance(value, float):
            found[name] = lambda g, n=name: g[n]
            found[f"(1 − {name})"] = lambda g, n=name: 1 - g[n]
        if isinstance(value, np.ndarray) and value.ndim:
            found.setdefault(
                f"{len(value)} (the length of {name})", lambda g, n=name: float(len(g[n]))
            )
    for name in [n for n, v in given.items() if isinstance(v, float) and n.startswith("z")]:
        found[f"σ′({name})"] = lambda g, n=name: float(dσ(g[n]))
        found[f"σ({name})"] = lambda g, n=name: float(σ(g[n]))
    return found


def _entries(rows) -> str:
    """Which entries are wrong, where some are right; or where only signs are."""
    _, _, got, want = rows[0]
    if not got.ndim:
        return ""
    right = close(got, want)
    if close(np.abs(got), np.abs(want)).all():
        wrong = itertools.islice(zip(*np.where(~right), strict=True), 3)
        places = ", ".join(_place(at) for at in wrong)
        return f"The sizes are right; the sign is wrong at {places}."
    if got.ndim == 2 and got.shape[0] == got.shape[1] and close(got.T, want).all():
        return "The numbers are right, with rows and columns swapped."
    if right.any():
        return f"{right.sum()} of {right.size} entries are right."
    return ""


def _direction(rows) -> str:
    """Too large or too small, without telling by how much."""
    _, _, got, want = rows[0]
    at = np.unravel_index(np.argmax(np.abs(got - want)), got.shape)
    mine, right = float(got[at]), float(want[at])
    where = f" at {_place(at)}" if at else ""
    if right and mine * right < 0:
        return f"{mine:.6g}{where} has the wrong sign."
    if abs(mine - right) < 0.02 * abs(right):
        return f"{mine:.6g}{where} is close, but not exact. Don't round on the way."
    return f"{mine:.6g}{where} is too {'large' if mine > right else 'small'}."


def _example(given: Mapping, name: str, got, want) -> str:
    """The two numbers, where they are farthest apart."""
    at = np.unravel_index(np.argmax(np.abs(got - want)), got.shape)
    of = f" for {name}" if name else ""
    place = f" at {_place(at)}" if at else ""
    numbers = ", ".join(f"{k} = {v:.4g}" for k, v in given.items() if isinstance(v, float))
    begin = f"For {numbers}: e" if numbers else "E"
    return f"{begin}xpected {want[at]:.6g}{of}{place}, received {got[at]:.6g}."


def _place(at) -> str:
    return f"[{', '.join(str(int(i)) for i in at)}]"
