"""Networks for pencil and paper: every answer is the core's, every slip is told from it."""

import re
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest

import bpdemo as bp
from bpdemo import by_hand, explorers, losses, record, slips
from bpdemo.by_hand import LEVELS, SLIPS, make

NETWORKS = 10_000

levels = pytest.mark.parametrize("level", LEVELS)
each_slip = pytest.mark.parametrize(
    ("level", "slip"),
    [(level, slip) for level in LEVELS for slip in sorted(by_hand.slips_of(level))],
)


def core(exercise):
    """(trace, grad) of an exercise, by the core."""
    kind = exercise.kind
    trace = bp.forward(exercise.x, list(exercise.w), activation=list(kind.activation), b=exercise.b)
    return trace, bp.backward(trace, exercise.y, kind.loss)


_NAME = re.compile(r"(dL_d)?([azwb])(\d)(?:_(?:e(\d)|(\d)(\d)?))?")


def by_the_core(name, trace, grad, exercise):
    """The number of one quantity, taken out of the core's arrays by its name."""
    if name == "loss":
        return bp.squared_difference(trace.a[trace.L], exercise.y)
    if name.startswith("p_"):
        return losses.softmax(trace.a[trace.L])[0, int(name[2:]) - 1]
    gradient, letter, k, example, one, other = _NAME.fullmatch(name).groups()
    array = getattr(grad if gradient else trace, f"{gradient or ''}{letter}")[int(k)]
    if letter == "b":
        return array[0]
    if letter == "w":
        return array[int(one or 1) - 1, int(other or 1) - 1]
    return array[int(example or 1) - 1, int(one or 1) - 1]


@levels
def test_ten_thousand_networks(level):
    """Each answer is the core's; each slip gives another number, and is named for it."""
    before = None
    for number in range(-(-NETWORKS // len(LEVELS))):
        exercise = make(level, number)
        trace, grad = core(exercise)
        exact = LEVELS[level].loss == "squared_difference"
        assert list(exercise.blanks) == list(by_hand.names_of(level))
        for name, blank in exercise.blanks.items():
            true = by_the_core(name, trace, grad, exercise)
            assert blank.is_right(true), (level, number, name)
            assert abs(blank.right - true) <= (1e-9 if exact else 0.05), (level, number, name)
            # A pencil is enough.
            assert abs(blank.right) <= 99 and blank.right == round(blank.right, 2 * (not exact))
            assert blank.step.startswith(by_hand.written(name) + " = ")
            for slip, wrong in blank.slips:
                assert not blank.is_right(wrong), (level, number, name, slip)
                named = blank.named(wrong)
                assert slip in named
                others = {s for s, v in blank.slips if abs(v - wrong) < (1e-6 if exact else 5e-3)}
                assert set(named) >= others
                if len(named) > 1:
                    assert blank.ambiguous[wrong] == named
        given = list(exercise.given.values())
        assert all(v == int(v) and abs(v) <= 36 for v in given)
        assert all(v for name, v in exercise.given.items() if name[0] in "xwb")
        assert given != before, "never the same twice"
        before = given


def test_a_number_that_several_slips_give_is_said_to_be_ambiguous():
    seen = 0
    for number in range(60):
        exercise = make("bias", number)
        for name, blank in exercise.blanks.items():
            for _, wrong in blank.slips:
                answer = exercise.answer(name, wrong)
                assert not answer.right and set(answer.slips) == set(blank.named(wrong))
                assert all(SLIPS[slip].says in answer.says for slip in answer.slips)
                many = len(answer.slips) > 1
                assert ("More than one slip" in answer.says) == many
                seen += many
    assert seen > 20


@levels
def test_the_same_arguments_make_the_same_exercise(level):
    one = make(level, 7)
    make.__wrapped__.cache_clear()
    other = make(level, 7)
    assert one is not other
    assert one.given == other.given and one.blanks == other.blanks


# What the core computes with one of its lines exchanged is what the slip of that name gives.
AS_IN_THE_CORE = [
    ("chain", "sign", "wrong_sign", 2, "dL_da2"),
    ("chain", "lost_two", "lost_factor_2", 2, "dL_da2"),
    ("chain", "slope_at_a", "sigma_of_a", 1, "dL_dz1"),
    ("chain", "no_slope", "unbent_step", 1, "dL_da0"),
    ("chain", "wrong_layer", "wrong_layer", 2, "dL_da1"),
    ("chain", "wrong_input", "wrong_input", 1, "dL_dw1"),
    ("2-2-1", "missing_path", "last_path_only", 1, "dL_da0_1"),
    ("2-2-1", "rows_for_columns", "lost_transpose", 1, "dL_da0_2"),
    ("2-2-1", "rows_for_columns", "transposed_product", 1, "dL_dw1_12"),
    ("2-2-1", "wrong_input", "wrong_input", 1, "dL_dw1_21"),
    ("two examples", "mean_for_sum", "mean_for_sum", 2, "dL_dw1"),
    ("two examples", "one_example", "last_example_only", 2, "dL_dw2"),
    ("relu", "open_gate", "relu_mask", 1, "dL_dz1_1"),
    ("relu", "open_gate", "relu_mask", 1, "dL_dz1_2"),
]


@pytest.mark.parametrize(("level", "slip", "of_core", "k", "name"), AS_IN_THE_CORE)
def test_a_slip_is_what_the_core_computes_with_it(level, slip, of_core, k, name):
    shows = 0
    for number in range(100):
        exercise = make(level, number)
        trace, _ = core(exercise)
        grad = slips.patched((slips.TABLE[of_core], [k]))(trace, exercise.y)
        wrong = by_the_core(name, trace, grad, exercise)
        blank = exercise.blanks[name]
        if not blank.is_right(wrong):
            assert slip in blank.named(wrong)
            shows += 1
    assert shows >= 20


def alone(exercise, slip):
    """In how many blanks a slip gives a number that nothing else gives."""
    return sum(
        any(blank.named(wrong) == (slip,) for name, wrong in blank.slips if name == slip)
        for blank in exercise.blanks.values()
    )


@each_slip
def test_a_network_can_be_made_to_practise_one_slip(level, slip):
    made = [make(level, number, slip) for number in range(6)]
    practised = [alone(exercise, slip) for exercise in made]
    plain = [alone(make(level, number), slip) for number in range(6)]
    assert all(exercise.practise == slip for exercise in made)
    assert min(practised) >= 1
    assert sum(practised) >= sum(plain)
    assert all(one.given != other.given for one, other in pairwise(made))


def test_a_slip_that_a_level_has_not_is_not_practised():
    assert make("chain", 3, "missing_path").practise == ""
    assert make("chain", 3, "missing_path").given == make("chain", 3).given


@pytest.mark.parametrize("wrong", [("chains", 1), ("chain", 1, "slop")])
def test_what_is_unknown_is_refused(wrong):
    with pytest.raises(ValueError, match=wrong[-1] if len(wrong) > 2 else wrong[0]):
        make(*wrong)


@levels
def test_a_right_step_from_a_wrong_number_is_told_from_a_slip(level):
    """Every answer that follows from one wrong number before it."""
    seen = 0
    for number in range(12):
        exercise = make(level, number)
        for step in by_hand._steps(level):
            for needed in set(step.needs) & set(exercise.blanks):
                filled = {needed: exercise.right[needed] + 17.0}
                value = step.right({**exercise.right, **filled})
                answer = exercise.answer(step.name, value, filled)
                if answer.right or answer.slips:
                    continue
                assert by_hand.written(needed) in answer.says and "step is right" in answer.says
                seen += 1
    assert seen > 50


def test_an_unknown_number_gets_the_step_in_symbols_and_not_its_numbers():
    answer = make("chain", 1).answer("dL_dw1", 12.345)
    assert answer.says.endswith("∂ℒ/∂w¹ = x · δ¹.") and not answer.slips


# --- the explorer ---


def slipped(explorer, slip):
    """Make this slip, and no other, in a blank where it shows; put it right again."""
    exercise = explorer.exercise(SimpleNamespace(**explorer.settings))
    for name, blank in exercise.blanks.items():
        for of, wrong in blank.slips:
            if of == slip and blank.named(wrong) == (slip,):
                explorer.move(name, wrong)
                said = explorer.state()["verdict"]
                explorer.move(name, blank.right)
                return said
    raise AssertionError(f"{slip} doesn't show")


@each_slip
def test_after_the_same_slip_twice_the_next_network_practises_it(level, slip):
    explorer = explorers.ByHand(level=level)
    said = []
    while len(said) < 2:
        try:
            said.append(slipped(explorer, slip))
        except AssertionError:
            pass
        if len(said) < 2:
            explorer.move("number", explorer.settings["number"] + 1)
    assert SLIPS[slip].says in said[0]["says"] and said[0]["right"] is False
    assert "next network practises" not in said[0]["says"]
    assert f"next network practises {SLIPS[slip].about}" in said[1]["says"]
    explorer.move("number", explorer.settings["number"] + 1)
    exercise = explorer.exercise(SimpleNamespace(**explorer.settings))
    assert exercise.practise == slip
    assert explorer.state()["verdict"]["says"].startswith(f"This one practises {SLIPS[slip].about}")
    explorer.move("number", explorer.settings["number"] + 1)
    assert explorer.exercise(SimpleNamespace(**explorer.settings)).practise == ""


@levels
def test_show_me_one_step_gives_one_step_until_all_is_done(level):
    explorer = explorers.ByHand(level=level)
    names = by_hand.names_of(level)
    for turn, name in enumerate(names, start=1):
        explorer.move("step", turn)
        filled = [n for n in names if explorer.settings[n] is not None]
        assert filled == list(names[:turn])
        exercise = explorer.exercise(SimpleNamespace(**explorer.settings))
        if turn < len(names):
            assert explorer.state()["verdict"]["says"] == f"One step: {exercise.blanks[name].step}."
    assert f"All {len(names)} are right, 0 of them" in explorer.state()["verdict"]["says"]
    before = explorer.settings
    explorer.move("step", 99)
    assert {**explorer.settings, "step": 0} == {**before, "step": 0}


def test_the_blank_that_was_wrong_is_the_one_that_is_shown():
    explorer = explorers.ByHand()
    right = make("chain", 1).right["dL_dz1"]
    explorer.move("dL_dz1", right + 1)
    explorer.move("step", 1)
    assert explorer.settings["dL_dz1"] == right and explorer.settings["z1"] is None


def test_what_came_of_a_network_is_noted():
    record.forget()
    explorer = explorers.ByHand()
    for name, blank in make("chain", 1).blanks.items():
        if name in ("a1", "dL_dw1"):
            explorer.move(name, blank.right + 0.5)
        assert "chain" not in record.noted("by hand")
        explorer.move(name, blank.right)
    came = {"networks": 1, "blanks": 12, "first try": 10}
    assert record.noted("by hand")["chain"] == came
    explorer.settings = explorer.settings
    explorer.move("a1", 0.5)
    explorer.move("a1", make("chain", 1).right["a1"])
    assert record.noted("by hand")["chain"]["networks"] == 2


def test_a_press_brings_a_network_that_was_not_there():
    """From the first press on, every kernel has its own."""
    one, other = explorers.ByHand(), explorers.ByHand()
    assert one.svg() == other.svg()
    seen = []
    for explorer in (one, other):
        explorer.move("z1", 3.0)
        for _ in range(30):
            explorer.move("number", explorer.settings["number"] + 1)
            assert explorer.settings["z1"] is None
            seen.append(explorer.exercise(SimpleNamespace(**explorer.settings)).given)
    assert one.settings["number"] != other.settings["number"]
    assert all(now != then for now, then in pairwise(seen))


def test_another_network_asks_for_another_guess():
    explorer = explorers.ByHand()
    explorer.guess(0)
    assert explorer.state()["guess"]["chosen"] == 0
    explorer.move("number", 2)
    assert explorer.state()["guess"]["chosen"] is None


def test_an_emptied_blank_is_blank():
    explorer = explorers.ByHand()
    explorer.move("z1", 5.0)
    assert 'data-term="z1" class="bad" data-blank="z1"' in explorer.svg()
    explorer.move("z1", make("chain", 1).right["z1"])
    assert 'data-term="z1" class="good" data-blank="z1"' in explorer.svg()
    explorer.move("z1", None)
    assert 'data-term="z1" data-blank="z1"' in explorer.svg()
    assert explorer.state()["verdict"]["right"] is None


@levels
def test_every_blank_is_in_the_picture_once_and_only_those_of_the_level(level):
    for width in (960, 390):
        svg = explorers.ByHand(level=level).svg(width)
        found = re.findall(r'data-blank="([^"]+)"', svg)
        assert sorted(found) == sorted(by_hand.names_of(level))


def test_no_picture_gives_an_answer_away():
    """Each blank is a question mark until somebody writes there."""
    for level in LEVELS:
        for number in range(20):
            explorer = explorers.ByHand(level=level, number=number)
            svg = explorer.svg()
            for name in by_hand.names_of(level):
                assert re.search(rf'data-value="{name}">\?<', svg), (level, name)


def test_square_is_an_activation():
    z = np.array([-3.0, 0.5])
    assert by_hand.SQUARE(z).tolist() == [9.0, 0.25]
    assert by_hand.SQUARE.derivative(z).tolist() == [-6.0, 1.0]
