"""Where a page says the name of its board: in its path, and in links to the listing."""

import re

from kistep_archive.model import urls
from kistep_archive.parse.text import Element, content

PIECES = re.compile(r"\s?[>›»→▶]\s?")


def pieces(text: Element) -> list[str]:
    """The pieces of a path such as "HOME > News"; [] if a text with an arrow is none."""
    holder = text.getparent().getparent() if text.is_tail else text.getparent()
    words = "" if holder is None or holder.tag in ("script", "style") else content(holder)
    return PIECES.split(words) if len(words) < 200 else []


def leads_to(at: urls.Location, url: str) -> bool:
    """Whether a link leads to the listing of the post's board."""
    found = urls.locate(url)
    if found is None or found.kind != "listing" or (found.layout, found.host) != (at.layout, at.host):
        return False
    return (
        found.prefix == at.prefix
        if at.layout == "jsp"
        else found.place == at.place or bool(found.bid and found.bid == at.bid)
    )
