"""Exports, read back by other people's tools: nothing lost, nothing run, and memory that does not grow."""

import asyncio
import csv
import hashlib
import json
import os
import pty
import re
import resource
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date, datetime
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet
import pytest
import yaml
from commands import Archive, one_line
from generated import add, generate

from kistep_archive.export.formats import FORMATS
from kistep_archive.export.tables import parquet
from kistep_archive.export.tables.csv_json import EXPORTED_COLUMNS
from kistep_archive.query.filters import Filters, choose, posts
from kistep_archive.query.search.search import matches
from kistep_archive.replica import Replica
from kistep_archive.store.database import open_archive

FILE = ("seq", "name", "url", "kind", "size", "sha256")


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """An archive of the replica's first two days, where posts were revised and removed."""
    with Replica() as site:
        archive = Archive(tmp_path_factory.mktemp("held"), site.origin)
        for day in (1, 2, 2):
            site.site.day = day
            assert archive.crawl().returncode == 0
    return archive


def expected(archive: Archive) -> list[dict[str, Any]]:
    """What an export of everything holds, asked of the database without our code."""
    rows = archive.rows(f"SELECT {', '.join(EXPORTED_COLUMNS[:-1])} FROM posts ORDER BY date, id")
    files = {
        row[0]: archive.rows(f"SELECT {', '.join(FILE)} FROM attachments WHERE post_id = ?", row[0])
        for row in rows
    }
    return [
        dict(
            zip(
                EXPORTED_COLUMNS,
                (*row, [dict(zip(FILE, file, strict=True)) for file in files[row[0]]]),
                strict=True,
            )
        )
        for row in rows
    ]


def exported(archive: Archive, *arguments: str) -> list[dict[str, Any]]:
    """The posts that `export -` prints."""
    done = archive.run("export", "-", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


def written(archive: Archive, out: Path, *arguments: str) -> Path:
    done = archive.run("export", str(out), *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert list(out.parent.glob(".*")) == []
    return out


# every format, read back


def test_json_lines_hold_every_column_of_every_post_in_order(held: Archive, tmp_path: Path) -> None:
    file = written(held, tmp_path / "out.jsonl")
    assert [json.loads(line) for line in file.read_text().splitlines()] == expected(held)
    assert exported(held) == expected(held)
    assert any(post["removed_at"] for post in expected(held))


def test_json_is_one_document_as_every_command_prints_it(held: Archive, tmp_path: Path) -> None:
    answer = json.loads(written(held, tmp_path / "out.json").read_text())
    assert answer == {"total": len(expected(held)), "results": expected(held)}
    assert json.loads(held.run("export", "-", "--format", "json").stdout) == answer
    assert json.loads(held.run("export", "-", "--format", "json", "--query", "!?").stdout) == {
        "total": 0,
        "results": [],
    }


def test_csv_has_numbers_texts_and_files_as_json(held: Archive, tmp_path: Path) -> None:
    raw = written(held, tmp_path / "out.csv").read_bytes()
    rows = list(csv.DictReader(StringIO(raw.decode(), newline="")))
    assert [dict(row, attachments=json.loads(row["attachments"])) for row in rows] == [
        {
            key: value if key == "attachments" else "" if value is None else str(value)
            for key, value in post.items()
        }
        for post in expected(held)
    ]
    marked = written(held, tmp_path / "bom.csv", "--bom").read_bytes()
    assert marked == b"\xef\xbb\xbf" + raw


def plainly(row: dict[str, Any]) -> dict[str, Any]:
    """A row of a Parquet file with its times as the archive writes them."""
    return {
        name: value.isoformat(timespec="microseconds").replace("+00:00", "Z")
        if isinstance(value, datetime)
        else value.isoformat()
        if isinstance(value, date)
        else value
        for name, value in row.items()
    }


def test_parquet_is_read_by_pyarrow_with_numbers_times_and_files_as_such(
    held: Archive, tmp_path: Path
) -> None:
    table = pyarrow.parquet.read_table(written(held, tmp_path / "out.parquet"))
    assert [plainly(row) for row in table.to_pylist()] == expected(held)
    names = ("id", "hits", "title", "date", "first_seen_at", "removed_at")
    assert {name: str(table.schema.field(name).type) for name in names} == {
        "id": "int64",
        "hits": "int64",
        "title": "string",
        "date": "date32[day]",
        "first_seen_at": "timestamp[us, tz=UTC]",
        "removed_at": "timestamp[us, tz=UTC]",
    }
    piped = subprocess.run(held.command("export", "-", "--format", "parquet"), capture_output=True).stdout
    assert pyarrow.parquet.read_table(BytesIO(piped)).equals(table)


@pytest.mark.parametrize("most", [parquet.MOST_FILES, 1])
def test_a_parquet_folder_is_one_table_for_duckdb_by_board_and_year_or_by_year(
    held: Archive, tmp_path: Path, most: int
) -> None:
    out = tmp_path / "posts"
    if most == parquet.MOST_FILES:
        for force in ([], ["--force"]):  # the second takes the place of the first
            assert held.run("export", str(out), "--format", "parquet", *force).returncode == 0
    else:
        with closing(open_archive(held.folder)) as conn:
            parquet.partitions_writer(most)(conn, choose(conn, Filters()), out)
    files = sorted(str(path.relative_to(out)) for path in out.rglob("*.parquet"))
    parts = ("board", "substr(date, 1, 4)") if most > 1 else ("substr(date, 1, 4)",)
    names = ("board={}/", "year={}/posts.parquet")[-len(parts) :]
    wanted = held.rows(f"SELECT DISTINCT {', '.join(parts)} FROM posts")
    assert files == sorted("".join(names).format(*each) for each in wanted)
    everything = f"read_parquet('{out}/**/*.parquet', hive_partitioning = true)"
    with duckdb.connect() as conn:
        conn.execute("SET TimeZone = 'UTC'")
        read = conn.sql(
            f"SELECT id, board, title, date::TEXT, year, len(attachments) FROM {everything} ORDER BY id"
        )
        assert read.fetchall() == held.rows(
            "SELECT id, board, title, date, CAST(substr(date, 1, 4) AS INTEGER), "
            "(SELECT count(*) FROM attachments WHERE post_id = posts.id) FROM posts ORDER BY id"
        )
    (out / "mine.txt").touch()
    one_line(held.run("export", str(out), "--format", "parquet", "--force"), 2, "mine.txt", "is not replaced")


@pytest.mark.parametrize("suffix", ["db", "sqlite"])
def test_a_published_copy_holds_what_the_views_say_and_no_internals(
    held: Archive, tmp_path: Path, suffix: str
) -> None:
    views = ("posts", "revisions", "hits", "attachments", "sources", "removals")
    with closing(sqlite3.connect(written(held, tmp_path / f"out.{suffix}"))) as conn:
        tables = {
            name for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
        }
        assert {name for name in tables if not name.startswith("posts_fts")} == set(views)
        for view in views:
            ours = sorted(map(repr, conn.execute(f"SELECT * FROM {view}")))
            assert ours == sorted(map(repr, held.rows(f"SELECT * FROM {view}")))
            assert ours
        assert conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert conn.execute("PRAGMA foreign_key_check").fetchall() == []
        found = conn.execute("SELECT count(*) FROM posts_fts WHERE posts_fts MATCH 'forum'").fetchone()[0]
        assert (
            found
            == conn.execute("SELECT count(*) FROM posts WHERE title || body_text LIKE '%forum%'").fetchone()[
                0
            ]
            > 0
        )


def front(file: Path) -> tuple[dict[str, Any], str]:
    """A Markdown file's front matter, read by PyYAML, and the rest."""
    _, facts, rest = file.read_text().split("---\n", 2)
    return yaml.safe_load(facts), rest


def test_markdown_is_a_file_a_post_with_yaml_before_it(held: Archive, tmp_path: Path) -> None:
    folder = written(held, tmp_path / "notes.md")
    posts = {f"{post['date']}-{post['board']}-{post['number']}.md": post for post in expected(held)}
    assert {file.name for file in folder.iterdir()} == {"images", "files", "SHA256SUMS", *posts}
    for name, post in posts.items():
        facts, rest = front(folder / name)
        for file in facts["attachments"]:
            place = file.pop("path")
            assert hashlib.sha256((folder / place).read_bytes()).hexdigest() == file["sha256"]
        assert facts == {key: value for key, value in post.items() if not key.startswith("body_")}
        assert rest.startswith("\n# ")
        assert not re.search(r"</?(p|table|img|a)\b", rest)


def test_images_lie_beside_the_markdown_and_their_links_lead_there(held: Archive, tmp_path: Path) -> None:
    folder = written(held, tmp_path / "notes", "--format", "md")
    links = [
        link for file in folder.glob("*.md") for link in re.findall(r"!\[[^]]*]\(([^)]*)\)", file.read_text())
    ]
    kept = {file.name for file in (folder / "images").iterdir()}
    assert {link.removeprefix("images/") for link in links if "://" not in link} == kept
    for name in kept:
        assert hashlib.sha256((folder / "images" / name).read_bytes()).hexdigest() == Path(name).stem
    assert {
        f"{sha256}"
        for (sha256,) in held.rows(
            "SELECT DISTINCT sha256 FROM attachments WHERE kind = 'image' AND sha256 NOT NULL"
        )
    } == {Path(name).stem for name in kept}


def test_an_image_that_cannot_be_read_is_told_and_its_post_written(held: Archive, tmp_path: Path) -> None:
    (tmp_path / "kistep.db").write_bytes((held.folder / "kistep.db").read_bytes())
    one_line(
        Archive(tmp_path).run("export", str(tmp_path / "notes.md")),
        5,
        ".warc.gz",
        "missing",
        "problems, the first: ",
        "posts are written",
    )
    files = list((tmp_path / "notes.md").glob("*.md"))
    assert len(files) == len(expected(held))
    assert not re.search(r"\]\((images|files)/", "".join(file.read_text() for file in files))
    assert re.search(r"!\[[^]]*]\(https://www.kistep.re.kr/", "".join(file.read_text() for file in files))


def test_the_same_number_of_two_layouts_on_one_day_is_two_files(tmp_path: Path) -> None:
    folder = generate(tmp_path / "archive", 0)
    with closing(sqlite3.connect(folder / "kistep.db")) as conn, conn:
        add(conn, 5, "New", "2022-07-14")
        add(conn, 5, "Old", "2022-07-14", "jsp")
    notes = written(Archive(folder), tmp_path / "notes.md")
    assert {file.name: front(file)[0]["title"] for file in notes.glob("*.md")} == {
        "2022-07-14-news-5.md": "New",
        "2022-07-14-news-5-jsp.md": "Old",
    }


# what is chosen


@pytest.mark.parametrize(
    "filters",
    [
        {},
        {"since": "2020-01-01"},
        {"until": "2019-12-31", "since": "2015-01-01"},
        {"writer": "kistep"},
        {"board": "news"},
        {"board": "newsletter"},
    ],
)
@pytest.mark.parametrize("query", ["forum", "기술", "forum -climate", "title:forum", "!"])
def test_a_filtered_export_holds_what_search_finds(
    held: Archive, query: str, filters: dict[str, str]
) -> None:
    options = [f"--{name}={value}" for name, value in filters.items()]
    with closing(open_archive(held.folder)) as conn:
        total, results = matches(conn, Filters(query, **filters), limit=10_000)  # type: ignore[arg-type]
    rows = exported(held, "--query", query, *options)
    assert {row["id"] for row in rows} == {row["id"] for row in results}
    assert len(rows) == total
    assert [(row["date"], row["id"]) for row in rows] == sorted((row["date"], row["id"]) for row in rows)


def test_filters_work_without_a_query(held: Archive, tmp_path: Path) -> None:
    options = ("--since", "2022-01-01", "--until", "2024-12-31", "--writer", "KISTEP")
    ids = [
        row[0]
        for row in held.rows(
            "SELECT id FROM posts WHERE date BETWEEN '2022-01-01' AND '2024-12-31' AND writer LIKE '%kistep%'"
        )
    ]
    assert 0 < len(ids) < len(expected(held))
    assert sorted(row["id"] for row in exported(held, *options)) == sorted(ids)
    with closing(sqlite3.connect(written(held, tmp_path / "some.db", *options))) as conn:
        for table, column in (
            ("posts", "id"),
            ("revisions", "post_id"),
            ("sources", "post_id"),
            ("hits", "post_id"),
        ):
            assert {row[0] for row in conn.execute(f"SELECT {column} FROM {table}")} == set(ids)


def test_both_days_of_a_span_belong_to_it(held: Archive) -> None:
    day = held.value("SELECT date FROM posts GROUP BY date ORDER BY count(*) DESC, date LIMIT 1")
    ids = {row[0] for row in held.rows("SELECT id FROM posts WHERE date = ?", day)}
    assert {row["id"] for row in exported(held, "--since", day, "--until", day)} == ids


@pytest.mark.whole_replica
def test_as_of_a_day_the_export_is_the_one_of_that_day(
    archive: Archive, replica: Replica, tmp_path: Path
) -> None:
    def known(*as_of: str) -> object:
        copy = written(archive, tmp_path / "copy.db", "--force", *as_of)
        with closing(sqlite3.connect(copy)) as conn:
            rest = [
                conn.execute(f"SELECT * FROM {table}").fetchall()
                for table in ("revisions", "hits", "removals")
            ]
        # of what a listing alone showed again no row tells when that was
        return [
            {key: value for key, value in post.items() if key != "last_seen_at"}
            for post in exported(archive, *as_of)
        ], rest

    then = []
    for day in (1, 2, 2):
        replica.site.day = day
        archive.crawl()
        then.append((archive.value("SELECT max(finished_at) FROM runs"), known()))
    for end, said in then:
        assert known("--as-of", end) == said
    assert exported(archive, "--as-of", "2001-01-01") == []


def test_a_crawl_that_goes_on_does_not_change_an_export_that_began(tmp_path: Path) -> None:
    folder = generate(tmp_path, 10)
    with closing(open_archive(folder)) as conn, closing(sqlite3.connect(folder / "kistep.db")) as crawl:
        total = choose(conn, Filters())
        with crawl:
            crawl.execute("UPDATE content SET title = 'Other'")
            add(crawl, 11, "Eleven", "2022-07-14")
        assert {post["title"] for post in posts(conn)} == {f"Title {number}" for number in range(1, 11)}
        assert total == 10


# where it is written


@pytest.mark.parametrize(
    "command",
    [
        ["export", "{out}", "--format", "csv", "--force"],
        ["feed", "{out}", "--format", "atom", "--force"],
        ["chart", "{out}", "--force"],
        ["bundle", "1", "{out}", "--force"],
        ["status", "--badge", "{out}"],
    ],
    ids=lambda command: command[0],
)
def test_a_pipe_or_a_device_is_never_replaced_by_a_file(
    held: Archive, tmp_path: Path, command: list[str]
) -> None:
    out = tmp_path / {"chart": "out.svg", "bundle": "out.wacz"}.get(command[0], "out")
    os.mkfifo(out)
    one_line(held.run(*(word.format(out=out) for word in command)), 2, "out", "a device or a pipe")
    assert out.is_fifo()


def test_what_a_link_leads_to_is_replaced_and_not_the_link(held: Archive, tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_text("old")
    (tmp_path / "out.csv").symlink_to("old.csv")
    assert held.run("export", str(tmp_path / "out.csv"), "--force").returncode == 0
    assert (tmp_path / "out.csv").is_symlink()
    assert (tmp_path / "old.csv").read_text().startswith("id,board,number")


@pytest.mark.parametrize("form", FORMATS)
def test_what_is_there_stays_unless_forced(held: Archive, tmp_path: Path, form: str) -> None:
    out = written(held, tmp_path / f"out.{form}", "--since", "2024-01-01")
    before = size(out)
    one_line(held.run("export", str(out)), 2, f"out.{form}", "already exists", "--force")
    assert size(out) == before
    assert size(written(held, out, "--force")) > before


def size(out: Path) -> int:
    return (
        sum(file.stat().st_size for file in out.rglob("*") if file.is_file())
        if out.is_dir()
        else out.stat().st_size
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["out.txt"], ["out.txt", ".csv .json .jsonl .parquet .xlsx .md .markdown .db .sqlite", "--format"]),
        (["out"], ["out", ".parquet"]),
        (["none/out.csv"], ["none/out.csv", "cannot be written"]),
        (["none/out.md"], ["none/out.md", "cannot be written"]),
        (["out.json", "--bom"], ["--bom", "CSV"]),
        (["-", "--format", "md"], ["folder"]),
        (["out.csv", "--board", "nwes"], ["unknown board", " boards'"]),
        (["out.csv", "--since", "2022-13-01"], ["2022-13-01"]),
        (["out.csv", "--format", "xls"], ["xls", "csv"]),
        (["notes", "--format", "csv", "--force"], ["is a folder"]),
        (["notes", "--format", "md", "--force"], ["thesis.txt", "not replaced"]),
        (["notes/thesis.txt", "--format", "md", "--force"], ["thesis.txt", "not replaced"]),
    ],
)
def test_a_mistake_is_one_line_and_nothing_is_touched(
    held: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "thesis.txt").write_text("mine")
    one_line(held.run("export", *arguments), 2, *words)
    assert [path.name for path in tmp_path.rglob("*")] == ["notes", "thesis.txt"]


@pytest.mark.parametrize("name", ["kistep.db", "kistep.db-wal", "warc", "warc/out.csv", "."])
def test_an_export_never_takes_the_place_of_the_archive(held: Archive, name: str) -> None:
    before = held.value("SELECT count(*) FROM posts")
    for form in ("sqlite", "md"):
        one_line(
            held.run("export", str(held.folder / name), "--format", form, "--force"), 2, "archive itself"
        )
    assert held.value("SELECT count(*) FROM posts") == before


@pytest.mark.parametrize("form", ["csv", "json", "jsonl", "parquet", "db"])
def test_a_disk_that_is_full_costs_nothing_that_was_there(held: Archive, tmp_path: Path, form: str) -> None:
    out = written(held, tmp_path / f"out.{form}", "--since", "2026-01-01")
    before = size(out)
    done = subprocess.run(
        held.command("export", str(out), "--force"),
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000)),
    )
    one_line(done, 2, f"out.{form}", "cannot be written")
    names = {path.name for path in tmp_path.iterdir()} - {"metadata.json"}
    assert (names, size(out)) == ({out.name}, before)


def test_a_reader_that_has_enough_of_a_pipe_sees_no_traceback(held: Archive) -> None:
    for form in ("jsonl", "csv", "json", "db"):
        command = " ".join(f"'{word}'" for word in held.command("export", "-", "--format", form))
        piped = f"unset PYTHONUNBUFFERED; {command} | head -c 10 | wc -c; exit ${{PIPESTATUS[0]}}"
        done = subprocess.run(["bash", "-c", piped], capture_output=True, text=True)
        assert (done.stdout.strip(), done.stderr, done.returncode) == ("10", "", 141)


def test_a_terminal_is_spared_what_is_no_text(held: Archive) -> None:
    ours, terminal = pty.openpty()
    for form in ("parquet", "sqlite"):
        done = subprocess.run(
            held.command("export", "-", "--format", form),
            stdout=terminal,
            stderr=subprocess.PIPE,
            text=True,
            timeout=120,
        )
        one_line(subprocess.CompletedProcess([], done.returncode, "", done.stderr), 2, form, "terminal")
    os.close(terminal)
    os.close(ours)


def test_without_pyarrow_a_line_says_how_to_install_it(held: Archive, tmp_path: Path) -> None:
    code = "import sys; sys.modules['pyarrow'] = None; from kistep_archive.cli.main import main; main()"
    command = [
        sys.executable,
        "-c",
        code,
        "--archive",
        str(held.folder),
        "export",
        str(tmp_path / "out.parquet"),
    ]
    one_line(
        subprocess.run(command, capture_output=True, text=True), 2, "pip install 'kistep-archive[parquet]'"
    )
    assert list(tmp_path.iterdir()) == []


# what it costs


@pytest.fixture(scope="module")
def few_and_many(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Archives of 500 and of 5,000 posts."""
    folder = tmp_path_factory.mktemp("many")
    return generate(folder / "few", 500), generate(folder / "many", 5000)


def test_resident_memory_stays_flat_as_well_where_sqlite_sorts(
    few_and_many: tuple[Path, Path], tmp_path: Path
) -> None:
    sizes = []
    for archive in few_and_many:
        code = (
            "import resource; from kistep_archive.cli.main import cli; cli(standalone_mode=False); "
            "print(resource.getrusage(0).ru_maxrss)"
        )
        command = [
            sys.executable,
            "-c",
            code,
            "--archive",
            str(archive),
            "--quiet",
            "export",
            str(tmp_path / "out.db"),
            "--force",
        ]
        sizes.append(int(subprocess.run(command, capture_output=True, text=True, check=True).stdout))
    assert sizes[1] < 1.2 * sizes[0]


# tools that read the database


@pytest.fixture(scope="module")
def copy(held: Archive, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive as `export posts.db` writes it."""
    return written(held, tmp_path_factory.mktemp("copy") / "posts.db")


@pytest.mark.parametrize("word", ["예산", "예산배분", "국가연구개발사업", "forum", "발"])
def test_sqlite_utils_and_datasette_find_what_search_finds_also_inside_korean_words(
    held: Archive, copy: Path, word: str
) -> None:
    document = held.json("search", f"title:{word}", "--limit", "999")
    wanted = {row["id"] for row in document["results"]}
    found = subprocess.run(
        [
            Path(sys.executable).with_name("sqlite-utils"),
            "search",
            copy,
            "posts",
            word,
            "-c",
            "id",
            "-c",
            "title",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    rows = json.loads(found.stdout)
    assert wanted
    assert wanted == {row["id"] for row in rows if word in row["title"].casefold()}
    page = answered(copy, f"/posts/posts.json?_shape=array&_size=max&_search={word}")
    assert {row["id"] for row in json.loads(page)} == {row["id"] for row in rows}


def answered(database: Path, *addresses: str) -> str:
    """What Datasette answers to the last of these addresses, without a network."""
    from datasette.app import Datasette

    async def ask() -> str:
        metadata = json.loads(database.with_name("metadata.json").read_text())
        datasette = Datasette([str(database)], metadata=metadata)
        for address in addresses:
            answer = await datasette.client.get(address)
            assert answer.status_code == 200, (address, answer.text)
        return str(answer.text)

    return asyncio.run(ask())


def test_datasette_shows_titles_units_descriptions_facets_and_answers_the_queries(copy: Path) -> None:
    said = json.loads(copy.with_name("metadata.json").read_text())["databases"]["posts"]
    with closing(sqlite3.connect(copy)) as conn:
        for table, described in said["tables"].items():
            names = [name for (name,) in conn.execute("SELECT name FROM pragma_table_info(?)", (table,))]
            assert list(described["columns"]) == names
    queries = [f"/posts/{name}?words=forum" for name in said["queries"]]
    answered(copy, *queries, *(f"/posts/{table}" for table in said["tables"]))
    page = answered(copy, "/posts/attachments?_facet=kind")
    assert "Files and images" in page
    assert "Its size in bytes; empty if it never was fetched." in page
    assert re.search(r"\d+&nbsp;B<", page)
    assert json.loads(answered(copy, "/posts/posts-per-year.json?_shape=array"))


def test_another_file_named_metadata_is_left_alone_and_several_databases_share_one(
    held: Archive, tmp_path: Path
) -> None:
    for name in ("a.db", "b.sqlite"):
        written(held, tmp_path / name, "--since", "2026")
    assert list(json.loads((tmp_path / "metadata.json").read_text())["databases"]) == ["a", "b"]
    (tmp_path / "metadata.json").write_text('{"title": "mine"}')
    one_line(held.run("export", str(tmp_path / "c.db"), "--force"), 2, "metadata.json", "is not replaced")
    assert not (tmp_path / "c.db").exists()
