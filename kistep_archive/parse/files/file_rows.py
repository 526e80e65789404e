"""The row of a post that a label such as "File" or "첨부" leads: every link, button and form in it is a file
that is read, a known control, or a file that the archive does not know how to fetch."""

import re
from collections.abc import Collection, Iterator
from urllib.parse import unquote

from lxml import etree

from kistep_archive.parse.body.foreign.asides import FILE_LABEL
from kistep_archive.parse.elements import CONTROL
from kistep_archive.parse.files import file_names, files
from kistep_archive.parse.files.files import Offer
from kistep_archive.parse.post.posts import Outline
from kistep_archive.parse.text import Element, ParseError, content, label, line

_TEXTS = etree.XPath("descendant::text()[normalize-space()]")
_CONTROLS = etree.XPath(
    "descendant-or-self::*[self::a or self::button or @onclick or "
    "(self::input and (@type='submit' or @type='button' or @type='image'))]"
)
_START = re.compile(r"\W{0,9}[첨붙파fa]", re.I)  # of a label of files
_NO_LABELS = ("a", "button", "option", "thead", "script", "style", "nav", "h1", "h2")
_NO_ADDRESS = re.compile(r"\s{0,9}(?:#|javascript:|\Z)", re.I)
_NO_FILE = re.compile(r"\s{0,9}(?:mailto:|tel:)", re.I)
_BUTTON = re.compile(
    r"(?:(?:첨부\s?)?(?:파일\s?)?(?:다운로드|내려받기|다운받기|받기)|첨부\s?파일|download(?:\sfile)?"
    r"|save|저장)",
    re.I,
)
_LOOK = re.compile(  # what a control beside a file does with it
    r"\b(?:pre)?view|\bopen\b|\blisten|read\saloud|보기|듣기|열기|뷰어|\ball\b|\bzip\b|전체|모두|일괄|압축|도움말|help|acrobat|reader",
    re.I,
)
_LOOKING = re.compile(
    r"view|tts|listen|zip(?!\Z)|(?<![a-z])all(?![a-z])|help", re.I
)  # in its address or its script
_NONE = re.compile(r"(?:[:：]\s?[-–—]|없음|없습니다|\bnone|\bno\s(?:attachments?|files?))[.)]?\Z", re.I)
_ITEMS = ("li", "dd", "td", "p", "div", "tr")
_LONG = 60  # characters of a name in a message


def find(outline: Outline, around: Collection[Element]) -> list[Element]:
    """The links, buttons and the like in the rows of files beside the body, each once; `around` is what the
    outline says of itself."""
    boxes = [
        box
        for text in _TEXTS(outline.scope)
        if _is_label(text) and outline.body not in (text.getparent(), *text.getparent().iterancestors())
        for box in _row(text.getparent(), text.is_tail, around)
    ]
    controls = dict.fromkeys(control for box in boxes for control in _CONTROLS(box))
    return [each for each in controls if controls.keys().isdisjoint(each.iterancestors())]


def _is_label(text: Element) -> bool:
    words = line(text) if len(text) < _LONG and _START.match(text) else ""
    if not words or not (label(words) == "file" or FILE_LABEL.fullmatch(words)):
        return False
    holder = text.getparent().getparent() if text.is_tail else text.getparent()
    return holder is not None and all(
        each.tag not in _NO_LABELS for each in (holder, *holder.iterancestors())
    )


def _row(holder: Element, is_tail: bool, around: Collection[Element]) -> list[Element]:
    """The boxes with the files of a label: the cells behind its own, the box around it, or the next one."""
    step = holder.getparent() if is_tail else holder
    while step not in around and step.tag not in ("th", "td", "dt"):
        parent = step.getparent()
        if next(iter(_CONTROLS(step)), None) is not None:
            return [step]
        if parent is None or parent in around:
            break
        step = parent
    if next(iter(_CONTROLS(step)), None) is not None:
        return [] if step in around else [step]
    if step.tag in ("th", "td", "dt"):
        return list(_cells(step))
    following = step.getnext()
    is_outside = following is None or following in around or step in around
    return [] if is_outside or _NONE.search(content(step)) else [following]


def _cells(head: Element) -> Iterator[Element]:
    """The value cells of a label's cell: all up to the next header, or the one behind a plain cell."""
    for cell in head.itersiblings():
        if cell.tag in ("th", "dt"):
            return
        yield cell
        if head.tag == "td":
            return


def linked_files(
    url: str, controls: list[Element], offers: list[Offer], around: Collection[Element]
) -> list[Offer]:
    """The files in the rows besides the `offers`: those behind an address that ends as files do."""
    known = {link for _, links in offers for link in links}
    links = [each for each in controls if each not in known and _is_address(each) and not _looks(each)]
    return files.further_files(
        url, [link for link in links if file_names.name_in_address([link])], offers, around
    )


def _looks(control: Element) -> bool:
    """Whether a link shows a file instead of fetching it."""
    words, path = _words(control), control.get("href").partition("?")[0].strip()
    is_name = file_names.FILE.search(file_names.tidy(words)) is not None
    route = path.rpartition("/")[0] if file_names.name_in_address([control]) == _last(path) else path
    return _LOOKING.search(route) is not None or (not is_name and _LOOK.search(words) is not None)


def _is_address(control: Element) -> bool:
    return control.tag == "a" and _NO_ADDRESS.match(control.get("href") or "") is None


def _last(path: str) -> str:
    return unquote(path.rpartition("/")[2])


def names_without_address(
    url: str, controls: list[Element], offers: list[Offer], scripted: tuple[str, ...]
) -> tuple[str, ...]:
    """The names of the files in the rows that have no address, besides those that are known to be `scripted`.
    Raises ParseError for an address that is none of a known download: the post would lose its file."""
    known = {link for _, links in offers for link in links}
    names = {*scripted, *(offer.name for offer, _ in offers)}
    without_address: dict[str, None] = {}
    for control in controls:
        if control in known or _is_known(control, known, names):
            continue
        if _is_address(control):
            words = (
                f"the link {_name_shown(control)[:_LONG]!r} beside the label of files is no known download"
            )
            raise ParseError(url, "attachments", f"{words}: {control.get('href')[:80]!r}")
        without_address[_name_shown(control)] = None
    return tuple(without_address)


def _is_known(control: Element, known: Collection[Element], names: Collection[str]) -> bool:
    """Whether a control offers no file of its own."""
    words, does = _words(control), f"{control.get('href') or ''} {control.get('onclick') or ''}"
    name = file_names.name_in(control) or file_names.tidy(words)
    if _NO_FILE.match(does) or name in names or any(each in does for each in names if "(" in each):
        return True
    box = next(control.iterancestors(*_ITEMS), control)
    is_beside = not set(known).isdisjoint(box.iter("a")) or any(each in content(box) for each in names)
    if file_names.FILE.search(name) and not (is_beside and _LOOKING.search(does)):
        return False
    if _LOOK.search(words):
        return bool(names)
    if CONTROL.fullmatch(words) and not _BUTTON.fullmatch(words):
        return bool(names) or not _is_address(control)
    return is_beside and (not words or bool(_BUTTON.fullmatch(words) or _LOOKING.search(does)))


def _words(control: Element) -> str:
    images = " ".join(image.get("alt") or "" for image in control.iter("img"))
    return line(content(control) or images or control.get("value") or control.get("title") or "")


def _name_shown(control: Element) -> str:
    """How a message names a file: by its name, by a name beside it, else by its words or its script."""
    box = next(control.iterancestors(*_ITEMS), control)
    names = (file_names.name_in(control), control.get("title") or "", file_names.name_in(box))
    name = next(filter(file_names.FILE.search, map(file_names.tidy, names)), "")
    return name or _words(control) or line(control.get("onclick") or "")[:_LONG] or "a file without a name"
