"""A whole page as a document that can neither run scripts nor reach the network: to look at, beside its
bytes."""

import re

import nh3

_NAMES = (
    "div span p br hr h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table caption colgroup col thead tbody tfoot tr th "
    "td "
    "a img strong em b i u s del ins sub sup small big center font blockquote pre code figure figcaption "
    "article section header footer main nav aside address label fieldset legend details summary abbr time "
    "mark"
)
_ATTRIBUTES = {
    "*": {"class", "align", "title", "lang"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "img": {"alt"},
}
_CLEANER = nh3.Cleaner(
    tags=set(_NAMES.split()),
    clean_content_tags={"script", "style", "title"},
    attributes=_ATTRIBUTES,
    url_schemes=set(),
    strip_comments=True,
    link_rel=None,
)
_HEAD = """<!doctype html>
<html lang="und">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
body {{ font: 15px/1.5 sans-serif; margin: 1rem; color: #222; background: #fff; }}
table {{ border-collapse: collapse; }}
td, th {{ border: 1px solid #bbb; padding: 0.2rem 0.5rem; }}
</style>
</head>
<body>
"""
_TITLE = re.compile(r"[<>&\"]")


def harmless(html: str, title: str) -> str:
    """The page's text, tables and lists in a document of their own. It has no scripts, no styles of the
    site, no links and no pictures; what they say stands in the page's bytes."""
    body = _CLEANER.clean(html)
    return f"{_HEAD.format(title=_TITLE.sub('', title))}{body}\n</body>\n</html>\n"
