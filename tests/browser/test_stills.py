"""What a reader sees who has run nothing: a PNG before trust, the SVG after, dark in the dark."""

import io

import nbformat
import pytest
from nbformat import v4
from PIL import Image

from bpdemo import diagrams
from bpdemo.diagrams.base import DARK, LIGHT
from tools import lab, stills


@pytest.fixture(scope="module")
def page(server, context):
    """A notebook that somebody else executed: one picture, wide and narrow."""
    wide, narrow = (
        diagrams.picture([diagrams.words(["a³ = σ(z³)"])], "A picture.", width=width)
        for width in (diagrams.WIDTH, 390)
    )
    bundle = diagrams.Drawing(wide, narrow)._repr_mimebundle_()
    outputs = [v4.new_output("display_data", data=bundle)]
    notebook = v4.new_notebook(cells=[v4.new_code_cell("x", execution_count=1, outputs=outputs)])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    stills.settle(notebook)
    nbformat.write(notebook, server.folder / "still.ipynb")
    opened = lab.Notebook(context, server, "still.ipynb")
    yield opened
    assert opened.complaints == []
    opened.close()


def trust(notebook, trusted):
    notebook.page.evaluate(
        """async trusted => {
          jupyterapp.shell.currentWidget.content.widgets[0].model.trusted = trusted;
          for (let frame = 0; frame < 3; frame++)
            await new Promise(done => requestAnimationFrame(done));
        }""",
        trusted,
    )


def shown(notebook):
    """(alt, what kind of image, how wide it is) of the picture."""
    image = notebook.page.locator(".jp-OutputArea-output img")
    return image.evaluate(
        """async image => {
          await image.decode();
          return [image.alt, image.currentSrc.slice(0, 15), image.naturalWidth];
        }"""
    )


def colour(notebook):
    """The colour at the picture's left edge, between the panel and the border."""
    shot = notebook.page.locator(".jp-OutputArea-output img").screenshot()
    return "#{:02x}{:02x}{:02x}".format(
        *Image.open(io.BytesIO(shot)).convert("RGB").getpixel((1, 8))
    )


def test_before_trust_it_is_a_png_with_its_text(page):
    trust(page, False)
    assert shown(page) == ["A picture. a³ = σ(z³)", "data:image/png;", 1.5 * diagrams.WIDTH]
    assert colour(page) == LIGHT["paper"]


def test_after_trust_it_is_the_svg_dark_in_the_dark_and_narrow_on_a_phone(page):
    trust(page, True)
    assert shown(page)[1:] == ["data:image/svg+", diagrams.WIDTH]
    assert colour(page) == LIGHT["paper"]
    page.theme("JupyterLab Dark")
    page.page.wait_for_timeout(300)
    assert colour(page) == DARK["paper"]
    page.page.set_viewport_size({"width": 390, "height": 844})
    page.page.wait_for_timeout(300)
    assert shown(page)[1:] == ["data:image/svg+", 390]
