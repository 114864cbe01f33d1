"""A short `make fuzz`, and that it sees what is wrong."""

import dataclasses

import numpy as np
import pytest

import bpdemo as bp
from bpdemo import data, slips, training
from tools.fuzz import __main__ as fuzz
from tools.fuzz import calls, networks, refusals


@pytest.fixture(autouse=True)
def in_an_empty_folder(monkeypatch, tmp_path):
    """Each call is asked whether it changed a file here; in the project, others change some too."""
    monkeypatch.chdir(tmp_path)


def test_300_networks_agree_with_autograd(capsys):
    assert fuzz.fuzz_networks(range(300)) == []
    assert "300 networks" in capsys.readouterr().out


def test_300_malformed_calls_are_refused_in_words_that_help(capsys):
    assert fuzz.fuzz_calls(300) == []
    assert "300 malformed calls" in capsys.readouterr().out


def test_every_public_function_is_called_or_left_out_with_a_reason():
    assert calls.uncovered() == []
    assert len(calls.tries(calls.every())) > 2000


def test_the_same_number_is_the_same_network_and_the_same_call():
    one, same = networks.draw(7), networks.draw(7)
    assert str(one) == str(same)
    assert np.array_equal(one.plain["w"][0], same.plain["w"][0])
    few = [[t.text for t in refusals.chosen(calls.CORE, 50)] for _ in range(2)]
    assert few[0] == few[1] and len(set(few[0])) == 50


def test_all_layouts_and_dtypes_are_drawn():
    drawn = [networks.draw(n) for n in range(300)]
    assert {f for net in drawn for f in net.forms.values()} == set(networks.LAYOUTS)
    assert {net.dtype for net in drawn} == {"float32", "float64"}
    assert {net.loss for net in drawn} == set(bp.losses.TABLE)
    assert {len(net.w) for net in drawn} == set(range(1, 9))
    named = {n for net in drawn for n in np.atleast_1d(net.activation)}
    assert named == set(bp.activations.TABLE)


# Each of them broken once.


@pytest.mark.parametrize("name", ["wrong_sign", "sigma_of_a", "bias_mean"])
def test_a_slip_in_the_core_is_seen(monkeypatch, capsys, name):
    monkeypatch.setattr(bp, "backward", slips.TABLE[name].backward)
    failed = fuzz.fuzz_networks(range(20))
    assert failed and "python -m tools.fuzz --network" in failed[0]


def test_an_input_that_is_changed_or_shared_is_seen(monkeypatch):
    net = next(
        n
        for n in map(networks.draw, range(99))
        if n.forms["w1"] == "plain" and n.dtype == "float64" and n.forms["x"] == "plain"
    )
    right = bp.forward

    def changes(x, w, *, activation, b=None):
        trace = right(x, w, activation=activation, b=b)
        w[0][...] = 0
        return trace

    monkeypatch.setattr(bp, "forward", changes)
    assert "w was changed" in networks.run(net).wrong

    def shares(x, w, *, activation, b=None):
        trace = right(x, w, activation=activation, b=b)
        z = bp.Layers("z", [*trace.a][1:], first=1)
        return dataclasses.replace(trace, z=z)

    monkeypatch.setattr(bp, "forward", shares)
    assert any("shares its memory with a[1]" in text for text in networks.run(net).wrong)


def test_an_entry_that_rounding_puts_on_either_side_of_a_kink_is_counted():
    rng = np.random.default_rng(0)
    while True:  # z is 0 but for rounding, and the core's has another sign than the exact one
        x, w = rng.normal(size=(2, 3)), rng.normal(size=(3, 1))
        x[1] = 1.0, 2.0, 3.0  # a second example, so that z isn't all rounding
        w[2] = -(x[0, :2] @ w[:2, 0]) / x[0, 2]
        exact = x.astype(np.longdouble) @ w.astype(np.longdouble)
        if (exact[0] > 0) != ((x @ w)[0] > 0):  # one row alone would be summed in another order
            break
    plain = {"x": [x], "w": [w], "b": [], "y": [np.ones((2, 1))]}
    net = networks.Network(
        0, x, [w], None, plain["y"][0], "relu", "squared_difference", (), plain, {}, "float64"
    )
    found = networks.run(net)
    assert found.kinks == 1 and not found.wrong


@pytest.mark.parametrize(
    ("room", "table", "name", "bare"),
    [
        (
            data,
            calls.DATA,
            "circles",
            lambda m=100, seed=0, noise=0.05: data.Points(np.ones((3, 2)), []),
        ),
        (training, calls.TRAINING, "initial_biases", training.initial_biases.__wrapped__),
    ],
)
def test_a_call_that_is_taken_or_raises_something_else_is_seen(
    monkeypatch, room, table, name, bare
):
    monkeypatch.setattr(room, name, bare)
    some = [call for call in table if call.where.endswith(name)]
    wrong = [refusals.complaint(one) for one in calls.tries(some)]
    assert len([text for text in wrong if text]) > 5


def _tried(function, monkeypatch):
    monkeypatch.setattr(data, "circles", function)
    call = calls.Call("data.circles", {"m": calls.Argument("3", "count")})
    return refusals.complaint(calls.Try(call, "m", "0"))


def test_what_a_good_refusal_needs(monkeypatch):
    def says(text, error=ValueError):
        def refuse(m):
            raise error(text)

        return refuse

    assert _tried(says("m: expected 1, received 0"), monkeypatch) == ""
    assert "the argument's name" in _tried(says("expected 1, received 0"), monkeypatch)
    assert "received" in _tried(says("m: expected 1"), monkeypatch)
    assert "raises KeyError" in _tried(says("m: expected 1, received 0", KeyError), monkeypatch)
    assert _tried(lambda m: m, monkeypatch) == "it is taken."


def test_a_refusal_that_changed_something_is_seen(monkeypatch, tmp_path):
    def refuse(m):
        np.random.seed(3)  # noqa: NPY002 (that is what must not happen)
        bp.losses.TABLE["new"] = None
        raise ValueError("m: expected 1, received 0")

    kept = dict(bp.losses.TABLE)
    try:
        assert "changed a table, NumPy's random state" in _tried(refuse, monkeypatch)
    finally:
        bp.losses.TABLE.clear()
        bp.losses.TABLE.update(kept)


def test_a_call_that_hangs_or_takes_all_memory_is_seen(monkeypatch):
    def hang(m):
        while True:
            pass

    monkeypatch.setattr(refusals, "SECONDS", 0.2)
    assert "more than 0.2 seconds" in _tried(hang, monkeypatch)
    assert "MemoryError" in _tried(lambda m: np.ones(10**12), monkeypatch)
