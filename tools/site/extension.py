"""The Sphinx extension that says what the pages look like: their settings, cells and formulas.

`pages` runs Sphinx with it. A code cell becomes

    <div class="bp-cell" data-cell="7">
      <details class="bp-fold" open>  the code, in .cell_input  </details>
      <div class="cell_output">…</div>
    </div>

and the page carries the code of all its cells in <script id="bp-cells">, for the runtime that wakes
them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

from tools.site import formulas

HERE = Path(__file__).parent

SETTINGS = {
    "project": "bpdemo",
    "html_title": "bpdemo",
    "html_theme": "furo",
    "html_theme_options": {
        "light_css_variables": {
            "font-stack": "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, "
            "sans-serif",
            "color-brand-primary": "#0b5394",
            "color-brand-content": "#0b5394",
            "color-brand-visited": "#0b5394",
            "color-code-background": "#f5f7f9",
        },
        "dark_css_variables": {
            "color-brand-primary": "#8ec7ff",
            "color-brand-content": "#8ec7ff",
            "color-brand-visited": "#8ec7ff",
            "color-code-background": "#202428",
        },
    },
    "html_favicon": str(HERE / "static" / "icon.svg"),
    "html_static_path": [str(HERE / "static")],
    "templates_path": [str(HERE / "templates")],
    "html_css_files": ["katex.min.css", "pages.css"],
    "html_js_files": [("pages.js", {"type": "module"})],
    "html_copy_source": False,
    "html_show_sourcelink": False,
    "html_show_copyright": False,
    "html_use_index": False,
    "html_domain_indices": False,
    "html_math_renderer": "katex",
    "html_permalinks_icon": "#",
    "pygments_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
    "smartquotes": False,  # the text is the notebook's
    "nb_execution_mode": "off",
    "nb_merge_streams": True,
    "myst_enable_extensions": ["dollarmath"],
    "myst_dmath_allow_labels": False,
    "myst_dmath_double_inline": True,
    # What is no Markdown in JupyterLab is none here.
    "myst_disable_syntax": [
        "myst_role",
        "myst_block_break",
        "myst_line_comment",
        "myst_target",
        "footnote_def",
        "footnote_ref",
    ],
    "myst_heading_anchors": 6,
    "myst_heading_slug_func": "tools.site.extension.anchor",
}


def anchor(heading: str) -> str:
    """Name a heading as JupyterLab does, for links such as `#A-slip-in-the-notes`.

    >>> anchor("A slip in the notes")
    'A-slip-in-the-notes'
    """
    return heading.replace(" ", "-")


# --- cells ---------------------------------------------------------------------------------------


class Cell(nodes.Element):
    """A code cell."""


class Fold(nodes.Element):
    """The code of a cell, open or not."""


class Outputs(nodes.Element):
    """What a cell shows."""


class Shown(nodes.Element):
    """An output in HTML. A node of its own, since the search would index every tag of a `raw`."""


def _visit_cell(self, node: Cell) -> None:
    self.body.append(f'<div class="bp-cell" data-cell="{node["n"]}">\n')


def _visit_fold(self, node: Fold) -> None:
    opened = " open" if node["open"] else ""
    self.body.append(
        f'<details class="bp-fold"{opened}><summary><span>Code</span></summary>\n'
        '<div class="cell_input">\n'
    )


def _visit_outputs(self, node: Outputs) -> None:
    self.body.append('<div class="cell_output">\n')


def _visit_shown(self, node: Shown) -> None:
    self.body.append(f'<div class="bp-shown">{node["html"]}</div>\n')
    raise nodes.SkipNode


def _close(tags: str):
    def depart(self, node: nodes.Element) -> None:
        self.body.append(tags + "\n")

    return depart


class Cells(SphinxPostTransform):
    """Turn the cells of MyST-NB into ours."""

    default_priority = 190  # after MyST-NB has chosen the form of an output, before it folds
    formats = ("html",)

    def run(self, **_: Any) -> None:
        """Do it."""
        for found in list(self.document.findall(_is_cell)):
            metadata = found["cell_metadata"]
            cell, outputs = Cell(n=found["cell_index"]), Outputs()
            for part in found.children:
                if part["nb_element"] == "cell_code_source":
                    hidden = metadata.get("jupyter", {}).get("source_hidden", False)
                    cell += Fold("", *part.children, open=not hidden)
                else:
                    outputs.extend(_shown(child) for child in part.children)
            cell += outputs
            found.replace_self(cell)


def _is_cell(node: nodes.Node) -> bool:
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"


def _shown(node: nodes.Node) -> nodes.Node:
    if isinstance(node, nodes.raw):
        return Shown(html=node.astext())
    return node


# --- formulas ------------------------------------------------------------------------------------


class Formulas(SphinxPostTransform):
    """Put the LaTeX of a formula where the search doesn't find its commands."""

    default_priority = 191
    formats = ("html",)

    def run(self, **_: Any) -> None:
        """Do it."""
        for node in list(self.document.findall(_is_formula)):
            node["tex"] = node.astext()
            node.children = []


def _is_formula(node: nodes.Node) -> bool:
    return isinstance(node, nodes.math | nodes.math_block)


def _visit_math(self, node: nodes.math) -> None:
    self.body.append(_formula(self, node, display=False))
    raise nodes.SkipNode


def _visit_math_block(self, node: nodes.math_block) -> None:
    self.body.append(_formula(self, node, display=True))
    raise nodes.SkipNode


def _formula(self, node: nodes.Element, display: bool) -> str:
    tex = node.get("tex") or node.astext()
    try:
        return formulas.framed(tex, display)
    except formulas.BrokenFormula as error:
        where = self.builder.current_docname
        raise formulas.BrokenFormula(f"{where}: {error.reason}", error.tex) from None


# --- pages ---------------------------------------------------------------------------------------


def _page(app: Sphinx, name: str, template: str, context: dict, doctree: Any) -> None:
    """Tell a page's template what it needs to know of the notebook."""
    # A heading needs a level for a screen reader; the theme gives none.
    tree = context.get("furo_navigation_tree", "")
    context["furo_navigation_tree"] = tree.replace(
        'role="heading"', 'role="heading" aria-level="2"'
    )
    cells = app.config.bp_cells.get(name)
    if cells is None:
        return
    # "</script>" in a cell must not end the script that carries it.
    context["bp_cells"] = json.dumps(cells, ensure_ascii=False).replace("<", "\\u003c")
    context["bp_python"] = app.config.bp_python
    context["bp_notebook"] = name if name in app.config.bp_notebooks else ""


def setup(app: Sphinx) -> dict[str, Any]:
    """Add all this to Sphinx."""
    app.setup_extension("myst_nb")
    app.setup_extension("furo")  # else it is loaded after the settings that it adds are read
    app.add_config_value("bp_cells", {}, "html", dict)
    app.add_config_value("bp_python", {}, "html", dict)
    app.add_config_value("bp_notebooks", [], "html", list)
    app.add_node(Cell, html=(_visit_cell, _close("</div>")))
    app.add_node(Fold, html=(_visit_fold, _close("</div></details>")))
    app.add_node(Outputs, html=(_visit_outputs, _close("</div>")))
    app.add_node(Shown, html=(_visit_shown, None))
    app.add_post_transform(Cells)
    app.add_post_transform(Formulas)
    app.add_html_math_renderer("katex", (_visit_math, None), (_visit_math_block, None))
    app.connect("html-page-context", _page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
