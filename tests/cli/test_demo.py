"""The demo, and its archive in other people's tools."""

import fcntl
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from commands import Archive

from kistep_archive.replica import Replica
from kistep_archive.store.lock import take_lock


def test_the_summary_says_what_the_archive_holds(demo: tuple[Archive, str]) -> None:
    archive, said = demo
    for count in ("posts", "sources", "revisions"):
        assert f"{archive.value(f'SELECT count(*) FROM {count}')} " in said
    assert archive.value("SELECT count(*) FROM posts WHERE removed_at IS NOT NULL") == 2
    assert said.count("2 posts removed") == 1


def test_the_commands_that_it_proposes_work(demo: tuple[Archive, str]) -> None:
    archive, said = demo
    proposed = [line.strip() for line in said.splitlines() if f"--archive {archive.folder} " in line]
    assert proposed.pop().endswith(" serve")  # which ends only with Ctrl-C: see test_serve.py
    assert len(proposed) >= 3
    for line in proposed:
        done = subprocess.run(line, shell=True, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.strip()


def test_the_demo_never_touches_what_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    done = Archive(tmp_path).run("demo")
    assert done.returncode == 2
    assert "neither empty nor made by an earlier demo" in done.stderr
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def test_the_demo_never_empties_what_no_demo_has_made(tmp_path: Path, replica: Replica) -> None:
    crawled = Archive(tmp_path / "crawled", replica.origin)
    assert crawled.crawl().returncode == 0
    before = everything_under(crawled.folder)
    assert refused(crawled) == f"{crawled.folder} is neither empty nor made by an earlier demo"
    with closing(take_lock(crawled.folder, "test")):
        refused(crawled)
    (crawled.folder / "kistep.db").rename(crawled.folder / "kistep.db.aside")
    with closing(sqlite3.connect(crawled.folder / "kistep.db")) as conn:
        conn.execute("CREATE TABLE run (origin TEXT)")
    refused(crawled)
    assert {
        name: told for name, told in everything_under(crawled.folder).items() if name.endswith(".warc.gz")
    } == {name: told for name, told in before.items() if name.endswith(".warc.gz")}


def test_the_demo_keeps_what_others_put_beside_the_evidence_of_an_earlier_one(
    demo: tuple[Archive, str], tmp_path: Path, replica: Replica
) -> None:
    archive = copy_of(demo, tmp_path / "imported")
    crawled = Archive(tmp_path / "crawled", replica.origin)
    assert crawled.crawl().returncode == 0
    (mine,) = (crawled.folder / "warc").iterdir()
    for put in (lambda: shutil.copy(mine, archive.folder / "warc"), lambda: archive.run("import", str(mine))):
        put()
        before = everything_under(archive.folder / "warc")
        assert refused(archive).endswith(" was not made by a demo")
        assert everything_under(archive.folder / "warc") == before
        (archive.folder / "warc" / mine.name).unlink(missing_ok=True)


def test_a_demo_after_one_that_was_killed_starts_anew_and_its_commands_reach_a_folder_with_a_blank(
    demo: tuple[Archive, str], tmp_path: Path
) -> None:
    archive = copy_of(demo, tmp_path / "my demo")
    last = max((archive.folder / "warc").iterdir())
    (archive.folder / "warc" / f"{last.name}.torn").write_bytes(b"the end of a record")
    (archive.folder / "warc" / "000009-crawl-20260101T000000Z.warc.gz.open").touch()
    (archive.folder / "kistep.db").unlink()
    (archive.folder / "posts.csv").write_text("mine")
    done = archive.run("demo")
    assert done.returncode == 0
    assert archive.value("SELECT count(*) FROM runs") == len(list((archive.folder / "warc").iterdir())) == 3
    assert (archive.folder / "posts.csv").read_text() == "mine"
    (line,) = [line.strip() for line in done.stdout.splitlines() if line.endswith(" status")]
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    assert subprocess.run(line, shell=True, env=environment, capture_output=True).returncode == 0


def test_the_demo_waits_for_nobody_and_takes_nothing_from_who_is_at_work(
    demo: tuple[Archive, str], tmp_path: Path
) -> None:
    archive = copy_of(demo, tmp_path / "busy")
    before = everything_under(archive.folder / "warc")
    with closing(take_lock(archive.folder, "test")):
        done = archive.run("demo")
    assert (done.returncode, done.stderr.count("\n")) == (75, 1)
    assert "another run holds the lock" in done.stderr
    with (archive.folder / "demo").open() as mark:
        fcntl.flock(mark, fcntl.LOCK_EX)  # as a demo does while it goes on, also between its crawls
        done = archive.run("demo")
    assert (done.returncode, done.stderr.count("\n")) == (75, 1)
    assert "another demo is active there" in done.stderr
    assert everything_under(archive.folder / "warc") == before


def refused(archive: Archive) -> str:
    """The words of a demo that refuses, without what to do next."""
    done = archive.run("demo")
    assert (done.returncode, done.stdout) == (2, "")
    assert "choose another folder with --archive DIR" in done.stderr
    return done.stderr.removeprefix("kistep-archive: ").partition(";")[0]


def copy_of(demo: tuple[Archive, str], folder: Path) -> Archive:
    """The demo's archive, to be changed."""
    shutil.copytree(demo[0].folder, folder)
    return Archive(folder)


def everything_under(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_ctrl_c_leaves_a_good_archive(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive")
    demo = subprocess.Popen(
        archive.command("demo"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    while sum(path.stat().st_size for path in archive.folder.glob("warc/*")) < 100_000:
        assert demo.poll() is None
        time.sleep(0.02)
    # As a terminal does: to the demo and to its crawl, which are a group of their own.
    os.killpg(demo.pid, signal.SIGINT)
    _, error = demo.communicate(timeout=120)
    assert demo.returncode in (3, -signal.SIGINT)
    assert b"Traceback" not in error
    assert demo.returncode != 3 or error.endswith(
        b"kistep-archive: the demo was stopped; the next one starts from the beginning\n"
    )
    assert archive.value("PRAGMA integrity_check") == "ok"
    assert archive.json("status")["results"][0]["posts"] > 0


def test_plain_sqlite_opens_it(demo: tuple[Archive, str]) -> None:
    archive, _ = demo
    assert archive.value("PRAGMA integrity_check") == "ok"
    assert archive.rows("PRAGMA foreign_key_check") == []


def test_sqlite_utils_opens_it(demo: tuple[Archive, str]) -> None:
    archive, _ = demo
    done = subprocess.run(
        [sys.executable, "-m", "sqlite_utils", "views", str(archive.folder / "kistep.db"), "--counts"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert '"view": "posts"' in done.stdout


def test_datasette_opens_it(demo: tuple[Archive, str]) -> None:
    archive, _ = demo
    get = [
        sys.executable,
        "-m",
        "datasette",
        str(archive.folder / "kistep.db"),
        "--get",
        "/kistep/posts.json?_shape=array&_size=3",
    ]
    done = subprocess.run(get, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert '"title"' in done.stdout


def test_warcio_finds_its_evidence_whole(demo: tuple[Archive, str]) -> None:
    archive, _ = demo
    files = sorted(map(str, (archive.folder / "warc").glob("*.warc.gz")))
    done = subprocess.run(
        [sys.executable, "-c", "from warcio.cli import main; main()", "check", *files],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, len(files)) == (0, 3)
