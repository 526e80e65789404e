"""Pages of every skin, and what a site's redesign may do to each of them: mutants, made one by one and the
same each time."""

import json
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from lxml import html
from places import PAGES

from kistep_archive.http.response import Page
from kistep_archive.replica import Site
from kistep_archive.replica.pages import render_es, render_jsp
from kistep_archive.replica.pages.markup import Slice

UTF8 = (("Content-Type", "text/html;charset=UTF-8"),)
LABELS = {
    *(
        "title",
        "subject",
        "제목",
        "writer",
        "name",
        "author",
        "등록자",
        "작성자",
        "담당부서",
        "글쓴이",
        "date",
        "등록일",
        "작성일",
        "게시일",
    ),
    *(
        "hit",
        "hits",
        "view",
        "views",
        "조회수",
        "조회",
        "file",
        "files",
        "첨부",
        "첨부파일",
        "번호",
        "no",
        "no.",
    ),
}
_DATE = re.compile(r"\b(\d{4})([-./])(\d{2})\2(\d{2})\b")
_MENU = re.compile(r"<nav.*?</nav>", re.S)  # most of a page, and the same on all of them
_BODY = {"contents", "view_cont", "tb_contents", "q7", "context", "view_con", "board_txt"}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SITE = "https://www.kistep.re.kr"

Element = Any


@dataclass(frozen=True)
class Source:
    """A page to be mutated: its name, its address, its HTML."""

    name: str
    url: str
    html: str


@dataclass(frozen=True)
class Mutant:
    """One change of a page, in words, and the page that it makes."""

    what: str
    page: Page


def page_of(source: Source, words: str | None = None) -> Page:
    return Page(
        source.url, "2026-01-01T00:00:00Z", 200, UTF8, (source.html if words is None else words).encode()
    )


@cache
def sources() -> tuple[Source, ...]:
    """The golden pages with posts or rows, and the stand-in's pages in all its skins and both of its
    languages."""
    index = json.loads((PAGES / "index.json").read_text(encoding="utf-8"))
    golden = [
        Source(name, url, (PAGES / name).read_text(encoding="utf-8"))
        for name, url in index.items()
        if not name.startswith("notice") and "empty" not in name
    ]
    return tuple(
        replace(each, html=_MENU.sub("", each.html)) for each in (*golden, *_rendered("en"), *_rendered("ko"))
    )


def _rendered(language: str) -> Iterator[Source]:
    site = Site.standard()
    current, legacy = site.entries("es"), site.entries("jsp")
    step = 1 if language == "en" else 2
    # It has paragraphs, an image and a file.
    full = next(entry for entry in current if entry.number == 37135)
    old = next(entry for entry in legacy if entry.files and len(entry.blocks) > 3)
    for skin in render_es.POST_SKINS[::step]:
        files = "before" if language == "en" else "after"
        around = site.neighbours("es", full.number)
        words = render_es.post(full, skin=skin, language=language, files=files, neighbours=around)
        yield Source(
            f"es post {skin} {language}",
            f"{_SITE}/board.es?mid=a20501000000&bid=0051&act=view&list_no={full.number}",
            words,
        )
    for skin in render_es.LISTING_SKINS[::step]:
        yield Source(
            f"es listing {skin} {language}",
            f"{_SITE}/board.es?mid=a20501000000&bid=0051&nPage=2",
            render_es.listing(
                Slice(current[10:20], page=2, pages=20, total=len(current)), skin=skin, language=language
            ),
        )
    for skin in render_jsp.POST_SKINS[::step]:
        yield Source(f"jsp post {skin} {language}", f"{_SITE}/en/c4/sub3.jsp?brdType=R&bbIdx={old.number}",
                     render_jsp.post(old, skin=skin, language=language, neighbours=site.neighbours("jsp",
                     old.number)))  # fmt: skip
    for skin in render_jsp.LISTING_SKINS[::step]:
        yield Source(
            f"jsp listing {skin} {language}",
            f"{_SITE}/en/c4/sub3.jsp?brdType=L&thisPage=2&searchField=&searchText=",
            render_jsp.listing(
                Slice(legacy[10:20], page=2, pages=6, total=len(legacy)), skin=skin, language=language
            ),
        )


def mutants(source: Source) -> Iterator[Mutant]:
    """All mutants of a page, each of them once."""
    tree = html.document_fromstring(source.html)
    known = {as_page(tree)}
    for what, change in changes(tree):
        changed = deepcopy(tree)
        change(changed)
        words = as_page(changed)
        if words not in known:
            known.add(words)
            yield Mutant(what, page_of(source, words))


def as_page(tree: Element) -> str:
    """A tree as a page."""
    return "<!DOCTYPE html>\n" + html.tostring(tree, encoding="unicode")


_DAYS: dict[str, Callable[[re.Match[str]], str]] = {
    "14 Jul 2022": lambda day: f"{int(day[4])} {_MONTHS[int(day[3]) % 13 - 1]} {day[1]}",
    "07/14/2022": lambda day: f"{day[3]}/{day[4]}/{day[1]}",
    "14.07.2022": lambda day: f"{day[4]}.{day[3]}.{day[1]}",
    "22.07.14": lambda day: f"{day[1][2:]}.{day[3]}.{day[4]}",
    "2022년 7월 14일": lambda day: f"{day[1]}년 {int(day[3])}월 {int(day[4])}일",
    "2022/07/14": lambda day: f"{day[1]}/{day[3]}/{day[4]}",
    "nothing": lambda day: "",
}
_ATTRIBUTES = (
    ("links to posts are spelled otherwise", "href", re.compile("list_no=|bbIdx="), "id="),
    (
        "links to files are spelled otherwise",
        "href",
        re.compile(r"boardDownload\.es|download\.jsp"),
        "get.es",
    ),
    ("scripts of links are spelled otherwise", "onclick", re.compile("goView"), "open_"),
)


def changes(tree: Element) -> Iterator[tuple[str, Callable[[Element], None]]]:
    """All that may happen to a page like this one: in words, and what does it to a tree."""
    classes = sorted({name for each in tree.iter() for name in (each.get("class") or "").split()})
    for name in classes:
        yield f"class {name} renamed", lambda of, name=name: _rename_class(of, name)
        yield f"elements of class {name} lost their text", lambda of, name=name: _empty(of, name)
        yield f"elements of class {name} are of another kind", lambda of, name=name: _retag(of, name)
        yield f"elements of class {name} are gone", lambda of, name=name: _remove(of, name)
        yield f"elements of class {name} have dissolved", lambda of, name=name: _dissolve(of, name)
    for word in sorted({words for words in map(_words, tree.iter()) if words.lower() in LABELS}):
        for instead in ("Anmerkung", ""):
            yield (
                f"label {word!r} is now {instead!r}",
                lambda of, word=word, instead=instead: _relabel(of, word, instead),
            )
    for at in range(6):
        yield (
            f"column {at} is gone",
            lambda of, at=at: _columns(of, lambda cells: cells[:at] + cells[at + 1 :]),
        )
        yield f"column {at} moved to the end", lambda of, at=at: _columns(of, lambda cells: _moved(cells, at))
        yield (
            (f"values of column {at} moved to the end"),
            lambda of, at=at: _columns(of, lambda cells: _moved(cells, at), heads=False),
        )
    for spelling, spelled in _DAYS.items():
        yield f"days are written as {spelling}", lambda of, spelled=spelled: _redate(of, spelled)
    for what, name, pattern, instead in _ATTRIBUTES:
        yield (
            what,
            lambda of, name=name, pattern=pattern, instead=instead: _respell(of, name, pattern, instead),
        )
    yield "images are loaded late", _load_late
    yield "half of the paragraphs are gone", _halve


def _words(element: Element) -> str:
    is_visible = isinstance(element.tag, str) and element.tag not in ("option", "script", "title")
    return (element.text or "").strip(" \xa0\n:：") if is_visible else ""


def _moved(cells: list[Element], at: int) -> list[Element]:
    return cells[:at] + cells[at + 1 :] + cells[at : at + 1]


def _of_class(tree: Element, name: str) -> list[Element]:
    return [
        each
        for each in tree.iter()
        if isinstance(each.tag, str) and name in (each.get("class") or "").split()
    ]


def _rename_class(tree: Element, name: str) -> None:
    for each in _of_class(tree, name):
        each.set("class", " ".join("zz9" if word == name else word for word in each.get("class").split()))


def _empty(tree: Element, name: str) -> None:
    for each in _of_class(tree, name):
        tail = each.tail
        for child in list(each):
            each.remove(child)
        each.text, each.tail = "", tail


def _retag(tree: Element, name: str) -> None:
    for each in _of_class(tree, name):
        if each.tag not in ("tr", "td", "th", "table", "a", "li"):
            each.tag = "section" if each.tag == "div" else "div"


def _remove(tree: Element, name: str) -> None:
    for each in _of_class(tree, name):
        if each.getparent() is not None:
            each.drop_tree()


def _dissolve(tree: Element, name: str) -> None:
    for each in _of_class(tree, name):
        if each.getparent() is not None and each.tag not in ("tr", "td", "th", "table", "body", "html"):
            each.drop_tag()


def _relabel(tree: Element, word: str, instead: str) -> None:
    for each in tree.iter():
        if _words(each) == word and word:
            each.text = each.text.replace(word, instead)
        for name in ("aria-label", "data-label"):
            if isinstance(each.tag, str) and each.get(name) == word:
                each.set(name, instead)


def _columns(tree: Element, change: Callable[[list[Element]], list[Element]], *, heads: bool = True) -> None:
    """Changes the order of the cells of each row, of the items of each short list."""
    for row in tree.iter("tr", "ul", "dl"):
        cells = [each for each in row if each.tag in ("td", "th", "li", "dt", "dd")]
        if (
            not 3 <= len(cells) <= 12
            or _is_in_body(row)
            or (row.tag != "tr" and any(each.find(".//a") is not None for each in cells))
        ):
            continue
        if not heads and all(each.tag == "th" for each in cells):
            continue
        for each in cells:
            row.remove(each)
        row.extend(change(cells))


def _is_in_body(element: Element) -> bool:
    return any(_BODY & set((each.get("class") or "").split()) for each in (element, *element.iterancestors()))


def _redate(tree: Element, spelled: Callable[[re.Match[str]], str]) -> None:
    for each in tree.iter():
        if isinstance(each.tag, str) and not _is_in_body(each):
            each.text, each.tail = (
                _DATE.sub(spelled, words) if words else words for words in (each.text, each.tail)
            )


def _respell(tree: Element, name: str, pattern: re.Pattern[str], instead: str) -> None:
    for each in tree.iter():
        if isinstance(each.tag, str) and each.get(name):
            each.set(name, pattern.sub(instead, each.get(name)))


def _load_late(tree: Element) -> None:
    for each in tree.iter("img"):
        each.set("data-src", each.attrib.pop("src", ""))


def _halve(tree: Element) -> None:
    """The last half of a body's paragraphs."""
    bodies = [each for each in tree.iter("div", "td", "section") if len(each.findall("p")) > 1]
    for each in bodies:
        paragraphs = each.findall("p")
        for paragraph in paragraphs[len(paragraphs) // 2 :]:
            each.remove(paragraph)
