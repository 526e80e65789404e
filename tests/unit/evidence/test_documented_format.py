"""docs/evidence-format.md names the keys and the words that the program writes, and no others."""

import re
from dataclasses import fields
from pathlib import Path

import pytest
from places import CHECKOUT

from kistep_archive.evidence import run_log, takeover
from kistep_archive.evidence.events import (
    COUNTERS,
    BoardVerdict,
    Decided,
    Failure,
    LoggedResponse,
    MissedPosts,
    RunEnd,
    RunStart,
    Unanswered,
    WalkEnded,
)
from kistep_archive.ingest.guards.suspicion import Suspicion
from kistep_archive.ingest.runs import Plan, crawl_arguments, decision_arguments, import_arguments
from kistep_archive.model.boards import BUILT_IN, Board
from kistep_archive.model.items import ListedRow
from kistep_archive.model.outcomes import Decision, Outcome, PageKind, RunKind, Verdict, WalkEnd
from kistep_archive.warc.location import Evidence

TEXT = (CHECKOUT / "docs" / "evidence-format.md").read_text()
CODE = re.compile(r"`([^`]+)`")

EVIDENCE = Evidence("a.warc.gz", 0, 9, "sha256:0", "u", "at", 200)
RESPONSE = LoggedResponse(EVIDENCE, PageKind.POST, "news", "u", None, name="n")
END = RunEnd("at", Verdict.COMPLETE, 0, "", {}, [BoardVerdict("news", Verdict.COMPLETE, "")])
START = RunStart(1, "name", RunKind.CRAWL, "at", "", ["news"], {}, BUILT_IN)
EVENTS = (
    run_log.outcome(EVIDENCE, PageKind.POST, Outcome.GONE),
    run_log.failure(Failure("u", PageKind.POST, Outcome.NO_ANSWER, "", "at")),
    run_log.unanswered(Unanswered("u", PageKind.POST, "", "at", "sent")),
    run_log.missed(MissedPosts("news", "es", (1,), "at")),
    run_log.walked(WalkEnded("news", "es", WalkEnd.COMPLETE, "at")),
    run_log.decided(Decided(Decision.MERGE, (("news", "es", 1),), "at")),
    run_log.tripped(("news", "es"), []),
    run_log.imported(RESPONSE, ("other.warc.gz", 1), "from", 2),
    run_log.finished(1, END),
)


def tables(heading: str) -> list[list[list[str]]]:
    """The tables of a section: the cells of their rows."""
    section = TEXT.split(f"# {heading}\n", 1)[1].split("\n#", 1)[0]
    blocks = [block.strip() for block in section.split("\n\n") if block.strip().startswith("|")]
    return [[line.strip("|").split(" | ") for line in block.splitlines()[2:]] for block in blocks]


def keys(heading: str, table: int = 0) -> list[str]:
    """The words in the first column of a table."""
    return [word for row in tables(heading)[table] for word in CODE.findall(row[0])]


def words(beginning: str) -> set[str]:
    """The words in the sentence or the row that begins so."""
    sentence = TEXT[TEXT.index(beginning) + len(beginning) :]
    return set(CODE.findall(re.split(r"\.\s|\n\n|; `off`| \|\n", sentence)[0]))


def test_the_fields_of_the_first_record_are_documented(tmp_path: Path) -> None:
    documented = keys("The start: fields of the warcinfo record")
    assert sorted(documented) == sorted(run_log.started(START, "kistep-archive/0", "agent"))
    assert sorted(keys("A board of the catalogue")) == sorted(each.name for each in fields(Board))
    assert sorted(keys("A run that was taken over")) == sorted(["file", "id", "parts", "files"])
    for key in keys("A run that was taken over"):
        assert f'"{key}": ' in takeover.as_field("f", "id", [], {})[takeover.FIELD]


def test_the_arguments_of_each_kind_of_run_are_documented() -> None:
    heading = "The arguments of a run"
    written = (
        crawl_arguments(["news"], None, Plan(), files=False),
        import_arguments([Path("a.warc.gz")]),
        decision_arguments(Decision.PART, ["1"]),
    )
    for table, arguments in enumerate(written):
        assert sorted(keys(heading, table)) == sorted([*arguments, "origin"])


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: str(event["event"]))
def test_the_keys_of_each_event_are_documented(event: run_log.LogEvent) -> None:
    rows = {CODE.findall(row[0])[0]: CODE.findall(row[1]) for row in tables("Events")[0]}
    assert sorted(rows[str(event["event"])]) == sorted(event.keys() - {"event"})
    assert len(rows) == len(EVENTS)


def test_the_keys_of_a_request_and_of_a_suspicious_page_are_documented() -> None:
    row = ListedRow('["A title", null, null, true]')
    request = run_log.request(PageKind.POST, ("news", "es"), "asked", "url", row, "sent", "name")
    heading = "A response's request: `WARC-JSON-Metadata` of responses and revisits"
    assert sorted(keys(heading)) == sorted(request)
    assert keys("A suspicious page") == [each.name for each in fields(Suspicion)]


def test_the_words_of_closed_lists_are_documented() -> None:
    assert set(keys("Words")) == set(Outcome) - {Outcome.SAVED}  # what became rows has no event
    assert words("`verdict` is") == set(Verdict)
    assert words("`counts` has") == set(COUNTERS)
    assert words("a walk over a listing ended:") == set(WalkEnd)
    assert words("| `kind` | `robots`") | {"robots"} == set(PageKind)
    assert words("`KIND` is") == set(RunKind)
    assert {each for each in Decision if f"`{each}`: " in TEXT} == set(Decision)
