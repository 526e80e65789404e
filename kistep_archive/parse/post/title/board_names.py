"""Where a page says the name of its board: in its path, and in links to the listing."""

import re

from kistep_archive.parse.text import Element, content

PIECES = re.compile(r"\s?[>›»→▶]\s?")


def pieces(text: Element) -> list[str]:
    """The pieces of a path such as "HOME > News"; [] if a text with an arrow is none."""
    holder = text.getparent().getparent() if text.is_tail else text.getparent()
    words = "" if holder is None or holder.tag in ("script", "style") else content(holder)
    return PIECES.split(words) if len(words) < 200 else []
