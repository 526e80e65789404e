"""What varies from post to post and belongs to nothing else: each element's weight as a part of the body."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kistep_archive.learn.page_tree import PageTree
from kistep_archive.model.outcomes import PageKind
from kistep_archive.model.urls import linked
from kistep_archive.parse.dates import day
from kistep_archive.parse.text import Element, content, line

_CAP = 500  # of a page's weight, or one long post would decide
_IMAGE = 60  # characters that an image counts as
_FEW = 20  # characters after the last field that a head may have
_SHORT = 60  # characters of a text whose digits do not count when texts are compared
_BESIDE = 200  # characters of a box that a link to another post or to a file fills with its own words
_DIGITS = re.compile(r"[0-9]+")
FILE = re.compile(r"\.(?:pdf|hwpx?|docx?|xlsx?|pptx?|zip|png|jpe?g|gif|txt|csv|mp4|mp3|odt|rtf)\b", re.I)
_DOWNLOAD = re.compile(r"down|file|attach", re.I)


@dataclass(slots=True)
class Weight:
    """Characters inside an element: those that vary, those that are on most pages, and those of files, other
    posts and fields."""

    varying: float = 0.0
    constant: float = 0.0
    fixed: float = 0.0

    def add(self, other: "Weight", factor: float = 1.0) -> None:
        """Adds another weight, with the varying part scaled."""
        self.varying += other.varying * factor
        self.constant += other.constant
        self.fixed += other.fixed


@dataclass(frozen=True, slots=True)
class WeighedPage:
    """The weights of all elements of a page, and of the page after its title."""

    tree: PageTree
    weights: dict[Element, Weight]
    total: float


def weigh(
    trees: Sequence[PageTree],
    fields: Sequence[Sequence[Element]],
    titles: Sequence[Element | None],
    common: set[str],
) -> list[WeighedPage]:
    """The weights of each page. `fields` are the elements of its fields, `titles` that of its title, `common`
    the texts that do not vary."""
    heads = [_head(tree, set(page_fields)) for tree, page_fields in zip(trees, fields, strict=True)]
    with_heads = [
        {*each, *([head] if head is not None else [])} if None not in heads else set(each)
        for each, head in zip(fields, heads, strict=True)
    ]
    return [
        _weigh_page(tree, each, title, common)
        for tree, each, title in zip(trees, with_heads, titles, strict=True)
    ]


def common(trees: Sequence[PageTree]) -> set[str]:
    """The texts that are on half of the pages, or on three and a tenth of them."""
    pages = Counter(key for each in trees for key in {_key(text) for _, text in _pieces(each)})
    return {key for key, count in pages.items() if count >= max(2, min(3, len(trees) / 2), len(trees) / 10)}


def _key(text: str) -> str:
    """The text as it is compared: without the digits of a short one, unless it is a day."""
    return text if len(text) > _SHORT or text.startswith("\0") or day(text) else _DIGITS.sub("0", text)


def _pieces(tree: PageTree) -> Iterator[tuple[Element, str]]:
    """The texts and images of a page, each with the element that it is in."""
    for element in tree.elements:
        if text := line(element.text or ""):
            yield element, text
        if element.tag in ("img", "iframe", "video"):
            yield element, f"\0{element.get('src') or element.get('data-src') or ''}"
        for child in element:
            if text := line(child.tail or ""):
                yield element, text


def _weigh_page(tree: PageTree, fields: set[Element], title: Element | None, common: set[str]) -> WeighedPage:
    weights = {each: Weight() for each in tree.elements}
    elsewhere = _parts_elsewhere(tree, fields)
    start = tree.place.get(title, -1) if title is not None else -1
    for element, text in _pieces(tree):
        if tree.place[element] < start:
            continue
        size = _IMAGE if text.startswith("\0") else len(text)
        weight = weights[element]
        if element in elsewhere or text.startswith(("#", "＃")):
            weight.fixed += size
        elif _key(text) in common:
            weight.constant += size
        else:
            weight.varying += size
    for element in reversed(tree.elements):
        parent = element.getparent()
        if parent in weights:
            weights[parent].add(weights[element])
    total = weights[tree.elements[0]].varying
    factor = min(1.0, _CAP / total) if total else 1.0
    for each in weights.values():
        each.varying *= factor
    return WeighedPage(tree, weights, total * factor)


def _parts_elsewhere(tree: PageTree, fields: set[Element]) -> set[Element]:
    """The elements of fields, of files, and of links to other posts with what stands beside them."""
    roots = set(fields)
    for element in tree.elements:
        if element.tag == "a" and (is_file(element) or _is_other_post(tree, element)):
            roots.add(_box(element, tree, fields))
    return {inside for root in roots for inside in root.iter() if isinstance(inside.tag, str)}


def _head(tree: PageTree, fields: set[Element]) -> Element | None:
    """The smallest element around all fields, if it is small: what else is in it belongs to them too."""
    chains = [[each, *each.iterancestors()] for each in fields]
    around = (each for each in chains[0] if all(each in chain for chain in chains)) if chains else iter(())
    head = next(around, None)
    last = max(
        (tree.place[each] for field in fields for each in field.iter() if each in tree.place), default=0
    )
    if head is None or head not in tree.words:
        return None
    after = [each for each in head.iter("*") if tree.place.get(each, -1) > last]
    return None if any(len(tree.words.get(each, "")) > _FEW for each in after) else head


def is_file(link: Element) -> bool:
    """Whether a link offers a file."""
    return bool(FILE.search(content(link))) or bool(
        FILE.search(link.get("href") or "") or (_DOWNLOAD.search(link.get("href") or "") and link.get("href"))
    )


def _is_other_post(tree: PageTree, link: Element) -> bool:
    location = linked(tree.url, link.get("href") or "")
    return location is not None and location.kind is PageKind.POST and location.number != tree.number


def _box(link: Element, tree: PageTree, fields: set[Element]) -> Element:
    """The largest element around a link that has few other words and no field."""
    box = link
    for each in link.iterancestors():
        if each not in tree.words or len(tree.words[each]) > len(content(link)) + _BESIDE or each.tag == "td":
            break
        if any(inside in fields for inside in each.iter()):
            break
        if sum(1 for child in each if isinstance(child.tag, str) and child.tag == "p" and content(child)) > 1:
            break
        box = each
    return box
