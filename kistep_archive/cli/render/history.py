"""A post's history as text and as rows."""

from itertools import groupby

from kistep_archive.cli.render.rows import Columns
from kistep_archive.display import printable
from kistep_archive.model.documents import Document
from kistep_archive.query.timeline import Event

COLUMNS = Columns(
    (
        *("at", "kind", "layout", "board", "number", "url", "revision", "changed", "title", "another_post"),
        *("hits", "what", "of", "media_type", "size", "sha256", "run", "evidence"),
    ),
    ("at", "kind", "layout", "number", "revision", "changed", "title", "hits", "what", "url"),
)


def as_text(post: Document, events: list[Event]) -> str:
    """A line per event. Hits that follow each other are one line: years of them would hide the rest."""
    several = len(post["sources"]) > 1
    lines = [f"post {post['id']}, {post['board']}/{post['number']}: {post['title']}", ""]
    for (kind, *_), group in groupby(events, key=_group_key):
        together = list(group)
        lines += [_hits_line(together, several)] if kind == "hits" else map(_line, together)
    return printable("\n".join(lines))


def _group_key(event: Event) -> tuple[str, str, int]:
    if event.kind != "hits":
        return event.kind, "", 0
    return event.kind, event.details["layout"], event.details["number"]


def _line(event: Event) -> str:
    return f"{_second(event.at)}  {event.kind:<8}  {_description(event)}{_place(event.evidence)}"


def _hits_line(events: list[Event], several: bool) -> str:
    first, last = events[0], events[-1]
    under = f" under {first.details['layout']}/{first.details['number']}" if several else ""
    start = f"{_second(first.at)}  {'hits':<8}  {first.details['hits']:,}"
    if first is last:
        return f"{start}{under}{_place(first.evidence)}"
    end = f"{last.details['hits']:,}{under}, {len(events)} changes until {_second(last.at)}"
    return f"{start} to {end}{_place(first.evidence)}{_place(last.evidence)}"


def _description(event: Event) -> str:
    details = event.details
    match event.kind:
        case "source":
            return f"first seen under {details['layout']}/{details['number']}, {details['url']}"
        case "revision":
            reused = (
                ("; the site may have given this number to another post")
                if details.get("another_post")
                else ""
            )
            return f"{details['revision']}: {', '.join(details['changed']) or 'the first'}{reused}"
        case "file":
            size = (
                (f", {details['size']:,} bytes, sha256 {details['sha256'][:12]}") if details["sha256"] else ""
            )
            return f"{details['of']} {details['what']}: {details['url']}{size}"
        case "removed":
            return f"{details['layout']}/{details['number']}, missing in run {details['run']}"
        case _:
            return f"{details['layout']}/{details['number']}"


def _place(evidence: Document | None) -> str:
    if evidence is None:
        return ""
    return (
        f"  [{evidence['file']}]"
        if evidence["offset"] is None
        else (f"  [{evidence['file']} at {evidence['offset']}]")
    )


def _second(at: str) -> str:
    return f"{at[:19]}Z"


def as_document(event: Event) -> Document:
    """An event as plain data."""
    return {"at": event.at, "kind": event.kind, **event.details, "evidence": event.evidence}
