"""What a site puts beside or into a body without an element that says so: notes, tags, font buttons, lists of
other posts. Each has words that give it away."""

import re

from lxml import etree

from kistep_archive.parse.body.foreign.asides import NUMBER, SHOWN
from kistep_archive.parse.elements import first_words, is_for_screen_readers
from kistep_archive.parse.text import Element, content, label

_TEXTS = etree.XPath("descendant::text()[normalize-space() and not(parent::script or parent::style)]")
_CONTROLS = etree.XPath(
    "boolean(descendant-or-self::a[starts-with(@href, '#') or starts-with(@href, 'javascript') or "
    "not(@href)] or descendant-or-self::button or descendant-or-self::input or descendant-or-self::label)"
)
_SHORT = 200  # characters of a note at most
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6", "p", "div", "strong", "span", "legend", "em", "b"}
_BOXES = {"div", "section", "dl", "ul", "header", "footer", "aside"}
_THUMB_CLASS = re.compile(r"thumb|list_?img|rep_?img", re.I)
_TAG_CLASS = re.compile(r"tag|keyword", re.I)
_REGION = re.compile(
    r"(?:게시물|게시글|글|상세|본문)?\s?(?:내용|본문|정보|상세)|(?:post|article|board)?\s?(?:contents?|body|text|"
    r"information|details?)",
    re.I,
)
_NO_FILES = re.compile(
    r"(?:(?:첨부|붙임)\s?(?:된\s?)?(?:파일|문서|자료)?|파일|(?:attached\s)?files?|attach(?:ed|ment)?s?)(?:이\(가\)|이|은|가)?\s?"
    r"[:：]?\s?(?:(?:해당\s?)?없음|없습니다\.?|none\.?|nothing|n/?a|no(?:ne)?|[-–—]{1,3}|[(\[]0[)\]]|0\s?(?:개|건|files?))"
    r"|(?:there (?:are|is) )?no (?:attach(?:ed|ment)?s?|files?)(?: files?)?(?: attached)?\.?",
    re.I,
)
_TAGS = re.compile(
    r"(?:(?:hash\s?)?tags?|태그|해시태그|key\s?words?|키워드|주제어)\s?[:：]?\s?[^.!?]{1,180}|[#＃][^\s#＃]{1,40}(?:[\s,]{0,3}[#＃]"
    r"[^\s#＃]{1,40}){0,20}",
    re.I,
)
_SIZES = re.compile(
    r"(?:font|text|글자|글씨|화면|본문|size|크기|확대|축소|zoom|in|out|larger|smaller|bigger|increase|decrease|reset|"
    r"default|기본|크게|작게|보통|조절|조정|가|a|%|[0-9]{1,3}|px|pt|[\W_])*+",
    re.I,
)
_SIZE_WORD = re.compile(r"font|text|글자|글씨|화면|size|크기|확대|zoom|larger|increase|가\s?가|\+", re.I)
_LINE = re.compile(
    r"(?:[가-힣]{0,4}\s?기간|일시|장소|문의|문의처|연락처|전화|전화번호|담당|담당자|담당부서|이메일|출처|자료\s?출처|분류|"
    r"(?:[a-z]{1,12}\s)?period|dates?|deadline|venue|place|location|contact(?: (?:us|person|point))?|tel|"
    r"phone|telephone|fax|e-?mail|inquir(?:y|ies)|in charge|person in charge|source|category|status)\.?",
    re.I,
)
_PERIOD = re.compile(r"(?:[가-힣]{0,4}\s?기간|period|term)\s?[:：]?\s?[0-9(].{0,100}", re.I)
_RELATED = re.compile(
    r"(?:related|most (?:viewed|read|popular)|"
    r"관련|recommended|추천|popular|인기|latest|recent|최근|최신|other|다른|more|"
    r"함께\s?보면|hot|see also|you (?:may|might)(?: also)? like|read (?:also|next)|also read)\b.{0,40}"
    r"|(?:관련|추천|인기|최근|최신|다른)\s?[가-힣]{0,6}",
    re.I,
)
POLL = re.compile(
    r"satisf|만족|useful|helpful|도움이|poll\b|survey|설문|rat(?:e|ing) this|평가|"
    r"투표|\bvote|opinion on this|의견을",
    re.I,
)


def is_note(element: Element) -> bool:
    """Whether an element is certainly not the body, though it may stand where one does."""
    words = content(element)
    if len(words) > 5 * _SHORT:
        return False
    first = first_words(element)
    return (
        _is_hidden(element, words)
        or (len(words) <= _SHORT and (is_sites(element, words) or _TAGS.fullmatch(words) is not None))
        or _is_thumbnail(element, words)
        or is_labelled(element, words, first)
        or (is_related(first) and is_mostly_links(element, words, first))
    )


def is_behind(element: Element) -> bool:
    """Whether an element behind a body is something else: a list of posts, or a question with buttons."""
    links = [a for a in element.iter("a") if NUMBER.search(f"{a.get('href')} {a.get('onclick')}")]
    linked = sum(_letters(content(link)) for link in links)
    return 2 * linked > _letters(content(element)) or is_poll(element)


def _letters(words: str) -> int:
    """How many letters a text has: days and counts beside short titles must not outweigh them."""
    return sum(map(str.isalpha, words))


def is_poll(element: Element) -> bool:
    """Whether an element asks the reader what he thinks of the page."""
    words = content(element)
    return len(words) < 2 * _SHORT and POLL.search(words) is not None and bool(_CONTROLS(element))


def is_sites(element: Element, words: str) -> bool:
    """Whether a box says that there are no files, or changes the size of letters: no writer of a post puts
    that there."""
    if _NO_FILES.fullmatch(words):
        return True
    return bool(
        _SIZES.fullmatch(words) and _SIZE_WORD.search(words) and not SHOWN(element) and _CONTROLS(element)
    )


def is_heading(element: Element) -> bool:
    """Whether an element in a body is a heading for screen readers that only says that here is the body."""
    return _is_hidden(element, words := content(element)) and _REGION.fullmatch(words) is not None


def is_tags(element: Element) -> bool | None:
    """Whether an element in a body is the site's list of tags; None if the post may say that itself."""
    words = content(element)
    if len(words) > _SHORT or not words.startswith("#") or not _TAGS.fullmatch(words):
        return False
    if _TAG_CLASS.search(element.get("class") or ""):
        return True
    return None if element.get("class") and element.tag != "p" else False


def _is_hidden(element: Element, words: str) -> bool:
    is_heading = element.tag in _HEADINGS
    if not is_heading or len(words) > 60:
        return False
    return is_for_screen_readers(element) or (element.tag[0] == "h" and _REGION.fullmatch(words) is not None)


def _is_thumbnail(element: Element, words: str) -> bool:
    names = [element.get("class") or "", *(each.get("class") or "" for each in element.iter("img"))]
    return not words and bool(SHOWN(element)) and any(map(_THUMB_CLASS.search, names))


def is_labelled(element: Element, words: str, first: str) -> bool:
    """Whether a box is one labelled value or a few: a contact, a period."""
    if element.tag not in _BOXES or len(words) > _SHORT or SHOWN(element):
        return False
    if any(each is not element for each in element.iter("p", "div", "table", "pre", "h2", "h3", "h4")):
        return False
    if _PERIOD.fullmatch(words):
        return True
    before, colon, _ = first.partition(":" if ":" in first else "：")
    name = before.strip() if colon or first != words else ""
    return bool(name) and (_LINE.fullmatch(name) is not None or label(name) == "other")


def is_term(words: str) -> bool:
    """Whether words are the label of a line in a box, such as "Venue"."""
    return _LINE.fullmatch(words) is not None


def is_related(heading: str) -> bool:
    """Whether a heading announces other posts."""
    return _RELATED.fullmatch(heading) is not None


def is_mostly_links(element: Element, words: str, first: str) -> bool:
    """Whether most of an element's words besides the `first` ones are links."""
    linked = sum(len(content(link)) for link in element.iter("a"))
    return linked > 0 and 2 * linked > len(words) - len(first)
