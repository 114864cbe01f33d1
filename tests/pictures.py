"""Reading a picture in tests: its parts, by what they say they are."""

from xml.etree import ElementTree as ET


def parts(svg: str, **said: str) -> list[ET.Element]:
    """The elements with these data: ``parts(svg, control="w3", axis="x")``."""
    return [
        node
        for node in ET.fromstring(svg).iter()
        if all(node.get(f"data-{name}") == value for name, value in said.items())
    ]


def marked(svg: str, mark: str) -> set[str]:
    """The quantities that wear this mark."""
    return {
        node.get("data-term")
        for node in ET.fromstring(svg).iter()
        if node.get("data-term") and mark in (node.get("class") or "").split()
    }


def lit(svg: str) -> set[str]:
    """The edges with the wide band of a path."""
    return {
        edge.get("data-edge")
        for edge in ET.fromstring(svg).iter()
        if edge.get("data-edge") and any("s-mark" in line.get("class", "") for line in edge)
    }


def outlined(svg: str) -> set[str]:
    """The edges that are chosen."""
    return {
        edge.get("data-edge")
        for edge in ET.fromstring(svg).iter()
        if edge.get("data-edge") and "s-ink" in edge[0].get("class", "")
    }


def running(svg: str) -> dict[str, float]:
    """The edges with a dot on them: how far it is from the start, 0 … 1."""
    found = {}
    for edge in ET.fromstring(svg).iter():
        for dot in edge if edge.get("data-edge") else ():
            if dot.tag.endswith("circle") and float(dot.get("r")) > 0:
                x1, x2 = (float(edge[0].get(name)) for name in ("x1", "x2"))
                found[edge.get("data-edge")] = (float(dot.get("cx")) - x1) / (x2 - x1)
    return found


def drawn_curve(svg: str, cls: str) -> list[tuple[float, float]]:
    """The values of the first curve of this class, read from its place in its frame."""
    for frame in ET.fromstring(svg).iter():
        if frame.get("data-frame") is None:
            continue
        x0, x1, y0, y1, left, right, top, bottom = map(float, frame.get("data-frame").split())
        for path in frame.iter("{http://www.w3.org/2000/svg}path"):
            if path.get("class") == cls:
                pieces = path.get("d").replace("M", "L").split("L")[1:]
                places = [tuple(map(float, piece.split())) for piece in pieces]
                return [
                    (
                        x0 + (u - left) / (right - left) * (x1 - x0),
                        y0 + (v - bottom) / (top - bottom) * (y1 - y0),
                    )
                    for u, v in places
                ]
    raise LookupError(f"no curve of class {cls}")
