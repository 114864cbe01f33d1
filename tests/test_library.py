"""The learner's library: what passes joins it, it trains as well as the package, and runs alone."""

import importlib.util
import json
import re
import subprocess
import sys

import numpy as np
import pytest

import bpdemo as bp
from bpdemo import exercises, record, slips
from bpdemo.exercises import TABLE
from bpdemo.exercises.base import tidy
from bpdemo.exercises.library import Mine

ADDING = {name: entry for name, entry in TABLE.items() if getattr(entry, "adds", False)}


@pytest.fixture
def notebook(tmp_path, monkeypatch):
    """A learner's notebook: nothing has passed, and the folder is empty."""
    monkeypatch.setattr(record, "_memory", {kind: {} for kind in record.KINDS})
    monkeypatch.setenv("BPDEMO_PROGRESS", str(tmp_path / record.FILE))
    return another_notebook(tmp_path, monkeypatch)


def another_notebook(tmp_path, monkeypatch):
    """The next kernel over the same folder."""
    monkeypatch.setattr(record, "_memory", {kind: {} for kind in record.KINDS})
    mine = Mine(TABLE)
    monkeypatch.setattr(exercises, "mine", mine)
    return mine


def written(folder, name, code):
    """The function of this code, as a notebook's cell defines it: its source can be found."""
    path = folder / f"cell_{name.replace('-', '_')}.py"
    path.write_text(
        "import numpy as np\nimport bpdemo as bp\n\n"
        "def sigma(z):\n    return 1 / (1 + np.exp(-z))\n\n" + tidy(code) + "\n",
        encoding="utf-8",
    )
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def solve(folder, *names):
    """Hand in the solutions of these exercises, as a learner does."""
    for name in names or ADDING:
        module = written(folder, name, TABLE[name].solution)
        # A function may use those before it.
        vars(module).update(exercises.mine.functions)
        exercises.check(name, getattr(module, TABLE[name].answer))


def test_the_library_covers_the_series():
    assert {name[:2] for name in ADDING} >= {"01", "02", "03", "04", "05", "06", "08"}
    answers = [entry.answer for entry in ADDING.values()]
    assert len(set(answers)) == len(answers)


def test_at_first_it_is_empty_and_says_what_is_missing(notebook, capsys, tmp_path):
    assert "0 of" in repr(notebook) and "layer   exercise 01-layer" in repr(notebook)
    for act in (notebook.rings, notebook.digits, notebook.softmax_digits, notebook.examine):
        act()
        assert capsys.readouterr().out.startswith("Not yet. Your library still needs ")
    notebook.write(tmp_path / "x.py")
    assert "Not yet" in capsys.readouterr().out and not list(tmp_path.iterdir())
    with pytest.raises(AttributeError, match="layer is not in your library yet: exercise 01-layer"):
        notebook.layer  # noqa: B018
    with pytest.raises(AttributeError, match="mine has no cake; expected one of layer"):
        notebook.cake  # noqa: B018


def test_what_passes_is_here_and_in_the_next_notebook(notebook, tmp_path, monkeypatch, capsys):
    solve(tmp_path, "01-layer")
    assert "in your library now, as exercises.mine.layer" in " ".join(
        capsys.readouterr().out.split()
    )
    x, w = np.ones((2, 3)), np.full((3, 1), 0.5)
    expected = bp.forward(x, [w]).a[1]
    assert np.allclose(notebook.layer(x, w), expected)
    following = another_notebook(tmp_path, monkeypatch)
    assert np.allclose(following.layer(x, w), expected)
    solve(tmp_path, "02-dL_da")
    assert set(following.functions) == {"layer", "dL_da_of"}
    assert set(another_notebook(tmp_path, monkeypatch).functions) == {"layer", "dL_da_of"}
    assert not list(tmp_path.glob("__pycache__/my_backprop*"))


def test_a_wrong_answer_is_not_in_it(notebook, tmp_path):
    module = written(tmp_path, "wrong", "def layer(a_before, w):\n    return a_before @ w")
    exercises.check("01-layer", module.layer)
    assert notebook.functions == {} and not (tmp_path / record.LIBRARY).exists()


@pytest.mark.parametrize(
    ("code", "answer", "said"),
    [
        ("two = 2\n\ndef f(a, y):\n    return two * (a - y)", "f", "it uses two, defined outside"),
        ("f = lambda a, y: 2 * (a - y)", "f", "begins with `def`"),
    ],
)
def test_what_cannot_stand_alone_passes_and_is_told(code, answer, said, notebook, tmp_path, capsys):
    exercises.check("02-dL_da", getattr(written(tmp_path, "x", code), answer))
    out = " ".join(capsys.readouterr().out.split())
    assert "right." in out and "isn't in your library, though" in out and said in out
    assert notebook.functions == {}


def test_another_name_is_taken(notebook, tmp_path, monkeypatch):
    code = "def my_own(a, y):\n    return 2 * (a - y)"
    exercises.check("02-dL_da", written(tmp_path, "own", code).my_own)
    assert another_notebook(tmp_path, monkeypatch).dL_da_of(3.0, 1.0) == 4


def test_a_file_edited_into_nonsense_is_no_trouble(notebook, tmp_path, monkeypatch):
    solve(tmp_path, "01-layer")
    (tmp_path / record.LIBRARY).write_text("def layer(:", encoding="utf-8")
    following = another_notebook(tmp_path, monkeypatch)
    assert following.functions == {}
    solve(tmp_path, "02-dL_da")  # written again, without what could not be read
    assert set(another_notebook(tmp_path, monkeypatch).functions) == {"dL_da_of"}
    solve(tmp_path, "01-layer")
    assert set(another_notebook(tmp_path, monkeypatch).functions) == {"layer", "dL_da_of"}


def test_of_a_damaged_file_the_sound_functions_stay(notebook, tmp_path, monkeypatch):
    solve(tmp_path, "01-layer", "02-dL_da")
    file = tmp_path / record.LIBRARY
    file.write_text(file.read_text("utf-8").replace("def layer(", "def layer(:"), "utf-8")
    another_notebook(tmp_path, monkeypatch)
    solve(tmp_path, "02-da_dz")
    assert set(another_notebook(tmp_path, monkeypatch).functions) == {"dL_da_of", "da_dz_of"}


def test_no_code_comes_from_the_progress(notebook, tmp_path, monkeypatch):
    code = "def layer(a_before, w):\n    raise SystemExit('this came from a file of data')"
    (tmp_path / record.FILE).write_text(
        json.dumps({"exercise": {"01-layer": {"passed": True, "tries": 1, "source": code}}}),
        "utf-8",
    )
    solve(tmp_path, "02-dL_da")
    assert "SystemExit" not in (tmp_path / record.LIBRARY).read_text("utf-8")
    assert set(another_notebook(tmp_path, monkeypatch).functions) == {"dL_da_of"}
    assert "def layer" not in notebook.text()


def test_the_file_is_imported_once_while_it_stays(notebook, tmp_path, monkeypatch):
    solve(tmp_path, "01-layer")
    following = another_notebook(tmp_path, monkeypatch)
    imported = []
    right = following._import
    monkeypatch.setattr(following, "_import", lambda place: imported.append(1) or right(place))
    for _ in range(5):
        assert callable(following.layer)
    assert len(imported) == 1, "a training asks for a function thousands of times"
    (tmp_path / record.LIBRARY).write_text("def layer(a, w):\n    return 7\n", encoding="utf-8")
    assert following.layer(0, 0) == 7


def percentages(out):
    return [float(number) for number in re.findall(r"([\d.]+)%", out)]


def test_it_trains_as_the_package_does(notebook, tmp_path, capsys):
    solve(tmp_path)
    capsys.readouterr()
    notebook.rings()
    mine, theirs = percentages(capsys.readouterr().out)
    assert mine == theirs == 100
    notebook.digits()
    mine, theirs = percentages(capsys.readouterr().out)
    assert mine == theirs > 96
    notebook.softmax_digits()
    mine, theirs = percentages(capsys.readouterr().out)
    assert mine == theirs > 97.5


def test_its_gradients_are_measured_and_diagnosed(notebook, tmp_path, capsys, monkeypatch):
    solve(tmp_path)
    capsys.readouterr()
    notebook.examine()
    out = capsys.readouterr().out
    assert out.count("gradient check passed") == 2
    # With a slip it is found out, by both.
    right = notebook.functions["backward"]
    monkeypatch.setitem(
        notebook._here, "backward", lambda *a: {k: -v for k, v in right(*a).items()}
    )
    notebook.examine()
    out = capsys.readouterr().out
    assert "gradient check passed" not in out and "wrong sign, in every layer" in out


def test_its_backward_fits_the_check(notebook, tmp_path):
    solve(tmp_path)
    problem = slips.problem()
    given = problem.x, problem.w, problem.y
    report = bp.check_gradients(*given, backward=notebook.as_backward())
    assert report.ok


def test_the_written_file_runs_alone(notebook, tmp_path, capsys):
    solve(tmp_path)
    capsys.readouterr()
    target = tmp_path / "alone.py"
    notebook.write(target)
    assert f"{len(ADDING)} of {len(ADDING)} functions" in capsys.readouterr().out
    text = target.read_text(encoding="utf-8")
    assert re.findall(r"^(?:import|from) .*", text, re.M) == ["import numpy as np"]
    done = subprocess.run(
        [sys.executable, "-I", str(target)], capture_output=True, encoding="utf-8", cwd="/"
    )
    assert done.returncode == 0, done.stderr
    losses = [float(found) for found in re.findall(r"loss ([\d.]+)", done.stdout)]
    assert losses[0] > 0.9 and losses[-1] < 0.05
    assert done.stdout.endswith("This is back-propagation, and you wrote it.\n")
    # The same functions, by name, as the package's own.
    done = subprocess.run(
        [
            sys.executable,
            "-I",
            "-c",
            "import runpy, sys; print(sorted(n for n, v in runpy.run_path("
            f"{str(target)!r}).items() if callable(v)))",
        ],
        capture_output=True,
        encoding="utf-8",
    )
    assert {entry.answer for entry in ADDING.values()} <= set(eval(done.stdout))
