"""What `verify` found is remembered: `status` shows it, and damage until it is repaired."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from commands import Archive, everything_in, one_line

from kistep_archive.operate.badge import badge


@pytest.fixture
def copied(place: Archive, tmp_path: Path) -> Archive:
    """A copy of the demo's archive, which was never verified."""
    folder = shutil.copytree(place.folder, tmp_path / "data", ignore=shutil.ignore_patterns("verified.db"))
    return Archive(Path(folder))


@pytest.fixture
def damaged(copied: Archive) -> Archive:
    """One byte in the middle of the first WARC file is another one."""
    flip(copied)
    return copied


def flip(archive: Archive) -> None:
    file = min((archive.folder / "warc").glob("*.warc.gz"))
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)


def test_status_says_nothing_of_an_archive_that_was_never_verified(copied: Archive) -> None:
    assert "last verify: never" in copied.run("status").stdout
    assert copied.json("status")["verified"] is None
    assert copied.run("status", "--check").returncode == 0


def test_a_monitor_is_told_of_damage_until_a_verify_of_everything_finds_none(damaged: Archive) -> None:
    assert damaged.run("status", "--check").returncode == 0  # nobody looked yet
    assert damaged.run("verify").returncode == 5
    one_line(damaged.run("status", "--check"), 5, "found damage", "warc/000001-crawl-", "verify' again")
    flip(damaged)
    assert damaged.run("status", "--check").returncode == 5
    assert damaged.run("verify").returncode == 0
    assert damaged.run("status", "--check").returncode == 0
    assert "last verify: 0 min ago, no damage" in damaged.run("status").stdout


def test_everybody_who_looks_is_told_of_damage(damaged: Archive) -> None:
    damaged.run("verify")
    shown = damaged.run("status")
    assert (shown.returncode, "the archive needs attention: the verify of" in shown.stdout) == (0, True)
    document = damaged.json("status")
    assert (document["exit_code"], document["verified"]["findings"] >= 1) == (5, True)
    assert badge(document).message == "store unhealthy"


def test_a_clean_sample_does_not_hide_damage(damaged: Archive) -> None:
    assert damaged.run("verify").returncode == 5
    flip(damaged)
    assert damaged.run("verify", "--sample", "3").returncode == 0
    assert damaged.run("status", "--check").returncode == 5
    assert damaged.run("verify").returncode == 0
    assert damaged.run("status", "--check").returncode == 0


def test_damage_that_a_sample_finds_is_remembered_too(damaged: Archive) -> None:
    assert damaged.run("verify", "--sample", "5000").returncode == 5
    assert damaged.run("status", "--check").returncode == 5


def test_a_clean_sample_is_called_a_sample(copied: Archive) -> None:
    assert copied.run("verify", "--sample", "3").returncode == 0
    assert "last verify of a sample: 0 min ago, no damage" in copied.run("status").stdout


def test_verify_still_leaves_the_rows_of_the_archive_as_they_are(damaged: Archive) -> None:
    before = everything_in(damaged.folder / "kistep.db")
    damaged.run("verify")
    damaged.run("verify", "--sample", "3")
    assert everything_in(damaged.folder / "kistep.db") == before


def test_the_memory_of_an_older_version_is_used_on(copied: Archive) -> None:
    copied.run("verify", "--sample", "3")
    with closing(sqlite3.connect(copied.folder / "verified.db")) as conn, conn:
        conn.execute("DROP TABLE result")
    assert copied.run("status", "--check").returncode == 0
    assert copied.run("verify").returncode == 0
    assert "last verify: 0 min ago, no damage" in copied.run("status").stdout
