"""What mypy is asked to check, and that it sees a wrong type (`make types` runs it over all)."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]
STRICT = next(each["module"] for each in CONFIG["overrides"] if "disallow_untyped_defs" in each)


def mypy(code, folder):
    """What mypy says of a user's file, in lines; it finds in its cache what `make types` found."""
    (folder / "user.py").write_text(code, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", str(folder / "user.py")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=300)
    assert done.stderr == ""
    return done.stdout.splitlines()


@pytest.mark.parametrize("module", STRICT)
def test_every_strict_room_is_there(module):
    path = ROOT / module.removesuffix(".*").replace(".", "/")
    assert path.is_dir() or path.with_suffix(".py").is_file()


def test_the_rooms_that_all_stands_on_are_strict():
    rooms = "activations checking diagrams.* losses network training validation"
    assert {f"bpdemo.{room}" for room in rooms.split()} <= set(STRICT)


def test_nothing_in_the_strict_rooms_is_excused_without_a_reason():
    for module in STRICT:
        path = ROOT / module.removesuffix(".*").replace(".", "/")
        for file in path.rglob("*.py") if module.endswith(".*") else [path.with_suffix(".py")]:
            for line in file.read_text(encoding="utf-8").splitlines() if file.is_file() else ():
                _, found, after = line.partition("# type: ignore")
                assert not found or (after.startswith("[") and "# " in after), f"{file}: {line}"


USER = """\
import bpdemo as bp
from bpdemo import training

trace = bp.forward([[1.0, 2.0]], [[[0.5], [-0.25]]], activation=["tanh"])
grad = bp.backward(trace, [[1.0]])
reveal_type(grad.dL_dw[1])
reveal_type(trace.activation[1].name)
bp.forward([[1.0]], [[[0.5]]], activation=3)
bp.backward(trace, [[1.0]], loss=None)
bp.check_gradients([[1.0]], [[[0.5]]], [[1.0]], tolerance="small")
training.trained([[1.0]], [[1.0]], widths=[1, 1], learning_rat=0.1)
training.descend([[1.0]], [[1.0]], [[[0.5]]], **training.RELU_SETTINGS)
bp.forward([[1.0]], [[[0.5]]]).w.frist
"""


def test_a_user_is_told_of_a_wrong_type_and_of_nothing_else(tmp_path):
    *said, total = mypy(USER, tmp_path)
    notes = [line for line in said if ": note: Revealed" in line]
    assert "dtype[numpy.floating" in notes[0]
    assert notes[1].endswith('"str"')
    wrong = [line.rpartition(".py:")[2].partition(":")[0] for line in said if ": error: " in line]
    assert wrong == ["8", "9", "10", "11", "13"], said
    assert total.startswith("Found 5 errors in 1 file")
