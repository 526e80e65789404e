"""Captures of the Internet Archive, asked of a stand-in on this machine: what it holds of the boards comes
into one WARC file, as it was delivered, and nothing else does. Nobody has tried this against the real
service."""

import gzip
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from threading import main_thread

import pytest
import wayback
from commands import Archive
from recordings import read, skipped
from wayback_stand_in import StandInCapture, WaybackStandIn, capture, played_back

from kistep_archive.errors import ArchiveError
from kistep_archive.http.response import text
from kistep_archive.importers.wayback_client import LARGEST, WaybackDownload, fetch
from kistep_archive.importers.wayback_service import session
from kistep_archive.model.boards import BUILT_IN, Board, Catalogue
from kistep_archive.parse.parser import parse
from kistep_archive.replica import Answer, Fault
from kistep_archive.replica.pages.frame_es import NEWSLETTER

NEWS = Catalogue().named(["news"])
ES, JSP = "www.kistep.re.kr/board.es?mid=a20501000000&bid=0051", "www.kistep.re.kr/en/c4/sub3.jsp"
POST = f"https://{ES}&act=view&list_no=99566"
OF_THE_BOARDS = (
    ("http://www.kistep.re.kr/en/c4/sub3.jsp", "20150303030303"),
    (f"http://{JSP}?brdType=R&bbIdx=13679", "20160101000000"),
    (f"http://{JSP};jsessionid=0A1B2C.node1?brdType=R&bbIdx=13679", "20170102000000"),
    ("https://www.kistep.re.kr/menu.es?mid=a20501000000", "20220501010203"),
    (f"https://{ES}", "20220601010203"),
    (f"http://{ES}&nPage=2", "20220601010204"),
    (
        "https://www.kistep.re.kr/board.es;jsessionid=77?bid=0051&list_no=99566&act=view&mid=a20501000000",
        "20220701000000",
    ),
    ("https://www.kistep.re.kr/boardDownload.es?bid=0051&list_no=99566&seq=1", "20230101000000"),
)
OF_OTHERS = (
    ("https://www.kistep.re.kr/board.es?mid=a20501000000&bid=0031", "20220601000000"),
    ("https://www.kistep.re.kr/en/c4/sub2.jsp", "20150303030303"),
    ("https://www.kistep.re.kr/board.es?mid=a20501000000&bid=0051&act=form", "20220601000000"),
    ("https://elsewhere.example/board.es?mid=a20501000000&bid=0051", "20220601000000"),
)


class Desk:
    """Asks a stand-in into a file of this test, and remembers what was told."""

    def __init__(self, folder: Path) -> None:
        self.file, self.told = folder / "fetched.warc.gz", list[str]()
        self.held = set[tuple[str, str]]()

    def fetch(
        self, site: WaybackStandIn, boards: Sequence[Board] = NEWS, since: str | None = None,
        until: str | None = None, service: str = "",
        largest: int = LARGEST,
    ) -> WaybackDownload:  # fmt: skip
        return fetch(
            boards, self.file, span=(since, until), service=service or site.origin,
            is_archived=self._is_archived,
            tell=self.told.append,
            largest=largest,
        )  # fmt: skip

    def _is_archived(self, url: str, instant: str) -> bool:
        return (url, instant) in self.held

    @property
    def kept(self) -> list[tuple[str, str]]:
        """(url, instant) of what the file holds, as an import will read it; it holds nothing that it could
        not."""
        assert {item.kind for item in skipped(self.file)} <= {"warcinfo", "request"}
        assert not any(item.rewritten for item in read(self.file))
        return [(item.page.url, item.page.fetched_at) for item in read(self.file)]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def instant(stamp: str) -> str:
    return f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}T{stamp[8:10]}:{stamp[10:12]}:{stamp[12:]}Z"


def at_times(*stamps: str, url: str = POST) -> list[StandInCapture]:
    """Captures of one address, each with words of its own."""
    return [StandInCapture(url, stamp, f"<html>{stamp}</html>".encode()) for stamp in stamps]


@pytest.mark.parametrize("most", [1000, 2])
def test_all_that_it_holds_of_the_boards_comes_in_with_its_own_address_and_instant(
    desk: Desk, most: int
) -> None:
    captures = [capture(url, stamp) for url, stamp in OF_THE_BOARDS]
    others = [StandInCapture(url, stamp, url.encode()) for url, stamp in OF_OTHERS]
    with WaybackStandIn(*captures, *others, most=most) as site:
        done = desk.fetch(site)
    assert desk.kept == [(url, instant(stamp)) for url, stamp in OF_THE_BOARDS]
    assert [item.page.body for item in read(desk.file)] == [held.body for held in captures]
    assert done == WaybackDownload(searched=3, found=8, held=0, fetched=8)


def test_what_comes_in_is_read_by_the_parser_as_the_page_that_it_was(desk: Desk) -> None:
    with WaybackStandIn(*(capture(url, stamp) for url, stamp in OF_THE_BOARDS[:7])) as site:
        desk.fetch(site)
    kinds = [type(parse(item.page)).__name__ for item in read(desk.file)]
    assert kinds == ["Listing", "ParsedPost", "ParsedPost", "Listing", "Listing", "Listing", "ParsedPost"]


def test_only_the_boards_that_were_asked_for_come_in(desk: Desk) -> None:
    letters = f"https://www.kistep.re.kr/board.es?mid={NEWSLETTER[0]}&bid={NEWSLETTER[1]}"
    with WaybackStandIn(capture(POST, "20220101000000"), capture(letters, "20220101000000")) as site:
        desk.fetch(site, Catalogue().named(["newsletter"]))
    assert desk.kept == [(letters, "2022-01-01T00:00:00Z")]


def test_of_equal_bytes_in_a_row_the_first_and_the_last_come_in(desk: Desk) -> None:
    bodies = {"20220101": b"a", "20220102": b"a", "20220103": b"a", "20220104": b"b", "20220105": b"a"}
    spelled = [POST, POST.replace("https", "http"), POST, POST, POST]
    held = [
        StandInCapture(url, f"{day}000000", body)
        for url, (day, body) in zip(spelled, bodies.items(), strict=True)
    ]
    with WaybackStandIn(*held) as site:
        done = desk.fetch(site)
    assert [at[:10] for _, at in desk.kept] == ["2022-01-01", "2022-01-03", "2022-01-04", "2022-01-05"]
    assert (done.found, done.fetched) == (4, 4)


def test_pictures_of_one_post_are_not_taken_for_each_other(desk: Desk) -> None:
    pictures = [
        f"https://www.kistep.re.kr/boardImgView.es?bid=0051&list_no=99566&seq={seq}" for seq in (1, 2, 3)
    ]
    with WaybackStandIn(
        *(StandInCapture(url, f"2022010100000{n}", b"\x89PNG", "image/png") for n, url in enumerate(pictures))
    ) as site:
        desk.fetch(site)
    assert [url for url, _ in desk.kept] == pictures


def test_a_capture_listed_as_a_repetition_comes_in_with_its_bytes(desk: Desk) -> None:
    first = capture(POST, "20220101000000")
    with WaybackStandIn(
        first,
        replace(first, stamp="20230101000000", revisit=True),
        capture(f"https://{ES}", "20230101000000"),
    ) as site:
        site.captures.append(StandInCapture(f"{POST}1", "20230101000000", b"gone", status=404))
        # A repetition of an error page.
        site.captures.append(StandInCapture(f"{POST}1", "20230201000000", b"gone", revisit=True))
        desk.fetch(site)
    assert [url for url, _ in desk.kept] == [POST, f"https://{ES}", POST]
    assert [item.page.body for item in read(desk.file) if item.page.url == POST] == [first.body, first.body]


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        ("2022-01-02", None, ["02", "02", "03"]),
        (None, "2022-01-02", ["01", "02", "02"]),
        ("2022-01-02", "2022-01-02", ["02", "02"]),
    ],
)
def test_days_of_capture_limit_what_is_asked_for_and_count_themselves(
    desk: Desk, since: str | None, until: str | None, days: list[str]
) -> None:
    with WaybackStandIn(
        *at_times("20220101235959", "20220102000000", "20220102235959", "20220103000000")
    ) as site:
        desk.fetch(site, since=since, until=until)
    assert [at[8:10] for _, at in desk.kept] == days


def test_a_body_is_kept_as_delivered_with_all_headers_and_the_request(desk: Desk) -> None:
    with WaybackStandIn(capture(POST, "20220101000000", packed=True)) as site:
        desk.fetch(site)
    [item] = read(desk.file)
    assert item.page.body.startswith(b"\x1f\x8b")
    assert "</html>" in text(item.page)
    assert item.page.header("Memento-Datetime") == "Sat, 01 Jan 2022 00:00:00 GMT"
    assert len(item.page.values("Set-Cookie")) == 2
    assert (
        f"WARC-Target-URI: https://web.archive.org/web/20220101000000id_/{POST}\r\n".encode() in item.record
    )
    request = (
        f"GET /web/20220101000000id_/{POST} HTTP/1.1\r\nHost: web.archive.org\r\nUser-Agent: kistep-archive"
    ).encode()
    assert request in gzip.decompress(desk.file.read_bytes())
    # What a stand-in said must not pass for the Internet Archive's word.
    assert site.origin.encode() in item.record


def test_nothing_that_is_held_is_asked_for_again_however_it_is_spelled(desk: Desk) -> None:
    odd = f"https://{ES}&act=view&list_no=7&keyWord=[과학|x] y"
    captures = [*at_times("20220101000000"), *at_times("20220101000000", url=odd.replace(" ", "%20"))]
    with WaybackStandIn(*captures) as site:
        assert desk.fetch(site).fetched == 2
        desk.held = set(desk.kept)
        desk.file.unlink()
        site.requests.clear()
        done = desk.fetch(site)
    assert (done.found, done.held, done.fetched) == (2, 2, 0)
    assert not site.requested("/web/")
    assert not desk.file.exists()


# what goes wrong

TROUBLES = {
    "a word of the service's own": (Answer(b"<html>Temporarily unavailable</html>"), "could not be played"),
    "not archived after all": (Answer(b"", status=404), "never archived"),
    "not to be shown": (Answer(b"This URL has been excluded", status=403), "blocked"),
    "an error of the service": (Answer(b"<html>down</html>", status=503), "503"),
    "the page's own error": (played_back(StandInCapture(POST, "20220102000000", b"gone", status=404)), "404"),
    "the page's own refusal": (
        played_back(StandInCapture(POST, "20220102000000", b"too often", status=429)),
        "429",
    ),
    "the page's own redirect": (
        Answer(
            b"",
            status=302,
            headers=[
                ("Memento-Datetime", "Sun, 02 Jan 2022 00:00:00 GMT"),
                ("Location", "https://web.archive.org/web/20220102000000id_/https://www.kistep.re.kr/en/"),
            ],
        ),
        "302",
    ),
    "a body that is cut": (
        replace(played_back(StandInCapture(POST, "20220102000000", b"<html>half")), cut=5),
        "IncompleteRead",
    ),
    "a capture of another instant": (
        played_back(StandInCapture(POST, "20220105000000", b"other")),
        "another capture",
    ),
    "a capture of another post": (
        played_back(StandInCapture(f"{POST}1", "20220102000000", b"other")),
        "another address",
    ),
    "a line that goes dead": (Answer(b"", dropped=True), "Connection"),
    "no date that can be read": (Answer(b"x", headers=[("Memento-Datetime", "yesterday")]), "yesterday"),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_what_is_not_the_capture_is_not_kept_and_the_reason_is_told(desk: Desk, trouble: str) -> None:
    answer, reason = TROUBLES[trouble]
    with WaybackStandIn(*at_times("20220101000000", "20220102000000", "20220103000000")) as site:
        site.faults["20220102000000"] = lambda *_: answer
        done = desk.fetch(site)
    assert [at for _, at in desk.kept] == ["2022-01-01T00:00:00Z", "2022-01-03T00:00:00Z"]
    [failed] = done.failed
    assert (failed.url, failed.at) == (POST, "2022-01-02T00:00:00Z")
    assert reason in failed.reason
    assert any(failed.reason in line for line in desk.told)
    assert (done.fetched, done.stopped) == (2, "")


def test_a_capture_that_is_played_back_from_another_instant_is_not_kept(desk: Desk) -> None:
    first, second = at_times("20220101000000", "20220102000000")
    with WaybackStandIn(first, second) as site:
        # It is in the index, and lost.
        site.faults["/web/20220101"] = lambda *_: site.captures.clear() or site.captures.append(second)
        done = desk.fetch(site)
    assert [at for _, at in desk.kept] == ["2022-01-02T00:00:00Z"]
    assert [failed.at for failed in done.failed] == ["2022-01-01T00:00:00Z"]


def test_an_error_that_passes_is_asked_again_by_the_library(desk: Desk) -> None:
    with WaybackStandIn(*at_times("20220101000000")) as site:
        site.faults["/cdx/"] = Fault(status=504, times=3)
        site.faults["/web/"] = Fault(status=503, times=3)
        done = desk.fetch(site)
    assert (done.fetched, done.failed) == (1, [])
    assert len(site.requested("/web/")) == 4


def test_asked_too_often_it_is_asked_again_after_the_time_that_it_wants(desk: Desk) -> None:
    with WaybackStandIn(*at_times("20220101000000")) as site:
        site.faults["/cdx/"] = Fault(status=429, headers={"Retry-After": "1"})
        site.faults["/web/"] = Fault(
            status=429, headers={"Retry-After": "1"}, body="<html>Too many requests</html>"
        )
        done = desk.fetch(site)
    assert (done.fetched, done.failed, done.stopped) == (1, [], "")
    assert [item.page.body for item in read(desk.file)] == [b"<html>20220101000000</html>"]
    assert sum("a pause of 1 s" in line for line in desk.told) == 2


def test_a_service_that_refuses_until_an_absurd_date_is_left_alone(desk: Desk) -> None:
    with WaybackStandIn(*at_times("20220101000000", "20220102000000", "20220103000000")) as site:
        site.faults["/web/20220102"] = Fault(
            status=429, headers={"Retry-After": "Fri, 31 Dec 99999999999 23:59:59 GMT"}, times=-1
        )
        done = desk.fetch(site)
    assert ([failed.at for failed in done.failed], [at for _, at in desk.kept]) == (
        ["2022-01-02T00:00:00Z"],
        ["2022-01-01T00:00:00Z"],
    )
    assert "rate limit" in done.stopped
    assert len(site.requested("/web/20220103")) == 0


@pytest.mark.parametrize(("wait", "asked"), [("1", 2), ("3600", 1)])
def test_a_service_that_keeps_refusing_is_left_alone_and_its_refusals_are_not_kept(
    desk: Desk, wait: str, asked: int
) -> None:
    with WaybackStandIn(*at_times("20220101000000", "20220102000000", "20220103000000")) as site:
        site.faults["/web/20220102"] = Fault(
            status=429, headers={"Retry-After": wait}, body="<html>Too many requests</html>", times=-1
        )
        done = desk.fetch(site)
    assert [at for _, at in desk.kept] == ["2022-01-01T00:00:00Z"]
    assert [item.page.status for item in read(desk.file)] == [200]
    assert "rate limit" in done.stopped
    assert (done.found, done.fetched, [failed.at for failed in done.failed]) == (
        3,
        1,
        ["2022-01-02T00:00:00Z"],
    )
    assert (len(site.requested("/web/20220102")), len(site.requested("/web/20220103"))) == (asked, 0)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(b"down", status=503), "503"),
        (
            Answer(
                b"org.archive.util.io.RuntimeIOException: AdministrativeAccessControlException", status=403
            ),
            "kistep.re.kr",
        ),
        (Answer(b"<html>a page</html>", "text/plain"), "Could not parse"),
        (Answer(b"kr,re,kistep)/ 2022", "text/plain", cut=4), "IncompleteRead"),
    ],
    ids=["an error", "blocked", "no index", "cut"],
)
def test_a_search_that_fails_is_told_and_the_others_go_on(desk: Desk, answer: Answer, reason: str) -> None:
    with WaybackStandIn(*(capture(url, stamp) for url, stamp in OF_THE_BOARDS)) as site:
        site.faults["sub3.jsp&"] = lambda *_: answer
        done = desk.fetch(site)
    [failed] = done.failed
    assert (failed.url, failed.at) == (JSP, "")
    assert reason in failed.reason
    assert [url for url, _ in desk.kept] == [url for url, _ in OF_THE_BOARDS[3:]]


def test_a_service_that_refuses_a_search_is_asked_for_no_capture_either(desk: Desk) -> None:
    with WaybackStandIn(*(capture(url, stamp) for url, stamp in OF_THE_BOARDS)) as site:
        site.faults["board&"] = Fault(status=429, headers={"Retry-After": "3600"}, times=-1)
        done = desk.fetch(site)
    assert "rate limit" in done.stopped
    assert (done.searched, done.found, done.fetched, site.requested("/web/")) == (2, 3, 0, [])
    assert not desk.file.exists()


def test_a_body_too_large_to_be_read_back_is_not_kept(desk: Desk) -> None:
    small, large = (
        StandInCapture(POST, stamp, b"x" * size)
        for stamp, size in (("20220101000000", 1 << 20), ("20220102000000", (1 << 20) + 1))
    )
    with WaybackStandIn(small, large) as site:
        done = desk.fetch(site, largest=1 << 20)
    assert [at for _, at in desk.kept] == ["2022-01-01T00:00:00Z"]
    assert [failed.reason for failed in done.failed] == ["larger than 1 MiB"]


def test_a_service_that_is_away_is_asked_once_and_nothing_is_written(desk: Desk) -> None:
    with WaybackStandIn() as site:
        origin = site.origin
    done = desk.fetch(site, service=origin)
    assert (done.searched, done.found, len(done.failed)) == (1, 0, 1)
    assert "Retried" in done.stopped
    assert not desk.file.exists()


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Ctrl-C as a person's, also where the suite was started in the background and would not hear it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_a_stop_in_the_middle_leaves_a_whole_file_of_what_was_fetched(desk: Desk) -> None:
    def stop(*_: str) -> None:
        signal.pthread_kill(main_thread().ident or 0, signal.SIGINT)

    with WaybackStandIn(*at_times("20220101000000", "20220102000000", "20220103000000")) as site:
        site.faults["/web/20220103"] = stop
        with pytest.raises(KeyboardInterrupt):
            desk.fetch(site)
        assert [at for _, at in desk.kept] == ["2022-01-01T00:00:00Z", "2022-01-02T00:00:00Z"]
        desk.held = set(desk.kept)
        desk.file.unlink()
        del site.faults["/web/20220103"]
        done = desk.fetch(site)
    assert (done.held, desk.kept) == (2, [(POST, "2022-01-03T00:00:00Z")])
    assert os.listdir(desk.file.parent) == [desk.file.name]


def test_a_file_that_cannot_be_written_is_named(desk: Desk) -> None:
    desk.file.write_bytes(b"")
    desk.file /= "fetched.warc.gz"
    with (
        WaybackStandIn(*at_times("20220101000000")) as site,
        pytest.raises(ArchiveError, match="fetched.warc.gz.*TMPDIR") as error,
    ):
        desk.fetch(site)
    assert error.value.exit_code == 5


# manners


def test_the_internet_archive_is_asked_at_the_library_s_own_pace() -> None:
    usual = wayback.WaybackSession()
    ours = session()
    # The very objects: a limit is shared by all that ask in this process.
    assert ours.rate_limts == usual.rate_limts
    assert all(limit._minimum_wait > 0 for limit in ours.rate_limts.values())
    assert (ours.retries, ours.backoff, ours.timeout) == (usual.retries, usual.backoff, usual.timeout)
    assert "kistep-archive" in ours.headers["User-Agent"]
    assert (
        ours.get_adapter("https://web.archive.org/cdx/").__class__
        is usual.get_adapter("https://web.archive.org/cdx/").__class__
    )


@pytest.mark.parametrize(
    "service",
    ["https://web.archive.org", "http://192.0.2.1:80", "ftp://127.0.0.1", "http://127.0.0.1:1/path", "x"],
)
def test_a_stand_in_is_on_this_machine_only(desk: Desk, service: str) -> None:
    with pytest.raises(ArchiveError, match="127.0.0.1:PORT") as error:
        fetch(
            BUILT_IN,
            desk.file,
            span=(None, None),
            service=service,
            is_archived=lambda *_: False,
            tell=desk.told.append,
        )
    assert error.value.exit_code == 2


# the command


def one_line(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    assert (done.returncode, done.stderr.count("\n")) == (code, 1), done.stderr
    for word in words:
        assert word in done.stderr


def backfill(archive: Archive, site: WaybackStandIn, *more: str) -> subprocess.CompletedProcess[str]:
    return archive.run("--quiet", "backfill", "--wayback", "--service", site.origin, *more)


def test_what_was_fetched_is_imported_and_a_second_call_fetches_nothing(tmp_path: Path) -> None:
    pytest.importorskip("kistep_archive.importers.importer")
    archive = Archive(tmp_path / "archive")
    with WaybackStandIn(*(capture(url, stamp) for url, stamp in OF_THE_BOARDS)) as site:
        done = json.loads(backfill(archive, site, "--json").stdout)
        assert (done["total"], done["found"], done["fetched"], done["stopped"]) == (0, 8, 8, "")
        assert archive.value("SELECT count(*) FROM posts") == 2
        site.requests.clear()
        done = json.loads(backfill(archive, site, "--json").stdout)
    assert (done["found"], done["held"], done["fetched"]) == (8, 8, 0)
    assert not site.requested("/web/")


def test_what_was_fetched_before_the_service_refused_is_imported(tmp_path: Path) -> None:
    pytest.importorskip("kistep_archive.importers.importer")
    archive = Archive(tmp_path / "archive")
    with WaybackStandIn(*(capture(url, stamp) for url, stamp in OF_THE_BOARDS)) as site:
        site.faults["/web/2022"] = Fault(status=429, headers={"Retry-After": "3600"}, times=-1)
        one_line(backfill(archive, site), 3, "rate limit", "run the command again")
    assert archive.value("SELECT count(*) FROM posts") == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--since", "someday"], ["'someday' is not a date", "2024-05-01"]),
        (["--wayback", "--since", "2022-13-01"], ["2024-05-01"]),
    ],
)
def test_a_mistake_is_one_line_and_nothing_is_asked_or_made(
    tmp_path: Path, arguments: list[str], words: list[str]
) -> None:
    one_line(Archive(tmp_path / "none").run("backfill", *arguments), 2, *words)
    assert not (tmp_path / "none").exists()


def test_without_the_library_the_command_says_how_to_install_it(tmp_path: Path) -> None:
    code = "import sys; sys.modules['wayback'] = None; from kistep_archive.cli.main import main; main()"
    asked = [
        sys.executable,
        "-W",
        "error",
        "-c",
        code,
        "--archive",
        str(tmp_path / "none"),
        "backfill",
        "--wayback",
    ]
    one_line(
        subprocess.run(asked, capture_output=True, text=True, timeout=120),
        2,
        "pip install 'kistep-archive[wayback]'",
    )
