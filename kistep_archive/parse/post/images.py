"""Labels that are images: their alternative text stands for the word."""

from parsel import Selector

from kistep_archive.parse.text import Element, content, label
from kistep_archive.parse.values import KINDS

_HOLDERS = {"th", "td", "dt", "strong", "span", "em", "b", "label", "li", "p", "div"}


def spell_out(document: Selector) -> None:
    """Writes the alternative text of each image that is a label in its place, if the page has at least two
    kinds of them. This changes the tree."""
    found = [(image, words) for image in document.root.iter("img") if (words := _label(image))]
    if len({label(words) for _, words in found}) < 2:
        return
    for image, words in found:
        image.tag, image.text = "span", words
        image.attrib.clear()


def _label(image: Element) -> str:
    words, holder = image.get("alt") or "", image.getparent()
    is_first = holder is not None and holder.tag in _HOLDERS and holder[0] is image
    is_first = is_first and not (holder.text or "").strip()
    return words if is_first and label(words) in (*KINDS, "title") and label(content(holder)) is None else ""
