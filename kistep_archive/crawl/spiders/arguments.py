"""The arguments of `scrapy crawl boards -a NAME=VALUE`. An error ends the process with one line, as for the
command."""

import logging
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NoReturn

from scrapy.settings import BaseSettings

from kistep_archive.crawl.origin import check_delay
from kistep_archive.crawl.origin import origin as origin_of
from kistep_archive.crawl.session import Session, begin
from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.ingest.runs import RunOrder
from kistep_archive.model import archive_toml
from kistep_archive.model.archive_toml import ArchiveSettings
from kistep_archive.model.outcomes import RunKind
from kistep_archive.store.rows.boards import checked_catalogue
from kistep_archive.version import user_agent

_NAMES = ("boards", "archive", "origin", "catalogue")


def refuse_unknown(names: Iterable[str]) -> None:
    """Ends the process if there are unknown arguments. Scrapyd adds some of its own, such as `_job`."""
    known = "boards, archive, origin and catalogue. For settings write for example -s DOWNLOAD_DELAY=2"
    if unknown := [name for name in names if not name.startswith("_") and name not in _NAMES]:
        _end(f"-a {', '.join(unknown)}: unknown argument; known are {known}", ExitCode.USAGE)


def from_arguments(settings: BaseSettings, arguments: Mapping[str, str]) -> Session:
    """Opens the run. If it cannot start, ends the process. `catalogue` is a boards file, "" for the archive's
    own."""
    boards, archive, origin, catalogue = (arguments.get(name, "") for name in _NAMES)
    folder = Path(archive or settings["ARCHIVE"])
    try:
        own = archive_toml.read(folder)
        _set(settings, own)
        known = checked_catalogue(folder, Path(catalogue) if catalogue else None)
        chosen = known.named(name for name in boards.split(",") if name)
        check_delay(settings.getfloat("DOWNLOAD_DELAY"), origin_of(origin or own.origin, chosen))
        order = RunOrder(RunKind.CRAWL, chosen, known, origin or own.origin, {"boards": boards})
        session = begin(folder, order)
        session.files = own.files
        return session
    except ArchiveError as error:
        _end(str(error), error.exit_code)
    except ValueError as error:
        _end(str(error), ExitCode.USAGE)


def _set(settings: BaseSettings, own: ArchiveSettings) -> None:
    """Sets what the archive's settings say of its requests, unless the command line says otherwise."""
    if own.delay is not None:
        settings.set("DOWNLOAD_DELAY", own.delay, priority="spider")
    if own.contact:
        settings.set("USER_AGENT", user_agent(own.contact), priority="spider")


def _end(words: str, code: int) -> NoReturn:
    """Ends the process with one line. Scrapyd shows a job's log and not its stderr, so it is there too."""
    if any(isinstance(handler, logging.FileHandler) for handler in logging.getLogger().handlers):
        logging.getLogger(__name__).error(words)
    sys.stderr.write(f"kistep-archive: {words}\n")
    raise SystemExit(code)
