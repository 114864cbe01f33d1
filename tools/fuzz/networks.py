"""Random networks: `forward` and `backward` against autograd, which reads the tables' formulas.

A network is drawn from its number alone. It has 1 to 8 layers of 1 to 64 neurons, 1 to 64 examples,
an activation of the table for each layer, a loss, perhaps biases, perhaps leading axes, and its
arrays lie in memory in any way that NumPy has: in the order of Fortran, read-only, repeated by
`np.broadcast_to`, with gaps, reversed, transposed, with bytes swapped, or as lists or integers.

What it is held to. The oracle (`tools.own_words`) is autograd on the formulas of the tables, one
network at a time, in `np.longdouble`: the rounding that is measured is the core's. The relative
error of an array is the length of the difference by the length of the right one, ‖ours − right‖ /
‖right‖, each taken over the whole array of one network: z^k, a^k, and each gradient. Below
`tiny / eps` a number isn't told from 0. A loss below 1 for each label is measured absolutely, since
there the softmax's ln p is nothing but rounding.

Two kinds of networks need a word more, and the summary counts both:

- an entry of z so near to a kink that rounding decides its side. Where the oracle stands on the
  other side, it takes the core's, for this entry alone;
- an array that is off by more than the bound, and would be as far off if the numbers that came in
  were moved in their last place: then it's the question that is ill-conditioned. It may be off by
  `SLACK` times as much as that moves it. More than one network in a hundred fails the run.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import bpdemo as bp
from tools import own_words
from tools.own_words import anp, autograd

__all__ = ["BOUND", "Network", "Outcome", "draw", "layout", "run"]

BOUND = {"float64": 1e-9, "float32": 1e-4}
"""The largest relative error of an array, by the dtype in which the core computed."""

SLACK = 20.0
"""So many times what a move of the inputs in their last place changes."""

MOST = 64
"""The largest width, and the largest batch."""


@dataclass
class Network:
    """What a number draws.

    x, w, b, y : as they are handed to the core, in whatever form.
    plain : the same as float64 arrays of their own: what the oracle computes with.
    forms : the form of each, for the summary.
    """

    number: int
    x: Any
    w: list[Any]
    b: list[Any] | None
    y: Any
    activation: Any
    loss: str
    lead: tuple[int, ...]
    plain: dict[str, list[np.ndarray]]
    forms: dict[str, str]
    dtype: str

    def __str__(self) -> str:
        shapes = [self.plain["x"][0].shape, *(v.shape for v in self.plain["w"])]
        return (
            f"network {self.number}: {self.dtype}, {' '.join(map(str, shapes))}, "
            f"{'biases' if self.b else 'no biases'}, {self.activation}, {self.loss}"
        )


@dataclass
class Outcome:
    """What a network came to.

    wrong : what failed, a sentence each.
    worst : the largest relative error within the bound, and of which array.
    kinks : entries of z that rounding put on either side; ill : arrays excused by their condition.
    """

    wrong: list[str] = field(default_factory=list)
    worst: tuple[float, str] = (0.0, "")
    kinks: int = 0
    ill: int = 0
    beyond: bool = False


# --- what is drawn -------------------------------------------------------------------------------


def _fortran(v: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return np.asfortranarray(v)


def _read_only(v: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    v = v.copy()
    v.flags.writeable = False
    return v


def _repeated(v: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    axis = int(rng.integers(max(1, v.ndim - 1)))  # not the last: see `draw`
    return np.broadcast_to(np.take(v, [0], axis), v.shape)


def _gaps(v: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    wide = np.full([2 * n + 1 for n in v.shape], np.nan, v.dtype)
    view = wide[(slice(1, None, 2),) * v.ndim]
    view[...] = v
    return view


def _reversed(v: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    back = (slice(None, None, -1),) * v.ndim
    return v[back].copy()[back]


def _transposed(v: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return v.T.copy().T


def _swapped(v: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return v.astype(v.dtype.newbyteorder())


def _list(v: np.ndarray, rng: np.random.Generator) -> Any:
    return v.tolist()


def _integers(v: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return np.rint(v * 2).astype(str(rng.choice(["int64", "int8"])))


LAYOUTS: dict[str, Callable[[np.ndarray, np.random.Generator], Any]] = {
    "plain": lambda v, rng: v.copy(),
    "Fortran": _fortran,
    "read-only": _read_only,
    "broadcast": _repeated,
    "gaps": _gaps,
    "reversed": _reversed,
    "transposed": _transposed,
    "bytes swapped": _swapped,
    "list": _list,
    "integers": _integers,
}
"""How an array may lie in memory. "broadcast" and "integers" change its numbers too."""


def layout(form: str, v: np.ndarray, rng: np.random.Generator) -> Any:
    """The array in one of the `LAYOUTS`."""
    return LAYOUTS[form](v, rng)


def _size(rng: np.random.Generator, most: int) -> int:
    """1 to most, as often below 8 as above."""
    if rng.random() < 0.5:
        return int(rng.integers(1, most + 1))
    return int(np.exp(rng.uniform(0, np.log(most + 1))))


def _leading(rng: np.random.Generator, count: int) -> tuple[tuple[int, ...], list[tuple]]:
    """Leading axes that broadcast: those of all together, and of each array."""
    lead = tuple(int(n) for n in rng.integers(1, 4, rng.integers(1, 3)))
    each: list[tuple[int, ...]] = []
    for _ in range(count):
        some = lead[int(rng.integers(len(lead) + 1)) :]
        each.append(tuple(1 if rng.random() < 0.3 else n for n in some))
    return np.broadcast_shapes(*each), each


def _labels(rng: np.random.Generator, m: int, n: int) -> np.ndarray:
    kind = rng.integers(3)
    if kind == 0:
        return np.eye(n)[rng.integers(n, size=m)]
    if kind == 1:
        return rng.dirichlet(np.ones(n), m)
    return rng.normal(size=(m, n))


def draw(number: int) -> Network:
    """The network of this number: the same on every machine."""
    rng = np.random.default_rng([12, number])
    L = int(rng.integers(1, 9))
    widths = [_size(rng, MOST) for _ in range(L + 1)]
    m = _size(rng, MOST)
    biases = bool(rng.random() < 0.5)
    names = list(bp.activations.TABLE)
    activation: Any = [str(n) for n in rng.choice(names, L)]
    if rng.random() < 0.3:
        activation = activation[0]
    loss = str(rng.choice(list(bp.losses.TABLE)))
    if bp.losses.TABLE[loss].total:
        # With one output, a loss that depends on shares alone has the gradient 0: there is nothing
        # to be relative to. The same holds where all outputs have the same weights (`_repeated`).
        widths[-1] = max(2, widths[-1])
    size = np.exp(rng.uniform(np.log(0.1), np.log(2.0)))
    shapes = [*itertools.pairwise(widths), *([(n,) for n in widths[1:]] if biases else [])]
    lead: tuple[int, ...] = ()
    if rng.random() < 0.25:
        lead, each = _leading(rng, len(shapes))
        shapes = [(*one, *shape) for one, shape in zip(each, shapes, strict=True)]
        if lead == (1,) and all(len(shape) == 2 for shape in shapes[:L]):
            lead = ()  # a bias (1, n) beside weights without leading axes is refused
        if not lead:
            shapes = [shape[-2:] if k < L else shape[-1:] for k, shape in enumerate(shapes)]
    numbers = [
        rng.normal(0, size / np.sqrt(shape[-2] if k < L else 1), shape)
        for k, shape in enumerate(shapes)
    ]
    x, y = rng.normal(0, rng.choice([1.0, 1.0, 30.0]), (m, widths[0])), _labels(rng, m, widths[-1])
    if rng.random() < 0.1:  # zeros: z at the kink itself
        x[rng.random(m) < 0.5] = 0
    kinds = rng.choice(["float64", "float32", "mixed"], p=[0.6, 0.3, 0.1])
    forms: dict[str, str] = {}
    given: list[Any] = []
    plain: list[np.ndarray] = []
    for name, v in zip(
        ["x", *(f"w{k + 1}" if k < L else f"b{k - L + 1}" for k in range(len(shapes))), "y"],
        [x, *numbers, y],
        strict=True,
    ):
        dtype = rng.choice(["float64", "float32"]) if kinds == "mixed" else kinds
        form = str(rng.choice(list(LAYOUTS), p=_weights(str(dtype))))
        made = layout(form, v.astype(dtype), rng)
        forms[name] = form
        given.append(made)
        plain.append(np.array(made, np.float64))
    w, b = given[1 : L + 1], given[L + 1 : -1] or None
    dtype = np.result_type(*(_dtype(v) for v in given[:-1])).name
    return Network(
        number, given[0], w, b, given[-1], activation, loss, lead,
        {"x": plain[:1], "w": plain[1 : L + 1], "b": plain[L + 1 : -1], "y": plain[-1:]},
        forms, dtype,
    )  # fmt: skip


def _weights(dtype: str) -> list[float]:
    """How often each layout is drawn; lists and integers are float64, so seldom among float32."""
    rare = 0.002 if dtype == "float32" else 0.05
    often = (1 - 2 * rare) / (len(LAYOUTS) - 2)
    return [rare if name in ("list", "integers") else often for name in LAYOUTS]


def _dtype(v: Any) -> np.dtype:
    """The dtype that the core promises to compute an input in."""
    dtype = np.asarray(v).dtype
    return np.dtype(np.float32 if dtype.type is np.float32 else np.float64)


# --- the oracle ----------------------------------------------------------------------------------

_NAMES = ("dL_da", "dL_dz", "dL_dw", "dL_db")


def _sigmas(net: Network) -> list[Callable]:
    names = [net.activation] * len(net.w) if isinstance(net.activation, str) else net.activation
    return [own_words.in_autograd(bp.activations.TABLE[n].formula) for n in names]


def _kinks(net: Network) -> list[tuple[float, ...]]:
    names = [net.activation] * len(net.w) if isinstance(net.activation, str) else net.activation
    return [bp.activations.TABLE[n].kinks for n in names]


def right(net: Network, at: tuple[int, ...], sides: list[np.ndarray] | None, numbers: dict) -> dict:
    """The right z, a, loss and gradients of one network, its leading index `at`.

    Parameters
    ----------
    sides : z^k as the core computed it, whose side of a kink is taken where rounding decides it.
    numbers : x, w, b, y in longdouble.
    """
    sigma, L = _sigmas(net), len(net.w)
    pick = lambda v, own: np.broadcast_to(v, (*net.lead, *v.shape[-own:]))[at]  # noqa: E731
    w, b = [pick(v, 2) for v in numbers["w"]], [pick(v, 1) for v in numbers["b"]]
    x, y = numbers["x"][0], numbers["y"][0]
    of = own_words.loss_in_autograd(
        bp.losses.TABLE[net.loss].formula, bp.losses.TABLE[net.loss].total
    )
    kinks, bound, seen = _kinks(net), BOUND[net.dtype], {"kinks": 0}
    z_seen: list[Any] = []
    a_seen: list[Any] = []

    def loss(x, w, b, moves):
        # `moves` are zeros, added to each z^k and a^k: the slope by them is ∂ℒ/∂z^k, ∂ℒ/∂a^k.
        a = x
        for k in range(L):
            z = anp.dot(a, w[k]) + (b[k] if b else 0) + moves[2 * k]
            bare = _bare(z)
            z_seen.append(bare)
            if sides is not None and kinks[k]:
                z = z + _to_side(bare, sides[k], kinks[k], bound, seen)
            a = sigma[k](z) + moves[2 * k + 1]
            a_seen.append(_bare(a))
        return of(a, y)

    zeros = [np.zeros((len(x), v.shape[-1]), np.longdouble) for v in w for _ in (0, 1)]
    value, (dx, dw, db, moves) = _value_and_grad(loss)(x, w, b, zeros)
    return {
        "loss": np.asarray(_bare(value)), "kinks": seen["kinks"],
        "z": z_seen, "a": [x, *a_seen],
        "dL_da": [dx, *moves[1::2]], "dL_dz": moves[::2], "dL_dw": dw, "dL_db": db,
    }  # fmt: skip


def _bare(v: Any) -> Any:
    """The number or array in autograd's boxes."""
    while hasattr(v, "_value"):
        v = v._value
    return v


def _value_and_grad(f: Callable) -> Callable:
    def found(x, w, b, moves):
        every = autograd.value_and_grad(lambda p: f(p[0], p[1], p[2], p[3]))
        return every((x, list(w), list(b), list(moves)))

    return found


def _to_side(z, core, kinks, bound, seen) -> np.ndarray:
    """What to add to z, so that an entry next to a kink stands where the core's stands."""
    move = np.zeros_like(z)
    near = bound * max(1.0, float(np.abs(z).max()))
    for kink in kinks:
        off = ((z > kink) != (core > kink)) & (np.abs(z - kink) <= near)
        seen["kinks"] += int(off.sum())
        move = np.where(off, core.astype(np.longdouble) - z, move)
    return move


# --- the comparison ------------------------------------------------------------------------------


def run(net: Network) -> Outcome:
    """Hand the network to the core, and compare all that comes out."""
    found = Outcome()
    inputs = {"x": net.x, "w": net.w, "b": net.b, "y": net.y}
    before = {name: _kept(v) for name, v in inputs.items()}
    try:
        trace = bp.forward(net.x, net.w, activation=net.activation, b=net.b)
        grad = bp.backward(trace, net.y, net.loss)
        loss = bp.losses.TABLE[net.loss](trace.a[trace.L], net.plain["y"][0])
    except Exception as error:
        found.wrong.append(f"{type(error).__name__}: {error}")
        return found
    for name, v in inputs.items():
        if _kept(v) != before[name]:
            found.wrong.append(f"{name} was changed")
    _shapes_and_dtypes(net, trace, grad, loss, found)
    _memory(net, trace, grad, found)
    if found.wrong:
        return found
    numbers = {k: [v.astype(np.longdouble) for v in vs] for k, vs in net.plain.items()}
    if net.dtype == "float32":  # the core takes y to the dtype of the trace
        numbers["y"] = [v.astype(np.float32).astype(np.longdouble) for v in numbers["y"]]
    for at in np.ndindex(net.lead):
        _compare(net, at, numbers, trace, grad, loss, found)
    return found


def _compare(net, at, numbers, trace, grad, loss, found) -> None:
    """One network of those that the leading axes hold."""
    ours = {
        "z": [_of(net, v, at, 2) for v in trace.z],
        "a": [_of(net, v, at, 2) for v in trace.a],
        **{
            n: [_of(net, v, at, 1 if n == "dL_db" else 2) for v in getattr(grad, n)] for n in _NAMES
        },
    }
    with np.errstate(all="ignore"):
        theirs = right(net, at, ours["z"], numbers)
    arrays = [v for name in ("z", "a", *_NAMES) for v in theirs[name]]
    if not all(np.isfinite(v).all() for v in arrays):
        found.beyond = True  # longdouble itself overflowed
        return
    found.kinks += theirs["kinks"]
    bound, off = BOUND[net.dtype], []
    for name in ("z", "a", *_NAMES):
        first = 0 if name in ("a", "dL_da") else 1
        for k, (one, other) in enumerate(zip(ours[name], theirs[name], strict=True), first):
            error = _relative(one, other, net.dtype)
            if error <= bound:
                found.worst = max(found.worst, (error, f"{name}[{k}]"))
            else:
                off.append((name, k - first, k, error))
    value = np.broadcast_to(loss, net.lead)[at]
    scale = max(abs(theirs["loss"]), np.abs(numbers["y"][0]).sum(), 1e-3)
    error = float(abs(value - theirs["loss"]) / scale)
    found.worst = max(found.worst, (error, "ℒ"))
    if not error <= bound:
        found.wrong.append(f"ℒ{list(at) or ''}: off by {error:.1e} of its size")
    if off:
        moved = _moved(net, at, ours["z"], numbers, theirs)
        for name, place, k, error in off:
            if error <= SLACK * moved[name][place]:
                found.ill += 1
            else:
                found.wrong.append(
                    f"{name}[{k}]{list(at) or ''}: relative error {error:.1e}; the last place of "
                    f"the inputs moves it by {moved[name][place]:.1e}"
                )


def _moved(net, at, z, numbers, theirs) -> dict[str, list[float]]:
    """How far each right array moves where every number that comes in moves in its last place."""
    eps = float(np.finfo(net.dtype).eps)
    moved = {n: [0.0] * len(theirs[n]) for n in ("z", "a", *_NAMES)}
    for turn in range(5):
        rng = np.random.default_rng([net.number, turn])
        other = {
            name: [v * (1 + eps * rng.choice([-1, 1], v.shape)) for v in values]
            for name, values in numbers.items()
        }
        with np.errstate(all="ignore"):
            there = right(net, at, z, other)
        for name, most in moved.items():
            for place in range(len(most)):
                error = _relative(there[name][place], theirs[name][place], net.dtype)
                most[place] = max(most[place], error)
    return moved


def _relative(ours: np.ndarray, theirs: np.ndarray, dtype: str) -> float:
    """‖ours − theirs‖ / ‖theirs‖; a nan is infinitely wrong."""
    kind = np.finfo(dtype)
    floor = float(kind.tiny / kind.eps)
    off = np.linalg.norm((ours.astype(np.longdouble) - theirs).ravel())
    error = float(off / max(np.linalg.norm(theirs.ravel()), np.longdouble(floor)))
    return error if np.isfinite(error) else np.inf


def _of(net: Network, v: np.ndarray, at: tuple[int, ...], own: int) -> np.ndarray:
    return np.broadcast_to(v, (*net.lead, *v.shape[-own:]))[at]


def _kept(value: Any) -> Any:
    """All of an input that could change: numbers, type, strides and flags."""
    if isinstance(value, list):
        return [_kept(v) for v in value]
    if isinstance(value, np.ndarray):
        flags = value.flags.writeable, value.strides, value.dtype.str, value.shape
        return (*flags, value.tobytes())
    return repr(value)


def _shapes_and_dtypes(net, trace, grad, loss, found) -> None:
    """What the docstrings promise of every array."""
    m, widths = len(net.plain["x"][0]), [v.shape[-1] for v in (net.plain["x"][0], *net.plain["w"])]
    L = len(net.w)
    shapes: dict[str, list[tuple[int, ...]]] = {
        "dL_da": [(m, n) for n in widths],
        "dL_dz": [(m, n) for n in widths[1:]],
        "dL_dw": list(itertools.pairwise(widths)),
        "dL_db": [(n,) for n in widths[1:]] if net.b else [],
    }
    for name, expected in shapes.items():
        for k, v in enumerate(getattr(grad, name), 0 if name == "dL_da" else 1):
            own = expected[k - (name != "dL_da")]
            if v.shape != (*net.lead, *own):
                found.wrong.append(f"{name}[{k}] has shape {v.shape}, not {(*net.lead, *own)}")
    for name in ("a", "z"):
        for k, v in enumerate(getattr(trace, name), name == "z"):
            if v.shape[-2:] != (m, widths[k]):
                found.wrong.append(f"{name}[{k}] has shape {v.shape}, not (…, {m}, {widths[k]})")
    if trace.L != L or len(grad.dL_db) != (L if net.b else 0):
        found.wrong.append("the number of layers is another one")
    if np.shape(loss) != trace.a[L].shape[:-2]:
        found.wrong.append(f"the loss has shape {np.shape(loss)}, not {trace.a[L].shape[:-2]}")
    for name, layers in _outputs(trace, grad):
        for v in layers:
            if v.dtype != net.dtype:
                found.wrong.append(f"{name} is {v.dtype}, not {net.dtype}")


def _outputs(trace, grad):
    yield from (("a", [*trace.a]), ("z", [*trace.z]), ("w", [*trace.w]), ("b", [*trace.b]))
    yield from ((name, [*getattr(grad, name)]) for name in _NAMES)


def _memory(net, trace, grad, found) -> None:
    """No output shares its numbers with an input, or with another output; a[0], w and b may."""
    given = [v for v in (net.x, *net.w, *(net.b or []), net.y) if isinstance(v, np.ndarray)]
    made = [(f"a[{k}]", v) for k, v in enumerate(trace.a) if k]
    made += [(f"z[{k}]", v) for k, v in enumerate(trace.z, 1)]
    for name in _NAMES:
        made += [(f"{name}[{k}]", v) for k, v in enumerate(getattr(grad, name), name != "dL_da")]
    given += [trace.a[0], *trace.w, *trace.b]
    for place, (name, v) in enumerate(made):
        if any(np.may_share_memory(v, other) for other in given):
            found.wrong.append(f"{name} shares its memory with an input")
        for other, u in made[:place]:
            if np.may_share_memory(v, u):
                found.wrong.append(f"{name} shares its memory with {other}")
