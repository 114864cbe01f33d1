"""Every notebook runs whole in JupyterLab, shows its pictures before it is run, and can be moved.

All that each explorer can do is tried without the rest of its notebook, in the other files.
"""

from bpdemo.diagrams import base
from tests import axe
from tools.lab import ROOT


def test_there_are_notebooks_with_explorers():
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "notebooks").glob("*.ipynb")]
    assert sum("explorers." in source for source in sources) >= 4


def test_every_cell_ran(whole):
    assert whole.cells
    counts = [cell["execution_count"] for cell in whole.cells]
    assert counts == list(range(1, len(counts) + 1))


def test_no_cell_failed(whole):
    kinds = [output["output_type"] for cell in whole.cells for output in cell["outputs"]]
    assert "error" not in kinds
    assert whole.page.locator(".jp-OutputArea-output[data-mime-type*=stderr]").count() == 0


def test_every_explorer_is_live(whole):
    assert whole.page.locator(".bp-explorer svg.bp").count() == len(whole.all)
    for explorer in whole.all:
        assert explorer.read()["label"].startswith(explorer.cls.title)
        explorer.wait_until_right()


def test_showing_an_explorer_moves_none_of_its_controls(whole):
    for explorer in whole.all:
        explorer.reset()
        assert explorer.settings() == explorer.start
        assert "Last moved" not in explorer.read()["label"]


def test_before_the_run_each_explorer_was_a_still_picture(whole):
    for cell, (made, *_) in whole.calls.items():
        still = whole.stills[str(cell)]
        assert still["svg"] and still["width"] >= 960, made.__name__


def test_before_the_run_nothing_was_missing(whole):
    text = " ".join(still["text"] for still in whole.stills.values())
    assert "model not found" not in text.lower()
    assert "Loading widget" not in text


def test_each_kind_of_explorer_follows_the_mouse(whole, subtests):
    for explorer in whole.explorers:
        explorer.reset()
        for name in explorer.held()[:1]:
            with subtests.test(f"{explorer.name}, {name}"):
                bounds, before = explorer.twin().limited[name], explorer.start[name]
                way = 40 if before < (bounds.low + bounds.high) / 2 else -40
                explorer.drag(name, way, -way)  # to the right and up, or the other way
                explorer.wait_for(lambda s, n=name, b=before: s[n] != b, "dragged")
                explorer.reset()


def unfold(explorer):
    explorer.root.evaluate(
        "root => root.querySelectorAll('details').forEach(node => { node.open = true; })"
    )


def test_both_themes(whole, subtests):
    """In the light theme and the dark one axe finds nothing, and the picture has its colours."""
    for explorer in whole.explorers:
        unfold(explorer)
    for name, colours, rules in (("Dark", base.DARK, axe.COLORS), ("Light", base.LIGHT, None)):
        whole.notebook.theme(f"JupyterLab {name}")
        with subtests.test(name):
            assert axe.in_output(whole.page, rules) == []
            papers = whole.page.locator(".bp-explorer svg.bp > rect.f-paper").evaluate_all(
                "all => all.map(e => getComputedStyle(e).fill)"
            )
            assert set(papers) <= {rgb(colours["paper"])}


def rgb(colour):
    return "rgb({}, {}, {})".format(*(int(colour[i : i + 2], 16) for i in (1, 3, 5)))
