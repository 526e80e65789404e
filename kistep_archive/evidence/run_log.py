"""What a run writes into its evidence file besides responses, and how it is read back: everything that the database holds and that
the pages themselves do not say. So the ledger, too, can be rebuilt from the WARC files.

* warcinfo, first: the run's number, kind, boards, arguments, origin.
* each response's `WARC-JSON-Metadata`: what was asked for (kind, board, the address asked, the listing row it was asked for, the name by
  which a post lists a file), and when the request was `sent`: a WARC-Date is the same for all records of one capture, and ours is the
  instant at which the answer was kept.
* metadata records of JSON, `event`: "tripped" (a board's guard did: no page of it became rows in this run),
  "imported" (what another tool's record before it was taken for), "outcome" (a response that did
  not become rows), "unanswered" (a request that went out and got no answer: nothing is made of it, but it was asked),
  "failure" (a request that gave nothing to keep),
  "missed" (posts that a complete walk did not meet), "walked" (how a walk over a listing ended) and, last, "finished" (the verdict).
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from kistep_archive.model import boards, urls
from kistep_archive.model.boards import Board
from kistep_archive.warc.location import Evidence
from kistep_archive.warc.reader import PAGES, SMALL, Damage, walk
from kistep_archive.warc.record import Record

OWN_HOSTS = "the boards' own hosts"


@dataclass(frozen=True, slots=True)
class Began:
    """A run's beginning. `catalogue` are the boards as they were known then; `origin` is "" for the boards' own hosts."""

    run: int
    name: str
    kind: str
    started_at: str
    origin: str
    boards: list[str]
    arguments: dict[str, Any]
    catalogue: tuple[Board, ...]
    guarded: bool = False  # rows waited for the guards' verdict; without one, what was read is judged anew


@dataclass(frozen=True, slots=True)
class Answer:
    """A response. `url` is the address that was asked for, in its canonical spelling; `outcome` is "" where the page is to be read;
    `name` is that of a file, as its post lists it."""

    evidence: Evidence
    kind: str
    board: str
    url: str
    row: str | None
    outcome: str = ""
    layout: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """A request that gave nothing to keep; `offset` of the record that tells of it."""

    url: str
    kind: str
    reason: str
    at: str
    offset: int = -1


@dataclass(frozen=True, slots=True)
class Unanswered(Failed):
    """A request that was `sent` at an instant and brought no response. It may be sent again: it is one outcome, not yet a failure."""

    sent: str = ""


@dataclass(frozen=True, slots=True)
class Missed:
    """Posts that a complete walk over a listing did not meet."""

    board: str
    layout: str
    numbers: tuple[int, ...]
    at: str


@dataclass(frozen=True, slots=True)
class Walked:
    """A walk over a listing came to its end: "complete"; "short", where the numbers do not add up to the declared total; "held", at pages
    that are held; "older", at the first day that was asked for; or the address is "retired"."""

    board: str
    layout: str
    ended: str
    at: str


Entry = Answer | Failed | Missed | Walked


@dataclass(frozen=True, slots=True)
class Ended:
    """A run's end. `counts` are the counter columns of its row; `boards`: how it ended for each of them, (board, verdict, reason)."""

    finished_at: str
    verdict: str
    exit_code: int
    reason: str
    counts: dict[str, int | None]
    boards: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Journal:
    """An evidence file, read: `ended` is None for a run that died or goes on; `damage` names what could not be read."""

    began: Began
    entries: list[Entry] = field(default_factory=list)
    ended: Ended | None = None
    damage: list[str] = field(default_factory=list)
    tripped: set[tuple[str, str]] = field(default_factory=set)  # board and layout

    def quarantine(self, places: set[tuple[str, str]]) -> None:
        """Takes the pages of these boards out of what becomes rows; what the records say of them stays as it is."""
        left = [entry for entry in self.entries if not (isinstance(entry, (Missed, Walked)) and (entry.board, entry.layout) in places)]
        self.entries = [_quarantined(entry, places) for entry in left]


def _quarantined(entry: Entry, places: set[tuple[str, str]]) -> Entry:
    if not isinstance(entry, Answer) or (entry.board, entry.layout) not in places:
        return entry
    is_row = not entry.outcome or (entry.outcome == "gone" and entry.kind in ("file", "image"))
    return replace(entry, outcome="quarantined") if is_row else entry


def info(began: Began, software: str, user_agent: str) -> dict[str, str]:
    """The fields of the warcinfo record. Raises ValueError for arguments that JSON cannot hold."""
    return {
        "software": software,
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "robots": "obey",
        "http-header-user-agent": user_agent,
        "run": str(began.run),
        "kind": began.kind,
        "boards": json.dumps(began.boards),
        "arguments": json.dumps(began.arguments, sort_keys=True, allow_nan=False),
        "origin": began.origin or OWN_HOSTS,
        "guarded": "yes" if began.guarded else "no",
        "catalogue": json.dumps([asdict(row) for row in began.catalogue]),
    }


def asked(kind: str, board: str, layout: str, url: str, page_url: str, row: str | None, sent: str = "", name: str = "") -> dict[str, str]:
    """What a response's record says of its request; what is the same as in the record itself is left out, and what is not known."""
    said = {"kind": kind, "board": board, "layout": layout}
    if url != page_url:
        said["asked"] = url
    if row is not None:
        said["row"] = row
    if name:
        said["name"] = name
    return said | {"sent": sent} if sent else said


def outcome(kept: Evidence, kind: str, outcome: str) -> dict[str, object]:
    """The event that a response did not become rows, and why."""
    return {"event": "outcome", "offset": kept.offset, "kind": kind, "outcome": outcome}


def failure(failed: Failed) -> dict[str, object]:
    """The event of a failure, or of a request without a response."""
    event: dict[str, object] = {"event": "failure", "url": failed.url, "kind": failed.kind, "reason": failed.reason, "at": failed.at}
    return event | {"event": "unanswered", "sent": failed.sent} if isinstance(failed, Unanswered) else event


def imported(answer: Answer, payload: tuple[str, int] | None, origin: str, at: int) -> dict[str, object]:
    """The event after another tool's record: what it was taken for, and from which file and offset it came. `payload` is where the
    record with a revisit's payload is; its file is told where it is another."""
    kept = answer.evidence
    place: dict[str, object] = {"offset": kept.offset, "length": kept.length, "payload": payload and payload[1], "from": [origin, at]}
    if payload is not None and payload[0] != kept.file:
        place["payload_file"] = payload[0]
    said = {"asked": answer.url, "url": kept.url, "fetched_at": kept.fetched_at, "sha256": kept.sha256, "status": kept.status}
    return {"event": "imported", **place, **said, "kind": answer.kind, "board": answer.board} | (
        {"name": answer.name} if answer.name else {}
    )


def tripped(board: str, layout: str, pages: list[dict[str, str]]) -> dict[str, object]:
    """The event of a guard that tripped, with the offending pages."""
    return {"event": "tripped", "board": board, "layout": layout, "pages": pages}


def missed(event: Missed) -> dict[str, object]:
    """The event of posts that were missed."""
    return {"event": "missed", **asdict(event)}


def walked(event: Walked) -> dict[str, object]:
    """The event of a walk's end."""
    return {"event": "walked", **asdict(event)}


def finished(run: int, ended: Ended) -> dict[str, object]:
    """The event of a run's end."""
    return {"event": "finished", "run": run, **asdict(ended)}


See = Callable[[Answer, Record, Record], None]
_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, RecursionError)  # what values of another shape than ours raise


def read(path: Path, see: See | None = None) -> Journal | None:
    """The run that an evidence file tells of; None where it is not one of ours. `see` gets each response as it is met, with its whole
    record and the record that tells of it (itself, or the event after another tool's). Raises OSError."""
    journal: Journal | None = None
    outcomes: dict[int, dict[str, Any]] = {}
    page: Record | None = None
    for record in walk(path, PAGES if see else SMALL):
        if isinstance(record, Damage):
            if journal is not None:
                journal.damage.append(f"{path.name} at {record.offset}: {record.cause}")
        elif journal is None:
            journal = _began(path, record)
            if journal is None:
                return None
        else:
            page, seen = record if record.type in ("response", "revisit") else page, len(journal.entries)
            _take(journal, outcomes, path, record)
            for entry in journal.entries[seen:] if see and page else ():
                if see and page and isinstance(entry, Answer) and entry.evidence.offset == page.offset:
                    see(entry, page, record)
    if journal is not None:
        journal.entries = [_with_outcome(entry, outcomes) for entry in journal.entries]
        journal.quarantine(journal.tripped)
    return journal


def _take(journal: Journal, outcomes: dict[int, dict[str, Any]], path: Path, record: Record) -> None:
    try:
        if record.type in ("response", "revisit") and journal.began.kind != "import":
            journal.entries.append(_answer(journal.began, path, record))
        elif record.type == "metadata":
            _event(journal, outcomes, record)
    except _UNREADABLE as error:
        journal.damage.append(f"{path.name} at {record.offset}: what it tells of the run cannot be read ({type(error).__name__}: {error})")


def info_fields(record: Record) -> dict[str, str]:
    """The fields of a warcinfo record."""
    return dict(line.split(": ", 1) for line in record.block.decode("utf-8", "replace").splitlines() if ": " in line)


def _began(path: Path, record: Record) -> Journal | None:
    fields = info_fields(record)
    if record.type != "warcinfo" or not {"run", "kind", "boards", "arguments", "origin"} <= fields.keys():
        return None
    origin = "" if fields["origin"] == OWN_HOSTS else fields["origin"]
    rows = tuple(Board(**row) for row in json.loads(fields.get("catalogue", "[]")))
    return Journal(
        Began(
            int(fields["run"]),
            path.name.removesuffix(".open").removesuffix(".warc.gz"),
            fields["kind"],
            record.head["warc-date"],
            origin,
            json.loads(fields["boards"]),
            json.loads(fields["arguments"], parse_constant=lambda name: None),  # NaN is no JSON, but was written once
            rows or boards.BUILT_IN,
            fields.get("guarded") == "yes",
        )
    )


def _answer(began: Began, path: Path, record: Record) -> Answer:
    """A response, and what its record says of the request."""
    url = record.head.get("warc-target-uri", "")
    place = (path.name.removesuffix(".open"), record.offset, record.length)
    kept = Evidence(*place, record.sha256, url, record.head.get("warc-date", ""), record.status or 0)
    said = json.loads(record.head.get("warc-json-metadata", "{}"))
    asked = said.get("asked", url)
    found, row = urls.locate(asked), boards.Catalogue(began.catalogue).board(asked)
    kind = said.get("kind") or (found.kind if found else "other")
    layout = said.get("layout") or (found.layout if found else "")
    return Answer(kept, kind, said.get("board") or (row.name if row else ""), asked, said.get("row"), "", layout, said.get("name", ""))


def _event(journal: Journal, outcomes: dict[int, dict[str, Any]], record: Record) -> None:
    if record.head.get("content-type") != "application/json":
        return
    said = json.loads(record.block)
    match said.pop("event", None):
        case "outcome":
            outcomes[said["offset"]] = said
        case "imported":
            _imported(journal, said)
        case "failure":
            journal.entries.append(Failed(**said, offset=record.offset))
        case "unanswered":
            journal.entries.append(Unanswered(**said, offset=record.offset))
        case "missed":
            journal.entries.append(Missed(said["board"], said["layout"], tuple(said["numbers"]), said["at"]))
        case "walked":
            journal.entries.append(Walked(**said))
        case "tripped":
            journal.tripped.add((said["board"], said["layout"]))
        case "finished":
            del said["run"]
            journal.ended = Ended(**said)


def _imported(journal: Journal, said: dict[str, Any]) -> None:
    """Another tool's record, as the import took it; without this event after it a record is only the payload of one."""
    place = (f"{journal.began.name}.warc.gz", said["offset"], said["length"])
    kept = Evidence(*place, said["sha256"], said["url"], said["fetched_at"], said["status"])
    journal.entries.append(Answer(kept, said["kind"], said["board"], said["asked"], None, name=said.get("name", "")))


def _with_outcome(entry: Entry, outcomes: dict[int, dict[str, Any]]) -> Entry:
    if isinstance(entry, Answer) and (said := outcomes.get(entry.evidence.offset)):
        return replace(entry, kind=said["kind"], outcome=said["outcome"])
    return entry
