"""A post's body as a page of ours shows it: its pictures and files come from the archive, its links to other
posts lead to their pages here."""

from collections.abc import Iterable

from kistep_archive.errors import ArchiveError
from kistep_archive.parse.body.display import with_addresses
from kistep_archive.query.files import PostFile
from kistep_archive.query.rows import Attachment
from kistep_archive.web import addresses
from kistep_archive.web.pages.page import Visit

MISSING = "missing.svg"  # stands for a picture that the archive does not have


def rewrite(visit: Visit, html: str, attachments: Iterable[Attachment]) -> str:
    """The HTML of a body for the page; `attachments` are those of its post."""
    files = {file.url: file for file in attachments if file.sha256}

    def replace(attribute: str, address: str) -> str | None:
        if attribute == "src":
            return image(visit, files[address]) if address in files else visit.links.static(MISSING)
        if address in files:
            return visit.links.constant(path(files[address]))
        return _of_post(visit, address)

    return with_addresses(html, replace)


def path(file: Attachment | PostFile) -> str:
    """The path of a file's bytes."""
    assert file.sha256 is not None  # only files that were fetched have a path
    return addresses.file(file.sha256, file.name)


def image(visit: Visit, file: Attachment) -> str:
    """The address of a picture; pictures of an unknown kind are not shown."""
    path = image_path(file)
    return visit.links.constant(path) if path else visit.links.static(MISSING)


def image_path(file: Attachment) -> str | None:
    """The path of a picture that can be shown; None for anything else."""
    suffix = _SUFFIXES.get(file.media_type or "")
    return f"images/{file.sha256}{suffix}" if suffix and file.sha256 else None


# the kinds of pictures that run no scripts in any browser
PICTURES = {".png": "image/png", ".jpg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp"}
_SUFFIXES = {kind: suffix for suffix, kind in PICTURES.items()}


def _of_post(visit: Visit, address: str) -> str:
    """The page of the post with this address, or the address itself if the archive has no such post."""
    if visit.archive.catalogue.board(address) is None:
        return address
    try:
        return visit.links.page(addresses.post(visit.archive.post(address)))
    except ArchiveError:
        return address
