"""Cookies of one run, only for boards that show their pages to nobody without them (`requires_cookies`)."""

from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response
from scrapy.http.cookies import CookieJar


class RunCookies:
    """One jar for each host. They are in memory only, and end with the run."""

    def __init__(self) -> None:
        self._jars: dict[str, CookieJar] = {}

    def add_to(self, request: Request) -> None:
        """Gives a request the cookies that its host has set in this run."""
        request.headers.pop("Cookie", None)  # of an earlier hop or try
        self._jar(request).add_cookie_header(request)

    def take(self, request: Request, response: Response) -> None:
        """Keeps the cookies that a response sets."""
        self._jar(request).extract_cookies(response, request)

    def _jar(self, request: Request) -> CookieJar:
        return self._jars.setdefault(urlsplit(request.url).netloc, CookieJar())
