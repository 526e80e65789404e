"""The evidence file of a run: its name says which run, of which kind, and when it began."""

from contextlib import closing
from pathlib import Path

from kistep_archive.ingest.runs import RunOrder, open_run
from kistep_archive.model.boards import BUILT_IN, Catalogue
from kistep_archive.model.outcomes import RunKind
from kistep_archive.store.store import Store


def opened(folder: Path, kind: RunKind, started: str, **arguments: object) -> tuple[str, int, bool]:
    """(the name of the file, the run's number, whether the guards hold its rows back) of a run that begins
    now."""
    with closing(Store(folder)) as store:
        began, evidence = open_run(
            folder, store, RunOrder(kind, BUILT_IN, Catalogue(), "", arguments), started
        )
        evidence.close()
    return began.name, began.run, began.guarded


def test_a_run_s_file_is_called_after_its_number_its_kind_and_its_second(tmp_path: Path) -> None:
    assert opened(tmp_path, RunKind.CRAWL, "2026-11-28T16:27:59.123456Z") == (
        "000001-crawl-20261128T162759Z",
        1,
        True,
    )
    assert opened(tmp_path, RunKind.CRAWL, "2026-11-29T00:00:00.000001Z", accept=True)[1:] == (2, False)
    assert opened(tmp_path, RunKind.IMPORT, "2026-11-30T00:00:00.000001Z")[1:] == (3, False)
    names = sorted(path.name for path in (tmp_path / "warc").iterdir())
    assert names[0] == "000001-crawl-20261128T162759Z.warc.gz"


def test_a_run_after_a_lost_database_takes_no_number_that_an_evidence_file_has(tmp_path: Path) -> None:
    (tmp_path / "warc").mkdir()
    for name in ("000007-crawl-20260101T000000Z.warc.gz", "000009-crawl-x.warc.gz.open", "notes.warc.gz"):
        (tmp_path / "warc" / name).write_bytes(b"")
    assert opened(tmp_path, RunKind.CRAWL, "2026-11-28T16:27:59.123456Z")[1] == 10
