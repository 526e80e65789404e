"""What a body shows by other means than text: images that a script loads later, videos, and text that is
struck out or inserted. They become what the archive keeps: images with addresses, links, `del` and `ins`."""

import re

from lxml import etree

from kistep_archive.model import urls
from kistep_archive.parse.text import Element

_LATER = ("data-src", "data-original", "data-lazy-src", "data-lazy", "data-url", "data-echo")
_HIDDEN_IMAGES = etree.XPath("descendant::noscript[descendant::img]")
_IMAGES = etree.XPath("descendant::img")
_PICTURES = etree.XPath("descendant::picture[not(descendant::img)]")
_MEDIA = etree.XPath(
    "descendant::iframe | descendant::video | descendant::audio | descendant::embed | descendant::object"
)
_SOURCES = etree.XPath(
    "(self::*/@src | self::*/@data | self::*/@data-src | descendant::source/@src | descendant::embed/@src | "
    "descendant::param[@name = 'movie' or @name = 'src' or @name = 'url']/@value)"
)
_STRUCK = etree.XPath("descendant::strike | descendant::s | descendant::*[contains(@style, 'line-through')]")
_PLACEHOLDER = re.compile(
    r"(?:blank|dot|spacer|loading|lazy|placeholder|transparent|pixel)[^/]*\.(?:gif|png|svg)$", re.I
)
_CANDIDATE = re.compile(r"\s*(\S+?)(?:\s+([0-9.]+)[wx])?\s*(?:,(?=\s)|,?$)")


def settle(body: Element, base: str) -> None:
    """Changes the body in place. Addresses are still as the page has them, except those of videos."""
    for each in list(body.iter("embed", "source", "track")):
        _empty(each)
    for hidden in _HIDDEN_IMAGES(body):
        hidden.tag = "span"
    for picture in _PICTURES(body):
        etree.SubElement(picture, "img")
    for image in _IMAGES(body):
        _find_address(image)
    for each in _MEDIA(body):
        if each.getparent() is not None:
            _as_links(each, base)
    for each in _STRUCK(body):
        if each.tag in ("strike", "s", "span", "font", "em", "u", "i", "b", "strong"):
            each.tag = "del"


def _empty(element: Element) -> None:
    """Moves what is inside an element behind it: browsers know that it has no end tag, the parser does
    not."""
    parent, tail, children = element.getparent(), element.tail, list(element)
    element.tail, element.text = element.text, None
    for child in reversed(children):
        parent.insert(parent.index(element) + 1, child)
    last = children[-1] if children else element
    last.tail = (last.tail or "") + (tail or "")


def _find_address(image: Element) -> None:
    """An image's own address, where a script or the window's size chooses it."""
    shown = (image.get("src") or "").strip()
    later = next((value for name in _LATER if _is_address(value := (image.get(name) or "").strip())), "")
    is_none = not shown or shown[:5].lower() == "data:" or _PLACEHOLDER.search(shown) is not None
    if later and (is_none or image.get("data-src")):
        image.set("src", later)
    elif is_none and (largest := _largest(image)):
        image.set("src", largest)


def _is_address(value: str) -> bool:
    return bool(value) and value[:5].lower() != "data:" and ("/" in value or "." in value)


def _largest(image: Element) -> str:
    """The largest image of `srcset`, its own or that of the picture around it."""
    sets = [image.get("srcset") or image.get("data-srcset") or ""]
    picture = next(image.iterancestors("picture"), None)
    if picture is not None:
        sets += [each.get("srcset") or each.get("data-srcset") or "" for each in picture.iter("source")]
    found = [
        (float(each[2] or 1), each[1])
        for text in sets
        for each in _CANDIDATE.finditer(text[:5000])
        if _is_address(each[1])
    ]
    return max(found, key=lambda each: each[0])[1] if found else ""


def _as_links(media: Element, base: str) -> None:
    """Puts links to what was shown in the place of a video or another embedded page."""
    addresses = dict.fromkeys(
        urls.absolute(base, value.strip()) for value in _SOURCES(media) if value.strip()
    )
    shown = [url for url in addresses if url.startswith(("http://", "https://"))]
    tail = media.tail
    media.clear()
    media.tag, media.tail = (
        "p" if media.getparent().tag not in ("p", "span", "a", "td", "li") else "span",
        tail,
    )
    media.text = " "
    for url in shown:
        link: Element = etree.SubElement(media, "a", href=url)
        link.text, link.tail = url, " "
