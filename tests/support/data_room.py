"""Asking the tables under `/data/`, through the real ASGI application."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Any

import httpx

from kistep_archive.web.data import DataOptions, application

ORIGIN = "http://testserver"
LINK = re.compile(r'(?:href|src|action)="([^"]*)"')


class Tables:
    """A visitor of an archive's tables."""

    def __init__(self, app: Any) -> None:
        self.app = app

    def get(
        self, address: str, params: dict[str, str] | None = None, *, method: str = "GET", **headers: str
    ) -> httpx.Response:
        """What an address answers."""
        return asyncio.run(self._ask(method, address, params, headers))

    def rows(self, address: str) -> list[Any]:
        """The rows of a view or a question as objects."""
        answer = self.get(f"{address}{'&' if '?' in address else '?'}_shape=array&_size=max")
        assert answer.status_code == 200, answer.text
        rows: list[Any] = answer.json()
        return rows

    async def _ask(
        self, method: str, address: str, params: dict[str, str] | None, headers: dict[str, str]
    ) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=ORIGIN) as client:
            return await client.request(method, address, params=params, headers=headers)


@contextmanager
def tables(folder: Path, **options: Any) -> Iterator[Tables]:
    """The tables of an archive, with these options of its site."""
    app = application(folder, DataOptions(**options))
    try:
        yield Tables(app)
    finally:
        app.close()


def walk(visitor: Tables, home: str, most: int) -> dict[str, httpx.Response]:
    """Every answer that links lead to from the first page of the tables, at most so many; `home` is the
    site's."""
    answers: dict[str, httpx.Response] = {}
    waiting = [f"{home}data/"]
    while waiting and len(answers) < most:
        address = waiting.pop(0)
        answers[address] = answer = visitor.get(address)
        found = [unescape(link).partition("#")[0] for link in LINK.findall(answer.text)]
        found += [answer.headers["location"]] if "location" in answer.headers else []
        news = [link for link in dict.fromkeys(found) if link.startswith("/") and link != home]
        waiting += [link for link in news if link not in answers and link not in waiting]
    return answers
