"""The place of a post's body: the first region after the block of its labels that is nothing else
(asides.py). The size of a region does not matter."""

import re
from collections.abc import Iterator, Sequence, Set
from itertools import takewhile

from lxml import etree

from kistep_archive.parse import tree
from kistep_archive.parse.blocks import LabelBlock
from kistep_archive.parse.body import beside, edges, ends
from kistep_archive.parse.body.edges import FLOW
from kistep_archive.parse.body.foreign import buttons, licensed, notes, strays
from kistep_archive.parse.body.foreign.asides import INLINE, SHOWN, is_aside, is_framed
from kistep_archive.parse.elements import names_of
from kistep_archive.parse.text import Element, ParseError, content

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
_NAMES = frozenset(_KNOWN)
_BODY = etree.XPath(
    "descendant-or-self::*[@class]["
    + " or ".join(f"contains(concat(' ', @class, ' '), ' {name} ')" for name in _KNOWN)
    + "]"
)
# a class or id that continues a known one, and words in it that say what else the box is
_PART = re.compile(rf"(?:{'|'.join(sorted({name.rstrip('s') for name in _KNOWN}))})", re.I)
_OTHER_PART = re.compile(
    r"info|tit|btn|button|file|attach|tag|nav|foot|sns|share|prev|next|comment|reply|licen|copy|satisf|search",
    re.I,
)

_PROSE = FLOW - {"ul", "ol"}
_FRAMES = {"div", "section", "td", "tr", "table"}
_TABLE = {"tr", "tbody", "table"}
_LINE = 200  # characters: what is shorter may be a note
_TWO = "two boxes after the labels could be the body, so it is unclear which of them is"
# levels around the labels where a body of an unknown class may be, without those inside a table or list
_NEAR = 3


def find(url: str, block: LabelBlock) -> tuple[list[Element], Element]:
    """(the body, as one element or as neighbours; the element with labels and body). Raises ParseError."""
    run, scope = _place(url, block)
    return edges.settle(url, run, block), scope


def _place(url: str, block: LabelBlock) -> tuple[list[Element], Element]:
    levels = list(_levels(block))
    for parent, following in levels:
        if known := _known_boxes(url, following, block):
            return known, parent
    near = _near_levels(levels)
    for at, (parent, following) in enumerate(near):
        if run := _run(url, following, block):
            ends.check(url, near[:at], following, run[0])
            _check_alone(url, run, near[at + 1 : at + 2], block)
            return _inner(url, run[0], block) if len(run) == 1 else run, parent
    for at, (parent, following) in enumerate(near):
        for element in following:
            is_empty = element.tag in _FRAMES and not content(element) and not is_aside(element, block)
            if is_empty or licensed.is_body(element, block):
                ends.check(url, near[:at], following, element)
                return _inner(url, element, block), parent
    raise ParseError(url, "body", "no region with text or images after the labels")


def is_known(element: Element) -> bool:
    """Whether a body's box has a class that is known from this CMS."""
    return not _NAMES.isdisjoint((element.get("class") or "").split())


def _known_boxes(url: str, following: Sequence[Element], block: LabelBlock) -> list[Element]:
    """The boxes of known classes. Several are the body if they are alike."""
    chosen: list[Element] = []
    known: set[Element] = set()
    for element in following:
        boxes = _BODY(element)
        if chosen and (not boxes or is_aside(element, block)):
            continue
        chosen += [box for box in boxes if known.isdisjoint(box.iterancestors())]
        known.update(boxes)
    shown = chosen[:1] + [box for box in chosen[1:] if edges.has_content(box) and not is_aside(box, block)]
    is_two, inside = any(_kind(box) != _kind(shown[0]) for box in shown), set(shown)
    if shown and (is_two or any(_goes_on(each, inside, block) for each in _beside(shown, following))):
        raise ParseError(url, "body", _TWO)
    return shown


def _beside(boxes: Sequence[Element], following: Sequence[Element]) -> Iterator[Element]:
    """The elements beside a body's boxes, and those after the labels."""
    for each in following:
        yield from each if each.tag == "tr" else (each,)
    after = set(following)
    for parent in dict.fromkeys(box.getparent() for box in boxes if box not in after and box.tag != "td"):
        yield from (each for each in parent if isinstance(each.tag, str))


def _goes_on(element: Element, boxes: Set[Element], block: LabelBlock) -> bool:
    """Whether an element's class or id continues that of the body's box, as `contents2` does: it may be a
    part of the body."""
    named = names_of(element)
    if named == " ":
        return False
    names = named.split()
    return (
        any(_PART.match(name) and not _OTHER_PART.search(name) for name in names)
        and _NAMES.isdisjoint(names)
        and boxes.isdisjoint(element.iter())
        and _is_prose(element, block)
        and not notes.is_behind(element)
    )


def _levels(block: LabelBlock) -> Iterator[tuple[Element, list[Element]]]:
    """The elements around the labels, from the inside out, each with its children after the labels, up to the
    article."""
    values = block.around_values
    for element in beside.outwards(block)[:9]:
        parent = element.getparent()
        if parent is None or element.tag in ("article", "main", "body"):
            return
        yield parent, [each for each in element.itersiblings("*") if each not in values]


def _near_levels(levels: Sequence[tuple[Element, list[Element]]]) -> list[tuple[Element, list[Element]]]:
    nearest, count = [], 0
    for parent, following in levels:
        count += parent.tag not in ("table", "tbody", "thead", "tr", "dl", "ul")
        if count <= _NEAR:
            nearest.append((parent, following))
    return nearest


def _run(url: str, following: Sequence[Element], block: LabelBlock) -> list[Element]:
    """The elements that are nothing else: one box, boxes that are alike, or if the body is paragraphs without
    an element of their own all of them up to the next element that is something else."""
    first = next((each for each in following if _is_prose(each, block)), None)
    if first is None or notes.is_poll(first) or (notes.is_behind(first) and _is_after_empty(first)):
        return []
    rest = following[following.index(first) :]
    if first.tag not in FLOW:
        boxes = [first, *(each for each in rest[1:] if _is_prose(each, block) and not notes.is_behind(each))]
        if tree.surplus(first):  # paragraphs behind the box may be what was cut off
            boxes = [each for each in boxes if each.tag not in FLOW]
        is_apart = strays.are_apart(boxes) or buttons.are_tabs(boxes)
        if is_apart or any(_kind(box) != _kind(first) for box in boxes):
            raise ParseError(url, "body", _TWO)
        return boxes
    run = list(takewhile(lambda each: each.tag in INLINE or not is_aside(each, block), rest))
    while not edges.has_content(run[-1]) or (run[-1].tag not in INLINE and notes.is_note(run[-1])):
        run.pop()
    if run[-1].tag not in FLOW | INLINE:
        words = (
            "paragraphs and boxes are side by side after the labels, so it is unclear which of them is "
            "the body"
        )
        raise ParseError(url, "body", words)
    return run


def _is_prose(element: Element, block: LabelBlock) -> bool:
    if element.tag in INLINE:
        return False
    return edges.has_content(element) and not is_aside(element, block) and not notes.is_note(element)


def _is_after_empty(element: Element) -> bool:
    """Whether an empty box, such as that of a post without text, is right before an element."""
    before = element.getprevious()
    return before is not None and before.tag in ("div", "section") and not edges.has_content(before)


def _kind(element: Element) -> tuple[str, str, bool]:
    return element.tag, element.get("class") or "", bool(element.get("id"))


def _check_alone(
    url: str, run: Sequence[Element], outer: Sequence[tuple[Element, list[Element]]], block: LabelBlock
) -> None:
    """A short text beside the labels, with a longer one outside of their box, may be a note of any kind."""
    words = sum(len(content(each)) for each in run)
    if words > _LINE or any(map(SHOWN, run)):
        return
    for _, following in outer:
        for each in following:
            longer = len(content(each)) > max(words, _LINE)
            if longer and _is_prose(each, block) and not notes.is_behind(each):
                raise ParseError(url, "body", _TWO)


def _inner(url: str, element: Element, block: LabelBlock) -> list[Element]:
    """The body inside a frame that also has the files or the buttons: the part without them."""
    while True:
        if element.tag in _TABLE:
            cells = [child for child in element if child.tag in ("tr", "tbody", "td", "th")]
            if not cells or (element.tag != "tr" and len(cells) > 1):
                return [element]
            element = cells[-1]
            continue
        parts = _parts(url, element, block)
        if len(parts) != 1 or parts[0].tag in FLOW | INLINE:
            return parts or [element]
        element = parts[0]


def _is_beside(child: Element, block: LabelBlock) -> bool:
    return is_framed(child, block) or (child.tag not in _PROSE | INLINE and notes.is_note(child))


def _parts(url: str, element: Element, block: LabelBlock) -> list[Element]:
    """The children of a frame that are the body; none if all of the element is the body."""
    if all(child.tag in _PROSE for child in element):
        return []
    children = [child for child in element if isinstance(child.tag, str) and edges.has_content(child)]
    bare = [element.text, *(child.tail for child in element)]
    rest = [child for child in children if not _is_beside(child, block)]
    own = set(rest)
    is_box = len(rest) == 1 and rest[0].tag not in FLOW | INLINE
    aside = [child for child in children if child not in own and (is_box or child.tag not in _PROSE)]
    if not rest or not aside or any((words or "").strip() for words in bare):
        return []
    if is_box and any(not len(each) and _kind(each) == _kind(rest[0]) for each in aside):
        return []  # lines in boxes of their own
    if not is_box:
        strays.check_unclear(url, aside)
    boxes = [child for child in rest if child.tag in ("div", "section") and child.get("class")]
    if any(_kind(box) != _kind(boxes[0]) for box in boxes):
        raise ParseError(url, "body", _TWO)
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
