"""Whatever a run's own records say, no reader fails on it, none opens a file outside the archive, and what an
import accepts is sound."""

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
from imported import assert_sound, taken

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
        done = taken(other, *sorted((folder / "warc").iterdir()))
        if not done.damage:
            assert_sound(other)


@pytest.mark.slow
@settings(max_examples=settings().max_examples // 2)  # each example reads three archives
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
