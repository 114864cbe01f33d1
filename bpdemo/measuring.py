"""Measuring slopes of ℒ: what the forward pass does when one number of the network moves.

Nothing here knows the backward pass. A parameter is moved, the rest of the forward pass runs, and
ℒ is read off, in one of two ways:

- by the **complex step** (Squire and Trapp, 1998): the parameter moves by iε, and the slope is
  Im ℒ / ε. Nothing is subtracted, so nothing cancels. Every σ and the loss must be entries of the
  tables, because the step needs functions that are analytic where they stand.
- by **central differences** with several steps h, extrapolated to h = 0 (Richardson, 1911), for
  any other σ or loss.

To move one weight w^k_ij by h moves z^k_ej by h a^{k-1}_ei and no other number of layer k. So a
move needs no copy of the weights, and it costs what the layers *after* k cost.

Each slope comes with an error bar. Rounding can only be as large as the sum of the absolute values
of all paths from the parameter to ℒ, times a few ε; `Probe` computes that sum.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bpdemo import activations, losses
from bpdemo.activations import Activation
from bpdemo.losses import Loss
from bpdemo.trace import NOTHING, Trace
from bpdemo.validation import Array

__all__ = ["Floats", "Probe", "Slopes", "extrapolate"]

Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]
At: TypeAlias = NDArray[np.intp]
"""Flat indices of parameters, or numbers of neurons."""

Seed: TypeAlias = int | Sequence[int]
Slope: TypeAlias = tuple[float, float, float, bool]
"""value, bar, arms and kink of one move, as in `Slopes`."""

Entry = TypeVar("Entry", Activation, Loss)


_BLOCK = 2**17  # complex numbers in one block of moves: 2 MiB
_EPS = float(np.finfo(np.float64).eps)
_STEP = 2.0**-70  # ε of the complex step, for moves of size 1: its square is far below rounding
RATIO = 8.0  # between two steps of central differences; a power of 2, so that nothing is rounded
_REACH = 2.0**-4  # the largest step moves z by as much as this
_LEVELS = 8


@dataclass(frozen=True, eq=False)
class Slopes:
    """The measured slopes of P moves.

    Attributes
    ----------
    value : (P,) dℒ/dh of each move; at a kink, the mean of the slopes on both sides.
    bar : (P,) the error bar of `value`: how far measuring may be off.
    arms : (P,) half the difference of the slopes on both sides, where the move reaches a kink.
    kink : (P,) does the move start on a kink, or can no step avoid one?
    """

    value: Floats
    bar: Floats
    arms: Floats
    kink: Flags

    def __len__(self) -> int:
        return len(self.value)


def extrapolate(
    plus: Floats, minus: Floats, start: float, steps: Floats, noise: float
) -> tuple[Floats, Floats, Floats, Flags, At, Flags]:
    """The slope at h = 0 from ℒ(+h) and ℒ(−h) at several steps, the largest first.

    Parameters
    ----------
    plus, minus : (Q, P) ℒ at +h and −h for Q ≥ 3 steps; nan where a step isn't to be used.
    start : ℒ at h = 0.
    steps : (Q, P) the steps, each smaller than the one before by the factor `RATIO`.
    noise : how far rounding may move ℒ at h = 0; where ℒ(±h) is much larger, more.

    Returns
    -------
    value, bar, arms, kink : (P,) each, as in `Slopes`. The bar adds what the last extrapolation
        changed and what rounding leaves of the difference.
    at, coarse : (P,) which three steps were used, and whether shorter ones would be better.
    """
    with np.errstate(all="ignore"):
        base, noise = noise, np.fmax(noise, 4 * _EPS * np.fmax(np.abs(plus), np.abs(minus)))
        slope = (plus - minus) / (2 * steps)  # (Q, P), error h²
        # As a correction, and not as (64 s′ − s) / 63: 64 s′ may overflow where s′ doesn't.
        better = slope[1:] + (slope[1:] - slope[:-1]) / (RATIO**2 - 1)  # (Q − 1, P), error h⁴
        change = np.abs(better[1:] - better[:-1])  # (Q − 2, P)
        bars = 2 * change + 2 * noise[2:] / steps[2:]
        at = np.argmin(np.where(np.isfinite(bars), bars, np.inf), axis=0)[None]  # (1, P)
        value, bar = (np.take_along_axis(v, at, axis=0)[0] for v in (better[1:], bars))
        # ℒ(+h) + ℒ(−h) − 2ℒ is h times the difference of both arms. For a smooth ℒ the arms meet
        # as h falls; at a kink their difference stays what it is.
        arms = ((plus - start) + (minus - start)) / (2 * steps)
        small, large, largest = (np.take_along_axis(arms, at + q, axis=0)[0] for q in (2, 1, 0))
        shortest, left = (np.take_along_axis(v, at + 2, axis=0)[0] for v in (steps, noise))
        rounding = 4 * left / shortest
        kink = (0.5 * np.abs(large) < np.abs(small)) & (np.abs(small) < 2 * np.abs(large))
        kink &= (small * large > 0) & (large * largest > 0)  # noise has any sign, and grows as 1/h
        kink &= (np.abs(small) > rounding) & (np.abs(small) > 1e-6 * np.abs(value))
    bar = np.where(np.isfinite(bar), bar, np.inf)
    share = np.take_along_axis(change * steps[2:], at, axis=0)[0]
    coarse = ~((share <= 4 * left) & (left <= 2 * base))  # far out ℒ is so large that it's rounded
    return value, bar, np.where(kink, small, 0.0), kink, at[0], coarse


class Probe:
    """The forward pass of one network, ready to have its parameters moved.

    Parameters
    ----------
    trace : what `forward` returned, without leading axes. float32 is measured in float64, at the
        z and a that float32 gave, since those are what a backward pass gets.
    y : (m, n_L) the labels.
    loss : a `Loss`.
    complex_step : by default, wherever σ and loss are entries of the tables.
    """

    def __init__(
        self, trace: Trace, y: ArrayLike, loss: Loss, complex_step: bool | None = None
    ) -> None:
        L = trace.L
        self.L, self.loss = L, loss
        self.a = [v.astype(np.float64, copy=False) for v in trace.a]  # (m, n_k)
        self.z = [NOTHING, *(v.astype(np.float64, copy=False) for v in trace.z)]  # (m, n_k)
        self.w, self.b = [NOTHING, *trace.w], [NOTHING, *trace.b]
        self.y = np.asarray(y, dtype=np.float64)
        self.sigma = [NOTHING, *trace.activation]
        self.eps = float(np.finfo(trace.a[L].dtype).eps)  # of what is checked, not of measuring
        if complex_step is None:
            complex_step = _known(losses.TABLE, loss) and all(
                _known(activations.TABLE, sigma) for sigma in trace.activation
            )
        self.complex_step = complex_step
        with np.errstate(all="ignore"):
            if not complex_step:  # where a move of a starts: σ(z) in float64, also for float32
                pairs = zip(self.sigma[1:], self.z[1:], strict=True)
                self.start = [NOTHING, *(sigma.f(z) for sigma, z in pairs)]
            self.value = float(loss.value(self.a[L], self.y))
            self._majorants()

    def __len__(self) -> int:
        """The number of parameters."""
        return sum(v.size for v in (*self.w[1:], *self.b[1:]))

    # Moves

    def parameters(self, name: str, k: int, at: At) -> Slopes:
        """The slope of ℒ along each of P parameters of w^k or b^k.

        Parameters
        ----------
        name : "w" or "b".
        at : (P,) flat indices into w^k or b^k.
        """
        if not len(at):
            value, bar, arms = np.zeros((3, 0))
            return Slopes(value, bar, arms, np.zeros(0, dtype=bool))
        rows = max(1, _BLOCK // (len(self.y) * max(self.widths(k))))
        blocks = [at[p : p + rows] for p in range(0, len(at), rows)]
        with np.errstate(all="ignore"):
            parts = [self._slopes(k, *self._one_neuron(name, k, block)) for block in blocks]
        joined = [np.concatenate(v) for v in zip(*parts, strict=True)]
        value, bar, arms, kink = joined
        return Slopes(value, bar + self._bars(name, k, at, self.path, _EPS), arms, kink)

    def direction(self, name: str, k: int, seed: Seed) -> tuple[Slopes, list[NDArray[Any]]]:
        """The slope of ℒ when every parameter of w^k or b^k moves by +1 or −1 at once.

        Returns the slopes (of one move), and the signs in blocks of rows of the array.
        """
        rng = np.random.default_rng(seed)
        if name == "b":
            signs = rng.choice([-1.0, 1.0], self.b[k].shape)
            t, weight = np.broadcast_to(signs, self.z[k].shape), 1.0  # (m, n_k)
            blocks = [signs]
        else:
            rows = max(1, 2**18 // self.w[k].shape[1])
            t, blocks = np.zeros(self.z[k].shape), []
            for start in range(0, len(self.w[k]), rows):
                a = self.a[k - 1][:, start : start + rows]  # (m, rows)
                signs = rng.integers(0, 2, (a.shape[1], self.w[k].shape[1]), dtype=np.int8)
                blocks.append(signs * np.int8(2) - np.int8(1))
                t = t + a @ blocks[-1].astype(np.float64)  # (m, n_k)
            weight = np.abs(self.a[k - 1]).sum(axis=1, keepdims=True)  # (m, 1)
        with np.errstate(all="ignore"):
            value, bar, arms, kink = self._slopes(k, t[None], None)
            bar = bar + self._factor(k) * _EPS * np.sum(weight * self.path[k])
        return Slopes(value, bar, arms, kink), blocks

    @overload
    def rounding(self, name: str, k: int, at: At) -> Floats: ...

    @overload
    def rounding(self, name: str, k: int, at: None = None) -> float: ...

    def rounding(self, name: str, k: int, at: At | None = None) -> Floats | float:
        """How far a right backward pass may be off by rounding alone, for parameters at `at`.

        Without `at`: for the sum over all parameters of the array.
        """
        if at is not None:
            if not len(at):
                return np.zeros(0)
            return self._bars(name, k, at, self.noise, self.eps)
        weight = np.abs(self.a[k - 1]).sum(axis=1, keepdims=True) if name == "w" else 1.0
        return self._factor(k) * self.eps * float(np.sum(weight * self.noise[k]))

    def differences(self, name: str, k: int, at: At, h: float) -> Floats:
        """(ℒ(+h) − ℒ(−h)) / 2h for each of P parameters: one central difference, no more."""
        rows = max(1, _BLOCK // (len(self.y) * max(self.widths(k))))
        out = []
        for p in range(0, len(at), rows):
            t, columns = self._one_neuron(name, k, at[p : p + rows])
            plus, minus = (self._moved(k, t, columns, np.full(len(t), s))[0] for s in (h, -h))
            out.append((plus - minus) / (2 * h))
        return np.concatenate(out)

    def cost(self, k: int) -> int:
        """About how many numbers one move in layer k computes."""
        return len(self.y) * sum(self.widths(k)) * (1 if self.complex_step else 2 * _LEVELS)

    def widths(self, k: int) -> list[int]:
        """The numbers of neurons that a move in layer k reaches, layer by layer."""
        return [1] + [v.shape[1] for v in self.z[k + 1 :]] + [self.y.shape[1]]

    def _one_neuron(self, name: str, k: int, at: At) -> tuple[Floats, At]:
        """How each z^k_ej moves: (P, m), and the neurons j, (P,)."""
        if name == "b":
            return np.ones((len(at), len(self.y))), at
        i, j = np.divmod(at, self.w[k].shape[1])
        return self.a[k - 1].T[i], j

    def _slopes(
        self, k: int, t: Floats, columns: At | None
    ) -> tuple[Floats, Floats, Floats, Flags]:
        if not self.complex_step:
            return self._by_differences(k, t, columns)
        plus, kink = self._sideways(k, t, columns, +1)
        value, arms = plus, np.zeros_like(plus)
        if kink.any():  # both sides: a complex step with a minus takes the other branch
            minus, _ = self._sideways(k, t[kink], None if columns is None else columns[kink], -1)
            value, arms = plus.copy(), arms
            value[kink], arms[kink] = (plus[kink] + minus) / 2, (plus[kink] - minus) / 2
        return value, np.zeros_like(value), arms, kink

    # The complex step

    def _sideways(self, k: int, t: Floats, columns: At | None, side: int) -> tuple[Floats, Flags]:
        """Im ℒ / ε for moves of z^k by iεt, and whether each starts on a kink.

        t is (P, m) where one neuron of layer k moves, columns (P,) saying which, and (P, m, n_k)
        where columns is None. The real parts are those of the forward pass, so only the imaginary
        ones are carried on. Powers of 2 keep them in range, however many layers there are.
        """
        P, kink = len(t), np.zeros(len(t), dtype=bool)
        z = self.z[k] if columns is None else self.z[k].T[columns]  # (m, n_k) or (P, m)
        shift = np.zeros(P, dtype=int)
        for layer in range(k, self.L + 1):
            t, shift = _to_fit(t, shift)
            for at in self.sigma[layer].kinks:
                kink |= np.any((z == at) & (t != 0), axis=tuple(range(1, t.ndim)))
            t = self._bend(self.sigma[layer], z, t, side)
            if layer < self.L:
                w = self.w[layer + 1]
                # (P, m) by a row of w, or (P, m, n) @ (n, n′)
                one = layer == k and columns is not None
                t = t[..., None] * w[columns][:, None, :] if one else _times(t, w)
                z = self.z[layer + 1]
        if t.ndim == 2:  # a neuron of the last layer
            t, narrow = np.zeros((P, *self.y.shape)), t
            t[np.arange(P), :, columns] = narrow
        t, shift = _to_fit(t, shift)
        slope = self.loss(self.a[self.L] + 1j * (side * _STEP * t), self.y).imag
        return np.ldexp(slope / (side * _STEP), shift), kink

    def _bend(self, sigma: Activation, z: Floats, t: Floats, side: int) -> Floats:
        """How a = σ(z) moves where z moves by t: Im σ(z + iεt) / ε."""
        c = np.empty(np.broadcast_shapes(z.shape, t.shape), dtype=np.complex128)
        c.real, c.imag = z, side * _STEP * t
        moved = sigma.f(c).imag / (side * _STEP)
        if not np.isfinite(moved).all():  # e^z beyond the largest float: σ is flat out there
            h = 2.0**-20
            flat = (sigma.f(z + h) - sigma.f(z - h)) / (2 * h) * t
            moved = np.where(np.isfinite(moved), moved, flat)
        return moved

    # Central differences

    def _by_differences(
        self, k: int, t: Floats, columns: At | None
    ) -> tuple[Floats, Floats, Floats, Flags]:
        reach = np.abs(t).max(axis=tuple(range(1, t.ndim)))  # (P,) how far h = 1 moves z
        largest = np.where(reach > 0, _REACH / np.where(reach > 0, reach, 1), 1.0)
        largest = 2.0 ** np.floor(np.log2(largest))
        steps = largest * RATIO ** -np.arange(_LEVELS)[:, None]  # (Q, P)
        plus, minus = np.empty_like(steps), np.empty_like(steps)
        lost, crossed = (np.zeros(steps.shape, dtype=bool) for _ in range(2))
        for q, h in enumerate(steps):
            for values, side in ((plus, h), (minus, -h)):
                values[q], faint, over = self._moved(k, t, columns, side)
                lost[q] |= faint
                crossed[q] |= over
        value, bar, arms, kink, *_ = extrapolate(
            np.where(crossed, np.nan, plus), minus, self.value, steps, self.noise_of_loss
        )
        # ℒ stands still at every step, and at the longest that isn't because rounding hid the move
        still = np.all((plus == self.value) & (minus == self.value) | crossed, axis=0)
        first = np.argmax(~crossed, axis=0)[None]  # the longest step that crosses no kink
        still &= ~np.take_along_axis(lost | crossed, first, axis=0)[0]
        value, bar = np.where(still, 0.0, value), np.where(still, 0.0, bar)
        stuck = crossed[-3:].any(axis=0) & ~still  # no three steps are short enough
        if stuck.any():
            right, left = (plus[-1] - self.value), (self.value - minus[-1])
            value = np.where(stuck, (right + left) / (2 * steps[-1]), value)
            arms = np.where(stuck, (right - left) / (2 * steps[-1]), arms)
        return value, bar, arms, (kink & ~still) | stuck

    def _moved(
        self, k: int, t: Floats, columns: At | None, h: Floats
    ) -> tuple[Floats, Flags, Flags]:
        """ℒ where z^k moves by ht; whether some move was lost in rounding; whether one met a kink.

        Moves are carried from layer to layer as differences, which keeps their digits.
        """
        h = h.reshape(-1, *[1] * (t.ndim - 1))
        z, a = self.z[k], self.start[k]
        if columns is not None:
            z, a = z.T[columns], a.T[columns]  # (P, m)
        dz = h * t
        faint, over = (np.zeros(len(t), dtype=bool) for _ in range(2))
        for layer in range(k, self.L + 1):
            axes = tuple(range(1, dz.ndim))
            da = self.sigma[layer].f(z + dz) - a
            hidden = np.abs(dz) < 1e-6 * (1 + np.abs(z))
            if not self.sigma[layer].kinks:  # then it never stands still: 1 is 1 − e^{-z}, rounded
                hidden = hidden | (a != 0)
            faint |= np.any((dz != 0) & (da == 0) & hidden, axis=axes)
            for at in self.sigma[layer].kinks:
                met = (dz != 0) & ((z - at) * (z + dz - at) <= 0)
                over |= met.any(axis=axes)
            if layer < self.L:
                w = self.w[layer + 1]
                one = layer == k and columns is not None
                dz = da[..., None] * w[columns][:, None, :] if one else _times(da, w)
                z, a = self.z[layer + 1], self.start[layer + 1]
        if da.ndim == 2:
            da, narrow = np.zeros((len(da), *self.y.shape)), da
            da[np.arange(len(da)), :, columns] = narrow
        value = np.broadcast_to(self.loss(self.a[self.L] + da, self.y), len(da))
        faint |= (value == self.value) & np.any(da != 0, axis=(1, 2))
        return value, faint, over

    # Error bars

    def _majorants(self) -> None:
        """path[k], (m, n_k): Σ |path from z^k to ℒ|. noise[k]: the same for what rounding adds.

        Each local slope of a backward pass may be off by ε times the largest slope (as a (1 − a)
        is, where a is almost 1), and the slope of the loss by what a relative ε in a or y does.
        """
        L = self.L
        slope, wobble = self._slopes_of_loss()
        path: list[Floats] = [NOTHING] * (L + 1)
        noise: list[Floats] = [NOTHING] * (L + 1)
        spread = 0.0
        for k in range(L, 0, -1):
            local = self._local_slopes(k)  # (m, n_k)
            spread += float(np.sum((slope * self.a[k]) ** 2))
            size = max(1.0, float(local.max())) if np.isfinite(local).all() else 1.0
            path[k] = slope * local
            spread += float(np.sum((path[k] * self.z[k]) ** 2))
            noise[k] = path[k] + slope * size + wobble * local
            w = self.w[k].T
            slope, wobble = _times(path[k], w, np.abs), _times(noise[k], w, np.abs)
        self.path, self.noise = path, noise
        self.noise_of_loss = 4 * _EPS * (abs(self.value) + np.sqrt(spread))

    def _local_slopes(self, k: int) -> Floats:
        sigma, z = self.sigma[k], self.z[k]
        if self.complex_step:
            return np.abs(self._bend(sigma, z, np.ones_like(z), 1))
        h = 2.0**-17
        slopes: Floats = np.abs(sigma.f(z + h) - sigma.f(z - h)) / (2 * h)
        return slopes

    def _slopes_of_loss(self) -> tuple[Floats, Floats]:
        """|∂ℒ/∂a^L|, and how far a relative ε in a^L or y moves it, as a factor of ε: (m, n_L)."""
        a, y, more = self.a[self.L], self.y, 1 + 2.0**-20
        slope = self._moves_of_loss(a, y)
        near = self._moves_of_loss(a * more, y), self._moves_of_loss(a, y * more)
        wobble = sum(np.abs(v - slope) for v in near) / (more - 1)
        wobble = np.where(np.isfinite(wobble), wobble, 0.0)
        size = self._size(slope)
        if self.loss is losses.TABLE["softmax_cross_entropy"]:
            # p − y: two paths, and they cancel where p is almost y
            size = losses.softmax(a) * y.sum(axis=-1, keepdims=True) + np.abs(y)
        return size, size + self._size(wobble)

    def _moves_of_loss(self, a: Floats, y: Floats) -> Floats:
        """The slope of ℒ along moves of a^L: of each of its numbers alone, (m, n_L), if few.

        If many, of all at once, with 4 choices of signs, (4,).
        """
        m, n = a.shape
        if self.y.size**2 <= _BLOCK:
            moves = np.eye(m * n).reshape(m * n, m, n)
            return self._slopes_of_moves(a, y, moves).reshape(m, n)
        rng = np.random.default_rng(0)
        moves = (rng.choice([-1.0, 1.0], (1, m, n)) for _ in range(4))
        return np.concatenate([self._slopes_of_moves(a, y, one) for one in moves])

    def _slopes_of_moves(self, a: Floats, y: Floats, moves: Floats) -> Floats:
        slopes: Floats
        if self.complex_step:
            slopes = self.loss(a + 1j * (_STEP * moves), y).imag / _STEP
        else:
            h = 2.0**-17 * max(float(np.abs(a).max()), float(np.abs(y).max()), 2.0**-900)
            slopes = (self.loss(a + h * moves, y) - self.loss(a - h * moves, y)) / 2 / h
        return slopes

    def _size(self, slope: Floats) -> Floats:
        """Absolute values, (m, n_L); of sums with 4 choices of signs, twice their root mean square.

        That is about twice the root of the sum of the squares, so no number in the sum is larger.
        """
        if slope.ndim == 2:
            return np.abs(slope)
        return np.broadcast_to(2 * np.sqrt((slope**2).mean()), self.y.shape)

    def _factor(self, k: int) -> float:
        """A sum of n numbers is off by about √n roundings."""
        terms = max(len(self.y), *(v.shape[1] for v in self.a))
        factor: float = 8.0 * (self.L - k + 1 + np.sqrt(terms))
        return factor

    def _bars(self, name: str, k: int, at: At, majorant: Sequence[Floats], eps: float) -> Floats:
        if name == "b":
            size = majorant[k].sum(axis=0)[at]  # (P,)
        elif len(at) == self.w[k].size:
            size = (np.abs(self.a[k - 1]).T @ majorant[k]).reshape(-1)  # (n_{k-1} n_k,)
        else:
            (i, j), a = np.divmod(at, self.w[k].shape[1]), np.abs(self.a[k - 1])
            rows = max(1, _BLOCK // len(self.y))
            blocks = [slice(p, p + rows) for p in range(0, len(at), rows)]
            size = np.concatenate(
                [np.einsum("ep,ep->p", a[:, i[one]], majorant[k][:, j[one]]) for one in blocks]
            )
        return self._factor(k) * eps * size


def _known(table: Mapping[str, Entry], entry: Entry) -> bool:
    return table.get(entry.name) is entry


def _to_fit(t: Floats, shift: NDArray[np.int_]) -> tuple[Floats, NDArray[np.int_]]:
    """Moves that are neither huge nor tiny, and the powers of 2 that undo the scaling.

    Huge ones would no longer be small times ε, and tiny ones would vanish on the way.
    """
    size = np.abs(t).max(axis=tuple(range(1, t.ndim)))  # (P,)
    if 2.0**-400 <= size.min() and size.max() <= 2.0**20:
        return t, shift
    outside = ((size > 2.0**20) | (size < 2.0**-400)) & (size > 0) & np.isfinite(size)
    if not outside.any():
        return t, shift
    power = np.where(outside, np.frexp(size)[1], 0)
    return np.ldexp(t, -power.reshape(-1, *[1] * (t.ndim - 1))), shift + power


def _times(t: Floats, w: Array, of: Callable[[Floats], Floats] | None = None) -> Floats:
    """t @ w, or t @ |w|; in blocks of columns where w would have to be copied to be multiplied."""
    if w.size <= 2**19 or (w.dtype == np.float64 and of is None):
        whole = w.astype(np.float64, copy=False)
        return t @ (whole if of is None else of(whole))
    columns, out = max(1, 2**19 // len(w)), np.empty((*t.shape[:-1], w.shape[1]))
    for j in range(0, w.shape[1], columns):
        block = w[:, j : j + columns].astype(np.float64)
        out[..., j : j + columns] = t @ (block if of is None else of(block))
    return out


# Anybody's function


def noise_of(f: Callable[[float], float], start: float) -> float:
    """How far rounding moves a value of f, seen in the values of f at nine points close together.

    The differences of high order of a smooth function vanish when its points are close; what is
    left is noise (Moré and Wild, 2011). It also sees a function that computes in float32 inside.

    Parameters
    ----------
    f : of one number t; it moves the parameters by t times their own size.
    start : f(0).
    """
    floor = 4 * _EPS * abs(start)
    for h in (2.0**-23, 2.0**-33):
        # On each side alone: a kink between the points would look like noise.
        sides = [np.array([f(side * n * h) for n in range(1, 9)]) for side in (1, -1)]
        noise = max(floor, 4 * min(map(_high_differences, sides)))
        if noise <= 2.0**-14 * np.abs(sides).max():  # else f itself swings between the points
            break
    return noise


def _high_differences(values: Floats) -> float:
    power = np.frexp(np.abs(values).max())[1]
    values = np.ldexp(values, -power)  # so that no square overflows
    factor, found = 1.0, []
    for order in range(1, 7):
        values = np.diff(values)
        factor *= order / (2 * (2 * order - 1))  # (n!)² / (2n)!
        found.append(np.sqrt(factor * np.mean(values**2)))
    return float(np.ldexp(np.median(found[3:]), power))


def measure(
    f: Callable[[float], float],
    start: float,
    scale: float,
    noise: float,
    sharp: float,
    value: float = 0.0,
) -> Slope:
    """The slope at t = 0 of a function of one number: (value, bar, arms, kink), as in `Slopes`.

    The first steps are a small part of `scale`. While the error bar is larger than `sharp` times
    the slope, longer steps are added where rounding is to blame, and shorter ones where the steps
    are too long or reach a kink. `value` is the size of what moves, if that is smaller than
    `scale`.

    A function that swings between the steps can look smooth at them. So the slope is held beside
    that at one far shorter step, the shortest at which rounding leaves three digits; where the two
    part, the steps were too long.
    """
    least = min(scale, abs(value) or scale) * 2.0**-42
    while True:
        found = _measure(f, start, scale, noise, sharp, least * 2.0**10)
        slope, bar, _, kink = found
        if kink or not np.isfinite(bar) or not (size := max(abs(slope), bar)):
            return found
        h = 2.0 ** np.ceil(np.log2(max(noise / size * 2.0**13, least)))
        off = abs((f(h) - f(-h)) / (2 * h) - slope)
        if h >= scale * 2.0**-15 or off <= bar + 8 * noise / h + size * 2.0**-9:
            return found
        scale /= RATIO**3
        if scale < least * 2.0**16:
            return slope, np.inf, 0.0, False


def _measure(
    f: Callable[[float], float],
    start: float,
    scale: float,
    noise: float,
    sharp: float,
    shortest: float,
) -> Slope:
    steps = [scale * 2.0**-6 * RATIO**-q for q in range(3)]
    values = [(f(h), f(-h)) for h in steps]
    longest = scale * 2.0**12
    while not np.isfinite(values[0]).all() and steps[-1] > shortest:  # outside of what f can take
        steps, values, longest = [*steps[1:], steps[-1] / RATIO], values[1:], steps[1]
        values.append((f(steps[-1]), f(-steps[-1])))
    while True:
        jumps = [max(abs(plus - start), abs(minus - start)) for plus, minus in values]
        still = [jump == 0 for jump in jumps]
        # A smooth f that moves by D at the step h moves by D/64 or more at h/8. Where it moves
        # further out, and stands still close by though rounding couldn't hide that, it is flat.
        near = still.index(True) if any(still) else 0
        if near > 0 and jumps[near - 1] > 2 * RATIO**2 * noise:
            return 0.0, 0.0, 0.0, False
        if all(still):
            if steps[0] >= longest:
                return 0.0, 0.0, 0.0, False  # nothing moves f, however far
            shorter = False
        else:
            h, (plus, minus) = np.array(steps)[:, None], np.array(values).T[:, :, None]
            found = extrapolate(plus, minus, start, h, noise)
            value, bar, arms, kink, at, shorter = (v[0] for v in found)
            if not kink and bar <= sharp * abs(value):
                break
            if kink:
                steps, values, shorter = steps[-3:], values[-3:], True
            elif at != (len(steps) - 3 if shorter else 0):
                break  # the best steps have been found
        if shorter and steps[-1] > shortest:
            steps.append(steps[-1] / RATIO)
            values.append((f(steps[-1]), f(-steps[-1])))
        elif not shorter and steps[0] < longest:
            steps.insert(0, steps[0] * RATIO)
            values.insert(0, (f(steps[0]), f(-steps[0])))
        else:
            break
    if value == start == noise == 0 and all(plus == minus for plus, minus in values):
        bar = 0.0  # a minimum with ℒ = 0, and the same ℒ on both sides of it
    return value, bar, arms, kink
