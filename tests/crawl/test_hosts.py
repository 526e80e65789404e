"""Boards on several hosts in one run: all hosts at the same time, and each as if it were the only one."""

import signal
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Barrier

from commands import assert_rebuild_equals
from hosts import running

from kistep_archive.replica import Answer, Fault, Image

SAID = "SELECT board, number, title, date, body_text, revisions FROM posts ORDER BY board, number"


def _all_at_once(count: int) -> Barrier:
    return Barrier(count, timeout=20)


def _once(together: Barrier) -> Callable[[str, str], Answer | None]:
    """The first request of a host waits until a request is open at every host."""
    first = iter((True,))

    def wait(_method: str, _target: str) -> Answer | None:
        if next(first, False):
            together.wait()
        return None

    return wait


def test_all_hosts_are_crawled_at_the_same_time_and_each_gets_one_request_at_a_time(tmp_path: Path) -> None:
    with running(tmp_path, 10) as site:
        together = _all_at_once(len(site.hosts))
        for host in site.hosts:
            host.faults["bid=0051"] = _once(together)
        assert site.run("crawl", delay="0.02") == (0, "")
        assert [host.most for host in site.hosts] == [1] * 10
        asked = site.take_requests()
    assert all(one == asked[0] for one in asked)
    assert site.archive.json("status", "--politeness")["verdict"] == "obeyed"
    assert site.archive.json("status", "--politeness")["smallest_gap"] >= 0.02
    assert site.archive.value("SELECT count(*) FROM posts") == 50
    assert_rebuild_equals(tmp_path)


def test_a_host_among_others_is_asked_for_the_same_as_alone_one_board_after_the_other(tmp_path: Path) -> None:
    with running(tmp_path / "alone", 1, posts=14, other=4) as site:
        assert site.run("crawl")[0] == 0
        (alone,) = site.take_requests()
    with running(tmp_path / "three", 3, posts=14, other=4) as site:
        assert site.run("crawl")[0] == 0
        asked = site.take_requests()
    assert [sorted(one) for one in asked] == [sorted(alone)] * 3
    for one in (alone, *asked):
        pages = [target for target in one if "nPage=" in target]
        assert pages == sorted(pages, key=lambda target: "bid=0052" in target)


def test_a_host_that_refuses_stops_its_own_boards_and_the_next_crawl_gets_them(tmp_path: Path) -> None:
    with running(tmp_path, 4, posts=5) as site:
        refuses, closed, busy, well = site.hosts
        refuses.faults["act=view"] = Fault(status=403, times=-1)
        closed.faults["/robots.txt"] = Fault(status=500, times=-1)
        busy.faults["nPage=1"] = Fault(status=503, headers={"Retry-After": "86400"}, times=-1)
        code, told = site.run("crawl")
        assert code == 3
        assert all(host.name in told for host in (refuses, closed, busy))
        assert well.name not in told
        views, robots, pages, _ = site.take_requests()
        assert sum("act=view" in target for target in views) in (3, 4)  # one may be on its way
        assert not any("board.es" in target for target in robots)
        assert len(pages) == 2
        assert dict(site.archive.rows("SELECT board, verdict FROM board_verdicts WHERE run_id = 1")) == {
            board: "complete" if host is well else "incomplete"
            for host in site.hosts
            for board in host.boards
        }
        assert site.archive.value("SELECT count(*) FROM posts WHERE board LIKE 'h4-%'") == 7
        assert_rebuild_equals(tmp_path)
        for host in site.hosts:
            host.faults.clear()
        assert site.run("crawl")[0] == 0
    assert site.archive.value("SELECT count(*) FROM posts") == 28
    assert_rebuild_equals(tmp_path)


def test_due_posts_of_all_hosts_are_visited_within_one_budget_the_most_urgent_first(tmp_path: Path) -> None:
    with running(tmp_path, 3, posts=5, other=2) as site:
        assert site.run("crawl")[0] == 0
        site.take_requests()
        done = site.archive.later(100, "recheck", *site.names, "--budget", "8", "--delay", "0")
        assert done.returncode == 0
        seen = [target for one in site.take_requests() for target in one if "act=view" in target]
        assert (len(seen), len(set(seen)) <= 7) == (8, True)
        together = _all_at_once(3)
        for host in site.hosts:
            host.faults["act=view"] = _once(together)
        assert (
            site.archive.later(200, "recheck", *site.names, "--budget", "21", "--delay", "0").returncode == 0
        )
        assert [sum("act=view" in target for target in one) for one in site.take_requests()] == [7, 7, 7]
        assert [host.most for host in site.hosts] == [1, 1, 1]
    assert_rebuild_equals(tmp_path)


def test_a_redirect_to_another_host_waits_for_that_hosts_turn(tmp_path: Path) -> None:
    with running(tmp_path, 2, posts=9) as site:
        one, other = site.hosts
        there = {"Location": f"{other.origin}/robots.txt"}
        one.faults["act=view"] = Fault(status=302, headers=there, times=6)
        other.faults["/"] = Fault(delay=0.03, times=-1)
        site.run("crawl")
        assert other.most == 1
        assert sum("robots.txt" in target for _, target in other.requests) >= 7


def test_a_file_on_a_host_that_refuses_makes_its_board_incomplete_and_is_fetched_later(
    tmp_path: Path,
) -> None:
    with running(tmp_path, 2) as site:
        one, other = site.hosts
        picture = f"{other.origin}/upload/picture.png"
        entry = one.site.entries("es")[0]
        one.site.change([replace(entry, blocks=(*entry.blocks, Image(picture)))])
        other.faults["/robots.txt"] = Fault(status=500, times=-1)
        assert site.run("crawl")[0] == 3
        assert site.archive.rows("SELECT url FROM failures WHERE url LIKE '%.png'") == [(picture,)]
        verdicts = "SELECT verdict FROM board_verdicts WHERE run_id = 1 AND board = ?"
        assert [site.archive.value(verdicts, board) for board in one.boards] == ["incomplete", "complete"]
        other.faults.clear()
        assert site.run("crawl")[0] == 0
        assert site.archive.value("SELECT sha256 FROM attachments WHERE url = ?", picture)


def test_a_run_over_several_hosts_that_is_killed_is_folded_in_and_continued(tmp_path: Path) -> None:
    with running(tmp_path / "whole", 3, posts=6) as site:
        assert site.run("crawl")[0] == 0
        whole = site.archive.rows(SAID)
    with running(tmp_path / "killed", 3, posts=6) as site:
        started = subprocess.Popen(site.command("crawl"), stderr=subprocess.DEVNULL)

        def kill(_method: str, _target: str) -> Answer | None:
            started.kill() if len(site.hosts[0].requests) == 6 else None
            return None

        site.hosts[0].faults["act=view"] = kill
        assert started.wait(60) == -signal.SIGKILL
        assert site.run("crawl")[0] == 0
        assert site.archive.rows(SAID) == whole
        assert all(len(asked) <= len(set(asked)) + 4 for asked in site.take_requests())
    assert_rebuild_equals(tmp_path / "killed")


def test_without_guards_the_rows_are_in_the_order_of_the_evidence_too(tmp_path: Path) -> None:
    with running(tmp_path, 3, posts=8) as site:
        assert site.run("crawl", "--accept-changes")[0] == 0
    assert_rebuild_equals(tmp_path)
