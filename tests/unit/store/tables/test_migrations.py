"""A database of an earlier program is brought up to date in place: rows, references and checksums stay."""

from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from kistep_archive.store import checksums
from kistep_archive.store.database import DATABASE_FILE
from kistep_archive.store.store import Store
from kistep_archive.store.tables.schema import migrations

_ROWS = """
INSERT INTO run (id, name, kind, started_at, origin, boards, arguments, closed)
  VALUES (1, '000001', 'crawl', '2026-01-01T00:00:00Z', '', '[]', '{}', 1);
INSERT INTO post (id, source_id) VALUES (1, 1), (2, 2);
INSERT INTO source (id, post_id, board, layout, number, url, match_key, content_id, first_seen_at,
  last_seen_at, ordered_at, strike_run, strikes, removed_at)
  VALUES (1, 1, 'news', 'es', 7, 'https://x/7', 'k', 1, 'a', 'b', 'b', NULL, 0, NULL),
         (2, 2, 'news', 'es', 8, 'https://x/8', 'l', 2, 'a', 'b', 'b', 1, 2, 'c');
INSERT INTO content (id, source_id, digest, title, date, body_text, body_html)
  VALUES (1, 1, 'd', 'One', '2020-01-01', '', ''), (2, 2, 'e', 'Two', '2020-01-02', '', '');
INSERT INTO removal (source_id, removed_at) VALUES (2, 'c');
INSERT INTO walk (run_id, board, layout, ended, at) VALUES (1, 'news', 'es', 'complete', 'b');
"""


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """The folder of a database without the last migration, with two posts in it."""
    db = Database(tmp_path / DATABASE_FILE)
    migrations.apply(db, stop_before="m006_reused_numbers")
    with db.conn:
        for statement in _ROWS.split(";"):
            db.execute(statement)
        checksums.update(db.conn)
    db.close()
    return tmp_path


def test_the_table_of_sources_is_made_again_with_all_that_refers_to_it(before: Path) -> None:
    with closing(Store(before)) as store:
        assert store.conn.execute("PRAGMA foreign_keys").fetchone()[0] == 1
        assert store.conn.execute("PRAGMA foreign_key_check").fetchall() == []
        assert checksums.broken_blocks(store.conn) == []
        rows = store.conn.execute("SELECT number, removed_at, reused_at FROM source ORDER BY id").fetchall()
        assert [tuple(row) for row in rows] == [(7, None, None), (8, "c", None)]
        assert [tuple(row) for row in store.conn.execute("SELECT title, number FROM posts ORDER BY id")] == [
            ("One", 7), ("Two", 8)
        ]  # fmt: skip


def test_a_damaged_row_of_an_earlier_database_stays_known_as_damaged(before: Path) -> None:
    with closing(Database(before / DATABASE_FILE)) as db, db.conn:
        db.execute("UPDATE source SET url = 'https://y/' WHERE id = 1")
    with closing(Store(before)) as store:
        assert checksums.broken_blocks(store.conn) == [("source", 1, 2)]
