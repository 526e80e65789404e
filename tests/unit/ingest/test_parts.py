"""An evidence file is read in parts, and it does not matter where they begin."""

import gzip
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from captured import NUMBER, POST, page, warc
from commands import everything_in
from imported import import_into
from runs_written import Last, holding_back, tripping, write_run

from kistep_archive.ingest import ingest, parts, readings
from kistep_archive.ingest.parts import Part, PartRead
from kistep_archive.store.database import DATABASE_FILE
from kistep_archive.store.store import Store

SIZES = [1, 3_000, 10_000]  # bytes of a part: less than a record, about one, some


def rows_of(folder: Path, scratch: Path, size: int = parts.SIZE) -> dict[str, list[str]]:
    """Everything that the archive's evidence makes, read in parts of so many bytes."""
    scratch.mkdir()
    with closing(Store(scratch, durable=False)) as store:
        assert ingest.catch_up(store, folder, size=size).damage == []
    return everything_in(scratch / DATABASE_FILE)


def assert_same_in_parts(folder: Path, scratch: Path, size: int) -> None:
    scratch.mkdir()
    whole = rows_of(folder, scratch / "whole")
    assert rows_of(folder, scratch / "parts", size) == whole


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("last", [lambda writer, kept: None, holding_back(0, 2), tripping])
def test_parts_make_the_same_rows_as_the_whole_file_whatever_the_end_of_the_run_says(
    tmp_path: Path, size: int, last: Last
) -> None:
    assert_same_in_parts(write_run(tmp_path / "archive", 5, last), tmp_path / "s", size)


@pytest.mark.parametrize(("last", "saved"), [(holding_back(0, 2), 3), (tripping, 0)])
def test_what_the_end_of_a_run_says_counts_for_posts_in_its_first_part(
    tmp_path: Path, last: Last, saved: int
) -> None:
    rows = rows_of(write_run(tmp_path / "archive", 5, last), tmp_path / "scratch", 3_000)
    assert len(rows["posts"]) == saved
    assert sum("'quarantined'" in row for row in rows["pages"]) == 5 - saved


@pytest.mark.parametrize("size", SIZES)
def test_records_inside_a_file_of_a_post_are_not_taken_for_records_of_the_run(
    tmp_path: Path, size: int
) -> None:
    inner = warc(
        tmp_path / "inner.gz", *((POST.format(n), "2026-01-01T00:00:00Z", b"x" * 99) for n in range(40))
    )
    body = gzip.compress(b"", mtime=0) + inner.read_bytes()
    folder = write_run(tmp_path / "archive", 2, file=body)
    assert_same_in_parts(folder, tmp_path / "s", size)


@pytest.mark.parametrize("size", SIZES)
def test_a_copied_record_and_the_event_that_tells_of_it_are_read_together(tmp_path: Path, size: int) -> None:
    pages = [(POST.format(n), "2026-01-01T00:00:00Z", page("A", 1, n)) for n in range(NUMBER, NUMBER + 4)]
    import_into(tmp_path / "archive", warc(tmp_path / "1.warc.gz", *pages))
    assert_same_in_parts(tmp_path / "archive", tmp_path / "s", size)


@pytest.mark.slow
def test_damage_costs_the_damaged_record_wherever_parts_begin(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "archive", 5)
    (path,) = (folder / "warc").iterdir()
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 4
    path.write_bytes(raw)
    found = []
    for size in (1 << 20, *SIZES):
        (scratch := tmp_path / str(size)).mkdir()
        with closing(Store(scratch, durable=False)) as store:
            damage = ingest.catch_up(store, folder, size=size).damage
        found.append((damage, everything_in(scratch / DATABASE_FILE)))
    assert len(found[0][0]) == 1
    assert found[1:] == found[:1] * len(SIZES)


class Counting:
    """Reads parts when they are wanted, and counts those that were begun and not taken yet."""

    window = 4

    def __init__(self) -> None:
        self.now = self.most = self.all = 0

    def begin(self, part: Part) -> Callable[[], PartRead]:
        self.now, self.all = self.now + 1, self.all + 1
        self.most = max(self.most, self.now)

        def read() -> PartRead:
            self.now -= 1
            return parts.read_ahead(part)

        return read


@pytest.mark.parametrize("posts", [8, pytest.param(40, marks=pytest.mark.slow)])
def test_no_more_than_a_window_of_parts_is_read_ahead_however_many_there_are(
    tmp_path: Path, posts: int
) -> None:
    folder, counting = write_run(tmp_path / "archive", posts), Counting()
    (path,) = (folder / "warc").iterdir()
    run = readings.open_log(path, None, 2_000)
    assert run is not None
    with closing(readings.Readings(run, readings.read_all(run.parts(), counting))) as entries:
        entries.finish()
        assert sum(1 for _ in entries) == posts
    assert counting.all > posts
    assert counting.most == counting.window + 1


def test_a_run_makes_its_rows_in_one_transaction(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "archive", 5)
    begun: list[str] = []
    with closing(Store(folder)) as store:
        store.conn.set_trace_callback(lambda sql: begun.append(sql) if sql.startswith("BEGIN") else None)
        ingest.catch_up(store, folder, size=3_000)
        assert store.conn.execute("SELECT count(*) FROM posts").fetchone()[0] == 5
    assert len(begun) == 1
