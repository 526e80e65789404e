"""The files of a post: their names come from the page's words, their addresses from its links."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Set
from copy import deepcopy

from lxml import etree
from parsel import Selector

from kistep_archive.model import urls
from kistep_archive.model.items import ParsedFile
from kistep_archive.parse import tree
from kistep_archive.parse.elements import drop
from kistep_archive.parse.files import file_names
from kistep_archive.parse.files.file_names import FILE, find_size, name_in, space_details, spell_words, tidy
from kistep_archive.parse.text import Element, is_within, line

_HREFS = etree.XPath("/descendant::a/@href", smart_strings=False)
_LINKS = etree.XPath("/descendant::a[@href]")
_DOWNLOAD = "download.es"
_PARAMETERS = re.compile(r"[?&;](bid|list_no|seq)=([A-Za-z0-9_]{1,40})")
_BOXES = {"li", "dd", "td", "tr", "p", "div", "dl", "ul", "body"}
_SCRIPTS, _CONTROLS = ("script", "style"), ("a", "button")
_ITEMS, _NEAR = {"li", "dd", "tr"}, 3  # a file's own box, and how far it is around a link
_CROWD = 30  # links to more addresses are not those of one file
_FOREIGN = ""  # the key of what is no file
_WORDY = 150  # characters of a name without an ending at most: a sentence names no file
_LONG = 1000  # characters; a longer box has other words than a file's name


Offer = tuple[ParsedFile, list[Element]]  # a file and the links that offer it
FileKey = int | str  # the identity of a file: its seq, or its address
Holders = dict[Element, set[FileKey]]  # element -> the files whose links it contains


def downloads(document: Selector, bid: str, number: int, foreign: Collection[Element] = ()) -> list[Offer]:
    """The files behind links of this post to `boardDownload.es` and the like, one for each seq however often
    it is linked; if `boardDownload.es` offers it too, it has that address. The `foreign` elements hold other
    parts of the post, so their words name no file."""
    links: dict[int, list[Element]] = {}
    for element in _download_links(document.root):
        parameters = {match[1]: match[2] for match in _PARAMETERS.finditer(element.get("href"))}
        if (
            parameters.get("list_no") == str(number)
            and parameters.get("seq", "").isdigit()
            and parameters.get("bid", bid) == (bid or parameters.get("bid"))
        ):
            links.setdefault(int(parameters["seq"][:15]), []).append(element)
    for elements in links.values():
        elements.sort(key=lambda element: "boardDownload.es" not in element.get("href"))
    holders = _holders(((seq, element) for seq, elements in links.items() for element in elements), foreign)
    return [
        (
            _attachment(
                seq, elements, urls.link(tree.base(elements[0]), elements[0].get("href")), holders, seq
            ),
            elements,
        )
        for seq, elements in sorted(links.items())
    ]


def _download_links(root: Element) -> list[Element]:
    """The links to downloads, however their addresses are capitalised. Most pages have none."""
    if _DOWNLOAD not in "\n".join(_HREFS(root)).lower():
        return []
    return [each for each in _LINKS(root) if _DOWNLOAD in each.get("href").lower()]


def named_files(
    page_url: str, candidates: Iterable[Element], foreign: Collection[Element] = ()
) -> list[Offer]:
    """The files among some links: those that show file names (the legacy layout), counted from 1. The words
    of the `foreign` elements name none."""
    links: dict[str, list[Element]] = {}
    here = urls.link(page_url, "")
    for element in candidates:
        url = urls.link(tree.base(element), element.get("href"))
        if url.startswith(("http://", "https://")) and url != here:
            links.setdefault(url, []).append(element)
    showing = (
        (url, element)
        for url, elements in links.items()
        for element in elements
        if FILE.search(name_in(element))
    )
    holders = _holders(showing, foreign)
    crowds = Counter(box for elements in links.values() for box in elements[0].iterancestors())
    for box, many in crowds.items():
        if many > _CROWD:
            holders.setdefault(box, set()).add("")
    offered: list[Offer] = []
    for url, elements in links.items():
        file = _attachment(len(offered) + 1, elements, url, holders, url)
        offered += [(file, elements)] if FILE.search(file.name) else []
    return offered


def further_files(
    page_url: str, candidates: Iterable[Element], offers: list[Offer], foreign: Collection[Element]
) -> list[Offer]:
    """The files behind some links, besides the `offers` and counted after them."""
    links: dict[str, list[Element]] = {}
    for element in candidates:
        links.setdefault(urls.link(tree.base(element), element.get("href")), []).append(element)
    for offer, _ in offers:
        links.pop(offer.url, None)
    last = max((offer.seq for offer, _ in offers), default=0)
    known = [(offer.url, link) for offer, elements in offers for link in elements]
    holders = _holders(
        [*known, *((url, element) for url, elements in links.items() for element in elements)], foreign
    )
    return [
        (_attachment(seq, elements, url, holders, url), elements)
        for seq, (url, elements) in enumerate(links.items(), start=last + 1)
    ]


def _holders(links: Iterable[tuple[FileKey, Element]], foreign: Collection[Element]) -> Holders:
    holders: Holders = {element: {_FOREIGN} for element in foreign}
    for file, link in links:
        for parent in link.iterancestors():
            holders.setdefault(parent, set()).add(file)
    return holders


def _attachment(seq: int, elements: list[Element], url: str, holders: Holders, file: FileKey) -> ParsedFile:
    """A file from its links. An element with links of other files gives no words for this one."""
    box = _around(elements[0], holders, file, elements)
    beside = "" if box is not None else _beside(elements[0])
    words = (beside or spell_words(elements[0])) if box is None else spell_words(box)
    name = _name(elements, tidy(beside) if box is None else name_in(box), words)
    size = find_size(space_details(words))
    return ParsedFile(
        seq,
        name or file_names.name_in_address(elements) or f"File {seq}",
        url,
        line(size[1] or size[3]) if size else None,
    )


def _name(elements: list[Element], around: str, words: str) -> str:
    """The name in the links' own words, their titles or the `words` around them, where it is `around`: one
    with an ending, if any has one."""
    links = set(elements)
    own = [_without_others(element, links) for element in elements]
    shown = [name_in(element) for element in own]
    link_titles = [line(element.get("title") or element.get("download") or "") for element in elements]
    pairs = zip(shown, map(tidy, link_titles), strict=True)
    names = [name for pair in pairs for name in pair if name] + ([around] if around else [])
    alts = [image.get("alt") or "" for each in own for image in each.iter("img")]
    name = next(filter(FILE.search, [*names, *map(tidy, alts)]), names[0] if names else "")
    # a label was between them: "png", "첨부파일 NAME.png"
    name = around if FILE.search(around) and name.endswith(around) else name
    is_shown = name in shown or name == around
    titles = [*link_titles, *alts] if is_shown else []
    return file_names.settle_name(name, [*map(spell_words, own), words], elements, titles)


def _around(link: Element, holders: Holders, file: FileKey, own: list[Element]) -> Element | None:
    """The smallest box around a link that has more words than "Download", and nothing of other files and
    other parts of the post; without the words of other links, such as those to a preview, if some are left.
    Beyond the file's own box only a file's name counts."""
    links, is_own = set(own), True
    for at, box in enumerate(_boxes(link, holders, file)):
        left = _without_others(box, links)
        name = name_in(left)
        if FILE.search(name) or (is_own and _is_name(name)):
            return left
        is_own = is_own and at + 1 < _NEAR and box.tag not in _ITEMS
    return next((box for box in _boxes(link, holders, file) if _is_named_by_other_link(box)), None)


def _is_named_by_other_link(box: Element) -> bool:
    """Whether the words of another link in a file's own box name the file."""
    return box.tag in _ITEMS and _is_name(name_in(box))


def _is_name(words: str) -> bool:
    """Whether the words of a file's own box may name it though they have no ending."""
    return 0 < len(words) <= _WORDY and not file_names.is_label(words)


def _boxes(link: Element, holders: Holders, file: FileKey) -> Iterator[Element]:
    """The boxes around a link, from the smallest, as long as they have nothing of other files."""
    for box in link.iterancestors():
        files_inside = holders.get(box, ())
        if len(files_inside) > (file in files_inside) or (
            box.tag in _BOXES and not is_within(box, _LONG - 1)
        ):
            return
        if box.tag in _BOXES:
            yield box


def _without_others(box: Element, own: Set[Element]) -> Element:
    """A box without its scripts, and without links and buttons that neither offer the file nor name one."""
    others = {
        at
        for at, each in enumerate(box.iter())
        if each.tag in _SCRIPTS
        or (each.tag in _CONTROLS and each not in own and not FILE.search(name_in(each)))
    }
    if not others:
        return box
    left = deepcopy(box)
    for each in [each for at, each in enumerate(left.iter()) if at in others]:
        drop(each)
    return left


def _beside(link: Element) -> str:
    """The words of one file if several share a box: the link's own words and those after it, or a file's name
    before a "Download", or behind it."""
    if tidy(spell_words(link)):
        return line(f"{spell_words(link)} {link.tail or ''}")
    before = link.getprevious()
    texts = [link.getparent().text] if before is None else [before.tail, spell_words(before)]
    words = map(line, [text or "" for text in (*texts, link.tail)])
    return next((each for each in words if FILE.search(tidy(each))), "")
