"""The columns of a post: the only list of them, in the order of the view `posts`.

From this list the program makes: what of a page is a revision (`model/revisions.py`), the row of a content
and its digest (`store/rows/contents.py`), the views, now and as of a day (`store/tables/views.py`), what a
rebuild compares, and the files of `export/`.
"""

from enum import Enum
from typing import Literal, NamedTuple


class TextForm(Enum):
    """How a page shows a value. A page that shows another value makes a revision of the post."""

    TEXT = "text"
    HTML = "html"  # as TEXT, but other markup in the other layout is not an edit


class Column(NamedTuple):
    """A column of a view. `form` is None for what the archive adds: where, when and how often it saw the
    post. A DAY is YYYY-MM-DD, an INSTANT ISO 8601 in UTC; both are text in SQL."""

    name: str
    type: Literal["TEXT", "INTEGER", "DAY", "INSTANT"] = "TEXT"
    nullable: bool = False
    form: TextForm | None = None

    @property
    def sql_type(self) -> Literal["TEXT", "INTEGER"]:
        """How SQLite stores the column."""
        return "INTEGER" if self.type == "INTEGER" else "TEXT"


POST = (
    Column("id", "INTEGER"),
    Column("board"),
    Column("number", "INTEGER"),
    Column("title", form=TextForm.TEXT),
    Column("writer", form=TextForm.TEXT, nullable=True),
    Column("date", "DAY", form=TextForm.TEXT),
    Column("hits", "INTEGER", nullable=True),
    Column("body_text", form=TextForm.TEXT),
    Column("body_html", form=TextForm.HTML),
    Column("url"),
    Column("layout"),
    Column("first_seen_at", "INSTANT"),
    Column("last_seen_at", "INSTANT"),
    Column("removed_at", "INSTANT", nullable=True),
    Column("revisions", "INTEGER"),
)
REVISION = (
    Column("id", "INTEGER"),
    Column("post_id", "INTEGER"),
    Column("seen_at", "INSTANT"),
    *(column for column in POST if column.form),
    Column("changed"),
    Column("sha256"),
    Column("warc_file"),
    Column("warc_offset", "INTEGER"),
    Column("parser_version", "INTEGER"),
)

CONTENT = tuple(
    column.name for column in POST if column.form
)  # what one page says of a post, besides its files
TEXTS = tuple(column.name for column in POST if column.form is TextForm.TEXT)
