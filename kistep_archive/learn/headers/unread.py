"""Fields that the pages show in front of the body and a skin does not read: no row tells them, and its labels
are not understood beside the others."""

import re
from collections.abc import Iterator

from kistep_archive.learn.headers import header
from kistep_archive.learn.page_tree import PageTree, texts
from kistep_archive.learn.patterns import FieldName
from kistep_archive.model.skins import PostSkin
from kistep_archive.parse import values
from kistep_archive.parse.skin import selectors
from kistep_archive.parse.text import Element, is_count, label

_NAMING = ("aria-label", "title", "alt")  # attributes with the label of an icon
_PARTS = re.compile(r"[|｜·ㆍ•]")
_PERSON = "담당자"  # often the writer, elsewhere only whom to ask


def unread_fields(skin: PostSkin, tree: PageTree) -> set[FieldName]:
    """Writer or hits, if a page has a label for it in front of the body, or a count that may be the hits."""
    fields, whole = set[FieldName](), _whole(skin, tree)
    for element in (each for each in header.elements(skin, tree) if each not in whole):
        for part in (part for text in _words(element) for part in _PARTS.split(text)):
            fields |= _kinds(part.strip())
        if not len(element) and is_count(tree.words.get(element, "")):
            fields.add("hits")
    return fields


def _whole(skin: PostSkin, tree: PageTree) -> set[Element]:
    """The elements that are title or date as a whole. The line that one is taken out of may tell more."""
    whole = [each for each in (skin.title, skin.date) if each and not each.pattern]
    return {element for each in whole for _, element in selectors.values(tree.root, each)[:1]}


def _words(element: Element) -> Iterator[str]:
    yield from texts(element)
    yield from (text for name in _NAMING if (text := element.get(name)))


def _kinds(text: str) -> set[FieldName]:
    before = text.replace("：", ":").partition(":")[0]
    kinds = {label(before), *(kind for kind, _ in values.inline(text))}
    if "".join(text.split()).startswith(_PERSON):
        kinds.add("writer")
    return {name for name in ("writer", "hits") if name in kinds}
