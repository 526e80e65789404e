"""The edges of a body: what the site put into its box, and what an end tag too many cut off from it."""

from collections.abc import Sequence
from itertools import takewhile

from kistep_archive.parse import tree
from kistep_archive.parse.blocks import LabelBlock
from kistep_archive.parse.body.foreign import notes, readers, strays
from kistep_archive.parse.body.foreign.asides import INLINE, SHOWN, is_framed
from kistep_archive.parse.elements import drop
from kistep_archive.parse.text import Element, ParseError, content

FLOW = {
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
_LOOSE = {"article", "section", "main", "form", "p", "span", "center", "ul", "ol", "li", "dl", "dd", "font"}
_WORD = 20  # characters: what is shorter behind a box is a sign between two of them
_CELLS = {"td", "th", "tr", "tbody", "thead"}


def settle(url: str, run: list[Element], block: LabelBlock) -> list[Element]:
    """The body without what the site put into its box, and with what an end tag too many cut off."""
    if len(run) == 1:
        _trim(url, run[0])
    else:
        _check_ends(url, run)
    rest = _rest(run[-1], block)
    while rest and not has_content(rest[-1]):
        rest.pop()
    if any(each.tag not in FLOW | INLINE and has_content(each) for each in rest):
        raise ParseError(url, "body", "an end tag too many stands before or in the body: its end is unclear")
    if not rest and run[-1].tag not in FLOW and len(beside := (run[-1].tail or "").strip()) > _WORD:
        words = (
            f"text stands right behind its box, so it is unclear whether it is part of it: {beside[:60]!r}"
        )
        raise ParseError(url, "body", words)
    return [*run, *rest]


def _rest(element: Element, block: LabelBlock) -> list[Element]:
    """What end tags too many cut off from a body that ends with an element: each has closed the nearest box
    of its name."""
    rest: list[Element] = []
    left = tree.surplus(element)
    while left and left.total() and element.tag not in ("body", "html"):
        if left[element.tag]:
            left[element.tag] -= 1
            cut, goes_on = _cut_off(element, block)
            rest += cut
            if not goes_on:
                break
        elif element.tag not in _LOOSE and not (left["table"] and element.tag in _CELLS):
            break
        element = element.getparent()
    return rest


def _cut_off(box: Element, block: LabelBlock) -> tuple[list[Element], bool]:
    """(what stands behind a box up to the next element that is something else, whether there is none)."""
    if (box.tail or "").strip():
        words = box.makeelement("span")
        words.text, box.tail = box.tail, None
        box.addnext(words)
    following = [each for each in box.itersiblings() if isinstance(each.tag, str)]
    cut = list(takewhile(lambda each: not _is_end(each, block), following))
    return cut, len(cut) == len(following)


def _is_end(element: Element, block: LabelBlock) -> bool:
    if element.tag in INLINE or not has_content(element):
        return False
    return is_framed(element, block) or notes.is_note(element)


def _trim(url: str, box: Element) -> None:
    """Removes what a site put at the start and at the end of a body's box. Raises ParseError for what may be
    the site's or the writer's."""
    box = inside(box)
    for at in (0, -1):
        for _ in range(3):
            edge = box[at] if len(box) else None
            if edge is None or edge.tag in ("br", "img") or _is_led(box, at):
                break
            if _is_sites(edge):
                drop(edge)
            elif what := "tags" if notes.is_tags(edge) is None else strays.foreign_kind(edge):
                words = f"the body's box also holds {what}: {content(edge)[:60]!r}; a skin can drop it"
                raise ParseError(url, "body", words)
            else:
                break
    if words := readers.comment_at_start(box):
        raise _of_reader(url, "begins", words)
    _check_readers(url, box)


def _check_readers(url: str, boxes: Sequence[Element]) -> None:
    """Raises ParseError for a body that ends with what a reader seems to say of it."""
    if words := readers.comment_at_end(boxes):
        raise _of_reader(url, "ends", words)


def _of_reader(url: str, what: str, words: str) -> ParseError:
    why = f"the body {what} with what may be a reader's comment: {words[:60]!r}; a skin can drop it"
    return ParseError(url, "body", why)


def _check_ends(url: str, run: list[Element]) -> None:
    """Raises ParseError if paragraphs begin or end with what may be the site's."""
    for edge in (run[0], run[-1]):
        if edge.tag in FLOW and (what := strays.foreign_kind(edge)):
            words = f"the paragraphs of the body begin or end with {what}: {content(edge)[:60]!r}"
            raise ParseError(url, "body", f"{words}; a skin can drop it")
    _check_readers(url, run)


def inside(box: Element) -> Element:
    """The innermost box, where boxes have nothing but one box in them."""
    while len(box) == 1 and box[0].tag in ("div", "section") and not (box.text or box[0].tail or "").strip():
        box = box[0]
    return box


def _is_led(box: Element, at: int) -> bool:
    """Whether text without an element stands before the first element, or behind the last one."""
    return bool(((box.text if at == 0 else box[-1].tail) or "").strip())


def _is_sites(edge: Element) -> bool:
    """Whether an element is certainly the site's."""
    if strays.is_bare(edge):
        return False
    words = content(edge)
    is_made = bool(edge.get("class")) or (edge.tag != "p" and (len(edge) > 0 or ":" in words))
    return bool(
        notes.is_tags(edge)
        or (is_made and notes.is_sites(edge, words))
        or notes.is_heading(edge)
        or strays.is_sites(edge)
    )


def has_content(element: Element) -> bool:
    return bool(content(element)) or bool(SHOWN(element))
