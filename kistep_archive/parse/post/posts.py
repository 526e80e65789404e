"""A post in any skin: the block of its labels, the heading above it, the body below it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree
from parsel import Selector

from kistep_archive.model import urls
from kistep_archive.parse import blocks, fields, heads
from kistep_archive.parse.blocks import LabelBlock
from kistep_archive.parse.body import beside, regions
from kistep_archive.parse.body.foreign import asides
from kistep_archive.parse.dates import day
from kistep_archive.parse.fields import Field
from kistep_archive.parse.lines import SCRIPTED, STRUCK
from kistep_archive.parse.post import known_posts, quoted_labels, second, twice
from kistep_archive.parse.post.known_posts import CmsPost
from kistep_archive.parse.post.title import marks, titles
from kistep_archive.parse.text import Element, ParseError, content, count, is_blank, is_count, is_cut, line
from kistep_archive.parse.values import KINDS, SMALL

_NUMBER = re.compile(r"[^0-9]{0,30}[0-9][0-9,]{0,12}\s?(?:회|건|views?|hits?)?|[-–—]", re.I)
_CONTENT = etree.XPath(
    "boolean(descendant::text()[normalize-space() and not(parent::script or "
    "parent::style)] or descendant::img)"
)
_TEXTS = etree.XPath("descendant::text()[normalize-space()]")


@dataclass(frozen=True, slots=True)
class Outline:
    """The parts of a post's page before its body is read, and the elements that they come from."""

    title: str
    writer: str | None
    date: str
    hits: int | None
    body: Element
    scope: Element
    block: LabelBlock
    title_from: tuple[Element, ...]
    body_from: tuple[Element, ...]
    labelled: tuple[tuple[str, str], ...] = ()  # what labels say where a skin says something else

    @property
    def around(self) -> set[Element]:
        """The elements that hold the title, a label or the body: more than a file's own row."""
        parts = [self.body, *self.body_from, *self.title_from, *(each.holder for each in self.block.fields)]
        return {parent for part in parts for parent in (part, *part.iterancestors())}


@dataclass(frozen=True, slots=True)
class PostLabels:
    """A post's labels and what they say."""

    block: LabelBlock
    writer: str | None
    date: str
    hits: int | None
    fields: tuple[Field, ...]  # all labels of the page
    groups: tuple[LabelBlock, ...]  # those of them that belong together
    known: CmsPost | None = None  # what the page of a known program says besides

    def outline(
        self, title: str, title_from: tuple[Element, ...], body: Sequence[Element], scope: Element
    ) -> Outline:
        """The parts of the post: these, and what its labels say."""
        values = self.writer, self.date, self.hits
        return Outline(title, *values, regions.join(body), scope, self.block, title_from, tuple(body))


def find(url: str, document: Selector) -> Outline | None:
    """The parts of a post; None if no labels belong together, so the page is not a post. Raises ParseError
    for a missing part."""
    labels = find_labels(url, document)
    if labels is None:
        return None
    if labels.known is not None:
        return _known(url, labels, labels.known)
    number = _own_number(url)
    try:
        body_from, scope = regions.find(url, labels.block)
    except ParseError:  # labels that contradict each other say better why
        second.check_labels(url, number, labels.block, labels.groups)
        raise
    title, title_from = titles.find(url, labels.block, scope)
    quoted_labels.check(url, number, labels.block, (title, title_from))
    twice.check(url, number, labels.block, labels.fields, title_from, body_from)
    twice.check_groups(url, number, labels.block, labels.groups, body_from)
    second.check(url, number, labels.block, labels.groups, body_from)
    beside.check(url, labels.block, (title, title_from), body_from, scope)
    return labels.outline(title, title_from, body_from, scope)


def _known(url: str, labels: PostLabels, post: CmsPost) -> Outline:
    """The parts of a post of a known program for boards."""
    title = marks.alone(url, post.title, labels.date)
    if is_cut(title) and not heads.confirm(heads.find(post.title), title):
        raise ParseError(url, "title", f"{title[-60:]!r} ends in an ellipsis, so it may be cut")
    beside.check_before(url, labels.block, (title, (post.title,)), post.body)
    if post.links is not None:
        why = (
            f"the post also has links below its text: {content(post.links)[:60]!r}; a skin can name their box"
        )
        raise ParseError(url, "body", why)
    return labels.outline(title, (post.title,), post.body, post.scope)


def find_labels(url: str, document: Selector) -> PostLabels | None:
    """What the labels of a post say; None if no labels belong together. Raises ParseError for a missing
    one."""
    page_fields = fields.find(document.root)
    groups = list(blocks.find(page_fields))
    if not groups and fields.name_images(document.root):
        page_fields = fields.find(document.root)
        groups = list(blocks.find(page_fields))
    if (head := known_posts.find(document.root)) is not None:
        outer = [each for each in groups if head.scope not in each.fields[0].path]
        is_first = not any(twice.is_before(each.fields[0], [head.scope]) for each in outer)
        groups = [head.block, *outer] if is_first else groups  # else the post before it may quote it
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
    if None in values.values():
        _check_days(url, block, page_fields)
    for kind, value in values.items():
        if value is None and kind != "hits":  # some boards show none; the guards know whether this one does
            raise ParseError(
                url, kind, f"no label for it among {_labels(block)!r}; the page's labels may have changed"
            )
    if values["hits"] is None and (number := _unnamed_number(block)):
        raise ParseError(
            url,
            "hits",
            f"no label for it among {_labels(block)!r}, but a number {number!r}; the labels may have changed",
        )
    writer, date, hits = (
        _writer(url, values["writer"]),
        _date(url, values["date"]),
        _hits(url, values["hits"] or ""),
    )
    known = head if head is not None and head.block is block else None
    return PostLabels(block, writer, date, hits, tuple(page_fields), tuple(groups), known)


def _check_days(url: str, block: LabelBlock, page_fields: Sequence[Field]) -> None:
    """Raises ParseError for two labels of dates among the post's own that differ: its other labels are then
    behind the second one."""
    own = block.field("date")
    for field in page_fields if own is not None else ():
        is_other = field.kind == "date" and field not in block.fields and block.element in field.path
        if is_other and own is not None and day(field.value or "") not in (None, day(own.value or "")):
            words = " and ".join(f"{each.value!r} for {content(each.holder)[:30]!r}" for each in (own, field))
            raise ParseError(url, "date", f"the page says {words}; it is unclear which one is the post's")


def _own_number(url: str) -> str:
    own = urls.locate(url)
    return str(own.number) if own else ""


def _unnamed_number(block: LabelBlock) -> str:
    """A number beside the labels that none of them names: the hits' label may have changed."""
    named = {id(each) for field in block.fields for each in field.read_from}
    beside = [block.element.getprevious(), block.element.getnext()] if block.element.tag == "tr" else []
    rows = [row for row in beside if row is not None and row.tag == "tr" and len(content(row)) <= SMALL]
    for text in (text for row in (block.element, *rows) for text in _TEXTS(row)):
        words = line(text)
        if _NUMBER.fullmatch(words) and not _is_named(text, named):
            return words
    return ""


def _is_named(text: Element, named: set[int]) -> bool:
    holder = text.getparent()
    return any(id(each) in named for each in (holder, *holder.iterancestors()))


def _labels(block: LabelBlock) -> str:
    return content(block.element)[:80]


def _writer(url: str, value: str | None) -> str | None:
    if value is not None and (value.startswith(STRUCK) or value == SCRIPTED):
        why = f"{value[:60]!r} is no name: it is struck out, or only a script has it"
        raise ParseError(url, "writer", why)
    return None if value is None or is_blank(value) else value


def _date(url: str, value: str | None) -> str:
    date = day(value or "")
    if date is None:
        raise ParseError(url, "date", f"{(value or '')[:60]!r} is not a date in a known format")
    return date


def _hits(url: str, value: str | None) -> int | None:
    if not is_blank(value or "") and not is_count(value or ""):
        raise ParseError(url, "hits", f"{(value or '')[:60]!r} is not a count")
    return count(value or "")


def _is_listed(url: str, block: LabelBlock) -> bool:
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
    following, words = row.getnext(), {content(field.holder) for field in block.fields if field.exact}
    return (
        following is not None
        and bool(_numbers(row) and _numbers(following))
        and len(words & {content(field.holder) for field in fields.find(following)}) >= 2
    )


def _numbers(row: Element) -> set[str]:
    """The numbers of the posts that a row links to."""
    calls = (f"{link.get('href') or ''} {link.get('onclick') or ''}" for link in row.iter("a"))
    return {
        match[1]
        for call in calls
        if "boardDownload" not in call
        for match in [asides.NUMBER.search(call)]
        if match
    }


def is_followed(body: Element) -> bool:
    """Whether something with content follows the body: the page did not stop inside it."""
    return any(
        _CONTENT(each)
        for parent in (body, *body.iterancestors())
        for each in parent.itersiblings()
        if isinstance(each.tag, str) and each.tag not in ("script", "noscript", "style")
    )
