"""Images, videos and other embedded things of a body: their addresses, wherever the page keeps them."""

import re
from functools import cache
from urllib.parse import unquote

from lxml import etree

from kistep_archive.model import urls
from kistep_archive.parse.elements import drop, drop_all
from kistep_archive.parse.text import Element, line

EMBEDDING = ("iframe", "frame", "video", "audio", "embed", "object", "applet")
# where scripts that load images late keep the address
_LAZY = (
    "data-src",
    "data-original",
    "data-lazy-src",
    "data-lazy",
    "data-original-src",
    "data-echo",
    "data-url",
    "data-image",
    "data-img",
)
_LAZY_SETS = ("data-srcset", "data-lazy-srcset", "srcset")
_IMAGE_END = re.compile(r"\.(?:jpe?g|png|gif|webp|bmp|svg|avif)\Z|(?:boardImg|galleryThumb)View\.es\Z", re.I)
_NO_ADDRESS = re.compile(r"name|title|alt|caption|desc", re.I)
_STAND_IN = re.compile(
    r"(?:\A|[/_.-])(?:blank|empty|spacer|transparent|trans|pixel|dummy|placeholder|loading|loader|lazy|grey|gray|"
    r"1x1|noimg|no_?image)[^/]{0,20}\.(?:gif|png|svg|jpe?g)\Z",
    re.I,
)
_SIZE = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")
_WEB = ("http://", "https://")
_DROPPED, _SPLICED = "dropped", "spliced"  # tags of what goes


def unwrap(body: Element, base: str) -> None:
    """Puts the images and videos for readers without scripts in the place of those that only a script
    shows."""
    for hidden in list(body.iter("noscript")):
        shown = shown_media(hidden)
        if not shown:
            continue
        before = hidden.getprevious()
        twin = before if before is not None and not (hidden.getprevious().tail or "").strip() else None
        if twin is not None and twin.tag != "img" and len(twin) == 1 and not line(twin.text or ""):
            twin = next(twin.iter("img", "iframe", "video"), twin)
        if twin is not None and twin.tag in ("img", "iframe", "video"):
            if _address(twin, base) and not _is_stand_in(twin):
                continue
            drop(twin)
        for each in shown:
            each.tail = None
            hidden.addprevious(each)


def shown_media(hidden: Element) -> list[Element]:
    """The images and videos in a <noscript>, without those that count readers."""
    return [each for each in hidden.iter("img", "iframe", "video") if not _is_pixel(each)]


def _is_pixel(image: Element) -> bool:
    """Whether an image is there to count readers."""
    hidden = "".join((image.get("style") or "").split()).lower()
    return "display:none" in hidden or any(image.get(side) in ("0", "1") for side in ("width", "height"))


def embeds(body: Element, base: str) -> list[Element]:
    """Links in the place of videos, frames and other embedded things, each with their address as its text.
    What stands inside of them is for browsers that cannot show them, except in an object."""
    links: list[Element] = []
    gone: set[Element] = {body}
    for element in list(body.iter(*EMBEDDING)):
        if element is body or next(each for each in element.iterancestors() if each in gone) is not body:
            continue  # it was inside another one
        for address in _embedded_addresses(element, base):
            link = element.makeelement("a")
            link.set("href", address)
            link.text = " ".join(filter(None, [line(element.get("title") or ""), address]))
            element.addprevious(link)
            links.append(link)
        if element.get("poster"):
            poster = element.makeelement("img")
            poster.set("src", element.get("poster"))
            element.addprevious(poster)
        if element.tag in ("object", "applet", "embed"):
            element.tag = _SPLICED  # for lxml all that follows an <embed> is in it
        else:
            gone.add(element)
    drop_all(body, gone - {body})
    etree.strip_tags(body, _SPLICED)
    return _once(body, links)


def _once(body: Element, links: list[Element]) -> list[Element]:
    known: dict[tuple[Element, str], Element] = {}
    again = [
        link for link in links if known.setdefault((link.getparent(), link.get("href")), link) is not link
    ]
    drop_all(body, again)
    return list(known.values())


def _embedded_addresses(element: Element, base: str) -> list[str]:
    """The addresses of what an element embeds, each once."""
    own = [_address(element, base), _web(base, element.get("data"))]
    inner = [_address(each, base) for each in element.iter("source")]
    movies = [
        _web(base, each.get("value"))
        for each in element.iter("param")
        if (each.get("name") or "").lower() in ("movie", "src", "url", "filename")
    ]
    return list(dict.fromkeys(filter(None, [*own, *inner, *movies])))


def _web(base: str, address: str | None) -> str:
    """An absolute address of the web; "" for anything else."""
    path, *query = (address or "").strip().split("?", 1)
    text = "?".join([path.replace("\\", "/"), *query])  # as browsers do
    url = urls.absolute(base, text) if text and text[:5].lower() != "data:" else ""
    return url if url.startswith(_WEB) else ""


def _address(element: Element, base: str) -> str:
    """The address that a browser shows once all scripts have run; "" if there is none."""
    lazy = [value for name in _LAZY if _is_address(value := element.get(name) or "")]
    if not _is_stand_in(element):
        lazy = [each for each in lazy if _is_image(each)] + [element.get("src")]
    else:
        others = [
            value
            for name, value in element.items()
            if name[:5] == "data-" and name not in _LAZY and not _NO_ADDRESS.search(name)
        ]
        lazy += [each for each in others if _is_image(each)]
        lazy += [_largest(element.get(name) or "") for name in _LAZY_SETS] + [element.get("src")]
    return next(filter(None, (_web(base, each) for each in lazy)), "")


def _is_address(value: str) -> bool:
    text = value.strip()
    return bool(text) and (not text.isalnum() or len(text) > 40)


def _is_image(value: str) -> bool:
    """Whether a value of any attribute is the address of an image."""
    text = value.strip()
    return (
        "/" in text and len(text.split(None, 1)) == 1 and bool(_IMAGE_END.search(text[:4000].split("?")[0]))
    )


def _is_stand_in(element: Element) -> bool:
    """Whether the address that the element shows at first is none, or of an image that says nothing."""
    source = (element.get("src") or "").strip()
    return (
        not source
        or source[:6].lower().startswith(("data:", "about:"))
        or _STAND_IN.search(source.split("?")[0]) is not None
    )


def _largest(candidates: str) -> str:
    """The address of the largest image of a `srcset`."""
    choices, rest = [("", 0.0)], candidates[:20_000].lstrip(" \t\n\r,")
    while rest:
        address, _, rest = (*re.split(r"(\s+)", rest, maxsplit=1), "", "")[:3]
        size = ""
        if not address.endswith(","):
            size, _, rest = rest.partition(",")
        number = size.strip()[:-1]
        choices.append((address.rstrip(","), float(number) if _SIZE.fullmatch(number) else 1.0))
        rest = rest.lstrip(" \t\n\r,")
    return max(choices, key=lambda each: each[1])[0]


def images(body: Element, base: str) -> tuple[tuple[str, ...], dict[Element, str]]:
    """(the addresses of the images, image -> its alternative text). Images without an address keep only
    their alternative text: the bytes of a `data:` image stay in the evidence."""
    addresses: list[str] = []
    alts: dict[Element, str] = {}
    for picture in body.iter("picture"):
        if picture.find(".//img") is None:
            picture.append(picture.makeelement("img"))
    nameless: list[Element] = []
    of_picture = cache(_of_picture)
    for image in list(body.iter("img")):
        address = _address(image, base) or of_picture(next(image.iterancestors("picture"), None), base)
        if alt := _alt(image):
            alts[image] = alt
        if address:
            image.set("src", urls.link(base, address))
            addresses.append(image.get("src"))
        else:
            image.attrib.pop("src", None)
            nameless += [] if image.get("alt") else [image]
    drop_all(body, nameless)
    return tuple(addresses), alts


def _of_picture(picture: Element | None, base: str) -> str:
    """The address of the first source of a <picture>; "" if there is none."""
    sources = () if picture is None else picture.iter("source")
    sets = (each.get(name) or "" for each in sources for name in _LAZY_SETS)
    return next((url for each in sets if (url := _web(base, _largest(each)))), "")


def _alt(image: Element) -> str:
    """The alternative text of an image; "" if it only repeats the file's name."""
    alt = line(image.get("alt") or "")
    name = unquote((image.get("src") or "")[:2000].split("?")[0].rsplit("/", 1)[-1])
    return "" if alt in (name, name.rsplit(".", 1)[0]) else alt
