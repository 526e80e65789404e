"""The guards of a run: whom they ask when page after page cannot be read."""

import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from parsed import parsed

from kistep_archive.evidence.events import RunStart
from kistep_archive.ingest.guards.guard import Guarding
from kistep_archive.model.items import ListedRow
from kistep_archive.model.outcomes import PageKind
from kistep_archive.store.rows import fold, runs
from kistep_archive.store.store import Store
from kistep_archive.warc.location import Evidence

NEWS = ("news", "es")
POST = parsed()


@pytest.fixture
def guard(tmp_path: Path) -> Iterator[Guarding]:
    """Of a second run; the first one read the posts 1 to 4."""
    with closing(Store(tmp_path)) as store:
        for run in (1, 2):
            runs.begin(
                store.conn, RunStart(run, f"{run:06d}", "crawl", "2026-01-01T00:00:00Z", "", ["news"], {}, ())
            )
        for number in range(1, 5):
            place = Evidence("1.warc.gz", number, 90, str(number), "u", f"2026-01-01T00:00:0{number}Z", 200)
            post, listed = replace(POST, number=number, title=f"Opening {number}"), ListedRow("[]")
            fold.save_post(store.conn, 1, fold.PostPage("news", f"https://x/{number}", place, listed), post)
        yield Guarding(store, "2.warc.gz", on=True)


def test_a_run_asks_two_witnesses_once_three_pages_cannot_be_read_and_then_is_certain(
    guard: Guarding,
) -> None:
    asked = set()
    for url in ("u", "v", "w"):
        assert guard.witness(NEWS, at_end=False, spare=True) is None
        guard.judge_unreadable(NEWS, url, PageKind.POST, "no date")
    for _ in range(2):
        assert not guard.is_convicted(NEWS)
        witness = guard.witness(NEWS, at_end=False, spare=False)
        assert witness is not None
        asked.add(witness.number)
    assert (len(asked), guard.is_convicted(NEWS)) == (2, True)
    assert guard.witness(NEWS, at_end=False, spare=False) is None


def test_a_page_that_can_be_read_ends_the_suspicion(guard: Guarding) -> None:
    for url in ("u", "v", "w"):
        guard.judge_unreadable(NEWS, url, PageKind.POST, "no date")
    for _ in range(2):
        guard.witness(NEWS, at_end=False, spare=False)
    guard.post(NEWS, "x", replace(POST, title="Opening 1"), None)
    assert (guard.is_convicted(NEWS), guard.settle()) == (False, [])


def test_the_rows_of_several_hosts_are_written_in_the_order_of_their_evidence(guard: Guarding) -> None:
    written = list[int]()
    for offset in (300, 100, 200):
        guard.write(None, offset, written.append, (offset,))
    guard.release(lambda _kind, _kept: None)
    assert written == [100, 200, 300]


@pytest.mark.slow
def test_what_waits_for_the_verdict_takes_no_memory(guard: Guarding) -> None:
    lengths = list[int]()
    tracemalloc.start()
    try:
        for number in range(1, 101):
            post = replace(POST, number=number, title=f"Opening {number}", body_text=f"{number} " * 5_000)
            guard.post(NEWS, f"https://www.kistep.re.kr/{number}", post, None)
            guard.write(NEWS, number, lambda post: lengths.append(len(post.body_text)), (post,))
        held, _peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    guard.release(lambda _kind, _kept: None)
    assert (len(lengths), max(lengths)) == (100, 20_000)
    assert held < 500_000


@pytest.mark.parametrize("on", [True, False])
def test_rows_are_written_in_the_order_of_the_evidence_whether_pages_are_judged_or_not(
    guard: Guarding, on: bool
) -> None:
    guard.on, written = on, list[int]()
    for offset in (20, 10, 30):  # the answers of several hosts may be read in another order
        guard.write(None, offset, written.append, (offset,))
    guard.release(lambda kind, evidence: None)
    assert written == [10, 20, 30]
