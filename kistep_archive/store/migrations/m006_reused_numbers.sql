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
