"""What a response means for a crawl: the requested page, a notice, or a page that does not fit. Pure."""

import re
from collections.abc import Iterator
from dataclasses import replace

from scrapy.exceptions import IgnoreRequest

from kistep_archive.crawl.fetch import Fetch, FetchedPage
from kistep_archive.crawl.messages import KEY_HELPS, NoRows, RequestRefused, describe
from kistep_archive.http.response import Page
from kistep_archive.model.boards import Board, BoardKey
from kistep_archive.model.items import Listing, Notice, ParsedPost
from kistep_archive.model.outcomes import Outcome, PageKind, Verdict
from kistep_archive.parse.notice import elsewhere
from kistep_archive.parse.parser import ParseError, parse

INCOMPLETE = ("end", "encoding")  # fields of a ParseError that another request may fix
NONE_SUCH = (404, 410)
_STOPS = ("maintenance", "blocked", "login", "waiting")  # notices after which the run sends no more requests

_COOKIES = re.compile(r"cookies?\b|쿠키", re.I)

PageContent = Listing | ParsedPost | Notice | ParseError | int  # a number: a status other than 200


def read(fetch: Fetch, fetched: FetchedPage, board: Board | None) -> PageContent:
    """The content of a response; the board says how its pages are read."""
    if fetched.page.status != 200:
        return fetched.page.status
    try:
        return _parse(fetched.page, fetch.address, board)
    except ParseError as error:
        return error


def _parse(page: Page, address: str, board: Board | None) -> Listing | ParsedPost | Notice:
    """The parsed page. If a redirect led from `address` to one that is neither a listing's nor a post's, the
    page can only be a notice. Raises ParseError."""
    try:
        return parse(page, board)
    except ParseError as elsewhere:
        if elsewhere.field != "url":
            raise
        try:
            notice = parse(replace(page, url=address), board)
        except ParseError as error:
            raise error if error.field in INCOMPLETE else elsewhere from None
        if isinstance(notice, Notice):
            return notice
        raise


def is_complete(content: PageContent) -> bool:
    """Whether the page is complete. The crawl may request a truncated page again."""
    return not (isinstance(content, ParseError) and content.field in INCOMPLETE)


def says_gone(content: PageContent) -> bool:
    """Whether a response says that the page or the post does not exist any more."""
    return content.notice == "gone" if isinstance(content, Notice) else content in NONE_SUCH


def is_gone(
    fetch: Fetch,
    fetched: FetchedPage,
    content: PageContent,
    board: Board | None,
    *,
    is_direct: bool,
    title: str,
) -> bool:
    """Whether a response says that its post is gone: a notice, 404 or 410 at the post's own address, or the
    site's home page or the board's list, there or after a redirect. `title` is the post's as it is known.
    After a redirect to any other address, that page does not speak for the post. If a retired board leads
    elsewhere, its address may be out of service as a whole."""
    if is_direct and says_gone(content):
        return True
    if board is not None and board.retired:
        return False
    if is_direct:
        is_strange = isinstance(content, ParseError) and is_complete(content)
        return is_strange and elsewhere.is_elsewhere(fetched.page, fetch.address, board, title)
    is_page = isinstance(content, Listing) or (isinstance(content, ParseError) and is_complete(content))
    is_notice = isinstance(content, Notice) and says_gone(content)
    return (is_page or is_notice) and elsewhere.is_list_or_home(fetch.url, fetch.address)


def is_out_of_service(content: PageContent, *, is_direct: bool, holds_posts: bool) -> bool:
    """Whether the address of a retired layout is out of service: it does not exist, or it leads to the site's
    other pages (then `is_direct` is False). If the archive has no posts of it (`holds_posts`), any whole
    page that is not a listing counts too. An error page is an error, as for any board."""
    if isinstance(content, (int, Notice)):
        return says_gone(content)
    is_another_page = not isinstance(content, ParseError) or content.field in ("rows", "url")
    return is_another_page and (not holds_posts or not is_direct)


def not_wanted(
    fetch: Fetch, fetched: FetchedPage, content: PageContent, wanted: str, board: Board | None
) -> NoRows:
    """A response that is not the requested page; `wanted` is the requested page in words."""
    url, kind, evidence = fetch.url, fetch.kind, fetched.evidence
    if isinstance(content, ParseError):
        verdict = Verdict.SITE_CHANGED if is_complete(content) else Verdict.INCOMPLETE
        return NoRows(
            url,
            kind,
            evidence,
            Outcome.UNREADABLE,
            f"{content.field}: {content.why}",
            verdict,
        )
    if isinstance(content, Notice):
        words = f"the site shows a notice ({content.notice}): {content.text[:200]}"
        if _COOKIES.search(content.text) and not _has_key(board):
            words += f". {KEY_HELPS}"
        is_of_post = content.notice == "login" and kind is PageKind.POST
        if is_of_post:
            words += (
                ". The site asks for a login or a permission for this post; the run goes on, and the next "
                "one asks for the post again. There is nothing to do, unless a browser shows the post at "
                f"{url} without a login"
            )
        stop = content.notice in _STOPS and not is_of_post
        return NoRows(url, kind, evidence, Outcome(content.notice), words, stop=stop)
    if isinstance(content, int):
        words = f"the site answered {content}"
        return NoRows(url, kind, evidence, Outcome.STATUS, words, board=fetch.board[0])
    return NoRows(url, kind, evidence, Outcome.OTHER_PAGE, f"the page is not {wanted}", Verdict.SITE_CHANGED)


def _has_key(board: Board | None) -> bool:
    return board is not None and board.requires_cookies


def sets_new_cookie(page: Page, sent: bytes) -> bool:
    """Whether an answer sets a cookie that its request (with the Cookie header `sent`) did not have."""
    has = {each.strip() for each in sent.decode("latin-1").split(";")}
    return any(value.partition(";")[0].strip() not in has for value in page.values("Set-Cookie"))


def script_wall(message: NoRows, page: Page, board: Board | None) -> NoRows:
    """The outcome of an answer that only runs a script."""
    words = (
        "the answer is not a page of the board but one that only runs a script, as firewalls and JavaScript "
        "checks send it. Nothing was marked as changed or removed. Run again later. If it stays so, open "
        f"{message.url} in a browser."
    )
    if sets_new_cookie(page, b"") and not _has_key(board):
        words += f" {KEY_HELPS}"
    return replace(message, reason=words, outcome=Outcome.BLOCKED, verdict=Verdict.INCOMPLETE)


def cookie_wall(message: NoRows, board: Board | None) -> NoRows:
    """The outcome of an answer that only says that the reader must accept cookies."""
    words = (
        "the answer is not a page of the board but a notice that the reader must accept cookies. Nothing was "
        "marked as changed or removed."
    )
    words += " Run again later." if _has_key(board) else f" {KEY_HELPS}"
    return replace(message, reason=words, outcome=Outcome.BLOCKED, verdict=Verdict.INCOMPLETE)


def repeated_wall(message: NoRows, same: tuple[tuple[str, BoardKey], ...]) -> NoRows:
    """The outcome of an answer that so many addresses gave (`same`, with their boards) that it is none of the
    site's pages."""
    words = (
        f"{len(same)} addresses in a row gave the same answer, which is not a page of the board: a firewall, "
        "a JavaScript check or a waiting room. The run stopped there; nothing was marked as changed or "
        f"removed. Open {message.url} in a browser, and run again later."
    )
    if message.kind is PageKind.LISTING:
        words += " If the browser shows the board, and later runs say the same, the site was rebuilt."
    return replace(message, reason=words, verdict=Verdict.INCOMPLETE, stop=True, wall=same)


def lost(fetch: Fetch, error: BaseException, *, is_new: bool) -> Iterator[NoRows]:
    """The outcome of a request without a response. A file that robots.txt forbids is no trouble, and the run
    reports it only the first time (`is_new`)."""
    outcome = error.outcome if isinstance(error, RequestRefused) else Outcome.NO_ANSWER
    words = str(error) if isinstance(error, IgnoreRequest) else describe(error)
    if outcome is not Outcome.FORBIDDEN_BY_ROBOTS or not fetch.kind.is_file:
        yield NoRows(fetch.address, fetch.kind, None, outcome, words, board=fetch.board[0])
    elif is_new:
        yield NoRows(fetch.address, fetch.kind, None, outcome, words, Verdict.COMPLETE)
