"""A copy of the whole database, of one moment, whatever a run writes meanwhile."""

import asyncio
import tempfile
from contextlib import closing
from pathlib import Path

from starlette.responses import FileResponse
from starlette.types import Receive, Scope, Send

from kistep_archive.store import database


class Download:
    """An ASGI application that answers with a copy. It makes one at a time."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, f"{name}.db"
        self._one = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the copy. Raises ArchiveError, and OSError or sqlite3.Error if there is no room."""
        with tempfile.TemporaryDirectory(prefix="kistep-archive-") as place:
            copy = Path(place, self._name)
            async with self._one:
                await asyncio.to_thread(_copy, self._folder, copy)
            answer = FileResponse(copy, media_type="application/vnd.sqlite3", filename=self._name)
            await answer(scope, receive, send)


def _copy(folder: Path, copy: Path) -> None:
    with closing(database.open_archive(folder)) as conn:
        conn.execute("VACUUM INTO ?", (str(copy),))
