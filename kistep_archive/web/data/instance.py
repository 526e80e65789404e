"""Datasette, cut down to what an archive shows: three kinds of address, one database, no visitor with rights
of his own, and nothing that is shared with another archive in the process."""

import functools
import re
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any, NoReturn

import datasette.app
from datasette.app import Datasette, DatasetteRouter
from datasette.utils.asgi import Forbidden, NotFound, asgi_static
from datasette.views.database import DatabaseView
from datasette.views.table import TableView

from kistep_archive.web.data.errors import RefusalError
from kistep_archive.web.data.options import DataOptions
from kistep_archive.web.data.parameters import check
from kistep_archive.web.data.views import ArchiveDatabase

NAME = "kistep"  # of the database, in addresses
STATIC = Path(datasette.app.__file__).parent / "static"
_PERMITTED = {"view-instance", "view-database", "view-table", "view-query"}
_SETTINGS = {
    "suggest_facets": False,  # it took 0.7 s at 10,000 posts
    "allow_download": False,  # Datasette would send the file, without what is in its log
    "sql_time_limit_ms": 1000,
    "max_returned_rows": 1000,
    "default_page_size": 50,
    "truncate_cells_html": 300,
    "num_sql_threads": 3,
}
_View = Callable[[Any, Any], Awaitable[Any]]


class ArchiveDatasette(Datasette):  # type: ignore[misc]
    """`columns` are those of each view, by its name."""

    def __init__(
        self, folder: Path, options: DataOptions, metadata: dict[str, Any], columns: dict[str, list[str]]
    ) -> None:
        self._options, self._columns = options, columns
        settings = {**_SETTINGS, "base_url": options.root, "default_allow_sql": options.allow_sql}
        super().__init__(metadata=metadata, settings=settings, cache_headers=False)
        self.databases.clear()  # two in memory
        self.archive = self.add_database(ArchiveDatabase(self, folder), name=NAME)
        self._startup_invoked = True  # no plugin waits for it

    def close(self) -> None:
        """Ends its threads."""
        self.archive.close()
        self.executor.shutdown()

    def post_column(self, view: str) -> str:
        """The column of a view that has the post's id, "" if its rows belong to no post."""
        return "id" if view == "posts" else "post_id" if "post_id" in self._columns.get(view, ()) else ""

    def check_columns(self, view: str, parameters: Iterable[tuple[str, list[str]]]) -> None:
        """Raises RefusalError (400) for parameters that name a column that the view does not have."""
        check(view, self._columns.get(view, []), parameters)

    def app(self) -> "Router":
        """Without cookies: nothing can be sent to it."""
        return Router(self, self._routes())

    def absolute_url(self, request: Any, path: str) -> str:
        """Without the host, which the visitor chooses."""
        return str(path)

    async def refresh_schemas(self) -> None:
        """It would copy the schema into a database in memory that nobody reads."""

    async def permission_allowed(
        self, actor: Any, action: str, resource: Any = None, default: bool = False
    ) -> bool:
        """The same for everybody."""
        return action in _PERMITTED or (action == "execute-sql" and self._options.allow_sql)

    async def _crumb_items(
        self, request: Any, table: str | None = None, database: str | None = None
    ) -> list[dict[str, str]]:
        crumbs = [{"href": self._options.base_url, "label": "home"}]
        return [*crumbs, {"href": str(self.urls.database(NAME)), "label": "data"}] if database else crumbs

    def _routes(self) -> list[tuple[re.Pattern[str], _View]]:
        routes = {
            r"/-/static/(?P<path>[\w.-]+)$": _static(asgi_static(STATIC)),
            rf"/(?P<database>{NAME})(\.(?P<format>json|csv))?$": DatabaseView.as_view(self),
            rf"/(?P<database>{NAME})/(?P<table>[^/.]+)(\.(?P<format>json|csv))?$": TableView.as_view(self),
        }
        return [(re.compile(pattern), _refusing(view)) for pattern, view in routes.items()]


class Router(DatasetteRouter):  # type: ignore[misc]
    """Raises what Datasette would make a page of, and print."""

    async def handle_404(self, request: Any, send: Any, exception: Exception | None = None) -> NoReturn:
        """Raises NotFound."""
        raise exception or NotFound("")

    async def handle_exception(self, request: Any, send: Any, exception: Exception) -> NoReturn:
        """Raises the exception."""
        raise exception


def _refusing(view: _View) -> _View:
    """The view, without Datasette's own page for what is forbidden."""

    @functools.wraps(view)
    async def refuse(request: Any, send: Any) -> Any:
        try:
            return await view(request, send)
        except Forbidden as error:
            raise RefusalError(403) from error

    return refuse


def _static(send_file: _View) -> _View:
    async def send_known(request: Any, send: Any) -> Any:
        if not (STATIC / request.url_vars["path"]).is_file():
            raise NotFound("")
        return await send_file(request, send)

    send_known._datasette_static = True  # type: ignore[attr-defined]
    return send_known
