"""How long each host rests between two requests: the chosen delay, or its Crawl-delay if that is longer."""

from scrapy.crawler import Crawler

from kistep_archive.http.throttle import Pace
from kistep_archive.http.urls import host_name


class Delays:
    """The delays of one run, by host. `least` is the chosen one, in seconds."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self.least = crawler.settings.getfloat("DOWNLOAD_DELAY")
        self._usual: dict[str, float] = {}  # seconds, before jitter

    def of(self, url: str) -> float:
        """The usual delay of an address's host."""
        return self._usual.get(host_name(url), self.least)

    def slow_down(self, pace: Pace, host: str, wanted: float) -> None:
        """Slows down to the delay that the host's robots.txt asks for, if it is longer. Jitter only makes it
        longer."""
        pace.least[host] = least = max(wanted, self.least, pace.least.get(host, 0.0))
        if not least:
            return
        self._usual[host] = delay = least * 1.25
        assert self._crawler.engine is not None
        downloader = self._crawler.engine.downloader
        jitter = min(self._crawler.settings.getfloat("DOWNLOAD_DELAY_JITTER"), 1 - least / delay)
        downloader.per_slot_settings[host] = {
            **downloader.per_slot_settings.get(host, {}),
            "delay": delay,
            "jitter": jitter,
        }
        if host in downloader.slots:
            downloader.slots[host].delay, downloader.slots[host].jitter = delay, jitter
