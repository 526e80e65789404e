"""The tables are safe by default: nothing is written, nothing tells of the machine, no statement takes it
over."""

import base64
import hashlib
import logging
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from commands import Archive
from data_room import LINK, Tables, tables, walk

from kistep_archive.store.database import DATABASE_FILE

SCRIPT = re.compile(r"<script>(.*?)</script>", re.S)
CLOSED = ("actor", "allow-debug", "auth-token", "config", "databases", "logout", "messages", "metadata")
CLOSED += ("patterns", "permissions", "plugins", "settings", "static-plugins", "threads", "versions")


@pytest.fixture(scope="module")
def visitor(place: Archive) -> Iterator[Tables]:
    with tables(place.folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def open_visitor(place: Archive) -> Iterator[Tables]:
    with tables(place.folder, allow_sql=True, allow_download=True) as opened:
        yield opened


@pytest.mark.parametrize(
    "address",
    [
        "kistep?sql=select+1",
        "kistep?sql=delete",
        "kistep.json?sql=select+1",
        "kistep.csv?sql=select+1",
        "kistep/posts?_where=1",
        "kistep/posts.json?_where=1",
        "kistep/edited?sql=select+1",
        "kistep.db",
    ],
)
def test_own_sql_and_downloads_are_closed(visitor: Tables, address: str) -> None:
    answer = visitor.get(f"/data/{address}")
    assert answer.status_code == 403
    assert "here" in answer.text


@pytest.mark.parametrize("name", CLOSED)
@pytest.mark.parametrize("ending", ["", ".json"])
def test_what_datasette_tells_of_itself_is_closed(open_visitor: Tables, name: str, ending: str) -> None:
    assert open_visitor.get(f"/data/-/{name}{ending}").status_code == 404


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("nothing", 404),
        ("nothing/posts", 404),
        ("kistep/nothing", 404),
        ("kistep/posts/1", 404),
        ("kistep/posts.blob?_blob_column=title", 404),
        ("_internal", 404),
        ("_memory", 404),
        (":memory:/x", 404),
        ("-/static/../app.py", 404),
        ("-/static/%2e%2e/app.py", 404),
        ("-/static/nothing.css", 404),
        ("kistep/%00", 404),
        ("kistep/posts?_sort=nothing", 400),
        ("kistep/posts?_next=nothing", 400),
        ("kistep/posts?_size=nothing", 400),
        ("kistep/posts?_size=99999", 400),
        ("kistep/posts?_timelimit=nothing", 400),
        ("kistep/posts?unknown=1", 400),
        ("kistep/posts?_facet=unknown", 400),
        ("kistep/posts?_facet_array=title", 400),
        ("kistep/posts?unknown__gt=1", 400),
        ("kistep/posts?number=99999999999999999999999", 200),
        ("kistep/posts?_next=99999999999999999999999", 400),
        ("kistep/posts?_through=nothing", 400),
        ("kistep/posts.json?_shape=nothing", 400),
        ("kistep/posts.json?_json_infinity=nothing", 400),
    ],
)
def test_an_address_that_is_wrong_gets_the_right_status_and_prints_nothing(
    visitor: Tables, capfd: pytest.CaptureFixture[str], address: str, status: int
) -> None:
    answer = visitor.get(f"/data/{address}")
    assert answer.status_code == status
    assert "Traceback" not in answer.text
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_tables_can_only_be_read(visitor: Tables, method: str) -> None:
    answer = visitor.get("/data/kistep/posts", method=method)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


def test_errors_are_pages_of_the_site_or_json_or_a_line(place: Archive) -> None:
    with tables(place.folder, error_page=lambda status, said: f"<p>ours {status}: {said}") as visitor:
        assert visitor.get("/data/x").text == "<p>ours 404: There is nothing at this address."
        assert visitor.get("/data/x.json").json() == {
            "ok": False,
            "status": 404,
            "error": "There is nothing at this address.",
        }
        assert visitor.get("/data/x.csv").text == "There is nothing at this address.\n"


@pytest.mark.parametrize("damage", ["missing", "broken"])
def test_an_archive_that_cannot_be_read_is_an_error_without_a_path(
    place: Archive,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    damage: str,
) -> None:
    folder = shutil.copytree(place.folder, tmp_path / "data")
    with tables(folder) as visitor, caplog.at_level(logging.CRITICAL):
        if damage == "missing":
            (folder / DATABASE_FILE).unlink()
        else:
            (folder / "other").write_bytes(b"no database" * 1000)
            (folder / "other").replace(folder / DATABASE_FILE)
        for ending in ("", ".json", ".csv"):
            answer = visitor.get(f"/data/kistep/posts{ending}")
            assert answer.status_code == 503
            assert str(tmp_path) not in answer.text
    assert capfd.readouterr() == ("", "")


def test_the_download_is_a_whole_database_of_one_moment(
    place: Archive, open_visitor: Tables, tmp_path: Path
) -> None:
    assert 'href="/data/kistep.db"' in open_visitor.get("/data/kistep").text
    answer = open_visitor.get("/data/kistep.db")
    assert answer.headers["content-disposition"] == 'attachment; filename="kistep.db"'
    (tmp_path / "copy.db").write_bytes(answer.content)
    with closing(sqlite3.connect(tmp_path / "copy.db")) as conn:
        assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert conn.execute("SELECT * FROM posts").fetchall() == place.rows("SELECT * FROM posts")


@pytest.mark.parametrize("prefix", ["/", "/some/prefix/"])
def test_every_link_leads_to_a_page_that_tells_no_path_and_whose_scripts_the_policy_knows(
    place: Archive, prefix: str
) -> None:
    with tables(place.folder, base_url=prefix, allow_sql=True) as visitor:
        answers = walk(visitor, prefix, most=250)
    assert len(answers) == 250
    for address, answer in answers.items():
        assert address.startswith(f"{prefix}data/"), address
        assert answer.status_code in (200, 302), (address, answer.text[-300:])
        assert str(place.folder) not in answer.text
        policy = answer.headers["content-security-policy"]
        for script in SCRIPT.findall(answer.text) if "html" in answer.headers.get("content-type", "") else ():
            digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in policy, (address, script[:80])


def test_every_answer_has_the_policy_of_the_room(visitor: Tables) -> None:
    for address in ("kistep", "kistep/posts.json", "kistep/posts.csv?_stream=1", "-/static/app.css", "x"):
        headers = visitor.get(f"/data/{address}").headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self' 'sha256-")
        assert "'unsafe-inline'" not in policy.partition("style-src")[0]
        assert "frame-ancestors 'none'" in policy
        assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "no-referrer")
        assert headers["cache-control"] == "no-cache"
        assert "set-cookie" not in headers


def test_a_script_in_an_archived_text_is_text_and_not_allowed_by_the_policy(
    place: Archive, tmp_path: Path
) -> None:
    folder = shutil.copytree(place.folder, tmp_path / "data")
    attack = "<script>alert(1)</script>"
    with closing(sqlite3.connect(folder / DATABASE_FILE)) as conn, conn:
        conn.execute("UPDATE content SET title = ?, writer = ?", (attack, attack))
    with tables(folder, allow_sql=True) as visitor:
        for address in ("posts", "posts?_facet=title", f"posts?writer={attack}", f"posts?_search={attack}"):
            page = visitor.get(f"/data/kistep/{address}").text
            assert attack not in page
            assert "&lt;script&gt;alert(1)" in page
        assert attack not in visitor.get("/data/kistep", {"sql": f"select '{attack}' as \"{attack}\""}).text


def test_the_host_that_a_visitor_names_is_never_repeated(visitor: Tables) -> None:
    for address in ("kistep/posts?_size=1", "kistep/posts.json?_size=1", "kistep/posts/", "kistep.csv", "x"):
        answer = visitor.get(f"/data/{address}", host="evil.example")
        assert "evil.example" not in answer.text + str(answer.headers)
    document = visitor.get("/data/kistep/posts.json?_size=1").json()
    assert document["next_url"].startswith("/data/kistep/posts.json?")
    assert not [link for link in LINK.findall(visitor.get("/data/kistep/posts").text) if "testserver" in link]


def test_cookies_and_credentials_change_nothing(visitor: Tables) -> None:
    plain = visitor.get("/data/kistep/runs.csv")
    for headers in ({"cookie": 'ds_actor="x"; a,b=\x01'}, {"authorization": "Bearer x"}):
        assert visitor.get("/data/kistep/runs.csv", **headers).text == plain.text
