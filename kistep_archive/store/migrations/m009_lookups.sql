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
