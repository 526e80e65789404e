"""Whether one listing and some posts of each board fit the parser, and say the same."""

from collections.abc import Generator, Iterable, Iterator

from kistep_archive.display import plural
from kistep_archive.errors import ExitCode
from kistep_archive.http.response import Page
from kistep_archive.ingest.guards.agreement import SEVERAL, Agreement
from kistep_archive.ingest.guards.suspicion import Suspicion
from kistep_archive.model.boards import Board
from kistep_archive.model.items import ListedRow, Listing, Notice, ParsedPost
from kistep_archive.model.urls import locate
from kistep_archive.operate.doctor import form
from kistep_archive.operate.doctor.findings import DoctorFinding, fail, ok, warn
from kistep_archive.operate.doctor.network import SKIPPED, Probe, ProbedPage, ProbeError
from kistep_archive.parse.parser import ParseError, parse

_SAVE = "save the page (with a browser or curl) and look at it with 'kistep-archive parse URL FILE'"
_SELECTED = ("title", "writer", "date", "hits", "body")  # what a skin of posts selects
_REPORT = f"{_SAVE}; report it: the layout has changed, or is not known yet"
_LATER = "try again later, or from another network; crawl at another hour"


def board(probe: Probe, row: Board) -> Iterator[DoctorFinding]:
    """Checks a board's listing, and its first posts that are not pinned."""
    area = f"{row.name} ({row.layout})"
    listing = yield from _read(probe, row, row.listing_url(1), f"{area} listing")
    if isinstance(listing, ParsedPost):
        yield fail(
            ExitCode.SITE_CHANGED, f"{area} listing", "a post answered at the listing's address", _REPORT
        )
    elif listing is not None:
        yield from _listing(f"{area} listing", listing)
        yield from _posts(probe, row, listing, f"{area} post")


def _posts(probe: Probe, board: Board, listing: Listing, area: str) -> Iterator[DoctorFinding]:
    """Checks some posts up to the first that cannot be read, then whether they say what the listing, their
    own heads and each other let expect."""
    agreement, count = Agreement(), 0
    for row in ([each for each in listing.rows if not each.pinned] or list(listing.rows))[:SEVERAL]:
        location = locate(row.url)
        url = board.post_url(row.number, location.bid if location else "")
        post = yield from _read(probe, board, url, area)
        if isinstance(post, Listing):
            words = f"a listing answered at the address of post {row.number}"
            yield fail(ExitCode.SITE_CHANGED, area, words, _REPORT)
            return
        if post is None:
            return
        yield _post(area, post)
        agreement.see(url, post, ListedRow.of(row), row.hits)
        count += 1
    if count:
        yield from _agreement(board, area, agreement, count)


def _agreement(board: Board, area: str, agreement: Agreement, count: int) -> Iterator[DoctorFinding]:
    """What a crawl would say of the same posts."""
    if wrong := agreement.verdict():
        advice = (
            "look at this page with a browser; if the parser reads the wrong place, "
            f"'kistep-archive learn {board.name} --fetch 8' proposes a skin; until then a crawl "
            "writes nothing of this board"
        )
        yield fail(ExitCode.SITE_CHANGED, area, _problem_line(wrong[0]), advice)
        return
    for each in agreement.contradictions.values():
        advice = (
            "look at both with a browser: one of them may be old or wrong; a crawl holds the post back until "
            "they say the same"
        )
        yield fail(ExitCode.INCOMPLETE, area, _problem_line(each), advice)
    if not agreement.contradictions:
        yield ok(area, f"{plural(count, 'post')} {'says' if count == 1 else 'say'} what the listing says")


def _problem_line(suspicion: Suspicion) -> str:
    return f"{suspicion.url}: {suspicion.field}: {suspicion.why}"


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
    yield from form.encoding(area, answer.page)
    return (yield from _item(probe, row, area, answer.page))


def _item(
    probe: Probe, row: Board, area: str, page: Page
) -> Generator[DoctorFinding, None, Listing | ParsedPost | None]:
    try:
        item = parse(page, row)
    except ParseError as error:
        yield _refusal(area, row, page.url, error)
        return None
    if isinstance(item, Notice):
        yield _notice(probe, area, page.url, item)
        return None
    yield from form.skin(area, page, item)
    return item


def _refusal(area: str, board: Board, url: str, error: ParseError) -> DoctorFinding:
    """A page that the parser refuses. A skin can help where the place of a post's value is unclear."""
    at = locate(url)
    if error.field == "end":
        advice = "try again; if it happens again, report it"
        return fail(ExitCode.INCOMPLETE, area, str(error), advice)
    if error.field in _SELECTED and at is not None and at.kind == "post":
        advice = f"{_SAVE}; 'kistep-archive learn {board.name} --fetch 8' proposes a skin for such pages"
        return fail(ExitCode.SITE_CHANGED, area, str(error), advice)
    return fail(ExitCode.SITE_CHANGED, area, str(error), _REPORT)


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


def _post(area: str, post: ParsedPost) -> DoctorFinding:
    fields = (
        f"title {post.title[:60]!r}, writer {_shown(post.writer)}, date {post.date}, hits {_shown(post.hits)}"
    )
    files = f"{plural(len(post.attachments), 'file')}, {plural(len(post.images), 'image')}"
    words = f"post {post.number}: {fields}; body {plural(len(post.body_text), 'character')}, {files}"
    missing = [name for name, value in (("writer", post.writer), ("hits", post.hits)) if value is None]
    missing += [] if post.body_text or post.images else ["body"]
    return _compare(area, words, missing)


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
