"""The body of a post: its plain text, its images and its sanitised HTML."""

import re
from urllib.parse import unquote

import nh3
from lxml import etree

from kistep_archive.model import urls
from kistep_archive.parse.post import media
from kistep_archive.parse.text import Element, line

# Marks between the words: code points that are no characters; tree.build has removed them from the page
# itself.
_PARAGRAPH, _BREAK, _CELL, _ITEM, _ALT = "\ufdd0\ufdd1\ufdd2\ufdd3\ufdd4"
_SIGNS = {"del": "~~", "ins": "++"}  # around struck-out and inserted text
_STRING = etree.XPath("string()", smart_strings=False)
_SPECIAL = re.compile(f"[{_BREAK}{_CELL}{_ITEM}{_ALT}]")
_BLOCKS = {
    "p",
    "div",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "figure",
    "figcaption",
    "table",
    "ul",
    "ol",
    "dl",
    "pre",
    "section",
    "article",
    "header",
    "footer",
    "hr",
    "address",
    "center",
    "fieldset",
    "caption",
    "form",
    "main",
    "aside",
    "nav",
}
_LINES = {"li", "tr", "dt", "dd"}
_IN_LINES = {"p", "div", "ul", "ol", "dl", "blockquote", "section", "article", "center"}
_NEVER = etree.XPath(
    "descendant::script|descendant::style|descendant::noscript|descendant::template|descendant::title|"
    "descendant::textarea|descendant::select|descendant::xml|descendant::input|descendant::button|"
    "descendant::iframe|descendant::object"
)
_LINKED = etree.XPath("descendant::a[@href]|descendant::img")
_MARKED = ("br", "img", *sorted(_BLOCKS | _LINES))
_MARKS = re.compile(r"[\s△▲▽▼◁▷○●◎◇◆□■☆★※▶◀<>〈〉《》\[\]()（）【】「」『』·ㆍ.,:;-]+")

_CLEANER = nh3.Cleaner(
    tags={
        "p",
        "br",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "a",
        "img",
        "ul",
        "ol",
        "li",
        "table",
        "caption",
        "colgroup",
        "col",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "th",
        "td",
        "strong",
        "em",
        "b",
        "i",
        "u",
        "s",
        "del",
        "ins",
        "sub",
        "sup",
        "blockquote",
        "figure",
        "figcaption",
        "pre",
        "code",
        "hr",
        "div",
        "span",
        "dl",
        "dt",
        "dd",
    },
    attributes={
        "a": {"href"},
        "img": {"src", "alt"},
        "td": {"colspan", "rowspan"},
        "th": {"colspan", "rowspan"},
    },
    url_schemes={"http", "https", "mailto"},
    strip_comments=True,
    link_rel=None,
)


def read(element: Element, base: str) -> tuple[str, str, tuple[str, ...]]:
    """(text, html, images) of a body. This changes the tree: scripts go, links become absolute, marks
    separate the paragraphs."""
    media.settle(element, base)
    for unwanted in _NEVER(element):
        _drop(unwanted)
    alts = _alts(element)
    images = _absolute(element, base)
    element.tag = "div"
    html = _CLEANER.clean(etree.tostring(element, encoding="unicode", method="html", with_tail=False)).strip()
    return plain(element, alts), html.removeprefix("<div>").removesuffix("</div>").strip(), images


def _drop(element: Element) -> None:
    parent, before, tail = element.getparent(), element.getprevious(), element.tail
    if parent is None:
        return
    if tail and before is not None:
        before.tail = (before.tail or "") + tail
    elif tail:
        parent.text = (parent.text or "") + tail
    parent.remove(element)


def _absolute(element: Element, base: str) -> tuple[str, ...]:
    images = []
    for linked in _LINKED(element):
        name = "href" if linked.tag == "a" else "src"
        address = (linked.get(name) or "").strip()
        if name == "src" and (not address or address[:5].lower() == "data:"):
            linked.attrib.pop("src", None)  # its bytes stay in the evidence, its alternative text in the body
            if not linked.get("alt"):
                _drop(linked)
            continue
        url = urls.link(base, address) if name == "src" else urls.absolute(base, address)
        linked.set(name, url)
        if name == "src" and url.startswith(("http://", "https://")):
            images.append(url)
    return tuple(images)


def plain(element: Element, alts: dict[Element, str]) -> str:
    """The plain text: a blank line between paragraphs, a line for each <br>, list item and table row, a tab
    between cells."""
    done: set[Element] = {element}
    # one line, whatever is in it
    for cell in [each for each in element.iter("td", "th") if each is not element and _is_cell(each)]:
        for node in cell.iter(*_MARKED):
            _put(node, f" {alts.get(node, '')} ", " ", done)
        _put(cell, _CELL if cell.getprevious() is not None else "", "", done)
    for node in element.iter("del", "ins"):
        if line(str(_STRING(node))):
            sign = _SIGNS[node.tag]
            _put(node, sign, sign, done)
    has_items = next(element.iter("li", "dd"), None) is not None
    for node in element.iter(*_MARKED):
        if node.tag == "br":
            _put(node, "", _BREAK, done)
        elif node.tag == "img":
            _put(node, "", f"{_PARAGRAPH}{_ALT}{alts[node]}{_PARAGRAPH}" if node in alts else "", done)
        else:
            mark = (
                _ITEM
                if node.tag in _LINES or (has_items and node.tag in _IN_LINES and _in_item(node))
                else _PARAGRAPH
            )
            _put(node, mark, mark, done)
    return _paragraphs(str(_STRING(element)))


def _put(node: Element, before: str, after: str, done: set[Element]) -> None:
    """Puts marks around a node's text, once for each node."""
    if node in done:
        return
    done.add(node)
    if node.tag == "pre":
        node.text = (node.text or "").replace("\n", _BREAK)
    if before:
        node.text = before + (node.text or "")
    if after and len(node) and node.tag != "img":
        node[-1].tail = (node[-1].tail or "") + after
    elif after and node.tag not in ("br", "img"):
        node.text = (node.text or "") + after
    elif after:
        node.tail = after + (node.tail or "")


def _is_cell(node: Element) -> bool:
    """Whether a cell has neighbours. A table with one cell in each row is only a frame, and its cell has
    paragraphs."""
    return node.getnext() is not None or node.getprevious() is not None


def _in_item(node: Element) -> bool:
    return next(node.iterancestors("li", "dd", "td", "th"), node).tag in ("li", "dd")


def _alts(element: Element) -> dict[Element, str]:
    """The alternative texts of images, without those that only repeat the file's name."""
    found = {}
    for image in element.iter("img"):
        alt = line(image.get("alt") or "")
        name = unquote((image.get("src") or "")[:2000].split("?")[0].rsplit("/", 1)[-1])
        if alt and alt not in (name, name.rsplit(".", 1)[0]):
            found[image] = alt
    return found


def _paragraphs(marked: str) -> str:
    pieces = marked.split(_PARAGRAPH)
    if not _SPECIAL.search(marked):
        return "\n\n".join(filter(None, map(line, pieces)))
    found = [(text, piece.startswith(_ALT)) for piece in pieces if (text := _lines(piece.removeprefix(_ALT)))]
    if any(is_alt for _, is_alt in found):
        found = [
            each
            for at, each in enumerate(found)
            if not (each[1] and _is_repeated(each[0], (*found[max(at - 1, 0) : at], *found[at + 1 : at + 2])))
        ]
    return "\n\n".join(text for text, _ in found)


def _is_repeated(alt: str, beside: tuple[tuple[str, bool], ...]) -> bool:
    """Whether the text before or after repeats an alternative text; marks such as △ do not count."""
    bare = _MARKS.sub("", alt)
    return bool(bare) and any(not is_alt and _MARKS.sub("", text) == bare for text, is_alt in beside)


def _lines(piece: str) -> str:
    if _BREAK not in piece and _ITEM not in piece and _CELL not in piece:
        return line(piece)
    return "\n".join(filter(None, map(_item, piece.split(_ITEM))))


def _item(item: str) -> str:
    lines = ["\t".join(map(line, row.split(_CELL))) for row in item.split(_BREAK)]
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
    return text if text.strip() else ""
