"""What a page says twice: an error if the values differ, since then it is unclear which one is the post's."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from lxml import etree

from kistep_archive.parse.blocks import LabelBlock
from kistep_archive.parse.body.foreign.asides import NEIGHBOUR, NUMBER, is_aside
from kistep_archive.parse.body.foreign.notes import is_related
from kistep_archive.parse.body.regions import is_known as is_known_box
from kistep_archive.parse.dates import day
from kistep_archive.parse.elements import names_of
from kistep_archive.parse.fields import Field
from kistep_archive.parse.text import Element, ParseError, content, count, is_within, line
from kistep_archive.parse.values import SMALL

_TEXTS = etree.XPath("descendant::text()")
_ANOTHERS = re.compile(r"(?:^|[\s_-])(?:relat|prev|next|other|neighbo|recent|latest|similar)", re.I)
_PROSE_ENDS = (".", ":", "!")  # of words before labels that a post quotes


def check(
    url: str,
    number: str,
    block: LabelBlock,
    page_fields: Sequence[Field],
    title: Sequence[Element],
    body: Sequence[Element],
) -> None:
    """Raises ParseError that names both values and their places, if a label before the body has another value
    than the same label among the post's own. Words of the title, a department beside a person and rows of
    other posts do not count."""
    comes_before, numbers = _before(body), cache(_numbers)
    for field in page_fields:
        own = block.field(field.kind)
        if own is None or field in block.fields or _plain(field) in (None, _plain(own)):
            continue
        if not (field.exact or field.kind == "date") or any(each in field.path for each in title):
            continue
        if (
            field.office != own.office
            or not comes_before(field)
            or leads_elsewhere([field], field.box.getparent(), number, numbers)
        ):
            continue
        raise error(url, own, field)


def check_groups(
    url: str, number: str, block: LabelBlock, groups: Sequence[LabelBlock], body: Sequence[Element]
) -> None:
    """Raises ParseError if what was taken for the body begins with the head of a post that says something
    else: then the first labels may be those of another post, and the body the rest of the page. Labels that
    the post quotes do not count. Labels with hits, where the first ones have none, are an error too."""
    if len(groups) < 2:
        return
    inside, start, comes_before, numbers = set(body), _Start(body), _before(body), cache(_numbers)
    for group in groups:
        if group is block or leads_elsewhere(group.fields, group.element, number, numbers):
            continue
        is_inside = not inside.isdisjoint(group.fields[0].path)
        if not (start.has(group) if is_inside else comes_before(group.fields[0])):
            continue
        if is_inside and (_is_head(group, body) or is_anothers(block, body)):
            for own, field in different(block, group):
                raise error(url, own, field)
        if block.field("hits") is None and (hits := group.field("hits")):
            words = f"other labels, {content(block.element)[:50]!r}, have none beside {_place(hits)}"
            raise ParseError(url, "hits", words)


def _is_head(group: LabelBlock, body: Sequence[Element]) -> bool:
    """Whether labels at the start of what was taken for a body stand below a heading or above a box, as those
    of a post do. Those in a box whose class says that it is a body need a box with a class."""
    is_known = any(map(is_known_box, body))
    step = group.fields[-1].box
    while step not in body:
        after = (each for each in step.itersiblings() if isinstance(each.tag, str) and content(each))
        following = next((each for each in after if not is_aside(each, group)), None)
        if following is not None and _is_box(following, with_class=is_known):
            return True
        if following is not None:
            break
        step = step.getparent()
    heading = None if is_known else next(_headings(body), None)
    return heading is not None and not _before((heading,))(group.fields[0])


def _is_box(element: Element, *, with_class: bool) -> bool:
    if element.tag == "tr":
        return len(element) == 1
    return element.tag == "td" or (
        element.tag in ("div", "section") and (not with_class or bool(element.get("class")))
    )


def _headings(body: Sequence[Element]) -> Iterator[Element]:
    for part in body:
        yield from (
            each for each in part.iter("h1", "h2", "h3", "h4", "h5", "h6", "div") if _is_heading(each)
        )


def _is_heading(element: Element) -> bool:
    return bool(content(element)) and (element.tag != "div" or "tit" in (element.get("class") or "").lower())


def is_anothers(block: LabelBlock, body: Sequence[Element]) -> bool:
    """Whether the classes around labels, or the words right before them, say that they are another post's."""
    shared = set(body[0].iterancestors())
    for each in (block.element, *block.element.iterancestors()):
        if each in shared:
            return False
        before = each.getprevious()
        words = "" if before is None else content(before)[:SMALL]
        names = names_of(each)
        if _ANOTHERS.search(names) or is_related(words) or NEIGHBOUR.fullmatch(words):
            return True
    return False


def different(block: LabelBlock, other: LabelBlock) -> Iterator[tuple[Field, Field]]:
    """The fields of two blocks that say different values of one kind."""
    for field in other.fields:
        own = block.field(field.kind)
        if own is not None and field.office == own.office and _plain(field) not in (None, _plain(own)):
            yield own, field


class _Start:
    """The start of a body: its texts with no more words before them than a heading or the like has."""

    def __init__(self, body: Sequence[Element]) -> None:
        self._holders: set[Element] = set()
        self._is_all, words = False, 0
        for text in (text for part in body for text in _TEXTS(part)):
            self._holders.add(text.getparent())
            words += len(line(text))
            if words > SMALL or line(text).endswith(_PROSE_ENDS):
                return
        self._is_all = True

    def has(self, group: LabelBlock) -> bool:
        """Whether only a heading or the like stands before some labels."""
        return self._is_all or any(field.holder in self._holders for field in group.fields)


def error(url: str, own: Field, field: Field) -> ParseError:
    words = (
        f"the page says {own.value!r} in {_place(own)} and {field.value!r} in {_place(field)}; it is "
        "unclear which one is the post's"
    )
    return ParseError(url, field.kind, words)


def _numbers(box: Element) -> frozenset[str]:
    """The posts that a small box links to."""
    if next(box.iter("a"), None) is None or not is_within(box, SMALL):
        return frozenset()
    calls = (f"{link.get('href') or ''} {link.get('onclick') or ''}" for link in box.iter("a"))
    return frozenset(match[1] for call in calls if "ownload" not in call for match in NUMBER.finditer(call))


def leads_elsewhere(
    fields: Sequence[Field],
    around: Element,
    number: str,
    numbers: Callable[[Element], frozenset[str]] = _numbers,
) -> bool:
    """Whether the small boxes of some labels, or the element right before them or before what is `around`
    them, link to another post than this number. `numbers` remembers what `_numbers` says of a box."""
    boxes = [field.box for field in fields]
    boxes += [each for box in (boxes[0], around) for each in (box.getprevious(),) if each is not None]
    return any(numbers(box) - {number} for box in boxes)


def links_elsewhere(box: Element, number: str) -> bool:
    """Whether a small box links to another post than this number."""
    return bool(_numbers(box) - {number})


def _plain(field: Field) -> str | None:
    value = field.value or ""
    if field.kind == "date":
        return day(value)
    return str(count(value)) if field.kind == "hits" and count(value) is not None else line(value) or None


def _place(field: Field) -> str:
    return f"{content(field.box)[:50]!r} (<{field.box.tag}>)"


def is_before(field: Field, body: Sequence[Element]) -> bool:
    """Whether a label stands before the body in the page."""
    return _before(body)(field)


def _before(body: Sequence[Element]) -> Callable[[Field], bool]:
    """A test whether a label stands before the body in the page."""

    @cache  # most pages do not ask
    def path_and_earlier() -> tuple[set[Element], set[Element]]:
        path = {body[0], *body[0].iterancestors()}
        return path, {each for step in path for each in step.itersiblings(preceding=True)}

    def comes_before(field: Field) -> bool:
        path, earlier = path_and_earlier()
        return next((each in earlier for each in field.path if each not in path), False)

    return comes_before
