"""Writes the whole site into a folder. Posts whose state is the one that was published are left alone."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from kistep_archive import progress
from kistep_archive.api import Archive
from kistep_archive.errors import ArchiveError
from kistep_archive.query.rows import Post
from kistep_archive.version import __version__
from kistep_archive.web import addresses, bodies
from kistep_archive.web.downloads import site as downloads
from kistep_archive.web.downloads.download import Download, spare_file, take
from kistep_archive.web.links import DATABASE, HOME, Links
from kistep_archive.web.pages import search, site
from kistep_archive.web.pages.page import Page, Visit
from kistep_archive.web.publish import paths, sitemap
from kistep_archive.web.publish.folder import Counts, SiteFolder, open_folder
from kistep_archive.web.publish.search_files import search_files
from kistep_archive.web.rendering import render, render_error, render_moved
from kistep_archive.web.texts import Language, Texts


@dataclass(frozen=True, slots=True)
class PublishOptions:
    """How the site is written: `base_url` is the complete address where it will stand, "" if nobody knows
    it."""

    base_url: str = ""
    language: Language = Language.ENGLISH


@dataclass(frozen=True, slots=True)
class PublishResult:
    """What was written, and a line about damaged evidence, empty if there is none."""

    counts: Counts
    posts: int
    damage: str = ""


def publish(archive: Archive, folder: Path, options: PublishOptions) -> PublishResult:
    """Writes the site of an archive. Raises ArchiveError (2) if the folder cannot be written or is somebody
    else's."""
    with open_folder(folder) as out:
        return Publisher(archive, out, options).run()


class Publisher:
    """One run of `publish`."""

    def __init__(self, archive: Archive, out: SiteFolder, options: PublishOptions) -> None:
        self._archive, self._out, self._options = archive, out, options
        self._texts = Texts(options.language)
        self._base = f"{options.base_url.rstrip('/')}/" if options.base_url else ""
        finished = [run.finished_at for run in archive.runs() if run.finished_at]
        self._now = datetime.fromisoformat(finished[-1]) if finished else None
        self._look = _digest_of_site(options)
        self._damage: list[str] = []

    def run(self) -> PublishResult:
        """Writes everything."""
        posts = 0
        progress.expect(self._archive.search(limit=0).total, progress.Unit.POSTS)
        for post in self._archive.posts():
            with progress.unwatched():
                self._post(post)
            progress.advance(1)
            posts += 1
        with progress.unwatched():
            self._lists()
            self._static()
        return PublishResult(self._out.counts, posts, self._damage[0] if self._damage else "")

    def _post(self, post: Post) -> None:
        path = addresses.post(post)
        state = self._state(post, path)
        if self._out.is_current(path, state):
            return
        before = len(self._damage)
        self._write_post(post, path)
        if len(self._damage) == before:
            self._out.remember(path, state)

    def _write_post(self, post: Post, path: str) -> None:
        for each in paths.of_post(path, post.revisions):
            self._page_of_evidence(each, path)
        for each in paths.downloads_of_post(path, post.revisions):
            self._download(each, path)
        for file in self._archive.attachments(post):
            if file.sha256:
                self._file(bodies.path(file), path)
                self._file(bodies.image_path(file), path)
        for source in self._archive.sources(post):
            if addresses.post(source) != path:
                self._moved(addresses.post(source), path)

    def _file(self, place: str | None, post: str) -> None:
        """A file that another post may have too."""
        if place and not (self._out.has(place) and self._out.keep(place, post)):
            self._download(place, post)

    def _state(self, post: Post, path: str) -> str:
        """A digest of everything that a post's pages show."""
        visit = self._visit(path)
        attachments = list(self._archive.attachments(post))
        events = [repr(event) for event in self._archive.history(post)]
        document = json.dumps(self._archive.document(post), ensure_ascii=False, sort_keys=True)
        body = bodies.rewrite(visit, post.body_html, attachments)
        return sha256("\0".join([self._look, document, body, *events]).encode("utf-8", "replace")).hexdigest()

    def _lists(self) -> None:
        for path in paths.ONCE:
            self._page(path)
        for path in paths.lists(self._archive):
            for each in paths.following(path, self._page(path)):
                self._page(each)
        for path in paths.runs(self._archive):
            self._page_of_evidence(path)
        for path in paths.feeds(self._archive):
            self._download(path)
        visit = self._visit("search")
        self._write_page(search.form(visit), visit)
        for name, content in search_files(self._archive):
            self._out.write(name, content)
        copy = spare_file(".db")
        self._archive.export(copy, form="db", force=True)
        self._out.write(DATABASE, take(copy))

    def _page(self, path: str, post: str = "") -> Page:
        visit = self._visit(path)
        return self._write_page(site.find(visit, path), visit, post)

    def _write_page(self, page: Page, visit: Visit, post: str = "") -> Page:
        path = page.path
        name = path or HOME
        self._out.write(f"{name}.html", render(page, visit).encode(), post)
        document = json.dumps(page.document, ensure_ascii=False, indent=1).encode("utf-8", "replace")
        self._out.write(f"{name}.json", document, post)
        return page

    def _page_of_evidence(self, path: str, post: str = "") -> None:
        """A page that may need evidence. If that is damaged, the page that was written before it stays; if
        there is none, a page says so, since others lead to it."""
        try:
            self._page(path, post)
        except ArchiveError as error:
            self._damage.append(str(error))
            if not self._out.keep(f"{path}.html", post):
                self._write_excuse(path, post)
            self._out.keep(f"{path}.json", post)

    def _write_excuse(self, path: str, post: str) -> None:
        texts = self._texts
        words = texts("The evidence of this page is damaged or missing. It could not be written.")
        shown = render_error(503, words, self._visit(path).links, self._texts)
        self._out.write(f"{path}.html", shown.encode(), post)
        self._out.write(f"{path}.json", json.dumps({"error": words}, ensure_ascii=False).encode(), post)

    def _download(self, path: str, post: str = "") -> None:
        try:
            found = downloads.find(self._visit(path), path)
        except ArchiveError as error:
            self._damage.append(str(error))
            self._out.keep(path, post)
            return
        assert found is not None
        self._out.write(path, _bytes(found), post)

    def _moved(self, path: str, to: str) -> None:
        self._out.write(f"{path}.html", render_moved(self._visit(path), to).encode(), to)

    def _static(self) -> None:
        for name, content in _parts(files("kistep_archive.web").joinpath("static")):
            self._out.write(f"static/{name}", content)
        if self._base:
            self._out.write("sitemap.xml", sitemap.sitemap(self._archive, self._base))
        self._out.write(".nojekyll", b"")

    def _visit(self, path: str) -> Visit:
        links = Links("../" * path.count("/"), published=True, base=self._base)
        return Visit(self._archive, links, self._texts, now=self._now)


def _parts(folder: Traversable, within: str = "") -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _parts(entry, f"{within}{entry.name}/")
        else:
            yield f"{within}{entry.name}", entry.read_bytes()


def _digest_of_site(options: PublishOptions) -> str:
    """A digest of what all pages are made with: the templates, texts and code of this package, and these
    options. A newer program writes its pages again, also under the same version."""
    digest = sha256(f"{__version__}\0{options!r}".encode())
    for name, content in sorted(_parts(files("kistep_archive.web"))):
        if name.endswith(".pyc"):
            continue
        digest.update(name.encode() + b"\0" + content)
    return digest.hexdigest()


def _bytes(download: Download) -> bytes:
    return download.content if isinstance(download.content, bytes) else take(download.content)
