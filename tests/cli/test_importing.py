"""Captures by others: untouched in the archive, each in its place in time, twice the same as once, and
rebuilt like everything else."""

import gzip
import itertools
import subprocess
from dataclasses import replace
from pathlib import Path
from urllib.request import urlopen

import pytest
from captured import NUMBER, POST, page, warc
from commands import Archive, assert_rebuild_equals, needed
from small_site import CURRENT, small_site

from kistep_archive.replica import Replica
from kistep_archive.replica.pages import render_es
from kistep_archive.warc.reader import PAGES, read_record


def history(archive: Archive) -> list[tuple[object, ...]]:
    return archive.rows("SELECT substr(seen_at, 1, 4), title, changed FROM revisions ORDER BY seen_at")


@pytest.fixture
def empty(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


A, B, C = (
    (POST.format(NUMBER), f"{year}-05-01T00:00:00Z", page(title, hits))
    for year, title, hits in ((2019, "One", 10), (2021, "Two", 20), (2023, "One", 30))
)


@pytest.mark.parametrize("order", list(itertools.permutations((A, B, C))))
def test_captures_make_the_same_history_in_whatever_order_they_come(
    empty: Archive, tmp_path: Path, order: tuple[tuple[str, str, bytes], ...]
) -> None:
    for number, capture in enumerate(order):
        done = empty.run("import", str(warc(tmp_path / f"{number}.warc.gz", capture)))
        assert (done.returncode, done.stderr) == (0, "")
    assert history(empty) == [
        ("2019", "One", "[]"),
        ("2021", "Two", '["title"]'),
        ("2023", "One", '["title"]'),
    ]
    assert empty.rows(
        "SELECT substr(first_seen_at, 1, 4), substr(last_seen_at, 1, 4), title, hits, revisions FROM posts"
    ) == [("2019", "2023", "One", 30, 3)]
    assert empty.rows("SELECT substr(seen_at, 1, 4), hits FROM hits") == [
        ("2019", 10),
        ("2021", 20),
        ("2023", 30),
    ]
    assert_rebuild_equals(empty.folder)


@pytest.mark.whole_replica
def test_an_older_capture_becomes_an_earlier_revision_of_a_crawled_post(
    archive: Archive, replica: Replica, tmp_path: Path
) -> None:
    assert archive.crawl().returncode == 0
    before = archive.rows("SELECT title, hits, url, last_seen_at FROM posts WHERE number = ?", NUMBER)
    assert (
        archive.run(
            "import",
            str(
                warc(
                    tmp_path / "old.warc.gz",
                    (POST.format(NUMBER), "2022-08-01T00:00:00Z", page("As it was", 3)),
                )
            ),
        ).returncode
        == 0
    )
    assert archive.rows("SELECT title, hits, url, last_seen_at FROM posts WHERE number = ?", NUMBER) == before
    assert archive.rows("SELECT first_seen_at, revisions FROM posts WHERE number = ?", NUMBER) == [
        ("2022-08-01T00:00:00.000000Z", 2)
    ]
    titles = archive.rows(
        "SELECT r.title, changed FROM revisions r JOIN posts p ON p.id = post_id WHERE number = ? "
        "ORDER BY seen_at",
        NUMBER,
    )
    assert titles == [("As it was", "[]"), (before[0][0], '["title"]')]
    assert archive.run("verify").returncode == 0
    assert archive.crawl().returncode == 0
    assert_rebuild_equals(archive.folder)


def test_importing_a_file_twice_changes_nothing_not_even_the_ledger(empty: Archive, tmp_path: Path) -> None:
    file = str(warc(tmp_path / "a.warc.gz", A, B))
    assert empty.run("import", file).returncode == 0
    before = (
        (empty.folder / "kistep.db").read_bytes(),
        sorted(path.name for path in (empty.folder / "warc").iterdir()),
    )
    done = empty.run("import", file)
    assert done.stdout == "nothing new, nothing written; 2 already in the archive\n"
    assert (empty.folder / "kistep.db").read_bytes(), (
        sorted(path.name for path in (empty.folder / "warc").iterdir()) == before
    )


@pytest.mark.parametrize("encoding", ["", "gzip", "br", "zstd"])
def test_bodies_in_every_coding_are_read(empty: Archive, tmp_path: Path, encoding: str) -> None:
    assert empty.run("import", str(warc(tmp_path / "a.warc.gz", A, encoding=encoding))).returncode == 0
    assert empty.rows("SELECT title, hits FROM posts") == [("One", 10)]
    assert_rebuild_equals(empty.folder)


def test_a_replay_address_is_unwrapped_and_its_capture_has_its_own_date(
    empty: Archive, tmp_path: Path
) -> None:
    wrapped = f"https://web.archive.org/web/20170708123456id_/{POST.format(NUMBER)}"
    assert (
        empty.run(
            "import", str(warc(tmp_path / "a.warc.gz", (wrapped, "2026-01-01T00:00:00Z", A[2])))
        ).returncode
        == 0
    )
    assert empty.rows("SELECT url, first_seen_at FROM posts") == [
        (POST.format(NUMBER), "2017-07-08T12:34:56.000000Z")
    ]
    assert empty.run("verify").returncode == 0
    assert_rebuild_equals(empty.folder)


def test_records_are_copied_with_their_headers_untouched(empty: Archive, tmp_path: Path) -> None:
    file = warc(tmp_path / "a.warc.gz", A)
    empty.run("import", str(file))
    ((name, offset),) = empty.rows("SELECT warc_file, warc_offset FROM revisions")
    assert read_record(empty.folder / "warc", name, offset, PAGES).raw == gzip.decompress(file.read_bytes())


def test_records_of_other_hosts_and_other_boards_are_counted_and_skipped(
    empty: Archive, tmp_path: Path
) -> None:
    others = [
        ("https://example.org/board.es?mid=a20501000000&bid=0051&act=view&list_no=1", A[1], A[2]),
        (POST.format(5).replace("0051", "0031"), A[1], A[2]),
    ]
    answer = empty.json("import", str(warc(tmp_path / "a.warc.gz", A, *others)))
    assert {row["reason"]: row["count"] for row in answer["results"]} == {
        "another host": 1,
        "unknown board": 1,
    }
    assert empty.value("SELECT count(*) FROM pages") == 1


def test_a_file_by_wget_brings_posts_with_their_files_and_images(empty: Archive, tmp_path: Path) -> None:
    with Replica() as site:
        boards = tmp_path / "boards.toml"
        address = f"{site.origin}/board.es?mid=a20501000000&bid=0051"
        boards.write_text(
            '[[board]]\nname = "news"\ntitle = "News"\nlayout = "es"\naddress = '
            f'"{address}"\nlanguage = "en"\n'
        )
        urls = [f"{address}&nPage=1", f"{address}&act=view&list_no={NUMBER}"]
        wget = [
            needed("wget"),
            "--quiet",
            "--page-requisites",
            "--execute=robots=off",
            f"--warc-file={tmp_path / 'w'}",
            "--directory-prefix",
            str(tmp_path / "w.d"),
            *urls,
        ]
        subprocess.run(wget, check=False, timeout=120)
        done = empty.run("--boards", str(boards), "import", str(tmp_path / "w.warc.gz"))
    assert (done.returncode, done.stderr) == (0, "")
    assert empty.rows("SELECT number, url FROM posts") == [(NUMBER, urls[1])]
    assert empty.value("SELECT count(*) FROM pages WHERE kind = 'listing'") == 1
    assert empty.value("SELECT count(*) FROM attachments WHERE kind = 'image' AND sha256 IS NOT NULL") >= 1
    assert empty.run("verify").returncode == 0
    assert_rebuild_equals(empty.folder)


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "the file is empty"), (b"<html>no</html>", "not a WARC or WACZ file"), (None, "No such file")],
)
def test_what_is_no_web_archive_is_refused_before_anything_is_written(
    empty: Archive, tmp_path: Path, content: bytes | None, message: str
) -> None:
    if content is not None:
        (tmp_path / "b.warc.gz").write_bytes(content)
    done = empty.run("import", str(warc(tmp_path / "a.warc.gz", A)), str(tmp_path / "b.warc.gz"))
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (empty.folder / "kistep.db").exists()


def test_a_cut_file_gives_what_is_whole_and_is_said_to_be_cut(empty: Archive, tmp_path: Path) -> None:
    file = warc(tmp_path / "a.warc.gz", A, B)
    file.write_bytes(file.read_bytes()[:-100])
    done = empty.run("import", str(file))
    assert done.returncode == 3
    assert "a.warc.gz at " in done.stderr
    assert empty.rows("SELECT title FROM posts") == [("One",)]
    assert empty.rows("SELECT verdict FROM runs") == [("incomplete",)]
    assert_rebuild_equals(empty.folder)


LISTING = "https://www.kistep.re.kr/board.es?mid=a20501000000&bid=0051&nPage=1"


def captured_board(titles: dict[int, str], day: str, posts_day: str) -> list[tuple[str, str, bytes]]:
    """A page of the listing, and the posts of its rows, which say these titles."""
    with small_site() as site, urlopen(f"{site.origin}/board.es?mid=a20501000000&bid=0051&nPage=1") as answer:
        listing = answer.read()
        entries = {entry.number: entry for entry in site.site.entries("es")}
        pages = {
            number: render_es.post(replace(entries[number], title=title or entries[number].title))
            for number, title in titles.items()
        }
    posts = [(POST.format(number), f"{posts_day}T00:00:00Z", text.encode()) for number, text in pages.items()]
    return [*posts, (LISTING, f"{day}T00:00:01Z", listing)]


SHOWN = [entry.number for entry in CURRENT[-6:]]


def test_posts_that_the_listing_of_the_same_file_denies_are_told(empty: Archive, tmp_path: Path) -> None:
    wrong = captured_board(dict.fromkeys(SHOWN[:4], "Another title"), "2024-05-01", "2024-05-01")
    done = empty.run("import", str(warc(tmp_path / "wrong.warc.gz", *wrong)))
    assert (done.returncode, done.stderr.count("\n")) == (4, 1)
    assert "4 problems, the first: news/" in done.stderr
    assert "title: the page says 'Another title', the listing '" in done.stderr


@pytest.mark.parametrize("case", ["edited since", "two of four", "right"])
def test_an_edited_title_or_a_few_of_many_are_no_contradiction(
    empty: Archive, tmp_path: Path, case: str
) -> None:
    titles = dict.fromkeys(SHOWN[:4], "Another title") if case == "edited since" else dict.fromkeys(SHOWN, "")
    titles |= dict.fromkeys(SHOWN[:2], "Another title") if case == "two of four" else {}
    day = "2024-07-01" if case == "edited since" else "2024-05-01"
    done = empty.run("import", str(warc(tmp_path / "x.warc.gz", *captured_board(titles, "2024-05-01", day))))
    assert (done.returncode, done.stderr) == (0, "")


def test_pages_that_could_not_be_read_are_counted_with_the_first_and_why(
    empty: Archive, tmp_path: Path
) -> None:
    broken = page("One").replace(b"Date", b"Datum").replace(b"Writer", b"Wer").replace(b"Hit", b"Zahl")
    captures = [(POST.format(number), "2024-05-01T00:00:00Z", broken) for number in (42794, 42800)]
    done = empty.run("import", str(warc(tmp_path / "x.warc.gz", *captures)))
    assert done.returncode == 0
    assert (
        f"2 pages could not be read (kept as evidence only), the first: {POST.format(42794)}: " in done.stdout
    )
