"""The whole value of a label as a reader sees it: up to the next label of its line, without what is hidden,
the words of scripts and styles, buttons, and what is struck out."""

import re
from collections.abc import Callable, Collection
from copy import deepcopy

from lxml import etree

from kistep_archive.parse.elements import (
    CONTROL,
    CONTROL_CLASS,
    drop,
    is_for_screen_readers,
    is_hidden,
    is_unshown,
)
from kistep_archive.parse.text import Element, content, label, line
from kistep_archive.parse.values import Value, inline

STRUCK = "~~"  # around a value that is struck out as a whole
SCRIPTED = "(a script writes it)"  # the place of a value that the page's text does not have
_WRITES = re.compile(r"document\s?\.\s?write", re.I)
_CODE = ("script", "style", "noscript", "template")
_BUTTONS = ("button", "select", "input", "textarea")
_STRIKES = ("s", "del", "strike")
_STRIKE = re.compile(r"text-decoration(?:-line)?\s{0,5}:[^;]{0,60}line-through", re.I)
_INLINE = (
    *("strong", "b", "em", "span", "i", "font", "u", "small", "label", "a", "br", "img", "sup", "sub"),
    *("time", "mark", "ins", "abbr", "address", "bdi", "code", "q", "cite", "wbr"),
    *_CODE, *_BUTTONS, *_STRIKES,
)  # fmt: skip
_MARKED = {*_CODE, *_BUTTONS, *_STRIKES, "br", "img", "sup", "sub"}
_ENDS = " |/·ㆍ•,:："  # between two fields of a line
_LONG = 100  # characters of a value of several lines at most


def value(place: Value, around: Collection[Element]) -> str | None:
    """The whole value of a label; None if it has none. `around` are the elements that hold labels."""
    if place.words is None or place.cell is not None:
        return None if place.words is None else _visible_words(place.cell).lstrip(":： ")
    first = place.tail_of if place.tail_of is not None else place.starts
    if first is None:
        return place.words
    return _line(first, place.tail_of is not None, around) if first.getparent() is not None else place.words


def continuation(words: str, holder: Element, before: Element | None, around: Collection[Element]) -> str:
    """The value that begins in a text of a line and goes on in the elements behind the text."""
    following = before.getnext() if before is not None else holder[0] if len(holder) else None
    if following is None or not _goes_on(following, around) or following.tag == "br":
        return words
    text = (holder.text if before is None else before.tail) or ""
    return _join(f"{words} " if text[-1:].isspace() else words, _pieces(following, around))


def _line(first: Element, is_tail: bool, around: Collection[Element]) -> str:
    """The words from an element, or from the text behind it, to the next label."""
    if first.tag not in _INLINE and not is_tail:
        return _clean(_visible_words(first))
    pieces = [] if _tail_ends(first) else _pieces(first.getnext(), around)
    return _join(first.tail or "", pieces) if is_tail else _join("", [first, *pieces])


def _pieces(following: Element | None, around: Collection[Element]) -> list[Element]:
    """The elements of a value besides its first one, without a second line that belongs to no label."""
    pieces: list[Element] = []
    while following is not None and _goes_on(following, around):
        pieces.append(following)
        if _tail_ends(following):
            break
        following = following.getnext()
    breaks = [at for at, each in enumerate(pieces) if each.tag == "br"]
    is_last = following is None or following.tag not in _INLINE
    siblings = pieces[0].getparent().iterchildren() if pieces else iter(())
    is_shared = sum(1 for each in siblings if each in around) > 1
    return pieces[: breaks[0]] if breaks and is_last and is_shared else pieces


def _goes_on(element: Element, around: Collection[Element]) -> bool:
    """Whether an element behind a value is a part of it: not a block, and no other label."""
    if element.tag not in _INLINE or element in around:
        return False
    words = content(element)
    return label(words) is None and not inline(words)


def _tail_ends(element: Element) -> bool:
    """Whether the text behind an element is the next label."""
    words = line(element.tail or "").strip(_ENDS)
    return bool(words) and (label(words) is not None or bool(inline(words)))


def _join(words: str, pieces: list[Element]) -> str:
    """A text and the elements behind it, read as one."""
    if not pieces:
        return _clean(words)
    if len(pieces) == 1 and not words.strip() and _is_plain(pieces[0]):
        return _clean(f"{pieces[0].text or ''}{_tail(pieces[0])}")
    box = etree.Element("p")
    box.text = words
    for at, each in enumerate(pieces):
        is_control = (at > 0 or bool(words.strip())) and _is_control(each)
        piece = etree.SubElement(box, "span") if is_control else deepcopy(each)
        piece.tail = _tail(each)
        box.append(piece)
    text = _clean(_visible_words(box))
    if len(text) > _LONG and next(box.iter("br"), None) is not None:
        return _clean(content(pieces[0]) if not words.strip() else words)
    return text


def _is_plain(element: Element) -> bool:
    """Whether an element has only a text that a reader sees as it stands, as most values."""
    is_bare = not len(element) and element.tag not in _MARKED
    return is_bare and not _is_struck(element) and not is_hidden(element)


def _tail(element: Element) -> str:
    """The text behind an element, unless it is the next label."""
    return "" if _tail_ends(element) else element.tail or ""


def _is_control(element: Element) -> bool:
    if element.tag in _BUTTONS or element.get("role") == "button":
        return True
    names = element.get("class") or ""
    return element.tag == "a" and bool(CONTROL.fullmatch(content(element)) or CONTROL_CLASS.search(names))


def _clean(words: str) -> str:
    return line(words).lstrip(":： ").rstrip(_ENDS)


def _visible_words(element: Element) -> str:
    """The words of an element that a reader sees. Those for screen readers and of buttons count if there are
    no others; if all are struck out, they stand between signs."""
    if not len(element):
        return content(element)
    bare = _without(element, lambda each: each.tag in _CODE or is_unshown(each))
    shown = _without(bare, _is_aside)
    shown = shown if content(shown) else bare
    if not _clean(content(shown)):
        return SCRIPTED if _has_script(element) else ""
    left = content(_without(shown, _is_struck))
    return left if _clean(left) else f"{STRUCK}{_clean(content(shown))}{STRUCK}"


def _has_script(element: Element) -> bool:
    return any(_WRITES.search(content(script)) for script in element.iter("script"))


def _is_aside(element: Element) -> bool:
    return is_for_screen_readers(element) or element.tag in _BUTTONS


def _is_struck(element: Element) -> bool:
    return element.tag in _STRIKES or _STRIKE.search(element.get("style") or "") is not None


def _without(element: Element, is_dropped: Callable[[Element], bool]) -> Element:
    """A copy without some elements, but with the texts behind them. A raised number behind a number is set
    apart from it: it is a note's."""
    copy = deepcopy(element)
    copy.tail = None
    for each in [each for each in copy.iterdescendants("*") if is_dropped(each)]:
        drop(each)
    for each in copy.iterdescendants("sup", "sub"):
        before = each.getprevious()
        text = (each.getparent().text if before is None else before.tail or content(before)) or ""
        is_note = text[-1:].isdigit() and content(each)[:1].isdigit()
        each.text = f" {each.text or ''}" if is_note else each.text
    return copy
