"""What the tests of the guards know of a board, and what a page says of itself."""

from kistep_archive.http.response import uri
from kistep_archive.model.baseline import FieldCounts, KnownPost
from kistep_archive.model.items import ParsedPost

USUAL = FieldCounts(posts=100, writer=100, hits=100, text=98)


def known_post(post: ParsedPost) -> KnownPost:
    files = tuple((file.name, uri(file.url)) for file in post.attachments)
    return KnownPost(
        post.title, post.writer, post.date, post.hits, post.body_text, files, tuple(map(uri, post.images))
    )
