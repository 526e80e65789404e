"""Running one statement within limits of time, rows and bytes."""

import sqlite3
import time
from collections.abc import Callable
from typing import Any, NamedTuple

_STEPS = 100  # of SQLite's machine, between two looks at the clock: one of them may make 20 MB
_MOST_BYTES = 50_000_000


class Answer(NamedTuple):
    """`is_cut`: there are more rows. `description` is that of the cursor."""

    rows: list[Any]
    is_cut: bool
    description: Any


class TooLongError(Exception):
    """A statement that took more than its time."""


def read(
    conn: sqlite3.Connection, sql: str, values: Any, *, seconds: float, most_rows: int | None = None
) -> Answer:
    """The first rows of a statement, at most 50 MB. Raises TooLongError, and sqlite3.Error for a statement
    that is wrong or not allowed, or an answer that is larger."""
    deadline = time.perf_counter() + seconds
    conn.set_progress_handler(lambda: time.perf_counter() > deadline, _STEPS)
    try:
        cursor = conn.execute(sql, values if values is not None else {})
        rows, is_cut = _rows(cursor, most_rows, lambda: time.perf_counter() > deadline)
        return Answer(rows, is_cut, cursor.description)
    except sqlite3.OperationalError as error:
        if str(error) == "interrupted":
            raise TooLongError from error
        raise
    finally:
        conn.set_progress_handler(None, 0)


def _rows(cursor: sqlite3.Cursor, most: int | None, is_late: Callable[[], bool]) -> tuple[list[Any], bool]:
    rows: list[Any] = []
    size = 0
    for row in cursor:
        if len(rows) == most:
            cursor.close()
            return rows, True
        size += sum(len(value) for value in row if isinstance(value, str | bytes))
        if size > _MOST_BYTES:
            raise sqlite3.OperationalError("the answer is larger than 50 MB: ask for fewer rows or columns")
        if is_late():
            raise TooLongError
        rows.append(row)
    return rows, False
