"""What is asked of a frozen archive, when it is made and ever after: by the command and SQLite alone,
whatever the modules are called."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

# View -> what puts its rows into one order.
VIEWS = {
    "posts": "id",
    "revisions": "id",
    "sightings": "seen_at, post_id, warc_file, warc_offset",
    "hits": "seen_at, post_id, hits",
    "attachments": "post_id, kind, seq, url",
    "sources": "board, layout, number",
    "removals": "post_id, layout, number, removed_at",
    "pages": "warc_file, warc_offset",
    "runs": "id",
    "failures": "run_id, at, url",
    "unanswered_requests": "run_id, at, url",
    "board_verdicts": "run_id, board",
}

Row = dict[str, Any]


def rows(folder: Path, view: str) -> list[Row]:
    """The rows of a view of an archive."""
    with closing(sqlite3.connect(f"{(folder / 'kistep.db').absolute().as_uri()}?mode=ro", uri=True)) as conn:
        conn.row_factory = sqlite3.Row
        return [dict(row) for row in conn.execute(f"SELECT * FROM {view} ORDER BY {VIEWS[view]}")]


def command(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """The command, in the folder that holds the archive's, so that no path of this machine enters it."""
    program = [sys.executable, "-W", "error", "-m", "kistep_archive", "--archive", folder.name, *arguments]
    return subprocess.run(program, cwd=folder.parent, capture_output=True, text=True, timeout=120)


def answer(folder: Path, question: str) -> Any:
    """What a command answers in JSON; `question` are its words, parted by spaces."""
    done = command(folder, *question.split(" "), "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
