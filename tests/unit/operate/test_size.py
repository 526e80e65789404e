"""How large an archive is and how it grows: from its files alone."""

from datetime import UTC, datetime
from pathlib import Path

from kistep_archive.operate.size import Size, of_archive

NOW = datetime(2026, 7, 1, tzinfo=UTC)


def test_an_archive_grows_by_what_its_last_runs_stored(tmp_path: Path) -> None:
    warc = tmp_path / "warc"
    warc.mkdir()
    for name, size in (
        ("000001-crawl-20240101T000000Z.warc.gz", 1),
        ("000002-crawl-20250801T000000Z.warc.gz", 10),
        ("000003-import-20260615T000000Z.warc.gz", 100),
        ("000004-crawl-20260630T000000Z.warc.gz.open", 1000),
        ("of-another-tool.warc.gz", 10_000),
        ("000005-crawl-20269999T000000Z.warc.gz", 100_000),
    ):
        (warc / name).write_bytes(b"x" * size)
    (tmp_path / "kistep.db").write_bytes(b"x" * 7)
    (tmp_path / "kistep.db-wal").write_bytes(b"x" * 20)
    assert of_archive(tmp_path, NOW) == Size(111_111, 6, 27, {"30_days": 1100, "365_days": 1110})


def test_a_folder_without_an_archive_has_no_size(tmp_path: Path) -> None:
    assert of_archive(tmp_path, NOW) == Size(0, 0, 0, {"30_days": 0, "365_days": 0})
