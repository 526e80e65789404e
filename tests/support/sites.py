"""A published site as its readers find it: files whose links lead to files."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import html


def pages(folder: Path) -> Iterator[Path]:
    """Every page of a site, except the archived ones to look at."""
    return (path for path in folder.rglob("*.html") if path.parent.name != "page")


def broken_links(folder: Path) -> list[tuple[str, str]]:
    """(page, link) of each link, picture, frame, script and style sheet that leads to no file."""
    return [
        (str(page.relative_to(folder)), link)
        for page in pages(folder)
        for link in _links(page)
        if not (page.parent / unquote(urlsplit(link).path)).is_file()
    ]


def _links(page: Path) -> set[str]:
    """The links of a page that lead within the site."""
    tree = html.document_fromstring(page.read_bytes())
    links = set(tree.xpath("//@href | //@src"))
    return {link for link in links if not urlsplit(link).scheme and urlsplit(link).path}


def contents(folder: Path) -> dict[str, bytes]:
    """Path -> bytes of every file."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
