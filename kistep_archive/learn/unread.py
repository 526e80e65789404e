"""Fields that the pages show in front of the body and a skin does not read: no row tells them, and its labels
are not understood beside the others."""

import re
from collections.abc import Iterator, Mapping, Sequence, Set

from kistep_archive.display import plural
from kistep_archive.learn.judge import Judgement
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
    fields = set[FieldName]()
    for element in _before_body(skin, tree):
        for part in (part for text in _words(element) for part in _PARTS.split(text)):
            fields |= _kinds(part.strip())
        if not len(element) and is_count(tree.words.get(element, "")):
            fields.add("hits")
    return fields


def doubts(judgement: Judgement, shown: Mapping[FieldName, int], pages: int) -> list[str]:
    """A doubt for each field that most pages show, but neither the skin nor a label reads."""
    return [
        f"{name} is perhaps shown by {plural(count, 'page')} of {pages}, but nothing reads it"
        for name, count in sorted(shown.items())
        if 2 * count > pages and name not in judgement.rows and name not in judgement.unproven
    ]


def _before_body(skin: PostSkin, tree: PageTree) -> Sequence[Element]:
    """The elements from the boxes of title and date, the first of them, to the body."""
    bodies = {each for select in skin.body for each in selectors.elements(tree.root, select)}
    with_body = {step for each in bodies for step in (each, *each.iterancestors())}
    fields, whole = [], set[Element]()
    for each in filter(None, (skin.title, skin.date)):
        for _, element in selectors.values(tree.root, each)[:1]:
            fields.append(element)
            whole |= set() if each.pattern else {element}  # else its line may tell more
    boxes = [_outermost(each, with_body) for each in fields]
    first = min((tree.place[each] for each in boxes if each in tree.place), default=0)
    last = min((tree.place[each] for each in bodies if each in tree.place), default=0)
    return [each for each in tree.elements[first:last] if each not in whole]


def _outermost(field: Element, with_body: Set[Element]) -> Element:
    """The largest element around a field that is not around the body too."""
    around = (each for each in field.iterancestors() if each not in with_body)
    return next(reversed([field, *around]))


def _words(element: Element) -> Iterator[str]:
    yield from texts(element)
    yield from (text for name in _NAMING if (text := element.get(name)))


def _kinds(text: str) -> set[FieldName]:
    before = text.replace("：", ":").partition(":")[0]
    kinds = {label(before), *(kind for kind, _ in values.inline(text))}
    if "".join(text.split()).startswith(_PERSON):
        kinds.add("writer")
    return {name for name in ("writer", "hits") if name in kinds}
