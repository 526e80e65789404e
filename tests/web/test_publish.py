"""The site as files: complete, relative, and written again only where something changed."""

import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from commands import Archive, one_line
from sites import broken_links, contents, pages
from small_site import CURRENT

from kistep_archive.replica import Replica
from kistep_archive.web.publish.folder import LIST, open_folder


@pytest.fixture(scope="module")
def site(place: Archive, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's archive, published."""
    folder = tmp_path_factory.mktemp("published") / "site"
    done = place.run("publish", str(folder), "--base-url", "https://example.org/kistep/")
    assert (done.returncode, done.stderr) == (0, "")
    return folder


def test_every_link_leads_to_a_file(site: Path) -> None:
    assert broken_links(site) == []


def test_every_post_has_its_pages_its_evidence_and_its_data(site: Path) -> None:
    for name in ("98911.html", "98911.json", "98911.wacz", "98911/changes.html", "98911/proof/1.html"):
        assert (site / "news" / name).stat().st_size > 0
    assert (site / "news/98911/bytes/1.txt").read_bytes().startswith(b"<!DOCTYPE html>")
    assert len(list((site / "news").glob("*.wacz"))) == 197


def test_the_database_is_there_to_be_taken(site: Path) -> None:
    with closing(sqlite3.connect(f"file:{site / 'kistep-archive.db'}?mode=ro", uri=True)) as conn:
        assert conn.execute("SELECT count(*) FROM posts").fetchone() == (197,)


def test_an_old_address_leads_to_the_post_of_today(site: Path) -> None:
    assert "url=../news/31800.html" in (site / "news/jsp-6024.html").read_text()


def test_links_are_relative_and_canonical_ones_complete(site: Path) -> None:
    page = (site / "news/98911.html").read_text()
    assert '<link rel="canonical" href="https://example.org/kistep/news/98911.html">' in page
    assert 'href="/' not in page
    assert "https://example.org/kistep/news/98911.html" in (site / "sitemap.xml").read_text()


def test_a_second_publish_writes_nothing(place: Archive, site: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in site.rglob("*")}
    done = place.run("publish", str(site), "--base-url", "https://example.org/kistep/")
    assert "0 files written" in done.stdout
    assert before == {path: path.stat().st_mtime_ns for path in site.rglob("*")}


def test_a_file_that_somebody_removed_is_written_again(place: Archive, site: Path) -> None:
    (site / "news/98911/proof.html").unlink()
    done = place.run("publish", str(site), "--base-url", "https://example.org/kistep/")
    assert "1 file written" in done.stdout
    assert (site / "news/98911/proof.html").is_file()


def test_after_a_crawl_only_what_changed_is_written_and_it_is_as_if_published_anew(
    archive: Archive, replica: Replica, tmp_path: Path
) -> None:
    archive.crawl()
    archive.run("publish", str(tmp_path / "site"))
    replica.site.day = 2
    archive.crawl()
    done = archive.run("publish", str(tmp_path / "site"))
    archive.run("publish", str(tmp_path / "anew"))
    assert contents(tmp_path / "site").keys() == contents(tmp_path / "anew").keys()
    site, anew = (contents(tmp_path / name) for name in ("site", "anew"))
    assert [name for name in site if name != LIST and site[name] != anew[name]] == []
    written, unchanged = re.findall(r"([0-9,]+) files? written, ([0-9,]+) unchanged", done.stdout)[0]
    assert int(written.replace(",", "")) < int(unchanged.replace(",", ""))


def test_a_folder_that_publish_did_not_make_is_left_alone(place: Archive, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    done = place.run("publish", str(tmp_path))
    assert done.returncode == 2
    assert "not empty, and 'publish' did not make it" in done.stderr
    assert contents(tmp_path) == {"thesis.txt": b"mine"}


def test_files_of_others_in_the_folder_stay(archive: Archive, tmp_path: Path) -> None:
    archive.crawl()
    archive.run("publish", str(tmp_path / "site"))
    (tmp_path / "site" / "CNAME").write_text("archive.example\n")
    (tmp_path / "site" / "years" / "1999.html").write_text("an old page")
    archive.run("publish", str(tmp_path / "site"))
    assert (tmp_path / "site" / "CNAME").read_text() == "archive.example\n"
    assert (tmp_path / "site" / "years" / "1999.html").is_file()


def test_pages_do_not_depend_on_the_day_on_which_they_are_written(archive: Archive, tmp_path: Path) -> None:
    archive.crawl()
    archive.run("publish", str(tmp_path / "site"))
    done = archive.later(400, "publish", str(tmp_path / "site"))
    assert "0 files written" in done.stdout


def test_the_interface_can_be_korean(place: Archive, tmp_path: Path) -> None:
    place.run("publish", str(tmp_path / "site"), "--lang", "ko")
    assert '<html lang="ko">' in (tmp_path / "site" / "index.html").read_text()
    assert all("lang=ko" not in path.read_text() for path in pages(tmp_path / "site"))


@pytest.mark.parametrize(
    "address",
    [
        "example.org",
        "//",
        "javascript:alert(1)",
        "https://",
        "https://x/?q=1",
        "https://[x",
        "https://a b/",
        "https://x/../",
    ],
)
def test_an_address_that_is_not_complete_is_said_so(place: Archive, tmp_path: Path, address: str) -> None:
    one_line(place.run("publish", str(tmp_path / "site"), "--base-url", address), 2, "not a complete address")
    assert not (tmp_path / "site").exists()


def test_nothing_is_published_into_the_archive(place: Archive) -> None:
    for folder in (place.folder, place.folder / "site", place.folder / "warc" / "site"):
        one_line(place.run("publish", str(folder)), 2, "in the folder of the archive")
    assert not (place.folder / "site").exists()


def test_two_cannot_publish_into_one_folder_at_once(place: Archive, tmp_path: Path) -> None:
    with open_folder(tmp_path / "site"):
        one_line(place.run("publish", str(tmp_path / "site")), 75, "another 'publish' writes this site")


def test_a_file_of_two_posts_stays_when_one_of_them_loses_it(tmp_path: Path) -> None:
    with open_folder(tmp_path) as out:
        out.write("files/shared.pdf", b"shared", "news/1")
        out.keep("files/shared.pdf", "news/2")
        out.remember("news/2", "as before")
    with open_folder(tmp_path) as out:
        assert out.is_current("news/2", "as before")
    assert (tmp_path / "files/shared.pdf").read_bytes() == b"shared"


def test_what_damaged_evidence_does_not_prove_is_said_so_and_written_when_it_is_whole_again(
    archive: Archive, tmp_path: Path
) -> None:
    archive.crawl()
    (evidence,) = (archive.folder / "warc").iterdir()
    whole = evidence.read_bytes()
    evidence.write_bytes(whole[:400])
    for _ in range(2):
        one_line(archive.run("publish", str(tmp_path / "site")), 5, "all other files are written")
    assert [link for _, link in broken_links(tmp_path / "site") if "proof" in link] == []
    proof = tmp_path / f"site/news/{CURRENT[0].number}/proof.html"
    assert "damaged or missing" in proof.read_text()
    evidence.write_bytes(whole)
    assert archive.run("publish", str(tmp_path / "site")).returncode == 0
    assert archive.run("publish", str(tmp_path / "anew")).returncode == 0
    site, anew = (contents(tmp_path / each) for each in ("site", "anew"))
    assert [path for path in site.keys() | anew.keys() if site.get(path) != anew.get(path)] in ([], [LIST])


def test_pages_written_before_the_evidence_was_damaged_stay(archive: Archive, tmp_path: Path) -> None:
    archive.crawl()
    archive.run("publish", str(tmp_path / "site"))
    before = contents(tmp_path / "site")
    for path in (archive.folder / "warc").iterdir():
        path.write_bytes(path.read_bytes()[:400])
    done = archive.run("publish", str(tmp_path / "site"), "--lang", "ko")
    after = contents(tmp_path / "site")
    assert (done.returncode, before.keys() - after.keys()) == (5, set())


def test_an_archive_of_an_earlier_version_is_published(tmp_path: Path) -> None:
    folder = shutil.copytree(Path(__file__).parents[1] / "archives/0.1.0/archive", tmp_path / "archive")
    done = Archive(folder).run("publish", str(tmp_path / "site"))
    assert (done.returncode, done.stderr) == (0, "")
    assert "500" in (tmp_path / "site/runs/10.html").read_text()
