"""The archive as of an instant: what happened before it is there, what happened at it or later is not."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path
from sqlite3 import Connection

import pytest
from parsed import parsed

from kistep_archive.evidence.events import Failure, MissedPosts, RunStart
from kistep_archive.http.response import digest
from kistep_archive.model.items import ListedRow, Listing, ParsedFile, ParsedPost, Row
from kistep_archive.model.outcomes import Outcome, PageKind
from kistep_archive.store.as_of import look_back
from kistep_archive.store.rows import fold, runs
from kistep_archive.store.rows.files import ServedFile
from kistep_archive.store.store import Store
from kistep_archive.warc.location import Evidence

FILE = ParsedFile(1, "report.pdf", "https://x/report.pdf", "1KB")
POST = parsed(attachments=(FILE,))
ROW = Row(1, "Opening", False, None, "2020-02-26", 12, "https://x/es/1", False, False, None)
PLACES = count()


def at(second: int) -> str:
    return f"2026-01-01T00:00:{second:02}Z"


def evidence(second: int, url: str = "https://x") -> Evidence:
    place = next(PLACES)
    return Evidence(f"{place}.warc.gz", place, 90, digest(str(second).encode()), url, at(second), 200)


def save(conn: Connection, second: int, post: ParsedPost = POST) -> None:
    url = f"https://x/{post.layout}/{post.number}"
    fold.save_post(conn, 1, fold.PostPage("news", url, evidence(second), ListedRow.of(ROW)), post)


def fetch(conn: Connection, second: int) -> None:
    fold.save_file(
        conn, 1, FILE.url, ServedFile(PageKind.FILE, second, "application/pdf", ""), evidence(second)
    )


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[Connection]:
    """Of an archive in which something happens to a post every ten seconds: it is read (10), its file is
    fetched (20), a listing shows other hits (30), it is edited (40) and removed (50)."""
    with closing(Store(tmp_path)) as store:
        for run in (1, 2):
            runs.begin(store.conn, RunStart(run, f"{run:06d}", "crawl", at(run * 20), "", ["news"], {}, ()))
        save(store.conn, 10)
        fetch(store.conn, 20)
        fold.save_listing(store.conn, 2, "news", Listing("es", 1, 1, 1, (ROW,)), evidence(30))
        save(store.conn, 40, replace(POST, title="Closing", hits=13))
        for run in (1, 2):
            fold.strike(store.conn, run, MissedPosts("news", "es", (1,), at(50)))
        yield store.conn


def rows(conn: Connection, sql: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in conn.execute(sql)]


@pytest.mark.parametrize(
    ("second", "post", "size"),
    [
        (10, [], []),
        (11, [("Opening", 10, None, 1)], [(None,)]),
        (20, [("Opening", 10, None, 1)], [(None,)]),
        (21, [("Opening", 10, None, 1)], [(20,)]),
        (30, [("Opening", 10, None, 1)], [(20,)]),
        (31, [("Opening", 12, None, 1)], [(20,)]),
        (40, [("Opening", 12, None, 1)], [(20,)]),
        (41, [("Closing", 13, None, 2)], [(20,)]),
        (50, [("Closing", 13, None, 2)], [(20,)]),
        (51, [("Closing", 13, at(50), 2)], [(20,)]),
    ],
)
def test_a_post_is_as_it_was_in_the_second_before(
    conn: Connection, second: int, post: list[tuple[object, ...]], size: list[tuple[object, ...]]
) -> None:
    look_back(conn, at(second))
    assert rows(conn, "SELECT title, hits, removed_at, revisions FROM posts") == post
    assert rows(conn, "SELECT size FROM attachments") == size
    assert len(rows(conn, "SELECT * FROM revisions")) == sum(second > each for each in (10, 40))
    assert len(rows(conn, "SELECT * FROM sightings")) == sum(second > each for each in (10, 40))
    assert len(rows(conn, "SELECT * FROM hits")) == sum(second > each for each in (10, 30, 40))
    assert len(rows(conn, "SELECT * FROM pages")) == sum(second > each for each in (10, 20, 30, 40))
    assert len(rows(conn, "SELECT * FROM removals")) == sum(second > each for each in (50,))
    assert len(rows(conn, "SELECT * FROM runs")) == sum(second > each for each in (20, 40))


@pytest.mark.parametrize(("second", "last"), [(30, 10), (31, 30), (40, 30), (41, 40)])
def test_the_last_sight_of_a_post_is_the_last_reading_or_change_of_hits_before(
    conn: Connection, second: int, last: int
) -> None:
    save(conn, 25, replace(POST, number=2, title="Another"))
    look_back(conn, at(second))
    assert rows(conn, "SELECT first_seen_at, last_seen_at FROM posts WHERE number = 1") == [
        (at(10), at(last))
    ]


@pytest.mark.parametrize(("second", "returned"), [(55, None), (56, at(55))])
def test_a_removal_ends_when_the_post_returned(conn: Connection, second: int, returned: str | None) -> None:
    save(conn, 55, replace(POST, title="Closing", hits=13))
    look_back(conn, at(second))
    assert rows(conn, "SELECT removed_at, returned_at FROM removals") == [(at(50), returned)]
    assert rows(conn, "SELECT removed_at FROM posts") == [(None if returned else at(50),)]


def test_a_failure_is_there_from_the_second_after(conn: Connection) -> None:
    fold.fail(conn, 2, Failure("u", PageKind.POST, Outcome.STATUS, "status 503", at(45), 1))
    look_back(conn, at(45))
    assert rows(conn, "SELECT * FROM failures") == []


@pytest.mark.parametrize(("second", "shown"), [(45, [(13, "jsp")]), (46, [(1, "es")])])
def test_a_migrated_post_has_the_address_that_was_known_by_then(
    tmp_path: Path, second: int, shown: list[tuple[object, ...]]
) -> None:
    with closing(Store(tmp_path)) as store:
        runs.begin(store.conn, RunStart(1, "000001", "crawl", at(1), "", ["news"], {}, ()))
        save(store.conn, 40, replace(POST, layout="jsp", number=13))
        save(store.conn, 45)
        look_back(store.conn, at(second))
        assert rows(store.conn, "SELECT number, layout FROM posts") == shown


@pytest.mark.parametrize(("second", "verdict"), [(58, None), (59, "complete")])
def test_a_run_has_its_end_only_when_it_had_ended(conn: Connection, second: int, verdict: str | None) -> None:
    conn.execute(
        "UPDATE run SET finished_at = ?, verdict = 'complete', exit_code = 0, reason = 'all is well' "
        "WHERE id = 2",
        (at(58),),
    )
    look_back(conn, at(second))
    assert rows(conn, "SELECT finished_at, verdict, exit_code, reason FROM runs WHERE id = 2") == [
        (at(58), "complete", 0, "all is well") if verdict else (None,) * 4
    ]


def test_what_came_last_on_a_clock_that_was_set_back_is_the_last(conn: Connection) -> None:
    save(conn, 35, replace(POST, title="Again", hits=15))
    look_back(conn, at(41))
    assert rows(conn, "SELECT title, hits FROM posts") == [("Again", 15)]


@pytest.mark.parametrize(
    ("until", "titles"),
    [
        ("2026-01-01T00:00:10.000000Z", []),
        ("2026-01-01T00:00:10.000001Z", ["Opening"]),
        ("2026-01-01T00:00:10.900000Z", ["Opening"]),
        ("2026-01-01T00:00:11.000000Z", ["Opening"]),
        ("2026-01-01T00:00:40.000001Z", ["Closing"]),
    ],
)
def test_a_capture_without_fractions_of_a_second_is_there_from_its_instant_on(
    conn: Connection, until: str, titles: list[str]
) -> None:
    look_back(conn, until)
    assert [title for (title,) in rows(conn, "SELECT title FROM posts")] == titles


def capture(conn: Connection, instant: str, title: str) -> None:
    kept = replace(evidence(0), fetched_at=instant, sha256=digest(title.encode()))
    fold.save_post(
        conn, 1, fold.PostPage("news", "https://x/es/1", kept, None), replace(POST, title=title), live=False
    )


@pytest.mark.parametrize("instants", [("00Z", "00.500000Z"), ("00.500000Z", "01Z"), ("00Z", "01Z")])
@pytest.mark.parametrize("is_reversed", [False, True])
def test_captures_with_and_without_fractions_are_in_the_order_of_their_instants(
    tmp_path: Path, instants: tuple[str, str], is_reversed: bool
) -> None:
    first, last = (f"2026-01-01T00:00:{each}" for each in instants)
    captures = [(first, "Opening"), (last, "Closing")]
    with closing(Store(tmp_path)) as store:
        runs.begin(store.conn, RunStart(1, "000001", "import", at(0), "", ["news"], {}, ()))
        for instant, title in reversed(captures) if is_reversed else captures:
            capture(store.conn, instant, title)
        assert rows(store.conn, "SELECT title, first_seen_at, last_seen_at FROM posts") == [
            ("Closing", first, last)
        ]
        titles = rows(store.conn, "SELECT title FROM revisions")
        assert titles == [("Opening",), ("Closing",)]
