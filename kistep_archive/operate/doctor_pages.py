"""What one listing and one post of a board say to the parser, and what of it fits."""

import re
from collections.abc import Generator, Iterable, Iterator

from kistep_archive.http.response import Page, PageError, content
from kistep_archive.model.boards import Board
from kistep_archive.model.items import Listing, Notice, Post, Row
from kistep_archive.model.urls import locate
from kistep_archive.operate.doctor_findings import Finding, fail, ok, warn
from kistep_archive.operate.doctor_network import NOT_ASKED, Answer, Asking, NotAskedError
from kistep_archive.parse import trace
from kistep_archive.parse.parser import ParseError, parse

_KEEP = "keep the page (with a browser or curl) and look at it with 'kistep-archive parse URL FILE'"
_REPORT = f"{_KEEP}; report it: the layout has changed, or is another one than known"
_AWAY = "try again later, or from another network; crawl at another hour"
_LISTED_BY = {  # what the known skins of a listing are told by
    "table (tstyle_list)": rb"tstyle_list",
    "publication list": rb"publication_list",
    "report list": rb"report_list",
    "newer skin (goPage)": rb"board-list",
    "legacy table (board_wrap_bbs)": rb"board_wrap_bbs",
    "gallery": rb"gallery_list",
    "legacy, later (tbl_list)": rb"tbl_list",
}
_HEADER = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.I)
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
_TAG = re.compile(r"<[^>]{1,120}>")
_WORDS = {"utf8": "utf-8", "euc-kr": "cp949", "euckr": "cp949", "ks_c_5601-1987": "cp949", "ms949": "cp949", "windows-949": "cp949"}


def board(asking: Asking, row: Board) -> Iterator[Finding]:
    """A board's listing, and the first post of it that is not pinned."""
    area = f"{row.name} ({row.layout})"
    listing = yield from _read(asking, row.listing_url(1), f"{area} listing")
    if isinstance(listing, Post):
        yield fail(4, f"{area} listing", "a post answered at the listing's address", _REPORT)
    elif listing is not None:
        yield from _listing(f"{area} listing", listing)
        if listing.rows:
            first = next((each for each in listing.rows if not each.pinned), listing.rows[0])
            yield from _first_post(asking, row, first, f"{area} post")


def _first_post(asking: Asking, row: Board, first: Row, area: str) -> Iterator[Finding]:
    found = locate(first.url)
    post = yield from _read(asking, row.post_url(first.number, found.bid if found else ""), area)
    if isinstance(post, Listing):
        yield fail(4, area, f"a listing answered at the address of post {first.number}", _REPORT)
    elif post is not None:
        yield from _post(area, post, first)


def _read(asking: Asking, url: str, area: str) -> Generator[Finding, None, Listing | Post | None]:
    """Yields what was found about the page, and returns the item, or None where there is none."""
    try:
        answer = asking.page(url)
    except NotAskedError as error:
        where, words, then = error.trouble
        yield warn(area, f"not asked: {words}", then) if where == NOT_ASKED else fail(3, area, f"{url}: {words}", then)
        return None
    yield from _address(area, url, answer)
    if answer.page.status != 200:
        yield _status(asking, area, url, answer.page.status)
        return None
    yield from _encoding(area, answer.page)
    return (yield from _item(asking, area, answer.page))


def _item(asking: Asking, area: str, page: Page) -> Generator[Finding, None, Listing | Post | None]:
    try:
        item = parse(page)
    except ParseError as error:
        cut = error.field == "end"
        then = "try again; if it stays so, report it" if cut else _REPORT
        yield fail(3 if cut else 4, area, str(error), then)
        return None
    if isinstance(item, Notice):
        yield _notice(asking, area, page.url, item)
        return None
    yield from _skin(area, page, item)
    return item


def _address(area: str, url: str, answer: Answer) -> Iterator[Finding]:
    if answer.final != url:
        words = f"{url} leads to {answer.final}"
        yield warn(area, words, "if it stays so, write a boards file with the new address (--boards)")


def _status(asking: Asking, area: str, url: str, status: int) -> Finding:
    if status in (404, 410):
        then = "look for the board in the site's menu, and write a boards file with its address (--boards)"
        return fail(4, area, f"{url} answers {status}: nothing is at this address", then)
    if status in (401, 403, 429, 503):
        _stop(asking, url, f"the site answered {status}")
    return fail(3, area, f"{url} answers {status}", _AWAY)


def _notice(asking: Asking, area: str, url: str, said: Notice) -> Finding:
    words = f"{url}: the site says ({said.notice}): {said.text[:200]}"
    if said.notice in ("maintenance", "blocked", "login"):
        _stop(asking, url, f"the site said ({said.notice})")
        return fail(3, area, words, _AWAY)
    return fail(4, area, words, _KEEP)


def _stop(asking: Asking, url: str, why: str) -> None:
    sent = asking.origin.send(url)
    asking.refused["/".join(sent.split("/", 3)[:3])] = why


def _encoding(area: str, page: Page) -> Iterator[Finding]:
    try:
        body = content(page)
    except PageError as error:
        yield warn(area, f"cannot be unpacked: {error}", "try again; if it stays so, report it")
        return
    header, meta = _HEADER.search(page.header("Content-Type")), _META.search(body, 0, 4096)
    said = [each for each in (header[1] if header else "", meta[1].decode("ascii", "replace") if meta else "") if each]
    fits = [name for name in ("utf-8", "cp949") if _decodes(body, name)]
    declared = f"declared {' in the header and '.join(said)}{' in the meta' if meta else ' in the header'}" if said else "not declared"
    words = f"encoding {declared}; the bytes are {'plain ASCII' if body.isascii() else ' or '.join(fits) or 'neither UTF-8 nor cp949'}"
    wrong = [name for name in said if _WORDS.get(name.lower(), name.lower()) not in fits]
    yield warn(area, words, "nothing: the parser reads what fits, and refuses what does not") if wrong or not said else ok(area, words)


def _decodes(body: bytes, name: str) -> bool:
    try:
        body.decode(name)
    except UnicodeDecodeError:
        return False
    return True


def _skin(area: str, page: Page, item: Listing | Post) -> Iterator[Finding]:
    """By which marks the skin is known; the parser needs none of them."""
    if isinstance(item, Post):
        _, spots = trace.read(page, "data-none")
        tags = {field: _TAG.match(places[0][-1].html) for field, places in spots.items() if places and places[0] and field != "attachments"}
        yield ok(area, "skin: " + ", ".join(f"{field} in {tag[0]}" for field, tag in tags.items() if tag))
        return
    known = [name for name, mark in _LISTED_BY.items() if re.search(mark, content(page))]
    words = f"skin: {', '.join(known)}" if known else "skin: none of those known; the rows were found by their links"
    yield ok(area, words) if known else warn(area, words, "compare the rows below with the page in a browser")


def _listing(area: str, listing: Listing) -> Iterator[Finding]:
    rows = listing.rows
    if not rows:
        yield fail(4, area, "says that there are no posts", "look at it with a browser; if there are posts, report it")
        return
    columns = {name: _known(getattr(row, name) for row in rows) for name in ("writer", "date", "hits", "attachments")}
    counts = ", ".join(f"{name} {known}" for name, known in columns.items())
    words = f"{len(rows)} rows, {sum(row.pinned for row in rows)} pinned, {sum(row.title_cut for row in rows)} titles cut; of them {counts}"
    if missing := [name for name, known in columns.items() if not known]:
        yield warn(area, words, f"compare with a browser: if the page shows {' and '.join(missing)}, report it")
    else:
        yield ok(area, words)
    totals = f"posts in all: {_said(listing.total)}; pages: {_said(listing.pages)}; this is page: {_said(listing.page)}"
    if listing.total is None:
        yield warn(area, totals, "nothing: without a total a crawl ends by other marks, and cannot tell that it met all posts")
    else:
        yield ok(area, totals)


def _post(area: str, post: Post, row: Row) -> Iterator[Finding]:
    fields = f"title {post.title[:60]!r}, writer {_said(post.writer)}, date {post.date}, hits {_said(post.hits)}"
    shown = f"body {len(post.body_text):,} characters, {len(post.attachments)} files, {len(post.images)} images"
    words = f"post {post.number}: {fields}; {shown}"
    missing = [name for name, value in (("writer", post.writer), ("hits", post.hits)) if value is None]
    missing += [] if post.body_text or post.images else ["body"]
    if missing:
        yield warn(area, words, f"compare with a browser: if the page shows {' and '.join(missing)}, report it")
    else:
        yield ok(area, words)
    if row.date is not None and row.date != post.date:
        yield warn(area, f"the listing dates it {row.date}, its page {post.date}", "compare with a browser; report it")
    if not row.title_cut and row.title != post.title:
        yield warn(area, f"the listing calls it {row.title[:60]!r}", "nothing, where the listing shortens titles; the post's own is kept")


def _known(values: Iterable[object]) -> int:
    return sum(value is not None for value in values)


def _said(value: object) -> str:
    return "not said" if value is None else str(value)
