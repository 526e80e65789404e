"""The contents that no post shows now: earlier revisions, and those of a post's other address. The full-text
index has their words too, so the number of posts that match is the number of contents that match without
these. There are few of them, so that number needs no look at each post."""

import sqlite3

_SHOWN = "SELECT content_id FROM source JOIN post ON post.id = source.post_id AND post.source_id = source.id"
_TABLE = "CREATE TABLE unshown (content_id INTEGER PRIMARY KEY REFERENCES content (id)) STRICT"
_FILL = f"INSERT INTO unshown SELECT id FROM content WHERE id NOT IN ({_SHOWN} WHERE content_id IS NOT NULL)"
# when: whose content may be shown now, or no longer
_CHANGES = {
    "added AFTER INSERT ON content": ("NEW.id",),
    "given AFTER INSERT ON source": ("NEW.content_id",),
    "turned AFTER UPDATE OF content_id, post_id ON source": ("OLD.content_id", "NEW.content_id"),
    "begun AFTER INSERT ON post": ("(SELECT content_id FROM source WHERE id = NEW.source_id)",),
    "moved AFTER UPDATE OF source_id ON post": (
        "(SELECT content_id FROM source WHERE id = OLD.source_id)",
        "(SELECT content_id FROM source WHERE id = NEW.source_id)",
    ),
}
_APPLIES = """
SELECT EXISTS (SELECT 1 FROM main.sqlite_master WHERE name = 'unshown')
  AND NOT EXISTS (SELECT 1 FROM temp.sqlite_master WHERE name = 'source')
"""


def create(conn: sqlite3.Connection) -> None:
    """Creates the table and fills it, and triggers that keep it right, within the caller's transaction."""
    conn.execute(_TABLE)
    conn.execute(_FILL)
    for statement in triggers().values():
        conn.execute(statement)


def triggers() -> dict[str, str]:
    """The statements that create the triggers, by the triggers' names."""
    return {
        f"unshown_{name.partition(' ')[0]}": (
            f"CREATE TRIGGER unshown_{name} BEGIN {' '.join(map(_judged, contents))} END"
        )
        for name, contents in _CHANGES.items()
    }


def applies(conn: sqlite3.Connection) -> bool:
    """Whether `unshown` speaks of what this connection sees. An earlier program's database has no such table,
    and as of an instant other contents were shown."""
    return bool(conn.execute(_APPLIES).fetchone()[0])


def _judged(content: str) -> str:
    return (
        f"DELETE FROM unshown WHERE content_id = {content}; INSERT INTO unshown SELECT id FROM content "
        f"WHERE id = {content} AND NOT EXISTS ({_SHOWN} WHERE content_id = {content});"
    )
