"""A post's files: what is kept as one, what is refused, and what replaces what."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from commands import Archive, assert_rebuild_equals

from kistep_archive.evidence import log_reader, pages
from kistep_archive.evidence.events import LoggedResponse
from kistep_archive.ingest import ingest, results
from kistep_archive.model.outcomes import Outcome
from kistep_archive.replica import Answer, Fault, Replica, Site
from kistep_archive.replica.content import File, generate
from kistep_archive.replica.media import pdf, png
from kistep_archive.replica.standard import DayChange, History
from kistep_archive.warc import reader

ERROR = b"<!DOCTYPE html><html><head><title>Error</title></head><body>Please try again later.</body></html>"
GOOD = File(1, "보고서.pdf", "application/pdf", pdf(["The report."]))
POST = replace(generate("es", 1)[0], files=(GOOD,), blocks=())
EDITED = replace(
    POST, title=f"Corrected: {POST.title}", files=(replace(GOOD, body=pdf(["The report, corrected."])),)
)
HELD = "SELECT sha256, size, fetched_at FROM attachments WHERE kind = 'file'"


@pytest.fixture
def site() -> Iterator[Replica]:
    """One post with one PDF; on day 2 both are corrected."""
    with Replica(Site(History({("es", "0051"): (POST,)}, {2: DayChange((EDITED,))}, {}))) as replica:
        yield replica


@pytest.fixture
def archive(site: Replica, tmp_path: Path) -> Iterator[Archive]:
    """An empty archive of it, which in the end is what its evidence makes."""
    made = Archive(tmp_path / "archive", site.origin)
    yield made
    assert_rebuild_equals(made.folder)


def recheck(archive: Archive, days: float) -> int:
    return archive.later(days, "recheck", "news", "--origin", archive.origin, "--delay", "0").returncode


def serve(site: Replica, body: bytes, media_type: str) -> None:
    """Downloads answer with these bytes, under the PDF's address."""
    site.faults["/boardDownload.es"] = lambda method, target: Answer(
        body, media_type, headers=(("Content-Disposition", "attachment"),)
    )


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (ERROR, "application/pdf"), (ERROR, "application/octet-stream"), (ERROR, "text/html"),
        (b"ERROR: no such file", "text/plain"),
        (b'{"error": "no such file"}', "application/json"), (png(7), "image/png"), (b"", "application/pdf"),
        (GOOD.body[:-40], "application/pdf"),
    ],
    ids=["page as PDF", "page as bytes", "page", "words", "JSON", "picture", "nothing", "a part"],
)  # fmt: skip
def test_fault_f03_what_came_in_place_of_a_file_is_a_failure_and_never_replaces_a_good_one(
    archive: Archive, site: Replica, body: bytes, media_type: str
) -> None:
    serve(site, body, media_type)
    assert archive.crawl().returncode == 3
    assert archive.rows(HELD) == [(None, None, None)]
    reason = archive.value("SELECT reason FROM failures")
    assert any(words in reason for words in ("instead of the file", "is empty", "is incomplete"))
    site.faults.clear()
    assert archive.crawl().returncode == 0
    held = archive.rows(HELD)
    serve(site, body, media_type)
    assert recheck(archive, 100) == 3
    assert archive.rows(HELD) == held
    assert archive.value("SELECT count(*) FROM revisions") == 1


def test_a_right_file_under_a_wrong_type_is_kept(archive: Archive, site: Replica) -> None:
    serve(site, GOOD.body, "text/html;charset=UTF-8")
    assert archive.crawl().returncode == 0
    assert archive.value("SELECT size FROM attachments WHERE kind = 'file'") == len(GOOD.body)


def test_fault_f03_a_killed_run_knows_from_its_evidence_by_which_name_a_file_was_asked_for(
    archive: Archive, site: Replica
) -> None:
    serve(site, png(7), "application/octet-stream")
    archive.crawl()
    (path,) = ingest.evidence_files(archive.folder)
    told = log_reader.read(path)
    assert told is not None
    (answer,) = [
        entry for entry in told.entries if isinstance(entry, LoggedResponse) and entry.kind == "file"
    ]
    page = pages.read(path.parent, answer.evidence.file, answer.evidence.offset)
    assert answer.name == GOOD.name
    assert results.read_as(page, replace(answer, outcome=None), None) is Outcome.NOT_A_FILE


def test_fault_c11_a_replaced_file_is_counted_as_a_revision_also_by_a_run_that_died_and_told_as_news(
    archive: Archive, site: Replica, tmp_path: Path
) -> None:
    assert archive.crawl().returncode == 0
    serve(site, pdf(["The report, corrected."]), "application/pdf")
    done = archive.later(100, "recheck", "news", "--origin", site.origin, "--delay", "0")
    assert (done.returncode, "1 revised" in done.stdout) == (0, True)
    assert archive.rows("SELECT new, revised, unchanged FROM runs WHERE id = 2") == [(0, 1, 1)]
    assert archive.rows("SELECT changed FROM revisions WHERE changed <> '[]'") == [('["attachments"]',)]
    died = Archive(tmp_path / "died")
    (died.folder / "warc").mkdir(parents=True)
    for path in ingest.evidence_files(archive.folder):
        *_, closing = reader.walk(path)
        size = closing.offset if path.name.startswith("000002") else path.stat().st_size
        (died.folder / "warc" / path.name).write_bytes(path.read_bytes()[:size])
    assert died.run("rebuild").returncode == 0
    assert died.rows("SELECT verdict, new, revised FROM runs WHERE id = 2") == [(None, 0, 1)]


def test_fault_c11_an_edit_and_its_replaced_file_in_one_visit_are_counted_once(
    archive: Archive, site: Replica
) -> None:
    assert archive.crawl().returncode == 0
    site.site.day = 2
    assert archive.crawl().returncode == 0
    assert archive.rows("SELECT new, revised, unchanged FROM runs WHERE id = 2") == [(0, 1, 0)]


@pytest.mark.parametrize(
    ("where", "fault", "code"),
    [
        ("/board.es", Fault(body="<html><body><p>Another page</p></body></html>", times=-1), 4),
        ("/boardDownload.es", Fault(body=b"no gzip", headers={"Content-Encoding": "gzip"}, times=-1), 3),
    ],
    ids=["a page", "a file"],
)
def test_a_failure_names_its_address_once(
    archive: Archive, site: Replica, where: str, fault: Fault, code: int
) -> None:
    site.faults[where] = fault
    done = archive.crawl()
    told = done.stderr.partition("To look at the page")[0]
    assert (done.returncode, told.count(f"{where}?")) == (code, 1)
    assert archive.value("SELECT count(*) FROM failures WHERE instr(reason, 'http') > 0") == 0


def test_fault_b13_files_that_robots_txt_forbids_are_told_once_and_the_run_is_complete(
    archive: Archive, site: Replica
) -> None:
    rules = b"User-agent: *\nDisallow: /boardDownload.es\n"
    site.faults["/robots.txt"] = Fault(status=200, body=rules, media_type="text/plain", times=-1)
    for failed in (1, 0):
        done = archive.crawl()
        assert (done.returncode, done.stderr) == (0, "")
        assert archive.rows("SELECT verdict, failed FROM runs ORDER BY id DESC LIMIT 1") == [
            ("complete", failed)
        ]
    assert not any("/boardDownload.es" in path for _, path in site.requests)
    assert archive.rows("SELECT kind, reason FROM failures") == [("file", "robots.txt forbids it")]
    assert archive.run("status", "--check").returncode == 0
    assert ("note: 1 file of news was not fetched because robots.txt forbids it") in archive.run(
        "status"
    ).stdout
    site.faults.clear()
    assert archive.crawl().returncode == 0
    assert archive.rows("SELECT size FROM attachments WHERE kind = 'file'") == [(len(GOOD.body),)]
    assert "note: 1 file" not in archive.run("status").stdout


def test_a_crawl_tells_of_files_that_only_a_script_offers(tmp_path: Path) -> None:
    offer = """<ul><li><a href="javascript:fileDown('1')">plan.pdf</a></li></ul><div class="contents">"""
    with Replica(Site.generated(2)) as site:
        site.faults["act=view"] = Fault(
            rewrite=lambda page: page.replace('<div class="contents">', offer), times=-1
        )
        archive = Archive(tmp_path / "archive", site.origin)
        done = archive.crawl()
    assert done.returncode == 0
    assert (
        "2 posts with files that only a script offers, so they were not fetched: plan.pdf of" in done.stdout
    )
