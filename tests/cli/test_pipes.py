"""Pipes and terminals: a reader that has had enough, output that cannot be written, colours, and what bytes a
terminal can show."""

import gzip
import json
import os
import pty
import re
import shutil
import subprocess
import sys
from pathlib import Path

import prepared
import pytest
from commands import Archive, one_line
from one_page import with_page

from kistep_archive.cli.main import cli
from kistep_archive.replica import Replica

CLOSED = 141  # as of any program that SIGPIPE ends: what was to be told was not told
COMMANDS = {
    "boards": [["boards"], ["boards", "--json"]],
    "bundle": [["bundle", "1", "{out}.wacz"]],
    "crawl": [["crawl", "news", "--origin", "{origin}", "--delay", "0"]],
    "backfill": [["backfill", "news", "--origin", "{origin}", "--delay", "0"]],
    "recheck": [["recheck", "news", "--origin", "{origin}", "--delay", "0", "--budget", "1"]],
    "import": [["import", "{warc}"]],
    "doctor": [["doctor", "news", "--origin", "{origin}"]],
    "explain": [["explain", "1", "title"]],
    "export": [
        ["export", "-"],
        ["export", "-", "--format", "csv"],
        ["export", "-", "--format", "db"],
        ["export", "{out}.csv"],
    ],
    "parse": [["parse", "https://www.kistep.re.kr/board.es?mid=a20501000000&bid=0051", "{page}"]],
    "rebuild": [["rebuild", "--dry-run"], ["rebuild", "--json"]],
    "chart": [["chart", "{out}.svg"]],
    "cite": [["cite", "1"], ["cite", "1", "--style", "ris"]],
    "files": [["files", "--json"], ["files", "--to", "{out}.files"]],
    "completion": [["completion", "bash"]],
    "diff": [["diff", "1"], ["diff", "1", "--json"]],
    "history": [["history", "1"], ["history", "1", "--json"]],
    "feed": [["feed", "-", "--format", "atom"], ["feed", "{out}.atom"]],
    "schedule": [["schedule", "cron"]],
    "init": [["init", "--contact", "me@example.org"]],
    "merge": [["merge", "1", "2"]],
    "part": [["part", "{moved}"]],
    "learn": [["learn", "news"]],
    "list": [["list"], ["list", "--format", "csv"]],
    "changes": [["changes"], ["changes", "--format", "jsonl"], ["changes", "--format", "markdown"]],
    "search": [
        ["search", "forum"],
        ["search", "forum", "--json"],
        ["search", "sciense"],
        ["search", "--help"],
    ],
    "show": [["show", "1"], ["show", "1", "--json"], ["show", "1", "--raw"], ["show", "1", "--as", "html"]],
    "status": [["status"], ["status", "--json"], ["status", "--check"]],
    "verify": [["verify"], ["verify", "--json"]],
    "demo": [["demo"]],
    "replica": [["replica", "--port", "0"]],
    "serve": [["serve", "--port", "0"]],
    "publish": [["publish", "{out}.site"]],
    "": [["--help"], ["--version"]],
}


@pytest.fixture(scope="module")
def site() -> object:
    with Replica() as running:
        yield running


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory, site: Replica) -> Archive:
    archive = Archive(tmp_path_factory.mktemp("held"), site.origin)
    assert archive.crawl().returncode == 0
    return archive


def test_every_command_is_tried_here() -> None:
    assert COMMANDS.keys() - {""} == cli.commands.keys()


@pytest.mark.parametrize(
    "command", [command for commands in COMMANDS.values() for command in commands], ids=" ".join
)
def test_a_reader_that_has_had_enough_ends_every_command_without_a_word(
    held: Archive, tmp_path: Path, command: list[str]
) -> None:
    (tmp_path / "page").write_text(
        "<html><body><div class='board_list'>There are no posts.</div></body></html>"
    )
    warc = next((held.folder / "warc").glob("*.gz"))
    places = {
        "out": str(tmp_path / "out"),
        "page": str(tmp_path / "page"),
        "origin": held.origin,
        "warc": str(warc),
        "moved": str(
            held.value(
                "SELECT post_id FROM sources GROUP BY post_id HAVING count(*) > 1 ORDER BY post_id LIMIT 1"
            )
        ),
    }
    archive = held
    if command[0] in ("demo", "init", "merge", "part"):  # they change the archive
        archive = Archive(tmp_path / "own")
    if command[0] in ("merge", "part"):
        shutil.copytree(held.folder, archive.folder)
    words = [argument.format(**places) for argument in command]
    run = with_closed_pipe if command[0] in AS_USERS_DO else forked_with_closed_pipe
    assert run(archive, words) == (CLOSED, b"")


# the others run in a fork, which is the same but for the interpreter's own end
AS_USERS_DO = ("--help", "crawl", "export", "rebuild", "search", "show", "status")


def with_closed_pipe(archive: Archive, words: list[str]) -> tuple[int, bytes]:
    """(exit code, stderr) of a command whose stdout nobody reads."""
    reader, writer = os.pipe()
    os.close(reader)
    command = archive.command(*words)
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=writer, stderr=subprocess.PIPE, timeout=120
    )
    os.close(writer)
    return done.returncode, done.stderr


def forked_with_closed_pipe(archive: Archive, words: list[str]) -> tuple[int, bytes]:
    """The same."""
    code = (
        "import os\nreader, writer = os.pipe()\nos.close(reader)\nos.dup2(writer, 1)\nos.close(writer)\n"
        "from kistep_archive.cli.main import main\nmain()"
    )
    done = prepared.run(["--archive", str(archive.folder), *words], code=code)
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    "command",
    [["export", "-", "--format", "db"], ["search", "kistep", "--json"], ["show", "1", "--raw"]],
    ids=" ".join,
)
def test_what_a_pipe_does_not_take_at_once_is_not_lost_where_python_does_not_buffer(
    held: Archive, command: list[str]
) -> None:
    unbuffered, buffered = (os.environ | {"PYTHONUNBUFFERED": value} for value in ("1", ""))
    whole, same = (
        subprocess.run(held.command(*command), capture_output=True, check=True, env=env)
        for env in (unbuffered, buffered)
    )
    assert whole.stdout == same.stdout
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        held.command(*command), stdout=writer, stderr=subprocess.PIPE, text=True, env=unbuffered, timeout=120
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (CLOSED, "")


@pytest.mark.parametrize("encoding", ["cp949", "cp1252"])
def test_json_is_json_in_any_encoding_of_a_terminal(place: Archive, encoding: str) -> None:
    known = os.environ | {"PYTHONIOENCODING": encoding}
    for command in (["search", "기술", "--json"], ["show", "news/42794", "--json"]):
        said = subprocess.run(
            place.command(*command), capture_output=True, env=known, check=True
        ).stdout.decode(encoding)
        assert json.loads(said) == place.json(*command[:-1])


def test_what_waits_to_be_written_at_the_end_is_told_of_too(held: Archive, tmp_path: Path) -> None:
    archive = with_page(held, tmp_path, gzip.compress(b"<html>"))
    reader, writer = os.pipe()
    os.close(reader)
    buffered = {key: value for key, value in os.environ.items() if key != "PYTHONUNBUFFERED"}
    done = subprocess.run(
        archive.command("show", "1", "--raw"), stdout=writer, stderr=subprocess.PIPE, env=buffered
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (CLOSED, b"")


def test_the_first_line_of_a_long_answer_is_had_by_head(held: Archive) -> None:
    for command in (["search", "kistep", "--limit", "1000"], ["export", "-"], ["show", "1", "--raw"]):
        told = " ".join(f"'{word}'" for word in held.command(*command))
        done = subprocess.run(["bash", "-c", f"{told} | head -n 1"], capture_output=True)
        assert (done.returncode, done.stderr, done.stdout.count(b"\n")) == (0, b"", 1)


def test_a_process_that_cannot_start_is_one_line_and_not_taken_for_a_reader_that_had_enough(
    held: Archive, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import os, sys\nif any('forkserver' in each for each in sys.orig_argv): os._exit(1)\n"
    )
    before = held.value("SELECT count(*) FROM posts")
    done = subprocess.run(
        held.command("rebuild", "--jobs", "2"),
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
    )
    one_line(done, 5, "ended too early", "--jobs 1")
    assert held.value("SELECT count(*) FROM posts") == before


def test_a_pipe_that_breaks_elsewhere_than_at_stdout_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import sqlite3\ndef broken(*_, **__): raise BrokenPipeError(32, 'Broken pipe')\nsqlite3.connect = "
        "broken\n"
    )
    (tmp_path / "kistep.db").touch()
    done = subprocess.run(
        Archive(tmp_path).command("search", "x"),
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
    )
    one_line(done, 5, "broken pipe")


def test_a_mistake_keeps_its_exit_code_when_nobody_reads_the_errors(held: Archive) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(held.command("show", "news/1"), stdout=subprocess.PIPE, stderr=writer)
    os.close(writer)
    assert (done.returncode, done.stdout) == (2, b"")


@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])
@pytest.mark.parametrize(
    "command", [["search", "forum"], ["show", "1", "--raw"], ["status", "--json"]], ids=" ".join
)
def test_an_output_that_has_no_room_is_one_line_and_not_an_answer(
    held: Archive, command: list[str], unbuffered: str
) -> None:
    known = os.environ | {"PYTHONUNBUFFERED": unbuffered}
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            held.command(*command), stdout=full, stderr=subprocess.PIPE, text=True, env=known
        )
    one_line(subprocess.CompletedProcess([], done.returncode, "", done.stderr), 5, "No space left")


@pytest.mark.parametrize(
    "command", [["search", "forum"], ["show", "1", "--raw"], ["status"], ["export", "-"]], ids=" ".join
)
def test_an_output_that_was_closed_before_is_as_one_that_nobody_reads(
    held: Archive, command: list[str]
) -> None:
    done = subprocess.run(["bash", "-c", '"$@" >&-', "-", *held.command(*command)], capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


# terminals


def on_a_terminal(held: Archive, *command: str, **environment: str) -> str:
    ours, terminal = pty.openpty()
    process = subprocess.Popen(
        held.command(*command),
        stdout=terminal,
        stderr=subprocess.DEVNULL,
        env=plain_environment() | environment,
    )
    os.close(terminal)
    told = b""
    try:
        while read := os.read(ours, 65536):
            told += read
    except OSError:  # Linux says so when the other side is gone
        pass
    os.close(ours)
    assert process.wait() == 0
    return told.decode()


def plain_environment() -> dict[str, str]:
    return {
        key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "TERM", "FORCE_COLOR")
    } | {"TERM": "xterm-256color"}


def test_matches_are_coloured_on_a_terminal_and_nowhere_else(held: Archive) -> None:
    coloured = on_a_terminal(held, "search", "forum", "--limit", "3")
    assert re.findall("\x1b\\[1;31m(.*?)\x1b\\[0m", coloured)[0].lower() == "forum"
    plain = coloured.replace("\x1b[1;31m", "").replace("\x1b[0m", "").replace("\r\n", "\n")
    assert held.run("search", "forum", "--limit", "3").stdout == plain
    for quiet in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        assert on_a_terminal(held, "search", "forum", "--limit", "3", **quiet).replace("\r\n", "\n") == plain


def test_charts_are_the_same_with_and_without_a_terminal(held: Archive) -> None:
    for command in (["search", "forum", "--limit", "1", "--plot"], ["status"]):
        told = held.run(*command).stdout
        assert re.search("[▁▂▃▄▅▆▇█]", told)
        assert on_a_terminal(held, *command, NO_COLOR="1").replace("\r\n", "\n") == told


def test_a_terminal_that_knows_no_hangul_is_told_in_escapes(held: Archive) -> None:
    done = subprocess.run(
        held.command("search", "과학기술", "--limit", "1"),
        capture_output=True,
        env=os.environ | {"PYTHONIOENCODING": "latin-1"},
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"\\uacfc\\ud559" in done.stdout


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS takes no such arguments")
def test_bytes_that_are_no_text_are_refused_on_one_line(held: Archive) -> None:
    words = "the text is not UTF-8; check the terminal's character encoding"
    for command, where in (
        ([b"search", b"forum\xff\xfe"], "'[QUERY]...'"),
        ([b"search", b"forum", b"--writer", b"\xff"], "'--writer'"),
    ):
        done = subprocess.run([*map(os.fsencode, held.command()), *command], capture_output=True, text=True)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == f"kistep-archive: Invalid value for {where}: {words}\n"


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS reads every command line as UTF-8")
def test_a_korean_query_is_understood_in_a_locale_that_knows_only_ascii(held: Archive) -> None:
    ascii_only = os.environ | {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    done = subprocess.run(held.command("search", "과학기술", "--json"), capture_output=True, env=ascii_only)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["total"] == held.json("search", "과학기술")["total"] > 0
