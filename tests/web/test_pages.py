"""What a reader sees on each page of the site."""

from pathlib import Path

import pytest
from commands import Archive
from readers import Reader, Sheet
from small_site import CURRENT

from kistep_archive import Archive as Opened
from kistep_archive.replica import Replica
from kistep_archive.web import addresses


def test_home_tells_how_much_there_is_and_what_happened_last(reader: Reader) -> None:
    home = reader.open("/")
    assert "197 posts, with every edit" in home.text
    kinds = home.all("//ol[@class='timeline']/li/span")
    assert kinds[:5] == ["revised", "removed", "revised", "removed", "new"]
    assert home.links()["news"] == "/boards/news"
    assert home.all("//svg//a/@aria-label")[0] == "2010: 5"


def test_search_finds_two_korean_syllables_inside_a_longer_word_and_marks_them(
    reader: Reader, place: Archive
) -> None:
    found = reader.open("/search?q=예산")
    assert set(found.all("//mark")) == {"예산"}
    with Opened(place.folder) as archive:
        assert found.all("//main//p[@class='total']") == [f"{archive.search('예산').total} posts"]


def test_search_counts_what_each_filter_would_leave(reader: Reader, place: Archive) -> None:
    found = reader.open("/search?q=forum")
    rows = found.tree.xpath("//aside[@class='facets']//h2[.='Writers']/following-sibling::ul[1]/li")
    assert len(rows) > 3
    for row in rows:
        writer, count = (span.text for span in row.xpath(".//span"))
        with Opened(place.folder) as archive:
            assert archive.search("forum", writer=writer).total == int(count)


def test_many_matches_are_shown_before_their_filters_are_counted(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kistep_archive.web.pages.search._MANY", 10)
    found = reader.open("/search?q=forum")
    assert found.all("//aside//svg") == []
    counted = reader.open(found.links()["Count what each filter leaves"])
    assert counted.all("//aside//h2")[:3] == ["Years", "Boards", "Writers"]


def test_a_filter_can_be_taken_back(reader: Reader) -> None:
    narrowed = reader.open("/search?q=forum&has_file=yes")
    assert "8 posts" in narrowed.text
    (back,) = [href for words, href in narrowed.links().items() if "remove this filter" in words]
    assert "17 posts" in reader.open(back).text


def test_nothing_found_says_what_else_there_is(reader: Reader) -> None:
    found = reader.open("/search?q=forrum")
    assert "Nothing was found." in found.text
    assert "forum" in found.links()


@pytest.mark.parametrize(
    ("address", "heading"),
    [
        ("/changed", "What changed"),
        ("/removed", "Removed posts"),
        ("/writers", "Writers"),
        ("/writers/KISTEP", "KISTEP"),
        ("/years", "Years"),
        ("/years/2022", "2022"),
        ("/boards", "Boards"),
        ("/boards/news", "News & Event"),
        ("/runs", "Runs"),
        ("/runs/1", "Run 1"),
        ("/news/98911/changes", "What changed"),
        ("/news/98911/proof", "The proof of this post"),
        ("/news/98911/cite", "Cite this post"),
        ("/news/42794/files", "Files and pictures"),
    ],
)
def test_every_page_has_its_heading_and_a_document_beside_it(
    reader: Reader, address: str, heading: str
) -> None:
    assert reader.open(address).heading == heading
    assert isinstance(reader.json(f"{address}.json"), dict)


def test_no_link_of_the_site_leads_nowhere(reader: Reader) -> None:
    """Every page that can be reached from the first one answers."""
    seen, waiting = {"/"}, ["/"]
    while waiting:
        address = waiting.pop()
        response = reader.client.get(address, follow_redirects=True)
        assert response.status_code == 200, address
        if not response.headers["content-type"].startswith("text/html"):
            continue
        sheet = Sheet(response.text)
        links = sheet.all("//a/@href") + sheet.all("//img/@src") + sheet.all("//iframe/@src")
        for link in links:
            plain = link.partition("#")[0]
            if plain.startswith("/") and plain not in seen and not _is_a_question(plain):
                seen.add(plain)
                waiting.append(plain)
    assert len(seen) > 900


def _is_a_question(link: str) -> bool:
    """A search has endlessly many forms; Datasette's tables are tested by themselves."""
    return "?" in link or link.startswith("/data/")


def test_a_post_shows_its_body_with_pictures_from_the_archive(reader: Reader) -> None:
    post = reader.open("/news/42794")
    (picture,) = post.all("//div[@class='body']//img/@src")
    assert picture.startswith("/images/")
    response = reader.client.get(picture)
    assert response.headers["content-type"] == "image/png"
    assert response.content.startswith(b"\x89PNG")


def test_an_old_address_leads_to_the_post_of_today(reader: Reader) -> None:
    response = reader.client.get("/news/jsp-6024")
    assert (response.status_code, response.headers["location"]) == (308, "/news/31800")
    assert "moved to a new address" in reader.open("/news/31800").text


def test_changes_set_two_revisions_side_by_side(reader: Reader) -> None:
    changes = reader.open("/news/98911/changes/1-2")
    assert changes.all("//ins") == ["[Updated]"]
    assert "1 words added, 0 taken away" in changes.text


def test_proof_marks_the_piece_of_the_page_that_each_field_comes_from(reader: Reader, place: Archive) -> None:
    proof = reader.json("/news/98911/proof.json")
    with Opened(place.folder) as archive:
        page = archive.revision("news/98911").read()
    for field in proof["fields"]:
        for piece in field["pieces"]:
            first = piece["byte_offset"]
            assert page[first : first + piece["byte_length"]].decode() == piece["source"]
    shown = reader.open("/news/98911/proof")
    assert shown.all("//mark")[0].startswith("<h2")
    assert "GET /board.es?" in shown.text
    assert "HTTP/1.1 200 OK" in shown.text


def test_as_of_shows_the_archive_as_it_was_and_keeps_the_date_in_links(reader: Reader) -> None:
    with_date = reader.open("/news/98911?as_of=2100-01-01")
    assert "2100-01-01" in with_date.all("//aside")[0]
    assert with_date.links()["KISTEP"].endswith("?as_of=2100-01-01")
    before = reader.open("/?as_of=2000-01-01")
    assert "0 posts" in before.text
    assert "no post with this address" in reader.open("/news/98911?as_of=2000-01-01", 404).text


def test_the_interface_speaks_korean(reader: Reader) -> None:
    home = reader.open("/?lang=ko")
    assert home.tree.get("lang") == "ko"
    assert home.heading == "News & Event (www.kistep.re.kr) 아카이브"
    assert home.links("//nav")["검색"] == "/search?lang=ko"


@pytest.mark.parametrize(
    "address", ["/nope", "/news/1", "/news/0", "/runs/99", "/years/1900/page-2", "/news/98911/proof/9"]
)
def test_what_does_not_exist_is_said_so(reader: Reader, address: str) -> None:
    assert reader.open(address, 404).heading == "There is no such page"


@pytest.mark.parametrize(
    "query", ["since=yesterdayish", "board=nope", "page=0", "removed=perhaps", "as_of=then"]
)
def test_a_question_that_cannot_be_understood_is_said_so(reader: Reader, query: str) -> None:
    assert reader.open(f"/search?{query}", 400).heading == "This address cannot be understood"


def test_a_run_says_how_politely_it_asked_by_its_own_evidence(reader: Reader) -> None:
    run = reader.open("/runs/2")
    assert "requests by the evidence of this run" in run.text
    document = reader.json("/runs/2.json")
    assert document["politeness"]["requests"] == document["requested"]


def test_a_list_has_a_chart_whose_bars_lead_to_its_posts(reader: Reader) -> None:
    for address, total in (("/boards/news", 197), ("/years/2022", 21), ("/writers/KISTEP", None)):
        page = reader.open(address)
        bars = page.tree.xpath("//main//svg//a")
        counts = [int(bar.get("aria-label").rpartition(" ")[2]) for bar in bars]
        assert total is None or sum(counts) == total
        assert f"{counts[0]} post" in reader.open(bars[0].get("href")).text


def test_another_institute_is_not_called_by_this_ones_name(place: Archive, tmp_path: Path) -> None:
    boards = tmp_path / "boards.toml"
    address = "https://www.kict.example/board.es?mid=a20601000000&bid=0061"
    boards.write_text(
        f'[[board]]\nname = "news"\ntitle = "KICT news"\nlayout = "es"\naddress = "{address}"\n'
        'language = "en"\n'
    )
    home = Reader(place.folder, boards_file=boards).open("/")
    assert home.heading == "An archive of KICT news (www.kict.example)"


def test_nobody_writes_the_demo_now(reader: Reader) -> None:
    assert reader.json("/runs/now.json") == {"active": ""}


def test_after_a_rebuild_the_server_shows_the_new_database(archive: Archive, replica: Replica) -> None:
    archive.crawl()
    reader = Reader(archive.folder)
    with reader.client:
        before = reader.json("/runs.json")["total"]
        assert archive.run("rebuild").returncode == 0
        replica.site.day = 2
        archive.crawl()
        assert (before, reader.json("/runs.json")["total"]) == (1, 2)


def test_a_database_that_is_not_there_is_no_missing_page(archive: Archive) -> None:
    archive.crawl()
    (archive.folder / "kistep.db").unlink()
    for address in ("/removed", "/boards/news", f"/news/{CURRENT[0].number}", "/writers/KISTEP"):
        page = Reader(archive.folder).open(address, 503)
        assert str(archive.folder) not in page.source


def test_a_writer_whose_name_ends_like_a_form_of_a_page_has_a_page() -> None:
    for name in ("a.html", "a.json"):
        assert not addresses.writer(name).endswith((".html", ".json"))
