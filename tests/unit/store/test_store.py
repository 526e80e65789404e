"""The fold: edits are revisions, hits a series, two addresses of one post one post, and nothing else makes
news."""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parsed import parsed
from sqlite_utils import hookimpl
from sqlite_utils.plugins import pm

from kistep_archive.errors import ArchiveError
from kistep_archive.evidence.events import MissedPosts, RunStart
from kistep_archive.http.response import digest
from kistep_archive.model.items import Layout, ListedRow, Listing, ParsedFile, ParsedPost, Row
from kistep_archive.model.outcomes import PageKind
from kistep_archive.model.revisions import another_post
from kistep_archive.store import frontier
from kistep_archive.store.database import DATABASE_FILE
from kistep_archive.store.rows import contents, runs
from kistep_archive.store.rows.files import ServedFile
from kistep_archive.store.rows.fold import PostPage, file_gone, save_file, save_listing, save_post, strike
from kistep_archive.store.store import Store
from kistep_archive.store.transaction import write
from kistep_archive.warc.location import Evidence

FILE = ParsedFile(
    1, "report.pdf", "https://www.kistep.re.kr/boardDownload.es?bid=0051&list_no=1&seq=1", "1KB"
)


def post(number: int = 1, layout: Layout = "es", **changes: Any) -> ParsedPost:
    plain = {
        "title": "Opening Ceremony",
        "writer": "Gyuha Jo",
        "body_text": "It was opened.",
        "body_html": "<p>It was opened.</p>",
    }
    return parsed(number, layout=layout, **{**plain, **changes})


class Fold:
    """A store and a clock that moves with each page."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = Store(folder)
        self.at = 0
        self.warc = "1.warc.gz"
        self.run = 0
        self.next_run()

    def next_run(self) -> None:
        self.run += 1
        runs.begin(
            self.store.conn,
            RunStart(self.run, f"{self.run:06d}", "crawl", "2026-01-01T00:00:00Z", "", ["news"], {}, ()),
        )

    def evidence(self) -> Evidence:
        self.at += 1
        at = f"2026-01-01T00:{self.at // 60:02d}:{self.at % 60:02d}Z"
        return Evidence(self.warc, self.at * 100, 90, digest(str(self.at).encode()), "https://x", at, 200)

    def save(self, item: ParsedPost) -> str:
        return save_post(
            self.store.conn,
            self.run,
            PostPage("news", f"https://x/{item.layout}/{item.number}", self.evidence(), ListedRow("[]")),
            item,
        )

    def fetch(self, evidence: Evidence | None = None, *, name: str = "", live: bool = True) -> int:
        place = evidence or self.evidence()
        return save_file(
            self.store.conn,
            self.run,
            FILE.url,
            ServedFile(PageKind.FILE, 10, "application/pdf", name),
            place,
            live=live,
        )

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.folder / DATABASE_FILE)) as conn:
            return conn.execute(sql).fetchall()


@pytest.fixture
def fold(tmp_path: Path) -> Iterator[Fold]:
    opened = Fold(tmp_path)
    yield opened
    opened.store.close()


def test_a_post_seen_again_unchanged_makes_no_revision(fold: Fold) -> None:
    assert [fold.save(post()), fold.save(post())] == ["new", "unchanged"]
    assert fold.rows("SELECT revisions, first_seen_at < last_seen_at FROM posts") == [(1, 1)]


def test_there_and_back_is_three_revisions_each_with_the_fields_that_changed(fold: Fold) -> None:
    edited = post(title="Opening Ceremony of the New Building", body_text="It was opened today.")
    assert [fold.save(p) for p in (post(), edited, post())] == ["new", "revised", "revised"]
    assert fold.rows("SELECT title, changed FROM revisions ORDER BY id") == [
        ("Opening Ceremony", "[]"),
        ("Opening Ceremony of the New Building", '["title", "body_text"]'),
        ("Opening Ceremony", '["title", "body_text"]'),
    ]


def test_fault_c12_hits_are_a_series_and_never_a_revision(fold: Fold) -> None:
    for hits in (10, 11, 11, 15, None):
        fold.save(post(hits=hits))
    assert fold.rows("SELECT hits, seen_in FROM hits") == [(10, "post"), (11, "post"), (15, "post")]
    assert fold.rows("SELECT hits, revisions FROM posts") == [(15, 1)]


def test_a_listing_adds_to_the_hits_of_posts_that_are_known(fold: Fold) -> None:
    fold.save(post())
    row = Row(1, "Opening Ceremony", False, None, "2020-02-26", 12, "https://x", False, False, None)
    save_listing(
        fold.store.conn,
        fold.run,
        "news",
        Listing("es", 1, 1, 2, (row, replace(row, number=2))),
        fold.evidence(),
    )
    assert fold.rows("SELECT hits FROM posts") == [(12,)]


@pytest.mark.parametrize(
    ("title", "date", "hits"),
    [
        ("Closing Ceremony", "2026-01-02", 10),
        ("Closing Ceremony", "2020-02-26", 12),
        ("Opening Ceremony", "2026-01-02", 12),
        ("Closing Ceremony", None, 12),
    ],
    ids=["another title and day", "same day", "same title", "no day"],
)
def test_a_row_under_the_number_of_a_removed_post_counts_for_it_unless_title_and_day_are_another_s(
    fold: Fold, title: str, date: str | None, hits: int
) -> None:
    fold.save(post())
    for _ in range(2):
        fold.next_run()
        strike(fold.store.conn, fold.run, MissedPosts("news", "es", (1,), "2026-01-02T00:00:00Z"))
    row = Row(1, title, False, None, date, 12, "https://x", False, False, None)
    save_listing(fold.store.conn, fold.run, "news", Listing("es", 1, 1, 1, (row,)), fold.evidence())
    assert fold.rows("SELECT hits FROM posts") == [(hits,)]


@pytest.mark.parametrize(("live", "removed"), [(True, 0), (False, 1)])
def test_a_listing_takes_a_strike_back_but_a_capture_of_one_by_others_does_not(
    fold: Fold, live: bool, removed: int
) -> None:
    fold.save(post())
    strike(fold.store.conn, fold.run, MissedPosts("news", "es", (1,), "2026-01-02T00:00:00Z"))
    row = Row(1, "Opening Ceremony", False, None, "2020-02-26", 12, "https://x", False, False, None)
    shown = Listing("es", 1, 1, 1, (row,))
    save_listing(fold.store.conn, fold.run, "news", shown, fold.evidence(), live=live)
    fold.next_run()
    missed = MissedPosts("news", "es", (1,), "2026-01-03T00:00:00Z")
    assert strike(fold.store.conn, fold.run, missed) == removed


def test_fault_c07_another_post_under_the_number_of_a_removed_one_is_a_second_post(fold: Fold) -> None:
    early = fold.evidence()
    first = post(**FORUM, attachments=(FILE,))
    fold.save(first)
    between = fold.evidence()
    fetched = [replace(fold.evidence(), file=f"{hour}.warc.gz") for hour in (3, 4, 5, 6)]
    for place in fetched[:2]:
        fold.fetch(place)
    for _ in range(2):
        fold.next_run()
        strike(fold.store.conn, fold.run, MissedPosts("news", "es", (1,), "2026-01-01T00:00:07Z"))
    assert fold.save(post(**OCEAN, attachments=(FILE,))) == "new"
    later = [replace(place, fetched_at=f"2026-01-02T00:00:0{at}Z") for at, place in enumerate(fetched[2:])]
    for place in later:
        fold.fetch(place)
    assert fold.rows("SELECT title, revisions FROM posts ORDER BY id") == [
        ("Forum on Missions", 2),
        ("Ships and Harbours", 2),
    ]
    assert fold.rows("SELECT sha256 FROM attachments ORDER BY post_id") == [
        (fetched[1].sha256,),
        (later[1].sha256,),
    ]
    for place, effect in ((early, "revised"), (between, "unchanged")):
        page = PostPage("news", "https://x/es/1", place, None)
        assert save_post(fold.store.conn, fold.run, page, first, live=False) == effect
    assert fold.rows("SELECT post_id, count(*) FROM sightings GROUP BY 1") == [(1, 3), (2, 1)]
    assert fold.rows("SELECT first_seen_at FROM posts ORDER BY id")[0] == (early.fetched_at,)


def test_fault_c07_a_reused_number_leaves_the_files_of_other_posts_alone(fold: Fold) -> None:
    fold.save(post(**FORUM))
    fold.save(post(2, attachments=(FILE,)))
    for warc in ("2.warc.gz", "3.warc.gz"):
        fold.warc = warc
        fold.fetch()
    for _ in range(2):
        fold.next_run()
        strike(fold.store.conn, fold.run, MissedPosts("news", "es", (1,), fold.evidence().fetched_at))
    fold.warc = "4.warc.gz"
    fold.save(post(**OCEAN))
    fold.fetch()
    assert fold.rows("SELECT revisions FROM posts ORDER BY id") == [(1,), (3,), (1,)]


def test_an_earlier_capture_with_other_hits_goes_before_what_is_known(fold: Fold) -> None:
    places = [fold.evidence() for _ in range(4)]
    fold.save(post(hits=20))
    fold.save(post(2, title="Closing Ceremony", hits=5))
    for place, hits in ((places[2], 9), (places[0], 5), (places[1], 5), (places[3], 20)):
        save_post(
            fold.store.conn,
            fold.run,
            PostPage("news", "https://x/es/1", place, None),
            post(hits=hits),
            live=False,
        )
    shown = "SELECT seen_at, hits FROM hits WHERE post_id = 1 ORDER BY seen_at"
    assert fold.rows(shown) == [
        (places[0].fetched_at, 5),
        (places[2].fetched_at, 9),
        (places[3].fetched_at, 20),
        ("2026-01-01T00:00:05Z", 20),
    ]
    assert fold.rows("SELECT hits FROM posts ORDER BY id") == [(20,), (5,)]


def test_the_first_hits_that_are_known_of_a_post_may_come_from_an_earlier_capture(fold: Fold) -> None:
    early = fold.evidence()
    fold.save(post(hits=None))
    save_post(
        fold.store.conn, fold.run, PostPage("news", "https://x/es/1", early, None), post(hits=5), live=False
    )
    assert fold.rows("SELECT seen_at, hits FROM hits") == [(early.fetched_at, 5)]
    assert fold.rows("SELECT hits FROM posts") == [(5,)]


@pytest.mark.parametrize("order", [("jsp", "es"), ("es", "jsp")])
def test_a_migrated_post_is_one_post_with_two_sources_and_the_current_address(
    fold: Fold, order: tuple[Layout, Layout]
) -> None:
    numbers = {"jsp": 13623, "es": 37100}
    titles = {"jsp": "Opening ceremony", "es": "Opening  Ceremony "}
    for layout in order:
        fold.save(post(numbers[layout], layout, title=titles[layout], body_html=f"<p>{layout}</p>"))
    assert fold.rows("SELECT number, layout FROM posts") == [(37100, "es")]
    assert fold.rows("SELECT count(DISTINCT post_id), count(*) FROM sources") == [(1, 2)]


def test_a_migrated_post_has_one_text_and_was_seen_from_its_first_page_to_its_last(fold: Fold) -> None:
    fold.save(post(13623, "jsp"))
    fold.save(post(37100, "es"))
    assert fold.rows("SELECT content_id FROM texts") == [(2,)]
    assert fold.rows("SELECT first_seen_at, last_seen_at FROM posts") == [
        ("2026-01-01T00:00:01Z", "2026-01-01T00:00:02Z")
    ]


def test_each_sighting_has_what_its_own_post_said(fold: Fold) -> None:
    for each in (post(), post(2, title="Closing Ceremony"), post()):
        fold.save(each)
    assert fold.rows("SELECT post_id, title FROM sightings") == [
        (1, "Opening Ceremony"),
        (2, "Closing Ceremony"),
        (1, "Opening Ceremony"),
    ]


def test_a_migrated_post_that_says_the_same_has_one_revision(fold: Fold) -> None:
    fold.save(post(13623, "jsp", body_html="<div>It was opened.</div>"))
    fold.save(post(37100, "es"))
    assert fold.rows("SELECT number, layout, revisions, body_html FROM posts") == [
        (37100, "es", 1, "<p>It was opened.</p>")
    ]


def test_a_migrated_post_that_was_edited_has_two(fold: Fold) -> None:
    fold.save(post(13623, "jsp"))
    fold.save(post(37100, "es", body_text="It was opened at last."))
    assert fold.rows("SELECT changed FROM revisions ORDER BY id") == [("[]",), ('["body_text"]',)]


def test_an_edit_of_the_title_does_not_part_a_migrated_post(fold: Fold) -> None:
    fold.save(post(13623, "jsp"))
    fold.save(post(37100, "es"))
    fold.save(post(37100, "es", title="Something else entirely"))
    assert fold.rows("SELECT title, revisions FROM posts") == [("Something else entirely", 2)]


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (1, 2, 0), (2, 1, 0)])
def test_where_two_posts_fit_all_stay_apart_in_whatever_order_they_are_met(
    fold: Fold, order: tuple[int, ...]
) -> None:
    three = [post(13623, "jsp"), post(37100, "es"), post(37200, "es")]
    for position in order:
        fold.save(three[position])
    assert fold.rows("SELECT number, revisions FROM posts ORDER BY number") == [
        (13623, 1),
        (37100, 1),
        (37200, 1),
    ]
    assert fold.rows("SELECT changed FROM revisions") == [("[]",)] * 3


def test_fault_c07_one_number_in_both_layouts_is_two_posts(fold: Fold) -> None:
    fold.save(post(7, "jsp", title="One"))
    fold.save(post(7, "es", title="Another"))
    assert fold.rows("SELECT count(*) FROM posts") == [(2,)]


OCEAN = {
    "title": "Ships and Harbours",
    "date": "2026-10-01",
    "body_text": "Other words about oceans and fish, and none of those before.",
}
LONG = (
    "Eleven cases were shown on the day, and twelve guests from abroad asked how they had come about. A "
    "recording follows."
)
FORUM = {"title": "Forum on Missions", "date": "2022-07-14", "body_text": LONG}


@pytest.mark.parametrize(
    ("after", "is_another"),
    [
        (OCEAN, True),
        (OCEAN | {"title": "Forum on Ships and Missions"}, False),
        (OCEAN | {"date": FORUM["date"]}, False),
        (OCEAN | {"body_text": f"Other words first. {LONG}"}, False),
        (OCEAN | {"body_text": ""}, False),
        (FORUM | {"title": "Ships and Harbours", "date": "2026-10-01"}, False),
        (FORUM, False),
    ],
    ids=["all other", "like title", "same day", "text grew", "no text", "same text", "same"],
)
def test_fault_c07_only_what_has_nothing_in_common_may_be_another_post_under_a_reused_number(
    after: dict[str, str], is_another: bool
) -> None:
    assert another_post(FORUM, after) is is_another


@given(st.text(), st.text(), st.integers(0, 200), st.text(max_size=60))
def test_fault_c07_an_edit_that_keeps_a_text_is_never_another_post(
    title: str, other: str, at: int, put: str
) -> None:
    edited = {"title": other, "date": "2026-10-01", "body_text": LONG[:at] + put + LONG[at:]}
    assert not another_post(FORUM | {"title": title}, edited)


def test_a_post_missed_in_one_run_is_present_in_two_removed_and_seen_again_restored(fold: Fold) -> None:
    fold.save(post())
    assert strike(fold.store.conn, fold.run, MissedPosts("news", "es", (1,), "2026-01-02T00:00:00Z")) == 0
    assert strike(fold.store.conn, fold.run, MissedPosts("news", "es", (1,), "2026-01-02T00:00:00Z")) == 0
    fold.next_run()
    assert strike(fold.store.conn, fold.run, MissedPosts("news", "es", (1,), "2026-01-03T00:00:00Z")) == 1
    assert fold.rows("SELECT removed_at, body_text FROM posts") == [
        ("2026-01-03T00:00:00Z", "It was opened.")
    ]
    assert fold.save(post()) == "restored"
    assert fold.rows("SELECT removed_at, revisions FROM posts") == [(None, 1)]


def test_fault_c11_a_file_replaced_under_its_address_is_a_revision(fold: Fold) -> None:
    fold.save(post(attachments=(FILE,)))
    for run in range(2):
        fold.warc = f"{run + 2}.warc.gz"
        fold.fetch(name="보고서.pdf")
    assert fold.rows("SELECT name, size, sha256 FROM attachments") == [("보고서.pdf", 10, digest(b"3"))]
    assert fold.rows("SELECT changed FROM revisions ORDER BY id") == [("[]",), ('["attachments"]',)]


def test_an_edit_and_its_replaced_file_in_one_run_are_one_revision(fold: Fold) -> None:
    fold.save(post(attachments=(FILE,)))
    fold.fetch()
    fold.warc = "2.warc.gz"
    fold.save(post(attachments=(FILE,), title="Edited"))
    fold.fetch()
    assert fold.rows("SELECT changed FROM revisions ORDER BY id") == [("[]",), ('["title", "attachments"]',)]


@pytest.mark.parametrize(
    ("older", "changes"),
    [
        (b"another", ["07:00:00", "08:00:00"]),  # than the two that are known
        (b"first", ["08:00:00"]),
        (b"second", ["07:00:00", "08:00:00"]),  # as the newest: what came between was a change, and back
    ],
)
def test_an_older_capture_of_a_file_takes_its_place_in_the_series(
    fold: Fold, older: bytes, changes: list[str]
) -> None:
    def capture(hour: int, body: bytes) -> None:
        place = Evidence(
            f"{hour}.warc.gz", hour * 100, 90, digest(body), FILE.url, f"2026-01-01T{hour:02}:00:00Z", 200
        )
        fold.fetch(place, live=False)

    fold.save(post(attachments=(FILE,)))
    for hour, body in ((7, b"first"), (8, b"second"), (6, older)):
        capture(hour, body)
    assert fold.rows(
        "SELECT substr(seen_at, 12, 8) FROM revisions WHERE changed = '[\"attachments\"]' ORDER BY 1"
    ) == [(at,) for at in changes]
    assert fold.rows("SELECT sha256 FROM attachments") == [(digest(b"second"),)]


def test_a_post_is_found_under_the_name_that_the_server_gave_its_file_last(fold: Fold) -> None:
    fold.save(post(attachments=(FILE,)))
    for name in ("draft.pdf", "final.pdf", ""):
        fold.fetch(name=name)
    assert fold.rows("SELECT name FROM attachments") == [("final.pdf",)]
    found = [
        word
        for word in ("report", "draft", "final")
        if fold.rows(f"SELECT 1 FROM content_text WHERE files MATCH '{word}'")
    ]
    assert found == ["final"]


def test_the_index_has_the_words_of_what_is_shown_and_no_others(fold: Fold) -> None:
    """It has no copy of the texts: words that were taken out wrongly would stay, or take others along."""
    fold.save(post(attachments=(FILE,)))
    fold.fetch(name="draft.pdf")
    fold.save(post(attachments=(FILE,), body_text="It was closed."))
    fold.save(post(2, title="Closing Ceremony", attachments=(replace(FILE, name="final.pdf"),)))
    for name in ("final.pdf", "", "draft.pdf", "last.pdf"):
        fold.fetch(name=name)
    words = "SELECT term, doc, col, offset FROM content_text_words ORDER BY 2, 3, 4"
    there = fold.rows(words)
    with write(fold.store.conn):
        fold.store.conn.execute("INSERT INTO content_text (content_text) VALUES ('delete-all')")
        contents.index_all(fold.store.conn)
    assert fold.rows(words) == there
    assert {row[0] for row in there if row[2] == "files"} == {"last", "pdf"}


def test_a_replaced_file_is_a_revision_of_each_post_that_lists_it_and_the_same_bytes_are_none(
    fold: Fold,
) -> None:
    fold.save(post(attachments=(FILE,)))
    fold.save(post(2, title="Closing Ceremony", attachments=(FILE,)))
    first, fold.warc = fold.evidence(), "2.warc.gz"
    second, fold.warc = fold.evidence(), "3.warc.gz"
    again = replace(fold.evidence(), sha256=second.sha256)
    made = [fold.fetch(place) for place in (first, second, again)]
    assert made == [0, 2, 0]


def test_a_file_that_is_fetched_on_a_clock_that_was_set_back_is_the_newest(fold: Fold) -> None:
    fold.save(post(attachments=(FILE,)))
    first, back, last = fold.evidence(), fold.evidence(), fold.evidence()
    for place, name in ((first, "first.pdf"), (last, "last.pdf"), (back, "back.pdf")):
        fold.fetch(place, name=name)
    assert fold.rows("SELECT name, sha256 FROM attachments") == [("back.pdf", back.sha256)]
    assert fold.rows("SELECT count(*) FROM content_text WHERE files MATCH 'back'") == [(1,)]


def test_bytes_that_return_on_a_clock_that_was_set_back_are_a_revision(fold: Fold) -> None:
    fold.save(post(attachments=(FILE,)))
    places = [replace(fold.evidence(), file=f"{hour}.warc.gz") for hour in (2, 3, 4)]
    first = replace(places[2], sha256=places[0].sha256)
    made = [fold.fetch(place) for place in (first, places[1], places[0])]
    assert made == [0, 1, 1]


def test_files_captured_before_the_first_sight_of_their_post_are_revisions_of_that_post(fold: Fold) -> None:
    early = [replace(fold.evidence(), file=f"{hour}.warc.gz") for hour in (7, 8)]
    fold.save(post())
    fold.save(post(2, title="Closing Ceremony", attachments=(FILE,)))
    for place in early:
        fold.fetch(place, live=False)
    assert fold.rows("SELECT title, changed FROM revisions ORDER BY post_id, id") == [
        ("Opening Ceremony", "[]"),
        ("Closing Ceremony", "[]"),
        ("Closing Ceremony", '["attachments"]'),
    ]


def test_the_images_of_a_post_are_counted_from_one(fold: Fold) -> None:
    fold.save(post(images=("https://www.kistep.re.kr/a.png", "https://www.kistep.re.kr/b.png")))
    assert fold.rows("SELECT seq, name FROM attachments") == [(1, "a.png"), (2, "b.png")]


def test_files_stay_owed_until_the_site_has_answered_for_them(fold: Fold) -> None:
    fold.save(post(attachments=(FILE,), images=("https://www.kistep.re.kr/a.png",)))
    assert frontier.unfetched_files(fold.store.conn, "news", "es") == {
        FILE.url: ("file", FILE.name),
        "https://www.kistep.re.kr/a.png": ("image", "a.png"),
    }
    fold.fetch()
    file_gone(fold.store.conn, fold.run, "https://www.kistep.re.kr/a.png", "image", fold.evidence())
    assert fold.rows("SELECT kind, outcome FROM pages WHERE kind IN ('file', 'image')") == [
        ("file", "saved"),
        ("image", "gone"),
    ]
    assert frontier.unfetched_files(fold.store.conn, "news", "es") == {}
    urls = [url for (url,) in fold.store.conn.execute("SELECT DISTINCT url FROM listed_file")]
    assert [frontier.has_file(fold.store.conn, "news", "es", url) for url in urls] == [True, True]


def test_a_run_that_is_known_stays_as_it_is_and_one_that_does_not_fit_is_refused(fold: Fold) -> None:
    runs.begin(fold.store.conn, RunStart(1, "000001", "crawl", "2027-01-01T00:00:00Z", "", ["news"], {}, ()))
    assert fold.rows("SELECT started_at FROM runs") == [("2026-01-01T00:00:00Z",)]
    with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
        runs.begin(
            fold.store.conn,
            RunStart(2, "000002", "crawl", "2027-01-01T00:00:00Z", "", ["news"], {"delay": float("nan")}, ()),
        )


def test_a_transaction_that_breaks_leaves_nothing_behind(fold: Fold) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        fold.save(post(date="26 February"))
    assert fold.rows(
        "SELECT (SELECT count(*) FROM page) + (SELECT count(*) FROM source) + (SELECT count(*) FROM post)"
    ) == [(0,)]


def test_fault_a11_a_database_of_a_newer_program_is_left_alone(fold: Fold) -> None:
    with closing(sqlite3.connect(fold.folder / DATABASE_FILE, isolation_level=None)) as conn:
        conn.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
            "VALUES ('kistep_archive', 'm999', '')"
        )
    with pytest.raises(ArchiveError, match="newer kistep-archive") as error:
        Store(fold.folder)
    assert error.value.exit_code == 5


def test_plugins_of_sqlite_utils_stay_out_of_the_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Plugin:
        @hookimpl
        def prepare_connection(self, conn: sqlite3.Connection) -> None:
            conn.create_function("length", 1, lambda _: 7)

    monkeypatch.setattr(sys, "_called_from_test", True, raising=False)  # it would look for others too
    pm.register(plugin := Plugin())
    try:
        with closing(Store(tmp_path)) as store:
            assert store.conn.execute("SELECT length('abc')").fetchone()[0] == 3
    finally:
        pm.unregister(plugin)


def test_a_file_that_is_no_database_is_named_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / DATABASE_FILE).write_bytes(b"this is not a database" * 100)
    with pytest.raises(ArchiveError, match="not a database") as error:
        Store(tmp_path)
    assert error.value.exit_code == 5
    assert (tmp_path / DATABASE_FILE).read_bytes().startswith(b"this is not")


# Others rely on these names and on their order; a later version may put more columns between them.
COLUMNS = {
    "posts": "id board number title writer date hits body_text body_html url layout first_seen_at "
    "last_seen_at removed_at revisions",
    "revisions": "id post_id seen_at title writer date body_text body_html changed sha256 warc_file "
    "warc_offset parser_version",
    "sightings": "post_id seen_at title writer date body_text body_html changed sha256 warc_file warc_offset",
    "readings": "post_id seen_at warc_file warc_offset parser_version library skin",
    "hits": "post_id seen_at hits",
    "attachments": "post_id seq name url media_type size sha256 fetched_at warc_file warc_offset kind",
    "sources": "post_id layout board number url first_seen_at last_seen_at",
    "removals": "post_id layout number removed_at returned_at",
    "pages": "url kind status fetched_at sha256 warc_file warc_offset warc_length run_id outcome",
    "runs": "id kind started_at finished_at boards arguments verdict exit_code reason requested fetched "
    "failed new revised removed restored unchanged declared_total",
    "failures": "run_id url kind reason at outcome",
    "unanswered_requests": "run_id url kind reason at",
    "board_verdicts": "run_id board verdict reason",
}


@pytest.mark.parametrize("view", COLUMNS)
def test_a_view_has_the_columns_that_others_rely_on(fold: Fold, view: str) -> None:
    there = [row[1] for row in fold.rows(f"PRAGMA table_info({view})")]
    assert " ".join(name for name in there if name in COLUMNS[view].split()) == COLUMNS[view]


def test_fault_e02_a_reader_is_not_disturbed_by_a_writer(fold: Fold) -> None:
    fold.save(post())
    with closing(sqlite3.connect(fold.folder / DATABASE_FILE)) as writer, writer:
        writer.execute("UPDATE content SET title = 'not yet'")
        with closing(
            sqlite3.connect(f"file:{fold.folder / DATABASE_FILE}?mode=ro", uri=True, timeout=0)
        ) as reader:
            assert "Opening Ceremony" in str(reader.execute("SELECT * FROM posts").fetchall())
