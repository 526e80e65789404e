"""The demo: a stand-in site on loopback, crawled through two of its days by the real command, and what the archive can answer then."""

import fcntl
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO

import click

from kistep_archive.errors import ArchiveError
from kistep_archive.evidence import log_reader
from kistep_archive.query import stats
from kistep_archive.replica import Replica
from kistep_archive.store import database
from kistep_archive.store.lock import take_lock
from kistep_archive.warc import members

_MARK = "demo"  # the file by which a demo knows a folder that one has made: it holds the stand-in's origin, and is locked meanwhile

_STEPS = (
    (1, "day 1: everything is new"),
    (2, "day 2: posts are new, edited, and two are missing from the listing"),
    (2, "day 2 again: what is missing in two runs counts as removed"),
)


def run_demo(folder: Path, port: int, *, keep: bool, quiet: bool) -> int:
    """Runs it into `folder` and returns the exit code. Ctrl-C ends it with a good archive. Raises ArchiveError."""
    say = (lambda text: None) if quiet else click.echo
    try:
        site = Replica(port=port)
    except OSError as error:
        raise ArchiveError(f"--port {port}: {error.strerror}; choose another one", 2) from error
    with site, _claimed(folder, site.origin):
        say(f"A stand-in KISTEP answers at {site.origin}; nothing leaves this machine.")
        for day, words in _STEPS:
            site.site.day = day
            say(f"\n{words}")
            if code := _crawl(folder, site.origin, quiet):
                if code == 3:
                    raise ArchiveError("the demo ended early: the next one begins anew", code)
                return code
        if not quiet:
            click.echo(_summary(folder))
        if keep:
            say(f"\nThe stand-in goes on at {site.origin}; Ctrl-C ends it.")
            _wait()
    return 0


@contextmanager
def _claimed(folder: Path, origin: str) -> Iterator[None]:
    """The folder, emptied of an earlier demo, as the one of this demo while it goes on. Raises ArchiveError: 2 where it holds anything
    else, 75 where a run or another demo is at work there."""
    _check(folder)
    with closing(take_lock(folder, "demo")):
        mark = (folder / _MARK).open("a+", encoding="utf-8")
        try:
            _claim(folder, mark, origin)
        except BaseException:
            mark.close()
            raise
    with mark:
        yield


def _claim(folder: Path, mark: IO[str], origin: str) -> None:
    try:
        fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)  # between its crawls a demo does not hold the archive's lock
    except BlockingIOError as error:
        raise ArchiveError(f"{folder}: another demo is at work there; let it end, or name another folder with --archive DIR", 75) from error
    _check(folder)  # again: now nobody else writes
    for path in (*_evidence(folder), *(folder / f"{database.NAME}{suffix}" for suffix in ("", "-wal", "-shm"))):
        path.unlink(missing_ok=True)
    mark.truncate(0)
    mark.write(origin)
    mark.flush()


def _check(folder: Path) -> None:
    """Raises ArchiveError (2) where a demo may not empty the folder: a demo has not made it, or not all of its evidence."""
    elsewhere = "name another folder for the demo with --archive DIR"
    try:
        origin = (folder / _MARK).read_text(encoding="utf-8")
    except (OSError, ValueError):
        if folder.is_dir() and any(path.name != "lock" for path in folder.iterdir()):
            raise ArchiveError(f"{folder}: neither empty nor the archive of an earlier demo; {elsewhere}", 2) from None
        return
    if foreign := next((path for path in _evidence(folder) if not _is_crawl_of(origin, path)), None):
        raise ArchiveError(f"{foreign}: no demo has made this; {elsewhere}", 2)


def _evidence(folder: Path) -> list[Path]:
    """All that lies where the evidence is."""
    return sorted((folder / "warc").glob("*"))


def _is_crawl_of(origin: str, path: Path) -> bool:
    """Whether an evidence file, or the torn end of one, is of a crawl of this origin. What holds no byte is nobody's."""
    try:
        if path.stat().st_size == 0:
            return True
        first = next(members.walk(path.with_suffix("") if path.suffix == ".torn" else path), None)
    except OSError:
        return False
    fields = log_reader.info_fields(first) if isinstance(first, members.Member) and first.type == "warcinfo" else {}
    return fields.get("origin") == origin and fields.get("kind") in ("crawl", "backfill", "recheck")


def _crawl(folder: Path, origin: str, quiet: bool) -> int:
    """One crawl in a process of its own, as cron would run it. Ctrl-C reaches both; the crawl finishes what is in flight."""
    command = [
        sys.executable,
        "-m",
        "kistep_archive",
        "--archive",
        str(folder),
        *(["--quiet"] if quiet else []),
        "crawl",
        "news",
        "--origin",
        origin,
        "--delay",
        "0",
    ]
    with subprocess.Popen(command) as crawl:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            return crawl.wait()
        finally:
            signal.signal(signal.SIGINT, before)


def _summary(folder: Path) -> str:
    with closing(database.open_archive(folder)) as conn:
        held = stats.totals(conn)
        edited = conn.execute("SELECT id, title FROM posts WHERE revisions > 1 ORDER BY id LIMIT 1").fetchone()
    files = sorted((folder / "warc").glob("*.warc.gz"))
    size = sum(path.stat().st_size for path in files)
    named = f"{_command()} --archive {folder}"
    return f"""
What the archive holds
  {held["posts"]} posts under {held["sources"]} addresses; {held["merged"]} stand on the old site and on the new one
  {held["revisions"]} revisions: {held["revised"]} posts were edited; {held["removed"]} posts were removed, and are kept
  {held["files"]} files and images, {held["pages"]} responses as evidence

Where it is
  {folder / database.NAME}  the index: plain SQLite
  {folder / "warc"}/  the evidence: {len(files)} WARC files, {size / 1e6:.1f} MB

What to try
  {named} search 기술
  {named} search '"science diplomacy" OR forum' --since 2020-01-01
  {named} show {edited["id"] if edited else 1} --revision 1
  {named} status"""


def _command() -> str:
    """How to call this program from here: by its name where the shell finds it, else as it was called."""
    if shutil.which("kistep-archive"):
        return "kistep-archive"
    called = Path(sys.argv[0])
    return str(called) if called.name == "kistep-archive" else f"{Path(sys.executable)} -m kistep_archive"


def _wait() -> None:
    try:
        signal.pause()
    except KeyboardInterrupt:
        return
