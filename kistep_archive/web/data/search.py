"""The program's own search as a condition on the rows of a view."""

from kistep_archive.query.filters import Filters


def clause(key: str, query: str) -> tuple[str, dict[str, str]]:
    """SQL that is true for the rows of the posts that the query finds, and its values; `key` is the view's
    column with the post's id. The query is in the language of `kistep-archive search`."""
    filters = Filters(query)
    if filters.matches_nothing:
        return "0", {}
    source, values = filters.source()
    (expression,) = map(str, values)
    # `posts` is a table of the subquery; the view's column is outside
    return f'"{key}" IN (SELECT posts.id {source.replace("?", ":archive_search")})', {
        "archive_search": expression
    }
