"""Lines that an element shows because its style says so: those of its text (`white-space: pre-wrap`), and its
own (`display: block`)."""

import re

from lxml import etree

from kistep_archive.parse.text import Element

_STYLED = etree.XPath("descendant-or-self::*[contains(@style, 'white-space')]")
_INLINE = {"span", "font", "b", "em", "i", "u", "strong", "a", "img"}
_KEEPS = re.compile(r"white-space\s{0,9}:\s{0,9}(?:pre|break-spaces)", re.I)
_SHOWN_APART = etree.XPath(
    "descendant::*[self::span or self::font or self::b or self::em][contains(@style, 'display')]"
)
_BLOCK = re.compile(r"display\s{0,9}:\s{0,9}(?:block|flex|grid|table|list-item)(?![\w-])", re.I)
_WITHOUT_TEXT = {"pre", "table", "thead", "tbody", "tfoot", "tr", "colgroup", "script", "style", "textarea"}


def insert(body: Element) -> None:
    """Puts a <br> in the place of each line's end in such elements."""
    holders = {each: None for top in _STYLED(body) if _KEEPS.search(top.get("style")) for each in top.iter()}
    for holder in holders:
        if isinstance(holder.tag, str) and holder.tag not in _WITHOUT_TEXT:
            _insert(holder)
    for element in _SHOWN_APART(body):
        if _BLOCK.search(element.get("style")):
            _set_apart(element)


def _set_apart(element: Element) -> None:
    """Puts a <br> before and behind an element where other words of its line are."""
    before, parent = element.getprevious(), element.getparent()
    words = parent.text if before is None else before.tail
    if (words or "").strip() or (before is not None and before.tag in _INLINE):
        element.addprevious(parent.makeelement("br"))
    following, tail = element.getnext(), element.tail
    if (tail or "").strip() or (following is not None and following.tag in _INLINE):
        line_break = parent.makeelement("br")
        element.tail = None
        element.addnext(line_break)
        line_break.tail = tail


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
