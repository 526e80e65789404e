"""What a body shows besides text: images that a script loads, videos and frames, and where relative addresses
count from."""

import pytest
from skins import BODY, JSP, SKINS, TEXT, filled, framed, page, post

from kistep_archive.model.items import Listing
from kistep_archive.parse.parser import parse

SITE = "https://www.kistep.re.kr"
BLANK = '"data:image/gif;base64,R0lGODlhAQABAAAAACw="'
HALL = f"{SITE}/upload/hall.jpg"
# an image that a browser shows as hall.jpg once its scripts have run
LATE: dict[str, str] = {
    "no address": '<img data-src="/upload/hall.jpg">',
    "a dot of data": f'<img src={BLANK} data-original="/upload/hall.jpg">',
    "a blank picture": '<img class="lazy" src="/img/blank.gif" data-lazy-src="/upload/hall.jpg">',
    "a small picture first": '<img src="/upload/thumb/hall.jpg" data-src="/upload/hall.jpg">',
    "an unknown attribute": '<img src="" data-photo-url="/upload/hall.jpg" data-file-name="/a/b.png">',
    "a set": '<img srcset="/upload/s.jpg 320w, /upload/hall.jpg 1280w,/upload/m.jpg 640w">',
    "a late set": f'<img src={BLANK} data-srcset="/upload/s.jpg, /upload/hall.jpg 2x">',
    "a picture": '<picture><source srcset="/upload/hall.jpg"><img></picture>',
    "a picture without an image": '<picture><source srcset="/upload/hall.jpg 2x, /s.jpg"></picture>',
    "a picture with an image": '<picture><source srcset="/w.webp"><img src="/upload/hall.jpg"></picture>',
    "a twin": '<img data-lazy="x"><noscript><img src="/upload/hall.jpg"></noscript>',
    "a twin of a blank": '<img src="/img/loading.gif"><noscript><img src="/upload/hall.jpg"></noscript>',
    "a twin in a link": '<a><img class="lazy"></a><noscript><img src="/upload/hall.jpg"></noscript>',
    "a twin alone": '<noscript><img src="/upload/hall.jpg"></noscript>',
    "a real picture and its twin": '<img src="/upload/hall.jpg"><noscript><img src="/count.gif"></noscript>',
    "beside a counter": '<img src="/upload/hall.jpg"><p></p><noscript><img width=1 src="/c.gif"></noscript>',
}


def body(html: str) -> str:
    return framed(filled("list", {"body": f"<p>The hall.</p><div>{html}</div><p>Bye.</p>"}))


@pytest.mark.parametrize("image", LATE)
def test_an_image_that_a_script_loads_is_fetched_and_kept(image: str) -> None:
    said = post(body(LATE[image]))
    assert said.images == (HALL,)
    assert f'<img src="{HALL}">' in said.body_html
    assert "blank" not in said.body_html
    assert said.body_text == "The hall.\n\nBye."


@pytest.mark.parametrize("image", ["a twin", "a twin of a blank", "a twin in a link"])
@pytest.mark.parametrize("inner", ["<p>The hall.</p>{}", "{}<p>The hall.</p>", "<div>The hall.</div>{}"])
def test_an_image_that_only_a_script_loads_is_kept_at_the_edge_of_the_body_too(
    image: str, inner: str
) -> None:
    said = post(framed(filled("list", {"body": inner.format(LATE[image])})))
    assert said.images == (HALL,)
    assert said.body_text == "The hall."


def test_a_counter_behind_the_body_is_no_part_of_it() -> None:
    pixel = '<img style="display: none" src="https://count.example.org/p">'
    inner = f"{BODY}</div>{pixel}<noscript>{pixel}</noscript><div>"
    said = post(framed(filled("list", {"body": inner})))
    assert (said.images, said.body_text) == ((), TEXT)


FORUM = "https://video.example.org/embed/a1?b=2"
SHOWN: dict[str, str] = {
    "iframe": f'<iframe src="{FORUM}" title="">No frames.</iframe>',
    "late iframe": f'<iframe src="about:blank" data-src="{FORUM}"></iframe>',
    "video": f'<video src="{FORUM}">No video.</video>',
    "sources": f'<video controls><source src="{FORUM}" type="video/mp4">No video.</video>',
    "audio": f'<audio><source src="{FORUM}"></audio>',
    "embed": f'<embed src="{FORUM}">',
    "object": f'<object data="{FORUM}"><param name="movie" value="{FORUM}"></object>',
    "object of old": f'<object><param name="movie" value="{FORUM}"><embed src="{FORUM}"></embed></object>',
    "without scripts": f'<noscript><iframe src="{FORUM}"></iframe></noscript>',
}  # fmt: skip


@pytest.mark.parametrize("skin", SKINS)
@pytest.mark.parametrize("shown", SHOWN)
def test_the_address_of_what_is_embedded_is_in_text_and_html(skin: str, shown: str) -> None:
    said = post(framed(filled(skin, {"body": f"<p>Before.</p>{SHOWN[shown]}<p>After.</p>"})))
    assert said.body_text == f"Before.\n\n{FORUM}\n\nAfter."
    assert f'<a href="{FORUM}">{FORUM}</a>' in said.body_html
    assert (said.body_html.count(FORUM), said.images) == (2, ())


def test_a_video_has_its_title_beside_its_address_and_its_picture_among_the_images() -> None:
    said = post(body('<video src="/v.mp4" title="The forum" poster="/p.png"></video>'))
    assert said.body_text == f"The hall.\n\nThe forum {SITE}/v.mp4\n\nBye."
    assert said.images == (f"{SITE}/p.png",)


def test_a_video_in_a_cell_stays_in_its_row() -> None:
    said = post(body(f'<table><tr><td>Forum</td><td><iframe src="{FORUM}"></iframe></td></tr></table>'))
    assert said.body_text == f"The hall.\n\nForum\t{FORUM}\n\nBye."


def test_an_object_that_shows_other_things_keeps_them() -> None:
    said = post(body(f'<object data="{FORUM}"><p>Or call us.</p></object>'))
    assert said.body_text == f"The hall.\n\n{FORUM}\n\nOr call us.\n\nBye."


@pytest.mark.parametrize("address", ["", "about:blank", "javascript:play()", "data:text/html,x"])
def test_a_frame_without_an_address_of_the_web_is_nothing(address: str) -> None:
    assert post(body(f'<iframe src="{address}"></iframe>')).body_text == "The hall.\n\nBye."


# --- <base> ---


def based(html: str, address: str, place: str = "<title>") -> str:
    return html.replace(place, f'<base target="_top"><base href="{address}">{place}')


@pytest.mark.parametrize("place", ["<title>", "<h3>"])
@pytest.mark.parametrize("address", [f"{SITE}/en/news/", "/en/news/index.jsp", "//www.kistep.re.kr/en/news/"])
def test_addresses_of_a_body_count_from_the_pages_base(address: str, place: str) -> None:
    html = body('<a href="more.html">more</a><img src="pic/hall.png"><iframe src="v"></iframe>')
    said = post(based(html, address, place))
    assert said.images == (f"{SITE}/en/news/pic/hall.png",)
    assert f'<a href="{SITE}/en/news/more.html">more</a>' in said.body_html
    assert f"{SITE}/en/news/v" in said.body_text


@pytest.mark.parametrize("address", ["javascript:0", "data:,x", "http://[", ""])
def test_a_base_that_is_no_address_changes_nothing(address: str) -> None:
    assert post(based(body('<img src="hall.png">'), address)).images == (f"{SITE}/hall.png",)


def test_a_base_in_a_comment_or_for_readers_without_scripts_changes_nothing() -> None:
    hidden = '<!-- <base href="/x/"> --><noscript><base href="/y/"></noscript><title>'
    assert post(body('<img src="hall.png">').replace("<title>", hidden)).images == (f"{SITE}/hall.png",)


def test_files_count_from_the_pages_base() -> None:
    file = (
        '<div><b>File</b> <a href="boardDownload.es?bid=0051&amp;list_no=42794&amp;seq=1">plan.pdf</a></div>'
    )
    html = filled("list").replace('<div class="q">', f'{file}<div class="q">')
    (offered,) = post(based(framed(html), "/sports/")).attachments
    assert offered.url == f"{SITE}/sports/boardDownload.es?bid=0051&list_no=42794&seq=1"


def test_files_of_the_legacy_layout_count_from_the_pages_base() -> None:
    html = filled("list").replace(
        '<div class="q">', '<div><a href="plan.pdf">plan.pdf</a></div><div class="q">'
    )
    (offered,) = post(based(framed(html), "/cm_data/"), JSP).attachments
    assert offered.url == f"{SITE}/cm_data/plan.pdf"


def test_rows_and_pages_of_a_listing_count_from_the_pages_base() -> None:
    asks = "board.es?mid=a20501000000&amp;bid=0051"
    row = (
        f'<tr><td data-label="No">1</td><td data-label="Title"><a href="{asks}&amp;act=view&amp;list_no=7">'
        'A forum</a></td><td data-label="Date">2024-03-05</td></tr>'
    )
    html = f'<table><tbody>{row}</tbody></table><div><a href="{asks}&amp;nPage=2">2</a></div>'
    url = f"{SITE}/sports/board.es?mid=a20501000000&bid=0051"
    found = parse(page(based(framed(html), "/sports/"), url))
    assert isinstance(found, Listing)
    assert [each.url for each in found.rows] == [
        f"{SITE}/sports/board.es?mid=a20501000000&bid=0051&act=view&list_no=7"
    ]


def test_a_page_without_a_base_counts_from_its_own_address() -> None:
    assert post(framed(filled("list", {"body": BODY + '<img src="hall.png">'}))).images == (
        f"{SITE}/hall.png",
    )
