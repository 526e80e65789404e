"""What of a post's sightings is a revision: a pure function of all of them in order, so that the order of their arrival does not
matter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from kistep_archive.model.columns import SAID, TEXTS

_ALIKE = 0.02  # share of three-word runs that two different texts may have in common


@dataclass(frozen=True, slots=True)
class Content:
    """What one page says of a post: a value for each name of SAID. `attachments` are (seq, name, url) each."""

    said: Mapping[str, str | None]
    attachments: tuple[tuple[int, str, str], ...]


@dataclass(frozen=True, slots=True)
class Sight:
    """One sighting: what was said under which source, when, in which evidence file; `file_url` where only a file's bytes are other ones."""

    source_id: int
    content: Content
    seen_at: str
    warc_file: str
    file_url: str | None = None


@dataclass(slots=True)
class Told:
    """What a sighting adds: the fields that `changed` ([] for the first), None where it says the same; `repeats` marks the first
    sight of a further source that says the same."""

    changed: list[str] | None
    repeats: bool = False


def differing(before: Content, after: Content) -> list[str]:
    """The names of the fields that differ."""
    changed = [name for name in SAID if before.said[name] != after.said[name]]
    return changed if before.attachments == after.attachments else [*changed, "attachments"]


def told(sights: Sequence[Sight]) -> list[Told]:
    """For the sightings of one post, oldest first, what each of them adds."""
    last: dict[int, Content] = {}
    revised: dict[int, tuple[Sight, Told]] = {}  # source -> its last revision
    results = []
    for sight in sights:
        result = _file(revised.get(sight.source_id), sight) if sight.file_url else _page(last, sight)
        if result.changed is not None:
            revised[sight.source_id] = sight, result
        last.pop(sight.source_id, None)  # put back as the newest
        last[sight.source_id] = sight.content
        results.append(result)
    return results


def said(sights: Sequence[tuple[int, int, bool]]) -> list[int]:
    """For the sightings of one post, oldest first, the content that each shows: (source, content, whether only a file was seen anew) ->
    content. A file shows what its source's page said last, or first where no page is older: whichever page came to be known when."""
    pages = [(source, content) for source, content, file in sights if not file]
    shown = dict(reversed(pages))  # source -> the content of its first page
    results = []
    for source, content, file in sights:
        if not file:
            shown[source] = content
        results.append(shown.get(source, content))
    return results


def further(mate: Content, content: Content) -> Told:
    """The first sight of a further source: an edit if it says something else than its mate, else a repetition."""
    differs = [name for name in TEXTS if _spaceless(mate.said[name]) != _spaceless(content.said[name])]
    return Told(differs, repeats=not differs)


def _page(last: dict[int, Content], sight: Sight) -> Told:
    if sight.source_id in last:
        return Told(differing(last[sight.source_id], sight.content) or None)
    return further(next(reversed(last.values())), sight.content) if last else Told([])


def _file(revised: tuple[Sight, Told] | None, sight: Sight) -> Told:
    """A replaced file is a revision, or part of the one that the same visit has just made of the post."""
    if revised is None or revised[1].repeats or not _one_visit(revised[0], sight):
        return Told(["attachments"])
    changed = revised[1].changed
    if changed is not None and "attachments" not in changed:
        changed.append("attachments")
    return Told(None)


def _one_visit(before: Sight, after: Sight) -> bool:
    """In one run the files of a post are fetched right after its page; an imported file may hold captures of many years."""
    return before.warc_file == after.warc_file and abs(_instant(after.seen_at) - _instant(before.seen_at)) < timedelta(hours=1)


def _instant(at: str) -> datetime:
    return datetime.fromisoformat(at)


def _spaceless(text: str | None) -> str:
    return "".join((text or "").split())


def another_post(before: Any, after: Any) -> bool:
    """Whether two revisions, by their names, are so unlike each other that the site may have given a post's number to another post: other
    days, titles with no more than a word in common, texts with next to none of their wording. A strict rule, since an edit must never be
    taken for that; the writer says nothing, being the same on a whole board."""
    titles, texts = ([_runs_of_words(row[name], size) for row in (before, after)] for name, size in (("title", 1), ("body_text", 3)))
    if before["date"] == after["date"] or not all(titles + texts):
        return False
    return len(titles[0] & titles[1]) <= 1 and len(texts[0] & texts[1]) <= _ALIKE * min(map(len, texts))


def _runs_of_words(text: str, size: int) -> set[tuple[str, ...]]:
    words = text.casefold().split()
    return {tuple(words[start : start + size]) for start in range(len(words) - size + 1)}
