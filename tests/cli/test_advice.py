"""What the program advises can be pasted into a shell: it reaches the archive that was asked about."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import in_process
import pytest
from commands import Archive, one_line

from kistep_archive.replica import Replica, Site

ADVISED = re.compile(r"'(kistep-archive [^']*)'")


@pytest.fixture
def elsewhere(place: Archive, tmp_path: Path) -> Archive:
    """The demo's archive in another folder, whose name has a blank."""
    return Archive(Path(shutil.copytree(place.folder, tmp_path / "my archive")))


def advised(text: str) -> list[list[str]]:
    """The command lines in a text, as a shell splits them."""
    return [shlex.split(line) for line in ADVISED.findall(text)]


def assert_reached(archive: Archive, text: str, *commands: str) -> None:
    """The text advises these commands, each for this archive."""
    begin = ["kistep-archive", "--archive", str(archive.folder)]
    assert [line[:4] for line in advised(text)] == [[*begin, command] for command in commands]


def test_an_error_advises_a_command_for_the_archive_that_was_asked_about(elsewhere: Archive) -> None:
    assert_reached(elsewhere, elsewhere.run("show", "nothing").stderr, "search")
    assert_reached(elsewhere, elsewhere.run("crawl", "nwes").stderr, "boards")
    (elsewhere.folder / "kistep.db").write_text("no database")
    assert_reached(elsewhere, elsewhere.run("show", "1").stderr, "rebuild")


def test_what_verify_advises_mends_that_archive(elsewhere: Archive) -> None:
    (elsewhere.folder / "kistep.db").unlink()
    done = elsewhere.run("verify")
    for text in (done.stdout, done.stderr, elsewhere.run("verify", "--json").stdout.replace('\\"', '"')):
        assert_reached(elsewhere, text, "rebuild")
    (command,) = advised(done.stderr)
    rebuilt = subprocess.run([sys.executable, "-m", "kistep_archive", *command[1:]], capture_output=True)
    assert rebuilt.returncode == 0
    assert elsewhere.run("verify").returncode == 0


def test_what_status_advises_crawls_that_archive(tmp_path: Path) -> None:
    with Replica(Site.generated(4)) as site:
        archive = Archive(tmp_path / "archive", site.origin)
        crawl = ["crawl", "news", "--origin", site.origin, "--delay", "0"]
        assert archive.later(-9, *crawl).returncode == 0
        stale = archive.run("status", "--check")
        assert_reached(archive, stale.stderr, "crawl")
        assert_reached(archive, stale.stdout, "crawl")
        (command,) = advised(stale.stderr)
        done = subprocess.run([sys.executable, "-m", "kistep_archive", *command[1:], "--delay", "0"])
    assert done.returncode == 0
    assert archive.value("SELECT count(*) FROM runs WHERE verdict = 'complete'") == 2


def test_doctor_advises_a_command_for_the_archive_that_was_asked_about(elsewhere: Archive) -> None:
    (elsewhere.folder / "kistep.db").unlink()
    done = elsewhere.run("doctor", "news", "--origin", "http://127.0.0.1:1")
    assert_reached(elsewhere, done.stdout, "rebuild")


def test_the_default_archive_needs_no_option(place: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place.folder.parent)
    monkeypatch.delenv("KISTEP_ARCHIVE", raising=False)
    for options in ([], ["--archive", "data"]):
        assert advised(in_process.run([*options, "show", "nothing"]).stderr) == [["kistep-archive", "search"]]


def test_an_archive_of_the_environment_is_named(place: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KISTEP_ARCHIVE", str(place.folder))
    assert_reached(place, in_process.run(["show", "nothing"]).stderr, "search")
    monkeypatch.chdir(place.folder.parent)
    assert_reached(Archive(Path("data")), in_process.run(["--archive", "data", "show", "x"]).stderr, "search")


def test_a_boards_file_is_named_too(place: Archive, tmp_path: Path) -> None:
    file = tmp_path / "my $boards.toml"
    file.write_text(
        '[[board]]\nname="kict"\ntitle="K"\nlayout="es"\naddress="https://k.kr/board.es?mid=a2&bid=n"\n'
        'language="en"\n'
    )
    said = place.run("--boards", str(file), "crawl", "nwes").stderr
    assert str(file) in said
    assert f"kistep-archive --archive {place.folder} --boards {shlex.quote(str(file))} boards" in said


def test_a_run_that_would_mix_origins_is_told_what_to_do(place: Archive) -> None:
    own = (place.folder / "demo").read_text()
    done = place.run("crawl", "--origin", "http://127.0.0.1:1")
    one_line(done, 2, f"add --origin {own}.", "use another --archive DIR")


def test_replica_says_that_an_archive_has_one_origin(place: Archive) -> None:
    said = " ".join(place.run("replica", "--help").stdout.split())
    assert "An archive has one origin" in said
    assert "'crawl --origin'" in said
