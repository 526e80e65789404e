"""What Datasette asks plugins: which rows to show."""

from typing import Any

from datasette import hookimpl
from datasette.filters import FilterArguments

from kistep_archive.web.data import search
from kistep_archive.web.data.instance import ArchiveDatasette


@hookimpl(trylast=True)  # type: ignore[untyped-decorator]  # what the last one says of the search box is valid
def filters_from_request(request: Any, table: str, datasette: Any) -> Any:
    """`_search=` on every view whose rows belong to posts. Raises RefusalError for an unknown column."""
    if not isinstance(datasette, ArchiveDatasette):
        return None
    datasette.check_columns(table, [(name, request.args.getlist(name)) for name in request.args])
    if not (key := datasette.post_column(table)):
        return None
    query = request.args.get("_search") or ""
    shown = {"supports_search": True, "search": query}
    if not query:
        return FilterArguments([], extra_context=shown)
    clause, values = search.clause(key, query)
    return FilterArguments([clause], values, [f"search matches {query!r}"], shown)
