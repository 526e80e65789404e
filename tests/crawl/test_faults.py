"""Faults of disk, clock and wire that the other files do not meet; each test is named after its row."""

import resource
import signal
import socket
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
from commands import Archive, assert_rebuild_equals
from places import CHECKOUT

from kistep_archive.replica import Fault, Replica, Site
from kistep_archive.replica.content import generate
from kistep_archive.replica.standard import DayChange, History
from kistep_archive.warc.reader import walk

POSTS = 30


@pytest.fixture(scope="module")
def small() -> Iterator[Replica]:
    with Replica(Site.generated(POSTS)) as site:
        yield site


@pytest.fixture
def archive(tmp_path: Path, small: Replica) -> Iterator[Archive]:
    """An empty archive of the small site, whose faults end with the test."""
    small.requests.clear()
    yield Archive(tmp_path / "archive", small.origin)
    small.faults.clear()


def said(archive: Archive) -> list[tuple[object, ...]]:
    return archive.rows(
        "SELECT number, title, writer, date, body_text, body_html, url, revisions, "
        "removed_at FROM posts ORDER BY number"
    )


def crawl_on_a_disk_of(size: int, archive: Archive) -> subprocess.CompletedProcess[str]:
    """A crawl that can make no file larger than this, in bytes: each write beyond it fails, SQLite's and
    ours."""

    def limited() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    command = archive.command("crawl", "news", "--origin", archive.origin, "--delay", "0")
    return subprocess.run(command, capture_output=True, text=True, timeout=120, preexec_fn=limited)


def _responses(archive: Archive) -> int:
    """How many responses the evidence files hold."""
    records = (record for path in archive.folder.glob("warc/*") for record in walk(path))
    return sum(getattr(record, "type", "") in ("response", "revisit") for record in records)


SIZES = [1_000, 20_000, 60_000, 150_000, 250_000, 400_000, 1_000_000]


def test_fault_a04_a_disk_that_is_full_stops_the_run_at_once_and_a_rerun_ends_where_an_undisturbed_one_does(
    tmp_path: Path, small: Replica
) -> None:
    calm = Archive(tmp_path / "calm", small.origin)
    assert calm.crawl().returncode == 0
    refused = 0
    for size in SIZES:
        archive = Archive(tmp_path / str(size), small.origin)
        small.requests.clear()
        done = crawl_on_a_disk_of(size, archive)
        assert done.returncode in (0, 5), (size, done.stderr)
        assert "Traceback" not in done.stderr
        assert len(done.stderr.splitlines()) == (done.returncode == 5)
        if done.returncode == 5:
            refused += 1
            assert len(small.requests) < POSTS + 10  # it stopped asking
            if size > 60_000:
                assert len(small.requests) - _responses(archive) <= 3  # no more than what was in flight
        assert archive.crawl().returncode == 0
        assert said(archive) == said(calm)
        assert archive.run("verify").returncode == 0
        assert_rebuild_equals(archive.folder)
    assert refused >= 4


def test_fault_a12_a_clock_that_jumps_back_between_runs_makes_no_false_revision(tmp_path: Path) -> None:
    *rest, first = generate("es", 12)
    edited = [replace(first, title=f"({day}) {first.title}") for day in (2, 3)]
    history = History(
        {("es", "0051"): (*rest, first)}, {2: DayChange((edited[0],)), 3: DayChange((edited[1],))}, {}
    )
    with Replica(Site(history)) as site:
        archive = Archive(tmp_path / "archive", site.origin)
        crawl = ("crawl", "news", "--origin", site.origin, "--delay", "0")
        for day, clock in ((1, 0.0), (2, -1 / 24), (3, 0.0)):
            site.site.day = day
            done = archive.later(clock, *crawl)
            assert (done.returncode, done.stderr) == (0, "")
        titles = archive.rows(
            "SELECT r.title FROM revisions r JOIN posts p ON p.id = r.post_id WHERE number = ? ORDER BY r.id",
            first.number,
        )
        assert archive.value("SELECT title FROM posts WHERE number = ?", first.number) == edited[1].title
        assert sorted(titles) == sorted([(first.title,), (edited[0].title,), (edited[1].title,)])
        assert archive.value("SELECT sum(revisions) FROM posts") == len(rest) + 3
        assert_rebuild_equals(archive.folder)


@pytest.mark.parametrize(
    "fault", [Fault(delay=30.0, times=-1), Fault(dropped=True, times=-1)], ids=["no answer", "no byte"]
)
def test_fault_b04_a_page_that_never_comes_is_a_failure_and_the_rest_is_kept(
    archive: Archive, small: Replica, fault: Fault
) -> None:
    number = next(iter(small.site.entries("es"))).number
    small.faults[f"act=view&list_no={number}"] = fault
    crawl = [
        "crawl",
        "boards",
        "-a",
        "boards=news",
        "-a",
        f"archive={archive.folder}",
        "-a",
        f"origin={small.origin}",
    ]
    limits = ["-s", "DOWNLOAD_DELAY=0", "-s", "DOWNLOAD_TIMEOUT=0.3"]
    command = [archive.command()[0], "-m", "scrapy", *crawl, *limits]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=120)
    assert "Traceback" not in done.stderr
    assert archive.rows("SELECT verdict, exit_code FROM runs") == [("incomplete", 3)]
    assert archive.value("SELECT count(*) FROM failures WHERE url LIKE '%list_no=' || ?", number) == 1
    assert archive.value("SELECT count(*) FROM posts") == POSTS - 1


@pytest.mark.parametrize("share", [0.0, 0.3, 0.99], ids=["at once", "early", "late"])
def test_fault_b05_a_body_shorter_than_declared_is_asked_for_again(
    archive: Archive, small: Replica, share: float
) -> None:
    number = next(iter(small.site.entries("es"))).number
    small.faults[f"act=view&list_no={number}"] = Fault(cut=int(20_000 * share), times=1)
    done = archive.crawl()
    assert done.returncode == 0
    assert archive.value("SELECT count(*) FROM posts") == POSTS
    assert sum(f"act=view&list_no={number}" in path for _, path in small.requests) == 2
    assert_rebuild_equals(archive.folder)


@contextmanager
def raw(answer: bytes, *, reset: bool = False) -> Iterator[str]:
    """An origin that sends the same bytes to whoever connects, and then closes, or resets, the connection."""

    def serve() -> None:
        while True:
            try:
                client, _ = door.accept()
            except OSError:
                return
            with client:
                client.recv(65536)
                client.sendall(answer)
                if reset:
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with socket.create_server(("127.0.0.1", 0)) as door:
        thread = Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{door.getsockname()[1]}"
        finally:
            door.shutdown(socket.SHUT_RDWR)
            thread.join()


CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("answer", "reset"),
    [
        (b"", True),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 900\r\n\r\n<html>", True),
        (b"NONSENSE\r\n\r\n", False),
        (b"HTTP/1.1 two hundred\r\n\r\n", False),
        (CHUNKED + b"400\r\n<html><body>", False),
        (CHUNKED + b"zz\r\n<html></html>\r\n0\r\n\r\n", False),
    ],
    ids=["reset", "reset in the body", "no HTTP", "bad status", "chunk cut", "bad chunk size"],
)
def test_fault_b11_what_is_no_answer_ends_with_3_and_one_line(
    tmp_path: Path, answer: bytes, reset: bool
) -> None:
    with raw(answer, reset=reset) as origin:
        archive = Archive(tmp_path / "archive", origin)
        done = archive.crawl()
    assert done.returncode == 3
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stderr
    assert archive.rows("SELECT verdict, exit_code, fetched FROM runs") == [("incomplete", 3, 0)]
    assert_rebuild_equals(archive.folder)


def test_fault_b11_a_host_without_an_address_ends_with_3(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive", "http://no-such-host.invalid")
    done = archive.run("crawl", "news", "--origin", archive.origin)
    assert done.returncode == 3
    assert len(done.stderr.splitlines()) == 1
    assert archive.value("SELECT verdict FROM runs") == "incomplete"


def test_fault_c01_a_post_that_answers_with_an_alert_is_removed_at_the_second_strike_and_returns(
    archive: Archive, small: Replica
) -> None:
    assert archive.crawl().returncode == 0
    entry = small.site.entries("es")[4]
    text = archive.value("SELECT body_text FROM posts WHERE number = ?", entry.number)
    alert = (
        "<html><head><script>alert('존재하지 않는 게시물입니다.');history.back();</script></head><body>"
        "</body></html>"
    )
    small.faults[f"list_no={entry.number}"] = Fault(body=alert, times=-1)
    recheck = ("recheck", "news", "--origin", archive.origin, "--delay", "0")
    for day, removed in ((100, 0), (200, 1)):
        done = archive.later(day, *recheck)
        assert (
            done.returncode,
            archive.value("SELECT count(*) FROM posts WHERE removed_at IS NOT NULL"),
        ) == (0, removed)
        assert archive.value("SELECT body_text FROM posts WHERE number = ?", entry.number) == text
    small.faults.clear()
    assert archive.later(400, *recheck).returncode == 0
    assert archive.value("SELECT restored FROM runs ORDER BY id DESC") == 1
    assert archive.value("SELECT count(*) FROM posts WHERE removed_at IS NOT NULL") == 0
    assert archive.value("SELECT max(revisions) FROM posts") == 1
