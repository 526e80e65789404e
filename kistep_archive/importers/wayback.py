"""Adds the boards' past to the archive: fetches captures of the Internet Archive and imports them.

Not tested against the real service, see `wayback_machine`.
"""

import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.importers.wayback_cdx import address
from kistep_archive.model.boards import Catalogue
from kistep_archive.store.database import DATABASE_FILE, open_archive

if TYPE_CHECKING:
    from kistep_archive.importers.wayback_client import WaybackDownload


def from_internet_archive(
    folder: Path,
    names: tuple[str, ...],
    catalogue: Catalogue,
    *,
    since: str | None,
    until: str | None,
    service: str,
    tell: Callable[[str], None],
) -> "WaybackDownload":
    """Imports the captures of these boards that the archive does not have; if it stops early, those fetched
    until then.

    `since` and `until` are days of capture. Raises ArchiveError: 2 if the library is missing, a board is
    unknown, or `service` is not on this machine; and what an import raises."""
    fetch = _library()
    from kistep_archive.importers.importer import import_files

    try:
        boards = catalogue.named(names)
    except ValueError as error:
        raise ArchiveError(str(error), ExitCode.USAGE) from error
    with tempfile.TemporaryDirectory(prefix="kistep-archive-") as scratch:
        file = Path(scratch) / "wayback.warc.gz"
        try:
            return fetch(
                boards,
                file,
                span=(since, until),
                service=service,
                is_archived=_archived(folder, catalogue),
                tell=tell,
            )
        finally:
            if file.is_file():
                import_files(folder, [file], catalogue)


def _library() -> Callable[..., "WaybackDownload"]:
    try:
        from kistep_archive.importers.wayback_client import fetch
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("wayback", "requests", "urllib3"):
            raise
        raise ArchiveError(
            "--wayback needs the library wayback; install it: pip install 'kistep-archive[wayback]'",
            ExitCode.USAGE,
        ) from error
    return fetch


def _archived(folder: Path, catalogue: Catalogue) -> Callable[[str, str], bool]:
    """A function: does the archive have a page of this address, in any spelling, at this second?"""
    if not (folder / DATABASE_FILE).is_file():
        return lambda url, at: False
    with closing(open_archive(folder)) as conn:
        known = {
            (address(url, catalogue), at[:19])
            for url, at in conn.execute("SELECT url, fetched_at FROM pages")
        }
    return lambda url, at: (address(url, catalogue), at[:19]) in known
