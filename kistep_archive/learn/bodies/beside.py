"""Whether a body holds, or stands beside, another text of its page that differs from post to post too, such
as the comments of readers: nothing tells the two apart."""

from collections import Counter
from collections.abc import Iterator, Sequence

from kistep_archive.learn import weights
from kistep_archive.learn.page_tree import PageTree
from kistep_archive.learn.weights import WeighedPage
from kistep_archive.model.skins import PostSkin
from kistep_archive.parse.skin import selectors
from kistep_archive.parse.text import Element

PAGES = 2  # pages that show it, at least
_OFTEN = 0.8  # the share of pages that have a box that belongs to the site
_SHARE = 0.15  # of what varies on a page: what is less beside a body is a note
_BOXES = {"div", "section", "article", "td"}
_BLOCKS = ("p", "div", "ul", "ol", "table", "blockquote", "section")


def is_shared(pages: Sequence[WeighedPage], bodies: Sequence[Sequence[Element]]) -> bool:
    """Whether on some pages another text that varies is in the body's boxes or beside them; `bodies` are the
    boxes of each page."""
    shared = [
        _is_divided(page, boxes) or _has_varying_beside(page, boxes)
        for page, boxes in zip(pages, bodies, strict=True)
    ]
    names = Counter(
        name for page, boxes in zip(pages, bodies, strict=True) for name in set(_named_parts(page, boxes))
    )
    return sum(shared) >= PAGES or any(count >= max(PAGES, _OFTEN * len(pages)) for count in names.values())


def has_text_beside(skin: PostSkin, tree: PageTree, common: set[str]) -> bool:
    """Whether a page has another long text that varies beside the body's box, behind the fields: one that
    only some pages have was perhaps on none that the skin was learnt from."""
    selections = {"title": skin.title, "writer": skin.writer, "date": skin.date, "hits": skin.hits}
    fields = {
        name: element
        for name, each in selections.items()
        if each is not None
        for _, element in selectors.values(tree.root, each)[:1]
        if element is not None and element in tree.place
    }
    bodies = [each for select in skin.body for each in selectors.elements(tree.root, select)]
    (page,) = weights.weigh([tree], [list(fields.values())], [fields.get("title")], common)
    own, start = set(bodies), max((tree.place[each] for each in fields.values()), default=0)
    around = {step for each in fields.values() for step in each.iterancestors()}
    siblings = {each for box in bodies for each in box.getparent() if each not in own | around}
    texts = [each for each in siblings if tree.place.get(each, -1) > start]
    return sum(page.weights[each].varying for each in texts) >= _SHARE * page.total > 0


def _named_parts(page: WeighedPage, boxes: Sequence[Element]) -> Iterator[str]:
    """The classes of the boxes that vary and stand between paragraphs without a box: an author's text has
    none that are on most pages."""
    for box in boxes:
        varying = [each for each in _parts(box) if _varies(page, each)]
        named = [each for each in varying if each.tag in _BOXES and each.get("class")]
        if len(named) < len(varying):
            yield from (each.get("class") for each in named)


def _is_divided(page: WeighedPage, boxes: Sequence[Element]) -> bool:
    """Whether a box of the body has two parts: one is a box of paragraphs without a name, or what is between
    them does not vary."""
    for box in boxes:
        parts = _parts(box)
        varying = [at for at, each in enumerate(parts) if _varies(page, each)]
        if len(varying) > 1 and any(_is_unnamed_box(parts[at]) for at in varying):
            return True
        between = parts[varying[0] : varying[-1]] if varying else []
        if any(_is_constant(page, each) for each in between):
            return True
    return False


def _parts(box: Element) -> list[Element]:
    """The elements in a box, or in the only one that it has."""
    parts = [each for each in box if isinstance(each.tag, str)]
    while len(parts) == 1 and parts[0].tag in _BOXES:
        parts = [each for each in parts[0] if isinstance(each.tag, str)]
    return parts


def _has_varying_beside(page: WeighedPage, boxes: Sequence[Element]) -> bool:
    own = set(boxes)
    siblings = {each for box in boxes for each in box.getparent() if each not in own}
    nameless = [each for each in siblings if not (each.get("class") or each.get("id"))]
    last = max((page.tree.place.get(each, -1) for each in boxes), default=-1)
    beside = [each for each in nameless if page.tree.place.get(each, -1) > last]
    return sum(page.weights[each].varying for each in beside) >= _SHARE * page.total > 0


def _varies(page: WeighedPage, element: Element) -> bool:
    return element in page.weights and page.weights[element].varying > 0


def _is_constant(page: WeighedPage, element: Element) -> bool:
    weight = page.weights.get(element)
    return weight is not None and not weight.varying and weight.constant > 0


def _is_unnamed_box(element: Element) -> bool:
    is_named = element.get("class") or element.get("id")
    return element.tag in _BOXES and not is_named and any(each.tag in _BLOCKS for each in element)
