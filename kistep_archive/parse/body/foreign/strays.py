"""What a site puts into the box of a body, at its start or its end, and what varies from post to post: tags,
a contact, other posts, the names of its files. A writer may type the same, so most of it is an error."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice, pairwise, takewhile

from lxml import etree

from kistep_archive.parse.body.foreign import buttons, notes, wordings
from kistep_archive.parse.body.foreign.asides import (
    COMMENTS,
    FILE_LABEL,
    LICENCE,
    NUMBER,
    is_linked,
    is_neighbours,
)
from kistep_archive.parse.elements import CONTROL, drop, first_words, names_of
from kistep_archive.parse.text import Element, ParseError, content, is_count, line
from kistep_archive.parse.values import inline

_TEXTS = etree.XPath("descendant::text()[normalize-space()]")
_UNLINKED = etree.XPath("descendant::text()[normalize-space() and not(ancestor::a)]")
_FEW = 3  # links to neighbours at most
_SHORT = 200  # characters of tags or of a contact at most
_LISTS = {"ul", "ol", "table", "div", "section"}
_MADE = {"dl", "section", "nav", "aside", "header", "footer"}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6", "strong", "b", "dt"}
# classes that editors give to what a writer types
_EDITOR = re.compile(
    r"(?:0|바탕글|hs\w{0,20}|hstyle\w{0,20}|mso\w{0,40}|xmso\w{0,40}|(?:se|ke|note|fr|cke?|ql|tiptap)[-_].{0,60}|[ps][0-9]{1,4})",
    re.I,
)
_TAGS = re.compile(
    r"(?:(?:hash\s?)?tags?|해시태그|태그|key\s?words?|키워드|주제어)\s?(?P<colon>[:：])?", re.I
)
_CONTACT = re.compile(
    r"(?:담당\s?(?:자|부서|자명|부서명|과)?|문의\s?(?:처|전화)?|연락처|전화(?:번호)?|이메일|작성부서|"
    r"contact(?: (?:us|person|point|info(?:rmation)?))?|tel|phone|telephone|fax|e-?mail|inquir(?:y|ies)|"
    r"(?:person )?in charge|department)\.?",
    re.I,
)
_TAG_CLASS = re.compile(r"(?:^|[\s_-])(?:hash_?)?(?:tags?|keywords?)(?:$|[\s_-])", re.I)
_ADDRESS = re.compile(r"[\w.+-]{1,40}@[\w-]{1,40}(?:\.[\w-]{1,20}){1,4}")
_RATED = re.compile(r"rat(?:ed|ing)|vote|like|추천|좋아요|공감|별점|평점|★", re.I)
_RATING = re.compile(
    r"(?:rat(?:ed|ings?)|votes?|likes?|recommend(?:ed|ations)?|average|of|비?추천|좋아요|공감|별점|평점|참여|[명점건회]"
    r"|[0-9.,]|[★☆\W_])++",
    re.I,
)
_CHANGED = re.compile(
    r"(?:최종\s?)?(?:수정|변경|갱신)\s?(?:일|일자|일시)|(?:last\s)?(?:updated?|modified|changed)\b", re.I
)
_SIZE = re.compile(r"\s?[(\[]\s?[0-9][0-9.,]{0,12}\s?(?:[KMGT]?bytes?|[KMGT]i?B|[KMGB])\s?[)\]]", re.I)


def is_sites(element: Element) -> bool:
    """Whether an element at the edge of a body is certainly the site's: the previous and the next post, its
    buttons and menus, and a question about the page."""
    words = content(element)
    if element.tag == "nav" and _is_all_links(element) and not _leads_to_posts(element):
        return True
    if is_bare(element) or not is_made(element):
        return element.tag in _LISTS | {"dl", "nav"} and is_neighbours(element, words)
    return is_neighbours(element, words) or buttons.are_all(element) or buttons.is_questionnaire(element)


def foreign_kind(element: Element) -> str:
    """What an element at the edge of a body may be besides a part of the post: "tags", "a contact", "links to
    other posts"; "" for a part of the post."""
    if is_bare(element) and next(element.iter("a"), None) is None:
        return ""
    words = content(element)
    first = first_words(element)
    if is_bare(element):
        is_linked = _is_tags(element, words, first) and not _TAGS.sub("", line(" ".join(_UNLINKED(element))))
        return "tags" if is_linked else "links to other posts" if is_neighbours(element, words) else ""
    if len(words) <= _SHORT and _is_tags(element, words, first):
        return "tags"
    if element.tag != "table" and is_made(element) and (what := _site_part(element, words, first)):
        return what
    is_other = any(is_kind(element, words, first) for is_kind in (_is_related, _is_picked, _is_all_posts))
    return "links to other posts" if is_other else ""


def are_apart(boxes: Sequence[Element]) -> bool:
    """Whether boxes that are alike because none has a class are perhaps not one body: words stand between
    them, or one has a heading over links to posts."""
    if names_of(boxes[0]) != " ":
        return False
    between = (each for box, later in pairwise(boxes) for each in _between(box, later))
    return any(map(content, between)) or any(_is_headed_list(box) for box in boxes[1:])


def _between(box: Element, later: Element) -> Iterator[Element]:
    return takewhile(lambda each: each is not later, box.itersiblings("*"))


def _is_headed_list(box: Element) -> bool:
    first = next(box.iterchildren("*"), None)
    return first is not None and first.tag in _HEADINGS and _leads_to_posts(box)


def drop_files(body: Element, names: Collection[str]) -> None:
    """Removes the lines at the edges of a body that only name again files that the page offers."""
    for at in (0, -1):
        while names and len(body) and isinstance(body[at].tag, str) and _is_files(body[at], names):
            drop(body[at])


def check_unclear(url: str, asides: Iterable[Element]) -> None:
    """Raises ParseError for what stands beside the paragraphs of a body in its box and may be a part of it: a
    line with a label, links, a licence."""
    for each in asides:
        words = content(each)
        first = first_words(each)
        what = (
            "a line with a label"
            if notes.is_labelled(each, words, first)
            else "a licence"
            if not is_made(each) and LICENCE.search(words)
            else "links"
            if is_linked(each, words) and not all(map(_is_control, each.iter("a", "button")))
            else ""
        )
        if what:
            raise ParseError(
                url, "body", f"the body's box also holds {what}: {words[:60]!r}; a skin can drop it"
            )


def _is_control(control: Element) -> bool:
    words = content(control)
    return not words or CONTROL.fullmatch(words) is not None


def is_bare(element: Element) -> bool:
    """Whether an element is a paragraph as writers type them."""
    return element.tag == "p" and not element.get("class")


def is_made(element: Element) -> bool:
    """Whether an element is none that an editor makes of what a writer types."""
    classes = (element.get("class") or "").split()
    return element.tag in _MADE or any(not _EDITOR.fullmatch(c) for c in classes)


def _is_tags(element: Element, words: str, first: str) -> bool:
    match = _TAGS.match(words)
    if match is None or len(words) > _SHORT or not words[match.end() :].strip():
        return False
    is_label = bool(match["colon"]) or (first != words and _TAGS.fullmatch(first) is not None)
    return is_label and (is_made(element) or next(element.iter("a"), None) is not None)


def _is_signature(words: str) -> bool:
    """Whether words are a name and an address to write to."""
    *name, last = words.split() or [""]
    is_name = 0 < len(name) < 5 and all(each.strip("(<|/,:·.").isalpha() for each in name)
    return is_name and _ADDRESS.fullmatch(last.strip("()<>")) is not None


def _is_contact(words: str, first: str) -> bool:
    before, colon, _ = first.replace("：", ":").partition(":")
    return _CONTACT.fullmatch(before.strip()) is not None and (bool(colon) or first != words)


def _site_part(element: Element, words: str, first: str) -> str:
    """What a site tells in an element of its own: a contact, comments, the readers so far, when the page was
    changed, a period."""
    if buttons.has_fields(element):
        return "a form"
    if COMMENTS.fullmatch(first) and first != words:
        return "comments"
    if len(words) > _SHORT:
        return ""
    if wordings.is_named(names_of(element)):
        return "a box of the site"
    if _is_contact(words, first) or _is_signature(words):
        return "a contact"
    if _RATING.fullmatch(words) and _RATED.search(words):
        return "a rating"
    labelled = inline(words)
    if len(labelled) == 1 and labelled[0][0] == "hits" and is_count(labelled[0][1]):
        return "the count of readers"
    if wording := wordings.what(words):
        return wording
    if len(labelled) == 1 and labelled[0][0] in ("writer", "date") and element.tag != "p":
        return "a line with a label"
    if _TAG_CLASS.search(names_of(element)) and _is_all_links(element):
        return "tags"
    before = first.replace("：", ":").partition(":")[0]
    if _CHANGED.match(before) and any(each.isdigit() for each in words):
        return "the day of a change"
    return "a line with a label" if notes.is_labelled(element, words, first) else ""


def _is_related(element: Element, words: str, first: str) -> bool:
    """Whether an element is a heading over links to other posts, or the heading or the links of the two."""
    if element.tag in _HEADINGS and notes.is_related(words):
        following = element.getnext()
        return following is not None and _leads_away(following, content(following), "")
    if element.tag not in _LISTS | {"dl", "nav", "aside"}:
        return False
    before = element.getprevious()
    is_headed = before is not None and before.tag in _HEADINGS and notes.is_related(content(before))
    heading = first if notes.is_related(first) else ""
    return bool(heading or is_headed) and _leads_away(element, words, heading)


def _is_picked(element: Element, words: str, first: str) -> bool:
    """Whether a box of the site's own is a heading over links to posts, whatever the heading says."""
    return is_made(element) and _is_headed_list(element) and notes.is_mostly_links(element, words, first)


def _is_all_posts(element: Element, words: str, _first: str) -> bool:
    """Whether a box of the site's own has only a few links to posts, such as "« An older one"."""
    if element.tag not in _LISTS | {"nav", "p"} or not is_made(element) or not words:
        return False
    links = list(islice(element.iter("a"), _FEW + 1))
    leads = all(NUMBER.search(f"{a.get('href')} {a.get('onclick')}") for a in links)
    return len(links) <= _FEW and leads and _is_all_links(element)


def _is_all_links(element: Element) -> bool:
    """Whether all words of an element are links."""
    has_links = next(element.iter("a"), None) is not None
    return has_links and not any(map(str.isalnum, line(" ".join(_UNLINKED(element)))))


def _leads_away(element: Element, words: str, heading: str) -> bool:
    """Whether most words of an element besides its heading are links, and some of them lead to posts."""
    return _leads_to_posts(element) and notes.is_mostly_links(element, words, heading)


def _leads_to_posts(element: Element) -> bool:
    return any(NUMBER.search(f"{a.get('href')} {a.get('onclick')}") for a in element.iter("a"))


def _is_files(element: Element, names: Collection[str]) -> bool:
    """Whether an element is a label for files and the names of known ones. A paragraph that a writer may have
    typed counts only with their sizes."""
    words = content(element)
    label = FILE_LABEL.match(words)
    if label is None or len(words) > _SHORT + sum(map(len, names)):
        return False
    rest, sizes = _SIZE.subn(" ", words[label.end() :])
    shown_names = [name for name in sorted(names, key=len, reverse=True) if name in rest]
    for name in shown_names:
        rest = rest.replace(name, " ")
    return bool(shown_names) and not rest.strip(" ,;/|·") and (sizes > 0 or not is_bare(element))
