"""What a response to a request becomes: what was asked for, or why not."""

import pytest
from skins import ES, filled, framed

from kistep_archive.evidence.events import LoggedResponse, RunStart
from kistep_archive.http.response import Page
from kistep_archive.ingest.results import Bytes, is_misdated, read_as
from kistep_archive.model.items import ParsedPost
from kistep_archive.model.outcomes import Outcome, PageKind
from kistep_archive.warc.location import Evidence

POST = framed(filled("cells"))
GONE = "<script>alert('삭제된 게시물입니다.'); history.back();</script>"
NOWHERE = "https://elsewhere.example/post/42794"


def became(
    html: str,
    asked: str = ES,
    kind: PageKind = PageKind.POST,
    status: int = 200,
    outcome: Outcome | None = None,
) -> object:
    """What a page at ES becomes as the answer to a request for `asked`."""
    page = Page(ES, "2026-01-01T00:00:00Z", status, (("Content-Type", "text/html"),), html.encode())
    place = Evidence("1.warc.gz", 0, 90, "", ES, page.fetched_at, status)
    return read_as(page, LoggedResponse(place, kind, "news", asked, None, outcome, "es"), None)


@pytest.mark.parametrize("asked", [ES, NOWHERE])
def test_a_page_with_the_post_that_was_asked_for_is_that_post(asked: str) -> None:
    found = became(POST, asked)
    assert isinstance(found, ParsedPost)
    assert found.number == 42794


@pytest.mark.parametrize(
    "asked", [ES.replace("42794", "7"), "https://www.kistep.re.kr/en/c4/sub3.jsp?brdType=R&bbIdx=42794"]
)
def test_a_page_with_another_post_than_was_asked_for_is_another_page(asked: str) -> None:
    assert became(POST, asked) is Outcome.OTHER_PAGE
    assert became(POST, asked, outcome=Outcome.RETRIED) is Outcome.RETRIED


@pytest.mark.parametrize(
    ("html", "status", "outcome"),
    [
        (GONE, 200, Outcome.GONE),
        (POST, 404, Outcome.GONE),
        (POST, 410, Outcome.GONE),
        (POST, 403, Outcome.STATUS),
        (POST, 500, Outcome.STATUS),
        (POST, 299, Outcome.STATUS),
        (POST, 300, Outcome.REDIRECT),
        (POST, 399, Outcome.REDIRECT),
        (POST, 400, Outcome.STATUS),
        (POST[:-9], 200, Outcome.UNREADABLE),
    ],
)
def test_what_is_no_post_is_named_unless_its_run_has_named_it(
    html: str, status: int, outcome: Outcome
) -> None:
    assert became(html, status=status) is outcome
    assert became(html, status=status, outcome=Outcome.RETRIED) is Outcome.RETRIED


def test_a_post_is_no_listing_and_other_pages_are_only_read() -> None:
    assert became(POST, kind=PageKind.LISTING) is Outcome.OTHER_PAGE
    assert became(POST, kind=PageKind.ROBOTS) is Outcome.READ
    assert became(POST, kind=PageKind.FILE) is Outcome.NOT_A_FILE
    assert became("Plain words.", kind=PageKind.FILE) == Bytes(12, "text/html", "")


@pytest.mark.parametrize(
    ("at", "misdated"),
    [
        ("2026-01-01T00:10:00.000000Z", False),
        ("2026-01-01T00:10:00.000001Z", True),
        ("2026-01-01T00:10:00Z", False),
        ("2026-01-01T00:10:01Z", True),
        ("2026-01-01T00:09:59.9Z", False),
        ("2026-01-01T00:10:00.5Z", True),
    ],
)
def test_a_capture_from_more_than_ten_minutes_after_its_import_began_is_misdated(
    at: str, misdated: bool
) -> None:
    began = RunStart(1, "000001", "import", "2026-01-01T00:00:00Z", "", ["news"], {}, ())
    assert is_misdated(began, at) is misdated
