"""Pages with broken letters: read, and the user is told."""

from pathlib import Path

from commands import Archive, assert_rebuild_equals

from kistep_archive.replica import Answer, Replica, Site


def test_fault_d08_a_crawl_tells_of_pages_with_broken_letters(tmp_path: Path) -> None:
    with Replica(Site.generated(3)) as site:
        number = site.site.entries("es")[0].number
        broken = f"0051&act=view&list_no={number}"

        def cut(method: str, target: str) -> Answer | None:
            del site.faults[broken]
            body = site.respond(method, target, "", accepts_gzip=False).body
            return Answer(body.replace(b'<div class="contents">', b'<div class="contents"><p>caf\xe9.</p>'))

        site.faults[broken] = cut
        archive = Archive(tmp_path / "archive", site.origin)
        done = archive.crawl()
        assert done.returncode == 0
        assert "1 page with broken letters, shown as \ufffd, the first: https://www.kistep" in done.stdout
        assert "caf\ufffd." in archive.value("SELECT body_text FROM posts WHERE number = ?", number)
        assert_rebuild_equals(archive.folder)
