"""The database's shape: migrations of plain SQL, and the views that everything outside the store reads.

Everything is keyed by source (an address); a post is a group of sources. So two addresses can be joined into one post, and parted
again, without moving a revision, an observation or a file.
"""

from sqlite_utils import Database, Migrations

migrations = Migrations("kistep_archive")

_TABLES = """
CREATE TABLE run (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('crawl', 'backfill', 'recheck', 'import')),
  started_at TEXT NOT NULL,
  finished_at TEXT,
  origin TEXT NOT NULL,
  boards TEXT NOT NULL CHECK (json_valid(boards)),
  arguments TEXT NOT NULL CHECK (json_valid(arguments)),
  verdict TEXT CHECK (verdict IN ('complete', 'incomplete', 'site_changed', 'store_unhealthy')),
  exit_code INTEGER CHECK (exit_code IN (0, 3, 4, 5)),
  reason TEXT,
  requested INTEGER NOT NULL DEFAULT 0, fetched INTEGER NOT NULL DEFAULT 0, failed INTEGER NOT NULL DEFAULT 0,
  new INTEGER NOT NULL DEFAULT 0, revised INTEGER NOT NULL DEFAULT 0, removed INTEGER NOT NULL DEFAULT 0,
  restored INTEGER NOT NULL DEFAULT 0, unchanged INTEGER NOT NULL DEFAULT 0, declared_total INTEGER,
  CHECK ((verdict IS NULL) = (finished_at IS NULL))
) STRICT;

CREATE TABLE post (
  id INTEGER PRIMARY KEY,
  source_id INTEGER REFERENCES source (id) DEFERRABLE INITIALLY DEFERRED  -- the source whose last revision is the post's state
) STRICT;

CREATE TABLE source (
  id INTEGER PRIMARY KEY,
  post_id INTEGER NOT NULL REFERENCES post (id),
  board TEXT NOT NULL,
  layout TEXT NOT NULL CHECK (layout IN ('es', 'jsp')),
  number INTEGER NOT NULL CHECK (number > 0),
  url TEXT NOT NULL,
  match_key TEXT NOT NULL,  -- normalised title and date at first sight: what a migrated post is recognised by
  listed TEXT,              -- the listing row at the last fetch: a row that differs is fetched again
  hits INTEGER CHECK (hits >= 0),
  first_seen_at TEXT NOT NULL,
  last_seen_at TEXT NOT NULL,
  strikes INTEGER NOT NULL DEFAULT 0,
  strike_run INTEGER REFERENCES run (id),
  removed_at TEXT,
  UNIQUE (board, layout, number)
) STRICT;
CREATE INDEX source_post ON source (post_id);
CREATE INDEX source_match ON source (board, match_key);

CREATE TABLE revision (
  id INTEGER PRIMARY KEY,
  source_id INTEGER NOT NULL REFERENCES source (id),
  seen_at TEXT NOT NULL,
  title TEXT NOT NULL CHECK (title <> ''),
  writer TEXT,
  date TEXT NOT NULL CHECK (date GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  body_text TEXT NOT NULL,
  body_html TEXT NOT NULL,
  files TEXT NOT NULL CHECK (json_valid(files)),
  changed TEXT NOT NULL CHECK (json_valid(changed)),
  repeats INTEGER NOT NULL DEFAULT 0 CHECK (repeats IN (0, 1)),  -- first sight of a further source that says the same: not an edit
  sha256 TEXT NOT NULL,
  warc_file TEXT NOT NULL,
  warc_offset INTEGER NOT NULL,
  parser_version INTEGER NOT NULL
) STRICT;
CREATE INDEX revision_source ON revision (source_id);

CREATE TABLE hit (
  id INTEGER PRIMARY KEY,
  source_id INTEGER NOT NULL REFERENCES source (id),
  seen_at TEXT NOT NULL,
  hits INTEGER NOT NULL CHECK (hits >= 0)
) STRICT;
CREATE INDEX hit_source ON hit (source_id);

CREATE TABLE attachment (
  id INTEGER PRIMARY KEY,
  source_id INTEGER NOT NULL REFERENCES source (id),
  kind TEXT NOT NULL CHECK (kind IN ('file', 'image')),
  seq INTEGER NOT NULL,
  name TEXT NOT NULL,
  url TEXT NOT NULL,
  media_type TEXT, size INTEGER, sha256 TEXT, fetched_at TEXT, warc_file TEXT, warc_offset INTEGER,
  UNIQUE (source_id, kind, seq),
  CHECK ((sha256 IS NULL) = (warc_file IS NULL))
) STRICT;
CREATE INDEX attachment_url ON attachment (url);

CREATE TABLE page (
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES run (id),
  url TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('robots', 'listing', 'post', 'file', 'image', 'other')),
  status INTEGER NOT NULL,
  fetched_at TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  warc_file TEXT NOT NULL, warc_offset INTEGER NOT NULL, warc_length INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  UNIQUE (warc_file, warc_offset)
) STRICT;
CREATE INDEX page_sha256 ON page (sha256);

CREATE TABLE failure (
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES run (id),
  url TEXT NOT NULL, kind TEXT NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL
) STRICT;

-- unicode61 over words for Latin script and overlapping pairs for Hangul and Han, made by search.words()
CREATE VIRTUAL TABLE post_text USING fts5 (title, writer, body, files, tokenize = 'unicode61 remove_diacritics 2');
"""

_VIEWS = """
CREATE VIEW posts AS
  SELECT p.id, s.board, s.number, r.title, r.writer, r.date, s.hits, r.body_text, r.body_html, s.url, s.layout,
    (SELECT min(first_seen_at) FROM source WHERE post_id = p.id) AS first_seen_at,
    (SELECT max(last_seen_at) FROM source WHERE post_id = p.id) AS last_seen_at,
    s.removed_at,
    (SELECT count(*) FROM revision JOIN source ON source.id = source_id WHERE post_id = p.id AND NOT repeats) AS revisions
  FROM post p JOIN source s ON s.id = p.source_id
  JOIN revision r ON r.id = (SELECT max(id) FROM revision WHERE source_id = s.id);

CREATE VIEW revisions AS
  SELECT r.id, s.post_id, r.seen_at, r.title, r.writer, r.date, r.body_text, r.body_html, r.changed, r.sha256, r.warc_file,
    r.warc_offset, r.parser_version
  FROM revision r JOIN source s ON s.id = r.source_id WHERE NOT r.repeats;

CREATE VIEW hits AS
  SELECT s.post_id, h.seen_at, h.hits FROM hit h JOIN source s ON s.id = h.source_id ORDER BY h.id;

CREATE VIEW attachments AS
  SELECT s.post_id, a.seq, a.name, a.url, a.media_type, a.size, a.sha256, a.fetched_at, a.warc_file, a.warc_offset, a.kind
  FROM attachment a JOIN source s ON s.id = a.source_id;

CREATE VIEW sources AS
  SELECT post_id, layout, board, number, url, first_seen_at, last_seen_at FROM source;

CREATE VIEW pages AS
  SELECT url, kind, status, fetched_at, sha256, warc_file, warc_offset, warc_length, run_id, outcome FROM page;

CREATE VIEW runs AS
  SELECT id, kind, started_at, finished_at, boards, arguments, verdict, exit_code, reason, requested, fetched, failed, new, revised,
    removed, restored, unchanged, declared_total FROM run;

CREATE VIEW failures AS
  SELECT run_id, url, kind, reason, at FROM failure;
"""


@migrations()
def m001_first_shape(db: Database) -> None:
    """Tables and views of the first release."""
    for statement in _statements(_TABLES + _VIEWS):
        db.execute(statement)


def _statements(script: str) -> list[str]:
    """The script's statements one by one: `executescript` would commit the migration's transaction."""
    lines = [line.split("--", 1)[0] for line in script.splitlines()]
    return [statement.strip() for statement in "\n".join(lines).split(";") if statement.strip()]
