"""What the words of a listing declare: its page, and how many pages and posts there are."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache

from parsel import Selector

from kistep_archive.model.items import Listing, Row
from kistep_archive.model.skins import ListingSkin
from kistep_archive.model.urls import Location
from kistep_archive.parse.elements import is_unshown
from kistep_archive.parse.listing import hints, totals
from kistep_archive.parse.listing.totals import PagerLink, is_frame
from kistep_archive.parse.skin import listings
from kistep_archive.parse.text import Element, ParseError, short_content

_SHORT = 150  # characters of a statement at most
_NAMED = re.compile(
    r"(?:전체\s?게시물|전체\s?글|전체|총\s?게시물|총\s?게시글|총|게시물|total\s(?:posts|articles|count|"
    r"items)|total)\s?(?:수\s?)?[:：]?\s?"
    r"([0-9][0-9,]{0,14}+)(?!\s?(?:/|명|회|visit|people|persons|users?|members?|views?|hits?|download|개?의?\s?(?:댓글|답글|답변|덧글|"
    r"파일|첨부|사진|이미지)|comments?|repl(?:y|ies)|answers?|files?|attachments?|photos?|images?|pictures?|likes?|"
    r"votes?|slides?|banners?|pop-?ups?|search(?:ed)?\sresults?|results?\sfor))",
    re.I,
)
_COUNTED = re.compile(
    r"(?<![0-9,])([0-9][0-9,]{0,14})\s?(?:건|개의?\s?게시|posts?\b|articles?\b|results?\b(?!\sfor)|items?\b)",
    re.I,
)
_SEARCHED = r"검색\s?(?:결과|된|한)|search(?:ed)?\s?(?:results?|for)"
_PART = re.compile(
    rf"(?:새\s?글|신규|{_SEARCHED}|\bnew\b|선택|댓글|comments?|첨부|파일|files?|다운로드|"
    r"downloads?)[^0-9]{0,20}([0-9][0-9,]{0,14})",
    re.I,
)  # a number of some posts, or of something else, not of all posts
_PAGES = re.compile(
    r"(?:페이지|pages?)\s?[:：]?\s?([0-9][0-9,]{0,8})\s?(?:/|of)\s?(?:total\s)?([0-9][0-9,]{0,8})"
    r"|(?<![0-9,/])([0-9][0-9,]{0,8})\s?(?:/|of)\s?([0-9][0-9,]{0,8})\s?(?:페이지|pages?\b|쪽)",
    re.I,
)
# before a total: what it counts
_OF_ELSE = re.compile(
    r"(?<![0-9])(?<![0-9]\s)(?:댓글|덧글|답글|첨부|파일|사진|comments?|repl(?:y|ies)|files?|photos?|images?)[^0-9]{0,4}\Z"
    rf"|(?:{_SEARCHED})[^0-9]{{0,16}}\Z",
    re.I,
)
# counters of something else than posts
_ELSE = re.compile(
    r"visit|today|yesterday|방문|오늘|어제|접속|회원|member|팝업|pop-?up|배너|banner|알림|장바구니|설문|"
    r"(?:popular|recent|top|hot)\s(?:search\w{0,3}|keywords?)|인기\s?검색|추천\s?검색|구독|subscri|online|동시|투표|득표|참여|추천|좋아요|예산|주문|찜|관심\s?상품|\b(?:cart|basket|wish\s?list|orders|order\stotal|"
    r"my\s?page|amount)\b|\bvot(?:e|es|ers?)\b|\blikes?\b",
    re.I,
)


Statement = tuple[int, str]  # how near to the rows some words are, and the words
Rows = tuple[int, int]  # how many rows of a page are not pinned, and how many are


@dataclass(frozen=True, slots=True)
class PageParts:
    """The parts of a listing page: the elements of its rows, the rows, and the links of its pager."""

    groups: Collection[Element]
    rows: tuple[Row, ...]
    links: Sequence[PagerLink]


def listing(
    url: str,
    at: Location,
    document: Selector,
    parts: PageParts,
    skin: ListingSkin | None,
    *,
    ignore_total: bool,
) -> tuple[Listing, bool]:
    """(the listing with what the page declares, whether its words declare pages or a total). Raises
    ParseError."""
    groups, rows, links = parts.groups, parts.rows, totals.outside(parts.links, parts.groups)
    number, unpinned = at.page or 1, sum(not row.pinned for row in rows)
    reach = totals.reach(links, number)
    page, pages, declared_totals = _read(list(groups), document, (unpinned, len(rows) - unpinned), reach)
    is_declared = pages is not None or bool(declared_totals)
    marked, last = totals.pager_counts(links, groups)
    page = page if page is not None else marked if marked is not None else number
    pages = pages if pages is not None else last
    total = next(iter(declared_totals), None)
    if skin is not None and skin.pages:
        pages = listings.number(url, document, "pages", skin.pages)
    if ignore_total:
        total = None
    elif skin is not None and skin.total:
        total = listings.number(url, document, "total", skin.total)
    elif len(declared_totals) > 1:
        _check_one(url, declared_totals, number)
        total = None  # a later page may not have what tells them apart
    if total is not None and rows and total < unpinned:
        total = None  # a number of something else
    return Listing(at.layout, page, pages, total, rows, reach > number), is_declared


def _read(
    rows: list[Element], document: Selector, shown: Rows, reach: int
) -> tuple[int | None, int | None, dict[int, str]]:
    """(page, pages, total -> the words with it) as the page declares them; several totals if it is unclear
    which is the listing's. `reach` is the last page that it links to: what contradicts it is of something
    else, such as a popup."""
    statements = _statements(rows, document)
    pages = (
        tuple(_number(part) for part in match.groups() if part)
        for _, words in statements
        if (match := _PAGES.search(words))
    )
    page, last = next((each for each in pages if each[-1] >= reach), (None, None))
    unpinned, pinned = shown
    least = max(unpinned, last or 0)
    before = (reach - 1) * unpinned  # the rows of the pages before the last one
    is_full = page is not None and last is not None and (page < last or last == 1)
    most = last * (unpinned + pinned) if is_full and last else None
    return page, last, _totals(statements, least, before, most)


def _check_one(url: str, declared_totals: dict[int, str], page: int) -> None:
    """Raises ParseError for several totals on the first page."""
    if page > 1:
        return
    (one, first), (other, second) = list(declared_totals.items())[:2]
    words = (
        f"the page declares two totals, {one} in {first[:40]!r} and {other} in {second[:40]!r}; one is of "
        "something else. Select the right one with listing.total in a skin (docs/skins.md)"
    )
    raise ParseError(url, "total", words)


def _statements(rows: list[Element], document: Selector) -> list[Statement]:
    """The short words outside the rows that may declare something, the nearest to the rows first."""
    inside = set(rows)
    around = (
        {element: depth for depth, element in enumerate(reversed(list(rows[0].iterancestors())))}
        if rows
        else {}
    )
    # what is outside the page's main part says nothing of the rows in it
    content_at = max((depth for element, depth in around.items() if element.tag == "main"), default=-1)
    statements: dict[Statement, None] = {}  # each once, in their order
    words_of = cache(_short_words)  # many texts may be in one large element
    for holder in hints.find(document.root, inside):
        chain = [holder, *holder.iterancestors()]
        near = max((around.get(element, -1) for element in chain), default=-1)
        if near >= content_at and not any(
            element not in around and (is_frame(element) or is_unshown(element)) for element in chain
        ):
            statements |= dict.fromkeys((near, words) for words in _widening_words(chain, around, words_of))
    return sorted(statements, key=lambda each: -each[0])


def _totals(statements: list[Statement], least: int, before: int, most: int | None) -> dict[int, str]:
    """The total of all posts: one that is named so comes before one that is only counted there. A number
    below `least` is of something else. A site may count a few posts less than the rows `before` the last
    page, but then the walk shows it, and no other number may fit better."""
    some = {match[1] for _, words in statements for match in _PART.finditer(words)}
    named = [(near, match[1], words) for near, words in statements for match in _named_totals(words)]
    counted = [
        (near, match[1], words)
        for near, words in statements
        for match in _COUNTED.finditer(words)
        if match[1] not in some
    ]
    named, counted = ([each for each in known if _number(each[1]) >= least] for known in (named, counted))
    level = max((near for near, _, _ in named), default=-2)
    nearest = max((near for near, _, _ in counted if near > level), default=None)
    declared = {_number(number): words for near, number, words in counted if near == nearest}
    declared |= {_number(number): words for _, number, words in reversed(named)}
    possible = {number: words for number, words in declared.items() if number > before}
    fitting = {number: words for number, words in possible.items() if most is None or number <= most}
    near = {n: words for n, words in declared.items() if not before or n > max(least, before * 3 // 4)}
    return fitting or possible or near


def _named_totals(words: str) -> list[re.Match[str]]:
    """Where the words name a total of posts."""
    match = next(
        (each for each in _NAMED.finditer(words) if not _OF_ELSE.search(words[: each.start()])), None
    )
    return [match] if match else []


def _short_words(element: Element) -> tuple[str, bool] | None:
    """(the words of an element, whether they speak of something else than posts); None if they are long."""
    words = short_content(element, _SHORT)
    return None if words is None else (words, _ELSE.search(words) is not None)


def _widening_words(
    chain: list[Element],
    around: dict[Element, int],
    words_of: Callable[[Element], tuple[str, bool] | None],
) -> list[str]:
    """The words around a text: its element, then up to two elements around it while they stay short; none if
    one of them speaks of visitors, popups and the like."""
    words: list[str] = []
    for element in chain[:3]:
        if element in around or (known := words_of(element)) is None:
            break
        text, is_of_else = known
        if is_of_else:
            return []
        if words and _OF_ELSE.search(text.partition(words[0])[0]):
            return []  # its label stands beside it
        words.append(text)
    return words


def _number(text: str) -> int:
    return int(text.replace(",", ""))
