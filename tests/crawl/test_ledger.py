"""What a crawl asks for and what the ledger says of it: each request ends in one outcome. (After each command
that a test of this suite runs, the sums of all runs are looked at: see support/commands.py.)"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import Archive, assert_ledger_adds_up, assert_rebuild_equals

from kistep_archive.replica import Fault, Replica, Site
from kistep_archive.replica.content import generate
from kistep_archive.replica.standard import History

POSTS = tuple(generate("es", 25, seed=9))


@pytest.fixture
def replica() -> Iterator[Replica]:
    """25 posts on three pages, and an old address with three."""
    with Replica(
        Site(History({("es", "0051"): POSTS, ("jsp", "0051"): tuple(generate("jsp", 3, seed=9))}, {}, {}))
    ) as site:
        yield site


@pytest.fixture(autouse=True)
def rebuild_equals_crawl(archive: Archive) -> Iterator[None]:
    yield
    assert_rebuild_equals(archive.folder)


def listing_pages(replica: Replica) -> list[int]:
    return [
        int(path.rpartition("nPage=")[2])
        for _, path in replica.requests
        if path.startswith("/board.es") and "nPage=" in path
    ]


def test_hits_that_rise_are_recorded_from_the_listing_and_no_post_is_asked_for(
    archive: Archive, replica: Replica
) -> None:
    archive.crawl()
    replica.requests.clear()
    newest = POSTS[-1].number
    before = archive.rows("SELECT h.hits FROM hits h JOIN posts p ON p.id = post_id WHERE number = ?", newest)
    for _ in range(7):
        risen = replica.site.viewed("es", newest)
    assert archive.crawl().returncode == 0
    assert len(replica.requests) == 3  # robots.txt and page 1 of each layout
    assert archive.rows(
        "SELECT h.hits FROM hits h JOIN posts p ON p.id = post_id WHERE number = ?", newest
    ) == [*before, (risen,)]
    assert archive.rows("SELECT hits, revisions FROM posts WHERE number = ?", newest) == [(risen, 1)]
    assert archive.rows("SELECT new, revised, unchanged FROM runs WHERE id = 2") == [(0, 0, 0)]


@pytest.mark.parametrize(
    ("unshown", "says"),
    [
        (2, "the listing declares 27 posts, but 2 walks found 25: 2 missing"),
        (-2, "the listing declares 23 posts, but 2 walks found 25: 2 too many"),
    ],
)
def test_fault_c04_a_total_that_does_not_add_up_is_walked_for_once_more_and_then_said(
    archive: Archive, replica: Replica, unshown: int, says: str
) -> None:
    assert archive.crawl().returncode == 0
    replica.requests.clear()
    replica.faults["/en/c4"] = Fault(status=404, times=-1)
    replica.look.unshown = unshown
    done = archive.crawl()
    assert done.returncode == 3
    assert 'write total = "ignore" for the board' in done.stderr
    assert says in done.stderr
    # Each walk's end reads page 1, and the second begins with that.
    assert listing_pages(replica) == [1, 2, 3, 1, 2, 3, 1]
    assert not any("act=view" in path for _, path in replica.requests)
    assert archive.rows("SELECT verdict, removed FROM runs WHERE id = 2") == [("incomplete", 0)]
    replica.look.unshown = 0
    replica.faults.clear()
    replica.requests.clear()
    assert archive.crawl().returncode == 0
    assert listing_pages(replica) == [1]


def test_fault_b14_a_request_that_brings_no_answer_is_an_outcome_also_when_the_next_one_does(
    archive: Archive, replica: Replica
) -> None:
    replica.faults[f"list_no={POSTS[0].number}"] = Fault(dropped=True, times=2)
    assert archive.crawl().returncode == 0
    requested, fetched, failed = archive.rows("SELECT requested, fetched, failed FROM runs")[0]
    assert (requested, fetched, failed) == (len(replica.requests), len(replica.requests) - 2, 0)
    asked = archive.rows("SELECT url, kind, reason FROM unanswered_requests")
    assert {(url.rpartition("list_no=")[2], kind) for url, kind, _ in asked} == {
        (str(POSTS[0].number), "post")
    }
    assert len(asked) == 2
    assert all(reason for *_, reason in asked)


def test_fault_b14_a_bug_in_the_reading_of_a_page_leaves_no_request_without_an_outcome(
    archive: Archive,
) -> None:
    number = POSTS[3].number
    bug = (
        "import kistep_archive.crawl.reading as reading\n"
        "read = reading.parse\n"
        "def parse(page, board):\n"
        f"    if 'act=view' in page.url and 'list_no={number}' in page.url:\n"
        "        raise RuntimeError('a bug')\n"
        "    return read(page, board)\n"
        "reading.parse = parse\n"
        "from kistep_archive.cli.main import main\n"
        "main()"
    )
    command = [
        sys.executable,
        "-c",
        bug,
        *archive.command("crawl", "news", "--origin", archive.origin, "--delay", "0")[5:],
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 3
    assert "internal error, please report it: RuntimeError: a bug" in done.stderr
    assert_ledger_adds_up(archive.folder)
    assert archive.rows(
        "SELECT url LIKE ?, outcome FROM pages WHERE outcome = 'internal_error'", f"%list_no={number}"
    ) == [(1, "internal_error")]
    assert archive.value("SELECT requested - fetched FROM runs") == 0


def test_fault_b14_a_run_that_died_has_the_sums_of_what_is_on_record(
    archive: Archive, replica: Replica, tmp_path: Path
) -> None:
    command = archive.command("crawl", "news", "--origin", archive.origin, "--delay", "0")
    replica.faults["nPage=2"] = Fault(dropped=True, times=1)
    replica.faults["nPage=3"] = lambda *_: crawl.kill()
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as crawl:
        crawl.wait(timeout=120)
    replica.faults.clear()
    assert archive.crawl().returncode == 0
    requested, fetched, verdict = archive.rows("SELECT requested, fetched, verdict FROM runs WHERE id = 1")[0]
    assert (requested, verdict) == (fetched + 1, None)
    assert fetched > 20
