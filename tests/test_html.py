"""`make html`: a page is whole, links to the others, and says in a sentence what is in its way."""

import base64
import re

import nbformat
import pytest

from tools import html
from tools.site import formulas

FONTS = ("Main-Regular", "Math-Italic", "Caligraphic-Regular", "Size1-Regular", "AMS-Regular")


@pytest.fixture
def fonts(tmp_path):
    """A folder of fonts whose bytes are their names."""
    folder = tmp_path / "fonts"
    folder.mkdir()
    for name in FONTS:
        (folder / f"KaTeX_{name}.woff2").write_bytes(name.encode())
    html._data.cache_clear()
    yield folder
    html._data.cache_clear()


def texts(*sources, **others):
    """A series of one notebook with these Markdown cells, and of others."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell(s, id=f"c{n}") for n, s in enumerate(sources)]
    )
    return {"01-one.ipynb": nbformat.writes(notebook), **others}


def inlined(page):
    """The fonts in a page, by the bytes that the fixture gave them."""
    return {
        base64.b64decode(found).decode()
        for found in re.findall(r"url\(data:font/woff2;base64,([^)]*)\)", page)
    }


def test_formulas_are_there_for_the_eye_and_for_the_ear_with_their_fonts_alone(fonts):
    page = html.page("01-one.ipynb", texts("# One", r"So $\mathcal{L} = a^2$."), fonts)
    assert formulas.html(r"\mathcal{L} = a^2") in page
    assert "<math" in page and "katex-html" in page
    assert inlined(page) == {"Main-Regular", "Math-Italic", "Caligraphic-Regular"}
    assert "url(fonts/" not in page and "\\mathcal{L} = a^2$" not in page


def test_a_page_without_formulas_has_no_fonts(fonts):
    page = html.page("01-one.ipynb", texts("# One", "It costs \\$5, or `$a$`."), fonts)
    assert inlined(page) == set() and ".katex-mathml" not in page
    assert "It costs $5" in page and "<code>$a$</code>" in page


def test_links_lead_to_pages(fonts):
    source = (
        "# One\n[a](02-two.ipynb) [b](02-two.ipynb#Part-%28B1%29) [c](docs/notes.md#x) [d](#here) "
        "[e](https://example.org/x.ipynb) `[f](g.ipynb)`"
    )
    page = html.page("01-one.ipynb", texts(source), fonts)
    links = re.findall(r'<a href="([^"]*)"', page)
    assert [link for link in links if link != "#One"] == [
        "02-two.html",
        "02-two.html#Part-%28B1%29",
        "docs/notes.html#x",
        "#here",
        "https://example.org/x.ipynb",
    ]
    assert "[f](g.ipynb)" in page


def test_a_page_knows_its_neighbours_and_its_title(fonts):
    series = texts("# One & only")
    series["02-two.ipynb"] = series["01-one.ipynb"].replace("One & only", "Two")
    series["docs/notes.md"] = "# Notes\n\n[back](../01-one.ipynb)"
    first, second, notes = (html.page(name, series, fonts) for name in series)
    assert "<title>One &amp; only</title>" in first
    assert '<a rel="next" href="02-two.html">Two →</a>' in first and 'rel="prev"' not in first
    assert '<a rel="prev" href="01-one.html">← One &amp; only</a>' in second
    assert 'rel="next"' not in second
    assert "<title>Notes</title>" in notes and 'href="../01-one.html"' in notes


def test_the_same_notebook_gives_the_same_page(fonts):
    series = texts("# One", "$a$", "<details>\n<summary>Hint</summary>\n\n$b$\n\n</details>")
    assert html.page("01-one.ipynb", series, fonts) == html.page("01-one.ipynb", series, fonts)


def test_a_broken_formula_is_a_sentence(fonts):
    with pytest.raises(html.Problem, match=r"01-one\.ipynb: .*nosuch"):
        html.page("01-one.ipynb", texts("# One", r"$\nosuch$"), fonts)


def test_what_is_in_the_way_is_said_in_a_line(fonts, tmp_path, capsys, monkeypatch):
    assert html.main(["99"]) == 2
    assert capsys.readouterr().err == "There is no notebook 99.\n"
    (fonts / "KaTeX_Math-Italic.woff2").unlink()
    with pytest.raises(html.Problem, match=r"Math-Italic.*can't be read"):
        html.page("01-one.ipynb", texts("$a$"), fonts)
    (tmp_path / "file").write_text("")
    with pytest.raises(html.Problem, match=r"can't be written"):
        html.write(["A3-python.ipynb"], tmp_path / "file" / "below", fonts)

    def offline():
        raise html.parts.PartsError("no network")

    monkeypatch.setattr(html.parts, "folder", offline)
    assert html.main(["A3"]) == 2
    assert capsys.readouterr().err == "no network\n"
