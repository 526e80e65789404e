"""An export of many posts holds no more in memory than one of few."""

import gc
import tracemalloc
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path

import pytest
from generated import generate

from kistep_archive.export.export import export
from kistep_archive.query.filters import Filters
from kistep_archive.store.database import open_archive


@pytest.fixture(scope="module")
def archive_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """A number of posts -> the archive that has them."""
    return cache(lambda posts: generate(tmp_path_factory.mktemp(str(posts)), posts))


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
def test_memory_stays_flat_for_five_times_the_posts(
    archive_of: Callable[[int], Path], tmp_path: Path, form: str
) -> None:
    few = 80 if form == "md" else 500  # Markdown takes long while each allocation is counted
    least, most = (peak(archive_of(posts), tmp_path / f"{posts}.{form}") for posts in (few, 5 * few))
    assert most < 1.5 * least + 200_000
