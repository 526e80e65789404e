"""Imports that are killed: what they leave, the next start takes up."""

import signal
from pathlib import Path

import prepared
import pytest
from captured import pages, warc
from commands import Archive, assert_rebuild_equals, what_it_says

from kistep_archive.evidence import log_reader

POSTS = 120  # two groups of rows and the beginning of a third
KILLED = """
import os, signal
from kistep_archive.cli.main import main
from kistep_archive.warc.writer import Writer
left, call = [{number}], Writer.{what}
def killing(*arguments):
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    return call(*arguments)
Writer.{what} = killing
main()
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return warc(tmp_path_factory.mktemp("captured") / "captured.warc.gz", *pages(POSTS))


@pytest.fixture(scope="module")
def calm(file: Path, tmp_path_factory: pytest.TempPathFactory) -> Archive:
    made = Archive(tmp_path_factory.mktemp("calm") / "archive")
    assert made.run("import", str(file)).returncode == 0
    return made


@pytest.mark.parametrize(
    ("what", "number", "rows", "records"),
    [
        ("copy", 1, 0, 0),
        ("copy", 50, 0, 49),  # the last of a group
        ("sync", 2, 0, 50),  # before the evidence of the first group is durable
        ("metadata", 71, 50, 70),  # a record whose event is missing
        ("sync", 4, 100, 120),
        ("close", 1, 120, 120),
    ],
)
def test_fault_a01_an_import_that_is_killed_anywhere_is_taken_up_by_the_next_start(
    what: str, number: int, rows: int, records: int, file: Path, calm: Archive, tmp_path: Path
) -> None:
    killed = Archive(tmp_path / "killed")
    command = ["--archive", str(killed.folder), "import", str(file)]
    done = prepared.run(command, code=KILLED.format(what=what, number=number))
    assert done.returncode == -signal.SIGKILL
    (left,) = (killed.folder / "warc").glob("*.open")
    log = log_reader.read(left)
    assert log is not None
    assert (killed.value("SELECT count(*) FROM pages"), len(log.entries)) == (rows, records)
    assert killed.run("import", str(file)).returncode == 0
    assert what_it_says(killed) == what_it_says(calm)
    assert killed.value("SELECT count(*) FROM pages") == POSTS  # none of them twice
    done = killed.run("verify")
    assert (done.returncode, done.stderr) == (0, "")
    assert_rebuild_equals(killed.folder)
