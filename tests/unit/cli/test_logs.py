"""The log of a command: plain lines with instants."""

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kistep_archive.cli import logs
from kistep_archive.errors import ArchiveError

LOG = logging.getLogger("kistep_archive.crawl.x")


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    logs.begin(0, None)


def say() -> None:
    LOG.debug("200 https://x: 7 bytes")
    LOG.info("run 1\nbegins\x1b[31m")


@pytest.mark.parametrize(("verbosity", "lines"), [(0, 0), (1, 1), (2, 2), (7, 2)])
def test_more_is_said_to_whom_asks_for_more(
    verbosity: int, lines: int, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.begin(verbosity, None)
    say()
    said = capsys.readouterr().err.splitlines()
    assert len(said) == lines
    if said:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO run 1 begins\\x1b\[31m", said[-1])


def test_a_file_is_written_on_at_its_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for verbosity in (0, 0, 2):
        logs.begin(verbosity, tmp_path / "log")
        say()
    assert len((tmp_path / "log").read_text().splitlines()) == 4
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_a_file_that_cannot_be_written_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="--log .*: cannot be written .*; choose another file") as error:
        logs.begin(0, tmp_path / "none" / "log")
    assert error.value.exit_code == 2
