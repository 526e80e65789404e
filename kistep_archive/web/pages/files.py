"""The files and pictures of a post, with the digests of their bytes."""

from dataclasses import asdict

from kistep_archive.web import addresses
from kistep_archive.web.pages import post as post_page
from kistep_archive.web.pages.page import Page, Visit
from kistep_archive.web.pages.rows import file_row


def files(visit: Visit, board: str, name: str) -> Page:
    """What a post lists, and what the archive has of it."""
    found = post_page.find(visit, board, name)
    listed = list(visit.archive.files(found))
    path = addresses.post(found)
    return Page(
        path=f"{path}/files",
        template="files.html",
        title=visit.texts("Files: {title}", title=found.title),
        values={"post": found, "post_path": path, "rows": [file_row(visit, file) for file in listed]},
        document={"post": found.id, "total": len(listed), "results": [asdict(file) for file in listed]},
    )
