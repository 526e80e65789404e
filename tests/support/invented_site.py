"""A loopback server of an invented board, and the archive's way with it: first crawl, learn, rebuild."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from commands import Archive
from invented import ADDRESS, Invented, Truth

from kistep_archive.http.response import Page
from kistep_archive.model.boards import Board
from kistep_archive.model.items import ParsedPost
from kistep_archive.parse.parser import ParseError, parse
from kistep_archive.parse.skin import boards_file

_MAGIC = {"pdf": b"%PDF-1.4\n%%EOF\n", "hwp": bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512)}
_ZIP = b"PK\x05\x06" + bytes(18)
_PNG = b"\x89PNG\r\n\x1a\n" + bytes(60) + bytes.fromhex("0000000049454e44ae426082")
BOARDS = f"""[[board]]
name = "news"
title = "News"
layout = "es"
address = "{ADDRESS}"
language = "en"
"""
FIELDS = ("title", "writer", "date", "hits", "body", "images", "files")


@dataclass
class Site:
    """A server on loopback; `board` may change between two crawls."""

    origin: str
    board: Invented
    requests: list[str] = field(default_factory=list)

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """(status, media type, body) of a request."""
        self.requests.append(path)
        parts = urlsplit(path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        if parts.path in ("/boardDownload.es", "/common/fileDown.do"):
            number, at = query.get("list_no") or query["post"], query.get("seq") or query["at"]
            name = next(each for each in self.board.posts if each.number == int(number)).files[int(at) - 1]
            return 200, "application/octet-stream", _MAGIC.get(name.rsplit(".")[-1], _ZIP)
        if parts.path.startswith("/upload/"):
            return 200, "image/png", _PNG
        if parts.path != "/board.es":
            return 404, "text/plain", b"none"
        page = self.board.page(int(query["list_no"])) if "list_no" in query else self.board.listing()
        return 200, "text/html; charset=utf-8", page.encode()


@contextmanager
def serving(board: Invented) -> Iterator[Site]:
    """The board, on a free port."""
    site = Site("", board)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, media_type, body = site.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing is logged."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    site.origin = f"http://127.0.0.1:{server.server_port}"
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def first_crawl(archive: Archive) -> int:
    """Crawls the board alone. Returns the exit code."""
    archive.folder.mkdir(parents=True, exist_ok=True)
    boards = archive.folder / "boards.toml"
    if not boards.exists():
        boards.write_text(BOARDS)
    return archive.crawl("--recheck", "0").returncode


def wrong_in_archive(archive: Archive, board: Invented) -> dict[int, list[str]]:
    """What the archive has of each post that differs from the truth."""
    if not (archive.folder / "kistep.db").exists():
        return {}
    rows = archive.rows("SELECT id, number, title, writer, date, hits, body_text FROM posts")
    truth = {post.number: post for post in board.posts}
    wrong_by_number = {}
    for key, number, *values in rows:
        links = archive.rows("SELECT name, url, kind FROM attachments WHERE post_id = ? ORDER BY seq", key)
        files = tuple(name for name, _, kind in links if kind == "file")
        images = tuple(url for _, url, kind in links if kind == "image")
        if wrong := different(truth[number], *values, images, files):
            wrong_by_number[number] = wrong
    return wrong_by_number


def wrong_with_skin(board: Board, invented: Invented) -> dict[int, list[str]]:
    """What every page of the board says with a skin, and that differs from the truth."""
    wrong_by_number = {}
    for post in invented.posts:
        url = f"{ADDRESS}&act=view&list_no={post.number}"
        try:
            item = parse(Page(url, "", 200, (), invented.page(post.number).encode()), board)
        except ParseError as error:
            wrong_by_number[post.number] = [error.field]
            continue
        assert isinstance(item, ParsedPost)
        files = tuple(each.name for each in item.attachments)
        values = (item.title, item.writer, item.date, item.hits, item.body_text, item.images, files)
        if wrong := different(post, *values):
            wrong_by_number[post.number] = wrong
    return wrong_by_number


def own_board(archive: Archive) -> Board:
    """The board as the archive's boards file has it."""
    board = boards_file.of_archive(Path(archive.folder), None).row(("news", "es"))
    assert board is not None
    return board


def different(
    post: Truth,
    title: str,
    writer: str | None,
    date: str,
    hits: int | None,
    body: str,
    images: tuple[str, ...],
    files: tuple[str, ...],
) -> list[str]:
    """The fields that are not the post's."""
    right = {
        "title": title == post.title,
        "writer": writer == post.writer,
        "date": date == post.date,
        "hits": hits in (post.hits, post.hits + post.number % 3),  # of a later listing, or of its page
        "body": "".join(body.split()) == "".join("".join(post.paragraphs).split()),
        "images": images == post.images,
        "files": files == post.files,
    }
    return [name for name in FIELDS if not right[name]]
