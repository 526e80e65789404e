"""Agreement before belief: whether the posts of a run say what their listing rows and their own page heads
say, and whether they differ from each other. It needs no history: it judges a first crawl too.

If a new post's page contradicts its row on title or date, nobody knows which is right: it is held back.
Several such posts, or one text for several posts, mean that the parser reads the wrong places.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from kistep_archive.display import plural
from kistep_archive.ingest.guards import framing
from kistep_archive.ingest.guards.framing import PostFrame
from kistep_archive.ingest.guards.spool import Spool
from kistep_archive.ingest.guards.suspicion import CUT, Suspicion, alike, common_start, spaceless
from kistep_archive.model.items import ListedRow, ParsedPost
from kistep_archive.model.outcomes import PageKind

SEVERAL = 3  # posts that prove that the parser reads the wrong places
PROOF = 8  # contradicting posts after which the run leaves the board; enough to learn a skin from
ENOUGH = 5  # posts before the run says what most of them have
_COMMON = 0.2  # the share of posts with one and the same text; a few may well say "see the attached file"
_MARK = 12  # characters of a mark such as "NEW" that the parser may take for the end of a title
_START = 10  # characters of a title that a page's head must have


@dataclass(slots=True)
class Agreement:
    """The new posts that one run read of one board, and which of them contradict their rows. What the posts
    say waits in a file: a first crawl may read very many. `is_first`: the archive has no post of the board
    yet."""

    is_first: bool = False
    contradictions: dict[int, Suspicion] = field(default_factory=dict)
    _places: dict[int, int] = field(default_factory=dict)  # a post's number -> where the file has it
    _frames: Spool = field(default_factory=Spool)

    def see(self, url: str, post: ParsedPost, row: ListedRow | None, hits: int | None = None) -> None:
        """Takes a new post, and the listing row that led to it with its hits."""
        self.contradictions.pop(post.number, None)
        for name, why in (*contradictions(post, row), *_denied_by_labels(post, row, hits)):
            self.contradictions.setdefault(post.number, Suspicion(url, PageKind.POST, name, why, post.number))
        self._places[post.number] = self._frames.put(tuple(PostFrame.of(url, post, row)))

    @property
    def posts(self) -> int:
        """How many new posts the run read."""
        return len(self._places)

    def _posts(self) -> Iterator[PostFrame]:
        """What each post says, in the order in which the posts came."""
        for place in self._places.values():
            yield PostFrame(*self._frames.get(place))

    @property
    def is_refuted(self) -> bool:
        """Whether so many posts contradict their rows that the run need not read more."""
        return len(self.contradictions) >= PROOF and 2 * len(self.contradictions) >= len(self._places)

    def verdict(self) -> list[Suspicion]:
        """The offending pages if the parser reads the wrong places, else none."""
        wrong = list(self.contradictions.values())
        if len(wrong) >= SEVERAL or (len(wrong) > 1 and 2 * len(wrong) >= len(self._places)):
            return wrong
        return [
            *self._repeated("title", 0.0),
            *self._repeated("body", _COMMON),
            *self._empty(),
            *self._shared(),
            *self._denied_by_heads(),
            *self._longer_than_heads(),
            *self._marked(),
        ]

    def _repeated(self, name: Literal["title", "body"], share: float) -> Iterator[Suspicion]:
        """One text for several posts whose rows have different titles."""
        times = Counter(hash(text) for post in self._posts() if (text := _repeatable(post, name)))
        fewest = max(SEVERAL, share * len(self._places))
        often = {text for text, count in times.items() if count >= fewest}
        rows: dict[str, dict[str, PostFrame]] = {}
        for post in self._posts() if often else ():
            if hash(text := _repeatable(post, name)) in often:
                rows.setdefault(text, {})[spaceless(post.row)] = post
        for same in rows.values():
            if len(same) >= fewest:
                post = next(iter(same.values()))
                shared = post.title if name == "title" else post.first
                why = f"{len(same)} posts with different titles in the listing have the same {name}"
                why = f"{why}, which begins {shared[:60]!r}"
                yield Suspicion(post.url, PageKind.POST, name, why, post.number)

    def _empty(self) -> Iterator[Suspicion]:
        """Most bodies are empty."""
        empty = [post for post in self._posts() if not post.body and not post.has_images]
        if len(self._places) >= ENOUGH and 2 * len(empty) > len(self._places):
            post = empty[0]
            why = f"{len(empty)} of {plural(len(self._places), 'post')} have no text and no image"
            yield Suspicion(post.url, PageKind.POST, "text", why, post.number)

    def _shared(self) -> list[Suspicion]:
        """Bodies that share a line. Later runs read few new posts, and a writer may begin several alike."""
        suspicions = list(framing.shared_frames(self._posts, ENOUGH, is_first=self.is_first))
        return suspicions or (list(framing.shared_lines(self._posts)) if self.is_first else [])

    def _longer_than_heads(self) -> Iterator[Suspicion]:
        """Titles that end in the same words, such as a mark for new posts. Their rows cut them, and their
        pages' heads have the titles without these words, though heads of as long titles are whole."""
        ends: dict[str, list[PostFrame]] = {}
        for post in self._posts():
            if end := _beyond(post):
                ends.setdefault(end, []).append(post)
        longest = max((len(s.title) for s in self._posts() if any(s.title in h for h in s.heads)), default=0)
        for end, posts in ends.items():
            if len(posts) > 1 and longest >= min(len(post.title) for post in posts) - len(end):
                why = f"{len(posts)} titles end in {end[:60]!r}, which their own heads do not have"
                yield Suspicion(posts[0].url, PageKind.POST, "title", why, posts[0].number)

    def _marked(self) -> Iterator[Suspicion]:
        """Titles that are cut in their rows, and end as another title ends that its whole row denies."""
        for end in self._denied_ends():
            for post in self._posts():
                if _stem(post.row) and post.title.endswith(end):
                    why = f"the title ends in {end[:60]!r}, as one does that its listing row denies"
                    yield Suspicion(post.url, PageKind.POST, "title", why, post.number)

    def _denied_ends(self) -> list[str]:
        """What titles have at their ends that their whole rows do not have."""
        ends = {
            post.title.removeprefix(spaceless(post.row))
            for post in self._posts()
            if _denies(post) and post.title != spaceless(post.row)
        }
        marks = {end for end in ends if 0 < len(end) <= _MARK}
        titles = {post.title for post in self._posts() if _denies(post) and post.title in marks}
        return sorted(marks - titles)

    def _denied_by_heads(self) -> Iterator[Suspicion]:
        """Page heads that differ from post to post, as titles do, and have none of the titles."""
        denied = set[int]()
        for post in self._posts():
            if any(post.title[:_START] in head for head in post.heads):
                return
            denied |= {hash(post.heads)} if post.heads else set()
        if len(denied) >= SEVERAL and 2 * len(denied) > len(self._places):
            post = next(post for post in self._posts() if post.heads)
            why = f"the page says {post.title[:60]!r}, its own head {post.heads[0][:60]!r}"
            yield Suspicion(post.url, PageKind.POST, "title", why, post.number)


def _repeatable(post: PostFrame, name: Literal["title", "body"]) -> str:
    """The text that other posts should not have too; "" if the listing shows no title to tell them apart."""
    if not post.row or (name == "body" and post.may_repeat):
        return ""
    return post.title if name == "title" else post.body


def _denies(post: PostFrame) -> bool:
    """Whether the listing row has a whole title, so that it can deny a part of the page's."""
    return bool(post.row) and not _stem(post.row)


def _stem(row: str) -> str:
    """The spaceless title of a row that cuts it, without the ellipsis; "" if the row has all of it."""
    title = spaceless(row)
    return CUT.sub("", title) if CUT.search(title) else ""


def _beyond(post: PostFrame) -> str:
    """What a title has after the part that its row and its page's head have too; "" if a head has it all."""
    stem = _stem(post.row)
    if not stem or any(post.title in head for head in post.heads):
        return ""
    heads = [head[head.find(stem) :] for head in post.heads if stem in head]
    shared = max((common_start(post.title, head) for head in heads), default=len(post.title))
    return post.title[shared:]


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
