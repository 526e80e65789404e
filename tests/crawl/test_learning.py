"""A board that no known skin fits: its first crawl is loud, `learn` proposes a skin from what was held
back, and `rebuild` takes the pages in."""

import os
import subprocess
from pathlib import Path

import pytest
from commands import Archive, assert_rebuild_equals, one_line
from invented import Invented
from invented_site import BOARDS, first_crawl, own_board, serving, wrong_in_archive, wrong_with_skin

from kistep_archive.learn.saving import save
from kistep_archive.model.boards import BUILT_IN, Catalogue
from kistep_archive.model.skins import PostSkin, Selection, Skin
from kistep_archive.parse.skin import boards_file
from kistep_archive.replica import Fault, Replica, Site

SEED = 39


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


def test_pages_that_were_held_back_teach_a_skin_and_a_rebuild_takes_them_in(archive: Archive) -> None:
    board = Invented(SEED)
    with serving(board) as site:
        archive.origin = site.origin
        assert first_crawl(archive) == 4
        done = archive.crawl()
        one_line(done, 4, f"kistep-archive --archive {archive.folder} learn news")
        asked = len(site.requests)
        proposed = archive.run("learn", "news")
        assert proposed.returncode == 0, proposed.stderr
        assert "18 of 18 agree with the listing" in proposed.stdout
        assert own_board(archive).skin is None
        saved = archive.run("learn", "news", "--save")
        assert saved.returncode == 0, saved.stderr
        assert len(site.requests) == asked
        assert wrong_with_skin(own_board(archive), board) == {}
        assert archive.run("rebuild").returncode == 0
        assert wrong_in_archive(archive, board) == {}
        assert archive.value("SELECT count(*) FROM posts") == len(board.posts)
        assert archive.crawl().returncode == 0
    assert_rebuild_equals(archive.folder)


def test_a_fetch_that_met_a_wall_says_so_and_not_how_to_fetch(tmp_path: Path) -> None:
    with Replica(Site.generated(6)) as site:
        site.faults["Page="] = Fault(body="<html><body><h1>Hold on</h1></body></html>", times=-1)
        done = Archive(tmp_path / "archive", site.origin).run(
            "learn", "news", "--fetch", "5", "--origin", site.origin, "--delay", "0"
        )
    one_line(done, 3, "addresses in a row gave the same answer")


def test_posts_that_are_fetched_to_learn_from_are_evidence(archive: Archive) -> None:
    with serving(Invented(SEED)) as site:
        (archive.folder).mkdir()
        (archive.folder / "boards.toml").write_text(BOARDS)
        done = archive.run_apart("learn", "news", "--fetch", "5", "--origin", site.origin, "--delay", "0")
        assert done.returncode == 0, done.stderr
        assert sum("act=view" in path for path in site.requests) == 5
        assert "/robots.txt" in site.requests
        assert "5 of 5 agree with the listing" in done.stdout
        assert archive.value("SELECT count(*) FROM pages WHERE kind = 'post'") == 5
        archive.origin = site.origin
        assert archive.run("learn", "news", "--save").returncode == 0
        assert archive.run("rebuild").returncode == 0
        assert archive.crawl().returncode == 0
        assert wrong_in_archive(archive, site.board) == {}
        assert archive.value("SELECT count(*) FROM posts") == 18
    assert_rebuild_equals(archive.folder)


def test_the_same_pages_teach_the_same_skin(archive: Archive) -> None:
    with serving(Invented(SEED)) as site:
        archive.origin = site.origin
        first_crawl(archive)
    said = {
        subprocess.run(
            archive.command("learn", "news", "--json"),
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1


def test_what_cannot_be_learnt_from_is_one_line(archive: Archive) -> None:
    one_line(archive.run("learn", "news"), 2, "not an archive")
    one_line(archive.run("learn", "nosuch"), 2, "unknown board 'nosuch'")
    one_line(archive.run("learn", "news", "--accept"), 2, "--save")
    with serving(Invented(SEED)) as site:
        site.board.posts = site.board.posts[:2]
        archive.origin = site.origin
        first_crawl(archive)
        one_line(archive.run("learn", "news"), 2, "the archive holds 2 of its posts", "--fetch 8")


SKIN = Skin("learned-news-es", PostSkin(title=Selection("h2.x", '(a"b)'), body=("div.y",)))


def test_a_saved_skin_leaves_the_built_in_boards_as_they_are(tmp_path: Path) -> None:
    board = BUILT_IN[0]
    save(tmp_path / "boards.toml", board, SKIN)
    found = boards_file.load(tmp_path / "boards.toml")
    assert {row.key for row in found.rows} == {row.key for row in BUILT_IN}
    assert found.row(BUILT_IN[1].key) == BUILT_IN[1]
    own = found.row(board.key)
    assert own is not None
    assert own.skin is not None
    assert own.skin.post == SKIN.post


@pytest.mark.parametrize("old", ['skin = "es-table"\n', '[board.skin.post]\ntitle = "h9"\n', ""])
def test_a_saved_skin_leaves_the_rest_of_a_boards_file_as_it_is(tmp_path: Path, old: str) -> None:
    other = BOARDS.replace('"news"', '"other"').replace("bid=0051", "bid=0099")
    path = tmp_path / "boards.toml"
    path.write_text(f"# mine\n{BOARDS}{old}\n{other}# the end\n")
    before = boards_file.load(path)
    for _ in range(2):
        own = before.row(("news", "es"))
        assert own is not None
        save(path, own, SKIN)
    after: Catalogue = boards_file.load(path)
    assert after.row(("other", "es")) == before.row(("other", "es"))
    assert after.row(("news", "es")).skin.post == SKIN.post  # type: ignore[union-attr]
    assert path.read_text().startswith("# mine\n")
    assert path.read_text().endswith("# the end\n")


def test_a_skin_is_saved_into_a_boards_file_that_begins_with_a_mark_of_its_encoding(tmp_path: Path) -> None:
    path = tmp_path / "boards.toml"
    path.write_text(BOARDS, encoding="utf-8-sig")
    save(path, boards_file.load(path).row(("news", "es")), SKIN)  # type: ignore[arg-type]
    assert boards_file.load(path).row(("news", "es")).skin.post == SKIN.post  # type: ignore[union-attr]


def test_a_writer_that_all_posts_share_is_not_read_from_the_head_of_the_site(tmp_path: Path) -> None:
    with Replica() as site:
        archive = Archive(tmp_path / "archive", site.origin)
        assert archive.run("crawl", "newsletter", "--origin", site.origin, "--delay", "0").returncode == 4
        line = "The whole newsletter is attached as a file."
        one_line(archive.run("learn", "newsletter", "--save"), 4, "most bodies have would be left out", line)
        assert archive.run("learn", "newsletter", "--save", "--accept").returncode == 0
        dry = archive.run("rebuild", "--dry-run")
        assert "6 pages of posts come in that the old database did not have" in dry.stdout
        assert archive.run("rebuild").returncode == 0
        (skin,) = archive.folder.glob("learned-newsletter-es.toml")
        assert "#header" not in skin.read_text()
        assert archive.value("SELECT count(*) FROM posts WHERE writer = 'KISTEP'") == 6


def test_a_skin_that_was_changed_by_hand_is_not_replaced_unasked(archive: Archive) -> None:
    with serving(Invented(SEED)) as site:
        archive.origin = site.origin
        assert first_crawl(archive) == 4
    assert archive.run("learn", "news", "--save").returncode == 0
    (skin,) = archive.folder.glob("learned-*.toml")
    learnt = skin.read_text()
    skin.write_text(f"# mine\n{learnt}")
    one_line(archive.run("learn", "news", "--save"), 4, f"{skin} is there already and says something else")
    assert skin.read_text().startswith("# mine")
    assert archive.run("learn", "news", "--save", "--accept").returncode == 0
    assert skin.read_text() == learnt
    assert archive.run("learn", "news", "--save").returncode == 0
