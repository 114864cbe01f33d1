"""`jupyter nbconvert --to html` makes a page of each notebook that reads well."""

import os
import subprocess
import sys

import pytest

from tools import notebooks

NOTEBOOKS = sorted(notebooks.NOTEBOOKS.glob("*.ipynb"))


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """The folder with the pages, all made by one command."""
    folder = tmp_path_factory.mktemp("html")
    subprocess.run(
        [sys.executable, "-m", "nbconvert", "--to", "html", f"--output-dir={folder}", *NOTEBOOKS],
        check=True,
        capture_output=True,
        env={**os.environ, "JUPYTER_CONFIG_DIR": str(folder), "IPYTHONDIR": str(folder)},
    )
    return folder


@pytest.fixture(scope="module")
def page(context):
    """A page that can fetch nothing: the typesetting of formulas would come from the network."""
    page = context.new_page()
    page.route("**/*", block)
    yield page
    page.close()


def block(route):
    if route.request.url.startswith(("file:", "data:")):
        route.continue_()
    else:
        route.abort()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_exported_page_reads_well(exported, page, path, calls):
    page.goto((exported / f"{path.stem}.html").as_uri())
    text = page.locator("body").inner_text()
    assert "model not found" not in text.lower()
    assert "Loading widget" not in text and "Traceback" not in text

    # A picture in place of each explorer, and no picture without a size.
    images = page.locator("img").evaluate_all(
        "all => all.map(e => [e.naturalWidth, e.alt, e.currentSrc])"
    )
    assert all(width and alt for width, alt, _ in images)
    titles = [alt for _, alt, src in images if "svg+xml" in src]
    for made, *_ in calls(path).values():
        assert any(found.startswith(made.title) for found in titles), made.__name__

    # Formulas: the page asks for MathJax, and their source is there for it to find.
    html = (exported / f"{path.stem}.html").read_text(encoding="utf-8")
    assert "MathJax" in html
    assert text.count("$") >= 4 or "\\(" in text
