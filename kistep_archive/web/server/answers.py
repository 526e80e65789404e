"""From a path to an answer: a page as HTML or JSON, a download, a redirect, or an error in plain words."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from kistep_archive.api import Archive
from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.web.downloads import site as downloads
from kistep_archive.web.links import HOME, Links
from kistep_archive.web.memory import Memory
from kistep_archive.web.pages import site
from kistep_archive.web.pages.page import PageMovedError, PageNotFoundError, Visit
from kistep_archive.web.rendering import render, render_error
from kistep_archive.web.texts import Language, Texts

_HTML, _JSON = "text/html; charset=utf-8", "application/json"
_KEPT = ("as_of", "lang")


@dataclass(frozen=True, slots=True)
class Question:
    """A path, a query, the archive's folder, whose name no answer tells, and what the server remembers."""

    path: str
    query: Mapping[str, str]
    links: Links
    folder: Path
    memory: Memory | None = None

    @property
    def as_of(self) -> str | None:
        """The instant that is asked for."""
        return self.query.get("as_of", "").strip() or None

    @property
    def texts(self) -> Texts:
        """The interface in the language that is asked for; in English if there is no such language."""
        known = {language.value: language for language in Language}
        return Texts(known.get(self.query.get("lang", ""), Language.ENGLISH))

    def visit(self, archive: Archive) -> Visit:
        """The visit of a page."""
        return Visit(archive, self._links(), self.texts, self.query, memory=self.memory)

    def _links(self) -> Links:
        return self.links.keeping(**{name: self.query.get(name, "").strip() for name in _KEPT})


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent: bytes, or a file that goes when it is sent; and its headers."""

    status: int
    content: bytes | Path
    media_type: str
    headers: Mapping[str, str] = field(default_factory=dict)


def answer(archive: Archive, asked: Question) -> Answer:
    """The answer to a question. Raises PageNotFoundError, PageMovedError and ArchiveError."""
    visit = asked.visit(archive)
    if asked.path.startswith("/"):  # a redirect to "//host" would lead to that host
        raise PageNotFoundError("This site has no such page.")
    if asked.path == "data":
        raise PageMovedError("data/")
    if download := downloads.find(visit, asked.path):
        return Answer(200, download.content, download.media_type, download.headers)
    path, suffix = _parts(asked.path)
    if suffix == ".html":
        raise PageMovedError(path)
    page = site.find(visit, path)
    if suffix == ".json":
        return Answer(200, json.dumps(page.document, ensure_ascii=False, indent=1).encode(), _JSON)
    return Answer(200, render(page, visit).encode(), _HTML)


def failure(error: Exception, asked: Question) -> Answer:
    """The answer that tells an error, without the machine's paths."""
    links = asked._links()
    if isinstance(error, PageMovedError):
        return Answer(308, b"", _HTML, {"Location": links.page(str(error))})
    status, message = 500, "The server could not answer. Its operator finds the reason in its log."
    if isinstance(error, PageNotFoundError):
        status, message = 404, str(error)
    elif isinstance(error, ArchiveError) and error.exit_code == ExitCode.USAGE:
        status, message = 400, _without_paths(str(error), asked.folder)
    elif isinstance(error, ArchiveError):
        status, message = 503, "The archive cannot be read now. Its operator can run 'kistep-archive verify'."
    return Answer(status, render_error(status, message, links, asked.texts).encode(), _HTML)


def response(request: Request, answered: Answer) -> Response:
    """The answer for Starlette; nothing but its head if the browser has it already."""
    headers = {"Cache-Control": "no-cache", **answered.headers}
    if isinstance(answered.content, Path):
        unlink = BackgroundTask(answered.content.unlink)
        return FileResponse(answered.content, answered.status, headers, answered.media_type, unlink)
    tag = f'"{sha256(answered.content).hexdigest()[:32]}"'
    if answered.status == 200 and tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers={**headers, "ETag": tag})
    return Response(answered.content, answered.status, {**headers, "ETag": tag}, answered.media_type)


def _parts(path: str) -> tuple[str, str]:
    """The path of a page, and the suffix that says in which form it is wanted."""
    for suffix in (".json", ".html"):
        if path.endswith(suffix):
            page = path.removesuffix(suffix)
            return ("" if page == HOME else page), suffix
    return path, ""


def _without_paths(message: str, folder: Path) -> str:
    for name in {str(folder), str(folder.absolute())}:
        message = message.replace(name, "the archive")
    return message
