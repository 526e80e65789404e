"""What stands before Datasette: it takes the prefix away, lets through what can be answered, adds the
security headers, and makes a page of every error."""

import logging
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from starlette.responses import RedirectResponse, Response
from starlette.types import Message, Receive, Scope, Send

from kistep_archive.web.data import metadata, pages, policy
from kistep_archive.web.data.download import Download
from kistep_archive.web.data.errors import RefusalError, refusal
from kistep_archive.web.data.instance import NAME, STATIC, ArchiveDatasette
from kistep_archive.web.data.options import DataOptions
from kistep_archive.web.data.sql.readers import open_restricted

_LOG = logging.getLogger(__name__)
_OWN_SQL = ("sql", "_where")
_CLOSED = "Questions in your own SQL are closed here. Whoever runs this site can open them with --allow-sql."
# parameters with which Datasette would search in its own way, reach a table, or answer for those who mend it
_UNKNOWN = ("_fts_table", "_fts_pk", "_searchmode", "_search_", "_through", "_trace", "_context")


def open_data(folder: Path, options: DataOptions) -> "DataApplication":
    """The application of an archive. Raises ArchiveError if it cannot be read."""
    with closing(open_restricted(folder)) as conn:
        columns = metadata.columns(conn)
    words = metadata.described(NAME, columns, options)
    return DataApplication(ArchiveDatasette(folder, options, words, columns), Download(folder, NAME), options)


class DataApplication:
    """An ASGI application. `close` ends its threads."""

    def __init__(self, datasette: ArchiveDatasette, download: Download, options: DataOptions) -> None:
        self._datasette, self._download, self._options = datasette, download, options
        self._router = datasette.app()
        self._headers = policy.headers(STATIC.parent / "templates")

    def close(self) -> None:
        """Ends its threads and closes their connections."""
        self._datasette.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request for HTTP; refuses a WebSocket."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000, "reason": ""})
        if scope["type"] != "http":
            return
        answer = _Answer(send, self._headers)
        try:
            await self._answer(scope, receive, answer.send)
        except Exception as error:
            refused = refusal(error)
            if answer.has_begun:  # the rest of a stream is missing, and the connection must show it
                raise
            await pages.response(scope, refused, self._options)(scope, receive, answer.send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = _stripped(scope, self._options)
        _check(scope, self._options)
        if path == "/" or (path.endswith("/") and path.strip("/")):
            await self._moved(scope, path)(scope, receive, send)
        elif path == f"/{NAME}.db":
            if not self._options.allow_download:
                raise RefusalError(403, "The database cannot be downloaded here.")
            await self._download(scope, receive, send)
        else:
            await self._datasette.archive.check()
            await self._router(_inner(scope, path), receive, send)

    def _moved(self, scope: Scope, path: str) -> Response:
        query = scope["query_string"].decode("latin-1")
        url = self._options.root + (path.strip("/") or NAME) + (f"?{query}" if query else "")
        return RedirectResponse(url, status_code=302)


class _Answer:
    """Where an answer goes; it adds headers to it."""

    def __init__(self, send: Send, headers: list[tuple[bytes, bytes]]) -> None:
        self._send, self._headers = send, headers
        self.has_begun = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.has_begun = True
            own = {name for name, _ in self._headers}
            there = [(name, value) for name, value in message["headers"] if name.lower() not in own]
            is_fresh = any(name.lower() == b"cache-control" for name, _ in there)
            cache = [] if is_fresh else [(b"cache-control", b"no-cache")]
            message = {**message, "headers": [*there, *self._headers, *cache]}
        await self._send(message)


def _stripped(scope: Scope, options: DataOptions) -> str:
    """The path below the room, as it was sent: percent signs tell a name with a slash from two names. Raises
    RefusalError (404)."""
    raw = scope.get("raw_path")
    path: str = raw.decode("latin-1") if raw else scope["path"]
    for prefix in (options.root, "/data/"):
        if path.startswith(prefix) or f"{path}/" == prefix:
            return "/" + path[len(prefix) :]
    raise RefusalError(404)


def _check(scope: Scope, options: DataOptions) -> None:
    """Raises RefusalError for what is not answered here."""
    if scope["method"] not in ("GET", "HEAD"):
        raise RefusalError(405)
    names = {name for name, _ in parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)}
    if not options.allow_sql and names.intersection(_OWN_SQL):
        raise RefusalError(403, _CLOSED)
    for name in sorted(names):
        if name.startswith(_UNKNOWN):
            raise RefusalError(400, f"{name}: this parameter is not answered here.")


def _inner(scope: Scope, path: str) -> dict[str, Any]:
    """The request as Datasette gets it: without the prefix, which it would add twice to its links, and
    without what says who asks."""
    headers = [(name, value) for name, value in scope["headers"] if name not in (b"cookie", b"authorization")]
    query: bytes = scope["query_string"]
    if path.endswith(".csv") and b"_stream" in query:
        query = b"_size=max&" + query  # Datasette streams in pages of the usual size, each from the beginning
    return {
        **scope,
        "path": path,
        "query_string": query,
        "raw_path": path.encode("latin-1"),
        "root_path": "",
        "headers": headers,
        "csrftoken": lambda: "",
    }
