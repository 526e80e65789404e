"""Never good for worse: whether what a run reads of a board contradicts what the archive holds of it. Pure; the history is passed in.

A page of rows is judged by itself: it shows ten posts that are known. A post's page alone proves little, for one post may well be edited,
lose its writer or be nothing but an image. So a post that lacks what it should have is a *suspicion*, and the next page that has the same
thing ends it: the layout can be read. A suspicion that no later page ends is a changed layout (the spider asks for posts that are known,
as witnesses, before it says so).
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kistep_archive.http.response import uri
from kistep_archive.model.baseline import Baseline, FieldCounts, KnownPost, KnownRow, Witness
from kistep_archive.model.items import LISTED, ListedRow, Listing, ParsedPost, Row
from kistep_archive.model.outcomes import PageKind

DRIFT = 0.1  # the share of a body's words that another reading may lose or gain
SERIES = 3  # pages in a row that are a proof by themselves
MISSED = 3  # posts at least, that a page of rows passes over
MISSED_SHARE = 0.02  # and this share of the board's

_CUT = re.compile(r"(?:\.{2,}|…)$")


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A page that says something worse than it should: which `field`, and how in words. `number` is a post's."""

    url: str
    kind: PageKind
    field: str
    why: str
    number: int | None = None


@dataclass(slots=True)
class Judge:
    """Judges the pages of one board in one layout in one run. `listing` is why its rows cannot be trusted, `open` the suspicions that
    no page has ended, by field."""

    history: Baseline
    listing: Suspicion | None = None
    open: dict[str, list[Suspicion]] = field(default_factory=dict)
    fresh: bool = False  # a post was read that the archive does not hold
    proven: bool = False  # a known post's body was read as it is held
    seen: set[int] = field(default_factory=set)

    def rows(self, url: str, page: int, listing: Listing) -> bool:
        """Takes in a page of rows. Returns whether the board can be trusted still."""
        if self.listing is None:
            why = next(_row_faults(self.history.held, listing, page, self.seen), None)
            self.listing = why and Suspicion(url, PageKind.LISTING, *why)
        self.seen |= {row.number for row in listing.rows}
        return self.listing is None

    def unreadable(self, url: str, kind: PageKind, why: str) -> bool:
        """Takes in a page that could not be read. Returns whether the board can be trusted still: one post's page proves nothing."""
        suspicion = Suspicion(url, kind, "page", why)
        if kind is PageKind.LISTING:
            self.listing = self.listing or suspicion
        else:
            self.open.setdefault("page", []).append(suspicion)
        return self.listing is None

    def post(self, url: str, post: ParsedPost, row: ListedRow | None) -> None:
        """Takes in a post's page; `row` is the listing row that it was fetched for."""
        before = self.history.before(post.number)
        lacks, has = compare(post, _row(row), before, self.history.counts)
        for name in {"page", *has}:
            self.open.pop(name, None)
        for name, why in lacks.items():
            self.open.setdefault(name, []).append(Suspicion(url, PageKind.POST, name, why, post.number))
        self.fresh |= before is None
        self.proven |= "body" in has

    def doubts(self, spare: bool) -> set[str]:
        """The fields for which a known post should be read as a witness: what is suspicious, and, where a request can be spared for it,
        the body if new posts were read and none that is known."""
        unproven = {"body"} if spare and self.fresh and not self.proven else set()
        return {*self.open, *unproven} if self.listing is None else set()

    def witnesses(self, held: list[Witness], name: str) -> list[Witness]:
        """Those who can speak of a field; who is suspicious cannot."""
        suspects = {each.number for each in self.open.get(name, ())}
        return [each for each in held if name in each.fields and each.number not in suspects]

    def drop_unheard(self, held: list[Witness]) -> None:
        """Drops what is suspicious in a page or two and what no other post could speak of: an edit, as far as anybody can say."""
        for name in [name for name, series in self.open.items() if len(series) < SERIES and not self.witnesses(held, name)]:
            del self.open[name]

    @property
    def series(self) -> int:
        """Of how many pages in a row the same is suspicious."""
        return max(map(len, self.open.values()), default=0)

    def verdict(self) -> list[Suspicion]:
        """The offending pages, one suspicion each; none where the board can be trusted."""
        if self.listing is not None:
            return [self.listing]
        pages = {each.url: each for series in reversed(self.open.values()) for each in series}
        return list(pages.values())


def compare(post: ParsedPost, row: Mapping[str, object], before: KnownPost | None, habits: FieldCounts) -> tuple[dict[str, str], set[str]]:
    """(field -> how it is worse than it should be, fields that are as they should be). What can be told of neither is in none of them."""
    lacks = dict[str, str]()
    has = set[str]()
    for name, answer in _answers(post, row, before, habits):
        if answer:
            lacks[name] = answer
        elif answer is not None:
            has.add(name)
    return lacks, has


_Answers = Iterator[tuple[str, str | None]]  # a field; how it is worse, "" where it is well, None where nobody can say


def _answers(post: ParsedPost, row: Mapping[str, object], before: KnownPost | None, habits: FieldCounts) -> _Answers:
    yield "title", _as_expected(post.title, [row.get("title"), before and before.title])
    yield "date", _as_expected(post.date, [row.get("date"), before and before.date])
    if post.writer is None and before is None and "writer" not in row:
        yield "writer", "none, and nearly all posts have one" if habits.usual(habits.writer) else None
    else:
        yield "writer", _as_expected(post.writer, [row.get("writer"), before and before.writer])
    yield "hits", _hits(post.hits, before, habits)
    if before is None:
        yield "text", "" if post.body_text else "none, and nearly all posts have some" if habits.usual(habits.text) else None
    else:
        yield "text", ("" if post.body_text else "none, and there was some") if before.text else None
        yield "body", _body(post, before)
    yield "attachments", _attachments(post, row, before)
    if before is not None and before.images:
        yield (
            "images",
            "" if set(before.images) <= set(map(uri, post.images)) else f"{len(post.images)} where there were {len(before.images)}",
        )


def _as_expected(value: str | None, expected: list[object]) -> str | None:
    """Against what the row and the archive say: either may be right, for the row is newer and the archive is surer."""
    known = [str(each) for each in expected if each is not None]
    if not known:
        return None
    return "" if any(_alike(value, each) for each in known) else f"{value!r} where {known[-1]!r} was expected"


def _alike(value: str | None, expected: str) -> bool:
    """Equal but for spaces; a title that a listing cuts is one that begins so."""
    said, wanted = _spaceless(value or ""), _spaceless(expected)
    return said == wanted or (bool(_CUT.search(wanted)) and said.startswith(_CUT.sub("", wanted)))


def _spaceless(text: str) -> str:
    return "".join(text.split())


def _hits(hits: int | None, before: KnownPost | None, habits: FieldCounts) -> str | None:
    known = before.hits if before else None
    if hits is None:
        expected = known is not None if before else habits.usual(habits.hits)
        return "none, and there were some" if expected else None
    return f"{hits} where there were {known}" if known is not None and hits < known / 2 else ""


def _body(post: ParsedPost, before: KnownPost) -> str:
    """Against what it said: the words lost and gained, and that text does not go altogether."""
    was, now = Counter(before.text.split()), Counter(post.body_text.split())
    lost, gained = (was - now).total(), (now - was).total()
    if max(lost, gained) <= DRIFT * max(was.total(), 1):
        return ""
    return f"{lost} of {was.total()} words are gone, {gained} are new"


def _attachments(post: ParsedPost, row: Mapping[str, object], before: KnownPost | None) -> str | None:
    files = {(each.name, uri(each.url)) for each in post.attachments}
    if before is not None and before.files:
        return "" if set(before.files) <= files else f"{len(files)} files where there were {len(before.files)}, or under other names"
    if row.get("attachments") is True:
        return "" if files else "none, and the listing shows that there are some"
    return None


def _row(listed: ListedRow | None) -> Mapping[str, object]:
    return listed.values() if listed else {}


# --- a page of rows ---

_Fault = tuple[str, str]  # the field, and how in words


def _row_faults(held: Mapping[int, KnownRow], listing: Listing, page: int, seen: set[int]) -> Iterator[_Fault]:
    known = [(row, held[row.number]) for row in listing.rows if row.number in held and not held[row.number].removed]
    for name in (*LISTED, "hits"):
        judged = [(answer, row) for row, was in known if (answer := _row_answer(name, row, was)) is not None]
        lost = [row for answer, row in judged if not answer]
        never = [row for row in lost if name in ("date", "hits") and getattr(row, name) is None]  # no edit takes these away
        if lost and len(lost) >= len(judged) / 2 and (len(lost) > max(1, len(judged) / 2) or never):
            yield name, f"other than before in {len(lost)} of {len(judged)} known rows"
    if fault := _passed_over(held, listing, page, seen):
        yield "rows", fault


def _row_answer(name: str, row: Row, was: KnownRow) -> bool | None:
    """Whether a row shows what it showed before; None where it showed nothing that could be missed."""
    if name == "hits":
        return None if was.hits is None else row.hits is not None and row.hits >= was.hits / 2
    before = _row(was.listed).get(name)
    return None if before in (None, False) else getattr(row, name) == before


def _passed_over(held: Mapping[int, KnownRow], listing: Listing, page: int, seen: set[int]) -> str:
    """Posts that are held, stand by their day between the page's rows or before its first one, and are not there: rows that cannot be
    read any more, or an old copy of the page. Tells nothing where the rows are not in the order of their days."""
    days = [row.date for row in listing.rows if not row.pinned]
    dated = [day for day in days if day is not None]
    if not dated or len(dated) < len(days) or dated != sorted(dated, reverse=True):
        return ""
    newest = "9999" if page == 1 else dated[0]
    shown = seen | {row.number for row in listing.rows}
    present = {number: post.date for number, post in held.items() if not (post.removed or post.missed)}
    missed = [number for number, day in present.items() if dated[-1] < day < newest and number not in shown]
    if len(missed) < MISSED or len(missed) <= MISSED_SHARE * len(present):
        return ""
    late = [present[number] for number in missed if present[number] > dated[0]]
    if late:
        return f"its newest post is of {dated[0]}, the archive holds {len(late)} newer ones, the newest of {max(late)}"
    return f"{len(missed)} posts that are held stand between its rows by their day, and are not there"
