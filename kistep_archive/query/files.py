"""The files and images of posts, as a list: read-only, one post after the other."""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from kistep_archive.model.documents import Document

_FILES = """
SELECT seq, kind, name, media_type, size, sha256, fetched_at, url, warc_file, warc_offset
FROM attachments WHERE post_id = ?
"""


@dataclass(frozen=True, slots=True)
class PostFile:
    """A file of a post, or an image of its body (`kind` is "file" or "image"). One that was never fetched has
    no digest. `path` is where it was written, from the folder on; None if it was not."""

    post_id: int
    board: str
    number: int
    title: str
    seq: int
    kind: str
    name: str
    media_type: str | None
    size: int | None
    sha256: str | None
    fetched_at: str | None
    url: str
    path: str | None = None


class FilesOfPost(NamedTuple):
    """A row of the view `posts`, and those of its files."""

    post: Document
    files: list[Document]

    def listed(self, paths: dict[int, str] | None = None) -> Iterator[PostFile]:
        """The files as values; `paths` says where each was written, by its place in the list."""
        shared = {name: self.post[name] for name in ("board", "number", "title")}
        for place, file in enumerate(self.files):
            values = {name: value for name, value in file.items() if not name.startswith("warc_")}
            yield PostFile(self.post["id"], **shared, **values, path=(paths or {}).get(place))


def files(conn: sqlite3.Connection, posts: Iterable[Document]) -> Iterator[FilesOfPost]:
    """The files of each of the posts, in the order of their page."""
    for post in posts:
        yield FilesOfPost(post, [dict(row) for row in conn.execute(_FILES, (post["id"],))])
