"""An export of many posts holds no more in memory than one of few."""

import gc
import tracemalloc
from contextlib import closing
from pathlib import Path

import pytest
from generated import generate

from kistep_archive.export.export import export
from kistep_archive.query.filters import Filters
from kistep_archive.store.database import open_archive


@pytest.fixture(scope="module")
def few_and_many(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Archives of 500 and of 5,000 posts."""
    folder = tmp_path_factory.mktemp("many")
    return generate(folder / "few", 500), generate(folder / "many", 5000)


def peak(archive: Path, out: Path) -> int:
    """Bytes that Python held at most while an export took the place of the one before."""
    with closing(open_archive(archive)) as conn:
        export(conn, archive, out, Filters(), force=True)
    gc.collect()
    # The suite's own objects, or rings of dead ones would wait the longer the more there are of them.
    gc.freeze()
    gc.collect()  # else Python waits for a quarter as many new ones as it counted at the last time
    with closing(open_archive(archive)) as conn:
        tracemalloc.start()
        export(conn, archive, out, Filters(), force=True)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    gc.unfreeze()
    return most


@pytest.mark.slow
@pytest.mark.parametrize("form", ["csv", "json", "jsonl", "parquet", "md", "db"])
def test_memory_stays_flat_from_500_posts_to_5000(
    few_and_many: tuple[Path, Path], tmp_path: Path, form: str
) -> None:
    few, many = few_and_many
    assert peak(many, tmp_path / f"many.{form}") < 1.5 * peak(few, tmp_path / f"few.{form}") + 200_000
