"""Writer and hits where no row tells them: their values by the labels of a post's header, else a guess."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from kistep_archive.learn.headers import guesses, header, hints, template
from kistep_archive.learn.headers.guesses import Values, are_enough
from kistep_archive.learn.headers.header import DATE, Header
from kistep_archive.learn.page_tree import PageTree
from kistep_archive.learn.patterns import FieldName
from kistep_archive.model.skins import PostSkin
from kistep_archive.parse import fields
from kistep_archive.parse.fields import Field
from kistep_archive.parse.text import count, is_blank

NAMES: tuple[FieldName, ...] = ("hits", "writer")  # the fields that a listing may leave out


@dataclass(frozen=True, slots=True)
class HeaderValues:
    """What the pages say of a field. A `guess` stands at no label that is known for the field."""

    values: Values
    guess: bool


def find(
    skin: PostSkin, trees: Sequence[PageTree], names: Collection[FieldName]
) -> dict[FieldName, HeaderValues]:
    """The fields of these names that the headers show. `skin` reads the others."""
    found = {}
    labels = [_labels(skin, each) for each in trees]
    for name in names:
        values = [_labelled(name, each) for each in labels]
        if are_enough(values):
            found[name] = HeaderValues(values, guess=False)
    headers = [header.read(skin, each) for each in trees]
    gaps = template.gaps(headers)
    for name in (each for each in names if each not in found):
        guessed = guesses.hits(gaps) if name == "hits" else guesses.writers(skin, trees, headers, gaps)
        if are_enough(guessed):
            found[name] = HeaderValues(guessed, guess=True)
    return found


def _labels(skin: PostSkin, tree: PageTree) -> list[Field]:
    """The labels in the header, with their values."""
    part = set(header.elements(skin, tree))
    return [each for each in fields.find(tree.root) if each.holder in part]


def _labelled(name: FieldName, labels: Sequence[Field]) -> str | int | None:
    """What the labels say of a field; None if none does, or several say different things."""
    own = [each for each in labels if each.kind == name]
    own = [each for each in own if not each.office] or own  # a person's label gives the better writer
    values = {each.value for each in own if each.value and not is_blank(each.value)}
    value = values.pop() if len(values) == 1 else None
    return count(value) if name == "hits" and value is not None else value


def with_values(trees: Sequence[PageTree], found: Mapping[FieldName, HeaderValues]) -> list[PageTree]:
    """The pages, as if their rows told the values that were found."""
    return [
        _with_values(tree, {name: each.values[at] for name, each in found.items()})
        for at, tree in enumerate(trees)
    ]


def _with_values(tree: PageTree, values: Mapping[FieldName, str | int | None]) -> PageTree:
    row = tree.row
    if "hits" in values:
        row = replace(row, hits=cast("int | None", values["hits"]))
    if "writer" in values:
        row = replace(row, writer=cast("str | None", values["writer"]))
    return replace(tree, row=row)


def unread_text(skin: PostSkin, trees: Sequence[PageTree]) -> str:
    """A text of the headers that differs on most pages, or stands in one text with the date, and that none of
    the skin's fields reads; "" if there is none."""
    headers = [header.read(skin, each) for each in trees]
    differing = [each.texts for each in template.gaps(headers) if are_enough(each.texts)]
    return next((text for texts in differing for text in texts if text), "") or _with_date(headers)


def _with_date(headers: Sequence[Header]) -> str:
    """The words in one text with a date that say nothing that is known; "" if there are none."""
    for each in headers:
        dated = {token.text for token in each.words if token.key == DATE}
        words = [token.key for token in each.words if token.text in dated and token.key[0].isalpha()]
        if unknown := [word for word in words if not hints.is_known(word)]:
            return " ".join(unknown)
    return ""
