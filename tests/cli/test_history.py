"""All that happened to a post, on one line of time, each with the place of its evidence."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from commands import Archive, assert_rebuild_equals, one_line
from edited import FILE, NUMBER, edited
from golden import assert_golden

from kistep_archive.evidence.pages import read
from kistep_archive.query.timeline import Event, in_order, of_files
from kistep_archive.replica import Replica

VIEWED = 99077  # a post that people read between the crawls, so that its listing shows other hits
POST = f"news/{NUMBER}"


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return edited(tmp_path_factory.mktemp("held"))


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """The replica's days: posts are edited and removed, one of them returns."""
    with Replica() as site:
        archive = Archive(tmp_path_factory.mktemp("crawled"), site.origin)
        for day in (1, 2, 2, 3, 3):
            site.site.day = day
            site.site.viewed("es", VIEWED)
            assert archive.crawl().returncode == 0
    return archive


def undated(text: str) -> str:
    """The text without its instants: of the crawls of a moment some fall into one second, and which of them
    is chance."""
    return re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "INSTANT", text)


def test_captures_of_years_are_told_as_they_should(held: Archive) -> None:
    for form, options in (("text", []), ("json", ["--json"])):
        done = held.run("history", POST, *options)
        assert (done.returncode, done.stderr) == (0, "")
        assert_golden(f"history_edited_{form}.txt", done.stdout)


def test_every_event_leads_to_a_record_that_is_of_its_instant(held: Archive, crawled: Archive) -> None:
    with_all = crawled.value("SELECT post_id FROM removals WHERE returned_at IS NOT NULL")
    for archive, post in ((held, POST), (crawled, str(with_all))):
        answer = archive.json("history", post)
        assert answer["total"] == len(answer["results"]) > 4
        for event in answer["results"]:
            evidence = event["evidence"]
            if event["kind"] == "removed":
                assert (archive.folder / "warc" / evidence["file"]).is_file()
                continue
            page = read(archive.folder / "warc", evidence["file"], evidence["offset"])
            assert datetime.fromisoformat(page.fetched_at) == datetime.fromisoformat(event["at"])
            assert evidence["record_id"].startswith("<urn:uuid:")


def test_hits_that_follow_each_other_are_one_line_of_text_and_all_of_them_in_json(held: Archive) -> None:
    assert sum(event["kind"] == "hits" for event in held.json("history", POST)["results"]) == 13
    lines = [line for line in held.run("history", POST).stdout.splitlines() if "  hits  " in line]
    assert len(lines) == 5
    assert "100 to 900, 9 changes until 2020-09-01T00:00:00Z" in lines[1]


def test_a_removal_and_a_return_stand_where_they_happened(crawled: Archive) -> None:
    post, removed, returned = crawled.rows(
        "SELECT post_id, removed_at, returned_at FROM removals WHERE returned_at IS NOT NULL"
    )[0]
    events = crawled.json("history", str(post))["results"]
    kinds = [event["kind"] for event in events if event["kind"] in ("revision", "removed", "returned")]
    assert kinds == ["revision", "removed", "returned"]
    assert [event["at"] for event in events if event["kind"] in ("removed", "returned")] == [
        removed,
        returned,
    ]
    assert_golden("history_returned.txt", undated(crawled.run("history", str(post)).stdout))


def test_a_post_that_moved_has_two_sources_and_its_hits_say_whose_they_are(crawled: Archive) -> None:
    post = crawled.value(
        "SELECT post_id FROM sources GROUP BY post_id HAVING count(*) = 2 ORDER BY post_id LIMIT 1"
    )
    assert [
        event["layout"]
        for event in crawled.json("history", str(post))["results"]
        if event["kind"] == "source"
    ] == ["jsp", "es"]
    said = crawled.run("history", str(post)).stdout
    assert re.search(r"hits +[\d,]+ under jsp/", said)
    assert re.search(r"hits +[\d,]+ under es/", said)


def test_hits_of_a_listing_lead_to_the_listing(crawled: Archive) -> None:
    events = [
        event for event in crawled.json("history", f"news/{VIEWED}")["results"] if event["kind"] == "hits"
    ]
    places = [(event["evidence"]["file"], event["evidence"]["offset"]) for event in events]
    kinds = [
        crawled.value("SELECT kind FROM pages WHERE warc_file = ? AND warc_offset = ?", *place)
        for place in places
    ]
    assert (kinds[0], set(kinds[1:])) == ("post", {"listing"})


def test_the_timeline_never_goes_back_and_ends_as_of_a_day(held: Archive) -> None:
    everything = held.json("history", POST)["results"]
    assert [event["at"] for event in everything] == sorted(event["at"] for event in everything)
    known = held.json("history", POST, "--as-of", "2021-12-31")["results"]
    assert known == [event for event in everything if event["at"] < "2022"]
    one_line(held.run("history", POST, "--as-of", "2018-01-01"), 2, "no post")


def test_a_history_is_the_same_whatever_the_order_of_the_imports(held: Archive, tmp_path: Path) -> None:
    other = edited(tmp_path, backwards=True)
    assert told(other) == told(held)
    assert_rebuild_equals(other.folder)


def told(archive: Archive) -> list[dict[str, Any]]:
    return [
        {key: value for key, value in event.items() if key != "evidence"}
        for event in archive.json("history", POST)["results"]
    ]


def test_files_are_fetched_replaced_gone_and_back_and_what_tells_nothing_new_is_no_event() -> None:
    series = [
        answer(second, sha256) for second, sha256 in enumerate(["a", "a", None, None, "a", "b", None, "c"])
    ]
    assert [event.details["what"] for event in of_files(series)] == [
        "fetched",
        "gone",
        "back",
        "replaced",
        "gone",
        "replaced",
    ]
    assert [event.details["what"] for event in of_files([answer(1, None), answer(2, "a")])] == [
        "gone",
        "fetched",
    ]


def answer(second: int, sha256: str | None) -> dict[str, Any]:
    at = f"2020-01-01T00:00:0{second}Z"
    size = 1 if sha256 else None
    return {
        "url": FILE,
        "kind": "file",
        "seen_at": at,
        "ordered_at": at,
        "media_type": None,
        "size": size,
        "sha256": sha256,
        "evidence": None,
    }


def test_a_clock_that_was_set_back_does_not_reorder_what_happened() -> None:
    first, second = (Event(at, "2020-01-02", "hits", {}, None) for at in ("2020-01-02", "2020-01-01"))
    assert in_order([Event("2020-01-03", "2020-01-03", "hits", {}, None), first, second])[:2] == [
        first,
        second,
    ]
