"""Makes a tree for parsel from text: only of complete pages, without control characters, and without losing
what follows a pasted document."""

import re
from collections import Counter
from collections.abc import Iterator

from lxml import etree
from parsel import Selector

from kistep_archive.model import urls
from kistep_archive.parse import menus
from kistep_archive.parse.text import Element, ParseError

# The version of the library that makes the trees, for example 21406. Another one may read the same bytes
# differently.
LIBRARY: int = 10_000 * etree.LIBXML_VERSION[0] + 100 * etree.LIBXML_VERSION[1] + etree.LIBXML_VERSION[2]

_CONTROLS = bytes({*range(32), 127} - {9, 10, 12, 13})
_FORM_FEED_IS_SPACE = bytes.maketrans(b"\x0c", b" ")  # a space for browsers, invalid for XML libraries
_REFERENCE = re.compile(
    rb"&#(?:[xX](?=[0-9a-fA-F])0*+([0-9a-fA-F]{0,8})(?![0-9a-fA-F])|(?=[0-9])0*+([0-9]{0,9})(?![0-9]));?"
)
# U+FDD0 to U+FDEF: body.py puts them between paragraphs; U+FFFE and U+FFFF: invalid for XML libraries
_NONCHARACTERS = re.compile(b"\xef\xb7[\x90-\xaf]|\xef\xbf[\xbe\xbf]")
_TAIL = re.compile(rb"(?:\s++|<!--.*?-->|<(script|noscript)\b[^>]*+>.*?</\1\s*+>)*+", re.S)
_ALERT_END = re.compile(rb"</script\s*+>(?:\s++|<!--.*?-->|</?noscript\s*+>)*+", re.S)
_FRAME = re.compile(rb"</?(?:html|body|head)(?=[\s/>])[^<>]*+>", re.I)
_BODY = re.compile(rb"<body(?=[\s>])[^<>]*+>", re.I)
_STRUCK = re.compile(rb"<(/?)(?:s|strike)(?=[\s>])", re.I)  # the library ends <s> before <p>, not <del>
_BREAK = re.compile(rb"</br\s{0,9}/?>", re.I)  # a line break for browsers
_CLOSED_BY = (
    (b"<!--", b"-->"),
    (b"<script", b"</script"),
    (b"<style", b"</style"),
    (b"<textarea", b"</textarea"),
    (b"<title", b"</title"),
)
_BOXES = (b"div", b"table", b"article", b"section", b"td")
_BASES = etree.XPath("descendant::base[@href][not(ancestor::noscript or ancestor::template)][1]")
_SURPLUS = "surplus"  # an attribute of the root element
_FIREWALL = b"web firewall security policies have been blocked."


def build(url: str, text: str) -> tuple[Selector, bytes]:
    """A complete page to select from, and its bytes in lower case, both without menus. Raises ParseError
    "end" for a truncated page, "depth" for one nested too deeply for the HTML parser."""
    raw = text.encode("utf-8", "ignore").translate(_FORM_FEED_IS_SPACE, _CONTROLS)
    raw = menus.without(raw, url)  # first, since nothing that follows need look at them
    if b"\xef" in raw:
        raw = _NONCHARACTERS.sub(b"", raw)
    if b"&#" in raw:
        raw = _without_references(raw)
    raw = _BREAK.sub(b"<br>", _STRUCK.sub(rb"<\1del", raw))
    lowered = raw.lower()
    _check_end(url, lowered)
    if any(lowered.find(tag) != lowered.rfind(tag) for tag in (b"</body", b"</html")):
        raw = _one_frame(raw)
    root, is_surplus = _root(url, raw)
    root.getroottree().docinfo.URL = _base(url, root) if b"<base" in lowered else url
    if is_surplus and (names := " ".join(_surplus(raw))):
        root.set(_SURPLUS, names)
    return Selector(root=root, type="html"), lowered


def surplus(element: Element) -> Counter[str] | None:
    """How many end tags too many the page has, by name; None if it has none. Each closes a box before
    its time."""
    names = element.getroottree().getroot().get(_SURPLUS)
    return None if names is None else Counter(names.split())


def _surplus(raw: bytes) -> Iterator[str]:
    lowered = raw.lower()
    if all(lowered.count(b"<" + box) == lowered.count(b"</" + box) for box in _BOXES):
        return
    for pair in _CLOSED_BY:
        lowered = _without(lowered, *pair)
    for box in _BOXES:
        yield from [box.decode()] * (lowered.count(b"</" + box) - lowered.count(b"<" + box))


def _without(lowered: bytes, opening: bytes, closing: bytes) -> bytes:
    pieces, at = [], 0
    while (start := lowered.find(opening, at)) >= 0 and (end := lowered.find(closing, start)) >= 0:
        pieces.append(lowered[at:start])
        at = end + len(closing)
    return b"".join([*pieces, lowered[at:]])


def base(element: Element) -> str:
    """The address from which the relative addresses of an element's page count: the page's own, or that of
    its <base>."""
    return str(element.getroottree().docinfo.URL)


def _base(url: str, root: Element) -> str:
    """As browsers do, only the first <base> with an address counts, and only an address of the web."""
    first = next(iter(_BASES(root)), None)
    address = "" if first is None else urls.absolute(url, first.get("href"))
    return address if address.startswith(("http://", "https://")) else url


def _root(url: str, raw: bytes) -> tuple[Element, bool]:
    """(the root element, whether an end tag had no start), made by our own lxml parser. The parser of
    `Selector(text=...)` keeps comments, which split a text in two, does not report elements that it drops for
    their depth, and makes elements that take twice as long to walk."""
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, collect_ids=False
    )
    try:
        root = etree.fromstring(raw, parser)
    except etree.LxmlError as error:
        raise ParseError(url, "html", f"the page cannot be read as HTML ({str(error)[:80]})") from error
    if root is None:
        raise ParseError(url, "end", "the page is empty")
    # other messages may contain the page's own words, for example an id "menu_depth1" that is there twice
    messages = [entry.message for entry in parser.error_log]
    if any(message.startswith("Excessive depth") for message in messages):
        raise ParseError(url, "depth", "elements are nested too deeply for the HTML parser")
    return root, any(message.startswith("Unexpected end tag") for message in messages)


def _without_references(raw: bytes) -> bytes:
    """Removes character references to control characters, surrogates and noncharacters, like the characters
    themselves."""
    for _ in range(5):
        cleaned = _REFERENCE.sub(
            lambda match: b"" if _is_control(_code(match)) else b" " if _code(match) == 12 else match[0], raw
        )
        if cleaned == raw:
            return raw
        raw = cleaned
    return _REFERENCE.sub(
        lambda match: b" " if _is_control(_code(match)) or _code(match) == 12 else match[0], raw
    )


def _code(match: re.Match[bytes]) -> int:
    return int(match[2] or b"0") if match[1] is None else int(match[1] or b"0", 16)


def _is_control(code: int) -> bool:
    is_character = (
        not 0xD800 <= code <= 0xDFFF and not 0xFDD0 <= code <= 0xFDEF and code not in (0xFFFE, 0xFFFF)
    )
    return (code < 32 and code not in (9, 10, 12, 13)) or code == 127 or not is_character


def is_closed(lowered: bytes) -> bool:
    """Whether every box that starts also ends."""
    return all(lowered.count(b"<" + box) <= lowered.count(b"</" + box) for box in _BOXES)


def _check_end(url: str, lowered: bytes) -> None:
    if not lowered.strip():
        raise ParseError(url, "end", "the page is empty")
    at = lowered.rfind(b"</html")
    for _ in range(20):
        if at < 0 or not _is_hidden(lowered, at, len(lowered)):
            break
        at = lowered.rfind(b"</html", 0, at)
    if at < 0:
        if (
            b"<html" in lowered
            or b"<!doctype" in lowered
            or not (_ends_with_script(lowered) or (len(lowered) < 2000 and _FIREWALL in lowered))
        ):
            raise ParseError(url, "end", "no </html>: the page is truncated")
        return
    closing = lowered.find(b">", at)
    if closing < 0 or not _TAIL.fullmatch(lowered, closing + 1):
        raise ParseError(url, "end", "the page is truncated, or continues after its </html>")
    if any(_is_inside(lowered, at, *pair) for pair in _CLOSED_BY) or lowered.rfind(
        b">", 0, at
    ) < lowered.rfind(b"<", 0, at):
        raise ParseError(
            url, "end", "the last </html> is inside a comment, a script or a tag: the page is truncated"
        )


def _ends_with_script(lowered: bytes) -> bool:
    start = lowered.rfind(b"</script")
    return start >= 0 and _ALERT_END.fullmatch(lowered, start) is not None


def _is_inside(lowered: bytes, at: int, opening: bytes, closing: bytes) -> bool:
    start = lowered.rfind(opening, 0, at)
    return start >= 0 and lowered.find(closing, start, at) < 0 and not _is_hidden(lowered, start, at)


def _is_hidden(lowered: bytes, at: int, limit: int) -> bool:
    """Whether position `at` is inside a comment or a script that ends before `limit`: an opening tag there
    opens nothing."""
    for opening, closing in _CLOSED_BY[:2]:
        start = lowered.rfind(opening, 0, at)
        if start >= 0 and at < lowered.find(closing, start) < limit:
            return True
    return False


def _one_frame(raw: bytes) -> bytes:
    """Keeps only the page's own html, head and body tags, since a post may contain a whole pasted
    document."""
    body = _BODY.search(raw)
    start = body.end() if body else 0
    return raw[:start] + _FRAME.sub(b"", raw[start:])
