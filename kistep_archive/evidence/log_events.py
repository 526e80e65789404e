"""Reads the events of a run log: what a response came to, failures, visits, the end of the run."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from kistep_archive.evidence import places
from kistep_archive.evidence.events import (
    COUNTERS,
    BoardVerdict,
    Decided,
    Failure,
    LoggedResponse,
    MissedPosts,
    RunEnd,
    RunLog,
    Unanswered,
    WalkEnded,
)
from kistep_archive.evidence.log_values import (
    Fields,
    UnknownWordError,
    decode_json,
    read_instant,
    read_number,
    read_text,
    read_typed,
    read_word,
)
from kistep_archive.model.outcomes import (
    FORBIDDEN_IN_WORDS,
    Decision,
    Outcome,
    PageKind,
    Verdict,
    WalkEnd,
)
from kistep_archive.model.urls import locate
from kistep_archive.warc.location import Evidence
from kistep_archive.warc.record import Record

# Version 1 wrote these words in English.
_OUTCOMES_OF_1 = {
    "asked for again": Outcome.RETRIED,
    "not whole, asked for again": Outcome.NOT_WHOLE,
    "something else": Outcome.OTHER_PAGE,
    "not a file": Outcome.NOT_A_FILE,
    "internal error": Outcome.INTERNAL_ERROR,
    "of no known board": Outcome.UNKNOWN_BOARD,
}


def event(block: bytes) -> Fields:
    """The event in a metadata record. Raises LogError."""
    return read_typed({"event": decode_json(block)}, "event", dict)


def take_event(log: RunLog, path: Path, record: Record) -> None:
    """Adds the event in a metadata record to the log. Raises LogError."""
    values = event(record.block)
    match values.get("event"):
        case "outcome":
            kind = read_word(values, "kind", PageKind, PageKind.OTHER)
            log.outcomes[log.began.offset(read_number(values, "offset"))] = kind, _outcome(values)
        case "imported":
            log.entries.append(_imported(log, values))
        case "failure":
            log.entries.append(replace(_failure(values), offset=record.offset))
        case "unanswered":
            log.entries.append(replace(unanswered(values), offset=record.offset))
        case "missed":
            numbers = tuple(
                read_number({"number": each}, "number") for each in read_typed(values, "numbers", list)
            )
            log.entries.append(
                MissedPosts(
                    read_text(values, "board"),
                    read_text(values, "layout"),
                    numbers,
                    read_instant(values, "at"),
                )
            )
        case "walked":
            ended = read_word(values, "ended", WalkEnd)
            log.entries.append(
                WalkEnded(
                    read_text(values, "board"),
                    read_text(values, "layout"),
                    ended,
                    read_instant(values, "at"),
                    _off(values),
                )
            )
        case "decided":
            decision = read_word(values, "decision", Decision)
            sources = tuple(map(_place, read_typed(values, "sources", list)))
            log.entries.append(Decided(decision, sources, read_instant(values, "at")))
        case "tripped":
            log.tripped.add((read_text(values, "board"), read_text(values, "layout")))
        case "finished":
            log.ended, unknown = _end(values)
            log.unknown += [f"{path.name} at {record.offset}: {word}" for word in unknown]
        case other:
            log.unknown.append(f"{path.name} at {record.offset}: unknown event {str(other)[:40]!r}")


def _place(value: Any) -> tuple[str, str, int]:
    board, layout, number, *_ = [*read_typed({"source": value}, "source", list), None, None, None]
    values = {"board": board, "layout": layout, "number": number}
    return read_text(values, "board"), read_text(values, "layout"), read_number(values, "number")


def _off(values: Fields) -> int:
    """By how many posts a declared total is off; older programs do not say it."""
    off = values.get("off", 0)
    return off if isinstance(off, int) and not isinstance(off, bool) and abs(off) < 1 << 53 else 0


def _outcome(values: Fields) -> Outcome:
    text = read_text(values, "outcome")
    if text.startswith("status "):
        return Outcome.STATUS
    return _OUTCOMES_OF_1.get(text) or read_word(values, "outcome", Outcome, Outcome.UNKNOWN)


def _failure(values: Fields) -> Failure:
    reason = read_text(values, "reason")
    came_to = Outcome.FORBIDDEN_BY_ROBOTS if reason == FORBIDDEN_IN_WORDS else Outcome.UNKNOWN
    came_to = _outcome(values) if "outcome" in values else came_to
    return Failure(
        read_text(values, "url"),
        read_word(values, "kind", PageKind, PageKind.OTHER),
        came_to,
        reason,
        read_instant(values, "at"),
    )


def unanswered(values: Fields) -> Unanswered:
    """An event of a request that got no response. Raises LogError."""
    kind = read_word(values, "kind", PageKind, PageKind.OTHER)
    return Unanswered(
        read_text(values, "url"),
        kind,
        read_text(values, "reason"),
        read_instant(values, "at"),
        read_instant(values, "sent") if values.get("sent") else "",
    )


def _imported(log: RunLog, values: Fields) -> LoggedResponse:
    """Another tool's record, as the import classified it. A record without this event after it is only the
    payload of another."""
    offset = log.began.offset(read_number(values, "offset"))
    places.of_event(values)  # a reader of the page goes there
    place = f"{log.began.name}.warc.gz", offset, read_number(values, "length")
    evidence = Evidence(
        *place,
        read_text(values, "sha256"),
        read_text(values, "url"),
        read_instant(values, "fetched_at"),
        read_number(values, "status"),
    )
    kind = read_word(values, "kind", PageKind, PageKind.OTHER)
    address, name = read_text(values, "asked"), read_text(values, "name", "")
    location = locate(address)
    layout = location.layout if location else ""
    return LoggedResponse(evidence, kind, read_text(values, "board"), address, None, layout=layout, name=name)


def _end(values: Fields) -> tuple[RunEnd, list[str]]:
    """(the run's end, the words in it that this program does not know)."""
    unknown = list[str]()
    verdict, counts = _verdict(values, unknown), read_typed(values, "counts", dict)
    counted = {
        name: None if counts[name] is None else read_number(counts, name)
        for name in COUNTERS
        if name in counts and (counts[name] is not None or name == "declared_total")
    }
    ended = RunEnd(
        read_instant(values, "finished_at"), verdict, verdict.exit_code, read_text(values, "reason"), counted
    )
    boards = list[BoardVerdict]()
    for each in read_typed(values, "boards", list, []):
        try:
            boards.append(_board_verdict(each))
        except UnknownWordError as error:
            unknown.append(str(error))
    return replace(ended, boards=boards), unknown


def _verdict(values: Fields, unknown: list[str]) -> Verdict:
    """The verdict; for a word of a newer program, which is `unknown`, the one with the same exit code."""
    try:
        return read_word(values, "verdict", Verdict)
    except UnknownWordError as error:
        unknown.append(str(error))
    by_code: dict[int, Verdict] = {verdict.exit_code: verdict for verdict in Verdict}
    return by_code.get(read_typed(values, "exit_code", int, -1), Verdict.INCOMPLETE)


def _board_verdict(values: Any) -> BoardVerdict:
    board, verdict, reason, *_ = [*read_typed({"board": values}, "board", list), None, None, None]
    values = {"board": board, "verdict": verdict, "reason": reason}
    return BoardVerdict(
        read_text(values, "board"), read_word(values, "verdict", Verdict), read_text(values, "reason")
    )
