"""The demo, and its archive in other people's tools."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from conftest import Archive


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Archive, str]:
    archive = Archive(tmp_path_factory.mktemp("demo") / "archive")
    done = archive.run("demo")
    assert (done.returncode, done.stderr) == (0, "")
    return archive, done.stdout


def test_the_summary_says_what_the_archive_holds(demo: tuple[Archive, str]) -> None:
    archive, said = demo
    for count in ("posts", "sources", "revisions"):
        assert f"{archive.value(f'SELECT count(*) FROM {count}')} " in said
    assert archive.value("SELECT count(*) FROM posts WHERE removed_at IS NOT NULL") == 2
    assert said.count("2 posts were removed") == 1


def test_the_commands_that_it_proposes_work(demo: tuple[Archive, str]) -> None:
    archive, said = demo
    proposed = [line.strip() for line in said.splitlines() if f"--archive {archive.folder} " in line]
    assert len(proposed) >= 3
    for line in proposed:
        done = subprocess.run(line, shell=True, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.strip()


def test_a_second_demo_starts_anew(demo: tuple[Archive, str]) -> None:
    archive, _ = demo
    assert archive.run("demo").returncode == 0
    assert archive.value("SELECT count(*) FROM runs") == 3


def test_the_demo_never_touches_what_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    done = Archive(tmp_path).run("demo")
    assert done.returncode == 2
    assert "neither empty nor the archive of an earlier demo" in done.stderr
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def test_the_demo_never_empties_an_archive_of_the_real_site(demo: tuple[Archive, str], tmp_path: Path) -> None:
    archive, _ = demo
    (tmp_path / "kistep.db").write_bytes((archive.folder / "kistep.db").read_bytes())
    with closing(sqlite3.connect(tmp_path / "kistep.db", isolation_level=None)) as conn:
        conn.execute("UPDATE run SET origin = ''")
    done = Archive(tmp_path).run("demo")
    assert done.returncode == 2
    assert "a real site" in done.stderr


def test_ctrl_c_leaves_a_good_archive(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive")
    demo = subprocess.Popen(archive.command("demo"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    database = archive.folder / "kistep.db"
    while not (database.is_file() and _count(database) > 10):
        assert demo.poll() is None
        time.sleep(0.02)
    os.killpg(demo.pid, signal.SIGINT)  # as a terminal does: to the demo and to its crawl, which are a group of their own
    _, error = demo.communicate(timeout=120)
    assert demo.returncode in (3, -signal.SIGINT)
    assert b"Traceback" not in error
    assert archive.value("PRAGMA integrity_check") == "ok"
    assert archive.json("status")["results"][0]["posts"] > 0


def _count(database: Path) -> int:
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as conn:
            return int(conn.execute("SELECT count(*) FROM posts").fetchone()[0])
    except sqlite3.Error:
        return 0


def test_plain_sqlite_opens_it(demo: tuple[Archive, str]) -> None:
    archive, _ = demo
    assert archive.value("PRAGMA integrity_check") == "ok"
    assert archive.rows("PRAGMA foreign_key_check") == []


def test_sqlite_utils_opens_it(demo: tuple[Archive, str]) -> None:
    archive, _ = demo
    done = subprocess.run(
        [sys.executable, "-m", "sqlite_utils", "views", str(archive.folder / "kistep.db"), "--counts"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert '"view": "posts"' in done.stdout


def test_datasette_opens_it(demo: tuple[Archive, str]) -> None:
    archive, _ = demo
    get = [sys.executable, "-m", "datasette", str(archive.folder / "kistep.db"), "--get", "/kistep/posts.json?_shape=array&_size=3"]
    done = subprocess.run(get, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert '"title"' in done.stdout


def test_warcio_finds_its_evidence_whole(demo: tuple[Archive, str]) -> None:
    archive, _ = demo
    files = sorted(map(str, (archive.folder / "warc").glob("*.warc.gz")))
    done = subprocess.run([sys.executable, "-c", "from warcio.cli import main; main()", "check", *files], capture_output=True, text=True)
    assert (done.returncode, len(files)) == (0, 3)
