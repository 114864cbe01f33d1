"""The committed notebooks are executed and normalised, and the check of that can go red."""

import base64
import configparser
import copy
import io
import re
from pathlib import Path

import jupytext
import nbformat
import pytest
from nbformat import v4
from PIL import Image

from bpdemo import diagrams
from tools import notebooks, stills

COMMITTED = sorted(notebooks.NOTEBOOKS.glob("*.ipynb"))
SVG = '<svg role="img" aria-label="a network"></svg>'


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: path.stem)
def test_committed_notebook_is_executed_and_normalised(path):
    text = path.read_text(encoding="utf-8")
    assert list(notebooks.complaints(text)) == []
    number = notebooks.number_of(path)
    assert list(notebooks.drifted(nbformat.reads(text, as_version=4), number)) == []


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: path.stem)
def test_the_text_form_loses_nothing_of_a_committed_notebook(path):
    before = nbformat.read(path, as_version=4)
    text = jupytext.writes(before, fmt="py:percent")
    after = jupytext.reads(text, fmt="py:percent")
    assert [(c.cell_type, c.source, c.metadata) for c in after.cells] == [
        (c.cell_type, c.source, c.metadata) for c in before.cells
    ]


def test_there_are_notebooks():
    assert COMMITTED


RUN_ALL = """\
**To run it all:** *Run → Run All Cells*, or one cell after another with **Shift + Enter**. Nothing
runs by itself: until then the pictures stand still."""


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: path.stem)
def test_a_notebook_begins_with_how_to_run_it_all(path):
    first, second, *_ = nbformat.read(path, as_version=4).cells
    assert RUN_ALL in f"{first.source}\n\n{second.source}".split("\n\n")


def test_the_notebooks_are_small():
    """A code host shows no notebook of more than a few MB, and none is fun to clone."""
    sizes = [path.stat().st_size for path in COMMITTED]
    assert max(sizes) < 1_000_000
    assert sum(sizes) < 10_000_000


@pytest.fixture
def sanitise():
    """nbval's replacements, as a function."""
    patterns = configparser.ConfigParser()
    patterns.read(notebooks.ROOT / "tests" / "nbval_sanitize.cfg", encoding="utf-8")

    def function(text):
        for section in patterns.sections():
            text = re.sub(patterns[section]["regex"], patterns[section]["replace"], text)
        return text

    return function


def test_nbval_compares_without_addresses_but_with_sizes(sanitise):
    assert sanitise("<Thing at 0x7f3c5d0e1a90>") == "<Thing at <addr>>"
    assert sanitise("<Figure size 640x480 with 1 Axes>") == "<Figure size 640x480 with 1 Axes>"
    assert sanitise("0.25") == "0.25"


def test_nbval_compares_what_a_picture_shows_and_not_its_bytes(sanitise):
    """A committed picture and the same one as a kernel sends it; then another one."""
    wide, narrow, other = (diagrams.picture([diagrams.words([w])], "Title.") for w in "abc")
    for drawn in (diagrams.Drawing(wide), diagrams.Drawing(wide, narrow)):
        notebook = shows(drawn)
        stills.settle(notebook)
        committed = notebook.cells[0].outputs[0]["data"]["text/html"]
        assert "data:image/png" in committed
        assert sanitise(committed) == sanitise(drawn.html())
        for changed in (diagrams.Drawing(other, drawn.narrow), diagrams.Drawing(wide, other)):
            assert sanitise(committed) != sanitise(changed.html())


def test_what_nbval_replaces_it_replaces_once(sanitise):
    html = diagrams.drawing([diagrams.words(["a"])], "Title.").html()
    assert sanitise(sanitise(html)) == sanitise(html)
    once = sanitise("<Thing at 0x7f3c5d0e1a90>")
    assert sanitise(once) == once


def shows(*drawings):
    """A notebook of one cell whose outputs are these drawings."""
    bundles = [drawing._repr_mimebundle_() for drawing in drawings]
    outputs = [v4.new_output("display_data", data=bundle) for bundle in bundles]
    return v4.new_notebook(cells=[v4.new_code_cell("x", execution_count=1, outputs=outputs)])


@pytest.fixture
def still():
    """A notebook that shows one picture, as it is committed."""
    notebook = shows(diagrams.drawing([diagrams.words(["∂ℒ/∂a³ = σ′(z)"])], 'The "title".'))
    stills.settle(notebook)
    notebooks.normalise(notebook)
    return notebook


def test_a_committed_picture_has_a_png_wherever_a_viewer_looks(still):
    assert complaints(still) == []
    output = still.cells[0].outputs[0]
    assert output.metadata["image/png"]["alt"] == 'The "title". ∂ℒ/∂a³ = σ′(z)'
    image = Image.open(io.BytesIO(base64.b64decode(output["data"]["image/png"])))
    assert image.size[0] == stills.SCALE * diagrams.WIDTH
    # The letters are drawn, in the light colours.
    colours = {colour: count for count, colour in image.convert("RGB").getcolors()}
    assert max(colours, key=colours.get) in {(243, 245, 248), (255, 255, 255)}
    assert min(colours)[0] < 64 and 300 < sum(n for c, n in colours.items() if c[0] < 128) < 9000


def test_a_picture_gets_its_png_once(still):
    again = copy.deepcopy(still)
    stills.settle(again)
    assert again == still


def without_png(output):
    del output["data"]["image/png"]


def without_alt(output):
    del output.metadata["image/png"]


def with_another_png(output):
    output["data"]["image/png"] = base64.b64encode(stills.render(SVG_A, "0" * 16)).decode()


def with_another_digest(output):
    output["data"]["text/html"] = re.sub(
        'data-of="[^"]*"', 'data-of="0000000000000000"', output["data"]["text/html"]
    )


def with_another_svg(output):
    source = base64.b64encode(SVG_A.encode()).decode()
    output["data"]["text/html"] = re.sub(
        r'srcset="[^"]*"',
        f'srcset="data:image/svg+xml;base64,{source}"',
        output["data"]["text/html"],
    )


def as_a_kernel_sends_it(output):
    output["data"] = nbformat.from_dict(
        diagrams.drawing([diagrams.words(["a"])], "Title.")._repr_mimebundle_()
    )


SVG_A = diagrams.picture([diagrams.words(["another"])], "Title.")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (without_png, "no image/png"),
        (without_alt, "without its text alternative"),
        (with_another_png, "an image/png of another picture"),
        (with_another_digest, "a PNG of another picture"),
        (with_another_svg, "an SVG that its data-of doesn't name"),
        (as_a_kernel_sends_it, "a picture without a PNG"),
    ],
)
def test_a_picture_that_is_not_its_own_is_seen(still, spoil, message):
    spoil(still.cells[0].outputs[0])
    assert any(message in complaint for complaint in complaints(still))


@pytest.mark.parametrize("line", ["1. So there is", "  1) So there is"])
def test_a_line_that_begins_a_list_by_mistake_is_seen(notebook, line):
    notebook.cells[0].source = f"All shares change, for their sum stays\n{line} a table."
    notebooks.normalise(notebook)
    assert any("begins like a list" in complaint for complaint in complaints(notebook))
    notebook.cells[0].source = f"```\nin a block\n{line}\n```\n\n{line}\n\n1. one\n   more\n2. two"
    notebooks.normalise(notebook)
    assert complaints(notebook) == []


@pytest.fixture(scope="module")
def executed():
    """A good notebook: a text, a widget with its picture, a stream."""
    notebook = v4.new_notebook(
        cells=[
            v4.new_markdown_cell("# Title"),
            v4.new_code_cell("answer = 6 * 7\nanswer"),
            v4.new_code_cell(
                "from IPython.display import display\n"
                f"view = {{'{notebooks.WIDGET_VIEW}': {{'model_id': 'x'}}}}\n"
                f"display({{'image/svg+xml': '{SVG}', 'text/plain': 'a', **view}}, raw=True)"
            ),
            v4.new_code_cell("print('a')\nprint('b')", metadata={"scrolled": True, "tags": ["t"]}),
        ]
    )
    notebooks.execute(notebook, "good", notebooks.ROOT)
    notebooks.normalise(notebook)
    return notebook


@pytest.fixture
def notebook(executed):
    return copy.deepcopy(executed)


def complaints(notebook):
    return list(notebooks.complaints(notebooks.as_text(notebook)))


def test_an_executed_and_normalised_notebook_is_good(notebook):
    assert complaints(notebook) == []
    assert notebook.cells[1].outputs[0]["data"]["text/plain"] == "42"
    assert notebook.cells[3].metadata == {"tags": ["t"]}
    assert [output.text for output in notebook.cells[3].outputs] == ["a\nb\n"]


def test_the_picture_stays_where_a_widget_was(notebook):
    assert notebook.cells[2].outputs[0]["data"] == {"image/svg+xml": SVG, "text/plain": "a"}


def test_two_executions_give_the_same_file(executed, notebook):
    notebooks.execute(notebook, "again", notebooks.ROOT)
    notebooks.normalise(notebook)
    assert notebooks.as_text(notebook) == notebooks.as_text(executed)


def test_cells_with_the_same_source_get_different_ids(notebook):
    notebook.cells += [v4.new_markdown_cell("again"), v4.new_markdown_cell("again")]
    notebooks.normalise(notebook)
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
    nbformat.validate(notebook)


def not_executed(notebook):
    notebook.cells[1].execution_count = None


def out_of_order(notebook):
    notebook.cells[1].execution_count, notebook.cells[2].execution_count = 2, 1


def run_twice(notebook):
    for cell in notebook.cells[1:]:
        cell.execution_count += 3


def failed(notebook):
    notebook.cells[3].outputs = [v4.new_output("error", ename="E", evalue="no", traceback=[])]


def warned(notebook):
    notebook.cells[3].outputs = [v4.new_output("stream", name="stderr", text="Warning: x")]


def with_widget(notebook):
    notebook.cells[2].outputs[0]["data"][notebooks.WIDGET_VIEW] = {"model_id": "x"}


def edits_path(notebook):
    notebook.cells[1].source = "import sys\nsys.path.insert(0, '..')"
    notebooks.normalise(notebook)


def empty(notebook):
    notebook.cells[1].source = ""
    notebooks.normalise(notebook)


def hides_its_result(notebook):
    notebook.cells[1].source = "answer = 42\nanswer;"
    notebook.cells[1].outputs = []
    notebooks.normalise(notebook)


def with_version(notebook):
    notebook.metadata.language_info.version = "3.12.1"


def with_widget_state(notebook):
    notebook.metadata.widgets = {}


def with_timing(notebook):
    notebook.cells[1].metadata.execution = {"iopub.execute_input": "2026-01-01"}


def with_another_id(notebook):
    notebook.cells[1].id = "another"


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (not_executed, "execution count None, not 1"),
        (out_of_order, "execution count 2, not 1"),
        (run_twice, "execution count 4, not 1"),
        (failed, "failed: E: no"),
        (warned, "wrote to stderr"),
        (with_widget, "a widget's view"),
        (edits_path, "edits sys.path"),
        (empty, "is empty"),
        (hides_its_result, "ends in `;`"),
        (with_version, "not normalised"),
        (with_widget_state, "not normalised"),
        (with_timing, "not normalised"),
        (with_another_id, "not normalised"),
    ],
)
def test_check_goes_red(notebook, spoil, message):
    spoil(notebook)
    assert any(message in complaint for complaint in complaints(notebook))


def test_a_failing_cell_is_named():
    notebook = v4.new_notebook(cells=[v4.new_markdown_cell("a"), v4.new_code_cell("1 / 0")])
    with pytest.raises(notebooks.Problem, match=r"(?s)bad, cell 2 `1 / 0`.*ZeroDivisionError"):
        notebooks.execute(notebook, "bad", notebooks.ROOT)


@pytest.fixture
def folders(monkeypatch, tmp_path):
    monkeypatch.setattr(notebooks, "NOTEBOOKS", tmp_path / "notebooks")
    monkeypatch.setattr(notebooks, "TEXTS", tmp_path / "text")
    notebooks.TEXTS.mkdir()


def test_from_text_to_notebook_and_back(folders, capsys):
    text = notebooks.TEXTS / "99-new.py"
    target = notebooks.NOTEBOOKS / "99-new.ipynb"
    text.write_text(
        "# %% [markdown]\n# # Σ of a\n\n# %%\nimport numpy,math\nx = {'a':1}\nx\n", encoding="utf-8"
    )

    assert notebooks.main(["apply", "99"]) == 0
    assert notebooks.main(["check"]) == 0
    made = nbformat.read(target, as_version=4)
    assert [cell.source for cell in made.cells] == ["# Σ of a", 'x = {"a": 1}\nx']
    assert made.cells[1].outputs[0]["data"]["text/plain"] == "{'a': 1}"

    before = target.read_bytes()
    assert notebooks.main(["text"]) == 0
    assert 'x = {"a": 1}' in text.read_text(encoding="utf-8")
    assert notebooks.main(["apply"]) == 0
    assert target.read_bytes() == before
    assert notebooks.main(["run", "99"]) == 0
    assert target.read_bytes() == before


def test_a_notebook_that_fails_is_left_as_it_was(folders, capsys):
    (notebooks.TEXTS / "99-new.py").write_text("# %%\n1 / 0\n")
    assert notebooks.main(["apply"]) == 1
    assert "99-new.py, cell 1 `1 / 0`" in capsys.readouterr().out
    assert list(notebooks.NOTEBOOKS.iterdir()) == []


@pytest.mark.parametrize("command", ["text", "apply", "run", "check"])
def test_no_such_notebook_is_a_failure(folders, command, capsys):
    assert notebooks.main([command, "99"]) == 1


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("05", ["05-many"]),
        ("05b", ["05b-hand"]),
        ("A1", ["A1-slopes"]),
        ("0", ["05-many", "05b-hand"]),
        ("05-m", ["05-many"]),
        ("", ["05-many", "05b-hand", "A1-slopes", "A10-more"]),
        ("B", []),
    ],
)
def test_a_notebook_is_meant_by_its_number_or_by_how_its_name_begins(name, expected):
    paths = [Path(f"{stem}.ipynb") for stem in ("05-many", "05b-hand", "A1-slopes", "A10-more")]
    assert [path.stem for path in notebooks.named(name, paths)] == expected
