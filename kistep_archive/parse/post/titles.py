"""The title of a post: its label's value, else the nearest heading before the labels that is neither the
board's name nor the heading of a share box."""

import re

from lxml import etree

from kistep_archive.model import urls
from kistep_archive.parse import tree
from kistep_archive.parse.blocks import Block
from kistep_archive.parse.fields import Field
from kistep_archive.parse.text import Element, ParseError, content, label, line
from kistep_archive.parse.values import KINDS, SMALL

_HEADINGS = etree.XPath(
    "descendant-or-self::*[self::h1 or self::h2 or self::h3 or self::h4 or self::h5 or self::h6 or "
    "contains(translate(@class, 'TISUBJEC', 'tisubjec'), 'tit') or contains(@class, 'subject') or "
    "contains(@class, 'headline')]"
)
_CONTROLS = etree.XPath(
    "boolean(descendant-or-self::*[self::a or self::button or self::input[@type != 'hidden'] or self::select "
    "or self::textarea])"
)
_NAMESAKES = etree.XPath("preceding::a[@href and normalize-space() = $words]")
_LABEL = re.compile(r"(?:title|subject|제목|글제목)(?:\s?[:：]\s?|\s)(?=\S)", re.I)
_PATH = re.compile(r"(?:home|홈|main|메인)?\s?[>›»]|(?:home|홈)\b", re.I)  # where the page is in the site
_SHARE = re.compile(r"(?:sns\s?)?(?:share|공유)(?:하기|\sthis(?:\s(?:page|post))?)?|sns", re.I)
_STEPS = re.compile(r"[>›»]")
_HEADING_TAGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_LISTS = {"ul", "ol", "dl", "tr", "tbody", "thead", "table"}
_LONG = 1000  # characters of a title at most

Title = tuple[str, tuple[Element, ...]]  # its words and the elements that they come from


def find(url: str, block: Block, scope: Element) -> Title:
    """The title and its elements; `scope` has labels and body. Raises ParseError."""
    labelled = next((field for field in block.fields if field.kind == "title"), None)
    title = (labelled.value or "", labelled.read_from) if labelled else _unlabelled(url, block, scope)
    if not title[0]:
        raise ParseError(url, "title", "no heading and no title label near the other labels")
    return title


def _unlabelled(url: str, block: Block, scope: Element) -> Title:
    first = block.fields[0]
    while scope.tag in _LISTS:
        scope = scope.getparent()
    if named := _named(first.path[first.path.index(scope) + 1 :]):
        return named
    unknown = None if scope.tag == "article" else _unknown_row(first, scope)
    if unknown is not None:
        raise ParseError(
            url,
            "title",
            f"no title label, but an unknown label {content(unknown)[:60]!r} in a row before the others",
        )
    return _heading(url, first.path[first.path.index(scope) + 1 :])


def _named(path: tuple[Element, ...]) -> Title | None:
    """The title after its label, where that is made in another way than the other labels: the nearest element
    before them that begins with the label."""
    for step in reversed(path):
        for each in step.itersiblings(preceding=True):
            words = content(each) if isinstance(each.tag, str) else ""
            if 0 < len(words) <= _LONG and not _CONTROLS(each) and (rest := _after_label(each, words)):
                return rest, (each,)
    return None


def _after_label(element: Element, words: str) -> str:
    """The words after a title label; "" if there is none. In a heading the label has an element of its own:
    "Title IX in Korea" is a title."""
    first = line(next((text for text in element.itertext() if text.strip()), ""))
    if label(first) == "title":
        return words[len(first) :].lstrip(" :：")
    found = None if _HEADINGS(element) or element.tag == "div" else _LABEL.match(words)
    return words[found.end() :] if found else ""


def _unknown_row(first: Field, scope: Element) -> Element | None:
    """The unknown label of a row before the first known one that looks like it and has a value: it may be the
    title's."""
    if not first.exact or first.level >= len(first.path):
        return None
    known = first.path[first.level]
    for element in scope.iter(known.tag):
        if element is known:
            break
        row = element.getparent()
        is_made_alike = row.tag == first.box.tag and sum(1 for _ in element.iterancestors()) == first.level
        if is_made_alike and label(content(element)) is None and _has_value(element):
            return element
    return None


def _has_value(element: Element) -> bool:
    if element.tag == "td" and element.getparent().index(element) % 2:
        return False  # the value of the cell before it
    following = element.getnext()
    return bool(line(element.tail or "")) or (following is not None and bool(content(following)))


def _heading(url: str, path: tuple[Element, ...]) -> Title:
    """The nearest heading, else the nearest plain text, outwards from the labels."""
    before = [
        each
        for step in reversed(path)
        if step.getparent().tag not in _LISTS
        for each in step.itersiblings(preceding=True)
        if isinstance(each.tag, str) and not _CONTROLS(each) and 0 < len(content(each)) <= _LONG
    ]
    for each in before:
        headings = [
            heading
            for heading in _HEADINGS(each)
            if heading.tag not in ("tr", "th", "dt", "table") and _is_own(url, heading)
        ]
        if headings:
            found = next((heading for heading in headings if heading.tag in _HEADING_TAGS), headings[0])
            return content(found), (found,)
    return next(
        ((content(each), (each,)) for each in before if _is_plain(each) and _is_own(url, each)), ("", ())
    )


def _is_own(url: str, heading: Element) -> bool:
    """Whether words are the post's own: not of a share box, and not the board's name in the page's links to
    it."""
    words = content(heading)
    if not words or _SHARE.fullmatch(words) or (_PATH.match(words) and _STEPS.search(words)):
        return False
    if next(heading.iterancestors("article"), None) is not None:
        return True  # of the post itself, even if it repeats the board's name
    at = urls.locate(url)
    return at is None or not any(
        _leads_to(at, urls.link(tree.base(link), link.get("href")))
        for link in _NAMESAKES(heading, words=words)
    )


def _leads_to(at: urls.Location, url: str) -> bool:
    """Whether a link leads to the listing of the post's board."""
    found = urls.locate(url)
    if found is None or found.kind != "listing" or (found.layout, found.host) != (at.layout, at.host):
        return False
    return (
        found.prefix == at.prefix
        if at.layout == "jsp"
        else found.place == at.place or bool(found.bid and found.bid == at.bid)
    )


def _is_plain(element: Element) -> bool:
    """Whether an element is one short text and not a labelled row."""
    words = content(element)
    cells = [child for child in element if child.tag in ("th", "td", "dt", "dd", "li", "strong", "em")]
    return (
        len(words) <= SMALL
        and len(cells) <= 1
        and element.tag not in ("nav", "script", "style", "caption", "colgroup", "col", *_LISTS)
        and next(element.iter("li", "dd"), None) is None
        and label(words) in (None, "title", *KINDS)
    )
