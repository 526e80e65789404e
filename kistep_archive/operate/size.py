"""How large an archive is, and how it grows. Read from the names and sizes of its files."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kistep_archive.store.database import DATABASE_FILE

_STAMP = re.compile(r"-(\d{8}T\d{6})Z\.warc\.gz")
_RECENT = {"30_days": timedelta(days=30), "365_days": timedelta(days=365)}


@dataclass(frozen=True, slots=True)
class Size:
    """Bytes of the evidence and of the database with its log, the number of evidence files, and how many
    bytes of evidence the runs of the last days added."""

    evidence: int
    files: int
    database: int
    added: dict[str, int]


def of_archive(folder: Path, now: datetime) -> Size:
    """The size of an archive. The stamp in the name of an evidence file says when its run began."""
    files = [(path.name, _bytes(path)) for path in (folder / "warc").glob("*.warc.gz*")]
    added = {
        name: sum(size for file, size in files if (at := _began(file)) and at > now - age)
        for name, age in _RECENT.items()
    }
    database = sum(_bytes(folder / f"{DATABASE_FILE}{suffix}") for suffix in ("", "-wal"))
    return Size(sum(size for _, size in files), len(files), database, added)


def _began(name: str) -> datetime | None:
    match = _STAMP.search(name)
    try:
        return datetime.strptime(match[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC) if match else None
    except ValueError:
        return None


def _bytes(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:  # a run renamed it meanwhile, or there is none
        return 0
