"""The body of a post: its plain text, its images and its sanitised HTML."""

import re

import nh3
from lxml import etree

from kistep_archive.model import urls
from kistep_archive.parse.body import background_images, line_breaks, media, plain
from kistep_archive.parse.elements import drop, drop_all, is_unshown
from kistep_archive.parse.text import Element, without

_NEVER = (
    "script",
    "style",
    "noscript",
    "template",
    "title",
    "textarea",
    "select",
    "xml",
    "input",
    "button",
)
_CHANGED = ("del", "s", "strike", "ins")
_SMALL = ("sup", "sub")
_VERTICAL = re.compile(r"vertical-align\s{0,9}:\s{0,9}(super|sub)\b")
_STYLED = etree.XPath("descendant-or-self::*[@style]")
_TAG_NAMES = (
    "p br h1 h2 h3 h4 h5 h6 a img ul ol li table caption colgroup col thead tbody tfoot tr th td strong em b "
    "i u s del ins sub sup blockquote figure figcaption pre code hr div span dl dt dd"
)
ALLOWED_TAGS = frozenset(_TAG_NAMES.split())
_OTHER_BLOCKS = tuple(sorted(plain.BLOCKS - ALLOWED_TAGS))
_FRAMES = {"table", "thead", "tbody", "tfoot", "tr", "ul", "ol", "dl"}  # they hold no text of their own

_MANY = 5000  # ampersands
_AMPERSAND = "\ufddc"  # no character; tree.build has removed it from the page itself

ALLOWED_ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
_CLEANER = nh3.Cleaner(
    tags=set(ALLOWED_TAGS),
    attributes=ALLOWED_ATTRIBUTES,
    url_schemes={"http", "https", "mailto"},
    strip_comments=True,
    link_rel=None,
)


def read(element: Element, base: str) -> tuple[str, str, tuple[str, ...]]:
    """(text, html, images) of a body. `base` is the address from which its relative addresses count. This
    changes the tree: scripts go, links become absolute, a link stands for each video, marks separate the
    paragraphs."""
    line_breaks.insert(element)
    background_images.insert(element)
    tags = {each.tag for each in element.iter()}  # most bodies have no element of most kinds
    if "noscript" in tags:
        media.unwrap(element, base)
    if not tags.isdisjoint(_NEVER):
        drop_all(element, element.iterdescendants(*_NEVER))
    embeds = [] if tags.isdisjoint(media.EMBEDDING) else media.embeds(element, base)
    images, alts = media.images(element, base)
    for link in element.iter("a"):
        if link.get("href") is not None:
            link.set("href", urls.absolute(base, link.get("href")))
    changed = _struck(element, tags)
    changed += [] if "u" not in tags else [each for each in element.iter("u") if _is_significant(each)]
    small = [] if tags.isdisjoint(_SMALL) else list(element.iter(*_SMALL))
    if not tags.isdisjoint(_OTHER_BLOCKS):
        for block in element.iter(*_OTHER_BLOCKS):
            block.tag = "div"
    element.tag = "div"
    html = clean_html(etree.tostring(element, encoding="unicode", method="html", with_tail=False)).strip()
    hidden = [each for each in element.iterdescendants("*") if is_unshown(each)]
    if hidden and without(element, hidden):
        for each in hidden:  # the HTML keeps it
            drop(each)
    text = plain.plain(element, alts, embeds, changed, small)
    return text, html.removeprefix("<div>").removesuffix("</div>").strip(), images


def clean_html(html: str, cleaner: nh3.Cleaner = _CLEANER) -> str:
    """The sanitised HTML. The cleaner's time grows with the square of the ampersands in one text, so a mark
    stands for each if they are many."""
    if html.count("&amp;") <= _MANY:
        return cleaner.clean(html)
    return cleaner.clean(html.replace("&amp;", _AMPERSAND)).replace(_AMPERSAND, "&amp;")


def _struck(body: Element, tags: set[str]) -> list[Element]:
    """The elements of struck-out and of inserted text. What a style strikes out, underlines, raises or lowers
    gets an element that says so, whose tag is added to `tags`."""
    changed = [] if tags.isdisjoint(_CHANGED) else list(body.iter(*_CHANGED))
    for element in changed:
        element.tag = "ins" if element.tag == "ins" else "del"
    for element in _STYLED(body):
        style = element.get("style").lower()
        if "line-through" in style and element.tag != "del":
            changed += [_wrap_content(each, "del") for each in _holders(element)]
        elif "underline" in style and element.tag not in ("u", "ins", "a"):
            tags.add("u")
            for each in _holders(element):
                _wrap_content(each, "u")
        if element.tag == "span" and (small := _VERTICAL.search(style)):
            tags.add("sup" if small[1] == "super" else "sub")
            _wrap_content(element, "sup" if small[1] == "super" else "sub")
    return changed


def _is_significant(underlined: Element) -> bool:
    """Whether an underline says something: links are underlined anyway, and a change says more."""
    around = any(each.tag in ("a", "del", "ins") for each in underlined.iterancestors())
    return not around and next(underlined.iter("a", "del", "ins"), None) is None


def _holders(element: Element) -> list[Element]:
    """The elements in which the words of an element are: the cells of a table, the items of a list."""
    if element.tag not in _FRAMES:
        return [element]
    return list(element.iter("td", "th", "caption", "li", "dt", "dd"))


def _wrap_content(element: Element, tag: str) -> Element:
    """Moves all that is in an element into a new one inside it, which is the result."""
    inner = element.makeelement(tag)
    inner.text, element.text = element.text, None
    inner.extend(list(element))
    element.append(inner)
    return inner
