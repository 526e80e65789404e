"""The words on Datasette's pages: titles, descriptions of columns, facets, and questions to begin with."""

import sqlite3
from html import escape
from typing import Any

from kistep_archive.model import view_words
from kistep_archive.model.view_words import ViewWords, plain
from kistep_archive.web.data.options import DataOptions

_DESCRIPTION = (
    "Everything that the archive knows, as tables. Each view and each question is also there as JSON and CSV."
)
_SORTED = (
    "removals",
    "runs",
    "failures",
    "unanswered_requests",
)  # to sort others takes long in large archives
_WIDE = ("revisions", "sightings")  # counting the values of a column reads every body
_DOWNLOAD = ' <a href="{}">Download the whole database</a> (SQLite).'


def columns(conn: sqlite3.Connection) -> dict[str, list[str]]:
    """The columns of each view that the database has."""
    known = {
        view: [row[1] for row in conn.execute(f"PRAGMA table_info({view})")] for view in view_words.views()
    }
    return {view: names for view, names in known.items() if names}


def described(name: str, views: dict[str, list[str]], options: DataOptions) -> dict[str, Any]:
    """What Datasette calls metadata, for a database of this name with these columns in its views."""
    html = escape(_DESCRIPTION)
    if options.allow_download:
        html += _DOWNLOAD.format(escape(f"{options.root}{name}.db"))
    words = {view: words for view, words in view_words.views().items() if view in views}
    database = {
        "title": "Tables of the archive",
        "description_html": html,
        "tables": {view: _table(view, said, views[view]) for view, said in words.items()},
        "queries": {
            query.name: {"title": query.title, "sql": query.sql}
            for said in words.values()
            for query in said.queries
        },
    }
    return {"title": "kistep-archive", "databases": {name: database}}


def _table(view: str, words: ViewWords, names: list[str]) -> dict[str, Any]:
    # no `units`: Datasette would compute what a visitor writes there, such as 9**9**9
    return {
        "title": words.title,
        "description": plain(words.description),
        "columns": {name: plain(view_words.column(view, name)) for name in names},
        "facets": [] if view in _WIDE else [facet for facet in words.facets if isinstance(facet, str)],
        **({"label_column": words.label} if words.label else {}),
        **({"sort_desc": words.newest} if view in _SORTED else {}),
    }
