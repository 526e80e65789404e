"""An element at the beginning or the end of a title whose class says nothing: a second line, a number, a
status. A skin may put it there, or a writer may have made a word of the title stand out."""

import re
from typing import Literal

from kistep_archive.parse.elements import names_of
from kistep_archive.parse.text import Element, content

ENDS = " |·ㆍ\xa0"  # between a title and what was beside it
_TAGS = ("span", "em", "i", "small", "font", "b", "strong", "sub")
_SIGNS = frozenset("♥♡❤★☆👍👎👁🔥💬✔✓")
_NUMBER = re.compile(r"(?:no|num|number|#|번호|글\s?번호)\s?[.:：]?\s?[0-9]{1,15}\.?", re.I)
_NUMBER_CLASS = re.compile(r"(?:^|[\s_-])(?:no|num|number|seq|idx)(?:$|[\s_-])", re.I)
_STATUS = re.compile(
    r"(?:closed|ended|expired|on\s?going|in progress|upcoming|open now|kor|eng|jpn|chn|국문|영문|한글"
    r"|(?:접수|모집|신청|공모|행사|진행)\s?(?:중|마감|종료|완료|예정|전)|마감\s?임박)",
    re.I,
)

Edge = Literal["", "unclear", "witnessed"]


def is_followed(element: Element) -> bool:
    """Whether plain words come right behind an element."""
    return bool((element.tail or "").strip(ENDS + "\t\r\n"))


def is_preceded(element: Element) -> bool:
    """Whether plain words come right before an element."""
    before = element.getprevious()
    text = element.getparent().text if before is None else before.tail
    return bool(before is not None and content(before)) or bool((text or "").strip())


def sort(element: Element, text: str) -> Edge:
    """What an element is: "unclear" if a skin is likely to put it beside a title, "witnessed" if only the
    page's head can tell, "" if it is a part of the title."""
    before = element.getprevious()
    is_line = before is not None and before.tag == "br" and not (before.tail or "").strip()
    if element.tag not in _TAGS or is_followed(element) == (is_line or is_preceded(element)):
        return ""
    is_second = is_line and element.get("class")
    is_number = _NUMBER.fullmatch(text) or (text.isdigit() and _NUMBER_CLASS.search(names_of(element)))
    is_sign = not any(map(str.isalpha, text)) and not _SIGNS.isdisjoint(text)
    is_status = _STATUS.fullmatch(text.strip("[]()<>"))
    if element.tag == "small" or is_second or is_number or is_sign or is_status or text == "N":
        return "unclear"
    return "witnessed"
