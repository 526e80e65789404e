"""Questions about one post, for `api.py`: its revisions, files, addresses, hits and history. It imports only
what starts fast.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kistep_archive.model.documents import Document
from kistep_archive.query import posts as query_posts
from kistep_archive.query.opened import OpenArchive, Reference
from kistep_archive.query.validation import whole_number

if TYPE_CHECKING:  # the methods import the rest: a command must start fast
    from kistep_archive.query.compare import Difference
    from kistep_archive.query.rows import Attachment, Hits, Post, Removal, Revision, Source
    from kistep_archive.query.stats import HitsReading
    from kistep_archive.query.timeline import Event


class PostQuestions:
    """What an archive knows of one post. `_open` is the archive that answers."""

    _open: OpenArchive

    def post(self, reference: Reference) -> "Post":
        """One post by its id, as "board/number", by any spelling of its URL, or by its number on the site, if
        no id and no other post has it. Raises ArchiveError (2) if there is no such post.

        >>> archive.post("news/94153").title
        'Delegation from Kenya Visits KISTEP'
        """
        from kistep_archive.query.rows import Post

        return Post(**self._open.post_row(reference))

    def revisions(self, post: Reference) -> Iterator["Revision"]:
        """A post's revisions, oldest first.

        >>> [revision.changed for revision in archive.revisions("news/98911")]
        [(), ('title',)]
        """
        from kistep_archive.query.rows import Revision

        return self._open.of_post(post, Revision, "revisions")

    def revision(self, post: Reference, number: int | None = None) -> "Revision":
        """A post's Nth revision, 1 is the oldest; without a number the last one. Raises ArchiveError (2) if
        there is no such revision.

        >>> page = archive.revision("news/98911", 1).read()
        >>> page[:15]
        b'<!DOCTYPE html>'
        """
        revisions = list(self.revisions(post))
        place = len(revisions) if number is None else whole_number("number", number, 1)
        return query_posts.nth(self._open.post_row(post)["id"], revisions, place)

    def attachments(self, post: Reference) -> Iterator["Attachment"]:
        """A post's files and images; `read()` returns the bytes of one.

        >>> [(file.kind, len(file.read()) == file.size) for file in archive.attachments("news/42794")]
        [('file', True), ('image', True)]
        """
        from kistep_archive.query.rows import Attachment

        return self._open.of_post(post, Attachment, "attachments")

    def sources(self, post: Reference) -> Iterator["Source"]:
        """The addresses under which a post was seen.

        >>> [(source.layout, source.number) for source in archive.sources("news/31800")]
        [('jsp', 6024), ('es', 31800)]
        """
        from kistep_archive.query.rows import Source

        return self._open.of_post(post, Source, "sources")

    def hits(self, post: Reference) -> Iterator["Hits"]:
        """How often a post had been read, over time.

        >>> [row.hits for row in archive.hits("news/98911")]
        [7426, 7427]
        """
        from kistep_archive.query.rows import Hits

        return self._open.of_post(post, Hits, "hits")

    def hits_series(self, post: Reference) -> list["HitsReading"]:
        """The hits of a post as a chart draws them: under its current address, without numbers below an
        earlier one.

        >>> [(reading.hits, reading.seen_in) for reading in archive.hits_series("news/98911")]
        [(7426, 'post'), (7427, 'post')]
        """
        from kistep_archive.query.stats import hits_of

        row = self._open.post_row(post)
        return self._open.ask(lambda conn: hits_of(conn, row["id"], row["title"])).hits

    def removals(self, post: Reference) -> Iterator["Removal"]:
        """When a post was missing from the site.

        >>> list(archive.removals("news/98911"))
        []
        """
        from kistep_archive.query.rows import Removal

        return self._open.of_post(post, Removal, "removals")

    def history(self, post: Reference) -> list["Event"]:
        """Everything that happened to a post, oldest first: addresses, revisions, hits, files (fetched,
        replaced, gone), removals, returns.

        >>> [event.kind for event in archive.history("news/98911")]
        ['source', 'revision', 'hits', 'file', 'revision', 'hits']
        """
        from kistep_archive.query import history as query_history

        post_id = self._open.post_row(post)["id"]
        return self._open.ask(lambda conn: query_history.events(conn, post_id), post)

    def diff(self, post: Reference, a: int | None = None, b: int | None = None) -> "Difference":
        """What changed from a post's revision A to B. Without B it compares A with the last revision, without
        both the last two. Raises ArchiveError (2) if there is no such post or revision.

        >>> [(change.field, change.after[:9]) for change in archive.diff("news/98911").changes]
        [('title', '[Updated]')]
        """
        from kistep_archive.query import compare

        a, b = (
            None if value is None else whole_number(name, value, 1) for name, value in (("a", a), ("b", b))
        )
        post_id = self._open.post_row(post)["id"]
        return self._open.ask(lambda conn: compare.difference(conn, post_id, a, b), post)

    def document(self, post: Reference, revision: int | None = None) -> Document:
        """A post with its revisions, sources, files and hits as plain data; with a number, as it was at its
        Nth revision. It is what `show --json` prints, without the ids of the records. Raises ArchiveError (2)
        if there is no such post or revision.

        >>> archive.document("news/98911", 1)["title"] == archive.revision("news/98911", 1).title
        True
        """
        return self._open.document(post, revision)
