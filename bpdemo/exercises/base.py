"""What an exercise is, and how an answer is judged."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bpdemo import network, validation

__all__ = ["Exercise", "Slip", "Verdict", "judge"]

_DRAWS = 3
_RTOL, _ATOL = 1e-6, 1e-9


@dataclass(frozen=True)
class Slip:
    """A wrong answer that learners give: how to compute it, and the hint for it."""

    wrong: Callable
    hint: str


@dataclass(frozen=True)
class Exercise:
    """One exercise.

    Attributes
    ----------
    name : "NN-what", NN the notebook.
    wanted : what to hand in, as it stands in "Wanted is …".
    right : what to say when the answer is right.
    expected : the right answer; takes what `draw` gives, or nothing where a value is wanted.
    slips : what is recognised, in the order in which it is looked for.
    draw : ``draw(rng)`` gives the arguments of the learner's function by name; None where the
        answer is a value.
    parts : the names of what the function returns, where it returns a tuple.
    """

    name: str
    wanted: str
    right: str
    expected: Callable
    slips: tuple[Slip, ...]
    draw: Callable | None = None
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """What `judge` found. `answered` is False while the dots are still there."""

    name: str
    ok: bool
    answered: bool
    message: str

    def __str__(self) -> str:
        state = "right" if self.ok else "not yet" if self.answered else "not answered yet"
        return f"{self.name}: {state}. {self.message}"


def judge(exercise: Exercise, answer) -> Verdict:
    """The verdict on an answer; a wrong or broken answer never raises."""
    try:
        message = _hint(exercise, answer)
    except _Unanswered:
        message = (
            f"Wanted is {exercise.wanted}. Put yours in the place of the dots (...), "
            f"then run the cell again."
        )
        return Verdict(exercise.name, False, False, message)
    except _Wrong as wrong:
        message = str(wrong)
    return Verdict(exercise.name, message is None, True, message or exercise.right)


class _Unanswered(Exception):
    """The dots are still there."""


class _Wrong(Exception):
    """The answer can't be compared; the message says why."""


def _hint(exercise: Exercise, answer) -> str | None:
    """What is wrong with the answer, None if nothing is."""
    if _has_dots(answer):
        raise _Unanswered
    cases = []  # (arguments, what the learner says, what is right)
    if exercise.draw is None:
        cases.append(({}, answer, exercise.expected()))
        if callable(answer):
            raise _Wrong(f"Expected {exercise.wanted}, received a function.")
    else:
        _check_signature(exercise, answer)
        for seed in range(_DRAWS):
            arguments = exercise.draw(np.random.default_rng(seed))
            received = _call(exercise, answer, _copy(arguments))
            cases.append((arguments, received, exercise.expected(**_copy(arguments))))

    if all(_same(received, right) for _, received, right in cases):
        return None
    for slip in exercise.slips:
        if all(_same(received, slip.wrong(**_copy(given))) for given, received, _ in cases):
            return slip.hint
    for given, received, right in cases:
        if not _same(received, right):
            _say_what_differs(exercise, given, received, right)
    raise AssertionError("unreachable")


# --- the learner's function ----------------------------------------------------------------------


def _check_signature(exercise: Exercise, answer) -> None:
    if not callable(answer):
        raise _Wrong(f"Expected {exercise.wanted}, received {_describe(answer)}.")
    names = list(exercise.draw(np.random.default_rng(0)))
    try:
        inspect.signature(answer).bind(*names)
    except TypeError:
        raise _Wrong(
            f"Expected {exercise.wanted}; received one that can't be called with "
            f"{len(names)} argument{'s' * (len(names) > 1)}: {', '.join(names)}."
        ) from None
    except ValueError:
        pass  # a function that doesn't tell its signature, as some of NumPy's


def _call(exercise: Exercise, answer, arguments):
    try:
        received = answer(*arguments.values())
    except Exception as error:
        if "ellipsis" in str(error):  # dots in the middle of a formula
            raise _Unanswered from None
        shapes = ", ".join(
            f"{name} {value.shape}"
            for name, value in arguments.items()
            if isinstance(value, np.ndarray)
        )
        hint = f" It was called with {shapes}." if shapes else ""
        if shapes and isinstance(error, ValueError):
            hint += " Do the shapes fit? The inner sizes of a product @ must agree; .T transposes."
        raise _Wrong(f"Your function raised {type(error).__name__}: {error}.{hint}") from None
    if _has_dots(received):
        raise _Unanswered
    if received is None:
        raise _Wrong("Your function returned None. Does its last line begin with `return`?")
    return received


def _copy(value):
    """A copy, so that a function which changes its arguments spoils nothing."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, dict):
        return {key: _copy(v) for key, v in value.items()}
    if isinstance(value, list):
        return [_copy(v) for v in value]
    return value


def _has_dots(value) -> bool:
    if isinstance(value, Mapping):
        return any(_has_dots(v) for v in value.values())
    if isinstance(value, list | tuple):
        return any(_has_dots(v) for v in value)
    if isinstance(value, np.ndarray) and value.dtype == object:
        return any(_has_dots(v) for v in value.flat)
    return value is ...


# --- comparing -----------------------------------------------------------------------------------


def _same(received, right) -> bool:
    try:
        pairs = _pairs(received, right, "")
    except _Wrong:
        return False
    return all(
        got.shape == want.shape and np.allclose(got, want, _RTOL, _ATOL) for _, got, want in pairs
    )


def _pairs(received, right, where: str, parts: Sequence[str] = ()) -> list:
    """(name, received array, right array) for each array of an answer.

    Raises _Wrong where the answer is not built as the right one is.
    """
    if isinstance(right, dict):
        layers = _by_layer(received, right, where)
        return [
            pair for k in right for pair in _pairs(layers[k], right[k], f"{where or 'layer'} {k}")
        ]
    if isinstance(right, list | tuple):
        names = parts or [f"item {i}" for i in range(len(right))]
        if not isinstance(received, list | tuple) or len(received) != len(right):
            raise _Wrong(
                f"Expected {len(right)} things ({', '.join(names)}), "
                f"received {_describe(received)}."
            )
        return [
            pair
            for name, got, want in zip(names, received, right, strict=True)
            for pair in _pairs(got, want, name)
        ]
    right = np.asarray(right, dtype=float)
    got = _number(received, where)
    if right.ndim == 0 and got.size == 1:
        got = got.reshape(())
    return [(where, got, right)]


def _by_layer(received, right: dict, where: str):
    if isinstance(received, network.Layers):
        received = dict(enumerate(received, received.first))
    elif isinstance(received, list | tuple) and len(received) == len(right):
        received = dict(zip(right, received, strict=True))
    if not isinstance(received, Mapping):
        raise _Wrong(f"Expected one entry for each layer, received {_describe(received)}.")
    missing = [k for k in right if k not in received]
    if missing:
        raise _Wrong(
            f"Expected an entry for each layer {', '.join(map(str, right))}; "
            f"missing: {', '.join(map(str, missing))}."
        )
    return received


def _number(value, where: str) -> np.ndarray:
    of = f" for {where}" if where else ""
    try:
        return validation.real_array(value, where, np.float64)
    except validation.NotFinite:
        raise _Wrong(f"Expected finite numbers{of}, received {_describe(value)}.") from None
    except (TypeError, ValueError):
        raise _Wrong(f"Expected numbers{of}, received {_describe(value)}.") from None


def _say_what_differs(exercise: Exercise, arguments, received, right) -> None:
    for name, got, want in _pairs(received, right, "", exercise.parts):
        of = f" for {name}" if name else ""
        if got.shape != want.shape:
            raise _Wrong(f"Expected shape {want.shape}{of}, received shape {got.shape}.")
        if not np.allclose(got, want, _RTOL, _ATOL):
            at = np.unravel_index(np.argmax(np.abs(got - want)), got.shape)
            place = f" at [{', '.join(map(str, at))}]" if at else ""
            numbers = ", ".join(
                f"{key} = {value:.4g}"
                for key, value in arguments.items()
                if isinstance(value, float)
            )
            given = f"For {numbers}: e" if numbers else "E"
            if exercise.draw is None:
                raise _Wrong(f"{got[at]:.6g} is not it. Read the question once more.")
            raise _Wrong(
                f"{given}xpected {want[at]:.6g}{of}{place}, received {got[at]:.6g}. "
                f"No slip that is known here; measure with a small step which factor is off."
            )


def _describe(value) -> str:
    if isinstance(value, np.ndarray):
        if value.dtype.kind in "iufb":
            return f"an array of shape {value.shape}"
        return f"an array of {value.dtype}, shape {value.shape}"
    if isinstance(value, str | int | float | complex):
        return f"{type(value).__name__} {value!r}"
    if isinstance(value, list | tuple):
        return f"a {type(value).__name__} of {len(value)}"
    return f"an object of type {type(value).__name__}"
