"""Metrics are read by Prometheus' own parser."""

from pathlib import Path
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from kistep_archive.operate.metrics import as_text, is_metrics

BOARD = {
    "board": 'a"b\\c', "posts": 12, "removed": 2, "revised": 1, "causes": [{}],
    "last_complete_run": "1970-01-01T00:01:00.500000Z",
}  # fmt: skip
STATUS = {
    "exit_code": 3,
    "results": [BOARD, BOARD | {"board": "never", "last_complete_run": None}],
    "verified": {"at": "1970-01-01T01:00:00Z", "findings": 2},
    "size": {"evidence": 1_564_933_000_123, "database": 7},
}


def read(status: dict[str, Any]) -> dict[str, list[tuple[dict[str, str], float]]]:
    return {
        family.name.removeprefix("kistep_archive_"): [(each.labels, each.value) for each in family.samples]
        for family in text_string_to_metric_families(as_text(status))
    }


def test_prometheus_reads_what_status_says() -> None:
    found = read(STATUS)
    assert found["exit_code"] == [({}, 3)]
    assert found["posts"] == [({"board": 'a"b\\c'}, 12), ({"board": "never"}, 12)]
    assert found["last_complete_run_timestamp_seconds"] == [({"board": 'a"b\\c'}, 60.5)]
    assert (found["problems"][0][1], found["removed"][0][1], found["revised"][0][1]) == (1, 2, 1)
    assert (found["verify_timestamp_seconds"], found["verify_findings"]) == ([({}, 3600)], [({}, 2)])
    assert (found["evidence_bytes"], found["database_bytes"]) == ([({}, 1_564_933_000_123)], [({}, 7)])


def test_what_is_unknown_has_no_sample() -> None:
    found = read(STATUS | {"verified": None, "size": None, "results": []})
    assert {name for name, samples in found.items() if samples} == {"exit_code"}


def test_only_a_file_of_its_own_is_known_as_one(tmp_path: Path) -> None:
    (tmp_path / "own").write_text(as_text(STATUS))
    (tmp_path / "other").write_text("node_load1 1\n")
    assert (is_metrics(tmp_path / "own"), is_metrics(tmp_path / "other")) == (True, False)
