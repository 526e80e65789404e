"""The requests that wait, by host: a host gets one at a time, and all hosts get theirs at the same time."""

from collections.abc import Iterable
from typing import Self
from weakref import ReferenceType, ref

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.pqueues import QueueProtocol, ScrapyPriorityQueue

from kistep_archive.http.urls import host_name


class HostQueues:
    """Scrapy's queues, one for each host that has waiting requests. A host whose request is under way gets
    no other one: what is found on its page may be more urgent, and a refusal may end its requests."""

    def __init__(self, crawler: Crawler, queue: type[QueueProtocol], starts: type[QueueProtocol]) -> None:
        self._crawler, self._queue, self._starts = crawler, queue, starts
        self._waiting: dict[str, ScrapyPriorityQueue] = {}
        self._sent: dict[str, ReferenceType[Request]] = {}  # host -> its last request

    @classmethod
    def from_crawler(
        cls,
        crawler: Crawler,
        downstream_queue_cls: type[QueueProtocol],
        key: str,
        startprios: Iterable[int] = (),
        *,
        start_queue_cls: type[QueueProtocol],
    ) -> Self:
        """Scrapy's way to make one. There is no key, since no request waits on the disk."""
        return cls(crawler, downstream_queue_cls, start_queue_cls)

    def push(self, request: Request) -> None:
        """Lets a request wait for its host."""
        host = host_name(request.url)
        if host not in self._waiting:
            self._waiting[host] = ScrapyPriorityQueue(
                self._crawler, self._queue, "", start_queue_cls=self._starts
            )
        self._waiting[host].push(request)

    def pop(self) -> Request | None:
        """The most urgent request of a host that has none under way; None if there is no such host."""
        host = next((host for host in self._waiting if not self._is_busy(host)), None)
        if host is None:
            return None
        waiting = self._waiting[host]
        if (request := waiting.pop()) is not None:
            self._sent[host] = ref(request)
        if not waiting:
            del self._waiting[host]
        return request

    def _is_busy(self, host: str) -> bool:
        sent = self._sent.get(host)
        assert self._crawler.engine is not None
        return sent is not None and sent() in self._crawler.engine.downloader.active

    def close(self) -> None:
        """Drops what waits."""
        self._waiting.clear()

    def __len__(self) -> int:
        return sum(map(len, self._waiting.values()))
