"""Recognises the evidence files of other archives of ours."""

import re
from dataclasses import dataclass
from pathlib import Path

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.evidence.events import RunStart
from kistep_archive.evidence.log_start import start
from kistep_archive.model.outcomes import RunKind
from kistep_archive.store import lock
from kistep_archive.store.database import is_without_runs
from kistep_archive.warc.reader import Damage, record_at
from kistep_archive.warc.record import Record, info_fields

OPEN = ".open"
_NAME = re.compile(rf"\d{{6,18}}-(?:{'|'.join(RunKind)})-\d{{8}}T\d{{6}}Z\.warc\.gz")


@dataclass(frozen=True, slots=True)
class OwnFile:
    """An evidence file of ours: its `name` without `.open`, its first record, what that says, and its fields
    that cannot be read, a line each."""

    path: Path
    name: str
    first: Record
    began: RunStart
    damage: list[str]

    @property
    def id(self) -> str:
        """The id of the run's first record where it was made: no other run has it, in whatever archive."""
        return self.began.takeover.id if self.began.takeover else self.first.id

    @property
    def original_name(self) -> str:
        """The name that the records of the file call it by."""
        return self.began.takeover.file if self.began.takeover else self.name

    @property
    def info(self) -> dict[str, str]:
        """The fields of the first record."""
        return info_fields(self.first)

    @property
    def begins(self) -> int:
        """Where the bytes of the run's own file begin."""
        return self.began.takeover.begins if self.began.takeover else 0

    @property
    def size(self) -> int:
        """How many bytes there are of the run's own file."""
        return self.path.stat().st_size - self.begins


def files_in(path: Path) -> list[Path]:
    """The evidence files of the archive in a folder, in the order of their runs; a file is itself. Raises
    ArchiveError: 2 if a folder is no archive, 75 if a run is active there."""
    if not path.is_dir():
        return [path]
    if not (path / "warc").is_dir() and not is_without_runs(path):
        words = f"{path}: not an archive (no warc folder in it); give an archive, or WARC and WACZ files"
        raise ArchiveError(words, ExitCode.USAGE)
    paths = sorted((path / "warc").glob("*.warc.gz*"), key=lambda each: each.name)
    opened = [each for each in paths if each.suffix == OPEN and recognise(each)]
    if opened and (holder := lock.holder(path)):
        words = f"{path}: a run is active there: {holder}. Import the archive when it has ended."
        raise ArchiveError(words, ExitCode.LOCKED)
    return [each for each in paths if each.name.endswith(".warc.gz") or each in opened]


def recognise(path: Path) -> OwnFile | None:
    """The evidence file at a path; None if it is none of ours, or was renamed."""
    name = path.name.removesuffix(OPEN)
    if not _NAME.fullmatch(name):
        return None
    first = record_at(path, 0)
    log = None if isinstance(first, Damage) or first.type != "warcinfo" else start(path, first)
    if log is None or isinstance(first, Damage) or (first.field("WARC-Filename") or name) != name:
        return None
    return OwnFile(path, name, first, log.began, log.damage)
