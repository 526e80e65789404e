"""The current layout (`board.es`): its own rules for posts and listings."""

from collections.abc import Collection
from dataclasses import dataclass

from lxml import etree
from parsel import Selector

from kistep_archive.model.items import Listing, ParsedPost
from kistep_archive.model.skins import ListingSkin, Skin
from kistep_archive.model.urls import Location
from kistep_archive.parse import heads, tree
from kistep_archive.parse.body import again, body, regions, scripted_bodies
from kistep_archive.parse.body.foreign import strays
from kistep_archive.parse.files import file_rows, files, leading, unfetched, unlabelled
from kistep_archive.parse.listing import rows
from kistep_archive.parse.post import posts
from kistep_archive.parse.skin import posts as skinned
from kistep_archive.parse.text import Element, ParseError

_NUMBERS = etree.XPath("/descendant::input[@name='list_no'][normalize-space(@value)]")


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a post's page: its outline (labels, title and body), the inputs with its number, its files
    with their links and those that only a script offers, the titles in its head, the skin that applies, None
    if none does, and its keys that find no element."""

    outline: posts.Outline
    numbers: list[Element]
    files: list[files.Offer]
    heads: tuple[str, ...]
    skin: Skin | None
    scripted: tuple[str, ...]
    unmatched_keys: tuple[str, ...]


def post(
    url: str, at: Location, document: Selector, lowered: bytes, skin: Skin | None = None
) -> ParsedPost | None:
    """The post on a page; None if the page shows none. Raises ParseError."""
    parts = find(url, at, document, skin)
    return None if parts is None else item(url, at, parts, lowered)


def find(url: str, at: Location, document: Selector, skin: Skin | None = None) -> Parts | None:
    """The parts of a post's page; None if the page shows no post. Raises ParseError."""
    numbers, skin = numbers_in(document), skinned.applicable_skin(skin, document)
    unmatched_keys = skinned.unmatched_keys(document, skin)
    outline = skinned.outline(url, document, skin)
    if outline is None:
        return None
    around = outline.around
    offers = skinned.files(url, document, skin, files.downloads(document, at.bid, at.number or 0, around))
    offers, scripted = all_files(url, at, outline, around, offers, skin)
    return Parts(outline, numbers, offers, heads.find(document.root), skin, scripted, unmatched_keys)


def all_files(
    url: str,
    at: Location,
    outline: posts.Outline,
    around: Collection[Element],
    offers: list[files.Offer],
    skin: Skin | None,
) -> tuple[list[files.Offer], tuple[str, ...]]:
    """All files of a post, and those that have no address; `around` is what the outline says of itself.
    Raises ParseError for one that would be lost."""
    if skin is not None and skin.post is not None and skin.post.files:
        return leading.strip_leads(offers), unfetched.scripted_names(outline.scope, outline.body, offers)
    controls = file_rows.find(outline, around)
    offers = [*offers, *file_rows.linked_files(url, controls, offers, around)]
    unfetched.check_known(url, at, outline.scope, outline.body, offers)
    scripted = unfetched.scripted_names(outline.scope, outline.body, offers)
    scripted = (*scripted, *file_rows.names_without_address(url, controls, offers, scripted))
    offers = offers if offers or scripted else unlabelled.found(url, at, outline, around)
    return leading.strip_leads(offers), scripted


def numbers_in(document: Selector) -> list[Element]:
    """The inputs with the post's own number in the page's forms, those of the view's form first."""
    inputs = [(next(each.iterancestors("form"), None), each) for each in _NUMBERS(document.root)]
    own = [
        each for form, each in inputs if form is not None and "vewForm" in (form.get("id"), form.get("name"))
    ]
    return own or [each for form, each in inputs if form is not None]


def item(url: str, at: Location, parts: Parts, lowered: bytes) -> ParsedPost:
    """The post made of its parts, after the last checks that need the whole page. This changes the body's
    elements."""
    outline, numbers = parts.outline, [each.get("value").strip() for each in parts.numbers]
    if at.number is None or any(number != str(at.number) for number in numbers):
        raise ParseError(
            url, "number", f"the page shows post {', '.join(numbers) or '(unknown)'}, not {at.number}"
        )
    if not posts.is_followed(outline.body) and not tree.is_closed(lowered):
        raise ParseError(url, "end", "the page stops inside the post's body")
    scripted_bodies.check(url, outline.body)
    if parts.skin is None or parts.skin.post is None or not parts.skin.post.body:
        strays.drop_files(outline.body, {each.name for each, _ in parts.files})
        others = {outline.writer or "", outline.date, *(each.value or "" for each in outline.block.fields)}
        again.drop_repeats(url, outline.body, outline.title, others, at.number)
    is_named = regions.is_known(outline.body)
    text, html, images = body.read(outline.body, tree.base(outline.body))
    offered = tuple(attachment for attachment, _ in parts.files)
    return ParsedPost(
        at.layout,
        at.number,
        outline.title,
        outline.writer,
        outline.date,
        outline.hits,
        text,
        html,
        offered,
        images,
        parts.heads,
        is_named,
        parts.skin.digest if parts.skin else "",
        outline.labelled,
        scripted=parts.scripted,
        unmatched_keys=parts.unmatched_keys,
    )


def listing(
    url: str, at: Location, document: Selector, skin: ListingSkin | None = None, *, ignore_total: bool = False
) -> Listing | None:
    """The listing on a page; None if it shows no rows and does not say that there are none. Raises
    ParseError."""
    if numbers_in(document):
        raise ParseError(url, "rows", "the page is a post, not a listing")
    return rows.read(url, at, document, skin, ignore_total=ignore_total)
