"""What a run asks of an archive that has everything costs the same, however many posts the archive has."""

from pathlib import Path

import pytest
from flat import UNIT, Steps, steps_of_a_run
from generated import generate

from kistep_archive.query.opened import OpenArchive

FEW, MANY = 1500, 6000
STEPS_OF_A_COUNT = 7  # of each row


@pytest.mark.slow
def test_a_run_that_finds_nothing_new_asks_the_same_of_a_large_archive(tmp_path: Path) -> None:
    few, many = (
        steps_of_a_run(generate(tmp_path / str(posts), posts, body="words "), posts) for posts in (FEW, MANY)
    )
    counted = 2 * STEPS_OF_A_COUNT * (MANY - FEW) / UNIT  # the posts of the board, twice, in an index
    assert many < 1.05 * few + counted


def steps_of_a_post(folder: Path, reference: str) -> int:
    """The steps of what `show --as-of` asks."""
    archive = OpenArchive(folder, "2026-02-01", None)
    steps = Steps(archive.connect())
    assert archive.document(reference, None)["number"] == 7
    archive.close()
    return steps.count


@pytest.mark.slow
@pytest.mark.parametrize("reference", ["7", "news/7"])
def test_one_post_as_of_a_day_costs_the_same_in_a_large_archive(tmp_path: Path, reference: str) -> None:
    few, many = (
        steps_of_a_post(generate(tmp_path / str(posts), posts, body="words "), reference)
        for posts in (FEW, MANY)
    )
    assert many <= few
