"""The name of a file in the words around its link.

A word such as "Download" or "HWP" before a name may be an icon's or the name's. In an element of its own it
is an icon's. In one text the witnesses decide: `download` and `title` of the link, the name in its address,
the alternative text of its image. Without one, "Download " before a name is no part of it unless the file has
a button of its own, and a word that is welded to the name is."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from lxml import etree

from kistep_archive.parse.elements import is_for_screen_readers
from kistep_archive.parse.text import Element, content, line

_TEXTS = etree.XPath("descendant::text()[normalize-space()]")
_LABEL = r"(?:첨부\s?파일|첨부|attach(?:ed|ment)?s?(?:\sfiles?)?|files?)"
# in an element of its own before the name
_NUMBER = r"(?:\s?(?:no\.?\s?|#|\()?[0-9]{1,3}\)?)?"
_ICON = re.compile(rf"\A(?:[a-z0-9_]{{1,10}}\s)?{_LABEL}{_NUMBER}\s?[:：]?\Z", re.I)
_LOAD = r"(?:download(?:\sfile)?|(?:파일\s?)?(?:다운로드|내려받기|다운받기))"
_SAVE = r"save|저장(?:하기)?"
_FORMATS = "pdf|hwpx?|docx?|xlsx?|pptx?|zip|jpe?g|png|gif|txt|csv"
_BUTTON = re.compile(rf"{_LOAD}|{_SAVE}|preview|(?:바로|미리)\s?보기", re.I)
_WELDED = re.compile(rf"(?:{_LOAD}|{_SAVE}|{_FORMATS}|파일|file)[\s:：_-]{{0,3}}(?=.)", re.I)
_SPACED = re.compile(rf"{_LOAD}(?:\s?[:：]\s?|\s)(?=.)", re.I)
_ICON_CLASS = re.compile(r"(?:^|[\s_-])(?:ico\w{0,8}|file_?(?:type|ext)|ext)(?:$|[\s_-])", re.I)
_PARAMETER = re.compile(r"[?&;=/]")
_KIND = re.compile(r"\A[a-z0-9]{2,5}\Z", re.I)
# after an icon: "png" in an element, "첨부파일 NAME" in the next one
_LABEL_ALONE = re.compile(rf"{_LABEL}(?:\s?[(\[][0-9]{{1,3}}\s?(?:개|건)?[)\]])?\s?[:：]?", re.I)
_FEW = 6  # texts of an element that are looked at
_LED = re.compile(rf"\A{_LABEL}\s(?=\S)", re.I)
_BEFORE = re.compile(
    rf"\A(?:{_LABEL}{_NUMBER}\s?[:：]\s?|[(\[]?([a-z0-9]{{2,5}})[)\]]?\s(?:(?:{_LABEL}|(?:파일\s?)?아이콘|파일|icon)\s)?(?=.*\.\1\Z))",
    re.I,
)
_AFTER = re.compile(
    r"(?:(?:첨부\s?)?(?:파일\s?)?(?:다운로드|내려받기|다운받기|바로보기|미리보기|(?:음성|바로|미리)\s?듣기|새\s?창[^.]{0,20})"
    r"|download(?:\sfile)?|preview"
    r"|(?:opens?\s(?:in\s)?(?:an?\s?)?|(?<=\.\w{3}\s)|(?<=\.\w{4}\s))new\s(?:window|tab)"
    r"|(?:(?<=\.\w{3}\s)|(?<=\.\w{4}\s))(?:첨부\s?파일|attachment|attached\sfile))[\s)\]]{0,3}$",
    re.I,
)
FILE = re.compile(r"(?<=.)\.[A-Za-z0-9]{2,5}\Z")
_KNOWN = (
    r"(?:pdf|hwp[xt]?|hml|show|cell|docx?|rtf|xls[xm]?|csv|tsv|pptx?|ppsx?|od[tsp]|txt|xml|json|zip|7z|rar|alz|egg|tar|t?gz"
    r"|jpe?g|png|gif|bmp|tiff?|svg|webp|ai|psd|eps|mp[34]|m4[av]|wav|wm[av]|avi|mov|mkv|epub)"
)
_KNOWN_FILE = re.compile(rf"(?<=.)\.{_KNOWN}\Z", re.I)  # in an address, where .es and .do are pages
_BADGE = r"(?:N|New|Up|Hot|신규|새글|새\s?파일)"
_MARKED = re.compile(
    rf"(?<=\.)({_KNOWN})(?:\s{{1,3}}[(\[]?{_BADGE}[)\]]?|\s{{0,3}}[(\[]\s?[0-9][0-9,]{{0,9}}\s?[)\]])\s{{0,3}}\Z",
    re.I,
)
_NUMBERED = re.compile(rf"(?:[(\[]?\s?(?:[0-9][0-9,]{{0,9}}\s?(?:회|건|times?)?|{_BADGE})\s?[)\]]?)", re.I)
_ENDING = re.compile(r"\.(?:[A-Za-z][A-Za-z0-9]{1,4}|7z)(?![A-Za-z0-9])", re.I)
_DATE = r"(?:19|20)[0-9]{2}\s?[-./년]\s?[0-9]{1,2}\s?[-./월]\s?[0-9]{1,2}\s?[.일]?"
# in brackets; without them only right after a name's ending, and not with a one-letter unit
_SIZE = re.compile(
    rf"[(\[]\s?(?:{_DATE}\s?[,/|·]\s?)?([0-9][0-9.,]{{0,12}}\s?(?:[KMGT]?bytes?|[KMGT]i?B|[KMGB]))\s?(?:[/|,·:][^()\[\]]{{0,80}})?[)\]]"
    r"(?=\s|\Z|다운로드|내려받기|download)"
    r"|(\.[A-Za-z0-9]{2,5})[\s,|/:-]{1,5}(?:(?:파일\s?)?(?:용량|크기)\s?[:：]?\s?|(?:file\s?)?size\s?[:：]?\s?)?([0-9][0-9.,]{0,12}\s?(?:[KMGT]?bytes?|[KMGT]i?B))(?![A-Za-z0-9.])",
    re.I,
)
# what a page counts or measures, in brackets right after a name's ending: "a.pdf(Download 3)"
_COUNTED = re.compile(  # the same without brackets: "a.pdf Download 259회"
    r"(?<=\.)([A-Za-z0-9]{2,5})(?:\s?[|/,·-]\s?|\s{1,3})(?:다운로드|내려받기|downloads?|조회)(?:\s?횟?수)?\s?[:：(]?\s?"
    r"[0-9][0-9,]{0,9}\s?(?:회|건|times)?\)?\Z",
    re.I,
)
_GLUED = re.compile(rf"(?<=\.)({_KNOWN})[0-9][0-9.,]{{0,12}}\s?(?:[KMGT]?bytes?|[KMGT]i?B)\Z", re.I)
_MEASURE = re.compile(  # a size or a count of downloads alone
    r"[(\[]?\s?(?:[0-9][0-9.,]{0,12}\s?(?:[KMGT]?bytes?|[KMGT]i?B)"
    r"|(?:(?:다운로드|내려받기|downloads?)\s?:?\s?)?[0-9][0-9,]{0,9}\s?(?:회|times))\s?[)\]]?\s?[|/·:,-]?",
    re.I,
)
_FOLDERS = re.compile(  # of Windows, in both spellings, and of a server
    r"\A(?:(?:[A-Za-z]:\\|\\\\)(?:[^\\]{1,255}\\){0,30}(?=[^\\])|(?:[A-Za-z]:)?/(?:[^/]{1,255}/){1,30}(?=[^/]))"
)
_WIDE = re.compile(r"（([^（）]{1,80})）\Z")  # brackets of a Korean or Chinese keyboard
_DETAILS = re.compile(
    r"(?<=\.)([A-Za-z0-9]{2,5})\s{0,3}[(\[]\s?(?:(?:(?:파일\s?)?(?:용량|크기)|(?:file\s?)?size)\s?[:：]?\s?)?"
    r"(?:[0-9][0-9.,]{0,12}\s?(?:[KMGT]?bytes?|[KMGT]i?B|[KMGB])|"
    r"(?:다운로드|내려받기|다운|download(?:s|ed)?|조회|hits?)(?:\s?횟?수)?\s?[:：]?\s?[0-9]|"
    r"[0-9][0-9,]{0,9}\s?(?:회|건|downloads?|hits?|times))"
    r"[^()\[\]]{0,80}[)\]]\s{0,3}(?:download|다운로드|내려받기|바로보기|미리보기|preview|\s){0,4}\Z",
    re.I,
)
_DATED = re.compile(  # when a file came, right behind a name's ending, in brackets or not
    rf"(?<=\.)((?:[A-Za-z][A-Za-z0-9]|7z)[A-Za-z0-9]{{0,3}})(?!.*\.(?:[A-Za-z][A-Za-z0-9]{{1,4}}|7z)\Z)"
    rf"(?:\s{{0,3}}[(\[]\s?|\s{{1,3}})"
    rf"(?:[가-힣A-Za-z.]{{1,12}}\s?[:：]?\s?)?{_DATE}[^()\[\].]{{0,30}}[)\]]?\s{{0,3}}\Z",
    re.I,
)


def shows_file(link: Element) -> bool:
    """Whether the words of a link are a file's name, with an ending that only files have."""
    return _KNOWN_FILE.search(tidy(content(link))) is not None


def name_in(element: Element) -> str:
    """The file's name in an element's words, without labels and icons in separate elements before it."""
    nodes = _TEXTS(element)[:4]
    words = all_words = spell_words(element)
    texts = [line(text) for text in nodes]
    while len(texts) > 1 and words.startswith(texts[0]) and _is_icon(element, nodes[-len(texts)], words):
        words = words.removeprefix(texts.pop(0)).strip()
    if len(texts) > 1 and _KIND.search(texts[0]) and _LED.search(texts[1]) and words.startswith(texts[0]):
        words = _LED.sub("", words.removeprefix(texts[0]).strip())
    return tidy(words) if words == all_words else _without_details(words)


def spell_words(element: Element) -> str:
    """The words of an element, with a space between a file's name and what an element behind it tells of the
    file: "a.pdf" and "1MB". A mere number or a "New" there is left out."""
    words, texts = content(element), [str(text) for text in _TEXTS(element)]
    for at in range(1, min(len(texts), _FEW)):
        before, after = line("".join(texts[:at])), line("".join(texts[at:]))
        is_glued = words == before + after
        if not _KNOWN_FILE.search(before) or not (is_glued or words == f"{before} {after}"):
            continue
        if _NUMBERED.fullmatch(after):
            return before
        if is_glued and after[:1].isalnum() and not _KNOWN_FILE.search(f"{before}{after.split()[0]}"):
            return f"{before} {after}"
    return words


def is_label(name: str) -> bool:
    """Whether words are only the label of files, or it and how many there are."""
    return _LABEL_ALONE.fullmatch(name) is not None


def _is_icon(element: Element, text: Element, words: str) -> bool:
    """Whether the first text of an element is a label, or in an element of its own before a file's name: the
    word of a button, or the kind of the file."""
    first = line(text)
    if _ICON.search(first):
        return True
    holder, rest = text.getparent(), words.removeprefix(first).strip()
    if text.is_tail or holder is element or holder.tag == "mark" or not FILE.search(tidy(rest)):
        return False
    is_kind = (
        _KIND.search(first) is not None
        and not _LED.search(rest)
        and (
            tidy(rest).lower().endswith(f".{first.lower()}")
            or _ICON_CLASS.search(holder.get("class") or "") is not None
        )
    )
    is_hidden = is_for_screen_readers(holder) or _MEASURE.fullmatch(first) is not None
    return is_kind or is_hidden or _BUTTON.fullmatch(first) is not None


def settle_name(name: str, texts: Sequence[str], links: Sequence[Element], titles: Sequence[str]) -> str:
    """The name, after the witnesses have said whether words before it are a part of it. `texts` are the
    texts of the page that may have it, `links` those of the file, `titles` what else the links say of it."""
    longer = [text for text in map(_without_details, texts) if name and text != name and text.endswith(name)]
    start = _WELDED.match(name)
    rest = name[start.end() :] if start and FILE.search(name[start.end() :]) else ""
    if not longer and not rest:
        return name
    strong = {pack(text) for link in links for text in _names_in_address(link)}
    weak = {pack(text) for title in titles for text in (_without_details(title), tidy(title))}
    for witness in (strong, weak - strong):
        known = [each for each in (*longer, name, rest) if each and pack(each) in witness]
        is_led = bool(known) and (known[0] not in longer or witness is strong or _WELDED.match(known[0]))
        if is_led:
            return known[0]
    is_shown = any(name in text for text in texts)
    has_button = is_shown and any(not FILE.search(_without_details(content(link))) for link in links)
    return rest if rest and _SPACED.match(name) and not has_button else name


def name_in_address(links: Sequence[Element]) -> str:
    """The file's name in the address of its links; "" if it has none with an ending of files."""
    names = (text for link in links for text in _names_in_address(link))
    return next(filter(_KNOWN_FILE.search, map(line, names)), "")


def _names_in_address(link: Element) -> Iterator[str]:
    """The file names in a link's address and `download`."""
    yield link.get("download") or ""
    for part in _PARAMETER.split(link.get("href") or ""):
        if FILE.search(part):
            yield unquote(part.replace("+", " "))


def pack(text: str) -> str:
    """A name for comparing: letters composed, without case, spaces and underscores."""
    return re.sub(r"[\s_+]", "", unicodedata.normalize("NFC", text)).casefold()


def tidy(words: str) -> str:
    """A file's name without the words and the folders around it: "png 첨부파일 NAME.png (2.23MB / Download
    259회)" is NAME.png."""
    name = _BEFORE.sub("", _without_details(words)).strip()
    return _FOLDERS.sub("", name) or name


def _without_details(words: str) -> str:
    """The words before the size; if there is no size, before "Download" and the like."""
    narrow = _WIDE.sub(r"(\1)", words)
    return rest if (rest := _cut_details(narrow)) != narrow else _cut_details(words)


def _cut_details(words: str) -> str:
    words = words[:600]
    if _MEASURE.fullmatch(words):
        return ""
    if (
        details := _DETAILS.search(words)
        or _COUNTED.search(words)
        or _DATED.search(words)
        or _MARKED.search(words)
    ):
        return words[: details.end(1)].strip()
    if size := find_size(words):
        words = words[: size.end(2) if size[2] else size.start()].strip()
        return "" if _AFTER.match(words) else words
    for _ in range(3):
        words = _AFTER.sub("", words).rstrip(" -|/,([")
    return _GLUED.sub(r"\1", words)


def space_details(words: str) -> str:
    """The words with a space between a name and what is told of the file in brackets after it."""
    details = _DETAILS.search(words) or _DATED.search(words)
    return words if details is None else f"{words[: details.end(1)]} {words[details.end(1) :]}"


def find_size(words: str) -> re.Match[str] | None:
    """The place of a file's size: the last one, since a name may contain one too, with nothing after it that
    could be a name."""
    return next(
        (match for match in reversed(list(_SIZE.finditer(words))) if not _ENDING.search(words, match.end())),
        None,
    )
