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
