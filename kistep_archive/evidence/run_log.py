"""The run log as a run writes it into its evidence file: everything that the database holds and that the pages themselves do not say. So
the ledger, too, is rebuilt from the WARC files. `log_reader` reads it back; docs/evidence-format.md describes it for other programs.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict

from kistep_archive.evidence.events import Failure, LoggedResponse, MissedPosts, RunEnd, RunStart, Unanswered, WalkEnded
from kistep_archive.model.boards import BoardKey
from kistep_archive.model.items import ListedRow
from kistep_archive.model.outcomes import Outcome, PageKind
from kistep_archive.warc.location import Evidence

VERSION = 2  # of the format; 1 is what files without a version have
OWN_HOSTS = "the boards' own hosts"

LogEvent = dict[str, object]


def started(began: RunStart, software: str, user_agent: str) -> dict[str, str]:
    """The fields of the warcinfo record. Raises ValueError for arguments that JSON cannot hold."""
    return {
        "software": software,
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "robots": "obey",
        "http-header-user-agent": user_agent,
        "run-log": str(VERSION),
        "run": str(began.run),
        "kind": began.kind,
        "boards": json.dumps(began.boards),
        "arguments": json.dumps(began.arguments, sort_keys=True, allow_nan=False),
        "origin": began.origin or OWN_HOSTS,
        "guarded": "yes" if began.guarded else "no",
        "catalogue": json.dumps([asdict(row) for row in began.catalogue]),
    }


def request(
    kind: PageKind, board: BoardKey, url: str, page_url: str, row: ListedRow | None, sent: str = "", name: str = ""
) -> dict[str, str]:
    """What a response's record says of its request; what is the same as in the record itself is left out, and what is not known."""
    told = {"kind": kind.value, "board": board[0], "layout": board[1]}
    if url != page_url:
        told["asked"] = url
    if row is not None:
        told["row"] = row.text
    if name:
        told["name"] = name
    return told | {"sent": sent} if sent else told


def outcome(kept: Evidence, kind: PageKind, came_to: Outcome) -> LogEvent:
    """The event that a response did not become rows, and why."""
    return {"event": "outcome", "offset": kept.offset, "kind": kind, "outcome": came_to}


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
    told = {"url": request.url, "kind": request.kind, "reason": request.reason, "at": request.at, "sent": request.sent}
    return {"event": "unanswered", **told}


def imported(response: LoggedResponse, payload: tuple[str, int] | None, origin: str, at: int) -> LogEvent:
    """The event after another tool's record: what it was taken for, and from which file and offset it came. `payload` is the file and
    offset of the record that holds a revisit's payload; the file is told where it is another."""
    kept = response.evidence
    place: LogEvent = {"offset": kept.offset, "length": kept.length, "payload": payload and payload[1], "from": [origin, at]}
    if payload is not None and payload[0] != kept.file:
        place["payload_file"] = payload[0]
    said = {"asked": response.url, "url": kept.url, "fetched_at": kept.fetched_at, "sha256": kept.sha256, "status": kept.status}
    return {"event": "imported", **place, **said, "kind": response.kind, "board": response.board} | (
        {"name": response.name} if response.name else {}
    )


def tripped(board: BoardKey, pages: Iterable[dict[str, object]]) -> LogEvent:
    """The event of a guard that tripped, with the offending pages."""
    return {"event": "tripped", "board": board[0], "layout": board[1], "pages": list(pages)}


def missed(event: MissedPosts) -> LogEvent:
    """The event of posts that were missed."""
    return {"event": "missed", **asdict(event)}


def walked(event: WalkEnded) -> LogEvent:
    """The event of a walk's end."""
    return {"event": "walked", **asdict(event)}


def finished(run: int, ended: RunEnd) -> LogEvent:
    """The event of a run's end."""
    boards = [[each.board, each.verdict, each.reason] for each in ended.boards]
    return {"event": "finished", "run": run, **asdict(ended), "boards": boards}
