"""Where a post's body stands: the first that follows the block of its labels and is nothing else.

Files, rows, buttons, neighbours, licences and forms are recognised by what they are, and no region is preferred for its weight.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import dropwhile, takewhile

from lxml import etree

from kistep_archive.parse import meta
from kistep_archive.parse.text import Element, ParseError, content, label, line

_KNOWN = ("contents", "tb_contents", "view_cont", "view_con", "view_contents", "view_content", "board_txt", "context", "board_contents")
_BODY = etree.XPath(
    "descendant-or-self::*[@class][" + " or ".join(f"contains(concat(' ', @class, ' '), ' {name} ')" for name in _KNOWN) + "]"
)
_SHOWN = etree.XPath("boolean(descendant-or-self::img or descendant-or-self::iframe or descendant-or-self::video)")
_CONTROLS = etree.XPath("descendant-or-self::a | descendant-or-self::button")
_TEXTS = etree.XPath("descendant::text()[normalize-space() and not(parent::script or parent::style)]")
_UNLINKED = etree.XPath("descendant::text()[normalize-space() and not(ancestor::a or ancestor::button)]")
_FORM = etree.XPath("boolean(descendant-or-self::form[.//textarea or .//select or .//input[not(@type='hidden')]])")

NUMBER = re.compile(r"(?:list_no=|bbIdx=|iew\(['\"]?)([0-9]{1,15})")
_ELSEWHERE = re.compile(r"\A#|\Ajavascript|board\.es|menu\.es|\.jsp", re.I)
_DOWNLOAD = re.compile(r"boardDownload\.es|ownload|fileDown|/down\.", re.I)
_FILE_NAME = re.compile(r"[^\s.]\.[A-Za-z]{2,4}[0-9A-Za-z]?(?:\s?[(\[][^()\[\]]{1,40}[)\]])?\Z")
_FILE_LABEL = re.compile(
    r"(?:(?:첨부|붙임)\s?(?:파일|문서|자료)?(?:\s?목록)?|파일|(?:attached\s)?files?|attach(?:ment)?s?)\s?[(\[]?[0-9]{0,3}[)\]]?\s?[:：]?",
    re.I,
)
_FILE_WORDS = re.compile(
    r"[(\[][^()\[\]]{0,60}[)\]]|첨부|붙임|파일|다운로드|내려받기|미리보기|바로보기|일괄|[0-9][0-9.,]{0,9}\s?(?:bytes?|[KMG]i?B|회)"
    r"|\b(?:files?|attach(?:ed|ments?)?|download(?:s|\sall)?|preview|pdf|hwpx?|docx?|xlsx?|pptx?|png|jpe?g|gif|zip|txt|mp4|csv)\b|[\W_]",
    re.I,
)
_ENDS_IN_FILE = re.compile(r"\.[A-Za-z0-9]{2,5}\Z")
_NEIGHBOUR = re.compile(
    r"[▲▼△▽<>«»‹›\s]{0,3}(?:이전|다음|prev(?:ious)?|next)\s?(?:글|게시물|게시글|자료|페이지|post|article|page)?\s?[:：▲▼△▽<>«»‹›]{0,3}",
    re.I,
)
_NO_NEIGHBOUR = re.compile(r"(?:이전|다음)\s?(?:글|게시물|게시글|자료)(?:이|은)?\s?없습니다|no (?:previous|next) (?:post|article)", re.I)
_SHARE = re.compile(
    r"(?:(?:share|공유(?:하기)?|sns|(?:twit|트위)(?:ter|터)|facebook|페이스북|kakao\w{0,9}|카카오\w{0,9}|naver|네이버|blog|블로그|band|밴드"
    r"|url|copy|복사|print|인쇄|프린트|x)[\W_]*+)++",
    re.I,
)
_LICENCE = re.compile(
    r"공공누리|\bKOGL\b|open government licen[cs]e|licen[cs]ed under|all rights reserved|copyright\s?(?:\(c\)|ⓒ|©|[0-9]{4})", re.I
)
_TERMS = re.compile(r"유형|type|출처\s?표시|attribution|freely|terms|reserved|copyright|저작물", re.I)
_COMMENTS = re.compile(r"(?:comments?|댓글|repl(?:y|ies)|덧글)\s?[(\[]?[0-9]{0,5}[)\]]?", re.I)
_ASIDE_CLASS = re.compile(
    r"(?:^|\s)(?:contents_info|board_btns?|prev_?next\w*|captcha|foot(?:er)?|satisf\w*|sns\w*|share\w*)(?:$|\s)", re.I
)

_FURNITURE = {*("nav", "footer", "aside", "header", "script", "style", "noscript", "button", "input", "select", "label", "form"),
              *("link", "meta", "thead", "caption", "colgroup", "col", "dt")}  # fmt: skip
_INLINE = {"iframe", "br", "hr", "a", "span", "em", "b", "i", "strong", "img", "u", "font", "small"}
_FLOW = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "pre", "figure", "center", "address"}
_PROSE = _FLOW - {"ul", "ol"}
_TABLE = {"tr", "tbody", "table"}
_LISTS = {"ul", "ol", "tr", "p", "span", "li"}
_CONTENT = ("내용", "본문", "content", "contents", "body")
_NEAR = 3  # levels around the labels that a body of an unknown class may stand in, those inside a table or list not counted


def find(url: str, block: meta.Block) -> tuple[list[Element], Element]:
    """(the body, as one element or as neighbours; the element that holds labels and body). Raises ParseError."""
    levels = list(_levels(block))
    for parent, following in levels:
        for element in following:
            if known := _BODY(element):
                return known[:1], parent
    near = _near(levels)
    for parent, following in near:
        if run := _run(url, following, block):
            return _inner(run[0], block) if len(run) == 1 else run, parent
    for parent, following in near:
        for element in following:
            if element.tag in ("div", "section", "td", "tr", "table") and not content(element) and not _is_aside(element, block):
                return _inner(element, block), parent
    raise ParseError(url, "body", "no region with text or images behind the labels")


def _levels(block: meta.Block) -> Iterator[tuple[Element, list[Element]]]:
    """From the labels outwards: each element around them with its children behind them, up to the article."""
    last = block.marks[-1].path
    depth = last.index(block.element)
    inside = block.element.tag not in _LISTS and depth + 1 < len(last)
    chain = [last[depth + 1]] if inside else []
    chain += [block.element, *block.element.iterancestors()]
    for element in chain[:9]:
        parent = element.getparent()
        if parent is None or element.tag in ("article", "main", "body"):
            return
        yield parent, [each for each in element.itersiblings() if isinstance(each.tag, str)]


def _near(levels: Sequence[tuple[Element, list[Element]]]) -> list[tuple[Element, list[Element]]]:
    found, count = [], 0
    for parent, following in levels:
        count += parent.tag not in ("table", "tbody", "thead", "tr", "dl", "ul")
        if count <= _NEAR:
            found.append((parent, following))
    return found


def _run(url: str, following: Sequence[Element], block: meta.Block) -> list[Element]:
    """The first element that is nothing else; of paragraphs without an element of their own all up to the next that is something else."""
    rest = list(dropwhile(lambda each: not _says(each) or each.tag in _INLINE or _is_aside(each, block), following))
    if not rest or rest[0].tag not in _FLOW:
        return rest[:1]
    run = list(takewhile(lambda each: each.tag in _INLINE or not _is_aside(each, block), rest))
    while not _says(run[-1]):
        run.pop()
    if run[-1].tag not in _FLOW | _INLINE:
        raise ParseError(url, "body", "paragraphs and boxes stand side by side behind the labels: which of them is the body is not told")
    return run


def _says(element: Element) -> bool:
    return bool(content(element)) or bool(_SHOWN(element))


def _inner(element: Element, block: meta.Block) -> list[Element]:
    """Inside a frame that also holds the files or the buttons, the body is the part that does not."""
    while True:
        if element.tag in _TABLE:
            cells = [child for child in element if child.tag in ("tr", "tbody", "td", "th")]
            if not cells or (element.tag != "tr" and len(cells) > 1):
                return [element]
            element = cells[-1]
            continue
        parts = _parts(element, block)
        if len(parts) != 1 or parts[0].tag in _FLOW | _INLINE:
            return parts or [element]
        element = parts[0]


def _parts(element: Element, block: meta.Block) -> list[Element]:
    """What of a frame's children is the body; none where the element is no frame but all of it the body."""
    if all(child.tag in _PROSE for child in element):
        return []
    children = [child for child in element if isinstance(child.tag, str) and _says(child)]
    bare = [element.text, *(child.tail for child in element)]
    rest = [child for child in children if not _is_framed(child, block)]
    is_box = len(rest) == 1 and rest[0].tag not in _FLOW | _INLINE
    aside = [child for child in children if child not in rest and (is_box or child.tag not in _PROSE)]
    if not rest or not aside or any((words or "").strip() for words in bare):
        return []
    return list(element)[element.index(rest[0]) : element.index(rest[-1]) + 1]


def _is_framed(element: Element, block: meta.Block) -> bool:
    """True for what stands beside a body in its frame. Of files only those that are announced: a list of links may be the body's own."""
    if element.tag in _INLINE or _is_row(element, block):
        return False
    if _is_file_block(element):
        return any(map(_is_download, element.iter("a"))) and _FILE_LABEL.match(content(element)) is not None
    return _is_aside(element, block)


def gathered(run: Sequence[Element]) -> Element:
    """One element for the body: neighbours are put into a new one, which stands where the first of them did."""
    if len(run) == 1:
        return run[0]
    parent = run[0].getparent()
    box = parent.makeelement("div")
    parent.insert(parent.index(run[0]), box)
    box.extend(run)
    return box


# --- what is no body ---


def _is_aside(element: Element, block: meta.Block) -> bool:
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    if element.tag in _FURNITURE or _ASIDE_CLASS.search(names) or _is_row(element, block):
        return True
    words = content(element)
    if len(words) > 2000:
        return False
    return (
        bool(_FORM(element))
        or _is_file_block(element)
        or _is_navigation(element, words)
        or _is_neighbours(element, words)
        or _is_note(element, words)
    )


def _is_row(element: Element, block: meta.Block) -> bool:
    """True for one more labelled row of the block: a telephone number is not a body."""
    if element.tag == "tr":
        cells = [cell for cell in element if cell.tag in ("th", "td")]
        return len(cells) > 1 and content(cells[0]).lower() not in _CONTENT
    if element.tag == "dd":
        head = next(element.itersiblings("dt", preceding=True), None)
        return head is not None and content(head).lower() not in _CONTENT
    step = next((step for step in block.marks[-1].path if step.getparent() is element.getparent()), None)
    if (
        step is None
        or step.tag != element.tag
        or step.get("class") != element.get("class")
        or sum(step in each.path for each in block.marks) > 1
    ):
        return False
    first = next((line(text) for text in _TEXTS(element)), "")
    return element.tag == "li" or label(first) is not None or (label(first.partition(":")[0]) is not None and ":" in first)


def _is_file_block(element: Element) -> bool:
    """True for links to files with nothing but names, sizes and labels around them, or for a label of files alone."""
    words = content(element)
    links = {link for link in element.iter("a") if _is_download(link)}
    if not links:
        return _FILE_LABEL.fullmatch(words) is not None and not _SHOWN(element)
    if len(words) > 600 * len(links) or any(child.find(".//img") is not None and links.isdisjoint(child.iter("a")) for child in element):
        return False
    own = line(" ".join(_UNLINKED(element)))
    return not line(_FILE_WORDS.sub(" ", own)) or _ENDS_IN_FILE.search(re.sub(r"\s?\([^()]{0,60}\)\Z", "", own)) is not None


def _is_download(link: Element) -> bool:
    words = content(link)
    is_named = _FILE_NAME.search(words[-100:]) is not None and not words.startswith(("http:", "https:", "www."))
    return is_named or _DOWNLOAD.search(link.get("href") or "") is not None


def _is_navigation(element: Element, words: str) -> bool:
    """True for buttons and links that lead to no post and no other site, with no word beside them; and for a box that shares."""
    controls = _CONTROLS(element)
    if _SHARE.fullmatch(words):
        return bool(controls) or element.find(".//li") is not None
    if not controls:
        return False
    own = _SHARE.sub("", line(" ".join(_UNLINKED(element)))).strip(" |/·")
    return not own and bool(words) and not _SHOWN(element) and all(map(_leads_nowhere, controls))


def _leads_nowhere(control: Element) -> bool:
    target = f"{control.get('href') or '#'} {control.get('onclick') or ''}"
    return NUMBER.search(target) is None and _ELSEWHERE.search(target) is not None


def _is_neighbours(element: Element, words: str) -> bool:
    """True for a box that begins with a label of the previous or the next post and leads there, has both, or says there is none."""
    texts = [line(text) for text in _TEXTS(element)[:60]]
    labels = {text.lower() for text in texts if _NEIGHBOUR.fullmatch(text)}
    begins = any(_NEIGHBOUR.fullmatch(text) or text.startswith(("이전글", "다음글")) for text in texts[:2])
    leads = any(NUMBER.search(f"{a.get('href')} {a.get('onclick')}") or (a.get("href") or "#").startswith("#") for a in element.iter("a"))
    return _NO_NEIGHBOUR.match(words) is not None or (begins and (leads or len(labels) > 1))


def _is_note(element: Element, words: str) -> bool:
    """True for a licence, for comments, and for a test that keeps robots out."""
    first = next((line(text) for text in _TEXTS(element)), "")
    return bool((len(words) < 1000 and _LICENCE.search(words) and _TERMS.search(words)) or _COMMENTS.fullmatch(first))
