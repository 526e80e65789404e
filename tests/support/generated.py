"""Archives of as many posts as a test wants, written straight into the database."""

import sqlite3
from contextlib import closing
from pathlib import Path

from kistep_archive.ingest.rebuild import open_store
from kistep_archive.store.database import DATABASE_FILE
from kistep_archive.store.lock import take_lock

_AT = "2026-01-01T00:00:00.000000Z"


def generate(folder: Path, posts: int, body: str = "words " * 300) -> Path:
    """An archive without evidence of so many posts, each with this body. Returns its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with closing(take_lock(folder, "test")), closing(open_store(folder)):
        pass
    with closing(sqlite3.connect(folder / DATABASE_FILE)) as conn, conn:
        for number in range(1, posts + 1):
            add(conn, number, f"Title {number}", f"{2000 + number % 25}-01-{1 + number % 28:02}", body=body)
    return folder


def add(
    conn: sqlite3.Connection,
    number: int,
    title: str,
    date: str,
    layout: str = "es",
    body: str = "words " * 300,
) -> None:
    """One post, whose ids are its number, one more for the old layout."""
    key = number if layout == "es" else number + 1
    conn.execute("INSERT INTO post (id, source_id) VALUES (?, ?)", (key, key))
    conn.execute(
        "INSERT INTO source (id, post_id, board, layout, number, url, match_key, content_id, first_seen_at, "
        "last_seen_at, ordered_at) VALUES (?, ?, 'news', ?, ?, ?, '', ?, ?, ?, ?)",
        (key, key, layout, number, f"https://www.kistep.re.kr/{layout}/{number}", key, _AT, _AT, _AT),
    )
    conn.execute(
        "INSERT INTO content (id, source_id, digest, title, writer, date, body_text, body_html) "
        "VALUES (?, ?, '', ?, 'Writer', ?, ?, ?)",
        (key, key, title, date, body, f"<p>{body}</p>"),
    )
    conn.execute(
        "INSERT INTO sighting (source_id, content_id, seen_at, ordered_at, changed, sha256, warc_file, "
        "warc_offset, parser_version) VALUES (?, ?, ?, ?, '[]', '', '', 0, 1)",
        (key, key, _AT, _AT),
    )
