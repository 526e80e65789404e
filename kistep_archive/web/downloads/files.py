"""Files and pictures of posts, by the digest of their bytes."""

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.http.media_types import sniff
from kistep_archive.web.bodies import PICTURES
from kistep_archive.web.downloads.download import FOREVER, NOTHING, Download, attachment_headers
from kistep_archive.web.pages.page import PageNotFoundError, Visit

# the browser's own viewer needs styles and a plugin; nothing else may load or run
_PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"


def file(visit: Visit, digest: str, name: str) -> Download:
    """A file, to be saved: no browser shows it as a page."""
    content = _read(visit, digest)
    return Download(content, sniff([name], content), {**FOREVER, **attachment_headers(name)})


def image(visit: Visit, digest: str, suffix: str) -> Download:
    """A picture whose bytes are of the kind that the path says."""
    content = _read(visit, digest)
    if sniff([], content) != PICTURES[suffix]:
        raise PageNotFoundError(visit.texts("This archive has no such file."))
    return Download(content, PICTURES[suffix], {**FOREVER, "Content-Security-Policy": NOTHING})


def pdf(visit: Visit, digest: str) -> Download:
    """A PDF for the browser's own viewer."""
    content = _read(visit, digest)
    if not content.startswith(b"%PDF-"):
        raise PageNotFoundError(visit.texts("This archive has no such file."))
    return Download(content, "application/pdf", {**FOREVER, "Content-Security-Policy": _PDF_POLICY})


def _read(visit: Visit, digest: str) -> bytes:
    try:
        return visit.archive.file(digest).read()
    except ArchiveError as error:
        if error.exit_code == ExitCode.USAGE:
            raise PageNotFoundError(visit.texts("This archive has no such file.")) from error
        raise
