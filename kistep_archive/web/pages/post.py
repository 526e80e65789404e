"""The page of a post: what it says, what happened to it, its files, and how to cite it."""

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.model.documents import Document
from kistep_archive.query.rows import Post
from kistep_archive.web import addresses, bodies
from kistep_archive.web.charts import line
from kistep_archive.web.pages.page import Page, PageMovedError, PageNotFoundError, Visit
from kistep_archive.web.pages.rows import file_row


def find(visit: Visit, board: str, name: str) -> Post:
    """The post with this path. Raises PageNotFoundError; PageMovedError for an earlier path of the post."""
    layout, _, number = name.rpartition("-")
    reference = f"{board}/{number}"
    if layout:
        row = visit.archive.catalogue.row((board, layout))
        reference = row.post_url(int(number)) if row else f"{board}/{name}"
    try:
        post = visit.archive.post(reference)
    except ArchiveError as error:
        if error.exit_code != ExitCode.USAGE:
            raise
        raise PageNotFoundError(visit.texts("This archive has no post with this address.")) from error
    if addresses.post(post) != addresses.section(board, name):
        raise PageMovedError(addresses.post(post))
    return post


def post(visit: Visit, board: str, name: str) -> Page:
    """A post as the archive has it last."""
    found = find(visit, board, name)
    archive, path = visit.archive, addresses.post(found)
    attachments = list(archive.attachments(found))
    sources = list(archive.sources(found))
    replaced = any(
        event.kind == "file" and event.details["what"] == "replaced" for event in archive.history(found)
    )
    return Page(
        path=path,
        template="post.html",
        title=found.title,
        values={
            "post": found,
            "body": bodies.rewrite(visit, found.body_html, attachments),
            "files": [file_row(visit, file) for file in attachments if file.kind == "file"],
            "sources": sources,
            "is_migrated": len({source.layout for source in sources}) > 1,
            "is_replaced": replaced,
            "chart": line(archive.hits_series(found)),
        },
        document=archive.document(found),
        description=" ".join(found.body_text.split())[:200],
        schema=_schema(visit, found, path),
    )


def _schema(visit: Visit, post: Post, path: str) -> Document:
    """The post in schema.org's words."""
    known = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": post.title,
        "datePublished": post.date,
        "isBasedOn": post.url,
        "author": post.writer and {"@type": "Organization", "name": post.writer},
        "url": visit.links.canonical(path),
    }
    return {name: value for name, value in known.items() if value}
