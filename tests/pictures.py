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
