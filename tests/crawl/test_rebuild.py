"""The WARC files are the archive: the database that they make is, row for row, the one that the crawls
made."""

import sqlite3
import subprocess
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from commands import Archive, assert_rebuild_equals, everything_in
from hypothesis import given, settings
from hypothesis import strategies as st
from small_site import CURRENT, LEGACY, MOVED, NEWS, small_site

from kistep_archive.crawl import session
from kistep_archive.display import plural
from kistep_archive.errors import ArchiveError
from kistep_archive.evidence import run_log
from kistep_archive.evidence.events import RunStart
from kistep_archive.http.response import Page, digest
from kistep_archive.ingest import ingest, parts, readings, rebuild
from kistep_archive.ingest.runs import RunOrder
from kistep_archive.model.boards import BUILT_IN, Catalogue
from kistep_archive.model.outcomes import PageKind, RunKind
from kistep_archive.parse import parser as parse_parser
from kistep_archive.parse import tree
from kistep_archive.replica import Entry, Fault, Paragraph, Replica, Site
from kistep_archive.replica.standard import DayChange, History
from kistep_archive.store.lock import take_lock
from kistep_archive.store.store import Store
from kistep_archive.warc import writer as warc_writer

edits = st.tuples(st.just("edit"), st.integers(0, len(CURRENT) - 1), st.sampled_from(["one", "two", "three"]))
reverts = st.tuples(st.just("revert"), st.integers(0, len(CURRENT) - 1), st.none())
removals = st.tuples(st.just("remove"), st.integers(0, len(CURRENT) - 1), st.none())
news = st.tuples(st.just("new"), st.integers(1, 30), st.none())
moves = st.tuples(st.just("migrate"), st.integers(0, len(MOVED) - 1), st.none())
days = st.lists(st.one_of(edits, reverts, removals, news, moves), max_size=4)
troubles = st.one_of(
    st.just(("none", 0)),
    st.just(("none", 0)),
    st.tuples(st.just("kill"), st.integers(1, 40)),
    st.tuples(st.just("fail"), st.integers(0, len(CURRENT) - 1)),
    st.tuples(st.just("cut"), st.integers(0, len(CURRENT) - 1)),
)


def change_of(day: list[tuple[str, int, str | None]]) -> DayChange:
    """What a day brings to the current board."""
    put, gone = list[Entry](), list[int]()
    for what, which, word in day:
        match what:
            case "edit":
                entry = CURRENT[which]
                put.append(
                    replace(
                        entry,
                        title=f"{entry.title} ({word})",
                        blocks=(*entry.blocks, Paragraph(f"Added: {word}.")),
                    )
                )
            case "revert":
                put.append(CURRENT[which])
            case "remove":
                gone.append(CURRENT[which].number)
            case "new":
                put.append(
                    replace(
                        CURRENT[-1],
                        number=95_000 + which,
                        title=f"News of the day {which}",
                        date="2026-06-30",
                    )
                )
            case "migrate":
                put.append(MOVED[which])
    return DayChange(tuple(put), tuple(gone))


def crawl(archive: Archive, site: Replica, trouble: tuple[str, int]) -> None:
    """One crawl, in which something may go wrong."""
    what, which = trouble
    site.faults.clear()
    site.requests.clear()
    if what == "fail":
        site.faults[f"list_no={CURRENT[which].number}"] = Fault(status=500, times=-1)
    elif what == "cut":
        site.faults[f"list_no={CURRENT[which].number}"] = Fault(cut=900, times=2)
    if what != "kill":
        assert archive.crawl().returncode in (0, 3, 4)
        return
    command = archive.command("crawl", "news", "--origin", archive.origin, "--delay", "0")
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        while len(site.requests) < which and process.poll() is None:
            time.sleep(0.001)
        process.kill()


@settings(max_examples=max(3, settings().max_examples // 7))
@given(history=st.lists(st.tuples(days, troubles), min_size=2, max_size=5))
def test_a_rebuild_equals_the_crawls_after_any_history(
    tmp_path_factory: pytest.TempPathFactory,
    history: list[tuple[list[tuple[str, int, str | None]], tuple[str, int]]],
) -> None:
    changes = {number: change_of(day) for number, (day, _) in enumerate(history, start=2)}
    boards = {("es", NEWS): CURRENT, ("jsp", NEWS): LEGACY}
    with Replica(Site(History(boards, changes, {}))) as site:
        archive = Archive(tmp_path_factory.mktemp("history") / "archive", site.origin)
        crawl(archive, site, ("none", 0))
        for number, (_, trouble) in enumerate(history, start=2):
            site.site.day = number
            crawl(archive, site, trouble)
        assert_rebuild_equals(archive.folder)
        assert archive.run("verify").returncode == 0


@pytest.fixture(scope="session")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database and evidence of three crawls."""
    with small_site() as site:
        archive = Archive(tmp_path_factory.mktemp("crawled"), site.origin)
        for day in (1, 2, 2):
            site.site.day = day
            assert archive.crawl().returncode == 0
    return archive.folder


@pytest.fixture
def held(crawled: Path, tmp_path: Path) -> Archive:
    (tmp_path / "archive" / "warc").mkdir(parents=True)
    for path in [*crawled.glob("kistep.db"), *crawled.glob("warc/*")]:
        (tmp_path / "archive" / path.relative_to(crawled)).write_bytes(path.read_bytes())
    return Archive(tmp_path / "archive")


def test_a_database_that_is_lost_is_made_anew_by_rebuild_and_by_the_next_crawl_alike(
    held: Archive, replica: Replica
) -> None:
    whole = everything_in(held.folder / "kistep.db")
    (held.folder / "kistep.db").unlink()
    assert held.run("rebuild", "--jobs", "2").returncode == 0
    assert everything_in(held.folder / "kistep.db") == whole
    (held.folder / "kistep.db").unlink()
    with closing(take_lock(held.folder, "test")), closing(rebuild.open_store(held.folder)):
        assert everything_in(held.folder / "kistep.db") == whole


def test_many_processes_and_one_make_the_same(held: Archive, tmp_path: Path) -> None:
    made = []
    for engine, size in ((readings.ONE_PROCESS, parts.SIZE), (readings.processes(2, least=0), 50_000)):
        (scratch := tmp_path / str(size)).mkdir()
        with closing(Store(scratch, durable=False)) as store:
            ingest.catch_up(store, held.folder, engine, size=size)
        made.append(everything_in(scratch / "kistep.db"))
    assert made[0] == made[1]
    assert len(made[0]["posts"]) > 10


def test_fault_a09_a_database_that_is_garbage_is_mended(held: Archive) -> None:
    whole = everything_in(held.folder / "kistep.db")
    (held.folder / "kistep.db").write_bytes(b"no database" * 999)
    done = held.run("rebuild")
    assert (done.returncode, done.stderr) == (0, "")
    assert "the old database could not be read" in done.stdout
    assert everything_in(held.folder / "kistep.db") == whole


def test_a_reader_that_has_the_old_database_open_goes_on_reading_it(held: Archive) -> None:
    with closing(sqlite3.connect(held.folder / "kistep.db")) as reader:
        before = reader.execute("SELECT count(*) FROM posts").fetchone()
        assert held.run("rebuild").returncode == 0
        assert reader.execute("SELECT count(*) FROM posts").fetchone() == before
    assert not (held.folder / "rebuild").exists()
    assert held.run("verify").returncode == 0


def as_another_parser_read(held: Archive, sql: str) -> bytes:
    """Changes the database as if another parser had made it. Returns its bytes."""
    with closing(sqlite3.connect(held.folder / "kistep.db")) as conn, conn:
        conn.execute(sql)
    return (held.folder / "kistep.db").read_bytes()


def test_a_dry_run_prints_what_a_newer_parser_would_change_and_changes_nothing(held: Archive) -> None:
    whole = as_another_parser_read(held, "UPDATE content SET title = title || '!'")
    found = rebuild.dry_run(held.folder, jobs=1)
    assert {change.field for change in found.changes} == {"title"}
    assert len(found.changes) == held.value("SELECT count(*) FROM sightings")
    assert all(change.before == f"{change.after}!" for change in found.changes)
    assert found.lost == []
    assert (held.folder / "kistep.db").read_bytes() == whole


def test_a_rebuild_says_how_much_it_read_and_a_dry_run_how_much_it_would(held: Archive) -> None:
    posts, pages = held.rows("SELECT (SELECT count(*) FROM posts), (SELECT count(*) FROM pages)")[0]
    files = plural(len(list((held.folder / "warc").glob("*.warc.gz"))), "WARC file")
    for command, holds in ((("rebuild", "--dry-run"), "would hold"), (("rebuild",), "holds")):
        assert held.run(*command).stdout == (
            f"the database {holds} {posts} posts, from {pages} pages in {files}; "
            "nothing differs from the old database\n"
        )


def test_without_a_database_a_rebuild_says_that_it_compared_nothing(held: Archive) -> None:
    (held.folder / "kistep.db").unlink()
    for command in (["rebuild", "--dry-run"], ["rebuild"]):
        assert held.run(*command).stdout.endswith("; there was no database to compare it with\n")


def test_a_dry_run_reads_and_judges_with_the_boards_file_that_is_named(held: Archive, tmp_path: Path) -> None:
    (own := tmp_path / "mine.toml").write_text(
        "".join(
            f'[[board]]\nname = "news"\ntitle = "News"\nlanguage = "en"\nlayout = "{each.layout}"\n'
            f'address = "{each.address}"\n[board.skin.post]\nwriter = "h1.nobody"\n'
            for each in BUILT_IN
            if each.name == "news"
        )
    )
    found = held.run("--boards", str(own), "rebuild", "--dry-run")
    assert "would hold 0 posts" in found.stdout  # the guards judge what it reads: no post has a writer
    assert "nothing differs" in held.run("rebuild", "--dry-run").stdout


@pytest.mark.parametrize(
    ("sql", "field"),
    [
        ("UPDATE content SET body_text = 'read otherwise' WHERE body_text = ''", "body_text"),
        ("UPDATE sighting SET warc_offset = warc_offset + 1 WHERE id = 1", "page"),
    ],
)
def test_a_rebuild_that_would_lose_a_value_refuses_names_it_and_obeys_force(
    held: Archive, sql: str, field: str
) -> None:
    whole = as_another_parser_read(held, sql)
    with pytest.raises(ArchiveError, match=f"would lose .*: post .*{field}.*--force") as error:
        rebuild.rebuild(held.folder, jobs=1)
    assert error.value.exit_code == 4
    assert (held.folder / "kistep.db").read_bytes() == whole
    forced = rebuild.rebuild(held.folder, jobs=1, force=True)
    assert {change.field for change in forced.lost} == {field}
    assert (held.folder / "kistep.db").read_bytes() != whole


def test_a_database_from_before_a_column_was_added_is_compared_in_all_others(held: Archive) -> None:
    with closing(sqlite3.connect(held.folder / "kistep.db")) as conn, conn:
        (view,) = conn.execute("SELECT sql FROM sqlite_master WHERE name = 'sightings'").fetchone()
        conn.execute("DROP VIEW sightings")
        conn.execute(view.replace("c.writer, ", ""))
        conn.execute("UPDATE content SET title = 'as an older parser read it' WHERE id = 1")
    told = held.json("rebuild", "--dry-run")
    assert {(change["field"], change["before"]) for change in told["results"]} == {
        ("title", "as an older parser read it")
    }


def test_damaged_evidence_that_only_the_database_still_knows_is_not_thrown_away(held: Archive) -> None:
    file, offset = held.rows("SELECT warc_file, warc_offset FROM revisions ORDER BY id LIMIT 1")[0]
    path = held.folder / "warc" / file
    damaged = bytearray(path.read_bytes())
    damaged[offset + 500] ^= 4
    path.write_bytes(damaged)
    before = held.value("SELECT count(*) FROM sources")
    done = held.run("rebuild")
    assert done.returncode == 5
    assert f"{file} at {offset}" in done.stderr
    assert "--force" in done.stderr
    assert held.run("rebuild", "--force").returncode == 5
    assert held.value("SELECT count(*) FROM sources") == before - 1


def test_fault_a11_a_database_that_a_newer_parser_built_is_left_alone_unless_forced(archive: Archive) -> None:
    assert archive.crawl().returncode == 0
    with closing(sqlite3.connect(archive.folder / "kistep.db")) as conn, conn:
        conn.execute("PRAGMA user_version = 99")
    before = everything_in(archive.folder / "kistep.db")
    for done in (
        archive.crawl(),
        archive.run("rebuild"),
        archive.run("import", *map(str, (archive.folder / "warc").iterdir())),
    ):
        assert (done.returncode, done.stderr.count("\n")) == (5, 1)
        assert (
            f"built by parser version 99, but this program has version {parse_parser.VERSION}; install the "
            "newer kistep-archive, or" in done.stderr
        )
    doctor = archive.run("doctor", "--origin", archive.origin)
    assert (
        doctor.returncode,
        "read by version 99; install the newer kistep-archive, or" in doctor.stderr,
    ) == (5, True)
    assert everything_in(archive.folder / "kistep.db") == before
    assert archive.run("rebuild", "--force").returncode == 0
    assert archive.crawl().returncode == 0


@pytest.mark.parametrize(
    ("pragma", "words"),
    [
        (
            "user_version = -1",  # older than the first
            f"built by parser version -1; rebuilding it with version {parse_parser.VERSION} first",
        ),
        ("application_id = 21107", "read with libxml2 2.11.7; rebuilding it with "),
    ],
)
def test_a_database_of_another_parser_or_library_is_rebuilt_first_and_the_same_bytes_are_no_revision(
    archive: Archive, pragma: str, words: str
) -> None:
    assert archive.crawl().returncode == 0
    whole = everything_in(archive.folder / "kistep.db")
    revisions = archive.rows("SELECT id, revisions FROM posts")
    with closing(sqlite3.connect(archive.folder / "kistep.db")) as conn, conn:
        assert conn.execute("PRAGMA application_id").fetchone() == (tree.LIBRARY,)
        conn.execute(f"PRAGMA {pragma}")
        conn.execute("UPDATE content SET title = 'as another one read it'")
    done = archive.run("recheck", "news", "--origin", archive.origin, "--delay", "0")
    assert (done.returncode, words in done.stderr) == (0, True)
    assert everything_in(archive.folder / "kistep.db")["content"] == whole["content"]
    assert archive.rows("SELECT id, revisions FROM posts") == revisions
    assert "rebuilding" not in archive.crawl().stderr


def test_an_archive_whose_evidence_tells_of_a_delay_that_is_no_number_is_rebuilt_and_crawled(
    archive: Archive,
) -> None:
    assert archive.crawl().returncode == 0
    began = RunStart(
        2,
        "000002-crawl-20260101T000000Z",
        "crawl",
        "2026-01-01T00:00:00Z",
        archive.origin,
        ["news"],
        {"delay": 0.5},
        BUILT_IN,
    )
    asked = run_log.request(
        PageKind.ROBOTS,
        ("", ""),
        "https://www.kistep.re.kr/robots.txt",
        "https://www.kistep.re.kr/robots.txt",
        None,
    )
    told = run_log.started(began, "", "") | {"arguments": '{"delay": NaN}'}
    writer = warc_writer.Writer(archive.folder / "warc", began.name)
    writer.info(told, began.started_at)
    page = Page("https://www.kistep.re.kr/robots.txt", began.started_at, 404, (), b"none")
    writer.response(
        page,
        digest(page.body),
        protocol="HTTP/1.1",
        ip="",
        request=b"",
        metadata=asked,
    )
    writer.close()
    assert archive.crawl().returncode == 0
    assert archive.rows("SELECT json_extract(arguments, '$.delay'), fetched FROM runs WHERE id = 2") == [
        (None, 1)
    ]
    assert_rebuild_equals(archive.folder)
    assert archive.run("verify").returncode == 0


def test_what_a_run_cannot_tell_of_itself_makes_no_evidence_file(archive: Archive) -> None:
    order = RunOrder(RunKind.CRAWL, BUILT_IN, Catalogue(), archive.origin, {"delay": float("nan")})
    with pytest.raises(ValueError, match="JSON"):
        session.begin(archive.folder, order)
    assert not (archive.folder / "warc").exists()


def test_what_a_killed_run_wrote_is_folded_in_when_the_next_run_starts(
    archive: Archive, replica: Replica
) -> None:
    crawl(archive, replica, ("kill", 25))
    (left,) = (archive.folder / "warc").glob("*.open")
    with left.open("ab") as out:
        out.write(b"\x1f\x8b\x08 torn")
    with closing(take_lock(archive.folder, "test")), closing(rebuild.open_store(archive.folder)):
        pass
    assert [path.suffix for path in sorted((archive.folder / "warc").iterdir())] == [".gz", ".torn"]
    fetched, new, verdict = archive.rows("SELECT fetched, new, verdict FROM runs")[0]
    assert fetched == archive.value("SELECT count(*) FROM pages") > 15
    assert new == archive.value("SELECT count(*) FROM sources")
    assert verdict is None
    assert_rebuild_equals(archive.folder)


def test_a_rebuild_takes_in_what_a_killed_run_wrote(archive: Archive, replica: Replica) -> None:
    crawl(archive, replica, ("kill", 25))
    (archive.folder / "kistep.db").unlink()
    assert archive.run("rebuild").returncode == 0
    assert [path.suffix for path in (archive.folder / "warc").iterdir()] == [".gz"]
    assert archive.value("SELECT count(*) FROM pages") > 15


def test_what_is_no_archive_is_refused_in_one_line(tmp_path: Path) -> None:
    for command in (["rebuild"], ["rebuild", "--dry-run"]):
        done = Archive(tmp_path).run(*command)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1)
        assert "not an archive" in done.stderr


def test_a_run_whose_first_record_is_damaged_is_of_an_unknown_origin(archive: Archive) -> None:
    for _ in range(2):
        assert archive.crawl().returncode == 0
    first = sorted((archive.folder / "warc").glob("*.gz"))[0]
    damaged = bytearray(first.read_bytes())
    damaged[30] ^= 0xFF
    first.write_bytes(damaged)
    assert "damaged" in archive.run("rebuild", "--force").stderr
    with closing(sqlite3.connect(archive.folder / "kistep.db")) as conn:
        assert conn.execute("SELECT origin FROM run ORDER BY id").fetchall() == [
            ("unknown",),
            (archive.origin,),
        ]
    assert archive.crawl().returncode == 0
