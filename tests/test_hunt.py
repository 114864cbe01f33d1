"""The bug hunts: the right code agrees, each bug differs, and is on the line said."""

import ast
import itertools
import re

import numpy as np
import pytest

import bpdemo as bp
from bpdemo import checking, record
from bpdemo.exercises import BugHunt, hunts
from bpdemo.exercises.hunt import compiled, influence, with_bug

NAMES = ("03", "05", "06", "07", "08")
BUGS = [(name, bug) for name in NAMES for bug in hunts.TABLE[name].bugs]
IDS = [f"{name}-{bug.name}" for name, bug in BUGS]


@pytest.fixture(autouse=True)
def nothing_noted(monkeypatch):
    monkeypatch.setattr(record, "_memory", {kind: {} for kind in record.KINDS})
    for name in ("BPDEMO_PROGRESS", "JPY_SESSION_NAME"):
        monkeypatch.delenv(name, raising=False)


def at(name, bug):
    """The hunt with this bug in its code."""
    hunt = BugHunt(name)
    hunt.number = hunt.bugs.index(bug) + 1
    return hunt


def check(hunt, lines):
    entry = hunts.TABLE[hunt.name]
    return bp.check_gradients(**hunt.network, backward=entry.adapt(compiled(lines)))


def gradients(hunt, backward):
    given = hunt.network
    trace = bp.forward(given["x"], given["w"], activation=given["activation"], b=given["b"])
    grad = backward(trace, given["y"], given["loss"])
    return np.concatenate([np.ravel(v) for part in (grad.dL_dw, grad.dL_db) for v in part.values()])


# --- the code and its bugs -----------------------------------------------------------------------


def test_there_is_a_hunt_where_one_was_promised():
    assert tuple(hunts.TABLE) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_hunt_is_whole(name):
    hunt = hunts.TABLE[name]
    assert 5 <= len(hunt.lines) <= 12
    assert len(hunt.bugs) >= 6
    assert len({bug.name for bug in hunt.bugs}) == len(hunt.bugs)
    assert len({bug.why for bug in hunt.bugs}) == len(hunt.bugs)
    for line, does in hunt.lines:
        assert len(line) <= 76 and does.endswith(".")
    assert len({bug.line for bug in hunt.bugs}) >= 3  # no line is the one that is always wrong


@pytest.mark.parametrize("name", NAMES)
def test_the_right_code_agrees(name):
    hunt = BugHunt(name)
    report = check(hunt, with_bug(hunts.TABLE[name], None))
    assert report.ok, str(report)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", ["03", "05"])
def test_the_right_code_is_right_elsewhere(name, seed):
    """03 on chains of any length, 05 on networks of unequal widths."""
    rng = np.random.default_rng(seed)
    widths = [1] * (seed + 2) if name == "03" else [2, 4, 3, 1]
    m = 1 if name == "03" else 5
    w = [rng.normal(size=pair) for pair in itertools.pairwise(widths)]
    x, y = rng.normal(size=(m, widths[0])), rng.uniform(size=(m, widths[-1]))
    entry = hunts.TABLE[name]
    assert bp.check_gradients(x, w, y, backward=entry.adapt(compiled(with_bug(entry, None)))).ok


@pytest.mark.parametrize(("name", "bug"), BUGS, ids=IDS)
def test_a_bug_is_found_by_the_check(name, bug):
    hunt = at(name, bug)
    report = hunt.check()
    assert not report.ok and report.verdict == "differs"
    assert str(report) == str(bp.check_gradients(**hunt.network, backward=hunt.backward))


@pytest.mark.parametrize(("name", "bug"), BUGS, ids=IDS)
def test_the_bug_is_on_the_line_said_and_nowhere_else(name, bug):
    hunt, right = at(name, bug), with_bug(hunts.TABLE[name], None)
    differ = [n for n, (a, b) in enumerate(zip(hunt.lines, right, strict=True), 1) if a != b]
    assert differ == [bug.line]
    put_right = list(hunt.lines)
    put_right[bug.line - 1] = right[bug.line - 1]
    assert check(hunt, put_right).ok
    # The indent is the right line's, and the line is no longer than a page shows.
    wrong = hunt.lines[bug.line - 1]
    assert re.match(r" *", wrong)[0] == re.match(r" *", right[bug.line - 1])[0]
    assert bug.wrong == bug.wrong.strip() and len(wrong) <= 80


@pytest.mark.parametrize("name", NAMES)
def test_no_two_bugs_are_equal(name):
    found = []
    for bug in hunts.TABLE[name].bugs:
        hunt = at(name, bug)
        found.append(gradients(hunt, hunt.backward))
    for i, one in enumerate(found):
        for other in found[:i]:
            assert not np.allclose(one, other, rtol=1e-9)


@pytest.mark.parametrize(("name", "bug"), BUGS, ids=IDS)
def test_the_code_shown_is_the_code_run(name, bug):
    hunt = at(name, bug)
    assert hunt.code == "\n".join(hunt.lines)
    namespace = hunts.names()
    exec(hunt.code, namespace)
    [function] = [node.name for node in ast.parse(hunt.code).body]
    again = hunts.TABLE[name].adapt(namespace[function])
    assert np.array_equal(gradients(hunt, hunt.backward), gradients(hunt, again))


@pytest.mark.parametrize("name", NAMES)
def test_nothing_of_the_network_is_changed_by_a_bug(name):
    hunt = BugHunt(name)
    before = str(hunt.network)
    for _ in hunt.bugs:
        hunt.check()
        hunt.next()
    assert str(hunt.network) == before


# --- what is said of the bugs --------------------------------------------------------------------


def rows(name, bug_name):
    bug = next(bug for bug in hunts.TABLE[name].bugs if bug.name == bug_name)
    return {row.label: row for row in at(name, bug).check().rows}


def off(name, bug_name):
    return {label for label, row in rows(name, bug_name).items() if not row.ok}


W3, W2 = {f"dL_dw[{k}]" for k in (1, 2, 3)}, {"dL_dw[1]", "dL_dw[2]"}
B3, B2 = {f"dL_db[{k}]" for k in (1, 2, 3)}, {"dL_db[1]", "dL_db[2]"}
FIRST = {"dL_dw[1]", "dL_db[1]"}

# What the explanations say about the rows.
ROWS = {
    ("03", "slip-of-the-notes"): W2,  # "The last layer doesn't step back, so it's right"
    ("03", "lost-2"): W3,  # "missing everywhere"
    ("03", "sign"): W3,  # "every gradient"
    ("03", "slope-at-a"): W3,  # "in every layer"
    ("03", "stops-early"): {"dL_dw[1]"},
    ("05", "slope-at-a"): W3,  # "every layer is off, the last one too"
    ("05", "no-delta"): W3,  # "in every ∂ℒ/∂w"
    ("05", "step-without-slope"): W2,  # "the last layer is right"
    ("05", "lost-2"): W3,
    ("06", "bias-mean"): B3,  # "Only the biases are off"
    ("06", "tanh-in-z"): FIRST,  # "only layer 1 is off"
    ("06", "stops-early"): FIRST,
    ("08", "last-batch-only"): W2,  # "The biases are right"
    ("08", "no-mask"): FIRST,  # "Layer 2 is right"
    ("08", "sign"): W2 | B2,
    ("08", "bias-mean"): B2,
}


@pytest.mark.parametrize(("name", "bug"), ROWS, ids=str)
def test_the_rows_are_off_that_are_said_to_be(name, bug):
    assert off(name, bug) == ROWS[name, bug]


@pytest.mark.parametrize(
    ("name", "bug", "factor"),
    [
        ("03", "lost-2", 1 / 2),
        ("03", "sign", -1),
        ("05", "lost-2", 1 / 2),
        ("05", "mean-for-sum", 1 / 4),
        ("07", "one-h", 2),  # "every slope is doubled"
        ("07", "down-minus-up", -1),
        ("08", "sign", -1),
    ],
)
def test_the_factor_is_the_one_that_is_said(name, bug, factor):
    for row in rows(name, bug).values():
        assert np.allclose(row.gradients, factor * row.slopes, rtol=1e-6, atol=1e-9)


def test_what_is_said_of_the_broken_checkers():
    for row in rows("07", "one-sided").values():  # "about half of what it should be"
        assert np.allclose(row.gradients, row.slopes / 2, rtol=1e-3)
    for row in rows("07", "not-put-back").values():  # "from the second entry on", "too little"
        assert row.error[0] < 1e-8 < row.error[1:].max() < 1e-3
    tiny = np.concatenate([row.gradients for row in rows("07", "smaller-is-better").values()])
    assert (tiny == 0).mean() > 0.5  # "for most entries"
    for row in rows("07", "rows-only").values():  # "all the later entries keep the slope 0"
        count = row.expected[0]
        assert row.gradients[:count].all() and not row.gradients[count:].any()
    for row in rows("07", "precedence").values():  # "divides by 2 and then multiplies by h"
        assert np.allclose(row.gradients, row.slopes * 1e-5**2, rtol=1e-6)


@pytest.mark.parametrize(("name", "bug"), BUGS, ids=IDS)
def test_an_explanation_has_no_number_that_isnt_measured(name, bug):
    """Layers and the 2 of 2h are names, all else is held above."""
    assert set(re.findall(r"\d+(?:\.\d+)?", bug.why)) <= {"0", "1", "2"}


def test_the_mask_of_relu_never_switches_off():
    hunt = at("06", next(b for b in hunts.TABLE["06"].bugs if b.name == "relu-mask"))
    trace = bp.forward(**{n: hunt.network[n] for n in ("x", "w", "activation", "b")})
    assert (trace.a[2] >= 0).all() and (trace.z[2] < 0).any()


# --- what a hint knows ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_the_influence_of_a_line_is_what_its_bugs_change(name):
    """A bug changes no gradient that its line has no part in, but for the heads of loops."""
    parts = influence(name)
    for bug in hunts.TABLE[name].bugs:
        if parts[bug.line - 1]:
            assert off(name, bug.name) <= parts[bug.line - 1]


def test_the_influence_by_hand():
    parts = influence("06")
    assert parts[4] == FIRST  # δ¹ is the last
    assert parts[6] == W3 and parts[7] == B3
    assert parts[0] == parts[8] == frozenset()


@pytest.mark.parametrize(("name", "bug"), BUGS, ids=IDS)
def test_every_line_gets_its_verdict(name, bug):
    hunt = at(name, bug)
    report = {row.label: row.ok for row in hunt.check().rows}
    parts = influence(name)
    for line in range(1, len(hunt.lines) + 1):
        state = hunt.receive({"do": "check", "card": f"{name}-{bug.name}", "choice": line - 1})
        [card] = state["cards"]
        assert card["chosen"] == line - 1
        says = " ".join(card["says"])
        if line == bug.line:
            assert card["kind"] == "right"
            assert bug.why in says and hunts.TABLE[name].lines[line - 1][0].strip() in says
            assert "gradient check passed" in says
            continue
        assert card["kind"] == "wrong"
        assert hunts.TABLE[name].lines[line - 1][1] in says and bug.why not in says
        if found := re.search(r"that (.*) differs?, and line (\d+) has no part", says):
            named = set(re.findall(r"dL_d\w\[\d\]", found[1]))
            assert not named & parts[line - 1] and not any(report[label] for label in named)
        elif found := re.search(r"that (.*) agrees?, and line (\d+) has a part", says):
            named = set(re.findall(r"dL_d\w\[\d\]", found[1]))
            assert named <= parts[line - 1] and all(report[label] for label in named)
        else:
            assert "couldn't tell" in says or "Which lines have a part" in says


# --- a hunt --------------------------------------------------------------------------------------


def test_the_order_is_seeded_and_has_every_bug():
    assert BugHunt("03").bugs == BugHunt("03").bugs
    assert BugHunt("03", seed=1).bugs != BugHunt("03").bugs
    assert set(BugHunt("03", seed=1).bugs) == set(hunts.TABLE["03"].bugs)


def test_a_new_bug_at_each_press_and_the_first_again_at_last():
    hunt = BugHunt("06")
    seen = []
    for _ in hunt.bugs:
        [card] = hunt.state()["cards"]
        seen.append(tuple(card["choices"]))
        hunt.receive({"do": "check", "card": card["name"], "choice": 0})
        hunt.receive({"do": "report", "card": card["name"]})
        [after] = hunt.receive({"do": "next", "card": card["name"]})["cards"]
        assert (after["kind"], after["report"], after["chosen"]) == ("", "", None)
    assert len(set(seen)) == len(hunt.bugs)
    assert hunt.number == 1


def test_the_check_at_a_press():
    hunt = BugHunt("05")
    [card] = hunt.state()["cards"]
    assert card["report"] == ""
    [card] = hunt.receive({"do": "report", "card": card["name"]})["cards"]
    assert card["report"] == str(hunt.check()) and "FAILED" in card["report"]


def test_the_page_is_not_told_which_line_it_is():
    state = str(BugHunt("05").state())
    assert BugHunt("05").bug.why not in state


def test_the_network_can_be_checked_in_a_cell():
    hunt = BugHunt("03")
    x, w, y = (hunt.network[name] for name in ("x", "w", "y"))
    assert not bp.check_gradients(x, w, y, backward=hunt.backward).ok
    trace = bp.forward(x, w)
    found = [hunt.backward(trace, y).dL_dw[k] for k in (1, 2, 3)]
    assert not bp.gradcheck(lambda w: bp.squared_difference(bp.forward(x, w).a[3], y), w, found).ok


def test_what_was_found_is_noted_and_adds_up():
    hunt = BugHunt("03")
    assert "Found so far: 1 of 9." in str(hunt.judge(hunt.bug.line))
    hunt.next()
    hunt.judge(hunt.bug.line % len(hunt.lines) + 1)  # not found
    assert record.noted("hunt")["03"]["found"] == 1
    another = BugHunt("03")  # after a restart
    another.number = 3
    assert "Found so far: 2 of 9." in str(another.judge(another.bug.line))
    kept = record.noted("hunt")["03"]
    assert (kept["found"], kept["of"]) == (2, 9)
    another.judge(another.bug.line)
    assert record.noted("hunt")["03"]["found"] == 2


@pytest.mark.parametrize("broken", [None, 3, {"found": 2, "of": 9}, {"bugs": ["who", 3]}])
def test_a_record_of_another_form_is_no_trouble(broken):
    record.note("hunt", "03", broken)
    hunt = BugHunt("03")
    assert "Found so far: 1 of 9." in str(hunt.judge(hunt.bug.line))


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"do": "check", "card": "nobody", "choice": 0},
        {"do": "check", "card": None, "choice": 99},
        {"do": "check", "card": None, "choice": 1.0},
        {"do": "solve", "card": None, "choice": 0},
    ],
)
def test_what_cant_be_is_refused(message):
    hunt = BugHunt("03")
    if "card" in message and message["card"] is None:
        message = {**message, "card": hunt.state()["cards"][0]["name"]}
    with pytest.raises(ValueError):
        hunt.receive(message)


def test_a_wrong_name_or_number_says_what_there_is():
    with pytest.raises(ValueError, match="03, 05, 06, 07, 08; received '04'"):
        BugHunt("04")
    hunt = BugHunt("03")
    for value, error in ((0, ValueError), (10, ValueError), (1.0, TypeError), (True, TypeError)):
        with pytest.raises(error, match="number"):
            hunt.number = value


@pytest.mark.parametrize("name", NAMES)
def test_the_still_has_the_code_the_report_and_the_answer(name):
    hunt = BugHunt(name)
    bundle = hunt.bundle()
    html = bundle["text/html"]
    unfolded, _, folded = html.partition("<details>")
    for line in hunt.lines:
        escaped = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        assert escaped in unfolded and line in bundle["text/plain"]
    assert hunt.bug.why.replace("'", "&#x27;").replace(">", "&gt;") in folded
    assert "gradient check FAILED" in folded and hunt.bug.why not in unfolded
    assert BugHunt(name).bundle() == bundle


def test_checking_is_the_packages_own():
    assert BugHunt("03").check().method == checking.check_gradients(**BugHunt("03").network).method
