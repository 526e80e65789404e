"""Finds the record that a revisit refers to: by address and date, by record id, by digest, or the last one
before it with the same address."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Protocol

from kistep_archive.warc import digests
from kistep_archive.warc.record import Record, address
from kistep_archive.warc.recordings import ExtentPlace
from kistep_archive.warc.replay_urls import instant


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that may have a revisit's payload: when it was captured, its place (in the files an
    ExtentPlace), and how to read it. `sure`: the revisit names it, so another payload would be damage."""

    at: str
    place: Hashable
    read: Callable[[], Record]
    sure: bool = True


class Known(Protocol):
    """A source of response records. Instants are those of `replay_urls.instant`."""

    def exact(self, url: str, at: str) -> Candidate | None:
        """The record of an address at an instant."""

    def by_digest(self, key: tuple[str, str]) -> Candidate | None:
        """A record whose payload has the digest (algorithm, hex)."""

    def latest(self, url: str, at: str) -> Candidate | None:
        """The last record of an address up to an instant."""


class Originals:
    """The responses in the files of an import. Stores their places only, not their payloads."""

    def __init__(self, read: Callable[[ExtentPlace], Record]) -> None:
        self._read = read
        self._places: dict[tuple[str, str], tuple[str, ExtentPlace]] = {}
        self._of: dict[str, list[tuple[str, ExtentPlace]]] = {}

    def keep(self, record: Record, place: ExtentPlace) -> None:
        """Adds an intact response."""
        at = _instant(record.date)
        self._places[record.url, at] = at, place
        self._of.setdefault(record.url, []).append((at, place))
        for key in (
            ("id", record.id),
            ("sha256", record.sha256),
            *digests.keys(record.field("WARC-Payload-Digest")),
        ):
            self._places.setdefault(key, (at, place))

    def exact(self, url: str, at: str) -> Candidate | None:
        """See `Known`, also for the next two."""
        return self._candidate(self._places.get((url, at)))

    def by_digest(self, key: tuple[str, str]) -> Candidate | None:
        return self._candidate(self._places.get(key))

    def latest(self, url: str, at: str) -> Candidate | None:
        earlier = [each for each in self._of.get(url, ()) if each[0] <= at]
        return self._candidate(max(earlier, key=lambda each: each[0], default=None))

    def _candidate(self, known: tuple[str, ExtentPlace] | None) -> Candidate | None:
        return known and Candidate(known[0], known[1], lambda: self._read(known[1]))


def candidates(revisit: Record, sources: Sequence[Known]) -> Iterator[Candidate]:
    """The possible records, the likeliest first: those with the same payload, or the record before if the
    server only said that nothing changed."""
    ways = (_by_reference(revisit, sources), _last(revisit, sources), _same(revisit, sources))
    yield from chain(*(ways if is_not_modified(revisit) else (ways[2], *ways[:2])))


def _same(revisit: Record, sources: Sequence[Known]) -> Iterator[Candidate]:
    """By the payload's digest."""
    keys = digests.keys(revisit.field("WARC-Payload-Digest"))
    yield from filter(None, (source.by_digest(key) for key in keys for source in sources))


def _by_reference(revisit: Record, sources: Sequence[Known]) -> Iterator[Candidate]:
    """By the revisit's own reference: address and date, or the record's id."""
    url, at = address(revisit.field("WARC-Refers-To-Target-URI")), revisit.field("WARC-Refers-To-Date")
    if url and at:
        yield from filter(None, (source.exact(url, _instant(at)) for source in sources))
    if refers := revisit.field("WARC-Refers-To"):
        yield from filter(None, (source.by_digest(("id", refers)) for source in sources))


def _last(revisit: Record, sources: Sequence[Known]) -> Iterator[Candidate]:
    """The last record before it with the same address, if something else can confirm it."""
    url = address(revisit.field("WARC-Refers-To-Target-URI"))
    if url or revisit.field("WARC-Payload-Digest") or is_not_modified(revisit):
        last = filter(None, [source.latest(url or revisit.url, _instant(revisit.date)) for source in sources])
        if latest := max(last, key=lambda each: each.at, default=None):
            yield Candidate(latest.at, latest.place, latest.read, sure=False)


def is_not_modified(revisit: Record) -> bool:
    """Whether the server said that nothing changed, instead of sending the same again."""
    return "server-not-modified" in revisit.field("WARC-Profile") or revisit.status == 304


def fits(revisit: Record, original: Record) -> bool:
    """Whether a record has the payload that a revisit declares, whatever digests the two have."""
    declared = revisit.field("WARC-Payload-Digest")
    if set(digests.keys(declared)) & set(digests.keys(original.field("WARC-Payload-Digest"))):
        return True
    return digests.fits(
        original.http, lambda: [memoryview(original.raw)[original.payload : original.end]], declared
    )


def _instant(date: str) -> str:
    """The instant to the microsecond, so that text sorts as time; unchanged if it cannot be read."""
    try:
        at = instant(date)
    except ValueError:
        return date
    return at if "." in at else f"{at[:-1]}.000000Z"
