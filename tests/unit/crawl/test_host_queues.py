"""Which waiting request goes out next: one at a host, and any host that is free."""

from types import SimpleNamespace
from typing import Any

from scrapy import Request
from scrapy.squeues import FifoMemoryQueue, LifoMemoryQueue

from kistep_archive.crawl.components.host_queues import HostQueues


def _queues() -> tuple[HostQueues, set[Request]]:
    """Empty queues, and the requests that Scrapy's downloader has."""
    active = set[Request]()
    crawler: Any = SimpleNamespace(engine=SimpleNamespace(downloader=SimpleNamespace(active=active)))
    return HostQueues.from_crawler(crawler, LifoMemoryQueue, "", start_queue_cls=FifoMemoryQueue), active


def _taken(queues: HostQueues, active: set[Request]) -> str | None:
    """The address of the next request, which goes to the downloader."""
    request = queues.pop()
    active |= {request} if request is not None else set()
    return request.url if request is not None else None


def test_a_host_gets_its_next_request_when_the_one_under_way_has_ended() -> None:
    queues, active = _queues()
    for address in ("http://a.kr/1", "http://a.kr:8080/2", "http://b.kr/1"):
        queues.push(Request(address))
    assert [_taken(queues, active) for _ in range(3)] == ["http://a.kr:8080/2", "http://b.kr/1", None]
    assert len(queues) == 1
    active -= {request for request in active if "a.kr" in request.url}
    assert [_taken(queues, active) for _ in range(2)] == ["http://a.kr/1", None]
    assert len(queues) == 0


def test_what_is_urgent_goes_out_first_at_its_own_host() -> None:
    queues, active = _queues()
    for address, priority in (("http://a.kr/list", 0), ("http://b.kr/file", 20), ("http://a.kr/post", 10)):
        queues.push(Request(address, priority=priority))
    assert [_taken(queues, active) for _ in range(2)] == ["http://a.kr/post", "http://b.kr/file"]
