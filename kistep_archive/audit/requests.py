"""An evidence file -> the requests of its run: when each went out, to whom, under which name, and what came.
The file alone is read.

A response's record says when its request was sent, and its WARC-Date when the answer was there. Of requests
that got no answer an event tells."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from kistep_archive.evidence import log_reader, pages, run_log
from kistep_archive.http.response import Page
from kistep_archive.warc.reader import ALL, Damage, WarcError, walk
from kistep_archive.warc.record import Record, http_fields


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. `site` is the host:port that it went to, `target` its path and query; `sent` is None where
    the record does not tell; `kept` is when the answer was there, or was given up; `status` is None where
    none came. `agents` are the values of its User-Agent, None where there is no record of the request. `page`
    is kept of robots.txt and of whatever may hold a Retry-After."""

    file: str
    offset: int
    record_id: str
    site: str
    target: str
    kind: str
    sent: datetime | None
    kept: datetime
    status: int | None
    agents: tuple[str, ...] | None = None
    page: Page | None = None

    @property
    def host(self) -> str:
        """Its host, without the port."""
        return urlsplit(f"//{self.site}").hostname or ""

    @property
    def url(self) -> str:
        """The address as robots.txt is asked about it, where the scheme means nothing."""
        return f"http://{self.site}{self.target}"


@dataclass(slots=True)
class Requests:
    """A run by its evidence: the name it gave itself, its requests in the order of the file, and what could
    not be read."""

    run: int
    kind: str
    agent: str
    origin: str
    asked: list[Asked] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)


def evidence(folder: Path) -> list[Path]:
    """The archive's evidence files, also the one that is being written, in the order of their runs."""
    return sorted(
        path
        for path in (folder / "warc").glob("*.warc.gz*")
        if path.name.endswith((".warc.gz", ".warc.gz.open"))
    )


def read(path: Path) -> Requests | None:
    """None for what is no run of the program's own: an import, a file by another tool. Raises OSError."""
    found = walk(path, ALL)
    made = _begun(next(iter(found), None))
    for record in found if made is not None else ():
        assert made is not None
        try:
            _take(made, path, record)
        except (WarcError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            made.damage.append(f"{path.name} at {record.offset}: {error}")
    if made is not None:
        made.damage += [
            f"{path.name} at {one.offset}: no record of its request"
            for one in made.asked
            if one.status and one.agents is None
        ]
    return made


def _begun(first: Record | Damage | None) -> Requests | None:
    fields = log_reader.info_fields(first) if isinstance(first, Record) and first.type == "warcinfo" else {}
    if not fields.get("run", "").isdecimal() or fields.get("kind") == "import":
        return None
    origin = fields.get("origin", run_log.OWN_HOSTS)
    agent = fields.get("http-header-user-agent", "")
    return Requests(
        int(fields["run"]), fields.get("kind", ""), agent, "" if origin == run_log.OWN_HOSTS else origin
    )


def _take(made: Requests, path: Path, record: Record | Damage) -> None:
    if isinstance(record, Damage):
        if not path.name.endswith(".open"):  # there it is the record that is being written
            made.damage.append(f"{path.name} at {record.offset}: {record.cause}")
    elif record.type in ("response", "revisit"):
        made.asked.append(_answered(path, record))
    elif record.type == "request":
        _requested(made.asked, path, record)
    elif record.type == "metadata" and record.head.get("content-type") == "application/json":
        said = json.loads(record.block)
        if said.get("event") == "unanswered":
            site = urlsplit(made.origin or said["url"]).netloc
            sent, at = datetime.fromisoformat(said["sent"]), datetime.fromisoformat(said["at"])
            made.asked.append(
                Asked(
                    _file(path), record.offset, "", site, _target(said["url"]), said["kind"], sent, at, None
                )
            )


def _answered(path: Path, record: Record) -> Asked:
    head, status = record.head, record.status or 0
    said, url = json.loads(head.get("warc-json-metadata", "{}")), head["warc-target-uri"]
    kind, sent = (
        said.get("kind") or ("robots" if urlsplit(url).path == "/robots.txt" else "other"),
        said.get("sent"),
    )
    asked = Asked(
        _file(path), record.offset, head["warc-record-id"], urlsplit(url).netloc, _target(url), kind,
        datetime.fromisoformat(sent) if sent else None, datetime.fromisoformat(head["warc-date"]), status,
    )  # fmt: skip
    if kind == "robots" or status >= 300:
        return replace(asked, page=pages.page_of(path.parent, asked.file, record))
    return asked


def _requested(asked: list[Asked], path: Path, record: Record) -> None:
    """Where the request before it truly went, and under which name; a request whose response is not there
    stands alone."""
    before = asked[-1] if asked else None
    if before is None or before.record_id != record.head.get("warc-concurrent-to"):
        url = record.head["warc-target-uri"]
        at = datetime.fromisoformat(record.head["warc-date"])
        before = Asked(
            _file(path), record.offset, "", urlsplit(url).netloc, _target(url), "other", None, at, None
        )
        asked.append(before)
    first = record.http.decode("latin-1").partition("\r\n")[0]
    fields = [(name.lower(), value) for name, value in http_fields(record.http)]
    (site,) = _values(fields, "host")[:1] or (before.site,)
    target = [*first.split(" "), before.target][1]
    asked[-1] = replace(before, site=site, target=target, agents=_values(fields, "user-agent"))


def _values(fields: Iterable[tuple[str, str]], name: str) -> tuple[str, ...]:
    return tuple(value for key, value in fields if key == name)


def _file(path: Path) -> str:
    return path.name.removesuffix(".open")


def _target(url: str) -> str:
    return urlsplit(url)._replace(scheme="", netloc="", fragment="").geturl() or "/"
