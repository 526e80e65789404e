"""The page around a post or a listing on the legacy layout, with its slogan, breadcrumb and share words."""

from functools import lru_cache

from kistep_archive.replica.pages.menu import menu

LABELS = {
    "en": {
        "number": "No", "title": "Title", "files": "File", "writer": "Writer", "date": "Date", "hits": "Hit",
        "notice": "Notice",
        "list": "List", "search": "Search", "previous": "Previous", "next": "Next", "all": "Total",
    },
    "ko": {
        "number": "번호", "title": "제목", "files": "첨부파일", "writer": "작성자", "date": "등록일",
        "hits": "조회수", "notice": "공지",
        "list": "목록", "search": "검색", "previous": "이전글", "next": "다음글", "all": "전체",
    },
}  # fmt: skip


def page(main: str, *, language: str) -> str:
    """A whole page with `main` in its place."""
    before, after = _around(language)
    return before + main + after


@lru_cache(maxsize=4)
def _around(language: str) -> tuple[str, str]:
    # The slogan's typo is the site's own.
    before = f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" lang="{language}">
<head>
<meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />
<title>News &amp; Event | KISTEP</title>
<link rel="stylesheet" type="text/css" href="/en/css/sub.css" />
<script type="text/javascript">
function goPage(n) {{ var f = document.getElementById('boardActionFrm'); f.thisPage.value = n; f.submit(); }}
</script>
</head>
<body>
<div id="wrap">
<div id="header"><h1><a href="/en/index.jsp">KISTEP</a></h1>
<div id="gnb">{menu("/en/c0/sub{number}.jsp", "menu")}</div></div>
<div id="leftmenu">
<h2 class="title">News &amp; Event</h2>
<ul><li><a href="/en/c4/sub3.jsp">News &amp; Event</a></li>
<li><a href="/en/c4/sub4.jsp">KISTEP Newsletter</a></li></ul>
</div>
<div id="contents">
<p class="slogan">A leading insitution for science and technology planning</p>
<p class="location">HOME &gt; News &amp; Event &gt; News &amp; Event</p>
<h3>News &amp; Event</h3>
<div class="sns"><a href="#n">twitter</a> <a href="#n">facebook</a></div>
"""
    after = """</div>
<div id="footer"><address>Korea Institute of S&amp;T Evaluation and Planning</address>
<p>Copyright (C) KISTEP. All Rights Reserved.</p></div>
</div>
</body>
</html>
"""
    return before, after


def post_address(number: int, *, page_number: int, total: int) -> str:
    """A post's address as listings link it, escaped for an attribute."""
    return (
        f"sub3.jsp?brdType=R&amp;bbIdx={number}&amp;thisPage={page_number}&amp;searchField="
        f"&amp;searchText=&amp;recordCnt={total}"
    )


def alert(text: str) -> str:
    """The page that stands for a post that is not there."""
    return f"""<html>
<head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8" /></head>
<body>
<script type="text/javascript">
alert('{text}');
history.back();
</script>
</body>
</html>
"""
