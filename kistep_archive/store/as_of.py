"""The archive as it was known at an instant: temporary views in place of the archive's own, so that every question is asked as always.

What each source said then is worked out once, when the archive is opened.
"""

import sqlite3

# {t}: the first instant that was not yet known. What a listing alone showed leaves no trace but hits and the last instant of all, so
# last_seen_at is the last reading or other number of hits before it.
_VIEWS = """
CREATE TEMP TABLE was AS
  SELECT s.id, s.post_id, s.board, s.number, s.layout, s.url, s.first_seen_at,
    (SELECT content_id FROM main.sighting WHERE source_id = s.id AND seen_at < {t} ORDER BY ordered_at DESC, id DESC LIMIT 1) AS content_id,
    (SELECT hits FROM main.hit WHERE source_id = s.id AND seen_at < {t} ORDER BY ordered_at DESC, id DESC LIMIT 1) AS hits,
    iif(s.last_seen_at < {t}, s.last_seen_at, (SELECT max(seen_at) FROM
      (SELECT seen_at FROM main.sighting WHERE source_id = s.id AND seen_at < {t}
       UNION ALL SELECT seen_at FROM main.hit WHERE source_id = s.id AND seen_at < {t}))) AS last_seen_at,
    (SELECT removed_at FROM main.removal WHERE source_id = s.id AND removed_at < {t} AND (returned_at IS NULL OR returned_at >= {t})
      ORDER BY id DESC LIMIT 1) AS removed_at
  FROM main.source s WHERE EXISTS (SELECT 1 FROM main.sighting WHERE source_id = s.id AND seen_at < {t});
CREATE INDEX temp.was_post ON was (post_id);
CREATE INDEX temp.was_content ON was (content_id);

CREATE TEMP VIEW texts AS
  SELECT post_id, content_id FROM was w
  WHERE id = (SELECT id FROM was WHERE post_id = w.post_id ORDER BY layout = 'es' DESC, id LIMIT 1);

CREATE TEMP VIEW posts AS
  SELECT w.post_id AS id, w.board, w.number, c.title, c.writer, c.date, w.hits, c.body_text, c.body_html, w.url, w.layout,
    (SELECT min(first_seen_at) FROM was WHERE post_id = w.post_id) AS first_seen_at,
    (SELECT max(last_seen_at) FROM was WHERE post_id = w.post_id) AS last_seen_at, w.removed_at,
    (SELECT count(*) FROM main.sighting g JOIN main.source s ON s.id = g.source_id
      WHERE s.post_id = w.post_id AND g.seen_at < {t} AND changed IS NOT NULL AND NOT repeats) AS revisions
  FROM texts t JOIN was w ON w.post_id = t.post_id AND w.content_id = t.content_id JOIN main.content c ON c.id = w.content_id;

CREATE TEMP VIEW revisions AS SELECT * FROM main.revisions WHERE seen_at < {t};
CREATE TEMP VIEW sightings AS SELECT * FROM main.sightings WHERE seen_at < {t};
CREATE TEMP VIEW hits AS SELECT * FROM main.hits WHERE seen_at < {t};
CREATE TEMP VIEW attachments AS
  SELECT w.post_id, l.seq,
    coalesce((SELECT name FROM main.file WHERE url = l.url AND name <> '' AND seen_at < {t} ORDER BY ordered_at DESC, id DESC LIMIT 1),
      l.name) AS name,
    l.url, f.media_type, f.size, f.sha256, f.seen_at AS fetched_at, f.warc_file, f.warc_offset, l.kind
  FROM was w JOIN main.listed_file l ON l.content_id = w.content_id
  LEFT JOIN main.file f ON f.id = (SELECT id FROM main.file WHERE url = l.url AND seen_at < {t}
    ORDER BY sha256 IS NULL, ordered_at DESC, id DESC LIMIT 1)
  ORDER BY w.id, l.id;
CREATE TEMP VIEW sources AS SELECT post_id, layout, board, number, url, first_seen_at, last_seen_at FROM was;
CREATE TEMP VIEW removals AS
  SELECT post_id, layout, number, removed_at, iif(returned_at < {t}, returned_at, NULL) AS returned_at
  FROM main.removals WHERE removed_at < {t};
CREATE TEMP VIEW pages AS SELECT * FROM main.pages WHERE fetched_at < {t};
CREATE TEMP VIEW runs AS
  SELECT id, kind, started_at, iif(finished_at < {t}, finished_at, NULL) AS finished_at, boards, arguments,
    iif(finished_at < {t}, verdict, NULL) AS verdict, iif(finished_at < {t}, exit_code, NULL) AS exit_code,
    iif(finished_at < {t}, reason, NULL) AS reason, requested, fetched, failed, new, revised, removed, restored, unchanged, declared_total
  FROM main.runs WHERE started_at < {t};
CREATE TEMP VIEW failures AS SELECT * FROM main.failures WHERE at < {t};
CREATE TEMP VIEW horizon AS SELECT {t} AS at;
"""


def look_back(conn: sqlite3.Connection, until: str) -> None:
    """Makes every question on this connection one to the archive as it was before `until`, an instant by `instant`."""
    for statement in _VIEWS.format(t=f"'{until}'").split(";"):
        conn.execute(statement)
