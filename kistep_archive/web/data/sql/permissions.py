"""What a statement may do, decided by SQLite itself while it prepares it: read, and nothing else."""

import sqlite3

from kistep_archive.web.data.sql import functions

_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE}
# what Datasette and the full-text index ask; `database_list` would tell where the file is
_PRAGMAS = {
    "data_version",
    "foreign_key_list",
    "index_info",
    "index_list",
    "index_xinfo",
    "table_info",
    "table_xinfo",
}
_FUNCTIONS_REFUSED = {"fts3_tokenizer", "load_extension"}
_LONGEST_VALUE = 20_000_000  # bytes: randomblob(500000000) took 3 GB
_LONGEST_PATTERN = 1_000  # bytes: LIKE takes as many steps as text times pattern, and none of them is counted


def restrict(conn: sqlite3.Connection) -> None:
    """Lets a connection only read, and make no value longer than 20 MB. It is for good."""
    conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)
    conn.setlimit(sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, _LONGEST_PATTERN)
    conn.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    functions.replace_slow(conn)
    conn.set_authorizer(_judge)


def _judge(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    if action == sqlite3.SQLITE_PRAGMA:
        is_allowed = (first or "").lower() in _PRAGMAS
    elif action == sqlite3.SQLITE_FUNCTION:
        is_allowed = (second or "").lower() not in _FUNCTIONS_REFUSED
    elif action == sqlite3.SQLITE_UPDATE:  # SQLite asks this of itself when it loads a virtual table
        is_allowed = first == "sqlite_master"
    else:
        is_allowed = action in _ALLOWED
    return sqlite3.SQLITE_OK if is_allowed else sqlite3.SQLITE_DENY
