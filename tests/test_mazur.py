"""The published worked example: its numbers are ours, and its loss after the step is a slip's."""

import numpy as np
import pytest

import bpdemo as bp
from bpdemo import training
from bpdemo.data import mazur


@pytest.fixture
def made():
    his = mazur.example()
    trace = bp.forward(his.x, his.w, b=his.b)
    grad = bp.backward(trace, his.y, loss=mazur.HALF)
    return trace, grad, training.step(his.w, grad, his.eta)


def test_every_printed_number_is_ours(made):
    compared = mazur.compared(*made)
    assert len(compared.rows) == len(mazur.PRINTED) == 26
    assert compared.ok and compared.off_by_one == ["dEo2/dout h1"]
    assert str(compared).startswith("25 of 26 numbers agree to the last printed digit; dEo2/dout")
    assert compared._repr_html_().count("<tr>") == 27


@pytest.mark.parametrize("place", range(26))
def test_a_wrong_number_is_seen(made, place):
    rows = list(mazur.compared(*made).rows)
    name, value, printed = rows[place]
    rows[place] = (name, value + 3e-4, printed)
    wrong = mazur.Comparison(tuple(rows))
    assert not wrong.ok and not mazur.agrees(value + 3e-4, printed)


def test_his_loss_has_its_own_derivative():
    his = mazur.example()
    assert bp.check_gradients(his.x, his.w, his.y, b=his.b, loss=mazur.HALF).ok


def test_the_right_loss_after_the_step_is_another(made):
    assert abs(mazur.error(made[2]) - 0.291027773694) < 1e-12
    assert not mazur.agrees(mazur.error(made[2]), mazur.AFTER_ONE_STEP)


def test_one_suspect_gives_the_printed_loss():
    found = mazur.suspects()
    assert [n[0] for n, v in found.items() if mazur.agrees(v, mazur.AFTER_ONE_STEP)] == ["3"]
    assert len({round(v, 9) for v in found.values()}) == 4


def test_the_descent_is_the_packages_own(made):
    """Without the slip: a step of `training.step`, and the outputs after many of them."""
    one = mazur.run(1, early=False)
    assert all(np.allclose(v, w, rtol=1e-13) for v, w in zip(one.w, made[2], strict=True))
    assert np.allclose(one.dL_dw_1, made[1].dL_dw[1], rtol=1e-12)
    assert np.array_equal(mazur.run(0, early=True).w[0], mazur.example().w[0])


def test_the_printed_outputs_are_the_slips():
    early, late = (mazur.run(10_000, early=early) for early in (True, False))
    assert [f"{v:.9f}" for v in early.outputs] == ["0.015912196", "0.984065734"]
    assert [f"{v:.9f}" for v in late.outputs] != ["0.015912196", "0.984065734"]


def test_an_example_can_be_changed_without_changing_the_next():
    mazur.example().w[0][:] = 0
    assert mazur.example().w[0][0, 0] == 0.15
