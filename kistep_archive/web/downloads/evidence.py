"""The evidence of a post: all of it as WACZ, the bytes of a page, and the page to look at."""

from kistep_archive.parse.body.frame import harmless
from kistep_archive.query.rows import Revision
from kistep_archive.web.downloads.download import Download, attachment_headers, spare_file
from kistep_archive.web.pages import post, proof
from kistep_archive.web.pages.page import PageNotFoundError, Visit

_FRAME_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"


def wacz(visit: Visit, board: str, name: str) -> Download:
    """Every record of a post in a WACZ file."""
    found, path = post.find(visit, board, name), spare_file(".wacz")
    visit.archive.bundle(path, found, force=True)
    return Download(path, "application/wacz+zip", attachment_headers(f"{found.board}-{found.number}.wacz"))


def page_bytes(visit: Visit, board: str, name: str, number: str) -> Download:
    """The bytes of a page, unpacked, to be saved as text."""
    content = _revision(visit, board, name, number).read()
    return Download(content, "text/plain", attachment_headers(f"{board}-{name}-{number}.html.txt"))


def frame(visit: Visit, board: str, name: str, number: str) -> Download:
    """The page to look at in a sandbox."""
    revision = _revision(visit, board, name, number)
    source = proof.source(visit, revision.post_id, int(number))
    shown = harmless(source, revision.title).encode()
    return Download(shown, "text/html; charset=utf-8", {"Content-Security-Policy": _FRAME_POLICY})


def _revision(visit: Visit, board: str, name: str, number: str) -> Revision:
    found = post.find(visit, board, name)
    if int(number) > found.revisions:
        raise PageNotFoundError(
            visit.texts("This post has {revisions} revisions.", revisions=found.revisions)
        )
    return visit.archive.revision(found, int(number))
