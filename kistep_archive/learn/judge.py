"""Judges a way to read a board's pages: what each page says with it, beside what its row says."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kistep_archive.ingest.guards.agreement import Agreement
from kistep_archive.ingest.guards.suspicion import spaceless
from kistep_archive.learn import patterns
from kistep_archive.learn.patterns import FIELDS, FieldName
from kistep_archive.learn.samples import RowValues, Sample
from kistep_archive.model.boards import Board
from kistep_archive.model.items import ListedRow, Notice, ParsedPost
from kistep_archive.parse.parser import ParseError, parse


@dataclass(frozen=True, slots=True)
class SkinReading:
    """What one page says with a skin, or why it cannot be read. `contradicting` are the fields that are not
    as the row has them; `is_cut`: the page ends too early."""

    number: int
    post: ParsedPost | None
    problem: str
    contradicting: tuple[FieldName, ...]
    is_cut: bool = False

    @property
    def is_right(self) -> bool:
        """Whether the page is read, and agrees with its row."""
        return self.post is not None and not self.contradicting


@dataclass(slots=True)
class Judgement:
    """What all pages say. `agreeing` and `rows` count by field the pages that agree, of those that can be
    read and whose rows tell it; `wrong` are the numbers of pages that are not right; `denied` has the
    fields that no row tells and a label tells differently; `suspicions` are what is wrong with the posts
    together, such as one text for all."""

    pages: int = 0
    agreeing: dict[FieldName, int] = field(default_factory=dict)
    rows: dict[FieldName, int] = field(default_factory=dict)
    wrong: list[int] = field(default_factory=list)
    unreadable: list[SkinReading] = field(default_factory=list)
    denied: dict[str, str] = field(default_factory=dict)  # with what a label says
    suspicions: list[str] = field(default_factory=list)
    empty: int = 0
    headed: int = 0  # pages whose own head has the title, where the row cuts it
    scripted: int = 0  # posts with files that only a script offers
    unproven: set[FieldName] = field(default_factory=set)  # pages say it, no row does


def judge(folder: Path, board: Board, samples: Sequence[Sample]) -> Judgement:
    """Reads all pages as the board says."""
    judgement, agreement = Judgement(), Agreement(is_first=True)
    for sample, reading in readings(folder, board, samples):
        _count(judgement, sample, reading)
        if reading.post is not None:
            agreement.see(sample.evidence.url, reading.post, _listed_row(sample.row), sample.row.hits)
    judgement.suspicions = [f"{each.field}: {each.why}" for each in agreement.verdict()[:1]]
    return judgement


def readings(folder: Path, board: Board, samples: Sequence[Sample]) -> Iterator[tuple[Sample, SkinReading]]:
    """What each page says. Pages that show a notice instead of a post are left out."""
    for sample in samples:
        try:
            item = parse(sample.page(folder), board)
        except ParseError as error:
            problem = f"{error.field}: {error.why}"
            yield sample, SkinReading(sample.number, None, problem, (), is_cut=error.field == "end")
            continue
        if isinstance(item, ParsedPost):
            yield sample, SkinReading(sample.number, item, "", contradicted_fields(item, sample.row))
        elif not isinstance(item, Notice):
            yield sample, SkinReading(sample.number, None, "the page is no post", ())


def contradicted_fields(post: ParsedPost, row: RowValues) -> tuple[FieldName, ...]:
    """The fields that the page and its row say differently."""
    values = {"title": post.title, "writer": post.writer, "date": post.date, "hits": post.hits}
    shown = {name: "" if value is None else str(value) for name, value in values.items()}
    names = [name for name in FIELDS if patterns.value(row, name) is not None]
    return tuple(name for name in names if not patterns.fits(row, name, shown[name]))


def _count(judgement: Judgement, sample: Sample, reading: SkinReading) -> None:
    judgement.pages += 1
    if not reading.is_right:
        judgement.wrong.append(sample.number)
    if reading.post is None:
        judgement.unreadable.append(reading)
        return
    for name in FIELDS:
        if patterns.value(sample.row, name) is not None:
            judgement.rows[name] = judgement.rows.get(name, 0) + 1
            is_right = name not in reading.contradicting
            judgement.agreeing[name] = judgement.agreeing.get(name, 0) + is_right
        elif getattr(reading.post, name) is not None:
            judgement.unproven.add(name)
    told = {str(name) for name in FIELDS if patterns.value(sample.row, name) is not None}
    for labelled, value in reading.post.labelled:
        if labelled not in told:
            judgement.denied.setdefault(labelled, value)
    judgement.scripted += bool(reading.post.scripted)
    if sample.row.cut:
        heads = map(spaceless, reading.post.heads)
        judgement.headed += any(spaceless(reading.post.title) in head for head in heads)
    judgement.empty += not reading.post.body_text and not reading.post.images


def _listed_row(row: RowValues) -> ListedRow:
    return ListedRow.from_values(row.title, row.writer, row.date, row.has_files)
