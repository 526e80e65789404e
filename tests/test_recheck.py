"""Visits to posts that are known, and walks to the end: what the top of a listing does not tell is found all the same."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import Archive, assert_rebuild_equals
from hypothesis import given
from hypothesis import strategies as st

from kistep_archive.rechecks import LONGEST, SHORTEST, Visited, interval, overdue
from kistep_archive.replica import Fault, Paragraph, Replica, Site
from kistep_archive.replica.content import generate
from kistep_archive.replica.standard import Change, History

POSTS = tuple(replace(post, files=(), blocks=(Paragraph(f"Of {post.title}."),)) for post in generate("es", 25))
EDITED, GONE = POSTS[20], POSTS[21]
BODY_ONLY = replace(EDITED, blocks=(*EDITED.blocks, Paragraph("A sentence that was added later.")))


@pytest.fixture
def site() -> Iterator[Replica]:
    """25 posts; on day 2 one of them has another body, which its listing row does not show."""
    with Replica(Site(History({("es", "0051"): POSTS}, {2: Change((BODY_ONLY,))}, {}))) as replica:
        yield replica


@pytest.fixture
def held(site: Replica, tmp_path: Path) -> Archive:
    archive = Archive(tmp_path / "archive", site.origin)
    assert archive.crawl().returncode == 0
    site.requests.clear()
    return archive


def on_site(archive: Archive, command: str, *more: str) -> list[str]:
    return [command, "news", "--origin", archive.origin, "--delay", "0", *more]


def test_an_edit_of_the_body_alone_is_found_by_a_recheck_and_kept_as_a_revision(held: Archive, site: Replica) -> None:
    site.site.day = 2
    done = held.later(100, *on_site(held, "recheck"))
    assert (done.returncode, done.stderr) == (0, "")
    assert len(site.requests) == 1 + len(POSTS)  # robots.txt, and each post once
    assert held.rows("SELECT kind, revised, unchanged FROM runs WHERE id = 2") == [("recheck", 1, len(POSTS) - 1)]
    assert held.rows(
        "SELECT changed FROM revisions JOIN posts p ON p.id = post_id WHERE number = ? AND changed <> '[]'", EDITED.number
    ) == [('["body_text", "body_html"]',)]
    assert_rebuild_equals(held.folder)


def test_nothing_is_due_right_after_a_crawl(held: Archive, site: Replica) -> None:
    assert held.run(*on_site(held, "recheck")).returncode == 0
    assert len(site.requests) == 0
    assert held.crawl().returncode == 0
    assert len(site.requests) == 3


@pytest.mark.parametrize("budget", [1, 4, 10])
def test_a_crawl_spends_its_budget_and_not_a_request_more(held: Archive, site: Replica, budget: int) -> None:
    assert held.later(100, *on_site(held, "crawl", "--recheck", str(budget))).returncode == 0
    assert len(site.requests) == 3 + budget  # robots.txt, page 1 of each layout
    assert held.rows("SELECT new, unchanged FROM runs WHERE id = 2") == [(0, budget)]


def test_with_a_budget_every_post_is_visited_within_its_time(held: Archive, site: Replica) -> None:
    for day in range(100, 106):
        assert held.later(day, *on_site(held, "recheck", "--budget", "5")).returncode == 0
    visited = held.rows("SELECT post_id, count(*) FROM sightings GROUP BY post_id")
    assert {count for _, count in visited} == {2}


def test_fault_c01_a_post_whose_own_page_is_gone_in_two_runs_counts_as_removed_and_returns(held: Archive, site: Replica) -> None:
    site.faults[f"list_no={GONE.number}"] = Fault(status=404, times=-1)
    for day, removed in ((100, 0), (101, 0), (200, 1)):
        done = held.later(day, *on_site(held, "recheck"))
        assert (done.returncode, done.stderr) == (0, "")
        assert held.value("SELECT count(*) FROM posts WHERE removed_at IS NOT NULL") == removed or day == 101
    site.faults.clear()
    assert held.later(400, *on_site(held, "recheck")).returncode == 0
    assert held.rows("SELECT restored FROM runs ORDER BY id DESC LIMIT 1") == [(1,)]
    assert held.value("SELECT count(*) FROM removals WHERE returned_at IS NOT NULL") == 1
    assert_rebuild_equals(held.folder)


def test_fault_c13_many_posts_gone_at_once_in_a_recheck_are_a_suspicion(held: Archive, site: Replica) -> None:
    site.faults["act=view"] = Fault(status=404, times=-1)
    for day in (100, 200):
        done = held.later(day, *on_site(held, "recheck"))
        assert done.returncode == 4
        assert "none was marked removed" in done.stderr
    assert held.value("SELECT count(*) FROM posts WHERE removed_at IS NOT NULL") == 0


def test_a_backfill_walks_to_the_end_although_everything_seems_to_be_held(held: Archive, site: Replica) -> None:
    assert held.run(*on_site(held, "backfill")).returncode == 0
    asked = [path for _, path in site.requests]
    assert sum("nPage=" in path for path in asked) == 4  # three pages, and the first again
    assert not any("act=view" in path for path in asked)
    assert held.rows("SELECT kind, verdict, new FROM runs WHERE id = 2") == [("backfill", "complete", 0)]


def test_a_backfill_goes_on_after_a_stop_and_pays_the_debts_of_earlier_runs(site: Replica, tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive", site.origin)
    site.faults[f"list_no={POSTS[3].number}"] = Fault(status=500, times=-1)
    site.faults["nPage=3"] = Fault(status=503, times=-1)
    assert archive.run(*on_site(archive, "backfill")).returncode == 3
    site.faults.clear()
    site.requests.clear()
    assert archive.run(*on_site(archive, "backfill")).returncode == 0
    assert archive.value("SELECT count(*) FROM posts") == len(POSTS)
    assert sum("act=view" in path for _, path in site.requests) == len(POSTS) - 20
    assert_rebuild_equals(archive.folder)


def test_a_backfill_of_some_days_fetches_those_and_goes_no_further_down(site: Replica, tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive", site.origin)
    since, until = POSTS[-8].date, POSTS[-3].date
    assert archive.run(*on_site(archive, "backfill", "--since", since, "--until", until)).returncode == 0
    assert archive.rows("SELECT number FROM posts ORDER BY number") == [(post.number,) for post in POSTS if since <= post.date <= until]
    assert not any("nPage=3" in path for _, path in site.requests)
    assert archive.value("SELECT count(*) FROM posts WHERE removed_at IS NOT NULL") == 0


@given(
    written=st.dates(datetime(2010, 1, 1).date(), datetime(2026, 1, 1).date()),
    after=st.integers(0, 3000),
    edited=st.none() | st.integers(0, 3000),
)
def test_the_interval_grows_with_stillness_and_stays_within_its_bounds(written: object, after: int, edited: int | None) -> None:
    start = datetime.fromisoformat(f"{written}T00:00:00+00:00")

    def at(days: int) -> str:
        return (start + timedelta(days=days)).isoformat(timespec="microseconds").replace("+00:00", "Z")

    post = Visited(str(written), None, at(after), None if edited is None else at(min(edited, after)))
    assert SHORTEST <= interval(post) <= LONGEST
    assert interval(replace(post, seen_at=at(after + 100))) >= interval(post)
    assert interval(replace(post, edited_at=at(after))) == SHORTEST
    assert overdue(post, at(after + 90)) >= 1


def test_a_monitor_is_told_by_exit_code_and_one_line(held: Archive, site: Replica) -> None:
    assert held.run("status", "--check").returncode == 0
    later = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()
    done = held.run("status", "--check", "--as-of", later)
    assert (done.returncode, done.stderr) == (3, "kistep-archive: news: stale\n")
    site.faults["act=view"] = Fault(status=404, times=-1)
    assert held.later(100, *on_site(held, "recheck")).returncode == 4
    done = held.run("status", "--check")
    assert (done.returncode, done.stderr.count("\n")) == (4, 1)
    assert "none was marked removed" in done.stderr
    assert held.json("status")["results"][0]["health"] == "site_changed"
