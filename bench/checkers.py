"""Gradient checkers side by side: which catch a wrong gradient, and which cry at a right one.

    python -m bench checkers

Every slip of the bug zoo, at several scales of x, y, w and the loss, in float64 and float32, and
the right gradients of the same problems and of some harder ones. Each checker gets the same forward
pass and the same gradients, and is run as its own documentation shows it, with its own defaults.
"""

import itertools
import json
import platform
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

import numpy as np

import bpdemo as bp
from bpdemo import losses, slips

SCALES = (1e-12, 1e-6, 1.0, 1e6, 1e12)
DTYPES = ("float64", "float32")
UNKNOWN = "can't tell"
SPEED = "64-32-10 × 8"


@dataclass(frozen=True)
class Case:
    """A network, a gradient to check, and whether it is wrong.

    Attributes
    ----------
    name : what it is.
    x, y : the examples.
    parameters : [w1, …, wL, b1, …, bL].
    sigma : an activation per layer.
    scale : the loss is this number times Σ (y − a^L)².
    gradients : of the parameters, in the same order.
    wrong : is at least one of these gradients wrong by more than rounding?
    """

    name: str
    x: np.ndarray
    y: np.ndarray
    parameters: tuple
    sigma: tuple
    scale: float
    gradients: tuple
    wrong: bool

    @property
    def L(self) -> int:
        """The number of layers."""
        return len(self.parameters) // 2

    def loss(self):
        """The loss for bpdemo: the entry of the table, or its multiple."""
        square = losses.get("squared_difference")
        if self.scale == 1:
            return square
        return losses.Loss(
            "scaled",
            lambda a, y: self.scale * square.value(a, y),
            lambda a, y: self.scale * square.derivative(a, y),
            "",
            "",
        )


def cases() -> Iterator[Case]:
    """All cases; those whose right gradient leaves the floats are left out."""
    for dtype, (what, scale) in itertools.product(
        DTYPES, [("none", 1.0), *itertools.product("xyw", SCALES[:2] + SCALES[3:]),
                 *(("loss", s) for s in SCALES if s != 1)]
    ):  # fmt: skip
        for slip in slips.TABLE.values():
            yield from _of_slip(slip, what, scale, dtype)
    yield from _harder()


def _of_slip(slip, what, scale, dtype):
    p, rng = slips.problem(slip.activation), np.random.default_rng(1)
    factor = {name: scale if name == what else 1.0 for name in "xyw"}
    hidden = "relu" if slip.activation == "relu" else "tanh"
    sigma = (hidden, hidden, "sigmoid" if slip.name == "skipped_slope" else "identity")
    x, y = (factor[name] * rng.normal(size=(5, 3)) for name in "xy")
    made = [v.astype(dtype) for v in (x, y, *(factor["w"] * w for w in p.w), *p.b)]
    name = f"{slip.name}, {what} × {scale:g}, {dtype}"
    factor_of_loss = scale if what == "loss" else 1.0
    right = Case(name, made[0], made[1], tuple(made[2:]), sigma, factor_of_loss, (), False)
    with np.errstate(all="ignore"):
        gradient, slipped = (_gradient(right, f) for f in (bp.backward, slip.backward))
    if not all(np.isfinite(v).all() and np.abs(v).max() > 1e-290 for v in gradient):
        return
    if slip.name in ("sigma_of_a", "relu_mask", "skipped_slope"):  # one for each network
        yield replace(right, gradients=gradient, wrong=False)
    off = max(np.abs(g - s).max() / np.abs(g).max() for g, s in zip(gradient, slipped, strict=True))
    if off > 1e-2:
        yield replace(right, gradients=slipped, wrong=True)


def _gradient(case, backward):
    w, b = list(case.parameters[: case.L]), list(case.parameters[case.L :])
    grad = backward(bp.forward(case.x, w, activation=list(case.sigma), b=b), case.y, case.loss())
    return (*grad.dL_dw, *grad.dL_db)


def _harder():
    """Right gradients that are hard to measure, and two that are wrong where it is hard to see."""
    rng = np.random.default_rng(2)

    def network(widths, m, sigma, change=None, inputs=None):
        w = [rng.normal(size=s) / np.sqrt(s[0]) for s in itertools.pairwise(widths)]
        b = [rng.normal(size=n) for n in widths[1:]]
        if change:
            change(w, b)
        x = rng.normal(size=(m, widths[0])) if inputs is None else inputs
        return x, rng.normal(size=(m, widths[-1])), (*w, *b), sigma

    def dead(w, b):
        b[0][:2] = -50.0

    def million(w, b):
        for v in w:
            v[...] = 1e6 * np.sign(v)

    pixels = rng.integers(0, 256, (6, 8)).astype(np.float64)
    deep = ("20 sigmoid layers", *network((3,) * 21, 4, ("sigmoid",) * 20))
    for name, x, y, parameters, sigma in (
        deep,
        ("inputs 0–255, sigmoid", *network((8, 5, 3), 6, ("sigmoid",) * 2, None, pixels)),
        ("inputs 0–255, relu", *network((8, 5, 3), 6, ("relu", "identity"), None, pixels)),
        ("dead units", *network((3, 5, 2), 4, ("relu", "identity"), dead)),
        ("weights ± 1e6", *network((4, 5, 3), 4, ("relu", "identity"), million)),
    ):
        case = Case(name, x, y, parameters, sigma, 1.0, (), False)
        yield replace(case, gradients=_gradient(case, bp.backward), wrong=False)
    case = Case("20 sigmoid layers, layers 1–6 negated", *deep[1:], 1.0, (), True)
    right = _gradient(case, bp.backward)
    yield replace(
        case, gradients=tuple(-g if n < 6 else g for n, g in enumerate(right)), wrong=True
    )
    case = Case("20 sigmoid layers, one gradient zeroed", *deep[1:], 1.0, (), True)
    yield replace(case, gradients=(0 * right[0], *right[1:]), wrong=True)


def speed_case() -> Case:
    """The network at which they are timed: 2,410 parameters."""
    rng = np.random.default_rng(0)
    w = [rng.normal(size=s) / np.sqrt(s[0]) for s in ((64, 32), (32, 10))]
    b = [0.1 * rng.normal(size=n) for n in (32, 10)]
    x, y = rng.normal(size=(8, 64)), rng.random((8, 10))
    case = Case(SPEED, x, y, (*w, *b), ("tanh", "identity"), 1.0, (), False)
    return replace(case, gradients=_gradient(case, bp.backward), wrong=False)


# The checkers. Each takes a case and returns "passed", "failed" or, where it has such a word,
# "can't tell".


def _forward(np_, case, parameters):
    """The loss in the words of one library; np_ has tanh, exp and maximum."""
    sigma = {
        "tanh": np_.tanh,
        "sigmoid": lambda z: 1 / (1 + np_.exp(-z)),
        "relu": lambda z: np_.maximum(z, np_.zeros_like(z)),
        "identity": lambda z: z,
    }
    a = case.x
    for k in range(case.L):
        a = sigma[case.sigma[k]](a @ parameters[k] + parameters[case.L + k])
    return case.scale * ((a - case.y) ** 2).sum()


def _flat(arrays):
    return np.concatenate([np.ravel(v) for v in arrays])


def _split(flat, case):
    out, start = [], 0
    for v in case.parameters:
        out.append(flat[start : start + v.size].reshape(v.shape))
        start += v.size
    return out


def ours(case) -> str:
    """`bp.check_gradients`."""

    class Grad:
        dL_dw = (None, *case.gradients[: case.L])
        dL_db = (None, *case.gradients[case.L :])

    w, b = list(case.parameters[: case.L]), list(case.parameters[case.L :])
    report = bp.check_gradients(
        case.x,
        w,
        case.y,
        activation=list(case.sigma),
        b=b,
        loss=case.loss(),
        backward=lambda *_: Grad,
    )
    return {"agrees": "passed", "differs": "failed"}.get(report.verdict, "can't tell")


def recipe(case) -> str:
    """The usual recipe of courses: h = 1e-5, central, relative error below 1e-5 everywhere."""
    x, h = _flat(case.parameters).astype(np.float64), 1e-5
    numeric = np.empty_like(x)
    for i in range(len(x)):
        kept = x[i]
        x[i] = kept + h
        plus = _forward(np, case, _split(x, case))
        x[i] = kept - h
        minus = _forward(np, case, _split(x, case))
        x[i] = kept
        numeric[i] = (plus - minus) / (2 * h)
    analytic = _flat(case.gradients)
    error = np.abs(analytic - numeric) / np.maximum(1e-8, np.abs(analytic) + np.abs(numeric))
    return "passed" if np.max(error) < 1e-5 else "failed"


def scipy(case) -> str:
    """`scipy.optimize.check_grad`: a 2-norm; its documentation calls 1e-8 right, so below 1e-6."""
    from scipy.optimize import check_grad

    error = check_grad(
        lambda p: _forward(np, case, _split(p, case)),
        lambda p: _flat(case.gradients),
        _flat(case.parameters),
    )
    return "passed" if error < 1e-6 else "failed"


def torch(case) -> str:
    """`torch.autograd.gradcheck` of a Function with the given gradients, with its defaults."""
    import torch as th

    class Given(th.autograd.Function):
        @staticmethod
        def forward(ctx, *parameters):
            return _forward(_Torch, case_in_torch, parameters)

        @staticmethod
        def backward(ctx, upstream):
            return tuple(upstream * th.from_numpy(np.array(g)) for g in case.gradients)

    class case_in_torch:
        x, y = th.from_numpy(case.x), th.from_numpy(case.y)
        L, sigma, scale = case.L, case.sigma, case.scale

    class _Torch:
        tanh, exp, maximum, zeros_like = th.tanh, th.exp, th.maximum, th.zeros_like

    inputs = [th.from_numpy(np.array(v)).requires_grad_() for v in case.parameters]
    try:
        th.autograd.gradcheck(Given.apply, inputs, raise_exception=True)
    except RuntimeError:  # GradcheckError is one
        return "failed"
    return "passed"


def jax(case) -> str:
    """`jax.test_util.check_grads` of a function with the given gradients, reverse mode, order 1."""
    import jax as jx
    import jax.numpy as jnp
    from jax.test_util import check_grads

    jx.config.update("jax_enable_x64", True)

    @jx.custom_vjp
    def f(*parameters):
        return _forward(jnp, case, parameters)

    f.defvjp(
        lambda *parameters: (f(*parameters), None),
        lambda _, upstream: tuple(upstream * g for g in case.gradients),
    )
    try:
        check_grads(f, case.parameters, order=1, modes=["rev"])
    except AssertionError:
        return "failed"
    return "passed"


def autograd(case) -> str:
    """`autograd.test_util.check_grads` of a primitive with these gradients, reverse, order 1."""
    from autograd.extend import defvjp, primitive
    from autograd.test_util import check_grads

    @primitive
    def f(flat):
        return _forward(np, case, _split(flat, case))

    gradient = _flat(case.gradients)
    defvjp(f, lambda ans, flat: lambda upstream: upstream * gradient)
    try:
        check_grads(f, modes=["rev"], order=1)(_flat(case.parameters))
    except AssertionError:
        return "failed"
    return "passed"


CHECKERS: dict[str, Callable] = {
    "bpdemo": ours,
    "recipe": recipe,
    "scipy": scipy,
    "torch": torch,
    "jax": jax,
    "autograd": autograd,
}
HEADINGS = {
    "bpdemo": "`bp.check_gradients`",
    "recipe": "course recipe (h = 1e-5)",
    "scipy": "`scipy.optimize.check_grad`",
    "torch": "`torch.autograd.gradcheck`",
    "jax": "`jax.test_util.check_grads`",
    "autograd": "autograd's `check_grads`",
}


def turn(name: str, rounds: int) -> dict:
    """What one checker does with all cases, how long it takes and how much memory it has."""
    check = CHECKERS[name]
    counts = dict.fromkeys(("wrong", "right", "caught", "missed", "false alarms", "can't tell"), 0)
    missed = []
    for case in cases():
        verdict = check(case)
        counts["wrong" if case.wrong else "right"] += 1
        if verdict == "can't tell":
            counts["can't tell"] += 1
        elif case.wrong:
            counts["caught" if verdict == "failed" else "missed"] += 1
        else:
            counts["false alarms"] += verdict == "failed"
        if (case.wrong and verdict != "failed") or (not case.wrong and verdict == "failed"):
            missed.append(case.name)
    case = speed_case()
    check(case)
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        check(case)
        seconds.append(time.perf_counter() - start)
    return {
        **counts, "seconds": min(seconds), "megabytes": _peak(lambda: check(case)),
        "not as it should be": missed[:20],
    }  # fmt: skip


def _peak(run) -> float:
    """By how much the process grows at its largest while it runs, in MB (Linux), else nan."""
    try:
        Path("/proc/self/clear_refs").write_text("5")  # forget the largest size so far
        before = _kilobytes("VmRSS")
        run()
        return max(0, _kilobytes("VmHWM") - before) / 1000
    except OSError:
        return float("nan")


def _kilobytes(field) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field))


def run(rounds: int = 5) -> dict:
    """Each checker in a process of its own, one after the other."""
    found, versions = {}, {}
    for name in CHECKERS:
        if name in ("scipy", "torch", "jax", "autograd"):
            try:
                versions[name] = version(name)
            except ImportError:
                print(f"{name} is not installed: skipped", flush=True)
                continue
        command = [sys.executable, "-m", "bench.checkers", name, str(rounds)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        found[name] = json.loads(done.stdout.splitlines()[-1])
    return {
        "python": platform.python_version(), "numpy": np.__version__, "versions": versions,
        "checkers": found,
    }  # fmt: skip


def verdicts(result: dict) -> list[str]:
    """The targets that were missed: all caught, no false alarm, faster than every other checker."""
    mine = result["checkers"]["bpdemo"]
    missed = [
        f"{key}: {mine[key]}" for key in ("missed", "false alarms", "can't tell") if mine[key]
    ]
    missed += [
        f"{name} takes {other['seconds']:.3f} s, bpdemo {mine['seconds']:.3f} s"
        for name, other in result["checkers"].items()
        if other["seconds"] < mine["seconds"]
    ]
    return missed


def rows(result: dict) -> list[tuple[str, ...]]:
    """The heading and a line for each checker."""
    any_one = result["checkers"]["bpdemo"]
    lines: list[tuple[str, ...]] = [
        (
            "checker", f"caught of {any_one['wrong']:,} wrong",
            f"false alarms in {any_one['right']:,} right", "can't tell",
            f"ms at {SPEED}", "MB",
        )
    ]  # fmt: skip
    for name, found in result["checkers"].items():
        lines.append(
            (
                HEADINGS[name], f"{found['caught']:,}", f"{found['false alarms']:,}",
                f"{found[UNKNOWN]:,}",
                f"{1000 * found['seconds']:.1f}", f"{found['megabytes']:.0f}",
            )
        )  # fmt: skip
    return lines


def setting(result: dict) -> str:
    """The versions in one line."""
    others = [f"{name} {v}" for name, v in result["versions"].items()]
    return f"Python {result['python']}, NumPy {result['numpy']}, {', '.join(others)}"


def table(result: dict) -> str:
    """The results for the terminal."""
    lines = rows(result)
    wide = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    text = [setting(result)]
    text += ["  ".join(c.ljust(n) for c, n in zip(line, wide, strict=True)) for line in lines]
    missed = verdicts(result)
    text += ["Targets missed:", *(f"  {v}" for v in missed)] if missed else ["All targets met."]
    return "\n".join(text)


def markdown(result: dict) -> str:
    """The results for the README."""
    heads, *lines = rows(result)
    return "\n".join(
        [
            "Gradient checkers on the same gradients: every slip of the bug zoo with x, y, w and "
            "the loss scaled from 1e-12 to 1e12, in float64 and float32, and right gradients of "
            "the same networks and of harder ones. Each with its own defaults "
            "(`python -m bench checkers`).",
            "",
            f"| {' | '.join(heads)} |",
            f"| --- |{' ---: |' * (len(heads) - 1)}",
            *(f"| {' | '.join(line)} |" for line in lines),
            "",
            f"{setting(result)}.",
        ]
    )


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    print(json.dumps(turn(sys.argv[1], int(sys.argv[2]))))
