"""`verify`: whatever is wrong with an archive is named with file and offset or row; a sound one is called
sound; nothing is changed."""

import gzip
import hashlib
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import time
from base64 import b32encode
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from commands import Archive, everything_in
from hypothesis import settings
from small_site import small_site
from stranger import open_to_all, stranger

from kistep_archive.audit.verify import Report, verify
from kistep_archive.errors import ArchiveError
from kistep_archive.evidence import run_log
from kistep_archive.evidence.events import RunStart
from kistep_archive.http.response import Page, digest
from kistep_archive.model.boards import BUILT_IN
from kistep_archive.model.outcomes import RunKind
from kistep_archive.replica import Replica, Site
from kistep_archive.store import checksums
from kistep_archive.warc.location import Evidence
from kistep_archive.warc.reader import Damage, walk
from kistep_archive.warc.record import Record
from kistep_archive.warc.writer import Writer

MANY = 8 * settings().max_examples  # damages of each kind: 200 in the suite, 4,000 in `make soak`


@pytest.fixture(scope="session")
def few(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """An archive of four posts: one WARC file, small enough to be verified many times."""
    with Replica(Site.generated(4)) as site:
        archive = Archive(tmp_path_factory.mktemp("few"), site.origin)
        assert archive.crawl().returncode == 0
    return archive


@pytest.fixture(scope="session")
def many(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """An archive of the site's first two days and of the second once more: three WARC files, with files,
    images and revisits."""
    with small_site() as site:
        archive = Archive(tmp_path_factory.mktemp("many"), site.origin)
        for day in (1, 2, 2):
            site.site.day = day
            assert archive.crawl().returncode == 0
    assert archive.value("SELECT count(*) FROM attachments WHERE sha256 IS NOT NULL") > 0
    return archive


@pytest.fixture
def small(few: Archive, tmp_path: Path) -> Archive:
    return copy_of(few, tmp_path)


@pytest.fixture
def large(many: Archive, tmp_path: Path) -> Archive:
    return copy_of(many, tmp_path)


def copy_of(archive: Archive, folder: Path) -> Archive:
    return Archive(Path(shutil.copytree(archive.folder, folder / "archive")), archive.origin)


def evidence(archive: Archive) -> list[Path]:
    return sorted((archive.folder / "warc").iterdir())


def members(file: Path) -> list[Record]:
    return [one for one in walk(file) if isinstance(one, Record)]


def responses(file: Path) -> list[Record]:
    return [one for one in members(file) if one.type == "response"]


def state(archive: Archive) -> dict[str, str]:
    """Digests of the database and of every WARC file."""
    database = archive.folder / "kistep.db"
    return {path.name: digest(path.read_bytes()) for path in [database, *evidence(archive)] if path.is_file()}


def verified(archive: Archive, sample: int | None = None) -> Report:
    """Verifies, and sees to it that nothing is changed."""
    before = state(archive)
    report = verify(archive.folder, sample)
    assert state(archive) == before
    return report


def said(archive: Archive, sample: int | None = None) -> list[str]:
    return [str(finding) for finding in verified(archive, sample).findings]


def change(archive: Archive, sql: str, *values: object) -> None:
    """Changes rows and their seals, as a mistake of the program's own would."""
    with closing(sqlite3.connect(archive.folder / "kistep.db")) as conn, conn:
        conn.execute(sql, values)
        conn.execute("DELETE FROM seal")
        checksums.update(conn)


def flip(path: Path, position: int, bit: int = 0) -> None:
    content = bytearray(path.read_bytes())
    content[position] ^= 1 << bit
    path.write_bytes(content)


# a sound archive


def test_a_sound_archive_is_called_sound_and_everything_was_looked_at(large: Archive) -> None:
    report = verified(large)
    assert (report.findings, report.notes, report.files) == ([], [], 3)
    assert report.bytes == sum(path.stat().st_size for path in evidence(large))
    assert report.records == sum(len(members(path)) for path in evidence(large))
    rows = (
        "(SELECT count(*) FROM pages) + (SELECT count(*) FROM revisions) + (SELECT count(*) "
        "FROM attachments WHERE sha256 IS NOT NULL)"
    )
    assert report.rows == large.value(f"SELECT {rows}")


def test_the_command_says_so_in_a_line_and_as_json(large: Archive) -> None:
    done = large.run("verify")
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(
        r"no damage: [\d,]+ records in 3 WARC files \([\d.]+ MB\) and [\d,]+ rows checked in "
        r"[\d.]+ s\n",
        done.stdout,
    )
    answer = large.json("verify", "--sample", "5")
    assert (answer["total"], answer["results"]) == (0, [])
    assert (answer["summary"]["records"], answer["summary"]["files"]) == (5, 1)
    assert large.run("--quiet", "verify").stdout == ""


def test_a_folder_without_an_archive_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="not an archive .* --archive DIR") as caught:
        verify(tmp_path)
    assert caught.value.exit_code == 2
    with closing(sqlite3.connect(tmp_path / "kistep.db")) as conn:
        conn.execute("CREATE TABLE t (x)")
    with pytest.raises(ArchiveError, match="not of kistep-archive") as caught:
        verify(tmp_path)
    assert caught.value.exit_code == 2


def test_a_read_only_archive_is_verified_without_a_new_file_in_it(
    small: Archive,
) -> None:
    with open_to_all(small.folder) as folder:
        names = sorted(path.name for path in folder.iterdir())
        for sample in (None, 3):
            with stranger(folder):
                report = verify(folder, sample)
            assert report.findings == []
            assert report.notes == [
                "verified.db cannot be written, so the next sample may check the same records again, and "
                "status does not show this result"
            ]
        assert sorted(path.name for path in folder.iterdir()) == names


# damaged evidence


def test_fault_a08_cuts_anywhere_are_each_named_and_cost_at_most_one_record(small: Archive) -> None:
    (file,) = evidence(small)
    whole, held = file.read_bytes(), members(file)
    rng = random.Random(8)
    for cut in [*(one.offset for one in held[1:]), *(rng.randrange(1, len(whole)) for _ in range(MANY))]:
        file.write_bytes(whole[:cut])
        report = verify(small.folder)
        left = [one for one in held if one.offset + one.length <= cut]
        assert report.records == len(left)
        assert report.findings
        if cut > sum(one.length for one in left):
            first = report.findings[0]
            assert (first.object, first.offset) == (f"warc/{file.name}", held[len(left)].offset)
            assert first.what == "the file ends inside this gzip member"


def test_fault_a09_flipped_bits_are_each_named_and_cost_at_most_one_record(small: Archive) -> None:
    (file,) = evidence(small)
    whole, held = file.read_bytes(), members(file)
    rng = random.Random(9)
    elsewhere = 0
    for position in [rng.randrange(len(whole)) for _ in range(MANY)]:
        damaged = bytearray(whole)
        damaged[position] ^= 1 << rng.randrange(8)
        file.write_bytes(damaged)
        (hit,) = [one for one in held if one.offset <= position < one.offset + one.length]
        report = verify(small.folder)
        if report.findings:
            first = report.findings[0]
            assert (first.object, first.offset) == (f"warc/{file.name}", hit.offset)
            assert report.records == len(held) - 1
        else:
            # mtime, xfl and os in a gzip header; padding bits, and copies that may be taken from two places:
            # no byte differs
            assert gzip.decompress(damaged) == gzip.decompress(whole)
            elsewhere += not 4 <= position - hit.offset < 10
    assert elsewhere < MANY / 100


def test_fault_a09_what_was_read_from_a_damaged_record_is_named_too(large: Archive) -> None:
    file = evidence(large)[0]
    row, name, offset = large.rows("SELECT id, warc_file, warc_offset FROM revisions LIMIT 1")[0]
    flip(file, offset + 400)
    evidence_, *rows = said(large)
    assert re.match(
        rf"warc/{name} at {offset}: the gzip member is damaged \(.+\); replace the file with an intact copy",
        evidence_,
    )
    url = large.value("SELECT url FROM pages WHERE warc_offset = ? AND warc_file = ?", offset, name)
    assert {line.partition(": its record")[0] for line in rows} == {
        f"revisions row {row}",
        f"pages row of {url}",
    }
    assert all(
        f"its record in warc/{name} at {offset} cannot be read: the gzip member is damaged" in line
        for line in rows
    )


def test_fault_a09_the_command_exits_5_with_the_first_damage_in_its_message(large: Archive) -> None:
    file = evidence(large)[0]
    target = responses(file)[5]
    flip(file, target.offset + 300)
    done = large.run("verify")
    assert done.returncode == 5
    first = rf"warc/{file.name} at {target.offset}: the gzip member is damaged"
    assert re.match(rf"kistep-archive: \d+ problems, the first: {first}", done.stderr)
    lines = done.stdout.splitlines()
    answer = large.run("verify", "--json")
    assert answer.returncode == 5
    total = json.loads(answer.stdout)["total"]
    assert lines[-1].startswith(f"{total} findings: ")


# the message that a user gets for each kind of damage


def removed(archive: Archive) -> None:
    evidence(archive)[1].unlink()


def swapped(archive: Archive) -> None:
    one, two = evidence(archive)[:2]
    aside = one.with_suffix(".aside")
    one.rename(aside)
    two.rename(one)
    aside.rename(two)


def zeroed(archive: Archive) -> None:
    file = evidence(archive)[0]
    content = bytearray(file.read_bytes())
    start = members(file)[20].offset
    content[start : start + 4096] = bytes(4096)
    file.write_bytes(content)


def lengthened(archive: Archive) -> None:
    with evidence(archive)[2].open("ab") as file:
        file.write(b"\0" * 512)


def doubled(archive: Archive) -> None:
    file = evidence(archive)[2]
    last = members(file)[-1]
    with file.open("ab") as out:
        out.write(file.read_bytes()[last.offset :])


def cut_between_records(archive: Archive) -> None:
    file = evidence(archive)[2]
    os.truncate(file, members(file)[-1].offset)


def stripped_of_digests(archive: Archive) -> None:
    file = evidence(archive)[2]
    os.truncate(file, members(file)[-3].offset)
    with file.open("ab") as out:
        out.write(gzip.compress(b"hello"))


def empty_database(archive: Archive) -> None:
    os.truncate(archive.folder / "kistep.db", 0)


def cut_database(archive: Archive) -> None:
    os.truncate(archive.folder / "kistep.db", (archive.folder / "kistep.db").stat().st_size // 2 + 77)


def no_database(archive: Archive) -> None:
    (archive.folder / "kistep.db").unlink()


def garbage_database(archive: Archive) -> None:
    (archive.folder / "kistep.db").write_bytes(b"garbage" * 1000)


def orphaned_row(archive: Archive) -> None:
    change(archive, "DELETE FROM run WHERE id = 3")


def lost_words(archive: Archive) -> None:
    change(archive, "UPDATE content_text_idx SET pgno = pgno + 4")


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (
            removed,
            r"warc/000002-crawl-\w+\.warc\.gz: the file is missing \(\d+ references to it\); "
            r"replace the file with an intact copy",
        ),
        (
            swapped,
            r"warc/000001-crawl-\w+\.warc\.gz at 0: the file was written as 000002-crawl-\w+\.warc\.gz: "
            r"files were renamed or swapped; replace",
        ),
        (
            zeroed,
            r"warc/000001-crawl-\w+\.warc\.gz at \d+: zero bytes where a record should be; replace the "
            r"file with an intact copy",
        ),
        (
            lengthened,
            r"warc/000003-crawl-\w+\.warc\.gz at \d+: zero bytes where a record should be; replace the "
            r"file with an intact copy",
        ),
        (
            doubled,
            r"warc/000003-crawl-\w+\.warc\.gz at \d+: repeats the record at \d+: part of the file is "
            r"duplicated; replace",
        ),
        (
            cut_between_records,
            r"warc/000003-crawl-\w+\.warc\.gz: the run's last record is missing: the end of the "
            r"file was cut off; replace",
        ),
        (
            stripped_of_digests,
            r"warc/000003-crawl-\w+\.warc\.gz at \d+: no WARC record begins here; replace the "
            r"file with an intact copy",
        ),
        (
            empty_database,
            r"kistep\.db: a database, but not of kistep-archive; move the file away and run "
            r"'kistep-archive .* rebuild'",
        ),
        (cut_database, r"kistep\.db: .*malformed.*; .*run 'kistep-archive .* rebuild'"),
        (no_database, r"kistep\.db: the file is missing; .*run 'kistep-archive .* rebuild'"),
        (
            garbage_database,
            r"kistep\.db: file is not a database; move the file away and run 'kistep-archive .* "
            r"rebuild'",
        ),
        (
            orphaned_row,
            r"\w+ row \d+: refers to a missing row of run; run 'kistep-archive .* rebuild'",
        ),
        (
            lost_words,
            r"kistep\.db content_text: the full-text index is damaged \(.*\); run "
            r"'kistep-archive .* rebuild'",
        ),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_damage_of_each_kind_is_a_line_with_what_where_and_what_next(
    large: Archive, damage: Callable[[Archive], None], message: str
) -> None:
    damage(large)
    done = large.run("verify")
    assert done.returncode == 5
    assert re.match(rf"kistep-archive: (?:\d+ problems, the first: )?{message}", done.stderr), done.stderr
    assert done.stderr.count("\n") == 1
    alone, *group = done.stdout.splitlines()
    assert alone in done.stderr or group[0].strip() in done.stderr


def test_fault_a09_a_damaged_page_of_the_database_is_named(small: Archive) -> None:
    database = small.folder / "kistep.db"
    whole = database.read_bytes()
    (size,) = small.rows("PRAGMA page_size")[0]
    unseen = []
    for number in range(1, len(whole) // size):
        flip(database, number * size, bit=3)  # what kind of page it is
        if not verify(small.folder).findings:
            unseen.append(number)
        database.write_bytes(whole)
    assert unseen == []


# rows and evidence


def test_fault_a10_a_page_row_that_differs_from_its_record_is_named_with_the_field(large: Archive) -> None:
    url, file, offset = large.rows(
        "SELECT url, warc_file, warc_offset FROM pages WHERE kind = 'post' LIMIT 1"
    )[0]
    for field, value in {"fetched_at": "2020-01-01T00:00:00Z", "status": 404, "warc_length": 7}.items():
        (before,) = large.rows(
            f"SELECT {field} FROM page WHERE warc_offset = ? AND warc_file = ?", offset, file
        )[0]
        change(
            large, f"UPDATE page SET {field} = ? WHERE warc_offset = ? AND warc_file = ?", value, offset, file
        )
        (line,) = said(large)
        assert line == (
            f"pages row of {url}: differs from the record in warc/{file} at {offset}: {field}; run "
            "'kistep-archive rebuild'"
        )
        change(
            large,
            f"UPDATE page SET {field} = ? WHERE warc_offset = ? AND warc_file = ?",
            before,
            offset,
            file,
        )
    change(
        large,
        "UPDATE page SET url = 'https://www.kistep.re.kr/' WHERE warc_offset = ? AND warc_file = ?",
        offset,
        file,
    )
    assert said(large)[0].startswith("pages row of https://www.kistep.re.kr/: differs from the record in")


def test_fault_a10_rows_of_every_kind_that_lead_to_nothing_are_named(large: Archive) -> None:
    change(large, "UPDATE page SET sha256 = 'x' WHERE id = 3")
    change(large, "UPDATE sighting SET warc_offset = warc_offset + 1 WHERE id = 2")
    change(large, "UPDATE sighting SET warc_file = '../kistep.db' WHERE id = 4")
    alone = (
        "SELECT max(f.id) FROM file f JOIN attachments a ON a.url = f.url WHERE f.sha256 IS NOT NULL "
        "GROUP BY f.url HAVING count(*) = 1"
    )
    (other_bytes,), (other_size,) = large.rows(f"{alone} ORDER BY 1 LIMIT 2")
    change(large, "UPDATE file SET sha256 = 'y' WHERE id = ?", other_bytes)
    change(large, "UPDATE file SET size = size + 1 WHERE id = ?", other_size)
    lines = said(large)
    assert [re.split(r":", line)[0] for line in lines] == [
        "warc/../kistep.db",
        f"pages row of {large.value('SELECT url FROM page WHERE id = 3')}".partition(":")[0],
        "revisions row 2",
        *(f"attachments row {kind} {seq} of post {post}" for kind, seq, post in named(large, other_bytes)),
        *(f"attachments row {kind} {seq} of post {post}" for kind, seq, post in named(large, other_size)),
    ]
    assert "has another payload: the row or the file was changed" in lines[1]
    assert "no response begins in" in lines[2]


def named(archive: Archive, file: int) -> list[tuple[object, ...]]:
    return archive.rows(
        "SELECT DISTINCT kind, seq, post_id FROM attachments WHERE url = (SELECT url FROM file WHERE id = ?)",
        file,
    )


def test_fault_a10_evidence_without_a_row_is_named_each(large: Archive) -> None:
    gone = large.rows(
        "SELECT warc_file, warc_offset, url FROM page WHERE kind = 'listing' "
        "ORDER BY warc_file, warc_offset LIMIT 3"
    )
    change(
        large,
        "DELETE FROM page WHERE id IN (SELECT id FROM page WHERE kind = 'listing' "
        "ORDER BY warc_file, warc_offset LIMIT 3)",
    )
    assert said(large) == [
        f"warc/{file} at {offset}: the database has no row for this response of {url}; run "
        "'kistep-archive rebuild'"
        for file, offset, url in gone
    ]


def test_fault_a10_a_payload_that_was_replaced_with_all_its_checksums_is_caught_by_the_row(
    small: Archive,
) -> None:
    (file,) = evidence(small)
    whole, target = file.read_bytes(), responses(file)[-1]
    tampered = replaced(gzip.decompress(whole[target.offset : target.offset + target.length]))
    file.write_bytes(
        whole[: target.offset] + gzip.compress(tampered) + whole[target.offset + target.length :]
    )
    assert [one for one in walk(file) if isinstance(one, Damage)] == []
    line = said(small)[0]
    assert re.match(
        rf"pages row of https://.*: its record in warc/{file.name} at {target.offset} has another "
        r"payload",
        line,
    )


@pytest.mark.parametrize(
    ("table", "tampering"),
    [
        ("content", "UPDATE content SET title = 'Another Title' WHERE id = 7"),
        ("content", "DELETE FROM content WHERE id = (SELECT max(id) FROM content)"),
        ("hit", "UPDATE hit SET hits = hits + 1 WHERE id = 9"),
        ("source", "UPDATE source SET removed_at = NULL"),
        ("run", "UPDATE run SET verdict = 'complete', exit_code = 0, reason = 'all is well' WHERE id = 1"),
        ("removal", "INSERT INTO removal (source_id, removed_at) VALUES (1, '2026-01-01T00:00:00Z')"),
    ],
)
def test_fault_a09_a_row_changed_by_any_other_hand_is_found_by_its_seal_and_mended_by_rebuild(
    large: Archive, table: str, tampering: str
) -> None:
    whole = everything_in(large.folder / "kistep.db")
    with closing(sqlite3.connect(large.folder / "kistep.db")) as conn, conn:
        conn.execute(tampering)
    assert any(line.startswith(f"kistep.db {table} rows 1 to ") for line in said(large))
    assert large.run("verify").returncode == 5
    assert large.run("rebuild").returncode == 0
    assert everything_in(large.folder / "kistep.db") == whole
    assert large.run("verify").returncode == 0


def replaced(record: bytes) -> bytes:
    """The record with another word in its payload, and digests that fit."""
    head, http, body = record.removesuffix(b"\r\n\r\n").split(b"\r\n\r\n", 2)
    body = body.replace(b"KISTEP", b"KISTAP")
    block = http + b"\r\n\r\n" + body
    head = re.sub(rb"WARC-Payload-Digest: \S+", f"WARC-Payload-Digest: sha256:{digest(body)}".encode(), head)
    sha1 = b32encode(hashlib.sha1(block).digest())
    return (
        re.sub(rb"WARC-Block-Digest: \S+", b"WARC-Block-Digest: sha1:" + sha1, head)
        + b"\r\n\r\n"
        + block
        + b"\r\n\r\n"
    )


def start_of_2(kind: RunKind) -> tuple[dict[str, str], str]:
    at = "2030-01-01T00:00:00Z"
    began = RunStart(2, f"000002-{kind}-20300101T000000Z", kind, at, "", [], {}, BUILT_IN)
    return run_log.started(began, "kistep-archive/0", ""), at


@pytest.fixture
def repeated(small: Archive) -> Archive:
    """With a second file, whose one page is a revisit of a page in the first."""
    first = responses(evidence(small)[0])[1]
    twin = small.rows(
        "SELECT warc_file, warc_offset, warc_length, sha256, url, fetched_at, status FROM page "
        "WHERE warc_offset = ?",
        first.offset,
    )
    writer = Writer(small.folder / "warc", "000002-crawl-20300101T000000Z")
    writer.info(*start_of_2(RunKind.CRAWL))
    page = Page(twin[0][4], "2030-01-01T00:00:01Z", 200, (("Content-Type", "text/html"),), b"")
    kept = writer.response(
        page,
        twin[0][3],
        protocol="HTTP/1.1",
        ip="",
        request=b"GET / HTTP/1.1\r\n\r\n",
        metadata={},
        twin=Evidence(*twin[0]),
    )
    writer.close()
    values = (kept.url, kept.status, kept.fetched_at, kept.sha256, kept.file, kept.offset, kept.length)
    columns = "run_id, kind, outcome, url, status, fetched_at, sha256, warc_file, warc_offset, warc_length"
    change(
        small, f"INSERT INTO page ({columns}) VALUES (1, 'listing', 'saved', ?, ?, ?, ?, ?, ?, ?)", *values
    )
    return small


def test_a_revisit_is_sound_while_its_payload_is_where_it_says(repeated: Archive) -> None:
    first, second = evidence(repeated)
    assert said(repeated) == said(repeated, 100) == []
    flip(first, responses(first)[1].offset + 300)
    lost = (
        f"warc/{second.name} at {members(second)[1].offset}: this revisit refers to a payload "
        f"in warc/{first.name} at "
    )
    assert any(line.startswith(lost) for line in said(repeated))
    assert any(line.startswith(lost) for line in said(repeated, 100))
    first.unlink()
    assert said(repeated)[0].startswith(f"warc/{first.name}: the file is missing")


def test_imported_evidence_may_carry_the_address_of_a_replay(small: Archive) -> None:
    writer = Writer(small.folder / "warc", "000002-import-20300101T000000Z")
    writer.info(*start_of_2(RunKind.IMPORT))
    page = Page(
        "https://web.archive.org/web/2019id_/https://www.kistep.re.kr/",
        "2019-01-01T00:00:00Z",
        200,
        (),
        b"old",
    )
    kept = writer.response(
        page, digest(b"old"), protocol="HTTP/1.1", ip="", request=b"GET / HTTP/1.1\r\n\r\n", metadata={}
    )
    writer.close()
    columns = "run_id, kind, outcome, url, status, fetched_at, sha256, warc_file, warc_offset, warc_length"
    values = (
        "https://www.kistep.re.kr/",
        200,
        page.fetched_at,
        kept.sha256,
        kept.file,
        kept.offset,
        kept.length,
    )
    change(small, f"INSERT INTO page ({columns}) VALUES (1, 'other', 'read', ?, ?, ?, ?, ?, ?, ?)", *values)
    assert said(small) == []


# runs that go on, and runs that were killed


def test_a_crawl_that_is_writing_does_not_look_like_damage(archive: Archive, replica: Replica) -> None:
    seen = set()
    for day in (1, 2):
        replica.site.day = day
        with subprocess.Popen(
            archive.command("crawl", "news", "--origin", archive.origin, "--delay", "0")
        ) as crawl:
            while crawl.poll() is None:
                if (archive.folder / "kistep.db").exists() and list((archive.folder / "warc").glob("*")):
                    seen.add(look(archive))
                    assert verify(archive.folder, 30).findings == []
    assert crawl.returncode == 0
    assert len(seen) > 3


def look(archive: Archive) -> int:
    """Verifies an archive that is being written; the number of its records. A database without its tables yet
    is no archive."""
    try:
        report = verify(archive.folder)
    except ArchiveError as error:
        if error.exit_code == 2:
            return 0
        raise
    assert report.findings == []
    return report.records


@pytest.mark.whole_replica
def test_fault_a08_the_tail_that_a_killed_run_leaves_is_a_note_and_not_damage(archive: Archive) -> None:
    with subprocess.Popen(
        archive.command("crawl", "news", "--origin", archive.origin, "--delay", "0")
    ) as crawl:
        while not (archive.folder / "kistep.db").exists() or not archive_has_pages(archive):
            time.sleep(0)
        os.kill(crawl.pid, signal.SIGKILL)
    (file,) = evidence(archive)
    assert file.name.endswith(".warc.gz.open")
    with file.open("ab") as out:
        out.write(b"\x1f\x8b\x08\0\0")
    report = verified(archive)
    assert report.findings == []
    assert [note.partition(" at ")[0] for note in report.notes] == [f"warc/{file.name}"]
    assert "the next run closes the file" in report.notes[0]
    flip(file, members(file)[4].offset + 100)
    assert said(archive)[0].startswith(f"warc/{file.name} at ")


def archive_has_pages(archive: Archive) -> bool:
    try:
        return bool(archive.value("SELECT count(*) FROM pages") > 20)
    except sqlite3.Error:
        return False


def test_a_torn_tail_that_was_kept_beside_is_a_note(small: Archive) -> None:
    (file,) = evidence(small)
    file.with_name(f"{file.name}.torn").write_bytes(b"\x1f\x8b\x08")
    report = verified(small)
    assert report.findings == []
    assert report.notes == [
        f"warc/{file.name}.torn: 3 bytes of a record that a killed run did not finish; nothing needs them"
    ]


# samples


def verified_by_turns(archive: Archive) -> dict[tuple[str, int], int]:
    with closing(sqlite3.connect(archive.folder / "verified.db")) as conn:
        return {
            (file, offset): turn
            for file, offset, turn in conn.execute("SELECT file, offset, turn FROM record")
        }


def test_samples_go_through_all_records_before_they_come_back_to_one(large: Archive) -> None:
    pages = large.value("SELECT count(*) FROM pages")
    for turn in range(1, 5):
        assert verified(large, 20).records >= 20
        assert len(verified_by_turns(large)) == min(20 * turn, pages)
    turns = list(verified_by_turns(large).values())
    assert turns.count(4) == 20
    assert turns.count(1) == min(pages - 3 * 20, 20)


def test_a_sample_meets_damage_again_until_it_is_mended(large: Archive) -> None:
    file = evidence(large)[0]
    whole, target = file.read_bytes(), responses(file)[3]
    flip(file, target.offset + 200)
    for _ in range(3):
        assert said(large, 10)[0].startswith(
            f"warc/{file.name} at {target.offset}: the gzip member is damaged"
        )
    file.write_bytes(whole)
    assert said(large, 10) == []


def test_what_a_full_verification_has_seen_comes_after_what_none_has(large: Archive) -> None:
    file = evidence(large)[1]
    whole = file.read_bytes()
    flip(file, responses(file)[3].offset + 200)
    verify(large.folder)
    file.write_bytes(whole)
    verify(large.folder, 3)
    assert {name for name, _ in verified_by_turns(large)} == {file.name}


def test_a_sample_remembers_also_when_the_database_is_made_anew_or_its_memory_is_damaged(
    small: Archive,
) -> None:
    verify(small.folder, 3)
    database = small.folder / "kistep.db"
    content = database.read_bytes()
    database.unlink()
    database.write_bytes(content)
    verify(small.folder, 3)
    assert len(verified_by_turns(small)) == 6
    (small.folder / "verified.db").write_bytes(b"garbage" * 1000)
    for sample in (None, 3):
        report = verified(small, sample)
        assert report.findings == []
        assert report.notes == [
            "verified.db cannot be used (file is not a database), so the next sample may check the same "
            "records again, and status does not show this result; delete the file, it has nothing else in it"
        ]


def test_a_sample_holds_all_rows_against_its_records(large: Archive) -> None:
    change(large, "UPDATE sighting SET sha256 = 'x' WHERE id = 1")
    change(large, "UPDATE page SET status = 500 WHERE id = 2")
    lines = said(large, 10_000)
    assert [line.partition(" ")[0] for line in lines] == ["revisions", "pages"]
    assert lines == said(large)
