"""A title and another text in elements of their own, side by side in one: it may be the board's name."""

from kistep_archive.parse import heads
from kistep_archive.parse.text import Element, content, label

_PARTS = {"span", "div", "p", "strong", "em", "b", "h1", "h2", "h3", "h4", "h5", "h6"}


def title(element: Element) -> tuple[str, str]:
    """(the title in an element, "" or the words of which it is unclear whether they are a part of it). The
    page's head says which of them are."""
    parts = [each for each in element if isinstance(each.tag, str) and content(each)]
    own = (element.text, *(each.tail for each in element))
    all_words = content(element)
    if (
        len(parts) < 2
        or any(label(content(each)) for each in parts)
        or any(each.tag not in _PARTS for each in parts)
        or any((text or "").strip() for text in own)
    ):
        return all_words, ""
    head_texts = heads.find(element)
    confirmed = [content(each) for each in parts if heads.confirm(head_texts, content(each))]
    if heads.confirm(head_texts, all_words):
        return all_words, ""
    return (confirmed[0], "") if len(confirmed) == 1 else (content(parts[-1]), content(parts[0]))
