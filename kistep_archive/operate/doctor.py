"""What fits and what does not, before the first crawl: this machine, the archive's folder, and of each board one listing and one post.
Asks the site for little and writes nothing."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from kistep_archive.crawl.origin import origin as origin_of
from kistep_archive.model.boards import Board, Catalogue
from kistep_archive.operate import doctor_machine, doctor_pages
from kistep_archive.operate.doctor_findings import Finding
from kistep_archive.operate.doctor_network import Asking


def examine(folder: Path, catalogue: Catalogue, names: Sequence[str], base: str) -> Iterator[Finding]:
    """All findings, as they come. Without `names` every board of the catalogue is looked at, and those that `crawl` leaves out unless
    they are named fail as a note only, as retired ones always do. Raises ArchiveError (2) where `base` is no origin, and ValueError for
    a board that is not known."""
    boards = _chosen(catalogue, names)
    asking = Asking(origin_of(base, boards))
    return _examined(folder, asking, boards, frozenset(names))


def _examined(folder: Path, asking: Asking, boards: Sequence[Board], names: frozenset[str]) -> Iterator[Finding]:
    yield from doctor_machine.machine()
    yield from doctor_machine.archive(folder)
    for site in asking.sites():
        of_site = [board for board in boards if asking.origin.base or board.address.startswith(f"{site}/")]
        found = asking.reach(site)
        yield from _noted(found) if all(_lenient(board, names) for board in of_site) else found
    for board in boards:
        found = doctor_pages.board(asking, board)
        yield from _noted(found) if _lenient(board, names) else found


def _chosen(catalogue: Catalogue, names: Sequence[str]) -> tuple[Board, ...]:
    return catalogue.named(names or {row.name for row in catalogue.rows})


def _lenient(board: Board, names: frozenset[str]) -> bool:
    return board.retired or (board.named_only and board.name not in names)


def _noted(findings: Iterable[Finding]) -> Iterator[Finding]:
    for each in findings:
        if each.level == "fail":
            yield each._replace(level="warn", code=0, words=f"{each.words} (a note only: the board is retired or its address a guess)")
        else:
            yield each
