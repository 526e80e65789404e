"""Writes the run log into a run's evidence file: everything that the database has and that the pages
themselves do not show. So a rebuild makes the ledger again too. `log_reader` reads it;
docs/evidence-format.md describes it for other programs."""

import json
from collections.abc import Iterable
from dataclasses import asdict

from kistep_archive.evidence.events import (
    Decided,
    Failure,
    LoggedResponse,
    MissedPosts,
    RunEnd,
    RunStart,
    Unanswered,
    WalkEnded,
)
from kistep_archive.model import boards
from kistep_archive.model.boards import BoardKey
from kistep_archive.model.items import ListedRow
from kistep_archive.model.outcomes import Outcome, PageKind
from kistep_archive.warc.location import Evidence

LOG_VERSION = 2  # of the format; a file without a version has version 1
TAKEOVER_VERSION = 3  # of the log of a run that was taken over: it names places of another archive
OWN_HOSTS = "the boards' own hosts"

LogEvent = dict[str, object]


def started(began: RunStart, software: str, user_agent: str) -> dict[str, str]:
    """The fields of the warcinfo record. Raises ValueError for arguments that JSON cannot express."""
    return {
        "software": software,
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "robots": "obey",
        "http-header-user-agent": user_agent,
        "run-log": str(LOG_VERSION),
        "run": str(began.run),
        "kind": began.kind,
        "boards": json.dumps(began.boards),
        "arguments": json.dumps(began.arguments, sort_keys=True, allow_nan=False),
        "origin": began.origin or OWN_HOSTS,
        "guarded": "yes" if began.guarded else "no",
        "catalogue": json.dumps([boards.as_record(row) for row in began.catalogue]),
    }


def request(
    kind: PageKind,
    board: BoardKey,
    url: str,
    page_url: str,
    row: ListedRow | None,
    sent: str = "",
    name: str = "",
) -> dict[str, str]:
    """The metadata of a response's record about its request, without what is unknown or equal to the record
    itself."""
    fields = {"kind": kind.value, "board": board[0], "layout": board[1]}
    if url != page_url:
        fields["asked"] = url
    if row is not None:
        fields["row"] = row.text
    if name:
        fields["name"] = name
    return fields | {"sent": sent} if sent else fields


def outcome(evidence: Evidence, kind: PageKind, came_to: Outcome) -> LogEvent:
    """The event that a response did not become rows, and why."""
    return {"event": "outcome", "offset": evidence.offset, "kind": kind, "outcome": came_to}


def failure(failed: Failure) -> LogEvent:
    """The event of a failure."""
    return {
        "event": "failure",
        "url": failed.url,
        "kind": failed.kind,
        "outcome": failed.outcome,
        "reason": failed.reason,
        "at": failed.at,
    }


def unanswered(request: Unanswered) -> LogEvent:
    """The event of a request without a response."""
    fields = {
        "url": request.url,
        "kind": request.kind,
        "reason": request.reason,
        "at": request.at,
        "sent": request.sent,
    }
    return {"event": "unanswered", **fields}


def imported(response: LoggedResponse, payload: tuple[str, int] | None, origin: str, at: int) -> LogEvent:
    """The event after another tool's record: how the import classified it, and which file and offset it came
    from. `payload` is the offset of the record that has a revisit's payload."""
    evidence = response.evidence
    place: LogEvent = {
        "offset": evidence.offset,
        "length": evidence.length,
        "payload": payload and payload[1],
        "from": [origin, at],
    }
    if payload is not None and payload[0] != evidence.file:
        place["payload_file"] = payload[0]
    page = {
        "asked": response.url,
        "url": evidence.url,
        "fetched_at": evidence.fetched_at,
        "sha256": evidence.sha256,
        "status": evidence.status,
    }
    return {"event": "imported", **place, **page, "kind": response.kind, "board": response.board} | (
        {"name": response.name} if response.name else {}
    )


def tripped(board: BoardKey, pages: Iterable[dict[str, object]]) -> LogEvent:
    """The event of a guard that tripped, with the offending pages."""
    return {"event": "tripped", "board": board[0], "layout": board[1], "pages": list(pages)}


def missed(event: MissedPosts) -> LogEvent:
    """The event of missed posts."""
    return {"event": "missed", **asdict(event)}


def walked(event: WalkEnded) -> LogEvent:
    """The event of a walk's end."""
    return {"event": "walked", **asdict(event)}


def decided(event: Decided) -> LogEvent:
    """The event of a person's decision."""
    return {"event": "decided", **asdict(event)}


def finished(run: int, ended: RunEnd) -> LogEvent:
    """The event of a run's end."""
    boards = [[each.board, each.verdict, each.reason] for each in ended.boards]
    return {"event": "finished", "run": run, **asdict(ended), "boards": boards}
