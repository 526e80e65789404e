"""The tables inside a site: below a prefix, behind a proxy, on a real port, and beside other libraries."""

import asyncio
import http.client
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from html import unescape
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import uvicorn
from commands import Archive
from data_room import LINK, Tables, tables
from starlette.applications import Starlette
from starlette.routing import Mount


@contextmanager
def served(app: Any) -> Iterator[int]:
    """The port on loopback where uvicorn answers with an application."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off"))
    socket = server.config.bind_socket()
    socket.listen()  # who connects before the server is ready waits
    thread = Thread(target=server.run, kwargs={"sockets": [socket]})
    thread.start()
    try:
        yield socket.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


def asked(port: int, path: str, method: str = "GET", host: str = "localhost") -> tuple[int, str, str]:
    """(status, headers, body) of a path that is sent as it is."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as conn:
        conn.putrequest(method, path, skip_host=True)
        conn.putheader("Host", host)
        conn.endheaders()
        answer = conn.getresponse()
        return answer.status, str(answer.headers), answer.read().decode()


@pytest.mark.parametrize(
    ("base_url", "arriving"),
    [("/", "/data/"), ("/a/b/", "/a/b/data/"), ("/a/b/", "/data/"), ("/data/", "/data/data/")],
)
def test_links_have_the_prefix_once_whether_or_not_a_proxy_took_it_away(
    place: Archive, base_url: str, arriving: str
) -> None:
    with tables(place.folder, base_url=base_url, allow_sql=True) as visitor:
        page = visitor.get(f"{arriving}kistep/posts?_size=5&_facet=date&_search=forum&_sort=date")
        document = visitor.get(f"{arriving}kistep/posts.json?_size=5").json()
        moved = [visitor.get(f"{arriving}{path}") for path in ("", "kistep/posts/?_size=5")]
    assert page.status_code == 200
    links = [unescape(link) for link in LINK.findall(page.text) if link.startswith("/") and link != base_url]
    assert len(links) > 20
    for link in [*links, document["next_url"], *(answer.headers["location"] for answer in moved)]:
        assert link.startswith(f"{base_url}data/")
        assert link.count("data/") == f"{base_url}data/".count("data/"), link
    assert moved[1].headers["location"] == f"{base_url}data/kistep/posts?_size=5"


def test_it_can_be_mounted_in_a_starlette_application(place: Archive) -> None:
    with tables(place.folder, base_url="/a/") as visitor:
        site = Tables(Starlette(routes=[Mount("/a", routes=[Mount("/data", app=visitor.app)])]))
        assert site.get("/a/data/").headers["location"] == "/a/data/kistep"
        next_url = site.get("/a/data/kistep/posts.json?_size=5").json()["next_url"]
        assert next_url.startswith("/a/data/kistep/posts.json?")
        assert len(site.get(next_url).json()["rows"]) == 5


def test_a_websocket_is_closed(place: Archive) -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    with tables(place.folder) as visitor:
        asyncio.run(visitor.app({"type": "websocket", "path": "/data/kistep"}, None, send))
    assert [message["type"] for message in sent] == ["websocket.close"]


def test_on_a_real_port_it_answers_safely(place: Archive, capfd: pytest.CaptureFixture[str]) -> None:
    with tables(place.folder, allow_sql=True) as visitor, served(visitor.app) as port:
        assert asked(port, "/data/kistep/posts")[0] == 200
        status, headers, body = asked(port, "/data/kistep/posts", "HEAD")
        assert (status, body, "content-security-policy" in headers) == (200, "", True)
        for path in ("/data/-/static/../../app.py", "/data/-/static/..%2f..%2fapp.py", "/data/../etc/passwd"):
            assert asked(port, path)[0] == 404
        for path in (
            "/data/%ff",
            "/data/kistep/%e0%a4",
            "/data/kistep/posts?_search=%ff",
            "//evil.example/data/",
        ):
            assert asked(port, path)[0] in (200, 404)
        answered = asked(port, "/data/kistep/posts.json?_size=1", host="evil.example")
        assert "evil.example" not in "".join(answered[1:])
        assert asked(port, "/data/kistep?sql=select+randomblob(500000000)")[0] == 400
        assert asked(port, "/data/-/databases.json")[0] == 404
    assert capfd.readouterr() == ("", "")


def test_many_visitors_at_once_get_their_answers_while_others_ask_for_too_much(place: Archive) -> None:
    endless = "/data/kistep.json?sql=select+count(*)+from+posts+a,posts+b,posts+c,posts+d"
    with tables(place.folder, allow_sql=True) as visitor, served(visitor.app) as port:
        statuses: list[int] = []
        paths = [endless, *["/data/kistep/posts.json?_size=5"] * 15, endless]
        threads = [Thread(target=lambda path=path: statuses.append(asked(port, path)[0])) for path in paths]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(statuses) == [200] * 15 + [400] * 2


def in_a_process(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_nothing_is_loaded_before_it_is_needed() -> None:
    loaded = json.loads(
        in_a_process("import sys, json, kistep_archive.web.data; print(json.dumps(list(sys.modules)))")
    )
    assert not {"datasette", "starlette", "uvicorn", "jinja2", "httpx", "sqlite3"} & set(loaded)


def test_plugins_that_are_installed_for_datasette_are_not_loaded(place: Archive, tmp_path: Path) -> None:
    (tmp_path / "loud.py").write_text("raise SystemExit('a plugin was loaded')\n")
    (tmp_path / "loud-1.dist-info").mkdir()
    (tmp_path / "loud-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: loud\nVersion: 1\n")
    (tmp_path / "loud-1.dist-info" / "entry_points.txt").write_text("[datasette]\nloud = loud\n")
    code = (
        "from pathlib import Path\n"
        "from kistep_archive.web.data import DataOptions, application\n"
        f"application(Path({str(place.folder)!r}), DataOptions()).close()\n"
        "print('ready')\n"
    )
    path = os.pathsep.join([str(tmp_path), os.environ["PYTHONPATH"]])
    assert in_a_process(code, PYTHONPATH=path) == "ready\n"
    with pytest.raises(AssertionError, match="a plugin was loaded"):
        in_a_process("import datasette.app", PYTHONPATH=path)
