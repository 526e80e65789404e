"""What stands beside the box of a body, between the labels and the site's own furniture: a text, an image, a
table or a video there may be a part of the post, so it is an error and never dropped in silence."""

import re
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice, pairwise, takewhile
from operator import is_not

from lxml import etree

from kistep_archive.parse import fields
from kistep_archive.parse.blocks import LabelBlock
from kistep_archive.parse.body.foreign import licensed, notes
from kistep_archive.parse.body.foreign.asides import (
    FILE_LABEL,
    SECTIONS,
    SHOWN,
    is_aside,
    is_file_block,
    is_sites_section,
)
from kistep_archive.parse.elements import first_words, is_hidden, names_of
from kistep_archive.parse.text import Element, ParseError, content, line
from kistep_archive.parse.values import SMALL

_LISTS = {"ul", "ol", "tr", "p", "span", "li"}
_UNSEEN = {"script", "style", "noscript", "template", "link", "meta", "col", "colgroup", "br", "hr"}
_FRAMES = {"div", "section", "td", "tr", "p", "span"}  # not of tables: their rows have content
_MEDIA = ("img", "iframe", "video", "audio", "object", "embed")
_DEEPEST = 8  # frames in each other; what is deeper is not looked into, but refused
_LABEL = 20  # characters of a label at most
_LETTER = re.compile(r"\w")
_SITES = re.compile(  # in classes of what is a part of the site
    r"btn|button|nav|foot|sns|share|prev|next|comment|reply|licen|kogl|copy|satisf|search|print", re.I
)
_OFFER = re.compile(r"down|file|attach|seq=", re.I)
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|bmp)\Z", re.I)
_ICON = re.compile(r"ico|btn|down|/.{1,2}\.\w{3,4}\Z|\.gif\Z", re.I)
_TEXTS = etree.XPath("descendant::text()[normalize-space()]")
_UNLINKED = etree.XPath("descendant::text()[normalize-space() and not(ancestor::a or ancestor::button)]")

Neighbour = Element | str  # a text stands there without an element of its own


def outwards(block: LabelBlock) -> list[Element]:
    """The elements around the last label of a block, from the inside out: the first is the one after which
    the body may begin."""
    last = block.fields[-1].path
    depth = last.index(block.element)
    inside = block.element.tag not in _LISTS and depth + 1 < len(last)
    return [*([last[depth + 1]] if inside else []), block.element, *block.element.iterancestors()]


def check(
    url: str,
    block: LabelBlock,
    title: tuple[str, tuple[Element, ...]],
    run: Sequence[Element],
    scope: Element,
) -> None:
    """Raises ParseError that shows what stands beside a body, if that may be a part of the post. `scope` is
    the element that has the labels and the body, `title` the post's, with the elements it comes from."""
    check_before(url, block, title, run)
    for piece in islice(_behind(run[-1], scope), int(len(run) > 1), None):  # a run has its last text too
        if not isinstance(piece, str) and _is_others(piece):
            return
        if not _is_known(piece, block) and not _is_again(piece, block):
            raise _error(url, piece)
        if not _is_empty(piece) and not _is_skipped(piece):
            return


def check_before(
    url: str, block: LabelBlock, title: tuple[str, tuple[Element, ...]], run: Sequence[Element]
) -> None:
    """Raises ParseError if what stands between labels and body, or between its boxes, may be the post's."""
    for piece in (*_before(block, run[0]), *_between(run)):
        if not _is_known(piece, block, is_inner=True) and not _repeats_values(piece, block, *title):
            raise _error(url, piece)


def _before(block: LabelBlock, box: Element) -> Iterator[Neighbour]:
    """What stands between the labels and a box, in the order of the page."""
    around = {box, *box.iterancestors()}
    step = outwards(block)[0]
    while step is not None and step not in around:
        for piece in _after(step):
            if piece in around:
                yield from _inside_before(piece, box)
                return
            yield piece
        step = step.getparent()


def _inside_before(around: Element, box: Element) -> Iterator[Neighbour]:
    """What stands before a box in an element around it."""
    path = [each for each in box.iterancestors() if around in (each, *each.iterancestors())]
    steps = [*path[-2::-1], box] if path else []
    for outer, inner in zip(reversed(path), steps, strict=True):
        yield outer.text or ""
        for each in outer.iterchildren("*"):
            if each is inner:
                break
            yield each
            yield each.tail or ""


def _after(element: Element) -> Iterator[Neighbour]:
    """What follows an element in its parent."""
    yield element.tail or ""
    for each in element.itersiblings("*"):
        yield each
        yield each.tail or ""


def _between(run: Sequence[Element]) -> Iterator[Neighbour]:
    """What stands between the boxes of a body, where they are neighbours, besides the text right behind one,
    which is the body's."""
    for one, other in pairwise(run):
        if one.getparent() is other.getparent():
            yield from islice(takewhile(partial(is_not, other), _after(one)), 1, None)


def _behind(box: Element, scope: Element) -> Iterator[Neighbour]:
    """What stands behind a box, outwards to the end of the post's own."""
    step = box
    while step is not scope and step is not None:
        yield from _after(step)
        step = step.getparent()


def _is_empty(piece: Neighbour) -> bool:
    if isinstance(piece, str):
        return not _LETTER.search(piece)
    if piece.tag in _UNSEEN:
        return True
    return not _LETTER.search(content(piece)) and next(_media(piece), None) is None


def _is_known(piece: Neighbour, block: LabelBlock, deep: int = 0, *, is_inner: bool = False) -> bool:
    """Whether a piece is nothing, hidden, the site's furniture, or a frame of such. Before the body and in it
    (`is_inner`) an aside or the like may be the post's: its tag says nothing of who wrote it."""
    if _is_empty(piece):
        return True
    if isinstance(piece, str):
        return False
    if is_hidden(piece) or _is_furniture(piece) or _is_offer(piece):
        return True
    if licensed.is_body(piece, block):
        return False
    if is_inner and piece.tag in SECTIONS and not (is_sites_section(piece) and not _is_picture(piece)):
        return notes.is_note(piece) or notes.is_behind(piece)
    if is_aside(piece, block) or notes.is_note(piece) or notes.is_behind(piece):
        return True
    if piece.tag not in _FRAMES or not len(piece) or deep == _DEEPEST:
        return False
    own = [piece.text or "", *(each.tail or "" for each in piece)]
    return all(map(_is_empty, own)) and all(
        _is_known(each, block, deep + 1, is_inner=is_inner) for each in piece.iterchildren("*")
    )


def _is_picture(element: Element) -> bool:
    """Whether an element has no words, but an image or a video that is no link."""
    linked = {each for link in element.iter("a", "button") for each in link.iter(*_MEDIA)}
    return not content(element) and any(each not in linked for each in element.iter(*_MEDIA))


def _is_furniture(element: Element) -> bool:
    """Whether an element is a small label, or its class says that it is a part of the site."""
    if element.tag in ("th", "dt"):
        return True
    names = names_of(element)
    return _SITES.search(names) is not None and not SHOWN(element) and len(content(element)) <= SMALL


def _is_offer(element: Element) -> bool:
    """Whether an element offers files, in a known way or not, with few words beside the links."""
    first = first_words(element)
    is_row = FILE_LABEL.fullmatch(first) is not None and next(element.iter("p", "img"), None) is None
    if is_row and len(line(" ".join(_UNLINKED(element)))) <= len(first) + SMALL:
        return True  # `file_rows` says what it offers
    links = [each for each in element.iter("a", "button") if _OFFER.search(_target(each))]
    if not links or next(element.iter("table"), None) is not None:
        return FILE_LABEL.fullmatch(content(element)) is not None
    images = [each for each in element.iter(*_MEDIA) if next(each.iterancestors("a", "button"), None) is None]
    return all(map(_is_icon, images)) and len(line(" ".join(_UNLINKED(element)))) <= SMALL * len(links)


def _target(link: Element) -> str:
    href = link.get("href") or ""
    return f"{'' if _PICTURE.search(href) else href} {link.get('onclick') or ''} {link.get('title') or ''}"


def _is_icon(image: Element) -> bool:
    return (
        image.tag == "img"
        and len(image.get("alt") or "") <= 12
        and bool(_ICON.search(image.get("src") or ""))
    )


def _is_others(element: Element) -> bool:
    """Whether an element behind a body announces other posts."""
    first = first_words(element)
    return notes.is_related(first) and first != content(element)


def _is_skipped(piece: Element) -> bool:
    """Whether something known may stand between two parts of a post."""
    return is_hidden(piece) or is_file_block(piece) or notes.is_sites(piece, content(piece))


def _repeats_values(piece: Neighbour, block: LabelBlock, title: str, title_from: Sequence[Element]) -> bool:
    """Whether a piece between labels and body is one of their values, the title, or says the same again."""
    values = [title, *(field.value or "" for field in block.fields)]
    if isinstance(piece, str):
        return any(line(piece) in value for value in values)
    if content(piece) == title or piece in title_from:
        return True
    if any(piece in field.path or piece in field.read_from for field in block.fields):
        return True
    if piece in block.around_values and all(line(text) in values for text in _TEXTS(piece)):
        return True  # a row of values under a row of labels
    return _is_again(piece, block, title)


def _is_again(piece: Neighbour, block: LabelBlock, title: str = "") -> bool:
    """Whether a piece has only labels that say again what the post's own say."""
    if isinstance(piece, str):
        return False
    values = [title, *(field.value or "" for field in block.fields)]
    again = fields.find(piece)
    is_same = bool(again) and all(line(field.value or "") in values for field in again)
    return is_same and len(content(piece)) <= sum(len(field.value or "") + _LABEL for field in again)


def _error(url: str, piece: Neighbour) -> ParseError:
    words = line(piece) if isinstance(piece, str) else content(piece)
    shown = repr(words[:60]) if words else f"<{next(_media(piece))}>"
    why = (
        f"beside the body's box stands {shown}, so it is unclear whether it is a part of the body; a skin "
        "can name both boxes"
    )
    return ParseError(url, "body", why)


def _media(element: Element) -> Iterator[str]:
    return (str(each.tag) for each in element.iter(*_MEDIA))
