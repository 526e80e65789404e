"""Picture boards at gallery.es: the same CMS under another name."""

from pathlib import Path

import pytest
from commands import Archive, assert_rebuild_equals

from kistep_archive.replica import Replica, Site

BOARDS = """
[[board]]
name = "photos"
title = "Photo News"
layout = "es"
address = "https://www.kistep.re.kr/gallery.es?mid=a20501000000&bid=0051"
language = "en"
"""
POST = "https://www.kistep.re.kr/gallery.es?mid=a20501000000&bid=0051&act=view&list_no="


@pytest.mark.parametrize("skin", ["gallery", "aria", "data"])
def test_a_picture_board_is_crawled_and_rebuilt(tmp_path: Path, skin: str) -> None:
    with Replica(Site.generated(24), es_listing_skin=skin) as site:
        made = Archive(tmp_path / "archive", site.origin)
        made.folder.mkdir()
        (made.folder / "boards.toml").write_text(BOARDS)
        crawl = ("crawl", "photos", "--origin", site.origin, "--delay", "0")
        assert made.run(*crawl).returncode == 0
        urls = [url for (url,) in made.rows("SELECT url FROM posts")]
        assert len(urls) == 24
        assert all(url.startswith(POST) for url in urls)
        assert not [path for _, path in site.requests if path.startswith("/board.es")]
        site.requests.clear()
        assert made.run(*crawl).returncode == 0
        assert len(site.requests) == 2
    assert made.run("show", urls[0]).returncode == 0
    assert_rebuild_equals(made.folder)
