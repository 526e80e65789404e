"""The elements beside a post's body: files, rows, buttons, neighbours, licences, comments and forms, each
recognised by its own features."""

import re
from itertools import islice

from lxml import etree

from kistep_archive.parse.blocks import LabelBlock
from kistep_archive.parse.body import media
from kistep_archive.parse.elements import first_words, names_of
from kistep_archive.parse.text import Element, content, label, line

SHOWN = etree.XPath(
    "boolean(descendant-or-self::img or descendant-or-self::iframe or descendant-or-self::video)"
)
_CONTROLS = etree.XPath("descendant-or-self::a | descendant-or-self::button")
_TEXTS = etree.XPath("descendant::text()[normalize-space() and not(parent::script or parent::style)]")
_UNLINKED = etree.XPath("descendant::text()[normalize-space() and not(ancestor::a or ancestor::button)]")
_FORM = etree.XPath(
    "boolean(descendant-or-self::form[descendant::textarea or descendant::select or "
    "descendant::input[not(@type='hidden')]])"
)

NUMBER = re.compile(r"(?:list_no=|bbIdx=|iew\(['\"]?)([0-9]{1,15})")
_ELSEWHERE = re.compile(r"\A#|\Ajavascript|board\.es|menu\.es|\.jsp", re.I)
_DOWNLOAD = re.compile(r"boardDownload\.es|ownload|fileDown|/down\.", re.I)
_FILE_NAME = re.compile(r"[^\s.]\.[A-Za-z]{2,4}[0-9A-Za-z]?(?:\s?[(\[][^()\[\]]{1,40}[)\]])?\Z")
FILE_LABEL = re.compile(
    r"(?:(?:첨부|붙임)\s?(?:파일|문서|자료)?(?:\s?목록)?|파일|(?:attached\s)?files?|"
    r"attach(?:ment)?s?)\s?[(\[]?[0-9]{0,3}[)\]]?\s?[:：]?",
    re.I,
)
_FILE_WORDS = re.compile(
    r"[(\[][^()\[\]]{0,60}[)\]]|첨부|붙임|파일|다운로드|내려받기|미리보기|바로보기|일괄|"
    r"[0-9][0-9.,]{0,9}\s?(?:bytes?|[KMG]i?B|회)"
    r"|\b(?:files?|attach(?:ed|ments?)?|download(?:s|\sall)?|preview|pdf|hwpx?|docx?|xlsx?|pptx?|png|jpe?g|"
    r"gif|zip|txt|mp4|csv)\b|[\W_]",
    re.I,
)
_ENDS_IN_FILE = re.compile(r"\.[A-Za-z0-9]{2,5}\Z")
NEIGHBOUR = re.compile(
    r"[▲▼△▽<>«»‹›\s]{0,3}(?:이전|다음|prev(?:ious)?|next)\s?(?:글|게시물|게시글|자료|페이지|post|article|"
    r"page)?\s?[:：▲▼△▽<>«»‹›]{0,3}",
    re.I,
)
_NO_NEIGHBOUR = re.compile(
    r"(?:이전|다음)\s?(?:글|게시물|게시글|자료)(?:이|은)?\s?없습니다|no (?:previous|next) "
    r"(?:post|article)",
    re.I,
)
_SHARE = re.compile(
    r"(?:(?:share|공유(?:하기)?|sns|(?:twit|트위)(?:ter|터)|facebook|페이스북|kakao\w{0,9}|카카오\w{0,9}|"
    r"naver|네이버|blog|블로그|band|밴드"
    r"|url|copy|복사|print|인쇄|프린트|x)[\W_]*+)++",
    re.I,
)
LICENCE = re.compile(
    r"공공누리|\bKOGL\b|open government licen[cs]e|licen[cs]ed under|all rights "
    r"reserved|copyright\s?(?:\(c\)|ⓒ|©|[0-9]{4})",
    re.I,
)
_TERMS = re.compile(r"유형|type|출처\s?표시|attribution|freely|terms|reserved|copyright|저작물", re.I)
COMMENTS = re.compile(r"(?:comments?|댓글|repl(?:y|ies)|덧글)\s?[(\[]?[0-9]{0,5}[)\]]?", re.I)
_ASIDE_CLASS = re.compile(
    r"(?:^|\s)(?:contents_info|board_btns?|prev_?next\w*|captcha|foot(?:er)?|satisf\w*|sns\w*|share\w*)(?:$|"
    r"\s)",
    re.I,
)

_FURNITURE = {*("nav", "footer", "aside", "header", "script", "style", "noscript", "button", "input",
"select", "label", "form"),
              *("link", "meta", "thead", "caption", "colgroup", "col", "dt")}  # fmt: skip
SECTIONS = {"nav", "header", "footer", "aside", "form"}  # a site has them, and an editor may make them too
_LONG = 2000  # characters of what is beside a body at most
_BOXES = {"div", "section", "dl"}
_HEADINGS = {"strong", "b", "em", "span", "dt", "h2", "h3", "h4", "h5", "h6"}
_FAR = 100  # definitions of one term at most
_HEADING = 12  # characters of a heading over files, whatever it says
_CONTENT = ("내용", "본문", "content", "contents", "body")
INLINE = {"iframe", "br", "hr", "a", "span", "em", "b", "i", "strong", "img", "u", "font", "small"}


def is_aside(element: Element, block: LabelBlock) -> bool:
    """Whether an element is beside the body, of any kind."""
    names = names_of(element)
    if element.tag in _FURNITURE or _ASIDE_CLASS.search(names) or _is_row(element, block):
        return not _is_twin(element)
    words = content(element)
    if len(words) > _LONG:
        return False
    return (
        bool(_FORM(element))
        or is_file_block(element)
        or _is_navigation(element, words)
        or is_neighbours(element, words)
        or _is_note(element, words)
    )


def _is_twin(element: Element) -> bool:
    """Whether an element repeats, for readers without scripts, the image or frame before it."""
    before = element.getprevious() if element.tag == "noscript" else None
    return before is not None and bool(SHOWN(before)) and bool(media.shown_media(element))


def is_framed(element: Element, block: LabelBlock) -> bool:
    """Whether an element is beside the body in its frame. Files count only with a label: a list of links may
    be part of the body. So may a section, whose tag says nothing of who wrote it."""
    if element.tag in INLINE or _is_row(element, block):
        return False
    if element.tag in SECTIONS:
        return is_sites_section(element)
    if is_file_block(element):
        return any(map(_is_download, element.iter("a"))) and FILE_LABEL.match(content(element)) is not None
    return is_aside(element, block)


def is_sites_section(section: Element) -> bool:
    """Whether a section in the frame of a body is certainly the site's: its class, its form, or nothing but
    links, neighbours, files, a licence or comments say so."""
    words = content(section)
    if _ASIDE_CLASS.search(names_of(section)) or _FORM(section) or not words:
        return True
    own = line(" ".join(_UNLINKED(section)))
    is_all_links = section.tag == "nav" and not any(map(str.isalnum, own))
    return is_all_links or (
        len(words) <= _LONG
        and (_is_navigation(section, words) or is_neighbours(section, words) or _is_note(section, words))
    )


def _is_row(element: Element, block: LabelBlock) -> bool:
    """Whether an element is another labelled row of the block: a telephone number is not a body."""
    if element.tag == "tr":
        cells = [cell for cell in element if cell.tag in ("th", "td")]
        return len(cells) > 1 and content(cells[0]).lower() not in _CONTENT
    if element.tag == "dd":
        before = islice(element.itersiblings(preceding=True), _FAR)
        head = next((each for each in before if each.tag == "dt"), None)
        return head is not None and content(head).lower() not in _CONTENT
    step = next((step for step in block.fields[-1].path if step.getparent() is element.getparent()), None)
    if (
        step is None
        or step.tag != element.tag
        or step.get("class") != element.get("class")
        or sum(step in each.path for each in block.fields) > 1
    ):
        return False
    first = first_words(element)
    return (
        element.tag == "li"
        or label(first) is not None
        or (label(first.partition(":")[0]) is not None and ":" in first)
    )


def is_file_block(element: Element) -> bool:
    """Whether an element has links to files with only names, sizes and labels around them, or only a label
    for files."""
    words = content(element)
    links = {link for link in element.iter("a") if _is_download(link)}
    if not links:
        return FILE_LABEL.fullmatch(words) is not None and not SHOWN(element)
    if len(words) > 600 * len(links) or any(
        child.find(".//img") is not None and links.isdisjoint(child.iter("a")) for child in element
    ):
        return False
    own = line(" ".join(_UNLINKED(element)))
    return (
        not line(_FILE_WORDS.sub(" ", own))
        or (element.tag in _BOXES and _is_headed(element, own))
        or _ENDS_IN_FILE.search(re.sub(r"\s?\([^()]{0,60}\)\Z", "", own)) is not None
    )


def _is_headed(element: Element, own: str) -> bool:
    """Whether a box has a heading of a word or two, in an element of its own, and else only links."""
    first = next((each for each in element if isinstance(each.tag, str)), None)
    return (
        first is not None
        and first.tag in _HEADINGS
        and len(own) <= _HEADING
        and content(first) == own
        and not (element.text or "").strip()
    )


def _is_download(link: Element) -> bool:
    words = content(link)
    is_named = _FILE_NAME.search(words[-100:]) is not None and not words.startswith(
        ("http:", "https:", "www.")
    )
    return is_named or _DOWNLOAD.search(link.get("href") or "") is not None


def _is_navigation(element: Element, words: str) -> bool:
    """Whether an element has only buttons and links that lead to no post and no other site, with no other
    words; or is a share box."""
    controls = _CONTROLS(element)
    if _SHARE.fullmatch(words):
        return bool(controls) or element.find(".//li") is not None
    if not controls:
        return False
    own = _SHARE.sub("", line(" ".join(_UNLINKED(element)))).strip(" |/·")
    return not own and bool(words) and not SHOWN(element) and all(map(_leads_nowhere, controls))


def is_linked(element: Element, words: str) -> bool:
    """Whether an element has only links and buttons of the site that are not all for sharing."""
    return not _SHARE.fullmatch(words) and _is_navigation(element, words)


def _leads_nowhere(control: Element) -> bool:
    target = f"{control.get('href') or '#'} {control.get('onclick') or ''}"
    return NUMBER.search(target) is None and _ELSEWHERE.search(target) is not None


def is_neighbours(element: Element, words: str) -> bool:
    """Whether a box starts with a label of the previous or next post and leads there, has both, or says that
    there is none."""
    texts = [line(text) for text in _TEXTS(element)[:60]]
    labels = {text.lower() for text in texts if NEIGHBOUR.fullmatch(text)}
    begins = any(NEIGHBOUR.fullmatch(text) or text.startswith(("이전글", "다음글")) for text in texts[:2])
    leads = any(
        NUMBER.search(f"{a.get('href')} {a.get('onclick')}") or (a.get("href") or "#").startswith("#")
        for a in element.iter("a")
    )
    return _NO_NEIGHBOUR.match(words) is not None or (begins and (leads or len(labels) > 1))


def _is_note(element: Element, words: str) -> bool:
    """Whether an element is a licence, comments or a captcha."""
    first = first_words(element)
    return bool(
        (len(words) < 1000 and LICENCE.search(words) and _TERMS.search(words)) or COMMENTS.fullmatch(first)
    )
