"""A search by one pass over the index finds what joins of all views found, in the same order: whatever was
revised, removed, merged, split or imported late, with any filter, page and order, now and in the past."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from parsed import parsed

from kistep_archive.evidence.events import MissedPosts, RunStart
from kistep_archive.http.response import digest
from kistep_archive.model.items import Layout, ParsedFile, ParsedPost
from kistep_archive.model.tokens import folded
from kistep_archive.query.filters import Filters, any_match
from kistep_archive.query.filters import count as counted
from kistep_archive.query.language import fts_expression
from kistep_archive.query.search import ranked
from kistep_archive.query.search.search import SORTS, matches
from kistep_archive.query.search.suggest import suggestions
from kistep_archive.store import unshown
from kistep_archive.store.database import DATABASE_FILE, open_archive
from kistep_archive.store.rows import runs
from kistep_archive.store.rows.fold import PostPage, save_post, strike
from kistep_archive.store.store import Store
from kistep_archive.warc.location import Evidence

QUESTIONS = 150  # of each archive
WORDS = ["forum", "policy", "science", "예산", "기술정책", "평가"]  # few, so that many posts are equally good
WRITERS = ["Kim", "박미나"]
BOARDS = ["news", "notice"]
UNSHOWN = """
SELECT id FROM content WHERE id NOT IN (SELECT s.content_id FROM source s JOIN post p ON p.source_id = s.id
  AND p.id = s.post_id)
"""


def at(second: int) -> str:
    return f"2026-01-01T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}.000000Z"


def a_post(dice: random.Random) -> ParsedPost:
    layout: Layout = dice.choice(["es", "es", "jsp"])
    text = " ".join(dice.choices(WORDS, k=dice.randint(1, 4)))
    files = (ParsedFile(1, "forum.pdf", "https://x/forum.pdf", "1KB"),) if dice.random() < 0.2 else ()
    return parsed(
        dice.randint(1, 40),
        layout=layout,
        title=" ".join(dice.choices(WORDS, k=dice.randint(1, 2))),
        writer=dice.choice([*WRITERS, None]),
        date=f"2020-01-0{dice.randint(1, 3)}",
        hits=dice.choice([None, 1, 2]),
        body_text=text,
        body_html=f"<p>{text}</p>",
        attachments=files,
    )


def live(folder: Path, seed: int) -> None:
    """Two hundred random events of an archive: readings, old captures, removals."""
    dice, places = random.Random(seed), count(1)
    with closing(Store(folder, durable=False)) as store:
        for run in (1, 2):
            runs.begin(store.conn, RunStart(run, f"{run:06}", "crawl", at(0), "", BOARDS, {}, ()))
        for second in range(1, 201):
            board, post, is_live = dice.choice(BOARDS), a_post(dice), dice.random() < 0.8
            if dice.random() < 0.1:
                for run in (1, 2):
                    strike(store.conn, run, MissedPosts(board, post.layout, (post.number,), at(second)))
                continue
            seen = second if is_live else dice.randint(1, second)
            place = Evidence("1.warc.gz", next(places), 9, digest(b"%d" % second), "https://x", at(seen), 200)
            url = f"https://x/{board}/{post.layout}/{post.number}"
            save_post(store.conn, 1, PostPage(board, url, place, None), post, live=is_live)


@pytest.fixture(scope="module", params=[1, 2, 3])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("random")
    live(made, request.param)
    return made


def before(conn: sqlite3.Connection, filters: Filters, sort: str) -> list[tuple[int, float]]:
    """All that a search found when it asked the views."""
    conditions: dict[str, Any] = {
        "content_text MATCH ?": fts_expression(filters.query or ""),
        "posts.board = ?": filters.board,
        "instr(folded(posts.writer), ?) > 0": filters.writer and folded(filters.writer),
        "posts.date >= ?": filters.since,
        "posts.date <= ?": filters.until,
        "(posts.removed_at IS NOT NULL) = ?": filters.removed,
        "EXISTS (SELECT 1 FROM attachments WHERE post_id = posts.id AND kind = 'file') = ?": filters.has_file,
    }
    used = {clause: value for clause, value in conditions.items() if value is not None}
    rows = conn.execute(
        "SELECT posts.id AS id, posts.date AS date, posts.hits AS hits, "
        "-bm25(content_text, 10.0, 4.0, 1.0, 2.0) AS score "
        "FROM content_text CROSS JOIN texts ON texts.content_id = content_text.rowid "
        f"CROSS JOIN posts ON posts.id = texts.post_id WHERE {' AND '.join(used)} ORDER BY {SORTS[sort]}",
        list(used.values()),
    )
    return [(row["id"], round(row["score"], 4)) for row in rows]


def questions(seed: int) -> Iterator[tuple[Filters, str, int, int]]:
    """Filters, order, limit and offset."""
    dice = random.Random(seed)

    def perhaps(*values: Any) -> Any:
        return dice.choice(values) if dice.random() < 0.2 else None

    for _ in range(QUESTIONS):
        query = dice.choice(["{}", "{} {}", "{} OR {}", "{} -{}", "title:{}", '"{} {}"', "zzz"])
        yield (
            Filters(
                query.format(*dice.choices([*WORDS, "기", "fo*"], k=2)),
                perhaps(*BOARDS),
                perhaps("kim", "미"),
                perhaps("2020-01-02"),
                perhaps("2020-01-02"),
                perhaps(True, False),
                perhaps(True, False),
            ),
            dice.choice(["rank", "rank", "date", "hits"]),
            dice.choice([0, 1, 3, 20, 1000]),
            dice.choice([0, 0, 1, 5, 60]),
        )


def assert_finds_what_was_found_before(conn: sqlite3.Connection) -> int:
    most = 0
    for filters, sort, limit, offset in questions(7):
        expected = before(conn, filters, sort)
        total, page = matches(conn, filters, sort=sort, limit=limit, offset=offset)
        found = [(row["id"], row["score"]) for row in page]
        assert (total, found) == (len(expected), expected[offset : offset + limit]), (filters, sort)
        assert (counted(conn, filters), any_match(conn, filters)) == (total, total > 0), filters
        most = max(most, total)
    return most


def test_it_finds_what_was_found_before(folder: Path) -> None:
    with closing(open_archive(folder)) as conn:
        assert unshown.applies(conn)
        assert conn.execute("SELECT count(*) FROM unshown").fetchone()[0] > 20
        assert assert_finds_what_was_found_before(conn) > 30


def test_it_finds_it_in_pieces_too(folder: Path) -> None:
    with closing(open_archive(folder)) as conn:
        for filters, _, limit, offset in questions(7):
            if filters.matches_nothing:
                continue
            expected = before(conn, filters, "rank")
            total, best = ranked.page(conn, filters, limit, offset, ranked.Batches(2, 3))
            found = [(each.id, round(each.score, 4)) for each in best]
            assert (total, found) == (len(expected), expected[offset : offset + limit]), filters


def test_it_finds_it_in_the_past_too(folder: Path) -> None:
    with closing(open_archive(folder, at(90))) as conn:
        assert not unshown.applies(conn)
        assert assert_finds_what_was_found_before(conn) > 10


def test_it_finds_it_in_the_database_of_an_earlier_program_too(folder: Path, tmp_path: Path) -> None:
    """Read-only, so nothing brings it up to date."""
    old = tmp_path / DATABASE_FILE
    with closing(sqlite3.connect(folder / DATABASE_FILE)) as conn, closing(sqlite3.connect(old)) as copy:
        conn.backup(copy)
        triggers = copy.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            copy.execute(f"DROP TRIGGER {name}")
        copy.execute("DROP TABLE unshown")
        copy.execute("DROP TABLE content_text_words")
    with closing(open_archive(tmp_path)) as conn, closing(open_archive(folder)) as new:
        assert not unshown.applies(conn)
        assert assert_finds_what_was_found_before(conn) > 30
        for query in ("polcy", "예싼", "기술정채"):
            assert suggestions(conn, Filters(query)) == suggestions(new, Filters(query)) != []


def test_what_no_post_shows_is_known_whatever_happened_and_as_the_update_of_an_old_database_finds_it(
    folder: Path,
) -> None:
    with closing(sqlite3.connect(":memory:")) as conn:
        with closing(sqlite3.connect(folder / DATABASE_FILE)) as made:
            made.backup(conn)
        kept = conn.execute("SELECT content_id FROM unshown").fetchall()
        assert kept == sorted(conn.execute(UNSHOWN).fetchall()) != []
        for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            conn.execute(f"DROP TRIGGER {name}")
        conn.execute("DROP TABLE unshown")
        unshown.create(conn)
        assert conn.execute("SELECT content_id FROM unshown").fetchall() == kept
