"""A site of two boards, archives of one of them each, and what an archive says, whatever its runs are."""

import shutil
from dataclasses import replace
from pathlib import Path

from commands import Archive
from small_site import CURRENT, EDITED, LEGACY, NEWS

from kistep_archive.replica import Replica, Site
from kistep_archive.replica.standard import DayChange, History

NEWSLETTER = "0052"
EDITED_AGAIN = replace(EDITED, title="A third title")
BOARDS = ("news", "newsletter")


def two_boards() -> Replica:
    """The replica of both boards; on the second day a post of the news is edited and another is gone, on the
    third the edited one is edited again."""
    boards = {
        ("es", NEWS): CURRENT[:8],
        ("jsp", NEWS): LEGACY[:3],
        ("es", NEWSLETTER): CURRENT[8:],
    }
    days = {2: DayChange((EDITED,), (CURRENT[5].number,)), 3: DayChange((EDITED_AGAIN,), ())}
    return Replica(Site(History(boards, days, {})))


def crawl(archive: Archive, *boards: str, code: int = 0) -> None:
    done = archive.run("crawl", *boards, "--origin", archive.origin, "--delay", "0")
    assert done.returncode == code, done.stderr


def take(archive: Archive, *paths: Path, code: int = 0) -> str:
    """What `import` says of these archives and files."""
    done = archive.run("import", *map(str, paths))
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr


def copied(archive: Archive, folder: Path) -> Archive:
    shutil.copytree(archive.folder, folder)
    return Archive(folder, archive.origin)


def evidence(archive: Archive) -> list[Path]:
    return sorted((archive.folder / "warc").glob("*.warc.gz"))


_COLUMNS = {
    "posts": "board, layout, number, title, writer, date, hits, body_text, body_html, url, revisions, "
    "removed_at IS NULL",
    "revisions": "board, number, r.title, r.body_text, changed",
    "sources": "board, layout, number, url",
    "sightings": "board, layout, number, changed, g.sha256",
    "hits": "board, layout, number, h.hits",
    "attachments": "board, number, a.kind, a.seq, a.name, a.url, a.size, a.sha256",
    "pages": "url, kind, status, sha256, outcome",
    "failures": "url, kind, outcome, reason",
}
_FROM = {
    "revisions": "revisions r JOIN posts p ON p.id = r.post_id",
    "sightings": "sighting g JOIN source s ON s.id = g.source_id",
    "hits": "hit h JOIN source s ON s.id = h.source_id",
    "attachments": "attachments a JOIN posts p ON p.id = a.post_id",
    "pages": "pages WHERE kind <> 'robots'",
}


def says(archive: Archive) -> dict[str, list[tuple[object, ...]]]:
    """What an archive says, without ids, instants, places of evidence and robots.txt; and what its next crawl
    begins with: the walks, what is owed, what was never fetched."""
    rows = {
        name: sorted(archive.rows(f"SELECT {columns} FROM {_FROM.get(name, name)}"), key=repr)
        for name, columns in _COLUMNS.items()
    }
    return rows | {
        "walks": archive.rows("SELECT board, layout, ended, off FROM walk ORDER BY 1, 2, 3"),
        "owed": archive.rows("SELECT board, layout, number, listed FROM owed ORDER BY 1, 2, 3"),
        "wanted": archive.rows("SELECT url FROM wanted ORDER BY 1"),
        "struck": archive.rows("SELECT number, strikes FROM source WHERE strikes > 0 ORDER BY 1"),
    }


def count_next_requests(archive: Archive, *boards: str) -> int:
    """How many requests the next crawl needs."""
    crawl(archive, *boards)
    return int(archive.value("SELECT requested FROM runs ORDER BY id DESC LIMIT 1"))
