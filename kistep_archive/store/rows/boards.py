"""The boards of an archive: how its rows were read, and which names new boards may have."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.model.boards import NAME_RULE, Board, Catalogue, from_record, is_name
from kistep_archive.parse.skin import boards_file
from kistep_archive.store.database import DATABASE_FILE, open_archive


def of_rows(conn: sqlite3.Connection) -> tuple[Board, ...]:
    """The boards as the rows of their pages were read: with their skins, encodings and totals. None in a
    database of an older version."""
    if not conn.execute("SELECT 1 FROM main.sqlite_master WHERE name = 'board'").fetchone():
        return ()
    records = conn.execute("SELECT record FROM main.board ORDER BY rowid")
    return tuple(from_record(json.loads(record)) for (record,) in records)


def checked_catalogue(folder: Path, path: Path | None) -> Catalogue:
    """The catalogue of a boards file; without one, of the archive's own, if it has one. Raises ArchiveError
    (2), also for a name that no board may have. A name that the archive used before there was a rule is right
    for this archive."""
    catalogue = boards_file.of_archive(folder, path)
    wrong = [row.name for row in catalogue.rows if not is_name(row.name)]
    used = _used(folder) if wrong else None
    if new := [name for name in wrong if used is not None and name not in used]:
        words = f"{path or boards_file.own_file(folder)}: name is {_short(new[0])}; it may have {NAME_RULE}"
        raise ArchiveError(words, ExitCode.USAGE)
    return catalogue


def _used(folder: Path) -> set[str] | None:
    """The names that the archive has posts or runs of; None if it cannot be asked."""
    if not (folder / DATABASE_FILE).exists():
        return None if any((folder / "warc").glob("*.warc.gz*")) else set()
    try:
        with closing(open_archive(folder)) as conn:
            names = conn.execute(
                "SELECT board FROM sources UNION SELECT value FROM runs, json_each(runs.boards)"
            )
            return {str(name) for (name,) in names}
    except (ArchiveError, sqlite3.Error):
        return None


def _short(name: str) -> str:
    return json.dumps(name if len(name) <= 40 else f"{name[:40]}…", ensure_ascii=False)
