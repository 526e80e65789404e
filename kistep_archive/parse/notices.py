"""Notices: pages that say that a post is gone, the site is down, or access is refused. Only short pages
count, never one with a post or rows."""

import re

from lxml import etree
from parsel import Selector

from kistep_archive.model.items import Notice, NoticeKind
from kistep_archive.parse.text import line

_VISIBLE = etree.XPath(
    "/descendant::body/descendant::text()[normalize-space() and not("
    "ancestor::script or ancestor::style or ancestor::noscript or ancestor::option)]"
)
_PROSE = etree.XPath(
    "/descendant::body/descendant::text()[normalize-space() and not("
    "ancestor::script or ancestor::style or ancestor::noscript or ancestor::option "
    "or ancestor::a or ancestor::nav or ancestor::footer or ancestor::button)]"
)
_TITLE = "string(//title)"
_SCRIPTS = "/descendant::script/text()"
_ALERT = re.compile(r"""alert\s{0,9}\(\s{0,9}(?:"((?:[^"\\\n]|\\.){0,1000})"|'((?:[^'\\\n]|\\.){0,1000})')""")
_LEAVES = re.compile(r"history\.(?:back|go)|location|(?:self|window)\.close|\.submit\(")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.S)
_SHORT, _LONG = 200, 800

_KINDS: tuple[tuple[NoticeKind, re.Pattern[str]], ...] = (
    (
        "blocked",
        re.compile(
            r"web firewall|security polic|request (?:has been )?(?:rejected|blocked)|(?:have|has) been "
            r"blocked|access denied|"
            r"웹\s?방화벽|차단되|비정상적인 접근",
            re.I,
        ),
    ),
    (
        "maintenance",
        re.compile(
            r"점검|maintenance|서비스\s?(?:를\s?)?일시\s?중[단지]|temporarily (?:unavailable|suspended)|"
            r"서비스 "
            r"준비\s?중",
            re.I,
        ),
    ),
    (
        "gone",
        re.compile(
            r"삭제|존재하지\s?않|없는\s?(?:게시|페이지|자료|글)|찾을\s?수\s?없|"
            r"delet|removed|not\s?found|(?:does|do) not exist|doesn't exist|"
            r"no longer|no such",
            re.I,
        ),
    ),
    ("login", re.compile(r"로그인|권한|login|log in|sign in|permission|authori[sz]|not allowed", re.I)),
)
_NO_POST = re.compile(
    r"(?:게시물|게시글|글|자료)(?:이|은)?\s?없습니다|no (?:such )?(?:post|article|data)", re.I
)  # on a post's page: the post is gone
_GONE_HERE = re.compile(
    r"(?:삭제|이동)된\s?(?:게시|글|자료|페이지)|존재하지\s?않는\s?(?:게시|글|자료|페이지)|(?:post|article|"
    r"page|content)\b.{0,40}"
    r"(?:deleted|removed|not exist|not found|no longer)",
    re.I,
)


def read(document: Selector, of_post: bool) -> Notice | None:
    """The notice on a page without a post or rows, None if it is not one. Only on a post's page (`of_post`)
    the site's frame may surround it, and "there are no posts" means that this post is gone."""
    words = [line(text) for text in _VISIBLE(document.root)]
    visible = " ".join(words)
    if alert := _alert(document, visible):
        return Notice(
            _kind(alert) or ("gone" if of_post and _NO_POST.search(alert) else "unknown_alert"), alert
        )
    if len(visible) <= _LONG:
        notice = line(" ".join(_PROSE(document.root)) or document.xpath(_TITLE).get(""))
        kind = _kind(notice)
        if kind and len(notice) < len(visible):  # a frame surrounds it: the one sentence of the notice
            notice = next((text for text in map(line, _PROSE(document.root)) if _kind(text) == kind), notice)
        return None if kind is None else Notice(kind, notice)
    here = (
        next((text for text in words if len(text) <= _SHORT and _GONE_HERE.search(text)), None)
        if of_post
        else None
    )
    return Notice("gone", here) if here else None


def _kind(text: str) -> NoticeKind | None:
    return next((kind for kind, pattern in _KINDS if pattern.search(text)), None)


def _alert(document: Selector, visible: str) -> str | None:
    """The message of a page that only shows an alert and leaves."""
    scripts = "\n".join(document.xpath(_SCRIPTS).getall())
    if len(visible) > _SHORT or not _LEAVES.search(scripts):
        return None
    found = _ALERT.search(scripts)
    message = _ESCAPE.sub(_unescaped, found[1] or found[2] or "") if found else ""
    return line(message) or None


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if found[1] else " " if found[2] in "nrt" else found[2]
