"""The place of a post's body: the first region after the block of its labels that is nothing else
(asides.py). The size of a region does not matter."""

from collections.abc import Iterator, Sequence
from itertools import dropwhile, takewhile

from lxml import etree

from kistep_archive.parse.blocks import Block
from kistep_archive.parse.post.asides import INLINE, SHOWN, is_aside, is_framed, is_told
from kistep_archive.parse.text import Element, ParseError, content
from kistep_archive.parse.tree import SURPLUS

_KNOWN = (
    "contents",
    "tb_contents",
    "view_cont",
    "view_con",
    "view_contents",
    "view_content",
    "board_txt",
    "context",
    "board_contents",
)
_BODY = etree.XPath(
    "descendant-or-self::*[@class]["
    + " or ".join(f"contains(concat(' ', @class, ' '), ' {name} ')" for name in _KNOWN)
    + "]"
)

_FLOW = {
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "blockquote",
    "pre",
    "figure",
    "center",
    "address",
}
_PROSE = _FLOW - {"ul", "ol"}
_TABLE = {"tr", "tbody", "table"}
_LISTS = {"ul", "ol", "tr", "p", "span", "li"}
# levels around the labels where a body of an unknown class may be, without those inside a table or list
_NEAR = 3


def find(url: str, block: Block) -> tuple[list[Element], Element]:
    """(the body, as one element or as neighbours; the element with labels and body). Raises ParseError."""
    levels = list(_levels(block))
    for parent, following in levels:
        for element in following:
            if known := _BODY(element):
                return [known[0], *_spilled(known[0], block)], parent
    near = _near(levels)
    for parent, following in near:
        if run := _run(url, following, block):
            return _inner(run[0], block) if len(run) == 1 else run, parent
    for parent, following in near:
        for element in following:
            if (
                element.tag in ("div", "section", "td", "tr", "table")
                and not content(element)
                and not is_aside(element, block)
            ):
                return _inner(element, block), parent
    raise ParseError(url, "body", "no region with text or images after the labels")


def _spilled(body: Element, block: Block) -> list[Element]:
    """The paragraphs right after a body, where the page has more end tags than start tags: one of them ended
    the body too early, and browsers show the rest below it."""
    if body.getroottree().getroot().get(SURPLUS) is None:
        return []
    rest = takewhile(
        lambda each: isinstance(each.tag, str) and each.tag in _FLOW and not is_aside(each, block),
        body.itersiblings(),
    )
    return [each for each in rest if _has_content(each)]


def _levels(block: Block) -> Iterator[tuple[Element, list[Element]]]:
    """The elements around the labels, from the inside out, each with its children after the labels, up to the
    article."""
    last = block.fields[-1].path
    depth = last.index(block.element)
    inside = block.element.tag not in _LISTS and depth + 1 < len(last)
    chain = [last[depth + 1]] if inside else []
    chain += [block.element, *block.element.iterancestors()]
    for element in chain[:9]:
        parent = element.getparent()
        if parent is None or element.tag in ("article", "main", "body"):
            return
        yield parent, [each for each in element.itersiblings() if isinstance(each.tag, str)]


def _near(levels: Sequence[tuple[Element, list[Element]]]) -> list[tuple[Element, list[Element]]]:
    found, count = [], 0
    for parent, following in levels:
        count += parent.tag not in ("table", "tbody", "thead", "tr", "dl", "ul")
        if count <= _NEAR:
            found.append((parent, following))
    return found


def _run(url: str, following: Sequence[Element], block: Block) -> list[Element]:
    """The first element that is nothing else. If the body is paragraphs without an element of their own, all
    of them up to the next element that is something else."""
    rest = list(
        dropwhile(
            lambda each: (
                not _has_content(each) or each.tag in INLINE or is_told(each) or is_aside(each, block)
            ),
            following,
        )
    )
    if not rest or rest[0].tag not in _FLOW:
        return rest[:1]
    run = list(takewhile(lambda each: each.tag in INLINE or not is_aside(each, block), rest))
    while not _has_content(run[-1]):
        run.pop()
    if run[-1].tag not in _FLOW | INLINE:
        words = (
            "paragraphs and boxes are side by side after the labels, so it is unclear which of them is "
            "the body"
        )
        raise ParseError(url, "body", words)
    return run


def _has_content(element: Element) -> bool:
    return bool(content(element)) or bool(SHOWN(element))


def _inner(element: Element, block: Block) -> list[Element]:
    """The body inside a frame that also has the files or the buttons: the part without them."""
    while True:
        if element.tag in _TABLE:
            cells = [child for child in element if child.tag in ("tr", "tbody", "td", "th")]
            if not cells or (element.tag != "tr" and len(cells) > 1):
                return [element]
            element = cells[-1]
            continue
        parts = _parts(element, block)
        if len(parts) != 1 or parts[0].tag in _FLOW | INLINE:
            return parts or [element]
        element = parts[0]


def _parts(element: Element, block: Block) -> list[Element]:
    """The children of a frame that are the body; none if the element is not a frame but all of it is the
    body."""
    if all(child.tag in _PROSE for child in element):
        return []
    children = [child for child in element if isinstance(child.tag, str) and _has_content(child)]
    bare = [element.text, *(child.tail for child in element)]
    rest = [child for child in children if not is_framed(child, block)]
    is_box = len(rest) == 1 and rest[0].tag not in _FLOW | INLINE
    aside = [child for child in children if child not in rest and (is_box or child.tag not in _PROSE)]
    if not rest or not aside or any((words or "").strip() for words in bare):
        return []
    return list(element)[element.index(rest[0]) : element.index(rest[-1]) + 1]


def join(run: Sequence[Element]) -> Element:
    """One element for the body: neighbours move into a new element, in the place of the first of them."""
    if len(run) == 1:
        return run[0]
    parent = run[0].getparent()
    box = parent.makeelement("div")
    parent.insert(parent.index(run[0]), box)
    box.extend(run)
    return box
