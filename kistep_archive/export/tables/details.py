"""What a JSON export can say of each post besides its columns: its body in one form, its evidence, its
revisions, all about its files."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.model.documents import Document
from kistep_archive.query.posts import evidence_of

_REVISIONS = "SELECT * FROM revisions WHERE post_id = ?"
_FILES = "SELECT * FROM attachments WHERE post_id = ?"


class Body(StrEnum):
    """The one form of the bodies."""

    MARKDOWN = "markdown"
    TEXT = "text"


class Detail(StrEnum):
    """What to add to each post."""

    EVIDENCE = "evidence"
    REVISIONS = "revisions"
    FILES = "files"


@dataclass(frozen=True, slots=True)
class Details:
    """The form of the bodies, both forms if there is none, and what is added."""

    body: Body | None = None
    parts: frozenset[Detail] = frozenset()

    def __bool__(self) -> bool:
        return self.body is not None or bool(self.parts)

    def of(self, conn: sqlite3.Connection, rows: Iterable[Document]) -> Iterator[Document]:
        """The posts with these details. With a form of the body, `body` stands for `body_text` and
        `body_html`."""
        for row in rows:
            post = self._with_body(row)
            if Detail.FILES in self.parts:
                post["attachments"] = [
                    _placed(conn, dict(file)) for file in conn.execute(_FILES, (row["id"],))
                ]
            if self.parts & {Detail.EVIDENCE, Detail.REVISIONS}:
                post |= self._history(conn, row)
            yield post

    def _with_body(self, row: Document) -> Document:
        if self.body is None:
            return dict(row)
        from kistep_archive.export.markdown import body

        text = row["body_text"] if self.body is Body.TEXT else body(row["body_html"], {})
        rest = {name: value for name, value in row.items() if name not in ("body_text", "body_html")}
        return {**rest, "body": text}

    def _history(self, conn: sqlite3.Connection, row: Document) -> Document:
        revisions = [_placed(conn, dict(each)) for each in conn.execute(_REVISIONS, (row["id"],))]
        history: Document = {}
        if Detail.EVIDENCE in self.parts:
            history["evidence"] = revisions[-1]["evidence"]
        if Detail.REVISIONS in self.parts:
            history["revisions"] = [
                self._with_body(each) | {"changed": json.loads(each["changed"])} for each in revisions
            ]
        return history


def details_of(body: str | None, parts: str | Iterable[str]) -> Details:
    """The details by their names; several names in one text have commas between them. Raises ArchiveError
    (2)."""
    names = parts.split(",") if isinstance(parts, str) else list(parts)
    known = ",".join(Detail)
    try:
        form = None if body is None else Body(body)
    except ValueError as error:
        raise ArchiveError(f"body {body!r}: unknown; use markdown or text", ExitCode.USAGE) from error
    try:
        return Details(form, frozenset(Detail(name.strip()) for name in names))
    except ValueError as error:
        raise ArchiveError(f"with {','.join(names)!r}: use some of {known}", ExitCode.USAGE) from error


def _placed(conn: sqlite3.Connection, row: Document) -> Document:
    """A revision or a file with its evidence as one value, and without its post's id."""
    rest = {name: value for name, value in row.items() if name not in ("post_id", "warc_file", "warc_offset")}
    return rest | {"evidence": evidence_of(conn, row)}
