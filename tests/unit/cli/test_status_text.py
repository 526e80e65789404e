"""What `status` prints for a person: tables that fit 80 columns, instants as one reads them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kistep_archive.cli.render.status import status_as_text
from kistep_archive.display import ago, in_bytes

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
REASON = "https://www.kistep.re.kr/board.es?bid=0051&list_no=1: the site answered 503"
RUN = {
    "id": 12345, "kind": "backfill", "started_at": "2026-06-30T23:59:59.123456Z", "verdict": "site_changed",
    "new": 239, "revised": 12, "removed": 2, "failed": 13, "reason": REASON,
}  # fmt: skip
BOARD = {
    "board": "newsletter", "posts": 12_345, "newest": "2026-07-03", "merged": 46, "revised": 2, "removed": 2,
    "last_complete_run": "2026-03-24T00:00:00.123456Z", "health": "never ran", "causes": [], "notes": [],
    "per_year": {},
}  # fmt: skip
SIZE = {"evidence": 1_564_933, "files": 3, "database": 99_999, "added": {"30_days": 0, "365_days": 0}}


def text(**changes: Any) -> list[str]:
    document = {"results": [BOARD], "runs": [RUN], "kept_apart": [], "verified": None, "size": SIZE}
    return status_as_text(document | changes, NOW).splitlines()


def test_the_tables_fit_80_columns_and_a_reason_has_its_own_line() -> None:
    lines = text()
    assert lines[1].endswith("99 days ago  never ran")
    assert lines[-2:] == [
        "12345  backfill  2026-06-30 23:59  site_changed  239  12       2        13",
        f"     {REASON}",
    ]
    assert max(map(len, lines[:-1])) <= 80


def test_the_size_and_the_last_verification_are_said() -> None:
    assert text()[2:4] == [
        "last verify: never",
        "size: 1.6 MB of evidence (0 bytes in 30 days), database 99,999 bytes",
    ]
    assert not any("size:" in line for line in text(size=None))


def test_an_archive_without_runs_has_an_empty_table() -> None:
    assert text(runs=[])[-1] == "nothing"


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "0 min"), (59.9, "59 min"), (60, "1 h"), (47 * 60 + 59, "47 h"), (48 * 60, "2 days"), (-5, "0 min")],
)
def test_an_instant_is_so_long_ago(minutes: float, words: str) -> None:
    assert ago((NOW - timedelta(minutes=minutes)).isoformat(), NOW) == f"{words} ago"
    assert ago(None, NOW) == "-"


def test_bytes_are_counted_until_they_are_many() -> None:
    assert [in_bytes(each) for each in (1, 99_999, 100_000)] == ["1 byte", "99,999 bytes", "0.1 MB"]
