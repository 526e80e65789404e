"""The rules of politeness, each broken once and each kept to the limit, in evidence that a test wrote."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests_made import ROBOTS, START, broken, request, write_requests

from kistep_archive.audit.politeness import examine
from kistep_archive.http import robots
from kistep_archive.http.throttle import Pace
from kistep_archive.version import USER_AGENT


@pytest.mark.parametrize(
    "requests",
    [
        (ROBOTS, request("/a", 1, 3), request("/b", 3, 4)),
        (ROBOTS, request("/a", 1, 1.5, status=503, Retry_After="30"), request("/b", 31.5, 32)),
        (ROBOTS, request("/a", 1, 1.5, status=200, Retry_After="30"), request("/b", 2, 3)),
        (request("/robots.txt", 0, 0.1, status=404), request("/admin/", 1, 2)),
        (request("/robots.txt", 0, 0.1, status=503), request("/robots.txt", 1, 1.1), request("/a", 2, 3)),
        (
            request("/robots.txt", 0, 0.1, status=301, Location="/robots2.txt"),
            request("/robots2.txt", 1, 1.1),
            request("/a", 2, 3),
        ),
        # More than a minute is a minute.
        (request("/robots.txt", 0, 0.1, body="User-agent: *\nCrawl-delay: 900\n"), request("/a", 60, 61)),
        (
            request("/robots.txt", 0, 0.1, body="User-agent: other\nDisallow: /\nCrawl-delay: 9\n"),
            request("/a", 1, 2),
        ),
    ],
)
def test_what_is_within_the_rules_is_obeyed(tmp_path: Path, requests: tuple[dict[str, Any], ...]) -> None:
    assert (broken(write_requests(tmp_path, *requests)), examine(tmp_path).verdict) == ([], "obeyed")


@pytest.mark.parametrize(
    ("requests", "says"),
    [
        ((request("/a", 1, 2),), "before robots.txt was read"),
        ((request("/robots.txt", 0, 0.1, status=500), request("/a", 1, 2)), "robots.txt could not be read"),
        ((request("/robots.txt", 0, 0.1, status=301, Location="/x"), request("/a", 1, 2)),
         "before robots.txt was read"),
        ((ROBOTS, request("/a", 1, 2, agent=None)), "without a User-Agent"),
        ((ROBOTS, request("/a", 1, 2, status=429, Retry_After="Sun, 01 Mar 2026 00:10:00 GMT"),
          request("/b", 599, 600)), "1.000 s before"),
    ],
)  # fmt: skip
def test_each_violation_says_what_was_done(
    tmp_path: Path, requests: tuple[dict[str, Any], ...], says: str
) -> None:
    (violation,) = examine(write_requests(tmp_path, *requests)).runs[0].violations
    assert says in violation.words


def test_a_request_without_an_answer_counts_as_one(tmp_path: Path) -> None:
    assert broken(write_requests(tmp_path, ROBOTS, request("/a", 1, 3), gone=(2, 8))) == ["one at a time"]


def test_the_gap_between_two_runs_counts_and_a_rest_that_the_next_run_did_not_keep_is_a_note(
    tmp_path: Path,
) -> None:
    write_requests(tmp_path, ROBOTS, request("/a", 5, 6, status=503, Retry_After="7200"))
    write_requests(tmp_path, request("/robots.txt", 6.25, 6.5), run=2)
    report = examine(tmp_path)
    assert (report.verdict, report.smallest_gap) == ("obeyed", 1.25)
    assert "run 2 sent a request 0 s after" in report.notes[0]


def test_what_others_have_captured_is_none_of_our_requests(tmp_path: Path) -> None:
    write_requests(tmp_path, ROBOTS)
    write_requests(tmp_path, request("/admin/", 1, 2), run=2, kind="import")
    assert [run.run for run in examine(tmp_path).runs] == [1]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("0", 0), ("120", 120), (" 7 ", 7), ("Sun, 01 Mar 2026 00:01:00 "
                                          "GMT", 60), ("Sun, 01 Mar 2026 00:01:00 -0000", 60),
     ("Sat, 28 Feb 2026 00:00:00 "
      "GMT", 0), ("soon", None), ("", None), ("-5", None), ("1.5", None), ("9" * 400, 1e9),
     ("Fri, 31 Dec 99999 23:59:59 "
      "GMT", None), ("Fri, 31 Dec 99999999999 23:59:59 GMT", None), ("Fri, 31 Dec 9999 23:59:59 GMT", 1e9),
     ("Sun, 01 Mar 2026 00:01:00 +9900", None), ("Sun, 01 Mar 2026 00:01:00 +99999999999999999999", None),
     ("Sun, 01 Mar 2026 00:01:00 " + "9" * 5000, 60), ("Sat, 01 Jan 0001 00:00:00 "
                                                       "+2300", 0), ("\u0661\u0662", None), ("\u00b2", None),
     ("Sun, 01 Mar 2026 00:01:00.5 GMT", None)],
)  # fmt: skip
def test_retry_after_is_a_number_or_a_date(value: str, seconds: float | None) -> None:
    assert robots.retry_after(value, START) == seconds


NUMBERS = (
    st.integers(-(10**25), 10**25).map(str)
    | st.text("0123456789.+-:,\u0661\u00b2", max_size=9)
    | st.just("9" * 5000)
)

DATES = st.tuples(
    st.sampled_from(["", "Mon, ", "Monday,", ","]), NUMBERS | st.just("01"), st.sampled_from(["Jan",
    "December", "1", ""]),
    NUMBERS | st.just("2026"), st.tuples(NUMBERS | st.just("1"), NUMBERS | st.just("02"),
    NUMBERS | st.just("03")).map(":".join),
    NUMBERS | st.sampled_from(["GMT", "+9900", "-9999", ""]),
)  # fmt: skip


@given(st.text(max_size=60) | NUMBERS | DATES.map(" ".join) | DATES.map("-".join))
def test_fault_b15_any_retry_after_is_a_wait_or_ignored(value: str) -> None:
    seconds = robots.retry_after(value, START)
    assert seconds is None or 0 <= seconds <= 1e9


@pytest.mark.parametrize(
    ("agent", "name"), [(USER_AGENT, "kistep-archive"), ("a b/1", "a"), ("/1", ""), ("", "")]
)
def test_robots_txt_knows_a_visitor_by_the_first_word_of_its_name(agent: str, name: str) -> None:
    assert robots.token(agent) == name


@given(
    least=st.floats(0, 60),
    steps=st.lists(st.tuples(st.floats(0, 5), st.none() | st.floats(0, 100)), min_size=1, max_size=20),
)
def test_whoever_waits_as_told_is_never_early(least: float, steps: list[tuple[float, float | None]]) -> None:
    pace, clock = Pace({"h": least}), 0.0
    before, until = None, 0.0
    for took, rest in steps:
        clock += max(0.0, pace.wait("h", clock))
        assert before is None or clock >= before + least
        assert clock >= until
        pace.sent("h", before := clock)
        clock += took
        if rest is not None:
            pace.leave_alone("h", clock, rest)
            until = max(until, clock + rest)
    assert pace.wait("another", clock) <= 0
