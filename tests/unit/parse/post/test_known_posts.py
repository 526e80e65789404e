"""Posts of gnuboard and XpressEngine: their ids and classes say what is what; where one is unclear, the page
is refused."""

import pytest
from skins import TITLE, VALUES, framed, head, page, post

from kistep_archive.parse.parser import ParseError, parse

IMAGE = '<span class="profile_img"><img src="/no.gif" alt="Profile"></span>'
WRITER = f'<span class="sound_only">작성자</span> <strong>{IMAGE}<b class="sv_member">KISTEP</b></strong>'
COMMENTS = '<span class="sound_only">댓글</span><strong><a href="#bo_vc"> <i class="fa"></i> 0건</a></strong>'
HITS = '<span class="sound_only">조회</span><strong><i class="fa fa-eye"></i> 519회</strong>'
DATE = (
    '<strong class="if_date"><span class="sound_only">작성일</span><i class="fa"></i> 22-07-14 10:11</strong>'
)
IN_LINE = f"{WRITER}{COMMENTS}{HITS}{DATE}"
PROFILE = '<div class="profile_info"><div class="pf_img"></div><div class="profile_info_ct">{}</div></div>'
TOP = (
    '<div id="bo_v_top"><ul class="btn_bo_user"><li><a href="/board.es?mid=a1&amp;bid=0051" class="btn_b01">'
    '<i class="fa fa-list"></i><span class="sound_only">목록</span></a></li></ul></div>'
)
STATS = (
    f"{WRITER}<ul><li>{COMMENTS}</li><li>{HITS}</li>"
    '<li class="if_date"><span class="sound_only">작성일</span> 2022-07-14 10:11</li></ul>'
)
GNUBOARD = {
    "one line": IN_LINE,
    "a profile and buttons": f"{PROFILE.format(IN_LINE)}{TOP}",
    "a list": PROFILE.format(STATS),
    "an address": IN_LINE.replace("</b></strong>", "</b>&nbsp;(10.0.♡.7)</strong>", 1),
    "colons": IN_LINE.replace("조회</span>", "조회 : </span>").replace("작성일</span>", "작성일 : </span>"),
    "labels without elements": "작성자 <strong>KISTEP</strong> 작성일 <strong>22-07-14 10:11</strong> 조회 "
    "<strong>519회</strong>",
}
XE_META = (
    '<p class="time">2022.07.14 10:11</p><p class="meta"><a href="#popup_menu_area" class="member_4 author">'
    'KISTEP</a><span class="sum"><span class="read">조회 수:519</span></span></p>'
)
SKETCHBOOK = (
    '<div class="rd clear"><div class="rd_hd clear"><div class="board clear"><div class="top_area">'
    '<div class="fr"><span class="date m_no">2022.07.14 10:11</span></div><h1><a href="/x?srl=2">{title}</a>'
    '</h1></div><div class="btm_area clear"><div class="side"><a href="#" class="member_5 plate">KISTEP</a>'
    '</div><div class="side fr"><span>조회 수 <b>519</b></span><span>댓글 <b>0</b></span></div></div></div>'
    '<div class="rd_nav"><a class="font_plus" href="#"><b>크게</b></a></div></div><div class="rd_body clear">'
    '<article><div class="document_2_5 xe_content">{body}</div></article></div></div>'
)


def gnuboard(
    info: str = IN_LINE, title: str = f'<span class="bo_v_tit">{TITLE}</span>', images: str = ""
) -> str:
    return framed(
        f'<article id="bo_v"><header><h2 id="bo_v_title"><span class="bo_v_cate">News</span> {title}</h2>'
        f'</header><section id="bo_v_info"><h2>페이지 정보</h2>{info}</section><section id="bo_v_atc">'
        f'<h2 id="bo_v_atc_title">본문</h2><div id="bo_v_img">{images}</div><div id="bo_v_con"><p>Nine.</p>'
        '</div><div id="bo_v_act"><span class="bo_v_good"><span class="sound_only">추천</span><b>3</b></span>'
        '</div></section><div id="bo_v_share"><a href="#">스크랩</a></div></article>'
    )


def xpress(meta: str = XE_META, title: str = f'<a href="/x">{TITLE}</a>') -> str:
    body = '<div class="document_2_4 xe_content"><p>Nine.</p></div>'
    return framed(
        f'<div class="board_read"><div class="read_header"><h1>{title}</h1>{meta}</div>'
        f'<div class="read_body">{body}</div><div class="read_footer"><a href="#">List</a></div></div>'
        '<div class="feedback"><div class="comment_9_4 xe_content">So good!</div></div>'
    )


def refusal(html: str) -> str:
    with pytest.raises(ParseError) as caught:
        parse(page(html))
    return caught.value.field


@pytest.mark.parametrize("info", GNUBOARD.values(), ids=GNUBOARD)
def test_the_head_of_a_gnuboard_post_is_read_with_a_year_of_two_digits(info: str) -> None:
    item = post(gnuboard(info))
    assert (head(item), item.body_text) == (VALUES, "Nine.")


def test_the_images_above_the_text_of_a_gnuboard_post_are_its_own() -> None:
    assert post(gnuboard(images='<img src="/data/a.png">')).images == ("https://www.kistep.re.kr/data/a.png",)


@pytest.mark.parametrize(
    ("html", "field"),
    [
        (gnuboard(f"{WRITER}{IN_LINE}"), "date"),
        (gnuboard(f"{WRITER}{HITS}"), "date"),
        (gnuboard(IN_LINE.replace("22-07-14", "22-14-07")), "date"),
        (gnuboard(IN_LINE.replace("22-07-14", "07-14")), "date"),
        (gnuboard(IN_LINE.replace("519회", "1.2k")), "date"),
        (gnuboard(title=f'<span class="bo_v_tit">{TITLE[:20]}…</span>'), "title"),
        (xpress(title=f"{TITLE[:20]}..."), "title"),
    ],
)
def test_a_gnuboard_or_xe_head_with_an_unclear_value_is_refused(html: str, field: str) -> None:
    assert refusal(html) == field


def test_the_head_of_an_xe_post_is_read() -> None:
    for html in (xpress(), framed(SKETCHBOOK.format(title=TITLE, body="<p>Nine.</p>"))):
        item = post(html)
        assert (head(item), item.body_text) == (VALUES, "Nine.")
    assert head(post(xpress(XE_META.replace("조회 수:519", "Views: 519")))) == VALUES
    linked = f'<a class="category" href="/c">News</a> <a href="/x">{TITLE}</a>'
    assert head(post(xpress(title=linked))) == VALUES


@pytest.mark.parametrize(
    "meta",
    [
        XE_META.replace("조회 수:519", "Gesehen: 519"),
        XE_META.replace("2022.07.14 10:11", "14 days ago"),
        XE_META.replace('class="member_4 author"', ""),
        XE_META + '<p class="date">2022.07.15</p>',
    ],
    ids=["unknown hits", "no date", "no writer", "two dates"],
)
def test_an_xe_head_that_lacks_a_value_or_has_two_is_refused(meta: str) -> None:
    assert refusal(xpress(meta))


LINK = '<section id="bo_v_link"><h2>관련링크</h2><ul><li><a href="https://x.kr/"><strong>x.kr</strong></a></li></ul>'
VENUE = '<div class="exOut"><table><tr><td>Venue</td><td>Room 7</td></tr></table></div>'


@pytest.mark.parametrize(
    "html",
    [
        gnuboard().replace('<div id="bo_v_share">', f'{LINK}</section><div id="bo_v_share">'),
        gnuboard().replace(
            '<div id="bo_v_img">', '<p class="sub">A lead of the post.</p><div id="bo_v_img">'
        ),
        xpress().replace('<div class="read_body">', f'{VENUE}<div class="read_body">'),
    ],
    ids=["links", "a lead", "more values"],
)
def test_what_such_a_post_has_besides_its_body_is_not_lost(html: str) -> None:
    assert refusal(html) == "body"


@pytest.mark.parametrize("quoted", [gnuboard(), xpress()], ids=["gnuboard", "xe"])
def test_a_post_that_quotes_such_a_post_keeps_its_own_head(quoted: str) -> None:
    inner = (
        quoted.split("</h3>", 1)[1].split("</div><footer>")[0].replace("KISTEP", "Lee").replace(TITLE, "Else")
    )
    meta = "<ul><li><b>Writer</b> KISTEP</li><li><b>Date</b> 2022-07-14</li><li><b>Hit</b> 519</li></ul>"
    html = framed(
        f'<div class="v"><h2>{TITLE}</h2>{meta}<div class="contents"><p>See:</p>{inner}</div></div>'
    )
    try:
        item = post(html)
    except ParseError:
        return
    assert head(item) == VALUES
