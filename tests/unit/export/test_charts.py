"""What a chart shows is what the database holds."""

import json
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from charted import korean_posts, values
from commands import Archive
from generated import generate
from places import TESTS

from kistep_archive.export.charts import ChartRequest, Of, draw
from kistep_archive.store.database import DATABASE_FILE, open_archive

GOLDENS = TESTS / "charts"
KINDS: tuple[Of, ...] = ("posts", "hits", "writers", "changes")


@pytest.fixture(scope="module")
def korean(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return korean_posts(tmp_path_factory.mktemp("korean"))


def test_posts_are_counted_by_the_months_and_years_of_their_dates(korean: Archive) -> None:
    for by, letters in (("month", 7), ("year", 4)):
        counts = korean.rows(f"SELECT substr(date, 1, {letters}), count(*) FROM posts GROUP BY 1 ORDER BY 1")
        assert [(row["period"], row["n"]) for row in values(korean, ChartRequest("posts", by=by))] == counts  # type: ignore[arg-type]


def test_writers_come_with_the_most_posts_first_and_those_without_a_name_together(korean: Archive) -> None:
    counts = Counter(writer for (writer,) in korean.rows("SELECT coalesce(writer, '(no writer)') FROM posts"))
    shown = {row["name"]: row["n"] for row in values(korean, ChartRequest("writers"))}
    assert shown == counts
    assert list(shown.values()) == sorted(shown.values(), reverse=True)
    assert len(values(korean, ChartRequest("writers", top=2))) == 2


def test_changes_are_those_of_the_views_and_the_first_reading_is_none(korean: Archive) -> None:
    totals = Counter[str]()
    for row in values(korean, ChartRequest("changes")):
        totals[row["kind"].split()[0]] += row["n"]
    assert totals == {"revised": 8, "removed": 2, "restored": 1}
    months = dict(
        korean.rows("SELECT substr(seen_at, 1, 7), count(*) FROM revisions WHERE changed <> '[]' GROUP BY 1")
    )
    assert {
        row["period"]: row["n"] for row in values(korean, ChartRequest("changes")) if "revised" in row["kind"]
    } == months


def test_hits_are_those_of_the_post_or_of_the_posts_with_the_most(korean: Archive) -> None:
    (post,) = {row["post"] for row in values(korean, ChartRequest("hits", post=(7, "제7회")))}
    assert post == "7 제7회"
    assert [row["hits"] for row in values(korean, ChartRequest("hits", post=(7, "제7회")))] == [
        700 + day for day in range(1, 12)
    ]
    assert [row["post"].split()[0] for row in values(korean, ChartRequest("hits", top=3))[::11]] == [
        "30",
        "29",
        "28",
    ]


def test_hits_say_what_showed_them_and_a_listings_older_number_does_not_make_the_chart_fall(
    tmp_path: Path,
) -> None:
    seen = [(1, 100), (2, 95), (3, 100), (4, 102), (5, 101), (6, 103)]  # day, hits; the odd days the page
    with closing(sqlite3.connect(generate(tmp_path, 1) / DATABASE_FILE)) as conn, conn:
        for day, hits in seen:
            at = f"2026-02-0{day}T03:00:00.000000Z"
            conn.execute(
                "INSERT INTO hit (source_id, seen_at, ordered_at, hits) VALUES (1, ?1, ?1, ?2)", (at, hits)
            )
            if day % 2:
                conn.execute(
                    "INSERT INTO sighting (source_id, content_id, seen_at, ordered_at, sha256, warc_file, "
                    "warc_offset, parser_version) VALUES (1, 1, ?1, ?1, '', '', ?2, 1)",
                    (at, day),
                )
    archive = Archive(tmp_path)
    shown = ["post", "listing"] * 3
    assert archive.rows("SELECT hits, seen_in FROM hits") == [
        (hits, what) for (_, hits), what in zip(seen, shown, strict=True)
    ]
    assert [
        row["seen_in"] for row in archive.json("show", "1", "--as-of", "2026-02-04")["hits_series"]
    ] == shown[:4]
    drawn = values(archive, ChartRequest("hits", post=(1, "Title 1")))
    assert [(row["hits"], row["seen_in"]) for row in drawn] == [
        (100, "post"), (100, "post"), (102, "listing"), (103, "listing"),
    ]  # fmt: skip


@pytest.mark.parametrize("of", KINDS)
def test_a_chart_is_the_one_of_its_golden_file(korean: Archive, of: Of) -> None:
    with closing(open_archive(korean.folder)) as conn:
        answer = draw(conn, ChartRequest(of))
    answered = {"title": answer.title, "described": answer.description, "spec": answer.spec}
    golden = GOLDENS / f"{of}.json"
    if not golden.exists():
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(json.dumps(answered, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        pytest.fail(f"{golden.name} was missing and has been written: read it, then run again")
    assert answered == json.loads(golden.read_text(encoding="utf-8"))
