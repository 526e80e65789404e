"""The files a post offers: their names are in the page's words, their addresses in its links."""

import re
from collections.abc import Iterable
from urllib.parse import urljoin

from lxml import etree

from kistep_archive import boards
from kistep_archive.items import Attachment
from kistep_archive.layouts.text import Element, content, line

_LINKS = etree.XPath(".//a[@href]")
_DOWNLOADS = etree.XPath(".//a[contains(@href, 'boardDownload.es')]")
_TEXTS = etree.XPath(".//text()[normalize-space()]")
_ASKED = re.compile(r"[?&;](bid|list_no|seq)=([A-Za-z0-9_]{1,40})")
_SIZE = re.compile(r"[(\[]?\s?([0-9][0-9.,]{0,12}\s?(?:bytes?|[KMGT]i?B|[KMG]|B)(?![A-Za-z0-9.]))", re.I)
_BEFORE = re.compile(r"^(?:[a-z0-9]{2,5}\s)?(?:첨부\s?파일|첨부|attach(?:ed|ment)?s?(?:\sfiles?)?|files?)(?:\s?[:：]\s?|\s)", re.I)
_AFTER = re.compile(
    r"(?:(?:첨부\s?)?(?:파일\s?)?(?:다운로드|내려받기|다운받기|바로보기|미리보기|새\s?창[^.]{0,20})"
    r"|download(?:\sfile)?|preview|open in a? ?new (?:window|tab))[\s)\]]{0,3}$",
    re.I,
)
_FILE = re.compile(r"(?<=.)\.[A-Za-z0-9]{2,5}\Z")
_BOXES = {"li", "dd", "td", "tr", "p", "div", "dl", "ul", "body"}


Offered = tuple[Attachment, list[Element]]  # a file and the links that offer it


def downloads(page_url: str, root: Element, bid: str, number: int) -> list[Offered]:
    """The files behind `boardDownload.es` links of this very post, one for each seq however often it is linked."""
    links: dict[int, list[Element]] = {}
    for element in _DOWNLOADS(root):
        asked = {found[1]: found[2] for found in _ASKED.finditer(element.get("href"))}
        if asked.get("list_no") == str(number) and asked.get("seq", "").isdigit() and asked.get("bid", bid) == (bid or asked.get("bid")):
            links.setdefault(int(asked["seq"][:15]), []).append(element)
    return [(_attachment(seq, links[seq], boards.link(page_url, links[seq][0].get("href"))), links[seq]) for seq in sorted(links)]


def linked(page_url: str, candidates: Iterable[Element]) -> list[Offered]:
    """Those of some links that show file names (the legacy layout), counted from 1."""
    links: dict[str, list[Element]] = {}
    for element in candidates:
        url = boards.link(page_url, element.get("href"))
        if url.startswith(("http://", "https://")) and url.split("#")[0] != urljoin(page_url, "").split("#")[0]:
            links.setdefault(url, []).append(element)
    named = [(url, elements) for url, elements in links.items() if any(_FILE.search(name) for name in _names(elements))]
    return [(_attachment(seq, elements, url), elements) for seq, (url, elements) in enumerate(named, start=1)]


def _attachment(seq: int, elements: list[Element], url: str) -> Attachment:
    around = _around(elements[0])
    size = _SIZE.search(around)
    names = []
    for name in _names(elements):
        if _FILE.search(name):
            names = [name]
            break
        names += [name] if name else []
    return Attachment(seq, names[0] if names else "", url, line(size[1]) if size else None)


def _around(link: Element) -> str:
    """The words around a link: its list item or cell, or what follows it where several files share one."""
    box = next((element for element in link.iterancestors() if element.tag in _BOXES), None)
    others = [] if box is None else [other for other in _LINKS(box) if other.get("href") != link.get("href")]
    words = "" if box is None or any(_FILE.search(tidy(content(other))) for other in others[:20]) else content(box)
    return words if 0 < len(words) < 1000 else line(f"{content(link)} {link.tail or ''}")


def _names(elements: list[Element]) -> Iterable[str]:
    """What may be a file's name, best first: the links' own words, their titles, then the words around them."""
    for element in elements:
        yield tidy(content(element))
        yield tidy(line(element.get("title") or element.get("download") or ""))
    yield tidy(_around(elements[0]))
    for element in elements:
        yield from (tidy(line(text)) for text in _TEXTS(element.getparent())[:20])


def tidy(words: str) -> str:
    """A file's name without what the page says around it: "png 첨부파일 NAME.png (2.23MB / Download 259회)" is NAME.png."""
    words = words[:600]
    size = _SIZE.search(words)
    words = (words[: size.start()] if size and size.start() else words).strip()
    for _ in range(3):
        words = _AFTER.sub("", words).rstrip(" -|/,([")
    words = _BEFORE.sub("", words, count=1)
    kind, _, rest = words.partition(" ")
    return rest.strip() if rest and kind.isalnum() and rest.lower().endswith("." + kind.lower()) else words
