"""What a person decided about posts that the program left apart, or merged wrongly. Functions over an open
transaction.

A post that was merged into another one keeps its row without a source, so that its id is never given away,
and gets its sources back when the decision is taken back.
"""

import sqlite3

from kistep_archive.evidence.events import Decided
from kistep_archive.model.outcomes import Decision
from kistep_archive.store.rows import posts
from kistep_archive.store.transaction import new_id

_BEST = "layout = 'es' DESC, ordered_at DESC, id"  # the source whose last reading is the post's state


def decide(conn: sqlite3.Connection, decided: Decided) -> None:
    """Makes one post of the sources, or one of each. Sources that the archive does not have are left out."""
    sources = [posts.source(conn, *place) for place in decided.sources]
    rows = sorted((row for row in sources if row), key=lambda row: (row["layout"] != "es", row["post_id"]))
    touched = _merge(conn, rows) if decided.decision is Decision.MERGE else _part(conn, rows)
    for post_id in touched:
        conn.execute(
            f"UPDATE post SET source_id = (SELECT id FROM source WHERE post_id = post.id ORDER BY {_BEST} "
            "LIMIT 1) WHERE id = ?",
            (post_id,),
        )
        posts.settle(conn, post_id)


def _merge(conn: sqlite3.Connection, rows: list[sqlite3.Row]) -> list[int]:
    """The first source keeps its post; the others come to it."""
    for row in rows:
        conn.execute(
            "UPDATE source SET post_id = ?1, decided = ?2, former_post = iif(post_id = ?1, former_post, "
            "post_id) WHERE id = ?3",
            (rows[0]["post_id"], Decision.MERGE, row["id"]),
        )
    return sorted({row["post_id"] for row in rows})


def _part(conn: sqlite3.Connection, rows: list[sqlite3.Row]) -> list[int]:
    """Sources that a merge brought go back to their posts, and the others stay one. Without such sources each
    gets a post of its own; one of them keeps the post."""
    brought = [row for row in rows if row["former_post"] is not None]
    stay = [row for row in rows if row["former_post"] is None] if brought else rows[:1]
    for row in rows:
        home, decision = row["post_id"], Decision.PART if len(stay) < 2 else Decision.MERGE
        if row not in stay:
            home = row["former_post"] or new_id(conn.execute("INSERT INTO post (source_id) VALUES (NULL)"))
            decision = Decision.PART
        conn.execute(
            "UPDATE source SET post_id = ?, decided = ?, former_post = NULL WHERE id = ?",
            (home, decision, row["id"]),
        )
    return sorted({row["post_id"] for row in rows} | _homes(conn, rows))


def _homes(conn: sqlite3.Connection, rows: list[sqlite3.Row]) -> set[int]:
    """The posts that these sources have now."""
    posts_of = (conn.execute("SELECT post_id FROM source WHERE id = ?", (row["id"],)) for row in rows)
    return {post for found in posts_of for (post,) in found}
