"""The result of a rebuild, and whether it may take the place of the old database."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kistep_archive.display import plural
from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.ingest.changes import RebuildChange
from kistep_archive.ingest.guards.suspicion import describe
from kistep_archive.ingest.ingest import CatchUp
from kistep_archive.model.boards import Catalogue
from kistep_archive.store import known
from kistep_archive.store.store import Store


@dataclass(slots=True)
class RebuildResult:
    """The result of a rebuild: evidence files read, pages read, differences from the old database, damage,
    and a line for each board whose pages are perhaps read wrongly, so that no rows were made of them.
    `shrunk` are bodies of which another skin leaves half or less."""

    files: int = 0
    pages: int = 0
    posts: int = 0
    changes: list[RebuildChange] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)
    suspicious: list[str] = field(default_factory=list)
    shrunk: list[RebuildChange] = field(default_factory=list)
    compared: bool = True
    is_first: bool = False
    added: int = 0

    @property
    def lost(self) -> list[RebuildChange]:
        """The changes that lose a value."""
        return [change for change in self.changes if change.lost]


def check(folder: Path, result: RebuildResult) -> None:
    """Raises ArchiveError (4, or 5 for damage) if a rebuild would lose values, or half of several bodies."""
    if result.lost:
        raise _refusal(folder, result)
    if result.shrunk:
        first = result.shrunk[0]
        words = (
            f"{folder}: with the skin of the boards file {len(result.shrunk)} bodies would keep half of "
            f"their words or fewer, the first: post {first.post} ({first.place}). The old database is "
            "unchanged. See all with --dry-run, mend the skin, or rebuild all the same with --force."
        )
        raise ArchiveError(words, ExitCode.SITE_CHANGED)


def suspicious_boards(store: Store, catalogue: Catalogue, report: CatchUp) -> Iterator[str]:
    """A line for each board of which no rows were made, unless other pages have its posts by now."""
    rows = {row.key: row for row in catalogue.rows}
    for (name, layout), pages in report.suspicious.items():
        numbers = known.posts(store.conn, name, layout)
        if missing := [page for page in pages if page.number is None or page.number not in numbers]:
            skin = rows[name, layout].skin if (name, layout) in rows else None
            way = f"with the skin {skin.name}" if skin else "without a skin"
            why = describe(missing)
            yield f"{name} ({layout}) is read {way}, and its pages are perhaps read wrongly: {why}"


def _refusal(folder: Path, result: RebuildResult) -> ArchiveError:
    first = result.lost[0]
    many = f"{plural(len(result.lost), 'value')}, the first:" if len(result.lost) > 1 else "a value:"
    lost = f"{many} post {first.post}, {first.field} ({first.place})"
    why = "".join([f". {line}" for line in result.suspicious[:1]])
    why += f"; damaged: {result.damage[0]}" if result.damage else ""
    mend = ", mend the skin in the boards file," if result.suspicious else ","
    advice = (
        f"The old database is unchanged. See all with --dry-run{mend} or rebuild all the same with --force."
    )
    words = f"{folder}: a rebuild would lose {lost}{why}. {advice}"
    return ArchiveError(words, ExitCode.STORE_UNHEALTHY if result.damage else ExitCode.SITE_CHANGED)
