"""Elements of a page: whether a reader sees them, which are controls, and how to take them out."""

import re
from collections.abc import Iterable

from lxml import etree

from kistep_archive.parse.text import Element, line

HIDDEN_CLASS = re.compile(  # of words for screen readers
    r"(?:^|[\s_-])(?:(?:blind|hide|hid|hidden|skip|ir)(?:_?te?xt)?|sr|sr_?only|sound_?only|invisible|unseen|assistive"
    r"|off-?screen|screen_?out|readers?|a11y\w{0,20})"
    r"(?:$|[\s_-])",
    re.I,
)
_UNSHOWN = re.compile(  # or moved far out of sight
    r"display\s{0,5}:\s{0,5}none|visibility\s{0,5}:\s{0,5}hidden"
    r"|(?:left|top|text-indent)\s{0,5}:\s{0,5}-(?:999\b|[0-9]{4})",
    re.I,
)
_PAGE = r"(?:\s(?:this\s)?(?:page|article|post|link|url|address))?"
CONTROL = re.compile(  # the words of a button, or of a link of the page
    rf"(?:print(?:\sout)?|copy|share|bookmark|scrap|save|e-?mail|edit|delete|report|close){_PAGE}"
    r"|(?:(?:go|back)\sto\s(?:the\s)?)?list|back|prev(?:ious)?|next|top|more|view|preview|download|reply"
    r"|like|listen|rss|qr(?:\scode)?|sns(?:\s?(?:share|공유))?|zoom\s?(?:in|out)|[a가]?[+＋-]"
    r"|face\s?book|twitter|x|linked\s?in|instagram|kakao\s?(?:talk|story)?|naver|band|blog|youtube"
    r"|카카오\s?(?:톡|스토리)?|페이스북|트위터|네이버(?:\s?(?:블로그|밴드))?|밴드|블로그|인스타그램|유튜브"
    r"|(?:(?:url|uri|주소|링크|link|본문|기사|글|페이지|화면)\s?)?"
    r"(?:복사|인쇄|프린트|출력|공유|스크랩|저장|복사|copy|print)(?:하기)?"
    r"|목록(?:\s?(?:으로|보기))?|(?:이전|다음)\s?글?|즐겨찾기|닫기|열기|확대|축소|글자\s?(?:크게|작게|크기)"
    r"|더\s?보기|(?:미리|바로)\s?(?:보기|듣기)|음성\s?듣기|다운로드|내려받기|첨부\s?파일|수정|삭제|답글|답변"
    r"|메일(?:\s?보내기)?|신고(?:하기)?|좋아요|댓글",
    re.I,
)
CONTROL_CLASS = re.compile(r"(?:^|[\s_-])(?:btns?|buttons?|print|share|sns|copy|util)(?:$|[\s_-])", re.I)
_FIRST = etree.XPath(
    "(descendant::text()[normalize-space(translate(., '\u00a0', '')) and "
    "not(parent::script or parent::style)])[1]",
    smart_strings=False,
)
_DROPPED = "dropped"  # the tag of what goes


def names_of(element: Element) -> str:
    """The class and the id of an element."""
    return f"{element.get('class') or ''} {element.get('id') or ''}"


def first_words(element: Element) -> str:
    """The first text in an element that is not blank and no script, on one line; "" if there is none."""
    return next(map(line, _FIRST(element)), "")


def is_for_screen_readers(element: Element) -> bool:
    """Whether the class of an element says that only screen readers show it."""
    return HIDDEN_CLASS.search(element.get("class") or "") is not None


def is_hidden(element: Element) -> bool:
    """Whether a reader does not see an element: its class or its own style says so."""
    return is_for_screen_readers(element) or is_unshown(element)


def is_unshown(element: Element) -> bool:
    """Whether an element of its own is hidden, at least until a script shows it."""
    return element.get("hidden") is not None or _UNSHOWN.search(element.get("style") or "") is not None


def is_before(element: Element, other: Element, *, is_tail: bool = False) -> bool:
    """Whether the text of an element (`is_tail`: the text behind it) stands before another element."""
    one_path, other_path = ([*reversed(list(each.iterancestors())), each] for each in (element, other))
    for one, step in zip(one_path, other_path, strict=False):
        if one is not step:
            return any(each is one for each in step.itersiblings(preceding=True))
    return len(one_path) < len(other_path) and not is_tail


def drop(element: Element) -> None:
    """Removes an element, but not the text behind it."""
    parent, before, tail = element.getparent(), element.getprevious(), element.tail
    if parent is None:
        return
    if tail and before is not None:
        before.tail = (before.tail or "") + tail
    elif tail:
        parent.text = (parent.text or "") + tail
    parent.remove(element)


def drop_all(root: Element, elements: Iterable[Element]) -> None:
    """Removes elements inside of `root`, but not the texts behind them. With one after the other a text
    between them would be copied as often as there are elements."""
    for element in elements:
        element.tag = _DROPPED
    etree.strip_elements(root, _DROPPED, with_tail=False)
