"""The doctor: not only which gradients are wrong, but which slip makes them so.

`diagnose` checks a backward pass and, where it is wrong, computes what each known slip would give:
each slip of the zoo in all layers and in each alone, constant factors, swapped examples, a step
taken too early at any learning rate, and any two slips together. What gives exactly the gradients
that came is what the code does.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from bpdemo import checking, network, slips, validation
from bpdemo.reports import Report
from bpdemo.slips import Slip

__all__ = ["Diagnosis", "diagnose"]

_FACTORS = {"wrong_sign": -1.0, "lost_factor_2": 0.5, "doubled": 2.0}
_ORDERS = 400  # so many orders of the examples are tried


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """What `diagnose` found.

    Attributes
    ----------
    report : of the gradient check.
    slips : the slips that give exactly these gradients, as (name, layers), the likeliest first;
        where it takes two slips together, these two. The names are those of `slips.TABLE` and
        `slips.OTHERS`. Empty where all is well, or where nothing fits.
    together : do the slips act together? Else each of them alone explains the gradients.
    eta : the learning rate of a step taken too early, if that is among the slips.
    first_wrong : the first layer, from the loss back, whose gradients are wrong; None if none is.
    """

    report: Report
    slips: tuple[tuple[str, tuple[int, ...]], ...]
    together: bool = False
    eta: float | None = None
    first_wrong: int | None = None

    @property
    def ok(self) -> bool:
        """Was everything measured, and is it right?"""
        return self.report.ok

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        if self.first_wrong is None:
            return str(self.report)
        if not self.slips:
            rows = [r for r in self.report.rows if r.k == self.first_wrong]
            return "\n".join(
                [
                    "These gradients are wrong, but no slip that I know gives them.",
                    f"From the loss back, layer {self.first_wrong} is the first that is wrong:",
                    *(f"  {row}" for row in rows if not row.ok),
                ]
            )
        head = (
            "Two slips together give exactly these gradients:"
            if self.together
            else "This slip gives exactly these gradients:"
            if len(self.slips) == 1
            else "Each of these slips gives exactly these gradients; the first is the likeliest:"
        )
        L = max(row.k for row in self.report.rows if row.k is not None)
        return "\n".join([head, *(self._in_words(name, ks, L) for name, ks in self.slips)])

    def _in_words(self, name, layers, L) -> str:
        slip = _slip(name)
        where = (
            "in every layer"
            if len(layers) == L > 1
            else f"in layer {layers[0]}"
            if len(layers) == 1
            else "in the layers " + ", ".join(map(str, layers))
        )
        lines = [
            f"  {name.replace('_', ' ')}, {where}",
            f"    it is      {slip.line}",
            f"    should be  {slip.right}",
            f"    why        {slip.says}",
        ]
        if "eta" in slip.line and self.eta is not None:
            lines.append(f"    here       η = {self.eta:.4g}")
        return "\n".join(lines)


@validation.checked(backward=validation.function)
def diagnose(
    x,
    w,
    y,
    *,
    activation="sigmoid",
    b=None,
    loss="squared_difference",
    backward: Callable = network.backward,
    tolerance: float | None = None,
) -> Diagnosis:
    """Check a backward pass, and say which slip makes its gradients wrong.

    Parameters
    ----------
    x, w, y, activation, b, loss, backward, tolerance : as for `check_gradients`.

    The more a network can tell apart, the sharper the answer: use at least two layers, layers of
    equal width (or a lost transpose can't run), several examples, biases, and a σ that isn't the
    identity. `slips.problem` is made for that.

    Raises
    ------
    ValueError, TypeError : as `check_gradients` does.

    Examples
    --------
    >>> p = slips.problem()
    >>> mine = slips.TABLE["bias_mean"].backward
    >>> print(diagnose(p.x, p.w, p.y, activation=p.activation, b=p.b, backward=mine))
    This slip gives exactly these gradients:
      bias mean, in every layer
        it is      dL_db[k] = dL_dz[k].mean(axis=-2)
        should be  dL_db[k] = dL_dz[k].sum(axis=-2)
        why        It takes the mean of the examples for the bias, and the sum for the weights.
    """
    trace = network.forward(x, w, activation=activation, b=b)  # looks at all four
    received = []

    def kept(trace, y, loss):
        received.append(backward(trace, y, loss))
        return received[0]

    copies = [np.array(v) for v in w], None if b is None else [np.array(v) for v in b]
    report = checking.check_gradients(
        np.array(x),
        copies[0],
        y,
        activation=activation,
        b=copies[1],
        loss=loss,
        backward=kept,
        tolerance=tolerance,
    )
    wrong = [row.k for row in report.rows if row.k is not None and row.verdict == "differs"]
    if not wrong:
        return Diagnosis(report, ())
    case = _Case(trace, y, loss, received[0], report)
    return Diagnosis(report, *case.explain(), first_wrong=max(wrong))


def _slip(name) -> Slip:
    return slips.TABLE.get(name) or slips.OTHERS[name]


class _Case:
    """One set of wrong gradients, and what each slip would give instead."""

    def __init__(self, trace, y, loss, received, report):
        self.trace, self.loss = trace, loss
        self.y = np.asarray(y, dtype=trace.a[trace.L].dtype)
        self.m = len(self.y)
        self.names = [(row.name, row.k) for row in report.rows]
        self.got = self.arrays(received)
        self.right = self.arrays(network.backward(trace, self.y, loss))
        # Both come from the same numbers by the same formulas, but for rounding.
        single = trace.a[trace.L].dtype == np.float32
        self.slack = 10 * report.tolerance if single else min(10 * report.tolerance, 1e-8)
        self.layers = tuple(range(1, trace.L + 1))

    def arrays(self, grad) -> list[np.ndarray]:
        """The gradients in the order of the report's rows."""
        return [np.asarray(getattr(grad, f"dL_d{name}")[k]) for name, k in self.names]

    def same(self, one, other) -> bool:
        """Are two arrays equal, up to rounding?"""
        if one.shape != other.shape or not (np.isfinite(one).all() and np.isfinite(other).all()):
            return False
        off, size = np.abs(one - other), np.maximum(np.abs(one), np.abs(other))
        return bool(np.all(off <= self.slack * (size + 1e-3 * size.max(initial=0.0))))

    def fits(self, arrays) -> bool:
        return all(self.same(one, got) for one, got in zip(arrays, self.got, strict=True))

    def run(self, *changes, **options) -> list[np.ndarray] | None:
        """What the backward pass gives with these slips; None where it can't run."""
        try:
            with np.errstate(all="ignore"):
                grad = slips.patched(*changes, **options)(self.trace, self.y, self.loss)
            return self.arrays(grad)
        except (ValueError, TypeError, AttributeError):
            return None

    def explain(self) -> tuple[tuple[tuple[str, tuple[int, ...]], ...], bool, float | None]:
        """(slips, together, eta) for a `Diagnosis`."""
        found, factors = self.one_slip(), self.factors(self.right)
        if factors and len(factors) == 1:
            if not found:
                return factors, False, None
            if all("eta" in _slip(name).line for name, _ in found[0]):
                # Where a layer has one neuron, some η gives every factor: −1 is likelier by itself.
                return factors + found[0], False, found[2]
        if found:
            return found
        found = self.swapped() or self.two_slips() or self.slip_and_factor()
        return found or (factors or (), bool(factors), None)

    # One slip, or one line that is wrong in one layer

    def places(self, slip) -> Iterator[tuple[int, ...]]:
        """All the layers in which a slip may be: where it belongs, all, and each alone."""
        seen = set()
        lines_outside = not slip.right.startswith(("da_dz", "dL_dz", "dL_dw", "dL_db", "dL_da[k"))
        places = [slip.layers(self.trace)]
        if not lines_outside and slip.where != "relu":
            first = 2 if slip.where == "later" else 1
            places += [self.layers[first - 1 :], *((k,) for k in self.layers[first - 1 :])]
        elif slip.where == "relu":
            places += [(k,) for k in places[0]]
        for place in places:
            if place and place not in seen:
                seen.add(place)
                yield place

    def every(self) -> Iterator[tuple[Slip, tuple[int, ...]]]:
        for slip in (*slips.TABLE.values(), slips.OTHERS["doubled"], slips.OTHERS["sum_for_mean"]):
            for place in self.places(slip):
                yield slip, place

    def one_slip(self):
        found = []
        self.singles = []
        for change in self.every():
            arrays, rate = self.with_rate(change)
            if arrays is None or all(map(self.same, arrays, self.right)):
                continue
            self.singles.append((change, arrays))
            if self.fits(arrays):
                found.append((self.name(*change), rate))
        found.sort(
            key=lambda one: one[1] is not None
        )  # what fits without a free number is likelier
        eta = next((rate for _, rate in found if rate is not None), None)
        return (tuple(name for name, _ in found), False, eta) if found else None

    def name(self, slip, place):
        """A wrong base case makes every layer wrong."""
        return slip.name, self.layers if slip.right.startswith("dL_da[L]") else place

    def with_rate(self, *changes):
        """What the slips give; for a step taken too early, with the η that fits best."""
        if not any("eta" in slip.line for slip, _ in changes):
            return self.run(*changes), None
        still, moved = self.run(*changes, eta=0.0), self.run(*changes, eta=1.0)
        if still is None or moved is None:
            return None, None
        top = max(max(place) for slip, place in changes if "eta" in slip.line)
        # The gradients of layer k − 1 are linear in the η with which layer k was updated.
        up = down = 0.0
        for (_, k), zero, one, got in zip(self.names, still, moved, self.got, strict=True):
            if k == top - 1 and zero.shape == got.shape:
                slope, size = one - zero, np.abs(one - zero).max(initial=0.0) or 1.0
                up += float(np.sum((got - zero) / size * (slope / size)))
                down += float(np.sum((slope / size) ** 2))
        if not down or not np.isfinite(up) or up == 0:
            return None, None
        return self.run(*changes, eta=up / down), up / down

    # A constant factor in some layers

    def factors(self, arrays):
        """The constant factors that lead from these arrays to those that came, by layer.

        None where there is no such factor, or an unknown one.
        """
        known = dict(_FACTORS)
        if self.m > 2:
            known |= {"mean_for_sum": 1.0 / self.m, "sum_for_mean": float(self.m)}
        named = {(name,): value for name, value in known.items()}
        for one, other in combinations(known, 2):
            if known[one] * known[other] not in (1.0, *known.values()):
                named[one, other] = known[one] * known[other]
        found = {}
        for (_, k), one, got in self.rows(arrays, self.got):
            if self.same(one, got):
                continue
            for names, value in named.items():
                if self.same(value * one, got):
                    for name in names:
                        found.setdefault(name, set()).add(k)
                    break
            else:
                return None
        return tuple((name, tuple(sorted(ks))) for name, ks in found.items())

    def slip_and_factor(self):
        for change, arrays in self.singles:
            factors = self.factors(arrays)
            if factors and len(factors) == 1:
                return (self.name(*change), *factors), True, None
        return None

    # Labels in another order than their examples

    def swapped(self):
        m, swapped = self.m, slips.OTHERS["swapped_examples"]
        orders = [np.arange(m)[::-1], np.roll(np.arange(m), 1), np.roll(np.arange(m), -1)]
        for one, other in combinations(range(m), 2):
            if len(orders) == _ORDERS:
                break
            order = np.arange(m)
            order[[one, other]] = other, one
            orders.append(order)
        for order in orders:
            arrays = self.run((swapped, None), order=order)
            if not all(map(self.same, arrays, self.right)) and self.fits(arrays):
                return ((swapped.name, self.layers),), False, None
        return None

    # Two slips

    def two_slips(self):
        """Any two slips together.

        The rows behind the second slip's first effect (nearer to the loss) are those of the first
        slip alone, so most pairs are out before they are run.
        """
        tops, match = [], []
        for _, arrays in self.singles:
            changed = [k for (_, k), one, right in self.rows(arrays, self.right)
                       if not self.same(one, right)]  # fmt: skip
            tops.append(max(changed))
            match.append([self.same(one, got) for _, one, got in self.rows(arrays, self.got)])
        first = max((k for (_, k), one, got in self.rows(self.right, self.got)
                     if not self.same(one, got)), default=0)  # fmt: skip
        for n, other in combinations(range(len(self.singles)), 2):
            if max(tops[n], tops[other]) != first:
                continue
            high, low = (n, other) if tops[n] >= tops[other] else (other, n)
            above = [same for (_, k), same in zip(self.names, match[high], strict=True)
                     if k > tops[low]]  # fmt: skip
            if not all(above):
                continue
            changes = self.singles[n][0], self.singles[other][0]
            if changes[0][0].right == changes[1][0].right and set(changes[0][1]) & set(
                changes[1][1]
            ):
                continue  # one line can't be wrong in two ways at once
            arrays, eta = self.with_rate(*changes)
            if arrays is not None and self.fits(arrays):
                return tuple(self.name(*change) for change in changes), True, eta
        return None

    def rows(self, one, other):
        return zip(self.names, one, other, strict=True)
