"""The title behind its label: all words of its element or line, without what stands beside them."""

from kistep_archive.parse.blocks import LabelBlock
from kistep_archive.parse.fields import Field
from kistep_archive.parse.post.title import marks
from kistep_archive.parse.text import Element, content, label, line

_BLOCKS = ("br", "p", "div", "td", "th", "dd", "dt", "li", "table")
_COLONS = ":： "  # between a label and its value


def read(url: str, field: Field, block: LabelBlock, date: str | None) -> str:
    """The title that a label says; "" if it says none. `date` is the post's own. Raises ParseError."""
    value = field.value or ""
    if value and _has_only(field.box, field, block):
        return _continue_value(marks.alone(url, field.box, date), value, field.box)
    for each in (*reversed(field.read_from), *field.read_from[-1].iterchildren("*")):
        if len(each) and content(each).lstrip(_COLONS) == value:
            return marks.alone(url, each, date).lstrip(_COLONS)
    return value


def _has_only(box: Element, field: Field, block: LabelBlock) -> bool:
    """Whether an element is one line with elements in it and no label but this one."""
    return (
        len(box) > 0
        and next(box.iterdescendants(*_BLOCKS), None) is None
        and not any(box in other.path for other in block.fields if other is not field)
        and all(label(content(each)) in (None, "title") for each in box.iterdescendants("*"))
    )


def _continue_value(words: str, value: str, box: Element) -> str:
    """The value with the words of the elements behind it, as in "Title: A <b>forum</b>"."""
    first = line(next(text for text in box.itertext() if text.strip()))
    is_alone = label(first) == "title"
    start = len(first) - len(value) if first.endswith(value) and not is_alone else len(first)
    rest = words[start:].lstrip(_COLONS) if words.startswith(first) else words
    return rest if rest.startswith(value) or (rest and is_alone) else value
