"""When a schedule runs, and where it cannot."""

import os
import re
from pathlib import Path

import pytest
from scheduled import cron_command, only

from kistep_archive.errors import ArchiveError
from kistep_archive.operate.schedule import Rhythm, schedule_of


def test_the_minute_is_fixed_by_the_path_of_the_archive(tmp_path: Path) -> None:
    def times(name: str) -> str:
        return cron_command(
            only("cron", schedule_of(tmp_path / name, None, (), Rhythm("weekly"))), collapses=False
        )[0]

    assert times("a") == times("a")
    assert len({times(str(n)) for n in range(20)}) > 10
    for n in range(50):
        assert re.fullmatch(r"[1-5]?[0-9] [1-5] \* \* 1", times(str(n)))


def test_a_path_that_no_unit_can_name_is_a_mistake_with_a_line(tmp_path: Path) -> None:
    for name in ("line\nbreak", os.fsdecode(b"\xff")):
        with pytest.raises(ArchiveError, match="a schedule cannot contain this") as caught:
            schedule_of(tmp_path / name, None, (), Rhythm("daily"))
        assert caught.value.exit_code == 2
