"""When `crawl` runs, and with which options: what the units of a schedule are made of."""

import os
import re
import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

from kistep_archive.errors import ArchiveError, ExitCode

Every = Literal["hourly", "daily", "weekly"]
ScheduledCommand = Literal["crawl", "recheck", "verify"]  # the command that runs


_SAMPLE = 1000  # records that one scheduled verify checks


@dataclass(frozen=True, slots=True)
class Schedule:
    """What runs when. `archive` is absolute; `boards_file` is a path as the user typed it, or None; `at` is
    (hour, minute)."""

    archive: Path
    program: tuple[str, ...]
    boards_file: Path | None
    boards: tuple[str, ...]
    every: Every
    at: tuple[int, int]
    options: tuple[str, ...]  # those of `schedule`, as the user typed them
    task: ScheduledCommand = "crawl"
    hooks: tuple[str, ...] = ()  # options of `crawl`, mostly those that notify somebody
    publishes: bool = False  # the site too

    def crawl(self) -> list[str]:
        """The command that a schedule runs."""
        return [*self._program(), *self.crawl_arguments()]

    def crawl_arguments(self) -> list[str]:
        """The part of the command that is the same on any machine."""
        if self.task == "verify":
            return ["--quiet", "verify", "--sample", str(_SAMPLE)]
        return ["--quiet", self.task, *self.hooks, *_names(self.boards)]

    def again(self, kind: str) -> str:
        """The command that prints these units again."""
        return shlex.join([*self._program(), "schedule", kind, *self.options])

    def _program(self) -> list[str]:
        file = ["--boards", str(self.boards_file.resolve())] if self.boards_file else []
        return [*self.program, "--archive", str(self.archive), *file]


def program() -> tuple[str, ...]:
    """How to call this program from anywhere: the installed script that is running, else this Python with the
    package."""
    script = Path(os.path.abspath(sys.argv[0]))
    is_installed = script.name == "kistep-archive" and script.is_file()
    return (str(script),) if is_installed else (sys.executable, "-m", "kistep_archive")


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often something runs, and at what time; without one, at a time that depends on the archive."""

    every: Every
    at: str | None = None


def schedule_of(
    archive: Path,
    boards_file: Path | None,
    boards: tuple[str, ...],
    rhythm: Rhythm,
    hooks: tuple[str, ...] = (),
    origin: str = "",
    task: ScheduledCommand = "crawl",
) -> Schedule:
    """The schedule for these options. `origin` is that of the archive if its settings do not say it. Raises
    ArchiveError (2) for a wrong time, and for paths and words that no unit can contain."""
    folder, every, at = archive.resolve(), rhythm.every, rhythm.at
    names = (part for name in boards for part in ("--boards", name))
    options = [
        *([] if at is None else ["--at", at]),
        "--every",
        every,
        *([] if task == "crawl" else ["--task", task]),
        *names,
        *hooks,
    ]
    crawl = (*(["--origin", origin] if origin else []), *hooks)
    at_time = _time(folder / task if task != "crawl" else folder, at)  # not all tasks at once
    schedule = Schedule(folder, program(), boards_file, boards, every, at_time, tuple(options), task, crawl)
    for word in schedule.crawl():
        if not word.isprintable():  # a line break, or a byte that is not UTF-8
            raise ArchiveError(
                f"{word!r}: a schedule cannot contain this; use UTF-8 without control characters",
                ExitCode.USAGE,
            )
    return schedule


def _names(boards: Sequence[str]) -> list[str]:
    return ["--", *boards] if any(name.startswith("-") for name in boards) else [*boards]


def _time(folder: Path, at: str | None) -> tuple[int, int]:
    """The given time, or one between 1 and 6 at night that depends on the archive's path: archives must not
    all fetch in the same minute."""
    if at is None:
        chance = int.from_bytes(sha256(os.fsencode(folder)).digest()[:4])
        return 1 + chance % 5, 1 + chance // 5 % 58
    match = re.fullmatch(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", at, re.ASCII)
    if match is None:
        raise ArchiveError(f"--at {at}: not a time; write it as 04:30", ExitCode.USAGE)
    return int(match[1]), int(match[2])
