"""What docs/queries.md says of the database is run, with the tools that it names, against the demo's
archive."""

import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from commands import Archive, needed
from documents import blocks
from places import CHECKOUT

from kistep_archive.model import view_words

PAGE = CHECKOUT / "docs" / "queries.md"
TOOLS = Path(sys.executable).parent
QUERIES = re.findall(r"^```sql\n(.*?)^```$(?:\n\n^```text\n(.*?)^```$)?", PAGE.read_text(), re.S | re.M)


def described() -> dict[str, list[str]]:
    """View -> the columns that the page names, in the order of the database as far as their lines allow."""
    parts = re.split(r"^## (\w+)$", PAGE.read_text(), flags=re.M)[1:]
    return {
        view: re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`[^|]*)\|", text, re.M)))
        for view, text in zip(parts[::2], parts[1::2], strict=True)
    }


def test_the_page_names_every_view_and_each_of_their_columns(place: Archive) -> None:
    views = {
        name
        for (name,) in place.rows("SELECT name FROM sqlite_master WHERE type = 'view' AND name <> 'texts'")
    }
    assert described().keys() == views
    for view, columns in described().items():
        assert sorted(columns) == sorted(row[1] for row in place.rows(f"PRAGMA table_info({view})")), view


@pytest.mark.parametrize("shown", blocks(PAGE, "console"), ids=lambda shown: shown.split()[1])
def test_a_command_prints_what_the_page_shows(place: Archive, shown: str) -> None:
    command, _, expected = shown.removeprefix("$ ").partition("\n")
    tool = command.split()[0]
    path = os.pathsep.join([str(TOOLS), os.environ["PATH"]])
    assert tool in ("sqlite3", "sqlite-utils", "datasette")
    if tool == "sqlite3":
        needed(tool)
    done = subprocess.run(
        command,
        shell=True,
        cwd=place.folder.parent,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.rstrip() == expected.rstrip()


@pytest.mark.parametrize(("sql", "expected"), QUERIES)
def test_a_query_gives_what_the_page_shows(place: Archive, sql: str, expected: str) -> None:
    """In the shell's own form: a line a row, a bar between columns."""
    rows = place.rows(sql)
    assert (
        "".join("|".join("" if value is None else str(value) for value in row) + "\n" for row in rows)
        == expected
    )


def test_a_query_is_shown_for_every_view() -> None:
    said = " ".join(sql for sql, _ in QUERIES)
    assert [view for view in described() if f"FROM {view}" not in said] == []


def test_every_column_and_every_query_of_a_view_is_described_in_words() -> None:
    words = view_words.views()
    assert words.keys() == described().keys()
    assert [
        (view, column)
        for view, columns in described().items()
        for column in columns
        if not view_words.column(view, column).endswith(".")
    ] == []
    names = [query.name for view in words.values() for query in view.queries]
    assert len(set(names)) == len(names) == len(QUERIES)
    assert not set(names) & words.keys()  # each is an address beside the views'


def test_the_copy_that_the_page_proposes_has_full_text(place: Archive, tmp_path: Path) -> None:
    assert "kistep-archive export posts.db" in PAGE.read_text()
    assert place.run("export", str(tmp_path / "posts.db")).returncode == 0
    with closing(sqlite3.connect(tmp_path / "posts.db")) as conn:
        assert conn.execute("SELECT count(*) FROM posts_fts WHERE posts_fts MATCH 'forum'").fetchone()[0] > 0
