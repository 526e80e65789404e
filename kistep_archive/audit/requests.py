"""Reads the requests of a run from its evidence file, and from nothing else: when each was sent, to which
host, with which User-Agent, and the response.

A response's record says when its request was sent; its WARC-Date is when the response was there. A request
without a response has an event."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from kistep_archive.evidence import log_events, log_reader, pages
from kistep_archive.evidence.events import Unanswered
from kistep_archive.evidence.log_start import start
from kistep_archive.evidence.log_values import read_instant, read_word
from kistep_archive.http.response import Page
from kistep_archive.model.outcomes import PageKind, RunKind
from kistep_archive.warc.heads import http_fields
from kistep_archive.warc.reader import ALL, Damage, WarcError, walk
from kistep_archive.warc.record import Record, info_fields


@dataclass(frozen=True, slots=True)
class SentRequest:
    """One request. `site` is its host:port, `target` its path and query. `sent_at` is None if the record does
    not say. `ended_at` is when the response was there, or when the crawl gave up; `status` is None without a
    response. `agents` are the values of its User-Agent, None without a record of the request. `page` is given
    for robots.txt and for responses that may have a Retry-After."""

    file: str
    offset: int
    record_id: str
    site: str
    target: str
    kind: PageKind
    sent_at: datetime | None
    ended_at: datetime
    status: int | None
    agents: tuple[str, ...] | None = None
    page: Page | None = None

    @property
    def host(self) -> str:
        """The host, without the port."""
        return urlsplit(f"//{self.site}").hostname or ""

    @property
    def url(self) -> str:
        """The address to compare with robots.txt; the scheme does not matter there."""
        return f"http://{self.site}{self.target}"


@dataclass(slots=True)
class RunRequests:
    """The requests of a run in the order of the file, the name of the program (`agent`, None if that record
    is damaged), and what could not be read."""

    run: int
    kind: str
    agent: str | None
    origin: str
    requests: list[SentRequest] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)


def evidence_files(folder: Path) -> list[Path]:
    """The archive's evidence files, also that of an active run, in the order of their runs."""
    return sorted(
        path
        for path in (folder / "warc").glob("*.warc.gz*")
        if path.name.endswith((".warc.gz", ".warc.gz.open"))
    )


def read(path: Path) -> RunRequests | None:
    """The requests of a run; None for an import and a file of another tool. Raises OSError."""
    records = walk(path, ALL)
    run = _start(path, next(iter(records), None))
    for record in records if run is not None else ():
        assert run is not None
        try:
            _take(run, path, record)
        except (WarcError, ValueError, LookupError) as error:
            run.damage.append(f"{path.name} at {record.offset}: {error}")
    if run is not None:
        run.damage += [
            f"{path.name} at {one.offset}: the record of its request is missing"
            for one in run.requests
            if one.status and one.agents is None
        ]
    return run


def _start(path: Path, first: Record | Damage | None) -> RunRequests | None:
    log = start(path, first) if first else None
    if first is None or log is None or log.began.kind is RunKind.IMPORT:
        return None
    agent = None if isinstance(first, Damage) else info_fields(first).get("http-header-user-agent", "")
    damage = [f"{path.name} at 0: {first.cause}"] if isinstance(first, Damage) else log.damage
    return RunRequests(log.began.run, log.began.kind, agent, log.began.origin, damage=damage)


def _take(run: RunRequests, path: Path, record: Record | Damage) -> None:
    if isinstance(record, Damage):
        if not path.name.endswith(".open"):  # the record that the run is writing now
            run.damage.append(f"{path.name} at {record.offset}: {record.cause}")
    elif record.type in ("response", "revisit"):
        run.requests.append(_response(path, record))
    elif record.type == "request":
        _add_request(run.requests, path, record)
    elif log_reader.is_event(record):
        values = log_events.event(record.block)
        if values.get("event") == "unanswered":
            run.requests.append(_unanswered(run, path, record, log_events.unanswered(values)))


def _unanswered(run: RunRequests, path: Path, record: Record, event: Unanswered) -> SentRequest:
    site = urlsplit(run.origin or event.url).netloc
    sent, at = datetime.fromisoformat(event.sent), datetime.fromisoformat(event.at)
    place = (_file(path), record.offset, "", site)
    return SentRequest(*place, _target(event.url), event.kind, sent, at, None)


def _response(path: Path, record: Record) -> SentRequest:
    values, url, status = log_reader.request(record.head), record.head["warc-target-uri"], record.status or 0
    by_address = PageKind.ROBOTS if urlsplit(url).path == "/robots.txt" else PageKind.OTHER
    kind = read_word(values, "kind", PageKind, by_address)
    sent = datetime.fromisoformat(read_instant(values, "sent")) if values.get("sent") else None
    request = SentRequest(
        _file(path), record.offset, record.head["warc-record-id"], urlsplit(url).netloc, _target(url), kind,
        sent, _ended_at(record), status,
    )  # fmt: skip
    if kind is PageKind.ROBOTS or status >= 300:
        return replace(request, page=pages.page_of(path.parent, request.file, record))
    return request


def _ended_at(record: Record) -> datetime:
    return datetime.fromisoformat(read_instant({"WARC-Date": record.date}, "WARC-Date"))


def _add_request(requests: list[SentRequest], path: Path, record: Record) -> None:
    """Adds the real target and User-Agent to the response before this record. If its response is missing, the
    request counts alone."""
    before = requests[-1] if requests else None
    if before is None or before.record_id != record.head.get("warc-concurrent-to"):
        url = record.head["warc-target-uri"]
        before = SentRequest(
            _file(path), record.offset, "", urlsplit(url).netloc, _target(url), PageKind.OTHER, None,
            _ended_at(record), None,
        )  # fmt: skip
        requests.append(before)
    first = record.http.decode("latin-1").partition("\r\n")[0]
    fields = [(name.lower(), value) for name, value in http_fields(record.http)]
    (site,) = _values(fields, "host")[:1] or (before.site,)
    target = [*first.split(" "), before.target][1]
    requests[-1] = replace(before, site=site, target=target, agents=_values(fields, "user-agent"))


def _values(fields: Iterable[tuple[str, str]], name: str) -> tuple[str, ...]:
    return tuple(value for key, value in fields if key == name)


def _file(path: Path) -> str:
    return path.name.removesuffix(".open")


def _target(url: str) -> str:
    return urlsplit(url)._replace(scheme="", netloc="", fragment="").geturl() or "/"
