"""The demo: a stand-in site on loopback, crawled through two of its days by the real command, and what the archive can answer then."""

import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import click

from kistep_archive import answers
from kistep_archive.errors import ArchiveError
from kistep_archive.origins import is_loopback
from kistep_archive.replica import Replica

_STEPS = (
    (1, "day 1: everything is new"),
    (2, "day 2: posts are new, edited, and two are missing from the listing"),
    (2, "day 2 again: what is missing in two runs counts as removed"),
)


def run_demo(folder: Path, port: int, *, keep: bool, quiet: bool) -> int:
    """Runs it into `folder` and returns the exit code. Ctrl-C ends it with a good archive. Raises ArchiveError."""
    _clear(folder)
    say = (lambda text: None) if quiet else click.echo
    try:
        site = Replica(port=port)
    except OSError as error:
        raise ArchiveError(f"--port {port}: {error.strerror}; choose another one", 2) from error
    with site:
        say(f"A stand-in KISTEP answers at {site.origin}; nothing leaves this machine.")
        for day, words in _STEPS:
            site.site.day = day
            say(f"\n{words}")
            if code := _crawl(folder, site.origin, quiet):
                return code
        if not quiet:
            click.echo(_summary(folder))
        if keep:
            say(f"\nThe stand-in goes on at {site.origin}; Ctrl-C ends it.")
            _wait()
    return 0


def _clear(folder: Path) -> None:
    """Empties the archive of an earlier demo; an archive of anything but a loopback origin is never touched."""
    database = folder / answers.NAME
    if database.is_file():
        try:
            with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as conn:
                origins = [row[0] for row in conn.execute("SELECT DISTINCT origin FROM run")]
        except sqlite3.Error as error:
            raise ArchiveError(f"{database}: not a demo's database ({error}); name another folder with --archive DIR", 2) from error
        if not all(is_loopback(origin) for origin in origins):
            raise ArchiveError(f"{folder}: holds an archive of a real site; name another folder for the demo with --archive DIR", 2)
        for path in folder.glob(f"{answers.NAME}*"):
            path.unlink()
        shutil.rmtree(folder / "warc", ignore_errors=True)
    elif folder.exists() and any(folder.iterdir()):
        raise ArchiveError(f"{folder}: neither empty nor the archive of an earlier demo; name another folder with --archive DIR", 2)


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
    with closing(answers.open_archive(folder)) as conn:
        held = answers.totals(conn)
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
  {folder / answers.NAME}  the index: plain SQLite
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
