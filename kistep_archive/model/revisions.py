"""Which sightings of a post are revisions: a pure function of all sightings in order, so their order of
arrival does not matter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from kistep_archive.model.columns import CONTENT, TEXTS

_RELATED = 0.2  # the same share, if a removal lies between the two
_ALIKE = 0.02  # the share of three-word runs that two different texts may have in common


@dataclass(frozen=True, slots=True)
class Content:
    """A post as one page shows it: a value for each name of SAID. `attachments` are (seq, name, url) each."""

    fields: Mapping[str, str | None]
    attachments: tuple[tuple[int, str, str], ...]


@dataclass(frozen=True, slots=True)
class Sighting:
    """One sighting: source, content, time and evidence file. `file_url` is given if only the bytes of that
    file changed."""

    source_id: int
    content: Content
    seen_at: str
    warc_file: str
    file_url: str | None = None


@dataclass(slots=True)
class SightingChange:
    """What a sighting changes: the names of the `changed` fields ([] for the first sighting), None if nothing
    changed. `repeats` marks the first sighting of another source with the same content."""

    changed: list[str] | None
    repeats: bool = False


def changed_fields(before: Content, after: Content) -> list[str]:
    """The names of the fields that differ."""
    changed = [name for name in CONTENT if before.fields[name] != after.fields[name]]
    return changed if before.attachments == after.attachments else [*changed, "attachments"]


def changes(sightings: Sequence[Sighting]) -> list[SightingChange]:
    """What each sighting of a post changes; oldest first."""
    last: dict[int, Content] = {}
    revised: dict[int, tuple[Sighting, SightingChange]] = {}  # source -> its last revision
    results = []
    for sighting in sightings:
        result = (
            _file(revised.get(sighting.source_id), sighting) if sighting.file_url else _page(last, sighting)
        )
        if result.changed is not None:
            revised[sighting.source_id] = sighting, result
        last.pop(sighting.source_id, None)  # insert it again as the newest
        last[sighting.source_id] = sighting.content
        results.append(result)
    return results


def shown_contents(sightings: Sequence[tuple[int, int, bool]]) -> list[int]:
    """The content that each sighting of a post shows; oldest first. Takes (source, content, whether only a
    file changed) and returns content ids. A changed file shows the last content of its source's page, or the
    first one if no page is older, in whatever order the pages arrived."""
    pages = [(source, content) for source, content, file in sightings if not file]
    shown = dict(reversed(pages))  # source -> the content of its first page
    results = []
    for source, content, file in sightings:
        if not file:
            shown[source] = content
        results.append(shown.get(source, content))
    return results


def first_of_source(mate: Content, content: Content) -> SightingChange:
    """The first sighting of another source: an edit if it differs from the source before (`mate`), else a
    repetition."""
    differs = [name for name in TEXTS if _spaceless(mate.fields[name]) != _spaceless(content.fields[name])]
    return SightingChange(differs, repeats=not differs)


def _page(last: dict[int, Content], sighting: Sighting) -> SightingChange:
    if sighting.source_id in last:
        return SightingChange(changed_fields(last[sighting.source_id], sighting.content) or None)
    return first_of_source(next(reversed(last.values())), sighting.content) if last else SightingChange([])


def _file(revised: tuple[Sighting, SightingChange] | None, sighting: Sighting) -> SightingChange:
    """A replaced file is a revision of its own, or part of the revision that the same visit found on the
    page."""
    if revised is None or revised[1].repeats or not _one_visit(revised[0], sighting):
        return SightingChange(["attachments"])
    changed = revised[1].changed
    if changed is not None and "attachments" not in changed:
        changed.append("attachments")
    return SightingChange(None)


def _one_visit(before: Sighting, after: Sighting) -> bool:
    """Whether both sightings belong to one visit. A crawl fetches a post's files right after its page; an
    imported file may contain captures of many years."""
    return before.warc_file == after.warc_file and abs(
        _instant(after.seen_at) - _instant(before.seen_at)
    ) < timedelta(hours=1)


def _instant(at: str) -> datetime:
    return datetime.fromisoformat(at)


def _spaceless(text: str | None) -> str:
    return "".join((text or "").split())


def another_post(before: Any, after: Any) -> bool:
    """Whether two revisions differ so much that the site may have given the post's number to another post:
    other days, titles with at most one word in common, texts with almost no wording in common. The rule is
    strict, since an edit must never count as another post. The writer does not count, since it is often the
    same for a whole board."""
    titles, texts = (
        [_runs_of_words(row[name], size) for row in (before, after)]
        for name, size in (("title", 1), ("body_text", 3))
    )
    if before["date"] == after["date"] or not all(titles + texts):
        return False
    return len(titles[0] & titles[1]) <= 1 and len(texts[0] & texts[1]) <= _ALIKE * min(map(len, texts))


def is_reuse(before: Content, after: Content) -> bool:
    """Whether a page shows another post than the one that was removed under the same number: another title,
    another day, and a text with little wording in common. After a removal that is proof enough."""
    one, other = before.fields, after.fields
    if one["date"] == other["date"] or _spaceless(one["title"]) == _spaceless(other["title"]):
        return False
    size = 3 if all(len((fields["body_text"] or "").split()) >= 3 for fields in (one, other)) else 1
    texts = [_runs_of_words(fields["body_text"] or "", size) for fields in (one, other)]
    if not any(texts):
        texts = [_runs_of_words(fields["title"] or "", 1) for fields in (one, other)]
    return len(texts[0] & texts[1]) <= _RELATED * max(1, min(map(len, texts)))


def _runs_of_words(text: str, size: int) -> set[tuple[str, ...]]:
    words = text.casefold().split()
    return {tuple(words[start : start + size]) for start in range(len(words) - size + 1)}
