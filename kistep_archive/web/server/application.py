"""The site as an ASGI application: the static parts, Datasette under /data/, and every other path as a page
or a download, asked for in one of the archive's threads."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from kistep_archive.errors import ArchiveError
from kistep_archive.web import data
from kistep_archive.web.links import Links
from kistep_archive.web.memory import Memory
from kistep_archive.web.rendering import render_error
from kistep_archive.web.server import answers
from kistep_archive.web.server.archives import Archives
from kistep_archive.web.server.security import Guard
from kistep_archive.web.texts import Texts

if TYPE_CHECKING:
    from kistep_archive.web.data.front import DataApplication

_LOG = logging.getLogger("kistep_archive")


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """How the server answers: `base_url` is the path under which the site stands ("/" or "/kistep/"), or its
    complete address; `hosts` are the names that it answers for, every name if there are none. `allow_sql` and
    `allow_download` open what is closed under /data/."""

    base_url: str = "/"
    hosts: tuple[str, ...] = ()
    allow_sql: bool = False
    allow_download: bool = False
    boards_file: Path | None = None

    @property
    def root(self) -> str:
        """The path of the site: it begins and ends with a slash."""
        return f"/{urlsplit(self.base_url).path.strip('/')}/".replace("//", "/")

    @property
    def links(self) -> Links:
        """The links of the site."""
        is_complete = "://" in self.base_url
        return Links(self.root, base=f"{self.base_url.rstrip('/')}/" if is_complete else "")


def application(folder: Path, options: ServerOptions = ServerOptions()) -> ASGIApp:
    """The site of the archive in a folder. Nothing is opened before the first request."""
    archives, memory = Archives(folder, options.boards_file), Memory(folder)

    async def answer(request: Request) -> Response:
        asked = answers.Question(
            request.path_params["path"], dict(request.query_params), options.links, folder, memory
        )
        try:
            answered = await archives.ask(lambda archive: answers.answer(archive, asked), asked.as_of)
        except Exception as error:
            answered = answers.failure(error, asked)
            if answered.status == 500:
                _LOG.error("/%s: %r", asked.path, error)
        return answers.response(request, answered)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        archives.close()
        tables.close()

    tables = Tables(folder, options)
    static = StaticFiles(packages=[("kistep_archive.web", "static")])
    site = Starlette(
        routes=[Mount("/static", static), Mount("/data", tables), Route("/{path:path}", answer)],
        lifespan=lifespan,
    )
    return Guard(Prefix(site, options.root), options.hosts)


class Tables:
    """Datasette under /data/, which is loaded when somebody first asks for it."""

    def __init__(self, folder: Path, options: ServerOptions) -> None:
        self._folder, self._options = folder, options
        self._app: DataApplication | None = None
        self._lock = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            app = await self._opened()
        except ArchiveError as error:
            asked = answers.Question("data/", {}, self._options.links, self._folder)
            app = answers.response(Request(scope), answers.failure(error, asked))
        await app(scope, receive, send)

    def close(self) -> None:
        """Ends its threads."""
        if self._app is not None:
            self._app.close()

    async def _opened(self) -> ASGIApp:
        async with self._lock:
            if self._app is None:
                self._app = await asyncio.to_thread(self._open)
        return self._app

    def _open(self) -> "DataApplication":
        given, links = self._options, self._options.links

        def error_page(status: int, sentence: str) -> str:
            return render_error(status, sentence, links, Texts())

        return data.application(
            self._folder, data.DataOptions(given.root, given.allow_sql, given.allow_download, error_page)
        )


class Prefix:
    """Takes the prefix off the path of a request; one that a proxy has taken off already is left alone."""

    def __init__(self, app: ASGIApp, root: str) -> None:
        self._app, self._prefix = app, root.rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._prefix and scope["type"] == "http":
            scope = {**scope, "path": self._without(scope["path"]), "root_path": ""}
            raw = scope.get("raw_path") or b""
            scope["raw_path"] = self._without(raw.decode("latin-1")).encode("latin-1")
        await self._app(scope, receive, send)

    def _without(self, path: str) -> str:
        if path == self._prefix or path.startswith(f"{self._prefix}/"):
            return path.removeprefix(self._prefix) or "/"
        return path
