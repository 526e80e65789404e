"""A post's history as text and as rows."""

from itertools import groupby

from kistep_archive.display import printable
from kistep_archive.query.timeline import Answer, Event

# as text


def as_text(post: Answer, events: list[Event]) -> str:
    """A line an event; hits that follow each other are one line, for years of them would hide the rest."""
    several = len(post["sources"]) > 1
    lines = [f"post {post['id']}, {post['board']}/{post['number']}: {post['title']}", ""]
    for kind, group in groupby(events, key=_together):
        row = list(group)
        lines += [_hits(row, several)] if kind[0] == "hits" else [_line(event) for event in row]
    return printable("\n".join(lines))


def _together(event: Event) -> tuple[str, str, int]:
    return (event.kind, event.details["layout"], event.details["number"]) if event.kind == "hits" else (event.kind, "", 0)


def _line(event: Event) -> str:
    return f"{_second(event.at)}  {event.kind:<8}  {_words(event)}{_place(event.evidence)}"


def _hits(events: list[Event], several: bool) -> str:
    first, last = events[0], events[-1]
    under = f" under {first.details['layout']}/{first.details['number']}" if several else ""
    if first is last:
        return f"{_second(first.at)}  {'hits':<8}  {first.details['hits']:,}{under}{_place(first.evidence)}"
    words = f"{first.details['hits']:,} to {last.details['hits']:,}{under}, {len(events)} changes until {_second(last.at)}"
    return f"{_second(first.at)}  {'hits':<8}  {words}{_place(first.evidence)}{_place(last.evidence)}"


def _words(event: Event) -> str:
    details = event.details
    match event.kind:
        case "source":
            return f"first seen under {details['layout']}/{details['number']}, {details['url']}"
        case "revision":
            reused = "; the number may have been reused for another post" if details.get("another_post") else ""
            return f"{details['revision']}: {', '.join(details['changed']) or 'the first'}{reused}"
        case "file":
            size = f", {details['size']:,} bytes, sha256 {details['sha256'][:12]}" if details["sha256"] else ""
            return f"{details['of']} {details['what']}: {details['url']}{size}"
        case "removed":
            return f"{details['layout']}/{details['number']}, missed by run {details['run']}"
        case _:
            return f"{details['layout']}/{details['number']}"


def _place(evidence: Answer | None) -> str:
    if evidence is None:
        return ""
    return f"  [{evidence['file']}]" if evidence["offset"] is None else f"  [{evidence['file']} at {evidence['offset']}]"


def _second(at: str) -> str:
    return f"{at[:19]}Z"


def as_row(event: Event) -> Answer:
    """An event as plain data."""
    return {"at": event.at, "kind": event.kind, **event.details, "evidence": event.evidence}
