"""Pages of our own evidence that the safety checks of their run held back. An import leaves them out too when
it reads the file like one of another tool: it was renamed or repacked, or its run cannot be taken over."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from kistep_archive.evidence import log_reader
from kistep_archive.evidence.events import LoggedResponse, RunLog
from kistep_archive.evidence.log_start import start
from kistep_archive.model.boards import Catalogue
from kistep_archive.model.outcomes import Outcome
from kistep_archive.warc.extent import Extent, beginning
from kistep_archive.warc.formats import disk_errors
from kistep_archive.warc.record import Record
from kistep_archive.warc.recordings import BrokenRecord, ExtentPlace, Files

PlaceKey = tuple[str, int, int]  # the name of the extent, the offset and the position in it

_WRITER, _START = b"kistep-archive/", 1 << 12
_Entries = list[tuple[PlaceKey, LoggedResponse]]


def key(place: ExtentPlace) -> PlaceKey:
    """The place of a record as text and numbers: it is the same for each who reads the files."""
    return place.extent.name, place.offset, place.position


def quarantined_places(paths: Sequence[Path], catalogue: Catalogue) -> set[PlaceKey]:
    """The places of these pages in some files. Pages of boards that the catalogue reads in another way than
    their run did are not held back. Raises ArchiveError like `recordings.Files.records`."""
    with closing(Files()) as files:
        runs = (run for path in paths if _is_own(path) for run in _runs(files.records(path), catalogue))
        return {place for log, entries in runs for place, entry in entries if _is_quarantined(log, entry)}


def _is_own(path: Path) -> bool:
    """Whether a file begins as this program writes it, to judge by its first bytes: the records of all others
    are read only once."""
    with disk_errors(path), path.open("rb") as file:
        extent = Extent(file, 0, path.stat().st_size, str(path))
        return _WRITER in beginning(extent, size=_START)


def _runs(
    records: Iterable[tuple[ExtentPlace, Record] | BrokenRecord], catalogue: Catalogue
) -> Iterator[tuple[RunLog, _Entries]]:
    """The run logs in a file, with their responses. A file that does not begin with one has none."""
    extent: Extent | None = None
    log, entries = None, _Entries()
    for place, record in (each for each in records if not isinstance(each, BrokenRecord)):
        path = Path(place.extent.name)
        if place.extent is not extent:
            if log is not None:
                yield log, entries
            extent, log, entries = place.extent, start(path, record), _Entries()
            if log is None:
                return
            log.rejudged = catalogue.read_otherwise(log.began.catalogue)
        elif log is not None:
            log_reader.take(log, path, record)
            entries += [(key(place), each) for each in log.entries if isinstance(each, LoggedResponse)]
            log.entries.clear()
    if log is not None:
        yield log, entries


def _is_quarantined(log: RunLog, entry: LoggedResponse) -> bool:
    settled = log.settle(entry)
    return isinstance(settled, LoggedResponse) and settled.outcome is Outcome.QUARANTINED
