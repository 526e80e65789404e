"""Invented boards: a first reading is right or loud, and a learnt skin reads them. `python -m bench.learning`
measures many more, through real crawls."""

from html import escape
from pathlib import Path

import pytest
from captured import warc
from commands import Archive, one_line
from invented import ADDRESS, Invented, Truth
from invented_comments import COMMENTED
from invented_site import BOARDS, different, own_board, wrong_in_archive, wrong_with_skin

from kistep_archive.http.response import Page
from kistep_archive.ingest.guards.drift import Judge
from kistep_archive.ingest.rebuild import rebuild
from kistep_archive.model.baseline import Baseline, FieldCounts
from kistep_archive.model.items import ListedRow, Listing, ParsedPost
from kistep_archive.model.outcomes import PageKind
from kistep_archive.parse.parser import ParseError, parse

SEEDS = range(300, 308)
AT = "2026-01-01T00:00:00Z"
ROW = {"title", "writer", "date", "hits"}


def captured(folder: Path, board: Invented) -> Archive:
    """An archive of an import of the board's listing and posts."""
    archive = Archive(folder / "archive")
    archive.folder.mkdir(parents=True)
    (archive.folder / "boards.toml").write_text(BOARDS)
    pages = [(f"{ADDRESS}&act=view&list_no={each.number}", board.page(each.number)) for each in board.posts]
    captures = [(url, AT, html.encode()) for url, html in [(ADDRESS, board.listing()), *pages]]
    assert archive.run("import", str(warc(folder / "board.warc.gz", *captures))).returncode in (0, 3)
    return archive


def first_reading(board: Invented) -> tuple[Judge, dict[int, list[str]]]:
    """The guard after a first reading without a skin, and what that read wrong."""
    judge, wrong = Judge(Baseline.of({}, FieldCounts(), lambda number: None)), dict[int, list[str]]()
    listing = parse(Page(ADDRESS, AT, 200, (), board.listing().encode()))
    assert isinstance(listing, Listing)
    judge.rows(ADDRESS, 1, listing)
    for post, row in zip(board.posts, listing.rows, strict=True):
        url = f"{ADDRESS}&act=view&list_no={post.number}"
        try:
            said = parse(Page(url, AT, 200, (), board.page(post.number).encode()))
        except ParseError as error:
            judge.judge_unreadable(url, PageKind.POST, str(error))
            continue
        assert isinstance(said, ParsedPost)
        judge.post(url, said, ListedRow.of(row))
        values = (said.title, said.writer, said.date, said.hits, said.body_text, said.images)
        files = tuple(each.name for each in said.attachments)
        if fields := different(post, board.traits["untold"], *values, files):
            wrong[post.number] = fields
    judge.drop_unheard([])
    return judge, wrong


@pytest.mark.parametrize("seed", SEEDS)
def test_a_skin_is_learnt_from_the_rows_or_refused(seed: int, tmp_path: Path) -> None:
    board = Invented(seed)
    archive = captured(tmp_path, board)
    unasked = archive.run("learn", "news", "--save")
    if unasked.returncode:
        one_line(unasked, 4, "the skin is not certain", "--save --accept")
        assert "The pages would say:" in unasked.stdout
        assert "To save it as it is, add --save --accept." in unasked.stdout
        assert "None" not in unasked.stdout
        assert own_board(archive).skin is None
        assert archive.run("learn", "news", "--save", "--accept").returncode == 0
    wrong = wrong_with_skin(own_board(archive), board)
    assert not any(ROW & set(fields) for fields in wrong.values())
    if not unasked.returncode:
        assert wrong == {}
        rebuild(archive.folder, jobs=1, force=True)
        assert wrong_in_archive(archive, board) == {}
        assert archive.value("SELECT count(*) FROM posts") == len(board.posts)


@pytest.mark.parametrize("seed", SEEDS[:2])
@pytest.mark.parametrize("comments", COMMENTED)
def test_a_body_with_comments_of_readers_beside_it_is_right_or_not_saved_unasked(
    comments: str, seed: int, tmp_path: Path
) -> None:
    board = Invented(seed, comments)
    archive = captured(tmp_path, board)
    unasked = archive.run("learn", "news", "--save")
    assert unasked.returncode == 0 or own_board(archive).skin is None
    assert unasked.returncode or wrong_with_skin(own_board(archive), board) == {}


PROSE = [
    f"It is the {at}th of the talks that were held in room {at * 7} beside the old harbour."
    for at in range(80)
]


@pytest.mark.parametrize(
    ("shape", "doubt"),
    [
        ("plain", ""),
        ("two boxes on a few pages", "3 pages of 18 have another long text beside the body's box"),
        ("files of a script", "6 posts with files that only a script offers"),
        ("comments behind a poll", "another text that differs from post to post is in the body's box"),
        ("a box of the site between", "another text that differs from post to post is in the body's box"),
    ],
)
def test_a_skin_that_would_lose_or_add_text_or_files_on_some_pages_is_not_saved_unasked(
    shape: str, doubt: str, tmp_path: Path
) -> None:
    board = Invented(SEEDS[0])
    board.page = lambda number: _shaped(board, number, shape)  # type: ignore[method-assign]
    done = captured(tmp_path, board).run("learn", "news", "--save")
    if doubt:
        one_line(done, 4, f"the skin is not certain ({doubt}")
    else:
        assert done.returncode == 0, done.stderr


def _shaped(board: Invented, number: int, shape: str) -> str:
    """A page that is like those of the board but for a few."""
    at, post = next((at, each) for at, each in enumerate(board.posts) if each.number == number)
    text = [f"<p>{PROSE[4 * at + step]}</p>" for step in range(4)]
    split = 2 if shape == "two boxes on a few pages" and at % 6 == 0 else 4
    inside, behind = "".join(text[:split]), "".join(text[split:])
    if shape == "a box of the site between":
        inside += f"<div class=kw><b>About</b> {PROSE[-at - 1].removeprefix('It is ')}</div>"
    files = "<ul class=fl><li><a href='javascript:;'>plan.pdf</a></li></ul>" if at % 3 == 0 else ""
    head = f"<h3 class=k>{escape(post.title)}</h3><i class=w>{escape(post.writer)}</i>"
    head += f"<i class=d>{post.date}</i><i class=h>{post.hits}</i>"
    body = f"<div class=xyz>{inside}</div>" + (f"<div class=more>{behind}</div>" if behind else "")
    tail = files if shape == "files of a script" else ""
    if shape == "comments behind a poll":
        tail = "<form><legend>Was this useful?</legend></form><div class=cm><h4>Comments "
        tail += f"{at % 2}</h4>" + f"<p>{PROSE[-at - 1]}</p>" * (at % 2) + "</div>"
    return f"<html><body><div class=top>{head}</div>{body}{tail}<footer>x</footer></body></html>"


@pytest.mark.parametrize("seed", SEEDS)
def test_a_first_reading_without_a_skin_is_right_or_loud(seed: int) -> None:
    judge, wrong = first_reading(Invented(seed))
    loud = {each.number for each in judge.verdict()} or set(judge.agreement.contradictions)
    assert not wrong or judge.verdict() or set(wrong) <= loud


def test_a_skin_for_a_new_look_leaves_the_pages_of_the_old_look_to_labels(tmp_path: Path) -> None:
    board = Invented(SEEDS[0])
    archive = Archive(tmp_path / "archive")
    archive.folder.mkdir(parents=True)
    (archive.folder / "boards.toml").write_text(BOARDS)
    pages = {
        post.number: _labelled(post) if at < 6 else board.page(post.number)
        for at, post in enumerate(board.posts)
    }
    for at, chosen in enumerate((board.posts[:6], board.posts[6:])):
        bodies = [(f"{ADDRESS}&act=view&list_no={each.number}", pages[each.number]) for each in chosen]
        captures = [
            (url, f"2026-01-0{at + 1}T00:00:00Z", html.encode())
            for url, html in [(ADDRESS, board.listing()), *bodies]
        ]
        archive.run("import", str(warc(tmp_path / f"{at}.warc.gz", *captures)))
    assert archive.run("learn", "news", "--save", "--accept").returncode == 0
    skin = own_board(archive).skin
    assert skin is not None
    assert skin.post is not None
    assert skin.post.applies
    for post in board.posts:
        page = Page(f"{ADDRESS}&act=view&list_no={post.number}", AT, 200, (), pages[post.number].encode())
        said = parse(page, own_board(archive))
        assert isinstance(said, ParsedPost)
        assert (said.title, said.writer, said.date) == (post.title, post.writer, post.date)


def _labelled(post: Truth) -> str:
    """A page of a post that the parser reads by its labels."""
    rows = {"Writer": post.writer, "Date": post.date, "Hit": str(post.hits)}
    items = "".join(f"<li><strong>{label}</strong> {value}</li>" for label, value in rows.items())
    body = "".join(f"<p>{each}</p>" for each in post.paragraphs) or "<p>See the picture.</p>"
    main = f"<article><h2>{post.title}</h2><ul>{items}</ul><div>{body}</div></article>"
    return f"<html><head><title>News</title></head><body>{main}<footer><p>x</p></footer></body></html>"
