"""The archives of `bench.scale` that no crawl makes are as a crawl makes them."""

from pathlib import Path

from commands import Archive

from bench.builder import build
from bench.site import StandIn

POSTS = 45


def contents(archive: Archive) -> list[tuple[object, ...]]:
    return archive.rows(
        "SELECT p.number, p.title, p.date, p.writer, p.body_text, p.hits, s.url, s.listed, s.due_at > '' "
        "FROM posts p JOIN source s ON s.post_id = p.id ORDER BY p.number"
    )


def test_a_built_archive_is_sound_complete_and_equal_to_a_crawled_one(tmp_path: Path) -> None:
    crawled, built = Archive(tmp_path / "crawled"), Archive(tmp_path / "built")
    with StandIn(POSTS) as site:
        crawl = ("crawl", "news", "--origin", site.origin, "--delay", "0")
        assert crawled.run(*crawl).returncode == 0
        site.take_requests()
    build(POSTS, built.folder, port := int(site.origin.rpartition(":")[2]))
    assert contents(built) == contents(crawled)
    assert len(contents(built)) == POSTS
    pages = "SELECT url, kind, status, outcome FROM pages ORDER BY url, warc_offset"
    assert built.rows(pages) == crawled.rows(pages)
    assert built.run("verify").returncode == 0
    assert "nothing differs" in built.run("rebuild", "--dry-run").stdout
    with StandIn(POSTS, port) as site:
        again = built.run(*crawl)
        assert (again.returncode, "0 new" in again.stdout) == (0, True)
        assert site.take_requests() == {"robots.txt": 1, "listings": 2}
