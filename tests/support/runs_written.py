"""The evidence file of a run, written without a crawl: posts, and what the run says of them."""

from collections.abc import Callable, Sequence
from pathlib import Path

from captured import NUMBER, POST, page

from kistep_archive.evidence import run_log
from kistep_archive.evidence.events import RunEnd, RunStart
from kistep_archive.http.response import Page, digest
from kistep_archive.model.boards import BUILT_IN
from kistep_archive.model.outcomes import Outcome, PageKind, Verdict
from kistep_archive.warc.location import Evidence
from kistep_archive.warc.writer import Writer

AT = "2026-01-02T03:04:05.678901Z"
NAME = "000001-crawl-20260102T030405Z"
STARTED = RunStart(1, NAME, "crawl", AT, "", ["news"], {}, BUILT_IN, True)
FILE = "https://www.kistep.re.kr/boardDownload.es?bid=0051&list_no={}&seq=1"
Last = Callable[[Writer, Sequence[Evidence]], None]


def response(
    writer: Writer, url: str, body: bytes, kind: PageKind, media_type: str = "text/html"
) -> Evidence:
    """A response of the run, written."""
    metadata = run_log.request(kind, ("news", "es"), url, url, None)
    page_there = Page(url, AT, 200, (("Content-Type", media_type),), body)
    return writer.response(
        page_there, digest(body), protocol="HTTP/1.1", ip="", request=b"GET /", metadata=metadata
    )


def write_run(
    folder: Path, posts: int, last: Last = lambda writer, evidence: None, file: bytes = b""
) -> Path:
    """The archive's folder with one run of so many posts, after them a `file` if there are bytes of one, what
    `last` writes, and the run's end."""
    writer = Writer(folder / "warc", NAME)
    writer.info(run_log.started(STARTED, "kistep-archive/0", "x"), AT)
    numbers = range(NUMBER, NUMBER + posts)
    evidence = [
        response(writer, POST.format(number), page(f"Post {number}", 1, number), PageKind.POST)
        for number in numbers
    ]
    if file:
        response(writer, FILE.format(NUMBER), file, PageKind.FILE, "application/gzip")
    last(writer, evidence)
    writer.metadata("urn:x", run_log.finished(1, RunEnd(AT, Verdict.COMPLETE, 0, "", {})), AT)
    writer.close()
    return folder


def holding_back(*places: int) -> Last:
    """The run's last word: that it made no rows of the posts at these places."""

    def last(writer: Writer, evidence: Sequence[Evidence]) -> None:
        for place in places:
            event = run_log.outcome(evidence[place], PageKind.POST, Outcome.QUARANTINED)
            writer.metadata(evidence[place].url, event, AT)

    return last


def tripping(writer: Writer, _: Sequence[Evidence]) -> None:
    """The run's last word: that the board's guard tripped."""
    writer.metadata("urn:x", run_log.tripped(("news", "es"), []), AT)
