"""The header of a post: what a page shows from the boxes of title and date to the body, word by word."""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import takewhile

from kistep_archive.learn import patterns
from kistep_archive.learn.page_tree import PageTree
from kistep_archive.model import urls
from kistep_archive.model.skins import PostSkin
from kistep_archive.parse.skin import selectors
from kistep_archive.parse.text import Element, line, uncut

VALUE = "\x00"  # begins the key of what is no word: a value that the row tells, a date, the start of a text
DATE, BOX = f"{VALUE}date", f"{VALUE}box"

_LINE = 200  # characters of the box of a field behind the body
_LONG = 400  # words of a header at most: what more it has is no line of values
_LINKS = {"a", "button"}
_ITEMS = ("li", "tr", "dd", "p")
_WORDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+|[^\W0-9]+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a mark of a header. `key` is what is compared; `text` the number of the text that it stands
    in, `start` and `end` its place there."""

    key: str
    text: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Header:
    """The texts of a header outside of links, the elements that hold them, and their words in order."""

    texts: tuple[str, ...]
    holders: tuple[Element, ...]
    words: tuple[Token, ...]


def read(skin: PostSkin, tree: PageTree) -> Header:
    """The header of a page. What its row tells, and each date, is one word that is the same on all pages."""
    found = list(_texts(tree, set(elements(skin, tree))))
    words = [token for at, (text, holder) in enumerate(found) for token in _tokens(tree, at, text, holder)]
    return Header(
        tuple(text for text, _ in found), tuple(holder for _, holder in found), tuple(words[:_LONG])
    )


def elements(skin: PostSkin, tree: PageTree) -> Sequence[Element]:
    """The elements from the boxes of title and date, the first of them, to the body. Of a field behind the
    body, those of the line or box that it is in."""
    bodies = {each for select in skin.body for each in selectors.elements(tree.root, select)}
    with_body = {step for each in bodies for step in (each, *each.iterancestors())}
    selected = [selectors.values(tree.root, each)[:1] for each in (skin.title, skin.date) if each]
    fields = [element for each in selected for _, element in each if element in tree.place]
    body = min((tree.place[each] for each in bodies if each in tree.place), default=0)
    before = [_outermost(each, with_body) for each in fields if tree.place[each] < body]
    behind = [_line_of(each, with_body, tree) for each in fields if tree.place[each] > body]
    first = min((tree.place[each] for each in before if each in tree.place), default=body)
    return [
        *tree.elements[first:body],
        *(each for box in behind for each in box.iter() if each in tree.place),
    ]


def _outermost(field: Element, with_body: Set[Element]) -> Element:
    """The largest element around a field that is not around the body too."""
    around = (each for each in field.iterancestors() if each not in with_body)
    return next(reversed([field, *around]))


def _line_of(field: Element, with_body: Set[Element], tree: PageTree) -> Element:
    """The largest element around a field that is not around the body too, and has few words."""
    around = (each for each in field.iterancestors() if each not in with_body)
    small = takewhile(lambda each: 0 < len(tree.words.get(each, "")) <= _LINE, around)
    return next(reversed([field, *small]))


def _texts(tree: PageTree, part: Set[Element]) -> Iterator[tuple[str, Element]]:
    """The texts of a part of the page outside of links, and not beside a link to another post."""
    part = part - {each for box in _other_posts(tree) for each in box.iter()}
    for text in tree.root.xpath("descendant::text()"):
        holder = text.getparent() if text.is_text else text.getparent().getparent()
        is_link = holder is not None and any(each.tag in _LINKS for each in (holder, *holder.iterancestors()))
        if holder in part and not is_link and (words := line(text)):
            yield words, holder


def _other_posts(tree: PageTree) -> Iterator[Element]:
    """The items and rows with a link to another post."""
    for link in tree.root.iter("a"):
        at = urls.locate(urls.link(tree.url, link.get("href"))) if link.get("href") else None
        if at is not None and at.number not in (None, tree.number):
            yield from list(link.iterancestors(*_ITEMS))[:1]


def _tokens(tree: PageTree, at: int, text: str, holder: Element) -> Iterator[Token]:
    yield Token(f"{BOX} {holder.tag} {holder.get('class') or ''}", at, 0, 0)
    end = 0
    for start, stop, key in sorted(_known(tree, text)):
        if start >= end:
            yield from _plain(at, text, end, start)
            yield Token(key, at, start, stop)
            end = stop
    yield from _plain(at, text, end, len(text))


def _plain(at: int, text: str, start: int, end: int) -> Iterator[Token]:
    for match in _WORDS.finditer(text, start, end):
        yield Token(match[0].lower(), at, match.start(), match.end())


def _known(tree: PageTree, text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, key) of each date in a text, and of what the row tells."""
    yield from ((*place, DATE) for place in patterns.days(text))
    stem = uncut(line(tree.row.title))
    if stem and (at := text.find(stem)) >= 0:
        yield at, len(text) if tree.row.cut else at + len(stem), f"{VALUE}title"
    yield from ((*place, f"{VALUE}hits") for place in patterns.spans(tree.row, "hits", text))
    yield from ((*place, f"{VALUE}writer") for place in patterns.spans(tree.row, "writer", text))
