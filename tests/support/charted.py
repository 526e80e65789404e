"""An archive to be charted, and what a chart shows."""

import re
import sqlite3
import xml.etree.ElementTree as ET
from contextlib import closing
from pathlib import Path
from typing import Any

from commands import Archive
from generated import add, generate

from kistep_archive.export.charts import ChartRequest, draw
from kistep_archive.store.database import open_archive

WRITERS = ("한국과학기술기획평가원", "홍보팀", "R&D <투자> 분석본부", "KISTEP", None)
NS = "{http://www.w3.org/2000/svg}"


def korean_posts(folder: Path) -> Archive:
    """Thirty posts of Korean writers, twelve days of hits, posts that were revised, removed and restored."""
    generate(folder, 0)
    with closing(sqlite3.connect(folder / "kistep.db")) as conn, conn:
        for number in range(1, 31):
            add(
                conn,
                number,
                f"제{number}회 과학기술정책 포럼",
                f"202{number % 3}-{1 + number % 12:02}-11",
                body="본문",
            )
            conn.execute("UPDATE content SET writer = ? WHERE id = ?", (WRITERS[min(number % 7, 4)], number))
            conn.execute("UPDATE source SET hits = ? WHERE id = ?", (number * 100 + 11, number))
            conn.executemany(
                "INSERT INTO hit (source_id, seen_at, ordered_at, hits) VALUES (?1, ?2, ?2, ?3)",
                [
                    (number, f"2026-02-{day:02}T03:00:00.000000Z", number * 100 + day)
                    for day in range(0 + 1, 12)
                ],
            )
        for number in range(1, 9):
            change(conn, number, f"2026-0{1 + number % 5}-14T00:00:00.000000Z")
        conn.execute("INSERT INTO removal (source_id, removed_at) VALUES (3, '2026-03-02T00:00:00.000000Z')")
        conn.execute(
            "INSERT INTO removal (source_id, removed_at, returned_at) "
            "VALUES (4, '2026-03-03T00:00:00Z', '2026-05-03T00:00:00Z')"
        )
        conn.execute(  # gone from the old site alone: the post is not removed
            "INSERT INTO source (id, post_id, board, layout, number, url, match_key, content_id, "
            "first_seen_at, last_seen_at, ordered_at) "
            "SELECT 1000, post_id, board, 'jsp', 1000, '', '', content_id, first_seen_at, last_seen_at, "
            "ordered_at FROM source WHERE id = 5"
        )
        conn.execute(
            "INSERT INTO removal (source_id, removed_at) VALUES (1000, '2026-03-04T00:00:00.000000Z')"
        )
    return Archive(folder)


def change(conn: sqlite3.Connection, number: int, at: str) -> None:
    conn.execute(
        "INSERT INTO sighting (source_id, content_id, seen_at, ordered_at, changed, sha256, warc_file, "
        "warc_offset, parser_version) VALUES (?1, ?1, ?2, ?2, '[\"title\"]', '', '', ?1, 1)",
        (number, at),
    )


def values(archive: Archive, request: ChartRequest, as_of: str | None = None) -> list[dict[str, Any]]:
    """The rows that a chart draws."""
    with closing(open_archive(archive.folder, as_of)) as conn:
        rows: list[dict[str, Any]] = draw(conn, request).spec["data"]["values"]
        return rows


def texts_in(root: ET.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{NS}text")]


def bars(root: ET.Element) -> list[tuple[float, float, float, float]]:
    """(left, top, width, height) of each."""
    paths = [
        path.get("d") or ""
        for group in root.iter(f"{NS}g")
        if "mark-rect" in (group.get("class") or "")
        for path in group
    ]
    matches = [re.fullmatch(r"M([\d.]+),([\d.]+)h([\d.]+)v([\d.]+)h-[\d.]+Z", path) for path in paths]
    return [tuple(map(float, match.groups())) for match in matches if match]  # type: ignore[misc]
