"""Every explorer, moved in Python: to both ends and back, and against the core's own numbers."""

import asyncio
import re
import xml.etree.ElementTree as ET
from types import SimpleNamespace

import ipywidgets as widgets
import numpy as np
import pytest

import bpdemo as bp
from bpdemo import explorers, slips, training
from bpdemo.diagrams import number
from bpdemo.explorers import slip
from bpdemo.explorers.parts import Runner, slider
from bpdemo.explorers.step_back import backward_lines, plan
from tools.made import EXPLORERS, make


def shown(explorer):
    """The text alternative of what is on the screen now."""
    return ET.fromstring(explorer._picture.value).get("aria-label")


def source(explorer, name):
    return explorer._controls[name].source


def bars(explorer):
    return [(n, c.source) for n, c in explorer._controls.items() if hasattr(c.source, "min")]


every = pytest.mark.parametrize("name", EXPLORERS)


@every
def test_every_slider_goes_to_both_ends_and_back(name):
    explorer = make(name)
    before = explorer._picture.value
    for control, bar in bars(explorer):
        value = bar.value
        base = getattr(bar, "base", None)
        for end in (bar.min, bar.max, None):
            bar.value = value if end is None else base**end if base else end
            ET.fromstring(explorer._picture.value)
            assert not re.search(r"\bnan\b|\binf\b|\de-\d", shown(explorer)), control
            assert explorer._picture.value == explorer.svg(styled=False), control
    explorer.reset()
    assert explorer._picture.value == before


@every
def test_every_choice_is_drawn(name):
    explorer = make(name)
    for control in explorer._controls.values():
        if isinstance(control.source, widgets.Dropdown):
            for option in dict(control.source._options_full).values():
                control.source.value = option
                ET.fromstring(explorer._picture.value)
        if isinstance(control.source, widgets.Checkbox):
            control.source.value = not control.source.value
            assert explorer._picture.value == explorer.svg(styled=False)


@every
def test_settings_are_the_whole_state(name):
    one, two = make(name), make(name)
    for _, bar in bars(one):
        bar.value = bar.value + bar.step if not hasattr(bar, "base") else bar.value * 1.2
    settings = one.settings
    assert all(isinstance(v, int | float | str | bool | tuple | None) for v in settings.values())
    before = two._picture.value
    one.settings = settings  # nothing is marked as moved any more
    assert two._picture.value == before, "two explorers share something"
    two.settings = settings
    assert two._picture.value == one._picture.value
    two.reset()
    assert two._picture.value == before


@every
def test_the_same_arguments_show_the_same_picture(name):
    assert make(name)._picture.value == make(name)._picture.value


@every
def test_it_asks_first_and_folds_the_answer(name):
    assert EXPLORERS[name].question.count("?") >= 1 and len(EXPLORERS[name].answer) > 40
    (ask, *_) = make(name).children
    assert "<details><summary>" in ask.value and EXPLORERS[name].question in ask.value


@every
def test_every_control_has_a_name_and_every_slider_a_number_box(name):
    explorer = make(name)
    for control in explorer._controls.values():
        assert control.source.description
        if hasattr(control.source, "readout"):
            bar, box = control.box.children
            assert box.description.startswith(bar.description)
            box.value = box.max
            top = bar.base**bar.max if hasattr(bar, "base") else bar.max
            assert bar.value == pytest.approx(top)
            bar.value = control.default
            assert box.value == pytest.approx(control.default)
    assert explorer._reset.description == "Reset"
    for button in explorer.children[1].children:
        if isinstance(button, widgets.Button):
            assert button.description


@every
def test_a_reader_without_a_kernel_sees_the_picture(name):
    explorer = make(name)
    bundle = explorer._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    explorer.settings = EXPLORERS[name].still
    assert bundle["image/svg+xml"] == explorer.svg()
    assert bundle["text/plain"] == shown(explorer)


@every
def test_it_fits_a_projector(name):
    explorer = make(name)
    root = ET.fromstring(explorer._picture.value)
    assert float(root.get("width")) == 960
    assert float(root.get("height")) <= 620


def test_an_unknown_name_is_refused():
    with pytest.raises(TypeError, match="no control named w9; expected w1, w2"):
        explorers.ForwardChain(w9=1)
    with pytest.raises(ValueError, match="no control named w9"):
        explorers.ForwardChain().settings = {"w9": 1}


def test_what_was_moved_last_is_marked():
    explorer = explorers.ForwardChain()
    assert "Last moved" not in shown(explorer)
    source(explorer, "w2").value = 0.4
    assert "Last moved: w^2" in shown(explorer)
    source(explorer, "x").value = 0.4
    assert "Last moved: x" in shown(explorer) and "Last moved: w^2" not in shown(explorer)


# --- the numbers are the core's ---


@pytest.fixture
def chain():
    def run(x=0.5, w=(0.8, -1.2, 1.5), y=1.0, activation="sigmoid"):
        trace = bp.forward([[x]], [[[v]] for v in w], activation)
        return (
            trace,
            bp.backward(trace, [[y]]),
            float(bp.squared_difference(trace.a[trace.L], [[y]])),
        )

    return run


def test_forward_chain_shows_every_z_and_a(chain):
    explorer = explorers.ForwardChain()
    source(explorer, "w2").value = 2.0
    source(explorer, "activation").value = "tanh"
    trace, _, loss = chain(w=(0.8, 2.0, 1.5), activation="tanh")
    said = shown(explorer)
    for k in (1, 2, 3):
        assert (
            f"z^{k} = {'x' if k == 1 else f'a^{k - 1}'} · w^{k}: {number(trace.z[k].item())}"
            in said
        )
        assert f"a{k} = {number(trace.a[k].item())}" in said
    assert f"loss = {number(loss)}" in said


def test_depth_hides_the_sliders_it_does_not_use():
    explorer = explorers.ForwardChain(depth=2)
    hidden = [n for n, c in explorer._controls.items() if c.box.layout.display == "none"]
    assert hidden == ["w3", "w4"]
    source(explorer, "depth").value = 4
    assert all(c.box.layout.display != "none" for c in explorer._controls.values())
    assert "Network 1-1-1-1-1" in shown(explorer)


def test_forward_network_moves_one_weight_of_many():
    explorer = explorers.ForwardNetwork()
    source(explorer, "w1_21").value = 1.25
    assert "w1[2,1] = 1.250" in shown(explorer)
    assert "w1[1,2]" in shown(explorer)
    source(explorer, "show").value = "both"
    assert "dL/dw1[2,1]" in shown(explorer)


@pytest.mark.parametrize("w3", [-8.0, -1.0, 0.0, 2.5, 8.0])
def test_three_terms_multiply_to_the_slope(chain, w3):
    explorer = explorers.ThreeTerms()
    source(explorer, "w3").value = w3
    _, grad, _ = chain(w=(0.8, -1.2, w3))
    said = shown(explorer)
    slope = grad.dL_dw[3].item()
    assert f"N10 ∂ℒ/∂w^3 = ∂ℒ/∂a^3 · ∂a^3/∂z^3 · ∂z^3/∂w^3: {number(slope)} =" in said
    assert f"slope {number(slope)} at {number(w3)}" in said
    assert f"∂ℒ/∂w^3 = {number(slope)}" in said


def test_saturation_kills_the_product():
    explorer = explorers.ThreeTerms(w1=4, x=2, w2=4, w3=8)
    numbers = re.search(r"N10 [^:]*: (.+?)\. Bars", shown(explorer))[1]
    dL_dw, dL_da, da_dz, dz_dw = re.split(" [=·] ", numbers)
    assert dL_dw == "≈ 0" and float(da_dz) < 1e-3 and float(dz_dw) > 0.9, dL_da


def test_nudge_predicts_by_the_gradient_and_shows_what_is(chain):
    explorer = explorers.Nudge(nudge=2, dw=0.6)
    before, grad, loss = chain()
    after, _, new = chain(w=(0.8, -1.2 + 0.6, 1.5))
    said = shown(explorer)
    predicted = grad.dL_dw[2].item() * 0.6
    assert re.search(rf"predicted Δ: .*Δℒ {re.escape(number(predicted, True))}", said)
    assert re.search(rf"real Δ: .*Δℒ {re.escape(number(new - loss, True))}", said)
    assert f"Δa^3 {number((after.a[3] - before.a[3]).item(), True)}" in said


@pytest.mark.parametrize("L", [1, 2, 3])
def test_step_back_makes_one_thing_known_at_a_time(L):
    explorer = explorers.StepBack(depth=L)
    steps = plan(L)
    assert source(explorer, "step").max == len(steps) == 1 + 4 * L
    known = []
    for _ in range(len(steps) + 2):  # two more than there are: it stays at the end
        explorer._go(+1)
        known.append(len(set(re.findall(r"dL/d[aw]\d", shown(explorer)))))
    assert known == sorted(known) and known[0] == 1 and known[-1] == 2 * L + 1
    explorer._go(-1)
    assert len(set(re.findall(r"dL/d[aw]\d", shown(explorer)))) == 2 * L
    explorer._start_over()
    assert "dL/d" not in shown(explorer)


def test_step_back_shows_the_line_of_backward_that_runs():
    explorer = explorers.StepBack()
    said = []
    for _ in range(6):
        explorer._go(+1)
        said.append(shown(explorer).split("Running: ")[1])
    starts = ["dL_da[L] =", "da_dz =", "dL_dz[k] =", "dL_dw[k] =", "dL_da[k - 1] =", "da_dz ="]
    assert all(line.startswith(start) for line, start in zip(said, starts, strict=True))
    assert len(backward_lines()) == 6


def test_step_back_shortens_when_the_chain_does():
    explorer = explorers.StepBack()
    source(explorer, "step").value = 13
    source(explorer, "depth").value = 1
    assert source(explorer, "step").value == 5
    assert "Network 1-1:" in shown(explorer)


def test_the_slip_turns_the_check_red_and_the_line_off_the_curve(chain):
    explorer = explorers.SlipSwitch()
    right = shown(explorer)
    assert "WRONG" not in right and right.count("agrees") == 3
    source(explorer, "slip").value = True
    wrong = shown(explorer)
    assert "agrees" not in wrong and wrong.count("WRONG") == 3
    _, grad, _ = chain(x=1.0, w=(3.0, -1.2, 1.5))
    slope = number(grad.dL_dw[1].item())
    assert f"slope {slope} at" in right and f"slope {slope} at" not in wrong


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "softplus"])
def test_the_slips_two_trainings_are_those_of_the_core(activation):
    w = [np.array([[v]]) for v in (0.8, -1.2, 1.5)]
    c = explorers.SlipSwitch.chain(
        SimpleNamespace(w1=0.8, w2=-1.2, w3=1.5, x=1.0, y=1.0, activation=activation, depth=3)
    )
    found = slip._losses(c, activation)  # (steps + 1, 2)
    for column, backward in enumerate((bp.backward, slips.get("sigma_of_a").backward)):
        records = training.descend(
            [[1.0]], [[1.0]], w, activation=activation, learning_rate=slip._RATE,
            epochs=len(found) - 1, backward=backward,
        )  # fmt: skip
        np.testing.assert_allclose(found[:, column], [r.loss for r in records], rtol=1e-12)


def test_descent_goes_where_gradient_descent_goes(chain):
    explorer = explorers.Descent(eta=0.5)
    for _ in range(3):
        explorer._step()
    w = [0.8, -1.2, 1.5]
    for _ in range(3):
        _, grad, _ = chain(w=w)
        w = [v - 0.5 * grad.dL_dw[k].item() for k, v in enumerate(w, start=1)]
    said = shown(explorer)
    assert (
        "w after 3 steps: "
        + ", ".join(f"w^{k} {number(v, True)}" for k, v in enumerate(w, start=1))
        in said
    )


def test_a_moved_weight_starts_the_descent_over():
    explorer = explorers.Descent()
    source(explorer, "steps").value = 40
    source(explorer, "w1").value = 2.0
    assert source(explorer, "steps").value == 0
    assert "w after 0 steps: w^1 +2.000" in shown(explorer)


def test_training_learns_the_circles_and_start_over_forgets():
    explorer = explorers.Training()
    start = shown(explorer)
    source(explorer, "steps").value = 500
    assert "read correctly: 100%" in shown(explorer)
    explorer._start_over()
    assert shown(explorer) == start


def test_training_says_so_when_it_diverges():
    explorer = explorers.Training(activation="relu", eta=100)
    source(explorer, "steps").value = 200
    said = shown(explorer)
    assert "nan" not in said
    assert "read correctly" in said


def test_secant_comes_to_the_tangent():
    explorer = explorers.Secant(function="x²", x=0.5, h=1.0)
    assert "slope − f ′(x) = error: 2.000 − 1.000 = 1.000" in shown(explorer)
    source(explorer, "h").value = 0.001
    assert "1.001 − 1.000 = 0.001" in shown(explorer)


# --- the parts ---


def test_a_log_slider_shows_the_number_itself():
    control = slider("η", 0.5, -2, 2, log=True)
    bar, box = control.box.children
    bar.value = 0.01
    assert box.value == pytest.approx(0.01)
    box.value = 100
    assert bar.value == pytest.approx(100)


def test_a_runner_runs_until_there_is_nothing_left_and_stops_when_told():
    async def play():
        seen = []
        runner = Runner(lambda: seen.append(len(seen)) or len(seen) < 3, interval=0)
        runner.start()
        runner.start()  # a second press does nothing
        await runner.task
        assert seen == [0, 1, 2]
        endless = Runner(lambda: seen.append(0) or True, interval=0)
        endless.start()
        await asyncio.sleep(0.01)
        endless.stop()
        await asyncio.sleep(0)
        count = len(seen)
        await asyncio.sleep(0.01)
        assert len(seen) == count

    asyncio.run(play())


def test_a_training_runs_by_itself_and_stops():
    async def play():
        explorer = explorers.Training()
        explorer.runner.interval = 0
        explorer.runner.start()
        while source(explorer, "steps").value < 50:
            await asyncio.sleep(0)
        explorer.runner.stop()
        await asyncio.sleep(0)
        at = source(explorer, "steps").value
        await asyncio.sleep(0.01)
        assert source(explorer, "steps").value == at
        assert np.isclose(at % explorer.stride, 0)

    asyncio.run(play())
