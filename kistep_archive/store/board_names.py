"""Which names the boards of an archive may have."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from kistep_archive.errors import ArchiveError
from kistep_archive.model.boards import NAME_RULE, Catalogue, is_name
from kistep_archive.store.database import NAME, open_archive


def check_names(catalogue: Catalogue, folder: Path, file: Path) -> None:
    """Raises ValueError, with one line, for a name in the boards `file` that no board may have. A name that
    the archive used before there was a rule is right for this archive."""
    wrong = [row.name for row in catalogue.rows if not is_name(row.name)]
    if not wrong:
        return
    used = _used(folder)
    if new := [name for name in wrong if used is not None and name not in used]:
        raise ValueError(f"{file}: name is {_short(new[0])}; it may have {NAME_RULE}")


def _used(folder: Path) -> set[str] | None:
    """The names that the archive has posts or runs of; None if it cannot be asked."""
    if not (folder / NAME).exists():
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
