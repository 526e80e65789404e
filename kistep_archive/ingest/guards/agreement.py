"""Agreement before belief: whether the posts of a run say what their listing rows and their own page heads
say, and whether they differ from each other. Pure, and needs no history: it judges a first crawl too.

A new post whose page contradicts its row on title or date is held back: nobody knows which of the two is
right. Several such posts, or one text for several posts, mean that the parser reads the wrong places.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b

from kistep_archive.display import plural
from kistep_archive.ingest.guards.suspicion import CUT, Suspicion, alike, edges, spaceless
from kistep_archive.model.items import ListedRow, ParsedPost
from kistep_archive.model.outcomes import PageKind

SEVERAL = 3  # posts that prove that the parser reads the wrong places
PROOF = 8  # contradicting posts after which the run leaves the board; enough to learn a skin from
_ENOUGH = 5  # posts before the run says what most of them have
_COMMON = 0.2  # the share of posts with one and the same text; a few may well say "see the attached file"
_FURNITURE = 0.9  # the share of bodies that begin or end alike
_LINE = 80  # characters of a line that are compared
_MARK = 12  # characters of a mark such as "NEW" that the parser may take for the end of a title
_START = 10  # characters of a title that a page's head must have


@dataclass(frozen=True, slots=True)
class _Said:
    """What one page says of a post, as far as it is compared with other pages."""

    url: str
    row: str  # the title in its listing row
    title: str
    body: str  # a digest of its text, "" if there is none
    first: str  # the beginnings of its first and last lines
    last: str
    has_images: bool
    heads: tuple[str, ...]
    may_repeat: bool  # a few words in a box that is known to be the body


@dataclass(slots=True)
class Agreement:
    """The new posts that one run read of one board, and which of them contradict their rows."""

    contradictions: dict[int, Suspicion] = field(default_factory=dict)
    _posts: dict[int, _Said] = field(default_factory=dict)

    def see(self, url: str, post: ParsedPost, row: ListedRow | None, hits: int | None = None) -> None:
        """Takes a new post, and the listing row that led to it with its hits."""
        self.contradictions.pop(post.number, None)
        for name, why in (*contradictions(post, row), *_denied_by_labels(post, row, hits)):
            self.contradictions.setdefault(post.number, Suspicion(url, PageKind.POST, name, why, post.number))
        first, last = edges(post.body_text)
        body = spaceless(post.body_text).encode()
        self._posts[post.number] = _Said(
            url,
            row.title if row else "",
            spaceless(post.title),
            blake2b(body, digest_size=16).hexdigest() if body else "",
            first[:_LINE],
            last[:_LINE],
            bool(post.images),
            tuple(filter(None, map(spaceless, post.heads))),
            post.is_named and len(post.body_text) <= _LINE,
        )

    @property
    def is_refuted(self) -> bool:
        """Whether so many posts contradict their rows that the run need not read more."""
        return len(self.contradictions) >= PROOF and 2 * len(self.contradictions) >= len(self._posts)

    def verdict(self) -> list[Suspicion]:
        """The offending pages if the parser reads the wrong places, else none."""
        wrong = list(self.contradictions.values())
        if len(wrong) >= SEVERAL or (len(wrong) > 1 and 2 * len(wrong) >= len(self._posts)):
            return wrong
        return [
            *self._repeated("title", [each.title for each in self._posts.values()], 0.0),
            *self._repeated("body", ["" if s.may_repeat else s.body for s in self._posts.values()], _COMMON),
            *self._empty(),
            *self._framed(),
            *self._denied_by_heads(),
            *self._longer_than_heads(),
            *self._marked(),
        ]

    def _repeated(self, name: str, texts: list[str], share: float) -> Iterator[Suspicion]:
        """One text for several posts whose rows have different titles."""
        rows: dict[str, dict[str, tuple[int, _Said]]] = {}
        for text, (number, said) in zip(texts, self._posts.items(), strict=True):
            if text and said.row:
                rows.setdefault(text, {})[spaceless(said.row)] = (number, said)
        for found in rows.values():
            if len(found) >= SEVERAL and len(found) >= share * len(self._posts):
                number, said = next(iter(found.values()))
                shared = said.title if name == "title" else said.first
                why = f"{len(found)} posts with different titles in the listing have the same {name}"
                why = f"{why}, which begins {shared[:60]!r}"
                yield Suspicion(said.url, PageKind.POST, name, why, number)

    def _empty(self) -> Iterator[Suspicion]:
        """Most bodies are empty."""
        empty = [(n, said) for n, said in self._posts.items() if not said.body and not said.has_images]
        if len(self._posts) >= _ENOUGH and 2 * len(empty) > len(self._posts):
            number, said = empty[0]
            why = f"{len(empty)} of {plural(len(self._posts), 'post')} have no text and no image"
            yield Suspicion(said.url, PageKind.POST, "text", why, number)

    def _framed(self) -> Iterator[Suspicion]:
        """Nearly all bodies begin, or end, with the same line: it belongs to the site, not to the posts."""
        filled = [(n, said) for n, said in self._posts.items() if said.body]
        for place in ("first", "last"):
            lines = Counter(getattr(said, place) for _, said in filled)
            common, many = next(iter(lines.most_common(1)), ("", 0))
            if (
                many >= _ENOUGH
                and many >= _FURNITURE * len(filled)
                and len({said.body for _, said in filled}) > 1
            ):
                number, said = next(each for each in filled if getattr(each[1], place) == common)
                edge = "begin" if place == "first" else "end"
                why = f"{many} of {len(filled)} bodies {edge} with {common[:60]!r}"
                yield Suspicion(said.url, PageKind.POST, "body", why, number)

    def _longer_than_heads(self) -> Iterator[Suspicion]:
        """Titles that end in the same words, such as a mark for new posts. Their rows cut them, and their
        pages' heads have the titles without these words, though heads of as long titles are whole."""
        ends: dict[str, list[tuple[int, _Said]]] = {}
        for number, said in self._posts.items():
            if end := _beyond(said):
                ends.setdefault(end, []).append((number, said))
        whole = max(
            (len(s.title) for s in self._posts.values() if any(s.title in h for h in s.heads)), default=0
        )
        for end, found in ends.items():
            if len(found) > 1 and whole >= min(len(said.title) for _, said in found) - len(end):
                number, said = found[0]
                why = f"{len(found)} titles end in {end[:60]!r}, which their own heads do not have"
                yield Suspicion(said.url, PageKind.POST, "title", why, number)

    def _marked(self) -> Iterator[Suspicion]:
        """Titles that are cut in their rows, and end as another title ends that its whole row denies."""
        for end in self._denied_ends():
            for number, said in self._posts.items():
                if _stem(said.row) and said.title.endswith(end):
                    why = f"the title ends in {end[:60]!r}, as one does that its listing row denies"
                    yield Suspicion(said.url, PageKind.POST, "title", why, number)

    def _denied_ends(self) -> list[str]:
        """What titles have at their ends that their whole rows do not have."""
        denied = [said for said in self._posts.values() if said.row and not _stem(said.row)]
        ends = {
            said.title.removeprefix(spaceless(said.row))
            for said in denied
            if said.title != spaceless(said.row)
        }
        titles = {said.title for said in denied}
        return sorted(end for end in ends if 0 < len(end) <= _MARK and end not in titles)

    def _denied_by_heads(self) -> Iterator[Suspicion]:
        """Page heads that differ from post to post, as titles do, and have none of the titles."""
        denied: dict[tuple[str, ...], tuple[int, _Said]] = {}
        for number, said in self._posts.items():
            if said.heads and any(said.title[:_START] in head for head in said.heads):
                return
            denied[said.heads] = (number, said)
        denied.pop((), None)
        if len(denied) >= SEVERAL and 2 * len(denied) > len(self._posts):
            (number, said) = next(iter(denied.values()))
            why = f"the page says {said.title[:60]!r}, its own head {said.heads[0][:60]!r}"
            yield Suspicion(said.url, PageKind.POST, "title", why, number)


def _stem(row: str) -> str:
    """The spaceless title of a row that cuts it, without the ellipsis; "" if the row has all of it."""
    title = spaceless(row)
    return CUT.sub("", title) if CUT.search(title) else ""


def _beyond(said: _Said) -> str:
    """What a title has after the part that its row and its page's head have too; "" if a head has it all."""
    stem = _stem(said.row)
    if not stem or any(said.title in head for head in said.heads):
        return ""
    heads = [head[head.find(stem) :] for head in said.heads if stem in head]
    shared = max((_shared(said.title, head) for head in heads), default=len(said.title))
    return said.title[shared:]


def _shared(one: str, other: str) -> int:
    """How many characters two texts have in common at their beginnings."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def contradictions(post: ParsedPost, row: ListedRow | None) -> Iterator[tuple[str, str]]:
    """(field, both values) where a page and its listing row say different things."""
    listed = row.values() if row else {}
    for name, value in (("title", post.title), ("date", post.date)):
        expected = listed.get(name)
        if isinstance(expected, str) and expected and not alike(value, expected):
            yield name, f"the page says {value!r}, the listing {expected!r}"


def _denied_by_labels(post: ParsedPost, row: ListedRow | None, hits: int | None) -> Iterator[tuple[str, str]]:
    """(field, both values) where a skin and the page's labels say different things, and no row settles it."""
    settled = {*(row.values() if row else ()), *(("hits",) if hits is not None else ())}
    for name, value in post.labelled:
        if name not in settled:
            yield name, f"the skin says {str(getattr(post, name))!r}, the label {value!r}"
