"""The demo: the real command crawls the replica on loopback for two of its days, then shows what the
archive has."""

import fcntl
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO

import click

from kistep_archive.display import plural
from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.model import archive_toml
from kistep_archive.model.outcomes import RunKind
from kistep_archive.query import stats
from kistep_archive.replica import Replica
from kistep_archive.store import database
from kistep_archive.store.lock import open_mark, take_lock
from kistep_archive.warc import reader
from kistep_archive.warc.record import Record, info_fields

# a file in each folder made by a demo: it holds the replica's origin, and is locked during the demo
_MARK = "demo"

_STEPS = (
    (1, "day 1: every post is new"),
    (2, "day 2: there are new and edited posts, and two posts are missing from the listing"),
    (2, "day 2 again: posts that are missing in two runs count as removed"),
)


def run_demo(folder: Path, port: int, *, keep: bool, quiet: bool) -> int:
    """Runs it in `folder` and returns the exit code. Ctrl-C stops it and leaves a sound archive. Raises
    ArchiveError."""
    say = (lambda text: None) if quiet else click.echo
    try:
        site = Replica(port=port)
    except OSError as error:
        raise ArchiveError(f"--port {port}: {error.strerror}; choose another port", ExitCode.USAGE) from error
    with site, _claim_folder(folder, site.origin):
        say(f"A replica of KISTEP's site answers at {site.origin}; nothing leaves this machine.")
        for day, description in _STEPS:
            site.site.day = day
            say(f"\n{description}")
            if code := _crawl(folder, site.origin, quiet):
                if code == ExitCode.INCOMPLETE:
                    raise ArchiveError("the demo was stopped; the next one starts from the beginning", code)
                return code
        if not quiet:
            click.echo(_summary(folder))
        if keep:
            say(f"\nThe replica keeps running at {site.origin}; Ctrl-C stops it.")
            _wait()
    return 0


@contextmanager
def _claim_folder(folder: Path, origin: str) -> Iterator[None]:
    """Empties the folder of an earlier demo and reserves it for this one. Raises ArchiveError: 2 if it holds
    anything else, 75 if a run or another demo is active there."""
    _check(folder)
    with closing(take_lock(folder, "demo")):
        mark = open_mark(folder / _MARK)
        try:
            _claim(folder, mark, origin)
        except BaseException:
            mark.close()
            raise
    with mark:
        yield


def _claim(folder: Path, mark: IO[str], origin: str) -> None:
    try:
        # between its crawls a demo does not hold the archive's lock
        fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        remedy = "wait until it ends, or choose another folder with --archive DIR"
        raise ArchiveError(f"{folder}: another demo is active there; {remedy}", ExitCode.LOCKED) from error
    _check(folder)  # again: now nobody else writes
    for path in (
        *_evidence(folder),
        *(folder / f"{database.DATABASE_FILE}{suffix}" for suffix in ("", "-wal", "-shm")),
        folder / archive_toml.NAME,  # it names the origin of the earlier demo
    ):
        path.unlink(missing_ok=True)
    mark.truncate(0)
    mark.write(origin)
    mark.flush()


def _check(folder: Path) -> None:
    """Raises ArchiveError (2) if a demo must not empty the folder, because a demo did not make all of it."""
    elsewhere = "choose another folder with --archive DIR"
    try:
        origin = (folder / _MARK).read_text(encoding="utf-8")
    except (OSError, ValueError):
        if folder.is_dir() and any(path.name != "lock" for path in folder.iterdir()):
            raise ArchiveError(
                f"{folder} is neither empty nor made by an earlier demo; {elsewhere}", ExitCode.USAGE
            ) from None
        return
    if foreign := next((path for path in _evidence(folder) if not _is_crawl_of(origin, path)), None):
        raise ArchiveError(f"{foreign} was not made by a demo; {elsewhere}", ExitCode.USAGE)


def _evidence(folder: Path) -> list[Path]:
    """Everything in the folder of the evidence."""
    return sorted((folder / "warc").glob("*"))


def _is_crawl_of(origin: str, path: Path) -> bool:
    """Whether an evidence file, or the torn end of one, comes from a crawl of this origin. An empty file
    counts as one."""
    try:
        if path.stat().st_size == 0:
            return True
        first = next(reader.walk(path.with_suffix("") if path.suffix == ".torn" else path), None)
    except OSError:
        return False
    if not isinstance(first, Record) or first.type != "warcinfo":
        return False
    fields = info_fields(first)
    return fields.get("origin") == origin and fields.get("kind") in {*RunKind} - {RunKind.IMPORT}


def _crawl(folder: Path, origin: str, quiet: bool) -> int:
    """One crawl in its own process, as cron would run it. Ctrl-C reaches both; the crawl finishes its open
    requests."""
    program = [sys.executable, "-m", "kistep_archive", "--archive", str(folder)]
    options = ["crawl", "news", "--origin", origin, "--delay", "0"]
    with subprocess.Popen([*program, *(["--quiet"] if quiet else []), *options]) as crawl:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            return crawl.wait()
        finally:
            signal.signal(signal.SIGINT, before)


def _summary(folder: Path) -> str:
    with closing(database.open_archive(folder)) as conn:
        totals = stats.totals(conn)
        edited = conn.execute(
            "SELECT id, title FROM posts WHERE revisions > 1 ORDER BY id LIMIT 1"
        ).fetchone()
    files = sorted((folder / "warc").glob("*.warc.gz"))
    size = sum(path.stat().st_size for path in files)
    command = f"{_command()} --archive {shlex.quote(str(folder))}"
    edits = plural(totals["revised"], "post")
    return f"""
What the archive holds
  {totals["posts"]} posts under {totals["sources"]} addresses; {totals["merged"]} are on both sites
  {totals["revisions"]} revisions; {edits} edited, {plural(totals["removed"], "post")} removed (and kept here)
  {totals["files"]} files and images, {totals["pages"]} responses as evidence

Where it is
  {folder / database.DATABASE_FILE}  the index: a plain SQLite database
  {folder / "warc"}/  the evidence: {plural(len(files), "WARC file")}, {size / 1e6:.1f} MB

What to try
  {command} search 기술
  {command} search '"science diplomacy" OR forum' --since 2020-01-01
  {command} show {edited["id"] if edited else 1} --revision 1
  {command} status

To read it in a browser
  {command} serve"""


def _command() -> str:
    """How to call this program from here: by its name if the shell finds it, else as it was called."""
    if shutil.which("kistep-archive"):
        return "kistep-archive"
    program = Path(sys.argv[0])
    return str(program) if program.name == "kistep-archive" else f"{Path(sys.executable)} -m kistep_archive"


def _wait() -> None:
    try:
        signal.pause()
    except KeyboardInterrupt:
        return
