ALTER TABLE source ADD COLUMN visited_at TEXT NOT NULL DEFAULT '';

ALTER TABLE source ADD COLUMN due_at TEXT NOT NULL DEFAULT '';

CREATE INDEX source_visited ON source (board, layout, visited_at) WHERE reused_at IS NULL;

CREATE INDEX source_due ON source (board, layout, due_at) WHERE reused_at IS NULL;
