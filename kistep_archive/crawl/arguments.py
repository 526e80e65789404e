"""The arguments of `scrapy crawl boards -a NAME=VALUE`. An error ends the process with one line, as for the
command."""

from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

from scrapy.settings import BaseSettings

from kistep_archive.crawl.origin import check_delay
from kistep_archive.crawl.origin import origin as origin_of
from kistep_archive.crawl.session import Session, begin
from kistep_archive.errors import ArchiveError
from kistep_archive.model.outcomes import RunKind
from kistep_archive.store.boards import checked_catalogue


def refuse_arguments(names: Iterable[str]) -> NoReturn:
    """Ends the process because of unknown arguments."""
    known = "boards, archive and origin. For settings write for example -s DOWNLOAD_DELAY=2"
    raise SystemExit(f"kistep-archive: -a {', '.join(names)}: unknown argument; known are {known}")


def from_arguments(settings: BaseSettings, archive: str, boards: str, origin: str) -> Session:
    """Opens the run. If it cannot start, ends the process."""
    folder = Path(archive or settings["ARCHIVE"])
    try:
        catalogue = checked_catalogue(folder, None)
        chosen = catalogue.named(name for name in boards.split(",") if name)
        check_delay(settings.getfloat("DOWNLOAD_DELAY"), origin_of(origin, chosen))
        return begin(folder, RunKind.CRAWL, chosen, catalogue, origin, {"boards": boards})
    except (ArchiveError, ValueError) as error:
        raise SystemExit(f"kistep-archive: {error}") from None
