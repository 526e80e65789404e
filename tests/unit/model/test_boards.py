"""The catalogue: one canonical URL for every spelling, and boards from a file."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kistep_archive.model.boards import BUILT_IN, Catalogue
from kistep_archive.model.urls import locate
from kistep_archive.parse.skin.boards_file import load

NEWS = "https://www.kistep.re.kr/board.es?mid=a20501000000&bid=0051"
POST = f"{NEWS}&act=view&list_no=42794"
LEGACY = "https://www.kistep.re.kr/en/c4/sub3.jsp?brdType=R&bbIdx=13623"


@pytest.mark.parametrize(
    "spelling",
    [
        POST,
        f"{NEWS}&act=view&list_no=42794&tag=&nPage=6",
        f"{NEWS}&list_no=42794&act=view",
        "https://www.kistep.re.kr/board.es?act=view&list_no=42794&act=view&bid=0051&b_list=10&keyField=&orderby=&cg_code=&mid=a20501000000",
        "http://www.kistep.re.kr/board.es?mid=a20501000000&bid=0051&act=view&list_no=42794",
        "https://www.kistep.re.kr:443/board.es?mid=a20501000000&bid=0051&act=view&list_no=42794",
        "https://WWW.KISTEP.RE.KR/board.es?mid=a20501000000&bid=0051&act=view&list_no=42794#top",
        "https://www.kistep.re.kr/board.es;jsessionid=0123456789ABCDEF0123456789ABCDEF?mid=a20501000000&bid=0051&act=view&list_no=42794",
        "https://www.kistep.re.kr/board.es?mid=a10101000000&bid=0051&act=view&list_no=42794",
    ],
)
def test_fault_c09_every_spelling_of_a_current_post_has_one_canonical_url(spelling: str) -> None:
    assert Catalogue().canonical(spelling) == POST


@pytest.mark.parametrize(
    "spelling",
    [
        LEGACY,
        "http://www.kistep.re.kr/en/c4/sub3.jsp?bbIdx=13623&brdType=R",
        "https://www.kistep.re.kr/en/c4/sub3.jsp?brdType=R&bbIdx=13623&thisPage=4&searchField=&searchText=&recordCnt=212&brdCodeValue=",
        "http://www.kistep.re.kr/en/c4/sub3.jsp;jsessionid=0123456789ABCDEF0123456789ABCDEF?brdType=R&bbIdx=13623",
    ],
)
def test_fault_c09_every_spelling_of_a_legacy_post_has_one_canonical_url(spelling: str) -> None:
    assert Catalogue().canonical(spelling) == LEGACY


@pytest.mark.parametrize(
    ("spelling", "canonical"),
    [
        ("https://www.kistep.re.kr/menu.es?mid=a20501000000", f"{NEWS}&nPage=1"),
        (NEWS, f"{NEWS}&nPage=1"),
        (f"{NEWS}&act=list&nPage=3&b_list=10", f"{NEWS}&nPage=3"),
        (
            "http://www.kistep.re.kr/en/c4/sub3.jsp",
            "https://www.kistep.re.kr/en/c4/sub3.jsp?brdType=L&thisPage=1&searchField=&searchText=",
        ),
        (
            "https://www.kistep.re.kr/boardDownload.es?seq=2&list_no=9&bid=0051&cg_code=",
            "https://www.kistep.re.kr/boardDownload.es?bid=0051&list_no=9&seq=2",
        ),
    ],
)
def test_listings_menu_entries_and_files_have_one_too(spelling: str, canonical: str) -> None:
    assert Catalogue().canonical(spelling) == canonical


@pytest.mark.parametrize(
    "url",
    [
        "https://[::1/board.es",
        "https://[::1/board.es?mid=a20501000000&bid=0051",
        "http://[",
        "[",
        "",
        "a b",
        "https://www.kistep.re.kr/boardDownload.es?file=abc",
        "https://www.kistep.re.kr/boardDownload.es?bid=0051&list_no=3",
        "https://a.kr/board.es?x=1",
    ],
)
def test_what_is_no_whole_address_has_no_canonical_spelling(url: str) -> None:
    assert Catalogue().canonical(url) == url


@given(
    st.text(max_size=80),
    st.sampled_from(
        ["", "https://www.kistep.re.kr/board.es?", "https://", "https://www.kistep.re.kr/en/c4/sub3.jsp"]
    ),
)
def test_any_text_has_a_canonical_spelling_that_is_its_own(text: str, before: str) -> None:
    once = Catalogue().canonical(before + text)
    assert Catalogue().canonical(once) == once


def test_the_host_and_the_bid_decide_the_board_and_the_menu_id_does_not() -> None:
    assert Catalogue().board(POST) is not None
    assert Catalogue().board(POST.replace("www.kistep", "www.kict")) is None
    assert Catalogue().board(POST.replace("bid=0051", "bid=0099")) is None


def test_the_same_name_under_another_path_is_another_board(tmp_path: Path) -> None:
    file = tmp_path / "boards.toml"
    file.write_text(ROW.format("alerts", "es", "https://www.example.go.kr/board/board.es?mid=a2&bid=0015"))
    catalogue, post = (
        load(file),
        "https://www.example.go.kr/board/board.es?mid=a2&bid=0015&act=view&list_no=7",
    )
    assert catalogue.canonical(post.replace("mid=a2", "mid=a9")) == post
    assert catalogue.board(post.replace("/board/", "/")) is None
    assert Catalogue().board("https://www.kistep.re.kr/rss/board.es?mid=a20501000000&bid=0051") is None
    download = "https://www.example.go.kr/filepath/boardDownload.es?bid=0015&list_no=7&seq=1"
    assert (catalogue.board(download), catalogue.canonical(download)) == (catalogue.board(post), download)


@pytest.mark.parametrize("path", ["//board.es", "/./board.es", "/.//./board.es"])
def test_slashes_that_say_nothing_are_left_out(path: str) -> None:
    assert Catalogue().canonical(POST.replace("/board.es", path)) == POST


def test_a_prefix_in_the_path_is_kept() -> None:
    found = locate("https://www.example.go.kr/board/board.es?mid=a2&bid=0031&act=view&list_no=7")
    assert found is not None
    assert (found.prefix, found.kind, found.number) == ("/board/", "post", 7)


GALLERY = "https://www.example.go.kr/gallery.es?mid=a1&bid=0015"


@pytest.mark.parametrize(
    "spelling",
    [
        f"{GALLERY}&act=view&list_no=7",
        "http://example.go.kr/gallery.es?list_no=7&bid=0015&act=view&tag=&nPage=3",
        "https://www.example.go.kr/gallery.es;jsessionid=1?mid=a9&bid=0015&list_no=7",
        "https://www.example.go.kr/board.es?mid=a1&bid=0015&act=view&list_no=7",
    ],
)
def test_a_picture_board_is_read_at_its_own_address(tmp_path: Path, spelling: str) -> None:
    file = tmp_path / "boards.toml"
    file.write_text(ROW.format("photos", "es", GALLERY))
    catalogue = load(file)
    assert catalogue.canonical(spelling) == f"{GALLERY}&act=view&list_no=7"
    board = catalogue.board(spelling)
    assert board is not None
    assert (board.post_url(7), board.listing_url(2)) == (
        f"{GALLERY}&act=view&list_no=7",
        f"{GALLERY}&nPage=2",
    )


def test_a_picture_board_and_another_board_may_have_the_same_bid(tmp_path: Path) -> None:
    file = tmp_path / "boards.toml"
    file.write_text(ROW.format("photos", "es", NEWS.replace("/board.es", "/gallery.es")))
    catalogue = load(file)
    urls = (NEWS, NEWS.replace("/board.es", "/gallery.es"))
    assert [board and board.name for board in map(catalogue.board, urls)] == ["news", "photos"]


@pytest.mark.parametrize("path", ["/galleries.es", "/gallery.do", "/gallery.jsp", "/mygallery.es"])
def test_other_names_are_no_picture_board(path: str) -> None:
    assert locate(GALLERY.replace("/gallery.es", path)) is None


def test_another_bid_of_a_picture_board_is_another_board(tmp_path: Path) -> None:
    file = tmp_path / "boards.toml"
    file.write_text(ROW.format("photos", "es", GALLERY))
    assert load(file).board(f"{GALLERY}6&act=view&list_no=7") is None
    assert load(file).board(f"https://www.example.go.kr/news{urlsplit(GALLERY).path}?bid=0015") is None


@pytest.mark.parametrize("act", ["form", "reply", "del"])
def test_addresses_that_change_something_are_neither_posts_nor_listings(act: str) -> None:
    found = locate(f"{NEWS}&act={act}&list_no=5")
    assert found is not None
    assert found.kind == "other"


def test_the_current_page_of_a_migrated_post_is_crawled_last_and_unseen_boards_only_when_named() -> None:
    assert [(row.name, row.layout) for row in Catalogue().named([])] == [("news", "jsp"), ("news", "es")]
    assert [row.name for row in Catalogue().named(["newsletter"])] == ["newsletter"]


def test_a_boards_file_adds_boards_and_replaces_those_of_the_same_name(tmp_path: Path) -> None:
    file = tmp_path / "boards.toml"
    file.write_text(
        '[[board]]\nname = "news"\ntitle = "N"\nlayout = "es"\naddress = '
        '"https://www.kict.re.kr/board.es?bid=newsnotice&mid=a2"\nlanguage = "en"\n'
        '[[board]]\nname = "of-a-file"\ntitle = "B"\nlayout = "es"\naddress = '
        '"https://www.kistep.re.kr/board.es?mid=a10306010000&bid=0031"\nlanguage = "ko"\n'
    )
    catalogue = load(file)
    others = [row for row in BUILT_IN if row.name not in ("news", "of-a-file")]
    assert (list(catalogue.rows[:-2]), [row.title for row in catalogue.rows[-2:]]) == (others, ["N", "B"])
    board = catalogue.board("https://www.kict.re.kr/board.es?mid=a9&bid=newsnotice&act=view&list_no=3")
    assert board is not None
    assert board.post_url(3) == "https://www.kict.re.kr/board.es?mid=a2&bid=newsnotice&act=view&list_no=3"


ROW = "[[board]]\nname='{}'\ntitle='T'\nlayout='{}'\naddress='{}'\nlanguage='en'\n"


def test_a_name_in_a_boards_file_stands_for_both_layouts_and_may_have_a_row_for_each(tmp_path: Path) -> None:
    file = tmp_path / "boards.toml"
    current = ROW.format("news", "es", "https://www.kistep.re.kr/board.es?bid=0051&mid=a2")
    file.write_text(current)
    assert [(row.name, row.layout) for row in load(file).rows] == [("newsletter", "es"), ("news", "es")]
    file.write_text(current + ROW.format("news", "jsp", "https://www.kistep.re.kr/en/c4/sub3.jsp"))
    assert [(row.name, row.layout) for row in load(file).rows] == [
        ("newsletter", "es"),
        ("news", "es"),
        ("news", "jsp"),
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "no [[board]] entry"),
        ("[[board]]\nname = 'x'\n", "needs text for title, layout, address, language"),
        ("[[board]\n", "is TOML with [[board]] entries"),
        (
            "[[board]]\nname='x'\ntitle='x'\nlayout='asp'\naddress='https://a/b'\nlanguage='en'\n",
            "it is 'es' or 'jsp'",
        ),
        (
            "[[board]]\nname='x'\ntitle='x'\nlayout='es'\naddress='https://a/b'\nlanguage='en'\n",
            "is not a listing of the 'es' layout",
        ),
        (
            "[[board]]\nname='x'\ntitle='x'\nlayout='es'\naddress='https://a/b'\nlanguage='en'\nmid='a'\n",
            "unknown keys mid",
        ),
        (ROW.format("x", "es", "https://a/board.es?nPage=3"), "names no board; it needs bid=... or mid=..."),
        (
            ROW.format("x", "es", "https://a/board.es?bid=1") * 2,
            "boards 1 and 2 are both 'x' with layout 'es'; remove one",
        ),
        (
            ROW.format("x", "jsp", "https://a/c/sub1.jsp")
            + ROW.format("y", "es", "https://a/board.es?bid=1")
            + ROW.format("x", "jsp", "https://a/c/sub2.jsp"),
            "boards 1 and 3 are both 'x' with layout 'jsp'; remove one",
        ),
    ],
)
def test_a_boards_file_that_does_not_fit_is_named_with_what_to_change(
    tmp_path: Path, content: str, says: str
) -> None:
    file = tmp_path / "boards.toml"
    file.write_text(content)
    with pytest.raises(ValueError, match="boards.toml") as error:
        load(file)
    assert says in str(error.value)
