"""Charts of the archive: what to draw, the texts around it, and the SVG file."""

import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from kistep_archive.display import plural
from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.export.destination import STDOUT, check_destination, replacing, send
from kistep_archive.export.svg import SERIES_COLORS, svg
from kistep_archive.export.vega import ChartText, columns, fit, horizontal_bars, lines
from kistep_archive.export.vega_axes import Spec, zero_based
from kistep_archive.query import stats
from kistep_archive.query.filters import Filters, choose
from kistep_archive.query.stats import By, Periods, Series
from kistep_archive.query.validation import one_of, whole_number

Of = Literal["posts", "hits", "writers", "changes"]
MOST = {"hits": len(SERIES_COLORS), "writers": 50}  # what a chart has colours or room for
_DEFAULT_TOP = {"hits": 5, "writers": 15}
_KINDS = dict(zip(stats.CHANGES, (SERIES_COLORS[0], SERIES_COLORS[1], SERIES_COLORS[2]), strict=True))
_HOLLOW = "; hollow: in a listing, whose number may be older"
_WIDTH = 110  # characters of the subtitle


@dataclass(frozen=True, slots=True)
class ChartRequest:
    """What to draw: `by` is for posts and changes, `top` for writers and hits, `post` (its id, its title) for
    hits only."""

    of: Of
    by: By | None = None
    top: int | None = None
    post: tuple[int, str] | None = None
    filters: Filters = field(default_factory=Filters)

    def check(self) -> None:
        """Raises ArchiveError (2) for unknown values and options that do not go together."""
        one_of("of", self.of, get_args(Of))
        if self.by is not None:
            one_of("by", self.by, get_args(By))
        if self.top is not None:
            whole_number("top", self.top, 1)
        if self.by and self.of not in ("posts", "changes"):
            raise ArchiveError(
                f"--by is for charts of posts or changes; leave it out for {self.of}", ExitCode.USAGE
            )
        if self.top and self.of not in MOST:
            raise ArchiveError(
                f"--top is for charts of writers or hits; leave it out for {self.of}", ExitCode.USAGE
            )
        if self.top and self.top > MOST[self.of]:
            raise ArchiveError(
                f"--top {self.top}: a chart of {self.of} shows at most {MOST[self.of]}; choose a smaller "
                "number",
                ExitCode.USAGE,
            )
        if self.post and (self.of != "hits" or self.top or self.filters != Filters()):
            raise ArchiveError(
                "--post is for the hits of one post; use it with --of hits, without --top and filters",
                ExitCode.USAGE,
            )


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart before it is an SVG file."""

    spec: Spec
    title: str
    description: str


def chart(
    conn: sqlite3.Connection, archive: Path, out: Path, request: ChartRequest, *, force: bool = False
) -> str:
    """Writes the chart to `out` ("-" is stdout) and returns its title. `archive` is the folder that `conn`
    was opened in.

    Raises ArchiveError (2) if the request makes no sense, if there is nothing to draw, if `out` exists or
    cannot be written, or if vl-convert is not installed. Then it writes nothing.
    """
    if out != STDOUT:
        if out.suffix.lower() != ".svg":
            raise ArchiveError(
                f"{out}: a chart is an SVG file; its name must end in .svg, or be '-' for stdout",
                ExitCode.USAGE,
            )
        check_destination(archive, out, "svg", force)
    drawing = draw(conn, request)
    picture = svg(drawing.spec, drawing.title, drawing.description)
    if out == STDOUT:
        send(iter([picture]))
    else:
        with replacing(out) as part:
            part.write_bytes(picture)
    return drawing.title


def draw(conn: sqlite3.Connection, request: ChartRequest) -> Drawing:
    """The drawing of a request. Begins a transaction, so that a crawl can keep writing. Raises ArchiveError
    (2)."""
    request.check()
    total = choose(conn, request.filters)
    if not total:
        raise ArchiveError(
            "chart: no post matches, so nothing was drawn; use wider filters, or fetch posts with "
            "'kistep-archive crawl'",
            ExitCode.USAGE,
        )
    posts = 1 if request.post else total
    run = stats.last_run(conn)
    source = f"kistep-archive, {plural(posts, 'post')}" + (
        f", as of the last run, {run[:10]} {run[11:16]} UTC" if run else ""
    )
    match request.of:
        case "posts":
            return _posts(stats.posts_over_time(conn, request.by), request.filters, source)
        case "changes":
            return _changes(stats.changes_over_time(conn, request.by), request.filters, source)
        case "writers":
            return _writers(
                *stats.top_writers(conn, request.top or _DEFAULT_TOP["writers"]), request.filters, source
            )
        case "hits":
            return _hits(conn, request, source)


def _posts(periods: Periods, filters: Filters, source: str) -> Drawing:
    title = f"Posts per {periods.by}"
    text = ChartText(
        title,
        _subtitle(_span(periods), filters),
        f"{periods.by.capitalize()} of the post's date",
        "Posts",
        source,
    )
    counts = {period: kinds["posts"] for period, kinds in periods.counts.items()}
    most = max(counts, key=lambda period: counts[period])
    chart_of = f"Bar chart of {plural(sum(counts.values()), 'post')} by {periods.by}, {_span(periods)}"
    description = f"{chart_of}; the most, {counts[most]}, in {most}. {source}."
    return Drawing(columns(periods, text, {"posts": SERIES_COLORS[0]}), title, description)


def _changes(periods: Periods, filters: Filters, source: str) -> Drawing:
    if not periods.counts:
        raise ArchiveError(
            "chart: none of these posts was revised, removed or restored, so nothing was drawn; use wider "
            "filters",
            ExitCode.USAGE,
        )
    title = f"Posts revised, removed and restored per {periods.by}"
    text = ChartText(
        title,
        _subtitle(_span(periods), filters),
        f"{periods.by.capitalize()} in which it was seen (UTC)",
        "Changes",
        source,
    )
    totals = {kind: sum(counts[kind] for counts in periods.counts.values()) for kind in _KINDS}
    numbers = ", ".join(f"{number} {kind}" for kind, number in totals.items())
    description = f"Stacked bar chart by {periods.by}, {_span(periods)}: {numbers}. {source}."
    return Drawing(columns(periods, text, _KINDS), title, description)


def _writers(rows: list[tuple[str | None, int]], total: int, filters: Filters, source: str) -> Drawing:
    title = "Writers with the most posts"
    bars = [(writer or "(no writer)", number) for writer, number in rows]
    subtitle = plural(total, "writer") if len(rows) == total else f"{len(rows)} of {plural(total, 'writer')}"
    text = ChartText(title, _subtitle(subtitle, filters), "Posts", "", source)
    numbers = "; ".join(f"{fit(writer, 200)}: {number}" for writer, number in bars)
    return Drawing(horizontal_bars(bars, text), title, f"Bar chart of posts by writer. {numbers}. {source}.")


def _hits(conn: sqlite3.Connection, request: ChartRequest, source: str) -> Drawing:
    if request.post:
        drawn = [series] if (series := stats.hits_of(conn, *request.post)).hits else []
    else:
        drawn = stats.most_read(conn, request.top or _DEFAULT_TOP["hits"])
    if not drawn:
        raise ArchiveError(
            "chart: the hits of these posts are unknown, so nothing was drawn; use wider filters",
            ExitCode.USAGE,
        )
    most = "The posts with the most hits" if len(drawn) > 1 else "The post with the most hits"
    title = f"Hits of post {drawn[0].post}" if request.post else most
    subtitle = drawn[0].title if request.post or len(drawn) == 1 else f"{len(drawn)} posts, most hits first"
    numbers = [reading.hits for series in drawn for reading in series.hits]
    is_listed = any(reading.seen_in == "listing" for series in drawn for reading in series.hits)
    up = "Hits" if zero_based(min(numbers), max(numbers)) else "Hits (the axis does not start at 0)"
    across = f"Time of the observation (UTC){_HOLLOW if is_listed else ''}"
    text = ChartText(title, _subtitle(subtitle, request.filters), across, up, source)
    return Drawing(lines(drawn, text), title, f"Line chart. {'; '.join(map(_description, drawn))}. {source}.")


def _description(series: Series) -> str:
    first, last = series.hits[0], series.hits[-1]
    end = f", {last.hits} on {last.at[:10]}" if len(series.hits) > 1 else ""
    growth = f"{first.hits} on {first.at[:10]}{end}"
    return f"Post {series.post}, {fit(series.title, 200)}: {growth}"


def _subtitle(facts: str, filters: Filters) -> str:
    """The facts, then the filters."""
    conditions = (
        f"{'found by' if name == 'query' else name} {value}" for name, value in filters.conditions.items()
    )
    return fit(" · ".join([facts, *conditions]), _WIDTH)


def _span(periods: Periods) -> str:
    first, *_, last = [*periods.counts] * 2
    return first if first == last else f"{first} to {last}"
