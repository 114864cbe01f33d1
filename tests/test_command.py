"""The command `bpdemo`: what it copies, what it leaves alone, what it says, and JupyterLab.

Most is tried on the package in this checkout; the last part on the wheel, in an environment of its
own.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import time
import urllib.error
import urllib.request
import venv
from pathlib import Path

import nbformat
import pytest

import bpdemo
from bpdemo import command
from tools import wheel as maker

ROOT = Path(__file__).parents[1]
NOTEBOOKS = [path.name for path in sorted((ROOT / "notebooks").glob("*.ipynb"))]
PAGES = ["docs/classes-and-devices.md", "docs/gradcheck.md", "docs/notes.md"]
SECOND = "02-three-terms.ipynb"


@pytest.fixture
def folder(tmp_path):
    """A folder that bpdemo has made."""
    command.bring(tmp_path / "own")
    return tmp_path / "own"


@pytest.fixture
def newer(monkeypatch):
    """Let bpdemo bring what `newer(name, text)` says, as a later version would."""
    texts = dict(command.shipped())
    monkeypatch.setattr(command, "shipped", lambda: texts)

    def change(name, do):
        if name.endswith(".ipynb"):
            notebook = nbformat.reads(texts[name], as_version=4)
            do(notebook)
            texts[name] = nbformat.writes(notebook)
        else:
            texts[name] = do(texts[name])
        return texts[name]

    return change


def edit(path, do):
    """Change a learner's notebook and save it, as JupyterLab does: newly written JSON."""
    notebook = nbformat.read(path, as_version=4)
    do(notebook)
    nbformat.write(notebook, path)


def answered(notebook):
    """A learner's answer."""
    cell = next(c for c in notebook.cells if c.cell_type == "code")
    cell.source += "\nmine = 1"


def run_and_saved(notebook):
    """All that running a notebook changes in its file."""
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
        cell.metadata["execution"] = {"iopub.status.idle": "now"}
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], 100 + number
    notebook.metadata["language_info"]["version"] = "3.14.1"
    notebook.metadata["widgets"] = widgets(fresh=True)
    notebook.cells.append(nbformat.v4.new_code_cell(""))


def moved(notebook):
    """An explorer was moved before the notebook was saved."""
    notebook.metadata["widgets"] = widgets(fresh=False)


def widgets(fresh):
    state = {"fresh": fresh, "settings": {"w3": 2.0}, "sequence": 4}
    view = {"model_name": "AnyModel", "state": {"state": state, "spec": {}}}
    layout = {"model_name": "LayoutModel", "state": {"width": None}}
    return {command._WIDGETS: {"state": {"a": view, "b": layout}, "version_major": 2}}


def improved(notebook):
    """What a later version says otherwise."""
    notebook.cells[0].source += "\n\nBetter than before."


def drawn_again(notebook):
    """A later version that differs in its outputs alone."""
    notebook.cells[1].metadata["later"] = True


def snapshot(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.*")}


# --- copying -------------------------------------------------------------------------------------


def test_every_notebook_and_every_page_it_links_to_is_copied(tmp_path):
    done = command.bring(tmp_path / "a" / "b")
    assert done == command.Brought(added=[*NOTEBOOKS, *PAGES])
    folder = tmp_path / "a" / "b"
    assert set(snapshot(folder)) == {*NOTEBOOKS, *PAGES, command.NOTES}
    for name in NOTEBOOKS:
        ours = nbformat.read(ROOT / "notebooks" / name, as_version=4)
        copy = nbformat.read(folder / name, as_version=4)
        assert len(copy.cells) == len(ours.cells)
        for cell, other in zip(ours.cells, copy.cells, strict=True):
            assert other == {**cell, "source": cell.source.replace("](../docs/", "](docs/")}


def test_no_link_of_the_copies_is_dead(folder):
    links = 0
    for name in [*NOTEBOOKS, *PAGES]:
        text = (folder / name).read_text(encoding="utf-8")
        for link in re.findall(r"\]\(([^)\s#]+)[^)]*\)", text):
            if re.fullmatch(r"[\w./-]+\.(md|ipynb|png|txt|yml)", link):
                links += 1
                assert ((folder / name).parent / link).is_file(), f"{name}: {link}"
        assert "](../../" not in text and "../docs/" not in text
    assert links > 40
    notes = (folder / "docs/notes.md").read_text(encoding="utf-8")
    assert (
        "](../03-inductive-step.ipynb#A-slip-in-the-notes)" in notes and "](../README" not in notes
    )


def test_a_second_run_changes_nothing(folder):
    edit(folder / SECOND, answered)
    (folder / "bpdemo-progress.json").write_text("{}")
    before = snapshot(folder)
    assert command.bring(folder) == command.Brought()
    assert snapshot(folder) == before


def test_an_update_without_anything_newer_changes_nothing(folder):
    edit(folder / SECOND, answered)
    before = snapshot(folder)
    assert command.bring(folder, update=True) == command.Brought()
    assert snapshot(folder) == before


def test_a_copy_that_was_cut_short_goes_on(tmp_path, monkeypatch):
    def full(path, text, write=command._write):
        if path.name == SECOND:
            raise OSError(28, "No space left on device", str(path))
        write(path, text)

    with monkeypatch.context() as patch:
        patch.setattr(command, "_write", full)
        with pytest.raises(command.Trouble, match=r"02-three-terms.*No space left"):
            command.bring(tmp_path / "own")
    assert command.bring(tmp_path / "own").added == [*NOTEBOOKS[2:], *PAGES]


def test_what_is_written_is_whole_or_not_there(tmp_path, monkeypatch):
    def broken(*_):
        raise OSError(5, "Input/output error")

    (tmp_path / "file").write_text("before")
    monkeypatch.setattr(os, "replace", broken)
    with pytest.raises(OSError):
        command._write(tmp_path / "file", "after")
    assert snapshot(tmp_path) == {} and (tmp_path / "file").read_text() == "before"
    assert os.listdir(tmp_path) == ["file"]


# --- an update -----------------------------------------------------------------------------------


def test_without_update_it_only_says_that_there_are_newer_ones(folder, newer):
    newer(SECOND, improved)
    before = snapshot(folder)
    assert command.bring(folder) == command.Brought(newer=[SECOND])
    assert snapshot(folder) == before


@pytest.mark.parametrize(
    ("done", "change"), [(None, improved), (None, drawn_again), (run_and_saved, improved)]
)
def test_an_unchanged_one_is_replaced(folder, newer, change, done):
    text = newer(SECOND, change)
    if done:
        edit(folder / SECOND, done)
    assert command.bring(folder, update=True) == command.Brought(replaced=[SECOND])
    assert (folder / SECOND).read_bytes() == text.encode()
    assert command.bring(folder, update=True) == command.bring(folder) == command.Brought()


@pytest.mark.parametrize("change", [answered, moved])
def test_a_changed_one_stays_and_the_newer_one_is_beside_it(folder, newer, change):
    edit(folder / SECOND, change)
    mine = (folder / SECOND).read_bytes()
    text = newer(SECOND, improved)
    other = "02-three-terms.new.ipynb"
    assert command.bring(folder, update=True) == command.Brought(beside={SECOND: other})
    assert (folder / SECOND).read_bytes() == mine
    assert (folder / other).read_bytes() == text.encode()
    # Told once; thrown away, it doesn't come again.
    assert command.bring(folder, update=True) == command.bring(folder) == command.Brought()
    (folder / other).unlink()
    assert command.bring(folder, update=True) == command.Brought()


@pytest.mark.parametrize("done", [answered, moved, run_and_saved])
def test_newer_outputs_alone_replace_no_outputs_of_the_learner(folder, newer, done):
    edit(folder / SECOND, done)
    mine = (folder / SECOND).read_bytes()
    newer(SECOND, drawn_again)
    assert command.bring(folder, update=True) == command.Brought()
    assert (folder / SECOND).read_bytes() == mine
    assert command.bring(folder) == command.Brought()


def test_the_next_newer_one_replaces_an_unchanged_one_beside(folder, newer):
    edit(folder / SECOND, answered)
    newer(SECOND, improved)
    command.bring(folder, update=True)
    other = "02-three-terms.new.ipynb"
    edit(folder / other, run_and_saved)
    text = newer(SECOND, improved)
    assert command.bring(folder, update=True).beside == {SECOND: other}
    assert (folder / other).read_bytes() == text.encode()
    # And goes beside it when that was changed too.
    edit(folder / other, answered)
    also_mine = (folder / other).read_bytes()
    text = newer(SECOND, improved)
    third = "02-three-terms.new-2.ipynb"
    assert command.bring(folder, update=True).beside == {SECOND: third}
    assert (folder / other).read_bytes() == also_mine
    assert (folder / third).read_bytes() == text.encode()


def test_a_learner_takes_the_newer_one_over(folder, newer):
    edit(folder / SECOND, answered)
    newer(SECOND, improved)
    command.bring(folder, update=True)
    os.replace(folder / "02-three-terms.new.ipynb", folder / SECOND)
    assert command.bring(folder, update=True) == command.Brought()
    text = newer(SECOND, improved)
    assert command.bring(folder, update=True).replaced == [SECOND]
    assert (folder / SECOND).read_bytes() == text.encode()


def test_a_deleted_one_comes_back_with_an_update_only(folder):
    (folder / SECOND).unlink()
    shutil.rmtree(folder / "docs")
    assert command.bring(folder) == command.Brought()
    assert not (folder / SECOND).exists()
    assert command.bring(folder, update=True) == command.Brought(added=[SECOND, *PAGES])


def test_a_notebook_that_is_new_in_the_series_is_added(folder, newer, monkeypatch):
    texts = {**command.shipped(), "11-attention.ipynb": command.shipped()[SECOND]}
    monkeypatch.setattr(command, "shipped", lambda: texts)
    assert command.bring(folder).added == ["11-attention.ipynb"]


def test_a_learners_own_file_of_that_name_is_not_overwritten(folder, monkeypatch):
    (folder / "11-attention.ipynb").write_text("my own")
    texts = {**command.shipped(), "11-attention.ipynb": command.shipped()[SECOND]}
    monkeypatch.setattr(command, "shipped", lambda: texts)
    assert command.bring(folder).newer == ["11-attention.ipynb"]
    done = command.bring(folder, update=True)
    assert done.beside == {"11-attention.ipynb": "11-attention.new.ipynb"}
    assert (folder / "11-attention.ipynb").read_text() == "my own"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"cells": [1]}', b"\xff\xfe", b"null"])
def test_a_notebook_that_is_none_any_more_is_the_learners(folder, newer, content):
    (folder / SECOND).write_bytes(content)
    newer(SECOND, improved)
    assert command.bring(folder, update=True).beside == {SECOND: "02-three-terms.new.ipynb"}
    assert (folder / SECOND).read_bytes() == content


def test_a_page_with_other_line_ends_is_unchanged(folder, newer):
    page = folder / PAGES[2]
    page.write_bytes(page.read_bytes().replace(b"\n", b"\r\n"))
    newer(PAGES[2], lambda text: text + "\nMore.\n")
    assert command.bring(folder, update=True).replaced == [PAGES[2]]
    page.write_bytes(page.read_bytes() + b"My remark.\n")
    newer(PAGES[2], lambda text: text + "\nAnd more.\n")
    assert command.bring(folder, update=True).beside == {PAGES[2]: "docs/notes.new.md"}


NO_NOTES = [
    b"",
    b"{",
    b"[]",
    b"\xff",
    b'{"copied": 3}',
    b'{"copied": {"a": 1}}',
    b'{"copied": {"a": [1]}}',
]


@pytest.mark.parametrize("content", NO_NOTES)
def test_with_broken_notes_nothing_is_overwritten(folder, newer, content):
    edit(folder / SECOND, answered)
    edit(folder / NOTEBOOKS[3], run_and_saved)
    (folder / command.NOTES).write_bytes(content)
    before = snapshot(folder)
    newer(NOTEBOOKS[4], improved)
    done = command.bring(folder)
    assert done.lost_notes and done.newer == [SECOND, NOTEBOOKS[4]] and not done.added
    assert snapshot(folder) | {command.NOTES: content} == before
    # The notes are whole again; what isn't known to be unchanged counts as changed.
    done = command.bring(folder, update=True)
    assert not done.lost_notes and not done.replaced
    assert set(done.beside) == {SECOND, NOTEBOOKS[4]}
    assert before.items() - snapshot(folder).items() == {(command.NOTES, content)}


# --- folders -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["my notebooks", "Übungen – ∂ℒ", "'q' & \"r\"", "100% {x}", "~"])
def test_odd_names(name, tmp_path):
    if os.name == "nt":
        name = name.replace('"', "")
    assert command.main([f"{tmp_path}/{name}", "--update"]) == 0
    assert (tmp_path / name / command.FIRST).is_file()


def test_an_empty_folder_is_taken(tmp_path):
    (tmp_path / ".DS_Store").write_text("")
    (tmp_path / "Thumbs.db").write_text("")
    (tmp_path / ".git").mkdir()
    assert command.bring(tmp_path).added


def refused(arguments, capsys):
    """What is said, in one line, about a call that can't be carried out."""
    assert command.main(arguments) == 2
    out, err = capsys.readouterr()
    assert not out and err.startswith("bpdemo: ") and err.count("\n") == 1
    return err


def test_a_folder_of_others_is_refused(tmp_path, capsys):
    for name in ("b", "a", "d", "c"):
        (tmp_path / name).write_text("")
    err = refused([str(tmp_path)], capsys)
    assert "isn't empty (a, b, c, …)" in err and "Name an empty folder" in err
    assert sorted(os.listdir(tmp_path)) == ["a", "b", "c", "d"]


def test_the_projects_own_notebooks_are_refused(capsys):
    assert "isn't empty" in refused([str(ROOT / "notebooks")], capsys)


def test_a_file_is_refused(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert "is a file" in refused([str(tmp_path / "file")], capsys)
    assert "can't be read or written" in refused([str(tmp_path / "file" / "below")], capsys)


def test_an_empty_name_and_an_unknown_home_are_refused(capsys):
    assert "name is empty" in refused([""], capsys)
    if os.name == "posix":
        assert "no such folder" in refused(["~nobody-of-this-name/x"], capsys)


def test_a_folder_that_was_deleted_under_ones_feet(tmp_path, monkeypatch, capsys):
    if os.name == "nt":
        pytest.skip("Windows keeps a folder that is somebody's current one")
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert "no such folder" in refused([], capsys)


def test_without_notebooks_it_says_so(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(command, "__file__", str(tmp_path / "bpdemo" / "command.py"))
    assert "full wheel" in refused([str(tmp_path / "new")], capsys)


def test_without_jupyterlab_it_says_so(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(command.importlib.util, "find_spec", lambda name: None)
    assert command.main([str(tmp_path / "new")]) == 2
    assert "JupyterLab isn't installed" in capsys.readouterr().err


def test_the_folder_in_the_current_one_or_the_current_one_itself(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert command._folder(None) == tmp_path / "bpdemo-notebooks"
    command.bring(tmp_path / "bpdemo-notebooks")
    monkeypatch.chdir(tmp_path / "bpdemo-notebooks")
    assert command._folder(None) == tmp_path / "bpdemo-notebooks"
    assert command._folder("x") == tmp_path / "bpdemo-notebooks" / "x"
    assert command._folder("~/x") == Path.home() / "x"


# --- what is said, and how JupyterLab is called --------------------------------------------------


def test_it_says_what_it_did(folder, newer, capsys):
    assert command.main([str(folder), "--update"]) == 0
    assert capsys.readouterr().out.endswith("There is nothing newer.\n")
    edit(folder / SECOND, answered)
    (folder / NOTEBOOKS[5]).unlink()
    newer(SECOND, improved)
    newer(NOTEBOOKS[0], improved)
    assert command.main([str(folder), "--update"]) == 0
    assert capsys.readouterr().out == (
        f"bpdemo {bpdemo.__version__}: your notebooks are in {folder}\n"
        f"Copied: {NOTEBOOKS[5]}\n"
        f"Replaced by newer ones, as you hadn't changed them: {NOTEBOOKS[0]}\n"
        f"You changed {SECOND}, so it stays as it is; the newer one is 02-three-terms.new.ipynb\n"
    )


@pytest.fixture
def called(monkeypatch):
    """What JupyterLab would be called with."""
    seen = []
    monkeypatch.setattr(sys, "argv", [])
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "theirs")
    monkeypatch.setattr(
        command.runpy, "run_module", lambda name, **_: seen.append((name, sys.argv[1:]))
    )
    return seen


def as_root():
    return ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []


def test_jupyterlab_is_called_on_the_first_notebook_on_this_machine_alone(called, folder):
    assert command.main([str(folder)]) == 0
    options = [
        f"--ServerApp.root_dir={folder}",
        "--ServerApp.ip=127.0.0.1",
        "--LabApp.default_url=/lab/tree/00-start-here.ipynb",
    ]
    assert called == [("jupyterlab", [*options, *as_root()])]
    quiet, theirs = os.environ["JUPYTER_CONFIG_PATH"].split(os.pathsep)
    assert theirs == "theirs" and (Path(quiet) / "labconfig" / "page_config.json").is_file()
    # What the learner deleted isn't opened.
    (folder / command.FIRST).unlink()
    assert command.main([str(folder), "--no-browser"]) == 0
    assert called[1] == ("jupyterlab", [*options[:2], *as_root(), "--no-browser"])


def test_what_follows_the_dashes_is_jupyterlabs_and_wins(called, folder):
    assert command.main([str(folder), "--", "--ip=::1", "--LabApp.dev_mode=True", "x"]) == 0
    (_, arguments), *_ = called
    assert arguments[-3:] == ["--ip=::1", "--LabApp.dev_mode=True", "x"]
    assert not [argument for argument in arguments if argument.startswith("--ServerApp.ip")]
    assert command.main([str(folder), "--", "--notebook-dir", "y"]) == 0
    assert not [argument for argument in called[1][1] if "root_dir" in argument]


def test_an_unknown_option_is_a_sentence(capsys):
    with pytest.raises(SystemExit) as end:
        command.main(["--port=1"])
    assert end.value.code == 2
    assert "unrecognized arguments: --port=1" in capsys.readouterr().err


def test_ctrl_c_ends_without_a_traceback(called, folder, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(command.runpy, "run_module", interrupted)
    assert command.main([str(folder)]) == 130


# --- from the wheel, in an environment of its own -------------------------------------------------


class Installed:
    """The wheel in an environment that has nothing else of its own.

    The other packages come from the environment of the tests, by a line in a .pth file, which
    doesn't bring the checkout: an editable install isn't followed from there.
    """

    def __init__(self, folder):
        self.folder = folder
        venv.create(folder / "env", with_pip=False)
        windows = os.name == "nt"
        self.bin = folder / "env" / ("Scripts" if windows else "bin")
        self.python = self.bin / ("python.exe" if windows else "python")
        wheel = maker.build(folder)
        install = ["-m", "pip", "--python", str(self.python), "install", "--quiet"]
        subprocess.run(
            [sys.executable, *install, "--no-deps", "--no-index", str(wheel)], check=True
        )
        self.site = Path(self.run(self.python, "-c", SITE).stdout.strip())
        shared = {sysconfig.get_path(name) for name in ("purelib", "platlib")}
        (self.site / "shared.pth").write_text("\n".join(sorted(shared)), encoding="utf-8")

    def environment(self):
        """What a learner's shell has, and where this environment finds JupyterLab's own files."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PYTHON", "JUPYTER", "VIRTUAL_ENV"))
        }
        return kept | {
            "JUPYTERLAB_DIR": f"{sys.prefix}/share/jupyter/lab",
            "JUPYTER_PATH": f"{sys.prefix}/share/jupyter",
            "JUPYTER_CONFIG_PATH": f"{sys.prefix}/etc/jupyter",
            "JUPYTER_CONFIG_DIR": f"{self.folder}/config",
            "JUPYTER_DATA_DIR": f"{self.folder}/data",
            "JUPYTER_RUNTIME_DIR": f"{self.folder}/runtime",
            "JUPYTERLAB_SETTINGS_DIR": f"{self.folder}/settings",
            "JUPYTERLAB_WORKSPACES_DIR": f"{self.folder}/workspaces",
            "IPYTHONDIR": f"{self.folder}/ipython",
            "PYTHONUTF8": "1",
        }

    def run(self, program, *arguments, cwd=None, **options):
        return subprocess.run(
            [str(program), *arguments], cwd=cwd or self.folder, capture_output=True, timeout=120,
            encoding="utf-8", env=self.environment(), **options,
        )  # fmt: skip

    def command(self, *arguments, **options):
        return self.run(self.bin / "bpdemo", *arguments, **options)


SITE = "import sysconfig; print(sysconfig.get_path('purelib'))"


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    return Installed(tmp_path_factory.mktemp("installed"))


def test_the_installed_command_is_the_wheels(installed):
    done = installed.command("--version")
    assert (done.returncode, done.stdout) == (0, f"bpdemo {bpdemo.__version__}\n"), done.stderr
    done = installed.run(installed.python, "-m", "bpdemo", "--version")
    assert done.stdout == f"bpdemo {bpdemo.__version__}\n"
    where = installed.run(installed.python, "-c", "import bpdemo; print(bpdemo.__file__)").stdout
    assert Path(where.strip()).parent == installed.site / "bpdemo"
    settings = installed.folder / "env/share/jupyter/lab/settings/overrides.d/bpdemo.json"
    assert (
        settings.read_bytes()
        == (ROOT / "data" / settings.relative_to(installed.folder / "env")).read_bytes()
    )


def test_the_installed_commands_help_names_every_option(installed):
    done = installed.command("--help")
    assert done.returncode == 0
    for option in ("FOLDER", "--update", "--no-browser", "--version", "--help", "--"):
        assert option in done.stdout


def test_the_installed_command_copies_keeps_and_updates(installed):
    name = "Übungen von mir"
    done = installed.command(name, "--update")
    assert done.returncode == 0 and f"Copied: {len(NOTEBOOKS) + 3} files" in done.stdout, (
        done.stderr
    )
    folder = installed.folder / name
    copied = {p: b for p, b in snapshot(folder).items() if p != command.NOTES}
    assert copied == {n: t.encode() for n, t in command.shipped().items()}
    edit(folder / SECOND, answered)
    edit(folder / NOTEBOOKS[3], run_and_saved)
    # A later version, as it would be installed.
    for notebook in (SECOND, NOTEBOOKS[3]):
        edit(installed.site / "bpdemo" / "notebooks" / notebook, improved)
    mine = (folder / SECOND).read_bytes()
    done = installed.command("--update", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert f"You changed {SECOND}" in done.stdout
    assert f"hadn't changed them: {NOTEBOOKS[3]}\n" in done.stdout
    assert (folder / SECOND).read_bytes() == mine
    for one, other in (("02-three-terms.new.ipynb", SECOND), (NOTEBOOKS[3], NOTEBOOKS[3])):
        assert "Better than before." in nbformat.read(folder / one, as_version=4).cells[0].source
        assert (folder / one).read_bytes() == (
            installed.site / "bpdemo" / "notebooks" / other
        ).read_bytes().replace(b"](../docs/", b"](docs/")


def test_a_folder_that_cannot_be_written_is_a_sentence(installed, tmp_path):
    if os.name == "nt":
        pytest.skip("Windows has other rights")
    tmp_path.chmod(0o555)
    # Root may write everywhere; nobody may not.
    options = {"user": 65534} if os.geteuid() == 0 else {}
    if options:
        for path in (installed.folder, *installed.folder.parents, *tmp_path.parents):
            if path.stat().st_uid == os.geteuid() and path.parent != path and "pytest" in str(path):
                path.chmod(0o755)
    done = installed.command(str(tmp_path / "new"), **options)
    tmp_path.chmod(0o755)
    assert done.returncode == 2, done.stderr
    assert (
        done.stderr == f"bpdemo: {tmp_path / 'new'} can't be read or written: Permission denied.\n"
    )


def ask(address):
    """(status, text) of an answer; a redirection isn't followed."""

    class Still(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_):
            return None

    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), Still)
    try:
        with opener.open(address, timeout=10) as answer:
            return answer.status, answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get("Location", "")


def test_jupyterlab_runs_and_asks_for_its_token(installed):
    """With --no-browser it prints an address that shows 00; without the token nothing is shown."""
    log = installed.folder / "log"
    arguments = ["laboratory", "--no-browser", "--", "--ServerApp.port=0"]
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [str(installed.bin / "bpdemo"), *arguments], cwd=installed.folder, stdout=sink,
            stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, env=installed.environment(),
        )  # fmt: skip
    try:
        pattern = (
            r"(http://127\.0\.0\.1:\d+)(/lab/tree/00-start-here\.ipynb)\?token=([0-9a-f]{32,})"
        )
        found, end = None, time.monotonic() + 60
        while not found and time.monotonic() < end and process.poll() is None:
            time.sleep(0.1)
            found = re.search(pattern, log.read_text(encoding="utf-8", errors="replace"))
        assert found, log.read_text(encoding="utf-8", errors="replace")[-3000:]
        server, first, token = found.groups()
        status, page = ask(f"{server}{first}?token={token}")
        assert status == 200
        config = json.loads(
            re.search(r'id="jupyter-config-data"[^>]*>\s*(.*?)\s*</script>', page, re.S)[1]
        )
        assert "@jupyterlab/apputils-extension:announcements" in config["disabledExtensions"]
        for path in (first, "/api/contents/00-start-here.ipynb", "/api/kernels"):
            status, where = ask(f"{server}{path}")
            assert status == 403 or (status == 302 and "/login" in where), path
        status, content = ask(f"{server}/api/contents/00-start-here.ipynb?token={token}")
        served = nbformat.from_dict(json.loads(content)["content"])
        assert status == 200 and [c.source for c in served.cells] == [
            c.source for c in nbformat.reads(command.shipped()[command.FIRST], as_version=4).cells
        ]
    finally:
        process.terminate()
        assert process.wait(20) in (0, 1, -15)
