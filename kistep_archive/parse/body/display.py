"""A body's HTML for a page of our own: sanitised once more, with other addresses in its links and images."""

import re
from collections.abc import Callable
from copy import deepcopy

import nh3

from kistep_archive.parse.body.body import ALLOWED_ATTRIBUTES, ALLOWED_TAGS, clean_html

_WITHOUT_ALT = re.compile(r'<img (?![^>]*\balt=")')


def with_addresses(html: str, replace: Callable[[str, str], str | None]) -> str:
    """The HTML with the addresses that `replace(attribute, address)` returns; without the attribute if it is
    None. The attribute is "href" of a link or "src" of an image. An image without a description says so to
    screen readers, and links tell nobody where they came from."""

    def filtered(_tag: str, attribute: str, value: str) -> str | None:
        return replace(attribute, value) if attribute in ("href", "src") else value

    cleaner = nh3.Cleaner(
        tags=set(ALLOWED_TAGS),
        attributes=deepcopy(ALLOWED_ATTRIBUTES),
        attribute_filter=filtered,
        url_schemes={"http", "https", "mailto"},
        strip_comments=True,
        link_rel="noopener noreferrer",
        set_tag_attribute_values={"img": {"loading": "lazy"}},
    )
    return _WITHOUT_ALT.sub('<img alt="" ', clean_html(html, cleaner))
