"""Images of a body that are no <img>: a background of an empty box, an image of a drawing, a button."""

import re

from lxml import etree

from kistep_archive.parse.text import Element, content

_DRAWN = etree.XPath(
    "descendant::image | descendant::input[@type='image'][@src] | descendant::*[contains(@style, 'url(')]"
    " | descendant::*[@data-bg or @data-background-image] | descendant::amp-img[@src]"
)
_URL = re.compile(
    r"background(?:-image)?\s{0,5}:[^;]{0,100}url\(\s{0,5}['\"]?([^'\")]{1,2000}?)['\"]?\s{0,5}\)", re.I
)
_SHOWING = ("img", "image", "svg", "iframe", "video", "table")


def insert(body: Element) -> None:
    """Puts an <img> into the place of each. A box with words only has a pattern behind them."""
    for element in list(_DRAWN(body)):
        address = _address(element)
        if not address:
            continue
        image = element.makeelement("img")
        image.set("src", address)
        image.set("alt", element.get("alt") or "")
        if element.tag in ("image", "input"):
            element.addprevious(image)
        else:
            element.append(image)


def _address(element: Element) -> str:
    if element.tag in ("input", "amp-img"):
        return str(element.get("src"))
    if element.tag == "image":
        return (
            element.get("href")
            or element.get("{http://www.w3.org/1999/xlink}href")
            or element.get("xlink:href")
            or ""
        )
    if content(element) or next(element.iter(*_SHOWING), None) is not None:
        return ""
    match = _URL.search(element.get("style") or "")
    return match[1] if match else element.get("data-bg") or element.get("data-background-image") or ""
