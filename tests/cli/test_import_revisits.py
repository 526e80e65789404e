"""Revisits find their payload wherever it is: in another file of the import, in whatever order, or in the
archive since long."""

import gzip
import itertools
import shutil
from pathlib import Path

import pytest
from captured import NUMBER, POST, page
from commands import Archive
from imported import assert_sound, import_into, packed
from spelled import Spelling

from kistep_archive.replica import Replica
from kistep_archive.store.database import open_archive
from kistep_archive.warc.reader import walk

URL, BODY = POST.format(NUMBER), page("As it was")
FIRST, SECOND, THIRD = "2019-05-01T00:00:00Z", "2020-05-01T00:00:00Z", "2021-05-01T00:00:00Z"
IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
BY_DIGEST = {"WARC-Payload-Digest": Spelling().digest(BODY)}
BY_ANOTHER_SPELLING = {"WARC-Payload-Digest": Spelling(digits="HEX").digest(BODY)}
BY_ADDRESS = {"WARC-Refers-To-Target-URI": URL, "WARC-Refers-To-Date": FIRST}
BY_ID = {"WARC-Refers-To": "<urn:uuid:the-first>"}
ELSEWHERE = {"WARC-Refers-To-Filename": "other.warc.gz", "WARC-Refers-To-File-Offset": "4711"}


def response(date: str = FIRST, body: bytes = BODY, url: str = URL) -> bytes:
    return Spelling().record(
        url, body, date, **{"WARC-Record-ID": f"<urn:uuid:the-{'first' if date == FIRST else date}>"}
    )


def revisit(
    date: str, profile: str = IDENTICAL, status: str = "200 OK", url: str = URL, **fields: str
) -> bytes:
    block = f"HTTP/1.1 {status}\r\nContent-Type: text/html;charset=UTF-8\r\n\r\n".encode()
    told = {
        "WARC-Type": "revisit",
        "WARC-Target-URI": url,
        "WARC-Date": date,
        "WARC-Profile": profile,
        **fields,
    }
    return Spelling().head([*told.items(), ("Content-Length", str(len(block)))]) + block


def not_modified(date: str) -> bytes:
    return revisit(date, NOT_MODIFIED, "304 Not Modified")


def file(folder: Path, name: str, *records: bytes, packaging: str = "by member") -> Path:
    (folder / name).write_bytes(packed(list(records), b"\r\n\r\n", packaging, b""))
    return folder / name


def seen(archive: Path) -> list[tuple[str, str, int]]:
    """First and last sight of each post, and how many states it had."""
    conn = open_archive(archive)
    rows = [
        tuple(row)
        for row in conn.execute(
            "SELECT substr(first_seen_at, 1, 4), substr(last_seen_at, 1, 4), revisions FROM posts"
        )
    ]
    conn.close()
    return rows


@pytest.mark.parametrize("packaging", ["by member", "whole", "plain"])
@pytest.mark.parametrize(
    "refers", [BY_DIGEST, BY_ANOTHER_SPELLING, BY_ADDRESS, BY_ID, BY_ADDRESS | BY_DIGEST | ELSEWHERE]
)
@pytest.mark.parametrize("order", [1, -1])
def test_a_revisit_is_taken_with_the_payload_of_another_file_in_any_order(
    tmp_path: Path, packaging: str, refers: dict[str, str], order: int
) -> None:
    files = [
        file(tmp_path, "a", response(), packaging=packaging),
        file(tmp_path, "b", revisit(SECOND, **refers), packaging=packaging),
    ]
    done = import_into(tmp_path / "archive", *files[::order])
    assert (done.damage, done.incomplete) == ([], [])
    assert seen(tmp_path / "archive") == [("2019", "2020", 1)]
    assert_sound(tmp_path / "archive")


def test_a_revisit_may_come_days_after_the_record_that_it_refers_to(tmp_path: Path) -> None:
    sha256 = {"WARC-Payload-Digest": Spelling(algorithm="sha256").digest(BODY)}
    import_into(tmp_path / "archive", file(tmp_path, "a", response()))
    for number, refers in enumerate((BY_ADDRESS, sha256, BY_DIGEST)):
        import_into(
            tmp_path / "archive", file(tmp_path, "b", revisit(f"202{number}-05-01T00:00:00Z", **refers))
        )
        assert seen(tmp_path / "archive") == [("2019", f"202{number}", 1)]
    assert_sound(tmp_path / "archive")
    assert len(list((tmp_path / "archive" / "warc").iterdir())) == 4


def test_a_revisit_that_comes_too_early_is_named_and_can_be_imported_again(tmp_path: Path) -> None:
    other = Spelling().record(POST.format(1), BODY, SECOND)
    early, late = file(tmp_path, "b", other, revisit(SECOND, **BY_ADDRESS)), file(tmp_path, "a", response())
    done = import_into(tmp_path / "archive", early)
    first = packed([other], b"\r\n\r\n", "by member")
    assert [line.partition(": ")[0] for line in done.incomplete] == [f"{early} at {len(first)}"]
    assert_sound(tmp_path / "archive")
    assert import_into(tmp_path / "archive", late, early).incomplete == []
    assert ("2019", "2020", 1) in seen(tmp_path / "archive")
    assert_sound(tmp_path / "archive")


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_not_modified_means_the_last_page_of_the_address_before_it(
    tmp_path: Path, order: tuple[int, ...]
) -> None:
    files = [
        file(tmp_path, "a", response()),
        file(tmp_path, "b", not_modified(SECOND)),
        file(tmp_path, "c", response(THIRD, page("As it is"))),
    ]
    import_into(tmp_path / "archive", *[files[number] for number in order])
    conn = open_archive(tmp_path / "archive")
    titles = [
        tuple(row)
        for row in conn.execute("SELECT substr(seen_at, 1, 4), title FROM revisions ORDER BY seen_at")
    ]
    pages = conn.execute("SELECT count(*) FROM pages").fetchone()[0]
    conn.close()
    assert (titles, pages) == ([("2019", "As it was"), ("2021", "As it is")], 3)
    assert_sound(tmp_path / "archive")


def test_not_modified_without_any_page_before_it_is_unresolved(tmp_path: Path) -> None:
    done = import_into(tmp_path / "archive", file(tmp_path, "a", not_modified(FIRST), response(SECOND)))
    assert len(done.incomplete) == 1
    assert seen(tmp_path / "archive") == [("2020", "2020", 1)]
    assert_sound(tmp_path / "archive")


def test_a_payload_of_another_host_is_copied_once_for_all_its_revisits(tmp_path: Path) -> None:
    original = response(url=URL.replace("www.kistep", "mirror.kistep"))
    again = [revisit(date, **BY_DIGEST) for date in (SECOND, THIRD)]
    done = import_into(tmp_path / "archive", file(tmp_path, "a", *again, original))
    assert (done.damage, done.skipped["another host"]) == ([], 1)
    assert seen(tmp_path / "archive") == [("2020", "2021", 1)]
    assert_sound(tmp_path / "archive")
    [evidence] = (tmp_path / "archive" / "warc").iterdir()
    # Warcinfo, the payload, two revisits with their events, the end.
    assert len(list(walk(evidence))) == 1 + 1 + 2 * 2 + 1


def test_two_archives_are_merged_by_import_in_both_directions(
    archive: Archive, replica: Replica, tmp_path: Path
) -> None:
    assert archive.crawl().returncode == 0
    a, b = archive, Archive(tmp_path / "b", replica.origin)
    shutil.copytree(a.folder, b.folder)
    for day, one in ((2, a), (3, b)):
        replica.site.day = day
        assert one.crawl().returncode == 0
    assert any(
        b"WARC-Type: revisit" in gzip.decompress(path.read_bytes()) for path in (a.folder / "warc").iterdir()
    )
    for one, other in ((a, b), (b, a), (a, b)):
        done = one.run("import", *(str(path) for path in sorted((other.folder / "warc").glob("*.warc.gz"))))
        assert (done.returncode, done.stderr) == (0, "")
        assert_sound(one.folder)
    assert "nothing new" in done.stdout
    question = (
        "SELECT DISTINCT url, fetched_at, sha256 FROM pages WHERE kind IN ('post', 'file', 'image') "
        "AND status = 200 ORDER BY 1, 2"
    )
    assert a.rows(question) == b.rows(question)


@pytest.mark.parametrize("field", [{"WARC-Truncated": "length"}, {"WARC-Segment-Number": "1"}])
def test_a_page_of_which_only_a_part_was_recorded_is_named(tmp_path: Path, field: dict[str, str]) -> None:
    whole = response()
    part = Spelling().record(POST.format(1), BODY, SECOND, **field)
    path = file(tmp_path, "a", whole, part)
    done = import_into(tmp_path / "archive", path)
    first = packed([whole], b"\r\n\r\n", "by member")
    assert [line.partition(": ")[0] for line in done.incomplete] == [f"{path} at {len(first)}"]
    assert_sound(tmp_path / "archive")


def test_a_revisit_without_its_page_is_incomplete_until_it_is_imported_with_the_page(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive")
    early, late = file(tmp_path, "b", revisit(SECOND, **BY_ADDRESS)), file(tmp_path, "a", response())
    lone = "a revisit of a page that is in none of the files; import it together with the page's file"
    done = archive.run("import", str(early))
    assert (done.returncode, done.stderr) == (
        3,
        f"kistep-archive: {early} at 0: {lone}; the other records were imported\n",
    )
    assert archive.run("import", str(late)).returncode == 0
    assert_sound(archive.folder)
    done = archive.run("import", str(early))
    assert (done.returncode, done.stderr) == (0, "")
    assert seen(archive.folder) == [("2019", "2020", 1)]
    assert_sound(archive.folder)


def test_a_run_that_could_not_take_a_page_is_incomplete(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive")
    other = Spelling().record(POST.format(1), BODY, SECOND)
    path = file(tmp_path, "a", other, revisit(SECOND, **BY_ADDRESS))
    assert archive.run("import", str(path)).returncode == 3
    assert archive.rows("SELECT verdict, exit_code FROM runs") == [("incomplete", 3)]
    assert_sound(archive.folder)
