"""The progress bars of commands that may take long: on a terminal only, and as wide as it is."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
from pathlib import Path

import pytest
from commands import Archive
from rich.cells import cell_len

from kistep_archive import api, progress
from kistep_archive.audit.verify import verify
from kistep_archive.progress import Unit
from kistep_archive.replica import Fault, Replica
from kistep_archive.web.publish.publisher import PublishOptions, publish

COMMANDS = {
    "verify": ["verify"],
    "rebuild": ["rebuild", "--dry-run", "--jobs", "1"],
    "export": ["export", "{out}.csv"],
    "bundle": ["bundle", "1", "{out}.wacz"],
    "publish": ["publish", "{out}"],
    "import": ["--archive", "{out}", "import", "{archive}"],
}


def shown_on_stderr(command: list[str], columns: int) -> str:
    """What a command writes to a terminal of so many columns."""
    ours, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "COLUMNS")}
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=terminal, env=environment | {"TERM": "xterm-256color"}
    )
    os.close(terminal)
    pieces = []
    try:
        while piece := os.read(ours, 65536):
            pieces.append(piece)
    except OSError:  # the other side is gone
        pass
    os.close(ours)
    assert process.wait() == 0
    return b"".join(pieces).decode()


def lines_of(shown: str) -> list[str]:
    """What was shown line by line, without the codes that colour and move."""
    plain = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown)
    return [line.rstrip() for line in re.split(r"[\r\n]+", plain) if line.strip()]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_terminal_shows_how_far_a_command_is_within_its_width(
    place: Archive, tmp_path: Path, name: str
) -> None:
    columns = 40 if name in ("verify", "export") else 100
    words = [word.format(out=tmp_path / "out", archive=place.folder) for word in COMMANDS[name]]
    lines = lines_of(shown_on_stderr(place.command(*words), columns))
    assert any(name in line for line in lines), lines
    assert [line for line in lines if cell_len(line) > columns] == []


@pytest.mark.parametrize("columns", [40, 120])
def test_a_crawl_shows_its_posts_and_the_time_left_within_the_width(
    archive: Archive, replica: Replica, columns: int
) -> None:
    replica.faults["nPage=2"] = Fault(delay=0.3, times=1)  # long enough to be shown
    words = archive.command("crawl", "news", "--origin", archive.origin, "--delay", "0")
    lines = lines_of(shown_on_stderr(words, columns))
    assert any("news" in line and "posts" in line for line in lines), lines
    assert any("revised" in line for line in lines) == (columns == 120)
    assert [line for line in lines if cell_len(line) > columns] == []


def test_whoever_watches_learns_of_all_the_work_and_when_it_is_done(place: Archive) -> None:
    told: list[tuple[str, int]] = []

    class Watcher:
        def expect(self, total: int, unit: Unit) -> None:
            told.append((unit, total))

        def advance(self, amount: int) -> None:
            told.append(("done", amount))

    with progress.watched(Watcher()):
        verify(place.folder)
    (unit, total), *steps = told
    size = sum(path.stat().st_size for path in (place.folder / "warc").glob("*.warc.gz"))
    assert (unit, total, sum(amount for _, amount in steps)) == ("bytes", size, size)


def test_publish_tells_of_its_posts_alone_though_each_has_a_bundle_of_its_own(
    archive: Archive, tmp_path: Path
) -> None:
    archive.crawl()
    told: list[tuple[str, int]] = []

    class Watcher:
        def expect(self, total: int, unit: Unit) -> None:
            told.append((unit, total))

        def advance(self, amount: int) -> None:
            told.append(("done", amount))

    with progress.watched(Watcher()), api.Archive(archive.folder) as opened:
        publish(opened, tmp_path / "site", PublishOptions())
    posts = archive.value("SELECT count(*) FROM posts")
    assert told == [("posts", posts), *[("done", 1)] * posts]
