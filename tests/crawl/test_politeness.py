"""Politeness is proven from the evidence alone: what real crawls leave behind is judged obeyed, and every
rule that is broken is named."""

import gzip
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from commands import Archive
from places import CHECKOUT
from requests_made import ROBOTS, broken, request, write_requests

from kistep_archive.audit.politeness import examine
from kistep_archive.audit.rules import RULES
from kistep_archive.replica import Fault, Replica, Site
from kistep_archive.replica.content import generate
from kistep_archive.replica.standard import History

# real crawls


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """Two crawls of a site that asks for rests: by Crawl-delay, by Retry-After in seconds and as a date, and
    drops some requests."""
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=3), usegmt=True)
    with Replica(Site.generated(12)) as site:
        numbers = [entry.number for entry in site.site.entries("es")]
        site.faults["/robots.txt"] = Fault(
            body=b"User-agent: *\nCrawl-delay: 0.06\n", status=200, media_type="text/plain", times=-1
        )
        site.faults[f"list_no={numbers[0]}"] = Fault(status=404, headers={"Retry-After": "1"}, times=1)
        site.faults[f"list_no={numbers[1]}"] = Fault(status=503, headers={"Retry-After": "1"}, times=1)
        site.faults[f"list_no={numbers[2]}"] = Fault(status=429, headers={"Retry-After": soon}, times=1)
        site.faults[f"list_no={numbers[3]}"] = Fault(dropped=True, times=2)
        archive = Archive(tmp_path_factory.mktemp("crawled"), site.origin)
        for _ in range(2):
            archive.run("crawl", "news", "--origin", site.origin, "--delay", "0.05")
    return archive


def test_a_crawl_that_was_put_off_and_slowed_down_is_proven_polite(crawled: Archive) -> None:
    answer = crawled.json("status", "--politeness")
    assert (answer["verdict"], answer["total"], set(answer["rules"].values())) == ("obeyed", 0, {"obeyed"})
    assert [run["undated"] for run in answer["runs"]] == [0, 0]
    assert answer["smallest_gap"] >= 0.06
    assert all(run["smallest_rest"] >= 0 for run in answer["runs"])
    assert "Retry-After: obeyed" in crawled.run("status", "--politeness").stdout


def test_every_request_that_went_out_is_in_the_evidence_also_where_nothing_came_back(tmp_path: Path) -> None:
    with Replica(Site.generated(3)) as site:
        archive = Archive(tmp_path / "archive", site.origin)
        site.faults["act=view"] = Fault(dropped=True, times=4)
        archive.crawl()
        assert archive.json("status", "--politeness")["runs"][0]["requests"] == len(site.requests)


def test_after_a_retry_after_nothing_else_goes_to_the_host_either(crawled: Archive) -> None:
    """The post that answers 404 is not tried again: it is the next one that must wait."""
    runs = examine(crawled.folder).runs
    assert runs[0].violations == []
    file = next((crawled.folder / "warc").glob("000001*"))
    times = sorted(_sent_and_kept(file))
    waited = [following[0] - before[1] for before, following in pairwise(times) if before[2] == "404"]
    assert waited
    assert min(waited) >= timedelta(seconds=1)


def _sent_and_kept(file: Path) -> list[tuple[datetime, datetime, str]]:
    from warcio.archiveiterator import ArchiveIterator

    found = []
    with file.open("rb") as stream:
        for record in ArchiveIterator(stream):
            head = record.rec_headers
            if head.get_header("WARC-Type") in ("response", "revisit"):
                sent = json.loads(head.get_header("WARC-JSON-Metadata"))["sent"]
                kept = datetime.fromisoformat(head.get_header("WARC-Date"))
                found.append((datetime.fromisoformat(sent), kept, record.http_headers.get_statuscode()))
    return found


def test_the_delay_is_the_least_from_one_request_to_the_next_and_jitter_only_adds_to_it(
    tmp_path: Path,
) -> None:
    with Replica(Site(History({("es", "0051"): generate("es", 20)}, {}, {}))) as site:
        archive = Archive(tmp_path / "archive", site.origin)
        assert archive.run("crawl", "news", "--origin", site.origin, "--delay", "0.1").returncode == 0
    assert archive.json("status", "--politeness")["smallest_gap"] >= 0.1


def test_a_crawl_under_another_name_is_told_of(tmp_path: Path) -> None:
    with Replica(Site.generated(1)) as site:
        command = [
            sys.executable,
            "-m",
            "scrapy",
            "crawl",
            "boards",
            "-a",
            "boards=news",
            "-a",
            f"archive={tmp_path}",
        ]
        more = [
            "-a",
            f"origin={site.origin}",
            "-s",
            "DOWNLOAD_DELAY=0",
            "-s",
            "USER_AGENT=Mozilla/5.0",
            "-s",
            "LOG_LEVEL=ERROR",
        ]
        subprocess.run([*command, *more], cwd=CHECKOUT, timeout=120, check=True)
    done = Archive(tmp_path).run("status", "--politeness")
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert "violates User-Agent" in done.stderr
    assert "'Mozilla/5.0'" in done.stderr


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ("\ufeffUser-agent: kistep-archive\nDisallow: /board.es\n".encode(), {}),
        # Though we did not ask for it.
        (gzip.compress(b"User-agent: *\nDisallow: /board.es\n"), {"Content-Encoding": "gzip"}),
    ],
    ids=["byte order mark", "gzip"],
)
def test_a_robots_txt_is_obeyed_however_it_is_packed(
    tmp_path: Path, body: bytes, headers: dict[str, str]
) -> None:
    with Replica(Site.generated(2)) as site:
        site.faults["/robots.txt"] = Fault(
            body=body, status=200, media_type="text/plain", headers=headers, times=-1
        )
        archive = Archive(tmp_path, site.origin)
        assert archive.crawl().returncode == 3
        assert not [path for _, path in site.requests if path.startswith("/board.es")]
    assert archive.json("status", "--politeness")["verdict"] == "obeyed"


# evidence made by hand: each rule broken, alone


BREAKS: dict[str, tuple[dict[str, Any], ...]] = {
    "one at a time": (request("/a", 1, 3), request("/b", 2.5, 4)),
    "Crawl-delay": (
        request("/robots.txt", 1, 1.1, body="User-agent: *\nCrawl-delay: 5\n"),
        request("/a", 6.2, 6.3),
        request("/b", 11.1, 11.2),
    ),
    "Retry-After": (request("/a", 1, 1.5, status=503, Retry_After="30"), request("/b", 31.4, 32)),
    "robots.txt": (request("/admin/x", 1, 2),),
    "User-Agent": (request("/a", 1, 2, agent="Mozilla/5.0"),),
}


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_that_is_broken_is_named_and_no_other(tmp_path: Path, rule: str) -> None:
    folder = write_requests(tmp_path, ROBOTS, *BREAKS[rule])
    assert broken(folder) == [rule]
    done = Archive(folder).run("status", "--politeness")
    assert (done.returncode, f"violates {rule}" in done.stderr, f"{rule}: violated" in done.stdout) == (
        3,
        True,
        True,
    )
    done = Archive(folder).run("status", "--politeness", "--json")
    answer = json.loads(done.stdout)
    assert (done.returncode, answer["exit_code"], answer["verdict"], answer["results"][0]["rule"]) == (
        3,
        3,
        "violated",
        rule,
    )
    assert answer["rules"] == {name: "violated" if name == rule else "obeyed" for name in RULES}


def test_requests_whose_instant_nobody_wrote_down_prove_nothing(tmp_path: Path) -> None:
    write_requests(tmp_path, ROBOTS, request("/a", None, 3), request("/b", None, 3.1))
    report = examine(tmp_path)
    assert (report.verdict, report.runs[0].undated) == ("unproven", 2)
    assert {rule: report.rule(rule) for rule in RULES} == dict(
        zip(RULES, ["unproven"] * 3 + ["obeyed"] * 2, strict=True)
    )
    done = Archive(tmp_path).run("status", "--politeness")
    assert (
        done.returncode,
        "not every request can be checked" in done.stderr,
        "the evidence of 2 requests" in done.stdout,
    ) == (
        3,
        True,
        True,
    )


def test_damage_leaves_nothing_proven_and_accuses_nobody(tmp_path: Path) -> None:
    whole = next((write_requests(tmp_path, ROBOTS, request("/a", 1, 3)) / "warc").iterdir())
    file, packed = whole, whole.read_bytes()
    for spoilt in (packed[:-20], packed[:600] + bytes(9) + packed[609:]):  # the last request, and robots.txt
        file.write_bytes(spoilt)
        assert examine(tmp_path).verdict == "unproven"
    assert "cannot be checked completely" in Archive(tmp_path).run("status", "--politeness").stdout


def test_a_person_is_shown_ten_violations_and_told_how_many_more_there_are(tmp_path: Path) -> None:
    folder = write_requests(tmp_path, ROBOTS, *(request(f"/admin/{n}", n, n + 0.5) for n in range(1, 13)))
    done = Archive(folder).run("status", "--politeness")
    assert done.stdout.count("violates robots.txt") == 10
    assert "and 2 more violations; --json lists them all" in done.stdout
    assert "12 problems, the first: " in done.stderr


def test_without_evidence_there_is_a_line(tmp_path: Path) -> None:
    done = Archive(tmp_path).run("status", "--politeness")
    assert (done.returncode, "no evidence of a crawl" in done.stderr, done.stderr.count("\n")) == (2, True, 1)


# the rules themselves
