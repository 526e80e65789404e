"""`serve` as a person starts it: a process that says where it answers, and ends with Ctrl-C."""

import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from commands import Archive, one_line
from served import get, serving

from kistep_archive.store.lock import take_lock


def test_it_says_where_it_answers_and_ends_with_ctrl_c(place: Archive) -> None:
    with serving(place) as (address, process):
        assert urlsplit(address).hostname == "127.0.0.1"
        status, text = get(f"{address}search?q=forum")
        assert (status, "17 posts" in text) == (200, True)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert (out, err) == ("", "")
    assert process.returncode == 0


def test_it_shows_what_a_crawl_has_just_written(archive: Archive) -> None:
    archive.run("init")
    archive.run("crawl", "news", "--origin", archive.origin, "--delay", "0")
    with serving(archive) as (address, _):
        before = get(f"{address}runs/2")[0]
        archive.run("crawl", "news", "--origin", archive.origin, "--delay", "0")
        assert (before, get(f"{address}runs/2")[0]) == (404, 200)


def test_while_a_run_holds_the_lock_its_progress_is_shown(archive: Archive) -> None:
    archive.crawl()
    with serving(archive) as (address, _), closing(take_lock(archive.folder, "crawl")):
        assert "crawl" in get(f"{address}runs/now.json")[1]
        assert "A run is active now:" in get(f"{address}runs")[1]


def test_an_archive_that_is_not_there_is_said_so_at_once(tmp_path: Path) -> None:
    done = Archive(tmp_path).run("serve", "--port", "0")
    assert (done.returncode, done.stdout) == (2, "")
    assert "not an archive" in done.stderr


def test_a_port_that_is_taken_is_said_so(place: Archive) -> None:
    with serving(place) as (address, _):
        port = str(urlsplit(address).port)
        done = place.run_apart("serve", "--port", port)
    assert done.returncode == 2
    assert done.stderr.startswith(f"kistep-archive: 127.0.0.1:{port}: ")


def test_that_other_machines_can_read_is_said_before_anything_listens(place: Archive) -> None:
    with serving(place) as (address, _):
        done = place.run_apart("serve", "--host", "0.0.0.0", "--port", str(urlsplit(address).port))
    assert done.returncode == 2  # the port is taken on one of its addresses
    assert "everybody who reaches this machine can read the archive" in done.stderr


@pytest.mark.parametrize("missing", ["starlette", "uvicorn"])
def test_without_its_libraries_it_says_what_to_install(place: Archive, missing: str) -> None:
    blocked = (
        f"import sys; sys.modules[{missing!r}] = None; import importlib.util as u; find = u.find_spec\n"
        f"u.find_spec = lambda name, *rest: None if name == {missing!r} else find(name, *rest)\n"
        f"sys.argv = ['kistep-archive', '--archive', {str(place.folder)!r}, 'serve']\n"
        "from kistep_archive.cli.main import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", blocked], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "pip install 'kistep-archive[web]'" in done.stderr


@pytest.mark.parametrize(
    "option",
    [
        ("--base-url", "//"),
        ("--base-url", "javascript:alert(1)"),
        ("--base-url", "kistep"),
        ("--base-url", "https://[x"),
        ("--base-url", "https://x/?q=1"),
        ("--base-url", "/../x/"),
        ("--allowed-host", "https://x/"),
    ],
)
def test_what_no_reader_could_use_is_one_line(place: Archive, option: tuple[str, str]) -> None:
    one_line(place.run_apart("serve", "--port", "0", *option), 2, option[1])
