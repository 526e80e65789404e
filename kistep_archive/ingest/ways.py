"""How the pages of each board are read: as the archive's own boards file says, else as the latest run that
had the board says. So the same bytes are read in one way only, whatever skins earlier runs had."""

from collections.abc import Set
from pathlib import Path

from kistep_archive.evidence.events import RunStart
from kistep_archive.evidence.log_start import start
from kistep_archive.ingest.ingest import evidence_files
from kistep_archive.model.boards import Board, BoardKey, Catalogue
from kistep_archive.model.outcomes import RunKind
from kistep_archive.parse.skin import boards_file
from kistep_archive.warc.reader import LOG_TYPES, walk


def reading(known: tuple[Board, ...], now: Catalogue | None) -> Catalogue:
    """The catalogue that pages are read with: the rows of `now`, and of the `known` boards the others."""
    rows: dict[BoardKey, Board] = {row.key: row for row in known}
    return Catalogue(tuple((rows | {row.key: row for row in (now.rows if now else ())}).values()))


def of_runs(folder: Path) -> tuple[Board, ...]:
    """The boards according to the run logs, each as the latest run that had it says; see `with_takeover` for
    a run that was taken over."""
    rows, crawled = tuple[Board, ...](), set[str]()
    for path in evidence_files(folder):
        first = next(walk(path, LOG_TYPES), None)
        log = start(path, first) if first else None
        if log is not None:
            rows = (
                with_takeover(rows, crawled, log.began)
                if log.began.takeover
                else reading(rows, Catalogue(log.began.catalogue)).rows
            )
            crawled |= set(log.began.boards) if log.began.kind is not RunKind.IMPORT else set()
    return rows


def with_takeover(rows: tuple[Board, ...], crawled: Set[str], began: RunStart) -> tuple[Board, ...]:
    """The boards with those of a run that was taken over. It decides only on boards that it crawled and that
    no earlier run had `crawled`: the others are read here in their own way already."""
    known = {row.key for row in rows}
    new = [
        row
        for row in began.catalogue
        if row.key not in known
        or (began.kind is not RunKind.IMPORT and row.name in began.boards and row.name not in crawled)
    ]
    return reading(rows, Catalogue(tuple(new))).rows


def own(folder: Path) -> Catalogue | None:
    """The catalogue of the archive's own boards file, None if it has none. Raises ArchiveError (2)."""
    return boards_file.of_archive(folder, None) if boards_file.own_file(folder) else None


def changed_boards(known: tuple[Board, ...], now: Catalogue) -> list[str]:
    """The names of the boards whose pages are now read in another way than the archive's rows were."""
    return sorted({name for name, _ in now.read_otherwise(known)})
