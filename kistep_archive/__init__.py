"""kistep-archive: KISTEP's English "News & Event" board as evidence (WARC), fields and history (SQLite).

cli/                      the command line, over api.py (class Archive, the public interface)
web/                      the archive in a browser: pages, downloads, the server; over api.py too
operate/                  health, checks before a crawl, schedules, notifications, decisions
crawl/  importers/        Scrapy's spider, middleware, pipeline; WARC, WACZ and captures by others
learn/                    a skin for a board, from stored pages and the rows that led to them
ingest/ audit/ export/    pages to rows, guards, rebuild; fixity, politeness; files, feeds, bundles
query/                    questions, read only
store/                    the database and its one writer
parse/                    a page to a listing, a post or a notice; pure
evidence/                 a run's log, a page by file and offset, recovery after a kill
warc/                     records, reader, writer, WACZ
model/                    boards, addresses, items, revisions; values and rules only
http/                     responses, codings, robots.txt, the pace between requests
errors  clock  display  progress   what every room may use
replica/                  a stand-in site that imports nothing of the above

Imports point down this list; `lint-imports` checks it. The path of a response: docs/architecture.md.
"""

from typing import TYPE_CHECKING, Any

from kistep_archive.version import __version__

if TYPE_CHECKING:
    from kistep_archive.api import Archive
    from kistep_archive.errors import ArchiveError

__all__ = ["Archive", "ArchiveError", "__version__"]


def __getattr__(name: str) -> Any:
    """The Python interface, imported when it is first asked for: the command and the crawl do without it."""
    if name == "Archive":
        from kistep_archive.api import Archive

        return Archive
    if name == "ArchiveError":
        from kistep_archive.errors import ArchiveError

        return ArchiveError
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """The names of the interface too, though none has been asked for yet."""
    return sorted({*globals(), *__all__})
