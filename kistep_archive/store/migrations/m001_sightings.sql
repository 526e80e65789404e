-- The tables of version 0.1.0. What came later is in the migrations of schema.py; this file stays as it is.

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
  closed INTEGER NOT NULL DEFAULT 0 CHECK (closed IN (0, 1)),  -- its evidence file is sealed and folded in whole
  CHECK ((verdict IS NULL) = (finished_at IS NULL))
) STRICT;

CREATE TABLE post (
  id INTEGER PRIMARY KEY,
  source_id INTEGER REFERENCES source (id) DEFERRABLE INITIALLY DEFERRED  -- the source whose last sighting is the post's state
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
  content_id INTEGER REFERENCES content (id) DEFERRABLE INITIALLY DEFERRED,  -- of the last sighting
  hits INTEGER CHECK (hits >= 0),  -- the last observation, and when that was
  hits_at TEXT,
  first_seen_at TEXT NOT NULL,
  last_seen_at TEXT NOT NULL,
  ordered_at TEXT NOT NULL,  -- of the last sighting or observation, see sighting
  strikes INTEGER NOT NULL DEFAULT 0,
  strike_run INTEGER REFERENCES run (id),
  removed_at TEXT,
  UNIQUE (board, layout, number)
) STRICT;
CREATE INDEX source_post ON source (post_id);
CREATE INDEX source_content ON source (content_id);
CREATE INDEX source_match ON source (board, match_key);

CREATE TABLE content (
  id INTEGER PRIMARY KEY,
  source_id INTEGER NOT NULL REFERENCES source (id),
  digest TEXT NOT NULL,  -- sha256 over the fields below and the files listed
  title TEXT NOT NULL CHECK (title <> ''),
  writer TEXT,
  date TEXT NOT NULL CHECK (date GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  body_text TEXT NOT NULL,
  body_html TEXT NOT NULL,
  UNIQUE (source_id, digest)
) STRICT;

CREATE TABLE listed_file (  -- files and images as a content lists them
  id INTEGER PRIMARY KEY,
  content_id INTEGER NOT NULL REFERENCES content (id),
  kind TEXT NOT NULL CHECK (kind IN ('file', 'image')),
  seq INTEGER NOT NULL,
  name TEXT NOT NULL,
  url TEXT NOT NULL,
  UNIQUE (content_id, kind, seq)
) STRICT;
CREATE INDEX listed_file_url ON listed_file (url);

CREATE TABLE sighting (
  id INTEGER PRIMARY KEY,
  source_id INTEGER NOT NULL REFERENCES source (id),
  content_id INTEGER NOT NULL REFERENCES content (id),
  seen_at TEXT NOT NULL,
  ordered_at TEXT NOT NULL,  -- seen_at, but never before what an earlier crawl saw: a clock that jumps back must not reorder history
  changed TEXT CHECK (changed IS NULL OR json_valid(changed)),  -- fields that differ from before, [] at first; NULL: none
  repeats INTEGER NOT NULL DEFAULT 0 CHECK (repeats IN (0, 1)),  -- first sight of a further source that says the same: not an edit
  file_url TEXT,  -- not the page was read anew, but other bytes came under this file's address
  sha256 TEXT NOT NULL,
  warc_file TEXT NOT NULL,
  warc_offset INTEGER NOT NULL,
  parser_version INTEGER NOT NULL
) STRICT;
CREATE INDEX sighting_source ON sighting (source_id, ordered_at);

CREATE TABLE hit (
  id INTEGER PRIMARY KEY,
  source_id INTEGER NOT NULL REFERENCES source (id),
  seen_at TEXT NOT NULL,
  ordered_at TEXT NOT NULL,
  hits INTEGER NOT NULL CHECK (hits >= 0)
) STRICT;
CREATE INDEX hit_source ON hit (source_id, ordered_at);

CREATE TABLE removal (
  id INTEGER PRIMARY KEY,
  source_id INTEGER NOT NULL REFERENCES source (id),
  removed_at TEXT NOT NULL,
  returned_at TEXT
) STRICT;
CREATE INDEX removal_source ON removal (source_id);

CREATE TABLE file (
  id INTEGER PRIMARY KEY,
  url TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('file', 'image')),
  seen_at TEXT NOT NULL,
  ordered_at TEXT NOT NULL,
  name TEXT NOT NULL,  -- as the server calls it, or empty
  media_type TEXT, size INTEGER, sha256 TEXT, warc_file TEXT, warc_offset INTEGER,  -- all NULL: the site has no such file
  CHECK ((sha256 IS NULL) = (warc_file IS NULL))
) STRICT;
CREATE INDEX file_url ON file (url, ordered_at);

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
  url TEXT NOT NULL, kind TEXT NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL,
  warc_offset INTEGER NOT NULL,  -- of the record in the run's evidence file that tells of it
  UNIQUE (run_id, warc_offset)
) STRICT;

CREATE TABLE seal (
  name TEXT NOT NULL,  -- a table's
  first INTEGER NOT NULL, last INTEGER NOT NULL,  -- ids
  sha256 TEXT NOT NULL,
  PRIMARY KEY (name, first)
) STRICT;

-- Rows are contents, so that what a post once said is found too. unicode61 over words for Latin script and overlapping pairs for
-- Hangul and Han, made by search.words()
CREATE VIRTUAL TABLE content_text USING fts5 (title, writer, body, files, tokenize = 'unicode61 remove_diacritics 2');
