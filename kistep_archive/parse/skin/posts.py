"""A post's page read with a skin. What the skin does not select is read by the labels of the page."""

from functools import cached_property

from parsel import Selector

from kistep_archive.model.skins import PostSkin, Selection, Skin
from kistep_archive.parse.blocks import LabelBlock
from kistep_archive.parse.body import beside, regions
from kistep_archive.parse.dates import day
from kistep_archive.parse.elements import drop
from kistep_archive.parse.fields import Field
from kistep_archive.parse.files.file_names import shows_file
from kistep_archive.parse.files.files import Offer, named_files
from kistep_archive.parse.post import posts
from kistep_archive.parse.post.posts import Outline, PostLabels
from kistep_archive.parse.post.title import titles
from kistep_archive.parse.skin import selectors
from kistep_archive.parse.text import Element, ParseError, count, is_blank, is_count
from kistep_archive.parse.values import KINDS, LabelKind


def applicable_skin(skin: Skin | None, document: Selector) -> Skin | None:
    """The skin if it applies to this post's page, else None."""
    if skin is None or skin.post is None:
        return None
    applies = skin.post.applies
    return skin if not applies or selectors.compile_selector(applies)(document.root) else None


def unmatched_keys(document: Selector, skin: Skin | None) -> tuple[str, ...]:
    """The keys of boxes and files that find no element on a page; of several boxes each by its selector.
    Files count only if a link shows the name of one."""
    if skin is None or skin.post is None:
        return ()
    root, boxes = document.root, {"body": skin.post.body, "drop": skin.post.drop}
    keys = [
        f"{key} {select!r}"
        for key, selects in boxes.items()
        for select in selects
        if not selectors.elements(root, select)
    ]
    if skin.post.files and not selectors.elements(root, skin.post.files):
        keys += ["files"] if any(map(shows_file, root.iter("a"))) else []
    return tuple(keys)


def outline(url: str, document: Selector, skin: Skin | None) -> Outline | None:
    """The parts of a post by the skin that applies, or by labels where none does; None if the page shows no
    post. Raises ParseError; for a skin it names the key."""
    if skin is None or skin.post is None:
        return posts.find(url, document)
    return _Reading(url, document, skin.name, skin.post).outline()


def files(url: str, document: Selector, skin: Skin | None, offers: list[Offer]) -> list[Offer]:
    """Of the files on a page those whose links the skin selects; of selected links that are no known
    downloads those that show a file's name."""
    if skin is None or skin.post is None or not skin.post.files:
        return offers
    links = {
        link
        for each in selectors.elements(document.root, skin.post.files)
        for link in ([each] if each.tag == "a" else each.iter("a"))
        if link.get("href")
    }
    chosen = [offer for offer in offers if not links.isdisjoint(offer[1])]
    return chosen or named_files(url, [link for link in document.root.iter("a") if link in links])


def selector(document: Selector, skin: Skin, field: str) -> str | None:
    """The selector of a field, None where the skin does not apply to the page or leaves the field to
    labels."""
    if skin.post is None or applicable_skin(skin, document) is None:
        return None
    value = getattr(skin.post, field, None) or None
    if isinstance(value, Selection):
        return value.select
    return ", ".join(value) if isinstance(value, tuple) else value


class _Reading:
    """One page and one skin."""

    def __init__(self, url: str, document: Selector, name: str, skin: PostSkin) -> None:
        self.url, self.document, self.name, self.skin = url, document, name, skin

    @cached_property
    def labels(self) -> PostLabels:
        """What the labels say, for what the skin does not select."""
        labels = posts.find_labels(self.url, self.document)
        if labels is None:
            raise ParseError(self.url, "date", f"skin {self.name!r} leaves it to labels, but there are none")
        return labels

    def outline(self) -> Outline:
        """The parts of the post."""
        selections = {"writer": self.skin.writer, "date": self.skin.date, "hits": self.skin.hits}
        named = {kind: self._field(kind, selections[kind]) for kind in KINDS}
        boxes, scope = self._body([field.holder for field in named.values() if field])
        title, title_from = self._title(scope)
        if not self.skin.body:
            beside.check(self.url, self.labels.block, (title, title_from), boxes, scope)
        writer, date, hits = (field.value if field else None for field in named.values())
        iso_date = day(date or "")
        if iso_date is None:
            raise self._error("date", f"gives {(date or '')[:60]!r}, which is not a date")
        if hits and not is_count(hits) and not is_blank(hits):
            raise self._error("hits", f"gives {hits[:60]!r}, which is not a count")
        return Outline(
            title,
            None if writer is None or is_blank(writer) else writer,
            iso_date,
            count(hits or ""),
            regions.join(boxes),
            scope,
            LabelBlock(scope, tuple(field for field in named.values() if field)),
            title_from,
            tuple(boxes),
            self._label_conflicts({"writer": writer, "date": iso_date, "hits": count(hits or "")}),
        )

    def _label_conflicts(self, values: dict[LabelKind, str | int | None]) -> tuple[tuple[str, str], ...]:
        """What the labels say where the skin selects something else. They are a witness, not a judge: they
        may belong to another part of the page."""
        try:
            labels = posts.find_labels(self.url, self.document)
        except ParseError:
            return ()
        if labels is None:
            return ()
        label_values: dict[LabelKind, str | int | None] = {
            "writer": labels.writer, "date": labels.date, "hits": labels.hits,
        }  # fmt: skip
        return tuple(
            (kind, str(label_values[kind]))
            for kind, value in values.items()
            if getattr(self.skin, kind)
            and None not in (value, label_values[kind])
            and value != label_values[kind]
        )

    def _title(self, scope: Element) -> titles.Title:
        if self.skin.title is None:
            return titles.find(self.url, self.labels.block, scope)
        text, element = self._one("title", self.skin.title)
        if not text:
            raise self._error("title", f"finds nothing with {self.skin.title.select!r}")
        return text, (element,)

    def _field(self, kind: LabelKind, selection: Selection | None) -> Field | None:
        if selection is None:
            return self._label_field(kind)
        text, element = self._one(kind, selection)
        if text is None and kind == "date":
            raise self._error(kind, f"finds nothing with {selection.select!r}")
        if text is None:
            return None
        path: tuple[Element, ...] = (*reversed(list(element.iterancestors())), element)
        return Field(kind, element, path, text, False, True, (element,), len(path))

    def _label_field(self, kind: LabelKind) -> Field | None:
        """What a label says. A page without labels has no date; it may well have no writer and no hits, and
        the row tells whether it should."""
        try:
            return self.labels.block.field(kind)
        except ParseError:
            if kind == "date":
                raise
            return None

    def _one(self, name: str, selection: Selection) -> tuple[str | None, Element]:
        """The one value of a selection, with its element. Two different ones are an error."""
        values = selectors.values(self.document.root, selection)
        if len(values) > 1 and not (name == "date" and len({day(text) for text, _ in values}) == 1):
            (one, _), (other, _) = values[:2]
            words = f"gives two values with {selection.select!r}: {one[:60]!r} and {other[:60]!r}"
            raise self._error(name, words)
        return values[0] if values else (None, None)

    def _body(self, labels: list[Element]) -> tuple[list[Element], Element]:
        """The boxes of the body, and the element around labels and body."""
        root = self.document.root
        if not self.skin.body:
            block = self.labels.block
            around_labels = {step for field in block.fields for step in field.path}
            for each in self._dropped_boxes(root) - around_labels:
                drop(each)
            return regions.find(self.url, block)
        selected = {each for selector in self.skin.body for each in selectors.elements(root, selector)}
        boxes = [each for each in root.iter() if each in selected]
        boxes = [each for each in boxes if selected.isdisjoint(each.iterancestors())]
        if not boxes:
            raise self._error("body", f"finds nothing with {', '.join(self.skin.body)!r}")
        for each in self._dropped_boxes(root):
            if not set(boxes).isdisjoint(each.iterancestors()):
                drop(each)
        around = [boxes[0], *boxes[0].iterancestors()]
        first = {labels[0], *labels[0].iterancestors()} if labels else {*around[1:]}
        return boxes, next((each for each in around if each in first), boxes[0])

    def _dropped_boxes(self, root: Element) -> set[Element]:
        """The boxes that belong to the site."""
        return {each for drop in self.skin.drop for each in selectors.elements(root, drop)}

    def _error(self, name: str, words: str) -> ParseError:
        return ParseError(self.url, name, f"skin {self.name!r}: post.{name} {words}")
