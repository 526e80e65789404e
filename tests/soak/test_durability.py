"""What a power cut takes back, and the order in which things become durable."""

import os
import shutil
import signal
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest
from captured import pages, warc
from commands import Archive, assert_rebuild_equals, everything_in
from imported import assert_sound, import_into

from kistep_archive.crawl.fetch import Fetch
from kistep_archive.crawl.session import begin
from kistep_archive.http.response import Page
from kistep_archive.ingest.rebuild import open_store
from kistep_archive.ingest.runs import RunOrder
from kistep_archive.model.boards import Catalogue
from kistep_archive.model.outcomes import Outcome, PageKind, RunKind
from kistep_archive.replica import Replica
from kistep_archive.store.database import DATABASE_FILE
from kistep_archive.store.lock import take_lock
from kistep_archive.warc import writer as warc_writer

WAL = f"{DATABASE_FILE}-wal"
CUTS = (0.0, 0.03, 0.2, 0.5, 0.81, 0.97, 1.0)


def killed_after(archive: Archive, replica: Replica, requests: int) -> None:
    """A crawl that was killed once the site had been asked so often."""
    with subprocess.Popen(
        archive.command("crawl", "news", "--origin", archive.origin, "--delay", "0"),
        stderr=subprocess.DEVNULL,
    ) as crawl:
        while len(replica.requests) < requests and crawl.poll() is None:
            time.sleep(0.001)
        os.kill(crawl.pid, signal.SIGKILL)


def opened(folder: Path) -> dict[str, list[str]]:
    """Every row, once what the killed run left is folded in."""
    with closing(take_lock(folder, "test")), closing(open_store(folder)):
        return everything_in(folder / DATABASE_FILE)


@pytest.mark.whole_replica
def test_fault_a07_commits_that_a_power_cut_took_back_are_folded_in_from_the_evidence(
    tmp_path: Path, replica: Replica
) -> None:
    killed = Archive(tmp_path / "killed", replica.origin)
    killed_after(killed, replica, 120)
    log = (killed.folder / WAL).read_bytes()
    whole = None
    for share in CUTS:
        cut = Archive(tmp_path / f"cut-{share}", replica.origin)
        shutil.copytree(killed.folder, cut.folder)
        (cut.folder / WAL).write_bytes(log[: int(len(log) * share)])  # what had reached the disk
        (cut.folder / f"{DATABASE_FILE}-shm").unlink(missing_ok=True)
        rows = opened(cut.folder)
        whole = whole or rows
        assert rows == whole
    assert len(whole["post"]) > 50 if whole else False
    assert_rebuild_equals(cut.folder)


def test_fault_a07_a_row_commits_only_after_its_evidence_is_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    durable: list[int] = []
    fsync = os.fsync

    def watched(number: int) -> None:
        surely = os.fstat(number).st_size  # what is written while it works may be on the disk or not
        fsync(number)
        durable.append(surely)

    monkeypatch.setattr(os, "fsync", watched)
    catalogue = Catalogue()
    order = RunOrder(RunKind.CRAWL, catalogue.named(["news"]), catalogue, "", {"accept": True})
    session = begin(tmp_path / "archive", order)
    recorder = session.recorder
    (file,) = (session.folder / "warc").glob("*.open")
    for number in range(20):
        url = f"https://www.kistep.re.kr/robots.txt?{number}"
        page = Page(url, "2026-01-02T03:04:05.000000Z", 200, (), os.urandom(4000))
        fetched = recorder.keep(
            page,
            Fetch(url, url, PageKind.ROBOTS),
            protocol="HTTP/1.1",
            ip="",
            request=b"GET / HTTP/1.1\r\n\r\n",
        )
        recorder.record(PageKind.ROBOTS, fetched.evidence, Outcome.READ)
    written, commits = file.stat().st_size, list[int]()
    recorder.store.conn.set_trace_callback(
        lambda statement: commits.append(max(durable)) if statement == "COMMIT" else None
    )
    session.finish("finished")
    assert commits
    assert min(commits) >= written
    assert Archive(tmp_path / "archive").value("SELECT count(*) FROM pages") == 20


def test_fault_a07_an_import_commits_groups_of_rows_each_after_its_evidence_is_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = Archive(tmp_path / "archive")
    file = warc(tmp_path / "captured.warc.gz", *pages(120))
    durable, committed, fsync = [0], list[tuple[int, int]](), os.fsync

    def watched(number: int) -> None:
        if archive.rows("SELECT 1 FROM run"):
            committed.append(archive.rows("SELECT count(*), max(warc_offset + warc_length) FROM page")[0])
            assert (committed[-1][1] or 0) <= durable[-1]
        fsync(number)
        durable.append(os.fstat(number).st_size)

    monkeypatch.setattr(os, "fsync", watched)
    import_into(archive.folder, file)
    monkeypatch.undo()
    assert [rows for rows, _ in committed[:3]] == [0, 50, 100]
    assert archive.value("SELECT count(*) FROM pages") == 120


@pytest.mark.parametrize("fails", [2, 3])
def test_rows_whose_evidence_a_disk_did_not_write_are_made_by_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: int
) -> None:
    file, fsync, asked = warc(tmp_path / "captured.warc.gz", *pages(120)), os.fsync, []

    def refuses_once(number: int) -> None:
        asked.append(number)
        if len(asked) == fails:
            raise OSError(5, "Input/output error")
        fsync(number)

    monkeypatch.setattr(os, "fsync", refuses_once)
    with pytest.raises(OSError, match="Input/output error"):
        import_into(tmp_path / "archive", file)
    monkeypatch.undo()
    assert import_into(tmp_path / "archive", file).counts["new"] < 120
    assert_sound(tmp_path / "archive")
    assert Archive(tmp_path / "archive").value("SELECT count(*) FROM posts") == 120


def test_a_disk_that_refuses_to_write_says_so_before_a_row_is_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = warc_writer.Writer(tmp_path, "000001-crawl")
    writer.info({"software": "kistep-archive"}, "2026-01-02T03:04:05.000000Z")

    def refuses(_number: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", refuses)
    writer.begin_sync()
    with pytest.raises(OSError, match="Input/output error"):
        writer.sync()
    monkeypatch.undo()
    writer.close()
