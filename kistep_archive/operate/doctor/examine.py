"""Checks before a crawl: this machine, the archive's folder, and one listing and three posts of each board.
Writes nothing."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from kistep_archive.crawl.origin import origin as origin_of
from kistep_archive.errors import ExitCode
from kistep_archive.model import archive_toml
from kistep_archive.model.boards import Board, Catalogue
from kistep_archive.operate.doctor import machine, pages
from kistep_archive.operate.doctor.findings import DoctorFinding
from kistep_archive.operate.doctor.network import Limits, Probe
from kistep_archive.version import user_agent


def examine(
    folder: Path, catalogue: Catalogue, names: Sequence[str], base: str, limits: Limits | None = None
) -> Iterator[DoctorFinding]:
    """All findings, as they come. Without `names` it checks every board of the catalogue. A failure is only a
    warning if the board is retired, or if `crawl` skips it unless it is named. Raises ArchiveError (2) if
    `base` is not an origin, and ValueError for an unknown board."""
    boards = catalogue.named(names or {row.name for row in catalogue.rows})
    limits = limits or Limits(agent=user_agent(archive_toml.read(folder).contact))
    probe = Probe(origin_of(base, boards), limits)
    return _findings(folder, probe, boards, frozenset(names))


def _findings(
    folder: Path, probe: Probe, boards: Sequence[Board], names: frozenset[str]
) -> Iterator[DoctorFinding]:
    yield from machine.machine()
    yield from machine.archive(folder)
    for site in probe.sites():
        of_site = [board for board in boards if probe.origin.base or board.address.startswith(f"{site}/")]
        findings = probe.reach(site)
        yield from (
            _as_warnings(findings) if all(_is_optional(board, names) for board in of_site) else findings
        )
    for board in boards:
        findings = pages.board(probe, board)
        yield from _as_warnings(findings) if _is_optional(board, names) else findings


def _is_optional(board: Board, names: frozenset[str]) -> bool:
    return board.retired or (board.named_only and board.name not in names)


def _as_warnings(findings: Iterable[DoctorFinding]) -> Iterator[DoctorFinding]:
    for finding in findings:
        if finding.level == "fail":
            words = f"{finding.words} (only a warning: the board is retired, or its address is a guess)"
            yield finding._replace(level="warn", code=ExitCode.COMPLETE, words=words)
        else:
            yield finding
