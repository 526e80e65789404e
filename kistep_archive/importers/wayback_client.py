"""Fetches captures from the Internet Archive: searches them with its CDX server, fetches them one by one, and
writes them to a WARC file for an import.

This module chooses the requests, and stores the bytes as delivered; wayback_service.py sends them. Not tested
against the real service, only against a stand-in on this machine."""

from collections import deque
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import wayback
from requests import Response

from kistep_archive.clock import now
from kistep_archive.errors import ArchiveError, ExitCode
from kistep_archive.http.response import Page, digest, uri
from kistep_archive.importers.wayback_cdx import KnownCapture, known, searches, select
from kistep_archive.importers.wayback_service import (
    AWAY,
    FAILURES,
    WEB_ARCHIVE,
    body,
    patiently,
    reason,
    request_bytes,
    session,
)
from kistep_archive.model.boards import Board, Catalogue
from kistep_archive.version import USER_AGENT
from kistep_archive.warc.replay_urls import memento_instant
from kistep_archive.warc.writer import Writer

LARGEST = 120 << 20  # bytes of a body: `captures` reads no record of more than 128 MiB

_REPORT_EVERY = 50


@dataclass(frozen=True, slots=True)
class FailedCapture:
    """A capture that could not be fetched, or a failed search (`at` is empty then), and why."""

    url: str
    at: str
    reason: str


@dataclass(slots=True)
class WaybackDownload:
    """The result. `found`: captures of the boards with content of their own; `held`: those of them that the
    archive has already. `stopped`: why the download stopped early."""

    searched: int = 0
    found: int = 0
    held: int = 0
    fetched: int = 0
    failed: list[FailedCapture] = field(default_factory=list)
    stopped: str = ""


DayRange = tuple[str | None, str | None]  # the first and the last day, YYYY-MM-DD; None: no limit


@dataclass(frozen=True, slots=True)
class _Download:
    """What one call of `fetch` needs for its requests, and where it counts and reports."""

    client: Any
    catalogue: Catalogue
    service: str
    done: WaybackDownload
    tell: Callable[[str], None]
    largest: int  # bytes of a body


def fetch(
    boards: Sequence[Board],
    into: Path,
    *,
    span: DayRange,
    service: str = "",
    is_archived: Callable[[str, str], bool],
    tell: Callable[[str], None],
    largest: int = LARGEST,
) -> WaybackDownload:
    """Writes the boards' captures, oldest first, to the new WARC file `into` (`*.warc.gz`), which is complete
    even after an early stop; without a capture to fetch there is no file.

    The `span` is the first and the last day of capture. `is_archived(url, instant)` says
    whether a capture is in the archive, by the `url` and `fetched_at` of its page. `service` is the
    origin of a stand-in, on this machine only. Raises ArchiveError: 2 for another `service`, 5 if the
    file cannot be written."""
    done = WaybackDownload()
    with wayback.WaybackClient(session(service)) as client:
        download = _Download(client, Catalogue(tuple(boards)), service or WEB_ARCHIVE, done, tell, largest)
        wanted = select(_search_all(download, *span))
        left = [capture for capture in wanted if not is_archived(uri(capture.url), capture.instant)]
        done.found, done.held = len(wanted), len(wanted) - len(left)
        if left and not done.stopped:
            try:
                _fetch_into(into, download, left)
            except OSError as error:
                raise ArchiveError(
                    f"{into}: {error.strerror or error}; set TMPDIR to a folder with more room",
                    ExitCode.STORE_UNHEALTHY,
                ) from error
    return done


def _fetch_into(into: Path, download: _Download, captures: list[KnownCapture]) -> None:
    writer = Writer(into.parent, into.name.removesuffix(".warc.gz"))
    with closing(writer):
        writer.info(
            {"software": USER_AGENT, "service": download.service, "format": "WARC File Format 1.1"}, now()
        )
        _fetch_each(download, captures, writer)


def _search_all(download: _Download, since: str | None, until: str | None) -> list[KnownCapture]:
    """All captures of the boards' addresses, each once."""
    captures = dict[tuple[str, datetime], KnownCapture]()
    days = {
        "from_date": f"{since.replace('-', '')}000000" if since else None,
        "to_date": f"{until.replace('-', '')}235959" if until else None,
    }
    for address, filters in searches(download.catalogue.rows):
        download.done.searched += 1
        try:
            search = partial(
                download.client.search, address, match_type="prefix", filter_field=filters, **days
            )
            records = patiently(lambda ask=search: list(ask()), download.tell)  # type: ignore[misc]
        except FAILURES as error:
            _note(download, FailedCapture(address, "", reason(error)), error)
            if download.done.stopped:
                break
            continue
        of_boards = [
            capture for capture in (_known(record, download.catalogue) for record in records) if capture
        ]
        captures |= {(capture.url, capture.at): capture for capture in of_boards}
        download.tell(f"{address}: {len(records)} captures, {len(of_boards)} of them of the boards")
    return list(captures.values())


def _known(record: Any, catalogue: Catalogue) -> KnownCapture | None:
    return known(record.original, record.timestamp, record.statuscode, record.digest, catalogue)


def _fetch_each(download: _Download, captures: list[KnownCapture], writer: Writer) -> None:
    download.client.session.stream = True  # bodies are read here, as delivered; the library would unpack them
    latest = deque[Response](maxlen=1)
    download.client.session.hooks["response"].append(lambda response, *_, **__: latest.append(response))
    for count, capture in enumerate(captures, start=1):
        try:
            response, page = patiently(partial(_memento, download, capture, latest), download.tell)
        except FAILURES as error:
            _note(download, FailedCapture(capture.url, capture.instant, reason(error)), error)
            if download.done.stopped:
                return
            continue
        protocol = "HTTP/1.0" if response.raw.version == 10 else "HTTP/1.1"
        writer.response(
            page,
            digest(page.body),
            protocol=protocol,
            ip="",
            request=request_bytes(response),
            metadata={"service": download.service},
        )
        download.done.fetched += 1
        if count % _REPORT_EVERY == 0 or count == len(captures):
            download.tell(f"{count} of {len(captures)} captures requested")


def _memento(download: _Download, capture: KnownCapture, latest: deque[Response]) -> tuple[Response, Page]:
    """The response and its page, under the address of the replay. Raises one of FAILURES if it is not
    that capture, or incomplete."""
    try:
        memento = download.client.get_memento(capture.url, timestamp=capture.at, follow_redirects=False)
        response, at = latest[-1], now()
        if memento.status_code != 200:
            raise ValueError(
                f"the Internet Archive answered with status {memento.status_code} instead of 200"
            )
        if memento_instant(response.headers.items()) != capture.instant:
            raise ValueError(
                f"the Internet Archive sent another capture, of {response.headers['Memento-Datetime']}"
            )
        if memento.url != capture.url and download.catalogue.canonical(memento.url) != capture.address:
            raise ValueError(f"the Internet Archive sent a capture of another address, {memento.url}")
        # the library escapes other letters
        url = f"{WEB_ARCHIVE}/web/{capture.at:%Y%m%d%H%M%S}id_/{capture.url}"
        return response, Page(
            url, at, 200, tuple(response.raw.headers.items()), body(response, download.largest)
        )
    finally:
        for response in latest:
            response.close()


def _note(download: _Download, failed: FailedCapture, error: BaseException) -> None:
    download.done.failed.append(failed)
    download.tell(f"{failed.url} {failed.at or '(search)'}: {failed.reason}")
    if isinstance(error, AWAY):
        download.done.stopped = failed.reason
