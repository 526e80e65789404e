"""A post's page as a tree: its elements in their order, and their words."""

from dataclasses import dataclass

from kistep_archive.http.response import Page
from kistep_archive.learn.samples import RowValues
from kistep_archive.model.boards import Board
from kistep_archive.parse import heads
from kistep_archive.parse.parser import open_page
from kistep_archive.parse.text import Element, content, line

SMALL = 400  # characters of an element that may hold a value
_SILENT = {"script", "style", "noscript", "template", "select", "textarea", "head"}


@dataclass(frozen=True, slots=True)
class PageTree:
    """One page. `elements` are those that people see, in the order of the page; `place` their positions in
    it; `words` the text of the small ones; `heads` the titles in the page's head."""

    number: int
    url: str
    row: RowValues
    root: Element
    elements: tuple[Element, ...]
    place: dict[Element, int]
    words: dict[Element, str]
    heads: tuple[str, ...]


def read(number: int, row: RowValues, page: Page, board: Board) -> PageTree:
    """The page. Raises ParseError if it is cut, or no page of a post by its address."""
    _, document, _ = open_page(page, board.encoding)
    root = document.root
    elements = tuple(_visible_elements(root))
    place = {each: at for at, each in enumerate(elements)}
    return PageTree(number, page.url, row, root, elements, place, _words(elements), heads.find(document.root))


def texts(element: Element) -> list[str]:
    """The element's own texts, without those of the elements in it."""
    own = [element.text, *(child.tail for child in element)]
    return [text for each in own if (text := line(each or ""))]


def _visible_elements(root: Element) -> list[Element]:
    visible, hidden = [], set[Element]()
    for element in root.iter():
        if not isinstance(element.tag, str) or element.tag in _SILENT or element.getparent() in hidden:
            hidden.add(element)
        else:
            visible.append(element)
    return visible


def _words(elements: tuple[Element, ...]) -> dict[Element, str]:
    """The text of each element that has some, and not much."""
    length: dict[Element, int] = {}
    for element in reversed(elements):
        own = len(element.text or "") + sum(len(child.tail or "") for child in element)
        length[element] = own + sum(length.get(child, 0) for child in element)
    small = [each for each in elements if 0 < length[each] <= 4 * SMALL]
    return {each: text for each in small if 0 < len(text := content(each)) <= SMALL}
