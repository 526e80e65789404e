"""Lines that an element shows as its text has them, because its style says so: `white-space: pre-wrap`."""

import re

from lxml import etree

from kistep_archive.parse.text import Element

_STYLED = etree.XPath("descendant-or-self::*[contains(@style, 'white-space')]")
_KEEPS = re.compile(r"white-space\s{0,9}:\s{0,9}(?:pre|break-spaces)", re.I)
_WITHOUT_TEXT = {"pre", "table", "thead", "tbody", "tfoot", "tr", "colgroup", "script", "style", "textarea"}


def insert(body: Element) -> None:
    """Puts a <br> in the place of each line's end in such elements."""
    holders = {each: None for top in _STYLED(body) if _KEEPS.search(top.get("style")) for each in top.iter()}
    for holder in holders:
        if isinstance(holder.tag, str) and holder.tag not in _WITHOUT_TEXT:
            _insert(holder)


def _insert(holder: Element) -> None:
    texts = [holder.text, *(each.tail for each in holder)]
    if not any("\n" in (text or "") for text in texts):
        return
    children = list(holder)
    for each in children:
        holder.remove(each)
    holder.text = None
    for child, text in zip([None, *children], texts, strict=True):
        if child is not None:
            child.tail = None
            holder.append(child)
        _add(holder, (text or "").split("\n"))


def _add(holder: Element, lines: list[str]) -> None:
    """Adds lines behind what is in an element."""
    if len(holder):
        holder[-1].tail = lines[0]
    else:
        holder.text = lines[0]
    for line in lines[1:]:
        etree.SubElement(holder, "br").tail = line
