"""How an answer is judged: what is right, which known slip it is, or what it measures wrong by."""

import inspect
import re
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from bpdemo import network, validation
from bpdemo.exercises import measured
from bpdemo.exercises.base import Exercise, Verdict, Words

__all__ = ["SECONDS", "judge"]

SECONDS = 3.0
"""How long a learner's function may take, all calls together."""

_DRAWS = 3
_WORDS = 8  # fewer are no explanation


def judge(exercise: Exercise | Words, answer) -> Verdict:
    """The verdict on an answer; a wrong or broken answer never raises."""
    try:
        if isinstance(exercise, Words):
            return _compare(exercise, answer)
        message = _hint(exercise, answer)
    except _Unanswered:
        return Verdict(
            exercise.name,
            "not answered yet",
            f"Expected: {_wanted(exercise)}. {_how_to_answer(exercise)} Then run the cell again.",
        )
    except _Wrong as wrong:
        return Verdict(exercise.name, "not yet", str(wrong))
    return Verdict(exercise.name, "not yet" if message else "right", message or exercise.right)


class _Unanswered(Exception):
    """The dots are still there."""


class _Wrong(Exception):
    """The answer can't be compared; the message says why."""


class _TooLong(BaseException):
    """The time is up. No Exception: the learner's own `except` must not catch it."""


def _wanted(exercise) -> str:
    return "a sentence or two" if isinstance(exercise, Words) else exercise.wanted


def _how_to_answer(exercise) -> str:
    if isinstance(exercise, Words):
        return "Write them between the quotation marks."
    return "Replace the dots (...) with your answer."


def _compare(exercise: Words, answer) -> Verdict:
    """In words: the model answer, once there is one to compare it with."""
    if answer is ... or answer is None or (isinstance(answer, str) and not answer.strip()):
        raise _Unanswered
    if not isinstance(answer, str):
        raise _Wrong(f"Expected your words between quotation marks, received {_describe(answer)}.")
    if len(answer.split()) < _WORDS:
        raise _Wrong("That's very short. Say it in a whole sentence, as you would to a friend.")
    return Verdict(
        exercise.name,
        "compare",
        f"Here's one way to say it: {exercise.model} Does yours say this too?",
        exercise.points,
    )


def _hint(exercise: Exercise, answer) -> str | None:
    """What is wrong with the answer, None if nothing is."""
    if _has_dots(answer):
        raise _Unanswered
    cases: list[
        tuple[dict[str, Any], Any, Any]
    ] = []  # (arguments, what the learner says, what is right)
    if exercise.draw is None:
        right = exercise.expected()
        if callable(answer):
            raise _Wrong(f"Expected {exercise.wanted}, received a function.")
        _refuse_comma(answer, right)
        cases.append(({}, answer, right))
    else:
        _check_signature(exercise, answer)
        end = time.monotonic() + SECONDS
        for seed in range(_DRAWS):
            arguments = exercise.draw(np.random.default_rng(seed))
            received = _call(exercise, answer, _copy(arguments), end)
            cases.append((arguments, received, exercise.expected(**_copy(arguments))))

    if all(_same(received, right) for _, received, right in cases):
        return None
    for slip in exercise.slips:
        if all(_same(received, slip.wrong(**_copy(given))) for given, received, _ in cases):
            return slip.hint
    return _what_differs(exercise, cases)


# --- the learner's function ----------------------------------------------------------------------


def _check_signature(exercise: Exercise, answer) -> None:
    if not callable(answer):
        raise _Wrong(f"Expected {exercise.wanted}, received {_describe(answer)}.")
    names = list(exercise.draw(np.random.default_rng(0))) if exercise.draw else []
    try:
        inspect.signature(answer).bind(*names)
    except TypeError:
        raise _Wrong(
            f"Expected {exercise.wanted}; received one that can't be called with "
            f"{len(names)} argument{'s' * (len(names) > 1)}: {', '.join(names)}."
        ) from None
    except ValueError:
        pass  # a function that doesn't tell its signature, as some of NumPy's


def _call(exercise: Exercise, answer, arguments, end: float):
    try:
        received = _limited(answer, arguments.values(), end)
    except _TooLong:
        raise _Wrong(
            f"Your function was still running after {SECONDS:g} seconds, so it was stopped. "
            f"Does every loop come to an end?"
        ) from None
    except RecursionError:
        raise _Wrong("Your function calls itself without end. When should it stop?") from None
    except Exception as error:
        if "ellipsis" in str(error):  # dots in the middle of a formula
            raise _Unanswered from None
        raise _Wrong(_raised(error, arguments)) from None
    if _has_dots(received):
        raise _Unanswered
    if received is None:
        raise _Wrong("Your function returned None. Does its last line begin with `return`?")
    return received


def _limited(function, arguments, end: float):
    """Call the function; raise _TooLong where it runs past `end`.

    Every line that Python runs looks at the clock: that works in a browser and on Windows as well,
    where there are no signals and no threads.
    """

    def look(frame, event, value):
        if time.monotonic() > end:
            raise _TooLong
        return look

    before = sys.gettrace()
    sys.settrace(look)
    try:
        return function(*arguments)
    finally:
        sys.settrace(before)


def _raised(error: Exception, arguments) -> str:
    """What a learner can do about an exception."""
    if isinstance(error, NameError) and (name := re.search(r"name '(.+?)'", str(error))):
        return (
            f"Your function uses `{name[1]}`, which isn't defined. "
            f"It was given: {', '.join(arguments)}."
        )
    if isinstance(error, TypeError) and re.search(
        r"'(int|float|numpy\.float64)' object is not callable", str(error)
    ):
        return "Python takes 2(a - y) for the call of a function. Put a * between: 2 * (a - y)."
    shapes = ", ".join(
        f"{name} {value.shape}"
        for name, value in arguments.items()
        if isinstance(value, np.ndarray)
    )
    hint = f" It was called with {shapes}." if shapes else ""
    if shapes and isinstance(error, ValueError):
        hint += " Do the shapes fit? The inner sizes of a product @ must agree; .T transposes."
    return f"Your function raised {type(error).__name__}: {str(error).rstrip('.')}.{hint}"


def _copy(value):
    """A copy, so that a function which changes its arguments changes nothing else."""
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
        got.shape == want.shape and measured.close(got, want).all() for _, got, want in pairs
    )


def _pairs(received, right, where: str, parts: Sequence[str] = ()) -> list:
    """(name, received array, right array) for each array of an answer.

    Raises _Wrong where the answer is not built as the right one is.
    """
    if isinstance(right, dict):
        layers = _by_layer(received, right, where)
        return [
            pair
            for k in right
            for pair in _pairs(layers[k], right[k], f"{where} in layer {k}".removeprefix(" in "))
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
    of = f" of {where}" if where else ""
    if isinstance(received, network.Layers):
        received = dict(enumerate(received, received.first))
    elif isinstance(received, list | tuple) and len(received) == len(right):
        received = dict(zip(right, received, strict=True))
    if not isinstance(received, Mapping):
        raise _Wrong(f"Expected one entry{of} for each layer, received {_describe(received)}.")
    missing = [k for k in right if k not in received]
    if missing:
        raise _Wrong(
            f"Expected an entry{of} for each layer {', '.join(map(str, right))}; "
            f"missing: {', '.join(map(str, missing))}."
        )
    return received


def _refuse_comma(answer, right) -> None:
    """-0,6 is two values to Python, and "-0,6" is text."""
    if isinstance(answer, str) and re.fullmatch(r"\s*[-+−]?\d+([.,]\d+)?\s*", answer):
        number = answer.strip().replace(",", ".").replace("−", "-")
        raise _Wrong(
            f"{answer!r} is text. Write the number without quotation marks, with a decimal point: "
            f"{number}."
        )
    if isinstance(answer, tuple) and len(answer) == 2 and not isinstance(right, list | tuple):
        raise _Wrong(
            "A comma makes two values of it. Write the number with a decimal point, as in 0.5."
        )


def _number(value, where: str) -> np.ndarray:
    of = f" for {where}" if where else ""
    try:
        return validation.real_array(value, where, np.float64)
    except validation.NotFinite:
        raise _Wrong(
            f"Expected finite numbers{of}, received {_describe(value)}. Was something divided by "
            f"0, or did a number overflow?"
        ) from None
    except (TypeError, ValueError):
        raise _Wrong(f"Expected numbers{of}, received {_describe(value)}.") from None


def _what_differs(exercise: Exercise, cases) -> str:
    """What an answer that is no known slip measures wrong by."""
    rows = []  # (arguments, name, received array, right array)
    for given, received, right in cases:
        for name, got, want in _pairs(received, right, "", exercise.parts):
            of = f" for {name}" if name else ""
            if got.shape != want.shape:
                if got.shape == want.shape[::-1] and measured.close(got.T, want).all():
                    raise _Wrong(f"The numbers{of} are right, but transposed: use .T.")
                raise _Wrong(f"Expected shape {want.shape}{of}, received shape {got.shape}.")
            rows.append((given, name, got, want))
    return measured.what_differs(rows, is_value=exercise.draw is None)


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
