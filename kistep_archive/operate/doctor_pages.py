"""Whether one listing and one post of each board fit the parser."""

import re
from collections.abc import Generator, Iterable, Iterator

from kistep_archive.display import plural
from kistep_archive.errors import ExitCode
from kistep_archive.http.response import Page, PageError, content
from kistep_archive.model.boards import Board
from kistep_archive.model.items import Listing, Notice, ParsedPost, Row
from kistep_archive.model.urls import locate
from kistep_archive.operate.doctor_findings import DoctorFinding, fail, ok, warn
from kistep_archive.operate.doctor_network import SKIPPED, Probe, ProbedPage, ProbeError
from kistep_archive.parse import trace
from kistep_archive.parse.parser import ParseError, parse

_SAVE = "save the page (with a browser or curl) and look at it with 'kistep-archive parse URL FILE'"
_REPORT = f"{_SAVE}; report it: the layout has changed, or is not known yet"
_LATER = "try again later, or from another network; crawl at another hour"
_SKIN_MARKS = {  # what identifies the known skins of a listing
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
_CODECS = {
    "utf8": "utf-8",
    "euc-kr": "cp949",
    "euckr": "cp949",
    "ks_c_5601-1987": "cp949",
    "ms949": "cp949",
    "windows-949": "cp949",
}


def board(probe: Probe, row: Board) -> Iterator[DoctorFinding]:
    """Checks a board's listing, and its first post that is not pinned."""
    area = f"{row.name} ({row.layout})"
    listing = yield from _read(probe, row, row.listing_url(1), f"{area} listing")
    if isinstance(listing, ParsedPost):
        yield fail(
            ExitCode.SITE_CHANGED, f"{area} listing", "a post answered at the listing's address", _REPORT
        )
    elif listing is not None:
        yield from _listing(f"{area} listing", listing)
        if listing.rows:
            first = next((each for each in listing.rows if not each.pinned), listing.rows[0])
            yield from _first_post(probe, row, first, f"{area} post")


def _first_post(probe: Probe, row: Board, first: Row, area: str) -> Iterator[DoctorFinding]:
    location = locate(first.url)
    post = yield from _read(probe, row, row.post_url(first.number, location.bid if location else ""), area)
    if isinstance(post, Listing):
        yield fail(
            ExitCode.SITE_CHANGED, area, f"a listing answered at the address of post {first.number}", _REPORT
        )
    elif post is not None:
        yield from _post(area, post, first)


def _read(
    probe: Probe, row: Board, url: str, area: str
) -> Generator[DoctorFinding, None, Listing | ParsedPost | None]:
    """Yields the findings about the page, and returns its item, or None if there is none."""
    try:
        answer = probe.page(url)
    except ProbeError as error:
        where, words, advice = error.problem
        skipped = where == SKIPPED
        yield (
            warn(area, f"skipped: {words}", advice)
            if skipped
            else fail(ExitCode.INCOMPLETE, area, f"{url}: {words}", advice)
        )
        return None
    yield from _address(area, url, answer)
    if answer.page.status != 200:
        yield _status(probe, area, url, answer.page.status)
        return None
    yield from _encoding(area, answer.page)
    return (yield from _item(probe, row, area, answer.page))


def _item(
    probe: Probe, row: Board, area: str, page: Page
) -> Generator[DoctorFinding, None, Listing | ParsedPost | None]:
    try:
        item = parse(page, row)
    except ParseError as error:
        truncated = error.field == "end"
        advice = "try again; if it happens again, report it" if truncated else _REPORT
        yield fail(3 if truncated else 4, area, str(error), advice)
        return None
    if isinstance(item, Notice):
        yield _notice(probe, area, page.url, item)
        return None
    yield from _skin(area, page, item)
    return item


def _address(area: str, url: str, answer: ProbedPage) -> Iterator[DoctorFinding]:
    if answer.final != url:
        words = f"{url} redirects to {answer.final}"
        yield warn(area, words, "if this is permanent, write a boards file with the new address (--boards)")


def _status(probe: Probe, area: str, url: str, status: int) -> DoctorFinding:
    if status in (404, 410):
        advice = "find the board in the site's menu, and write a boards file with its address (--boards)"
        return fail(
            ExitCode.SITE_CHANGED, area, f"{url} answers {status}: there is nothing at this address", advice
        )
    if status in (401, 403, 429, 503):
        _stop(probe, url, f"the site answered {status}")
    return fail(ExitCode.INCOMPLETE, area, f"{url} answers {status}", _LATER)


def _notice(probe: Probe, area: str, url: str, notice: Notice) -> DoctorFinding:
    words = f"{url}: the site says ({notice.notice}): {notice.text[:200]}"
    if notice.notice in ("maintenance", "blocked", "login", "session", "error", "waiting"):
        _stop(probe, url, f"the site said ({notice.notice})")
        return fail(ExitCode.INCOMPLETE, area, words, _LATER)
    return fail(ExitCode.SITE_CHANGED, area, words, _SAVE)


def _stop(probe: Probe, url: str, reason: str) -> None:
    """Asks this site no more."""
    probe.refused["/".join(probe.origin.send(url).split("/", 3)[:3])] = reason


def _encoding(area: str, page: Page) -> Iterator[DoctorFinding]:
    try:
        body = content(page)
    except PageError as error:
        yield warn(area, f"cannot be decompressed: {error}", "try again; if it happens again, report it")
        return
    header, meta = _HEADER.search(page.header("Content-Type")), _META.search(body, 0, 4096)
    declared = {
        "header": header[1] if header else "",
        "meta": meta[1].decode("ascii", "replace") if meta else "",
    }
    names = {place: name for place, name in declared.items() if name}
    fits = [name for name in ("utf-8", "cp949") if _decodes(body, name)]
    places = " and ".join(f"{name} in the {place}" for place, name in names.items())
    actual = "plain ASCII" if body.isascii() else " or ".join(fits) or "neither UTF-8 nor cp949"
    words = f"encoding {f'declared {places}' if names else 'not declared'}; the bytes are {actual}"
    if all(_CODECS.get(name.lower(), name.lower()) in fits for name in names.values()) and names:
        yield ok(area, words)
    else:
        yield warn(area, words, "nothing to do: the parser uses the encoding that fits, or refuses the page")


def _decodes(body: bytes, name: str) -> bool:
    try:
        body.decode(name)
    except UnicodeDecodeError:
        return False
    return True


def _skin(area: str, page: Page, item: Listing | ParsedPost) -> Iterator[DoctorFinding]:
    """Names the skin by its marks; the parser does not need them."""
    if isinstance(item, ParsedPost):
        _, spots = trace.read(page, "data-none")
        tags = {
            field: _TAG.match(places[0][-1].html)
            for field, places in spots.items()
            if places and places[0] and field != "attachments"
        }
        yield ok(area, "skin: " + ", ".join(f"{field} in {tag[0]}" for field, tag in tags.items() if tag))
        return
    names = [name for name, mark in _SKIN_MARKS.items() if re.search(mark, content(page))]
    if names:
        yield ok(area, f"skin: {', '.join(names)}")
    else:
        words = "skin: unknown; the parser found the rows by their links"
        yield warn(area, words, "compare the rows below with the page in a browser")


def _listing(area: str, listing: Listing) -> Iterator[DoctorFinding]:
    rows = listing.rows
    if not rows:
        advice = "look at it with a browser; if there are posts, report it"
        yield fail(ExitCode.SITE_CHANGED, area, "says that there are no posts", advice)
        return
    columns = {
        name: _count(getattr(row, name) for row in rows) for name in ("writer", "date", "hits", "attachments")
    }
    counts = ", ".join(f"{name} {count}" for name, count in columns.items())
    pinned, shortened = sum(row.pinned for row in rows), sum(row.title_cut for row in rows)
    words = (
        f"{plural(len(rows), 'row')} ({pinned} pinned, {shortened} with a shortened title); they show "
        f"{counts}"
    )
    yield _compare(area, words, [name for name, count in columns.items() if not count])
    totals = (
        f"total posts: {_shown(listing.total)}; pages: {_shown(listing.pages)}; this is page: "
        f"{_shown(listing.page)}"
    )
    if listing.total is None:
        note = (
            "nothing to do: without a total a crawl stops by other signs, and cannot prove that it saw "
            "every post"
        )
        yield warn(area, totals, note)
    else:
        yield ok(area, totals)


def _post(area: str, post: ParsedPost, row: Row) -> Iterator[DoctorFinding]:
    fields = (
        f"title {post.title[:60]!r}, writer {_shown(post.writer)}, date {post.date}, hits {_shown(post.hits)}"
    )
    files = f"{plural(len(post.attachments), 'file')}, {plural(len(post.images), 'image')}"
    words = f"post {post.number}: {fields}; body {plural(len(post.body_text), 'character')}, {files}"
    missing = [name for name, value in (("writer", post.writer), ("hits", post.hits)) if value is None]
    missing += [] if post.body_text or post.images else ["body"]
    yield _compare(area, words, missing)
    if row.date is not None and row.date != post.date:
        yield warn(
            area,
            f"the listing shows date {row.date}, the post {post.date}",
            "compare with a browser; report it",
        )
    if not row.title_cut and row.title != post.title:
        advice = "nothing to do if the listing shortens titles: the archive uses the post's own title"
        yield warn(area, f"the listing shows title {row.title[:60]!r}", advice)


def _compare(area: str, words: str, missing: list[str]) -> DoctorFinding:
    """All fields are there, or a person has to look for the missing ones."""
    if not missing:
        return ok(area, words)
    return warn(area, words, f"compare with a browser: if the page shows {' and '.join(missing)}, report it")


def _count(values: Iterable[object]) -> int:
    """How many values are known."""
    return sum(value is not None for value in values)


def _shown(value: object) -> str:
    return "not shown" if value is None else str(value)
