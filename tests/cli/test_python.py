"""The archive from Python: what its guide and its docstrings say is run, against an archive that the real
command made."""

import doctest
import inspect
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import FrozenInstanceError, asdict, fields, is_dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, get_type_hints

import commands
import pytest
from documents import blocks
from generated import generate
from places import CHECKOUT

import kistep_archive
from kistep_archive import Archive, ArchiveError, api
from kistep_archive.export import outputs
from kistep_archive.query import ledger_questions, post_questions
from kistep_archive.query import rows as query_rows
from kistep_archive.query.filters import Conditions, Filters, check_conditions
from kistep_archive.query.search.search import Found
from kistep_archive.query.validation import before

GUIDE = CHECKOUT / "docs" / "python.md"
VIEWS = {
    query_rows.Post: "posts",
    query_rows.Revision: "revisions",
    query_rows.Hits: "hits",
    query_rows.Attachment: "attachments",
    query_rows.Source: "sources",
    query_rows.Removal: "removals",
    query_rows.Run: "runs",
    query_rows.KeptPage: "pages",
    query_rows.Failure: "failures",
}
TESTS = [
    test
    for module in (api, post_questions, ledger_questions, outputs)
    for test in doctest.DocTestFinder().find(module, globs={})
    if test.examples
]


@pytest.fixture
def asked(place: commands.Archive) -> Iterator[Archive]:
    with Archive(place.folder) as asked:
        yield asked


def run_examples(
    test: doctest.DocTest, folder: Path, monkeypatch: pytest.MonkeyPatch, **names: object
) -> None:
    """Runs a doctest in a folder; its failures as pytest's."""
    monkeypatch.chdir(folder)
    test.globs.update(names)
    said: list[str] = []
    failed, tried = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=said.append)
    assert tried
    assert not failed, "".join(said)


# what the documentation says


@pytest.mark.parametrize("test", TESTS, ids=lambda test: test.name)
def test_an_example_in_a_docstring_is_true(
    test: doctest.DocTest,
    place: commands.Archive,
    asked: Archive,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "data").symlink_to(place.folder)
    run_examples(test, tmp_path, monkeypatch, archive=asked)


def test_every_question_has_an_example() -> None:
    questions = {
        name
        for name, value in inspect.getmembers(Archive)
        if not name.startswith("_") and (callable(value) or isinstance(value, property))
    }
    shown = {test.name.rpartition(".")[2] for test in TESTS}
    assert questions - shown == {"close", "warc"}


def test_the_guide_is_true_from_its_first_example_to_its_last(
    place: commands.Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").symlink_to(place.folder)
    text = "\n\n".join(blocks(GUIDE, "pycon"))
    run_examples(
        doctest.DocTestParser().get_doctest(text, {}, GUIDE.name, str(GUIDE), 0), tmp_path, monkeypatch
    )


def test_the_guide_names_every_question_and_every_kind_of_row() -> None:
    text = GUIDE.read_text()
    questions = [name for name in vars(Archive) if not name.startswith("_") and name not in ("close", "warc")]
    kinds = [name for name, kind in vars(query_rows).items() if is_dataclass(kind)]
    assert [
        name
        for name in [*questions, *kinds, "Found", "Event", "Change"]
        if f"`{name}" not in text and f".{name}(" not in text
    ] == []


# rows


@pytest.mark.parametrize("kind", VIEWS, ids=VIEWS.get)
def test_a_kind_of_row_has_the_columns_of_its_view_in_their_order(
    place: commands.Archive, kind: type
) -> None:
    columns = [row[1] for row in place.rows(f"PRAGMA table_info({VIEWS[kind]})")]
    assert [field.name for field in fields(kind) if field.name != "folder"] == columns


def test_rows_hold_what_the_views_hold(place: commands.Archive, asked: Archive) -> None:
    for kind, rows in {"posts": asked.posts(), "runs": asked.runs()}.items():
        order = "date, id" if kind == "posts" else "id"
        values = [
            tuple(value for name, value in asdict(row).items() if name not in ("boards", "arguments"))
            for row in rows
        ]
        columns = ", ".join(
            name
            for name in (row[1] for row in place.rows(f"PRAGMA table_info({kind})"))
            if name not in ("boards", "arguments")
        )
        assert values == place.rows(f"SELECT {columns} FROM {kind} ORDER BY {order}")
    questions = {"sources": asked.sources, "hits": asked.hits, "removals": asked.removals}
    for view, question in questions.items():
        held_rows = [tuple(asdict(row).values()) for post in asked.posts() for row in question(post)]
        assert sorted(map(repr, held_rows)) == sorted(map(repr, place.rows(f"SELECT * FROM {view}")))


def test_every_revision_and_every_file_leads_to_its_exact_bytes(
    place: commands.Archive, asked: Archive
) -> None:
    revisions = [revision for post in asked.posts() for revision in asked.revisions(post)]
    files = [file for post in asked.posts() for file in asked.attachments(post) if file.sha256]
    assert len(revisions) == place.value("SELECT count(*) FROM revisions")
    assert {revision.changed for revision in revisions} >= {(), ("title",)}
    assert all(sha256(revision.raw()).hexdigest() == revision.sha256 for revision in revisions[::10])
    assert all(b"</html>" in revision.read() for revision in revisions[::10])
    assert all(sha256(file.read()).hexdigest() == file.sha256 for file in files[::10])


def test_rows_are_frozen_and_of_the_types_that_they_declare(asked: Archive) -> None:
    post = asked.post("news/98911")
    with pytest.raises(FrozenInstanceError):
        post.title = "Other"  # type: ignore[misc]
    rows = [
        post,
        *asked.revisions(post),
        *asked.hits(post),
        *asked.sources(post),
        *asked.attachments(post),
        *asked.runs(),
    ]
    for row in rows:
        for name, hint in get_type_hints(type(row)).items():
            kinds = (
                getattr(hint, "__args__", (hint,)) if not hasattr(hint, "__origin__") else (hint.__origin__,)
            )
            assert isinstance(getattr(row, name), kinds), (row, name)


# questions


def test_an_interactive_session_shows_what_was_found_without_the_whole_text(asked: Archive) -> None:
    found = asked.search("forum", limit=1)
    assert repr(found).startswith(f"Search(total={found.total}, results=[Found(")
    post = next(asked.posts())
    assert post.title in repr(post)
    assert post.body_text not in repr(post)


def test_a_post_is_found_by_each_of_its_names(asked: Archive) -> None:
    post = asked.post("news/98911")
    assert post == asked.post(post.id) == asked.post(str(post.id)) == asked.post(post) == asked.post(post.url)


def test_search_finds_what_the_command_finds(place: commands.Archive, asked: Archive) -> None:
    said = place.json("search", "forum", "--since", "2020-01-01", "--writer", "kistep", "--limit", "3")
    found = asked.search("forum", since=date(2020, 1, 1), writer="kistep", limit=3)
    assert isinstance(next(iter(found)), Found)
    assert (found.total, [asdict(row) for row in found], len(found)) == (said["total"], said["results"], 3)


def test_posts_are_those_that_an_export_holds_in_its_order(asked: Archive, tmp_path: Path) -> None:
    for conditions in (
        {},
        {"since": "2024-01-01"},
        {"until": datetime(2020, 1, 1, 12), "writer": "KISTEP"},
        {"board": "newsletter"},
    ):
        chosen: Conditions = conditions  # type: ignore[assignment]
        done = asked.export(tmp_path / "out.csv", force=True, **chosen)
        dates = [post.date for post in asked.posts(**chosen)]
        assert (len(dates), dates) == (done.posts, sorted(dates))
    assert list(asked.posts("!")) == []


def test_history_tells_of_addresses_edits_hits_removals_and_returns_in_order(
    place: commands.Archive, asked: Archive
) -> None:
    seen = set()
    for post in asked.posts():
        events = asked.history(post)
        seen |= {event.kind for event in events}
        assert [event.at for event in events] == sorted(event.at for event in events)
        assert len([event for event in events if event.kind != "file"]) == sum(
            place.value(f"SELECT count(*) FROM {view} WHERE post_id = ?", post.id)
            for view in ("sources", "revisions", "hits", "removals")
        )
    assert seen == {"source", "revision", "file", "hits", "removed"}


def test_as_of_a_day_an_instant_or_a_moment_answers_what_was_known_then(place: commands.Archive) -> None:
    ends = [row[0] for row in place.rows("SELECT finished_at FROM runs ORDER BY id")]
    for as_of in (ends[0], datetime.fromisoformat(ends[0])):
        with Archive(place.folder, as_of) as then:
            assert [run.id for run in then.runs()] == [1]
            assert next(then.revisions("news/98911")).title == then.post("news/98911").title
            assert {post.removed_at for post in then.posts()} == {None}
    for day in ("2001-01-01", date(2001, 1, 1)):
        with Archive(place.folder, as_of=day) as before:
            assert (list(before.posts()), before.search("forum").total) == ([], 0)
    with Archive(place.folder, as_of=datetime.now(UTC).date()) as today:
        assert len(list(today.posts())) == place.value("SELECT count(*) FROM posts")


def test_an_instant_that_the_command_has_read_is_not_moved_again() -> None:
    once = before("as_of", "2026-01-02T03:04:05Z")
    assert before("as_of", once) == once == "2026-01-02T03:04:05.000001Z"
    assert Archive("data", once).as_of == once


# laziness


def test_nothing_is_read_before_it_is_asked_for(tmp_path: Path) -> None:
    asked = Archive(tmp_path / "none")
    waiting = [
        asked.posts(),
        asked.runs(),
        asked.revisions(1),
        asked.attachments(1),
        asked.sources(1),
        asked.hits(1),
        asked.search("x"),
    ]
    for each in waiting:
        with pytest.raises(ArchiveError, match="not an archive"):
            list(each)


def test_posts_come_one_by_one_and_side_by_side(asked: Archive, tmp_path: Path) -> None:
    pairs = [(a.id, b.id) for a, b in zip(asked.posts(), asked.posts(), strict=True)]
    assert len(pairs) == 197
    assert all(a == b for a, b in pairs)
    folder = generate(tmp_path / "archive", 50)
    with Archive(folder) as ours, closing(sqlite3.connect(folder / "kistep.db")) as crawl:
        posts = ours.posts()
        first = next(posts)
        with crawl:
            crawl.execute("UPDATE content SET title = 'Other'")
        assert {post.title for post in [first, *posts]} == {f"Title {number}" for number in range(1, 51)}
        assert ours.post(1).title == "Other"


def test_what_was_not_read_before_the_end_says_so(place: commands.Archive) -> None:
    with Archive(place.folder) as asked:
        posts, runs, found = asked.posts(), asked.runs(), asked.search("forum")
        assert next(posts).id
        assert next(runs).id == 1
    for question in (lambda: list(posts), lambda: list(runs), lambda: found.total, lambda: asked.post(1)):
        with pytest.raises(ArchiveError) as error:
            question()
        assert error.value.exit_code == 2
        assert "is closed" in str(error.value)


# errors


@pytest.mark.parametrize(
    ("question", "code", "words"),
    [
        (lambda asked: asked.post("news/1"), 2, ["no post 'news/1'", "search"]),
        (lambda asked: list(asked.revisions(10**30)), 2, ["no post"]),
        (lambda asked: asked.revision("news/98911", 3), 2, ["2 revisions; there is no revision 3"]),
        (lambda asked: asked.revision("news/98911", 0), 2, ["number=0", "1 or more"]),
        (lambda asked: asked.revision("news/98911", "1"), 2, ["number='1'"]),
        (lambda asked: asked.diff("news/98911", -1, 2), 2, ["a=-1", "1 or more"]),
        (lambda asked: asked.diff("news/98911", 1, 0), 2, ["b=0"]),
        (lambda asked: asked.diff("news/98911", 1, 9), 2, ["2 revisions; there is no revision 9"]),
        (lambda asked: asked.post(None), 2, ["post None", "board/number"]),
        (
            lambda asked: asked.posts(sinse="2025-01-01"),
            2,
            ["'sinse'", "board, writer, since, until, removed, has_file"],
        ),
        (lambda asked: asked.export("out.csv", writter="Kim"), 2, ["'writter'"]),
        (lambda asked: asked.feed("out.atom", quary="forum"), 2, ["'quary'"]),
        (lambda asked: asked.search("forum", foo=1), 2, ["'foo'"]),
        (lambda asked: asked.search(None), 2, ["query=None", "text"]),
        (lambda asked: asked.search("forum", sort="best"), 2, ["sort='best'", "rank, date, hits"]),
        (lambda asked: asked.search("forum", limit=-1), 2, ["limit=-1"]),
        (lambda asked: asked.search("forum", limit=1.5), 2, ["limit=1.5"]),
        (lambda asked: asked.search("forum", limit=10**30), 2, ["limit=1000"]),
        (lambda asked: asked.search("forum", offset=-5), 2, ["offset=-5"]),
        (lambda asked: asked.posts(writer=5), 2, ["writer=5", "text"]),
        (lambda asked: asked.posts(board=[]), 2, ["board=[]", "text"]),
        (lambda asked: asked.posts(removed="no"), 2, ["removed='no'", "True or False"]),
        (lambda asked: asked.feed("out.atom", limit=-1), 2, ["limit=-1"]),
        (lambda asked: asked.chart("out.svg", of="nope"), 2, ["of='nope'", "posts, hits, writers, changes"]),
        (lambda asked: asked.chart("out.svg", by="day"), 2, ["by='day'", "month, year"]),
        (lambda asked: asked.chart("out.svg", of="hits", top=0), 2, ["top=0", "1 or more"]),
        (lambda asked: asked.export("z\0.csv"), 2, ["is not a file name"]),
        (lambda asked: asked.document("news/98911", -1), 2, ["there is no revision -1"]),
        (lambda asked: asked.posts(since="someday"), 2, ["since='someday'", "2024-05-01", "7d"]),
        (
            lambda asked: asked.posts(since="2021-01-01", until=date(2020, 12, 31)),
            2,
            ["since 2021-01-01 until 2020-12-31", "no day"],
        ),
        (
            lambda asked: asked.posts(until=20220714),
            2,
            ["until=20220714", "2024-05-01", "a date or a datetime"],
        ),
        (lambda asked: asked.search("x", board="nwes"), 2, ["'nwes'", "news, newsletter", "boards_file"]),
        (lambda asked: asked.export("out.xls"), 2, ["out.xls", ".csv"]),
        (lambda asked: Archive(asked.folder, "someday"), 2, ["as_of='someday'", "2024-05-01"]),
        (lambda asked: Archive(asked.folder, boards_file="none.toml").boards, 2, ["none.toml"]),
        (lambda asked: Archive(asked.folder / "warc").post(1), 2, ["not an archive"]),
    ],
)
def test_a_mistake_is_an_archive_error_in_one_line(
    asked: Archive, question: Any, code: int, words: list[str]
) -> None:
    with pytest.raises(ArchiveError) as error:
        question(asked)
    said = str(error.value)
    assert error.value.exit_code == code
    assert [word for word in words if word not in said] == []
    assert "\n" not in said


def test_half_a_character_in_a_filter_finds_nothing_and_is_no_error(asked: Archive) -> None:
    assert list(asked.posts(writer="\ud800")) == []
    assert asked.search("\ud800").total == 0


def test_damage_is_an_archive_error_with_exit_code_5(place: commands.Archive, tmp_path: Path) -> None:
    whole = (place.folder / "kistep.db").read_bytes()
    (tmp_path / "kistep.db").write_bytes(whole)
    with Archive(tmp_path) as asked, pytest.raises(ArchiveError, match="missing") as missing:
        asked.revision("news/98911").read()
    with closing(sqlite3.connect(tmp_path / "kistep.db")) as conn, conn:
        conn.execute("UPDATE sighting SET sha256 = ?", ("0" * 64,))
    (tmp_path / "warc").symlink_to(place.folder / "warc")
    with (
        Archive(tmp_path) as asked,
        pytest.raises(ArchiveError, match="the payload does not match its digest in the database") as other,
    ):
        asked.revision("news/98911").read()
    (tmp_path / "kistep.db").write_bytes(whole[: len(whole) // 2] + b"\xff" * (len(whole) - len(whole) // 2))
    with Archive(tmp_path) as asked, pytest.raises(ArchiveError, match="cannot be read") as cut:
        list(asked.posts())
    assert [error.value.exit_code for error in (missing, other, cut)] == [5, 5, 5]


def test_a_file_that_is_not_held_says_so() -> None:
    file = query_rows.Attachment(
        1, 1, "a.pdf", "https://x/a.pdf", None, None, None, None, None, None, "file", Path("warc")
    )
    with pytest.raises(ArchiveError, match="was never fetched") as error:
        file.read()
    assert error.value.exit_code == 2


# what it costs


def test_importing_it_is_cheap_and_asking_loads_neither_scrapy_nor_what_reads_html(
    place: commands.Archive,
) -> None:
    heavy = {
        "scrapy",
        "twisted",
        "datasette",
        "rich",
        "lxml",
        "parsel",
        "nh3",
        "warcio",
        "sqlite_utils",
        "click",
        "pyarrow",
    }
    code = f"""
import sys
import kistep_archive
ours = [name for name in sys.modules if name.startswith("kistep_archive.")]
assert ours == ["kistep_archive.version"], "the package alone"
assert "sqlite3" not in sys.modules, "the package alone"
from kistep_archive import Archive
with Archive({str(place.folder)!r}) as asked:
    post = asked.post("news/42794")
    asked.search("forum").total, asked.history(post), asked.status(), list(asked.runs()), asked.document(post)
    asked.revision(post).read(), [file.read() for file in asked.attachments(post)]
print(*{{name.partition(".")[0] for name in sys.modules}} & {heavy!r})
"""
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("", "")


def test_the_package_names_its_interface_and_knows_no_other_name() -> None:
    assert {"Archive", "ArchiveError", "__version__"} <= set(dir(kistep_archive))
    assert (kistep_archive.Archive, kistep_archive.ArchiveError) == (Archive, ArchiveError)
    with pytest.raises(AttributeError, match="Nothing"):
        kistep_archive.Nothing  # type: ignore[attr-defined]  # noqa: B018


def test_mypy_sees_the_types_of_the_interface(tmp_path: Path) -> None:
    (tmp_path / "use.py").write_text(
        "from kistep_archive import Archive\n"
        "with Archive('data') as archive:\n"
        "    reveal_type(archive.post(1))\n"
        "    reveal_type(list(archive.search('x', since='2020-01-01')))\n"
        "    archive.posts(sinc='2020-01-01')\n"
    )
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--config-file",
        os.devnull,
        "--cache-dir",
        str(tmp_path / "cache"),
        "use.py",
    ]
    said = subprocess.run(
        command,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={**os.environ, "MYPYPATH": str(GUIDE.parent.parent)},
    ).stdout
    assert 'Revealed type is "kistep_archive.query.rows.Post"' in said
    assert "kistep_archive.query.search.search.Found" in said
    assert 'Unexpected keyword argument "sinc"' in said


def test_the_conditions_of_the_interface_are_the_filters_of_the_command() -> None:
    filters = [field.name for field in fields(Filters) if field.name != "query"]
    assert list(Conditions.__annotations__) == filters == list(check_conditions({}))
    assert "conditions" in inspect.signature(Archive.search).parameters
