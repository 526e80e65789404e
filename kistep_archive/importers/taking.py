"""Takes over the runs of other archives: their evidence files are copied as they are behind a first record
that says where they come from, and then read as the leftovers of a killed run are (`ingest.catch_up`)."""

import heapq
import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kistep_archive.evidence import run_log, takeover
from kistep_archive.evidence.events import UNKNOWN_ORIGIN
from kistep_archive.importers import intact, own_files
from kistep_archive.importers.import_result import ImportResult
from kistep_archive.importers.intact import Intact
from kistep_archive.importers.own_files import OwnFile
from kistep_archive.ingest import ingest, readings, rebuild_result, ways
from kistep_archive.ingest.runs import next_number
from kistep_archive.model.boards import BUILT_IN, Catalogue
from kistep_archive.model.outcomes import Outcome, RunKind
from kistep_archive.store import crawls
from kistep_archive.store.lock import TAKING
from kistep_archive.store.store import Store
from kistep_archive.warc import reader, writer


@dataclass(frozen=True, slots=True)
class _PlannedRun:
    """A run to take over, the name of its file here, and here the names of the files that it refers to."""

    own: OwnFile
    number: int
    content: Intact
    files: dict[str, str]

    @property
    def name(self) -> str:
        return _name(self.own, self.number)


@dataclass(slots=True)
class _Plan:
    """What is done with the files of an import: runs to take over, and files to read as captures. `known` has
    the archive's own files by the ids of their runs, `names` the names here of files of other archives,
    `contents` what these have."""

    known: dict[str, OwnFile]
    number: int
    origins: set[str]
    runs: list[_PlannedRun] = field(default_factory=list)
    captures: list[Path] = field(default_factory=list)
    names: dict[Path, str] = field(default_factory=dict)
    contents: dict[Path, Intact] = field(default_factory=dict)

    def add(self, own: OwnFile, done: ImportResult) -> None:
        """Decides on a file. The run of another origin, with a damaged first record, or without a file that
        it refers to, is not taken over: its pages are imported like those of other tools."""
        path = own.path.with_name(own.name)
        if copy := self.known.get(own.id):
            self.names[path] = copy.name
            if _lacks(copy, own):  # it was damaged then
                self.captures.append(own.path)
            else:
                done.known_runs += 1
            return
        if own.damage:
            done.apart.append(f"{own.path}: its run's first record is damaged")
            done.damage += [f"{own.path} at 0: {line.partition(': ')[2]}" for line in own.damage]
            self.captures.append(own.path)
            return
        content, origin = intact.content(own, self.contents), own.began.origin
        self.names[path], self.contents[path] = _name(own, self.number), content
        files = self._files(own, content)
        if own.began.kind is not RunKind.IMPORT and (self.origins or {origin}) != {origin}:
            done.apart.append(f"{own.path}: its run is of {_words(origin)}")
        elif None in files.values():
            missing = next(name for name, here in files.items() if here is None)
            done.apart.append(f"{own.path}: its run needs {missing} too")
        else:
            named = {name: here for name, here in files.items() if here}
            self.runs.append(_PlannedRun(own, self.number, content, named))
            self.number, done.damage = self.number + 1, [*done.damage, *content.damage]
            self.origins |= {origin} if own.began.kind is not RunKind.IMPORT else set()
            self.origins -= {UNKNOWN_ORIGIN}
            return
        del self.names[path]
        self.captures.append(own.path)

    def _files(self, own: OwnFile, content: Intact) -> dict[str, str | None]:
        """The names here of the file itself and of those that its records refer to."""
        takeover, path = own.began.takeover, own.path.with_name(own.name)
        names = {name: takeover.files.get(name) if takeover else name for name in content.refers - {""}}
        others = {name: self._here(path.with_name(there)) for name, there in sorted(names.items()) if there}
        return others | {own.original_name: self.names[path]}

    def _here(self, path: Path) -> str | None:
        """The name here of a file of another archive; None if it is not taken over."""
        if path not in self.names and path.is_file():
            own = own_files.recognise(path)
            if own and own.id in self.known:
                self.names[path] = self.known[own.id].name
        return self.names.get(path)


def _words(origin: str) -> str:
    if origin == UNKNOWN_ORIGIN:
        return "an unknown origin, since its first record is damaged"
    return origin or "the site itself"


def take_over(
    folder: Path, store: Store, catalogue: Catalogue, paths: Sequence[Path], done: ImportResult
) -> list[Path]:
    """Takes over the runs in the files; returns the files whose pages are still to be imported. Raises
    ArchiveError (5) if a file cannot be read."""
    own = [file for path in paths if (file := own_files.recognise(path))]
    others = [path for path in paths if path not in {file.path for file in own}]
    if not own:
        return others
    known = {one.id: one for path in ingest.evidence_files(folder) if (one := own_files.recognise(path))}
    plan = _Plan(known, next_number(folder, store), crawls.origins(store.conn))
    for one in _in_order(own):
        plan.add(one, done)
    for planned in plan.runs:
        _copy(folder, planned)
    if plan.runs:
        _make_rows(folder, store, catalogue, plan.runs, done)
    return [*others, *plan.captures]


def _in_order(own: Sequence[OwnFile]) -> Iterator[OwnFile]:
    """The runs by their start, but those of one archive in their own order, whatever its clock said."""
    by_folder: dict[Path, list[OwnFile]] = {}
    for one in sorted(own, key=lambda each: each.name):
        by_folder.setdefault(one.path.parent, []).append(one)
    return heapq.merge(*by_folder.values(), key=lambda each: each.began.started_at)


def _name(own: OwnFile, number: int) -> str:
    return f"{number:06d}-{own.name.partition('-')[2]}"


def _lacks(copy: OwnFile, own: OwnFile) -> bool:
    """Whether a file has intact bytes of a run that the archive's own copy of it does not have."""
    takeover = copy.began.takeover
    if takeover is None or own.size == takeover.size:
        return False
    return intact.content(own, {}).size > takeover.size


def _copy(folder: Path, planned: _PlannedRun) -> None:
    """Copies a file into the archive, durably, and gives it its name when it is whole."""
    scratch, own = folder / TAKING, planned.own
    _clear(scratch)
    scratch.mkdir()
    evidence = writer.Writer(scratch, planned.name.removesuffix(".warc.gz"))
    try:
        evidence.info(_info(planned), own.first.date)
        for offset, length in planned.content.places:
            evidence.members(reader.packed_bytes(own.path.parent, own.name, offset, length))
        evidence.close()
        (folder / "warc").mkdir(exist_ok=True)
        writer.close_file(scratch / evidence.file, folder / "warc" / evidence.file)
    except BaseException:
        evidence.leave()
        raise
    finally:
        _clear(scratch)


def _info(planned: _PlannedRun) -> dict[str, str]:
    """The fields of the first record: those of the run, and where it comes from."""
    own = planned.own
    known = own.info.get("run-log", "1") in {
        str(version) for version in range(1, run_log.TAKEOVER_VERSION + 1)
    }
    version = {"run-log": str(run_log.TAKEOVER_VERSION)} if known else {}
    there = takeover.as_field(own.original_name, own.id, planned.content.parts, planned.files)
    return own.info | version | {"run": str(planned.number)} | there


def _clear(scratch: Path) -> None:
    """Deletes what a killed import left there: it is no evidence yet."""
    for path in scratch.glob("*.warc.gz*"):
        path.unlink()
    if scratch.is_dir():
        scratch.rmdir()


def _make_rows(
    folder: Path, store: Store, catalogue: Catalogue, planned: Sequence[_PlannedRun], done: ImportResult
) -> None:
    """Makes rows from the files. A board is read as a boards file says, else as its own runs say."""
    boards, crawled = store.boards, crawls.boards(store.conn)
    for each in planned:
        boards = ways.with_takeover(boards, crawled, each.own.began)
        crawled |= set(each.own.began.boards) if each.own.began.kind is not RunKind.IMPORT else set()
    chosen = Catalogue(tuple(row for row in catalogue.rows if row not in BUILT_IN))
    reads = ways.reading(boards, chosen)
    store.boards = reads.rows
    report = ingest.catch_up(store, folder, readings.processes(os.cpu_count() or 1), reads)
    done.damage += report.damage
    done.suspicious = list(rebuild_result.suspicious_boards(store, reads, report))
    done.runs_taken_over = [each.number for each in planned]
    done.pages_taken_over, done.quarantined = _pages(store.conn, done.runs_taken_over)


def _pages(conn: sqlite3.Connection, numbers: list[int]) -> tuple[int, int]:
    """How many pages these runs have, and how many of them are held back."""
    query = "SELECT count(*), total(outcome = ?) FROM json_each(?) JOIN page ON run_id = value"
    pages, quarantined = conn.execute(query, (Outcome.QUARANTINED, json.dumps(numbers))).fetchone()
    return int(pages), int(quarantined)
