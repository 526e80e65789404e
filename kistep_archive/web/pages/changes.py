"""What changed in a post: two revisions side by side, the steps through time, removals and returns."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kistep_archive.model.documents import Document
from kistep_archive.query.compare import Difference
from kistep_archive.query.diff import FieldDiff, Line
from kistep_archive.query.timeline import Event
from kistep_archive.web import addresses
from kistep_archive.web.pages import post as post_page
from kistep_archive.web.pages.page import Page, PageNotFoundError, Visit

_WORD = re.compile(r"\w+")
_QUIET = ("hits",)  # events that the chart of hits shows


@dataclass(frozen=True, slots=True)
class Amount:
    """How many words of a comparison are only in the later revision, and only in the earlier one."""

    added: int
    removed: int


def changes(visit: Visit, board: str, name: str, a: str = "", b: str = "") -> Page:
    """Two revisions of a post, the last two if none are named. Raises PageNotFoundError."""
    found = post_page.find(visit, board, name)
    if max(int(a or 1), int(b or 1)) > found.revisions or (a and int(a) >= int(b)):
        raise PageNotFoundError(
            visit.texts("This post has {revisions} revisions.", revisions=found.revisions)
        )
    compared = visit.archive.diff(found, int(a) if a else None, int(b) if b else None)
    revisions = list(visit.archive.revisions(found))
    events = [event for event in visit.archive.history(found) if event.kind not in _QUIET]
    path = f"{addresses.post(found)}/changes"
    return Page(
        path=f"{path}/{a}-{b}" if a else path,
        template="changes.html",
        title=visit.texts("Changes: {title}", title=found.title),
        values={
            "post": found,
            "compared": compared,
            "amounts": {change.field: amount(change) for change in compared.changes},
            "steps": [(number, number + 1) for number in range(1, len(revisions))],
            "seen": [revision.seen_at for revision in revisions],
            "events": events,
            "post_path": addresses.post(found),
        },
        document=_document(compared, events),
    )


def amount(change: FieldDiff) -> Amount:
    """How much a change added and took away, in words."""
    rows = [row for hunk in change.hunks for row in hunk.rows if not row.same]
    return Amount(_words(row.after for row in rows), _words(row.before for row in rows))


def _words(lines: Iterable[Line | None]) -> int:
    return sum(
        len(_WORD.findall(span.text)) for line in lines if line is not None for span in line if span.changed
    )


def _document(compared: Difference, events: Iterable[Event]) -> Document:
    return {
        "post": compared.post,
        "a": compared.a,
        "b": compared.b,
        "revisions": compared.revisions,
        "changes": [
            {
                "field": change.field,
                "before": change.before,
                "after": change.after,
                "words_added": amount(change).added,
                "words_removed": amount(change).removed,
            }
            for change in compared.changes
        ],
        "history": [{"at": event.at, "kind": event.kind, "details": event.details} for event in events],
    }
