CREATE TABLE board_verdict (  -- of a run over several boards: how it ended for each of them
  id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES run (id),
  board TEXT NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('complete', 'incomplete', 'site_changed', 'store_unhealthy')),
  reason TEXT NOT NULL,
  UNIQUE (run_id, board)
) STRICT;
