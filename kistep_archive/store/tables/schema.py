"""The database's tables: migrations of plain SQL, each in its file of `migrations/`. The views over them are
in `views.py`; no migration makes or names one.

The key of everything is the source (an address); a post is a group of sources. So two addresses can be merged
into one post, and split again, without moving a sighting, an observation or a file. A sighting is one reading
of a post; a revision is a sighting that differs from the one before it. A content is stored once, however
often it is seen.
"""

import sqlite3
from importlib.resources import files

from kistep_archive.model import columns
from kistep_archive.store import checksums, unshown
from kistep_archive.store.rows import bodies, contents, visits
from kistep_archive.store.tables.sqlite_utils_alone import Database, Migrations

migrations = Migrations("kistep_archive")

_SQL = files("kistep_archive.store") / "migrations"  # it may be in an egg


def _run(db: Database, migration: str) -> None:
    """Runs the statements of a migration's file one by one: `executescript` would commit its transaction."""
    lines = (_SQL / f"{migration}.sql").read_text(encoding="utf-8").splitlines()
    for statement in "\n".join(line.split("--", 1)[0] for line in lines).split(";"):
        if statement.strip():
            db.execute(statement.strip())


@migrations()
def m001_sightings(db: Database) -> None:
    """Tables of the first release."""
    _run(db, "m001_sightings")


@migrations()
def m002_ledger(db: Database) -> None:
    """Requests without a response, so that the number of requests is the sum of the outcomes; visits that
    found a post gone."""
    _run(db, "m002_ledger")


@migrations()
def m003_debts(db: Database) -> None:
    """What an unfinished run leaves to do. What runs before this migration left is unknown, so the next run
    walks to the end."""
    _run(db, "m003_debts")


@migrations()
def m004_board_verdicts(db: Database) -> None:
    """How a run ended for each of its boards."""
    _run(db, "m004_board_verdicts")


@migrations()
def m005_words(db: Database) -> None:
    """Outcomes of requests by the names of `Outcome` instead of English. Blocks of rows whose checksums were
    right get new checksums; those that were damaged before stay known as damaged."""
    with checksums.preserve(db.conn, ("page", "failure")):
        _run(db, "m005_words")


@migrations()
def m006_reused_numbers(db: Database) -> None:
    """A number may belong to another post after a removal: one row of `source` for each."""
    db.execute("PRAGMA defer_foreign_keys = ON")  # rows of other tables refer to the one made again
    with checksums.preserve(db.conn, ("source",)):
        _run(db, "m006_reused_numbers")


@migrations()
def m007_totals(db: Database) -> None:
    """By how many posts the declared total of a whole walk was higher than what the walk met."""
    with checksums.preserve(db.conn, ("walk",)):
        db.execute("ALTER TABLE walk ADD COLUMN off INTEGER NOT NULL DEFAULT 0")


@migrations()
def m008_readers(db: Database) -> None:
    """What read each page: besides the parser's version that of the HTML library, and the skin. And how the
    pages of each board are read."""
    with checksums.preserve(db.conn, ("sighting",)):
        db.execute("ALTER TABLE sighting ADD COLUMN library INTEGER NOT NULL DEFAULT 0")
        db.execute("ALTER TABLE sighting ADD COLUMN skin TEXT NOT NULL DEFAULT ''")
    db.execute(
        "CREATE TABLE board (name TEXT NOT NULL, layout TEXT NOT NULL, record TEXT NOT NULL, "
        "PRIMARY KEY (name, layout)) STRICT"
    )


@migrations()
def m009_lookups(db: Database) -> None:
    """Indexes, so that a question about one page or one post costs the same in an archive of any size, and
    the files that are listed and that no request has answered for."""
    _run(db, "m009_lookups")


@migrations()
def m010_visits(db: Database) -> None:
    """When each post was visited last and is due again, so that a run need not look at all posts."""
    with checksums.preserve(db.conn, ("source",)):
        _run(db, "m010_visits")
        visits.plan_all(db.conn)


@migrations()
def m011_found_fast(db: Database) -> None:
    """Which contents no post shows now, and the index's list of its words: for a fast `search`."""
    unshown.create(db.conn)
    db.execute("CREATE VIRTUAL TABLE content_text_words USING fts5vocab (content_text, instance)")


@migrations()
def m012_said_once(db: Database) -> None:
    """The full-text index without a copy of the texts, and HTML without the text that stands beside it."""
    _run(db, "m012_said_once")
    contents.index_all(db.conn)
    db.conn.create_function("packed", 2, bodies.pack, deterministic=True)
    with checksums.preserve(db.conn, ("content",)):
        db.execute("UPDATE content SET body_html = packed(body_text, body_html)")
    checksums.begin_words(db.conn)


@migrations()
def m013_decisions(db: Database) -> None:
    """What a person decided about an address: that it is of one post with others, or of none; and the post
    that it had before."""
    with checksums.preserve(db.conn, ("source",)):
        _run(db, "m013_decisions")


def add_columns(conn: sqlite3.Connection) -> None:
    """Adds to a content the columns of `model/columns.py` that the database lacks, within the caller's
    transaction. They are empty until the pages are read again."""
    there = {name for (name,) in conn.execute("SELECT name FROM pragma_table_info('content')")}
    lacking = [column for column in columns.POST if column.form and column.name not in there]
    if lacking:
        with checksums.preserve(conn, ("content",)):
            for column in lacking:
                conn.execute(f"ALTER TABLE content ADD COLUMN {column.name} {column.sql_type}")
