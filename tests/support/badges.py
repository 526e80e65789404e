"""What a badge says."""

from xml.etree import ElementTree


def text_of(svg: bytes) -> tuple[str, list[str]]:
    """(title, texts) of a badge that is well-formed and says what it is to those who cannot see it."""
    root = ElementTree.fromstring(svg)
    name = "{http://www.w3.org/2000/svg}"
    title = root.find(f"{name}title")
    assert title is not None
    assert (root.tag, root.get("role"), root.get("aria-labelledby")) == (f"{name}svg", "img", title.get("id"))
    return str(title.text), [str(each.text) for each in root.iter(f"{name}text")]
