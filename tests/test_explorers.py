"""What every explorer keeps to, and the base that they share. Each chapter's own are elsewhere."""

import json
import re
import subprocess
import sys
from types import SimpleNamespace

import anywidget
import pytest

from bpdemo import diagrams, exercises, explorers, record
from bpdemo.explorers import controls, view
from bpdemo.explorers.explorer import Explorer, numbers_of, went
from tests import deciding
from tools.made import EXPLORERS, make

every = pytest.mark.parametrize("name", EXPLORERS)


def hands(explorer):
    """(name, control) of the numbers that can be set now."""
    return [(n, c) for n, c in explorer.limited.items() if c.is_number and not c.hidden]


def message(**settings):
    return {"do": "set", "settings": settings}


# --- every explorer ---


@every
def test_what_goes_to_a_page_is_plain_data(name):
    explorer = make(name)
    for sent in (explorer.spec(), explorer.state()):
        assert json.loads(json.dumps(sent, allow_nan=False)) == sent


@every
def test_settings_are_the_whole_state(name):
    explorer, other = make(name), make(name)
    for control, bounds in hands(explorer):
        explorer.move(control, bounds.nearest(bounds.low + 0.3 * (bounds.high - bounds.low)))
    other.settings = explorer.settings
    explorer.settings = {}
    assert other.settings == explorer.settings
    assert other.svg() == explorer.svg()


@every
def test_the_same_arguments_show_the_same_picture(name):
    assert make(name).svg() == make(name).svg()
    assert make(name).svg(390) == make(name).svg(390)


@every
def test_a_move_on_the_page_is_a_move_in_python(name):
    one, other = make(name), make(name)
    for control, bounds in hands(one):
        value = bounds.nearest(bounds.low + 0.6 * (bounds.high - bounds.low))
        one.receive(message(**{control: value}))
        other.move(control, value)
        assert one.settings == other.settings
        assert one.svg() == other.svg()


@every
def test_what_moved_is_marked_and_what_changed_with_it(name):
    explorer = make(name)
    svg = explorer.svg()
    placed = [(n, c) for n, c in hands(explorer) if f'data-control="{n}"' in svg]
    for control, bounds in placed[:4]:
        explorer.reset()
        before = dict(numbers_of(explorer.svg()))
        value = bounds.low if explorer.settings[control] != bounds.low else bounds.high
        explorer.move(control, value)
        after, svg = dict(numbers_of(explorer.svg())), explorer.svg()
        marks = dict(re.findall(r'<g data-term="([^"]+)" class="([^"]*)"', svg))
        assert "held" in marks[control].split()
        for quantity, shown in after.items():
            if quantity not in before or f'data-term="{quantity}"' not in svg:
                continue
            changed = before[quantity] != shown and quantity != control
            assert ("changed" in marks.get(quantity, "").split()) == changed, quantity
        assert "Last moved: " in explorer.alt
        explorer.settings = {}
        assert 'class="held' not in explorer.svg() and "Last moved" not in explorer.alt


@every
def test_it_asks_one_question_and_tells_why(name):
    explorer = make(name)
    assert (
        explorer.title.endswith((".", "?"))
        and explorer.question.strip()
        and explorer.answer.strip()
    )
    assert "<" not in explorer.question + explorer.answer, "plain text goes to every page"
    assert 2 <= len(explorer.choices) <= 5
    assert explorer.judge(*[SimpleNamespace(**explorer.settings)] * 2) is None, "nothing moved yet"


@every
def test_a_guess_is_told_once_the_hand_has_moved(name):
    """The same moves decide it for every choice: one is right, the others wrong."""
    verdicts = []
    for chosen in range(len(make(name).choices)):
        explorer = make(name)
        explorer.guess(chosen)
        assert explorer.state()["guess"]["right"] is None
        assert deciding.moves(explorer) is not None, "nothing decides the guess"
        verdicts.append(explorer.state()["guess"]["right"])
        assert explorer.state()["guess"]["told"].strip()
        assert record.noted("guess")[name] == verdicts[-1]
    assert verdicts.count(True) == 1


@every
def test_a_still_says_everything_without_a_kernel(name):
    explorer = make(name)
    bundle = view.still(explorer)
    assert explorer.question.split("<")[0][:20] in re.sub("&[a-z#0-9x]+;", "", bundle["text/html"])
    assert "Run All Cells" in bundle["text/html"]
    assert sum(character.isdigit() for character in bundle["text/plain"]) > 8
    assert "<script" not in bundle["text/html"]


@every
def test_it_is_whole_on_a_projector_and_on_a_phone(name):
    explorer = make(name)
    height = float(re.search(r'height="([\d.]+)"', explorer.svg(960))[1])
    assert height <= 480, "with its question and its bar it has to fit 608"
    for width in (280, 390, 640):
        svg = explorer.svg(width)
        assert f'viewBox="0 0 {width} ' in svg
        sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)"', svg)]
        assert min(sizes) >= 12, "letters of 12 pixels"


@every
def test_what_a_page_must_not_send_is_refused_and_changes_nothing(name):
    explorer = make(name)
    before = explorer.settings
    blanks = [(n, c) for n, c in explorer.limited.items() if c.kind == "blank"]
    control, bounds = (hands(explorer) + blanks)[0]
    for wrong in (
        message(nonsense=1),
        message(**{control: "2(a - y)"}),
        message(**{control: [] if blanks else None}),  # None empties a blank
        message(**{control: float("nan")}),
        {"do": "fly"},
        {"do": "guess", "choice": 99},
    ):
        with pytest.raises((ValueError, TypeError)):
            explorer.receive(wrong)
        assert explorer.settings == before
    with pytest.raises((ValueError, TypeError), match=control):
        explorer.move(control, bounds.high + 1000 + 1e9 * bool(blanks))
    with pytest.raises(TypeError, match="nonsense"):
        type(explorer)(nonsense=1)
    with pytest.raises(ValueError, match="nonsense"):
        explorer.settings = {"nonsense": 1}
    assert explorer.settings == before


@every
def test_a_page_may_send_what_is_beyond_and_gets_the_nearest(name):
    explorer = make(name)
    for control, _ in hands(explorer):
        explorer.receive(message(**{control: 1e9}))
        assert explorer.settings[control] == pytest.approx(explorer.limited[control].high)
        explorer.reset()


# --- the base ---


class Small(Explorer):
    """Two numbers and their product."""

    title = "A product."
    question = "Will p grow?"
    choices = ("yes", "no")

    def controls(self):
        return {
            "a1": controls.slider(2.0),
            "w1": controls.slider(3.0),
            "n": controls.count(1, 0, 5),
            "kind": controls.choice({"one": 1, "two": 2}, 1),
        }

    def limits(self, s):
        return {"n": {"high": 2 if s.kind == 2 else 5}}

    def moved(self, name, s):
        return {"n": 0} if name == "w1" else {}

    def panels(self, s):
        terms = [diagrams.quantity(n, v) for n, v in (("z1", s.a1 * s.w1), ("w1", s.w1))]
        return [diagrams.formula(terms), diagrams.words([f"n = {s.n}"])]

    def judge(self, before, now):
        return None if before.w1 == now.w1 else int(now.a1 * now.w1 <= before.a1 * before.w1)

    def tell(self, before, now):
        return went("p", before.a1 * before.w1, now.a1 * now.w1)


def test_a_hands_move_has_its_consequences_and_a_setting_has_none():
    explorer = Small(n=4)
    explorer.settings = {"w1": 1.0}
    assert explorer.settings["n"] == 4
    explorer.move("w1", 2.0)
    assert explorer.settings["n"] == 0


def test_limits_cut_what_no_longer_fits():
    explorer = Small(n=4)
    explorer.move("kind", 2)
    assert explorer.settings["n"] == 2
    assert explorer.state()["limits"]["n"]["high"] == 2


def test_reset_goes_back_to_what_it_was_made_with():
    explorer = Small(w1=1.5)
    explorer.move("w1", 3.5)
    explorer.move("a1", 1.0)
    explorer.reset("w1")
    assert explorer.settings["w1"] == 1.5 and explorer.settings["a1"] == 1.0
    explorer.reset()
    assert explorer.settings == Small(w1=1.5).settings
    assert explorer.spec()["controls"][1]["default"] == 1.5


def test_any_value_can_be_set_not_only_whole_steps():
    explorer = Small()
    explorer.receive(message(w1=1.333))
    assert explorer.settings["w1"] == 1.333
    assert dict(numbers_of(explorer.svg()))["z1"] == "2.666"


def test_the_first_outcome_of_a_guess_counts():
    explorer = Small()
    explorer.guess(0)
    explorer.move("w1", 4.0)
    assert explorer.state()["guess"] == {
        "chosen": 0,
        "right": True,
        "told": "p went from 6.000 to 8.000",
    }
    explorer.move("w1", 1.0)
    assert explorer.state()["guess"]["right"] is True
    assert explorer.state()["guess"]["told"] == "p went from 6.000 to 2.000"


def test_what_is_said_names_the_move_and_what_followed():
    explorer = Small()
    state = explorer.receive(message(w1=1.5))
    assert state["said"] == "w¹: 1.5; z¹ = 3.000"


def test_a_quantity_can_be_lit_from_the_start():
    explorer = explorers.ThreeTerms().point_at("da_dz3")
    for svg in (explorer.svg(), explorer.state()["svg"]):
        assert 'data-term="da_dz3" class="lit"' in svg
        assert svg.count('class="lit"') == svg.count('data-term="da_dz3"')
    with pytest.raises(ValueError, match="da_dz9"):
        explorer.point_at("da_dz9")


def test_restoring_marks_nothing():
    explorer = Small()
    explorer.receive({**message(w1=1.5), "quiet": True})
    assert explorer.settings["w1"] == 1.5
    assert 'class="held' not in explorer.svg()


@pytest.mark.parametrize(
    ("control", "wrong"),
    [
        (controls.slider(0.0), [True, "1", None, float("nan"), 5.0]),
        (controls.count(1, 0, 5), [1.5, 6, "2"]),
        (controls.choice(["a", "b"], "a"), ["c", 0, None]),
        (controls.switch(), ["yes", 2, 0.5]),
        (controls.ink(2, 2), [(0, 0, 0), (0, 0, 0, 2)]),
        (controls.points(), [((0.0, float("nan"), 1),)]),
        (controls.blank(), [True, "1", float("nan"), float("inf"), 1e9, [1]]),
        (controls.press(label="Press"), [None, "1", -1, 1.5, 1e12, True]),
        (controls.kept(["a"]), ["words", [1], None, ["x" * 99], ["x"] * 999]),
    ],
)
def test_a_control_refuses_what_it_cannot_have_and_says_its_name(control, wrong):
    for value in wrong:
        with pytest.raises((ValueError, TypeError), match="name_of_it"):
            control.checked("name_of_it", value)
    assert control.checked("name_of_it", control.value) == control.value


def test_explorers_need_numpy_alone():
    """So they can stand on a page whose Python has NumPy and bpdemo, and nothing else."""
    code = (
        "import sys; from bpdemo import explorers; explorers.ThreeTerms().state();"
        "print([m for m in ('ipywidgets', 'anywidget', 'traitlets', 'IPython', 'matplotlib',"
        " 'sympy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_front_end_is_one_file_that_fetches_nothing():
    source = (view._HERE / "view.js").read_text("utf-8")
    assert not re.search(r"^\s*import\s|import\(|https?://|fetch\(|XMLHttpRequest", source, re.M)
    for name in EXPLORERS:
        assert name not in source, "no JavaScript for a single explorer"


@pytest.mark.parametrize("made", [explorers.ThreeTerms, lambda: exercises.quiz("02")])
def test_marimo_gets_the_live_view_that_a_notebook_shows(made, capsys):
    """It asks for `_display_`, and takes an anywidget as it is."""
    shown = made()
    live = shown._display_()
    assert isinstance(live, anywidget.AnyWidget) and live is shown._display_()
    shown._ipython_display_()
    assert shown.front_end is live


def test_a_view_answers_a_page(monkeypatch):
    """What the page sends goes in as ipykernel brings it; the answer is the view's new state."""
    explorer = explorers.ThreeTerms()
    shown = view.View(explorer)
    shown._receive(shown, {**message(w3=2.0), "sequence": 7, "width": 400}, [])
    assert shown.state["sequence"] == 7 and shown.state["settings"]["w3"] == 2.0
    assert 'viewBox="0 0 400 ' in shown.state["svg"]
    shown._receive(shown, {**message(w9=2.0), "sequence": 8}, [])
    assert shown.state["sequence"] == 8 and "w9" in shown.state["trouble"]
    monkeypatch.setattr(
        explorer, "receive", lambda message: (_ for _ in ()).throw(KeyboardInterrupt)
    )
    shown._receive(shown, {**message(w3=3.0), "sequence": 9}, [])
    assert shown.state["sequence"] == 9 and shown.state["trouble"] == "interrupted"
    shown.close()


@pytest.mark.parametrize("asked", [1, 10**6])
def test_a_picture_is_never_narrower_or_wider_than_can_be_read(asked):
    width = make("Secant").receive({"do": "show", "width": asked})["width"]
    assert width == (diagrams.NARROWEST if asked == 1 else diagrams.WIDTH)


def test_a_page_hears_whether_anything_was_moved():
    """Only then does it keep the settings for the next time."""
    explorer = make("ForwardChain")
    assert explorer.state()["fresh"]
    explorer.move("x", 0.25)
    assert not explorer.state()["fresh"]
    explorer.receive({"do": "reset"})
    assert explorer.state()["fresh"]
