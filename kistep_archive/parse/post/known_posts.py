"""Posts of two programs for boards, gnuboard and XpressEngine. Their own ids and classes say what is what:
gnuboard hides its labels from readers' eyes and writes years with two digits, XpressEngine has no label but
that of the hits. Where a part is missing or there twice, the labels decide as on any page."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lxml import etree

from kistep_archive.parse.blocks import LabelBlock
from kistep_archive.parse.dates import listed_day
from kistep_archive.parse.elements import is_unshown
from kistep_archive.parse.fields import Field
from kistep_archive.parse.text import Element, content, is_count, label, line
from kistep_archive.parse.values import KINDS, SMALL, LabelKind

_TEXTS = etree.XPath("descendant::text()[normalize-space() and not(parent::script or parent::style)]")
# every page is asked for these two: by the tag of an element they are ten times as fast, and "//" is slower
_GNUBOARD = etree.XPath("/descendant::section[@id='bo_v_info'][ancestor::*[@id='bo_v']]")
_GNUBOARD_TITLE = etree.XPath("//*[@id='bo_v']//*[@id='bo_v_title']")
_GNUBOARD_BODY = etree.XPath("//*[@id='bo_v']//*[@id='bo_v_con']")
_GNUBOARD_IMAGES = etree.XPath("preceding-sibling::*[@id='bo_v_img'][descendant::img]")
_GNUBOARD_LINKS = etree.XPath("//*[@id='bo_v']//*[@id='bo_v_link'][descendant::a[@href]]")
_BUTTONS = etree.XPath("boolean(ancestor-or-self::*[@id='bo_v_top' or contains(@class, 'btn')])")
_ADDRESS = re.compile(r"\s?\([0-9*♡.]{7,20}\)\Z")  # of the writer's machine
_XE_BODY = etree.XPath(
    "/descendant::div[contains(@class, 'xe_content')]"
    "[contains(concat(' ', @class, ' '), ' xe_content ') and contains(concat(' ', @class), ' document_')]"
)


def _of_class(*names: str) -> etree.XPath:
    tests = (f"contains(concat(' ', normalize-space(@class), ' '), ' {name} ')" for name in names)
    return etree.XPath(f"descendant::*[{' or '.join(tests)}]")


_XE_HEAD = _of_class("read_header", "rd_hd")
_XE_DATE = _of_class("time", "date")
_XE_WRITER = etree.XPath(
    "descendant::*[contains(concat(' ', @class), ' member_')"
    " or contains(concat(' ', normalize-space(@class), ' '), ' author ')"
    " or contains(concat(' ', normalize-space(@class), ' '), ' nick ')]"
)
_XE_SPANS = etree.XPath("descendant::span[not(descendant::span)]")
_XE_TITLE = etree.XPath("descendant::h1")
_XE_HITS = re.compile(r"(?:조회(?:\s?수)?|views?|hits?)\s?[:：]?\s?(?P<count>[0-9][0-9,]{0,20})", re.I)


@dataclass(frozen=True, slots=True)
class CmsPost:
    """The parts of a post: the block of its values, the element of its title, the boxes of its body, the
    element around all, and the box of its own links, which is none of the body's, if there is one."""

    block: LabelBlock
    title: Element
    body: tuple[Element, ...]
    scope: Element
    links: Element | None = None


def find(root: Element) -> CmsPost | None:
    """The parts of a post; None if the page is of neither program."""
    return _gnuboard(root) or _xpress_engine(root)


def _gnuboard(root: Element) -> CmsPost | None:
    """The words behind each label in the head of a post, and what has an id."""
    heads = _GNUBOARD(root)
    if len(heads) != 1:
        return None
    titles, bodies = list(_GNUBOARD_TITLE(root)), list(_GNUBOARD_BODY(root))
    if len(titles) != 1 or len(bodies) != 1:
        return None
    labelled: list[tuple[LabelKind | None, Element, list[Element], list[str]]] = []
    for text in _TEXTS(heads[0]):
        holder, words = _holder(text), line(text)
        if _BUTTONS(holder) or is_unshown(holder):
            continue
        if kind := label(words):
            labelled.append((next((each for each in KINDS if each == kind), None), holder, [], []))
        elif labelled:
            labelled[-1][2].append(holder)
            labelled[-1][3].append(words)
    fields = [
        _field(kind, holder, values[0], _value(kind, " ".join(words)))
        for kind, holder, values, words in labelled
        if kind is not None and values
    ]
    post = _post(heads[0], fields, titles[0], (*_GNUBOARD_IMAGES(bodies[0]), bodies[0]))
    return post and replace(post, links=next(iter(_GNUBOARD_LINKS(root)), None))


def _xpress_engine(root: Element) -> CmsPost | None:
    """The elements of a post that have classes of their own."""
    bodies = list(_XE_BODY(root))
    heads = list(_XE_HEAD(root)) if len(bodies) == 1 else []
    titles = list(_XE_TITLE(heads[0])) if len(heads) == 1 else []
    if len(titles) != 1:
        return None
    hits = [each for each in _XE_SPANS(heads[0]) if _XE_HITS.fullmatch(content(each))]
    fields = [
        *_fields("writer", _XE_WRITER(heads[0])),
        *_fields("date", _XE_DATE(heads[0])),
        *_fields("hits", hits),
    ]
    return _post(heads[0], fields, titles[0], tuple(bodies)) if hits else None


def _fields(kind: LabelKind, elements: Sequence[Element]) -> Iterator[Field]:
    """The outermost of some elements, as fields."""
    shown = {each: None for each in elements if content(each)}
    for each in shown:
        if shown.keys().isdisjoint(each.iterancestors()):
            yield _field(kind, each, each, _value(kind, content(each)))


def _value(kind: LabelKind, words: str) -> str:
    """A value as the parser knows it; "" if it is none."""
    if kind == "date":
        return listed_day(words) or ""
    if kind == "hits":
        match = _XE_HITS.fullmatch(words)
        count = match["count"] if match else words
        return count if is_count(count) else ""
    return _ADDRESS.sub("", words)


def _post(
    head: Element, fields: Sequence[Field], title: Element, body: tuple[Element, ...]
) -> CmsPost | None:
    """The parts of a post with each field once; None if it lacks one, or if a value is none."""
    kinds = [field.kind for field in fields]
    is_complete = {"writer", "date"} <= set(kinds) and len(kinds) == len(set(kinds)) and bool(content(title))
    if not is_complete or not all(0 < len(field.value or "") <= SMALL for field in fields):
        return None
    around = {head, *head.iterancestors()}
    scope = next(each for each in body[-1].iterancestors() if each in around)
    return None if scope is head else CmsPost(LabelBlock(head, tuple(fields)), title, body, scope)


def _holder(text: Element) -> Element:
    return text.getparent().getparent() if text.is_tail else text.getparent()


def _field(kind: LabelKind, holder: Element, value_in: Element, value: str) -> Field:
    path = (*reversed(list(holder.iterancestors())), holder)
    around = {value_in, *value_in.iterancestors()}
    level = sum(1 for each in path if each in around)
    return Field(kind, holder, path, value, False, True, tuple(dict.fromkeys((holder, value_in))), level)
