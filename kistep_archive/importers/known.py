"""The archive's own responses, for revisits whose payload is in no file of the import: it may have come in an
earlier one."""

import sqlite3
from pathlib import Path

from kistep_archive.evidence import pages
from kistep_archive.http.response import uri
from kistep_archive.model.instants import in_order
from kistep_archive.warc import reader
from kistep_archive.warc.heads import RecordError
from kistep_archive.warc.reader import WarcError
from kistep_archive.warc.record import Record
from kistep_archive.warc.revisits import Candidate

RecordPlace = tuple[str, int]  # file and offset

# as `in_order` spells it
_IN_ORDER = "iif(instr(fetched_at, '.'), fetched_at, replace(fetched_at, 'Z', '.000000Z'))"
_PAGES = "SELECT warc_file, warc_offset, fetched_at FROM pages WHERE status = 200 AND "


class ArchiveSource:
    """The responses of an archive, as a `revisits.Known`. The connection is the import's own, so that those
    which it has just taken count too."""

    def __init__(self, folder: Path, conn: sqlite3.Connection) -> None:
        self._folder, self._conn = folder, conn
        self._last: tuple[RecordPlace, Record] | None = None

    def exact(self, url: str, at: str) -> Candidate | None:
        """The response of an address at an instant."""
        return self._candidate("url = ? AND fetched_at = ?", uri(url), at)

    def by_digest(self, key: tuple[str, str]) -> Candidate | None:
        """A response whose payload has the digest (algorithm, hex)."""
        return self._candidate("sha256 = ?", key[1]) if key[0] == "sha256" else None

    def latest(self, url: str, at: str) -> Candidate | None:
        """The last response of an address up to an instant."""
        return self._candidate(
            f"url = ? AND {_IN_ORDER} <= ? ORDER BY {_IN_ORDER} DESC", uri(url), in_order(at)
        )

    def _candidate(self, where: str, *values: str) -> Candidate | None:
        row = self._conn.execute(f"{_PAGES}{where} LIMIT 1", values).fetchone()
        try:
            return row and self._placed(str(row[0]), int(row[1]), str(row[2]))
        except WarcError:
            return None  # damaged: `verify` reports it

    def _placed(self, file: str, offset: int, at: str) -> Candidate:
        """The record there, or the record with its payload."""
        record = self._record((file, offset))
        place = (
            pages.payload_place(self._folder / "warc", file, record)
            if record.type == "revisit"
            else (file, offset)
        )
        return Candidate(at, place, lambda: self._read(place))

    def _read(self, place: RecordPlace) -> Record:
        try:
            return self._record(place)
        except WarcError as error:
            raise RecordError("unresolved", str(error)) from error

    def _record(self, place: RecordPlace) -> Record:
        """The record there; remembers the last one."""
        if self._last is None or self._last[0] != place:
            self._last = place, reader.read_record(self._folder / "warc", *place, reader.PAGES)
        return self._last[1]
