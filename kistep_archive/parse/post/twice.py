"""What a page says twice: an error if the values differ, since then it is unclear which one is the post's."""

from collections.abc import Sequence

from kistep_archive.parse.blocks import LabelBlock
from kistep_archive.parse.dates import day
from kistep_archive.parse.fields import Field
from kistep_archive.parse.post.asides import NUMBER
from kistep_archive.parse.text import Element, ParseError, content, count, line
from kistep_archive.parse.values import SMALL


def check(
    url: str,
    number: str,
    block: LabelBlock,
    found: Sequence[Field],
    title: Sequence[Element],
    body: Sequence[Element],
) -> None:
    """Raises ParseError that names both values and their places, if a label before the body has another value
    than the same label among the post's own. Words of the title, a department beside a person and rows of
    other posts do not count."""
    for field in found:
        own = block.field(field.kind)
        if own is None or field in block.fields or _plain(field) in (None, _plain(own)):
            continue
        if not (field.exact or field.kind == "date") or any(each in field.path for each in title):
            continue
        if (
            field.office != own.office
            or not _is_before(field, body)
            or leads_elsewhere([field], field.box.getparent(), number)
        ):
            continue
        words = (
            f"the page says {own.value!r} in {_place(own)} and {field.value!r} in {_place(field)}; it is "
            "unclear which one is the post's"
        )
        raise ParseError(url, field.kind, words)


def leads_elsewhere(fields: Sequence[Field], around: Element, number: str) -> bool:
    """Whether the small boxes of some labels, or the element right before them or before what is `around`
    them, link to another post than this number."""
    boxes = [field.box for field in fields]
    boxes += [each for box in (boxes[0], around) for each in (box.getprevious(),) if each is not None]
    calls = (
        f"{link.get('href') or ''} {link.get('onclick') or ''}"
        for box in boxes
        if (links := list(box.iter("a"))) and len(content(box)) <= SMALL
        for link in links
    )
    numbers = {found[1] for call in calls if "ownload" not in call for found in NUMBER.finditer(call)}
    return bool(numbers - {number})


def _plain(field: Field) -> str | None:
    value = field.value or ""
    if field.kind == "date":
        return day(value)
    return str(count(value)) if field.kind == "hits" and count(value) is not None else line(value) or None


def _place(field: Field) -> str:
    return f"{content(field.box)[:50]!r} (<{field.box.tag}>)"


def _is_before(field: Field, body: Sequence[Element]) -> bool:
    """Whether a label stands before the body in the page."""
    path = (*reversed(list(body[0].iterancestors())), body[0])
    for one, other in zip(field.path, path, strict=False):
        if one is not other:
            parent = one.getparent()
            return parent is not None and parent.index(one) < parent.index(other)
    return False
