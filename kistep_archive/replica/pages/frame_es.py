"""The page around a post or a listing on the current layout: menu, breadcrumb, share box, footer, each with
its decoys."""

from functools import lru_cache

from kistep_archive.replica.pages.markup import escaped
from kistep_archive.replica.pages.menu import menu

NEWS, NEWSLETTER = ("a20501000000", "0051"), ("a20502000000", "0052")
LABELS = {
    "en": {
        "number": "No.", "title": "Title", "writer": "Writer", "date": "Date", "hits": "Hit", "files": "File",
        "department": "Department",
        "download": "Download", "preview": "Preview", "list": "List", "notice": "Notice",
        "previous": "Previous", "next": "Next",
        "search": "Search", "news": "News &amp; Event", "newsletter": "KISTEP Newsletter",
    },
    "ko": {
        "number": "번호", "title": "제목", "writer": "작성자", "date": "등록일", "hits": "조회수",
        "files": "첨부파일",
        "department": "담당부서",
        "download": "다운로드", "preview": "미리보기", "list": "목록", "notice": "공지", "previous": "이전글",
        "next": "다음글",
        "search": "검색", "news": "소식", "newsletter": "뉴스레터",
    },
}  # fmt: skip


def page(main: str, *, language: str, mid: str) -> str:
    """A whole page with `main` in its place."""
    before, after = _around(language, mid)
    return before + main + after


@lru_cache(maxsize=16)
def _around(language: str, mid: str) -> tuple[str, str]:
    labels = LABELS[language]
    here = labels["newsletter" if mid == NEWSLETTER[0] else "news"]
    return _head(language, here) + _menu(labels, here) + _top(labels, here), _foot(labels)


def _head(language: str, here: str) -> str:
    return f"""<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="UTF-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta property="og:title" content="KISTEP">
<title>{here} | KISTEP</title>
<link rel="stylesheet" href="/css/board.css">
<script>
function goView(n) {{ var f = document.getElementById('listForm');
  f.act.value = 'view'; f.list_no.value = n; f.submit(); }}
function goPage(n) {{ var f = document.getElementById('listForm');
  f.act.value = 'list'; f.nPage.value = n; f.submit(); }}
</script>
</head>
<body>
<p class="skip"><a href="#content">Skip to content</a></p>
"""


def _menu(labels: dict[str, str], here: str) -> str:
    return f"""<header id="header">
<h1 class="logo"><a href="/index.es">KISTEP</a></h1>
<nav class="gnb">{menu("/menu.es?mid=a2010{number:04d}0000", "depth1")}</nav>
</header>
<div id="container">
<aside class="side_menu">
<h2 class="title">{here}</h2>
<ul>
<li><a href="/menu.es?mid={NEWS[0]}">{labels["news"]}</a></li>
<li><a href="/menu.es?mid={NEWSLETTER[0]}">{labels["newsletter"]}</a></li>
</ul>
</aside>
"""


def _top(labels: dict[str, str], here: str) -> str:
    return f"""<main id="content">
<div class="location"><span>HOME</span> &gt; <span>{labels["news"]}</span> &gt; <span>{here}</span></div>
<div class="sub_title"><h3>{here}</h3></div>
<div class="share_box"><h2 class="title">SNS</h2>
<ul><li><a href="#" title="Date of share">twitter</a></li><li><a href="#">facebook</a></li></ul>
</div>
<div class="board_area">
"""


def _foot(labels: dict[str, str]) -> str:
    return f"""</div>
<div class="satisfaction"><strong class="title">Satisfaction</strong>
<p>Date of last check: every Monday. Hit the button that fits.</p></div>
</main>
</div>
<footer id="footer">
<p class="address">Korea Institute of S&amp;T Evaluation and Planning, Eumseong-gun, Chungcheongbuk-do</p>
<p class="copy">Copyright (C) KISTEP. All rights reserved.
<a href="/menu.es?mid=a20601000000">{labels["search"]} / Site map</a></p>
</footer>
</body>
</html>
"""


def search_form(labels: dict[str, str], *, mid: str, bid: str) -> str:
    """The search box above a listing; its options are words that also label posts."""
    options = "".join(
        f'<option value="{name}">{labels[name]}</option>' for name in ("title", "writer", "date")
    )
    return f"""<form class="board_search" action="/board.es" method="get">
<input type="hidden" name="mid" value="{mid}"><input type="hidden" name="bid" value="{bid}">
<select name="keyField" title="{labels["title"]}">{options}</select>
<input type="text" name="keyWord" title="{labels["search"]}"><button type="submit">{labels["search"]}</button>
</form>
"""


def post_address(number: int, *, mid: str, bid: str, page_number: int) -> str:
    """A post's address as listings link it, escaped for an attribute."""
    return (
        f"/board.es?mid={escaped(mid)}&amp;bid={escaped(bid)}&amp;act=view&amp;list_no={number}&amp;tag="
        f"&amp;nPage={page_number}"
    )


def alert(text: str) -> str:
    """The page that stands for a post that is not there."""
    return f"""<!DOCTYPE html>
<html lang="ko">
<head><meta charset="UTF-8"><title>KISTEP</title></head>
<body>
<script>alert('{text}');history.back();</script>
</body>
</html>
"""
