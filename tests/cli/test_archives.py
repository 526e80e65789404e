"""Archives that earlier versions made, see archives/README.md: they open, are rebuilt and are added to with
nothing lost or changed.

What was written down about each of them in its expected.json is compared in full: a later version may add a
column or a key, but none may go or say something else. Only this is left out:"""

import json
import shutil
from pathlib import Path
from typing import Any

import frozen
import pytest
from places import TESTS

from kistep_archive.http.media_types import UNKNOWN

LEFT_OUT = {
    "parser_version": "of the parser that read the page last: a newer one reads it anew",
    "score": "a number of SQLite's ranking; in which order it puts the posts is compared",
    "words": "a sentence for a person, made when it is asked for; the cause that it tells of is compared",
    "next": "as `words`: what to do about the cause",
    "notes": "as `words`: nothing that is wrong",
    "seconds": "how long `verify` took",
    "rows": "how many rows `verify` looked at: a newer one may look at more",
}

# Outcomes that 0.1.0 wrote in English, and their names since.
RENAMED = {
    "asked for again": "retried",
    "not whole, asked for again": "not_whole",
    "something else": "other_page",
    "not a file": "not_a_file",
    "internal error": "internal_error",
    "of no known board": "unknown_board",
}

ARCHIVES = TESTS / "archives"
MADE_BY = sorted(path.parent.name for path in ARCHIVES.glob("*/expected.json"))


class Frozen:
    """A copy of an archive that an earlier version made, and what that version said of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "archive"
        told = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
        self.views, self.answers = told["views"], told["answers"]

    def views_now(self) -> dict[str, Any]:
        return {view: frozen.rows(self.folder, view) for view in self.views}

    def run(self, *arguments: str) -> str:
        done = frozen.command(self.folder, *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(params=MADE_BY)
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Frozen:
    return Frozen(shutil.copytree(ARCHIVES / request.param, tmp_path / "frozen"))


def compared(told: Any) -> Any:
    """What was written down, without what is left out."""
    if isinstance(told, dict):
        return {
            key: _outcome(value) if key == "outcome" else compared(value)
            for key, value in told.items()
            if key not in LEFT_OUT and (key, value) != ("media_type", UNKNOWN)  # newer ones read the bytes
        }
    return [compared(value) for value in told] if isinstance(told, list) else told


def _outcome(word: str) -> str:
    return "status" if word.startswith("status ") else RENAMED.get(word, word)


def reduced(found: Any, told: Any) -> Any:
    """What was found, without the columns and keys that nobody knew of when it was written down."""
    if isinstance(told, dict) and isinstance(found, dict):
        return {key: reduced(found[key], value) for key, value in told.items() if key in found}
    if isinstance(told, list) and isinstance(found, list) and len(told) == len(found):
        return [reduced(*pair) for pair in zip(found, told, strict=True)]
    return found


def assert_says(found: Any, told: Any) -> None:
    told = compared(told)
    assert reduced(compared(found), told) == told


def test_there_is_an_archive_of_the_first_version() -> None:
    assert "0.1.0" in MADE_BY


def test_it_answers_as_it_did(archive: Frozen) -> None:
    for question, told in archive.answers.items():
        assert_says(frozen.answer(archive.folder, question), told)
    assert_says(archive.views_now(), archive.views)


def leave_the_killed_run_open(evidence: Path) -> None:
    """As the kill left it: no later run has sealed its file and put the torn end aside yet."""
    (torn,) = evidence.glob("*.torn")
    sealed = torn.with_suffix("")
    sealed.with_name(f"{sealed.name}.open").write_bytes(sealed.read_bytes() + torn.read_bytes())
    torn.unlink()
    sealed.unlink()


@pytest.mark.parametrize("killed_run", ["sealed", "open"])
def test_its_evidence_alone_makes_the_same_rows(archive: Frozen, killed_run: str) -> None:
    (archive.folder / "kistep.db").unlink()
    if killed_run == "open":
        leave_the_killed_run_open(archive.folder / "warc")
    archive.run("rebuild", "--jobs", "1")
    assert_says(archive.views_now(), archive.views)
    assert_says(frozen.answer(archive.folder, "verify"), archive.answers["verify"])


def test_it_is_opened_for_writing_and_an_import_of_what_it_holds_changes_nothing(archive: Frozen) -> None:
    assert "nothing new" in archive.run("import", "captured.warc.gz")
    assert_says(archive.views_now(), archive.views)


def test_another_run_adds_to_it_and_keeps_every_row(archive: Frozen) -> None:
    archive.run("import", "further.warc.gz")
    now = archive.views_now()
    for view, told in archive.views.items():
        before = compared(told)
        assert [row for row in before if row not in [reduced(row_now, row) for row_now in now[view]]] == [], (
            view
        )
    assert [
        len(now[view]) - len(archive.views[view]) for view in ("runs", "posts", "revisions", "pages")
    ] == [1, 1, 1, 1]
    assert frozen.answer(archive.folder, "verify")["results"] == []
    archive.run("rebuild", "--jobs", "1")
    assert archive.views_now() == now


def test_it_still_takes_no_pages_of_another_origin(archive: Frozen) -> None:
    done = frozen.command(archive.folder, "crawl", "--origin", "http://127.0.0.1:9", "--delay", "0")
    assert done.returncode == 2
    assert f"this archive is of {json.loads(archive.views['runs'][0]['arguments'])['origin']}" in done.stderr
    assert_says(archive.views_now(), archive.views)
