"""The run log is read by its types: what is known of a newer log is read, what is not is named, and one bad
record costs itself only."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kistep_archive.evidence import log_reader, run_log
from kistep_archive.evidence.events import (
    COUNTERS,
    Failure,
    LoggedResponse,
    MissedPosts,
    RunLog,
    RunStart,
    Unanswered,
    WalkEnded,
)
from kistep_archive.http.response import Page, digest
from kistep_archive.model.boards import BUILT_IN
from kistep_archive.model.items import ListedRow
from kistep_archive.model.outcomes import Outcome, PageKind, Verdict, WalkEnd
from kistep_archive.warc.writer import Writer

AT = "2026-01-02T03:04:05.678901Z"
NAME = "000007-crawl-20260102T030405Z"
START = RunStart(7, NAME, "crawl", AT, "", ["news"], {"delay": 1.0}, BUILT_IN, True)
POST = Page(
    "https://www.kistep.re.kr/board.es?mid=a20501000000&bid=0051&act=view&list_no=5",
    AT,
    200,
    (),
    b"<html></html>",
)
FINISHED: dict[str, Any] = {
    "event": "finished", "run": 7, "finished_at": AT, "verdict": "incomplete", "exit_code": 3, "reason": "x",
    "counts": {"new": 2}, "boards": [],
}  # fmt: skip


def log_of(
    folder: Path,
    *blocks: bytes | dict[str, Any],
    said: dict[str, str] | None = None,
    came_to: str = "",
    **info: str,
) -> RunLog:
    """The log of a run with one post, which came to this outcome, and these metadata records, JSON or any
    bytes."""
    writer = Writer(folder, NAME)
    writer.info(run_log.started(START, "kistep-archive/0", "x") | info, AT)
    request = run_log.request(
        PageKind.POST, ("news", "es"), POST.url, POST.url, ListedRow('["A title", null, null, true]'), AT
    )
    told = request if said is None else said
    kept = writer.response(POST, digest(POST.body), protocol="HTTP/1.1", ip="", request=b"", metadata=told)
    if came_to:
        writer.metadata(
            "urn:x", {"event": "outcome", "offset": kept.offset, "kind": "post", "outcome": came_to}, AT
        )
    for block in blocks:
        if isinstance(block, dict):
            writer.metadata("urn:x", block, AT)
        else:
            writer.copy(_record(block))
    writer.close()
    read = log_reader.read(folder / f"{NAME}.warc.gz")
    assert read is not None
    return read


def _record(block: bytes) -> bytes:
    head = (
        f"WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Record-ID: <urn:uuid:{len(block)}>\r\nWARC-Date: {AT}\r\n"
    )
    return (
        (f"{head}Content-Type: application/json\r\nContent-Length: {len(block)}\r\n\r\n").encode()
        + block
        + b"\r\n\r\n"
    )


def test_what_a_run_writes_is_read_back(tmp_path: Path) -> None:
    events = [
        run_log.failure(Failure("u", PageKind.FILE, Outcome.NOT_A_FILE, "an error page", AT)),
        run_log.unanswered(Unanswered("u", PageKind.LISTING, "refused", AT, AT)),
        run_log.missed(MissedPosts("news", "es", (3, 4), AT)),
        run_log.walked(WalkEnded("news", "es", WalkEnd.SHORT, AT)),
    ]
    log = log_of(tmp_path, *events, FINISHED | {"boards": [["news", "incomplete", "y"]]})
    response, failure, unanswered, missed, walked = log.entries
    assert isinstance(response, LoggedResponse)
    assert (response.kind, response.board_key, response.row and response.row.title) == (
        PageKind.POST,
        ("news", "es"),
        "A title",
    )
    assert failure == Failure("u", PageKind.FILE, Outcome.NOT_A_FILE, "an error page", AT, failure.offset)  # type: ignore[union-attr]
    assert unanswered == Unanswered("u", PageKind.LISTING, "refused", AT, AT, unanswered.offset)  # type: ignore[union-attr]
    assert (missed, walked) == (
        MissedPosts("news", "es", (3, 4), AT),
        WalkEnded("news", "es", WalkEnd.SHORT, AT),
    )
    assert log.ended is not None
    assert (log.ended.verdict, log.ended.counts, log.ended.boards[0].reason) == (
        Verdict.INCOMPLETE,
        {"new": 2},
        "y",
    )
    assert (log.began, log.damage, log.unknown) == (START, [], [])


def test_fault_a14_unknown_keys_and_counters_of_a_newer_program_are_passed_over(tmp_path: Path) -> None:
    counts = {"new": 2, "bytes_fetched": 9, "id = 1; --": 1}
    log = log_of(tmp_path, FINISHED | {"counts": counts, "duration": 3.5}, **{"colour": "blue"})
    assert log.ended is not None
    assert (log.ended.counts, log.damage, log.unknown) == ({"new": 2}, [], [])
    assert set(log.ended.counts) <= set(COUNTERS)


def test_fault_a14_an_unknown_event_and_a_newer_version_are_named_and_the_rest_is_read(
    tmp_path: Path,
) -> None:
    log = log_of(tmp_path, {"event": "rewound", "board": "news"}, FINISHED, **{"run-log": "9"})
    assert log.ended is not None
    assert log.damage == []
    assert ["version 9" in log.unknown[0], "'rewound'" in log.unknown[1]] == [True, True]


@pytest.mark.parametrize(
    "block",
    [b"{", b"\xff\xfe", b"[1, 2]", b"[" * 200_000, b'{"event": "missed"}', b'{"event": "walked", "board": 1}',
    b"1" * 5000,
     b'{"event": "outcome", "offset": 99999999999999999999, "kind": "post", "outcome": "gone"}',
     b'{"event": "walked", "board": "\\ud800", "layout": "es", "ended": "complete", "at": "x"}'],
)  # fmt: skip
def test_fault_a15_a_record_that_cannot_be_read_is_named_with_its_offset_and_costs_itself(
    tmp_path: Path, block: bytes
) -> None:
    log = log_of(tmp_path, block, FINISHED)
    assert log.ended is not None
    (damage,) = log.damage
    assert damage.startswith(f"{NAME}.warc.gz at ")
    assert len(log.entries) == 1


@pytest.mark.parametrize("said", [{"kind": "post", "row": "{"}, {"kind": "post", "row": '[["a"]]'}])
def test_a_request_that_cannot_be_read_costs_its_response(tmp_path: Path, said: dict[str, str]) -> None:
    log = log_of(tmp_path, FINISHED, said=said)
    assert (len(log.damage), log.entries) == (1, [])


def test_a_kind_of_page_that_is_not_known_becomes_no_rows(tmp_path: Path) -> None:
    (entry,) = log_of(tmp_path, said={"kind": "video"}).entries
    assert isinstance(entry, LoggedResponse)
    assert entry.kind is PageKind.OTHER


@pytest.mark.parametrize(
    ("word", "outcome"),
    [("asked for again", Outcome.RETRIED), ("not whole, asked for "
                                            "again", Outcome.NOT_WHOLE), ("something else",
                                            Outcome.OTHER_PAGE),
     ("not a file", Outcome.NOT_A_FILE), ("of no known board", Outcome.UNKNOWN_BOARD), ("status 404",
     Outcome.STATUS),
     ("internal error", Outcome.INTERNAL_ERROR), ("gone", Outcome.GONE), ("astonishing", Outcome.UNKNOWN)],
)  # fmt: skip
def test_the_words_of_version_1_are_read_as_todays(tmp_path: Path, word: str, outcome: Outcome) -> None:
    (entry,) = log_of(tmp_path, came_to=word).entries
    assert isinstance(entry, LoggedResponse)
    assert entry.outcome is outcome


def test_a_failure_of_version_1_tells_its_outcome_by_its_reason(tmp_path: Path) -> None:
    told = {"event": "failure", "url": "u", "kind": "file", "at": AT}
    log = log_of(tmp_path, told | {"reason": "Forbidden by robots.txt"}, told | {"reason": "refused"})
    assert [each.outcome for each in log.entries if isinstance(each, Failure)] == [
        Outcome.FORBIDDEN_BY_ROBOTS,
        Outcome.UNKNOWN,
    ]


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from([*PageKind, *Outcome, *WalkEnd, *Verdict]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from(
    ["board", "layout", "numbers", "at", "ended", "url", "kind", "outcome", "reason", "sent", "offset",
    "length", "payload", "asked",
     "name", "sha256", "fetched_at", "status", "verdict", "counts", "boards", "finished_at"],
)  # fmt: skip
EVENTS = st.sampled_from(
    ["outcome", "imported", "failure", "unanswered", "missed", "walked", "tripped", "finished", "other"]
)


@given(EVENTS, st.dictionaries(KEYS, VALUES))
def test_any_event_is_read_or_named(
    tmp_path_factory: pytest.TempPathFactory, event: str, told: dict[str, Any]
) -> None:
    block = json.dumps(told | {"event": event}).encode()
    log = log_of(tmp_path_factory.mktemp("log"), block)
    assert len(log.damage) + len(log.unknown) <= 1
    assert log.ended is None or set(log.ended.counts) <= set(COUNTERS)
