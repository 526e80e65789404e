"""A site whose pages have every misleading shape at once is archived as the same site without them."""

from pathlib import Path

from commands import Archive, assert_rebuild_equals, one_line, what_it_says

from kistep_archive.replica import Replica
from kistep_archive.replica.quirks import QUIRKS, UNCLEAR

ALL = tuple(sorted(set(QUIRKS) - {"hyphens", "ks-c-5601", "surplus-end-tag", *UNCLEAR}))


def test_a_crawl_of_pages_with_every_quirk_finds_what_a_crawl_of_plain_pages_finds(tmp_path: Path) -> None:
    said = []
    for quirks in ((), ALL):
        with Replica(quirks=quirks) as site:
            archive = Archive(tmp_path / f"archive-{len(quirks)}", site.origin)
            done = archive.crawl()
            assert done.returncode == 0, done.stderr
            said.append(what_it_says(archive))
    assert said[0] == said[1]
    assert_rebuild_equals(archive.folder)


def test_what_readers_say_in_a_bodys_box_is_never_archived_as_the_posts(tmp_path: Path) -> None:
    with Replica(quirks=("opinions",)) as site:
        archive = Archive(tmp_path / "archive", site.origin)
        done = archive.crawl()
    assert done.returncode == 4
    assert (
        "the body ends with what may be a reader's comment: 'Lee 2024-08-02 09:30 I was there.'"
        in done.stderr
    )
    assert archive.value("SELECT count(*) FROM posts WHERE layout = 'es'") == 0


def test_an_unknown_quirk_is_one_line_that_lists_them(tmp_path: Path) -> None:
    done = Archive(tmp_path).run("replica", "--port", "0", "--quirk", "odd")
    one_line(done, 2, "--quirk 'odd': unknown quirk; known are doubled-ids")
