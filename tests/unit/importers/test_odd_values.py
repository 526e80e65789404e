"""Whatever a run's own records say, no reader fails on it, none opens a file outside the archive, and what an
import takes is sound."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import odd_evidence
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imported import assert_sound, import_into

from kistep_archive.audit.verify import verify
from kistep_archive.errors import ArchiveError
from kistep_archive.ingest import rebuild

OUTSIDE = "outside.warc.gz"
NAMES = [
    "", ".", "..", ".warc.gz", "/etc/passwd", f"../{OUTSIDE}", f"a/../../{OUTSIDE}", "a/b.warc.gz",
    "a\0b.warc.gz", "x" * 300 + ".warc.gz", "\ud800.warc.gz", "000001-crawl-20260102T030405Z.warc.gz",
]  # fmt: skip
NUMBERS = [-1, 0, 5, 10**25, 2**63 - 1, 2**63, float("inf"), float("nan"), 1.5, True, "9" * 25, "٣"]
WORDS = ["2026-01-02", "news", "jsp", "sublime", "http://[", "\0", "post", "image", "gone", "000002"]
ODD = st.sampled_from([*NAMES, *NUMBERS, *WORDS, None, [], {}, [[]]]) | st.text(max_size=20)
_opened: list[str] = []
_watching: list[bool] = []


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if _watching and event == "open":
        _opened.append(str(arguments[0]))


sys.addaudithook(_watch)


@contextmanager
def nothing_opened_outside() -> Iterator[None]:
    _opened.clear()
    _watching.append(True)
    try:
        yield
    finally:
        _watching.clear()
    assert [path for path in _opened if OUTSIDE in path or path.startswith("/etc/passwd")] == []


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = odd_evidence.write(tmp_path_factory.mktemp("odd") / "archive")
    assert_sound(folder)
    return folder


def read_by_all(folder: Path, other: Path) -> None:
    """Verify and rebuild read the archive, and another archive imports it."""
    verify(folder)
    with suppress(ArchiveError):
        rebuild.rebuild(folder, jobs=1, force=True)
    verify(folder)
    verify(folder, 1000)
    with suppress(ArchiveError):
        import_into(other, *sorted((folder / "warc").iterdir()))
        assert_sound(other)


@pytest.mark.slow
@settings(max_examples=settings().max_examples // 4)  # each example reads three archives
@given(data=st.data(), new=ODD)
def test_an_odd_value_in_a_run_log_is_damage_at_worst(
    whole: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, new: Any
) -> None:
    value = data.draw(st.sampled_from(list(odd_evidence.values(whole))))
    tmp = tmp_path_factory.mktemp("odd")
    shutil.copytree(whole / "warc", tmp / "archive" / "warc")
    shutil.copyfile(next((whole / "warc").iterdir()), tmp / OUTSIDE)
    shutil.copyfile(next((whole / "warc").iterdir()), tmp / "archive" / OUTSIDE)
    odd_evidence.change(tmp / "archive", value, new)
    with nothing_opened_outside():
        read_by_all(tmp / "archive", tmp / "other")
    shutil.rmtree(tmp)


def test_a_capture_whose_date_is_damaged_is_named_by_verify_as_by_rebuild(
    whole: Path, tmp_path: Path
) -> None:
    shutil.copytree(whole, tmp_path / "archive")
    path = next((tmp_path / "archive" / "warc").glob("000002-import-*"))
    response = next(one for one in odd_evidence.records(path) if one.type == "response")
    place = path.name, response.offset
    odd_evidence.change(tmp_path / "archive", odd_evidence.Value(*place, ("head", "warc-date")), "yesterday")
    changed, event = odd_evidence.records(path)[1:3]
    of_event = odd_evidence.Value(path.name, event.offset, ("block", "length"))
    odd_evidence.change(tmp_path / "archive", of_event, changed.length)
    rebuilt = rebuild.rebuild(tmp_path / "archive", jobs=1, force=True)
    assert [line.partition(": ")[0] for line in rebuilt.damage] == [f"{path.name} at {response.offset}"]
    assert [(one.file, one.offset) for one in verify(tmp_path / "archive").findings] == [place]
    assert any("WARC-Date" in line for line in import_into(tmp_path / "other", tmp_path / "archive").damage)
    assert_sound(tmp_path / "other")


def test_a_file_whose_first_record_is_of_another_type_is_damaged_there_and_keeps_its_pages(
    whole: Path, tmp_path: Path
) -> None:
    shutil.copytree(whole / "warc", tmp_path / "archive" / "warc")
    path = next((tmp_path / "archive" / "warc").glob("000001-*"))
    first = odd_evidence.records(path)[0]
    odd_evidence.put(path, first, first.head | {"warc-type": "resource"}, first.block)
    again = rebuild.rebuild(tmp_path / "archive", jobs=1)
    assert f"{path.name} at 0" in [line.partition(": ")[0] for line in again.damage]
    assert again.posts == rebuild.dry_run(whole, jobs=1).posts
    assert (path.name, 0) in [(one.file, one.offset) for one in verify(tmp_path / "archive").findings]
