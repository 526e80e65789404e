"""A post in any skin: the block of its labels, the heading above it, the body below it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree
from parsel import Selector

from kistep_archive.model import urls
from kistep_archive.parse import blocks, fields
from kistep_archive.parse.blocks import Block
from kistep_archive.parse.post import asides, images, regions, titles, twice
from kistep_archive.parse.text import Element, ParseError, content, count, day, is_blank, is_count, line
from kistep_archive.parse.values import KINDS, SMALL

_CONTENT = etree.XPath(
    "boolean(descendant::text()[normalize-space() and not(parent::script or "
    "parent::style)] or descendant::img)"
)


_TEXTS = etree.XPath("descendant::text()[normalize-space()]")
_COUNTED = re.compile(r"[^0-9]{0,20}[0-9][0-9,]{0,15}|[-–—]")


@dataclass(frozen=True, slots=True)
class Outline:
    """The parts of a post's page before its body is read, and the elements that they come from."""

    title: str
    writer: str | None
    date: str
    hits: int | None
    body: Element
    scope: Element
    block: Block
    title_from: tuple[Element, ...]
    body_from: tuple[Element, ...]


def find(url: str, document: Selector) -> Outline | None:
    """The parts of a post; None if no labels belong together, so the page is not a post. Raises ParseError
    for a missing part."""
    images.spell_out(document)
    found = fields.find(document.root)
    groups = list(blocks.find(found))
    block = next((each for each in groups if not _is_listed(url, each)), None)
    if groups and block is None:
        raise ParseError(
            url,
            "title",
            "the labels are in rows that link to posts, as in a listing, so the page is not a post",
        )
    if block is None:
        return None
    values = {kind: block.value(kind) for kind in KINDS}
    for kind, value in values.items():
        if value is None and kind != "hits":
            raise ParseError(
                url, kind, f"no label for it among {_shown(block)!r}; the page's labels may have changed"
            )
    body_from, scope = regions.find(url, block)
    title, title_from = titles.find(url, block, scope)
    if values["hits"] is None and (words := _unknown_count(block, (*title_from, *body_from))):
        raise ParseError(
            url, "hits", f"no label for it, but a count {words!r}; the page's labels may have changed"
        )
    twice.check(url, _own_number(url), block, found, title_from, body_from)
    writer, date, hits = _writer(values["writer"]), _date(url, values["date"]), _hits(url, values["hits"])
    return Outline(
        title, writer, date, hits, regions.join(body_from), scope, block, title_from, tuple(body_from)
    )


def _own_number(url: str) -> str:
    own = urls.locate(url)
    return str(own.number) if own else ""


def _unknown_count(block: Block, others: Sequence[Element]) -> str | None:
    """Words beside the labels that are a count, or end in one, and have no known label: perhaps the hits."""
    box = block.element
    while box.tag in ("tr", "tbody", "thead", "li", "dt", "dd"):
        box = box.getparent()
    known = {each for field in block.fields for part in field.read_from for each in part.iter()}
    for element in (*known, *(each for other in others for each in other.iter())):
        known.add(element)
    for text in _TEXTS(box):
        holder = text.getparent().getparent() if text.is_tail else text.getparent()
        if holder not in known and _COUNTED.fullmatch(words := line(text)):
            return words
    return None


def _shown(block: Block) -> str:
    return content(block.element)[:80]


def _writer(value: str | None) -> str | None:
    return None if value is None or is_blank(value) else value


def _date(url: str, value: str | None) -> str:
    found = day(value or "")
    if found is None:
        raise ParseError(url, "date", f"{(value or '')[:60]!r} is not a date in a known format")
    return found


def _hits(url: str, value: str | None) -> int | None:
    if not is_blank(value or "") and not is_count(value or ""):
        raise ParseError(url, "hits", f"{(value or '')[:60]!r} is not a count")
    return count(value or "")


def _is_listed(url: str, block: Block) -> bool:
    """Whether the labels are those of a listing row: it links to another post, or the next one links to posts
    and has the same labels."""
    if twice.leads_elsewhere(block.fields, block.element, _own_number(url)):
        return True
    row = next(
        (each for each in (block.element, *block.element.iterancestors()) if each.tag in ("tr", "li")), None
    )
    if row is None or len(content(row)) > 2 * SMALL:
        return False
    number = _own_number(url)
    if _numbers(row) - {number}:
        return True
    following = row.getnext()
    words = {content(field.holder) for field in block.fields if field.exact}
    return (
        following is not None
        and bool(_numbers(row) and _numbers(following))
        and len(words & {content(field.holder) for field in fields.find(following)}) >= 2
    )


def _numbers(row: Element) -> set[str]:
    """The numbers of the posts that a row links to."""
    calls = (f"{link.get('href') or ''} {link.get('onclick') or ''}" for link in row.iter("a"))
    return {
        found[1]
        for call in calls
        if "boardDownload" not in call
        for found in [asides.NUMBER.search(call)]
        if found
    }


def is_followed(body: Element) -> bool:
    """Whether something with content follows the body: the page did not stop inside it."""
    return any(
        _CONTENT(each)
        for parent in (body, *body.iterancestors())
        for each in parent.itersiblings()
        if isinstance(each.tag, str) and each.tag not in ("script", "noscript", "style")
    )
