"""The plain text of a post's body: marks in the tree separate its paragraphs, lines, items and cells."""

import re
from collections.abc import Sequence

from lxml import etree

from kistep_archive.parse import raised
from kistep_archive.parse.text import Element, line

# Marks between the words: code points that are no characters; tree.build has removed them from the page
# itself.
_PARAGRAPH, _BREAK, _CELL, _ITEM, _ALT = "\ufdd0\ufdd1\ufdd2\ufdd3\ufdd4"
_DELETED, _INSERTED, _UNDERLINED, _END = "\ufdd5\ufdd6\ufdd8\ufdd7"
_RAISED, _LOWERED, _SMALL_END = "\ufdd9\ufdda\ufddb"
_SIGNS = {_DELETED: "~~", _INSERTED: "++", _UNDERLINED: "__"}
_STRING = etree.XPath("string()", smart_strings=False)
_SPECIAL = re.compile(f"[{_BREAK}{_CELL}{_ITEM}{_ALT}]")
_BEGIN = f"{_DELETED}{_INSERTED}{_UNDERLINED}"
_CHANGED = re.compile(f"([{_BEGIN}])([^{_BEGIN}{_END}]*){_END}")
_APART = f"{_PARAGRAPH}{_BREAK}{_CELL}{_ITEM}{_ALT}"
_TOGETHER = re.compile(rf"[^\s{_APART}](?:[^{_APART}]*[^\s{_APART}])?")
_SMALL = re.compile(
    f"(?P<glued>(?<=[^\\s{_APART}{_BEGIN}]))?([{_RAISED}{_LOWERED}])(?P<words>[^{_SMALL_END}]*){_SMALL_END}"
)
# elements that stand on lines of their own in a browser, besides items, rows and cells
_BLOCK_WORDS = (
    "p div h1 h2 h3 h4 h5 h6 blockquote figure figcaption table ul ol dl pre section article header footer "
    "hr address center fieldset legend caption form main aside nav details summary dialog menu dir hgroup "
    "search listing xmp plaintext"
)
BLOCKS = frozenset(_BLOCK_WORDS.split())
# those that the sanitised HTML knows; body.read makes "div" of the others
_PARAGRAPH_TAGS = "p div h1 h2 h3 h4 h5 h6 blockquote figure figcaption table ul ol dl pre hr caption"
_LINES = {"li", "tr", "dt", "dd"}
_IN_LINES = {"p", "div", "ul", "ol", "dl", "blockquote"}
_MARKED = ("br", "img", *_PARAGRAPH_TAGS.split(), *sorted(_LINES))
_MARKS = re.compile(r"[\s△▲▽▼◁▷○●◎◇◆□■☆★※▶◀<>〈〉《》\[\]()（）【】「」『』·ㆍ.,:;-]+")


def plain(
    element: Element,
    alts: dict[Element, str],
    embeds: Sequence[Element],
    changed: Sequence[Element],
    small: Sequence[Element],
) -> str:
    """The plain text: a blank line between paragraphs, a line for each <br>, list item and table row, a tab
    between cells. `embeds` are links that stand on lines of their own, `changed` the elements with
    struck-out, inserted and underlined text, which stands between signs, `small` those of raised and lowered
    text, whose numbers have raised and lowered digits."""
    done: set[Element] = {element}
    _mark_changes(element, changed, done)
    for node in small:
        if next(node.iterancestors("sup", "sub"), None) is None:
            _put(node, _RAISED if node.tag == "sup" else _LOWERED, _SMALL_END, done)
    embedded: dict[Element, list[Element]] = {}
    for link in embeds:
        for cell in link.iterancestors("td", "th"):
            embedded.setdefault(cell, []).append(link)
    # one line, whatever is in it
    for cell in [each for each in element.iter("td", "th") if each is not element and _is_cell(each)]:
        for node in cell.iter(*_MARKED):
            _put(node, f" {alts.get(node, '')} ", " ", done)
        for link in embedded.get(cell, ()):
            _put(link, " ", " ", done)
        _put(cell, _CELL if cell.getprevious() is not None else "", "", done)
    for link in embeds:
        _put(link, _PARAGRAPH, _PARAGRAPH, done)
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
    marked = str(_STRING(element))
    marked = _SMALL.sub(_shift_digits, marked) if small else marked
    return _paragraphs(_CHANGED.sub(_put_signs, marked) if changed else marked)


def _mark_changes(body: Element, changed: Sequence[Element], done: set[Element]) -> None:
    """Puts marks around struck-out, inserted and underlined text; only the outer ones where they are
    nested."""
    known, marks = set(changed), {"ins": _INSERTED, "u": _UNDERLINED}
    for node in changed:
        if node is not body and known.isdisjoint(node.iterancestors()):
            _put(node, marks.get(node.tag, _DELETED), _END, done)


def _shift_digits(match: re.Match[str]) -> str:
    """Raised or lowered text: a number behind a word gets raised or lowered digits; "st" stays as it is."""
    tag = "sup" if match[2] == _RAISED else "sub"
    number = raised.write(match["words"], tag) if match["glued"] is not None else None
    if number is None:
        return match["words"]
    return f"{number}{' ' if match['words'][-1].isspace() else ''}"


def _put_signs(match: re.Match[str]) -> str:
    """The same text with signs in each of its paragraphs, lines and cells."""
    sign = _SIGNS[match[1]]
    return _TOGETHER.sub(lambda words: f"{sign}{line(words[0])}{sign}", match[2])


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


def _paragraphs(marked: str) -> str:
    pieces = marked.split(_PARAGRAPH)
    if not _SPECIAL.search(marked):
        return "\n\n".join(filter(None, map(line, pieces)))
    paragraphs = [
        (text, piece.startswith(_ALT)) for piece in pieces if (text := _lines(piece.removeprefix(_ALT)))
    ]
    if any(is_alt for _, is_alt in paragraphs):
        paragraphs = [
            each
            for at, each in enumerate(paragraphs)
            if not (
                each[1]
                and _is_repeated(each[0], (*paragraphs[max(at - 1, 0) : at], *paragraphs[at + 1 : at + 2]))
            )
        ]
    return "\n\n".join(text for text, _ in paragraphs)


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
