"""The archive as it was at an instant: temporary tables and views replace the archive's own, so every query
works as always.

What each source showed at that instant is computed once: for all of them, or for those of one post, when a
question is only about it.
"""

import json
import re
import sqlite3
from collections.abc import Iterable

from kistep_archive.model.instants import in_order
from kistep_archive.store.tables import views

# {t}: the first instant that was not yet known. A row of a listing leaves no trace except hits and the last
# instant of all, so last_seen_at is the last reading or change of hits before it.
_TABLES = """
CREATE TEMP VIEW source_then AS
  SELECT s.id, s.post_id, s.board, s.number, s.layout, s.url, s.first_seen_at,
    (SELECT content_id FROM main.sighting WHERE source_id = s.id AND seen_at < {t}
    ORDER BY ordered_at DESC, id DESC LIMIT 1) AS content_id,
    (SELECT hits FROM main.hit WHERE source_id = s.id AND seen_at < {t}
    ORDER BY ordered_at DESC, id DESC LIMIT 1) AS hits,
    iif(s.last_seen_at < {t}, s.last_seen_at, (SELECT max(seen_at) FROM
      (SELECT seen_at FROM main.sighting WHERE source_id = s.id AND seen_at < {t}
       UNION ALL SELECT seen_at FROM main.hit WHERE source_id = s.id AND seen_at < {t}))) AS last_seen_at,
    (SELECT removed_at FROM main.removal WHERE source_id = s.id AND removed_at < {t} AND (returned_at IS NULL
    OR NOT returned_at < {t})
      ORDER BY id DESC LIMIT 1) AS removed_at,
    {reused} AS reused_at
  FROM main.source s WHERE EXISTS (SELECT 1 FROM main.sighting WHERE source_id = s.id AND seen_at < {t});
CREATE TEMP TABLE source AS SELECT * FROM source_then LIMIT 0;
CREATE UNIQUE INDEX temp.source_id ON source (id);
CREATE INDEX temp.source_board ON source (board, number);
CREATE INDEX temp.source_post ON source (post_id);
CREATE INDEX temp.source_content ON source (content_id);

CREATE TEMP VIEW post AS
  SELECT post_id AS id, id AS source_id FROM temp.source w
  WHERE id = (SELECT id FROM temp.source WHERE post_id = w.post_id ORDER BY layout = 'es' DESC, id LIMIT 1);
CREATE TEMP VIEW sighting AS SELECT * FROM main.sighting WHERE seen_at < {t};
CREATE TEMP VIEW hit AS SELECT * FROM main.hit WHERE seen_at < {t};
CREATE TEMP VIEW file AS SELECT * FROM main.file WHERE seen_at < {t};
"""

_VIEWS = """
CREATE TEMP VIEW removals AS
  SELECT post_id, layout, number, removed_at, iif(returned_at < {t}, returned_at, NULL) AS returned_at
  FROM main.removals WHERE removed_at < {t};
CREATE TEMP VIEW pages AS SELECT * FROM main.pages WHERE fetched_at < {t};
CREATE TEMP VIEW runs AS
  SELECT id, kind, started_at, iif(finished_at < {t}, finished_at, NULL) AS finished_at, boards, arguments,
    iif(finished_at < {t}, verdict, NULL) AS verdict, iif(finished_at < {t}, exit_code, NULL) AS exit_code,
    iif(finished_at < {t}, reason, NULL) AS reason,
    requested, fetched, failed, new, revised, removed, restored, unchanged, declared_total
  FROM main.runs WHERE started_at < {t};
CREATE TEMP VIEW failures AS SELECT * FROM main.failures WHERE at < {t};
CREATE TEMP VIEW horizon AS SELECT {t} AS at, {second} AS second;
"""
_SEE = "INSERT OR IGNORE INTO temp.source SELECT * FROM temp.source_then"
# the sources of some posts, and of others that had one of their numbers
_OF_POSTS = """
WHERE post_id IN (SELECT other.post_id FROM json_each(?) JOIN main.source s ON s.post_id = value
  JOIN main.source other ON other.board = s.board AND other.layout = s.layout AND other.number = s.number)
"""
# An instant of a capture by another tool may have no fraction: 12:00:00Z is before 12:00:00.5Z, but not as
# text. {second}: such a spelling of the second in which {t} is, if it is before {t}.
_BEFORE = re.compile(r"([a-z_.]+) < \{t\}")
# the archive's own views, over those tables
_OF_THE_TABLES = ("posts", "texts", "revisions", "sightings", "readings", "hits", "attachments", "sources")


def look_back(conn: sqlite3.Connection, until: str) -> None:
    """Makes every query on this connection see the archive as it was before `until`, an instant made by
    `instant`."""
    prepare(conn, until)
    see_all(conn)


def prepare(conn: sqlite3.Connection, until: str) -> None:
    """The same, but for the sources: the queries see none until `see` or `see_all` is called."""
    there = {name for (name,) in conn.execute("SELECT name FROM pragma_table_info('source', 'main')")}
    reused = "iif(s.reused_at < {t}, s.reused_at, NULL)" if "reused_at" in there else "NULL"
    statements = _BEFORE.sub(r"(\1 < {t} OR \1 = {second})", (_TABLES + _VIEWS).replace("{reused}", reused))
    t = in_order(until)
    second = "" if t.endswith(".000000Z") else f"{t[:19]}Z"
    for statement in statements.format(t=f"'{t}'", second=f"'{second}'").split(";"):
        conn.execute(statement)
    views.cover(conn, _OF_THE_TABLES)


def see(conn: sqlite3.Connection, posts: Iterable[int]) -> None:
    """Lets queries see the sources of these posts, and what decides which files are theirs."""
    conn.execute(f"{_SEE} {_OF_POSTS}", (json.dumps(list(posts)),))
    conn.commit()  # a reader must hold no transaction, and Python begins one


def see_all(conn: sqlite3.Connection) -> None:
    """Lets queries see all sources."""
    conn.execute(_SEE)
    conn.commit()
