"""A sitemap of the posts, for search engines. The protocol allows 50,000 addresses a file: the newest are in
it."""

from xml.sax.saxutils import escape

from kistep_archive.api import Archive
from kistep_archive.web import addresses
from kistep_archive.web.links import Links

_MOST = 50_000


def sitemap(archive: Archive, base: str) -> bytes:
    """The sitemap of a site at this address."""
    links = Links(published=True, base=base)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    lines.append('<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">')
    lines.append(f"<url><loc>{escape(links.canonical(''))}</loc></url>")
    for post in archive.search(sort="date", limit=_MOST):
        lines.append(f"<url><loc>{escape(links.canonical(addresses.post(post)))}</loc></url>")
    return "\n".join([*lines, "</urlset>", ""]).encode()
