"""The archive's database as Datasette sees it: the views for people, and no table."""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from threading import Barrier
from typing import Any, TypeVar

from datasette.database import Database, QueryInterrupted, Results

from kistep_archive.model import view_words
from kistep_archive.web.data.sql import answers
from kistep_archive.web.data.sql.readers import Readers

_T = TypeVar("_T")
_DEFINITION = """
SELECT sql || ';' FROM (SELECT 2 AS place, type, name, sql FROM main.sqlite_master
  UNION ALL SELECT 1, type, name, sql FROM temp.sqlite_master)
WHERE type = 'view' AND name = ? ORDER BY place LIMIT 1
"""


class ArchiveDatabase(Database):  # type: ignore[misc]
    """Nothing in Datasette knows where the file is. Its tables cannot be asked for by name; their number and
    columns may change with each version."""

    def __init__(self, datasette: Any, folder: Path) -> None:
        super().__init__(datasette)
        self._readers = Readers(folder)

    def close(self) -> None:
        """Closes the connection of every thread. It waits for what they are asked now."""
        threads = self.ds.setting("num_sql_threads")
        all_here = Barrier(threads)  # so that each thread gets one of the calls

        def close_own() -> None:
            all_here.wait()
            self._readers.close_own()

        for call in [self.ds.executor.submit(close_own) for _ in range(threads)]:
            call.result()

    def connect(self, write: bool = False) -> sqlite3.Connection:
        """Nobody gets a connection but through `execute_fn`."""
        raise PermissionError("an archive is only read here")

    async def check(self) -> None:
        """Raises ArchiveError if the archive cannot be read: in the midst of a page Datasette would leave
        coroutines that nobody awaits."""
        await self.execute_fn(lambda conn: None)

    async def execute_fn(self, fn: Callable[[sqlite3.Connection], _T]) -> _T:
        """Calls a function with a connection, in a thread that has one."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.ds.executor, lambda: fn(self._readers.of_thread()))

    async def execute(
        self,
        sql: str,
        params: Any = None,
        truncate: bool = False,
        custom_time_limit: int | None = None,
        page_size: int | None = None,
        log_sql_errors: bool = True,
    ) -> Any:
        """The rows of a statement: with `truncate`, as many as a page may have."""
        most = self.ds.sql_time_limit_ms
        seconds = min(custom_time_limit or most, most) / 1000
        rows = self.ds.max_returned_rows
        rows += (page_size or self.ds.page_size) == rows  # one more shows that there is a next page
        try:
            answer = await self.execute_fn(
                lambda conn: answers.read(
                    conn, sql, params, seconds=seconds, most_rows=rows if truncate else None
                )
            )
        except answers.TooLongError as error:
            raise QueryInterrupted(error, sql, params) from error
        return Results(answer.rows, answer.is_cut, answer.description)

    async def execute_write_fn(self, fn: Any, block: bool = True) -> Any:
        """Writes nothing."""
        self.connect(write=True)

    @property
    def size(self) -> int:
        """The size of the database file in bytes."""
        return self._readers.size

    async def view_names(self) -> list[str]:
        """The views that people read, in the order of the documents."""
        names = view_words.views()
        return [name for name in names if await self.get_view_definition(name)]

    async def get_view_definition(self, view: str) -> str | None:
        """The view's SQL; None for what is not shown."""
        if view not in view_words.views():
            return None
        row = (await self.execute(_DEFINITION, (view,))).first()
        return None if row is None else str(row[0])

    async def get_table_definition(self, table: str, type_: str = "table") -> str | None:
        """No table is shown."""
        return await self.get_view_definition(table) if type_ == "view" else None

    async def table_names(self) -> list[str]:
        """No table is shown."""
        return []

    async def table_exists(self, table: str) -> bool:
        """No table is shown."""
        return False

    async def hidden_table_names(self) -> list[str]:
        """No table is shown, so none is hidden."""
        return []

    async def get_all_foreign_keys(self) -> dict[str, Any]:
        """Views have none."""
        return {}

    async def fts_table(self, table: str) -> None:
        """Datasette's own search would find contents, not posts."""

    async def attached_databases(self) -> list[Any]:
        """None: nothing can be attached."""
        return []
