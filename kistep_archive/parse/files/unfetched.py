"""Files that a post lists and that the archive cannot fetch: a script offers them, or their address is
spelled in an unknown way."""

import re
from collections.abc import Iterator, Set
from functools import cache
from itertools import islice

from lxml import etree

from kistep_archive.model.urls import Location
from kistep_archive.parse.files.file_names import FILE, name_in, settle_name, tidy
from kistep_archive.parse.files.files import Offer
from kistep_archive.parse.text import Element, ParseError, content, line

_LOWER = "translate(@href, 'ACDEFHILNOPQRSTUVW', 'acdefhilnopqrstuvw')"
_LIKE_DOWNLOADS = etree.XPath(
    f"descendant::a[contains({_LOWER}, 'download') or contains({_LOWER}, 'filedown') or "
    f"contains({_LOWER}, 'seq=') or contains({_LOWER}, 'atchfileid=') or contains({_LOWER}, 'filesn=')]"
)
_POST = re.compile(r"(?:list_no|bbIdx)=([0-9]+)")
_BOARD = re.compile(r"[?&;]bid=([A-Za-z0-9_]+)")
_SCRIPT = re.compile(r"\s{0,9}(?:javascript:|#)", re.I)
_SCRIPTED = etree.XPath(
    "descendant::a[not(@href) or starts-with(normalize-space(@href), '#') or "
    "starts-with(translate(normalize-space(@href), 'ACIJPRSTV', 'acijprstv'), 'javascript:')] | "
    "descendant::button[@onclick]"
)
_FILE_ID = re.compile(r"[?&;](?:atch_?file_?id|file_?(?:sn|seq|id|no|key|idx))=[^&;#]", re.I)
_CALL = re.compile(r"([A-Za-z_$][\w$.]{0,60})\s?\(([^()]{1,200})\)")
_DOWN = re.compile(r"down", re.I)
_NO_DOWN = re.compile(  # what goes down without a file
    r"scroll|slide|drop|count|font|zoom|page|key|mouse|touch|pointer|fade|move|shut|tree|menu|volume|mark|break|"
    r"toggle|hover|show|hide|viewer",
    re.I,
)
_ADDRESS = re.compile(r"['\"][^'\"]{0,200}down[^'\"]{0,60}\?[^'\"]{1,200}['\"]", re.I)  # in a script
_PREVIEW = re.compile(r"(?:view|image|img|thumb)[^?]*(?:\?|\Z)", re.I)
_LITERAL = re.compile(r"['\"][^'\"#]{1,120}['\"]|\b[0-9]{1,15}\b")
_WORDS = re.compile(  # of a button that fetches a file
    r"(?:(?:첨부\s?)?(?:파일\s?)?(?:다운로드|내려받기|다운받기|저장(?:하기)?|받기)|첨부\s?파일|download(?:\sfile)?|save"
    r"|attach(?:ment|ed\sfile)?)(?:\s?[0-9]{1,3})?",
    re.I,
)
_ALL = re.compile(r"all\b|All|전체|모두|일괄|zip|압축", re.I)
_BOXES = ("li", "dd", "td", "tr", "p", "div")


def scripted_names(scope: Element, body: Element, offers: list[Offer]) -> tuple[str, ...]:
    """The files beside the body that only a script of the page offers: they have no address. Each by its
    name, or by the script's call where the page shows no name."""
    links = [link for link in _SCRIPTED(scope) if body not in link.iterancestors()]
    known = {offer.name for offer, _ in offers}
    names = dict.fromkeys(name for link in links if FILE.search(name := _name(link)))
    fetched = {link for _, elements in offers for link in elements}
    calls = [(link, call) for link in links if (call := _call(link)) and not FILE.search(tidy(content(link)))]
    offers_one = cache(lambda box: not fetched.isdisjoint(box.iter("a")))
    for link, call in calls:
        # the box around a link may offer a file in a known way too
        if not offers_one(next(link.iterancestors(*_BOXES), link)) and not (
            offers and _ALL.search(f"{call} {content(link)}")
        ):
            names[_display_name(link) or call] = None
    return tuple(name for name in names if name not in known)


def _name(link: Element) -> str:
    """The words of a link, without those beside the name of a file in them."""
    words = content(link)
    return settle_name(name_in(link), [words], [link], [line(link.get("title") or "")])


def _call(link: Element) -> str:
    """The call of a script that downloads a file, as the page spells it; "" if a link or button has none."""
    for script in (link.get("href") or "", link.get("onclick") or ""):
        for match in _CALL.finditer(script[:600]):
            is_download = _DOWN.search(match[1]) and not _NO_DOWN.search(match[1])
            if is_download and _LITERAL.search(match[2]):
                return line(match[0])
        if address := _ADDRESS.search(script[:600]):
            return address[0]
    return ""


def _display_name(link: Element) -> str:
    """A file's name beside a link that has none: in its title, its image or the box around it."""
    images = [image.get("alt") or "" for image in link.iter("img")]
    box = next(link.iterancestors(*_BOXES), None)
    around = (
        ""
        if box is None or next(islice(box.iter("a", "button"), 3, None), None) is not None
        else content(box)
    )
    words = (link.get("title") or "", *images, around)
    return next(filter(FILE.search, map(tidy, map(line, words))), "")


def check_known(url: str, at: Location, scope: Element, body: Element, offers: list[Offer]) -> None:
    """Raises ParseError for a download of the post at this location, beside its body, whose address is
    spelled in an unknown way: the post would silently lose its file."""
    known = {link for _, links in offers for link in links}
    names = {offer.name for offer, _ in offers}
    for link in _unknown(at, scope, body, known):
        href, box = link.get("href"), link.getparent()
        name = next(filter(FILE.search, map(tidy, (content(link), _display_name(link), content(box)))), "")
        if name and not names.isdisjoint(name[at:] for at in range(len(name) + 1)):
            continue
        if name or _is_nameless(link):
            what = f"the link to {name[:60]!r}" if name else "a link to a file without a name"
            words = f"{what} is spelled in an unknown way: {href[:80]!r}"
            raise ParseError(url, "attachments", words)


def _unknown(at: Location, scope: Element, body: Element, known: Set[Element]) -> Iterator[Element]:
    """The links like downloads of this post that are none of its known ones, nor in a box with one."""
    offers_one = cache(lambda box: not known.isdisjoint(box.iter("a")))
    for link in _LIKE_DOWNLOADS(scope):
        href = link.get("href")
        if link in known or _SCRIPT.match(href) or _is_of_another(href, at) or body in link.iterancestors():
            continue
        is_preview = _PREVIEW.search(href) is not None and not _DOWN.search(href)
        if not is_preview and not offers_one(link.getparent()):
            yield link


def _is_nameless(link: Element) -> bool:
    """Whether a link fetches a file, though the page does not show its name: its address has a file's number,
    or its words are those of a button."""
    images = " ".join(image.get("alt") or "" for image in link.iter("img"))
    words = line(content(link) or images or link.get("title") or "")
    is_button, href = _WORDS.fullmatch(words) is not None, link.get("href")
    has_number = _FILE_ID.search(href) is not None and (is_button or _DOWN.search(href) is not None)
    return has_number or (is_button and any(letter.isdigit() for letter in href.partition("?")[2]))


def _is_of_another(href: str, at: Location) -> bool:
    """Whether an address names another post, or another board."""
    post, board = _POST.search(href), _BOARD.search(href)
    if post is not None and post[1].lstrip("0") != str(at.number):
        return True
    return board is not None and bool(at.bid) and board[1] != at.bid
