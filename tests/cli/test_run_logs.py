"""A run's own records that cannot be read: each costs itself only, and `rebuild`, `verify` and
`status --politeness` name the same ones."""

import gzip
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from commands import Archive
from small_site import small_site

from kistep_archive.audit.verify import verify
from kistep_archive.warc.reader import ALL, walk
from kistep_archive.warc.record import Record


@pytest.fixture(scope="session")
def logged(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    with small_site() as site:
        archive = Archive(tmp_path_factory.mktemp("logged"), site.origin)
        for day in (1, 2):
            site.site.day = day
            assert archive.crawl().returncode == 0
    return archive


@pytest.fixture
def archive(logged: Archive, tmp_path: Path) -> Archive:
    """A copy of its evidence, without a database."""
    shutil.copytree(logged.folder / "warc", tmp_path / "archive" / "warc")
    return Archive(tmp_path / "archive", logged.origin)


def last_file(archive: Archive) -> Path:
    return max((archive.folder / "warc").iterdir())


def records(path: Path) -> list[Record]:
    return [each for each in walk(path, ALL) if isinstance(each, Record)]


def replace(path: Path, old: Record, head: dict[str, str], block: bytes) -> int:
    """Puts another record in the place of one. Returns its offset."""
    lines = [
        f"{name}: {value}"
        for name, value in head.items()
        if name not in ("content-length", "warc-block-digest")
    ]
    text = "\r\n".join(["WARC/1.1", *lines, f"Content-Length: {len(block)}", "", ""]).encode()
    content = path.read_bytes()
    new = gzip.compress(text + block + b"\r\n\r\n")
    path.write_bytes(content[: old.offset] + new + content[old.offset + old.length :])
    return old.offset


def change_event(archive: Archive, event: str, **values: Any) -> int:
    """Changes values of the last run's last event of this name. Returns its offset."""
    path = last_file(archive)
    *_, (old, told) = [
        (each, told)
        for each in records(path)
        if each.type == "metadata" and (told := json.loads(each.block))["event"] == event
    ]
    return replace(path, old, old.head, json.dumps(told | values).encode())


def found(archive: Archive) -> list[tuple[str, int | None]]:
    return [(one.file, one.offset) for one in verify(archive.folder).findings]


@pytest.mark.parametrize(
    ("event", "values"),
    [
        ("walked", {"ended": "so on"}),
        ("walked", {"at": "2026-01-02"}),
        ("walked", {"at": "2026-02-30T00:00:00Z"}),
        ("finished", {"finished_at": "2026-01-02T03:04:05"}),
        ("finished", {"counts": []}),
        ("finished", {"counts": {"new": True}}),
    ],
)
def test_fault_a15_what_rebuild_cannot_read_of_a_run_log_verify_names_too(
    archive: Archive, event: str, values: dict[str, Any]
) -> None:
    offset, name = change_event(archive, event, **values), last_file(archive).name
    rebuilt = archive.run("rebuild")
    assert rebuilt.returncode == 5
    assert f"{name} at {offset}" in rebuilt.stderr
    assert found(archive) == [(name, offset)]


@pytest.mark.parametrize("at", ["2026-01-02T03:04:05", "yesterday", "2026-01-02T03:04:05+09:00"])
def test_fault_a15_a_response_without_its_instant_is_named_by_every_reader(archive: Archive, at: str) -> None:
    path = last_file(archive)
    old = next(each for each in records(path) if each.type == "revisit")
    offset = replace(path, old, old.head | {"warc-date": at}, old.block)
    assert archive.run("rebuild").returncode == 5
    assert (path.name, offset) in found(archive)
    judged = archive.run("status", "--politeness")
    assert f"run 2 cannot be checked completely: {path.name} at {offset}" in judged.stdout


def test_fault_a15_a_damaged_start_of_a_run_costs_none_of_its_pages(
    archive: Archive, logged: Archive
) -> None:
    path = last_file(archive)
    content = bytearray(path.read_bytes())
    content[records(path)[0].length // 2] ^= 1
    path.write_bytes(content)
    assert archive.run("rebuild").returncode == 5
    assert found(archive) == [(path.name, 0)]
    for question in ("SELECT id, title, revisions FROM posts", "SELECT id, kind, verdict FROM runs"):
        assert archive.rows(question) == logged.rows(question)
    (last,) = archive.json("status")["runs"][:1]
    assert last["started_at"] == f"{logged.value('SELECT max(started_at) FROM runs')[:19]}.000000Z"
    assert "violates" not in archive.run("status", "--politeness").stdout


@pytest.mark.parametrize("field", ["run", "kind", "boards", "origin"])
def test_fault_a14_a_start_that_lacks_a_field_costs_none_of_the_pages(
    archive: Archive, logged: Archive, field: str
) -> None:
    path = last_file(archive)
    old = records(path)[0]
    lines = [line for line in old.block.splitlines(keepends=True) if not line.startswith(field.encode())]
    replace(path, old, old.head, b"".join(lines))
    assert archive.run("rebuild").returncode == 5
    assert (path.name, 0) in found(archive)
    assert archive.value("SELECT count(*) FROM pages") == logged.value("SELECT count(*) FROM pages")


def test_two_files_of_one_run_number_are_named_and_the_first_is_read(archive: Archive) -> None:
    path = last_file(archive)
    other = path.with_name(f"{path.name[:14]}20990101T000000Z.warc.gz")
    start, *_ = records(path)
    shutil.copyfile(path, other)
    replace(other, start, start.head | {"warc-filename": other.name}, start.block)
    rebuilt = archive.run("rebuild")
    assert rebuilt.returncode == 5
    assert f"{other.name} at 0: its run 2 is that of {path.name} too" in rebuilt.stderr
    assert found(archive) == [(other.name, 0)]
    moved = other.rename(archive.folder / other.name)
    assert archive.run("rebuild").returncode == 0
    assert archive.run("import", str(moved)).returncode == 0
    assert found(archive) == []
