"""Proposes a skin: learnt from a few pages that differ most, and judged on all."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kistep_archive.display import plural
from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.learn import doubts, fields, files, page_tree, patterns, weights
from kistep_archive.learn.bodies import beside, body
from kistep_archive.learn.bodies.body import BodyPlace
from kistep_archive.learn.fields import FieldPlace
from kistep_archive.learn.headers import unlisted, unread
from kistep_archive.learn.judge import Judgement, SkinReading, judge, readings
from kistep_archive.learn.page_tree import PageTree
from kistep_archive.learn.patterns import FieldName
from kistep_archive.learn.samples import FEWEST, Marks, Sample, marks_of, spread
from kistep_archive.model.boards import Board
from kistep_archive.model.skins import PostSkin, Skin
from kistep_archive.parse.skin import selectors
from kistep_archive.parse.text import Element

_ROUNDS = 4
_MORE = 3  # pages that contradict a proposal: the next round learns from them too
_COMPARED = 40  # pages, about, whose texts are compared
_MANY = 15  # pages to learn from at most


@dataclass(frozen=True, slots=True)
class Proposal:
    """A skin for a board, what it was learnt from and how it was judged. `doubts` are the reasons why a
    person should look at it before it is used; none if it is certain."""

    board: Board
    skin: Skin
    learnt_from: tuple[Sample, ...]
    judgement: Judgement
    coverage: float
    doubts: tuple[str, ...]

    @property
    def reading(self) -> Board:
        """The board, read with the skin."""
        return replace(self.board, skin=self.skin)


def propose(folder: Path, board: Board, samples: Sequence[Sample]) -> Proposal:
    """The best skin for these posts. Raises ArchiveError (2) for too few pages, (4) if the pages show no
    title, date or body that can be learnt."""
    before = {sample.number: reading for sample, reading in readings(folder, board, samples)}
    complete = [each for each in samples if each.number in before and not before[each.number].is_cut]
    if len(complete) < FEWEST:
        raise ArchiveError(too_few(board, len(complete)), ExitCode.USAGE)
    runs = {each.run for each in complete if not before[each.number].is_right}
    pool = [each for each in complete if each.run in runs]  # older pages may look different
    pool = pool if len(pool) >= FEWEST else complete
    lesson = _lesson(folder, board, complete, pool)
    best = _with_texts_beside(lesson, _improve(lesson))
    if len(pool) == len(complete) or not any(before[number].is_right for number in best.judgement.wrong):
        return best
    return _limit(folder, best, complete)


def preview(folder: Path, proposal: Proposal) -> list[SkinReading]:
    """What the pages say that the skin was learnt from."""
    return [reading for _, reading in readings(folder, proposal.reading, proposal.learnt_from)]


def is_needed(folder: Path, board: Board, samples: Sequence[Sample]) -> bool:
    """Whether the board's pages are not all read well as they are read now."""
    judgement = judge(folder, board, samples)
    return bool(judgement.wrong or judgement.suspicions)


def too_few(board: Board, count: int, listing_problem: str = "") -> str:
    """The message for a board with too few posts to learn from, perhaps since its listing cannot be read."""
    held = (
        f"{board.name} ({board.layout}): the archive holds {count} of its posts with their rows, "
        f"and {FEWEST} are the fewest to learn from."
    )
    if listing_problem:
        why = f"Its listing cannot be read ({listing_problem}), and only its rows say what posts are about"
        return f"{held} {why}. Write selectors of the rows in a skin: docs/skins.md"
    return (
        f"{held} Run 'kistep-archive crawl {board.name}' first, "
        f"or fetch some: 'kistep-archive learn {board.name} --fetch 8'."
    )


@dataclass(frozen=True, slots=True)
class _Lesson:
    """What is learnt from: the board's posts, those that look alike, what their pages have in their bytes,
    and the texts that many of them share."""

    folder: Path
    board: Board
    samples: Sequence[Sample]
    pool: Sequence[Sample]
    marks: dict[int, Marks]
    common: set[str]


def _lesson(folder: Path, board: Board, samples: Sequence[Sample], pool: Sequence[Sample]) -> _Lesson:
    step = max(1, len(pool) // _COMPARED)
    common = weights.common(_looks(folder, board, pool[::step]))
    marks = {each.number: marks_of(each.page(folder)) for each in pool}
    return _Lesson(folder, board, samples, pool, marks, common)


def _looks(folder: Path, board: Board, samples: Sequence[Sample]) -> list[PageTree]:
    return [page_tree.read(each.number, each.row, each.page(folder), board) for each in samples]


def _improve(lesson: _Lesson) -> Proposal:
    """The proposal that the fewest pages contradict, after some rounds."""
    chosen = spread(lesson.pool, lesson.marks)
    best = _proposal(lesson, chosen)
    latest = best
    for _ in range(_ROUNDS):
        known = {each.number for each in chosen}
        contradicting = set(latest.judgement.wrong) - known
        wrong = [each for each in lesson.pool if each.number in contradicting]
        if not wrong or len(chosen) >= _MANY:
            break
        chosen = [*spread(wrong, lesson.marks, _MORE), *chosen]
        try:
            latest = _proposal(lesson, chosen)
        except ArchiveError:
            break
        best = min(best, latest, key=lambda each: len(each.judgement.wrong))
    return best


def _proposal(lesson: _Lesson, chosen: Sequence[Sample]) -> Proposal:
    board = lesson.board
    trees = _looks(lesson.folder, board, chosen)
    places = fields.find(trees)
    dated = any(each.row.date for each in chosen)  # else labels may tell the date
    if missing := next((name for name in ("title", "date")[: 1 + dated] if name not in places), ""):
        raise _cannot_learn(board, missing, "no place shows what the rows say")
    main = _body(board, trees, places, lesson.common)
    names = [each for each in unlisted.NAMES if all(patterns.value(one.row, each) is None for one in trees)]
    found = unlisted.find(_post_skin(places, main), trees, names)
    learnt = fields.find(unlisted.with_values(trees, found)) if found else {}
    places |= {name: learnt[name] for name in found if name in learnt}
    post_skin = _post_skin(places, main)
    listing = board.skin.listing if board.skin else None
    skin = Skin(f"learned-{board.name}-{board.layout}", post_skin, listing)
    skin = _with_files(lesson.folder, replace(board, skin=skin), chosen, trees)
    judgement = judge(lesson.folder, replace(board, skin=skin), lesson.samples)
    guessed = {name for name in places if name in found and found[name].guess}
    reasons = doubts.of(places, guessed, main, judgement, lesson.samples)
    if unsettled := [each for each in names if each not in places]:
        reasons = (*reasons, *doubts.unsettled(unsettled, unlisted.unread_text(post_skin, trees)))
    return Proposal(board, skin, tuple(chosen), judgement, main.coverage, reasons)


def _body(
    board: Board, trees: Sequence[PageTree], places: dict[FieldName, FieldPlace], common: set[str]
) -> BodyPlace:
    weighed, elements = _weigh(trees, places, common)
    main = body.find(weighed, elements)
    if main is None:
        raise _cannot_learn(board, "body", "no place holds what differs from post to post")
    return main


def _cannot_learn(board: Board, name: str, why: str) -> ArchiveError:
    words = f"{board.name} ({board.layout}): {name}: {why}. Write a skin by hand: docs/skins.md"
    return ArchiveError(words, ExitCode.SITE_CHANGED)


def _weigh(
    trees: Sequence[PageTree], places: dict[FieldName, FieldPlace], common: set[str]
) -> tuple[list[weights.WeighedPage], list[set[Element]]]:
    elements = [
        {element for each in places.values() if (element := each.elements[at]) is not None}
        for at in range(len(trees))
    ]
    return weights.weigh(trees, [list(each) for each in elements], places["title"].elements, common), elements


def _post_skin(places: dict[FieldName, FieldPlace], main: BodyPlace) -> PostSkin:
    chosen = {name: each.selection for name, each in places.items()}
    title, writer = chosen.get("title"), chosen.get("writer")
    date, hits = chosen.get("date"), chosen.get("hits")
    return PostSkin("", title, writer, date, hits, main.select, main.drop)


def _with_files(folder: Path, board: Board, chosen: Sequence[Sample], trees: Sequence[PageTree]) -> Skin:
    assert board.skin is not None
    assert board.skin.post is not None
    read = {sample.number: each for sample, each in readings(folder, board, chosen)}
    known = [
        len(each.post.attachments) if (each := read.get(one.number)) and each.post else 0 for one in chosen
    ]
    bodies = [
        [each for select in board.skin.post.body for each in selectors.elements(one.root, select)]
        for one in trees
    ]
    select = files.find(trees, bodies, known)
    return replace(board.skin, post=replace(board.skin.post, files=select)) if select else board.skin


def _with_texts_beside(lesson: _Lesson, proposal: Proposal) -> Proposal:
    """The proposal, with a doubt if pages have another text beside the body that varies: perhaps a part of
    it that only some posts have."""
    post = proposal.skin.post
    assert post is not None
    pages, count, shown = len(lesson.pool), 0, Counter[FieldName]()
    for each in lesson.pool:
        (look,) = _looks(lesson.folder, lesson.board, [each])
        count += beside.has_text_beside(post, look, lesson.common)
        shown.update(unread.unread_fields(post, look))
    reasons = doubts.unread(proposal.judgement, shown, pages)
    if count >= beside.PAGES and doubts.SHARED not in proposal.doubts:
        reasons.append(f"{plural(count, 'page')} of {pages} have another long text beside the body's box")
    return replace(proposal, doubts=(*proposal.doubts, *reasons))


def _limit(folder: Path, proposal: Proposal, samples: Sequence[Sample]) -> Proposal:
    """The proposal for a board whose older pages look different and are read well without it: the skin counts
    only where it finds the date (without one, the title)."""
    post = proposal.skin.post
    assert post is not None
    field = post.date or post.title
    assert field is not None
    skin = replace(proposal.skin, post=replace(post, applies=field.select))
    judgement = judge(folder, replace(proposal.board, skin=skin), samples)
    if len(judgement.wrong) >= len(proposal.judgement.wrong):
        return proposal
    before = doubts.disagreements(proposal.judgement)
    reasons = [each for each in proposal.doubts if each not in before]
    return replace(
        proposal, skin=skin, judgement=judgement, doubts=(*reasons, *doubts.disagreements(judgement))
    )
