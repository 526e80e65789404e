"""The tutorial, from an empty folder to a schedule: each command of it works, in its order."""

import shlex
from pathlib import Path

import in_process
import prepared
import pytest
from commands import ASKING
from documents import blocks
from places import CHECKOUT
from small_site import small_site

LINES = [
    line.removeprefix("$ kistep-archive ")
    for block in blocks(CHECKOUT / "docs" / "tutorial.md", "console")
    for line in block.splitlines()
    if line.startswith("$ kistep-archive ")
]


def code_and_output(arguments: list[str]) -> tuple[int, str]:
    if ASKING & set(arguments):
        done = prepared.run(arguments)
        return done.returncode, done.stdout.decode()
    said = in_process.run(arguments)
    return said.returncode, said.stdout


def test_every_command_of_the_tutorial_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with small_site() as site:
        for line in LINES:
            here = ["--origin", site.origin, "--delay", "0"] if line.startswith("init ") else []
            code, said = code_and_output([*shlex.split(line), *here])
            assert (line, code) == (line, 0)
            assert line.startswith("changes") or said.strip(), line
    made = {path.name for path in tmp_path.iterdir()}
    assert made == {"data", "files", "seminar.wacz", "posts.csv", "posts.jsonl"}
    assert list((tmp_path / "files").rglob("*.pdf"))
