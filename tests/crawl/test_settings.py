"""An archive carries its settings: whose boards they are, where it fetches them, and how. No command needs to
be told again."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from commands import Archive, assert_rebuild_equals
from places import CHECKOUT
from plain_posts import plain_posts
from small_site import small_site

from kistep_archive.evidence.events import COUNTERS
from kistep_archive.replica import Replica, Site
from kistep_archive.replica.standard import History

POSTS = plain_posts("es", 3)
TUTORIAL = (CHECKOUT / "docs" / "another-institute.md").read_text(encoding="utf-8")
BOARDS = dedent(TUTORIAL.partition("```toml\n")[2].partition("   ```")[0]).replace("newsnotice", "0051")


@pytest.fixture
def site() -> Iterator[Replica]:
    with Replica(Site(History({("es", "0051"): POSTS}, {}, {}))) as replica:
        yield replica


@pytest.fixture
def boards(tmp_path: Path) -> Path:
    (tmp_path / "mine.toml").write_text(BOARDS)
    return tmp_path / "mine.toml"


def toml(archive: Archive) -> str:
    return (archive.folder / "archive.toml").read_text()


def test_another_institutes_archive_needs_no_options_after_init(
    site: Replica, boards: Path, tmp_path: Path
) -> None:
    archive = Archive(tmp_path / "kict", site.origin)
    made = archive.run(
        *("--boards", str(boards), "init", "--contact", "me@example.org"),
        *("--origin", site.origin, "--delay", "0"),
    )
    assert (made.returncode, made.stdout.count(" is made\n")) == (0, 2), made.stderr
    boards.unlink()
    assert archive.run("crawl").returncode == 0
    assert {board for (board,) in archive.rows("SELECT board FROM posts")} == {"kict-news"}
    status = archive.json("status")
    assert [(row["board"], row["health"]) for row in status["results"]] == [("kict-news", "ok")]
    assert {row["board"] for row in archive.json("boards")["results"]} == {"kict-news"}
    assert archive.run("status", "--check").returncode == 0
    evidence = gzip.decompress(next((archive.folder / "warc").iterdir()).read_bytes())
    # the run's own record, and a request of each kind
    assert evidence.count(b"archive/kistep-archive; me@example.org)") > len(POSTS) + 2
    assert archive.run("verify").returncode == 0
    assert_rebuild_equals(archive.folder)


def test_the_first_crawl_notes_what_it_was_called_with(site: Replica, boards: Path, tmp_path: Path) -> None:
    archive = Archive(tmp_path / "kict", site.origin)
    options = ("--origin", site.origin, "--delay", "0", "--json")
    done = archive.run("--boards", str(boards), "crawl", "kict-news", *options)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert len(said["new"]) == said["counts"]["new"] == len(POSTS)
    assert f'\norigin = "{site.origin}"\n' in toml(archive)
    assert '\nwithout = ["news", "newsletter"]\n' in toml(archive)
    assert (archive.folder / "boards.toml").read_text() == BOARDS
    assert [row["board"] for row in archive.json("status")["results"]] == ["kict-news"]
    again = json.loads(archive.run("crawl", "--delay", "0", "--json").stdout)
    assert again["counts"].keys() == set(COUNTERS)
    assert (again["counts"]["new"], again["new"], again["failures"]) == (0, [], [])
    assert "--origin" not in archive.run("schedule", "cron").stdout


def test_an_archive_without_settings_goes_on_without_them(site: Replica, tmp_path: Path) -> None:
    archive = Archive(tmp_path / "old", site.origin)
    assert archive.crawl().returncode == 0
    (archive.folder / "archive.toml").unlink()
    assert archive.crawl().returncode == 0
    assert not (archive.folder / "archive.toml").exists()
    refused = archive.run("crawl", "news")
    assert (refused.returncode, "this archive is of http://127.0.0.1" in refused.stderr) == (2, True)
    assert f"crawl --origin {site.origin}" in archive.run("schedule", "cron").stdout


def test_options_go_before_the_settings(site: Replica, boards: Path, tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive", site.origin)
    archive.folder.mkdir()
    (archive.folder / "archive.toml").write_text('origin = "http://127.0.0.1:1"\ndelay = 3000\n')
    assert archive.crawl().returncode == 0
    other = archive.run("--boards", str(boards), "boards", "--json")
    assert "kict-news" in {row["board"] for row in json.loads(other.stdout)["results"]}


def test_an_origin_that_never_answered_does_not_bind_the_archive(site: Replica, tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive", site.origin)
    missed = archive.run("crawl", "news", "--origin", "http://127.0.0.1:1", "--delay", "0")
    assert missed.returncode == 3
    assert not (archive.folder / "archive.toml").exists()
    assert archive.crawl().returncode == 0
    assert site.origin in toml(archive)
    assert archive.run("verify").returncode == 0
    assert_rebuild_equals(archive.folder)


def test_without_files_none_is_fetched_and_none_is_missed(tmp_path: Path) -> None:
    with small_site() as site:
        archive = Archive(tmp_path / "archive", site.origin)
        archive.folder.mkdir()
        (archive.folder / "archive.toml").write_text("files = false\n")
        assert archive.crawl().returncode == 0
        assert archive.value("SELECT count(*) FROM attachments") > 0
        assert archive.value("SELECT count(*) FROM pages WHERE kind IN ('file', 'image')") == 0
        assert archive.run("status", "--check").returncode == 0
        (archive.folder / "archive.toml").write_text("")
        assert archive.run("status", "--check").returncode == 3


def test_a_dry_run_names_the_archive(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive")
    missed = archive.run("crawl", "news", "--dry-run", "--origin", "http://127.0.0.1:1", "--delay", "0")
    assert (missed.returncode, "/tmp/tmp" in missed.stderr) == (3, False)
    assert not archive.folder.exists()


@pytest.mark.parametrize("command", ["crawl", "boards", "schedule"])
def test_a_mistake_in_the_settings_is_one_line(command: str, site: Replica, tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive", site.origin)
    archive.folder.mkdir()
    (archive.folder / "archive.toml").write_text("\n\ndely = 1\n")
    done = archive.run(command, *(["cron"] if command == "schedule" else []))
    path = archive.folder / "archive.toml"
    assert done.stderr.startswith(f"kistep-archive: {path}: line 3: dely: unknown key (did you mean delay?)")
    assert (done.returncode, done.stderr.count("\n"), done.stdout) == (2, 1, "")
