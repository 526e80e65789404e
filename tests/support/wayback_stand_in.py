"""A stand-in of the Internet Archive on loopback: its index of captures (CDX server) and its replay, with
what can go wrong at either.

It answers as the service's documentation and the library `wayback` say that the real one does; nobody
compared it with the real one. `faults` (a part of a request's address -> what goes wrong) and `requests` are
the stand-in site's, whose server this uses."""

import base64
import gzip
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import formatdate
from urllib.parse import parse_qs, unquote, urlsplit

from kistep_archive.replica import Answer, Replica, Site
from kistep_archive.replica.routes import Routes, fields

REPLAY = re.compile(r"/web/(?P<stamp>[0-9]{14})id_/(?P<url>.+)")


@dataclass(frozen=True, slots=True)
class StandInCapture:
    """A capture that the stand-in has. A revisit is listed without status and played back as what it
    repeats."""

    url: str
    stamp: str
    body: bytes
    media_type: str = "text/html;charset=UTF-8"
    status: int = 200
    revisit: bool = False
    packed: bool = False

    @property
    def line(self) -> str:
        """The capture's line in the index: urlkey, timestamp, original, mimetype, statuscode, digest,
        length."""
        kind, status = (
            ("warc/revisit", "-") if self.revisit else (self.media_type.partition(";")[0], str(self.status))
        )
        digest = base64.b32encode(hashlib.sha1(self.body).digest()).decode()
        return f"{surt(self.url)} {self.stamp} {self.url} {kind} {status} {digest} {len(self.body)}"

    @property
    def memento(self) -> str:
        """The value of Memento-Datetime."""
        return formatdate(datetime.strptime(f"{self.stamp}+0000", "%Y%m%d%H%M%S%z").timestamp(), usegmt=True)


def surt(url: str) -> str:
    """The key under which a URL is in the index: no scheme, no `www.`, the host turned round, nothing
    escaped, all in lower case."""
    parts = urlsplit(url if "://" in url else f"http://{url}")
    host = ",".join(reversed((parts.hostname or "").removeprefix("www.").split(".")))
    return (
        unquote(f"{host}){parts.path}{f'?{parts.query}' if parts.query else ''}").lower().replace(" ", "%20")
    )


class WaybackStandIn(Replica):
    """A running stand-in; use it in a `with`. It holds `captures`, and hands out at most `most` lines of the
    index at once."""

    def __init__(self, *captures: StandInCapture, most: int = 1000) -> None:
        super().__init__()
        self.captures, self.most = list(captures), most

    def respond(self, method: str, target: str, posted: str, accepts_gzip: bool, cookies: str = "") -> Answer:
        """The answer to one request of the library's."""
        self.requests.append((method, target))
        fault = self._fault(method, target)
        if isinstance(fault, Answer):
            return fault
        return fault.spoil(lambda: self._usual(target)) if fault else self._usual(target)

    def requested(self, part: str) -> list[str]:
        """The addresses with this part that were asked for."""
        return [target for _, target in self.requests if part in target]

    def _usual(self, target: str) -> Answer:
        if target.startswith("/cdx/search/cdx?"):
            return self._index(parse_qs(target.partition("?")[2]))
        replay = REPLAY.fullmatch(target)
        return self._replay(replay["stamp"], replay["url"]) if replay else Answer(b"", status=404)

    def _index(self, query: dict[str, list[str]]) -> Answer:
        lines = sorted(capture.line for capture in self.captures if _fits(capture, query))
        start = int(query.get("resumeKey", ["0"])[0])
        end = start + min(self.most, int(query["limit"][0]))
        more = ["", str(end)] if end < len(lines) else []
        return Answer("".join(f"{line}\n" for line in [*lines[start:end], *more]).encode(), "text/plain")

    def _replay(self, stamp: str, url: str) -> Answer:
        same = [capture for capture in self.captures if surt(capture.url) == surt(url)]
        exact = [capture for capture in same if capture.stamp == stamp]
        if exact:
            return played_back(next((capture for capture in exact if capture.url == url), exact[0]))
        if same:
            nearest = min(same, key=lambda capture: abs(int(capture.stamp) - int(stamp)))
            place = f"https://web.archive.org/web/{nearest.stamp}id_/{nearest.url}"
            return Answer(
                b"",
                "text/plain",
                302,
                [("Location", place), ("X-Archive-Redirect-Reason", f"found capture at {nearest.stamp}")],
            )
        return Answer(b"<html>Wayback Machine has not archived that URL.</html>", status=404)


def played_back(capture: StandInCapture) -> Answer:
    """The answer with which a capture is played back."""
    headers = [
        ("Memento-Datetime", capture.memento),
        ("Link", f'<{capture.url}>; rel="original"'),
        ("X-Archive-Orig-Server", "Apache-Coyote/1.1"),
        ("X-Archive-Src", "stand-in.warc.gz"),
        *([("Content-Encoding", "gzip")] if capture.packed else []),
    ]
    return Answer(
        gzip.compress(capture.body, mtime=0) if capture.packed else capture.body,
        capture.media_type,
        capture.status,
        headers,
    )


def _fits(capture: StandInCapture, query: dict[str, list[str]]) -> bool:
    names = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
    line = dict(zip(names, capture.line.split(" "), strict=True))
    wanted = surt(query["url"][0])
    if not (
        line["urlkey"].startswith(wanted)
        if query.get("matchType") == ["prefix"]
        else line["urlkey"] == wanted
    ):
        return False
    if not query.get("from", ["0"])[0] <= capture.stamp <= query.get("to", ["9"])[0]:
        return False
    return all(_passes(line, condition) for condition in query.get("filter", []))


def _passes(line: dict[str, str], condition: str) -> bool:
    name, _, pattern = condition.removeprefix("!").partition(":")
    return bool(re.fullmatch(pattern, line[name])) is not condition.startswith("!")


def capture(url: str, stamp: str, day: int = 1, **options: bool) -> StandInCapture:
    """A capture of what the stand-in site has at that address on one of its days."""
    site = Site.standard()
    site.day = day
    parts = urlsplit(url)
    answer = Routes(site).answer(parts.path, fields(parts.query))
    return StandInCapture(url, stamp, answer.body, answer.media_type, answer.status, **options)
