"""Visits to posts that are known, and walks to the end: what the top of a listing does not tell is found all
the same."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from commands import Archive, assert_rebuild_equals, one_line
from first_days import first_day
from hypothesis import given
from hypothesis import strategies as st
from plain_posts import plain_posts

from kistep_archive.model.recrawl import LONGEST, SHORTEST, VisitedPost, interval, overdue, urgency
from kistep_archive.replica import Entry, Fault, Paragraph, Replica, Site
from kistep_archive.replica.content import Layout, generate
from kistep_archive.replica.standard import DayChange, History

POSTS = tuple(
    replace(post, files=(), blocks=(Paragraph(f"Of {post.title}."),)) for post in generate("es", 25)
)
TAGGED = tuple(replace(post, blocks=(Paragraph(f"Of {post.title}. #{post.number}"),)) for post in POSTS)
EDITED, GONE = POSTS[20], POSTS[21]
BODY_ONLY = replace(EDITED, blocks=(*EDITED.blocks, Paragraph("A sentence that was added later.")))


def serve(port: int) -> Replica:
    """25 posts; on day 2 one of them has another body, which its listing row does not show, on day 3 all
    have."""
    changes = {2: DayChange((BODY_ONLY,)), 3: DayChange(TAGGED)}
    return Replica(Site(History({("es", "0051"): POSTS}, changes, {})), port=port)


@pytest.fixture
def site() -> Iterator[Replica]:
    with serve(first_day(serve).port) as replica:
        yield replica


@pytest.fixture
def held(site: Replica, tmp_path: Path) -> Archive:
    """An archive of the first day."""
    return first_day(serve).copy(tmp_path / "archive", site)


def on_site(archive: Archive, command: str, *more: str) -> list[str]:
    return [command, "news", "--origin", archive.origin, "--delay", "0", *more]


def test_an_edit_of_the_body_alone_is_found_by_a_recheck_and_kept_as_a_revision(
    held: Archive, site: Replica
) -> None:
    site.site.day = 2
    done = held.later(100, *on_site(held, "recheck"))
    assert (done.returncode, done.stderr) == (0, "")
    assert len(site.requests) == 1 + len(POSTS)  # robots.txt, and each post once
    assert held.rows("SELECT kind, revised, unchanged FROM runs WHERE id = 2") == [
        ("recheck", 1, len(POSTS) - 1)
    ]
    assert held.rows(
        "SELECT changed FROM revisions JOIN posts p ON p.id = post_id WHERE number = ? AND changed <> '[]'",
        EDITED.number,
    ) == [('["body_text", "body_html"]',)]
    assert_rebuild_equals(held.folder)


def test_a_text_that_the_site_puts_into_every_body_is_no_edit_of_any(held: Archive, site: Replica) -> None:
    site.site.day = 3
    done = held.later(100, *on_site(held, "recheck"))
    assert done.returncode == 4
    assert re.search("([0-9]+) of \\1 posts that were read again have another body.* and is '", done.stderr)
    assert len(site.requests) < len(POSTS)
    assert held.value("SELECT count(*) FROM revisions WHERE changed <> '[]'") == 0
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


def test_fault_c01_a_post_whose_own_page_is_gone_in_two_runs_counts_as_removed_and_returns(
    held: Archive, site: Replica
) -> None:
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


@pytest.mark.parametrize(
    "page",
    [Fault(status=404, times=-1), Fault(body=b"<script>alert('deleted');history.back();</script>", times=-1)],
)
def test_fault_b10_a_post_that_leads_to_a_page_which_is_gone_is_a_failure_and_not_gone_itself(
    held: Archive, site: Replica, page: Fault
) -> None:
    site.faults |= {
        f"list_no={GONE.number}": Fault(status=302, headers={"Location": "/login.es"}, times=-1),
        "/login.es": page,
    }
    for day in (100, 101, 102):
        assert held.later(day, *on_site(held, "recheck")).returncode == 3
    assert held.value("SELECT count(*) FROM posts WHERE removed_at IS NOT NULL") == 0
    assert held.value("SELECT count(*) FROM failures") == 3
    assert_rebuild_equals(held.folder)


def test_fault_c01_a_post_whose_own_address_in_another_spelling_says_gone_is_gone(
    held: Archive, site: Replica
) -> None:
    session = "jsessionid=0123456789ABCDEF0123456789ABCDEF"
    there = f"/board.es;{session}?bid=0051&act=view&mid=a20501000000&list_no={GONE.number}"
    site.faults |= {there: Fault(status=404, times=-1)}
    site.faults |= {f"list_no={GONE.number}": Fault(status=302, headers={"Location": there}, times=-1)}
    for day in (100, 101):
        assert held.later(day, *on_site(held, "recheck")).returncode == 0
    assert held.value("SELECT count(*) FROM posts WHERE removed_at IS NOT NULL") == 1
    assert_rebuild_equals(held.folder)


def test_a_post_that_is_known_to_be_gone_is_looked_for_as_rarely_as_an_old_one(
    held: Archive, site: Replica
) -> None:
    site.faults[f"list_no={GONE.number}"] = Fault(status=404, times=-1)
    asked = []
    for day in (100, 101.5, 103, 120, 150, 195):
        site.requests.clear()
        assert held.later(day, *on_site(held, "recheck")).returncode == 0
        asked.append(sum(f"list_no={GONE.number}" in path for _, path in site.requests))
    assert asked == [1, 1, 0, 0, 0, 1]  # twice until it is believed, then after 90 days
    assert held.value("SELECT count(*) FROM removals") == 1
    assert_rebuild_equals(held.folder)


def test_an_old_post_whose_90_days_are_over_goes_before_young_ones_that_are_more_often_due() -> None:
    old = VisitedPost("2015-01-01", None, "2026-01-01T00:00:00Z", None)
    young = VisitedPost("2026-03-29", None, "2026-03-30T00:00:00Z", None)
    before, after = "2026-03-31T12:00:00Z", "2026-04-02T00:00:00Z"
    assert urgency(young, before) > urgency(old, before)
    assert overdue(young, after) > overdue(old, after)
    assert urgency(old, after) > urgency(young, after)


def test_fault_c13_many_posts_gone_at_once_in_a_recheck_are_a_suspicion(held: Archive, site: Replica) -> None:
    site.faults["act=view"] = Fault(status=404, times=-1)
    for day in (100, 200):
        done = held.later(day, *on_site(held, "recheck"))
        assert done.returncode == 4
        assert "none was marked as removed" in done.stderr
    assert held.value("SELECT count(*) FROM posts WHERE removed_at IS NOT NULL") == 0


def test_a_backfill_walks_to_the_end_although_everything_seems_to_be_held(
    held: Archive, site: Replica
) -> None:
    assert held.run(*on_site(held, "backfill")).returncode == 0
    asked = [path for _, path in site.requests]
    assert sum("nPage=" in path for path in asked) == 4  # three pages, and the first again
    assert not any("act=view" in path for path in asked)
    assert held.rows("SELECT kind, verdict, new FROM runs WHERE id = 2") == [("backfill", "complete", 0)]


def test_a_backfill_goes_on_after_a_stop_and_pays_the_debts_of_earlier_runs(
    site: Replica, tmp_path: Path
) -> None:
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


def test_a_backfill_of_some_days_fetches_those_and_goes_no_further_down(
    site: Replica, tmp_path: Path
) -> None:
    archive = Archive(tmp_path / "archive", site.origin)
    since, until = POSTS[-8].date, POSTS[-3].date
    done = archive.run(*on_site(archive, "backfill", "--since", since, "--until", until))
    assert done.returncode == 0
    assert "posts of other days were left out, and the next 'crawl' fetches them" in done.stdout
    assert archive.rows("SELECT number FROM posts ORDER BY number") == [
        (post.number,) for post in POSTS if since <= post.date <= until
    ]
    assert not any("nPage=3" in path for _, path in site.requests)
    assert archive.value("SELECT count(*) FROM posts WHERE removed_at IS NOT NULL") == 0


# old addresses, and listings that declare no total

OLD = plain_posts("jsp", 25)
OLD_EDITED, OLD_GONE = replace(OLD[20], blocks=(Paragraph("Written anew."),)), OLD[3]
LISTINGS = "thisPage="


def serve_untold(port: int) -> Replica:
    """Twelve posts, and an old address with 25; no listing declares a total."""
    boards = {("es", "0051"): POSTS[-12:], ("jsp", "0051"): OLD}
    return Replica(Site(History(boards, {}, {})), totals=False, port=port)


@pytest.fixture
def untold() -> Iterator[Replica]:
    with serve_untold(first_day(serve_untold).port) as replica:
        yield replica


@pytest.fixture
def old(untold: Replica, tmp_path: Path) -> Iterator[Archive]:
    archive = first_day(serve_untold).copy(tmp_path / "old", untold)
    yield archive
    assert_rebuild_equals(archive.folder)


def change_old(site: Replica, put: tuple[Entry, ...] = (), gone: tuple[int, ...] = ()) -> None:
    """What happens on the old board."""
    usual = site.site.entries
    changed = {entry.number: entry for entry in put}

    def entries(layout: Layout, bid: str = "0051") -> list[Entry]:
        return [
            changed.get(entry.number, entry)
            for entry in usual(layout, bid)
            if not (layout == "jsp" and entry.number in gone)
        ]

    def entry(layout: Layout, number: int, bid: str = "0051") -> Entry | None:
        return next((each for each in entries(layout, bid) if each.number == number), None)

    site.site.entries, site.site.entry = entries, entry  # type: ignore[method-assign]


def asked(site: Replica, part: str) -> int:
    return sum(part in path for _, path in site.requests)


def test_a_post_under_the_old_address_is_visited_again_like_any_other(old: Archive, untold: Replica) -> None:
    change_old(untold, (OLD_EDITED,))
    assert old.later(100, *on_site(old, "recheck")).returncode == 0
    assert asked(untold, "bbIdx=") == len(OLD)
    assert old.rows("SELECT revised, unchanged FROM runs WHERE id = 2") == [(1, len(OLD) + 12 - 1)]


def test_the_most_urgent_posts_are_visited_first_whichever_address_they_stand_under(
    old: Archive, untold: Replica
) -> None:
    assert old.later(100, *on_site(old, "recheck", "--budget", "3")).returncode == 0
    # The youngest ones, although the old ones are due too.
    assert (asked(untold, "act=view"), asked(untold, "bbIdx=")) == (3, 0)


def test_an_old_address_that_was_found_out_of_service_is_not_asked_for_its_posts_until_it_is_back(
    old: Archive, untold: Replica
) -> None:
    untold.faults["/en/c4"] = Fault(status=404, times=-1)
    assert old.later(20, *on_site(old, "crawl")).returncode == 0
    untold.requests.clear()
    assert old.later(100, *on_site(old, "recheck")).returncode == 0
    assert asked(untold, "/en/c4") == 0
    untold.faults.clear()
    assert old.later(101, *on_site(old, "crawl", "--recheck", "5")).returncode == 0
    untold.requests.clear()
    assert old.later(200, *on_site(old, "recheck")).returncode == 0
    assert asked(untold, "bbIdx=") == len(OLD)


def test_a_listing_without_a_total_is_walked_to_its_end_once_a_month(old: Archive, untold: Replica) -> None:
    whole = 2 * 4  # three pages and one past the end; two walks must agree
    for day, pages in ((29, 2), (30, whole), (31, 2), (59, 2), (60.5, whole)):
        untold.requests.clear()
        assert old.later(day, *on_site(old, "crawl", "--recheck", "0")).returncode == 0
        assert asked(untold, LISTINGS) == pages, day


def test_a_post_that_goes_from_the_last_page_of_a_listing_without_a_total_is_found(
    old: Archive, untold: Replica
) -> None:
    change_old(untold, gone=(OLD_GONE.number,))
    assert old.later(30, *on_site(old, "crawl")).returncode == 0
    assert old.value("SELECT count(*) FROM posts WHERE removed_at IS NOT NULL") == 0
    assert old.later(32, *on_site(old, "crawl")).returncode == 0  # it was missed, so it is due after a day
    assert old.rows("SELECT number FROM posts WHERE removed_at IS NOT NULL") == [(OLD_GONE.number,)]


@given(
    written=st.dates(datetime(2010, 1, 1).date(), datetime(2026, 1, 1).date()),
    after=st.integers(0, 3000),
    edited=st.none() | st.integers(0, 3000),
)
def test_the_interval_grows_with_stillness_and_stays_within_its_bounds(
    written: object, after: int, edited: int | None
) -> None:
    start = datetime.fromisoformat(f"{written}T00:00:00+00:00")

    def at(days: int) -> str:
        return (start + timedelta(days=days)).isoformat(timespec="microseconds").replace("+00:00", "Z")

    post = VisitedPost(str(written), None, at(after), None if edited is None else at(min(edited, after)))
    assert SHORTEST <= interval(post) <= LONGEST
    assert interval(replace(post, seen_at=at(after + 100))) >= interval(post)
    assert interval(replace(post, edited_at=at(after))) == SHORTEST
    assert overdue(post, at(after + 90)) >= 1


def test_a_monitor_is_told_by_exit_code_and_one_line(held: Archive, site: Replica) -> None:
    assert held.run("status", "--check").returncode == 0
    later = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()
    done = held.run("status", "--check", "--as-of", later)
    assert done.returncode == 3
    assert done.stderr.startswith(
        "kistep-archive: news needs attention: stale: the last complete run was 9 days ago"
    )
    site.faults["act=view"] = Fault(status=404, times=-1)
    assert held.later(100, *on_site(held, "recheck")).returncode == 4
    done = held.run("status", "--check")
    assert (done.returncode, done.stderr.count("\n")) == (4, 1)
    assert "none was marked as removed" in done.stderr
    assert held.json("status")["results"][0]["health"] == "site_changed"


def test_a_recheck_of_a_folder_that_is_no_archive_makes_none(tmp_path: Path) -> None:
    one_line(Archive(tmp_path / "typo").run("recheck"), 2, "typo", "not an archive", "--archive DIR")
    assert list(tmp_path.iterdir()) == []
