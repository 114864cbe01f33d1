"""What a pass through a network leaves: `Layers` of arrays, the `Trace`, the `Gradients`."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Never, TypeVar, cast

from bpdemo.activations import Activation
from bpdemo.validation import Array

__all__ = ["NOTHING", "Gradients", "Layers", "Trace"]

T = TypeVar("T")

NOTHING: Never = cast(Never, None)
"""Stands in a list where no layer is, or none yet; nobody reads it."""


class Layers(Iterable[T]):
    """One array per layer, indexed by the layer's own number k, as in the notes.

    Iterating gives the arrays in the order of k. Every k outside ``first … last`` raises
    IndexError, negative ones too: there is no layer −1.

    It is not a `collections.abc.Sequence`, because those count from 0.
    """

    __slots__ = ("_arrays", "_name", "first")

    def __init__(self, name: str, arrays: Iterable[T], first: int) -> None:
        self._name = name
        self._arrays = tuple(arrays)
        self.first = first

    @property
    def last(self) -> int:
        """The number of the last layer."""
        return self.first + len(self._arrays) - 1

    def __getitem__(self, k: int) -> T:
        try:
            if k >= self.first:
                return self._arrays[k - self.first]
        except (IndexError, TypeError):
            pass
        if not self._arrays:
            raise IndexError(f"{self._name}[{k}] does not exist: this network has no biases")
        raise IndexError(
            f"{self._name}[{k!r}] does not exist: "
            f"k is a layer's number, from {self.first} to L = {self.last}"
        )

    def __len__(self) -> int:
        return len(self._arrays)

    def __iter__(self) -> Iterator[T]:
        return iter(self._arrays)

    def __reversed__(self) -> Iterator[T]:
        return reversed(self._arrays)

    def __repr__(self) -> str:
        shapes = ", ".join(
            f"{self._name}[{k}] {getattr(v, 'shape', v)}" for k, v in enumerate(self, self.first)
        )
        return f"<{shapes or self._name + ': no biases'}>"


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """Everything `forward` computed. It holds references to x, w and b, not copies.

    Attributes
    ----------
    a : a[k] of shape (…, m, n_k), k = 0 … L; a[0] is x.
    z : z[k] of shape (…, m, n_k), k = 1 … L.
    w : w[k] of shape (…, n_{k-1}, n_k), k = 1 … L.
    b : b[k] of shape (…, n_k), k = 1 … L; empty where the network has no biases.
    activation : activation[k], the `Activation` of layer k, k = 1 … L.
    """

    a: Layers[Array]
    z: Layers[Array]
    w: Layers[Array]
    b: Layers[Array]
    activation: Layers[Activation]

    @property
    def L(self) -> int:
        """The number of the last layer."""
        return self.a.last

    @property
    def m(self) -> int:
        """The number of examples."""
        return len(self.a[0])


@dataclass(frozen=True, slots=True, eq=False)
class Gradients:
    """Everything `backward` computed: the gradient of ℒ with respect to each quantity.

    Attributes
    ----------
    dL_da : dL_da[k] of shape (…, m, n_k), k = 0 … L.
    dL_dz : dL_dz[k] of shape (…, m, n_k), k = 1 … L; often written δ^k.
    dL_dw : dL_dw[k] of shape (…, n_{k-1}, n_k), k = 1 … L.
    dL_db : dL_db[k] of shape (…, n_k), k = 1 … L; empty where the network has no biases.

    Many networks have many losses. So where any w or b has leading axes, every gradient has the
    leading axes of all of them, broadcast: one gradient for each network.
    """

    dL_da: Layers[Array]
    dL_dz: Layers[Array]
    dL_dw: Layers[Array]
    dL_db: Layers[Array]
