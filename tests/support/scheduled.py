"""Schedules, and how those who read them do so."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

from kistep_archive.operate.schedule import Rhythm, Schedule, schedule_of
from kistep_archive.operate.units import units

# What a folder may be called: everything that a shell, cron, systemd, YAML or XML reads as something else
NASTY = st.text(st.sampled_from(" %$\"'\\`;&|<>#!*?~@A-:=é한{}[]()nu0"), min_size=1, max_size=12).filter(
    lambda name: name not in (".", "..")
)


def planned(folder: Path, **changes: Any) -> Schedule:
    return replace(schedule_of(folder, None, (), Rhythm("daily", "04:30")), **changes)


def only(kind: str, made: Schedule) -> str:
    (unit,) = units(kind, made)
    return unit.text


def cron_command(text: str, *, collapses: bool) -> tuple[str, str]:
    """(the five fields, the command) as cron reads them: a bare % ends the command, \\% is %; some versions
    read \\\\ as one backslash."""
    (line,) = [line for line in text.splitlines() if not line.startswith("#")]
    *when, command = line.split(" ", 5)
    read, at = "", 0
    while at < len(command) and command[at] != "%":
        pair = command[at : at + 2]
        read += (
            pair[1]
            if pair == "\\%" or (collapses and pair == "\\\\")
            else pair
            if pair[0] == "\\"
            else pair[0]
        )
        at += 2 if pair[0] == "\\" else 1
    assert at == len(command)
    return " ".join(when), read


def workflow(made: Schedule) -> dict[Any, Any]:
    read: dict[Any, Any] = yaml.safe_load(only("github", made))
    return read


def steps(read: dict[Any, Any]) -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = read["jobs"]["archive"]["steps"]
    return steps
