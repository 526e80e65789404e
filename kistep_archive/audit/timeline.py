"""The requests of a run in the order in which they were sent, and the seconds between them."""

from collections.abc import Iterator
from datetime import datetime

from kistep_archive.audit.requests import RunRequests, SentRequest


def dated(run: RunRequests) -> list[SentRequest]:
    """The requests whose instant of sending is known, in its order."""
    return sorted((one for one in run.requests if one.sent_at), key=sent)


def neighbours(dated: list[SentRequest]) -> Iterator[tuple[SentRequest, SentRequest]]:
    """Each request but a host's first, with the request to that host before it."""
    last = dict[str, SentRequest]()
    for one in dated:
        if one.host in last:
            yield last[one.host], one
        last[one.host] = one


def unfinished(dated: list[SentRequest]) -> Iterator[tuple[SentRequest, SentRequest]]:
    """Each request but a host's first, with the earlier one that was answered last."""
    last = dict[str, SentRequest]()
    for one in dated:
        if one.host in last:
            yield last[one.host], one
        last[one.host] = max(last.get(one.host, one), one, key=lambda each: each.ended_at)


def sent(one: SentRequest) -> datetime:
    """The instant of sending, of a request whose record says it."""
    assert one.sent_at is not None
    return one.sent_at


def gap(before: SentRequest, after: SentRequest) -> float:
    """The seconds from one request to another."""
    return (sent(after) - sent(before)).total_seconds()


def seconds(since: datetime, one: SentRequest) -> float:
    """The seconds from an instant to a request."""
    return (sent(one) - since).total_seconds()
