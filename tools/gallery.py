"""Pictures of every explorer in a real JupyterLab: `make gallery`.

Writes build/gallery/NAME-light.png and NAME-dark.png, 1280 × 720 as on a projector, NAME-phone.png,
390 pixels wide, and NAME-present.png, the whole screen for the back row, with
build/gallery/index.html to look at them side by side, and docs/explorer.png for the README.
"""

from __future__ import annotations

import html
import shutil
import sys
import tempfile
from pathlib import Path

from tools import lab
from tools.made import EXPLORERS, cell

OUT = lab.ROOT / "build" / "gallery"
README_PICTURE = lab.ROOT / "docs" / "explorer.png"
README_EXPLORER = "ThreeTerms"
MOST_BYTES = 200_000

THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}

PHONE = "phone"
PRESENT = "present"
KINDS = (*THEMES, PHONE, PRESENT)


def source(name: str) -> str:
    """The cell that shows an explorer as its still has it."""
    return f"{cell(name)}shown.settings = {{**shown.still}}\nshown"


def take(names: list[str]) -> list[str]:
    """Take the pictures; return what the pages complained about."""
    complaints = []
    with tempfile.TemporaryDirectory() as folder, lab.chromium() as browser:
        for name in names:
            lab.write(Path(folder, f"{name}.ipynb"), [source(name)])
        with lab.serve(Path(folder)) as server:
            for name in names:
                notebook = lab.Notebook(browser, server, f"{name}.ipynb", width=1280, height=720)
                notebook.run_all()
                explorer = notebook.page.locator(".bp-explorer").first
                explorer.wait_for()
                move(notebook, explorer)
                for short, theme in THEMES.items():
                    # Both by name: the server remembers the theme of the page before.
                    notebook.theme(theme)
                    explorer.evaluate("(node) => node.scrollIntoView({block: 'start'})")
                    notebook.page.wait_for_timeout(500)
                    notebook.page.screenshot(path=OUT / f"{name}-{short}.png")
                    if name == README_EXPLORER and short == "light":
                        for_the_readme(notebook, explorer)
                notebook.theme(THEMES["light"])
                explorer.get_by_role("button", name="Present").click()
                notebook.page.wait_for_timeout(600)
                notebook.page.screenshot(path=OUT / f"{name}-{PRESENT}.png")
                explorer.get_by_role("button", name="End").click()
                on_a_phone(notebook, explorer, OUT / f"{name}-{PHONE}.png")
                wide = explorer.evaluate("(node) => node.scrollWidth - node.clientWidth")
                if wide > 0:
                    complaints.append(f"{name}: {wide} px too wide")
                complaints += [f"{name}: {said}" for said in notebook.complaints]
                notebook.close()
                print(f"{name}: {', '.join(f'{OUT / name}-{kind}.png' for kind in KINDS)}")
    return complaints


def move(notebook: lab.Notebook, explorer) -> None:
    """Move the first number by hand, so that the mark of what moved last is on the picture."""
    part = explorer.locator("svg [data-control]").first
    if not part.count():
        return
    picture = explorer.locator("svg.bp")
    before = picture.get_attribute("aria-label")
    part.focus()
    for _ in range(4):
        notebook.page.keyboard.press("ArrowRight")
    notebook.page.wait_for_timeout(700)
    if picture.get_attribute("aria-label") == before:
        print(f"{notebook.page.url.split('?')[0]}: four steps changed nothing")
    notebook.page.evaluate("() => document.activeElement.blur()")


def on_a_phone(notebook: lab.Notebook, explorer, path: Path) -> None:
    """The explorer alone, 390 pixels wide; JupyterLab's bars would leave it little of them."""
    page, size = notebook.page, notebook.page.viewport_size
    assert size is not None
    notebook.hide_bars()
    page.set_viewport_size({"width": 390, "height": 1600})
    page.wait_for_timeout(700)
    explorer.screenshot(path=path)
    page.set_viewport_size(size)


def for_the_readme(notebook: lab.Notebook, explorer) -> None:
    """The explorer alone, controls and picture, on a page high enough for all of it."""
    page, size = notebook.page, notebook.page.viewport_size
    assert size is not None
    page.set_viewport_size({"width": 1280, "height": 1200})
    page.wait_for_timeout(500)
    README_PICTURE.parent.mkdir(exist_ok=True)
    explorer.screenshot(path=README_PICTURE)
    page.set_viewport_size(size)
    page.wait_for_timeout(500)
    explorer.evaluate("(node) => node.scrollIntoView({block: 'start'})")


def index(names: list[str]) -> str:
    """A page of all pictures, each explorer's side by side."""
    figures = "".join(
        f"<h2>{html.escape(name)}</h2><p>{html.escape(EXPLORERS[name].title)}</p><div>"
        + "".join(
            f'<a href="{name}-{kind}.png"><img src="{name}-{kind}.png" loading="lazy" '
            f'alt="{html.escape(name)}, {kind}"></a>'
            for kind in KINDS
        )
        + "</div>"
        for name in names
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>bpdemo: explorers</title>'
        "<style>body{font-family:sans-serif;margin:24px}div{display:flex;gap:12px}"
        "a{flex:1}img{width:100%;border:1px solid #888}</style>"
        f"<h1>The explorers in JupyterLab</h1>{figures}</html>\n"
    )


def main(names: list[str]) -> int:
    """Take the pictures of all explorers, or of those named; fail where a page complained."""
    if unknown := sorted(set(names) - set(EXPLORERS)):
        print(f"no explorer named {', '.join(unknown)}; there are {', '.join(EXPLORERS)}")
        return 2
    if not names:
        shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True, exist_ok=True)
    complaints = take(names or list(EXPLORERS))
    there = [n for n in EXPLORERS if (OUT / f"{n}-light.png").exists()]
    (OUT / "index.html").write_text(index(there), encoding="utf-8")
    if README_PICTURE.exists() and README_PICTURE.stat().st_size > MOST_BYTES:
        complaints.append(f"{README_PICTURE} has over {MOST_BYTES} bytes")
    print(*complaints, f"All pictures: {OUT / 'index.html'}", sep="\n")
    return int(bool(complaints))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
