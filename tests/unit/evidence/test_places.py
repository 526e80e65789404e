"""Where a record says that a payload is: an odd place costs one record, which verify, rebuild and import name
with the same words, and no file outside the archive is opened."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import odd_evidence
import pytest
from imported import assert_sound, import_into
from odd_evidence import Value

from kistep_archive.audit.verify import Report, verify
from kistep_archive.evidence.places import NOWHERE
from kistep_archive.ingest import rebuild
from kistep_archive.ingest.rebuild_result import RebuildResult

CRAWL, TAKEN = "000001-crawl-20260102T030405Z.warc.gz", "000004-crawl-20260102T030405Z.warc.gz"
FILE, OFFSET = ("head", "warc-refers-to-filename"), ("head", "warc-refers-to-file-offset")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return odd_evidence.write(tmp_path_factory.mktemp("places") / "archive")


@pytest.fixture
def archive(whole: Path, tmp_path: Path) -> Path:
    """A copy of its evidence, without a database, and beside it the same file as in it."""
    shutil.copytree(whole / "warc", tmp_path / "archive" / "warc")
    for place in (tmp_path, tmp_path / "archive"):
        shutil.copyfile(whole / "warc" / CRAWL, place / CRAWL)
    return tmp_path / "archive"


def change(archive: Path, keys: tuple[str, ...], new: Any, file: str = "") -> Value:
    """Changes the last value with these keys, in this file."""
    value = [each for each in odd_evidence.values(archive) if each.keys == keys and file in each.file][-1]
    odd_evidence.change(archive, value, new)
    return value


def read(archive: Path) -> tuple[RebuildResult, Report]:
    return rebuild.rebuild(archive, jobs=1), verify(archive)


@pytest.mark.parametrize(
    ("keys", "new"),
    [
        *[(FILE, name) for name in ("/etc/passwd", f"../{CRAWL}", f"../../{CRAWL}", "a/b", ".", "..", "")],
        *[(OFFSET, number) for number in ("9" * 25, "-1", "1.5", "")],
    ],
)
@pytest.mark.parametrize("file", [CRAWL, TAKEN])
def test_a_revisit_that_names_no_place_in_the_archive_is_one_record_less(
    archive: Path, tmp_path: Path, keys: tuple[str, ...], new: str, file: str
) -> None:
    value = change(archive, keys, new, file)
    rebuilt, report = read(archive)
    (line,) = rebuilt.damage
    assert line.startswith(f"{file} at {value.offset}: {NOWHERE}")
    assert [(one.file, one.offset, one.what) for one in report.findings] == [(file, value.offset, NOWHERE)]
    (line,) = import_into(tmp_path / "other", *sorted((archive / "warc").iterdir())).damage
    assert NOWHERE in line


@pytest.mark.parametrize("new", [10**25, -1, "5", 1.5, [], True])
def test_an_import_that_names_no_place_of_a_payload_is_one_record_less(archive: Path, new: Any) -> None:
    file = next(path.name for path in (archive / "warc").iterdir() if path.name.startswith("000003"))
    value = change(archive, ("block", "payload"), new, file)
    rebuilt, report = read(archive)
    names_it = [line.startswith(f"{file} at {value.offset}: payload is ") for line in rebuilt.damage]
    places = [(one.file, one.offset) for one in report.findings]
    assert (names_it, places) == ([True], [(file, value.offset)])


@pytest.mark.parametrize("number", [b"1e999", b"Infinity"])
def test_a_number_without_end_is_no_place_of_a_payload(archive: Path, number: bytes) -> None:
    path = next(path for path in (archive / "warc").iterdir() if path.name.startswith("000003"))
    *_, event, _ = odd_evidence.records(path)
    block = re.sub(rb'"payload": [0-9]+', b'"payload": ' + number, event.block)
    odd_evidence.put(path, event, event.head, block)
    rebuilt, report = read(archive)
    assert [line.partition(":")[0] for line in rebuilt.damage] == [
        f"{path.name} at {report.findings[0].offset}"
    ]
    assert len(report.findings) == 1


@pytest.mark.parametrize("new", ["a\0b", "/etc/passwd", f"../{CRAWL}", 5, None, {}])
def test_a_run_that_was_taken_over_names_its_own_file_whatever_its_start_says(
    archive: Path, new: Any
) -> None:
    change(archive, ("info", "taken-over", "files", CRAWL), new, TAKEN)
    rebuilt, report = read(archive)
    assert [line.partition(": ")[0] for line in rebuilt.damage] == [f"{TAKEN} at 0"]
    assert [(one.file, one.offset) for one in report.findings] == [(TAKEN, 0)]
    assert rebuilt.posts == 3


@pytest.mark.parametrize("parts", [[[0, 2**63 - 1]], [[0, 2**62], [2**62, 2**62]], [[2**63 - 1, 5]]])
def test_parts_that_are_longer_than_any_file_are_named(archive: Path, parts: list[list[int]]) -> None:
    change(archive, ("info", "taken-over", "parts"), parts, TAKEN)
    rebuilt, report = read(archive)
    assert f"{TAKEN} at 0: taken-over: " in "\n".join(rebuilt.damage)
    assert (TAKEN, 0) in [(one.file, one.offset) for one in report.findings]


@pytest.mark.parametrize(("key", "new"), [("length", 5), ("status", 404), ("sha256", "0" * 64)])
def test_an_import_that_says_something_else_than_its_record_is_named_by_all(
    archive: Path, tmp_path: Path, key: str, new: Any
) -> None:
    file = next(path.name for path in (archive / "warc").iterdir() if path.name.startswith("000002"))
    change(archive, ("block", key), new, file)
    rebuilt, report = read(archive)
    (line,) = rebuilt.damage
    assert f"another {key}" in line
    assert [one.file for one in report.findings] == [file]
    assert import_into(tmp_path / "other", *sorted((archive / "warc").iterdir())).damage


def respell_the_target(archive: Path) -> None:
    change(archive, ("head", "warc-target-uri"), "URN:kistep-archive:RUN:1", CRAWL)


def respell_the_event(archive: Path) -> None:
    path = archive / "warc" / CRAWL
    *_, record = odd_evidence.records(path)
    odd_evidence.put(path, record, record.head, record.block.replace(b'"finished"', b'"\\u0066inished"'))


@pytest.mark.parametrize("respell", [respell_the_target, respell_the_event])
def test_another_spelling_of_a_runs_end_is_no_damage(archive: Path, respell: Callable[[Path], None]) -> None:
    respell(archive)
    assert_sound_after_rebuild(archive)


def test_a_run_that_lacks_its_end_is_damage(archive: Path) -> None:
    rebuild.rebuild(archive, jobs=1)
    path = archive / "warc" / CRAWL
    *_, last = odd_evidence.records(path)
    path.write_bytes(path.read_bytes()[: last.offset])
    assert "the run's last record is missing" in str(verify(archive).findings)


@pytest.mark.parametrize(
    ("keys", "at_last"),
    [
        (("block", "verdict"), "verdict is 'sublime', a word that this program does not know"),
        (("block", "ended"), "ended is 'sublime', a word that this program does not know"),
    ],
)
def test_a_word_of_a_newer_program_is_a_note(archive: Path, keys: tuple[str, ...], at_last: str) -> None:
    value = change(archive, keys, "sublime", CRAWL)
    assert_sound_after_rebuild(archive)
    (note,) = verify(archive).notes
    assert note.startswith(f"warc/{CRAWL} at {value.offset}: {at_last}")


def assert_sound_after_rebuild(archive: Path) -> None:
    assert rebuild.rebuild(archive, jobs=1).damage == []
    assert_sound(archive)
