"""What a post's own address must answer before the post counts as removed, and what it may answer instead."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import Archive, assert_rebuild_equals
from first_days import first_day
from plain_posts import plain_posts

from kistep_archive.replica import Fault, Replica, Site
from kistep_archive.replica.standard import DayChange, History

POSTS = plain_posts("es", 12)
LOST = POSTS[4]
VISITS = (100, 101, 200)  # days; the second visit is the second proof


def serve(port: int) -> Replica:
    """Twelve posts; on day 2 the page of one is gone."""
    return Replica(Site(History({("es", "0051"): POSTS}, {2: DayChange((), (LOST.number,))}, {})), port=port)


@pytest.fixture
def site() -> Iterator[Replica]:
    with serve(first_day(serve).port) as replica:
        yield replica


@pytest.fixture
def archive(site: Replica, tmp_path: Path) -> Iterator[Archive]:
    """An archive of the first day."""
    archive = first_day(serve).copy(tmp_path / "archive", site)
    yield archive
    assert_rebuild_equals(archive.folder)


def codes(archive: Archive) -> list[int]:
    recheck = ("recheck", "news", "--origin", archive.origin, "--delay", "0")
    return [archive.later(day, *recheck).returncode for day in VISITS]


def removed(archive: Archive) -> list[tuple[int]]:
    return archive.rows("SELECT number FROM posts WHERE removed_at IS NOT NULL")


@pytest.mark.parametrize("gone", ["ko", "en", "home", "list", "to_home", "to_list"])
def test_fault_c16_a_post_whose_address_shows_a_notice_the_home_page_or_the_list_is_removed(
    archive: Archive, site: Replica, gone: str
) -> None:
    site.look.gone, site.site.day = gone, 2
    assert codes(archive) == [0, 0, 0]
    assert removed(archive) == [(LOST.number,)]
    site.site.day = 1
    assert archive.later(400, "recheck", "news", "--origin", site.origin, "--delay", "0").returncode == 0
    assert removed(archive) == []


ALERT = "<script>alert('{}');location.href='/login.es';</script>"


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (ALERT.format("세션이 존재하지 않습니다. 처음부터 다시 이용해 주세요."), "session"),
        (ALERT.format("조회 권한이 존재하지 않습니다."), "login"),
        ("<html><body><pre>java.lang.IllegalStateException: post not found</pre></body></html>", "error"),
        ("<html><body><p>You are in the queue. Your place will be removed.</p></body></html>", "waiting"),
        ("<html><body><p>점검 중이라 게시물이 존재하지 않습니다.</p></body></html>", "maintenance"),
        (ALERT.format("삭제되었습니다."), "unknown_alert"),
    ],
)
def test_fault_c15_a_page_of_another_matter_never_removes_a_post(
    archive: Archive, site: Replica, body: str, outcome: str
) -> None:
    site.faults[f"list_no={LOST.number}"] = Fault(body=body, times=-1)
    assert codes(archive) == [3, 3, 3]
    assert removed(archive) == []
    assert set(
        archive.rows("SELECT outcome FROM pages WHERE url LIKE '%=' || ? AND run_id > 1", LOST.number)
    ) == {(outcome,)}


def test_fault_c16_a_redirect_of_a_post_to_the_list_of_another_board_is_no_removal(
    archive: Archive, site: Replica
) -> None:
    there = {"Location": "/board.es?mid=a20502000000&bid=0052"}
    site.faults[f"list_no={LOST.number}"] = Fault(status=302, headers=there, times=-1)
    assert 0 not in codes(archive)
    assert removed(archive) == []
