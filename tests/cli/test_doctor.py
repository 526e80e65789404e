"""The doctor: it names what fits and what does not, asks little, and leaves every folder as it was."""

import json
import re
import shutil
import socket
import sqlite3
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import Any

import pytest
import trustme
from commands import Archive

from kistep_archive.model.boards import Catalogue
from kistep_archive.operate.doctor import machine
from kistep_archive.operate.doctor.examine import examine
from kistep_archive.operate.doctor.findings import DoctorFinding, exit_code
from kistep_archive.operate.doctor.network import Limits
from kistep_archive.replica import Fault, Replica
from kistep_archive.store.lock import take_lock
from kistep_archive.version import USER_AGENT

LISTING = "/board.es?mid=a20501000000&bid=0051&nPage=1"
BLOCKED = (
    "<html><body>The request / response that are contrary to the Web firewall security policies have "
    "been blocked.</body></html>"
)


def examined(archive: Archive, *arguments: str) -> tuple[int, list[dict[str, str]]]:
    """(exit code, the findings) of the command."""
    done = archive.run("doctor", "--origin", archive.origin, *arguments, "--json")
    answer = json.loads(done.stdout)
    assert answer["total"] == len(answer["results"])
    assert answer["exit_code"] == done.returncode
    assert (done.stderr == "") == (done.returncode == 0)
    return done.returncode, answer["results"]


def failed(findings: list[dict[str, str]]) -> list[dict[str, str]]:
    return [each for each in findings if each["level"] == "fail"]


def words(findings: list[dict[str, str]], area: str, level: str = "") -> str:
    return " | ".join(each["words"] for each in findings if area in each["area"] and level in each["level"])


def visited(site: Replica, folder: Path, *names: str, limits: Limits | None = None) -> list[DoctorFinding]:
    """The findings without a process of its own."""
    return list(examine(folder, Catalogue(), names, site.origin, limits))


def tree(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Name -> (time of its last change, bytes) of all that is in a folder, and the folder."""
    return {
        str(path): (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else b"")
        for path in (folder, *sorted(folder.rglob("*")))
        if path.exists()
    }


@pytest.fixture(scope="module")
def day_one(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of the replica's first day, to be copied."""
    with Replica() as site:
        made = Archive(tmp_path_factory.mktemp("day") / "archive", site.origin)
        assert made.crawl().returncode == 0
    return made.folder


@pytest.fixture
def crawled(archive: Archive, day_one: Path) -> Archive:
    """An archive of the replica's first day."""
    shutil.copytree(day_one, archive.folder)
    return archive


# a site that fits


@pytest.mark.whole_replica
def test_a_site_that_fits_is_told_board_by_board(archive: Archive, replica: Replica) -> None:
    code, found = examined(archive)
    assert (code, failed(found)) == (0, [])
    assert "3.37" not in words(found, "SQLite")
    assert "read; Crawl-delay none" in words(found, "robots.txt")
    assert "13 rows (3 pinned" in words(found, "news (es) listing")
    assert "writer 13, date 13, hits 13, attachments 13" in words(found, "news (es) listing")
    assert "total posts: 174; pages: 18" in words(found, "news (es) listing")
    assert ("declared UTF-8 in the header and UTF-8 in the meta; the bytes are utf-8") in words(
        found, "news (es) listing"
    )
    assert "skin: table (tstyle_list)" in words(found, "news (es) listing")
    assert 'title in <h2 class="title">' in words(found, "news (es) post")
    assert "writer KISTEP, date 2026-06-26" in words(found, "news (es) post")
    assert "65" in words(found, "news (jsp) listing")


@pytest.mark.whole_replica
def test_it_reads_robots_first_and_asks_for_one_listing_and_three_posts_of_each_board(
    archive: Archive, replica: Replica
) -> None:
    assert examined(archive, "news", "newsletter")[0] == 0
    paths = [path for _, path in replica.requests]
    assert paths[0] == "/robots.txt"
    assert len(paths) == len(set(paths)) == 13
    assert sum("list_no=" in path or "bbIdx=" in path for path in paths) == 9


@pytest.mark.whole_replica
def test_named_boards_are_the_only_ones_asked_for(archive: Archive, replica: Replica) -> None:
    _, found = examined(archive, "newsletter")
    assert len(replica.requests) == 5
    assert {each["area"] for each in found if "(" in each["area"]} == {
        "newsletter (es) listing",
        "newsletter (es) post",
    }


@pytest.mark.whole_replica
def test_without_an_origin_the_boards_own_host_is_asked(tmp_path: Path, replica: Replica) -> None:
    (tmp_path / "mine.toml").write_text(
        '[[board]]\nname = "mine"\ntitle = "Mine"\nlayout = "es"\nlanguage = "en"\naddress = '
        f'"{replica.origin}{LISTING}"\n'
    )
    done = Archive(tmp_path / "none").run("--boards", str(tmp_path / "mine.toml"), "doctor", "mine", "--json")
    found = json.loads(done.stdout)["results"]
    assert (done.returncode, failed(found)) == (0, [])
    assert "total posts: 174" in words(found, "mine (es) listing", "ok")
    assert len(replica.requests) == 5


def retitled(words: str) -> Callable[[str], str]:
    """Puts the same words into the heading of each post."""
    heading = re.compile(r'<h2 class="title">(?!News &amp;|SNS)[^<]*')
    return lambda page: heading.sub(f'<h2 class="title">{words}', page)


def test_posts_that_all_contradict_the_listing_fail_and_the_advice_is_to_learn_a_skin(
    archive: Archive, replica: Replica
) -> None:
    replica.faults["0051&act=view"] = Fault(rewrite=retitled("All about rivers"), times=-1)
    code, found = examined(archive, "news")
    assert code == 4
    (wrong,) = failed(found)
    assert "title: the page says 'All about rivers', the listing '" in wrong["words"]
    assert " learn news --fetch 8" in wrong["next"]


def test_one_post_that_contradicts_the_listing_is_told_with_both_values(
    archive: Archive, replica: Replica
) -> None:
    first = re.findall(r"post (\d+):", words(examined(archive, "news")[1], "news (es) post"))[0]
    replica.faults[f"0051&act=view&list_no={first}"] = Fault(rewrite=retitled("Another"), times=-1)
    code, found = examined(archive, "news")
    assert code == 3
    (wrong,) = failed(found)
    assert "title: the page says 'Another', the listing '" in wrong["words"]
    assert "holds the post back" in wrong["next"]


def test_posts_that_agree_are_said_to_agree(archive: Archive) -> None:
    _, found = examined(archive, "news")
    assert "3 posts say what the listing says" in words(found, "news (es) post", "ok")


@pytest.mark.parametrize("gzip", [False, True])
@pytest.mark.parametrize("skin", ["aria", "data", "plain", "publication", "report", "goPage", "gallery"])
def test_every_known_skin_of_a_listing_fits_and_what_it_lacks_is_named(
    tmp_path: Path, skin: str, gzip: bool
) -> None:
    with Replica(es_listing_skin=skin, gzip=gzip) as site:
        found = visited(site, tmp_path, "news")
    assert exit_code(found) == 0
    lacking = [each for each in found if each.level == "warn" and "rows" in each.words]
    assert bool(lacking) == (skin in ("report", "goPage", "gallery", "publication"))


@pytest.mark.parametrize("skin", ["info", "dl", "table", "article", "text"])
def test_every_known_skin_of_a_post_fits(tmp_path: Path, skin: str) -> None:
    with Replica(es_post_skin=skin) as site:
        found = visited(site, tmp_path, "news")
    assert exit_code(found) == 0
    assert any(
        "writer KISTEP, date 2026-06-26" in each.words for each in found if each.area == "news (es) post"
    )


def test_a_listing_without_totals_is_a_warning(tmp_path: Path) -> None:
    with Replica(totals=False) as site:
        found = visited(site, tmp_path, "news")
    assert exit_code(found) == 0
    assert [
        each.area for each in found if each.level == "warn" and "total posts: not shown" in each.words
    ] == [
        "news (jsp) listing",
        "news (es) listing",
    ]


# a site that does not


def test_robots_that_forbid_are_obeyed(archive: Archive, replica: Replica) -> None:
    replica.faults["/robots.txt"] = Fault(
        body="User-agent: *\nDisallow: /\n", media_type="text/plain", times=-1
    )
    code, found = examined(archive)
    assert code == 3
    assert "robots.txt does not allow" in words(found, "news (es) listing", "fail")
    assert [path for _, path in replica.requests] == ["/robots.txt"]


@pytest.mark.parametrize("fault", [Fault(status=500), Fault(dropped=True), Fault(cut=5)])
def test_without_robots_nothing_is_asked_for(archive: Archive, replica: Replica, fault: Fault) -> None:
    replica.faults["/robots.txt"] = fault
    code, found = examined(archive)
    assert code == 3
    assert len(failed(found)) == 1
    assert "skipped" in words(found, "news (es) listing", "warn")
    assert {path for _, path in replica.requests} == {"/robots.txt"}


def test_a_site_without_robots_may_be_asked_and_a_crawl_delay_is_told(
    archive: Archive, replica: Replica
) -> None:
    replica.faults["/robots.txt"] = Fault(status=404)
    assert "answers 404, so every page may be fetched" in words(examined(archive)[1], "robots.txt", "ok")
    replica.faults["/robots.txt"] = Fault(body="User-agent: *\nCrawl-delay: 7\n", media_type="text/plain")
    assert "Crawl-delay 7 s" in words(examined(archive)[1], "robots.txt", "ok")


@pytest.mark.parametrize(
    ("fault", "code", "said"),
    [
        (Fault(status=404), 4, "there is nothing at this address"),
        (Fault(status=403), 3, "answers 403"),
        (Fault(status=502), 3, "answers 502"),
        (Fault(body=BLOCKED), 3, "(blocked)"),
        (Fault(body="<html><body>시스템 점검 중입니다.</body></html>"), 3, "(maintenance)"),
        (Fault(body="<html><body><p>" + "Welcome to the new site. " * 99 + "</p></body></html>"), 4, "rows"),
        (Fault(cut=500), 3, "the answer is truncated"),
        (Fault(dropped=True), 3, "connection"),
        (Fault(status=302, headers={"Location": "http://192.0.2.1/"}), 3, "a host that is not allowed"),
        (Fault(status=302, headers={"Location": "file:///etc/passwd"}), 3, "a host that is not allowed"),
        (Fault(status=302, headers={"Location": "http://[/"}), 3, "not an address"),
        (Fault(status=302, headers={"Location": "/한글 길"}), 3, "board.es"),
    ],
)
def test_a_listing_that_does_not_fit_is_named_with_what_to_do(
    archive: Archive, replica: Replica, fault: Fault, code: int, said: str
) -> None:
    fault.times = -1
    replica.faults[LISTING] = fault
    ended, found = examined(archive, "news")
    assert ended == code
    (first,) = failed(found)
    assert first["area"] == "news (es) listing"
    assert said in first["words"]
    assert first["next"]


def test_after_a_refusal_nothing_more_is_asked_of_the_site(archive: Archive, replica: Replica) -> None:
    replica.faults["/en/c4/sub3.jsp"] = Fault(body=BLOCKED, times=-1)
    code, found = examined(archive)
    assert code == 0  # the retired board is a note, and the rest was not asked
    assert "skipped: the site said (blocked)" in words(found, "news (es) listing", "warn")
    assert len(replica.requests) == 2


def test_a_post_that_does_not_fit_is_named(archive: Archive, replica: Replica) -> None:
    replica.faults["act=view"] = Fault(
        body="<html><body><p>" + "Something else. " * 99 + "</p></body></html>", times=-1
    )
    code, found = examined(archive, "news")
    assert code == 4
    assert [each["area"] for each in failed(found)] == ["news (es) post"]
    assert "the page has no labels of a post" in words(found, "news (es) post", "fail")


def test_retired_boards_and_guessed_addresses_that_fail_are_notes(archive: Archive, replica: Replica) -> None:
    replica.faults["/en/c4/sub3.jsp"] = replica.faults["/menu.es"] = Fault(status=404, times=-1)
    code, found = examined(archive)
    assert code == 0
    assert "only a warning" in words(found, "news (jsp) listing", "warn")
    assert examined(archive, "newsletter")[0] == 4


def test_a_wrong_declaration_of_the_encoding_is_told(archive: Archive, replica: Replica) -> None:
    replica.faults[LISTING] = Fault(media_type="text/html;charset=EUC-KR", times=-1)
    assert ("declared EUC-KR in the header and UTF-8 in the meta") in words(
        examined(archive, "news")[1], "news (es) listing", "warn"
    )


def test_a_moved_listing_is_told(archive: Archive, replica: Replica) -> None:
    replica.faults[LISTING] = Fault(
        status=301, headers={"Location": "/board.es?mid=a20501000000&bid=0051&nPage=1&tag="}, times=1
    )
    code, found = examined(archive, "news")
    assert code == 0
    assert "redirects to https://www.kistep.re.kr/board.es?mid=a20501000000&bid=0051&nPage=1&tag=" in words(
        found, "news (es) listing", "warn"
    )


def test_redirects_come_to_an_end(archive: Archive, replica: Replica) -> None:
    replica.faults[LISTING] = Fault(status=302, headers={"Location": LISTING}, times=-1)
    assert "redirects more than" in words(examined(archive, "news")[1], "news (es) listing", "fail")


def test_patience_and_size_have_ends(tmp_path: Path, replica: Replica) -> None:
    replica.faults[LISTING] = Fault(delay=60)
    impatient = visited(replica, tmp_path, "news", limits=Limits(patience=0.2))
    assert next(each.words for each in impatient if each.code).endswith("no answer in time")
    small = visited(replica, tmp_path, "news", limits=Limits(page=1000))
    assert "larger than" in " ".join(each.words for each in small if each.code)


def test_a_site_that_is_not_there_is_told_once(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    code, found = examined(Archive(tmp_path, f"http://127.0.0.1:{port}"))
    assert code == 3
    assert [each["words"] for each in failed(found)] == ["connection refused: nothing listens there"]


# TLS


class _Conversation(BaseHTTPRequestHandler):
    site: Replica
    agents: list[str]

    def do_GET(self) -> None:  # the standard library's name
        self.agents.append(self.headers["User-Agent"])
        self.wfile.write(self.site.respond("GET", self.path, "", False).wire())

    def log_message(self, *_: Any) -> None:
        """No line."""


class _Door(ThreadingHTTPServer):
    def handle_error(self, *_: Any) -> None:
        """A client that refuses the certificate is what the tests want."""


@contextmanager
def tls_front(site: Replica, context: ssl.SSLContext, agents: list[str]) -> Iterator[str]:
    """The replica behind TLS; gives its origin, and notes who asks."""
    door = _Door(("127.0.0.1", 0), type("Conversation", (_Conversation,), {"site": site, "agents": agents}))
    door.socket = context.wrap_socket(door.socket, server_side=True, do_handshake_on_connect=False)
    thread = Thread(target=door.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"https://localhost:{door.server_address[1]}"
    finally:
        door.shutdown()
        thread.join()
        door.server_close()


def served(certificate: trustme.LeafCert, *, whole: bool = True) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if whole:
        certificate.configure_cert(context)
        return context
    with certificate.private_key_pem.tempfile() as key, certificate.cert_chain_pems[0].tempfile() as first:
        context.load_cert_chain(first, key)
    return context


def signed_by_itself(folder: Path) -> ssl.SSLContext:
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    (folder / "own.pem").write_bytes(authority.private_key_pem.bytes() + authority.cert_pem.bytes())
    context.load_cert_chain(folder / "own.pem")
    return context


def old_ciphers(authority: trustme.CA) -> ssl.SSLContext:
    context = served(authority.issue_cert("localhost"))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("DHE-RSA-AES128-GCM-SHA256")
    return context


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """The only authority that this machine trusts."""
    made = trustme.CA()
    made.cert_pem.write_to_path(str(tmp_path / "roots.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "roots.pem"))
    return made


def test_a_certificate_that_is_trusted_is_told_with_its_end(
    tmp_path: Path, replica: Replica, authority: trustme.CA
) -> None:
    agents = list[str]()
    with tls_front(replica, served(authority.issue_cert("localhost")), agents) as address:
        code, found = examined(Archive(tmp_path / "none", address))
    assert code == 0
    assert agents == [USER_AGENT] * len(agents) != []
    assert ("TLSv1.3, a certificate that this machine trusts, valid until") in words(
        found, "TLS localhost", "ok"
    )


def test_a_certificate_that_ends_soon_is_a_warning(
    tmp_path: Path, replica: Replica, authority: trustme.CA
) -> None:
    soon = datetime.now(UTC) + timedelta(days=3)
    with tls_front(replica, served(authority.issue_cert("localhost", not_after=soon)), []) as address:
        code, found = examined(Archive(tmp_path / "none", address))
    assert code == 0
    assert "valid until" in words(found, "TLS localhost", "warn")


@pytest.mark.parametrize(
    ("case", "cause", "remedy"),
    [
        ("expired", "has expired", "this machine's clock"),
        ("not yet", "not valid yet", "clock"),
        ("own", "self-signed", "operators"),
        ("other host", "for another host", " boards')"),
        ("no intermediate", "chain is incomplete", "SSL_CERT_FILE"),
        ("unknown root", "issuer of its certificate is unknown", "fingerprint"),
        ("old ciphers", "no cipher in common", "ECDHE"),
    ],
)
def test_fault_b12_a_bad_certificate_or_handshake_is_refused_with_its_cause_and_the_safe_remedy(
    tmp_path: Path, replica: Replica, authority: trustme.CA, case: str, cause: str, remedy: str
) -> None:
    now, day = datetime.now(UTC), timedelta(days=1)
    context = {
        "expired": lambda: served(
            authority.issue_cert("localhost", not_before=now - 9 * day, not_after=now - day)
        ),
        "not yet": lambda: served(
            authority.issue_cert("localhost", not_before=now + day, not_after=now + 9 * day)
        ),
        "own": lambda: signed_by_itself(tmp_path),
        "other host": lambda: served(authority.issue_cert("example.org")),
        "no intermediate": lambda: served(authority.create_child_ca().issue_cert("localhost"), whole=False),
        "unknown root": lambda: served(trustme.CA().issue_cert("localhost")),
        "old ciphers": lambda: old_ciphers(authority),
    }[case]()
    with tls_front(replica, context, []) as address:
        code, found = examined(Archive(tmp_path / "none", address))
    assert code == 3
    (first,) = failed(found)
    assert first["area"].startswith("TLS localhost")
    assert cause in first["words"]
    assert remedy in first["next"]
    assert replica.requests == []


class _NoTls(StreamRequestHandler):
    says: bytes

    def handle(self) -> None:
        self.request.recv(1 << 16)
        self.request.sendall(self.says)


@pytest.mark.parametrize(
    ("says", "cause"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "does not speak TLS on this port"),
        (b"", "closed the connection during the handshake"),
    ],
)
def test_an_https_address_without_tls_behind_it_is_told(tmp_path: Path, says: bytes, cause: str) -> None:
    with ThreadingTCPServer(("127.0.0.1", 0), type("Handler", (_NoTls,), {"says": says})) as door:
        thread = Thread(target=door.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        code, found = examined(Archive(tmp_path, f"https://127.0.0.1:{door.server_address[1]}"))
        door.shutdown()
        thread.join()
    assert code == 3
    assert cause in failed(found)[0]["words"]


# the machine and the archive


@pytest.mark.parametrize("state", ["no folder", "empty", "crawled", "crawled and busy", "killed", "damaged"])
def test_the_doctor_leaves_every_folder_as_it_was(
    tmp_path: Path, replica: Replica, day_one: Path, state: str
) -> None:
    archive = Archive(tmp_path / "here" / "archive", replica.origin)
    (tmp_path / "here").mkdir()
    if state == "empty":
        archive.folder.mkdir()
    elif state != "no folder":
        shutil.copytree(day_one, archive.folder)
    if state == "killed":
        killed(archive)
    if state == "damaged":
        (archive.folder / "kistep.db").write_bytes(b"garbage" * 1000)
    with closing(take_lock(archive.folder, "test")) if state == "crawled and busy" else nullcontext():
        before = tree(tmp_path / "here")
        code, _ = examined(archive)
        assert tree(tmp_path / "here") == before
    assert code == (5 if state == "damaged" else 0)


def killed(archive: Archive) -> None:
    """Leaves what a run leaves that is killed between a commit and its end: a log beside the database."""
    path = archive.folder / "kistep.db"
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("PRAGMA journal_mode = WAL")
        conn.execute("UPDATE run SET reason = 'x'")
        conn.commit()
        for name in ("kistep.db", "kistep.db-wal"):
            shutil.copy(archive.folder / name, archive.folder.parent / name)
    for name in ("kistep.db", "kistep.db-wal"):
        (archive.folder.parent / name).replace(archive.folder / name)


def test_a_log_that_a_killed_run_left_is_told_and_the_database_not_judged(crawled: Archive) -> None:
    killed(crawled)
    assert "a run was killed" in words(examined(crawled)[1], "database", "warn")


def test_a_sound_archive_is_told_with_its_posts_and_its_last_run(crawled: Archive) -> None:
    code, found = examined(crawled)
    assert code == 0
    assert "193 posts; SQLite's quick_check found no damage" in words(found, "database", "ok")
    assert "complete" in words(found, "last run", "ok")
    assert words(found, "lock", "ok") == "no run is active"


def test_who_holds_the_lock_is_named(crawled: Archive) -> None:
    with closing(take_lock(crawled.folder, "a test")):
        code, found = examined(crawled)
    assert code == 0
    assert "a test since" in words(found, "lock", "warn")
    assert "not checked while a run is active" in words(found, "database", "warn")


def test_a_damaged_or_foreign_database_is_named_with_exit_code_5(crawled: Archive) -> None:
    path = crawled.folder / "kistep.db"
    whole = path.read_bytes()
    path.write_bytes(whole[:8192] + b"\0" * 40960 + whole[49152:])
    code, found = examined(crawled)
    assert code == 5
    assert "rebuild" in failed(found)[0]["next"]
    path.unlink()
    assert "there are WARC files, but no kistep.db" in words(examined(crawled)[1], "database", "warn")
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("CREATE TABLE t (x)")
    assert "not made by kistep-archive" in words(examined(crawled)[1], "database", "fail")


@pytest.mark.parametrize(
    ("version", "code", "said"), [(99, 5, "was read by version 99"), (0, 0, "were read by version 0")]
)
def test_an_archive_that_another_parser_read_is_told(
    crawled: Archive, version: int, code: int, said: str
) -> None:
    with closing(sqlite3.connect(crawled.folder / "kistep.db")) as conn:
        conn.execute("PRAGMA journal_mode = DELETE")
        conn.execute("UPDATE sighting SET parser_version = ?", (version,))
        conn.execute(f"PRAGMA user_version = {version}")
        conn.commit()
    ended, found = examined(crawled)
    assert ended == code
    assert said in words(found, "parser")


def test_a_database_with_a_shape_that_is_not_known_is_told_as_the_next_crawl_will(crawled: Archive) -> None:
    with closing(sqlite3.connect(crawled.folder / "kistep.db")) as conn:
        conn.execute("PRAGMA journal_mode = DELETE")
        conn.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
            "VALUES ('kistep_archive', 'm999', '')"
        )
        conn.commit()
    code, found = examined(crawled)
    done = crawled.crawl()
    assert (code, done.returncode, done.stderr.count("\n")) == (5, 5, 1)
    assert words(found, "database", "fail") in done.stderr
    assert "m999" in done.stderr


def test_a_folder_that_is_a_file_and_an_old_sqlite_are_named_with_exit_code_5(
    tmp_path: Path, replica: Replica
) -> None:
    (tmp_path / "file").write_text("")
    code, found = examined(Archive(tmp_path / "file" / "archive", replica.origin))
    assert (code, failed(found)[0]["area"]) == (5, "folder")
    assert machine.sqlite("3.36.9", "").code == 5
    assert machine.sqlite("3.45.0", "no such module: fts5").code == 5


@pytest.mark.usefixtures("nearly_full")
def test_a_full_disk_is_named_with_exit_code_5(tmp_path: Path, replica: Replica) -> None:
    assert exit_code(visited(replica, tmp_path)) == 5


def test_the_text_has_a_line_for_each_finding_and_below_it_what_to_do(
    archive: Archive, replica: Replica
) -> None:
    replica.faults[LISTING] = Fault(status=404)
    done = archive.run("doctor", "news", "--origin", archive.origin)
    assert done.returncode == 4
    lines = done.stdout.splitlines()
    (at,) = [at for at, line in enumerate(lines) if line.startswith("fail  news (es) listing")]
    assert lines[at + 1].strip().startswith("-> find the board")
    assert done.stderr.startswith("kistep-archive: news (es) listing: ")


def test_the_advice_to_crawl_again_names_the_origin_of_the_archive(
    archive: Archive, replica: Replica
) -> None:
    replica.faults["act=view"] = Fault(status=500, times=-1)
    assert archive.crawl().returncode == 3
    replica.faults.clear()
    _, found = examined(archive)
    advice = " ".join(str(each) for each in found if each["area"] == "last run")
    assert f"crawl --origin {archive.origin}' again" in advice


def test_the_commands_in_the_reason_of_the_last_run_name_the_archive(
    archive: Archive, replica: Replica
) -> None:
    replica.faults["0051&act=view"] = Fault(rewrite=retitled("All about rivers"), times=-1)
    assert archive.crawl("news").returncode == 4
    replica.faults.clear()
    _, found = examined(archive, "news")
    assert f"kistep-archive --archive {archive.folder} learn news" in words(found, "last run", "warn")


def test_a_refused_connection_says_what_to_do(archive: Archive) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{unused.getsockname()[1]}"
        done = archive.run("crawl", "news", "--origin", closed, "--delay", "0")
    assert done.returncode == 3
    assert "Check the network and the address, then run again" in done.stderr
