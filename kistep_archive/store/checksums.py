"""Checksums: a sha256 of each block of rows of each table. A run writes them when it ends, so damage to the
database is found without parsing the evidence again. From a run's first write to its end the checksums of
what it writes are outdated; the ledger shows that."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256

BLOCK = 500  # rows of a block
# The full-text index: how many words each content has, and the words, in SQLite's segments. A segment is a
# range of ids; the first one lists the others, so it changes whenever one of them does. A trigger on these
# tables crashes SQLite.
_COUNTS, _SEGMENTS = "content_text_docsize", "content_text_data"
_WORDS = (_COUNTS, _SEGMENTS)
_SIZES = {_SEGMENTS: 1 << 37}
TABLES = (
    "run",
    "post",
    "source",
    "content",
    "listed_file",
    "sighting",
    "hit",
    "removal",
    "file",
    "page",
    "failure",
    "unanswered",
    "walk",
    "owed",
    "board_verdict",
    *_WORDS,
)
_GROWING = (
    "content",
    "listed_file",
    "hit",
    "file",
    "page",
    "failure",
    "unanswered",
)  # their rows never change: a full block needs one checksum only


def watch(conn: sqlite3.Connection) -> None:
    """Notes from now on which blocks this connection changes, so that `update` need not read the others. Does
    nothing if a run has written since the checksums were updated: then all blocks count as changed."""
    if not are_current(conn) or _is_watched(conn):
        return
    conn.execute("CREATE TEMP TABLE changed_block (name TEXT, first INTEGER, PRIMARY KEY (name, first))")
    for name in (name for name in TABLES if name not in (*_GROWING, *_WORDS)):
        for event, row in (("INSERT", "new"), ("UPDATE", "new"), ("DELETE", "old")):
            first = f"({row}.id - 1) / {_size(name)} * {_size(name)} + 1"
            known = f"SELECT 1 FROM changed_block WHERE name = '{name}' AND first = {first}"
            # not OR IGNORE: the conflict clause of the statement outside would count instead of it
            conn.execute(
                f"CREATE TEMP TRIGGER {event}_{name} AFTER {event} ON {name} BEGIN INSERT INTO changed_block "
                f"SELECT '{name}', {first} WHERE NOT EXISTS ({known}); END"
            )


def _is_watched(conn: sqlite3.Connection) -> bool:
    query = "SELECT 1 FROM temp.sqlite_master WHERE name = 'changed_block'"
    return conn.execute(query).fetchone() is not None


def update(conn: sqlite3.Connection) -> None:
    """Writes the checksums of the blocks that changed, within the caller's transaction."""
    is_watched = _is_watched(conn)
    _flush(conn)
    words_changed = _words_changed(conn)
    for name in TABLES:
        last = _last_id(conn, name)
        firsts: Sequence[int] = range(1, last + 1, _size(name))
        if name in _GROWING:
            firsts = firsts[_full_blocks(conn, name) :]
        elif name in _WORDS:
            firsts = firsts if words_changed else ()
        elif is_watched:
            firsts = _changed(conn, name, firsts)
        conn.execute("DELETE FROM seal WHERE name = ? AND first > ?", (name, last))
        conn.executemany(
            "INSERT OR REPLACE INTO seal (name, first, last, sha256) VALUES (?, ?, ?, ?)",
            [(name, *_block(conn, name, first, last)) for first in firsts],
        )
    if is_watched:
        conn.execute("DELETE FROM temp.changed_block")
    else:
        watch(conn)


def begin_words(conn: sqlite3.Connection) -> None:
    """Writes the first checksums of the full-text index, within the caller's transaction."""
    _flush(conn)
    rows = [(name, *block) for name in _WORDS for block in _blocks(conn, name)]
    conn.executemany("INSERT OR REPLACE INTO seal (name, first, last, sha256) VALUES (?, ?, ?, ?)", rows)


def _words_changed(conn: sqlite3.Connection) -> bool:
    query = "SELECT first, last, sha256 FROM seal WHERE name = ? AND first = 1"
    stored = conn.execute(query, (_SEGMENTS,)).fetchone()
    return stored is None or tuple(stored) != _block(conn, _SEGMENTS, 1, _last_id(conn, _SEGMENTS))


def _flush(conn: sqlite3.Connection) -> None:
    """Makes SQLite write the words that it holds back to the tables of the index."""
    conn.execute("SAVEPOINT words")
    conn.execute("RELEASE words")


def _size(name: str) -> int:
    """How many ids a block of a table has."""
    return _SIZES.get(name, BLOCK)


def _full_blocks(conn: sqlite3.Connection, name: str) -> int:
    """How many blocks at the beginning of a table are full and have their checksums."""
    query = "SELECT coalesce(max(last), 0) FROM seal WHERE name = ? AND last - first = ?"
    return int(conn.execute(query, (name, BLOCK - 1)).fetchone()[0]) // BLOCK


def _changed(conn: sqlite3.Connection, name: str, firsts: Sequence[int]) -> Sequence[int]:
    """The first ids of the blocks that changed, and of the last one, which ends with the last row."""
    rows = conn.execute("SELECT first FROM temp.changed_block WHERE name = ?", (name,)).fetchall()
    return sorted({row[0] for row in rows if row[0] in firsts} | {*firsts[-1:]})


@contextmanager
def preserve(conn: sqlite3.Connection, names: Sequence[str]) -> Iterator[None]:
    """Wraps a change to all rows of these tables: blocks that were undamaged get new checksums, damaged
    blocks stay known as damaged."""
    intact = {(name, *place) for name in names for place in _intact(conn, name)}
    yield
    for name in names:
        blocks = [block for block in _blocks(conn, name) if (name, *block[:2]) in intact]
        conn.executemany(
            "UPDATE seal SET sha256 = ? WHERE name = ? AND first = ?",
            [(block[2], name, block[0]) for block in blocks],
        )


def _intact(conn: sqlite3.Connection, name: str) -> set[tuple[int, int]]:
    now = _blocks(conn, name)
    set_before = set(conn.execute("SELECT first, last, sha256 FROM seal WHERE name = ?", (name,)).fetchall())
    return {block[:2] for block in now if block in {tuple(row) for row in set_before}}


def are_current(conn: sqlite3.Connection) -> bool:
    """Whether no run has written since the checksums were updated."""
    return bool(conn.execute("SELECT NOT EXISTS (SELECT 1 FROM run WHERE NOT closed)").fetchone()[0])


def broken_blocks(conn: sqlite3.Connection) -> list[tuple[str, int, int]]:
    """(table, first id, last id) of each block whose rows do not match their checksum."""
    blocks = []
    for name in TABLES:
        now = {(first, last): digest for first, last, digest in _blocks(conn, name)}
        stored = {
            (row[0], row[1]): row[2]
            for row in conn.execute("SELECT first, last, sha256 FROM seal WHERE name = ?", (name,))
        }
        if name in _WORDS and not stored:  # a database of an earlier program
            continue
        blocks += [
            (name, *place)
            for place in sorted(now.keys() | stored.keys())
            if now.get(place) != stored.get(place)
        ]
    return blocks


def _blocks(conn: sqlite3.Connection, name: str) -> list[tuple[int, int, str]]:
    """(first id, last id, sha256) of each block of ids; the last block ends with the last row."""
    last = _last_id(conn, name)
    return [_block(conn, name, first, last) for first in range(1, last + 1, _size(name))]


def _last_id(conn: sqlite3.Connection, name: str) -> int:
    return int(conn.execute(f"SELECT coalesce(max(id), 0) FROM {name}").fetchone()[0])


def _block(conn: sqlite3.Connection, name: str, first: int, last: int) -> tuple[int, int, str]:
    """(first id, last id, sha256) of the block that begins with an id, in a table with this last id."""
    end = min(first + _size(name) - 1, last)
    digest = sha256()
    for row in conn.execute(f"SELECT * FROM {name} WHERE id BETWEEN ? AND ? ORDER BY id", (first, end)):
        digest.update(repr(tuple(row)).encode("utf-8", "surrogatepass"))
    return first, end, digest.hexdigest()
