"""A table of numbers under mathematical headings, each row told apart by its own first word."""

from collections.abc import Sequence

from bpdemo.diagrams.base import WIDTH, Panel, line, math_text, number, plain, rect, text

__all__ = ["table"]


def table(
    heads: Sequence[str],
    rows: Sequence[tuple[str, Sequence[float | str | None], str]],
    *,
    width: float = WIDTH,
    label_width: float = 150,
    touched: Sequence[int] = (),
    title: str = "",
) -> Panel:
    """Draw rows of numbers.

    Parameters
    ----------
    heads : a word of mathematics per column.
    rows : (name, values, class); a value is a number, a few words, or None for an empty cell.
    touched : columns to mark.
    """
    step, top = 32, 44
    height = top + step * len(rows) + 10
    wide = (width - label_width - 16) / len(heads)
    body = [rect(4, 2, width - 8, height - 4)]
    if title:
        body.append(text(14, 28, title, 15, cls="b"))
    for column, head in enumerate(heads):
        x = label_width + wide * (column + 0.5)
        if column in touched:
            body.append(rect(x - wide / 2 + 3, 6, wide - 6, height - 12, "f-mark s-ink", 5, 1.5))
        body.append(math_text(x, 30, head, 20))
    body.append(line(12, top - 4, width - 12, top - 4, "s-rule", 1))
    said = []
    for place, (name, values, cls) in enumerate(rows):
        base = top + step * place + 22
        body.append(text(14, base, name, 16))
        cells = []
        for column, value in enumerate(values):
            if value is None:
                continue
            shown = value if isinstance(value, str) else number(value, True)
            cells.append(f"{plain(heads[column])} {shown}")
            x = label_width + wide * (column + 0.5)
            body.append(text(x, base, shown, 18, "middle", f"{cls} b"))
        said.append(f"{name}: {', '.join(cells)}")
    return Panel(width, height, "".join(body), f"Table. {'; '.join(said)}.")
