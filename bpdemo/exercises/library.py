"""The learner's own library: the functions that have passed, kept together, put to work.

    exercises.mine              what is in it, and what is still missing
    exercises.mine.layer        one of the functions
    exercises.mine.rings()      train on the rings with them (notebook 04)
    exercises.mine.digits()     read the digits with them (notebook 05)
    exercises.mine.softmax_digits()   the same with biases, relu and softmax (notebook 08)
    exercises.mine.examine()    have their gradients checked, and diagnosed
    exercises.mine.write()      write them to a file that runs alone

In a notebook of a learner the file is kept up to date next to the notebooks, and the next notebook
imports it, as Python imports any module. Elsewhere nothing is written unless `write` is called.
"""

import ast
import importlib.util
import inspect
import re
import sys
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FunctionType

import numpy as np

from bpdemo import (
    activations,
    checking,
    data,
    doctor,
    losses,
    network,
    record,
    slips,
    training,
    validation,
)
from bpdemo.exercises.base import Exercise

__all__ = ["Mine"]


_HEAD = '''"""Back-propagation, written by me, exercise by exercise, in the notebooks of bpdemo.

It needs NumPy alone. bpdemo writes it again whenever another exercise has passed.
"""

import numpy as np


def sigma(z):
    """The sigmoid, from notebook 01."""
    return 1 / (1 + np.exp(-z))


def sigma_prime(z):
    """Its slope, from notebook 02."""
    return sigma(z) * (1 - sigma(z))
'''

_TAIL = """

if __name__ == "__main__":
    # Four examples, two inputs and a constant 1; 1 where exactly one of the inputs is 1.
    x = np.array([[0.0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
    y = np.array([[0.0], [1], [1], [0]])
    rng = np.random.default_rng(0)
    w = {1: rng.normal(size=(3, 8)), 2: rng.normal(size=(8, 1))}

    def forward(x, w):
        a, z = {0: x}, {}
        for k in w:
            z[k] = a[k - 1] @ w[k]
            a[k] = layer(a[k - 1], w[k])
        return a, z

    for epoch in range(3001):
        a, z = forward(x, w)
        if epoch % 1000 == 0:
            print(f"after {epoch} steps: loss {((y - a[2]) ** 2).sum():.4f}")
        w = step(w, backward(a, z, w, y), 0.5)
    print("This is back-propagation, and you wrote it.")
"""

_HEADING = re.compile(r"^# --- (\S+) ---$", re.MULTILINE)

_GIVEN = ("np", "sigma", "sigma_prime")
"""What a function may use, besides its arguments and the functions before it."""


class Mine:
    """The learner's functions. `table` is that of the exercises; the library is empty at first."""

    @validation.checked(table=validation.instance(Mapping, "a dict of exercises"))
    def __init__(self, table: Mapping):
        self._names = {entry.answer: n for n, entry in table.items() if getattr(entry, "adds", 0)}
        self._here: dict[str, FunctionType] = {}
        self._sources: dict[str, str] = {}
        self._file: tuple[object, dict[str, Callable]] = (None, {})

    # What is in it.

    @property
    def functions(self) -> dict[str, Callable]:
        """The functions that have passed, by name: in this notebook, and in those before."""
        return {**self._imported(), **self._here}

    def __getattr__(self, name: str):
        if name in self.__dict__.get("_names", ()):
            found = self.functions
            if name in found:
                return found[name]
            raise AttributeError(f"{name} is not in your library yet: exercise {self._names[name]}")
        raise AttributeError(f"mine has no {name}; expected one of {', '.join(self._names)}")

    def __dir__(self):
        return [*super().__dir__(), *self._names]

    def missing(self, *names: str) -> list[str]:
        """Those of these functions that haven't passed yet, each with its exercise."""
        for name in names:
            validation.one_of(self._names)("names", name)
        found = self.functions
        return [f"{n} (exercise {self._names[n]})" for n in names if n not in found]

    def __repr__(self) -> str:
        found = self.functions
        lines = [f"Your library has {len(found)} of {len(self._names)} functions:"]
        lines += [
            f"  {'✓' if n in found else '·'} {n}{'' if n in found else f'   exercise {exercise}'}"
            for n, exercise in self._names.items()
        ]
        return "\n".join(lines)

    @validation.checked(exercise=validation.instance(Exercise, "an exercise"))
    def add(self, exercise, function) -> str:
        """Take in a function that has passed; return a sentence that says what came of it."""
        name = exercise.answer
        source, trouble = _source_of(function, [*_GIVEN, *self._before(name)])
        if trouble:
            return f"It isn't in your library, though: {trouble}"
        if function.__name__ != name:
            source += f"\n\n\n{name} = {function.__name__}"
        self._here[name] = function
        self._sources[name] = source
        if (place := self._place()) is not None:
            _written(place, self.text())
        return f"It's in your library now, as exercises.mine.{name}."

    def _before(self, name: str) -> list[str]:
        names = list(self._names)
        return names[: names.index(name)]

    # The file.

    def text(self) -> str:
        """The library as the text of a Python file."""
        sources = {**self._kept(), **self._sources}
        parts = [
            f"# --- {self._names[n]} ---\n\n\n{sources[n]}" for n in self._names if sources.get(n)
        ]
        whole = all(sources.get(n) for n in ("layer", "backward", "step"))
        return "\n\n\n".join([_HEAD.rstrip(), *parts]) + "\n" + (_TAIL if whole else "")

    def _kept(self) -> dict[str, str]:
        """The sources in the learner's file, by the name of the function.

        Code comes from that file alone, never from the progress: that is data.
        """
        place = self._place()
        try:
            text = place.read_text(encoding="utf-8") if place is not None else ""
        except (OSError, ValueError):
            return {}
        _, *parts = _HEADING.split(text.partition(_TAIL.strip())[0])
        by_exercise = dict(zip(parts[::2], map(str.strip, parts[1::2]), strict=True))
        return {
            name: by_exercise[exercise]
            for name, exercise in self._names.items()
            if _defines(by_exercise.get(exercise, ""), name)
        }

    @validation.checked(path=validation.instance((str, Path), "the name of a file"))
    def write(self, path: str | Path = record.LIBRARY) -> None:
        """Write the library to a Python file that runs alone, with NumPy.

        Raises
        ------
        OSError : the file can't be written.
        """
        found = self.functions
        if not found:
            print("Not yet: your library is empty. It begins with exercise 01-layer.")
            return
        Path(path).write_text(self.text(), encoding="utf-8")
        print(f"{path}: {len(found)} of {len(self._names)} functions.")
        if len(found) == len(self._names):
            print("This is back-propagation, and you wrote it.")

    def _place(self) -> Path | None:
        place = record.place()
        return None if place is None else place.with_name(record.LIBRARY)

    def _imported(self) -> dict[str, Callable]:
        """The functions that earlier notebooks left in the file, imported once while it stays."""
        place = self._place()
        if place is None:
            return {}
        try:
            found = place.stat()
        except OSError:
            return {}
        version = (place, found.st_mtime_ns, found.st_size)
        if version != self._file[0]:
            self._file = (version, self._import(place))
        return self._file[1]

    def _import(self, place: Path) -> dict[str, Callable]:
        spec = importlib.util.spec_from_file_location("my_backprop", place)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        kept = sys.dont_write_bytecode
        sys.dont_write_bytecode = True  # no __pycache__ between the notebooks
        try:
            spec.loader.exec_module(module)
        except Exception:  # edited by hand, perhaps: then nothing of it is taken
            return {}
        finally:
            sys.dont_write_bytecode = kept
        return {n: f for n in self._names if callable(f := getattr(module, n, None))}

    # Put to work.

    def _lacks(self, *names: str) -> bool:
        """Say what is missing, if anything is."""
        missing = self.missing(*names)
        if missing:
            print("Not yet. Your library still needs " + ", ".join(missing) + ".")
        return bool(missing)

    def forward(self, x, w):
        """The whole forward pass with your `layer`: a by layer from 0, z by layer from 1."""
        a, z = {0: x}, {}
        for k in w:
            z[k] = a[k - 1] @ w[k]  # (m, n_k)
            a[k] = self.layer(a[k - 1], w[k])
        return a, z

    def rings(self) -> None:
        """Train on the rings: your `layer` and `step`; the gradients are the package's."""
        if self._lacks("layer", "step"):
            return
        points = data.circles()
        x, y = np.hstack([points.x, np.ones((len(points), 1))]), points.y  # (100, 3), (100, 1)
        start = training.initial_weights([3, 6, 1], seed=1)
        w = dict(enumerate(start, start=1))
        for _ in range(600):
            grad = network.backward(network.forward(x, list(w.values())), y)
            w = self.step(w, dict(enumerate(grad.dL_dw, start=1)), 0.05)
        a, _ = self.forward(x, w)
        *_, theirs = training.descend(x, start, y, learning_rate=0.05, epochs=600)
        _compared(
            "rings told apart",
            training.accuracy(a[2], points.labels),
            training.accuracy(network.forward(x, theirs.w).a[2], points.labels),
        )

    def digits(self) -> None:
        """Read the digits with your `layer`, `backward` and `step`: all of it is yours."""
        if self._lacks("layer", "backward", "step"):
            return
        split = data.digits_split()
        start = training.initial_weights([64, 32, 10])
        settings = training.SIGMOID_SETTINGS
        w = dict(enumerate(start, start=1))
        for batch in _batches(len(split.train), settings):
            a, z = self.forward(split.train.pixels[batch], w)
            w = self.step(
                w, self.backward(a, z, w, split.train.y[batch]), settings["learning_rate"]
            )
        *_, theirs = training.descend(split.train.pixels, start, split.train.y, **settings)
        held_out = split.held_out
        _compared(
            "held-out digits read",
            training.accuracy(self.forward(held_out.pixels, w)[0][2], held_out.labels),
            training.accuracy(network.forward(held_out.pixels, theirs.w).a[2], held_out.labels),
        )

    def softmax_digits(self) -> None:
        """Read the digits with biases, relu and softmax: your `dL_dz_of` and `backward_from`."""
        if self._lacks("dL_dz_of", "backward_from", "step"):
            return
        relu = activations.get("relu")
        split = data.digits_split()
        settings = training.RELU_SETTINGS
        widths = [64, 128, 10]
        start = training.initial_weights(widths, scale=2**0.5)
        w = dict(enumerate(start, start=1))
        b = dict(enumerate(training.initial_biases(widths), start=1))

        def forward(x):
            z1 = x @ w[1] + b[1]  # (m, 128)
            z2 = relu.f(z1) @ w[2] + b[2]  # (m, 10)
            return {0: x, 1: relu.f(z1), 2: z2}, {1: z1, 2: z2}

        for batch in _batches(len(split.train), settings):
            a, z = forward(split.train.pixels[batch])
            dL_dz = self.dL_dz_of(z[2], split.train.y[batch])
            dL_dw, dL_db = self.backward_from(dL_dz, a, z, w, relu.derivative)
            w = self.step(w, dL_dw, settings["learning_rate"])
            b = self.step(b, dL_db, settings["learning_rate"])
        *_, theirs = training.descend(
            split.train.pixels, start, split.train.y, b=training.initial_biases(widths), **settings
        )
        x, labels = split.held_out.pixels, split.held_out.labels
        package = network.forward(x, theirs.w, activation=settings["activation"], b=theirs.b)
        _compared(
            "held-out digits read",
            training.accuracy(forward(x)[0][2], labels),
            training.accuracy(package.a[2], labels),
        )

    def examine(self) -> None:
        """Have your gradients measured by `gradcheck`, and your code diagnosed."""
        if self._lacks("layer", "backward"):
            return
        problem = slips.problem()
        w = dict(enumerate(problem.w, start=1))

        def loss(parameters):
            a, _ = self.forward(problem.x, parameters)
            return losses.squared_difference(a[len(w)], problem.y)

        a, z = self.forward(problem.x, w)
        print(checking.gradcheck(loss, w, self.backward(a, z, w, problem.y)))
        print(doctor.diagnose(problem.x, problem.w, problem.y, backward=self.as_backward()))

    def as_backward(self) -> Callable:
        """Your `backward`, in the form that `bp.check_gradients` and `bp.diagnose` take."""

        def backward(trace, y, loss="squared_difference"):
            a = {k: trace.a[k] for k in range(trace.L + 1)}
            z = {k: trace.z[k] for k in range(1, trace.L + 1)}
            w = {k: trace.w[k] for k in range(1, trace.L + 1)}
            mine = self.backward(a, z, w, y)
            right = network.backward(trace, y, loss)
            dL_dw = network.Layers("dL_dw", [mine[k] for k in w], first=1)
            return network.Gradients(right.dL_da, right.dL_dz, dL_dw, right.dL_db)

        return backward


def _batches(m: int, settings: Mapping):
    """The examples of each step, in the order in which `training.descend` takes them."""
    rng = np.random.default_rng(0)
    for _ in range(settings["epochs"]):
        yield from training.batches(m, settings["batch_size"], rng)


def _compared(what: str, mine: float, theirs: float) -> None:
    print(f"{what}: {mine:.1%} with your code, {theirs:.1%} with the package's")


def _source_of(function, allowed) -> tuple[str, str]:
    """(the function's source, what keeps it from standing alone); one of them is empty."""
    if not isinstance(function, FunctionType) or function.__name__ == "<lambda>":
        return "", "only a function that begins with `def` can be kept."
    try:
        source = textwrap.dedent(inspect.getsource(function)).strip()
        tree = ast.parse(source)
    except (OSError, TypeError, SyntaxError):
        return "", "its source can't be found. Run its cell again."
    if len(tree.body) != 1 or not isinstance(tree.body[0], ast.FunctionDef):
        return "", "it must be one `def` on its own."
    used = inspect.getclosurevars(function)
    foreign = [
        n for n in (*used.globals, *used.nonlocals) if n not in (*allowed, function.__name__)
    ]
    if foreign:
        return "", f"it uses {', '.join(foreign)}, defined outside of it. Put that inside."
    return source, ""


def _defines(source: str, name: str) -> bool:
    """Whether this is Python, and defines or names a function so."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    names = {node.name for node in body if isinstance(node, ast.FunctionDef)}
    targets = [target for node in body if isinstance(node, ast.Assign) for target in node.targets]
    return name in names | {target.id for target in targets if isinstance(target, ast.Name)}


def _written(path: Path, text: str) -> None:
    """Write the file, or leave it, where the folder can't be written."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError:
        pass
