"""Each unit is read back by its rules, and names the very command that was meant."""

import json
import plistlib
import re
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
from hypothesis import example, given
from scheduled import NASTY, only, planned, steps, workflow

from kistep_archive.operate.units import units


def arguments_of_systemd(line: str) -> list[str]:
    """ExecStart as systemd.service(5) reads it: words with C escapes, then specifiers, then variables (not in
    the first word)."""
    words = [
        re.sub(r"\\(.)", r"\1", quoted if quoted else bare).replace("%%", "%")
        for quoted, bare in re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', line)
    ]
    return [
        words[0],
        *(re.sub(r"\$(\$?)", lambda found: found[1] or "(a variable)", word) for word in words[1:]),
    ]


@given(program=NASTY, archive=NASTY, hook=NASTY)
@example(program="a", archive="$HOME", hook="mail -s 'in trouble: 100%' $USER")
def test_systemd_runs_the_command_that_was_meant(program: str, archive: str, hook: str) -> None:
    made = planned(
        Path("/srv") / archive, program=(f"/opt/{program}/kistep-archive",), hooks=("--on-trouble", hook)
    )
    (line,) = re.findall("^ExecStart=(.*)$", units("systemd", made)[0].text, re.M)
    read = arguments_of_systemd(line)
    wrapped = ["/bin/sh", "-c", 'exec "$0" "$@"']
    assert (read[3:] if read[:3] == wrapped else read) == made.crawl()
    assert not set(read[0]) & set("\"'\\$")  # such a program systemd refuses


def test_the_service_shows_incomplete_changed_and_unhealthy_as_failed_and_a_held_lock_not(
    tmp_path: Path,
) -> None:
    service, timer = (unit.text for unit in units("systemd", planned(tmp_path)))
    assert re.findall("^SuccessExitStatus=(.*)$", service, re.M) == ["75"]
    assert {"Persistent=true", "RandomizedDelaySec=30min", "OnCalendar=*-*-* 04:30:00"} <= set(
        timer.splitlines()
    )


@given(program=NASTY, archive=NASTY, hook=NASTY)
def test_launchd_runs_the_command_that_was_meant(program: str, archive: str, hook: str) -> None:
    made = planned(
        Path("/srv") / archive,
        program=(f"/opt/{program}/kistep-archive",),
        every="weekly",
        hooks=("--on-news", hook),
    )
    job = plistlib.loads(only("launchd", made).encode())
    assert job["ProgramArguments"] == made.crawl()
    assert job["StartCalendarInterval"] == {"Weekday": 1, "Hour": 4, "Minute": 30}


@pytest.mark.parametrize("publishes", [False, True])
def test_the_workflow_fits_the_schema_of_workflows(tmp_path: Path, publishes: bool) -> None:
    schema = (
        files("check_jsonschema.builtin_schemas.vendor")
        .joinpath("github-workflows.json")
        .read_text(encoding="utf-8")
    )
    read = workflow(replace(planned(tmp_path), publishes=publishes))
    # YAML 1.1: on is true.
    jsonschema.validate(
        {"on" if key is True else key: value for key, value in read.items()}, json.loads(schema)
    )


def test_the_workflow_has_the_permissions_and_the_group_it_needs_and_no_more(tmp_path: Path) -> None:
    read = workflow(planned(tmp_path))
    assert read["permissions"] == {"contents": "write", "actions": "write"}
    assert read["concurrency"] == {"group": "kistep-archive", "cancel-in-progress": False}
    assert set(read[True]) == {"schedule", "workflow_dispatch"}
    assert all(
        re.fullmatch(r"actions/[a-z-]+@v[0-9]+", step["uses"]) for step in steps(read) if "uses" in step
    )
