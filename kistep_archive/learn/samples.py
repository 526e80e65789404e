"""The posts of a board that the archive holds, each with what its listing row says of it, and which of them
to learn from: few, and those that differ most."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kistep_archive.evidence import log_reader, pages
from kistep_archive.evidence.events import LoggedResponse
from kistep_archive.http.response import Page, PageError, content
from kistep_archive.model.boards import Board
from kistep_archive.model.items import ListedRow, Listing, Row
from kistep_archive.model.outcomes import Outcome, PageKind
from kistep_archive.model.urls import locate
from kistep_archive.parse.parser import ParseError, parse
from kistep_archive.parse.text import is_cut
from kistep_archive.warc.location import Evidence

Marks = tuple[int, ...]  # what a page has in its bytes, roughly

FEWEST, MOST = 3, 8  # posts to learn from
_INCOMPLETE = (Outcome.RETRIED, Outcome.NOT_WHOLE, Outcome.REDIRECT, Outcome.DAMAGED)


@dataclass(frozen=True, slots=True)
class RowValues:
    """What a row of the listing says of a post; None where it does not show the value. A title that is `cut`
    ends in an ellipsis."""

    title: str
    cut: bool
    writer: str | None
    date: str | None
    hits: int | None
    has_files: bool | None


@dataclass(frozen=True, slots=True)
class Sample:
    """A post, the row that leads to it, and the place of its last page in the evidence."""

    number: int
    row: RowValues
    evidence: Evidence
    run: int

    def page(self, folder: Path) -> Page:
        """The page, from the archive's folder. Raises WarcError."""
        return pages.read(folder / "warc", self.evidence.file, self.evidence.offset)


def of_board(folder: Path, board: Board) -> list[Sample]:
    """The posts of a board that have a page and a row with a title, by number. The last page of each counts,
    with the row that was read with it."""
    samples: dict[int, Sample] = {}
    for path in sorted((folder / "warc").glob("*.warc.gz")):
        log = log_reader.read(path)
        if log is not None:
            answers = [each for each in log.entries if _is_of(each, board)]
            samples |= _of_run(folder, board, log.began.run, answers)  # type: ignore[arg-type]
    return [samples[number] for number in sorted(samples)]


def listing_problem(folder: Path, board: Board) -> str:
    """Why the last page of the board's listing cannot be read; "" if it can, or if there is none."""
    for path in sorted((folder / "warc").glob("*.warc.gz"), reverse=True):
        log = log_reader.read(path)
        for each in reversed(log.entries if log else []):
            if _is_of(each, board) and isinstance(each, LoggedResponse) and each.kind is PageKind.LISTING:
                return _problem(pages.read(folder / "warc", each.evidence.file, each.evidence.offset), board)
    return ""


def _problem(page: Page, board: Board) -> str:
    try:
        parse(page, board)
    except ParseError as error:
        return f"{error.field}: {error.why}"
    return ""


def _is_of(entry: object, board: Board) -> bool:
    return (
        isinstance(entry, LoggedResponse)
        and entry.board == board.name
        and entry.kind in (PageKind.POST, PageKind.LISTING)
        and entry.evidence.status == 200
        and entry.outcome not in _INCOMPLETE
        and (location := locate(entry.url)) is not None
        and location.layout == board.layout
    )


def _of_run(folder: Path, board: Board, run: int, answers: list[LoggedResponse]) -> dict[int, Sample]:
    listings = [each for each in answers if each.kind is PageKind.LISTING]
    rows = {row.number: row for each in listings for row in _rows(folder, board, each)}
    samples = {}
    for each in answers:
        at = locate(each.url)
        if each.kind is PageKind.POST and at is not None and at.number is not None:
            values = _row_values(rows.get(at.number), each.row)
            if values is not None:
                samples[at.number] = Sample(at.number, values, each.evidence, run)
    return samples


def _rows(folder: Path, board: Board, answer: LoggedResponse) -> Iterator[Row]:
    page = pages.read(folder / "warc", answer.evidence.file, answer.evidence.offset)
    try:
        listing = parse(page, board)
    except ParseError:
        return
    if isinstance(listing, Listing):
        yield from listing.rows


def _row_values(row: Row | None, listed: ListedRow | None) -> RowValues | None:
    """The row of the listing that the run read; without one, the row that is noted with the request."""
    if row is not None:
        return RowValues(row.title, row.title_cut, row.writer, row.date, row.hits, row.attachments)
    values = listed.values() if listed else {}
    if not values.get("title"):
        return None
    text = {name: str(values[name]) if name in values else None for name in ("writer", "date")}
    files = values.get("attachments")
    title = str(values["title"])
    return RowValues(
        title, is_cut(title), text["writer"], text["date"], None, None if files is None else bool(files)
    )


def spread(samples: Sequence[Sample], marks: Mapping[int, Marks], count: int = MOST) -> list[Sample]:
    """Up to so many posts, each the one that is least like those before it: by its day, writer, files, the
    lengths of its title and page. `marks` are those of the posts' pages. Always the same."""
    chosen: list[Sample] = []
    known: set[tuple[str, object]] = set()
    rest = sorted(samples, key=lambda each: (each.row.cut, -each.number))
    features = {each.number: _features(each, marks.get(each.number, ())) for each in rest}
    while rest and len(chosen) < count:
        best = max(rest, key=lambda each: (len(features[each.number] - known), not each.row.cut, each.number))
        chosen.append(best)
        known |= features[best.number]
        rest.remove(best)
    return chosen


def marks_of(page: Page) -> Marks:
    """How many downloads, images and paragraphs the page has, up to three, and how long it is."""
    try:
        body = content(page).lower()
    except PageError:
        return ()
    counts = [min(3, body.count(mark)) for mark in (b"download", b"<img", b"<p")]
    return (*counts, len(body).bit_length())


def _features(sample: Sample, marks: Marks) -> set[tuple[str, object]]:
    row = sample.row
    length = "short" if len(row.title) < 20 else "long" if len(row.title) > 50 else "usual"
    date = row.date or ""
    return {
        ("day", date),
        ("month", date[:7]),
        ("files", row.has_files),
        ("length", length),
        ("cut", row.cut),
        ("writer", row.writer),
        ("hits", len(str(row.hits))),
        *((f"mark {at}", mark) for at, mark in enumerate(marks)),
    }
