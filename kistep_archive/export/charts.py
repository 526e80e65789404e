"""The archive as charts: the question, the words around its answer, the SVG file."""

import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from kistep_archive.errors import ArchiveError
from kistep_archive.export.destination import STDOUT, beside, check_place, send
from kistep_archive.export.svg import SERIES, svg
from kistep_archive.export.vega import Spec, Words, columns, fitted, lines, lying, zero_based
from kistep_archive.query import stats
from kistep_archive.query.filters import Filters, choose
from kistep_archive.query.stats import By, Periods, Series
from kistep_archive.query.validation import one_of, whole_number

Of = Literal["posts", "hits", "writers", "changes"]
MOST = {"hits": len(SERIES), "writers": 50}  # that a chart has colours, or room, for
_USUAL = {"hits": 5, "writers": 15}
_KINDS = dict(zip(stats.CHANGES, (SERIES[0], SERIES[1], SERIES[2]), strict=True))
_WIDE = 110  # columns of a line of words


@dataclass(frozen=True, slots=True)
class Question:
    """What a chart is of: `by` for posts and changes, `top` for writers and hits, `post`, (its id, its title), for hits alone."""

    of: Of
    by: By | None = None
    top: int | None = None
    post: tuple[int, str] | None = None
    filters: Filters = field(default_factory=Filters)

    def check(self) -> None:
        """Raises ArchiveError (2) for what is unknown or does not go together."""
        one_of("of", self.of, get_args(Of))
        if self.by is not None:
            one_of("by", self.by, get_args(By))
        if self.top is not None:
            whole_number("top", self.top, 1)
        if self.by and self.of not in ("posts", "changes"):
            raise ArchiveError(f"--by: is for a chart of posts or changes; leave it out for {self.of}", 2)
        if self.top and self.of not in MOST:
            raise ArchiveError(f"--top: is for a chart of writers or hits; leave it out for {self.of}", 2)
        if self.top and self.top > MOST[self.of]:
            raise ArchiveError(f"--top {self.top}: a chart of {self.of} can tell {MOST[self.of]} apart; ask for fewer", 2)
        if self.post and (self.of != "hits" or self.top or self.filters != Filters()):
            raise ArchiveError("--post: is for a chart of one post's hits; give it with --of hits, without --top and filters", 2)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart before it is an SVG file."""

    spec: Spec
    title: str
    described: str


def chart(conn: sqlite3.Connection, archive: Path, out: Path, question: Question, *, force: bool = False) -> str:
    """Writes the chart to `out`, "-" being stdout, and returns its title; `archive` is the folder that `conn` was opened in.

    Raises ArchiveError (2) where the question makes no sense or has no answer, `out` cannot be or already is written, or vl-convert is
    not installed; nothing is written then.
    """
    if out != STDOUT:
        if out.suffix.lower() != ".svg":
            raise ArchiveError(f"{out}: a chart is an SVG file; name one that ends in .svg, or '-' for stdout", 2)
        check_place(archive, out, "svg", force)
    found = drawn(conn, question)
    picture = svg(found.spec, found.title, found.described)
    if out == STDOUT:
        send(iter([picture]))
    else:
        with beside(out) as part:
            part.write_bytes(picture)
    return found.title


def drawn(conn: sqlite3.Connection, question: Question) -> Drawn:
    """The answer as a specification. Begins a transaction, so that a crawl may go on writing. Raises ArchiveError (2)."""
    question.check()
    total = choose(conn, question.filters)
    if not total:
        raise ArchiveError("chart: no post fits, so nothing was drawn; widen the filters, or fill the archive with 'crawl'", 2)
    posts = 1 if question.post else total
    run = stats.last_run(conn)
    source = f"kistep-archive, {_many(posts, 'post')}" + (f", as of the last run, {run[:10]} {run[11:16]} UTC" if run else "")
    match question.of:
        case "posts":
            return _posts(stats.posts_over_time(conn, question.by), question.filters, source)
        case "changes":
            return _changes(stats.changes_over_time(conn, question.by), question.filters, source)
        case "writers":
            return _writers(*stats.top_writers(conn, question.top or _USUAL["writers"]), question.filters, source)
        case "hits":
            return _hits(conn, question, source)


def _posts(periods: Periods, filters: Filters, source: str) -> Drawn:
    title = f"Posts per {periods.by}"
    words = Words(title, _subtitle(_span(periods), filters), f"{periods.by.capitalize()} of the post's date", "Posts", source)
    counts = {period: kinds["posts"] for period, kinds in periods.counts.items()}
    most = max(counts, key=lambda period: counts[period])
    said = f"Bar chart of {_many(sum(counts.values()), 'post')} by {periods.by}, {_span(periods)}; the most, {counts[most]}, in {most}."
    return Drawn(columns(periods, words, {"posts": SERIES[0]}), title, f"{said} {source}.")


def _changes(periods: Periods, filters: Filters, source: str) -> Drawn:
    if not periods.counts:
        raise ArchiveError("chart: of these posts none was revised, removed or restored, so nothing was drawn; widen the filters", 2)
    title = f"Posts revised, removed and restored per {periods.by}"
    words = Words(title, _subtitle(_span(periods), filters), f"{periods.by.capitalize()} in which it was seen (UTC)", "Changes", source)
    totals = {kind: sum(counts[kind] for counts in periods.counts.values()) for kind in _KINDS}
    said = ", ".join(f"{number} {kind}" for kind, number in totals.items())
    return Drawn(columns(periods, words, _KINDS), title, f"Stacked bar chart by {periods.by}, {_span(periods)}: {said}. {source}.")


def _writers(rows: list[tuple[str | None, int]], total: int, filters: Filters, source: str) -> Drawn:
    title = "Writers with the most posts"
    named = [(writer or "(no writer)", number) for writer, number in rows]
    shown = _many(total, "writer") if len(rows) == total else f"{len(rows)} of {_many(total, 'writer')}"
    words = Words(title, _subtitle(shown, filters), "Posts", "", source)
    said = "; ".join(f"{fitted(writer, 200)}: {number}" for writer, number in named)
    return Drawn(lying(named, words), title, f"Bar chart of posts by writer. {said}. {source}.")


def _hits(conn: sqlite3.Connection, question: Question, source: str) -> Drawn:
    if question.post:
        shown = [series] if (series := stats.hits_of(conn, *question.post)).hits else []
    else:
        shown = stats.most_read(conn, question.top or _USUAL["hits"])
    if not shown:
        raise ArchiveError("chart: no hits are known of these posts, so nothing was drawn; widen the filters", 2)
    most = "The posts with the most hits" if len(shown) > 1 else "The post with the most hits"
    title = f"Hits of post {shown[0].post}" if question.post else most
    about = shown[0].title if question.post or len(shown) == 1 else f"{len(shown)} posts, most hits first"
    numbers = [hits for series in shown for _, hits in series.hits]
    up = "Hits" if zero_based(min(numbers), max(numbers)) else "Hits (the axis does not begin at 0)"
    words = Words(title, _subtitle(about, question.filters), "Time of the observation (UTC)", up, source)
    return Drawn(lines(shown, words), title, f"Line chart. {'; '.join(map(_told, shown))}. {source}.")


def _told(series: Series) -> str:
    (first, before), (last, now) = series.hits[0], series.hits[-1]
    grown = f"{before} on {first[:10]}" + (f", {now} on {last[:10]}" if len(series.hits) > 1 else "")
    return f"Post {series.post}, {fitted(series.title, 200)}: {grown}"


def _subtitle(facts: str, filters: Filters) -> str:
    """The facts, then what posts had to be like."""
    said = (f"{'found by' if name == 'query' else name} {value}" for name, value in filters.told.items())
    return fitted(" · ".join([facts, *said]), _WIDE)


def _span(periods: Periods) -> str:
    first, *_, last = [*periods.counts] * 2
    return first if first == last else f"{first} to {last}"


def _many(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
