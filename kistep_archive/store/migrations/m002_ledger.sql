CREATE TABLE unanswered (  -- requests without a response; each is sent again or becomes a failure
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES run (id),
  url TEXT NOT NULL, kind TEXT NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL,
  warc_offset INTEGER NOT NULL,  -- of its record in the run's evidence file
  UNIQUE (run_id, warc_offset)
) STRICT;

CREATE INDEX page_gone ON page (url) WHERE kind = 'post' AND outcome = 'gone';
