"""Whatever address somebody makes up, the site answers it in its own words: never with an error of its own,
never with what it should not tell, always with the headers that keep a browser safe."""

import asyncio
import logging
import socket
from collections import Counter
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from commands import Archive
from fuzzed import addresses
from hypothesis import settings
from kinds import SERVED

from kistep_archive.web.server.application import ServerOptions, application

HEADERS = (
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "cross-origin-resource-policy",
)
STATUSES = {200, 301, 302, 307, 308, 400, 403, 404, 405}


class Answer:
    """A raw answer of the application."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body


class Site:
    """The application, asked with paths as they come over the wire, which no client would send."""

    def __init__(self, archive: Archive) -> None:
        self.app = application(archive.folder, ServerOptions(hosts=("127.0.0.1",)))

    async def ask(self, address: str, method: str = "GET", **headers: str) -> Answer:
        """The answer to a request."""
        raw, _, query = address.partition("?")
        given = {"host": "127.0.0.1", **headers}
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(raw),
            "raw_path": raw.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in given.items()],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
            "state": {},
        }
        sent: list[Any] = []
        asked: list[bool] = []

        async def receive() -> dict[str, object]:
            if asked:
                await asyncio.Event().wait()  # the browser waits too
            asked.append(True)
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: dict[str, object]) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        head = {name.decode().lower(): value.decode("latin-1") for name, value in sent[0]["headers"]}
        body = b"".join(part.get("body", b"") for part in sent[1:])
        return Answer(int(sent[0]["status"]), head, body)


@pytest.fixture(scope="module")
def site(place: Archive) -> Site:
    """The demo's archive."""
    return Site(place)


def faults(address: str, answer: Answer, folder: str) -> list[str]:
    """What is wrong with an answer."""
    wrong = [] if answer.status in STATUSES else [f"status {answer.status}"]
    wrong += [f"no {name}" for name in HEADERS if name not in answer.headers]
    wrong += (
        [] if "default-src 'none'" in answer.headers.get("content-security-policy", "") else ["a weak policy"]
    )
    if answer.headers.get("content-type", "").startswith(("text/html", "application/json", "text/plain")):
        text = answer.body.decode("utf-8", "replace")
        wrong += [
            word
            for word in (folder, "Traceback", "/site-packages/", "sqlite3.", "kistep_archive/")
            if word in text
        ]
    if answer.status in (301, 302, 307, 308):
        target = urlsplit(answer.headers["location"])
        wrong += ["leads elsewhere"] if target.netloc or answer.headers["location"].startswith("//") else []
    wrong += [
        f"a header with {value!r}" for value in answer.headers.values() if "\n" in value or "\r" in value
    ]
    return [f"{address!r}: {each}" for each in wrong]


def test_no_made_up_address_is_an_error_of_the_site(
    site: Site, place: Archive, caplog: pytest.LogCaptureFixture
) -> None:
    async def ask_all() -> list[str]:
        found: list[str] = []
        for address in addresses(many, seed=14):
            answer = await site.ask(address)
            statuses[answer.status] += 1
            found += faults(address, answer, str(place.folder))
        return found

    many = 100_000 if settings.default.max_examples >= 500 else 3_000  # all of them in `make soak`
    statuses: Counter[int] = Counter()
    with caplog.at_level(logging.ERROR):
        found = asyncio.run(ask_all())
    assert found == []
    assert [record.getMessage() for record in caplog.records] == []
    assert statuses[200] > many / 20
    assert statuses[404] > many / 20


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example.html",
        "///evil.example.html",
        "/%2fevil.example.html",
        "/%2F%2Fevil.example.html",
        "/\\evil.example.html",
        "/%5cevil.example.html",
        "/%09//evil.example.html",
        "//evil.example/data/",
        "/data//evil.example/",
        "/data/%2f%2fevil.example/",
        "/boards//evil.example.html",
    ],
)
def test_no_address_leads_to_another_host(site: Site, address: str) -> None:
    answer = asyncio.run(site.ask(address))
    leads = answer.headers.get("location", "/")
    assert leads.startswith("/")
    assert not leads.startswith(("//", "/\\"))


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"host": "127.0.0.1.evil.example"},
        {"host": "evil.example:80@127.0.0.1"},
        {"host": ""},
        {"x_forwarded_host": "evil.example"},
        {"forwarded": "host=evil.example"},
        {"x_original_url": "/evil.example", "x_rewrite_url": "/evil.example"},
    ],
)
def test_no_page_repeats_a_host_that_a_request_names(site: Site, headers: dict[str, str]) -> None:
    for address in ("/", "/news/98911", "/data/kistep/posts.json?_size=1", "/feed.atom", "/nothing.html"):
        answer = asyncio.run(site.ask(address, **headers))
        assert answer.status in ({400} if "host" in headers else {200, 308, 302})
        assert b"evil" not in answer.body
        assert "evil" not in str(answer.headers)


@pytest.mark.parametrize(
    "path", [*SERVED.values(), "feed.atom", "news/98911.json", "data/kistep", "nothing-here"]
)
def test_no_page_stands_in_a_frame_of_others_and_no_cache_keeps_what_may_change(
    site: Site, path: str
) -> None:
    answer = asyncio.run(site.ask(f"/{path}"))
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "suffix", ["/x.css", "/x.js", ".css", "%0a.css", "%3b.css", ";x.css", "%23.png", "%3f.css"]
)
def test_a_page_does_not_pass_for_a_style_sheet_that_caches_keep(site: Site, suffix: str) -> None:
    for path in ("runs", "news/98911", "news/98911/proof"):
        answer = asyncio.run(site.ask(f"/{path}{suffix}"))
        assert (answer.status, answer.headers["cache-control"]) == (404, "no-cache")


def test_head_says_what_get_says_without_a_body(site: Site) -> None:
    for path in SERVED.values():
        shown, asked = asyncio.run(site.ask(f"/{path}")), asyncio.run(site.ask(f"/{path}", method="HEAD"))
        assert (asked.status, asked.headers["etag"]) == (shown.status, shown.headers["etag"])


@pytest.mark.parametrize(
    "line",
    [
        "GET /../../../../../../etc/passwd HTTP/1.1",
        "GET /static/../../../../../etc/passwd HTTP/1.1",
        "GET /static/..%2f..%2f..%2f..%2fetc/passwd HTTP/1.1",
        "GET /static/%2e%2e/%2e%2e/korean.toml HTTP/1.1",
        "GET /static//etc/passwd HTTP/1.1",
        "GET /data/../static/../../korean.toml HTTP/1.1",
        "GET /data/-/static/../../../../etc/passwd HTTP/1.1",
        "GET file:///etc/passwd HTTP/1.1",
        "GET http://evil.example/../etc/passwd HTTP/1.1",
        "GET /files/..%2f..%2fkistep.db HTTP/1.1",
        "GET /boards/..%2f..%2fetc%2fpasswd.atom HTTP/1.1",
        "CONNECT evil.example:443 HTTP/1.1",
        "GET * HTTP/1.1",
        "GET /\x00 HTTP/1.1",
    ],
)
def test_no_line_that_a_socket_can_send_reads_a_file_of_the_machine(served: str, line: str) -> None:
    place = urlsplit(served)
    with socket.create_connection((place.hostname, place.port), timeout=20) as connection:
        connection.sendall(f"{line}\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.split()[1] in (b"400", b"404", b"405")
    assert b"root:" not in answer
    assert b"[texts]" not in answer
    assert b"Traceback" not in answer
