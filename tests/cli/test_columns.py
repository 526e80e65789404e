"""One list of a post's columns: the views are made of it, in archives that are new and in those that earlier
versions made."""

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import fields
from pathlib import Path
from typing import Any, get_type_hints

import frozen
import pytest
from places import TESTS

import kistep_archive
from kistep_archive.errors import ArchiveError
from kistep_archive.model import columns, items
from kistep_archive.parse.parser import VERSION
from kistep_archive.query import rows
from kistep_archive.store.database import DATABASE_FILE
from kistep_archive.store.rows import contents
from kistep_archive.store.store import Store

OLD = TESTS / "archives" / "0.1.0"
OF_POSTS = ("posts", "revisions", "sightings", "hits", "attachments", "sources", "removals")
VIEWS = "SELECT group_concat(sql) FROM sqlite_master WHERE type = 'view'"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """An archive that version 0.1.0 made, with the views as its migrations spelled them."""
    return shutil.copytree(OLD / "archive", tmp_path / "archive")


def value(folder: Path, sql: str) -> Any:
    with closing(sqlite3.connect(folder / DATABASE_FILE)) as conn:
        return conn.execute(sql).fetchone()[0]


def told_by(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """What is said of posts, without the columns that the archive's version had not."""
    told = json.loads((OLD / "expected.json").read_text(encoding="utf-8"))["views"]
    return {
        view: [{name: row[name] for name in told[view][0]} for row in frozen.rows(folder, view)]
        for view in OF_POSTS
    }


def test_an_archive_with_other_views_gets_those_of_today_when_it_is_opened_for_writing_and_once(
    old: Path,
) -> None:
    before = told_by(old)
    versions = [value(old, "PRAGMA schema_version")]
    for _ in range(2):
        Store(old).close()
        versions.append(value(old, "PRAGMA schema_version"))
    assert versions[0] < versions[1] == versions[2]
    assert told_by(old) == before


def test_a_migration_that_fails_leaves_the_views_as_they_were(old: Path) -> None:
    with closing(sqlite3.connect(old / DATABASE_FILE)) as conn, conn:
        # Its tables are there: it cannot make them.
        conn.execute("DELETE FROM _sqlite_migrations WHERE name = 'm003_debts'")
    before = value(old, VIEWS)
    with pytest.raises(ArchiveError, match="table walk already exists"):
        Store(old)
    assert value(old, VIEWS) == before


def test_a_content_has_the_digest_that_version_0_1_0_gave_it(old: Path) -> None:
    files = "SELECT kind, seq, name, url FROM listed_file WHERE content_id = ? ORDER BY id"
    Store(old).close()
    with closing(sqlite3.connect(old / DATABASE_FILE)) as conn:
        conn.row_factory = sqlite3.Row
        kept = conn.execute("SELECT id, digest FROM content").fetchall()
        made = [
            contents.digest(
                contents.read(conn, row["id"]), [tuple(file) for file in conn.execute(files, (row["id"],))]
            )
            for row in kept
        ]
    assert made == [row["digest"] for row in kept]
    assert made


def test_what_a_page_says_is_a_field_of_the_parsed_post() -> None:
    assert [
        name for name in columns.CONTENT if name not in {field.name for field in fields(items.ParsedPost)}
    ] == []


@pytest.mark.parametrize(("row", "listed"), [(rows.Post, columns.POST), (rows.Revision, columns.REVISION)])
def test_a_row_is_typed_as_the_list_says(row: type, listed: tuple[columns.Column, ...]) -> None:
    typed = {column.name: {"TEXT": str, "INTEGER": int}[column.sql_type] for column in listed}
    said = {
        column.name: typed[column.name] | None if column.nullable else typed[column.name] for column in listed
    }
    told = {"changed": tuple[str, ...], "folder": Path}  # read from JSON; where the evidence is
    hints = get_type_hints(row)
    assert hints == {**said, **{name: kind for name, kind in told.items() if name in hints}}


# The recipe of CONTRIBUTING.md, followed in a copy of the program: file -> what is there, and what stands
# there then.
BODY, COLUMN, MADE = "    body_text: str\n", '    Column("body_text",', "        outline.hits,\n"
ADDED = {
    "model/items.py": (BODY, f"    division: str\n{BODY}"),
    "parse/layouts/es.py": (MADE, f"{MADE}        f'Office of {{outline.writer}}',\n"),
    "parse/parser.py": (f"VERSION: int = {VERSION}", f"VERSION: int = {VERSION + 1}"),
    "model/columns.py": (COLUMN, f'    Column("division", form=TextForm.TEXT, nullable=True),\n{COLUMN}'),
    "query/rows.py": ("    body_text: str = ", "    division: str | None\n    body_text: str = "),
}


@pytest.fixture
def extended(old: Path) -> Path:
    """The old archive beside a program with one column more, which a command finds first."""
    program = shutil.copytree(
        Path(kistep_archive.__file__).parent,
        old.parent / "kistep_archive",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    shutil.copy(OLD / "further.warc.gz", old.parent)
    for name, (there, then) in ADDED.items():
        text = (program / name).read_text(encoding="utf-8")
        assert there in text, name
        (program / name).write_text(text.replace(there, then), encoding="utf-8")
    return old


def answered(archive: Path, *arguments: str) -> str:
    done = frozen.command(archive, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def divisions(archive: Path, *arguments: str) -> list[tuple[str, str | None]]:
    """(writer, division) of each post that an export holds."""
    lines = answered(archive, "export", "-", "--format", "jsonl", *arguments).splitlines()
    return [(post["writer"], post["division"]) for post in map(json.loads, lines)]


def test_a_column_that_is_added_by_the_recipe_is_shown_empty_until_the_next_run(extended: Path) -> None:
    for as_of in ((), ("--as-of", "9000-01-01")):
        found = divisions(extended, *as_of)
        assert len(found) == len(frozen.rows(extended, "posts"))
        assert {division for _, division in found} == {None}
        assert (
            json.loads(answered(extended, "show", "1", "--json", *as_of))["revisions"][0]["division"] is None
        )


def test_a_column_that_is_added_by_the_recipe_is_in_every_view_and_file_after_a_run(extended: Path) -> None:
    answered(extended, "import", "further.warc.gz")
    for as_of in ((), ("--as-of", "9000-01-01")):
        found = divisions(extended, *as_of)
        assert found == [(writer, f"Office of {writer}") for writer, _ in found]
    for view in ("posts", "revisions", "sightings"):
        assert all(row["division"] == f"Office of {row['writer']}" for row in frozen.rows(extended, view)), (
            view
        )
    assert '["writer", "division"]' in [row["changed"] for row in frozen.rows(extended, "revisions")]
    answered(extended, "export", "posts.csv")
    assert (
        ",hits,division,body_text,"
        in (extended.parent / "posts.csv").read_text(encoding="utf-8").splitlines()[0]
    )
    answered(extended, "export", "posts.db")
    with closing(sqlite3.connect(extended.parent / "posts.db")) as conn:
        assert conn.execute("SELECT count(*) FROM posts JOIN revisions USING (division)").fetchone()[0] > 0
    assert json.loads(answered(extended, "rebuild", "--dry-run", "--json"))["results"] == []
    assert json.loads(answered(extended, "verify", "--json"))["results"] == []
