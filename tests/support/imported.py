"""Imports in this process, and whether the archive holds what they took."""

import gzip
from collections.abc import Iterable
from pathlib import Path

from kistep_archive.audit.verify import verify
from kistep_archive.importers.import_result import ImportResult
from kistep_archive.importers.importer import import_files
from kistep_archive.ingest import rebuild
from kistep_archive.model.boards import Catalogue


def import_into(folder: Path, *files: Path) -> ImportResult:
    """The import of these files."""
    return import_files(folder, files, Catalogue())


def assert_sound(folder: Path) -> None:
    """Whatever is in the archive is found well, by every reader."""
    if (folder / "warc").exists():
        assert verify(folder).findings == []
        assert verify(folder, 1000).findings == []
        again = rebuild.dry_run(folder, jobs=1)
        assert (again.damage, again.changes) == ([], [])


def packed(records: Iterable[bytes], closing: bytes, packaging: str, padding: bytes = b"") -> bytes:
    """The records in a file, the last one closed like that."""
    *others, last = records
    members = [record + b"\r\n\r\n" for record in others] + [last + closing]
    if packaging == "by member":
        return b"".join(map(gzip.compress, members)) + padding
    return gzip.compress(b"".join(members)) + padding if packaging == "whole" else b"".join(members) + padding
