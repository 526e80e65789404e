"""The parameters of an address that name columns. Datasette does not check them: SQLite would compare the
name of an unknown column as a text, and a facet that fails leaves coroutines that nobody awaits."""

from collections.abc import Iterable, Iterator

from kistep_archive.web.data.errors import RefusalError

_FACETS = ("_facet", "_facet_array", "_facet_date")
_LISTS = ("boards", "changed")  # columns with JSON lists


def check(view: str, columns: list[str], parameters: Iterable[tuple[str, list[str]]]) -> None:
    """Raises RefusalError (400) for a filter or a facet on a column that the view does not have, or whose
    values are no lists where it counts what is in lists."""
    for name, values in parameters:
        for column in _columns(name, values):
            if column not in columns:
                raise RefusalError(400, f"{view} has no column {column}.")
            if name == "_facet_array" and column not in _LISTS:
                raise RefusalError(400, f"{column} has no lists to count the parts of.")


def _columns(name: str, values: list[str]) -> Iterator[str]:
    if name in _FACETS:
        yield from values
    elif "__" in name:
        yield name.rpartition("__")[0]
    elif not name.startswith("_"):
        yield name
