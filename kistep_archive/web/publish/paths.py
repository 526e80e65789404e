"""Which pages and downloads a published site has besides those of its posts."""

from collections.abc import Iterator

from kistep_archive.api import Archive
from kistep_archive.web import addresses
from kistep_archive.web.pages.page import Page

ONCE = ("", "changed", "writers", "years", "boards")


def lists(archive: Archive) -> Iterator[str]:
    """The paths of lists that may go on over several pages."""
    counted = archive.facets()
    yield from ("removed", "runs")
    yield from (addresses.writer(name) for name in counted.writers)
    yield from (f"years/{year}" for year in counted.years)
    yield from (f"boards/{name}" for name in dict.fromkeys(row.name for row in archive.boards))


def following(path: str, first: Page) -> Iterator[str]:
    """The paths of the further pages of a list, by its first one."""
    for number in range(2, first.values["pages"] + 1):
        yield f"{path}/page-{number}"


def runs(archive: Archive) -> Iterator[str]:
    """The paths of the runs."""
    for run in archive.runs():
        yield f"runs/{run.id}"


def feeds(archive: Archive) -> Iterator[str]:
    """The paths of the feeds."""
    yield from ("feed.atom", "feed.json", "removed.atom")
    yield from (f"boards/{name}.atom" for name in dict.fromkeys(row.name for row in archive.boards))


def of_post(path: str, revisions: int) -> Iterator[str]:
    """The paths of a post's pages."""
    yield from (path, f"{path}/changes", f"{path}/proof", f"{path}/cite", f"{path}/files")
    for number in range(1, revisions):
        yield f"{path}/changes/{number}-{number + 1}"
    if revisions > 2:
        yield f"{path}/changes/1-{revisions}"
    if revisions > 1:
        yield from (f"{path}/proof/{number}" for number in range(1, revisions + 1))


def downloads_of_post(path: str, revisions: int) -> Iterator[str]:
    """The paths of a post's downloads, besides its files."""
    yield f"{path}.wacz"
    for number in range(1, revisions + 1):
        yield from (f"{path}/bytes/{number}.txt", f"{path}/page/{number}.html")
