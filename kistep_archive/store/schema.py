"""The database's tables: migrations of plain SQL. The views over them are in `views.py`; no migration makes
or names one.

The key of everything is the source (an address); a post is a group of sources. So two addresses can be merged
into one post, and split again, without moving a sighting, an observation or a file. A sighting is one reading
of a post; a revision is a sighting that differs from the one before it. A content is stored once, however
often it is seen.
"""

from importlib.resources import files

from sqlite_utils import Database, Migrations

from kistep_archive.store import bodies, checksums, unshown, visits
from kistep_archive.store.rows import contents

migrations = Migrations("kistep_archive")

_TABLES = files("kistep_archive.store") / "tables.sql"  # of the first release; it may be in an egg


@migrations()
def m001_sightings(db: Database) -> None:
    """Tables of the first release."""
    for statement in _statements(_TABLES.read_text(encoding="utf-8")):
        db.execute(statement)


_LEDGER = """
CREATE TABLE unanswered (  -- requests without a response; each is sent again or becomes a failure
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES run (id),
  url TEXT NOT NULL, kind TEXT NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL,
  warc_offset INTEGER NOT NULL,  -- of its record in the run's evidence file
  UNIQUE (run_id, warc_offset)
) STRICT;

CREATE INDEX page_gone ON page (url) WHERE kind = 'post' AND outcome = 'gone';
"""


@migrations()
def m002_ledger(db: Database) -> None:
    """Requests without a response, so that the number of requests is the sum of the outcomes; visits that
    found a post gone."""
    for statement in _statements(_LEDGER):
        db.execute(statement)


_DEBTS = """
CREATE TABLE walk (  -- a run's walk over a board's listing in one layout
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES run (id),
  board TEXT NOT NULL,
  layout TEXT NOT NULL CHECK (layout IN ('es', 'jsp')),
  ended TEXT CHECK (ended IN ('complete', 'short', 'held', 'older', 'retired')),  -- NULL: it broke off
  at TEXT NOT NULL,  -- of its end, or of its first page
  UNIQUE (run_id, board, layout)
) STRICT;

CREATE TABLE owed (  -- posts that a listing shows differently from the archive, not read since then
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES run (id),  -- the last one that saw it on a listing
  board TEXT NOT NULL,
  layout TEXT NOT NULL CHECK (layout IN ('es', 'jsp')),
  number INTEGER NOT NULL CHECK (number > 0),
  url TEXT NOT NULL,  -- as the listing links it
  listed TEXT NOT NULL,  -- its listing row, as in source
  UNIQUE (board, layout, number)
) STRICT;
"""


@migrations()
def m003_debts(db: Database) -> None:
    """What an unfinished run leaves to do. What runs before this migration left is unknown, so the next run
    walks to the end."""
    for statement in _statements(_DEBTS):
        db.execute(statement)


def _statements(script: str) -> list[str]:
    """The script's statements one by one: `executescript` would commit the migration's transaction."""
    lines = [line.split("--", 1)[0] for line in script.splitlines()]
    return [statement.strip() for statement in "\n".join(lines).split(";") if statement.strip()]


_BOARD_VERDICTS = """
CREATE TABLE board_verdict (  -- of a run over several boards: how it ended for each of them
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES run (id),
  board TEXT NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('complete', 'incomplete', 'site_changed', 'store_unhealthy')),
  reason TEXT NOT NULL,
  UNIQUE (run_id, board)
) STRICT;
"""


@migrations()
def m004_board_verdicts(db: Database) -> None:
    """How a run ended for each of its boards."""
    for statement in _statements(_BOARD_VERDICTS):
        db.execute(statement)


_WORDS = """
UPDATE page SET outcome = CASE outcome WHEN 'asked for again' THEN 'retried'
  WHEN 'not whole, asked for again' THEN 'not_whole'
  WHEN 'something else' THEN 'other_page' WHEN 'not a file' THEN 'not_a_file'
    WHEN 'internal error' THEN 'internal_error'
  WHEN 'of no known board' THEN 'unknown_board' ELSE iif(outcome LIKE 'status %', 'status', outcome) END
WHERE outcome LIKE '% %';

ALTER TABLE failure ADD COLUMN outcome TEXT NOT NULL DEFAULT 'unknown';

UPDATE failure SET outcome = 'forbidden_by_robots' WHERE reason = 'Forbidden by robots.txt';
"""


@migrations()
def m005_words(db: Database) -> None:
    """Outcomes of requests by the names of `Outcome` instead of English. Blocks of rows whose checksums were
    right get new checksums; those that were damaged before stay known as damaged."""
    with checksums.preserve(db.conn, ("page", "failure")):
        for statement in _statements(_WORDS):
            db.execute(statement)


_REUSED = """
CREATE TABLE source_before AS SELECT * FROM source;

DROP TABLE source;

CREATE TABLE source (
  id INTEGER PRIMARY KEY,
  post_id INTEGER NOT NULL REFERENCES post (id),
  board TEXT NOT NULL,
  layout TEXT NOT NULL CHECK (layout IN ('es', 'jsp')),
  number INTEGER NOT NULL CHECK (number > 0),
  url TEXT NOT NULL,
  match_key TEXT NOT NULL,
  listed TEXT,
  content_id INTEGER REFERENCES content (id) DEFERRABLE INITIALLY DEFERRED,
  hits INTEGER CHECK (hits >= 0),
  hits_at TEXT,
  first_seen_at TEXT NOT NULL,
  last_seen_at TEXT NOT NULL,
  ordered_at TEXT NOT NULL,
  strikes INTEGER NOT NULL DEFAULT 0,
  strike_run INTEGER REFERENCES run (id),
  removed_at TEXT,
  reused_at TEXT,  -- when another post was first seen under the number of this one, which had been removed
  gone_at TEXT,    -- when the answer at its address last said that it is gone
  CHECK (reused_at IS NULL OR removed_at IS NOT NULL)
) STRICT;

INSERT INTO source SELECT s.*, NULL, (SELECT max(fetched_at) FROM page
  WHERE page.url = s.url AND kind = 'post' AND outcome = 'gone') FROM source_before s;

DROP TABLE source_before;

CREATE UNIQUE INDEX source_number ON source (board, layout, number) WHERE reused_at IS NULL;

CREATE INDEX source_all ON source (board, layout, number);

CREATE INDEX source_post ON source (post_id);

CREATE INDEX source_content ON source (content_id);

CREATE INDEX source_match ON source (board, match_key);

DROP INDEX page_gone;
"""


@migrations()
def m006_reused_numbers(db: Database) -> None:
    """A number may belong to another post after a removal: one row of `source` for each."""
    db.execute("PRAGMA defer_foreign_keys = ON")  # rows of other tables refer to the one made again
    with checksums.preserve(db.conn, ("source",)):
        for statement in _statements(_REUSED):
            db.execute(statement)


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


_LOOKUPS = """
CREATE INDEX page_listing ON page (fetched_at) WHERE kind = 'listing';

CREATE INDEX page_url ON page (url);

CREATE INDEX source_board ON source (board, number);

CREATE INDEX source_held ON source (board, layout) WHERE reused_at IS NULL AND removed_at IS NULL;

CREATE INDEX source_url ON source (url);

CREATE INDEX source_struck ON source (board, layout) WHERE strikes > 0;

CREATE INDEX content_date ON content (date);

CREATE TABLE wanted (url TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

INSERT INTO wanted SELECT DISTINCT url FROM listed_file l WHERE NOT EXISTS (SELECT 1 FROM file
  WHERE url = l.url);
"""


@migrations()
def m009_lookups(db: Database) -> None:
    """Indexes, so that a question about one page or one post costs the same in an archive of any size, and
    the files that are listed and that no request has answered for."""
    for statement in _statements(_LOOKUPS):
        db.execute(statement)


_VISITS = """
ALTER TABLE source ADD COLUMN visited_at TEXT NOT NULL DEFAULT '';

ALTER TABLE source ADD COLUMN due_at TEXT NOT NULL DEFAULT '';

CREATE INDEX source_visited ON source (board, layout, visited_at) WHERE reused_at IS NULL;

CREATE INDEX source_due ON source (board, layout, due_at) WHERE reused_at IS NULL;
"""


@migrations()
def m010_visits(db: Database) -> None:
    """When each post was visited last and is due again, so that a run need not look at all posts."""
    with checksums.preserve(db.conn, ("source",)):
        for statement in _statements(_VISITS):
            db.execute(statement)
        visits.plan_all(db.conn)


@migrations()
def m011_found_fast(db: Database) -> None:
    """Which contents no post shows now, and the index's list of its words: for a fast `search`."""
    unshown.create(db.conn)
    db.execute("CREATE VIRTUAL TABLE content_text_words USING fts5vocab (content_text, instance)")


_SAID_ONCE = """
DROP TABLE content_text_words;

DROP TABLE content_text;

CREATE VIRTUAL TABLE content_text USING fts5 (title, writer, body, files, content = '',
  tokenize = 'unicode61 remove_diacritics 2');

CREATE VIRTUAL TABLE content_text_words USING fts5vocab (content_text, instance);
"""


@migrations()
def m012_said_once(db: Database) -> None:
    """The full-text index without a copy of the texts, and HTML without the text that stands beside it."""
    for statement in _statements(_SAID_ONCE):
        db.execute(statement)
    contents.index_all(db.conn)
    db.conn.create_function("packed", 2, bodies.packed, deterministic=True)
    with checksums.preserve(db.conn, ("content",)):
        db.execute("UPDATE content SET body_html = packed(body_text, body_html)")
    checksums.begin_words(db.conn)
