"""Finite differences, and the gradient checks that a programmer calls.

A derivative is a claim about the loss, so it can be measured: move one number a little, see what
the loss does, and compare. `check_gradients` does so for the weights and biases of a network,
`gradcheck` for the parameters of anybody's code. Both return a `Report` with three verdicts:

- "agrees": the slope was measured, more sharply than the tolerance asks, and the gradient is it;
- "differs": the gradient is off by more than the tolerance, the error bar and rounding together;
- "can't tell": the slope is too small compared with rounding, or ℒ has a kink there.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from numbers import Number
from typing import Any, TypeAlias, overload

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from bpdemo import edge, network, validation
from bpdemo.activations import OneOrMore
from bpdemo.losses import Loss
from bpdemo.measuring import At, Floats, Probe, Slope, Slopes, measure, noise_of
from bpdemo.network import Trace
from bpdemo.reports import Direction, Report, Row, compare, relative_error
from bpdemo.validation import Array

__all__ = [
    "Direction",
    "Report",
    "Row",
    "central_difference",
    "check_gradients",
    "forward_difference",
    "gradcheck",
    "numeric_gradients",
    "relative_error",
]

Parameters: TypeAlias = Mapping[Any, ArrayLike] | Sequence[ArrayLike]
"""Arrays by name, or one after the other. The loss knows of which type its own are."""

Moved: TypeAlias = float | np.floating[Any] | NDArray[Any]
"""A number, or an array of numbers that are each moved."""

_ALL = 20_000  # so many parameters of a network are all measured; of more, a sample of each array
_SAMPLE = 1_000
_BUDGET = 2**25  # numbers to compute, some seconds: with many examples a check is sampled too
_ALL_OF_OTHERS, _SAMPLE_OF_OTHERS = 5_000, 200  # the same for `gradcheck`, whose loss is slower
_DIRECTIONS = 3  # random directions for an array that is only sampled


def _place(name: str, value: Any) -> Any:
    """Finite real numbers, and a single one as it came: f may want Python's own."""
    if type(value) is float and math.isfinite(value):
        return value
    found = validation.real_array(value, name)
    return found if isinstance(value, list | tuple) or found.ndim else value


def _steps(name: str, value: Any) -> Any:
    """Steps: finite, and not 0."""
    found = _place(name, value)
    if not np.all(found):
        raise ValueError(f"{name}: expected steps, none of them 0; received {value!r}")
    return found


@overload
def forward_difference(f: Callable[[float], float], x: float, h: float) -> float: ...


@overload
def forward_difference(f: Callable[[Any], NDArray[Any]], x: Moved, h: Moved) -> NDArray[Any]: ...


@validation.checked(f=validation.function, x=_place, h=_steps)
def forward_difference(f: Callable[[Any], Moved], x: Moved, h: Moved) -> Moved:
    """The slope of the secant from x to x + h: (f(x + h) − f(x)) / h; error of order h.

    f, x and h broadcast: an array of h gives an array of slopes.
    """
    slope: Moved = (_at(f, x + h) - _at(f, x)) / h
    return slope


@overload
def central_difference(f: Callable[[float], float], x: float, h: float = 1e-5) -> float: ...


@overload
def central_difference(
    f: Callable[[Any], NDArray[Any]], x: Moved, h: Moved = 1e-5
) -> NDArray[Any]: ...


@validation.checked(f=validation.function, x=_place, h=_steps)
def central_difference(f: Callable[[Any], Moved], x: Moved, h: Moved = 1e-5) -> Moved:
    """The slope of the secant from x − h to x + h: (f(x + h) − f(x − h)) / 2h; error of order h².

    f, x and h broadcast: an array of h gives an array of slopes.
    """
    slope: Moved = (_at(f, x + h) - _at(f, x - h)) / (2 * h)
    return slope


def _at(f: Callable[[Any], Any], x: Any) -> Any:
    """f(x), looked at."""
    value = f(x)
    if not isinstance(value, float):
        validation.number_array(value, "f: what it returns")
    return value if isinstance(value, Number | np.ndarray) else np.asarray(value)


def numeric_gradients(
    x: ArrayLike,
    w: Iterable[ArrayLike],
    y: ArrayLike,
    *,
    activation: OneOrMore = "sigmoid",
    b: Iterable[ArrayLike] | None = None,
    loss: str | Loss = "squared_difference",
    h: float = 1e-5,
) -> tuple[list[Floats], list[Floats]]:
    """The gradient of ℒ by plain central differences: every parameter moved by ±h, alone.

    One step and no error bar: it shows what a central difference does. To check a gradient, call
    `check_gradients`, which chooses its steps and knows how far it may be off.

    Returns
    -------
    dL_dw, dL_db : lists of L arrays, of the shapes of w_k and b_k, in float64; dL_db is empty
        where b is None.

    Raises
    ------
    ValueError, TypeError : as `forward` and `backward` do; ValueError too for leading axes on w
        or b, and for an h that is not a number > 0.
    """
    validation.real(above=0)("h", h)
    trace, y, loss = _prepared(x, w, y, activation, b, loss)
    probe = Probe(trace, y, loss, complex_step=False)

    def slopes(name: str, k: int, v: Array) -> Floats:
        return probe.differences(name, k, np.arange(v.size), h).reshape(v.shape)

    dL_dw = [slopes("w", k, v) for k, v in enumerate(trace.w, start=1)]
    dL_db = [slopes("b", k, v) for k, v in enumerate(trace.b, start=1)]
    return dL_dw, dL_db


@validation.checked(backward=validation.function)
def check_gradients(
    x: ArrayLike,
    w: Iterable[ArrayLike],
    y: ArrayLike,
    *,
    activation: OneOrMore = "sigmoid",
    b: Iterable[ArrayLike] | None = None,
    loss: str | Loss = "squared_difference",
    backward: Callable[..., Any] = network.backward,
    tolerance: float | None = None,
    sample: int | None = None,
    seed: int = 0,
) -> Report:
    """Compare the gradient of every weight and bias with its measured slope.

    The slopes come from the forward pass alone: by the complex step where σ and loss are entries
    of the tables, else by central differences (see `bpdemo.measuring`).

    Parameters
    ----------
    x, w, y, activation, b, loss : as for `forward` and `backward`; w and b without leading axes.
    backward : the function to check: ``backward(trace, y, loss)`` must return an object with
        ``dL_dw[k]`` and, where there are biases, ``dL_db[k]``, for k = 1 … L.
    tolerance : the largest relative error to accept; by default 1e-6, and 1e-3 for float32.
    sample : how many parameters of each array to measure, ≥ 0. By default all of up to 20,000, and
        up to 1,000 in each array of a larger network or with many examples. Whatever isn't
        measured alone takes part in 3 random directions, so that one wrong entry shows if it is off
        by more than about `tolerance` times the length of the array's gradient.
    seed : any integer ≥ 0, for the sample and the directions.

    At a kink, as of relu at z = 0, there is no derivative, and the verdict is "can't tell". Move
    the weights or biases a little, away from the kink.

    Raises
    ------
    ValueError, TypeError : as `forward` and `backward` do, for leading axes, for a tolerance, a
        sample or a seed out of range, and where `backward` returned something else than gradients.
    """
    trace, y64, loss_entry = _prepared(x, w, y, activation, b, loss)
    tolerance = _tolerance(tolerance, trace.a[trace.L].dtype)
    probe = Probe(trace, y64, loss_entry)
    arrays = [(n, k, v) for k in range(1, trace.L + 1) for n, v in _of_layer(trace, k)]
    seed = validation.whole()("seed", seed)
    sample = _sample(sample, _affordable(probe, arrays))

    found = []  # before `backward` runs: a wrong one may change the weights in place
    for number, (name, k, v) in enumerate(arrays):
        at = _chosen(v.size, sample, (seed, number))
        found.append(
            (
                at,
                probe.parameters(name, k, at),
                probe.rounding(name, k, at),
                [
                    (*probe.direction(name, k, (seed, number, d)), probe.rounding(name, k))
                    for d in range(_DIRECTIONS if len(at) < v.size else 0)
                ],
            )
        )
    grad = backward(trace, y, loss)
    rows = [
        compare(name, k, v.shape, _analytic(grad, f"dL_d{name}", k), *measured, tolerance, len(y64))
        for (name, k, v), measured in zip(arrays, found, strict=True)
    ]
    method = "complex step" if probe.complex_step else "central differences"
    return Report(tuple(rows), tolerance, method)


def gradcheck(
    loss: Callable[[Any], ArrayLike],
    parameters: Parameters,
    gradients: Parameters | Callable[[Any], Parameters],
    *,
    tolerance: float | None = None,
    sample: int | None = None,
    seed: int = 0,
) -> Report:
    """Compare the gradients of anybody's code with measured slopes of its loss.

    Parameters
    ----------
    loss : ``loss(parameters)`` returns ℒ, one number; the same number each time.
    parameters : a dict or a list of arrays, of any names and shapes. The loss gets the same
        structure, in float64; it may not change it.
    gradients : the same structure with the gradients to check, or a function that returns it from
        the parameters.
    tolerance : the largest relative error to accept; by default 1e-6, and 1e-3 where a parameter
        or the loss is float32.
    sample : how many parameters of each array to measure, ≥ 0. By default all of up to 5,000, and
        of more, 200 in each array and 3 random directions in which all of its parameters move.
    seed : any integer ≥ 0, for the sample and the directions.

    Each slope is a central difference at several steps that fit the size of the parameter,
    extrapolated to the step 0; how far rounding moves the loss is measured first.

    Raises
    ------
    TypeError : parameters or gradients are neither a dict nor a list, or aren't real numbers.
    ValueError : the gradients have other names than the parameters; the loss is no finite number,
        or isn't the same number twice, or changes the parameters; an option is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> p = {"W1": np.array([[1.0, 2.0], [3.0, 4.0]])}
    >>> report = gradcheck(lambda p: (p["W1"] ** 2).sum(), p, {"W1": p["W1"]})
    >>> report.ok, report.rows[0].reason
    (False, 'it is ½ times the measured one: a factor 2 got lost')
    """
    moving, seed = _Moving(loss, parameters), validation.whole()("seed", seed)
    tolerance = _tolerance(tolerance, np.float32 if moving.single else np.float64)
    eps = float(np.finfo(np.float32 if moving.single else np.float64).eps)
    count = sum(v.size for v in moving.arrays)
    sample = _sample(sample, None if count <= _ALL_OF_OTHERS else _SAMPLE_OF_OTHERS)
    noise = moving.noise(seed)
    found = []
    for number, v in enumerate(moving.arrays):
        at = _chosen(v.size, sample, (seed, number))
        slopes = moving.parameters(number, at, noise, tolerance)
        directions = [
            moving.direction(number, (seed, number, d), noise, tolerance)
            for d in range(_DIRECTIONS if len(at) < v.size else 0)
        ]
        found.append((at, slopes, directions))
    if callable(gradients):
        gradients = gradients(moving.structure([v.copy() for v in moving.arrays]))
    rows = []
    for name, v, got, (at, slopes, directions) in zip(
        moving.names, moving.arrays, _same_structure(gradients, parameters), found, strict=True
    ):
        analytic = validation.real_numbers(got, f"gradients: {name}")
        size = float(np.abs(analytic).max(initial=0.0))
        size = eps * size if np.isfinite(size) else 0.0
        along = [(*one, 8 * size * np.sqrt(v.size)) for one in directions]
        rows.append(compare(name, None, v.shape, analytic, at, slopes, 8 * size, along, tolerance))
    return Report(tuple(rows), tolerance, "central differences")


class _Moving:
    """Parameters of somebody's loss that can be moved one by one, and are put back each time."""

    def __init__(self, loss: Callable[[Any], ArrayLike], parameters: Parameters) -> None:
        if not callable(loss):
            raise TypeError(f"loss: expected a function, received {type(loss).__name__}")
        self.loss = loss
        items = _items(parameters, "parameters")
        if not items:
            raise ValueError("parameters: expected at least one array, received none")
        self.keys = list(parameters) if isinstance(parameters, Mapping) else None
        self.names = [str(name) for name, _ in items]
        given = [validation.real_numbers(v, f"parameters: {n}") for n, v in items]
        for name, v in zip(self.names, given, strict=True):
            if not np.isfinite(v).all():
                wrong = v[~np.isfinite(v)][0]
                raise ValueError(f"parameters: {name}: expected finite numbers, received {wrong}")
        # In the order of C: then a flat view of an array moves the array itself, a transpose too.
        self.arrays = [np.array(v, dtype=np.float64, order="C") for v in given]
        self._passed = self.structure(self.arrays)
        before = [v.copy() for v in self.arrays]
        value = self._call()
        self.single = any(v.dtype == np.float32 for v in given) or value.dtype == np.float32
        self.start = float(value)
        if not np.isfinite(self.start):
            raise ValueError(f"loss: expected a finite number, received {self.start}")
        for name, v, old in zip(self.names, self.arrays, before, strict=True):
            if not np.array_equal(v, old):
                raise ValueError(
                    f"loss: expected it to leave parameters alone; it changed {name}, "
                    f"received back as {validation.briefly(v)}"
                )
        again = float(self._call())
        if again != self.start:
            raise ValueError(
                f"loss: expected the same number each time, received {self.start} and {again}: "
                "fix the seed of whatever is random in it"
            )
        sizes = [float(np.sqrt(np.mean(v**2))) if v.size else 0.0 for v in self.arrays]
        typical = max(sizes) or 1.0
        self.scales = [size or typical for size in sizes]

    def structure(self, arrays: Iterable[Floats]) -> dict[Any, Floats] | list[Floats]:
        """The arrays as the loss takes them: a dict with the names, or a list."""
        return dict(zip(self.keys, arrays, strict=True)) if self.keys is not None else list(arrays)

    def _call(self) -> NDArray[Any]:
        try:
            value = validation.as_array(self.loss(self._passed), "loss")
            if value.size != 1:
                raise ValueError(f"loss: expected one number, received shape {value.shape}")
            if value.dtype.kind not in "fiu":
                raise TypeError(f"loss: expected a real number, received {value.dtype}")
        except FloatingPointError:
            return np.array(np.nan)
        return value.reshape(())

    def _value(self) -> float:
        """The loss; nan where the moved parameters are outside of what it can take."""
        try:
            return float(self._call())
        except (ArithmeticError, ValueError):  # of the module math; at the start there was none
            return np.nan

    def _along(self, moves: Mapping[int, Floats]) -> Callable[[float], float]:
        """f(t): the loss with the arrays moved by t times the moves, {number: array}."""
        kept = {number: self.arrays[number].copy() for number in moves}

        def f(t: float) -> float:
            for number, move in moves.items():
                self.arrays[number][...] = kept[number] + t * move
            try:
                return self._value()
            finally:
                for number in moves:
                    self.arrays[number][...] = kept[number]

        return f

    def noise(self, seed: int) -> float:
        rng = np.random.default_rng(seed)
        sizes = zip(self.arrays, self.scales, strict=True)
        moves = {  # each by a part of its own size, for in one array they may span many powers
            n: np.where(v == 0, s, v) * rng.choice([-1.0, 1.0], v.shape)
            for n, (v, s) in enumerate(sizes)
        }
        with np.errstate(all="ignore"):
            return noise_of(self._along(moves), self.start)

    def parameters(self, number: int, at: At, noise: float, tolerance: float) -> Slopes:
        """The slope along each parameter of one array."""
        flat, scale, found = self.arrays[number].reshape(-1), self.scales[number], []
        with np.errstate(all="ignore"):
            for p in at:
                value = flat[p]

                def f(t: float, p: int = p, value: float = value) -> float:
                    flat[p] = value + t
                    try:
                        return self._value()
                    finally:
                        flat[p] = value

                fits = 2.0 ** np.rint(np.log2(max(abs(value), scale)))
                found.append(measure(f, self.start, fits, noise, tolerance, value))
        return _slopes(found)

    def direction(
        self, number: int, seed: Sequence[int], noise: float, tolerance: float
    ) -> tuple[Slopes, list[Floats]]:
        """The slope along a move of all parameters of one array by +1 or −1, and the signs."""
        signs = np.random.default_rng(seed).choice([-1.0, 1.0], self.arrays[number].shape)
        scale = 2.0 ** np.rint(np.log2(self.scales[number]))
        with np.errstate(all="ignore"):
            f = self._along({number: signs})
            found = measure(f, self.start, scale, noise, tolerance)
        return _slopes([found]), [signs]


def _slopes(found: Sequence[Slope]) -> Slopes:
    value, bar, arms, kink = zip(*found, strict=True) if found else ((), (), (), ())
    value, bar, arms = (np.array(v, dtype=float) for v in (value, bar, arms))
    return Slopes(value, bar, arms, np.array(kink, bool))


def _items(structure: Parameters, argument: str) -> list[tuple[Any, ArrayLike]]:
    if isinstance(structure, Mapping):
        return list(structure.items())
    if isinstance(structure, (list, tuple)):
        return list(enumerate(structure))
    raise TypeError(
        f"{argument}: expected a dict or a list of arrays, received {type(structure).__name__}"
    )


def _same_structure(gradients: Parameters, parameters: Parameters) -> list[ArrayLike]:
    """The gradients in the order of the parameters."""
    got, names = dict(_items(gradients, "gradients")), [n for n, _ in _items(parameters, "")]
    if set(got) != set(names) or isinstance(gradients, Mapping) != isinstance(parameters, Mapping):
        raise ValueError(
            f"gradients: expected {', '.join(map(str, names))}, as the parameters; "
            f"received {', '.join(map(str, got)) or 'none'}"
        )
    return [got[name] for name in names]


def _prepared(
    x: ArrayLike,
    w: Iterable[ArrayLike],
    y: ArrayLike,
    activation: OneOrMore,
    b: Iterable[ArrayLike] | None,
    loss: str | Loss,
) -> tuple[Trace, Array, Loss]:
    trace = network.forward(x, w, activation=activation, b=b)
    validation.one_network(trace)
    y, loss, _ = edge.labels_and_loss(trace, y, loss)
    return trace, y, loss


def _affordable(probe: Probe, arrays: Sequence[tuple[str, int, Array]]) -> int | None:
    """How many parameters of each array to measure, so that it takes seconds; None for all."""
    costs, sizes = [probe.cost(k) for _, k, _ in arrays], [v.size for *_, v in arrays]
    work = sum(cost * size for cost, size in zip(costs, sizes, strict=True))
    if sum(sizes) <= _ALL and work <= _BUDGET:
        return None
    return max(16, min(_SAMPLE, _BUDGET // sum(costs)))


def _of_layer(trace: Trace, k: int) -> Iterator[tuple[str, Array]]:
    yield "w", trace.w[k]
    if trace.b:
        yield "b", trace.b[k]


def _tolerance(tolerance: float | None, dtype: DTypeLike) -> float:
    if tolerance is None:
        return 1e-6 if np.finfo(dtype).eps < 1e-12 else 1e-3
    return float(validation.real(above=0)("tolerance", tolerance))


def _sample(sample: int | None, default: int | None) -> int | None:
    return default if sample is None else validation.whole()("sample", sample)


def _chosen(size: int, sample: int | None, seed: Sequence[int]) -> At:
    if sample is None or sample >= size:
        return np.arange(size)
    rng = np.random.default_rng(seed)
    return np.sort(rng.choice(size, sample, replace=False, shuffle=False))


def _analytic(grad: object, name: str, k: int) -> NDArray[Any]:
    try:
        value = getattr(grad, name)[k]
    except (AttributeError, IndexError, KeyError, TypeError):
        raise TypeError(
            f"backward: expected an object with {name}[k] for every layer k = 1 … L; "
            f"received {type(grad).__name__} without {name}[{k}]"
        ) from None
    return validation.real_numbers(value, f"backward: {name}[{k}]")
