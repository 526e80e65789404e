"""What an answer means to a crawl: whether it is the page that was asked for, a notice, or something that does not fit. Pure."""

from collections.abc import Iterator
from dataclasses import replace

from scrapy.exceptions import IgnoreRequest

from kistep_archive.crawl.fetch import Fetch, Fetched
from kistep_archive.crawl.messages import NoRows, NotAsked, describe
from kistep_archive.http.response import Page
from kistep_archive.model.items import Listing, Notice, ParsedPost
from kistep_archive.model.outcomes import Outcome, Verdict
from kistep_archive.parse.parser import ParseError, parse

NOT_WHOLE = ("end", "encoding")  # fields of a ParseError that another try may mend
NONE_SUCH = (404, 410)
_STOPS = ("maintenance", "blocked", "login")  # notices after which nothing more is asked

PageContent = Listing | ParsedPost | Notice | ParseError | int  # a number: a status other than 200


def read(fetch: Fetch, fetched: Fetched) -> PageContent:
    """What a response says."""
    if fetched.page.status != 200:
        return fetched.page.status
    try:
        return _parsed(fetched.page, fetch.asked)
    except ParseError as error:
        return error


def _parsed(page: Page, asked: str) -> Listing | ParsedPost | Notice:
    """A page at an address of no listing's and no post's, to which what was `asked` for led, can be whole and a notice, and nothing else.
    Raises ParseError."""
    try:
        return parse(page)
    except ParseError as elsewhere:
        if elsewhere.field != "url":
            raise
        try:
            found = parse(replace(page, url=asked))
        except ParseError as error:
            raise error if error.field in NOT_WHOLE else elsewhere from None
        if isinstance(found, Notice):
            return found
        raise


def is_whole(content: PageContent) -> bool:
    """Whether the page came to its end; one that did not may be asked for again."""
    return not (isinstance(content, ParseError) and content.field in NOT_WHOLE)


def says_gone(content: PageContent) -> bool:
    """Whether an answer says that there is no such page, or no such post any more."""
    return content.notice == "gone" if isinstance(content, Notice) else content in NONE_SUCH


def is_out_of_service(content: PageContent, *, from_asked: bool, holds_posts: bool) -> bool:
    """Whether the address of a layout that was given up says so: no such page, or it leads to the site's other pages (`from_asked` is
    False then). Where nothing is held that could be lost, also a whole page that is no listing. What tells of a fault is a fault, as with
    any board."""
    if isinstance(content, (int, Notice)):
        return says_gone(content)
    fits_elsewhere = not isinstance(content, ParseError) or content.field in ("rows", "url")
    return fits_elsewhere and (not holds_posts or not from_asked)


def not_wanted(fetch: Fetch, fetched: Fetched, content: PageContent, wanted: str) -> NoRows:
    """An answer that is not what was asked for, which is `wanted` in words."""
    url, kind, kept = fetch.url, fetch.kind, fetched.kept
    if isinstance(content, ParseError):
        verdict = Verdict.SITE_CHANGED if is_whole(content) else Verdict.INCOMPLETE
        return NoRows(url, kind, kept, Outcome.UNREADABLE, f"{content.field}: {content.why} (see 'kistep-archive parse')", verdict)
    if isinstance(content, Notice):
        words = f"the site says ({content.notice}): {content.text[:200]}"
        return NoRows(url, kind, kept, Outcome(content.notice), words, stop=content.notice in _STOPS)
    if isinstance(content, int):
        return NoRows(url, kind, kept, Outcome.STATUS, f"the site answered {content}")
    return NoRows(url, kind, kept, Outcome.OTHER_PAGE, f"the answer is not {wanted}", Verdict.SITE_CHANGED)


def lost(fetch: Fetch, error: BaseException, *, is_news: bool) -> Iterator[NoRows]:
    """What becomes of a request that brought no answer to keep. That robots.txt forbids a file is no trouble, and told once (`is_news`)."""
    outcome = error.outcome if isinstance(error, NotAsked) else Outcome.NO_ANSWER
    words = str(error) if isinstance(error, IgnoreRequest) else describe(error)
    if outcome is not Outcome.FORBIDDEN_BY_ROBOTS or not fetch.kind.is_file:
        yield NoRows(fetch.asked, fetch.kind, None, outcome, words)
    elif is_news:
        yield NoRows(fetch.asked, fetch.kind, None, outcome, words, Verdict.COMPLETE)
