"""The files of a post: their names come from the page's words, their addresses from its links."""

import re
from collections.abc import Iterable, Iterator
from copy import deepcopy
from itertools import islice

from lxml import etree
from parsel import Selector

from kistep_archive.model import urls
from kistep_archive.model.items import ParsedFile
from kistep_archive.parse import tree
from kistep_archive.parse.post.media import drop
from kistep_archive.parse.text import Element, content, line

_DOWNLOADS = etree.XPath("/descendant::a[contains(@href, 'ownload.es')]")
_TEXTS = etree.XPath("descendant::text()[normalize-space()]")
_ASKED = re.compile(r"[?&;](bid|list_no|seq)=([A-Za-z0-9_]{1,40})")
_LABEL = r"(?:첨부\s?파일|첨부|attach(?:ed|ment)?s?(?:\sfiles?)?|files?)"
# in an element of its own before the name
_ICON = re.compile(rf"\A(?:[a-z0-9_]{{1,10}}\s)?{_LABEL}\s?[:：]?\Z", re.I)
_KIND = re.compile(r"\A[a-z0-9]{2,5}\Z", re.I)
# after an icon: "png" in an element, "첨부파일 NAME" in the next one
_LED = re.compile(rf"\A{_LABEL}\s(?=\S)", re.I)
_BEFORE = re.compile(
    rf"\A(?:{_LABEL}\s?[:：]\s?|[(\[]?([a-z0-9]{{2,5}})[)\]]?\s(?:(?:{_LABEL}|(?:파일\s?)?아이콘|파일|icon)\s)?(?=.*\.\1\Z))",
    re.I,
)
_AFTER = re.compile(
    r"(?:(?:첨부\s?)?(?:파일\s?)?(?:다운로드|내려받기|다운받기|바로보기|미리보기|(?:음성|바로|미리)\s?듣기|새\s?창[^.]{0,20})"
    r"|download(?:\sfile)?|preview|open in a? ?new (?:window|tab))[\s)\]]{0,3}$",
    re.I,
)
FILE = re.compile(r"(?<=.)\.[A-Za-z0-9]{2,5}\Z")
_ENDING = re.compile(r"\.(?:[A-Za-z][A-Za-z0-9]{1,4}|7z)(?![A-Za-z0-9])", re.I)
# in brackets; without them only right after a name's ending, and not with a one-letter unit
_SIZE = re.compile(
    r"[(\[]\s?([0-9][0-9.,]{0,12}\s?(?:[KMGT]?bytes?|[KMGT]i?B|[KMGB]))\s?(?:[/|,·:][^()\[\]]{0,80})?[)\]]"
    r"(?=\s|\Z|다운로드|내려받기|download)"
    r"|(\.[A-Za-z0-9]{2,5})[\s,|/:-]{1,5}([0-9][0-9.,]{0,12}\s?(?:[KMGT]?bytes?|[KMGT]i?B))(?![A-Za-z0-9.])",
    re.I,
)
# what a page counts or measures, in brackets right after a name's ending: "a.pdf(Download 3)"
_COUNTED = re.compile(  # the same without brackets: "a.pdf Download 259회"
    r"(?<=\.)([A-Za-z0-9]{2,5})(?:\s?[|/,·-]\s?|\s{1,3})(?:다운로드|내려받기|downloads?|조회)(?:\s?횟?수)?\s?[:：(]?\s?"
    r"[0-9][0-9,]{0,9}\s?(?:회|건|times)?\)?\Z",
    re.I,
)
_FOLDERS = re.compile(r"\A(?:[A-Za-z]:\\|\\\\)(?:[^\\]{1,255}\\){0,30}(?=[^\\])")  # of Windows
_TOLD = re.compile(
    r"(?<=\.)([A-Za-z0-9]{2,5})\s{0,3}[(\[]\s?(?:[0-9][0-9.,]{0,12}\s?(?:[KMGT]?bytes?|[KMGT]i?B|[KMGB])|"
    r"(?:다운로드|내려받기|download(?:s|ed)?|조회|hits?)\s?[:：]?\s?[0-9]|[0-9][0-9,]{0,9}\s?(?:회|건|downloads?))"
    r"[^()\[\]]{0,80}[)\]]\s{0,3}(?:download|다운로드|내려받기|바로보기|미리보기|preview|\s){0,4}\Z",
    re.I,
)
_BOXES = {"li", "dd", "td", "tr", "p", "div", "dl", "ul", "body"}
_SCRIPTS, _CONTROLS = ("script", "style"), ("a", "button")
_ITEMS, _NEAR = {"li", "dd", "tr"}, 3  # a file's own box, and how far it is around a link
_LONG = 1000  # characters; a longer box has other words than a file's name


Offer = tuple[ParsedFile, list[Element]]  # a file and the links that offer it
FileKey = int | str  # the identity of a file: its seq, or its address
Holders = dict[Element, set[FileKey]]  # element -> the files whose links it contains


def downloads(document: Selector, bid: str, number: int) -> list[Offer]:
    """The files behind links of this post to `boardDownload.es` and the like, one for each seq however often
    it is linked; if `boardDownload.es` offers it too, it has that address."""
    links: dict[int, list[Element]] = {}
    for element in _DOWNLOADS(document.root):
        asked = {found[1]: found[2] for found in _ASKED.finditer(element.get("href"))}
        if (
            asked.get("list_no") == str(number)
            and asked.get("seq", "").isdigit()
            and asked.get("bid", bid) == (bid or asked.get("bid"))
        ):
            links.setdefault(int(asked["seq"][:15]), []).append(element)
    for elements in links.values():
        elements.sort(key=lambda element: "boardDownload.es" not in element.get("href"))
    holders = _holders((seq, element) for seq, elements in links.items() for element in elements)
    return [
        (
            _attachment(
                seq, elements, urls.link(tree.base(elements[0]), elements[0].get("href")), holders, seq
            ),
            elements,
        )
        for seq, elements in sorted(links.items())
    ]


def named(page_url: str, candidates: Iterable[Element]) -> list[Offer]:
    """The files among some links: those that show file names (the legacy layout), counted from 1."""
    links: dict[str, list[Element]] = {}
    here = urls.link(page_url, "")
    for element in candidates:
        url = urls.link(tree.base(element), element.get("href"))
        if url.startswith(("http://", "https://")) and url != here:
            links.setdefault(url, []).append(element)
    holders = _holders(
        (url, element)
        for url, elements in links.items()
        for element in elements
        if FILE.search(_named(element))
    )
    offered: list[Offer] = []
    for url, elements in links.items():
        found = _attachment(len(offered) + 1, elements, url, holders, url)
        offered += [(found, elements)] if FILE.search(found.name) else []
    return offered


def _holders(links: Iterable[tuple[FileKey, Element]]) -> Holders:
    holders: Holders = {}
    for file, link in links:
        for parent in link.iterancestors():
            holders.setdefault(parent, set()).add(file)
    return holders


def _attachment(seq: int, elements: list[Element], url: str, holders: Holders, file: FileKey) -> ParsedFile:
    """A file from its links. An element with links of other files gives no words for this one."""
    box = _around(elements[0], holders, file, elements)
    beside = "" if box is not None else _beside(elements[0])
    name = _name(elements, tidy(beside) if box is None else _named(box))
    size = _sized(_parted(beside if box is None else content(box)))
    return ParsedFile(seq, name, url, line(size[1] or size[3]) if size else None)


def _name(elements: list[Element], around: str) -> str:
    """The name in the links' own words, their titles or the words around them: one with an ending, if any has
    one."""
    names = [
        words
        for element in elements
        for words in (
            _named(_without_others(element, elements)),
            tidy(line(element.get("title") or element.get("download") or "")),
        )
    ]
    names = [name for name in (*names, around) if name]
    name = next(filter(FILE.search, names), names[0] if names else "")
    # a label was between them: "png", "첨부파일 NAME.png"
    return around if FILE.search(around) and name.endswith(around) else name


def _around(link: Element, holders: Holders, file: FileKey, own: list[Element]) -> Element | None:
    """The smallest box around a link that has more words than "Download", and nothing of other files; without
    the words of other links, such as those to a preview, if some are left."""
    for box in islice(_boxes(link, holders, file), _NEAR):
        if _named(left := _without_others(box, own)):
            return left
        if box.tag in _ITEMS:
            break
    return next((box for box in _boxes(link, holders, file) if _named(box)), None)


def _boxes(link: Element, holders: Holders, file: FileKey) -> Iterator[Element]:
    """The boxes around a link, from the smallest, as long as they have nothing of other files."""
    for box in link.iterancestors():
        if holders.get(box, set()) - {file} or (box.tag in _BOXES and len(content(box)) >= _LONG):
            return
        if box.tag in _BOXES:
            yield box


def _without_others(box: Element, own: list[Element]) -> Element:
    """A box without its scripts, and without links and buttons that neither offer the file nor name one."""
    others = {
        at
        for at, each in enumerate(box.iter())
        if each.tag in _SCRIPTS
        or (each.tag in _CONTROLS and each not in own and not FILE.search(_named(each)))
    }
    if not others:
        return box
    left = deepcopy(box)
    for each in [each for at, each in enumerate(left.iter()) if at in others]:
        drop(each)
    return left


def _beside(link: Element) -> str:
    """The words of one file if several share a box: the link's own words and those after it, or those before
    a "Download"."""
    if tidy(content(link)):
        return line(f"{content(link)} {link.tail or ''}")
    before = link.getprevious()
    return line(link.getparent().text or "") if before is None else line(before.tail or "") or content(before)


def _named(element: Element) -> str:
    """The file's name in an element's words, without labels and icons in separate elements before it."""
    words, texts = content(element), [line(text) for text in _TEXTS(element)[:3]]
    while len(texts) > 1 and _ICON.search(texts[0]) and words.startswith(texts[0]):
        words = words.removeprefix(texts.pop(0)).strip()
    if len(texts) > 1 and _KIND.search(texts[0]) and _LED.search(texts[1]) and words.startswith(texts[0]):
        words = _LED.sub("", words.removeprefix(texts[0]).strip())
    return tidy(words) if words == content(element) else _cut(words)


def tidy(words: str) -> str:
    """A file's name without the words and the folders around it: "png 첨부파일 NAME.png (2.23MB / Download
    259회)" is NAME.png."""
    name = _BEFORE.sub("", _cut(words)).strip()
    return _FOLDERS.sub("", name) or name


def _cut(words: str) -> str:
    """The words before the size; if there is no size, before "Download" and the like."""
    words = words[:600]
    if told := _TOLD.search(words) or _COUNTED.search(words):
        return words[: told.end(1)].strip()
    if size := _sized(words):
        return words[: size.end(2) if size[2] else size.start()].strip()
    for _ in range(3):
        words = _AFTER.sub("", words).rstrip(" -|/,([")
    return words


def _parted(words: str) -> str:
    """The words with a space between a name and what is told of the file in brackets after it."""
    told = _TOLD.search(words)
    return words if told is None else f"{words[: told.end(1)]} {words[told.end(1) :]}"


def _sized(words: str) -> re.Match[str] | None:
    """The place of a file's size: the last one, since a name may contain one too, with nothing after it that
    could be a name."""
    return next(
        (found for found in reversed(list(_SIZE.finditer(words))) if not _ENDING.search(words, found.end())),
        None,
    )
