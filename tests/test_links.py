"""Every link leads somewhere: between notebooks, to headings, and in the repository's pages."""

import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
PAGES = [
    *sorted((ROOT / "notebooks").glob("*.ipynb")),
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "bpdemo").rglob("*.md")),
]


@cache
def prose(path: Path) -> str:
    """The page's markdown, without code."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = nbformat.reads(text, as_version=4).cells
        text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    text = re.sub(r"^( *)```.*?^\1```", "", text, flags=re.M | re.S)
    return re.sub(r"`[^`\n]*`", lambda code: code[0].replace("](", "] ("), text)


def links(text: str) -> list[str]:
    """Where the links of a markdown text lead, pictures included."""
    return re.findall(r"\]\(\s*([^)\s]+)[^)]*\)", text) + re.findall(
        r'(?:href|src)="([^"]+)"', text
    )


@cache
def anchors(path: Path) -> frozenset[str]:
    """What stands behind the # of a link to a heading of the page."""
    headings = re.findall(r"^#{1,6} +(.+?) *#*$", prose(path), re.M)
    headings = [re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", h).replace("`", "") for h in headings]
    if path.suffix == ".ipynb":  # as JupyterLab makes them
        return frozenset(heading.replace(" ", "-") for heading in headings)
    slugs = [re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings]  # as GitHub does
    return frozenset(slug.replace(" ", "-") for slug in slugs)


def complaint(page: Path, link: str) -> str:
    """What is wrong with a link on a page; "" where it leads somewhere."""
    if re.match(r"https?://", link):
        return ""  # the tests need no network
    name, _, anchor = link.partition("#")
    target = (page.parent / name).resolve() if name else page
    if not target.exists() or ROOT not in target.parents:
        return f"{page.name}: no {name}"
    if anchor and unquote(anchor) not in anchors(target):
        return f"{page.name}: {target.name} has no heading #{anchor}"
    return ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_the_page_leads_somewhere(page):
    assert [found for link in links(prose(page)) if (found := complaint(page, link))] == []


def test_the_links_are_found():
    found = {page.name: links(prose(page)) for page in PAGES}
    assert "03-inductive-step.ipynb" in found["00-start-here.ipynb"]
    assert "#Layer-by-layer" in found["09-depth.ipynb"]
    assert sum(map(len, found.values())) > 75
    assert all(found[page.name] for page in PAGES if page.suffix == ".ipynb")


@pytest.mark.parametrize(
    "link",
    [
        "03-inductive-steps.ipynb",
        "03-inductive-step.ipynb#The-slip",
        "03-inductive-step.ipynb#a-slip-in-the-notes",
        "#No-such-heading",
        "../docs/note.md",
        "../../README.md",
    ],
)
def test_a_dead_link_is_seen(link):
    page = ROOT / "notebooks" / "00-start-here.ipynb"
    (found,) = links(f"see [it]({link}) there")
    assert complaint(page, found)
    assert not complaint(page, "03-inductive-step.ipynb#A-slip-in-the-notes")
    assert not complaint(page, "../README.md#two-commands")


def test_the_notes_are_linked_where_they_are_spoken_of():
    for name in ("README.md", "CONTRIBUTING.md", "notebooks/00-start-here.ipynb"):
        assert any(link.endswith("docs/notes.md") for link in links(prose(ROOT / name))), name
