"""Which elements a post's fields come from: the same steps as `parse`, but recording the elements before the
body changes them."""

import re
from dataclasses import dataclass

from lxml import etree

from kistep_archive.http.response import Page
from kistep_archive.model.boards import Board
from kistep_archive.model.items import ParsedPost
from kistep_archive.parse.layouts import es
from kistep_archive.parse.parser import LAYOUTS, open_page
from kistep_archive.parse.skin import posts as skinned
from kistep_archive.parse.text import Element, ParseError, content

_STRING = etree.XPath("string()", smart_strings=False)


@dataclass(frozen=True, slots=True)
class Spot:
    """One element: the offset in its own mark and in that of the next element (None: no mark), its text
    without whitespace, and its HTML."""

    at: int | None
    until: int | None
    text: str
    html: str


TracedPlace = tuple[Spot, ...]  # one element, or neighbours: label and value, paragraphs of a body


def read(
    page: Page, mark: str, board: Board | None = None
) -> tuple[ParsedPost, dict[str, list[TracedPlace]]]:
    """(the same item as `parse` gives, field -> its places). `mark` is the attribute with the offset of an
    element in the page's source. Raises ParseError, also for a page that is not a post."""
    at, document, lowered = open_page(page, board.encoding if board else "")
    skin = board.skin if board else None
    parts = LAYOUTS[at.layout].find(page.url, at, document, skin) if at.kind == "post" else None
    if parts is None:
        raise ParseError(page.url, "title", "the page is not a post")
    outline = parts.outline
    places = {
        kind: [field.read_from] for kind in ("writer", "date", "hits") if (field := outline.block.field(kind))
    }
    places |= {
        "title": [outline.title_from],
        "body": [outline.body_from],
        "number": [(each,) for each in parts.numbers[:1]],
    }
    places["attachments"] = [(_link(name.name, links),) for name, links in parts.files]
    spots = {
        field: [tuple(_spot(element, mark) for element in place) for place in each]
        for field, each in places.items()
    }
    return es.item(page.url, at, parts, lowered), spots


def selector(page: Page, field: str, board: Board | None) -> str | None:
    """The selector of the board's skin that gives a field of this page; None if labels give it."""
    if board is None or board.skin is None:
        return None
    _, document, _ = open_page(page, board.encoding)
    return skinned.selector(document, board.skin, "files" if field == "attachments" else field)


def _link(name: str, links: list[Element]) -> Element:
    """The link to a file that shows its name."""
    return next((link for link in links if name in content(link)), links[0])


def _spot(element: Element, mark: str) -> Spot:
    html = etree.tostring(element, encoding="unicode", method="html", with_tail=False)
    html = re.sub(rf' {mark}="[0-9]+"', "", html)
    return Spot(_number(element, mark), _behind(element, mark), "".join(str(_STRING(element)).split()), html)


def _behind(element: Element, mark: str) -> int | None:
    for each in (element, *element.iterancestors()):
        for following in each.itersiblings():
            for node in following.iter():
                if (at := _number(node, mark)) is not None:
                    return at
    return None


def _number(element: Element, mark: str) -> int | None:
    value = element.get(mark)
    return None if value is None else int(value)
