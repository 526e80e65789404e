"""Good is never replaced by worse: whether the pages of a run contradict what the archive has of the board.
Pure; the history is a parameter.

A listing page is judged alone: it shows ten known posts. A post's page proves little alone, since one post
may be edited, lose its writer or be only an image. So a post that lacks an expected field is a *suspicion*,
and the next page that has the field ends it: the parser can read the layout. A suspicion that no later page
ends is a changed layout. (Before the spider reports that, it reads known posts as witnesses.)
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kistep_archive.display import plural
from kistep_archive.http.response import uri
from kistep_archive.ingest.guards.agreement import Agreement, contradictions
from kistep_archive.ingest.guards.changed_bodies import ChangedBodies
from kistep_archive.ingest.guards.edges import Edges
from kistep_archive.ingest.guards.listed import faults, listed_values
from kistep_archive.ingest.guards.suspicion import Suspicion, alike
from kistep_archive.model.baseline import Baseline, FieldCounts, KnownPost, Witness
from kistep_archive.model.items import ListedRow, Listing, ParsedPost
from kistep_archive.model.outcomes import PageKind

DRIFT = 0.1  # the share of a body's words that a new reading may lose or gain
LONG_SERIES = 3  # suspicious pages in a row that are proof enough
HITS_ANYWAY = 20  # by so much a page's hits may differ from those of its row, seconds before
HITS_SHARE = 0.2  # or by this share


@dataclass(slots=True)
class Judge:
    """Judges the pages of one board in one layout in one run. `listing` is why its rows cannot be trusted;
    `open` has by field the suspicions that no page has ended."""

    history: Baseline
    listing: Suspicion | None = None
    open: dict[str, list[Suspicion]] = field(default_factory=dict)
    unreadable: dict[str, Suspicion] = field(default_factory=dict)  # posts' pages, by their addresses
    fresh: bool = False  # the run read a post that is not in the archive
    proven: bool = False  # the run read a known post's body as it is in the archive
    seen: set[int] = field(default_factory=set)
    agreement: Agreement = field(init=False)
    edges: Edges = field(default_factory=Edges)
    changed_bodies: ChangedBodies = field(default_factory=ChangedBodies)
    listed_hits: dict[int, int] = field(default_factory=dict)  # of the rows that the run has met

    def __post_init__(self) -> None:
        self.agreement = Agreement(is_first=not self.history.counts.posts)

    def rows(self, url: str, page: int, listing: Listing) -> bool:
        """Judges a listing page. Returns whether the board can still be trusted."""
        if self.listing is None:
            why = next(faults(self.history, listing, page, self.seen), None)
            self.listing = why and Suspicion(url, PageKind.LISTING, *why)
        self.seen |= {row.number for row in listing.rows}
        self.listed_hits |= {row.number: row.hits for row in listing.rows if row.hits is not None}
        return self.listing is None

    def judge_unreadable(self, url: str, kind: PageKind, why: str) -> bool:
        """Judges an unreadable page. Returns whether the board can still be trusted: one post's page proves
        nothing."""
        suspicion = Suspicion(url, kind, "page", why)
        if kind is PageKind.LISTING:
            self.listing = self.listing or suspicion
        else:
            self.open.setdefault("page", []).append(suspicion)
            self.unreadable[url] = suspicion
        return self.listing is None

    def take_back(self, url: str) -> None:
        """Takes back what was suspicious of the unreadable page at this address."""
        if self.listing is not None and (self.listing.url, self.listing.field) == (url, "page"):
            self.listing = None
        self.unreadable.pop(url, None)
        pages = [each for each in self.open.pop("page", []) if each.url != url]
        self.open |= {"page": pages} if pages else {}

    def post(self, url: str, post: ParsedPost, row: ListedRow | None) -> None:
        """Judges a post's page; `row` is the listing row that led to it."""
        self.unreadable.pop(url, None)
        before = self.history.before(post.number)
        listed = listed_values(row) | {"hits": self.listed_hits.get(post.number)}
        lacks, has = compare(post, listed, before, self.history.counts)
        if why := self.edges.see(post, before):
            lacks["body"] = why
            has.discard("body")
        if before is None:
            self.agreement.see(url, post, row, self.listed_hits.get(post.number))
        else:
            self.changed_bodies.see(url, post, row, before)
            self.agreement.contradictions.pop(post.number, None)
            for name, why in _of_another(post, row, before):
                suspicion = Suspicion(url, PageKind.POST, name, why, post.number)
                self.agreement.contradictions.setdefault(post.number, suspicion)
        for name in {"page", *has}:
            self.open.pop(name, None)
        for name, why in lacks.items():
            self.open.setdefault(name, []).append(Suspicion(url, PageKind.POST, name, why, post.number))
        self.fresh |= before is None
        self.proven |= "body" in has

    def doubts(self, spare: bool) -> set[str]:
        """The fields that need a known post as a witness: the suspicious ones. If a request can be spared,
        also the body, if the run read new posts but no known one."""
        unproven = {"body"} if spare and self.fresh and not self.proven else set()
        return {*self.open, *unproven} if self.listing is None else set()

    def witnesses(self, known: list[Witness], name: str) -> list[Witness]:
        """The witnesses for a field: those that have it and are not suspicious themselves."""
        suspects = {each.number for each in self.open.get(name, ())}
        return [each for each in known if name in each.fields and each.number not in suspects]

    def drop_unheard(self, known: list[Witness]) -> None:
        """Drops suspicions of one or two pages that no other post can confirm: they count as edits."""
        for name in [
            name
            for name, series in self.open.items()
            if len(series) < LONG_SERIES and not self.witnesses(known, name)
        ]:
            del self.open[name]

    @property
    def series(self) -> int:
        """For how many pages in a row the same field is suspicious."""
        return max(map(len, self.open.values()), default=0)

    def verdict(self) -> list[Suspicion]:
        """The offending pages, one suspicion each; none if the board can be trusted."""
        if self.listing is not None:
            return [self.listing]
        series = [*reversed(self.open.values()), self.changed_bodies.verdict(), self.agreement.verdict()]
        series += [self.unreadable.values()] if self._reads_few else []
        pages = {each.url: each for suspicions in series for each in suspicions}
        return list(pages.values())

    @property
    def _reads_few(self) -> bool:
        """Whether a first crawl cannot read most of the pages: then nobody knows whether the others are read
        rightly."""
        count = len(self.unreadable)
        return self.agreement.is_first and count >= LONG_SERIES and count > self.agreement.posts


def _of_another(post: ParsedPost, row: ListedRow | None, before: KnownPost) -> list[tuple[str, str]]:
    """(field, both values) where the page of a known post is perhaps another post's: its row tells of an
    edit, and the page shows neither that edit nor what the archive has; or it denies title and date of both.
    Else a page that its row contradicts is an edit: a listing may be older than the page."""
    known, listed = {"title": before.title, "date": before.date}, listed_values(row)
    denied = {
        name: why
        for name, why in contradictions(post, row)
        if not alike(str(getattr(post, name)), known[name])
    }
    row_differs = any(not alike(known[name], str(listed[name])) for name in denied)
    return list(denied.items()) if row_differs or len(denied) == len(known) else []


def compare(
    post: ParsedPost, row: Mapping[str, object], before: KnownPost | None, counts: FieldCounts
) -> tuple[dict[str, str], set[str]]:
    """(field -> how it is worse than expected, fields that are as expected). A field that cannot be judged is
    in neither."""
    lacks = dict[str, str]()
    has = set[str]()
    for name, answer in _answers(post, row, before, counts):
        if answer:
            lacks[name] = answer
        elif answer is not None:
            has.add(name)
    return lacks, has


# a field; how it is worse, "" if it is as expected, None if it cannot be judged
_Answers = Iterator[tuple[str, str | None]]


def _answers(
    post: ParsedPost, row: Mapping[str, object], before: KnownPost | None, counts: FieldCounts
) -> _Answers:
    yield "title", _as_expected(post.title, [row.get("title"), before and before.title])
    yield "date", _as_expected(post.date, [row.get("date"), before and before.date])
    if post.writer is None and before is None and "writer" not in row:
        yield "writer", "missing, but nearly all posts have one" if counts.usual(counts.writer) else None
    else:
        yield "writer", _as_expected(post.writer, [row.get("writer"), before and before.writer])
    yield "hits", _hits(post.hits, row.get("hits"), before, counts)
    if before is None:
        yield (
            "text",
            ""
            if post.body_text
            else ("missing, but nearly all posts have some")
            if counts.usual(counts.text)
            else None,
        )
    else:
        yield "text", ("" if post.body_text else "missing, but there was some") if before.text else None
        yield "body", _body(post, before)
    yield "attachments", _attachments(post, row, before)
    if before is not None and before.images:
        yield (
            "images",
            ""
            if set(before.images) <= set(map(uri, post.images))
            else f"{plural(len(post.images), 'image')} instead of {len(before.images)}",
        )


def _as_expected(value: str | None, expected: list[object]) -> str | None:
    """Compares a value with the row and the archive. Either may be right: the row is newer, the archive is
    more certain."""
    known = [str(each) for each in expected if each is not None]
    if not known:
        return None
    return "" if any(alike(value, each) for each in known) else f"{value!r} instead of {known[-1]!r}"


def _hits(hits: int | None, listed: object, before: KnownPost | None, counts: FieldCounts) -> str | None:
    known = before.hits if before else None
    if hits is None:
        expected = known is not None if before else listed is not None or counts.usual(counts.hits)
        return "missing, but expected" if expected else None
    if known is not None:
        return f"{hits} instead of {known}" if hits < known / 2 else ""
    if isinstance(listed, int) and abs(hits - listed) > max(HITS_ANYWAY, HITS_SHARE * listed):
        return f"the page says {hits}, the listing {listed}"
    return ""


def _body(post: ParsedPost, before: KnownPost) -> str:
    """Compares a body with the last one: the words lost and gained, and whether the text disappeared."""
    was, now = Counter(before.text.split()), Counter(post.body_text.split())
    lost, gained = (was - now).total(), (now - was).total()
    if max(lost, gained) <= DRIFT * max(was.total(), 1):
        return ""
    return f"{lost} of {was.total()} words disappeared, {gained} are new"


def _attachments(post: ParsedPost, row: Mapping[str, object], before: KnownPost | None) -> str | None:
    files = {(each.name, uri(each.url)) for each in post.attachments}
    if before is not None and before.files:
        words = f"{plural(len(files), 'file')} instead of {len(before.files)}, or other names"
        return "" if set(before.files) <= files else words
    if row.get("attachments") is True:
        return "" if files else "missing, but the listing shows some"
    return None
