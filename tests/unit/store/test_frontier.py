"""What a run is to ask for: a listing row that shows a post differently makes the post owed, until something
settles it."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path
from sqlite3 import Connection

import pytest
from parsed import parsed

from kistep_archive.evidence.events import Failure, MissedPosts, RunStart, WalkEnded
from kistep_archive.http.response import digest
from kistep_archive.model.items import ListedRow, Listing, ParsedFile, ParsedPost, Row
from kistep_archive.model.outcomes import Outcome, PageKind, WalkEnd
from kistep_archive.store import frontier, known
from kistep_archive.store.rows import fold, runs, walks
from kistep_archive.store.rows.files import ServedFile
from kistep_archive.store.store import Store
from kistep_archive.warc.location import Evidence

ROW = Row(1, "Opening Ceremony", False, None, "2020-02-26", 10, "https://x/es/1", False, False, None)
POST = parsed(title="Opening Ceremony", writer="KISTEP")
NEWS = ("news", "es")


PLACES = count()


def evidence(at: int) -> Evidence:
    """A response of this second, in a place of its own."""
    return Evidence(
        "1.warc.gz",
        next(PLACES),
        90,
        digest(str(at).encode()),
        "https://x",
        f"2026-01-01T00:00:{at:02}Z",
        200,
    )


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[Connection]:
    """Of an archive with two runs; the first one read the post 1 for the row ROW."""
    with closing(Store(tmp_path)) as store:
        for run in (1, 2):
            runs.begin(
                store.conn, RunStart(run, f"{run:06d}", "crawl", "2026-01-01T00:00:00Z", "", ["news"], {}, ())
            )
        fold.save_post(store.conn, 1, fold.PostPage("news", ROW.url, evidence(1), ListedRow.of(ROW)), POST)
        yield store.conn


def show(conn: Connection, *rows: Row, at: int = 5, run: int = 2) -> None:
    fold.save_listing(conn, run, "news", Listing("es", 1, 1, len(rows), rows), evidence(at))


def owed(conn: Connection) -> list[int]:
    return [post.number for post in frontier.unread_posts(conn, *NEWS)]


EDITED = replace(ROW, title="Opening Ceremony, postponed")
NEW = replace(ROW, number=2, url="https://x/es/2")


def test_a_row_that_shows_a_post_as_it_is_held_owes_nothing_and_any_other_row_does(conn: Connection) -> None:
    show(conn, ROW)
    assert owed(conn) == []
    show(conn, replace(ROW, hits=99))
    assert owed(conn) == []
    show(conn, EDITED, NEW)
    assert owed(conn) == [2, 1]
    assert [(each.url, each.listed) for each in frontier.unread_posts(conn, *NEWS)][1] == (
        ROW.url,
        ListedRow.of(EDITED),
    )


def test_a_row_that_is_again_as_it_is_held_settles_only_its_own_post(conn: Connection) -> None:
    show(conn, EDITED, NEW)
    show(conn, ROW)
    assert owed(conn) == [2]


def test_the_last_row_that_was_shown_is_the_one_to_fetch_for(conn: Connection) -> None:
    show(conn, NEW)
    show(conn, replace(NEW, title="Another title", url="https://x/es/2?spelled=otherwise"))
    (post,) = frontier.unread_posts(conn, *NEWS)
    assert (post.url, post.listed) == (
        "https://x/es/2?spelled=otherwise",
        ListedRow.of(replace(NEW, title="Another title")),
    )


def test_reading_a_post_settles_it_unless_the_listing_shows_another_row_by_now(conn: Connection) -> None:
    show(conn, EDITED)
    fold.save_post(
        conn,
        2,
        fold.PostPage("news", ROW.url, evidence(6), ListedRow.of(ROW)),
        replace(POST, title=EDITED.title),
    )
    assert owed(conn) == [1]
    fold.save_post(
        conn,
        2,
        fold.PostPage("news", ROW.url, evidence(7), ListedRow.of(EDITED)),
        replace(POST, title=EDITED.title),
    )
    assert owed(conn) == []


def test_a_removed_post_that_is_shown_again_is_owed(conn: Connection) -> None:
    for run in (1, 2):
        fold.strike(conn, run, MissedPosts(*NEWS, (1,), "2026-01-02T00:00:00Z"))
    assert known.posts(conn, *NEWS)[1].removed
    show(conn, ROW)
    assert owed(conn) == [1]


@pytest.mark.parametrize(("ended", "left"), [(WalkEnd.COMPLETE, [3]), (WalkEnd.RETIRED, [3, 2])])
def test_a_complete_walk_settles_what_earlier_runs_owed_and_it_did_not_meet(
    conn: Connection, ended: WalkEnd, left: list[int]
) -> None:
    show(conn, NEW, run=1)
    show(conn, replace(NEW, number=3))
    fold.walked(conn, 2, WalkEnded(*NEWS, ended, "2026-01-02T00:00:00Z"))
    assert owed(conn) == left


def test_a_walk_that_began_and_has_no_end_broke_off(conn: Connection) -> None:
    fold.walked(conn, 1, WalkEnded(*NEWS, WalkEnd.COMPLETE, "2026-01-02T00:00:00Z"))
    assert walks.walks(conn, *NEWS) == walks.Walks("2026-01-02T00:00:00Z", broke_off=False, retired=False)
    show(conn, ROW)
    assert walks.walks(conn, *NEWS) == walks.Walks("2026-01-02T00:00:00Z", broke_off=True, retired=False)


def test_a_post_that_is_shown_again_has_no_strike_left(conn: Connection) -> None:
    fold.strike(conn, 1, MissedPosts(*NEWS, (1,), "2026-01-02T00:00:00Z"))
    assert frontier.struck(conn, *NEWS) == {1}
    show(conn, ROW)
    assert frontier.struck(conn, *NEWS) == set()
    assert fold.strike(conn, 2, MissedPosts(*NEWS, (1,), "2026-01-03T00:00:00Z")) == 0


def test_a_listing_on_a_clock_that_was_set_back_does_not_go_before_what_was_seen(conn: Connection) -> None:
    show(conn, replace(ROW, hits=11), at=9)
    show(conn, replace(ROW, hits=12), at=3)
    assert conn.execute("SELECT hits FROM posts").fetchone()[0] == 12
    seen = conn.execute("SELECT first_seen_at, last_seen_at, ordered_at FROM source").fetchone()
    assert tuple(seen) == ("2026-01-01T00:00:01Z", "2026-01-01T00:00:09Z", "2026-01-01T00:00:09.000000Z")


FILE = ParsedFile(1, "report.pdf", "https://x/report.pdf", "1KB")


def fail(conn: Connection, at: int, number: int = 1) -> None:
    """The request for a post's page fails at this second."""
    when = f"2026-01-01T00:00:{at:02}Z"
    url, offset = f"https://x/es/{number}", next(PLACES)
    fold.fail(conn, 2, Failure(url, PageKind.POST, Outcome.STATUS, "status 503", when, offset))


def read(conn: Connection, at: int, number: int = 1, listed: Row = ROW, post: ParsedPost = POST) -> None:
    url = f"https://x/es/{number}"
    fold.save_post(
        conn, 2, fold.PostPage("news", url, evidence(at), ListedRow.of(listed)), replace(post, number=number)
    )


def test_a_known_post_whose_page_failed_is_owed_until_it_is_read_later_than_that(conn: Connection) -> None:
    fail(conn, 1)
    assert owed(conn) == [1]
    assert frontier.unread_posts(conn, *NEWS)[0].listed is None
    read(conn, 5, number=3, listed=replace(ROW, number=3))
    assert owed(conn) == [1]
    read(conn, 6)
    assert owed(conn) == []


def test_a_file_of_a_post_whose_page_failed_does_not_settle_the_post(conn: Connection) -> None:
    read(conn, 2, post=replace(POST, attachments=(FILE,)))
    fail(conn, 4)
    for at in (5, 6):
        place = replace(evidence(at), file=f"{at}.warc.gz")
        fold.save_file(conn, 2, FILE.url, ServedFile(PageKind.FILE, 10, "application/pdf", ""), place)
    assert conn.execute("SELECT count(*) FROM revisions WHERE changed LIKE '%attachments%'").fetchone()[0]
    assert owed(conn) == [1]


def test_a_failed_post_is_owed_beside_others_and_only_once(conn: Connection) -> None:
    fail(conn, 3)
    show(conn, NEW)
    assert owed(conn) == [2, 1]
    show(conn, EDITED)
    assert owed(conn) == [2, 1]


def test_a_failed_post_that_says_later_that_it_is_gone_is_owed_no_more(conn: Connection) -> None:
    for at, left in ((2, [1]), (4, [])):
        fold.post_gone(conn, 2, *NEWS, 1, evidence(at))
        if at == 2:
            fail(conn, 3)
        assert owed(conn) == left


def test_only_posts_of_the_days_that_are_asked_for_are_owed(conn: Connection) -> None:
    show(conn, EDITED, replace(NEW, date="2020-03-01"), replace(NEW, number=3, date=None))
    for since, until, numbers in (
        ("2020-02-26", "2020-02-26", [3, 1]),
        ("2020-02-27", "2020-03-01", [3, 2]),
        (None, "2020-02-25", [3]),
        ("2020-03-02", None, [3]),
    ):
        assert [each.number for each in frontier.unread_posts(conn, *NEWS, since, until)] == numbers


def test_a_post_that_says_that_it_is_gone_is_owed_no_more_whatever_the_listing_shows(
    conn: Connection,
) -> None:
    show(conn, EDITED, NEW)
    fold.post_gone(conn, 2, *NEWS, 1, evidence(6))
    assert owed(conn) == [2]


def due(conn: Connection, at: str) -> list[tuple[int, int]]:
    """(number, files) of the posts that are due at this instant."""
    return [(each.number, each.files) for each in frontier.due_posts(conn, *NEWS, at, 9)]


def test_an_old_post_is_due_in_the_second_when_ninety_days_are_over(conn: Connection) -> None:
    assert due(conn, "2026-04-01T00:00:00Z") == []
    assert due(conn, "2026-04-01T00:00:01Z") == [(1, 0)]


def test_an_edited_post_and_one_that_a_run_missed_are_due_after_a_day(conn: Connection) -> None:
    read(conn, 2, number=2, listed=NEW)
    fold.strike(conn, 2, MissedPosts(*NEWS, (2,), "2026-01-01T00:00:03Z"))
    read(conn, 3, post=replace(POST, title="Edited", attachments=(FILE,), images=("https://x/a.png",)))
    assert due(conn, "2026-01-02T00:00:01Z") == []
    assert due(conn, "2026-01-02T00:00:02Z") == [(2, 0)]
    assert sorted(due(conn, "2026-01-02T00:00:03Z")) == [(1, 1), (2, 0)]


def test_finding_a_post_gone_is_a_visit_and_a_new_file_or_a_visit_in_the_future_is_none(
    conn: Connection,
) -> None:
    for number in (2, 3):
        read(conn, 1, number=number, listed=replace(ROW, number=number))
    fold.post_gone(conn, 2, *NEWS, 1, evidence(9))
    read(conn, 2, post=replace(POST, attachments=(FILE,)), number=2, listed=NEW)
    for at in (3, 4):
        place = replace(evidence(at), file=f"{at}.warc.gz")
        fold.save_file(conn, 2, FILE.url, ServedFile(PageKind.FILE, 10, "application/pdf", ""), place)
    future = replace(evidence(1), fetched_at="2036-01-01T00:00:00Z")
    fold.save_post(conn, 2, fold.PostPage("news", "https://x/es/3", future, None), replace(POST, number=3))
    assert [number for number, _ in due(conn, "2026-04-01T00:00:08Z")] == [2, 3]
    assert sorted(number for number, _ in due(conn, "2026-04-01T00:00:09Z")) == [1, 2, 3]


def test_only_posts_of_the_board_and_its_layout_are_due(conn: Connection) -> None:
    fold.save_post(conn, 2, fold.PostPage("press", "https://x/press/1", evidence(1), None), POST)
    legacy = replace(POST, layout="jsp", number=7, title="Another")
    fold.save_post(conn, 2, fold.PostPage("news", "https://x/jsp/7", evidence(1), None), legacy)
    assert due(conn, "2027-01-01T00:00:00Z") == [(1, 0)]
