"""Judges a way to read a board's pages: what each page says with it, beside what its row says."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kistep_archive.ingest.guards.agreement import Agreement
from kistep_archive.ingest.guards.suspicion import spaceless
from kistep_archive.learn import patterns
from kistep_archive.learn.patterns import FIELDS, FieldName
from kistep_archive.learn.samples import Sample, Told
from kistep_archive.model.boards import Board
from kistep_archive.model.items import ListedRow, Notice, ParsedPost
from kistep_archive.parse.parser import ParseError, parse


@dataclass(frozen=True, slots=True)
class SkinReading:
    """What one page says with a skin, or why it cannot be read. `contradicting` are the fields that are not
    as the row has them."""

    number: int
    post: ParsedPost | None
    problem: str
    contradicting: tuple[FieldName, ...]

    @property
    def is_right(self) -> bool:
        """Whether the page is read, and agrees with its row."""
        return self.post is not None and not self.contradicting


@dataclass(slots=True)
class Judgement:
    """What all pages say. `agreeing` and `told` count by field the pages that agree, and the rows that tell
    it; `wrong` are the numbers of pages that are not right; `suspicions` are what is wrong with the posts
    together, such as one text for all."""

    pages: int = 0
    agreeing: dict[FieldName, int] = field(default_factory=dict)
    told: dict[FieldName, int] = field(default_factory=dict)
    wrong: list[int] = field(default_factory=list)
    suspicions: list[str] = field(default_factory=list)
    empty: int = 0
    headed: int = 0  # pages whose own head has the title, where the row cuts it
    scripted: int = 0  # posts with files that only a script offers
    unproven: set[FieldName] = field(default_factory=set)  # pages say it, no row does


def judge(folder: Path, board: Board, samples: Sequence[Sample]) -> Judgement:
    """Reads all pages as the board says."""
    found, agreement = Judgement(), Agreement()
    for sample, said in readings(folder, board, samples):
        _count(found, sample, said)
        if said.post is not None:
            agreement.see(sample.evidence.url, said.post, _row(sample.told), sample.told.hits)
    found.suspicions = [f"{each.field}: {each.why}" for each in agreement.verdict()[:1]]
    return found


def readings(folder: Path, board: Board, samples: Sequence[Sample]) -> Iterator[tuple[Sample, SkinReading]]:
    """What each page says. Pages that show a notice instead of a post are left out."""
    for sample in samples:
        try:
            item = parse(sample.page(folder), board)
        except ParseError as error:
            yield sample, SkinReading(sample.number, None, f"{error.field}: {error.why}", ())
            continue
        if isinstance(item, ParsedPost):
            yield sample, SkinReading(sample.number, item, "", contradicting(item, sample.told))
        elif not isinstance(item, Notice):
            yield sample, SkinReading(sample.number, None, "the page is no post", ())


def contradicting(post: ParsedPost, told: Told) -> tuple[FieldName, ...]:
    """The fields that the page and its row say differently."""
    values = {"title": post.title, "writer": post.writer, "date": post.date, "hits": post.hits}
    shown = {name: "" if value is None else str(value) for name, value in values.items()}
    told_of = [name for name in FIELDS if patterns.value(told, name) is not None]
    return tuple(name for name in told_of if not patterns.fits(told, name, shown[name]))


def _count(found: Judgement, sample: Sample, said: SkinReading) -> None:
    found.pages += 1
    if not said.is_right:
        found.wrong.append(sample.number)
    for name in FIELDS:
        if patterns.value(sample.told, name) is not None:
            found.told[name] = found.told.get(name, 0) + 1
            is_right = said.post is not None and name not in said.contradicting
            found.agreeing[name] = found.agreeing.get(name, 0) + is_right
        elif said.post is not None and getattr(said.post, name) is not None:
            found.unproven.add(name)
    found.scripted += said.post is not None and bool(said.post.scripted)
    if said.post is not None and sample.told.cut:
        found.headed += any(spaceless(said.post.title) in spaceless(head) for head in said.post.heads)
    if said.post is not None and not said.post.body_text and not said.post.images:
        found.empty += 1


def _row(told: Told) -> ListedRow:
    return ListedRow.made(told.title, told.writer, told.date, told.has_files)
