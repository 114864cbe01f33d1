"""Every notebook runs whole in JupyterLab, and shows its pictures before it is run."""

from tools.lab import ROOT


def test_there_are_notebooks_with_explorers():
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "notebooks").glob("*.ipynb")]
    assert sum("explorers." in source for source in sources) >= 4


def test_every_cell_ran(opened):
    assert opened.cells
    counts = [cell["execution_count"] for cell in opened.cells]
    assert counts == list(range(1, len(counts) + 1))


def test_no_cell_failed(opened):
    kinds = [output["output_type"] for cell in opened.cells for output in cell["outputs"]]
    assert "error" not in kinds
    assert opened.page.locator(".jp-OutputArea-output[data-mime-type*=stderr]").count() == 0


def test_every_explorer_is_live(opened):
    assert opened.page.locator(".bp-explorer svg.bp").count() == len(opened.all)
    for explorer in opened.all:
        assert explorer.read()["label"].startswith(explorer.cls.title)
        explorer.wait_until_right()


def test_showing_an_explorer_moves_none_of_its_controls(opened):
    for explorer in opened.all:
        explorer.reset()
        assert explorer.settings() == explorer.start
        assert "Last moved" not in explorer.read()["label"]


def test_before_the_run_each_explorer_was_a_still_picture(opened):
    for cell, (made, *_) in opened.calls.items():
        still = opened.stills[str(cell)]
        assert still["svg"] and still["width"] >= 960, made.__name__


def test_before_the_run_nothing_was_missing(opened):
    text = " ".join(still["text"] for still in opened.stills.values())
    assert "model not found" not in text.lower()
    assert "Loading widget" not in text
