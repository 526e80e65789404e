"""What happened to the posts, in one list: every format, every condition, and what counts as a removal."""

import csv
import json
import sqlite3
from contextlib import closing
from io import StringIO
from pathlib import Path

import pytest
from commands import Archive, one_line
from edited import edited
from generated import add, generate
from golden import assert_golden

from kistep_archive.store.database import DATABASE_FILE


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return edited(tmp_path_factory.mktemp("held"))


@pytest.mark.parametrize("form", ["text", "table", "csv", "json", "jsonl", "markdown"])
def test_the_changes_of_years_are_told_in_every_format(held: Archive, form: str) -> None:
    done = held.run("changes", *([] if form == "text" else ["--format", form]))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\r\n") == (done.stdout.count("\n") if form == "csv" else 0)
    assert_golden(f"changes_{form}.txt", done.stdout.replace("\r\n", "\n"))


def test_every_format_for_programs_holds_the_same_rows(held: Archive) -> None:
    rows = held.json("changes")["results"]
    lines = held.run("changes", "--format", "jsonl").stdout.splitlines()
    assert [json.loads(line) for line in lines] == rows
    cells = list(csv.DictReader(StringIO(held.run("changes", "--csv").stdout, newline=""), strict=True))
    assert [row["title"] for row in cells] == [row["title"] for row in rows]
    assert [json.loads(row["changed"]) for row in cells] == [row["changed"] for row in rows]


def test_the_changes_are_those_that_the_runs_counted_newest_first(place: Archive) -> None:
    rows = place.json("changes")["results"]
    assert [row["at"] for row in rows] == sorted((row["at"] for row in rows), reverse=True)
    count = {kind: sum(row["kind"] == kind for row in rows) for kind in ("new", "revised", "removed")}
    assert count["new"] == place.value("SELECT count(*) FROM posts")
    assert (count["revised"], count["removed"]) == place.rows("SELECT sum(revised), sum(removed) FROM runs")[
        0
    ]


def test_conditions_choose_a_time_a_kind_and_a_board(place: Archive) -> None:
    ends = [at for (at,) in place.rows("SELECT finished_at FROM runs ORDER BY id")]
    later = place.json("changes", "--since", ends[0])["results"]
    assert {row["kind"] for row in later} == {"new", "revised", "removed"}
    assert place.json("changes", "--since", ends[0], "--until", ends[1])["results"] == [
        row for row in later if row["kind"] != "removed"
    ]
    assert place.json("changes", "--until", ends[0]) == place.json("changes", "--as-of", ends[0])
    assert {row["kind"] for row in place.json("changes", "--kind", "removed, revised")["results"]} == {
        "removed",
        "revised",
    }
    assert place.json("changes", "--board", "newsletter") == {"total": 0, "results": []}
    assert place.run("changes", "--until", "2020").stdout == "0 changes\n"
    assert place.run("changes", "--until", "2020", "--csv").stdout.startswith("at,kind,post_id,")


def test_only_a_removal_under_the_present_address_of_a_post_counts_and_a_return_is_a_change(
    tmp_path: Path,
) -> None:
    with closing(sqlite3.connect(generate(tmp_path, 2) / DATABASE_FILE)) as conn, conn:
        add(conn, 2, "Its old address", "2025-01-01", layout="jsp")
        conn.execute("UPDATE source SET post_id = 2 WHERE id = 3")
        conn.executemany(
            "INSERT INTO removal (source_id, removed_at, returned_at) VALUES (?, ?, ?)",
            [
                (1, "2026-02-01T00:00:00.500000Z", "2026-02-03T00:00:00.000000Z"),
                (1, "2026-02-04T00:00:00Z", None),
                (3, "2026-02-02T00:00:00.000000Z", None),
            ],
        )
    rows = Archive(tmp_path).json("changes", "--since", "2026-02")["results"]
    assert [(row["kind"], row["post_id"], row["at"][:10]) for row in rows] == [
        ("removed", 1, "2026-02-04"),
        ("restored", 1, "2026-02-03"),
        ("removed", 1, "2026-02-01"),
    ]
    assert Archive(tmp_path).json("changes", "--since", "2026-02-04T00:00:00.1Z")["total"] == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--kind", "newz"], "kind 'newz': unknown; use some of new,revised,removed,restored"),
        (["--kind", ""], "kind '': unknown"),
        (["--board", "nwes"], "--board nwes: unknown board"),
        (["--csv", "--format", "json"], "--csv and --format json contradict each other: give one of them"),
        (["--since", "7x"], "'7x' is not a date; write 2024, 2024-05, 2024-05-01, 7d, '3 months ago' or "),
    ],
)
def test_a_mistake_is_one_line(held: Archive, arguments: list[str], words: str) -> None:
    one_line(held.run("changes", *arguments), 2, words)
