"""What a run leaves undone, the next one does, however far down the listing it stands, whether the listing
declares a total or not."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import prepared
import pytest
from commands import Archive, assert_rebuild_equals, what_it_says
from first_days import first_day
from plain_posts import plain_posts

from kistep_archive.replica import Answer, Fault, Paragraph, Replica, Site
from kistep_archive.replica.standard import DayChange, History
from kistep_archive.store.store import Store

POSTS = plain_posts("es", 25)
LEGACY = plain_posts("jsp", 4)
EDITED = replace(POSTS[12], title="Another title")  # on page 2, or on page 3 when the news are there
NEWS = tuple(
    replace(
        POSTS[-1],
        number=95_000 + i,
        title=f"News {i}",
        date="2026-06-30",
        blocks=(Paragraph(f"Of News {i}."),),
    )
    for i in range(1, 16)
)
CHANGES = {2: DayChange((EDITED, NEWS[0])), 3: DayChange((EDITED, *NEWS))}
MAIN = "from kistep_archive.cli.main import main\nmain()"
FIRST, SECOND, LAST = (f"bid=0051&nPage={page}" for page in (1, 2, 3))


def serve(totals: bool, port: int = 0) -> Replica:
    """25 posts on three pages; on day 2 one is new and one on page 2 has another title, on day 3 fifteen are
    new. `totals`: whether the listing declares a total."""
    return Replica(
        Site(History({("es", "0051"): POSTS, ("jsp", "0051"): LEGACY}, CHANGES, {})), totals=totals, port=port
    )


@pytest.fixture(params=[True, False], ids=["a total", "no total"])
def site(request: pytest.FixtureRequest) -> Iterator[Replica]:
    with serve(request.param, first_day(serve, request.param).port) as made:
        yield made


@pytest.fixture
def archive(site: Replica, tmp_path: Path) -> Iterator[Archive]:
    """An empty archive."""
    archive = Archive(tmp_path / "archive", site.origin)
    yield archive
    assert_rebuild_equals(archive.folder)


@pytest.fixture
def crawled(archive: Archive, site: Replica) -> Archive:
    """An archive of the first day."""
    return first_day(serve, site.look.totals).copy(archive.folder, site)


@cache
def said_undisturbed(day: int, totals: bool) -> list[list[tuple[object, ...]]]:
    """What an archive says that was crawled on the first day and on this one, and never disturbed."""
    with TemporaryDirectory() as folder, serve(totals) as site:
        archive = Archive(Path(folder) / "archive", site.origin)
        for site.site.day in (1, day):
            assert archive.crawl().returncode == 0
        return what_it_says(archive)


def assert_as_undisturbed(archive: Archive, site: Replica) -> None:
    assert what_it_says(archive) == said_undisturbed(site.site.day, site.look.totals)


def number_of(post: object) -> str:
    return f"act=view&list_no={getattr(post, 'number', post)}"


def asked(site: Replica, part: str) -> int:
    return sum(part in path for _, path in site.requests)


def kill_at(archive: Archive, site: Replica, part: str) -> None:
    """A crawl that dies while the site is asked for this."""
    pid = archive.folder.with_name("pid")

    def shoot(*_: str) -> Answer:
        os.kill(int(pid.read_text()), signal.SIGKILL)
        return Answer(b"", dropped=True)

    site.faults[part] = shoot
    code = f"import os, pathlib; pathlib.Path({str(pid)!r}).write_text(str(os.getpid()))\n{MAIN}"
    options = ("--archive", str(archive.folder), "crawl", "news", "--origin", archive.origin, "--delay", "0")
    assert prepared.run([*options], code=code).returncode == -signal.SIGKILL
    site.faults.clear()
    site.requests.clear()


@pytest.mark.parametrize("part", [SECOND, LAST, number_of(POSTS[2])])
def test_fault_b01_what_failed_in_a_first_crawl_is_had_by_the_next_one(
    archive: Archive, site: Replica, part: str
) -> None:
    site.faults[part] = Fault(status=500, times=-1)
    assert archive.crawl().returncode == 3
    assert archive.run("status", "--check").returncode == 3
    site.faults.clear()
    assert archive.crawl().returncode == 0
    assert_as_undisturbed(archive, site)
    assert archive.run("status", "--check").returncode == 0


@pytest.mark.parametrize("part", [SECOND, LAST, number_of(POSTS[0]), number_of(POSTS[20])])
def test_fault_a01_after_a_kill_in_a_first_crawl_the_next_one_ends_where_an_undisturbed_one_does(
    archive: Archive, site: Replica, part: str
) -> None:
    kill_at(archive, site, part)
    assert archive.crawl().returncode == 0
    assert_as_undisturbed(archive, site)


def test_fault_a06_an_interrupt_in_the_midst_of_a_walk_costs_no_post(archive: Archive, site: Replica) -> None:
    def interrupt(*_: str) -> None:
        crawl.send_signal(signal.SIGINT)

    site.faults[number_of(POSTS[18])] = interrupt
    command = archive.command("crawl", "news", "--origin", archive.origin, "--delay", "0")
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as crawl:
        assert crawl.wait(timeout=120) == 3
    site.faults.clear()
    assert archive.crawl().returncode == 0
    assert_as_undisturbed(archive, site)


@pytest.mark.parametrize("day", [2, 3])
@pytest.mark.parametrize("part", [SECOND, number_of(EDITED), number_of(NEWS[0])])
def test_fault_b01_what_failed_in_a_later_crawl_is_had_by_the_next_one(
    crawled: Archive, site: Replica, part: str, day: int
) -> None:
    site.site.day = day
    site.faults[part] = Fault(status=500, times=-1)
    assert crawled.crawl().returncode == 3
    site.faults.clear()
    assert crawled.crawl().returncode == 0
    assert_as_undisturbed(crawled, site)
    assert crawled.run("status", "--check").returncode == 0


@pytest.mark.parametrize("part", [SECOND, number_of(EDITED)])
def test_fault_a01_an_edit_whose_page_was_in_flight_at_a_kill_is_fetched_by_the_next_crawl(
    crawled: Archive, site: Replica, part: str
) -> None:
    site.site.day = 2
    kill_at(crawled, site, part)
    assert crawled.crawl().returncode == 0
    assert_as_undisturbed(crawled, site)


def test_what_is_owed_is_asked_for_first_and_once_and_then_no_more(crawled: Archive, site: Replica) -> None:
    site.site.day = 2
    site.faults[number_of(EDITED)] = Fault(status=500, times=-1)
    assert crawled.crawl().returncode == 3
    site.requests.clear()
    # It is asked for again while it fails, and in vain: five times, as anything.
    assert crawled.crawl().returncode == 3
    assert (asked(site, number_of(EDITED)), asked(site, "act=view")) == (5, 5)
    site.faults.clear()
    site.requests.clear()
    assert crawled.crawl().returncode == 0
    paths = [path for _, path in site.requests if "0051" in path]
    assert number_of(EDITED) in paths[0]
    assert asked(site, "act=view") == 1
    site.requests.clear()
    assert crawled.crawl().returncode == 0
    # Where no total is declared, a listing of one page takes four.
    assert len(site.requests) == (3 if site.look.totals else 7)


def test_a_walk_that_was_had_whole_lets_the_next_one_end_early_also_when_a_post_failed(
    archive: Archive, site: Replica
) -> None:
    site.faults[number_of(POSTS[2])] = Fault(status=500, times=-1)
    assert archive.crawl().returncode == 3
    site.requests.clear()
    assert archive.crawl().returncode == 3
    assert asked(site, "nPage=") == (1 if site.look.totals else 2)


def test_what_is_owed_and_is_gone_by_now_is_owed_no_longer(archive: Archive, site: Replica) -> None:
    lost = POSTS[2]
    site.faults[number_of(lost)] = Fault(status=500, times=-1)
    assert archive.crawl().returncode == 3
    site.faults.clear()
    site.site.change(gone=[lost.number])
    assert archive.crawl().returncode == 0
    site.requests.clear()
    assert archive.crawl().returncode == 0
    assert asked(site, "act=view") == 0


def test_what_is_owed_and_still_fails_is_let_go_by_a_complete_walk_that_does_not_meet_it(
    archive: Archive, site: Replica
) -> None:
    lost = POSTS[2]
    site.faults[number_of(lost)] = Fault(status=500, times=-1)
    assert archive.crawl().returncode == 3
    site.site.change(gone=[lost.number])
    assert archive.run("backfill", "news", "--origin", archive.origin, "--delay", "0").returncode == 3
    site.requests.clear()
    assert archive.crawl().returncode == 0
    assert asked(site, "act=view") == 0


def test_a_backfill_of_some_days_leaves_the_others_for_the_next_crawl(
    archive: Archive, site: Replica
) -> None:
    day = POSTS[12].date
    assert (
        archive.run("backfill", "news", "--since", day, "--origin", archive.origin, "--delay", "0").returncode
        == 0
    )
    site.requests.clear()
    assert (
        archive.run("backfill", "news", "--since", day, "--origin", archive.origin, "--delay", "0").returncode
        == 0
    )
    assert asked(site, "act=view") == 0
    assert archive.crawl().returncode == 0
    assert_as_undisturbed(archive, site)


def test_a_dry_run_tells_of_what_is_owed_too(crawled: Archive, site: Replica) -> None:
    site.site.day = 2
    site.faults[number_of(EDITED)] = Fault(status=500, times=-1)
    assert crawled.crawl().returncode == 3
    site.requests.clear()
    done = crawled.crawl("--dry-run")
    assert (done.returncode, asked(site, "act=view")) == (0, 0)
    assert EDITED.title in done.stdout


def test_an_archive_from_before_debts_were_kept_is_walked_to_the_end_once(
    crawled: Archive, site: Replica
) -> None:
    with closing(Store(crawled.folder)) as store:
        store.conn.execute("DROP TABLE walk")
        store.conn.execute("DROP TABLE owed")
        store.conn.execute("DELETE FROM seal WHERE name IN ('walk', 'owed')")
        store.conn.execute("DELETE FROM _sqlite_migrations WHERE name IN ('m003_debts', 'm007_totals')")
    for pages in (6 if not site.look.totals else 4, 2 if not site.look.totals else 1):
        site.requests.clear()
        assert crawled.crawl().returncode == 0
        assert asked(site, "bid=0051&nPage=") == pages
    assert crawled.run("verify").returncode == 0
    assert crawled.run("rebuild").returncode == 0
