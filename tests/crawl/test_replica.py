"""The stand-in site does what it promises, over real HTTP, and knows nothing of the archive."""

import gzip
import http.client
import io
import json
import re
import struct
import subprocess
import sys
import threading
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import quote, unquote

import pytest

from kistep_archive.replica import Answer, Entry, Fault, Image, Paragraph, Replica, Site
from kistep_archive.replica.pages import render_es, render_jsp
from kistep_archive.replica.pages.markup import Slice

ES = "/board.es?mid=a20501000000&bid=0051"
JSP = "/en/c4/sub3.jsp"


@pytest.fixture(scope="module")
def running() -> Iterator[Replica]:
    with Replica() as replica:
        yield replica


@pytest.fixture
def fresh() -> Iterator[Replica]:
    with Replica() as replica:
        yield replica


@dataclass(frozen=True)
class Got:
    """A response, read to its end."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


def ask(replica: Replica, path: str, method: str = "GET", body: str | None = None, **headers: str) -> Got:
    """The response to one request on a connection of its own."""
    with closing(http.client.HTTPConnection("127.0.0.1", replica.port, timeout=120)) as connection:
        connection.request(
            method, path, body, {name.replace("_", "-"): value for name, value in headers.items()}
        )
        response = connection.getresponse()
        return Got(response.status, response.headers, response.read())


def text(replica: Replica, path: str, method: str = "GET", body: str | None = None) -> str:
    return ask(replica, path, method, body).body.decode()


def es_post(number: int) -> str:
    return f"{ES}&act=view&list_no={number}"


def jsp_post(number: int) -> str:
    return f"{JSP}?brdType=R&bbIdx={number}"


def numbers(page: str) -> list[int]:
    """The numbers of the posts a page links to, each once, in order."""
    return list(dict.fromkeys(int(number) for number in re.findall(r"(?:list_no=|bbIdx=)(\d+)", page)))


def same(entry: Entry) -> tuple[str, str]:
    return entry.title, entry.date


@pytest.mark.parametrize(
    "path",
    [ES, JSP, es_post(37135), jsp_post(13623), "/menu.es?mid=a20501000000", "/menu.es?mid=a20502000000"],
)
def test_both_layouts_serve_whole_pages(running: Replica, path: str) -> None:
    response = ask(running, path)
    page = response.body.decode()
    assert response.status == 200
    assert response.headers.get("Content-Type") == "text/html;charset=UTF-8"
    assert len(response.headers.get_all("Set-Cookie") or ()) == 2
    assert page.rstrip().endswith("</html>")


def test_counts_hold() -> None:
    site = Site.standard()
    legacy, current = site.entries("jsp"), site.entries("es")
    assert len(legacy) >= 60
    assert len(current) >= 160
    assert len(site.migrated) >= 40
    assert len(site.entries("es", "0052")) == 6
    assert len(Site.generated(300).entries("es")) == 300


def test_a_migrated_post_has_the_same_text_under_another_number() -> None:
    site = Site.standard()
    for old, new in site.migrated.items():
        before, after = site.entry("jsp", old), site.entry("es", new)
        assert before is not None
        assert after is not None
        assert (before.title, before.date, before.writer, before.blocks) == (
            after.title,
            after.date,
            after.writer,
            after.blocks,
        )
        assert old != new


def test_exactly_one_migration_is_ambiguous() -> None:
    site = Site.standard()
    twins = [key for key, count in Counter(map(same, site.entries("es"))).items() if count > 1]
    legacy = [entry for entry in site.entries("jsp") if same(entry) in twins]
    assert len(twins) == len(legacy) == 1
    assert legacy[0].number not in site.migrated
    assert max(Counter(map(same, site.entries("jsp"))).values()) == 1


@pytest.mark.parametrize("layout", ["jsp", "es"])
def test_numbers_fall_with_the_dates_and_no_two_are_alike(layout: str) -> None:
    entries = Site.standard().entries(layout)  # type: ignore[arg-type]
    assert [entry.number for entry in entries] == sorted({entry.number for entry in entries}, reverse=True)
    assert [entry.date for entry in entries] == sorted((entry.date for entry in entries), reverse=True)


@pytest.mark.parametrize(
    ("path", "facts"),
    [
        (es_post(37135), ("S&amp;T in Post-COVID-19 Era", "Juyeon Maeng", "2020-06-10")),
        (
            es_post(42794),
            ("Future Direction of the Mission-Oriented National innovation Policy", "KISTEP", "2022-07-14"),
        ),
        (es_post(93466), ("2023 Science and Technology Diplomacy Forum", "KISTEP", "2024-04-04")),
        (jsp_post(13623), ("Opening ceremony of KISTEP new building", "Gyuha Jo", "2020-02-26")),
        (jsp_post(11437), ("The 66th KISTEP Wednesday Forum: Strategies", "Hyojin Jang", "2017-07-07")),
    ],
)
def test_the_known_posts_are_there(running: Replica, path: str, facts: tuple[str, ...]) -> None:
    page = text(running, path)
    assert all(fact in page for fact in facts)


def test_walking_every_page_of_a_listing_meets_every_post(running: Replica) -> None:
    met = {number for page in range(1, 19) for number in numbers(text(running, f"{ES}&nPage={page}"))}
    assert met == {entry.number for entry in running.site.entries("es")}
    met = {
        number
        for page in range(1, 8)
        for number in numbers(text(running, f"{JSP}?brdType=L&thisPage={page}"))
    }
    assert met == {entry.number for entry in running.site.entries("jsp")}


def test_a_listing_answers_a_posted_form_and_parameters_in_any_order(running: Replica) -> None:
    usual = numbers(text(running, f"{ES}&nPage=3"))
    assert (
        numbers(text(running, "/board.es", "POST", "mid=a20501000000&bid=0051&nPage=3&act=list&list_no="))
        == usual
    )
    assert numbers(text(running, "/board.es;jsessionid=0123?nPage=3&bid=0051&tag=&mid=a20501000000")) == usual
    assert (
        numbers(text(running, "/board.es?bid=0051&list_no=42794&act=view&act=list&mid=a10306050000"))[0]
        == 42794
    )


def test_pinned_rows_repeat_on_each_page_and_stand_in_their_own_place(running: Replica) -> None:
    pinned = [entry.number for entry in running.site.entries("es") if entry.pinned]
    pages = [numbers(text(running, f"{ES}&nPage={page}")) for page in range(1, 19)]
    assert 2 <= len(pinned) <= 3
    assert all(page[: len(pinned)] == pinned for page in pages)


def test_an_unknown_number_is_an_alert(running: Replica) -> None:
    assert "alert('삭제되었거나 존재하지 않는 게시물입니다.');history.back();" in text(running, es_post(40))
    assert "alert(" in text(running, jsp_post(40))
    with Replica(gone="en") as replica:
        assert "has been deleted or does not exist" in text(replica, es_post(40))


def test_a_page_past_the_end_is_empty_or_the_last_one_again(running: Replica) -> None:
    pinned = [entry.number for entry in running.site.entries("es") if entry.pinned]
    beyond = text(running, f"{ES}&nPage=99")
    assert "There are no posts." in beyond
    assert numbers(beyond) == pinned
    assert "There are no posts." in text(running, f"{JSP}?brdType=L&thisPage=99")
    with Replica(after_end="repeat", language="ko") as replica:
        last = numbers(text(replica, f"{ES}&nPage=18"))
        assert numbers(text(replica, f"{ES}&nPage=99")) == last
        assert numbers(text(replica, f"{JSP}?thisPage=99")) == numbers(text(replica, f"{JSP}?thisPage=7"))


def test_hits_rise_with_each_view(fresh: Replica) -> None:
    assert "9,833" in text(fresh, es_post(37135))
    assert "9,834" in text(fresh, es_post(37135))
    assert fresh.site.hits("es", 37135) == 9834
    entry = fresh.site.entry("es", 37135)
    assert entry is not None
    assert entry.hits == 9832


def test_download_counts_rise_with_each_download(fresh: Replica) -> None:
    assert "Download 129회" in text(fresh, es_post(42794))
    ask(fresh, "/boardDownload.es?bid=0051&list_no=42794&seq=1")
    assert "Download 130회" in text(fresh, es_post(42794))


def test_day_two_brings_four_posts_edits_three_and_removes_two(fresh: Replica) -> None:
    legacy = fresh.site.entries("jsp")
    first = {entry.number: entry for entry in fresh.site.entries("es")}
    fresh.site.day = 2
    second = {entry.number: entry for entry in fresh.site.entries("es")}
    removed = first.keys() - second.keys()
    assert len(second.keys() - first.keys()) == 4
    assert len(removed) == 2
    assert sum(first[number] != second[number] for number in first.keys() & second.keys()) == 3
    assert fresh.site.entries("jsp") == legacy
    assert all("alert(" in text(fresh, es_post(number)) for number in removed)


def test_day_three_brings_one_post_back_and_undoes_one_edit(fresh: Replica) -> None:
    first = {entry.number: entry for entry in fresh.site.entries("es")}
    fresh.site.day = 3
    third = {entry.number: entry for entry in fresh.site.entries("es")}
    assert len(first.keys() - third.keys()) == 1
    assert sum(first[number] != third[number] for number in first.keys() & third.keys()) == 2
    fresh.site.day = 1
    assert {entry.number: entry for entry in fresh.site.entries("es")} == first


def test_the_day_can_be_set_by_another_process(fresh: Replica) -> None:
    assert json.loads(ask(fresh, "/_replica/day?set=2", "POST").body) == {"day": 2}
    assert json.loads(ask(fresh, "/_replica/day").body) == {"day": 2}
    assert fresh.site.day == 2
    assert fresh.requests == []


def test_attachments_are_real_files_with_their_names(running: Replica) -> None:
    spellings = set()
    for entry in [*running.site.entries("es"), *running.site.entries("es", "0052")]:
        bid = "0052" if entry.title.startswith("KISTEP Newsletter Vol") else "0051"
        for file in entry.files:
            response = ask(running, f"/boardDownload.es?bid={bid}&list_no={entry.number}&seq={file.seq}")
            disposition = (response.headers.get("Content-Disposition") or "").encode("latin-1").decode()
            spellings.add(disposition.partition("=")[0])
            assert file.name in unquote(disposition)
            assert_real(file.name, response.body)
    assert spellings == {"attachment; filename", "attachment; filename*"}


def assert_real(name: str, body: bytes) -> None:
    if name.endswith(".pdf"):
        assert body.startswith(b"%PDF-")
        start = int(body.rsplit(b"startxref\n", 1)[1].split()[0])
        assert body[start:].startswith(b"xref")
    elif name.endswith(".png"):
        assert body.startswith(b"\x89PNG\r\n\x1a\n")
        assert struct.unpack(">II", body[16:24]) == (160, 90)
    else:
        with zipfile.ZipFile(io.BytesIO(body)) as document:
            assert document.namelist() == ["mimetype", "Contents/section0.xml"]
            assert document.read("mimetype") == b"application/hwp+zip"
            assert document.testzip() is None


def test_every_picture_of_a_body_is_served(running: Replica) -> None:
    sources = {
        block.src
        for entry in running.site.entries("es")
        for block in entry.blocks
        if isinstance(block, Image)
    }
    local = [source for source in sources if not source.startswith("data:")]
    assert any(" " in source for source in local)
    assert len(local) < len(sources)
    assert all(ask(running, quote(source, safe="/?&=()")).body.startswith(b"\x89PNG") for source in local)
    assert ask(running, "/galleryThumbView.es?list_no=42794&seq=1").body.startswith(b"\x89PNG")


ODD = Entry(
    70001, "Title <b> \"R&D\" 'Writer' 과학기술혁신정책", "Kim & <Lee>", "2024-02-29", 12345,
    (Paragraph("Date 2001-01-01 Hit 9"), Paragraph("a < b\nc & d\n'e'"), Paragraph("\u00a0"),
    Image("/upload/a (b).jpg", 'x "y"', "△ x")),
)  # fmt: skip


def assert_whole(page: str) -> None:
    assert page.startswith("<")
    assert page.endswith("</html>\n")
    assert page.count("<html") == page.count("</html>") == page.count("</body>") == 1
    for element in ("div", "ul", "table", "tr", "td", "p", "form", "span"):
        assert len(re.findall(rf"<{element}[ >]", page)) == page.count(f"</{element}>"), element


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("files", ["before", "after"])
@pytest.mark.parametrize("skin", render_es.POST_SKINS)
def test_every_skin_of_a_current_post_holds_all_of_it(skin: str, files: str, language: str) -> None:
    page = render_es.post(ODD, skin=skin, files=files, language=language)
    assert_whole(page)
    assert "Title &lt;b&gt; &quot;R&amp;D&quot; &#x27;Writer&#x27; 과학기술혁신정책</" in page
    assert "<p>a &lt; b<br>c &amp; d<br>&#x27;e&#x27;</p>" in page
    assert "<p>&nbsp;</p>" in page
    assert "Kim &amp; &lt;Lee&gt;</" in page
    assert "boardDownload" not in page


@pytest.mark.parametrize("skin", render_es.POST_SKINS)
def test_files_stand_where_they_are_asked_for(skin: str) -> None:
    entry = Site.standard().entry("es", 42794)
    assert entry is not None
    address = f"boardDownload.es?bid=0051&amp;list_no={entry.number}&amp;seq={entry.files[0].seq}"
    before, after = (render_es.post(entry, skin=skin, files=side) for side in ("before", "after"))
    assert before.count(address + '"') == after.count(address + '"') == 2
    body = "<p>What makes a mission"
    assert before.index(address) < before.index(body)
    assert after.index(address) > after.index(body)


@pytest.mark.parametrize("skin", render_jsp.POST_SKINS)
def test_every_skin_of_a_legacy_post_holds_all_of_it(skin: str) -> None:
    page = render_jsp.post(ODD, skin=skin)
    assert_whole(page)
    assert "Title &lt;b&gt; &quot;R&amp;D&quot;" in page
    assert "<p>a &lt; b<br>c &amp; d<br>&#x27;e&#x27;</p>" in page
    assert "12345" in page


@pytest.mark.parametrize("totals", [True, False])
@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize(
    "skin", [*render_es.LISTING_SKINS, *("jsp " + skin for skin in render_jsp.LISTING_SKINS)]
)
def test_every_skin_of_a_listing_shows_all_its_rows(skin: str, language: str, totals: bool) -> None:
    entries = Site.standard().entries("es")[:10]
    module = render_jsp if skin.startswith("jsp ") else render_es
    page = module.listing(
        Slice(entries, page=1, pages=118, total=1174, new={entries[0].number}),
        skin=skin.removeprefix("jsp "),
        language=language,
        totals=totals,
    )
    assert_whole(page)
    assert all(str(entry.number) in page and entry.date in page for entry in entries)
    assert ("<strong>1,174" in page or "<strong>1174" in page) == totals
    assert (
        module.listing(
            Slice((), page=1, pages=1, total=0), skin=skin.removeprefix("jsp "), language="ko"
        ).count("현재 게시글이 없습니다.")
        == 1
    )


def test_the_columns_of_a_table_can_change() -> None:
    entries = Site.standard().entries("es")[:2]
    page = render_es.listing(
        Slice(entries, page=1, pages=1, total=2),
        skin="data",
        columns=("title", "department", "hits", "date", "writer"),
    )
    assert re.findall(r'<th scope="col">([^<]*)', page) == ["Title", "Department", "Hit", "Date", "Writer"]
    assert 'data-label="No."' not in page


def test_long_titles_are_cut_in_listings_only(running: Replica) -> None:
    entry = next(entry for entry in running.site.entries("es") if len(entry.title) > 90 and entry.pinned)
    assert entry.title not in text(running, ES)
    assert f"{entry.title[:60]}" in text(running, ES)
    assert entry.title in text(running, es_post(entry.number))


def test_a_post_links_its_neighbours(running: Replica) -> None:
    first, second, third = (entry.number for entry in running.site.entries("es")[:3])
    assert numbers(text(running, es_post(second)).partition('<ul class="prevnext">')[2]) == [third, first]
    assert running.site.neighbours("es", first)[1] is None
    with Replica(jsp_post_skin="later") as replica:
        last = replica.site.entries("jsp")[-1].number
        assert 'href="#n">-</a>' in text(replica, jsp_post(last))


def test_faults_run_out(fresh: Replica) -> None:
    fresh.faults["list_no=37135"] = Fault(status=503, headers={"Retry-After": "7"}, times=2)
    answers = [ask(fresh, es_post(37135)) for _ in range(3)]
    assert [answer.status for answer in answers] == [503, 503, 200]
    assert answers[0].headers.get("Retry-After") == "7"
    assert len(fresh.requests) == 3


def test_a_fault_can_replace_cut_or_drop_an_answer(fresh: Replica) -> None:
    fresh.faults["list_no=37135"] = Fault(body="blocked")
    fresh.faults["list_no=42794"] = Fault(cut=100)
    fresh.faults["list_no=93466"] = Fault(dropped=True)
    fresh.faults["/robots.txt"] = lambda method, _: Answer(b"called", status=500) if method == "GET" else None
    assert ask(fresh, es_post(37135)).body == b"blocked"
    with pytest.raises(http.client.IncompleteRead) as cut:
        ask(fresh, es_post(42794))
    assert len(cut.value.partial) == 100
    with pytest.raises(http.client.RemoteDisconnected):
        ask(fresh, es_post(93466))
    assert ask(fresh, "/robots.txt").status == 500
    assert ask(fresh, "/robots.txt", "HEAD").status == 200


def test_an_unknown_skin_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="es_post_skin is one of info, dl, table"):
        Replica(es_post_skin="nosuch")


def test_serving_ends_with_a_signal() -> None:
    program = (
        "from kistep_archive.replica import serve; serve(0, day=2, ready=lambda origin: print(origin, "
        "flush=True))"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline().rpartition(":")[2])
        with closing(http.client.HTTPConnection("127.0.0.1", port)) as connection:
            connection.request("GET", "/_replica/day")
            assert json.loads(connection.getresponse().read()) == {"day": 2}
        process.terminate()
        assert process.wait(timeout=120) == 0


def test_text_is_gzipped_only_when_asked_for() -> None:
    with Replica(gzip=True) as replica:
        squeezed = ask(replica, ES, Accept_Encoding="gzip")
        assert squeezed.headers.get("Content-Encoding") == "gzip"
        assert b"</html>" in gzip.decompress(squeezed.body)
        assert ask(replica, ES).headers.get("Content-Encoding") is None


def test_other_addresses_are_not_found_and_robots_are_told(running: Replica) -> None:
    assert ask(running, "/index.es").status == 404
    assert ask(running, "/board.es?mid=a1&bid=9999").status == 404
    assert "Disallow: /admin/" in text(running, "/robots.txt")


def test_stopping_leaves_no_thread_though_a_connection_is_kept_alive() -> None:
    before = set(threading.enumerate())
    replica = Replica().start()
    connection = http.client.HTTPConnection("127.0.0.1", replica.port)
    for _ in range(3):
        connection.request("GET", ES)
        assert connection.getresponse().read()
    replica.stop()
    assert set(threading.enumerate()) <= before
    connection.close()


def test_it_imports_nothing_of_the_archive() -> None:
    program = (
        "import sys, kistep_archive.replica\n"
        "print([n for n in sys.modules if n.startswith('kistep_archive.') and not "
        "n.startswith('kistep_archive.replica')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['kistep_archive.version']"  # what the package itself loads
