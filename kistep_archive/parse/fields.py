"""The labels of title, writer, date and hits on a page, found by their words, never by position or class
names."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from lxml import etree

from kistep_archive.parse import lines, values
from kistep_archive.parse.text import LABELS, Element, is_office, label, line
from kistep_archive.parse.values import KINDS, LabelKind

_WORDS = [word for word, kind in LABELS.items() if kind in (*KINDS, "title")]
_PAIRS = sorted({re.escape(word[:2]) for word in _WORDS})
_TEXTS = etree.XPath("(descendant::text())[position() > $before and position() <= $last]")
_WORDS_ALONE = etree.XPath("descendant::text()", smart_strings=False)  # without elements: three times as fast
_START = re.compile(
    rf"\A[\s*·ㆍ\[]*+(?:{'|'.join(pair if pair.isascii() else pair[0] for pair in _PAIRS)})", re.I
)
_NO_HOLDERS = {
    "script",
    "style",
    "option",
    "a",
    "button",
    "legend",
    "caption",
    "noscript",
    "title",
    "textarea",
}
_OF_IMAGES = etree.XPath(
    "/descendant::body/descendant::img[@alt]/parent::*[self::th or self::td or self::dt or self::strong or "
    "self::span or self::li or self::em or self::b or self::p or self::div]"
)
_STRING = etree.XPath("string()", smart_strings=False)
_LINKS = {"a", "button", "option"}
_SILENT = ("hidden", "button", "image")  # types of inputs that ask nothing


@dataclass(frozen=True, slots=True)
class Field:
    """A label with its value (None: no value next to it): the element with the label, the path from the root
    to it, the elements (one or two neighbours) that label and value come from, and how many of the path's
    elements have both."""

    kind: LabelKind
    holder: Element
    path: tuple[Element, ...]
    value: str | None
    office: bool
    exact: bool
    read_from: tuple[Element, ...]
    level: int

    @property
    def box(self) -> Element:
        """The smallest element that has label and value: a row, an item, a line."""
        return self.path[self.level - 1]


def find(root: Element) -> list[Field]:
    """All labels of a tree with their values, in document order. A value is not a label, even if it starts
    like one."""
    label_texts: list[tuple[Element, str, Element]] = []
    for text, words in _labels(root):
        before = text.getparent() if text.is_tail else None
        holder = text.getparent() if before is None else before.getparent()
        if holder is not None and holder.tag not in _NO_HOLDERS:
            label_texts.append((holder, words, before))
    if not label_texts:
        return []
    around = _with_ancestors(holder for holder, words, _ in label_texts if label(words) in (*KINDS, "title"))
    known: list[Field] = []
    value_elements: set[Element] = set()
    tails: set[Element] = set()
    asks = cache(_asks)  # many labels may be in one large element
    for holder, words, before in label_texts:
        path = (*reversed(list(holder.iterancestors())), holder)
        if (
            before not in tails
            and value_elements.isdisjoint(path)
            and not any(parent.tag in _LINKS for parent in path)
        ):
            known += _of_text(path, words, before, around, value_elements, tails, asks)
    return known


def _labels(root: Element) -> Iterator[tuple[Element, str]]:
    """The texts of a tree that are or start with a label, with their words on one line."""
    likely = {
        at: words
        for at, text in enumerate(_WORDS_ALONE(root))
        if len(text) < 600 and (words := _label_in(text))
    }
    first, last = min(likely, default=0), max(likely, default=0)
    texts = _TEXTS(root, before=first, last=last + 1) if likely else ()  # the others would take longer
    return ((texts[at - first], words) for at, words in likely.items())


def name_images(root: Element) -> bool:
    """Writes the alternative text of each image that is a label in its place, for skins whose labels are
    images. Returns whether there are any."""
    images = (image for holder in _OF_IMAGES(root) for image in _first_images(holder))
    named = [image for image in images if label(image.get("alt")) in (*KINDS, "title")]
    for image in named:
        image.tag, image.text = "span", image.get("alt")
    return bool(named)


def _first_images(holder: Element) -> Iterator[Element]:
    """The images in an element before any words."""
    words = holder.text
    for each in holder:
        if (words or "").strip(" \t\r\n"):
            return
        if each.tag == "img" and each.get("alt") is not None:
            yield each
        words = f"{_STRING(each)}{each.tail or ''}"


def _with_ancestors(elements: Iterable[Element]) -> set[Element]:
    known: set[Element] = set()
    for element in elements:
        while element is not None and element not in known:
            known.add(element)
            element = element.getparent()
    return known


@lru_cache(maxsize=2048)
def _label_in(text: str) -> str:
    """The text on one line if it is a label or starts with one; else "". The same texts, those of a menu, are
    on every page."""
    if not _START.match(text):
        return ""
    words = line(text.strip("\xa0\t\n\r *·ㆍ["))
    return words if label(words) or values.is_inline(words) else ""


def _asks(element: Element) -> bool:
    """Whether a reader can enter something in an element."""
    return any(
        each.tag != "input" or each.get("type") not in _SILENT
        for each in element.iter("input", "select", "textarea")
    )


def _of_text(
    path: tuple[Element, ...],
    words: str,
    before: Element | None,
    around: set[Element],
    value_elements: set[Element],
    tails: set[Element],
    asks: Callable[[Element], bool],
) -> list[Field]:
    """The fields in one text. Adds the elements of their values to `value_elements` and `tails`."""
    holder, kind = path[-1], label(words)
    if kind in ("title", "writer", "date", "hits"):
        value = values.beside(holder, before, around)
        value_elements |= {value.value_in} - {None}
        tails |= {value.tail_of} - {None}
        if any(map(asks, value.read_from)):
            return []  # an input without a value: a search form
        return [
            Field(
                kind,
                holder,
                path,
                value.words if kind == "title" else lines.value(value, around),
                is_office(words),
                True,
                value.read_from,
                path.index(value.box) + 1,
            )
        ]
    if holder.tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
        return []
    labelled = values.inline(words)
    if labelled and labelled[-1][0] != "title":
        labelled[-1] = labelled[-1][0], lines.continuation(labelled[-1][1], holder, before, around)
    return [Field(kind, holder, path, words, False, False, (holder,), len(path)) for kind, words in labelled]
