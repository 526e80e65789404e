"""The crawl through the real parts: the command in its own process, Scrapy, WARC, SQLite and a site that
answers over HTTP."""

import gzip
import json
import os
import re
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import Archive, assert_rebuild_equals, what_it_says
from places import CHECKOUT

from kistep_archive.evidence.pages import read
from kistep_archive.http.response import digest
from kistep_archive.replica import Fault, Replica, Site
from kistep_archive.replica.content import generate
from kistep_archive.replica.standard import History

LISTING = "https://www.kistep.re.kr/board.es?mid=a20501000000&bid=0051&nPage=1"


def several_pages() -> Site:
    """A site whose listings have four pages, and two."""
    return Site(History({("es", "0051"): generate("es", 32), ("jsp", "0051"): generate("jsp", 12)}, {}, {}))


def current(site: Site) -> list[int]:
    return [entry.number for entry in site.entries("es")]


@pytest.fixture(autouse=True)
def rebuild_equals_crawl(request: pytest.FixtureRequest, archive: Archive) -> Iterator[None]:
    """After every test here, whatever went wrong in it: what was crawled is what its evidence makes."""
    yield
    if (archive.folder / "kistep.db").is_file() and "alone" not in request.keywords:
        assert_rebuild_equals(archive.folder)


def test_a_first_crawl_holds_every_post_of_both_layouts_as_the_site_has_it(
    archive: Archive, replica: Replica
) -> None:
    done = archive.crawl()
    assert (done.returncode, done.stderr) == (0, "")
    assert archive.value("SELECT count(*) FROM sources WHERE layout = 'jsp'") == len(
        replica.site.entries("jsp")
    )
    for entry in replica.site.entries("es"):
        title, writer, date = archive.rows(
            "SELECT title, writer, date FROM posts WHERE number = ? AND layout = 'es'", entry.number
        )[0]
        assert (title, writer, date) == (entry.title, entry.writer, entry.date)


@pytest.mark.whole_replica
def test_migrated_posts_are_one_post_with_two_sources_and_the_ambiguous_ones_stay_apart(
    archive: Archive, replica: Replica
) -> None:
    archive.crawl()
    pairs = archive.rows(
        "SELECT j.number, e.number FROM sources j JOIN sources e USING (post_id) WHERE j.layout = 'jsp' "
        "AND e.layout = 'es'"
    )
    assert dict(pairs) == replica.site.migrated
    assert len(pairs) >= 40
    (apart,) = archive.json("status")["kept_apart"]
    assert len(apart["posts"]) == 3


def test_every_row_leads_to_the_bytes_that_it_was_read_from(archive: Archive) -> None:
    archive.crawl()
    places = archive.rows("SELECT sha256, warc_file, warc_offset FROM revisions")
    places += archive.rows("SELECT sha256, warc_file, warc_offset FROM attachments WHERE sha256 IS NOT NULL")
    for sha256, file, offset in places:
        assert digest(read(archive.folder / "warc", file, offset).body) == sha256
    assert archive.value("SELECT count(*) FROM attachments WHERE sha256 IS NULL") == 0
    assert not list((archive.folder / "warc").glob("*.open"))


def test_every_response_is_evidence_and_every_request_has_an_outcome(
    archive: Archive, replica: Replica
) -> None:
    archive.crawl()
    requested, fetched, failed = archive.rows("SELECT requested, fetched, failed FROM runs")[0]
    assert requested == fetched == len(replica.requests) == archive.value("SELECT count(*) FROM pages")
    assert failed == 0
    assert replica.requests[0] == ("GET", "/robots.txt")
    # Page 1 of a listing, read again at the end.
    assert max(Counter(path for _, path in replica.requests).values()) == 2


def test_a_second_crawl_asks_one_page_a_listing_when_nothing_is_new(
    archive: Archive, replica: Replica
) -> None:
    archive.crawl()
    replica.requests.clear()
    assert archive.crawl().returncode == 0
    assert len(replica.requests) == 3  # robots.txt and page 1 of each layout
    assert archive.rows("SELECT requested, new, revised, unchanged FROM runs WHERE id = 2") == [(3, 0, 0, 0)]


@pytest.mark.whole_replica
def test_day_two_brings_what_is_new_edited_and_missing_and_a_second_look_removes(
    archive: Archive, replica: Replica
) -> None:
    archive.crawl()
    day_one = set(current(replica.site))
    replica.site.day = 2
    day_two = set(current(replica.site))
    assert archive.crawl().returncode == 0
    assert archive.rows("SELECT new, revised, removed FROM runs WHERE id = 2") == [
        (len(day_two - day_one), 2, 0)
    ]
    assert archive.crawl().returncode == 0
    removed = {number for (number,) in archive.rows("SELECT number FROM posts WHERE removed_at IS NOT NULL")}
    assert removed == day_one - day_two
    assert archive.value(
        "SELECT count(*) FROM posts WHERE removed_at IS NOT NULL AND body_text <> ''"
    ) == len(removed)


@pytest.mark.whole_replica
def test_what_comes_back_is_restored_and_what_is_taken_back_is_a_third_revision(
    archive: Archive, replica: Replica
) -> None:
    for day in (1, 2, 2, 3):
        replica.site.day = day
        assert archive.crawl().returncode == 0
    assert archive.rows("SELECT restored, removed FROM runs WHERE id = 4") == [(1, 0)]
    assert archive.value("SELECT max(revisions) FROM posts") == 3


@pytest.mark.parametrize("listing", ["aria", "data", "plain", "publication", "report", "goPage", "gallery"])
def test_every_listing_skin_leads_to_every_post(tmp_path: Path, listing: str) -> None:
    posts = {"aria": "info", "data": "dl", "plain": "table", "publication": "article", "report": "text"}.get(
        listing, "info"
    )
    legacy = {"aria": "table", "data": "later"}.get(listing, "plain")
    language = "ko" if listing in ("data", "report") else "en"
    with Replica(
        several_pages(), es_listing_skin=listing, es_post_skin=posts, jsp_listing_skin=legacy,
        jsp_post_skin=legacy,
        language=language, files="after",
        after_end="repeat", gzip=True,
    ) as site:  # fmt: skip
        archive = Archive(tmp_path, site.origin)
        assert archive.crawl().stderr == ""
        held = {number for (number,) in archive.rows("SELECT number FROM sources WHERE layout = 'es'")}
        assert held == set(current(site.site))
        assert archive.crawl().returncode == 0
        assert archive.value("SELECT unchanged + new + revised FROM runs WHERE id = 2") == 0


@pytest.mark.parametrize("past_end", ["empty", "repeat"])
def test_fault_c08_a_listing_that_declares_no_totals_is_walked_to_its_end(
    tmp_path: Path, past_end: str
) -> None:
    with Replica(several_pages(), totals=False, after_end=past_end, es_listing_skin="goPage") as site:
        archive = Archive(tmp_path, site.origin)
        assert archive.crawl().stderr == ""
        assert archive.value("SELECT count(*) FROM sources WHERE layout = 'es'") == len(current(site.site))


def test_scrapy_itself_runs_the_same_spider_from_a_checkout(archive: Archive, replica: Replica) -> None:
    checkout = CHECKOUT
    scrapy = [archive.command()[0], "-m", "scrapy"]
    assert subprocess.run([*scrapy, "list"], cwd=checkout, capture_output=True, text=True).stdout.split() == [
        "boards"
    ]
    crawl = [
        "crawl",
        "boards",
        "-a",
        "boards=news",
        "-a",
        f"archive={archive.folder}",
        "-a",
        f"origin={replica.origin}",
    ]
    archive.folder.mkdir()
    (archive.folder / "archive.toml").write_text('contact = "a@example.org"\ndelay = 0\n')
    done = subprocess.run([*scrapy, *crawl], cwd=checkout, capture_output=True, text=True, timeout=120)
    assert "Traceback" not in done.stderr
    assert archive.rows("SELECT verdict, exit_code FROM runs") == [("complete", 0)]
    [evidence] = (archive.folder / "warc").iterdir()
    agents = set(re.findall(rb"\r\nUser-Agent: ([^\r]*)", gzip.decompress(evidence.read_bytes())))
    assert [b"a@example.org" in agent for agent in agents] == [True]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["-a", "boards=nwes"], "unknown board 'nwes'"),
        (["-s", "DOWNLOAD_DELAY=0"], "less than 1 second is allowed only"),
        (["-a", "delay=0"], "-a delay: unknown argument; known are boards, archive, origin and catalogue"),
        (
            ["-s", "DOWNLOAD_DELAY=nan", "-a", "origin=http://127.0.0.1:1"],
            "--delay nan: not a number of seconds",
        ),
    ],
)
def test_a_mistake_given_to_scrapy_is_one_line_too(archive: Archive, arguments: list[str], says: str) -> None:
    command = [
        archive.command()[0],
        "-m",
        "scrapy",
        "crawl",
        "boards",
        "-a",
        f"archive={archive.folder}",
        *arguments,
    ]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=120)
    assert done.returncode != 0
    assert says in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert not archive.folder.exists()


@pytest.mark.whole_replica
def test_a_dry_run_tells_what_would_be_fetched_and_writes_nothing(archive: Archive, replica: Replica) -> None:
    archive.crawl()

    def files() -> dict[Path, bytes]:  # without SQLite's, which any reader makes
        paths = [
            path
            for path in archive.folder.rglob("*")
            if path.is_file() and path.suffix not in (".db-wal", ".db-shm")
        ]
        return {path: path.read_bytes() for path in paths}

    before = files()
    replica.site.day = 2
    done = archive.crawl("--dry-run", "--json")
    planned = json.loads(done.stdout)["results"]
    assert done.returncode == 0
    assert len(planned) == 6
    assert files() == before


# what goes wrong


def test_an_archive_never_mixes_origins(archive: Archive) -> None:
    archive.crawl()
    with Replica() as other:
        arguments = ("crawl", "news", "--origin", other.origin, "--delay", "0")
        done, planned = archive.run(*arguments), archive.run(*arguments, "--dry-run")
    assert done.returncode == 2
    assert f"this archive is of {archive.origin}" in done.stderr
    assert (planned.returncode, planned.stderr) == (2, done.stderr)  # it names no folder of its own
    assert archive.value("SELECT count(*) FROM runs") == 1


def test_the_origin_that_answered_stands_in_the_ledger_and_in_the_evidence(archive: Archive) -> None:
    archive.crawl()
    assert json.loads(archive.value("SELECT arguments FROM runs"))["origin"] == archive.origin
    first = next((archive.folder / "warc").glob("*.gz"))
    done = subprocess.run(["gzip", "-dc", str(first)], capture_output=True)
    assert f"origin: {archive.origin}\r\n".encode() in done.stdout[:2000]
    assert b"WARC-IP-Address: 127.0.0.1" in done.stdout


def test_fault_e01_a_second_run_ends_with_75_and_names_the_first(archive: Archive, replica: Replica) -> None:
    replica.faults["/robots.txt"] = Fault(delay=100)
    with subprocess.Popen(
        archive.command("crawl", "news", "--origin", archive.origin, "--delay", "0"), stderr=subprocess.PIPE
    ) as first:
        while not replica.requests:
            time.sleep(0.01)  # until the first holds the lock and waits for the site
        second = archive.crawl()
        assert (second.returncode, first.poll()) == (75, None)  # it did not wait for the first to end
        assert f"another run holds the lock: pid {first.pid}, crawl since" in second.stderr
        first.kill()


def test_fault_a06_an_interrupt_finishes_what_is_in_flight_and_the_next_run_completes(
    archive: Archive, replica: Replica
) -> None:
    command = archive.command("crawl", "news", "--origin", archive.origin, "--delay", "0")
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE) as crawl:
        while len(replica.requests) < 40:
            time.sleep(0.01)
        crawl.send_signal(signal.SIGINT)
        error = crawl.communicate(timeout=120)[1].decode()
    assert crawl.returncode == 3
    assert "stopped by Ctrl-C or a signal; the next crawl continues from here" in error
    assert "Traceback" not in error
    assert archive.value("SELECT verdict FROM runs") == "incomplete"
    assert archive.crawl().returncode == 0
    assert archive.value("SELECT count(*) FROM sources WHERE layout = 'es'") == len(current(replica.site))


@pytest.mark.whole_replica
def test_fault_a01_after_a_kill_at_any_moment_the_next_run_ends_where_an_undisturbed_one_does(
    tmp_path: Path, replica: Replica
) -> None:
    calm, killed = Archive(tmp_path / "calm", replica.origin), Archive(tmp_path / "killed", replica.origin)
    assert calm.crawl().returncode == 0
    for after in (1, 25, 90, 200):
        replica.requests.clear()
        with subprocess.Popen(
            killed.command("crawl", "news", "--origin", killed.origin, "--delay", "0"),
            stderr=subprocess.DEVNULL,
        ) as crawl:
            while len(replica.requests) < after and crawl.poll() is None:
                time.sleep(0.001)
            os.kill(crawl.pid, signal.SIGKILL)
    done = killed.crawl()
    assert (done.returncode, done.stderr) == (0, "")
    assert what_it_says(killed) == what_it_says(calm)
    assert not list((killed.folder / "warc").glob("*.open"))
    for file, offset in killed.rows("SELECT warc_file, warc_offset FROM pages"):
        read(killed.folder / "warc", file, offset)


def test_fault_b01_an_error_that_passes_is_tried_again_and_one_that_stays_is_a_failure_of_this_run_only(
    archive: Archive, replica: Replica
) -> None:
    first, second, *_ = current(replica.site)
    replica.faults[f"list_no={first}"] = Fault(status=503, times=2)
    replica.faults[f"act=view&list_no={second}"] = Fault(status=500, times=-1)
    done = archive.crawl()
    assert done.returncode == 3
    assert archive.rows("SELECT url, reason FROM failures") == [
        (
            f"https://www.kistep.re.kr/board.es?mid=a20501000000&bid=0051&act=view&list_no={second}",
            "the site answered 500",
        )
    ]
    assert archive.value("SELECT count(*) FROM pages WHERE url LIKE '%act=view&list_no=' || ?", second) == 5
    replica.faults.clear()
    assert archive.crawl().returncode == 0
    assert archive.value("SELECT count(*) FROM sources WHERE number = ?", second) == 1


def test_fault_b02_a_retry_after_of_hours_ends_the_run(archive: Archive, replica: Replica) -> None:
    replica.faults["nPage=2"] = Fault(status=429, headers={"Retry-After": "7200"}, times=-1)
    done = archive.crawl()
    assert done.returncode == 3
    assert "says to come back in 7200 seconds" in done.stderr


@pytest.mark.parametrize(
    "value",
    ["Fri, 31 Dec 99999999999 23:59:59 GMT", "Mon, 01 Jan 2024 00:00:00 +99999999999999999999", "1.5", ""],
)
def test_fault_b15_an_absurd_retry_after_is_ignored_and_the_archive_is_sound(
    archive: Archive, replica: Replica, value: str
) -> None:
    replica.faults["nPage=2"] = Fault(status=503, headers={"Retry-After": value})
    assert [archive.crawl().returncode, archive.run("verify").returncode] == [0, 0]
    assert archive.run("status", "--politeness").returncode == 0


def test_fault_b03_three_refusals_in_a_row_end_the_run(archive: Archive, replica: Replica) -> None:
    replica.faults["act=view"] = Fault(status=403, times=-1)
    done = archive.crawl()
    assert done.returncode == 3
    # One more may be in flight when the third answer comes.
    assert archive.value("SELECT count(*) FROM failures") in (3, 4)


@pytest.mark.parametrize(
    "fault", [Fault(body=b"<html><body><p>half"), Fault(cut=300), Fault(body=b""), Fault(dropped=True)]
)
def test_fault_b06_a_page_without_its_end_is_never_stored(
    archive: Archive, replica: Replica, fault: Fault
) -> None:
    number = current(replica.site)[3]
    fault = Fault(**{**{name: getattr(fault, name) for name in ("body", "cut", "dropped")}, "times": -1})
    replica.faults[f"act=view&list_no={number}"] = fault
    assert archive.crawl().returncode == 3
    assert archive.value("SELECT count(*) FROM sources WHERE number = ?", number) == 0
    replica.faults.clear()
    assert archive.crawl().returncode == 0
    assert archive.value("SELECT count(*) FROM sources WHERE number = ?", number) == 1


@pytest.mark.parametrize(
    "target",
    ["https://example.com/", "http://127.0.0.1:1/", "file:///etc/passwd", "https://www.kistep.re.kr:8443/"],
)
def test_fault_b10_a_redirect_off_the_site_is_never_followed(
    archive: Archive, replica: Replica, target: str
) -> None:
    number = current(replica.site)[0]
    replica.faults[f"act=view&list_no={number}"] = Fault(status=302, headers={"Location": target}, times=-1)
    assert archive.crawl().returncode == 3
    assert "it was not followed" in archive.value("SELECT reason FROM failures")


def test_fault_b10_a_redirect_loop_ends(archive: Archive, replica: Replica) -> None:
    number = current(replica.site)[0]
    place = f"/board.es?mid=a20501000000&bid=0051&act=view&list_no={number}"
    replica.faults[f"act=view&list_no={number}"] = Fault(status=302, headers={"Location": place}, times=-1)
    assert archive.crawl().returncode == 3
    assert "redirected more than 5 times" in archive.value("SELECT reason FROM failures")


def test_fault_b13_robots_txt_is_obeyed(archive: Archive, replica: Replica) -> None:
    replica.faults["/robots.txt"] = Fault(
        status=200, body=b"User-agent: *\nDisallow: /board.es\n", media_type="text/plain", times=-1
    )
    done = archive.crawl()
    assert done.returncode == 3
    assert "robots.txt forbids it" in done.stderr
    assert not [path for _, path in replica.requests if path.startswith("/board.es")]


@pytest.mark.parametrize("fault", [Fault(status=500, times=-1), Fault(dropped=True, times=-1)])
def test_fault_b13_without_a_robots_txt_that_can_be_read_nothing_is_asked_for(
    archive: Archive, replica: Replica, fault: Fault
) -> None:
    replica.faults["/robots.txt"] = fault
    done = archive.crawl()
    assert done.returncode == 3
    assert "robots.txt" in done.stderr
    assert {path for _, path in replica.requests} == {"/robots.txt"}


def test_fault_c02_a_firewall_page_stops_the_run_and_is_never_a_post(
    archive: Archive, replica: Replica
) -> None:
    words = (
        b"<html><body>The request / response that are contrary to the Web firewall security policies "
        b"have been blocked.</body></html>"
    )
    number = current(replica.site)[5]
    replica.faults[f"act=view&list_no={number}"] = Fault(body=words, times=-1)
    done = archive.crawl()
    assert done.returncode == 3
    assert "(blocked)" in done.stderr
    asked = [path for _, path in replica.requests]
    assert len(asked) - asked.index(next(path for path in asked if f"act=view&list_no={number}" in path)) <= 2
    assert archive.value("SELECT count(*) FROM sources WHERE number = ?", number) == 0


def test_fault_c03_an_empty_listing_marks_nothing_removed(archive: Archive, replica: Replica) -> None:
    archive.crawl()
    page = b"<html><body><div class='board_list'><p>There are no posts.</p></div></body></html>"
    replica.faults["bid=0051&nPage=1"] = Fault(body=page, times=-1)
    done = archive.crawl()
    assert done.returncode == 4
    assert "the listing is empty, but the archive has posts of this board" in done.stderr
    assert archive.value("SELECT count(*) FROM posts WHERE removed_at IS NOT NULL") == 0


def test_fault_c10_a_listing_of_another_shape_ends_with_4_and_nothing_is_overwritten(
    archive: Archive, replica: Replica
) -> None:
    archive.crawl()
    before = what_it_says(archive)
    replica.faults["bid=0051&nPage=1"] = Fault(
        body=b"<html><body><h1>Welcome to our new site</h1></body></html>", times=-1
    )
    done = archive.crawl()
    assert done.returncode == 4
    assert LISTING in done.stderr
    assert what_it_says(archive) == before


def test_fault_c13_many_posts_gone_at_once_are_a_suspicion_and_no_removal(
    archive: Archive, replica: Replica
) -> None:
    archive.crawl()
    site = replica.site
    kept = site.entries("es")[: -len(site.entries("es")) // 2]
    site.entries = lambda layout, bid="0051": kept if layout == "es" else Site.entries(site, layout, bid)  # type: ignore[method-assign]
    done = archive.crawl()
    assert done.returncode == 4
    assert "missing at once, so none was marked as removed" in done.stderr
    assert archive.value("SELECT count(*) FROM posts WHERE removed_at IS NOT NULL") == 0


def test_a_legacy_address_that_is_out_of_service_does_not_make_the_run_incomplete(
    archive: Archive, replica: Replica
) -> None:
    replica.faults["/en/c4/sub3.jsp"] = Fault(status=404, times=-1)
    done = archive.crawl()
    assert done.returncode == 0
    assert "news (jsp): the old address is out of service" in done.stdout


WHOLE = (
    b"<!DOCTYPE html><html><head><title>KISTEP</title></head><body><p>"
    + (b"Welcome to our site. ") * 90
    + b"</p></body></html>"
)
DOWN = b"<!DOCTYPE html><html><body><p>The site is under maintenance.</p></body></html>"
REFUSED = (
    b"<html><body>The request / response that are contrary to the Web firewall security policies have "
    b"been blocked.</body></html>"
)
OLD = "/en/c4/sub3.jsp"
GONE = {
    "404": {OLD: Fault(status=404, times=-1)},
    "410": {OLD: Fault(status=410, times=-1)},
    "another page in its place": {OLD: Fault(body=WHOLE, times=-1)},
    "sent to the first page": {
        OLD: Fault(status=302, headers={"Location": "/eng/"}, times=-1),
        "/eng/": Fault(body=WHOLE, times=-1),
    },
    "sent to the listing of today": {
        OLD: Fault(status=302, headers={"Location": LISTING.partition(".kr")[2]}, times=-1)
    },
}
FAULTY: dict[str, tuple[dict[str, Fault], int]] = {
    "maintenance": ({OLD: Fault(body=DOWN, times=-1)}, 3),
    "a firewall": ({OLD: Fault(body=REFUSED, times=-1)}, 3),
    "500": ({OLD: Fault(status=500, times=-1)}, 3),
    "403": ({OLD: Fault(status=403, times=-1)}, 3),
    "a cut page": ({OLD: Fault(cut=1500, times=-1)}, 3),
    "an empty page": ({OLD: Fault(body=b"", times=-1)}, 3),
    "no answer": ({OLD: Fault(dropped=True, times=-1)}, 3),
    "a label renamed": ({OLD: Fault(rewrite=lambda page: page.replace(">Title<", ">Zebra<"), times=-1)}, 4),
    "sent to 503": (
        {
            OLD: Fault(status=302, headers={"Location": "/busy"}, times=-1),
            "/busy": Fault(status=503, times=-1),
        },
        3,
    ),
    "sent to maintenance": (
        {
            OLD: Fault(status=302, headers={"Location": "/busy"}, times=-1),
            "/busy": Fault(body=DOWN, times=-1),
        },
        3,
    ),
    "sent to a cut page": (
        {
            OLD: Fault(status=302, headers={"Location": "/busy"}, times=-1),
            "/busy": Fault(body=WHOLE[:90], times=-1),
        },
        3,
    ),
}


@pytest.mark.parametrize("how", GONE)
def test_an_old_address_that_says_that_it_is_out_of_service_ends_no_run_incomplete(
    archive: Archive, replica: Replica, how: str
) -> None:
    replica.faults.update(GONE[how])
    done = archive.crawl()
    assert (done.returncode, done.stderr) == (0, "")
    assert "news (jsp): the old address is out of service" in done.stdout
    assert archive.value("SELECT count(*) FROM sources WHERE layout = 'jsp'") == 0
    assert archive.value("SELECT count(*) FROM sources WHERE layout = 'es'") == len(current(replica.site))


@pytest.mark.parametrize(  # each way in a new archive or in one that holds posts, by turns
    ("how", "held"), [(how, bool(at % 2)) for at, how in enumerate(FAULTY)]
)
def test_fault_c02_what_is_wrong_with_an_old_address_is_not_its_end(
    archive: Archive, replica: Replica, how: str, held: bool
) -> None:
    if held:
        assert archive.crawl().returncode == 0
    faults, code = FAULTY[how]
    replica.faults.update(faults)
    done = archive.crawl()
    assert (done.returncode, "out of service" in done.stdout + done.stderr) == (code, False)
    assert archive.value("SELECT count(*) FROM failures") > 0
    assert archive.run("status", "--check").returncode == code


def test_fault_f03_an_error_page_is_not_kept_as_the_file(archive: Archive, replica: Replica) -> None:
    replica.faults["/boardDownload.es"] = Fault(body=b"<html><body>error</body></html>", times=1)
    assert archive.crawl().returncode == 3
    assert archive.value("SELECT reason FROM failures") == "the response is a web page instead of the file"
    assert archive.value("SELECT count(*) FROM attachments WHERE sha256 IS NULL") == 1
    assert archive.crawl().returncode == 0
    assert archive.value("SELECT count(*) FROM attachments WHERE sha256 IS NULL") == 0


def test_a_file_that_the_site_does_not_have_is_no_debt(archive: Archive, replica: Replica) -> None:
    replica.faults["/cm_data/editorImage"] = Fault(status=404, times=1)
    assert archive.crawl().returncode == 0
    assert archive.value("SELECT count(*) FROM pages WHERE outcome = 'gone'") == 1
    replica.requests.clear()
    archive.crawl()
    assert len(replica.requests) == 3


@pytest.mark.usefixtures("nearly_full")
def test_fault_a05_a_run_does_not_start_where_the_disk_is_nearly_full(archive: Archive) -> None:
    from kistep_archive.crawl import session
    from kistep_archive.errors import ArchiveError
    from kistep_archive.ingest.runs import RunOrder
    from kistep_archive.model.boards import Catalogue
    from kistep_archive.model.outcomes import RunKind

    with pytest.raises(ArchiveError, match="Free some space") as error:
        session.begin(archive.folder, RunOrder(RunKind.CRAWL, Catalogue().named([]), Catalogue(), "", {}))
    assert error.value.exit_code == 5
