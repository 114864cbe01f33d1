"""The exercises: a check that gives a hint, not only a verdict.

>>> check("02-dL_da", ...)
02-dL_da: not answered yet. Wanted is a function dL_da(a, y). Put yours in the place of
the dots (...), then run the cell again.
>>> check("02-dL_da", lambda a, y: 2 * (y - a))
02-dL_da: not yet. The sign is the other way round. If a is larger than y, does a larger
a make the loss larger or smaller?

The right values are never written down: the core computes them, on numbers drawn from a fixed
seed. The slips that learners make are computed too, so that they are recognised and each gets its
own hint. An exercise is one entry of `TABLE`; its solution stands folded in its notebook, where a
test runs it against the check.
"""

import inspect
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bpdemo import activations, losses, network
from bpdemo.checking import central_difference, forward_difference

__all__ = ["TABLE", "Exercise", "Slip", "Verdict", "check", "examine"]

_DRAWS = 3
_RTOL, _ATOL = 1e-6, 1e-9

_sigmoid = activations.get("sigmoid")
_σ, _dσ = _sigmoid.f, _sigmoid.derivative


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
    """What `examine` found. `answered` is False while the dots are still there."""

    name: str
    ok: bool
    answered: bool
    message: str

    def __str__(self) -> str:
        state = "right" if self.ok else "not yet" if self.answered else "not answered yet"
        return f"{self.name}: {state}. {self.message}"


def check(name: str, answer) -> None:
    """Print the verdict on an answer: right, or a hint, or what is wanted.

    Parameters
    ----------
    name : the name of the exercise, a key of `TABLE`.
    answer : a function or a value, as the exercise wants; ``...`` while there is no answer.

    Raises
    ------
    ValueError : no exercise has this name.
    """
    print(textwrap.fill(str(examine(name, answer)), 88))


def examine(name: str, answer) -> Verdict:
    """The verdict that `check` prints. A wrong or broken answer never raises."""
    if name not in TABLE:
        raise ValueError(f"name: expected one of {', '.join(TABLE)}; received {name!r}")
    exercise = TABLE[name]
    try:
        message = _hint(exercise, answer)
    except _Unanswered:
        message = (
            f"Wanted is {exercise.wanted}. Put yours in the place of the dots (...), "
            f"then run the cell again."
        )
        return Verdict(name, False, False, message)
    except _Wrong as wrong:
        message = str(wrong)
    return Verdict(name, message is None, True, message or exercise.right)


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
        array = np.asarray(value)
    except ValueError:
        array = np.asarray(None)
    if array.dtype.kind not in "iufb" or array.size == 0:
        raise _Wrong(f"Expected numbers{of}, received {_describe(value)}.")
    array = array.astype(float)
    if not np.isfinite(array).all():
        raise _Wrong(f"Expected finite numbers{of}, received {_describe(value)}.")
    return array


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


# --- the exercises -------------------------------------------------------------------------------
#
# `draw` gives plain numbers for one neuron a layer, and arrays of unequal widths for vectors.


def _uniform(rng, *shape):
    """Numbers of size 0.3 … 1.5 and either sign, so that no two slips agree by chance."""
    values = rng.uniform(0.3, 1.5, shape) * rng.choice([-1, 1], shape)
    return values if shape else float(values)


def _one_neuron(a_before, z, y):
    """The core's gradients for one neuron with this input and this z."""
    trace = network.forward([[a_before]], [[[z / a_before]]])
    return network.backward(trace, [[y]])


def _draw_neuron(rng):
    a_before, z, y = _uniform(rng), _uniform(rng), _uniform(rng)
    return {"a_before": a_before, "z": z, "a": float(_σ(z)), "y": y}


def _draw_chain(rng):
    """a, z, w of a chain of one neuron a layer, each a dict with the layer's number as key."""
    L = 4
    trace = network.forward([[_uniform(rng)]], list(_uniform(rng, L, 1, 1)))
    return {
        "a": {k: trace.a[k].item() for k in range(L + 1)},
        "z": {k: trace.z[k].item() for k in range(1, L + 1)},
        "w": {k: trace.w[k].item() for k in range(1, L + 1)},
        "y": _uniform(rng),
    }


def _chain_expected(a, z, w, y):
    grad = network.backward(network.forward([[a[0]]], [[[w[k]]] for k in w]), [[y]])
    return {k: grad.dL_dw[k].item() for k in w}


def _chain_wrong(
    start=lambda a, y: 2 * (a - y),
    da_dz=lambda z, a: _dσ(z),
    back=lambda dL_dz, dL_da, w, k: dL_dz * w[k],
    dz_dw=lambda a, k: a[k - 1],
):
    """The recursion over a chain, with one of its parts gone wrong."""

    def wrong(a, z, w, y):
        L = max(w)
        dL_da, dL_dw = start(a[L], y), {}
        for k in range(L, 0, -1):
            dL_dz = dL_da * da_dz(z[k], a[k])
            dL_dw[k] = dL_dz * dz_dw(a, k)
            dL_da = back(dL_dz, dL_da, w, k)
        return dict(sorted(dL_dw.items()))

    return wrong


def _draw_layer(rng):
    a_before, w = _uniform(rng, 4, 3), _uniform(rng, 3, 2)
    return {"dL_da": _uniform(rng, 4, 2), "z": a_before @ w, "a_before": a_before, "w": w}


def _layer_expected(dL_da, z, a_before, w):
    # The loss's own derivative is 2 (a − y), so this y makes it the dL_da that was drawn.
    trace = network.forward(a_before, [w])
    grad = network.backward(trace, trace.a[1] - dL_da / 2)
    return grad.dL_dw[1], grad.dL_da[0]


def _draw_network(rng):
    w = [_uniform(rng, 2, 3), _uniform(rng, 3, 1)]
    return {"x": _uniform(rng, 4, 2), "w": w, "y": _uniform(rng, 4, 1), "learning_rate": 0.3}


def _stepped(x, w, y, learning_rate, layers=(1, 2)):
    grad = network.backward(network.forward(x, w), y)
    return {
        k: w[k - 1] - learning_rate * grad.dL_dw[k] if k in layers else w[k - 1]
        for k in range(1, len(w) + 1)
    }


def _stepped_one_by_one(order):
    def wrong(x, w, y, learning_rate):
        for k in order:  # a new forward and backward pass after each layer's update
            w = list(_stepped(x, w, y, learning_rate, layers=(k,)).values())
        return dict(enumerate(w, start=1))

    return wrong


def _stepped_through_new_weights(x, w, y, learning_rate):
    trace = network.forward(x, w)
    dL_da, new = losses.get("squared_difference").derivative(trace.a[trace.L], y), {}
    for k in range(trace.L, 0, -1):
        dL_dz = dL_da * _dσ(trace.z[k])
        new[k] = w[k - 1] - learning_rate * trace.a[k - 1].T @ dL_dz
        dL_da = dL_dz @ new[k].T  # the slip: w^k has been moved already
    return dict(sorted(new.items()))


_A_FOR_Z = "σ′ is taken at a. It belongs at z, the number before the activation (N8)."
_SIGN = (
    "The sign is the other way round. If a is larger than y, does a larger a make the loss "
    "larger or smaller?"
)
_LOST_2 = "A factor 2 is lost: the derivative of u² is 2u (N7). This loss has no ½ in front."

TABLE: dict[str, Exercise] = {
    entry.name: entry
    for entry in (
        # 00 Start here
        Exercise(
            name="00-nudge",
            wanted="a number, what the display shows",
            right="It moves by about sensitivity times nudge: that is all a derivative says.",
            expected=lambda: 0.30 + (-0.4) * 0.05,
            slips=(
                Slip(
                    lambda: 0.30 + 0.4 * 0.05,
                    "The sensitivity is negative: when the knob goes up, the display goes down.",
                ),
                Slip(lambda: -0.4 * 0.05, "That is how far the display moves. Where does it end?"),
                Slip(lambda: 0.4 * 0.05, "That is how far the display moves. Where does it end?"),
                Slip(
                    lambda: 0.30 - 0.4,
                    "The sensitivity is the change for a turn of 1. The turn is only 0.05.",
                ),
                Slip(
                    lambda: 0.30 + 0.05,
                    "That adds the turn itself. Multiply it by the sensitivity first.",
                ),
            ),
        ),
        Exercise(
            name="00-slope",
            wanted="a function slope(f, x, h)",
            right="A step to each side: the errors of first order cancel.",
            draw=lambda rng: {
                "f": np.polynomial.Polynomial(_uniform(rng, 4)),
                "x": _uniform(rng),
                "h": 0.1,
            },
            expected=central_difference,
            slips=(
                Slip(
                    forward_difference,
                    "That is the secant from x to x + h: a slope, but a step to one side only. "
                    "Go from x - h to x + h.",
                ),
                Slip(
                    lambda f, x, h: forward_difference(f, x, -h),
                    "That is the secant from x - h to x: a step to one side only. "
                    "Go from x - h to x + h.",
                ),
                Slip(
                    lambda f, x, h: (f(x + h) - f(x - h)) / h,
                    "Twice too large. How far is it from x - h to x + h?",
                ),
                Slip(
                    lambda f, x, h: (f(x + h) - f(x - h)) / 2 * h,
                    "`/ 2 * h` divides by 2 and then multiplies by h. Write `/ (2 * h)`.",
                ),
                Slip(
                    lambda f, x, h: f(x + h) - f(x - h),
                    "That is how far f climbs. A slope is the climb divided by the way.",
                ),
                Slip(
                    lambda f, x, h: (f(x - h) - f(x + h)) / (2 * h),
                    "The sign is the other way round: the later value minus the earlier one.",
                ),
            ),
        ),
        # 01 Forward
        Exercise(
            name="01-layer",
            wanted="a function layer(a_before, w)",
            right="z = a_before @ w (N2), then a = σ(z) (N3).",
            draw=lambda rng: {"a_before": _uniform(rng, 4, 3), "w": _uniform(rng, 3, 2)},
            expected=lambda a_before, w: network.forward(a_before, [w]).a[1],
            slips=(
                Slip(
                    lambda a_before, w: a_before @ w, "That is z. The activation σ is missing (N3)."
                ),
                Slip(
                    lambda a_before, w: _σ(a_before) @ w,
                    "σ comes after the product, not before it: a = σ(z) (N3).",
                ),
                Slip(
                    lambda a_before, w: _dσ(a_before @ w),
                    "That is σ′(z). Going forward, it is σ(z) (N3).",
                ),
                Slip(
                    lambda a_before, w: _σ(-(a_before @ w)),
                    "That is σ(-z). The sigmoid has e to the power -z: 1 / (1 + np.exp(-z)).",
                ),
                Slip(
                    lambda a_before, w: _σ(a_before @ w).T,
                    "Rows and columns are swapped. An example is a row, before and after.",
                ),
            ),
        ),
        Exercise(
            name="01-count",
            wanted="a number",
            right="Gradient descent needs the gradient for every single one of them (N4).",
            expected=lambda: sum(
                w_k.size
                for w_k in network.forward(
                    np.ones((1, 3)), [np.ones((3, 4)), np.ones((4, 2)), np.ones((2, 1))]
                ).w
            ),
            slips=(
                Slip(lambda: 3, "That counts the sets of weights. How many numbers are in each?"),
                Slip(
                    lambda: 3 + 4 + 2 + 1, "That counts the neurons. Count the lines between them."
                ),
                Slip(lambda: 4 + 2 + 1, "That counts the neurons. Count the lines between them."),
                Slip(
                    lambda: 3 * 4 * 2 * 1,
                    "That counts the paths from input to output. A weight belongs to one line.",
                ),
                Slip(
                    lambda: 3 * 4 + 4 * 2 + 2 * 1 + 4 + 2 + 1,
                    "That counts biases too. The networks of the notes have none.",
                ),
                Slip(
                    lambda: 3 * 4 + 4 * 2,
                    "One set is missing. There is a set of weights INTO each of the three layers.",
                ),
            ),
        ),
        Exercise(
            name="01-loss",
            wanted="a function loss(a, y)",
            right="Square each difference, then add up all outputs of all examples (N5).",
            draw=lambda rng: {"a": _uniform(rng, 4, 2), "y": _uniform(rng, 4, 2)},
            expected=losses.squared_difference,
            slips=(
                Slip(
                    lambda a, y: (y - a) ** 2,
                    "One square for each output. Add them up: the loss is one number.",
                ),
                Slip(
                    lambda a, y: ((y - a) ** 2).sum(axis=1),
                    "One sum for each example. Add those up as well: the loss is one number.",
                ),
                Slip(
                    lambda a, y: ((y - a) ** 2).sum(axis=0),
                    "One sum for each output. Add those up as well: the loss is one number.",
                ),
                Slip(
                    lambda a, y: ((y - a) ** 2).sum() / 2,
                    "There is a ½ too many: the loss of the notes has none (N5).",
                ),
                Slip(
                    lambda a, y: ((y - a) ** 2).mean(),
                    "That is the mean. The loss of the notes is the sum (N5).",
                ),
                Slip(
                    lambda a, y: ((y - a) ** 2).sum() / len(a),
                    "That is the mean over the examples. The loss of the notes is the sum (N5).",
                ),
                Slip(
                    lambda a, y: (y - a).sum(),
                    "The square is missing: errors of opposite sign would cancel.",
                ),
                Slip(
                    lambda a, y: np.abs(y - a).sum(),
                    "That adds up the sizes of the differences. Square them instead (N5).",
                ),
                Slip(
                    lambda a, y: (y - a).sum() ** 2,
                    "Square first, then add up: here errors of opposite sign cancel.",
                ),
                Slip(
                    lambda a, y: np.sqrt(((y - a) ** 2).sum()),
                    "There is a square root too many (N5).",
                ),
            ),
        ),
        # 02 Three terms
        Exercise(
            name="02-gears",
            wanted="a number",
            right="Sensitivities in a row multiply (N6).",
            expected=lambda: 3 * 0.25 * -0.8,
            slips=(
                Slip(lambda: 3 * 0.25 * 0.8, "The size is right. What became of the minus?"),
                Slip(
                    lambda: 3 + 0.25 - 0.8,
                    "That adds them. When a wheel turns the next, sensitivities multiply (N6).",
                ),
                Slip(lambda: -0.8, "That is how far the loss moves with a. Go on back to w."),
                Slip(lambda: 0.25 * -0.8, "That is how far the loss moves with z. Go on to w."),
                Slip(lambda: 3 * 0.25, "That is how far a moves with w. Go on to the loss."),
            ),
        ),
        Exercise(
            name="02-dL_da",
            wanted="a function dL_da(a, y)",
            right="2 (a − y): positive when a is too large, negative when it is too small (N7).",
            draw=lambda rng: {"a": _uniform(rng), "y": _uniform(rng)},
            expected=lambda a, y: (
                network.backward(network.forward([[a]], [[[1.0]]], "identity"), [[y]])
                .dL_da[1]
                .item()
            ),
            slips=(
                Slip(lambda a, y: 2 * (y - a), _SIGN),
                Slip(lambda a, y: a - y, _LOST_2),
                Slip(lambda a, y: y - a, f"{_SIGN} And: {_LOST_2}"),
                Slip(
                    lambda a, y: (a - y) ** 2, "That is the loss itself. Wanted is its slope (N7)."
                ),
                Slip(lambda a, y: 2 * a, "That would be the slope of a². What became of y?"),
            ),
        ),
        Exercise(
            name="02-da_dz",
            wanted="a function da_dz(z)",
            right="σ′(z) = σ(z)(1 − σ(z)): written in a, it is a(1 − a) (N8).",
            draw=lambda rng: {"z": _uniform(rng)},
            expected=_dσ,
            slips=(
                Slip(_σ, "That is σ(z) itself. Wanted is its slope (N8)."),
                Slip(
                    lambda z: z * (1 - z),
                    "a(1 − a) is right, but with a = σ(z). Here z stands in the place of a.",
                ),
                Slip(lambda z: _dσ(_σ(z)), f"{_A_FOR_Z} σ is applied once too often."),
                Slip(lambda z: 1 - _σ(z), "One factor is missing: σ′(z) is a times (1 − a)."),
                Slip(lambda z: _σ(z) * (1 + _σ(z)), "A sign is wrong: σ′(z) is a times (1 − a)."),
                Slip(
                    lambda z: 1 - _σ(z) ** 2,
                    "1 − a² belongs to tanh. The sigmoid has a(1 − a).",
                ),
                Slip(lambda z: -_dσ(z), "The sign is wrong: σ climbs everywhere, so σ′ > 0."),
            ),
        ),
        Exercise(
            name="02-dz_dw",
            wanted="a function dz_dw(a_before, w)",
            right="z = a_before · w is a straight line in w; its slope is a_before (N9).",
            draw=lambda rng: {"a_before": _uniform(rng), "w": _uniform(rng)},
            expected=lambda a_before, w: float(
                # With ℒ = (0 − z)² and σ = identity, ∂ℒ/∂w = ∂ℒ/∂z · ∂z/∂w; divide the first away.
                _linear(a_before, w).dL_dw[1].item() / _linear(a_before, w).dL_dz[1].item()
            ),
            slips=(
                Slip(
                    lambda a_before, w: w,
                    "That is ∂z/∂a_before. Which of the two numbers is moved here?",
                ),
                Slip(
                    lambda a_before, w: a_before * w, "That is z itself. Wanted is its slope in w."
                ),
                Slip(
                    lambda a_before, w: 1.0,
                    "The slope is 1 for a sum. In a product, the other factor stays (N9).",
                ),
                Slip(
                    lambda a_before, w: a_before + w,
                    "Only w moves; a_before stands still. What is the slope of 3·w?",
                ),
            ),
        ),
        Exercise(
            name="02-dL_dw",
            wanted="a function dL_dw(a_before, z, a, y)",
            right="Three factors, each known from the forward pass (N10).",
            draw=_draw_neuron,
            expected=lambda a_before, z, a, y: _one_neuron(a_before, z, y).dL_dw[1].item(),
            slips=(
                Slip(lambda a_before, z, a, y: 2 * (y - a) * _dσ(z) * a_before, _SIGN),
                Slip(lambda a_before, z, a, y: (a - y) * _dσ(z) * a_before, _LOST_2),
                Slip(
                    lambda a_before, z, a, y: (y - a) * _dσ(z) * a_before, f"{_SIGN} And: {_LOST_2}"
                ),
                Slip(lambda a_before, z, a, y: 2 * (a - y) * _dσ(a) * a_before, _A_FOR_Z),
                Slip(
                    lambda a_before, z, a, y: 2 * (a - y) * z * (1 - z) * a_before,
                    "σ′(z) is a(1 − a), with a in it. Here z stands in the place of a.",
                ),
                Slip(
                    lambda a_before, z, a, y: 2 * (a - y) * a * a_before,
                    "That has σ(z) where σ′(z) belongs (N8).",
                ),
                Slip(
                    lambda a_before, z, a, y: 2 * (a - y) * a_before,
                    "The middle factor σ′(z) is missing (N8).",
                ),
                Slip(
                    lambda a_before, z, a, y: 2 * (a - y) * _dσ(z),
                    "The last factor is missing: ∂z/∂w is the activation BEFORE the weight (N9).",
                ),
                Slip(
                    lambda a_before, z, a, y: 2 * (a - y) * _dσ(z) * a,
                    "The last factor is the activation BEFORE the weight, not behind it (N9).",
                ),
                Slip(
                    lambda a_before, z, a, y: 2 * (a - y) * _dσ(z) * z,
                    "The last factor is ∂z/∂w, not z itself (N9).",
                ),
                Slip(
                    lambda a_before, z, a, y: (a - y) ** 2 * _dσ(z) * a_before,
                    "The first factor is the slope of the loss, not the loss itself (N7).",
                ),
                Slip(
                    lambda a_before, z, a, y: 2 * (a - y) + _dσ(z) + a_before,
                    "The chain rule multiplies its factors; here they are added (N6).",
                ),
            ),
        ),
        # 03 The inductive step
        Exercise(
            name="03-step-back",
            wanted="a function step_back(dL_da, z, w)",
            right="That is the whole inductive step (N15).",
            draw=lambda rng: {"dL_da": _uniform(rng), "z": _uniform(rng), "w": _uniform(rng)},
            expected=lambda dL_da, z, w: _layer_expected(
                np.array([[dL_da]]), None, np.array([[z / w]]), np.array([[w]])
            )[1].item(),
            slips=(
                Slip(
                    lambda dL_da, z, w: dL_da * _dσ(_σ(z)) * w,
                    f"{_A_FOR_Z} This is the very slip in the notes.",
                ),
                Slip(
                    lambda dL_da, z, w: dL_da * z * (1 - z) * w, "a(1 − a) is right with a = σ(z)."
                ),
                Slip(
                    lambda dL_da, z, w: dL_da * _dσ(z),
                    "That is ∂ℒ/∂z. One factor is missing: from z back to the a before it.",
                ),
                Slip(lambda dL_da, z, w: dL_da * w, "The factor σ′(z) is missing (N13)."),
                Slip(
                    lambda dL_da, z, w: dL_da * _σ(z) * w, "That has σ(z) where σ′(z) belongs (N8)."
                ),
                Slip(
                    lambda dL_da, z, w: dL_da * _dσ(z) / w,
                    "The chain rule multiplies by ∂z/∂a = w. It divides by nothing.",
                ),
                Slip(
                    lambda dL_da, z, w: dL_da * _dσ(z) * z / w,
                    "z / w is the a before: that is ∂z/∂w, for ∂ℒ/∂w. Wanted is ∂z/∂a.",
                ),
                Slip(lambda dL_da, z, w: -dL_da * _dσ(z) * w, "There is a minus too many."),
            ),
        ),
        Exercise(
            name="03-chain",
            wanted="a function gradients(a, z, w, y) that returns {1: dL_dw of layer 1, 2: …}",
            right="You have written back-propagation (N11, N12, N15).",
            draw=_draw_chain,
            expected=_chain_expected,
            slips=(
                Slip(_chain_wrong(da_dz=lambda z, a: _dσ(a)), _A_FOR_Z),
                Slip(_chain_wrong(da_dz=lambda z, a: a), "That has σ(z) where σ′(z) belongs (N8)."),
                Slip(
                    _chain_wrong(da_dz=lambda z, a: z * (1 - z)), "a(1 − a) is right; z(1 − z) not."
                ),
                Slip(_chain_wrong(start=lambda a, y: a - y), _LOST_2),
                Slip(_chain_wrong(start=lambda a, y: 2 * (y - a)), _SIGN),
                Slip(
                    _chain_wrong(back=lambda dL_dz, dL_da, w, k: dL_dz * w.get(k - 1, 0)),
                    "Wrong layer's weight: from a[k] back to a[k - 1] the way leads through w[k].",
                ),
                Slip(
                    _chain_wrong(back=lambda dL_dz, dL_da, w, k: dL_dz * w.get(k + 1, w[k])),
                    "Wrong layer's weight: from a[k] back to a[k - 1] the way leads through w[k].",
                ),
                Slip(
                    _chain_wrong(back=lambda dL_dz, dL_da, w, k: dL_da * w[k]),
                    "σ′(z) is missing in the step back (N15).",
                ),
                Slip(
                    _chain_wrong(back=lambda dL_dz, dL_da, w, k: dL_dz),
                    "The weight is missing in the step back (N15).",
                ),
                Slip(
                    _chain_wrong(back=lambda dL_dz, dL_da, w, k: dL_da),
                    "dL_da is the same at every layer. Take the step back (N15) in the loop.",
                ),
                Slip(
                    _chain_wrong(dz_dw=lambda a, k: a[k]),
                    "The last factor of dL_dw[k] is the activation BEFORE w[k]: a[k - 1] (N9).",
                ),
            ),
        ),
        Exercise(
            name="03-vector",
            wanted="a function layer_back(dL_da, z, a_before, w) that returns dL_dw, dL_da_before",
            right="One product elementwise, two with a transpose.",
            draw=_draw_layer,
            expected=_layer_expected,
            parts=("dL_dw", "dL_da_before"),
            slips=(
                Slip(
                    lambda dL_da, z, a_before, w: (
                        a_before.T @ (dL_da * _dσ(_σ(z))),
                        (dL_da * _dσ(_σ(z))) @ w.T,
                    ),
                    _A_FOR_Z,
                ),
                Slip(
                    lambda dL_da, z, a_before, w: (a_before.T @ dL_da, dL_da @ w.T),
                    "σ′(z) is missing: first δ = dL_da * σ′(z), elementwise.",
                ),
                Slip(
                    lambda dL_da, z, a_before, w: (a_before.T @ (dL_da * _dσ(z)), dL_da @ w.T),
                    "dL_dw is right. In dL_da_before σ′(z) is missing: use δ, not dL_da.",
                ),
                Slip(
                    lambda dL_da, z, a_before, w: (
                        (dL_da * _dσ(z)).T @ a_before,
                        (dL_da * _dσ(z)) @ w.T,
                    ),
                    "dL_dw has rows and columns swapped. A gradient has the shape of its weights.",
                ),
                Slip(
                    lambda dL_da, z, a_before, w: (
                        a_before.T @ (dL_da * _dσ(z)),
                        w @ (dL_da * _dσ(z)).T,
                    ),
                    "dL_da_before has rows and columns swapped: an example is a row.",
                ),
                Slip(
                    lambda dL_da, z, a_before, w: (
                        a_before.T @ (dL_da * _dσ(z)) / len(z),
                        (dL_da * _dσ(z)) @ w.T,
                    ),
                    "dL_dw is the mean over the examples. The loss is a sum; so is its gradient.",
                ),
                Slip(
                    lambda dL_da, z, a_before, w: (
                        (dL_da * _dσ(z)) @ w.T,
                        a_before.T @ (dL_da * _dσ(z)),
                    ),
                    "Both are right, in the wrong order: return dL_dw first.",
                ),
            ),
        ),
        # 04 Learning
        Exercise(
            name="04-step",
            wanted="a function step(x, w, y, learning_rate) that returns the list of new weights",
            right="All layers at once, with gradients from the old weights (N17).",
            draw=_draw_network,
            expected=_stepped,
            slips=(
                Slip(
                    lambda x, w, y, learning_rate: _stepped(x, w, y, -learning_rate),
                    "That goes uphill. The gradient points to where the loss grows; go against it.",
                ),
                Slip(
                    lambda x, w, y, learning_rate: _stepped(x, w, y, 1.0),
                    "The learning rate is missing.",
                ),
                Slip(
                    lambda x, w, y, learning_rate: _stepped(x, w, y, learning_rate, layers=(2,)),
                    "Only the last layer has moved. N17 updates every set of weights.",
                ),
                Slip(
                    lambda x, w, y, learning_rate: _stepped(x, w, y, learning_rate, layers=(1,)),
                    "Only the first layer has moved. N17 updates every set of weights.",
                ),
                Slip(
                    lambda x, w, y, learning_rate: dict(enumerate(w, start=1)),
                    "The weights have not moved.",
                ),
                Slip(
                    lambda x, w, y, learning_rate: {
                        k: w[k - 1] - moved for k, moved in _stepped(x, w, y, learning_rate).items()
                    },
                    "That is the step alone. The new weights are the old ones minus the step.",
                ),
                Slip(
                    _stepped_through_new_weights,
                    "The gradient went back through weights that had already moved. Compute all "
                    "gradients first, then move all weights.",
                ),
                *(
                    Slip(
                        _stepped_one_by_one(order),
                        "A gradient was computed after some weights had already moved. Compute "
                        "all gradients first, then move all weights.",
                    )
                    for order in ((1, 2), (2, 1))
                ),
            ),
        ),
        Exercise(
            name="04-rate",
            wanted="a number, the learning rate",
            right="w jumps to -w and back for ever; any larger rate makes it grow.",
            # w − η · 2w = −w: the step is as long as the way to the other side.
            expected=lambda: (
                2
                / network.backward(network.forward([[1.0]], [[[1.0]]], "identity"), [[0.0]])
                .dL_dw[1]
                .item()
            ),
            slips=(
                Slip(
                    lambda: 0.5,
                    "With 0.5, one step lands at the minimum: w − 0.5 · 2w = 0. How far can it go?",
                ),
                Slip(
                    lambda: 2, "With 2, one step leads to w − 2 · 2w = −3w: already further away."
                ),
                Slip(lambda: 0, "With 0 nothing moves at all. Look for the upper end."),
            ),
        ),
    )
}
"""Every exercise, by its name."""


def _linear(a_before, w):
    return network.backward(network.forward([[a_before]], [[[w]]], "identity"), [[0.0]])
