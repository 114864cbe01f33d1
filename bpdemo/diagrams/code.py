"""Lines of code with the one that is running marked."""

from collections.abc import Sequence

from bpdemo.diagrams.base import WIDTH, Panel, rect, text

__all__ = ["code"]


def code(lines: Sequence[str], running: int | None, width: float = WIDTH, size=15) -> Panel:
    """Show `lines`; `running` is the index of the marked one, None for none."""
    step = size * 1.6
    height = step * len(lines) + 20
    body = [rect(4, 4, width - 8, height - 8)]
    for place, content in enumerate(lines):
        base = 10 + step * place + size * 1.1
        if place == running:
            body.append(rect(8, base - size * 1.1, width - 16, step, "f-mark s-ink", 4, 1.5))
            body.append(text(16, base, "▶", size))
        body.append(text(38, base, content, size, cls="c b" if place == running else "c"))
    said = f"Running: {lines[running].strip()}" if running is not None else "Nothing is running."
    return Panel(width, height, "".join(body), said)
