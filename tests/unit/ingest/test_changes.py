"""What a rebuild would change: only what differs comes out of the databases."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from runs_written import write_run

from kistep_archive.ingest import ingest
from kistep_archive.ingest.changes import RebuildChange, changes
from kistep_archive.store.database import DATABASE_FILE
from kistep_archive.store.store import Store


def made_twice(folder: Path, posts: int) -> tuple[Path, Path]:
    """Two databases of the same evidence."""
    write_run(folder, posts)
    for name in ("old", "new"):
        (folder / name).mkdir()
        with closing(Store(folder / name, durable=False)) as store:
            ingest.catch_up(store, folder)
    return folder / "old" / DATABASE_FILE, folder / "new" / DATABASE_FILE


def compared(old: Path, new: Path) -> tuple[list[RebuildChange], int, int]:
    """(the changes, how many pages were added, how many rows came out of the databases)."""
    rows = 0

    def counted(_: sqlite3.Cursor, row: tuple[object, ...]) -> tuple[object, ...]:
        nonlocal rows
        rows += 1
        return row

    with closing(sqlite3.connect(new.as_uri(), uri=True)) as conn:
        conn.row_factory = counted
        found, added, is_compared = changes(old, conn)
    assert is_compared
    return found, added, rows


@pytest.mark.parametrize("changed", [0, 2])
def test_rows_that_are_equal_stay_in_the_databases_however_many_there_are(
    tmp_path: Path, changed: int
) -> None:
    taken = []
    for posts in (3, 9):
        (folder := tmp_path / str(posts)).mkdir()
        old, new = made_twice(folder, posts)
        with closing(sqlite3.connect(old)) as conn, conn:
            conn.execute("UPDATE content SET title = title || '!' WHERE id <= ?", (changed,))
        found, added, rows = compared(old, new)
        assert [(each.field, each.before) for each in found] == [
            ("title", f"{each.after}!") for each in found
        ]
        assert (len(found), added) == (changed, 0)
        taken.append(rows)
    assert taken[0] == taken[1]


def test_a_page_that_only_one_of_the_databases_has_is_lost_or_added(tmp_path: Path) -> None:
    old, new = made_twice(tmp_path, 3)
    with closing(sqlite3.connect(old)) as conn, conn:
        conn.execute("UPDATE sighting SET warc_offset = warc_offset + 1 WHERE id = 2")
    found, added, _ = compared(old, new)
    assert [(each.field, each.before, each.lost) for each in found] == [("page", "Post 42795", True)]
    assert added == 1
